"""A figure and its rows: the parts add up to what is printed, named only for those who may read."""

import re
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from parcours.actions import (
    accounts,
    cohorts,
    exits,
    exports,
    figure_rows,
    learners,
    pathways,
    situations,
)
from parcours.actions.definitions import definitions_on
from parcours.actions.outcome_columns import RULES
from parcours.actions.outcome_figures import exits as exit_measures
from parcours.actions.outputs import FREE, OUTPUTS, output
from parcours.domain.access import Actor, Role
from parcours.domain.figure_rows import Part, amount
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import Agreement, Export
from tests.conftest import TODAY
from tests.features.conftest import Be, Person, signed

HOME = "/conventions/1/lignes"
START, END = TODAY - timedelta(days=300), TODAY - timedelta(days=120)
WHOLE = [code for code in OUTPUTS if code != FREE]
PEOPLE = (
    ("Boucher", Gender.WOMAN, "3", "DELD", {"situation": "CDI_NON_AIDE", "contract_type": "CDI",
                                           "contract_starts_on": date(2026, 8, 1)}),
    ("Cissé", Gender.MAN, None, "DELD", {"situation": "CHOMAGE"}),
    ("Diallo", None, "5", "INACTIF", {}),
    ("Evrard", Gender.WOMAN, "4", "SALARIE", None),
    ("Fofana", Gender.WOMAN, "4", "DELD", {"situation": "DECES"}),
)  # fmt: skip


@pytest.fixture(autouse=True)
def actor(sophie: Person, claire: Person, session: Session) -> Actor:
    """The coordinator, and five people read differently by each figure."""
    found = accounts.actor_for(session, "sophie.coordinator@rev.exemple.fr", today=TODAY)
    facts = cohorts.CohortFacts("P1", "Promo 1", START, END, 10)
    cohort = cohorts.create_cohort(session, found, facts)
    for name, gender, level, status, left in PEOPLE:
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), gender=gender,
            education=level, entry_status=status, qpv_status=DistrictStatus.INSIDE,
            qpv_code="QN09301M" if gender else "QN07511M", receives_rsa=gender is Gender.MAN,
        )  # fmt: skip
        person = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        cohorts.enrol(session, found, cohort.id or 0, person.id or 0, today=START)
        if left is not None:
            pathway = pathways.current_pathway(session, person)
            said = situations.SituationRecord(END, **left)
            exits.record_exit(session, found, pathway.id or 0, said, today=TODAY)
    signed(session, found, cohort.id, starts_on=START, ends_on=TODAY)
    session.commit()
    return found


def adds_up(traced: figure_rows.Traced) -> None:
    """Every row in one part; numerator, denominator and unknown as printed."""
    figure, measure = traced.figure, traced.figure.measure
    parts = {part: len(traced.parts[part]) for part in Part}
    assert sum(parts.values()) == len(traced.rows)
    if measure.sums:
        lines = traced.lines(Part.COUNTED, 0, 1000)
        assert sum((amount(line.adds) for line in lines), amount(0)) == figure.count
        return
    assert parts[Part.COUNTED] == figure.count
    assert parts[Part.UNKNOWN] == figure.unknown
    kept = parts[Part.UNKNOWN] if traced.keeps_unknown else 0
    assert parts[Part.COUNTED] + parts[Part.OTHERS] + kept == figure.among


@pytest.mark.parametrize("code", WHOLE)
def test_the_rows_behind_each_figure_today_are_that_figure(session: Session, code: str) -> None:
    agreement = session.get_one(Agreement, 1)
    for figure in exports.figures_of(session, agreement, output(code), as_of=TODAY):
        traced = figure_rows.trace_today(session, agreement, figure.measure.code, as_of=TODAY)
        assert traced.figure == figure
        adds_up(traced)


def test_every_definition_a_target_may_ask_for_has_its_rows(session: Session) -> None:
    agreement = session.get_one(Agreement, 1)
    for measure in exit_measures(RULES, TODAY):
        adds_up(figure_rows.trace_today(session, agreement, measure.code, as_of=TODAY))


@pytest.mark.parametrize("code", WHOLE)
def test_the_rows_behind_a_frozen_figure_are_those_handed_over(
    session: Session, actor: Actor, code: str
) -> None:
    from tests.actions.test_exports import sheets

    made = exports.export_outcomes(session, actor, 1, as_of=TODAY, today=TODAY, code=code)
    printed = {
        row[0]: row for row in sheets(made.content, values=True)["Synthèse"][1:]
        if str(row[9]).startswith("Participants")
    }  # fmt: skip
    found = figure_rows.frozen_figures(made)
    assert [item.measure.code for item in found] == list(printed)
    # What was corrected since changes nothing of what was handed over.
    person = session.get_one(Export, made.id or 0)
    for figure in found:
        row = printed[figure.measure.code]
        assert (float(figure.count), float(figure.among)) == (float(row[2]), float(row[3]))
        adds_up(figure_rows.trace_frozen(person, figure.measure.code))


