#pragma once
/* A message as SMTP carries it: its envelope as commands, its content as DATA wants it (RFC 5321, 1870, 6152, 6531). */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "net/post_office.h"
#include "net/smtp_link.h"

struct smtp_message {
    char *envelope_from, *recipient;
    struct text content; /* as on the wire, with the final dot */
    size_t size;         /* of the message as given (RFC 1870 counts neither doubled dots nor the final one) */
    bool eight_bit;
};

/* Copies REQUEST, which envelope_check has let pass, into an empty message; smtp_message_drop empties it again. */
void smtp_message_take(struct smtp_message *message, const struct send_request *request);
void smtp_message_drop(struct smtp_message *message);

/* Appends MAIL with what SERVER understands of it. False where an address needs SMTPUTF8 and the server lacks it, or
 * one of the domains has no form on the wire. */
bool smtp_message_append_mail(const struct smtp_message *message, const struct smtp_capabilities *server,
                              struct text *commands);

/* Appends RCPT; smtp_message_append_mail has tried the address before. */
void smtp_message_append_recipient(const struct smtp_message *message, struct text *commands);
