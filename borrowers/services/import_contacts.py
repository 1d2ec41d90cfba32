"""Numbers, whose they are, where their owners may be, and what was agreed to; from a planned batch."""

from datetime import datetime
from typing import Any

from borrowers.policies import places

# Numbers that people of this batch come to, stay at in another place, or leave.
TOUCHED = """
  SELECT c.id FROM plan_borrower p JOIN borrowers_contactpoint c ON c.phone = p.phone WHERE p.housing
  UNION
  SELECT n.contact_point_id FROM plan_borrower p JOIN borrowers_borrowernumber n
    ON n.borrower_id = p.id AND n.till_at IS NULL WHERE p.moved AND NOT p.is_new
"""

# Everybody who lives on a touched number: people of the batch as their rows say; of others, who are not
# in it, only region, locality and zone are on file, and Python fills in the rest.
HOME = """
CREATE TEMP TABLE home AS
SELECT p.phone, p.country, p.id AS borrower_id, p.zones, p.zone_source, p.jurisdictions,
  ''::text AS region, ''::text AS locality, ''::text AS time_zone
FROM plan_borrower p
WHERE p.housing AND (p.is_new OR NOT EXISTS (
  SELECT 1 FROM borrowers_borrowernumber n JOIN borrowers_contactpoint c ON c.id = n.contact_point_id
  WHERE n.borrower_id = p.id AND c.phone = p.phone AND n.till_at IS NULL AND n.relation = 'not_own'))
UNION ALL
SELECT c.phone, c.country, b.id, s.zones, s.zone_source, s.jurisdictions, b.region, b.locality, b.time_zone
FROM borrowers_contactpoint c
JOIN borrowers_borrowernumber n ON n.contact_point_id = c.id AND n.till_at IS NULL AND n.relation <> 'not_own'
JOIN borrowers_borrower b ON b.id = n.borrower_id
LEFT JOIN in_borrower s ON s.ref = b.borrower_ref AND s.phone = c.phone
WHERE c.id IN (SELECT id FROM touched_number)
  AND NOT EXISTS (SELECT 1 FROM plan_borrower p WHERE p.id = b.id AND p.housing AND p.phone = c.phone)
"""

NUMBER_PLACE = """
CREATE TEMP TABLE number_place AS
SELECT phone, min(country) AS country, count(*) AS people,
  CASE count(*) WHEN 1 THEN string_to_array(min(zones), '|') ELSE
    (SELECT array_agg(DISTINCT z ORDER BY z) FROM unnest(string_to_array(string_agg(zones, '|'), '|')) z) END AS zones,
  CASE count(*) WHEN 1 THEN string_to_array(min(jurisdictions), '|') ELSE
    (SELECT array_agg(DISTINCT j ORDER BY j) FROM unnest(string_to_array(string_agg(jurisdictions, '|'), '|')) j) END AS jurisdictions,
  CASE WHEN bool_and(zone_source = 'file') THEN 'file' ELSE 'derived' END AS zone_source
FROM home GROUP BY phone
"""

# A number may have been kept as one of nobody since the plan was made: then it is there, and only gets its
# places. All who add numbers do so in one order, so that none waits for another in a circle.
HOUSE = [
    """INSERT INTO borrowers_contactpoint (phone, phone_last4, country, zones, zone_source, jurisdictions, seq)
       SELECT phone, right(phone, 4), country, zones, zone_source, jurisdictions, 0 FROM number_place p
       WHERE NOT EXISTS (SELECT 1 FROM borrowers_contactpoint c WHERE c.phone = p.phone)
       ORDER BY phone COLLATE "C" ON CONFLICT (phone) DO NOTHING""",
    """UPDATE borrowers_contactpoint c
       SET zones = p.zones, zone_source = p.zone_source, jurisdictions = p.jurisdictions, country = p.country
       FROM number_place p WHERE p.phone = c.phone
         AND (c.zones, c.zone_source, c.jurisdictions, c.country)
           IS DISTINCT FROM (p.zones::varchar[], p.zone_source, p.jurisdictions::varchar[], p.country)""",
    """INSERT INTO borrowers_borrowernumber (borrower_id, contact_point_id, relation, from_at)
       SELECT p.id, c.id, CASE WHEN n.people > 1 THEN 'shared' ELSE 'own' END, %(at)s
       FROM plan_borrower p JOIN number_place n ON n.phone = p.phone
       JOIN borrowers_contactpoint c ON c.phone = p.phone WHERE p.moved""",
    """UPDATE borrowers_borrowernumber n SET relation = CASE WHEN p.people > 1 THEN 'shared' ELSE 'own' END
       FROM number_place p JOIN borrowers_contactpoint c ON c.phone = p.phone
       WHERE n.contact_point_id = c.id AND n.till_at IS NULL AND n.relation <> 'not_own'
         AND n.relation <> CASE WHEN p.people > 1 THEN 'shared' ELSE 'own' END""",
]

