/* The templates and topics that come with the binary. */
#include "unit/app/templates_fixture.h"

#include "base/embedded.h"

static void built_in_templates_are_right(void **state) {
    /* Goal: every template, piece and topic that comes with the binary passes its own check. */
    (void)state;
    struct templates_owner owner = {.find_schema = find_schema};
    struct templates *templates = templates_new(NULL, "en", &owner);
    auto_error_list problems = ERROR_LIST_EMPTY;
    templates_check(templates, &problems, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        print_error("%s\n", line);
    }
    assert_int_equal(problems.count, 0);
    templates_free(templates);
}

static const char *const built_in_languages[] = {"en", "es", "fr"};

static const struct template_schema *schema_for(const char *name) {
    const struct template_schema *schema = template_names_fixed_schema(name);
    assert_true(schema || find_schema(NULL, name, &schema));
    return schema;
}

static bool is_to_coordinator(const char *name) {
    return strncmp(name, "coordinator", 11) == 0 || strcmp(name, "test") == 0;
}

/* Goal: coordinators have no shell: no mail to them names a command. */
static void no_commands_for_coordinators(void **state) {
    (void)state;
    for (size_t i = 0; i < embedded_file_count; i++) {
        const char *path = embedded_files[i].path, *name = strrchr(path, '/');
        if (!string_starts_with(path, "templates/") ||
            !(strstr(name, "coordinator") || string_equal(name, "/reasons.txt")))
            continue;
        auto_string text = memory_copy_bytes(embedded_files[i].bytes, embedded_files[i].length);
        if (strstr(text, "tandempost ") || strstr(text, "systemctl"))
            fail_msg("%s names a command", path);
    }
}

/* Messages about letters and words to us, and those whose reply reaches a partner, don't. */
static bool tells_the_last_answer(const char *name) {
    return !is_to_coordinator(name) && strncmp(name, "letter", 6) != 0 && strncmp(name, "confirm-", 8) != 0 &&
           strncmp(name, "application", 11) != 0 && strcmp(name, "invitation") != 0 &&
           strncmp(name, "address-", 8) != 0 && strcmp(name, "pause-over") != 0 && strncmp(name, "survey-", 7) != 0 &&
           strcmp(name, "next-addresses") != 0 && strcmp(name, "next-unclear") != 0 &&
           strncmp(name, "partner-", 8) != 0 && strcmp(name, "introduction") != 0 && strcmp(name, "my-data") != 0 &&
           strcmp(name, "forgotten") != 0 && strcmp(name, "parting-done") != 0 && strcmp(name, "warning") != 0 &&
           strcmp(name, "trio-goes-on") != 0 && strncmp(name, "event-", 6) != 0;
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(built_in_templates_are_right),
        cmocka_unit_test(built_in_templates_render),
        cmocka_unit_test(built_in_topics_render),
        cmocka_unit_test(no_commands_for_coordinators),
        cmocka_unit_test_setup_teardown(introduction_says_where_reply_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_month_has_its_topic, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
