-- The site's clock, and which database this is.

CREATE OR REPLACE FUNCTION site_now() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT clock_timestamp() + shift FROM collections_site_siteclock WHERE id = 1
$$;

-- Move the site's time to an instant; only ever forward of what has been decided or sent, never in production.
CREATE OR REPLACE FUNCTION set_site_clock(moment timestamptz) RETURNS interval LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE newest timestamptz; moved interval;
BEGIN
  IF (SELECT name FROM collections_site_environment WHERE id = 1) = 'production' THEN
    RAISE EXCEPTION 'clock: production keeps true time';
  END IF;
  SELECT greatest((SELECT max(submitted_at) FROM messaging_attempt), (SELECT max(at) FROM messaging_decision)) INTO newest;
  IF moment < newest THEN
    RAISE EXCEPTION 'clock: % is before the newest decision or text, %', moment, newest;
  END IF;
  moved := moment - clock_timestamp();
  UPDATE collections_site_siteclock SET shift = moved WHERE id = 1;
  RETURN moved;
END $$;

CREATE OR REPLACE FUNCTION site_clock_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.shift <> interval '0' AND (SELECT name FROM collections_site_environment WHERE id = 1) = 'production' THEN
    RAISE EXCEPTION 'clock: production keeps true time';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER site_clock_wall BEFORE INSERT OR UPDATE ON collections_site_siteclock
  FOR EACH ROW EXECUTE FUNCTION site_clock_wall();

-- Append-only tables hang this on UPDATE, DELETE and TRUNCATE.
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append only: %', TG_TABLE_NAME; END $$;

-- Is this still the server and timeline the rows were written in?
CREATE OR REPLACE FUNCTION same_database() RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT e.system_identifier = s.system_identifier AND e.timeline = c.timeline_id
  FROM collections_site_environment e, pg_control_system() s, pg_control_checkpoint() c WHERE e.id = 1
$$;

INSERT INTO collections_site_siteclock (id, shift) VALUES (1, interval '0') ON CONFLICT DO NOTHING;
