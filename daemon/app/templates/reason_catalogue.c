#include "app/templates/reason_catalogue.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/lines.h"
#include "base/text.h"

enum { PLACES_MAX = 9, NESTED_MAX = 4, SENTENCES_MAX = 500 };

/* ---- Reading ---- */

/* The number of the place "{N}" that stands at AT; 0 where none does. */
static size_t place_at(const char *at) {
    return at[0] == '{' && at[1] >= '1' && at[1] <= '0' + PLACES_MAX && at[2] == '}' ? (size_t)(at[1] - '0') : 0;
}

/* One bit a place. */
static unsigned places_of(const char *sentence) {
    unsigned places = 0;
    for (const char *at = sentence; *at; at++)
        if (place_at(at))
            places |= 1u << place_at(at);
    return places;
}

static void check_places(const char *file, const struct reason_entry *entry, int line, struct error_list *problems) {
    unsigned wanted = places_of(entry->sentence), given = places_of(entry->said);
    for (unsigned i = 1; i <= PLACES_MAX; i++)
        if ((wanted ^ given) & 1u << i)
            error_list_add(problems, file, line,
                           wanted & 1u << i ? "{%u} is missing: something is filled in there"
                                            : "there is no {%u} in the sentence above",
                           i);
}

/* The numbers that a step may name, and where a case has them. */
static const struct number {
    const char *name;
    size_t offset;
} numbers[] = {
    {"{case}", offsetof(struct case_row, id)},
    {"{inbox}", offsetof(struct case_row, inbox)},
    {"{outbox}", offsetof(struct case_row, outbox)},
    {"{participant}", offsetof(struct case_row, participant)},
    {"{partnership}", offsetof(struct case_row, partnership)},
};

static const struct number *number_at(const char *at) {
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        if (string_starts_with(at, numbers[i].name))
            return &numbers[i];
    return NULL;
}

static void check_numbers(const char *file, const char *step, int line, struct error_list *problems) {
    for (const char *at = strchr(step, '{'); at; at = strchr(at + 1, '{'))
        if (!number_at(at))
            error_list_add(problems, file, line,
                           "in braces may stand {case}, {inbox}, {outbox}, {participant} or {partnership}");
}

const struct reason_catalogue *reason_catalogue_read(const char *bytes, size_t length, const char *file,
                                                     struct arena *arena, struct error_list *problems) {
    size_t count = 0, before = problems->count;
    const struct line *lines = lines_read(bytes, length, file, arena, &count, problems);
    if (!lines)
        return NULL;
    struct reason_catalogue *catalogue = arena_take(arena, sizeof *catalogue);
    struct reason_entry *entries = arena_take_array(arena, count + 1, sizeof *entries);
    const char **steps = arena_take_array(arena, count + 1, sizeof *steps);
    require(entries);
    catalogue->entries = entries;
    for (size_t i = 0; i < count; i++) {
        if (catalogue->count == SENTENCES_MAX) {
            error_list_add(problems, file, lines[i].number, "more than %d sentences", SENTENCES_MAX);
            break;
        }
        struct reason_entry *last = catalogue->count ? &entries[catalogue->count - 1] : NULL;
        if (!lines[i].indented) {
            const struct reason_entry *other = reason_catalogue_find(catalogue, lines[i].text);
            if (other)
                error_list_add(problems, file, lines[i].number, "the same sentence stands in line %d", other->line);
            entries[catalogue->count++] = (struct reason_entry){.sentence = lines[i].text, .line = lines[i].number};
        } else if (last && *lines[i].text == '>') {
            if (!last->step_count)
                last->steps = steps;
            last->step_count++;
            *steps++ = lines[i].text + 1 + strspn(lines[i].text + 1, " ");
            check_numbers(file, steps[-1], lines[i].number, problems);
        } else if (!last || last->said || last->step_count) {
            error_list_add(problems, file, lines[i].number,
                           "an indented line belongs below a sentence in English, one line to each; what to do begins "
                           "with \">\"");
        } else {
            last->said = lines[i].text;
            check_places(file, last, lines[i].number, problems);
        }
    }
    return problems->count > before ? NULL : catalogue;
}

const struct reason_entry *reason_catalogue_find(const struct reason_catalogue *catalogue, const char *sentence) {
    for (size_t i = 0; i < catalogue->count; i++)
        if (string_equal(catalogue->entries[i].sentence, sentence))
            return &catalogue->entries[i];
    return NULL;
}

