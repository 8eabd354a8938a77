"""The demonstration’s messages: letters to print, calls to pass again, e-mails that wait."""

from datetime import date, timedelta
from itertools import cycle

from sqlmodel import Session

from parcours.actions import messages
from parcours.actions.breaks import breaks
from parcours.demo.stories import LISE, NADIA
from parcours.domain.access import Actor
from parcours.domain.messages import Channel, MessageAct, MessageKind, channel_for
from parcours.models import Learner

FACTS = {
    "moment": "mardi prochain à 14 h",
    "place": "dans nos locaux, en face de la mairie",
    "words": "Nous ferons le point ensemble.",
}
KINDS = (MessageKind.APPOINTMENT, MessageKind.NEWS, MessageKind.NEXT_STEP, MessageKind.ABSENCE)
WRITTEN = 12


def write_messages(session: Session, actors: dict[str, Actor], today: date) -> None:
    """Two counsellors reach the people about to fall, each the way they prefer."""
    for who in (NADIA, LISE):
        actor = actors[who]
        rows = breaks(session, actor, today=today)
        followed = [session.get_one(Learner, row.learner_id) for row in rows]
        own = [row for row in followed if row.organisation_id == actor.organisation_id]
        for number, (learner, kind) in enumerate(zip(own[:WRITTEN], cycle(KINDS), strict=False)):
            _reach(session, actor, learner, kind, number, today)


def _reach(
    session: Session, actor: Actor, learner: Learner, kind: MessageKind, number: int, today: date
) -> None:
    written_on = today - timedelta(days=number % 4)
    channel = channel_for(messages.contact_of(learner))
    message = messages.write_to_learner(
        session, actor, learner.id or 0, kind, FACTS, channel=channel, today=written_on
    )
    if channel is Channel.PHONE and number % 2:
        for day in (today - timedelta(days=2), today):
            act = MessageAct.NO_ANSWER
            messages.record_by_hand(session, actor, message.id or 0, act, today=day)
    elif channel is Channel.LETTER and number % 3 == 0:
        messages.record_by_hand(session, actor, message.id or 0, MessageAct.HANDED, today=today)
