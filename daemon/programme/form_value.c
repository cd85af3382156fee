#include "programme/form_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/country.h"
#include "base/fold.h"
#include "base/localise.h"
#include "base/names.h"
#include "base/suggest.h"
#include "base/text.h"

enum { WORDS_MAX = 150, NAME_WORDS_MAX = 6, LANGUAGES_MAX = 20, SHOWN_LANGUAGES_MAX = 8, RATING_MOST = 5 };

struct said {
    const struct form_set *forms;
    const struct form_question *question;
    size_t index;
    const char *raw;
    const struct form_context *context;
    struct arena *arena;
    const char *folded;
    const char *words[WORDS_MAX]; /* where each begins in FOLDED */
    size_t count;
    const char *languages[SHOWN_LANGUAGES_MAX]; /* of the forms */
    size_t language_count;
};

/* ---- Outcomes ---- */

static void set_clear(struct form_finding *ret, const char *value) {
    *ret = (struct form_finding){.state = FORM_CLEAR, .value = value};
}

static void set_unclear(struct form_finding *ret, enum form_doubt doubt) {
    *ret = (struct form_finding){.state = FORM_UNCLEAR, .doubt = doubt};
}

static void add_near(struct form_finding *ret, const char *value) {
    for (size_t i = 0; i < ret->near_count; i++)
        if (string_equal(ret->near[i], value))
            return;
    if (ret->near_count < FORM_GUESSES_MAX)
        ret->near[ret->near_count++] = value;
    if (ret->doubt == FORM_NOT_UNDERSTOOD)
        ret->doubt = FORM_DID_YOU_MEAN;
}

/* ---- Words ---- */

static size_t match(const char *phrase, const char *at) {
    size_t length = strlen(phrase);
    return strncmp(phrase, at, length) == 0 && (at[length] == ' ' || at[length] == '\0') ? length : 0;
}

/* The longest phrase of LIST, in any of the languages, with which AT begins; 0 for none. */
static size_t longest(const struct form_set *forms, enum form_phrases list, const char *at) {
    size_t best = 0;
    for (size_t i = 0; i < forms->count; i++)
        for (size_t j = 0; j < forms->forms[i]->words->lists[list].count; j++) {
            size_t length = match(forms->forms[i]->words->lists[list].folded[j], at);
            best = length > best ? length : best;
        }
    return best;
}

/* The same of COUNT LISTS, the first of the longest in *RET_WHICH. */
static size_t longest_of(const struct form_set *forms, const enum form_phrases *lists, size_t count, const char *at,
                         size_t *ret_which) {
    size_t best = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = longest(forms, lists[i], at);
        *ret_which = length > best ? i : *ret_which;
        best = length > best ? length : best;
    }
    return best;
}

static const char *behind(const char *at, size_t length) {
    return at + length + (at[length] == ' ');
}

bool form_value_says(const struct form_set *forms, enum form_phrases list, const char *folded) {
    const char *at = folded;
    while (*at) {
        size_t length = longest(forms, list, at);
        if (!length)
            return false;
        at = behind(at, length);
    }
    return at > folded;
}

/* Without what says nothing. */
static const char *without_filler(const struct said *said, const char *folded) {
    auto_text kept = TEXT_EMPTY;
    for (const char *at = folded; *at;) {
        size_t length = longest(said->forms, FORM_FILLER, at), word = strcspn(at, " ");
        if (!length) {
            text_append(&kept, kept.length ? " " : "");
            text_append_bytes(&kept, at, word);
        }
        at = behind(at, length ? length : word);
    }
    return arena_copy_string(said->arena, text_string(&kept));
}

/* The one or two digits at AT, a word of their own; -1 for none. */
static int number_at(const struct said *said, const char *at, size_t *ret_length) {
    size_t digits = strspn(at, "0123456789");
    *ret_length = digits;
    if (digits > 0 && digits <= 2 && (at[digits] == ' ' || at[digits] == '\0'))
        return atoi(at);
    for (size_t i = 0; i < said->forms->count; i++) {
        const struct form_phrase_list *numbers = &said->forms->forms[i]->words->lists[FORM_NUMBERS];
        for (size_t j = 0; j < numbers->count; j++)
            if ((*ret_length = match(numbers->folded[j], at)))
                return (int)j + 1;
    }
    return -1;
}

