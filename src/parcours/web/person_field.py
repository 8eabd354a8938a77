"""The person a form is about: known already, or found by a few letters of their name."""

from dataclasses import dataclass

from parcours import audit
from parcours.actions.people import Found, find_people, name_of
from parcours.domain.errors import NotFound, RuleBroken
from parcours.models import visibility
from parcours.web.deps import Deed, Visit

NOBODY = "Aucune des personnes que vous voyez ne porte ce nom."
SEVERAL = "Plusieurs personnes portent ce nom : choisissez-en une."


@dataclass(frozen=True, slots=True)
class PersonField:
    """What the form shows: somebody known by their file, or the letters typed and who matches."""

    id: int | None = None
    name: str = ""
    typed: str = ""
    found: tuple[Found, ...] = ()


class SeveralPeople(RuleBroken):
    """The letters typed name several people: the form offers them."""

    def __init__(self, found: list[Found]) -> None:
        super().__init__(SEVERAL, field="person")
        self.found = tuple(found)


def read_person(deed: Deed) -> int | None:
    """The person chosen or named, None when none is (RuleBroken; NotFound for another’s file)."""
    chosen = deed.form.integer("learner")
    if chosen is not None:
        visibility.learner(deed.session, deed.actor, chosen, today=deed.today)
        return chosen
    typed = deed.form.text("person", limit=120)
    if not typed or "person" in deed.form.errors:
        return None
    found = find_people(deed.session, deed.actor, typed, today=deed.today)
    if not found:
        deed.form.errors["person"] = NOBODY
        return None
    if len(found) > 1:
        raise SeveralPeople(found)
    return found[0].id


def person_of_file(visit: Visit, text: str, subject: str) -> PersonField:
    """The person whose file the form is opened from (`?personne=12`), the reading recorded."""
    if not text:
        return PersonField()
    if not text.isdecimal():
        raise NotFound
    learner = visibility.learner(visit.session, visit.actor, int(text), today=visit.today)
    audit.record_reading(visit.session, visit.actor, subject, int(text))
    return PersonField(int(text), name_of(learner))


def person_typed(deed: Deed, refusal: RuleBroken, subject: str) -> PersonField:
    """What a refused form shows again; the people it offers are a list read."""
    if isinstance(refusal, SeveralPeople):
        audit.record_listing(deed.session, deed.actor, "learner", len(refusal.found))
        return PersonField(typed=deed.form.text("person"), found=refusal.found)
    if deed.form.text("learner"):
        return person_of_file(deed, deed.form.text("learner"), subject)
    return PersonField(typed=deed.form.text("person"))
