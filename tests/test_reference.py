"""The shipped code lists: whole, sourced, and readable by the rules that use them."""

import csv
import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from parcours import reference
from parcours.actions import follow_ups
from parcours.domain.district import GENERATIONS
from parcours.domain.esf import READERS
from parcours.domain.outcomes import ExitClass, SituationKind
from parcours.reference import Code
from parcours.resources import resource_dir

LISTS = (
    reference.absence_reasons,
    reference.account_lines,
    reference.act_themes,
    reference.block_equivalences,
    reference.certification_blocks,
    reference.certifications,
    reference.contract_types,
    reference.definition_parameters,
    reference.education_levels,
    reference.engagement_motives,
    reference.engagements,
    reference.entry_statuses,
    reference.equipment_kinds,
    reference.esf_indicators,
    reference.esf_rules,
    reference.exit_types,
    reference.follow_up_delays,
    reference.frameworks,
    reference.holiday_regions,
    reference.occupations,
    reference.organisation_kinds,
    reference.outcome_definitions,
    reference.public_criteria,
    reference.qpv_formats,
    reference.skills,
)
ROLES = {"prescripteur", "financeur", "référent", "formation", "initiation", "emploi", "pilote"}
RELIABILITY = (
    "confirmé",
    "en partie confirmé",
    "connaissance générale, à vérifier",
    "libellé confirmé, classe proposée",
    "correspondances en partie confirmées",
)
every_list = pytest.mark.parametrize("load", LISTS, ids=lambda load: str(load.__name__))
Load = Callable[[], Mapping[str, Code]]


def test_every_file_has_its_loader() -> None:
    files = {path.stem for path in (resource_dir("fixtures") / "reference").glob("*.csv")}
    assert files == {load.__name__ for load in LISTS}


@every_list
def test_rows_are_whole_and_codes_unique(load: Load) -> None:
    path = resource_dir("fixtures") / "reference" / f"{load.__name__}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert all(len(row) == len(header) for row in rows)
    assert [row[0] for row in rows] == list(load())


@every_list
def test_each_line_says_where_it_comes_from(load: Load) -> None:
    for code, item in load().items():
        assert item.code == code
        assert item.label
        assert item.extra["source"], code
        assert item.extra["reliability"] in RELIABILITY, code


@every_list
def test_labels_are_written_for_people(load: Load) -> None:
    for item in load().values():
        assert not re.search(r"'|>=|<=|\.\.\.", item.label), item.label
        assert item.label == item.label.strip()


@every_list
def test_no_two_lines_read_alike(load: Load) -> None:
    # Two frameworks may name a skill alike.
    labels = [(item.extra.get("framework"), item.label) for item in load().values()]
    assert len(set(labels)) == len(labels)


@every_list
def test_a_list_cannot_be_changed(load: Load) -> None:
    with pytest.raises(TypeError):
        load()["X"] = next(iter(load().values()))  # type: ignore[index]


def test_options_keep_the_order_of_the_list() -> None:
    assert reference.options(reference.education_levels())[:3] == [
        ("1", "Savoirs de base (sans diplôme ni certification)"),
        ("2", "Fin de scolarité obligatoire / brevet (DNB), CFG"),
        ("3", "CAP, BEP, titre professionnel niveau 3"),
    ]


@pytest.mark.parametrize(
    ("code", "label"), [("CDD", "CDD"), ("CDDI", "CDD d’insertion"), (None, ""), ("ZZ", "ZZ")]
)
def test_label(code: str | None, label: str) -> None:
    assert reference.label(reference.contract_types(), code) == label


def test_a_cap_is_isced_3() -> None:
    """CAP and BEP count in EECO10, never in EECO09."""
    indicator = {code: item.extra["esf_indicator"] for code, item in _levels().items()}
    assert indicator == {
        "1": "EECO09", "2": "EECO09", "3": "EECO10", "4": "EECO10",
        "5": "EECO11", "6": "EECO11", "7": "EECO11", "8": "EECO11", "ETR": "", "NC": "",
    }  # fmt: skip
    assert _levels()["3"].extra["isced"] == "3"


def test_entry_statuses_exclude_one_another() -> None:
    """EECO02, 04 and 05 are apart; EECO03 is part of EECO02; a trainee’s depends on more facts."""
    for code, item in reference.entry_statuses().items():
        indicators = set(filter(None, item.extra["esf_indicators"].split(";")))
        main = indicators & {"EECO02", "EECO04", "EECO05"}
        assert len(main) == (0 if code == "FORMATION" else 1), code
        assert "EECO03" not in indicators or main == {"EECO02"}, code
        assert ("EECO03" in indicators) == (code in {"DELD", "DETLD"}), code
    assert reference.entry_statuses()["ETUDIANT"].extra["esf_indicators"] == "EECO04"


def test_publics_that_reveal_health_or_justice_are_flagged() -> None:
    sensitive = {code for code, item in reference.public_criteria().items() if _is_private(item)}
    assert sensitive == {"AAH", "TH", "ASE", "REF_DA", "PSH_PR", "DETENTION_MJ"}


def test_exits_that_reveal_health_or_justice_are_flagged() -> None:
    sensitive = {code for code, item in reference.exit_types().items() if _is_private(item)}
    assert sensitive == {"DECES", "SANTE_LONGUE", "JUSTICE"}


