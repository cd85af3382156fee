/* The embedded post office's sending half; declared in net/maildir.h. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/envelope.h"
#include "net/maildir.h"

enum { RESULTS_MOST = 64, UNKNOWN_USERS_BYTES_MOST = 1024 * 1024 };

struct maildir_sender {
    struct mail_sender sender; /* first: the two are the same pointer */
    struct maildir_settings settings;
    struct send_result results[RESULTS_MOST]; /* from FIRST on, in a ring */
    size_t first, count;
};

static struct maildir_sender *as_maildir(struct mail_sender *sender) {
    return (struct maildir_sender *)sender;
}

static size_t maildir_room(struct mail_sender *sender) {
    return RESULTS_MOST - as_maildir(sender)->count;
}

static size_t maildir_busy(struct mail_sender *sender) {
    return as_maildir(sender)->count;
}

static bool stands_in_list(char *list, const char *address) {
    char *rest = NULL;
    for (char *line = strtok_r(list, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        string_trim(line);
        if (string_equal_ignore_case(line, address))
            return true;
    }
    return false;
}

/* The file is read each time: whoever edits it between two deliveries is heeded. */
static bool is_unknown(const struct maildir_settings *settings, const char *address) {
    if (settings->is_unknown && settings->is_unknown(settings->context, address))
        return true;
    auto_text path = TEXT_EMPTY, list = TEXT_EMPTY;
    bool missing;
    struct error error = ERROR_INIT;
    text_append_format(&path, "%s/unknown-users", settings->path);
    return maildir_read_file(text_string(&path), UNKNOWN_USERS_BYTES_MOST, &list, &missing, &error) && list.length &&
           stands_in_list(list.bytes, address);
}

static void append_with_line_feeds(struct text *text, const char *bytes, size_t length) {
    text_reserve(text, length);
    for (size_t i = 0; i < length; i++)
        if (!(bytes[i] == '\r' && i + 1 < length && bytes[i + 1] == '\n'))
            text_append_char(text, bytes[i]);
}

static void deliver(const struct maildir_settings *settings, const struct send_request *request,
                    struct send_result *result) {
    const char *owner = maildir_is_programme(settings, request->recipient) ? settings->address : request->recipient;
    auto_text path = TEXT_EMPTY, content = TEXT_EMPTY;
    text_append_format(&path, "%s/", settings->path);
    maildir_append_folder_name(&path, owner);
    text_append_format(&content, "Return-Path: <%s>\nDelivered-To: %s\n", request->envelope_from, request->recipient);
    append_with_line_feeds(&content, request->bytes, request->length);
    bool visible = false;
    struct error error = ERROR_INIT;
    if (maildir_make_office(settings->path, &error) &&
        maildir_deliver(text_string(&path), content.bytes, content.length, settings->quick, &visible, &error))
        envelope_result(result, request->id, SEND_ACCEPTED, STAGE_DATA, 250, "2.0.0", "250 2.0.0 delivered");
    else
        envelope_result(result, request->id, visible ? SEND_UNCERTAIN : SEND_UNAVAILABLE, STAGE_DATA, 0, "",
                        error.message);
}

static void maildir_start(struct mail_sender *sender, const struct send_request *request) {
    struct maildir_sender *maildir = as_maildir(sender);
    require(maildir_room(sender) > 0);
    struct send_result *result = &maildir->results[(maildir->first + maildir->count) % RESULTS_MOST];
    if (!envelope_check(request, result)) {
        /* RESULT has the reason */
    } else if (is_unknown(&maildir->settings, request->recipient)) {
        envelope_result(result, request->id, SEND_REFUSED, STAGE_RECIPIENT, 550, "5.1.1",
                        "550 5.1.1 no such user here");
    } else {
        deliver(&maildir->settings, request, result);
    }
    maildir->count++;
}

static size_t maildir_wait(struct mail_sender *sender, int timeout_ms, int wake_fd, struct send_result *results,
                           size_t most) {
    struct maildir_sender *maildir = as_maildir(sender);
    if (!maildir->count) {
        struct pollfd wake = {.fd = wake_fd, .events = POLLIN};
        poll(&wake, wake_fd >= 0, timeout_ms > 0 ? timeout_ms : 0);
    }
    size_t given = 0;
    for (; given < most && maildir->count; given++, maildir->count--) {
        results[given] = maildir->results[maildir->first];
        maildir->first = (maildir->first + 1) % RESULTS_MOST;
    }
    return given;
}

static uint64_t maildir_size_limit(struct mail_sender *sender) {
    (void)sender;
    return 0;
}

static void maildir_sender_free(struct mail_sender *sender) {
    if (!sender)
        return;
    struct maildir_sender *maildir = as_maildir(sender);
    memory_free_pointer(&maildir->settings.path);
    memory_free_pointer(&maildir->settings.address);
    free(maildir);
}

static const struct mail_sender_operations maildir_operations = {
    .room = maildir_room,
    .start = maildir_start,
    .wait = maildir_wait,
    .busy = maildir_busy,
    .size_limit = maildir_size_limit,
    .free = maildir_sender_free,
};

struct mail_sender *maildir_sender_new(const struct maildir_settings *settings) {
    struct maildir_sender *maildir = memory_new(sizeof *maildir);
    maildir->sender.operations = &maildir_operations;
    maildir->settings = *settings;
    maildir->settings.path = memory_copy_string(settings->path);
    maildir->settings.address = memory_copy_string(settings->address);
    maildir->settings.done_folder = NULL;
    return &maildir->sender;
}
