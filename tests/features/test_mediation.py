"""Acts on screen: one person in seconds, a workshop at once, hours of the step, corrections."""

import re
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session, col

from parcours.actions import accounts, learners, mediation, pathways
from parcours.domain.access import Actor, Role
from parcours.domain.mediation import ActivityFacts, ActivityKind, Taking
from parcours.domain.pathway import StepDates
from parcours.domain.words import StepKind
from parcours.models import Act, Activity, ActivityChange, Learner, Pathway
from tests.conftest import TODAY
from tests.features.conftest import Be, Count, Person

NAMES = ("Boucher", "Cissé", "Diallo", "Garcia", "Haddad", "Lefèvre", "Martin", "Nguyen")
WORKSHOP = {"kind": "workshop", "theme": "COURRIEL", "minutes": "120"}


@pytest.fixture
def lise(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("CLIC", Role.COUNSELLOR, "Lise Morel")


@pytest.fixture(autouse=True)
def actor(lise: Person, session: Session) -> Actor:
    """The same; eight people follow her digital initiation since September."""
    found = accounts.actor_for(session, "lise.counsellor@clic.exemple.fr", today=TODAY)
    for name in NAMES:
        known = learners.LearnerFacts(
            birth_name=name, first_names="Alix", born_on=date(1990, 1, 1), city="Viriat"
        )
        learner = learners.create_learner(session, found, known, today=TODAY, is_another=True)
        pathway = pathways.open_pathway(session, found, learner, opened_on=date(2026, 9, 1))
        dates = StepDates(date(2026, 9, 1), date(2026, 12, 18), date(2026, 9, 1))
        facts = pathways.StepFacts(StepKind.DIGITAL_INITIATION, "Initiation", dates)
        pathways.add_step(session, found, pathway, facts, today=TODAY)
    session.commit()
    return found


def acts(session: Session) -> list[tuple[int, int, str, str | None]]:
    """(activity, learner, part, autonomy) of every act that counts, in order."""
    session.rollback()
    rows = session.execute(
        select(Act).where(col(Act.withdrawn_at).is_(None)).order_by(col(Act.id))
    ).scalars()
    found = [(row.activity_id, row.learner_id, row.part.value, row.autonomy) for row in rows]
    session.rollback()
    return found


def test_a_workshop_of_eight_makes_eight_acts_and_moves_the_hours(
    lise: Person, session: Session
) -> None:
    page = lise.visit("/actes/nouveau")
    assert page.html.count('name="who"') == 8
    who = [str(number) for number in range(1, 9)]
    typed = WORKSHOP | {"autonomy": "partly", "autonomy-3": "alone", "leads-1": "1", "heads": "2"}
    done = lise.submit(page, "/actes", who=who, **typed)
    assert "8 actes notés : 2 h." in done.text
    assert "8 personnes et 2 sans nom" in done.text
    assert acts(session) == [
        (1, number, "leads" if number == 1 else "takes_part",
         None if number == 1 else "alone" if number == 3 else "partly")
        for number in range(1, 9)
    ]  # fmt: skip
    for number in range(1, 9):
        file = lise.visit(f"/apprenants/{number}")
        assert "2 h d’après les actes" in file.text.replace("dont 2 h passées à transmettre, ", "")
    assert "dont 2 h passées à transmettre" in lise.visit("/apprenants/1").text
    assert "2 h passées à transmettre aux autres" in lise.visit("/apprenants/1/actes").text
    thread = lise.visit("/apprenants/1/fil").text
    assert "Atelier collectif : Courriel et échanges en ligne, 2 h, pour transmettre" in thread


def test_one_act_then_the_same_again_in_one_click(lise: Person, session: Session) -> None:
    page = lise.visit("/actes/nouveau?personne=4")
    assert page.html.count('name="who"') == 1
    typed = {"theme": "SECURITE", "minutes": "45", "place": "Médiathèque", "autonomy": "alone"}
    after = lise.submit(page, "/actes", **typed)
    assert after.response.url.path == "/apprenants/4/actes"
    again = re.findall(r'href="(/actes/nouveau\?personne=4[^"]+)"', after.html)[-1]
    page = lise.visit(again.replace("&amp;", "&"))
    lise.submit(page, "/actes")
    rows = session.execute(select(Activity).order_by(col(Activity.id))).scalars().all()
    one, two = ((row.kind, row.theme, row.minutes, row.place, row.held_on) for row in rows)
    assert one == two == (ActivityKind.INDIVIDUAL, "SECURITE", 45, "Médiathèque", TODAY)
    session.rollback()
    assert [row[1:] for row in acts(session)] == [(4, "takes_part", "alone")] * 2
    assert "1 h 30 d’après les actes" in lise.visit("/apprenants/4").text
    # The length and the place of the last one wait in the next form; its theme does not.
    fields = lise.visit("/actes/nouveau").form("/actes").fields
    assert (fields["minutes"], fields["place"], fields["theme"]) == ("45", "Médiathèque", "")


def test_a_form_sent_twice_makes_one_act(lise: Person, session: Session) -> None:
    page = lise.visit("/actes/nouveau?personne=1")
    for _ in range(2):
        lise.submit(page, "/actes", theme="COURRIEL", minutes="30")
    assert len(acts(session)) == 1


def test_names_by_a_few_letters(lise: Person, session: Session, actor: Actor) -> None:
    known = learners.LearnerFacts(
        birth_name="Martin", first_names="Zoé", born_on=date(1985, 5, 5), city="Viriat"
    )
    learners.create_learner(session, actor, known, today=TODAY, is_another=True)
    session.commit()
    page = lise.visit("/actes/nouveau")
    names = "dial\nmartin\ninconnu"
    refused = lise.submit(page, "/actes", 422, **WORKSHOP, names=names)
    assert "« martin » : plusieurs personnes" in refused.text
    assert 'value="3" checked' in refused.html  # Diallo is found and ticked.
    assert "inconnu</textarea>" in refused.html
    assert "Zoé MARTIN" in refused.text
    assert not acts(session)
    fields = [str(number) for number in (3, 9)]
    lise.submit(refused, "/actes", who=fields, names="")
    assert [row[1] for row in acts(session)] == [3, 9]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"minutes": "60"}, "Choisissez un thème de la liste"),
        ({"theme": "COURRIEL"}, "Indiquez la durée"),
        ({"theme": "COURRIEL", "other_minutes": "2"}, "n’est pas une durée claire"),
        ({"theme": "COURRIEL", "minutes": "60", "held_on": "24/12/2026"}, "pas encore venu"),
        ({"theme": "COURRIEL", "minutes": "60", "held_on": "hier"}, "n’est pas une date"),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    lise: Person, session: Session, typed: dict[str, str], message: str
) -> None:
    page = lise.visit("/actes/nouveau")
    refused = lise.submit(page, "/actes", 422, who=["2"], place="Salle B", **typed)
    assert message in refused.text
    assert 'value="Salle B"' in refused.html
    assert 'value="2" checked' in refused.html
    assert not acts(session)


