#include "net/smtp_message.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/envelope.h"

void smtp_message_take(struct smtp_message *message, const struct send_request *request) {
    message->envelope_from = memory_copy_string(request->envelope_from);
    message->recipient = memory_copy_string(request->recipient);
    message->size = request->length;
    message->eight_bit = envelope_append_wire(&message->content, request->bytes, request->length);
}

void smtp_message_drop(struct smtp_message *message) {
    free(steal(message->envelope_from));
    free(steal(message->recipient));
    text_free(&message->content);
}

bool smtp_message_append_mail(const struct smtp_message *message, const struct smtp_capabilities *server,
                              struct text *commands) {
    auto_text tried = TEXT_EMPTY;
    bool international =
        envelope_local_is_international(message->recipient) || envelope_local_is_international(message->envelope_from);
    if ((international && !server->utf8) || !envelope_append_address(&tried, message->recipient))
        return false;
    text_append(commands, "MAIL FROM:<");
    if (!envelope_append_address(commands, message->envelope_from))
        return false;
    text_append(commands, ">");
    if (server->size)
        text_append_format(commands, " SIZE=%zu", message->size);
    if (server->eight_bit && message->eight_bit)
        text_append(commands, " BODY=8BITMIME");
    if (international)
        text_append(commands, " SMTPUTF8");
    text_append(commands, "\r\n");
    return true;
}

void smtp_message_append_recipient(const struct smtp_message *message, struct text *commands) {
    text_append(commands, "RCPT TO:<");
    envelope_append_address(commands, message->recipient);
    text_append(commands, ">\r\n");
}
