"""One row of a list of learners, each cell read for what it is."""

from datetime import date
from decimal import Decimal
from typing import Any

from parcours.domain.identity import NIR_REMOVED, fold
from parcours.domain.intake_cells import (
    DateRule,
    check_birth,
    in_words,
    read_date,
    read_number,
)
from parcours.domain.intake_contacts import read_email, read_phone, read_postcode
from parcours.domain.intake_names import (
    Names,
    lost_letter,
    mended_encoding,
    read_full_name,
    read_names,
)
from parcours.domain.intake_record import LearnerRow, RowReading
from parcours.domain.intake_table import Cell, CellError, ColumnMap, Row, Sheet
from parcours.domain.intake_words import (
    contact_of,
    district_of,
    education_of,
    entry_status_of,
    gender_of,
    is_registered,
    is_unknown,
    says_rsa,
    yes_no,
)

LIMITS = {"birth_name": 120, "first_names": 120, "usage_name": 120, "address": 300, "city": 120}
LONGEST_NOTE = 2000
MOST_HOURS = Decimal(3000)


def read_row(sheet: Sheet, row: Row, column_map: ColumnMap, today: date) -> RowReading:
    """The typed row; an error of name or birth date, or an end before its start, rejects it."""
    reader = _Reader(sheet, row, column_map, today)
    reader.names()
    reader.birth()
    reader.contacts()
    reader.situation()
    reader.step()
    reader.notes()
    return reader.reading()


def read_person(sheet: Sheet, row: Row, column_map: ColumnMap, today: date) -> RowReading:
    """Who a row is about: its names, and its birth date when the row gives one."""
    reader = _Reader(sheet, row, column_map, today)
    reader.names()
    if not row.cell(column_map.columns.get("born_on")).is_blank:
        reader.birth()
    return reader.reading()


