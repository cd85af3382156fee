-- Asked for each incoming message: how often coordinators were told of one participant lately, and how much of what
-- strangers wrote is kept.
CREATE INDEX alert_by_participant ON alert (participant, opened_at) WHERE participant IS NOT NULL;
CREATE INDEX inbox_of_strangers ON inbox (size) WHERE state = 'waiting' AND participant IS NULL AND content IS NOT NULL;
