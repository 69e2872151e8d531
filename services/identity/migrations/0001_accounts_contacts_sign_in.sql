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

CREATE INDEX ix_quarantine_agency ON quarantine (agency, id);

CREATE INDEX ix_quarantine_replay_of ON quarantine (replay_of) WHERE replay_of IS NOT NULL;

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

CREATE TABLE activities (
  agency UUID NOT NULL,
  number BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  what TEXT NOT NULL,
  doer JSONB NOT NULL,
  account UUID,
  contact UUID,
  facts JSONB NOT NULL,
  previous BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  CONSTRAINT pk_activities PRIMARY KEY (agency, number)
);

CREATE INDEX ix_activities_what ON activities (agency, what, number);

CREATE INDEX ix_activities_staff ON activities (agency, (doer ->> 'id'), number) WHERE (doer ->> 'kind') = 'staff';

CREATE INDEX ix_activities_account ON activities (agency, account, number);

CREATE TABLE activity_heads (
  agency UUID NOT NULL,
  number BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  signed_number BIGINT DEFAULT '0' NOT NULL,
  signed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_activity_heads PRIMARY KEY (agency)
);

CREATE TABLE signed_heads (
  agency UUID NOT NULL,
  number BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  signature TEXT NOT NULL,
  CONSTRAINT pk_signed_heads PRIMARY KEY (agency, number)
);

CREATE TABLE budgets (
  scope TEXT NOT NULL,
  mark BYTEA NOT NULL,
  spent DOUBLE PRECISION NOT NULL,
  allowed DOUBLE PRECISION NOT NULL,
  seconds DOUBLE PRECISION NOT NULL,
  granted INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_budgets PRIMARY KEY (scope, mark)
);

CREATE INDEX ix_budgets_at ON budgets (at);

CREATE TABLE familiar_clients (
  agency UUID NOT NULL,
  mark BYTEA NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_familiar_clients PRIMARY KEY (agency, mark)
);

CREATE TABLE consents (
  agency UUID NOT NULL,
  contact UUID NOT NULL,
  kind TEXT NOT NULL,
  given BOOLEAN NOT NULL,
  address TEXT NOT NULL,
  version TEXT NOT NULL,
  language TEXT NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  changes INTEGER NOT NULL,
  CONSTRAINT pk_consents PRIMARY KEY (agency, contact, kind)
);

CREATE TABLE devices (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  contact UUID NOT NULL,
  account UUID NOT NULL,
  secret_hash BYTEA NOT NULL,
  next_hash BYTEA,
  last_hash BYTEA,
  turned_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_devices PRIMARY KEY (id),
  CONSTRAINT uq_devices_secret_hash UNIQUE (secret_hash),
  CONSTRAINT uq_devices_next_hash UNIQUE (next_hash),
  CONSTRAINT uq_devices_last_hash UNIQUE (last_hash)
);

CREATE INDEX ix_devices_contact ON devices (contact) WHERE ended_at IS NULL;

CREATE TABLE impersonations (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  key_hash BYTEA NOT NULL,
  account UUID NOT NULL,
  contact UUID NOT NULL,
  requester_kind TEXT NOT NULL,
  requester UUID NOT NULL,
  agent JSONB NOT NULL,
  reason TEXT NOT NULL,
  requested_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  opens_until TIMESTAMP WITH TIME ZONE NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE,
  session UUID,
  expires_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_impersonations PRIMARY KEY (id),
  CONSTRAINT ck_impersonations_requester_kind CHECK (requester_kind IN ('staff', 'system')),
  CONSTRAINT ck_impersonations_session CHECK ((opened_at IS NULL) = (session IS NULL)),
  CONSTRAINT uq_impersonations_key_hash UNIQUE (key_hash)
);

CREATE INDEX ix_impersonations_account ON impersonations (agency, account);

CREATE INDEX ix_impersonations_requester ON impersonations (requester) WHERE ended_at IS NULL;

CREATE TABLE openid_clients (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  provider TEXT NOT NULL,
  client_id TEXT NOT NULL,
  tenant TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  lets_in TEXT[] NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_openid_clients PRIMARY KEY (id),
  CONSTRAINT ck_openid_clients_provider CHECK (provider IN ('google', 'microsoft')),
  CONSTRAINT uq_openid_clients_agency_provider UNIQUE (agency, provider)
);

