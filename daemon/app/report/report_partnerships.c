#include <stdlib.h>

#include "app/report/report_making.h"
#include "app/watch.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/text.h"
#include "store/report.h"

enum { WEEK = 7 * SECONDS_PER_DAY };

static int64_t weeks_of(const struct report *report, const struct report_partnership *partnership) {
    int64_t until = partnership->over_at ? partnership->over_at : report->made_at;
    return (until - partnership->began_at + WEEK - 1) / WEEK;
}

/* ---- Their health ---- */

/* Whoever needs somebody comes first: of those that go on by health, then those that ended early, then the others by
 * how often they were in touch. */
static int rank(const struct report_partnership *partnership) {
    static const int ranks[] = {[HEALTH_UNKNOWN] = 0, [HEALTH_QUIET] = 1, [HEALTH_STOPPED] = 2,
                                [HEALTH_SLOW] = 3,    [HEALTH_NEW] = 4,   [HEALTH_GOOD] = 5};
    if (!partnership_is_over(partnership->state))
        return ranks[partnership->health];
    return partnership->state == PARTNERSHIP_DISSOLVED ? 6 : 7;
}

static int compare(const void *a, const void *b, void *report) {
    const struct report_partnership *one = a, *other = b;
    if (rank(one) != rank(other))
        return rank(one) - rank(other);
    if (!partnership_is_over(one->state) && one->number != other->number)
        return one->number < other->number ? -1 : 1;
    double shares[] = {(double)one->weeks_in_touch / (double)(weeks_of(report, one) + 1),
                       (double)other->weeks_in_touch / (double)(weeks_of(report, other) + 1)};
    if (shares[0] != shares[1])
        return shares[0] < shares[1] ? -1 : 1;
    return one->id < other->id ? -1 : one->id > other->id;
}

static const char *state_words(const struct report_partnership *partnership) {
    static const char *const words[] = {
        [HEALTH_NEW] = "new",     [HEALTH_GOOD] = "in touch",   [HEALTH_SLOW] = "slow",
        [HEALTH_QUIET] = "quiet", [HEALTH_UNKNOWN] = "unclear", [HEALTH_STOPPED] = "rests"};
    if (partnership->state == PARTNERSHIP_DISSOLVED)
        return "ended early";
    return partnership->state == PARTNERSHIP_ENDED ? "ended" : words[partnership->health];
}

/* Without names as with them, but for the names. */
static bool read_reason(struct making *making, const struct report_partnership *partnership, const char **ret_reason,
                        const char **ret_partners, struct error *error) {
    auto_arena arena = arena_new();
    struct watched watched;
    if (!watch_look(making->service, partnership->id, arena, &watched, error))
        return false;
    const char *names[MEMBERS_MAX];
    for (size_t i = 0; i < watched.members.count; i++) {
        names[i] = watched.members.items[i].name;
        if (!making->report->names)
            watched.facts.members[i].name = arena_format(arena, "partner %zu", i + 1);
    }
    const char *reason = health_reason(&watched.facts, &watched.health, arena).text;
    *ret_reason = partnership->ended_because ? arena_format(making->arena, "%s: %s", reason, partnership->ended_because)
                                             : arena_copy_string(making->arena, reason);
    *ret_partners = making->report->names ? templates_join("en", names, watched.members.count, making->arena) : NULL;
    return true;
}

/* ---- How often they were in touch ---- */

enum { EVERY_WEEK, EVERY_TWO_WEEKS, EVERY_MONTH, RARELY, NEVER, RHYTHMS };

/* A sign in four weeks of five is every week. */
static int rhythm_of(int64_t weeks, int64_t in_touch) {
    static const int64_t of_ten[] = {[EVERY_WEEK] = 8, [EVERY_TWO_WEEKS] = 4, [EVERY_MONTH] = 2};
    for (int i = EVERY_WEEK; i <= EVERY_MONTH; i++)
        if (in_touch && in_touch * 10 >= weeks * of_ten[i])
            return i;
    return in_touch ? RARELY : NEVER;
}

