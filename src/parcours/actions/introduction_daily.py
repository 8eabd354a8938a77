"""What each day brings to introductions: the employer is chased, then silence closes, once each.

A silence is no refusal: it is kept as « sans réponse », and the person is back on the list of what
to do. Run twice a day or after days without running, nothing happens twice or is left out.
"""

from collections import Counter
from datetime import date

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from parcours.actions import introduction_links, tasks
from parcours.actions.introduction_history import Told, end_links, move, silence_key, tell
from parcours.actions.need_history import RULES
from parcours.domain.introductions import WAITING, Act, Way
from parcours.domain.tasks import TaskKind
from parcours.models import Introduction


def run(session: Session, *, today: date) -> dict[str, int]:
    """Chase and close whatever is due on `today`; returns how many of each."""
    done: Counter[str] = Counter(reminded=0, written=0, closed=0)
    for row in _due(session, today):
        if row.closes_on is not None and row.closes_on < today:
            _close(session, row, today)
            done["closed"] += 1
        elif row.reminded_on is None:
            done["written"] += _remind(session, row, today)
            done["reminded"] += 1
    session.flush()
    return dict(done)


def _due(session: Session, today: date) -> list[Introduction]:
    to_remind = and_(col(Introduction.remind_on) <= today, col(Introduction.reminded_on).is_(None))
    rows = session.execute(
        select(Introduction)
        .where(
            col(Introduction.state).in_(WAITING),
            or_(to_remind, col(Introduction.closes_on) < today),
        )
        .order_by(col(Introduction.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


def _remind(session: Session, row: Introduction, today: date) -> bool:
    row.reminded_on = today
    is_written = introduction_links.remind(session, row, today=today)
    told = Told(way=Way.LINK if is_written else None)
    tell(session, row, Act.REMINDED, RULES, told=told, today=today)
    _give(session, row, TaskKind.EMPLOYER_SILENT, f"{silence_key(row)}{row.version}", today)
    return is_written


def _close(session: Session, row: Introduction, today: date) -> None:
    version = row.version
    move(session, row, Act.SILENT, RULES, today=today)
    end_links(session, row)
    key = f"introduction:{row.id}:closed:{version}"
    _give(session, row, TaskKind.INTRODUCTION_CLOSED, key, today)


def _give(session: Session, row: Introduction, kind: TaskKind, key: str, today: date) -> None:
    tasks.give(
        session,
        organisation_id=row.organisation_id,
        account_id=row.created_by_id,
        kind=kind,
        due_on=today,
        learner_id=row.learner_id,
        introduction_id=row.id,
        once_key=key,
    )
