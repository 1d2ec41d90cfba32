"""What we say, to whom, when, and what became of it."""

from messaging.models.attempt import Attempt
from messaging.models.decision import Decision
from messaging.models.limit import Limit
from messaging.models.provider import Provider, Registration, Sender
from messaging.models.reminder import Reminder
from messaging.models.reply import Reply
from messaging.models.run import Run
from messaging.models.stop import SendingStop
from messaging.models.strategy import Step, Strategy
from messaging.models.webhook import WebhookEvent
from messaging.models.wording import MessageTemplate, StaffPhone, UnsavedWording, Wording

__all__ = [
    "Attempt",
    "Decision",
    "Limit",
    "MessageTemplate",
    "Provider",
    "Registration",
    "Reminder",
    "Reply",
    "Run",
    "Sender",
    "SendingStop",
    "StaffPhone",
    "Step",
    "Strategy",
    "UnsavedWording",
    "WebhookEvent",
    "Wording",
]
