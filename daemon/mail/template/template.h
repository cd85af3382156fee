#pragma once
/* Message templates: `Name: value` lines, a blank line, then Markdown with Mustache tags
 * (mail/template/template_node.h).
 *
 * A message has `Subject:` and may have `Reply-To:`; a topic has `Title:`; a piece (a Mustache partial) is body only.
 * Parsing is strict and pure: bytes in, tree out. Everything lives in the caller's arena. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "mail/template/template_node.h"

enum { TEMPLATE_BYTES_MAX = 256 * 1024 }; /* a file may not be larger */

enum template_kind {
    TEMPLATE_MESSAGE,
    TEMPLATE_TOPIC,
    TEMPLATE_PIECE,
};

/* Where the recipient's Reply goes. */
enum template_reply_to {
    TEMPLATE_REPLY_TO_PROGRAMME,   /* "programme", the default: a secret address of ours that knows this message */
    TEMPLATE_REPLY_TO_PARTNERSHIP, /* "partnership": the partners; such a message asks no question */
};

struct template {
    enum template_kind kind;
    const char *file;                    /* as handed to template_parse, for messages to people */
    const struct template_node *subject; /* Subject or Title; NULL for a piece */
    int subject_line;
    const struct template_node *body;
    enum template_reply_to reply_to;
    int reply_to_line;        /* 0 where not given */
    char hash[HASH_HEX_SIZE]; /* SHA-256 of the file's bytes */
};

/* Parses LENGTH bytes of UTF-8 (a byte order mark and CRLF are tolerated). On failure ERROR (CONFIGURATION) begins with
 * "FILE:LINE: " and tells what is wrong and what would be right. */
bool template_parse(const char *bytes, size_t length, const char *file, enum template_kind kind, struct arena *arena,
                    const struct template **ret, struct error *error);
