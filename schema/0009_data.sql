-- People's data: what they agreed to, and its erasing.

-- What people agreed to when they applied, in their language, each text once.
CREATE TABLE consent_text (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    hash          TEXT NOT NULL UNIQUE,       -- SHA-256 of language and text
    language      TEXT NOT NULL,              -- BCP 47
    text          TEXT NOT NULL,              -- the form's questions, a line each
    first_at      INTEGER NOT NULL            -- when somebody first agreed to it
) STRICT;
ALTER TABLE application ADD COLUMN consent INTEGER REFERENCES consent_text (id);
ALTER TABLE application ADD COLUMN consented_at INTEGER;

-- Somebody was erased from the other tables, and is still to be erased from the mailbox and the write-ahead log.
CREATE TABLE erasure (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    participant   INTEGER NOT NULL REFERENCES participant (id),
    words         TEXT NOT NULL,              -- JSON: what the mailbox is searched for; emptied when that is done
    farewell      INTEGER REFERENCES outbox (id), -- the mail that tells them: it keeps their address until it is sent
    asked_at      INTEGER NOT NULL,
    mailbox_at    INTEGER,                    -- when the mailbox held nothing of theirs any more
    done_at       INTEGER                     -- when nothing did
) STRICT;
CREATE INDEX erasure_open ON erasure (id) WHERE done_at IS NULL;

CREATE INDEX inbox_by_participant ON inbox (participant) WHERE participant IS NOT NULL;
CREATE INDEX outbox_by_about ON outbox (about) WHERE about IS NOT NULL;
CREATE INDEX outbox_by_address ON outbox (address) WHERE address IS NOT NULL;
CREATE INDEX contact_by_participant ON contact (participant) WHERE participant IS NOT NULL;
CREATE INDEX note_by_time ON note (at);
CREATE INDEX inbox_waiting_since ON inbox (received_at) WHERE state = 'waiting';
CREATE INDEX answer_by_participant ON answer (participant);
