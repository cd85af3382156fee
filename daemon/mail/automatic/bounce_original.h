#pragma once
/* Our own mail inside a report on it: as an attached message or header (RFC 3462, RFC 6522), or as text below a line
 * that announces it. */
#include "mail/message/message.h"

/* Where in TEXT the returned mail begins: the offset of the line that announces it, or of its first header field; the
 * length of TEXT where there is none. */
size_t bounce_original_offset(const char *text);

/* The Message-ID of the mail that MESSAGE, a report whose body as text is TEXT, is about, with angle brackets; "" where
 * it can't be told. In ARENA. */
const char *bounce_original_message_id(const struct message *message, const char *text, struct arena *arena);

/* The one recipient in the To field of the returned mail; NULL where there is none, or several. In ARENA. */
const char *bounce_original_recipient(const struct message *message, const char *text, struct arena *arena);
