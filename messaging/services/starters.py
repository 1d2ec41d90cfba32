"""Set up a lender from its file, and give it drafts to begin with."""

import hashlib
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import get_language

from borrowers.models import Lender
from borrowers.models.borrower import bucket_days
from collections_site.audit import services as audit
from messaging.models import MessageTemplate, Provider, Sender, Strategy, Wording
from messaging.policies.lender_file import LenderFile
from messaging.services import strategies, wordings
from messaging.services.wording_rows import Words

STARTERS = Path(__file__).resolve().parent.parent / "starters.toml"
HOME, HOME_SIGNATURE = "CN", "zh-hans"  # gateways there take 【name】 alone for a signature


@dataclass(frozen=True, slots=True)
class Starter:
    """A text to begin with; ``name`` in the reader's language, ``text`` in ``language``."""

    code: str
    purpose: str
    name: str
    language: str
    jurisdictions: list[str]
    text: str


@dataclass(frozen=True, slots=True)
class Begun:
    """How many drafts were made; none when they had been made before."""

    templates: int = 0
    wordings: int = 0
    strategies: int = 0


def gallery(language: str, *, purpose: str = "") -> list[Starter]:
    """The starter texts written in ``language`` (its base counts); those of one purpose, if given."""
    reader = "zh" if (get_language() or "").startswith("zh") else "en"
    return [
        Starter(
            entry["code"],
            entry["purpose"],
            entry[f"name_{reader}"],
            text["language"],
            sorted(text["jurisdictions"]),
            text["text"],
        )
        for entry in _starters()["templates"]
        for text in entry["wordings"]
        if text["language"].split("-")[0] == language.lower().split("-")[0]
        and purpose in ("", entry["purpose"])
    ]


@transaction.atomic
def set_up_lender(file: LenderFile, *, by: User) -> None:
    """Make the lender, its carriers and its ways out what the file says; run again after a change.

    A way out that the file no longer names is closed, never deleted: texts went over it.
    """
    before = _state()
    Lender.objects.update_or_create(
        pk=1,
        defaults={
            "name": file.name,
            "name_en": file.name_en,
            "contact_line": file.contact_line,
            "party": file.party,
            "time_zone": file.time_zone,
            "jurisdictions": list(file.jurisdictions),
            "balance_hours": file.balance_hours,
            "bucket_days": list(file.bucket_days or bucket_days()),
        },
    )
    for code, name in file.providers.items():
        asks = code in file.registering
        Provider.objects.update_or_create(
            code=code, defaults={"name": name, "requires_registration": asks}
        )
    for sender in file.senders:
        values = {**asdict(sender), "provider_id": sender.provider, "enabled": True}
        values["countries"] = list(values.pop("countries"))
        del values["provider"]
        Sender.objects.update_or_create(priority=values.pop("priority"), defaults=values)
    named = [sender.priority for sender in file.senders]
    Sender.objects.exclude(priority__in=named).update(enabled=False)
    if (after := _state()) != before:
        audit.record("lender.set_up", Lender.objects.get(), by=by, before=before, after=after)


def _state() -> dict[str, Any]:
    """What the file decides, as the log keeps it: the lender by digest, the ways out by their codes."""
    lender = Lender.objects.values().first()
    senders = Sender.objects.filter(enabled=True).values_list(
        "priority", "provider_id", "countries", "rate", "price", "currency"
    )
    asking = Provider.objects.filter(requires_registration=True).order_by("pk")
    return {
        "registering": list(asking.values_list("pk", flat=True)),
        "lender": lender and hashlib.sha256(repr(sorted(lender.items())).encode()).hexdigest(),
        "senders": [[str(value) for value in sender] for sender in senders],
    }


@transaction.atomic
def draft_starters(file: LenderFile, *, by: User) -> Begun:
    """Draft the starter templates under the lender's signatures, and the starter ladder.

    What exists already, in whatever state, is left alone. A language without a signature in the file
    gets no drafts; a text that mainland China's gateway may carry, also one that fits everywhere, has
    the Chinese signature, in whatever language it is written. Raises NotAllowed when ``by`` may not
    write them.
    """
    templates = drafts = 0
    for entry in _starters()["templates"]:
        values = {key: entry[key] for key in ("purpose", "name_en", "name_zh")}
        template, new = MessageTemplate.objects.get_or_create(code=entry["code"], defaults=values)
        templates += new
        drafts += sum(_draft(template, text, file, by) for text in entry["wordings"])
    ladders = _draft_ladder(_starters()["ladder"], by)
    return Begun(templates, drafts, ladders)


def _draft(template: MessageTemplate, entry: dict[str, Any], file: LenderFile, by: User) -> bool:
    language, places = entry["language"], sorted(entry["jurisdictions"])
    there = Wording.objects.filter(template=template, language=language, jurisdictions=places)
    sent_to = [country for sender in file.senders for country in sender.countries]
    home = HOME in (places or [*file.jurisdictions, *sent_to])
    signed = file.signatures.get(HOME_SIGNATURE if home else language)
    if signed is None or there.exists():
        return False
    wordings.draft(template, Words(language, places, signed, entry["text"]), by=by)
    return True


def _draft_ladder(entry: dict[str, Any], by: User) -> int:
    if Strategy.objects.filter(code=entry["code"]).exists():
        return 0
    by_code = {template.code: template for template in MessageTemplate.objects.all()}
    steps = [(step["offset"], by_code[step["template"]]) for step in entry["steps"]]
    strategies.draft(
        entry["code"], name_en=entry["name_en"], name_zh=entry["name_zh"], steps=steps, by=by
    )
    return 1


@cache
def _starters() -> dict[str, Any]:
    return tomllib.loads(STARTERS.read_text(encoding="utf-8"))
