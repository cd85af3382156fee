#include "programme/enrolment_rules.h"

#include "programme/round_rules.h"

enum { DAY = 24 * 60 * 60 };

bool enrolment_rules_allow(const struct enrolment_settings *settings, int64_t taken_of_country, int64_t taken) {
    int64_t share = settings->country_share * (taken + 1) / 100;
    return taken_of_country + 1 <= (share > settings->country_minimum ? share : settings->country_minimum);
}

static bool closes_before(const struct round *round, const struct round *other) {
    return round->closes_at && (!other->closes_at || round->closes_at < other->closes_at);
}

const struct round *enrolment_rules_choose(const struct round *rounds, size_t count, int64_t moment) {
    const struct round *open = NULL, *newest = NULL;
    for (size_t i = 0; i < count; i++) {
        if (round_is_open_at(&rounds[i], moment) && (!open || closes_before(&rounds[i], open)))
            open = &rounds[i];
        if (rounds[i].state != ROUND_ARCHIVED)
            newest = &rounds[i];
    }
    return open ? open : newest;
}

int64_t enrolment_rules_expiry(const struct enrolment_settings *settings, const struct round *round, int64_t now) {
    int64_t within = now + settings->confirm_within, closing = round->closes_at + DAY;
    return round->closes_at > now && closing < within ? closing : within;
}
