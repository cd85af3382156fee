/* The part of programme/sequence.h that judges what a configuration says. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/suggest.h"
#include "base/text.h"
#include "programme/sequence.h"

enum { NAME_LENGTH_MAX = 64 };

static const char *const recipient_names[] = {
    [STEP_TO_PARTICIPANT] = "participant",
    [STEP_TO_PARTNERSHIP] = "partnership",
};

const char *sequence_recipient_name(enum step_recipient recipient) {
    return recipient_names[recipient];
}

bool sequence_find_recipient(const char *word, enum step_recipient *ret, struct error *error) {
    for (size_t i = 0; i < COUNT_OF(recipient_names); i++)
        if (string_equal(word, recipient_names[i])) {
            *ret = (enum step_recipient)i;
            return true;
        }
    auto_text shown = TEXT_EMPTY;
    text_append_printable(&shown, word);
    const char *nearest = suggest_nearest(word, recipient_names, COUNT_OF(recipient_names));
    if (nearest)
        return error_set(error, ERROR_PERMANENT, "unknown recipient \"%.80s\"; did you mean \"%s\"?",
                         text_string(&shown), nearest);
    return error_set(error, ERROR_PERMANENT, "unknown recipient \"%.80s\"; write \"participant\" or \"partnership\"",
                     text_string(&shown));
}

bool sequence_parse_at(const char *text, bool *ret_at_once, int32_t *ret_at, struct error *error) {
    int32_t at = 0;
    bool at_once = string_equal_ignore_case(text, "at once");
    if (!at_once && !civil_parse_time_of_day(text, &at, error)) {
        const size_t length = strlen(error->message);
        snprintf(error->message + length, sizeof error->message - length, ", or \"at once\"");
        return false;
    }
    *ret_at_once = at_once;
    *ret_at = at;
    return true;
}

/* Names become part of keys and file names. */
static bool check_name(const char *what, const char *name, struct error *error) {
    if (string_is_empty(name))
        return error_set(error, ERROR_PERMANENT, "the %s is missing", what);
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
    if (name[0] != '.' && strspn(name, allowed) == strlen(name) && strlen(name) <= NAME_LENGTH_MAX)
        return true;
    auto_text shown = TEXT_EMPTY;
    text_append_printable(&shown, name);
    return error_set(
        error, ERROR_PERMANENT,
        "\"%.80s\" can't be a %s: use small letters, digits, \"-\", \"_\" and \".\" (not first), at most %d",
        text_string(&shown), what, NAME_LENGTH_MAX);
}

static bool is_for_participant(enum moment_anchor anchor) {
    return anchor == MOMENT_ACCEPTED || anchor == MOMENT_ROUND;
}

bool sequence_check_step(const struct step *step, struct error *error) {
    if (!check_name("step's name", step->name, error) || !check_name("template's name", step->template_name, error))
        return false;
    if (is_for_participant(step->when.anchor) != (step->to == STEP_TO_PARTICIPANT))
        return error_set(error, ERROR_PERMANENT, "a step to = \"%s\" is counted from %s, not from \"%s\"",
                         sequence_recipient_name(step->to),
                         step->to == STEP_TO_PARTICIPANT ? "\"accepted\" or \"round\""
                                                         : "\"start\", \"monthly\" or \"end\"",
                         moment_anchor_name(step->when.anchor));
    if (step->topics && step->when.anchor != MOMENT_MONTHLY)
        return error_set(error, ERROR_PERMANENT, "topics = yes needs when = \"monthly\", with or without an offset");
    if (step->form && (step->to != STEP_TO_PARTNERSHIP || step->when.anchor == MOMENT_MONTHLY || step->asks))
        return error_set(
            error, ERROR_PERMANENT,
            "form is for a step to = \"partnership\" that comes once and asks nothing else: when = \"start + 3 "
            "months\" or \"end + 3 days\"");
    if (step->has_expires && duration_is_zero(&step->expires))
        return error_set(error, ERROR_PERMANENT, "expires = 0 would never be sent; write for example \"10 days\"");
    if (step->when.offset.seconds < 0 && !step->at_once)
        return error_set(error, ERROR_PERMANENT,
                         "hours before \"%s\" need at = \"at once\"; at a time of day, count in days",
                         moment_anchor_name(step->when.anchor));
    return true;
}

bool sequence_check_length(const struct duration *length, struct error *error) {
    if (length->months == 0 && length->days * SECONDS_PER_DAY + length->seconds < SECONDS_PER_DAY)
        return error_set(error, ERROR_PERMANENT, "a round lasts at least a day; write for example \"6 months\"");
    int64_t days = length->months * 31 + length->days + length->seconds / SECONDS_PER_DAY;
    if (days > SEQUENCE_MONTHS_MAX * 31)
        return error_set(error, ERROR_PERMANENT, "a round lasts at most %d months; write for example \"6 months\"",
                         SEQUENCE_MONTHS_MAX);
    return true;
}
