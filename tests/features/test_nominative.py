"""Names handed over: asked for again with a password and a purpose, marked, traced, erased."""

import io
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from parcours.actions import accounts, cohorts, learners, nominative
from parcours.domain.access import Actor, Role
from parcours.domain.words import Gender
from parcours.models import (
    Agreement,
    AuditEntry,
    NominativeExport,
    SignInAttempt,
    SignInSession,
)
from tests.conftest import TODAY
from tests.features.conftest import PASSWORD, Be, Page, Person, signed

HOME, NAMES = "/conventions/1", "/conventions/1/nominatif"
FILE, ACCESS = "/nominatifs/1/fichier", "/nominatifs/1/acces"
START = TODAY - timedelta(days=100)
WHY = {"output": "fse", "ground": "fse_control", "because": "Contrôle sur pièces de novembre"}


@pytest.fixture
def claire(be: Be) -> Person:
    """The funder."""
    return be("FSE", Role.FUNDER, "Claire & Vidal")


@pytest.fixture(autouse=True)
def actor(sophie: Person, claire: Person, session: Session) -> Actor:
    """An agreement that says nominative, kept ten years, over three people."""
    found = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("P1", "Promo 1", START, TODAY + timedelta(days=60), 10)
    cohort = cohorts.create_cohort(session, found, facts)
    for name in ("=Boucher", "Cissé", "Diallo"):
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), gender=Gender.WOMAN,
            education="3", entry_status="DELD",
        )  # fmt: skip
        person = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        cohorts.enrol(session, found, cohort.id or 0, person.id or 0, today=TODAY)
    agreement = signed(
        session, found, cohort.id, starts_on=START, ends_on=TODAY + timedelta(days=99)
    )
    agreement.is_nominative, agreement.retention_years = True, 10
    session.commit()
    return found


def change(session: Session, **values: Any) -> None:
    """Change the agreement."""
    session.execute(update(Agreement).values(**values))
    session.commit()


def age_password(session: Session, minutes: int = 16) -> None:
    """Everybody signed in long ago."""
    then = datetime.now(UTC) - timedelta(minutes=minutes)
    session.execute(update(SignInSession).values(authenticated_at=then))
    session.commit()


def take(who: Person, status: int = 200, **typed: str) -> Page:
    """Fill the form."""
    return who.submit(who.visit(NAMES), NAMES, status, **{**WHY, **typed})


def count(session: Session, model: Any, *conditions: Any) -> int:
    """How many rows there are."""
    session.rollback()
    statement = select(func.count()).select_from(model).where(*conditions)
    found: int = session.execute(statement).scalar_one()
    session.rollback()
    return found


def test_a_copy_is_exact_named_and_marked_everywhere(claire: Person) -> None:
    page = take(claire)
    assert "Fichier prêt : 3 personnes" in page.text
    assert "Contrôle de service fait" in page.text
    content = claire.client.get(FILE).content
    book = load_workbook(io.BytesIO(content), data_only=True)
    for sheet in book.worksheets:
        top = str(sheet["A1"].value)
        assert "Claire & Vidal (Structure FSE)" in top, sheet.title
        assert re.search(r"référence NOM-[A-Z2-9]{8}", top)
        # Read back, a header’s « && » is the « & » of a name.
        assert "Claire" in sheet.oddHeader.center.text
        assert "NOM-" in sheet.oddFooter.center.text
    rows = list(book["Participants"].iter_rows(min_row=2, values_only=True))
    assert rows[0][:4] == ("Nom de naissance", "Nom d’usage", "Prénoms", "Né·e le")
    assert {row[0] for row in rows[1:]} == {"=Boucher", "Cissé", "Diallo"}
    assert not any("NIR" in str(heading).upper() for heading in rows[0])
    figures = {row[0]: row[2] for row in book["Synthèse"].iter_rows(min_row=3, values_only=True)}
    assert (figures["PARTICIPANTS"], figures["EECO02"]) == (3, 3)
    live = load_workbook(io.BytesIO(content))["Synthèse"]
    assert str(live["C3"].value) == "=COUNTA(Participants!$A$3:$A$5)"
    assert str(live["E4"].value).startswith("=IF(D4<=")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"&amp;&amp;" in archive.read("xl/worksheets/sheet1.xml")


def test_each_person_named_can_read_who_took_their_name(
    claire: Person, sophie: Person, session: Session
) -> None:
    take(claire)
    claire.client.get(FILE)
    mine = col(AuditEntry.subject) == "nominative_export"
    handed = [mine, col(AuditEntry.act) == "hand_over_names"]
    assert count(session, AuditEntry, *handed, col(AuditEntry.learner_id).is_not(None)) == 3
    whole = session.execute(
        select(AuditEntry).where(*handed, col(AuditEntry.learner_id).is_(None))
    ).scalar_one()
    assert whole.details["participants"] == 3
    assert whole.details["purpose"] == "fse_control"
    session.rollback()
    assert count(session, AuditEntry, mine, col(AuditEntry.act) == "download") == 1
    assert "a pris une sortie nominative" in sophie.visit("/apprenants/1/journal").text
    assert "Claire &amp; Vidal" in sophie.visit(NAMES).html


