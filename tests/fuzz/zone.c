/* Time zone files. */
#include <string.h>

#include "base/zone_file.h"
#include "harness.h"

void fuzz_prepare(void) {
}

void fuzz_try(const char *bytes, size_t length) {
    static const int64_t moments[] = {INT64_MIN / 4, -5000000000, -1,           0,
                                      1795443660,    2500000000,  100000000000, INT64_MAX / 4};
    struct zone_file file;
    struct error error = ERROR_INIT;
    if (!zone_file_parse((const uint8_t *)bytes, length, &file, &error)) {
        check(*error.message);
        return;
    }
    for (size_t i = 1; i < file.time_count; i++)
        check(file.times[i - 1] < file.times[i]);
    for (size_t i = 0; i < COUNT_OF(moments); i++) {
        int64_t next = 0;
        const struct zone_type *type = zone_file_type_at(&file, moments[i], &next);
        check(type && next > moments[i]);
        check(type->offset > -90000 * 2 && type->offset < 90000 * 2);
        check(memchr(type->abbreviation, 0, sizeof type->abbreviation));
    }
    zone_file_free(&file);
}
