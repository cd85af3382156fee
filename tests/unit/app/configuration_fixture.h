#pragma once
/* A folder for configuration files that a test writes. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/configuration/configuration.h"
#include "app/configuration/configuration_options.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "base/text.h"
#include "programme/sequence.h"

static char folder[] = "/tmp/tandempost-test-XXXXXX";
static char path[128];

static inline int set_up(void **state) {
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/main.conf", folder);
    return 0;
}

static inline int tear_down(void **state) {
    (void)state;
    static const char *const names[] = {"main.conf", "more.conf", "again.conf"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char name[160];
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        unlink(name);
    }
    return rmdir(folder);
}

static inline void write_file(const char *name, const char *bytes, size_t length) {
    char whole[160];
    snprintf(whole, sizeof whole, "%s/%s", folder, name);
    FILE *file = fopen(whole, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}
