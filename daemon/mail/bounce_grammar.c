#include "mail/bounce_grammar.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { WORDS_MAX = 700, GAP_MAX = 8, STRANGERS_MAX = 2, FORWARD_MAX = 4, WORD_SIZE = 24 };

/* What a word can be in such sentences. */
enum {
    PERSON = 1 << 0,         /* a noun for the one written to */
    PLACE = 1 << 1,          /* a noun for where the mailbox was to be */
    UNKNOWN = 1 << 2,        /* said of what never was, before the noun or after it */
    UNKNOWN_PERSON = 1 << 3, /* the same, of persons only */
    GONE = 1 << 4,           /* said of what is no more; only after the noun, since much else expires and is removed */
    GONE_PERSON = 1 << 5,    /* the same, of persons only */
    NOT = 1 << 6,            /* negates THERE and FOUND */
    THERE = 1 << 7,          /* what one is or does who exists */
    FOUND = 1 << 8,          /* "could not FIND the user", "no SUCH user" */
    FILLER = 1 << 9,         /* may stand between */
    OTHER = 1 << 10,         /* what else is unknown or invalid: "unknown error", "not accepting mail from you" */
    FOREIGN = 1 << 11,       /* makes the noun behind it another's: "your account", "the sender's address" */
    BELONGING = 1 << 12,     /* makes the noun before it another: "the recipient server" */
};

