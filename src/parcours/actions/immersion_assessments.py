"""What tutors say of an immersion: by their personal link, or on paper and typed in later."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col

from parcours import audit
from parcours.actions import personal_links
from parcours.actions.immersions import opened
from parcours.actions.messages import Recipient, enqueue, give_up
from parcours.actions.pathways import dates_of
from parcours.actions.personal_links import Links, NewLink
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.immersions import Said, State, check_said
from parcours.domain.messages import MessageKind
from parcours.domain.words import DataSource
from parcours.models import (
    Immersion,
    ImmersionAnswer,
    ImmersionAssessment,
    ImmersionLink,
    Message,
    Step,
)
from parcours.models.base import utc_now

ANSWERABLE = timedelta(days=30)
NOT_BEGUN = "Le bilan se remplit une fois l’immersion commencée."


def make_link(session: Session, actor: Actor, step_id: int, *, today: date) -> NewLink:
    """A link for the tutor, good until 30 days after the immersion; it ends the one before.

    Raises RuleBroken (nobody knows the company yet, not begun, cancelled).
    """
    require(actor, Capability.WRITE_STEPS)
    found = opened(session, actor, step_id, today=today, lock=True)
    row = found.agreed
    if found.state(today) in (State.COMING, State.CANCELLED):
        raise RuleBroken(NOT_BEGUN)
    _end_links(session, actor, row, today)
    secret = personal_links.draw()
    link = ImmersionLink(
        immersion_id=row.id or 0,
        expires_on=max(today, dates_of(found.step).ends_on or today) + ANSWERABLE,
        created_by_id=actor.account_id,
        **secret.hashes,
    )
    session.add(link)
    session.flush()
    audit.record(session, actor, "link", "immersion", row.id, learner_id=row.learner_id)
    return NewLink(link.id or 0, secret.token, secret.code)


def write_to_tutor(
    session: Session, actor: Actor, immersion: Immersion, link: NewLink, path: str, *, today: date
) -> Message:
    """E-mail the tutor where they can answer; its code is never in the message (decision 0009).

    Raises RuleBroken when nobody knows the tutor’s address.
    """
    if not immersion.tutor_email:
        raise RuleBroken("Le courriel du tuteur n’est pas connu : notez-le dans l’immersion.")
    return enqueue(
        session,
        MessageKind.IMMERSION_ASSESSMENT,
        Recipient(immersion_id=immersion.id),
        organisation_id=actor.organisation_id,
        due_on=today,
        key=f"{_key(immersion)}{link.number}",
        path=path,
        actor=actor,
    )


def answer_by_link(
    session: Session, immersion: Immersion, link: ImmersionLink, said: Said, *, today: date
) -> None:
    """Keep what a tutor says through a link its code opened."""
    check_said(said)
    assessment = ImmersionAssessment(
        immersion_id=immersion.id or 0,
        answered_on=today,
        source=DataSource.SCREEN,
        link_id=link.id,
        **_columns(said),
    )
    _keep(session, assessment, said)
    audit.record(
        session, None, "assess", "immersion", immersion.id, learner_id=immersion.learner_id
    )


def answer_on_paper(
    session: Session, actor: Actor, step_id: int, said: Said, *, answered_on: date, today: date
) -> ImmersionAssessment:
    """Type in what a tutor wrote on paper, or said: marked « from paper », links end.

    What was said before stays. Raises RuleBroken (not begun, a day to come, a missing answer).
    """
    require(actor, Capability.WRITE_STEPS)
    found = opened(session, actor, step_id, today=today, lock=True)
    row = found.agreed
    if found.state(today) in (State.COMING, State.CANCELLED):
        raise RuleBroken(NOT_BEGUN)
    check_said(said)
    if not dates_of(found.step).starts_on <= answered_on <= today:
        raise RuleBroken(
            "Indiquez un jour entre le début de l’immersion et aujourd’hui.", field="answered_on"
        )
    _end_links(session, actor, row, today)
    assessment = ImmersionAssessment(
        immersion_id=row.id or 0,
        answered_on=answered_on,
        source=DataSource.PAPER,
        typed_by_id=actor.account_id,
        **_columns(said),
    )
    _keep(session, assessment, said)
    audit.record(session, actor, "assess", "immersion", row.id, learner_id=row.learner_id)
    return assessment


def do_without(session: Session, actor: Actor, step_id: int, *, reason: str, today: date) -> None:
    """Say why no assessment will come: the immersion no longer waits for one (RuleBroken)."""
    require(actor, Capability.WRITE_STEPS)
    row = opened(session, actor, step_id, today=today, lock=True).agreed
    if not reason.strip():
        raise RuleBroken("Dites pourquoi ce bilan ne viendra pas.", field="waiver")
    row.waived_at, row.waived_by_id, row.waive_reason = utc_now(), actor.account_id, reason.strip()
    row.version += 1
    _end_links(session, actor, row, today)
    session.flush()
    audit.record(session, actor, "do_without", "immersion", row.id, learner_id=row.learner_id)


def _columns(said: Said) -> dict[str, Any]:
    return {
        "by_name": said.by_name.strip(),
        "would_hire": said.would_hire,
        "went_well": said.went_well,
        "to_work_on": said.to_work_on,
    }


def _keep(session: Session, assessment: ImmersionAssessment, said: Said) -> None:
    session.add(assessment)
    session.flush()
    for behaviour, answer in said.answers.items():
        session.add(
            ImmersionAnswer(assessment_id=assessment.id or 0, behaviour=behaviour, answer=answer)
        )
    session.flush()


def _end_links(session: Session, actor: Actor, row: Immersion, today: date) -> None:
    """Links made before answer no more, and a message that gives one is not sent."""
    give_up(session, actor, _key(row), reason="Ce lien ne répond plus.", today=today)
    personal_links.end_all(session, ImmersionLink, col(ImmersionLink.immersion_id) == row.id)


def _key(row: Immersion) -> str:
    """What the keys of messages that give a link of an immersion begin with."""
    return f"immersion:{row.id}:link:"


def _awaits(session: Session, immersion: Immersion, _today: date) -> bool:
    return session.get_one(Step, immersion.step_id).cancelled_at is None


LINKS: Links[ImmersionLink, Immersion] = Links(
    ImmersionLink,
    lambda session, link, _: session.get_one(Immersion, link.immersion_id),
    _awaits,
    personal_links.opens,
)
