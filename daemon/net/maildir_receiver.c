/* The embedded post office's receiving half; declared in net/maildir.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/memory.h"
#include "net/maildir.h"
#include "net/maildir_index.h"

enum {
    MESSAGE_BYTES_MOST = 25 * 1024 * 1024,
    HEADER_BYTES_MOST = 256 * 1024,
    ATTEMPTS_MOST = 5,
    BATCH_COUNT_MOST = 100,
    BATCH_BYTES_MOST = 16 * 1024 * 1024,
};

struct maildir_receiver {
    struct mail_receiver receiver; /* first: the two are the same pointer */
    struct maildir_settings settings;
    char *root; /* the programme's Maildir */
    const char *folders[3];
    int notify; /* inotify; -1: not open */
};

static struct maildir_receiver *as_maildir(struct mail_receiver *receiver) {
    return (struct maildir_receiver *)receiver;
}

/* Maildir++: a folder A/B is the directory .A.B beside the inbox's own. */
static void append_folder_path(struct text *text, const struct maildir_receiver *maildir, const char *folder) {
    text_append(text, maildir->root);
    if (string_equal(folder, "INBOX"))
        return;
    text_append(text, "/.");
    for (; *folder; folder++)
        text_append_char(text, *folder == '/' ? '.' : *folder);
}

static void maildir_close(struct mail_receiver *receiver) {
    struct maildir_receiver *maildir = as_maildir(receiver);
    if (maildir->notify >= 0)
        close(maildir->notify);
    maildir->notify = -1;
}

static bool maildir_open(struct mail_receiver *receiver, struct error *error) {
    struct maildir_receiver *maildir = as_maildir(receiver);
    maildir_close(receiver);
    if (!maildir_make_office(maildir->settings.path, error) ||
        !maildir_create(maildir->root, maildir->settings.quick, error))
        return false;
    size_t count = 0;
    maildir->folders[count++] = "INBOX";
    auto_text junk = TEXT_EMPTY;
    append_folder_path(&junk, maildir, "Junk");
    if (access(text_string(&junk), X_OK) == 0 && maildir_create(text_string(&junk), maildir->settings.quick, error))
        maildir->folders[count++] = "Junk";
    maildir->folders[count] = NULL;
    /* Without inotify new mail is still seen at each poll. */
    maildir->notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    for (size_t i = 0; i < count && maildir->notify >= 0; i++) {
        auto_text path = TEXT_EMPTY;
        append_folder_path(&path, maildir, maildir->folders[i]);
        text_append(&path, "/new");
        inotify_add_watch(maildir->notify, text_string(&path), IN_MOVED_TO | IN_CREATE);
    }
    return true;
}

static const char *const *maildir_folders(struct mail_receiver *receiver) {
    return as_maildir(receiver)->folders;
}

/* Every line end becomes CRLF, as a mail server would give it. */
static void append_with_crlf(struct text *text, const char *bytes, size_t length) {
    text_reserve(text, length + length / 16);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r'))
            text_append_char(text, '\r');
        text_append_char(text, bytes[i]);
    }
}

static size_t header_length(const char *bytes, size_t length) {
    for (size_t i = 0; i + 1 < length; i++) {
        if (bytes[i] != '\n')
            continue;
        size_t next = i + 1 < length && bytes[i + 1] == '\r' ? i + 2 : i + 1;
        if (next < length && bytes[next] == '\n')
            return next + 1;
    }
    return length;
}

/* The message in an open file of SIZE bytes, all of it or, where it is too large, its header. */
static bool read_message(const struct maildir_receiver *maildir, int file, size_t size,
                         struct received_message *message) {
    auto_text bytes = TEXT_EMPTY, content = TEXT_EMPTY;
    message->too_large = size > maildir->settings.message_bytes_most;
    size_t wanted = message->too_large && size > HEADER_BYTES_MOST ? HEADER_BYTES_MOST : size;
    if (!descriptor_read(file, wanted, &bytes) && errno != EFBIG) /* that's what we asked for */
        return false;
    append_with_crlf(&content, text_string(&bytes),
                     message->too_large ? header_length(text_string(&bytes), bytes.length) : bytes.length);
    message->length = content.length;
    message->size = message->too_large ? size : content.length;
    message->bytes = text_steal(&content);
    return true;
}

