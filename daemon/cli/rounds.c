/* round create, update, open, close, archive, remove, start, list, show. */
#include <inttypes.h>
#include <string.h>

#include "app/action_round.h"
#include "app/eligible.h"
#include "base/clock.h"
#include "base/date_time.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "cli/standing.h"
#include "cli/tones.h"
#include "programme/question.h"
#include "programme/round_rules.h"
#include "programme/sequence.h"
#include "store/answers.h"
#include "store/schedule.h"

#define ONE_ROUND                                                                                                      \
    {                                                                                                                  \
        { "ROUND", "its name or id", &reference_to_round, ARGUMENT_NEEDED }                                            \
    }

/* ---- create, update ---- */

#define DATE_OPTIONS                                                                                                   \
    {"opens", 0, "MOMENT", "when sign-up opens by itself: \"2027-02-01 9:00\"", NULL},                                 \
        {"closes", 0, "MOMENT", "when sign-up closes: \"midnight 2027-02-25\" is the end of that day", NULL},          \
        {"starts", 0, "MOMENT", "when the partnerships planned by then begin by themselves", NULL}, {                  \
        "length", 0, "DURATION", "how long its partnerships last: \"6 months\"", NULL                                  \
    }

static bool is_round_name(const char *name) {
    int64_t number;
    return !string_is_empty(name) && strlen(name) <= 60 && !string_to_integer(name, &number) &&
           !strpbrk(name, "/\t\r\n\"");
}

/* What the option of that NAME says, where it is given; "none" is no moment. */
static bool read_moment(struct context *context, const char *name, enum date_time_bound bound, int64_t *ret,
                        struct error *error) {
    const char *typed = invocation_option(context->invocation, name);
    if (string_equal(typed, "none"))
        *ret = 0;
    return !typed || string_equal(typed, "none") ||
           date_time_parse(typed, bound, clock_now(), context->zone, ret, error);
}

static bool read_dates(struct context *context, struct round *round, struct error *error) {
    const char *length = invocation_option(context->invocation, "length");
    struct duration duration;
    if (length)
        round->length = length;
    return duration_parse(round->length, &duration, error) && sequence_check_length(&duration, error) &&
           read_moment(context, "opens", DATE_TIME_BEGINS, &round->opens_at, error) &&
           read_moment(context, "closes", DATE_TIME_ENDS, &round->closes_at, error) &&
           read_moment(context, "starts", DATE_TIME_BEGINS, &round->starts_at, error);
}

static void tell_dates(struct context *context, const struct round *round) {
    struct arena *arena = context->arena;
    if (round->opens_at && round->state == ROUND_DRAFT)
        context_tell(context, "Sign-up opens on %s.", localise_opening(arena, round->opens_at, context->zone, "en"));
    if (round->closes_at && round->state <= ROUND_OPEN)
        context_tell(context, "Sign-up closes on %s.", localise_deadline(arena, round->closes_at, context->zone, "en"));
    if (!round->closes_at && round->state == ROUND_OPEN)
        context_tell(context, "It stays open until: tandempost round close %s", round_argument(arena, round));
    if (round->starts_at && round->state < ROUND_RUNNING)
        context_tell(context, "Its partnerships begin on %s.",
                     localise_opening(arena, round->starts_at, context->zone, "en"));
}

static bool create_round(struct context *context, struct error *error) {
    struct round round = {.name = invocation_argument(context->invocation, 0),
                          .length = context->configuration.round.length};
    struct event_cause cause = context_cause(context, NULL);
    if (!is_round_name(round.name))
        return error_set(
            error, ERROR_PERMANENT,
            "\"%s\" can't be a round's name: it is at most 60 bytes, not just a number, and without / and quotes. "
            "\"2027-spring\" would do.",
            round.name);
    if (!read_dates(context, &round, error) ||
        !rounds_create(context->database, round.name, round.length, &cause, &round.id, error) ||
        !action_round_set_dates(context->service, &round, error))
        return false;
    context_tell(context, "Created round \"%s\"; its partnerships will last %s.", round.name, round.length);
    tell_dates(context, &round);
    return true;
}

const struct command round_create_command = {
    .name = "round create",
    .summary = "plans a new round",
    .help =
        "Plans a round. People sign up for it by mail from its opening to its closing (round open, round close, or "
        "by date), or are taken on with participant import --round or participant add --round. Then partnerships "
        "are made, and begin with round start or by date.\n"
        "A MOMENT is a day with or without an hour, in the programme's time zone: 2027-02-25, \"2027-02-25 18:00\", "
        "\"midnight 2027-02-25\", \"Thursday midnight\". Midnight is always the end of its day, and what closes on "
        "a day closes at the end of it.",
    .flags = COMMAND_SERVICE,
    .options = {DATE_OPTIONS},
    .arguments = {{"NAME", "what it is called: \"2027-spring\"", NULL, ARGUMENT_NEEDED}},
    .change = create_round,
};

