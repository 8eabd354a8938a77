"""Juries through the actions: levels come with a block and go with a correction."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import (
    certification_facts,
    certifications,
    cohorts,
    curricula,
    juries,
    skill_facts,
    skills,
)
from parcours.domain.access import Actor, Role
from parcours.domain.certification import JuryOutcome, standing
from parcours.domain.errors import EditConflict, NotAllowed, NotFound, RuleBroken
from parcours.domain.skills import EvidenceSource
from parcours.features.skills import jury_store, store
from parcours.models import (
    Certification,
    CertificationBlock,
    JuryResult,
    Skill,
    SkillEvidence,
    SkillWithdrawal,
)
from tests.actions.conftest import Cast, Meet

OBTAINED, REFUSED = JuryOutcome.OBTAINED, JuryOutcome.REFUSED
HELD = date(2026, 11, 20)


@pytest.fixture
def lise(cast: Cast, session: Session) -> Actor:
    """A coordinator who prepares people for RNCP37674."""
    certifications.use_certification(session, "RNCP37674")
    return cast("CLIC", Role.COORDINATOR, "Lise Morel")


def blocks(session: Session) -> dict[str, int]:
    """Each block’s id by its number."""
    rows = session.execute(select(col(CertificationBlock.code), col(CertificationBlock.id)))
    return {code: number or 0 for code, number in rows}


def sheet(session: Session, code: str = "RNCP37674") -> int:
    found = certifications.sheet_of_code(session, code)
    return found.id or 0 if found else 0


def sitting(session: Session, code: str | None, on: date = HELD) -> juries.Sitting:
    """A jury of a block, or of the whole title."""
    if code is None:
        return juries.Sitting(sheet(session), None, on)
    return juries.Sitting(sheet(session, code[:9]), blocks(session)[code], on)


def levels(session: Session, learner_id: int) -> dict[str, tuple[int, EvidenceSource]]:
    """The last level that stands on each skill, as the learner’s page tells it."""
    found: dict[str, tuple[int, EvidenceSource]] = {}
    for row in store.of_learner(session, learner_id):
        if row.withdrawn is None:
            found.setdefault(row.skill.code, (row.evidence.level, row.evidence.source))
    return found


def test_a_sheet_comes_with_its_blocks_skills_and_the_sheet_before(
    session: Session, lise: Actor
) -> None:
    codes = blocks(session)
    assert {"RNCP37674BC01", "RNCP37674BC02", "RNCP31114BC01"} <= codes.keys()
    follows = certification_facts.titles(session, lise).follows
    assert follows[codes["RNCP37674BC01"]] == [codes["RNCP31114BC01"]]
    row = session.get_one(Certification, sheet(session))
    assert row.valid_until == date(2028, 9, 1)
    assert len(certification_facts.skills_of(session, row, codes["RNCP37674BC01"])) == 4
    assert len(certification_facts.skills_of(session, row, None)) == 8
    before = session.execute(select(func.count()).select_from(CertificationBlock)).scalar_one()
    certifications.use_certification(session, "RNCP37674")
    after = session.execute(select(func.count()).select_from(CertificationBlock)).scalar_one()
    assert before == after
    with pytest.raises(NotFound):
        certifications.use_certification(session, "RNCP99999")


def test_every_shipped_sheet_can_serve(session: Session, lise: Actor) -> None:
    from parcours import reference

    for code in reference.certifications():
        row = certifications.use_certification(session, code, lise)
        own = certification_facts.titles(session, lise).blocks_of(row.id)
        for block in (None, *(item.id for item in own)):
            has_skills = bool(certification_facts.skills_of(session, row, block))
            assert has_skills == (row.framework_id is not None), code


def test_a_block_obtained_certifies_its_skills_and_a_correction_takes_them_back(
    session: Session, lise: Actor, meet: Meet, today: date
) -> None:
    learner, _ = meet(lise)
    first = session.execute(select(Skill).where(col(Skill.code) == "RNCP37674BC01:1")).scalar_one()
    said = skills.Said(date(2026, 10, 1))
    skills.record_level(session, lise, learner.id or 0, first.id or 0, 2, said, today=today)
    row = juries.record_result(
        session, lise, learner.id or 0, sitting(session, "RNCP37674BC01"), OBTAINED, today=today
    )
    found = levels(session, learner.id or 0)
    assert len(found) == 4
    assert set(found.values()) == {(3, EvidenceSource.CERTIFIED)}
    # The same again changes nothing.
    juries.record_result(
        session, lise, learner.id or 0, sitting(session, "RNCP37674BC01"), OBTAINED, today=today
    )
    assert session.execute(select(func.count()).select_from(SkillEvidence)).scalar_one() == 5
    juries.correct_result(
        session, lise, row.id or 0, REFUSED, HELD, version=row.version, today=today
    )
    # What was observed before counts again; what was certified stays written.
    assert levels(session, learner.id or 0) == {first.code: (2, EvidenceSource.OBSERVED)}
    assert session.execute(select(func.count()).select_from(SkillEvidence)).scalar_one() == 5
    assert session.execute(select(func.count()).select_from(SkillWithdrawal)).scalar_one() == 4
    with pytest.raises(EditConflict):
        juries.correct_result(session, lise, row.id or 0, OBTAINED, HELD, version=1, today=today)


def test_a_jury_for_a_cohort_at_once(
    session: Session, lise: Actor, meet: Meet, today: date
) -> None:
    facts = cohorts.CohortFacts("GEN", "GEN", date(2026, 9, 1), date(2027, 1, 29), 12)
    cohort = cohorts.create_cohort(session, lise, facts)
    people = [meet(lise, name)[0].id or 0 for name in ("Boucher", "Cissé", "Garcia")]
    for number in people[:2]:
        cohorts.enrol(session, lise, cohort.id or 0, number, today=today)
    told = dict(zip(people[:2], (OBTAINED, REFUSED), strict=True))
    jury = sitting(session, None)

    def record(outcomes: dict[int, JuryOutcome]) -> int:
        return juries.record_jury(session, lise, cohort.id or 0, jury, outcomes, today=today)

    assert record(told) == 2
    assert record(told) == 0
    assert record(dict.fromkeys(people[:2], OBTAINED)) == 1
    assert len(jury_store.of_cohort(session, cohort.id or 0)) == 2
    with pytest.raises(NotFound):
        record({people[2]: OBTAINED})
    with pytest.raises(RuleBroken, match="une personne au moins"):
        record({})
    coming = juries.Sitting(jury.certification_id, None, today + timedelta(days=9))
    with pytest.raises(RuleBroken, match="pas encore eu lieu"):
        juries.record_jury(session, lise, cohort.id or 0, coming, told, today=today)


def test_an_old_block_counts_toward_the_new_title(
    session: Session, lise: Actor, meet: Meet, today: date
) -> None:
    learner, _ = meet(lise)
    number = learner.id or 0
    old = sitting(session, "RNCP31114BC01", date(2022, 6, 17))
    juries.record_result(session, lise, number, old, OBTAINED, today=today)
    new = sitting(session, "RNCP37674BC02")
    juries.record_result(session, lise, number, new, OBTAINED, today=today)
    results = [item.result for item in jury_store.of_learner(session, number)]
    known = certification_facts.titles(session, lise).blocks
    follows = certification_facts.titles(session, lise).follows
    found = standing(sheet(session), known, results, follows)
    assert found.is_due
    assert [item.through.code if item.through else "" for item in found.blocks] == [
        "RNCP31114BC01", "",
    ]  # fmt: skip


def test_a_title_of_ones_own_and_its_mapping(
    session: Session, lise: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    facts = certifications.SheetFacts("MEDIA-1", "Médiateur", "titre", 5)
    lines = [("MEDIA-1BC01", "Accueillir"), ("MEDIA-1BC02", "Animer")]
    row = certifications.create_certification(session, lise, facts, lines)
    newer = certifications.SheetFacts("MEDIA-2", "Médiateur numérique", "titre", 5)
    later = certifications.create_certification(
        session, lise, newer, [("MEDIA-2BC01", "Accueillir et orienter")]
    )
    codes = blocks(session)
    certifications.say_equivalence(session, lise, codes["MEDIA-1BC01"], codes["MEDIA-2BC01"])
    for pair in (("MEDIA-1BC01", "MEDIA-2BC01"), ("MEDIA-2BC01", "MEDIA-1BC01"),
                 ("MEDIA-1BC01", "MEDIA-1BC02")):  # fmt: skip
        with pytest.raises(RuleBroken):
            certifications.say_equivalence(session, lise, codes[pair[0]], codes[pair[1]])
    learner, _ = meet(lise)
    jury = juries.Sitting(row.id or 0, codes["MEDIA-1BC01"], HELD)
    juries.record_result(session, lise, learner.id or 0, jury, OBTAINED, today=today)
    assert {level for level, _ in levels(session, learner.id or 0).values()} == {3}
    results = [item.result for item in jury_store.of_learner(session, learner.id or 0)]
    known = certification_facts.titles(session, lise).blocks
    follows = certification_facts.titles(session, lise).follows
    assert standing(later.id or 0, known, results, follows).is_due
    # Another organisation sees none of it, and may use the same number.
    other = cast("AUTRE", Role.COORDINATOR, "Paule Roy")
    assert row.id not in {item.id for item in certification_facts.titles(session, other).sheets}
    with pytest.raises(NotFound):
        certification_facts.sheet(session, other, row.id or 0)
    with pytest.raises(NotFound):
        certifications.say_equivalence(session, other, codes["MEDIA-1BC01"], codes["MEDIA-1BC02"])
    certifications.create_certification(session, other, facts, lines)
    with pytest.raises(RuleBroken, match="déjà ce numéro"):
        certifications.create_certification(session, lise, facts, lines)
    shipped = certifications.SheetFacts("RNCP37873", "CDA")
    with pytest.raises(RuleBroken, match="déjà ce numéro"):
        certifications.create_certification(session, lise, shipped, ())


@pytest.mark.parametrize(
    ("code", "ends_on", "expires"),
    [
        ("RNCP37674", date(2027, 1, 29), False),
        ("rncp 37681", date(2027, 1, 29), True),  # shipped, in use or not
        ("RNCP35959", date(2026, 12, 18), True),
        ("RNCP31114", date(2027, 1, 29), True),
        ("INCONNU", date(2027, 1, 29), None),
        (None, date(2027, 1, 29), None),
    ],
)
def test_a_curriculum_that_aims_at_a_sheet_that_expires(
    session: Session, lise: Actor, code: str | None, ends_on: date, expires: bool | None
) -> None:
    curriculum = curricula.create_curriculum(
        session, lise, code="C", name="Cursus", modules=(), rncp_code=code
    )
    facts = cohorts.CohortFacts(
        "GEN", "GEN", date(2026, 9, 1), ends_on, 12, curriculum_id=curriculum.id
    )
    cohort = cohorts.create_cohort(session, lise, facts)
    known = certification_facts.titles(session, lise).sheets
    aim = certification_facts.aim_of(session, cohort, known)
    same = certification_facts.aim_at(session, lise, code, cohort)
    assert (same.expires if same else None) is expires
    assert (aim.expires if aim else None) is expires
    if code == "RNCP31114":
        assert aim is not None
        assert aim.next_codes == ["RNCP37674"]


def test_what_is_removed_leaves_no_level(
    session: Session, lise: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    learner, _ = meet(lise)
    row = juries.record_result(
        session, lise, learner.id or 0, sitting(session, None), OBTAINED, today=today
    )
    assert len(levels(session, learner.id or 0)) == 8
    other = cast("AUTRE", Role.COORDINATOR, "Paule Roy")
    with pytest.raises(NotFound):
        juries.remove_result(session, other, row.id or 0, version=1, today=today)
    with pytest.raises(EditConflict):
        juries.remove_result(session, lise, row.id or 0, version=7, today=today)
    juries.remove_result(session, lise, row.id or 0, version=row.version, today=today)
    assert levels(session, learner.id or 0) == {}
    assert session.execute(select(func.count()).select_from(JuryResult)).scalar_one() == 0


def test_a_level_of_a_jury_is_taken_back_with_its_result_alone(
    session: Session, lise: Actor, meet: Meet, today: date
) -> None:
    learner, _ = meet(lise)
    number = learner.id or 0
    juries.record_result(
        session, lise, number, sitting(session, "RNCP37674BC01"), OBTAINED, today=today
    )
    evidence = session.execute(select(col(SkillEvidence.id))).scalars().first() or 0
    with pytest.raises(RuleBroken, match="vient d’un jury"):
        skills.withdraw(session, lise, number, evidence, reason="Erreur", today=today)


def test_a_funder_or_an_outsider_notes_nothing(
    session: Session, lise: Actor, cast: Cast, meet: Meet, today: date
) -> None:
    learner, _ = meet(lise)
    jury = sitting(session, None)
    other, funder = cast("AUTRE"), cast("FSE", Role.FUNDER, "Marc Olivier")
    with pytest.raises(NotFound):
        juries.record_result(session, other, learner.id or 0, jury, OBTAINED, today=today)
    with pytest.raises(NotAllowed):
        juries.record_result(session, funder, learner.id or 0, jury, OBTAINED, today=today)
    with pytest.raises(NotAllowed):
        certifications.create_certification(session, other, certifications.SheetFacts("X", "X"), ())


def test_who_has_no_level_since(session: Session, lise: Actor, meet: Meet, today: date) -> None:
    facts = cohorts.CohortFacts("GEN", "GEN", date(2026, 9, 1), date(2027, 1, 29), 12)
    cohort = cohorts.create_cohort(session, lise, facts)
    people = [meet(lise, name)[0].id or 0 for name in ("Boucher", "Cissé", "Garcia", "Diallo")]
    entered = (date(2026, 9, 1),) * 3 + (date(2026, 11, 16),)
    for number, day in zip(people, entered, strict=True):
        cohorts.enrol(session, lise, cohort.id or 0, number, today=today, enrolled_on=day)
    skill = certification_facts.skills_of(
        session, session.get_one(Certification, sheet(session)), None
    )[0]
    for number, day in ((people[0], date(2026, 11, 10)), (people[1], date(2026, 10, 20))):
        said = skills.Said(day)
        row = skills.record_level(session, lise, number, skill, 2, said, today=today)

    def late() -> list[int]:
        since = date(2026, 11, 1)
        found = skill_facts.without_level(session, lise, since=since, today=today)
        return [learner for _, learner in found]

    # The last one entered this month: nothing is late yet.
    assert late() == people[1:3]
    said = skills.Said(date(2026, 11, 12))
    row = skills.record_level(session, lise, people[2], skill, 1, said, today=today)
    assert late() == [people[1]]
    skills.withdraw(session, lise, people[2], row.id or 0, reason="Erreur", today=today)
    assert late() == people[1:3]