def test_an_information_makes_no_participant(lise: Person, session: Session) -> None:
    before = [len(session.execute(select(table)).all()) for table in (Learner, Pathway)]
    session.rollback()
    page = lise.visit("/actes/nouveau")
    typed = {"kind": "information", "theme": "OFFRES", "minutes": "90", "heads": "14"}
    done = lise.submit(page, "/actes", who=["2"], **typed)
    assert "1 personne connue, 14 sans nom" in done.text
    assert [len(session.execute(select(table)).all()) for table in (Learner, Pathway)] == before
    session.rollback()
    assert "d’après les actes" not in lise.visit("/apprenants/2").text
    assert "Information collective" in lise.visit("/apprenants/2/fil").text


def test_a_correction_keeps_what_was_said(lise: Person, session: Session) -> None:
    page = lise.visit("/actes/nouveau")
    lise.submit(page, "/actes", who=["1", "2"], **WORKSHOP)
    old = lise.visit("/actes/1/modifier")
    form = lise.visit("/actes/1/modifier")
    lise.submit(form, "/actes/1/modifier", who=["1", "3"], minutes="60")
    shown = lise.visit("/actes/1")
    assert "durée, de « 2 h » à « 1 h »" in shown.text
    assert "présence de Alix CISSÉ, de « présent·e » à « retiré·e »" in shown.text
    assert "présence de Alix DIALLO, de « rien » à « présent·e »" in shown.text
    assert [row[1] for row in acts(session)] == [1, 3]
    # A second editor is told, and nothing is lost of what they typed.
    late = lise.submit(old, "/actes/1/modifier", 409, who=["1", "2"], place="Salle 4")
    assert "en même temps que vous" in late.text
    assert 'value="Salle 4"' in late.html
    lise.submit(late, "/actes/1/modifier", who=["1", "2"])
    assert [row[1] for row in acts(session)] == [1, 2]
    with pytest.raises(DatabaseError):
        session.execute(ActivityChange.__table__.update().values(after="autre"))  # type: ignore[attr-defined]
    session.rollback()


