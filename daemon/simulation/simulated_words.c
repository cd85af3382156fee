#include "simulation/simulated_words.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "simulation/simulated_folder.h"

static const char *const tags[SIMULATED_LANGUAGES] = {"en", "fr", "es"};

/* ---- The file ---- */

static json_t *words;

static void forget_words(void) {
    json_decref(words);
}

static const json_t *words_of(enum simulated_language language, const char *name) {
    if (!words) {
        const struct embedded_file *file = simulated_folder_carried("demo/words.json");
        words = json_loadb(file->bytes, file->length, 0, NULL);
        atexit(forget_words);
    }
    const json_t *found = json_object_get(json_object_get(words, tags[language]), name);
    require(found);
    return found;
}

const char *simulated_words_say(enum simulated_language language, const char *name) {
    return json_string_value(words_of(language, name));
}

static size_t count_of(enum simulated_language language, const char *name) {
    return json_array_size(words_of(language, name));
}

/* The one with that number of a list, which begins anew behind its end. */
static const char *pick(enum simulated_language language, const char *name, size_t number) {
    const json_t *list = words_of(language, name);
    return json_string_value(json_array_get(list, number % json_array_size(list)));
}

/* A question has an answer from either partner: PART 0 is the question, 1 and 2 are the answers. */
static const char *question(enum simulated_language language, size_t number, size_t part) {
    const json_t *list = words_of(language, "questions");
    return json_string_value(json_array_get(json_array_get(list, number % json_array_size(list)), part));
}

enum simulated_language simulated_words_language(const char *tag) {
    for (size_t i = 0; tag && i < SIMULATED_LANGUAGES; i++)
        if (string_starts_with(tag, tags[i]))
            return (enum simulated_language)i;
    return SIMULATED_ENGLISH;
}

/* ---- Letters ---- */

static const char *first_name(const char *name, struct arena *arena) {
    return arena_copy_bytes(arena, name, strcspn(name, " "));
}

const char *simulated_words_letter(enum simulated_language language, const struct simulated_letter_words *parts,
                                   struct arena *arena) {
    size_t turn = parts->offset + 2 * parts->number + parts->side;
    auto_text letter = TEXT_EMPTY;
    const char *opening = parts->answers ? pick(language, "openings", parts->offset + parts->number + 2 * parts->side)
                                         : simulated_words_say(language, parts->number == 0 ? "first" : "alone");
    text_append_format(&letter, "%s%s%s\n\n%s\n\n", simulated_words_say(language, "hello"),
                       first_name(parts->reader, arena), simulated_words_say(language, "hello_ends"), opening);
    if (parts->answered >= 0 && (size_t)parts->answered < count_of(language, "questions"))
        text_append_format(&letter, "%s ", question(language, (size_t)parts->answered, 1 + parts->side));
    text_append_format(&letter, "%s\n\n%s\n\n", pick(language, "topics", turn), question(language, turn, 0));
    if (parts->address)
        text_append_format(&letter, "%s%s%s\n\n", simulated_words_say(language, "address"), parts->address,
                           simulated_words_say(language, "address_ends"));
    text_append(&letter, first_name(parts->writer, arena));
    return arena_copy_string(arena, text_string(&letter));
}

int simulated_words_find_question(enum simulated_language language, const char *text) {
    const char *first = NULL;
    int found = -1;
    for (size_t i = 0; i < count_of(language, "questions"); i++) {
        const char *at = strstr(text, question(language, i, 0));
        if (at && (!first || at < first)) {
            first = at;
            found = (int)i;
        }
    }
    return found;
}

void simulated_words_each_sentence(void (*found)(void *context, const char *sentence), void *context) {
    for (enum simulated_language language = 0; language < SIMULATED_LANGUAGES; language++) {
        found(context, simulated_words_say(language, "first"));
        found(context, simulated_words_say(language, "alone"));
        for (size_t i = 0; i < count_of(language, "openings"); i++)
            found(context, pick(language, "openings", i));
        for (size_t i = 0; i < count_of(language, "topics"); i++)
            found(context, pick(language, "topics", i));
        for (size_t i = 0; i < count_of(language, "questions"); i++)
            for (size_t part = 0; part < 3; part++)
                found(context, question(language, i, part));
    }
}

/* ---- Other mail ---- */

const char *simulated_words_answer(enum simulated_language language, const char *name, int digit) {
    return pick(language, name, (size_t)digit - 1);
}

const char *simulated_words_text(enum simulated_language language, const char *question, size_t number) {
    const json_t *texts = words_of(language, "texts"), *known = json_object_get(texts, question),
                 *list = known ? known : json_object_get(texts, "");
    return json_string_value(json_array_get(list, number % json_array_size(list)));
}

/* "10 March 2025", "10 de marzo de 2025" */
static const char *format_day(enum simulated_language language, int64_t day, struct arena *arena) {
    struct civil_date date = civil_from_days(day);
    const char *of = simulated_words_say(language, "of"), *month = pick(language, "months", (size_t)date.month - 1);
    return arena_format(arena, "%d %s%s %s%d", date.day, of, month, of, (int)date.year);
}

const char *simulated_words_attribution(enum simulated_language language, int64_t date, int zone_minutes,
                                        const char *name, const char *address, struct arena *arena) {
    int64_t local = date + (int64_t)zone_minutes * SECONDS_PER_MINUTE;
    int minute = (int)(local % SECONDS_PER_DAY / SECONDS_PER_MINUTE);
    return arena_format(arena, "%s%s%s%02d:%02d, %s%s%s%s", simulated_words_say(language, "on"),
                        format_day(language, local / SECONDS_PER_DAY, arena), simulated_words_say(language, "at"),
                        minute / 60, minute % 60, name, simulated_words_say(language, "before_address"), address,
                        simulated_words_say(language, "after_address"));
}

const char *simulated_words_away(enum simulated_language language, int64_t date, struct arena *arena) {
    return arena_format(arena, "%s%s%s", simulated_words_say(language, "away_until"),
                        format_day(language, date / SECONDS_PER_DAY, arena),
                        simulated_words_say(language, "away_ends"));
}
