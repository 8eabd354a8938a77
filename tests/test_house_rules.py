"""The house rules that a machine can check; each failure names the file and what is expected."""

import ast
import base64
import csv
import hashlib
import re
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from sqlalchemy.orm import configure_mappers
from sqlmodel import SQLModel

import parcours.models  # noqa: F401 - importing the tables is what fills the registry
from parcours.settings import Settings
from tests import house
from tests.house import ROOT, SOURCE, TEMPLATES, relative

STATEMENTS = {"select", "insert", "update", "delete", "text"}
WRITTEN_IN = ("store.py", "actions/", "models/visibility/")
# Routes for people who are not signed in: each one is a decision.
PUBLIC = {
    "GET /connexion",
    "POST /connexion",
    # Somebody without an account answers a relay: the link and its code are the right.
    "GET /reponse/{token}",
    "POST /reponse/{token}",
    "POST /reponse/{token}/acceptation",
    "POST /reponse/{token}/refus",
    "POST /reponse/{token}/question",
    # An employer without an account answers about its need in the same way.
    "GET /reponse-mise-en-relation/{token}",
    "POST /reponse-mise-en-relation/{token}",
    "POST /reponse-mise-en-relation/{token}/reponse",
    "GET /reponse-besoin/{token}",
    "POST /reponse-besoin/{token}",
    "POST /reponse-besoin/{token}/reponse",
    # A tutor in a company tells how an immersion went: the link and its code are the right.
    "GET /bilan-immersion/{token}",
    "POST /bilan-immersion/{token}",
    "POST /bilan-immersion/{token}/reponses",
    # Somebody chooses their own password: the link and its code are the right.
    "GET /acces/{token}",
    "POST /acces/{token}",
    "POST /acces/{token}/mot-de-passe",
    # A group signs its presence: the code shown in the room is the right.
    "GET /presence",
    "POST /presence",
    "POST /presence/signature",
    # A calendar elsewhere reads one’s agenda: the secret of the address is the right.
    "GET /agenda/flux/{token}.ics",
}
ACTORS = {f"parcours.web.deps.{name}" for name in ("reading", "recorded_reading", "acting")}
CHECKED_FORMS = {f"parcours.web.deps.{name}" for name in ("acting", "anonymous_form")}
# (file, function): why it is longer than the house allows. A third reason reopens the rule.
LONG_FUNCTIONS: dict[tuple[str, str], str] = {}
LONG_FILES: dict[str, str] = {}
# Words of a screen that the glossary replaces (product words, one translation each).
BANNED_ON_SCREEN = {
    r"sessions? de formation": "promotion",
    r"stages?": "immersion",
    r"stagiaires?": "apprenant·e",
    r"usagers?": "apprenant·e",
    r"stocks? d’apprenants": "apprenants",
}
BANNED_IN_CODE = {
    "stage": "immersion",
    "trainee": "learner",
    "student": "learner",
    "beneficiary": "learner",
    "promotion": "cohort",
    "utils": "a name that says what it is about",
}
BANNED_VERBS = ("handle_", "process_", "manage_", "get_data")
UNSAFE_MARKUP = {
    r"<[^>]*\sstyle=": "a class of app.css",
    r"<script(?![^>]*\ssrc=)": "a file of web/static",
    r"<style\b": "app.css",
    r"<[^>]*\son\w+=": "app.js",
    r"\bhx-on\b": "app.js",
    r"\bjs:": "no evaluated expression",
    r"javascript:": "a link or a form",
}
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|root|home|Users|opt)/\w|file:/{3}\w")
REGISTRY = re.compile(r"(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)\b")
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b")


def test_statements_are_written_where_rows_are_limited_or_verbs_done() -> None:
    """Only stores, actions and visibility select, insert, update or delete."""
    wrong = [
        f"{relative(path)} imports {name}"
        for path in house.modules()
        if not _in_any(path, WRITTEN_IN)
        for module, name in house.imported(path)
        if module.split(".")[0] in {"sqlalchemy", "sqlmodel"} and name in STATEMENTS
    ]
    assert not wrong, wrong


def test_only_db_commits() -> None:
    """One request, one transaction: nothing else decides when it ends."""
    wrong = [
        f"{relative(path)}:{node.lineno}"
        for path in house.modules()
        if path != SOURCE / "db.py"
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Call) and house.called(node) == "commit"
    ]
    assert not wrong, wrong


