"""The words partners use for closed lists, and the codes they stand for; doubt gives nothing."""

import re
from dataclasses import dataclass

from parcours.domain.district import district_code, generation_of
from parcours.domain.identity import fold
from parcours.domain.words import ContactPreference, DistrictStatus, Gender

YES = {"o", "oui", "x", "ok", "1", "vrai", "true", "yes", "y", "beneficiaire", "allocataire", "v"}
NO = {"n", "non", "0", "faux", "false", "no", "aucun", "aucune", "pas", "non beneficiaire"}
UNKNOWN = {
    "", "nsp", "ne sait pas", "inconnu", "inconnue", "non renseigne", "nr", "nc", "non communique",
    "non connu", "a verifier", "a voir", "en attente", "en cours",
}  # fmt: skip
WOMEN = {"mme", "madame", "mlle", "mademoiselle", "mmes", "f", "femme", "feminin", "w"}
MEN = {"m", "mr", "monsieur", "mrs", "h", "homme", "masculin", "messieurs"}
NON_BINARY = {"mx", "non binaire", "nb"}

EDUCATION = (
    ("NC", r"nc|nr|non communique|non renseigne|inconnu|nsp"),
    ("ETR", r".*\b(etranger|etrangere|enic|naric)\b.*"),
    ("8", r"(niveau )?8|doctorat|these|phd|bac 8"),
    ("7", r"(niveau )?7|niveau i|master.*|m2|bac 5|ingenieur.*|dess|dea"),
    ("6", r"(niveau )?6|niveau ii|licence.*|but|bachelor|maitrise|m1|bac 3|bac 4"),
    ("5", r"(niveau )?5|niveau iii|bts.*|dut|deug|bac 2|deust"),
    ("4", r"(niveau )?4|niveau iv|bac|baccalaureat.*|bac (pro|general|techno|stmg)\b.*|bp|daeu"),
    ("3", r"(niveau )?3|niveau v|(cap|bep)( .*)?|titre pro(fessionnel)?"),
    ("2", r"(niveau )?2|niveau v ?bis|brevet.*|dnb|cfg|bepc"),
    ("1", r"(niveau )?1|niveau vi|sans( diplome.*)?|aucun.*|infra 3|illettrisme|primaire"),
)
ENTRY_STATUS = (
    ("DETLD", r"detld|(de|chomage|inscrit) (depuis )?(plus de )?(24|2 ans).*"
              r"|plus de (24 mois|2 ans).*|tres longue duree"),
    ("DELD", r"deld|(de|chomage|inscrit) ?(depuis )?(plus de )?(12|1 an).*|plus de (12 mois|1 an).*"
             r"|longue duree|chomeur de longue duree"),
    ("DE_LT12", r"(de|chomage|inscrit) (depuis )?moins de (12 mois|1 an).*|de lt ?12"
                r"|moins de 12 mois"),
    ("SALARIE_IAE", r".*\b(cddi|iae|siae|insertion|aci)\b.*"),
    ("CONTRAT_AIDE", r".*\b(cui|pec|contrat aide|cae)\b.*"),
    ("SALARIE", r"salarie.*|en emploi|emploi|en poste|cdi|cdd|interim.*|en activite"),
    ("INDEPENDANT", r"independant.*|auto ?entrepreneur.*|micro ?entrepreneur.*|a son compte"),
    ("FORMATION", r"(en )?formation|stagiaire.*"),
    ("ETUDIANT", r"etudiant.*|scolaire|lyceen.*|collegien.*"),
    ("SANS_EMPLOI_NON_INSCRIT", r".*\bnon inscrit.*|sans emploi"),
    ("INACTIF", r"inactif.*|sans activite|au foyer|(mere|pere) au foyer|retraite.*"),
)  # fmt: skip
CONTACT = (
    (ContactPreference.SMS, r"sms|texto|message.*|whatsapp"),
    (ContactPreference.EMAIL, r"(e ?)?mail|courriel|email|par mail"),
    (ContactPreference.PHONE, r"tel|telephone|portable|appel.*|mobile|par telephone"),
    (ContactPreference.POST, r"courrier|poste|voie postale|lettre|par courrier"),
    (ContactPreference.IN_PERSON, r"de vive voix|en personne|sur place|rdv|physique|presentiel"),
)


@dataclass(frozen=True, slots=True)
class District:
    """What a QPV cell says: inside or outside, with its code when it is one."""

    status: DistrictStatus | None = None
    code: str | None = None
    generation: int | None = None
    is_understood: bool = True


def yes_no(text: str) -> bool | None:
    """Oui, O, x… or Non, N…; None when blank, unknown or another word (see `is_yes_no`)."""
    words = fold(text)
    if words in YES or words.startswith("oui "):
        return True
    return False if words in NO or words.startswith("non ") else None


def is_unknown(text: str) -> bool:
    """Whether the person said that the answer is not known; « ? » and « - » included."""
    return fold(text) in UNKNOWN


def gender_of(civility: str) -> Gender | None:
    """M., Monsieur, Mme, MME, Mlle…; None rather than a guess."""
    words = fold(civility)
    if words in WOMEN:
        return Gender.WOMAN
    if words in MEN:
        return Gender.MAN
    return Gender.NON_BINARY if words in NON_BINARY else None


def education_of(text: str) -> str | None:
    """The level’s code (2019 scale) of a diploma or a level, Roman numerals being the old scale."""
    return _first(EDUCATION, text)


def entry_status_of(text: str) -> str | None:
    """The situation’s code; « RSA » alone or « DE » without a duration give None."""
    return _first(ENTRY_STATUS, re.sub(r"[<]", " moins de ", text.replace(">", " plus de ")))


def says_rsa(text: str) -> bool:
    """Whether a situation cell mentions the RSA."""
    words = fold(text).split()
    return "rsa" in words and not {"non", "sans", "pas", "hors"} & set(words)


def is_registered(text: str) -> bool:
    """Whether a situation cell says « DE » or « France Travail » and nothing of the duration."""
    return bool(re.fullmatch(r"(rsa )?(et )?(de|inscrit.*|france travail|pole emploi|chomage)"
                             r"( et)?( rsa)?|demandeur.? d emploi", fold(text)))  # fmt: skip


def contact_of(text: str) -> ContactPreference | None:
    """How the person prefers to be reached."""
    code = _first(CONTACT, text)
    return ContactPreference(code) if code else None


def district_of(text: str) -> District:
    """Oui, non, « ? » or a code QP093028 / QN07511M, written with any case or spaces."""
    code = district_code(text)
    generation = generation_of(code)
    if generation:
        return District(DistrictStatus.INSIDE, code, generation)
    if not text.strip():
        return District()
    if is_unknown(text):
        return District(DistrictStatus.TO_CHECK)
    answer = yes_no(text)
    if answer is None:
        return District(DistrictStatus.TO_CHECK, is_understood=False)
    return District(DistrictStatus.INSIDE if answer else DistrictStatus.OUTSIDE)


def _first(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    words = fold(text)
    return next((code for code, shape in table if re.fullmatch(shape, words)), None)
