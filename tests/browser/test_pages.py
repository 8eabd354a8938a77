"""Every page of the first rooms, in a real browser: axe, narrow, dark, and without JavaScript."""

import html
import re

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import (
    ADMINISTRATOR,
    COORDINATOR,
    COUNSELLOR,
    FUNDER,
    MEDIATOR,
    SignIn,
)
from tests.browser.looks import assert_accessible

pytestmark = pytest.mark.browser

PLACES = {
    COUNSELLOR: (
        "/",
        "/apprenants",
        "/apprenants?q=a&situation=rupture",
        "/apprenants?q=personne-de-ce-nom",
        "/apprenants/nouveau",
        "/ruptures",
        "/ruptures?portee=toutes",
        "/ruptures/debuts",
        "{learner}",
        "{learner}/competences",
        "{learner}/recherche",
        "{learner}/besoins",
        "{learner}/competences/bilan",
        "{learner}/documents",
        "{learner}/documents/attestation",
        "{learner}/presences",
        "{learner}/emploi",
        "{learner}/fil",
        "{learner}/partages",
        "{learner}/journal",
        "{learner}/etapes/nouvelle",
        "{learner}/relais/nouveau",
        "{learner}/suite",
        "{learner}/immersions/nouvelle",
        "/ruptures?quand=7&quartier=inside",
        "/alertes",
        "{alert}",
        "/relais",
        "/relais?sens=envoyes",
        "{relay}",
        "/taches",
        "/taches?etat=faites",
        "/taches/nouvelle",
        "{task}",
        "/agenda",
        "/agenda?qui=tous&voir=etapes",
        "{day}",
        "/agenda/rendez-vous/nouveau",
        "{meeting}",
        "/agenda/liens",
        "{learner}/actes",
        "{learner}/heures",
        "/heures",
        "/heures?etat=a-completer",
        "/actes/nouveau",
        "/imports",
        "/sorties",
        "/sorties/taux",
        "/suivis",
        "/suivis?etat=answered",
        "{follow_up}",
        "{follow_up}/papier?moyen=phone",
        "{follow_up}/papier",
        "{exit}/situations",
        "/definitions",
        "/definitions/iae-1",
        "/definitions/fse-1",
        "/definitions/EECO03",
        "/remplacements",
        "/partenaires",
        "/partenaires/carte",
        "/partenaires/nouveau",
        "{partner}",
        "{action}",
        "/partenaires/discussions",
        "{thread}",
        "/besoins",
        "{web_need}/candidats",
        "{web_need}/candidats?etat=a-verifier",
        "{web_need}/candidats?etat=ecartes",
        "/contestations",
        "/reglages/appariement",
        "/reglages/alertes",
        "/besoins?etat=a-relier",
        "/adequation",
        "{need}",
        "{need}/modifier",
        "{need}/versions/1",
        "{need}/mises-en-relation/nouvelle",
        "/mises-en-relation",
        "/mises-en-relation?voir=a-relancer",
        "{asked}",
        "{agreed}",
        "{waiting}",
        "{waiting}/courrier",
        "/employeurs",
        "/employeurs/nouveau",
        "{employer}",
        "/charte",
        "/page-qui-n-existe-pas",
    ),
    COORDINATOR: (
        "/",
        "/promotions",
        "/promotions/nouvelle",
        "{cohort}",
        "{cohort}?q=a",
        "{sheet}",
        "{leaving}",
        "{cohort}/calendrier",
        "{day_of_cohort}",
        "{cohort}/feuilles?vue=mois",
        "{week}",
        "/presence",
        "{cohort}/certificats",
        "{certificate}",
        "{cohort}/competences",
        "{cohort}/competences/progres",
        "{skill}",
        "{cohort}/candidats",
        "{cohort}/candidats?etat=attente",
        "{candidate}",
        "{undecided}",
        "{deciding}",
        "{inviting}",
        "/candidats/sans-suite",
        "/referentiels",
        "/a-cloturer",
        "/a-cloturer?quoi=bilans",
        "/immersions",
        "{cohort_of_immersions}",
        "{immersion}",
        "{immersion}/modifier",
        "{immersion}/bilan",
        "{immersion}/convention",
        "{immersion}/questionnaire",
        "{framework}",
        "{cohort}/certification",
        "{certified}",
        "{certified}/bilan",
        "{jury}",
        "{new_jury}",
        "/certifications",
        "/programmes",
        "{aimed}",
        "/adequation",
        "{curriculum}",
        "{curriculum}?portee=territoire",
        "{curriculum}/calendrier",
        "{web_curriculum}/calculs",
        "{allocation}",
        "{programme}",
        "/programmes/nouveau",
        "/cursus/nouveau",
        "/conventions",
        "/conventions/nouvelle",
        "{agreement}",
        "{agreement}/objectifs",
        "{agreement}/colonnes",
        "{agreement}/ecarts",
        "{agreement}/modifier",
        # What is prepared apart: the demonstration asked for it.
        "/exports/en-preparation/1",
        "{agreement}/nominatif",
        "{agreement}/avancement",
        "{agreement}/qualite",
        "{agreement}/qualite/quartier",
        "{fse}/entites",
        "{fse}/qualite/questionnaire-d-entree",
        "{entry}",
        "{entry}/feuille",
        "{agreement}/qualite/justificatif",
        "{agreement}/qualite/suivis-non-demandes",
        "{cohort}/qualite",
        "{agreement}/lignes?sortie=gen",
        "{agreement}/lignes?figure=EECO02&part=hors",
        "/sorties/taux/iae-1",
        "/relais",
        "/reglages/relais",
        "/reglages/besoins",
        "/reglages/mises-en-relation",
        "/reglages/equite",
        "/reglages/listes",
        "/certifications?q=web&fiche=RNCP37674",
        "/sans-referent",
        "/sans-referent?qui=structure",
        "/territoire",
        "/alertes/mesure",
    ),
    MEDIATOR: (
        "/actes",
        "/actes?nature=workshop",
        "{act}",
        "{act}/modifier",
        "{again}",
        "/materiel",
        "/materiel?etat=retard",
        "/materiel?etat=perdu",
        "{item}",
        "{item}/modifier",
        "{free_item}",
        "/materiel/nouveau",
        "{equipped}",
        "{below}",
    ),
    FUNDER: (
        "/",
        "/conventions",
        "{agreement}",
        "{agreement}/avancement",
        "{agreement}/public",
        "{agreement}/nominatif",
        "{agreement}/ecarts",
        "/apprenants",
        "/definitions",
    ),
    ADMINISTRATOR: (
        "/",
        "/comptes",
        "{account}",
        "/comptes/invitation",
        "/mon-compte",
        "/remplacements",
        "/charte/acceptations",
    ),
}


