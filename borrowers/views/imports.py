"""Imports: files brought by browser, checked, released, applied; and what every import came to."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from borrowers.forms.imports import KINDS, ColumnsForm, UploadForm
from borrowers.models import ColumnMapping, ImportBatch, Upload
from borrowers.policies import import_jumps
from borrowers.policies.import_reasons import in_language
from borrowers.services import (
    import_columns,
    import_jobs,
    import_repairs,
    import_uploads,
    second_person,
)
from borrowers.services.import_reader import FORM, MOST_BYTES
from borrowers.services.import_uploads import MOST_FILES, CannotReceive, NotLooked
from borrowers.states import OPEN, WORKING, UploadState
from collections_site.lib import clock, pages
from collections_site.lib.access import StaffRequest, requires
from collections_site.lib.bodies import takes
from collections_site.lib.decision import NotAllowed
from collections_site.lib.steps import OutOfStep

PAGE = 25
FEW = 20  # rejected rows shown on the page of an import; the rest on the page for mending
DONE = 286  # htmx stops asking
DEFAULT_SOURCE = "core"
SUMMED = {"loans.csv": "principal", "instalments.csv": "amount_due", "repayments.csv": "amount"}


@require_safe
@requires("borrowers.view_importbatch")
def imports(request: StaffRequest) -> HttpResponse:
    """What waits, and every import that was taken in, the newest first; or what one may release."""
    release = request.GET.get("waiting") == "release"
    waiting = Upload.objects.filter(state__in=OPEN)
    if release:
        waiting = second_person.imports_to_release(request.user)
    batches = ImportBatch.objects.select_related("by").prefetch_related("uploads")
    page = Paginator(batches, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "release": release,
        "waiting": waiting.select_related("by"),
        "data_as_of": ImportBatch.objects.order_by("-data_as_of")
        .values_list("data_as_of", flat=True)
        .first(),
    }
    return render(request, "borrowers/import_list.html", context)


@takes(
    MOST_FILES * MOST_BYTES + FORM,
    gettext_lazy(
        "These files are larger than 10 MB each: split them, or take them in on the server with"
        " manage.py import_portfolio."
    ),
)
@requires("borrowers.import_portfolio")
def new(request: StaffRequest) -> HttpResponse:
    """Bring one to four files."""
    status = 422 if request.method == "POST" else 200
    last = Upload.objects.values_list("source", flat=True).first()
    initial = {"data_as_of": clock.now(), "source": last or DEFAULT_SOURCE, "full": "full"}
    form = UploadForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            upload = import_uploads.receive(
                said["brought"],
                source=said["source"],
                full=said["full"] == "full",
                data_as_of=said["data_as_of"],
                by=request.user,
            )
            return redirect("import", upload.pk)
        except CannotReceive as refused:
            _tell(form, refused)
            status = 413 if refused.too_large else 422
    sources = ColumnMapping.objects.values_list("source", flat=True).distinct()
    examples = [(name.removesuffix(".csv"), word) for name, word in KINDS]
    context = {"form": form, "sources": sources, "examples": examples}
    return render(request, "borrowers/import_new.html", context, status=status)


@require_safe
@requires("borrowers.view_importbatch")
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """One upload, as it stands: its columns, its progress, what it would do, or what it did."""
    upload = get_object_or_404(Upload.objects.select_related("by", "released_by", "batch"), pk=pk)
    if import_jobs.revive(upload):
        upload.refresh_from_db()
    if upload.state == UploadState.MAPPING:
        form = ColumnsForm(None, upload.files, upload.figures)
        return _columns(request, upload, form)
    if upload.state in WORKING:
        return render(request, "borrowers/import_working.html", _context(upload))
    return render(request, "borrowers/import_check.html", _checked(request, upload))


@require_safe
@requires("borrowers.view_importbatch")
def progress(request: StaffRequest, pk: int) -> HttpResponse:
    """How far the background has come; when it is done, the page comes back whole."""
    upload = get_object_or_404(Upload, pk=pk)
    if import_jobs.revive(upload) or upload.state not in WORKING:
        answer = HttpResponse(status=DONE)
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "borrowers/import_progress.html", _context(upload))


@require_POST
@requires("borrowers.import_portfolio")
def columns(request: StaffRequest, pk: int) -> HttpResponse:
    """Kinds, columns and figures, as somebody confirms them."""
    upload = get_object_or_404(Upload, pk=pk)
    if upload.state != UploadState.MAPPING:
        return _late(request, upload, _("Somebody was quicker: this is how the import stands now."))
    form = ColumnsForm(request.POST, upload.files, upload.figures)
    if form.is_valid():
        kinds = form.kinds()
        try:
            if kinds != [one["kind"] for one in upload.files]:
                import_columns.reconsider(upload, kinds, by=request.user)
                messages.info(request, _("The columns were guessed again for what the files are."))
                return redirect("import", pk)
            told = form.described_anew()
            import_columns.confirm(upload, told, figures=form.figures(), by=request.user)
            return redirect("import", pk)
        except CannotReceive as refused:
            _tell(form, refused)
        except OutOfStep as late:
            return _late(request, upload, str(late))
    return _columns(request, upload, form, status=422)


@require_POST
@requires("borrowers.import_portfolio")
def apply(request: StaffRequest, pk: int) -> HttpResponse:
    """Let the background write it."""
    return _act(request, pk, import_uploads.ask_to_apply)


@require_POST
@requires("borrowers.import_portfolio")
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    """Back to the columns."""
    return _act(request, pk, import_columns.reopen)


@require_POST
@requires("borrowers.import_portfolio")
def discard(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the files aside."""
    return _act(request, pk, import_uploads.discard)


