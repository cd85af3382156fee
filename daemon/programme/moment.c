#include "programme/moment.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/suggest.h"

#define EXAMPLES "write for example \"start\", \"start + 7 days\", \"monthly + 2 weeks\" or \"end - 1 week\""

enum { ANCHOR_SIZE = 32 };

static const char *const anchor_names[] = {
    [MOMENT_ACCEPTED] = "accepted", [MOMENT_ROUND] = "round", [MOMENT_START] = "start",
    [MOMENT_MONTHLY] = "monthly",   [MOMENT_END] = "end",
};

const char *moment_anchor_name(enum moment_anchor anchor) {
    return anchor_names[anchor];
}

static bool find_anchor(const char *word, enum moment_anchor *ret) {
    for (size_t i = 0; i < COUNT_OF(anchor_names); i++)
        if (string_equal_ignore_case(word, anchor_names[i])) {
            *ret = (enum moment_anchor)i;
            return true;
        }
    return false;
}

static bool refuse_anchor(const char *text, const char *word, struct error *error) {
    const char *nearest = suggest_nearest(word, anchor_names, COUNT_OF(anchor_names));
    if (nearest)
        return error_set(error, ERROR_PERMANENT, "\"%.80s\" is not a moment: unknown \"%s\"; did you mean \"%s\"?",
                         text, word, nearest);
    return error_set(error, ERROR_PERMANENT,
                     "\"%.80s\" is not a moment: it begins with accepted, round, start, monthly or end; " EXAMPLES,
                     text);
}

/* Whether the anchor bears such an offset; the fields of OFFSET are still positive. */
static bool check_offset(const char *text, enum moment_anchor anchor, bool before, const struct duration *offset,
                         struct error *error) {
    switch (anchor) {
    case MOMENT_ACCEPTED:
    case MOMENT_START:
        if (before)
            return error_set(error, ERROR_PERMANENT, "\"%.80s\": nothing can be sent before \"%s\"; write \"+\"", text,
                             anchor_names[anchor]);
        return true;
    case MOMENT_MONTHLY:
        if (offset->months)
            return error_set(error, ERROR_PERMANENT,
                             "\"%.80s\": \"monthly\" comes every month; add days or weeks to it, not months", text);
        if (before && offset->days * SECONDS_PER_DAY + offset->seconds >= 28 * (int64_t)SECONDS_PER_DAY)
            return error_set(error, ERROR_PERMANENT, "\"%.80s\": at most 27 days before \"monthly\"", text);
        return true;
    case MOMENT_ROUND:
    case MOMENT_END:
        return true;
    }
    return true;
}

bool moment_parse(const char *text, struct moment *ret, struct error *error) {
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, text);
    const char *shown = text_string(&printable), *cursor = shown + strspn(shown, " \t");
    char word[ANCHOR_SIZE];
    size_t length = strcspn(cursor, " \t+-"), kept = length < sizeof word ? length : sizeof word - 1;
    memcpy(word, cursor, kept);
    word[kept] = '\0';
    struct moment moment = {0};
    if (!find_anchor(word, &moment.anchor))
        return refuse_anchor(shown, word, error);
    cursor += length;
    cursor += strspn(cursor, " \t");
    if (*cursor) {
        bool before = *cursor == '-';
        if (!before && *cursor != '+')
            return error_set(error, ERROR_PERMANENT,
                             "\"%.80s\" is not a moment: \"+\" or \"-\" and a duration may follow \"%s\"; " EXAMPLES,
                             shown, anchor_names[moment.anchor]);
        if (!duration_parse(cursor + 1, &moment.offset, error))
            return error_prefix(error, "\"%.80s\" is not a moment", shown);
        if (!check_offset(shown, moment.anchor, before, &moment.offset, error))
            return false;
        if (before)
            moment.offset = duration_negate(&moment.offset);
    }
    *ret = moment;
    return true;
}

void moment_format(const struct moment *moment, struct text *text) {
    text_append(text, anchor_names[moment->anchor]);
    if (duration_is_zero(&moment->offset))
        return;
    bool before = moment->offset.months < 0 || moment->offset.days < 0 || moment->offset.seconds < 0;
    text_append(text, before ? " - " : " + ");
    duration_format(&moment->offset, text);
}