CREATE TABLE openid_flows (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  secret_hash BYTEA NOT NULL,
  provider TEXT NOT NULL,
  purpose TEXT NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  over_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_openid_flows PRIMARY KEY (id),
  CONSTRAINT uq_openid_flows_secret_hash UNIQUE (secret_hash)
);

CREATE INDEX ix_openid_flows_expires_at ON openid_flows (agency, expires_at);

CREATE TABLE google_proofs (
  sign_in UUID NOT NULL,
  agency UUID NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  email TEXT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_google_proofs PRIMARY KEY (sign_in)
);

CREATE TABLE google_links (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  contact UUID NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  email TEXT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_google_links PRIMARY KEY (id),
  CONSTRAINT uq_google_links_agency_contact_issuer_subject UNIQUE (agency, contact, issuer, subject)
);

CREATE INDEX ix_google_links_subject ON google_links (agency, issuer, subject);

CREATE TABLE passkeys (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  kind TEXT NOT NULL,
  holder UUID NOT NULL,
  credential_id BYTEA NOT NULL,
  public_key BYTEA NOT NULL,
  sign_count BIGINT NOT NULL,
  transports TEXT[] NOT NULL,
  synced BOOLEAN NOT NULL,
  name TEXT NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_passkeys PRIMARY KEY (id),
  CONSTRAINT ck_passkeys_kind CHECK (kind IN ('contact', 'staff')),
  CONSTRAINT uq_passkeys_agency_credential_id UNIQUE (agency, credential_id)
);

CREATE INDEX ix_passkeys_holder ON passkeys (holder);

CREATE TABLE passkey_challenges (
  hash BYTEA NOT NULL,
  agency UUID NOT NULL,
  purpose TEXT NOT NULL,
  binding BYTEA NOT NULL,
  kind TEXT,
  holder UUID,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_passkey_challenges PRIMARY KEY (hash),
  CONSTRAINT ck_passkey_challenges_purpose CHECK (purpose IN ('make', 'prove')),
  CONSTRAINT ck_passkey_challenges_holder CHECK ((kind IS NULL) = (holder IS NULL))
);

CREATE INDEX ix_passkey_challenges_expires_at ON passkey_challenges (expires_at);

CREATE TABLE passkey_excuses (
  contact UUID NOT NULL,
  agency UUID NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_passkey_excuses PRIMARY KEY (contact)
);

CREATE TABLE credentials (
  contact UUID NOT NULL,
  agency UUID NOT NULL,
  user_name TEXT NOT NULL,
  hash TEXT,
  kind TEXT,
  set_at TIMESTAMP WITH TIME ZONE,
  until TIMESTAMP WITH TIME ZONE,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_credentials PRIMARY KEY (contact),
  CONSTRAINT ck_credentials_kind CHECK (kind IN ('own', 'first')),
  CONSTRAINT ck_credentials_password CHECK ((hash IS NULL) = (kind IS NULL) AND (kind = 'first') = (until IS NOT NULL))
);

CREATE UNIQUE INDEX uq_credentials_user_name ON credentials (agency, lower(user_name));

CREATE TABLE password_links (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  contact UUID NOT NULL,
  secret_hash BYTEA NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  over_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_password_links PRIMARY KEY (id),
  CONSTRAINT uq_password_links_secret_hash UNIQUE (secret_hash)
);

CREATE INDEX ix_password_links_contact ON password_links (contact, made_at);

CREATE TABLE password_resets (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  contact UUID,
  secret_hash BYTEA NOT NULL,
  tries INTEGER DEFAULT '0' NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  over_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_password_resets PRIMARY KEY (id),
  CONSTRAINT uq_password_resets_secret_hash UNIQUE (secret_hash)
);

CREATE INDEX ix_password_resets_contact ON password_resets (contact) WHERE over_at IS NULL;

CREATE TABLE accounts (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  name TEXT NOT NULL,
  number TEXT NOT NULL,
  type TEXT NOT NULL,
  street TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  name_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(name)) STORED NOT NULL,
  number_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(number)) STORED NOT NULL,
  CONSTRAINT pk_accounts PRIMARY KEY (id),
  CONSTRAINT uq_accounts_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_accounts_name_key ON accounts (agency, name_key, id) WHERE NOT deleted;

CREATE INDEX ix_accounts_number_key ON accounts (agency, number_key) WHERE NOT deleted;

