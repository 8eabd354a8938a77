"""Exits on screen: recorded once, told again, followed up; definitions and rates."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from parcours.actions import accounts, exits, follow_ups, learners, news, pathways, situations
from parcours.actions.definitions import definitions
from parcours.domain.access import Actor, Role
from parcours.domain.errors import EditConflict
from parcours.domain.follow_ups import State, TryOutcome
from parcours.models import Exit, ExitSituation, FollowUp, FollowUpTry, Pathway, Programme
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Person

EMPLOI = "/apprenants/1/emploi"
EXIT = "/apprenants/1/sorties"
LEFT = TODAY - timedelta(days=190)
Record = Callable[..., Exit]


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("MDE", Role.COUNSELLOR)


@pytest.fixture
def actor(nadia: Person, session: Session) -> Actor:
    """The same; two people, the first with an open pathway."""
    found = accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)
    for name in ("Boucher", "Cissé"):
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), city="Viriat",
            phone="+33639980001", address="1 rue du Stand", entry_status="DELD",
        )  # fmt: skip
        learner = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        pathways.open_pathway(session, found, learner, opened_on=TODAY - timedelta(days=400))
    session.commit()
    return found


@pytest.fixture
def leave(actor: Actor, session: Session) -> Record:
    """Record an exit of somebody, 190 days ago unless told."""

    def record(pathway: int = 1, on: date = LEFT, **more: Any) -> Exit:
        said = situations.SituationRecord(on, **({"situation": "CHOMAGE"} | more))
        row = exits.record_exit(session, actor, pathway, said, today=TODAY)
        session.commit()
        return row

    return record


JOB = {
    "situation": "CDI_NON_AIDE",
    "contract_type": "CDI",
    "contract_starts_on": LEFT,
    "employer": "Mairie de Viriat",
}


def rows(session: Session, model: Any) -> list[Any]:
    """Every row of a table, in order."""
    session.rollback()
    found = list(session.execute(select(model).order_by(col(model.id))).scalars())
    session.expunge_all()
    session.rollback()
    return found


def test_an_exit_makes_its_follow_ups(nadia: Person, actor: Actor, session: Session) -> None:
    page = nadia.visit(EMPLOI)
    typed = {"exited_on": "17/5/2026", "situation": "CDI_NON_AIDE", "contract_type": "CDI",
             "contract_starts_on": "1/6/2026", "employer": "Mairie", "siret": "732 829 320 00074",
             "weekly_hours": "35", "qualification": "full"}  # fmt: skip
    wrong = nadia.submit(page, EXIT, 422, **(typed | {"siret": "732 829 320 00075"}))
    assert "n’est pas un SIRET" in wrong.text
    assert 'value="Mairie"' in wrong.html
    assert rows(session, Exit) == []
    nir = nadia.submit(page, EXIT, 422, **typed, words="1 85 05 78 006 084 91")
    assert "sécurité sociale" in nir.text
    after = nadia.submit(nadia.visit(EMPLOI), EXIT, **typed)
    assert "Sortie notée" in after.text
    (said,) = rows(session, ExitSituation)
    assert (said.siret, said.employer, said.moment) == ("73282932000074", "Mairie", "exit")
    due = [(row.delay, row.due_on, row.outcome) for row in rows(session, FollowUp)]
    assert due == [
        ("4-semaines", date(2026, 6, 14), None),
        ("3-mois", date(2026, 8, 17), None),
        ("6-mois", date(2026, 11, 17), None),
        ("12-mois", date(2027, 5, 17), None),
    ]
    # Asked for twice, made once.
    nadia.client.post(EXIT, data={**page.form(EXIT).fields, **typed})
    assert len(rows(session, Exit)) == 1


def test_a_programme_has_its_own_delays(actor: Actor, session: Session) -> None:
    programme = Programme(
        code="GEN", name="GEN", starts_on=date(2020, 1, 1), follow_ups=["24-mois", "3-mois"]
    )
    session.add(programme)
    session.flush()
    session.get_one(Pathway, 1).programme_id = programme.id
    said = situations.SituationRecord(LEFT, "CHOMAGE")
    row = exits.record_exit(session, actor, 1, said, today=TODAY)
    asked = [item.delay for item in follow_ups.follow_ups_of(session, row.id or 0)]
    assert asked == ["3-mois", "24-mois"]


def test_a_correction_is_another_row(nadia: Person, leave: Record, session: Session) -> None:
    leave(**JOB)
    url = "/sorties/1/modifier"
    page, late = nadia.visit(url), nadia.visit(url)
    nadia.submit(page, url, exited_on="20/5/2026", employer="Garage Roux")
    told = rows(session, ExitSituation)
    assert [(row.id, row.replaces_id, row.employer) for row in told] == [
        (1, None, "Mairie de Viriat"), (2, 1, "Garage Roux"),
    ]  # fmt: skip
    assert rows(session, Exit)[0].exited_on == date(2026, 5, 20)
    # The follow-ups moved with the exit.
    assert rows(session, FollowUp)[1].due_on == date(2026, 8, 20)
    after = nadia.visit(EMPLOI)
    assert "Ce qui était noté avant correction" in after.text
    assert "Mairie de Viriat" in after.text
    conflict = nadia.submit(late, url, 409, employer="Autre")
    assert "Garage Roux" in conflict.text
    assert 'value="Autre"' in conflict.html
    same = nadia.visit(url)
    nadia.submit(same, url)
    assert len(rows(session, ExitSituation)) == 2


def test_what_was_said_cannot_be_rewritten(leave: Record, session: Session) -> None:
    leave()
    session.get_one(ExitSituation, 1).situation = "CDI_NON_AIDE"
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()
    session.rollback()


def test_coming_back_leaves_the_first_exit_as_it_was(
    nadia: Person, actor: Actor, leave: Record, session: Session
) -> None:
    leave(**JOB)
    before = [row.model_dump() for row in (*rows(session, ExitSituation), *rows(session, FollowUp))]
    learner = learners.visibility.learner(session, actor, 1, today=TODAY)
    again = pathways.open_pathway(session, actor, learner, opened_on=TODAY - timedelta(days=30))
    session.commit()
    leave(again.id or 0, TODAY - timedelta(days=2), situation="FORMATION_QUALIF")
    after = [row.model_dump() for row in (*rows(session, ExitSituation)[:1],
                                          *rows(session, FollowUp)[:4])]  # fmt: skip
    assert after == before
    assert len(rows(session, FollowUp)) == 8
    assert nadia.visit(EMPLOI).text.count("Sortie du") == 2


def test_several_situations_over_time(nadia: Person, leave: Record, session: Session) -> None:
    leave()
    url = "/sorties/1/situations"
    typed = {"situation": "CDD_M6", "contract_type": "CDD", "contract_starts_on": "1/9/2026",
             "contract_ends_on": "31/12/2026", "observed_on": "15/9/2026"}  # fmt: skip
    empty = nadia.submit(nadia.visit(url), url, 422, observed_on="15/9/2026")
    assert "Dites dans quelle situation" in empty.text
    early = nadia.submit(nadia.visit(url), url, 422, **(typed | {"observed_on": "1/1/2026"}))
    assert "avant la sortie" in early.text
    nadia.submit(nadia.visit(url), url, **typed)
    page = nadia.visit(EMPLOI)
    assert "15 septembre 2026" in page.text
    assert "Au chômage" in page.text
    edit = "/situations/2/modifier"
    stale = nadia.visit(edit)
    nadia.submit(nadia.visit(edit), edit, employer="Garage")
    assert nadia.submit(stale, edit, 409, employer="Autre")
    assert [row.replaces_id for row in rows(session, ExitSituation)] == [None, None, 2]


def test_a_withdrawal_is_asked_nothing(
    nadia: Person, actor: Actor, leave: Record, session: Session
) -> None:
    leave(situation="DECES")
    assert {row.outcome for row in rows(session, FollowUp)} == {State.CANCELLED}
    assert "Sans objet" in nadia.visit("/suivis/1").text
    said = situations.SituationRecord(LEFT, "CHOMAGE")
    exits.correct_exit(session, actor, 1, said, version=1, today=TODAY)
    session.commit()
    assert {row.outcome for row in rows(session, FollowUp)} == {None}


def test_tries_then_unreachable_then_an_answer(
    nadia: Person, leave: Record, session: Session
) -> None:
    leave(**JOB)
    page, tries = nadia.visit("/suivis/3"), "/suivis/3/essais"
    assert "Ce qu’il faut dire" in page.text
    assert "Un suivi à faire" in nadia.visit("/suivis").text
    nadia.submit(page, tries, 422, tried_on="20/11/2026")
    early = nadia.submit(page, tries, 422, tried_on="1/1/2026", outcome="no_answer")
    assert "il est trop tôt" in early.text
    for day in ("18/11/2026", "18/11/2026", "19/11/2026", "20/11/2026"):
        page = nadia.submit(
            nadia.visit("/suivis/3"), tries, tried_on=day, outcome="no_answer", channel="phone"
        )
    assert rows(session, FollowUp)[2].days_tried == 3
    assert "Injoignable" in page.text
    assert len(rows(session, FollowUpTry)) == 4
    assert "Aucun suivi à faire" in nadia.visit("/suivis").text
    assert "BOUCHER" in nadia.visit("/suivis?etat=unreachable").text
    form = next(form for form in page.forms if "same" in form.fields)
    answered = nadia.client.post(form.action, data=form.fields)
    assert answered.status_code == 200
    assert rows(session, FollowUp)[2].outcome is State.ANSWERED
    said = rows(session, ExitSituation)[1]
    assert (said.follow_up_id, said.employer, said.observed_on) == (
        3, "Mairie de Viriat", LEFT.replace(month=11),
    )  # fmt: skip
    # A second answer corrects the first: it is not another.
    again = nadia.client.post(form.action, data=form.fields)
    assert again.status_code == 422
    assert "déjà sa réponse" in again.text


def test_what_to_say_and_to_print(nadia: Person, leave: Record) -> None:
    leave()
    script = nadia.visit("/suivis/3/papier?moyen=phone")
    assert "Que faisiez-vous" in script.text
    assert "CISSÉ" not in script.text
    letter = nadia.visit("/suivis/3/papier")
    assert "1 rue du Stand" in letter.text
    assert "Vous êtes libre de ne pas répondre" in letter.text


def test_filters_keep_what_they_say(
    nadia: Person, actor: Actor, leave: Record, session: Session, be: Be
) -> None:
    leave()
    leave(2, TODAY - timedelta(days=100), situation="CHOMAGE")
    tried = follow_ups.TryRecord(date(2026, 8, 4), TryOutcome.DID_NOT_SAY)
    follow_ups.record_try(session, actor, 2, tried, today=TODAY)
    session.commit()
    counts = {
        state: len(re.findall(r'<td class="row-act">', nadia.visit(f"/suivis?etat={state}").html))
        for state in State
    }
    # Two at four weeks passed unasked; three and six months are to make; the others are to come.
    assert counts == {
        State.NOT_DUE: 3, State.DUE: 2, State.ANSWERED: 0, State.UNREACHABLE: 0,
        State.UNKNOWN: 1, State.NOT_ASKED: 2, State.CANCELLED: 0,
    }  # fmt: skip
    for state, count in counts.items():
        said = re.search(r"<h2>(\d+) suivi", nadia.visit(f"/suivis?etat={state}").html)
        assert said is not None
        assert int(said[1]) == count
    assert "BOUCHER" in nadia.visit("/suivis?delai=6-mois").text
    assert "CISSÉ" not in nadia.visit("/suivis?delai=6-mois").text
    assert "BOUCHER" in nadia.visit("/suivis?qui=moi").text
    colleague = be("MDE", Role.TRAINER, "Marc Petit")
    assert "BOUCHER" in colleague.visit("/suivis").text
    assert "BOUCHER" not in colleague.visit("/suivis?qui=moi").text


def test_rates_say_who_is_unknown(nadia: Person, leave: Record) -> None:
    leave(**JOB)
    leave(2, situation=None)
    page = nadia.visit("/sorties/taux?du=1/1/2026")
    assert "2 personnes sorties" in page.text
    line = re.search(r"iae-1</span>.*?</tr>", page.html, re.S)
    assert line is not None
    cells = [" ".join(re.sub(r"<[^>]+>", " ", cell).split())
             for cell in re.findall(r"<td[^>]*>(.*?)</td>", line[0], re.S)]  # fmt: skip
    assert cells == [
        "1 : voir les personnes", "2 : voir les autres", "50 %",
        "1 non documentées (50 %)", "0 pas à terme", "0 retirées",
    ]  # fmt: skip
    assert "non publié : 60 sortants ou moins" in page.text
    assert "0 personne sortie" in nadia.visit("/sorties/taux?du=1/1/2020&au=2/1/2020").text


def test_each_definition_says_its_text_and_its_doubts(nadia: Person) -> None:
    page = nadia.visit("/definitions")
    for item in definitions():
        assert item.label in page.text
        shown = nadia.visit(f"/definitions/{item.name}")
        for words in (item.text, item.counted, item.source, item.doubt, item.reliability):
            assert words in shown.text.replace("&#39;", "'"), item.name
    assert "n’est pas confirmé" in nadia.visit("/definitions/EECO03").text
    assert "jour ou moins" in nadia.visit("/definitions/fse-1").text
    nadia.visit("/definitions/iae-9", status=404)


def test_a_rule_says_whether_an_agreement_may_choose_it(nadia: Person) -> None:
    told = {
        "iae-1": "Une convention peut la choisir comme définition d’une sortie positive.",
        "inserjeunes-12-mois-2": "il y faut le suivi à 12 mois. Sans réponse",
        "inserjeunes-18-mois-2": "le suivi à 18 mois, que le programme doit demander",
        "rncp-metier-2-ans-1": "le suivi à 24 mois, que le programme doit demander",
        "EECO02": "compte des participants, tels qu’ils étaient à l’entrée. Une convention ne",
        "EECO18": "compte des organismes soutenus, et personne qui sort. Une convention ne",
        "EECR04": "une même personne compte dans plusieurs. Une convention ne peut donc pas",
        "fse-1": "elles ne classent aucune sortie, et une convention ne les choisit pas",
    }
    for name, said in told.items():
        assert said in nadia.visit(f"/definitions/{name}").text, name


def test_another_organisation_sees_nothing(be: Be, leave: Record) -> None:
    leave(**JOB)
    other = be("AUTRE", Role.COUNSELLOR, "Paule Roy")
    for path in ("/suivis/3", "/suivis/3/papier", "/sorties/1/situations", "/sorties/1/modifier",
                 "/situations/1/modifier", EMPLOI):  # fmt: skip
        other.visit(path, status=404)
    assert "BOUCHER" not in other.visit("/suivis").text
    assert "0 personne sortie" in other.visit("/sorties/taux").text
    funder = be("FONDS", Role.FUNDER, "Claire Vidal")
    funder.visit("/definitions/iae-1")
    funder.visit("/suivis", status=403)


def test_two_who_correct_the_same_answer(actor: Actor, leave: Record, session: Session) -> None:
    leave()
    said = situations.SituationRecord(TODAY, "CDI_NON_AIDE", employer="Mairie")
    first = news.record_answer(session, actor, 3, said, today=TODAY)
    changed = situations.SituationRecord(TODAY, "CHOMAGE")
    news.correct_news(session, actor, first.id or 0, changed, today=TODAY)
    with pytest.raises(EditConflict):
        news.correct_news(session, actor, first.id or 0, said, today=TODAY)
    told = situations.situations_of(session, [1])[1]
    assert [row.situation for row in told] == ["CHOMAGE", "CHOMAGE"]


def test_pages_ask_as_much_for_many(
    nadia: Person, actor: Actor, leave: Record, session: Session, count: Count
) -> None:
    leave(**JOB)
    paths = ("/suivis", "/sorties", "/sorties/taux")
    few = {path: count(nadia, path) for path in paths}
    for number in range(3, 15):
        known = learners.LearnerFacts(
            birth_name=f"Nom{number}", first_names="Alix", born_on=date(1990, 1, 1)
        )
        learner = learners.create_learner(session, actor, known, today=TODAY, is_another=True)
        pathway = pathways.open_pathway(session, actor, learner, opened_on=date(2026, 1, 1))
        said = situations.SituationRecord(LEFT, "CHOMAGE")
        exits.record_exit(session, actor, pathway.id or 0, said, today=TODAY)
    session.commit()
    assert {path: count(nadia, path) for path in paths} == few
    assert max(few.values()) <= 10


def test_a_programme_says_when_to_follow_up(be: Be, session: Session) -> None:
    sophie = be("ECOLE", Role.COORDINATOR, "Sophie Garnier")
    typed = {"name": "Région", "code": "REG", "starts_on": "1/1/2026"}
    page = sophie.visit("/programmes/nouveau")
    sophie.submit(page, "/programmes", **typed, follow_ups=["2-mois", "24-mois"])
    sophie.submit(sophie.visit("/programmes/nouveau"), "/programmes", **(typed | {"code": "GEN"}))
    wrong = typed | {"code": "X", "follow_ups": ["demain"]}
    sophie.submit(sophie.visit("/programmes/nouveau"), "/programmes", 422, **wrong)
    asked = {row.code: row.follow_ups for row in rows(session, Programme)}
    assert asked == {"REG": ["2-mois", "24-mois"], "GEN": None}
