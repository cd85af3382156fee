#include "mail/automatic/bounce_grammar.h"

#include <ctype.h>
#include <string.h>

#include "mail/automatic/bounce_dictionary.h"

enum { WORDS_MAX = 700, GAP_MAX = 8, STRANGERS_MAX = 2, FORWARD_MAX = 4 };

struct word {
    unsigned kinds;
    bool named; /* whom it is about, by an address or by a name in angle brackets */
    bool site;  /* a domain */
    bool ends;  /* a sentence ends with it */
};

static bool ends_sentence(char last) {
    return last == '.' || last == ';' || last == '!';
}

/* "anna@example.org", "<anna>", but not a host: "<mx.example.org>". */
static bool is_name(const char *start, const char *end, bool bracketed) {
    size_t length = (size_t)(end - start);
    return memchr(start, '@', length) || (bracketed && !memchr(start, '.', length));
}

/* "example.org", "mx.example.org" */
static bool is_site(const char *start, const char *end) {
    const char *dot = memrchr(start, '.', (size_t)(end - start));
    if (!dot || end - dot < 3)
        return false;
    for (const char *p = start; p < end; p++)
        if (!isalpha((unsigned char)*p) && (p > dot || (!isdigit((unsigned char)*p) && *p != '-' && *p != '.')))
            return false;
    return true;
}

static size_t split(const char *text, struct word *ret) {
    static const char around[] = "<>()[]{}\"'.,;:!?#*`=|_~";
    size_t count = 0;
    while (*text && count < WORDS_MAX) {
        bool link = strncmp(text, "http", 4) == 0;
        size_t length = strcspn(text, link ? " " : " /");
        const char *first = text, *start = text, *end = text + length;
        text += length + (text[length] != '\0');
        char last = length ? end[-1] : '\0';
        while (start < end && strchr(around, *start))
            start++;
        while (end > start && strchr(around, end[-1]))
            end--;
        if (end > start)
            ret[count++] = (struct word){
                .kinds = bounce_dictionary_kinds(start, (size_t)(end - start)),
                .named = is_name(start, end, *first == '<' && *end == '>'),
                .site = is_site(start, end),
            };
        if (count && ends_sentence(last)) /* at times the stop stands apart from its sentence */
            ret[count - 1].ends = true;
    }
    return count;
}

struct sentence {
    const struct word *words;
    size_t count;
};

static bool is_negated_there(const struct sentence *sentence, size_t at) {
    if (!(sentence->words[at].kinds & WORD_NOT))
        return false;
    for (size_t i = at + 1; i < sentence->count && i <= at + FORWARD_MAX; i++) {
        const struct word *word = &sentence->words[i];
        if (word->kinds & WORD_THERE)
            return true;
        if (!(word->kinds & WORD_FILLER) || sentence->words[i - 1].ends)
            return false;
    }
    return false;
}

/* Whether what follows makes the words at AT speak of something else: "unknown error", "not accepting mail from". */
static bool speaks_of_another(const struct sentence *sentence, size_t at) {
    for (size_t i = at + 1; i < sentence->count && i <= at + FORWARD_MAX && !sentence->words[i - 1].ends; i++) {
        if (sentence->words[i].kinds & WORD_OTHER)
            return true;
        if (!(sentence->words[i].kinds & (WORD_FILLER | WORD_THERE)))
            return false;
    }
    return false;
}

static bool is_gone(const struct word *word, bool person) {
    return word->kinds & (WORD_UNKNOWN | WORD_GONE | (person ? WORD_UNKNOWN_PERSON | WORD_GONE_PERSON : 0));
}

/* "The user anna@example.org is unknown": from the noun at AT onwards. */
static bool says_gone(const struct sentence *sentence, size_t at, bool person) {
    size_t strangers = 0, allowed = sentence->words[at].site ? 0 : STRANGERS_MAX;
    if (at > 0 && (sentence->words[at - 1].kinds & WORD_FOREIGN))
        return false;
    if (person && at + 1 < sentence->count &&
        (sentence->words[at + 1].kinds & WORD_BELONGING)) /* "the recipient server" */
        return false;
    for (size_t i = at + 1; i < sentence->count && i <= at + GAP_MAX && !sentence->words[i - 1].ends; i++) {
        const struct word *word = &sentence->words[i];
        if (is_gone(word, person) || is_negated_there(sentence, i))
            return !speaks_of_another(sentence, i);
        bool other = (word->kinds & WORD_OTHER) && !(word->kinds & WORD_FILLER) &&
                     !(sentence->words[i - 1].kinds & WORD_FOREIGN);
        if (other) /* but "the mailbox in your message", "user status is locked" */
            return false;
        if (!(word->kinds & WORD_FILLER) && !word->named && ++strangers > allowed)
            return false;
    }
    return false;
}

static bool begins_unknown(const struct sentence *sentence, size_t at, bool person) {
    const struct word *word = &sentence->words[at];
    if (word->kinds & (WORD_UNKNOWN | (person ? WORD_UNKNOWN_PERSON : 0)))
        return true;
    /* "no such", "couldn't find", "unable to locate" */
    return (word->kinds & WORD_FOUND) && ((at > 0 && (sentence->words[at - 1].kinds & WORD_NOT)) ||
                                          (at > 1 && (sentence->words[at - 2].kinds & WORD_NOT)));
}

/* "Unknown or illegal user", "no such local mailbox", "could not find the domain": from AT onwards to a noun. */
static bool leads_to_noun(const struct sentence *sentence, size_t at, unsigned nouns) {
    for (size_t i = at + 1; i < sentence->count && i <= at + FORWARD_MAX && !sentence->words[i - 1].ends; i++) {
        const struct word *word = &sentence->words[i];
        if (word->kinds & nouns)
            return !speaks_of_another(sentence, i);
        if (!(word->kinds & WORD_FILLER) && !is_gone(word, true))
            return false;
    }
    return false;
}

/* "No mailbox", "not a valid user", "not our customer": from AT onwards. */
static bool says_none(const struct sentence *sentence, size_t at) {
    size_t noun = at + 1;
    if (!(sentence->words[at].kinds & WORD_NONE) || sentence->words[at].ends)
        return false;
    while (noun < sentence->count && sentence->words[noun].kinds & WORD_KIND && !sentence->words[noun].ends)
        noun++;
    return noun < sentence->count && sentence->words[noun].kinds & WORD_PERSON && !speaks_of_another(sentence, noun);
}

enum bounce_reason bounce_grammar_reason(const char *normalised) {
    struct word words[WORDS_MAX];
    const struct sentence sentence = {words, split(normalised, words)};
    bool host = false;
    for (size_t i = 0; i < sentence.count; i++) {
        const struct word *word = &words[i];
        if (((word->named || (word->kinds & WORD_PERSON)) && says_gone(&sentence, i, true)) ||
            says_none(&sentence, i) || (begins_unknown(&sentence, i, true) && leads_to_noun(&sentence, i, WORD_PERSON)))
            return BOUNCE_REASON_ADDRESS;
        host = host || ((word->site || (word->kinds & WORD_PLACE)) && says_gone(&sentence, i, false)) ||
               (begins_unknown(&sentence, i, false) && leads_to_noun(&sentence, i, WORD_PLACE));
    }
    return host ? BOUNCE_REASON_HOST : BOUNCE_REASON_UNKNOWN;
}
