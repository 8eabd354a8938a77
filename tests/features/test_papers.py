"""Papers people take away: their values are those of the record, on the page and in the file."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from parcours.actions import accounts, attendance, calendars, cohorts, learners
from parcours.domain.access import Role
from parcours.domain.attendance import Asked, Status
from parcours.domain.words import StepKind
from parcours.models import Cohort, Organisation
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

CERTIFICATES = "/promotions/1/certificats"
STATUSES = [Status.PRESENT, Status.LATE, Status.UNJUSTIFIED, Status.REMOTE]


@pytest.fixture
def sophie(be: Be, session: Session) -> Person:
    """A coordinator whose two learners have four half-days recorded, out of those gone by."""
    person = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    actor = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("GEN", "Promo GEN", date(2026, 11, 16), date(2026, 12, 18), 12)
    cohort = cohorts.create_cohort(session, actor, facts)
    calendars.plan_half_days(session, actor, cohort.id or 0)
    for name, usage in (("Boucher", None), ("Cissé", "Diallo")):
        who = learners.LearnerFacts(
            birth_name=name, usage_name=usage, first_names="Alix", born_on=date(1990, 1, 1),
            city="Viriat",
        )  # fmt: skip
        learner = learners.create_learner(session, actor, who, today=TODAY, is_another=True)
        cohorts.enrol(session, actor, cohort.id or 0, learner.id or 0, today=TODAY)
    for slot, status in zip(calendars.calendar(session, cohort), STATUSES, strict=False):
        late = 30 if status is Status.LATE else 0
        attendance.mark_half_day(
            session, actor, cohort.id or 0, slot, {1: Asked(status, late)}, today=TODAY
        )
    session.execute(
        update(Organisation).values(
            city="Bourg-en-Bresse", siret="35600000000048", activity_number="84010101010"
        ).where(col(Organisation.code) == "ECOLE")
    )  # fmt: skip
    session.commit()
    return person


def text_of(content: bytes, folder: Path) -> str:
    """What a PDF file says, line by line."""
    path = folder / "document.pdf"
    path.write_bytes(content)
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout


def test_a_certificate_says_the_hours_recorded(sophie: Person) -> None:
    page = sophie.visit(f"{CERTIFICATES}/1")
    # 210 + 180 + 0 + 210 minutes of 4 × 210, the first and the last day followed.
    for words in (
        "Sophie Garnier, Coordinateur·rice, pour Structure ECOLE, atteste que Alix BOUCHER, "
        "né·e le 1er janvier 1990",
        "10 h sur 14 h prévues et relevées",
        "6 h 30 sur place, 3 h 30 à distance",
        "16 novembre 2026 au 17 novembre 2026",
        "SIRET 35600000000048",
        "Déclaration d’activité n° 84010101010",
        "Fait à Bourg-en-Bresse, le 23 novembre 2026",
    ):
        assert words in page.text, words
    # From the 16th to the 23rd, six days of two half-days, four of them recorded.
    assert "Pour 1 personne, 8 demi-journées passées ne sont pas relevées" in page.text
    assert "Le numéro de déclaration" not in page.text


def test_other_days_make_another_certificate(sophie: Person) -> None:
    page = sophie.visit(f"{CERTIFICATES}/1?du=17/11/2026&au=17/11/2026")
    assert "3 h 30 sur 7 h prévues et relevées" in page.text
    assert page.form(f"{CERTIFICATES}/1").fields["du"] == "17/11/2026"
    refused = sophie.visit(f"{CERTIFICATES}/1?du=20/11/2026", status=422)
    assert "Aucune heure suivie n’est relevée sur cette période" in refused.text


def test_a_whole_cohort_leaves_out_those_without_hours(sophie: Person) -> None:
    page = sophie.visit(CERTIFICATES)
    assert page.text.count("Certificat de réalisation") >= 1
    assert "BOUCHER" in page.text
    assert "CISSÉ" not in page.text
    refused = sophie.visit(f"{CERTIFICATES}/2", status=422)
    assert "émargez d’abord" in refused.text
    empty = sophie.visit(f"{CERTIFICATES}?du=20/11/2026")
    assert "Aucun document à imprimer" in empty.text


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_the_file_says_what_the_page_says(sophie: Person, tmp_path: Path) -> None:
    for url in (f"{CERTIFICATES}/1", CERTIFICATES, "/apprenants/1/documents/attestation"):
        page = sophie.visit(url)
        answer = sophie.client.get(f"{url}.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert "BOUCHER" not in answer.headers["content-disposition"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.content == sophie.client.get(f"{url}.pdf").content
        words = " ".join(text_of(answer.content, tmp_path).split())
        assert "Alix BOUCHER, né·e le 1er janvier 1990" in words
        assert "Fait à Bourg-en-Bresse, le 23 novembre 2026" in words
        for value in ("10 h sur 14 h prévues et relevées", "Promo GEN"):
            assert (value in words) == (value in page.text)


def test_a_workshop_has_no_certificate(sophie: Person, session: Session) -> None:
    session.execute(update(Cohort).values(kind=StepKind.WORKSHOP))
    session.commit()
    refused = sophie.visit(f"{CERTIFICATES}/1", status=422)
    assert "se fait pour une formation" in refused.text
    assert "Certificat" not in sophie.visit("/apprenants/1/documents").text


def test_documents_of_a_person_and_what_was_done_with_them(sophie: Person) -> None:
    page = sophie.visit("/apprenants/2/documents")
    assert "Attestation de suivi" in page.text
    assert "/promotions/1/certificats/2" in page.html
    attested = sophie.visit("/apprenants/2/documents/attestation")
    assert "Alix CISSÉ, en usage DIALLO, né·e le 1er janvier 1990" in attested.text
    assert "Promo GEN" in attested.text
    assert "prévu le 18 décembre 2026" in attested.text


def test_others_see_none_of_it(sophie: Person, be: Be) -> None:
    outsider = be("AUTRE", Role.COORDINATOR, "Paul Dehors")
    for url in (
        CERTIFICATES,
        f"{CERTIFICATES}/1",
        "/apprenants/1/documents",
        "/apprenants/1/documents/attestation",
    ):
        outsider.visit(url, status=404)
    assert outsider.client.get(f"{CERTIFICATES}.pdf").status_code == 404
    counsellor = be("ECOLE", Role.COUNSELLOR, "Nadia Conseil")
    counsellor.visit(CERTIFICATES, status=403)
    assert "certificats" not in counsellor.visit("/apprenants/1/documents").html
    sophie.visit(f"{CERTIFICATES}/99", status=404)
