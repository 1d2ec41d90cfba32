"""What is true of every request and every answer of the site."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext_lazy as _

from collections_site.lib import bodies, pages

Answer = Callable[[HttpRequest], HttpResponse]
USUAL = bodies.Limit(
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
    _("This is more than the page takes at once: send less, or send it in parts."),
)


class LimitedBodies:
    """Refuses with 413 what is larger than its page takes, by its length alone.

    It stands before the check of the token, which reads a form to its end, files and all, before any
    view is asked. What no browser posts (other systems, carriers) limits its own bodies.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *said: Any
    ) -> HttpResponse | None:
        """The answer to a body that is too large; None lets the request through."""
        limit = getattr(view, "body_limit", USUAL)
        if getattr(view, "csrf_exempt", False) or _length(request) <= limit.most:
            return None
        return pages.too_large(request, str(limit.sentence), back=request.path)


def _length(request: HttpRequest) -> int:
    """The bytes that are read of the body, at most: none where the header is no number."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def private_pages(get_response: Answer) -> Answer:
    """Signed-in pages show people's affairs: no browser or proxy keeps them.

    A page and its fragment share one URL, so every answer varies with HX-Request.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return answer
