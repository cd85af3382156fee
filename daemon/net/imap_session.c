#include "net/imap_session.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/imap.h"

void imap_session_begin(struct imap_session *session, uint64_t bytes) {
    imap_stream_allow(session->stream, bytes, session->command_timeout_ms);
}

bool imap_session_is_good(const struct imap_session *session) {
    return imap_stream_problem(session->stream) == NULL;
}

static bool is_success(int code) {
    return code == MAILIMAP_NO_ERROR || code == MAILIMAP_NO_ERROR_AUTHENTICATED ||
           code == MAILIMAP_NO_ERROR_NON_AUTHENTICATED;
}

/* After these libetpan and the server no longer agree where they are. All others are a tagged NO or BAD. */
static bool is_fatal(int code) {
    return code == MAILIMAP_ERROR_STREAM || code == MAILIMAP_ERROR_PARSE || code == MAILIMAP_ERROR_PROTOCOL ||
           code == MAILIMAP_ERROR_FATAL || code == MAILIMAP_ERROR_MEMORY || code == MAILIMAP_ERROR_BAD_STATE ||
           code == MAILIMAP_ERROR_CONNECTION_REFUSED || code == MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION;
}

bool imap_session_check(struct imap_session *session, int code, const char *doing, struct error *error) {
    if (is_success(code) && imap_session_is_good(session))
        return true;
    if (is_fatal(code) || is_success(code))
        imap_stream_fail(session->stream, "the server sent something that cannot be understood");
    const char *problem = imap_stream_problem(session->stream);
    if (problem)
        return error_set(error, ERROR_TEMPORARY, "%s: could not %s: %s; it will be tried again on a new connection",
                         session->host, doing, problem);
    auto_text answer = TEXT_EMPTY;
    text_append_printable(&answer, session->etpan->imap_response ? session->etpan->imap_response : "");
    string_trim(answer.bytes ? answer.bytes : (char[]){""});
    return error_set(error, ERROR_TEMPORARY, "%s: could not %s: the server said \"%.300s\"", session->host, doing,
                     text_string(&answer));
}

static void learn_capability(struct imap_session *session, const char *name) {
    if (string_equal_ignore_case(name, "IDLE"))
        session->can_idle = true;
    else if (string_equal_ignore_case(name, "MOVE"))
        session->can_move = true;
    else if (string_equal_ignore_case(name, "UIDPLUS"))
        session->can_uidplus = true;
    else if (string_equal_ignore_case(name, "ID"))
        session->can_id = true;
    else if (string_equal_ignore_case(name, "IMAP4rev2")) /* RFC 9051 contains them */
        session->can_idle = session->can_move = session->can_uidplus = true;
}

static bool ask_capabilities(struct imap_session *session, struct error *error) {
    struct mailimap_capability_data *data = NULL;
    if (!imap_session_ask(session, mailimap_capability(session->etpan, &data), "ask what it can do", error))
        return false;
    for (clistiter *item = clist_begin(data->cap_list); item; item = clist_next(item)) {
        const struct mailimap_capability *capability = clist_content(item);
        if (capability->cap_type == MAILIMAP_CAPABILITY_NAME && capability->cap_data.cap_name)
            learn_capability(session, capability->cap_data.cap_name);
    }
    mailimap_capability_data_free(data);
    return true;
}

/* A string as libetpan frees those of an ID: registered with its own allocator. mailimap_id_basic forgets to, and
 * leaks. */
static char *new_id_string(const char *string) {
    MMAPString *copy = mmap_string_new(string);
    require(copy && mmap_string_ref(copy) == 0);
    return copy->str;
}

