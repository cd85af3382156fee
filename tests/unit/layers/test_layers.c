/* The layers of daemon/, and the rooms within them: who may include whom. Reads the sources themselves; runs from the
 * source tree's root. */
#include "test.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const struct folder {
    const char *name;
    const char *may_include[8]; /* single headers, or folders with all that is in them */
} folders[] = {
    {"base", {"base/"}},
    {"store", {"store/", "base/"}},
    {"mail", {"mail/", "base/"}},
    {"mail/message", {"mail/message/", "mail/terms.h", "base/"}},
    {"mail/html", {"mail/html/", "mail/message/", "mail/terms.h", "base/"}},
    {"mail/reply", {"mail/reply/", "mail/html/", "mail/message/", "mail/terms.h", "base/"}},
    {"mail/automatic", {"mail/automatic/", "mail/message/", "mail/description.h", "mail/terms.h", "base/"}},
    {"mail/template", {"mail/template/", "base/"}},
    {"net", {"net/", "base/"}},
    {"programme", {"programme/", "base/", "mail/description.h"}},
    {"app", {"app/", "programme/", "net/", "mail/", "store/", "base/"}},
    {"app/configuration", {"app/configuration/", "programme/", "net/", "mail/", "base/"}},
    {"app/templates", {"app/templates/", "programme/", "mail/", "base/"}},
    {"app/report", {"app/", "programme/", "mail/", "store/", "base/"}},
    {"simulation", {"simulation/", "app/", "programme/", "net/", "mail/", "store/", "base/"}},
    {"cli", {"cli/", "simulation/", "app/", "programme/", "net/", "mail/", "store/", "base/"}},
};

/* Libraries that one or two layers keep to themselves. */
static const struct library {
    const char *header_starts;
    const char *layers[4];
} libraries[] = {
    {"sqlite3", {"store"}},         {"confuse", {"app", "cli"}}, {"curl/", {"net"}},
    {"libetpan/", {"mail", "net"}}, {"lemon/", {"programme"}},   {"cairo", {"app"}},
};

static bool is_in_layer(const char *folder, const char *layer) {
    return string_starts_with(folder, layer) && (folder[strlen(layer)] == '/' || !folder[strlen(layer)]);
}

static bool is_allowed(const char *header, const char *allowed) {
    return string_ends_with(allowed, "/") ? string_starts_with(header, allowed) : string_equal(header, allowed);
}

static bool library_belongs_to(const struct library *library, const char *folder) {
    for (size_t i = 0; i < COUNT_OF(library->layers) && library->layers[i]; i++)
        if (is_in_layer(folder, library->layers[i]))
            return true;
    return false;
}

/* What is wrong with a file in FOLDER including HEADER; NULL when nothing is. */
static const char *verdict(const char *folder, const char *header, bool in_quotes) {
    const struct folder *rules = NULL;
    for (size_t i = 0; i < COUNT_OF(folders); i++)
        if (string_equal(folders[i].name, folder))
            rules = &folders[i];
    if (!rules)
        return "a folder of daemon/ that is no layer, and no room of one";
    if (!in_quotes) {
        for (size_t i = 0; i < COUNT_OF(libraries); i++)
            if (string_starts_with(header, libraries[i].header_starts) && !library_belongs_to(&libraries[i], folder))
                return "that library belongs to other layers";
        for (size_t i = 0; i < COUNT_OF(folders); i++)
            if (string_starts_with(header, folders[i].name) && header[strlen(folders[i].name)] == '/')
                return "own headers are included in quotes";
        return NULL;
    }
    if (strstr(header, "..") || !strchr(header, '/'))
        return "own headers are included as \"layer/name.h\" or \"layer/room/name.h\"";
    if (strstr(header, "config") && !is_in_layer(folder, "app") && !is_in_layer(folder, "simulation") &&
        !is_in_layer(folder, "cli"))
        return "only app and what is above it see the configuration";
    for (size_t i = 0; i < COUNT_OF(rules->may_include) && rules->may_include[i]; i++)
        if (is_allowed(header, rules->may_include[i]))
            return NULL;
    return "that folder is out of reach from here";
}

/* Finds the header of an #include line; false where the line is none. */
static bool read_include(const char *line, char *header, size_t size, bool *in_quotes) {
    line += strspn(line, " \t");
    if (*line != '#')
        return false;
    line++;
    line += strspn(line, " \t");
    if (!string_starts_with(line, "include"))
        return false;
    line += strcspn(line, "<\"");
    if (!*line)
        return false;
    *in_quotes = *line == '"';
    size_t length = strcspn(line + 1, ">\"");
    if (length >= size)
        length = size - 1;
    memcpy(header, line + 1, length);
    header[length] = '\0';
    return true;
}

