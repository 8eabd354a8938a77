"""The page of thresholds: read by all, tried, changed, refused, told when another changed them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.domain.access import Role
from parcours.models import AlertRuleVersion
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

HERE = "/reglages/alertes"
TRY = f"{HERE}/apercu"


@pytest.fixture
def lead(be: Be) -> Person:
    """A coordinator who follows somebody without a step for 84 days."""
    person = be("CLIC", Role.COORDINATOR, "Claire Dupuis")
    someone = {"first_names": "Amina", "birth_name": "Traoré", "born_on": "12/3/1990"}
    person.submit(person.visit("/apprenants/nouveau"), "/apprenants", **someone)
    opened = TODAY - timedelta(days=83)
    day = f"{opened.day}/{opened.month}/{opened.year}"
    person.submit(person.visit("/apprenants/1"), "/apprenants/1/parcours", opened_on=day)
    return person


def kept(session: Session) -> list[tuple[int, str]]:
    """The versions kept."""
    rows = session.execute(
        select(col(AlertRuleVersion.number), col(AlertRuleVersion.motive)).order_by(
            col(AlertRuleVersion.id)
        )
    )
    return [(number, motive) for number, motive in rows]


def test_a_change_is_a_version_and_a_refusal_keeps_what_was_typed(
    lead: Person, session: Session
) -> None:
    form = lead.visit(HERE)
    refused = lead.submit(form, HERE, status=422, watch_below="30", motive="Trop de bruit")
    assert "De 50 à 100 %." in refused.text
    assert 'value="30"' in refused.html
    assert 'value="Trop de bruit"' in refused.html
    lead.submit(form, HERE, status=422, watch_below="beaucoup", motive="x")
    lead.submit(form, HERE, status=422, watch_below="85", motive="")
    lead.submit(form, HERE, status=422, vigilance_after_days="14", motive="x")
    assert kept(session) == []
    session.rollback()
    done = lead.submit(form, HERE, watch_below="85", motive="Trop de bruit")
    assert "Vigilance si l’assiduité passe sous (%) : 90 → 85" in done.text
    late = lead.submit(form, HERE, status=409, watch_below="80", motive="Trop tard")
    assert "Quelqu’un a changé les seuils" in late.text
    assert "aujourd’hui 85" in late.text
    assert 'value="Trop tard"' in late.html
    assert kept(session) == [(1, "Trop de bruit")]
    session.rollback()
    lead.submit(late, HERE, watch_below="80", motive="Relu")
    assert kept(session) == [(1, "Trop de bruit"), (2, "Relu")]


def test_htmx_ends_on_the_same_page(lead: Person, session: Session) -> None:
    form = lead.visit(HERE).form(HERE)
    sent = {**form.fields, "long_wait_days": "30", "motive": "Plus tôt"}
    answer = lead.client.post(HERE, data=sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert kept(session) == [(1, "Plus tôt")]


def test_a_try_says_what_it_would_give_and_writes_nothing(lead: Person, session: Session) -> None:
    form = lead.visit(HERE).form(HERE)
    tried = lead.client.post(TRY, data={**form.fields, "alert_after_days": "85",
                                        "interruption_after_days": "100"})  # fmt: skip
    assert tried.status_code == 200
    text = " ".join(tried.text.split())
    line = 'Personnes sans étape aujourd’hui : {}</th><td class="num">{}</td><td class="num">{}'
    assert line.format("alerte", 1, 0) in text
    assert line.format("vigilance", 0, 1) in text
    wrong = lead.client.post(TRY, data={**form.fields, "window": "0"})
    assert wrong.status_code == 422
    assert kept(session) == []


def test_others_read_and_cannot_change(be: Be, lead: Person, session: Session) -> None:
    form = lead.visit(HERE).form(HERE)
    counsellor = be("CLIC", name="Lise Morel")
    page = counsellor.visit(HERE)
    assert "Rappel après (jours sans étape)" in page.text
    assert "Enregistrer une nouvelle version" not in page.text
    token = counsellor.visit("/apprenants/nouveau").form("/apprenants").fields["_csrf"]
    sent = {**form.fields, "_csrf": token, "watch_below": "60", "motive": "Essai"}
    assert counsellor.client.post(HERE, data=sent).status_code == 403
    assert counsellor.client.post(TRY, data=sent).status_code == 403
    assert be("FONDS", Role.FUNDER).client.get(HERE).status_code == 403
    assert kept(session) == []


def test_another_organisation_has_its_own(be: Be, lead: Person) -> None:
    lead.submit(lead.visit(HERE), HERE, watch_below="85", motive="Chez nous")
    outsider = be("AILLEURS", Role.COORDINATOR)
    page = outsider.visit(HERE)
    assert "Chez nous" not in page.text
    assert 'name="watch_below" value="90"' in page.html


def test_who_manages_accounts_settles_without_seeing_figures(be: Be, session: Session) -> None:
    admin = be("CLIC", Role.ORGANISATION_ADMIN, "Ada Martin")
    page = admin.visit(HERE)
    assert "Voir ce que cela aurait donné" not in page.text
    form = page.form(HERE)
    assert admin.client.post(TRY, data=form.fields).status_code == 403
    admin.submit(page, HERE, unjustified_limit="2", motive="Règlement intérieur")
    assert kept(session) == [(1, "Règlement intérieur")]


def test_the_measure_begins_with_what_is_in_force(lead: Person) -> None:
    lead.submit(lead.visit(HERE), HERE, watch_below="85", alert_below="70", motive="Essai")
    page = lead.visit("/alertes/mesure")
    assert 'value="85"' in page.html
    assert 'value="70"' in page.html
    assert f'href="{HERE}"' in page.html
