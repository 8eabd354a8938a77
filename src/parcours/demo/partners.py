"""The demonstration’s directory: partners without an account, actions, a van, threads, charter."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlmodel import Session

from parcours.actions import directory, discussions, offer_dates, offers
from parcours.actions.accounts import organisation_of_code
from parcours.actions.charter import accept_charter
from parcours.actions.directory import PartnerFacts
from parcours.actions.offer_dates import DateFacts
from parcours.actions.offers import OfferFacts
from parcours.demo.stories import HUGO, LISE, NADIA
from parcours.domain.access import Actor
from parcours.domain.calendar import SATURDAY
from parcours.domain.partners import CHARTER_VERSION, DiscussionKind, OfferEntry
from parcours.domain.words import StepKind
from parcours.models import Offer

MALIK, SOPHIE = "malik.ferhat@bressecode.exemple.fr", "sophie.garnier@revermont.exemple.fr"
BOURG, VIRIAT, PERONNAS = "Bourg-en-Bresse", "Viriat", "Péronnas"
# They have not accepted the charter yet: the notice, and a list with somebody missing.
NOT_YET = ("yves.martel@mde.exemple.fr", "thomas.perrin@revermont.exemple.fr")
PARTNERS = (
    PartnerFacts("Bus numérique des Deux Rives", "MEDIATION", "Ceyzériat",
                 "equipage@busdesrives.exemple.fr", phone="04 74 00 00 10"),
    PartnerFacts("Mission locale des Trois Clochers", "ML", BOURG,
                 "accueil@troisclochers.exemple.fr", phone="04 74 00 00 20",
                 address="4 place du Marché", postcode="01000"),
    PartnerFacts("Centre social des Vennes", "OTHER", BOURG, address="12 rue des Tilleuls",
                 postcode="01000", phone="04 74 00 00 30"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """An action: who writes it, how many days ago, of which organisation (None: one’s own)."""

    by: str
    ago: int
    facts: OfferFacts
    of: str | None = None


OWN = (
    Told(LISE, 12, OfferFacts(
        StepKind.DIGITAL_INITIATION, "Premiers pas sur l’ordinateur", OfferEntry.PERMANENT,
        what="Souris, clavier, messagerie, démarches. À son rythme, en petit groupe.",
        audience="Toute personne qui débute", venue="Espace Clic", city=BOURG, postcode="01000",
        latitude=46.2052, longitude=5.2255, schedule="Mardi et jeudi, 9 h – 12 h", places=8)),
    Told(HUGO, 30, OfferFacts(
        StepKind.WORKSHOP, "Atelier réparation et découpe laser", OfferEntry.DATED,
        what="Réparer un objet, dessiner une pièce, la découper.", venue="La Fruitière",
        city=VIRIAT, latitude=46.2535, longitude=5.2190, schedule="Mercredi, 14 h – 17 h")),
    Told(MALIK, 100, OfferFacts(
        StepKind.PRE_TRAINING, "Préformation aux métiers du web", OfferEntry.DATED,
        what="Six semaines pour vérifier que le métier plaît.", audience="Demandeurs d’emploi",
        age_min=18, rsa_only=True, venue="Atelier Bresse Code", city=PERONNAS,
        latitude=46.1790, longitude=5.2120, schedule="Du lundi au vendredi", places=12)),
    Told(SOPHIE, 5, OfferFacts(
        StepKind.TRAINING, "Développeuse ou développeur web", OfferEntry.DATED,
        audience="Après un positionnement", qpv_only=True, venue="École Revermont", city=BOURG,
        latitude=46.1985, longitude=5.2310, places=16)),
    Told(NADIA, 200, OfferFacts(
        StepKind.JOB_SEARCH, "Atelier CV et candidatures en ligne", OfferEntry.PERMANENT,
        venue="Maison de l’emploi", city=BOURG, latitude=46.2049, longitude=5.2290,
        schedule="Vendredi matin", places=10)),
)  # fmt: skip
FOR_OTHERS = (
    Told(LISE, 20, OfferFacts(
        StepKind.DIGITAL_INITIATION, "Le bus numérique au marché", OfferEntry.DATED,
        what="Deux médiateurs, six ordinateurs, café compris.", schedule="Le samedi au marché"),
        of="Bus numérique des Deux Rives"),
    Told(NADIA, 8, OfferFacts(
        StepKind.POSITIONING, "Accueil et bilan des 16-25 ans", OfferEntry.PERMANENT,
        age_min=16, age_max=25, venue="Mission locale", city=BOURG, latitude=46.2071,
        longitude=5.2278, contact="accueil@troisclochers.exemple.fr"),
        of="Mission locale des Trois Clochers"),
    Told(NADIA, 3, OfferFacts(
        StepKind.WORKSHOP, "Atelier réparation et découpe laser", OfferEntry.DATED,
        venue="La Fruitière", city=VIRIAT, schedule="Mercredi après-midi"), of="FABLAB"),
)  # fmt: skip
STANDS = (("Place du Marché", "Ceyzériat", 46.1800, 5.3200),
          ("Parking de la mairie", VIRIAT, 46.2530, 5.2170),
          ("Place des Vennes", BOURG, 46.2120, 5.2480))  # fmt: skip


def fill_directory(session: Session, actors: dict[str, Actor], today: date) -> None:
    """Partners and actions, some fresh, some to confirm; a duplicate discussed; the charter."""
    added = {
        facts.name: directory.add_partner(session, actors[LISE], facts).id or 0
        for facts in PARTNERS
    }
    own = [_enter(session, actors, told, added, today) for told in OWN]
    bus, _, copy = (_enter(session, actors, told, added, today) for told in FOR_OTHERS)
    _announce(session, actors, bus, own, today)
    _discuss(session, actors, own, copy)
    for email in (LISE, HUGO, SOPHIE):
        actor, number = actors[email], actors[email].organisation_id
        directory.confirm_partner(session, actor, number, version=1, today=today)
    for email, actor in actors.items():
        if email not in NOT_YET:
            accept_charter(session, actor, version=CHARTER_VERSION)


def _enter(
    session: Session, actors: dict[str, Actor], told: Told, added: dict[str, int], today: date
) -> Offer:
    actor = actors[told.by]
    number = actor.organisation_id
    if told.of is not None:
        known = organisation_of_code(session, told.of)
        number = known.id or 0 if known else added[told.of]
    on = today - timedelta(days=told.ago)
    return offers.enter_offer(session, actor, number, told.facts, today=on)


def _announce(
    session: Session, actors: dict[str, Actor], bus: Offer, own: list[Offer], today: date
) -> None:
    saturday = today + timedelta(days=(SATURDAY - today.weekday()) % 7 or 7)
    for week, (place, city, latitude, longitude) in enumerate(STANDS):
        stand = DateFacts(saturday + timedelta(weeks=week), time(9), time(12), place, city,
                          latitude, longitude, places=6, taken=2 * week)  # fmt: skip
        offer_dates.add_date(session, actors[LISE], bus.id or 0, stand, today=today)
    _, workshop, pre_training, training, _ = own
    coming = ((HUGO, workshop, 9, 8, 8), (HUGO, workshop, 23, 8, 3),
              (MALIK, pre_training, 18, 12, 5), (SOPHIE, training, 49, 16, 9))  # fmt: skip
    for email, offer, days, places, taken in coming:
        day = DateFacts(today + timedelta(days=days), places=places, taken=taken)
        offer_dates.add_date(session, actors[email], offer.id or 0, day, today=today)


def _discuss(session: Session, actors: dict[str, Actor], own: list[Offer], copy: Offer) -> None:
    first, workshop, *_ = own
    thread = discussions.discuss_offer(
        session,
        actors[HUGO],
        copy.id or 0,
        kind=DiscussionKind.DUPLICATE,
        text="Cette action est déjà dans l’annuaire, avec ses dates. Peut-on retirer celle-ci ?",
        other_offer_id=workshop.id,
    )
    discussions.reply(session, actors[NADIA], thread.id or 0, "Oui, je la retire cette semaine.")
    settled = discussions.discuss_offer(
        session,
        actors[NADIA],
        first.id or 0,
        kind=DiscussionKind.DISAGREEMENT,
        text="Une personne s’est présentée jeudi : c’était fermé.",
    )
    discussions.settle(
        session, actors[LISE], settled.id or 0, "Horaires vérifiés, affiche refaite."
    )
