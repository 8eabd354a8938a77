"""The demonstration territory: Bourg-en-Bresse, invented people, dates counted from today.

Everything is entered through the same actions as on screen, so that rights, rules and the
journal are the real ones. The same day gives the same territory.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from parcours.actions import accounts, learners, match_tallies
from parcours.db import Database
from parcours.demo.agenda import fill_agendas
from parcours.demo.agreements import sign_agreements
from parcours.demo.alerts import raise_alerts, settle_thresholds
from parcours.demo.candidates import look_for_work
from parcours.demo.cohorts import open_cohorts, take_attendance
from parcours.demo.coverage import keep_figures, say_what_curricula_are_for
from parcours.demo.exchanges import note_exchanges
from parcours.demo.fixtures import rows
from parcours.demo.immersions import follow_immersions
from parcours.demo.introductions import introduce
from parcours.demo.juries import hold_juries
from parcours.demo.mediation import note_mediation
from parcours.demo.messages import write_messages
from parcours.demo.needs import note_needs
from parcours.demo.outcomes import follow_up
from parcours.demo.partners import fill_directory
from parcours.demo.quality import date_entries
from parcours.demo.relays import tell_relays
from parcours.demo.selection import choose_candidates
from parcours.demo.skills import position_people
from parcours.demo.stories import NADIA, STORIES, Teller
from parcours.domain.access import Actor, Role
from parcours.domain.words import ContactPreference, DistrictStatus, Gender
from parcours.models import Organisation

PASSWORD = "quatre-mots-pour-essayer"  # noqa: S105  a public password for an invented territory
PEOPLE = 180
SEED = 2026
CITIES = (("01000", "Bourg-en-Bresse"), ("01440", "Viriat"), ("01960", "Péronnas"),
          ("01250", "Ceyzériat"))  # fmt: skip
STREETS = ("rue du Stand", "boulevard de Brou", "allée de Challes", "avenue de Mâcon")
DISTRICTS = ("QN00101M", "QN00102I", "QN00103N")


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account one may try."""

    email: str
    name: str
    role: Role
    organisation: str


def demo_accounts() -> list[DemoAccount]:
    """The accounts of the territory, in the order they are printed."""
    names = {row["code"]: row["name"] for row in rows("organisations")}
    return [
        DemoAccount(row["email"], row["name"], Role(row["role"]), names[row["organisation"]])
        for row in rows("accounts")
    ]


def build(database: Database, *, today: date) -> bool:
    """Build the territory in one transaction, then count; False when it is already there."""
    with database.writing() as session:
        if accounts.has_organisations(session):
            return False
        actors = _fill(session, today)
    # Compared as those who sign in compare, once all is there.
    match_tallies.count_all(database, actors[NADIA], today=today, progress=lambda *_done: None)
    return True


def _fill(session: Session, today: date) -> dict[str, Actor]:
    organisations = _open_organisations(session, today)
    actors = {row["email"]: _actor(session, row["email"], today) for row in rows("accounts")}
    teller = Teller(session, today, actors, random.Random(SEED))  # noqa: S311  not a secret
    teller.cohorts = open_cohorts(session, actors, today)
    _tell(session, teller)
    tell_relays(teller)
    take_attendance(session, actors, teller.cohorts, today, teller.chance)
    position_people(session, actors, teller.cohorts, today, teller.chance)
    follow_immersions(session, actors, teller.cohorts, today)
    note_mediation(teller)
    choose_candidates(session, actors, teller.cohorts, today)
    hold_juries(session, actors, teller.cohorts, today)
    settle_thresholds(teller)
    raise_alerts(teller)
    follow_up(session, actors, today, teller.chance)
    date_entries(session, today)
    sign_agreements(session, actors, organisations, teller.cohorts, today)
    write_messages(session, actors, today)
    note_exchanges(session, actors, today)
    fill_agendas(session, actors, today)
    fill_directory(session, actors, today)
    note_needs(session, actors, today)
    look_for_work(session, actors, teller.cohorts, today)
    introduce(session, actors, today)
    say_what_curricula_are_for(session, actors, teller.cohorts, today)
    keep_figures(session, actors, teller.cohorts, today)
    return actors