static int check_update(const struct invocation *invocation) {
    return invocation->value_count ? EXIT_DONE
                                   : command_usage_error(invocation, "What changes? Add --opens, --closes, --starts or "
                                                                     "--length.");
}

static bool update_round(struct context *context, struct error *error) {
    struct round round = context->round;
    if (!read_dates(context, &round, error) || !action_round_set_dates(context->service, &round, error))
        return false;
    context_tell(context, "Changed round \"%s\"; its partnerships will last %s.", round.name, round.length);
    tell_dates(context, &round);
    return true;
}

const struct command round_update_command = {
    .name = "round update",
    .summary = "changes a round's dates",
    .help =
        "Changes when a round opens, closes or starts by itself, or how long its partnerships last, as long as that "
        "has not begun. A MOMENT is written as for round create; \"none\" takes it out, and it is done by hand.",
    .flags = COMMAND_SERVICE,
    .options = {DATE_OPTIONS},
    .arguments = ONE_ROUND,
    .check = check_update,
    .change = update_round,
};

/* ---- open, close, archive ---- */

static bool open_round(struct context *context, struct error *error) {
    struct round round;
    int64_t closes_at = 0;
    if (!read_moment(context, "closes", DATE_TIME_ENDS, &closes_at, error) ||
        !action_round_open(context->service, context->round.id, closes_at, error) ||
        !rounds_find(context->database, context->round.id, context->arena, &round, error))
        return false;
    context_tell(context, "Opened round \"%s\": people can sign up for it by mail.", round.name);
    tell_dates(context, &round);
    return true;
}

const struct command round_open_command = {
    .name = "round open",
    .summary = "lets people sign up for a round by mail",
    .help =
        "Opens a round for sign-up now, whatever its date says, or once more after its closing. A MOMENT is written "
        "as for round create.",
    .flags = COMMAND_SERVICE,
    .options = {{"closes", 0, "MOMENT", "when sign-up closes: \"midnight 2027-02-25\" is the end of that day", NULL}},
    .arguments = ONE_ROUND,
    .change = open_round,
};

static bool close_round(struct context *context, struct error *error) {
    const struct round *round = &context->round;
    struct round_counts counts;
    if (!action_round_close(context->service, round->id, error) ||
        !rounds_count(context->database, round->id, &counts, error))
        return false;
    context_tell(context, "Closed round \"%s\" for sign-up: %" PRId64 " accepted, %" PRId64 " on the waiting list.",
                 round->name, counts.accepted, counts.waiting_country);
    if (counts.applicants)
        context_tell(context, "%" PRId64 " applied and did not confirm.", counts.applicants);
    if (counts.accepted)
        context_tell(context, "Next, who becomes partners with whom: tandempost match propose %s", round->name);
    return true;
}

const struct command round_close_command = {
    .name = "round close",
    .summary = "ends sign-up for a round",
    .help = "Closes a round for sign-up now, whatever its date says. Who applies later is first in line for the next "
            "round. It can be opened again with round open.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_ROUND,
    .change = close_round,
};

static bool archive_round(struct context *context, struct error *error) {
    if (!action_round_archive(context->service, context->round.id, error))
        return false;
    context_tell(context, "Archived round \"%s\".", context->round.name);
    return true;
}

const struct command round_archive_command = {
    .name = "round archive",
    .summary = "puts a round that has ended aside",
    .help = "Archives a round whose last partnership is over. That happens by itself thirty days after its end.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_ROUND,
    .change = archive_round,
};

static bool remove_round(struct context *context, struct error *error) {
    if (!action_round_remove(context->service, context->round.id, error))
        return false;
    context_tell(context, "Removed round \"%s\".", context->round.name);
    return true;
}

const struct command round_remove_command = {
    .name = "round remove",
    .summary = "takes back round create",
    .help = "Removes a draft that nobody has to do with: no application, no partnership, no mail. One with another "
            "name or other "
            "dates is created anew.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_ROUND,
    .change = remove_round,
};

/* ---- start ---- */

/* Everybody's first sending time comes within a day, wherever they are; the second day is for steps at other hours. */
enum { FIRST_DAYS = 2 };

struct first_mails {
    int64_t round, first_at, last_at;
    size_t count;
};

static void count_first(void *data, const struct schedule_entry *entry, const struct participant *participant,
                        const char *not_sent) {
    struct first_mails *mails = data;
    (void)participant;
    if (entry->round != mails->round || !entry->partnership || not_sent)
        return;
    mails->first_at = mails->first_at ? mails->first_at : entry->due_at;
    mails->last_at = entry->due_at;
    mails->count++;
}

