"""Which role may do what: the one table that permissions are reviewed in.

A role is one of Django's groups. Nobody both writes and approves the same text (the services and the
database refuse the author); the administrator keeps the house and cannot read borrowers or send.
"""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

READ_BORROWERS = [
    f"borrowers.view_{noun}"
    for noun in (
        "assignment",
        "borrower",
        "borrowernumber",
        "consent",
        "contactpoint",
        "hold",
        "instalment",
        "lender",
        "loan",
        "loanchange",
        "repayment",
    )
]
READ_IMPORTS = ["borrowers.view_importbatch", "borrowers.view_rejectedrow"]
READ_MESSAGING = [
    f"messaging.view_{noun}"
    for noun in (
        "attempt",
        "decision",
        "limit",
        "messagetemplate",
        "provider",
        "registration",
        "reminder",
        "reply",
        "run",
        "sender",
        "sending",
        "sendingstop",
        "step",
        "strategy",
        "wording",
    )
]
READ_ALL = [
    "borrowers.view_all_borrowers",
    *READ_BORROWERS,
    *READ_IMPORTS,
    *READ_MESSAGING,
]
DRAFT_WORDINGS = ["messaging.add_wording", "messaging.change_wording"]
WRITE_STRATEGIES = [
    f"messaging.{verb}_{noun}" for verb in ("add", "change") for noun in ("strategy", "step")
]
READ_AUDIT = ["audit.read_audit", "audit.view_event", "audit.view_seal"]

ROLES: dict[str, list[str]] = {
    "collector": [
        *READ_BORROWERS,
        *READ_MESSAGING,
        *DRAFT_WORDINGS,
        "borrowers.handle_reply",
        "borrowers.place_hold",
        "borrowers.reveal_contact",
        "borrowers.view_queue",
        "borrowers.work_queue",
        "messaging.send_one_off",
        "messaging.stop_sending",
    ],
    "supervisor": [
        *READ_ALL,
        *DRAFT_WORDINGS,
        *WRITE_STRATEGIES,
        "borrowers.assign_person",
        "borrowers.export_list",
        "borrowers.handle_reply",
        "borrowers.import_portfolio",
        "borrowers.lift_hold",
        "borrowers.place_hold",
        "borrowers.reveal_contact",
        "borrowers.release_import",
        "borrowers.share_view",
        "borrowers.view_queue",
        "borrowers.work_queue",
        "messaging.propose_resume",
        "messaging.register_wording",
        "messaging.retire_wording",
        "messaging.send_one_off",
        "messaging.stop_sending",
    ],
    "compliance": [
        *READ_ALL,
        *READ_AUDIT,
        *DRAFT_WORDINGS,
        "borrowers.approve_lift",
        "borrowers.export_list",
        "borrowers.place_hold",
        "borrowers.reveal_contact",
        "borrowers.release_import",
        "borrowers.view_queue",
        "messaging.approve_resume",
        "messaging.approve_strategy",
        "messaging.approve_wording",
        "messaging.register_wording",
        "messaging.retire_wording",
        "messaging.stop_sending",
    ],
    "auditor": [*READ_ALL, *READ_AUDIT, "auth.view_user", "auth.view_group"],
    "administrator": [
        "auth.add_user",
        "auth.change_user",
        "auth.view_group",
        "auth.view_user",
        "messaging.stop_sending",
        "messaging.view_sending",
    ],
}


class UnknownPermission(Exception):
    """The table names a permission that no model declares."""


@transaction.atomic
def sync_roles() -> None:
    """Make Django's groups and their permissions agree with the table; other groups are left alone.

    Raises UnknownPermission when the table names one that does not exist.
    """
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    if missing := sorted({name for names in ROLES.values() for name in names} - known.keys()):
        raise UnknownPermission(f"No model declares {', '.join(missing)}.")
    for role, names in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set(known[name] for name in names)