def _open_organisations(session: Session, today: date) -> dict[str, Organisation]:
    organisations = {
        row["code"]: accounts.create_organisation(session, added_by=None, **row)
        for row in rows("organisations")
    }
    start = today - timedelta(days=900)
    for row in rows("accounts"):
        account = accounts.create_account(
            session, email=row["email"], name=row["name"], password=PASSWORD
        )
        organisation = organisations[row["organisation"]]
        accounts.join(session, account, organisation, Role(row["role"]), starts_on=start)
        if row["email"].startswith("pierre.lambert"):
            # Somebody who acts for two organisations, to try changing from one to the other.
            clic = organisations["CLIC"]
            accounts.join(session, account, clic, Role.COUNSELLOR, starts_on=start)
    return organisations


def _tell(session: Session, teller: Teller) -> None:
    people = _people(teller.chance, teller.today)
    numbers = [number for number, (weight, _) in enumerate(STORIES) for _ in range(weight)]
    for index, facts in enumerate(people):
        _, story = STORIES[numbers[index % len(numbers)]]
        story(teller, facts)
    session.flush()


def _people(chance: random.Random, today: date) -> list[learners.LearnerFacts]:
    names: dict[str, list[str]] = {"last": [], "woman": [], "man": []}
    for row in rows("names"):
        names[row["kind"]].append(row["value"])
    people: list[learners.LearnerFacts] = []
    known: set[tuple[str, str]] = set()
    while len(people) < PEOPLE:
        facts = _person(chance, names, today)
        if (facts.birth_name, facts.first_names) not in known:
            known.add((facts.birth_name, facts.first_names))
            people.append(facts)
    return people


def _person(
    chance: random.Random, names: dict[str, list[str]], today: date
) -> learners.LearnerFacts:
    is_woman = chance.random() < 0.48
    first = chance.choice(names["woman" if is_woman else "man"])
    postcode, city = chance.choice(CITIES)
    lives_inside = city == "Bourg-en-Bresse" and chance.random() < 0.55
    facts: dict[str, Any] = {
        "birth_name": chance.choice(names["last"]),
        "first_names": first,
        "born_on": today - timedelta(days=chance.randint(17 * 366, 58 * 365)),
        "gender": Gender.WOMAN if is_woman else Gender.MAN,
        "phone": f"+336390{chance.randint(0, 99999):05d}" if chance.random() < 0.85 else None,
        "email": None,
        "address": f"{chance.randint(1, 180)} {chance.choice(STREETS)}",
        "postcode": postcode,
        "city": city,
        "contact_preference": chance.choice(list(ContactPreference)),
        "entry_status": chance.choice(("DE_LT12", "DELD", "DETLD", "INACTIF", "SALARIE", None)),
        "education": chance.choice(("1", "2", "3", "3", "4", "4", "5", "6", "NC", None)),
        "receives_rsa": chance.choice((True, True, True, False, None)),
        "qpv_status": DistrictStatus.INSIDE if lives_inside else _elsewhere(chance),
        "qpv_code": chance.choice(DISTRICTS) if lives_inside else None,
        "criteria": frozenset(chance.sample(("PI", "PM", "FLE", "CAP_BEP"), chance.randint(0, 2))),
    }
    if facts["contact_preference"] is ContactPreference.EMAIL:
        facts["email"] = f"{chance.randint(1000, 9999)}@exemple.fr"
    return learners.LearnerFacts(**facts)


def _elsewhere(chance: random.Random) -> DistrictStatus | None:
    return chance.choice((DistrictStatus.OUTSIDE, DistrictStatus.OUTSIDE, DistrictStatus.TO_CHECK))


def _actor(session: Session, email: str, today: date) -> Actor:
    return accounts.actor_for(session, email, today=today)
