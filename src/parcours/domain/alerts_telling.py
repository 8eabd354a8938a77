"""How an alert reads in French: its facts as a sentence, who acts, what could be done.

Source: matching notes §5 (who acts) and §7 (one line: fact, date, who acts, act). A sentence is
built from the stored facts alone, so that an old episode reads as it did.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from parcours.domain.alerts_words import Actor, AskedBy, Level, Rule
from parcours.domain.calendar import Half

FactValue = int | str | date
Named = Mapping[str, FactValue]

ACTORS = {
    Rule.ATTENDANCE: (Actor.TRAINING_REFERENT,),
    Rule.UNJUSTIFIED: (Actor.TRAINING_REFERENT, Actor.PATHWAY_REFERENT),
    Rule.NO_SHOW: (Actor.TRAINING_REFERENT, Actor.PRESCRIBER),
    Rule.UNRECORDED: (Actor.ORGANISATION,),
    Rule.NO_STEP: (Actor.PATHWAY_REFERENT,),
    Rule.LONG_WAIT: (Actor.PATHWAY_REFERENT,),
    Rule.UNANSWERED_RELAY: (Actor.RECEIVING_PARTNER,),
    Rule.NOT_STARTED: (Actor.RECEIVING_PARTNER,),
    Rule.HELP: (Actor.PATHWAY_REFERENT,),
}
# The receiving partner may still answer, but it is now the sender’s turn to look elsewhere.
ESCALATED = {Rule.UNANSWERED_RELAY: (Actor.SENDER, Actor.RECEIVING_PARTNER)}

SUGGESTIONS = {
    Rule.ATTENDANCE: "Parler des absences avec la personne et chercher ce qui les explique.",
    Rule.UNJUSTIFIED: "Appeler la personne ; si une absence est justifiée, corriger l’émargement.",
    Rule.NO_SHOW: "Demander à la personne et à qui l’a orientée si la place convient.",
    Rule.UNRECORDED: "Saisir l’émargement ou dire que la demi-journée a été annulée.",
    Rule.LONG_WAIT: "Proposer une étape pendant l’attente : atelier, remobilisation, immersion…",
    Rule.UNANSWERED_RELAY: "Relancer : accepter, refuser avec un motif ou poser une question.",
    Rule.NOT_STARTED: "Confirmer le début de l’étape ou proposer une nouvelle date.",
    Rule.HELP: "Répondre à la demande et convenir d’un rendez-vous.",
}
# What an act costs grows with the level; closing is never done by a rule.
AT_LEVEL = {
    (Rule.ATTENDANCE, Level.ALERT): "Appeler la personne et convenir d’un entretien.",
    (Rule.UNANSWERED_RELAY, Level.ALERT): "Appeler le partenaire ou proposer un autre relais.",
    (Rule.NO_STEP, Level.REMINDER): "Prévoir l’étape suivante avec la personne.",
    (Rule.NO_STEP, Level.VIGILANCE): "Proposer un relais à un partenaire.",
    (Rule.NO_STEP, Level.ALERT): "Appeler la personne et lui proposer une étape.",
    (Rule.NO_STEP, Level.INTERRUPTION): (
        "Reprendre contact par le moyen que la personne préfère et proposer une étape de reprise."
    ),
    (Rule.NO_STEP, Level.CLOSURE): (
        "Décider, si possible avec la personne, si le parcours continue ; rien ne se ferme seul."
    ),
}


def tell(rule: Rule, facts: Named) -> str:
    """The facts of an alert as one French sentence."""
    return _SENTENCES[rule](facts)


def acts_first(rule: Rule, level: Level) -> tuple[Actor, ...]:
    """Who must act; the first one leads."""
    return ESCALATED.get(rule, ACTORS[rule]) if level.notifies else ACTORS[rule]


def suggest(rule: Rule, level: Level) -> str:
    """What could be done about it, in French."""
    return AT_LEVEL.get((rule, level)) or SUGGESTIONS[rule]


def write_hours(minutes: int) -> str:
    """`59 h 30`, `70 h`, `45 min`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def write_rate(rate: Fraction) -> str:
    """`85 %`, `89,9 %`: cut to a tenth, never rounded up to the threshold it is below."""
    whole, tenth = divmod(rate.numerator * 1000 // rate.denominator, 10)
    return f"{whole},{tenth} %" if tenth else f"{whole} %"


def _attendance(facts: Named) -> str:
    present, planned = _number(facts, "minutes_present"), _number(facts, "minutes_planned")
    return (
        f"Assiduité de {write_rate(Fraction(present, planned))} : {write_hours(present)} suivies "
        f"sur {write_hours(planned)} prévues, pour {_recent(facts)}{_justified(facts)}."
    )


def _unjustified(facts: Named) -> str:
    absences = _count(_number(facts, "unjustified"), "absence injustifiée", "absences injustifiées")
    return f"{absences} sur {_recent(facts)}, la dernière le {_day(facts, 'latest_on')}."


def _no_show(facts: Named) -> str:
    recorded = _half_days(_number(facts, "recorded"))
    return f"Aucune présence sur {recorded} {_period(facts)}{_justified(facts)}."


def _unrecorded(facts: Named) -> str:
    half = Half(str(facts["half"])).label
    people = _count(_number(facts, "missing"), "personne", "personnes")
    days = _count(_number(facts, "working_days"), "jour ouvré", "jours ouvrés")
    return (
        f"Émargement du {_day(facts, 'half_day_on')} ({half}) non saisi pour {people}, "
        f"{days} après ou plus."
    )


def _no_step(facts: Named) -> str:
    days = _count(_number(facts, "days"), "jour", "jours")
    return f"Aucune étape en cours ni prévue depuis le {_day(facts, 'first_on')} : {days}."


def _long_wait(facts: Named) -> str:
    days = _count(_number(facts, "days"), "jour", "jours")
    return (
        f"{days} sans étape {_period(facts)} : l’étape suivante est prévue "
        f"le {_day(facts, 'next_on')}."
    )


def _unanswered_relay(facts: Named) -> str:
    return (
        f"Relais proposé le {_day(facts, 'sent_on')}, sans réponse : "
        f"elle était attendue au plus tard le {_day(facts, 'due_on')}."
    )


def _not_started(facts: Named) -> str:
    days = _count(_number(facts, "days"), "jour", "jours")
    planned = f" (début prévu le {_day(facts, 'planned_on')})" if "planned_on" in facts else ""
    return (
        f"Relais accepté le {_day(facts, 'accepted_on')} : {days} après, l’étape n’a pas "
        f"commencé{planned}."
    )


def _help(facts: Named) -> str:
    return f"Aide demandée le {_day(facts, 'asked_on')} {AskedBy(str(facts['asked_by'])).label}."


_SENTENCES: dict[Rule, Callable[[Named], str]] = {
    Rule.ATTENDANCE: _attendance,
    Rule.UNJUSTIFIED: _unjustified,
    Rule.NO_SHOW: _no_show,
    Rule.UNRECORDED: _unrecorded,
    Rule.NO_STEP: _no_step,
    Rule.LONG_WAIT: _long_wait,
    Rule.UNANSWERED_RELAY: _unanswered_relay,
    Rule.NOT_STARTED: _not_started,
    Rule.HELP: _help,
}


def _recent(facts: Named) -> str:
    """The window, with its days: `les 20 dernières demi-journées enregistrées (du … au …)`."""
    recorded = _number(facts, "recorded")
    if recorded == 1:
        return f"la dernière demi-journée enregistrée (le {_day(facts, 'first_on')})"
    return f"les {recorded} dernières demi-journées enregistrées ({_period(facts)})"


def _justified(facts: Named) -> str:
    """Justified absences count as absences; saying so keeps the rate from being misread."""
    justified = _number(facts, "justified")
    absences = _count(justified, "absence justifiée", "absences justifiées")
    return f", dont {absences}" if justified else ""


def _half_days(number: int) -> str:
    return _count(number, "demi-journée enregistrée", "demi-journées enregistrées")


def _period(facts: Named) -> str:
    first, last = _day(facts, "first_on"), _day(facts, "last_on")
    return f"le {first}" if first == last else f"du {first} au {last}"


def _count(number: int, one: str, several: str) -> str:
    """As French counts: zero and one are singular."""
    return f"{number} {one if number < 2 else several}"


def _number(facts: Named, name: str) -> int:
    value = facts[name]
    if not isinstance(value, int):
        raise TypeError(name)
    return value


def _day(facts: Named, name: str) -> str:
    value = facts[name]
    if not isinstance(value, date):
        raise TypeError(name)
    return value.strftime("%d/%m/%Y")
