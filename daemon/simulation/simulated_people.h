#pragma once
/* Made-up people for demonstrations, rehearsals and simulations: they apply for a round by mail, read the mail that
 * really lies in their Maildirs, answer or don't, press Reply and write to each other through the programme, or
 * directly with the programme in Cc, go on holiday with a responder on, lose their address, report somebody, leave; a
 * coordinator does what coordinators do. All of it follows from a seed. */
#include "app/configuration/configuration.h"
#include "base/error.h"
#include "simulation/simulated_mail.h"
#include "simulation/simulation.h"
#include "store/database.h"

enum simulated_cast {
    SIMULATED_LIKE_A_PILOT, /* a third keen, most slow, one in twelve silent; of everything else one or two */
    SIMULATED_AT_RANDOM,    /* anything happens to anybody at any time, outages of the post office too */
};

struct simulated_people;

/* The first COUNT of demo/participants.csv, who apply from OPENS_AT on. CONFIGURATION must outlive them. */
bool simulated_people_new(const struct configuration *configuration, size_t count, int64_t opens_at,
                          enum simulated_cast cast, uint64_t seed, struct simulated_people **ret, struct error *error);

/* They have become partners (of two) in ROUND, which starts at STARTS_AT: what will become of whom is cast now. Whoever
 * has no partner does nothing any more. */
bool simulated_people_pair(struct simulated_people *people, struct database *database, int64_t round, int64_t starts_at,
                           struct error *error);
void simulated_people_free(struct simulated_people *people); /* NULL allowed */

/* What a simulation needs to know of them; then tell them which one it is, before it runs. */
struct simulation_world simulated_people_world(struct simulated_people *people);
void simulated_people_join(struct simulated_people *people, struct simulation *simulation);

/* What somebody means by the answers to a form. */
struct simulated_sheet {
    const char **meant; /* by question, as programme/form_value.h has it; NULL: nothing. NULL before it was answered */
    bool *asked;        /* by question: again */
    size_t count;       /* of the form's questions */
    size_t questions, asked_again,
        wrong; /* of those that were answered: first not understood, or not as it was meant */
};

/* How somebody applied, and what they meant by it. */
struct simulated_applicant {
    const char *address;
    enum simulated_style style;
    enum simulated_language language;
    size_t joins; /* mails that asked for the form */
    struct simulated_sheet sheet;
    size_t corrections; /* mails */
    bool confirmed;
};

/* A survey that came to somebody. */
struct simulated_survey {
    int64_t id, participant; /* of the row in `survey` */
    const char *name;
    struct simulated_sheet sheet;
    bool reminded; /* before it was answered */
};

enum simulated_way {
    SIMULATED_THROUGH_PROGRAMME, /* to the partnership address */
    SIMULATED_COPIED,            /* directly, with the partnership address in Cc */
    SIMULATED_UNSEEN             /* directly and nowhere else */
};

/* A letter as its writer sent it off. */
struct simulated_letter {
    const char *message_id;
    int64_t at, participant, partnership;
    enum simulated_way way;
    enum simulated_style style;
    enum simulated_language language;
    bool from_home; /* from an address that the programme does not know */
};

/* A reply to a question of the programme's as its writer meant it. */
struct simulated_answer {
    const char *message_id;
    const char *question; /* programme/question.h */
    int64_t participant, at;
    int digit; /* 0: nothing that a program could understand */
    enum simulated_style style;
    enum simulated_language language;
};

/* A coordinator's mail told of a case of a partnership in which somebody is silent, for the first time. */
struct simulated_alert {
    int64_t at, partnership, number; /* when the mail came, and the case's */
    const char *reason;
};

/* Coordinators' work. */
struct simulated_desk {
    size_t decisions, replies; /* what they ordered; the mails that did so */
    size_t commands;           /* where no mail would do */
};

/* What befell one of them apart from letters and answers, in time order. */
struct simulated_event {
    int64_t at;
    const char *what; /* a sentence's end: "asks to leave" */
    int64_t participant, partnership;
};

/* All that the world knows of what it did, for holding it against what the service made of it. */
struct simulated_record {
    struct simulated_applicant *applicants;
    size_t applicant_count;
    struct simulated_letter *letters;
    size_t letter_count;
    struct simulated_answer *answers;
    size_t answer_count;
    struct simulated_survey *surveys;
    size_t survey_count;
    struct simulated_alert *alerts;
    size_t alert_count;
    struct simulated_desk desk;
    struct simulated_event *events;
    size_t event_count;
    int64_t *returned; /* outbox ids of messages that a mail server took and sent back later */
    size_t returned_count;
    size_t notices;      /* of absence */
    size_t to_programme; /* mails of all kinds that the programme's mailbox took */
};
const struct simulated_record *simulated_people_record(const struct simulated_people *people);