def test_an_old_password_is_asked_again_and_wrong_ones_are_counted(
    claire: Person, session: Session
) -> None:
    age_password(session)
    assert "Votre mot de passe" in claire.visit(NAMES).text
    page = take(claire, 422)
    assert "date de plus de 15 minutes" in page.text
    assert page.form(NAMES).fields["because"] == WHY["because"]
    assert "pas votre mot de passe" in take(claire, 422, password="autre-chose").text
    assert count(session, SignInAttempt) == 1
    assert count(session, NominativeExport) == 0
    # The right one is kept even when something else is to be corrected.
    assert "Choisissez pourquoi" in take(claire, 422, password=PASSWORD, ground="").text
    assert "Votre mot de passe" not in claire.visit(NAMES).text
    take(claire)
    age_password(session)
    page = claire.visit(FILE)
    assert "Confirmez que c’est vous" in page.text
    claire.submit(page, ACCESS, 422, password="autre-chose")
    fields = {**page.form(ACCESS).fields, "password": PASSWORD}
    assert claire.client.post(ACCESS, data=fields).content[:2] == b"PK"


def test_guessing_is_slowed_down(claire: Person, session: Session) -> None:
    age_password(session)
    for _ in range(10):
        take(claire, 422, password="autre-chose")
    assert "Trop d’essais" in take(claire, 422, password=PASSWORD).text


def test_a_copy_is_one_persons(claire: Person, sophie: Person, be: Be) -> None:
    take(claire)
    assert "à son nom seul" in sophie.visit(NAMES).text
    sophie.visit(FILE, 404)
    sophie.visit("/nominatifs/99/fichier", 404)
    other = be("FSE", Role.FUNDER, "Paul Roy")
    other.visit(FILE, 404)
    outsider = be("AUTRE", Role.FUNDER, "Omar Ziani")
    outsider.visit(NAMES, 404)
    fields = outsider.visit("/conventions").forms[0].fields
    assert outsider.client.post(NAMES, data={**fields, **WHY}).status_code == 404
    assert outsider.client.post(ACCESS, data=fields).status_code == 404
    be("REV", Role.TRAINER, "Tom Petit").visit(NAMES, 403)


def test_a_funder_reads_names_only_where_the_agreement_says_so(
    claire: Person, sophie: Person, session: Session
) -> None:
    take(claire)
    change(session, is_nominative=False)
    page = claire.visit(NAMES)
    assert "ne prévoit pas de sortie nominative" in page.text
    fields = {**claire.visit("/conventions").forms[0].fields, **WHY}
    assert claire.client.post(NAMES, data=fields).status_code == 403
    # What was taken before closes too; who holds the people still answers for legal outputs.
    claire.visit(FILE, 403)
    assert "Sorties nominatives" not in claire.visit(HOME).text
    take(sophie)
    assert "de la liste" in take(sophie, 422, output="insertion").text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"ground": ""}, "Choisissez pourquoi"),
        ({"because": "bref"}, "quelques mots"),
        ({"because": "le 1 85 05 78 006 084 91 du dossier"}, "sécurité sociale"),
        ({"output": "autre"}, "de la liste"),
        ({"as_of": "31/12/2999"}, "avenir"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_typed(
    claire: Person, session: Session, typed: dict[str, str], message: str
) -> None:
    page = take(claire, 422, **typed)
    assert message in page.text
    name, value = next(iter(typed.items()))
    assert page.form(NAMES).fields[name] == (value if name != "output" else "")
    assert count(session, NominativeExport) == 0


def test_names_stop_with_the_legal_retention(claire: Person, session: Session) -> None:
    change(session, retention_years=None)
    assert "combien d’années" in take(claire, 422).text
    change(session, retention_years=1, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    assert "plus aucun nom ne sort" in take(claire, 422).text


def test_a_file_expires_and_its_trace_stays(claire: Person, session: Session) -> None:
    take(claire)
    now = datetime.now(UTC)
    assert nominative.erase_expired(session, now=now) == 0
    row = session.get_one(NominativeExport, 1)
    digest = row.sha256
    assert timedelta(days=6) < row.expires_at - now <= timedelta(days=7)
    session.execute(update(NominativeExport).values(expires_at=now - timedelta(hours=1)))
    session.commit()
    assert "a expiré" in claire.visit(FILE, 410).text
    assert nominative.erase_expired(session, now=now) == 1
    assert nominative.erase_expired(session, now=now) == 0
    session.commit()
    session.refresh(row)
    assert row.content is None
    assert (row.sha256, row.participants) == (digest, 3)
    session.rollback()
    page = claire.visit(NAMES)
    assert "expiré le" in page.text
    assert digest[:12] in page.text
    assert "a expiré" in claire.visit(FILE, 410).text


def test_the_form_works_with_htmx_and_is_taken_once(claire: Person, session: Session) -> None:
    fields = {**claire.visit(NAMES).form(NAMES).fields, **WHY}
    for _ in range(2):
        answer = claire.client.post(
            NAMES, data=fields, headers={"HX-Request": "true"}, follow_redirects=False
        )
        assert answer.status_code == 303
    assert count(session, NominativeExport) == 1
    assert claire.client.post(NAMES, data=WHY).status_code == 403
