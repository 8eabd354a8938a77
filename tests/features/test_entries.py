"""The questionnaire of an entry on screen: asked, refused, corrected, erased, and never shared."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    agreement_terms,
    cohorts,
    entry_answers,
    learners,
    nominative,
    quality,
    sharing,
)
from parcours.actions.quality_reads import of_agreement
from parcours.domain.access import Actor, Role
from parcours.domain.entry_questions import Answer, Question
from parcours.domain.nominative import Purpose
from parcours.domain.quality import Lack
from parcours.domain.words import Gender, SharingMedium
from parcours.models import (
    Agreement,
    AuditEntry,
    Cohort,
    EntryAnswerChange,
    EntryAnswers,
    FieldChange,
)
from parcours.models.base import utc_now
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Person, signed

START, END = TODAY - timedelta(days=60), TODAY + timedelta(days=60)
FORM, LEARNER, LIST = (
    "/entrees/1/questionnaire",
    "/apprenants/1",
    "/conventions/1/qualite/questionnaire-d-entree",
)
ENTITIES = "/conventions/1/entites"
ALL_NO = {item.value: "no" for item in Question if item is not Question.MINORITY}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def paul(be: Be) -> Person:
    """A trainer of the same organisation."""
    return be("REV", Role.TRAINER, "Paul Martin")


@pytest.fixture
def nora(be: Be) -> Person:
    """A counsellor of a partner."""
    return be("MDE", Role.COUNSELLOR, "Nora Lebrun")


@pytest.fixture(autouse=True)
def actor(sophie: Person, claire: Person, session: Session) -> Actor:
    """The coordinator; two people in a cohort that an agreement of FSE+ pays for."""
    found = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("P1", "Promo 1", START, END, 10)
    cohort = cohorts.create_cohort(session, found, facts)
    for name in ("Boucher", "Cissé"):
        person = learners.create_learner(
            session, found,
            learners.LearnerFacts(
                birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), education="3",
                entry_status="DELD", gender=Gender.WOMAN,
            ),
            today=TODAY, is_another=True,
        )  # fmt: skip
        cohorts.enrol(session, found, cohort.id or 0, person.id or 0, today=START)
    agreement = signed(session, found, cohort.id, starts_on=START, ends_on=END)
    terms = agreement_terms.Terms({}, outputs=("fse",), is_nominative=True, retention_years=10)
    agreement_terms.set_terms(session, found, agreement.id or 0, terms, version=1)
    session.commit()
    return found


def stored(session: Session) -> EntryAnswers | None:
    """The answers of the first entry, read again."""
    session.expire_all()
    row = session.get(EntryAnswers, 1)
    if row is not None:
        session.expunge(row)
    # Others write only once nobody holds the file.
    session.commit()
    return row


def count(session: Session, table: Any) -> int:
    """How many rows a table has."""
    found = len(session.execute(select(table)).all())
    session.commit()
    return found


def test_asked_from_the_file_of_the_person(sophie: Person, session: Session) -> None:
    page = sophie.visit(LEARNER)
    assert f'href="{FORM}"' in page.html
    assert "à poser" in page.text
    form = sophie.visit(FORM)
    assert "Ne souhaite pas répondre" in form.text
    # Nobody may ask about minorities without a written instruction.
    assert 'name="minority"' not in form.html
    answers = {**ALL_NO, "disability": "refused", "rural": "yes", "source": "paper"}
    after = sophie.submit(form, FORM, **answers)
    assert "Réponses d’entrée enregistrées" in after.text
    assert "complet" in after.text
    row = stored(session)
    assert row is not None
    assert (row.disability, row.rural, row.minority) == (Answer.REFUSED, Answer.YES, None)
    assert (row.version, row.asked_on, row.source.value) == (1, TODAY, "paper")
    again = sophie.visit(FORM)
    assert again.form(FORM).fields["disability"] == "refused"


def test_sent_twice_is_written_once(sophie: Person, session: Session) -> None:
    form = sophie.visit(FORM)
    fields = {**form.form(FORM).fields, **ALL_NO}
    for _ in range(2):
        assert sophie.client.post(FORM, data=fields).status_code == 200
    assert (stored(session) or EntryAnswers()).version == 1


def test_with_htmx_the_answer_is_the_same(sophie: Person, session: Session) -> None:
    fields = {**sophie.visit(FORM).form(FORM).fields, **ALL_NO}
    answer = sophie.client.post(FORM, data=fields, headers=HTMX, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, LEARNER)
    assert stored(session) is not None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Notez au moins une réponse"),
        ({"rural": "peut-être"}, "Choisissez une valeur de la liste"),
        ({**ALL_NO, "asked_on": "40/40"}, "n’est pas une date"),
        ({**ALL_NO, "asked_on": ""}, "Indiquez le jour"),
        ({**ALL_NO, "asked_on": "1/1/2030"}, "dans l’avenir"),
        ({**ALL_NO, "minority": "yes"}, "sans consigne écrite"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(
    sophie: Person, session: Session, typed: dict[str, str], words: str
) -> None:
    refused = sophie.submit(sophie.visit(FORM), FORM, status=422, **typed)
    assert words in refused.text
    if typed.get("housing"):
        assert refused.form(FORM).fields["housing"] == "no"
    assert stored(session) is None


def test_a_second_editor_sees_what_the_first_wrote(sophie: Person, session: Session) -> None:
    late = sophie.visit(FORM)
    sophie.submit(sophie.visit(FORM), FORM, **ALL_NO)
    page = sophie.submit(late, FORM, status=409, **{**ALL_NO, "housing": "yes"})
    assert "Sophie Garnier a répondu entre-temps" in page.text
    assert "Ce qui est enregistré maintenant" in page.text
    assert page.form(FORM).fields["housing"] == "yes"
    sophie.submit(page, FORM)
    row = stored(session)
    assert row is not None
    assert (row.housing, row.version) == (Answer.YES, 2)


def test_a_correction_keeps_what_was_there_and_the_journal_says_no_answer(
    sophie: Person, session: Session
) -> None:
    sophie.submit(sophie.visit(FORM), FORM, **ALL_NO)
    sophie.submit(sophie.visit(FORM), FORM, housing="refused", disability="")
    page = sophie.visit(FORM)
    assert "« Non » est devenu « Ne souhaite pas répondre »" in page.text
    assert "« Non » est devenu « Pas demandé »" in page.text
    assert count(session, EntryAnswerChange) == 2
    acts = session.execute(
        select(col(AuditEntry.act), col(AuditEntry.details)).where(
            col(AuditEntry.subject) == "entry_answers"
        )
    ).all()
    assert {"record", "correct", "read"} <= {act for act, _ in acts}
    assert not any(details for _, details in acts)
    assert not session.execute(
        select(FieldChange).where(col(FieldChange.field).in_(list(Question)))
    ).all()
    session.commit()
    journal = sophie.visit("/apprenants/1/journal").text
    assert "a corrigé les réponses du questionnaire d’entrée" in journal


def test_erased_with_their_history_when_the_person_asks(sophie: Person, session: Session) -> None:
    sophie.submit(sophie.visit(FORM), FORM, **ALL_NO)
    sophie.submit(sophie.visit(FORM), FORM, housing="yes")
    page = sophie.visit(FORM)
    late = {**page.form(f"{FORM}/effacement").fields, "version": "1"}
    assert sophie.client.post(f"{FORM}/effacement", data=late).status_code == 409
    sophie.submit(page, f"{FORM}/effacement")
    assert stored(session) is None
    assert count(session, EntryAnswerChange) == 0
    assert "à poser" in sophie.visit(LEARNER).text


def test_who_may_not_ask_neither_sees_nor_writes(
    sophie: Person, paul: Person, nora: Person, claire: Person, actor: Actor, session: Session
) -> None:
    sophie.submit(sophie.visit(FORM), FORM, **{**ALL_NO, "housing": "yes"})
    partner = accounts.organisation_of_code(session, "MDE")
    sharing.share_learner(
        session, actor, 1, organisation_id=partner.id or 0, medium=SharingMedium.PAPER,
        purpose="Suite", starts_on=TODAY, ends_on=None, today=TODAY,
    )  # fmt: skip
    session.commit()
    # A trainer of the house: refused. The partner reads the file, not these answers: 404.
    for person, status in ((paul, 403), (nora, 404), (claire, 403)):
        for path in (FORM, f"{FORM}/feuille", f"{FORM}/feuille.pdf"):
            assert person.client.get(path).status_code == status
        fields = {"_csrf": "x", **ALL_NO, "version": "1"}
        assert person.client.post(FORM, data=fields).status_code in {status, 403}
    for person in (paul, nora):
        page = person.visit(LEARNER)
        assert "Questionnaire d’entrée" not in page.text
        assert FORM not in page.html
    row = stored(session)
    assert row is not None
    assert row.version == 1


def test_nobody_is_asked_where_no_agreement_needs_it(
    sophie: Person, actor: Actor, session: Session
) -> None:
    agreement = session.get_one(Agreement, 1)
    agreement.outputs = ["insertion"]
    session.commit()
    assert sophie.client.get(FORM).status_code == 404
    assert FORM not in sophie.visit(LEARNER).html
    assert "Questionnaire" not in sophie.visit("/conventions/1/qualite").text
    with pytest.raises(Exception, match="ne les recueillez pas"):
        entry_answers.record_answers(
            session, actor, 1, entry_answers.Record(TODAY, {Question.RURAL: Answer.NO}),
            version=0, today=TODAY,
        )  # fmt: skip


def test_the_quality_page_counts_who_was_not_asked_and_fills_on_the_row(
    sophie: Person, session: Session
) -> None:
    for home in ("/conventions/1/qualite", "/promotions/1/qualite"):
        page = sophie.visit(home)
        assert "Questionnaire d’entrée FSE+" in page.text
        assert f'href="{home}/questionnaire-d-entree"' in page.html
    page = sophie.visit(LIST)
    assert page.html.count('<tr id="ligne-') == 2
    part = sophie.submit(page, f"{LIST}/1", rural="no")
    # What is answered in part is still listed, and what was answered shown.
    assert "2 à compléter" in part.text
    assert part.form(f"{LIST}/1").fields["rural"] == "no"
    done = sophie.submit(part, f"{LIST}/1", **ALL_NO)
    assert "1 à compléter" in done.text
    refused = sophie.submit(done, f"{LIST}/2", status=422)
    assert "Notez au moins une réponse" in refused.text
    found = quality.judged(session, of_agreement(session.get_one(Agreement, 1)), as_of=TODAY)
    assert found.tally.lacks[Lack.ENTRY_ANSWERS] == 1
    assert found.tally.asked[Lack.ENTRY_ANSWERS] == 2


def test_two_on_the_same_row_of_quality(sophie: Person) -> None:
    late = sophie.visit(LIST)
    sophie.submit(sophie.visit(LIST), f"{LIST}/1", **ALL_NO)
    page = sophie.submit(late, f"{LIST}/1", status=409, **{**ALL_NO, "rural": "yes"})
    assert "en même temps que vous" in page.text


def test_a_trainer_reads_who_was_not_asked_and_no_answer(paul: Person) -> None:
    page = paul.visit("/promotions/1/qualite/questionnaire-d-entree")
    assert "2 à compléter" in page.text
    assert not [form for form in page.forms if "questionnaire" in form.action]


def test_a_sheet_to_fill_by_hand(sophie: Person) -> None:
    page = sophie.visit(f"{FORM}/feuille")
    assert "Avez-vous une reconnaissance de handicap ?" in page.text
    assert "Refuser ne change rien" in page.text
    file = sophie.client.get(f"{FORM}/feuille.pdf")
    assert file.content.startswith(b"%PDF")
    assert "Boucher" not in file.headers["content-disposition"]


def test_entities_are_declared_on_the_agreement(sophie: Person, session: Session) -> None:
    assert f'href="{ENTITIES}"' in sophie.visit("/conventions/1").html
    form = sophie.visit(ENTITIES)
    refused = sophie.submit(form, ENTITIES, status=422, EECO19_number="6")
    assert "Dites ce qui prouve ce nombre" in refused.text
    assert refused.form(ENTITIES).fields["EECO19_number"] == "6"
    typed = {"EECO19_number": "6", "EECO19_proof": "Conventions", "EECO18_state": "not_concerned",
             "instruction": "Courrier 12"}  # fmt: skip
    sophie.submit(sophie.visit(ENTITIES), ENTITIES, **typed)
    page = sophie.visit("/conventions/1/lignes?figure=EECO19")
    assert "Micro-entreprises et PME soutenues : 6" in page.text
    assert 'name="minority"' in sophie.visit(FORM).html
    late = sophie.submit(form, ENTITIES, status=409, EECO19_number="7", EECO19_proof="Liste")
    assert "Ce qui est enregistré maintenant" in late.text
    assert late.form(ENTITIES).fields["EECO19_number"] == "7"


def test_entities_are_not_for_the_funder_to_declare(claire: Person, nora: Person) -> None:
    assert claire.client.get(ENTITIES).status_code == 403
    assert nora.client.get(ENTITIES).status_code == 403


def test_answers_never_stand_beside_a_name_handed_to_the_funder(
    sophie: Person, actor: Actor, session: Session
) -> None:
    sophie.submit(sophie.visit(FORM), FORM, **{**ALL_NO, "disability": "yes"})
    claire = accounts.actor_for(session, "claire.funder@fse.exemple.fr", today=TODAY)
    now = utc_now()
    asked = nominative.Asked("fse", TODAY, Purpose.FSE_CONTROL, "Contrôle du trimestre, complet")
    books = [
        nominative.hand_over(
            session, person, 1, asked, given_at=now, now=now, today=TODAY, days=7
        ).content
        for person in (claire, actor)
    ]
    headings = []
    for content in books:
        sheet = load_workbook(io.BytesIO(content or b""))["Participants"]
        headings.append({cell.value for cell in sheet[2]})
    assert not {f"EECO{number}" for number in range(12, 17)} & headings[0]
    assert {"EECO11", "EECO17"} <= headings[0]
    assert {f"EECO{number}" for number in range(12, 18)} <= headings[1]


def test_pages_ask_the_same_number_of_statements(
    sophie: Person, actor: Actor, session: Session, count: Count
) -> None:
    assert count(sophie, FORM) <= 12
    before = count(sophie, LIST)
    cohort = session.get_one(Cohort, 1)
    for name in ("Diallo", "Evrard", "Faure"):
        facts = learners.LearnerFacts(birth_name=name, first_names="Alix", born_on=date(1990, 1, 1))
        person = learners.create_learner(session, actor, facts, today=TODAY, is_another=True)
        cohorts.enrol(session, actor, cohort.id or 0, person.id or 0, today=START)
    session.commit()
    assert count(sophie, LIST) == before
