#pragma once
/* How a simulated round's people were looked after: what coordinators had to do for it, when they heard of those who
 * fell silent, who was asked without need, and what became of reports, surveys and the wishes for the time after. */
#include "app/service.h"
#include "simulation/simulated_people.h"

/* Mails to coordinators of one kind. */
struct simulation_mails {
    const char *template_name;
    size_t count;
};

/* Somebody who fell silent for good. */
struct simulation_silence {
    int64_t participant, partnership;
    const char *name;
    int64_t since;      /* their last letter or answer, or the round's start */
    int64_t owed_since; /* the first letter that they never answered; SINCE where there is none */
    int64_t alerted_at; /* when a coordinator's mail told of it; 0: none did */
    const char *reason; /* what it said */
    bool true_reason;   /* it begins with the name of the silent one */
};

struct simulation_survey_account {
    const char *name;
    size_t asked, reminded, answered; /* as the service has it; ANSWERED of REMINDED as well */
    size_t questions, wrong;          /* answered, and noted as something else than what was meant */
};

enum { SIMULATION_MAIL_KINDS = 16, SIMULATION_SURVEYS = 8 };

struct simulation_care {
    struct simulation_mails mails[SIMULATION_MAIL_KINDS]; /* the most frequent first */
    size_t mail_kinds, mail_total, busiest;               /* BUSIEST: of the coordinator who got most */
    struct simulated_desk desk;
    struct simulation_silence *silences; /* in the order of their silence */
    size_t silence_count;
    size_t nudged, nudged_steady;     /* people; of them who write and answer as ever, and to whom nothing happened */
    size_t unasked_most;              /* unasked mails to one person within seven days */
    size_t incidents, incident_leaks; /* LEAKS: places outside of its table where the text of one stands */
    size_t rematched;                 /* people with a new partner in the running round */
    struct simulation_survey_account surveys[SIMULATION_SURVEYS];
    size_t survey_count;
    int64_t next[10]; /* by the digit of what comes next */
};

/* Faults of what was understood in surveys, and leaks, are added to FAULTS, a line each. In ARENA. */
bool simulation_care_read(struct service *service, int64_t round, int64_t started_at,
                          const struct simulated_people *people, struct arena *arena, struct simulation_care *ret,
                          struct text *faults, struct error *error);