# A withdrawal is final until a newer consent, at whichever of the person's numbers it was said; the same
# consent is written down once.
CONSENTS = [
    """INSERT INTO borrowers_consent (borrower_id, contact_point_id, given, at, source)
       SELECT p.id, c.id, true, p.consent_at, 'import'
       FROM plan_borrower p JOIN borrowers_contactpoint c ON c.phone = p.phone
       WHERE p.is_new AND p.consent_at IS NOT NULL""",
    """INSERT INTO borrowers_consent (borrower_id, contact_point_id, given, at, source)
       SELECT s.borrower_id, c.id, true, s.consent_at, 'import'
       FROM plan_consent s
       JOIN borrowers_contactpoint c ON c.phone = s.phone
       JOIN borrowers_borrowernumber n ON n.borrower_id = s.borrower_id AND n.contact_point_id = c.id
         AND n.till_at IS NULL AND n.relation <> 'not_own'
       WHERE NOT EXISTS (
         SELECT 1 FROM borrowers_consent k WHERE k.borrower_id = s.borrower_id
           AND CASE WHEN k.given THEN k.contact_point_id = c.id AND k.at = s.consent_at ELSE k.at >= s.consent_at END)""",
]


def lock(cursor: Any) -> None:
    """Take the numbers this batch touches, by id; the borrowers are held already."""
    cursor.execute(f"CREATE TEMP TABLE touched_number AS {TOUCHED}")
    cursor.execute(
        "SELECT count(*) FROM (SELECT 1 FROM borrowers_contactpoint WHERE id IN"
        " (SELECT id FROM touched_number) ORDER BY id FOR NO KEY UPDATE) held"
    )


def house(cursor: Any, lender_places: tuple[str, ...], *, at: datetime) -> None:
    """Give people their numbers, numbers their places, and write new consents down.

    A changed number ends the old relation and begins another; what staff know to be not a person's own
    stays so. A number that several people live on takes the places of all.
    """
    cursor.execute(
        """UPDATE borrowers_borrowernumber n SET till_at = %(at)s
           FROM plan_borrower p WHERE p.moved AND NOT p.is_new AND n.borrower_id = p.id
             AND n.till_at IS NULL AND n.relation <> 'not_own'""",
        {"at": at},
    )
    cursor.execute(HOME)
    _fill(cursor, lender_places)
    cursor.execute(NUMBER_PLACE)
    cursor.execute("ANALYZE number_place")
    for statement in HOUSE:
        cursor.execute(statement, {"at": at})
    for statement in CONSENTS:
        cursor.execute(statement)


def _fill(cursor: Any, lender_places: tuple[str, ...]) -> None:
    """Work out the places of people who live on a touched number and are not in the batch."""
    cursor.execute(
        "SELECT phone, country, borrower_id, region, locality, time_zone FROM home WHERE zones IS NULL"
    )
    for phone, country, borrower, region, locality, zone in cursor.fetchall():
        zones = [zone] if zone else places.candidate_zones(region, phone)
        source = places.FILE if zone else places.DERIVED
        bound = places.jurisdictions(region, locality, country, lender_places)
        cursor.execute(
            "UPDATE home SET zones = %s, zone_source = %s, jurisdictions = %s"
            " WHERE phone = %s AND borrower_id = %s",
            ["|".join(zones), source, "|".join(bound), phone, borrower],
        )
