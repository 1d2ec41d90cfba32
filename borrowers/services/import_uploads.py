"""Files brought by browser: taken in, released by a second person, applied, put aside."""

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from borrowers.models import ColumnMapping, Upload
from borrowers.policies import import_headers
from borrowers.policies.imports import SHEETS
from borrowers.services import import_reader, portfolio_files
from borrowers.services.portfolio_files import CannotImport, Source, TooLarge, refusal
from borrowers.states import UPLOAD_STEPS, UploadState
from collections_site.audit import services as audit
from collections_site.lib import clock, steps
from collections_site.lib.decision import NotAllowed

KEPT = timedelta(hours=24)
MOST_FILES = len(SHEETS)
SHEET = {sheet.name: sheet for sheet in SHEETS}


class CannotReceive(NotAllowed):
    """Some of the files cannot be read; `sentences` says of each what to do. Nothing was kept.

    ``too_large`` when one of them is more than a browser may bring.
    """

    def __init__(self, sentences: Sequence[str], *, too_large: bool = False) -> None:
        super().__init__(" ".join(sentences))
        self.sentences, self.too_large = tuple(sentences), too_large


class NotLooked(NotAllowed):
    """Some of what is unusual was not looked at: ``missing`` numbers it from 0."""

    def __init__(self, missing: Collection[int]) -> None:
        super().__init__(_("Tick each of the unusual figures that you have looked at."))
        self.missing = frozenset(missing)


