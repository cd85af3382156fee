#include "simulation/simulated_coordinator.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "simulation/simulated_maildir.h"
#include "store/cases.h"
#include "store/outbox.h"

enum { HOUR = 10, HOURS_BETWEEN = 3, SAID_MOST = 50 }; /* each of several at an hour of their own; UTC */

/* The mail of an open case that waits for something outside: a telephone that rings, a partner in sight. */
struct remembered {
    struct simulated_reading reading; /* of which only who and what it is */
    int64_t number, participant;
    const char *order; /* what is then replied */
    bool heard;
};

struct simulated_coordinator {
    const struct coordinator *is;
    const char *maildir;
    enum simulated_style style; /* of replies */
    int64_t look_at;
    int64_t said[SAID_MOST]; /* the cases that were answered in this sitting */
    size_t said_count;
    struct remembered *remembered;
    size_t count, capacity;
};

/* ---- When ---- */

void simulated_coordinators_plan(struct simulated_people *people) {
    static const enum simulated_style styles[] = {SIMULATED_ABOVE, SIMULATED_HTML, SIMULATED_BARE};
    const struct configuration *configuration = people->configuration;
    people->coordinators =
        arena_take_array(people->arena, configuration->coordinator_count, sizeof *people->coordinators);
    for (size_t i = 0; i < configuration->coordinator_count; i++) {
        const struct coordinator *is = &configuration->coordinators[i];
        people->coordinators[i] = (struct simulated_coordinator){
            .is = is,
            .maildir = simulated_maildir_path(configuration->outgoing.maildir, is->address, people->arena),
            .style = styles[i % COUNT_OF(styles)],
            .look_at = people->opens_at - people->opens_at % SECONDS_PER_DAY + SECONDS_PER_DAY +
                       (int64_t)(HOUR + i * HOURS_BETWEEN) % 24 * SECONDS_PER_HOUR,
        };
    }
}

void simulated_coordinators_free(struct simulated_people *people) {
    for (size_t i = 0; people->coordinators && i < people->configuration->coordinator_count; i++)
        free(people->coordinators[i].remembered);
}

int64_t simulated_coordinators_next(const struct simulated_people *people) {
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < people->configuration->coordinator_count; i++)
        if (people->coordinators[i].look_at < next)
            next = people->coordinators[i].look_at;
    return next;
}

/* ---- Replying ---- */

static void reply(struct simulated_people *people, const struct simulated_coordinator *coordinator,
                  const struct simulated_reading *reading, const char *text, size_t decisions) {
    auto_arena arena = arena_new();
    const struct simulated_person self = {
        .participant = {.name = coordinator->is->name, .address = coordinator->is->address},
        .zone = zone_utc(),
        .style = coordinator->style,
    };
    struct simulated_mail mail =
        simulated_person_mail(&self, reading->reply_to, simulated_person_reply_subject(reading, arena), text, arena);
    mail.answers = reading;
    simulated_person_post(people, mail.from, mail.to, &mail);
    people->record.desk.replies++;
    people->record.desk.decisions += decisions;
}

/* ---- Deciding ---- */

/* What somebody wrote, and what is done about it; NULL ends the list. */
static const struct {
    const char *words; /* demo/words.json */
    const char *order;
} by_words[] = {
    {"farewell", "ANSWER Thank you for telling us, and all the best with the new job! Please write the word REMATCH to "
                 "this address: we then ask how you would like to end it."},
    {"mourning", "HOLD\nDONE"},
    {"ready", "RESUME\nDONE"},
};

static bool says(const struct case_row *row, const char *name) {
    for (enum simulated_language language = 0; row->words && language < SIMULATED_LANGUAGES; language++)
        if (strstr(row->words, simulated_words_say(language, name)))
            return true;
    return false;
}

static const char *decide_mail(const struct case_row *row) {
    for (size_t i = 0; i < COUNT_OF(by_words); i++)
        if (says(row, by_words[i].words))
            return by_words[i].order;
    return "DONE";
}

/* Whoever has trouble with the mailbox says so on the telephone; where it is gone there is nothing to be done. */
static const char *decide_address(struct simulated_people *people, const struct case_row *row) {
    const struct simulated_person *person = simulated_person_with_id(people, row->participant);
    return person && person->bounces ? "SNOOZE 5 weeks" : "DONE";
}

