"""Pages that say no, in both languages, with what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def refused(request: HttpRequest, sentence: str, *, back: str) -> HttpResponse:
    """403: the rules forbid this act; ``sentence`` says why, ``back`` is the page to return to."""
    return render(request, "403.html", {"sentence": sentence, "back": back}, status=403)


def conflict(request: HttpRequest, sentence: str, *, back: str) -> HttpResponse:
    """409: the page was drawn before somebody changed the row; nothing was done."""
    return render(request, "409.html", {"sentence": sentence, "back": back}, status=409)