/* "1-3": from one to the other, or both? */
static bool has_range(const char *raw) {
    for (const char *at = raw; *at; at++) {
        size_t gap = strspn(at + 1, " ");
        const char *dash = at + 1 + gap;
        size_t length = *dash == '-' ? 1 : strncmp(dash, "\u2013", 3) == 0 ? 3 : 0;
        if (*at >= '0' && *at <= '9' && length) {
            const char *next = dash + length + strspn(dash + length, " ");
            if (*next >= '0' && *next <= '9')
                return true;
        }
    }
    return false;
}

/* ---- Options ---- */

static size_t longest_option(const struct said *said, size_t option, const char *at) {
    size_t best = 0;
    for (size_t i = 0; i < said->forms->count; i++) {
        const struct form_question *question = &said->forms->forms[i]->questions[said->index];
        for (const char *const *words = question->options[option].folded; *words; words++) {
            size_t length = match(*words, at);
            best = length > best ? length : best;
        }
    }
    return best;
}

int form_value_option(const struct form_set *forms, size_t question, const char *folded) {
    struct said said = {.forms = forms, .index = question};
    for (size_t i = 0; i < forms->forms[0]->questions[question].option_count; i++) {
        size_t length = longest_option(&said, i, folded);
        if (length && !folded[length])
            return (int)i;
    }
    return -1;
}

struct chosen {
    bool options[FORM_OPTIONS_MAX];
    size_t count;
    bool beyond;  /* a number that there is not */
    bool unknown; /* words that are no option's */
};

static void choose(struct chosen *chosen, size_t option) {
    chosen->count += !chosen->options[option];
    chosen->options[option] = true;
}

/* Words and numbers one after another, whatever parts them. */
static void walk_options(const struct said *said, const char *folded, struct chosen *chosen) {
    size_t count = said->question->option_count;
    for (const char *at = folded; *at;) {
        size_t best = 0, which = 0, length;
        for (size_t i = 0; i < count; i++) {
            length = longest_option(said, i, at);
            if (length > best) {
                best = length;
                which = i;
            }
        }
        size_t every = longest(said->forms, FORM_EVERY, at);
        int number = best ? -1 : number_at(said, at, &length);
        if (best > 0) {
            choose(chosen, which);
            at = behind(at, best);
        } else if (every && said->question->kind == FORM_SEVERAL) {
            for (size_t i = 0; i < count; i++)
                choose(chosen, i);
            at = behind(at, every);
        } else if (number > 0 && (size_t)number <= count) {
            choose(chosen, (size_t)number - 1);
            at = behind(at, length);
            at = behind(at, longest_option(said, (size_t)number - 1, at)); /* "3 - school library" */
        } else if (number >= 0) {
            chosen->beyond = true;
            at = behind(at, length);
        } else {
            static const enum form_phrases silent[] = {FORM_AND, FORM_FILLER};
            size_t skipped = longest_of(said->forms, silent, COUNT_OF(silent), at, &which);
            chosen->unknown |= !skipped;
            at = behind(at, skipped ? skipped : strcspn(at, " "));
        }
    }
}

static bool stands_in(const char *words, const char *text) {
    for (const char *at = text; *at; at = behind(at, strcspn(at, " ")))
        if (match(words, at))
            return true;
    return false;
}

static void near_options(const struct said *said, struct form_finding *ret) {
    const char *rest = without_filler(said, said->folded);
    for (size_t i = 0; i < said->question->option_count && strlen(rest) >= 4; i++)
        for (size_t j = 0; j < said->forms->count; j++) {
            const struct form_option *option = &said->forms->forms[j]->questions[said->index].options[i];
            for (const char *const *words = option->folded; *words; words++) {
                size_t most = strlen(rest) < 9 ? 1 : 3;
                if (stands_in(rest, *words) || (strlen(*words) >= 4 && stands_in(*words, rest)) ||
                    suggest_distance(rest, *words, most) <= most)
                    add_near(ret, said->question->options[i].key);
            }
        }
}

