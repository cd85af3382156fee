#include "net/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/random.h"

enum { NAME_MOST = 200, NAME_KEPT = 120, SECRET_LENGTH = 12 };

void maildir_append_folder_name(struct text *text, const char *address) {
    auto_text lower = TEXT_EMPTY, name = TEXT_EMPTY;
    text_append(&lower, address);
    if (lower.length)
        string_lower_ascii(lower.bytes);
    for (size_t i = 0; i < lower.length; i++) {
        char character = lower.bytes[i];
        bool plain = (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
                     (character && strchr("@_+=-", character)) || (character == '.' && i > 0);
        if (plain)
            text_append_char(&name, character);
        else
            text_append_format(&name, "%%%02X", (unsigned)(unsigned char)character);
    }
    if (name.length > NAME_MOST) {
        char hash[HASH_HEX_SIZE];
        hash_sha256_hex(lower.bytes, lower.length, hash);
        text_truncate(&name, NAME_KEPT);
        text_append_format(&name, "~%s", hash); /* no name of an address holds a '~' */
    }
    text_append(text, text_string(&name));
}

bool maildir_is_programme(const struct maildir_settings *settings, const char *address) {
    const char *own_at = strrchr(settings->address, '@'), *at = strrchr(address, '@');
    if (!own_at || !at || !string_equal_ignore_case(own_at, at))
        return false;
    if (!settings->separator)
        return true;
    size_t own_length = (size_t)(own_at - settings->address), length = (size_t)(at - address);
    return length >= own_length && strncasecmp(address, settings->address, own_length) == 0 &&
           (length == own_length || address[own_length] == settings->separator);
}

static bool failed(struct error *error, const char *what, const char *path) {
    return error_set(error, ERROR_TEMPORARY, "can't %s %s: %s", what, path, strerror(errno));
}

bool maildir_sync_folder(const char *path, struct error *error) {
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return failed(error, "open", path);
    bool done = fsync(folder) == 0 || failed(error, "write to disk", path);
    close(folder);
    return done;
}

static bool make_folder(const char *path, bool *ret_made, struct error *error) {
    if (mkdir(path, 0770) == 0)
        *ret_made = true;
    else if (errno != EEXIST)
        return failed(error, "make the folder", path);
    return true;
}

bool maildir_make_office(const char *path, struct error *error) {
    return make_folder(path, &(bool){false}, error);
}

bool maildir_create(const char *path, bool quick, struct error *error) {
    static const char *const parts[] = {"tmp", "new", "cur"};
    bool made = false;
    if (!make_folder(path, &made, error))
        return false;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        auto_text part = TEXT_EMPTY;
        text_append_format(&part, "%s/%s", path, parts[i]);
        if (!make_folder(text_string(&part), &made, error))
            return false;
    }
    if (!made || quick)
        return true;
    auto_text parent = TEXT_EMPTY;
    text_append_format(&parent, "%s/..", path);
    return maildir_sync_folder(path, error) && maildir_sync_folder(text_string(&parent), error);
}

static bool write_temporary(const char *path, const char *bytes, size_t length, bool quick) {
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0660);
    if (file < 0)
        return false;
    /* The file's time is when the message came; it may be a virtual clock's. */
    const struct timespec moment = {.tv_sec = clock_now()}, moments[2] = {moment, moment};
    bool good = descriptor_write(file, bytes, length) && futimens(file, moments) == 0 && (quick || fsync(file) == 0);
    int reason = errno;
    good = close(file) == 0 && good;
    if (!good) {
        unlink(path);
        errno = reason;
    }
    return good;
}

bool maildir_write_file(const char *temporary_path, const char *path, const char *folder, const char *bytes,
                        size_t length, bool quick, bool *ret_visible, struct error *error) {
    *ret_visible = false;
    if (!write_temporary(temporary_path, bytes, length, quick))
        return failed(error, "write", temporary_path);
    if (rename(temporary_path, path) != 0) {
        failed(error, "write", path);
        unlink(temporary_path);
        return false;
    }
    *ret_visible = true;
    return quick || maildir_sync_folder(folder, error);
}

bool maildir_deliver(const char *path, const char *bytes, size_t length, bool quick, bool *ret_visible,
                     struct error *error) {
    static unsigned long deliveries;
    *ret_visible = false;
    if (!maildir_create(path, quick, error))
        return false;
    /* Unique by time, count, process and chance; sorted by name they stand in order of arrival. */
    char secret[SECRET_LENGTH + 1];
    random_secret(secret, SECRET_LENGTH);
    auto_text name = TEXT_EMPTY, temporary = TEXT_EMPTY, final = TEXT_EMPTY, folder = TEXT_EMPTY;
    text_append_format(&name, "%lld.Q%08luP%ldR%s.tandempost", (long long)clock_now(), ++deliveries, (long)getpid(),
                       secret);
    text_append_format(&temporary, "%s/tmp/%s", path, text_string(&name));
    text_append_format(&folder, "%s/new", path);
    text_append_format(&final, "%s/%s", text_string(&folder), text_string(&name));
    return maildir_write_file(text_string(&temporary), text_string(&final), text_string(&folder), bytes, length, quick,
                              ret_visible, error);
}

bool maildir_read_file(const char *path, size_t most, struct text *ret, bool *ret_missing, struct error *error) {
    *ret_missing = false;
    int file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0) {
        *ret_missing = errno == ENOENT || errno == ELOOP;
        return failed(error, "open", path);
    }
    struct stat status;
    auto_text content = TEXT_EMPTY;
    bool good = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    if (!good)
        error_set(error, ERROR_PERMANENT, "%s is no ordinary file", path);
    else if (!(good = descriptor_read(file, most, &content)) && errno == EFBIG)
        error_set(error, ERROR_PERMANENT, "%s is larger than %zu bytes", path, most);
    else if (!good)
        failed(error, "read", path);
    close(file);
    if (good) {
        text_free(ret);
        *ret = content;
        content = TEXT_EMPTY;
    }
    return good;
}
