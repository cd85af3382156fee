#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/inspect.h"
#include "base/text.h"

static const struct description_settings settings = {.separator = '+'};

static int start(void **state) {
    struct error error = ERROR_INIT;
    *state = parser_start(&error);
    return *state ? 0 : -1;
}

static int stop(void **state) {
    parser_stop(*state);
    return 0;
}

/* A file of MAIL, whose name lands in PATH. */
static void write_mail(const char *mail, char path[32]) {
    strcpy(path, "/tmp/inspect-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, mail, strlen(mail)), (ssize_t)strlen(mail));
    close(file);
}

static bool inspect(struct parser *parser, const char *const *paths, size_t count, bool json, char **ret,
                    struct error *error) {
    size_t length;
    FILE *out = open_memstream(ret, &length);
    bool done = inspect_files(paths, count, json, &settings, parser, out, error);
    fclose(out);
    return done;
}

static void test_json(void **state) {
    /* Goal: one object a line in the order of the files, many files at once, whatever the mails hold. */
    char mail[32], empty[32];
    const char *paths[120];
    write_mail("From: =?utf-8?Q?A=E2=80=AEb?= <a@b.org>\nSubject: =?utf-8?Q?=C2=9B2J?=\n\nhello\n", mail);
    write_mail("", empty);
    for (size_t i = 0; i < 120; i++)
        paths[i] = i % 3 ? mail : empty;
    struct error error = ERROR_INIT;
    char *shown = NULL;
    if (!inspect(*state, paths, 120, true, &shown, &error))
        fail_msg("%s", error.message);
    size_t line = 0;
    char *rest = NULL;
    for (char *each = strtok_r(shown, "\n", &rest); each; each = strtok_r(NULL, "\n", &rest), line++) {
        assert_true(string_starts_with(each, "{\"file\":\"/tmp/inspect-"));
        assert_non_null(strstr(each, line % 3 ? "\"kind\":\"human\"" : "\"kind\":\"unreadable\""));
        assert_true(line % 3 == 0 || (strstr(each, "\"name\":\"A\\u202Eb\"") && strstr(each, "\"\\u009B2J\"")));
    }
    assert_int_equal(line, 120);
    free(shown);
    unlink(mail);
    unlink(empty);
}

static void test_people(void **state) {
    /* Goal: people see what was understood and why, aligned, with nothing that could harm a terminal. */
    char mail[32];
    write_mail("From: Anna <anna@example.org>\nDate: Mon, 1 Jul 2013 10:00:00 +0000\nSubject: =?utf-8?Q?=1B=5B2J?=\n\n"
               "one\n\n\ttwo \x1B[31m\n",
               mail);
    const char *const paths[] = {mail};
    struct error error = ERROR_INIT;
    char *shown = NULL;
    assert_true(inspect(*state, paths, 1, false, &shown, &error));
    assert_non_null(strstr(shown, "\nKind:          human\nWhy:           "));
    assert_non_null(strstr(shown, "\nFrom:          Anna <anna@example.org>\n"));
    assert_non_null(strstr(shown, "\nDate:          2013-07-01T10:00:00Z\n"));
    assert_non_null(strstr(shown, "\nText:          one\n\n                two ?[31m\n"));
    assert_null(strchr(shown, '\x1B'));
    assert_null(strstr(shown, " \n"));
    free(shown);
    unlink(mail);
}

static void test_missing_file(void **state) {
    /* Goal: a file that can't be read is an error that names it; the mails before it are shown. */
    char mail[32];
    write_mail("From: a@b.org\n\nhello\n", mail);
    const char *const paths[] = {mail, "/nonexistent/mail.eml", mail};
    struct error error = ERROR_INIT;
    char *shown = NULL;
    assert_false(inspect(*state, paths, 3, true, &shown, &error));
    assert_non_null(strstr(error.message, "/nonexistent/mail.eml"));
    assert_non_null(strstr(shown, "hello"));
    assert_int_equal(strchr(shown, '\n') - shown, (ptrdiff_t)strlen(shown) - 1);
    free(shown);
    unlink(mail);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_json, start, stop),
        cmocka_unit_test_setup_teardown(test_people, start, stop),
        cmocka_unit_test_setup_teardown(test_missing_file, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
