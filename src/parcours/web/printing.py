"""Documents as a page that prints on A4, or as one PDF file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from parcours.web import pages, pdf
from parcours.web.deps import Visit
from parcours.web.documents import Document


@dataclass(frozen=True, slots=True)
class Around:
    """What the page around documents says: where one came from, its own address and its name.

    `warnings`, for the screen alone: what to know before handing them over.
    """

    back: str
    back_words: str
    url: str
    file_name: str
    query: str = ""
    period: tuple[date, date] | None = None
    warnings: Sequence[str] = ()


def show(visit: Visit, documents: Sequence[Document], around: Around) -> Response:
    """The documents, one a sheet, to read and to print."""
    context: dict[str, Any] = {"documents": documents, "around": around}
    return pages.page(visit, "print/documents.html", context)


def as_file(documents: Sequence[Document], around: Around) -> Response:
    """The same documents as one PDF file; its name says nothing of anybody."""
    name = f'attachment; filename="{around.file_name}.pdf"'
    return Response(
        pdf.write(documents),
        media_type="application/pdf",
        headers={"Content-Disposition": name, "Cache-Control": "no-store"},
    )
