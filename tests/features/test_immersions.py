"""Immersions on screen: planned, missed hours, assessed by link or from paper, ended with a job."""

import re
from datetime import date, timedelta
from typing import TypeVar

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session
from starlette.testclient import TestClient

from parcours.actions import accounts, attendance, calendars, cohorts, learners, pathways
from parcours.actions.sending import send_due
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.attendance import Asked, Status
from parcours.domain.calendar import Setting
from parcours.domain.immersions import Behaviour
from parcours.domain.messages import Channel
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind
from parcours.mail import Outgoing
from parcours.models import (
    Exit,
    ExitSituation,
    Gap,
    Immersion,
    ImmersionAbsence,
    ImmersionAnswer,
    ImmersionAssessment,
    ImmersionLink,
    Learner,
    Message,
    Pathway,
    Step,
)
from parcours.models.base import metadata
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Page, Person

AGREED = {
    "firm_name": "Boulangerie Michon",
    "firm_siret": "732 829 320 00074",
    "firm_city": "Viriat",
    "starts_on": "2/11/2026",
    "ends_on": "20/11/2026",
    "weekly_hours": "35",
    "aim": "confirm",
    "objectives": "Pétrir, servir",
    "tutor_name": "Paul Michon, chef",
    "tutor_phone": "04 74 00 00 00",
    "tutor_email": "Paul@michon.exemple.fr",
}
ANSWERS = {behaviour.value: "often" for behaviour in Behaviour}
SAID = ANSWERS | {
    "would_hire": "no_place",
    "went_well": "Le pain du matin",
    "name": "Paul Michon, chef",
}
PLANNING = "/apprenants/1/immersions"
Row = TypeVar("Row")


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture(autouse=True)
def actor(sophie: Person, session: Session) -> Actor:
    """The same; she follows Amina, whose pathway is open since the first of October."""
    found = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    enter(session, found, "Traoré")
    session.commit()
    return found


def enter(session: Session, actor: Actor, name: str) -> tuple[Learner, Pathway]:
    """Somebody with an open pathway."""
    facts = learners.LearnerFacts(
        birth_name=name, first_names="Amina", born_on=date(1990, 3, 12), city="Viriat"
    )
    learner = learners.create_learner(session, actor, facts, today=TODAY, is_another=True)
    opened = date(2026, 10, 1)
    return learner, pathways.open_pathway(session, actor, learner, opened_on=opened)


def plan(person: Person, status: int = 200, **typed: str) -> Page:
    """Plan an immersion for Amina."""
    return person.submit(person.visit(f"{PLANNING}/nouvelle"), PLANNING, status, **AGREED | typed)


def stored(session: Session, table: type[Row]) -> list[Row]:
    """The rows of a table, as they are now."""
    session.rollback()
    rows = list(session.execute(select(table)).scalars())
    session.expunge_all()
    session.rollback()
    return rows


def link(person: Person, step: int = 1) -> tuple[str, str, Page]:
    """Make a link for the tutor: its path, its code, and the page that shows them once."""
    page = person.submit(person.visit(f"/immersions/{step}"), f"/immersions/{step}/lien")
    address = re.search(r"https://testserver(/bilan-immersion/[\w-]+)", page.html)
    code = re.search(r"<dt>Code</dt><dd><code>(\d{3}) (\d{3})</code>", page.html)
    assert address
    assert code
    return address[1], code[1] + code[2], page


@pytest.fixture
def tutor(app: FastAPI) -> Person:
    """Somebody without an account."""
    return Person(TestClient(app, base_url="https://testserver"))


