"""Candidates of a need on screen: what a learner looks for, cards, decisions, contests, replay."""

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import Session, col
from typer.testing import CliRunner

from parcours import cli
from parcours.actions import (
    accounts,
    employers,
    introductions,
    job_searches,
    learners,
    match_documents,
    match_offers,
    match_runs,
    match_tallies,
    matching,
    needs,
    pathways,
    skills,
)
from parcours.actions.directory import PartnerFacts
from parcours.actions.learners import LearnerFacts
from parcours.commands import matches
from parcours.db import Database
from parcours.domain.access import Actor
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.job_search import JobSearch, SaidBy
from parcours.domain.match_acts import Choice
from parcours.domain.matching_ranking import Wish
from parcours.domain.needs import Licence, Requirement, Terms
from parcours.domain.skills import EvidenceSource
from parcours.models import (
    Framework,
    JobSearchSaid,
    MatchContest,
    MatchDecision,
    MatchResult,
    MatchRun,
    Need,
    Skill,
)
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

START = date(2026, 12, 28)
WEEK = tuple(f"{day}-{half}" for day in range(5) for half in ("am", "pm"))
FREE = JobSearch(date(2026, 12, 1), ("CDI",), {"bike": 6, "transit": 15}, False, ("B",), WEEK,
                 (Decimal(24), Decimal(35)), (46.2, 5.2))  # fmt: skip


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("MDE")


@pytest.fixture
def actor(nadia: Person, session: Session) -> Actor:
    """The same, to prepare what a test needs."""
    session.add(Framework(code="F", label="Métiers", edition="1"))
    for code in ("HTML", "SQL", "EQUIPE"):
        session.add(Skill(code=code, label=code, framework="F"))
        session.flush()
    session.commit()
    return accounts.actor_for(session, "nadia.counsellor@mde.exemple.fr", today=TODAY)


@pytest.fixture
def need(actor: Actor, session: Session) -> Need:
    """The need of the oracles: HTML 3 w5 E, SQL 2 w3 E, EQUIPE 2 w2."""
    facts = PartnerFacts("Studio", employers.KIND)
    employer = employers.add_employer(session, actor, facts, employers.Contact())
    asked = [Requirement(1, 3, 5, True), Requirement(2, 2, 3, True), Requirement(3, 2, 2, False)]
    terms = Terms("Intégratrice", 2, contracts=("CDI", "CDD"), starts_on=START,
                  weekly_hours=Decimal(35), is_remote=True)  # fmt: skip
    row = needs.create_need(session, actor, employer.id or 0, terms, asked, today=TODAY)
    needs.publish(session, actor, row.id or 0, version=1, today=TODAY)
    session.refresh(row)
    session.expunge(row)
    session.commit()
    return row


def person(session: Session, actor: Actor, name: str, *levels: int, search: bool = True) -> int:
    """Somebody with an open pathway, levels of HTML, SQL and EQUIPE, and answers to give."""
    facts = LearnerFacts(name, "Alix", date(1990, 5, 1))
    found = learners.create_learner(session, actor, facts, today=TODAY, is_another=True)
    pathways.open_pathway(session, actor, found, opened_on=TODAY)
    said = skills.Said(TODAY, EvidenceSource.DECLARED)
    number = found.id or 0
    for skill, level in enumerate(levels, 1):
        if level:
            session.add(skills.SkillEvidence(**skills.evidence(actor, number, skill, level, said)))
    if search:
        job_searches.set_search(session, actor, number, FREE, said_by=SaidBy.PERSON,
                                version=0, today=TODAY)  # fmt: skip
    session.commit()
    return number


def shown(session: Session) -> list[MatchResult]:
    """The results kept."""
    session.rollback()
    rows = list(session.execute(select(MatchResult).order_by(col(MatchResult.at))).scalars())
    session.expunge_all()
    session.rollback()
    return rows


