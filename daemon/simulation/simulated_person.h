#pragma once
/* Inside the modules of made-up people only: what one of them is, remembers and plans, and what all of them share. */
#include "app/templates/templates.h"
#include "net/post_office.h"
#include "simulation/simulated_mail.h"
#include "simulation/simulated_people.h"

enum simulated_temperament {
    SIMULATED_KEEN,   /* writes every week or two */
    SIMULATED_SLOW,   /* every month or so */
    SIMULATED_FADING, /* keen, until they fall silent for good */
    SIMULATED_LONELY, /* writes to somebody who never answers */
    SIMULATED_SILENT, /* doesn't open mail */
    SIMULATED_TEMPERAMENTS
};

/* What is to become of a partnership, as one of the two wishes. */
enum simulated_wish {
    SIMULATED_STAYS,
    SIMULATED_WANTS_ANOTHER, /* a partner */
    SIMULATED_LEAVES         /* the round */
};

struct simulated_person {
    struct participant participant; /* id 0 before the match */
    int64_t partnership;            /* likewise */
    const char *languages;          /* in which letters can be written, as in an answer: "sv,en" */
    struct simulated_applicant *applicant;
    bool joins_twice, forgets, blurs, slips, dawdles; /* how somebody applies */
    const char *answered;                             /* the last mail about that; NULL: none */
    const struct zone *zone;
    const char *maildir;
    uint64_t chance; /* state of a generator of one's own: what others do changes nothing in what this one decides */
    enum simulated_temperament temperament;
    enum simulated_style style;
    enum simulated_language language, letters; /* to the programme, to the partner */
    size_t topics;                             /* where the partners begin in their stock */
    struct simulated_person *other;            /* the partner; NULL before the match */
    size_t side;                               /* 0 or 1: partners tell and ask different things */
    int64_t ends_at;                           /* of the partnership */
    int64_t silent_from;                       /* opens no mail from then on; INT64_MAX: never */
    bool lively;                               /* cast as one who writes, and nothing befalls the two */
    enum simulated_wish wish;
    bool advice_leaves;    /* once a coordinator has said how */
    bool prefers_direct;   /* gives the own address away, and writes to the partner's */
    bool answers_robots;   /* the responder heeds no Auto-Submitted header */
    bool writes_from_home; /* the next letter comes from an address that the programme can't know */
    /* INT64_MAX: not planned. */
    int64_t look_at, write_at;
    int64_t away_until; /* on holiday until then, with an out-of-office notice */
    int64_t noticed_at; /* when the last such notice went out */
    bool gone;          /* reads and writes nothing more */
    bool left;
    bool parted;  /* has no partner any more, or wants none: writes no letters */
    bool bounces; /* the provider takes mail and returns it */
    bool has_mail;
    /* What was learnt by reading. NULL: nothing. */
    const char *partnership_address, *partner, *pause;
    struct simulated_reading letter; /* the last one from the partner */
    bool owes;                       /* the last letter is not answered */
    bool told_address;
    size_t sent, unanswered, received, silences; /* letters, of SENT since the last that came; how often the answer was
                                                    that nothing came */
    int64_t received_at;
};

enum simulated_incident_kind {
    SIMULATED_ADDRESS_ENDS,
    SIMULATED_ADDRESS_RETURNS,
    SIMULATED_BOUNCES_BEGIN,
    SIMULATED_BOUNCES_END,
    SIMULATED_HOLIDAY,
    SIMULATED_FROM_HOME,
    SIMULATED_REPORT,
    SIMULATED_REPORT_DEALT_WITH,
    SIMULATED_WISH_TO_LEAVE, /* in words of their own */
    SIMULATED_STOP,          /* by the fifth answer to the next check-in */
    SIMULATED_REMATCH,       /* by the word for it */
    SIMULATED_LEAVE,
    SIMULATED_PAUSE,
    SIMULATED_PAUSE_AT_ONCE, /* told to a coordinator */
    SIMULATED_UNPAUSE,
    SIMULATED_BACK_FROM_PAUSE, /* told by mail */
    SIMULATED_MOURNING,        /* the two need a rest, and say so by mail */
    SIMULATED_READY,           /* its end */
    SIMULATED_HOLD,
    SIMULATED_RESUME,
    SIMULATED_DISSOLVE,
    SIMULATED_OFFICE_AWAY,
    SIMULATED_OFFICE_BACK
};

struct simulated_incident {
    int64_t at;
    enum simulated_incident_kind kind;
    struct simulated_person *person;
    bool done;
};

struct simulated_people {
    const struct configuration *configuration;
    struct arena *arena;
    struct simulation *simulation;
    struct templates *templates;      /* whose forms they have before them */
    struct mail_sender *sender;       /* the rest of the world's way into the same Maildirs */
    struct simulated_person *persons; /* after the match partners stand side by side */
    size_t count;
    uint64_t chance; /* of what befalls them */
    int64_t opens_at, started_at, ends_at;
    struct simulated_coordinator *coordinators; /* in the configuration's order */
    struct simulated_incident *incidents;
    size_t incident_count, incident_most;
    enum simulated_cast cast; /* at random, outages and refusals are part of the play */
    struct simulated_record record;
    size_t event_capacity, letter_capacity, answer_capacity, returned_capacity, survey_capacity, alert_capacity;
};

/* ---- Time and chance ---- */

uint64_t simulated_person_below(struct simulated_person *person, uint64_t limit);
bool simulated_person_chance(struct simulated_person *person, unsigned of_a_hundred);
int64_t simulated_person_hours(struct simulated_person *person, uint64_t least, uint64_t most);
int64_t simulated_person_days(struct simulated_person *person, uint64_t least, uint64_t most);

/* MOMENT, or the next morning where it is night for the person. */
int64_t simulated_person_awake(struct simulated_person *person, int64_t moment);

/* ---- Who ---- */

struct simulated_person *simulated_person_find(struct simulated_people *people, const char *address);
struct simulated_person *simulated_person_with_id(struct simulated_people *people, int64_t participant);

/* The two are partners from now on, with nothing written yet. */
void simulated_person_join(struct simulated_person *first, struct simulated_person *second,
                           const struct partnership *partnership);

bool simulated_person_has_faded(const struct simulated_person *person);

/* Records what befell a person, or with BOTH the partnership. */
void simulated_person_happened(struct simulated_people *people, const struct simulated_person *person, bool both,
                               const char *what);

/* ---- Mail ---- */

/* A mail of the person's, dated now; its Message-ID is the person's own and new. Strings in ARENA. */
struct simulated_mail simulated_person_mail(const struct simulated_person *person, const char *to, const char *subject,
                                            const char *text, struct arena *arena);

/* "Re: " before the subject, once. */
const char *simulated_person_reply_subject(const struct simulated_reading *reading, struct arena *arena);

/* Hands a mail to the post office; the programme hears of what is its own. True where it was taken. */
bool simulated_person_post(struct simulated_people *people, const char *envelope_from, const char *recipient,
                           const struct simulated_mail *mail);
bool simulated_person_post_bytes(struct simulated_people *people, const char *envelope_from, const char *recipient,
                                 const struct text *bytes);

/* Mail has come for the person, who looks at it after WAIT seconds, when awake and not away. */
void simulated_person_look_after(struct simulated_person *person, int64_t wait);
