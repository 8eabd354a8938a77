"""Two full tenants that never heard of each other, each with everything its screens can show.

Every text one tenant writes holds its mark, so that any byte of it on the other’s screens is seen.
"""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import (
    accounts,
    agreement_terms,
    agreements,
    alert_rules,
    alerts,
    alerts_daily,
    appointment_series,
    appointments,
    attendance,
    calendar_links,
    calendars,
    cohorts,
    coverage_facts,
    curricula,
    curriculum_aims,
    discussions,
    exits,
    export_jobs,
    exports,
    follow_ups,
    imports,
    learners,
    messages,
    news,
    notes,
    offer_dates,
    offers,
    outcome_rows,
    pathways,
    referents,
    relay_delays,
    relays,
    releases,
    replacements,
    sharing,
    situations,
    tasks,
)
from parcours.actions.learners import LearnerFacts
from parcours.actions.relay_facts import Speaker
from parcours.domain.access import Actor, Role
from parcours.domain.agenda import AppointmentKind, Outcome, Rhythm
from parcours.domain.agreements import TargetKind
from parcours.domain.alerts import DEFAULT, AskedBy
from parcours.domain.alerts_settling import settle, settled
from parcours.domain.attendance import Asked, Status
from parcours.domain.disclosure import Thresholds
from parcours.domain.follow_ups import TryOutcome
from parcours.domain.messages import Channel, MessageKind
from parcours.domain.notes import NoteKind, NoteReach
from parcours.domain.partners import DiscussionKind, OfferEntry
from parcours.domain.pathway import StepDates
from parcours.domain.words import ContactPreference, Gender, SharingMedium, StepKind
from parcours.models import (
    AlertEpisode,
    Cohort,
    Learner,
    Organisation,
    Pathway,
    Programme,
)
from parcours.models.base import utc_now
from parcours.sheets.opening import open_workbook
from tests.tenancy import candidacies, certified, support
from tests.tenancy.handed_over import hand_names_over
from tests.tenancy.immersions import follow_immersions
from tests.tenancy.tenant import Tenant
from tests.tenancy.territory_needs import keep_figures, note_needs

PASSWORD = "quatre mots pour les essais"
ROLES = (
    Role.COORDINATOR,
    Role.COUNSELLOR,
    Role.TRAINER,
    Role.ORGANISATION_ADMIN,
    Role.TECHNICAL_ADMIN,
)
LIST = "Nom;Prénom;Date de naissance;Téléphone;Début\n{rows}"
SHEET = "Nom;Prénom;{days}\n{rows}"


def two_tenants(session: Session, today: date) -> tuple[Tenant, Tenant]:
    """Both tenants, each built in the same way through the actions."""
    pair = Tenant("quokka", "6390"), Tenant("wombat", "7001")
    builders = [_Builder(session, tenant, today) for tenant in pair]
    for builder in builders:
        builder.open()
    # A programme belongs to the territory: both know it.
    programme = curricula.create_programme(
        session,
        pair[0].actors["coordinator"],
        code="GEN",
        name="Programme commun",
        starts_on=today - timedelta(days=900),
    )
    for builder in builders:
        builder.build(programme)
    return pair