CREATE TABLE contacts (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  ams_id TEXT NOT NULL,
  version BIGINT NOT NULL,
  deleted BOOLEAN NOT NULL,
  stored_at TIMESTAMP WITH TIME ZONE NOT NULL,
  raw JSONB NOT NULL,
  account_ams_id TEXT NOT NULL,
  role TEXT NOT NULL,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  email TEXT NOT NULL,
  mobile TEXT NOT NULL,
  phone TEXT NOT NULL,
  ams_access BOOLEAN NOT NULL,
  access BOOLEAN NOT NULL,
  language TEXT NOT NULL,
  first_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(first_name)) STORED NOT NULL,
  last_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(last_name)) STORED NOT NULL,
  email_key TEXT COLLATE "C" GENERATED ALWAYS AS (lower(email)) STORED NOT NULL,
  phone_key TEXT COLLATE "C" GENERATED ALWAYS AS (right(regexp_replace(coalesce(nullif(mobile, ''), phone), '[^0-9]', '', 'g'), 10)) STORED NOT NULL,
  CONSTRAINT pk_contacts PRIMARY KEY (id),
  CONSTRAINT ck_contacts_role CHECK (role IN ('primary', 'second', 'additional')),
  CONSTRAINT uq_contacts_agency_ams_id UNIQUE (agency, ams_id)
);

CREATE INDEX ix_contacts_last_key ON contacts (agency, last_key) WHERE NOT deleted AND last_key <> '';

CREATE INDEX ix_contacts_phone_key ON contacts (agency, phone_key) WHERE NOT deleted AND phone_key <> '';

CREATE INDEX ix_contacts_first_key ON contacts (agency, first_key) WHERE NOT deleted AND first_key <> '';

CREATE INDEX ix_contacts_email_key ON contacts (agency, email_key) WHERE NOT deleted AND email_key <> '';

CREATE INDEX ix_contacts_account ON contacts (agency, account_ams_id);

CREATE TABLE shared_addresses (
  agency UUID NOT NULL,
  email TEXT NOT NULL,
  allowed_by TEXT NOT NULL,
  allowed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_shared_addresses PRIMARY KEY (agency, email)
);

CREATE TABLE authenticators (
  staff UUID NOT NULL,
  agency UUID NOT NULL,
  sealed BYTEA NOT NULL,
  step BIGINT NOT NULL,
  tries INTEGER DEFAULT '0' NOT NULL,
  tries_from TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_authenticators PRIMARY KEY (staff)
);

CREATE TABLE authenticator_changes (
  staff UUID NOT NULL,
  agency UUID NOT NULL,
  session UUID NOT NULL,
  sealed BYTEA NOT NULL,
  tries INTEGER DEFAULT '0' NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_authenticator_changes PRIMARY KEY (staff)
);

CREATE TABLE sessions (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  token_hash BYTEA NOT NULL,
  kind TEXT NOT NULL,
  subject UUID NOT NULL,
  email TEXT NOT NULL,
  account UUID,
  amr TEXT[] NOT NULL,
  scopes TEXT[] DEFAULT '{}'::text[] NOT NULL,
  read_only BOOLEAN DEFAULT false NOT NULL,
  view UUID,
  actor JSONB,
  address TEXT DEFAULT '' NOT NULL,
  agent TEXT DEFAULT '' NOT NULL,
  idle INTERVAL NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  proven_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_sessions PRIMARY KEY (id),
  CONSTRAINT ck_sessions_kind CHECK (kind IN ('contact', 'staff', 'system')),
  CONSTRAINT ck_sessions_view CHECK (read_only = (view IS NOT NULL) AND (view IS NULL OR actor IS NOT NULL)),
  CONSTRAINT uq_sessions_token_hash UNIQUE (token_hash)
);

CREATE INDEX ix_sessions_subject ON sessions (subject) WHERE ended_at IS NULL;

CREATE INDEX ix_sessions_email ON sessions (email) WHERE ended_at IS NULL;

CREATE TABLE sign_ins (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  secret_hash BYTEA NOT NULL,
  email TEXT NOT NULL,
  channels JSONB NOT NULL,
  tries INTEGER DEFAULT '0' NOT NULL,
  veiled BOOLEAN DEFAULT false NOT NULL,
  proven_at TIMESTAMP WITH TIME ZONE,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  over_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_sign_ins PRIMARY KEY (id),
  CONSTRAINT uq_sign_ins_secret_hash UNIQUE (secret_hash)
);

CREATE INDEX ix_sign_ins_expires_at ON sign_ins (expires_at);

CREATE TABLE codes (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  sign_in UUID NOT NULL,
  email TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient BYTEA,
  keyed_hash BYTEA NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_codes PRIMARY KEY (id)
);

