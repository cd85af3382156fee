#pragma once
/* The English words of which servers' refusals are made, and what each can be in their sentences. Pure. */
#include <stddef.h>

/* What a word can be in such sentences. */
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

/* What the word of LENGTH bytes at START, in lower case, can be: of a noun also the plural, "user(s)", the genitive and
 * the noun with "name" behind. */
unsigned bounce_dictionary_kinds(const char *start, size_t length);