def test_an_immersion_covers_its_days(sophie: Person, session: Session) -> None:
    page = plan(sophie)
    assert page.response.url.path == "/immersions/1"
    assert "SIRET 73282932000074" in page.text
    assert "Terminée" in page.text
    step = stored(session, Step)[0]
    assert (step.kind, step.title) == (StepKind.IMMERSION, "Immersion chez Boulangerie Michon")
    assert (step.started_on, step.ended_on) == (date(2026, 11, 2), date(2026, 11, 20))
    gaps = [(gap.starts_on, gap.ends_on) for gap in stored(session, Gap)]
    assert gaps == [(date(2026, 10, 1), date(2026, 11, 1)), (date(2026, 11, 21), None)]
    file = sophie.visit("/apprenants/1")
    assert 'href="/immersions/1"' in file.html
    employment = sophie.visit("/apprenants/1/emploi")
    assert "Boulangerie Michon" in employment.text
    assert 'href="/immersions/1"' in employment.html


def test_a_double_click_plans_once(sophie: Person, session: Session) -> None:
    page = sophie.visit(f"{PLANNING}/nouvelle")
    for _ in range(2):
        answer = sophie.submit(page, PLANNING, **AGREED)
        assert answer.response.url.path == "/immersions/1"
    assert len(stored(session, Step)) == 1


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("firm_name", "", "Indiquez le nom de l’entreprise"),
        ("firm_siret", "73282932000075", "Ce SIRET n’existe pas"),
        ("starts_on", "", "Indiquez ce jour"),
        ("ends_on", "1/11/2026", "avant le début"),
        ("weekly_hours", "70", "Indiquez des heures par semaine"),
        ("tutor_email", "paul@", "Ce courriel n’est pas complet"),
        ("objectives", "Dossier 2 90 05 01 004 123", "Retirez le numéro de sécurité sociale"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    sophie: Person, session: Session, field: str, typed: str, told: str
) -> None:
    page = plan(sophie, 422, **{field: typed})
    assert told in page.text
    assert f'href="#{field}"' in page.html
    kept = page.form(PLANNING).fields
    others = {name: text for name, text in AGREED.items() if name not in {field, "objectives"}}
    assert others.items() <= kept.items()
    assert stored(session, Step) == []


def test_it_asks_for_an_open_pathway(sophie: Person, actor: Actor, session: Session) -> None:
    pathways.close_pathway(session, actor, 1, closed_on=TODAY, today=TODAY)
    session.commit()
    assert "Ouvrez d’abord le parcours" in plan(sophie, 422).text


def test_what_is_agreed_is_corrected_by_one_at_a_time(
    sophie: Person, be: Be, session: Session
) -> None:
    plan(sophie)
    mine, theirs = sophie.visit("/immersions/1/modifier"), sophie.visit("/immersions/1/modifier")
    url = "/immersions/1/modifier"
    sophie.submit(mine, url, ends_on="13/11/2026", tutor_name="Léa Michon")
    conflict = sophie.submit(theirs, url, 409, tutor_name="Jean Michon")
    assert "en même temps que vous" in conflict.text
    assert "Léa Michon" in conflict.text
    assert 'value="Jean Michon"' in conflict.html
    sophie.submit(conflict, url, tutor_name="Jean Michon", ends_on="13/11/2026")
    assert "Jean Michon" in sophie.visit("/immersions/1").text
    assert stored(session, Step)[0].ended_on == date(2026, 11, 13)
    late = sophie.submit(sophie.visit(url), url, 422, starts_on="20/11/2026")
    assert "avant le début" in late.text


def test_a_step_that_had_only_dates_is_completed(
    sophie: Person, actor: Actor, session: Session
) -> None:
    pathway = session.get_one(Pathway, 1)
    dates = StepDates(date(2026, 11, 2), date(2026, 11, 6), date(2026, 11, 2))
    facts = pathways.StepFacts(StepKind.IMMERSION, "Immersion", dates)
    pathways.add_step(session, actor, pathway, facts, today=TODAY)
    session.commit()
    assert "entreprise à préciser" in sophie.visit("/immersions?etat=sans-bilan").text
    page = sophie.visit("/immersions/1")
    assert "ne sont pas encore connus" in page.text
    assert "n’est pas encore connue" in sophie.visit("/immersions/1/bilan").text
    form = sophie.visit("/immersions/1/modifier")
    page = sophie.submit(form, "/immersions/1/modifier", firm_name="Garage Roy")
    assert "Immersion chez Garage Roy" in page.text
    sophie.visit("/immersions/1/convention")
    # Another kind of step is no immersion.
    workshop = pathways.StepFacts(StepKind.WORKSHOP, "Atelier", dates)
    pathways.add_step(session, actor, session.get_one(Pathway, 1), workshop, today=TODAY)
    session.commit()
    sophie.visit("/immersions/2", status=404)