static void read_options(struct said *said, struct form_finding *ret) {
    struct chosen chosen = {0};
    int whole = form_value_option(said->forms, said->index, said->folded);
    size_t length;
    int number = number_at(said, said->folded, &length);
    /* "2 - 3 to 10 years" */
    if (whole < 0 && number > 0 &&
        form_value_option(said->forms, said->index, behind(said->folded, length)) == number - 1)
        whole = number - 1;
    if (whole >= 0)
        choose(&chosen, (size_t)whole);
    else
        walk_options(said, said->folded, &chosen);
    auto_text keys = TEXT_EMPTY;
    for (size_t i = 0; i < said->question->option_count; i++)
        if (chosen.options[i])
            text_append_format(&keys, "%s%s", keys.length ? "," : "", said->question->options[i].key);
    bool one = said->question->kind == FORM_ONE_OF;
    if (chosen.count && !chosen.beyond && !chosen.unknown && (whole >= 0 || !has_range(said->raw)) &&
        (!one || chosen.count == 1)) {
        set_clear(ret, arena_copy_string(said->arena, text_string(&keys)));
        return;
    }
    set_unclear(ret, chosen.beyond && !chosen.unknown ? FORM_NO_SUCH_NUMBER
                     : one && chosen.count > 1        ? FORM_ONLY_ONE
                                                      : FORM_NOT_UNDERSTOOD);
    if (ret->doubt == FORM_NOT_UNDERSTOOD)
        near_options(said, ret);
}

static void read_rating(struct said *said, struct form_finding *ret) {
    const char *rest = without_filler(said, said->folded);
    size_t length = 0;
    int number = number_at(said, rest, &length);
    const char *more = number >= 0 ? behind(rest, length) : rest;
    /* "4/5", "4 out of 5" */
    if (string_equal(more, "5") && strcspn(said->raw, "0123456789") != strlen(said->raw) &&
        !strpbrk(said->raw, ",;\n-"))
        more = "";
    if (number >= 1 && number <= RATING_MOST && !*more)
        set_clear(ret, arena_format(said->arena, "%d", number));
    else
        set_unclear(ret, number >= 0 && !*more ? FORM_NO_SUCH_NUMBER : FORM_NOT_UNDERSTOOD);
}

/* FOLDED has a word that stands in phrases for no, and in none for yes. */
static bool has_no_word(const struct said *said, const char *folded) {
    for (const char *at = folded; *at; at = behind(at, strcspn(at, " "))) {
        auto_string word = memory_copy_bytes(at, strcspn(at, " "));
        bool no = false, yes = false;
        for (size_t i = 0; i < said->forms->count; i++) {
            const struct form_phrase_list *lists = said->forms->forms[i]->words->lists;
            for (size_t j = 0; j < lists[FORM_NO].count; j++)
                no = no || stands_in(word, lists[FORM_NO].folded[j]);
            for (size_t j = 0; j < lists[FORM_YES].count; j++)
                yes = yes || stands_in(word, lists[FORM_YES].folded[j]);
        }
        if (no && !yes)
            return true;
    }
    return false;
}

static void read_yes(struct said *said, struct form_finding *ret) {
    static const enum form_phrases lists[] = {FORM_YES, FORM_NO, FORM_ALL, FORM_FILLER};
    bool agreement = said->question->kind == FORM_AGREEMENT, yes = false, no = false, unknown = false;
    for (const char *at = said->folded; *at;) {
        size_t which = 0, best = longest_of(said->forms, lists, COUNT_OF(lists), at, &which);
        bool mark = !best && agreement && match("x", at);
        yes |= mark || (best && (lists[which] == FORM_YES || lists[which] == FORM_ALL));
        no |= best && lists[which] == FORM_NO;
        unknown |= !best && !mark;
        at = behind(at, best ? best : strcspn(at, " "));
    }
    if (unknown && said->context->boxes && longest(said->forms, FORM_YES, said->folded) &&
        !has_no_word(said, said->folded))
        set_clear(ret, "yes");
    else if (yes && no)
        set_unclear(ret, FORM_TWO_ANSWERS);
    else if (unknown || (!yes && !no))
        set_unclear(ret, FORM_NOT_UNDERSTOOD);
    else if (no && agreement)
        set_unclear(ret, FORM_YES_NEEDED);
    else
        set_clear(ret, yes ? "yes" : "no");
}

/* ---- Countries ---- */

static bool is_no(const struct said *said, const char *folded) {
    return form_value_says(said->forms, FORM_NO, folded) || form_value_says(said->forms, FORM_YES, folded);
}

