"""The staff of the demonstration: readable passwords, the same at every start."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from collections_site import staff
from collections_site.lib.decision import NotAllowed
from messaging.services import own_phone

WORDS = (
    "amber apple autumn bamboo barley birch breeze bridge candle cedar cherry cloud clover coral "
    "cotton crane dawn ember falcon fern field forest garden ginger harbor hazel heron honey indigo "
    "island ivory jasmine juniper lake lantern lemon linen lotus maple meadow melon moss mountain "
    "olive orchard otter pebble pepper pine plum quartz rain reed ribbon river saffron sparrow "
    "spruce stone thistle tulip valley walnut willow"
)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the cast: name to sign in with, name colleagues see, role, and the phone for tests."""

    name: str
    full_name: str
    role: str
    phone: str = ""


LI = Person("li", "李静", "supervisor", "+8615400000001")
ZHOU = Person("zhou", "周敏", "compliance", "+8615400000002")
CHEN = Person("chen", "陈晨", "collector", "+8615400000003")
CAST = [
    CHEN,
    LI,
    Person("xu", "徐岚", "supervisor", "+8615400000004"),
    ZHOU,
    Person("he", "何平", "compliance", "+8615400000006"),
    Person("wu", "吴桐", "auditor"),
    Person("lin", "林涛", "administrator"),
]


def passwords_file() -> Path:
    """Where the demonstration keeps its passwords, readable by its owner alone."""
    return Path(settings.VAR_DIR) / "demo-users.json"


@transaction.atomic
def welcome_all() -> dict[str, User]:
    """Make sure everyone of the cast exists and can sign in with the password on file; never in production."""
    if settings.PRODUCTION:
        raise NotAllowed("There are no demonstration users in production.")
    known = _read()
    users = {}
    for person in CAST:
        user = User.objects.filter(username=person.name).first()
        user = user or staff.add(person.name, person.role, full_name=person.full_name)
        password = known.setdefault(person.name, _password())
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        users[person.name] = user
    _write(known)
    return users


def give_phones(users: dict[str, User]) -> None:
    """Record the phones of those who write or review wordings. The lender is set up before."""
    for person in CAST:
        if person.phone and own_phone.phone_of(users[person.name]) is None:
            own_phone.record_phone(users[person.name], person.phone, by=None)


def passwords() -> dict[str, str]:
    """Name to password, in the order of the cast."""
    known = _read()
    return {person.name: known[person.name] for person in CAST if person.name in known}


def _password() -> str:
    return (
        "-".join(secrets.choice(WORDS.split()) for _ in range(3)) + f"-{secrets.randbelow(90) + 10}"
    )


def _read() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(passwords_file().read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _write(known: dict[str, str]) -> None:
    path = passwords_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(known, file, indent=2)
    fresh.replace(path)
