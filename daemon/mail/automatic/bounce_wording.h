#pragma once
/* How mail systems entitle their reports and what they say first, in English and the other languages that they speak.
 * Everything is asked of text in lower case, with single spaces. Pure. */
#include <stdbool.h>

/* SUBJECT entitles a report on a mail that did not arrive, and not a person's answer to one or forwarding of one. */
bool bounce_wording_is_failure_subject(const char *subject);

/* SUBJECT begins as a person's answer or forwarded mail does: "Re:", "Fwd:". */
bool bounce_wording_is_answer_subject(const char *subject);

/* TEXT tells that a mail was not delivered, or not yet. */
bool bounce_wording_says_failed(const char *text);

/* TEXT tells that a program wrote it. */
bool bounce_wording_says_automatic(const char *text);

/* The report is on a delay only: the system goes on trying. */
bool bounce_wording_is_delay(const char *subject, const char *text);

/* The report is on a delivery that succeeded. Told on request only (RFC 3461), and we request none; but somebody's
 * server may. */
bool bounce_wording_is_success(const char *subject, const char *text);
