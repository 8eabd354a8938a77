"""Hand-made participants from their file to the workbook: every figure known, every date exact."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    agreement_terms,
    agreements,
    cohorts,
    entry_answers,
    exits,
    exports,
    figure_rows,
    learners,
    news,
    outcome_entries,
    pathways,
    situations,
    supported_entities,
)
from parcours.actions.definitions import exit_rules
from parcours.actions.outputs import output
from parcours.actions.pseudonyms import pseudonym
from parcours.domain.access import Actor, Role
from parcours.domain.agreements import TargetKind
from parcours.domain.entry_questions import Answer, Question
from parcours.domain.figure_rows import Part
from parcours.domain.outcomes import EmployerKind, Improvement, Qualification
from parcours.domain.supported_entities import Declaration, Declared, Entity
from parcours.domain.words import Gender
from parcours.models import Agreement, EntryAnswers, Exit, FollowUp, Learner
from tests.actions.test_exports import actor

ENTERED, LEFT, SIX_MONTHS = date(2026, 1, 5), date(2026, 6, 30), date(2026, 12, 30)
BACK, LEFT_AGAIN = date(2026, 9, 1), date(2026, 10, 30)
AS_OF, DECLARED = date(2027, 2, 15), date(2026, 2, 2)
WOMAN, MAN, NO_TITLE = Gender.WOMAN, Gender.MAN, Qualification.NONE
# Who they are: born on, gender, situation at entry, level.
PEOPLE: Mapping[str, tuple[date, Gender | None, str, str]] = {
    # Thirty during the pathway; leaves for a CDD of exactly six months, a title in hand.
    "Trente": (date(1996, 3, 1), WOMAN, "DELD", "3"),
    # Fifty-five on the day of entry; a contract begun before the exit.
    "Avant": (date(1971, 1, 5), MAN, "INACTIF", "2"),
    # Back after a first exit: twenty-nine at the first entry, thirty at the second.
    "Retour": (date(1996, 8, 1), WOMAN, "DE_LT12", "5"),
    # Came one day.
    "Passage": (date(1990, 1, 1), WOMAN, "DELD", "3"),
    # Nobody noted the gender.
    "Incomplet": (date(1990, 1, 1), None, "DELD", "3"),
    # Eighteen the day after entry; a student.
    "Mineur": (date(2008, 1, 6), MAN, "ETUDIANT", "2"),
    # Employed at entry, in training at the exit, better off six months after.
    "Salariée": (date(1990, 5, 5), WOMAN, "SALARIE", "7"),
    # The cohort is over and nobody noted an exit.
    "Encore": (date(1980, 1, 1), WOMAN, "DELD", "4"),
    "Silence": (date(1985, 1, 1), MAN, "DE_LT12", "1"),
    "Décès": (date(1985, 1, 1), WOMAN, "DELD", "3"),
}
LEFT_FOR: Mapping[str, dict[str, Any]] = {
    "Trente": {"situation": "CDD_M6", "contract_type": "CDD", "weekly_hours": Decimal(35),
               "contract_starts_on": date(2026, 7, 1), "contract_ends_on": date(2026, 12, 31),
               "proof_seen_on": LEFT, "qualification": Qualification.FULL},
    "Avant": {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
              "contract_starts_on": date(2026, 6, 1), "qualification": NO_TITLE},
    "Retour": {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
               "contract_starts_on": date(2026, 7, 1), "qualification": Qualification.FULL},
    "Incomplet": {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
                  "contract_starts_on": date(2026, 7, 1)},
    "Mineur": {"situation": "CHOMAGE", "qualification": NO_TITLE},
    "Salariée": {"situation": "FORMATION_QUALIF", "contract_starts_on": date(2026, 7, 15),
                 "qualification": NO_TITLE},
    "Silence": {"situation": "SANS_NOUVELLE"},
    "Décès": {"situation": "DECES"},
}  # fmt: skip
SIX_MONTHS_AFTER: Mapping[str, dict[str, Any]] = {
    "Mineur": {"situation": "CHOMAGE"},
    "Salariée": {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
                 "contract_starts_on": date(2026, 9, 1), "improvement": Improvement.STABLE},
}  # fmt: skip

YES, NO, REFUSED = Answer.YES, Answer.NO, Answer.REFUSED
# In order: disability, third country, foreign background, minority, housing, rural. Who is not
# there was not asked; « Incomplet » and « Passage » answered yes to all and count nowhere.
ANSWERED: Mapping[str, tuple[Answer | None, ...]] = {
    "Trente": (YES, NO, NO, REFUSED, NO, YES),
    "Avant": (NO, YES, YES, NO, YES, NO),
    "Retour": (REFUSED, NO, YES, YES, NO, None),
    "Passage": (YES,) * 6,
    "Incomplet": (YES,) * 6,
    "Mineur": (NO, REFUSED, REFUSED, NO, NO, NO),
    "Salariée": (YES, NO, NO, NO, None, YES),
    "Décès": (NO, NO, NO, NO, NO, NO),
}
UNASKED = {"Encore", "Silence"}
FSE = {
    # By code: who counts, who is unknown, how many in the denominator.
    "PARTICIPANTS": (set(PEOPLE) - {"Passage"}, set(), 9),
    "DOSSIERS": ({"Incomplet"}, set(), 9),
    "EECO01": (set(PEOPLE) - {"Passage", "Incomplet"}, set(), 8),
    "EECO02": ({"Trente", "Retour", "Encore", "Silence", "Décès"}, set(), 8),
    "EECO03": ({"Trente", "Encore", "Décès"}, set(), 5),
    "EECO04": ({"Avant", "Mineur"}, set(), 8),
    "EECO05": ({"Salariée"}, set(), 8),
    "EECO06": ({"Mineur"}, set(), 8),
    "EECO07": ({"Trente", "Retour"}, set(), 8),
    "EECO08": ({"Avant"}, set(), 8),
    "EECO09": ({"Avant", "Mineur", "Silence"}, set(), 8),
    "EECO10": ({"Trente", "Encore", "Décès"}, set(), 8),
    "EECO11": ({"Retour", "Salariée"}, set(), 8),
    "EECO12": ({"Trente", "Salariée"}, UNASKED | {"Retour"}, 8),
    "EECO13": ({"Avant"}, UNASKED | {"Mineur"}, 8),
    "EECO14": ({"Avant", "Retour"}, UNASKED | {"Mineur"}, 8),
    "EECO15": ({"Retour"}, UNASKED | {"Trente"}, 8),
    "EECO16": ({"Avant"}, UNASKED | {"Salariée"}, 8),
    "EECO17": ({"Trente", "Salariée"}, UNASKED | {"Retour"}, 8),
    # Sought among the inactive alone.
    "EECR01": ({"Mineur"}, set(), 2),
    # The student was in training already; the silent and the dead are unknown, not a no.
    "EECR02": ({"Salariée"}, {"Silence", "Décès"}, 6),
    # The title of the first exit is not that of the last: one participation, its last results.
    "EECR03": ({"Trente"}, {"Retour", "Silence", "Décès"}, 7),
    "EECR04": ({"Trente", "Avant"}, {"Silence", "Décès"}, 6),
    # A CDI signed at the exit tells nothing of December; who came back is not due yet.
    "EECR05": ({"Trente"}, {"Avant", "Silence", "Décès"}, 5),
    "EECR06": ({"Salariée"}, set(), 1),
}
EXITS = {
    "SORTIES": (set(LEFT_FOR), set(), 9),
    # Exactly six months is durable; the second presence, of two months, is withdrawn.
    "iae:durable": ({"Trente", "Avant", "Incomplet"}, set(), 8),
    "iae:transition": (set(), set(), 8),
    "iae:positive": ({"Salariée"}, set(), 8),
    "iae:other": ({"Mineur", "Silence"}, set(), 8),
    "iae:withdrawn": ({"Retour", "Décès"}, set(), 8),
    "iae:taux": ({"Trente", "Avant", "Incomplet", "Salariée"}, set(), 6),
    # Six months attested, with hours and a proof: one alone has them.
    "plie:taux": ({"Trente"}, {"Avant", "Incomplet", "Salariée", "Silence"}, 6),
    "plie:not_due": ({"Retour"}, set(), 8),
}
GEN = {
    # Among those who answered: the silent one is beside, not inside.
    "gen:taux": ({"Trente", "Avant", "Incomplet", "Salariée"}, {"Silence"}, 6),
    "gen:withdrawn": ({"Décès"}, set(), 8),
}
# What was learnt since, by the day it tells of: a year, a year and a half, two years after.
YEAR, YEAR_AND_HALF, TWO_YEARS = date(2027, 6, 30), date(2027, 12, 30), date(2028, 6, 30)
SINCE: Mapping[tuple[str, date], dict[str, Any]] = {
    ("Trente", YEAR): {"situation": "FONCTION_PUBLIQUE", "contract_type": "FONCTION_PUBLIQUE",
                       "contract_starts_on": date(2027, 1, 1)},
    ("Avant", YEAR): {"situation": "CREATION", "contract_type": "CREATION"},
    ("Mineur", YEAR): {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
                       "contract_starts_on": date(2027, 2, 1),
                       "employer_kind": EmployerKind.ABROAD},
    ("Trente", YEAR_AND_HALF): {"situation": "CHOMAGE"},
    # Told later of a job begun before: it tells of the days between, a year after included.
    ("Salariée", YEAR_AND_HALF): {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
                                  "contract_starts_on": date(2026, 9, 1)},
    ("Trente", TWO_YEARS): {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
                            "contract_starts_on": date(2028, 1, 10), "related_to_training": True},
    ("Avant", TWO_YEARS): {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
                           "contract_starts_on": date(2028, 2, 1),
                           "employer_kind": EmployerKind.HOUSEHOLD},
    ("Silence", TWO_YEARS): {"situation": "SANS_NOUVELLE"},
}  # fmt: skip
LAST = date(2028, 10, 1)
UNCERTIFIED = {"Retour", "Incomplet", "Silence", "Décès"}
# By the definition an agreement chose: who counts, who is unknown, how many in the denominator.
CHOSEN: Mapping[str, tuple[set[str], set[str], int]] = {
    "iae-heures": ({"Trente", "Avant", "Incomplet", "Salariée"}, set(), 7),
    # Those registered at entry; of the student nobody can tell, and silence stays inside.
    "ft": ({"Trente", "Incomplet"}, {"Silence", "Mineur"}, 5),
    # Certified people alone, and beside them those of whom nobody said.
    "rncp-6-mois": ({"Trente"}, UNCERTIFIED, 1),
    "rncp-metier-6-mois": (set(), UNCERTIFIED | {"Trente"}, 0),
    "rncp-metier-2-ans": ({"Trente"}, UNCERTIFIED, 1),
    "inserjeunes-6-mois": ({"Trente", "Salariée"}, {"Avant", "Retour", "Incomplet", "Silence"}, 7),
    # One’s own business and a job abroad are no salaried job in France.
    "inserjeunes-12-mois": ({"Trente", "Salariée"}, {"Retour", "Incomplet", "Silence"}, 7),
    "inserjeunes-18-mois": (
        {"Salariée"}, {"Avant", "Retour", "Incomplet", "Mineur", "Silence"}, 7
    ),
    # Who came back left four months later: not due yet.
    "inserjeunes-24-mois": ({"Trente"}, {"Incomplet", "Mineur", "Salariée", "Silence"}, 6),
}  # fmt: skip


@pytest.fixture
def bed(session: Session, today: date) -> Agreement:
    """The participants, entered through the acts of those who follow them."""
    lead = actor(session, "REV", Role.COORDINATOR, today)
    funder = actor(session, "FSE", Role.FUNDER, today, kind="OI_FSE")
    first = _cohort(session, lead, "P1", ENTERED, LEFT)
    second = _cohort(session, lead, "P2", BACK, LEFT_AGAIN)
    for name, (born_on, gender, status, level) in PEOPLE.items():
        facts = learners.LearnerFacts(
            birth_name=name, first_names="A", born_on=born_on, gender=gender,
            entry_status=status, education=level,
        )  # fmt: skip
        person = learners.create_learner(session, lead, facts, today=today, is_another=True)
        enrolment = cohorts.enrol(session, lead, first, person.id or 0, today=ENTERED)
        if name == "Passage":
            enrolment.left_on = ENTERED
        if name in LEFT_FOR:
            _leave(session, lead, person, LEFT, LEFT_FOR[name])
        if name in SIX_MONTHS_AFTER:
            _answer(session, lead, person, SIX_MONTHS_AFTER[name])
    back = session.execute(select(Learner).where(col(Learner.birth_name) == "Retour")).scalar_one()
    cohorts.enrol(session, lead, second, back.id or 0, today=BACK)
    _leave(session, lead, back, LEFT_AGAIN, {"situation": "CHOMAGE"})
    agreement = agreements.create_agreement(
        session, lead, code="FSE-1", title="Banc", funder_id=funder.organisation_id,
        starts_on=ENTERED, ends_on=date(2027, 6, 30), cohort_ids=[first, second],
    )  # fmt: skip
    terms = agreement_terms.Terms({}, outputs=("fse",))
    agreement_terms.set_terms(session, lead, agreement.id or 0, terms, version=1)
    _declare(session, lead, agreement)
    _answered(session, lead, agreement, back)
    return agreement


def _declare(session: Session, lead: Actor, agreement: Agreement) -> None:
    """Four services declared in February, and the instruction to ask about minorities."""
    supported_entities.declare(
        session, lead, agreement.id or 0,
        {Entity.ADMINISTRATION: Declaration(Declared.COUNTED, DECLARED, 4, "Liste signée")},
        instruction="Courrier du gestionnaire, 3 janvier 2026", version=agreement.version,
        today=DECLARED,
    )  # fmt: skip


def _answered(session: Session, lead: Actor, agreement: Agreement, back: Learner) -> None:
    """Everybody’s answers at their first entry; who came back answers otherwise the second time."""
    rows = session.execute(select(col(Learner.id), col(Learner.birth_name)))
    names = {row[0]: row[1] for row in rows}
    found, _ = outcome_entries.entries_of(session, agreement, AS_OF)
    for key, entries in found.items():
        if names[key] in ANSWERED:
            answers = dict(zip(Question, ANSWERED[names[key]], strict=True))
            _record(session, lead, entries[0][0].id or 0, answers, ENTERED)
    again = found[back.id or 0][1][0]
    _record(session, lead, again.id or 0, dict.fromkeys(Question, YES), BACK)


def _record(
    session: Session, lead: Actor, entry: int, answers: dict[Question, Answer | None], on: date
) -> None:
    record = entry_answers.Record(on, answers)
    entry_answers.record_answers(session, lead, entry, record, version=0, today=on)


def _cohort(session: Session, lead: Actor, code: str, starts_on: date, ends_on: date) -> int:
    facts = cohorts.CohortFacts(code, f"Promo {code}", starts_on, ends_on, 30)
    return cohorts.create_cohort(session, lead, facts).id or 0


def _leave(session: Session, lead: Actor, who: Learner, on: date, said: dict[str, Any]) -> None:
    pathway = pathways.current_pathway(session, who)
    assert pathway is not None
    record = situations.SituationRecord(on, **said)
    exits.record_exit(session, lead, pathway.id or 0, record, today=on)


def _answer(session: Session, lead: Actor, who: Learner, said: dict[str, Any]) -> None:
    asked = session.execute(
        select(FollowUp).where(
            col(FollowUp.learner_id) == who.id, col(FollowUp.due_on) == SIX_MONTHS
        )
    ).scalar_one()
    record = situations.SituationRecord(SIX_MONTHS, **said)
    news.record_answer(session, lead, asked.id or 0, record, today=SIX_MONTHS)


@pytest.mark.parametrize(("code", "known"), [("fse", FSE), ("insertion", EXITS), ("gen", GEN)])
def test_every_figure_is_known_and_so_is_who_it_counts(
    session: Session, bed: Agreement, code: str, known: dict[str, Any]
) -> None:
    names = {
        pseudonym(bed, row.id or 0): row.birth_name
        for row in session.execute(select(Learner)).scalars()
    }
    found = {
        item.measure.code: item
        for item in exports.figures_of(session, bed, output(code), as_of=AS_OF)
    }
    for figure, (counted, unknown, among) in known.items():
        item = found[figure]
        assert (item.count, item.unknown, item.among) == (
            len(counted), len(unknown), among,
        ), figure  # fmt: skip
        traced = figure_rows.trace_today(session, bed, figure, as_of=AS_OF)
        for part, wanted in ((Part.COUNTED, counted), (Part.UNKNOWN, unknown)):
            lines = traced.lines(part, 0, 100)
            assert {names[line.person] for line in lines} == wanted, (figure, part)


def test_an_agreement_is_read_by_whichever_definition_it_chose(
    session: Session, bed: Agreement
) -> None:
    lead = accounts.actor_for(session, "rev@exemple.fr", today=LAST)
    names = {row.id: row.birth_name for row in session.execute(select(Learner)).scalars()}
    told = {pseudonym(bed, key or 0): name for key, name in names.items()}
    left = {names[row.learner_id]: row.id or 0 for row in session.execute(select(Exit)).scalars()}
    for (name, day), said in SINCE.items():
        record = situations.SituationRecord(day, **said)
        news.record_news(session, lead, left[name], record, today=day)
    assert set(CHOSEN) | {"iae", "plie", "gen"} == set(exit_rules())
    for code, (counted, unknown, among) in CHOSEN.items():
        terms = agreement_terms.Terms({TargetKind.EXITS: 5}, exit_rule=code)
        agreement_terms.set_terms(session, lead, bed.id or 0, terms, version=bed.version)
        _, (found,) = agreement_terms.standing(session, bed, output("fse"), today=LAST)
        assert (found.reached, found.unknown, found.among) == (
            len(counted), len(unknown), among,
        ), code  # fmt: skip
        traced = figure_rows.trace_today(session, bed, f"{code}:taux", as_of=LAST)
        for part, wanted in ((Part.COUNTED, counted), (Part.UNKNOWN, unknown)):
            assert {told[item.person] for item in traced.lines(part, 0, 100)} == wanted, code


def test_a_figure_of_yesterday_knows_nothing_of_what_came_since(
    session: Session, bed: Agreement
) -> None:
    def count(code: str, day: date) -> tuple[Any, Any, int]:
        item = next(
            item
            for item in exports.figures_of(session, bed, output("fse"), as_of=day)
            if item.measure.code == code
        )
        return item.count, item.among, item.unknown

    # The day before the exits nobody left; four weeks after, silence is unknown.
    assert count("EECR04", date(2026, 6, 29)) == (0, 0, 0)
    assert count("EECR04", date(2026, 7, 28)) == (3, 4, 0)
    assert count("EECR04", date(2026, 7, 29)) == (3, 6, 2)
    # Who came back is counted by the last exit from that day on.
    assert count("EECR04", LEFT_AGAIN) == (2, 6, 2)
    assert count("EECR05", date(2026, 12, 29)) == (0, 0, 0)
    assert count("EECR06", SIX_MONTHS) == (1, 1, 0)


def test_entities_are_what_the_agreement_declared_on_the_day(
    session: Session, bed: Agreement
) -> None:
    def found(day: date) -> dict[str, tuple[Any, int]]:
        figures = exports.figures_of(session, bed, output("fse"), as_of=day)
        return {
            item.measure.code: (item.count, item.unknown)
            for item in figures
            if item.measure.code in {"EECO18", "EECO19"}
        }

    # Undeclared is unknown, never zero.
    assert found(date(2026, 2, 1)) == {"EECO18": (0, 1), "EECO19": (0, 1)}
    assert found(DECLARED) == {"EECO18": (4, 0), "EECO19": (0, 1)}
    traced = figure_rows.trace_today(session, bed, "EECO18", as_of=AS_OF)
    line = traced.lines(Part.COUNTED, 0, 10)[0]
    assert (line.person, line.adds) == ("EECO18", 4)


def test_an_agreement_that_does_not_ask_for_esf_reads_no_answer(
    session: Session, bed: Agreement
) -> None:
    bed.outputs = ["insertion"]
    figures = exports.figures_of(session, bed, output("fse"), as_of=AS_OF)
    known = {item.measure.code: item for item in figures}
    assert (known["EECO12"].count, known["EECO12"].unknown) == (0, 8)


def test_answers_dated_later_were_not_known_before(session: Session, bed: Agreement) -> None:
    row = session.execute(select(EntryAnswers).where(col(EntryAnswers.disability) == YES)).scalars()
    for item in row:
        item.asked_on = BACK
    session.flush()
    before = {
        item.measure.code: item.count
        for item in exports.figures_of(session, bed, output("fse"), as_of=LEFT)
    }
    assert before["EECO12"] == 0
    assert before["EECO14"] == 2
