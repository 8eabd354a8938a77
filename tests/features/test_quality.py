"""Quality on screen: counts that are their lists, a field filled on its row, nothing lost."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from parcours.actions import (
    accounts,
    calendars,
    cohorts,
    exits,
    exports,
    learners,
    pathways,
    quality,
    situations,
)
from parcours.actions.outputs import FREE, OUTPUTS
from parcours.actions.quality_reads import of_agreement, of_cohort
from parcours.db import Database
from parcours.domain.access import Actor, Role
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.quality import Lack
from parcours.domain.words import DistrictStatus, Gender
from parcours.features.quality.places import SLUG_OF
from parcours.models import Agreement, Cohort, Exit, Learner
from tests.conftest import TODAY
from tests.features.conftest import Be, Person, signed

HOME, COHORT = "/conventions/1/qualite", "/promotions/1/qualite"
START, END = TODAY - timedelta(days=200), TODAY - timedelta(days=120)
LEFT = TODAY - timedelta(days=100)
KNOWN: dict[str, Any] = {
    "gender": Gender.WOMAN, "education": "3", "entry_status": "DELD", "receives_rsa": False,
    "qpv_status": DistrictStatus.OUTSIDE,
}  # fmt: skip
PEOPLE: tuple[tuple[str, dict[str, Any], dict[str, Any] | None], ...] = (
    ("Boucher", {"gender": None, "education": None}, {"situation": "CDI_NON_AIDE"}),
    ("Cissé", {"entry_status": "FORMATION"}, None),
    ("Diallo", {"qpv_status": DistrictStatus.TO_CHECK}, {}),
    ("Evrard", {"qpv_status": DistrictStatus.INSIDE}, {"situation": "SANS_NOUVELLE"}),
)


@pytest.fixture(autouse=True)
def actor(sophie: Person, claire: Person, session: Session) -> Actor:
    """The coordinator; a cohort over, four people, each of whom lacks something."""
    found = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("P1", "Promo 1", START, END, 10)
    cohort = cohorts.create_cohort(session, found, facts)
    calendars.add_half_day(session, found, cohort.id or 0, HalfDay(START, Half.AM))
    for name, changed, left in PEOPLE:
        known = {**KNOWN, **changed}
        person = learners.create_learner(
            session, found,
            learners.LearnerFacts(birth_name=name, first_names="Alix", born_on=date(1990, 1, 1),
                                  **known),
            today=TODAY, is_another=True,
        )  # fmt: skip
        cohorts.enrol(session, found, cohort.id or 0, person.id or 0, today=START)
        if left is not None:
            pathway = pathways.current_pathway(session, person)
            said = situations.SituationRecord(LEFT, **left)
            exits.record_exit(session, found, pathway.id or 0, said, today=TODAY)
    signed(session, found, cohort.id, starts_on=START, ends_on=TODAY)
    session.commit()
    return found


def counts(session: Session) -> dict[Lack, tuple[int, int]]:
    """What the rules count in the agreement."""
    agreement = session.get_one(Agreement, 1)
    found = quality.judged(session, of_agreement(agreement), as_of=TODAY)
    session.commit()
    return {item.lack: (item.count, item.among) for item in found.missing}


def test_each_silence_is_counted_once_among_those_it_is_asked_of(session: Session) -> None:
    found = counts(session)
    assert found[Lack.GENDER] == (1, 4)
    assert found[Lack.LEVEL] == (1, 4)
    # « Stagiaire de la formation » tells no class of ESF+: the file is incomplete.
    assert found[Lack.STATUS] == (1, 4)
    assert found[Lack.DISTRICT] == (1, 4)
    assert found[Lack.DISTRICT_CODE] == (1, 1)
    assert found[Lack.RSA] == found[Lack.BIRTH] == (0, 4)
    assert found[Lack.EXIT] == (1, 4)
    assert found[Lack.SITUATION] == (1, 3)
    assert found[Lack.CONTRACT] == found[Lack.CONTRACT_DATES] == (1, 1)
    assert found[Lack.PROOF] == (1, 1)
    assert found[Lack.HALF_DAY] == (1, 1)
    # 100 days after: at four weeks nobody asked, at three months it may still be asked.
    assert found[Lack.FOLLOW_UP_NOT_ASKED] == (3, 6)
    assert found[Lack.FOLLOW_UP_DUE] == (3, 6)


@pytest.mark.parametrize("home", [HOME, COHORT])
def test_each_count_leads_to_exactly_its_rows(sophie: Person, session: Session, home: str) -> None:
    page = sophie.visit(home)
    assert "informations manquent" in page.text
    for lack, (count, _) in counts(session).items():
        listed = sophie.visit(f"{home}/{SLUG_OF[lack]}")
        assert listed.html.count('<tr id="ligne-') == count, lack
        assert f"{count} à compléter" in listed.text
        if count:
            assert f'href="{home}/{SLUG_OF[lack]}"' in page.html


@pytest.mark.parametrize("code", [code for code in OUTPUTS if code != FREE])
def test_the_sheet_of_a_workbook_tells_the_same_figures(
    session: Session, actor: Actor, code: str
) -> None:
    from tests.actions.test_exports import sheets

    made = exports.export_outcomes(session, actor, 1, as_of=TODAY, today=TODAY, code=code)
    told = {row[0]: row[1:3] for row in sheets(made.content, values=True)["Qualité"][1:]}
    for lack, found in counts(session).items():
        assert told[lack.label] == found, lack


@pytest.mark.parametrize(
    ("home", "headers"), [(HOME, {}), (COHORT, {}), (HOME, {"HX-Request": "true"})]
)
def test_a_field_is_filled_on_its_row_and_the_list_goes_on(
    sophie: Person, session: Session, home: str, headers: dict[str, str]
) -> None:
    listed = sophie.visit(f"{home}/genre")
    form = listed.form(f"{home}/genre/1")
    answer = sophie.client.post(
        form.action, data={**form.fields, "gender": "woman"}, headers=headers
    )
    assert answer.status_code == 200
    assert answer.url.path == f"{home}/genre"
    assert "Enregistré. Il n’en reste aucun." in answer.text
    assert ("<html" in answer.text) is not bool(headers)
    session.expire_all()
    assert session.get_one(Learner, 1).gender is Gender.WOMAN
    assert counts(session)[Lack.GENDER] == (0, 4)


@pytest.mark.parametrize(
    ("slug", "key", "typed", "lack"),
    [
        ("niveau", 1, {"education": "5"}, Lack.LEVEL),
        ("situation-a-l-entree", 2, {"entry_status": "DELD"}, Lack.STATUS),
        ("quartier", 3, {"qpv_status": "inside", "qpv_code": "QN09301M"}, Lack.DISTRICT),
        ("code-du-quartier", 4, {"qpv_code": "qn09301m"}, Lack.DISTRICT_CODE),
        ("situation-a-la-sortie", 2, {"situation": "CHOMAGE"}, Lack.SITUATION),
        ("contrat", 1, {"contract_type": "CDI", "contract_starts_on": "1/9/2026"}, Lack.CONTRACT),
        ("heures-par-semaine", 1, {"weekly_hours": "17,5"}, Lack.WEEKLY_HOURS),
        ("justificatif", 1, {"proof": "contrat", "proof_seen_on": "2/9/2026"}, Lack.PROOF),
        ("certification", 3, {"qualification": "none"}, Lack.QUALIFICATION),
    ],
)
def test_everything_that_is_a_field_is_filled_there(
    sophie: Person, session: Session, slug: str, key: int, typed: dict[str, str], lack: Lack
) -> None:
    before = counts(session)[lack][0]
    url = f"{HOME}/{slug}"
    sophie.submit(sophie.visit(url), f"{url}/{key}", **typed)
    assert counts(session)[lack][0] == before - 1


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
@pytest.mark.parametrize(
    ("slug", "key", "typed", "message"),
    [
        ("genre", 1, {"gender": ""}, "Remplissez ce champ"),
        ("genre", 1, {"gender": "autre-chose"}, "de la liste"),
        ("code-du-quartier", 4, {"qpv_code": "93"}, "Un code de quartier"),
        ("heures-par-semaine", 1, {"weekly_hours": "99"}, "entre 1 et 60"),
        ("justificatif", 1, {"proof": "vu", "proof_seen_on": "2/9/2030"}, "dans l’avenir"),
        ("contrat", 1, {"contract_type": "CDD", "contract_starts_on": "1/9/2026"}, "une fin"),
    ],
)
def test_a_refusal_keeps_what_was_typed_on_its_row(
    sophie: Person,
    slug: str,
    key: int,
    typed: dict[str, str],
    message: str,
    headers: dict[str, str],
) -> None:
    url = f"{HOME}/{slug}"
    form = sophie.visit(url).form(f"{url}/{key}")
    answer = sophie.client.post(form.action, data={**form.fields, **typed}, headers=headers)
    assert answer.status_code == 422
    assert message in answer.text
    last = list(typed.values())[-1]
    assert not last or last == "autre-chose" or last in answer.text


def test_two_who_fill_the_same_field_are_told(
    sophie: Person, session: Session, actor: Actor
) -> None:
    url = f"{HOME}/genre"
    page = sophie.visit(url)
    person = session.get_one(Learner, 1)
    facts = replace(learners.facts_of(session, person), gender=Gender.MAN)
    learners.edit_learner(session, actor, 1, facts, version=person.version, today=TODAY)
    session.commit()
    refused = sophie.submit(page, f"{url}/1", 409, gender="woman")
    assert "en même temps que vous" in refused.text
    assert "« Homme »" in refused.text
    assert refused.form(f"{url}/1").fields["gender"] == "woman"
    # Sent again, knowingly, it is kept.
    sophie.submit(refused, f"{url}/1", gender="woman")
    session.expire_all()
    assert session.get_one(Learner, 1).gender is Gender.WOMAN


def test_two_who_fill_the_same_exit_are_told(
    sophie: Person, session: Session, actor: Actor
) -> None:
    url = f"{HOME}/justificatif"
    page = sophie.visit(url)
    first = situations.situations_of(session, [1])[1][0]
    said = replace(situations.record_of(first), contract_type="CDI")
    version = session.get_one(Exit, 1).version
    exits.correct_exit(session, actor, 1, said, version=version, today=TODAY)
    session.commit()
    refused = sophie.submit(page, f"{url}/1", 409, proof="contrat", proof_seen_on="2/9/2026")
    assert "en même temps que vous" in refused.text
    sophie.submit(refused, f"{url}/1")
    session.expire_all()
    assert counts(session)[Lack.PROOF] == (0, 1)
    assert counts(session)[Lack.CONTRACT] == (0, 1)


def test_another_field_changed_meanwhile_is_kept(
    sophie: Person, session: Session, actor: Actor
) -> None:
    url = f"{HOME}/genre"
    page = sophie.visit(url)
    person = session.get_one(Learner, 1)
    facts = replace(learners.facts_of(session, person), education="6")
    learners.edit_learner(session, actor, 1, facts, version=person.version, today=TODAY)
    session.commit()
    sophie.submit(page, f"{url}/1", gender="woman")
    session.expire_all()
    kept = session.get_one(Learner, 1)
    assert (kept.gender, kept.education) == (Gender.WOMAN, "6")


def test_a_step_is_confirmed_on_its_row(sophie: Person, session: Session) -> None:
    agreement = session.get_one(Agreement, 1)
    found = quality.judged(session, of_agreement(agreement), as_of=TODAY, wanted=Lack.START)
    waiting = found.items
    session.commit()
    listed = sophie.visit(f"{HOME}/debuts")
    assert listed.html.count('<tr id="ligne-') == len(waiting)
    for item in waiting:
        sophie.submit(sophie.visit(f"{HOME}/debuts"), f"{HOME}/debuts/{item.key}")
    assert counts(session)[Lack.START][0] == 0


def test_the_funder_reads_no_name_nor_exact_count(claire: Person) -> None:
    assert "qualite" not in claire.visit("/conventions/1").html
    for path in (HOME, f"{HOME}/genre"):
        claire.visit(path, 403)
    claire.visit(COHORT, 403)


def test_an_outsider_finds_nothing_and_fills_nothing(
    be: Be, sophie: Person, session: Session
) -> None:
    outsider = be("AUTRE", Role.COORDINATOR, "Omar Ziani")
    for path in (HOME, COHORT, f"{HOME}/genre", f"{COHORT}/genre"):
        outsider.visit(path, 404)
    form = sophie.visit(f"{HOME}/genre").form(f"{HOME}/genre/1")
    token = outsider.visit("/apprenants/nouveau").form("/apprenants").fields["_csrf"]
    data = {**form.fields, "_csrf": token, "gender": "woman"}
    for home in (HOME, COHORT):
        answer = outsider.client.post(f"{home}/genre/1", data=data)
        assert answer.status_code == 404
    session.expire_all()
    assert session.get_one(Learner, 1).gender is None


def test_lists_that_do_not_exist_and_fields_that_are_none(sophie: Person) -> None:
    sophie.visit(f"{HOME}/autre", 404)
    token = sophie.visit(f"{HOME}/genre").form(f"{HOME}/genre/1").fields["_csrf"]
    for path in (f"{HOME}/sorties/1", f"{HOME}/emargements/1", f"{HOME}/genre/999"):
        data = {"_csrf": token, "gender": "woman", "version": "1"}
        assert sophie.client.post(path, data=data).status_code == 404
    assert "1 à compléter" in sophie.visit(f"{HOME}/genre?apres=n-importe-quoi").text
    assert "La fin de la liste" in sophie.visit(f"{HOME}/genre?apres=2030-01-01~1").text


def test_a_day_or_less_is_no_participation(session: Session, actor: Actor) -> None:
    before = counts(session)[Lack.GENDER]
    person = learners.create_learner(
        session, actor,
        learners.LearnerFacts(birth_name="Passant", first_names="Noé", born_on=date(1990, 1, 1)),
        today=TODAY,
    )  # fmt: skip
    enrolment = cohorts.enrol(session, actor, 1, person.id or 0, today=START)
    enrolment.left_on = START
    session.flush()
    assert counts(session)[Lack.GENDER] == before


def test_as_many_statements_for_forty_people_as_for_four(
    session: Session, actor: Actor, database: Database
) -> None:
    cohort = session.get_one(Cohort, 1)
    cohort.capacity = 100
    session.flush()

    def statements() -> int:
        seen: list[str] = []

        def note(_c: Any, _cu: Any, statement: str, *_o: Any) -> None:
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        quality.judged(session, of_cohort(cohort), as_of=TODAY)
        event.remove(database.engine, "before_cursor_execute", note)
        return len(seen)

    few = statements()
    for number in range(36):
        facts = learners.LearnerFacts(
            birth_name=f"Nom{number}", first_names="A", born_on=date(1980, 1, 1)
        )
        person = learners.create_learner(session, actor, facts, today=TODAY, is_another=True)
        cohorts.enrol(session, actor, 1, person.id or 0, today=START)
    session.flush()
    assert statements() == few == 7
