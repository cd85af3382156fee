#include "cli/json_value.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"

json_t *json_value_text(const char *text) {
    json_t *value = text ? json_string(text) : json_null();
    if (value)
        return value;
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, text);
    return json_string(text_string(&printable));
}

json_t *json_value_moment(int64_t moment) {
    char buffer[32];
    return moment ? json_string(clock_format_utc(moment, buffer, sizeof buffer)) : json_null();
}

json_t *json_value_id(int64_t id_or_zero) {
    return id_or_zero ? json_integer(id_or_zero) : json_null();
}

void json_value_print_line(const json_t *object) {
    auto_string json = json_dumps(object, JSON_PRESERVE_ORDER);
    auto_text line = TEXT_EMPTY;
    require(json);
    text_append_json(&line, json);
    printf("%s\n", text_string(&line));
}

int json_value_print(json_t *object) {
    json_value_print_line(object);
    json_decref(object);
    return EXIT_DONE;
}
