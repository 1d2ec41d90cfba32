"""Where a person may be, and which source said so."""

import pytest

from borrowers.policies import places

SHANGHAI, NEW_YORK = "+8613800990421", "+12125550123"
EAST = "America/New_York"


@pytest.mark.parametrize(
    ("zones", "source", "own", "region", "phone", "decider"),
    [
        (["Asia/Shanghai"], "file", "Asia/Shanghai", "CN", SHANGHAI, "file"),
        ([EAST], "derived", "", "US-NY", NEW_YORK, "both"),
        (["Europe/London", EAST], "derived", "", "US-NY", NEW_YORK, "people"),
        ([EAST], "number", "", "US-NY", NEW_YORK, "number"),
        (["Asia/Shanghai", EAST], "file", EAST, "US-NY", NEW_YORK, "people"),
        (["Europe/London"], "derived", "", "GB", "+883510012345", "region"),
        ([EAST], "derived", "", "ZZ", NEW_YORK, "number"),
    ],
)
def test_the_page_can_say_what_decided_the_zones(
    zones: list[str], source: str, own: str, region: str, phone: str, decider: str
) -> None:
    assert places.decided_by(zones, source, own=own, region=region, phone=phone) == decider


def test_a_region_and_a_number_that_disagree_both_count() -> None:
    zones = places.candidate_zones("US-NY", SHANGHAI)
    assert EAST in zones
    assert len(zones) > 1
    assert places.decided_by(zones, "derived", own="", region="US-NY", phone=SHANGHAI) == "either"
