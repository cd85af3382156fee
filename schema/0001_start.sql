-- The whole state of one programme. Moments are UTC seconds since 1970; states are words (daemon/base/model.h names
-- them); ids are never reused where the event log may name them.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE participant (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL,
    address       TEXT NOT NULL,              -- as written to; the domain in lower case
    address_key   TEXT NOT NULL UNIQUE,       -- folded for comparing
    language      TEXT NOT NULL,              -- BCP 47
    country       TEXT NOT NULL,              -- ISO 3166-1 alpha-2, upper case
    time_zone     TEXT NOT NULL,              -- IANA
    state         TEXT NOT NULL CHECK (state IN ('active', 'paused', 'left', 'erased')),
    address_state TEXT NOT NULL DEFAULT 'good' CHECK (address_state IN ('good', 'suspect', 'dead')),
    heard_at      INTEGER,                    -- when mail last came from this address: bounces before it count no more
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE round (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT NOT NULL UNIQUE,
    state         TEXT NOT NULL CHECK (state IN ('planned', 'open', 'closed', 'running', 'ended')),
    length        TEXT NOT NULL,              -- "6 months", as configured when it was created
    started_at    INTEGER,
    ended_at      INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE application (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    participant   INTEGER NOT NULL REFERENCES participant (id),
    round         INTEGER NOT NULL REFERENCES round (id),
    state         TEXT NOT NULL CHECK (state IN ('applied', 'accepted', 'matched', 'waiting', 'withdrawn')),
    accepted_at   INTEGER,
    answers       TEXT NOT NULL DEFAULT '{}', -- JSON
    UNIQUE (participant, round)
) STRICT;
CREATE INDEX application_by_round ON application (round);

CREATE TABLE partnership (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    round         INTEGER NOT NULL REFERENCES round (id),
    state         TEXT NOT NULL CHECK (state IN ('planned', 'active', 'held', 'frozen', 'ended', 'dissolved')),
    started_at    INTEGER,                    -- its own clock: the moment of its introduction
    ends_at       INTEGER,
    closed_at     INTEGER,                    -- when it ended or was dissolved
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX partnership_by_round ON partnership (round, state);
CREATE INDEX partnership_by_end ON partnership (ends_at) WHERE state IN ('active', 'held');

CREATE TABLE member (
    partnership   INTEGER NOT NULL REFERENCES partnership (id),
    participant   INTEGER NOT NULL REFERENCES participant (id),
    position      INTEGER NOT NULL CHECK (position BETWEEN 0 AND 2), -- 0 writes first; without gaps
    PRIMARY KEY (partnership, participant),
    UNIQUE (partnership, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_by_participant ON member (participant);

-- Secret sub-addresses: TAG = purpose letter and secret.
CREATE TABLE tag (
    secret        TEXT PRIMARY KEY,
    purpose       TEXT NOT NULL CHECK (purpose IN ('r', 'b', 'p', 'u')),
    participant   INTEGER REFERENCES participant (id),
    partnership   INTEGER REFERENCES partnership (id),
    outbox        INTEGER REFERENCES outbox (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX tag_p ON tag (participant, partnership) WHERE purpose = 'p';
CREATE UNIQUE INDEX tag_u ON tag (participant) WHERE purpose = 'u';
CREATE UNIQUE INDEX tag_by_outbox ON tag (outbox, purpose) WHERE outbox IS NOT NULL;

-- A step that joins in mid-round sends nothing retroactively: nothing due before it was first seen is scheduled.
CREATE TABLE step (
    name          TEXT PRIMARY KEY,
    first_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Everything that will happen, derived from rules and history; can be rebuilt at any time.
CREATE TABLE schedule (
    key           TEXT PRIMARY KEY,           -- becomes the outbox key
    due_at        INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    step          TEXT NOT NULL,
    occurrence    INTEGER NOT NULL,           -- 0, or n for the n-th month
    participant   INTEGER NOT NULL REFERENCES participant (id),
    partnership   INTEGER REFERENCES partnership (id),
    round         INTEGER REFERENCES round (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX schedule_by_due ON schedule (due_at);
CREATE INDEX schedule_by_participant ON schedule (participant);
CREATE INDEX schedule_by_partnership ON schedule (partnership);

-- Bytes of messages, emptied when their row ends.
CREATE TABLE content (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    bytes         BLOB                        -- NULL once emptied
) STRICT;

CREATE TABLE outbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL UNIQUE,
    state         TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'uncertain', 'held', 'cancelled', 'expired')),
    priority      INTEGER NOT NULL,           -- lower goes first: letters, answers and alerts before bulk
    step          TEXT NOT NULL,              -- the step, or what else this is: "alert", "answer", "test"
    template      TEXT NOT NULL,              -- template name without language
    template_hash TEXT,                       -- which version was rendered
    occurrence    INTEGER NOT NULL DEFAULT 0,
    asks          TEXT,                       -- the question it puts: "check-in"
    participant   INTEGER REFERENCES participant (id),   -- the recipient, or
    coordinator   TEXT,                                  -- a coordinator's name, or
    address       TEXT,                                  -- a bare address (test mails)
    about         INTEGER REFERENCES participant (id),   -- whom a coordinator's message is about
    partnership   INTEGER REFERENCES partnership (id),
    round         INTEGER REFERENCES round (id),
    inbox         INTEGER,                    -- the incoming message that caused it
    detail        TEXT NOT NULL DEFAULT '{}', -- JSON: further template values; never content of letters
    due_at        INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    next_try_at   INTEGER NOT NULL,           -- queued: not before this
    attempts      INTEGER NOT NULL DEFAULT 0,
    resent        INTEGER NOT NULL DEFAULT 0, -- 1: was uncertain and is being sent once more
    recipient     TEXT,                       -- the address it was rendered for
    message_id    TEXT UNIQUE,                -- with angle brackets; fixed at first rendering
    content       INTEGER REFERENCES content (id),
    size          INTEGER,                    -- bytes as rendered
    claimed_at    INTEGER,
    sent_at       INTEGER,
    answered_at   INTEGER,
    reply_code    INTEGER,                    -- the server's last reply
    reply_text    TEXT,
    reason        TEXT,                       -- why failed, held, cancelled, expired; for a person
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_queue ON outbox (priority, due_at, next_try_at) WHERE state = 'queued';
CREATE INDEX outbox_next ON outbox (next_try_at) WHERE state = 'queued';
CREATE INDEX outbox_by_state ON outbox (state);
CREATE INDEX outbox_by_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX outbox_answers ON outbox (participant, created_at) WHERE inbox IS NOT NULL;
CREATE INDEX outbox_by_participant ON outbox (participant);
CREATE INDEX outbox_by_partnership ON outbox (partnership);
CREATE INDEX outbox_open_questions ON outbox (participant) WHERE asks IS NOT NULL AND answered_at IS NULL AND state = 'sent';

-- Where we stand in each folder of the incoming mailbox.
CREATE TABLE mailbox (
    folder        TEXT PRIMARY KEY,
    uidvalidity   INTEGER NOT NULL,
    next_uid      INTEGER NOT NULL            -- all below were recorded in inbox
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    folder        TEXT NOT NULL,
    uidvalidity   INTEGER NOT NULL,
    uid           INTEGER NOT NULL,
    message_id    TEXT NOT NULL,              -- '' where it has none
    sender        TEXT NOT NULL,              -- folded address of From, '' where none
    body_hash     TEXT NOT NULL,
    size          INTEGER NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('handled', 'waiting', 'resolved', 'duplicate')),
    kind          TEXT NOT NULL,              -- human, auto-reply, bounce, complaint, unreadable, too-large
    reason        TEXT NOT NULL,              -- what was understood or why a person must look
    subject       TEXT,                       -- only while waiting
    participant   INTEGER REFERENCES participant (id),
    partnership   INTEGER REFERENCES partnership (id),
    outbox        INTEGER REFERENCES outbox (id),
    content       INTEGER REFERENCES content (id),      -- only while waiting
    server_action TEXT NOT NULL DEFAULT 'done' CHECK (server_action IN ('flag', 'move', 'delete', 'none', 'done')),
    received_at   INTEGER NOT NULL,
    resolved_at   INTEGER,
    UNIQUE (folder, uidvalidity, uid)
) STRICT;
CREATE INDEX inbox_by_identity ON inbox (message_id, sender, body_hash);
CREATE INDEX inbox_by_sender ON inbox (sender, received_at);
CREATE INDEX inbox_by_state ON inbox (state);
CREATE INDEX inbox_unmarked ON inbox (folder, uidvalidity, uid) WHERE server_action IN ('flag', 'move', 'delete');

CREATE TABLE contact (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    partnership   INTEGER NOT NULL REFERENCES partnership (id),
    participant   INTEGER REFERENCES participant (id),  -- who wrote; NULL where a coordinator only knows that they met
    at            INTEGER NOT NULL,
    channel       TEXT NOT NULL CHECK (channel IN ('relay', 'cc', 'check-in', 'coordinator')),
    inbox         INTEGER REFERENCES inbox (id)
) STRICT;
CREATE INDEX contact_by_partnership ON contact (partnership, at);

CREATE TABLE check_in (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    partnership   INTEGER REFERENCES partnership (id),
    participant   INTEGER NOT NULL REFERENCES participant (id),
    outbox        INTEGER REFERENCES outbox (id),       -- the question
    inbox         INTEGER REFERENCES inbox (id),        -- the message with the answer
    answer        INTEGER NOT NULL,                     -- 1..4
    at            INTEGER NOT NULL,
    confirmed_by  INTEGER REFERENCES outbox (id)        -- the message that told what we understood
) STRICT;
CREATE INDEX check_in_by_partnership ON check_in (partnership, at);
CREATE INDEX check_in_by_confirmation ON check_in (confirmed_by) WHERE confirmed_by IS NOT NULL;
CREATE INDEX check_in_unconfirmed ON check_in (participant) WHERE confirmed_by IS NULL;

CREATE TABLE bounce (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    participant   INTEGER NOT NULL REFERENCES participant (id),
    outbox        INTEGER REFERENCES outbox (id),
    at            INTEGER NOT NULL,
    permanent     INTEGER NOT NULL,
    address_dead  INTEGER NOT NULL,
    status        TEXT NOT NULL               -- RFC 3463, or '' where none was given
) STRICT;
CREATE INDEX bounce_by_participant ON bounce (participant, at);

-- Free text written by coordinators; kept apart from the event log so that erasing leaves that whole.
CREATE TABLE note (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    partnership   INTEGER REFERENCES partnership (id),
    participant   INTEGER REFERENCES participant (id),
    author        TEXT NOT NULL,
    at            INTEGER NOT NULL,
    text          TEXT NOT NULL
) STRICT;
CREATE INDEX note_by_partnership ON note (partnership, at);
CREATE INDEX note_by_participant ON note (participant, at);

-- Something a person should know. One open row a key: told once when it opens, once when it closes.
CREATE TABLE alert (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    key           TEXT NOT NULL,
    reason        TEXT NOT NULL,
    partnership   INTEGER REFERENCES partnership (id),
    participant   INTEGER REFERENCES participant (id),
    opened_at     INTEGER NOT NULL,
    closed_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX alert_open ON alert (key) WHERE closed_at IS NULL;

-- When the service could not hear or speak; silence is not counted then.
CREATE TABLE outage (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    service       TEXT NOT NULL CHECK (service IN ('daemon', 'incoming', 'outgoing')),
    began_at      INTEGER NOT NULL,
    ended_at      INTEGER                     -- NULL while it goes on
) STRICT;
CREATE UNIQUE INDEX outage_going_on ON outage (service) WHERE ended_at IS NULL;
CREATE INDEX outage_by_end ON outage (service, ended_at);

-- Append-only: everything that changed state, with ids only.
CREATE TABLE event (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    at            INTEGER NOT NULL,
    actor         TEXT NOT NULL,              -- "daemon", "command:USER", a rule's name
    what          TEXT NOT NULL,              -- "outbox sending -> sent", "partnership held", ...
    why           TEXT NOT NULL DEFAULT '',   -- a short reason without names, addresses or content
    participant   INTEGER,
    partnership   INTEGER,
    round         INTEGER,
    outbox        INTEGER,
    inbox         INTEGER
) STRICT;
CREATE INDEX event_by_partnership ON event (partnership, at) WHERE partnership IS NOT NULL;
CREATE INDEX event_by_participant ON event (participant, at) WHERE participant IS NOT NULL;
CREATE INDEX event_by_time ON event (at);
CREATE INDEX event_by_outbox ON event (outbox) WHERE outbox IS NOT NULL;
CREATE TRIGGER event_is_append_only_update BEFORE UPDATE ON event
BEGIN SELECT raise(ABORT, 'the event log is append-only'); END;
CREATE TRIGGER event_is_append_only_delete BEFORE DELETE ON event
BEGIN SELECT raise(ABORT, 'the event log is append-only'); END;
