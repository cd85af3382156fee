/* The layers of daemon/: who may include whom. Reads the sources themselves; runs from the source tree's root. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

static const struct layer {
    const char *name;
    const char *may_include[8]; /* folders, or single headers */
} layers[] = {
    {"base", {"base/"}},
    {"store", {"store/", "base/"}},
    {"mail", {"mail/", "base/"}},
    {"net", {"net/", "base/"}},
    {"programme", {"programme/", "base/", "mail/description.h"}},
    {"app", {"app/", "programme/", "net/", "mail/", "store/", "base/"}},
    {"simulation", {"simulation/", "app/", "programme/", "net/", "mail/", "store/", "base/"}},
    {"cli", {"cli/", "simulation/", "app/", "programme/", "net/", "mail/", "store/", "base/"}},
};

/* Libraries that one or two layers keep to themselves. */
static const struct library {
    const char *header_starts;
    const char *layers[4];
} libraries[] = {
    {"sqlite3", {"store"}},
    {"confuse", {"app", "cli"}},
    {"curl/", {"net"}},
    {"libetpan/", {"mail", "net"}},
};

static const char *const configured[] = {"app", "simulation", "cli"};

static bool is_among(const char *word, const char *const *names, size_t count, bool as_prefix) {
    for (size_t i = 0; i < count && names[i]; i++)
        if (as_prefix && string_ends_with(names[i], "/") ? string_starts_with(word, names[i])
                                                         : string_equal(word, names[i]))
            return true;
    return false;
}

/* What is wrong with LAYER including HEADER; NULL when nothing is. */
static const char *verdict(const char *layer, const char *header, bool in_quotes) {
    const struct layer *rules = NULL;
    for (size_t i = 0; i < COUNT_OF(layers); i++)
        if (string_equal(layers[i].name, layer))
            rules = &layers[i];
    if (!rules)
        return "a folder of daemon/ that is no layer";
    if (!in_quotes) {
        for (size_t i = 0; i < COUNT_OF(libraries); i++)
            if (string_starts_with(header, libraries[i].header_starts) &&
                !is_among(layer, libraries[i].layers, COUNT_OF(libraries[i].layers), false))
                return "that library belongs to other layers";
        for (size_t i = 0; i < COUNT_OF(layers); i++)
            if (string_starts_with(header, layers[i].name) && header[strlen(layers[i].name)] == '/')
                return "own headers are included in quotes";
        return NULL;
    }
    if (strstr(header, "..") || !strchr(header, '/'))
        return "own headers are included as \"layer/name.h\"";
    if (strstr(header, "config") && !is_among(layer, configured, COUNT_OF(configured), false))
        return "only app and what is above it see the configuration";
    if (!is_among(header, rules->may_include, COUNT_OF(rules->may_include), true))
        return "that layer is out of reach from here";
    return NULL;
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
    char layer[32] = "";
    sscanf(path, "daemon/%31[^/]", layer);
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
        const char *wrong = verdict(layer, header, in_quotes);
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
    glob("daemon/*/*.[ch]", 0, NULL, &found);
    glob("daemon/*/*.cpp", GLOB_APPEND, NULL, &found);
    glob("daemon/*/*.cc", GLOB_APPEND, NULL, &found);
    glob("daemon/*/*.hpp", GLOB_APPEND, NULL, &found);
    assert_true(found.gl_pathc > 10); /* else we stand in the wrong directory */
    size_t broken = 0, includes = 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        broken += check_file(found.gl_pathv[i], &includes);
    globfree(&found);
    assert_true(includes > 20);
    assert_int_equal(broken, 0);
    glob_t deeper = {0};
    int none = glob("daemon/*/*/*.[ch]", 0, NULL, &deeper);
    globfree(&deeper);
    assert_int_equal(none, GLOB_NOMATCH); /* sources stand right in their layer, where this test sees them */
}

/* Goal: the judge itself tells right from wrong. */
static void test_verdicts(void **state) {
    (void)state;
    static const struct {
        const char *layer, *header;
        bool in_quotes, allowed;
    } cases[] = {
        {"base", "base/text.h", true, true},
        {"base", "store/database.h", true, false},
        {"store", "mail/message.h", true, false},
        {"mail", "net/post_office.h", true, false},
        {"net", "store/database.h", true, false},
        {"programme", "mail/description.h", true, true},
        {"programme", "mail/message.h", true, false},
        {"programme", "store/database.h", true, false},
        {"app", "cli/main.h", true, false},
        {"app", "simulation/simulation.h", true, false},
        {"simulation", "app/configuration.h", true, true},
        {"simulation", "cli/command.h", true, false},
        {"cli", "simulation/simulation.h", true, true},
        {"app", "net/post_office.h", true, true},
        {"cli", "app/configuration.h", true, true},
        {"mail", "app/configuration.h", true, false},
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
        if ((verdict(cases[i].layer, cases[i].header, cases[i].in_quotes) == NULL) != cases[i].allowed)
            fail_msg("%s including %s was judged wrongly", cases[i].layer, cases[i].header);
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