CREATE INDEX ix_codes_texts ON codes (agency, made_at) WHERE channel = 'sms';

CREATE INDEX ix_codes_sign_in ON codes (sign_in, made_at);

CREATE TABLE staff (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  active BOOLEAN DEFAULT true NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  came_in_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_staff PRIMARY KEY (id),
  CONSTRAINT ck_staff_role CHECK (role IN ('admin', 'agent', 'csr')),
  CONSTRAINT uq_staff_agency_email UNIQUE (agency, email)
);

CREATE TABLE staff_invitations (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  staff UUID NOT NULL,
  secret_hash BYTEA NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  over_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_staff_invitations PRIMARY KEY (id),
  CONSTRAINT uq_staff_invitations_secret_hash UNIQUE (secret_hash)
);

CREATE INDEX ix_staff_invitations_staff ON staff_invitations (staff) WHERE over_at IS NULL;

CREATE TABLE staff_entries (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  staff UUID NOT NULL,
  secret_hash BYTEA NOT NULL,
  amr TEXT[] NOT NULL,
  makes TEXT[] NOT NULL,
  authenticator BYTEA,
  issuer TEXT,
  subject TEXT,
  tries INTEGER DEFAULT '0' NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  over_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_staff_entries PRIMARY KEY (id),
  CONSTRAINT uq_staff_entries_secret_hash UNIQUE (secret_hash)
);

CREATE INDEX ix_staff_entries_staff ON staff_entries (staff) WHERE over_at IS NULL;

CREATE TABLE staff_links (
  agency UUID NOT NULL,
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  staff UUID NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_staff_links PRIMARY KEY (agency, issuer, subject)
);

CREATE INDEX ix_staff_links_staff ON staff_links (staff);

CREATE TABLE systems (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  name TEXT NOT NULL,
  client_id TEXT NOT NULL,
  scopes TEXT[] NOT NULL,
  secret_hash BYTEA NOT NULL,
  secret_made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  old_secret_hash BYTEA,
  old_secret_until TIMESTAMP WITH TIME ZONE,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_systems PRIMARY KEY (id),
  CONSTRAINT ck_systems_scopes CHECK (cardinality(scopes) > 0),
  CONSTRAINT ck_systems_old_secret CHECK ((old_secret_hash IS NULL) = (old_secret_until IS NULL))
);

CREATE UNIQUE INDEX ix_systems_client_id ON systems (agency, client_id) WHERE ended_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON accounts TO identity_app;

GRANT SELECT ON accounts TO identity_reader;

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE accounts FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON accounts USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON activities TO identity_app;

GRANT SELECT ON activities TO identity_reader;

ALTER TABLE activities ENABLE ROW LEVEL SECURITY;

ALTER TABLE activities FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON activities USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON activity_heads TO identity_app;

GRANT SELECT ON activity_heads TO identity_reader;

ALTER TABLE activity_heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE activity_heads FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON activity_heads USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON agencies TO identity_app;

GRANT SELECT ON agencies TO identity_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON attempts TO identity_app;

GRANT SELECT ON attempts TO identity_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON authenticator_changes TO identity_app;

GRANT SELECT ON authenticator_changes TO identity_reader;

ALTER TABLE authenticator_changes ENABLE ROW LEVEL SECURITY;

ALTER TABLE authenticator_changes FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON authenticator_changes USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON authenticators TO identity_app;

GRANT SELECT ON authenticators TO identity_reader;

ALTER TABLE authenticators ENABLE ROW LEVEL SECURITY;

ALTER TABLE authenticators FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON authenticators USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON budgets TO identity_app;

GRANT SELECT ON budgets TO identity_reader;

GRANT SELECT, INSERT, UPDATE, DELETE ON codes TO identity_app;

GRANT SELECT ON codes TO identity_reader;

ALTER TABLE codes ENABLE ROW LEVEL SECURITY;

ALTER TABLE codes FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON codes USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON consents TO identity_app;

GRANT SELECT ON consents TO identity_reader;

ALTER TABLE consents ENABLE ROW LEVEL SECURITY;

ALTER TABLE consents FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON consents USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON contacts TO identity_app;

GRANT SELECT ON contacts TO identity_reader;

ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;

ALTER TABLE contacts FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON contacts USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON credentials TO identity_app;

GRANT SELECT ON credentials TO identity_reader;

ALTER TABLE credentials ENABLE ROW LEVEL SECURITY;

