-- Bringing people together: what coordinators say of it beforehand, and the proposal that stands for a round.

-- Two who must never be brought together.
CREATE TABLE forbidden_pair (
    first         INTEGER NOT NULL REFERENCES participant (id),
    second        INTEGER NOT NULL REFERENCES participant (id),
    PRIMARY KEY (first, second),
    CHECK (first < second)
) STRICT, WITHOUT ROWID;
CREATE INDEX forbidden_by_second ON forbidden_pair (second);

-- Who stays together in every proposal for a round: those with the same number.
CREATE TABLE locked_member (
    round         INTEGER NOT NULL REFERENCES round (id),
    participant   INTEGER NOT NULL REFERENCES participant (id),
    number        INTEGER NOT NULL,
    position      INTEGER NOT NULL,           -- 0 writes first
    PRIMARY KEY (round, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX locked_by_participant ON locked_member (participant);

CREATE TABLE proposal (
    round         INTEGER PRIMARY KEY REFERENCES round (id),
    seed          INTEGER NOT NULL,
    made_at       INTEGER NOT NULL
) STRICT;

-- Everybody whom the proposal was made for.
CREATE TABLE proposal_member (
    round         INTEGER NOT NULL REFERENCES proposal (round) ON DELETE CASCADE,
    participant   INTEGER NOT NULL REFERENCES participant (id),
    number        INTEGER NOT NULL,           -- partners have the same; 0: left over
    position      INTEGER NOT NULL,           -- 0 writes first
    fingerprint   TEXT NOT NULL,              -- of all that the matching looked at in this person
    PRIMARY KEY (round, participant)
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_by_participant ON proposal_member (participant);
