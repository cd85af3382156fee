#pragma once
/* Amazon SES's notifications on bounces, complaints and deliveries, as Amazon SNS mails them: one JSON object as the
 * mail's text. */
#include "mail/automatic/bounce_report.h"
#include "mail/message/message.h"

enum bounce_notification_kind { BOUNCE_NOTIFICATION_NONE, BOUNCE_NOTIFICATION_BOUNCE, BOUNCE_NOTIFICATION_COMPLAINT };

/* Reads TEXT into RET, of BOUNCE_RECIPIENTS_MAX entries, and their number into *RET_COUNT; a delivery is a bounce whose
 * entries are "delivered". BOUNCE_NOTIFICATION_NONE (outputs untouched) where TEXT is no such notification. Everything
 * lives in ARENA. */
enum bounce_notification_kind bounce_notification_read(const char *text, struct description_bounce *ret,
                                                       size_t *ret_count, struct arena *arena);
