-- The walls: what must never happen is refused here, whatever code runs. Each says no in one word;
-- the policy above says why in many. A wall's refusal carries SQLSTATE CW001.

-- Sending lock: every attempt takes it shared; stops and changes of an approved wording take it alone.
-- The same number stands in messaging/locks.py.
CREATE OR REPLACE FUNCTION sending_lock() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 4201::bigint';

-- The wording with each ((name)) replaced by its value, in one pass: a value is never expanded again.
CREATE OR REPLACE FUNCTION render_wording(wording text, vals jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE done text := ''; rest text := wording; found text[]; place int;
BEGIN
  LOOP
    found := regexp_match(rest, '\(\(([a-z_]+)\)\)');
    EXIT WHEN found IS NULL;
    IF vals ->> found[1] IS NULL THEN RETURN NULL; END IF;
    place := position('((' || found[1] || '))' IN rest);
    done := done || substr(rest, 1, place - 1) || (vals ->> found[1]);
    rest := substr(rest, place + length(found[1]) + 4);
  END LOOP;
  RETURN done || rest;
END $$;

-- SHA-256 of the canonical JSON of all that a reviewer sees: the same bytes as messaging/policies/wording.py.
CREATE OR REPLACE FUNCTION wording_fingerprint(w messaging_wording) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT encode(sha256(convert_to(
    '{"channel":' || to_json(w.channel::text)
    || ',"expiry":' || coalesce(to_json(to_char(w.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::text, 'null')
    || ',"jurisdictions":' || coalesce((SELECT '[' || string_agg(to_json(j::text)::text, ',' ORDER BY j COLLATE "C") || ']' FROM unnest(w.jurisdictions) j), '[]')
    || ',"language":' || to_json(w.language::text)
    || ',"placeholders":' || coalesce((SELECT '[' || string_agg(to_json(p::text)::text, ',' ORDER BY p COLLATE "C") || ']' FROM unnest(w.placeholders) p), '[]')
    || ',"signature":' || to_json(w.signature::text)
    || ',"template":' || to_json((SELECT code::text FROM messaging_messagetemplate WHERE id = w.template_id))
    || ',"text":' || to_json(w.text)
    || ',"v":1}', 'UTF8')), 'hex')
$$;

-- Which rows of the limits bind a number with these jurisdictions on a date: the house's, those of each
-- place and of what it lies in, and, for a country known only as such, those of all its parts.
CREATE OR REPLACE FUNCTION binding_limits(places text[], day date) RETURNS SETOF messaging_limit LANGUAGE sql STABLE
AS $$
  SELECT l.* FROM messaging_limit l
  WHERE l.starts_on <= day AND (l.ends_on IS NULL OR day <= l.ends_on)
    AND (l.party = 'any' OR l.party = (SELECT party FROM borrowers_lender WHERE id = 1)) AND (
    l.jurisdiction = 'HOUSE'
    OR EXISTS (SELECT 1 FROM unnest(places) p WHERE p = l.jurisdiction OR starts_with(p, l.jurisdiction || '-'))
    OR EXISTS (SELECT 1 FROM unnest(places) p WHERE starts_with(l.jurisdiction, p || '-')
               AND NOT EXISTS (SELECT 1 FROM unnest(places) q WHERE starts_with(q, p || '-'))))
$$;

-- Wall: inside the contact window of every candidate zone, under every rule that binds.
CREATE OR REPLACE FUNCTION outside_hours(zones text[], places text[], moment timestamptz) RETURNS boolean LANGUAGE sql STABLE
AS $$
  SELECT EXISTS (
    SELECT 1 FROM unnest(zones) z, LATERAL (SELECT moment AT TIME ZONE z AS wall) w,
      LATERAL binding_limits(places, w.wall::date) l
    WHERE l.kind = 'window'
    GROUP BY z, l.jurisdiction, l.rule
    HAVING NOT bool_or(
      (l.weekday IS NULL OR l.weekday = extract(isodow FROM w.wall) - 1)
      AND (l.day_kind = 'any' OR (l.day_kind = 'holiday') = EXISTS (
        SELECT 1 FROM messaging_limit h WHERE h.kind = 'holiday' AND (h.jurisdiction = l.jurisdiction OR starts_with(l.jurisdiction, h.jurisdiction || '-'))
          AND w.wall::date >= h.starts_on AND (h.ends_on IS NULL OR w.wall::date <= h.ends_on)))
      AND w.wall::time >= l.opens AND w.wall::time < l.closes))
$$;

-- Wall: under every cap and spacing. Unknown and presumed-lost attempts count; what never left does not.
-- Calls count where the limit says so, each for every loan of the person.
CREATE OR REPLACE FUNCTION cap_reached(person bigint, number bigint, debt bigint, zones text[], places text[], moment timestamptz)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE l messaging_limit; used int; z text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM messaging_attempt a WHERE a.borrower_id = person AND a.submitted_at > moment - interval '32 days')
     AND NOT EXISTS (SELECT 1 FROM messaging_attempt a WHERE a.contact_point_id = number AND a.submitted_at > moment - interval '32 days')
     AND NOT EXISTS (SELECT 1 FROM borrowers_call v WHERE v.borrower_id = person AND v.at > moment - interval '32 days')
     AND NOT EXISTS (SELECT 1 FROM borrowers_call v WHERE v.contact_point_id = number AND v.at > moment - interval '32 days')
  THEN RETURN NULL; END IF;  -- nobody has texted or called this person or number lately: no cap can be reached
  FOR l IN SELECT * FROM binding_limits(places, (moment AT TIME ZONE zones[1])::date) WHERE kind IN ('cap', 'spacing') LOOP
    FOREACH z IN ARRAY CASE WHEN l.hours IS NULL THEN zones ELSE zones[1:1] END LOOP
      SELECT max(n) INTO used FROM (
        SELECT count(*) AS n FROM (
          SELECT a.submitted_at AS at, a.borrower_id = person AS person, a.contact_point_id = number AS number, a.loan_id = debt AS loan
          FROM messaging_attempt a
          WHERE (a.borrower_id = person OR a.contact_point_id = number)
            AND a.kind IN ('step', 'one_off') AND a.state IN ('submitting', 'accepted', 'unknown', 'presumed_lost')
            AND a.submitted_at > moment - coalesce(l.hours, 48) * interval '1 hour'
          UNION ALL
          SELECT v.at, v.borrower_id = person, v.contact_point_id = number, v.borrower_id = person
          FROM borrowers_call v
          WHERE l.counts = 'contacts' AND (v.borrower_id = person OR v.contact_point_id = number)
            AND v.at > moment - coalesce(l.hours, 48) * interval '1 hour') c,
          LATERAL (VALUES ('person', c.person), ('number', c.number), ('loan', c.loan)) s(scope, hit)
        WHERE s.hit AND (l.per = s.scope OR l.per = 'person_number' AND s.scope IN ('person', 'number'))
          AND (l.hours IS NOT NULL OR (c.at AT TIME ZONE z)::date = (moment AT TIME ZONE z)::date)
        GROUP BY s.scope) counted;
      IF used >= (CASE WHEN l.kind = 'spacing' THEN 1 ELSE l.most END) THEN
        RETURN CASE WHEN l.kind = 'spacing' THEN 'spacing' WHEN l.hours IS NULL THEN 'cap_day' ELSE 'cap_week' END;
      END IF;
    END LOOP;
  END LOOP;
  RETURN NULL;
END $$;

-- Why this reminder may not be sent at this moment, in one word; NULL when no wall objects.
CREATE OR REPLACE FUNCTION refusal(reminder bigint, moment timestamptz) RETURNS text LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE r messaging_reminder; w messaging_wording; c borrowers_contactpoint; l borrowers_loan; h borrowers_hold;
  owed numeric; due date; said numeric; business date; reached text;
BEGIN
  SELECT * INTO r FROM messaging_reminder WHERE id = reminder;
  IF r.state IS DISTINCT FROM 'submitted' THEN RETURN 'not_submitted'; END IF;
  IF r.expires_at <= moment THEN RETURN 'expired'; END IF;
  -- Wall: approved by another person, unexpired, live; the text is exactly its rendering.
  SELECT * INTO w FROM messaging_wording WHERE id = r.wording_id;
  IF r.kind <> 'test' AND (w.state <> 'approved' OR NOT w.live OR w.expires_at <= moment OR w.reviewer_id = w.author_id) THEN RETURN 'wording_not_approved'; END IF;
  IF w.template_id <> r.template_id THEN RETURN 'wording_of_another_template'; END IF;
  -- A test says so right behind its signature: carriers in China take no text that begins with anything else.
  IF (CASE WHEN r.kind = 'test' THEN w.signature || 'TEST ' || render_wording(w.text, r.values)
      ELSE render_wording(w.signature || w.text, r.values) END) IS DISTINCT FROM r.text THEN RETURN 'text_altered'; END IF;
  -- Wall: no live stop.
  IF EXISTS (SELECT 1 FROM messaging_sendingstop s WHERE s.resumed_at IS NULL AND (s.scope = 'all'
      OR s.scope = 'run' AND s.target = r.run_id::text
      OR s.scope = 'strategy' AND s.target = (SELECT u.strategy_id::text FROM messaging_run u WHERE u.id = r.run_id)))
  THEN RETURN 'sending_stopped'; END IF;
  SELECT * INTO c FROM borrowers_contactpoint WHERE id = r.contact_point_id;

  IF r.kind = 'acknowledgement' THEN
    -- Wall: confirms an opt-out that a text of the last five minutes placed on this number, and states no amount.
    SELECT * INTO h FROM borrowers_hold WHERE id = r.hold_id;
    IF h.kind IS DISTINCT FROM 'opt_out' OR h.source <> 'inbound' OR h.contact_point_id IS DISTINCT FROM r.contact_point_id
       OR h.from_at < moment - interval '5 minutes' THEN RETURN 'no_opt_out_to_confirm'; END IF;
    IF w.placeholders && ARRAY['amount', 'days_late', 'due_date', 'instalment']::varchar[] THEN RETURN 'states_an_amount'; END IF;
    RETURN NULL;
  END IF;
  IF r.kind = 'test' THEN
    -- Wall: words that nobody approved yet reach nobody but their author, and say that they are a test.
    IF w.author_id IS DISTINCT FROM r.by_id OR w.state NOT IN ('draft', 'submitted', 'approved') THEN RETURN 'not_the_authors_words'; END IF;
    IF NOT EXISTS (SELECT 1 FROM messaging_staffphone p WHERE p.contact_point_id = r.contact_point_id
                   AND p.user_id = r.by_id AND p.verified_on IS NOT NULL) THEN RETURN 'not_a_staff_phone'; END IF;
    RETURN NULL;
  END IF;
  -- Wall: no live opt-out, and for reminders no live hold of any kind, on person, number or loan.
  IF EXISTS (SELECT 1 FROM borrowers_hold b WHERE b.lifted_at IS NULL AND b.from_at <= moment AND (b.till_at IS NULL OR b.till_at > moment)
      AND (b.contact_point_id = r.contact_point_id OR b.borrower_id = r.borrower_id OR b.loan_id = r.loan_id)
      AND (r.kind <> 'reply' OR b.kind = 'opt_out')) THEN RETURN 'hold'; END IF;
  IF r.kind = 'reply' THEN
    IF NOT EXISTS (SELECT 1 FROM messaging_reply y WHERE y.id = r.reply_id AND y.contact_point_id = r.contact_point_id
                   AND y.at > moment - interval '24 hours') THEN RETURN 'nothing_to_reply_to'; END IF;
    RETURN NULL;
  END IF;

  -- From here on: step and one_off.
  IF NOT EXISTS (SELECT 1 FROM borrowers_borrowernumber n WHERE n.borrower_id = r.borrower_id AND n.contact_point_id = r.contact_point_id
                 AND n.till_at IS NULL AND n.relation <> 'not_own') THEN RETURN 'not_own_number'; END IF;
  IF (SELECT given FROM borrowers_consent k WHERE k.borrower_id = r.borrower_id AND k.contact_point_id = r.contact_point_id
      ORDER BY k.at DESC, k.id DESC LIMIT 1) IS NOT TRUE THEN RETURN 'no_consent'; END IF;
  -- Wall: what the text says is owed is owed, in this version of the loan, on this business date.
  SELECT * INTO l FROM borrowers_loan WHERE id = r.loan_id;
  IF l.borrower_id <> r.borrower_id THEN RETURN 'loan_of_another'; END IF;
  IF EXISTS (SELECT 1 FROM messaging_messagetemplate t WHERE t.id = r.template_id AND t.product NOT IN ('', l.product)) THEN RETURN 'wording_of_another_product'; END IF;
  owed := CASE WHEN l.overdue_amount > 0 THEN l.overdue_amount ELSE l.next_due_amount END;
  due := CASE WHEN l.overdue_amount > 0 THEN l.overdue_since ELSE l.next_due_on END;
  SELECT (moment AT TIME ZONE time_zone)::date INTO business FROM borrowers_lender WHERE id = 1;
  IF l.status <> 'active' OR l.version IS DISTINCT FROM r.loan_version OR owed IS DISTINCT FROM r.amount OR owed <= 0
     OR due IS DISTINCT FROM r.instalment_due_on OR l.arrears_on IS DISTINCT FROM business THEN RETURN 'amount_changed'; END IF;
  IF 'amount' = ANY (w.placeholders) THEN
    said := nullif(regexp_replace(r.values ->> 'amount', '[^0-9.]', '', 'g'), '')::numeric;
    IF said IS DISTINCT FROM r.amount THEN RETURN 'amount_misstated'; END IF;
  END IF;
  -- Wall: one date for everybody, a rulebook for every place, inside hours, under the caps.
  IF EXISTS (SELECT 1 FROM unnest(c.zones) z WHERE (moment AT TIME ZONE z)::date <> business) THEN RETURN 'date_differs'; END IF;
  IF EXISTS (SELECT 1 FROM unnest(c.jurisdictions) p WHERE NOT EXISTS (
      SELECT 1 FROM messaging_limit m WHERE m.jurisdiction = split_part(p, '-', 1) OR starts_with(m.jurisdiction, split_part(p, '-', 1) || '-')))
  THEN RETURN 'no_rulebook'; END IF;
  IF outside_hours(c.zones, c.jurisdictions, moment) THEN RETURN 'quiet_hours'; END IF;
  reached := cap_reached(r.borrower_id, r.contact_point_id, r.loan_id, c.zones, c.jurisdictions, moment);
  RETURN reached;
END $$;

-- The walls' own word on a batch: which reminders they would refuse, and why.
CREATE OR REPLACE FUNCTION refusals(reminders bigint[]) RETURNS TABLE (reminder_id bigint, wall text) LANGUAGE sql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT i, f FROM unnest(reminders) i, LATERAL refusal(i, site_now()) f WHERE f IS NOT NULL
$$;

-- Wall: nothing leaves a copy of the database, or one whose timeline has forked.
CREATE OR REPLACE FUNCTION attempt_statement_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(sending_lock());
  IF same_database() IS NOT TRUE THEN RAISE EXCEPTION 'wall: not_our_database' USING ERRCODE = 'CW001'; END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER attempt_statement_wall BEFORE INSERT ON messaging_attempt
  FOR EACH STATEMENT EXECUTE FUNCTION attempt_statement_wall();

CREATE OR REPLACE FUNCTION attempt_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE r messaging_reminder; moment timestamptz; why text;
BEGIN
  PERFORM 1 FROM borrowers_borrower WHERE id = NEW.borrower_id FOR NO KEY UPDATE;
  PERFORM 1 FROM borrowers_contactpoint WHERE id = NEW.contact_point_id FOR NO KEY UPDATE;
  SELECT * INTO r FROM messaging_reminder WHERE id = NEW.reminder_id FOR UPDATE;
  moment := site_now();
  why := CASE
    WHEN (NEW.kind, NEW.borrower_id, NEW.contact_point_id, NEW.loan_id) IS DISTINCT FROM (r.kind, r.borrower_id, r.contact_point_id, r.loan_id) THEN 'not_its_reminder'
    WHEN NEW.state <> 'submitting' OR NEW.delivery <> 'none' OR NEW.provider_id IS NOT NULL THEN 'not_a_beginning'
    WHEN EXISTS (SELECT 1 FROM messaging_sendingstop s WHERE s.resumed_at IS NULL AND s.scope = 'provider' AND s.target = NEW.provider_code) THEN 'sending_stopped'
    -- Wall: a carrier that asks for registration carries only what it has accepted.
    WHEN EXISTS (SELECT 1 FROM messaging_provider p WHERE p.code = NEW.provider_code AND p.requires_registration)
      AND NOT EXISTS (SELECT 1 FROM messaging_registration g WHERE g.wording_id = r.wording_id AND g.provider_id = NEW.provider_code AND g.state = 'accepted') THEN 'not_registered'
    ELSE refusal(NEW.reminder_id, moment) END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION 'wall: %', why USING ERRCODE = 'CW001', DETAIL = 'reminder ' || NEW.reminder_id;
  END IF;
  UPDATE borrowers_contactpoint SET seq = seq + 1 WHERE id = NEW.contact_point_id RETURNING seq INTO NEW.contact_seq;
  NEW.submitted_at := moment;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER attempt_wall BEFORE INSERT ON messaging_attempt FOR EACH ROW EXECUTE FUNCTION attempt_wall();

-- Wall: legal steps only; what was tried never changes; delivery only rises and its first final word stays.
CREATE OR REPLACE FUNCTION attempt_steps() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.id, NEW.reminder_id, NEW.kind, NEW.borrower_id, NEW.contact_point_id, NEW.loan_id, NEW.sender_id, NEW.provider_code, NEW.submitted_at, NEW.contact_seq)
     IS DISTINCT FROM (OLD.id, OLD.reminder_id, OLD.kind, OLD.borrower_id, OLD.contact_point_id, OLD.loan_id, OLD.sender_id, OLD.provider_code, OLD.submitted_at, OLD.contact_seq)
     OR OLD.provider_id IS NOT NULL AND NEW.provider_id IS DISTINCT FROM OLD.provider_id
  THEN RAISE EXCEPTION 'wall: attempt_altered' USING ERRCODE = 'CW001'; END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
      ('submitting', 'accepted'), ('submitting', 'rejected'), ('submitting', 'not_sent'), ('submitting', 'unknown'),
      ('unknown', 'accepted'), ('unknown', 'rejected'), ('unknown', 'presumed_lost'), ('presumed_lost', 'accepted'), ('presumed_lost', 'rejected'))
  THEN RAISE EXCEPTION 'wall: step % to %', OLD.state, NEW.state USING ERRCODE = 'CW001'; END IF;
  IF NEW.delivery <> OLD.delivery AND (OLD.delivery IN ('delivered', 'undelivered')
      OR array_position(ARRAY['none', 'queued', 'sent', 'delivered', 'undelivered'], NEW.delivery::text) < array_position(ARRAY['none', 'queued', 'sent', 'delivered', 'undelivered'], OLD.delivery::text))
  THEN RAISE EXCEPTION 'wall: delivery % to %', OLD.delivery, NEW.delivery USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER attempt_steps BEFORE UPDATE ON messaging_attempt FOR EACH ROW EXECUTE FUNCTION attempt_steps();
