"""The only door to a row: what an actor may see, as conditions and as look-ups.

An organisation sees its own learners and those shared with it for as long as the sharing runs;
a funder sees its agreements and, through them alone, pseudonymised rows. What is not visible is
NotFound, exactly like what does not exist.
"""

from parcours.models.visibility.outcomes import follow_up, later_situation
from parcours.models.visibility.partners import (
    discussion,
    offer,
    own_offer,
    reads_discussion,
    writable_offer,
    writable_partner,
    writes_offer,
    writes_partner,
)
from parcours.models.visibility.people import (
    ACCESS,
    access_is_open,
    agreement,
    cohort,
    exit_of,
    export,
    held_step,
    import_file,
    learner,
    own_learner,
    pathway,
    relay,
    scope,
    sees_agreement,
    sees_learner,
)
from parcours.models.visibility.work import (
    alert,
    appointment,
    calendar_link,
    is_mine,
    message,
    replacement_runs,
    sees_alert,
    sees_appointment,
    sees_message,
    sees_task,
    task,
    task_scope,
)

__all__ = [
    "ACCESS",
    "access_is_open",
    "agreement",
    "alert",
    "appointment",
    "calendar_link",
    "cohort",
    "discussion",
    "exit_of",
    "export",
    "follow_up",
    "held_step",
    "import_file",
    "is_mine",
    "later_situation",
    "learner",
    "message",
    "offer",
    "own_learner",
    "own_offer",
    "pathway",
    "reads_discussion",
    "relay",
    "replacement_runs",
    "scope",
    "sees_agreement",
    "sees_alert",
    "sees_appointment",
    "sees_learner",
    "sees_message",
    "sees_task",
    "task",
    "task_scope",
    "writable_offer",
    "writable_partner",
    "writes_offer",
    "writes_partner",
]
