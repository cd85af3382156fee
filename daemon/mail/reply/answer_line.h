#pragma once
/* One line taken apart: the words and numbers on it, and what stands between them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ANSWER_LINE_MAX = 160,  /* bytes; a longer line is somebody's prose */
    ANSWER_TOKENS_MAX = 14, /* the same */
    ANSWER_TOKEN_SIZE = 64,
};

enum answer_token_kind {
    ANSWER_NUMBER, /* of one or two digits of any script, ASCII here */
    ANSWER_WORD,   /* lower case */
    ANSWER_OTHER,  /* "2nd", "2013", too long */
};

struct answer_token {
    enum answer_token_kind kind;
    char text[ANSWER_TOKEN_SIZE];
    uint32_t after; /* the first character behind it that is not white space; 0 at the line's end */
    bool parted;    /* white space stands behind it, or behind AFTER, or nothing does */
    bool ends;      /* nothing stands behind AFTER */
};

struct answer_line {
    struct answer_token tokens[ANSWER_TOKENS_MAX];
    size_t count;
    bool checked, unchecked; /* begins with a box */
    bool odd;                /* holds what no answer holds: a question mark, money, a path, an address */
};

/* False where the line is too long for an answer. */
bool answer_line_read(const char *bytes, size_t length, struct answer_line *ret);