def home() -> Path:
    """Where uploads lie: no web server serves it, and only the site's own user reads it."""
    folder = Path(settings.VAR_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def folder(upload: Upload) -> Path:
    """Where the bytes of this upload lie while it is open."""
    return home() / str(upload.pk)


def settle(box: Path, upload: Upload) -> None:
    """Make ``box`` the folder of a new upload; what lies there is from before the database was restored."""
    shutil.rmtree(folder(upload), ignore_errors=True)
    os.rename(box, folder(upload))


def receive(
    files: Sequence["UploadedFile[Any]"], *, source: str, full: bool, data_as_of: datetime, by: User
) -> Upload:
    """Keep one to four files and guess what they are.

    Raises CannotReceive with one sentence a file, NotAllowed when ``by`` does not import.
    """
    insist(by, "borrowers.import_portfolio")
    if data_as_of > clock.now():
        raise CannotReceive([refusal("future").sentence])
    box = Path(tempfile.mkdtemp(dir=home(), prefix="new-"))
    try:
        told = _read_all(files, box)
        _guess_all(told, source)
        if full and len(told) < MOST_FILES:
            missing = ", ".join(sorted(SHEET.keys() - {one["kind"] for one in told}))
            raise CannotReceive([refusal("full_needs_all", missing=missing).sentence])
        with transaction.atomic():
            at = clock.now()
            upload = Upload.objects.create(
                source=source,
                full=full,
                data_as_of=data_as_of,
                files=told,
                by=by,
                at=at,
                keep_until=at + KEPT,
            )
            record("upload.received", upload, by, files=[one["sha256"] for one in told])
            settle(box, upload)
    except BaseException:
        shutil.rmtree(box, ignore_errors=True)
        raise
    return upload


def _read_all(files: Sequence["UploadedFile[Any]"], box: Path) -> list[dict[str, Any]]:
    told, refused = [], list[CannotImport]()
    for number, file in enumerate(files, 1):
        name = portfolio_files.storable(Path(file.name or "").name)[:80] or f"{number}.csv"
        raw, text = box / f"{number}.raw", box / f"{number}.csv"
        try:
            import_reader.insist_small(file.size or 0, name, import_reader.PORTFOLIO)
            with raw.open("wb") as into:
                for chunk in file.chunks():
                    into.write(chunk)
            said = import_reader.read(raw, text, name)
            told.append({"name": name, "path": text.name, **said})
        except CannotImport as unreadable:
            refused.append(unreadable)
        raw.unlink(missing_ok=True)
    if refused:
        large = any(isinstance(one, TooLarge) for one in refused)
        raise CannotReceive([one.sentence for one in refused], too_large=large)
    return told


def _guess_all(told: Sequence[dict[str, Any]], source: str) -> None:
    """A kind for each file, each kind once as far as that goes, and its columns."""
    free = {sheet.name for sheet in SHEETS}
    for one in told:
        kind = import_headers.kind(one["name"], one["header"]).name
        one["kind"] = kind if kind in free else sorted(free)[0]
        free.discard(one["kind"])
        one["columns"] = guess(one, source)


def guess(file: Mapping[str, Any], source: str) -> dict[str, int | None]:
    """The columns of a described file, with what was confirmed for this source before."""
    held = ColumnMapping.objects.filter(source=source, file=file["kind"]).first()
    return import_headers.guess(SHEET[file["kind"]], file["header"], held.columns if held else None)


def brought_by(upload: Upload, by: User) -> dict[str, Any]:
    """Whoever changes columns, figures or rows has brought the files too: somebody else releases them.

    The fields to write with the change, in its transaction.
    """
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    told: dict[str, Any] = {"changed_by": sorted({*held.changed_by, by.pk})}
    return told if held.by_id else {**told, "by": by}


def changers(upload: Upload) -> "QuerySet[User]":
    """Who changed how the files are read since somebody else, or the command, brought them."""
    others = set(upload.changed_by) - {upload.by_id}
    return User.objects.filter(pk__in=others).order_by("pk")


def has_brought(upload: Upload, person: User) -> bool:
    """Whether this person brought the files or changed how they are read."""
    return person.pk == upload.by_id or person.pk in upload.changed_by


@transaction.atomic
def release(upload: Upload, *, looked: Collection[int], by: User) -> None:
    """A second person has looked at everything that is unusual: ``looked`` numbers the jumps from 0.

    Raises NotAllowed for whoever brought or changed it, NotLooked when one was left out.
    """
    insist(by, "borrowers.release_import")
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if has_brought(held, by):
        raise NotAllowed(
            _("You brought or changed these files, so someone else must look at what is unusual.")
        )
    if held.state != UploadState.CHECKED or held.checked_at != upload.checked_at:
        raise steps.OutOfStep(_("The files were checked again meanwhile: look at the new figures."))
    if missing := set(range(len(held.found["jumps"]))) - set(looked):
        raise NotLooked(missing)
    Upload.objects.filter(pk=held.pk).update(released_by=by, released_at=clock.now())
    record("upload.released", held, by, jumps=[one["code"] for one in held.found["jumps"]])


@transaction.atomic
def ask_to_apply(upload: Upload, *, by: User) -> None:
    """Let the background write it. Raises NotAllowed while something unusual waits for a second person."""
    insist(by, "borrowers.import_portfolio")
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if held.found.get("jumps") and held.released_by_id is None:
        raise NotAllowed(
            _("Something in these files is unusual: a second person has to look first.")
        )
    move(held, UploadState.APPLYING, problem="")
    record("upload.apply_asked", held, by)
    ring()


@transaction.atomic
def discard(upload: Upload, *, by: User) -> None:
    """Put the files aside, and forget their bytes. Raises OutOfStep while they are being worked on."""
    insist(by, "borrowers.import_portfolio")
    move(upload, UploadState.DISCARDED)
    record("upload.discarded", upload, by)
    transaction.on_commit(lambda: forget(upload))


def forget(upload: Upload) -> None:
    """Remove the bytes, the cells of its rows, and the samples."""
    shutil.rmtree(folder(upload), ignore_errors=True)
    upload.rows.exclude(cells=[]).update(cells=[])
    found = {name: value for name, value in upload.found.items() if name != "samples"}
    Upload.objects.filter(pk=upload.pk).update(found=found)


def sources(upload: Upload) -> list[Source]:
    """The four files as the import reads them; one that was not brought has no rows.

    Raises CannotImport when the bytes are gone.
    """
    box = folder(upload)
    brought = {one["kind"]: one for one in upload.files}
    found = []
    for sheet in SHEETS:
        one = brought.get(sheet.name)
        path = box / (one["path"] if one else f"no-{sheet.name}")
        if not box.is_dir() or (one and not path.is_file()):
            raise refusal("gone")
        if one is None:
            path.write_text(",".join(sheet.columns) + "\n", encoding="utf-8")
        source = portfolio_files.examine(path, sheet)
        columns = tuple(one["columns"].get(name) for name in sheet.columns) if one else ()
        ordered = columns == tuple(range(len(sheet.columns)))
        found.append(source if ordered else replace(source, columns=columns))
    return found


def move(upload: Upload, to: UploadState, **fields: Any) -> None:
    """Take a step, or raise OutOfStep when somebody was quicker."""
    if not steps.move(Upload.objects.filter(pk=upload.pk), to, UPLOAD_STEPS, **fields):
        raise steps.OutOfStep(_("Somebody was quicker: this is how the import stands now."))


def record(
    verb: str,
    upload: Upload,
    by: User | None,
    before: Mapping[str, Any] | None = None,
    **after: Any,
) -> None:
    """One event about an upload; codes, ids, amounts and digests only."""
    audit.record(verb, upload, by=by, before=before, after=after)


def ring() -> None:
    """Tell the background that something waits; it looks every minute anyhow."""
    transaction.on_commit(import_string(settings.IMPORTS_DOORBELL))


def insist(by: User, permission: str = "borrowers.import_portfolio") -> None:
    """Raise NotAllowed when ``by`` may not do this to imports."""
    if not by.has_perm(permission):
        raise NotAllowed(_("Your role does not import portfolios: ask a supervisor."))