EACH = [(person, place) for person, places in PLACES.items() for place in places]
# What was found once for who reads: by browser context, then by kind.
FOUND: dict[BrowserContext, dict[str, str]] = {}


def follow(page: Page, place: str) -> str:
    """A place’s address, its first learner, cohort… found by following links."""
    match = re.match(r"\{(\w+)\}", place)
    if match is None:
        return place
    found = FOUND.setdefault(page.context, {})
    if match[1] not in found:
        found[match[1]] = _first(page, match[1])
    return place.replace(match[0], found[match[1]].removesuffix("/modifier"))


def _first(page: Page, kind: str) -> str:
    source, selector = {
        "learner": ("/apprenants", "tbody a.person"),
        "cohort": ("/promotions", "tbody a.person"),
        "candidate": ("{cohort}/candidats", "tbody a.person"),
        "undecided": ("{cohort}/candidats?etat=a-decider", "tbody a.person"),
        "deciding": ("{undecided}", "a[href*='/decision?']"),
        "inviting": ("{undecided}", "a[href*='/invitation?']"),
        "curriculum": ("/adequation", "tbody a.person"),
        "web_curriculum": ("/adequation", "tbody a.person >> text=Développeur web"),
        "allocation": ("{web_curriculum}/calculs", "main li a.person"),
        "aimed": ("/programmes", "td.row-act a.btn"),
        "programme": ("/programmes", "tbody th a"),
        "day_of_cohort": ("{cohort}/calendrier", "ul.half-days a"),
        "skill": ("{cohort}/competences", "table.skill-grid thead a"),
        "immersion": ("/immersions?etat=terminees", "tbody a.person"),
        "cohort_of_immersions": ("{cohort_under_way}", "a[href^='/immersions?promotion=']"),
        "cohort_under_way": ("/promotions", "tbody tr:nth-child(2) a.person"),
        "leaving": ("{cohort_under_way}", "tbody td a.btn-small"),
        "framework": ("/referentiels", "main li.badges a.btn-small"),
        "certified": ("{cohort}/certification", "tbody a.person"),
        "jury": ("{certified}", "details li.badges a.btn"),
        "new_jury": ("{certified}", ".card-top a.btn-small"),
        "certificate": ("{papers}", "main li a[href*=certificats]"),
        "papers": ("{presences}", "main .tabs a[href$='/documents']"),
        "presences": ("{sheet}", "tbody a.person"),
        "week": ("{cohort}/calendrier", "tbody th a"),
        "relay": ("/relais?sens=envoyes", "main tbody a"),
        "alert": ("/alertes", "main tbody a.person"),
        "follow_up": ("/suivis?etat=answered", "main tbody td.row-act a"),
        "exit": ("/sorties", "main tbody td.row-act a"),
        "task": ("/taches", "main tbody a.person"),
        "day": ("/agenda", "main h2 a"),
        "meeting": ("/agenda?voir=rendez-vous", "main li a.person"),
        "sheet": ("/promotions", "#emargements a.btn"),
        "agreement": ("/conventions", "tbody a.person"),
        "fse": ("/conventions", "tbody a.person >> text=FSE+"),
        "entry": ("{fse}/qualite/questionnaire-d-entree", "tbody a.small"),
        "frozen": ("{agreement}", "main li a[href$='/lignes']"),
        "account": ("/comptes", "tbody a.btn"),
        "partner": ("/partenaires", "tbody a.person"),
        "action": ("/partenaires/carte", "#liste a.person"),
        "act": ("/actes?nature=workshop", "tbody a.person"),
        "again": ("/actes?nature=workshop", "tbody a.btn"),
        "item": ("/materiel?etat=retard", "tbody a.person"),
        "free_item": ("/materiel?etat=disponible", "tbody a.person"),
        "equipped": ("/materiel?etat=retard", "tbody td a"),
        "below": ("/heures", "tbody a.person"),
        "web_need": ("/besoins?q=web", "tbody a.person"),
        "need": ("/besoins?q=support", "tbody a.person"),
        "asked": ("/mises-en-relation?etat=proposed", "tbody td.row-act a"),
        "agreed": ("/mises-en-relation?etat=agreed", "tbody td.row-act a"),
        "waiting": ("/mises-en-relation?voir=a-relancer", "tbody td.row-act a"),
        "employer": ("/employeurs", "tbody a.person"),
        "thread": ("/partenaires/discussions", "tbody a.person"),
    }[kind]
    page.goto(follow(page, source))
    return page.locator(selector).first.get_attribute("href") or ""


