"""The demonstration’s employers and needs: taught here or not, fresh or not, words to map."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session

from parcours.actions import employers, need_freshness, need_words, needs, reference_lists
from parcours.actions.directory import PartnerFacts
from parcours.actions.need_history import By
from parcours.actions.need_words import Choice
from parcours.demo.cohorts import SOPHIE
from parcours.demo.stories import NADIA
from parcours.domain.access import Actor
from parcours.domain.needs import Certainty, Licence, Requirement, Terms, default_weight
from parcours.domain.reference_lists import ReferenceList
from parcours.models import Employer, Need
from parcours.resources import resource_dir

BOURG, VIRIAT, PERONNAS = "Bourg-en-Bresse", "Viriat", "Péronnas"
WEEK = tuple(f"{day}-{half}" for day in range(5) for half in ("am", "pm"))
MORNINGS = WEEK[::2]


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented employer: its entry, whom to speak to, where it works."""

    facts: PartnerFacts
    contact: employers.Contact
    site: employers.SiteFacts


@dataclass(frozen=True, slots=True)
class Told:
    """A need: of which firm, told how many days ago, the skills asked for by code.

    `asked` are (code, level, essential); `words` the employer’s own, mapped by somebody when
    `maps`; `publishes` says whether somebody did; `confirmed` how many days ago it was again.
    """

    firm: str
    ago: int
    terms: Terms
    starts_in: int | None = None
    asked: tuple[tuple[str, int, bool], ...] = ()
    words: tuple[tuple[str, int, bool], ...] = ()
    maps: bool = False
    publishes: bool = True
    confirmed: int | None = None


def _firm(
    name: str,
    siret: str,
    city: str,
    contact: employers.Contact,
    site: employers.SiteFacts,
    email: str | None = None,
) -> Firm:
    facts = PartnerFacts(name, employers.KIND, city, email, siret, address=site.address,
                         postcode=site.postcode)  # fmt: skip
    return Firm(facts, contact, site)


FIRMS = (
    _firm("Bressane Logistique", "99900001000010", VIRIAT,
          employers.Contact("52.29B", None, "Paule Mercier", "04 74 00 01 10"),
          employers.SiteFacts("Plateforme de Viriat", "12 rue des Entrepôts", "01440", VIRIAT,
                              "01451", 46.2510, 5.2240), "rh@bressane-logistique.exemple.fr"),
    _firm("Studio Revermont", "99900002000019", BOURG,
          employers.Contact("62.01Z", None, "Igor Bonnet"),
          employers.SiteFacts("Atelier", "3 rue Lalande", "01000", BOURG, "01053", 46.2050,
                              5.2270), "bonjour@studio-revermont.exemple.fr"),
    _firm("Mairie de Péronnas", "99900003000018", PERONNAS,
          employers.Contact("84.11Z", None, "Service des ressources humaines"),
          employers.SiteFacts("Hôtel de ville", "1 place de la Mairie", "01960", PERONNAS,
                              "01289")),
    _firm("Clinique du Revermont", "99900004000017", BOURG, employers.Contact("86.10Z"),
          employers.SiteFacts("Accueil", "40 avenue de Mâcon", "01000", BOURG, "01053",
                              46.2100, 5.2150), "recrutement@clinique-revermont.exemple.fr"),
    _firm("Agence Dombes Web", "99900005000016", BOURG, employers.Contact("62.01Z"),
          employers.SiteFacts("Agence", "8 rue Bichat", "01000", BOURG, "01053", 46.2060, 5.2290),
          "contact@agence-dombes.exemple.fr"),
)  # fmt: skip
NEEDS = (
    Told("Studio Revermont", 12,
         Terms("Intégratrice ou intégrateur web", 2, Certainty.FIRM, "M1855", contracts=("CDI",),
               flex_days=30, weekly_hours=Decimal(35), access_modes=("walk", "bike", "transit"),
               hosts_immersion=True), 42,
         (("html", 3, True), ("css", 3, True), ("js", 2, True), ("git", 2, False))),
    Told("Bressane Logistique", 12,
         Terms("Technicien·ne support informatique", 2, Certainty.FIRM, "I1401",
               contracts=("CDI", "CDD"), flex_days=15, weekly_hours=Decimal(35), slots=WEEK,
               access_modes=("car", "bike"), licence=Licence.B,
               licence_task="Dépanner sur les trois sites du groupe"), 30,
         (("poste", 3, True), ("agile", 2, False)),
         (("Diagnostiquer une panne", 3, True), ("Accueil téléphonique", 3, True),
          ("Réseaux locaux", 2, False)), maps=True),
    Told("Bressane Logistique", 84,
         Terms("Assistant·e e-commerce", 1, Certainty.PROBABLE, "D1438", contracts=("CDD",),
               weekly_hours=Decimal("17.5"), slots=MORNINGS, access_modes=("car", "bike"),
               hosts_immersion=True), 60,
         (("bureautique", 3, True), ("html", 1, False))),
    Told("Clinique du Revermont", 100,
         Terms("Agent·e d’accueil", 1, Certainty.FIRM, "M1601", contracts=("INTERIM",),
               weekly_hours=Decimal(35), access_modes=("transit", "walk")), 20,
         (("bureautique", 2, True),)),
    Told("Mairie de Péronnas", 5,
         Terms("Conseillère ou conseiller numérique", 3, Certainty.EXPLORATORY, "G1238",
               contracts=("CDD",), words="Contrat : CDD 24 mois\nHoraires : 35h journée"), 75,
         words=(("Animer un atelier", 3, True), ("Accompagner aux démarches en ligne", 3, True)),
         publishes=False),
    # Asked for the spring, when a training under way ends; everybody was heard twice.
    Told("Studio Revermont", 70,
         Terms("Développeuse ou développeur d’interfaces", 3, Certainty.FIRM, "M1855",
               contracts=("CDI",), flex_days=30, weekly_hours=Decimal(35)), 125,
         (("html", 3, True), ("css", 3, True), ("js", 2, True)), confirmed=8),
    Told("Agence Dombes Web", 66,
         Terms("Intégration et référencement", 2, Certainty.PROBABLE, "M1855",
               contracts=("CDD",), flex_days=15, weekly_hours=Decimal(35)), 150,
         (("html", 2, True), ("sql", 2, False)), (("Référencement naturel", 2, True),), maps=True,
         confirmed=8),
    Told("Bressane Logistique", 72,
         Terms("Assistance aux utilisateurs", 2, Certainty.FIRM, "I1401", contracts=("CDI",),
               weekly_hours=Decimal(35)), 140, (("poste", 3, True),), confirmed=9),
    Told("Clinique du Revermont", 75,
         Terms("Secrétariat des consultations", 2, Certainty.FIRM, "M1601", contracts=("CDD",),
               weekly_hours=Decimal(28)), 130, (("bureautique", 3, True),), confirmed=9),
    Told("Mairie de Péronnas", 61,
         Terms("Aide aux démarches en ligne", 1, Certainty.PROBABLE, "G1238",
               contracts=("CDD",), weekly_hours=Decimal(24)), 160,
         (("demarches", 3, True), ("bureautique", 2, False)), confirmed=6),
)  # fmt: skip


