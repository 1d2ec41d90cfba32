"""Check and apply uploads in the background: each may be started twice, and may die at any moment."""

import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from borrowers.models import Upload, UploadRow
from borrowers.policies.import_jumps import all_covered
from borrowers.services import import_cases, import_uploads, imports, portfolio_files
from borrowers.services.import_preview import Look
from borrowers.services.import_record import Counts, Summary
from borrowers.services.portfolio_files import Busy, CannotImport, Source, refusal
from borrowers.states import OPEN, WORKING, UploadState
from collections_site.lib import clock
from collections_site.lib.decision import NotAllowed
from collections_site.lib.whole_numbers import whole_number

log = logging.getLogger(__name__)
AT_WORK = 4206  # advisory lock, with the upload's id: held for as long as somebody works on it
Then = Callable[[frozenset[int]], int]


class MovedOn(CannotImport):
    """Something unusual that nobody has released: the book has changed since the check."""

    def __init__(self) -> None:
        super().__init__(refusal("moved_on").sentence)


def work(then: Then) -> dict[str, int]:
    """Check and apply whatever waits, the oldest first; answer how many of each, and how many ended."""
    done = {"ended": sweep(), "checked": 0, "applied": 0}
    rows = Upload.objects.filter(state__in=WORKING).order_by("pk")
    for pk, state in list(rows.values_list("pk", "state")):
        if state == UploadState.CHECKING:
            check(pk)
            done["checked"] += 1
        else:
            apply(pk, then)
            done["applied"] += 1
    return done


def check(pk: int) -> None:
    """Find out what the files would do, and write that down; of the book nothing is changed."""
    with _at_work(pk, UploadState.CHECKING) as upload:
        if upload is not None:
            with _told(upload, UploadState.MAPPING):
                _look(upload)


def apply(pk: int, then: Then) -> None:
    """Write a checked upload into the book, all of it or nothing.

    ``then`` hears which loans owe something else now, in the same transaction. Where something new is
    unusual, what the files would do now is found out instead, and waits for a second person.
    """
    with _at_work(pk, UploadState.APPLYING) as upload:
        if upload is not None:
            with _told(upload, UploadState.CHECKED):
                try:
                    _write(upload, then)
                except MovedOn as moved:
                    _look(upload, problem=moved.sentence)


def _look(upload: Upload, problem: str = "") -> None:
    files = import_uploads.sources(upload)
    summary = imports.take(
        files,
        as_of=upload.data_as_of,
        delta=not upload.full,
        check=True,
        repairs=_repaired(upload),
        watch=_Progress(upload),
        look=Look(upload.figures),
    )
    with transaction.atomic():
        keep_rows(upload, files, summary)
        import_uploads.move(
            upload,
            UploadState.CHECKED,
            found=found(summary),
            checked_at=clock.now(),
            problem=problem,
            released_by=None,
            released_at=None,
        )


def _write(upload: Upload, then: Then) -> None:
    files = import_uploads.sources(upload)
    with transaction.atomic():
        summary = imports.take(
            files,
            as_of=upload.data_as_of,
            delta=not upload.full,
            by=upload.by,
            repairs=_repaired(upload),
            watch=_Progress(upload),
            look=_Guard(upload),
        )
        keep_rows(upload, files, summary)  # other rows than at the check: the book has moved on
        then(summary.changed_loans)
        told = {**upload.found, "files": _counts(summary)}
        at = clock.now() + import_uploads.KEPT
        import_uploads.move(
            upload, UploadState.APPLIED, batch=summary.batch, found=told, keep_until=at
        )
        import_uploads.record("upload.applied", upload, upload.by)
    shutil.rmtree(import_uploads.folder(upload), ignore_errors=True)


def _repaired(upload: Upload) -> int | None:
    """The batch whose rejected rows these are."""
    return upload.repairs.batch_id if upload.repairs else None


@contextmanager
def _told(upload: Upload, back_to: UploadState) -> Iterator[None]:
    """Whatever stops the work stands on the upload, which goes back; while another import runs it waits."""
    try:
        yield
    except Busy:
        return  # the next minute
    except NotAllowed as refused:
        import_uploads.move(upload, back_to, problem=refused.sentence)
    except Exception:  # the edge of a task: whatever it is, nothing may stay "at work" for ever
        log.exception("%s, %s", upload, upload.state)
        import_uploads.move(upload, back_to, problem=refusal("unexpected").sentence)


