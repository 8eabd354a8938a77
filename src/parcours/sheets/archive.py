"""What a file really is, by its content, and whether its archive is safe to unpack."""

import io
import re
import struct
import zipfile

from parcours.sheets.refusals import SheetRefused

MAX_PACKED = 10 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
MAX_ENTRIES = 1000
SMALL_ENOUGH = 1024 * 1024  # A megabyte of zeros harms nobody, whatever its ratio.
CHUNK = 1024 * 1024

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_DIRECTORY = b"PK\x05\x06"
ARCHIVES_INSIDE = (".zip", ".7z", ".rar", ".gz", ".bz2", ".xz")
DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
KNOWN_STARTS = (
    (b"%PDF", "pdf"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"),
    (b"{\\rtf", "document"), (b"Rar!", "document"), (b"7z\xbc\xaf", "document"),
    (b"\x1f\x8b", "document"), (b"MZ", "document"), (b"\x7fELF", "document"),
)  # fmt: skip


def sniff(data: bytes) -> str:
    """`xlsx`, `xlsm`, `xlsb`, `ods`, `xls` or `csv`; SheetRefused for anything else."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise SheetRefused("empty")
    if len(data) > MAX_PACKED:
        raise SheetRefused("too_heavy", size=f"{len(data) / 1024 / 1024:.0f} Mo")
    if data.startswith(OLE):
        return _sniff_ole(data)
    if data.startswith(b"PK\x03\x04"):
        return _sniff_zip(data)
    for start, reason in KNOWN_STARTS:
        if data.startswith(start):
            raise SheetRefused(reason)
    return _sniff_text(data)


def check_parts(archive: zipfile.ZipFile) -> None:
    """Unpack every part in a stream: sizes must be true, no DTD and no entity in the markup."""
    for entry in archive.infolist():
        is_markup = entry.filename.lower().endswith((".xml", ".rels", ".vml"))
        seen, tail = 0, b""
        with archive.open(entry) as part:
            while chunk := part.read(CHUNK):
                seen += len(chunk)
                if seen > MAX_UNPACKED or seen > entry.file_size:
                    raise SheetRefused("hostile")
                if is_markup and any(word in tail + chunk for word in DECLARATIONS):
                    raise SheetRefused("hostile")
                tail = chunk[-20:]


def _sniff_ole(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise SheetRefused("password")
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    raise SheetRefused("document")


def _sniff_zip(data: bytes) -> str:
    _check_entry_count(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_directory(entries, len(data))
            return _kind_of(archive, {entry.filename for entry in entries})
    except SheetRefused:
        raise
    except Exception as error:
        raise SheetRefused("incomplete" if END_OF_DIRECTORY not in data else "damaged") from error


def _check_entry_count(data: bytes) -> None:
    """Read the count in the end record before anything walks a directory of 100,000 entries."""
    end = data.rfind(END_OF_DIRECTORY)
    if end < 0 or len(data) < end + 22:
        raise SheetRefused("incomplete")
    (count,) = struct.unpack_from("<H", data, end + 10)
    (size,) = struct.unpack_from("<I", data, end + 12)
    if count > MAX_ENTRIES or size > MAX_ENTRIES * 1024:
        raise SheetRefused("hostile")


def _check_directory(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    names = [entry.filename.replace("\\", "/") for entry in entries]
    too_big = unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES
    too_dense = unpacked > SMALL_ENOUGH and unpacked > MAX_RATIO * packed
    escapes = any(name.startswith("/") or ".." in name.split("/") or ":" in name for name in names)
    nested = any(name.lower().endswith(ARCHIVES_INSIDE) for name in names)
    if too_big or too_dense or escapes or nested or len(set(names)) != len(names):
        raise SheetRefused("hostile")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise SheetRefused("password")


def _kind_of(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return "xlsm" if any(name.endswith("vbaProject.bin") for name in names) else "xlsx"
    if "mimetype" in names and "content.xml" in names:
        with archive.open("mimetype") as part:
            if b"opendocument.spreadsheet" in part.read(200):
                return "ods"
    raise SheetRefused("document")


def _sniff_text(data: bytes) -> str:
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"<(!doctype html|html|head|body|table|meta)", start):
        raise SheetRefused("page")
    if start.startswith(b"<?xml"):
        raise SheetRefused("page" if b"<html" in start else "document")
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff")) or _alternates_nul(data[:2000])
    controls = sum(byte < 9 or 13 < byte < 32 for byte in data[:4096])
    if not is_utf16 and controls > max(4, len(data[:4096]) // 50):
        raise SheetRefused("document")
    return "csv"


def _alternates_nul(start: bytes) -> bool:
    half = max(len(start) // 2, 1)
    return start[::2].count(0) > 0.7 * half or start[1::2].count(0) > 0.7 * half
