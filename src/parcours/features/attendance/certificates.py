"""Certificates of what was really followed of a training: one person’s, or a whole cohort’s."""

from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.actions.files import open_file
from parcours.domain.access import Capability, require
from parcours.domain.attendance import Mark
from parcours.domain.calendar import Setting
from parcours.domain.dates import read_date
from parcours.domain.errors import NotFound
from parcours.domain.realisation import Realised, check_certifiable, realised
from parcours.features.attendance import store
from parcours.models import Cohort, Organisation, visibility
from parcours.web.deps import RecordedReading, Visit
from parcours.web.documents import Document, Facts, Signature, Text
from parcours.web.printing import Around, as_file, show
from parcours.web.words import hours, long_day, plural

router = APIRouter()
FOOT = (
    "Établi d’après l’émargement, dont les pièces sont conservées pendant le délai que demande le "
    "financeur. Les heures en entreprise sont comptées comme suivies."
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for: a cohort, the days, one person or everybody."""

    cohort: Cohort
    first: date
    last: date
    enrolment_id: int | None


@router.get("/promotions/{cohort_id}/certificats")
def of_cohort(visit: RecordedReading, cohort_id: int, du: str = "", au: str = "") -> Response:
    """Everybody’s certificates, one a sheet."""
    return show(visit, *_certificates(visit, _wanted(visit, cohort_id, du, au)))


@router.get("/promotions/{cohort_id}/certificats.pdf")
def file_of_cohort(visit: RecordedReading, cohort_id: int, du: str = "", au: str = "") -> Response:
    """The same, as one file."""
    return as_file(*_certificates(visit, _wanted(visit, cohort_id, du, au)))


# Before the page: its address would read « 41.pdf » as a number.
@router.get("/promotions/{cohort_id}/certificats/{enrolment_id}.pdf")
def file_of_person(
    visit: RecordedReading, cohort_id: int, enrolment_id: int, du: str = "", au: str = ""
) -> Response:
    """One person’s certificate, as a file."""
    return as_file(*_certificates(visit, _wanted(visit, cohort_id, du, au, enrolment_id)))


@router.get("/promotions/{cohort_id}/certificats/{enrolment_id}")
def of_person(
    visit: RecordedReading, cohort_id: int, enrolment_id: int, du: str = "", au: str = ""
) -> Response:
    """The same, as a page to print."""
    return show(visit, *_certificates(visit, _wanted(visit, cohort_id, du, au, enrolment_id)))


def _wanted(
    visit: Visit, cohort_id: int, first: str, last: str, enrolment_id: int | None = None
) -> _Wanted:
    """The whole cohort up to today, unless other days are asked for."""
    require(visit.actor, Capability.MARK_ATTENDANCE)
    cohort = visibility.cohort(visit.session, visit.actor, cohort_id)
    since = read_date(first, near=visit.today) or cohort.starts_on
    until = read_date(last, near=visit.today) or min(cohort.ends_on, visit.today)
    return _Wanted(cohort, since, max(min(until, visit.today), since), enrolment_id)


def _certificates(visit: Visit, wanted: _Wanted) -> tuple[list[Document], Around]:
    """A certificate for each person with hours; RuleBroken or NotFound for the one asked for."""
    session = visit.session
    found = store.grid(
        session, wanted.cohort.id or 0, wanted.first, wanted.last, enrolment_id=wanted.enrolment_id
    )
    _record_reading(visit, wanted, found)
    sender = session.get_one(Organisation, wanted.cohort.organisation_id)
    told = [(person, _followed(found, person)) for person in found.people]
    if wanted.enrolment_id is not None:
        check_certifiable(told[0][1], is_training=wanted.cohort.kind.is_training)
    told = [(person, total) for person, total in told if total.total]
    documents = [_certificate(visit, wanted, sender, person, total) for person, total in told]
    return documents, _around(wanted, _warnings([total for _, total in told], sender))


def _record_reading(visit: Visit, wanted: _Wanted, found: store.Grid) -> None:
    if wanted.enrolment_id is None:
        audit.record_listing(visit.session, visit.actor, "certificate", len(found.people))
        return
    if not found.people:
        raise NotFound
    learner_id = found.people[0].learner_id
    open_file(visit.session, visit.actor, learner_id, today=visit.today, page="certificate")


def _followed(found: store.Grid, person: store.SheetRow) -> Realised:
    return realised(
        (row.held_on, _mark(found, person, row.id or 0, row.minutes))
        for row in found.half_days
        if person.is_in(row.held_on)
    )


def _mark(found: store.Grid, person: store.SheetRow, half_day_id: int, minutes: int) -> Mark | None:
    asked = found.marks.get((half_day_id, person.enrolment_id))
    return Mark(asked.status, minutes, asked.late_minutes) if asked else None


def _certificate(
    visit: Visit, wanted: _Wanted, sender: Organisation, person: store.SheetRow, found: Realised
) -> Document:
    signer = f"{visit.actor.name}, {visit.actor.role_label}"
    body = (
        f"{signer}, pour {sender.name}, atteste que {person.civil_name}, né·e le "
        f"{long_day(person.born_on)}, a réellement suivi l’action de formation décrite ci-dessous."
    )
    return Document(
        title="Certificat de réalisation",
        sender=_letterhead(sender),
        written_on=visit.today,
        blocks=[
            Text(body),
            Facts(_facts(wanted.cohort, found)),
            Signature(sender.city or "", signer),
        ],
        foot=FOOT,
    )


def _facts(cohort: Cohort, found: Realised) -> list[tuple[str, str]]:
    begun, ended = found.first or cohort.starts_on, found.last or cohort.ends_on
    facts = [
        ("Action", cohort.name),
        ("Nature", f"Action de formation ({cohort.kind.label.lower()})"),
        ("Suivie du", f"{long_day(begun)} au {long_day(ended)}"),
        ("Durée suivie", f"{hours(found.total)} sur {hours(found.planned)} prévues et relevées"),
    ]
    followed = [place for place in Setting if found.minutes[place]]
    if followed != [Setting.ON_SITE]:
        facts.append(("Dont", ", ".join(f"{hours(found.minutes[p])} {p.label}" for p in followed)))
    return facts


def _letterhead(sender: Organisation) -> list[str]:
    place = " ".join(part for part in (sender.address, sender.postcode, sender.city) if part)
    lines = [sender.name, place]
    if sender.siret:
        lines.append(f"SIRET {sender.siret}")
    if sender.activity_number:
        lines.append(f"Déclaration d’activité n° {sender.activity_number}")
    return [line for line in lines if line]


def _warnings(found: list[Realised], sender: Organisation) -> list[str]:
    missing = [total.unrecorded for total in found if total.unrecorded]
    warnings = []
    if missing:
        people = plural(len(missing), "personne")
        days = plural(max(missing), "demi-journée passée n’est pas relevée",
                      "demi-journées passées ne sont pas relevées")  # fmt: skip
        most = "jusqu’à " if len(set(missing)) > 1 else ""
        warnings.append(f"Pour {people}, {most}{days} : elles ne comptent pas.")
    if not sender.activity_number:
        warnings.append(
            "Le numéro de déclaration d’activité manque : écrivez-le sur la fiche de votre "
            "structure, dans Partenaires."
        )
    return warnings


def _around(wanted: _Wanted, warnings: list[str]) -> Around:
    here = f"/promotions/{wanted.cohort.id}"
    url = f"{here}/certificats" + (f"/{wanted.enrolment_id}" if wanted.enrolment_id else "")
    query = f"?du={wanted.first.isoformat()}&au={wanted.last.isoformat()}"
    period = (wanted.first, wanted.last)
    return Around(
        here, wanted.cohort.name, url, "certificat-de-realisation", query, period, warnings
    )
