#pragma once
/* Meetings as calendar programs know them (RFC 5545), by mail (RFC 5546, RFC 6047): what invites, changes or cancels,
 * and what comes back. */
#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "mail/description.h"
#include "mail/message/message.h"

struct calendar_event {
    const char *uid;
    int64_t sequence;
    bool cancelled;             /* METHOD:CANCEL; else REQUEST */
    bool accepted;              /* by the attendee, already */
    int64_t starts_at, ends_at; /* UTC seconds */
    const struct zone *zone;    /* whose clock it is written by: the attendee's */
    int64_t stamp;              /* when this was said; UTC seconds */
    const char *summary;
    const char *url;                              /* where it takes place; "": none */
    const char *organizer_name, *organizer;       /* an address: replies go there */
    const char *attendee_name, *attendee_address; /* whoever gets it, and nobody else */
};

/* The METHOD of what calendar_build makes, for the Content-Type. */
const char *calendar_method(const struct calendar_event *event);

/* Appends an iCalendar object, with CRLF, in UTF-8, with a VTIMEZONE for the time of the event. The same input gives
 * the same bytes. */
void calendar_build(const struct calendar_event *event, struct text *ret);

/* What a calendar program answers in MESSAGE (METHOD:REPLY). False where it does not, or not clearly. To be called in
 * the sandbox. */
bool calendar_read_reply(const struct message *message, struct arena *arena, struct description_calendar *ret);
