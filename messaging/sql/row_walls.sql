-- The walls around single rows: legal steps, and what may never change once it counts.

-- Wall: a reminder's person, loan and step never change; its text is written once, as it is submitted;
-- it comes back from the wire only on proof that nothing left; a touch is not repeated for a moved date.
CREATE OR REPLACE FUNCTION reminder_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state NOT IN ('scheduled', 'withheld', 'expired') THEN RAISE EXCEPTION 'wall: step to %', NEW.state USING ERRCODE = 'CW001'; END IF;
    RETURN NEW;
  END IF;
  IF (NEW.kind, NEW.run_id, NEW.template_id, NEW.borrower_id, NEW.loan_id, NEW.instalment_id, NEW.instalment_due_on, NEW.touch, NEW.step_on, NEW.expires_at, NEW.created_at, NEW.by_id, NEW.hold_id, NEW.reply_id)
     IS DISTINCT FROM (OLD.kind, OLD.run_id, OLD.template_id, OLD.borrower_id, OLD.loan_id, OLD.instalment_id, OLD.instalment_due_on, OLD.touch, OLD.step_on, OLD.expires_at, OLD.created_at, OLD.by_id, OLD.hold_id, OLD.reply_id)
     OR (OLD.state <> 'scheduled' OR NEW.state <> 'submitted')
        AND (NEW.contact_point_id, NEW.wording_id, NEW.values, NEW.text, NEW.amount, NEW.loan_version)
        IS DISTINCT FROM (OLD.contact_point_id, OLD.wording_id, OLD.values, OLD.text, OLD.amount, OLD.loan_version)
  THEN RAISE EXCEPTION 'wall: reminder_altered' USING ERRCODE = 'CW001'; END IF;
  IF NEW.state <> OLD.state THEN
    IF (OLD.state, NEW.state) NOT IN (('scheduled', 'submitted'), ('scheduled', 'withheld'), ('scheduled', 'expired'), ('scheduled', 'cancelled'), ('submitted', 'scheduled'))
    THEN RAISE EXCEPTION 'wall: step % to %', OLD.state, NEW.state USING ERRCODE = 'CW001'; END IF;
    IF NEW.state = 'scheduled' AND EXISTS (SELECT 1 FROM messaging_attempt a WHERE a.reminder_id = NEW.id AND a.state <> 'not_sent')
    THEN RAISE EXCEPTION 'wall: may_have_been_sent' USING ERRCODE = 'CW001'; END IF;
    IF NEW.state = 'submitted' AND NEW.kind = 'step' AND EXISTS (
      SELECT 1 FROM messaging_reminder o WHERE o.loan_id = NEW.loan_id AND o.instalment_id = NEW.instalment_id AND o.touch = NEW.touch
        AND o.id <> NEW.id AND o.state = 'submitted' AND abs(o.instalment_due_on - NEW.instalment_due_on) <= 7)
    THEN RAISE EXCEPTION 'wall: touch_repeated' USING ERRCODE = 'CW001'; END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER reminder_wall BEFORE INSERT OR UPDATE ON messaging_reminder FOR EACH ROW EXECUTE FUNCTION reminder_wall();

-- Wall: a step of a ladder is planned by the run of a strategy, never sent by a list of people. Looked at
-- once a statement: a day's plan writes thousands of rows in one.
CREATE OR REPLACE FUNCTION step_has_a_strategy() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM (SELECT DISTINCT f.run_id FROM fresh f WHERE f.kind = 'step') f
             JOIN messaging_run u ON u.id = f.run_id WHERE u.strategy_id IS NULL)
  THEN RAISE EXCEPTION 'wall: step_without_strategy' USING ERRCODE = 'CW001'; END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER step_has_a_strategy AFTER INSERT ON messaging_reminder
  REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION step_has_a_strategy();

-- Wall: a run stays what it was a run of.
CREATE OR REPLACE FUNCTION run_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.strategy_id, NEW.business_on, NEW.at, NEW.by_id) IS DISTINCT FROM (OLD.strategy_id, OLD.business_on, OLD.at, OLD.by_id)
  THEN RAISE EXCEPTION 'wall: run_altered' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER run_wall BEFORE UPDATE ON messaging_run FOR EACH ROW EXECUTE FUNCTION run_wall();

-- Wall: a reminder that calls itself sent has an attempt, by the end of the transaction.
CREATE OR REPLACE FUNCTION submitted_has_attempt() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM messaging_reminder r WHERE r.id = NEW.id AND r.state = 'submitted')
     AND NOT EXISTS (SELECT 1 FROM messaging_attempt a WHERE a.reminder_id = NEW.id)
  THEN RAISE EXCEPTION 'wall: submitted_without_attempt' USING ERRCODE = 'CW001'; END IF;
  RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS submitted_has_attempt ON messaging_reminder;
CREATE CONSTRAINT TRIGGER submitted_has_attempt AFTER UPDATE ON messaging_reminder DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (NEW.state = 'submitted' AND OLD.state <> 'submitted') EXECUTE FUNCTION submitted_has_attempt();

