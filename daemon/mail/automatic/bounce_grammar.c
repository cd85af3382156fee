#include "mail/automatic/bounce_status.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/terms.h"

/* What a word of servers' refusals can be in their sentences. */
enum {
    WORD_PERSON = 1 << 0,         /* a noun for the one written to */
    WORD_PLACE = 1 << 1,          /* a noun for where the mailbox was to be */
    WORD_UNKNOWN = 1 << 2,        /* said of what never was, before the noun or after it */
    WORD_UNKNOWN_PERSON = 1 << 3, /* the same, of persons only */
    WORD_GONE = 1 << 4, /* said of what is no more; only after the noun, since much else expires and is removed */
    WORD_GONE_PERSON = 1 << 5, /* the same, of persons only */
    WORD_NOT = 1 << 6,         /* negates what follows */
    WORD_THERE = 1 << 7,       /* what one is or does who exists */
    WORD_FOUND = 1 << 8,       /* "could not FIND the user", "no SUCH user" */
    WORD_FILLER = 1 << 9,      /* may stand between */
    WORD_OTHER = 1 << 10,      /* what else is unknown or invalid: "unknown error", "not accepting mail from you" */
    WORD_FOREIGN = 1 << 11,    /* makes the noun behind it another's: "your account", "the sender's address" */
    WORD_BELONGING = 1 << 12,  /* makes the noun before it another: "the recipient server" */
    WORD_NONE = 1 << 13,       /* with a noun: "NO mailbox here", "NOT a user" */
    WORD_KIND = 1 << 14,       /* may stand there between: "not a VALID user", "not OUR customer" */
};

static const struct {
    unsigned kind;
    const char *words;
} kinds[] = {
    {WORD_PERSON, "account|address|addressee|alias|box|customer|e-mail|email|employee|inbox|mail-box|mailbox|people|"
                  "person|recipient|user|userid|username"},
    {WORD_PLACE, "domain|exchanger|host|hostname"},
    {WORD_UNKNOWN, "bad|illegal|incorrect|invalid|malformed|non-existent|non-existing|nonexistent|nonexisting|unknown|"
                   "unrecognised|unrecognized|unregistered|unresolvable|wrong"},
    {WORD_UNKNOWN_PERSON,
     "ambiguous|canceled|cancelled|deactivated|dead|disabled|discontinued|dormant|former|frozen|inactive|"
     "obsolete|suspended|terminated|unroutable|unrouteable"},
    {WORD_GONE, "closed|deleted|disabled|expired|inactive|removed|suspended"},
    {WORD_GONE_PERSON,
     "canceled|cancelled|changed|deactivated|defunct|discontinued|dormant|frozen|inaccessible|left|locked|"
     "moved|retired|unavailable"},
    {WORD_NOT, "aren't|can't|cannot|couldn't|didn't|doesn't|don't|isn't|never|no|not|unable|wasn't"},
    {WORD_THERE, "accept|accepting|accepts|activated|active|available|configured|correct|current|database|defined|"
                 "directory|enabled|exist|existing|exists|file|find|found|here|hosted|identified|known|ldap|listed|"
                 "local|locate|located|longer|matched|ok|present|receive|receives|receiving|recognised|recognized|"
                 "records|registered|resolve|resolved|server|table|unique|use|valid|verified|work|working|works"},
    {WORD_FOUND, "find|found|know|locate|recognize|resolve|such"},
    {WORD_FILLER, "a|account|active|address|addressed|also|an|and|any|apparently|are|as|at|be|been|being|by|could|"
                  "currently|delivery|destination|did|directory|do|does|e-mail|either|email|entered|envelope|final|"
                  "following|for|given|had|has|have|i|id|illegal|in|intended|is|it|its|known|local|longer|mail|mailbox|"
                  "may|mentioned|more|my|name|named|now|of|on|or|our|particular|please|reach|recipient|remote|s|sent|"
                  "smtp|specified|status|such|system|that|the|their|there|this|to|tried|user|valid|via|virtual|"
                  "virtual-mailbox|was|we|which|who|with|you|your"},
    {WORD_OTHER, "another|argument|attachment|cause|client|code|command|content|credentials|ehlo|error|failure|from|"
                 "header|helo|larger|message|messages|parameter|password|problem|reason|response|said|sender|sequence|"
                 "spam|status|syntax"},
    {WORD_FOREIGN, "client|from|ip|path|reply|return|sender|sender's|sending|your"},
    {WORD_BELONGING, "domain|host|server|servers|system"},
    {WORD_NONE, "aren't|isn't|no|not|wasn't"},
    {WORD_KIND, "a|active|an|any|current|existing|gateway|known|local|mail|our|registered|such|valid"},
};

enum { ENTRIES_MAX = 320 };

struct entry {
    const char *word;
    size_t length;
    unsigned kinds;
};

static int compare(const void *a, const void *b) {
    const struct entry *one = a, *other = b;
    int order = memcmp(one->word, other->word, one->length < other->length ? one->length : other->length);
    return order ? order : (one->length > other->length) - (one->length < other->length);
}

/* KINDS turned round, when first needed: reports are long, and have many recipients. (qsort() asks the system for the
 * memory there is, which the sandbox forbids.) */
static struct entry dictionary[ENTRIES_MAX];
static size_t dictionary_count;

static void add(struct entry entry) {
    size_t at = 0;
    while (at < dictionary_count && compare(&dictionary[at], &entry) < 0)
        at++;
    if (at == dictionary_count || compare(&dictionary[at], &entry) != 0) {
        require(dictionary_count < ENTRIES_MAX);
        memmove(dictionary + at + 1, dictionary + at, (dictionary_count++ - at) * sizeof entry);
        dictionary[at] = entry;
    }
    dictionary[at].kinds |= entry.kinds;
}

static void prepare(void) {
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        for (struct term term = {.rest = kinds[i].words}; terms_next(&term);)
            add((struct entry){term.word, term.length, kinds[i].kind});
}

static unsigned look_up(const char *start, size_t length) {
    if (!dictionary_count)
        prepare();
    const struct entry wanted = {start, length, 0};
    const struct entry *found = bsearch(&wanted, dictionary, dictionary_count, sizeof wanted, compare);
    return found ? found->kinds : 0;
}

/* Of a noun also the plural, "user(s)", the genitive and the noun with "name" behind. */
static unsigned kinds_of(const char *start, size_t length) {
    static const char *const ends[] = {"s", "es", "(s", "(es", "'s", "s'", "name"};
    unsigned found = look_up(start, length);
    for (size_t i = 0; i < COUNT_OF(ends) && !found; i++) {
        size_t end = strlen(ends[i]);
        if (length > end && memcmp(start + length - end, ends[i], end) == 0)
            found = look_up(start, length - end) & (WORD_PERSON | WORD_PLACE);
    }
    return found;
}

bool bounce_grammar_is_person(const char *start, size_t length) {
    return kinds_of(start, length) & WORD_PERSON;
}

/* ---- Sentences ---- */

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
        start += bytes_span(start, (size_t)(end - start), around);
        end = start + bytes_trim(start, (size_t)(end - start), around);
        if (end > start)
            ret[count++] = (struct word){
                .kinds = kinds_of(start, (size_t)(end - start)),
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
