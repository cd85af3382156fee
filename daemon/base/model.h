#pragma once
/* The programme's words as plain structs, shared by all layers. Strings belong to the arena that the struct was read
 * into. Moments are UTC seconds since 1970, 0 where there is none; ids are 0 where there is none. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum participant_state { PARTICIPANT_ACTIVE, PARTICIPANT_PAUSED, PARTICIPANT_LEFT, PARTICIPANT_ERASED };
enum address_state { ADDRESS_GOOD, ADDRESS_SUSPECT, ADDRESS_DEAD };
/* What each lets happen: programme/round_rules.h. */
enum round_state {
    ROUND_DRAFT,
    ROUND_OPEN,     /* people may sign up */
    ROUND_CLOSED,   /* no more */
    ROUND_MATCHING, /* a proposal stands */
    ROUND_RUNNING,
    ROUND_ENDING, /* its last partnership is over */
    ROUND_ARCHIVED,
};
enum application_state {
    APPLICATION_APPLIED,
    APPLICATION_ACCEPTED,
    APPLICATION_MATCHED,
    APPLICATION_WAITING,
    APPLICATION_WITHDRAWN
};
/* Of somebody whose application is not confirmed: the last mail to them. */
enum applicant_state {
    APPLICANT_ASKED,      /* the form */
    APPLICANT_UNCLEAR,    /* what was not clear, once more */
    APPLICANT_SUMMARISED, /* what was understood: one word confirms it */
    APPLICANT_GONE,       /* that all is deleted, as they asked */
};
enum partnership_state {
    PARTNERSHIP_PLANNED,
    PARTNERSHIP_ACTIVE,
    PARTNERSHIP_HELD,
    PARTNERSHIP_FROZEN,
    PARTNERSHIP_ENDED,
    PARTNERSHIP_DISSOLVED
};
enum meeting_state {
    MEETING_PROPOSED, /* to partners, one of several times */
    MEETING_PLANNED,
    MEETING_CANCELLED,
};
enum outbox_state {
    OUTBOX_QUEUED,
    OUTBOX_SENDING,
    OUTBOX_SENT,
    OUTBOX_FAILED,
    OUTBOX_UNCERTAIN,
    OUTBOX_HELD,
    OUTBOX_CANCELLED,
    OUTBOX_EXPIRED
};
enum inbox_state { INBOX_HANDLED, INBOX_WAITING, INBOX_RESOLVED, INBOX_DUPLICATE };
enum server_action { SERVER_FLAG, SERVER_MOVE, SERVER_DELETE, SERVER_NOTHING, SERVER_DONE };
enum outage_service {
    OUTAGE_DAEMON,   /* nothing ran */
    OUTAGE_INCOMING, /* no fetching */
    OUTAGE_OUTGOING, /* no sending */
};
enum contact_channel { CONTACT_RELAY, CONTACT_CC, CONTACT_CHECK_IN, CONTACT_COORDINATOR };
/* What a case is; what that means stands in programme/case_kind.h. */
enum case_kind {
    CASE_MESSAGE,   /* a mail that a person must look at, and nothing more */
    CASE_REPORT,    /* of misconduct */
    CASE_HELP,      /* somebody asks for it */
    CASE_LOOK,      /* a mail that can't wait for the digest */
    CASE_COMPLAINT, /* of spam */
    CASE_ADDRESS,   /* mail to somebody comes back */
    CASE_LETTER,    /* between partners: not delivered, or very many */
    CASE_PARTING,   /* somebody left, and a partner is without one */
    CASE_REFUSED,   /* a message of ours */
    CASE_HELD,      /* messages wait until a person decides */
    CASE_SKIPPED,   /* messages came too late to be of use */
    CASE_TEXT,      /* a template has an error */
    CASE_LEFT_OVER, /* no partner was found for somebody */
    CASE_REMATCH,   /* two wait for another partner, and could be partners */
    CASE_SERVICE,   /* no mail goes out or comes in */
    CASE_SILENCE,   /* a partnership needs a person: nothing comes from somebody, or they say contrary things */
    CASE_REMARK,    /* words beside an answer that was understood: worth reading, nothing to decide */
};
/* How a partnership is doing: programme/health.h. */
enum health_state {
    HEALTH_NEW,     /* nothing can be expected yet */
    HEALTH_GOOD,    /* in touch */
    HEALTH_SLOW,    /* in touch, but slower than usual, or so they say */
    HEALTH_QUIET,   /* nothing comes from anybody: a warning */
    HEALTH_UNKNOWN, /* nothing comes from one, who may have given up or not; or mail does not reach them: a warning */
    HEALTH_STOPPED, /* rests, or is over */
};
enum health_silence {
    SILENCE_NONE,
    SILENCE_SILENT,
    SILENCE_AWAY,
    SILENCE_PAUSED, /* or held, or over */
    SILENCE_BOUNCING,
    SILENCE_NEVER_INTRODUCED,
    SILENCE_OUTAGE, /* ours, still going on */
};
enum rest_kind { REST_AWAY, REST_PAUSED, REST_HELD };

