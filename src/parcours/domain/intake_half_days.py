"""Which column of an attendance sheet is which half-day: dates and « matin, après-midi » above."""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from parcours.domain.calendar import Half, HalfDay
from parcours.domain.identity import fold
from parcours.domain.intake_cells import MONTHS, WEEKDAYS, DateRule, is_ambiguous, read_date
from parcours.domain.intake_table import Cell, Sheet, index_of, letter_of

MORNING = {"m", "matin", "matinee", "mat", "morning"}
AFTERNOON = {"pm", "apres midi", "ap", "apm", "a m", "aprem", "apres m", "afternoon"}
WHOLE = {"j", "jour", "journee", "journee entiere"}
BOTH = (Half.AM, Half.PM)
UNDATED = "Aucune date n’a été reconnue au-dessus des présences : écrivez-les (06/04/2026)."
USUAL_DELAY = timedelta(
    days=150
)  # Sheets are of the past: a date without a year rarely comes next.
ANY_DAY = date(2024, 1, 1)
FIRST_SERIAL, LAST_SERIAL = 40000, 60000  # 2009 to 2064: no count of anything looks like that.
TOUCHING = 2
FEWEST_NUMBERED = 4


@dataclass(frozen=True, slots=True)
class Dated:
    """A heading read: its day, its half when it says one, whether it speaks of time at all."""

    on: date | None = None
    half: Half | None = None
    is_time: bool = False
    is_weekday: bool = False
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class HalfDayColumns:
    """Half-days by column letter (two for a whole-day column), and what was doubtful.

    `last_row` is the last heading row: the table’s body starts below.
    """

    columns: dict[str, tuple[HalfDay, ...]]
    last_row: int
    notices: tuple[str, ...] = ()


def looks_like_half_days(sheet: Sheet, header_row: int) -> tuple[str, ...]:
    """Columns whose headings around that row read as days, whatever their year."""
    found: set[str] = set()
    for number in _heading_rows(sheet, header_row):
        read = _read_row(sheet, number, ANY_DAY)
        found |= {column for column, dated in read.items() if dated.is_time}
    is_dated = any(
        dated.on
        for number in _heading_rows(sheet, header_row)
        for dated in _read_row(sheet, number, ANY_DAY).values()
    )
    return tuple(sorted(found, key=index_of)) if is_dated and len(found) > 1 else ()


def find_half_days(
    sheet: Sheet, header_row: int, today: date, names: Container[str] = ()
) -> HalfDayColumns:
    """The half-days of a matrix, the columns of `names` aside.

    Dates without a year take the one nearest the week a title announces, else the last one past;
    weekdays alone are dates only under such a title.
    """
    said = _announced(sheet, header_row, today)
    near = said or today - USUAL_DELAY
    rows = _heading_rows(sheet, header_row)
    days: dict[str, Dated] = {}
    halves: dict[str, Half | None] = {}
    for number in rows:
        for column, read in _read_row(sheet, number, near).items():
            if not read.is_time or column in names or (read.is_weekday and not said):
                continue
            if read.on and column not in days:
                days[column] = read
            if read.half or not read.on:
                halves[column] = read.half
    _carry_days(days, halves)
    notices = dict.fromkeys(read.notice for read in days.values() if read.notice)
    if not days:
        notices[UNDATED] = None
    return HalfDayColumns(_assigned(days, halves), max(rows), tuple(notices))


def halves_of(text: str) -> tuple[Half, ...]:
    """The half-days a long list’s cell names: both for « journée » or nothing, none if unknown."""
    words = fold(text)
    if words in MORNING:
        return (Half.AM,)
    if words in AFTERNOON | {"am"}:
        return (Half.PM,)
    return BOTH if not words or words in WHOLE else ()


def _heading_rows(sheet: Sheet, header_row: int) -> list[int]:
    """The heading row with the rows of days or half-days touching it, above or below."""
    rows = {header_row}
    for step in (-1, 1):
        for distance in range(1, TOUCHING + 1):
            number = header_row + step * distance
            if not _is_of_days(sheet, number):
                break
            rows.add(number)
    return sorted(rows)


