#pragma once
/* A whole programme message as bytes (RFC 5322, MIME): CRLF only, 7-bit, no line over 998 octets, and the same input
 * gives the same bytes. text/plain is format=flowed (RFC 3676); with an HTML body both go into a multipart/alternative,
 * and what is for the reader's calendar with them (RFC 6047). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

/* The loop mark: every message of ours carries it with the programme's id, and one that comes back is known by it. */
#define COMPOSE_LOOP_HEADER "X-Tandempost"

/* A file that goes with a message (RFC 2183), in base64. */
struct compose_attachment {
    const char *name; /* UTF-8 (RFC 2231); NULL: there is no attachment */
    const char *type; /* "application/json" */
    const char *bytes;
    size_t length; /* at most COMPOSE_ATTACHMENT_MOST */
};
enum { COMPOSE_ATTACHMENT_MOST = 5 * 1024 * 1024 };

/* A picture that the HTML body shows as <img src="cid:ID"> (RFC 2387, RFC 2392), in base64. */
struct compose_picture {
    const char *id, *type; /* without angle brackets; "image/png" */
    const char *bytes;
    size_t length;
};

struct compose_message {
    const char *from_name, *from_address; /* names: UTF-8, may be NULL; addresses: as address_parse gives them, ASCII */
    const char *to_name, *to_address;
    const char *reply_to; /* address; NULL: none */
    const char *subject;
    const char *message_id;        /* with angle brackets, as header_append_message_id makes it */
    const char *in_reply_to;       /* with angle brackets; NULL: none */
    const char *const *references; /* with angle brackets, oldest first */
    size_t reference_count;
    int64_t date;                 /* UTC seconds */
    int zone_minutes;             /* east of UTC */
    const char *language;         /* BCP 47 tag for Content-Language; NULL: none */
    const char *list_id;          /* "iln.example.org"; NULL: none */
    const char *list_name;        /* the description before it; NULL: none */
    const char *list_unsubscribe; /* the address that a mail to stops the programme's mail; NULL: none */
    const char *auto_submitted;   /* "auto-generated", "auto-replied"; NULL: written by a person */
    const char *programme;        /* the programme's id for the loop mark; NULL: no mark */
    const char *text;             /* UTF-8; any line ends; a line break is a hard one, long lines are flowed */
    const char *html;             /* UTF-8; NULL: a text/plain message */
    const char *calendar;         /* an iCalendar object (mail/calendar.h), a third alternative; NULL: none */
    const char *calendar_method;  /* its METHOD */
    struct compose_attachment attachment;
    const struct compose_picture *pictures; /* none without an HTML body */
    size_t picture_count;
};

/* Appends the message to *RET. Fails (ERROR_PERMANENT) only where an address or the Message-ID is missing or malformed:
 * names, subject and bodies are made safe whatever they hold; or where the attachment is too large. */
bool compose_build(const struct compose_message *message, struct text *ret, struct error *error);
