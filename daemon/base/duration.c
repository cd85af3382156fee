#include "base/duration.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/suggest.h"

#define EXAMPLES "write for example \"5 minutes\", \"10 days\" or \"6 months\""

enum duration_field { FIELD_MONTHS, FIELD_DAYS, FIELD_SECONDS };

/* Most of each field: a hundred years. */
static const int64_t field_most[] = {
    [FIELD_MONTHS] = 1200, [FIELD_DAYS] = 36525, [FIELD_SECONDS] = (int64_t)36525 * SECONDS_PER_DAY};

/* Plurals first: of two equally near, they are suggested. */
static const struct unit {
    const char *name;
    enum duration_field field;
    int64_t size;
} units[] = {
    {"seconds", FIELD_SECONDS, 1},
    {"second", FIELD_SECONDS, 1},
    {"minutes", FIELD_SECONDS, SECONDS_PER_MINUTE},
    {"minute", FIELD_SECONDS, SECONDS_PER_MINUTE},
    {"hours", FIELD_SECONDS, SECONDS_PER_HOUR},
    {"hour", FIELD_SECONDS, SECONDS_PER_HOUR},
    {"days", FIELD_DAYS, 1},
    {"day", FIELD_DAYS, 1},
    {"weeks", FIELD_DAYS, 7},
    {"week", FIELD_DAYS, 7},
    {"fortnights", FIELD_DAYS, 14},
    {"fortnight", FIELD_DAYS, 14},
    {"months", FIELD_MONTHS, 1},
    {"month", FIELD_MONTHS, 1},
    {"years", FIELD_MONTHS, 12},
    {"year", FIELD_MONTHS, 12},
    {"s", FIELD_SECONDS, 1},
    {"sec", FIELD_SECONDS, 1},
    {"min", FIELD_SECONDS, SECONDS_PER_MINUTE},
    {"h", FIELD_SECONDS, SECONDS_PER_HOUR},
    {"d", FIELD_DAYS, 1},
};

static const struct {
    const char *word;
    int64_t number;
} number_words[] = {
    {"a", 1},   {"an", 1},    {"one", 1},   {"two", 2},  {"three", 3}, {"four", 4},    {"five", 5},
    {"six", 6}, {"seven", 7}, {"eight", 8}, {"nine", 9}, {"ten", 10},  {"eleven", 11}, {"twelve", 12},
};

enum { WORD_SIZE = 32 };

/* Copies what stands before the next blank, comma or change between digits and letters ("1h30min") and moves *CURSOR
 * past it; a longer word is cut. */
static void next_word(const char **cursor, char word[WORD_SIZE]) {
    *cursor += strspn(*cursor, " \t,");
    const char *start = *cursor;
    size_t length = strspn(start, "0123456789");
    if (length == 0 && start[0] != '-')
        length = strcspn(start, " \t,0123456789");
    else if (length == 0 || start[length] == '.')
        length = strcspn(start, " \t,");
    size_t kept = length < WORD_SIZE ? length : WORD_SIZE - 1;
    memcpy(word, *cursor, kept);
    word[kept] = '\0';
    *cursor += length;
}

static bool read_number(const char *word, int64_t *ret) {
    for (size_t i = 0; i < COUNT_OF(number_words); i++)
        if (string_equal_ignore_case(word, number_words[i].word)) {
            *ret = number_words[i].number;
            return true;
        }
    return word[0] >= '0' && word[0] <= '9' && string_to_integer(word, ret);
}

static const struct unit *find_unit(const char *word) {
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (string_equal_ignore_case(word, units[i].name))
            return &units[i];
    return NULL;
}