ALTER TABLE credentials FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON credentials USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON devices TO identity_app;

GRANT SELECT ON devices TO identity_reader;

ALTER TABLE devices ENABLE ROW LEVEL SECURITY;

ALTER TABLE devices FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON devices USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON familiar_clients TO identity_app;

GRANT SELECT ON familiar_clients TO identity_reader;

ALTER TABLE familiar_clients ENABLE ROW LEVEL SECURITY;

ALTER TABLE familiar_clients FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON familiar_clients USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON feed_hours TO identity_app;

GRANT SELECT ON feed_hours TO identity_reader;

ALTER TABLE feed_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE feed_hours FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON feed_hours USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON google_links TO identity_app;

GRANT SELECT ON google_links TO identity_reader;

ALTER TABLE google_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE google_links FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON google_links USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON google_proofs TO identity_app;

GRANT SELECT ON google_proofs TO identity_reader;

ALTER TABLE google_proofs ENABLE ROW LEVEL SECURITY;

ALTER TABLE google_proofs FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON google_proofs USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON impersonations TO identity_app;

GRANT SELECT ON impersonations TO identity_reader;

ALTER TABLE impersonations ENABLE ROW LEVEL SECURITY;

ALTER TABLE impersonations FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON impersonations USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON openid_clients TO identity_app;

GRANT SELECT ON openid_clients TO identity_reader;

ALTER TABLE openid_clients ENABLE ROW LEVEL SECURITY;

ALTER TABLE openid_clients FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON openid_clients USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON openid_flows TO identity_app;

GRANT SELECT ON openid_flows TO identity_reader;

ALTER TABLE openid_flows ENABLE ROW LEVEL SECURITY;

ALTER TABLE openid_flows FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON openid_flows USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON passkey_challenges TO identity_app;

GRANT SELECT ON passkey_challenges TO identity_reader;

ALTER TABLE passkey_challenges ENABLE ROW LEVEL SECURITY;

ALTER TABLE passkey_challenges FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON passkey_challenges USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON passkey_excuses TO identity_app;

GRANT SELECT ON passkey_excuses TO identity_reader;

ALTER TABLE passkey_excuses ENABLE ROW LEVEL SECURITY;

ALTER TABLE passkey_excuses FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON passkey_excuses USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys TO identity_app;

GRANT SELECT ON passkeys TO identity_reader;

ALTER TABLE passkeys ENABLE ROW LEVEL SECURITY;

ALTER TABLE passkeys FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON passkeys USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON password_links TO identity_app;

GRANT SELECT ON password_links TO identity_reader;

ALTER TABLE password_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE password_links FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON password_links USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO identity_app;

GRANT SELECT ON password_resets TO identity_reader;

ALTER TABLE password_resets ENABLE ROW LEVEL SECURITY;

ALTER TABLE password_resets FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON password_resets USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO identity_app;

GRANT SELECT ON sessions TO identity_reader;

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE sessions FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON sessions USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON shared_addresses TO identity_app;

GRANT SELECT ON shared_addresses TO identity_reader;

ALTER TABLE shared_addresses ENABLE ROW LEVEL SECURITY;

ALTER TABLE shared_addresses FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON shared_addresses USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON sign_ins TO identity_app;

GRANT SELECT ON sign_ins TO identity_reader;

ALTER TABLE sign_ins ENABLE ROW LEVEL SECURITY;

ALTER TABLE sign_ins FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON sign_ins USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON signed_heads TO identity_app;

GRANT SELECT ON signed_heads TO identity_reader;

ALTER TABLE signed_heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE signed_heads FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON signed_heads USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshot_items TO identity_app;

GRANT SELECT ON snapshot_items TO identity_reader;

ALTER TABLE snapshot_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE snapshot_items FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON snapshot_items USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON snapshots TO identity_app;

GRANT SELECT ON snapshots TO identity_reader;

ALTER TABLE snapshots ENABLE ROW LEVEL SECURITY;

ALTER TABLE snapshots FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON snapshots USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON staff TO identity_app;

GRANT SELECT ON staff TO identity_reader;

ALTER TABLE staff ENABLE ROW LEVEL SECURITY;

ALTER TABLE staff FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON staff USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON staff_entries TO identity_app;

GRANT SELECT ON staff_entries TO identity_reader;

ALTER TABLE staff_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE staff_entries FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON staff_entries USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON staff_invitations TO identity_app;

