"""The nightly import: takes in what is as usual, and keeps aside what a second person has to see first."""

import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction

from borrowers.models import Upload
from borrowers.policies.imports import order
from borrowers.services import import_jobs, import_uploads, imports, portfolio_files
from borrowers.services.import_preview import Look
from borrowers.services.import_record import Summary
from borrowers.services.portfolio_files import Source, refusal
from borrowers.states import UploadState
from collections_site.audit import services as audit
from collections_site.lib import clock

NO_SOURCE = "command"
HELD = timedelta(hours=72)  # a Friday night's files wait until Monday morning
Settle = Callable[[frozenset[int]], int]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the files: ``held`` waits for a second person, and nothing was written.

    ``kept`` has the cells of rejected rows of what was written; ``settled`` is what the caller did
    about the loans that owe something else.
    """

    summary: Summary
    held: Upload | None
    kept: Upload | None
    settled: int


@dataclass(frozen=True, slots=True)
class Asked:
    """How a folder is to be taken in, and the sender's ``figures`` beside it."""

    as_of: datetime | None = None
    delta: bool = False
    check: bool = False
    source: str = ""
    figures: Mapping[str, Any] | None = None
    accept_unusual: bool = False


@transaction.atomic
def take_folder(folder: Path, asked: Asked, *, settle: Settle) -> Taken:
    """Import the four files of ``folder`` unless something in them is unusual; then they wait.

    With ``accept_unusual`` they are written all the same, which the operation log and the batch tell.
    Raises CannotImport when the batch as a whole cannot be taken.
    """
    aside = _Aside(asked)
    summary = imports.import_directory(
        folder,
        as_of=asked.as_of,
        delta=asked.delta,
        check=asked.check,
        hold=not asked.accept_unusual,
        source=asked.source,
        look=Look(asked.figures or {}),
        then=aside,
    )
    batch, jumps = summary.batch, summary.seen.get("jumps", [])
    if batch and jumps:
        codes = [one["code"] for one in jumps]
        audit.record("import.unusual_accepted", batch, by=None, after={"jumps": codes})
    return Taken(summary, aside.held, aside.kept, settle(summary.changed_loans))


class _Aside:
    """Keeps what somebody has to see or mend, while the files are still there."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.held: Upload | None = None
        self.kept: Upload | None = None

    def __call__(self, files: list[Source], summary: Summary) -> None:
        if self.asked.check or summary.repeated:
            return
        if summary.checked:
            self.held = self._waiting(summary) or self._hold(files, summary)
        elif summary.rejected:
            self.kept = self._upload(files, summary, UploadState.APPLIED, import_uploads.KEPT)
            import_jobs.keep_rows(self.kept, files, summary)

    def _waiting(self, summary: Summary) -> Upload | None:
        """The same files with the same figures, if they wait already; with other figures they are done with."""
        for one in Upload.objects.filter(
            by=None,
            state=UploadState.CHECKED,
            data_as_of=summary.data_as_of,
            found__digest=summary.digest,
        ):
            if one.figures == (self.asked.figures or {}):
                return one
            import_uploads.move(one, UploadState.DISCARDED)
            import_uploads.record("upload.discarded", one, None)
            transaction.on_commit(partial(import_uploads.forget, one))
        return None

    def _hold(self, files: list[Source], summary: Summary) -> Upload:
        box = Path(tempfile.mkdtemp(dir=import_uploads.home(), prefix="new-"))
        try:
            for number, file in enumerate(files, 1):
                shutil.copyfile(file.path, box / f"{number}.csv")
                file.insist_unchanged()
            upload = self._upload(files, summary, UploadState.CHECKED, HELD)
            import_jobs.keep_rows(upload, files, summary)
            jumps = [one["code"] for one in summary.seen["jumps"]]
            import_uploads.record("upload.held", upload, None, jumps=jumps)
            import_uploads.settle(box, upload)
        except OSError as error:
            raise refusal("cannot_hold", why=error.strerror) from error
        finally:
            shutil.rmtree(box, ignore_errors=True)
        return upload

    def _upload(
        self, files: Sequence[Source], summary: Summary, state: UploadState, kept: timedelta
    ) -> Upload:
        at = clock.now()
        found = {**import_jobs.found(summary), "digest": summary.digest}
        if summary.batch:
            found["jumps"] = []  # the batch tells what it was taken in with
        return Upload.objects.create(
            source=self.asked.source or NO_SOURCE,
            full=summary.full,
            data_as_of=summary.data_as_of,
            state=state,
            files=[_described(at, file, summary) for at, file in enumerate(files, 1)],
            figures=self.asked.figures or {},
            found=found,
            batch=summary.batch,
            at=at,
            checked_at=at,
            keep_until=at + kept,
        )


def _described(number: int, file: Source, summary: Summary) -> dict[str, Any]:
    """A file as uploads describe theirs."""
    name, header = file.sheet.name, portfolio_files.header(file)
    places = list(file.columns) or order(file.sheet, header)
    # What a damaged header holds beside our columns is kept as a browser's would be: JSON takes no such bytes.
    return {
        "name": name,
        "path": f"{number}.csv",
        "kind": name,
        "sha256": file.sha256,
        "size": file.size,
        "encoding": file.encoding,
        "delimiter": file.delimiter,
        "header": [portfolio_files.storable(one.strip()) for one in header],
        "rows": summary.files[name].rows,
        "columns": dict(zip(file.sheet.columns, places, strict=True)),
    }
