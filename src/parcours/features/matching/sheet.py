"""The explanation sheet, to print and to hand over: what the law asks an algorithm to say.

Source: CRPA, article R311-3-1-2: degree and way the computation contributed, data and sources,
parameters and weights, operations done.
"""

import json
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from parcours import audit
from parcours.domain.canonical import read_ratio
from parcours.domain.matching_filters import Filter, Status
from parcours.domain.matching_replay import read_rules
from parcours.domain.matching_rules import Source
from parcours.domain.matching_target import percent
from parcours.features.matching import forms, store
from parcours.models import MatchResult, MatchRun, visibility
from parcours.web import printing
from parcours.web.deps import RecordedReading, Visit
from parcours.web.documents import Document, Facts, Table, Text
from parcours.web.words import long_day

router = APIRouter(prefix="/appariements/{result_id}")
HOW = (
    "Ce calcul aide une personne de l’équipe à voir qui pourrait répondre à un besoin d’employeur. "
    "Il ne décide rien : proposer, ne pas proposer ou attendre est décidé par une personne, avec "
    "son motif. Le score n’est pas transmis à l’employeur."
)
OPERATIONS = (
    "Pour chaque compétence demandée, la preuve qui couvre le mieux est retenue, jamais une somme. "
    "La couverture est la moyenne de ces parts, par poids. Ce qui manque aux compétences "
    "indispensables en retire une part. Les contraintes sont vérifiées à part, sans donner ni "
    "retirer de points."
)
RIGHTS = (
    "Vous pouvez demander la correction d’une ligne, contester ce résultat et obtenir une réponse "
    "d’une personne : adressez-vous à la structure qui vous a remis cette fiche."
)


@router.get("/fiche")
def sheet(visit: RecordedReading, result_id: str) -> Response:
    """The sheet, to read and to print."""
    document, around = _sheet(visit, result_id)
    return printing.show(visit, [document], around)


@router.get("/fiche.pdf")
def sheet_file(visit: RecordedReading, result_id: str) -> Response:
    """The same as a PDF file."""
    document, around = _sheet(visit, result_id)
    return printing.as_file([document], around)


def _sheet(visit: Visit, result_id: str) -> tuple[Document, printing.Around]:
    row, run = visibility.match_result(visit.session, visit.actor, result_id, today=visit.today)
    audit.record_reading(visit.session, visit.actor, "explanation", row.learner_id)
    head = store.heads(visit.session, [run.need_id])[run.need_id]
    name = store.names(visit.session, [row.learner_id])[row.learner_id]
    around = printing.Around(
        back=f"/besoins/{run.need_id}/candidats",
        back_words="Candidats du besoin",
        url=f"/appariements/{result_id}/fiche",
        file_name="fiche-d-explication",
    )
    who = f"{name}, pour le poste « {head.title} » ({head.employer})"
    return _document(visit, row, run, who), around


def _document(visit: Visit, row: MatchResult, run: MatchRun, who: str) -> Document:
    facts, kept = json.loads(row.result), json.loads(row.input_snapshot)
    labels = {one["code"]: one["label"] or one["code"] for one in kept["taxonomy"]["skills"]}
    return Document(
        title="Fiche d’explication d’un rapprochement",
        sender=[visit.actor.organisation_name],
        written_on=visit.today,
        blocks=[
            Text(f"{who}, calcul du {long_day(run.as_of)}."),
            Text("1. Part du calcul dans la décision"),
            Text(HOW),
            Text("2. Données utilisées, et d’où elles viennent"),
            _evidence(kept, labels),
            _constraints(facts),
            Text("3. Paramètres et poids, appliqués à cette situation"),
            _asked(kept, facts, labels),
            Facts(_parameters(kept)),
            Text("4. Opérations effectuées"),
            Text(OPERATIONS),
            *(Text(text) for text in facts["today"]["explanation"]),
            Text(RIGHTS),
        ],
        foot=f"Calcul {run.id}, résultat {row.id}, règles {run.rules_sha256[:12]}. Âge, sexe, nom, "
        "quartier, adresse, nationalité, RSA, santé et assiduité n’entrent jamais dans ce calcul.",
    )


def _evidence(kept: Any, labels: dict[str, str]) -> Table | Text:
    rows = [
        [labels.get(one["skill"], one["skill"]), str(one["level"]), Source(one["source"]).label,
         f"{date.fromisoformat(one['on']):%d/%m/%Y}" if one["on"] else "date inconnue"]
        for one in kept["evidence"]
    ]  # fmt: skip
    if not rows:
        return Text("Aucun niveau lié à ce besoin n’est noté.")
    return Table("Niveaux notés", ["Compétence", "Niveau", "Comment on le sait", "Le"], rows)


def _constraints(facts: Any) -> Table:
    rows = [
        [Filter(one["filter"]).label, Status(one["status"]).label, one["reason"] or "rien à dire"]
        for one in facts["filters"]
    ]
    return Table("Contraintes dites par la personne", ["Contrainte", "Réponse", "Détail"], rows)


def _asked(kept: Any, facts: Any, labels: dict[str, str]) -> Table:
    covered = {one["skill"]: read_ratio(one["coverage"]) for one in facts["today"]["lines"]}
    rows = [
        [labels.get(one["skill"], one["skill"]), str(one["level"]), str(one["weight"]),
         "indispensable" if one["is_essential"] else "souhaitée",
         f"{percent(covered[one['skill']])} %"]
        for one in kept["requirements"]
    ]  # fmt: skip
    heads = ["Compétence demandée", "Niveau", "Poids", "Caractère", "Couverte à"]
    return Table("Ce que le besoin demande", heads, rows)


def _parameters(kept: Any) -> list[tuple[str, str]]:
    values = forms.rule_values(read_rules(kept["rules"]))
    return [(label, values[name]) for name, label in forms.RULE_LABELS.items()]