static size_t check_file(const char *path, size_t *includes) {
    const char *name = strrchr(path, '/');
    auto_string folder = memory_copy_bytes(path + strlen("daemon/"), (size_t)(name - path) - strlen("daemon/"));
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    auto_string line = NULL;
    size_t capacity = 0, number = 0, broken = 0;
    while (getline(&line, &capacity, file) > 0) {
        char header[256];
        bool in_quotes;
        number++;
        if (!read_include(line, header, sizeof header, &in_quotes))
            continue;
        (*includes)++;
        const char *wrong = verdict(folder, header, in_quotes);
        if (wrong) {
            fprintf(stderr, "%s:%zu: includes %s: %s\n", path, number, header, wrong);
            broken++;
        }
    }
    fclose(file);
    return broken;
}

/* Goal: every #include in daemon/ keeps to the layers. */
static void test_every_include_keeps_to_the_layers(void **state) {
    (void)state;
    glob_t found = {0};
    glob("daemon/*/*.{c,cc,h}", GLOB_BRACE, NULL, &found);
    glob("daemon/*/*/*.{c,cc,h}", GLOB_BRACE | GLOB_APPEND, NULL, &found);
    assert_true(found.gl_pathc > 10); /* else we stand in the wrong directory */
    size_t broken = 0, includes = 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        broken += check_file(found.gl_pathv[i], &includes);
    globfree(&found);
    assert_true(includes > 20);
    assert_int_equal(broken, 0);
    glob_t deeper = {0};
    int none = glob("daemon/*/*/*/*.{c,cc,h}", GLOB_BRACE, NULL, &deeper);
    globfree(&deeper);
    assert_int_equal(none, GLOB_NOMATCH); /* sources stand in a layer or a room, where this test sees them */
}

/* Goal: the judge itself tells right from wrong. */
static void test_verdicts(void **state) {
    (void)state;
    static const struct {
        const char *folder, *header;
        bool in_quotes, allowed;
    } cases[] = {
        {"base", "base/text.h", true, true},
        {"mail/reply", "mail/html/html_text.h", true, true},
        {"mail/html", "mail/reply/reply_text.h", true, false},
        {"mail/message", "mail/description.h", true, false},
        {"mail", "mail/reply/reply_text.h", true, true},
        {"app", "app/relay.h", true, true},
        {"app", "simulation/simulation.h", true, false},
        {"app", "app/configuration/configuration.h", true, true},
        {"simulation", "app/configuration/configuration.h", true, true},
        {"simulation", "cli/command.h", true, false},
        {"cli", "simulation/simulation.h", true, true},
        {"app/templates", "app/relay.h", true, false},
        {"mail/cellar", "base/text.h", true, false},
        {"mail/reply", "sqlite3.h", false, false},
        {"mail/message", "libetpan/libetpan.h", false, true},
        {"base", "store/database.h", true, false},
        {"store", "mail/message/message.h", true, false},
        {"mail", "net/post_office.h", true, false},
        {"net", "store/database.h", true, false},
        {"programme", "mail/description.h", true, true},
        {"programme", "mail/message/message.h", true, false},
        {"programme", "store/database.h", true, false},
        {"app", "cli/main.h", true, false},
        {"app", "net/post_office.h", true, true},
        {"cli", "app/configuration/configuration.h", true, true},
        {"mail", "app/configuration/configuration.h", true, false},
        {"base", "base/configuration.h", true, false},
        {"base", "text.h", true, false},
        {"base", "base/../store/x.h", true, false},
        {"base", "stdio.h", false, true},
        {"base", "store/database.h", false, false},
        {"mail", "sqlite3.h", false, false},
        {"store", "sqlite3.h", false, true},
        {"programme", "libetpan/libetpan.h", false, false},
        {"misc", "base/text.h", true, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if ((verdict(cases[i].folder, cases[i].header, cases[i].in_quotes) == NULL) != cases[i].allowed)
            fail_msg("%s including %s was judged wrongly", cases[i].folder, cases[i].header);
}

/* Goal: include lines are found however they are spaced, and nothing else is. */
static void test_include_lines(void **state) {
    (void)state;
    char header[64];
    bool in_quotes = false;
    assert_true(read_include("#include \"base/text.h\"\n", header, sizeof header, &in_quotes));
    assert_string_equal(header, "base/text.h");
    assert_true(in_quotes);
    assert_true(read_include("  #  include <stdio.h>  /* why */\n", header, sizeof header, &in_quotes));
    assert_string_equal(header, "stdio.h");
    assert_false(in_quotes);
    assert_false(read_include("/* #include <stdio.h> */\n", header, sizeof header, &in_quotes));
    assert_false(read_include("#define X \"include\"\n", header, sizeof header, &in_quotes));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_include_keeps_to_the_layers),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_include_lines),
    };
    return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}
