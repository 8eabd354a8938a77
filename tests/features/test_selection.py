"""Candidates on screen: the funnel, notes, decisions, the waiting list, what follows."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    candidates,
    cohorts,
    curricula,
    information_meetings,
    learners,
    pathways,
    relays,
    selection,
)
from parcours.domain.access import Actor, Role
from parcours.domain.criteria import TargetRule, criteria_of
from parcours.domain.entry import EntryRule
from parcours.domain.pathway import StepDates
from parcours.domain.relays import Answer, DeclineReason
from parcours.domain.selection import Decision, DecisionReason, Meeting, Phase
from parcours.domain.words import ContactPreference, Gender, SharingMedium, StepKind
from parcours.models import (
    Candidate,
    CandidateEvent,
    CandidateGrade,
    Cohort,
    Enrolment,
    Message,
    Pathway,
    Programme,
    Relay,
    Step,
)
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Page, Person

NAMES = ("BOUCHER", "CISSÉ", "GARCIA", "NGUYEN")
LIST = "/promotions/1/candidats"
STARTS = date(2027, 1, 4)


@dataclass
class House:
    """The coordinator, her actor, and the candidates of her cohort by name."""

    sophie: Person
    actor: Actor
    session: Session

    def row(self, name: str) -> Candidate:
        """A candidate as stored now."""
        self.session.rollback()
        number = NAMES.index(name) + 1
        found: Candidate = self.session.execute(
            select(Candidate).where(col(Candidate.learner_id) == number)
        ).scalar_one()
        self.session.expunge(found)
        self.session.rollback()
        return found

    def key(self, name: str) -> str:
        """What a tick of the list sends."""
        row = self.row(name)
        return f"{row.id}:{row.version}"

    def decide(self, choice: str, *names: str, status: int = 200, **typed: Any) -> Page:
        """Decide of several people from the list on."""
        ticked = "&".join(f"coche={self.row(name).id}" for name in names)
        page = self.sophie.visit(f"{LIST}/decision?{ticked}")
        keys = [self.key(name) for name in names]
        return self.sophie.submit(
            page, f"{LIST}/decision", status, who=keys, choice=choice, **typed
        )


@pytest.fixture
def house(be: Be, session: Session) -> House:
    """A cohort of two places to come, four candidates, a programme with criteria and targets."""
    sophie = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    actor = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    programme = curricula.create_programme(
        session,
        actor,
        code="GEN",
        name="GEN",
        starts_on=date(2020, 1, 1),
        entry_criteria=criteria_of(
            (EntryRule.OUT_OF_WORK,), ("Motivation",), {TargetRule.WOMEN: 30}
        ),
    )
    facts = cohorts.CohortFacts(
        "GEN-4", "Promo GEN", STARTS, date(2027, 6, 30), 2, programme_id=programme.id
    )
    cohorts.create_cohort(session, actor, facts)
    for number, name in enumerate(NAMES):
        known = learners.LearnerFacts(
            birth_name=name,
            first_names="Alix",
            born_on=date(1990, 1, 1 + number),
            gender=(Gender.WOMAN, Gender.MAN, None, Gender.MAN)[number],
            phone="+33639010001",
            contact_preference=ContactPreference.PHONE,
            entry_status="DELD" if number else None,
        )
        row = learners.create_learner(session, actor, known, today=TODAY, is_another=True)
        candidates.apply_for(session, actor, 1, row.id or 0, today=TODAY)
    session.commit()
    return House(sophie, actor, session)


def count(session: Session, table: Any) -> int:
    """How many rows a table holds."""
    return len(stored(session, select(col(table.id))))


def stored(session: Session, statement: Any) -> list[Any]:
    """What the database holds now, no transaction left open behind."""
    session.rollback()
    found = list(session.execute(statement).scalars())
    session.expunge_all()
    session.rollback()
    return found


def test_each_count_opens_exactly_its_list(house: House, session: Session) -> None:
    for name, meeting in (("BOUCHER", Meeting.CAME), ("CISSÉ", Meeting.MISSED)):
        versions = {house.row(name).id or 0: 1}
        information_meetings.note_meeting(session, house.actor, 1, versions, meeting, today=TODAY)
        session.commit()
    house.decide("refused:project", "GARCIA")
    page = house.sophie.visit(LIST)
    counts = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+) <strong>(\d+)</strong>', page.html)
    assert [label for _, label, _ in counts] == [
        "Toutes",
        *[phase.label for phase in Phase],
        "Dossiers incomplets",
    ]
    for url, label, told in counts:
        listed = house.sophie.visit(url).html.count('name="who"')
        assert listed == int(told), label
    assert sum(int(told) for _, _, told in counts[1:-1]) == len(NAMES)
    assert "GARCIA" not in house.sophie.visit(f"{LIST}?q=ciss").text
    assert "Aucune candidature ne répond" in house.sophie.visit(f"{LIST}?q=zzz").text


def test_adding_somebody_and_who_may_not_be_added(house: House, session: Session) -> None:
    known = learners.LearnerFacts("Roux", "Zoé", date(1999, 9, 9))
    learners.create_learner(session, house.actor, known, today=TODAY)
    session.commit()
    page = house.sophie.submit(house.sophie.visit(LIST), LIST, person="roux", applied_on="20/11")
    assert "Zoé" in page.text
    assert "candidature du 20 novembre 2026" in page.text
    assert count(session, Pathway) == len(NAMES) + 1
    for typed, said in (
        ({"person": "roux"}, "déjà candidate"),
        ({"person": "inconnue"}, "ne porte ce nom"),
        ({"person": "alix"}, "Plusieurs personnes"),
        ({"person": ""}, "Choisissez une personne"),
        ({"person": "roux", "applied_on": "24/12/2026"}, "avenir"),
    ):
        assert said in house.sophie.submit(house.sophie.visit(LIST), LIST, 422, **typed).text


def test_notes_keep_their_history_and_two_selectors_lose_nothing(
    house: House, session: Session
) -> None:
    url = f"{LIST}/{house.row('BOUCHER').id}"
    first, second = house.sophie.visit(url), house.sophie.visit(url)
    typed: dict[str, Any] = {
        "grade-motivation": "2",
        "words-motivation": "Parle de son projet",
        "mark": "12,5",
    }
    house.sophie.submit(first, f"{url}/notes", **typed, mark_label="Test logique", out_of="20")
    mine: dict[str, Any] = {"grade-motivation": "3", "words-motivation": "Très net"}
    again = house.sophie.submit(second, f"{url}/notes", 409, **mine)
    # Mine is still in the form, theirs is told above it, and sending again keeps both.
    assert 'value="Très net"' in again.html
    assert "Parle de son projet" in again.text
    page = house.sophie.submit(again, f"{url}/notes", **mine)
    assert "Motivation : 3 sur 3" in page.text
    assert "Motivation : 2 sur 3" in page.text
    assert "Test logique : 12,5 sur 20" in page.text
    levels = select(col(CandidateGrade.level)).order_by(col(CandidateGrade.id))
    assert stored(session, levels) == [2, 3]
    for wrong, said in (
        ({"mark": "21", "mark_label": "QCM", "out_of": "20"}, "dépasse le barème"),
        ({"mark": "", "mark_label": "QCM"}, "Donnez la note"),
        ({"mark": "8", "mark_label": ""}, "de quel test"),
        ({"words-motivation": "Des mots seuls"}, "choisissez un niveau"),
        ({}, "Notez un critère"),
    ):
        refused = house.sophie.submit(house.sophie.visit(url), f"{url}/notes", 422, **wrong)
        assert said in refused.text


def test_what_was_noted_cannot_be_rewritten(house: House, session: Session) -> None:
    row = house.row("CISSÉ")
    candidates.note_file(
        session, house.actor, row.id or 0, {"motivation": (1, None)}, version=1, today=TODAY
    )
    session.commit()
    grade = session.execute(select(CandidateGrade)).scalar_one()
    grade.level = 3
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()
    session.rollback()


def test_inviting_several_and_noting_who_came(house: House, session: Session) -> None:
    sophie = house.sophie
    page = sophie.submit(
        sophie.visit(LIST),
        f"{LIST}/gestes",
        who=[house.key("BOUCHER"), house.key("GARCIA")],
        act="invite",
    )
    assert "BOUCHER" in page.text
    assert "CISSÉ" not in page.text
    refused = sophie.submit(
        page,
        f"{LIST}/invitation",
        422,
        who=[house.key("BOUCHER"), house.key("GARCIA")],
        on="12/11/2026",
        starts_at="14 h",
        place="Salle 2",
    )
    assert "déjà passée" in refused.text
    done = sophie.submit(
        refused,
        f"{LIST}/invitation",
        who=[house.key("BOUCHER"), house.key("GARCIA")],
        on="1/12/2026",
        starts_at="14 h",
        place="Salle 2, 4 rue du Stand",
    )
    assert "2 personnes invitées. 2 convocations" in done.text
    bodies = stored(session, select(col(Message.body)))
    assert len(bodies) == 2
    assert "mardi 1er décembre 2026 à 14 h" in " ".join(bodies[0].split())
    sophie.submit(sophie.visit(LIST), f"{LIST}/gestes", who=[house.key("BOUCHER")], act="came")
    sophie.submit(sophie.visit(LIST), f"{LIST}/gestes", who=[house.key("GARCIA")], act="missed")
    assert house.row("BOUCHER").meeting is Meeting.CAME
    assert house.row("GARCIA").meeting is Meeting.MISSED
    assert house.row("CISSÉ").meeting is None
    nobody = sophie.submit(sophie.visit(LIST), f"{LIST}/gestes", 422, act="decide")
    assert "Cochez au moins une personne" in nobody.text


def test_the_group_with_those_ticked_and_what_is_unknown(house: House) -> None:
    house.decide("admitted:criteria_met", "CISSÉ")
    page = house.sophie.visit(LIST)
    assert "0 sur 1" in page.text
    page = house.sophie.submit(
        page,
        f"{LIST}/gestes",
        who=[house.key("BOUCHER"), house.key("GARCIA")],
        act="composition",
        etat="",
    )
    assert "1 sur 3" in page.text
    assert "de 33 % à 67 %" in page.text
    assert "1 inconnu·e" in page.text
    assert page.html.count(" checked") == 2


def test_admitting_enrols_within_the_places(house: House, session: Session) -> None:
    page = house.decide("admitted:criteria_met", "BOUCHER", "CISSÉ", "GARCIA", status=422)
    assert "La promotion est complète : ses 2 places sont prises." in page.text
    assert count(session, Enrolment) == 0
    assert all(house.row(name).decision is None for name in NAMES)
    house.decide("admitted:criteria_met", "BOUCHER", "CISSÉ", words="Dossiers complets")
    assert count(session, Enrolment) == 2
    assert stored(session, select(col(Step.planned_start_on))) == [STARTS, STARTS]
    assert "2 prises" in house.sophie.visit(LIST).text
    for choice in ("", "refused:criteria_met", "other:other"):
        assert "Choisissez une décision" in house.decide(choice, "GARCIA", status=422).text
    other = house.decide("refused:other", "GARCIA", status=422)
    assert "en quelques mots" in other.text


def test_two_who_decide_at_once(house: House) -> None:
    page = house.sophie.visit(f"{LIST}/decision?coche={house.row('GARCIA').id}")
    before = house.key("GARCIA")
    house.decide("waiting:cohort_full", "GARCIA")
    late = house.sophie.submit(
        page,
        f"{LIST}/decision",
        409,
        who=before,
        choice="refused:project",
        words="Mon mot à moi",
    )
    assert "entre-temps" in late.text
    assert "Mon mot à moi" in late.html
    assert "Liste d’attente" in late.text
    assert house.row("GARCIA").decision is Decision.WAITING


def test_the_waiting_list_moves_when_somebody_says_so(house: House, session: Session) -> None:
    house.decide("admitted:criteria_met", "BOUCHER", "CISSÉ")
    house.decide("waiting:cohort_full", "GARCIA")
    house.decide("waiting:cohort_full", "NGUYEN")
    second = f"{LIST}/{house.row('NGUYEN').id}"
    house.sophie.submit(house.sophie.visit(second), f"{second}/rang", rank="1")
    assert [house.row(name).rank for name in ("GARCIA", "NGUYEN")] == [2, 1]
    assert "attend, au rang" not in house.sophie.visit(LIST).text
    # A place taken is free again when its holder withdraws; nobody enters by themselves.
    house.decide("withdrew:found_job", "BOUCHER")
    assert count(session, Enrolment) == 1
    why = select(col(Step.cancel_reason)).where(col(Step.cancelled_at).is_not(None))
    assert stored(session, why) == ["Désisté·e : A trouvé un emploi"]
    page = house.sophie.visit(LIST)
    assert re.search(r"1 place libre : [^:]*NGUYEN[^:]* attend, au rang 1", page.text)
    assert house.row("NGUYEN").decision is Decision.WAITING
    page = house.sophie.submit(house.sophie.visit(second), f"{second}/place")
    assert house.row("NGUYEN").offered_on == TODAY
    assert "Place proposée" in page.text
    house.decide("admitted:place_freed", "NGUYEN")
    assert house.row("GARCIA").rank == 1
    assert count(session, Enrolment) == 2
    # The same person may enter after all: nothing of the first time stands in the way.
    house.decide("withdrew:changed_mind", "NGUYEN")
    house.decide("admitted:place_freed", "BOUCHER")
    assert count(session, Enrolment) == 2


def test_a_decision_taken_back_frees_the_place(house: House, session: Session) -> None:
    house.decide("admitted:criteria_met", "BOUCHER")
    url = f"{LIST}/{house.row('BOUCHER').id}"
    refused = house.sophie.submit(house.sophie.visit(url), f"{url}/reprise", 422)
    assert "Dites pourquoi" in refused.text
    page = house.sophie.submit(refused, f"{url}/reprise", why="Erreur de dossier")
    assert "Décision retirée" in page.text
    assert "« Erreur de dossier »" in page.text
    assert count(session, Enrolment) == 0
    acts = select(col(CandidateEvent.act)).where(
        col(CandidateEvent.candidate_id) == house.row("BOUCHER").id
    )
    assert [act.value for act in stored(session, acts)] == ["applied", "decided", "reopened"]


def test_nobody_vanishes(house: House, session: Session) -> None:
    """Whoever does not enter is among those without a next step, and among the breaks."""
    alone = "/candidats/sans-suite"
    assert "Chaque candidat·e a une suite" in house.sophie.visit(alone).text
    house.decide("refused:prerequisites", "BOUCHER")
    house.decide("waiting:cohort_full", "CISSÉ")
    house.decide("admitted:criteria_met", "GARCIA")
    page = house.sophie.visit(alone)
    assert "2 candidat·es n’ont pas" in page.text
    assert {name for name in NAMES if name in page.text} == {"BOUCHER", "CISSÉ"}
    assert "/apprenants/1/suite" in page.html
    assert {name for name in NAMES if name in house.sophie.visit("/ruptures").text} >= {
        "BOUCHER",
        "CISSÉ",
    }
    # Something held from soon on, and they are no longer alone.
    pathway = session.execute(select(Pathway).where(col(Pathway.learner_id) == 1)).scalar_one()
    dates = StepDates(date(2026, 12, 1), None)
    facts = pathways.StepFacts(StepKind.WORKSHOP, "Atelier", dates)
    pathways.add_step(session, house.actor, pathway, facts, today=TODAY)
    session.commit()
    page = house.sophie.visit(f"{alone}?promo=1")
    assert {name for name in NAMES if name in page.text} == {"CISSÉ"}


@pytest.fixture
def relayed(be: Be, house: House, session: Session) -> int:
    """A partner proposes somebody for the cohort, by relay."""
    be("MDE", Role.COUNSELLOR, "Nadia Belkacem")
    nadia = accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)
    known = learners.LearnerFacts("TRAORÉ", "Amina", date(1985, 2, 1), gender=Gender.WOMAN)
    learner = learners.create_learner(session, nadia, known, today=TODAY)
    pathways.open_pathway(session, nadia, learner, opened_on=TODAY)
    proposal = relays.Proposal(
        house.actor.organisation_id,
        pathways.StepFacts(StepKind.TRAINING, "Promo GEN", StepDates(STARTS, date(2027, 6, 30))),
        "Veut apprendre",
        SharingMedium.ORAL,
        1,
    )
    number = relays.propose(session, nadia, learner.id or 0, proposal, today=TODAY).id or 0
    session.commit()
    return number


@pytest.mark.parametrize(
    ("choice", "answer"),
    [("admitted:criteria_met", Answer.ACCEPTED), ("refused:conditions", Answer.DECLINED)],
)
def test_deciding_of_somebody_a_partner_proposes_answers_the_relay(
    house: House, relayed: int, session: Session, choice: str, answer: Answer
) -> None:
    page = house.sophie.visit(LIST)
    assert "Amina T." in page.text
    assert "TRAORÉ" not in page.text
    page = house.sophie.submit(page, f"{LIST}/relais", relay=str(relayed))
    assert "n’est pas ouvert à votre structure" in page.text
    assert "TRAORÉ" not in page.text
    (row,) = stored(session, select(Candidate).where(col(Candidate.relay_id) == relayed))
    number, version = row.id, row.version
    form = house.sophie.visit(f"{LIST}/decision?coche={number}")
    # Nothing is read of a file that is not open: she counts as unknown.
    assert "1 inconnu·e" in form.text
    house.sophie.submit(form, f"{LIST}/decision", who=f"{number}:{version}", choice=choice)
    (relay,) = stored(session, select(Relay).where(col(Relay.id) == relayed))
    assert relay.answer is answer
    assert count(session, Enrolment) == (answer is Answer.ACCEPTED)
    if answer is Answer.DECLINED:
        assert relay.decline_reason is DeclineReason.NOT_ELIGIBLE
    else:
        assert "TRAORÉ" in house.sophie.visit(f"{LIST}/{number}").text


def test_the_period_is_kept_and_two_editors_are_told(house: House) -> None:
    first, second = house.sophie.visit(LIST), house.sophie.visit(LIST)
    house.sophie.submit(first, f"{LIST}/periode", opens_on="1/12/2026", closes_on="15/12/2026")
    late = house.sophie.submit(second, f"{LIST}/periode", 409, opens_on="24/11/2026")
    assert 'value="24/11/2026"' in late.html
    page = house.sophie.visit(LIST)
    assert "à partir du 1er décembre 2026 jusqu’au 15 décembre 2026" in page.text
    closed = house.sophie.submit(page, LIST, 422, person="boucher")
    assert "ne sont pas ouvertes" in closed.text
    wrong = house.sophie.submit(
        page, f"{LIST}/periode", 422, opens_on="1/12/2026", closes_on="1/11/2026"
    )
    assert "ferment avant d’ouvrir" in wrong.text


def test_roles_and_other_organisations(house: House, be: Be) -> None:
    """A trainer notes and does not decide; another organisation’s coordinator sees nothing."""
    number, key = house.row("BOUCHER").id, house.key("BOUCHER")
    lea = be("ECOLE", Role.TRAINER, "Léa Morel")
    page = lea.visit(f"{LIST}/{number}")
    assert f"{LIST}/decision" not in page.html
    one: dict[str, Any] = {"grade-motivation": "1"}
    lea.submit(page, f"{LIST}/{number}/notes", **one)
    lea.visit(f"{LIST}/decision?coche={number}", 403)
    malik = be("AUTRE", Role.COORDINATOR, "Malik Ferhat")
    for path in ("", "/invitation", "/decision", f"/{number}"):
        malik.visit(LIST + path, 404)
    token = malik.visit("/promotions/nouvelle").form("/promotions").fields["_csrf"]
    sent = {"_csrf": token, "who": key, "version": "1", "act": "came", "rank": "1", "why": "x"}
    for path in (
        "", "/relais", "/gestes", "/periode", "/invitation", "/decision",
        f"/{number}/notes", f"/{number}/place", f"/{number}/rang", f"/{number}/reprise",
    ):  # fmt: skip
        assert malik.client.post(LIST + path, data=sent).status_code == 404, path
    # A candidate is of their cohort alone, whatever the address says.
    house.sophie.visit(f"/promotions/1/candidats/{(number or 0) + 90}", 404)


def test_with_htmx_the_same_forms_lead_to_the_same_pages(house: House) -> None:
    headers = {"HX-Request": "true"}
    assert house.sophie.client.get(LIST, headers=headers).text.count('name="who"') == len(NAMES)
    page = house.sophie.visit(LIST)
    fields = page.form(f"{LIST}/gestes").fields | {"who": house.key("CISSÉ"), "act": "came"}
    answer = house.sophie.client.post(f"{LIST}/gestes", data=fields, headers=headers)
    assert answer.status_code == 200
    assert house.row("CISSÉ").meeting is Meeting.CAME


def test_a_list_asks_as_much_for_one_as_for_many(
    house: House, session: Session, count: Count
) -> None:
    def statements(url: str) -> int:
        session.rollback()
        return count(house.sophie, url)

    one = f"{LIST}/{house.row('BOUCHER').id}"
    few = [statements(url) for url in (LIST, one, "/candidats/sans-suite")]
    for number in range(40):
        known = learners.LearnerFacts(f"Nom{number}", "Alix", date(1980, 1, 1))
        row = learners.create_learner(session, house.actor, known, today=TODAY, is_another=True)
        entered = candidates.apply_for(session, house.actor, 1, row.id or 0, today=TODAY)
        judgement = selection.Judgement(Decision.REFUSED, DecisionReason.PROJECT)
        grades = {"motivation": (2, "Des mots")}
        candidates.note_file(session, house.actor, entered.id or 0, grades, version=1, today=TODAY)
        selection.decide(session, house.actor, 1, {entered.id or 0: 2}, judgement, today=TODAY)
    session.commit()
    assert [statements(url) for url in (LIST, one, "/candidats/sans-suite")] == few


def test_a_programme_is_changed_and_closed(house: House, session: Session) -> None:
    sophie = house.sophie
    first, second = sophie.visit("/programmes/1"), sophie.visit("/programmes/1")
    typed: dict[str, Any] = {
        "rules": ["free", "rsa"],
        "noted": "Motivation\nDisponibilité",
        "target_women": "40",
    }
    sophie.submit(first, "/programmes/1", **typed, ends_on="31/12/2026")
    late = sophie.submit(second, "/programmes/1", 409, noted="Envie", target_women="35")
    assert "entre-temps" in late.text
    assert "Envie" in late.html
    assert "Femmes 40 %" in late.text
    (kept,) = stored(session, select(col(Programme.entry_criteria)))
    assert [item["code"] for item in kept] == [
        "free", "rsa", "motivation", "disponibilite", "women",
    ]  # fmt: skip
    again = sophie.submit(late, "/programmes/1", noted="Envie", target_women="35")
    assert "Programme enregistré" in again.text
    wrong = sophie.submit(sophie.visit("/programmes/1"), "/programmes/1", 422, target_women="130")
    assert "1 à 100" in wrong.text
    sophie.visit("/programmes/99", 404)
    # Closed, it holds what runs under it: the cohort still admits, pathways stay as they were.
    house.decide("admitted:criteria_met", "BOUCHER")
    assert count(session, Enrolment) == 1
    assert stored(session, select(col(Cohort.programme_id))) == [1]


def many(house: House, session: Session, count: int) -> None:
    """As many more candidates, whose names come after those of the house."""
    for number in range(count):
        facts = learners.LearnerFacts(
            f"Zola {number:03d}", "Alix", date(1990, 1, 1),
            gender=Gender.WOMAN if number % 2 else Gender.MAN,
        )  # fmt: skip
        row = learners.create_learner(session, house.actor, facts, today=TODAY, is_another=True)
        candidates.apply_for(session, house.actor, 1, row.id or 0, today=TODAY)
    session.commit()


def listed(page: Page) -> list[str]:
    """The names a page of the list may tick."""
    return re.findall(r'aria-label="Cocher Alix ([^"]+)"', page.html)


def test_a_long_list_is_paged_and_ticks_are_kept(house: House, session: Session) -> None:
    """Every candidate once over the pages; those ticked before go with the acts of the next."""
    many(house, session, 120)
    gestes = f"{LIST}/gestes"
    page, seen = house.sophie.visit(LIST), []
    assert "124 candidatures pour 2 places" in page.text
    ticked = [house.key("BOUCHER"), house.key("GARCIA")]
    for number in range(3):
        seen += listed(page)
        assert len(listed(page)) == (50, 50, 24)[number]
        assert "50 personnes suivantes" in page.text or number == 2
        if number < 2:
            # Whoever the browser shows as ticked is sent again, with those of other pages.
            page = house.sophie.submit(page, gestes, act="next", who=ticked)
    assert len(seen) == len(set(seen)) == 124
    assert "hors de cette page : Alix BOUCHER, Alix GARCIA" in page.text
    # The group is told over everybody ticked, whatever the page.
    assert "et 2 coché·es" in page.text
    sent = re.findall(r'type="hidden" name="who" value="([^"]+)"', page.html)
    assert sent == ticked
    decision = house.sophie.submit(page, gestes, act="decide", who=sent)
    assert "BOUCHER" in decision.text
    assert "GARCIA" in decision.text
    back = house.sophie.submit(page, gestes, act="start", who=sent)
    assert "BOUCHER" in listed(back)[0]
    refused = house.sophie.submit(house.sophie.visit(LIST), gestes, 422, act="decide")
    assert "Cochez au moins une personne" in refused.text
    # A page after somebody who is no candidate here is the first one.
    assert listed(house.sophie.visit(f"{LIST}?apres=99999"))[0] == listed(back)[0]
    assert listed(house.sophie.visit(f"{LIST}?apres=abc"))[0] == listed(back)[0]


def test_five_hundred_candidates_ask_as_much_as_four(
    house: House, session: Session, count: Count
) -> None:
    def statements(path: str) -> int:
        return count(house.sophie, path)

    few = statements(LIST)
    many(house, session, 496)
    ticks = "&".join(f"coche={number}" for number in range(1, 41))
    page = house.sophie.visit(f"{LIST}?{ticks}")
    assert statements(f"{LIST}?{ticks}") == statements(LIST) == few
    assert len(listed(page)) == 50
    assert "500 candidatures" in page.text
    # Composition over all those ticked: as many women as the files of all pages tell.
    assert "et 40 coché·es" in page.text
