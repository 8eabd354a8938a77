"""The questionnaire on paper: blank, to be filled with the person and typed in afterwards."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions import entry_answers
from parcours.actions.files import open_file
from parcours.domain.entry_questions import WORDINGS, Answer
from parcours.domain.errors import NotFound
from parcours.features.entries import store
from parcours.features.entries.routes import opened_entry
from parcours.models import Organisation
from parcours.web.deps import RecordedReading, Visit
from parcours.web.documents import Document, Facts, Table, Text
from parcours.web.printing import Around, as_file, show

router = APIRouter(prefix="/entrees/{enrolment_id}/questionnaire/feuille")
WHY = (
    "Le Fonds social européen, qui participe au financement, nous demande de poser ces questions "
    "à chaque personne qui entre. Vos réponses servent à compter, sans votre nom. Vous pouvez "
    "refuser de répondre à chacune : cochez la dernière colonne. Refuser ne change rien à votre "
    "formation ni à vos droits."
)
FOOT = (
    "Vos réponses restent dans notre structure : elles ne sont ni partagées avec nos partenaires, "
    "ni utilisées pour chercher un emploi. Vous pouvez les relire, les corriger ou les faire "
    "effacer. N’écrivez pas votre numéro de sécurité sociale."
)
BOX = "☐"


@router.get("")
def sheet(visit: RecordedReading, enrolment_id: int) -> Response:
    """The sheet, to print."""
    return show(visit, [_document(visit, enrolment_id)], _around(enrolment_id))


@router.get(".pdf")
def sheet_file(visit: RecordedReading, enrolment_id: int) -> Response:
    """The same, as a file."""
    return as_file([_document(visit, enrolment_id)], _around(enrolment_id))


def _around(enrolment_id: int) -> Around:
    back = f"/entrees/{enrolment_id}/questionnaire"
    return Around(back, "Questionnaire d’entrée", f"{back}/feuille", "questionnaire-d-entree")


def _document(visit: Visit, enrolment_id: int) -> Document:
    session, actor = visit.session, visit.actor
    enrolment = opened_entry(visit, enrolment_id)
    opened = open_file(
        session, actor, enrolment.learner_id, today=visit.today, page=entry_answers.SUBJECT
    )
    questions = entry_answers.asked_of(session, actor, enrolment)
    if not questions:
        raise NotFound
    sender = session.get_one(Organisation, actor.organisation_id)
    learner = opened.learner
    rows = [[WORDINGS[item].words, *[BOX] * len(Answer)] for item in questions]
    return Document(
        title="Questionnaire à l’entrée",
        sender=[sender.name],
        written_on=visit.today,
        blocks=[
            Facts(
                [
                    ("Personne", f"{learner.first_names} {learner.birth_name.upper()}"),
                    ("Entrée", store.cohort_name(session, enrolment)),
                    ("Répondu le", "……… / ……… / ………………"),
                ]
            ),
            Text(WHY),
            Table("Une case par ligne", ["Question", *(item.label for item in Answer)], rows),
        ],
        foot=FOOT,
    )
