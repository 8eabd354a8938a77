"""Links by which an employer reads a presentation and answers, once, without an account.

The code is the one the writing organisation told the employer: by voice or on paper, never with
the link.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import personal_links
from parcours.actions.employer_codes import Code, opens
from parcours.actions.employers import code_of, know_partner, renew_code
from parcours.actions.introduction_history import Told, end_links, tell
from parcours.actions.messages import Recipient, enqueue
from parcours.actions.need_history import By
from parcours.actions.personal_links import Links, read_row
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import ANSWERABLE, Act, Way
from parcours.domain.messages import MessageKind
from parcours.models import (
    Employer,
    Introduction,
    IntroductionLink,
    Message,
    Need,
    NeedVersion,
    visibility,
)

PATH = "/reponse-mise-en-relation/"
LASTS = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class NewLink:
    """What is said once; `code` is None when the employer was told one already."""

    token: str
    code: str | None
    message: Message


def make(session: Session, actor: Actor, introduction_id: int, *, today: date) -> NewLink:
    """A new link for an introduction that was sent, written to the employer; it ends the others.

    The employer enters one’s own list of employers when only another organisation knew it.
    """
    require(actor, Capability.FOLLOW_NEEDS)
    row = visibility.own_introduction(session, actor, introduction_id, today=today, lock=True)
    if row.state not in ANSWERABLE:
        raise RuleBroken("Aucune réponse de l’employeur n’est attendue à ce stade.")
    employer = _known_employer(session, actor, row)
    digits = renew_code(session, actor, employer.id or 0) if code_of(employer) is None else None
    session.refresh(employer)
    code = code_of(employer)
    if code is None:
        raise RuleBroken("Donnez d’abord un code à cet employeur.")
    by = By.account(actor)
    token = _replace(session, row, employer, code, by)
    row_link = _written(session, row, token, employer, today, actor)
    tell(session, row, Act.LINK, by, told=Told(way=Way.LINK), today=today)
    return NewLink(token, digits, row_link)


def remind(session: Session, row: Introduction, *, today: date) -> bool:
    """Write again to an employer who was sent a link; False when it has none to write to."""
    employer = _employer_of(session, row.organisation_id, _partner_id(session, row))
    code = code_of(employer) if employer is not None else None
    if employer is None or code is None or row.sent_way is not Way.LINK:
        return False
    token = _replace(session, row, employer, code, By())
    _written(session, row, token, employer, today)
    return True


def _replace(session: Session, row: Introduction, employer: Employer, code: Code, by: By) -> str:
    end_links(session, row)
    secret = personal_links.draw()
    session.add(
        IntroductionLink(
            introduction_id=row.id or 0,
            employer_id=employer.id or 0,
            token_hash=secret.hashes["token_hash"],
            code_hash=code.hashed,
            code_salt=code.salt,
            expires_on=(row.closes_on or row.sent_on or row.proposed_on) + LASTS,
            created_by_id=by.account_id or row.created_by_id,
        )
    )
    session.flush()
    return secret.token


def _written(
    session: Session,
    row: Introduction,
    token: str,
    employer: Employer,
    today: date,
    actor: Actor | None = None,
) -> Message:
    """The message names the post alone: nothing of the person is outside the code."""
    title = session.execute(
        select(col(NeedVersion.title))
        .join(Need, col(Need.id) == col(NeedVersion.need_id))
        .where(col(Need.id) == row.need_id, col(NeedVersion.number) == col(Need.version))
    ).scalar_one()
    is_reminder = actor is None
    return enqueue(
        session,
        MessageKind.INTRODUCTION_REMINDER if is_reminder else MessageKind.INTRODUCTION,
        Recipient(partner_id=employer.partner_id),
        organisation_id=row.organisation_id,
        due_on=today,
        key=f"introduction:{row.id}:{row.version}:reminder" if is_reminder else None,
        facts={"title": title},
        path=f"{PATH}{token}",
        actor=actor,
    )


def _known_employer(session: Session, actor: Actor, row: Introduction) -> Employer:
    partner_id = _partner_id(session, row)
    known = _employer_of(session, actor.organisation_id, partner_id)
    return known or know_partner(session, actor, partner_id)


def _partner_id(session: Session, row: Introduction) -> int:
    need = session.get_one(Need, row.need_id)
    return session.get_one(Employer, need.employer_id).partner_id


def _employer_of(session: Session, organisation_id: int, partner_id: int) -> Employer | None:
    found: Employer | None = session.execute(
        select(Employer).where(
            col(Employer.organisation_id) == organisation_id,
            col(Employer.partner_id) == partner_id,
        )
    ).scalar_one_or_none()
    return found


def _read(session: Session, link: IntroductionLink, lock: bool) -> Introduction:
    return read_row(session, Introduction, link.introduction_id, lock=lock)


LINKS: Links[IntroductionLink, Introduction] = Links(
    IntroductionLink, _read, lambda _, row, __: row.state in ANSWERABLE, opens
)
