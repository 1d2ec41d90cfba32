"""The words a form of a wording begins with: those of a draft, of the live version, or of a starter."""

from typing import Any

from django.utils import timezone, translation

from collections_site.lib.access import StaffRequest
from collections_site.lib.whole_numbers import whole_number
from messaging.models import MessageTemplate, Wording
from messaging.services import starters
from messaging.services import wording_reading as reading
from messaging.services.starters import Starter

FIELDS = ("language", "jurisdictions", "signature", "text", "reason", "last_day", "seen")


def gallery(template: MessageTemplate) -> list[Starter]:
    """The starters for this purpose, the reader's language first; where there are none, all of them."""
    tongues = sorted(["zh", "en"], key=lambda one: one != (translation.get_language() or "")[:2])
    shown = [one for tongue in tongues for one in starters.gallery(tongue)]
    return [one for one in shown if one.purpose == template.purpose] or shown


def copied(request: StaffRequest, template: MessageTemplate) -> dict[str, Any]:
    """The words of a starter or a version asked for, else of a live one in the reader's language."""
    if key := request.GET.get("starter", ""):
        chosen = next(
            (one for one in gallery(template) if f"{one.code}-{one.language}" == key), None
        )
        if chosen:
            return _started(chosen)
    number = whole_number(request.GET.get("from", ""))
    rows = template.wordings.all()
    tongue = (translation.get_language() or "").split("-")[0]
    live = rows.filter(live=True)
    found = (
        (rows.filter(version=number).first() if number is not None else None)
        or live.filter(language__startswith=tongue).first()
        or live.first()
        or rows.first()
    )
    if found:
        return {**written(found), "reason": "", "seen": ""}
    return {**dict.fromkeys(FIELDS, ""), "language": "zh-hans"}


def _started(chosen: Starter) -> dict[str, Any]:
    return {
        "language": chosen.language,
        "jurisdictions": ", ".join(chosen.jurisdictions),
        "signature": reading.usual_signature(chosen.language),
        "text": chosen.text,
        "reason": "",
        "last_day": "",
        "seen": "",
    }


def written(wording: Wording) -> dict[str, Any]:
    """The words of a version, as the fields of the form hold them."""
    ends = wording.expires_at
    return {
        "language": wording.language,
        "jurisdictions": ", ".join(wording.jurisdictions),
        "signature": wording.signature,
        "text": wording.text,
        "reason": wording.reason,
        "last_day": timezone.localdate(ends).isoformat() if ends else "",
        "seen": wording.fingerprint,
    }
