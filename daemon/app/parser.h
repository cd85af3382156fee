#pragma once
/* Incoming bytes to descriptions, through the sandbox: joins net/sandbox.h and mail/description.h. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/memory.h"
#include "mail/description.h"
#include "net/sandbox.h"

struct parser;

/* Starts the parser process. To be called first of all: before configuration, threads and descriptors exist. NULL with
 * ERROR on failure. */
struct parser *parser_start(struct error *error);
void parser_stop(struct parser *parser); /* NULL is allowed */

/* False once the parser process has ended: no mail can be read any more until this process is started anew. To be asked
 * by the process that started it. */
bool parser_is_alive(const struct parser *parser);

/* From now on calls PROGRESS with CONTEXT after each mail that was described, in this process: hostile ones can take
 * minutes. */
void parser_on_progress(struct parser *parser, void (*progress)(void *context), void *context);

/* Describes COUNT mails into RET (as many entries), everything in ARENA. A mail that is too much for the parser comes
 * back as MAIL_UNREADABLE with the reason. Blocks, but bounded. Any process that inherited PARSER may call it. Fails
 * (ERROR_TEMPORARY) only where the parser itself can't work. */
bool parser_describe(struct parser *parser, const struct description_settings *settings,
                     const struct sandbox_input *mails, size_t count, struct arena *arena, struct description *ret,
                     struct error *error);

/* Tries it on a mail of our own. Fails where no mail could be read: as parser_describe does, or, where the machine lets
 * nothing be confined, as ERROR_CONFIGURATION that says what to do. */
bool parser_try(struct parser *parser, struct error *error);
