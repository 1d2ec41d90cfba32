"""A database of a benchmark's own: a house ready to send, and as many people with one loan due as asked."""

import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collections_site.settings")

import django

django.setup()

from django.db import connection  # noqa: E402  needs the settings

from collections_site.database.owner import as_owner  # noqa: E402
from tests import cast, databases  # noqa: E402

# Loans due in three days are candidates of the first step; the others of no step at all.
BOOK = [
    """INSERT INTO borrowers_borrower (id, borrower_ref, full_name, name_pinyin, name_initials, language, region, locality, time_zone)
       SELECT g, 'B' || g, '王芳', '', '', 'zh-hans', 'CN', '', '' FROM generate_series(1, %(book)s) g""",
    """INSERT INTO borrowers_contactpoint (id, phone, phone_last4, country, zones, zone_source, jurisdictions, seq)
       SELECT g, '+86138' || to_char(g, 'FM00000000'), right(to_char(g, 'FM00000000'), 4), 'CN', '{Asia/Shanghai}', 'file', '{CN}', 0
       FROM generate_series(1, %(book)s) g""",
    """INSERT INTO borrowers_borrowernumber (borrower_id, contact_point_id, relation, from_at)
       SELECT g, g, 'own', now() FROM generate_series(1, %(book)s) g""",
    """INSERT INTO borrowers_consent (borrower_id, contact_point_id, given, at, source)
       SELECT g, g, true, now() - interval '1 year', 'file' FROM generate_series(1, %(book)s) g""",
    """INSERT INTO borrowers_loan (id, loan_ref, borrower_id, product, currency, principal, opened_on, status, version,
         arrears_on, arrears_until, overdue_amount, next_due_on, next_number, next_due_amount, data_as_of)
       SELECT g, 'L' || g, g, 'consumer_loan', 'CNY', 1000, '2025-01-01', 'active', 1, %(today)s, day, 0, day, 1, 860, site_now()
       FROM generate_series(1, %(book)s) g,
         LATERAL (SELECT %(today)s::date + CASE WHEN g <= %(due)s THEN 3 ELSE 10 + g %% 15 END AS day) due""",
    """INSERT INTO borrowers_instalment (loan_id, number, due_on, amount_due)
       SELECT id, 1, next_due_on, 860 FROM borrowers_loan""",
]


@contextmanager
def house(*, due: int, book: int | None = None) -> Iterator[str]:
    """``due`` people have a reminder due at noon, out of ``book`` people; yields the database's name."""
    template = f"courtesy_bench_{uuid.uuid4().hex[:8]}"
    databases.build_template(template)
    try:
        with databases.connected_to(template):
            cast.the_house()
            with connection.cursor() as cursor:
                for statement in BOOK:
                    cursor.execute(
                        statement, {"book": book or due, "due": due, "today": cast.TODAY}
                    )
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            yield template
    finally:
        databases.drop(template)
