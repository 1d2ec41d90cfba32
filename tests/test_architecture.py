"""The law of the house, read off the code itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(settings.BASE_DIR)
FOLDERS = ["collections_site", "borrowers", "messaging", "templates", "tests", "benchmarks", "docs"]
FOREIGN = {"migrations", "vendor", "__pycache__"}
WRITTEN = (".py", ".html", ".css", ".js", ".sql", ".toml", ".md")
LONGEST = 300
PURE = {"opencc", "holidays", "phonenumbers", "babel", "ahocorasick"}
KNOWS_THE_QUEUE = re.compile(r"messaging/tasks\.py|.*/management/commands/\w+\.py|(.*/)?tests/.*")
KNOWS_TWILIO = re.compile(
    r"messaging/providers/twilio\.py|collections_site/handset/.*|(.*/)?tests/.*"
)

# Open to people who are not signed in, and why.
PUBLIC = {
    "signin": "the way in",
    "welcome": "the link is the proof",
    "set_language": "the sign-in page speaks two languages",
    "preferences": "so does its theme",
    "healthz": "monitors have no account",
    "twilio_status": "the signature is the proof",
    "twilio_inbound": "the signature is the proof",
    "gateway_status": "the signature is the proof",
    "gateway_reply": "the signature is the proof",
    "api": "describes the addresses, shows nothing behind them",
    "api-openapi": "so does this, for programs",
    "api-repayments": "the key is the proof",
    "api-repayment": "the key is the proof",
}


def written(*suffixes: str) -> list[Path]:
    """Every file of ours with one of the suffixes; migrations and other people's files are left out."""
    top = [path for path in ROOT.iterdir() if path.is_file()]
    deep = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return [
        path.relative_to(ROOT)
        for path in top + deep
        if path.name.endswith(suffixes) and not FOREIGN & set(path.parts)
    ]


def imports(path: Path) -> Iterator[str]:
    """The dotted names a module imports."""
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def patterns(
    resolver: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every route with its name, the read-only admin left out: it asks Django's own permissions."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}", entry
        elif entry.namespace != "admin":
            yield from patterns(entry, f"{entry.namespace}:" if entry.namespace else prefix)


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {
        str(path): lines
        for path in written(*WRITTEN)
        if (lines := (ROOT / path).read_text(encoding="utf-8").count("\n")) > LONGEST
    }
    assert long == {}


@pytest.mark.parametrize("app", ["borrowers", "messaging"])
def test_policies_import_the_standard_library_and_pure_things_only(app: str) -> None:
    allowed = PURE | {"collections_site.lib.decision", f"{app}.policies", "borrowers.policies"}
    found = {
        f"{path}: {name}"
        for path in written(".py")
        if path.parts[:2] == (app, "policies")
        for name in imports(path)
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == one or name.startswith(f"{one}.") for one in allowed)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("library", "may"), [("django_q", KNOWS_THE_QUEUE), ("twilio", KNOWS_TWILIO)]
)
def test_a_library_is_known_at_one_door_only(library: str, may: re.Pattern[str]) -> None:
    found = {
        str(path)
        for path in written(".py")
        if not may.fullmatch(path.as_posix())
        and any(name.split(".")[0] == library for name in imports(path))
    }
    assert found == set()


def test_templates_carry_no_style_and_no_script() -> None:
    forbidden = re.compile(
        r"\sstyle=|\son\w+=[\"']|<style|<script(?![^>]*\ssrc=)|javascript:|\|safe\b"
    )
    found = {
        f"{path}: {match.group()}"
        for path in written(".html")
        if (match := forbidden.search((ROOT / path).read_text(encoding="utf-8")))
    }
    assert found == set()


def test_every_route_has_a_name_of_its_own() -> None:
    names = [name for name, _ in patterns()]
    assert "None" not in names
    assert sorted(names) == sorted(set(names))


def test_every_page_names_its_permission_or_is_public_for_a_reason() -> None:
    unnamed, opened = [], set()
    for name, pattern in patterns():
        callback: Callable[..., Any] = pattern.callback
        permission = getattr(callback, "required_permission", "missing")
        if permission is None:
            opened.add(name)
        elif permission == "missing":
            unnamed.append(name)
    assert unnamed == []
    assert opened == PUBLIC.keys()


def test_nothing_is_left_unfinished_or_hidden_by_its_own_word() -> None:
    words = re.compile(
        r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK|NotImplemented" + r"Error)\b"
        r"|except Exception:\s*pass|# no" + r"qa\s*$"
    )
    found = {
        f"{path}: {match.group()}"
        for path in written(".py", ".html", ".sql", ".toml")
        if (match := words.search((ROOT / path).read_text(encoding="utf-8")))
    }
    assert found == set()


def test_models_and_migrations_agree() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
