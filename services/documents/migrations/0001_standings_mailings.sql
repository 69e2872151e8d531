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

CREATE INDEX ix_outbox_waiting ON outbox (made_at) WHERE sent_at IS NULL;

CREATE INDEX ix_outbox_sent_at ON outbox (sent_at) WHERE sent_at IS NOT NULL;

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

CREATE INDEX ix_quarantine_waiting ON quarantine (caught_at) WHERE replayed_at IS NULL;

CREATE INDEX ix_quarantine_agency ON quarantine (agency, id);

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
  agency UUID NOT NULL,
  id UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  deleted BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  street TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  CONSTRAINT pk_accounts PRIMARY KEY (agency, id)
);

CREATE TABLE certificates (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  account_ams_id TEXT NOT NULL,
  holder_ams_id TEXT NOT NULL,
  made_out_to TEXT NOT NULL,
  number TEXT NOT NULL,
  revision INTEGER NOT NULL,
  form TEXT NOT NULL,
  issued_on DATE NOT NULL,
  issued_by TEXT NOT NULL,
  status TEXT NOT NULL,
  ends_on DATE NOT NULL,
  replaces TEXT NOT NULL,
  master_ams_id TEXT NOT NULL,
  document_ams_id TEXT NOT NULL,
  policies JSONB NOT NULL,
  CONSTRAINT pk_certificates PRIMARY KEY (id),
  CONSTRAINT uq_certificates_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_certificates_account ON certificates (agency, account_ams_id, issued_on) WHERE NOT deleted;

CREATE TABLE certificate_masters (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  account_ams_id TEXT NOT NULL,
  name TEXT NOT NULL,
  form TEXT NOT NULL,
  approved_for TEXT NOT NULL,
  holders JSONB NOT NULL,
  valid_until DATE,
  policies JSONB NOT NULL,
  CONSTRAINT pk_certificate_masters PRIMARY KEY (id),
  CONSTRAINT uq_certificate_masters_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_certificate_masters_account ON certificate_masters (agency, account_ams_id) WHERE NOT deleted;

CREATE TABLE received_documents (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  account_ams_id TEXT NOT NULL,
  policy_ams_id TEXT NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  file_name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BYTEA NOT NULL,
  pages INTEGER,
  visible BOOLEAN NOT NULL,
  dated_on DATE,
  effective DATE,
  expiration DATE,
  vehicles JSONB NOT NULL,
  state TEXT NOT NULL,
  CONSTRAINT pk_received_documents PRIMARY KEY (id),
  CONSTRAINT uq_received_documents_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_received_documents_account ON received_documents (agency, account_ams_id, dated_on) WHERE NOT deleted;

CREATE TABLE standings (
  agency UUID NOT NULL,
  policy UUID NOT NULL,
  account_ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  deleted BOOLEAN NOT NULL,
  void_on DATE,
  CONSTRAINT pk_standings PRIMARY KEY (agency, policy)
);

CREATE TABLE documents (
  agency UUID NOT NULL,
  id UUID NOT NULL,
  account UUID NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  file_name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BYTEA NOT NULL,
  facts_sha256 BYTEA NOT NULL,
  policy UUID NOT NULL,
  vehicle TEXT NOT NULL,
  ends_on DATE NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  superseded_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_documents PRIMARY KEY (agency, id),
  CONSTRAINT uq_documents_agency_account_policy_vehicle_facts_sha256 UNIQUE (agency, account, policy, vehicle, facts_sha256),
  CONSTRAINT ck_documents_kind CHECK (kind IN ('id_card'))
);

CREATE INDEX ix_documents_newest ON documents (agency, account, made_at);

CREATE TABLE mailings (
  agency UUID NOT NULL,
  id UUID NOT NULL,
  account UUID NOT NULL,
  contact UUID NOT NULL,
  document UUID NOT NULL,
  sent_to TEXT NOT NULL,
  left_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_mailings PRIMARY KEY (agency, id),
  CONSTRAINT fk_mailings_agency_document FOREIGN KEY(agency, document) REFERENCES documents (agency, id) ON DELETE CASCADE
);

CREATE INDEX ix_mailings_contact ON mailings (agency, contact, left_at);

CREATE TABLE chunks (
  agency UUID NOT NULL,
  document UUID NOT NULL,
  number INTEGER NOT NULL,
  bytes BYTEA NOT NULL,
  CONSTRAINT pk_chunks PRIMARY KEY (agency, document, number),
  CONSTRAINT fk_chunks_agency_document FOREIGN KEY(agency, document) REFERENCES documents (agency, id) ON DELETE CASCADE
);

GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO documents_app;

GRANT SELECT ON accounts TO documents_reader;

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE accounts FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON accounts USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON agencies TO documents_app;

GRANT SELECT ON agencies TO documents_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON attempts TO documents_app;

GRANT SELECT ON attempts TO documents_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON certificate_masters TO documents_app;

GRANT SELECT ON certificate_masters TO documents_reader;

ALTER TABLE certificate_masters ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificate_masters FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON certificate_masters USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON certificates TO documents_app;

GRANT SELECT ON certificates TO documents_reader;

ALTER TABLE certificates ENABLE ROW LEVEL SECURITY;

ALTER TABLE certificates FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON certificates USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO documents_app;

GRANT SELECT ON documents TO documents_reader;

ALTER TABLE documents ENABLE ROW LEVEL SECURITY;

ALTER TABLE documents FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON documents USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON feed_hours TO documents_app;

GRANT SELECT ON feed_hours TO documents_reader;

ALTER TABLE feed_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE feed_hours FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON feed_hours USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON received_documents TO documents_app;

GRANT SELECT ON received_documents TO documents_reader;

ALTER TABLE received_documents ENABLE ROW LEVEL SECURITY;

ALTER TABLE received_documents FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON received_documents USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshot_items TO documents_app;

GRANT SELECT ON snapshot_items TO documents_reader;

ALTER TABLE snapshot_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE snapshot_items FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON snapshot_items USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots TO documents_app;

GRANT SELECT ON snapshots TO documents_reader;

ALTER TABLE snapshots ENABLE ROW LEVEL SECURITY;

ALTER TABLE snapshots FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON snapshots USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON standings TO documents_app;

GRANT SELECT ON standings TO documents_reader;

ALTER TABLE standings ENABLE ROW LEVEL SECURITY;

ALTER TABLE standings FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON standings USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON chunks TO documents_app;

GRANT SELECT ON chunks TO documents_reader;

ALTER TABLE chunks ENABLE ROW LEVEL SECURITY;

ALTER TABLE chunks FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON chunks USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON mailings TO documents_app;

GRANT SELECT ON mailings TO documents_reader;

ALTER TABLE mailings ENABLE ROW LEVEL SECURITY;

ALTER TABLE mailings FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON mailings USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

CREATE POLICY of_account ON feed_hours AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON snapshot_items AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON snapshots AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);

CREATE POLICY of_account ON accounts AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR id = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR id = nullif(current_setting('app.account'), '')::uuid);

CREATE POLICY of_account ON documents AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

CREATE POLICY of_account ON mailings AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

CREATE POLICY of_account ON certificates AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid)) WITH CHECK (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid));