GRANT SELECT ON staff_invitations TO identity_reader;

ALTER TABLE staff_invitations ENABLE ROW LEVEL SECURITY;

ALTER TABLE staff_invitations FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON staff_invitations USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON staff_links TO identity_app;

GRANT SELECT ON staff_links TO identity_reader;

ALTER TABLE staff_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE staff_links FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON staff_links USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON systems TO identity_app;

GRANT SELECT ON systems TO identity_reader;

ALTER TABLE systems ENABLE ROW LEVEL SECURITY;

ALTER TABLE systems FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON systems USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

CREATE POLICY of_account ON impersonations AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid) WITH CHECK (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

GRANT INSERT ON outbox, quarantine TO identity_app;

GRANT SELECT ON quarantine TO identity_app, identity_reader;

GRANT UPDATE (replayed_at, replayed_by, mended_body, outcome) ON quarantine TO identity_app;

ALTER TABLE quarantine ENABLE ROW LEVEL SECURITY;

ALTER TABLE quarantine FORCE ROW LEVEL SECURITY;

CREATE POLICY of_relay ON quarantine TO identity_relay USING (true) WITH CHECK (true);

CREATE POLICY caught ON quarantine FOR INSERT TO identity_app WITH CHECK (true);

CREATE POLICY seen ON quarantine FOR SELECT TO identity_app, identity_reader USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

CREATE POLICY noted ON quarantine FOR UPDATE TO identity_app USING (agency = (SELECT slug FROM agencies WHERE id = nullif(current_setting('app.agency', true), '')::uuid));

GRANT INSERT ON inbox TO identity_app;

GRANT SELECT (consumer, message_id, body_sha256) ON inbox TO identity_app;

GRANT SELECT, UPDATE, DELETE ON outbox, inbox, quarantine TO identity_relay;

GRANT SELECT, DELETE ON attempts TO identity_relay;

-- reading only: who switches accounts writes an entry of the account that is not open yet
CREATE POLICY of_account ON activities AS RESTRICTIVE FOR SELECT USING (current_setting('app.account') = '' OR account = nullif(current_setting('app.account'), '')::uuid);

REVOKE INSERT, UPDATE, DELETE ON activities, activity_heads FROM identity_app;

REVOKE UPDATE, DELETE ON signed_heads FROM identity_app;

GRANT UPDATE (signed_number, signed_at) ON activity_heads TO identity_app;

CREATE FUNCTION canonical_texts(texts jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT '{' || coalesce(
      string_agg(to_json(key)::text || ':' || to_json(value)::text, ',' ORDER BY key COLLATE "C"), ''
    ) || '}' FROM jsonb_each_text(texts)
$$;

CREATE FUNCTION append_activity(
  what text, doer jsonb, account uuid, contact uuid, facts jsonb, at timestamptz
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  mine uuid := current_setting('app.agency')::uuid;
  head record;
  digest bytea;
  done_at timestamptz;
BEGIN
  SELECT h.number, h.hash INTO head FROM activity_heads h WHERE h.agency = mine FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO activity_heads (agency, number, hash) VALUES (mine, 0, decode(repeat('00', 32), 'hex'))
      ON CONFLICT DO NOTHING;
    SELECT h.number, h.hash INTO head FROM activity_heads h WHERE h.agency = mine FOR UPDATE;
  END IF;
  done_at := coalesce(at, clock_timestamp());
  digest := sha256(head.hash || convert_to(
    '{"account":' || coalesce(to_json(account)::text, 'null')
    || ',"agency":' || to_json(mine)::text
    || ',"at":"' || to_char(done_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","contact":' || coalesce(to_json(contact)::text, 'null')
    || ',"doer":' || canonical_texts(doer)
    || ',"facts":' || canonical_texts(facts)
    || ',"number":' || (head.number + 1)::text
    || ',"what":' || to_json(what)::text || '}', 'UTF8'));
  INSERT INTO activities (agency, number, at, what, doer, account, contact, facts, previous, hash)
    VALUES (mine, head.number + 1, done_at, what, doer, account, contact, facts, head.hash, digest);
  UPDATE activity_heads h SET number = head.number + 1, hash = digest WHERE h.agency = mine;
  RETURN head.number + 1;
END
$$;

REVOKE ALL ON FUNCTION append_activity, canonical_texts FROM PUBLIC;

GRANT EXECUTE ON FUNCTION append_activity TO identity_app;