def test_hours_missed_day_by_day(sophie: Person, session: Session) -> None:
    plan(sophie)
    url = "/immersions/1/absences"
    first = {"missed_on": "3/11/2026", "missed_hours": "3,5", "reason": "TRANSPORT"}
    page = sophie.submit(sophie.visit("/immersions/1"), url, **first)
    assert "3 h 30 en tout" in page.text
    page = sophie.submit(page, url, **first | {"missed_hours": "7"})
    assert "7 h en tout" in page.text
    refused = sophie.submit(page, url, 422, missed_on="23/11/2026", missed_hours="2", reason="X")
    assert "Choisissez une valeur de la liste" in refused.text
    assert 'value="2"' in refused.html
    out = sophie.submit(page, url, 422, **first | {"missed_on": "23/11/2026"})
    assert "hors des dates" in out.text
    assert [
        (row.missed_on, row.minutes, row.reason) for row in stored(session, ImmersionAbsence)
    ] == [(date(2026, 11, 3), 420, "TRANSPORT")]
    sophie.submit(sophie.visit("/immersions/1"), url, **first | {"missed_hours": "0"})
    assert stored(session, ImmersionAbsence) == []


def test_the_tutor_answers_once_without_an_account(
    sophie: Person, tutor: Person, session: Session
) -> None:
    plan(sophie)
    path, code, page = link(sophie)
    assert "paul@michon.exemple.fr" in page.text
    assert code not in sophie.visit("/immersions/1").html
    door = tutor.visit(path)
    for known in ("Amina", "Traoré", "TRAORÉ", "Michon", "2 novembre"):
        assert known not in door.html
    # Opening it, again and again, is nothing; a wrong code shows nobody.
    assert stored(session, ImmersionLink)[0].failures == 0
    wrong = tutor.submit(door, path, 422, code="000000" if code != "000000" else "111111")
    assert "n’est pas le bon" in wrong.text
    assert "Amina" not in wrong.html
    form = tutor.submit(door, path, code=f"{code[:3]} {code[3:]}")
    assert "Comment s’est passée l’immersion de Amina T. ?" in form.text
    assert "TRAORÉ" not in form.html.upper()
    missing = tutor.submit(form, f"{path}/reponses", 422, **SAID | {"team": "", "would_hire": ""})
    assert missing.text.count("en est une") >= 2
    assert "Le pain du matin" in missing.text
    done = tutor.submit(missing, f"{path}/reponses", **SAID)
    assert "Merci" in done.text
    used = tutor.visit(path, status=410)
    assert "déjà répondu" in used.text
    again = tutor.client.post(
        f"{path}/reponses", data={**form.form(f"{path}/reponses").fields, **SAID}
    )
    assert again.status_code == 410
    row = stored(session, ImmersionAssessment)[0]
    assert (row.by_name, row.source.value, row.answered_on) == (
        "Paul Michon, chef",
        "screen",
        TODAY,
    )
    assert len(stored(session, ImmersionAnswer)) == len(Behaviour)
    page = sophie.visit("/immersions/1")
    assert "par son lien personnel" in page.text
    assert "Oui, mais nous n’avons pas de poste en ce moment" in page.text
    assert "Sans bilan (0)" in sophie.visit("/immersions").text


