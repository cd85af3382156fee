#include <inttypes.h>

#include "cli/age.h"
#include "cli/columns.h"
#include "cli/json_value.h"
#include "cli/standing.h"
#include "cli/tones.h"
#include "cli/wrap.h"
#include "store/participants.h"

/* ---- For people ---- */

enum { LABEL_WIDTH = 10 };

/* LABEL, then TEXT broken into the terminal's width, aligned. */
static void print_line(const char *label, const char *text, enum table_tone tone) {
    printf("%-*s", LABEL_WIDTH, label);
    wrap_print(stdout, text, LABEL_WIDTH, table_terminal_width(stdout),
               table_wants_colour(stdout) ? table_tone_code(tone) : "");
}

static void append_counted(struct text *text, size_t count, const char *what) {
    if (count)
        text_append_format(text, "%s%zu %s", text->length ? ", " : "", count, what);
}

static void print_service(const struct standing *standing, struct arena *arena) {
    auto_text line = TEXT_EMPTY;
    if (standing->service_pid)
        text_append_format(&line, "running (pid %" PRId64 ")", standing->service_pid);
    else
        text_append(&line, "NOT RUNNING");
    if (standing->disk_full)
        text_append(&line, ", but the disk is full");
    if (standing->last_fetch_at)
        text_append_format(&line, "; read mail %s ago", age_words(arena, standing->now - standing->last_fetch_at));
    if (standing->overview.last_sent_at)
        text_append_format(&line, "; sent mail %s ago",
                           age_words(arena, standing->now - standing->overview.last_sent_at));
    print_line("Service", text_string(&line), standing->service_pid && !standing->disk_full ? TONE_GOOD : TONE_BAD);
}

static void print_rounds(const struct context *context, const struct standing *standing) {
    const struct overview *overview = &standing->overview;
    size_t shown = 0, ended = 0;
    for (size_t i = 0; i < overview->round_count; i++) {
        const struct overview_round *round = &overview->rounds[i];
        auto_text partnerships = TEXT_EMPTY, line = TEXT_EMPTY;
        if (round_is_over(round->round.state)) {
            ended++;
            continue;
        }
        size_t all = 0;
        for (size_t state = 0; state < OVERVIEW_PARTNERSHIP_STATES; state++) {
            all += round->partnerships[state];
            append_counted(&partnerships, round->partnerships[state],
                           partnership_state_name((enum partnership_state)state));
        }
        const char *next = standing_next_turn(standing->arena, context->zone, &round->round);
        text_append_format(&line, "%s is %s%s%s%s: ", round->round.name, round->round.state == ROUND_DRAFT ? "a " : "",
                           round_state_name(round->round.state), next ? ", " : "", next ? next : "");
        if (all)
            text_append_format(&line, "%zu partnership%s (%s)", all, all == 1 ? "" : "s", text_string(&partnerships));
        else
            text_append(&line, "no partnerships yet");
        print_line(shown++ ? "" : "Rounds", text_string(&line), TONE_PLAIN);
    }
    if (ended) {
        auto_text line = TEXT_EMPTY;
        text_append_format(&line, "%zu ended", ended);
        print_line(shown++ ? "" : "Rounds", text_string(&line), TONE_PLAIN);
    }
    if (!shown)
        print_line("Rounds", "none yet; plan one with: tandempost round create NAME", TONE_PLAIN);
}

static void print_people(const struct standing *standing) {
    auto_text line = TEXT_EMPTY;
    for (size_t state = 0; state < OVERVIEW_PARTICIPANT_STATES; state++)
        append_counted(&line, standing->overview.participants[state],
                       participant_state_name((enum participant_state)state));
    print_line("People", line.length ? text_string(&line) : "nobody yet", TONE_PLAIN);
}

static void print_health(const struct standing *standing) {
    auto_text line = TEXT_EMPTY;
    bool warns = standing->overview.health[HEALTH_QUIET] || standing->overview.health[HEALTH_UNKNOWN];
    for (size_t state = 0; state <= HEALTH_STOPPED; state++)
        append_counted(&line, standing->overview.health[state], health_state_name((enum health_state)state));
    if (line.length)
        print_line("Health", text_string(&line), warns ? TONE_WARNING : TONE_PLAIN);
}

static void print_queue(const struct context *context, const struct standing *standing) {
    const struct outgoing_settings *outgoing = &context->configuration.outgoing;
    const size_t *states = standing->overview.outbox;
    auto_text line = TEXT_EMPTY;
    append_counted(&line, states[OUTBOX_QUEUED], "queued");
    append_counted(&line, states[OUTBOX_SENDING], "being sent");
    append_counted(&line, states[OUTBOX_HELD], "held");
    append_counted(&line, states[OUTBOX_UNCERTAIN], "uncertain");
    text_append_format(&line, "%ssent in 24 hours: %zu", line.length ? "; " : "", standing->sent_day);
    if (outgoing->per_day)
        text_append_format(&line, " of %" PRId64, outgoing->per_day);
    if (outgoing->per_hour)
        text_append_format(&line, "; in one hour: %zu of %" PRId64, standing->sent_hour, outgoing->per_hour);
    print_line("Mail out", text_string(&line), TONE_PLAIN);
}

