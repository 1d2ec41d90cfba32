"""Members of staff: each gets one role, and a link that lets them choose a password once."""

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from collections_site.audit import services as audit
from collections_site.lib.decision import NotAllowed
from collections_site.roles import ROLES
from messaging.services import own_phone


@transaction.atomic
def add(
    name: str, role: str, *, full_name: str = "", phone: str = "", by: User | None = None
) -> User:
    """Add a member of staff who cannot sign in before opening the welcome link.

    ``phone`` is their own, on which they may get tests of what they write; ``by`` vouches for it.
    Raises NotAllowed for a role that does not exist, a name that is taken or cannot be one, and a
    phone that is no number or a borrower's.
    """
    if role not in ROLES:
        raise NotAllowed(f"There is no role {role!r}: {', '.join(ROLES)}.")
    if User.objects.filter(username__iexact=name).exists():
        raise NotAllowed(f"The name {name!r} is taken.")
    user = User(username=name, first_name=full_name)
    user.set_unusable_password()
    try:
        with translation.override("en"):
            user.full_clean()
    except ValidationError as error:
        raise NotAllowed(f"{name!r} cannot be a name: {error.messages[0]}") from error
    user.save()
    user.groups.set([Group.objects.get(name=role)])
    audit.record("staff.added", user, by=by, after={"role": role})
    if phone:
        own_phone.record_phone(user, phone, by=by)
    return user


def record_phone(name: str, phone: str, *, by: User | None = None) -> User:
    """Record the own phone of somebody who is on the staff already. Raises NotAllowed."""
    user = User.objects.filter(username__iexact=name).first()
    if user is None:
        raise NotAllowed(f"There is nobody named {name!r}.")
    own_phone.record_phone(user, phone, by=by)
    return user


def welcome_link(user: User) -> str:
    """Where this person chooses a password; good for three days, and until they have chosen one."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return f"{settings.PUBLIC_URL}/welcome/{uid}/{default_token_generator.make_token(user)}/"
