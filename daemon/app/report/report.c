#include "app/report/report.h"

#include <inttypes.h>

#include "app/report/report_making.h"
#include "base/clock.h"
#include "base/text.h"
#include "programme/tally.h"
#include "store/outages.h"
#include "store/report.h"
#include "store/transaction.h"

enum { AFTERWARDS = 28 * SECONDS_PER_DAY }; /* after the round's end there are still surveys and farewells */

/* ---- Tables ---- */

struct report_table *report_begin(struct making *making, const struct report_table *declared) {
    require(making->report->table_count < REPORT_TABLES_MOST);
    struct report_table *table = &making->report->tables[making->report->table_count++];
    *table = *declared;
    return table;
}

struct report_cell *report_add_row(struct making *making, struct report_table *table) {
    size_t cells = table->row_count++ * table->column_count;
    table->cells =
        arena_grow(making->arena, table->cells, &table->capacity, cells + table->column_count, sizeof *table->cells);
    struct report_cell *row = &table->cells[cells];
    for (size_t i = 0; i < table->column_count; i++)
        row[i] = (struct report_cell){0};
    return row;
}

const struct report_cell *report_row(const struct report_table *table, size_t row) {
    return &table->cells[row * table->column_count];
}

/* Counted things whose words stand here rather than in the database. */
struct wording {
    const char *what, *words;
};

static const char *words_of(const struct wording *wordings, size_t count, const char *what) {
    for (size_t i = 0; i < count; i++)
        if (string_equal(wordings[i].what, what))
            return wordings[i].words;
    return what;
}

/* ---- From application to closing survey ---- */

static void add_stage(struct making *making, struct report_table *table, const char *stage, int64_t people) {
    struct report_cell *row = report_add_row(making, table);
    row[0].text = stage;
    row[1].number = people;
}

static void add_surveys(struct making *making, struct report_table *table, const struct report_count_list *surveys,
                        bool afterwards) {
    for (size_t i = 0; i < surveys->count; i++)
        if ((surveys->items[i].numbers[2] != 0) == afterwards)
            add_stage(making, table,
                      arena_format(making->arena, "answered the survey “%s”, of %" PRId64 " asked",
                                   surveys->items[i].what, surveys->items[i].numbers[0]),
                      surveys->items[i].numbers[1]);
}

static bool add_stages(struct making *making, struct error *error) {
    static const struct report_column columns[] = {{"stage", "Stage", REPORT_TEXT},
                                                   {"people", "People", REPORT_NUMBER}};
    static const char *const words[REPORT_STAGES] = {
        [REPORT_APPLIED] = "applied",
        [REPORT_ACCEPTED] = "were accepted",
        [REPORT_INTRODUCED] = "were introduced to a partner",
        [REPORT_IN_TOUCH] = "were in touch",
        [REPORT_STAYED] = "are in a partnership that goes on, or reached its end",
    };
    struct report *report = making->report;
    struct database *database = making->service->database;
    struct report_table *table = report_begin(making, &(struct report_table){
                                                          .chapter = REPORT_PEOPLE,
                                                          .name = "stages",
                                                          .title = "From application to farewell",
                                                          .chart = REPORT_BARS,
                                                          REPORT_COLUMNS(columns),
                                                      });
    struct report_count_list surveys;
    int64_t stages[REPORT_STAGES];
    if (!report_stages(database, report->round.id, stages, error) ||
        !report_surveys(database, report->round.id, making->arena, &surveys, error))
        return false;
    for (int i = 0; i < REPORT_STAYED; i++)
        add_stage(making, table, words[i], stages[i]);
    add_surveys(making, table, &surveys, false);
    add_stage(making, table, words[REPORT_STAYED], stages[REPORT_STAYED]);
    add_surveys(making, table, &surveys, true);
    return true;
}

/* ---- Signs of contact ---- */

