#include "programme/case_kind.h"

#include "base/clock.h"
#include "base/error.h"

enum { TWO_WEEKS = 14 * SECONDS_PER_DAY };

struct case_traits case_kind_traits(enum case_kind kind) {
    const struct case_traits traits[] = {
        [CASE_MESSAGE] = {REASON("A mail waits"), .at_once = false},
        [CASE_REPORT] = {REASON("Report of misconduct"), .at_once = true, .grave = true},
        [CASE_HELP] = {REASON("Help is asked for"), .at_once = true},
        [CASE_LOOK] = {REASON("A mail needs a look"), .at_once = true},
        [CASE_COMPLAINT] = {REASON("Spam complaint"), .at_once = true},
        [CASE_ADDRESS] = {REASON("Mail comes back"), .at_once = true},
        [CASE_LETTER] = {REASON("Letters need a look"), .at_once = true},
        [CASE_PARTING] = {REASON("Somebody left"), .at_once = false, .lapses = TWO_WEEKS},
        [CASE_REFUSED] = {REASON("A message was refused"), .at_once = true},
        [CASE_HELD] = {REASON("Messages are held"), .at_once = true},
        [CASE_SKIPPED] = {REASON("Messages were skipped"), .at_once = true, .lapses = TWO_WEEKS},
        [CASE_TEXT] = {REASON("A text has an error"), .at_once = true},
        [CASE_LEFT_OVER] = {REASON("Somebody is left over"), .at_once = true},
        [CASE_REMATCH] = {REASON("Two could be partners"), .at_once = true},
        [CASE_SERVICE] = {REASON("Mail is interrupted"), .at_once = true},
        [CASE_SILENCE] = {REASON("A partnership needs you"), .at_once = true},
    };
    require((size_t)kind < COUNT_OF(traits));
    return traits[kind];
}

int64_t case_kind_tell_again_at(enum case_kind kind, int64_t opened_at, int64_t told_at, const struct zone *zone,
                                int64_t at) {
    struct zone_local opened, told;
    zone_to_local(zone, opened_at, &opened);
    zone_to_local(zone, told_at, &told);
    int64_t today = civil_to_days(told.date), age = today - civil_to_days(opened.date);
    bool hurries = case_kind_traits(kind).at_once;
    int days = age < 1 ? (hurries ? 1 : 3) : hurries && age < 4 ? 3 : 7;
    return zone_to_utc(zone, civil_from_days(today + days), (int32_t)at);
}
