"""Agreements signed with funders: what they ask for, what was taken of them, by whom."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import Session

from parcours.actions import agreements, export_jobs, exports, nominative, releases
from parcours.actions.agreement_edits import Contact, edit_agreement, facts_of
from parcours.actions.agreement_terms import Terms, set_terms
from parcours.actions.funder_books import export_figures
from parcours.demo.cohorts import Cohorts
from parcours.demo.entries import tell_entries
from parcours.domain.access import Actor
from parcours.domain.agreements import Pillar, TargetKind
from parcours.domain.disclosure import Thresholds
from parcours.domain.errors import RuleBroken
from parcours.domain.nominative import Purpose
from parcours.models import Agreement, Organisation

CLAIRE = "claire.vidal@fse.exemple.fr"
# What each agreement asks for, who reads it for the funder, and whom to write to.
AGREED = {
    "FSE-2025-014": (
        CLAIRE,
        Terms(
            {TargetKind.PARTICIPANTS: 60, TargetKind.WOMEN: 24, TargetKind.EXITS: 20},
            outputs=("fse", "insertion"),
            is_nominative=True,
            retention_years=10,
        ),
        Contact("Claire Vidal", "Instructrice FSE+", CLAIRE),
    ),
    "FBS-GEN-2": (
        "marc.olivier@fonds.exemple.fr",
        Terms(
            {TargetKind.PARTICIPANTS: 16, TargetKind.WOMEN: 6, TargetKind.LOW_LEVEL: 8},
            outputs=("gen",),
            exit_rule="gen",
        ),
        Contact("Marc Olivier", "Chargé de mission", "marc.olivier@fonds.exemple.fr"),
    ),
    "CD01-RSA-7": (
        "anne.petit@departement.exemple.fr",
        Terms(
            {TargetKind.PARTICIPANTS: 25, TargetKind.DISTRICT: 8},
            outputs=("rsa", "ville", "emargement"),
            pillar=Pillar.EMPLOYMENT,
        ),
        Contact("Anne Petit", "Direction de l’insertion", "anne.petit@departement.exemple.fr"),
    ),
}


def sign_agreements(
    session: Session,
    actors: dict[str, Actor],
    organisations: dict[str, Organisation],
    opened: Cohorts,
    today: date,
) -> None:
    """Three agreements, each with targets, figures frozen twice and workbooks taken."""
    sophie = actors["sophie.garnier@revermont.exemple.fr"]
    malik = actors["malik.ferhat@bressecode.exemple.fr"]
    fse, fonds, dept = (organisations[code].id or 0 for code in ("FSE", "FONDS", "DEPT"))
    signed = (
        (sophie, "FSE-2025-014", "FSE+ : développeurs du bassin", fse, -450, 300,
         [opened.past, opened.current]),
        (sophie, "FBS-GEN-2", "Grande école du numérique, promotion en cours", fonds, -100, 250,
         [opened.current]),
        (malik, "CD01-RSA-7", "Initiation et préformation, public RSA", dept, -260, 120,
         [opened.pre_past, opened.pre_current]),
    )  # fmt: skip
    for actor, code, title, funder, start, end, over in signed:
        agreement = agreements.create_agreement(
            session,
            actor,
            code=code,
            title=title,
            funder_id=funder,
            starts_on=today + timedelta(days=start),
            ends_on=today + timedelta(days=end),
            cohort_ids=[cohort.id or 0 for cohort in over],
        )
        email, asked, contact = AGREED[code]
        _ask_and_export(session, actor, actors[email], agreement, asked, today)
        facts = replace(facts_of(session, agreement), contacts=[contact])
        edit_agreement(
            session, actor, agreement.id or 0, facts, version=agreement.version,
            now=datetime.combine(today, time(9), UTC),
        )  # fmt: skip
    _hand_over(session, actors[CLAIRE], today)


def _ask_for_later(session: Session, actor: Actor, agreement_id: int, today: date) -> None:
    """A workbook asked for this morning, that the server prepares apart."""
    asked = exports.requested(
        session, actor, agreement_id, as_of=today, today=today, code="insertion", layout_id=None
    )
    export_jobs.ask(session, actor, asked, today=today)


def _ask_and_export(
    session: Session,
    actor: Actor,
    reader: Actor,
    agreement: Agreement,
    asked: Terms,
    today: date,
) -> None:
    """What the funder asks for; two workbooks and two sets of figures, to be compared."""
    agreement_id = agreement.id or 0
    set_terms(session, actor, agreement_id, asked, version=agreement.version)
    tell_entries(session, actor, agreement, today)
    for days in (30, 0):
        exports.export_outcomes(
            session,
            actor,
            agreement_id,
            as_of=today - timedelta(days=days),
            today=today,
            code=asked.outputs[0],
        )
    if "insertion" in asked.outputs:
        _ask_for_later(session, actor, agreement_id, today)
    first = max(agreement.starts_on + timedelta(days=10), today - timedelta(days=100))
    for day in (first, today):
        # Figures that differ by a few people are not frozen: the latest stand.
        with suppress(RuleBroken):
            releases.publish_release(session, actor, agreement_id, limits=Thresholds(), today=day)
        export_figures(session, reader, agreement_id, as_of=day, code=asked.outputs[0])


def _hand_over(session: Session, claire: Actor, today: date) -> None:
    """The names a control asked for, taken this morning."""
    agreement = agreements.agreement_by_code(session, claire, "FSE-2025-014")
    words = "Contrôle sur pièces du trimestre, échantillon complet"
    now = datetime.now(UTC)
    nominative.hand_over(
        session,
        claire,
        agreement.id or 0,
        nominative.Asked("fse", today, Purpose.FSE_CONTROL, words),
        given_at=now,
        now=now,
        today=today,
        days=7,
    )
