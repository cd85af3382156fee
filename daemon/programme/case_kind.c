#include "programme/case_kind.h"

#include "base/clock.h"
#include "base/error.h"
#include "programme/decide_coordinator.h"

enum { A_WEEK = 7 * SECONDS_PER_DAY, TWO_WEEKS = 14 * SECONDS_PER_DAY };

/* What may be replied. */
#define BIT(verb) CASE_VERB_BIT(CASE_VERB_##verb)
#define ANY (BIT(NOTE) | BIT(SNOOZE) | BIT(DONE))
#define TALK (ANY | BIT(ANSWER))
#define WRITER (TALK | BIT(STOP) | BIT(RESUME))
#define OUTCOMES (BIT(NO_ACTION) | BIT(WARNING) | BIT(TERMINATE) | BIT(BAN))
#define PARTNERS (BIT(HOLD) | BIT(RESUME) | BIT(REMATCH) | BIT(DISSOLVE))

struct case_traits case_kind_traits(enum case_kind kind) {
    const struct case_traits traits[] = {
        [CASE_MESSAGE] = {REASON("A mail waits"), .offers = WRITER | BIT(LETTER) | BIT(CONTACT) | BIT(HOLD),
                          .soon = true},
        [CASE_REPORT] = {REASON("Report of misconduct"), .offers = BIT(NOTE) | BIT(SNOOZE) | OUTCOMES, .at_once = true,
                         .grave = true},
        [CASE_HELP] = {REASON("Help is asked for"), .offers = WRITER | BIT(CONTACT) | PARTNERS, .at_once = true},
        [CASE_LOOK] = {REASON("A mail needs a look"), .offers = WRITER | BIT(LETTER) | BIT(CONTACT) | PARTNERS,
                       .at_once = true},
        [CASE_COMPLAINT] = {REASON("Spam complaint"), .offers = TALK | BIT(RESUME), .at_once = false},
        [CASE_ADDRESS] = {REASON("Mail comes back"), .offers = ANY | BIT(RESUME) | BIT(STOP) | PARTNERS,
                          .at_once = false},
        [CASE_LETTER] = {REASON("Letters need a look"), .offers = TALK | BIT(LETTER) | BIT(HOLD), .at_once = true},
        [CASE_PARTING] = {REASON("Somebody left"), .offers = TALK, .at_once = false, .lapses = TWO_WEEKS},
        [CASE_REFUSED] = {REASON("A message was refused"), .offers = ANY, .at_once = false},
        [CASE_HELD] = {REASON("Messages are held"), .offers = ANY, .at_once = true},
        [CASE_SKIPPED] = {REASON("Messages were skipped"), .offers = ANY, .at_once = false, .lapses = TWO_WEEKS},
        [CASE_TEXT] = {REASON("A text has an error"), .offers = ANY, .at_once = true},
        [CASE_LEFT_OVER] = {REASON("Somebody is left over"), .offers = TALK, .at_once = false},
        [CASE_REMATCH] = {REASON("Two could be partners"), .offers = ANY | BIT(MATCH), .at_once = false},
        [CASE_REMARK] = {REASON("Words beside an answer"), .offers = WRITER | BIT(CONTACT), .told_once = A_WEEK},
        [CASE_SILENCE] = {REASON("A partnership needs you"), .offers = ANY | BIT(NUDGE) | BIT(CONTACT) | PARTNERS,
                          .at_once = true, .together = true},
        [CASE_SERVICE] = {REASON("Mail is interrupted"), .offers = ANY, .at_once = true},
    };
    require((size_t)kind < COUNT_OF(traits));
    return traits[kind];
}

enum {
    SOON = 3,          /* days after which a decision waits for no Monday */
    NEXT_BUT_ONE = 8,  /* days, of which the first Monday then is the second one */
    QUIET = 28 - SOON, /* days */
};

/* The first Monday that is DAYS or more after TODAY. */
static int64_t monday(int64_t today, int64_t days) {
    int64_t first = today + days;
    return first + (8 - civil_weekday(civil_from_days(first))) % 7;
}

int64_t case_kind_tell_first_at(enum case_kind kind, bool at_once, int64_t opened_at, const struct zone *zone,
                                int64_t at) {
    struct zone_local opened;
    struct case_traits traits = case_kind_traits(kind);
    if (at_once)
        return opened_at;
    zone_to_local(zone, opened_at, &opened);
    int64_t today = civil_to_days(opened.date), day = monday(today, traits.told_once ? NEXT_BUT_ONE : 1);
    if ((traits.soon || traits.at_once) && day > today + SOON)
        day = today + SOON;
    return zone_to_utc(zone, civil_from_days(day), (int32_t)at);
}

int64_t case_kind_tell_again_at(enum case_kind kind, bool at_once, int64_t opened_at, int64_t told_at,
                                const struct zone *zone, int64_t at) {
    struct zone_local opened, told;
    struct case_traits traits = case_kind_traits(kind);
    if (traits.told_once)
        return told_at + traits.told_once;
    if (traits.lapses && opened_at + traits.lapses > told_at)
        return opened_at + traits.lapses;
    zone_to_local(zone, opened_at, &opened);
    zone_to_local(zone, told_at, &told);
    int64_t today = civil_to_days(told.date), age = today - civil_to_days(opened.date);
    int64_t day = traits.grave && age < 1        ? today + 1
                  : traits.together              ? monday(today, at_once ? SOON : QUIET)
                  : traits.at_once && age < SOON ? today + SOON
                                                 : monday(today, SOON);
    return zone_to_utc(zone, civil_from_days(day), (int32_t)at);
}

int64_t case_kind_next_week(int64_t now, const struct zone *zone, int64_t at) {
    struct zone_local local;
    zone_to_local(zone, now, &local);
    int64_t day = monday(civil_to_days(local.date), 0), moment = zone_to_utc(zone, civil_from_days(day), (int32_t)at);
    return moment > now ? moment : zone_to_utc(zone, civil_from_days(day + 7), (int32_t)at);
}