/* ---- Translating ---- */

/* What stands in a reason at the places of its sentence. */
struct filled {
    const char *start[PLACES_MAX + 1];
    size_t length[PLACES_MAX + 1];
    size_t literal; /* bytes of the sentence itself: of several that match, the one with most of them is meant */
};

/* SENTENCE between its places is found in REASON in this order, from its first byte to its last. */
static bool match(const char *sentence, const char *reason, struct filled *ret) {
    struct filled filled = {0};
    size_t open = 0; /* the place that reaches to what follows */
    for (const char *at = sentence; *at || open;) {
        size_t length = 0;
        while (at[length] && !place_at(at + length))
            length++;
        const char *found = reason;
        if (!open && strncmp(reason, at, length) != 0)
            return false;
        if (open && length > 0) {
            size_t rest = strlen(reason);
            found = at[length] ? memmem(reason, rest, at, length) : length <= rest ? reason + rest - length : NULL;
            if (!found || strncmp(found, at, length) != 0)
                return false;
        } else if (open && !*at) {
            found = reason + strlen(reason);
        }
        if (open) {
            filled.start[open] = reason;
            filled.length[open] = (size_t)(found - reason);
        }
        filled.literal += length;
        reason = found + length;
        open = place_at(at + length);
        at += length + (open ? strlen("{1}") : 0);
    }
    *ret = filled;
    return *reason == '\0';
}

/* One that says something, or what to do. */
static const struct reason_entry *find_match(const struct reason_catalogue *catalogue, const char *reason, bool steps,
                                             struct filled *ret) {
    const struct reason_entry *best = NULL;
    struct filled filled;
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct reason_entry *entry = &catalogue->entries[i];
        if (!(steps ? entry->step_count > 0 : entry->said != NULL) || !match(entry->sentence, reason, &filled) ||
            (best && filled.literal <= ret->literal))
            continue;
        best = entry;
        *ret = filled;
    }
    return best;
}

static const char *translate(const struct reason_catalogue *const *catalogues, size_t count, const char *reason,
                             int depth, struct arena *arena) {
    const struct reason_entry *entry = NULL;
    struct filled filled = {0};
    for (size_t i = 0; i < count && !entry; i++)
        entry = find_match(catalogues[i], reason, false, &filled);
    if (!entry)
        return reason;
    auto_text text = TEXT_EMPTY;
    for (const char *at = entry->said; *at;) {
        size_t place = place_at(at);
        if (!place) {
            text_append_char(&text, *at++);
            continue;
        }
        const char *inner = arena_copy_bytes(arena, filled.start[place], filled.length[place]);
        text_append(&text, depth < NESTED_MAX ? translate(catalogues, count, inner, depth + 1, arena) : inner);
        at += strlen("{1}");
    }
    return arena_copy_string(arena, text_string(&text));
}

const char *reason_catalogue_translate(const struct reason_catalogue *const *catalogues, size_t count,
                                       const char *reason, struct arena *arena) {
    return translate(catalogues, count, reason, 0, arena);
}

/* NULL where ROW lacks a number. */
static const char *fill_step(const char *step, const struct case_row *row, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    while (*step) {
        const struct number *number = number_at(step);
        if (!number) {
            text_append_char(&text, *step++);
            continue;
        }
        int64_t value = row ? *(const int64_t *)(const void *)((const char *)row + number->offset) : 0;
        if (row && !value)
            return NULL;
        if (row)
            text_append_format(&text, "%lld", (long long)value);
        else
            text_append(&text, "ID");
        step += strlen(number->name);
    }
    return arena_copy_string(arena, text_string(&text));
}

const char *const *reason_catalogue_steps(const struct reason_catalogue *const *catalogues, size_t count,
                                          const char *reason, const struct case_row *row, struct arena *arena,
                                          size_t *ret_count) {
    const struct reason_entry *entry = NULL;
    struct filled filled;
    for (size_t i = 0; i < count && !entry; i++)
        entry = find_match(catalogues[i], reason, true, &filled);
    const char **steps = arena_take_array(arena, entry ? entry->step_count : 1, sizeof *steps);
    *ret_count = 0;
    for (size_t i = 0; entry && i < entry->step_count; i++) {
        const char *step = fill_step(entry->steps[i], row, arena);
        if (step)
            steps[(*ret_count)++] = step;
    }
    return steps;
}