/* "Tue 24 Nov 09:00" in the programme's zone. */
static const char *short_moment(struct arena *arena, const struct zone *zone, int64_t moment) {
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct zone_local local;
    zone_to_local(zone, moment, &local);
    return arena_format(arena, "%s %2d %s %02d:%02d", days[civil_weekday(local.date)], local.date.day,
                        months[local.date.month - 1], (int)(local.time_of_day / 3600),
                        (int)(local.time_of_day / 60 % 60));
}

static bool print_next(struct context *context, const struct standing *standing, struct arena *arena,
                       struct error *error) {
    for (size_t i = 0; i < standing->next_count; i++) {
        const struct standing_moment *moment = &standing->next[i];
        struct participant person;
        auto_text line = TEXT_EMPTY;
        text_append_format(&line, "%s: %s", short_moment(arena, context->zone, moment->due_at), moment->first.step);
        if (moment->other_steps)
            text_append(&line, " and others");
        if (moment->count > 1)
            text_append_format(&line, ", %s%" PRId64 " messages", moment->more ? "more than " : "", moment->count);
        else if (!participants_find(context->database, moment->first.participant, arena, &person, error))
            return false;
        else
            text_append_format(&line, " to %s", person.name);
        print_line(i ? "" : "Next", text_string(&line), TONE_PLAIN);
    }
    if (!standing->next_count)
        print_line("Next", "nothing is scheduled", TONE_PLAIN);
    if (standing->not_sent)
        print_line("",
                   arena_format(arena, "%zu more %s not sent: %s", standing->not_sent,
                                standing->not_sent == 1 ? "is" : "are", standing->not_sent_reason),
                   TONE_FAINT);
    return true;
}

static bool print_all(struct context *context, const struct standing *standing, struct arena *arena,
                      struct error *error) {
    bool colour = table_wants_colour(stdout);
    auto_text name = TEXT_EMPTY;
    text_append_printable(&name, context->configuration.programme.name);
    printf(colour ? "\033[1m%s\033[0m\n" : "%s\n", text_string(&name));
    print_service(standing, arena);
    print_rounds(context, standing);
    print_health(standing);
    print_people(standing);
    print_queue(context, standing);
    if (!print_next(context, standing, arena, error))
        return false;
    printf("\n");
    if (!standing->need_count)
        printf(colour ? "\033[32m%s\033[0m\n" : "%s\n", "All is well: nothing needs you.");
    else
        printf(colour ? "\033[1m%s\033[0m\n" : "%s\n", "This needs a person:");
    for (size_t i = 0; i < standing->need_count; i++)
        print_line("       *", standing->needs[i], TONE_BAD);
    return true;
}

/* ---- JSON ---- */

/* How many there are of each state, by its name. */
static json_t *counts_json(const size_t *counts, size_t states, const char *(*name)(size_t state)) {
    json_t *object = json_object();
    for (size_t state = 0; state < states; state++)
        json_object_set_new(object, name(state), json_integer((json_int_t)counts[state]));
    return object;
}

static const char *partnership_name(size_t state) {
    return partnership_state_name((enum partnership_state)state);
}

static const char *health_name(size_t state) {
    return health_state_name((enum health_state)state);
}

static const char *participant_name(size_t state) {
    return participant_state_name((enum participant_state)state);
}

static json_t *rounds_json(const struct overview *overview) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct overview_round, round.id, "id", NULL),
        COLUMN(TEXT, struct overview_round, round.name, "name", NULL),
        COLUMN_WORDS(tones_round, "state", NULL),
        COLUMN(MOMENT, struct overview_round, round.opens_at, "opens_at", NULL),
        COLUMN(MOMENT, struct overview_round, round.closes_at, "closes_at", NULL),
        COLUMN(MOMENT, struct overview_round, round.starts_at, "starts_at", NULL),
        COLUMN(MOMENT, struct overview_round, round.started_at, "started_at", NULL),
        COLUMN(MOMENT, struct overview_round, round.ended_at, "ended_at", NULL),
        {0},
    };
    json_t *rounds = json_array();
    for (size_t i = 0; i < overview->round_count; i++) {
        const struct overview_round *round = &overview->rounds[i];
        json_t *object = columns_object(columns, round);
        json_object_set_new(object, "partnerships",
                            counts_json(round->partnerships, OVERVIEW_PARTNERSHIP_STATES, partnership_name));
        json_array_append_new(rounds, object);
    }
    return rounds;
}

