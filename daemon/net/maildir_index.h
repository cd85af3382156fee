#pragma once
/* Numbers for the messages of one Maildir that stay the same over restarts and renamings, as IMAP's UIDs do (RFC 3501
 * section 2.3.1.1). They are kept in a file in the Maildir, and are on the disk before anybody sees them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct maildir_entry {
    uint32_t uid;
    char *base;                /* the file's name without its flags */
    char *file;                /* where it stands now: "new/NAME" or "cur/NAME:2,FLAGS"; NULL: it is gone */
    unsigned long long moment; /* the number that the file's name begins with; while its UID is not known yet */
};

struct maildir_index {
    uint32_t uidvalidity, next_uid;
    struct maildir_entry *entries; /* ascending uid */
    size_t count, capacity;
};

/* Reads the numbers of the Maildir at PATH, gives new ones to what came since, and finds where each message stands. A
 * file that can't be understood any more is made anew, with another UIDVALIDITY. Only one process at a time does so.
 * The caller clears *RET. */
bool maildir_index_update(const char *path, bool quick, struct maildir_index *ret, struct error *error);
void maildir_index_clear(struct maildir_index *index);

/* The entry with UID, or NULL. */
struct maildir_entry *maildir_index_find(const struct maildir_index *index, uint32_t uid);

/* The first entry with a uid of UID or more; COUNT where there is none. */
size_t maildir_index_from(const struct maildir_index *index, uint32_t uid);
