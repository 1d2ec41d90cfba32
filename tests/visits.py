"""Staff at their pages: signed in, reading English."""

from django.contrib.auth.models import User
from django.test import Client

from tests import cast


def signed_in(
    role: str = "supervisor", *, user: User | None = None, language: str = "en"
) -> Client:
    """A browser in which somebody of this role, or ``user``, is signed in."""
    client = Client(headers={"accept-language": language})
    client.force_login(user or cast.a_user(role=role))
    return client


def body(client: Client, address: str, status: int = 200) -> str:
    """What a page says; fails when it does not answer with ``status``."""
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()
