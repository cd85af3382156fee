#pragma once
/* Telling the daemon that a command changed the database: one empty datagram to a socket whose address follows from the
 * database's path. Only a hint: the daemon also looks by itself, so a lost one costs a minute at most. */
#include <stdbool.h>

#include "base/error.h"

/* The daemon's end: a bound, non-blocking datagram socket, readable once something changed. *RET is the caller's to
 * close with notify_close_receiver. A socket file left by a dead daemon is taken over; a living one is refused. */
bool notify_open_receiver(const char *database, int *ret, struct error *error);

/* Empties the socket; true if anything was in it. */
bool notify_drain(int receiver);

/* Closes the receiver and removes its socket file. -1 is allowed. */
void notify_close_receiver(const char *database, int receiver);

/* The command's end, after its commit. True if a daemon was listening; false is no error. */
bool notify_send(const char *database);