/* Sorted by word. */
static const struct entry {
    const char *word;
    unsigned kinds;
} dictionary[] = {
    {"a", FILLER},
    {"accept", THERE},
    {"accepting", THERE},
    {"accepts", THERE},
    {"account", PERSON | FILLER},
    {"active", THERE | FILLER},
    {"address", PERSON | FILLER},
    {"addressed", FILLER},
    {"addressee", PERSON},
    {"alias", PERSON},
    {"also", FILLER},
    {"ambiguous", UNKNOWN_PERSON},
    {"an", FILLER},
    {"and", FILLER},
    {"any", FILLER},
    {"apparently", FILLER},
    {"are", FILLER},
    {"aren't", NOT},
    {"argument", OTHER},
    {"as", FILLER},
    {"at", FILLER},
    {"attachment", OTHER},
    {"available", THERE},
    {"bad", UNKNOWN},
    {"be", FILLER},
    {"been", FILLER},
    {"being", FILLER},
    {"box", PERSON},
    {"by", FILLER},
    {"can't", NOT},
    {"canceled", GONE_PERSON},
    {"cancelled", GONE_PERSON},
    {"cannot", NOT},
    {"cause", OTHER},
    {"changed", GONE_PERSON},
    {"client", OTHER | FOREIGN},
    {"closed", GONE},
    {"code", OTHER},
    {"command", OTHER},
    {"configured", THERE},
    {"content", OTHER},
    {"correct", THERE},
    {"could", FILLER},
    {"couldn't", NOT},
    {"credentials", OTHER},
    {"current", THERE},
    {"currently", FILLER},
    {"customer", PERSON},
    {"deactivated", GONE_PERSON},
    {"dead", UNKNOWN_PERSON},
    {"defined", THERE},
    {"defunct", GONE_PERSON},
    {"deleted", GONE},
    {"delivery", FILLER},
    {"destination", FILLER},
    {"did", FILLER},
    {"didn't", NOT},
    {"directory", FILLER},
    {"disabled", UNKNOWN_PERSON | GONE},
    {"discontinued", GONE_PERSON},
    {"do", FILLER},
    {"does", FILLER},
    {"doesn't", NOT},
    {"domain", PLACE | BELONGING},
    {"don't", NOT},
    {"dormant", GONE_PERSON},
    {"e-mail", PERSON | FILLER},
    {"ehlo", OTHER},
    {"either", FILLER},
    {"email", PERSON | FILLER},
    {"employee", PERSON},
    {"enabled", THERE},
    {"entered", FILLER},
    {"envelope", FILLER},
    {"error", OTHER},
    {"exchanger", PLACE},
    {"exist", THERE},
    {"existing", THERE},
    {"exists", THERE},
    {"expired", GONE},
    {"failure", OTHER},
    {"final", FILLER},
    {"find", THERE | FOUND},
    {"following", FILLER},
    {"for", FILLER},
    {"found", THERE | FOUND},
    {"from", OTHER | FOREIGN},
    {"frozen", GONE_PERSON},
    {"given", FILLER},
    {"had", FILLER},
    {"has", FILLER},
    {"have", FILLER},
    {"header", OTHER},
    {"helo", OTHER},
    {"here", THERE},
    {"host", PLACE | BELONGING},
    {"hosted", THERE},
    {"hostname", PLACE},
    {"i", FILLER},
    {"id", FILLER},
    {"identified", THERE},
    {"illegal", UNKNOWN | FILLER},
    {"in", FILLER},
    {"inaccessible", GONE_PERSON},
    {"inactive", UNKNOWN_PERSON | GONE},
    {"inbox", PERSON},
    {"incorrect", UNKNOWN},
    {"intended", FILLER},
    {"invalid", UNKNOWN},
    {"ip", FOREIGN},
    {"is", FILLER},
    {"isn't", NOT},
    {"it", FILLER},
    {"its", FILLER},
    {"know", FOUND},
    {"known", THERE | FILLER},
    {"larger", OTHER},
    {"left", GONE_PERSON},
    {"listed", THERE},
    {"local", THERE | FILLER},
    {"locate", THERE | FOUND},
    {"located", THERE},
    {"locked", GONE_PERSON},
    {"longer", THERE | FILLER},
    {"mail", FILLER},
    {"mail-box", PERSON},
    {"mailbox", PERSON | FILLER},
    {"malformed", UNKNOWN},
    {"matched", THERE},
    {"may", FILLER},
    {"mentioned", FILLER},
    {"message", OTHER},
    {"messages", OTHER},
    {"more", FILLER},
    {"moved", GONE_PERSON},
    {"my", FILLER},
    {"name", FILLER},
    {"named", FILLER},
    {"never", NOT},
    {"no", NOT},
    {"non-existent", UNKNOWN},
    {"non-existing", UNKNOWN},
    {"nonexistent", UNKNOWN},
    {"nonexisting", UNKNOWN},
    {"not", NOT},
    {"now", FILLER},
    {"obsolete", UNKNOWN_PERSON},
    {"of", FILLER},
    {"or", FILLER},
    {"our", FILLER},
    {"parameter", OTHER},
    {"particular", FILLER},
    {"password", OTHER},
    {"people", PERSON},
    {"person", PERSON},
    {"please", FILLER},
    {"present", THERE},
    {"problem", OTHER},
    {"reach", FILLER},
    {"reason", OTHER},
    {"recipient", PERSON | FILLER},
    {"recognised", THERE},
    {"recognize", FOUND},
    {"recognized", THERE},
    {"registered", THERE},
    {"remote", FILLER},
    {"removed", GONE},
    {"reply", FOREIGN},
    {"resolve", THERE | FOUND},
    {"resolved", THERE},
    {"response", OTHER},
    {"retired", GONE_PERSON},
    {"return", FOREIGN},
    {"s", FILLER},
    {"sender", OTHER | FOREIGN},
    {"sender's", FOREIGN},
    {"sending", FOREIGN},
    {"sent", FILLER},
    {"sequence", OTHER},
    {"server", BELONGING},
    {"servers", BELONGING},
    {"smtp", FILLER},
    {"spam", OTHER},
    {"specified", FILLER},
    {"status", OTHER},
    {"such", FILLER | FOUND},
    {"suspended", UNKNOWN_PERSON | GONE},
    {"syntax", OTHER},
    {"system", FILLER | BELONGING},
    {"terminated", UNKNOWN_PERSON},
    {"that", FILLER},
    {"the", FILLER},
    {"their", FILLER},
    {"there", FILLER},
    {"this", FILLER},
    {"to", FILLER},
    {"tried", FILLER},
    {"unable", NOT},
    {"unavailable", GONE_PERSON},
    {"unique", THERE},
    {"unknown", UNKNOWN},
    {"unrecognised", UNKNOWN},
    {"unrecognized", UNKNOWN},
    {"unregistered", UNKNOWN},
    {"unresolvable", UNKNOWN},
    {"unroutable", UNKNOWN_PERSON},
    {"unrouteable", UNKNOWN_PERSON},
    {"use", THERE},
    {"user", PERSON | FILLER},
    {"userid", PERSON},
    {"username", PERSON},
    {"valid", THERE | FILLER},
    {"via", FILLER},
    {"virtual", FILLER},
    {"virtual-mailbox", FILLER},
    {"was", FILLER},
    {"wasn't", NOT},
    {"we", FILLER},
    {"which", FILLER},
    {"who", FILLER},
    {"with", FILLER},
    {"you", FILLER},
    {"your", FILLER | FOREIGN},
};

struct word {
    unsigned kinds;
    bool address;
    bool ends; /* a sentence ends with it */
};

static int compare(const void *key, const void *entry) {
    return strcmp(key, ((const struct entry *)entry)->word);
}

static unsigned look_up(const char *start, size_t length) {
    char word[WORD_SIZE];
    if (length >= sizeof word)
        return 0;
    memcpy(word, start, length);
    word[length] = '\0';
    const struct entry *entry = bsearch(word, dictionary, COUNT_OF(dictionary), sizeof *dictionary, compare);
    return entry ? entry->kinds : 0;
}

/* What a word can be; a noun also in the plural, as "user(s)", in the genitive, or with "name" behind. */
static unsigned kinds_of(const char *start, size_t length) {
    static const char *const ends[] = {"s", "es", "(s", "(es", "'s", "s'", "name"};
    unsigned kinds = look_up(start, length);
    for (size_t i = 0; i < COUNT_OF(ends) && !kinds; i++) {
        size_t end = strlen(ends[i]);
        if (length > end && memcmp(start + length - end, ends[i], end) == 0)
            kinds = look_up(start, length - end) & (PERSON | PLACE);
    }
    return kinds;
}