def test_links_explain_themselves(
    sophie: Person, tutor: Person, actor: Actor, session: Session
) -> None:
    plan(sophie)
    assert "n’existe pas" in tutor.visit("/bilan-immersion/forge", status=404).text
    old, _, _ = link(sophie)
    path, code, _ = link(sophie)
    assert "remplacé ou annulé" in tutor.visit(old, status=410).text
    door = tutor.visit(path)
    for _ in range(4):
        tutor.submit(door, path, 422, code="nenni")
    tutor.submit(door, path, 410, code="nenni")
    assert "bloqué" in tutor.submit(door, path, 410, code=code).text
    path, code, _ = link(sophie)
    session.execute(ImmersionLink.__table__.update().values(expires_on=TODAY - timedelta(days=1)))  # type: ignore[attr-defined]
    session.commit()
    assert "a expiré" in tutor.visit(path, status=410).text
    path, code, _ = link(sophie)
    pathways.cancel_step(session, actor, 1, reason="Erreur", today=TODAY)
    session.commit()
    assert "a expiré" in tutor.visit(path, status=410).text
    assert stored(session, ImmersionAssessment) == []


def test_a_link_waits_for_the_first_day(sophie: Person, session: Session) -> None:
    page = plan(sophie, starts_on="1/12/2026", ends_on="11/12/2026")
    assert "À venir" in page.text
    assert "/immersions/1/lien" not in page.html
    fields = {"_csrf": page.form("/etapes/1/annulation").fields["_csrf"]}
    for act in ("lien", "embauche", "bilan"):
        answer = sophie.client.post(f"/immersions/1/{act}", data={**fields, **SAID, "hired": "oui"})
        assert answer.status_code == 422, act
    assert stored(session, ImmersionLink) == []


def test_nothing_of_a_link_is_kept_in_clear(sophie: Person, session: Session) -> None:
    plan(sophie)
    path, code, _ = link(sophie)
    session.rollback()
    for table in metadata.sorted_tables:
        for row in session.execute(select(table)):
            assert path.rpartition("/")[2] not in str(row), table.name
            assert code not in str(row) or table.name not in {"immersion_link", "audit_entry"}
    session.rollback()


def test_what_came_back_on_paper_says_so(sophie: Person, tutor: Person, session: Session) -> None:
    plan(sophie)
    path, _, _ = link(sophie)
    printed = sophie.visit("/immersions/1/questionnaire")
    assert all(behaviour.label in printed.text for behaviour in Behaviour)
    url = "/immersions/1/bilan"
    form = sophie.visit(url)
    early = sophie.submit(form, url, 422, **SAID | {"answered_on": "1/10/2026"})
    assert "entre le début de l’immersion" in early.text
    page = sophie.submit(form, url, **SAID | {"answered_on": "21/11/2026"})
    assert "saisi d’après papier" in page.text
    assert "par Sophie Garnier" in page.text
    thread = sophie.visit("/apprenants/1/fil?quoi=etapes")
    assert "Bilan du tuteur : immersion chez Boulangerie Michon" in thread.text
    assert 'href="/immersions/1#bilan"' in thread.html
    # The link is over; a second assessment is kept beside the first.
    assert "remplacé ou annulé" in tutor.visit(path, status=410).text
    page = sophie.submit(sophie.visit(url), url, **SAID | {"would_hire": "yes"})
    assert "Ce qui avait été dit avant" in page.text
    assert [row.would_hire.value for row in stored(session, ImmersionAssessment)] == [
        "no_place", "yes",
    ]  # fmt: skip
    assert "Le tuteur la prendrait : oui" in sophie.visit("/apprenants/1/emploi").text


def test_what_a_tutor_said_cannot_be_rewritten(sophie: Person, session: Session) -> None:
    plan(sophie)
    sophie.submit(sophie.visit("/immersions/1/bilan"), "/immersions/1/bilan", **SAID)
    for table in (ImmersionAssessment, ImmersionAnswer):
        row = session.execute(select(table).limit(1)).scalar_one()
        if isinstance(row, ImmersionAssessment):
            row.went_well = "Autre chose"
        else:
            row.answer = type(row.answer)("always")
        with pytest.raises(DatabaseError, match="append-only"):
            session.flush()
        session.rollback()


