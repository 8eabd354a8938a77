"""Messages: the way that was chosen, never a digital one against it; subjects that name nobody."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.errors import RuleBroken
from parcours.domain.messages import (
    BY_HAND,
    DELAYS,
    TEXTS,
    TO_LEARNERS,
    URGENT_A_DAY,
    Channel,
    Contact,
    MessageKind,
    channel_for,
    check_channel,
    check_facts,
    compose,
    delay_before_retry,
    digest_lines,
    digest_subject,
    link,
    next_call_on,
    told_parts,
    urgent_left,
)
from parcours.domain.words import ContactPreference

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
EVERYTHING = {"email": "a@exemple.fr", "phone": "0639010203", "address": "1 rue", "city": "Viriat"}
FACTS = {
    "first_names": "Amina",
    "author": "Nadia Belkacem",
    "organisation": "Clic & Quartier",
    "moment": "mardi 1er décembre à 14 h",
    "place": "12 rue du Stand",
    "words": "Apportez vos questions.",
    "points": "- Un relais attend votre réponse",
    "title": "Développeur web",
}
CONTACTS = st.builds(
    Contact,
    st.sampled_from([None, *ContactPreference]),
    *(st.sampled_from([None, "", text]) for text in EVERYTHING.values()),
)


@pytest.mark.parametrize(
    ("preference", "known", "expected"),
    [
        (ContactPreference.EMAIL, EVERYTHING, Channel.EMAIL),
        (ContactPreference.EMAIL, EVERYTHING | {"email": None}, Channel.PHONE),
        (ContactPreference.EMAIL, {"address": "1 rue", "city": "Viriat"}, Channel.LETTER),
        (ContactPreference.SMS, EVERYTHING, Channel.SMS),
        (ContactPreference.SMS, EVERYTHING | {"phone": None}, Channel.LETTER),
        (ContactPreference.PHONE, EVERYTHING, Channel.PHONE),
        (ContactPreference.PHONE, {"email": "a@exemple.fr"}, Channel.IN_PERSON),
        (ContactPreference.POST, EVERYTHING, Channel.LETTER),
        (ContactPreference.POST, {"address": "1 rue", "phone": "06"}, Channel.PHONE),
        (ContactPreference.IN_PERSON, EVERYTHING, Channel.IN_PERSON),
        (None, EVERYTHING, Channel.PHONE),
        (None, {"email": "a@exemple.fr"}, Channel.IN_PERSON),
    ],
)
def test_the_preference_decides(
    preference: ContactPreference | None, known: dict[str, str], expected: Channel
) -> None:
    assert channel_for(Contact(preference, **known)) is expected


@given(CONTACTS)
def test_nobody_is_written_to_digitally_without_having_asked(contact: Contact) -> None:
    chosen = channel_for(contact)
    asked = {ContactPreference.EMAIL: Channel.EMAIL, ContactPreference.SMS: Channel.SMS}
    assert not chosen.is_digital or asked[contact.preference] is chosen  # type: ignore[index]
    assert contact.can_take(chosen)
    check_channel(contact, chosen, "")


@given(CONTACTS, st.sampled_from(Channel), st.sampled_from(["", "  ", "Elle l’a demandé"]))
def test_another_way_needs_a_reason_and_never_overrules_a_no(
    contact: Contact, channel: Channel, reason: str
) -> None:
    paper = {ContactPreference.PHONE, ContactPreference.POST, ContactPreference.IN_PERSON}
    try:
        check_channel(contact, channel, reason)
    except RuleBroken:
        assert channel is not channel_for(contact)
    else:
        assert contact.can_take(channel)
        assert not (channel.is_digital and contact.preference in paper)
        assert channel is channel_for(contact) or reason.strip()


@given(st.dictionaries(st.sampled_from(sorted(FACTS)), st.text(min_size=1)), st.integers(1, 500))
def test_a_subject_never_holds_what_is_known_of_somebody(known: dict[str, str], count: int) -> None:
    """Subjects are constants, whatever the names: nothing of a person can enter them."""
    before = {kind: kind.label for kind in MessageKind}
    for kind in MessageKind:
        source = (TEMPLATES / TEXTS[kind]).read_text(encoding="utf-8")
        compose(source, Channel.EMAIL, FACTS | known)
        assert kind.label == before[kind]
        assert kind.label.isprintable()
        assert "$" not in kind.label
    assert digest_subject(count) in {"1 point à voir", f"{count} points à voir"}


@given(st.text(alphabet=st.characters(categories=["L", "P", "S", "N", "Z"]), min_size=1))
def test_a_name_that_looks_like_a_template_stays_a_name(name: str) -> None:
    source = (TEMPLATES / TEXTS[MessageKind.NEWS]).read_text(encoding="utf-8")
    written = compose(source, Channel.EMAIL, FACTS | {"first_names": name})
    assert " ".join(name.split()) in " ".join(written.split())
    assert "Nadia Belkacem" in written


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("channel", Channel)
def test_every_text_is_complete_in_every_way(kind: MessageKind, channel: Channel) -> None:
    source = (TEMPLATES / TEXTS[kind]).read_text(encoding="utf-8")
    for words in ("", "Apportez vos questions."):
        written = compose(source, channel, FACTS | {"words": words})
        assert written
        assert "$" not in written
        assert "==" not in written
        assert "\n\n\n" not in written


@pytest.mark.parametrize("kind", TO_LEARNERS)
def test_what_is_said_is_who_why_and_what_to_offer(kind: MessageKind) -> None:
    source = (TEMPLATES / TEXTS[kind]).read_text(encoding="utf-8")
    said = compose(source, Channel.PHONE, FACTS)
    for part in ("Qui vous êtes : Nadia Belkacem", "Pourquoi : ", "À proposer"):
        assert part in said
    headings = [heading for heading, _ in told_parts(said) if heading]
    assert headings == ["Qui vous êtes", "Pourquoi", "À proposer"]
    assert told_parts("Quand : demain") == [("", "Quand : demain")]
    sms = compose(source, Channel.SMS, FACTS)
    assert len(sms) < 306, "two SMS at most"
    assert "Amina" not in sms, "an SMS shows on a locked screen"


def test_no_text_to_a_professional_names_the_person() -> None:
    for kind in set(MessageKind) - set(TO_LEARNERS):
        assert "$first_names" not in (TEMPLATES / TEXTS[kind]).read_text(encoding="utf-8")


def test_a_text_lacking_what_it_announces_is_refused() -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_facts(MessageKind.APPOINTMENT, {"moment": " ", "words": "x"})
    assert set(refusal.value.errors) == {"moment", "place"}
    with pytest.raises(RuleBroken):
        check_facts(MessageKind.DIGEST, {})
    check_facts(MessageKind.NEWS, {})


def test_urgent_messages_stop_before_a_storm() -> None:
    assert [urgent_left(sent) for sent in range(5)] == [3, 2, 1, 0, 0]
    assert URGENT_A_DAY == 3
    assert MessageKind.RELAY_EXPIRED.is_urgent
    assert not MessageKind.RELAY_REMINDER.is_urgent


def test_a_digest_lists_points_with_their_links() -> None:
    points = [("Un relais attend", "https://p.fr/relais/3"), ("Un message", "")]
    told = digest_lines(points)
    assert told == "- Un relais attend : https://p.fr/relais/3\n- Un message"
    assert link("https://p.fr/", "/relais/3") == "https://p.fr/relais/3"
    assert link("", "/relais/3") == link("https://p.fr", None) == ""


def test_each_wait_is_longer_and_the_last_try_comes_after_two_days() -> None:
    waits = [delay_before_retry(n) for n in range(1, 9)]
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)]
    assert waits[-1] is None
    assert list(DELAYS) == sorted(DELAYS)
    assert timedelta(days=2) < sum(DELAYS, timedelta()) < timedelta(days=3)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_the_next_call_is_on_a_week_day(day: date) -> None:
    following = next_call_on(day)
    assert 2 <= (following - day).days <= 4
    assert following.weekday() < 5


def test_only_people_do_what_machines_do_not() -> None:
    assert set(BY_HAND) == set(Channel)
    assert not BY_HAND[Channel.EMAIL]
