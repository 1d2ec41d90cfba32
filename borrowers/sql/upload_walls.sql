-- The walls around files on their way into the book. Each says no in one word; SQLSTATE CW001.

-- Wall: whoever brought files or changed them is not forgotten, so that they never release them (the
-- constraint upload_released_by_nobody_who_changed); a change is somebody's; and what a second person
-- released is what they saw: it neither changes under the release nor is released before it is checked.
CREATE OR REPLACE FUNCTION upload_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT NEW.changed_by @> OLD.changed_by OR (OLD.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id)
  THEN RAISE EXCEPTION 'wall: upload_forgets_who' USING ERRCODE = 'CW001'; END IF;
  IF (NEW.source, NEW.full, NEW.data_as_of, NEW.files, NEW.figures) IS DISTINCT FROM (OLD.source, OLD.full, OLD.data_as_of, OLD.files, OLD.figures)
     OR OLD.state = 'checked' AND NEW.state IN ('mapping', 'checking') THEN
    IF NEW.released_by_id IS NOT NULL THEN RAISE EXCEPTION 'wall: upload_changed_under_release' USING ERRCODE = 'CW001'; END IF;
    IF cardinality(NEW.changed_by) = 0 THEN RAISE EXCEPTION 'wall: upload_changed_by_nobody' USING ERRCODE = 'CW001'; END IF;
  END IF;
  IF NEW.released_by_id IS NOT NULL AND NEW.released_by_id IS DISTINCT FROM OLD.released_by_id
     AND (OLD.state, NEW.state) IS DISTINCT FROM ('checked', 'checked')
  THEN RAISE EXCEPTION 'wall: upload_released_unchecked' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER upload_wall BEFORE UPDATE ON borrowers_upload FOR EACH ROW EXECUTE FUNCTION upload_wall();
