"""The table of roles, and what no role may hold."""

import pytest
from django.contrib.auth.models import Group, Permission

from collections_site.roles import ROLES, UnknownPermission, sync_roles
from tests import cast

pytestmark = pytest.mark.django_db


def test_groups_hold_what_the_table_says_and_nothing_else() -> None:
    stray = Permission.objects.get(codename="delete_user")
    Group.objects.get(name="auditor").permissions.add(stray)

    sync_roles()

    for role, names in ROLES.items():
        held = Group.objects.get(name=role).permissions.values_list(
            "content_type__app_label", "codename"
        )
        assert {f"{app}.{codename}" for app, codename in held} == set(names)


def test_a_permission_nobody_declares_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROLES, "auditor", ["messaging.send_anything"])

    with pytest.raises(UnknownPermission, match=r"messaging\.send_anything"):
        sync_roles()


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        ("messaging.stop_sending", {"collector", "supervisor", "compliance", "administrator"}),
        ("messaging.propose_resume", {"supervisor"}),
        ("messaging.approve_resume", {"compliance"}),
        ("messaging.approve_wording", {"compliance"}),
        ("messaging.approve_strategy", {"compliance"}),
        ("messaging.add_strategy", {"supervisor"}),
        ("messaging.add_wording", {"collector", "supervisor", "compliance"}),
        ("messaging.retire_wording", {"supervisor", "compliance"}),
        ("messaging.register_wording", {"supervisor", "compliance"}),
        ("messaging.send_one_off", {"collector", "supervisor"}),
        ("borrowers.import_portfolio", {"supervisor"}),
        ("borrowers.release_import", {"supervisor", "compliance"}),
        ("borrowers.export_list", {"supervisor", "compliance"}),
        ("borrowers.view_queue", {"collector", "supervisor", "compliance"}),
        ("borrowers.share_view", {"supervisor"}),
        ("borrowers.work_queue", {"collector", "supervisor"}),
        ("borrowers.lift_hold", {"supervisor"}),
        ("borrowers.approve_lift", {"compliance"}),
        ("borrowers.view_borrower", {"collector", "supervisor", "compliance", "auditor"}),
        ("borrowers.view_all_borrowers", {"supervisor", "compliance", "auditor"}),
        ("audit.read_audit", {"compliance", "auditor"}),
        ("auth.change_user", {"administrator"}),
    ],
)
def test_who_may(permission: str, roles: set[str]) -> None:
    assert {role for role in ROLES if cast.a_user(role=role).has_perm(permission)} == roles


def test_an_auditor_changes_nothing() -> None:
    assert not [
        name for name in ROLES["auditor"] if not name.split(".")[1].startswith(("view_", "read_"))
    ]


def test_no_role_may_delete_or_touch_the_queue() -> None:
    every = {name for names in ROLES.values() for name in names}
    assert not [name for name in every if "delete_" in name or name.startswith("django_q.")]
