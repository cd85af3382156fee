#pragma once
/* A message's body as one text: the parts that a reader would see, in their order. */
#include "mail/message/message.h"

enum { BODY_TEXT_MAX = 524288 }; /* bytes; what goes beyond is cut off with a warning */

/* text/plain where there is a choice (RFC 2046 section 5.1.4), format=flowed joined (RFC 3676), HTML as html_text.h
 * makes it; embedded messages are left out, and attachments too unless there is no other text. LF line ends, in the
 * message's arena; "" where there is no text. */
const char *body_text_make(struct message *message);
