#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/configuration/secret.h"
#include "app/notify.h"
#include "base/clock.h"
#include "base/memory.h"

static char folder[] = "/tmp/tandempost-test-XXXXXX";
static char path[128];

static int set_up(void **state) {
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/secret", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    unlink(path);
    return rmdir(folder);
}

static void write_secret(const char *text, mode_t mode) {
    unlink(path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static struct secret_source source(enum secret_kind kind, const char *value) {
    return (struct secret_source){kind, value, "password_test", NULL};
}

static void expect_secret(enum secret_kind kind, const char *value, const char *expected) {
    struct error error = ERROR_INIT;
    struct secret_source wanted = source(kind, value);
    auto_secret secret = NULL;
    if (!secret_fetch(&wanted, &secret, &error))
        fail_msg("%s", error.message);
    assert_string_equal(secret, expected);
}

static void expect_refused(enum secret_kind kind, const char *value, enum error_class class, const char *words) {
    struct error error = ERROR_INIT;
    struct secret_source wanted = source(kind, value);
    char *secret = NULL;
    assert_false(secret_fetch(&wanted, &secret, &error));
    assert_null(secret);
    assert_int_equal(error.class, class);
    if (!strstr(error.message, words))
        fail_msg("%s", error.message);
    assert_null(strstr(error.message, "s3cret"));
}

static void test_files(void **state) {
    /* Goal: the first line of a file that is its owner's alone; anything else is refused with what to do. */
    (void)state;
    write_secret("s3cret word\r\nmore\n", 0600);
    expect_secret(SECRET_FILE, path, "s3cret word");
    write_secret("s3cret", 0400);
    expect_secret(SECRET_FILE, path, "s3cret");
    write_secret("s3cret\n", 0640);
    expect_refused(SECRET_FILE, path, ERROR_CONFIGURATION, "chmod 600");
    write_secret("s3cret\n", 0604);
    expect_refused(SECRET_FILE, path, ERROR_CONFIGURATION, "chmod 600");
    write_secret("\ns3cret\n", 0600);
    expect_refused(SECRET_FILE, path, ERROR_CONFIGURATION, "empty");
    expect_refused(SECRET_FILE, folder, ERROR_CONFIGURATION, "not a regular file");
    expect_refused(SECRET_FILE, "/nonexistent/file", ERROR_CONFIGURATION, "No such file");
}

static void test_credentials(void **state) {
    /* Goal: systemd's credentials are found by name, whatever their mode; where there are none, the way out is told. */
    (void)state;
    write_secret("s3cret\n", 0440);
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    expect_secret(SECRET_CREDENTIAL, "secret", "s3cret");
    expect_refused(SECRET_CREDENTIAL, "other", ERROR_CONFIGURATION, "LoadCredential=");
    unsetenv("CREDENTIALS_DIRECTORY");
    expect_refused(SECRET_CREDENTIAL, "secret", ERROR_CONFIGURATION, "CREDENTIALS_DIRECTORY");
}

static void test_stored_credentials(void **state) {
    /* Goal: a command, to which systemd gives nothing, finds a credential where the unit takes it from. */
    (void)state;
    struct secret_source source = {SECRET_CREDENTIAL, "smtp-password", "password_credential", path};
    struct error error = ERROR_INIT;
    char *secret = NULL;
    write_secret("s3cret\n", 0600);
    assert_true(secret_fetch(&source, &secret, &error));
    assert_string_equal(secret, "s3cret");
    secret_free(secret);
    source.stored = "/nonexistent/tandempost.smtp-password";
    assert_false(secret_fetch(&source, &secret, &error));
    assert_non_null(strstr(error.message, "Put the password into /nonexistent/tandempost.smtp-password"));
}

static void test_commands(void **state) {
    /* Goal: a command's first line, without a shell unless one is named; its failures are temporary ones. */
    (void)state;
    expect_secret(SECRET_COMMAND, "printf 's3cret\\nmore'", "s3cret");
    expect_secret(SECRET_OAUTH2_TOKEN, "echo \"a  b\" 'c;d' $HOME", "a  b c;d $HOME");
    expect_secret(SECRET_COMMAND, "sh -c 'echo one | tr o 0'", "0ne");
    expect_refused(SECRET_COMMAND, "false", ERROR_TEMPORARY, "exit code 1");
    expect_refused(SECRET_COMMAND, "true", ERROR_CONFIGURATION, "empty");
    expect_refused(SECRET_COMMAND, "/nonexistent/command", ERROR_CONFIGURATION, "can't run");
    expect_refused(SECRET_COMMAND, "echo 'open", ERROR_CONFIGURATION, "quote left open");
    expect_refused(SECRET_COMMAND, "  ", ERROR_CONFIGURATION, "not a command");
    expect_refused(SECRET_COMMAND, "head -c 70000 /dev/zero", ERROR_CONFIGURATION, "empty");
    expect_refused(SECRET_COMMAND, "sh -c 'kill -9 $$'", ERROR_TEMPORARY, "signal 9");
}

static void test_endless_output(void **state) {
    /* Goal: a command that never stops writing is cut off at the bound, not awaited. */
    (void)state;
    expect_secret(SECRET_COMMAND, "yes s3crets3cret", "s3crets3cret");
    expect_refused(SECRET_COMMAND, "sh -c 'tr \"\\0\" x </dev/zero'", ERROR_CONFIGURATION, "longer than");
}

static void test_none(void **state) {
    /* Goal: no secret is no failure. */
    (void)state;
    struct error error = ERROR_INIT;
    struct secret_source none = source(SECRET_NONE, NULL);
    char *secret = path;
    assert_true(secret_fetch(&none, &secret, &error));
    assert_null(secret);
    secret_free(NULL);
}

static void test_notify(void **state) {
    /* Goal: a daemon that listens is woken, a second one is refused, a dead one's socket is taken over, and without any
     * daemon a command goes on. */
    (void)state;
    struct error error = ERROR_INIT;
    char database[160];
    int receiver = -1, second = -1;
    snprintf(database, sizeof database, "%s/notify.db", folder);
    assert_false(notify_send(database));
    assert_true(notify_open_receiver(database, &receiver, &error));
    assert_false(notify_drain(receiver));
    assert_true(notify_send(database));
    assert_true(notify_send(database));
    assert_true(notify_drain(receiver));
    assert_false(notify_drain(receiver));
    assert_false(notify_open_receiver(database, &second, &error));
    assert_non_null(strstr(error.message, "Another tandempost daemon"));
    close(receiver); /* as if it had died */
    assert_false(notify_send(database));
    assert_true(notify_open_receiver(database, &receiver, &error));
    assert_true(notify_send(database));
    notify_close_receiver(database, receiver);
    notify_close_receiver(database, -1);
    assert_false(notify_send(database));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_credentials),
        cmocka_unit_test(test_stored_credentials),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_endless_output),
        cmocka_unit_test(test_none),
        cmocka_unit_test(test_notify),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