def test_every_route_knows_who_acts() -> None:
    wrong = [str(r) for r in house.routes() if str(r) not in PUBLIC and not r.dependencies & ACTORS]
    assert not wrong, f"no actor, and not on the public list: {wrong}"


def test_the_public_list_names_real_routes() -> None:
    assert {str(route) for route in house.routes()} >= PUBLIC


def test_forms_are_taken_with_their_token() -> None:
    """What writes is a POST behind a dependency that checks the form’s token."""
    for route in house.routes():
        assert route.method in {"GET", "HEAD", "POST"}, f"{route}: a browser’s form cannot send it"
        assert route.method != "POST" or route.dependencies & CHECKED_FORMS, route


def test_reading_takes_no_form() -> None:
    wrong = [str(r) for r in house.routes() if r.method == "GET" and r.dependencies & CHECKED_FORMS]
    assert not wrong, wrong


def test_no_route_comes_or_goes_unnoticed() -> None:
    """tests/routes.txt is renewed by `make routes`."""
    kept = (ROOT / "tests" / "routes.txt").read_text(encoding="utf-8").splitlines()
    assert [str(route) for route in house.routes()] == kept


def test_addresses_are_plain_french_words() -> None:
    for route in house.routes():
        assert re.fullmatch(r"(/[a-z0-9.-]*(\{[a-z_:]+\}[a-z0-9.-]*)*)+", route.path), route


def test_every_form_works_alone() -> None:
    """`method` and `action` always: HTMX is an extra."""
    wrong = [
        f"{relative(path)}: {form}"
        for path in house.templates()
        for form in re.findall(r"<form\b[^>]*>", house.markup(path))
        if not re.search(r"\smethod=", form) or not re.search(r"\saction=", form)
    ]
    assert not wrong, wrong


def test_every_form_that_writes_carries_its_token() -> None:
    wrong = [
        relative(path)
        for path in house.templates()
        for form in re.findall(r"<form\b[^>]*post.*?</form>", house.markup(path), flags=re.DOTALL)
        if 'name="_csrf"' not in form
    ]
    assert not wrong, wrong


def test_every_fragment_is_a_block_of_its_page() -> None:
    """`fragment="sheet"` needs the block `sheet`, which holds `id="sheet"`."""
    for path in house.modules(SOURCE / "features"):
        for node in ast.walk(house.tree(path)):
            fragment = _keyword(node, "fragment")
            if fragment is None:
                continue
            name, block = _constant(node.args[1]), _constant(fragment)  # type: ignore[attr-defined]
            where = f"{relative(path)}:{node.lineno}"  # type: ignore[attr-defined]
            assert name, f"{where}: name the template where it is shown"
            assert block, f"{where}: name the block where it is shown"
            source = (TEMPLATES / name).read_text(encoding="utf-8")
            assert re.search(rf"{{%-?\s*block {block}\b", source), f"{where}: no block {block}"
            assert f'id="{block}"' in source, f"{where}: no element with id {block} in {name}"


def test_every_template_is_shown_and_every_name_is_a_template() -> None:
    named = {
        match
        for path in [*house.modules(), *house.templates()]
        for match in re.findall(r"[\"']([a-z_]+/[a-z_]+\.\w+)[\"']", path.read_text("utf-8"))
        if (TEMPLATES / match.split("/")[0]).is_dir() or match.endswith(".html")
    }
    present = {str(path.relative_to(TEMPLATES)) for path in house.templates()}
    assert not present - named, f"orphan: {present - named}"
    assert not {name for name in named if name.endswith(".html")} - present, named - present


def test_templates_hold_no_inline_code() -> None:
    wrong = [
        f"{relative(path)}: {found.group()[:60]} → {instead}"
        for path in house.templates()
        for pattern, instead in UNSAFE_MARKUP.items()
        for found in re.finditer(pattern, house.markup(path))
    ]
    assert not wrong, wrong


def test_templates_never_trust_text() -> None:
    for path in house.templates():
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape", source), relative(path)


