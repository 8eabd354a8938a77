"""The questions FSE+ asks at entry: their words, who may be asked, and what an answer counts for.

Source: Regulation (EU) 2021/1057, annex I (EECO12 to EECO17) and domain notes §1. Any of them may
be refused, and a refusal is an answer: it is neither a no nor a silence. Minorities are asked of
nobody without a written instruction of the managing authority.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word


class Answer(Word):
    """What somebody answered; nothing at all is « pas demandé »."""

    YES = "yes", "Oui"
    NO = "no", "Non"
    REFUSED = "refused", "Ne souhaite pas répondre"


class Question(Word):
    """A question, by the name of its answer."""

    DISABILITY = "disability", "Handicap reconnu"
    THIRD_COUNTRY = "third_country", "Nationalité d’un pays tiers"
    FOREIGN_BACKGROUND = "foreign_background", "Naissance à l’étranger, ou d’un parent"
    MINORITY = "minority", "Minorité ou communauté marginalisée"
    HOUSING = "housing", "Sans domicile ou menacé·e d’exclusion du logement"
    RURAL = "rural", "Commune rurale"


@dataclass(frozen=True, slots=True)
class Wording:
    """A question as it is read to somebody, and the indicator its « oui » counts in."""

    indicator: str
    words: str
    hint: str


Answers = Mapping[Question, Answer | None]

WORDINGS: Mapping[Question, Wording] = {
    Question.DISABILITY: Wording(
        "EECO12",
        "Avez-vous une reconnaissance de handicap ?",
        "Par exemple RQTH, AAH ou carte mobilité inclusion. Ni diagnostic ni papier ne sont "
        "demandés ici.",
    ),
    Question.THIRD_COUNTRY: Wording(
        "EECO13",
        "Avez-vous seulement une nationalité d’un pays hors de l’Union européenne ?",
        "Oui aussi pour une personne apatride ou de nationalité indéterminée.",
    ),
    Question.FOREIGN_BACKGROUND: Wording(
        "EECO14",
        "Êtes-vous né·e à l’étranger, ou l’un de vos parents l’est-il ?",
        "La définition exacte est celle du gestionnaire : suivez sa consigne si elle diffère.",
    ),
    Question.MINORITY: Wording(
        "EECO15",
        "Vous reconnaissez-vous dans une minorité ou une communauté marginalisée ?",
        "Posée parce que le gestionnaire l’a demandé par écrit. Ne demandez pas laquelle.",
    ),
    Question.HOUSING: Wording(
        "EECO16",
        "Êtes-vous sans domicile, ou risquez-vous de perdre votre logement ?",
        "Hébergement chez un tiers, en foyer ou à l’hôtel compris.",
    ),
    Question.RURAL: Wording(
        "EECO17",
        "Habitez-vous une commune rurale ?",
        "Selon le degré d’urbanisation de la commune.",
    ),
}
# What is never handed to somebody else beside a name.
PRIVATE = frozenset(
    wording.indicator for question, wording in WORDINGS.items() if question is not Question.RURAL
)
NOTHING = "Notez au moins une réponse ; « Ne souhaite pas répondre » en est une."
NOT_ASKED = "Cette question ne se pose pas sans consigne écrite du gestionnaire de la convention."
LATER = "Des réponses ne peuvent pas être recueillies dans l’avenir."


def questions_for(*, has_instruction: bool) -> tuple[Question, ...]:
    """The questions of an agreement, in order; `has_instruction`: minorities may be asked."""
    return tuple(item for item in Question if item is not Question.MINORITY or has_instruction)


def as_known(answer: Answer | None) -> bool | None:
    """What an indicator reads: a refusal and a silence are unknown.

    >>> [as_known(item) for item in (Answer.YES, Answer.NO, Answer.REFUSED, None)]
    [True, False, None, None]
    """
    return {Answer.YES: True, Answer.NO: False}.get(answer) if answer else None


def is_complete(answers: Answers, asked: tuple[Question, ...]) -> bool:
    """Whether each question asked has its answer, refusals included."""
    return all(answers.get(question) is not None for question in asked)


def changed(before: Answers, after: Answers) -> dict[Question, tuple[Answer | None, Answer | None]]:
    """The questions answered otherwise than before: both answers."""
    pairs = {item: (before.get(item), after.get(item)) for item in Question}
    return {item: pair for item, pair in pairs.items() if pair[0] is not pair[1]}


def check_answers(
    answers: Answers, asked_on: date, asked: tuple[Question, ...], *, today: date
) -> None:
    """Refuse answers nobody gave, dated later, or to a question that is not asked."""
    errors = {
        item.value: NOT_ASKED
        for item, answer in answers.items()
        if answer is not None and item not in asked
    }
    if asked_on > today:
        errors["asked_on"] = LATER
    if not any(answers.values()):
        errors[asked[0].value] = NOTHING
    if errors:
        raise RuleBroken(errors=errors)
