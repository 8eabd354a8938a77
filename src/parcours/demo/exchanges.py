"""The demonstration’s exchanges: notes, somebody without a referent, a replacement."""

from datetime import date, timedelta

from sqlmodel import Session

from parcours.actions import notes, referents, replacements
from parcours.actions.breaks import breaks
from parcours.demo.stories import LISE, NADIA
from parcours.domain.access import Actor
from parcours.domain.notes import NoteKind, NoteReach
from parcours.models import Learner

PIERRE = "pierre.lambert@mde.exemple.fr"
JEANNE = "jeanne.roy@clic.exemple.fr"
TOLD = (
    (1, NoteKind.PHONE, NoteReach.SHARED, "Disponible dès le mois prochain."),
    (3, NoteKind.MEETING, NoteReach.PRIVATE, "Revoir ensemble le dossier de candidature jeudi."),
    (6, NoteKind.SMS, NoteReach.SHARED, "A bien reçu l’adresse et l’heure de la réunion."),
    (9, NoteKind.NOTE, NoteReach.PRIVATE, "Demander à la mairie le planning de la salle."),
    (16, NoteKind.VISIT, NoteReach.SHARED, "A visité l’atelier, veut commencer."),
)
FOLLOWED = 8
WITHOUT = 2


def note_exchanges(session: Session, actors: dict[str, Actor], today: date) -> None:
    """Two counsellors note their contacts; some people have nobody; a week is covered."""
    for who in (NADIA, LISE):
        actor = actors[who]
        rows = breaks(session, actor, today=today)
        people = [session.get_one(Learner, row.learner_id) for row in rows]
        own = [row for row in people if row.organisation_id == actor.organisation_id]
        for number, learner in enumerate(own[:FOLLOWED]):
            _tell(session, actor, learner, number, today)
        for learner in own[FOLLOWED : FOLLOWED + WITHOUT]:
            if learner.referent_id == actor.account_id:
                referents.let_go(session, actor, learner.id or 0, today=today)
    for absent, substitute, start in ((NADIA, PIERRE, 10), (LISE, JEANNE, -2)):
        replacements.arrange(
            session,
            actors[absent],
            replaced_id=actors[absent].account_id,
            substitute_id=actors[substitute].account_id,
            starts_on=today + timedelta(days=start),
            ends_on=today + timedelta(days=start + 6),
            today=today,
        )


def _tell(session: Session, actor: Actor, learner: Learner, number: int, today: date) -> None:
    for days, kind, reach, words in TOLD[number % 3 :]:
        facts = notes.NoteFacts(kind, reach, today - timedelta(days=days), words)
        notes.write_note(session, actor, learner.id or 0, facts, today=today)
