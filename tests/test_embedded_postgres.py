"""The PostgreSQL that comes along starts for whoever comes first, and is joined by the others."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from collections_site import embedded_postgres

ROOT = Path(__file__).resolve().parent.parent
JOIN = """
import sys
from pathlib import Path
import psycopg
from collections_site import embedded_postgres
var = Path(sys.argv[1])
embedded_postgres.ensure(var)
with psycopg.connect(embedded_postgres.url(embedded_postgres.APP, var)) as connection:
    print(connection.execute("SELECT 'joined'").fetchone()[0])
"""


@pytest.fixture
def var() -> Iterator[Path]:
    """A folder with a short path, as sockets need."""
    with tempfile.TemporaryDirectory(prefix="courtesy-") as folder:
        yield Path(folder)


def join(var: Path, processes: int) -> list[str]:
    """What each of so many processes said that needed the server at once; all have left again."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", JOIN, str(var)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    return [one.communicate(timeout=120)[0].strip() for one in started]


def test_several_at_once_find_one_server_and_the_last_stops_it(var: Path) -> None:
    assert join(var, 4) == ["joined"] * 4
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_what_a_killed_process_left_half_written_stops_no_start(var: Path) -> None:
    assert join(var, 1) == ["joined"]
    (var / "postgres" / ".handle_pids.json").write_text("[24911]3, 77]")
    assert join(var, 2) == ["joined"] * 2


def test_a_path_too_long_for_a_socket_is_named(tmp_path: Path) -> None:
    with pytest.raises(embedded_postgres.CannotStart, match="too long for a socket"):
        embedded_postgres.ensure(tmp_path / ("x" * 120))
