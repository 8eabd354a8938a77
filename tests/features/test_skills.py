"""Skills on screen: a group at once, a person’s history, progress, frameworks of one’s own."""

import re
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from parcours.actions import accounts, cohorts, curricula, learners, skills
from parcours.domain.access import Actor, Role
from parcours.domain.skills import EvidenceSource, Moment
from parcours.models import Skill, SkillEvidence
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Person

NAMES = ("Boucher", "Cissé", "Garcia")
GRID = "/promotions/1/competences"


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture(autouse=True)
def actor(sophie: Person, session: Session) -> Actor:
    """The same; her cohort has three people, CléA is in use."""
    found = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("GEN", "Promo GEN", date(2026, 9, 7), date(2027, 1, 29), 12)
    cohort = cohorts.create_cohort(session, found, facts)
    for name in NAMES:
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), city="Viriat"
        )
        learner = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        cohorts.enrol(session, found, cohort.id or 0, learner.id or 0, today=TODAY)
    skills.use_framework(session, "clea-numerique")
    session.commit()
    return found


def told(session: Session) -> list[tuple[int, int, int]]:
    """(learner, skill, level) of everything said, in order."""
    session.rollback()
    rows = session.execute(select(SkillEvidence).order_by(col(SkillEvidence.id))).scalars()
    found = [(row.learner_id, row.skill_id, row.level) for row in rows]
    session.rollback()
    return found


def test_a_level_for_everybody_but_two(sophie: Person, session: Session) -> None:
    page = sophie.visit(f"{GRID}/1")
    typed = {"everybody": "2", "level-2": "4", "level-3": "skip", "moment": "entry"}
    sophie.submit(page, f"{GRID}/1", **typed)
    assert told(session) == [(1, 1, 2), (2, 1, 4)]
    grid = sophie.visit(GRID)
    assert grid.html.count('class="lv lv-2"') == 1
    assert grid.html.count('class="lv lv-4"') == 1
    # Nobody chosen: said, nothing kept, and what was typed is there.
    refused = sophie.submit(sophie.visit(f"{GRID}/1"), f"{GRID}/1", 422, note="Exercice 4")
    assert "Choisissez un niveau pour une personne" in refused.text
    assert "Exercice 4" in refused.text
    late = sophie.submit(
        sophie.visit(f"{GRID}/1"), f"{GRID}/1", 422, everybody="3", assessed_on="1/12/2026"
    )
    assert "Ce jour n’est pas encore venu" in late.text
    assert len(told(session)) == 2


def test_every_past_level_stays(sophie: Person, session: Session) -> None:
    page = sophie.visit("/apprenants/1/competences")
    url = "/apprenants/1/competences"
    for level, day in (("1", "7/9/2026"), ("3", "2/11/2026"), ("2", "5/10/2026")):
        sophie.submit(page, url, skill="2", level=level, assessed_on=day, note=f"Jour {day}")
        page = sophie.visit(url)
    assert "3, autonome" in page.text
    assert "3 notés" in page.text
    for day in ("7 septembre", "5 octobre", "2 novembre"):
        assert day in page.text
    sophie.submit(page, url, 422, skill="2", level="")
    sophie.submit(page, url, 422, skill="", level="2")
    assert len(told(session)) == 3
    summary = sophie.visit(f"{url}/bilan")
    assert "3 sur 4, autonome" in summary.text


def test_what_was_said_cannot_be_rewritten(actor: Actor, session: Session) -> None:
    said = skills.Said(TODAY, EvidenceSource.ASSESSED)
    row = skills.record_level(session, actor, 1, 1, 3, said, today=TODAY)
    session.commit()
    row.level = 4
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()
    session.rollback()


def test_progress_from_entry_to_exit(sophie: Person, actor: Actor, session: Session) -> None:
    assert "Pas encore de progrès" in sophie.visit(f"{GRID}/progres").text
    entry = skills.Said(date(2026, 9, 8), moment=Moment.ENTRY)
    leaving = skills.Said(date(2026, 11, 20), moment=Moment.EXIT)
    for skill, first, last in ((1, 1, 3), (2, 0, 1), (3, 2, None)):
        skills.record_level(session, actor, 1, skill, first, entry, today=TODAY)
        if last is not None:
            skills.record_level(session, actor, 1, skill, last, leaving, today=TODAY)
    session.commit()
    page = sophie.visit(f"{GRID}/progres")
    assert "En moyenne, +1,5 niveau" in page.text
    assert "1 personne positionnée deux fois, sur 3" in page.text
    assert page.text.count("pas encore deux positionnements") == 2
    assert "+1,5 niveau depuis l’entrée, sur 2 compétences communes" in (
        sophie.visit("/apprenants/1/competences").text
    )