/* The one country that TEXT names, and nothing else; NULL for none. */
static const char *country_of(const struct said *said, const char *text) {
    const char *codes[2];
    auto_text folded = TEXT_EMPTY;
    fold_words(text, strlen(text), &folded);
    if (is_no(said, text_string(&folded)))
        return NULL;
    if (names_find(NAMES_COUNTRIES, text, said->languages, said->language_count, codes, 2) == 1)
        return codes[0];
    const char *rest = without_filler(said, text_string(&folded));
    return strlen(rest) > 2 && names_find(NAMES_COUNTRIES, rest, said->languages, said->language_count, codes, 2) == 1
               ? codes[0]
               : NULL;
}

/* COUNT words from the Ith on; NULL where there are fewer. */
static char *copy_words(const struct said *said, size_t i, size_t count) {
    if (i + count > said->count)
        return NULL;
    const char *last = said->words[i + count - 1], *end = last + strcspn(last, " ");
    return arena_copy_bytes(said->arena, said->words[i], (size_t)(end - said->words[i]));
}

/* The longest run of words from I on that are a name; the number of words, and its first codes. */
static size_t name_at(const struct said *said, enum names_of of, size_t i, const char **codes, size_t *ret_count) {
    for (size_t words = NAME_WORDS_MAX; words > 0; words--) {
        const char *name = copy_words(said, i, words);
        if (!name || strlen(name) <= 2) /* two letters in a sentence are a word, not a code */
            continue;
        *ret_count = names_find(of, name, said->languages, said->language_count, codes, FORM_GUESSES_MAX);
        if (*ret_count)
            return words;
    }
    return 0;
}

static void near_countries(const struct said *said, struct form_finding *ret) {
    const char *codes[FORM_GUESSES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < said->count;) {
        size_t words = name_at(said, NAMES_COUNTRIES, i, codes, &count);
        for (size_t j = 0; words && j < count; j++)
            add_near(ret, codes[j]);
        i += words ? words : 1;
    }
    if (ret->near_count)
        return;
    count = names_near(NAMES_COUNTRIES, without_filler(said, said->folded), said->languages, said->language_count,
                       codes, FORM_GUESSES_MAX);
    for (size_t j = 0; j < count; j++)
        add_near(ret, codes[j]);
}

static void read_country(struct said *said, struct form_finding *ret) {
    const char *code = country_of(said, said->raw), *between = ",;()/\n";
    /* "Uppsala, Sweden": but Atlanta is in another Georgia. */
    size_t parts = 0, named = 0;
    for (const char *at = said->raw; *at && !code;) {
        size_t length = strcspn(at, between);
        auto_string part = memory_copy_bytes(at, length);
        const char *found = country_of(said, part);
        auto_text folded = TEXT_EMPTY;
        fold_words(part, length, &folded);
        parts += folded.length > 0;
        if (found && !string_equal(found, "GE")) {
            named++;
            ret->value = found;
        } else if (fold_count(text_string(&folded)) > 3 || found) {
            named += 2;
        }
        at += length;
        at += strspn(at, between);
    }
    if (code || (named == 1 && parts == 2)) {
        set_clear(ret, code ? code : ret->value);
        return;
    }
    set_unclear(ret, FORM_NOT_UNDERSTOOD);
    if (!is_no(said, said->folded))
        near_countries(said, ret);
}

/* ---- Languages ---- */

static const enum form_phrases level_lists[] = {FORM_FLUENT, FORM_GOOD, FORM_BASIC};
static const char *const level_names[] = {"fluent", "good", "basic"};

struct spoken {
    struct text value;
    size_t count;
    bool unknown;
};

static void add_language(struct spoken *spoken, const char *code, const char *level) {
    auto_text listed = TEXT_EMPTY;
    text_append_format(&listed, ",%s,", text_string(&spoken->value));
    for (const char *at = text_string(&listed); *at; at += strcspn(at + 1, ",") + 1) {
        size_t length = strlen(code);
        if (strncmp(at + 1, code, length) == 0 && strchr(",:", at[1 + length]))
            return;
    }
    if (spoken->count++ == LANGUAGES_MAX) {
        spoken->unknown = true;
        return;
    }
    text_append_format(&spoken->value, "%s%s%s%s", spoken->value.length ? "," : "", code, level ? ":" : "",
                       level ? level : "");
}