def note_needs(session: Session, actors: dict[str, Actor], today: date) -> None:
    """Employers of the counsellor, and one need of the school, closed since."""
    nadia, sophie = actors[NADIA], actors[SOPHIE]
    load_districts(session, today)
    skills = needs.skills_by_code(session)
    known: dict[str, tuple[int, int | None]] = {}
    for firm in FIRMS:
        employer = employers.add_employer(session, nadia, firm.facts, firm.contact)
        site = employers.add_site(session, nadia, employer.id or 0, firm.site)
        known[firm.facts.name] = employer.id or 0, site.id
    for told in NEEDS:
        _note(session, nadia, told, known[told.firm], skills, today)
    partner = session.get_one(Employer, known["Studio Revermont"][0]).partner_id
    own = employers.know_partner(session, sophie, partner)
    done = Told("", 50, Terms("Développeur·se PHP en alternance", 1, rome_code="M1855",
                              contracts=("APPRENTISSAGE",)),
                asked=(("sql", 2, True), ("api", 2, True)))  # fmt: skip
    need = _note(session, sophie, done, (own.id or 0, None), skills, today)
    words = "Poste pourvu par une apprentie de la promotion."
    need_freshness.fill(session, need, By.account(sophie), words=words, today=today)


def load_districts(session: Session, today: date) -> None:
    """Invented districts, in the shape of the published file."""
    content = (resource_dir("fixtures") / "demo" / "districts.geojson").read_bytes()
    kind, version = ReferenceList.QPV, "quartiers fictifs de la démonstration"
    reference_lists.load(session, None, kind, content, version=version, today=today)


def _note(
    session: Session,
    actor: Actor,
    told: Told,
    at: tuple[int, int | None],
    skills: dict[str, int],
    today: date,
) -> Need:
    day = today - timedelta(days=told.ago)
    start = None if told.starts_in is None else today + timedelta(days=told.starts_in)
    values = {name: getattr(told.terms, name) for name in Terms.__dataclass_fields__}
    need = needs.create_need(
        session,
        actor,
        at[0],
        Terms(**(values | {"starts_on": start, "site_id": at[1]})),
        [Requirement(skills[code], level, default_weight(is_essential), is_essential)
         for code, level, is_essential in told.asked],
        words=[needs.AskedWord(*word) for word in told.words],
        today=day,
    )  # fmt: skip
    if told.maps:
        _map(session, actor, need, day)
    if told.publishes:
        needs.publish(session, actor, need.id or 0, version=need.version, today=day)
    if told.confirmed is not None:
        again = today - timedelta(days=told.confirmed)
        need_freshness.confirm(session, need, By.account(actor), today=again)
    return need


def _map(session: Session, actor: Actor, need: Need, day: date) -> None:
    """Each word becomes a skill of that name: nobody teaches it here yet."""
    choices = {
        row.id or 0: Choice(None, row.level or 2, is_new=True)
        for row in need_words.words_of(session, need)
    }
    need_words.settle_words(session, actor, need.id or 0, choices, today=day)
