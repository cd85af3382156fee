#pragma once
/* Fetching messages in batches. Sizes are looked at before bodies, so that nobody can fill our memory with one message.
 * For the imap_* modules only. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/imap_session.h"
#include "net/post_office.h"

struct imap_limits {
    size_t batch_bytes, batch_count, message_limit;
};

/* What is known of a stretch of a folder before its bodies are fetched. Kept between batches. */
struct imap_listing {
    char *folder;
    uint32_t uidvalidity;
    struct imap_listed {
        uint32_t uid, size;
        int64_t date; /* UTC seconds; 0 unknown */
    } * items;        /* ascending */
    size_t count, capacity;
};

/* Leaves it empty and usable: nothing is known. */
void imap_listing_clear(struct imap_listing *listing);

/* The lowest UID from FIRST on in the selected folder; 0: none. */
bool imap_fetch_find_first(struct imap_session *session, uint32_t first, uint32_t *ret, struct error *error);

/* As the fetch operation of net/post_office.h. */
bool imap_fetch_batch(struct imap_session *session, const char *folder, bool junk, uint32_t uidvalidity,
                      uint32_t next_uid, const struct imap_limits *limits, struct imap_listing *listing,
                      struct received_batch **ret, struct error *error);
