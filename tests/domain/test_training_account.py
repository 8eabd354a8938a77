"""Frames F-3 and F-4 of the annual account: the line each training counts in."""

import pytest

from parcours.domain.training_account import Aimed, aim_line, speciality_line


@pytest.mark.parametrize(
    ("aimed", "aim", "speciality"),
    [
        (None, "Non renseigné", "Non renseigné"),
        (Aimed("RNCP37674", 5, "326t"), "RNCP, niveau 5", "NSF 326"),
        (Aimed("RNCP37873", 6, "326"), "RNCP, niveaux 6 à 8", "NSF 326"),
        (Aimed("RNCP00001", 8, "312"), "RNCP, niveaux 6 à 8", "NSF 312"),
        (Aimed("RNCP00002", 2, ""), "RNCP, niveau 2", "Non renseigné"),
        (Aimed("RNCP00003"), "RNCP, niveau non renseigné", "Non renseigné"),
        (Aimed("RS5893"), "Répertoire spécifique", "Non renseigné"),
        # A certificate of one’s own may begin with these letters.
        (Aimed("RSI-INTERNE"), "Autre certificat", "Non renseigné"),
        (Aimed("CLEA-NUMERIQUE"), "Autre certificat", "Non renseigné"),
    ],
)
def test_each_training_has_its_line(aimed: Aimed | None, aim: str, speciality: str) -> None:
    assert aim_line(aimed) == aim
    assert speciality_line(aimed) == speciality
