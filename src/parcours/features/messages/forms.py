"""The form that writes to a learner, and how the pages name things."""

from typing import Any

from parcours.domain.errors import RuleBroken
from parcours.domain.messages import (
    BY_HAND,
    TO_LEARNERS,
    Channel,
    Contact,
    MessageAct,
    MessageKind,
    ways_to,
)
from parcours.settings import Settings
from parcours.web.forms import Form

LABELS = {
    "kind": "Modèle",
    "moment": "Quand",
    "place": "Où",
    "words": "À ajouter",
    "channel": "Moyen",
    "channel_reason": "Pourquoi ce moyen",
}
FACTS = ("moment", "place", "words")
# What is written on a button, in the order shown.
BUTTONS = {
    MessageAct.REACHED: "Appelé·e",
    MessageAct.NO_ANSWER: "Sans réponse",
    MessageAct.HANDED: "Imprimée et remise",
    MessageAct.TOLD: "Dit de vive voix",
    MessageAct.SENT_BY_HAND: "Envoyé à la main",
}
VERBS = {
    Channel.PHONE: "Appeler",
    Channel.LETTER: "Lettre pour",
    Channel.IN_PERSON: "Dire à",
    Channel.SMS: "SMS pour",
    Channel.EMAIL: "Courriel pour",
}


def by_hand_channels(settings: Settings) -> tuple[Channel, ...]:
    """The ways somebody has to do themselves; SMS too where no program sends them."""
    by_hand = (Channel.LETTER, Channel.PHONE, Channel.IN_PERSON)
    return by_hand if settings.sms_command else (*by_hand, Channel.SMS)


def buttons(channel: Channel, settings: Settings) -> list[tuple[str, str]]:
    """The acts offered for a message: (value, words of the button)."""
    acts = BY_HAND[channel] if channel in by_hand_channels(settings) else ()
    return [(act.value, BUTTONS[act]) for act in acts]


def choices(contact: Contact) -> dict[str, list[tuple[str, str]]]:
    """The texts, and the ways open for this person, the proposed one first."""
    proposed, *others = ways_to(contact)
    return {
        "kind": [(kind.value, kind.label) for kind in TO_LEARNERS],
        "channel": [
            (proposed.value, f"{proposed.label} (proposé)"),
            *((way.value, way.label) for way in others),
        ],
    }


def read_message(form: Form) -> dict[str, Any]:
    """The kind, the way and the words typed (RuleBroken for what cannot be read)."""
    kind, channel = form.word("kind", MessageKind), form.word("channel", Channel)
    if kind is None:
        form.errors.setdefault("kind", "Choisissez un modèle.")
    if channel is None:
        form.errors.setdefault("channel", "Choisissez un moyen.")
    facts = {name: form.text(name, limit=200) for name in ("moment", "place")}
    facts["words"] = form.text("words", limit=600)
    reason = form.text("channel_reason", limit=200)
    form.check()
    return {"kind": kind, "channel": channel, "facts": facts, "channel_reason": reason}


def read_act(form: Form) -> MessageAct:
    """The act a button stands for (RuleBroken otherwise)."""
    act = form.word("act", MessageAct)
    if act not in BUTTONS:
        raise RuleBroken("Choisissez ce qui a été fait.", field="act")
    return act
