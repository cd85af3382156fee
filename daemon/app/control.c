#include "app/control.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "base/clock.h"

enum { SAY_CHANGED = 'c', SAY_STOP = 's', SAY_ALIVE = 'a' };

static bool say(int fd, char word) {
    /* A full line is as good as a word on it: the reader has not looked yet. */
    return send(fd, &word, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 || errno == EAGAIN;
}

void control_read(struct control *control) {
    if (control->fd < 0)
        return;
    char words[64];
    for (;;) {
        ssize_t got = recv(control->fd, words, sizeof words, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return;
        if (got == 0) {
            control->stop = true;
            return;
        }
        for (ssize_t i = 0; i < got; i++) {
            control->stop |= words[i] == SAY_STOP;
            control->changed |= words[i] == SAY_CHANGED;
        }
    }
}

void control_wait(const struct control *control, int milliseconds) {
    struct pollfd line = {control->fd, POLLIN, 0};
    poll(&line, 1, milliseconds);
}

void control_beat(struct control *control) {
    int64_t now = clock_monotonic_ms();
    if (control->fd < 0 || (control->beat_at && now - control->beat_at < CONTROL_BEAT_MS))
        return;
    control->beat_at = now;
    say(control->fd, SAY_ALIVE);
}

void control_tell_changed(struct control *control) {
    if (control && control->fd >= 0)
        say(control->fd, SAY_CHANGED);
}

bool control_say_changed(int fd) {
    return say(fd, SAY_CHANGED);
}

bool control_say_stop(int fd) {
    return say(fd, SAY_STOP);
}

bool control_heard(int fd, bool *ret_changed) {
    char words[64];
    bool heard = false;
    ssize_t got;
    while ((got = recv(fd, words, sizeof words, MSG_DONTWAIT)) > 0) {
        heard = true;
        *ret_changed |= memchr(words, SAY_CHANGED, (size_t)got) != NULL;
    }
    return heard;
}
