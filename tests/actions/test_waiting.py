"""What waits, counted in one statement that the database plans once."""

import re
from collections.abc import Iterator

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from parcours.actions.waiting import COUNTS, _counted
from parcours.models import Step
from parcours.models.base import metadata
from parcours.models.visibility import sees_learner


def _words_of_partial_indexes(table: Table) -> Iterator[str]:
    """Columns a partial index of the table compares with a word, as statements name them."""
    for index in table.indexes:
        where = index.dialect_options["sqlite"]["where"]
        for column in re.findall(r"(\w+) = '", str(where)):
            yield f"{table.name}.{column}"


def test_a_word_a_partial_index_speaks_of_is_never_bound() -> None:
    """Bound, SQLite plans all the counts anew at each run: four times the cost of running them."""
    watched = {
        name for table in metadata.tables.values() for name in _words_of_partial_indexes(table)
    }
    sql = str(_counted(tuple(COUNTS)).compile(dialect=sqlite.dialect()))
    bound = set(re.findall(r"(\w+\.\w+) (?:= \?|IN \()", sql))
    assert {"exit_situation.moment", "step.kind"} <= watched
    assert watched & bound == set()
    assert "exit_situation.moment = 'exit'" in sql


def test_who_is_seen_is_looked_up_row_by_row_on_both_databases() -> None:
    """Joined, PostgreSQL reads all a large organisation sees to count a hundred rows."""
    statement = select(col(Step.id)).where(sees_learner(Step.learner_id)).limit(1)
    assert str(statement.compile(dialect=postgresql.dialect())).count("OFFSET 0)") == 1
    assert "OFFSET 0)" not in str(statement.compile(dialect=sqlite.dialect()))
