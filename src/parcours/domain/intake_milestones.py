"""What headings call the days a situation is asked about after an exit: « à 18 mois », « M+18 »."""

from parcours.domain.intake_fields import Field

# What a heading says around the delay, and that changes nothing to it.
AROUND = frozenset((
    "a", "au", "aux", "de", "des", "d", "du", "en", "et", "l", "la", "le", "les",
    "apres", "depuis", "post", "sortie", "sorties", "fin", "formation", "parcours",
    "accompagnement", "situation", "situations", "statut", "devenir", "etat", "suivi", "suivis",
    "suite", "point", "bilan", "enquete", "reponse", "retour", "resultat", "insertion", "emploi",
    "professionnelle", "professionnel", "pro", "stagiaire", "stagiaires", "participant",
    "participants", "apprenant", "apprenants", "beneficiaire", "beneficiaires",
))  # fmt: skip
# By delay (fixtures/reference/follow_up_delays.csv): its field, its label, its names.
DELAYS = {
    "4-semaines": ("after_4_weeks", "4 semaines", (
        "4 semaines", "quatre semaines", "4 sem", "s 4", "s4", "j 28", "j28", "1 mois", "un mois",
        "m 1", "m1", "j 30", "j30")),
    "2-mois": ("after_2_months", "2 mois", ("2 mois", "deux mois", "m 2", "m2")),
    "3-mois": ("after_3_months", "3 mois", ("3 mois", "trois mois", "m 3", "m3")),
    "6-mois": ("after_6_months", "6 mois", ("6 mois", "six mois", "m 6", "m6")),
    "12-mois": ("after_12_months", "12 mois", (
        "12 mois", "douze mois", "m 12", "m12", "1 an", "un an")),
    "18-mois": ("after_18_months", "18 mois", (
        "18 mois", "dix huit mois", "m 18", "m18", "un an demi", "1 an demi")),
    "24-mois": ("after_24_months", "24 mois", (
        "24 mois", "vingt quatre mois", "m 24", "m24", "2 ans", "deux ans")),
}  # fmt: skip
# By field, the delay of the follow-up it answers.
FOLLOW_UPS = {code: delay for delay, (code, _, _) in DELAYS.items()}
MILESTONES = tuple(
    Field(code, f"Situation à {told}", names, around=AROUND)
    for code, told, names in DELAYS.values()
)
