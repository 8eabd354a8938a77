"""Invented exits: the situation told that day, and the follow-ups nobody made yet."""

import random
from collections.abc import Iterator
from typing import Any

from parcours.actions.follow_ups import delays, due_days, usual_delays
from parcours.domain.words import DataSource
from parcours.models import ExitSituation, FollowUp
from parcours.models.outcomes import Moment

SITUATIONS = ("CDI_NON_AIDE", "CHOMAGE", "SANS_NOUVELLE", None)
Row = dict[str, Any]


def of_exit(row: Row, chance: random.Random) -> Iterator[tuple[type[Any], Row]]:
    """What comes with an exit: (table, values)."""
    whose = {name: row[name] for name in ("learner_id", "organisation_id")}
    yield (
        ExitSituation,
        {
            "exit_id": row["id"],
            **whose,
            "moment": Moment.EXIT,
            "observed_on": row["exited_on"],
            "situation": chance.choice(SITUATIONS),
            "source": DataSource.IMPORT,
            "created_by_id": row["created_by_id"],
        },
    )
    for code in usual_delays():
        days = due_days(delays()[code], row["exited_on"])
        yield FollowUp, {"exit_id": row["id"], **whose, "delay": code, **days}