/* What became of a report of misconduct. */
enum incident_state {
    INCIDENT_OPEN,
    INCIDENT_NO_ACTION,   /* the partnership goes on */
    INCIDENT_WARNING,     /* so it does, and the other one has been written to */
    INCIDENT_TERMINATION, /* it is dissolved */
    INCIDENT_BAN,         /* and the other one takes part no more */
};

/* All of them. Of each, x_name(value) is its word as it stands in the database and in --json; model_find_x(word,
 * &value) gives false for an unknown word. */
/* clang-format off */
#define MODEL_ENUMS(ENUM) \
    ENUM(participant_state) ENUM(address_state) ENUM(round_state) ENUM(application_state) ENUM(applicant_state) \
    ENUM(partnership_state) ENUM(outbox_state) ENUM(inbox_state) ENUM(server_action) ENUM(contact_channel) \
    ENUM(case_kind) ENUM(incident_state) ENUM(outage_service) ENUM(health_state) ENUM(health_silence) ENUM(rest_kind) \
    ENUM(meeting_state)
/* clang-format on */
#define MODEL_WORDS(kind)                                                                                              \
    const char *kind##_name(enum kind value);                                                                          \
    bool model_find_##kind(const char *word, enum kind *ret);
MODEL_ENUMS(MODEL_WORDS)

bool participant_has_left(enum participant_state state); /* for good: left or erased */
bool partnership_is_over(enum partnership_state state);  /* for good: ended or dissolved */
bool round_is_over(enum round_state state);              /* ending or archived */

/* Lower number goes first. */
enum outbox_priority {
    PRIORITY_LETTER = 0,
    PRIORITY_ANSWER = 10,
    PRIORITY_ALERT = 20,
    PRIORITY_INTRODUCTION = 30,
    PRIORITY_BULK = 40
};

struct participant {
    int64_t id;
    const char *name, *address, *language, *country, *time_zone;
    enum participant_state state;
    enum address_state address_state;
    int64_t heard_at;   /* when mail last came from this address */
    int64_t resumes_at; /* paused: when that ends by itself; 0: by a word or a person */
    int64_t created_at;
};

struct round {
    int64_t id;
    const char *name, *length;
    enum round_state state;
    int64_t opens_at, closes_at; /* closes_at: the first second that is too late to sign up */
    int64_t starts_at;           /* when the introductions of what was approved begin; 0: at once */
    int64_t started_at, ended_at, created_at;
};

struct application {
    int64_t id, participant, round;
    enum application_state state;
    int64_t accepted_at;
    int64_t applied_at;    /* when it was confirmed: who waits is taken in this order */
    const char *waits_for; /* while waiting: "country" (its share is used up), "next" (round), "partner" (another) */
};

