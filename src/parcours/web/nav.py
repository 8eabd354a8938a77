"""The places of the product, and which of them an actor’s role opens."""

from dataclasses import dataclass

from parcours.domain.access import Actor, Capability, Role


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu."""

    label: str
    url: str
    capability: Capability | tuple[Capability, ...] | None
    # Rooms reached from this place, which have no entry of their own.
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu entry as one page shows it."""

    label: str
    url: str
    current: bool
    count: int | None
    tone: str


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the menu: always in sight when it has no title, else folded until it is of use."""

    title: str
    entries: list[Entry]
    is_open: bool


# What everybody who follows people opens all day stays in sight; the rest is folded by trade.
DAILY = (
    Place("Ma journée", "/", None),
    Place("Apprenants", "/apprenants", Capability.READ_LEARNERS),
    Place("Ruptures", "/ruptures", Capability.SEE_CONTINUITY),
    Place("Alertes", "/alertes", Capability.SEE_CONTINUITY),
    Place("Relais", "/relais", Capability.SEE_CONTINUITY),
    Place("Agenda", "/agenda", Capability.WRITE_STEPS),
    Place("Tâches", "/taches", Capability.WRITE_STEPS),
)
SUPPORT, TRAINING, WORK, NETWORK, SETTINGS = (
    "Accompagnement",
    "Formation",
    "Emploi",
    "Réseau",
    "Réglages",
)
GROUPS = {
    TRAINING: (
        Place("Promotions", "/promotions", Capability.READ_LEARNERS, ("/candidats",)),
        Place("À clôturer", "/a-cloturer", Capability.READ_LEARNERS),
        Place("Immersions", "/immersions", Capability.READ_LEARNERS),
        Place(
            "Programmes et cursus",
            "/programmes",
            Capability.MANAGE_COHORTS,
            ("/cursus", "/referentiels", "/certifications"),
        ),
    ),
    SUPPORT: (
        Place("Actes", "/actes", Capability.WRITE_STEPS),
        Place("Matériel", "/materiel", Capability.WRITE_STEPS),
        Place("Heures par semaine", "/heures", Capability.SEE_CONTINUITY),
        Place("Messages", "/messages", Capability.WRITE_LEARNERS),
    ),
    WORK: (
        Place("Besoins", "/besoins", Capability.FOLLOW_NEEDS),
        Place("Employeurs", "/employeurs", Capability.FOLLOW_NEEDS),
        Place("Mises en relation", "/mises-en-relation", Capability.FOLLOW_NEEDS),
        Place("Adéquation", "/adequation", Capability.FOLLOW_NEEDS),
        Place("Sorties", "/sorties", Capability.RECORD_EXITS, ("/definitions",)),
        Place("Suivis", "/suivis", Capability.RECORD_EXITS),
        Place("Conventions", "/conventions", Capability.EXPORT_OUTCOMES),
    ),
    NETWORK: (
        Place("Partenaires", "/partenaires", None),
        Place("Territoire", "/territoire", Capability.SEE_TERRITORY),
        Place("Charte", "/charte", None),
    ),
    SETTINGS: (
        Place("Comptes", "/comptes", Capability.MANAGE_ACCOUNTS),
        Place("Sans référent", "/sans-referent", Capability.MANAGE_COHORTS),
        Place("Remplacements", "/remplacements", Capability.WRITE_LEARNERS),
        Place("Délais des relais", "/reglages/relais", Capability.SET_DELAYS),
        Place("Seuils des alertes", "/reglages/alertes", Capability.SET_DELAYS),
        Place("Délai des besoins", "/reglages/besoins", Capability.SET_DELAYS),
        Place("Délais des mises en relation", "/reglages/mises-en-relation", Capability.SET_DELAYS),
        Place(
            "Calcul du score",
            "/reglages/appariement",
            (Capability.FOLLOW_NEEDS, Capability.SET_DELAYS),
        ),
        Place("Équité des propositions", "/reglages/equite", Capability.WATCH_FAIRNESS),
        Place("Listes officielles", "/reglages/listes", Capability.SEE_REFERENCES),
        Place("Envois", "/envois", Capability.WATCH_SENDING),
        Place("Imports", "/imports", Capability.IMPORT_FILES),
    ),
}
# What each role works in is open on every page; the others open only the group they are in.
OPEN = {
    Role.COUNSELLOR: (SUPPORT, WORK),
    Role.TRAINER: (TRAINING,),
    Role.COORDINATOR: (TRAINING,),
    Role.FUNDER: (WORK, NETWORK),
    Role.ORGANISATION_ADMIN: (NETWORK, SETTINGS),
    Role.TECHNICAL_ADMIN: (NETWORK, SETTINGS),
}


def groups(actor: Actor, path: str, counts: dict[str, int]) -> list[Group]:
    """The menu of `actor` on the page at `path`; `counts` by place’s URL."""
    found = [Group("", _entries(DAILY, actor, path, counts), is_open=True)]
    for title, places in GROUPS.items():
        entries = _entries(places, actor, path, counts)
        is_open = title in OPEN[actor.role] or any(entry.current for entry in entries)
        if entries:
            found.append(Group(title, entries, is_open))
    return found


def _entries(
    places: tuple[Place, ...], actor: Actor, path: str, counts: dict[str, int]
) -> list[Entry]:
    return [
        Entry(
            place.label,
            place.url,
            current=_is_at(place, path),
            count=counts.get(place.url),
            tone="danger" if place.url == "/ruptures" else "warning",
        )
        for place in places
        if _is_open_to(place, actor)
    ]


def _is_open_to(place: Place, actor: Actor) -> bool:
    """Whether the role opens the place; of several capabilities, any does."""
    asked = place.capability
    if asked is None or isinstance(asked, Capability):
        return asked is None or actor.can(asked)
    return any(actor.can(one) for one in asked)


def _is_at(place: Place, path: str) -> bool:
    return path == place.url or any(
        path == url or path.startswith(url + "/")
        for url in (place.url, *place.leads_to)
        if url != "/"
    )
