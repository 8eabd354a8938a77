"""Settings, all from the environment (prefix PARCOURS_); docs/installation.md lists them."""

import os
import secrets
import tempfile
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from parcours.domain.disclosure import Thresholds

SECRET_MINIMUM = 32


class Settings(BaseSettings):
    """Everything that may differ from one installation to another."""

    model_config = SettingsConfigDict(
        env_prefix="PARCOURS_", extra="ignore", hide_input_in_errors=True
    )

    database_url: str | None = Field(
        default=None, description="Where data live; a SQLite file under data_dir by default."
    )
    read_database_url: str | None = Field(
        default=None, description="A replica that lists and reports may read."
    )
    data_dir: Path = Field(
        default=Path("parcours-data"), description="Folder of the SQLite file and the secret."
    )
    today: date | None = Field(
        default=None, description="A fixed day, for tests and demonstrations only."
    )
    secret_key: str = Field(
        default="",
        repr=False,
        description="At least 32 characters; signs forms of visitors not signed in.",
    )
    demo: bool = Field(default=False, description="Demonstration: makes its own secret.")
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, description="Port the server listens on.")
    trusted_hosts: list[str] = Field(
        default=["127.0.0.1", "localhost", "[::1]"],
        description="Host names the server answers to (JSON list).",
    )
    base_url: str = Field(
        default="", description="The public address of this installation, for links in messages."
    )
    smtp_url: str = Field(
        default="",
        repr=False,
        description="The mail server: smtp://, starttls:// or smtps://user:password@host:port.",
    )
    mail_from: str = Field(default="", description="The address e-mails are sent from.")
    sms_command: str = Field(
        default="",
        description="A command that sends one SMS: text on its input, PARCOURS_SMS_NUMBER set.",
    )

    secret_aggregated: int = Field(
        default=5, ge=2, description="Fewer people than this are not shown to a funder."
    )
    secret_sensitive: int = Field(
        default=11, ge=2, description="The same for handicap, nationality, housing."
    )
    secret_public: int = Field(default=11, ge=2, description="The same on a public page.")
    secret_denominator: int = Field(
        default=11, ge=2, description="No rate is shown among fewer people than this."
    )
    secret_width: int = Field(
        default=5, ge=2, description="The least range a masked count must keep."
    )

    export_at_once: int = Field(
        default=2000, ge=0, description="A workbook of more people is made apart, with progress."
    )
    nominative_days: int = Field(
        default=7, ge=1, le=31, description="Days a file that names people can be downloaded."
    )

    @property
    def thresholds(self) -> Thresholds:
        """How few people are too few to be shown."""
        return Thresholds(
            self.secret_aggregated,
            self.secret_sensitive,
            self.secret_public,
            self.secret_denominator,
            self.secret_width,
        )

    @property
    def url(self) -> str:
        """The database’s address."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data_dir / 'parcours.sqlite3').resolve()}"

    @model_validator(mode="after")
    def _have_a_secret(self) -> Self:
        if not self.secret_key and self.demo:
            self.secret_key = _demo_secret(self.data_dir)
        if len(self.secret_key) < SECRET_MINIMUM:
            raise ValueError(
                "PARCOURS_SECRET_KEY doit compter au moins 32 caractères ; par exemple : "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return self


@cache
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()


def _demo_secret(data_dir: Path) -> str:
    path = data_dir / "secret"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        # Written whole before it has its name: a server killed here, or two started at once, still
        # find one secret. Only the owner may read it (mkstemp).
        descriptor, draft = tempfile.mkstemp(dir=data_dir)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        os.unlink(draft)
    return path.read_text()
