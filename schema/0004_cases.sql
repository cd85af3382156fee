-- What needs a coordinator: something open, about somebody, with a reason, that one person works on and closes. A mail
-- that waits for a person is one, and so is what went wrong. One open row a key.
CREATE TABLE case_file (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL,              -- without names or addresses: the event log names it
    kind          TEXT NOT NULL,              -- daemon/base/model.h names them, programme/case_kind.h says what they are
    reason        TEXT NOT NULL,
    participant   INTEGER REFERENCES participant (id),  -- about whom
    partnership   INTEGER REFERENCES partnership (id),
    inbox         INTEGER REFERENCES inbox (id),        -- the mail that opened it; it waits as long as this is open
    outbox        INTEGER REFERENCES outbox (id),       -- the message of ours that it is about
    at_once       INTEGER NOT NULL,           -- 1: coordinators get a mail of its own; 0: it stands in their digest
    opened_at     INTEGER NOT NULL,
    told_at       INTEGER,                    -- when coordinators were last told
    tell_at       INTEGER,                    -- when they are told, or told again; NULL: never
    closed_at     INTEGER,
    closed_by     TEXT                        -- as the event log's actor
) STRICT;
CREATE UNIQUE INDEX case_open ON case_file (key) WHERE closed_at IS NULL;
CREATE INDEX case_to_tell ON case_file (tell_at) WHERE closed_at IS NULL AND tell_at IS NOT NULL;
CREATE INDEX case_of_inbox ON case_file (inbox) WHERE closed_at IS NULL;
CREATE INDEX case_told_at_once ON case_file (participant, opened_at) WHERE at_once = 1;
CREATE INDEX case_by_participant ON case_file (participant) WHERE participant IS NOT NULL;
CREATE INDEX case_by_partnership ON case_file (partnership) WHERE partnership IS NOT NULL;

-- Alerts were told once; their mails' commands were part of the reason, and a mail's number stood in the key.
INSERT INTO case_file (id, key, kind, reason, participant, partnership, inbox, at_once, opened_at, told_at, tell_at, closed_at)
SELECT id, key,
       CASE WHEN reason LIKE 'A report of misconduct%' THEN 'report'
            WHEN reason LIKE '%asks for help%' OR reason LIKE '%asking for help%' THEN 'help'
            WHEN reason LIKE '%spam complaint%' THEN 'complaint'
            WHEN key LIKE 'address/%' OR key LIKE 'coordinator/%' THEN 'address'
            WHEN key LIKE 'letters/%' THEN 'letter'
            WHEN key LIKE 'left/%' THEN 'parting'
            WHEN key LIKE 'refused/%' THEN 'refused'
            WHEN key LIKE 'expired/%' THEN 'skipped'
            WHEN key LIKE 'uncertain%' OR key LIKE 'unrenderable/%' THEN 'held'
            WHEN key LIKE 'template/%' THEN 'text'
            WHEN key IN ('incoming', 'outgoing') THEN 'service'
            ELSE 'look' END,
       CASE WHEN instr(reason, '. See: tandempost') > 0 THEN substr(reason, 1, instr(reason, '. See: tandempost') - 1)
            ELSE reason END,
       participant, partnership,
       (SELECT inbox.id FROM inbox WHERE 'message/' || inbox.id = key),
       1, opened_at, opened_at, CASE WHEN closed_at IS NULL THEN opened_at END, closed_at
FROM alert;
INSERT INTO case_file (key, kind, reason, participant, partnership, inbox, outbox, at_once, opened_at, tell_at)
SELECT 'message/' || id, 'message', reason, participant, partnership, id, outbox, 0, received_at,
       CASE WHEN reason NOT IN ('a coordinator''s message to the programme address',
                                'an answer to a mail for a coordinator, from an address that we do not know',
                                'it carries the mark of our own messages, but somebody else sent it; nothing was done')
            THEN received_at END
FROM inbox
WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM case_file WHERE key = 'message/' || inbox.id AND closed_at IS NULL);
DROP TABLE alert;
UPDATE outbox SET detail = json_object('case', json_extract(detail, '$.alert')) WHERE step = 'alert';
