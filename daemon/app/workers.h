#pragma once
/* The service's two workers, each with a database connection and a post office connection of its own. */
#include "app/supervisor.h"

/* Sends until CONTROL says stop. Returns an exit status: 0 asked to stop, 1 could not work (already logged). */
int workers_send(const struct configuration *configuration, struct parser *parser, struct control *control);

/* Receives until CONTROL says stop. The same exit status. */
int workers_receive(const struct configuration *configuration, struct parser *parser, struct control *control);
