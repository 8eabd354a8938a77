"""Names that stand for people: those of one agreement say nothing of those of another."""

from datetime import date

from sqlmodel import Session

from parcours.actions import accounts, agreements, cohorts
from parcours.actions.pseudonyms import pseudonym
from parcours.domain.access import Role
from parcours.models import Agreement

PEOPLE = range(1, 301)


def _agreements(session: Session, today: date) -> list[Agreement]:
    """Two agreements of one funder over the same cohort."""
    for code, role, kind in (("REV", Role.COORDINATOR, "OF"), ("FSE", Role.FUNDER, "OI_FSE")):
        accounts.open_account(
            session, email=f"{code.lower()}@exemple.fr", name="Sophie Garnier",
            password="quatre-mots-pour-essayer", role=role.value, code=code,
            organisation_name=code, organisation_kind=kind, starts_on=date(2025, 1, 1),
        )  # fmt: skip
    lead, funder = (
        accounts.actor_for(session, f"{code}@exemple.fr", today=today) for code in ("rev", "fse")
    )
    facts = cohorts.CohortFacts("P1", "Promo 1", today, today, 90)
    cohort = cohorts.create_cohort(session, lead, facts)
    return [
        agreements.create_agreement(
            session,
            lead,
            code=code,
            title="Développeurs",
            funder_id=funder.organisation_id,
            starts_on=today,
            ends_on=today,
            cohort_ids=[cohort.id or 0],
        )
        for code in ("FSE-1", "FSE-2")
    ]


def test_pseudonyms_of_two_agreements_cannot_be_joined(session: Session, today: date) -> None:
    """The same people under two keys: no name in common, and no order in common either."""
    one, other = _agreements(session, today)
    assert one.pseudonym_key != other.pseudonym_key
    names = [[pseudonym(agreement, key) for key in PEOPLE] for agreement in (one, other)]
    assert [len(set(found)) for found in names] == [len(PEOPLE)] * 2
    assert not set(names[0]) & set(names[1])
    orders = [[key for _, key in sorted(zip(found, PEOPLE, strict=True))] for found in names]
    assert orders[0] != orders[1]
    # The key alone makes the difference: under the same one a person is the same name.
    other.pseudonym_key = one.pseudonym_key
    assert [pseudonym(other, key) for key in PEOPLE] == names[0]
    session.rollback()
