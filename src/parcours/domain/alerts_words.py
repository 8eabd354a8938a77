"""The closed lists of early warning: rules, levels, who acts, what a rule is about.

Source: matching notes §5 (rules `alertes-1`). Names and values are English; the codes of the
source stand in the docstrings.
"""

from parcours.domain.words import Word


class Rule(Word):
    """The nine rules, in the order of the source.

    ASSIDUITE, INJUSTIFIEES, NON_PRESENTATION, EMARGEMENT_NON_SAISI, SANS_ETAPE, ATTENTE_LONGUE,
    RELAIS_SANS_REPONSE, ACCEPTE_SANS_ENTREE, DEMANDE_AIDE.
    """

    ATTENDANCE = "attendance", "Assiduité"
    UNJUSTIFIED = "unjustified", "Absences injustifiées"
    NO_SHOW = "no_show", "Aucune présence"
    UNRECORDED = "unrecorded", "Émargement non saisi"
    NO_STEP = "no_step", "Sans étape"
    LONG_WAIT = "long_wait", "Attente longue"
    UNANSWERED_RELAY = "unanswered_relay", "Relais sans réponse"
    NOT_STARTED = "not_started", "Relais accepté, étape non commencée"
    HELP = "help", "Demande d’aide"

    @property
    def is_about_learner(self) -> bool:
        """A sheet nobody filled in is the organisation’s matter, never held against anyone."""
        return self is not Rule.UNRECORDED


class Level(Word):
    """How much a fact calls for, from the lowest to the highest; compared in that order.

    Rappel, vigilance, alerte, rupture, clôture à confirmer. The closure is only ever proposed: a
    person decides it.
    """

    REMINDER = "reminder", "Rappel"
    VIGILANCE = "vigilance", "Vigilance"
    ALERT = "alert", "Alerte"
    INTERRUPTION = "interruption", "Rupture"
    CLOSURE = "closure", "Clôture à confirmer"

    @property
    def rank(self) -> int:
        """0 for the lowest."""
        return list(Level).index(self)

    @property
    def notifies(self) -> bool:
        """From alerte on, somebody is told at once; below, the list and the weekly digest do."""
        return self >= Level.ALERT

    # Without these four, levels would compare as text: « vigilance » after « alert ».
    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


class Actor(Word):
    """Who must act; the account behind the word is found by whoever shows the alert."""

    TRAINING_REFERENT = "training_referent", "référent·e de formation"
    PRESCRIBER = "prescriber", "structure prescriptrice"
    ORGANISATION = "organisation", "structure de formation"
    PATHWAY_REFERENT = "pathway_referent", "référent·e de parcours"
    RECEIVING_PARTNER = "receiving_partner", "partenaire destinataire"
    SENDER = "sender", "structure qui a proposé le relais"


class ObjectKind(Word):
    """What an alert is about."""

    ENROLMENT = "enrolment", "inscription"
    HALF_DAY = "half_day", "demi-journée"
    PATHWAY = "pathway", "parcours"
    GAP = "gap", "jours sans étape"
    RELAY = "relay", "relais"
    HELP_REQUEST = "help_request", "demande d’aide"


class AskedBy(Word):
    """Who asked for help."""

    LEARNER = "learner", "par la personne"
    PARTNER = "partner", "par un partenaire"


class Trend(Word):
    """Where attendance is heading: an arrow to read, never a rule (label: what a voice reads)."""

    RISING = "rising", "en hausse"
    STEADY = "steady", "stable"
    FALLING = "falling", "en baisse"

    @property
    def arrow(self) -> str:
        """The arrow alone; the label goes with it for those who do not see it."""
        return {Trend.RISING: "↗", Trend.STEADY: "→", Trend.FALLING: "↘"}[self]