def test_an_assessment_that_will_not_come(sophie: Person, session: Session) -> None:
    plan(sophie)
    url = "/immersions/1/sans-bilan"
    assert "Dites pourquoi" in sophie.submit(sophie.visit("/immersions/1"), url, 422).text
    page = sophie.submit(sophie.visit("/immersions/1"), url, waiver="L’entreprise a fermé")
    assert "L’entreprise a fermé" in page.text
    assert "Sans bilan (0)" in sophie.visit("/immersions").text


def test_a_yes_drafts_the_exit_and_keeps_nothing(sophie: Person, session: Session) -> None:
    plan(sophie)
    url = "/immersions/1/embauche"
    sophie.submit(sophie.visit("/immersions/1"), url, 422)
    form = sophie.submit(sophie.visit("/immersions/1"), url, hired="oui")
    assert form.response.url.path == "/apprenants/1/emploi"
    assert "Brouillon d’après l’immersion" in form.text
    exits = "/apprenants/1/sorties"
    fields = form.form(exits).fields
    assert fields["employer"] == "Boulangerie Michon"
    assert fields["exited_on"] == "21/11/2026"
    assert fields["weekly_hours"] == "35"
    assert fields["situation"] == fields["contract_starts_on"] == ""
    assert stored(session, Exit) == []
    assert "la sortie reste à noter" in sophie.visit("/immersions/1").text
    typed = {
        "situation": "CDI_NON_AIDE",
        "contract_type": "CDI",
        "contract_starts_on": "23/11/2026",
    }
    sophie.submit(form, exits, **typed)
    assert [row.employer for row in stored(session, ExitSituation)] == ["Boulangerie Michon"]
    page = sophie.visit("/immersions/1")
    assert "la sortie reste à noter" not in page.text
    # A no is a fact too; an unknown one drafts nothing.
    page = sophie.submit(page, url, hired="non")
    assert page.response.url.path == "/immersions/1"
    assert "A mené à un emploi non" in page.text
    sophie.visit("/apprenants/1/emploi?immersion=99", status=404)


def test_the_calendar_of_the_cohort_beside_the_immersion(
    sophie: Person, actor: Actor, session: Session
) -> None:
    facts = cohorts.CohortFacts("GEN", "Promo GEN", date(2026, 10, 5), date(2027, 1, 29), 12)
    cohort = cohorts.create_cohort(session, actor, facts)
    number = cohort.id or 0
    other, _ = enter(session, actor, "Sans place")
    for learner_id in (1, other.id or 0):
        cohorts.enrol(session, actor, number, learner_id, today=date(2026, 10, 5))
    calendars.plan_half_days(session, actor, number)
    slots = calendars.calendar(session, cohort)
    inside = [slot for slot in slots if date(2026, 12, 7) <= slot.on <= date(2026, 12, 18)]
    weeks = [slot for slot in slots if date(2026, 11, 2) <= slot.on <= date(2026, 11, 6)]
    company = calendars.Hours(setting=Setting.COMPANY)
    calendars.set_hours(session, actor, number, inside + weeks, company)
    roster = list(cohorts.roster(session, cohort))
    for position, slot in enumerate(weeks):
        told = Asked(Status.UNJUSTIFIED) if position == 0 else Asked(Status.IN_COMPANY)
        asked = dict.fromkeys(roster, told)
        attendance.mark_half_day(session, actor, number, slot, asked, today=TODAY)
    session.commit()
    step = plan(sophie, ends_on="6/11/2026").response.url.path
    page = sophie.visit(step)
    assert "10 demi-journées de la promotion ces jours-là, 10 relevées" in page.text
    assert "1 demi-journée : absence sur la feuille, aucune heure manquée notée ici" in page.text
    missed = {"missed_on": "2/11/2026", "missed_hours": "3,5", "reason": "SANTE"}
    page = sophie.submit(page, f"{step}/absences", **missed)
    assert "La feuille et l’immersion disent la même chose" in page.text
    # December has nobody placed yet, then one of two.
    url = f"/immersions?promotion={number}"
    assert "2 personnes sans immersion" in sophie.visit(url).text
    plan(sophie, starts_on="7/12/2026", ends_on="18/12/2026")
    page = sophie.visit(url)
    assert "Du 7 décembre 2026 au 18 décembre 2026 : 1 personne sans immersion" in page.text
    assert "Amina SANS PLACE" in page.text
    assert "En cours (0)" in page.text
    assert "À venir (1)" in page.text
    assert "Terminées (1)" in page.text


