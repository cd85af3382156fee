-- What was answered to any question of ours, by the question's name; until now to the check-in alone.
CREATE TABLE answer (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    question      TEXT NOT NULL,                        -- daemon/programme/question.c names them
    partnership   INTEGER REFERENCES partnership (id),
    participant   INTEGER NOT NULL REFERENCES participant (id),
    outbox        INTEGER REFERENCES outbox (id),       -- the message that put it
    inbox         INTEGER REFERENCES inbox (id),        -- the message with the answer
    value         INTEGER NOT NULL,                     -- the digit
    at            INTEGER NOT NULL,
    confirmed_by  INTEGER REFERENCES outbox (id)        -- the message that told what we understood
) STRICT;
INSERT INTO answer (id, question, partnership, participant, outbox, inbox, value, at, confirmed_by)
SELECT id, 'check-in', partnership, participant, outbox, inbox, answer, at, confirmed_by FROM check_in;
DROP TABLE check_in;
CREATE INDEX answer_by_partnership ON answer (partnership, at);
CREATE INDEX answer_by_confirmation ON answer (confirmed_by) WHERE confirmed_by IS NOT NULL;
CREATE INDEX answer_unconfirmed ON answer (participant) WHERE confirmed_by IS NULL;
