"""Windows on templates, wordings and ladders, and the one act: approving through the service."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from collections_site.admin import ReadOnlyAdmin
from collections_site.lib.access import StaffRequest
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep
from messaging.models import MessageTemplate, Strategy, Wording
from messaging.services import wordings


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    """Looking wordings up; the review page is where they are read beside the live one."""

    list_display = ["named", "language", "state", "live", "author", "reviewer", "review"]
    list_filter = ["state", "live", "language", "template"]
    list_select_related = ["template", "author", "reviewer"]
    actions = ["approve"]

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("messaging.approve_wording")

    @admin.display(description=_("Version"), ordering="template")
    def named(self, wording: Wording) -> str:
        return f"{wording.template.code} v{wording.version}"

    @admin.display(description=_("Page"))
    def review(self, wording: Wording) -> SafeString:
        page = "wording-review" if wording.state == "submitted" else "wording"
        url = reverse(page, args=[wording.template.code, wording.version])
        word = gettext("Review") if wording.state == "submitted" else gettext("Open")
        return format_html('<a href="{}">{}</a>', url, word)

    @admin.action(permissions=["approve"], description=_("Approve the chosen wordings…"))
    def approve(self, request: StaffRequest, chosen: "QuerySet[Wording]") -> HttpResponse | None:
        """Show the texts first; then approve exactly those, by the fingerprints that were shown."""
        rows = list(chosen.select_related("template", "author"))
        if "confirmed" not in request.POST:
            return self._ask(request, rows)
        for row in rows:
            self._approve_one(request, row)
        return None

    def _ask(self, request: StaffRequest, rows: list[Wording]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "rows": rows, "opts": self.opts}
        context["title"] = gettext("Approve these texts")
        return TemplateResponse(request, "messaging/wording_admin_approve.html", context)

    def _approve_one(self, request: StaffRequest, row: Wording) -> None:
        names: dict[str, Any] = {"code": row.template.code, "version": row.version}
        seen = request.POST.get(f"fingerprint-{row.pk}", "-")
        try:
            wordings.approve(row, by=request.user, fingerprint=seen)
        except NotAllowed as refusal:
            said = f"{row.template.code} v{row.version}: {refusal.sentence}"
            self.message_user(request, said, messages.ERROR)
        except OutOfStep as late:
            self.message_user(request, f"{row.template.code} {late}", messages.ERROR)
        else:
            said = (
                gettext("%(code)s v%(version)s is approved. Reminders use it from now on.") % names
            )
            self.message_user(request, said, messages.SUCCESS)


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ReadOnlyAdmin):
    """Looking up what texts are for."""

    list_display = ["code", "purpose", "name_zh", "name_en"]


@admin.register(Strategy)
class StrategyAdmin(ReadOnlyAdmin):
    """Looking up ladders."""

    list_display = ["code", "version", "state", "live", "author", "reviewer"]
    list_filter = ["state", "live"]
    list_select_related = ["author", "reviewer"]
