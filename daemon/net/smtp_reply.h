#pragma once
/* SMTP replies (RFC 5321 section 4.2) from bytes that arrive in any pieces, bounded whatever a server sends. */
#include <stdbool.h>
#include <stddef.h>

struct smtp_reply {
    int code;        /* 200..599 */
    char status[16]; /* the enhanced status code (RFC 3463, 2034) of the class of CODE; "" where none */
    char text[512];  /* "550 5.1.1 No such user": its lines joined, printable, cut where too long */
};

/* Zero-initialised before its first use; ready for the next reply after each REPLY_WHOLE. */
struct smtp_reply_reader {
    char line[1024]; /* the current line as far as it is kept */
    size_t kept, bytes;
    bool started;
    struct smtp_reply reply;
};

enum smtp_reply_progress {
    REPLY_UNFINISHED, /* all bytes used, more are needed */
    REPLY_WHOLE,
    REPLY_MALFORMED, /* not a reply, or more than a megabyte of it: the connection can't be trusted further */
};

/* Reads up to the end of one reply; *RET_USED tells how many of the bytes belong to it. */
enum smtp_reply_progress smtp_reply_read(struct smtp_reply_reader *reader, const char *bytes, size_t length,
                                         size_t *ret_used, struct smtp_reply *ret);
