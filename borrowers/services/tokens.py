"""Keys of the lender's systems: made once, shown once, taken back at once."""

import hashlib
import secrets
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from borrowers.models import ApiToken
from borrowers.policies import imports
from borrowers.policies.imports import CannotTake
from collections_site.audit import services as audit
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed

REPAYMENTS = "repayments"
SCOPES = (REPAYMENTS,)
PREFIX = "courtesy_"  # so that a key that leaks is known for what it is
BYTES = 32
LONGEST = 200  # characters of a key worth hashing


@transaction.atomic
def add(name: str, scopes: Sequence[str] = SCOPES, *, by: User | None = None) -> str:
    """Make a key for the system called ``name`` and answer it; it cannot be shown again.

    Raises NotAllowed for a name that a live key has, an unreadable name, or an unknown scope.
    """
    try:
        name = imports.a_word("name", name, 40)
    except CannotTake as error:
        raise NotAllowed(str(error)) from error
    if not scopes or set(scopes) - set(SCOPES):
        raise NotAllowed(f"Scopes are: {', '.join(SCOPES)}.")
    if ApiToken.objects.filter(name=name, revoked_at=None).exists():
        raise NotAllowed(f"{name} has a key already: revoke it first, or choose another name.")
    key = PREFIX + secrets.token_urlsafe(BYTES)
    row = ApiToken.objects.create(
        name=name,
        digest=_digest(key),
        scopes=sorted(set(scopes)),
        created_at=clock.now(),
        created_by=by,
    )
    audit.record("token.added", row, by=by, after={"name": name, "scopes": row.scopes})
    return key


@transaction.atomic
def revoke(name: str, *, by: User | None = None) -> ApiToken:
    """Take back the live key called ``name``; it opens nothing from now on.

    Raises NotAllowed when there is none.
    """
    row = ApiToken.objects.select_for_update().filter(name=name, revoked_at=None).first()
    if row is None:
        raise NotAllowed(f"No live key is called {name}.")
    row.revoked_at = clock.now()
    row.save(update_fields=["revoked_at"])
    audit.record("token.revoked", row, by=by, after={"name": name})
    return row


def holder(key: str) -> ApiToken | None:
    """Whose live key this is. Keys are random and long, so their plain digest cannot be guessed from."""
    if not key.startswith(PREFIX) or len(key) > LONGEST:
        return None
    return ApiToken.objects.filter(digest=_digest(key), revoked_at=None).first()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
