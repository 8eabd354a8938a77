"""How templates write a value: escaped as markupsafe does, the common kinds without a detour.

A page writes hundreds of values. Each went through a Markup made to be joined and thrown away,
which took longer than its escaping; what is joined is the same text either way.
"""

from typing import Any

from jinja2 import Environment
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr

# What `escape` calls for a text, whichever of the two implementations is there.
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]


def written(value: Any) -> str:
    """A value as HTML: text escaped, markup as it is, whole numbers as their digits."""
    kind = type(value)
    if kind is str:
        return str(_escape_inner(value))
    if kind is Markup:
        return str.__str__(value)
    return str(value) if kind is int else escape(value)


class Writing(CodeGenerator):
    """Compiles templates to write values with `written`."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class Templates(Environment):
    """An environment whose templates write values with `written`."""

    code_generator_class = Writing
    written = staticmethod(written)
