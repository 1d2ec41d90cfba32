"""Where an upload may stand, and which steps it may take; and the words for what a loan is."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from borrowers.policies.imports import PRODUCTS
from collections_site.lib.steps import Steps

PRODUCT_WORDS: dict[str, str | Promise] = dict(
    zip(PRODUCTS, (_("Credit card"), _("Consumer loan"), _("Instalment plan")), strict=True)
)


class UploadState(TextChoices):
    """From the bytes to the book."""

    MAPPING = "mapping", _("Columns to confirm")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked")
    APPLYING = "applying", _("Being applied")
    APPLIED = "applied", _("Applied")
    DISCARDED = "discarded", _("Put aside")
    EXPIRED = "expired", _("Not applied in time")


# A check or an import that ends badly goes back one step, and says why.
UPLOAD_STEPS: Steps = {
    UploadState.MAPPING: frozenset(
        {UploadState.CHECKING, UploadState.DISCARDED, UploadState.EXPIRED}
    ),
    UploadState.CHECKING: frozenset({UploadState.CHECKED, UploadState.MAPPING}),
    UploadState.CHECKED: frozenset(
        {
            UploadState.CHECKING,
            UploadState.MAPPING,
            UploadState.APPLYING,
            UploadState.DISCARDED,
            UploadState.EXPIRED,
        }
    ),
    UploadState.APPLYING: frozenset({UploadState.APPLIED, UploadState.CHECKED}),
    UploadState.APPLIED: frozenset(),
    UploadState.DISCARDED: frozenset(),
    UploadState.EXPIRED: frozenset(),
}
# Somebody still has to do something, and the bytes are kept.
OPEN = [UploadState.MAPPING, UploadState.CHECKING, UploadState.CHECKED, UploadState.APPLYING]
WORKING = [UploadState.CHECKING, UploadState.APPLYING]
