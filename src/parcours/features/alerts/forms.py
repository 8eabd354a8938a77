"""The filters and forms of alerts."""

from datetime import date

from parcours.domain.alerts import AskedBy, Level, Rule
from parcours.domain.episodes import Closing
from parcours.domain.errors import RuleBroken
from parcours.features.alerts.store import START, Place, Wanted
from parcours.web.forms import Form
from parcours.web.paging import after_day, written

LABELS = {
    "until": "Jusqu’au",
    "motive": "Motif",
    "closing": "Raison",
    "closing_motive": "Précisions",
    "answer": "Votre réponse",
    "words": "Ce qui se passe",
    "asked_by": "Qui demande",
}
WHO = [("structure", "Ma structure doit agir"), ("moi", "Les personnes que j’accompagne")]
RULES = [(rule.value, rule.label) for rule in Rule]
SERIOUS = "graves"
LEVELS = [
    (SERIOUS, "Alerte et plus grave"),
    *((level.value, level.label) for level in reversed(Level)),
]
CLOSINGS = [(one.value, one.label) for one in Closing if one is not Closing.OVER]
ASKERS = [
    (AskedBy.LEARNER.value, "La personne elle-même"),
    (AskedBy.PARTNER.value, "Un partenaire, un proche, vous-même"),
]


THRESHOLDS = [
    (
        "Présences en formation",
        {
            "window": "Dernières demi-journées regardées",
            "window_minimum": "Rien n’est dit avant (demi-journées)",
            "watch_below": "Vigilance si l’assiduité passe sous (%)",
            "alert_below": "Alerte sous (%)",
            "unjustified_limit": "Alerte à partir de (absences injustifiées)",
            "no_show_minimum": "Alerte si personne n’est venu après (demi-journées)",
            "recording_working_days": "Feuille non remplie signalée après (jours ouvrés)",
        },
    ),
    (
        "Personne sans étape",
        {
            "reminder_after_days": "Rappel après (jours sans étape)",
            "vigilance_after_days": "Vigilance après (jours)",
            "alert_after_days": "Alerte après (jours)",
            "interruption_after_days": "Rupture après (jours)",
            "closure_after_days": "Clôture à confirmer après (jours)",
        },
    ),
    (
        "Attente et entrée",
        {
            "long_wait_days": "Attente longue si l’étape suivante est à plus de (jours)",
            "long_wait_notice_days": "Signalée avant le premier jour d’attente (jours)",
            "start_within_days": "Relais accepté sans entrée après (jours)",
        },
    ),
]
THRESHOLD_LABELS = {name: label for _, labels in THRESHOLDS for name, label in labels.items()}


def read_thresholds(form: Form) -> dict[str, int]:
    """The thresholds typed, in whole numbers (RuleBroken: what cannot be read)."""
    values = {name: form.integer(name) for name in THRESHOLD_LABELS}
    for name, value in values.items():
        if value is None:
            form.errors.setdefault(name, "Indiquez un nombre entier.")
    form.check()
    return {name: value or 0 for name, value in values.items()}


def read_wanted(query: dict[str, str]) -> Wanted:
    """The filters of an address; what is not in the lists filters nothing."""
    return Wanted(
        query["qui"] if query["qui"] in {code for code, _ in WHO} else "",
        Rule(query["regle"]) if query["regle"] in set(Rule) else None,
        Level(query["niveau"]) if query["niveau"] in set(Level) else None,
        query["niveau"] == SERIOUS,
        query["sourdine"] == "oui",
    )


def read_place(text: str) -> Place:
    """« 2~2026-11-23~12 »: where a page begins; the list’s beginning when it is none."""
    rank, _, rest = text.partition("~")
    found = after_day(rest)
    if found is None or not rank.isdecimal() or len(rank) > 2:
        return START
    return (int(rank), *found)


def write_place(place: Place) -> str:
    """A place as addresses write it."""
    return f"{place[0]}~{written(place[1:])}"


def read_mute(form: Form, *, today: date) -> tuple[date, str]:
    """The end and the motive of a silence, or RuleBroken."""
    until = form.day("until", near=today)
    if until is None:
        form.errors.setdefault("until", "Indiquez jusqu’à quand.")
    motive = form.required(
        "motive", "Dites pourquoi cette alerte est mise en sourdine.", limit=1000
    )
    form.check()
    return until or today, motive


def read_closing(form: Form) -> tuple[Closing, str]:
    """Why an alert is closed by hand, or RuleBroken."""
    closing = form.word("closing", Closing)
    if closing is None:
        form.errors.setdefault("closing", "Choisissez une raison.")
    motive = form.text("closing_motive", limit=1000)
    form.check()
    return closing or Closing.SET_ASIDE, motive


def closing_errors(refusal: RuleBroken) -> dict[str, str]:
    """The messages of a refused closing, by the fields of its form."""
    fields = {"motive": "closing_motive"}
    return {fields.get(name, name): text for name, text in refusal.errors.items()}


def read_help(form: Form) -> tuple[AskedBy, str]:
    """Who asks for help and their words, or RuleBroken."""
    asked_by = form.word("asked_by", AskedBy)
    if asked_by is None:
        form.errors.setdefault("asked_by", "Dites qui demande de l’aide.")
    words = form.required("words", "Dites en quelques mots ce qui se passe.", limit=2000)
    form.check()
    return asked_by or AskedBy.PARTNER, words
