/* cmocka.h needs these before it */
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

#include "app/template_files.h"
#include "app/templates.h"
#include "programme/answer.h"

/* A directory of templates that a test writes, and what the loader told its owner. */
struct fixture {
    char directory[64];
    struct templates *templates;
    struct text told;
    struct text saved; /* the last good bytes of en/note.md */
    time_t next_time;
};

static void save(void *context, const char *path, const char *bytes, size_t length) {
    struct fixture *fixture = context;
    if (strcmp(path, "en/note.md") == 0) {
        text_clear(&fixture->saved);
        text_append_bytes(&fixture->saved, bytes, length);
    }
}

static bool load(void *context, const char *path, struct text *ret) {
    struct fixture *fixture = context;
    if (strcmp(path, "en/note.md") != 0 || !fixture->saved.length)
        return false;
    text_append_bytes(ret, fixture->saved.bytes, fixture->saved.length);
    return true;
}

static void report(void *context, const char *path, const char *problem) {
    struct fixture *fixture = context;
    text_append_format(&fixture->told, "%s: %s", path, problem ? problem : "well\n");
}

static bool find_schema(void *context, const char *name, const struct template_schema **ret) {
    (void)context;
    static const struct {
        const char *name;
        bool to_member, topics, asks;
    } steps[] = {{"welcome", false, false, false},     {"introduction", true, false, false},
                 {"first-contact", true, false, true}, {"discussion", true, true, false},
                 {"check-in", true, false, true},      {"closing", true, false, false},
                 {"note", true, false, false}};
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (strcmp(steps[i].name, name) == 0) {
            *ret = template_names_schema(steps[i].to_member ? MESSAGE_TO_MEMBER : MESSAGE_TO_PARTICIPANT,
                                         steps[i].topics, steps[i].asks);
            return true;
        }
    return false;
}

static struct templates_owner owner_of(struct fixture *fixture) {
    return (struct templates_owner){fixture, find_schema, save, load, report};
}

static void start(struct fixture *fixture, const char *language) {
    templates_free(fixture->templates);
    struct templates_owner owner = owner_of(fixture);
    fixture->templates = templates_new(fixture->directory, language, &owner);
    text_clear(&fixture->told);
}

static int set_up(void **state) {
    struct fixture *fixture = memory_new(sizeof *fixture);
    strcpy(fixture->directory, "/tmp/tandempost-templates-XXXXXX");
    assert_non_null(mkdtemp(fixture->directory));
    fixture->next_time = 1000000000;
    start(fixture, "en");
    *state = fixture;
    return 0;
}