def test_cancelled_then_restored(lise: Person) -> None:
    lise.submit(lise.visit("/actes/nouveau"), "/actes", who=["1", "2"], **WORKSHOP)
    page = lise.visit("/actes/1")
    assert "pourquoi vous l’annulez" in lise.submit(page, "/actes/1/annulation", 422).text
    page = lise.submit(page, "/actes/1/annulation", reason="Salle fermée")
    assert "d’après les actes" not in lise.visit("/apprenants/1").text
    assert "Aucun acte noté" in lise.visit("/apprenants/1/actes").text
    lise.submit(page, "/actes/1/retablissement")
    assert "2 h d’après les actes" in lise.visit("/apprenants/1").text


def test_filters_are_in_the_address(lise: Person, session: Session, actor: Actor) -> None:
    for day, theme in ((2, "COURRIEL"), (9, "SECURITE"), (16, "COURRIEL")):
        facts = ActivityFacts(ActivityKind.INDIVIDUAL, theme, date(2026, 11, day), 30)
        mediation.record_activity(session, actor, facts, {1: Taking()}, today=TODAY)
    session.commit()

    def days(query: str) -> list[str]:
        return re.findall(r'<time datetime="2026-11-(\d+)"', lise.visit(f"/actes{query}").html)

    assert days("") == ["16", "09", "02"]
    assert days("?theme=COURRIEL&au=10/11/2026") == ["02"]
    assert days("?du=9/11/2026&qui=moi&nature=individual") == ["16", "09"]
    assert days("?nature=workshop") == []
    assert days("?theme=RIEN&apres=x&du=x") == ["16", "09", "02"]


def test_the_list_asks_as_much_whatever_the_number(
    lise: Person, session: Session, actor: Actor, count: Count
) -> None:
    paths = ("/actes", "/actes/nouveau", "/actes/1", "/apprenants/1/actes")

    def statements() -> list[int]:
        return [count(lise, path) for path in paths]

    lise.submit(lise.visit("/actes/nouveau"), "/actes", who=["1"], **WORKSHOP)
    few = statements()
    for day in range(1, 21):
        facts = ActivityFacts(ActivityKind.WORKSHOP, "COURRIEL", date(2026, 11, day), 30)
        people = dict.fromkeys(range(1, 9), Taking())
        mediation.record_activity(session, actor, facts, people, today=TODAY)
    session.commit()
    assert statements() == few
    assert max(few) <= 8, few


def test_another_organisation_sees_nothing(lise: Person, be: Be) -> None:
    lise.submit(lise.visit("/actes/nouveau"), "/actes", who=["1"], **WORKSHOP)
    other = be("AUTRE", Role.COUNSELLOR, "Paule Roy")
    for path in ("/actes/1", "/actes/1/modifier", "/actes/nouveau?comme=1",
                 "/actes/nouveau?personne=1", "/apprenants/1/actes"):  # fmt: skip
        other.visit(path, status=404)
    assert "Courriel" not in other.visit("/actes").text.split("Aucun acte ici")[1]
    form = other.visit("/actes/nouveau")
    other.submit(form, "/actes", 404, who=["1"], **WORKSHOP)
    for action in ("modifier", "annulation", "retablissement"):
        data = {"_csrf": form.form("/actes").fields["_csrf"], "theme": "COURRIEL", "minutes": "30"}
        assert other.client.post(f"/actes/1/{action}", data=data).status_code == 404
