"""What people read when a page cannot be given: what happened, and the way out."""

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from parcours.db import is_duplicate, is_too_large
from parcours.domain.errors import NotAllowed, NotFound, RuleBroken
from parcours.web import pages
from parcours.web.deps import FormRefused, NotSignedIn

log = logging.getLogger("parcours")

TEXTS: dict[int, tuple[str, str]] = {
    400: (
        "Cette adresse n’est pas complète",
        "Vérifiez l’adresse, ou repartez de votre journée.",
    ),
    403: (
        "Ce geste n’est pas ouvert à votre rôle",
        "Si vous en avez besoin, demandez à l’administration de votre structure.",
    ),
    404: (
        "Cette page n’existe pas, ou n’est pas à vous",
        "La fiche a pu être retirée, ou n’être plus partagée avec votre structure.",
    ),
    405: ("Cette adresse ne s’ouvre pas ainsi", "Revenez à la page précédente et recommencez."),
    409: (
        "Quelqu’un vient d’enregistrer la même chose",
        "Votre envoi n’a rien ajouté. Revenez à la page précédente et rechargez-la.",
    ),
    413: (
        "Fichier trop lourd",
        "Le maximum est de 10 Mo. Supprimez les images et les feuilles inutiles, ou découpez-le.",
    ),
    422: ("Cette adresse n’est pas lisible", "Vérifiez l’adresse, ou repartez de votre journée."),
    500: (
        "Une erreur est survenue de notre côté",
        "Rien de ce que vous veniez d’envoyer n’a été enregistré. Recommencez dans un instant.",
    ),
    503: (
        "Parcours est momentanément indisponible",
        "Rien n’a été enregistré. Attendez une minute, puis recommencez.",
    ),
}
EXPIRED_FORM = (
    "Ce formulaire a expiré",
    "Revenez à la page précédente, rechargez-la, puis envoyez de nouveau votre saisie.",
)


def install(app: FastAPI) -> None:
    """Answer every refusal and failure with a French page."""
    app.add_exception_handler(NotSignedIn, _ask_sign_in)
    app.add_exception_handler(FormRefused, _form_refused)
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(RuleBroken, _rule_broken)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(OverflowError, _too_large)
    app.add_exception_handler(DataError, _too_large)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(IntegrityError, _said_at_once)
    app.add_exception_handler(OperationalError, _unavailable)
    app.add_exception_handler(Exception, _failure)


def error_page(request: Request, status: int, title: str = "", text: str = "") -> Response:
    """The page for an error `status`."""
    default_title, default_text = TEXTS.get(status, TEXTS[500])
    context = {"title": title or default_title, "text": text or default_text, "code": status}
    return pages.plain_page(request, "errors/error.html", context, status=status)


def _ask_sign_in(request: Request, _error: Exception) -> Response:
    wanted = request.url.path if request.method == "GET" else ""
    if request.url.query and wanted:
        wanted += f"?{request.url.query}"
    suffix = f"?suite={quote(wanted)}" if wanted not in {"", "/"} else ""
    return RedirectResponse(f"/connexion{suffix}", status_code=303)


def _form_refused(request: Request, _error: Exception) -> Response:
    return error_page(request, 403, *EXPIRED_FORM)


def _not_found(request: Request, _error: Exception) -> Response:
    return error_page(request, 404)


def _too_large(request: Request, error: Exception) -> Response:
    # An identifier larger than any column holds is one that nobody has.
    return error_page(request, 404) if is_too_large(error) else _failure(request, error)


def _not_allowed(request: Request, error: Exception) -> Response:
    return error_page(request, 403, text=str(error))


def _rule_broken(request: Request, error: Exception) -> Response:
    return error_page(request, 422, "Cette demande ne peut pas être prise", str(error))


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return error_page(request, status)


def _said_at_once(request: Request, error: Exception) -> Response:
    # Two people said the same thing at once, and the database kept the first.
    if isinstance(error, IntegrityError) and is_duplicate(error):
        return error_page(request, 409)
    return _failure(request, error)


def _unavailable(request: Request, error: Exception) -> Response:
    # The message of the driver may quote a row: only its kind is logged.
    log.error("database unavailable: %s", type(error).__name__)
    response = error_page(request, 503)
    response.headers["Retry-After"] = "60"
    return response


def _failure(request: Request, error: Exception) -> Response:
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return error_page(request, 500)
