#pragma once
/* Inside the modules that close a simulated round's books only: the files in people's Maildirs. */
#include "simulation/simulation_closing.h"

/* Finds all messages that the service put into Maildirs. */
bool simulation_files_read(struct simulation_closing *closing, struct error *error);

/* Holds them against the outbox: each message that was sent lies in its recipient's Maildir, once; nothing else does;
 * what came back is known to have come back. */
bool simulation_files_check(struct simulation_closing *closing, struct error *error);
