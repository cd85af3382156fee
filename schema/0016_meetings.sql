-- Live talk: what coordinators invite a round to (called events there), and half hours that partners agree on.
CREATE TABLE meeting (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    uid           TEXT NOT NULL UNIQUE,       -- in calendars (RFC 5545); not to be guessed
    title         TEXT NOT NULL DEFAULT '',   -- '': partners talk
    url           TEXT NOT NULL DEFAULT '',   -- where it takes place; '': the partners know
    starts_at     INTEGER NOT NULL,
    ends_at       INTEGER NOT NULL,
    round         INTEGER NOT NULL REFERENCES round (id),
    partnership   INTEGER REFERENCES partnership (id), -- NULL: for the whole round
    occurrence    INTEGER,                    -- of the mail that proposed it
    state         TEXT NOT NULL CHECK (state IN ('proposed', 'planned', 'cancelled')),
    sequence      INTEGER NOT NULL DEFAULT 0, -- RFC 5545: grows with each change
    moved         INTEGER NOT NULL DEFAULT 0, -- the sequence since which its time is as it is: older answers don't count
    is_told       INTEGER NOT NULL,           -- all know what is new
    position      INTEGER NOT NULL DEFAULT 0, -- who is told, or reminded, has a greater id than this participant
    next_at       INTEGER,                    -- when to tell or remind; NULL: never
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX meeting_by_next ON meeting (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX meeting_by_partnership ON meeting (partnership, occurrence, starts_at) WHERE partnership IS NOT NULL;
CREATE INDEX meeting_of_round ON meeting (round) WHERE partnership IS NULL;

-- Who is invited, or chose a proposed time.
CREATE TABLE attendee (
    meeting       INTEGER NOT NULL REFERENCES meeting (id),
    participant   INTEGER NOT NULL REFERENCES participant (id),
    outbox        INTEGER REFERENCES outbox (id), -- the first invitation: calendars reply to its address
    answer        INTEGER,                    -- 1 yes, 2 no, 3 perhaps
    sequence      INTEGER NOT NULL DEFAULT 0, -- of the invitation that was answered
    answered_at   INTEGER,
    PRIMARY KEY (meeting, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX attendee_by_participant ON attendee (participant);

-- Whoever joins later is invited as well; who was is not invited twice (the outbox sees to that).
CREATE TRIGGER meeting_joined AFTER INSERT ON application WHEN new.state IN ('accepted', 'matched') BEGIN
    UPDATE meeting SET position = iif(is_told, new.participant - 1, min(position, new.participant - 1)), is_told = 0,
        next_at = 0 WHERE round = new.round AND partnership IS NULL AND state = 'planned';
END;
CREATE TRIGGER meeting_accepted AFTER UPDATE OF state ON application
WHEN new.state = 'accepted' AND old.state IN ('applied', 'waiting', 'withdrawn') BEGIN
    UPDATE meeting SET position = iif(is_told, new.participant - 1, min(position, new.participant - 1)), is_told = 0,
        next_at = 0 WHERE round = new.round AND partnership IS NULL AND state = 'planned';
END;

-- In portions by participant.
DROP INDEX application_by_round;
CREATE INDEX application_by_round ON application (round, participant);
