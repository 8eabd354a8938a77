"""The demonstration’s mediation acts, its equipment, and hours adapted to some people."""

from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from parcours.actions import engagements, equipment, mediation
from parcours.demo.stories import HUGO, LISE, NADIA, Teller
from parcours.domain.equipment import Condition, Nature
from parcours.domain.mediation import ActivityFacts, ActivityKind, Autonomy, Part, Taking
from parcours.domain.weekly_hours import Agreed, monday_of
from parcours.features.mediation import store

PLACES = {LISE: "EPN de la Reyssouze", HUGO: "Fab lab, atelier bois", NADIA: "Maison de l’emploi"}
THEMES = ("APPAREIL", "COURRIEL", "NAVIGATION", "DEMARCHES", "SECURITE", "FRANCE_TRAVAIL")
WORKSHOPS = ("Payer une facture en ligne", "Sa boîte de courriel", "Repérer une arnaque")
LEVELS = (Autonomy.GUIDED, Autonomy.PARTLY, Autonomy.PARTLY, Autonomy.ALONE, None)
ITEMS = (
    ("PORTABLE", "Ordinateur portable 14 pouces, reconditionné"),
    ("PORTABLE", "Ordinateur portable 15 pouces"),
    ("TABLETTE", "Tablette 10 pouces"),
    ("TELEPHONE", "Téléphone avec clavier à l’écran agrandi"),
    ("CONNEXION", "Clé 4G, 20 Go par mois"),
)
WEEKS = 7


@dataclass(frozen=True, slots=True)
class Lent:
    """A loan or a gift: since how many days, due in how many, what came of it."""

    since: int
    due: int | None
    came_of_it: str = ""


LOANS = (
    Lent(-120, -20),
    Lent(-95, -5),
    Lent(-60, 30),
    Lent(-30, 60),
    Lent(-12, 78),
    Lent(-80, None),
    Lent(-45, None),
    Lent(-150, -60, "returned"),
    Lent(-140, -50, "lost"),
    Lent(-40, 20, "extended"),
)


def note_mediation(tell: Teller) -> None:
    """Weeks of acts and workshops in three structures, loans in every state, adapted hours."""
    for who in (LISE, HUGO):
        people = [row.id for row in store.offered(tell.session, tell.actors[who], today=tell.today)]
        _follow(tell, who, people)
    _inform(tell)
    clic = [row.id for row in store.offered(tell.session, tell.actors[LISE], today=tell.today)]
    _lend(tell, clic)
    _adapt(tell, clic)


def _follow(tell: Teller, who: str, people: list[int]) -> None:
    """Each week a workshop led by somebody of the group, and acts of one person at a time."""
    turn, themes = cycle(people), cycle(THEMES)
    monday = monday_of(tell.today)
    for week in range(WEEKS):
        day = date.fromordinal(monday.toordinal() - 7 * week)
        group = list(islice(turn, 8))
        title = WORKSHOPS[week % len(WORKSHOPS)]
        _note(tell, who, ActivityKind.WORKSHOP, next(themes), day, 120, group, title)
        for number, learner in enumerate(islice(turn, 10)):
            on = date.fromordinal(day.toordinal() + number % 5)
            minutes = (45, 60, 90)[number % 3]
            _note(tell, who, ActivityKind.INDIVIDUAL, next(themes), on, minutes, [learner])


def _note(
    tell: Teller,
    who: str,
    kind: ActivityKind,
    theme: str,
    on: date,
    minutes: int,
    group: list[int],
    title: str | None = None,
) -> None:
    taking = {learner: Taking(Part.TAKES, tell.chance.choice(LEVELS)) for learner in group}
    if kind is ActivityKind.WORKSHOP and len(taking) > 2:
        taking[group[0]] = Taking(Part.LEADS)
    if on <= tell.today and taking:
        heads = tell.chance.randint(0, 3) if kind is ActivityKind.WORKSHOP else 0
        facts = ActivityFacts(kind, theme, on, minutes, PLACES[who], title, heads)
        mediation.record_activity(tell.session, tell.actors[who], facts, taking, today=tell.today)


def _inform(tell: Teller) -> None:
    """Informations for job seekers: heads are counted, nobody becomes a participant."""
    for days, heads in ((-3, 14), (-17, 22), (-31, 9)):
        facts = ActivityFacts(
            ActivityKind.INFORMATION, "OFFRES", tell.day(days), 90, PLACES[NADIA],
            "Chercher un emploi avec les outils numériques", heads,
        )  # fmt: skip
        mediation.record_activity(tell.session, tell.actors[NADIA], facts, {}, today=tell.today)


def _lend(tell: Teller, people: list[int]) -> None:
    actor, items = tell.actors[LISE], []
    for number in range(16):
        kind, label = ITEMS[number % len(ITEMS)]
        facts = equipment.ItemFacts(kind, label, f"CLIC-{number + 1:03d}")
        items.append(equipment.add_item(tell.session, actor, facts).id or 0)
    for item, learner, lent in zip(items, people, LOANS, strict=False):
        row = equipment.hand_over(
            tell.session,
            actor,
            item,
            learner,
            nature=Nature.GIFT if lent.due is None else Nature.LOAN,
            handed_on=tell.day(lent.since),
            due_on=None if lent.due is None else tell.day(lent.due),
            today=tell.today,
        )
        _end(tell, row.id or 0, lent)


def _end(tell: Teller, handover: int, lent: Lent) -> None:
    session, actor, today = tell.session, tell.actors[LISE], tell.today
    if lent.came_of_it == "returned":
        on, state = tell.day(-58), Condition.GOOD
        equipment.take_back(session, actor, handover, returned_on=on, condition=state, today=today)
    elif lent.came_of_it == "lost":
        equipment.declare_lost(session, actor, handover, lost_on=tell.day(-40), today=today)
    elif lent.came_of_it == "extended":
        equipment.extend_loan(session, actor, handover, due_on=tell.day(45), today=today)


def _adapt(tell: Teller, people: list[int]) -> None:
    monday = monday_of(tell.today)
    asked = ((8, "GARDE", 10, None), (10, "PROGRESSIF", 6, -2), (7, "MOBILITE", 8, None))
    for learner, (hours, motive, since, until) in zip(people, asked, strict=False):
        first = date.fromordinal(monday.toordinal() - 7 * since)
        last = None if until is None else date.fromordinal(monday.toordinal() + 7 * until - 1)
        agreed = Agreed(hours * 60, first, last, motive)
        engagements.agree(tell.session, tell.actors[LISE], learner, agreed, today=tell.today)