def test_lists_count_what_they_show_at_any_size(
    sophie: Person, actor: Actor, session: Session, count: Count
) -> None:
    plan(sophie)
    few = {url: count(sophie, url) for url in ("/immersions", "/immersions?etat=sans-bilan")}
    for number in range(60):
        _, pathway = enter(session, actor, f"Nom {number}")
        start = TODAY + timedelta(days=number % 40 - 30)
        end = start + timedelta(days=10)
        dates = StepDates(start, end, start if start <= TODAY else None)
        facts = pathways.StepFacts(StepKind.IMMERSION, "Immersion", dates)
        pathways.add_step(session, actor, pathway, facts, today=TODAY)
    session.commit()
    assert {url: count(sophie, url) for url in few} == few
    assert max(few.values()) <= 8
    told = re.findall(r"\((\d+)\)", sophie.visit("/immersions").text)
    kinds = ("en-cours", "a-venir", "terminees", "sans-bilan")
    assert [length(sophie, f"/immersions?etat={kind}") for kind in kinds] == [int(n) for n in told]
    assert length(sophie, "/immersions") == 61
    assert int(told[0]) + int(told[1]) + int(told[2]) == 61


def length(person: Person, url: str) -> int:
    """How many rows a list has, all its pages followed."""
    rows = 0
    while url:
        page = person.visit(url).html
        rows += page.partition("<tbody>")[2].count("<tr>")
        found = re.search(r'<nav class="pager".*?href="([^"]+)"', page)
        url = found[1].replace("&amp;", "&") if found else ""
    return rows


