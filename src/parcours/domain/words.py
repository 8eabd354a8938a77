"""The closed lists of the profession: stable English values stored, French labels shown."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A stored value with the French label people read: `("value", "libellé")`."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.label = label
        return word


class StepKind(Word):
    """What a step of a pathway is about (product: the kinds that cover, and follow-up)."""

    POSITIONING = "positioning", "Positionnement"
    DIGITAL_INITIATION = "digital_initiation", "Initiation numérique"
    WORKSHOP = "workshop", "Atelier"
    REMOBILISATION = "remobilisation", "Remobilisation"
    PRE_TRAINING = "pre_training", "Préformation"
    TRAINING = "training", "Formation"
    IMMERSION = "immersion", "Immersion"
    PEER_TEACHING = "peer_teaching", "Transmission à des pairs"
    JOB_SEARCH = "job_search", "Recherche d’emploi accompagnée"
    EMPLOYMENT = "employment", "Emploi"
    FURTHER_TRAINING = "further_training", "Poursuite de formation"
    FOLLOW_UP = "follow_up", "Suivi par un référent"

    @property
    def covers(self) -> bool:
        """Follow-up by a referent is a responsibility, not an activity: it would hide every gap."""
        return self is not StepKind.FOLLOW_UP

    @property
    def is_training(self) -> bool:
        """An action of training, of which a certificate says the hours done."""
        return self in {StepKind.PRE_TRAINING, StepKind.TRAINING, StepKind.FURTHER_TRAINING}

    @property
    def needs_end(self) -> bool:
        """Accompanied job search without an end date would cover for ever."""
        return self is StepKind.JOB_SEARCH


class Gender(Word):
    """As the person says it; unknown is the absence of a value."""

    WOMAN = "woman", "Femme"
    MAN = "man", "Homme"
    NON_BINARY = "non_binary", "Personne non binaire"


class ContactPreference(Word):
    """How the person wants to be reached; nobody is obliged to a digital way."""

    PHONE = "phone", "Téléphone"
    SMS = "sms", "SMS"
    POST = "post", "Courrier"
    EMAIL = "email", "Courriel"
    IN_PERSON = "in_person", "De vive voix"


class DataSource(Word):
    """Where a fact was taken from; what comes from paper says so."""

    SCREEN = "screen", "saisi à l’écran"
    IMPORT = "import", "importé d’un tableur"
    PAPER = "paper", "saisi d’après papier"
    LEARNER = "learner", "signé par la personne"


class SharingMedium(Word):
    """How a sharing agreement was collected."""

    PAPER = "paper", "papier signé"
    ORAL = "oral", "accord oral, avec témoin"


class DistrictStatus(Word):
    """Whether the person lived in a priority district at entry; doubt is said, never guessed."""

    INSIDE = "inside", "Oui"
    OUTSIDE = "outside", "Non"
    TO_CHECK = "to_check", "À vérifier"


class LevelOfSkill(Word):
    """The four levels to which a module brings a skill."""

    NOTIONS = "1", "notions"
    WITH_HELP = "2", "avec aide"
    AUTONOMOUS = "3", "autonome"
    EXPERT = "4", "expert"