static int tear_down(void **state) {
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
static void write_file(struct fixture *fixture, const char *path, const char *text) {
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

static void remove_file(struct fixture *fixture, const char *path) {
    auto_text whole = TEXT_EMPTY;
    text_append_format(&whole, "%s/%s", fixture->directory, path);
    assert_int_equal(unlink(text_string(&whole)), 0);
    templates_look_again(fixture->templates);
}

static void add_partner(struct template_value *partners, const char *name, const char *first_name, const char *address,
                        const char *country) {
    struct template_value *partner = template_value_add_map(partners);
    template_value_set_string(partner, "name", name);
    template_value_set_string(partner, "first_name", first_name);
    template_value_set_string(partner, "address", address);
    template_value_set_string(partner, "country", country);
    template_value_set_string(partner, "local_time", "Tuesday, 18:05");
}

/* All that any message may need; TRIO with a partner whose name is written from right to left. */
static struct template_value *values_for(struct arena *arena, bool trio, bool writes_first) {
    struct template_value *values = template_value_map(arena);
    static const char *const plain[][2] = {
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
        {"reason", "No mail could be fetched for 30 minutes"},
        {"alert_id", "7"},
        {"sent_at", "1 March 2026, 09:00 UTC"},
        {"host", "mail.example.org"},
    };
    for (size_t i = 0; i < COUNT_OF(plain); i++)
        template_value_set_string(values, plain[i][0], plain[i][1]);
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
    template_value_set_boolean(values, "relay", writes_first);
    template_value_set_string(values, "away_first_name", "Ben");
    template_value_set_string(values, "away_until", "1 March 2027");
    template_value_set_string(values, "missed_first_names", "Ben");
    if (trio)
        template_value_set_string(values, "reached_first_names", first_names[1]);
    template_value_set_string(values, "size_limit", "25 MB");
    template_value_set_boolean(values, "writes_first", writes_first);
    template_value_set_boolean(values, "several", trio);
    struct template_value *waiting = template_value_set_list(values, "waiting");
    for (int i = 0; i < (trio ? 2 : 1); i++) {
        struct template_value *item = template_value_add_map(waiting);
        template_value_set_format(item, "id", "%d", 12 + i);
        template_value_set_string(item, "reason", "an outsider wrote to a partnership");
        template_value_set_string(item, "since", "1 March 2026, 09:00 UTC");
        if (i)
            template_value_set_string(item, "sender_name", "Dara <b>Chan</b>");
    }
    if (trio) {
        template_value_set_string(values, "coordinator.name", "Kate");
        template_value_set_string(values, "coordinator.address", "kate@example.org");
        template_value_set_string(values, "confirmation.answer", "2");
        static const char *const answers[] = {"well", "slowly", "silent", "help"};
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

static bool render(struct fixture *fixture, const char *name, const char *language, int topic, struct arena *arena,
                   struct templates_message *ret, struct error *error) {
    enum message_kind kind;
    const struct template_schema *schema = NULL;
    if (template_names_fixed_kind(name, &kind))
        schema = template_names_schema(kind, false, false);
    else
        assert_true(find_schema(NULL, name, &schema));
    struct templates_request request = {name, language, topic, schema, values_for(arena, true, false)};
    return templates_render(fixture->templates, &request, arena, ret, error);
}

static void assert_body(struct fixture *fixture, const char *language, const char *expected_plain) {
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    if (!render(fixture, "note", language, 0, arena, &message, &error))
        fail_msg("%s", error.message);
    assert_string_equal(message.plain, expected_plain);
}

static void built_in_templates_are_right(void **state) {
    /* Goal: every template, piece and topic that comes with the binary passes its own check. */
    (void)state;
    struct templates_owner owner = {.find_schema = find_schema};
    struct templates *templates = templates_new(NULL, "en", &owner);
    auto_error_list problems = ERROR_LIST_EMPTY;
    templates_check(templates, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        print_error("%s\n", line);
    }
    assert_int_equal(problems.count, 0);
    templates_free(templates);
}

static const char *const built_in_languages[] = {"en", "es", "fr"};

static const struct template_schema *schema_for(const char *name) {
    enum message_kind kind;
    const struct template_schema *schema = NULL;
    if (template_names_fixed_kind(name, &kind))
        return template_names_schema(kind, false, false);
    assert_true(find_schema(NULL, name, &schema));
    return schema;
}

static bool is_to_coordinator(const char *name) {
    return strncmp(name, "coordinator", 11) == 0 || strcmp(name, "test") == 0;
}

/* Messages about letters, and those whose reply reaches a partner, don't. */
static bool tells_the_last_answer(const char *name) {
    return !is_to_coordinator(name) && strncmp(name, "letter", 6) != 0 && strcmp(name, "partner-away") != 0 &&
           strcmp(name, "introduction") != 0;
}

/* French puts a narrow no-break space before ; : ? ! and inside guillemets, and a curved apostrophe. Times ("09:00")
 * and what stands in a subject's or link's syntax have no space. */
static void assert_french(const char *text) {
    static const char narrow[] = "\u202F";
    for (const char *at = text; *at; at++) {
        bool last = !at[1] || strchr(" \n*.)", at[1]);
        if (strchr(";:?!", *at) && last && !string_starts_with(at - strlen(narrow), narrow))
            fail_msg("no narrow space before \"%c\" in: %s", *at, text);
        if (string_starts_with(at, "\u00AB") && !string_starts_with(at + 2, narrow))
            fail_msg("no narrow space after the guillemet in: %.60s", at);
        if (string_starts_with(at, "\u00BB") && !string_starts_with(at - strlen(narrow), narrow))
            fail_msg("no narrow space before the guillemet in: %s", text);
        if (*at == '\'')
            fail_msg("a straight apostrophe in: %.60s", at);
    }
}

/* Spanish opens every question and exclamation that it closes. */
static void assert_spanish(const char *text) {
    static const char *const marks[][2] = {{"\u00BF", "?"}, {"\u00A1", "!"}, {"\u00AB", "\u00BB"}};
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        size_t opened = 0, closed = 0;
        for (const char *at = text; (at = strstr(at, marks[i][0])); at++)
            opened++;
        for (const char *at = text; (at = strstr(at, marks[i][1])); at++)
            closed++;
        if (opened != closed)
            fail_msg("%zu %s and %zu %s in: %s", opened, marks[i][0], closed, marks[i][1], text);
    }
}

static void assert_whole(const struct templates_message *message, const char *language) {
    assert_string_equal(message->language, language);
    assert_int_equal(strlen(message->hash), 64);
    assert_null(strstr(message->plain, "{{"));
    assert_null(strstr(message->plain, "\\"));
    assert_null(strstr(message->plain, "\n\n\n"));
    assert_null(strstr(message->html, "<b>Chan"));
    assert_non_null(strstr(message->html, "</html>"));
    assert_true(strlen(message->subject) > 5 && !strchr(message->subject, '\n'));
    if (strcmp(language, "fr") == 0) {
        assert_french(message->plain);
        assert_french(message->subject);
    } else if (strcmp(language, "es") == 0) {
        assert_spanish(message->plain);
        assert_spanish(message->subject);
    }
}

static void built_in_templates_render(void **state) {
    /* Goal: each built-in message comes out whole in every language, for a pair and for a trio with a right-to-left
     * name: nothing of the template language is left, names stay literal, both bodies are there, and the marks stand
     * as the language has them. */
    (void)state;
    struct templates *templates = templates_new(NULL, "en", NULL);
    auto_arena names_arena = arena_new();
    struct templates_list list = templates_list(templates, names_arena);
    size_t count[COUNT_OF(built_in_languages)] = {0};
    for (size_t i = 0; i < list.count; i++)
        for (int variant = 0; variant < 4 && !list.items[i].piece; variant++) {
            auto_arena arena = arena_new();
            const char *name = list.items[i].name, *language = list.items[i].language;
            struct template_value *values = values_for(arena, variant & 1, variant & 2);
            if (is_to_coordinator(name)) {
                template_value_set_string(values, "coordinator.name", "Kate");
                template_value_set_string(values, "coordinator.address", "kate@example.org");
            }
            struct templates_request request = {name, variant & 1 ? language : arena_format(arena, "%s-AU", language),
                                                strcmp(name, "discussion") == 0 ? 1 : 0, schema_for(name), values};
            struct templates_message message;
            struct error error = ERROR_INIT;
            if (!templates_render(templates, &request, arena, &message, &error))
                fail_msg("%s: %s", name, error.message);
            assert_whole(&message, language);
            assert_int_equal(message.confirms, (variant & 1) && tells_the_last_answer(name));
            for (size_t j = 0; j < COUNT_OF(built_in_languages); j++)
                count[j] += strcmp(built_in_languages[j], language) == 0;
        }
    for (size_t j = 0; j < COUNT_OF(built_in_languages); j++)
        assert_int_equal(count[j], count[0]);
    auto_arena arena = arena_new();
    struct templates_request request = {"welcome", "ar", 0, schema_for("welcome"), values_for(arena, true, true)};
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(templates_render(templates, &request, arena, &message, &error));
    assert_string_equal(message.language, "en");
    templates_free(templates);
}

static void built_in_topics_render(void **state) {
    /* Goal: every topic stands in every language under the same number, for one partner and for two. */
    (void)state;
    struct templates *templates = templates_new(NULL, "en", NULL);
    for (size_t i = 0; i < COUNT_OF(built_in_languages); i++)
        for (int topic = 1; topic <= 12; topic++)
            for (int trio = 0; trio <= 1; trio++) {
                auto_arena arena = arena_new();
                struct templates_list topics = templates_topics(templates, built_in_languages[i], arena);
                struct templates_request request = {"discussion", built_in_languages[i], topic,
                                                    schema_for("discussion"), values_for(arena, trio, false)};
                struct templates_message message;
                struct error error = ERROR_INIT;
                if (!templates_render(templates, &request, arena, &message, &error))
                    fail_msg("topic %d: %s", topic, error.message);
                assert_whole(&message, built_in_languages[i]);
                assert_string_equal(topics.items[topic - 1].language, built_in_languages[i]);
                assert_non_null(strstr(message.subject, topics.items[topic - 1].title));
                assert_int_equal(strstr(message.plain, "\u0645\u0631\u064A\u0645") != NULL, trio);
            }
    templates_free(templates);
}

static void introduction_says_where_reply_goes(void **state) {
    /* Goal: the introduction's first line tells where Reply goes, and it names who writes first and every address. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(render(fixture, "introduction", "en", 0, arena, &message, &error));
    assert_true(string_starts_with(message.plain, "*A reply to this mail comes to us, not to Ben and "));
    assert_non_null(strstr(message.plain, "*Ben *Star* Carter writes first*"));
    assert_non_null(strstr(message.plain, "ben_x@example.net"));
    assert_non_null(strstr(message.plain, "maryam@example.com"));
    assert_non_null(strstr(message.plain, "friends+pabc@example.org"));
    assert_non_null(strstr(message.html, "<a href=\"mailto:ben_x@example.net\">ben_x@example.net</a>"));
}

static void every_month_has_its_topic(void **state) {
    /* Goal: twelve topics, in order of number, each short, with one question and one thing to do; none after the last.
     */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    assert_int_equal(templates_topic_count(fixture->templates), 12);
    struct templates_list topics = templates_topics(fixture->templates, "en", arena);
    assert_int_equal(topics.count, 12);
    for (int i = 1; i <= 12; i++) {
        struct templates_message message;
        struct error error = ERROR_INIT;
        assert_int_equal(topics.items[i - 1].number, i);
        assert_true(topics.items[i - 1].built_in);
        assert_true(render(fixture, "discussion", "en", i, arena, &message, &error));
        assert_non_null(strstr(message.subject, topics.items[i - 1].title));
        const char *question = strstr(message.plain, "*One question to answer:*");
        assert_non_null(question);
        assert_non_null(strstr(question, "?\n\n*One small thing to do together:*"));
    }
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_false(render(fixture, "discussion", "en", 13, arena, &message, &error));
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "no topic number 13"));
}

static void languages_fall_back(void **state) {
    /* Goal: pt-BR, then pt, then the programme's language, then English; pieces in the language of the message. */
    struct fixture *fixture = *state;
    start(fixture, "nl");
    write_file(fixture, "nl/note.md", "Subject: s\n\nnl {{> tail}}\n");
    write_file(fixture, "nl/_tail.md", "fin");
    write_file(fixture, "en/_tail.md", "end");
    assert_body(fixture, "pt-BR", "nl fin\n");
    write_file(fixture, "pt/note.md", "Subject: s\n\npt {{> tail}}\n");
    assert_body(fixture, "pt-br", "pt fin\n");
    write_file(fixture, "pt-BR/note.md", "Subject: s\n\nbr\n");
    assert_body(fixture, "pt-BR", "br\n");
    assert_body(fixture, "pt-PT", "pt fin\n");
    assert_body(fixture, "../../etc", "nl fin\n");
    write_file(fixture, "en/note.md", "Subject: s\n\nen {{> tail}}\n");
    assert_body(fixture, "en-GB", "en end\n");
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(render(fixture, "check-in", "pt-BR", 0, arena, &message, &error));
    assert_string_equal(message.language, "en");
}

static void edits_count_at_once(void **state) {
    /* Goal: a file that is changed, replaced or removed counts from its next use; the hash tells versions apart. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    struct templates_message first, second;
    struct error error = ERROR_INIT;
    write_file(fixture, "en/note.md", "Subject: s\n\none {{> tail}}\n");
    write_file(fixture, "en/_tail.md", "a");
    assert_true(render(fixture, "note", "en", 0, arena, &first, &error));
    assert_string_equal(first.plain, "one a\n");
    write_file(fixture, "en/_tail.md", "b");
    assert_true(render(fixture, "note", "en", 0, arena, &second, &error));
    assert_string_equal(second.plain, "one b\n");
    assert_string_not_equal(first.hash, second.hash);
    write_file(fixture, "en/_tail.md", "a");
    assert_true(render(fixture, "note", "en", 0, arena, &second, &error));
    assert_string_equal(first.hash, second.hash);
    remove_file(fixture, "en/note.md");
    assert_false(render(fixture, "note", "en", 0, arena, &second, &error));
    assert_non_null(strstr(error.message, "there is no usable template 'note'; write "));
    write_file(fixture, "en/welcome.md", "Subject: own\n\nown\n");
    assert_true(render(fixture, "welcome", "en", 0, arena, &second, &error));
    assert_string_equal(second.subject, "own");
    remove_file(fixture, "en/welcome.md");
    assert_true(render(fixture, "welcome", "en", 0, arena, &second, &error));
    assert_string_equal(second.subject, "Welcome to Library Friends, Anna");
}

static void broken_files_keep_the_last_good_one(void **state) {
    /* Goal: a broken edit changes nothing in the mail, is told once with file and line, and told well again once. */
    struct fixture *fixture = *state;
    write_file(fixture, "en/note.md", "Subject: s\n\ngood {{recipient.first_name}}\n");
    assert_body(fixture, "en", "good Anna\n");
    assert_string_equal(text_string(&fixture->told), "en/note.md: well\n");
    text_clear(&fixture->told);
    write_file(fixture, "en/note.md", "Subject: s\n\nbad {{recipient.fist_name}}\n{{nonsense_here}}\n");
    assert_body(fixture, "en", "good Anna\n");
    templates_look_again(fixture->templates);
    assert_body(fixture, "en", "good Anna\n");
    auto_text expected = TEXT_EMPTY;
    text_append_format(&expected,
                       "en/note.md: %s/en/note.md:3: unknown name 'recipient.fist_name'; did you mean "
                       "'recipient.first_name'?\n%s/en/note.md:4: unknown name 'nonsense_here'; `tandempost template "
                       "names` lists the names\n",
                       fixture->directory, fixture->directory);
    assert_string_equal(text_string(&fixture->told), text_string(&expected));
    start(fixture, "en");
    assert_body(fixture, "en", "good Anna\n");
    assert_string_equal(text_string(&fixture->told), text_string(&expected));
    text_clear(&fixture->told);
    write_file(fixture, "en/note.md", "Subject: s\n\nbetter\n");
    assert_body(fixture, "en", "better\n");
    assert_string_equal(text_string(&fixture->told), "en/note.md: well\n");
}

static void broken_pieces_and_built_in_fallback(void **state) {
    /* Goal: a broken piece keeps its last good version; a file broken from the start falls back on the built-in one. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    write_file(fixture, "en/note.md", "Subject: s\n\n{{> tail}}\n");
    write_file(fixture, "en/_tail.md", "tail");
    assert_body(fixture, "en", "tail\n");
    write_file(fixture, "en/_tail.md", "{{#open}}");
    assert_body(fixture, "en", "tail\n");
    assert_non_null(strstr(text_string(&fixture->told), "_tail.md:1: {{#open}} is never closed"));
    write_file(fixture, "en/welcome.md", "Welcome!\n");
    assert_true(render(fixture, "welcome", "en", 0, arena, &message, &error));
    assert_string_equal(message.subject, "Welcome to Library Friends, Anna");
    assert_non_null(strstr(text_string(&fixture->told), "en/welcome.md:1: expected 'Name: value'"));
}

static void file_being_written_is_left_alone(void **state) {
    /* Goal: a file changed in this very second may be half written; the version in use stays until it has settled. */
    struct fixture *fixture = *state;
    write_file(fixture, "en/note.md", "Subject: s\n\nwhole\n");
    assert_body(fixture, "en", "whole\n");
    write_file(fixture, "en/note.md", "Subject: s\n\nhal");
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s/en/note.md", fixture->directory);
    assert_int_equal(utimensat(AT_FDCWD, text_string(&path), NULL, 0), 0);
    assert_body(fixture, "en", "whole\n");
    struct timespec past[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, text_string(&path), past, 0), 0);
    templates_look_again(fixture->templates);
    assert_body(fixture, "en", "hal\n");
}

