#pragma once
/* A folder of templates that a test writes, values for every message, and what came of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/templates/template_files.h"
#include "app/templates/templates.h"

/* A directory of templates that a test writes, and what the loader told its owner. */
struct fixture {
    char directory[64];
    struct templates *templates;
    struct text told;
    struct text saved; /* the last good bytes of en/note.md */
    time_t next_time;
};

static inline void save(void *context, const char *path, const char *bytes, size_t length) {
    struct fixture *fixture = context;
    if (strcmp(path, "en/note.md") == 0) {
        text_clear(&fixture->saved);
        text_append_bytes(&fixture->saved, bytes, length);
    }
}

static inline bool load(void *context, const char *path, struct text *ret) {
    struct fixture *fixture = context;
    if (strcmp(path, "en/note.md") != 0 || !fixture->saved.length)
        return false;
    text_append_bytes(ret, fixture->saved.bytes, fixture->saved.length);
    return true;
}

static inline void report(void *context, const char *path, const char *problem) {
    struct fixture *fixture = context;
    text_append_format(&fixture->told, "%s: %s", path, problem ? problem : "well\n");
}

static inline bool find_schema(void *context, const char *name, const struct template_schema **ret) {
    (void)context;
    static const struct {
        const char *name;
        enum message_kind kind;
        bool topics;
        const char *asks;
    } steps[] = {{"welcome", MESSAGE_TO_PARTICIPANT, false, NULL},
                 {"introduction", MESSAGE_TO_MEMBER, false, NULL},
                 {"first-contact", MESSAGE_TO_MEMBER, false, "check-in"},
                 {"discussion", MESSAGE_TO_MEMBER, true, NULL},
                 {"check-in", MESSAGE_TO_MEMBER, false, "check-in"},
                 {"closing", MESSAGE_TO_MEMBER, false, "next"},
                 {"survey-middle", MESSAGE_SURVEY, false, NULL},
                 {"survey-closing", MESSAGE_SURVEY, false, NULL},
                 {"note", MESSAGE_TO_MEMBER, false, NULL}};
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (strcmp(steps[i].name, name) == 0) {
            *ret = template_names_schema(steps[i].kind, steps[i].topics, question_find(steps[i].asks));
            return true;
        }
    return false;
}

static inline struct templates_owner owner_of(struct fixture *fixture) {
    return (struct templates_owner){fixture, find_schema, save, load, report};
}

static inline void start(struct fixture *fixture, const char *language) {
    templates_free(fixture->templates);
    struct templates_owner owner = owner_of(fixture);
    fixture->templates = templates_new(fixture->directory, language, &owner);
    text_clear(&fixture->told);
}

