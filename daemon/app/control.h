#pragma once
/* The line between the supervisor and one of its two workers: the worker tells that it lives, and that it changed the
 * database; the supervisor tells it to look at the database or to stop. A closed line means that the supervisor is
 * gone: stop. */
#include <stdbool.h>
#include <stdint.h>

enum { CONTROL_BEAT_MS = 2 * 60 * 1000 }; /* a worker need not tell more often that it lives */

struct control {
    int fd; /* the worker's end, non-blocking; also what the worker wakes up for. -1: no supervisor (commands,
               rehearsal) */
    bool stop;
    bool changed;    /* the database changed; the reader resets it */
    int64_t beat_at; /* monotonic milliseconds; 0: never */
};

/* Reads what the supervisor said; never blocks. */
void control_read(struct control *control);

/* Waits until the supervisor says something, at most MILLISECONDS. */
void control_wait(const struct control *control, int milliseconds);

/* Tells the supervisor that this worker's loop lives, unless it heard so lately. */
void control_beat(struct control *control);

/* Tells the supervisor that this worker changed the database: the other one looks at once. After the commit. NULL is
 * allowed. */
void control_tell_changed(struct control *control);

/* The supervisor's side: what it says to a worker. False where the worker is gone. */
bool control_say_changed(int fd);
bool control_say_stop(int fd);

/* The supervisor's side: empties the line; true if the worker gave any sign of life. *RET_CHANGED becomes true where it
 * told that it changed the database, and is left alone otherwise. */
bool control_heard(int fd, bool *ret_changed);
