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
    participant   INTEGER REFERENCES participant (id), -- whose address it was when the form was sent
    address       TEXT NOT NULL,              -- as written to
    address_key   TEXT NOT NULL,              -- folded for comparing
    language      TEXT NOT NULL,              -- BCP 47; of what is sent
    state         TEXT NOT NULL CHECK (state IN ('asked', 'unclear', 'summarised', 'gone')),
    answers       TEXT NOT NULL DEFAULT '{}', -- JSON, see daemon/store/applicants.h
    asked_at      INTEGER NOT NULL,           -- when we last wrote
    reminded_at   INTEGER,                    -- when the one reminder was sent
    expires_at    INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    UNIQUE (address_key, round)
) STRICT;
CREATE INDEX applicant_by_round ON applicant (round);
CREATE INDEX applicant_by_expiry ON applicant (expires_at);
CREATE INDEX applicant_by_reminder ON applicant (asked_at) WHERE reminded_at IS NULL;
CREATE INDEX applicant_by_participant ON applicant (participant) WHERE participant IS NOT NULL;

ALTER TABLE outbox ADD COLUMN applicant INTEGER REFERENCES applicant (id) ON DELETE SET NULL; -- whom it goes to
CREATE INDEX outbox_by_applicant ON outbox (applicant) WHERE applicant IS NOT NULL;
CREATE INDEX outbox_by_inbox ON outbox (inbox) WHERE inbox IS NOT NULL;
CREATE INDEX outbox_forms ON outbox (created_at) WHERE template = 'application';

ALTER TABLE participant ADD COLUMN name_key TEXT NOT NULL DEFAULT ''; -- folded: the same person from another address?
CREATE INDEX participant_by_name ON participant (name_key, country);

-- How many of each country have a place in a round, and how many wait for one, so that nobody counts thousands for each
-- who applies. Kept by the triggers below.
CREATE TABLE country_places (
    round         INTEGER NOT NULL REFERENCES round (id),
    country       TEXT NOT NULL,
    taken         INTEGER NOT NULL,
    waiting       INTEGER NOT NULL,
    PRIMARY KEY (round, country)
) STRICT, WITHOUT ROWID;
CREATE INDEX country_places_waiting ON country_places (waiting) WHERE waiting > 0;
INSERT INTO country_places
SELECT application.round, country, count(*), 0 FROM application JOIN participant ON participant.id = application.participant
WHERE application.state IN ('accepted', 'matched') GROUP BY application.round, country;

CREATE TRIGGER application_added AFTER INSERT ON application BEGIN
    INSERT OR IGNORE INTO country_places SELECT new.round, country, 0, 0 FROM participant WHERE id = new.participant;
    UPDATE country_places SET
        taken = taken + (new.state IN ('accepted', 'matched') OR new.state = 'waiting' AND new.waits_for IS 'partner'),
        waiting = waiting + (new.state = 'waiting' AND new.waits_for IS 'country')
    WHERE round = new.round AND country = (SELECT country FROM participant WHERE id = new.participant);
END;
CREATE TRIGGER application_moved AFTER UPDATE OF state, waits_for ON application BEGIN
    UPDATE country_places SET
        taken = taken + (new.state IN ('accepted', 'matched') OR new.state = 'waiting' AND new.waits_for IS 'partner')
                - (old.state IN ('accepted', 'matched') OR old.state = 'waiting' AND old.waits_for IS 'partner'),
        waiting = waiting + (new.state = 'waiting' AND new.waits_for IS 'country')
                  - (old.state = 'waiting' AND old.waits_for IS 'country')
    WHERE round = new.round AND country = (SELECT country FROM participant WHERE id = new.participant);
END;
CREATE TRIGGER participant_moved AFTER UPDATE OF country ON participant WHEN new.country <> old.country BEGIN
    INSERT OR IGNORE INTO country_places
    SELECT round, new.country, 0, 0 FROM application WHERE participant = new.id;
    UPDATE country_places SET (taken, waiting) = (SELECT
        country_places.taken + sum(state IN ('accepted', 'matched') OR state = 'waiting' AND waits_for IS 'partner')
            * iif(country_places.country = new.country, 1, -1),
        country_places.waiting + sum(state = 'waiting' AND waits_for IS 'country')
            * iif(country_places.country = new.country, 1, -1)
        FROM application WHERE participant = new.id AND application.round = country_places.round)
    WHERE country IN (old.country, new.country)
          AND round IN (SELECT round FROM application WHERE participant = new.id);
END;
