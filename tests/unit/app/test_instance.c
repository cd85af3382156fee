/* Goal: there is one daemon a database, and a second one is told which process the first one is. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/instance.h"
#include "base/clock.h"

static void make_path(char *folder, char *database, size_t size) {
    assert_non_null(mkdtemp(folder));
    snprintf(database, size, "%s/database", folder);
}

static void remove_all(const char *folder, const char *database) {
    char lock[64];
    snprintf(lock, sizeof lock, "%s.lock", database);
    unlink(lock);
    rmdir(folder);
}

/* Goal: the second is refused at once, by pid, and the lock is free again when its holder is gone. */
static void test_second_is_refused(void **state) {
    char folder[] = "/tmp/instance-XXXXXX", database[48], pid[32];
    struct error error = ERROR_INIT;
    int first, second = -1;
    (void)state;
    make_path(folder, database, sizeof database);
    assert_true(instance_lock(database, &first, &error));
    assert_false(instance_lock(database, &second, &error));
    assert_int_equal(second, -1);
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    snprintf(pid, sizeof pid, "(pid %d)", (int)getpid());
    assert_non_null(strstr(error.message, pid));
    assert_non_null(strstr(error.message, database));
    close(first);
    assert_true(instance_lock(database, &second, &error));
    close(second);
    remove_all(folder, database);
}

/* Goal: a lock file that can't be made is told with its path. */
static void test_no_folder(void **state) {
    struct error error = ERROR_INIT;
    int fd = -1;
    (void)state;
    assert_false(instance_lock("/tmp/no such folder/database", &fd, &error));
    assert_non_null(strstr(error.message, "/tmp/no such folder/database.lock"));
    assert_int_equal(fd, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_second_is_refused),
        cmocka_unit_test(test_no_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
