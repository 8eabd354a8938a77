"""The Documents tab of a person, and the attestation of follow-up."""

from fastapi import APIRouter
from starlette.responses import Response

from parcours.actions.files import LearnerFile, open_file
from parcours.domain.access import Capability, require
from parcours.domain.errors import RuleBroken
from parcours.features.papers import store
from parcours.models import Organisation
from parcours.web import pages
from parcours.web.deps import RecordedReading, Visit
from parcours.web.documents import Document, Facts, Signature, Table, Text
from parcours.web.learner_file import top
from parcours.web.printing import Around, as_file, show
from parcours.web.words import long_day

router = APIRouter(prefix="/apprenants/{learner_id}/documents")
FOOT = (
    "Cette attestation dit ce que notre structure a fait avec la personne, et rien de ce que font "
    "les autres. Elle est remise à la personne, qui en fait ce qu’elle veut."
)


@router.get("")
def documents(visit: RecordedReading, learner_id: int) -> Response:
    """What can be printed for this person."""
    opened = _open(visit, learner_id)
    actor = visit.actor
    trainings = []
    if actor.can(Capability.MARK_ATTENDANCE):
        trainings = store.own_trainings(visit.session, actor, learner_id)
    context = top(visit, opened, "/documents") | {
        "trainings": [row for row in trainings if row[3] <= visit.today],
        "has_steps": any(
            step.has_begun(visit.today)
            for step in store.own_steps(visit.session, actor, learner_id)
        ),
    }
    return pages.page(visit, "papers/documents.html", context)


@router.get("/attestation")
def attestation(visit: RecordedReading, learner_id: int) -> Response:
    """What one’s organisation did with the person, to hand over."""
    document = _attestation(visit, _open(visit, learner_id))
    return show(visit, [document], _around(learner_id))


@router.get("/attestation.pdf")
def attestation_file(visit: RecordedReading, learner_id: int) -> Response:
    """The same, as a file."""
    return as_file([_attestation(visit, _open(visit, learner_id))], _around(learner_id))


def _open(visit: Visit, learner_id: int) -> LearnerFile:
    require(visit.actor, Capability.READ_LEARNERS)
    return open_file(visit.session, visit.actor, learner_id, today=visit.today, page="papers")


def _around(learner_id: int) -> Around:
    back = f"/apprenants/{learner_id}/documents"
    return Around(back, "Documents", f"{back}/attestation", "attestation-de-suivi")


def _attestation(visit: Visit, opened: LearnerFile) -> Document:
    session, learner = visit.session, opened.learner
    steps = store.own_steps(session, visit.actor, learner.id or 0)
    begun = [step for step in steps if step.has_begun(visit.today)]
    if not begun:
        raise RuleBroken("Votre structure n’a encore rien fait avec cette personne à attester.")
    sender = session.get_one(Organisation, visit.actor.organisation_id)
    signer = f"{visit.actor.name}, {visit.actor.role_label}"
    usage = f", en usage {learner.usage_name.upper()}" if learner.usage_name else ""
    person = f"{learner.first_names} {learner.birth_name.upper()}{usage}"
    first = begun[0].started_on or begun[0].planned_start_on
    words = (
        f"{signer}, pour {sender.name}, atteste que {person}, né·e le "
        f"{long_day(learner.born_on)}, est suivi·e par notre structure depuis le {long_day(first)}."
    )
    rows = [_row(step, visit) for step in begun]
    table = Table("Ce qui a été fait", ["Étape", "Nature", "Du", "Au"], rows)
    place = " ".join(part for part in (sender.address, sender.postcode, sender.city) if part)
    return Document(
        title="Attestation de suivi",
        sender=[line for line in (sender.name, place) if line],
        written_on=visit.today,
        blocks=[Text(words), table, *_end(visit, begun), Signature(sender.city or "", signer)],
        foot=FOOT,
    )


def _row(step: store.OwnStep, visit: Visit) -> list[str]:
    end = "en cours"
    if step.ended_on is not None:
        end = long_day(step.ended_on)
    elif step.planned_end_on is not None:
        is_past = step.planned_end_on < visit.today
        end = f"{'' if is_past else 'prévu le '}{long_day(step.planned_end_on)}"
    start = step.started_on or step.planned_start_on
    return [step.title, step.kind.label, long_day(start), end]


def _end(visit: Visit, steps: list[store.OwnStep]) -> list[Facts]:
    """The day the last pathway ended, as it is recorded."""
    left = store.own_exit(visit.session, visit.actor, steps[-1].pathway_id)
    return [Facts([("Sortie notée le", long_day(left))])] if left else []