static size_t split(const char *text, struct word *ret) {
    static const char around[] = "<>()[]{}\"'.,;:!?#*`=|_~";
    size_t count = 0;
    while (*text && count < WORDS_MAX) {
        size_t length = strcspn(text, " ");
        const char *start = text, *end = text + length;
        text += length + (text[length] != '\0');
        while (start < end && strchr(around, *start))
            start++;
        char last = end > start ? end[-1] : '\0';
        while (end > start && strchr(around, end[-1]))
            end--;
        if (end > start)
            ret[count++] = (struct word){
                .kinds = kinds_of(start, (size_t)(end - start)),
                .address = memchr(start, '@', (size_t)(end - start)) != NULL,
                .ends = last == '.' || last == ';' || last == '!',
            };
    }
    return count;
}

struct sentence {
    const struct word *words;
    size_t count;
};

static bool is_negated_there(const struct sentence *sentence, size_t at) {
    if (!(sentence->words[at].kinds & NOT))
        return false;
    for (size_t i = at + 1; i < sentence->count && i <= at + FORWARD_MAX; i++) {
        const struct word *word = &sentence->words[i];
        if (word->kinds & THERE)
            return true;
        if (!(word->kinds & FILLER) || sentence->words[i - 1].ends)
            return false;
    }
    return false;
}

/* Whether what follows makes the words at AT speak of something else: "unknown error", "not accepting mail from". */
static bool speaks_of_another(const struct sentence *sentence, size_t at) {
    for (size_t i = at + 1; i < sentence->count && i <= at + FORWARD_MAX && !sentence->words[i - 1].ends; i++) {
        if (sentence->words[i].kinds & OTHER)
            return true;
        if (!(sentence->words[i].kinds & (FILLER | THERE)))
            return false;
    }
    return false;
}

static bool is_gone(const struct word *word, bool person) {
    return word->kinds & (UNKNOWN | GONE | (person ? UNKNOWN_PERSON | GONE_PERSON : 0));
}

/* "The user anna@example.org is unknown": from the noun at AT onwards. */
static bool says_gone(const struct sentence *sentence, size_t at, bool person) {
    size_t strangers = 0;
    if (at > 0 && (sentence->words[at - 1].kinds & FOREIGN))
        return false;
    if (person && at + 1 < sentence->count && (sentence->words[at + 1].kinds & BELONGING)) /* "the recipient server" */
        return false;
    for (size_t i = at + 1; i < sentence->count && i <= at + GAP_MAX && !sentence->words[i - 1].ends; i++) {
        const struct word *word = &sentence->words[i];
        if (is_gone(word, person) || is_negated_there(sentence, i))
            return !speaks_of_another(sentence, i);
        if (word->kinds & OTHER)
            return false;
        if (!(word->kinds & FILLER) && !word->address && ++strangers > STRANGERS_MAX)
            return false;
    }
    return false;
}

static bool begins_unknown(const struct sentence *sentence, size_t at, bool person) {
    const struct word *word = &sentence->words[at];
    if (word->kinds & (UNKNOWN | (person ? UNKNOWN_PERSON : 0)))
        return true;
    /* "no such", "couldn't find", "unable to locate" */
    return (word->kinds & FOUND) &&
           ((at > 0 && (sentence->words[at - 1].kinds & NOT)) || (at > 1 && (sentence->words[at - 2].kinds & NOT)));
}

/* "Unknown or illegal user", "no such local mailbox", "could not find the domain": from AT onwards to a noun. */
static bool leads_to_noun(const struct sentence *sentence, size_t at, unsigned nouns) {
    for (size_t i = at + 1; i < sentence->count && i <= at + FORWARD_MAX && !sentence->words[i - 1].ends; i++) {
        const struct word *word = &sentence->words[i];
        if (word->kinds & nouns)
            return !speaks_of_another(sentence, i);
        if (!(word->kinds & FILLER) && !is_gone(word, true))
            return false;
    }
    return false;
}

enum bounce_reason bounce_grammar_reason(const char *normalised) {
    struct word words[WORDS_MAX];
    const struct sentence sentence = {words, split(normalised, words)};
    bool host = false;
    for (size_t i = 0; i < sentence.count; i++) {
        const struct word *word = &words[i];
        if (((word->kinds & PERSON) && says_gone(&sentence, i, true)) ||
            (begins_unknown(&sentence, i, true) && leads_to_noun(&sentence, i, PERSON)))
            return BOUNCE_REASON_ADDRESS;
        host = host || ((word->kinds & PLACE) && says_gone(&sentence, i, false)) ||
               (begins_unknown(&sentence, i, false) && leads_to_noun(&sentence, i, PLACE));
    }
    return host ? BOUNCE_REASON_HOST : BOUNCE_REASON_UNKNOWN;
}