static void add_rhythms(struct making *making, const struct report_partnership_list *list) {
    static const struct report_column columns[] = {{"often", "How often", REPORT_TEXT},
                                                   {"partnerships", "Partnerships", REPORT_NUMBER}};
    static const char *const words[RHYTHMS] = {"every week", "every two weeks", "every month", "less often", "never"};
    struct report_table *table = report_begin(
        making, &(struct report_table){
                    .chapter = REPORT_TOUCH,
                    .name = "often",
                    .title = "How often partners were in touch",
                    .note = "By the weeks in which a letter was seen: every week is four weeks of five or more, every "
                            "two weeks two of five, every month one of five. What they write elsewhere nobody sees.",
                    .chart = REPORT_BARS,
                    REPORT_COLUMNS(columns),
                });
    for (int i = 0; i < RHYTHMS; i++)
        report_add_row(making, table)->text = words[i];
    for (size_t i = 0; i < list->count; i++) {
        int rhythm = rhythm_of(weeks_of(making->report, &list->items[i]), list->items[i].weeks_in_touch);
        table->cells[(size_t)rhythm * COUNT_OF(columns) + 1].number++;
    }
}

/* ---- Week by week ---- */

static bool add_one(struct making *making, const struct report_partnership *partnership, struct report_table *table,
                    struct error *error) {
    struct report_cell *row = report_add_row(making, table);
    int64_t weeks = weeks_of(making->report, partnership);
    row[0].number = partnership->id;
    row[2].text = state_words(partnership);
    row[3].number = partnership->number;
    row[4].text = localise_date(making->arena, partnership->began_at, making->report->zone, "en");
    row[5].number = weeks;
    row[6].number = partnership->weeks_in_touch;
    row[7].number = partnership->contacts;
    row[8].number = partnership->check_ins;
    row[9].number = partnership->warnings;
    return read_reason(making, partnership, &row[10].text, &row[1].text, error);
}

static bool add_weeks(struct making *making, int64_t partnership, struct report_table *table, struct error *error) {
    auto_arena arena = arena_new();
    struct report_week_list list;
    if (!report_weeks(making->service->database, partnership, arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        struct report_cell *row = report_add_row(making, table);
        row[0].number = partnership;
        row[1].number = list.items[i].week + 1;
        row[2].number = list.items[i].contacts;
        row[3].number = list.items[i].check_ins;
        row[4].number = list.items[i].warnings;
    }
    return true;
}

static const struct report_column partnership_columns[] = {
    {"partnership", "Partnership", REPORT_NUMBER},
    {"partners", "Partners", REPORT_TEXT},
    {"state", "State", REPORT_TEXT},
    {"health", "Health", REPORT_NUMBER},
    {"began", "Began", REPORT_TEXT},
    {"weeks", "Weeks", REPORT_NUMBER},
    {"weeks_with_letters", "Weeks with letters", REPORT_NUMBER},
    {"letters", "Letters", REPORT_NUMBER},
    {"check_ins", "Check-ins answered", REPORT_NUMBER},
    {"warnings", "Warnings", REPORT_NUMBER},
    {"reason", "Why", REPORT_TEXT},
};
static const struct report_column week_columns[] = {
    {"partnership", "Partnership", REPORT_NUMBER}, {"week", "Week", REPORT_NUMBER},
    {"letters", "Letters", REPORT_NUMBER},         {"check_ins", "Check-ins answered", REPORT_NUMBER},
    {"warnings", "Warnings", REPORT_NUMBER},
};

bool report_add_partnerships(struct making *making, struct error *error) {
    struct report *report = making->report;
    struct report_partnership_list list;
    if (!report_partnerships(making->service->database, report->round.id, making->arena, &list, error))
        return false;
    qsort_r(list.items, list.count, sizeof *list.items, compare, report);
    report->partnerships = (int64_t)list.count;
    add_rhythms(making, &list);
    struct report_table *table =
        report_begin(making, &(struct report_table){
                                 .chapter = REPORT_PARTNERSHIPS,
                                 .name = "partnerships",
                                 .title = "Every partnership, week by week",
                                 .note = "Whoever needs somebody stands first. Open one to see why.",
                                 .when_empty = "No partnership has begun yet.",
                                 .chart = REPORT_STRIPS,
                                 REPORT_COLUMNS(partnership_columns),
                             });
    struct report_table *weeks = report_begin(making, &(struct report_table){
                                                          .chapter = REPORT_PARTNERSHIPS,
                                                          .name = "weeks",
                                                          .title = "Weeks",
                                                          .chart = REPORT_HIDDEN,
                                                          REPORT_COLUMNS(week_columns),
                                                      });
    for (size_t i = 0; i < list.count; i++)
        if (!add_one(making, &list.items[i], table, error) || !add_weeks(making, list.items[i].id, weeks, error))
            return false;
    return true;
}
