#pragma once
/* Passwords and tokens: where they come from, fetched only when needed, wiped after use. A secret never stands in the
 * configuration itself, on a command line or in a log. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum secret_kind {
    SECRET_NONE,
    SECRET_CREDENTIAL,   /* a systemd credential: a file of that name in $CREDENTIALS_DIRECTORY, or where that isn't set
                            (commands), where the unit takes it from */
    SECRET_FILE,         /* the first line of a file that only its owner can read */
    SECRET_COMMAND,      /* the first line that a command prints */
    SECRET_OAUTH2_TOKEN, /* the same, but the line is an OAuth 2 access token (XOAUTH2, OAUTHBEARER), short-lived */
};

/* systemd's credential store, from which the units in systemd/ take "tandempost.NAME", or "tandempost-PROGRAMME.NAME".
 */
#define SECRET_CREDENTIAL_STORE "/etc/credstore"

struct secret_source {
    enum secret_kind kind;
    const char *value;  /* the credential's name, the file's path, or the command; NULL for SECRET_NONE */
    const char *option; /* "outgoing password_file" for messages */
    const char *stored; /* of a credential: the file from which the unit takes it; NULL: unknown */
};

enum {
    SECRET_SIZE_MOST = 64 * 1024, /* longest first line; OAuth 2 tokens reach some kilobytes */
    SECRET_COMMAND_TIMEOUT_MS = 30 * 1000,
};

/* Fetches the secret: *RET is NUL-terminated, without line end, never empty, and given back with secret_free. A command
 * is split at white space, with '...' and "..." kept together, and run without a shell; it gets no input and
 * SECRET_COMMAND_TIMEOUT_MS. Errors (ERROR_CONFIGURATION; ERROR_TEMPORARY where a command failed or took too long) say
 * what to do, never any of the secret. SECRET_NONE gives *RET = NULL. */
bool secret_fetch(const struct secret_source *source, char **ret, struct error *error);

/* Overwrites, then frees. NULL is allowed. */
void secret_free(char *secret);

/* For cleanup(). */
void secret_free_pointer(char **secret);
#define auto_secret __attribute__((__cleanup__(secret_free_pointer))) char *