def test_partners_whose_name_reveals_something_are_flagged() -> None:
    sensitive = {
        code for code, item in reference.organisation_kinds().items() if item.flag("is_sensitive")
    }
    assert sensitive == {
        "ASE", "CAARUD", "CIDFF", "CSAPA", "PENSION", "PJJ", "PREVENTION", "SPIP",
    }  # fmt: skip


def test_funders_are_those_who_fund() -> None:
    for code, item in reference.organisation_kinds().items():
        roles = item.extra["roles"].split(";")
        assert set(roles) <= ROLES, code
        assert item.flag("is_funder") == ("financeur" in roles), code


def test_contracts_say_what_the_rules_need() -> None:
    readable = {item.value for item in ExitClass} | {"by_length", ""}
    for code, item in reference.contract_types().items():
        assert item.extra["iae_class"] in readable, code
        assert item.extra["iae_class"] != "by_length" or item.flag("is_employment"), code
    assert {"CDD", "INTERIM", "CDDI"} <= _flagged(reference.contract_types(), "needs_end")
    assert not {"CDI", "CREATION"} & _flagged(reference.contract_types(), "needs_end")
    assert not {"STAGE", "PMSMP", "SERVICE_CIVIQUE", "POEI_POEC"} & _flagged(
        reference.contract_types(), "is_employment"
    )


def test_situations_say_what_the_rules_need() -> None:
    readable = {item.value for item in ExitClass} | {"by_length"}
    for code, item in reference.exit_types().items():
        kind = SituationKind(item.extra["situation"])
        assert item.extra["iae_class"] in readable, code
        assert (kind is SituationKind.WITHDRAWN) == (item.extra["iae_class"] == "withdrawn"), code
        assert not item.flag("overrides_contract") or kind is SituationKind.EMPLOYMENT, code
    kinds = {SituationKind(item.extra["situation"]) for item in reference.exit_types().values()}
    assert kinds == set(SituationKind)


def test_absence_reasons_hold_no_presence() -> None:
    """Hours in a company are presences, so they are no reason of absence."""
    assert "ENTREPRISE" not in reference.absence_reasons()


def test_district_codes_are_read_as_the_list_says() -> None:
    listed = {int(item.extra["generation"]): item for item in reference.qpv_formats().values()}
    assert listed.keys() == GENERATIONS.keys()
    for generation, item in listed.items():
        example = {2015: "QP093028", 2024: "QN07511M"}[generation]
        assert re.fullmatch(item.extra["pattern"], example)
        assert GENERATIONS[generation].match(example)
        assert example.startswith(item.code)
        assert date.fromisoformat(item.extra["starts_on"]).year == generation


def _levels() -> Mapping[str, Code]:
    return reference.education_levels()


def _is_private(item: Code) -> bool:
    return item.flag("sensitive")


def _flagged(codes: Mapping[str, Code], name: str) -> set[str]:
    return {code for code, item in codes.items() if item.flag(name)}


def test_blocks_and_their_skills_belong_to_a_sheet() -> None:
    sheets, blocks = reference.certifications(), reference.certification_blocks()
    for code, block in blocks.items():
        assert block.extra["certification"] in sheets
        assert code.startswith(block.extra["certification"])
    taught = {item.extra["block"]: item.extra["framework"] for item in reference.skills().values()}
    # Every block certifies something, of the framework of its own sheet.
    assert {block: taught[block] for block in blocks} == {
        block: item.extra["certification"] for block, item in blocks.items()
    }
    for sheet in sheets.values():
        assert not sheet.extra["framework"] or sheet.extra["framework"] in reference.frameworks()
        if sheet.extra["valid_until"]:
            date.fromisoformat(sheet.extra["valid_until"])


def test_an_old_block_leads_to_one_of_a_sheet_that_lasts_longer() -> None:
    sheets, blocks = reference.certifications(), reference.certification_blocks()
    for item in reference.block_equivalences().values():
        old, new = (blocks[item.extra[name]].extra["certification"] for name in ("old", "new"))
        assert old != new
        assert sheets[old].extra["valid_until"] < sheets[new].extra["valid_until"]
    pairs = {(i.extra["old"], i.extra["new"]) for i in reference.block_equivalences().values()}
    assert ("RNCP31114BC01", "RNCP37674BC01") in pairs


def test_parameters_of_definitions_have_a_name() -> None:
    named = set(reference.definition_parameters())
    for load in (reference.outcome_definitions, reference.esf_rules):
        for code, item in load().items():
            used = {pair.split("=")[0] for pair in item.extra["parameters"].split(";")}
            assert used <= named, code


def test_every_indicator_of_people_can_be_read() -> None:
    of_people = {
        code
        for code, item in reference.esf_indicators().items()
        if item.extra["unit"] == "personnes"
    }
    assert of_people == set(READERS)
    assert len(reference.esf_indicators()) == 25
    for code, item in reference.esf_indicators().items():
        is_confirmed = item.extra["reliability"] == "confirmé"
        assert is_confirmed or item.extra["reliability"] in RELIABILITY, code


def test_delays_of_follow_ups_are_in_order() -> None:
    days = [delay.due_on(date(2026, 1, 31)) for delay in follow_ups.delays().values()]
    assert days == sorted(days)
    assert follow_ups.usual_delays() == ["4-semaines", "3-mois", "6-mois", "12-mois"]
    assert days[:2] == [date(2026, 2, 28), date(2026, 3, 31)]
