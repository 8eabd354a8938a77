"""Tasks on screen: written, found by filters, done, undone, handed over."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import tasks
from parcours.domain.access import Role
from parcours.domain.tasks import TaskKind
from parcours.models import Account, AuditEntry, Membership, Task
from tests.features.conftest import Be, Person

AMINA = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}


def enter(person: Person, **changed: str) -> None:
    """Enter Amina, or somebody like her."""
    values = AMINA | {"is_another": "oui"} | changed
    page = person.visit("/apprenants/nouveau")
    assert (
        person.client.post(
            "/apprenants", data={**page.form("/apprenants").fields, **values}
        ).status_code
        == 200
    )


def write(who: Person, title: str = "Rappeler", status: int = 200, **typed: str) -> None:
    """Write a task down."""
    form = who.visit("/taches/nouvelle")
    who.submit(form, "/taches", status=status, title=title, **typed)


def count(session: Session) -> int:
    """How many tasks there are."""
    session.rollback()
    found = session.execute(select(func.count()).select_from(Task)).scalar_one()
    session.rollback()
    return found


def test_a_task_is_written_done_and_reopened(be: Be, session: Session) -> None:
    nadia = be("MDE")
    assert "Rien à faire ici" in nadia.visit("/taches").text
    page = nadia.submit(
        nadia.visit("/taches/nouvelle"), "/taches", title="Appeler l’employeur", due_on="24/11"
    )
    assert "Tâche notée." in page.text
    assert "Appeler l’employeur" in page.text
    done = nadia.submit(page, "/taches/1/fait")
    assert "Appeler l’employeur" not in done.text
    done = nadia.visit("/taches?etat=faites")
    assert "Appeler l’employeur" in done.text
    assert "Nadia Belkacem" in done.text
    reopened = nadia.submit(done, "/taches/1/reouverture")
    assert reopened.response.url.query == b"etat=faites"
    assert "Appeler l’employeur" in nadia.visit("/taches").text


def test_a_refused_form_keeps_what_was_typed(be: Be, session: Session) -> None:
    nadia = be("MDE")
    page = nadia.submit(
        nadia.visit("/taches/nouvelle"), "/taches", status=422, title="Rappeler", due_on="1/1/2020"
    )
    assert page.form("/taches").fields["title"] == "Rappeler"
    assert page.form("/taches").fields["due_on"] == "1/1/2020"
    assert "Ce jour est passé" in page.text
    for typed in ({"title": ""}, {"due_on": ""}, {"due_on": "demain"}, {"title": "x" * 201}):
        write(nadia, **{"title": "x", "status": 422, **typed})  # type: ignore[arg-type]
    assert count(session) == 0


def test_a_form_sent_twice_makes_one_task(be: Be, session: Session) -> None:
    nadia = be("MDE")
    form = nadia.visit("/taches/nouvelle")
    for _ in range(2):
        nadia.submit(form, "/taches", title="Rappeler")
    assert count(session) == 1


def test_a_task_about_somebody_named_in_a_few_letters(be: Be, session: Session) -> None:
    nadia = be("MDE")
    enter(nadia)
    write(nadia, person="trao")
    assert "Amina TRAORÉ" in nadia.visit("/taches").text
    assert "Amina TRAORÉ" in nadia.visit("/taches/1").text
    write(nadia, person="inconnu", status=422)
    enter(nadia, first_names="Aminata")
    page = nadia.submit(
        nadia.visit("/taches/nouvelle"), "/taches", status=422, title="Rappeler", person="traore"
    )
    assert "choisissez-en une" in page.text
    assert "Aminata TRAORÉ" in page.text
    page = nadia.submit(page, "/taches", learner="2")
    assert "Aminata TRAORÉ" in page.text
    assert count(session) == 2


def test_a_task_from_the_file_is_about_the_person(be: Be, session: Session) -> None:
    nadia = be("MDE")
    enter(nadia)
    file = nadia.visit("/apprenants/1")
    assert 'href="/taches/nouvelle?personne=1"' in file.html
    form = nadia.visit("/taches/nouvelle?personne=1")
    assert "Amina TRAORÉ" in form.text
    refused = nadia.submit(form, "/taches", status=422, title="")
    assert "Amina TRAORÉ" in refused.text
    page = nadia.submit(refused, "/taches", title="Préparer son CV")
    assert page.response.url.path == "/apprenants/1"
    session.rollback()
    acts = session.execute(
        select(col(AuditEntry.act)).where(
            col(AuditEntry.subject) == "task", col(AuditEntry.learner_id) == 1
        )
    )
    assert list(acts.scalars()) == ["read", "read", "add"]
    session.rollback()
    assert "a noté une tâche" in nadia.visit("/apprenants/1/journal").text


def test_filters_are_in_the_address(be: Be, session: Session, today: date) -> None:
    nadia = be("MDE")
    org = session.execute(select(col(Membership.organisation_id))).scalar_one()
    me = session.execute(select(col(Account.id))).scalar_one()
    for title, account, days in (("mienne", me, 3), ("commune", None, 0), ("tardive", me, -2)):
        tasks.give(
            session,
            organisation_id=org,
            kind=TaskKind.OWN,
            due_on=today + timedelta(days=days),
            account_id=account,
            title=title,
        )
    session.commit()
    for query, kept in (
        ("", {"mienne", "commune", "tardive"}),
        ("?qui=moi", {"mienne", "tardive"}),
        ("?qui=structure", {"commune"}),
        ("?quand=jour", {"commune", "tardive"}),
        ("?quand=retard", {"tardive"}),
        ("?qui=moi&quand=jour", {"tardive"}),
        ("?qui=personne&quand=jamais&apres=n-importe~quoi", {"mienne", "commune", "tardive"}),
        ("?etat=faites&apres=2026-11-23~1", set()),
    ):
        text = nadia.visit(f"/taches{query}").text
        assert {word for word in ("mienne", "commune", "tardive") if word in text} == kept, query
    page = nadia.visit("/taches?qui=moi&quand=retard")
    assert nadia.submit(page, "/taches/3/fait").response.url.query == b"qui=moi&quand=retard"


def test_two_tabs_do_the_same_task_once(be: Be, session: Session) -> None:
    nadia = be("MDE")
    write(nadia)
    one, two = nadia.visit("/taches"), nadia.visit("/taches")
    nadia.submit(one, "/taches/1/fait")
    nadia.submit(two, "/taches/1/fait")
    session.rollback()
    acts = session.execute(select(func.count()).where(col(AuditEntry.act) == "complete"))
    assert acts.scalar_one() == 1


def test_a_task_handed_over_changes_hands(be: Be, session: Session) -> None:
    nadia, paul = be("MDE"), be("MDE", Role.TRAINER, "Paul Martin")
    write(nadia)
    paul.visit("/taches/1", status=404)
    page = nadia.visit("/taches/1")
    nadia.submit(page, "/taches/1/confier", status=422, account="")
    assert "Tâche confiée." in nadia.submit(page, "/taches/1/confier", account="2").text
    nadia.visit("/taches/1", status=404)
    assert "Rappeler" in paul.visit("/taches").text


@pytest.mark.parametrize("role", [Role.FUNDER, Role.ORGANISATION_ADMIN, Role.TECHNICAL_ADMIN])
def test_who_follows_nobody_has_no_tasks(be: Be, role: Role) -> None:
    other = be("MDE", role, "Yves Martel")
    for path in ("", "/nouvelle", "/1"):
        other.visit(f"/taches{path}", status=403)


def test_an_outsider_finds_nothing(be: Be, session: Session) -> None:
    nadia = be("MDE")
    enter(nadia)
    write(nadia, person="trao")
    outsider = be("AUTRE", name="Paul Martin")
    assert "Rappeler" not in outsider.visit("/taches").text
    outsider.visit("/taches/1", status=404)
    outsider.visit("/taches/nouvelle?personne=1", status=404)
    outsider.visit("/taches/nouvelle?personne=x", status=404)
    form = outsider.visit("/taches/nouvelle")
    outsider.submit(form, "/taches", status=404, title="x", learner="1")
    outsider.submit(form, "/taches", status=422, title="x", person="trao")
    token = {"_csrf": form.form("/taches").fields["_csrf"]}
    for act in ("fait", "reouverture", "confier"):
        assert outsider.client.post(f"/taches/1/{act}", data=token).status_code == 404