@pytest.mark.parametrize(("person", "place"), EACH)
def test_axe_finds_nothing(sign_in: SignIn, person: str, place: str) -> None:
    page = sign_in(person, reads_only=True)
    page.goto(follow(page, place))
    assert_accessible(page)


def test_axe_finds_nothing_on_the_sign_in_page(sign_in: SignIn) -> None:
    page = sign_in("personne@exemple.fr", leads_in=False)
    page.locator("#erreurs").wait_for()
    assert_accessible(page)


@pytest.mark.parametrize("person", PLACES)
def test_every_page_opens_without_javascript(sign_in: SignIn, person: str) -> None:
    page = sign_in(person, reads_only=True, java_script_enabled=False)
    for place in PLACES[person]:
        page.goto(follow(page, place))
        assert page.locator("h1").count() == 1, page.url
        assert page.locator("h1").is_visible()


@pytest.mark.parametrize("person", PLACES)
def test_no_link_is_dead(sign_in: SignIn, address: str, person: str) -> None:
    """Every link of every page of the menu answers."""
    page = sign_in(person, reads_only=True)
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    asked: set[str] = set()
    with httpx2.Client(base_url=address, cookies=cookies, follow_redirects=True) as client:
        for place in PLACES[person]:
            if "n-existe-pas" in place or (person == FUNDER and place == "/apprenants"):
                continue
            answer = client.get(follow(page, place))
            links = map(html.unescape, re.findall(r'<a\b[^>]* href="([^"]+)"', answer.text))
            new = {link for link in links if link.startswith("/")} - asked
            asked |= new
            for link in sorted(new):
                assert client.get(link).status_code == 200, (place, link)
    assert len(asked) > 2