def test_the_grid_asks_as_much_for_months_of_levels(
    sophie: Person, actor: Actor, session: Session, count: Count
) -> None:
    few = count(sophie, GRID)
    for month in range(1, 10):
        for day in (3, 17):
            said = skills.Said(date(2026, month, day))
            skills.record_group(session, actor, 1, 1, {1: 2, 2: 3, 3: 1}, said, today=TODAY)
    session.commit()
    assert count(sophie, GRID) == few <= 8


def test_a_framework_of_ones_own(sophie: Person, be: Be, session: Session) -> None:
    page = sophie.visit("/referentiels")
    lines = "Accueil ; Orienter une personne\nExpliquer un écran"
    sophie.submit(page, "/referentiels", code="MEDIATION", label="Médiation", skills=lines)
    sophie.submit(sophie.visit("/referentiels"), "/referentiels/usage", framework="pix")
    sophie.submit(sophie.visit("/referentiels"), "/referentiels/usage", framework="digcomp-2.2")
    page = sophie.visit("/referentiels")
    assert "Médiation" in page.text
    assert "Pix (CRCN)" in page.text
    taken = {"code": "MEDIATION", "label": "Autre", "skills": "Une"}
    assert "porte déjà ce code" in sophie.submit(page, "/referentiels", 422, **taken).text
    grid = sophie.visit(f"{GRID}?referentiel=MEDIATION@1")
    assert "Orienter une personne" in grid.text
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    assert "Médiation" not in other.visit("/referentiels").text
    number = re.findall(rf'href="{GRID}/(\d+)"', grid.html)[0]
    assert other.client.get(f"{GRID}/{number}").status_code == 404


def test_a_level_on_eight_is_kept_on_four(sophie: Person, session: Session) -> None:
    sophie.submit(sophie.visit("/referentiels"), "/referentiels/usage", framework="pix")
    number = pix_skill(sophie)
    page = sophie.visit(f"{GRID}/{number}")
    assert "5 sur 8 : autonome" in page.text
    # A level of four is none of this scale’s.
    sophie.submit(page, f"{GRID}/{number}", 422, everybody="4")
    sophie.submit(page, f"{GRID}/{number}", **{"everybody": "8:5", "level-2": "8:0"})
    assert [level for *_, level in told(session)] == [3, 0, 3]
    assert "autonome (5 sur 8)" in sophie.visit(f"{GRID}?referentiel=pix").html
    url = "/apprenants/1/competences"
    sophie.submit(
        sophie.visit(url), url, skill=str(number), level="8:8", link="https://exemple.fr/a"
    )
    shown = sophie.visit(url)
    assert "8 sur 8" in shown.text
    assert 'href="https://exemple.fr/a"' in shown.html
    for bad in ("javascript:alert(1)", "exemple", "https://"):
        typed = {"skill": str(number), "level": "3", "link": bad}
        assert "adresse entière" in sophie.submit(sophie.visit(url), url, 422, **typed).text


def pix_skill(sophie: Person) -> int:
    """The first skill of Pix."""
    grid = sophie.visit(f"{GRID}?referentiel=pix")
    return int(re.findall(rf'href="{GRID}/(\d+)"', grid.html)[0])


def test_a_mistake_is_taken_back_in_sight(sophie: Person, actor: Actor, session: Session) -> None:
    url = "/apprenants/1/competences"
    for level, day in ((2, date(2026, 10, 1)), (4, date(2026, 11, 1))):
        skills.record_level(session, actor, 1, 1, level, skills.Said(day), today=TODAY)
    session.commit()
    page = sophie.visit(url)
    assert "4, expert" in page.text
    refused = sophie.submit(page, f"{url}/2/retrait", 422, reason="")
    assert "Dites pourquoi" in refused.text
    sophie.submit(page, f"{url}/2/retrait", reason="Noté pour une autre personne")
    page = sophie.visit(url)
    assert "2, avec aide" in page.text
    assert "1 niveau retiré" in page.text
    assert "Noté pour une autre personne" in page.text
    assert len(told(session)) == 2
    assert 'class="lv lv-2"' in sophie.visit(GRID).html
    # It cannot be taken back twice.
    token = {"_csrf": page.form(url).fields["_csrf"], "reason": "Encore"}
    again = sophie.client.post(f"{url}/2/retrait", data=token)
    assert again.status_code == 422
    assert "déjà retiré" in again.text


def test_months_of_levels_never_hide_a_skill(
    sophie: Person, actor: Actor, session: Session
) -> None:
    """What was said once, long before hundreds of others, is still there."""
    skills.record_level(session, actor, 1, 4, 1, skills.Said(date(2026, 1, 5)), today=TODAY)
    for number in range(330):
        said = skills.Said(date(2026, 2, 1 + number % 28))
        skills.record_level(session, actor, 1, 1 + number % 3, 2, said, today=TODAY)
    session.commit()
    page = sophie.visit("/apprenants/1/competences")
    assert "5 janvier 2026" in page.text
    assert page.text.count("110 notés") == 3