static bool add_channels(struct making *making, struct error *error) {
    static const struct report_column columns[] = {{"channel", "Seen by", REPORT_TEXT},
                                                   {"contacts", "Signs", REPORT_NUMBER},
                                                   {"partnerships", "Partnerships", REPORT_NUMBER}};
    static const char *const words[] = {[CONTACT_RELAY] = "letters that we passed on",
                                        [CONTACT_CC] = "letters with us in copy",
                                        [CONTACT_CHECK_IN] = "check-ins that say so",
                                        [CONTACT_COORDINATOR] = "coordinators who knew"};
    struct report_count_list list;
    struct report_table *table =
        report_begin(making, &(struct report_table){
                                 .chapter = REPORT_TOUCH,
                                 .name = "contacts",
                                 .title = "How we know that they were in touch",
                                 .note = "What partners write to each other elsewhere, nobody counts.",
                                 .when_empty = "No sign of contact was seen yet.",
                                 .chart = REPORT_BARS,
                                 REPORT_COLUMNS(columns),
                             });
    if (!report_channels(making->service->database, making->report->round.id, making->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        struct report_cell *row = report_add_row(making, table);
        enum contact_channel channel = CONTACT_COORDINATOR;
        model_find_contact_channel(list.items[i].what, &channel);
        row[0].text = words[channel];
        row[1].number = list.items[i].numbers[0];
        row[2].number = list.items[i].numbers[1];
        making->report->letters += channel == CONTACT_RELAY || channel == CONTACT_CC ? row[1].number : 0;
    }
    return true;
}

/* ---- Early warnings ---- */

static bool add_warnings(struct making *making, struct error *error) {
    static const struct report_column columns[] = {{"outcome", "What came of it", REPORT_TEXT},
                                                   {"warnings", "Warnings", REPORT_NUMBER}};
    static const struct wording wordings[] = {
        {"wrote", "they were in touch again"},
        {"dissolved", "the partnership ended early"},
        {"ended", "nothing came until the partnership ended"},
        {"open", "nothing has come so far"},
    };
    struct report_count_list list;
    struct report_table *table =
        report_begin(making, &(struct report_table){
                                 .chapter = REPORT_CARE,
                                 .name = "warnings",
                                 .title = "Early warnings, and what came of them",
                                 .note = "A warning tells coordinators that somebody’s silence is longer than they "
                                         "usually take. A partnership can have several.",
                                 .when_empty = "No partnership gave reason for a warning.",
                                 .chart = REPORT_BARS,
                                 REPORT_COLUMNS(columns),
                             });
    if (!report_warnings(making->service->database, making->report->round.id, making->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++)
        add_stage(making, table, words_of(wordings, COUNT_OF(wordings), list.items[i].what), list.items[i].numbers[0]);
    return true;
}

static bool add_asked(struct making *making, struct error *error) {
    static const struct report_column columns[] = {
        {"mail", "Mail", REPORT_TEXT}, {"sent", "Sent", REPORT_NUMBER}, {"answered", "Answered", REPORT_NUMBER}};
    static const struct wording wordings[] = {{"nudge", "a kind question"}, {"last-call", "a last one"}};
    struct report_count_list list;
    struct report_table *table = report_begin(
        making, &(struct report_table){
                    .chapter = REPORT_CARE,
                    .name = "nudges",
                    .title = "Those whom a letter had waited for long",
                    .note = "They were asked kindly whether all is well, before anybody had to look after them.",
                    .when_empty = "Nobody had to be asked.",
                    .chart = REPORT_BARS,
                    REPORT_COLUMNS(columns),
                });
    if (!report_asked(making->service->database, making->report->round.id, making->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        struct report_cell *row = report_add_row(making, table);
        row[0].text = words_of(wordings, COUNT_OF(wordings), list.items[i].what);
        row[1].number = list.items[i].numbers[0];
        row[2].number = list.items[i].numbers[1];
    }
    return true;
}

/* ---- The service ---- */

static bool add_messages(struct making *making, struct error *error) {
    static const struct report_column columns[] = {
        {"step", "Mail", REPORT_TEXT},           {"sent", "Sent", REPORT_NUMBER},
        {"late", "Late", REPORT_NUMBER},         {"asked", "Asking", REPORT_NUMBER},
        {"answered", "Answered", REPORT_NUMBER}, {"came_back", "Came back", REPORT_NUMBER},
        {"refused", "Refused", REPORT_NUMBER},   {"skipped", "Skipped", REPORT_NUMBER},
    };
    struct report *report = making->report;
    struct report_count_list list;
    struct report_table *table = report_begin(
        making, &(struct report_table){
                    .chapter = REPORT_SERVICE,
                    .name = "messages",
                    .title = "Every mail of the service",
                    .note = "Late is what went out more than an hour after its time; what asks can be answered with a "
                            "digit; what came too late to be of use was skipped.",
                    .when_empty = "Nothing was sent yet.",
                    .chart = REPORT_BARS,
                    REPORT_COLUMNS(columns),
                });
    if (!report_messages(making->service->database, report->round.id, report->from, report->until, making->arena, &list,
                         error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        struct report_cell *row = report_add_row(making, table);
        row[0].text = list.items[i].what;
        for (size_t j = 1; j < COUNT_OF(columns); j++)
            row[j].number = list.items[i].numbers[j - 1];
    }
    return true;
}

/* Rounded up: what was short was there nevertheless. */
static bool count_minutes(const struct making *making, enum outage_service service, int64_t *ret_minutes,
                          int64_t *ret_times, struct error *error) {
    const struct report *report = making->report;
    struct outage_list list;
    int64_t minutes = 0, times = 0;
    if (!outages_list(making->service->database, service, report->from, making->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        const struct outage *outage = &list.items[i];
        int64_t from = outage->began_at > report->from ? outage->began_at : report->from,
                until = outage->ended_at && outage->ended_at < report->until ? outage->ended_at : report->until;
        if (until <= from)
            continue;
        minutes += (until - from + SECONDS_PER_MINUTE - 1) / SECONDS_PER_MINUTE;
        times++;
    }
    *ret_minutes = minutes;
    *ret_times = times;
    return true;
}

static bool add_outages(struct making *making, struct error *error) {
    static const struct report_column columns[] = {{"service", "What did not work", REPORT_TEXT},
                                                   {"minutes", "Minutes", REPORT_NUMBER},
                                                   {"times", "Times", REPORT_NUMBER}};
    static const char *const words[] = {[OUTAGE_DAEMON] = "nothing ran",
                                        [OUTAGE_INCOMING] = "mail could not be fetched",
                                        [OUTAGE_OUTGOING] = "mail could not be sent"};
    struct report_table *table =
        report_begin(making, &(struct report_table){
                                 .chapter = REPORT_SERVICE,
                                 .name = "outages",
                                 .title = "When it did not work",
                                 .note = "Our own outages are nobody’s silence: they are left out of it.",
                                 .chart = REPORT_BARS,
                                 REPORT_COLUMNS(columns),
                             });
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct report_cell *row = report_add_row(making, table);
        row[0].text = words[i];
        if (!count_minutes(making, (enum outage_service)i, &row[1].number, &row[2].number, error))
            return false;
    }
    return true;
}

/* ---- All of it ---- */

bool report_read(struct service *service, const struct round *round, bool names, struct arena *arena,
                 struct report *ret, struct error *error) {
    auto_transaction one_moment = TRANSACTION_NONE;
    int64_t now = clock_now();
    struct report answers = {.round = *round, .names = names},
                  report = {
                      .programme = service->configuration->programme.name,
                      .round = *round,
                      .names = names,
                      .made_at = now,
                      .from = round->created_at,
                      .until =
                          round->ended_at && round->ended_at + AFTERWARDS < now ? round->ended_at + AFTERWARDS : now,
                      .zone = service->zone,
                  };
    struct making making = {service, arena, &answers};
    if (!report_add_answers(&making, error) || !transaction_begin_read(service->database, &one_moment, error))
        return false;
    making.report = &report;
    if (!report_add_countries(&making, error) || !add_stages(&making, error) ||
        !report_add_partnerships(&making, error) || !add_channels(&making, error))
        return false;
    for (size_t i = 0; i < answers.table_count; i++)
        report_begin(&making, &answers.tables[i]);
    if (!add_warnings(&making, error) || !add_asked(&making, error) || !add_messages(&making, error) ||
        !add_outages(&making, error))
        return false;
    *ret = report;
    return true;
}
