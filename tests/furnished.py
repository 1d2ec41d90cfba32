"""A house with something behind every address, and a browser for each role."""

from django.contrib.auth.models import User
from django.test import Client

from borrowers.models import Borrower, ImportBatch, Upload
from borrowers.services import assignments, holds, saved_views, snapshots
from collections_site.lib import clock
from messaging.models import Attempt, Decision, Reply, Run, SendingStop, WebhookEvent, Wording
from messaging.services import planning, stops
from tests import cast
from tests.sendings import sent
from tests.visits import signed_in

ROLES = ["collector", "supervisor", "compliance", "auditor", "administrator", ""]


def a_reply(borrower: Borrower) -> Reply:
    number = borrower.numbers.get().contact_point
    event = WebhookEvent.objects.create(
        provider_code="gateway",
        key=f"inbound:{borrower.pk}",
        kind="inbound",
        payload={},
        received_at=clock.now(),
    )
    return Reply.objects.create(
        event=event,
        provider_code="gateway",
        phone=number.phone,
        contact_point=number,
        borrower=borrower,
        text="还了",
        intent="paid",
        at=clock.now(),
    )


def an_import(by: User) -> dict[str, object]:
    """Files somebody brought, and a batch that was taken in."""
    at = clock.now()
    kept = {"source": "core", "data_as_of": at, "by": by, "at": at, "keep_until": at}
    batch = ImportBatch.objects.create(digest="0" * 64, data_as_of=at, at=at)
    upload = Upload.objects.create(**kept)
    upload.rows.create(file="loans.csv", row=2, column="", reason="", cells=["L1"])
    return {"upload": upload.pk, "batch": batch.pk}


def a_held_person(by: User) -> dict[str, object]:
    """A pause, a dispute somebody proposed to lift, and a complaint."""
    held = cast.a_borrower()
    kinds = {"pause": "pause", "proposed": "dispute", "legal": "complaint"}
    rows = {name: holds.place(kind, borrower=held, source="x") for name, kind in kinds.items()}
    holds.propose_lift(rows["proposed"], by=by)
    return {"held": held.borrower_ref, **{name: hold.pk for name, hold in rows.items()}}


def a_furnished_house() -> tuple[dict[str, object], dict[str, Client]]:
    """Something behind every address, and a browser for each role."""
    cast.the_house()
    mine, other = cast.a_loan().borrower, cast.a_loan().borrower
    planning.plan()
    sent()
    users = {role: cast.a_user(role=role) for role in ROLES if role}
    assignments.assign([mine], users["collector"], by=None)
    stop = stops.stop("all", reason="other", by=users["supervisor"])
    template = Wording.objects.get(template__code="T-047").template
    text = cast.ZH.replace("到期。", "到期，可在APP还款。")  # nothing in it asks for an answer
    draft = cast.a_wording(template, author=users["supervisor"], text=text)
    behind: dict[str, object] = {
        **an_import(users["supervisor"]),
        **a_held_person(users["supervisor"]),
        "frozen": snapshots.freeze([mine.pk], by=users["supervisor"]).pk,
        "frozen_collector": snapshots.freeze([mine.pk], by=users["collector"]).pk,
        "frozen_compliance": snapshots.freeze([mine.pk], by=users["compliance"]).pk,
        "view": saved_views.save("M2", "bucket=M2", shared=False, by=users["supervisor"]).pk,
        "view_shared": saved_views.save("M3", "bucket=M3", shared=True, by=users["supervisor"]).pk,
        "stop": SendingStop.objects.get(pk=stop.pk).pk,
        "run": Run.objects.get().pk,
        "version": draft.version,
        "number": mine.numbers.get().contact_point_id,
    }
    for name, borrower in (("mine", mine), ("other", other)):
        behind[name] = borrower.borrower_ref
        behind[f"message_{name}"] = Attempt.objects.get(borrower=borrower).pk
        behind[f"decision_{name}"] = (
            Decision.objects.filter(borrower_id=borrower.pk).latest("pk").pk
        )
        behind[f"reply_{name}"] = a_reply(borrower).pk
    browsers = {role: signed_in(user=user) for role, user in users.items()}
    return behind, {**browsers, "": Client()}
