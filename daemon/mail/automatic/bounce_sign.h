#pragma once
/* Signs that a mail without a standard report still is one: who sends it, under which subject, in which words. */
#include "mail/message/message.h"

enum bounce_notice {
    BOUNCE_NOTICE_NONE,
    BOUNCE_NOTICE_FAILED,
    BOUNCE_NOTICE_DELAYED, /* the system goes on trying */
    BOUNCE_NOTICE_DELIVERED,
};

struct bounce_sign {
    enum bounce_notice notice;
    const char *why; /* the evidence, for a person */
};

/* Judges MESSAGE, whose words without the returned mail are TEXT; RETURNED: a returned mail was found in or with it. In
 * ARENA. */
struct bounce_sign bounce_sign_find(const struct message *message, const char *text, bool returned,
                                    struct arena *arena);
