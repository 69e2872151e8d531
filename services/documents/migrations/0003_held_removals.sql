ALTER TABLE snapshots ALTER COLUMN complete DROP DEFAULT;

ALTER TABLE snapshots ALTER COLUMN complete TYPE text[] USING CASE WHEN complete THEN ARRAY['certificate', 'certificate-master', 'document'] ELSE '{}' END;

ALTER TABLE snapshots RENAME COLUMN complete TO swept;

ALTER TABLE snapshots ALTER COLUMN swept SET DEFAULT '{}';

CREATE TABLE held_removals (
  id UUID NOT NULL,
  agency UUID NOT NULL,
  snapshot TEXT NOT NULL,
  kind TEXT NOT NULL,
  began_at TIMESTAMP WITH TIME ZONE NOT NULL,
  held_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  going BIGINT NOT NULL,
  there BIGINT NOT NULL,
  state TEXT DEFAULT 'held' NOT NULL,
  removed BIGINT DEFAULT '0' NOT NULL,
  CONSTRAINT pk_held_removals PRIMARY KEY (id),
  CONSTRAINT uq_held_removals_agency_snapshot_kind UNIQUE (agency, snapshot, kind)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON held_removals TO documents_app;

GRANT SELECT ON held_removals TO documents_reader;

ALTER TABLE held_removals ENABLE ROW LEVEL SECURITY;

ALTER TABLE held_removals FORCE ROW LEVEL SECURITY;

CREATE POLICY of_agency ON held_removals USING (agency = current_setting('app.agency')::uuid) WITH CHECK (agency = current_setting('app.agency')::uuid);

CREATE POLICY of_account ON held_removals AS RESTRICTIVE FOR ALL USING (current_setting('app.account') = '' OR false) WITH CHECK (current_setting('app.account') = '' OR false);
