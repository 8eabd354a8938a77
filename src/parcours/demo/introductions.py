"""The demonstration’s introductions: at every stage, some answered, one silent, one hired."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import introduction_answers, introduction_daily, introductions
from parcours.actions.breaks import BreakFilters, breaks
from parcours.actions.introduction_answers import Answer
from parcours.actions.introductions import Agreement
from parcours.demo.stories import NADIA
from parcours.domain.access import Actor
from parcours.domain.introductions import Act, EmployerReason, PersonReason, Way
from parcours.features.needs import store
from parcours.models import Introduction, Learner


@dataclass(frozen=True, slots=True)
class Told:
    """An introduction: to the need whose title begins so, told how many days ago, how far it went.

    `sent` days ago it left; `answers` are what the employer said, on paper or by telephone.
    """

    title: str
    ago: int
    sent: int | None = None
    answers: tuple[Answer, ...] = ()
    agrees: bool = True
    refuses: PersonReason | None = None


PRESENTATION = (
    "En reconversion, {first} sait monter une page web, la rendre lisible sur un téléphone et "
    "travailler avec une équipe. Les projets de sa formation se montrent en entretien. "
    "Disponible dès la fin du parcours, prêt·e à venir en immersion avant."
)
SUPPORT = (
    "{first} aide depuis des mois les autres stagiaires à dépanner leur ordinateur, au téléphone "
    "comme sur place, et aime expliquer calmement. Disponible à temps plein."
)
STORIES = (
    Told("Intégratrice", 11, 10, (Answer(Act.INTERESTED, way=Way.PHONE,
         words="Entretien à fixer la semaine prochaine."),)),
    Told("Intégratrice", 10, 9),
    Told("Intégratrice", 6, agrees=False),
    Told("Technicien", 11, 8, (Answer(Act.HIRED, way=Way.PAPER),)),
    Told("Technicien", 9, 7, (Answer(Act.NOT_RETAINED, reason=EmployerReason.SCHEDULE,
         way=Way.PHONE),)),
    Told("Technicien", 4, refuses=PersonReason.TRAVEL),
    Told("Technicien", 3),
    Told("Assistant", 40, 38),
    Told("Assistant", 2, 1),
)  # fmt: skip


def introduce(session: Session, actors: dict[str, Actor], today: date) -> None:
    """People of the counsellor proposed for her employers’ needs, as days went by."""
    nadia = actors[NADIA]
    people = _people(session, nadia, today)
    for told, learner in zip(STORIES, people, strict=False):
        _tell(session, nadia, told, learner, today)
    introduction_daily.run(session, today=today)


def _people(session: Session, actor: Actor, today: date) -> list[Learner]:
    """Those of her structure whose pathway is open, the next to be alone first."""
    rows = breaks(session, actor, BreakFilters(), today=today)
    followed = [session.get_one(Learner, row.learner_id) for row in rows]
    return [row for row in followed if row.organisation_id == actor.organisation_id]


def _need(session: Session, actor: Actor, title: str, today: date) -> int:
    filters = store.Filters(q=title, state="open", whose="own")
    return store.needs(session, actor, filters, today=today, before=None)[0].id


def _tell(session: Session, actor: Actor, told: Told, learner: Learner, today: date) -> None:
    day = today - timedelta(days=told.ago)
    need_id = _need(session, actor, told.title, today)
    row = introductions.propose(session, actor, need_id, learner.id or 0, today=day)
    number = row.id or 0
    if told.refuses:
        introductions.refuse(session, actor, number, reason=told.refuses, version=1, today=day)
    elif told.agrees:
        _go_on(session, actor, told, row, learner, today)


def _go_on(
    session: Session, actor: Actor, told: Told, row: Introduction, learner: Learner, today: date
) -> None:
    """The person agreed; what was sent, and what the employer said since."""
    number, day = row.id or 0, today - timedelta(days=told.ago)
    text = SUPPORT if told.title == "Technicien" else PRESENTATION
    first = learner.first_names.split()[0]
    said = "Poste expliqué en entretien : missions, horaires, trajet. Souhaite être présenté·e."
    agreement = Agreement(said, day, text.format(first=first), Way.IN_PERSON)
    introductions.agree(session, actor, number, agreement, version=1, today=day)
    if told.sent is None:
        return
    day = today - timedelta(days=told.sent)
    introductions.send(session, actor, number, way=Way.PHONE, version=2, today=day)
    for answer in told.answers:
        when = today - timedelta(days=2)
        on = today + timedelta(days=14) if answer.act is Act.HIRED else None
        said_so = Answer(answer.act, on, answer.reason, answer.words, answer.way)
        introduction_answers.answer(
            session, actor, number, said_so, by_name="Employeur", version=row.version, today=when
        )
