#include "net/imap_idle.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define TAG "idle"
#define ANSWER_MS 30000 /* for "+ idling": servers answer that at once */

enum line { LINE_NEWS, LINE_CONTINUE, LINE_DONE, LINE_REFUSED, LINE_OTHER, LINE_WOKEN, LINE_TIMEOUT, LINE_BROKEN };

static enum line broken(struct imap_session *session, const char *problem) {
    imap_stream_fail(session->stream, problem);
    return LINE_BROKEN;
}

/* Any number of messages other than the one known is news: some of those that went away may have been told of before,
 * and one that came in between hides in the count. More \Recent ones are as well. */
static enum line understand_data(struct imap_session *session, const char *line) {
    if (strncasecmp(line, "BYE", 3) == 0)
        return broken(session, "the server said goodbye");
    char *end;
    uint32_t number = (uint32_t)strtoul(line, &end, 10), *known = NULL;
    if (end == line)
        return LINE_OTHER;
    if (strcasecmp(end, " EXPUNGE") == 0 && session->exists > 0)
        session->exists--;
    else if (strcasecmp(end, " EXISTS") == 0)
        known = &session->exists;
    else if (strcasecmp(end, " RECENT") == 0)
        known = &session->recent;
    if (!known)
        return LINE_OTHER;
    bool news = known == &session->recent ? number > *known : number != *known;
    *known = number;
    return news ? LINE_NEWS : LINE_OTHER;
}

static enum line understand(struct imap_session *session, const char *line) {
    size_t length = strlen(line);
    if (length > 0 && line[length - 1] == '}')
        return broken(session, "the server sent data that IDLE has no use for");
    if (strncmp(line, "* ", 2) == 0)
        return understand_data(session, line + 2);
    if (line[0] == '+')
        return LINE_CONTINUE;
    if (strncasecmp(line, TAG " OK", sizeof TAG " OK" - 1) == 0)
        return LINE_DONE;
    if (strncasecmp(line, TAG " NO", sizeof TAG " NO" - 1) == 0 ||
        strncasecmp(line, TAG " BAD", sizeof TAG " BAD" - 1) == 0)
        return LINE_REFUSED;
    return broken(session, "the server answered IDLE with something else");
}

/* The next line, understood, waiting at most until UNTIL. */
static enum line next_line(struct imap_session *session, int64_t until, int wake_fd) {
    struct imap_idle *idle = &session->idle;
    for (;;) {
        memmove(idle->bytes, idle->bytes + idle->taken, idle->length - idle->taken);
        idle->length -= idle->taken;
        idle->taken = 0;
        char *end = memchr(idle->bytes, '\n', idle->length);
        if (end) {
            idle->taken = (size_t)(end - idle->bytes) + 1;
            *end = '\0';
            if (end > idle->bytes && end[-1] == '\r')
                end[-1] = '\0';
            return understand(session, idle->bytes);
        }
        if (idle->length == sizeof idle->bytes)
            return broken(session, "the server sent an endless line");
        int64_t left = until - clock_monotonic_ms();
        size_t got = 0;
        switch (imap_stream_receive(session->stream, idle->bytes + idle->length, sizeof idle->bytes - idle->length,
                                    left > 0 ? (int)left : 0, wake_fd, &got)) {
        case IMAP_STREAM_DATA:
            idle->length += got;
            break;
        case IMAP_STREAM_WOKEN:
            return LINE_WOKEN;
        case IMAP_STREAM_TIMEOUT:
            return LINE_TIMEOUT;
        case IMAP_STREAM_BROKEN:
            return LINE_BROKEN;
        }
    }
}

/* Sends COMMAND and reads until AWAITED comes. Returns it, or LINE_DONE or LINE_REFUSED where that comes in its stead;
 * else LINE_BROKEN. */
static enum line converse(struct imap_session *session, const char *command, enum line awaited, int timeout_ms) {
    int64_t until = clock_monotonic_ms() + timeout_ms;
    imap_stream_allow(session->stream, IMAP_SESSION_ORDINARY_ANSWER, timeout_ms);
    if (!imap_stream_write(session->stream, command, strlen(command)))
        return LINE_BROKEN;
    for (;;) {
        enum line line = next_line(session, until, -1);
        if (line == awaited || line == LINE_DONE || line == LINE_REFUSED || line == LINE_BROKEN)
            return line;
        if (line == LINE_TIMEOUT)
            return broken(session, "the server took too long to answer");
        session->idle.news |= line == LINE_NEWS;
    }
}

/* What libetpan has read ahead and not used. */
static bool take_read_ahead(struct imap_session *session) {
    mailstream *ahead = session->etpan->imap_stream;
    session->idle.length = ahead->read_buffer_len;
    if (session->idle.length > sizeof session->idle.bytes) {
        broken(session, "the server said far more than it was asked for");
        return false;
    }
    return session->idle.length == 0 ||
           mailstream_read(ahead, session->idle.bytes, session->idle.length) == (ssize_t)session->idle.length;
}

bool imap_idle_begin(struct imap_session *session, int renew_ms) {
    session->idle.renew_at = clock_monotonic_ms() + renew_ms;
    session->idle.entered = session->idle.news = false;
    session->idle.taken = 0;
    if (!take_read_ahead(session))
        return false;
    if (!session->can_idle)
        return true;
    enum line line = converse(session, TAG " IDLE\r\n", LINE_CONTINUE, ANSWER_MS);
    session->idle.entered = line == LINE_CONTINUE;
    session->can_idle = line == LINE_CONTINUE || line == LINE_BROKEN;
    return line != LINE_BROKEN;
}

bool imap_idle_is_up(const struct imap_session *session) {
    return session->idle.renew_at != 0;
}

enum imap_idle_event imap_idle_wait(struct imap_session *session, int64_t until, int wake_fd) {
    bool renew = session->idle.renew_at <= until;
    while (!session->idle.news) {
        switch (next_line(session, renew ? session->idle.renew_at : until, wake_fd)) {
        case LINE_NEWS:
            session->idle.news = true;
            break;
        case LINE_CONTINUE:
        case LINE_OTHER:
            break;
        case LINE_WOKEN:
            return IMAP_IDLE_OVER;
        case LINE_TIMEOUT:
            return renew ? IMAP_IDLE_RENEW : IMAP_IDLE_OVER;
        case LINE_DONE:
        case LINE_REFUSED:
            broken(session, "the server ended IDLE by itself");
            return IMAP_IDLE_BROKEN;
        case LINE_BROKEN:
            return IMAP_IDLE_BROKEN;
        }
    }
    return IMAP_IDLE_NEWS;
}

bool imap_idle_end(struct imap_session *session, int timeout_ms) {
    if (!imap_idle_is_up(session))
        return true;
    int64_t until = clock_monotonic_ms() + timeout_ms;
    session->idle.renew_at = 0;
    if (session->idle.entered && converse(session, "DONE\r\n", LINE_DONE, timeout_ms) != LINE_DONE) {
        broken(session, "the server did not let IDLE end");
        return false;
    }
    while (session->idle.taken < session->idle.length) { /* libetpan must not begin in the middle of a line */
        enum line line = next_line(session, until, -1);
        if (line == LINE_TIMEOUT)
            broken(session, "the server took too long to answer");
        if (!imap_session_is_good(session))
            return false;
    }
    return true;
}
