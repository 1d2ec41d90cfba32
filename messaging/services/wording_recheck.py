"""Live texts looked at again: words and rules learn, and what was approved may not pass any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from messaging.models import Wording
from messaging.services import wording_checks
from messaging.services.wording_checks import Found


@dataclass(frozen=True, slots=True)
class Outgrown:
    """A live wording, and what keeps it from being approved today."""

    wording: Wording
    blocks: Sequence[Found]


def outgrown() -> list[Outgrown]:
    """The live wordings in which the checks of today find what cannot be sent, by template and version.

    They are sent until a person decides: a list alone takes no approved text down.
    """
    rows = Wording.objects.filter(live=True).select_related("template")
    looked = (
        (row, wording_checks.look(row).blocks) for row in rows.order_by("template", "version")
    )
    return [Outgrown(row, blocks) for row, blocks in looked if blocks]
