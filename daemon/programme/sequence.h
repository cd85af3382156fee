#pragma once
/* Sequences: which message each person gets, and when. Everything here is a pure function of the steps, the dates of a
 * partnership or application, and the recipient's time zone; the clock plays no part, so that the schedule comes out
 * the same whenever it is built again.
 *
 * Every anchor is an instant: "accepted" is application.accepted_at, "round" is round.started_at, "start" and "end" are
 * partnership.started_at and ends_at; "monthly" counts from start.
 *
 * The sending moment of a date is the step's time of day on that date in the recipient's zone (where the clocks skip
 * it, as much later; where it comes twice, the first): one a date. D0 is the date of the first sending moment at or
 * after the anchor's instant; a date that an island skipped whole is the next one.
 *
 * A step with a time of day is due on D0 + the offset's months (clamped to the month's end) + its days, at that time of
 * day, + its hours, minutes and seconds as they pass. A step "at once" is due at the anchor's instant + the offset,
 * months and days counted on the recipient's calendar at the same local time.
 *
 * The n-th monthly occurrence lies on D0 + n months (each counted from D0, so that after 31 January and 28 February
 * comes 31 March), then its offset. There is an n-th one while the start + n months, on the programme's own calendar,
 * comes before the end: so all members of a partnership get the same ones, whatever their zones.
 *
 * Never scheduled is a partnership's step before its start, or at or after its end (but for "end" itself and "end +
 * ..."); a participant's step before the application was accepted, or counted from a round without a start.
 *
 * Never scheduled is what was due before its step was first seen (first_seen_at): a step added in mid-round begins with
 * what comes next. A renamed step is a new one, with new keys; it repeats nothing that was due before the renaming. A
 * step taken out and put back under its old name keeps its first_seen_at; what it missed meanwhile is judged by its
 * expiry. A step whose `when` changed keeps name and first_seen_at: what was sent is not sent again (same key); what is
 * now overdue is sent if its expiry allows, else skipped.
 *
 * Never scheduled is what was due before the partnership or application became known here (known_at): an import in
 * mid-round is not retold. What is due in the very second of a start, of first_seen_at or of known_at is scheduled.
 *
 * Never scheduled is a welcome ("accepted", without an offset) whose reader has been introduced by then or is within
 * the hour: the introduction greets them, and one mail on the first day is kinder than two in a second. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/model.h"
#include "base/zone.h"
#include "programme/moment.h"

enum step_recipient { STEP_TO_PARTICIPANT, STEP_TO_PARTNERSHIP };

struct step {
    const char *name;          /* small letters, digits, '-', '_' and '.'; unique in the sequence */
    const char *template_name; /* without language */
    const char *asks;          /* the question it puts, "check-in"; NULL none */
    const char *form;          /* the survey that it asks, a form's name; NULL none */
    enum step_recipient to;
    bool topics; /* the n-th occurrence carries the n-th discussion text */
    struct moment when;
    bool at_once;     /* not at a time of day */
    int32_t at;       /* seconds after local midnight; unused with at_once */
    bool has_expires; /* false: sequence_default_expiry */
    struct duration expires;
    int64_t first_seen_at; /* from the database, not the configuration */
};

struct sequence {
    const struct step *steps; /* in the order of the configuration */
    size_t count;
    const struct zone *zone; /* the programme's own */
};

struct sequence_application {
    int64_t participant, round;
    int64_t accepted_at;      /* 0: not accepted; nothing is scheduled */
    int64_t round_started_at; /* 0: not yet known */
    int64_t
        introduced_at; /* when the first introduction of the round is due (sequence_introduced_at); 0: not yet known */
    int64_t known_at;  /* see above; 0 no bound. Give it only where dates are older than the record (an import) */
    const struct zone *zone; /* the participant's */
};

struct sequence_member {
    int64_t partnership, round, participant;
    int64_t started_at;      /* 0: not started; nothing is scheduled */
    int64_t ends_at;         /* 0: open; then nothing monthly and nothing counted from the end is scheduled */
    int64_t known_at;        /* as above */
    const struct zone *zone; /* the member's */
};

struct sequence_entries {
    struct schedule_entry *entries; /* by due_at, then in the steps' order, then by occurrence */
    size_t count;
};

/* A round longer than this is refused when it is created; the number of monthly occurrences is bounded by it. */
enum { SEQUENCE_MONTHS_MAX = 120 };

