"""What a funder takes away: counts frozen and masked, computed live, never more than the page."""

import io
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import Session

from parcours.actions import (
    accounts,
    agreements,
    cohorts,
    differences,
    exits,
    exports,
    frozen,
    funder_books,
    learners,
    pathways,
    releases,
    situations,
)
from parcours.actions.outputs import FREE, OUTPUTS
from parcours.actions.release_facts import FUNDER
from parcours.actions.stored_crosses import shown_cross
from parcours.domain.access import Actor, Role
from parcours.domain.disclosure import Thresholds
from parcours.domain.disclosure_outputs import TOTAL
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import Agreement, Learner, Release
from tests.actions.test_exports import plain, recalculate, sheets, without_values
from tests.conftest import IN_CI

OFFICE = shutil.which("soffice")
CODES = [code for code in OUTPUTS if code != FREE]
Enrol = Callable[..., None]


@pytest.fixture
def claire(session: Session, today: date) -> Actor:
    """The funder."""
    return _actor(session, "FSE", Role.FUNDER, today, "OI_FSE")


@pytest.fixture
def sophie(session: Session, today: date) -> Actor:
    """Who holds the people."""
    return _actor(session, "REV", Role.COORDINATOR, today, "OF")


def _actor(session: Session, code: str, role: Role, today: date, kind: str) -> Actor:
    email = f"{code.lower()}@exemple.fr"
    accounts.open_account(
        session, email=email, name="Sophie Garnier", password="quatre-mots-pour-essayer",
        role=role.value, code=code, organisation_name=code, organisation_kind=kind,
        starts_on=date(2025, 1, 1),
    )  # fmt: skip
    return accounts.actor_for(session, email, today=today)


@pytest.fixture
def agreement(session: Session, sophie: Actor, claire: Actor, today: date) -> Agreement:
    """An agreement over two cohorts, one with a name a formula could stumble on."""
    ids = []
    for code, name in (("P1", 'Promo "1" *'), ("P2", "=Promo 2")):
        facts = cohorts.CohortFacts(code, name, today - timedelta(99), today + timedelta(99), 90)
        ids.append(cohorts.create_cohort(session, sophie, facts).id or 0)
    return agreements.create_agreement(
        session, sophie, code="FSE-1", title="Développeurs", funder_id=claire.organisation_id,
        starts_on=today - timedelta(99), ends_on=today + timedelta(99), cohort_ids=ids,
    )  # fmt: skip


@pytest.fixture
def enrol(session: Session, sophie: Actor, agreement: Agreement, today: date) -> Enrol:
    """Enrol so many people in a cohort: genders and districts in turn, some gone to a job."""

    def add(count: int, cohort: int = 1, gone: int = 0, women: int = 2) -> None:
        for place in range(count):
            known = learners.LearnerFacts(
                birth_name="Boucher", first_names=f"A{cohort}-{place}",
                born_on=date(1970 + place, 5, 17), education=("3", "5")[place % 2],
                gender=Gender.WOMAN if place % 3 < women else Gender.MAN,
                entry_status="DELD", receives_rsa=place % 2 == 0,
                qpv_status=DistrictStatus.INSIDE if place % 2 else DistrictStatus.OUTSIDE,
            )  # fmt: skip
            person = learners.create_learner(session, sophie, known, today=today, is_another=True)
            cohorts.enrol(session, sophie, cohort, person.id or 0, today=today)
            if place < gone:
                pathway = pathways.current_pathway(session, person)
                said = situations.SituationRecord(today, "CDI_NON_AIDE", "CDI")
                exits.record_exit(session, sophie, pathway.id or 0, said, today=today)

    return add


def take(session: Session, who: Actor, agreement: Agreement, code: str, day: date) -> Any:
    """The funder’s workbook."""
    return exports.export_outcomes(session, who, agreement.id or 0, as_of=day, today=day, code=code)


def numbers_of(content: bytes) -> dict[tuple[str, ...], int]:
    """Every number a workbook holds, by what it is a count of."""
    found: dict[tuple[str, ...], int] = {}
    book = sheets(content, values=True)
    for row in book["Synthèse"][1:]:
        found |= {tuple(map(str, row[:2])): row[2]} if isinstance(row[2], int) else {}
    for row in book["Participants"][1:]:
        if isinstance(row[2], int):
            assert found[tuple(map(str, row[:2]))] == row[2]
    for row in book["Sorties et suivis"][1:]:
        found |= {tuple(map(str, row[:3])): row[3]} if isinstance(row[3], int) else {}
    return found


def told_by(release: Release) -> dict[tuple[str, ...], int]:
    """Every count the page of a release tells the funder."""
    told = releases.shown(release, FUNDER)
    found: dict[tuple[str, ...], int | None] = {
        (table, part): count
        for table, parts in told.items()
        for part, count in parts.items()
        if part != TOTAL
    }
    found["Total", "Participants"] = told["Genre"][TOTAL]
    found |= {
        ("Quartiers", code): count
        for code, count in releases.shown_districts(release, FUNDER).items()
    }
    for scope, stored in release.crosses.items():
        for group, counts in shown_cross(stored):
            for name, count in zip(stored["columns"], counts, strict=True):
                found[scope, group, name] = count
    return {key: count for key, count in found.items() if count is not None}


