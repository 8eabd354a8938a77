"""Who may do what: an admin is no reader, a technical admin sees nobody, a funder its exports."""

import dataclasses

import pytest

from parcours.domain.access import MATRIX, Actor, Capability, Role, require
from parcours.domain.errors import NotAllowed

# What partners offer, and who of one’s colleagues accepted the charter, is nobody’s file;
# what did not leave is listed without a name; delays are the organisation’s own; a territory and
# a fairness report are counts; official lists are public.
IMPERSONAL = {
    Capability.EXPORT_OUTCOMES,
    Capability.MANAGE_ACCOUNTS,
    Capability.SET_DELAYS,
    Capability.WATCH_SENDING,
    Capability.SEE_TERRITORY,
    Capability.PUBLISH_OFFERS,
    Capability.SEE_CHARTER,
    Capability.LOAD_REFERENCES,
    Capability.SEE_REFERENCES,
    Capability.WATCH_FAIRNESS,
}
PERSONAL = set(Capability) - IMPERSONAL


def acting_as(role: Role) -> Actor:
    return Actor(1, 2, 3, "MDE", "Maison de l’emploi", role, "Nadia Benali", "nadia@exemple.fr")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_line_and_a_french_name(role: Role) -> None:
    assert role in MATRIX
    assert acting_as(role).role_label == role.label != ""


@pytest.mark.parametrize("role", [Role.FUNDER, Role.ORGANISATION_ADMIN, Role.TECHNICAL_ADMIN])
def test_no_personal_data_for_those_who_need_none(role: Role) -> None:
    # A funder reads names where an agreement says nominative, and nowhere else.
    agreed = {Capability.EXPORT_NAMES} if role is Role.FUNDER else set()
    assert MATRIX[role] & PERSONAL == agreed


def test_a_technical_admin_loads_official_lists_and_sees_nobody() -> None:
    able = MATRIX[Role.TECHNICAL_ADMIN]
    assert able == {Capability.LOAD_REFERENCES, Capability.SEE_REFERENCES}


def test_a_funder_takes_its_outcomes_and_nothing_else() -> None:
    assert MATRIX[Role.FUNDER] == {Capability.EXPORT_OUTCOMES, Capability.EXPORT_NAMES}


def test_accounts_are_kept_apart_from_files() -> None:
    able = [role for role in Role if Capability.MANAGE_ACCOUNTS in MATRIX[role]]
    assert able == [Role.ORGANISATION_ADMIN]


@pytest.mark.parametrize(
    ("role", "capability", "may"),
    [
        (Role.TRAINER, Capability.MARK_ATTENDANCE, True),
        (Role.TRAINER, Capability.MANAGE_COHORTS, False),
        (Role.TRAINER, Capability.EXPORT_OUTCOMES, False),
        (Role.COUNSELLOR, Capability.WRITE_STEPS, True),
        (Role.COUNSELLOR, Capability.MARK_ATTENDANCE, False),
        (Role.COUNSELLOR, Capability.READ_JOURNAL, True),
        (Role.COORDINATOR, Capability.MANAGE_AGREEMENTS, True),
        (Role.COORDINATOR, Capability.MANAGE_ACCOUNTS, False),
    ],
)
def test_matrix(role: Role, capability: Capability, may: bool) -> None:
    assert acting_as(role).can(capability) is may


@pytest.mark.parametrize("capability", Capability)
@pytest.mark.parametrize("role", Role)
def test_require_refuses_exactly_what_the_matrix_leaves_out(
    role: Role, capability: Capability
) -> None:
    actor = acting_as(role)
    if actor.can(capability):
        require(actor, capability)
        return
    with pytest.raises(NotAllowed, match=r"^Ce geste revient à : .+\.$"):
        require(actor, capability)


@pytest.mark.parametrize("capability", Capability)
def test_every_act_is_somebody_s(capability: Capability) -> None:
    assert any(capability in able for able in MATRIX.values())


def test_the_refusal_says_who_can() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(acting_as(Role.COUNSELLOR), Capability.MARK_ATTENDANCE)
    assert str(refusal.value) == "Ce geste revient à : formateur·rice, coordinateur·rice."


def test_an_actor_cannot_be_changed_in_passing() -> None:
    actor = acting_as(Role.TRAINER)
    with pytest.raises(dataclasses.FrozenInstanceError):
        actor.role = Role.COORDINATOR  # type: ignore[misc]
