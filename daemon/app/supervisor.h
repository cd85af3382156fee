#pragma once
/* The service's first process: starts one worker that sends and one that receives, each with a database connection of
 * its own, watches over them, restarts one that dies, and speaks with systemd (sd_notify, watchdog, reload, stop). */
#include <stdbool.h>

#include "app/configuration/configuration.h"
#include "app/control.h"
#include "base/error.h"

struct parser;

/* A worker's whole life; returns its exit status. CONFIGURATION and PARSER are inherited from the supervisor. */
typedef int supervisor_worker(const struct configuration *configuration, struct parser *parser,
                              struct control *control);

/* Runs until SIGTERM or SIGINT. SIGHUP reads the configuration again: a good one restarts both workers politely, a
 * broken one is reported and the old one stays in use. CONFIGURATION is replaced on reload; the caller frees it
 * afterwards. Fails (ERROR_TEMPORARY), after stopping as politely, where the parser process has ended. */
bool supervisor_run(struct configuration *configuration, struct parser *parser, supervisor_worker *sender,
                    supervisor_worker *receiver, struct error *error);
