#pragma once
/* A made-up person's own Maildir, read as a mail client would. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

struct simulated_maildir_list {
    const char **names; /* of files, in the order in which they came */
    size_t count;
};

/* The Maildir of ADDRESS in the post office at PATH; in ARENA. */
const char *simulated_maildir_path(const char *post_office, const char *address, struct arena *arena);

/* The files in PART ("new", "cur") of the Maildir at PATH; none where there is no such folder. */
void simulated_maildir_list(const char *path, const char *part, struct arena *arena,
                            struct simulated_maildir_list *ret);

/* Reads one of them. */
bool simulated_maildir_read(const char *path, const char *part, const char *name, struct text *ret,
                            struct error *error);

/* It was read: moves it from new to cur, marked as seen. */
bool simulated_maildir_seen(const char *path, const char *name, struct error *error);

/* Takes the newest file of new away again, as the post office there changed its mind. */
bool simulated_maildir_take_back(const char *path, struct error *error);
