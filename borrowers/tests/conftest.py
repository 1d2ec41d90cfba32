"""Where imports are tried out: a lender, a quiet noon, a folder of the test's own, and who brings files."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django.fixtures import Settings

from borrowers.states import UploadState
from borrowers.tests.uploads import applied, checked, the_book
from tests.cast import a_user, at_noon, the_lender


@pytest.fixture
def house(settings: Settings, tmp_path: Path) -> None:
    """The lender at noon of 24 November 2026; what is brought lies under ``tmp_path``."""
    settings.VAR_DIR = tmp_path
    the_lender()
    at_noon()


@pytest.fixture
def boss() -> User:
    """A supervisor, who brings files."""
    return a_user(role="supervisor")


@pytest.fixture
def on_file(house: None, boss: User) -> User:
    """The book is on file as of the first day; who brought it."""
    assert applied(checked(the_book(), by=boss), by=boss).state == UploadState.APPLIED
    return boss
