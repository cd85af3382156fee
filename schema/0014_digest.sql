-- What coordinators' digests count, and when each coordinator was written to last.
CREATE INDEX outbox_to_coordinator ON outbox (coordinator, sent_at) WHERE coordinator IS NOT NULL AND sent_at IS NOT NULL;
CREATE INDEX contact_by_moment ON contact (at);
CREATE INDEX answer_by_moment ON answer (at);
CREATE INDEX survey_by_answered ON survey (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX case_silence_over ON case_file (closed_at) WHERE kind = 'silence' AND closed_at IS NOT NULL;
