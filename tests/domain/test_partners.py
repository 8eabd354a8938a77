"""Partners’ actions: freshness to the day, look-alikes, next starts, places, who may enter."""

from datetime import date, timedelta
from typing import Any

import pytest

from parcours.domain import partners
from parcours.domain.errors import RuleBroken
from parcours.domain.partners import Entry, Freshness, OfferEntry
from parcours.domain.words import StepKind

TODAY = date(2026, 11, 23)
SOUND: dict[str, Any] = {
    "kind": StepKind.WORKSHOP,
    "starts_on": None,
    "ends_on": None,
    "entry": Entry(),
    "places": None,
    "position": (None, None),
}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, Freshness.FRESH),
        (89, Freshness.FRESH),
        (90, Freshness.STALE),
        (180, Freshness.STALE),
        (181, Freshness.UNCONFIRMED),
        (None, Freshness.UNCONFIRMED),
    ],
)
def test_freshness_turns_on_the_day(days: int | None, expected: Freshness) -> None:
    assert partners.freshness(None if days is None else ago(days), TODAY) is expected


@pytest.mark.parametrize("days", range(200))
def test_the_bounds_of_the_filters_say_what_freshness_says(days: int) -> None:
    """A list filtered in the database shows the word each of its rows shows."""
    confirmed_on, word = ago(days), partners.freshness(ago(days), TODAY)
    assert (confirmed_on >= partners.fresh_since(TODAY)) is (word is Freshness.FRESH)
    assert (confirmed_on < partners.stale_since(TODAY)) is (word is Freshness.UNCONFIRMED)


@pytest.mark.parametrize(
    ("title", "kind", "city", "alike"),
    [
        ("ATELIER  numerique", StepKind.WORKSHOP, "bourg en bresse", True),
        ("Atelier numérique", StepKind.TRAINING, "Bourg-en-Bresse", False),
        ("Atelier numérique", StepKind.WORKSHOP, "Viriat", False),
        ("Atelier numérique 2", StepKind.WORKSHOP, "Bourg-en-Bresse", False),
        ("Atelier numérique", StepKind.WORKSHOP, None, False),
    ],
)
def test_look_alikes(title: str, kind: StepKind, city: str | None, alike: bool) -> None:
    known = partners.likeness_key("Atelier numérique", StepKind.WORKSHOP, "Bourg-en-Bresse")
    assert (partners.likeness_key(title, kind, city) == known) is alike


@pytest.mark.parametrize(
    ("entry", "dates", "starts_on", "ends_on", "expected"),
    [
        (OfferEntry.PERMANENT, [], None, None, TODAY),
        (OfferEntry.PERMANENT, [], ahead(8), None, ahead(8)),
        (OfferEntry.PERMANENT, [], ago(8), ahead(8), TODAY),
        (OfferEntry.PERMANENT, [ahead(3)], None, TODAY, TODAY),
        (OfferEntry.PERMANENT, [], None, ago(1), None),
        (OfferEntry.DATED, [ahead(9), ago(2), ahead(4)], None, None, ahead(4)),
        (OfferEntry.DATED, [TODAY], None, None, TODAY),
        (OfferEntry.DATED, [ago(2)], ahead(5), None, None),
        (OfferEntry.DATED, [], ahead(5), None, ahead(5)),
        (OfferEntry.DATED, [], ago(5), None, None),
        (OfferEntry.DATED, [], None, None, None),
        (OfferEntry.DATED, [ahead(4)], None, ago(1), None),
    ],
)
def test_next_start(
    entry: OfferEntry,
    dates: list[date],
    starts_on: date | None,
    ends_on: date | None,
    expected: date | None,
) -> None:
    found = partners.next_start(entry, dates, starts_on=starts_on, ends_on=ends_on, on=TODAY)
    assert found == expected


@pytest.mark.parametrize(
    ("places", "taken", "left"), [(12, 9, 3), (12, 12, 0), (12, 15, 0), (None, 3, None)]
)
def test_places_left(places: int | None, taken: int, left: int | None) -> None:
    assert partners.places_left(places, taken) == left


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (Entry(), []),
        (Entry(16, 25), ["de 16 à 25 ans"]),
        (Entry(age_min=50), ["à partir de 50 ans"]),
        (Entry(age_max=29, rsa_only=True), ["jusqu’à 29 ans", "bénéficiaires du RSA"]),
        (Entry(qpv_only=True), ["habitant·es d’un quartier prioritaire (QPV)"]),
    ],
)
def test_who_may_enter_in_words(entry: Entry, words: list[str]) -> None:
    assert entry.in_words == words


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": StepKind.EMPLOYMENT}, "kind"),
        ({"kind": StepKind.FOLLOW_UP}, "kind"),
        ({"starts_on": TODAY, "ends_on": ago(1)}, "ends_on"),
        ({"places": 0}, "places"),
        ({"entry": Entry(30, 20)}, "age_max"),
        ({"entry": Entry(age_min=0)}, "age_min"),
        ({"entry": Entry(age_max=300)}, "age_max"),
        ({"position": (46.2, None)}, "longitude"),
        ({"position": (None, 5.2)}, "latitude"),
        ({"position": (91.0, 5.2)}, "latitude"),
        ({"position": (46.2, 181.0)}, "longitude"),
        ({"position": (float("nan"), 5.2)}, "latitude"),
    ],
)
def test_an_action_that_cannot_be_is_refused(change: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        partners.check_offer(**(SOUND | change))
    assert list(refusal.value.errors) == [field]


def test_a_sound_action_is_taken() -> None:
    partners.check_offer(
        **(SOUND | {"starts_on": TODAY, "ends_on": TODAY, "places": 8, "position": (46.2, 5.2)})
    )


@pytest.mark.parametrize(
    ("starts_on", "places", "taken", "fields"),
    [
        (TODAY, None, 3, []),
        (TODAY, 3, 3, []),
        (ago(1), 3, 0, ["starts_on"]),
        (TODAY, 3, 4, ["taken"]),
        (TODAY, 0, 0, ["places"]),
        (TODAY, None, -1, ["taken"]),
    ],
)
def test_a_date_to_announce(
    starts_on: date, places: int | None, taken: int, fields: list[str]
) -> None:
    refused: list[str] = []
    try:
        partners.check_date(
            starts_on, today=TODAY, places=places, taken=taken, position=(None, None)
        )
    except RuleBroken as refusal:
        refused = list(refusal.errors)
    assert refused == fields
