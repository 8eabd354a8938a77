"""Partners’ actions: who may write them, what is open, what waits; the directory; the charter."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import accounts, directory, discussions, offer_dates, offers
from parcours.actions.charter import accept_charter
from parcours.actions.directory import PartnerFacts
from parcours.actions.offer_dates import DateFacts
from parcours.actions.offers import OfferFacts
from parcours.actions.partners import has_a_place, open_offers, waiting
from parcours.domain.access import Role
from parcours.domain.errors import EditConflict, NotAllowed, NotFound, RuleBroken
from parcours.domain.partners import DiscussionKind, Freshness, OfferEntry
from parcours.domain.words import StepKind
from parcours.models import AuditEntry, CharterAcceptance, Offer, Organisation
from tests.actions.conftest import Cast

ANY_DAY = OfferFacts(StepKind.WORKSHOP, "Atelier vélo", OfferEntry.PERMANENT, city="Viriat")
ON_DATES = OfferFacts(StepKind.TRAINING, "Formation web", OfferEntry.DATED, places=12)
FACTS = PartnerFacts("Le Bus", "MEDIATION", "Viriat", address="2 place du Marché", postcode="01440")
SIRET = "73282932000074"


def announce(session: Session, actor, offer: Offer, today: date, days: int, **more) -> int:  # type: ignore[no-untyped-def]
    """A date of an action, so many days from today."""
    facts = DateFacts(today + timedelta(days=days), **more)
    return offer_dates.add_date(session, actor, offer.id or 0, facts, today=today).id or 0


def test_what_is_open_comes_with_its_next_start_and_places(
    session: Session, cast: Cast, today: date
) -> None:
    nadia, paul = cast("MDE"), cast("REVERMONT", Role.COORDINATOR, "Paul Martin")
    number = paul.organisation_id
    always = offers.enter_offer(session, paul, number, ANY_DAY, today=today - timedelta(days=100))
    dated = offers.enter_offer(session, paul, number, ON_DATES, today=today)
    announce(session, paul, dated, today, 5, places=8, taken=8)
    announce(session, paul, dated, today, 20, places=8, taken=3)
    full = offers.enter_offer(session, nadia, number, ON_DATES, today=today)
    announce(session, nadia, full, today, 9, places=4, taken=4)
    gone = offers.enter_offer(session, paul, number, ANY_DAY, today=today)
    offers.withdraw_offer(session, paul, gone.id or 0, reason="Doublon")
    session.flush()

    found = open_offers(session, nadia, today)
    assert [(row.offer_id, row.next_start, row.places_left, row.freshness) for row in found] == [
        (always.id, today, None, Freshness.STALE),
        (dated.id, today + timedelta(days=20), 5, Freshness.FRESH),
        (full.id, None, 0, Freshness.UNCONFIRMED),
    ]
    assert found[0].organisation == "Structure REVERMONT"
    with_place = session.execute(select(col(Offer.id)).where(has_a_place(today))).scalars()
    assert set(with_place) == {always.id, dated.id, gone.id}
    with pytest.raises(NotAllowed):
        open_offers(session, cast("DEPT", Role.FUNDER), today)


def test_an_action_that_ended_is_not_open(session: Session, cast: Cast, today: date) -> None:
    nadia = cast("MDE")
    over = OfferFacts(
        StepKind.WORKSHOP, "Passé", OfferEntry.PERMANENT, ends_on=today - timedelta(days=1)
    )
    offers.enter_offer(session, nadia, nadia.organisation_id, over, today=today)
    assert open_offers(session, nadia, today) == []
    assert waiting(session, nadia, today=today).to_confirm == 0


def test_the_partner_concerned_confirms(session: Session, cast: Cast, today: date) -> None:
    nadia, paul = cast("MDE"), cast("REVERMONT", Role.COORDINATOR, "Paul Martin")
    offer = offers.enter_offer(session, nadia, paul.organisation_id, ANY_DAY, today=today)
    number = offer.id or 0
    assert offer.confirmed_on is None
    assert waiting(session, paul, today=today).to_confirm == 1
    with pytest.raises(NotFound):
        offers.confirm_offer(session, nadia, number, version=1, today=today)
    with pytest.raises(RuleBroken):
        offers.confirm_offer(session, paul, number, version=2, today=today)
    offers.confirm_offer(session, paul, number, version=1, today=today)
    assert waiting(session, paul, today=today).to_confirm == 0
    # Confirmed, it is the partner’s: who had entered it no longer writes it.
    with pytest.raises(NotFound):
        offers.withdraw_offer(session, nadia, number, reason="Doublon")
    with pytest.raises(NotFound):
        offers.edit_offer(session, nadia, number, ANY_DAY, version=1, today=today)


def test_two_who_correct_at_once_both_keep_their_words(
    session: Session, cast: Cast, today: date
) -> None:
    nadia = cast("MDE")
    offer = offers.enter_offer(session, nadia, nadia.organisation_id, ANY_DAY, today=today)
    offers.edit_offer(session, nadia, offer.id or 0, ON_DATES, version=1, today=today)
    with pytest.raises(EditConflict) as conflict:
        offers.edit_offer(session, nadia, offer.id or 0, ANY_DAY, version=1, today=today)
    assert conflict.value.theirs["title"] == "Formation web"


def test_places_of_a_date_are_counted_and_a_date_is_cancelled(
    session: Session, cast: Cast, today: date
) -> None:
    nadia, paul = cast("MDE"), cast("REVERMONT", Role.COORDINATOR, "Paul Martin")
    offer = offers.enter_offer(session, paul, paul.organisation_id, ON_DATES, today=today)
    number = offer.id or 0
    day = announce(session, paul, offer, today, 3, places=6)
    with pytest.raises(NotFound):
        offer_dates.take_places(session, nadia, number, day, taken=1)
    with pytest.raises(RuleBroken):
        offer_dates.take_places(session, paul, number, day, taken=7)
    offer_dates.take_places(session, paul, number, day, taken=6)
    assert open_offers(session, nadia, today)[0].places_left == 0
    offer_dates.cancel_date(session, paul, number, day)
    assert open_offers(session, nadia, today)[0].dates == ()
    offer_dates.restore_date(session, paul, number, day)
    assert len(open_offers(session, nadia, today)[0].dates) == 1


def test_a_partner_without_account_is_added_once(session: Session, cast: Cast, today: date) -> None:
    nadia = cast("MDE")
    added = directory.add_partner(session, nadia, FACTS)
    assert added.added_by_organisation_id == nadia.organisation_id
    assert (
        session.execute(
            select(directory.has_account(today)).where(col(Organisation.id) == added.id)
        ).scalar_one()
        is False
    )
    same_name = PartnerFacts("LE BUS", "OF")
    same_place = PartnerFacts("Autre", "MEDIATION", address="2, Place du marché", postcode="01440")
    for facts in (same_name, same_place):
        with pytest.raises(RuleBroken) as refusal:
            directory.add_partner(session, nadia, facts)
        assert "Le Bus" in refusal.value.errors["is_another"]
        directory.add_partner(session, nadia, facts, is_another=True)
    for kind in ("", "inconnue"):
        with pytest.raises(RuleBroken):
            directory.add_partner(session, nadia, PartnerFacts("X", kind))
    with pytest.raises(NotAllowed):
        directory.add_partner(session, cast("DEPT", Role.FUNDER), PartnerFacts("X", "OF"))


def test_a_siret_is_checked_and_belongs_to_one(session: Session, cast: Cast, today: date) -> None:
    nadia = cast("MDE")
    row = directory.add_partner(session, nadia, PartnerFacts("Un", "OF", siret=SIRET))
    for siret in (SIRET, "73282932000075", "123"):
        with pytest.raises(RuleBroken) as refusal:
            directory.add_partner(
                session, nadia, PartnerFacts("Deux", "OF", siret=siret), is_another=True
            )
        assert "siret" in refusal.value.errors
    same = PartnerFacts("Un bis", "OF", siret=SIRET)
    directory.correct_partner(session, nadia, row.id or 0, same, version=1, today=today)
    assert (row.name, row.name_key, row.version) == ("Un bis", "un bis", 2)


def test_an_entry_is_its_organisation_s(session: Session, cast: Cast, today: date) -> None:
    nadia, paul = cast("MDE"), cast("REVERMONT", Role.ORGANISATION_ADMIN, "Paul Martin")
    number = paul.organisation_id
    facts = PartnerFacts("École", "OF")
    with pytest.raises(NotFound):
        directory.correct_partner(session, nadia, number, facts, version=1, today=today)
    row = directory.correct_partner(session, paul, number, facts, version=1, today=today)
    assert row.confirmed_on == today
    with pytest.raises(EditConflict):
        directory.correct_partner(session, paul, number, facts, version=1, today=today)
    later = today + timedelta(days=95)
    directory.confirm_partner(session, paul, number, version=2, today=later)
    assert row.confirmed_on == later
    with pytest.raises(RuleBroken):
        directory.confirm_partner(session, paul, number, version=1, today=later)
    added = directory.add_partner(session, nadia, FACTS)
    with pytest.raises(RuleBroken):
        directory.confirm_partner(session, nadia, added.id or 0, version=1, today=today)


def test_a_thread_is_read_by_those_it_concerns_until_settled(
    session: Session, cast: Cast, today: date
) -> None:
    nadia, paul = cast("MDE"), cast("REVERMONT", Role.COORDINATOR, "Paul Martin")
    other = cast("AUTRE", name="Zoé Petit")
    offer = offers.enter_offer(session, paul, paul.organisation_id, ANY_DAY, today=today)
    thread = discussions.discuss_offer(
        session, nadia, offer.id or 0, kind=DiscussionKind.DISAGREEMENT, text="Fermé jeudi."
    )
    number = thread.id or 0
    assert waiting(session, paul, today=today).discussions == 1
    assert waiting(session, other, today=today).discussions == 0
    for act in (
        lambda: discussions.reply(session, other, number, "Moi aussi"),
        lambda: discussions.settle(session, other, number, "Réglé"),
        lambda: discussions.reopen(session, other, number),
    ):
        with pytest.raises(NotFound):
            act()
    discussions.reply(session, paul, number, "Vérifié.")
    with pytest.raises(RuleBroken):
        discussions.settle(session, paul, number, " ")
    discussions.settle(session, paul, number, "Horaires corrigés")
    assert waiting(session, nadia, today=today).discussions == 0
    with pytest.raises(RuleBroken):
        discussions.reply(session, nadia, number, "Encore")
    discussions.reopen(session, nadia, number)
    assert waiting(session, paul, today=today).discussions == 1
    with pytest.raises(RuleBroken):
        discussions.discuss_organisation(
            session, nadia, nadia.organisation_id, kind=DiscussionKind.QUESTION, text="Moi ?"
        )


def test_the_charter_is_accepted_once(session: Session, cast: Cast) -> None:
    nadia = cast("MDE")
    accept_charter(session, nadia, version=1)
    accept_charter(session, nadia, version=1)
    with pytest.raises(RuleBroken):
        accept_charter(session, nadia, version=2)
    count = select(func.count()).select_from(CharterAcceptance)
    assert session.execute(count).scalar_one() == 1
    acts = select(func.count()).where(col(AuditEntry.subject) == "charter")
    assert session.execute(acts).scalar_one() == 1


def test_organisations_of_the_command_line_are_recognised_too(session: Session) -> None:
    row = accounts.create_organisation(session, code="X", name="Été & Fils", kind="OF")
    assert row.name_key == "ete fils"


def test_a_refused_kind_says_which_exist(session: Session) -> None:
    with pytest.raises(RuleBroken, match=r"« école ».*, EPN,.*MDE"):
        accounts.create_organisation(session, code="X", name="École", kind="école")


def test_a_date_whose_hours_are_told_holds_nobody_after_its_day(
    session: Session, cast: Cast, today: date
) -> None:
    nadia, day = cast("MDE"), today + timedelta(days=5)
    for kind in (StepKind.WORKSHOP, StepKind.TRAINING):
        facts = OfferFacts(kind, kind.label, OfferEntry.DATED)
        row = offers.enter_offer(session, nadia, nadia.organisation_id, facts, today=today)
        hours = DateFacts(day, from_time=time(9), to_time=time(12))
        offer_dates.add_date(session, nadia, row.id or 0, hours, today=today)
    told = {row.kind: row.last_day(row.next_start) for row in open_offers(session, nadia, today)}
    assert told == {StepKind.WORKSHOP: day, StepKind.TRAINING: None}
