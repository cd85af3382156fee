#pragma once
/* One connection to an IMAP server: libcurl connects, verifies the certificate and logs in; what follows is read and
 * written here, always within a time, and handed to libetpan as a mailstream. */
#include <libetpan/mailstream.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct imap_stream;

struct imap_login {
    const char *url; /* scheme, host and port only */
    const char *user;
    const char *password; /* or NULL, then the token counts */
    const char *token;    /* OAuth 2 bearer (RFC 7628), or NULL */
    const char *ca_file;  /* PEM; NULL: the system's */
    bool plain_text;      /* imap:// without STARTTLS */
    int connect_timeout_ms, read_timeout_ms;
};

/* Connects, verifies and logs in. Errors: CONFIGURATION for a refused login, an untrusted certificate, no TLS;
 * TEMPORARY for the rest. */
bool imap_stream_open(const struct imap_login *login, struct imap_stream **ret, struct error *error);

/* Closes without a word. NULL allowed. Call after the mailstream is gone. */
void imap_stream_free(struct imap_stream *stream);

/* A mailstream for libetpan, owned by the caller. Its first line is a made-up PREAUTH greeting, for the server's own
 * greeting and the login are over. */
mailstream *imap_stream_new_mailstream(struct imap_stream *stream);

/* Before each command: at most BYTES may be read and TIMEOUT_MS may pass until the next call. */
void imap_stream_allow(struct imap_stream *stream, uint64_t bytes, int timeout_ms);

/* What went wrong with the connection, or NULL while it is good. Once set it stays. */
const char *imap_stream_problem(const struct imap_stream *stream);

/* Marks the connection as no longer to be used. */
void imap_stream_fail(struct imap_stream *stream, const char *problem);

/* Writes all LENGTH bytes within the allowed time; false: see imap_stream_problem. */
bool imap_stream_write(struct imap_stream *stream, const char *bytes, size_t length);

enum imap_stream_event { IMAP_STREAM_DATA, IMAP_STREAM_WOKEN, IMAP_STREAM_TIMEOUT, IMAP_STREAM_BROKEN };

/* Reads what is there, waiting at most TIMEOUT_MS and until WAKE_FD (-1: none) is readable. Data that libcurl or TLS
 * already hold come first. *ret_length is set for IMAP_STREAM_DATA only, and is above 0. */
enum imap_stream_event imap_stream_receive(struct imap_stream *stream, char *buffer, size_t size, int timeout_ms,
                                           int wake_fd, size_t *ret_length);
