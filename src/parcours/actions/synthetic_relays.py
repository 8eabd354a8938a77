"""Invented relays of a synthetic territory: those that wait, and those that were accepted."""

import random
from dataclasses import asdict
from datetime import date, timedelta
from functools import cache
from typing import Any

from parcours.actions.synthetic_ground import Ground
from parcours.domain.relays import Answer, Deadlines, Delays

# Waiting: sent in the last three weeks, so that some are late and none has expired.
LATEST_WAIT_DAYS = 21
LONGEST_ANSWER_DAYS = 14


def relay_of(
    step: dict[str, Any],
    ground: Ground,
    sender: int,
    receiver: int,
    chance: random.Random,
    today: date,
) -> dict[str, Any]:
    """The relay a step came by, as columns; `sender` and `receiver` are places on the ground.

    Waiting when the step is not held yet, else accepted some days before it starts.
    """
    is_accepted = step["accepted_at"] is not None
    if is_accepted:
        answered_on = min(step["planned_start_on"], today) - timedelta(days=3)
        sent_on = answered_on - timedelta(days=chance.randrange(LONGEST_ANSWER_DAYS))
    else:
        answered_on, sent_on = None, today - timedelta(days=chance.randrange(LATEST_WAIT_DAYS))
    return {
        "step_id": step["id"],
        "pathway_id": step["pathway_id"],
        "learner_id": step["learner_id"],
        "sender_id": ground.organisations[sender],
        "receiver_id": ground.organisations[receiver],
        "reason": "La suite du parcours",
        "sent_on": sent_on,
        "sent_by_id": ground.authors[sender],
        "answer": Answer.ACCEPTED if is_accepted else None,
        "answered_on": answered_on,
        "answered_by_id": ground.authors[receiver] if is_accepted else None,
        **_deadlines(sent_on),
    }


@cache
def _deadlines(sent_on: date) -> dict[str, date]:
    return asdict(Deadlines.after(sent_on, Delays(), frozenset()))
