-- From sign-up to introduction: a round's state says what may happen in it, and may change by date; who applies by mail
-- is an applicant until the application is confirmed.
PRAGMA defer_foreign_keys = ON; -- everything refers to rounds, and their table is made anew
CREATE TABLE round_before AS SELECT * FROM round;
DROP TABLE round;
CREATE TABLE round (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,
    state         TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed', 'matching', 'running', 'ending', 'archived')),
    length        TEXT NOT NULL,              -- "6 months", as configured when it was created
    opens_at      INTEGER,                    -- when it opens by itself
    closes_at     INTEGER,                    -- when sign-up ends: the first second that is too late
    starts_at     INTEGER,                    -- when the introductions of what was approved begin; NULL: at once
    started_at    INTEGER,
    ended_at      INTEGER,                    -- when its last partnership was over
    created_at    INTEGER NOT NULL
) STRICT;
INSERT INTO round (id, name, state, length, started_at, ended_at, created_at)
SELECT id, name, CASE state WHEN 'planned' THEN 'draft' WHEN 'ended' THEN 'ending' ELSE state END, length, started_at,
       ended_at, created_at
FROM round_before;
DROP TABLE round_before;
CREATE INDEX round_by_state ON round (state);

ALTER TABLE application ADD COLUMN applied_at INTEGER;  -- when it was confirmed; who waits is taken in this order
ALTER TABLE application ADD COLUMN waits_for TEXT CHECK (waits_for IN ('country', 'next', 'partner')); -- while waiting
UPDATE application SET applied_at = accepted_at;
CREATE INDEX application_waiting ON application (round, applied_at) WHERE state = 'waiting';

-- Somebody whose application is not confirmed. Confirmed, it becomes a participant's application, and this row goes;
-- not confirmed in time, it goes as well, with the address in what was sent.
CREATE TABLE applicant (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    round         INTEGER NOT NULL REFERENCES round (id),
    participant   INTEGER REFERENCES participant (id), -- who took part before
    address       TEXT NOT NULL,              -- as written to
    address_key   TEXT NOT NULL,              -- folded for comparing
    language      TEXT NOT NULL,              -- BCP 47; of what is sent
    state         TEXT NOT NULL CHECK (state IN ('asked', 'unclear', 'summarised')), -- the last mail: form, again, summary
    answers       TEXT NOT NULL DEFAULT '{}', -- JSON, see daemon/store/applicants.h
    asked_at      INTEGER NOT NULL,           -- when the form was last sent
    reminded_at   INTEGER,
    expires_at    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    UNIQUE (address_key, round)
) STRICT;
CREATE INDEX applicant_by_round ON applicant (round);
CREATE INDEX applicant_by_expiry ON applicant (expires_at);
CREATE INDEX applicant_by_participant ON applicant (participant) WHERE participant IS NOT NULL;

ALTER TABLE outbox ADD COLUMN applicant INTEGER REFERENCES applicant (id) ON DELETE SET NULL; -- whom it goes to, or about
CREATE INDEX outbox_by_applicant ON outbox (applicant) WHERE applicant IS NOT NULL;
