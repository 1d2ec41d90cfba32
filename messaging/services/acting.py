"""What every act asks first on rows that one person writes and another approves, and how it is refused."""

from collections.abc import Callable, Mapping

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import get_language

from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep, Steps, move
from messaging.models import Strategy, Wording


def may(by: User, permission: str, sentence: str) -> None:
    """Raises NotAllowed with ``sentence`` for staff without ``permission``."""
    if not by.has_perm(permission):
        raise NotAllowed(sentence)


def said(sentences: Mapping[str, tuple[str, str]], code: str) -> str:
    """The sentence of a policy's code, English or Chinese, in the reader's language."""
    english, chinese = sentences[code]
    return chinese if (get_language() or "").startswith("zh") else english


def step(
    rows: "QuerySet[Wording] | QuerySet[Strategy]",
    to: str,
    steps: Steps,
    late: Callable[[], OutOfStep],
    **fields: object,
) -> None:
    """Move the one row of ``rows`` to a state; raises what ``late`` answers where it stands elsewhere."""
    if not move(rows, to, steps, **fields):
        raise late()
