"""The library of wordings, the author's desk and the reviewer's."""

from django.urls import path

from collections_site.lib import converters  # noqa: F401  <ref:…>
from messaging.views import wording_decisions as decisions
from messaging.views import wording_desk as desk
from messaging.views import wording_registrations as registrations
from messaging.views import wording_templates as templates
from messaging.views import wording_unsaved as unsaved
from messaging.views import wordings

ONE = "<ref:code>/v<int:number>"

urlpatterns = [
    path("", wordings.library, name="wordings"),
    path("review/", decisions.queue, name="wording-queue"),
    path("new/", templates.new_template, name="wording-template-new"),
    path("<ref:code>/", templates.template, name="wording-template"),
    path("<ref:code>/new/", desk.new, name="wording-new"),
    path("<ref:code>/check/", desk.check, name="wording-check"),
    path("<ref:code>/keep/", unsaved.keep, name="wording-keep"),
    path("<ref:code>/discard/", unsaved.discard, name="wording-discard"),
    path("<ref:code>/compare/", wordings.compare_any, name="wording-compare-any"),
    path(
        "<ref:code>/compare/v<int:before>...v<int:after>/",
        wordings.compare,
        name="wording-compare",
    ),
    path(f"{ONE}/", wordings.version, name="wording"),
    path(f"{ONE}/edit/", desk.edit, name="wording-edit"),
    path(f"{ONE}/submit/", desk.submit, name="wording-submit"),
    path(f"{ONE}/withdraw/", desk.withdraw, name="wording-withdraw"),
    path(f"{ONE}/test/", desk.test, name="wording-test"),
    path(f"{ONE}/review/", decisions.review, name="wording-review"),
    path(f"{ONE}/decide/", decisions.decide, name="wording-decide"),
    path(f"{ONE}/live/", decisions.make_live, name="wording-live"),
    path(f"{ONE}/retire/", decisions.retire, name="wording-retire"),
    path(f"{ONE}/registration/<slug:provider>/", registrations.register, name="wording-register"),
]
