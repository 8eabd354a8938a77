"""One tenant: its mark, which every text of it holds, its organisations and its people."""

from dataclasses import dataclass, field

from parcours.domain.access import Actor


@dataclass(slots=True)
class Tenant:
    """One tenant: its mark, its organisations, the addresses its people sign in with."""

    mark: str
    digits: str
    actors: dict[str, Actor] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)

    @property
    def organisations(self) -> set[int]:
        """The organisation, its partner and its funder."""
        return {actor.organisation_id for actor in self.actors.values()}

    def email(self, who: str) -> str:
        """The address `who` signs in with."""
        return f"{who}@{self.mark}.exemple.fr"

    def text(self, words: str) -> str:
        """A text of this tenant."""
        return f"{words} {self.mark}"

    def phone(self, number: int) -> str:
        """A telephone number of this tenant."""
        return f"+33{self.digits}{number:05d}"
