#include "base/zone_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/* ---- POSIX TZ rules ---- */

/* A decimal number in LEAST..MOST at *CURSOR, which moves past it. */
static bool take_number(const char **cursor, int least, int most, int *ret) {
    if (!ascii_is_digit(**cursor))
        return false;
    int number = 0;
    for (; ascii_is_digit(**cursor); (*cursor)++) {
        number = number * 10 + (**cursor - '0');
        if (number > most)
            return false;
    }
    *ret = number;
    return number >= least;
}

static bool take_char(const char **cursor, char character) {
    if (**cursor != character)
        return false;
    (*cursor)++;
    return true;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static bool take_time(const char **cursor, int hours_most, int32_t *ret) {
    int sign = 1, hours = 0, minutes = 0, seconds = 0;
    if (take_char(cursor, '-'))
        sign = -1;
    else
        take_char(cursor, '+');
    if (!take_number(cursor, 0, hours_most, &hours))
        return false;
    if (take_char(cursor, ':')) {
        if (!take_number(cursor, 0, 59, &minutes))
            return false;
        if (take_char(cursor, ':') && !take_number(cursor, 0, 59, &seconds))
            return false;
    }
    *ret = sign * (hours * SECONDS_PER_HOUR + minutes * SECONDS_PER_MINUTE + seconds);
    return true;
}

/* Three letters or more, or <letters, digits, signs>. */
static bool take_abbreviation(const char **cursor, char buffer[ZONE_ABBREVIATION_SIZE]) {
    bool quoted = take_char(cursor, '<');
    size_t length = 0;
    while (ascii_is_letter((*cursor)[length]) ||
           (quoted && (ascii_is_digit((*cursor)[length]) || (*cursor)[length] == '+' || (*cursor)[length] == '-')))
        length++;
    if (length < 3 || length >= ZONE_ABBREVIATION_SIZE)
        return false;
    memcpy(buffer, *cursor, length);
    buffer[length] = '\0';
    *cursor += length;
    return !quoted || take_char(cursor, '>');
}

static bool take_date(const char **cursor, struct zone_rule_date *ret) {
    *ret = (struct zone_rule_date){.time = 2 * SECONDS_PER_HOUR};
    bool good;
    if (take_char(cursor, 'M')) {
        ret->kind = DAY_OF_MONTH_WEEK;
        good = take_number(cursor, 1, 12, &ret->month) && take_char(cursor, '.') &&
               take_number(cursor, 1, 5, &ret->week) && take_char(cursor, '.') &&
               take_number(cursor, 0, 6, &ret->weekday);
    } else if (take_char(cursor, 'J')) {
        ret->kind = DAY_WITHOUT_LEAP;
        good = take_number(cursor, 1, 365, &ret->day);
    } else {
        ret->kind = DAY_WITH_LEAP;
        good = take_number(cursor, 0, 365, &ret->day);
    }
    return good && (!take_char(cursor, '/') || take_time(cursor, 167, &ret->time));
}

bool zone_rule_parse(const char *text, struct zone_rule *ret) {
    struct zone_rule rule = {.is_set = true};
    int32_t west; /* POSIX counts offsets westwards */
    if (!take_abbreviation(&text, rule.standard.abbreviation) || !take_time(&text, 24, &west))
        return false;
    rule.standard.offset = -west;
    if (*text) {
        rule.has_daylight_saving = true;
        rule.daylight.daylight_saving = true;
        rule.daylight.offset = rule.standard.offset + SECONDS_PER_HOUR;
        if (!take_abbreviation(&text, rule.daylight.abbreviation))
            return false;
        if (*text != ',') {
            if (!take_time(&text, 24, &west))
                return false;
            rule.daylight.offset = -west;
        }
        if (!take_char(&text, ',') || !take_date(&text, &rule.start) || !take_char(&text, ',') ||
            !take_date(&text, &rule.end) || *text)
            return false;
    }
    *ret = rule;
    return true;
}

/* Local midnight of the rule's day in YEAR plus its time, as if local time were UTC. */
static int64_t local_change(const struct zone_rule_date *date, int64_t year) {
    int64_t days = 0;
    switch (date->kind) {
    case DAY_OF_MONTH_WEEK: {
        struct civil_date first = {.year = year, .month = date->month, .day = 1};
        int day = 1 + (date->weekday - civil_weekday(first) + 7) % 7 + (date->week - 1) * 7;
        if (day > civil_days_in_month(year, date->month))
            day -= 7;
        days = civil_to_days(first) + day - 1;
        break;
    }
    case DAY_WITHOUT_LEAP:
        days = civil_to_days((struct civil_date){.year = year, .month = 1, .day = 1}) + date->day - 1;
        if (date->day >= 60 && civil_days_in_month(year, 2) == 29)
            days++;
        break;
    case DAY_WITH_LEAP:
        days = civil_to_days((struct civil_date){.year = year, .month = 1, .day = 1}) + date->day;
        break;
    }
    return days * SECONDS_PER_DAY + date->time;
}

const struct zone_type *zone_rule_type_at(const struct zone_rule *rule, int64_t moment, int64_t *ret_next) {
    *ret_next = INT64_MAX;
    if (!rule->has_daylight_saving)
        return &rule->standard;
    int64_t days = moment / SECONDS_PER_DAY - (moment % SECONDS_PER_DAY < 0);
    int64_t year = civil_from_days(days).year;
    /* A change can lie a week beside its year (167 hours), so the neighbouring years are looked at too. Where one
     * year's end meets the next one's start (daylight saving all year), the start wins. */
    const struct zone_type *type = NULL;
    int64_t latest = INT64_MIN;
    for (int64_t y = year - 2; y <= year + 2; y++) {
        int64_t start = local_change(&rule->start, y) - rule->standard.offset;
        int64_t end = local_change(&rule->end, y) - rule->daylight.offset;
        if (start <= moment && start >= latest) {
            latest = start;
            type = &rule->daylight;
        }
        if (end <= moment && end > latest) {
            latest = end;
            type = &rule->standard;
        }
        if (start > moment && start < *ret_next)
            *ret_next = start;
        if (end > moment && end < *ret_next)
            *ret_next = end;
    }
    return type ? type : &rule->standard;
}

/* ---- Files ---- */

enum { HEADER_SIZE = 44, TYPE_SIZE = 6, TIMES_MAX = 20000, TYPES_MAX = 256, FOOTER_MAX = 256 };

/* RFC 8536 section 3.1. */
struct header {
    char version;
    uint32_t utc_count, standard_count, leap_count, time_count, type_count, character_count;
};

static uint32_t read_u32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int64_t read_time(const uint8_t *bytes, size_t size) {
    if (size == 4)
        return (int32_t)read_u32(bytes);
    return (int64_t)((uint64_t)read_u32(bytes) << 32 | read_u32(bytes + 4));
}

static bool read_header(const uint8_t *bytes, size_t length, struct header *ret, struct error *error) {
    if (length < HEADER_SIZE || memcmp(bytes, "TZif", 4) != 0)
        return error_set(error, ERROR_CONFIGURATION, "not a zoneinfo file");
    *ret = (struct header){
        .version = (char)bytes[4],
        .utc_count = read_u32(bytes + 20),
        .standard_count = read_u32(bytes + 24),
        .leap_count = read_u32(bytes + 28),
        .time_count = read_u32(bytes + 32),
        .type_count = read_u32(bytes + 36),
        .character_count = read_u32(bytes + 40),
    };
    /* Only bounds here: a version 2 file may carry an empty first block. */
    if (ret->time_count > TIMES_MAX || ret->type_count > TYPES_MAX || ret->character_count > TIMES_MAX ||
        ret->leap_count > TIMES_MAX || ret->utc_count > TYPES_MAX || ret->standard_count > TYPES_MAX)
        return error_set(error, ERROR_CONFIGURATION, "its counts are out of all proportion");
    return true;
}

static size_t block_size(const struct header *header, size_t time_size) {
    return header->time_count * (time_size + 1) + (size_t)header->type_count * TYPE_SIZE + header->character_count +
           header->leap_count * (time_size + 4) + header->standard_count + header->utc_count;
}

static bool read_types(const uint8_t *bytes, const char *characters, const struct header *header,
                       struct zone_file *file, struct error *error) {
    file->type_count = header->type_count;
    file->types = memory_new_array(header->type_count, sizeof *file->types);
    for (size_t i = 0; i < header->type_count; i++, bytes += TYPE_SIZE) {
        struct zone_type *type = &file->types[i];
        type->offset = (int32_t)read_u32(bytes);
        type->daylight_saving = bytes[4] != 0;
        size_t start = bytes[5];
        if (type->offset <= -90000 || type->offset >= 93600 || bytes[4] > 1 || start >= header->character_count)
            return error_set(error, ERROR_CONFIGURATION, "one of its local time types is out of range");
        size_t length = strnlen(characters + start, header->character_count - start);
        if (length == header->character_count - start || length >= ZONE_ABBREVIATION_SIZE)
            return error_set(error, ERROR_CONFIGURATION, "one of its abbreviations has no end");
        memcpy(type->abbreviation, characters + start, length);
    }
    return true;
}

/* One data block (RFC 8536 section 3.2); its size has been checked. */
static bool read_block(const uint8_t *bytes, const struct header *header, size_t time_size, struct zone_file *file,
                       struct error *error) {
    if (header->type_count == 0 || header->character_count == 0)
        return error_set(error, ERROR_CONFIGURATION, "it has no local time type");
    if (header->leap_count != 0)
        return error_set(error, ERROR_CONFIGURATION, "it counts leap seconds; use the zone without \"right/\"");
    file->time_count = header->time_count;
    file->times = memory_new_array(header->time_count, sizeof *file->times);
    file->kinds = memory_new_array(header->time_count, sizeof *file->kinds);
    const uint8_t *kinds = bytes + header->time_count * time_size;
    for (size_t i = 0; i < header->time_count; i++) {
        file->times[i] = read_time(bytes + i * time_size, time_size);
        file->kinds[i] = kinds[i];
        if (kinds[i] >= header->type_count || (i > 0 && file->times[i] <= file->times[i - 1]))
            return error_set(error, ERROR_CONFIGURATION, "its transitions are not in order");
    }
    const uint8_t *types = kinds + header->time_count;
    return read_types(types, (const char *)types + (size_t)header->type_count * TYPE_SIZE, header, file, error);
}

/* What stands between the line feeds after the second block (RFC 8536 section 3.3). */
static bool read_footer(const uint8_t *bytes, size_t length, struct zone_file *file, struct error *error) {
    char footer[FOOTER_MAX];
    const uint8_t *end = length > 1 && bytes[0] == '\n' ? memchr(bytes + 1, '\n', length - 1) : NULL;
    if (!end || (size_t)(end - bytes) > sizeof footer)
        return error_set(error, ERROR_CONFIGURATION, "its footer is missing");
    size_t footer_length = (size_t)(end - bytes) - 1;
    memcpy(footer, bytes + 1, footer_length);
    footer[footer_length] = '\0';
    if (footer_length > 0 && (strlen(footer) != footer_length || !zone_rule_parse(footer, &file->rule)))
        return error_set(error, ERROR_CONFIGURATION, "its footer is no time zone rule");
    return true;
}

static bool parse(const uint8_t *bytes, size_t length, struct zone_file *file, struct error *error) {
    struct header header;
    if (!read_header(bytes, length, &header, error))
        return false;
    size_t time_size = 4, size = block_size(&header, time_size);
    if (length - HEADER_SIZE < size)
        return error_set(error, ERROR_CONFIGURATION, "it is cut short");
    if (header.version >= '2') {
        bytes += HEADER_SIZE + size;
        length -= HEADER_SIZE + size;
        if (!read_header(bytes, length, &header, error))
            return false;
        time_size = 8;
        size = block_size(&header, time_size);
        if (length - HEADER_SIZE < size)
            return error_set(error, ERROR_CONFIGURATION, "it is cut short");
    }
    if (!read_block(bytes + HEADER_SIZE, &header, time_size, file, error))
        return false;
    return time_size == 4 || read_footer(bytes + HEADER_SIZE + size, length - HEADER_SIZE - size, file, error);
}

bool zone_file_parse(const uint8_t *bytes, size_t length, struct zone_file *ret, struct error *error) {
    struct zone_file file = {0};
    if (!parse(bytes, length, &file, error)) {
        zone_file_free(&file);
        return false;
    }
    *ret = file;
    return true;
}

void zone_file_free(struct zone_file *file) {
    if (!file)
        return;
    free(file->times);
    free(file->kinds);
    free(file->types);
    *file = (struct zone_file){0};
}

const struct zone_type *zone_file_type_at(const struct zone_file *file, int64_t moment, int64_t *ret_next) {
    size_t low = 0, high = file->time_count; /* the first of times after MOMENT */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (file->times[middle] <= moment)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == file->time_count && file->rule.is_set)
        return zone_rule_type_at(&file->rule, moment, ret_next);
    *ret_next = low < file->time_count ? file->times[low] : INT64_MAX;
    return &file->types[low > 0 ? file->kinds[low - 1] : 0];
}
