#pragma once
/* Inside of reading a reply only (questionnaire_read.c): the lines that we sent, those that came back, and what was
 * found in them for each question. */
#include "base/text.h"
#include "programme/questionnaire.h"

enum {
    QUESTIONNAIRE_LINES_MAX = 1000,     /* of a reply; what is beyond is not looked at */
    QUESTIONNAIRE_PIECES_MAX = 60,      /* lines that answer one question */
    QUESTIONNAIRE_NAME_WORDS_MAX = 4,   /* "Kind regards", "Anna Berg" */
    QUESTIONNAIRE_PREFIX_WORDS_MIN = 2, /* of a line of ours that a mail program broke */
};

/* ---- What we sent, line by line ---- */

enum unit_role {
    UNIT_OTHER = FORM_LINE_END + 1, /* of the mail around the form */
};

struct unit {
    int role; /* enum form_line_role, or UNIT_OTHER */
    size_t question, option;
    const char *folded, *bare; /* BARE: without its number */
    size_t length, bare_length;
};

/* ---- What came back ---- */

enum source {
    SOURCE_OWN,
    SOURCE_QUOTED,
    SOURCE_BELOW
}; /* BELOW: not marked as quoted, and not the person's own text */

struct line {
    const char *text; /* without quotation marks, bullets and blanks at its ends */
    const char *folded;
    enum source source;
    bool deep;        /* quoted twice: of an earlier mail */
    bool after_blank; /* an empty line stands before it */
};

struct piece {
    const char *text, *folded;
    bool after_blank;
};

/* What was found for one question. */
struct found {
    struct piece pieces[QUESTIONNAIRE_PIECES_MAX];
    size_t count;
    bool numbered; /* it was named by its number or label, not by our line */
    bool too_many;
    bool seen[FORM_OPTIONS_MAX];   /* lines of ours that are still there */
    bool marked[FORM_OPTIONS_MAX]; /* those that the person marked */
    size_t seen_count, marked_count;
    bool named, again; /* our line for it was there; twice: of an earlier mail */
    bool more_below;   /* something of ours stands below */
};

enum naming { NAMED_BY_US, NAMED_BY_NUMBER, NAMED_BY_LABEL };

struct reader {
    const struct form_set *forms;
    const struct form *form;
    const struct questionnaire_reply *reply;
    const struct words *words;
    struct arena *arena;
    struct unit *units;
    size_t unit_count, unit_capacity;
    struct line *lines;
    size_t line_count;
    struct found *found;
    struct piece *loose; /* lines of the person's that no question was named for */
    size_t loose_count;
    struct text rest;
    /* Where the reading stands: */
    int question; /* -1: none */
    enum naming naming;
    bool below; /* the last line of ours was not marked as quoted */
    const struct unit *broken;
    size_t broken_at; /* bytes of it that were there */
    bool numbered;    /* enough of the person's lines begin with a number to take it for a question's */
    bool listed;      /* the person numbers their answers */
    bool bare_list;   /* without a point behind the numbers */
    bool plain;       /* they write nothing but answers, one a line, so far as can be seen */
    bool translated;  /* our lines are there in words that we don't know */
    bool unended;     /* of such a line the end may follow */
    int last_number;
    bool closing; /* after a line of politeness: a name may follow */
};

/* ---- questionnaire_reply.c: lines ---- */

/* All lines that we may have sent. */
void questionnaire_reply_collect(struct reader *reader);

/* The lines of the reply. The description's text holds the person's own in their order: whatever else stands in the
 * whole is a quotation, or below one. */
void questionnaire_reply_split(struct reader *reader);

/* The unit that is FOLDED, preferably of the question spoken of; NULL where none is. */
const struct unit *questionnaire_reply_whole(const struct reader *reader, const char *folded);

/* The unit with which FOLDED begins and then goes on: the person wrote behind it. */
const struct unit *questionnaire_reply_begun(const struct reader *reader, const char *folded);

/* The unit that begins with FOLDED: a mail program broke the line. */
const struct unit *questionnaire_reply_broken(const struct reader *reader, const char *folded);

/* "2. Sweden": the number; *RET_REST is what stands behind it and its point, *RET_POINTED whether there is one. 0 for a
 * line of another shape. */
int questionnaire_reply_number(const char *text, const char **ret_rest, bool *ret_pointed);

/* Takes a tick or an arrow off the beginning or the end of TEXT; false where there is none. */
bool questionnaire_reply_take_mark(char *text);

/* PREFIX stands at the beginning of TEXT, at a word's end. */
bool questionnaire_reply_begins(const char *text, const char *prefix);

const char *questionnaire_reply_fold(struct reader *reader, const char *text, size_t length);

/* Keeps TEXT for a person. */
void questionnaire_reply_keep(struct reader *reader, const char *text);

/* ---- questionnaire_found.c: answers ---- */

/* Reads what was found for each question. */
void questionnaire_found_read(struct reader *reader, struct form_finding *findings);

/* "Yes to all", wherever it stands. */
void questionnaire_found_agree(struct reader *reader, struct form_finding *findings);

/* Answers and nothing else, in the order of the questions; false where it isn't that. */
bool questionnaire_found_in_order(struct reader *reader, struct form_finding *findings);

bool questionnaire_found_is_asked(const struct reader *reader, size_t question, bool without_zones);
