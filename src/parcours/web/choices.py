"""What somebody decides about a person shown for a need, read from the form of any room."""

from parcours.actions import match_runs
from parcours.domain.match_acts import Choice
from parcours.web.deps import Deed


def decide(deed: Deed, result_id: str) -> Choice:
    """Note what was chosen of a result kept, and why (RuleBroken, NotFound)."""
    choice = deed.form.word("choice", Choice)
    motive = deed.form.optional("motive", limit=300)
    deed.form.check()
    row = match_runs.decide(
        deed.session, deed.actor, result_id, choice, motive=motive, today=deed.today
    )
    return row.choice
