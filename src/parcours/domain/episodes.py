"""Episodes: from the alerts of each day, what begins, goes on, is muted and ends.

Source: matching notes §5 (episodes) and §9 (what is kept of one). An episode is one uninterrupted
time during which one rule spoke about one object. Its first day comes from the facts, not from
the day somebody looked: a job that did not run for a while finds the same episodes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from parcours.domain.alerts import Alert, Level, Rule
from parcours.domain.errors import RuleBroken
from parcours.domain.words import Word


class Closing(Word):
    """Why an episode is closed; only the first is found by the daily review."""

    OVER = "over", "La condition n’est plus remplie"
    BACK_TO_WORK = "back_to_work", "Reprise d’emploi"
    EARLY_SUCCESS = "early_success", "Sortie anticipée réussie"
    SET_ASIDE = "set_aside", "Classée avec un motif"

    @property
    def is_success(self) -> bool:
        """Leaving for a job or ahead of time, with success: never counted as an interruption."""
        return self in {Closing.BACK_TO_WORK, Closing.EARLY_SUCCESS}


class EpisodeKey(NamedTuple):
    """What makes an episode unique; `about` is the object’s slug."""

    rule: Rule
    learner_id: int | None
    about: str
    first_day: date


@dataclass(frozen=True, slots=True)
class Mute:
    """Silence that somebody asked for: until a day included, up to the level of that day."""

    until: date
    motive: str
    level: Level


@dataclass(frozen=True, slots=True)
class Episode:
    """One uninterrupted time during which a rule spoke about an object.

    `alert` is the last one seen, on `last_day`; `highest` the highest level it reached.
    `closed_on` says when it left the lists, `over_on` the first review that found its condition
    false: until that day nothing new opens for the same object.
    """

    alert: Alert
    first_day: date
    last_day: date
    highest: Level
    mute: Mute | None = None
    closed_on: date | None = None
    closing: Closing | None = None
    motive: str = ""
    over_on: date | None = None

    @property
    def key(self) -> EpisodeKey:
        """(rule, learner, object, first day)."""
        return EpisodeKey(*_subject(self.alert), self.first_day)

    @property
    def is_open(self) -> bool:
        """Shown in the lists, muted or not."""
        return self.closed_on is None

    @property
    def counts_as_interruption(self) -> bool:
        """Reached the level rupture, unless it ended in a job or an early success."""
        is_success = self.closing is not None and self.closing.is_success
        return self.alert.level >= Level.INTERRUPTION and not is_success

    def is_silent(self, day: date) -> bool:
        """Muted on `day`; a level above the one that was muted speaks again."""
        mute = self.mute
        return mute is not None and day <= mute.until and self.alert.level <= mute.level


@dataclass(frozen=True, slots=True)
class Review:
    """What a day changes. `to_notify` holds those that somebody must be told about at once."""

    opened: tuple[Episode, ...] = ()
    updated: tuple[Episode, ...] = ()
    closed: tuple[Episode, ...] = ()
    to_notify: tuple[Episode, ...] = ()

    @property
    def changes(self) -> tuple[Episode, ...]:
        """Every episode to write, each under its key."""
        return (*self.opened, *self.updated, *self.closed)


def review(episodes: Iterable[Episode], alerts: Iterable[Alert], *, today: date) -> Review:
    """What the alerts of `today` change in the episodes kept.

    `episodes` are all those kept for the objects under review, closed ones too; `alerts` all that
    hold today for them: an episode without its alert ends. Running twice on a day changes nothing
    the second time, and a run for a day already past leaves alone what a later one saw.
    """
    latest = _latest(episodes)
    speaking = _by_subject(alerts)
    opened: list[Episode] = []
    updated: list[Episode] = []
    closed: list[Episode] = []
    to_notify: list[Episode] = []
    for subject in sorted({*latest, *speaking}, key=_order):
        before, alert = latest.get(subject), speaking.get(subject)
        if before is not None and _seen_on(before) > today:
            continue
        after = None
        if alert is not None and before is not None and alert.since <= before.last_day:
            after = _go_on(before, alert, today)
            updated += [after] if after != before else []
        else:
            if before is not None and before.over_on is None:
                (closed if before.is_open else updated).append(_end(before, today))
            if alert is not None:
                before, after = None, Episode(alert, alert.since, today, alert.level)
                opened.append(after)
        if after is not None and _must_notify(before, after, today):
            to_notify.append(after)
    return Review(tuple(opened), tuple(updated), tuple(closed), tuple(to_notify))


def apply_review(episodes: Iterable[Episode], found: Review) -> list[Episode]:
    """The episodes once a review is written, in the order of their keys."""
    kept = {episode.key: episode for episode in (*episodes, *found.changes)}
    return sorted(kept.values(), key=lambda episode: _order(episode.key))


def mute(episode: Episode, *, until: date, motive: str, today: date) -> Episode:
    """Silence an open episode until a day included; RuleBroken names the field to mend.

    The silence ends with the episode: if its condition comes back later, a new one speaks.
    """
    errors: dict[str, str] = {}
    if not motive.strip():
        errors["motive"] = "Dites pourquoi cette alerte est mise en sourdine."
    if until <= today:
        errors["until"] = "Choisissez une date de fin après aujourd’hui."
    if episode.alert.rule is Rule.HELP:
        errors[""] = "Une demande d’aide ne se met pas en sourdine : répondez-y."
    elif not episode.is_open:
        errors[""] = "Cette alerte est déjà close."
    if errors:
        raise RuleBroken(errors=errors)
    return replace(episode, mute=Mute(until, motive.strip(), episode.alert.level))


def close(episode: Episode, closing: Closing, *, motive: str = "", today: date) -> Episode:
    """Close an open episode by hand; RuleBroken names the field to mend.

    Its condition may still hold: nothing opens again before it was false once, but one that was
    only set aside comes back by itself if its level rises.
    """
    errors: dict[str, str] = {}
    if closing is Closing.OVER:
        errors["closing"] = (
            "Cette raison est constatée d’après les faits : choisissez-en une autre."
        )
    elif closing is Closing.SET_ASIDE and not motive.strip():
        errors["motive"] = "Dites pourquoi cette alerte est classée."
    if episode.alert.rule is Rule.HELP:
        errors[""] = "Une demande d’aide se ferme quand quelqu’un y a répondu."
    elif not episode.is_open:
        errors[""] = "Cette alerte est déjà close."
    if errors:
        raise RuleBroken(errors=errors)
    return replace(episode, closed_on=today, closing=closing, motive=motive.strip())


Subject = tuple[Rule, int | None, str]


def _subject(alert: Alert) -> Subject:
    return alert.rule, alert.learner_id, alert.about.slug


def _order(key: Sequence[object]) -> tuple[str, ...]:
    return tuple(map(str, key))


def _latest(episodes: Iterable[Episode]) -> dict[Subject, Episode]:
    ordered = sorted(episodes, key=lambda episode: episode.first_day)
    return {_subject(episode.alert): episode for episode in ordered}


def _by_subject(alerts: Iterable[Alert]) -> dict[Subject, Alert]:
    """One alert by object: the highest, should two ever speak about the same one."""
    ordered = sorted(alerts, key=lambda alert: (alert.level.rank, alert.since, alert.sentence))
    return {_subject(alert): alert for alert in ordered}


def _seen_on(episode: Episode) -> date:
    """The last review that touched it."""
    return max(episode.last_day, episode.over_on or date.min)


def _go_on(episode: Episode, alert: Alert, today: date) -> Episode:
    """The same episode, seen again.

    One that ended comes back when the facts now say that its condition never stopped: a mark or
    a step entered by mistake and put right is no new episode. One set aside comes back when it
    grows worse than it ever was: putting it away never loses the person.
    """
    highest = max(episode.highest, alert.level)
    after = replace(episode, alert=alert, last_day=today, highest=highest, over_on=None)
    is_worse = episode.closing is Closing.SET_ASIDE and alert.level > episode.highest
    if episode.closing is Closing.OVER or is_worse:
        return replace(after, closed_on=None, closing=None, motive="")
    return after


def _end(episode: Episode, today: date) -> Episode:
    """Its condition is false; what a person decided before stays as it was decided."""
    return replace(
        episode,
        over_on=today,
        closed_on=episode.closed_on or today,
        closing=episode.closing or Closing.OVER,
    )


def _must_notify(before: Episode | None, after: Episode, today: date) -> bool:
    """Told when it opens, when it is worse than it ever was, and when a silence ends.

    A level that goes down and up again is not told twice.
    """
    if not after.alert.level.notifies or not after.is_open or after.is_silent(today):
        return False
    if before is None or after.alert.level > before.highest:
        return True
    return before.is_open and before.is_silent(before.last_day)
