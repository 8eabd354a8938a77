"""Reads the repository as the house rules see it: files, calls, templates, routes.

`python -m tests.house` prints the routes, as tests/routes.txt keeps them.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "parcours"
TEMPLATES = ROOT / "templates"
Function = ast.FunctionDef | ast.AsyncFunctionDef
VERBS = {"get", "post", "put", "patch", "delete"}


class Route(NamedTuple):
    """A route of the application and the dependencies it runs behind."""

    method: str
    path: str
    dependencies: frozenset[str]

    def __str__(self) -> str:
        """As tests/routes.txt writes it."""
        return f"{self.method} {self.path}"


def modules(folder: Path = SOURCE) -> list[Path]:
    """The Python files of a folder."""
    return sorted(folder.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """A Python file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def relative(path: Path) -> str:
    """The path as a message names it."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    """Every function of a file, methods and inner ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """Lines of a function’s body, its docstring aside."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def is_route(function: Function) -> bool:
    """Whether a decorator makes it answer requests."""
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in VERBS
        for decorator in function.decorator_list
    )


def called(node: ast.AST) -> str:
    """The last name of what a call calls, "" when it is not a call."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) for each import of a file, the name "" for `import module`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def texts(path: Path) -> Iterator[str]:
    """The strings of a Python file that are not docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree(path)):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in docstrings:
            yield node.value


def templates() -> list[Path]:
    """Every template."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


@cache
def markup(path: Path) -> str:
    """A template with its comments gone and its expressions reduced to a letter: plain HTML."""
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"{{.*?}}|{%.*?%}", "J", text, flags=re.DOTALL)


def routes() -> list[Route]:
    """Every route of the application, sorted."""
    from fastapi.routing import iter_route_contexts
    from sqlalchemy import create_engine

    from parcours.app import create_app
    from parcours.db import Database
    from parcours.settings import Settings

    nowhere = Database.for_engine(create_engine("sqlite://"))
    app = create_app(Settings(secret_key="-" * 40), nowhere)
    return sorted(
        Route(method, context.path, frozenset(_dependencies(context.dependant)))
        for context in iter_route_contexts(app.routes)
        if context.path
        for method in context.methods or ()
    )


def tracked() -> list[Path]:
    """The text files of the repository, tracked or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:4096]]


def _dependencies(dependant: object) -> Iterator[str]:
    for inner in getattr(dependant, "dependencies", ()):
        if inner.call is not None:
            yield f"{inner.call.__module__}.{inner.call.__qualname__}"
        yield from _dependencies(inner)


if __name__ == "__main__":
    sys.stdout.writelines(f"{route}\n" for route in routes())
