"""Outputs that name people: why they leave, for how long, and the words that mark each copy.

Source: domain notes §7 (minimal content: a journal of nominative exports) and §8, points 1 and 7:
exact, traced, never masked; the legal retention of the agreement ends them.
"""

from datetime import date, datetime, timedelta

from parcours.domain.errors import RuleBroken
from parcours.domain.identity import without_nir
from parcours.domain.words import Word

# A password given longer ago than this is asked again.
FRESH = timedelta(minutes=15)
LEAST_WORDS, MOST_WORDS = 10, 300
# What the law makes the training body answer for, whatever the agreement says.
LEGAL = ("fse", "bpf", "emargement")


class Purpose(Word):
    """Why names leave: the closed list."""

    FSE_CONTROL = "fse_control", "Contrôle de service fait ou audit FSE+"
    PORTAL = "portal", "Saisie dans le portail du financeur"
    ACCOUNT = "account", "Bilan pédagogique et financier"
    INSPECTION = "inspection", "Contrôle d’une autorité (DREETS, Région, Cour des comptes)"
    SETTLEMENT = "settlement", "Justification d’un paiement prévu par la convention"


def is_fresh(given_at: datetime, now: datetime) -> bool:
    """Whether a password was given recently enough."""
    return now - given_at <= FRESH


def check_purpose(purpose: Purpose | None, words: str) -> Purpose:
    """The purpose; naming people without one of the list and its words is RuleBroken."""
    errors: dict[str, str] = {}
    if purpose is None:
        errors["ground"] = "Choisissez pourquoi ces noms sont remis."
    if len(words) < LEAST_WORDS:
        errors["because"] = "Dites en quelques mots pour quel contrôle ou quelle demande."
    elif len(words) > MOST_WORDS:
        errors["because"] = f"Ce texte dépasse {MOST_WORDS} caractères."
    elif without_nir(words)[1]:
        errors["because"] = "Retirez le numéro de sécurité sociale : il ne s’écrit pas ici."
    if errors or purpose is None:
        raise RuleBroken(errors=errors)
    return purpose


def kept_until(ends_on: date, retention_years: int | None) -> date:
    """The last day names may be handed over: the legal retention, from the agreement’s end.

    Raises RuleBroken when the agreement does not say how long: nobody guesses it.
    """
    if retention_years is None:
        raise RuleBroken(
            "La convention ne dit pas combien d’années ses pièces se gardent : indiquez-le dans "
            "« Objectifs et sorties », rubrique « Conservation »."
        )
    year = ends_on.year + retention_years
    # An agreement that ends on 29 February is kept until the 28th.
    last = 28 if (ends_on.month, ends_on.day) == (2, 29) else ends_on.day
    return date(year, ends_on.month, last)


def check_kept(until: date, today: date) -> None:
    """Refuse once the legal retention is over (RuleBroken)."""
    if today > until:
        day = until.strftime("%d/%m/%Y")
        raise RuleBroken(f"La conservation légale a pris fin le {day} : plus aucun nom ne sort.")


def copy_mark(name: str, organisation: str, day: date, reference: str) -> str:
    """What every sheet of a copy says: whose it is, since when, which one."""
    given = day.strftime("%d/%m/%Y")
    return (
        f"Exemplaire remis à {name} ({organisation}) le {given}, référence {reference}. "
        "Données personnelles : ne pas transmettre."
    )
