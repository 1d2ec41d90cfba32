"""Sending, replies and the evidence of decisions."""

from django.urls import path

from collections_site.lib import converters  # noqa: F401  <ref:…>
from messaging.views import decisions, escaped, one_off, replies, sending

urlpatterns = [
    path("dispatch/", sending.sending, name="dispatch"),
    path("dispatch/stop/", sending.stop, name="stop"),
    path("dispatch/resume/", sending.resume, name="resume"),
    path("dispatch/resume/<int:pk>/propose/", sending.propose_resume, name="resume-propose"),
    path("dispatch/resume/<int:pk>/approve/", sending.approve_resume, name="resume-approve"),
    path("dispatch/runs/<int:pk>/", sending.run, name="run"),
    path("dispatch/runs/<int:pk>/cancel/", one_off.cancel_list, name="run-cancel"),
    path("dispatch/reminders/", sending.reminders, name="reminders"),
    path("dispatch/escaped/", escaped.escaped, name="escaped"),
    path("messages/<uuid:pk>/", sending.message, name="message"),
    path("evidence/decisions/<int:pk>/", decisions.decision, name="decision"),
    path("borrowers/<ref:borrower_ref>/remind/", one_off.remind, name="remind"),
    path(
        "borrowers/<ref:borrower_ref>/remind/<int:pk>/cancel/", one_off.cancel, name="remind-cancel"
    ),
    path("inbox/", replies.inbox, name="inbox"),
    path("inbox/<int:pk>/", replies.reply, name="reply"),
    path("inbox/<int:pk>/handled/", replies.handle, name="reply-handle"),
]