/* "a little French", "French (B1)": languages and levels of a part between commas or "and". */
static void read_spoken(const struct said *whole, const char *part, struct spoken *spoken, struct form_finding *near) {
    const char *codes[FORM_GUESSES_MAX], *found[LANGUAGES_MAX], *level = NULL;
    size_t count = 0, code_count = 0;
    struct said said = *whole;
    said.count = 0;
    for (const char *at = part; *at && said.count < WORDS_MAX; at = behind(at, strcspn(at, " ")))
        said.words[said.count++] = at;
    if (!said.count || is_no(whole, part))
        return (void)(spoken->unknown |= said.count > 0);
    if (strlen(part) <= 3 &&
        names_find(NAMES_LANGUAGES, part, whole->languages, whole->language_count, codes, 2) == 1) {
        add_language(spoken, codes[0], NULL);
        return;
    }
    for (size_t i = 0; i < said.count;) {
        size_t words, which = 0;
        size_t best = longest_of(said.forms, level_lists, COUNT_OF(level_lists), said.words[i], &which);
        const char *its_level = best ? level_names[which] : NULL;
        if (!best && (words = name_at(&said, NAMES_LANGUAGES, i, codes, &code_count))) {
            if (code_count == 1 && count < LANGUAGES_MAX)
                found[count++] = codes[0];
            else
                spoken->unknown = true;
            i += words;
            continue;
        }
        spoken->unknown |= its_level && level;
        level = its_level ? its_level : level;
        if (!best && !(best = longest(said.forms, FORM_FILLER, said.words[i]))) {
            auto_string word = memory_copy_bytes(said.words[i], strcspn(said.words[i], " "));
            size_t near_count = names_near(NAMES_LANGUAGES, word, whole->languages, whole->language_count, codes, 1);
            spoken->unknown = true;
            if (near_count)
                add_near(near, codes[0]);
            i++;
            continue;
        }
        const char *end = said.words[i] + best;
        while (i < said.count && said.words[i] < end)
            i++;
    }
    spoken->unknown |= level && count != 1;
    for (size_t i = 0; i < count; i++)
        add_language(spoken, found[i], level);
}

static void read_languages(struct said *said, struct form_finding *ret) {
    struct spoken spoken = {0};
    struct form_finding near;
    set_unclear(&near, FORM_NOT_UNDERSTOOD);
    for (const char *at = said->raw; *at;) {
        size_t length = strcspn(at, ",;/\n&+");
        auto_text folded = TEXT_EMPTY;
        fold_words(at, length, &folded);
        for (const char *part = text_string(&folded); *part;) {
            const char *end = part;
            size_t and = 0;
            while (*end && !(and = longest(said->forms, FORM_AND, end)))
                end = behind(end, strcspn(end, " "));
            auto_string one = memory_copy_bytes(part, (size_t)(end - part));
            string_trim(one);
            read_spoken(said, one, &spoken, &near);
            part = behind(end, and);
        }
        at += length + (at[length] != '\0');
    }
    if (spoken.count && !spoken.unknown)
        set_clear(ret, arena_copy_string(said->arena, text_string(&spoken.value)));
    else
        *ret = near;
    text_free(&spoken.value);
}

/* ---- Time zones ---- */

/* One of the country's zones by its city in the forms' languages: "Ciudad de México". */
static const char *zone_called(const struct said *said, const char *const *zones, size_t count) {
    const char *bare = without_filler(said, said->folded);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < said->language_count; j++) {
            const char *city = localise_city(said->arena, zones[i], said->languages[j]);
            auto_text folded = TEXT_EMPTY;
            fold_words(city ? city : "", city ? strlen(city) : 0, &folded);
            if (folded.length &&
                (string_equal(text_string(&folded), said->folded) || string_equal(text_string(&folded), bare)))
                return zones[i];
        }
    return NULL;
}

