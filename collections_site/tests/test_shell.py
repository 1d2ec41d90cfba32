"""The frame around every page: who sees what, in which language, and what no page contains."""

import ast
import hashlib
import json
import re
from datetime import timedelta
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from borrowers.models import ImportBatch
from collections_site import shell, site_clock
from collections_site.lib import clock
from messaging.models import SendingStop
from messaging.states import WordingState
from tests.cast import a_user, a_wording

VENDOR = Path(settings.BASE_DIR) / "collections_site" / "static" / "vendor"
TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
BOOK = ["Today", "Replies", "Borrowers", "Imports"]
OVERSIGHT = [*BOOK, "Wording", "Sending", "Roll rates", "Phones"]


def signed_in(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def a_page(client: Client) -> str:
    """The library: a page that every role but the administrator has, framed like all others."""
    return client.get("/templates/").content.decode()


def words_of_sidebar(page: str) -> list[str]:
    found = re.search(r'<nav class="side".*?</nav>', page, re.DOTALL)
    assert found
    return re.findall(r'data-key="\w">([^<]+?)\s*<', found[0])


def test_vendored_files_are_the_published_ones() -> None:
    for package in json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8")):
        for name, digest in package["files"].items():
            assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
    listed = {
        name
        for package in json.loads((VENDOR / "MANIFEST.json").read_text(encoding="utf-8"))
        for name in package["files"]
    }
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there - {"MANIFEST.json"} == listed


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_style_or_script_or_leaves_the_house(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"\sstyle=|\son[a-z]+=[\"']|javascript:|<style|<script(?![^>]*\ssrc=)", text
    )
    assert not re.search(r"(?:src|href|action)=\"https?://", text)
    assert not re.search(r"\{\{[^}]*\bamount\b[^}]*\}\}", text), "amounts go through {% money %}"


@pytest.mark.django_db
def test_signed_out_people_see_only_the_sign_in_page() -> None:
    client = Client()
    assert client.get("/templates/").url == "/signin/?next=/templates/"  # type: ignore[attr-defined]
    page = client.get("/signin/").content.decode()
    assert "<nav" not in page
    assert 'id="q"' not in page


@pytest.mark.django_db
def test_the_site_is_healthy_without_an_account() -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "words"),
    [
        ("collector", ["Today", "Queue", "Replies", "Borrowers", "Wording", "Sending", "Phones"]),
        ("auditor", OVERSIGHT),
        ("administrator", ["Today", "Sending"]),
    ],
)
def test_the_sidebar_has_what_the_role_may_open(role: str, words: list[str]) -> None:
    page = signed_in(a_user(role=role)).get("/nowhere/").content.decode()
    shown = words_of_sidebar(page)
    routed = [word for word in words if word in shown]
    assert shown == routed
    assert set(shown) <= set(words)


@pytest.mark.django_db
def test_the_count_beside_wording_leaves_out_ones_own() -> None:
    reviewer = a_user(role="compliance")
    a_wording(author=reviewer, state=WordingState.SUBMITTED)
    a_wording(state=WordingState.SUBMITTED)
    context = signed_in(reviewer).get("/templates/").context
    counts = {entry["url"]: entry["count"] for entry in context["navigation"]}
    assert counts["/templates/"] == 1
    assert signed_in(a_user()).get("/templates/").context["sending"]["wordings_waiting"] == 0


@pytest.mark.django_db
def test_the_pill_says_whether_sending_is_stopped() -> None:
    user = a_user()
    assert "Sending on" in a_page(signed_in(user))
    SendingStop.objects.create(scope="all", reason="other", stopped_by=user, stopped_at=clock.now())
    assert "Sending stopped" in a_page(signed_in(user))


@pytest.mark.django_db
def test_a_shifted_clock_is_said_and_a_true_one_is_not() -> None:
    user = a_user()
    assert "Clock shifted" not in a_page(signed_in(user))
    site_clock.set_to(clock.now() + timedelta(days=2))
    assert "Clock shifted" in a_page(signed_in(user))


@pytest.mark.django_db
def test_the_footer_names_version_and_the_newest_data() -> None:
    when = clock.now().replace(microsecond=0)
    ImportBatch.objects.create(digest="d", data_as_of=when, at=when)
    page = signed_in(a_user()).get("/templates/")
    assert f"Courtesy {shell.version()}" in page.content.decode()
    assert page.context["sending"]["data_as_of"] == when


@pytest.mark.django_db
def test_the_frame_asks_the_database_little() -> None:
    user = a_user(role="compliance")
    client = signed_in(user)
    with CaptureQueriesContext(connection) as asked:
        client.get("/nowhere/")
    # session, user, two of permissions; then the frame itself: state and role
    assert len(asked) <= 6


@pytest.mark.django_db
def test_no_cache_keeps_a_signed_in_page_and_fragments_are_told_apart() -> None:
    response = signed_in(a_user()).get("/templates/")
    assert "no-store" in response["Cache-Control"]
    assert "HX-Request" in response["Vary"]