class _Builder:
    """Writes everything one tenant holds."""

    def __init__(self, session: Session, tenant: Tenant, today: date) -> None:
        self.session, self.tenant, self.today = session, tenant, today
        self.people = 0

    def build(self, programme: Programme) -> None:
        """People in every situation, a cohort, an agreement, files."""
        self.programme = programme
        cohort = self._cohort(-40, 40)
        self._in_cohort(cohort)
        self._in_cohort(cohort)
        self._mark(cohort)
        certified.tell_skills(self, cohort)
        certified.hold_juries(self, cohort)
        follow_immersions(self.session, self.tenant, cohort, self.today)
        waiting = self._waiting()
        self._enter()
        self._left()
        self._agreement(cohort)
        self._imports(cohort)
        self._messages()
        learner = self._relays()
        self._exchanges(learner, waiting)
        self._alerts(learner)
        self._agenda()
        self._partners()
        support.write(self.session, self.tenant, learner.id or 0, self.today)
        people = [self._enter().id or 0 for _ in range(2)]
        candidacies.tell(self.session, self.tenant, cohort, people, learner, self.today)
        note_needs(self.session, self.tenant, self._lead, self.today)
        keep_figures(self.session, self._lead, cohort, self.today)

    def open(self) -> None:
        """The organisations and their people."""
        tenant, code = self.tenant, self.tenant.digits
        kinds = (("structure", "OF"), ("partenaire", "MEDIATION"), ("financeur", "DEPARTEMENT"))
        made = {
            name: accounts.create_organisation(
                self.session, code=f"{name}-{code}", name=f"{name.capitalize()} {code}", kind=kind
            )
            for name, kind in kinds
        }
        jobs = [(role.value, "structure", role) for role in ROLES]
        jobs += [("partner", "partenaire", Role.COUNSELLOR), ("funder", "financeur", Role.FUNDER)]
        for who, name, role in jobs:
            account = accounts.create_account(
                self.session,
                email=tenant.email(who),
                name=f"Camille {tenant.mark}-{who}",
                password=PASSWORD,
            )
            start = self.today - timedelta(days=500)
            accounts.join(self.session, account, made[name], role, starts_on=start)
            if role is Role.COORDINATOR:
                accounts.join(
                    self.session, account, made["partenaire"], Role.TRAINER, starts_on=start
                )
            tenant.actors[who] = accounts.actor_for(
                self.session, tenant.email(who), today=self.today
            )

    @property
    def _lead(self) -> Actor:
        return self.tenant.actors["coordinator"]

    def _cohort(self, start: int, end: int) -> Cohort:
        text = self.tenant.text
        curriculum = curricula.create_curriculum(
            self.session,
            self._lead,
            code=text("CURSUS"),
            name=text("Cursus"),
            modules=[
                curricula.ModuleFacts(
                    # The words of what is taught are the territory’s (decision 0011).
                    text("Module"),
                    Decimal(70),
                    ((f"html-{self.tenant.mark}", "Écrire une page", 2),),
                )
            ],
        )
        found, _labels = coverage_facts.curricula_of(
            self.session, self._lead.organisation_id, today=self.today
        )
        curriculum_aims.set_aims(
            self.session, self._lead, curriculum.id or 0, rome_codes=["M1855"],
            foundations=set(found[curriculum.id or 0].modules), version=1,
        )  # fmt: skip
        facts = cohorts.CohortFacts(
            code=f"P-{self.tenant.mark}",
            name=text("Promotion"),
            starts_on=self._day(start),
            ends_on=self._day(end),
            capacity=12,
            programme_id=self.programme.id,
            curriculum_id=curriculum.id,
        )
        cohort = cohorts.create_cohort(self.session, self._lead, facts)
        calendars.plan_half_days(self.session, self._lead, cohort.id or 0)
        return cohort

    def _enter(self) -> Learner:
        self.people += 1
        mark, number = self.tenant.mark, self.people
        letter = "abcdefghijklmnop"[number]
        facts = LearnerFacts(
            birth_name=f"{mark.capitalize()} {letter * 3}",
            usage_name=f"{mark.capitalize()}-{letter * 2}",
            first_names=f"Prénom{mark} {letter}",
            born_on=self._born(number),
            gender=Gender.WOMAN,
            phone=self.tenant.phone(number),
            email=f"{letter}@{mark}.exemple.fr",
            address=f"{number} rue {mark}",
            city=f"Ville-{mark}",
            contact_preference=ContactPreference.PHONE,
            receives_rsa=True,
            criteria=frozenset({"PI"}),
        )
        return learners.create_learner(
            self.session, self._lead, facts, today=self.today, is_another=True
        )

    def _begin(self, opened: int) -> tuple[Learner, Pathway]:
        learner = self._enter()
        pathway = pathways.open_pathway(
            self.session,
            self._lead,
            learner,
            opened_on=self._day(opened),
            programme_id=self.programme.id,
        )
        return learner, pathway

    def _step(self, pathway: Pathway, start: int, end: int | None, *, real: bool = True) -> int:
        dates = StepDates(
            self._day(start),
            self._day(end) if end is not None else None,
            self._day(start) if real else None,
        )
        text = self.tenant.text
        facts = pathways.StepFacts(
            StepKind.WORKSHOP, text("Atelier"), dates, Decimal(6), text("Note")
        )
        row = pathways.add_step(self.session, self._lead, pathway, facts, today=self.today)
        return row.id or 0

    def _in_cohort(self, cohort: Cohort) -> None:
        learner, pathway = self._begin(-60)
        cohorts.enrol(self.session, self._lead, cohort.id or 0, learner.id or 0, today=self.today)
        self._step(pathway, -10, 30, real=False)
        cancelled = self._step(pathway, -50, -45)
        pathways.cancel_step(
            self.session,
            self._lead,
            cancelled,
            reason=self.tenant.text("Salle fermée"),
            today=self.today,
        )
        for is_withdrawn in (True, False):
            shared = self._share(learner)
            if is_withdrawn:
                sharing.withdraw_sharing(self.session, self._lead, shared, today=self.today)

    def _mark(self, cohort: Cohort) -> None:
        group = cohorts.roster(self.session, cohort)
        past = [slot for slot in calendars.calendar(self.session, cohort) if slot.on < self.today]
        # The first sheet was never taken; the others are locked since their own day.
        for slot in past[1:]:
            asked = {enrolment: Asked(Status.PRESENT) for enrolment in group}
            attendance.mark_half_day(
                self.session, self._lead, cohort.id or 0, slot, asked, today=self.today
            )
        self.session.get_one(Organisation, self._lead.organisation_id).correction_days = 0
        why = self.tenant.text("Salle en travaux")
        calendars.cancel(self.session, self._lead, cohort.id or 0, past[2], reason=why)

    def _waiting(self) -> Learner:
        learner, pathway = self._begin(-40)
        self._step(pathway, -40, -8)
        facts = learners.facts_of(self.session, learner)
        learners.edit_learner(
            self.session,
            self._lead,
            learner.id or 0,
            replace(facts, city=self.tenant.text("Autre")),
            version=learner.version,
            today=self.today,
        )
        return learner

    def _relays(self) -> Learner:
        """Two sent to the partner and two the partner sends, a question asked on each."""
        learner, pathway = self._begin(-30)
        self._step(pathway, -30, -20)
        partner = self.tenant.actors["partner"]
        self._share(learner)
        dates = StepDates(self._day(20), self._day(60))
        pairs = ((self._lead, partner), (partner, self._lead))
        for number, (sender, receiver) in enumerate((*pairs, *pairs)):
            kind = (StepKind.WORKSHOP, StepKind.JOB_SEARCH)[number // 2]
            relay = relays.propose(
                self.session,
                sender,
                learner.id or 0,
                relays.Proposal(
                    receiver.organisation_id,
                    pathways.StepFacts(kind, self.tenant.text("Suite"), dates),
                    self.tenant.text("Raison"),
                    SharingMedium.ORAL,
                ),
                today=self.today,
            )
            speaker = Speaker.of(receiver)
            words = self.tenant.text("Question")
            relays.ask(self.session, relay, speaker, words=words, today=self.today)
        relay_delays.add_closure(
            self.session,
            self._lead,
            starts_on=self.today,
            ends_on=self.today,
            label=self.tenant.text("Pont"),
        )
        return learner

    def _exchanges(self, learner: Learner, alone: Learner) -> None:
        """Notes of both organisations, a replacement, somebody nobody accompanies."""
        number = learner.id or 0
        for who in (self._lead, self.tenant.actors["partner"]):
            for reach in NoteReach:
                facts = notes.NoteFacts(
                    NoteKind.PHONE, reach, self.today, self.tenant.text(f"Note {reach.value}")
                )
                row = notes.write_note(self.session, who, number, facts, today=self.today)
        facts = replace(facts, words=self.tenant.text("Note corrigée"))
        notes.correct_note(
            self.session, self.tenant.actors["partner"], row.id or 0, facts, today=self.today
        )
        replacements.arrange(
            self.session,
            self._lead,
            replaced_id=self.tenant.actors["counsellor"].account_id,
            substitute_id=self._lead.account_id,
            starts_on=self.today,
            ends_on=self._day(5),
            today=self.today,
        )
        referents.let_go(self.session, self._lead, alone.id or 0, today=self.today)

    def _alerts(self, learner: Learner) -> None:
        """Somebody without a step who asks for help; every other alert but one is muted."""
        text, lead = self.tenant.text, self._lead
        own = settle(settled(DEFAULT) | {"unjustified_limit": 4}, 1)
        alert_rules.set_thresholds(
            self.session, lead, own, motive=text("Seuils"), number=0, today=self.today
        )
        alerts_daily.run(self.session, today=self.today)
        found = select(col(AlertEpisode.id)).where(
            col(AlertEpisode.organisation_id) == lead.organisation_id
        )
        for number in self.session.execute(found).scalars().all()[1:]:
            alerts.mute(
                self.session,
                lead,
                number or 0,
                until=self._day(10),
                motive=text("Motif"),
                today=self.today,
            )
        alerts.ask_help(
            self.session,
            lead,
            learner.id or 0,
            asked_by=AskedBy.LEARNER,
            words=text("Au secours"),
            today=self.today,
        )

    def _colleague(self) -> int:
        return self.tenant.actors["counsellor"].account_id

    def _share(self, learner: Learner) -> int:
        row = sharing.share_learner(
            self.session,
            self._lead,
            learner.id or 0,
            organisation_id=self.tenant.actors["partner"].organisation_id,
            medium=SharingMedium.PAPER,
            purpose=self.tenant.text("Préparer la suite"),
            starts_on=self.today,
            ends_on=None,
            today=self.today,
        )
        return row.id or 0

    def _left(self) -> None:
        for goes_on in (True, False):
            _, pathway = self._begin(-200)
            self._step(pathway, -190, -100)
            record = situations.SituationRecord(
                observed_on=self._day(-90),
                situation="CDD_6P",
                contract_type="CDD",
                contract_starts_on=self._day(-80),
                contract_ends_on=self._day(120),
                employer=self.tenant.text("Employeur"),
                proof=self.tenant.text("Contrat"),
                proof_seen_on=self._day(-5),
            )
            row = exits.record_exit(
                self.session, self._lead, pathway.id or 0, record, today=self.today,
                closes_pathway=not goes_on,
            )  # fmt: skip
            self._follow_up(row.id or 0)

    def _follow_up(self, exit_id: int) -> None:
        """A follow-up tried, another answered, news that came alone."""
        first, second, *_ = follow_ups.follow_ups_of(self.session, exit_id)
        lead, day, text = self._lead, first.opens_on, self.tenant.text
        tried = follow_ups.TryRecord(day, TryOutcome.NO_ANSWER, words=text("Répondeur"))
        follow_ups.record_try(self.session, lead, first.id or 0, tried, today=self.today)
        said = situations.SituationRecord(self._day(-40), "CHOMAGE", words=text("Précision"))
        news.record_news(self.session, lead, exit_id, said, today=self.today)
        now = replace(said, observed_on=self.today)
        news.record_answer(self.session, lead, second.id or 0, now, today=self.today)

    def _agreement(self, cohort: Cohort) -> None:
        agreement = agreements.create_agreement(
            self.session,
            self._lead,
            code=f"CONV-{self.tenant.mark}",
            title=self.tenant.text("Convention"),
            funder_id=self.tenant.actors["funder"].organisation_id,
            starts_on=self._day(-100),
            ends_on=self._day(200),
            cohort_ids=[cohort.id or 0],
            programme_id=self.programme.id,
        )
        lead, key = self._lead, agreement.id or 0
        terms = agreement_terms.Terms(
            {TargetKind.PARTICIPANTS: 12},
            outputs=["fse"],
            is_nominative=True,
            retention_years=10,
        )
        agreement_terms.set_terms(self.session, lead, key, terms, version=1)
        name = self.tenant.text("Choix")
        agreement_terms.save_layout(self.session, lead, key, name, [("gender", "Genre")])
        for who in ("coordinator", "funder"):
            export = exports.export_outcomes(
                self.session,
                self.tenant.actors[who],
                agreement.id or 0,
                as_of=self.today,
                today=self.today,
            )
            self.tenant.secrets.add(export.sha256)
        self._failed_export(key)
        release = releases.publish_release(
            self.session, self._lead, agreement.id or 0, limits=Thresholds(), today=self.today
        )
        self.tenant.secrets.add(release.sha256)
        hand_names_over(self.session, self.tenant, key, today=self.today)
        rows = outcome_rows.gather(self.session, agreement, as_of=self.today)
        self.tenant.secrets |= {row.pseudonym for row in rows.participants}

    def _failed_export(self, agreement_id: int) -> None:
        """A large workbook whose making failed: its page says why, and begins it again."""
        asked = exports.requested(
            self.session, self._lead, agreement_id, as_of=self.today, today=self.today,
            code="gen", layout_id=None,
        )  # fmt: skip
        job = export_jobs.ask(self.session, self._lead, asked, today=self.today)
        job.error, job.ended_at = self.tenant.text("Panne"), utc_now()
        self.session.flush()

    def _imports(self, cohort: Cohort) -> None:
        mark = self.tenant.mark
        new = f"{mark.capitalize()} zzz;Nouveau{mark};12/03/1991;;01/09/2026"
        # The first resembles somebody known: it waits for a decision.
        born = self._born(1).strftime("%d/%m/%Y")
        like = f"{mark.capitalize()} bbc;Prénom{mark} b;{born};;01/09/2026"
        self._give(f"liste-{mark}.csv", LIST.format(rows=f"{new}\n{like}"), "learners")
        other = f"{mark.capitalize()} yyy;Ancien{mark};12/03/1971;;01/09/2026"
        row = self._give(f"passee-{mark}.csv", LIST.format(rows=other), "learners")
        imports.confirm_import(self.session, self._lead, row, today=self.today)
        monday = self.today - timedelta(days=self.today.weekday() + 7)
        days = ";".join((monday + timedelta(days=n)).strftime("%d/%m/%Y") for n in range(3))
        marks = SHEET.format(days=days, rows=f"{mark.capitalize()} bbb;Prénom{mark} b;P;P;A")
        self._give(f"feuille-{mark}.csv", marks, "attendance", cohort.id)
        certified.import_results(self)

    def _messages(self) -> None:
        text, lead = self.tenant.text, self._lead
        learner = self._enter()
        for channel in (Channel.PHONE, Channel.LETTER):
            messages.write_to_learner(
                self.session,
                lead,
                learner.id or 0,
                MessageKind.NEWS,
                {"words": text("Mot")},
                channel=channel,
                channel_reason=text("Raison"),
                today=self.today,
            )
        partner = self.tenant.actors["partner"].organisation_id
        for to in (
            messages.Recipient(account_id=lead.account_id),
            messages.Recipient(partner_id=partner),
        ):
            row = messages.enqueue(
                self.session,
                MessageKind.RELAY_REMINDER,
                to,
                organisation_id=lead.organisation_id,
                due_on=self.today,
                key=text(str(to)),
                path=f"/relais/{self.tenant.mark}",
                actor=lead,
            )
            row.attempts, row.last_error = 1, text("Le serveur ne répond pas")
        self.session.flush()

    def _agenda(self) -> None:
        learner, text = self._enter(), self.tenant.text
        for days in (-2, 0, 1):
            facts = appointments.AppointmentFacts(
                AppointmentKind.FOLLOW_UP,
                self._day(days),
                time(9),
                time(10),
                text("Point"),
                text("Salle"),
                learner.id,
            )
            row = appointments.make(self.session, self._lead, facts, today=self.today)
        weekly = replace(facts, held_on=self._day(3), account_id=self._colleague())
        appointment_series.make_series(
            self.session, self._lead, weekly, Rhythm.WEEKLY, self._day(12), today=self.today
        )
        words = text("Empêchement")
        outcome, number = Outcome.CANCELLED, row.id or 0
        appointments.conclude(
            self.session, self._lead, number, outcome, reason=words, today=self.today
        )
        for label in ("Téléphone", "Ordinateur"):
            token = calendar_links.make(
                self.session, self._lead, label=text(label), has_initials=True
            )
            self.tenant.secrets.add(token)
        for title in ("Rappeler", "Écrire"):
            task = tasks.add(
                self.session,
                self._lead,
                title=text(title),
                due_on=self.today,
                learner_id=learner.id,
                today=self.today,
            )
        tasks.complete(self.session, self._lead, task.id or 0, today=self.today)

    def _partners(self) -> None:
        """What is everybody’s holds no mark; what is said in a thread does."""
        lead, partner, text = self._lead, self.tenant.actors["partner"], self.tenant.text
        title = f"Atelier {self.tenant.digits}"
        facts = offers.OfferFacts(StepKind.WORKSHOP, title, OfferEntry.DATED)
        holders = (lead.organisation_id, lead.organisation_id, partner.organisation_id)
        own, gone, other = (
            offers.enter_offer(self.session, lead, number, facts, today=self.today).id or 0
            for number in holders
        )
        offers.withdraw_offer(self.session, lead, gone, reason="Doublon")
        for days in (3, 10):
            day = offer_dates.DateFacts(self._day(days), places=8)
            row = offer_dates.add_date(self.session, lead, own, day, today=self.today)
        offer_dates.cancel_date(self.session, lead, own, row.id or 0)
        for kind in (DiscussionKind.QUESTION, DiscussionKind.DUPLICATE):
            thread = discussions.discuss_offer(
                self.session, lead, other, kind=kind, text=text("Question"), other_offer_id=own
            )
            discussions.reply(self.session, partner, thread.id or 0, text("Réponse"))
        discussions.settle(self.session, lead, thread.id or 0, text("Réglé"))

    def _give(self, name: str, content: str, kind: str, cohort_id: int | None = None) -> int:
        row = imports.receive(
            self.session,
            self._lead,
            open_workbook(content.encode(), name),
            kind=kind,
            cohort_id=cohort_id,
        )
        self.tenant.secrets.add(row.sha256)
        return row.id or 0

    def _born(self, number: int) -> date:
        return date(1980, 1, 1) + timedelta(days=97 * number + int(self.tenant.digits) % 50)

    def _day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)
