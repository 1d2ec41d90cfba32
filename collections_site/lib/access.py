"""Who may open a page: every view names its permission, or says that it is public."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User


def requires(permission: str) -> Callable[[View], View]:
    """Let in only staff who hold ``permission`` ("app.codename"); others get the 403 page."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return wrap


def public(view: View) -> View:
    """Open to people who are not signed in; the reason stands beside its URL."""
    opened: View = login_not_required(view)
    opened.required_permission = None  # type: ignore[attr-defined]
    return opened


def signed_in(view: View) -> View:
    """Open to all staff whatever their role: the home page, preferences, signing out."""
    view.required_permission = ""  # type: ignore[attr-defined]
    return view