def test_screens_use_the_words_of_the_field() -> None:
    screens = [(path, re.sub(r"<[^>]*>", " ", house.markup(path))) for path in house.templates()]
    for folder in ("features", "web"):
        for path in house.modules(SOURCE / folder):
            screens.extend((path, text) for text in house.texts(path) if " " in text)
    wrong = [
        f"{relative(path)}: « {found.group()} » → {instead}"
        for path, text in screens
        for pattern, instead in BANNED_ON_SCREEN.items()
        for found in re.finditer(rf"\b{pattern}\b", text, flags=re.IGNORECASE)
    ]
    assert not wrong, wrong


def test_messages_have_typographic_apostrophes() -> None:
    """An apostrophe between two letters of a French text is ’."""
    texts = [(path, re.sub(r"<[^>]*>", " ", house.markup(path))) for path in house.templates()]
    for path in house.modules():
        texts.extend((path, text) for text in house.texts(path))
    wrong = [
        f"{relative(path)}: {found.group()}"
        for path, text in texts
        for found in re.finditer(r"\b(?:[cdjlmnst]|qu)'[a-zàâéèêîôœ]{2,}", text, re.IGNORECASE)
    ]
    assert not wrong, wrong


def test_code_uses_one_word_for_one_thing() -> None:
    wrong = []
    for path in house.modules():
        for name, line in _identifiers(path):
            words = name.lower().split("_")
            wrong += [
                f"{relative(path)}:{line} {name}: {BANNED_IN_CODE[w]}"
                for w in words
                if w in BANNED_IN_CODE
            ]
    assert not wrong, wrong


def test_functions_are_verbs_of_the_profession() -> None:
    wrong = [
        f"{relative(path)}: {function.name}"
        for path in house.modules()
        for function in house.functions(path)
        if function.name.lstrip("_").startswith(BANNED_VERBS)
    ]
    assert not wrong, wrong


def test_files_are_short() -> None:
    for folder, most in ((SOURCE, 300), (ROOT / "tests", 600), (ROOT / "benchmarks", 300)):
        for path in house.modules(folder):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= most or relative(path) in LONG_FILES, f"{relative(path)}: {lines}"


def test_functions_are_short() -> None:
    """Thirty lines at most, fifteen for a route, eight in the middle."""
    lengths = []
    for path in house.modules():
        for function in house.functions(path):
            lines, most = house.length(function), 15 if house.is_route(function) else 30
            lengths.append(lines)
            if (relative(path), function.name) not in LONG_FUNCTIONS:
                assert lines <= most, f"{relative(path)}: {function.name} has {lines} lines"
    assert statistics.median(lengths) <= 8


def test_exceptions_to_the_rules_are_few() -> None:
    assert len(LONG_FUNCTIONS) + len(LONG_FILES) < 3, "reopen the rule in docs/decisions"


def test_files_say_what_they_are_about() -> None:
    wrong = [
        relative(path)
        for path in [*house.modules(), *house.modules(ROOT / "tests")]
        if house.tree(path).body and not ast.get_docstring(house.tree(path))
    ]
    assert not wrong, wrong