/* Some providers let only clients in that say who they are. A refusal means nothing. */
static bool introduce(struct imap_session *session, struct error *error) {
    if (!session->can_id)
        return true;
    struct mailimap_id_params_list *ours = mailimap_id_params_list_new_empty(), *theirs = NULL;
    require(ours);
    mailimap_id_params_list_add_name_value(ours, new_id_string("name"), new_id_string("tandempost"));
    mailimap_id_params_list_add_name_value(ours, new_id_string("version"), new_id_string(TANDEMPOST_VERSION));
    bool good = imap_session_ask(session, mailimap_id(session->etpan, ours, &theirs), "introduce itself", error);
    mailimap_id_params_list_free(ours);
    if (theirs)
        mailimap_id_params_list_free(theirs);
    return good || imap_session_is_good(session);
}

bool imap_session_open(const struct imap_login *login, int command_timeout_ms, struct imap_session **ret,
                       struct error *error) {
    struct imap_stream *stream = NULL;
    if (!imap_stream_open(login, &stream, error))
        return false;
    /* Above this size libetpan would move its buffers, with people's letters in them, to a file in /tmp. */
    mmap_string_set_ceil(SIZE_MAX / 2);
    struct imap_session *session = memory_new(sizeof *session);
    session->stream = stream;
    session->host = memory_copy_string(login->url);
    session->command_timeout_ms = command_timeout_ms;
    session->etpan = mailimap_new(0, NULL);
    require(session->etpan);
    if (!imap_session_ask(session, mailimap_connect(session->etpan, imap_stream_new_mailstream(stream)), "begin",
                          error) ||
        !ask_capabilities(session, error) || !introduce(session, error)) {
        imap_session_free(session);
        return false;
    }
    *ret = session;
    return true;
}

void imap_session_free(struct imap_session *session) {
    if (!session)
        return;
    imap_stream_allow(session->stream, IMAP_SESSION_ORDINARY_ANSWER, IMAP_SESSION_GOODBYE_MS);
    mailimap_free(session->etpan); /* logs out; on a broken connection that fails at once */
    imap_stream_free(session->stream);
    free(session->host);
    free(session->selected);
    free(session);
}

/* Whether PERMANENTFLAGS let us set our keyword. A server that sends none leaves us to try. */
static bool permits_keyword(const struct mailimap_selection_info *info) {
    if (!info->sel_perm_flags || clist_isempty(info->sel_perm_flags))
        return true;
    for (clistiter *item = clist_begin(info->sel_perm_flags); item; item = clist_next(item)) {
        const struct mailimap_flag_perm *flag = clist_content(item);
        if (flag->fl_type == MAILIMAP_FLAG_PERM_ALL)
            return true;
        if (flag->fl_flag && flag->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
            string_equal_ignore_case(flag->fl_flag->fl_data.fl_keyword, IMAP_KEYWORD_DONE))
            return true;
    }
    return false;
}

bool imap_session_select(struct imap_session *session, const char *folder, struct error *error) {
    auto_string wanted = memory_copy_string(folder); /* FOLDER may be session->selected itself */
    auto_text words = TEXT_EMPTY;
    text_append(&words, "open the folder ");
    text_append_printable(&words, wanted);
    const char *doing = text_string(&words);
    free(steal(session->selected));
    if (!imap_session_ask(session, mailimap_select(session->etpan, wanted), doing, error))
        return false;
    const struct mailimap_selection_info *info = session->etpan->imap_selection_info;
    if (!info || info->sel_uidvalidity == 0)
        return error_set(error, ERROR_CONFIGURATION,
                         "%s: could not %s: this server gives messages no lasting numbers (UIDVALIDITY)", session->host,
                         doing);
    session->uidvalidity = info->sel_uidvalidity;
    session->exists = info->sel_exists;
    session->recent = info->sel_recent;
    session->keywords_allowed = permits_keyword(info);
    session->selected = steal(wanted);
    return true;
}

bool imap_session_ensure(struct imap_session *session, const char *folder, struct error *error) {
    return string_equal(session->selected, folder) || imap_session_select(session, folder, error);
}

/* ---- Waiting ---- */

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
