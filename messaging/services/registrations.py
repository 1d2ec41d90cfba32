"""What carriers say of our wordings: recorded by staff after they looked, beside our own approval."""

from datetime import date

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from collections_site.audit import services as audit
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging import locks
from messaging.models import Provider, Registration, Sender, Wording
from messaging.services import acting
from messaging.services import wording_rows as rows
from messaging.states import RegistrationState, WordingState

FIXED = [WordingState.SUBMITTED, WordingState.APPROVED]  # no byte of these changes


@transaction.atomic
def record(
    wording: Wording,
    provider: Provider,
    *,
    state: str,
    template_code: str = "",
    reference: str = "",
    reason: str = "",
    checked_on: date,
    by: User,
) -> Registration:
    """Write down what a carrier says of a wording; a later look replaces an earlier one.

    ``template_code`` and ``reference`` are the carrier's, ``checked_on`` is the day somebody looked.
    Raises NotAllowed for staff who may not, for `accepted` without a code and `refused` without a
    reason, OutOfStep for a draft (its text may still change) and for what has ended.
    """
    sentence = _("Your role cannot record registrations. Ask a supervisor or a reviewer.")
    acting.may(by, "messaging.register_wording", sentence)
    locks.sending_exclusive()  # no batch on its way out is judged by what was true before
    row = rows.locked(wording)
    if row.state not in FIXED:
        raise OutOfStep(_("Only a submitted or approved version can be registered with a carrier."))
    values = {
        "state": state,
        "template_code": template_code.strip()[:40],
        "reference": reference.strip()[:64],
        "reason": reason.strip()[:200],
        "checked_on": checked_on,
        "by": by,
    }
    if state not in RegistrationState.values:
        raise NotAllowed(_("Choose what the carrier says."))
    if state == RegistrationState.ACCEPTED and not values["template_code"]:
        raise NotAllowed(_("Write the carrier's template code."))
    if state == RegistrationState.REFUSED and not values["reason"]:
        raise NotAllowed(_("Write why the carrier refused it."))
    there = Registration.objects.filter(wording=row, provider=provider).first()
    before = said(there) if there else None
    made, _new = Registration.objects.update_or_create(
        wording=row, provider=provider, defaults=values
    )
    after = {"fingerprint": row.fingerprint, **said(made)}
    audit.record("wording.registered", row, by=by, before=before, after=after)
    return made


def missing(wording: Wording) -> list[Provider]:
    """The carriers that would carry this wording, ask for registration, and have not accepted it."""
    countries = {code.split("-")[0] for code in wording.jurisdictions}
    senders = Sender.objects.filter(
        enabled=True, provider__enabled=True, provider__requires_registration=True
    )
    asking = {
        sender.provider_id
        for sender in senders
        if not countries or countries & set(sender.countries)
    }
    accepted = Registration.objects.filter(wording=wording, state=RegistrationState.ACCEPTED)
    asking -= set(accepted.values_list("provider_id", flat=True))
    return list(Provider.objects.filter(pk__in=asking).order_by("pk"))


def forget(row: Wording) -> list[dict[str, str]]:
    """Drop what carriers said of a text that may change now; what was dropped, for the log."""
    gone = Registration.objects.filter(wording=row)
    before = [said(one) for one in gone]
    gone.delete()
    return before


def said(one: Registration) -> dict[str, str]:
    """What the operation log keeps of a registration."""
    return {
        "provider": one.provider_id,
        "state": str(one.state),
        "template_code": one.template_code,
        "reference": one.reference,
        "checked_on": one.checked_on.isoformat(),
    }