class _Reader:
    """Reads one row group of columns by group of columns."""

    def __init__(self, sheet: Sheet, row: Row, column_map: ColumnMap, today: date) -> None:
        self.sheet, self.source, self.map, self.today = sheet, row, column_map, today
        self.found = RowReading(LearnerRow(row.number))
        self.values: dict[str, Any] = {}

    def reading(self) -> RowReading:
        """What was read, once every group of columns was."""
        is_rejected = any(error.rejects for error in self.found.errors)
        self.found.row = LearnerRow(self.source.number, **self.values, rejected=is_rejected)
        return self.found

    def names(self) -> None:
        """Last and first names, from one column or several."""
        names = self._names()
        self._set(
            birth_name=names.birth_name,
            first_names=names.first_names,
            usage_name=names.usage_name,
        )
        code = "full_name" if "full_name" in self.map.columns else "birth_name"
        self._need_names(names, code)
        if not names.is_sure:
            said = f"nom {names.birth_name}, prénom {names.first_names}"
            self._warn(code, f"Lu comme : {said}. Vérifiez la coupure.", "name_split")
        for name_code in ("birth_name", "usage_name", "first_names", "full_name"):
            self._doubt_letters(name_code)

    def birth(self) -> None:
        """The birth date, without which nobody is told from a namesake."""
        cell, rule = self._cell("born_on"), self._rule("born_on", is_birth=True)
        read = read_date(cell, rule)
        if read.value is None:
            is_blank = read.message is None
            message = "Date de naissance manquante : indiquez-la (13/03/1988)."
            kind = "birth_missing" if is_blank else "birth_impossible"
            self._error("born_on", read.message or message, kind, rejects=True)
            return
        self.found.serials += read.note is not None
        checked = check_birth(read.value, self.today)
        if checked.kind and checked.message:
            self._error("born_on", checked.message, checked.kind, rejects=True)
        elif checked.note:
            self._warn("born_on", checked.note, "very_old")
        self._set(born_on=read.value)

    def contacts(self) -> None:
        """Phone, e-mail, address: a doubtful one is left out, never the person."""
        phones = read_phone(self._cell("phone").text)
        numbers = (*phones.numbers, None, None)
        notes = (phones.note,) if phones.note else ()
        self._set(phone=numbers[0], other_phone=numbers[1], notes=notes)
        self._soft("phone", phones.problem)
        email = read_email(self._cell("email").text)
        self._set(email=email.value)
        self._soft("email", email.problem)
        postcode = read_postcode(self._cell("postcode").text)
        self._set(postcode=postcode.value)
        self._soft("postcode", postcode.problem)
        self._set(address=self._text("address"), city=self._text("city"))
        self._choose("contact_preference", contact_of)
        self._choose("civility", gender_of, into="gender")

    def situation(self) -> None:
        """RSA, district, level and situation at entry, as codes; unknown stays empty."""
        self._choose("rsa", yes_no, into="receives_rsa")
        self._choose("education", education_of)
        self._status()
        text = self._cell("qpv").text
        district = district_of(text)
        self._set(
            qpv_status=district.status,
            qpv_code=district.code,
            qpv_generation=district.generation,
        )
        if not district.is_understood:
            self._soft("qpv", "Écrivez oui, non ou le code du quartier (QN00101M).")

    def step(self) -> None:
        """Start, end and hours of the step the list speaks of."""
        start, end = self._day("started_on"), self._day("ended_on")
        self._set(started_on=start, ended_on=end, hours=self._hours())
        if start and end and end < start:
            message = (
                f"Fin ({in_words(end)}) avant le début ({in_words(start)}) : corrigez l’une "
                "des deux dates."
            )
            self._error("ended_on", message, "end_before_start", rejects=True)
        born = self.values.get("born_on")
        if start and born and start <= born and born <= self.today:
            message = f"Début ({in_words(start)}) avant la naissance : corrigez la date."
            self._error("started_on", message, "start_before_birth", rejects=True)

    def notes(self) -> None:
        """Free text, kept as typed."""
        cell = self._cell("observations")
        text = cell.text
        if cell.problem and not text:
            self._warn("observations", cell.problem, "unreadable")
        if len(text) > LONGEST_NOTE:
            message = (
                f"Texte de {len(text)} caractères (maximum {LONGEST_NOTE}) : raccourcissez-le."
            )
            self._error("observations", message, "too_long")
            text = ""
        self._set(observations=text or None)

    def _names(self) -> Names:
        full = self._cell("full_name")
        if "full_name" in self.map.columns:
            heading = fold(self.sheet.spread(self.map.header_row).get(full.column, full).text)
            return read_full_name(full.text, first_comes_first=heading.startswith("prenom"))
        codes = ("birth_name", "first_names", "usage_name")
        return read_names(*(self._cell(code).text for code in codes))

    def _need_names(self, names: Names, code: str) -> None:
        problem = next(
            (c.problem for c in (self._cell(code), self._cell("first_names")) if c.problem), None
        )
        if problem:
            self._error(code, problem, "name_unreadable", rejects=True)
        elif not names.birth_name:
            self._error(code, "Nom manquant : indiquez-le.", "name_missing", rejects=True)
        elif not names.first_names:
            code = "first_names" if "first_names" in self.map.columns else code
            self._error(code, "Prénom manquant : indiquez-le.", "first_name_missing", rejects=True)
        for field_code in ("birth_name", "first_names", "usage_name"):
            value = getattr(names, field_code) or ""
            if len(value) > LIMITS[field_code]:
                where = field_code if field_code in self.map.columns else code
                message = f"Nom trop long ({len(value)} caractères, maximum {LIMITS[field_code]})."
                self._error(where, message, "too_long", rejects=True)

    def _doubt_letters(self, code: str) -> None:
        text = self._cell(code).text
        mended = mended_encoding(text)
        if mended:
            self._warn(code, f"Encodage abîmé ? On propose « {mended} ».", "mojibake")
        elif lost_letter(text):
            self._warn(code, "Une lettre semble perdue (« ? ») : vérifiez le nom.", "lost_letter")

    def _status(self) -> None:
        cell = self._cell("entry_status")
        code = entry_status_of(cell.text)
        self._set(entry_status=code)
        if says_rsa(cell.text) and self.values.get("receives_rsa") is None:
            self._set(receives_rsa=True)
        if code or is_unknown(cell.text) or fold(cell.text) in {"rsa", "brsa"}:
            return
        if is_registered(cell.text):
            self._soft("entry_status", "Durée d’inscription inconnue : situation à préciser.")
        else:
            self._soft("entry_status", "Situation non reconnue : à choisir dans la liste.")

    def _choose(self, code: str, read: object, into: str = "") -> None:
        cell = self._cell(code)
        value = read(cell.text) if callable(read) else None
        self._set(**{into or code: value})
        if value is None and not is_unknown(cell.text):
            self._soft(code, "Valeur non reconnue : laissée de côté.")

    def _day(self, code: str) -> date | None:
        cell = self._cell(code)
        read = read_date(cell, self._rule(code))
        if read.message:
            self._error(code, read.message, "date_impossible")
        self.found.serials += read.note is not None
        return read.value

    def _hours(self) -> Decimal | None:
        cell = self._cell("hours")
        if cell.problem:
            self._error("hours", cell.problem, "hours_text")
            return None
        number = read_number(cell)
        if number is None and not is_unknown(cell.text):
            self._error("hours", "Écrivez un nombre d’heures (21,5).", "hours_text")
        if number is not None and not 0 <= number <= MOST_HOURS:
            self._error("hours", "Nombre d’heures impossible.", "hours_out_of_range")
            return None
        return number

    def _text(self, code: str) -> str | None:
        text = " ".join(self._cell(code).text.split())
        if len(text) > LIMITS[code]:
            self._error(code, f"Texte trop long (maximum {LIMITS[code]} caractères).", "too_long")
            return None
        return text or None

    def _rule(self, code: str, *, is_birth: bool = False) -> DateRule:
        return DateRule(
            self.today,
            is_birth=is_birth,
            is_1904=self.sheet.is_1904,
            is_month_first=code in self.map.month_first,
        )

    def _cell(self, code: str) -> Cell:
        return self.source.cell(self.map.columns.get(code))

    def _set(self, **values: object) -> None:
        self.values.update(values)

    def _soft(self, code: str, message: str | None) -> None:
        cell = self._cell(code)
        if cell.problem and not cell.is_blank and NIR_REMOVED not in cell.text:
            message = cell.problem
        if message:
            self._warn(code, message, f"{code}_unread")

    def _warn(self, code: str, message: str, kind: str) -> None:
        self.found.warnings.append(self._at(code, message, kind, rejects=False))

    def _error(self, code: str, message: str, kind: str, *, rejects: bool = False) -> None:
        self.found.errors.append(self._at(code, message, kind, rejects=rejects))

    def _at(self, code: str, message: str, kind: str, *, rejects: bool) -> CellError:
        column = self.map.columns.get(code, "")
        value = self.source.cell(column).text
        place = (self.sheet.title, self.source.number, column, value)
        return CellError(*place, message, kind, code, rejects)
