"""An alert as its pages say it: who, what, since when, who acts, and the act one click away."""

from dataclasses import dataclass
from datetime import date

from parcours.actions import alert_episodes
from parcours.actions.alerts import may_act
from parcours.domain.access import Actor
from parcours.domain.alerts import Alert, Level, Rule
from parcours.domain.identity import shown_name, veiled_name
from parcours.features.alerts.store import AlertRow

TONES = {
    Level.REMINDER: "neutral",
    Level.VIGILANCE: "warning",
    Level.ALERT: "danger",
    Level.INTERRUPTION: "danger",
    Level.CLOSURE: "danger",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """An alert in words."""

    row: AlertRow
    alert: Alert
    name: str
    tone: str
    acts: str
    act_url: str
    act_label: str
    is_muted: bool
    may_act: bool


def shown(row: AlertRow, actor: Actor, today: date) -> Shown:
    """Everything a line or a page says of an alert; a person one may not know is not named."""
    episode = row.episode
    alert = alert_episodes.read(episode).alert
    url, label = _act(row, alert)
    return Shown(
        row,
        alert,
        _name(row),
        TONES[alert.level],
        _acts(row, alert),
        url,
        label,
        episode.silent_until is not None and episode.silent_until >= today,
        may_act(actor, episode),
    )


def _name(row: AlertRow) -> str:
    learner = row.learner
    if learner is None:
        return "Émargement à saisir"
    if not row.is_known:
        return veiled_name(learner.birth_name, learner.first_names)
    return shown_name(learner.birth_name, learner.first_names, learner.usage_name)


def _acts(row: AlertRow, alert: Alert) -> str:
    names = [row.organisation]
    if row.episode.second_acts and row.second:
        names.append(row.second)
    words = " puis ".join(who.label for who in alert.acts)
    return f"{words} ({', '.join(names)})"


def _act(row: AlertRow, alert: Alert) -> tuple[str, str]:
    reference, person = alert.about.reference, f"/apprenants/{alert.learner_id}"
    match alert.rule:
        case Rule.UNRECORDED:
            cohort, _, half_day = reference.partition("/")
            return f"/promotions/{cohort}/emargement/{half_day}", "Ouvrir la feuille"
        case Rule.UNANSWERED_RELAY | Rule.NOT_STARTED:
            return f"/relais/{reference}", "Ouvrir le relais"
        case Rule.NO_STEP | Rule.LONG_WAIT:
            return f"{person}/relais/nouveau", "Proposer un relais"
        case Rule.HELP:
            return f"/alertes/{row.episode.id}", "Répondre"
        case _:
            return f"{person}/presences", "Voir les présences"