/* A telephone call tells those who are silent for good from the others. */
static const char *decide_silence(struct simulated_people *people, const struct case_row *row) {
    if (!row->at_once) /* the programme asks once more */
        return NULL;
    for (size_t i = 0; i < people->count; i++) {
        const struct simulated_person *person = &people->persons[i];
        if (person->partnership == row->partnership && (simulated_person_has_faded(person) || person->gone))
            return "DISSOLVE";
    }
    return "CONTACT";
}

/* NULL: nothing is to be decided, or not now. */
static const char *decide(struct simulated_people *people, const struct case_row *row) {
    switch (row->kind) {
    case CASE_MESSAGE:
    case CASE_LOOK:
        return decide_mail(row);
    case CASE_HELP:
        return "ANSWER Thank you for telling us. We are going to telephone, and you will hear from us within a week.";
    case CASE_ADDRESS:
        return decide_address(people, row);
    case CASE_SILENCE:
        return decide_silence(people, row);
    case CASE_COMPLAINT:
    case CASE_LETTER:
    case CASE_REFUSED:
    case CASE_HELD:
    case CASE_TEXT:
    case CASE_LEFT_OVER:
        return "DONE";
    case CASE_REMATCH: /* two who suit each other */
        return "MATCH";
    case CASE_REPORT: /* after both have been heard */
    case CASE_PARTING:
    case CASE_SKIPPED:
    case CASE_SERVICE:
    case CASE_REMARK:
        return NULL;
    }
    return NULL;
}

/* ---- Reading ---- */

static void remember(struct simulated_people *people, struct simulated_coordinator *coordinator,
                     const struct simulated_reading *reading, const struct case_row *row) {
    struct arena *arena = people->arena;
    for (size_t i = 0; i < coordinator->count; i++)
        if (coordinator->remembered[i].number == row->id)
            return;
    coordinator->remembered = memory_grow(coordinator->remembered, &coordinator->capacity, coordinator->count + 1,
                                          sizeof *coordinator->remembered);
    coordinator->remembered[coordinator->count++] = (struct remembered){
        .reading = {.from_name = arena_copy_string(arena, reading->from_name),
                    .from = arena_copy_string(arena, reading->from),
                    .reply_to = arena_copy_string(arena, reading->reply_to),
                    .message_id = arena_copy_string(arena, reading->message_id),
                    .subject = arena_copy_string(arena, reading->subject),
                    .text = ""},
        .number = row->id,
        .participant = row->participant,
        .order = row->kind == CASE_REPORT ? "TERMINATE" : "RESUME",
    };
}

static void note_alert(struct simulated_people *people, const struct simulated_reading *reading,
                       const struct case_row *row) {
    struct simulated_record *record = &people->record;
    for (size_t i = 0; i < record->alert_count; i++)
        if (record->alerts[i].number == row->id)
            return;
    record->alerts =
        memory_grow(record->alerts, &people->alert_capacity, record->alert_count + 1, sizeof *record->alerts);
    record->alerts[record->alert_count++] = (struct simulated_alert){reading->date, row->partnership, row->id,
                                                                     arena_copy_string(people->arena, row->reason)};
}

/* Several mails may tell of a case. */
static bool is_said(struct simulated_coordinator *coordinator, int64_t number) {
    for (size_t i = 0; i < coordinator->said_count; i++)
        if (coordinator->said[i] == number)
            return true;
    if (coordinator->said_count < SAID_MOST)
        coordinator->said[coordinator->said_count++] = number;
    return false;
}

/* The case as it is now: whoever finds it closed need do nothing. */
static bool consider(struct simulated_people *people, struct simulated_coordinator *coordinator,
                     const struct simulated_reading *reading, int64_t number, bool alone, struct text *orders,
                     size_t *decisions, struct error *error) {
    auto_arena arena = arena_new();
    struct case_row row;
    if (!cases_find(simulation_service(people->simulation)->database, number, arena, &row, error))
        return false;
    if (row.kind == CASE_SILENCE)
        note_alert(people, reading, &row);
    if (!row.id || row.closed_at)
        return true;
    if (row.kind == CASE_ADDRESS || row.kind == CASE_REPORT)
        remember(people, coordinator, reading, &row);
    const char *order = decide(people, &row);
    if (!order || is_said(coordinator, number))
        return true;
    ++*decisions;
    if (alone) {
        text_append(orders, order);
        return true;
    }
    for (const char *line = order; *line; line += strcspn(line, "\n"), line += *line == '\n')
        text_append_format(orders, "%" PRId64 " %.*s\n", number, (int)strcspn(line, "\n"), line);
    return true;
}

