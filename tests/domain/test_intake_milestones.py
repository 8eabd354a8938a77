"""The days a heading asks about: every follow-up there is, in the words partners use."""

import pytest

from parcours.actions.follow_ups import delays
from parcours.domain.intake_fields import score
from parcours.domain.intake_fields_jobs import OUTCOMES
from parcours.domain.intake_kinds import KINDS
from parcours.domain.intake_milestones import DELAYS, FOLLOW_UPS


def best(heading: str, group: str = "", kind: str = "outcomes") -> str | None:
    """The field a heading names best, as a table of exits or another."""
    found = max(KINDS[kind].fields, key=lambda field: score(field, heading, group))
    return found.code if score(found, heading, group) else None


def test_every_follow_up_there_is_has_its_column() -> None:
    assert list(DELAYS) == list(delays())
    assert set(FOLLOW_UPS) <= {field.code for field in OUTCOMES.fields}


@pytest.mark.parametrize(
    ("heading", "months"),
    [
        ("Situation à 4 semaines", "4_weeks"), ("S+4", "4_weeks"), ("J+28", "4_weeks"),
        ("Suivi 4 sem.", "4_weeks"), ("Situation 1 mois après la sortie", "4_weeks"),
        ("À 2 mois", "2_months"), ("Situation à 3 mois", "3_months"), ("M3", "3_months"),
        ("Suivi à 6 mois", "6_months"), ("SITUATION  À\n6 MOIS", "6_months"),
        ("12 mois", "12_months"), ("Situation à un an", "12_months"), ("À 1 an", "12_months"),
        ("Suivi à 18 mois", "18_months"), ("M+18", "18_months"), ("M18", "18_months"),
        ("Situation professionnelle à 18 mois", "18_months"), ("dix-huit mois", "18_months"),
        ("un an et demi après la sortie", "18_months"), ("24 mois", "24_months"),
        ("Devenir à 2 ans", "24_months"), ("Enquête M + 24", "24_months"),
        ("Emploi à 24 mois", "24_months"), ("Suivi post-formation (24 mois)", "24_months"),
    ],
)  # fmt: skip
def test_headings_of_a_later_day(heading: str, months: str) -> None:
    assert best(heading) == f"after_{months}"


def test_a_title_above_may_say_half_of_it() -> None:
    assert best("18 mois", "Suivi après la sortie") == "after_18_months"
    assert best("M+24", "Situation") == "after_24_months"


@pytest.mark.parametrize(
    "heading",
    ["Situation à 9 mois", "Situation à 36 mois", "M+9", "Situation trois ans après",
     "Date du suivi à 18 mois", "Employeur à 6 mois", "Contrat à 24 mois", "Stage de 2 mois",
     "Commentaire du suivi à 12 mois", "Semaine 4"],
)  # fmt: skip
def test_headings_of_something_else_are_left_out(heading: str) -> None:
    assert best(heading) is None


def test_other_tables_do_not_take_a_later_day_for_today() -> None:
    assert best("Situation à 18 mois", kind="learners") is None
    assert best("Situation au 18 mars", kind="learners") == "entry_status"