struct applicant {
    int64_t id, round, participant;
    const char *address, *language, *answers; /* answers: JSON, see store/applicants.h */
    enum applicant_state state;
    int64_t asked_at, reminded_at, expires_at, created_at; /* asked_at: when we last wrote */
};

enum { MEMBERS_MAX = 3 }; /* two, or a trio */

struct partnership {
    int64_t id, round;
    enum partnership_state state;
    int64_t started_at, ends_at, closed_at, created_at;
    size_t member_count;
    int64_t members[MEMBERS_MAX]; /* participant ids by position; the first writes first */
};
bool partnership_has(const struct partnership *partnership, int64_t participant); /* as a member, who has not left it */

struct schedule_entry {
    const char *key, *step;
    int64_t due_at, expires_at, occurrence;
    int64_t participant, partnership, round;
};

struct outbox_row {
    int64_t id;
    const char *key;
    enum outbox_state state;
    int64_t priority;
    const char *step, *template_name, *template_hash, *asks, *coordinator, *address, *detail, *recipient, *message_id,
        *reply_text, *reason;
    int64_t occurrence, participant, applicant, about, partnership, round, inbox;
    int64_t due_at, expires_at, next_try_at, attempts, content, size, claimed_at, sent_at, answered_at, reply_code,
        created_at;
    bool resent;
};

struct inbox_row {
    int64_t id;
    const char *folder, *message_id, *sender, *body_hash, *kind, *reason, *subject;
    int64_t uidvalidity, uid, size, participant, partnership, outbox, content, received_at, resolved_at;
    int64_t written_at; /* its own Date; 0: none */
    enum inbox_state state;
    enum server_action server_action;
};

struct contact {
    int64_t id, partnership, participant, at, inbox;
    enum contact_channel channel;
};

struct answer {
    int64_t id, partnership, participant, outbox, inbox, at, confirmed_by;
    const char *question; /* its name: "check-in" */
    int64_t value;        /* the digit */
};

/* Somebody who was asked a survey in a round; store/surveys.h has the answers. */
struct survey {
    int64_t id, participant, partnership, round, outbox; /* outbox: the message that asked last */
    const char *name;                                    /* its form */
    const char *sheet;                                   /* JSON: what is not clear, and how often it was asked */
    int64_t remind_at, answered_at, created_at;          /* answered_at: first; 0: not yet */
};

/* What a round is invited to, or when partners talk; store/meetings.h has who comes. */
struct meeting {
    int64_t id;
    const char *uid, *title, *url; /* title: "" where partners talk */
    int64_t starts_at, ends_at;
    int64_t round, partnership; /* partnership: 0: for the whole round */
    int64_t occurrence;         /* of the mail that proposed it */
    enum meeting_state state;
    int64_t sequence, moved; /* moved: the sequence since which its time is as it is */
    bool is_told;
    int64_t position, next_at;
};

struct bounce_row {
    int64_t id, participant, outbox, at;
    bool permanent, address_dead;
    const char *status;
};

struct note {
    int64_t id, partnership, participant, at;
    int64_t case_file; /* the case that it was written to; 0: none */
    const char *author, *text;
};

struct case_row {
    int64_t id, participant, partnership, inbox, outbox;
    int64_t opened_at, told_at, tell_at, closed_at; /* told_at: last; tell_at: next */
    enum case_kind kind;
    bool at_once;
    const char *key, *reason, *closed_by;
    const char *words; /* what somebody wrote to the programme; NULL of letters, of reports, and once it is closed */
};

struct incident {
    int64_t id; /* of its case */
    int64_t inbox, reporter, partnership, at, decided_at;
    enum incident_state state;
    const char *decided_by;
};

struct event {
    int64_t id, at, participant, partnership, round, outbox, inbox;
    const char *actor, *what, *why;
};

struct tag {
    const char *secret;
    char purpose; /* 'r' reply, 'b' bounce, 'p' partnership, 'u' pause; see docs/architecture.md */
    int64_t participant, partnership, outbox;
};
