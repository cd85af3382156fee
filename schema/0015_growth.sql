-- What lists and status look for among very many.
CREATE INDEX participant_by_state ON participant (state) WHERE state <> 'active';
CREATE INDEX participant_bad_address ON participant (address_state) WHERE address_state <> 'good';
CREATE INDEX health_by_state ON health (state) WHERE next_at IS NOT NULL;
CREATE INDEX case_by_opening ON case_file (id) WHERE closed_at IS NULL;