static void own_topics_replace_the_built_in_ones(void **state) {
    /* Goal: a folder of topics counts as a whole, ordered by number, gaps allowed; other languages translate by number.
     */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    write_file(fixture, "en/topics/02-b.md", "Title: Second\n\nsecond {{partner_first_names}}\n");
    write_file(fixture, "en/topics/10-c.md", "Title: Tenth\n\n*tenth*\n");
    write_file(fixture, "fr/topics/10-x.md", "Title: Dixi\xC3\xA8me\n\nfr\n");
    write_file(fixture, "en/note.md", "Subject: {{topic.title}}\n\n{{{topic.body}}}\n");
    assert_int_equal(templates_topic_count(fixture->templates), 2);
    struct templates_list french = templates_topics(fixture->templates, "fr-CA", arena);
    assert_int_equal(french.count, 2);
    assert_string_equal(french.items[0].path, "en/topics/02-b.md");
    assert_string_equal(french.items[1].path, "fr/topics/10-x.md");
    assert_string_equal(french.items[1].title, "Dixi\xC3\xA8me");
    assert_false(french.items[1].built_in);
    struct templates_request request = {"note", "fr", 2, template_names_schema(MESSAGE_TO_MEMBER, true, false),
                                        values_for(arena, true, true)};
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(templates_render(fixture->templates, &request, arena, &message, &error));
    assert_string_equal(message.subject, "Dixi\xC3\xA8me");
    assert_string_equal(message.plain, "fr\n");
    request.topic = 3;
    assert_false(templates_render(fixture->templates, &request, arena, &message, &error));
}

