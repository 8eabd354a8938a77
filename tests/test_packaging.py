"""The wheel holds all that Parcours needs, and the demonstration runs from it anywhere."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house import ROOT, SOURCE

BUNDLED = ("templates", "alembic", "fixtures")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built by the locked builder, without the network."""
    folder = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT])
    (built,) = folder.glob("parcours-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the wheel alone is installed."""
    folder = tmp_path_factory.mktemp("installed")
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--target", folder]
    _run([sys.executable, "-m", "pip", "install", *options, wheel])
    return folder


def test_everything_that_is_not_code_travels_too(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    for name in BUNDLED:
        assert _files(ROOT / name, f"parcours/_bundled/{name}") <= held
    assert _files(SOURCE / "web" / "static", "parcours/web/static") <= held


def test_nothing_of_the_workshop_travels(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = archive.namelist()
    assert {name.split("/")[0].split("-")[0] for name in held} == {"parcours"}
    assert not [name for name in held if name.endswith((".pyc", ".sqlite3"))]


def test_locks_hold_hashes_and_no_address() -> None:
    for path in sorted(ROOT.glob("requirements*.lock")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path.name
        assert "--hash=sha256:" in text
    for name in ("requirements.lock", "requirements-dev.lock"):
        assert "\nshapely==" in (ROOT / name).read_text(encoding="utf-8")


def test_the_bundled_files_are_the_ones_read(installed: Path, tmp_path: Path) -> None:
    code = "from parcours.resources import resource_dir as d; print(d('templates'), d('alembic'))"
    output = _run([sys.executable, "-c", code], cwd=tmp_path, env=_environment(installed))
    bundled = installed / "parcours" / "_bundled"
    assert output.split() == [str(bundled / "templates"), str(bundled / "alembic")]


def test_the_demonstration_is_built_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, installed / "bin" / "parcours", "demo", "--no-serve"]
    for _time in range(2):  # It repeats safely.
        _run(command, cwd=tmp_path, env=_environment(installed))
    assert (tmp_path / "parcours-data" / "parcours.sqlite3").stat().st_size > 0


def _files(folder: Path, prefix: str) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {f"{prefix}/{path.relative_to(folder).as_posix()}" for path in files}


def _environment(installed: Path) -> dict[str, str]:
    """The wheel first, the other packages after it, and no setting of this machine’s."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(installed)}


def _run(command: list[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    result = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
