#include "net/imap_idle.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

#define TAG "idle"
#define ANSWER_MS 30000 /* for "+ idling" and the end of IDLE: servers answer these at once */

/* Lines as they come in. */
struct lines {
    struct imap_session *session;
    size_t length;
    size_t taken; /* of the line handed out last */
    char bytes[8192];
};

enum line { LINE_NONE, LINE_MAIL, LINE_CONTINUE, LINE_DONE, LINE_OTHER, LINE_WOKEN, LINE_TIMEOUT, LINE_BROKEN };

static enum line broken(struct imap_session *session, const char *problem) {
    imap_stream_fail(session->stream, problem);
    return LINE_BROKEN;
}

/* "* 5 EXISTS" with more messages than before is new mail. */
static enum line understand_data(struct imap_session *session, const char *line) {
    if (strncasecmp(line, "BYE", 3) == 0)
        return broken(session, "the server said goodbye");
    char *end;
    unsigned long number = strtoul(line, &end, 10);
    if (end == line)
        return LINE_OTHER;
    if (strcasecmp(end, " EXISTS") == 0) {
        bool more = number > session->exists;
        session->exists = (uint32_t)number;
        return more ? LINE_MAIL : LINE_OTHER;
    }
    if (strcasecmp(end, " EXPUNGE") == 0 && session->exists > 0)
        session->exists--;
    return LINE_OTHER;
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
    return broken(session, "the server answered IDLE with something else");
}

/* What libetpan has read ahead and not used. */
static void take_read_ahead(struct lines *lines) {
    mailstream *ahead = lines->session->etpan->imap_stream;
    size_t length = ahead->read_buffer_len;
    if (length > sizeof lines->bytes)
        length = sizeof lines->bytes;
    if (length > 0) {
        ssize_t got = mailstream_read(ahead, lines->bytes, length);
        lines->length = got > 0 ? (size_t)got : 0;
    }
}

/* The next line, understood, waiting at most until UNTIL. */
static enum line next_line(struct lines *lines, int64_t until, int wake_fd) {
    for (;;) {
        memmove(lines->bytes, lines->bytes + lines->taken, lines->length - lines->taken);
        lines->length -= lines->taken;
        lines->taken = 0;
        char *end = memchr(lines->bytes, '\n', lines->length);
        if (end) {
            lines->taken = (size_t)(end - lines->bytes) + 1;
            *end = '\0';
            if (end > lines->bytes && end[-1] == '\r')
                end[-1] = '\0';
            return understand(lines->session, lines->bytes);
        }
        if (lines->length == sizeof lines->bytes)
            return broken(lines->session, "the server sent an endless line");
        int64_t left = until - clock_monotonic_ms();
        size_t got = 0;
        enum imap_stream_event event =
            imap_stream_receive(lines->session->stream, lines->bytes + lines->length,
                                sizeof lines->bytes - lines->length, left > 0 ? (int)left : 0, wake_fd, &got);
        switch (event) {
        case IMAP_STREAM_DATA:
            lines->length += got;
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

/* Sends COMMAND and reads until AWAITED comes; *MAIL is set where new mail was told of on the way. */
static bool converse(struct lines *lines, const char *command, enum line awaited, bool *mail) {
    imap_stream_allow(lines->session->stream, IMAP_SESSION_ORDINARY_ANSWER, ANSWER_MS);
    if (!imap_stream_write(lines->session->stream, command, strlen(command)))
        return false;
    int64_t until = clock_monotonic_ms() + ANSWER_MS;
    for (;;) {
        enum line line = next_line(lines, until, -1);
        if (line == awaited)
            return true;
        if (line == LINE_MAIL)
            *mail = true;
        else if (line == LINE_TIMEOUT)
            broken(lines->session, "the server took too long to answer");
        else if (line != LINE_OTHER)
            broken(lines->session, "the server answered IDLE out of turn");
        if (!imap_session_is_good(lines->session))
            return false;
    }
}

/* One IDLE from its beginning to its end; *OVER where there is nothing to wait for any more. */
static bool idle_once(struct lines *lines, int64_t until, int64_t renew_at, int wake_fd, bool *over) {
    if (!converse(lines, TAG " IDLE\r\n", LINE_CONTINUE, over))
        return false;
    while (!*over) {
        enum line line = next_line(lines, renew_at < until ? renew_at : until, wake_fd);
        if (line == LINE_MAIL || line == LINE_WOKEN)
            *over = true;
        else if (line == LINE_TIMEOUT)
            break;
        else if (line != LINE_OTHER) {
            broken(lines->session, "the server ended IDLE by itself");
            return false;
        }
    }
    return converse(lines, "DONE\r\n", LINE_DONE, over);
}

static bool idle(struct imap_session *session, int64_t until, int wake_fd, int renew_ms) {
    struct lines lines = {.session = session};
    take_read_ahead(&lines);
    bool over = false;
    while (!over && clock_monotonic_ms() < until)
        if (!idle_once(&lines, until, clock_monotonic_ms() + renew_ms, wake_fd, &over))
            return false;
    return true;
}

/* Without IDLE: until the time is over or the socket says something, which can only be bad news or a free hint. */
static void wait_quietly(struct imap_session *session, int64_t until, int wake_fd) {
    struct pollfd polled[2] = {{.fd = imap_stream_socket(session->stream), .events = POLLIN},
                               {.fd = wake_fd, .events = POLLIN}};
    for (;;) {
        int64_t left = until - clock_monotonic_ms();
        if (poll(polled, 2, left > 0 ? (int)left : 0) >= 0 || errno != EINTR)
            return;
    }
}

bool imap_idle_wait(struct imap_session *session, int timeout_ms, int wake_fd, int renew_ms, struct error *error) {
    int64_t until = clock_monotonic_ms() + timeout_ms;
    if (session->can_idle)
        return idle(session, until, wake_fd, renew_ms) ||
               imap_session_check(session, MAILIMAP_ERROR_STREAM, "wait for new mail", error);
    wait_quietly(session, until, wake_fd);
    imap_session_begin(session, IMAP_SESSION_ORDINARY_ANSWER);
    return imap_session_check(session, mailimap_noop(session->etpan), "look for new mail", error);
}