static void a_topic_of_ones_own_has_no_built_in_translation(void **state) {
    /* Goal: a topic that replaces a built-in one goes out as it is in every language, not beside a translation of the
     * old one; an edited one keeps its translations. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    write_file(fixture, "en/topics/01-the-view-from-your-desk.md", "Title: The view, edited\n\nSo.\n");
    write_file(fixture, "en/topics/02-ours.md", "Title: Ours\n\nOurs alone.\n");
    struct templates_list french = templates_topics(fixture->templates, "fr", arena);
    assert_int_equal(french.count, 2);
    assert_string_equal(french.items[0].language, "fr");
    assert_string_equal(french.items[1].path, "en/topics/02-ours.md");
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(render(fixture, "discussion", "fr", 2, arena, &message, &error));
    assert_non_null(strstr(message.plain, "Ours alone."));
    assert_string_equal(message.language, "fr");
    write_file(fixture, "fr/topics/02-a-nous.md", "Title: \u00C0 nous\n\nBien.\n");
    french = templates_topics(fixture->templates, "fr", arena);
    assert_string_equal(french.items[1].path, "fr/topics/02-a-nous.md");
}

static void a_language_is_a_folder(void **state) {
    /* Goal: a folder that appears is a language: its messages, pieces and topics count at once, the rest falls back,
     * and what it lacks can be told. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(render(fixture, "check-in", "tlh", 0, arena, &message, &error));
    assert_string_equal(message.language, "en");
    write_file(fixture, "tlh/check-in.md",
               "Subject: nuqneH {{partner_first_names}}\n\n{{recipient.first_name}}!\n\n{{> answers}}\n{{> footer}}\n");
    write_file(fixture, "tlh/_answers.md", "1. HIja'\n2. ghobe'\n");
    write_file(fixture, "tlh/topics/01-qach.md", "Title: qach\n\n{{partner_first_names}}?\n");
    templates_look_again(fixture->templates);
    assert_true(render(fixture, "check-in", "tlh", 0, arena, &message, &error));
    assert_string_equal(message.language, "tlh");
    assert_true(string_starts_with(message.subject, "nuqneH Ben"));
    assert_non_null(strstr(message.plain, "ghobe'"));
    assert_non_null(strstr(message.plain, "You get this mail because"));
    assert_non_null(strstr(message.html, "lang=\"tlh\""));
    assert_true(render(fixture, "discussion", "tlh", 1, arena, &message, &error));
    assert_non_null(strstr(message.subject, "qach"));
    assert_true(render(fixture, "discussion", "tlh", 2, arena, &message, &error));
    assert_non_null(strstr(message.subject, "A walk through your library"));
    auto_error_list problems = ERROR_LIST_EMPTY;
    templates_check(fixture->templates, &problems);
    assert_int_equal(problems.count, 0);
}

static enum answer_meaning meaning_of(struct fixture *fixture, const char *answer, const char *language) {
    auto_arena arena = arena_new();
    templates_look_again(fixture->templates);
    return answer_find(&answer, 1, templates_words(fixture->templates, language, arena));
}

static void words_are_a_file_of_the_language(void **state) {
    /* Goal: what people may answer is read from their language's folder, then from the programme's and English; an edit
     * counts at once, and a broken one changes nothing and is told. */
    struct fixture *fixture = *state;
    start(fixture, "fr");
    assert_int_equal(meaning_of(fixture, "jes", "eo"), ANSWER_NONE);
    assert_int_equal(meaning_of(fixture, "oui", "eo"), ANSWER_WELL);
    assert_int_equal(meaning_of(fixture, "oui", NULL), ANSWER_WELL);
    assert_int_equal(meaning_of(fixture, "yes", "eo"), ANSWER_WELL);
    assert_int_equal(meaning_of(fixture, "sim", "pt-BR"), ANSWER_WELL);
    assert_int_equal(meaning_of(fixture, "sim", "fr"), ANSWER_NONE);
    write_file(fixture, "eo/words.txt", "1: jes\n3: ne\nPolite: dankon\n");
    assert_int_equal(meaning_of(fixture, "jes", "eo"), ANSWER_WELL);
    assert_int_equal(meaning_of(fixture, "non dankon", "fr"), ANSWER_NO_CONTACT);
    write_file(fixture, "pt-BR/words.txt", "2: sim\n");
    assert_int_equal(meaning_of(fixture, "sim", "pt-BR"), ANSWER_SLOW);
    assert_int_equal(meaning_of(fixture, "sim", "pt-PT"), ANSWER_WELL);
    assert_int_equal(meaning_of(fixture, "tudo bem", "pt-BR"), ANSWER_WELL);
    text_clear(&fixture->told);
    write_file(fixture, "eo/words.txt", "1: jes, bone\n3: bone\n");
    assert_int_equal(meaning_of(fixture, "jes", "eo"), ANSWER_WELL);
    assert_int_equal(meaning_of(fixture, "bone", "eo"), ANSWER_NONE);
    assert_non_null(strstr(text_string(&fixture->told), "eo/words.txt:2: \"bone\" stands under 1 already"));
    write_file(fixture, "eo/words.txt", "1: jes, bone\n");
    assert_int_equal(meaning_of(fixture, "bone", "eo"), ANSWER_WELL);
    assert_true(string_ends_with(text_string(&fixture->told), "eo/words.txt: well\n"));
}

