-- A letter that comes a second time is known by its own date as well: some programs give every letter the same
-- Message-ID.
ALTER TABLE inbox ADD COLUMN written_at INTEGER; -- the message's own Date; NULL where it has none
