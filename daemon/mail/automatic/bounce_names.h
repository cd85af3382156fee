#pragma once
/* Failed recipients whom a system lists by the names that its own users have, without a domain: AOL, GroupWise. */
#include "mail/automatic/bounce_report.h"
#include "mail/message/message.h"

/* Reads the names that TEXT, a report's words, lists below an announcement into RET, of BOUNCE_RECIPIENTS_MAX entries,
 * each completed with the domain that MESSAGE is from; returns their count. The diagnostic is what stands beside the
 * name, or the announcement. Everything lives in ARENA. */
size_t bounce_names_read(const struct message *message, const char *text, struct description_bounce *ret,
                         struct arena *arena);
