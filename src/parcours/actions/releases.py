"""Figures of an agreement handed over without rows: counted, masked, frozen."""

import hashlib
import hmac
import json
from collections import Counter
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.actions.definitions import definition_on
from parcours.actions.leavers import leavers_of
from parcours.actions.outcome_entries import entries_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agreements import Progress, TargetKind, elapsed
from parcours.domain.dates import age_on
from parcours.domain.disclosure import VERSION, Thresholds
from parcours.domain.disclosure_outputs import TOTAL, masked_tables
from parcours.domain.outcomes import ExitClass
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import Agreement, AgreementTarget, Exit, Learner, Release, visibility

FUNDER, PUBLIC = "funder", "public"
UNTOLD = "Non renseigné"
LOW, HIGH = "Bac ou moins", "Au-dessus du bac"
ACTIVE, POSITIVE, NO_EXIT = "En recherche d’emploi", "Sorties positives", "Sans sortie notée"
PARTS = {
    "Genre": (*(item.label for item in Gender), UNTOLD),
    "Âge à l’entrée": ("Moins de 18 ans", "18–29 ans", "30–54 ans", "55 ans et plus"),
    "Niveau à l’entrée": (LOW, HIGH, UNTOLD),
    "Situation à l’entrée": (ACTIVE, "Inactivité", "En emploi", UNTOLD),
    "RSA à l’entrée": ("Oui", "Non", UNTOLD),
    "Quartier prioritaire": ("Oui", "Non", UNTOLD),
    "Sorties": (POSITIVE, "Autres sorties", "Sans nouvelle", "Retraits", NO_EXIT),
}
STATUSES = {"EECO02": ACTIVE, "EECO04": "Inactivité", "EECO05": "En emploi"}
LEVELS = {"EECO09": LOW, "EECO10": LOW, "EECO11": HIGH}
DYNAMIC = {ExitClass.DURABLE, ExitClass.TRANSITION, ExitClass.POSITIVE}
UNKNOWN = {ExitClass.NOT_DOCUMENTED, ExitClass.UNCLASSIFIED}
# Where each target reads its count.
AIMED = {
    TargetKind.WOMEN: ("Genre", Gender.WOMAN.label),
    TargetKind.DISTRICT: ("Quartier prioritaire", "Oui"),
    TargetKind.LOW_LEVEL: ("Niveau à l’entrée", LOW),
    TargetKind.EXITS: ("Sorties", POSITIVE),
}


def publish_release(
    session: Session, actor: Actor, agreement_id: int, *, limits: Thresholds, today: date
) -> Release:
    """Count the agreement today, mask, freeze; the last release again when nothing moved.

    What a public page masks holds what the funder’s masks: reading both tells no more.
    """
    require(actor, Capability.EXPORT_OUTCOMES)
    agreement = visibility.agreement(session, actor, agreement_id)
    tables = _counted(session, agreement, today)
    before = releases_of(session, agreement_id)
    digest = _digest(agreement, tables)
    if before and before[0].sha256 == digest:
        return before[0]
    release = Release(
        agreement_id=agreement_id,
        organisation_id=actor.organisation_id,
        as_of=today,
        rule=VERSION,
        participants=sum(tables["Genre"].values()),
        counts=tables,
        hidden=_hidden(tables, before, limits),
        sha256=digest,
        created_by_id=actor.account_id,
    )
    session.add(release)
    session.flush()
    audit.record(session, actor, "release", "agreement", agreement_id, sha256=digest)
    return release


def releases_of(session: Session, agreement_id: int) -> list[Release]:
    """The releases of an agreement the caller has opened, the latest first."""
    rows = session.execute(
        select(Release)
        .where(col(Release.agreement_id) == agreement_id)
        .order_by(col(Release.id).desc())
    ).scalars()
    return list(rows)


def shown(release: Release, reader: str) -> dict[str, dict[str, int | None]]:
    """The tables as a reader is told them, by part then total; None is masked."""
    return {
        name: {
            part: None if part in release.hidden[reader][name] else count
            for part, count in {**parts, TOTAL: release.participants}.items()
        }
        for name, parts in ((name, release.counts[name]) for name in PARTS)
    }


def masked_count(release: Release, reader: str) -> int:
    """How many counts a reader is not told; the total, told once, counts once."""
    hidden = release.hidden[reader].values()
    parts = sum(len(set(masked) - {TOTAL}) for masked in hidden)
    return parts + any(TOTAL in masked for masked in hidden)


