"""What templates write is what markupsafe escapes, whatever the kind of value."""

from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from jinja2 import Environment, StrictUndefined, UndefinedError
from markupsafe import Markup

from parcours.domain.words import DistrictStatus
from parcours.web.pages import environment
from parcours.web.writing import Templates


class Drawn:
    """Something that knows its own HTML."""

    def __html__(self) -> str:
        """Its HTML."""
        return "<b>&amp;</b>"


class Shout(str):
    """A text of another class."""

    __slots__ = ()


class Angle(StrEnum):
    """A word that would open a tag."""

    OPEN = "<i>"


VALUES: list[Any] = [
    "<a href='x'>\"é & ù\"</a>", "", "simple", Markup("<b>&amp;</b>"), Drawn(), Shout("<script>"),
    Angle.OPEN, DistrictStatus.INSIDE, 12, -3, 0, True, None, 1.5, date(2026, 11, 23), ["<", ">"],
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    "source",
    [
        "{{ value }}",
        '<p title="{{ value }}">{{ value }}</p>',
        "{% macro m(v) %}[{{ v }}]{% endmacro %}{{ m(value) }}{{ m(m(value)) }}",
        "{% set kept %}{{ value }}{% endset %}{{ kept }}",
        "{% for one in [value] %}{{ loop.index }}{{ one }}{% endfor %}",
        "{{ value ~ '<' }}{{ '<' if value else value }}",
    ],
)
def test_a_template_writes_what_markupsafe_escapes(source: str, value: Any) -> None:
    usual = Environment(autoescape=True, undefined=StrictUndefined)
    expected = usual.from_string(source).render(value=value)
    ours = Templates(autoescape=True, undefined=StrictUndefined)
    assert ours.from_string(source).render(value=value) == expected


def test_a_name_unknown_is_still_refused() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_the_pages_are_written_so() -> None:
    assert isinstance(environment(), Templates)
    assert environment().from_string("{{ name }}").render(name="<script>") == "&lt;script&gt;"
