"""Needs through the actions: versions, words, freshness, reminders once, lists taken in."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from parcours.actions import (
    employers,
    imports,
    need_freshness,
    need_links,
    need_words,
    needs,
    personal_links,
)
from parcours.actions.directory import PartnerFacts
from parcours.actions.employers import Contact, SiteFacts
from parcours.actions.need_history import By, current
from parcours.actions.need_links import LINKS
from parcours.actions.personal_links import MOST_FAILURES, LinkState, enter, look
from parcours.domain.access import Actor, Role
from parcours.domain.errors import EditConflict, NotAllowed, NotFound, RuleBroken
from parcours.domain.needs import ClosingReason, NeedState, Requirement, Terms, state_on
from parcours.models import (
    Employer,
    EmployerSite,
    Message,
    Need,
    NeedEvent,
    NeedLink,
    NeedRequirement,
    NeedVersion,
    NeedWord,
    Organisation,
    Skill,
    SkillWord,
)
from parcours.sheets.opening import open_workbook
from tests.actions.conftest import Cast
from tests.conftest import SHARED

LA_POSTE, STUDIO = "35600000000048", "12870406002412"
HEAD = ("Entreprise", "SIRET", "Poste", "ROME", "Nb postes", "Contrat", "Prise de poste", "Lieu",
        "Compétences demandées (niveau)", "Souhaité", "Permis B", "Horaires",
        "Contact")  # fmt: skip
ROW = ("Studio Revermont", STUDIO, "Intégratrice", "M1855", 2, "CDI", date(2027, 1, 4), "Bourg",
       "HTML (autonome); Accueil téléphonique", "Anglais", "non", "35h",
       "rh@studio.fr")  # fmt: skip


@pytest.fixture
def nadia(cast: Cast) -> Actor:
    """A counsellor."""
    return cast("MDE", Role.COUNSELLOR)


@pytest.fixture
def skills(session: Session) -> dict[str, int]:
    """Two skills that somebody teaches."""
    rows = [Skill(code=label.lower(), label=label, framework="parcours") for label in
            ("HTML", "CSS")]  # fmt: skip
    session.add_all(rows)
    session.flush()
    return {row.label: row.id or 0 for row in rows}


@pytest.fixture
def employer(session: Session, nadia: Actor) -> Employer:
    """An employer of hers."""
    facts = PartnerFacts("Studio Revermont", employers.KIND, "Bourg", "rh@studio.fr", STUDIO)
    return employers.add_employer(session, nadia, facts, Contact(contact_name="Igor Bonnet"))


def note(
    session: Session,
    actor: Actor,
    employer: Employer,
    asked: Sequence[Requirement] = (),
    *,
    words: Sequence[needs.AskedWord] = (),
    today: date,
) -> Need:
    """A need of two posts."""
    terms = Terms("Intégratrice", 2, rome_code="M1855", contracts=("CDI",))
    return needs.create_need(
        session, actor, employer.id or 0, terms, asked, words=words, today=today
    )


def published(session: Session, actor: Actor, employer: Employer, skill: int, today: date) -> Need:
    """The same, published."""
    need = note(session, actor, employer, [Requirement(skill, 3, 4, True)], today=today)
    return needs.publish(session, actor, need.id or 0, version=1, today=today)


def acts(session: Session, need: Need) -> list[str]:
    """The history of a need, in order."""
    rows = session.execute(
        select(col(NeedEvent.act)).where(col(NeedEvent.need_id) == need.id).order_by("id")
    )
    return [row[0].value for row in rows]


def test_a_need_without_a_skill_stays_a_draft(
    session: Session, nadia: Actor, employer: Employer, skills: dict[str, int], today: date
) -> None:
    need = note(session, nadia, employer, today=today)
    with pytest.raises(RuleBroken, match="une compétence au moins"):
        needs.publish(session, nadia, need.id or 0, version=1, today=today)
    terms, _ = current(session, need)
    asked = [Requirement(skills["HTML"], 3, 4, True)]
    needs.edit_need(session, nadia, need.id or 0, terms, asked, is_shared=True, version=1,
                    today=today)  # fmt: skip
    needs.publish(session, nadia, need.id or 0, version=2, today=today)
    assert (need.state, need.confirmed_on) == (NeedState.PUBLISHED, today)
    # A published one keeps a skill.
    with pytest.raises(RuleBroken, match="une compétence au moins"):
        needs.edit_need(session, nadia, need.id or 0, terms, [], is_shared=True, version=2,
                        today=today)  # fmt: skip


def test_each_change_is_a_version_and_none_ever_moves(
    session: Session, nadia: Actor, employer: Employer, skills: dict[str, int], today: date
) -> None:
    need = published(session, nadia, employer, skills["HTML"], today)
    number = need.id or 0
    terms, asked = current(session, need)
    same = {"is_shared": True, "version": 1, "today": today}
    needs.edit_need(session, nadia, number, terms, asked, **same)
    assert need.version == 1
    needs.edit_need(session, nadia, number, replace(terms, posts=5), asked, **same)
    with pytest.raises(EditConflict):
        needs.edit_need(session, nadia, number, replace(terms, posts=9), asked, **same)
    rows = session.execute(
        select(col(NeedVersion.number), col(NeedVersion.posts), col(NeedVersion.rome_parent))
        .where(col(NeedVersion.need_id) == number)
        .order_by("number")
    ).all()
    assert [tuple(row) for row in rows] == [(1, 2, "M1805"), (2, 5, "M1805")]
    session.commit()
    for row in (
        session.execute(select(NeedVersion)).scalars().first(),
        session.execute(select(NeedRequirement)).scalars().first(),
    ):
        assert row is not None
        if isinstance(row, NeedVersion):
            row.posts = 99
        else:
            row.weight = 5
        with pytest.raises(DatabaseError, match="append-only"):
            session.flush()
        session.rollback()


def test_words_are_mapped_by_a_person_and_proposed_the_next_time(
    session: Session, cast: Cast, nadia: Actor, employer: Employer, skills: dict[str, int],
    today: date,
) -> None:  # fmt: skip
    words = [needs.AskedWord("Maquetter  une page", 3), needs.AskedWord("maquetter une page"),
             needs.AskedWord("Sourire", None, is_essential=False)]  # fmt: skip
    need = note(session, nadia, employer, words=words, today=today)
    first, second = need_words.words_of(session, need)
    assert (first.text, first.level, second.text) == ("Maquetter  une page", 3, "Sourire")
    choices = {first.id or 0: need_words.Choice(skills["HTML"], 3),
               second.id or 0: need_words.Choice(None)}  # fmt: skip
    need_words.settle_words(session, nadia, need.id or 0, choices, today=today)
    assert current(session, need)[1] == (Requirement(skills["HTML"], 3, 4, True),)
    assert need.version == 2
    assert need_words.words_of(session, need) == []
    known = session.execute(select(SkillWord)).scalar_one()
    assert (known.organisation_id, known.key) == (nadia.organisation_id, "maquetter une page")
    assert known.skill_id == skills["HTML"]
    again = note(session, nadia, employer, words=[words[0]], today=today)
    # Proposed, never taken for granted.
    assert current(session, again)[1] == ()
    with pytest.raises(NotFound):
        need_words.settle_words(session, nadia, again.id or 0, choices, today=today)


def test_a_new_skill_is_made_once_and_only_when_asked(
    session: Session, nadia: Actor, employer: Employer, today: date
) -> None:
    made = []
    for text in ("Réseaux locaux", "RESEAUX LOCAUX"):
        need = note(session, nadia, employer, words=[needs.AskedWord(text)], today=today)
        (word,) = need_words.words_of(session, need)
        choice = {word.id or 0: need_words.Choice(None, 2, is_new=True)}
        need_words.settle_words(session, nadia, need.id or 0, choice, today=today)
        made.append(current(session, need)[1][0].skill_id)
    assert made[0] == made[1]
    assert session.get_one(Skill, made[0]).label == "Réseaux locaux"


def test_silence_suspends_and_a_confirmation_mends(
    session: Session, nadia: Actor, employer: Employer, skills: dict[str, int], today: date
) -> None:
    need = published(session, nadia, employer, skills["HTML"], today)
    late = today + timedelta(days=90)
    assert state_on(need.state, need.suspends_on, late) is NeedState.SUSPENDED
    by = By.account(nadia)
    need_freshness.confirm(session, need, by, posts=2, today=late)
    assert state_on(need.state, need.suspends_on, late) is NeedState.PUBLISHED
    assert need.version == 1
    need_freshness.confirm(session, need, by, posts=3, today=late)
    assert (need.version, current(session, need)[0].posts) == (2, 3)
    need_freshness.close(session, need, by, reason=ClosingReason.CANCELLED, words=None, today=late)
    for act in (need_freshness.confirm, need_freshness.fill):
        with pytest.raises(RuleBroken, match="rouvrez-le"):
            act(session, need, by, today=late)
    need_freshness.reopen(session, need, by, today=late)
    assert (need.state, need.closing_reason) == (NeedState.PUBLISHED, None)
    need_freshness.fill(session, need, by, today=late)
    assert acts(session, need) == [
        "created", "published", "confirmed", "changed", "confirmed", "closed", "reopened",
        "filled"]  # fmt: skip


def test_the_delay_is_each_organisation_s_and_moves_no_promise(
    session: Session, cast: Cast, nadia: Actor, employer: Employer, skills: dict[str, int],
    today: date,
) -> None:  # fmt: skip
    need = published(session, nadia, employer, skills["HTML"], today)
    with pytest.raises(NotAllowed):
        need_freshness.set_fresh_days(session, nadia, 30)
    lead = cast("MDE", Role.COORDINATOR, "Pierre Lambert")
    need_freshness.set_fresh_days(session, lead, 30)
    session.refresh(session.get_one(Organisation, nadia.organisation_id))
    assert need.suspends_on == today + timedelta(days=90)
    need_freshness.confirm(session, need, By.account(nadia), today=today)
    assert need.suspends_on == today + timedelta(days=30)


def live(session: Session, start: date, days: int) -> list[int]:
    """Run the daily work twice a day; the days on which something was asked."""
    asked = []
    for number in range(days):
        for _hour in range(2):
            done = need_links.run(session, today=start + timedelta(days=number))
            asked += [number] * done["reminded"]
    return asked


def test_each_confirmation_brings_one_reminder(
    session: Session, nadia: Actor, employer: Employer, skills: dict[str, int], today: date
) -> None:
    need = published(session, nadia, employer, skills["HTML"], today)
    employers.renew_code(session, nadia, employer.id or 0)
    assert live(session, today, 200) == [76]
    (message,) = session.execute(select(Message)).scalars().all()
    assert message.partner_id == employer.partner_id
    assert "Intégratrice" in message.body
    assert (message.path or "").startswith("/reponse-besoin/")
    later = today + timedelta(days=200)
    need_freshness.confirm(session, need, By.account(nadia), today=later)
    assert live(session, later, 100) == [76]
    need_freshness.fill(session, need, By.account(nadia), today=later)
    assert live(session, later, 100) == []


def test_without_a_code_the_reminder_is_the_organisation_s(
    session: Session, nadia: Actor, employer: Employer, skills: dict[str, int], today: date
) -> None:
    need = published(session, nadia, employer, skills["HTML"], today)
    assert need_links.run(session, today=today + timedelta(days=80)) == {
        "reminded": 1,
        "written": 0,
    }
    assert session.execute(select(func.count()).select_from(Message)).scalar_one() == 0
    assert acts(session, need)[-1] == "reminded"


def test_a_link_opens_with_the_employer_s_code_answers_once_and_explains_itself(
    session: Session, nadia: Actor, employer: Employer, skills: dict[str, int], today: date
) -> None:
    need = published(session, nadia, employer, skills["HTML"], today)
    link = need_links.make(session, nadia, need.id or 0, today=today)
    assert link.code is not None
    assert re.fullmatch(r"\d{6}", link.code)
    kept = session.execute(select(NeedLink)).scalar_one()
    assert link.token not in repr(kept.model_dump())
    assert link.code not in repr(kept.model_dump())
    assert look(session, LINKS, link.token, today=today) is LinkState.READY
    assert look(session, LINKS, "faux", today=today) is LinkState.UNKNOWN
    where, _, found = enter(session, LINKS, link.token, "000000x", today=today)
    assert (where, found) == (LinkState.READY, None)
    spaced = f"{link.code[:3]} {link.code[3:]}"
    _, opened, found = enter(session, LINKS, link.token, spaced, today=today)
    assert opened is not None
    assert found is need
    personal_links.use_up(session, opened)
    assert look(session, LINKS, link.token, today=today) is LinkState.USED
    # The next one keeps the code; it ends the one before, and a late one has expired.
    second = need_links.make(session, nadia, need.id or 0, today=today)
    third = need_links.make(session, nadia, need.id or 0, today=today)
    assert (second.code, third.code) == (None, None)
    assert look(session, LINKS, second.token, today=today) is LinkState.ENDED
    late = today + need_links.LASTS + timedelta(days=1)
    assert look(session, LINKS, third.token, today=late) is LinkState.EXPIRED
    for _try in range(MOST_FAILURES):
        enter(session, LINKS, third.token, "nope", today=today)
    assert look(session, LINKS, third.token, today=today) is LinkState.LOCKED
    code = employers.renew_code(session, nadia, employer.id or 0)
    assert enter(session, LINKS, third.token, code, today=today)[2] is need


def test_an_employer_is_known_once_by_each_organisation(
    session: Session, cast: Cast, nadia: Actor, employer: Employer
) -> None:
    facts = PartnerFacts("Studio R.", employers.KIND, siret=STUDIO)
    with pytest.raises(RuleBroken, match="connaît déjà"):
        employers.add_employer(session, nadia, facts, Contact())
    other = cast("AUTRE")
    theirs = employers.add_employer(session, other, facts, Contact())
    assert (theirs.partner_id, theirs.contact_name) == (employer.partner_id, None)
    for siret in ("12870406002413", "128"):
        bad = PartnerFacts("Faux", employers.KIND, siret=siret)
        with pytest.raises(RuleBroken) as refusal:
            employers.add_employer(session, other, bad, Contact())
        assert "siret" in refusal.value.errors
    post = PartnerFacts("La Poste", employers.KIND, siret=LA_POSTE)
    employers.add_employer(session, other, post, Contact())
    with pytest.raises(NotFound):
        employers.add_site(session, other, employer.id or 0, SiteFacts("Siège"))
    with pytest.raises(RuleBroken, match="latitude et la longitude"):
        employers.add_site(session, nadia, employer.id or 0, SiteFacts("Siège", latitude=46.2))


def test_who_follows_no_need_notes_none(session: Session, cast: Cast, today: date) -> None:
    funder = cast("MDE", Role.FUNDER, "Claire Vidal")
    with pytest.raises(NotAllowed):
        employers.add_employer(session, funder, PartnerFacts("Studio", employers.KIND), Contact())
    with pytest.raises(NotAllowed):
        needs.create_need(session, funder, 1, Terms("Poste"), today=today)


def book(*rows: tuple[Any, ...]) -> bytes:
    """A workbook of needs."""
    workbook = Workbook()
    for row in (HEAD, *rows):
        workbook.worksheets[0].append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def run(session: Session, actor: Actor, content: bytes, today: date) -> dict[str, Any]:
    """Import a list of needs in one go."""
    return imports.run_import(session, actor, open_workbook(content, "besoins.xlsx"), kind="needs",
                              cohort=None, today=today)  # fmt: skip


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """Created, updated, unchanged, to decide, rejected; with the blank ones, what was read."""
    names = ("created", "updated", "unchanged", "to_decide", "rejected")
    assert sum(report[name] for name in (*names, "blank")) == report["read"]
    return tuple(report[name] for name in names)


def test_a_list_of_needs_enters_once_as_drafts(
    session: Session, nadia: Actor, skills: dict[str, int], today: date
) -> None:
    second = ("Mairie", "", "Accueil", "M1601", 1, "CDD", None, "", "Sourire", "", "", "", "")
    content = book(ROW, second, ("Vide", "", "Poste", "", 1, "", None, "", "", "", "", "", ""))
    report = run(session, nadia, content, today)
    assert counts(report) == (2, 0, 0, 0, 1)
    assert [(error["row"], error["column"]) for error in report["errors"]] == [(4, "I")]
    assert counts(run(session, nadia, content, today)) == (0, 0, 2, 0, 1)
    need = session.execute(select(Need).order_by(col(Need.id))).scalars().first()
    assert need is not None
    assert need.state is NeedState.DRAFT
    terms, asked = current(session, need)
    assert (terms.posts, terms.contracts, terms.rome_parent) == (2, ("CDI",), "M1805")
    # What names a known skill is that skill; the rest waits for somebody, nothing is invented.
    assert asked == (Requirement(skills["HTML"], 3, 4, True),)
    words = session.execute(select(col(NeedWord.text)).where(col(NeedWord.need_id) == need.id))
    assert list(words.scalars()) == ["Accueil téléphonique", "Anglais"]
    assert session.execute(select(func.count()).select_from(Skill)).scalar_one() == 2
    sites = session.execute(select(col(EmployerSite.city))).scalars().all()
    assert list(sites) == ["Bourg"]
    stored = session.execute(
        select(col(Organisation.contact_email)).where(col(Organisation.siret) == STUDIO)
    )
    assert stored.scalar_one() == "rh@studio.fr"


def test_a_row_that_changed_waits_for_somebody(
    session: Session, nadia: Actor, skills: dict[str, int], today: date
) -> None:
    run(session, nadia, book(ROW), today)
    need = session.execute(select(Need)).scalar_one()
    changed = book((*ROW[:4], 7, *ROW[5:]))
    report = run(session, nadia, changed, today)
    assert counts(report) == (0, 0, 0, 1, 0)
    assert current(session, need)[0].posts == 2
    row = imports.receive(session, nadia, open_workbook(changed, "b.xlsx"), kind="needs")
    imports.decide(session, nadia, row.id or 0, {"2": str(need.id)})
    report = imports.confirm_import(session, nadia, row.id or 0, today=today)
    assert counts(report) == (0, 1, 0, 0, 0)
    assert (need.version, current(session, need)[0].posts) == (2, 7)
    assert counts(run(session, nadia, changed, today)) == (0, 0, 1, 0, 0)
    # The same post twice in a file: said, and a person may say that they are two.
    report = run(session, nadia, book((*ROW[:4], 7, *ROW[5:]), ROW), today)
    assert counts(report) == (0, 0, 1, 1, 0)


@pytest.mark.shared
def test_the_list_of_a_partner_gives_exactly_what_it_holds(
    session: Session, nadia: Actor, today: date
) -> None:
    samples = SHARED / "samples"
    truth = json.loads((samples / "truth.json").read_text())["besoins-employeurs-t4.xlsx"]
    content = (samples / "besoins-employeurs-t4.xlsx").read_bytes()
    report = run(session, nadia, content, today)
    kept = truth["data_rows"] - len(truth["errors"])
    assert counts(report) == (kept, 0, 0, 0, len(truth["errors"]))
    assert [error["row"] for error in report["errors"]] == [e["row"] for e in truth["errors"]]
    assert counts(run(session, nadia, content, today)) == (0, 0, kept, 0, len(truth["errors"]))
    assert session.execute(select(func.count()).select_from(Skill)).scalar_one() == 0
