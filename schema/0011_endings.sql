-- When it must end: who left a trio that goes on, reports of misconduct, who may take part no more, and who could be the
-- next partner of whom.
ALTER TABLE member ADD COLUMN left_at INTEGER; -- when this one left a trio, which the other two go on with

-- Reports of misconduct. What was written stands here and nowhere else.
CREATE TABLE incident (
    id            INTEGER PRIMARY KEY,        -- the number of its case
    inbox         INTEGER NOT NULL,           -- the mail
    reporter      INTEGER REFERENCES participant (id),  -- NULL: nobody we know, or not proven
    partnership   INTEGER REFERENCES partnership (id),  -- which is frozen; NULL: not clear which one
    at            INTEGER NOT NULL,
    mail          BLOB,                       -- as it came; NULL: not kept here
    state         TEXT NOT NULL DEFAULT 'open'
                  CHECK (state IN ('open', 'no-action', 'warning', 'termination', 'ban')),
    decided_at    INTEGER,
    decided_by    TEXT                        -- as the event log's actor
) STRICT;
CREATE INDEX incident_by_inbox ON incident (inbox);
CREATE INDEX incident_by_partnership ON incident (partnership) WHERE partnership IS NOT NULL;
CREATE INDEX incident_by_reporter ON incident (reporter) WHERE reporter IS NOT NULL;

-- Addresses that may take part no more: HMAC-SHA-256 of the folded address, under the key in the setting "ban_key".
CREATE TABLE ban (
    hash          TEXT PRIMARY KEY,
    at            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Two who wait for another partner in a running round and are told to coordinators as a pair. Offered once: when its case
-- is closed they are never offered together again.
CREATE TABLE rematch (
    id            INTEGER PRIMARY KEY,        -- the number of its case
    round         INTEGER NOT NULL REFERENCES round (id),
    first         INTEGER NOT NULL REFERENCES participant (id), -- writes first
    second        INTEGER NOT NULL REFERENCES participant (id)
) STRICT;
CREATE INDEX rematch_by_first ON rematch (first);
CREATE INDEX rematch_by_second ON rematch (second);
CREATE INDEX application_in_line ON application (round) WHERE state = 'waiting' AND waits_for = 'partner';
