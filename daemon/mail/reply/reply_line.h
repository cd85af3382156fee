#pragma once
/* A body's lines, prepared for recognising what they are. */
#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

enum {
    REPLY_FOLDED_MAX = 600, /* bytes of a line that are folded: no mark or introduction is longer */
};

enum reply_line_kind {
    REPLY_TEXT, /* taken for the person's own words until something else is found */
    REPLY_BLANK,
    REPLY_QUOTED,      /* marked as quoted at its beginning */
    REPLY_ATTRIBUTION, /* introduces a quotation: who wrote it and when */
    REPLY_FORWARDED,   /* of the header block above a quoted or forwarded mail, or the rule above that */
    REPLY_UNMARKED,    /* quoted, but only its place says so */
    REPLY_SIGNATURE,   /* signature, device line, disclaimer, list footer */
    REPLY_ARMOUR,      /* of an OpenPGP signature */
};

struct reply_line {
    const char *bytes; /* as it stands in the text, without its line end */
    size_t length;
    const char *folded; /* lower case, one blank for any white space, none at the ends; ASCII digits, quotes and colons;
                           nothing invisible */
    bool cut;           /* FOLDED is only the beginning */
    enum reply_line_kind kind;
    /* What was found out about it once, for the files that ask: */
    bool fields_known, device_known, end_known;
    unsigned fields;      /* reply_forward.c: the header fields that it may be */
    int device;           /* reply_device.c */
    bool ends_like_intro; /* reply_attribution.c: an introduction may end with it */
};

/* The lines of TEXT, REPLY_TEXT or REPLY_BLANK each. Everything in ARENA. */
struct reply_line *reply_line_split(const char *text, struct arena *arena, size_t *ret_count);

/* True where STRING holds a letter or digit. */
bool reply_line_says_something(const char *string, size_t length);

/* FOLDED without the rules, stars, brackets and blanks that decorate its ends; the result's length in *RET_LENGTH. */
const char *reply_line_undecorated(const char *folded, size_t *ret_length);