@pytest.mark.parametrize("code", CODES)
def test_a_workbook_tells_nothing_its_release_does_not(
    session: Session, claire: Actor, agreement: Agreement, enrol: Enrol, today: date, code: str
) -> None:
    """Any set of workbooks of a release, its CSV twins with them, is a part of its page."""
    enrol(13, 1, gone=6)
    enrol(9, 2, gone=2)
    made = take(session, claire, agreement, code, today)
    (release,) = releases.releases_of(session, agreement.id or 0)
    told = told_by(release)
    numbers = numbers_of(made.content)
    assert numbers
    assert numbers.items() <= told.items()
    csv = frozen.unpack(made).rows
    for name, count in csv:
        table, _, part = name.partition(" : ")
        assert count == str(told.get((table, part), funder_books.MASKED))
    text = str(sheets(made.content))
    assert "P-" not in text
    assert "Boucher" not in text


def test_the_same_figures_give_the_same_bytes_whoever_asks(
    session: Session, claire: Actor, sophie: Actor, agreement: Agreement, enrol: Enrol, today: date
) -> None:
    enrol(20)
    first = take(session, claire, agreement, "fse", today)
    again = take(session, claire, agreement, "fse", today)
    assert first.sha256 == again.sha256
    seen = funder_books.export_figures(session, sophie, agreement.id or 0, as_of=today, code="fse")
    assert seen.sha256 == first.sha256


def test_a_funder_reads_no_row_of_anybody(
    session: Session, claire: Actor, sophie: Actor, agreement: Agreement, enrol: Enrol, today: date
) -> None:
    enrol(20)
    rows = take(session, sophie, agreement, "fse", today)
    counts = take(session, claire, agreement, "fse", today)
    with pytest.raises(NotFound):
        exports.read_export(session, claire, rows.id or 0)
    with pytest.raises(NotFound):
        differences.compare_exports(session, claire, rows.id or 0, counts.id or 0)
    with pytest.raises(RuleBroken, match="même nature"):
        differences.compare_exports(session, sophie, rows.id or 0, counts.id or 0)
    with pytest.raises(RuleBroken, match="restent à la structure"):
        take(session, claire, agreement, FREE, today)
    with pytest.raises(RuleBroken, match="arrêtez d’abord"):
        exports.export_outcomes(
            session, claire, agreement.id or 0, as_of=today - timedelta(1), today=today
        )


def test_a_small_agreement_tells_nothing(
    session: Session, claire: Actor, agreement: Agreement, enrol: Enrol, today: date
) -> None:
    enrol(3)
    made = take(session, claire, agreement, "gen", today)
    assert made.participants is None
    positive = {key: count for key, count in numbers_of(made.content).items() if count}
    assert positive == {}


def test_differences_are_those_of_what_is_told(
    session: Session, claire: Actor, agreement: Agreement, enrol: Enrol, today: date
) -> None:
    enrol(20, women=3)
    first = take(session, claire, agreement, "rsa", today)
    enrol(8, women=3)
    releases.publish_release(session, claire, agreement.id or 0, limits=Thresholds(), today=today)
    second = take(session, claire, agreement, "rsa", today)
    found = differences.compare_exports(session, claire, first.id or 0, second.id or 0)
    changes = {change.person: (change.before, change.after) for change in found.difference.changes}
    assert changes["Total : Participants"] == ("20", "28")
    assert changes["Genre : Femme"] == ("20", "28")
    assert not found.events
    told = [told_by(row) for row in releases.releases_of(session, agreement.id or 0)]
    for name, pair in changes.items():
        table, _, part = name.partition(" : ")
        for value, release in zip(pair, reversed(told), strict=True):
            assert value in {str(release.get((table, part))), funder_books.MASKED}


def test_somebody_who_changes_alone_is_not_told_apart(
    session: Session, claire: Actor, agreement: Agreement, enrol: Enrol, today: date
) -> None:
    """One answer corrected between two releases: the second is refused, nothing is compared."""
    enrol(20)
    take(session, claire, agreement, "fse", today)
    session.get_one(Learner, 1).receives_rsa = False
    with pytest.raises(RuleBroken, match="Une seule personne"):
        releases.publish_release(
            session, claire, agreement.id or 0, limits=Thresholds(), today=today
        )


@pytest.mark.skipif(OFFICE is None and not IN_CI, reason="LibreOffice n’est pas installé")
def test_libreoffice_computes_what_is_kept_beside_each_formula(
    session: Session, claire: Actor, agreement: Agreement, enrol: Enrol, today: date, tmp_path: Path
) -> None:
    enrol(17, 1, gone=7)
    enrol(14, 2, gone=6)
    for code in CODES:
        made = take(session, claire, agreement, code, today)
        live = load_workbook(io.BytesIO(made.content))["Synthèse"]
        assert str(live["C2"].value).startswith("=SUMIFS(Participants!")
        (tmp_path / f"{code}.xlsx").write_bytes(without_values(made.content))
        (tmp_path / f"{code}.kept").write_bytes(made.content)
    recalculate(tmp_path)
    for code in CODES:
        again = sheets((tmp_path / "again" / f"{code}.xlsx").read_bytes(), values=True)
        kept = sheets((tmp_path / f"{code}.kept").read_bytes(), values=True)
        assert {name: plain(rows) for name, rows in again.items()} == {
            name: plain(rows) for name, rows in kept.items()
        }, code