static void read_zone(struct said *said, struct form_finding *ret) {
    char zones[FORM_NEAR_MAX][COUNTRY_ZONE_SIZE];
    char name[COUNTRY_ZONE_SIZE];
    const char *country = said->context->country, *called;
    auto_text folded = TEXT_EMPTY;
    struct form_finding which = {.state = FORM_UNCLEAR, .doubt = FORM_WHICH_ZONE};
    fold_name(said->raw, &folded);
    if (country_find_zone(text_string(&folded), name) || country_find_zone(without_filler(said, said->folded), name)) {
        set_clear(ret, arena_copy_string(said->arena, name));
        return;
    }
    which.near_count = country ? country_zones(country, said->context->now, zones, FORM_NEAR_MAX) : 0;
    for (size_t i = 0; i < which.near_count; i++)
        which.near[i] = arena_copy_string(said->arena, zones[i]);
    if ((called = zone_called(said, which.near, which.near_count))) {
        set_clear(ret, called);
        return;
    }
    set_unclear(ret, FORM_NOT_UNDERSTOOD);
    for (size_t i = 0; i < said->count; i++)
        for (size_t words = 3; words > 0; words--) {
            const char *city = copy_words(said, i, words);
            if (city && strlen(city) >= 4 && country_find_zone(city, name))
                add_near(ret, arena_copy_string(said->arena, name));
        }
    if (ret->near_count || !which.near_count)
        return;
    *ret = which;
    if (which.near_count == 1)
        ret->doubt = FORM_DID_YOU_MEAN;
}

/* ---- Dates ---- */

static const char *date_value(struct civil_date date, struct arena *arena) {
    char shown[CIVIL_DATE_SIZE];
    return arena_copy_string(arena, civil_format_date(date, shown));
}

static void read_date(struct said *said, struct form_finding *ret) {
    struct civil_date date;
    struct error error = ERROR_INIT;
    int64_t numbers[3];
    size_t count = 0, months = 0;
    int month = 0;
    auto_string trimmed = memory_copy_string(said->raw);
    string_trim(trimmed);
    set_unclear(ret, FORM_NOT_UNDERSTOOD);
    if (civil_parse_date(trimmed, &date, &error)) {
        set_clear(ret, date_value(date, said->arena));
        return;
    }
    for (size_t i = 0; i < said->count; i++) {
        size_t length = strcspn(said->words[i], " "), digits = strspn(said->words[i], "0123456789");
        int named = localise_month_named(said->words[i], length, said->languages, said->language_count);
        if (named) {
            month = named;
            months++;
        } else if (digits == length && digits <= 4 && count < 3) {
            numbers[count++] = atoi(said->words[i]);
        } else if (!longest(said->forms, FORM_FILLER, said->words[i])) {
            return;
        }
    }
    if (months > 1 || count != 3 - months)
        return;
    int64_t year = numbers[count - 1], first = numbers[0], second = months ? month : numbers[1];
    if (year < 1000)
        return;
    bool day_first = second >= 1 && second <= 12 && first >= 1 && first <= civil_days_in_month(year, (int)second);
    bool month_first = !months && first >= 1 && first <= 12 && second >= 1 &&
                       second <= civil_days_in_month(year, (int)first) && first != second;
    if (day_first)
        add_near(ret, date_value((struct civil_date){year, (int)second, (int)first}, said->arena));
    if (month_first)
        add_near(ret, date_value((struct civil_date){year, (int)first, (int)second}, said->arena));
    if (day_first + month_first == 1)
        set_clear(ret, ret->near[0]);
}

/* ---- Text ---- */

static void read_text(struct said *said, struct form_finding *ret) {
    auto_text line = TEXT_EMPTY;
    for (size_t position = 0, length = strlen(said->raw); position < length;) {
        uint32_t codepoint = utf8_next(said->raw, length, &position);
        if (codepoint > ' ' && codepoint != 0x7F)
            text_append_codepoint(&line, codepoint);
        else if (line.length && line.bytes[line.length - 1] != ' ')
            text_append_char(&line, ' ');
    }
    text_trim_end(&line, " ");
    if (line.length > (said->question->role == FORM_ROLE_NAME ? FORM_NAME_BYTES_MAX : FORM_VALUE_BYTES_MAX))
        set_unclear(ret, FORM_TOO_LONG);
    else
        set_clear(ret, arena_copy_string(said->arena, text_string(&line)));
}

