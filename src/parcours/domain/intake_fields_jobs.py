"""What sheets of employers’ needs and of exits may hold."""

from parcours.domain.intake_fields import NAMES, Field, Kind
from parcours.domain.intake_milestones import MILESTONES

NEEDS = Kind("needs", "Besoins d’employeurs", tuple(
    Field(code, label, synonyms, about_employer=True) for code, label, synonyms in (
        ("employer", "Employeur", (
            "entreprise", "employeur", "raison sociale", "societe", "nom de l entreprise",
            "nom entreprise", "nom de l employeur", "etablissement", "structure", "recruteur")),
        ("siret", "SIRET", ("siret", "n siret", "numero siret", "no siret", "siret etablissement")),
        ("title", "Poste", (
            "poste", "intitule du poste", "intitule", "intitule poste", "metier", "emploi", "offre",
            "poste recherche", "profil recherche", "profil", "besoin", "fonction")),
        ("rome", "Code ROME", ("rome", "code rome", "code metier", "rome v4")),
        ("posts", "Nombre de postes", (
            "nb postes", "nombre de postes", "nb de postes", "postes", "nbre de postes",
            "nombre postes", "effectif", "nb", "quantite", "nombre de recrutements")),
        ("contract", "Contrat", (
            "contrat", "type de contrat", "type contrat", "nature du contrat", "contrats")),
        ("starts_on", "Prise de poste", (
            "prise de poste", "date de prise de poste", "date de debut", "debut", "date debut",
            "a partir du", "date de demarrage", "demarrage", "pour le", "date souhaitee")),
        ("place", "Lieu", (
            "lieu", "lieu de travail", "commune", "ville", "localisation", "lieu du poste",
            "adresse", "site", "secteur", "code postal")),
        ("skills", "Compétences demandées", (
            "competences demandees", "competences", "competences requises",
            "competences indispensables", "competences attendues", "indispensable", "requis",
            "savoir faire", "competences demandees niveau", "exigences")),
        ("desired", "Compétences souhaitées", (
            "souhaite", "souhaitees", "competences souhaitees", "apprecie", "un plus",
            "competences appreciees", "plus apprecie", "souhaites")),
        ("licence", "Permis", ("permis b", "permis", "permis de conduire", "vehicule")),
        ("hours", "Horaires", (
            "horaires", "horaire", "temps de travail", "duree hebdomadaire", "heures semaine",
            "heures par semaine", "rythme", "nb heures semaine")),
        ("contact", "Contact", (
            "contact", "mail", "e mail", "email", "courriel", "contact entreprise",
            "mail contact", "contact rh", "interlocuteur", "referent")),
    )
), (("employer",), ("title",), ("skills",)))  # fmt: skip

OUTCOMES = Kind("outcomes", "Sorties", (
    *NAMES,
    Field("exited_on", "Date de sortie", (
        "date de sortie", "sortie le", "date sortie", "sorti e le", "fin de parcours",
        "date de fin", "date de fin de formation", "date de fin de parcours")),
    Field("exit_situation", "Situation à la sortie", (
        "situation a la sortie", "situation de sortie", "type de sortie", "motif de sortie",
        "sortie", "situation", "statut a la sortie", "devenir")),
    Field("contract", "Contrat", (
        "contrat", "type de contrat", "nature du contrat", "contrat de travail")),
    Field("contract_starts_on", "Début du contrat", (
        "debut contrat", "debut du contrat", "date de debut de contrat", "date d embauche",
        "embauche le", "date debut contrat", "debut de contrat")),
    Field("contract_ends_on", "Fin du contrat", (
        "fin contrat", "fin du contrat", "date de fin de contrat", "date fin contrat",
        "fin de contrat")),
    Field("employer", "Employeur", ("employeur", "entreprise", "nom de l employeur", "structure")),
    *MILESTONES,
), (("birth_name", "full_name", "usage_name"), ("first_names", "full_name"), ("born_on",),
    ("exited_on",)))  # fmt: skip