/* Everything that one applicant gets as a person: steps to = participant. Strings live in ARENA, but for the step's
 * name, which is the step's own. Keys: "participant/34/round/2/welcome/0" (participant, round, step, occurrence). */
void sequence_for_application(const struct sequence *sequence, const struct sequence_application *application,
                              struct arena *arena, struct sequence_entries *ret);

/* Everything that one member gets in a partnership: steps to = partnership. Whether the partnership's state lets
 * anything be sent is the caller's to decide. Keys: "partnership/12/introduction/0/34" (partnership, step, occurrence,
 * participant). */
void sequence_for_member(const struct sequence *sequence, const struct sequence_member *member, struct arena *arena,
                         struct sequence_entries *ret);

/* Whether the step tells partners of each other ("start", without an offset) or greets a participant ("accepted",
 * without one). */
bool sequence_introduces(const struct step *step);
bool sequence_welcomes(const struct step *step);

/* Whether times to talk are proposed with it: a month's check-in. */
bool sequence_proposes(const struct step *step);

/* When the member's introduction is due; 0 where there is none. */
int64_t sequence_introduced_at(const struct sequence *sequence, const struct sequence_member *member);

/* One person's messages keep their order: whether what STEP says goes before what OTHER says, as the first of them was
 * due earlier, or stands before it in the sequence. Steps are named; an unknown one goes last. */
bool sequence_goes_before(const struct sequence *sequence, const char *step, int64_t due_at, const char *other,
                          int64_t other_due_at);

/* The keys as above, for what else must name them; in ARENA. */
char *sequence_participant_key(struct arena *arena, int64_t participant, int64_t round, const char *step,
                               int64_t occurrence);
char *sequence_partnership_key(struct arena *arena, int64_t partnership, const char *step, int64_t occurrence,
                               int64_t participant);

/* When a partnership ends: STARTED_AT + LENGTH on the calendar of the programme's ZONE. */
int64_t sequence_ends_at(int64_t started_at, const struct duration *length, const struct zone *zone);

/* How long after due_at an occurrence without `expires` may still be sent, in seconds: half its interval, but never
 * more than 15 days; a month counts as 30 days.
 *
 * "monthly" and a bare anchor: the interval is a month, so 15 days come out.
 *
 * An offset after the anchor: the interval is the offset; at least a day comes out.
 *
 * An offset before the anchor: the interval is the offset; at least an hour comes out.
 *
 * Whether given or not, what is due before a partnership's end also expires by that end. */
int64_t sequence_default_expiry(const struct moment *when);

enum sequence_timing { SEQUENCE_NOT_YET, SEQUENCE_DUE, SEQUENCE_EXPIRED };

/* What to do about an entry at NOW: wait, send, or skip and tell. It is due from the second due_at on, expired from the
 * second expires_at on. */
enum sequence_timing sequence_timing(int64_t due_at, int64_t expires_at, int64_t now);

/* When a message that is late (a hold or an outage kept it back) may go: NOW, or the next OPENS in its recipient's
 * ZONE. It goes between OPENS, the local time of day at which such messages come, and nine in the evening; for two
 * hours in any case. One that was due within the last two hours is not late, and one that would expire before OPENS
 * goes now. */
int64_t sequence_considerate(const struct zone *zone, int32_t opens, int64_t due_at, int64_t expires_at, int64_t now);

/* The first step whose messages are made from the template of that name, or NULL. */
const struct step *sequence_find_template(const struct sequence *sequence, const char *template_name);

/* What a configuration must not say: a name that isn't one, an anchor of the other recipient ("accepted" and "round"
 * are for to = "participant"; "start", "monthly" and "end" for to = "partnership"), topics on anything but "monthly",
 * a form that is not for partnerships, comes each month, or stands beside a question or topics, an expiry of nothing,
 * hours before an anchor at a time of day (which day would that be). The message names what would be right, not the
 * file. */
bool sequence_check_step(const struct step *step, struct error *error);

/* A round's length must be at least a day and at most SEQUENCE_MONTHS_MAX months. */
bool sequence_check_length(const struct duration *length, struct error *error);

/* "participant", "partnership". */
const char *sequence_recipient_name(enum step_recipient recipient);
bool sequence_find_recipient(const char *word, enum step_recipient *ret, struct error *error);

/* A step's `at`: a time of day, or "at once" (then *RET_AT is 0). */
bool sequence_parse_at(const char *text, bool *ret_at_once, int32_t *ret_at, struct error *error);
