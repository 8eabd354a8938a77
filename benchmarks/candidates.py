"""One need against many people, through the database: the CPU of the whole comparison and page.

`python -m benchmarks.candidates 10000`: people of 20 skills each among 200, on SQLite, in a file
made for it and thrown away. The figures are those of the process (server CPU), best of five.
"""

import random
import sys
import tempfile
import time
from datetime import date, timedelta

from sqlalchemy import insert

from parcours.actions import accounts, match_teaching, matching
from parcours.db import Database, upgrade
from parcours.domain.access import Role
from parcours.domain.needs import NeedState
from parcours.domain.skills import EvidenceSource
from parcours.domain.words import DataSource
from parcours.models import (
    Employer,
    Framework,
    Learner,
    LearnerAccess,
    Need,
    NeedRequirement,
    NeedVersion,
    Pathway,
    Skill,
    SkillEvidence,
)

TODAY = date(2026, 11, 23)
SKILLS, HELD, ASKED, TIMES, BATCH = 200, 20, (1, 11, 21, 31), 5, 5000


def main(people: int) -> None:
    """Build, compare, tell."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/candidates.sqlite3"
        upgrade(url)
        database = Database.open(url)
        _fill(database, people)
        with database.reading() as session:
            actor = accounts.actor_for(session, "c@exemple.fr", today=TODAY)
            whole, page = [], []
            for _turn in range(TIMES):
                begun = time.process_time()
                found = matching.compare(session, actor, 1, today=TODAY)
                whole.append(time.process_time() - begun)
                ids = list(matching.everybody(found.ranking))[:40]
                paired = matching.pairs(session, actor, found, ids)
                gains = {asked.skill for one in paired.values()
                         for asked, _pct in one.result.today.gains}  # fmt: skip
                match_teaching.next_teachings(session, gains, TODAY)
                page.append(time.process_time() - begun)
            print(
                f"{people} people, {len(found.answers)} related: "
                f"compared {1000 * min(whole):.0f} ms, with its page {1000 * min(page):.0f} ms"
            )
        database.dispose()


def _fill(database: Database, people: int) -> None:
    chance = random.Random(2026)
    with database.writing() as session:
        school = accounts.create_organisation(session, code="S", name="École", kind="OF")
        account = accounts.create_account(
            session, email="c@exemple.fr", name="C D", password="quatre mots pour mesurer"
        )
        accounts.join(session, account, school, Role.COUNSELLOR, starts_on=TODAY)
        session.add(Framework(code="F", label="F", edition="1"))
        session.flush()
        session.execute(insert(Skill), [
            {"id": one, "code": f"S{one}", "label": f"S{one}", "framework": "F", "position": 0,
             "is_perishable": False} for one in range(1, SKILLS + 1)])  # fmt: skip
        for start in range(1, people + 1, BATCH):
            numbers = range(start, min(start + BATCH, people + 1))
            session.execute(
                insert(Learner),
                [
                    {
                        "id": one,
                        "organisation_id": school.id,
                        "birth_name": f"N{one}",
                        "first_names": "A",
                        "sort_key": f"n{one}",
                        "born_on": date(1990, 1, 1),
                        "source": DataSource.IMPORT,
                        "created_by_id": account.id,
                    }
                    for one in numbers
                ],
            )
            session.execute(
                insert(LearnerAccess),
                [
                    {
                        "organisation_id": school.id,
                        "learner_id": one,
                        "sort_key": f"n{one}",
                        "starts_on": TODAY,
                    }
                    for one in numbers
                ],
            )
            session.execute(
                insert(Pathway),
                [
                    {
                        "learner_id": one,
                        "organisation_id": school.id,
                        "opened_on": TODAY,
                        "created_by_id": account.id,
                    }
                    for one in numbers
                ],
            )
            session.execute(
                insert(SkillEvidence),
                [
                    {
                        "learner_id": one,
                        "skill_id": skill,
                        "level": chance.randint(1, 4),
                        "source": EvidenceSource.OBSERVED,
                        "organisation_id": school.id,
                        "assessed_on": TODAY - timedelta(days=chance.randint(0, 300)),
                        "created_by_id": account.id,
                    }
                    for one in numbers
                    for skill in chance.sample(range(1, SKILLS + 1), HELD)
                ],
            )
        session.add(
            Employer(
                id=1,
                organisation_id=school.id or 0,
                partner_id=school.id or 0,
                created_by_id=account.id or 0,
            )
        )
        session.flush()
        session.add(
            Need(
                id=1,
                organisation_id=school.id or 0,
                employer_id=1,
                search_text="n",
                state=NeedState.PUBLISHED,
                confirmed_on=TODAY,
                remind_on=TODAY,
                suspends_on=TODAY + timedelta(days=90),
                created_by_id=account.id or 0,
            )
        )
        session.flush()
        session.add(
            NeedVersion(
                id=1, need_id=1, number=1, title="Poste", posts=2, certainty="firm", starts_on=TODAY
            )
        )
        session.flush()
        session.add_all(
            NeedRequirement(
                version_id=1, skill_id=skill, level=2, weight=3, is_essential=skill < 20
            )
            for skill in ASKED
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
