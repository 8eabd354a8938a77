"""The places of the product, and which of them an actor’s role opens."""

from dataclasses import dataclass

from parcours.domain.access import Actor, Capability


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the menu."""

    label: str
    url: str
    capability: Capability | None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu entry as one page shows it."""

    label: str
    url: str
    section: str
    current: bool
    count: int | None
    tone: str


PLACES = (
    Place("Ma journée", "/", None),
    Place("Apprenants", "/apprenants", Capability.READ_LEARNERS),
    Place("Ruptures", "/ruptures", Capability.SEE_CONTINUITY),
    Place("Alertes", "/alertes", Capability.SEE_CONTINUITY),
    Place("Relais", "/relais", Capability.SEE_CONTINUITY),
    Place("Tâches", "/taches", Capability.WRITE_STEPS),
    Place("Agenda", "/agenda", Capability.WRITE_STEPS),
    Place("Promotions", "/promotions", Capability.READ_LEARNERS),
    Place("Besoins", "/besoins", Capability.FOLLOW_NEEDS),
    Place("Adéquation", "/adequation", Capability.FOLLOW_NEEDS),
    Place("À clôturer", "/a-cloturer", Capability.READ_LEARNERS),
    Place("Immersions", "/immersions", Capability.READ_LEARNERS),
    Place("Actes", "/actes", Capability.WRITE_STEPS),
    Place("Matériel", "/materiel", Capability.WRITE_STEPS),
    Place("Heures par semaine", "/heures", Capability.SEE_CONTINUITY),
    Place("Sorties", "/sorties", Capability.RECORD_EXITS),
    Place("Suivis", "/suivis", Capability.RECORD_EXITS),
    Place("Programmes et cursus", "/programmes", Capability.MANAGE_COHORTS),
    Place("Conventions", "/conventions", Capability.EXPORT_OUTCOMES),
    Place("Territoire", "/territoire", Capability.SEE_TERRITORY),
    Place("Partenaires", "/partenaires", None),
    Place("Messages", "/messages", Capability.WRITE_LEARNERS),
    Place("Envois", "/envois", Capability.WATCH_SENDING, "reseau"),
    Place("Délais des relais", "/reglages/relais", Capability.SET_DELAYS, "reseau"),
    Place("Délai des besoins", "/reglages/besoins", Capability.SET_DELAYS, "reseau"),
    Place("Sans référent", "/sans-referent", Capability.MANAGE_COHORTS, "reseau"),
    Place("Comptes", "/comptes", Capability.MANAGE_ACCOUNTS, "reseau"),
    Place("Remplacements", "/remplacements", Capability.WRITE_LEARNERS, "reseau"),
    Place("Charte", "/charte", None, "reseau"),
    Place("Imports", "/imports", Capability.IMPORT_FILES, "reseau"),
)


def entries(actor: Actor, path: str, counts: dict[str, int]) -> list[Entry]:
    """The menu of `actor` on the page at `path`; `counts` by place’s URL."""
    return [
        Entry(
            place.label,
            place.url,
            place.section,
            current=path == place.url or (place.url != "/" and path.startswith(place.url + "/")),
            count=counts.get(place.url),
            tone="danger" if place.url == "/ruptures" else "warning",
        )
        for place in PLACES
        if place.capability is None or actor.can(place.capability)
    ]