def test_a_new_version_keeps_what_was_said(sophie: Person, actor: Actor, session: Session) -> None:
    lines = "Accueil ; Orienter\nExpliquer un écran"
    own = {"code": "MED", "label": "Médiation", "skills": lines, "edition": "2025"}
    sophie.submit(sophie.visit("/referentiels"), "/referentiels", **own)
    number = int(re.findall(r'href="/referentiels/(\d+)"', sophie.visit("/referentiels").html)[0])
    url = f"/referentiels/{number}"
    first = sophie.visit(url)
    orient, explain = 5, 6
    for skill in (orient, explain):
        skills.record_level(session, actor, 1, skill, 2, skills.Said(TODAY), today=TODAY)
    session.commit()
    sophie.submit(first, url, 422, edition="2025")
    sophie.submit(first, url, 422, edition="2026", skills="")
    sophie.submit(first, url, 422, edition="2026", skills="Une\nune")
    sophie.submit(first, url, edition="2026", skills="Accueil ; orienter\nAnimer")
    page = sophie.visit(url)
    assert "Version 2026" in page.text
    assert "Expliquer un écran" in page.text.partition("Sorties du référentiel")[2]
    # The same skill went on, the one that left keeps its level on the person’s page.
    grid = sophie.visit(f"{GRID}?referentiel=MED@1")
    assert grid.html.count('class="lv lv-2"') == 1
    assert "Expliquer un écran" not in grid.text
    assert "Expliquer un écran" in sophie.visit("/apprenants/1/competences").text
    # Somebody who read the former version is told.
    assert "relisez-la" in sophie.submit(first, url, 409, edition="2027").text
    # Written again, it comes back with its past.
    again = "Orienter\nAnimer\nExpliquer un écran"
    sophie.submit(sophie.visit(url), url, edition="2027", skills=again)
    assert sophie.visit(f"{GRID}?referentiel=MED@1").html.count('class="lv lv-2"') == 2


def test_skills_of_others_curricula_are_nobodys_to_see(sophie: Person, be: Be,
                                                       session: Session) -> None:  # fmt: skip
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    paule = accounts.actor_for(session, "paule.coordinator@autre.exemple.fr", today=TODAY)
    module = curricula.ModuleFacts("Module", Decimal(7), (("secret", "Savoir maison", 2),))
    curricula.create_curriculum(session, paule, code="C", name="C", modules=[module])
    session.commit()
    assert "Savoir maison" not in sophie.visit("/apprenants/1/competences").text
    number = session.execute(select(col(Skill.id)).where(col(Skill.code) == "secret")).scalar_one()
    session.rollback()
    sophie.visit(f"{GRID}/{number}", status=404)
    other.visit("/referentiels")


def test_another_organisation_sees_nobody(sophie: Person, be: Be) -> None:
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    for path in (GRID, f"{GRID}/1", f"{GRID}/progres", "/apprenants/1/competences"):
        other.visit(path, status=404)


def shown_first(person: Person, cohort: int = 1) -> str:
    """The framework a cohort’s grid opens on when the address asks for none."""
    page = person.visit(f"/promotions/{cohort}/competences")
    found = re.search(r'<option value="([^"]+)" selected', page.html)
    return found[1] if found else ""


def test_a_grid_opens_on_the_framework_last_used(
    sophie: Person, actor: Actor, session: Session
) -> None:
    """Before the first level, the first in use; then the one of the last level of that cohort."""
    for code in ("digcomp-2.2", "pix"):
        skills.use_framework(session, code)
    cohorts.create_cohort(
        session, actor, cohorts.CohortFacts("B", "Autre", date(2026, 9, 7), date(2027, 1, 29), 12)
    )
    session.commit()
    first = shown_first(sophie)
    assert first == "clea-numerique"
    numbers = {}
    for code in ("pix", "digcomp-2.2"):
        grid = sophie.visit(f"{GRID}?referentiel={code}")
        numbers[code] = re.findall(rf'href="{GRID}/(\d+)"', grid.html)[0]
    for code in ("digcomp-2.2", "pix", "digcomp-2.2"):
        url = f"{GRID}/{numbers[code]}"
        sophie.submit(sophie.visit(url), url, everybody="8:4")
        assert shown_first(sophie) == code
    # A level that a jury’s decision left is no evaluation of the group.
    url = f"{GRID}/{numbers['pix']}"
    sophie.submit(sophie.visit(url), url, everybody="8:6", source="certified")
    assert shown_first(sophie) == "digcomp-2.2"
    # Another cohort, without a level, opens as before; what is asked for wins over what was used.
    assert shown_first(sophie, 2) == first
    asked = sophie.visit(f"{GRID}?referentiel=pix")
    assert '<option value="pix" selected' in asked.html
    # A framework nobody knows is as if none was asked for.
    unknown = sophie.visit(f"{GRID}?referentiel=inconnu")
    assert '<option value="digcomp-2.2" selected' in unknown.html
