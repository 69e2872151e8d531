CREATE TABLE outbox (
  id UUID NOT NULL,
  subject TEXT NOT NULL,
  headers JSONB DEFAULT '{}'::jsonb NOT NULL,
  body BYTEA NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  leased_until TIMESTAMP WITH TIME ZONE,
  sent_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_outbox PRIMARY KEY (id)
);

CREATE INDEX ix_outbox_sent_at ON outbox (sent_at) WHERE sent_at IS NOT NULL;

CREATE INDEX ix_outbox_waiting ON outbox (made_at) WHERE sent_at IS NULL;

CREATE TABLE inbox (
  consumer TEXT NOT NULL,
  message_id TEXT NOT NULL,
  body_sha256 BYTEA NOT NULL,
  heard_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_inbox PRIMARY KEY (consumer, message_id)
);

CREATE INDEX ix_inbox_heard_at ON inbox (heard_at);

CREATE TABLE quarantine (
  id UUID NOT NULL,
  consumer TEXT NOT NULL,
  stream TEXT NOT NULL,
  stream_sequence BIGINT NOT NULL,
  subject TEXT NOT NULL,
  agency TEXT DEFAULT '' NOT NULL,
  message_id TEXT DEFAULT '' NOT NULL,
  headers JSONB DEFAULT '{}'::jsonb NOT NULL,
  body BYTEA NOT NULL,
  body_sha256 BYTEA NOT NULL,
  code TEXT NOT NULL,
  pointer TEXT DEFAULT '' NOT NULL,
  problem TEXT NOT NULL,
  deliveries INTEGER DEFAULT '1' NOT NULL,
  caught_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  replayed_at TIMESTAMP WITH TIME ZONE,
  replayed_by TEXT DEFAULT '' NOT NULL,
  mended_body BYTEA,
  outcome TEXT DEFAULT '' NOT NULL,
  replay_of UUID,
  CONSTRAINT pk_quarantine PRIMARY KEY (id),
  CONSTRAINT uq_quarantine_consumer_stream_stream_sequence_body_sha256 UNIQUE (consumer, stream, stream_sequence, body_sha256)
);

CREATE INDEX ix_quarantine_replay_of ON quarantine (replay_of) WHERE replay_of IS NOT NULL;

CREATE INDEX ix_quarantine_agency ON quarantine (agency, id);

CREATE INDEX ix_quarantine_waiting ON quarantine (caught_at) WHERE replayed_at IS NULL;

CREATE TABLE attempts (
  consumer TEXT NOT NULL,
  stream TEXT NOT NULL,
  stream_sequence BIGINT NOT NULL,
  times INTEGER NOT NULL,
  begun_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_attempts PRIMARY KEY (consumer, stream, stream_sequence)
);

CREATE TABLE agencies (
  id UUID NOT NULL,
  slug TEXT NOT NULL,
  version BIGINT NOT NULL,
  details JSONB NOT NULL,
  CONSTRAINT pk_agencies PRIMARY KEY (id),
  CONSTRAINT uq_agencies_slug UNIQUE (slug)
);

CREATE TABLE snapshots (
  agency UUID NOT NULL,
  id TEXT NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE,
  counts JSONB,
  swept_at TIMESTAMP WITH TIME ZONE,
  complete BOOLEAN DEFAULT false NOT NULL,
  found JSONB DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT pk_snapshots PRIMARY KEY (agency, id)
);

CREATE TABLE feed_hours (
  agency UUID NOT NULL,
  kind TEXT NOT NULL,
  slot INTEGER NOT NULL,
  hour TIMESTAMP WITH TIME ZONE NOT NULL,
  applied BIGINT NOT NULL,
  superseded BIGINT NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  heard_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_feed_hours PRIMARY KEY (agency, kind, slot)
);

CREATE TABLE snapshot_items (
  agency UUID NOT NULL,
  snapshot TEXT NOT NULL,
  kind TEXT NOT NULL,
  ams_id TEXT NOT NULL,
  CONSTRAINT pk_snapshot_items PRIMARY KEY (agency, snapshot, kind, ams_id)
);

