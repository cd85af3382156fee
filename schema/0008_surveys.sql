-- Surveys: who was asked which one, and what they answered, in a table of its own. What comes after a round's end is a
-- question like others (answer).
CREATE TABLE survey (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,              -- its form
    participant   INTEGER NOT NULL REFERENCES participant (id),
    partnership   INTEGER NOT NULL REFERENCES partnership (id),
    round         INTEGER NOT NULL REFERENCES round (id),
    outbox        INTEGER NOT NULL REFERENCES outbox (id), -- the message that asked last
    sheet         TEXT NOT NULL DEFAULT '{}', -- JSON: what is not clear and how often it was asked; no answers
    remind_at     INTEGER,                    -- when to see whether a reminder is due; NULL: never any more
    answered_at   INTEGER,                    -- first
    created_at    INTEGER NOT NULL,
    UNIQUE (round, name, participant)
) STRICT;
CREATE INDEX survey_by_outbox ON survey (outbox);
CREATE INDEX survey_by_participant ON survey (participant);
CREATE INDEX survey_by_partnership ON survey (partnership);
CREATE INDEX survey_to_remind ON survey (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX survey_answered ON survey (round, name, answered_at, id) WHERE answered_at IS NOT NULL;

CREATE TABLE survey_answer (
    round         INTEGER NOT NULL REFERENCES round (id),
    survey        TEXT NOT NULL,
    participant   INTEGER NOT NULL REFERENCES participant (id),
    question      TEXT NOT NULL,
    value         TEXT NOT NULL,
    at            INTEGER NOT NULL,
    PRIMARY KEY (round, survey, participant, question)
) STRICT, WITHOUT ROWID;
CREATE INDEX survey_answer_by_participant ON survey_answer (participant);

CREATE INDEX answer_next ON answer (participant, id) WHERE question = 'next';
