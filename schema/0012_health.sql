-- Early warning: what stops somebody's clock, and how each partnership is doing.

-- Absences, pauses and holds. A pause and a hold end with a change of state; an absence when it was said to.
CREATE TABLE rest (
    id            INTEGER PRIMARY KEY,
    kind          TEXT NOT NULL CHECK (kind IN ('away', 'paused', 'held')),
    participant   INTEGER REFERENCES participant (id),
    partnership   INTEGER REFERENCES partnership (id),  -- of a hold
    began_at      INTEGER NOT NULL,
    ended_at      INTEGER                     -- NULL: it goes on; of an absence, no end was said
) STRICT;
CREATE INDEX rest_by_participant ON rest (participant, began_at) WHERE participant IS NOT NULL;
CREATE INDEX rest_by_partnership ON rest (partnership, began_at) WHERE partnership IS NOT NULL;
INSERT INTO rest (kind, participant, began_at, ended_at)
SELECT 'paused', participant, at, (SELECT min(later.at) FROM event AS later WHERE later.participant = event.participant
                                   AND later.id > event.id AND later.what LIKE 'participant paused -> %')
FROM event WHERE what = 'participant active -> paused' AND participant IS NOT NULL;
INSERT INTO rest (kind, partnership, began_at, ended_at)
SELECT 'held', partnership, at, (SELECT min(later.at) FROM event AS later WHERE later.partnership = event.partnership
                                 AND later.id > event.id AND (later.what LIKE 'partnership held -> %'
                                                              OR later.what LIKE 'partnership frozen -> %'))
FROM event WHERE what IN ('partnership active -> held', 'partnership active -> frozen') AND partnership IS NOT NULL;
INSERT INTO rest (kind, participant, began_at, ended_at)
SELECT 'away', participant, at, unixepoch(nullif(why, '')) FROM event
WHERE what = 'participant is away' AND participant IS NOT NULL;

-- Derived from all the rest: may be emptied, and comes out the same. A partnership that has begun has a row.
CREATE TABLE health (
    partnership   INTEGER PRIMARY KEY REFERENCES partnership (id),
    state         TEXT NOT NULL,              -- daemon/base/model.h names them
    silence       TEXT NOT NULL,              -- which kind, likewise
    number        INTEGER NOT NULL,           -- 0 to 100
    silent        INTEGER REFERENCES participant (id),  -- whoever is in doubt most; NULL: nobody more than the others
    reason        TEXT NOT NULL,              -- the fact that says most; '' before it was looked at
    assessed_at   INTEGER,
    next_at       INTEGER                     -- when it is looked at again; NULL: never, it is over
) STRICT;
CREATE INDEX health_by_next ON health (next_at) WHERE next_at IS NOT NULL;
INSERT INTO health (partnership, state, silence, number, reason, next_at)
SELECT id, 'new', 'none', 100, '', 0 FROM partnership WHERE state <> 'planned';

-- It is looked at again soon after something happened in it (after mail that waits, store/inbox.c sees to that).
CREATE TRIGGER health_begins AFTER UPDATE OF state ON partnership WHEN new.state <> old.state BEGIN
    INSERT INTO health (partnership, state, silence, number, reason, next_at) VALUES (new.id, 'new', 'none', 100, '', 0)
    ON CONFLICT (partnership) DO UPDATE SET next_at = 0;
END;
CREATE TRIGGER health_contact AFTER INSERT ON contact BEGIN
    UPDATE health SET next_at = 0 WHERE partnership = new.partnership;
END;
CREATE TRIGGER health_answer AFTER INSERT ON answer WHEN new.partnership IS NOT NULL BEGIN
    UPDATE health SET next_at = 0 WHERE partnership = new.partnership;
END;
CREATE TRIGGER health_answer_taken_back AFTER DELETE ON answer WHEN old.partnership IS NOT NULL BEGIN
    UPDATE health SET next_at = 0 WHERE partnership = old.partnership;
END;
CREATE TRIGGER health_member AFTER UPDATE OF state, address_state, name ON participant
WHEN new.state <> old.state OR new.address_state <> old.address_state OR new.name <> old.name BEGIN
    UPDATE health SET next_at = 0 WHERE next_at IS NOT NULL
        AND partnership IN (SELECT partnership FROM member WHERE participant = new.id);
END;
CREATE TRIGGER health_away AFTER INSERT ON rest WHEN new.kind = 'away' BEGIN
    UPDATE health SET next_at = 0 WHERE next_at IS NOT NULL
        AND partnership IN (SELECT partnership FROM member WHERE participant = new.participant);
END;
CREATE TRIGGER health_introduced AFTER UPDATE OF state ON outbox
WHEN new.state = 'sent' AND new.priority = 30 AND new.partnership IS NOT NULL BEGIN
    UPDATE health SET next_at = 0 WHERE partnership = new.partnership;
END;

-- Reasons name people; of whoever is erased they say nothing any more.
CREATE TRIGGER health_erased AFTER UPDATE OF state ON participant
WHEN new.state = 'erased' AND old.state <> 'erased' BEGIN
    UPDATE health SET reason = '' WHERE partnership IN (SELECT partnership FROM member WHERE participant = new.id);
    UPDATE case_file SET reason = 'A partnership needs you' WHERE kind = 'silence'
        AND partnership IN (SELECT partnership FROM member WHERE participant = new.id);
END;

CREATE INDEX inbox_waiting_of ON inbox (participant, received_at)
    WHERE state = 'waiting' AND kind = 'human' AND participant IS NOT NULL;
-- The check-ins and nudges of a partnership; and what the steps, and nudges, sent somebody unasked.
CREATE INDEX outbox_asked ON outbox (partnership, id) WHERE asks = 'check-in' AND inbox IS NULL;
CREATE INDEX outbox_unasked ON outbox (participant, sent_at) WHERE priority = 40;
