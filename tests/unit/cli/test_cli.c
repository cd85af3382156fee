#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/dispatch.h"
#include "cli/table.h"

static char *printed(struct table *table, size_t width, bool colour) {
    char buffer[4096] = "";
    FILE *stream = fmemopen(buffer, sizeof buffer, "w");
    table_print(table, stream, width, colour);
    fclose(stream);
    return memory_copy_string(buffer);
}

static void test_columns_align_by_display_width(void **state) {
    /* Goal: columns stay straight beside wide and combining characters, numbers stand right, nothing trails. */
    (void)state;
    static const struct table_column columns[] = {
        {"ID", TABLE_RIGHT, false}, {"NAME", TABLE_LEFT, true}, {"X", TABLE_LEFT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, 3);
    table_cell(table, "7");
    table_cell(table, "山田");
    table_cell(table, "a");
    table_cell_format(table, "%d", 123);
    table_cell(table, "Zoe\xCC\x88");
    table_cell(table, NULL);
    auto_string text = printed(table, 0, false);
    assert_string_equal(text, " ID  NAME  X\n"
                              "  7  山田  a\n"
                              "123  Zoe\xCC\x88\n");
}

static void test_narrow_terminals(void **state) {
    /* Goal: on a terminal no line is wider than it, and what is cut says so; a pipe gets everything. */
    (void)state;
    static const struct table_column columns[] = {{"A", TABLE_LEFT, false}, {"B", TABLE_LEFT, true}};
    for (size_t width = 20; width <= 60; width++) {
        bool pipe = width == 60;
        struct table *table cleanup(table_free_pointer) = table_new(columns, 2);
        table_cell(table, "0123456789012345");
        table_cell(table, "日本語日本語日本語日本語日本語");
        auto_string text = printed(table, pipe ? 0 : width, false);
        auto_string row = memory_copy_string(text + strcspn(text, "\n") + 1);
        string_trim(row);
        assert_true(pipe || utf8_width(row) <= width);
        assert_int_equal(strstr(row, "…") != NULL, width < 48);
    }
}

static void test_rows_that_come_later(void **state) {
    /* Goal: a long table is printed piece by piece: headings once, the same columns; a terminal cuts what is wider, a
     * pipe gets everything. */
    (void)state;
    static const struct table_column columns[] = {{"NAME", TABLE_LEFT, true}, {"X", TABLE_LEFT, false}};
    for (size_t width = 0; width <= 80; width += 80) {
        struct table *table cleanup(table_free_pointer) = table_new(columns, 2);
        table_cell(table, "Ben");
        table_cell(table, "a");
        auto_string first = printed(table, width, false);
        assert_string_equal(first, "NAME  X\n"
                                   "Ben   a\n");
        table_cell(table, "Isabella");
        table_cell(table, "b");
        auto_string second = printed(table, width, false);
        assert_string_equal(second, width ? "Isa…  b\n" : "Isabella  b\n");
    }
}

static void test_hostile_cells(void **state) {
    /* Goal: no cell can move the cursor, colour the terminal or break the line. */
    (void)state;
    static const struct table_column columns[] = {{"A", TABLE_LEFT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, 1);
    table_cell(table, "x\033[31m\ny\xE2\x80\xAEz\xFF");
    auto_string text = printed(table, 0, false);
    assert_string_equal(text, "A\nx?[31m?y?z\xEF\xBF\xBD\n");
}

static void test_tones(void **state) {
    /* Goal: colour is there only when asked for, and ends with the cell. */
    (void)state;
    static const struct table_column columns[] = {{"A", TABLE_LEFT, false}, {"B", TABLE_LEFT, false}};
    struct table *table cleanup(table_free_pointer) = table_new(columns, 2);
    table_cell_tone(table, "bad", TONE_BAD);
    table_cell(table, "x");
    auto_string text = printed(table, 0, true);
    assert_non_null(strstr(text, "\033[31mbad\033[0m  x\n"));
    auto_string plain = printed(table, 0, false);
    assert_null(strchr(plain, '\033'));
}

/* ---- Options: the real table, with a command that needs nothing ---- */

static int run(const char *words, char **ret_output) {
    auto_string copy = memory_copy_string(words);
    char name[] = "tandempost", *arguments[20] = {name}, *rest = copy, *word;
    int count = 1;
    while ((word = strsep(&rest, " ")))
        arguments[count++] = word;
    FILE *stream = tmpfile();
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    fflush(stdout);
    dup2(fileno(stream), STDOUT_FILENO);
    dup2(fileno(stream), STDERR_FILENO);
    int code = dispatch_main(count, arguments);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    rewind(stream);
    auto_text text = TEXT_EMPTY;
    char buffer[4096];
    size_t got;
    while ((got = fread(buffer, 1, sizeof buffer, stream)) > 0)
        text_append_bytes(&text, buffer, got);
    fclose(stream);
    *ret_output = text_steal(&text);
    return code;
}

static void expect(const char *words, int code, const char *said) {
    auto_string output = NULL;
    int got = run(words, &output);
    if (got != code || !strstr(output, said))
        fail_msg("%s: exit %d: %s", words, got, output);
}

static void test_wrong_use(void **state) {
    /* Goal: every way to call it wrongly gives exit 2, says what is wrong, and where help is. */
    (void)state;
    expect("versoin", EXIT_USAGE, "did you mean \"version\"?");
    expect("participant lits", EXIT_USAGE, "did you mean \"participant list\"?");
    expect("participant", EXIT_USAGE, "participant import");
    expect("xyzzy", EXIT_USAGE, "See: tandempost help");
    expect("participant list --jsn", EXIT_USAGE, "did you mean --json?");
    expect("participant list --json=3", EXIT_USAGE, "takes no value");
    expect("participant list --round", EXIT_USAGE, "--round needs a value");
    expect("participant list -z", EXIT_USAGE, "no option -z");
    expect("participant list --dry-run", EXIT_USAGE, "no option --dry-run");
    expect("participant list extra", EXIT_USAGE, "\"extra\" is more than");
    expect("participant show", EXIT_USAGE, "needs PARTICIPANT");
    expect("-c", EXIT_USAGE, "needs the configuration's path");
    expect("--nothing version", EXIT_USAGE, "no option --nothing");
    expect("-c /nonexistent.conf participant list", EXIT_REFUSED, "/nonexistent.conf: Can't read");
    expect("round list --config /nonexistent.conf", EXIT_REFUSED, "tandempost init");
}

/* mdoc(7) has a backslash before each hyphen that is to stay one. */
static void remove_backslashes(char *text) {
    char *end = text;
    for (const char *c = text; *c; c++)
        if (*c != '\\')
            *end++ = *c;
    *end = '\0';
}

static void test_help(void **state) {
    /* Goal: help is found however it is asked for, and names every command, argument and option of the table. */
    (void)state;
    expect("version", EXIT_DONE, "tandempost " TANDEMPOST_VERSION);
    expect("--version", EXIT_DONE, TANDEMPOST_VERSION);
    expect("--help", EXIT_DONE, "Usage: tandempost");
    expect("help help", EXIT_DONE, "--completion SHELL");
    expect("participant import --help", EXIT_DONE, "--round ROUND");
    expect("help participant import", EXIT_DONE, "--dry-run");
    expect("help participant", EXIT_DONE, "participant leave");
    expect("help xyzzy", EXIT_USAGE, "no command \"xyzzy\"");
    auto_string manual = NULL;
    auto_string completion = NULL;
    assert_int_equal(run("help --manual tandempost", &manual), EXIT_DONE);
    assert_int_equal(run("help --completion bash", &completion), EXIT_DONE);
    remove_backslashes(manual);
    for (const struct command *const *command = command_table; *command; command++) {
        assert_true((*command)->run || (*command)->show || (*command)->change);
        assert_non_null(strstr(manual, (*command)->name));
        assert_non_null(strstr(completion, (*command)->name));
        assert_false(string_ends_with((*command)->summary, "."));
    }
    expect("help --manual tandempost.conf", EXIT_DONE, "password_credential");
    expect("help --manual tandempost.conf", EXIT_DONE,
           "tells of new mail at once (IDLE).\nFrom 10 seconds to 1 day.\n");
    expect("help --manual tandempost.conf", EXIT_DONE, "their sender is told.\nFrom 64 KB to 1000 MB.\n");
    expect("help --manual other", EXIT_USAGE, "manual pages are");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_align_by_display_width),
        cmocka_unit_test(test_narrow_terminals),
        cmocka_unit_test(test_rows_that_come_later),
        cmocka_unit_test(test_hostile_cells),
        cmocka_unit_test(test_tones),
        cmocka_unit_test(test_wrong_use),
        cmocka_unit_test(test_help),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