-- Whether a member of staff decides on wordings: active, and in a group that may. The same permission as
-- messaging/services/wording_rows.py asks for; being a superuser is none.
CREATE OR REPLACE FUNCTION may_approve_wording(person bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM auth_user u JOIN auth_user_groups g ON g.user_id = u.id
      JOIN auth_group_permissions a ON a.group_id = g.group_id
      JOIN auth_permission p ON p.id = a.permission_id JOIN django_content_type t ON t.id = p.content_type_id
    WHERE u.id = person AND u.is_active AND t.app_label = 'messaging' AND p.codename = 'approve_wording')
$$;

-- Wall: a wording begins as a draft, is frozen once submitted, is approved by another person under the
-- fingerprint of its very bytes, one whose role it is; from the moment it is taken away no attempt can be made with it.
CREATE OR REPLACE FUNCTION wording_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' OR NEW.live THEN RAISE EXCEPTION 'wall: wording_begins_as_draft' USING ERRCODE = 'CW001'; END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'approved' OR NEW.state = 'approved' THEN PERFORM pg_advisory_xact_lock(sending_lock()); END IF;
  IF (NEW.template_id, NEW.version, NEW.author_id) IS DISTINCT FROM (OLD.template_id, OLD.version, OLD.author_id)
     OR OLD.state <> 'draft' AND
        (NEW.text, NEW.signature, NEW.language, NEW.jurisdictions, NEW.channel, NEW.placeholders, NEW.expires_at, NEW.fingerprint)
        IS DISTINCT FROM (OLD.text, OLD.signature, OLD.language, OLD.jurisdictions, OLD.channel, OLD.placeholders, OLD.expires_at, OLD.fingerprint)
     OR OLD.state <> 'draft' AND NEW.state <> 'draft'
        AND (NEW.answers, NEW.checked_by, NEW.needs_second) IS DISTINCT FROM (OLD.answers, OLD.checked_by, OLD.needs_second)
     OR OLD.decided_at IS NOT NULL AND (NEW.rejected_for, NEW.comment) IS DISTINCT FROM (OLD.rejected_for, OLD.comment)
        AND NOT (OLD.state = 'approved' AND NEW.live AND NOT OLD.live)
     OR OLD.second_decided_at IS NOT NULL
        AND (NEW.second_reviewer_id, NEW.second_decided_at) IS DISTINCT FROM (OLD.second_reviewer_id, OLD.second_decided_at)
     OR OLD.decided_at IS NOT NULL AND (NEW.reviewer_id, NEW.decided_at) IS DISTINCT FROM (OLD.reviewer_id, OLD.decided_at)
        AND NOT (OLD.state = 'approved' AND NEW.live AND NOT OLD.live)
  THEN RAISE EXCEPTION 'wall: wording_altered' USING ERRCODE = 'CW001'; END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'submitted'), ('submitted', 'approved'), ('submitted', 'rejected'),
      ('submitted', 'draft'), ('approved', 'retired'), ('approved', 'expired'))
  THEN RAISE EXCEPTION 'wall: step % to %', OLD.state, NEW.state USING ERRCODE = 'CW001'; END IF;
  -- What a carrier has accepted are these very bytes: before they may change, its word on them goes.
  IF OLD.state <> 'draft' AND NEW.state = 'draft' AND EXISTS (SELECT 1 FROM messaging_registration g WHERE g.wording_id = NEW.id)
  THEN RAISE EXCEPTION 'wall: still_registered' USING ERRCODE = 'CW001'; END IF;
  -- Past its last day a text could never be sent: live, it would only take down the one it replaces.
  IF NEW.live AND NOT OLD.live AND NEW.expires_at <= site_now()
  THEN RAISE EXCEPTION 'wall: past_last_day' USING ERRCODE = 'CW001'; END IF;
  IF NEW.state = 'approved' AND NEW.fingerprint <> wording_fingerprint(NEW)
  THEN RAISE EXCEPTION 'wall: fingerprint' USING ERRCODE = 'CW001'; END IF;
  -- What walls and fingerprint know of the placeholders is what stands in the text.
  IF NEW.state <> 'draft' AND NEW.state <> OLD.state AND NEW.placeholders::text[] IS DISTINCT FROM ARRAY(
      SELECT DISTINCT m[1] COLLATE "C" FROM regexp_matches(NEW.text, '\(\(([a-z_]+)\)\)', 'g') m ORDER BY 1)
  THEN RAISE EXCEPTION 'wall: placeholders' USING ERRCODE = 'CW001'; END IF;
  IF NEW.reviewer_id IS NOT NULL AND (NEW.state = 'approved' AND OLD.state <> 'approved' OR NEW.reviewer_id IS DISTINCT FROM OLD.reviewer_id)
     AND NOT may_approve_wording(NEW.reviewer_id)
     OR NEW.second_reviewer_id IS NOT NULL AND NEW.second_reviewer_id IS DISTINCT FROM OLD.second_reviewer_id
     AND NOT may_approve_wording(NEW.second_reviewer_id)
  THEN RAISE EXCEPTION 'wall: not_a_reviewer' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER wording_wall BEFORE INSERT OR UPDATE ON messaging_wording FOR EACH ROW EXECUTE FUNCTION wording_wall();