/* "*57* Anna Berg, 3 June 2025": the lines of a digest that begin with a case's number, as those of a list do. */
static bool consider_digest(struct simulated_people *people, struct simulated_coordinator *coordinator,
                            const struct simulated_reading *reading, struct text *orders, size_t *decisions,
                            struct error *error) {
    for (const char *line = reading->text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        line += string_starts_with(line, "- ") ? 2 : 0;
        char *end;
        int64_t number = *line == '*' && isdigit((unsigned char)line[1]) ? strtoll(line + 1, &end, 10) : 0;
        if (number && *end == '*' && !consider(people, coordinator, reading, number, false, orders, decisions, error))
            return false;
    }
    return true;
}

static bool read_mail(struct simulated_people *people, struct simulated_coordinator *coordinator,
                      const struct simulated_reading *reading, struct error *error) {
    auto_arena arena = arena_new();
    auto_text orders = TEXT_EMPTY;
    struct outbox_row row;
    size_t decisions = 0;
    bool good = outbox_find_by_message_id(simulation_service(people->simulation)->database, reading->message_id, arena,
                                          &row, error);
    const char *about = good && row.detail ? strstr(row.detail, "\"case\": ") : NULL;
    if (good && string_equal(row.template_name, "coordinator-waiting"))
        good = consider_digest(people, coordinator, reading, &orders, &decisions, error);
    else if (good && string_equal(row.template_name, "coordinator-alert") && about)
        good = consider(people, coordinator, reading, strtoll(about + strlen("\"case\": "), NULL, 10), true, &orders,
                        &decisions, error);
    else if (good && string_equal(row.template_name, "coordinator-done") && strstr(row.detail, "\"asked\":[{"))
        text_append(&orders, "YES");
    if (good && orders.length)
        reply(people, coordinator, reading, text_string(&orders), decisions);
    return good;
}

static bool look(struct simulated_people *people, struct simulated_coordinator *coordinator, struct error *error) {
    const struct programme_settings *programme = &people->configuration->programme;
    auto_arena arena = arena_new();
    struct simulated_maildir_list names;
    coordinator->said_count = 0;
    simulated_maildir_list(coordinator->maildir, "new", arena, &names);
    for (size_t i = 0; i < names.count; i++) {
        auto_text bytes = TEXT_EMPTY;
        struct simulated_reading reading;
        if (!simulated_maildir_read(coordinator->maildir, "new", names.names[i], &bytes, error) ||
            !simulated_maildir_seen(coordinator->maildir, names.names[i], error))
            return false;
        if (simulated_mail_read(bytes.bytes, bytes.length, programme->address, programme->separator, arena, &reading) &&
            !read_mail(people, coordinator, &reading, error))
            return false;
    }
    for (size_t i = 0; i < coordinator->count; i++) {
        struct remembered *remembered = &coordinator->remembered[i];
        if (remembered->heard)
            reply(people, coordinator, &remembered->reading,
                  arena_format(arena, "%" PRId64 " %s", remembered->number, remembered->order), 1);
        remembered->heard = false;
    }
    return true;
}

bool simulated_coordinators_act(struct simulated_people *people, struct error *error) {
    for (size_t i = 0; i < people->configuration->coordinator_count; i++) {
        struct simulated_coordinator *coordinator = &people->coordinators[i];
        if (coordinator->look_at > clock_now())
            continue;
        int weekday = civil_weekday(civil_from_days(coordinator->look_at / SECONDS_PER_DAY));
        bool works = weekday != 0 && weekday != 6;
        coordinator->look_at += SECONDS_PER_DAY;
        if (works && !look(people, coordinator, error))
            return false;
    }
    return true;
}

void simulated_coordinators_hear(struct simulated_people *people, int64_t participant) {
    for (size_t i = 0; i < people->configuration->coordinator_count; i++)
        for (size_t j = 0; j < people->coordinators[i].count; j++)
            people->coordinators[i].remembered[j].heard |=
                people->coordinators[i].remembered[j].participant == participant;
}