CREATE POLICY of_account ON certificate_masters AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid)) WITH CHECK (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid));

CREATE POLICY of_account ON received_documents AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid) AND visible) WITH CHECK (current_setting('app.account') = '' OR account_ams_id = (SELECT ams_id FROM accounts WHERE id = nullif(current_setting('app.account'), '')::uuid) AND visible);

CREATE POLICY of_account ON chunks AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR EXISTS (SELECT FROM documents d WHERE d.agency = chunks.agency AND d.id = chunks.document)) WITH CHECK (current_setting('app.account') = '' OR EXISTS (SELECT FROM documents d WHERE d.agency = chunks.agency AND d.id = chunks.document));

-- shown to whoever has a paper about the policy, also once that is another account's: the paper must then say that it
-- no longer holds
CREATE POLICY of_account ON standings AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR EXISTS (SELECT FROM documents d WHERE d.agency = standings.agency AND d.account = nullif(current_setting('app.account'), '')::uuid AND d.policy = standings.policy)) WITH CHECK (current_setting('app.account') = '' OR EXISTS (SELECT FROM documents d WHERE d.agency = standings.agency AND d.account = nullif(current_setting('app.account'), '')::uuid AND d.policy = standings.policy));

GRANT INSERT ON outbox, quarantine TO documents_app;

GRANT SELECT ON quarantine TO documents_app, documents_reader;

GRANT UPDATE (replayed_at, replayed_by, mended_body, outcome) ON quarantine TO documents_app;

ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE quarantine FORCE ROW LEVEL SECURITY;

CREATE POLICY of_relay ON quarantine TO documents_relay USING (true) WITH CHECK (true);

CREATE POLICY caught ON quarantine FOR INSERT TO documents_app WITH CHECK (true);

CREATE POLICY seen ON quarantine FOR SELECT TO documents_app, documents_reader USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

CREATE POLICY noted ON quarantine FOR UPDATE TO documents_app USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

GRANT INSERT ON inbox TO documents_app;

GRANT SELECT (consumer, message_id, body_sha256) ON inbox TO documents_app;

GRANT SELECT, UPDATE, DELETE ON outbox, inbox, quarantine TO documents_relay;

GRANT SELECT, DELETE ON attempts TO documents_relay;
