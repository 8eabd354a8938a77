"""Every form of needs, candidates, adéquation, in the ways a browser and others may send it.

Sent by htmx: the same answers as without it. Sent wrong: 422, and what is wrong in words. Sent by
somebody of another organisation: not found. Sent by a funder: refused.
"""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import accounts, curricula, match_runs
from parcours.domain.access import Actor, Role
from parcours.domain.job_search import SaidBy
from parcours.domain.match_acts import ContestReason
from parcours.models import MatchResult, Need
from tests.conftest import TODAY
from tests.features.conftest import Be, Page, Person
from tests.features.test_candidates import actor, nadia, need, person

__all__ = ["actor", "nadia", "need"]
HTMX = {"HX-Request": "true"}


@dataclass(frozen=True)
class Sent:
    """A form: the page it is on, where it goes, what is typed; what is wrong and what is said."""

    page: str
    action: str
    right: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] | None = None
    said: str = ""


FORMS = {
    "decision": Sent("/besoins/1/candidats", "/appariements/{result}/decision",
                     {"choice": "propose"}, {"choice": "not"}, "Dites pourquoi"),
    "contest": Sent("/appariements/{result}/contestation?ligne=SQL",
                    "/appariements/{result}/contestation",
                    {"reason": "missing", "words": "Six mois de SQL"}, {"reason": ""},
                    "Choisissez ce qui n’est pas juste."),
    "answer": Sent("/contestations", "/contestations/1/reponse", {"answer": "Vu"}, {"answer": " "},
                   "réponse"),
    "search": Sent("/apprenants/1/recherche", "/apprenants/1/recherche",
                   {"available_from": "4/1/2027"}, {"available_from": "31/2/2027"},
                   "n’est pas une date"),
    "wish": Sent("/apprenants/1/besoins/1", "/apprenants/1/besoins/1/souhait",
                 {"wish": "accepts"}, {"wish": "accepts", "distance_km": "-1"}, "distance"),
    "confirm": Sent("/besoins/1", "/besoins/1/confirmation", {"posts": "3"}, {"posts": "beaucoup"},
                    "n’est pas un nombre entier"),
    "close": Sent("/besoins/1", "/besoins/1/fermeture", {"reason": "cancelled"}, {"reason": ""},
                  "Choisissez pourquoi"),
    "fill": Sent("/besoins/1", "/besoins/1/pourvu", {"words": "Une apprentie"}),
    "edit": Sent("/besoins/1/modifier", "/besoins/1/modifier", {"title": "Autre poste"},
                 {"title": ""}, "Donnez le nom du poste."),
    "site": Sent("/employeurs/1", "/employeurs/1/lieux", {"label": "Siège"}, {"label": ""},
                 "Nommez ce lieu"),
    "introduce": Sent("/besoins/1/mises-en-relation/nouvelle?personne=1",
                      "/besoins/1/mises-en-relation", {"learner": "1"}, {"learner": ""},
                      "Choisissez la personne."),
    "aims": Sent("/cursus/1/visees", "/cursus/1/visees", {"occupations": "M1855"},
                 {"occupations": "BOULANGER"}, "n’est pas un code ROME connu"),
    "keep": Sent("/adequation/1", "/adequation/1/calculs"),
    "rules": Sent("/reglages/appariement", "/reglages/appariement",
                  {"neighbour": "1/4", "motive": "Essai"}, {"neighbour": "1/4", "motive": ""},
                  "Dites pourquoi les paramètres changent."),
}  # fmt: skip
# Rules are read by everybody of an organisation, and another’s form changes its own.
OF_ONE_S_OWN = ("rules",)


@pytest.fixture
def result(nadia: Person, actor: Actor, need: Need, session: Session, be: Be) -> str:
    """A result shown of somebody, with a line contested; a curriculum of the same house."""
    person(session, actor, "Martin", 3, 0, 2)
    nadia.visit("/besoins/1/candidats")
    found = str(session.execute(select(col(MatchResult.id))).scalar_one())
    match_runs.contest(session, actor, found, "SQL", ContestReason.MISSING, words="Six mois",
                       said_by=SaidBy.PERSON, today=TODAY)  # fmt: skip
    be("MDE", Role.COORDINATOR, "Claire Dupuis")
    lead = accounts.actor_for(session, "claire.coordinator@mde.exemple.fr", today=TODAY)
    modules = [curricula.ModuleFacts("M", Decimal(7), (("C1", "Compétence", 2),))]
    curricula.create_curriculum(session, lead, code="K", name="Web", modules=modules)
    session.commit()
    return found


@pytest.fixture
def claire(result: str, be: Be) -> Person:
    """A coordinator of the organisation: she may send each of these forms."""
    return be("MDE", Role.COORDINATOR, "Anne Roussel")


def fields(who: Person, sent: Sent, result: str) -> tuple[str, dict[str, str]]:
    """Where a form goes, and what it already holds."""
    action = sent.action.format(result=result)
    return action, who.visit(sent.page.format(result=result)).form(action).fields


@pytest.mark.parametrize("name", FORMS)
def test_htmx_gets_what_a_browser_without_it_gets(claire: Person, result: str, name: str) -> None:
    sent = FORMS[name]
    action, known = fields(claire, sent, result)
    if sent.wrong is not None:
        for headers in ({}, HTMX):
            refused = claire.client.post(action, data=known | sent.wrong, headers=headers)
            assert refused.status_code == 422, headers
            assert sent.said in Page(refused).text
    done = claire.client.post(action, data=known | sent.right, headers=HTMX, follow_redirects=False)
    assert done.status_code == 303, done.text[:300]
    assert claire.client.get(done.headers["location"], headers=HTMX).status_code == 200


@pytest.mark.parametrize("name", [name for name in FORMS if name not in OF_ONE_S_OWN])
def test_the_outsider_finds_nothing(result: str, be: Be, name: str) -> None:
    sent = FORMS[name]
    outsider = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    token = outsider.visit("/cursus/nouveau").form("/cursus").fields["_csrf"]
    typed = {"_csrf": token, "version": "1", **sent.right}
    for headers in ({}, HTMX):
        action = sent.action.format(result=result)
        answer = outsider.client.post(action, data=typed, headers=headers)
        # A need shared with the territory may be proposed, but to nobody one does not see.
        assert answer.status_code in ((404, 422) if name == "introduce" else (404,))
        assert "Martin" not in answer.text


@pytest.mark.parametrize("name", [name for name in FORMS if name not in OF_ONE_S_OWN])
def test_a_funder_may_not(result: str, be: Be, name: str) -> None:
    sent = FORMS[name]
    funder = be("MDE", Role.FUNDER, "Claire Vidal")
    token = next(form for form in funder.visit("/").forms if "_csrf" in form.fields)
    typed = {"_csrf": token.fields["_csrf"], "version": "1", **sent.right}
    answer = funder.client.post(sent.action.format(result=result), data=typed)
    assert answer.status_code in (403, 404)
