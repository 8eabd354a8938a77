"""What sheets of acts, of candidates and of positionings may hold."""

from parcours.domain.intake_fields import LEARNERS, NAMES, Field, Kind

ACTS = Kind("acts", "Actes de médiation", (
    *NAMES,
    Field("on", "Date", (
        "date", "jour", "date de l acte", "date de la seance", "date seance", "date rdv",
        "date du rendez vous", "date de l accompagnement", "date d accompagnement",
        "date de l atelier", "date atelier", "le")),
    Field("minutes", "Durée", (
        "duree", "duree min", "duree en minutes", "duree minutes", "minutes", "temps",
        "temps passe", "duree h", "duree en heures", "heures", "nb heures", "nombre d heures",
        "nb d heures", "duree de la seance")),
    Field("theme", "Thème", (
        "theme", "thematique", "themes", "thematiques", "sujet", "objet", "contenu",
        "theme de l atelier", "thematique de l accompagnement", "theme aborde")),
    Field("autonomy", "Autonomie", (
        "autonomie", "niveau d autonomie", "degre d autonomie", "autonome")),
    Field("kind", "Individuel ou collectif", (
        "type", "nature", "format", "individuel collectif", "individuel ou collectif",
        "collectif individuel", "type d accompagnement", "type d acte", "modalite", "modalites")),
    Field("place", "Lieu", (
        "lieu", "lieu d activite", "lieu de l atelier", "lieu de la seance", "site", "salle")),
    Field("title", "Titre de l’atelier", (
        "titre", "titre de l atelier", "nom de l atelier", "atelier", "intitule")),
    Field("part", "Transmet aux autres", (
        "transmet", "transmet aux autres", "anime", "anime l atelier", "animateur",
        "animatrice")),
), (("birth_name", "full_name", "usage_name"), ("on",), ("minutes",), ("theme",)))  # fmt: skip

# What a list of candidates says of the person is what a list of learners says, steps apart.
_STEP = {"started_on", "ended_on", "hours"}
CANDIDATES = Kind("candidates", "Candidats", (
    *(field for field in LEARNERS.fields if field.code not in _STEP),
    Field("applied_on", "Date de candidature", (
        "date de candidature", "candidature", "date candidature", "candidature du", "recue le",
        "date de depot", "depose le", "horodateur", "date de reception", "date d inscription",
        "postule le", "date")),
    Field("meeting", "Réunion d’information", (
        "reunion d information", "reunion information", "information collective",
        "reunion d info", "info co", "infocoll", "presence reunion", "presence a la reunion",
        "ic", "reunion", "reunion collective", "presence ic", "participation ic")),
    Field("decision", "Décision", (
        "decision", "avis", "resultat", "decision finale", "decision du jury", "avis du jury",
        "resultat de la selection", "admission", "admis", "admis e", "selection", "retenu",
        "retenu e", "statut de la candidature", "statut candidature", "etat de la candidature",
        "decision commission", "avis commission", "suite donnee"), ("date", "motif", "raison",
         "test", "tests", "note", "notes", "qcm", "quiz", "evaluation", "score", "points",
         "positionnement", "epreuve")),
    Field("decision_words", "Motif de la décision", (
        "motif", "motif de refus", "raison", "motif de la decision", "motif du refus",
        "raison du refus", "commentaire decision", "justification", "motif decision")),
), LEARNERS.needs)  # fmt: skip

ASSESSMENTS = Kind("assessments", "Positionnements", (
    *NAMES,
    Field("on", "Date du positionnement", (
        "date du partage", "date", "date du positionnement", "date de positionnement",
        "date du test", "date de passage", "date de passation", "date de l evaluation",
        "date d evaluation", "date evaluation", "date de partage", "passe le", "evalue le",
        "partage le", "le", "jour", "date d envoi", "date de fin", "date de certification",
        "date du bilan")),
    Field("moment", "Moment (entrée, en cours, sortie)", (
        "moment", "positionnement", "type de positionnement", "type", "phase", "temps", "etape",
        "entree sortie", "moment du positionnement")),
    Field("framework", "Référentiel", (
        "referentiel", "referentiel de competences", "cadre de reference", "grille")),
    Field("skill", "Compétence (une ligne par compétence)", (
        "competence", "competences", "competence evaluee", "intitule de la competence",
        "libelle de la competence", "nom de la competence", "item", "savoir faire")),
    Field("level", "Niveau (une ligne par compétence)", (
        "niveau", "niveau atteint", "niveau obtenu", "niveau evalue", "niveau acquis", "resultat",
        "resultats", "evaluation", "acquisition", "score", "note", "level")),
    Field("progress", "Avancement", (
        "de progression", "progression", "avancement", "taux de progression",
        "pourcentage de progression", "taux d avancement", "avancement en", "completion")),
), (("birth_name", "full_name", "usage_name"), ("first_names", "full_name")))  # fmt: skip
