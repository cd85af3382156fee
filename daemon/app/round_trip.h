#pragma once
/* Mail that the programme sends to itself, to learn what its provider does with addresses and headers: one message to
 * the programme's address, one to a sub-address, straight through the server, then looked for in the mailbox. Nobody
 * else's mail is marked; the two are removed again. A service that runs meanwhile leaves them where they are. */
#include "app/service.h"
#include "base/memory.h"
#include "net/post_office.h"

struct round_trip_request {
    struct service *service;
    struct mail_sender *sender;
    struct mail_receiver *receiver; /* open; NULL: only sent, and left in the mailbox */
    struct mail_receiver *listener; /* opened here; waits as the service does. NULL: that isn't tried */
    int64_t wait_ms;                /* for both to arrive */
    void (*progress)(void *context, size_t seconds); /* called about once a second; NULL allowed */
    void *context;
};

struct round_trip_letter {
    const char *to, *envelope_from, *message_id; /* as sent */
    struct send_result sent;                     /* SEND_UNCERTAIN where the server said nothing in time */
    bool arrived, junk, returned;                /* RETURNED: not it but a report about it came */
    int64_t took_ms;                             /* from the server's taking it to our seeing it, roughly */
    const char *address_in;                      /* the fields that hold the address: "To, Delivered-To"; NULL: none */
    const char *message_id_seen, *return_path_seen, *from_seen; /* NULL: no such field */
    const char *authserv_id;                                    /* the topmost Authentication-Results'; NULL: none */
};

struct round_trip {
    struct round_trip_letter plain, tagged;
    uint64_t size_limit; /* the largest message that the server takes; 0: it didn't say */
    /* What came of listening; nothing where no message came to the inbox. */
    bool listened, told;         /* TOLD: the listener was told of it by the server */
    int64_t listened_ms;         /* from its being in the inbox to that, or to the end of our patience */
    const char *listener_failed; /* in these words; NULL: it did not */
};

/* Everything lives in ARENA. An error is the mailbox's; what the sending server says stands in the letters. */
bool round_trip_make(const struct round_trip_request *request, struct arena *arena, struct round_trip *ret,
                     struct error *error);

/* Whether an incoming message is one of these. */
bool round_trip_is_ours(const struct description *description);
