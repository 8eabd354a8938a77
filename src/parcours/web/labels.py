"""What screens call the fields of a learner, on the form and in the history alike."""

LEARNER_LABELS = {
    "birth_name": "Nom de naissance",
    "usage_name": "Nom d’usage",
    "first_names": "Prénoms",
    "born_on": "Date de naissance",
    "gender": "Genre",
    "phone": "Téléphone",
    "email": "Courriel",
    "address": "Adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "contact_preference": "Moyen de contact préféré",
    "entry_status": "Situation à l’entrée",
    "education": "Niveau de formation",
    "receives_rsa": "Bénéficiaire du RSA",
    "qpv_status": "Habite un quartier prioritaire (QPV)",
    "qpv_code": "Code du quartier",
    "criteria": "Publics",
    "referent": "Référent·e",
}
