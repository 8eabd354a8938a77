"""Settings refuse what would be unsafe, and a demonstration makes what it needs."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from parcours.settings import Settings

SECRET = "x" * 32


def test_an_installation_without_a_secret_does_not_start() -> None:
    with pytest.raises(ValidationError, match="PARCOURS_SECRET_KEY"):
        Settings()


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_short_secret_is_refused_even_in_a_demonstration(tmp_path: Path, is_demo: bool) -> None:
    with pytest.raises(ValidationError, match="au moins 32 caractères"):
        Settings(secret_key="x" * 31, demo=is_demo, data_dir=tmp_path)


def test_a_demonstration_makes_one_secret_and_keeps_it(tmp_path: Path) -> None:
    first = Settings(demo=True, data_dir=tmp_path / "new").secret_key
    again = Settings(demo=True, data_dir=tmp_path / "new").secret_key
    assert first == again
    assert len(first) >= 32
    (kept,) = (tmp_path / "new").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_the_secret_is_never_printed() -> None:
    assert SECRET not in repr(Settings(secret_key=SECRET))
    with pytest.raises(ValidationError) as refusal:
        Settings(secret_key="too-short")
    assert "too-short" not in str(refusal.value)


def test_data_lie_in_a_file_by_default(tmp_path: Path) -> None:
    settings = Settings(secret_key=SECRET, data_dir=tmp_path)
    assert settings.url == f"sqlite:///{tmp_path}/parcours.sqlite3"


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARCOURS_SECRET_KEY", SECRET)
    monkeypatch.setenv("PARCOURS_DATABASE_URL", "postgresql+psycopg:///parcours")
    monkeypatch.setenv("PARCOURS_TRUSTED_HOSTS", '["parcours.exemple.fr"]')
    settings = Settings()
    assert settings.url == "postgresql+psycopg:///parcours"
    assert settings.trusted_hosts == ["parcours.exemple.fr"]
