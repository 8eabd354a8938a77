"""Messages: the way the person prefers, plain texts, and digests instead of a storm.

Source: product, feature 59 and idea 6 (nobody is obliged to a digital way); issue 3, item 10.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import Template as Text

from parcours.domain.errors import RuleBroken
from parcours.domain.words import ContactPreference, Word


class Channel(Word):
    """How a message reaches somebody."""

    EMAIL = "email", "Courriel"
    SMS = "sms", "SMS"
    LETTER = "letter", "Courrier"
    PHONE = "phone", "Téléphone"
    IN_PERSON = "in_person", "De vive voix"

    @property
    def is_digital(self) -> bool:
        """Whether a machine sends it; the other ways are a person’s work."""
        return self in {Channel.EMAIL, Channel.SMS}


class MessageKind(Word):
    """What a message is about: the closed list of texts. The label is its subject, always the same.

    A subject travels in clear and shows on locked screens: it is a constant, so it names nobody.
    """

    APPOINTMENT = "appointment", "Un rendez-vous vous est proposé"
    NEWS = "news", "Nous prenons de vos nouvelles"
    NEXT_STEP = "next_step", "La suite de votre parcours"
    DOCUMENT = "document", "Il nous manque un document"
    ABSENCE = "absence", "Après votre absence"
    RELAY_PROPOSED = "relay_proposed", "Un relais vous est proposé"
    RELAY_RECEIVED = "relay_received", "Un relais vous est adressé"
    RELAY_REMINDER = "relay_reminder", "Un relais attend votre réponse"
    RELAY_ESCALATED = "relay_escalated", "Un relais reste sans réponse"
    RELAY_EXPIRED = "relay_expired", "Un relais a expiré sans réponse"
    RELAY_ANSWERED = "relay_answered", "Un relais a reçu une réponse"
    NEED_TO_CONFIRM = "need_to_confirm", "Votre besoin est-il toujours d’actualité ?"
    INTRODUCTION = "introduction", "Une personne vous est présentée"
    INTRODUCTION_REMINDER = "introduction_reminder", "Une présentation attend votre réponse"
    IMMERSION_ASSESSMENT = "immersion_assessment", "Votre avis est demandé après une immersion"
    VIGILANCES = "vigilances", "Les vigilances de la semaine sont à revoir"
    NOT_LEFT = "not_left", "Un message n’est pas parti"
    DIGEST = "digest", "Vos points à voir"

    @property
    def is_urgent(self) -> bool:
        """Whether it goes at once: somebody is held by nobody if it waits for a digest."""
        return self in {MessageKind.RELAY_ESCALATED, MessageKind.RELAY_EXPIRED}

    @property
    def holds_link(self) -> bool:
        """Whether its text opens something by itself: it is not kept once it has left."""
        return self in HOLDING_LINKS


class MessageAct(Word):
    """What the history of a message holds."""

    CREATED = "created", "Préparé"
    SENT = "sent", "Envoyé"
    NOT_SENT = "not_sent", "N’est pas parti"
    RETRIED = "retried", "Remis à l’envoi"
    REACHED = "reached", "Appelé·e : la personne a répondu"
    NO_ANSWER = "no_answer", "Appelé·e : sans réponse"
    HANDED = "handed", "Imprimée et remise"
    TOLD = "told", "Dit de vive voix"
    SENT_BY_HAND = "sent_by_hand", "Envoyé à la main"
    CANCELLED = "cancelled", "Annulé"


HOLDING_LINKS = frozenset(
    {
        MessageKind.RELAY_PROPOSED,
        MessageKind.NEED_TO_CONFIRM,
        MessageKind.INTRODUCTION,
        MessageKind.INTRODUCTION_REMINDER,
        MessageKind.IMMERSION_ASSESSMENT,
    }
)
# What a person may do of a message, by its channel. « Sans réponse » leaves it to be done.
BY_HAND: dict[Channel, tuple[MessageAct, ...]] = {
    Channel.PHONE: (MessageAct.REACHED, MessageAct.NO_ANSWER),
    Channel.LETTER: (MessageAct.HANDED,),
    Channel.IN_PERSON: (MessageAct.TOLD,),
    Channel.SMS: (MessageAct.SENT_BY_HAND,),
    Channel.EMAIL: (),
}
# What may be written to a learner, and what each text needs to make sense.
TO_LEARNERS: dict[MessageKind, tuple[str, ...]] = {
    MessageKind.APPOINTMENT: ("moment", "place"),
    MessageKind.NEWS: (),
    MessageKind.NEXT_STEP: ("moment", "place"),
    MessageKind.DOCUMENT: ("words",),
    MessageKind.ABSENCE: (),
}
TEXTS: dict[MessageKind, str] = {
    MessageKind.APPOINTMENT: "messages/appointment.txt",
    MessageKind.NEWS: "messages/news.txt",
    MessageKind.NEXT_STEP: "messages/next_step.txt",
    MessageKind.DOCUMENT: "messages/document.txt",
    MessageKind.ABSENCE: "messages/absence.txt",
    MessageKind.VIGILANCES: "messages/vigilances.txt",
    MessageKind.RELAY_PROPOSED: "messages/relay_proposed.txt",
    MessageKind.RELAY_RECEIVED: "messages/relay_received.txt",
    MessageKind.RELAY_REMINDER: "messages/relay_reminder.txt",
    MessageKind.RELAY_ESCALATED: "messages/relay_escalated.txt",
    MessageKind.RELAY_EXPIRED: "messages/relay_expired.txt",
    MessageKind.RELAY_ANSWERED: "messages/relay_answered.txt",
    MessageKind.NEED_TO_CONFIRM: "messages/need_to_confirm.txt",
    MessageKind.INTRODUCTION: "messages/introduction.txt",
    MessageKind.INTRODUCTION_REMINDER: "messages/introduction_reminder.txt",
    MessageKind.IMMERSION_ASSESSMENT: "messages/immersion_assessment.txt",
    MessageKind.NOT_LEFT: "messages/not_left.txt",
    MessageKind.DIGEST: "messages/digest.txt",
}
MISSING = {
    "moment": "Dites quand, par exemple « mardi 1er décembre à 14 h ».",
    "place": "Dites où, avec l’adresse.",
    "words": "Précisez ce que vous demandez.",
}
HEADINGS = ("Qui vous êtes", "Pourquoi", "À proposer")
_SECTION = "== "
# Beyond these, an urgent message waits for the digest like the others.
URGENT_A_DAY = 3
# A mail server that is down for a day loses nothing: the last try comes two days after the first.
DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 60, 180, 480, 960, 1440))
CALLS_BEFORE_A_LETTER = 3
# Three SMS joined: beyond, it is a letter that nobody reads on a telephone.
SMS_LIMIT = 459


@dataclass(frozen=True, slots=True)
class Contact:
    """How a person may be reached, and prefers to be."""

    preference: ContactPreference | None = None
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    city: str | None = None

    def can_take(self, channel: Channel) -> bool:
        """Whether what the channel needs is known; speaking to the person needs nothing."""
        known = {
            Channel.EMAIL: self.email,
            Channel.SMS: self.phone,
            Channel.PHONE: self.phone,
            Channel.LETTER: self.address and self.city,
        }
        return bool(known.get(channel, True))


_PREFERRED = {
    ContactPreference.EMAIL: (Channel.EMAIL, Channel.PHONE, Channel.LETTER),
    ContactPreference.SMS: (Channel.SMS, Channel.LETTER),
    ContactPreference.PHONE: (Channel.PHONE, Channel.LETTER),
    ContactPreference.POST: (Channel.LETTER, Channel.PHONE),
    ContactPreference.IN_PERSON: (Channel.IN_PERSON,),
    None: (Channel.PHONE, Channel.LETTER),
}


def channel_for(contact: Contact) -> Channel:
    """The preferred way, else a way on paper or by voice: never a digital one nobody asked for."""
    ways = _PREFERRED[contact.preference]
    return next((way for way in ways if contact.can_take(way)), Channel.IN_PERSON)


def ways_to(contact: Contact) -> list[Channel]:
    """The ways somebody may choose for a person, the proposed one first."""
    proposed = channel_for(contact)
    ways = [way for way in Channel if way is not proposed and _is_open(contact, way)]
    return [proposed, *ways]


def _is_open(contact: Contact, channel: Channel) -> bool:
    try:
        check_channel(contact, channel, "une raison")
    except RuleBroken:
        return False
    return True


def check_channel(contact: Contact, channel: Channel, reason: str) -> None:
    """Refuse a way that cannot reach the person, that they refused, or that nothing explains."""
    prefers = contact.preference
    is_refused = prefers not in {None, ContactPreference.EMAIL, ContactPreference.SMS}
    if channel.is_digital and is_refused and prefers is not None:
        message = (
            f"La personne préfère : {prefers.label.lower()}. On ne lui écrit pas par voie "
            "numérique ; si elle a changé d’avis, corrigez d’abord sa fiche."
        )
    elif not contact.can_take(channel):
        message = f"Ce qu’il faut pour ce moyen ({channel.label.lower()}) manque dans la fiche."
    elif channel is not channel_for(contact) and not reason.strip():
        raise RuleBroken("Dites pourquoi ce moyen et pas celui proposé.", field="channel_reason")
    else:
        return
    raise RuleBroken(message, field="channel")


def check_facts(kind: MessageKind, facts: Mapping[str, str]) -> None:
    """Refuse a text to a learner that would lack what it announces."""
    if kind not in TO_LEARNERS:
        raise RuleBroken("Choisissez un modèle de la liste.", field="kind")
    errors = {name: MISSING[name] for name in TO_LEARNERS[kind] if not facts.get(name, "").strip()}
    if errors:
        raise RuleBroken(errors=errors)


def compose(source: str, channel: Channel, facts: Mapping[str, str]) -> str:
    """The text of a message for a channel; an empty fact leaves no blank paragraph behind.

    `source` holds sections, each under a line « == texte », « == sms » or « == appel » (what to say
    on the telephone or face to face); the first is used for a channel that has none of its own.
    KeyError when a fact the text asks for was not given.
    """
    sections = _sections(source)
    names = {Channel.SMS: "sms", Channel.PHONE: "appel", Channel.IN_PERSON: "appel"}
    chosen = sections.get(names.get(channel, "texte"), sections["texte"])
    filled = Text(chosen).substitute(facts)
    paragraphs = (part.strip() for part in filled.split("\n\n"))
    return "\n\n".join(part for part in paragraphs if part)


def told_parts(body: str) -> list[tuple[str, str]]:
    """A text by paragraphs, each with its heading (« À proposer ») where the script has one."""
    parts = []
    for paragraph in body.split("\n\n"):
        heading, _, rest = paragraph.partition(" : ")
        parts.append((heading, rest) if heading in HEADINGS else ("", paragraph))
    return parts


def digest_subject(count: int) -> str:
    """« 3 points à voir »: how many, and nothing about whom."""
    return f"{count} point{'s' if count > 1 else ''} à voir"


def urgent_left(sent_today: int) -> int:
    """How many urgent messages one person may still receive today apart from the digest."""
    return max(0, URGENT_A_DAY - sent_today)


def digest_lines(points: Sequence[tuple[str, str]]) -> str:
    """The points of a digest, each with its link where there is one."""
    return "\n".join(f"- {subject}" + (f" : {link}" if link else "") for subject, link in points)


def delay_before_retry(attempts: int) -> timedelta | None:
    """How long to wait after the n-th failure; None once there is no sense in going on."""
    return DELAYS[attempts - 1] if 0 < attempts <= len(DELAYS) else None


def next_call_on(today: date) -> date:
    """When to call again after no answer: two days later, and never on a week-end."""
    day = today + timedelta(days=2)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def link(base_url: str, path: str | None) -> str:
    """The address of a page; "" where the installation did not say its own."""
    return f"{base_url.rstrip('/')}{path}" if base_url and path else ""


def _sections(source: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    name = "texte"
    for line in source.splitlines():
        if line.startswith(_SECTION):
            name = line.removeprefix(_SECTION).strip()
        else:
            found.setdefault(name, []).append(line)
    return {name: "\n".join(lines).strip() for name, lines in found.items()}
