#include "simulation/simulated_bounce.h"

#include <string.h>

#include "mail/message/header.h"

/* The header of the mail that comes back, without the last empty line. */
static size_t header_length(const struct simulated_bounce *bounce) {
    const char *end = memmem(bounce->original, bounce->length, "\r\n\r\n", 4);
    return end ? (size_t)(end - bounce->original) + 2 : bounce->length;
}

void simulated_bounce_write(const struct simulated_bounce *bounce, struct text *out) {
    const char *domain = strchr(bounce->recipient, '@') + 1;
    auto_text boundary = TEXT_EMPTY, arrived = TEXT_EMPTY;
    text_append_format(&boundary, "8F1C2A04D7.%lld/mx", (long long)bounce->at);
    header_append_date(&arrived, "Arrival-Date", bounce->at, 0);
    header_append_date(out, "Date", bounce->at, 0);
    text_append_format(out,
                       "From: MAILER-DAEMON@mx.%1$s (Mail Delivery System)\r\n"
                       "Subject: Undelivered Mail Returned to Sender\r\n"
                       "To: %2$s\r\n"
                       "Auto-Submitted: auto-replied\r\n"
                       "MIME-Version: 1.0\r\n"
                       "Content-Type: multipart/report; report-type=delivery-status; boundary=\"%3$s\"\r\n"
                       "Message-ID: <%4$lld.8F1C2A04D7@mx.%1$s>\r\n"
                       "\r\n"
                       "This is a MIME-encapsulated message.\r\n"
                       "\r\n--%3$s\r\n"
                       "Content-Description: Notification\r\n"
                       "Content-Type: text/plain; charset=us-ascii\r\n"
                       "\r\n"
                       "This is the mail system at host mx.%1$s.\r\n"
                       "\r\n"
                       "I'm sorry to have to inform you that your message could not\r\n"
                       "be delivered to one or more recipients. It's attached below.\r\n"
                       "\r\n"
                       "<%5$s>: host mailstore.%1$s[192.0.2.25] said: 550 5.1.1\r\n"
                       "    <%5$s>: Recipient address rejected: User unknown in\r\n"
                       "    virtual mailbox table (in reply to RCPT TO command)\r\n"
                       "\r\n--%3$s\r\n"
                       "Content-Description: Delivery report\r\n"
                       "Content-Type: message/delivery-status\r\n"
                       "\r\n"
                       "Reporting-MTA: dns; mx.%1$s\r\n"
                       "X-Postfix-Queue-ID: 8F1C2A04D7\r\n"
                       "X-Postfix-Sender: rfc822; %2$s\r\n"
                       "%6$s"
                       "\r\n"
                       "Final-Recipient: rfc822; %5$s\r\n"
                       "Original-Recipient: rfc822;%5$s\r\n"
                       "Action: failed\r\n"
                       "Status: 5.1.1\r\n"
                       "Remote-MTA: dns; mailstore.%1$s\r\n"
                       "Diagnostic-Code: smtp; 550 5.1.1 <%5$s>: Recipient address rejected:\r\n"
                       "    User unknown in virtual mailbox table\r\n"
                       "\r\n--%3$s\r\n"
                       "Content-Description: Undelivered Message Headers\r\n"
                       "Content-Type: text/rfc822-headers\r\n"
                       "\r\n",
                       domain, bounce->envelope_from, text_string(&boundary), (long long)bounce->at, bounce->recipient,
                       text_string(&arrived));
    text_append_bytes(out, bounce->original, header_length(bounce));
    text_append_format(out, "\r\n--%s--\r\n", text_string(&boundary));
}
