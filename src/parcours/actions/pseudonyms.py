"""Names that stand for people in what a funder takes away, another in each agreement."""

import hashlib
import hmac

from parcours.models import Agreement

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
LENGTH = 8


def pseudonym(agreement: Agreement, learner_id: int) -> str:
    """A name that is the same in every workbook of one agreement, and in no other."""
    digest = hmac.new(
        agreement.pseudonym_key.encode(), str(learner_id).encode(), hashlib.sha256
    ).digest()
    number, letters = int.from_bytes(digest, "big"), ""
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return f"P-{letters}"