static json_t *participants_json(const struct standing *standing) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct participant, id, "id", NULL),
        COLUMN(TEXT, struct participant, name, "name", NULL),
        COLUMN_WORDS(tones_address, "address_state", NULL),
        {0},
    };
    json_t *people = counts_json(standing->overview.participants, OVERVIEW_PARTICIPANT_STATES, participant_name);
    json_t *unreached = columns_array(columns, COLUMN_ROWS(standing->dead.first)),
           *suspect = columns_array(columns, COLUMN_ROWS(standing->suspect.first));
    json_array_extend(unreached, suspect);
    json_decref(suspect);
    json_object_set_new(people, "bad_addresses", unreached);
    return people;
}

static json_t *outbox_json(const struct context *context, const struct standing *standing) {
    const struct outgoing_settings *outgoing = &context->configuration.outgoing;
    static const enum outbox_state shown[] = {OUTBOX_QUEUED, OUTBOX_SENDING, OUTBOX_HELD, OUTBOX_UNCERTAIN};
    json_t *outbox = json_object();
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        json_object_set_new(outbox, outbox_state_name(shown[i]),
                            json_integer((json_int_t)standing->overview.outbox[shown[i]]));
    json_t *rest =
        json_pack("{s:I,s:I,s:I,s:o,s:I,s:o}", "failed_lately", (json_int_t)standing->overview.failed, "expired_lately",
                  (json_int_t)standing->overview.expired, "sent_in_an_hour", (json_int_t)standing->sent_hour,
                  "per_hour", json_value_id(outgoing->per_hour), "sent_in_a_day", (json_int_t)standing->sent_day,
                  "per_day", json_value_id(outgoing->per_day));
    json_object_update(outbox, rest);
    json_decref(rest);
    return outbox;
}

static void print_json(const struct context *context, const struct standing *standing) {
    static const struct column of_next[] = {
        COLUMN(MOMENT, struct standing_moment, due_at, "due_at", NULL),
        COLUMN(NUMBER, struct standing_moment, count, "messages", NULL),
        COLUMN(BOOLEAN, struct standing_moment, more, "more_messages", NULL),
        COLUMN(TEXT, struct standing_moment, first.step, "step", NULL),
        COLUMN(BOOLEAN, struct standing_moment, other_steps, "other_steps", NULL),
        {0},
    };
    static const struct column of_alerts[] = {
        COLUMN(NUMBER, struct case_row, id, "id", NULL),
        COLUMN(TEXT, struct case_row, reason, "reason", NULL),
        COLUMN(MOMENT, struct case_row, opened_at, "opened_at", NULL),
        {0},
    };
    const struct overview *overview = &standing->overview;
    json_t *service = json_pack(
        "{s:b,s:o,s:b,s:o,s:o,s:o}", "running", standing->service_pid != 0, "pid", json_value_id(standing->service_pid),
        "disk_full", standing->disk_full, "last_fetch_at", json_value_moment(standing->last_fetch_at), "last_sent_at",
        json_value_moment(overview->last_sent_at), "sending_stopped", json_value_text(standing->gate));
    json_t *needs = json_array();
    for (size_t i = 0; i < standing->need_count; i++)
        json_array_append_new(needs, json_value_text(standing->needs[i]));
    json_value_print(json_pack(
        "{s:o,s:o,s:o,s:o,s:o,s:o,s:{s:I,s:o},s:o,s:o,s:o,s:o}", "programme",
        json_value_text(context->configuration.programme.name), "at", json_value_moment(standing->now), "service",
        service, "rounds", rounds_json(overview), "health",
        counts_json(overview->health, HEALTH_STOPPED + 1, health_name), "participants", participants_json(standing),
        "inbox", "waiting", (json_int_t)overview->waiting, "waiting_since", json_value_moment(overview->waiting_since),
        "outbox", outbox_json(context, standing), "next",
        columns_array(of_next, (struct column_rows){standing->next, standing->next_count, sizeof *standing->next}),
        "alerts", columns_array(of_alerts, COLUMN_ROWS(standing->alerts)), "needs", needs));
}

static bool show_status(struct context *context, struct error *error) {
    struct standing standing;
    if (!standing_read(context, context->arena, &standing, error))
        return false;
    if (!context->invocation->json)
        return print_all(context, &standing, context->arena, error);
    print_json(context, &standing);
    return true;
}

const struct command status_command = {
    .name = "status",
    .summary = "everything at a glance, and what needs a person",
    .help = "Tells whether the service runs, how the rounds stand, what is sent next, and in red whatever needs a "
            "person, with the command for it. Times are the programme's own. Exit code 0 however things stand; with "
            "--json, \"needs\" is empty when all is well.",
    .show = show_status,
};
