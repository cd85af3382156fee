-- What somebody wrote to the programme stands with the case that it opened, as long as that is open: never of letters
-- between partners, nor of reports of misconduct.
ALTER TABLE case_file ADD COLUMN words TEXT;

-- What a coordinator answered to a case.
ALTER TABLE note ADD COLUMN case_file INTEGER REFERENCES case_file (id);
CREATE INDEX note_by_case ON note (case_file) WHERE case_file IS NOT NULL;