@require_POST
@requires("borrowers.release_import")
def release(request: StaffRequest, pk: int) -> HttpResponse:
    """A second person has looked at what is unusual, on the page as it was drawn."""
    upload = get_object_or_404(Upload, pk=pk)
    seen = upload.checked_at.isoformat() if upload.checked_at else ""
    if request.POST.get("seen") != seen:
        why = _("Tick that you have looked, on the figures as they are now.")
        return _late(request, upload, why)
    ticked = request.POST.getlist("looked")
    looked = {at for at, _one in enumerate(upload.found.get("jumps", [])) if str(at) in ticked}
    return _act(request, pk, partial(import_uploads.release, looked=looked), upload)


def _act(
    request: StaffRequest, pk: int, act: Callable[..., Any], upload: Upload | None = None
) -> HttpResponse:
    upload = upload or get_object_or_404(Upload, pk=pk)
    try:
        act(upload, by=request.user)
    except NotLooked as refused:
        context = _checked(request, upload, refused)
        return render(request, "borrowers/import_check.html", context, status=422)
    except OutOfStep as late:
        return _late(request, upload, str(late))
    except NotAllowed as refused:
        return pages.refused(request, refused.sentence, back=reverse("import", args=[pk]))
    return redirect("import", pk)


def _late(request: StaffRequest, upload: Upload, sentence: str) -> HttpResponse:
    return pages.conflict(request, sentence, back=reverse("import", args=[upload.pk]))


def _tell(form: Any, refused: CannotReceive) -> None:
    for sentence in refused.sentences:
        form.add_error(None, in_language(sentence, get_language() or ""))


def _columns(
    request: StaffRequest, upload: Upload, form: ColumnsForm, status: int = 200
) -> HttpResponse:
    context = {**_context(upload), "form": form, "sections": form.sections()}
    return render(request, "borrowers/import_columns.html", context, status=status)


def _context(upload: Upload) -> dict[str, Any]:
    language = get_language() or ""
    return {
        "upload": upload,
        "problem": in_language(upload.problem, language),
        "progress": import_jobs.progress(upload) if upload.state in WORKING else {},
        "applying": upload.state == UploadState.APPLYING,
    }


def _totals(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The sender's figures beside what was found: rows as counts, sums as the amounts they are."""
    words = dict(KINDS)
    for one in found.get("totals", []):
        counts = one["what"] == "rows"
        told = {name: int(one[name]) if counts else one[name] for name in ("given", "found")}
        yield {**one, **told, "word": words[one["file"]], "counts": counts}


def _checked(
    request: StaffRequest, upload: Upload, left_out: NotLooked | None = None
) -> dict[str, Any]:
    language, found = get_language() or "", upload.found
    rows = upload.rows.filter(mended=False)
    rejected = [(row, in_language(row.reason, language)) for row in rows[:FEW]]
    jumps = found.get("jumps", [])
    counts = found.get("files", {})
    brought = {one["kind"] for one in upload.files}
    kept = import_repairs.kept(upload)
    return {
        **_context(upload),
        "files": [
            (word, name, counts[name])
            for name, word in KINDS
            if name in counts and (upload.full or name in brought)
        ],
        "jumps": [
            {
                "sentence": import_jumps.say(one["code"], one["values"], language),
                "cases": one.get("cases", []),
                "ticked": left_out and at not in left_out.missing,
            }
            for at, one in enumerate(jumps)
        ],
        "left_out": left_out,
        "changers": import_uploads.changers(upload) if jumps else [],
        "samples": found.get("samples", {}),
        "totals": list(_totals(found)),
        "sums": [
            (word, SUMMED[name], found["sums"][name].items())
            for name, word in KINDS
            if found.get("sums", {}).get(name)
        ],
        "rejected": rejected,
        "rejected_count": rows.count(),
        "may_mend": import_repairs.may_mend(upload),
        "exports": [
            (name.removesuffix(".csv"), word, kept[name]) for name, word in KINDS if name in kept
        ],
        "to_write": sum(one["new"] + one["changed"] + one["absent"] for one in counts.values()),
        "mended": upload.mended.order_by("pk"),
        "may_release": request.user.has_perm("borrowers.release_import")
        and not import_uploads.has_brought(upload, request.user),
    }
