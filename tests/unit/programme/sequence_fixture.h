#pragma once
/* Zones, steps and moments as the sequence's tests write them. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "programme/sequence.h"

enum { MORNING = 9 * SECONDS_PER_HOUR };

static const char *const moments[] = {
    "accepted",
    "accepted + 3 days",
    "accepted + 2 hours",
    "round",
    "round - 1 week",
    "round + 1 day",
    "start",
    "start + 7 days",
    "start + 1 month",
    "start + 9 months",
    "monthly",
    "monthly + 14 days",
    "monthly - 3 days",
    "monthly + 5 hours",
    "end",
    "end - 1 week",
    "end + 3 days",
    "end - 2 months",
};

static inline const struct zone *zone_of(const char *name) {
    const struct zone *zone = NULL;
    struct error error = ERROR_INIT;
    if (!zone_load(name, &zone, &error))
        fail_msg("%s", error.message);
    return zone;
}

static inline struct step step_of(const char *name, const char *when) {
    struct step step = {.name = name, .template_name = name, .at = MORNING};
    struct error error = ERROR_INIT;
    if (!moment_parse(when, &step.when, &error))
        fail_msg("%s", error.message);
    bool personal = step.when.anchor == MOMENT_ACCEPTED || step.when.anchor == MOMENT_ROUND;
    step.to = personal ? STEP_TO_PARTICIPANT : STEP_TO_PARTNERSHIP;
    return step;
}

static inline int64_t at(const char *zone, const char *date, int hour, int minute) {
    struct civil_date day;
    struct error error;
    assert_true(civil_parse_date(date, &day, &error));
    return zone_to_utc(zone_of(zone), day, hour * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE);
}
