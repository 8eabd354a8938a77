"""The tiles of the first page, for each role: a count, and the list it opens.

A room that has something more to count gives actions/waiting.py its condition, and this file a
tile and its place in the order of the roles that act on it.
"""

from dataclasses import dataclass
from datetime import date

from parcours.actions.continuity import COUNT_LIMIT
from parcours.domain.access import Role


@dataclass(frozen=True, slots=True)
class Tile:
    """A count as the page writes it, and the address of exactly that list."""

    shown: str
    label: str
    detail: str
    url: str


# By name of the count: label, detail, address ({day}: today).
TEXTS = {
    "relays_received": ("Relais à répondre", "proposés par des partenaires", "/relais"),
    "breaks": ("Ruptures à éviter", "dans les 30 jours", "/ruptures"),
    "alerts": (
        "Alertes",
        "où votre structure agit",
        "/alertes?qui=structure&niveau=graves",
    ),
    "starts": ("Débuts à confirmer", "prévus depuis plus de 7 jours", "/ruptures/debuts"),
    "appointments": (
        "Rendez-vous du jour",
        "les vôtres",
        "/agenda?jour={day}&voir=rendez-vous",
    ),
    "tasks": ("Tâches à faire", "aujourd’hui ou en retard", "/taches?quand=jour"),
    "needs": (
        "Besoins à confirmer",
        "suspendus sans réponse de l’employeur",
        "/besoins?etat=a-confirmer",
    ),
    "need_words": (
        "Besoins à relier",
        "des mots d’employeur attendent une compétence",
        "/besoins?etat=a-relier",
    ),
    "introductions": (
        "Employeurs à relancer",
        "réponses attendues sur une mise en relation",
        "/mises-en-relation?voir=a-relancer",
    ),
    "relays_sent": ("Relais sans réponse", "proposés à des partenaires", "/relais?sens=envoyes"),
    "half_days": (
        "Demi-journées du jour",
        "de vos promotions",
        "/agenda?jour={day}&voir=demi-journees",
    ),
    "untaken": ("Émargements à faire", "demi-journées passées", "/promotions#emargements"),
    "levels": (
        "Niveaux à noter",
        "rien noté ce mois-ci, promotions en cours",
        "/a-cloturer?quoi=niveaux",
    ),
    "assessments": (
        "Bilans d’immersion",
        "immersions terminées, sans bilan",
        "/a-cloturer?quoi=bilans",
    ),
    "exits": (
        "Sorties à compléter",
        "situation ou justificatif manquant",
        "/sorties?a=completer",
    ),
    "left_out": (
        "Candidats sans suite",
        "ni entrés, ni attendus ailleurs",
        "/candidats/sans-suite",
    ),
    "loans_late": ("Prêts en retard", "matériel à faire revenir", "/materiel?etat=retard"),
    "follow_ups": ("Suivis à faire", "des personnes sorties", "/suivis"),
    "agreements": ("Conventions", "que vous financez", "/conventions"),
    "accounts": ("Rattachements", "à votre structure", "/#comptes"),
    "unsent": ("Messages pas partis", "le serveur les a refusés", "/envois"),
}
# What each role acts on first comes first.
ORDER = {
    Role.COUNSELLOR: (
        "breaks", "alerts", "relays_received", "appointments", "tasks", "starts", "relays_sent",
        "loans_late", "introductions", "follow_ups", "needs", "need_words", "exits",
    ),
    Role.TRAINER: (
        "half_days", "untaken", "alerts", "appointments", "tasks", "breaks", "levels",
        "assessments", "relays_received", "starts", "relays_sent", "loans_late", "follow_ups",
        "exits",
    ),
    Role.COORDINATOR: (
        "breaks", "alerts", "relays_received", "relays_sent", "starts", "left_out", "untaken",
        "half_days", "levels", "assessments", "loans_late", "follow_ups", "exits",
        "introductions", "needs", "need_words", "tasks", "appointments",
    ),
    Role.FUNDER: ("agreements",),
    Role.ORGANISATION_ADMIN: ("accounts", "unsent"),
    Role.TECHNICAL_ADMIN: (),
}  # fmt: skip


def tiles(role: Role, counts: dict[str, int], today: date) -> list[Tile]:
    """The tiles of a role; past 99 a count says so."""
    found = []
    for name in ORDER[role]:
        label, detail, url = TEXTS[name]
        shown = str(counts[name]) if counts[name] < COUNT_LIMIT else "99+"
        found.append(Tile(shown, label, detail, url.format(day=today.isoformat())))
    return found