-- Wall: what a template is for never changes: approvals of its wordings rest on it.
CREATE OR REPLACE FUNCTION template_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.code, NEW.purpose, NEW.product) IS DISTINCT FROM (OLD.code, OLD.purpose, OLD.product)
  THEN RAISE EXCEPTION 'wall: template_altered' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER template_wall BEFORE UPDATE ON messaging_messagetemplate FOR EACH ROW EXECUTE FUNCTION template_wall();

-- Wall: the steps of a ladder that has been submitted never change.
CREATE OR REPLACE FUNCTION step_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE ladder bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.strategy_id ELSE NEW.strategy_id END;
BEGIN
  IF (SELECT state FROM messaging_strategy WHERE id = ladder) <> 'draft' THEN RAISE EXCEPTION 'wall: strategy_altered' USING ERRCODE = 'CW001'; END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE OR REPLACE TRIGGER step_wall BEFORE INSERT OR UPDATE OR DELETE ON messaging_step FOR EACH ROW EXECUTE FUNCTION step_wall();

-- Wall: placing a hold waits for sends to the same person or number, so that their order is total; a hold
-- changes only by being proposed for lifting and lifted, once.
CREATE OR REPLACE FUNCTION hold_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.lifted_at IS NOT NULL THEN RAISE EXCEPTION 'wall: hold_begins_live' USING ERRCODE = 'CW001'; END IF;
    PERFORM 1 FROM borrowers_borrower b WHERE b.id = coalesce(NEW.borrower_id, (SELECT borrower_id FROM borrowers_loan WHERE id = NEW.loan_id)) FOR NO KEY UPDATE;
    IF NEW.contact_point_id IS NOT NULL THEN
      UPDATE borrowers_contactpoint SET seq = seq + 1 WHERE id = NEW.contact_point_id RETURNING seq INTO NEW.seq;
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.lifted_at IS NOT NULL OR (NEW.kind, NEW.borrower_id, NEW.contact_point_id, NEW.loan_id, NEW.source, NEW.from_at, NEW.till_at, NEW.placed_by_id, NEW.seq)
     IS DISTINCT FROM (OLD.kind, OLD.borrower_id, OLD.contact_point_id, OLD.loan_id, OLD.source, OLD.from_at, OLD.till_at, OLD.placed_by_id, OLD.seq)
  THEN RAISE EXCEPTION 'wall: hold_altered' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER hold_wall BEFORE INSERT OR UPDATE ON borrowers_hold FOR EACH ROW EXECUTE FUNCTION hold_wall();

-- Wall: whenever what is owed changes, the version grows, under the lock that sends take too.
CREATE OR REPLACE FUNCTION loan_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM borrowers_borrower WHERE id = OLD.borrower_id FOR NO KEY UPDATE;
  IF NEW.version <= OLD.version THEN RAISE EXCEPTION 'wall: loan_version' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER loan_wall BEFORE UPDATE ON borrowers_loan FOR EACH ROW
  WHEN ((NEW.overdue_since, NEW.overdue_amount, NEW.next_due_on, NEW.next_due_amount, NEW.status, NEW.currency, NEW.borrower_id)
        IS DISTINCT FROM (OLD.overdue_since, OLD.overdue_amount, OLD.next_due_on, OLD.next_due_amount, OLD.status, OLD.currency, OLD.borrower_id)
        OR NEW.version < OLD.version)
  EXECUTE FUNCTION loan_wall();

-- Wall: a stop waits for no attempt to begin after it; it changes only by being resumed by two, once.
CREATE OR REPLACE FUNCTION stop_wall() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(sending_lock());
  IF TG_OP = 'UPDATE' AND (OLD.resumed_at IS NOT NULL OR (NEW.scope, NEW.target, NEW.stopped_by_id, NEW.stopped_at) IS DISTINCT FROM (OLD.scope, OLD.target, OLD.stopped_by_id, OLD.stopped_at))
     OR TG_OP = 'INSERT' AND NEW.resumed_at IS NOT NULL
  THEN RAISE EXCEPTION 'wall: stop_altered' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER stop_wall BEFORE INSERT OR UPDATE ON messaging_sendingstop FOR EACH ROW EXECUTE FUNCTION stop_wall();

-- Wall: what a provider told us stays as it was told.
CREATE OR REPLACE FUNCTION webhook_wall() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.provider_code, NEW.key, NEW.kind, NEW.attempt_id, NEW.payload, NEW.received_at) IS DISTINCT FROM (OLD.provider_code, OLD.key, OLD.kind, OLD.attempt_id, OLD.payload, OLD.received_at)
  THEN RAISE EXCEPTION 'wall: webhook_altered' USING ERRCODE = 'CW001'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER webhook_wall BEFORE UPDATE ON messaging_webhookevent FOR EACH ROW EXECUTE FUNCTION webhook_wall();

-- Wall: decisions, consents, loan changes, events and seals are only ever added to.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['messaging_decision', 'borrowers_consent', 'borrowers_loanchange', 'audit_event', 'audit_seal'] LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION append_only()', t);
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION append_only()', t);
  END LOOP;
END $$;