/* When the first mails of the round go. */
static bool tell_first(struct context *context, struct error *error) {
    const struct service *service = context->service;
    struct first_mails mails = {.round = context->round.id};
    if (!eligible_foresee_until(service, clock_now() + FIRST_DAYS * SECONDS_PER_DAY, count_first, &mails, error))
        return false;
    if (mails.count)
        context_tell(context, "%zu message%s to partners %s out in the next days: the first on %s, the last on %s.",
                     mails.count, mails.count == 1 ? "" : "s", mails.count == 1 ? "goes" : "go",
                     localise_moment(context->arena, mails.first_at, service->zone, "en-GB"),
                     localise_moment(context->arena, mails.last_at, service->zone, "en-GB"));
    return true;
}

static bool start_round(struct context *context, struct error *error) {
    const struct round *round = &context->round;
    size_t count;
    if (!action_round_start(context->service, round->id, &count, error))
        return false;
    context_tell(context, "Started round \"%s\": %zu partnership%s for %s.", round->name, count, count == 1 ? "" : "s",
                 round->length);
    return tell_first(context, error);
}

const struct command round_start_command = {
    .name = "round start",
    .summary = "begins a round and all its planned partnerships",
    .help = "Begins a round: from now on its months count, and each member of its partnerships is introduced at their "
            "next sending time. It can't be undone, as mail goes out; try it first with --dry-run. Should it be "
            "interrupted, the service finishes it.",
    .flags = COMMAND_SERVICE,
    .arguments = ONE_ROUND,
    .change = start_round,
    .portions = "Starting the round",
};

/* ---- list, show ---- */

struct row {
    struct round round;
    struct round_counts counts;
    struct round_countries countries;
    int64_t leftovers;
    int64_t going_on, joining;
    const char *opens, *closes, *starts, *next, *waiting, *stay_over,
        *afterwards; /* for people; NULL: nothing to say */
};

static const char *waiting_words(struct arena *arena, const struct round_counts *counts) {
    const struct {
        int64_t count;
        const char *what;
    } all[] = {{counts->waiting_country, "for a place, as their country's share is used up"},
               {counts->waiting_next, "for the next round"},
               {counts->waiting_partner, "for another partner"}};
    auto_text words = TEXT_EMPTY;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (all[i].count)
            text_append_format(&words, "%s%" PRId64 " %s", words.length ? "; " : "", all[i].count, all[i].what);
    return words.length ? arena_copy_string(arena, text_string(&words)) : NULL;
}

/* What its people said comes after it. */
static bool find_afterwards(struct context *context, struct row *row, struct error *error) {
    int64_t said[ANSWER_DIGITS], all = 0;
    if (!answers_count_next(context->database, row->round.id, said, error))
        return false;
    for (int64_t i = 0; i < ANSWER_DIGITS; i++) {
        all += said[i];
        row->going_on += question_goes_on(i) ? said[i] : 0;
        row->joining += question_joins(i) ? said[i] : 0;
    }
    if (all)
        row->afterwards = arena_format(context->arena,
                                       "%" PRId64 " said: %" PRId64 " would go on writing, %" PRId64
                                       " would join the next round, %" PRId64 " neither",
                                       all, row->going_on, row->joining, said[4]);
    return true;
}

static bool make_row(struct context *context, const void *item, void *row, struct error *error) {
    const struct round *round = item;
    struct row *ret = row;
    struct arena *arena = context->arena;
    const struct zone *zone = context->zone;
    ret->round = *round;
    ret->round.state = round_state_at(round, clock_now());
    ret->next = standing_next_turn(arena, zone, &ret->round);
    if (round->opens_at)
        ret->opens = localise_opening(arena, round->opens_at, zone, "en");
    if (round->closes_at)
        ret->closes = localise_deadline(arena, round->closes_at, zone, "en");
    if (round->starts_at && !round->started_at)
        ret->starts = localise_opening(arena, round->starts_at, zone, "en");
    if (!rounds_count(context->database, round->id, &ret->counts, error) ||
        !rounds_countries(context->database, round->id, arena, &ret->countries, error) ||
        !find_afterwards(context, ret, error))
        return false;
    ret->waiting = waiting_words(arena, &ret->counts);
    const struct round_countries *countries = &ret->countries;
    ret->leftovers = ret->round.state < ROUND_RUNNING ? round_leftovers(countries->most, countries->people) : 0;
    if (ret->leftovers)
        ret->stay_over = arena_format(arena,
                                      "at least %" PRId64 " of %" PRId64 " people will stay without a partner: %" PRId64
                                      " are from %s, and partners "
                                      "are from different countries. More people from elsewhere would help",
                                      ret->leftovers, countries->people, countries->most,
                                      localise_country(arena, countries->country, "en"));
    return true;
}

