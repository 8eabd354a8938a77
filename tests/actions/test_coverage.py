"""Adéquation through the database: the oracles as rows give the figures of the rules alone."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from sqlmodel import Session

from parcours.actions import (
    cohorts,
    coverage,
    coverage_people,
    curricula,
    curriculum_aims,
    employers,
    introduction_answers,
    introductions,
    need_freshness,
    needs,
    skills,
)
from parcours.actions.coverage import Study
from parcours.actions.coverage_calendar import calendar
from parcours.actions.coverage_facts import curricula_of, curriculum_of_code
from parcours.actions.directory import PartnerFacts
from parcours.actions.introduction_answers import Answer
from parcours.actions.introductions import Agreement
from parcours.actions.need_history import By
from parcours.domain.access import Actor, Role
from parcours.domain.coverage_report import Counting, Scope
from parcours.domain.coverage_verdicts import Removal, SkillRow, Verdict
from parcours.domain.demand import window_around
from parcours.domain.errors import EditConflict, NotAllowed, NotFound, RuleBroken
from parcours.domain.introductions import Act, Way
from parcours.domain.needs import Certainty, ClosingReason, Requirement, Terms
from parcours.domain.skills import EvidenceSource
from parcours.models import Curriculum, Need
from tests.actions.conftest import Cast, Meet

FIRM, PROBABLE = Certainty.FIRM, Certainty.PROBABLE
EXIT = date(2027, 3, 1)
# Module, hours, skills: what the curriculum teaches, and what others of the house do.
TAUGHT = (
    ("M1", 140, (("HTML", 3), ("CSS", 2))),
    ("M2", 35, (("SQL", 1),)),
    ("M3", 21, (("PIX", 2),)),
    ("M4", 35, (("FLASH", 2),)),
)
ELSEWHERE = (
    ("X1", 70, (("SQL", 3),)),
    ("X2", 35, (("INSTALL", 2),)),
    ("X3", 35, (("DEPANN", 2),)),
    ("X4", 35, (("TABLEUR", 3),)),
    ("X5", 35, (("RESEAU", 2),)),
)
# Need, posts, certainty, ROME code, (skill, level, weight, essential); an employer each.
ASKED = (
    ("N1", 4, FIRM, "M1855", (("HTML", 3, 5, True), ("SQL", 2, 3, True))),
    ("N2", 2, FIRM, "I1401",
     (("INSTALL", 2, 4, True), ("DEPANN", 2, 4, True), ("FR_ORAL", 2, 2, False))),
    ("N3", 2, PROBABLE, "M1601", (("SQL", 3, 5, True), ("TABLEUR", 3, 5, False))),
    ("N5", 5, FIRM, "I1401", (("RESEAU", 2, 4, True),)),
)  # fmt: skip


@pytest.fixture
def sophie(cast: Cast) -> Actor:
    """The coordinator of a school."""
    return cast("ECOLE", Role.COORDINATOR, "Sophie Garnier")


def teach(
    session: Session,
    actor: Actor,
    code: str,
    modules: tuple[tuple[str, int, tuple[tuple[str, int], ...]], ...],
) -> Curriculum:
    """A curriculum."""
    facts = [
        curricula.ModuleFacts(
            name, Decimal(hours), [(skill, skill, level) for skill, level in taught]
        )
        for name, hours, taught in modules
    ]
    return curricula.create_curriculum(session, actor, code=code, name=code, modules=facts)


@pytest.fixture
def taught(session: Session, sophie: Actor, today: date) -> Curriculum:
    """The curriculum K of the oracles, which aims at the occupation of N1, M3 a foundation."""
    teach(session, sophie, "X", ELSEWHERE)
    curriculum = teach(session, sophie, "K", TAUGHT)
    found, _labels = curricula_of(session, sophie.organisation_id, today=today)
    modules = found[curriculum.id or 0].modules
    curriculum_aims.set_aims(
        session, sophie, curriculum.id or 0, rome_codes=["M1855"], version=1,
        foundations={number for number, one in modules.items() if one.name == "M3"},
    )  # fmt: skip
    facts = cohorts.CohortFacts(
        "K-1", "Promo K", date(2026, 9, 1), EXIT, 12, curriculum_id=curriculum.id
    )
    cohorts.create_cohort(session, sophie, facts)
    return curriculum


def ask(
    session: Session, actor: Actor, name: str, posts: int, certainty: Certainty, rome: str,
    lines: tuple[tuple[str, int, int, bool], ...], *, starts_on: date | None, on: date,
) -> Need:  # fmt: skip
    """A published need of an employer of its own."""
    facts = PartnerFacts(f"Entreprise {name}", employers.KIND)
    employer = employers.add_employer(session, actor, facts, employers.Contact())
    codes = needs.skills_by_code(session)
    terms = Terms(name, posts, certainty, rome, starts_on=starts_on)
    asked = [Requirement(codes[skill], *rest) for skill, *rest in lines]
    need = needs.create_need(session, actor, employer.id or 0, terms, asked, today=on)
    return needs.publish(session, actor, need.id or 0, version=1, today=on)


@pytest.fixture
def asked(session: Session, sophie: Actor, taught: Curriculum, today: date) -> dict[str, Need]:
    """The needs of the oracles that can be published: N4 says no skill and stays a draft."""
    teach(session, sophie, "ORAL", (("M", 1, (("FR_ORAL", 1),)),))
    return {
        name: ask(session, sophie, name, posts, certainty, rome, lines, on=today,
                  starts_on=date(2028, 3, 1) if name == "N5" else EXIT)
        for name, posts, certainty, rome, lines in ASKED
    }  # fmt: skip


def studied(session: Session, actor: Actor, curriculum: Curriculum, today: date) -> Study:
    """The study of a curriculum."""
    return coverage.study(session, actor.organisation_id, curriculum.id or 0, today=today)


def test_the_oracles_as_rows(
    session: Session, sophie: Actor, taught: Curriculum, asked: dict[str, Need], today: date
) -> None:
    study = studied(session, sophie, taught, today)
    assert study.question.window == window_around(EXIT)
    assert study.territory.alignment == Fraction(41, 84)
    assert study.aimed.alignment == Fraction(13, 16)
    found = study.details(Scope.TERRITORY)
    gains = {study.module_name(one.modules[0]): (one.points, one.posts) for one in found.gains}
    assert gains == {
        "X1 (X)": (Fraction(13, 84), 5),
        "X2 (X)": (Fraction(4, 35), 0),
        "X3 (X)": (Fraction(4, 35), 0),
        "X4 (X)": (Fraction(1, 14), 0),
        "FR_ORAL (module à imaginer)": (Fraction(2, 35), 0),
        "M (ORAL)": (Fraction(1, 35), 0),
    }
    assert found.gains[0].points_per_100_hours == Fraction(13, 84) * 100 / 70
    (pair,) = found.pairs
    assert [study.module_name(code) for code in pair.modules] == ["X2 (X)", "X3 (X)"]
    assert (pair.points, pair.posts) == (Fraction(8, 35), 2)
    lost = {study.module_name(one.modules[0]): one.points for one in found.losses}
    assert lost == {"M1": Fraction(5, 14), "M2": Fraction(11, 84), "M3": 0, "M4": 0}


def test_what_is_said_of_each_skill_and_module(
    session: Session, sophie: Actor, taught: Curriculum, asked: dict[str, Need], today: date
) -> None:
    study = studied(session, sophie, taught, today)
    found = study.details(Scope.TERRITORY)
    assert {row.skill: row.verdict for row in found.skills} == {
        "HTML": Verdict.TAUGHT,
        "SQL": Verdict.TOO_LOW,
        "INSTALL": Verdict.MISSING,
        "DEPANN": Verdict.MISSING,
        "FR_ORAL": Verdict.MISSING,
        "TABLEUR": Verdict.MISSING,
        "CSS": Verdict.NOT_ASKED,
        "FLASH": Verdict.NOT_ASKED,
        "PIX": Verdict.FOUNDATION,
    }
    # Only programmes with a cohort that ends in the window count: this one alone.
    assert [(one.skill, one.posts, one.employers) for one in found.uncovered] == [
        ("SQL", Fraction(8, 3), 2),
        ("DEPANN", 2, 1),
        ("FR_ORAL", 2, 1),
        ("INSTALL", 2, 1),
        ("TABLEUR", 1, 1),
    ]
    assert {study.needs.by_code[one.need].title: one.missing for one in found.unreached} == {
        "N1": ("SQL",), "N2": ("DEPANN", "INSTALL"), "N3": ("SQL",),
    }  # fmt: skip
    removals = {study.module_name(one.module): one.removal for one in found.modules}
    assert removals == {
        "M1": Removal.KEEP,
        "M2": Removal.KEEP,
        "M3": Removal.FOUNDATION,
        "M4": Removal.TOO_LITTLE_KNOWN,
    }


def test_a_removal_is_discussed_once_five_employers_were_heard_twice(
    session: Session, sophie: Actor, taught: Curriculum, today: date
) -> None:
    before = today - timedelta(days=31)
    made = [
        ask(session, sophie, f"N{place}", 1, FIRM, "M1855", (("HTML", 3, 4, True),),
            starts_on=EXIT, on=before)
        for place in range(5)
    ]  # fmt: skip
    for place, need in enumerate(made):
        of_m4 = studied(session, sophie, taught, today).details(Scope.AIMED).modules[3]
        assert of_m4.removal is Removal.TOO_LITTLE_KNOWN, place
        need_freshness.confirm(session, need, By.account(sophie), today=today)
    study = studied(session, sophie, taught, today)
    assert study.aimed.rounds == 2
    assert study.details(Scope.AIMED).modules[3].removal is Removal.DISCUSS


def test_every_open_need_is_counted_or_said_not_to_be(
    session: Session, sophie: Actor, taught: Curriculum, asked: dict[str, Need], cast: Cast,
    today: date,
) -> None:  # fmt: skip
    other = cast("MDE")
    theirs = ask(session, other, "T", 3, FIRM, "M1601", (("HTML", 2, 4, True),),
                 starts_on=None, on=today)  # fmt: skip
    study = studied(session, sophie, taught, today)
    tallies = {one.counting: (one.needs, one.posts) for one in study.territory.tallies}
    assert tallies == {Counting.COUNTED: (4, 11), Counting.OUT_OF_WINDOW: (1, 5)}
    aimed = {one.counting: (one.needs, one.posts) for one in study.aimed.tallies}
    assert aimed == {Counting.COUNTED: (1, 4), Counting.OTHER_OCCUPATION: (4, 12)}
    need_freshness.close(session, theirs, By.account(other), reason=ClosingReason.CANCELLED,
                         today=today)  # fmt: skip
    assert len(studied(session, sophie, taught, today).needs.by_code) == 4
    # Nobody confirmed them for ninety days: suspended in the list, and no demand is known.
    late = studied(session, sophie, taught, today + timedelta(days=90))
    assert late.needs.by_code == {}
    assert late.territory.alignment is None


def test_a_need_kept_to_oneself_is_no_demand_of_others(
    session: Session, sophie: Actor, taught: Curriculum, cast: Cast, today: date
) -> None:
    other = cast("MDE")
    facts = PartnerFacts("Discrète", employers.KIND)
    employer = employers.add_employer(session, other, facts, employers.Contact())
    html = needs.skills_by_code(session)["HTML"]
    asked = [Requirement(html, 2, 4, True)]
    need = needs.create_need(
        session, other, employer.id or 0, Terms("Secret"), asked, is_shared=False, today=today
    )
    needs.publish(session, other, need.id or 0, version=1, today=today)
    assert studied(session, sophie, taught, today).needs.by_code == {}


def test_taught_is_told_apart_from_acquired(
    session: Session, sophie: Actor, taught: Curriculum, meet: Meet, today: date
) -> None:
    start, end = today - timedelta(days=200), today - timedelta(days=10)
    facts = cohorts.CohortFacts("K-0", "K zéro", start, end, 12, curriculum_id=taught.id)
    past = cohorts.create_cohort(session, sophie, facts)
    html = needs.skills_by_code(session)["HTML"]
    said = skills.Said(end, EvidenceSource.ASSESSED)
    for place in range(6):
        learner, _pathway = meet(sophie, f"Nom{'abcdef'[place]}")
        cohorts.enrol(
            session, sophie, past.id or 0, learner.id or 0, enrolled_on=start, today=today
        )
        if place == 4:
            of_html = _row(studied(session, sophie, taught, today), "HTML").acquired
            assert of_html is not None
            assert of_html.leavers == 5
        elif place < 4:
            found = _row(studied(session, sophie, taught, today), "HTML").acquired
            assert found is not None
            assert found.reached is None
        level = {learner.id or 0: 3 if place else 2}
        skills.record_group(session, sophie, past.id or 0, html, level, said, today=today)
    found = _row(studied(session, sophie, taught, today), "HTML").acquired
    assert found is not None
    assert (found.leavers, found.reached, found.taught) == (6, 5, 3)


def _row(study: Study, skill: str) -> SkillRow:
    rows = study.details(Scope.TERRITORY).skills
    return next(row for row in rows if row.skill == skill)


def test_what_a_curriculum_aims_at(
    session: Session, sophie: Actor, cast: Cast, taught: Curriculum
) -> None:
    number = taught.id or 0
    with pytest.raises(RuleBroken, match="code ROME"):
        curriculum_aims.set_aims(
            session, sophie, number, rome_codes=["Z9999"], foundations=(), version=2
        )
    with pytest.raises(EditConflict):
        curriculum_aims.set_aims(session, sophie, number, rome_codes=[], foundations=(), version=1)
    with pytest.raises(NotAllowed):
        curriculum_aims.set_aims(session, cast("ECOLE", Role.TRAINER, "Thomas"), number,
                                 rome_codes=[], foundations=(), version=2)  # fmt: skip
    with pytest.raises(NotFound):
        curriculum_aims.set_aims(session, cast("AUTRE", Role.COORDINATOR, "Paule"), number,
                                 rome_codes=[], foundations=(), version=2)  # fmt: skip


def test_a_curriculum_by_its_code(session: Session, cast: Cast, taught: Curriculum) -> None:
    assert curriculum_of_code(session, "K") == (taught.id, taught.organisation_id)
    teach(session, cast("AUTRE", Role.COORDINATOR, "Paule"), "K", TAUGHT)
    with pytest.raises(RuleBroken, match="AUTRE, ECOLE"):
        curriculum_of_code(session, "K")
    assert curriculum_of_code(session, "K", "ECOLE")[0] == taught.id
    with pytest.raises(RuleBroken, match="Aucun cursus"):
        curriculum_of_code(session, "RIEN")


def test_supply_and_demand_by_date(
    session: Session, sophie: Actor, taught: Curriculum, asked: dict[str, Need], meet: Meet,
    today: date,
) -> None:  # fmt: skip
    learner, _pathway = meet(sophie)
    found, _labels = curricula_of(session, sophie.organisation_id, today=today)
    cohort = found[taught.id or 0].cohorts[0]
    cohorts.enrol(session, sophie, cohort.id, learner.id or 0, enrolled_on=today, today=today)
    shown = calendar(session, sophie.organisation_id, taught.id or 0, None, today=today)
    assert shown.scope is Scope.AIMED
    assert [(one.on, one.supply, one.demand) for one in shown.moments] == [(EXIT, 1, 4)]
    whole = calendar(session, sophie.organisation_id, taught.id or 0, Scope.TERRITORY, today=today)
    assert [(one.on, one.balance) for one in whole.moments] == [
        (EXIT, 1 - 7), (date(2028, 3, 1), 1 - 12),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        calendar(session, sophie.organisation_id, 999, None, today=today)


def test_whoever_was_hired_leaves_supply_and_demand(
    session: Session, sophie: Actor, taught: Curriculum, asked: dict[str, Need], meet: Meet,
    today: date,
) -> None:  # fmt: skip
    found, _labels = curricula_of(session, sophie.organisation_id, today=today)
    cohort = found[taught.id or 0].cohorts[0]
    people = [meet(sophie, name)[0].id or 0 for name in ("Hired", "Looking")]
    for learner_id in people:
        cohorts.enrol(session, sophie, cohort.id, learner_id, enrolled_on=today, today=today)
    need = asked["N1"]

    def balance() -> tuple[int, list[tuple[date, Fraction, Fraction]]]:
        shown = calendar(session, sophie.organisation_id, taught.id or 0, None, today=today)
        return shown.placed, [(one.on, one.supply, one.demand) for one in shown.moments]

    def capable() -> list[str]:
        hall = coverage_people.hall(session, sophie, [cohort.id], {}, today=today)
        return [one.ref for one in hall.people]

    assert balance() == (0, [(EXIT, 2, 4)])
    assert capable() == [str(one) for one in people]
    hire(session, sophie, need, people[0], today)
    assert balance() == (1, [(EXIT, 1, 3)])
    assert capable() == [str(people[1])]


def hire(session: Session, actor: Actor, need: Need, learner_id: int, on: date) -> None:
    """The whole of an introduction, in a day."""
    row = introductions.propose(session, actor, need.id or 0, learner_id, today=on)
    number, agreement = row.id or 0, Agreement("Oui.", on, "Une présentation.", Way.IN_PERSON)
    introductions.agree(session, actor, number, agreement, version=1, today=on)
    introductions.send(session, actor, number, way=Way.PHONE, version=2, today=on)
    said = Answer(Act.HIRED, on, way=Way.PHONE)
    introduction_answers.answer(session, actor, number, said, version=3, today=on)
