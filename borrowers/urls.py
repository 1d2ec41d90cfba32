"""Finding people, and bringing in what they owe."""

from django.urls import path

from borrowers.views import (
    acts,
    care,
    do_not_contact,
    import_rows,
    imports,
    lift_list,
    lifts,
    people,
    reveals,
)
from collections_site.lib import converters  # noqa: F401  <ref:…>

urlpatterns = [
    path("borrowers/", people.borrowers, name="borrowers"),
    path("lifts/", lift_list.lifts, name="lifts"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import-new"),
    path("imports/examples/<slug:name>.csv", import_rows.example, name="import-example"),
    path("imports/do-not-contact/", do_not_contact.bring, name="do-not-contact"),
    path("imports/do-not-contact/<ref:word>/", do_not_contact.check, name="do-not-contact-check"),
    path(
        "imports/do-not-contact/<ref:word>/apply/",
        do_not_contact.apply,
        name="do-not-contact-apply",
    ),
    path(
        "imports/do-not-contact/<ref:word>/discard/",
        do_not_contact.discard,
        name="do-not-contact-discard",
    ),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/columns/", imports.columns, name="import-columns"),
    path("imports/<int:pk>/reopen/", imports.reopen, name="import-reopen"),
    path("imports/<int:pk>/release/", imports.release, name="import-release"),
    path("imports/<int:pk>/apply/", imports.apply, name="import-apply"),
    path("imports/<int:pk>/discard/", imports.discard, name="import-discard"),
    path("imports/<int:pk>/repair/", import_rows.repair, name="import-repair"),
    path("imports/<int:pk>/rejected/<slug:kind>.csv", import_rows.rejected, name="import-rejected"),
    path("imports/batches/<int:pk>/", import_rows.batch, name="import-batch"),
    path(
        "imports/batches/<int:pk>/rejected.csv",
        import_rows.batch_rejected,
        name="import-batch-rejected",
    ),
    *(
        path(f"borrowers/<ref:borrower_ref>/{name}/", acts.act, {"name": name}, name=f"act-{name}")
        for name in acts.ACTS
    ),
    path("borrowers/<ref:borrower_ref>/care/", care.care, name="care"),
    path("borrowers/<ref:borrower_ref>/reveal/", reveals.reveal, name="reveal"),
    path("borrowers/<ref:borrower_ref>/holds/<int:pk>/lift/", lifts.lift, name="hold-lift"),
    path(
        "borrowers/<ref:borrower_ref>/holds/<int:pk>/propose/", lifts.propose, name="hold-propose"
    ),
    path(
        "borrowers/<ref:borrower_ref>/holds/<int:pk>/approve/", lifts.approve, name="hold-approve"
    ),
    path(
        "borrowers/<ref:borrower_ref>/holds/<int:pk>/decline/", lifts.decline, name="hold-decline"
    ),
]
