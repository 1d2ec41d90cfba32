"""Do-not-contact lists brought by browser: kept for a day between the look at them and the yes."""

import json
import os
import re
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from borrowers.policies.do_not_contact import Kind
from borrowers.services import do_not_contact, import_reader, import_uploads, portfolio_files
from borrowers.services.do_not_contact import Checked, Listing
from borrowers.services.import_uploads import CannotReceive
from borrowers.services.portfolio_files import CannotImport, TooLarge
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep

KEPT = timedelta(hours=24)  # the sweep of imports removes what is older
WORD = re.compile(r"[\w-]{16}")
TEXT, ABOUT = "list.csv", "about.json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A list that waits: the word it is found by, its file's name, and what it is called."""

    word: str
    name: str
    source: str


def receive(file: "UploadedFile[Any]", source: str, *, by: User) -> Kept:
    """Read a list and keep its text for a day, for whoever brought it.

    Raises CannotReceive when it cannot be read, NotAllowed for somebody who does not import.
    """
    if not by.has_perm("borrowers.import_portfolio"):
        raise NotAllowed(_("Your role does not import portfolios: ask a supervisor."))
    name = portfolio_files.storable(Path(file.name or "").name)[:80] or "list.csv"
    box = Path(tempfile.mkdtemp(dir=import_uploads.home(), prefix="new-"))
    try:
        import_reader.insist_small(file.size or 0, name, do_not_contact.DOOR)
        raw = box / "list.raw"
        with raw.open("wb") as into:
            for chunk in file.chunks():
                into.write(chunk)
        do_not_contact.convert(raw, box / TEXT, name)
        do_not_contact.read(box / TEXT, name)
        raw.unlink()
        kept = Kept(secrets.token_urlsafe(12), name, source)
        about = {"name": name, "source": source, "by": by.pk, "at": clock.real_now().timestamp()}
        (box / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        os.rename(box, _box(kept.word))
    except CannotImport as unreadable:
        shutil.rmtree(box, ignore_errors=True)
        large = isinstance(unreadable, TooLarge)
        raise CannotReceive([unreadable.sentence], too_large=large) from unreadable
    except BaseException:
        shutil.rmtree(box, ignore_errors=True)
        raise
    return kept


def find(word: str, *, by: User) -> Kept:
    """The list of ``by`` under this word. Raises OutOfStep when it was applied, put aside or is too old."""
    about = _about(word)
    if about is None or about["by"] != by.pk or _is_old(about):
        raise OutOfStep(_("This list is no longer kept: bring the file again."))
    return Kept(word, about["name"], about["source"])


def read(kept: Kept, *, column: int | None = None, kind: Kind | None = None) -> Listing:
    """What the list says; column and kind as chosen, else guessed."""
    return do_not_contact.read(_box(kept.word) / TEXT, kept.name, column=column, kind=kind)


def apply(kept: Kept, listing: Listing, *, by: User) -> Checked:
    """Hold everybody on it, and forget the text. Raises as ``do_not_contact.apply``."""
    with transaction.atomic():
        done = do_not_contact.apply(listing, kept.source, by=by)
        transaction.on_commit(lambda: discard(kept))
    return done


def discard(kept: Kept) -> None:
    """Forget the text."""
    shutil.rmtree(_box(kept.word), ignore_errors=True)


def _box(word: str) -> Path:
    return import_uploads.home() / f"list-{word}"


def _about(word: str) -> dict[str, Any] | None:
    if not WORD.fullmatch(word):
        return None
    try:
        about: dict[str, Any] = json.loads((_box(word) / ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return about


def _is_old(about: dict[str, Any]) -> bool:
    return bool(clock.real_now().timestamp() - about["at"] > KEPT.total_seconds())