CREATE TABLE accounts (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  deleted BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT pk_accounts PRIMARY KEY (id),
  CONSTRAINT uq_accounts_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE TABLE carriers (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  name TEXT NOT NULL,
  naic TEXT NOT NULL,
  company_numbers JSONB NOT NULL,
  phone TEXT NOT NULL,
  claim_phone TEXT NOT NULL,
  payment_url TEXT NOT NULL,
  claim_url TEXT NOT NULL,
  parent TEXT NOT NULL,
  lines JSONB NOT NULL,
  CONSTRAINT pk_carriers PRIMARY KEY (id),
  CONSTRAINT uq_carriers_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE TABLE certificate_holders (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  raw JSONB NOT NULL,
  ams_id TEXT,
  stored_at TIMESTAMP WITH TIME ZONE,
  account_ams_id TEXT NOT NULL,
  name TEXT NOT NULL,
  attention TEXT NOT NULL,
  street TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  email TEXT NOT NULL,
  portal_id TEXT DEFAULT '' NOT NULL,
  likeness TEXT NOT NULL,
  told TEXT[],
  addition UUID,
  added_at TIMESTAMP WITH TIME ZONE,
  entered_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_certificate_holders PRIMARY KEY (id),
  CONSTRAINT uq_certificate_holders_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_certificate_holders_addition ON certificate_holders (agency, addition) WHERE addition IS NOT NULL;

CREATE INDEX ix_certificate_holders_added ON certificate_holders (agency, account_ams_id) WHERE ams_id IS NULL;

CREATE INDEX ix_certificate_holders_lately ON certificate_holders (agency, account_ams_id, added_at) WHERE added_at IS NOT NULL;

CREATE INDEX ix_certificate_holders_account ON certificate_holders (agency, account_ams_id) WHERE NOT deleted;

CREATE TABLE holder_sheets (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  account UUID NOT NULL,
  contact UUID NOT NULL,
  file_name TEXT NOT NULL,
  rows JSONB NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  added INTEGER,
  CONSTRAINT pk_holder_sheets PRIMARY KEY (id)
);

CREATE INDEX ix_holder_sheets_made_at ON holder_sheets (agency, made_at);

CREATE TABLE feeds (
  agency UUID NOT NULL,
  heard_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_feeds PRIMARY KEY (agency)
);

CREATE TABLE policy_terms (
  agency UUID NOT NULL,
  policy TEXT NOT NULL,
  version BIGINT NOT NULL,
  account_ams_id TEXT NOT NULL,
  effective DATE NOT NULL,
  expiration DATE NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  covers BOOLEAN NOT NULL,
  status TEXT NOT NULL,
  cancellation_on DATE,
  premium NUMERIC(14, 2),
  currency TEXT NOT NULL,
  term_months INTEGER,
  vehicle_names JSONB NOT NULL,
  raw JSONB NOT NULL,
  CONSTRAINT pk_policy_terms PRIMARY KEY (agency, policy, effective)
);

CREATE TABLE policies (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  version BIGINT NOT NULL,
  account_ams_id TEXT NOT NULL,
  effective DATE NOT NULL,
  expiration DATE NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  covers BOOLEAN NOT NULL,
  status TEXT NOT NULL,
  cancellation_on DATE,
  premium NUMERIC(14, 2),
  currency TEXT NOT NULL,
  term_months INTEGER,
  vehicle_names JSONB NOT NULL,
  raw JSONB NOT NULL,
  carrier_ams_id TEXT NOT NULL,
  writing_carrier_ams_id TEXT NOT NULL,
  number TEXT NOT NULL,
  line TEXT NOT NULL,
  raw_line TEXT NOT NULL,
  raw_status TEXT NOT NULL,
  description TEXT NOT NULL,
  billing TEXT NOT NULL,
  renews TEXT NOT NULL,
  next_due_on DATE,
  next_due NUMERIC(14, 2),
  pending JSONB,
  CONSTRAINT pk_policies PRIMARY KEY (id),
  CONSTRAINT uq_policies_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_policies_account ON policies (agency, account_ams_id) WHERE NOT deleted;

CREATE TABLE receipts (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  account_ams_id TEXT NOT NULL,
  number TEXT NOT NULL,
  received_on DATE NOT NULL,
  amount NUMERIC(14, 2) NOT NULL,
  currency TEXT NOT NULL,
  method TEXT NOT NULL,
  payer TEXT NOT NULL,
  reverses TEXT NOT NULL,
  lines JSONB NOT NULL,
  reference TEXT NOT NULL,
  received_by TEXT NOT NULL,
  balance NUMERIC(14, 2),
  policies JSONB NOT NULL,
  CONSTRAINT pk_receipts PRIMARY KEY (id),
  CONSTRAINT uq_receipts_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_receipts_account ON receipts (agency, account_ams_id, received_on) WHERE NOT deleted;

CREATE INDEX ix_receipts_reverses ON receipts (agency, reverses) WHERE NOT deleted AND reverses <> '';

CREATE TABLE requests (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  account UUID NOT NULL,
  contact UUID NOT NULL,
  contact_name TEXT NOT NULL,
  submission UUID NOT NULL,
  kind TEXT NOT NULL,
  form JSONB NOT NULL,
  policy UUID,
  policy_number TEXT NOT NULL,
  line TEXT NOT NULL,
  vehicle_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  effective_on DATE,
  warnings JSONB NOT NULL,
  acknowledged_version TEXT NOT NULL,
  acknowledged_language TEXT NOT NULL,
  status TEXT DEFAULT 'sent' NOT NULL,
  assigned UUID,
  assigned_name TEXT DEFAULT '' NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_requests PRIMARY KEY (id),
  CONSTRAINT uq_requests_agency_account_submission UNIQUE (agency, account, submission)
);

CREATE INDEX ix_requests_closed ON requests (agency, changed_at);

CREATE INDEX ix_requests_open ON requests (agency, changed_at) WHERE status NOT IN ('done', 'declined');

CREATE INDEX ix_requests_account ON requests (agency, account, changed_at);

CREATE TABLE ams_requests (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  portal_id TEXT NOT NULL,
  status TEXT NOT NULL,
  previous_status TEXT NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT pk_ams_requests PRIMARY KEY (id),
  CONSTRAINT uq_ams_requests_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE TABLE tasks (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  action TEXT NOT NULL,
  account UUID NOT NULL,
  about UUID NOT NULL,
  facts JSONB NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  done_at TIMESTAMP WITH TIME ZONE,
  done_by_kind TEXT DEFAULT '' NOT NULL,
  done_by TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_tasks PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_tasks_open ON tasks (agency, action, about) WHERE done_at IS NULL;

CREATE INDEX ix_tasks_done ON tasks (agency, done_at, id) WHERE done_at IS NOT NULL;

CREATE INDEX ix_tasks_open ON tasks (agency, opened_at, id) WHERE done_at IS NULL;

CREATE TABLE webhooks (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  url TEXT NOT NULL,
  events TEXT[] NOT NULL,
  secret BYTEA NOT NULL,
  old_secret BYTEA,
  old_secret_until TIMESTAMP WITH TIME ZONE,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  off_at TIMESTAMP WITH TIME ZONE,
  given_up BOOLEAN DEFAULT false NOT NULL,
  failing_since TIMESTAMP WITH TIME ZONE,
  failures INTEGER DEFAULT '0' NOT NULL,
  delivered_at TIMESTAMP WITH TIME ZONE,
  problem TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_webhooks PRIMARY KEY (id)
);

CREATE INDEX ix_webhooks_agency ON webhooks (agency, made_at);

CREATE TABLE heard_events (
  agency UUID NOT NULL,
  message TEXT NOT NULL,
  what TEXT NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  body BYTEA NOT NULL,
  only_for UUID,
  CONSTRAINT pk_heard_events PRIMARY KEY (agency, message)
);

CREATE INDEX ix_heard_events_stored_at ON heard_events (agency, stored_at);

CREATE TABLE webhook_queue (
  webhook UUID NOT NULL,
  agency UUID NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE NOT NULL,
  leased_until TIMESTAMP WITH TIME ZONE,
  lease UUID,
  failing BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_webhook_queue PRIMARY KEY (webhook)
);

CREATE INDEX ix_webhook_queue_due_at ON webhook_queue (due_at);

CREATE TABLE request_messages (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  account UUID NOT NULL,
  request UUID NOT NULL,
  submission TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  by TEXT NOT NULL,
  by_id UUID,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  status TEXT,
  CONSTRAINT pk_request_messages PRIMARY KEY (id),
  CONSTRAINT uq_request_messages_request_submission UNIQUE (request, submission),
  CONSTRAINT fk_request_messages_request FOREIGN KEY(request) REFERENCES requests (id) ON DELETE CASCADE
);

CREATE INDEX ix_request_messages_request ON request_messages (request, at);

CREATE INDEX ix_request_messages_author ON request_messages (agency, by_id, at);

CREATE TABLE webhook_deliveries (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  webhook UUID NOT NULL,
  message TEXT NOT NULL,
  what TEXT NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  state TEXT DEFAULT 'waiting' NOT NULL,
  tries INTEGER DEFAULT '0' NOT NULL,
  status INTEGER DEFAULT '0' NOT NULL,
  problem TEXT DEFAULT '' NOT NULL,
  begun_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  tried_at TIMESTAMP WITH TIME ZONE,
  next_try_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
  CONSTRAINT uq_webhook_deliveries_webhook_message UNIQUE (webhook, message),
  CONSTRAINT fk_webhook_deliveries_webhook FOREIGN KEY(webhook) REFERENCES webhooks (id) ON DELETE CASCADE
);

CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (webhook, next_try_at) WHERE state = 'waiting';

CREATE INDEX ix_webhook_deliveries_log ON webhook_deliveries (webhook, stored_at, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO policy_app;

GRANT SELECT ON accounts TO policy_reader;

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE accounts FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON accounts USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON agencies TO policy_app;

GRANT SELECT ON agencies TO policy_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON ams_requests TO policy_app;

GRANT SELECT ON ams_requests TO policy_reader;

ALTER TABLE ams_requests ENABLE ROW LEVEL SECURITY;

ALTER TABLE ams_requests FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON ams_requests USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON attempts TO policy_app;

GRANT SELECT ON attempts TO policy_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON carriers TO policy_app;

GRANT SELECT ON carriers TO policy_reader;

ALTER TABLE carriers ENABLE ROW LEVEL SECURITY;

ALTER TABLE carriers FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON carriers USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_holders TO policy_app;

GRANT SELECT ON certificate_holders TO policy_reader;

ALTER TABLE certificate_holders ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_holders FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON certificate_holders USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON feed_hours TO policy_app;

GRANT SELECT ON feed_hours TO policy_reader;

ALTER TABLE feed_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE feed_hours FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON feed_hours USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON feeds TO policy_app;

GRANT SELECT ON feeds TO policy_reader;

ALTER TABLE feeds ENABLE ROW LEVEL SECURITY;

ALTER TABLE feeds FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON feeds USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON heard_events TO policy_app;

GRANT SELECT ON heard_events TO policy_reader;

ALTER TABLE heard_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE heard_events FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON heard_events USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON holder_sheets TO policy_app;

GRANT SELECT ON holder_sheets TO policy_reader;

ALTER TABLE holder_sheets ENABLE ROW LEVEL SECURITY;

ALTER TABLE holder_sheets FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON holder_sheets USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON policies TO policy_app;

GRANT SELECT ON policies TO policy_reader;

ALTER TABLE policies ENABLE ROW LEVEL SECURITY;

ALTER TABLE policies FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON policies USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON policy_terms TO policy_app;

GRANT SELECT ON policy_terms TO policy_reader;

ALTER TABLE policy_terms ENABLE ROW LEVEL SECURITY;

ALTER TABLE policy_terms FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON policy_terms USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON receipts TO policy_app;

GRANT SELECT ON receipts TO policy_reader;

ALTER TABLE receipts ENABLE ROW LEVEL SECURITY;

ALTER TABLE receipts FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON receipts USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON requests TO policy_app;

GRANT SELECT ON requests TO policy_reader;

ALTER TABLE requests ENABLE ROW LEVEL SECURITY;

ALTER TABLE requests FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON requests USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshot_items TO policy_app;

GRANT SELECT ON snapshot_items TO policy_reader;

ALTER TABLE snapshot_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE snapshot_items FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON snapshot_items USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots TO policy_app;

GRANT SELECT ON snapshots TO policy_reader;

ALTER TABLE snapshots ENABLE ROW LEVEL SECURITY;

ALTER TABLE snapshots FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON snapshots USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON tasks TO policy_app;

GRANT SELECT ON tasks TO policy_reader;

ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;

ALTER TABLE tasks FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON tasks USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_queue TO policy_app;

GRANT SELECT ON webhook_queue TO policy_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO policy_app;

GRANT SELECT ON webhooks TO policy_reader;

ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;

ALTER TABLE webhooks FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON webhooks USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON request_messages TO policy_app;

GRANT SELECT ON request_messages TO policy_reader;

ALTER TABLE request_messages ENABLE ROW LEVEL SECURITY;

ALTER TABLE request_messages FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON request_messages USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_deliveries TO policy_app;

GRANT SELECT ON webhook_deliveries TO policy_reader;

ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;

ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON webhook_deliveries USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

CREATE POLICY of_account ON accounts AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR id = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR id = nullif(current_setting('app.account'), '')::uuid);

CREATE POLICY of_account ON ams_requests AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON feed_hours AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON heard_events AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON webhook_deliveries AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON webhooks AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON policies AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid)) WITH CHECK (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid));

CREATE POLICY of_account ON policy_terms AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid)) WITH CHECK (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid));

CREATE POLICY of_account ON receipts AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid)) WITH CHECK (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid));

