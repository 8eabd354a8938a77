"""Facts of the timeline as sentences."""

from dataclasses import dataclass, replace
from datetime import date

from parcours import reference
from parcours.actions.timeline import WITHDRAWN
from parcours.actions.timeline_support import ASSESSED
from parcours.domain.agenda import AppointmentKind, Outcome
from parcours.domain.equipment import HandoverAct, Nature
from parcours.domain.follow_ups import TryOutcome
from parcours.domain.introductions import Act
from parcours.domain.mediation import ActivityKind, Part
from parcours.domain.messages import Channel, MessageKind
from parcours.domain.notes import NoteKind, NoteReach
from parcours.domain.outcomes import SituationKind
from parcours.domain.relays import RelayAct
from parcours.domain.words import StepKind
from parcours.features.timeline.store import Fact
from parcours.models.outcomes import Moment
from parcours.web.words import hours, long_day, plural

SORTS = (
    ("etapes", "Étapes"),
    ("relais", "Relais"),
    ("notes", "Notes et contacts"),
    ("actes", "Actes et ateliers"),
    ("materiel", "Matériel"),
    ("mises-en-relation", "Mises en relation"),
    ("presences", "Absences"),
    ("rendez-vous", "Rendez-vous de ma structure"),
    ("messages", "Messages de ma structure"),
    ("sorties", "Sorties et suivis"),
    ("parcours", "Ouverture et clôture"),
)
TRIED = "try"
# What a partner reads of an exit whose reason stays with the organisation that recorded it.
WITHDRAWN_EXIT = SituationKind.WITHDRAWN.label
RELAYS = {
    RelayAct.PROPOSED: "Relais proposé à {}",
    RelayAct.QUESTION: "Question sur le relais vers {}",
    RelayAct.REPLY: "Réponse à la question sur le relais vers {}",
    RelayAct.ESCALATED: "Relais vers {} sans réponse : les responsables sont prévenus",
    RelayAct.EXPIRED: "Relais vers {} expiré sans réponse",
    RelayAct.ACCEPTED: "Relais accepté par {}",
    RelayAct.DECLINED: "Relais décliné par {}",
    RelayAct.WITHDRAWN: "Relais vers {} retiré",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A fact as the page writes it. `reach` says who reads a note, "" for any other fact."""

    on: date
    sentence: str
    words: str
    who: str
    reach: str
    is_private: bool
    url: str
    link: str


def told(fact: Fact, *, organisation_id: int, can_write: bool) -> Line:
    """A fact as a sentence, with the page that says more where there is one."""
    is_own = fact.organisation_id == organisation_id
    if not is_own and _is_sensitive(fact):
        fact = replace(fact, code=WITHDRAWN_EXIT)
    sentence, url, link = SENTENCES[fact.sort](fact), "", ""
    if fact.sort == "etapes" and fact.link_id and is_own:
        url, link = f"/immersions/{fact.link_id}#bilan", "Voir le bilan"
    elif fact.sort == "relais":
        url, link = f"/relais/{fact.link_id}", "Voir le relais"
    elif fact.sort == "messages" and can_write:
        url, link = f"/messages/{fact.link_id}", "Voir le message"
    elif fact.sort == "rendez-vous" and can_write:
        url, link = f"/agenda/rendez-vous/{fact.link_id}", "Voir le rendez-vous"
    elif fact.sort == "actes" and is_own and can_write:
        url, link = f"/actes/{fact.link_id}", "Voir l’acte"
    elif fact.sort == "materiel" and is_own and can_write:
        url, link = f"/materiel/{fact.link_id}", "Voir le matériel"
    elif fact.sort == "mises-en-relation" and can_write:
        url, link = f"/mises-en-relation/{fact.link_id}", "Voir la mise en relation"
    elif fact.sort == "notes" and is_own and can_write and fact.title != WITHDRAWN:
        url, link = f"/notes/{fact.key}/modifier", "Corriger ou retirer"
    return Line(
        fact.on,
        sentence,
        fact.extra or "" if fact.sort == "notes" else "",
        ", ".join(filter(None, (fact.author, fact.organisation))),
        _reach(fact),
        fact.title == NoteReach.PRIVATE,
        url,
        link,
    )


def _is_sensitive(fact: Fact) -> bool:
    item = reference.exit_types().get(fact.code or "")
    return fact.sort == "sorties" and item is not None and item.flag("sensitive")


def _reach(fact: Fact) -> str:
    if fact.sort != "notes" or fact.title == WITHDRAWN:
        return ""
    return "Note privée : ma structure seulement" if fact.title == NoteReach.PRIVATE else "Partagée"


def _pathway(fact: Fact) -> str:
    return "Parcours ouvert" if fact.code == "opened" else "Parcours clos"


def _step(fact: Fact) -> str:
    act, _, kind = (fact.code or "").partition(":")
    if act == ASSESSED:
        return f"Bilan du tuteur : immersion chez {fact.title}"
    name = f"{StepKind(kind).label} « {fact.title} »"
    if act == "planned":
        return f"{name} : prévue à partir du {long_day(date.fromisoformat(fact.extra or ''))}"
    return {"started": f"Début : {name}", "ended": f"Fin : {name}"}.get(act, f"Annulée : {name}")


def _relay(fact: Fact) -> str:
    return RELAYS[RelayAct(fact.code or "")].format(fact.title)


def _absences(fact: Fact) -> str:
    count, unexcused = int(fact.code or 0), int(fact.extra or 0)
    told = f"{plural(count, 'demi-journée d’absence', 'demi-journées d’absence')}"
    detail = f"dont {unexcused} sans justificatif" if unexcused else "toutes justifiées"
    return f"{fact.title} : {told}, {detail} ; dernière ce jour"


def _exit(fact: Fact) -> str:
    if fact.extra == TRIED:
        delay = reference.label(reference.follow_up_delays(), fact.title).lower()
        return f"Suivi {delay} : {TryOutcome(fact.code or '').label.lower()}"
    situation = reference.label(reference.exit_types(), fact.code) or "situation non renseignée"
    when = "Sortie" if fact.extra == Moment.EXIT else "Depuis la sortie"
    return f"{when} : {situation}" + (f", {fact.title}" if fact.title else "")


def _message(fact: Fact) -> str:
    kind, channel = MessageKind(fact.code or ""), Channel(fact.title or "")
    return f"Message « {kind.label} », {channel.label.lower()}"


def _appointment(fact: Fact) -> str:
    outcome, kind = Outcome(fact.code or ""), AppointmentKind(fact.title or "")
    return f"Rendez-vous {outcome.label.lower()} : {kind.label.lower()}"


def _note(fact: Fact) -> str:
    label = NoteKind(fact.code or "").label
    if fact.title == WITHDRAWN:
        return f"{label} : retirée depuis"
    return f"{label} (corrigée)" if fact.link_id else label


def _act(fact: Fact) -> str:
    kind, _, part = (fact.code or "").partition(":")
    label = ActivityKind(kind).label
    name = reference.label(reference.act_themes(), fact.title)
    told = f"{label} : {name}, {hours(int(fact.extra or 0))}"
    return f"{told}, pour transmettre aux autres" if part == Part.LEADS else told


def _introduction(fact: Fact) -> str:
    return f"Mise en relation « {fact.title} » : {Act(fact.code or '').label}"


def _equipment(fact: Fact) -> str:
    act, nature = HandoverAct(fact.code or ""), Nature(fact.extra or "")
    if act is HandoverAct.HANDED:
        return f"{nature.label} de matériel : {fact.title}"
    return f"Matériel {act.label.lower()} : {fact.title}"


SENTENCES = {
    "parcours": _pathway,
    "etapes": _step,
    "relais": _relay,
    "presences": _absences,
    "sorties": _exit,
    "messages": _message,
    "rendez-vous": _appointment,
    "notes": _note,
    "actes": _act,
    "materiel": _equipment,
    "mises-en-relation": _introduction,
}
