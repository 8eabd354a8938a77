"""What a funder may be handed: each output is an entry of columns, figures, rules and charts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from parcours.actions import outcome_figures as count
from parcours.actions.outcome_columns import COLUMNS
from parcours.domain.entry_questions import PRIVATE
from parcours.domain.errors import RuleBroken
from parcours.domain.esf import READERS
from parcours.domain.indicators import Measure

Family = Callable[[date], Iterable[Measure]]

ENTRY = ("person", "cohort", "gender", "age", "age_band", "level", "low_level", "status", "rsa",
         "district", "district_code", "entered_on", "left_on")  # fmt: skip
EXIT = ("has_left", "exited_on", "situation", "contract", "contract_from", "contract_to", "proof")
TYPED = ("typed_on", "typed_after")
PRESENT = ("hours_planned", "hours_done", "hours_excused", "hours_missed", "assiduity",
           "assiduity_band")  # fmt: skip


WITHHELD = (
    "EECO12 à EECO16 : la structure les compte sans nom. Les réponses ne sortent pas à côté d’un "
    "nom remis au financeur."
)


@dataclass(frozen=True, slots=True)
class Output:
    """An output: what its workbook holds. `charted`: beginnings of the codes drawn as bars.

    `sheets`: row sheets of its own besides the usual ones. `missing`: what it should tell and
    that no fact held here does.
    """

    code: str
    label: str
    about: str
    columns: tuple[str, ...]
    figures: tuple[Family, ...]
    rules: tuple[str, ...] = ()
    charted: tuple[tuple[str, str], ...] = ()
    sheets: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def measures(self, as_of: date) -> list[Measure]:
        """What it counts, by the versions that count on a day."""
        return [measure for family in self.figures for measure in family(as_of)]


def output(code: str) -> Output:
    """An output by its code (RuleBroken)."""
    if code not in OUTPUTS:
        raise RuleBroken("Choisissez une sortie de la liste.", field="output")
    return OUTPUTS[code]


def beside_names(item: Output) -> Output:
    """An output as a funder takes it with names: without what is private (domain notes §1)."""
    return replace(
        item,
        columns=tuple(code for code in item.columns if code not in PRIVATE),
        figures=tuple(partial(_public, family) for family in item.figures),
        missing=(*item.missing, *((WITHHELD,) if PRIVATE & set(item.columns) else ())),
    )


def _public(family: Family, as_of: date) -> list[Measure]:
    return [measure for measure in family(as_of) if measure.code not in PRIVATE]


def _exits(*codes: str) -> Family:
    return partial(count.exits, codes)


def _classes(*codes: str) -> tuple[str, ...]:
    return tuple(f"exit:{code}" for code in codes)


_ALL = (
    Output(
        "fse",
        "FSE+ : participants et indicateurs",
        "Indicateurs communs EECO et EECR, dossier par dossier, au format du règlement.",
        (*ENTRY, *TYPED, *EXIT, "complete", *READERS),
        (count.people, count.esf),
        charted=(("EECO", "Réalisations par indicateur"), ("EECR", "Résultats par indicateur")),
        sheets=("entities",),
        missing=(
            "EECO12 à EECO17 : réponses du questionnaire d’entrée. Une réponse refusée ou non "
            "demandée est inconnue ; EECO15 ne se demande que sur consigne écrite.",
        ),
    ),
    Output(
        "insertion",
        "IAE et PLIE : sorties",
        "Sorties durables, de transition, positives et retraits ; six mois continus du PLIE.",
        (*ENTRY, *TYPED, *EXIT, *_classes("iae", "iae-heures", "plie")),
        (count.people, _exits("iae", "iae-heures", "plie")),
        ("iae", "iae-heures", "plie"),
        charted=(("iae:", "Sorties selon la règle IAE"),),
    ),
    Output(
        "gen",
        "Grande École du Numérique : bilan de promotion",
        "Sélection, assiduité, certification, sorties, femmes, quartiers, niveau.",
        (*ENTRY, "young", *TYPED, *PRESENT, "title", *EXIT, *_classes("gen", "rncp-6-mois")),
        (count.people, count.candidates, count.publics, count.hours, count.titles,
         _exits("gen", "rncp-6-mois")),
        ("gen", "rncp-6-mois"),
        charted=(("GENRE", "Genre"), ("SELECTION", "Candidatures"), ("gen:", "Sorties")),
        sheets=("candidates",),
        missing=("Le salaire d’embauche et le format exact demandé aux porteurs.",),
    ),
    Output(
        "ville",
        "Contrat de ville : sexe, âge, quartier, pilier",
        "Habitants des quartiers prioritaires, par sexe, âge et quartier.",
        (*ENTRY, "young", *TYPED, *EXIT, *_classes("iae")),
        (count.people, count.publics, count.districts, _exits("iae")),
        ("iae",),
        charted=(("AGE", "Âge à l’entrée"), ("QUARTIER", "Par quartier")),
    ),
    Output(
        "rsa",
        "RSA : activité",
        "Heures d’activité et semaines où l’engagement est atteint.",
        (*ENTRY, *TYPED, "weeks_asked", "weeks_met", "activity_hours", *EXIT, *_classes("iae")),
        (count.people, count.publics, count.activity, _exits("iae")),
        ("iae",),
        charted=(("ACTIVITE", "Heures d’activité"),),
        missing=("Le type de parcours, la date d’orientation et celle du contrat d’engagement.",),
    ),
    Output(
        "bpf",
        "Bilan pédagogique et financier : cadres C à G",
        "Feuille « Cadres » : E, F-1, F-3 et F-4 comptés, les autres lignes « à remplir ».",
        (*ENTRY, *TYPED, *PRESENT, "account_type", "account_aim", "account_speciality", "title"),
        (count.people, count.account, count.titles),
        charted=(("F-1", "Personnes et heures du cadre F-1"),),
        sheets=("frames",),
        missing=(
            "Cadres C et D : produits et charges, qui ne se tiennent pas ici.",
            "Cadre E : qui, des formateurs, est extérieur à l’organisme.",
            "Cadres F-2 et G : sous-traitance confiée et reçue.",
            "Cadre F-1 : apprentis et particuliers ne se distinguent pas dans la situation "
            "d’entrée. Seules comptent les promotions de cette convention.",
            "Cadres F-3 et F-4 : qui suit plusieurs promotions compte par la première, avec toutes "
            "ses heures.",
        ),
    ),
    Output(
        "emargement",
        "Émargement : présences et heures",
        "Heures prévues, suivies, justifiées ou non, et chaque demi-journée relevée.",
        (*ENTRY[:3], "entered_on", "left_on", *TYPED, *PRESENT),
        (count.people, count.hours),
        charted=(("ASSIDUITE", "Assiduité"),),
        sheets=("half_days",),
    ),
    Output(
        "libre",
        "Colonnes libres",
        "Les colonnes choisies et leurs intitulés, gardés pour la prochaine fois.",
        ("person",),
        (count.people,),
        missing=(
            "Le modèle d’import du portail (Ma Démarche FSE+ par exemple) n’est pas publié : les "
            "intitulés sont ceux que vous avez saisis, dans votre ordre.",
        ),
    ),
)  # fmt: skip
OUTPUTS = {item.code: item for item in _ALL}
FREE = "libre"


def columns_by_group() -> dict[str, list[tuple[str, str]]]:
    """Every column one may choose, by group: code and heading."""
    found: dict[str, list[tuple[str, str]]] = {}
    for item in COLUMNS.values():
        found.setdefault(item.group, []).append((item.code, item.column.heading))
    return found
