"""Acts of the journal as sentences."""

from parcours.features.privacy.store import ActRow
from parcours.web.labels import LEARNER_LABELS

ACTS = {
    ("create", "learner"): "a créé la fiche",
    ("edit", "learner"): "a corrigé la fiche",
    ("take_up", "learner"): "accompagne désormais la personne",
    ("read", "learner"): "a ouvert la fiche pour la corriger",
    ("read", "pathway"): "a lu le parcours",
    ("read", "step"): "a ouvert une étape",
    ("read", "attendance"): "a lu les présences",
    ("read", "exit"): "a lu la page emploi",
    ("read", "sharing"): "a lu les partages",
    ("read", "journal"): "a lu ce journal",
    ("open", "pathway"): "a ouvert le parcours",
    ("close", "pathway"): "a clos le parcours",
    ("move_opening", "pathway"): "a avancé l’ouverture du parcours",
    ("add", "step"): "a ajouté une étape",
    ("edit", "step"): "a modifié une étape",
    ("cancel", "step"): "a annulé une étape",
    ("restore", "step"): "a rétabli une étape",
    ("enrol", "cohort"): "a inscrit la personne dans une promotion",
    ("record", "exit"): "a noté une sortie",
    ("correct", "exit"): "a corrigé une sortie",
    ("share", "learner"): "a enregistré un accord de partage",
    ("withdraw_sharing", "learner"): "a retiré un accord de partage",
    ("read", "task"): "a ouvert une tâche",
    ("add", "task"): "a noté une tâche",
    ("complete", "task"): "a fait une tâche",
    ("reopen", "task"): "a rouvert une tâche",
    ("hand_over", "task"): "a confié une tâche",
    ("read", "appointment"): "a ouvert un rendez-vous",
    ("make", "appointment"): "a noté un rendez-vous",
    ("move", "appointment"): "a changé un rendez-vous",
    ("kept", "appointment"): "a noté un rendez-vous tenu",
    ("missed", "appointment"): "a noté un rendez-vous manqué",
    ("cancelled", "appointment"): "a annulé un rendez-vous",
    ("reopen", "appointment"): "a rouvert un rendez-vous",
    ("read", "message"): "a lu un message",
    ("created", "message"): "a préparé un message",
    ("retried", "message"): "a remis un message à l’envoi",
    ("reached", "message"): "a eu la personne au téléphone",
    ("no_answer", "message"): "a appelé la personne, sans réponse",
    ("handed", "message"): "a imprimé et remis une lettre",
    ("told", "message"): "a parlé à la personne de vive voix",
    ("sent_by_hand", "message"): "a envoyé un SMS à la personne",
    ("cancelled", "message"): "a annulé un message",
    ("read", "timeline"): "a lu les échanges",
    ("read", "note"): "a ouvert une note",
    ("write", "note"): "a écrit une note",
    ("correct", "note"): "a corrigé une note",
    ("withdraw", "note"): "a retiré une note",
    ("let_go", "learner"): "n’accompagne plus la personne",
    ("entrust", "learner"): "a confié l’accompagnement",
    ("import", "learner"): "a importé la fiche d’un tableur",
}

FIELDS = LEARNER_LABELS | {
    "exit.exited_on": "Sortie : date",
    "exit.situation": "Sortie : situation",
    "exit.contract_type": "Sortie : contrat",
    "exit.contract_starts_on": "Sortie : début du contrat",
    "exit.contract_ends_on": "Sortie : fin du contrat",
    "exit.employer": "Sortie : employeur",
    "exit.weekly_hours": "Sortie : heures par semaine",
    "exit.related_to_training": "Sortie : lien avec la formation",
    "exit.proof": "Sortie : justificatif",
    "exit.proof_seen_on": "Sortie : justificatif vu le",
}


def told_act(row: ActRow) -> str:
    """« a lu le parcours »; the raw words for an act this list does not know yet."""
    return ACTS.get((row.act, row.subject), f"{row.act} {row.subject}")
