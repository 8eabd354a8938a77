"""A synthetic territory at any scale, to measure on: invented people, real rules, bulk inserts."""

import random
from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import accounts
from parcours.actions.synthetic_ground import Ground, Opened, lay_ground, partners_for
from parcours.actions.synthetic_people import People
from parcours.domain.errors import RuleBroken
from parcours.models import Agreement, AgreementCohort

CHUNK = 5_000
COHORTS_AN_AGREEMENT = 4


def build_synthetic(
    session: Session,
    *,
    learners: int,
    seed: int,
    today: date,
    password: str,
    partners: int | None = None,
) -> Opened:
    """Fill an empty database; returns the accounts one may sign in with.

    S00, a maison de l’emploi, sees a third of everybody by sharing and holds some of their steps;
    the other partners own people and teach, under an agreement for a few cohorts each. The same
    seed, day and numbers give the same territory; `partners`, two or more, is else drawn from the
    number of people. Raises RuleBroken when the database is already in use.
    """
    if accounts.has_organisations(session):
        raise RuleBroken("Cette base est déjà utilisée : donnez-en une vide.")
    chance = random.Random(seed)  # noqa: S311  invented people, not secrets
    ground, opened = lay_ground(session, partners or partners_for(learners), today, password)
    people = People(session, ground, chance, today)
    for start in range(1, learners + 1, CHUNK):
        people.add(range(start, min(start + CHUNK, learners + 1)))
    people.close()
    for place, taught in sorted(people.cohorts.items()):
        for number in range(0, len(taught), COHORTS_AN_AGREEMENT):
            paid = taught[number : number + COHORTS_AN_AGREEMENT]
            _agree(session, ground, place, paid, f"{chance.getrandbits(256):064x}", today)
    return opened


def _agree(
    session: Session, ground: Ground, place: int, cohorts: list[int], key: str, today: date
) -> None:
    """An agreement of a partner over some of its cohorts; funders take turns."""
    agreement = Agreement(
        code=f"CONV-{cohorts[0]:04d}",
        title=f"Convention de la structure S{place:02d}, promotion {cohorts[0]} et suivantes",
        funder_id=ground.funders[place % len(ground.funders)],
        organisation_id=ground.organisations[place],
        programme_id=ground.programmes[0],
        starts_on=today - timedelta(days=365),
        ends_on=today + timedelta(days=365),
        pseudonym_key=key,
        created_by_id=ground.authors[place],
    )
    session.add(agreement)
    session.flush()
    session.add_all(
        AgreementCohort(agreement_id=agreement.id or 0, cohort_id=cohort) for cohort in cohorts
    )
    session.flush()
