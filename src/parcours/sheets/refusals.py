"""Why a file is not read: a short list of French sentences, whatever went wrong inside."""

from parcours.domain.errors import RuleBroken

MESSAGES = {
    "empty": "Le fichier est vide.",
    "too_heavy": (
        "Fichier trop lourd ({size}, maximum 10 Mo). Supprimez les images et les feuilles "
        "inutiles, ou découpez-le."
    ),
    "hostile": "Le fichier est anormalement compressé ; par sécurité il n’a pas été ouvert.",
    "password": (
        "Le fichier est protégé par un mot de passe. Retirez la protection "
        "(Fichier > Informations) puis recommencez."
    ),
    "damaged": (
        "Le fichier est endommagé. Ouvrez-le dans Excel ou LibreOffice, enregistrez une copie, "
        "puis réessayez."
    ),
    "incomplete": "Le fichier est incomplet : envoyez-le de nouveau depuis votre poste.",
    "pdf": "Ce fichier est un PDF, pas un tableur. Demandez le fichier Excel d’origine.",
    "image": "Ce fichier est une image, pas un tableur. Demandez le fichier Excel d’origine.",
    "page": (
        "Ce fichier est une page web, pas un tableur. Ouvrez-le dans Excel et enregistrez-le "
        "en .xlsx."
    ),
    "document": "Ce fichier n’est pas un tableur. Enregistrez le tableau en .xlsx ou en .csv.",
    "old_excel": (
        "Ce fichier est au format Excel 97-2003 et n’a pas pu être lu. Ouvrez-le et "
        "enregistrez-le en .xlsx."
    ),
    "too_large": (
        "Le tableau est trop grand pour être lu d’un coup. Effacez les cellules loin du tableau, "
        "ou découpez-le en plusieurs fichiers."
    ),
    "too_slow": (
        "La lecture du fichier prend trop de temps. Supprimez les feuilles inutiles, ou "
        "découpez-le en plusieurs fichiers."
    ),
}


class SheetRefused(RuleBroken):
    """The file cannot be read; `reason` is the stable code of its message.

    `is_hostile` files are a security event for the caller’s journal (ASVS 16.3.3).
    """

    def __init__(self, reason: str, **values: str) -> None:
        self.reason = reason
        super().__init__(MESSAGES[reason].format(**values), field="file")

    @property
    def is_hostile(self) -> bool:
        """Whether the file looks made to harm rather than merely broken."""
        return self.reason == "hostile"