static inline int set_up(void **state) {
    struct fixture *fixture = memory_new(sizeof *fixture);
    strcpy(fixture->directory, "/tmp/tandempost-templates-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    fixture->next_time = 1000000000;
    start(fixture, "en");
    *state = fixture;
    return 0;
}

static inline int tear_down(void **state) {
    struct fixture *fixture = *state;
    auto_text command = TEXT_EMPTY;
    text_append_format(&command, "rm -r '%s'", fixture->directory);
    assert_int_equal(system(text_string(&command)), 0);
    templates_free(fixture->templates);
    text_free(&fixture->told);
    text_free(&fixture->saved);
    free(fixture);
    return 0;
}

/* Writes a file with its folders; its time lies in the past, so that it counts as finished. */
static inline void write_file(struct fixture *fixture, const char *path, const char *text) {
    auto_text whole = TEXT_EMPTY;
    text_append_format(&whole, "%s/%s", fixture->directory, path);
    for (char *slash = whole.bytes + strlen(fixture->directory) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(whole.bytes, 0700);
        *slash = '/';
    }
    FILE *file = fopen(text_string(&whole), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    struct timespec times[2] = {{.tv_sec = fixture->next_time}, {.tv_sec = fixture->next_time}};
    fixture->next_time++;
    assert_int_equal(utimensat(AT_FDCWD, text_string(&whole), times, 0), 0);
    templates_look_again(fixture->templates);
}

static inline void remove_file(struct fixture *fixture, const char *path) {
    auto_text whole = TEXT_EMPTY;
    text_append_format(&whole, "%s/%s", fixture->directory, path);
    assert_int_equal(unlink(text_string(&whole)), 0);
    templates_look_again(fixture->templates);
}

static inline void add_fact(struct template_value *list, const char *label, const char *value) {
    struct template_value *fact = template_value_add_map(list);
    template_value_set_string(fact, "label", label);
    template_value_set_string(fact, "value", value);
}

static inline void add_partner(struct template_value *partners, const char *name, const char *first_name,
                               const char *address, const char *country) {
    struct template_value *partner = template_value_add_map(partners);
    template_value_set_string(partner, "name", name);
    template_value_set_string(partner, "first_name", first_name);
    template_value_set_string(partner, "address", address);
    template_value_set_string(partner, "country", country);
    template_value_set_string(partner, "local_time", "Tuesday, 18:05");
    add_fact(template_value_set_list(partner, "facts"), "Field", "school_library");
}

static const char *const plain_values[][2] = {
    {"programme.name", "Library Friends"},
    {"programme.address", "friends@example.org"},
    {"recipient.name", "Anna Berg"},
    {"recipient.first_name", "Anna"},
    {"recipient.country", "Norway"},
    {"recipient.language", "English"},
    {"round.name", "Spring 2026"},
    {"help_address", "friends+help@example.org"},
    {"pause_address", "friends+uabc@example.org"},
    {"start_date", "1 March 2026"},
    {"end_date", "1 September 2026"},
    {"partnership_address", "friends+pabc@example.org"},
    {"first_writer.name", "Ben *Star* Carter"},
    {"first_writer.first_name", "Ben"},
    {"month", "3"},
    {"since", "1 March 2026, 09:00 UTC"},
    {"until", "2 March 2026, 09:00 UTC"},
    {"waiting_count", "2"},
    {"others_count", "1"},
    {"what", "Mail is interrupted"},
    {"reason", "No mail could be fetched for 30 minutes"},
    {"case_id", "7"},
    {"sent_at", "1 March 2026, 09:00 UTC"},
    {"host", "mail.example.org"},
};

static inline void add_phase(struct template_value *phases, const char *since, int hours) {
    struct template_value *phase = template_value_add_map(phases), *list = template_value_set_list(phase, "hours");
    template_value_set_string(phase, "since", since);
    for (int i = 0; i < hours; i++) {
        struct template_value *span = template_value_add_map(list);
        struct template_value *theirs = template_value_add_map(template_value_set_list(span, "theirs"));
        template_value_set_string(span, "from", "7:00");
        template_value_set_string(span, "until", "9:00");
        template_value_set_boolean(span, "another", i > 0);
        template_value_set_string(theirs, "first_name", "Ben");
        template_value_set_string(theirs, "from", "20:00");
        template_value_set_string(theirs, "until", "22:00");
        template_value_set_boolean(theirs, "day_before", i == 0);
        template_value_set_boolean(theirs, "day_after", i == 1);
    }
}

/* What partners learn of each other's applications: ALL of it, or nothing. */
static inline void set_introduction(struct template_value *values, bool all, bool same) {
    struct template_value *common = template_value_set_list(values, "common");
    template_value_set_boolean(values, "in_common", all);
    template_value_set_boolean(values, "rhythms", all && !same);
    template_value_set_string(values, "same_rhythm", all && same ? "every week" : NULL);
    template_value_set_string(values, "recipient.rhythm", all ? "every week" : NULL);
    if (!all)
        return;
    add_fact(common, "Interests", "books <b>Chan</b>");
    add_fact(common, "Languages", "French, English");
    struct template_value *live = template_value_set_map(values, "live"),
                          *phases = template_value_set_list(live, "phases");
    template_value_set_string(live, "day_begins", "7:00");
    template_value_set_string(live, "day_ends", "22:00");
    template_value_set_boolean(live, "ever", same);
    add_phase(phases, NULL, 1);
    add_phase(phases, "28 March", 2);
    add_phase(phases, "4 April", 0);
}

/* Of words to us and of somebody's standing. */
static inline void set_words(struct template_value *values, bool paused, bool more) {
    template_value_set_boolean(values, "paused", paused);
    template_value_set_string(values, "languages", "English and français");
    template_value_set_string(template_value_add_map(template_value_set_list(values, "words")), "line",
                              "STATUS, *all*");
    template_value_set_boolean(values, "waits", !more);
    static const char *const next[] = {"introduction", "topic", "question", "other"};
    static const char *const undone[] = {"answer", "pause", "start", "language"};
    struct template_value *map = template_value_set_map(values, "next");
    for (size_t i = 0; i < COUNT_OF(next); i++)
        template_value_set_boolean(map, next[i], i == 2U * paused + more);
    struct template_value *list = template_value_set_list(values, "own_partnerships");
    for (int i = 0; i < 1 + more; i++) {
        map = template_value_add_map(list);
        template_value_set_string(map, "partner_names", "Ben *Star* Carter");
        template_value_set_string(map, "start_date", "1 February 2027");
        template_value_set_string(map, "end_date", "1 August 2027");
        if (i)
            template_value_set_string(map, "last_yours", "2 February 2027");
        if (!i)
            template_value_set_string(map, "last_theirs", "3 February 2027");
    }
    if (!more)
        return;
    template_value_set_string(values, "argument", "anna_b@example.net");
    template_value_set_string(values, "paused_until", "1 May 2027");
    template_value_set_string(values, "next_date", "1 March 2027");
    map = template_value_set_map(values, "undone");
    for (size_t i = 0; i < COUNT_OF(undone); i++)
        template_value_set_boolean(map, undone[i], i == 2U * paused + more);
}

/* All that any message may need; TRIO with a partner whose name is written from right to left. */
/* What is held about somebody: something of each with ANY. */
static inline void set_held(struct template_value *values, bool any) {
    static const char *const lists[] = {"applications", "partnerships",  "contacts", "answers", "surveys",
                                        "notes",        "bounces",       "cases",    "reports", "rests",
                                        "sent",         "waiting_mails", "meetings"};
    static const char *const members[] = {"round",       "state",    "applied_at",  "consent",   "consented_at",
                                          "partnership", "seen_at",  "started_at",  "closed_at", "channel",
                                          "answered_at", "answer",   "question",    "survey",    "written_at",
                                          "author",      "text",     "came_at",     "opened_at", "kind",
                                          "sent_at",     "message",  "received_at", "subject",   "bytes",
                                          "reported_at", "began_at", "ended_at",    "starts_at", "title"};
    template_value_set_string(values, "address", "anna@example.net");
    template_value_set_string(values, "time_zone", "Europe/Stockholm");
    template_value_set_string(values, "since", "1 March 2027");
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        struct template_value *list = template_value_set_list(values, lists[i]);
        struct template_value *map = any ? template_value_add_map(list) : NULL;
        for (size_t j = 0; map && j < COUNT_OF(members); j++)
            template_value_set_string(map, members[j], "12");
        if (map)
            template_value_set_boolean(map, "is_permanent", true);
        if (map && i == 0)
            template_value_set_list(map, "answers");
    }
}

static inline void set_meeting(struct template_value *values, bool trio, bool changed) {
    struct template_value *event = template_value_set_map(values, "event");
    template_value_set_string(event, "title", trio ? "" : "The *short* letter");
    template_value_set_string(event, "partners", trio ? "Ben" : "");
    template_value_set_string(event, "url", trio ? "" : "https://example.org/a_b_c/*e*");
    template_value_set_string(event, "when", "Thursday, 4 March 2027 at 19:00");
    template_value_set_string(event, "ends", "20:00");
    template_value_set_boolean(event, "changed", changed);
    template_value_set_boolean(event, "day", !changed);
    template_value_set_boolean(event, "hour", changed);
    if (!changed)
        return;
    struct template_value *times = template_value_add_map(template_value_set_list(values, "talk.times"));
    template_value_set_string(times, "digit", "6");
    template_value_set_string(times, "when", "Thursday, 4 March 2027 at 19:00");
    template_value_set_string(times, "ends", "19:30");
}

static inline struct template_value *values_for(struct arena *arena, bool trio, bool writes_first) {
    struct template_value *values = template_value_map(arena);
    for (size_t i = 0; i < COUNT_OF(plain_values); i++)
        template_value_set_string(values, plain_values[i][0], plain_values[i][1]);
    struct template_value *partners = template_value_set_list(values, "partners");
    add_partner(partners, "Ben *Star* Carter", "Ben", "ben_x@example.net", "Kenya");
    if (trio)
        add_partner(partners, "\xD9\x85\xD8\xB1\xD9\x8A\xD9\x85 \xD8\xA7\xD9\x84\xD8\xB9\xD9\x84\xD9\x8A",
                    "\xD9\x85\xD8\xB1\xD9\x8A\xD9\x85", "maryam@example.com", "Oman");
    const char *const names[] = {"Ben *Star* Carter", "\xD9\x85\xD8\xB1\xD9\x8A\xD9\x85"};
    const char *const first_names[] = {"Ben", "\xD9\x85\xD8\xB1\xD9\x8A\xD9\x85"};
    template_value_set_string(values, "partner_names", templates_join("en", names, trio ? 2 : 1, arena));
    template_value_set_string(values, "partner_first_names", templates_join("en", first_names, trio ? 2 : 1, arena));
    template_value_set_boolean(values, "trio", trio);
    template_value_set_boolean(values, "asks", !trio);
    if (writes_first) {
        template_value_set_string(values, "letter_count", "12");
        template_value_set_string(values, "month_count", "6");
        template_value_set_string(values, "topic_count", "5");
    }
    struct template_value *going_on = template_value_add_map(template_value_set_list(values, "going_on"));
    template_value_set_string(going_on, "name", "Ben *Star* Carter");
    template_value_set_string(going_on, "first_name", "Ben");
    template_value_set_string(going_on, "address", "ben_x@example.net");
    set_introduction(values, trio || writes_first, writes_first);
    set_held(values, trio);
    set_meeting(values, trio, writes_first);
    template_value_set_boolean(values, "relay", writes_first);
    set_words(values, trio, writes_first);
    template_value_set_string(values, "away_first_name", "Ben");
    template_value_set_string(values, "away_until", "1 March 2027");
    template_value_set_string(values, "missed_first_names", "Ben");
    if (trio)
        template_value_set_string(values, "reached_first_names", first_names[1]);
    template_value_set_string(values, "size_limit", "25 MB");
    template_value_set_boolean(values, "frozen", trio);
    template_value_set_string(values, "letter_at", "2 March 2027 at 10:00 CET");
    template_value_set_string(values, "letter_from", "some_body@example.net");
    template_value_set_boolean(values, "writes_first", writes_first);
    template_value_set_boolean(values, "first_mail", writes_first);
    for (size_t i = 0; template_names_letter_cases[i]; i++) {
        bool shown = i == 2U * trio + writes_first;
        template_value_set_boolean(values, arena_format(arena, "letters.%s", template_names_letter_cases[i]), shown);
        template_value_set_boolean(values, arena_format(arena, "lately.%s", template_names_letter_cases[i]), shown);
    }
    template_value_set_markdown(values, "form", "**1.** Sweden\\\n**2.** few\n");
    template_value_set_string(values, "confirm_by", "1 March 2027");
    template_value_set_boolean(values, "summary", trio);
    template_value_set_boolean(values, "next_round", writes_first);
    template_value_set_boolean(values, "country_full", !writes_first);
    template_value_set_boolean(values, "moved_up", trio);
    if (trio) {
        template_value_set_string(values, "first_name", "Anna");
        template_value_set_string(values, "known_name", "Anna Berg");
        template_value_set_string(values, "round_starts", "1 March 2027");
    }
    if (!writes_first)
        template_value_set_string(values, "closes_at", "28 February 2027 at 23:59 (CET)");
    template_value_set_boolean(values, "several", trio);
    for (size_t i = 0; template_names_partings[i]; i++)
        template_value_set_boolean(values, arena_format(arena, "parting.%s", template_names_partings[i]),
                                   i == 2U * trio + writes_first);
    template_value_set_string(values, "left_name", "Carla Díaz");
    template_value_set_string(values, "left_first_name", "Carla");
    template_value_set_string(values, "coordinator_words", trio ? "Please write less often." : "");
    template_value_set_boolean(values, "report", trio);
    template_value_set_string(values, "reporter_name", trio ? "Ben *Star* Carter" : "");
    template_value_set_string(values, "reported_partners", trio ? "Anna Berg" : "");
    template_value_set_string(values, "pair_names", writes_first ? "Anna Berg (Norway) and Ben Carter (Kenya)" : "");
    template_value_set_string(values, "pair_languages", writes_first ? "English" : "");
    add_fact(template_value_set_list(values, "pair_facts"), "Field", "school_library");
    struct template_value *waiting = template_value_set_list(values, "waiting");
    for (int i = 0; i < (trio ? 2 : 1); i++) {
        struct template_value *item = template_value_add_map(waiting);
        template_value_set_string(item, "reason", "an outsider wrote to a partnership");
        template_value_add_string(template_value_set_list(item, "steps"), "Look at it.");
        struct template_value *one = template_value_add_map(template_value_set_list(item, "items"));
        template_value_set_string(one, "since", "1 March 2026, 09:00 UTC");
        template_value_set_format(one, "case_id", "%d", 12 + i);
        template_value_set_boolean(one, "left", i);
        if (i) {
            template_value_set_markdown(one, "wrote", "> I am lost\n");
            template_value_set_string(one, "name", "Dara <b>Chan</b>");
        }
    }
    struct template_value *remarks = template_value_set_list(values, "remarks");
    struct template_value *silences = template_value_set_list(values, "silences");
    template_value_set_boolean(values, "some_remarks", trio);
    template_value_set_boolean(values, "some_silences", trio);
    template_value_set_boolean(values, "some_said", true);
    template_value_set_boolean(values, "something_to_read", trio);
    if (trio) {
        struct template_value *silence = template_value_add_map(silences);
        template_value_set_string(silence, "case_id", "15");
        template_value_set_string(silence, "reason", "Dara <b>Chan</b> has not written for 14 days");
    }
    template_value_set_string(values, "replies", "12");
    if (trio) {
        static const char *const counts[] = {"good",    "slow",    "quiet",   "unknown", "new",
                                             "stopped", "letters", "answers", "surveys", "most_letters"};
        struct template_value *week = template_value_set_map(values, "week");
        for (size_t i = 0; i < COUNT_OF(counts); i++)
            template_value_set_format(week, counts[i], "%zu", i);
        template_value_set_string(week, "history", "4, 0, 7");
        template_value_add_string(template_value_set_list(week, "back"), "Anna and Ben");
        template_value_set_string(week, "most_names", "Carla and Diego");
    }
    if (trio) {
        struct template_value *remark = template_value_add_map(remarks);
        template_value_set_string(remark, "since", "1 March 2026, 09:00 UTC");
        template_value_set_string(remark, "case_id", "14");
        template_value_set_boolean(remark, "left", false);
    }
    struct template_value *steps = template_value_set_list(values, "steps");
    struct template_value *offers = template_value_set_list(values, "offers");
    template_value_set_markdown(values, "answer", "Dear Ben,\n\nall is well.");
    template_value_set_boolean(values, "asks_back", trio);
    template_value_set_boolean(values, "some_refused", writes_first);
    template_value_add_string(offers, "DONE");
    struct template_value *said = template_value_add_map(template_value_set_list(values, "said"));
    template_value_set_string(said, "reason", "It is closed.");
    template_value_set_boolean(said, "asked", trio);
    template_value_set_boolean(said, "refused", writes_first);
    if (trio) {
        template_value_add_string(steps, "Look at it.");
        template_value_set_string(values, "first_names", "Anna");
        template_value_set_markdown(values, "wrote", "> I am lost\n");
        template_value_set_string(values, "one", "Help is asked for");
        template_value_set_string(said, "case_id", "7");
        template_value_set_string(said, "what", "Help is asked for");
        template_value_set_string(said, "name", "Dara <b>Chan</b>");
        template_value_set_string(said, "closed_by", "kate");
        template_value_set_string(said, "closed_at", "1 March 2026, 09:00 UTC");
        template_value_set_string(values, "inbox_id", "5");
        template_value_set_string(values, "closed_by", "kate");
        template_value_set_string(values, "first", "Report of misconduct");
        template_value_set_string(values, "more_count", "7");
    }
    if (trio) {
        template_value_set_string(values, "coordinator.name", "Kate");
        template_value_set_string(values, "coordinator.address", "kate@example.org");
        template_value_set_string(values, "confirmation.answer", "2");
        static const char *const answers[] = {"well",    "slowly",     "silent", "help",   "stop",
                                              "goes_on", "next_round", "both",   "neither"};
        for (size_t i = 0; i < COUNT_OF(answers); i++) {
            char path[32];
            snprintf(path, sizeof path, "confirmation.%s", answers[i]);
            template_value_set_boolean(values, path, i == 1);
        }
        template_value_set_string(values, "participant_name", "Ben");
        template_value_set_string(values, "participant_id", "3");
        template_value_set_string(values, "partnership_id", "4");
    }
    return values;
}

static inline bool render(struct fixture *fixture, const char *name, const char *language, int topic,
                          struct arena *arena, struct templates_message *ret, struct error *error) {
    const struct template_schema *schema = template_names_fixed_schema(name);
    assert_true(schema || find_schema(NULL, name, &schema));
    struct templates_request request = {name, language, topic, schema, values_for(arena, true, false)};
    return templates_render(fixture->templates, &request, arena, ret, error);
}
