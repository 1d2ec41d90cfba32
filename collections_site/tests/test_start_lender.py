"""What a lender begins with can be approved as it is, by the same services as everything else."""

from pathlib import Path

import pytest
from django.conf import settings

from collections_site.demo import approvals
from collections_site.management.commands.start_lender import read
from messaging.models import Wording
from messaging.services import starters
from tests import cast

pytestmark = pytest.mark.django_db
FILES = ["docs/example-lender.toml", "collections_site/demo/lender.toml"]


@pytest.mark.parametrize("file", FILES)
def test_every_draft_of_a_shipped_lender_file_can_be_approved(file: str) -> None:
    cast.at_noon()
    author, reviewer = cast.a_user(role="supervisor"), cast.a_user(role="compliance")
    lender = read(Path(settings.BASE_DIR) / file)
    starters.set_up_lender(lender, by=author)
    begun = starters.draft_starters(lender, by=author)
    assert begun.wordings
    approvals.approve_drafts(author=author, reviewer=reviewer)
    assert Wording.objects.filter(live=True).count() == begun.wordings
    assert not Wording.objects.exclude(state="approved").exists()


def test_a_text_for_everywhere_stands_under_the_signature_that_its_carriers_ask_for() -> None:
    author = cast.a_user(role="supervisor")
    lender = read(Path(settings.BASE_DIR) / FILES[0])
    starters.set_up_lender(lender, by=author)
    starters.draft_starters(lender, by=author)
    english = Wording.objects.filter(language="en", template__code="T-010")
    signed = {tuple(row.jurisdictions): row.signature for row in english}
    assert signed.pop(()) == "【示例消金】"
    assert set(signed.values()) == {"Example Finance: "}
