"""What the serving role may do to each table: everything but what these two lists withhold."""

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

APPEND_ONLY = [
    "audit_event",
    "audit_seal",
    "borrowers_call",
    "borrowers_consent",
    "borrowers_loanchange",
    "borrowers_note",
    "borrowers_postedrepayment",
    "borrowers_promise",
    "messaging_decision",
]
READ_ONLY = [
    "collections_site_siteclock",
    "collections_site_environment",
    "messaging_limit",
    "django_migrations",
]
NEVER_DELETED = [
    "borrowers_apitoken",
    "borrowers_borrower",
    "borrowers_borrowernumber",
    "borrowers_contactpoint",
    "borrowers_hold",
    "borrowers_instalment",
    "borrowers_loan",
    "borrowers_repayment",
    "borrowers_upload",
    "messaging_attempt",
    "messaging_reminder",
    "messaging_reply",
    "messaging_run",
    "messaging_sendingstop",
    "messaging_webhookevent",
    "messaging_wording",
]


@transaction.atomic
def apply() -> None:
    """Grant and withhold, as owner; run after every migration so that no new table is forgotten."""
    role = sql.Identifier(settings.DATABASE_APP_ROLE)
    with connection.cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=role))
        for tables, rights in (
            (APPEND_ONLY, "UPDATE, DELETE"),
            (READ_ONLY, "INSERT, UPDATE, DELETE"),
            (NEVER_DELETED, "DELETE"),
        ):
            for table in tables:
                cursor.execute(
                    sql.SQL("REVOKE {rights} ON {table} FROM {role}").format(
                        rights=sql.SQL(rights), table=sql.Identifier(table), role=role
                    )
                )
