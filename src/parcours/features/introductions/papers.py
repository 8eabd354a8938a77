"""The letter that presents somebody on paper, with an answer slip to send back."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions.people import name_of
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import EmployerReason, State
from parcours.features.introductions import forms, store
from parcours.models import Introduction, Learner, visibility
from parcours.web import printing
from parcours.web.deps import RecordedReading, Visit
from parcours.web.documents import Block, Document, Facts, Signature, Table, Text
from parcours.web.printing import Around
from parcours.web.words import long_day

router = APIRouter(prefix="/mises-en-relation/{introduction_id}")
BOX = "☐"
NOT_AGREED = "La lettre se prépare une fois l’accord de la personne noté."


@router.get("/courrier")
def letter(visit: RecordedReading, introduction_id: int) -> Response:
    """The letter and its answer slip, to read and to print."""
    row = _agreed(visit, introduction_id)
    return printing.show(visit, _documents(visit, row), _around(introduction_id))


@router.get("/courrier.pdf")
def letter_file(visit: RecordedReading, introduction_id: int) -> Response:
    """The same as a PDF file."""
    row = _agreed(visit, introduction_id)
    return printing.as_file(_documents(visit, row), _around(introduction_id))


def _agreed(visit: Visit, introduction_id: int) -> Introduction:
    """The introduction, once the person agreed: before, nothing of them is written anywhere."""
    require(visit.actor, Capability.FOLLOW_NEEDS)
    row = visibility.own_introduction(
        visit.session, visit.actor, introduction_id, today=visit.today
    )
    if row.presentation is None or row.agreed_on is None or row.state is State.GIVEN_UP:
        raise RuleBroken(NOT_AGREED)
    audit.record_reading(visit.session, visit.actor, "introduction_letter", row.learner_id)
    return row


def _documents(visit: Visit, row: Introduction) -> list[Document]:
    asked = store.asked(visit.session, row.id or 0)
    name = name_of(visit.session.get_one(Learner, row.learner_id))
    facts = [("Poste", asked.title), ("Personne présentée", name)]
    if asked.starts_on:
        facts.insert(1, ("Prise de poste", long_day(asked.starts_on)))
    blocks: list[Block] = [
        Text(f"À l’attention de {asked.contact_name or asked.employer}, {asked.employer}."),
        Text(
            "Vous nous avez confié ce besoin. Avec son accord, nous vous présentons une personne ; "
            "dites-nous ce que vous souhaitez, même si c’est non : elle pourra chercher ailleurs."
        ),
        Facts(facts),
        *[Text(part) for part in (row.presentation or "").split("\n") if part.strip()],
        Table(
            "Votre réponse, à cocher et à nous renvoyer",
            ["Réponse", "Cochez", "Jour ou raison"],
            [[label, BOX, ""] for _, label in forms.BY_LINK],
        ),
        Text("Si vous ne la retenez pas : " + " ; ".join(word.label for word in EmployerReason)),
        Signature("", visit.actor.name),
    ]
    sender = [part for part in (asked.maker, asked.maker_phone) if part]
    foot = "Cette présentation est celle que la personne a acceptée ; elle ne sert qu’à ce poste."
    return [Document("Une personne pour votre poste", sender, visit.today, blocks, foot)]


def _around(introduction_id: int) -> Around:
    back = f"/mises-en-relation/{introduction_id}"
    return Around(back, "Mise en relation", f"{back}/courrier", "presentation")