def _is_of_days(sheet: Sheet, number: int) -> bool:
    if not sheet.row(number).cells:
        return False
    read = _read_row(sheet, number, ANY_DAY)
    times = [dated for dated in read.values() if dated.is_time]
    dates = sum(dated.on is not None for dated in times)
    return (dates > 0 or len(times) > 1) and 2 * len(times) >= len(read)


def _read_row(sheet: Sheet, number: int, near: date) -> dict[str, Dated]:
    cells = sheet.spread(number)
    tails = {words[-1] for cell in cells.values() if (words := fold(cell.text).split())}
    is_french = "pm" not in tails or bool({"m", "matin"} & tails)
    read = {column: _read(cell, near, is_french) for column, cell in cells.items()}
    if {"m", "a"} <= tails:  # « M » and « A » alone: only beside a morning is A the afternoon.
        for column, cell in cells.items():
            if fold(cell.text) == "a":
                read[column] = Dated(None, Half.PM, is_time=True)
    return {**read, **_numbered_days(cells, near)}


def _numbered_days(cells: dict[str, Cell], near: date) -> dict[str, Dated]:
    """A month’s grid: 1, 2, 3… or « lun 6, mar 7… » under « Avril 2026 »."""
    days: dict[str, int] = {}
    for column in sorted(cells, key=index_of):
        words = fold(cells[column].text).split()
        if len(words) == 2 and words[0] in WEEKDAYS:
            words = words[1:]
        if len(words) == 1 and re.fullmatch(r"\d{1,2}", words[0]) and 1 <= int(words[0]) <= 31:
            days[column] = int(words[0])
    values = list(days.values())
    if len(set(values)) < FEWEST_NUMBERED or values != sorted(values):
        return {}
    found: dict[str, Dated] = {}
    for column, day in days.items():
        on = _nearest(day, near.month, near)
        if on:
            found[column] = Dated(on, None, is_time=True, is_weekday=True)
    return found


def _read(cell: Cell, near: date, is_french: bool) -> Dated:
    """« Mon 06/04/2026 », « lundi 6 avril matin », « 06/04 AM », « AM », a true date, a serial."""
    value = cell.value
    if isinstance(value, datetime):
        return Dated(value.date(), Half.PM if value.hour >= 12 else None, is_time=True)
    if isinstance(value, date):
        return Dated(value, is_time=True)
    if isinstance(value, int | float):
        return _of_serial(value)
    words = fold(cell.text).split()
    half, is_whole, words = _take_half(words, is_french)
    weekday = None
    if words and words[0] in WEEKDAYS and (len(words) == 1 or words[1][:1].isdigit()):
        weekday, words = WEEKDAYS[words[0]], words[1:]
    on = _day_of(words, near)
    if words and on is None:
        return Dated()
    is_weekday = on is None and weekday is not None
    if on is None and weekday is not None:
        on = near - timedelta(days=near.weekday() - weekday)
    is_time = on is not None or half is not None or is_whole
    return _checked(Dated(on, half, is_time, is_weekday), weekday, cell.text)


def _take_half(words: list[str], is_french: bool) -> tuple[Half | None, bool, list[str]]:
    """The half-day said at the end or at the start, whether « journée » is said, and the rest."""
    for size in (2, 1):
        for tail, rest in ((words[-size:], words[:-size]), (words[:size], words[size:])):
            said = " ".join(tail)
            if len(tail) == size and said in WHOLE and not rest:
                return None, True, rest
            half = _half_word(said, is_french) if len(tail) == size else None
            if half:
                return half, False, rest
    return None, False, words


def _half_word(words: str, is_french: bool) -> Half | None:
    """In French sheets AM is « après-midi »; beside PM it is the morning."""
    if words == "am":
        return Half.PM if is_french else Half.AM
    if words in MORNING:
        return Half.AM
    return Half.PM if words in AFTERNOON else None


