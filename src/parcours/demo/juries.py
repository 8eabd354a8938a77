"""The juries of the first cohort, an old block that counts, a sheet that ends too soon."""

from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import certification_facts, certifications, juries
from parcours.demo.cohorts import MALIK, SOPHIE, Cohorts
from parcours.domain.access import Actor
from parcours.domain.certification import JuryOutcome
from parcours.features.skills import store

TITLE, OLD_TITLE = "RNCP37674", "RNCP31114"
INITIATION = (("CIN-2024BC01", "Utiliser un ordinateur au quotidien"),
              ("CIN-2024BC02", "Faire une démarche en ligne"))  # fmt: skip


def hold_juries(session: Session, actors: dict[str, Actor], opened: Cohorts, today: date) -> None:
    """Two thirds of the first cohort obtain the title, the others a block; a jury is coming."""
    actor = actors[SOPHIE]
    sheet = certifications.use_certification(session, TITLE)
    blocks = {
        row.code: key for key, row in certification_facts.titles(session, actor).blocks.items()
    }
    front, back, old = (
        blocks[code] for code in (f"{TITLE}BC01", f"{TITLE}BC02", f"{OLD_TITLE}BC01")
    )
    held = opened.past.ends_on - timedelta(days=5)
    title = juries.Sitting(sheet.id or 0, None, held)
    past = _people(session, opened.past.id or 0)
    cut = len(past) * 2 // 3
    for sitting, people, outcome in (
        (title, past[:cut], JuryOutcome.OBTAINED),
        (title, past[cut:], JuryOutcome.REFUSED),
        (juries.Sitting(sheet.id or 0, front, held), past[cut:], JuryOutcome.OBTAINED),
    ):
        if people:
            told = dict.fromkeys(people, outcome)
            juries.record_jury(session, actor, opened.past.id or 0, sitting, told, today=today)
    _in_current(session, actor, opened, sheet.id or 0, (old, back), today)
    last = juries.Sitting(sheet.id or 0, None, opened.coming.ends_on - timedelta(days=5))
    entered = dict.fromkeys(_people(session, opened.coming.id or 0), JuryOutcome.PRESENTED)
    if entered:
        juries.record_jury(session, actor, opened.coming.id or 0, last, entered, today=today)
    _ending_sheet(session, actors[MALIK], opened)


def _in_current(
    session: Session,
    actor: Actor,
    opened: Cohorts,
    sheet_id: int,
    blocks: tuple[int, int],
    today: date,
) -> None:
    """Somebody came with a block of the sheet before; everybody is presented next month."""
    old, back = blocks
    cohort_id, people = opened.current.id or 0, _people(session, opened.current.id or 0)
    known = certification_facts.titles(session, actor).blocks
    before = juries.Sitting(known[old].certification_id, old, date(2022, 6, 17))
    obtained = dict.fromkeys(people[:2], JuryOutcome.OBTAINED)
    juries.record_jury(session, actor, cohort_id, before, obtained, today=today)
    seen = juries.Sitting(sheet_id, back, today - timedelta(days=8))
    juries.record_jury(
        session, actor, cohort_id, seen, dict.fromkeys(people[:1], JuryOutcome.OBTAINED),
        today=today,
    )  # fmt: skip
    coming = juries.Sitting(sheet_id, None, today + timedelta(days=40), "Session de fin")
    presented = dict.fromkeys(people, JuryOutcome.PRESENTED)
    juries.record_jury(session, actor, cohort_id, coming, presented, today=today)


def _ending_sheet(session: Session, actor: Actor, opened: Cohorts) -> None:
    """The certificate of the initiation ends before the cohort that prepares it."""
    until = opened.pre_current.ends_on - timedelta(days=20)
    facts = certifications.SheetFacts(
        "CIN-2024", "Certificat d’initiation numérique", "certificat", valid_until=until
    )
    certifications.create_certification(session, actor, facts, INITIATION)


def _people(session: Session, cohort_id: int) -> list[int]:
    return [person.learner_id for person in store.people(session, cohort_id)]