static void check_tells_all_files(void **state) {
    /* Goal: `template check` sees the files as they are now, in every language, with pieces and topics. */
    struct fixture *fixture = *state;
    write_file(fixture, "sv/note.md", "Subject: s\n\n{{recipient.nme}}\n{{> nowhere}}\n");
    write_file(fixture, "sv/_bad.md", "{{#x}}\n");
    write_file(fixture, "sv/topics/hello.md", "Title: x\n\ny\n");
    write_file(fixture, "sv/topics/01-a.md", "Subject: x\n\ny\n");
    write_file(fixture, "sv/topics/01-b.md", "Title: x\n\ny\n");
    write_file(fixture, "sv/words.txt", "1: ja\nSTOP: ja\n3: ja\n");
    auto_error_list problems = ERROR_LIST_EMPTY;
    templates_check(fixture->templates, &problems);
    auto_text all = TEXT_EMPTY;
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        text_append_format(&all, "%s\n", line + strlen(fixture->directory) + 1);
    }
    assert_string_equal(text_string(&all),
                        "sv/_bad.md:1: {{#x}} is never closed; write {{/x}} where the section ends\n"
                        "sv/note.md:3: unknown name 'recipient.nme'; did you mean 'recipient.name'?\n"
                        "sv/note.md:4: there is no piece 'nowhere'; it would be a file _nowhere.md\n"
                        "sv/topics/01-a.md:1: unknown line 'Subject:'; did you mean 'Title:'?\n"
                        "sv/topics/01-b.md: there is another topic number 1, which is used instead\n"
                        "sv/topics/hello.md: a topic's file is named NN-name.md, such as 07-libraries.md\n"
                        "sv/words.txt:3: \"ja\" stands under 1 already, in line 1; it can't mean both\n");
    auto_arena arena = arena_new();
    size_t count;
    const char **languages = templates_languages(fixture->templates, arena, &count);
    assert_int_equal(count, 8);
    assert_string_equal(languages[7], "sv");
    struct templates_list list = templates_list(fixture->templates, arena);
    assert_string_equal(list.items[list.count - 1].path, "sv/note.md");
    assert_true(list.items[0].built_in && list.items[0].piece);
}

