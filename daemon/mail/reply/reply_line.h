#pragma once
/* Inside of extracting what a person wrote only (reply_text.h): a body's lines, prepared for recognising what they are,
 * and those who do. */
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

/* The line is the person's so far, and says something. */
bool reply_line_speaks(const struct reply_line *line);

/* Makes what is not blank of the COUNT lines at LINES KIND. */
void reply_line_mark(struct reply_line *lines, size_t count, enum reply_line_kind kind);

/* FOLDED without the rules, stars, brackets and blanks that decorate its ends; the result's length in *RET_LENGTH. */
const char *reply_line_undecorated(const char *folded, size_t *ret_length);

/* ---- reply_quote.c: quotations that are marked ---- */

/* Marks as REPLY_QUOTED what is so by itself: behind ">", and the odd marks of some mail programs. */
void reply_quote_mark(struct reply_line *lines, size_t count);

/* The same for the lines that follow directly below an introduction, where any common mark counts. */
void reply_quote_mark_below(struct reply_line *lines, size_t count);

/* Of a mail that OpenPGP signed in its text (RFC 9580 section 7), marks as REPLY_ARMOUR what is the signature's, and
 * takes off the "- " that signed lines were given (section 7.2). */
void reply_quote_mark_armour(struct reply_line *lines, size_t count);

/* ---- reply_attribution.c: "On Monday at 10:00 Anna <anna@example.org> wrote:" ---- */

/* How many of the COUNT lines at LINES introduce a quotation together (they may be wrapped); 0 for none. LINES may be
 * looked at before its start where there are BEFORE lines. *RET_CERTAIN: so by itself; otherwise only where a marked
 * quotation follows. */
size_t reply_attribution_lines(struct reply_line *lines, size_t before, size_t count, bool *ret_certain);

/* The line LINES[0] tells the date of the introduction that the COUNT lines below it are, and that tells none. */
bool reply_attribution_is_date(const struct reply_line *lines, size_t count);

/* ---- reply_forward.c: what stands above a mail that is quoted or forwarded without marks ---- */

/* How many of the COUNT lines at LINES are a rule with words ("-----Original Message-----"), a header block ("From: ...
 * Sent: ... To: ... Subject: ..."), or both; 0 for none. */
size_t reply_forward_lines(struct reply_line *lines, size_t count);

/* ---- reply_device.c: "Sent from my iPhone" ---- */

enum reply_device {
    REPLY_DEVICE_NONE,
    REPLY_DEVICE_LINE,
    REPLY_DEVICE_TOO, /* only beside such a line: "Please excuse my brevity." */
};

/* Asked of REPLY_TEXT; found out once for each line. */
enum reply_device reply_device_find(struct reply_line *line);

/* ---- reply_footer.c: disclaimers, virus scanners' and list servers' lines ---- */

/* The paragraph that begins with the first of the COUNT lines at LINES is one, or asks to save paper. */
bool reply_footer_begins(const struct reply_line *lines, size_t count);

/* The same, of a paragraph that follows on one: it takes less to be the next of it. */
bool reply_footer_continues(const struct reply_line *lines, size_t count);

/* ---- reply_signature.c: what closes a mail ---- */

/* Marks signatures, device lines, disclaimers and list servers' lines as REPLY_SIGNATURE in each run of lines that no
 * quotation interrupts. A divider cuts only before what is known to be no words of the person's: WRITER (name and
 * address, as From has them; "" where unknown) tells their own signature from any other list of names and numbers. What
 * can't be told is left. *RET_WARNING, for a person, says where that was below a signature's own mark. */
void reply_signature_mark(struct reply_line *lines, size_t count, const char *writer, struct arena *arena,
                          const char **ret_warning);

/* True where LINES hold nothing but "-- " and what follows it, which programs add by themselves. */
bool reply_signature_is_all(struct reply_line *lines, size_t count);
