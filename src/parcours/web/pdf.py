"""Writing documents as PDF: A4, embedded fonts, the same bytes for the same content."""

from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from parcours.web.documents import Document
from parcours.web.words import long_day

FONTS = Path(__file__).parent / "static" / "vendor"
MARGIN = 18 * mm
# The frame of a page keeps six points inside each margin.
WIDTH = A4[0] - 2 * MARGIN - 12
INK, SOFT, LINE = colors.HexColor("#1b2426"), colors.HexColor("#55646a"), colors.HexColor("#9aa5a9")


def write(documents: Sequence[Document]) -> bytes:
    """The documents as one file, each beginning a page."""
    styles = _styles()
    story: list[Flowable] = []
    for number, document in enumerate(documents):
        if number:
            story.append(PageBreak())
        story += _document(document, styles)
    buffer = BytesIO()
    title = documents[0].title if documents else ""
    # `invariant`: no date of writing and no identifier by chance in the file.
    SimpleDocTemplate(
        buffer, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN,
        bottomMargin=MARGIN, title=title, author="Parcours", lang="fr", invariant=1,
    ).build(story)  # fmt: skip
    return buffer.getvalue()


@cache
def _styles() -> dict[str, ParagraphStyle]:
    for name, file in (("Inter", "regular"), ("Inter-Bold", "bold")):
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"inter-5.3.0-{file}.ttf")))
    base = ParagraphStyle("text", fontName="Inter", fontSize=10.5, leading=15, textColor=INK)
    return {
        "text": base,
        "soft": ParagraphStyle("soft", base, fontSize=9, leading=12.5, textColor=SOFT),
        "name": ParagraphStyle("name", base, textColor=SOFT),
        "title": ParagraphStyle(
            "title", base, fontName="Inter-Bold", fontSize=17, leading=21, spaceBefore=8 * mm,
            spaceAfter=7 * mm,
        ),
        "caption": ParagraphStyle(
            "caption", base, fontName="Inter-Bold", spaceBefore=4 * mm, spaceAfter=2 * mm
        ),
        "cell": ParagraphStyle("cell", base, fontSize=9, leading=12),
        "head": ParagraphStyle("head", base, fontName="Inter-Bold", fontSize=9, leading=12),
    }  # fmt: skip


def _document(document: Document, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    sender = "<br/>".join(escape(line) for line in document.sender)
    story: list[Flowable] = [
        Paragraph(sender, styles["soft"]),
        Paragraph(escape(document.title), styles["title"]),
    ]
    for block in document.blocks:
        story += _BLOCKS[block.kind](block, document, styles)
    if document.foot:
        story += [Spacer(0, 6 * mm), Paragraph(escape(document.foot), styles["soft"])]
    return story


def _text(block: Any, _document: Document, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    return [Paragraph(escape(block.words), styles["text"]), Spacer(0, 3 * mm)]


def _facts(block: Any, _document: Document, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    rows = [
        [Paragraph(escape(name), styles["name"]), Paragraph(escape(value), styles["text"])]
        for name, value in block.rows
    ]
    table = Table(rows, colWidths=[52 * mm, WIDTH - 52 * mm])
    table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    return [table, Spacer(0, 4 * mm)]


def _table(block: Any, _document: Document, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    heads = [Paragraph(escape(head), styles["head"]) for head in block.heads]
    rows = [[Paragraph(escape(cell), styles["cell"]) for cell in row] for row in block.rows]
    first = 0.34 * WIDTH
    others = (WIDTH - first) / max(len(block.heads) - 1, 1)
    table = Table([heads, *rows], colWidths=[first] + [others] * (len(heads) - 1), repeatRows=1)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
        ]
    )
    return [Paragraph(escape(block.caption), styles["caption"]), table, Spacer(0, 4 * mm)]


def _signature(block: Any, document: Document, styles: dict[str, ParagraphStyle]) -> list[Flowable]:
    where = f"Fait à {block.place}, le" if block.place else "Fait le"
    lines = f"{escape(where)} {long_day(document.written_on)}<br/>{escape(block.name)}"
    box = Table([[Paragraph("Signature et cachet", styles["soft"])]], colWidths=[80 * mm],
                rowHeights=[28 * mm], hAlign="LEFT")  # fmt: skip
    box.setStyle([("BOX", (0, 0), (-1, -1), 0.6, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    parts = [Spacer(0, 5 * mm), Paragraph(lines, styles["text"]), Spacer(0, 3 * mm), box]
    return [KeepTogether(parts)]


_BLOCKS = {"text": _text, "facts": _facts, "table": _table, "signature": _signature}
