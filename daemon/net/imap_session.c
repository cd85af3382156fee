#include "net/imap_session.h"

#include <stdlib.h>
#include <string.h>

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
    imap_session_begin(session, IMAP_SESSION_ORDINARY_ANSWER);
    int code = mailimap_capability(session->etpan, &data);
    if (!imap_session_check(session, code, "ask what it can do", error))
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
    imap_session_begin(session, IMAP_SESSION_ORDINARY_ANSWER);
    int code = mailimap_id(session->etpan, ours, &theirs);
    mailimap_id_params_list_free(ours);
    if (theirs)
        mailimap_id_params_list_free(theirs);
    return imap_session_check(session, code, "introduce itself", error) || imap_session_is_good(session);
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
    imap_session_begin(session, IMAP_SESSION_ORDINARY_ANSWER);
    int code = mailimap_connect(session->etpan, imap_stream_new_mailstream(stream));
    if (!imap_session_check(session, code, "begin", error) || !ask_capabilities(session, error) ||
        !introduce(session, error)) {
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
    auto_string doing = NULL;
    auto_text words = TEXT_EMPTY;
    text_append(&words, "open the folder ");
    text_append_printable(&words, wanted);
    doing = text_steal(&words);
    memory_free_pointer(&session->selected);
    session->selected = NULL;
    imap_session_begin(session, IMAP_SESSION_ORDINARY_ANSWER);
    int code = mailimap_select(session->etpan, wanted);
    if (!imap_session_check(session, code, doing, error))
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
