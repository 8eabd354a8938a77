"""Writing planned positioning results: who is new, then each attempt beside the others."""

from datetime import date

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import learners
from parcours.actions.frameworks import use_framework
from parcours.actions.import_assessments import Attempt, Levels, Payload, Who
from parcours.actions.import_plans import Plan, Verdict
from parcours.actions.skills import Said, evidence
from parcours.domain.access import Actor, Capability, require
from parcours.domain.skills import EvidenceSource
from parcours.domain.words import DataSource
from parcours.models import Assessment, Framework, Skill, SkillEvidence


def apply_assessments(
    session: Session, actor: Actor, plan: Plan, *, import_id: int, today: date
) -> None:
    """Write what the plan says; every attempt already there stays as it was."""
    require(actor, Capability.ASSESS_SKILLS)
    writer = _Writer(session, actor, import_id, today)
    for fate in plan.rows:
        if fate.verdict in {Verdict.CREATED, Verdict.UPDATED} and fate.payload is not None:
            writer.write(fate.payload)


class _Writer:
    """Writes rows one by one, finding each framework and each skill once."""

    def __init__(self, session: Session, actor: Actor, import_id: int, today: date) -> None:
        self.session, self.actor = session, actor
        self.import_id, self.today = import_id, today
        self.frameworks: dict[str, int] = {}
        self.skills: dict[str, int] = {}

    def write(self, payload: Payload) -> None:
        """The levels a row adds to its attempts."""
        learner_id = self._learner(payload.who)
        for attempt, added in payload.added:
            if attempt.id is None:
                attempt.id = self._open(learner_id, attempt)
            self._tell(learner_id, attempt, added)
        audit.record(self.session, self.actor, "assess", "learner", learner_id)

    def _learner(self, who: Who) -> int:
        if who.learner_id is None:
            row = who.row
            facts = learners.LearnerFacts(
                birth_name=row.birth_name,
                first_names=row.first_names,
                born_on=row.born_on or self.today,
                usage_name=row.usage_name,
            )
            made = learners.create_learner(
                self.session,
                self.actor,
                facts,
                today=self.today,
                is_another=True,
                source=DataSource.IMPORT,
            )
            who.learner_id = made.id
        return who.learner_id or 0

    def _open(self, learner_id: int, attempt: Attempt) -> int:
        framework_id = self._framework(attempt.framework)
        earlier = self.session.execute(
            select(func.max(col(Assessment.sitting))).where(
                col(Assessment.learner_id) == learner_id,
                col(Assessment.organisation_id) == self.actor.organisation_id,
                col(Assessment.framework_id) == framework_id,
                col(Assessment.taken_on) == attempt.on,
            )
        ).scalar_one()
        row = Assessment(
            learner_id=learner_id,
            organisation_id=self.actor.organisation_id,
            framework_id=framework_id,
            taken_on=attempt.on,
            sitting=(earlier or 0) + 1,
            moment=attempt.moment,
            import_id=self.import_id,
            created_by_id=self.actor.account_id,
        )
        self.session.add(row)
        self.session.flush()
        return row.id or 0

    def _tell(self, learner_id: int, attempt: Attempt, added: Levels) -> None:
        self._framework(attempt.framework)
        said = Said(attempt.on, EvidenceSource.ASSESSED, attempt.moment)
        rows = [
            evidence(self.actor, learner_id, self.skills[code], level, said, words)
            | {"assessment_id": attempt.id}
            for code, (level, words) in added.items()
        ]
        self.session.execute(insert(SkillEvidence), rows)

    def _framework(self, code: str) -> int:
        if code not in self.frameworks:
            row = self.session.execute(
                select(Framework).where(col(Framework.code) == code)
            ).scalar_one_or_none() or use_framework(self.session, code, self.actor)
            self.frameworks[code] = row.id or 0
            found = select(col(Skill.code), col(Skill.id)).where(col(Skill.framework) == code)
            self.skills |= {skill: number or 0 for skill, number in self.session.execute(found)}
        return self.frameworks[code]