void form_value_read(const struct form_set *forms, size_t question, const char *written,
                     const struct form_context *context, struct arena *arena, struct form_finding *ret) {
    static void (*const readers[])(struct said *, struct form_finding *) = {
        [FORM_TEXT] = read_text,       [FORM_ONE_OF] = read_options,      [FORM_SEVERAL] = read_options,
        [FORM_RATING] = read_rating,   [FORM_YES_NO] = read_yes,          [FORM_AGREEMENT] = read_yes,
        [FORM_COUNTRY] = read_country, [FORM_LANGUAGES] = read_languages, [FORM_ZONE] = read_zone,
        [FORM_DATE] = read_date,
    };
    struct said said = {.forms = forms,
                        .question = &forms->forms[0]->questions[question],
                        .index = question,
                        .raw = written,
                        .context = context,
                        .arena = arena};
    auto_text folded = TEXT_EMPTY;
    *ret = (struct form_finding){0};
    if (strlen(written) > FORM_SAID_BYTES_MAX) {
        set_unclear(ret, FORM_TOO_LONG);
        return;
    }
    fold_words(written, strlen(written), &folded);
    said.folded = arena_copy_string(arena, text_string(&folded));
    for (const char *at = said.folded; *at && said.count < WORDS_MAX; at = behind(at, strcspn(at, " ")))
        said.words[said.count++] = at;
    for (size_t i = 0; i < forms->count && said.language_count < SHOWN_LANGUAGES_MAX; i++)
        said.languages[said.language_count++] = forms->forms[i]->language;
    bool asks = strchr(written, '?') || strstr(written, "\uFF1F") || strstr(written, "\u061F");
    if (!said.count && asks)
        set_unclear(ret, FORM_NOT_UNDERSTOOD);
    if (!said.count ||
        (form_value_says(forms, FORM_SKIP, said.folded) && form_value_option(forms, question, said.folded) < 0))
        return;
    enum form_kind kind = said.question->kind;
    if (said.count == WORDS_MAX && kind != FORM_TEXT) {
        set_unclear(ret, FORM_NOT_UNDERSTOOD);
        return;
    }
    readers[kind](&said, ret);
    /* "Sweden?" asks us. */
    if (asks && ret->state == FORM_CLEAR && kind != FORM_TEXT) {
        const char *value = ret->value;
        set_unclear(ret, FORM_NOT_UNDERSTOOD);
        if (kind != FORM_SEVERAL && kind != FORM_LANGUAGES)
            add_near(ret, value);
    }
}

/* ---- Showing ---- */

static const char *show_language(const struct form *form, const char *part, struct arena *arena) {
    const char *colon = strchr(part, ':');
    if (!colon)
        return localise_language(arena, part, form->language);
    auto_string code = memory_copy_bytes(part, (size_t)(colon - part));
    const char *shown = colon + 1;
    for (size_t i = 0; i < COUNT_OF(level_names); i++)
        if (string_equal(level_names[i], shown))
            shown = form->words->lists[level_lists[i]].shown;
    return arena_format(arena, "%s (%s)", localise_language(arena, code, form->language), shown);
}

static const char *show_option(const struct form_question *question, const char *key) {
    for (size_t i = 0; i < question->option_count; i++)
        if (string_equal(question->options[i].key, key))
            return question->options[i].words[0];
    return key;
}

const char *form_value_show(const struct form *form, size_t question, const char *value, struct arena *arena) {
    const struct form_question *asked = &form->questions[question];
    auto_text shown = TEXT_EMPTY;
    switch (asked->kind) {
    case FORM_TEXT:
    case FORM_RATING:
        return value;
    case FORM_YES_NO:
    case FORM_AGREEMENT:
        return string_equal(value, "yes") ? form->words->lists[FORM_YES].shown : form->words->lists[FORM_NO].shown;
    case FORM_COUNTRY:
        return localise_country(arena, value, form->language);
    case FORM_ZONE:
        return localise_city(arena, value, form->language) ?: value;
    case FORM_DATE: {
        struct civil_date date;
        struct error error = ERROR_INIT;
        return civil_parse_date(value, &date, &error)
                   ? localise_date(arena, civil_to_days(date) * SECONDS_PER_DAY, zone_utc(), form->language)
                   : value;
    }
    case FORM_ONE_OF:
    case FORM_SEVERAL:
    case FORM_LANGUAGES:
        break;
    }
    for (const char *at = value; *at;) {
        size_t length = strcspn(at, ",");
        const char *part = arena_copy_bytes(arena, at, length);
        text_append_format(&shown, "%s%s", shown.length ? ", " : "",
                           asked->kind == FORM_LANGUAGES ? show_language(form, part, arena) : show_option(asked, part));
        at += length + (at[length] == ',');
    }
    return arena_copy_string(arena, text_string(&shown));
}
