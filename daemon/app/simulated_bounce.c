#include "app/simulated_bounce.h"

#include <string.h>

#include "mail/header.h"

/* The header of the mail that comes back, without the last empty line. */
static size_t header_length(const struct simulated_bounce *bounce) {
    const char *end = memmem(bounce->original, bounce->length, "\r\n\r\n", 4);
    return end ? (size_t)(end - bounce->original) + 2 : bounce->length;
}

static void append_with_crlf(struct text *out, const char *text) {
    for (; *text; text++) {
        if (*text == '\n')
            text_append_char(out, '\r');
        text_append_char(out, *text);
    }
}

void simulated_bounce_write(const struct simulated_bounce *bounce, struct text *out) {
    const char *domain = strchr(bounce->recipient, '@') + 1;
    char date[HEADER_DATE_SIZE];
    auto_text head = TEXT_EMPTY;
    header_format_date(bounce->at, 0, date);
    text_append_format(
        &head,
        "Date: %1$s\n"
        "From: MAILER-DAEMON@mx.%2$s (Mail Delivery System)\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        "To: %3$s\n"
        "Auto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"8F1C2A04D7.%4$lld/mx\"\n"
        "Message-ID: <%4$lld.8F1C2A04D7@mx.%2$s>\n"
        "\n"
        "This is a MIME-encapsulated message.\n"
        "\n"
        "--8F1C2A04D7.%4$lld/mx\n"
        "Content-Description: Notification\n"
        "Content-Type: text/plain; charset=us-ascii\n"
        "\n"
        "This is the mail system at host mx.%2$s.\n"
        "\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n"
        "\n"
        "<%5$s>: host mailstore.%2$s[192.0.2.25] said: 550 5.1.1\n"
        "    <%5$s>: Recipient address rejected: User unknown in\n"
        "    virtual mailbox table (in reply to RCPT TO command)\n"
        "\n"
        "--8F1C2A04D7.%4$lld/mx\n"
        "Content-Description: Delivery report\n"
        "Content-Type: message/delivery-status\n"
        "\n"
        "Reporting-MTA: dns; mx.%2$s\n"
        "X-Postfix-Queue-ID: 8F1C2A04D7\n"
        "X-Postfix-Sender: rfc822; %3$s\n"
        "Arrival-Date: %1$s\n"
        "\n"
        "Final-Recipient: rfc822; %5$s\n"
        "Original-Recipient: rfc822;%5$s\n"
        "Action: failed\n"
        "Status: 5.1.1\n"
        "Remote-MTA: dns; mailstore.%2$s\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <%5$s>: Recipient address rejected:\n"
        "    User unknown in virtual mailbox table\n"
        "\n"
        "--8F1C2A04D7.%4$lld/mx\n"
        "Content-Description: Undelivered Message Headers\n"
        "Content-Type: text/rfc822-headers\n"
        "\n",
        date, domain, bounce->envelope_from, (long long)bounce->at, bounce->recipient);
    append_with_crlf(out, text_string(&head));
    text_append_bytes(out, bounce->original, header_length(bounce));
    text_append_format(out, "\r\n--8F1C2A04D7.%lld/mx--\r\n", (long long)bounce->at);
}
