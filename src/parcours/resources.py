"""Where templates, migrations and fixtures lie: inside the wheel, or beside the sources."""

from importlib.resources import files
from pathlib import Path


def resource_dir(name: str) -> Path:
    """The folder `name` (templates, alembic, fixtures); FileNotFoundError when it is nowhere."""
    bundled = Path(str(files("parcours"))) / "_bundled" / name
    if bundled.is_dir():
        return bundled
    beside_sources = Path(__file__).resolve().parents[2] / name
    if beside_sources.is_dir():
        return beside_sources
    raise FileNotFoundError(name)
