"""Answers that every floor gives alike: pages that say no with what to do next, and files to keep."""

from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from collections_site.lib import csv_files


def refused(request: HttpRequest, sentence: str, *, back: str) -> HttpResponse:
    """403: the rules forbid this act; ``sentence`` says why, ``back`` is the page to return to."""
    return render(request, "403.html", {"sentence": sentence, "back": back}, status=403)


def conflict(request: HttpRequest, sentence: str, *, back: str) -> HttpResponse:
    """409: the page was drawn before somebody changed the row; nothing was done."""
    return render(request, "409.html", {"sentence": sentence, "back": back}, status=409)


def too_large(request: HttpRequest, sentence: str, *, back: str) -> HttpResponse:
    """413: more was sent than the site takes by browser; ``sentence`` says what takes it instead."""
    return render(request, "413.html", {"sentence": sentence, "back": back}, status=413)


def csv_file(name: str, lines: Iterable[Sequence[str]], *, guarded: bool = True) -> HttpResponse:
    """A CSV file to keep, called ``name``; ``guarded`` keeps spreadsheets from computing its cells."""
    text = csv_files.text(lines, guarded=guarded)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
