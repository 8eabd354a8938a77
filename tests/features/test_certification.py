"""Certification on screen: a jury for a group, a person’s titles, sheets of one’s own."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours.actions import accounts, certifications, cohorts, curricula, learners
from parcours.domain.access import Actor, Role
from parcours.domain.certification import JuryOutcome
from parcours.models import CertificationBlock, JuryResult, SkillEvidence
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Person

COHORT = "/promotions/1/certification"
JURYS = f"{COHORT}/jurys"
TITLES = "/certifications"


@pytest.fixture
def sophie(be: Be) -> Person:
    """A coordinator at her browser."""
    return be("ECOLE", Role.COORDINATOR, "Sophie Garnier")


@pytest.fixture(autouse=True)
def actor(sophie: Person, session: Session) -> Actor:
    """The same; her cohort of three aims at RNCP37674, in use."""
    found = accounts.actor_for(session, "sophie.coordinator@ecole.exemple.fr", today=TODAY)
    curriculum = curricula.create_curriculum(
        session, found, code="DWWM", name="DWWM", modules=(), rncp_code="RNCP37674"
    )
    facts = cohorts.CohortFacts(
        "GEN", "Promo GEN", date(2026, 9, 7), date(2027, 1, 29), 12, curriculum_id=curriculum.id
    )
    cohort = cohorts.create_cohort(session, found, facts)
    for name in ("Boucher", "Cissé", "Garcia"):
        known = learners.LearnerFacts(name, "Alix", date(1990, 1, 1))
        learner = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        cohorts.enrol(session, found, cohort.id or 0, learner.id or 0, today=TODAY)
    certifications.use_certification(session, "RNCP37674")
    session.commit()
    return found


def results(session: Session) -> list[tuple[int, str, bool]]:
    """(learner, outcome, is it of a block) of everything noted, in order."""
    session.rollback()
    rows = session.execute(select(JuryResult).order_by(col(JuryResult.id))).scalars()
    found = [(row.learner_id, row.outcome.value, row.block_id is not None) for row in rows]
    session.rollback()
    return found


def block(session: Session, code: str) -> str:
    """What a form calls a block."""
    row = session.execute(
        select(CertificationBlock).where(col(CertificationBlock.code) == code)
    ).scalar_one()
    found = f"{row.certification_id}-{row.id}"
    session.rollback()
    return found


def test_a_jury_for_everybody_but_one(sophie: Person, session: Session) -> None:
    front = block(session, "RNCP37674BC01")
    typed = {"what": front, "jury_on": "20/11/2026", "everybody": "obtained",
             "outcome-2": "refused", "outcome-3": "skip"}  # fmt: skip
    sophie.submit(sophie.visit(COHORT), JURYS, **typed)
    assert results(session) == [(1, "obtained", True), (2, "refused", True)]
    page = sophie.visit(COHORT)
    assert "0 titre obtenu, 1 qualification partielle" in page.text
    assert "qualification partielle, 1 sur 2" in page.text
    levels = session.execute(select(func.count()).select_from(SkillEvidence)).scalar_one()
    assert levels == 4
    session.rollback()
    # What is wrong is told, what was typed stays.
    late = typed | {"jury_on": "24/12/2026", "note": "Session de décembre"}
    refused = sophie.submit(sophie.visit(COHORT), JURYS, 422, **late)
    assert "pas encore eu lieu" in refused.text
    assert "Session de décembre" in refused.html
    nobody = typed | {"everybody": "", "outcome-2": "", "jury_on": "20/11/2026"}
    refused = sophie.submit(sophie.visit(COHORT), JURYS, 422, **nobody)
    assert "une personne au moins" in refused.text
    for bad in ({"what": ""}, {"what": "9-9-9"}, {"jury_on": "32/11/2026"}, {"everybody": "zz"}):
        sophie.submit(sophie.visit(COHORT), JURYS, 422, **(typed | bad))
    assert len(results(session)) == 2


def test_both_blocks_make_a_title_to_ask_for_and_the_jury_gives_it(
    sophie: Person, session: Session
) -> None:
    own = {"jury_on": "20/11/2026", "outcome-1": "obtained"}
    # The first block under the sheet before: it counts.
    for code in ("RNCP31114BC01", "RNCP37674BC02"):
        sophie.submit(sophie.visit(COHORT), JURYS, **(own | {"what": block(session, code)}))
    page = sophie.visit(COHORT)
    assert "le titre peut être demandé" in page.text
    assert "par RNCP31114BC01" in page.text
    assert "0 titre obtenu" in page.text
    title = block(session, "RNCP37674BC02").split("-")[0] + "-titre"
    sophie.submit(sophie.visit(COHORT), JURYS, **(own | {"what": title}))
    page = sophie.visit(COHORT)
    assert "1 titre obtenu, 0 qualification partielle" in page.text
    assert "peut être demandé" not in page.text
    summary = sophie.visit("/apprenants/1/competences/bilan")
    assert "titre obtenu le 20 novembre 2026" in summary.text


def test_a_result_on_the_persons_own_page(sophie: Person, session: Session) -> None:
    url, tab = "/apprenants/1/jurys", "/apprenants/1/competences"
    page = sophie.visit(f"{url}/nouveau")
    front = block(session, "RNCP37674BC01")
    sophie.submit(page, url, 422, what=front, jury_on="20/11/2026", outcome="")
    sophie.submit(page, url, what=front, jury_on="20/11/2026", outcome="obtained", note="Lyon")
    shown = sophie.visit(tab)
    assert "qualification partielle, 1 bloc sur 2" in shown.text
    assert "Certifié, 20 novembre 2026" in shown.text
    # A level that a jury gave goes with its result alone.
    assert "/retrait" not in shown.html
    form = sophie.visit(f"{url}/1")
    sophie.submit(form, f"{url}/1", 422, outcome="refused", jury_on="")
    sophie.submit(form, f"{url}/1", outcome="refused", jury_on="19/11/2026")
    assert results(session) == [(1, "refused", True)]
    assert "4 niveaux retirés" in sophie.visit(tab).text
    # The form read before the correction comes too late.
    assert "relisez-le" in sophie.submit(form, f"{url}/1", 409, outcome="obtained",
                                         jury_on="19/11/2026").text  # fmt: skip
    sophie.submit(sophie.visit(f"{url}/1"), f"{url}/1/suppression")
    assert results(session) == []


def test_the_sheet_the_curriculum_aims_at_expires(
    sophie: Person, actor: Actor, session: Session
) -> None:
    assert "n’est enregistrée que jusqu’au" not in sophie.visit("/promotions/1").text
    curriculum = curricula.create_curriculum(
        session, actor, code="OLD", name="Ancien", modules=(), rncp_code="RNCP31114"
    )
    facts = cohorts.CohortFacts(
        "OLD", "Promo OLD", date(2026, 9, 7), date(2027, 1, 29), 12, curriculum_id=curriculum.id
    )
    cohorts.create_cohort(session, actor, facts)
    session.commit()
    for path in ("/promotions/2", "/promotions/2/certification"):
        page = sophie.visit(path)
        assert "La fiche RNCP31114 n’est enregistrée que jusqu’au 1er septembre 2023" in page.text
        assert "la fiche qui la remplace : RNCP37674" in page.text


def test_titles_in_use_and_of_ones_own(sophie: Person, be: Be, session: Session) -> None:
    page = sophie.visit(TITLES)
    assert "1er septembre 2028" in page.text
    assert "y compte aussi : RNCP31114BC01" in page.text
    sophie.submit(page, f"{TITLES}/usage", sheet="RNCP37873")
    assert "Concevoir et développer une application" in sophie.visit(TITLES).text
    own = {"code": "media 1", "label": "Médiateur", "kind": "titre", "grade": "5",
           "valid_until": "1/9/2029", "blocks": "BC01 ; Accueillir\nAnimer un atelier"}  # fmt: skip
    sophie.submit(sophie.visit(TITLES), TITLES, 422, **(own | {"grade": "12"}))
    sophie.submit(sophie.visit(TITLES), TITLES, **own)
    assert "BC02 Animer un atelier" in sophie.visit(TITLES).text
    old = block(session, "MEDIA1BC01").split("-")[1]
    new = block(session, "MEDIA1BC02").split("-")[1]
    refused = sophie.submit(sophie.visit(TITLES), f"{TITLES}/correspondances", 422,
                            old=old, new=new)  # fmt: skip
    assert "fiches différentes" in refused.text
    front = block(session, "RNCP37674BC01").split("-")[1]
    sophie.submit(sophie.visit(TITLES), f"{TITLES}/correspondances", old=front, new=new)
    assert "y compte aussi : RNCP37674BC01" in sophie.visit(TITLES).text
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    shown = other.visit(TITLES).text
    assert "Médiateur" not in shown
    assert "Concepteur développeur d’applications" in shown


def test_two_who_say_it_at_once_are_told_so(
    sophie: Person, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one checked before the first one’s line was there: the database says it."""
    known, path = certifications.titles, f"{TITLES}/correspondances"
    sophie.submit(sophie.visit(TITLES), f"{TITLES}/usage", sheet="RNCP37873")
    blocks = {"old": block(session, "RNCP37674BC01"), "new": block(session, "RNCP37873BC02")}
    said = {name: value.split("-")[1] for name, value in blocks.items()}
    sophie.submit(sophie.visit(TITLES), path, **said)
    monkeypatch.setattr(certifications, "titles", lambda *told: replace(known(*told), follows={}))
    refused = sophie.submit(sophie.visit(TITLES), path, 409, **said)
    assert "Quelqu’un vient d’enregistrer la même chose" in refused.text
    assert "rechargez-la" in refused.text


def test_another_organisation_sees_and_writes_nothing(sophie: Person, be: Be) -> None:
    other = be("AUTRE", Role.COORDINATOR, "Paule Roy")
    for path in (COHORT, "/apprenants/1/jurys/nouveau", "/apprenants/1/jurys/1"):
        other.visit(path, status=404)


def test_the_page_asks_as_much_for_many_results(
    sophie: Person, session: Session, count: Count
) -> None:
    few = count(sophie, COHORT)
    own = {"jury_on": "20/11/2026", "everybody": "obtained"}
    for code in ("RNCP31114BC01", "RNCP37674BC01", "RNCP37674BC02"):
        sophie.submit(sophie.visit(COHORT), JURYS, **(own | {"what": block(session, code)}))
    assert count(sophie, COHORT) == few <= 8


def test_outcomes_read_in_french() -> None:
    assert [item.label for item in JuryOutcome] == ["présenté", "obtenu", "non obtenu"]
