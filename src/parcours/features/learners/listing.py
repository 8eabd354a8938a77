"""How a row of the list reads: where the person stands, in words."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from parcours.domain.dates import age_on
from parcours.features.learners.store import Row
from parcours.web import ribbon
from parcours.web.standing import Told, tell_today

STANDINGS = (
    ("rupture", "Rupture : plus aucune étape tenue"),
    ("risque", "Rupture à éviter dans les 30 jours"),
    ("attente", "En attente entre deux étapes"),
    ("etape", "Dans une étape"),
    ("clos", "Parcours clos"),
)
DISTRICTS = (("inside", "En QPV"), ("outside", "Hors QPV"), ("to_check", "QPV à vérifier"))
NOTHING = Told("Pas encore de parcours", "neutral", "")


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page writes it."""

    learner_id: int
    name: str
    first_names: str
    age: int
    city: str
    is_own: bool
    told: Told
    ribbon: Markup


def shown(row: Row, today: date) -> ShownRow:
    """A row of the list on `today`."""
    told, drawn = NOTHING, Markup("")
    if row.facts is not None:
        told, drawn = tell_today(row.facts, today), ribbon.last_year(row.facts, today)
    return ShownRow(
        row.learner_id,
        (row.usage_name or row.birth_name).upper(),
        row.first_names,
        age_on(row.born_on, today),
        row.city or "",
        row.is_own,
        told,
        drawn,
    )