def test_with_and_without_htmx(sophie: Person) -> None:
    plan(sophie)
    for path in ("/immersions", "/immersions/1", "/immersions/1/bilan"):
        answer = sophie.client.get(path, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "<h1>" in answer.text


def test_another_organisation_finds_nothing(sophie: Person, be: Be, session: Session) -> None:
    page = plan(sophie)
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    for end in ("", "/modifier", "/bilan", "/convention", "/questionnaire"):
        other.visit(f"/immersions/1{end}", status=404)
    other.visit(f"{PLANNING}/nouvelle", status=404)
    fields = {"_csrf": other.visit("/").forms[0].fields["_csrf"]}
    sent = fields | AGREED | SAID | {"hired": "oui", "waiver": "Non", "version": "1"}
    sent |= {"missed_on": "3/11/2026", "missed_hours": "2", "reason": "TRANSPORT"}
    for end in ("modifier", "absences", "embauche", "bilan", "lien", "sans-bilan"):
        answer = other.client.post(f"/immersions/1/{end}", data=sent)
        assert answer.status_code == 404, end
    assert other.client.post(PLANNING, data=sent).status_code == 404
    assert "Aucune immersion" in other.visit("/immersions").text
    assert page.response.url.path == "/immersions/1"
    for table in (ImmersionAbsence, ImmersionAssessment, ImmersionLink):
        assert stored(session, table) == []
    funder = be("FONDS", Role.FUNDER, "Fanny Durand")
    funder.visit("/immersions", status=403)
    funder.visit("/immersions/1", status=404)


def test_a_partner_who_follows_the_person_reads_what_is_shared(
    sophie: Person, actor: Actor, be: Be, session: Session
) -> None:
    """The firm and the dates are the pathway’s; what the tutor said stays with who asked."""
    from parcours.actions import sharing
    from parcours.domain.words import SharingMedium

    plan(sophie)
    sophie.submit(sophie.visit("/immersions/1/bilan"), "/immersions/1/bilan", **SAID)
    partner = be("MDE", Role.COUNSELLOR, "Nadia Belkacem")
    organisation = accounts.organisation_of_code(session, "MDE")
    sharing.share_learner(
        session, actor, 1, organisation_id=organisation.id or 0 if organisation else 0,
        medium=SharingMedium.PAPER, purpose="Suite", starts_on=TODAY, ends_on=None, today=TODAY,
    )  # fmt: skip
    session.commit()
    page = partner.visit("/apprenants/1/emploi")
    assert "Boulangerie Michon" in page.text
    assert "Le tuteur la prendrait" not in page.text
    assert 'href="/immersions/1"' not in page.html
    partner.visit("/immersions/1", status=404)


def test_the_link_goes_by_e_mail_and_its_code_apart(
    sophie: Person, tutor: Person, session: Session
) -> None:
    """The outbox holds a constant subject, no name, no code; the text is not kept once gone."""
    plan(sophie, tutor_email="")
    page = sophie.visit("/immersions/1")
    assert 'name="write"' not in page.html
    url = "/immersions/1/lien"
    refused = sophie.submit(page, url, 422, write="yes")
    assert "Le courriel du tuteur n’est pas connu" in refused.text
    assert stored(session, ImmersionLink) == []
    row = session.get_one(Immersion, 1)
    row.tutor_email = "paul@michon.exemple.fr"
    session.commit()
    page = sophie.visit("/immersions/1")
    assert "Envoyer le lien à paul@michon.exemple.fr" in page.text
    sophie.submit(page, url, write="yes")
    made = sophie.submit(page, url, write="yes")
    assert "L’adresse part par courriel à paul@michon.exemple.fr" in made.text
    code = re.search(r"<dt>Code</dt><dd><code>(\d{3}) (\d{3})</code>", made.html)
    address = re.search(r"https://testserver(/bilan-immersion/[\w-]+)", made.html)
    assert code
    assert address
    first, second = stored(session, Message)
    # The first link answers no more: its message does not leave.
    assert (first.cancelled_at is None, first.path) == (False, None)
    assert second.path == address[1]
    assert second.subject == "Votre avis est demandé après une immersion"
    for kept in (second.subject, second.body, second.path, second.once_key or ""):
        for known in ("Amina", "Traoré", "TRAORÉ", "Michon", code[1] + code[2]):
            assert known not in kept
    assert "Boulangerie Michon" in sophie.visit(f"/messages/{second.id}").text
    # A paper that comes back meanwhile ends the link, and the message.
    sophie.submit(sophie.visit("/immersions/1/bilan"), "/immersions/1/bilan", **SAID)
    assert all(item.cancelled_at for item in stored(session, Message))
    assert tutor.client.get(address[1]).status_code == 410


def test_the_e_mail_leaves_for_the_address_of_the_day(
    sophie: Person, database: Database, session: Session
) -> None:
    plan(sophie, tutor_email="paul@michon.exemple.fr")
    sophie.submit(sophie.visit("/immersions/1"), "/immersions/1/lien", write="yes")
    outbox: list[Outgoing] = []

    class Kept:
        def send(self, leaving: Outgoing) -> None:
            outbox.append(leaving)

    send_due(database, {Channel.EMAIL: Kept()}, today=TODAY, base_url="https://parcours.exemple.fr")
    assert [item.to for item in outbox] == ["paul@michon.exemple.fr"]
    assert "https://parcours.exemple.fr/bilan-immersion/" in outbox[0].body
    message = stored(session, Message)[0]
    assert message.sent_at is not None
    assert "bilan-immersion" not in message.body
    assert message.path is None