@pytest.mark.parametrize("folder", ["domain", "actions"])
def test_public_verbs_and_rules_are_documented(folder: str) -> None:
    wrong = [
        f"{relative(path)}: {node.name}"
        for path in house.modules(SOURCE / folder)
        for node in house.tree(path).body
        if isinstance(node, house.Function | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not wrong, wrong


def test_the_domain_knows_only_the_standard_library() -> None:
    allowed = {*sys.stdlib_module_names, "parcours"}
    wrong = [
        f"{relative(path)}: {module}"
        for path in house.modules(SOURCE / "domain")
        for module, _name in house.imported(path)
        if module.split(".")[0] not in allowed
        or (module.startswith("parcours") and not module.startswith("parcours.domain"))
    ]
    assert not wrong, wrong


def test_the_domain_reads_neither_clock_nor_file_nor_chance() -> None:
    forbidden = {"today", "now", "utcnow", "open", "read_text", "read_bytes", "random", "uuid4"}
    wrong = [
        f"{relative(path)}:{node.lineno} {house.called(node)}"
        for path in house.modules(SOURCE / "domain")
        for node in ast.walk(house.tree(path))
        if isinstance(node, ast.Call) and house.called(node) in forbidden
    ]
    assert not wrong, wrong


def test_tables_read_their_annotations_at_once() -> None:
    """Postponed annotations break SQLModel’s relationships."""
    for path in house.modules(SOURCE / "models"):
        assert ("__future__", "annotations") not in house.imported(path), relative(path)


def test_relationships_never_load_by_surprise() -> None:
    configure_mappers()
    wrong = [
        str(relationship)
        for mapper in SQLModel._sa_registry.mappers
        for relationship in mapper.relationships
        if relationship.lazy != "raise"
    ]
    assert not wrong, wrong


def test_every_constraint_has_a_name() -> None:
    wrong = [
        f"{table.name}: {constraint}"
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]
    assert not wrong, wrong


def test_imports_go_one_way() -> None:
    """The contracts of pyproject.toml ([tool.importlinter])."""
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_locks_hold_hashes_and_no_address() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) == 3
    for path in locks:
        lock = path.read_text(encoding="utf-8")
        assert "://" not in lock, relative(path)
        assert "\n--" not in lock, f"{relative(path)}: an option of one machine"
        pins = re.findall(r"^[a-z0-9][^ ]*==[^ ]+.*(?:\n .*)+", lock, flags=re.MULTILINE)
        assert pins
        assert all("--hash=sha256:" in pin for pin in pins), relative(path)


def test_locks_agree() -> None:
    """What is tested is what is installed; a package may have one version for each Python."""
    versions: dict[tuple[str, str], str] = {}
    pin = re.compile(r"^([a-z0-9][\w.-]*)==([^ ]+)(?: ; ([^\\\n]+))?", re.MULTILINE)
    for path in sorted(ROOT.glob("requirements*.lock")):
        for name, version, where in pin.findall(path.read_text()):
            python = where.strip() if "python" in where else ""
            known = versions.setdefault((name, python), version)
            assert known == version, f"{relative(path)}: {name}"


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for wanted in project["project"]["dependencies"]:
        name = re.split(r"[\[<>=]", wanted)[0]
        assert re.search(rf"^{re.escape(name)}==", lock, re.M), name


def test_files_name_no_machine_and_no_registry() -> None:
    wrong = []
    for path in house.tracked():
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                wrong.append(f"{relative(path)}:{number}")
    assert not wrong, wrong


def test_nothing_is_left_unfinished() -> None:
    wrong = [
        relative(path)
        for path in house.tracked()
        if path.suffix in {".py", ".html", ".js", ".css", ".toml", ".md"}
        and "vendor" not in path.parts
        and UNFINISHED.search(path.read_text(encoding="utf-8"))
    ]
    assert not wrong, wrong


def test_vendored_files_are_what_their_list_says() -> None:
    folder = SOURCE / "web" / "static" / "vendor"
    with (folder / "VENDORED.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = {row["file"]: row for row in rows}
    present = {path.name for path in folder.iterdir() if "LICENSE" not in path.name} - {
        "VENDORED.csv"
    }
    assert present == set(listed)
    for name, row in listed.items():
        digest = hashlib.sha384((folder / name).read_bytes()).digest()
        assert row["sha384"] == "sha384-" + base64.b64encode(digest).decode(), name
        assert row["licence"], name
        assert row["version"] in name, name


def test_decisions_are_numbered() -> None:
    names = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("*.md"))
    for number, name in enumerate(names, 1):
        assert re.fullmatch(rf"{number:04}-[a-z0-9-]+\.md", name), name


def test_every_setting_is_documented() -> None:
    guide = (ROOT / "docs" / "installation.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert f"PARCOURS_{name.upper()}" in guide, name


def _in_any(path: Path, places: tuple[str, ...]) -> bool:
    inside = path.relative_to(SOURCE).as_posix()
    return any(inside.startswith(p) if p.endswith("/") else inside.endswith(p) for p in places)


def _keyword(node: ast.AST, name: str) -> ast.expr | None:
    if not isinstance(node, ast.Call):
        return None
    return next((keyword.value for keyword in node.keywords if keyword.arg == name), None)


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _identifiers(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(house.tree(path)):
        if isinstance(node, house.Function | ast.ClassDef):
            found.append((node.name, node.lineno))
        elif isinstance(node, ast.arg):
            found.append((node.arg, node.lineno))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.append((node.id, node.lineno))
    return found
