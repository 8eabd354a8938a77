"""The demonstration’s alerts: what its facts say today, a mute and two requests for help."""

from parcours.actions import alert_rules, alerts, alerts_daily
from parcours.actions.breaks import breaks
from parcours.demo.cohorts import SOPHIE
from parcours.demo.stories import LISE, NADIA, Teller
from parcours.domain.alerts import DEFAULT, AskedBy, Rule
from parcours.domain.alerts_settling import settle, settled

WORDS = (
    (LISE, AskedBy.LEARNER, "N’a plus de solution de garde le matin et pense arrêter."),
    (NADIA, AskedBy.PARTNER, "Le CCAS nous signale que son ordinateur est en panne."),
)


def settle_thresholds(tell: Teller) -> None:
    """The training body wants its sheets sooner, and judges attendance a little earlier."""
    thresholds = settle(settled(DEFAULT) | {"recording_working_days": 2, "window_minimum": 8}, 1)
    alert_rules.set_thresholds(
        tell.session,
        tell.actors[SOPHIE],
        thresholds,
        motive="Feuilles remplies le jour même ; les premières semaines comptent aussi.",
        number=0,
        today=tell.day(-40),
    )


def raise_alerts(tell: Teller) -> None:
    """Let the rules speak, mute one alert of each counsellor, ask for help for two people."""
    alerts_daily.run(tell.session, today=tell.today)
    for who, asked_by, words in WORDS:
        actor = tell.actors[who]
        # From the end of the list: the first people are those whose relays are told.
        people = breaks(tell.session, actor, today=tell.today)[::-1]
        for row in people[:1]:
            alerts.ask_help(
                tell.session,
                actor,
                row.learner_id,
                asked_by=asked_by,
                words=words,
                today=tell.day(-1),
            )
        any(_mute(tell, who, row.learner_id) for row in people[1:])
    alerts_daily.run(tell.session, today=tell.today)


def _mute(tell: Teller, who: str, learner_id: int) -> bool:
    """Mute the first alert of somebody that is the organisation’s to act on, if there is one."""
    actor = tell.actors[who]
    found = alerts.of_learner(tell.session, actor, learner_id, today=tell.today)
    mine = [told for told in found if told.rule is Rule.NO_STEP]
    for told in mine[:1]:
        alerts.mute(
            tell.session,
            actor,
            told.id,
            until=tell.day(14),
            motive="En voyage chez un proche ; rendez-vous pris à son retour.",
            today=tell.today,
        )
    return bool(mine)