def _day_of(words: list[str], near: date) -> date | None:
    text = " ".join(words)
    short = re.fullmatch(r"(\d{1,2}) (\d{1,2})", text)
    named = re.fullmatch(r"(\d{1,2})(?: ?er)? ([a-z]+)", text)
    if short:
        return _nearest(int(short[1]), int(short[2]), near)
    if named:
        return _nearest(int(named[1]), MONTHS.get(named[2], 0), near)
    if re.fullmatch(r"\d+( ?er)? \w+ \d{2,4}", text) or re.fullmatch(r"\d{4} \d+ \d+", text):
        return read_date(Cell("", text, text), DateRule(near)).value
    return None


def _nearest(day: int, month: int, near: date) -> date | None:
    found = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found.append(date(year, month, day))
        except ValueError:  # 29 February, or no such day.
            continue
    return min(found, key=lambda on: abs(on - near), default=None)


def _of_serial(value: float) -> Dated:
    if isinstance(value, bool) or not FIRST_SERIAL < value < LAST_SERIAL:
        return Dated()
    on = read_date(Cell("", int(value), ""), DateRule(ANY_DAY)).value
    return Dated(on, is_time=on is not None)


def _checked(read: Dated, weekday: int | None, text: str) -> Dated:
    """A named weekday that only fits month/day shows which way round the date was written."""
    if read.on is None or weekday is None or read.on.weekday() == weekday:
        return read
    if is_ambiguous(re.sub(r"^[^\d]+", "", text)):
        swapped = date(read.on.year, read.on.day, read.on.month)
        if swapped.weekday() == weekday:
            return replace(read, on=swapped, notice=f"« {text} » a été lu mois/jour.")
    return replace(read, notice=f"« {text} » : le jour de la semaine ne correspond pas à la date.")


def _announced(sheet: Sheet, header_row: int, today: date) -> date | None:
    """The day a title speaks of: « Semaine du 06/04/2026 », « S15 »."""
    texts = [cell.text for row in sheet.rows if row.number < header_row for cell in row.cells]
    for text in [*texts, sheet.title]:
        for shape in (r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}", r"\d{1,2}(?:er)? [^\W\d]+ \d{4}"):
            for typed in re.findall(shape, text):
                found = read_date(Cell("", typed, typed), DateRule(today)).value
                if found:
                    return found
    for text in [*texts, sheet.title]:
        month = re.search(r"\b([a-z]+) (20\d\d)\b", fold(text))
        if month and month[1] in MONTHS:
            return date(int(month[2]), MONTHS[month[1]], 15)
        week = re.search(r"\b(?:s|sem|semaine)(?: n)? ?(\d{1,2})\b", fold(text))
        if week and 1 <= int(week[1]) <= 52:
            years = [int(year) for year in re.findall(r"\b(20\d\d)\b", text)]
            return _monday(int(week[1]), years, today)
    return None


def _monday(week: int, said: list[int], today: date) -> date:
    years = said[:1] or [today.year - 1, today.year, today.year + 1]
    mondays = [date.fromisocalendar(year, week, 1) for year in years]
    return min(mondays, key=lambda day: abs(day - today))


def _carry_days(days: dict[str, Dated], halves: dict[str, Half | None]) -> None:
    """A date given once stands for the half-day column that follows it."""
    for column in sorted(halves, key=index_of):
        before = letter_of(index_of(column) - 1)
        if column not in days and before in days and halves[column]:
            days[column] = Dated(days[before].on)


def _assigned(
    days: dict[str, Dated], halves: dict[str, Half | None]
) -> dict[str, tuple[HalfDay, ...]]:
    by_day: dict[date, list[str]] = {}
    for column in sorted(days, key=index_of):
        on = days[column].on
        if on:
            by_day.setdefault(on, []).append(column)
    found: dict[str, tuple[HalfDay, ...]] = {}
    for on, columns in by_day.items():
        for position, column in enumerate(columns):
            half = halves.get(column)
            if half is None and len(columns) == 2:
                half = BOTH[position]
            found[column] = tuple(HalfDay(on, part) for part in ((half,) if half else BOTH))
    return found
