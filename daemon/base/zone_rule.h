#pragma once
/* The inside of base/zone: POSIX TZ rules. Nobody else includes this. */
#include <stdbool.h>

#include "base/zone_file.h"

/* Reads a TZ string such as "AEST-10AEDT,M10.1.0,M4.1.0/3"; false where it isn't one. */
bool zone_rule_parse(const char *text, struct zone_rule *ret);

/* As zone_file_type_at, by the rule alone. */
const struct zone_type *zone_rule_type_at(const struct zone_rule *rule, int64_t moment, int64_t *ret_next);
