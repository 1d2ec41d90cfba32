"""Searches a person made, kept in their session: what they typed never stands in an address."""

import secrets

from django.http import HttpRequest

KEPT = 8
NAME = "searches"


def remember(request: HttpRequest, query: str) -> str:
    """Keep what was typed; answer the word under which it is found again."""
    kept: dict[str, str] = {
        key: said for key, said in request.session.get(NAME, {}).items() if said != query
    }
    key = secrets.token_urlsafe(6)
    kept[key] = query
    request.session[NAME] = dict(list(kept.items())[-KEPT:])
    return key


def recall(request: HttpRequest, key: str) -> str:
    """What was typed; empty when it has been forgotten."""
    said: str = request.session.get(NAME, {}).get(key, "")
    return said


def recent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was searched for last, the newest first: its word, and what was typed."""
    return list(reversed(request.session.get(NAME, {}).items()))
