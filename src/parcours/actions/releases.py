"""Figures of an agreement handed over without rows: counted, masked, frozen."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.release_facts import (
    DISTRICT,
    EXITS,
    FUNDER,
    GENDER,
    LEVEL,
    LOW,
    POSITIVE,
    PUBLIC,
    Counted,
    Tables,
    counted,
)
from parcours.actions.release_neighbours import Neighbours, locked, neighbours_of
from parcours.actions.release_scopes import crosses_of, districts_hidden
from parcours.actions.stored_crosses import packed
from parcours.domain.access import Actor, Capability, require
from parcours.domain.agreements import Progress, TargetKind, elapsed
from parcours.domain.disclosure import VERSION, Thresholds
from parcours.domain.disclosure_outputs import TOTAL, FrozenTables, masked_beside, moved, withheld
from parcours.domain.errors import RuleBroken
from parcours.domain.indicators import UNTOLD
from parcours.domain.words import Gender
from parcours.models import Agreement, AgreementTarget, Release, visibility

Hidden = Mapping[str, Mapping[str, Sequence[str]]]
# Where each target reads its count.
AIMED = {
    TargetKind.WOMEN: (GENDER, Gender.WOMAN.label),
    TargetKind.DISTRICT: (DISTRICT, "Oui"),
    TargetKind.LOW_LEVEL: (LEVEL, LOW),
    TargetKind.EXITS: (EXITS, POSITIVE),
}


def publish_release(
    session: Session, actor: Actor, agreement_id: int, *, limits: Thresholds, today: date
) -> Release:
    """Count the agreement today, mask, freeze; the last release again when nothing moved.

    What a public page masks holds what the funder’s masks: reading both tells no more. Raises
    RuleBroken when so few people moved since the last release that the two would show them, or
    when another agreement counts the same people but a few.
    """
    require(actor, Capability.EXPORT_OUTCOMES)
    agreement = visibility.agreement(session, actor, agreement_id)
    locked(session, agreement)
    before = releases_of(session, agreement_id)
    rule = before[0].exit_rule if before else agreement.exit_rule
    found = counted(session, agreement, rule, before[0].cohorts if before else {}, today)
    digest = _digest(agreement, found)
    if before and before[0].sha256 == digest:
        return before[0]
    _check_moved(before, found.tables, limits)
    beside = neighbours_of(session, agreement, rule, found, today)
    release = _release(actor, agreement, found, before, beside, limits)
    release.as_of, release.exit_rule, release.sha256 = today, rule, digest
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
        for name, parts in release.counts.items()
    }


def shown_districts(release: Release, reader: str) -> dict[str, int | None]:
    """People by priority district, as a reader is told them; nothing when none may be told."""
    hidden = release.districts.get(reader)
    if hidden is None:
        return {}
    return {
        code: None if code in hidden else count
        for code, count in release.districts["counts"].items()
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
    table, part = AIMED.get(kind, (GENDER, TOTAL))
    count, among = told[table][part], told[table][TOTAL]
    if count is None:
        return kind
    unknown = told[table].get(UNTOLD)
    return Progress(kind, target, count, among or 0, unknown or 0, gone)


def _check_moved(before: Sequence[Release], tables: Tables, limits: Thresholds) -> None:
    """Refuse figures that differ from the last ones by a few people alone: they would show them."""
    if not before or (count := moved(before[0].counts, tables)) >= limits.aggregated:
        return
    raise RuleBroken(
        f"{'Une seule personne a' if count == 1 else 'Trop peu de personnes ont'} changé depuis "
        f"les chiffres du {before[0].as_of.strftime('%d/%m/%Y')} : les arrêter maintenant les "
        f"montrerait une à une. Ils pourront l’être quand {limits.aggregated} personnes seront "
        "entrées, sorties ou auront changé de situation."
    )


def _release(
    actor: Actor,
    agreement: Agreement,
    found: Counted,
    before: Sequence[Release],
    beside: Neighbours,
    limits: Thresholds,
) -> Release:
    hidden = _hidden(actor, agreement, found.tables, before, beside, limits)
    districts = districts_hidden(found.districts, hidden, before, limits, beside)
    return Release(
        agreement_id=agreement.id or 0,
        organisation_id=actor.organisation_id,
        as_of=agreement.starts_on,
        rule=VERSION,
        participants=sum(found.tables[GENDER].values()),
        counts=found.tables,
        hidden=hidden,
        cohorts=found.cohorts,
        districts={"counts": found.districts, **districts},
        pairs={scope: packed(pairs) for scope, pairs in found.pairs.items()},
        crosses=crosses_of(found, hidden[FUNDER], before, limits, beside),
        sha256="",
        created_by_id=actor.account_id,
    )


def _hidden(
    actor: Actor,
    agreement: Agreement,
    tables: Tables,
    before: Sequence[Release],
    beside: Neighbours,
    limits: Thresholds,
) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for reader in (FUNDER, PUBLIC):
        masked = masked_beside(
            tables,
            [FrozenTables(row.counts, row.hidden[reader]) for row in before],
            beside.told(reader),
            least=limits.least(is_public=reader == PUBLIC, is_sensitive=False),
            width=limits.width,
            already=found.get(FUNDER),
        )
        if reader == FUNDER and (
            masked is None or not beside.keep_theirs(FrozenTables(tables, masked), limits.width)
        ):
            raise RuleBroken(_too_close(actor, agreement, beside, limits))
        # A public page may tell nothing at all.
        found[reader] = withheld(tables) if masked is None else masked
    return found


def _too_close(actor: Actor, agreement: Agreement, beside: Neighbours, limits: Thresholds) -> str:
    """Why figures cannot be told beside others; a funder is not told that others are."""
    if actor.organisation_id != agreement.organisation_id:
        return (
            "Lus à côté d’autres chiffres déjà remis, ceux-ci montreraient quelques personnes. "
            "Demandez à la structure qui a signé la convention quand ils pourront être arrêtés."
        )
    return (
        f"Lus à côté des chiffres déjà arrêtés ({', '.join(beside.codes)}) pour une partie des "
        "mêmes personnes, ceux-ci montreraient les quelques personnes que l’une des conventions "
        f"compte et l’autre non. Ils pourront l’être quand elles seront au moins "
        f"{limits.aggregated}, ou quand les conventions couvriront les mêmes promotions."
    )


def _digest(agreement: Agreement, found: Counted) -> str:
    """A checksum of every count, keyed: else masked counts could be tried one by one."""
    text = json.dumps([found.tables, found.districts], sort_keys=True, ensure_ascii=False)
    return hmac.new(agreement.pseudonym_key.encode(), text.encode(), hashlib.sha256).hexdigest()