class _Guard:
    """Looks again while the book is held still: nothing unusual goes in that nobody has released."""

    def __init__(self, upload: Upload) -> None:
        self.look = Look(upload.figures)
        held = upload.found.get("jumps", []) if upload.released_by_id else []
        self.released = import_cases.read(held)

    def __call__(self, cursor: Any, moment: Any, counts: Mapping[str, Counts]) -> Mapping[str, Any]:
        seen = self.look(cursor, moment, counts)
        if not all_covered(import_cases.read(seen["jumps"]), self.released):
            raise MovedOn
        return seen


def _counts(summary: Summary) -> dict[str, dict[str, int]]:
    return {name: asdict(counts) for name, counts in summary.files.items()}


def found(summary: Summary) -> dict[str, Any]:
    """What an upload keeps of a check."""
    again = summary.batch.pk if summary.repeated and summary.batch else None
    return {"files": _counts(summary), "repeated": again, "jumps": [], **summary.seen}


def keep_rows(upload: Upload, files: list[Source], summary: Summary) -> None:
    """Every rejected row with its cells, so that it can be mended after the bytes are gone."""
    upload.rows.all().delete()
    if summary.repeated:
        return
    for source in files:
        wrong = {one.row: one for one in summary.rejected if one.file == source.sheet.name}
        if wrong:
            UploadRow.objects.bulk_create(
                (
                    UploadRow(
                        upload=upload,
                        file=source.sheet.name,
                        row=row,
                        column=wrong[row].column,
                        reason=wrong[row].reason,
                        cells=cells,
                    )
                    for row, cells in portfolio_files.cells(source, set(wrong))
                ),
                batch_size=1000,
            )


@contextmanager
def _at_work(pk: int, state: UploadState) -> Iterator[Upload | None]:
    """The upload if it stands there and nobody else works on it; whoever dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [AT_WORK, pk])
        if not cursor.fetchone()[0]:
            yield None
            return
        upload: Upload | None = None  # also when the question itself fails, and the lock is let go
        try:
            upload = Upload.objects.filter(pk=pk, state=state).first()
            if upload:
                _Progress(upload)("start", 0, 0)
            yield upload
        finally:
            if upload:
                _progress_file(upload).unlink(missing_ok=True)
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [AT_WORK, pk])


class _Progress:
    """Tells how far it has come, in a small file beside the bytes: the transaction is still open."""

    def __init__(self, upload: Upload) -> None:
        self.path = _progress_file(upload)
        self.rows = {one["kind"]: one["rows"] for one in upload.files}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if not self.path.parent.is_dir():
            return
        said = {"stage": stage, "done": done, "total": total or self.rows.get(stage, 0)}
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(said), encoding="utf-8")
        os.replace(new, self.path)


def _progress_file(upload: Upload) -> Path:
    return import_uploads.folder(upload) / "progress.json"


def progress(upload: Upload) -> dict[str, Any]:
    """Stage, rows done and in all; empty while nobody has begun."""
    try:
        said: dict[str, Any] = json.loads(_progress_file(upload).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said


def revive(upload: Upload) -> bool:
    """Give an upload back whose worker died at it; answer whether that was so."""
    if upload.state not in WORKING or not progress(upload):
        return False
    back = UploadState.MAPPING if upload.state == UploadState.CHECKING else UploadState.CHECKED
    with _at_work(upload.pk, UploadState(upload.state)) as held:
        if held is None:
            return False
        import_uploads.move(held, back, problem=refusal("interrupted").sentence)
    return True


def sweep() -> int:
    """Give back what a worker died at, forget what nobody applied in a day; answer how many ended."""
    for upload in Upload.objects.filter(state__in=WORKING):
        revive(upload)
    at = clock.now()
    late = Upload.objects.filter(keep_until__lt=at, state__in=OPEN).exclude(state__in=WORKING)
    ended = 0
    for upload in late:
        import_uploads.move(upload, UploadState.EXPIRED)
        import_uploads.forget(upload)
        ended += 1
    done = Upload.objects.filter(keep_until__lt=at, state=UploadState.APPLIED)
    for upload in done.filter(found__has_key="samples"):
        import_uploads.forget(upload)
    for box in import_uploads.home().iterdir():
        with suppress(FileNotFoundError):  # somebody else was quicker
            _forget_old(box)
    return ended


def _forget_old(box: Path) -> None:
    number = whole_number(box.name)
    kept = number and Upload.objects.filter(pk=number, state__in=OPEN).exists()
    age = clock.real_now().timestamp() - box.stat().st_mtime
    if not kept and age > import_uploads.KEPT.total_seconds():
        shutil.rmtree(box, ignore_errors=True)