def test_a_card_says_the_band_then_the_number_then_why(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    person(session, actor, "Martin", 3, 0, 2)
    page = nadia.visit(f"/besoins/{need.id}/candidats")
    assert "Proposables 1 À vérifier 0 Écartés par une contrainte 0" in page.text
    assert "À préparer 57 / 100" in page.text
    head = "Score 57 / 100 : couverture 70, moins 13 (indispensables couvertes à 63 %)."
    assert head in page.text
    assert "SQL (indispensable, poids 3) : non acquise, niveau 2 attendu." in page.text
    assert "Avec SQL au niveau 2 : 100." in page.text
    assert "1 affiché sur 1" in page.text
    assert "0 compétence sur 3 attestée" in page.text
    assert "proposé à 0 personne pour 2 postes" in page.text


def test_everybody_is_somewhere_and_counted(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    person(session, actor, "Prete", 3, 2, 2)
    person(session, actor, "Inconnue", 3, 2, 0, search=False)
    late = person(session, actor, "Tardive", 3)
    refusing = person(session, actor, "Refusante", 3)
    person(session, actor, "Ailleurs")
    job_searches.set_search(session, actor, late, JobSearch(START + timedelta(days=3)),
                            said_by=SaidBy.PERSON, version=1, today=TODAY)  # fmt: skip
    job_searches.set_wish(session, actor, refusing, need.id or 0, Wish.REFUSES,
                          said_by=SaidBy.PERSON, version=0, today=TODAY)  # fmt: skip
    session.commit()
    document = match_documents.document(session, actor, need.id or 0, today=TODAY)
    assert document["counts"] == {"people": 5, "proposable": 1, "to_check": 1, "blocked": 1,
                                  "refused": 1, "without_related_skill": 1}  # fmt: skip
    assert [row["pct"] for row in document["candidates"]] == [100, 80]
    assert document["blocked"][0]["filters"][0]["reason"] == "disponible 3 j après la date limite"
    session.rollback()
    page = nadia.visit(f"/besoins/{need.id}/candidats?etat=a-verifier")
    assert "À partir de quand êtes-vous disponible ?" in page.text
    page = nadia.visit(f"/besoins/{need.id}/candidats?etat=ecartes")
    assert "Disponibilité seule en cause : 1 personne deviendrait proposable." in page.text
    assert "REFUSANTE" in nadia.visit(f"/besoins/{need.id}/candidats?etat=refus").text


def test_levels_taken_back_or_corrected_count_no_more(
    actor: Actor, need: Need, session: Session
) -> None:
    learner = person(session, actor, "Martin")
    said = skills.Said(TODAY - timedelta(days=9), EvidenceSource.OBSERVED)
    old = skills.SkillEvidence(**skills.evidence(actor, learner, 1, 4, said))
    session.add(old)
    session.add(skills.SkillEvidence(**skills.evidence(
        actor, learner, 1, 1, skills.Said(TODAY, EvidenceSource.OBSERVED))))  # fmt: skip
    wrong = skills.SkillEvidence(**skills.evidence(actor, learner, 2, 3, said))
    session.add(wrong)
    session.flush()
    skills.withdraw(session, actor, learner, wrong.id or 0, reason="Erreur", today=TODAY)
    session.commit()
    found = matching.compare(session, actor, need.id or 0, today=TODAY)
    paired = matching.pairs(session, actor, found.asking, [learner])[learner]
    assert [(item.skill, item.level) for item in paired.question.evidence] == [("HTML", 1)]


def test_who_has_no_open_pathway_or_is_not_seen_is_never_compared(
    actor: Actor, need: Need, session: Session, be: Be
) -> None:
    person(session, actor, "Martin", 3)
    be("AUTRE", name="Paul Autre")
    other = accounts.actor_for(session, "paul.counsellor@autre.exemple.fr", today=TODAY)
    assert matching.compare(session, other, need.id or 0, today=TODAY).people == 0
    from parcours.models import Pathway

    session.execute(update(Pathway).values(closed_on=TODAY))
    session.commit()
    assert matching.compare(session, actor, need.id or 0, today=TODAY).people == 0


def test_a_need_kept_to_oneself_is_another_s_404(
    nadia: Person, actor: Actor, need: Need, session: Session, be: Be
) -> None:
    learner = person(session, actor, "Martin", 3)
    nadia.visit(f"/besoins/{need.id}/candidats")
    result = shown(session)[0].id
    session.execute(update(Need).values(is_shared=False))
    session.commit()
    outsider = be("AUTRE", name="Paul Autre")
    for path in (f"/besoins/{need.id}/candidats", f"/apprenants/{learner}/recherche",
                 f"/apprenants/{learner}/besoins", f"/appariements/{result}/contestation?ligne=SQL",
                 f"/appariements/{result}/fiche"):  # fmt: skip
        outsider.visit(path, status=404)


def test_the_same_page_read_twice_keeps_one_result_and_replays_to_the_byte(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    learner = person(session, actor, "Martin", 3, 0, 2)
    nadia.visit(f"/besoins/{need.id}/candidats")
    nadia.visit(f"/besoins/{need.id}/candidats")
    assert len(shown(session)) == 1
    said = skills.Said(TODAY, EvidenceSource.OBSERVED)
    session.add(skills.SkillEvidence(**skills.evidence(actor, learner, 2, 2, said)))
    session.commit()
    nadia.visit(f"/besoins/{need.id}/candidats")
    kept = shown(session)
    assert len(kept) == 2
    run = session.execute(select(MatchRun)).scalar_one()
    assert match_runs.replay_run(session, run.id) == match_runs.Replayed(run.id, 2, ())
    facts = kept[0].input_snapshot
    assert not re.search(r"Martin|Alix|1990|status\"", facts)
    assert set(json.loads(facts)) == {"engine", "rules", "as_of", "start", "requirements",
                                      "evidence", "planned", "taxonomy", "conditions"}  # fmt: skip


def test_a_result_touched_since_is_told_by_the_replay(
    actor: Actor, need: Need, session: Session
) -> None:
    learner = person(session, actor, "Martin", 3, 0, 2)
    found = matching.compare(session, actor, need.id or 0, today=TODAY)
    paired = matching.pairs(session, actor, found.asking, [learner])
    row = match_runs._row(found.asking.run, paired[learner])
    session.add(MatchRun(**match_runs._run_row(actor, found.asking)))
    session.flush()
    session.add(MatchResult(**row | {"result": row["result"].replace("57", "58")}))
    session.commit()
    assert match_runs.replay_run(session, found.asking.run).different == (row["id"],)
    with pytest.raises(NotFound):
        match_runs.replay_run(session, "rien")


def test_a_decision_is_a_person_s_with_its_motive(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    person(session, actor, "Martin", 3, 2, 2)
    page = nadia.visit(f"/besoins/{need.id}/candidats")
    action = f"/appariements/{shown(session)[0].id}/decision"
    refused = nadia.submit(page, action, status=422, choice="not", motive="")
    assert "Dites pourquoi en quelques mots." in refused.text
    page = nadia.submit(page, action, choice="later", motive="Attendre le permis", _once="un")
    page = nadia.submit(page, action, choice="later", motive="Attendre le permis", _once="un")
    assert "Plus tard" in page.text
    page = nadia.submit(page, action, choice="propose", motive="", _once="deux")
    assert f"/besoins/{need.id}/mises-en-relation/nouvelle?personne=1" in page.html
    # Chosen, then introduced: the same person, counted once, on this page as on every other.
    assert "proposé à 1 personne pour 2 postes" in page.text
    introductions.propose(session, actor, need.id or 0, 1, today=TODAY)
    session.commit()
    page = nadia.visit(f"/besoins/{need.id}/candidats")
    assert "proposé à 1 personne pour 2 postes" in page.text
    session.rollback()
    rows = session.execute(select(MatchDecision).order_by(col(MatchDecision.id))).scalars().all()
    assert [row.choice for row in rows] == [Choice.LATER, Choice.PROPOSE]


def test_a_contested_line_is_answered_and_scored_again(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    learner = person(session, actor, "Martin", 3, 0, 2)
    nadia.visit(f"/besoins/{need.id}/candidats")
    result = shown(session)[0].id
    action = f"/appariements/{result}/contestation"
    nadia.visit(f"{action}?ligne=AUTRE", status=404)
    form = nadia.visit(f"{action}?ligne=SQL")
    assert "SQL (indispensable, poids 3) : non acquise, niveau 2 attendu." in form.text
    refused = nadia.submit(form, action, status=422, reason="", words="")
    assert "Choisissez ce qui n’est pas juste." in refused.text
    nadia.submit(form, action, reason="missing", words="Elle a fait six mois de SQL")
    said = skills.Said(TODAY, EvidenceSource.OBSERVED)
    session.add(skills.SkillEvidence(**skills.evidence(actor, learner, 2, 2, said)))
    session.commit()
    page = nadia.visit("/contestations")
    nadia.submit(page, "/contestations/1/reponse", status=422, answer=" ")
    page = nadia.submit(page, "/contestations/1/reponse", answer="Niveau noté ce jour")
    assert "Score montré : 57 / 100. Recalculé : 100 / 100." in page.text
    session.rollback()
    assert session.get_one(MatchContest, 1).rescored_id not in (None, result)
    with pytest.raises(RuleBroken):
        match_runs.answer_contest(session, actor, 1, answer="Encore", today=TODAY)


def test_what_a_learner_looks_for_is_written_said_and_never_lost(
    nadia: Person, actor: Actor, session: Session
) -> None:
    learner = person(session, actor, "Martin", search=False)
    path = f"/apprenants/{learner}/recherche"
    page = nadia.visit(path)
    assert "À vérifier : pas encore demandé." in page.text
    wrong = nadia.submit(page, path, status=422, hours_min="24", hours_max="")
    assert 'value="24"' in wrong.html
    typed = {"available_from": "4/1/2027", "contracts": ["CDI", "CDD"], "radius-transit": "15",
             "licences": "none", "hours_min": "24", "hours_max": "35"}  # fmt: skip
    done = nadia.submit(page, path, **typed)
    assert "Dit par la personne, le 23 novembre 2026 (Nadia Belkacem)." in done.text
    session.rollback()
    search, version = job_searches.search_of(session, learner)
    assert search == JobSearch(date(2027, 1, 4), ("CDI", "CDD"), {"transit": 15}, None, (), None,
                               (Decimal(24), Decimal(35)))  # fmt: skip
    assert version == 1
    session.rollback()
    late = nadia.submit(page, path, status=409, available_from="5/1/2027")
    assert "05/01/2027" in late.html or "5/1/2027" in late.html
    nadia.submit(done, path, available_from="6/1/2027", contracts=["CDI", "CDD"], licences="none")
    session.rollback()
    said = session.execute(select(JobSearchSaid).where(col(JobSearchSaid.version) == 2)).scalars()
    assert [row.field for row in said] == ["available_from"]


def test_a_wish_is_a_column_and_a_refusal_takes_the_proposal_away(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    learner = person(session, actor, "Martin", 3, 2, 2)
    path = f"/apprenants/{learner}/besoins/{need.id}"
    page = nadia.visit(path)
    nadia.submit(page, f"{path}/souhait", status=422, wish="accepts", distance_km="-1")
    nadia.submit(page, f"{path}/souhait", wish="priority", distance_km="3")
    assert "Souhait : prioritaire" in nadia.visit(f"/besoins/{need.id}/candidats").text
    late = nadia.submit(page, f"{path}/souhait", status=409, wish="refuses")
    assert "Quelqu’un a enregistré d’autres réponses" in late.text
    row = job_searches.wish_of(session, learner, need.id or 0)
    assert row is not None
    assert (row.wish, row.distance_km, row.version) == (Wish.PRIORITY, 3, 1)
    with pytest.raises(EditConflict):
        job_searches.set_wish(session, actor, learner, need.id or 0, Wish.REFUSES,
                              said_by=SaidBy.PERSON, version=0, today=TODAY)  # fmt: skip


def test_the_needs_of_one_learner(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    learner = person(session, actor, "Martin", 3, 0, 2)
    page = nadia.visit(f"/apprenants/{learner}/besoins")
    assert "À préparer 57 / 100" in page.text
    assert "1 affiché sur 1 ; 1 besoin à jour comparé" in page.text
    assert (
        match_offers.needs_for(session, actor, learner, today=TODAY + timedelta(days=91)).needs == 0
    )


def test_a_need_without_skill_cannot_be_evaluated(
    nadia: Person, actor: Actor, need: Need, session: Session
) -> None:
    empty = needs.create_need(session, actor, 1, Terms("Poste vide"), today=TODAY)
    number = empty.id
    person(session, actor, "Martin", 3)
    page = nadia.visit(f"/besoins/{number}/candidats")
    assert "Non évaluable" in page.text
    assert f"/besoins/{number}/modifier" in page.html


def test_constraints_read_the_need_s_own_terms(actor: Actor, need: Need, session: Session) -> None:
    learner = person(session, actor, "Martin", 3)
    terms = Terms("Poste", 1, contracts=("CDD", "CDI"), starts_on=START, licence=Licence.C,
                  licence_task="Livrer", weekly_hours=Decimal(39), access_modes=("car",),
                  slots=("5-am",), are_slots_negotiable=False)  # fmt: skip
    asked = [Requirement(1, 3, 5, True)]
    other = needs.create_need(session, actor, 1, terms, asked, today=TODAY)
    session.commit()
    found = matching.compare(session, actor, other.id or 0, today=TODAY)
    assert [one.reason for one in found.answers[learner]] == [
        "",
        "",
        "aucun mode de transport déclaré ne dessert le site",
        "permis manquant pour une tâche du poste : permis C",
        "1 créneau hors disponibilité : samedi matin",
        "4 h par semaine de plus que souhaité",
    ]


def test_the_command_counts_all_needs_and_goes_on_where_it_stopped(
    actor: Actor, need: Need, session: Session, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(session, actor, "Martin", 3, 0, 2)
    monkeypatch.setenv("PARCOURS_TODAY", TODAY.isoformat())
    monkeypatch.setenv("PARCOURS_SECRET_KEY", "a-secret-for-tests-and-nothing-else")
    monkeypatch.setattr(matches, "open_database", lambda _settings: database)

    def run(*options: str) -> Any:
        who = ["match", "--as", "nadia.counsellor@mde.exemple.fr", *options]
        return CliRunner().invoke(cli.app, who)

    done = run("--all", "--json")
    document = json.loads(done.stdout)
    assert document["counted"] == 1
    assert [(one["need_id"], one["to_prepare"]) for one in document["uncovered"]] == [(need.id, 1)]
    assert "0 / 1" in done.stderr
    assert "1 / 1" in done.stderr
    again = run("--all")
    assert "0 besoin(s) compté(s), 1 sans personne prête" in again.stdout
    assert "Intégratrice (2 poste(s)), à préparer 1, comparées 1" in again.stdout
    assert run().exit_code
    assert run(str(need.id), "--all").exit_code
    assert "people : 1" in run(str(need.id)).stdout


def test_what_was_counted_of_each_need_is_told_until_it_changes(
    nadia: Person, actor: Actor, need: Need, database: Database, session: Session
) -> None:
    person(session, actor, "Martin", 3, 0, 2)
    person(session, actor, "Petit", 3, search=False)
    assert "Candidats" not in nadia.visit("/besoins").text
    match_tallies.count_all(database, actor, today=TODAY, progress=lambda *_done: None)
    listed = nadia.visit("/besoins").text
    assert "1 proposable 1 à vérifier, comptés le 23 nov." in listed
    nobody = "Besoins pour lesquels personne n’est prêt"
    assert f"{nobody} ni prêt" in nadia.visit("/adequation").text
    row = session.get_one(Need, need.id)
    session.refresh(row)
    asked = [Requirement(1, 1, 5, True)]
    needs.edit_need(session, actor, need.id or 0, Terms("Intégratrice", 2, starts_on=START),
                      asked, is_shared=False, version=row.version, today=TODAY)  # fmt: skip
    session.commit()
    assert "comptés le" not in nadia.visit("/besoins").text
    assert nobody not in nadia.visit("/adequation").text