static void names_are_joined_as_people_do(void **state) {
    /* Goal: partners' names read as a list of the language. */
    (void)state;
    auto_arena arena = arena_new();
    const char *const names[] = {"Ben", "Chen", "Dara"};
    assert_string_equal(templates_join("en", names, 1, arena), "Ben");
    assert_string_equal(templates_join("en", names, 2, arena), "Ben and Chen");
    assert_string_equal(templates_join("fr-CA", names, 2, arena), "Ben et Chen");
    assert_string_equal(templates_join("en", names, 0, arena), "");
    assert_string_equal(templates_join("en", names, 3, arena), "Ben, Chen, and Dara");
    assert_string_equal(templates_join("fr", names, 3, arena), "Ben, Chen et Dara");
    assert_string_equal(templates_join("es", names, 3, arena), "Ben, Chen y Dara");
    const char *const spanish[] = {"Ana", "Inés"}, *const vowels[] = {"Ana", "Hilda"},
                      *const diphthong[] = {"Ana", "Hiela"};
    assert_string_equal(templates_join("es", spanish, 2, arena), "Ana e Inés");
    assert_string_equal(templates_join("es-MX", vowels, 2, arena), "Ana e Hilda");
    assert_string_equal(templates_join("es", diphthong, 2, arena), "Ana y Hiela");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_templates_are_right),
        cmocka_unit_test(built_in_templates_render),
        cmocka_unit_test(built_in_topics_render),
        cmocka_unit_test_setup_teardown(introduction_says_where_reply_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_month_has_its_topic, set_up, tear_down),
        cmocka_unit_test_setup_teardown(languages_fall_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(edits_count_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_files_keep_the_last_good_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_pieces_and_built_in_fallback, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_being_written_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(own_topics_replace_the_built_in_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_topic_of_ones_own_has_no_built_in_translation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_language_is_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_are_a_file_of_the_language, set_up, tear_down),
        cmocka_unit_test_setup_teardown(check_tells_all_files, set_up, tear_down),
        cmocka_unit_test(names_are_joined_as_people_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