@pytest.mark.django_db
def test_switching_language_stays_on_the_page_with_its_filters() -> None:
    client = signed_in(a_user(), "en")
    answer = client.post("/language/", {"language": "zh-hans", "next": "/templates/?state=live"})
    assert answer.url == "/templates/?state=live"  # type: ignore[attr-defined]
    page = a_page(client)
    assert '<html lang="zh-Hans"' in page
    assert "文案" in page


@pytest.mark.django_db
def test_the_chosen_theme_is_written_by_the_server() -> None:
    client = signed_in(a_user())
    client.post("/preferences/", {"theme": "dark", "next": "//elsewhere.example/"})
    assert 'data-bs-theme="dark"' in a_page(client)
    client.post("/preferences/", {"theme": "neon"})
    assert 'data-bs-theme="dark"' in a_page(client)


@pytest.mark.django_db
def test_preferences_never_lead_to_another_site() -> None:
    answer = signed_in(a_user()).post("/preferences/", {"next": "https://elsewhere.example/"})
    assert answer.url == reverse(settings.LOGIN_REDIRECT_URL)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_signing_out_is_a_post() -> None:
    client = signed_in(a_user())
    assert client.get("/signout/").status_code == 405
    client.post("/signout/")
    assert client.get("/templates/").status_code == 302


@pytest.mark.django_db
def test_a_wrong_password_is_answered_with_one_sentence_for_both_causes() -> None:
    a_user("li")
    client = Client(headers={"accept-language": "en"})
    known = client.post("/signin/", {"username": "li", "password": "wrong"}).content.decode()
    unknown = client.post("/signin/", {"username": "nobody", "password": "wrong"}).content.decode()
    sentence = "User name and password do not match"
    assert sentence in known
    assert sentence in unknown


@pytest.mark.django_db
def test_after_five_wrong_passwords_the_page_says_how_long_to_wait() -> None:
    client = Client(headers={"accept-language": "en"})
    for _attempt in range(5):
        last = client.post("/signin/", {"username": "li", "password": "wrong"})
    assert last.status_code == 429
    assert "Wait a quarter of an hour" in last.content.decode()


@pytest.mark.django_db
def test_a_one_time_link_sets_a_password_once() -> None:
    user = a_user("li")
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    client = Client(headers={"accept-language": "en"})
    link = f"/welcome/{uid}/{default_token_generator.make_token(user)}/"
    form = client.get(link, follow=True)
    words = "seven quiet otters wait"
    passwords = {"new_password1": words, "new_password2": words}
    client.post(form.redirect_chain[-1][0], passwords)
    user.refresh_from_db()
    assert user.check_password(words)
    assert "has been used" in Client(headers={"accept-language": "en"}).get(link).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"), [("en", "There is nothing here"), ("zh-hans", "这里没有内容")]
)
def test_a_wrong_address_is_answered_in_the_readers_language(language: str, title: str) -> None:
    answer = signed_in(a_user(), language).get("/nowhere/")
    assert answer.status_code == 404
    assert f"<h1>{title}</h1>" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_breaks_gives_a_reference_and_says_that_nothing_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_request: object) -> object:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("collections_site.views.connection.cursor", fails)
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "No text left because of this page" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()
    assert re.search(r"<strong class=\"mono\">[0-9A-F]{6}</strong>", answer.content.decode())


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_with_a_next_step() -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = client.post("/signin/", {"username": "li", "password": "x"})
    assert answer.status_code == 403
    assert "The page was open too long" in answer.content.decode()


def test_the_version_is_that_of_the_changelog() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", shell.version())


def test_every_status_has_a_word_in_both_languages() -> None:
    from collections_site.status_tags import TAGS

    for language in ("en", "zh-hans"):
        with translation.override(language):
            for table in TAGS.values():
                for look in table.values():
                    assert str(look.word)
                    assert look.sign


def test_every_sentence_is_translated_and_the_compiled_catalogue_is_its_own() -> None:
    folder = Path(settings.BASE_DIR) / "locale" / "zh_Hans" / "LC_MESSAGES"
    source = (folder / "django.po").read_text(encoding="utf-8")
    blocks = [block for block in source.split("\n\n") if "\nmsgid " in f"\n{block}"][1:]
    empty = [block for block in blocks if re.search(r'^msgstr(?:\[0\])? ""(?!\n")', block, re.M)]
    assert not empty, empty[:3]
    with (folder / "django.mo").open("rb") as compiled:
        known = GNUTranslations(compiled)
    for block in blocks:
        if "msgid_plural" in block:
            continue
        word = ast.literal_eval("(" + block.split("msgid ", 1)[1].split("msgstr ", 1)[0] + ")")
        said = ast.literal_eval("(" + block.split("msgstr ", 1)[1] + ")")
        assert known.gettext(word) == said


def test_nobody_is_ordered_about_or_blamed() -> None:
    """The voice of the house: no please, no invalid, no oops, in either language."""
    source = (Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po").read_text("utf-8")
    assert not re.search(r"请|非法|无效|失败了", source)
    assert not re.search(r"\b(?:please|invalid|oops)\b", source, re.IGNORECASE)