/* As JSON has them, in `list` and `show`. */
#define DATES_AND_COUNTS                                                                                               \
    COLUMN(MOMENT, struct row, round.opens_at, "opens_at", NULL),                                                      \
        COLUMN(MOMENT, struct row, round.closes_at, "closes_at", NULL),                                                \
        COLUMN(MOMENT, struct row, round.starts_at, "starts_at", NULL),                                                \
        COLUMN(TEXT, struct row, countries.country, "largest_country", NULL),                                          \
        COLUMN(NUMBER, struct row, countries.most, "of_largest_country", NULL),                                        \
        COLUMN(NUMBER, struct row, countries.people, "to_match", NULL),                                                \
        COLUMN(NUMBER, struct row, leftovers, "leftovers_at_least", NULL)

static bool list_rounds(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct row, round.id, "id", "ID"),
        COLUMN(LONG, struct row, round.name, "name", "ROUND"),
        COLUMN_WORDS(tones_round, "state", "STATE"),
        COLUMN(TEXT, struct row, next, NULL, "NEXT"),
        COLUMN(TEXT, struct row, round.length, "length", NULL),
        COLUMN(NUMBER, struct row, counts.applicants, "unconfirmed", NULL),
        COLUMN(NUMBER, struct row, counts.accepted, "accepted", "ACCEPTED"),
        COLUMN(NUMBER, struct row, counts.waiting_country, "waiting_for_country", "WAITING"),
        COLUMN(NUMBER, struct row, counts.waiting_next, "waiting_for_next", NULL),
        COLUMN(NUMBER, struct row, counts.waiting_partner, "waiting_for_partner", NULL),
        COLUMN(NUMBER, struct row, counts.partnerships, "partnerships", "PARTNERSHIPS"),
        COLUMN(NUMBER, struct row, counts.active, "active", "ACTIVE"),
        COLUMN(MOMENT, struct row, round.started_at, "started_at", "STARTED"),
        COLUMN(MOMENT, struct row, round.ended_at, "ended_at", NULL),
        DATES_AND_COUNTS,
        {0},
    };
    struct round_list list;
    return rounds_list(context->database, context->arena, &list, error) &&
           columns_list_made(context, columns, COLUMN_ROWS(list), make_row, sizeof(struct row),
                             "There is no round yet. Plan one with: tandempost round create NAME", error);
}

const struct command round_list_command = {.name = "round list", .summary = "all rounds", .show = list_rounds};

static bool show_round(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct row, round.id, "id", "Round"),
        COLUMN(TEXT, struct row, round.name, "name", "Name"),
        COLUMN_WORDS(tones_round, "state", "State"),
        COLUMN(TEXT, struct row, opens, NULL, "Opens"),
        COLUMN(TEXT, struct row, closes, NULL, "Closes"),
        COLUMN(TEXT, struct row, starts, NULL, "Starts"),
        COLUMN(TEXT, struct row, round.length, "length", "Length"),
        COLUMN(NUMBER, struct row, counts.applicants, "unconfirmed", "Not confirmed"),
        COLUMN(NUMBER, struct row, counts.accepted, "accepted", "Accepted"),
        COLUMN(NUMBER, struct row, counts.waiting_country, "waiting_for_country", NULL),
        COLUMN(NUMBER, struct row, counts.waiting_next, "waiting_for_next", NULL),
        COLUMN(NUMBER, struct row, counts.waiting_partner, "waiting_for_partner", NULL),
        COLUMN(TEXT, struct row, waiting, NULL, "Waiting"),
        COLUMN(NUMBER, struct row, counts.partnerships, "partnerships", "Partnerships"),
        COLUMN(NUMBER, struct row, counts.active, "active", "Active"),
        COLUMN(MOMENT, struct row, round.started_at, "started_at", "Started"),
        COLUMN(MOMENT, struct row, round.ended_at, "ended_at", "Ended"),
        DATES_AND_COUNTS,
        COLUMN(TEXT, struct row, stay_over, NULL, "Left over"),
        COLUMN(TEXT, struct row, afterwards, NULL, "Afterwards"),
        COLUMN(NUMBER, struct row, going_on, "going_on", NULL),
        COLUMN(NUMBER, struct row, joining, "joining_next", NULL),
        {0},
    };
    struct row row = {0};
    if (!make_row(context, &context->round, &row, error))
        return false;
    columns_show(context, columns, &row);
    return true;
}

const struct command round_show_command = {
    .name = "round show",
    .summary = "one round: its state, its dates, how many take part",
    .help = "Shows a round: its dates in the programme's time zone, how many applied and have not confirmed, were "
            "accepted, or wait for what, and its partnerships. As partners are from different countries, it says "
            "before the match if so many are from one country that some must stay without a partner.",
    .arguments = ONE_ROUND,
    .show = show_round,
};
