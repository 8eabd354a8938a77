"""What each kind of spreadsheet may hold, and the headings partners give it."""

import re
from dataclasses import dataclass

from parcours.domain.identity import fold


@dataclass(frozen=True, slots=True)
class Field:
    """A field a column may fill; `synonyms` are folded headings, the likeliest first.

    A heading with a word of `avoid` speaks of something else (« Fin de droits » ends no step).
    `about_employer`: the row is about an employer, whose words speak of nobody else.
    `around`: words that add nothing to a synonym; then a heading, with the title above it, names
    the field when nothing but a synonym is left of it (« Situation professionnelle à 18 mois »).
    """

    code: str
    label: str
    synonyms: tuple[str, ...]
    avoid: tuple[str, ...] = ()
    about_employer: bool = False
    around: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of spreadsheet: its fields, and those of which one at least must be found."""

    code: str
    label: str
    fields: tuple[Field, ...]
    needs: tuple[tuple[str, ...], ...]

    def field(self, code: str) -> Field | None:
        """The field of that code."""
        return next((field for field in self.fields if field.code == code), None)


NOT_A_STEP = (
    "ft",
    "pole",
    "france",
    "travail",
    "droits",
    "droit",
    "rsa",
    "validite",
    "titre",
    "sejour",
    "cni",
    "permis",
    "pret",
    "chomage",
    "caf",
)
NAMES = (
    Field("birth_name", "Nom de naissance", (
        "nom de naissance", "nom naissance", "nom patronymique", "nom de famille", "nom", "noms",
        "nom de jeune fille", "nom du beneficiaire", "nom beneficiaire", "nom de l apprenant",
        "nom du participant", "nom apprenant", "nom stagiaire", "nom du stagiaire",
        "nom du candidat", "nom candidat", "nom usager", "patronyme", "last name", "lastname")),
    Field("usage_name", "Nom d’usage", (
        "nom d usage", "nom usage", "nom marital", "nom d epouse", "nom epouse", "epouse",
        "nom usuel", "nom marie")),
    Field("first_names", "Prénoms", (
        "prenoms", "prenom", "prenom s", "prenom usuel", "prenom du beneficiaire",
        "prenom beneficiaire", "prenom de l apprenant", "prenom du participant",
        "prenom apprenant", "prenom du stagiaire", "prenom stagiaire", "prenom du candidat",
        "first name", "firstname")),
    Field("full_name", "Nom et prénom", (
        "nom et prenom", "nom prenom", "noms et prenoms", "nom prenoms", "noms prenoms",
        "prenom nom", "prenom et nom", "nom complet", "identite", "apprenant e", "apprenant",
        "apprenants", "apprenante", "stagiaire", "stagiaires", "participant", "participant e",
        "participants", "beneficiaire", "beneficiaires", "candidat", "candidat e", "personne",
        "nom et prenom du beneficiaire", "nom et prenom du stagiaire", "usager",
        "personne accompagnee", "nom de la personne", "nom et prenom de l apprenant")),
    Field("born_on", "Date de naissance", (
        "date de naissance", "date naissance", "ne e le", "ne le", "nee le", "nele", "naissance",
        "date de naiss", "date naiss", "ddn", "d naissance", "nais", "date of birth", "dob",
        "jour de naissance", "dn", "date nais", "ne e")),
)  # fmt: skip

LEARNERS = Kind("learners", "Apprenants", (
    Field("civility", "Civilité", ("civilite", "civ", "sexe", "genre", "titre", "m mme", "h f")),
    *NAMES,
    Field("phone", "Téléphone", (
        "telephone", "tel", "portable", "telephone portable", "tel portable", "mobile", "n tel",
        "numero de telephone", "n de telephone", "tel mobile", "gsm", "telephone mobile",
        "num tel", "telephone fixe", "fixe", "tel fixe", "numero de tel", "phone")),
    Field("email", "Courriel", (
        "mail", "e mail", "email", "courriel", "adresse mail", "adresse e mail", "adresse email",
        "adresse electronique", "mel", "adresse courriel")),
    Field("address", "Adresse", (
        "adresse", "adresse postale", "rue", "voie", "n et rue", "domicile", "adresse 1",
        "n et voie", "lieu de residence")),
    Field("postcode", "Code postal", ("code postal", "cp", "c p", "codepostal", "code post")),
    Field("city", "Commune", ("ville", "commune", "localite", "commune de residence")),
    Field("qpv", "Quartier prioritaire (QPV)", (
        "qpv", "code qpv", "quartier prioritaire", "quartier", "habite en qpv", "quartier qpv",
        "resident qpv", "qpv o n", "qpv oui non", "zus", "qpv zrr")),
    Field("rsa", "Bénéficiaire du RSA", (
        "rsa", "beneficiaire rsa", "beneficiaire du rsa", "brsa", "rsa o n", "rsa oui non",
        "allocataire rsa", "allocataire du rsa", "allocataire", "percoit le rsa", "bersa")),
    Field("education", "Niveau de formation", (
        "niveau d etudes", "niveau d etude", "niveau de formation", "niveau scolaire", "diplome",
        "dernier diplome", "niveau formation", "niveau de diplome", "diplome obtenu",
        "niveau etudes", "formation initiale", "niveau de qualification", "niveau diplome",
        "niv etudes", "niveau d instruction")),
    Field("entry_status", "Situation à l’entrée", (
        "situation", "statut", "situation professionnelle", "situation a l entree",
        "statut a l entree", "situation actuelle", "statut d entree", "inscription ft",
        "inscription pole emploi", "situation emploi", "statut professionnel",
        "situation vis a vis de l emploi", "duree d inscription"),
        ("familiale", "famille", "matrimoniale", "logement", "handicap", "administrative", "sante",
         "sociale", "dossier", "validation", "sortie", "fin", "date")),
    Field("started_on", "Début de l’étape", (
        "date de debut", "debut", "date debut", "date d entree", "entree", "date entree",
        "entre e le", "debut de formation", "debut parcours", "date d inscription",
        "debut d accompagnement", "date d entree en formation", "debut formation",
        "date de demarrage", "commence le", "du", "inscrit le", "inscrit e le"), NOT_A_STEP),
    Field("ended_on", "Fin de l’étape", (
        "date de fin", "fin", "date fin", "date de sortie", "sortie", "date sortie", "sorti e le",
        "fin de formation", "fin parcours", "fin d accompagnement", "fin formation",
        "termine le", "au", "fin le"), NOT_A_STEP),
    Field("hours", "Heures", (
        "heures", "nb heures", "nombre d heures", "nb h", "duree", "duree h", "volume horaire",
        "total heures", "heures realisees", "nb d heures", "h", "duree en heures",
        "heures effectuees", "nbre d heures"), ("absence", "absences", "semaine")),
    Field("contact_preference", "Moyen de contact préféré", (
        "preference de contact", "contact prefere", "moyen de contact", "moyen de contact prefere",
        "joindre par", "mode de contact", "contact par", "prefere etre joint par",
        "canal de contact")),
    Field("observations", "Observations", (
        "observations", "observation", "remarques", "remarque", "commentaires", "commentaire",
        "notes", "note", "divers", "precisions")),
), (("birth_name", "full_name", "usage_name"), ("first_names", "full_name"),
    ("born_on",)))  # fmt: skip

ATTENDANCE = Kind("attendance", "Émargement", (
    *NAMES,
    Field("on", "Date", (
        "date", "jour", "date de la seance", "date seance", "le", "date de presence", "seance",
        "date du jour", "journee")),
    Field("half", "Demi-journée", (
        "demi journee", "1 2 journee", "periode", "creneau", "matin am", "m am", "moment",
        "matin apres midi", "plage")),
    Field("status", "Présence", (
        "presence", "statut", "present", "present e", "emargement", "etat", "present absent",
        "assiduite", "presence absence", "code", "presence o n", "presents")),
    Field("late_minutes", "Minutes de retard", (
        "minutes de retard", "retard", "retard min", "retard en minutes", "duree du retard")),
), (("birth_name", "full_name", "usage_name"),))  # fmt: skip

OF_ANOTHER = (
    "pere", "mere", "conjoint", "referent", "conseiller", "conseillere", "prescripteur", "urgence",
    "employeur", "entreprise", "tuteur", "structure", "representant", "parent", "enfant",
    "orienteur", "formateur", "formatrice", "contact d urgence", "lieu de naissance",
    "commune de naissance", "ville de naissance", "pays",
    "contrat", "poste",
)  # fmt: skip
# « À 9 mois », « M+9 », « un an après »: a later day than the one most fields are about.
LATER = re.compile(
    r"\b(\d+|une?|deux|trois|quatre|six|neuf|douze|dix huit) (mois|sem|semaines?|ans?)\b|\bm \d+\b"
)


def score(field: Field, heading: str, group: str = "") -> int:
    """How well a heading names a field: 100 exact, 0 not at all; `group` is the title above."""
    words, above = fold(heading), fold(group)
    if field.around:
        return _bare(field, f"{above} {words}")
    is_own = (words in field.synonyms and not above) or field.about_employer
    if not words or set(field.avoid) & set(words.split()):
        return 0
    if not is_own and _speaks_of_another(words, above):
        return 0
    if words in field.synonyms:
        return 100 - min(field.synonyms.index(words), 9)
    without_help = fold(re.sub(r"\(.*?\)|\*|:|\b\d\b", " ", heading))
    if without_help in field.synonyms:
        return 88 - min(field.synonyms.index(without_help), 8)
    if (above and f"{words} {above}" in field.synonyms) or f"{above} {words}" in field.synonyms:
        return 85
    return _contained(field, words)


def _speaks_of_another(words: str, above: str) -> bool:
    padded = f" {words} {above} "
    return any(f" {word} " in padded for word in OF_ANOTHER) or bool(LATER.search(padded))


def _bare(field: Field, words: str) -> int:
    bare = " ".join(word for word in words.split() if word not in field.around)
    return 100 - min(field.synonyms.index(bare), 9) if bare in field.synonyms else 0


def _contained(field: Field, words: str) -> int:
    best = 0
    for synonym in field.synonyms:
        long_enough = len(synonym) >= 5 or " " in synonym or synonym in {"rsa", "qpv", "mail"}
        if long_enough and f" {synonym} " in f" {words} ":
            share = len(synonym) / len(words)
            best = max(best, 40 + int(30 * share))
    return best
