"""How each state looks: one of six styles, a sign, and its word. Always all three."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from borrowers.states import UploadState
from messaging.states import (
    AttemptState,
    Delivery,
    RegistrationState,
    ReminderKind,
    ReminderState,
    WordingState,
)

SIGNS = {
    "neutral": "–",
    "info": "▶",
    "success": "✓",
    "warning": "◷",
    "danger": "■",
    "paused": "❚❚",
}


class UnknownStatus(LookupError):
    """No table has this status, or several have it and none was named."""


@dataclass(frozen=True, slots=True)
class StatusTag:
    """``style`` is the name of a colour pair in tokens.css; ``sign`` stands before ``word``."""

    style: str
    word: str | Promise

    @property
    def sign(self) -> str:
        return SIGNS[self.style]


def _styles(
    labels: type[
        ReminderKind | ReminderState | AttemptState | Delivery | WordingState | RegistrationState
    ],
    styles: Mapping[str, str],
) -> dict[str, StatusTag]:
    return {
        value: StatusTag(style, labels(value).label)
        for style, values in styles.items()
        for value in values.split()
    }


TAGS: Mapping[str, Mapping[str, StatusTag]] = {
    "reminder": _styles(
        ReminderState,
        {"info": "scheduled", "success": "submitted", "neutral": "withheld expired cancelled"},
    ),
    "kind": _styles(ReminderKind, {"neutral": "step one_off acknowledgement reply test"}),
    "attempt": _styles(
        AttemptState,
        {
            "info": "submitting accepted",
            "danger": "rejected presumed_lost",
            "neutral": "not_sent",
            "warning": "unknown",
        },
    ),
    "delivery": _styles(
        Delivery,
        {
            "neutral": "none",
            "info": "queued sent",
            "success": "delivered",
            "danger": "undelivered",
        },
    ),
    "wording": _styles(
        WordingState,
        {
            "neutral": "draft retired expired",
            "warning": "submitted",
            "success": "approved",
            "danger": "rejected",
        },
    ),
    "registration": _styles(
        RegistrationState, {"warning": "waiting", "success": "accepted", "danger": "refused"}
    ),
    "verdict": {
        "now": StatusTag("success", _("May be reminded")),
        "wait": StatusTag("warning", _("Not yet")),
        "never": StatusTag("paused", _("Not to be reminded")),
    },
    "sending": {
        "on": StatusTag("success", _("Sending on")),
        "stopped": StatusTag("danger", _("Sending stopped")),
    },
    "check": {
        "pass": StatusTag("success", _("Passed")),
        "judge": StatusTag("warning", _("Needs judgement")),
        "block": StatusTag("danger", _("Blocked")),
        "tip": StatusTag("info", _("Tip")),
    },
    "run": {
        "sending": StatusTag("info", _("Sending")),
        "done": StatusTag("neutral", _("Done")),
        "stopped": StatusTag("danger", _("Stopped")),
    },
    "intent": {
        "risk_to_life": StatusTag("danger", _("A life may be at risk")),
        "opt_out": StatusTag("paused", _("Opts out")),
        "death": StatusTag("paused", _("Somebody died")),
        "wrong_person": StatusTag("paused", _("Wrong person")),
        "representative": StatusTag("warning", _("Names a representative")),
        "complaint": StatusTag("danger", _("Complains")),
        "dispute": StatusTag("warning", _("Disputes it")),
        "fraud_check": StatusTag("warning", _("Is this genuine?")),
        "times": StatusTag("info", _("Asks for other hours")),
        "paid": StatusTag("info", _("Says it is paid")),
        "hardship": StatusTag("warning", _("Money is tight")),
        "promise": StatusTag("info", _("Promises to pay")),
        "help": StatusTag("info", _("Asks for help")),
        "opt_in": StatusTag("info", _("Wants texts again")),
        "other": StatusTag("neutral", _("Something else")),
    },
    "upload": {
        state.value: StatusTag(style, state.label)
        for state, style in {
            UploadState.MAPPING: "warning",
            UploadState.CHECKING: "info",
            UploadState.CHECKED: "warning",
            UploadState.APPLYING: "info",
            UploadState.APPLIED: "success",
            UploadState.DISCARDED: "neutral",
            UploadState.EXPIRED: "neutral",
        }.items()
    },
    "jump": {"unusual": StatusTag("danger", _("Unusual"))},
    "promise": {
        "open": StatusTag("info", _("Open promise")),
        "kept": StatusTag("success", _("Kept")),
        "broken": StatusTag("warning", _("Broken")),
        "withdrawn": StatusTag("neutral", _("Withdrawn")),
    },
    "live": {"live": StatusTag("success", _("Live"))},
    "call": {
        "reached": StatusTag("success", _("Reached")),
        "no_answer": StatusTag("neutral", _("No answer")),
        "wrong_person": StatusTag("paused", _("Somebody else answered")),
        "voicemail": StatusTag("neutral", _("Voicemail")),
        "promised": StatusTag("success", _("Promised to pay")),
        "no_more_calls": StatusTag("warning", _("Asked not to be called")),
    },
    "hold": {
        "opt_out": StatusTag("paused", _("Opted out")),
        "dispute": StatusTag("paused", _("Dispute")),
        "hardship": StatusTag("paused", _("Hardship")),
        "bankruptcy": StatusTag("paused", _("Bankruptcy")),
        "deceased": StatusTag("paused", _("Deceased")),
        "attorney": StatusTag("paused", _("Represented by a lawyer")),
        "breathing_space": StatusTag("paused", _("Breathing space")),
        "wrong_number": StatusTag("paused", _("Wrong number")),
        "complaint": StatusTag("danger", _("Complaint open")),
        "promise": StatusTag("warning", _("Promise to pay")),
        "plan": StatusTag("paused", _("Repayment plan")),
        "paid": StatusTag("info", _("Says it is paid")),
        "pause": StatusTag("paused", _("Reminders paused")),
        "vulnerable": StatusTag("paused", _("Needs special care")),
    },
}


def status_tag(status: str, kind: str = "") -> StatusTag:
    """The look of ``status``; ``kind`` names its table and is needed where several have it.

    Raises UnknownStatus, so that a forgotten state shows in a test and never as a blank.
    """
    tables = [TAGS[kind]] if kind else list(TAGS.values())
    found = [table[status] for table in tables if status in table]
    if len(found) != 1:
        raise UnknownStatus(f"{status!r} is in {len(found)} tables: name one of {', '.join(TAGS)}.")
    return found[0]
