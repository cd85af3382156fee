#include "programme/phrase.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/fold.h"
#include "base/text.h"

enum { GREETED_WORDS_MAX = 3 };

bool phrase_in_capitals(const char *word, size_t length) {
    size_t letters = 0;
    for (size_t position = 0; position < length;) {
        UChar32 character = (UChar32)utf8_next(word, length, &position);
        if (u_islower(character))
            return false;
        letters += u_isupper(character) != 0;
    }
    return letters > 1;
}

void phrase_fold(const char *line, size_t length, struct text *ret) {
    if (length <= PHRASE_LINE_MAX)
        fold_words(line, length, ret);
}

/* The longest phrase with which LINE begins, at a word's end; 0 where none does. */
static size_t longest(const struct phrase_list *list, const char *line, int *ret_meaning) {
    size_t best = 0;
    for (size_t i = 0; i < list->count; i++) {
        const char *folded = list->items[i].folded;
        size_t length = strlen(folded);
        if (length > best && strncmp(line, folded, length) == 0 && (line[length] == ' ' || line[length] == '\0')) {
            best = length;
            *ret_meaning = list->items[i].meaning;
        }
    }
    return best;
}

static size_t longest_of_any(const struct words *words, enum phrase_use use, const char *line) {
    size_t best = 0;
    int meaning;
    for (size_t i = 0; words && i < words->all_count; i++) {
        size_t length = longest(&words->all[i]->lists[use], line, &meaning);
        best = length > best ? length : best;
    }
    return best;
}

size_t phrase_polite(const struct words *words, const char *folded, bool *ret_greeted) {
    size_t thanks = longest_of_any(words, PHRASE_POLITE, folded),
           greeting = longest_of_any(words, PHRASE_GREETING, folded);
    *ret_greeted |= greeting > thanks;
    return thanks > greeting ? thanks : greeting;
}

static size_t longest_polite(const struct words *words, const char *line) {
    bool ignored = false;
    return phrase_polite(words, line, &ignored);
}

size_t phrase_begin(const struct words *words, bool any, enum phrase_use use, int meaning, const char *folded) {
    size_t best = 0;
    for (size_t i = 0; words && i < (any ? words->all_count : words->own_count); i++) {
        const struct phrase_list *list = &(any ? words->all : words->own)[i]->lists[use];
        for (size_t j = 0; j < list->count; j++) {
            struct phrase_list one = {&list->items[j], 1};
            int ignored;
            size_t length = list->items[j].meaning == meaning ? longest(&one, folded, &ignored) : 0;
            best = length > best ? length : best;
        }
    }
    return best;
}

int phrase_find(const struct words *words, enum phrase_use use, const char *line, size_t length) {
    static const struct words none = {0};
    auto_text folded = TEXT_EMPTY;
    int found = PHRASE_NONE;
    words = words ? words : &none;
    if (memchr(line, '?', length))
        return PHRASE_NONE;
    phrase_fold(line, length, &folded);
    for (const char *at = text_string(&folded); *at;) {
        int meaning = PHRASE_NONE;
        size_t taken = 0;
        for (size_t i = 0; i < words->own_count && taken == 0; i++)
            taken = longest(&words->own[i]->lists[use], at, &meaning);
        if (taken == 0)
            taken = longest_polite(words, at);
        if (taken == 0)
            return PHRASE_NONE;
        if (meaning != PHRASE_NONE)
            found = found == PHRASE_NONE || found == meaning ? meaning : PHRASE_MIXED;
        at += taken + (at[taken] == ' ');
    }
    return found;
}

bool phrase_is_polite(const struct words *words, const char *line, size_t length) {
    auto_text folded = TEXT_EMPTY;
    phrase_fold(line, length, &folded);
    for (const char *at = text_string(&folded); *at;) {
        size_t taken = longest_polite(words, at);
        if (taken == 0)
            return false;
        at += taken + (at[taken] == ' ');
    }
    return length <= PHRASE_LINE_MAX;
}

/* The length of the word at the beginning of LINE where it is one of those in NAMES, both folded. */
static size_t name_length(const char *names, const char *line) {
    size_t length = strcspn(line, " ");
    for (const char *at = names; *at;) {
        size_t name = strcspn(at, " ");
        if (name == length && strncmp(at, line, length) == 0)
            return length;
        at += name + (at[name] == ' ');
    }
    return 0;
}

static size_t longest_of_meaning(const struct words *words, enum phrase_use use, int meaning, const char *line) {
    for (size_t i = 0; i < words->own_count; i++) {
        int found = PHRASE_NONE;
        size_t length = longest(&words->own[i]->lists[use], line, &found);
        if (length > 0)
            return found == meaning ? length : 0;
    }
    return 0;
}

bool phrase_says_nothing_more(const struct words *words, enum phrase_use use, int meaning, const char *names,
                              const char *text) {
    static const struct words none = {0};
    auto_text known = TEXT_EMPTY;
    words = words ? words : &none;
    phrase_fold(names, strlen(names), &known);
    if (strchr(text, '?'))
        return false;
    for (const char *line = text; *line;) {
        auto_text folded = TEXT_EMPTY;
        size_t length = strcspn(line, "\n");
        if (length > PHRASE_LINE_MAX)
            return false;
        phrase_fold(line, length, &folded);
        for (const char *at = text_string(&folded); *at;) {
            size_t taken = longest_of_meaning(words, use, meaning, at), polite = longest_polite(words, at);
            taken = polite > taken ? polite : taken;
            taken = taken > 0 ? taken : name_length(text_string(&known), at);
            if (taken == 0)
                return false;
            at += taken + (at[taken] == ' ');
        }
        line += length + (line[length] == '\n');
    }
    return true;
}

bool phrase_is_greeting(const struct words *words, const char *line, size_t length) {
    auto_text folded = TEXT_EMPTY;
    size_t count = 0;
    phrase_fold(line, length, &folded);
    size_t greeting = longest_of_any(words, PHRASE_GREETING, text_string(&folded));
    for (const char *at = text_string(&folded) + greeting; greeting && *at; at++)
        count += *at == ' ';
    return greeting > 0 && count <= GREETED_WORDS_MAX;
}

enum { WEIGHED_BYTES_MAX = 2000 };

size_t phrase_weigh(const struct phrase_book *book, const char *text) {
    size_t weight = 0, length = strlen(text);
    auto_text folded = TEXT_EMPTY;
    fold_words(text, utf8_cut(text, length, WEIGHED_BYTES_MAX), &folded);
    for (const char *at = text_string(&folded); *at;) {
        size_t best = 0;
        int ignored;
        for (int use = PHRASE_JOIN; use < PHRASE_USES; use++) {
            size_t taken = longest(&book->lists[use], at, &ignored);
            best = taken > best ? taken : best;
        }
        weight += best;
        at += best ? best : strcspn(at, " ");
        at += *at == ' ';
    }
    return weight;
}