enum reading {
    READING_DONE,
    READING_GONE, /* not there any more */
    READING_ODD,  /* a link, a pipe, a folder: no mail */
    READING_FAILED,
};

static enum reading read_entry(const struct maildir_receiver *maildir, const char *path,
                               const struct maildir_entry *entry, struct received_message *message,
                               struct error *error) {
    auto_text name = TEXT_EMPTY;
    text_append_format(&name, "%s/%s", path, entry->file);
    int file = open(text_string(&name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0) {
        if (errno == ENOENT)
            return READING_GONE;
        if (errno == ELOOP || errno == ENXIO)
            return READING_ODD;
        error_set(error, ERROR_TEMPORARY, "can't open %s: %s", text_string(&name), strerror(errno));
        return READING_FAILED;
    }
    struct stat status;
    bool ordinary = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    bool good = ordinary && read_message(maildir, file, (size_t)status.st_size, message);
    if (ordinary && !good)
        error_set(error, ERROR_TEMPORARY, "can't read %s: %s", text_string(&name), strerror(errno));
    close(file);
    if (!ordinary)
        return READING_ODD;
    message->internal_date = status.st_mtim.tv_sec;
    return good ? READING_DONE : READING_FAILED;
}

/* Fills BATCH from FROM_UID on; *RET_MOVED where a mail client has just renamed or deleted one of the files. */
static bool fill_batch(const struct maildir_receiver *maildir, const char *path, const struct maildir_index *index,
                       uint32_t from_uid, struct received_batch *batch, bool *ret_moved, struct error *error) {
    batch->messages = memory_new_array(BATCH_COUNT_MOST, sizeof *batch->messages);
    batch->next_uid = index->next_uid;
    bool junk = string_equal(batch->folder, "Junk");
    size_t bytes = 0;
    *ret_moved = false;
    for (size_t i = maildir_index_from(index, from_uid); i < index->count; i++) {
        const struct maildir_entry *entry = &index->entries[i];
        if (!entry->file)
            continue;
        if (batch->count == BATCH_COUNT_MOST || bytes >= BATCH_BYTES_MOST) {
            batch->next_uid = entry->uid;
            break;
        }
        struct received_message *message = &batch->messages[batch->count];
        *message = (struct received_message){
            .folder = batch->folder, .uidvalidity = index->uidvalidity, .uid = entry->uid, .junk_folder = junk};
        enum reading reading = read_entry(maildir, path, entry, message, error);
        if (reading == READING_GONE)
            *ret_moved = true;
        if (reading == READING_GONE || reading == READING_ODD)
            continue;
        if (reading == READING_FAILED)
            return false;
        bytes += message->length;
        batch->count++;
    }
    return true;
}

/* News is forgotten just before the folders are read, and nowhere else: what comes at the end of a wait, or together
 * with a wake-up, then ends the next one at once. INBOX is read first. */
static void forget_news(struct maildir_receiver *maildir, const char *folder) {
    char events[4096];
    while (maildir->notify >= 0 && string_equal(folder, maildir->folders[0]) &&
           read(maildir->notify, events, sizeof events) > 0)
        ;
}

static bool maildir_fetch(struct mail_receiver *receiver, const char *folder, uint32_t uidvalidity, uint32_t next_uid,
                          struct received_batch **ret, struct error *error) {
    struct maildir_receiver *maildir = as_maildir(receiver);
    auto_text path = TEXT_EMPTY;
    append_folder_path(&path, maildir, folder);
    forget_news(maildir, folder);
    /* A file that isn't where it was a moment ago was renamed by a mail client: look again, a few times. */
    for (int attempt = 0;; attempt++) {
        struct maildir_index index;
        if (!maildir_index_update(text_string(&path), maildir->settings.quick, &index, error))
            return false;
        struct received_batch *batch = memory_new(sizeof *batch);
        batch->folder = memory_copy_string(folder);
        batch->uidvalidity = index.uidvalidity;
        bool moved, good = fill_batch(maildir, text_string(&path), &index,
                                      uidvalidity == index.uidvalidity ? next_uid : 1, batch, &moved, error);
        maildir_index_clear(&index);
        if (good && !moved) {
            *ret = batch;
            return true;
        }
        received_batch_free(batch);
        if (!good)
            return false;
        if (attempt == ATTEMPTS_MOST)
            return error_set(error, ERROR_TEMPORARY, "%s changes faster than it can be read", text_string(&path));
    }
}

/* The flags of FILE with S among them, in ASCII order as the format wants it. */
static void append_seen_name(struct text *text, const struct maildir_entry *entry) {
    const char *info = strstr(entry->file, ":2,");
    const char *flags = info ? info + 3 : "";
    text_append_format(text, "%s:2,", entry->base);
    bool done = false;
    for (; *flags; flags++) {
        if (!done && *flags >= 'S') {
            text_append_char(text, 'S');
            done = true;
        }
        if (*flags != 'S')
            text_append_char(text, *flags);
    }
    if (!done)
        text_append_char(text, 'S');
}

static bool mark_one(const char *path, const char *target, const struct maildir_entry *entry, enum mark_action action,
                     struct error *error) {
    auto_text from = TEXT_EMPTY, to = TEXT_EMPTY;
    text_append_format(&from, "%s/%s", path, entry->file);
    text_append_format(&to, "%s/cur/", target);
    append_seen_name(&to, entry);
    int failure = action == MARK_DELETE ? unlink(text_string(&from)) : rename(text_string(&from), text_string(&to));
    if (failure == 0 || errno == ENOENT)
        return true;
    return error_set(error, ERROR_TEMPORARY, "can't %s %s: %s", action == MARK_DELETE ? "delete" : "move",
                     text_string(&from), strerror(errno));
}

static bool make_done_folder(const struct maildir_receiver *maildir, const char *path, struct error *error) {
    if (!maildir_create(path, maildir->settings.quick, error))
        return false;
    /* Maildir++ tells a folder from a mailbox of its own by this file. */
    auto_text mark = TEXT_EMPTY;
    text_append_format(&mark, "%s/maildirfolder", path);
    int file = open(text_string(&mark), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0660);
    if (file < 0)
        return error_set(error, ERROR_TEMPORARY, "can't make %s: %s", text_string(&mark), strerror(errno));
    close(file);
    return true;
}

static bool sync_part(const char *path, const char *part, struct error *error) {
    auto_text folder = TEXT_EMPTY;
    text_append_format(&folder, "%s/%s", path, part);
    return maildir_sync_folder(text_string(&folder), error);
}

static bool maildir_mark(struct mail_receiver *receiver, const char *folder, uint32_t uidvalidity, const uint32_t *uids,
                         size_t count, enum mark_action action, struct error *error) {
    struct maildir_receiver *maildir = as_maildir(receiver);
    auto_text path = TEXT_EMPTY, target = TEXT_EMPTY;
    append_folder_path(&path, maildir, folder);
    append_folder_path(&target, maildir, action == MARK_MOVE ? maildir->settings.done_folder : folder);
    if (action == MARK_MOVE && !make_done_folder(maildir, text_string(&target), error))
        return false;
    struct maildir_index index;
    if (!maildir_index_update(text_string(&path), maildir->settings.quick, &index, error))
        return false;
    bool good = true;
    for (size_t i = 0; i < count && good && index.uidvalidity == uidvalidity; i++) {
        const struct maildir_entry *entry = maildir_index_find(&index, uids[i]);
        if (entry && entry->file)
            good = mark_one(text_string(&path), text_string(&target), entry, action, error);
    }
    maildir_index_clear(&index);
    if (!good || maildir->settings.quick)
        return good;
    /* The new place first: between the two a message may stand in both, never in neither. */
    return (action == MARK_DELETE || sync_part(text_string(&target), "cur", error)) &&
           sync_part(text_string(&path), "new", error) && sync_part(text_string(&path), "cur", error);
}

/* ---- Erasing ---- */

/* As the bytes stand there; addresses are never encoded. */
static bool holds(const struct text *message, const char *word) {
    size_t length = strlen(word);
    const char *bytes = text_string(message);
    for (size_t i = 0; i + length <= message->length; i++)
        if (strncasecmp(bytes + i, word, length) == 0)
            return true;
    return false;
}

static bool holds_traces(const struct text *message, const struct mail_traces *traces) {
    for (size_t i = 0; i < traces->address_count; i++)
        if (holds(message, traces->addresses[i]))
            return true;
    if (traces->name && holds(message, traces->name))
        for (size_t i = 0; i < traces->writer_count; i++)
            if (holds(message, traces->writers[i]))
                return true;
    return false;
}

static bool erase_one(const char *path, const struct maildir_entry *entry, const struct mail_traces *traces,
                      size_t *count, struct error *error) {
    auto_text file = TEXT_EMPTY, message = TEXT_EMPTY;
    bool missing;
    text_append_format(&file, "%s/%s", path, entry->file);
    if (!maildir_read_file(text_string(&file), MESSAGE_BYTES_MOST, &message, &missing, error))
        return false;
    if (missing || !holds_traces(&message, traces))
        return true;
    ++*count;
    return mark_one(path, path, entry, MARK_DELETE, error);
}

static bool maildir_erase(struct mail_receiver *receiver, const char *folder, uint32_t uidvalidity, uint32_t below,
                          const struct mail_traces *traces, size_t *ret_count, struct error *error) {
    struct maildir_receiver *maildir = as_maildir(receiver);
    auto_text path = TEXT_EMPTY;
    *ret_count = 0;
    append_folder_path(&path, maildir, folder ? folder : maildir->settings.done_folder);
    if (!folder && access(text_string(&path), X_OK) != 0)
        return true;
    struct maildir_index index;
    if (!maildir_index_update(text_string(&path), maildir->settings.quick, &index, error))
        return false;
    bool good = !folder || index.uidvalidity == uidvalidity ||
                error_set(error, ERROR_TEMPORARY, "%s is numbered anew", text_string(&path));
    for (size_t i = 0; good && i < index.count; i++)
        if (index.entries[i].file && (!folder || index.entries[i].uid < below))
            good = erase_one(text_string(&path), &index.entries[i], traces, ret_count, error);
    maildir_index_clear(&index);
    return good;
}

static bool maildir_wait(struct mail_receiver *receiver, int timeout_ms, int wake_fd, bool *ret_news,
                         struct error *error) {
    struct maildir_receiver *maildir = as_maildir(receiver);
    (void)error; /* a folder needs no connection that could be lost */
    struct pollfd waits[2] = {{.fd = maildir->notify, .events = POLLIN}, {.fd = wake_fd, .events = POLLIN}};
    poll(waits, COUNT_OF(waits), timeout_ms > 0 ? timeout_ms : 0); /* descriptors below 0 are passed over */
    *ret_news = waits[0].revents != 0;
    return true;
}

static void maildir_receiver_free(struct mail_receiver *receiver) {
    if (!receiver)
        return;
    struct maildir_receiver *maildir = as_maildir(receiver);
    maildir_close(receiver);
    memory_free_pointer(&maildir->settings.path);
    memory_free_pointer(&maildir->settings.address);
    memory_free_pointer(&maildir->settings.done_folder);
    free(maildir->root);
    free(maildir);
}

static const struct mail_receiver_operations maildir_operations = {
    .open = maildir_open,
    .folders = maildir_folders,
    .fetch = maildir_fetch,
    .mark = maildir_mark,
    .erase = maildir_erase,
    .wait = maildir_wait,
    .close = maildir_close,
    .free = maildir_receiver_free,
};

struct mail_receiver *maildir_receiver_new(const struct maildir_settings *settings) {
    struct maildir_receiver *maildir = memory_new(sizeof *maildir);
    maildir->receiver.operations = &maildir_operations;
    maildir->notify = -1;
    maildir->settings = *settings;
    maildir->settings.path = memory_copy_string(settings->path);
    maildir->settings.address = memory_copy_string(settings->address);
    maildir->settings.done_folder = memory_copy_string(settings->done_folder ? settings->done_folder : "Handled");
    if (!settings->message_bytes_most)
        maildir->settings.message_bytes_most = MESSAGE_BYTES_MOST;
    auto_text root = TEXT_EMPTY;
    text_append_format(&root, "%s/", settings->path);
    maildir_append_folder_name(&root, settings->address);
    maildir->root = text_steal(&root);
    return &maildir->receiver;
}