def test_the_pages_count_what_they_list_and_name_whom_one_may_read(sophie: Person) -> None:
    page = sophie.visit(HOME)
    links = set(re.findall(rf'href="{HOME}\?sortie=fse&amp;figure=([^"]+)"', page.html))
    assert len(links) > 20
    shown = sophie.visit(f"{HOME}?figure=EECO02")
    assert "Comptés (2)" in shown.text
    assert "BOUCHER" in shown.text
    assert 'href="/apprenants/1"' in shown.html
    out = sophie.visit(f"{HOME}?figure=EECO02&part=hors")
    assert "Hors du dénominateur (2)" in out.text
    # Cissé has no level, Diallo no gender: no indicator holds them, and the row says so.
    assert "CISSÉ" in out.text
    assert "EECO02 : Dossier incomplet" in out.text
    assert "Personne dans cette partie" in sophie.visit(f"{HOME}?figure=EECO02&part=inconnus").text


def test_candidates_districts_and_hours_have_their_rows_too(sophie: Person) -> None:
    for code in ("QUARTIER:QN09301M", "HEURES", "GENRE:woman", "SORTIES"):
        assert sophie.visit(f"{HOME}?figure={code}").html.count("<h1>") == 1
    listed = sophie.visit(f"{HOME}?sortie=gen").text
    assert "Candidatures : admis·e" in listed
    assert "Candidatures : admis·e" in sophie.visit(f"{HOME}?figure=SELECTION:Admis·e").text


def test_a_funder_reads_no_row(
    claire: Person, sophie: Person, session: Session, actor: Actor
) -> None:
    exports.export_outcomes(session, actor, 1, as_of=TODAY, today=TODAY)
    session.commit()
    for path in (HOME, f"{HOME}?figure=EECO02", "/exports/1/lignes?figure=PARTICIPANTS"):
        claire.visit(path, 403)
    taken = claire.submit(claire.visit("/conventions/1"), "/conventions/1/exports")
    assert "/exports/2/fichier" in taken.html
    # What a funder takes away holds counts: there is no row to show.
    assert "/exports/2/lignes" not in taken.html
    sophie.visit("/exports/2/lignes", 404)


def test_figures_nobody_counts_and_other_organisations_are_not_found(
    be: Be, sophie: Person, session: Session, actor: Actor
) -> None:
    exports.export_outcomes(session, actor, 1, as_of=TODAY, today=TODAY)
    session.commit()
    sophie.visit(f"{HOME}?figure=EECO99", 404)
    sophie.visit("/exports/1/lignes?figure=EECO99", 404)
    sophie.visit("/exports/1/lignes?figure=SELECTION:Admis·e", 404)
    assert "Comptés (5)" in sophie.visit(f"{HOME}?figure=PARTICIPANTS&apres=-3&part=x").text
    outsider = be("AUTRE", Role.COORDINATOR, "Omar Ziani")
    for path in (HOME, f"{HOME}?figure=EECO02", "/exports/1/lignes"):
        outsider.visit(path, 404)


def test_the_rate_of_each_definition_lists_exactly_whom_it_counts(sophie: Person) -> None:
    page = sophie.visit("/sorties/taux?du=1/1/2026")
    for item in definitions_on(TODAY):
        row = next(part for part in page.html.split("<tr>") if f"/definitions/{item.name}" in part)
        numbers = [int(found) for found in re.findall(r'">(\d+)<span', row)]
        shown = sophie.visit(f"/sorties/taux/{item.name}?du=1/1/2026")
        told = dict(re.findall(r">([^<(]+) \((\d+)\)</a>", shown.html))
        assert f"{numbers[0]} sur {numbers[1]}" in shown.text
        assert int(told["Comptent"]) == numbers[0]
        undocumented = int(told["Non documentées"])
        kept = undocumented if "sont dans le dénominateur" in shown.text else 0
        assert int(told["Comptent"]) + int(told["Parmi, sans compter"]) + kept == numbers[1]
        assert [undocumented, int(told["Pas à terme"]), int(told["Retirées"])] == numbers[2:]
        assert sum(map(int, told.values())) == 4


def test_the_people_of_a_rate_are_named_to_those_who_record_exits(
    be: Be, sophie: Person, claire: Person
) -> None:
    page = sophie.visit("/sorties/taux/iae-1?du=1/1/2026")
    assert "BOUCHER" in page.text
    assert "Emploi durable" in page.text
    withdrawn = sophie.visit("/sorties/taux/iae-1?du=1/1/2026&part=retirees")
    assert "FOFANA" in withdrawn.text
    claire.visit("/sorties/taux/iae-1", 403)
    sophie.visit("/sorties/taux/iae-99", 404)
    outsider = be("AUTRE", Role.COORDINATOR, "Omar Ziani")
    assert "BOUCHER" not in outsider.visit("/sorties/taux/iae-1?du=1/1/2026").text
