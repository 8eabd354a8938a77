"""A funder’s page of an agreement: frozen figures, masked; targets; what moved; nobody else."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    agreements,
    cohorts,
    exits,
    learners,
    pathways,
    pillars,
    releases,
    situations,
)
from parcours.actions.release_facts import FUNDER, PUBLIC
from parcours.actions.stored_crosses import shown_cross
from parcours.domain.access import Actor, Role
from parcours.domain.agreements import Pillar, Progress, TargetKind
from parcours.domain.disclosure import Thresholds
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import AgreementTarget, Cohort, Learner, Release
from tests.conftest import TODAY
from tests.features.conftest import Be, Person

PROGRESS, PUBLIC_PAGE, PUBLISH = (f"/conventions/1/{name}" for name in ("avancement", "public",
                                                                   "chiffres"))  # fmt: skip
START = TODAY - timedelta(days=100)
Enrol = Callable[..., None]


@pytest.fixture
def lead(sophie: Person, claire: Person, session: Session) -> Actor:
    """Who signed: an agreement over a cohort, and two targets."""
    actor = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    funder = accounts.actor_for(session, "claire.funder@fse.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("P1", "Promo 1", START, TODAY + timedelta(days=60), 40)
    cohort = cohorts.create_cohort(session, actor, facts)
    agreement = agreements.create_agreement(
        session, actor, code="FSE-1", title="Développeurs", funder_id=funder.organisation_id,
        starts_on=START, ends_on=TODAY + timedelta(days=99), cohort_ids=[cohort.id or 0],
    )  # fmt: skip
    session.add_all(
        AgreementTarget(agreement_id=agreement.id or 0, kind=kind, value=value)
        for kind, value in ((TargetKind.PARTICIPANTS, 40), (TargetKind.DISTRICT, 10))
    )
    session.commit()
    return actor


@pytest.fixture
def enrol(lead: Actor, session: Session) -> Enrol:
    """Enrol so many women and men, the first few of a priority district."""

    def add(women: int, men: int, inside: int = 0) -> None:
        cohort = session.execute(select(Cohort)).scalar_one()
        for place in range(women + men):
            known = learners.LearnerFacts(
                birth_name="Boucher", first_names=f"Alix{place}", born_on=date(1990, 1, 1),
                gender=Gender.WOMAN if place < women else Gender.MAN, education="4",
                entry_status="DELD", receives_rsa=True,
                qpv_status=DistrictStatus.INSIDE if place < inside else DistrictStatus.OUTSIDE,
            )  # fmt: skip
            learner = learners.create_learner(session, lead, known, today=TODAY, is_another=True)
            cohorts.enrol(session, lead, cohort.id or 0, learner.id or 0, today=TODAY)
        session.commit()

    return add


def kept(session: Session) -> list[Release]:
    """Every release, in order."""
    session.rollback()
    found = list(session.execute(select(Release).order_by(col(Release.id))).scalars())
    session.expunge_all()
    session.rollback()
    return found


def test_a_funder_freezes_and_reads_masked_figures(
    claire: Person, enrol: Enrol, session: Session
) -> None:
    enrol(12, 8, inside=3)
    empty = claire.visit(PROGRESS)
    assert "Aucun chiffre arrêté" in empty.text
    page = claire.submit(empty, PUBLISH)
    assert "20 participants" in page.text
    assert "dans les temps" not in page.text  # 20 of 40, half the period gone and a day
    assert "non affiché : trop peu de personnes" in page.text  # the target of the district
    assert "BOUCHER" not in page.html.upper()
    assert '<svg class="target-bar"' in page.html
    assert "règle secret-2" in page.text
    (release,) = kept(session)
    told = releases.shown(release, FUNDER)
    assert told["Genre"]["Femme"] == 12
    assert told["Quartier prioritaire"] == {
        "Oui": None, "Non": None, "Non renseigné": 0, "total": 20,
    }  # fmt: skip
    public = releases.shown(release, PUBLIC)
    assert public["Genre"] == {
        "Femme": None, "Homme": None, "Personne non binaire": 0, "Non renseigné": 0, "total": 20,
    }  # fmt: skip
    printed = claire.visit(PUBLIC_PAGE)
    assert "Moins de 11 personnes : non affiché" in printed.text
    assert releases.masked_count(release, PUBLIC) == 4


def test_the_same_facts_are_frozen_once_and_what_moved_is_told(
    claire: Person, sophie: Person, enrol: Enrol, session: Session
) -> None:
    enrol(12, 8)
    claire.submit(claire.visit(PROGRESS), PUBLISH)
    again = sophie.submit(sophie.visit(PROGRESS), PUBLISH)
    assert "Rien n’a changé" in again.text
    assert len(kept(session)) == 1
    enrol(6, 0)
    page = claire.submit(claire.visit(PROGRESS), PUBLISH)
    assert "+6" in page.text
    assert [row.participants for row in kept(session)] == [20, 26]
    session.get_one(Release, 1).participants = 21
    with pytest.raises(DatabaseError, match="append-only"):
        session.flush()
    session.rollback()


def test_a_release_is_masked_beside_those_before_it(
    lead: Actor, enrol: Enrol, session: Session
) -> None:
    """16 and 4, then 20 and 5: shown, the second would leave five values to the first."""
    enrol(16, 4)
    releases.publish_release(session, lead, 1, limits=Thresholds(), today=TODAY)
    enrol(4, 1)
    now = releases.publish_release(session, lead, 1, limits=Thresholds(), today=TODAY)
    assert now.hidden[FUNDER]["Genre"] == ["Femme", "Homme"]
    # The checksum shown is keyed: nobody finds masked counts by trying them.
    text = json.dumps(now.counts, sort_keys=True, ensure_ascii=False)
    assert now.sha256 != hashlib.sha256(text.encode()).hexdigest()


def test_a_few_newcomers_are_not_shown_one_by_one(
    claire: Person, lead: Actor, enrol: Enrol, session: Session
) -> None:
    enrol(12, 8)
    claire.submit(claire.visit(PROGRESS), PUBLISH)
    enrol(1, 0)
    page = claire.submit(claire.visit(PROGRESS), PUBLISH, 422)
    assert "Une seule personne a changé" in page.text
    enrol(2, 1)
    assert "Trop peu de personnes" in claire.submit(page, PUBLISH, 422).text
    assert len(kept(session)) == 1
    enrol(0, 1)
    claire.submit(claire.visit(PROGRESS), PUBLISH)
    assert [row.participants for row in kept(session)] == [20, 25]


def test_exits_are_told_by_public_and_districts_by_code(
    claire: Person, lead: Actor, enrol: Enrol, session: Session
) -> None:
    """Twelve women and eleven men; six women and five men left for a job."""
    enrol(12, 11, inside=12)
    people = session.execute(select(Learner).order_by(col(Learner.id))).scalars().all()
    for place, person in enumerate(people):
        person.qpv_code = ("QN00101M", "QN00102I")[place % 2] if place < 12 else None
        person.qpv_generation = "2024" if place < 12 else None
        if place % 2 == 0 and place < 22:
            pathway = pathways.current_pathway(session, person)
            said = situations.SituationRecord(TODAY, "CDI_NON_AIDE", "CDI")
            exits.record_exit(session, lead, pathway.id or 0, said, today=TODAY)
    session.commit()
    page = claire.submit(claire.visit(PROGRESS), PUBLISH)
    assert "Sorties par public" in page.text
    (release,) = kept(session)
    gender = dict(shown_cross(release.crosses["Genre"]))
    assert release.crosses["Genre"]["columns"] == ["Sorties positives", "Sans sortie notée"]
    assert gender == {"Femme": [6, 6], "Homme": [5, 6]}
    assert releases.shown_districts(release, FUNDER) == {"QN00101M": 6, "QN00102I": 6}
    public = releases.shown_districts(release, PUBLIC)
    assert public == {"QN00101M": None, "QN00102I": None}
    assert "QN00101M" in page.text
    assert "Sorties par public" not in claire.visit(PUBLIC_PAGE).text


def test_a_renamed_cohort_is_the_same_one(lead: Actor, enrol: Enrol, session: Session) -> None:
    enrol(12, 8)
    first = releases.publish_release(session, lead, 1, limits=Thresholds(), today=TODAY)
    session.execute(select(Cohort)).scalar_one().name = "Autre nom"
    again = releases.publish_release(session, lead, 1, limits=Thresholds(), today=TODAY)
    assert again.id == first.id


def test_pillars_add_up_what_releases_show(
    claire: Person, lead: Actor, enrol: Enrol, session: Session
) -> None:
    enrol(12, 8, inside=3)
    agreement = agreements.agreement_by_code(session, lead, "FSE-1")
    assert pillars.pillars_of(session, lead) == []
    agreement.pillar = Pillar.EMPLOYMENT
    releases.publish_release(session, lead, 1, limits=Thresholds(), today=TODAY)
    session.commit()
    (row,) = pillars.pillars_of(session, lead)
    assert [(item.count, item.is_least) for item in row.sums] == [
        (20, False), (12, False), (0, True), (0, False),
    ]  # fmt: skip
    session.rollback()
    page = claire.visit("/conventions").text
    assert "Développement économique et emploi" in page
    assert "au moins 0" in page


def test_targets_and_where_they_stand(lead: Actor, enrol: Enrol, session: Session) -> None:
    enrol(12, 8, inside=6)
    release = releases.publish_release(session, lead, 1, limits=Thresholds(), today=TODAY)
    agreement = agreements.agreement_by_code(session, lead, "FSE-1")
    found = releases.progress_of(session, agreement, release, FUNDER, today=TODAY)
    assert [(item.kind, item.reached, item.target) for item in found
            if isinstance(item, Progress)] == [
        (TargetKind.PARTICIPANTS, 20, 40), (TargetKind.DISTRICT, 6, 10),
    ]  # fmt: skip
    public = releases.progress_of(session, agreement, release, PUBLIC, today=TODAY)
    assert public[1] is TargetKind.DISTRICT


def test_a_funder_reads_its_agreements_and_nothing_else(
    claire: Person, sophie: Person, enrol: Enrol, be: Be
) -> None:
    enrol(12, 8)
    page = claire.visit("/conventions/1")
    assert "Chiffres à ce jour" not in page.text
    assert "Chiffres à ce jour" in sophie.visit("/conventions/1").text
    for name in ("apprenants/1", "promotions/1", "territoire", "ruptures", "sorties", "comptes"):
        path = f"/{name}"
        assert claire.client.get(path).status_code in {403, 404}, path
    other = be("AUTRE", Role.FUNDER, "Paul Roy")
    for path in (PROGRESS, PUBLIC_PAGE, "/conventions/1"):
        other.visit(path, status=404)
    fields = other.visit("/conventions").forms[0].fields
    assert other.client.post(PUBLISH, data=fields).status_code == 404
    be("MDE", Role.COUNSELLOR).visit(PROGRESS, status=403)


def test_the_form_works_with_htmx_and_is_taken_once(
    claire: Person, enrol: Enrol, session: Session
) -> None:
    enrol(12, 8)
    fields = claire.visit(PROGRESS).form(PUBLISH).fields
    for _ in range(2):
        answer = claire.client.post(PUBLISH, data=fields, headers={"HX-Request": "true"},
                                    follow_redirects=False)  # fmt: skip
        assert answer.status_code == 303
    assert len(kept(session)) == 1
    assert claire.client.post(PUBLISH, data={}).status_code == 403