CREATE POLICY of_account ON requests AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

CREATE POLICY of_account ON request_messages AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

CREATE POLICY of_account ON tasks AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

CREATE POLICY of_account ON certificate_holders AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid)) WITH CHECK (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid));

CREATE POLICY of_account ON holder_sheets AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

GRANT INSERT ON outbox, quarantine TO policy_app;

GRANT SELECT ON quarantine TO policy_app, policy_reader;

GRANT UPDATE (replayed_at, replayed_by, mended_body, outcome) ON quarantine TO policy_app;

ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE quarantine FORCE ROW LEVEL SECURITY;

CREATE POLICY of_relay ON quarantine TO policy_relay USING (true) WITH CHECK (true);

CREATE POLICY caught ON quarantine FOR INSERT TO policy_app WITH CHECK (true);

CREATE POLICY seen ON quarantine FOR SELECT TO policy_app, policy_reader USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

CREATE POLICY noted ON quarantine FOR UPDATE TO policy_app USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

GRANT INSERT ON inbox TO policy_app;

GRANT SELECT (consumer, message_id, body_sha256) ON inbox TO policy_app;

GRANT SELECT, UPDATE, DELETE ON outbox, inbox, quarantine TO policy_relay;

GRANT SELECT, DELETE ON attempts TO policy_relay;

