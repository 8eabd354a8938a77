"""Builds the application: rooms, middleware, error pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from parcours.db import Database, is_sqlite
from parcours.features import ROOMS
from parcours.settings import Settings
from parcours.web import errors, pages, security
from parcours.web.exporter import Exporter
from parcours.web.turns import Turns

# More threads only fight for the interpreter (measured: 2 on SQLite, 4 on PostgreSQL).
THREADS = {"sqlite": 2, "postgresql": 4}


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """The application on `database` (opened from the settings when not given)."""
    opened = database or Database.open(settings.url, settings.read_database_url)
    exporter = Exporter(opened)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        limiter = anyio.to_thread.current_default_thread_limiter()
        limiter.total_tokens = THREADS["sqlite" if is_sqlite(opened.engine) else "postgresql"]
        pages.environment()
        exporter.start()
        yield
        exporter.stop()
        if database is None:
            opened.dispose()

    app = FastAPI(
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.state.settings, app.state.database = settings, opened
    app.state.exporter = exporter
    app.state.turns = Turns(one_at_a_time=is_sqlite(opened.engine))
    _open_rooms(app)
    errors.install(app)
    _protect(app, settings)
    return app


def _open_rooms(app: FastAPI) -> None:
    """Every address. Laid flat: included routers would be asked one by one, and again, at each."""
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    for router in ROOMS:
        app.router.routes.extend(router.routes)


def _protect(app: FastAPI, settings: Settings) -> None:
    """What every request goes through, the last added first."""
    app.add_middleware(security.NumberedRequests)
    app.add_middleware(security.SameSiteOnly)
    app.add_middleware(security.LimitedBodies)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=settings.trusted_hosts)
    app.add_middleware(security.SecureHeaders)
