-- A pause may have an end, and what somebody did last by mail can be taken back.
ALTER TABLE participant ADD COLUMN resumes_at INTEGER;  -- paused: when that ends by itself; NULL: by a word or a person
CREATE INDEX participant_by_resuming ON participant (resumes_at) WHERE resumes_at IS NOT NULL;

CREATE TABLE undoable (
    participant   INTEGER PRIMARY KEY REFERENCES participant (id),
    what          TEXT NOT NULL,              -- daemon/store/undoables.h names them
    before        TEXT NOT NULL,              -- the language, the state and when it was to end, the answer's id
    at            INTEGER NOT NULL
) STRICT;