CREATE FUNCTION keep_term() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.deleted THEN
    DELETE FROM policy_terms WHERE agency = OLD.agency AND policy = OLD.ams_id;
  ELSIF NOT OLD.deleted THEN
    INSERT INTO policy_terms AS t (agency, policy, version, account_ams_id, effective, expiration, starts_at, ends_at, covers, status, cancellation_on, premium, currency, term_months, vehicle_names, raw)
      VALUES (OLD.agency, OLD.ams_id, OLD.version, OLD.account_ams_id, OLD.effective, OLD.expiration, OLD.starts_at, OLD.ends_at, OLD.covers, OLD.status, OLD.cancellation_on, OLD.premium, OLD.currency, OLD.term_months, OLD.vehicle_names, OLD.raw)
      ON CONFLICT (agency, policy, effective) DO UPDATE SET version = excluded.version, account_ams_id = excluded.account_ams_id, effective = excluded.effective, expiration = excluded.expiration, starts_at = excluded.starts_at, ends_at = excluded.ends_at, covers = excluded.covers, status = excluded.status, cancellation_on = excluded.cancellation_on, premium = excluded.premium, currency = excluded.currency, term_months = excluded.term_months, vehicle_names = excluded.vehicle_names, raw = excluded.raw WHERE excluded.version > t.version;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER keep_term AFTER UPDATE ON policies FOR EACH ROW WHEN (OLD.effective IS DISTINCT FROM NEW.effective) EXECUTE FUNCTION keep_term();