def progress_of(
    session: Session, agreement: Agreement, release: Release, reader: str, *, today: date
) -> list[Progress | TargetKind]:
    """Each target and how far it got; the target alone where its count is masked."""
    rows = session.execute(
        select(AgreementTarget).where(col(AgreementTarget.agreement_id) == agreement.id)
    ).scalars()
    told, gone = shown(release, reader), elapsed(agreement.starts_on, agreement.ends_on, today)
    targets = {row.kind: row.value for row in rows}
    return [_progress(told, kind, targets[kind], gone) for kind in TargetKind if kind in targets]


def _progress(
    told: dict[str, dict[str, int | None]], kind: TargetKind, target: int, gone: Fraction
) -> Progress | TargetKind:
    table, part = AIMED.get(kind, ("Genre", TOTAL))
    count, among = told[table][part], told[table][TOTAL]
    if count is None:
        return kind
    unknown = told[table].get(UNTOLD)
    return Progress(kind, target, count, among or 0, unknown or 0, gone)


def _hidden(
    tables: dict[str, dict[str, int]], before: list[Release], limits: Thresholds
) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for reader in (FUNDER, PUBLIC):
        found[reader] = masked_tables(
            tables,
            [(row.counts, row.hidden[reader]) for row in before],
            least=limits.least(is_public=reader == PUBLIC, is_sensitive=False),
            width=limits.width,
            already=found.get(FUNDER),
        )
    return found


def _counted(session: Session, agreement: Agreement, today: date) -> dict[str, dict[str, int]]:
    entries, learners = entries_of(session, agreement, today)
    classes = _classes(session, agreement, set(learners), today)
    counters = {name: Counter(dict.fromkeys(parts, 0)) for name, parts in PARTS.items()}
    for key, rows in entries.items():
        told = _told(learners[key], rows[0][0].enrolled_on, classes.get(key))
        for name, part in zip(PARTS, told, strict=True):
            counters[name][part] += 1
    return {name: dict(counter) for name, counter in counters.items()}


def _told(learner: Learner, entered_on: date, left: ExitClass | None) -> tuple[str, ...]:
    """The part somebody falls in, table by table."""
    level = reference.education_levels().get(learner.education or "")
    status = reference.entry_statuses().get(learner.entry_status or "")
    codes = status.extra["esf_indicators"].split(";") if status else []
    answers = {True: "Oui", False: "Non", None: UNTOLD}
    districts = {DistrictStatus.INSIDE: "Oui", DistrictStatus.OUTSIDE: "Non"}
    return (
        learner.gender.label if learner.gender else UNTOLD,
        _band(age_on(learner.born_on, entered_on)),
        LEVELS.get(level.extra["esf_indicator"] if level else "", UNTOLD),
        next((STATUSES[code] for code in codes if code in STATUSES), UNTOLD),
        answers[learner.receives_rsa],
        districts.get(learner.qpv_status, UNTOLD) if learner.qpv_status else UNTOLD,
        _exit(left),
    )


def _band(age: int) -> str:
    limits = zip((18, 30, 55), PARTS["Âge à l’entrée"], strict=False)
    return next((band for limit, band in limits if age < limit), "55 ans et plus")


def _exit(left: ExitClass | None) -> str:
    if left is None:
        return NO_EXIT
    if left is ExitClass.WITHDRAWN:
        return "Retraits"
    if left in UNKNOWN:
        return "Sans nouvelle"
    return POSITIVE if left in DYNAMIC else "Autres sorties"


def _classes(
    session: Session, agreement: Agreement, ids: set[int], today: date
) -> dict[int, ExitClass]:
    """By learner, what the last exit noted by the agreement’s organisation is worth."""
    rows = session.execute(
        select(Exit)
        .where(
            col(Exit.organisation_id) == agreement.organisation_id,
            col(Exit.exited_on) >= agreement.starts_on,
            col(Exit.exited_on) <= today,
        )
        .order_by(col(Exit.exited_on), col(Exit.id))
    ).scalars()
    last = {row.learner_id: row for row in rows if row.learner_id in ids}
    leavers = leavers_of(session, list(last.values()), as_of=today)
    rule = definition_on("iae", today)
    return {key: rule.classify(leavers[row.id or 0], as_of=today) for key, row in last.items()}


def _digest(agreement: Agreement, tables: dict[str, dict[str, int]]) -> str:
    """A checksum of every count, keyed: else masked counts could be tried one by one."""
    text = json.dumps(tables, sort_keys=True, ensure_ascii=False)
    return hmac.new(agreement.pseudonym_key.encode(), text.encode(), hashlib.sha256).hexdigest()
