"""Create the tables of the first baseline, and keep the journal from being rewritten.

Until the first tagged release this baseline may be cut again; after it, it never changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_0500"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "audit_entry",
    "release",
    "field_change",
    "relay_event",
    "discussion_message",
    "skill_evidence",
    "immersion_assessment",
    "immersion_answer",
    "activity_change",
    "handover_event",
    "candidate_grade",
    "candidate_mark",
    "candidate_event",
    "need_version",
    "need_requirement",
    "need_event",
    "introduction_event",
    "assessment",
    "exit_situation",
    "follow_up_try",
    "job_search_said",
    "match_rule_version",
    "alert_rule_version",
    "match_run",
    "match_result",
    "match_decision",
)

# What matching reads of people: (table, columns whose change counts, all of them when none).
WATCHED = {
    "skill_evidence": (),
    "job_search": (),
    "need_wish": (),
    "pathway": ("learner_id", "closed_on"),
    "learner_access": ("organisation_id", "learner_id", "starts_on", "ends_on"),
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "match_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("xid", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_change")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("match_change", schema=None) as batch_op:
        batch_op.create_index("ix_match_change_on", ["on"], unique=False)
        batch_op.create_index("ix_match_change_xid", ["xid"], unique=False)

    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("entry_criteria", sa.JSON(), nullable=False),
        sa.Column("follow_ups", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_programme_period")
        ),
        sa.CheckConstraint("tolerance_days >= 0", name=op.f("ck_programme_tolerance_not_negative")),
        sa.CheckConstraint("version > 0", name=op.f("ck_programme_version_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", name=op.f("uq_programme_code")),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(length=64), nullable=False),
        sa.Column("address_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sign_in_attempt_account_key_at", ["account_key", "at"], unique=False
        )
        batch_op.create_index(
            "ix_sign_in_attempt_address_key_at", ["address_key", "at"], unique=False
        )
        batch_op.create_index("ix_sign_in_attempt_at", ["at"], unique=False)

    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("framework", sa.String(length=60), nullable=False),
        sa.Column("domain", sa.String(length=120), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("is_perishable", sa.Boolean(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "parent_id IS NULL OR parent_id <> id", name=op.f("ck_skill_not_its_own_parent")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["skill.id"], name=op.f("fk_skill_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("code", name=op.f("uq_skill_code")),
    )
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.create_index("ix_skill_framework", ["framework", "position", "id"], unique=False)
        batch_op.create_index("ix_skill_parent_id", ["parent_id"], unique=False)

    op.create_table(
        "charter_acceptance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_charter_acceptance_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charter_acceptance")),
        sa.UniqueConstraint(
            "account_id", "version", name=op.f("uq_charter_acceptance_account_id_version")
        ),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("activity_number", sa.String(length=11), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=True),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("place_key", sa.String(length=400), nullable=True),
        sa.Column("added_by_organisation_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("relay_reminder_days", sa.Integer(), nullable=False),
        sa.Column("relay_escalation_days", sa.Integer(), nullable=False),
        sa.Column("relay_expiry_days", sa.Integer(), nullable=False),
        sa.Column("overlap_days", sa.Integer(), nullable=False),
        sa.Column("correction_days", sa.Integer(), nullable=False),
        sa.Column("need_fresh_days", sa.Integer(), nullable=False),
        sa.Column("introduction_reminder_days", sa.Integer(), nullable=False),
        sa.Column("introduction_closing_days", sa.Integer(), nullable=False),
        sa.Column("holiday_region", sa.String(length=10), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_on IS NULL) = (confirmed_by_id IS NULL)",
            name=op.f("ck_organisation_confirmed_by_someone"),
        ),
        sa.CheckConstraint(
            "0 < introduction_reminder_days AND introduction_reminder_days < introduction_closing_days",
            name=op.f("ck_organisation_introduction_delays_in_order"),
        ),
        sa.CheckConstraint(
            "0 < relay_reminder_days AND relay_reminder_days < relay_escalation_days AND relay_escalation_days < relay_expiry_days",
            name=op.f("ck_organisation_relay_delays_in_order"),
        ),
        sa.CheckConstraint(
            "correction_days >= 0", name=op.f("ck_organisation_correction_not_negative")
        ),
        sa.CheckConstraint(
            "need_fresh_days > 0", name=op.f("ck_organisation_need_fresh_days_positive")
        ),
        sa.CheckConstraint("overlap_days >= 0", name=op.f("ck_organisation_overlap_not_negative")),
        sa.ForeignKeyConstraint(
            ["added_by_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_added_by_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_organisation_confirmed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
        sa.UniqueConstraint("siret", name=op.f("uq_organisation_siret")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_name_key", ["name_key", "id"], unique=False)
        batch_op.create_index("ix_organisation_place_key", ["place_key"], unique=False)

    op.create_table(
        "reference_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "list",
            sa.Enum(
                "rome",
                "rncp",
                "qpv",
                "communes",
                name="list",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("codes > 0", name=op.f("ck_reference_version_codes_positive")),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["account.id"], name=op.f("fk_reference_version_imported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_version")),
        sa.UniqueConstraint("list", "sha256", name=op.f("uq_reference_version_list_sha256")),
    )
    op.create_table(
        "submission",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_submission_account_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_submission")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index("ix_submission_at", ["at"], unique=False)

    op.create_table(
        "account_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "trainer",
                "counsellor",
                "coordinator",
                "funder",
                "organisation_admin",
                "technical_admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(role IS NULL) = (account_id IS NOT NULL)",
            name=op.f("ck_account_link_invites_or_renews"),
        ),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_account_link_failures_not_negative")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_link_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_account_link_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_account_link_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_link_token_hash")),
    )
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.create_index("ix_account_link_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_account_link_organisation_id", ["organisation_id"], unique=False)

    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "individual",
                "workshop",
                "information",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=True),
        sa.Column("heads", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("imported_as", sa.String(length=64), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'individual' OR heads = 0", name=op.f("ck_activity_individual_has_a_name")
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_activity_cancelled_by_someone"),
        ),
        sa.CheckConstraint("heads >= 0", name=op.f("ck_activity_heads_not_negative")),
        sa.CheckConstraint("minutes BETWEEN 1 AND 720", name=op.f("ck_activity_minutes")),
        sa.CheckConstraint("version > 0", name=op.f("ck_activity_version_positive")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["account.id"], name=op.f("fk_activity_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_activity_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_activity_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index("ix_activity_held_on", ["held_on"], unique=False)
        batch_op.create_index(
            "ix_activity_organisation_id", ["organisation_id", "held_on", "id"], unique=False
        )

    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("funder_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("pseudonym_key", sa.String(length=64), nullable=False),
        sa.Column("outputs", sa.JSON(), nullable=False),
        sa.Column("exit_rule", sa.String(length=40), nullable=False),
        sa.Column(
            "pillar",
            sa.Enum(
                "cohesion",
                "living",
                "employment",
                name="pillar",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("is_nominative", sa.Boolean(), nullable=False),
        sa.Column("retention_years", sa.Integer(), nullable=True),
        sa.Column("minority_instruction", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(edited_at IS NULL) = (edited_by_id IS NULL)",
            name=op.f("ck_agreement_edited_by_someone"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_agreement_period")),
        sa.CheckConstraint("retention_years BETWEEN 1 AND 30", name=op.f("ck_agreement_retention")),
        sa.CheckConstraint("version > 0", name=op.f("ck_agreement_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_agreement_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["account.id"], name=op.f("fk_agreement_edited_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["funder_id"], ["organisation.id"], name=op.f("fk_agreement_funder_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agreement_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_agreement_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_agreement_organisation_id_code")
        ),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_funder_id", ["funder_id"], unique=False)
        batch_op.create_index("ix_agreement_organisation_id", ["organisation_id"], unique=False)

    op.create_table(
        "alert_rule_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("motive", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_alert_rule_version_numbered_from_one")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_alert_rule_version_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_alert_rule_version_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_rule_version")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_alert_rule_version_organisation_id_number")
        ),
    )
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.String(length=40), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_audit_entry_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_audit_entry_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_learner_id_at", ["learner_id", "at"], unique=False)
        batch_op.create_index(
            "ix_audit_entry_organisation_id_at", ["organisation_id", "at"], unique=False
        )

    op.create_table(
        "commune",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_key", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["reference_version.id"], name=op.f("fk_commune_version_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_commune")),
    )
    with op.batch_alter_table("commune", schema=None) as batch_op:
        batch_op.create_index("ix_commune_name_key", ["name_key"], unique=False)

    op.create_table(
        "curriculum",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("rncp_code", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_curriculum_version_positive")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_curriculum_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_curriculum_organisation_id_code")
        ),
    )
    op.create_table(
        "district",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("commune", sa.String(length=400), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("west", sa.Float(), nullable=False),
        sa.Column("east", sa.Float(), nullable=False),
        sa.Column("south", sa.Float(), nullable=False),
        sa.Column("north", sa.Float(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.CheckConstraint("west <= east AND south <= north", name=op.f("ck_district_box")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["reference_version.id"], name=op.f("fk_district_version_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_district")),
    )
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.create_index("ix_district_box", ["west", "east", "south", "north"], unique=False)

    op.create_table(
        "employer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Integer(), nullable=False),
        sa.Column("naf", sa.String(length=6), nullable=True),
        sa.Column("size", sa.String(length=20), nullable=True),
        sa.Column("contact_name", sa.String(length=120), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("siret_to_check", sa.String(length=30), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_salt", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(code_hash IS NULL) = (code_salt IS NULL)", name=op.f("ck_employer_whole_code")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_employer_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_employer_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_employer_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["organisation.id"], name=op.f("fk_employer_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.UniqueConstraint(
            "organisation_id", "partner_id", name=op.f("uq_employer_organisation_id_partner_id")
        ),
    )
    with op.batch_alter_table("employer", schema=None) as batch_op:
        batch_op.create_index("ix_employer_partner_id", ["partner_id"], unique=False)

    op.create_table(
        "equipment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("inventory_number", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(retired_on IS NULL) = (retired_by_id IS NULL)",
            name=op.f("ck_equipment_retired_by_someone"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_equipment_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_equipment_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_equipment_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["retired_by_id"], ["account.id"], name=op.f("fk_equipment_retired_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
        sa.UniqueConstraint(
            "organisation_id",
            "inventory_number",
            name=op.f("uq_equipment_organisation_id_inventory_number"),
        ),
    )
    op.create_table(
        "fairness_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_fairness_report_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_fairness_report_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fairness_report")),
    )
    with op.batch_alter_table("fairness_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fairness_report_organisation_id", ["organisation_id", "id"], unique=False
        )

    op.create_table(
        "framework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("scale", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.CheckConstraint("scale IN (4, 8)", name=op.f("ck_framework_scale")),
        sa.CheckConstraint("version > 0", name=op.f("ck_framework_version_positive")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_framework_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
        sa.UniqueConstraint("code", name=op.f("uq_framework_code")),
    )
    op.create_table(
        "holder_seen",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["holder_id"], ["organisation.id"], name=op.f("fk_holder_seen_holder_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_holder_seen_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "holder_id", name=op.f("pk_holder_seen")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_import_mapping_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "organisation_id",
            "kind",
            "signature",
            name=op.f("uq_import_mapping_organisation_id_kind_signature"),
        ),
    )
    op.create_table(
        "learner",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("birth_name", sa.String(length=120), nullable=False),
        sa.Column("usage_name", sa.String(length=120), nullable=True),
        sa.Column("first_names", sa.String(length=120), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.Column("born_on", sa.Date(), nullable=False),
        sa.Column(
            "gender",
            sa.Enum(
                "woman",
                "man",
                "non_binary",
                name="gender",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column(
            "contact_preference",
            sa.Enum(
                "phone",
                "sms",
                "post",
                "email",
                "in_person",
                name="contact_preference",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("entry_status", sa.String(length=40), nullable=True),
        sa.Column("education", sa.String(length=10), nullable=True),
        sa.Column("receives_rsa", sa.Boolean(), nullable=True),
        sa.Column(
            "qpv_status",
            sa.Enum(
                "inside",
                "outside",
                "to_check",
                name="qpv_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("qpv_code", sa.String(length=10), nullable=True),
        sa.Column("qpv_generation", sa.Integer(), nullable=True),
        sa.Column("qpv_fixed_on", sa.Date(), nullable=True),
        sa.Column("referent_id", sa.Integer(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(qpv_code IS NULL) = (qpv_generation IS NULL)",
            name=op.f("ck_learner_qpv_code_with_generation"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_learner_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_learner_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_learner_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["referent_id"], ["account.id"], name=op.f("fk_learner_referent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learner")),
    )
    with op.batch_alter_table("learner", schema=None) as batch_op:
        batch_op.create_index(
            "ix_learner_organisation_id_born_on", ["organisation_id", "born_on"], unique=False
        )
        batch_op.create_index(
            "ix_learner_organisation_id_referent_id",
            ["organisation_id", "referent_id", "sort_key", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_learner_organisation_id_sort_key",
            ["organisation_id", "sort_key", "id"],
            unique=False,
        )

    op.create_table(
        "match_rule_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("motive", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_match_rule_version_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_match_rule_version_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_rule_version")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_match_rule_version_organisation_id_number")
        ),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "trainer",
                "counsellor",
                "coordinator",
                "funder",
                "organisation_admin",
                "technical_admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_membership_period")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_membership_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "account_id",
            "organisation_id",
            "role",
            "starts_on",
            name=op.f("uq_membership_account_id_organisation_id_role_starts_on"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_organisation_id", ["organisation_id"], unique=False)

    op.create_table(
        "occupation",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("parent", sa.String(length=5), nullable=False),
        sa.Column("is_digital", sa.Boolean(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["reference_version.id"], name=op.f("fk_occupation_version_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_occupation")),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("entered_by_organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "positioning",
                "digital_initiation",
                "workshop",
                "remobilisation",
                "pre_training",
                "training",
                "immersion",
                "peer_teaching",
                "job_search",
                "employment",
                "further_training",
                "follow_up",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("age_min", sa.Integer(), nullable=True),
        sa.Column("age_max", sa.Integer(), nullable=True),
        sa.Column("rsa_only", sa.Boolean(), nullable=False),
        sa.Column("qpv_only", sa.Boolean(), nullable=False),
        sa.Column("venue", sa.String(length=200), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column(
            "entry",
            sa.Enum(
                "dated",
                "permanent",
                name="entry",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("schedule", sa.String(length=300), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("contact", sa.String(length=300), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("sort_key", sa.String(length=200), nullable=False),
        sa.Column("likeness_key", sa.String(length=400), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawal_reason", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(confirmed_on IS NULL) = (confirmed_by_id IS NULL)",
            name=op.f("ck_offer_confirmed_by_someone"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_offer_whole_position")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name=op.f("ck_offer_withdrawn_by_someone"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_offer_period"),
        ),
        sa.CheckConstraint("places > 0", name=op.f("ck_offer_places_positive")),
        sa.CheckConstraint("version > 0", name=op.f("ck_offer_version_positive")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_offer_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_offer_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_organisation_id"],
            ["organisation.id"],
            name=op.f("fk_offer_entered_by_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_offer_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_offer_programme_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["account.id"], name=op.f("fk_offer_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_likeness_key", ["likeness_key"], unique=False)
        batch_op.create_index("ix_offer_organisation_id", ["organisation_id"], unique=False)
        batch_op.create_index("ix_offer_sort_key", ["sort_key", "id"], unique=False)

    op.create_table(
        "organisation_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_organisation_closure_period")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_organisation_closure_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_closure")),
    )
    with op.batch_alter_table("organisation_closure", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organisation_closure_organisation_id", ["organisation_id", "ends_on"], unique=False
        )

    op.create_table(
        "replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("replaced_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_replacement_cancelled_by_someone"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_replacement_period")),
        sa.CheckConstraint("replaced_id <> substitute_id", name=op.f("ck_replacement_two_people")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["account.id"], name=op.f("fk_replacement_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_replacement_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_replacement_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_id"], ["account.id"], name=op.f("fk_replacement_replaced_id")
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["account.id"], name=op.f("fk_replacement_substitute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
    )
    with op.batch_alter_table("replacement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_replacement_organisation_id", ["organisation_id", "ends_on"], unique=False
        )
        batch_op.create_index(
            "ix_replacement_substitute_id",
            ["substitute_id", "organisation_id", "ends_on"],
            unique=False,
        )

    op.create_table(
        "rncp_sheet",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("level", sa.String(length=4), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("archived_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["version_id"], ["reference_version.id"], name=op.f("fk_rncp_sheet_version_id")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_rncp_sheet")),
    )
    op.create_table(
        "skill_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["account.id"], name=op.f("fk_skill_word_chosen_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_skill_word_organisation_id")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_skill_word_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_word")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_skill_word_organisation_id_key")
        ),
    )
    op.create_table(
        "act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column(
            "part",
            sa.Enum(
                "takes_part",
                "leads",
                name="part",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "autonomy",
            sa.Enum(
                "guided",
                "partly",
                "alone",
                name="autonomy",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name=op.f("ck_act_withdrawn_by_someone"),
        ),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_act_activity_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_act_created_by_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_act_learner_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["account.id"], name=op.f("fk_act_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_act")),
        sa.UniqueConstraint(
            "activity_id", "learner_id", name=op.f("uq_act_activity_id_learner_id")
        ),
    )
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.create_index("ix_act_learner_id", ["learner_id", "activity_id"], unique=False)

    op.create_table(
        "activity_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_activity_change_activity_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_activity_change_by_id")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_activity_change_learner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_change")),
    )
    with op.batch_alter_table("activity_change", schema=None) as batch_op:
        batch_op.create_index("ix_activity_change_activity_id", ["activity_id", "id"], unique=False)

    op.create_table(
        "agreement_contact",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("duty", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.CheckConstraint("rank BETWEEN 1 AND 4", name=op.f("ck_agreement_contact_rank")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_contact_agreement_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "rank", name=op.f("pk_agreement_contact")),
    )
    op.create_table(
        "agreement_target",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "participants",
                "women",
                "district",
                "low_level",
                "exits",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.CheckConstraint("value > 0", name=op.f("ck_agreement_target_value_positive")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_target_agreement_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "kind", name=op.f("pk_agreement_target")),
    )
    op.create_table(
        "alert_episode",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "rule",
            sa.Enum(
                "attendance",
                "unjustified",
                "no_show",
                "unrecorded",
                "no_step",
                "long_wait",
                "unanswered_relay",
                "not_started",
                "help",
                name="rule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "reminder",
                "vigilance",
                "alert",
                "interruption",
                "closure",
                name="level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "highest",
            sa.Enum(
                "reminder",
                "vigilance",
                "alert",
                "interruption",
                "closure",
                name="highest",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("second_acts", sa.Boolean(), nullable=False),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("muted_until", sa.Date(), nullable=True),
        sa.Column(
            "muted_level",
            sa.Enum(
                "reminder",
                "vigilance",
                "alert",
                "interruption",
                "closure",
                name="muted_level",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("mute_motive", sa.Text(), nullable=True),
        sa.Column("muted_by_id", sa.Integer(), nullable=True),
        sa.Column("silent_until", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column(
            "closing",
            sa.Enum(
                "over",
                "back_to_work",
                "early_success",
                "set_aside",
                name="closing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("motive", sa.Text(), nullable=True),
        sa.Column("over_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(closed_on IS NULL) = (closing IS NULL)",
            name=op.f("ck_alert_episode_closed_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(muted_until IS NULL) = (mute_motive IS NULL) AND (muted_until IS NULL) = (muted_by_id IS NULL)",
            name=op.f("ck_alert_episode_muted_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_alert_episode_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["muted_by_id"], ["account.id"], name=op.f("fk_alert_episode_muted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_alert_episode_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["organisation.id"], name=op.f("fk_alert_episode_second_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_episode")),
        sa.UniqueConstraint(
            "rule", "about", "first_day", name=op.f("uq_alert_episode_rule_about_first_day")
        ),
    )
    with op.batch_alter_table("alert_episode", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alert_episode_lead",
            ["organisation_id", "closed_on", "rank", "since", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_alert_episode_learner_id", ["learner_id", "closed_on"], unique=False
        )
        batch_op.create_index(
            "ix_alert_episode_second",
            ["second_id", "closed_on", "rank", "since", "id"],
            unique=False,
        )

    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("series_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "first",
                "follow_up",
                "phone",
                "employer",
                "workshop",
                "partners",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "kept",
                "missed",
                "cancelled",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome <> 'cancelled' OR reason IS NOT NULL",
            name=op.f("ck_appointment_reason_when_cancelled"),
        ),
        sa.CheckConstraint(
            "(outcome IS NULL) = (outcome_at IS NULL) AND (outcome IS NULL) = (outcome_by_id IS NULL)",
            name=op.f("ck_appointment_outcome_by_someone"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_hours_in_order")),
        sa.CheckConstraint(
            "outcome IS NOT NULL OR reason IS NULL", name=op.f("ck_appointment_reason_of_outcome")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_appointment_version_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_appointment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_appointment_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_appointment_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_appointment_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["outcome_by_id"], ["account.id"], name=op.f("fk_appointment_outcome_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["series_id"], ["appointment.id"], name=op.f("fk_appointment_series_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_appointment_account_id", ["account_id", "organisation_id", "held_on"], unique=False
        )
        batch_op.create_index("ix_appointment_learner_id", ["learner_id", "held_on"], unique=False)
        batch_op.create_index(
            "ix_appointment_organisation_id",
            ["organisation_id", "held_on", "starts_at"],
            unique=False,
        )
        batch_op.create_index("ix_appointment_series_id", ["series_id", "held_on"], unique=False)

    op.create_table(
        "calendar_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("has_initials", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "window_count >= 0", name=op.f("ck_calendar_token_window_count_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_calendar_token_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_calendar_token_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_calendar_token_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_token_token_hash")),
    )
    with op.batch_alter_table("calendar_token", schema=None) as batch_op:
        batch_op.create_index(
            "ix_calendar_token_account_id", ["account_id", "revoked_at"], unique=False
        )

    op.create_table(
        "certification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("certifier", sa.String(length=120), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column("framework_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "grade IS NULL OR grade BETWEEN 1 AND 8", name=op.f("ck_certification_grade")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_certification_version_positive")),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["framework.id"], name=op.f("fk_certification_framework_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_certification_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification")),
        sa.UniqueConstraint(
            "organisation_id", "code", name=op.f("uq_certification_organisation_id_code")
        ),
    )
    with op.batch_alter_table("certification", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certification_shared",
            ["code"],
            unique=True,
            sqlite_where=sa.text("organisation_id IS NULL"),
            postgresql_where=sa.text("organisation_id IS NULL"),
        )

    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("curriculum_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "positioning",
                "digital_initiation",
                "workshop",
                "remobilisation",
                "pre_training",
                "training",
                "immersion",
                "peer_teaching",
                "job_search",
                "employment",
                "further_training",
                "follow_up",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("applications_open_on", sa.Date(), nullable=True),
        sa.Column("applications_close_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "applications_close_on IS NULL OR applications_open_on IS NULL OR applications_close_on >= applications_open_on",
            name=op.f("ck_cohort_application_window"),
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_cohort_capacity_positive")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_cohort_period")),
        sa.CheckConstraint("version > 0", name=op.f("ck_cohort_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_cohort_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["curriculum_id"], ["curriculum.id"], name=op.f("fk_cohort_curriculum_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_cohort_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_cohort_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_cohort_organisation_id_code")),
    )
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cohort_organisation_id", ["organisation_id", "ends_on"], unique=False
        )
        batch_op.create_index("ix_cohort_starts_on", ["starts_on", "ends_on"], unique=False)

    op.create_table(
        "curriculum_occupation",
        sa.Column("curriculum_id", sa.Integer(), nullable=False),
        sa.Column("rome_parent", sa.String(length=5), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["curriculum_id"],
            ["curriculum.id"],
            name=op.f("fk_curriculum_occupation_curriculum_id"),
        ),
        sa.PrimaryKeyConstraint(
            "curriculum_id", "rome_parent", name=op.f("pk_curriculum_occupation")
        ),
    )
    op.create_table(
        "discussion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("about_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("other_offer_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "duplicate",
                "disagreement",
                "question",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("settled_how", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL) AND (settled_at IS NULL) = (settled_how IS NULL)",
            name=op.f("ck_discussion_settled_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["about_id"], ["organisation.id"], name=op.f("fk_discussion_about_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_discussion_offer_id")),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["account.id"], name=op.f("fk_discussion_opened_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_discussion_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_offer_id"], ["offer.id"], name=op.f("fk_discussion_other_offer_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["account.id"], name=op.f("fk_discussion_settled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion")),
    )
    with op.batch_alter_table("discussion", schema=None) as batch_op:
        batch_op.create_index("ix_discussion_offer_id", ["offer_id"], unique=False)

    op.create_table(
        "employer_site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=10), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column(
            "district_status",
            sa.Enum(
                "inside",
                "outside",
                "to_check",
                name="district_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("district_code", sa.String(length=10), nullable=True),
        sa.Column("district_generation", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "district_code IS NULL OR district_status = 'inside'",
            name=op.f("ck_employer_site_district_inside"),
        ),
        sa.CheckConstraint(
            "(district_code IS NULL) = (district_generation IS NULL)",
            name=op.f("ck_employer_site_district_generation"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_employer_site_whole_position")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_employer_site_latitude")),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_employer_site_longitude")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_employer_site_employer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_site")),
    )
    with op.batch_alter_table("employer_site", schema=None) as batch_op:
        batch_op.create_index("ix_employer_site_employer_id", ["employer_id"], unique=False)

    op.create_table(
        "equipment_handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("equipment_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "nature",
            sa.Enum(
                "loan", "gift", name="nature", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column(
            "condition",
            sa.Enum(
                "good",
                "damaged",
                "broken",
                name="condition",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("lost_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(nature = 'loan') = (due_on IS NOT NULL)",
            name=op.f("ck_equipment_handover_loan_has_an_end"),
        ),
        sa.CheckConstraint(
            "(returned_on IS NULL) = (condition IS NULL)",
            name=op.f("ck_equipment_handover_return_has_a_state"),
        ),
        sa.CheckConstraint(
            "due_on IS NULL OR due_on >= handed_on", name=op.f("ck_equipment_handover_period")
        ),
        sa.CheckConstraint(
            "lost_on IS NULL OR lost_on >= handed_on", name=op.f("ck_equipment_handover_loss_after")
        ),
        sa.CheckConstraint(
            "returned_on IS NULL OR lost_on IS NULL",
            name=op.f("ck_equipment_handover_returned_is_not_lost"),
        ),
        sa.CheckConstraint(
            "returned_on IS NULL OR returned_on >= handed_on",
            name=op.f("ck_equipment_handover_return_after"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_equipment_handover_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_equipment_handover_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["equipment_id"], ["equipment.id"], name=op.f("fk_equipment_handover_equipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_equipment_handover_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_equipment_handover_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment_handover")),
    )
    with op.batch_alter_table("equipment_handover", schema=None) as batch_op:
        batch_op.create_index(
            "ix_equipment_handover_due_on",
            ["organisation_id", "returned_on", "lost_on", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            "ix_equipment_handover_equipment_id", ["equipment_id", "handed_on"], unique=False
        )
        batch_op.create_index(
            "ix_equipment_handover_learner_id", ["learner_id", "handed_on"], unique=False
        )
        batch_op.create_index(
            "ix_equipment_handover_out",
            ["equipment_id"],
            unique=True,
            sqlite_where=sa.text("returned_on IS NULL"),
            postgresql_where=sa.text("returned_on IS NULL"),
        )

    op.create_table(
        "export_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_export_layout_version_positive")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_export_layout_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_export_layout_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_export_layout_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_layout")),
        sa.UniqueConstraint(
            "agreement_id", "name", name=op.f("uq_export_layout_agreement_id_name")
        ),
    )
    op.create_table(
        "field_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_field_change_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_field_change_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_field_change_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field_change")),
    )
    with op.batch_alter_table("field_change", schema=None) as batch_op:
        batch_op.create_index("ix_field_change_learner_id_at", ["learner_id", "at"], unique=False)

    op.create_table(
        "framework_edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("skills", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_framework_edition_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["framework.id"], name=op.f("fk_framework_edition_framework_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_edition")),
        sa.UniqueConstraint(
            "framework_id", "edition", name=op.f("uq_framework_edition_framework_id_edition")
        ),
    )
    op.create_table(
        "help_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "asked_by",
            sa.Enum(
                "learner",
                "partner",
                name="asked_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_help_request_answered_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_help_request_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_help_request_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_help_request_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_help_request_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
    )
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_help_request_learner_id", ["learner_id", "answered_on"], unique=False
        )

    op.create_table(
        "job_search",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=True),
        sa.Column("contracts", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("modes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("is_remote_only", sa.Boolean(), nullable=True),
        sa.Column("licences", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("slots", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("hours_min", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("hours_max", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(hours_min IS NULL) = (hours_max IS NULL)", name=op.f("ck_job_search_whole_range")
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_job_search_whole_position")
        ),
        sa.CheckConstraint(
            "hours_min > 0 AND hours_max >= hours_min", name=op.f("ck_job_search_range")
        ),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_job_search_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_job_search_longitude")),
        sa.CheckConstraint("version > 0", name=op.f("ck_job_search_version_positive")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_job_search_learner_id")
        ),
        sa.PrimaryKeyConstraint("learner_id", name=op.f("pk_job_search")),
    )
    op.create_table(
        "job_search_said",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "said_by",
            sa.Enum(
                "person",
                "adviser",
                name="said_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_job_search_said_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_job_search_said_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_job_search_said_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_search_said")),
    )
    with op.batch_alter_table("job_search_said", schema=None) as batch_op:
        batch_op.create_index("ix_job_search_said_learner_id", ["learner_id", "id"], unique=False)

    op.create_table(
        "learner_criterion",
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_learner_criterion_learner_id")
        ),
        sa.PrimaryKeyConstraint("learner_id", "code", name=op.f("pk_learner_criterion")),
    )
    op.create_table(
        "module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("curriculum_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("hours", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("is_foundation", sa.Boolean(), nullable=False),
        sa.CheckConstraint("hours >= 0", name=op.f("ck_module_hours_not_negative")),
        sa.ForeignKeyConstraint(
            ["curriculum_id"], ["curriculum.id"], name=op.f("fk_module_curriculum_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint(
            "curriculum_id", "position", name=op.f("uq_module_curriculum_id_position")
        ),
    )
    op.create_table(
        "need",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "suspended",
                "filled",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("suspends_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column(
            "closing_reason",
            sa.Enum(
                "filled_elsewhere",
                "cancelled",
                "postponed",
                "unreachable",
                "mistake",
                "other",
                name="closing_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'published' OR confirmed_on IS NOT NULL", name=op.f("ck_need_confirmed")
        ),
        sa.CheckConstraint("state <> 'suspended'", name=op.f("ck_need_suspended_is_computed")),
        sa.CheckConstraint(
            "state = 'closed' OR closing_reason IS NULL", name=op.f("ck_need_reason_when_closed")
        ),
        sa.CheckConstraint(
            "(confirmed_on IS NULL) = (remind_on IS NULL) AND (confirmed_on IS NULL) = (suspends_on IS NULL)",
            name=op.f("ck_need_deadlines_follow_confirmation"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_need_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_need_created_by_id")
        ),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_need_employer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_need_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.create_index("ix_need_employer_id", ["employer_id"], unique=False)
        batch_op.create_index(
            "ix_need_organisation_id", ["organisation_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_need_organisation_id_source_key", ["organisation_id", "source_key"], unique=False
        )
        batch_op.create_index("ix_need_state_suspends_on", ["state", "suspends_on"], unique=False)

    op.create_table(
        "nominative_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=24), nullable=False),
        sa.Column("output", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "fse_control",
                "portal",
                "account",
                "inspection",
                "settlement",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(content IS NULL) = (erased_at IS NOT NULL)",
            name=op.f("ck_nominative_export_erased_or_kept"),
        ),
        sa.CheckConstraint(
            "participants >= 0", name=op.f("ck_nominative_export_participants_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_nominative_export_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_nominative_export_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_nominative_export_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominative_export")),
        sa.UniqueConstraint("reference", name=op.f("uq_nominative_export_reference")),
    )
    with op.batch_alter_table("nominative_export", schema=None) as batch_op:
        batch_op.create_index(
            "ix_nominative_export_agreement_id", ["agreement_id", "id"], unique=False
        )
        batch_op.create_index("ix_nominative_export_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "note",
                "phone",
                "visit",
                "email",
                "sms",
                "meeting",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reach",
            sa.Enum(
                "private",
                "shared",
                name="reach",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name=op.f("ck_note_withdrawn_by_someone"),
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_note_author_id")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_note_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_note_organisation_id")
        ),
        sa.ForeignKeyConstraint(["replaces_id"], ["note.id"], name=op.f("fk_note_replaces_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["account.id"], name=op.f("fk_note_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_note_replaces_id")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(
            "ix_note_learner_id_happened_on", ["learner_id", "happened_on", "id"], unique=False
        )

    op.create_table(
        "offer_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("from_time", sa.Time(), nullable=True),
        sa.Column("to_time", sa.Time(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_offer_date_cancelled_by_someone"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_offer_date_whole_position")
        ),
        sa.CheckConstraint("places > 0", name=op.f("ck_offer_date_places_positive")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_offer_date_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["account.id"], name=op.f("fk_offer_date_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_offer_date_created_by_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_date_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_date")),
    )
    with op.batch_alter_table("offer_date", schema=None) as batch_op:
        batch_op.create_index("ix_offer_date_offer_id", ["offer_id", "starts_on"], unique=False)

    op.create_table(
        "pathway",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "closed_on IS NULL OR closed_on >= opened_on", name=op.f("ck_pathway_period")
        ),
        sa.CheckConstraint("tolerance_days >= 0", name=op.f("ck_pathway_tolerance_not_negative")),
        sa.CheckConstraint("version > 0", name=op.f("ck_pathway_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_pathway_created_by_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_pathway_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_pathway_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_pathway_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pathway")),
    )
    with op.batch_alter_table("pathway", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pathway_learner_id_opened_on",
            ["learner_id", "opened_on", "closed_on"],
            unique=False,
        )

    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("cohorts", sa.JSON(), nullable=False),
        sa.Column("districts", sa.JSON(), nullable=False),
        sa.Column("pairs", sa.JSON(), nullable=False),
        sa.Column("crosses", sa.JSON(), nullable=False),
        sa.Column("exit_rule", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("participants >= 0", name=op.f("ck_release_participants_not_negative")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_release_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_release_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_release_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
    )
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.create_index("ix_release_agreement_id", ["agreement_id", "id"], unique=False)

    op.create_table(
        "sharing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "medium",
            sa.Enum(
                "paper", "oral", name="medium", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("collected_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name=op.f("ck_sharing_withdrawn_by_someone"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_sharing_period")
        ),
        sa.ForeignKeyConstraint(
            ["collected_by_id"], ["account.id"], name=op.f("fk_sharing_collected_by_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_sharing_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_sharing_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["account.id"], name=op.f("fk_sharing_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing")),
    )
    with op.batch_alter_table("sharing", schema=None) as batch_op:
        batch_op.create_index("ix_sharing_learner_id", ["learner_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("authenticated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_session_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_sign_in_session_membership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_session_account_id", ["account_id"], unique=False)

    op.create_table(
        "supported_entities",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column(
            "entity",
            sa.Enum(
                "EECO18",
                "EECO19",
                name="entity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "counted",
                "not_concerned",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("proof", sa.String(length=300), nullable=True),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'counted') = (number IS NOT NULL)",
            name=op.f("ck_supported_entities_counted_has_number"),
        ),
        sa.CheckConstraint(
            "number IS NULL OR number = 0 OR proof IS NOT NULL",
            name=op.f("ck_supported_entities_number_has_proof"),
        ),
        sa.CheckConstraint(
            "number IS NULL OR number >= 0", name=op.f("ck_supported_entities_number_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_supported_entities_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by_id"], ["account.id"], name=op.f("fk_supported_entities_declared_by_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "entity", name=op.f("pk_supported_entities")),
    )
    op.create_table(
        "weekly_engagement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("motive", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name=op.f("ck_weekly_engagement_withdrawn_by_someone"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_weekly_engagement_period")
        ),
        sa.CheckConstraint("minutes BETWEEN 0 AND 2400", name=op.f("ck_weekly_engagement_minutes")),
        sa.CheckConstraint("version > 0", name=op.f("ck_weekly_engagement_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_weekly_engagement_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_weekly_engagement_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_weekly_engagement_organisation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["account.id"], name=op.f("fk_weekly_engagement_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weekly_engagement")),
    )
    with op.batch_alter_table("weekly_engagement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_weekly_engagement_learner_id", ["learner_id", "starts_on"], unique=False
        )

    op.create_table(
        "agreement_cohort",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_cohort_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_agreement_cohort_cohort_id")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "cohort_id", name=op.f("pk_agreement_cohort")),
    )
    with op.batch_alter_table("agreement_cohort", schema=None) as batch_op:
        batch_op.create_index("ix_agreement_cohort_cohort_id", ["cohort_id"], unique=False)

    op.create_table(
        "certification_block",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_option", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["certification_id"],
            ["certification.id"],
            name=op.f("fk_certification_block_certification_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_block")),
        sa.UniqueConstraint(
            "certification_id", "code", name=op.f("uq_certification_block_certification_id_code")
        ),
        sa.UniqueConstraint(
            "certification_id",
            "position",
            name=op.f("uq_certification_block_certification_id_position"),
        ),
    )
    op.create_table(
        "cohort_half_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "half",
            sa.Enum("am", "pm", name="half", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column(
            "setting",
            sa.Enum(
                "on_site",
                "remote",
                "company",
                name="setting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("room", sa.String(length=80), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.Column("reopened_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_cohort_half_day_cancelled_by_someone"),
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL)",
            name=op.f("ck_cohort_half_day_signed_by_someone"),
        ),
        sa.CheckConstraint(
            "(taken_at IS NULL) = (taken_by_id IS NULL)",
            name=op.f("ck_cohort_half_day_taken_by_someone"),
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_cohort_half_day_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["account.id"], name=op.f("fk_cohort_half_day_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_half_day_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["account.id"], name=op.f("fk_cohort_half_day_signed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["account.id"], name=op.f("fk_cohort_half_day_taken_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_half_day")),
        sa.UniqueConstraint(
            "cohort_id", "held_on", "half", name=op.f("uq_cohort_half_day_cohort_id_held_on_half")
        ),
    )
    op.create_table(
        "coverage_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("curriculum_id", sa.Integer(), nullable=False),
        sa.Column("curriculum_version", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "alignment",
                "allocation",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("input_snapshot", sa.Text(), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("result_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_coverage_run_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_coverage_run_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["curriculum_id"], ["curriculum.id"], name=op.f("fk_coverage_run_curriculum_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_coverage_run_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_run")),
    )
    with op.batch_alter_table("coverage_run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_coverage_run_curriculum_id",
            ["curriculum_id", "organisation_id", "kind"],
            unique=False,
        )

    op.create_table(
        "discussion_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("discussion_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_discussion_message_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["discussion_id"], ["discussion.id"], name=op.f("fk_discussion_message_discussion_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_discussion_message_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discussion_message")),
    )
    with op.batch_alter_table("discussion_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_discussion_message_discussion_id", ["discussion_id"], unique=False
        )

    op.create_table(
        "discussion_party",
        sa.Column("discussion_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["discussion_id"], ["discussion.id"], name=op.f("fk_discussion_party_discussion_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_discussion_party_organisation_id"),
        ),
        sa.PrimaryKeyConstraint(
            "discussion_id", "organisation_id", name=op.f("pk_discussion_party")
        ),
    )
    with op.batch_alter_table("discussion_party", schema=None) as batch_op:
        batch_op.create_index(
            "ix_discussion_party_organisation_id", ["organisation_id"], unique=False
        )

    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "left_on IS NULL OR left_on >= enrolled_on", name=op.f("ck_enrolment_period")
        ),
        sa.CheckConstraint(
            "left_reason IS NULL OR left_on IS NOT NULL",
            name=op.f("ck_enrolment_left_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_enrolment_cohort_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_enrolment_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_enrolment_learner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "cohort_id",
            "learner_id",
            "enrolled_on",
            name=op.f("uq_enrolment_cohort_id_learner_id_enrolled_on"),
        ),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "uq_enrolment_open",
            ["cohort_id", "learner_id"],
            unique=True,
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )

    op.create_table(
        "exit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("pathway_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("exited_on", sa.Date(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_exit_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_exit_created_by_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_exit_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exit_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pathway_id"], ["pathway.id"], name=op.f("fk_exit_pathway_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit")),
    )
    with op.batch_alter_table("exit", schema=None) as batch_op:
        batch_op.create_index("ix_exit_learner_id", ["learner_id", "exited_on"], unique=False)
        batch_op.create_index("ix_exit_organisation_id", ["organisation_id", "id"], unique=False)
        batch_op.create_index("ix_exit_pathway_id", ["pathway_id"], unique=False)

    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("output", sa.String(length=40), nullable=False),
        sa.Column("layout", sa.String(length=80), nullable=True),
        sa.Column("rules", sa.String(length=200), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "holder",
                "funder",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("release_id", sa.Integer(), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("people", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(audience = 'funder') = (release_id IS NOT NULL)", name=op.f("ck_export_from_release")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_export_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_export_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_export_organisation_id")
        ),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_export_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.create_index(
            "ix_export_agreement_id", ["agreement_id", "created_at"], unique=False
        )
        batch_op.create_index("ix_export_release_id", ["release_id"], unique=False)

    op.create_table(
        "gap",
        sa.Column("pathway_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("breaks_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_gap_learner_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_gap_owner_id")),
        sa.ForeignKeyConstraint(["pathway_id"], ["pathway.id"], name=op.f("fk_gap_pathway_id")),
        sa.PrimaryKeyConstraint("pathway_id", "starts_on", name=op.f("pk_gap")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("gap", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gap_learner_id", ["learner_id", "breaks_on", "ends_on", "starts_on"], unique=False
        )
        batch_op.create_index(
            "ix_gap_owner_id_breaks_on",
            ["owner_id", "breaks_on", "pathway_id", "ends_on", "learner_id", "starts_on"],
            unique=False,
        )

    op.create_table(
        "handover_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "handed",
                "extended",
                "returned",
                "lost",
                "found",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("detail", sa.String(length=200), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_handover_event_by_id")),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["equipment_handover.id"], name=op.f("fk_handover_event_handover_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_handover_event_learner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_event")),
    )
    with op.batch_alter_table("handover_event", schema=None) as batch_op:
        batch_op.create_index("ix_handover_event_handover_id", ["handover_id", "id"], unique=False)

    op.create_table(
        "import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by_id IS NULL)",
            name=op.f("ck_import_confirmed_by_someone"),
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_import_cohort_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["account.id"], name=op.f("fk_import_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_import_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_import_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_import_programme_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.create_index(
            "ix_import_organisation_id", ["organisation_id", "created_at"], unique=False
        )
        batch_op.create_index(
            "ix_import_organisation_id_sha256", ["organisation_id", "sha256"], unique=False
        )

    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "sent",
                "interview",
                "trial",
                "hired",
                "not_retained",
                "given_up",
                "no_answer",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("presentation", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=True),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column(
            "sent_way",
            sa.Enum(
                "link",
                "paper",
                "phone",
                "in_person",
                name="sent_way",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.Column("takes_post", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(remind_on IS NULL) = (closes_on IS NULL) AND (closes_on IS NULL OR state IN ('sent', 'interview'))",
            name=op.f("ck_introduction_silence_counts_while_waiting"),
        ),
        sa.CheckConstraint(
            "(state = 'hired') = (hired_on IS NOT NULL)",
            name=op.f("ck_introduction_hired_on_a_day"),
        ),
        sa.CheckConstraint(
            "sent_on IS NOT NULL OR state IN ('proposed', 'agreed', 'given_up')",
            name=op.f("ck_introduction_answered_once_sent"),
        ),
        sa.CheckConstraint(
            "state = 'hired' OR NOT takes_post", name=op.f("ck_introduction_post_taken_by_hiring")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'given_up') OR (agreed_on IS NOT NULL AND said IS NOT NULL AND presentation IS NOT NULL)",
            name=op.f("ck_introduction_nothing_without_agreement"),
        ),
        sa.CheckConstraint(
            "(agreed_on IS NULL) = (agreed_by_id IS NULL)",
            name=op.f("ck_introduction_agreed_whole"),
        ),
        sa.CheckConstraint(
            "sent_on IS NULL OR agreed_on IS NOT NULL",
            name=op.f("ck_introduction_sent_once_agreed"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_introduction_version_positive")),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["account.id"], name=op.f("fk_introduction_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_introduction_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_introduction_learner_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_introduction_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_introduction_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint(
            "need_id", "learner_id", name=op.f("uq_introduction_need_id_learner_id")
        ),
    )
    with op.batch_alter_table("introduction", schema=None) as batch_op:
        batch_op.create_index("ix_introduction_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "ix_introduction_organisation_id", ["organisation_id", "state", "id"], unique=False
        )
        batch_op.create_index(
            "ix_introduction_state_remind_on", ["state", "remind_on"], unique=False
        )

    op.create_table(
        "learner_access",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("sort_key", sa.String(length=400), nullable=False),
        sa.Column("sharing_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column(
            "qpv_status",
            sa.Enum(
                "inside",
                "outside",
                "to_check",
                name="qpv_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("gap_starts_on", sa.Date(), nullable=True),
        sa.Column("gap_breaks_on", sa.Date(), nullable=True),
        sa.Column("gap_pathway_id", sa.Integer(), nullable=True),
        sa.Column("other_gaps_end_on", sa.Date(), nullable=True),
        sa.Column("other_gap_breaks_on", sa.Date(), nullable=True),
        sa.Column("more_gaps_end_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_learner_access_period")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_learner_access_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_learner_access_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["sharing_id"], ["sharing.id"], name=op.f("fk_learner_access_sharing_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "learner_id", name=op.f("pk_learner_access")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("learner_access", schema=None) as batch_op:
        batch_op.create_index(
            "ix_learner_access_breaks",
            [
                "organisation_id",
                "gap_breaks_on",
                "gap_pathway_id",
                "learner_id",
                "starts_on",
                "ends_on",
                "qpv_status",
            ],
            unique=False,
            sqlite_where=sa.text("gap_breaks_on IS NOT NULL"),
            postgresql_where=sa.text("gap_breaks_on IS NOT NULL"),
        )
        batch_op.create_index("ix_learner_access_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "ix_learner_access_list",
            [
                "organisation_id",
                "sort_key",
                "learner_id",
                "ends_on",
                "starts_on",
                "sharing_id",
                "gap_starts_on",
                "gap_breaks_on",
                "other_gaps_end_on",
                "qpv_status",
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_learner_access_other_gaps",
            [
                "organisation_id",
                "other_gaps_end_on",
                "other_gap_breaks_on",
                "more_gaps_end_on",
                "learner_id",
                "starts_on",
                "ends_on",
                "qpv_status",
                "gap_breaks_on",
                "gap_pathway_id",
            ],
            unique=False,
        )

    op.create_table(
        "match_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rules_sha256", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_match_run_account_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_match_run_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_run_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_run")),
    )
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.create_index("ix_match_run_need_id", ["need_id", "organisation_id"], unique=False)

    op.create_table(
        "match_tally",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("need_version", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("proposable", sa.Integer(), nullable=False),
        sa.Column("to_check", sa.Integer(), nullable=False),
        sa.Column("blocked", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("ready", sa.Integer(), nullable=False),
        sa.Column("with_support", sa.Integer(), nullable=False),
        sa.Column("to_prepare", sa.Integer(), nullable=False),
        sa.Column("far", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "people >= proposable + to_check + blocked + refused AND proposable + to_check = ready + with_support + to_prepare + far",
            name=op.f("ck_match_tally_adds_up"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_match_tally_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_tally_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "need_id", name=op.f("pk_match_tally")),
    )
    with op.batch_alter_table("match_tally", schema=None) as batch_op:
        batch_op.create_index("ix_match_tally_need_id", ["need_id"], unique=False)

    op.create_table(
        "module_skill",
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_module_skill_level")),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_module_skill_module_id")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_module_skill_skill_id")),
        sa.PrimaryKeyConstraint("module_id", "skill_id", name=op.f("pk_module_skill")),
    )
    op.create_table(
        "need_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "created",
                "changed",
                "published",
                "confirmed",
                "reminded",
                "link",
                "link_ended",
                "filled",
                "closed",
                "reopened",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_need_event_account_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_event_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_event")),
    )
    with op.batch_alter_table("need_event", schema=None) as batch_op:
        batch_op.create_index("ix_need_event_need_id", ["need_id", "id"], unique=False)

    op.create_table(
        "need_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("code_salt", sa.String(length=32), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_need_link_failures_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_need_link_created_by_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_link_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_need_link_token_hash")),
    )
    with op.batch_alter_table("need_link", schema=None) as batch_op:
        batch_op.create_index("ix_need_link_need_id", ["need_id"], unique=False)

    op.create_table(
        "need_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "firm",
                "probable",
                "exploratory",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rome_code", sa.String(length=5), nullable=True),
        sa.Column("rome_label", sa.String(length=200), nullable=True),
        sa.Column("rome_parent", sa.String(length=5), nullable=True),
        sa.Column("contracts", sa.JSON(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("flex_days", sa.Integer(), nullable=False),
        sa.Column("weekly_hours", sa.Numeric(precision=4, scale=2), nullable=True),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("are_slots_negotiable", sa.Boolean(), nullable=False),
        sa.Column("access_modes", sa.JSON(), nullable=False),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column(
            "licence",
            sa.Enum(
                "B",
                "C",
                "D",
                "AM",
                name="licence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("licence_task", sa.String(length=200), nullable=True),
        sa.Column("hosts_immersion", sa.Boolean(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "(licence IS NULL) = (licence_task IS NULL)",
            name=op.f("ck_need_version_licence_for_a_task"),
        ),
        sa.CheckConstraint("flex_days >= 0", name=op.f("ck_need_version_flex_not_negative")),
        sa.CheckConstraint("number > 0", name=op.f("ck_need_version_number_positive")),
        sa.CheckConstraint("posts > 0", name=op.f("ck_need_version_posts_positive")),
        sa.CheckConstraint("weekly_hours > 0", name=op.f("ck_need_version_hours_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_need_version_account_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_version_need_id")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["employer_site.id"], name=op.f("fk_need_version_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_version")),
        sa.UniqueConstraint("need_id", "number", name=op.f("uq_need_version_need_id_number")),
    )
    with op.batch_alter_table("need_version", schema=None) as batch_op:
        batch_op.create_index("ix_need_version_rome_parent", ["rome_parent"], unique=False)

    op.create_table(
        "need_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column(
            "wish",
            sa.Enum(
                "priority",
                "accepts",
                "unsaid",
                "refuses",
                name="wish",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("distance_km", sa.Integer(), nullable=True),
        sa.Column(
            "said_by",
            sa.Enum(
                "person",
                "adviser",
                name="said_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("distance_km >= 0", name=op.f("ck_need_wish_distance_not_negative")),
        sa.CheckConstraint("version > 0", name=op.f("ck_need_wish_version_positive")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_need_wish_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_need_wish_learner_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_wish_need_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_wish")),
        sa.UniqueConstraint("need_id", "learner_id", name=op.f("uq_need_wish_need_id_learner_id")),
    )
    with op.batch_alter_table("need_wish", schema=None) as batch_op:
        batch_op.create_index("ix_need_wish_learner_id", ["learner_id"], unique=False)

    op.create_table(
        "need_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("is_essential", sa.Boolean(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)",
            name=op.f("ck_need_word_settled_by_someone"),
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_need_word_level")),
        sa.CheckConstraint(
            "skill_id IS NULL OR settled_at IS NOT NULL",
            name=op.f("ck_need_word_mapped_when_settled"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_word_need_id")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["account.id"], name=op.f("fk_need_word_settled_by_id")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_need_word_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_word")),
        sa.UniqueConstraint("need_id", "key", name=op.f("uq_need_word_need_id_key")),
    )
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("sitting", sa.Integer(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum(
                "entry",
                "middle",
                "exit",
                name="moment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("sitting > 0", name=op.f("ck_assessment_sitting_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_assessment_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["framework.id"], name=op.f("fk_assessment_framework_id")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["import.id"], name=op.f("fk_assessment_import_id")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_assessment_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_assessment_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "learner_id",
            "organisation_id",
            "framework_id",
            "taken_on",
            "sitting",
            name=op.f("uq_assessment_learner_id_organisation_id_framework_id_taken_on_sitting"),
        ),
    )
    op.create_table(
        "attendance_mark",
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "present",
                "unjustified",
                "justified",
                "late",
                "remote",
                "in_company",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "signed_way",
            sa.Enum(
                "room",
                "tablet",
                name="signed_way",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(signed_at IS NULL) = (signed_way IS NULL)",
            name=op.f("ck_attendance_mark_signed_somehow"),
        ),
        sa.CheckConstraint("late_minutes >= 0", name=op.f("ck_attendance_mark_late_not_negative")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_mark_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["cohort_half_day.id"], name=op.f("fk_attendance_mark_half_day_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_attendance_mark_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("half_day_id", "enrolment_id", name=op.f("pk_attendance_mark")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_mark_enrolment_id", ["enrolment_id"], unique=False)

    op.create_table(
        "block_equivalence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("old_block_id", sa.Integer(), nullable=False),
        sa.Column("new_block_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "old_block_id <> new_block_id", name=op.f("ck_block_equivalence_another_block")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_block_equivalence_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["new_block_id"],
            ["certification_block.id"],
            name=op.f("fk_block_equivalence_new_block_id"),
        ),
        sa.ForeignKeyConstraint(
            ["old_block_id"],
            ["certification_block.id"],
            name=op.f("fk_block_equivalence_old_block_id"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_block_equivalence_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_block_equivalence")),
        sa.UniqueConstraint(
            "old_block_id",
            "new_block_id",
            "organisation_id",
            name=op.f("uq_block_equivalence_old_block_id_new_block_id_organisation_id"),
        ),
    )
    op.create_table(
        "block_skill",
        sa.Column("block_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["block_id"], ["certification_block.id"], name=op.f("fk_block_skill_block_id")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_block_skill_skill_id")),
        sa.PrimaryKeyConstraint("block_id", "skill_id", name=op.f("pk_block_skill")),
    )
    op.create_table(
        "entry_answers",
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "disability",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="disability",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "third_country",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="third_country",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "foreign_background",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="foreign_background",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "minority",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="minority",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "housing",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="housing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "rural",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="rural",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(edited_at IS NULL) = (edited_by_id IS NULL)",
            name=op.f("ck_entry_answers_edited_by_someone"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_entry_answers_version_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_entry_answers_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["account.id"], name=op.f("fk_entry_answers_edited_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_entry_answers_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_entry_answers_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_entry_answers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_entry_answers")),
    )
    with op.batch_alter_table("entry_answers", schema=None) as batch_op:
        batch_op.create_index("ix_entry_answers_learner_id", ["learner_id"], unique=False)

    op.create_table(
        "export_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("output", sa.String(length=40), nullable=False),
        sa.Column("layout_id", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("rows_total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("export_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (error IS NULL AND export_id IS NULL)",
            name=op.f("ck_export_job_ended_somehow"),
        ),
        sa.CheckConstraint(
            "(started_at IS NULL) = (beat_at IS NULL)", name=op.f("ck_export_job_started_beats")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_export_job_attempts_not_negative")),
        sa.CheckConstraint(
            "error IS NULL OR export_id IS NULL", name=op.f("ck_export_job_failed_or_ready")
        ),
        sa.CheckConstraint(
            "rows_done >= 0 AND rows_total >= 0", name=op.f("ck_export_job_rows_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_export_job_agreement_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_export_job_created_by_id")
        ),
        sa.ForeignKeyConstraint(["export_id"], ["export.id"], name=op.f("fk_export_job_export_id")),
        sa.ForeignKeyConstraint(
            ["layout_id"], ["export_layout.id"], name=op.f("fk_export_job_layout_id")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_export_job_membership_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_export_job_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export_job")),
    )
    with op.batch_alter_table("export_job", schema=None) as batch_op:
        batch_op.create_index("ix_export_job_agreement_id", ["agreement_id", "id"], unique=False)
        batch_op.create_index(
            "ix_export_job_open",
            ["id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exit_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("delay", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("days_tried", sa.Integer(), nullable=False),
        sa.Column("last_tried_on", sa.Date(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "not_due",
                "due",
                "answered",
                "unreachable",
                "unknown",
                "not_asked",
                "cancelled",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days_tried >= 0", name=op.f("ck_follow_up_tries_not_negative")),
        sa.CheckConstraint(
            "opens_on <= due_on AND due_on <= closes_on", name=op.f("ck_follow_up_days_in_order")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_follow_up_version_positive")),
        sa.ForeignKeyConstraint(["exit_id"], ["exit.id"], name=op.f("fk_follow_up_exit_id")),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_follow_up_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_follow_up_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(
            "ix_follow_up_closing",
            ["organisation_id", "closes_on", "opens_on", "learner_id", "outcome"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(
            "ix_follow_up_due_on", ["organisation_id", "due_on", "id"], unique=False
        )
        batch_op.create_index("ix_follow_up_exit_id", ["exit_id", "delay"], unique=True)
        batch_op.create_index("ix_follow_up_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "ix_follow_up_open",
            ["organisation_id", "due_on", "id", "opens_on", "closes_on", "learner_id"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    op.create_table(
        "introduction_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "proposed",
                "agreed",
                "declined",
                "sent",
                "link",
                "reminded",
                "interested",
                "met",
                "tried",
                "hired",
                "not_retained",
                "given_up",
                "silent",
                "reopened",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "agreed",
                "sent",
                "interview",
                "trial",
                "hired",
                "not_retained",
                "given_up",
                "no_answer",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=True),
        sa.Column(
            "way",
            sa.Enum(
                "link",
                "paper",
                "phone",
                "in_person",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_introduction_event_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_introduction_event_introduction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction_event")),
    )
    with op.batch_alter_table("introduction_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_introduction_event_introduction_id", ["introduction_id", "id"], unique=False
        )

    op.create_table(
        "introduction_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("code_salt", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "failures >= 0", name=op.f("ck_introduction_link_failures_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_introduction_link_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_introduction_link_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["introduction_id"],
            ["introduction.id"],
            name=op.f("fk_introduction_link_introduction_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_introduction_link_token_hash")),
    )
    with op.batch_alter_table("introduction_link", schema=None) as batch_op:
        batch_op.create_index("ix_introduction_link_employer_id", ["employer_id"], unique=False)
        batch_op.create_index(
            "ix_introduction_link_introduction_id", ["introduction_id"], unique=False
        )

    op.create_table(
        "jury_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=False),
        sa.Column("block_id", sa.Integer(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "presented",
                "obtained",
                "refused",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("jury_on", sa.Date(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_jury_result_version_positive")),
        sa.ForeignKeyConstraint(
            ["block_id"], ["certification_block.id"], name=op.f("fk_jury_result_block_id")
        ),
        sa.ForeignKeyConstraint(
            ["certification_id"], ["certification.id"], name=op.f("fk_jury_result_certification_id")
        ),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_jury_result_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_jury_result_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_jury_result_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_jury_result_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jury_result")),
    )
    with op.batch_alter_table("jury_result", schema=None) as batch_op:
        batch_op.create_index(
            "ix_jury_result_block",
            ["learner_id", "organisation_id", "block_id", "jury_on"],
            unique=True,
            sqlite_where=sa.text("block_id IS NOT NULL"),
            postgresql_where=sa.text("block_id IS NOT NULL"),
        )
        batch_op.create_index("ix_jury_result_cohort_id", ["cohort_id"], unique=False)
        batch_op.create_index(
            "ix_jury_result_title",
            ["learner_id", "organisation_id", "certification_id", "jury_on"],
            unique=True,
            sqlite_where=sa.text("block_id IS NULL"),
            postgresql_where=sa.text("block_id IS NULL"),
        )

    op.create_table(
        "match_result",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("input_snapshot", sa.Text(), nullable=False),
        sa.Column("input_sha256", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("result_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_match_result_learner_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["match_run.id"], name=op.f("fk_match_result_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_result")),
    )
    with op.batch_alter_table("match_result", schema=None) as batch_op:
        batch_op.create_index("ix_match_result_learner_id", ["learner_id", "run_id"], unique=False)

    op.create_table(
        "need_requirement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("is_essential", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_need_requirement_level")),
        sa.CheckConstraint("weight BETWEEN 1 AND 5", name=op.f("ck_need_requirement_weight")),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_need_requirement_skill_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["need_version.id"], name=op.f("fk_need_requirement_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_requirement")),
        sa.UniqueConstraint(
            "version_id", "skill_id", name=op.f("uq_need_requirement_version_id_skill_id")
        ),
    )
    with op.batch_alter_table("need_requirement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_need_requirement_skill_id", ["skill_id", "version_id"], unique=False
        )

    op.create_table(
        "signing_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("half_day_id", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "room", "tablet", name="way", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_signing_code_failures_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_signing_code_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["half_day_id"], ["cohort_half_day.id"], name=op.f("fk_signing_code_half_day_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_code")),
    )
    with op.batch_alter_table("signing_code", schema=None) as batch_op:
        batch_op.create_index(
            "ix_signing_code_code_hash", ["code_hash", "expires_at"], unique=False
        )
        batch_op.create_index("ix_signing_code_half_day_id", ["half_day_id"], unique=False)

    op.create_table(
        "step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pathway_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "positioning",
                "digital_initiation",
                "workshop",
                "remobilisation",
                "pre_training",
                "training",
                "immersion",
                "peer_teaching",
                "job_search",
                "employment",
                "further_training",
                "follow_up",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("planned_start_on", sa.Date(), nullable=False),
        sa.Column("planned_end_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("hours", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=300), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_step_cancelled_by_someone"),
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= coalesce(started_on, planned_start_on)",
            name=op.f("ck_step_real_period"),
        ),
        sa.CheckConstraint("hours IS NULL OR hours >= 0", name=op.f("ck_step_hours_not_negative")),
        sa.CheckConstraint(
            "planned_end_on IS NULL OR planned_end_on >= planned_start_on",
            name=op.f("ck_step_planned_period"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_step_version_positive")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["account.id"], name=op.f("fk_step_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_step_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_step_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_step_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_step_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pathway_id"], ["pathway.id"], name=op.f("fk_step_pathway_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_step")),
    )
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.create_index(
            "ix_step_ending", ["organisation_id", "ended_on", "planned_end_on"], unique=False
        )
        batch_op.create_index("ix_step_enrolment_id", ["enrolment_id"], unique=False)
        batch_op.create_index(
            "ix_step_immersion",
            ["organisation_id", "planned_start_on", "id"],
            unique=False,
            sqlite_where=sa.text("kind = 'immersion'"),
            postgresql_where=sa.text("kind = 'immersion'"),
        )
        batch_op.create_index("ix_step_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "ix_step_pathway_id", ["pathway_id", "planned_start_on"], unique=False
        )
        batch_op.create_index(
            "ix_step_starting",
            ["organisation_id", "started_on"],
            unique=False,
            sqlite_where=sa.text("started_on IS NOT NULL"),
            postgresql_where=sa.text("started_on IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_step_to_confirm",
            [
                "organisation_id",
                "planned_start_on",
                "id",
                "pathway_id",
                "learner_id",
                "started_on",
                "accepted_at",
                "cancelled_at",
            ],
            unique=False,
            sqlite_where=sa.text(
                "started_on IS NULL AND accepted_at IS NOT NULL AND cancelled_at IS NULL"
            ),
            postgresql_where=sa.text(
                "started_on IS NULL AND accepted_at IS NOT NULL AND cancelled_at IS NULL"
            ),
        )

    op.create_table(
        "allocation_pair",
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_allocation_pair_learner_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_allocation_pair_need_id")),
        sa.ForeignKeyConstraint(
            ["result_id"], ["match_result.id"], name=op.f("fk_allocation_pair_result_id")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["coverage_run.id"], name=op.f("fk_allocation_pair_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "learner_id", name=op.f("pk_allocation_pair")),
    )
    with op.batch_alter_table("allocation_pair", schema=None) as batch_op:
        batch_op.create_index("ix_allocation_pair_learner_id", ["learner_id"], unique=False)

    op.create_table(
        "entry_answer_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "question",
            sa.Enum(
                "disability",
                "third_country",
                "foreign_background",
                "minority",
                "housing",
                "rural",
                name="question",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "before",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "yes",
                "no",
                "refused",
                name="after",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_entry_answer_change_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["entry_answers.enrolment_id"],
            name=op.f("fk_entry_answer_change_enrolment_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_answer_change")),
    )
    with op.batch_alter_table("entry_answer_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entry_answer_change_enrolment_id", ["enrolment_id", "id"], unique=False
        )

    op.create_table(
        "exit_situation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exit_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.Column(
            "moment",
            sa.Enum(
                "exit", "later", name="moment", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("situation", sa.String(length=40), nullable=True),
        sa.Column("contract_type", sa.String(length=40), nullable=True),
        sa.Column("contract_starts_on", sa.Date(), nullable=True),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("employer", sa.String(length=200), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("need_id", sa.Integer(), nullable=True),
        sa.Column(
            "employer_kind",
            sa.Enum(
                "company",
                "public",
                "household",
                "abroad",
                name="employer_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("weekly_hours", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column("related_to_training", sa.Boolean(), nullable=True),
        sa.Column(
            "qualification",
            sa.Enum(
                "full",
                "partial",
                "other",
                "none",
                name="qualification",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("qualified_on", sa.Date(), nullable=True),
        sa.Column(
            "improvement",
            sa.Enum(
                "stable",
                "full_time",
                "skilled",
                "raised",
                "none",
                name="improvement",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("proof", sa.String(length=200), nullable=True),
        sa.Column("proof_seen_on", sa.Date(), nullable=True),
        sa.Column(
            "told_by",
            sa.Enum(
                "person",
                "employer",
                "partner",
                "relative",
                "document",
                name="told_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "moment <> 'exit' OR follow_up_id IS NULL",
            name=op.f("ck_exit_situation_exit_is_no_answer"),
        ),
        sa.CheckConstraint(
            "contract_ends_on IS NULL OR contract_starts_on IS NULL OR contract_ends_on >= contract_starts_on",
            name=op.f("ck_exit_situation_contract_period"),
        ),
        sa.CheckConstraint(
            "siret IS NULL OR length(siret) = 14", name=op.f("ck_exit_situation_siret_length")
        ),
        sa.CheckConstraint(
            "weekly_hours IS NULL OR weekly_hours > 0",
            name=op.f("ck_exit_situation_hours_positive"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_exit_situation_created_by_id")
        ),
        sa.ForeignKeyConstraint(["exit_id"], ["exit.id"], name=op.f("fk_exit_situation_exit_id")),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_exit_situation_follow_up_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_exit_situation_learner_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_exit_situation_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_exit_situation_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["exit_situation.id"], name=op.f("fk_exit_situation_replaces_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_situation")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_exit_situation_replaces_id")),
    )
    with op.batch_alter_table("exit_situation", schema=None) as batch_op:
        batch_op.create_index("ix_exit_situation_exit_id", ["exit_id", "id"], unique=False)
        batch_op.create_index(
            "ix_exit_situation_incomplete",
            ["organisation_id", "id", "learner_id"],
            unique=False,
            sqlite_where=sa.text(
                "moment = 'exit' AND (situation IS NULL OR proof_seen_on IS NULL)"
            ),
            postgresql_where=sa.text(
                "moment = 'exit' AND (situation IS NULL OR proof_seen_on IS NULL)"
            ),
        )
        batch_op.create_index("ix_exit_situation_learner_id", ["learner_id"], unique=False)
        batch_op.create_index("ix_exit_situation_need_id", ["need_id"], unique=False)
        batch_op.create_index(
            "uq_exit_situation_answer",
            ["follow_up_id"],
            unique=True,
            sqlite_where=sa.text("follow_up_id IS NOT NULL AND replaces_id IS NULL"),
            postgresql_where=sa.text("follow_up_id IS NOT NULL AND replaces_id IS NULL"),
        )
        batch_op.create_index(
            "uq_exit_situation_first",
            ["exit_id"],
            unique=True,
            sqlite_where=sa.text("moment = 'exit' AND replaces_id IS NULL"),
            postgresql_where=sa.text("moment = 'exit' AND replaces_id IS NULL"),
        )

    op.create_table(
        "follow_up_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("tried_on", sa.Date(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "email",
                "sms",
                "letter",
                "phone",
                "in_person",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "no_answer",
                "wrong_contact",
                "sent",
                "call_back",
                "did_not_say",
                "said_unreachable",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=300), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_follow_up_try_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_try_follow_up_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_try")),
    )
    with op.batch_alter_table("follow_up_try", schema=None) as batch_op:
        batch_op.create_index("ix_follow_up_try_follow_up_id", ["follow_up_id", "id"], unique=False)

    op.create_table(
        "immersion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("firm_name", sa.String(length=160), nullable=False),
        sa.Column("firm_siret", sa.String(length=14), nullable=True),
        sa.Column("firm_city", sa.String(length=120), nullable=True),
        sa.Column("firm_contact", sa.String(length=200), nullable=True),
        sa.Column("tutor_name", sa.String(length=120), nullable=True),
        sa.Column("tutor_phone", sa.String(length=30), nullable=True),
        sa.Column("tutor_email", sa.String(length=254), nullable=True),
        sa.Column("weekly_hours", sa.Numeric(precision=5, scale=2), nullable=True),
        sa.Column(
            "aim",
            sa.Enum(
                "discover",
                "confirm",
                "recruit",
                name="aim",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("objectives", sa.Text(), nullable=True),
        sa.Column("hired", sa.Boolean(), nullable=True),
        sa.Column("hired_said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hired_said_by_id", sa.Integer(), nullable=True),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waived_by_id", sa.Integer(), nullable=True),
        sa.Column("waive_reason", sa.String(length=200), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(hired IS NULL) = (hired_said_at IS NULL)",
            name=op.f("ck_immersion_hired_said_some_day"),
        ),
        sa.CheckConstraint(
            "(hired IS NULL) = (hired_said_by_id IS NULL)", name=op.f("ck_immersion_hired_said_by")
        ),
        sa.CheckConstraint(
            "(waived_at IS NULL) = (waive_reason IS NULL)",
            name=op.f("ck_immersion_waived_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(waived_at IS NULL) = (waived_by_id IS NULL)",
            name=op.f("ck_immersion_waived_by_someone"),
        ),
        sa.CheckConstraint(
            "firm_siret IS NULL OR length(firm_siret) = 14", name=op.f("ck_immersion_siret_length")
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_immersion_version_positive")),
        sa.CheckConstraint(
            "weekly_hours IS NULL OR weekly_hours > 0", name=op.f("ck_immersion_hours_positive")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_immersion_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["hired_said_by_id"], ["account.id"], name=op.f("fk_immersion_hired_said_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_immersion_learner_id")
        ),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_immersion_step_id")),
        sa.ForeignKeyConstraint(
            ["waived_by_id"], ["account.id"], name=op.f("fk_immersion_waived_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_immersion")),
        sa.UniqueConstraint("step_id", name=op.f("uq_immersion_step_id")),
    )
    with op.batch_alter_table("immersion", schema=None) as batch_op:
        batch_op.create_index("ix_immersion_learner_id", ["learner_id"], unique=False)

    op.create_table(
        "match_contest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.String(length=32), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "level",
                "missing",
                "mapping",
                "outdated",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "said_by",
            sa.Enum(
                "person",
                "adviser",
                name="said_by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("rescored_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answer IS NULL)",
            name=op.f("ck_match_contest_answered_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_match_contest_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_match_contest_answered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_match_contest_learner_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_match_contest_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_contest_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["rescored_id"], ["match_result.id"], name=op.f("fk_match_contest_rescored_id")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["match_result.id"], name=op.f("fk_match_contest_result_id")
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=op.f("fk_match_contest_skill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_contest")),
    )
    with op.batch_alter_table("match_contest", schema=None) as batch_op:
        batch_op.create_index("ix_match_contest_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "ix_match_contest_organisation_id", ["organisation_id", "answered_at"], unique=False
        )

    op.create_table(
        "match_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("result_id", sa.String(length=32), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "propose",
                "not",
                "later",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("motive", sa.String(length=300), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_match_decision_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_match_decision_learner_id")
        ),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_match_decision_need_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_match_decision_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["match_result.id"], name=op.f("fk_match_decision_result_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decision")),
    )
    with op.batch_alter_table("match_decision", schema=None) as batch_op:
        batch_op.create_index("ix_match_decision_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "ix_match_decision_need_id", ["need_id", "learner_id", "id"], unique=False
        )

    op.create_table(
        "relay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("pathway_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "sharing_medium",
            sa.Enum(
                "paper",
                "oral",
                name="sharing_medium",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("escalates_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("escalated_on", sa.Date(), nullable=True),
        sa.Column("expired_on", sa.Date(), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted",
                "declined",
                "withdrawn",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "no_place",
                "not_eligible",
                "dates",
                "too_far",
                "other_solution",
                "person_declines",
                "unreachable",
                "other",
                name="decline_reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "answer = 'declined' OR decline_reason IS NULL",
            name=op.f("ck_relay_reason_when_declined"),
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_on IS NULL)", name=op.f("ck_relay_answered_some_day")
        ),
        sa.CheckConstraint("sender_id <> receiver_id", name=op.f("ck_relay_two_organisations")),
        sa.CheckConstraint(
            "sent_on <= due_on AND due_on <= escalates_on AND escalates_on <= expires_on",
            name=op.f("ck_relay_deadlines_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_relay_answered_by_id")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_relay_cohort_id")),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_relay_learner_id")),
        sa.ForeignKeyConstraint(["pathway_id"], ["pathway.id"], name=op.f("fk_relay_pathway_id")),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["organisation.id"], name=op.f("fk_relay_receiver_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["organisation.id"], name=op.f("fk_relay_sender_id")
        ),
        sa.ForeignKeyConstraint(["sent_by_id"], ["account.id"], name=op.f("fk_relay_sent_by_id")),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_relay_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
        sa.UniqueConstraint("step_id", name=op.f("uq_relay_step_id")),
    )
    with op.batch_alter_table("relay", schema=None) as batch_op:
        batch_op.create_index("ix_relay_answer_due_on", ["answer", "due_on"], unique=False)
        batch_op.create_index("ix_relay_cohort_id", ["cohort_id"], unique=False)
        batch_op.create_index("ix_relay_learner_id", ["learner_id"], unique=False)
        batch_op.create_index("ix_relay_pathway_id", ["pathway_id"], unique=False)
        batch_op.create_index(
            "ix_relay_receiver_id", ["receiver_id", "answer", "due_on", "expires_on"], unique=False
        )
        batch_op.create_index(
            "ix_relay_receiver_id_sent_on", ["receiver_id", "sent_on", "id"], unique=False
        )
        batch_op.create_index(
            "ix_relay_sender_id", ["sender_id", "answer", "due_on", "expires_on"], unique=False
        )
        batch_op.create_index(
            "ix_relay_sender_id_sent_on", ["sender_id", "sent_on", "id"], unique=False
        )

    op.create_table(
        "skill_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("stated", sa.String(length=40), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "declared",
                "observed",
                "assessed",
                "certified",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "moment",
            sa.Enum(
                "entry",
                "middle",
                "exit",
                name="moment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("assessment_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_skill_evidence_level")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= assessed_on",
            name=op.f("ck_skill_evidence_validity"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_skill_evidence_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_skill_evidence_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_skill_evidence_learner_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_skill_evidence_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_skill_evidence_skill_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_evidence")),
    )
    with op.batch_alter_table("skill_evidence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_skill_evidence_assessment_id",
            ["assessment_id"],
            unique=False,
            sqlite_where=sa.text("assessment_id IS NOT NULL"),
            postgresql_where=sa.text("assessment_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_skill_evidence_learner_id",
            ["learner_id", "skill_id", "assessed_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_skill_evidence_skill_id",
            ["skill_id", "learner_id", "assessed_on", "id", "level", "valid_until"],
            unique=False,
        )

    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("relay_id", sa.Integer(), nullable=True),
        sa.Column(
            "origin",
            sa.Enum(
                "own",
                "relay",
                "import",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column(
            "meeting",
            sa.Enum(
                "invited",
                "came",
                "missed",
                name="meeting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "admitted",
                "waiting",
                "refused",
                "withdrew",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "criteria_met",
                "place_freed",
                "cohort_full",
                "file_pending",
                "conditions",
                "prerequisites",
                "project",
                "better_elsewhere",
                "unavailable",
                "unreachable",
                "found_job",
                "other_training",
                "constraints",
                "changed_mind",
                "from_file",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(rank IS NULL) = (decision IS NULL OR decision <> 'waiting')",
            name=op.f("ck_candidate_rank_of_waiting"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_on IS NULL) AND (decision IS NULL) = (reason IS NULL) AND (decision IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_candidate_decided_by_someone"),
        ),
        sa.CheckConstraint(
            "offered_on IS NULL OR rank IS NOT NULL", name=op.f("ck_candidate_offered_to_waiting")
        ),
        sa.CheckConstraint("rank > 0", name=op.f("ck_candidate_rank_positive")),
        sa.CheckConstraint("version > 0", name=op.f("ck_candidate_version_positive")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_candidate_cohort_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_candidate_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_candidate_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["learner_id"], ["learner.id"], name=op.f("fk_candidate_learner_id")
        ),
        sa.ForeignKeyConstraint(["relay_id"], ["relay.id"], name=op.f("fk_candidate_relay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint(
            "cohort_id", "learner_id", name=op.f("uq_candidate_cohort_id_learner_id")
        ),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index("ix_candidate_learner_id", ["learner_id"], unique=False)
        batch_op.create_index("ix_candidate_relay_id", ["relay_id"], unique=False)

    op.create_table(
        "immersion_absence",
        sa.Column("immersion_id", sa.Integer(), nullable=False),
        sa.Column("missed_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 600", name=op.f("ck_immersion_absence_minutes_of_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["immersion_id"], ["immersion.id"], name=op.f("fk_immersion_absence_immersion_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["account.id"], name=op.f("fk_immersion_absence_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("immersion_id", "missed_on", name=op.f("pk_immersion_absence")),
    )
    op.create_table(
        "immersion_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("immersion_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_immersion_link_failures_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_immersion_link_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["immersion_id"], ["immersion.id"], name=op.f("fk_immersion_link_immersion_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_immersion_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_immersion_link_token_hash")),
    )
    with op.batch_alter_table("immersion_link", schema=None) as batch_op:
        batch_op.create_index("ix_immersion_link_immersion_id", ["immersion_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("immersion_id", sa.Integer(), nullable=True),
        sa.Column(
            "channel",
            sa.Enum(
                "email",
                "sms",
                "letter",
                "phone",
                "in_person",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("channel_reason", sa.String(length=200), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "appointment",
                "news",
                "next_step",
                "document",
                "absence",
                "relay_proposed",
                "relay_received",
                "relay_reminder",
                "relay_escalated",
                "relay_expired",
                "relay_answered",
                "need_to_confirm",
                "introduction",
                "introduction_reminder",
                "immersion_assessment",
                "vigilances",
                "not_left",
                "digest",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=True),
        sa.Column("once_key", sa.String(length=120), nullable=True),
        sa.Column("digest_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by_id", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN account_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN learner_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN partner_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN immersion_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_message_for_one"),
        ),
        sa.CheckConstraint(
            "(cancelled_at IS NULL) = (cancelled_by_id IS NULL)",
            name=op.f("ck_message_cancelled_by_someone"),
        ),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_message_done_by_someone")
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_message_attempts_not_negative")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_account_id")),
        sa.ForeignKeyConstraint(
            ["cancelled_by_id"], ["account.id"], name=op.f("fk_message_cancelled_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_message_created_by_id")
        ),
        sa.ForeignKeyConstraint(["digest_id"], ["message.id"], name=op.f("fk_message_digest_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["account.id"], name=op.f("fk_message_done_by_id")),
        sa.ForeignKeyConstraint(
            ["immersion_id"], ["immersion.id"], name=op.f("fk_message_immersion_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_message_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_message_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["organisation.id"], name=op.f("fk_message_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("once_key", name=op.f("uq_message_once_key")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_account_id_released_on", ["account_id", "released_on"], unique=False
        )
        batch_op.create_index("ix_message_digest_id", ["digest_id"], unique=False)
        batch_op.create_index("ix_message_learner_id", ["learner_id", "id"], unique=False)
        batch_op.create_index(
            "ix_message_to_send",
            ["due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
            postgresql_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
        )
        batch_op.create_index(
            "ix_message_worklist",
            ["organisation_id", "due_on", "id"],
            unique=False,
            sqlite_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
            postgresql_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
        )

    op.create_table(
        "relay_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("relay_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "proposed",
                "question",
                "reply",
                "link",
                "link_ended",
                "reminded",
                "escalated",
                "expired",
                "accepted",
                "declined",
                "withdrawn",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by_name", sa.String(length=120), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_relay_event_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_relay_event_organisation_id")
        ),
        sa.ForeignKeyConstraint(["relay_id"], ["relay.id"], name=op.f("fk_relay_event_relay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_event")),
    )
    with op.batch_alter_table("relay_event", schema=None) as batch_op:
        batch_op.create_index("ix_relay_event_relay_id", ["relay_id", "id"], unique=False)

    op.create_table(
        "relay_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("relay_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_relay_link_failures_not_negative")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_relay_link_created_by_id")
        ),
        sa.ForeignKeyConstraint(["relay_id"], ["relay.id"], name=op.f("fk_relay_link_relay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_relay_link_token_hash")),
    )
    with op.batch_alter_table("relay_link", schema=None) as batch_op:
        batch_op.create_index("ix_relay_link_relay_id", ["relay_id"], unique=False)

    op.create_table(
        "result_evidence",
        sa.Column("result_id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["skill_evidence.id"], name=op.f("fk_result_evidence_evidence_id")
        ),
        sa.ForeignKeyConstraint(
            ["result_id"], ["jury_result.id"], name=op.f("fk_result_evidence_result_id")
        ),
        sa.PrimaryKeyConstraint("result_id", "evidence_id", name=op.f("pk_result_evidence")),
    )
    op.create_table(
        "skill_withdrawal",
        sa.Column("evidence_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_skill_withdrawal_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["skill_evidence.id"], name=op.f("fk_skill_withdrawal_evidence_id")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_skill_withdrawal")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "for_role",
            sa.Enum(
                "trainer",
                "counsellor",
                "coordinator",
                "funder",
                "organisation_admin",
                "technical_admin",
                name="for_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "own",
                "alert",
                "relay_reminder",
                "relay_escalation",
                "relay_expired",
                "relay_declined",
                "relay_question",
                "employer_silent",
                "employer_answered",
                "introduction_closed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=True),
        sa.Column("relay_id", sa.Integer(), nullable=True),
        sa.Column("introduction_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("once_key", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL) OR (done_by_id IS NULL AND once_key IS NOT NULL)",
            name=op.f("ck_task_done_by_someone"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_task_account_id")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_task_created_by_id")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["account.id"], name=op.f("fk_task_done_by_id")),
        sa.ForeignKeyConstraint(
            ["introduction_id"], ["introduction.id"], name=op.f("fk_task_introduction_id")
        ),
        sa.ForeignKeyConstraint(["learner_id"], ["learner.id"], name=op.f("fk_task_learner_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_task_organisation_id")
        ),
        sa.ForeignKeyConstraint(["relay_id"], ["relay.id"], name=op.f("fk_task_relay_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("once_key", name=op.f("uq_task_once_key")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_introduction_id", ["introduction_id"], unique=False)
        batch_op.create_index("ix_task_learner_id", ["learner_id"], unique=False)
        batch_op.create_index(
            "ix_task_organisation_id", ["organisation_id", "done_at", "due_on"], unique=False
        )
        batch_op.create_index("ix_task_relay_id", ["relay_id"], unique=False)

    op.create_table(
        "candidate_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "applied",
                "invited",
                "came",
                "missed",
                "decided",
                "reopened",
                "place_offered",
                "moved",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "admitted",
                "waiting",
                "refused",
                "withdrew",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "reason",
            sa.Enum(
                "criteria_met",
                "place_freed",
                "cohort_full",
                "file_pending",
                "conditions",
                "prerequisites",
                "project",
                "better_elsewhere",
                "unavailable",
                "unreachable",
                "found_job",
                "other_training",
                "constraints",
                "changed_mind",
                "from_file",
                "other",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_event_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_candidate_event_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_event")),
    )
    with op.batch_alter_table("candidate_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_candidate_event_candidate_id", ["candidate_id", "id"], unique=False
        )

    op.create_table(
        "candidate_grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 3", name=op.f("ck_candidate_grade_level")),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_grade_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_candidate_grade_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_grade")),
    )
    with op.batch_alter_table("candidate_grade", schema=None) as batch_op:
        batch_op.create_index(
            "ix_candidate_grade_candidate_id", ["candidate_id", "criterion", "id"], unique=False
        )

    op.create_table(
        "candidate_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidate_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("out_of", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "value >= 0 AND (out_of IS NULL OR value <= out_of)",
            name=op.f("ck_candidate_mark_scale"),
        ),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_mark_candidate_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["account.id"], name=op.f("fk_candidate_mark_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_mark")),
    )
    with op.batch_alter_table("candidate_mark", schema=None) as batch_op:
        batch_op.create_index(
            "ix_candidate_mark_candidate_id", ["candidate_id", "id"], unique=False
        )

    op.create_table(
        "immersion_assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("immersion_id", sa.Integer(), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column(
            "would_hire",
            sa.Enum(
                "yes",
                "no_place",
                "not_yet",
                "unknown",
                name="would_hire",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("went_well", sa.Text(), nullable=True),
        sa.Column("to_work_on", sa.Text(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "screen",
                "import",
                "paper",
                "learner",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("link_id", sa.Integer(), nullable=True),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(source = 'paper') = (typed_by_id IS NOT NULL)",
            name=op.f("ck_immersion_assessment_typed_from_paper"),
        ),
        sa.CheckConstraint(
            "(link_id IS NULL) <> (typed_by_id IS NULL)",
            name=op.f("ck_immersion_assessment_by_link_or_typed"),
        ),
        sa.ForeignKeyConstraint(
            ["immersion_id"], ["immersion.id"], name=op.f("fk_immersion_assessment_immersion_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["immersion_link.id"], name=op.f("fk_immersion_assessment_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["typed_by_id"], ["account.id"], name=op.f("fk_immersion_assessment_typed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_immersion_assessment")),
        sa.UniqueConstraint("link_id", name=op.f("uq_immersion_assessment_link_id")),
    )
    with op.batch_alter_table("immersion_assessment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_immersion_assessment_immersion_id", ["immersion_id", "id"], unique=False
        )

    op.create_table(
        "message_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(
                "created",
                "sent",
                "not_sent",
                "retried",
                "reached",
                "no_answer",
                "handed",
                "told",
                "sent_by_hand",
                "cancelled",
                name="act",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_event_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_event_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_event")),
    )
    with op.batch_alter_table("message_event", schema=None) as batch_op:
        batch_op.create_index("ix_message_event_message_id", ["message_id", "id"], unique=False)

    op.create_table(
        "immersion_answer",
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column(
            "behaviour",
            sa.Enum(
                "on_time",
                "instructions",
                "safety",
                "care",
                "alone",
                "asking",
                "team",
                name="behaviour",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "answer",
            sa.Enum(
                "always",
                "often",
                "sometimes",
                "not_yet",
                "not_seen",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["immersion_assessment.id"],
            name=op.f("fk_immersion_answer_assessment_id"),
        ),
        sa.PrimaryKeyConstraint("assessment_id", "behaviour", name=op.f("pk_immersion_answer")),
    )
    _protect_journal()


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute("DROP FUNCTION refuse_rewriting()")
        for table in WATCHED:
            op.execute(f"DROP TRIGGER {table}_watched_row ON {table}")
            op.execute(f"DROP TRIGGER {table}_watched_change ON {table}")
        op.execute("DROP TRIGGER skill_withdrawal_watched_row ON skill_withdrawal")
        op.execute("DROP FUNCTION note_match_change()")
        op.execute("DROP FUNCTION note_match_withdrawal()")
    op.drop_table("immersion_answer")
    with op.batch_alter_table("message_event", schema=None) as batch_op:
        batch_op.drop_index("ix_message_event_message_id")

    op.drop_table("message_event")
    with op.batch_alter_table("immersion_assessment", schema=None) as batch_op:
        batch_op.drop_index("ix_immersion_assessment_immersion_id")

    op.drop_table("immersion_assessment")
    with op.batch_alter_table("candidate_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_mark_candidate_id")

    op.drop_table("candidate_mark")
    with op.batch_alter_table("candidate_grade", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_grade_candidate_id")

    op.drop_table("candidate_grade")
    with op.batch_alter_table("candidate_event", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_event_candidate_id")

    op.drop_table("candidate_event")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_relay_id")
        batch_op.drop_index("ix_task_organisation_id")
        batch_op.drop_index("ix_task_learner_id")
        batch_op.drop_index("ix_task_introduction_id")

    op.drop_table("task")
    op.drop_table("skill_withdrawal")
    op.drop_table("result_evidence")
    with op.batch_alter_table("relay_link", schema=None) as batch_op:
        batch_op.drop_index("ix_relay_link_relay_id")

    op.drop_table("relay_link")
    with op.batch_alter_table("relay_event", schema=None) as batch_op:
        batch_op.drop_index("ix_relay_event_relay_id")

    op.drop_table("relay_event")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_worklist",
            sqlite_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
            postgresql_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
        )
        batch_op.drop_index(
            "ix_message_to_send",
            sqlite_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
            postgresql_where=sa.text(
                "sent_at IS NULL AND done_at IS NULL AND cancelled_at IS NULL AND digest_id IS NULL"
            ),
        )
        batch_op.drop_index("ix_message_learner_id")
        batch_op.drop_index("ix_message_digest_id")
        batch_op.drop_index("ix_message_account_id_released_on")

    op.drop_table("message")
    with op.batch_alter_table("immersion_link", schema=None) as batch_op:
        batch_op.drop_index("ix_immersion_link_immersion_id")

    op.drop_table("immersion_link")
    op.drop_table("immersion_absence")
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_index("ix_candidate_relay_id")
        batch_op.drop_index("ix_candidate_learner_id")

    op.drop_table("candidate")
    with op.batch_alter_table("skill_evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_skill_evidence_skill_id")
        batch_op.drop_index("ix_skill_evidence_learner_id")
        batch_op.drop_index(
            "ix_skill_evidence_assessment_id",
            sqlite_where=sa.text("assessment_id IS NOT NULL"),
            postgresql_where=sa.text("assessment_id IS NOT NULL"),
        )

    op.drop_table("skill_evidence")
    with op.batch_alter_table("relay", schema=None) as batch_op:
        batch_op.drop_index("ix_relay_sender_id_sent_on")
        batch_op.drop_index("ix_relay_sender_id")
        batch_op.drop_index("ix_relay_receiver_id_sent_on")
        batch_op.drop_index("ix_relay_receiver_id")
        batch_op.drop_index("ix_relay_pathway_id")
        batch_op.drop_index("ix_relay_learner_id")
        batch_op.drop_index("ix_relay_cohort_id")
        batch_op.drop_index("ix_relay_answer_due_on")

    op.drop_table("relay")
    with op.batch_alter_table("match_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_match_decision_need_id")
        batch_op.drop_index("ix_match_decision_learner_id")

    op.drop_table("match_decision")
    with op.batch_alter_table("match_contest", schema=None) as batch_op:
        batch_op.drop_index("ix_match_contest_organisation_id")
        batch_op.drop_index("ix_match_contest_learner_id")

    op.drop_table("match_contest")
    with op.batch_alter_table("immersion", schema=None) as batch_op:
        batch_op.drop_index("ix_immersion_learner_id")

    op.drop_table("immersion")
    with op.batch_alter_table("follow_up_try", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_up_try_follow_up_id")

    op.drop_table("follow_up_try")
    with op.batch_alter_table("exit_situation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_exit_situation_first",
            sqlite_where=sa.text("moment = 'exit' AND replaces_id IS NULL"),
            postgresql_where=sa.text("moment = 'exit' AND replaces_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_exit_situation_answer",
            sqlite_where=sa.text("follow_up_id IS NOT NULL AND replaces_id IS NULL"),
            postgresql_where=sa.text("follow_up_id IS NOT NULL AND replaces_id IS NULL"),
        )
        batch_op.drop_index("ix_exit_situation_need_id")
        batch_op.drop_index("ix_exit_situation_learner_id")
        batch_op.drop_index(
            "ix_exit_situation_incomplete",
            sqlite_where=sa.text(
                "moment = 'exit' AND (situation IS NULL OR proof_seen_on IS NULL)"
            ),
            postgresql_where=sa.text(
                "moment = 'exit' AND (situation IS NULL OR proof_seen_on IS NULL)"
            ),
        )
        batch_op.drop_index("ix_exit_situation_exit_id")

    op.drop_table("exit_situation")
    with op.batch_alter_table("entry_answer_change", schema=None) as batch_op:
        batch_op.drop_index("ix_entry_answer_change_enrolment_id")

    op.drop_table("entry_answer_change")
    with op.batch_alter_table("allocation_pair", schema=None) as batch_op:
        batch_op.drop_index("ix_allocation_pair_learner_id")

    op.drop_table("allocation_pair")
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_step_to_confirm",
            sqlite_where=sa.text(
                "started_on IS NULL AND accepted_at IS NOT NULL AND cancelled_at IS NULL"
            ),
            postgresql_where=sa.text(
                "started_on IS NULL AND accepted_at IS NOT NULL AND cancelled_at IS NULL"
            ),
        )
        batch_op.drop_index(
            "ix_step_starting",
            sqlite_where=sa.text("started_on IS NOT NULL"),
            postgresql_where=sa.text("started_on IS NOT NULL"),
        )
        batch_op.drop_index("ix_step_pathway_id")
        batch_op.drop_index("ix_step_learner_id")
        batch_op.drop_index(
            "ix_step_immersion",
            sqlite_where=sa.text("kind = 'immersion'"),
            postgresql_where=sa.text("kind = 'immersion'"),
        )
        batch_op.drop_index("ix_step_enrolment_id")
        batch_op.drop_index("ix_step_ending")

    op.drop_table("step")
    with op.batch_alter_table("signing_code", schema=None) as batch_op:
        batch_op.drop_index("ix_signing_code_half_day_id")
        batch_op.drop_index("ix_signing_code_code_hash")

    op.drop_table("signing_code")
    with op.batch_alter_table("need_requirement", schema=None) as batch_op:
        batch_op.drop_index("ix_need_requirement_skill_id")

    op.drop_table("need_requirement")
    with op.batch_alter_table("match_result", schema=None) as batch_op:
        batch_op.drop_index("ix_match_result_learner_id")

    op.drop_table("match_result")
    with op.batch_alter_table("jury_result", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_jury_result_title",
            sqlite_where=sa.text("block_id IS NULL"),
            postgresql_where=sa.text("block_id IS NULL"),
        )
        batch_op.drop_index("ix_jury_result_cohort_id")
        batch_op.drop_index(
            "ix_jury_result_block",
            sqlite_where=sa.text("block_id IS NOT NULL"),
            postgresql_where=sa.text("block_id IS NOT NULL"),
        )

    op.drop_table("jury_result")
    with op.batch_alter_table("introduction_link", schema=None) as batch_op:
        batch_op.drop_index("ix_introduction_link_introduction_id")
        batch_op.drop_index("ix_introduction_link_employer_id")

    op.drop_table("introduction_link")
    with op.batch_alter_table("introduction_event", schema=None) as batch_op:
        batch_op.drop_index("ix_introduction_event_introduction_id")

    op.drop_table("introduction_event")
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_follow_up_open",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.drop_index("ix_follow_up_learner_id")
        batch_op.drop_index("ix_follow_up_exit_id")
        batch_op.drop_index("ix_follow_up_due_on")
        batch_op.drop_index(
            "ix_follow_up_closing",
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    op.drop_table("follow_up")
    with op.batch_alter_table("export_job", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_export_job_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_export_job_agreement_id")

    op.drop_table("export_job")
    with op.batch_alter_table("entry_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_entry_answers_learner_id")

    op.drop_table("entry_answers")
    op.drop_table("block_skill")
    op.drop_table("block_equivalence")
    with op.batch_alter_table("attendance_mark", schema=None) as batch_op:
        batch_op.drop_index("ix_attendance_mark_enrolment_id")

    op.drop_table("attendance_mark")
    op.drop_table("assessment")
    op.drop_table("need_word")
    with op.batch_alter_table("need_wish", schema=None) as batch_op:
        batch_op.drop_index("ix_need_wish_learner_id")

    op.drop_table("need_wish")
    with op.batch_alter_table("need_version", schema=None) as batch_op:
        batch_op.drop_index("ix_need_version_rome_parent")

    op.drop_table("need_version")
    with op.batch_alter_table("need_link", schema=None) as batch_op:
        batch_op.drop_index("ix_need_link_need_id")

    op.drop_table("need_link")
    with op.batch_alter_table("need_event", schema=None) as batch_op:
        batch_op.drop_index("ix_need_event_need_id")

    op.drop_table("need_event")
    op.drop_table("module_skill")
    with op.batch_alter_table("match_tally", schema=None) as batch_op:
        batch_op.drop_index("ix_match_tally_need_id")

    op.drop_table("match_tally")
    with op.batch_alter_table("match_run", schema=None) as batch_op:
        batch_op.drop_index("ix_match_run_need_id")

    op.drop_table("match_run")
    with op.batch_alter_table("learner_access", schema=None) as batch_op:
        batch_op.drop_index("ix_learner_access_other_gaps")
        batch_op.drop_index("ix_learner_access_list")
        batch_op.drop_index("ix_learner_access_learner_id")
        batch_op.drop_index(
            "ix_learner_access_breaks",
            sqlite_where=sa.text("gap_breaks_on IS NOT NULL"),
            postgresql_where=sa.text("gap_breaks_on IS NOT NULL"),
        )

    op.drop_table("learner_access")
    with op.batch_alter_table("introduction", schema=None) as batch_op:
        batch_op.drop_index("ix_introduction_state_remind_on")
        batch_op.drop_index("ix_introduction_organisation_id")
        batch_op.drop_index("ix_introduction_learner_id")

    op.drop_table("introduction")
    with op.batch_alter_table("import", schema=None) as batch_op:
        batch_op.drop_index("ix_import_organisation_id_sha256")
        batch_op.drop_index("ix_import_organisation_id")

    op.drop_table("import")
    with op.batch_alter_table("handover_event", schema=None) as batch_op:
        batch_op.drop_index("ix_handover_event_handover_id")

    op.drop_table("handover_event")
    with op.batch_alter_table("gap", schema=None) as batch_op:
        batch_op.drop_index("ix_gap_owner_id_breaks_on")
        batch_op.drop_index("ix_gap_learner_id")

    op.drop_table("gap")
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_index("ix_export_release_id")
        batch_op.drop_index("ix_export_agreement_id")

    op.drop_table("export")
    with op.batch_alter_table("exit", schema=None) as batch_op:
        batch_op.drop_index("ix_exit_pathway_id")
        batch_op.drop_index("ix_exit_organisation_id")
        batch_op.drop_index("ix_exit_learner_id")

    op.drop_table("exit")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enrolment_open",
            sqlite_where=sa.text("left_on IS NULL"),
            postgresql_where=sa.text("left_on IS NULL"),
        )
        batch_op.drop_index("ix_enrolment_learner_id")

    op.drop_table("enrolment")
    with op.batch_alter_table("discussion_party", schema=None) as batch_op:
        batch_op.drop_index("ix_discussion_party_organisation_id")

    op.drop_table("discussion_party")
    with op.batch_alter_table("discussion_message", schema=None) as batch_op:
        batch_op.drop_index("ix_discussion_message_discussion_id")

    op.drop_table("discussion_message")
    with op.batch_alter_table("coverage_run", schema=None) as batch_op:
        batch_op.drop_index("ix_coverage_run_curriculum_id")

    op.drop_table("coverage_run")
    op.drop_table("cohort_half_day")
    op.drop_table("certification_block")
    with op.batch_alter_table("agreement_cohort", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_cohort_cohort_id")

    op.drop_table("agreement_cohort")
    with op.batch_alter_table("weekly_engagement", schema=None) as batch_op:
        batch_op.drop_index("ix_weekly_engagement_learner_id")

    op.drop_table("weekly_engagement")
    op.drop_table("supported_entities")
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_session_account_id")

    op.drop_table("sign_in_session")
    with op.batch_alter_table("sharing", schema=None) as batch_op:
        batch_op.drop_index("ix_sharing_learner_id")

    op.drop_table("sharing")
    with op.batch_alter_table("release", schema=None) as batch_op:
        batch_op.drop_index("ix_release_agreement_id")

    op.drop_table("release")
    with op.batch_alter_table("pathway", schema=None) as batch_op:
        batch_op.drop_index("ix_pathway_learner_id_opened_on")

    op.drop_table("pathway")
    with op.batch_alter_table("offer_date", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_date_offer_id")

    op.drop_table("offer_date")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index("ix_note_learner_id_happened_on")

    op.drop_table("note")
    with op.batch_alter_table("nominative_export", schema=None) as batch_op:
        batch_op.drop_index("ix_nominative_export_expires_at")
        batch_op.drop_index("ix_nominative_export_agreement_id")

    op.drop_table("nominative_export")
    with op.batch_alter_table("need", schema=None) as batch_op:
        batch_op.drop_index("ix_need_state_suspends_on")
        batch_op.drop_index("ix_need_organisation_id_source_key")
        batch_op.drop_index("ix_need_organisation_id")
        batch_op.drop_index("ix_need_employer_id")

    op.drop_table("need")
    op.drop_table("module")
    op.drop_table("learner_criterion")
    with op.batch_alter_table("job_search_said", schema=None) as batch_op:
        batch_op.drop_index("ix_job_search_said_learner_id")

    op.drop_table("job_search_said")
    op.drop_table("job_search")
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.drop_index("ix_help_request_learner_id")

    op.drop_table("help_request")
    op.drop_table("framework_edition")
    with op.batch_alter_table("field_change", schema=None) as batch_op:
        batch_op.drop_index("ix_field_change_learner_id_at")

    op.drop_table("field_change")
    op.drop_table("export_layout")
    with op.batch_alter_table("equipment_handover", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_equipment_handover_out",
            sqlite_where=sa.text("returned_on IS NULL"),
            postgresql_where=sa.text("returned_on IS NULL"),
        )
        batch_op.drop_index("ix_equipment_handover_learner_id")
        batch_op.drop_index("ix_equipment_handover_equipment_id")
        batch_op.drop_index("ix_equipment_handover_due_on")

    op.drop_table("equipment_handover")
    with op.batch_alter_table("employer_site", schema=None) as batch_op:
        batch_op.drop_index("ix_employer_site_employer_id")

    op.drop_table("employer_site")
    with op.batch_alter_table("discussion", schema=None) as batch_op:
        batch_op.drop_index("ix_discussion_offer_id")

    op.drop_table("discussion")
    op.drop_table("curriculum_occupation")
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_index("ix_cohort_starts_on")
        batch_op.drop_index("ix_cohort_organisation_id")

    op.drop_table("cohort")
    with op.batch_alter_table("certification", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_certification_shared",
            sqlite_where=sa.text("organisation_id IS NULL"),
            postgresql_where=sa.text("organisation_id IS NULL"),
        )

    op.drop_table("certification")
    with op.batch_alter_table("calendar_token", schema=None) as batch_op:
        batch_op.drop_index("ix_calendar_token_account_id")

    op.drop_table("calendar_token")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_series_id")
        batch_op.drop_index("ix_appointment_organisation_id")
        batch_op.drop_index("ix_appointment_learner_id")
        batch_op.drop_index("ix_appointment_account_id")

    op.drop_table("appointment")
    with op.batch_alter_table("alert_episode", schema=None) as batch_op:
        batch_op.drop_index("ix_alert_episode_second")
        batch_op.drop_index("ix_alert_episode_learner_id")
        batch_op.drop_index("ix_alert_episode_lead")

    op.drop_table("alert_episode")
    op.drop_table("agreement_target")
    op.drop_table("agreement_contact")
    with op.batch_alter_table("activity_change", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_change_activity_id")

    op.drop_table("activity_change")
    with op.batch_alter_table("act", schema=None) as batch_op:
        batch_op.drop_index("ix_act_learner_id")

    op.drop_table("act")
    op.drop_table("skill_word")
    op.drop_table("rncp_sheet")
    with op.batch_alter_table("replacement", schema=None) as batch_op:
        batch_op.drop_index("ix_replacement_substitute_id")
        batch_op.drop_index("ix_replacement_organisation_id")

    op.drop_table("replacement")
    with op.batch_alter_table("organisation_closure", schema=None) as batch_op:
        batch_op.drop_index("ix_organisation_closure_organisation_id")

    op.drop_table("organisation_closure")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_sort_key")
        batch_op.drop_index("ix_offer_organisation_id")
        batch_op.drop_index("ix_offer_likeness_key")

    op.drop_table("offer")
    op.drop_table("occupation")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_organisation_id")

    op.drop_table("membership")
    op.drop_table("match_rule_version")
    with op.batch_alter_table("learner", schema=None) as batch_op:
        batch_op.drop_index("ix_learner_organisation_id_sort_key")
        batch_op.drop_index("ix_learner_organisation_id_referent_id")
        batch_op.drop_index("ix_learner_organisation_id_born_on")

    op.drop_table("learner")
    op.drop_table("import_mapping")
    op.drop_table("holder_seen")
    op.drop_table("framework")
    with op.batch_alter_table("fairness_report", schema=None) as batch_op:
        batch_op.drop_index("ix_fairness_report_organisation_id")

    op.drop_table("fairness_report")
    op.drop_table("equipment")
    with op.batch_alter_table("employer", schema=None) as batch_op:
        batch_op.drop_index("ix_employer_partner_id")

    op.drop_table("employer")
    with op.batch_alter_table("district", schema=None) as batch_op:
        batch_op.drop_index("ix_district_box")

    op.drop_table("district")
    op.drop_table("curriculum")
    with op.batch_alter_table("commune", schema=None) as batch_op:
        batch_op.drop_index("ix_commune_name_key")

    op.drop_table("commune")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_organisation_id_at")
        batch_op.drop_index("ix_audit_entry_learner_id_at")

    op.drop_table("audit_entry")
    op.drop_table("alert_rule_version")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index("ix_agreement_organisation_id")
        batch_op.drop_index("ix_agreement_funder_id")

    op.drop_table("agreement")
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_organisation_id")
        batch_op.drop_index("ix_activity_held_on")

    op.drop_table("activity")
    with op.batch_alter_table("account_link", schema=None) as batch_op:
        batch_op.drop_index("ix_account_link_organisation_id")
        batch_op.drop_index("ix_account_link_account_id")

    op.drop_table("account_link")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_at")

    op.drop_table("submission")
    op.drop_table("reference_version")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index("ix_organisation_place_key")
        batch_op.drop_index("ix_organisation_name_key")

    op.drop_table("organisation")
    op.drop_table("charter_acceptance")
    with op.batch_alter_table("skill", schema=None) as batch_op:
        batch_op.drop_index("ix_skill_parent_id")
        batch_op.drop_index("ix_skill_framework")

    op.drop_table("skill")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_attempt_at")
        batch_op.drop_index("ix_sign_in_attempt_address_key_at")
        batch_op.drop_index("ix_sign_in_attempt_account_key_at")

    op.drop_table("sign_in_attempt")
    op.drop_table("programme")
    with op.batch_alter_table("match_change", schema=None) as batch_op:
        batch_op.drop_index("ix_match_change_xid")
        batch_op.drop_index("ix_match_change_on")

    op.drop_table("match_change")
    op.drop_table("account")


def _protect_journal() -> None:
    _watch_people()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'this table is append-only'; END $$"
        )
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()"
            )
            continue
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'this table is append-only'); END"
            )


def _watch_people() -> None:
    """Each change of what matching reads of somebody is noted, in the transaction that makes it."""
    if op.get_bind().dialect.name == "postgresql":
        _watch_on_postgresql()
        return
    note = 'INSERT INTO match_change (learner_id, "on")'
    for table, columns in WATCHED.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        for name, act, rows in (
            ("insert", "INSERT", ("NEW",)),
            ("delete", "DELETE", ("OLD",)),
            ("update", f"UPDATE{of}", ("NEW", "OLD")),
        ):
            notes = "".join(f"{note} VALUES ({row}.learner_id, date('now')); " for row in rows)
            op.execute(
                f"CREATE TRIGGER {table}_watched_{name} AFTER {act} ON {table} BEGIN {notes}END"
            )
    op.execute(
        "CREATE TRIGGER skill_withdrawal_watched_insert AFTER INSERT ON skill_withdrawal BEGIN "
        "INSERT INTO match_change (learner_id, \"on\") SELECT learner_id, date('now') "
        "FROM skill_evidence WHERE id = NEW.evidence_id; END"
    )
    op.execute(
        "CREATE TRIGGER skill_withdrawal_watched_delete AFTER DELETE ON skill_withdrawal BEGIN "
        "INSERT INTO match_change (learner_id, \"on\") SELECT learner_id, date('now') "
        "FROM skill_evidence WHERE id = OLD.evidence_id; END"
    )


def _watch_on_postgresql() -> None:
    xid = "CURRENT_DATE, pg_current_xact_id()::text::bigint"
    note = 'INSERT INTO match_change (learner_id, "on", xid)'
    op.execute(
        "CREATE FUNCTION note_match_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'DELETE' THEN {note} VALUES (NEW.learner_id, {xid}); END IF; "
        f"IF TG_OP <> 'INSERT' THEN {note} VALUES (OLD.learner_id, {xid}); END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE FUNCTION note_match_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        'INSERT INTO match_change (learner_id, "on", xid) '
        "SELECT learner_id, CURRENT_DATE, pg_current_xact_id()::text::bigint "
        "FROM skill_evidence WHERE id = "
        "CASE TG_OP WHEN 'DELETE' THEN OLD.evidence_id ELSE NEW.evidence_id END; "
        "RETURN NULL; END $$"
    )
    for table, columns in WATCHED.items():
        of = f" OF {', '.join(columns)}" if columns else ""
        for name, act in (("row", "INSERT OR DELETE"), ("change", f"UPDATE{of}")):
            op.execute(
                f"CREATE TRIGGER {table}_watched_{name} AFTER {act} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION note_match_change()"
            )
    op.execute(
        "CREATE TRIGGER skill_withdrawal_watched_row AFTER INSERT OR DELETE ON skill_withdrawal "
        "FOR EACH ROW EXECUTE FUNCTION note_match_withdrawal()"
    )
