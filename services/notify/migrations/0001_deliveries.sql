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

CREATE INDEX ix_quarantine_waiting ON quarantine (caught_at) WHERE replayed_at IS NULL;

CREATE INDEX ix_quarantine_replay_of ON quarantine (replay_of) WHERE replay_of IS NOT NULL;

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

CREATE TABLE deliveries (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  contact UUID,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  sent_to TEXT NOT NULL,
  state TEXT DEFAULT 'queued' NOT NULL,
  attempt INTEGER DEFAULT 0 NOT NULL,
  resends INTEGER DEFAULT 0 NOT NULL,
  leased_until TIMESTAMP WITH TIME ZONE,
  reason TEXT DEFAULT '' NOT NULL,
  provider_id TEXT DEFAULT '' NOT NULL,
  gives_up_at TIMESTAMP WITH TIME ZONE NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  settled_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_deliveries PRIMARY KEY (id),
  CONSTRAINT ck_deliveries_state CHECK (state IN ('queued','sending','sent','failed','expired','unknown'))
);

CREATE INDEX ix_deliveries_agency_made_at ON deliveries (agency, made_at);

CREATE INDEX ix_deliveries_contact ON deliveries (contact, made_at) WHERE contact IS NOT NULL;

COMMENT ON COLUMN deliveries.sent_to IS 'masked';

GRANT SELECT, INSERT, UPDATE, DELETE ON agencies TO notify_app;

GRANT SELECT ON agencies TO notify_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON attempts TO notify_app;

GRANT SELECT ON attempts TO notify_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON deliveries TO notify_app;

GRANT SELECT ON deliveries TO notify_reader;

ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY;

ALTER TABLE deliveries FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON deliveries USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT INSERT ON outbox, quarantine TO notify_app;

GRANT SELECT ON quarantine TO notify_app, notify_reader;

GRANT UPDATE (replayed_at, replayed_by, mended_body, outcome) ON quarantine TO notify_app;

ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE quarantine FORCE ROW LEVEL SECURITY;

CREATE POLICY of_relay ON quarantine TO notify_relay USING (true) WITH CHECK (true);

CREATE POLICY caught ON quarantine FOR INSERT TO notify_app WITH CHECK (true);

CREATE POLICY seen ON quarantine FOR SELECT TO notify_app, notify_reader USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

CREATE POLICY noted ON quarantine FOR UPDATE TO notify_app USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

GRANT INSERT ON inbox TO notify_app;

GRANT SELECT (consumer, message_id, body_sha256) ON inbox TO notify_app;

GRANT SELECT, UPDATE, DELETE ON outbox, inbox, quarantine TO notify_relay;

GRANT SELECT, DELETE ON attempts TO notify_relay;