/* Says why WORD, which should have been a unit, is none. */
static bool refuse_unit(const char *text, const char *word, struct error *error) {
    if (string_is_empty(word))
        return error_set(error, ERROR_PERMANENT, "\"%.80s\" is not a duration: it has no unit; " EXAMPLES, text);
    if (string_equal_ignore_case(word, "m"))
        return error_set(error, ERROR_PERMANENT,
                         "\"%.80s\" is not a duration: \"m\" could be minutes or months; write the word out", text);
    const char *nearest = suggest_nearest_in(word, &units[0].name, COUNT_OF(units), sizeof units[0]);
    if (nearest && strlen(nearest) > 2)
        return error_set(error, ERROR_PERMANENT,
                         "\"%.80s\" is not a duration: unknown unit \"%s\"; did you mean \"%s\"?", text, word, nearest);
    return error_set(error, ERROR_PERMANENT, "\"%.80s\" is not a duration: unknown unit \"%s\"; " EXAMPLES, text, word);
}

bool duration_parse(const char *text, struct duration *ret, struct error *error) {
    auto_text printable = TEXT_EMPTY;
    text_append_printable(&printable, text);
    const char *shown = text_string(&printable);
    int64_t fields[COUNT_OF(field_most)] = {0};
    const char *cursor = shown;
    char word[WORD_SIZE];
    bool any = false;
    for (next_word(&cursor, word); word[0]; next_word(&cursor, word)) {
        if (any && string_equal_ignore_case(word, "and"))
            next_word(&cursor, word);
        int64_t number;
        if (!read_number(word, &number))
            return error_set(error, ERROR_PERMANENT,
                             "\"%.80s\" is not a duration: a whole number should stand where \"%s\" is; " EXAMPLES,
                             shown, word);
        next_word(&cursor, word);
        const struct unit *unit = find_unit(word);
        if (!unit)
            return refuse_unit(shown, word, error);
        int64_t *field = &fields[unit->field];
        if (__builtin_mul_overflow(number, unit->size, &number) || __builtin_add_overflow(*field, number, field) ||
            *field > field_most[unit->field])
            return error_set(error, ERROR_PERMANENT, "\"%.80s\" is too long: at most a hundred years", shown);
        any = true;
    }
    if (!any)
        return error_set(error, ERROR_PERMANENT, "a duration is missing; " EXAMPLES);
    *ret =
        (struct duration){.months = fields[FIELD_MONTHS], .days = fields[FIELD_DAYS], .seconds = fields[FIELD_SECONDS]};
    return true;
}

bool duration_parse_seconds(const char *text, int64_t *ret_seconds, struct error *error) {
    struct duration duration;
    if (!duration_parse(text, &duration, error))
        return false;
    if (duration.months)
        return error_set(error, ERROR_PERMANENT,
                         "\"%.80s\" can't be used here, because months differ in length: write days, hours, minutes or "
                         "seconds",
                         text);
    *ret_seconds = duration.days * SECONDS_PER_DAY + duration.seconds;
    return true;
}

static void append_part(struct text *text, int64_t number, const char *unit) {
    if (number == 0)
        return;
    if (text->length && text->bytes[text->length - 1] != ' ')
        text_append_char(text, ' ');
    text_append_format(text, "%" PRId64 " %s%s", number, unit, number == 1 ? "" : "s");
}

static int64_t magnitude(int64_t number) {
    return number < 0 ? -number : number;
}

void duration_format(const struct duration *duration, struct text *text) {
    auto_text words = TEXT_EMPTY;
    int64_t seconds = magnitude(duration->seconds);
    append_part(&words, magnitude(duration->months), "month");
    append_part(&words, magnitude(duration->days), "day");
    append_part(&words, seconds / SECONDS_PER_HOUR, "hour");
    append_part(&words, seconds / SECONDS_PER_MINUTE % 60, "minute");
    append_part(&words, seconds % 60, "second");
    text_append(text, words.length ? text_string(&words) : "0 seconds");
}

bool duration_is_zero(const struct duration *duration) {
    return duration->months == 0 && duration->days == 0 && duration->seconds == 0;
}

struct duration duration_negate(const struct duration *duration) {
    return (struct duration){.months = -duration->months, .days = -duration->days, .seconds = -duration->seconds};
}
