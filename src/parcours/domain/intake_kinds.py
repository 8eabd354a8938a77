"""The kinds of spreadsheet that can be taken in, by code."""

from parcours.domain.intake_fields import ATTENDANCE, LEARNERS
from parcours.domain.intake_fields_jobs import NEEDS, OUTCOMES
from parcours.domain.intake_fields_training import ACTS, ASSESSMENTS, CANDIDATES

KINDS = {
    kind.code: kind
    for kind in (LEARNERS, CANDIDATES, ATTENDANCE, ASSESSMENTS, ACTS, NEEDS, OUTCOMES)
}
