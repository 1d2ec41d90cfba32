"""Templates: what a text is for. Once made, code, purpose and product never change."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from collections_site.audit import services as audit
from collections_site.lib.decision import NotAllowed
from messaging.models import MessageTemplate
from messaging.models.wording import PRODUCTS, PURPOSES
from messaging.services import acting
from messaging.services import wording_rows as rows


@transaction.atomic
def create(
    *, purpose: str, product: str = "", name_en: str, name_zh: str, by: User
) -> MessageTemplate:
    """Make an empty template under the next code; an empty ``product`` fits every loan.

    Raises NotAllowed for staff who may not write, for an unknown purpose or product, and where a
    name is missing.
    """
    acting.may(by, "messaging.add_wording", rows.cannot_write())
    names = {"name_en": name_en.strip()[:60], "name_zh": name_zh.strip()[:60]}
    if purpose not in PURPOSES or product not in PRODUCTS:
        raise NotAllowed(_("Choose what the texts are for."))
    if not all(names.values()):
        raise NotAllowed(_("Name the template in both languages."))
    made = MessageTemplate.objects.create(
        code=_next_code(), purpose=purpose, product=product, **names
    )
    after = {"code": made.code, "purpose": purpose, "product": product}
    audit.record("template.created", made, by=by, after=after)
    return made


def _next_code() -> str:
    """One above the highest number; whoever asks at the same time waits for the first to commit."""
    MessageTemplate.objects.select_for_update().order_by("pk").first()
    codes = MessageTemplate.objects.filter(code__regex=r"^T-\d+$").values_list("code", flat=True)
    return f"T-{max((int(code[2:]) for code in codes), default=0) + 1:03d}"
