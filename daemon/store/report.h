#pragma once
/* The numbers of a round, for its report: counted where they lie, by index. */
#include "base/memory.h"
#include "base/model.h"
#include "store/database.h"
#include "store/surveys.h"

enum { REPORT_NUMBERS_MOST = 8 };

/* One counted thing: what the numbers are stands at each function. */
struct report_count {
    const char *what;
    int64_t numbers[REPORT_NUMBERS_MOST];
};
DATABASE_LIST(report_count_list, struct report_count);

/* People who applied and were accepted, or became somebody's partner, by country's code. */
bool report_countries(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                      struct error *error);

/* How many people applied, were accepted, became somebody's partner, gave a sign of contact, and stayed (in a
 * partnership that goes on or reached its end), in this order. */
enum report_stage { REPORT_APPLIED, REPORT_ACCEPTED, REPORT_INTRODUCED, REPORT_IN_TOUCH, REPORT_STAYED, REPORT_STAGES };
bool report_stages(struct database *database, int64_t round, int64_t ret[REPORT_STAGES], struct error *error);

/* Each survey, in the order in which they were asked first: people asked, people who answered, and whether it is one of
 * the time after the first partnership's end (1, 0). */
bool report_surveys(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                    struct error *error);

/* How many applications of the round have answers; and what the first MOST of them answer to the question. */
bool report_count_applications(struct database *database, int64_t round, int64_t *ret, struct error *error);
bool report_application_values(struct database *database, int64_t round, const char *question, size_t most,
                               struct arena *arena, struct survey_value_list *ret, struct error *error);

/* Signs of contact by channel, and of how many partnerships. */
bool report_channels(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                     struct error *error);

/* Nudges and last calls to the round's people, by step: sent, and answered. */
bool report_asked(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                  struct error *error);

/* Warnings told to coordinators, by what came of each: "wrote" (a sign of contact since), "dissolved" or "ended" (the
 * partnership, without any), "open". */
bool report_warnings(struct database *database, int64_t round, struct arena *arena, struct report_count_list *ret,
                     struct error *error);

/* Messages by step from FROM until UNTIL: sent, more than REPORT_LATE seconds late, asked something and answered, and
 * what was refused or skipped as too late; what came back, of the round's people. The most sent first. */
enum { REPORT_LATE = 3600 };
enum report_message {
    REPORT_SENT,
    REPORT_SENT_LATE,
    REPORT_ASKED,
    REPORT_ANSWERED,
    REPORT_CAME_BACK,
    REPORT_REFUSED,
    REPORT_SKIPPED
};
bool report_messages(struct database *database, int64_t round, int64_t from, int64_t until, struct arena *arena,
                     struct report_count_list *ret, struct error *error);

struct report_partnership {
    int64_t id, began_at, over_at; /* over_at 0: goes on */
    int64_t number;                /* of its health, 0 to 100 */
    int64_t contacts;              /* but those that a check-in told of */
    int64_t check_ins, warnings;
    int64_t weeks_in_touch; /* its own weeks in which there was such a contact */
    enum partnership_state state;
    enum health_state health;
    const char *ended_because; /* of one that ended before its time, without names; else NULL */
};
DATABASE_LIST(report_partnership_list, struct report_partnership);

/* All that have begun, by id. */
bool report_partnerships(struct database *database, int64_t round, struct arena *arena,
                         struct report_partnership_list *ret, struct error *error);

/* What happened in a partnership, by its own weeks (from 0), in order: contacts but those that a
 * check-in told of, answered check-ins, warnings. Weeks in
 * which nothing did are not there. */
struct report_week {
    int64_t week, contacts, check_ins, warnings;
};
DATABASE_LIST(report_week_list, struct report_week);
bool report_weeks(struct database *database, int64_t partnership, struct arena *arena, struct report_week_list *ret,
                  struct error *error);
