#pragma once
/* The few words that people send us, as they write them: found in lists, whatever their case, accents, punctuation
 * and politeness. Pure. */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum { PHRASE_LINE_MAX = 160 }; /* bytes; a longer line is somebody's prose */

struct phrase {
    const char *folded; /* as phrase_fold makes it */
    int meaning;        /* above 0 */
};

/* What a list is for. Within one a phrase has one meaning. */
enum phrase_use {
    PHRASE_NO_WORDS, /* always empty: what digits alone answer */
    PHRASE_ANSWER,   /* to a check-in: its digit (question.h) */
    PHRASE_SURE,     /* to whether a word to us is meant: its digit */
    PHRASE_COMES,    /* to an invitation: its digit */
    PHRASE_NEXT,     /* to what comes after the round: its digit */
    PHRASE_VERB,     /* to us: enum verb */
    PHRASE_PERHAPS,  /* words with which a mail may begin that means such a verb, and many a letter does, too */
    PHRASE_CASE,     /* of coordinators, about a case: enum case_verb */
    PHRASE_DAYS,     /* a unit of time: its days */
    PHRASE_JOIN,     /* asks for the application form */
    PHRASE_POLITE,   /* "please", "thanks": say nothing beside another phrase */
    PHRASE_GREETING, /* "hello", "dear": likewise, and begin a line of greeting */
    PHRASE_USES,
};

/* The phrases of one language. */
struct phrase_book {
    struct phrase_list {
        const struct phrase *items;
        size_t count;
    } lists[PHRASE_USES];
};

/* What counts for one person: the phrases of their language and of those that stand in for it, the most fitting first;
 * politeness of any language at all. */
struct words {
    const struct phrase_book *const *own;
    size_t own_count;
    const struct phrase_book *const *all;
    size_t all_count;
};

enum {
    PHRASE_NONE = 0,   /* the line says something else */
    PHRASE_MIXED = -1, /* nothing but phrases, of several meanings */
};

/* No letter of WORD is small, and at least two are capitals. */
bool phrase_in_capitals(const char *word, size_t length);

/* As fold_words has it; what is longer than PHRASE_LINE_MAX gives nothing. */
void phrase_fold(const char *line, size_t length, struct text *ret);

/* The meaning of a line that holds nothing but phrases of USE and words of politeness: "Stop, please", "Oui, tout va
 * bien, merci !". What a language says a phrase means comes before what those after it say. A line with a question mark
 * asks, and means nothing here. */
int phrase_find(const struct words *words, enum phrase_use use, const char *line, size_t length);

/* The length of the longest phrase of USE with MEANING with which FOLDED begins; 0 where none does. ANY: in whatever
 * language, else in one that counts for the person. */
size_t phrase_begin(const struct words *words, bool any, enum phrase_use use, int meaning, const char *folded);

/* The length of the longest word of politeness, in any language, with which FOLDED begins; 0 where none does.
 * *ret_greeted is set where it greets, else left alone. */
size_t phrase_polite(const struct words *words, const char *folded, bool *ret_greeted);

/* A line that is empty or holds nothing but politeness: "Thanks!", "Hello," */
bool phrase_is_polite(const struct words *words, const char *line, size_t length);

/* Text that says nothing but politeness, one of the words in NAMES, or phrases of USE with MEANING: "All good, thank
 * you so much! Ana". Whatever else stands in it, or a question mark, makes it false: a person must see that. */
bool phrase_says_nothing_more(const struct words *words, enum phrase_use use, int meaning, const char *names,
                              const char *text);

/* A line of greeting ("Hello Kate,", "Bonjour,"): one to three words behind a greeting, or none. */
bool phrase_is_greeting(const struct words *words, const char *line, size_t length);

/* How many bytes of TEXT's first lines are phrases of BOOK, whatever their use: that tells in what language it is. */
size_t phrase_weigh(const struct phrase_book *book, const char *text);
