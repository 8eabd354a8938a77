"""Links by which an employer answers about a need without an account, and the daily reminders.

The code is the employer’s: told once, by voice or on paper, it opens every link it receives, so
that a reminder can leave without anybody there to say one.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from parcours.actions import personal_links
from parcours.actions.employer_codes import Code, opens
from parcours.actions.employers import code_of, renew_code
from parcours.actions.messages import Recipient, enqueue
from parcours.actions.need_freshness import own
from parcours.actions.need_history import RULES, By, end_links, tell
from parcours.actions.personal_links import Links, read_row
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.messages import MessageKind
from parcours.domain.needs import NeedAct, NeedState
from parcours.models import Employer, Message, Need, NeedLink, NeedVersion
from parcours.models.base import utc_now

PATH = "/reponse-besoin/"
LASTS = timedelta(days=60)
ANSWERABLE = {NeedState.PUBLISHED}


@dataclass(frozen=True, slots=True)
class NewLink:
    """What is said once; `code` is None when the employer was told one already."""

    token: str
    code: str | None

    @property
    def path(self) -> str:
        """The page the link opens."""
        return f"{PATH}{self.token}"


def make(session: Session, actor: Actor, need_id: int, *, today: date) -> NewLink:
    """A new link for a published need of one’s organisation; it ends the one made before."""
    need = own(session, actor, need_id)
    if need.state not in ANSWERABLE:
        raise RuleBroken("Publiez ce besoin avant de le faire confirmer par l’employeur.")
    employer = session.get_one(Employer, need.employer_id)
    digits = renew_code(session, actor, need.employer_id) if code_of(employer) is None else None
    session.refresh(employer)
    code = code_of(employer)
    if code is None:
        raise RuleBroken("Donnez d’abord un code à cet employeur.")
    return NewLink(_replace(session, need, code, By.account(actor), today), digits)


def write_to_employer(
    session: Session, actor: Actor, need_id: int, link: NewLink, *, today: date
) -> Message:
    """Write to the employer where it can answer; its code is never in the message."""
    need = own(session, actor, need_id)
    return _write(session, need, link.path, f"hand:{utc_now().isoformat()}", today, actor)


def run(session: Session, *, today: date) -> dict[str, int]:
    """Ask employers whether their needs still hold, once for each confirmation; how many."""
    done: Counter[str] = Counter(reminded=0, written=0)
    for need in _due(session, today):
        employer = session.get_one(Employer, need.employer_id)
        code, words = code_of(employer), "À confirmer par votre structure : aucun code donné."
        if code is not None:
            token = _replace(session, need, code, RULES, today)
            key = f"reminder:{need.confirmed_on}"
            message = _write(session, need, f"{PATH}{token}", key, today)
            words = f"Écrit à l’employeur : {message.channel.label.lower()}."
            done["written"] += 1
        need.reminded_on = today
        tell(session, need, NeedAct.REMINDED, RULES, today=today, words=words)
        done["reminded"] += 1
    return dict(done)


def _due(session: Session, today: date) -> list[Need]:
    rows = session.execute(
        select(Need)
        .where(
            col(Need.state) == NeedState.PUBLISHED,
            col(Need.remind_on) <= today,
            or_(col(Need.reminded_on).is_(None), col(Need.reminded_on) < col(Need.confirmed_on)),
        )
        .order_by(col(Need.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


def _replace(session: Session, need: Need, code: Code, by: By, today: date) -> str:
    if end_links(session, need):
        tell(session, need, NeedAct.LINK_ENDED, by, today=today)
    secret = personal_links.draw()
    link = NeedLink(
        need_id=need.id or 0,
        token_hash=secret.hashes["token_hash"],
        code_hash=code.hashed,
        code_salt=code.salt,
        expires_on=today + LASTS,
        created_by_id=by.account_id or need.created_by_id,
    )
    session.add(link)
    session.flush()
    tell(session, need, NeedAct.LINK, by, today=today)
    return secret.token


def _write(
    session: Session, need: Need, path: str, key: str, today: date, actor: Actor | None = None
) -> Message:
    title = session.execute(
        select(col(NeedVersion.title)).where(
            col(NeedVersion.need_id) == need.id, col(NeedVersion.number) == need.version
        )
    ).scalar_one()
    employer = session.get_one(Employer, need.employer_id)
    return enqueue(
        session,
        MessageKind.NEED_TO_CONFIRM,
        Recipient(partner_id=employer.partner_id),
        organisation_id=need.organisation_id,
        due_on=today,
        key=f"need:{need.id}:{key}",
        facts={"title": title},
        path=path,
        actor=actor,
    )


def _read(session: Session, link: NeedLink, lock: bool) -> Need:
    return read_row(session, Need, link.need_id, lock=lock)


LINKS: Links[NeedLink, Need] = Links(
    NeedLink, _read, lambda _, need, __: need.state in ANSWERABLE, opens
)
