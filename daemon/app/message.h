#pragma once
/* One outbox row made into the bytes of a mail: names and dates filled in, template rendered, message composed. */
#include "app/sample.h"
#include "app/service.h"
#include "base/memory.h"

struct message_rendering {
    const char *recipient;  /* the address it goes to */
    const char *message_id; /* with angle brackets; a row that has one keeps it */
    const char *template_hash;
    const char *subject, *plain, *html; /* for `template preview` */
    const char *language;               /* of the template that was used */
    const char *bytes;                  /* RFC 5322, CRLF */
    size_t length;
    bool only_once; /* it notes that it told something, and would not tell it again: its bytes must be kept */
    const char *nothing_to_say; /* not NULL: the row has lost its reason (a digest of nothing); nothing else is set */
};

/* The step of rows that coordinators ask for to look at a template in their own mail program: they go to a bare
 * address. One whose detail holds a sample is its message as the sample's recipient would get it, marked as a test in
 * its subject, and with addresses in it that act for nobody. */
#define MESSAGE_TEST_STEP "test"

/* Renders ROW as of now; everything lives in ARENA. Creates the row's secret addresses where they don't exist yet, so
 * call it in a write transaction. ERROR_CONFIGURATION or ERROR_PERMANENT: this row can't be rendered and needs a
 * person. */
bool message_render(struct service *service, const struct outbox_row *row, struct arena *arena,
                    struct message_rendering *ret, struct error *error);

/* What the subject of ROW, a message made from a template, would be as of now. */
bool message_subject(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                     struct error *error);

/* The same of its plain text. */
bool message_text(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                  struct error *error);

/* What the sample's recipient would get now, but for its secret addresses, which act for nobody. Leaves nothing in the
 * database; call it in a write transaction. */
bool message_preview(struct service *service, const struct sample *sample, struct arena *arena,
                     struct message_rendering *ret, struct error *error);

/* The envelope sender (VERP, purpose b) of a row that was rendered. */
bool message_envelope_from(struct service *service, const struct outbox_row *row, struct arena *arena, const char **ret,
                           struct error *error);
