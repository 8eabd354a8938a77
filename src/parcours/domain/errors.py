"""Refusals people can act on: each carries a French message and, where known, the field to mend."""


class ParcoursError(Exception):
    """Any refusal the product states in words."""


class NotFound(ParcoursError):
    """The row does not exist, or is not the actor’s to see: the two are never told apart."""


class NotAllowed(ParcoursError):
    """The actor’s role does not include this act; `str(error)` is a French sentence."""


class RuleBroken(ParcoursError):
    """A rule of the profession refuses the act.

    `errors` maps a form field ("" for the whole form) to its French message.
    """

    def __init__(
        self, message: str = "", *, field: str = "", errors: dict[str, str] | None = None
    ) -> None:
        self.errors: dict[str, str] = dict(errors) if errors else {field: message}
        super().__init__(message or " ".join(self.errors.values()))


class EditConflict(ParcoursError):
    """Somebody changed the same row since it was read.

    `theirs` maps each field both sides changed to the value now stored; `mine` to the value asked.
    """

    def __init__(self, *, theirs: dict[str, object], mine: dict[str, object], who: str) -> None:
        self.theirs = theirs
        self.mine = mine
        self.who = who
        super().__init__("Cette fiche a été modifiée entre-temps.")
