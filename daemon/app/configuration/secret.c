#include "app/configuration/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/* A buffer that is wiped whatever happens. One spare byte ends the string. */
struct buffer {
    char bytes[SECRET_SIZE_MOST + 2];
    size_t length;
};

static void free_buffer(struct buffer **buffer) {
    explicit_bzero(*buffer, sizeof **buffer);
    free(*buffer);
}
#define auto_buffer cleanup(free_buffer) struct buffer *

void secret_free(char *secret) {
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}

void secret_free_pointer(char **secret) {
    secret_free(*secret);
    *secret = NULL;
}

/* The first line, which must not be empty, without its end. */
static bool take_line(struct buffer *buffer, const struct secret_source *source, char **ret, struct error *error) {
    size_t length = 0;
    while (length < buffer->length && buffer->bytes[length] != '\n' && buffer->bytes[length] != '\0')
        length++;
    if (length > 0 && buffer->bytes[length - 1] == '\r')
        length--;
    if (length > SECRET_SIZE_MOST)
        return error_set(error, ERROR_CONFIGURATION,
                         "%s \"%s\": the first line is longer than %d bytes; is this the right one?", source->option,
                         source->value, SECRET_SIZE_MOST);
    if (!length)
        return error_set(error, ERROR_CONFIGURATION, "%s \"%s\": the first line, which should be the secret, is empty.",
                         source->option, source->value);
    *ret = memory_copy_bytes(buffer->bytes, length);
    return true;
}

/* ---- Files ---- */

/* Reads to the end, or as much as BUFFER holds. False with errno; ETIMEDOUT after DEADLINE (monotonic milliseconds). */
static bool read_all(int descriptor, int64_t deadline, struct buffer *buffer) {
    while (buffer->length < sizeof buffer->bytes) {
        int64_t left = deadline - clock_monotonic_ms();
        struct pollfd poller = {.fd = descriptor, .events = POLLIN};
        int ready = left > 0 ? poll(&poller, 1, (int)left) : 0;
        if (ready == 0) {
            errno = ETIMEDOUT;
            return false;
        }
        ssize_t got = ready;
        if (ready > 0)
            got = read(descriptor, buffer->bytes + buffer->length, sizeof buffer->bytes - buffer->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        buffer->length += (size_t)got;
    }
    return true;
}

static bool fetch_file(const struct secret_source *source, const char *path, bool check_mode, char **ret,
                       struct error *error) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0)
        return error_set(error, ERROR_CONFIGURATION, "%s: can't read %s: %s.", source->option, path, strerror(errno));
    auto_buffer buffer = memory_new(sizeof *buffer);
    struct stat status;
    bool good = fstat(descriptor, &status) == 0;
    if (!good)
        error_set(error, ERROR_TEMPORARY, "%s: can't read %s: %s.", source->option, path, strerror(errno));
    else if (!S_ISREG(status.st_mode))
        good = error_set(error, ERROR_CONFIGURATION, "%s: %s is not a regular file.", source->option, path);
    else if (check_mode && status.st_mode & (S_IRWXG | S_IRWXO))
        good = error_set(error, ERROR_CONFIGURATION,
                         "%s: others than its owner can read or write %s, so it is not used. Run: chmod 600 %s",
                         source->option, path, path);
    else if (!read_all(descriptor, clock_monotonic_ms() + SECRET_COMMAND_TIMEOUT_MS, buffer))
        good = error_set(error, ERROR_TEMPORARY, "%s: can't read %s: %s.", source->option, path, strerror(errno));
    close(descriptor);
    return good && take_line(buffer, source, ret, error);
}

static bool fetch_credential(const struct secret_source *source, char **ret, struct error *error) {
    const char *directory = getenv("CREDENTIALS_DIRECTORY"), *stored = source->stored;
    auto_text path = TEXT_EMPTY;
    if (!string_is_empty(directory))
        text_append_format(&path, "%s/%s", directory, source->value);
    else if (stored && access(stored, R_OK) == 0)
        return fetch_file(source, stored, true, ret, error);
    else if (stored && errno == EACCES)
        return error_set(error, ERROR_CONFIGURATION, "%s \"%s\": only root can read %s.", source->option, source->value,
                         stored);
    else if (!stored)
        return error_set(error, ERROR_CONFIGURATION,
                         "%s \"%s\": systemd gave no credentials. Set CREDENTIALS_DIRECTORY to a folder with a file of "
                         "that name.",
                         source->option, source->value);
    if (path.length == 0 || access(text_string(&path), F_OK) != 0)
        return error_set(
            error, ERROR_CONFIGURATION,
            "%s \"%s\": there is no credential of that name. Put the password into %s (as root, chmod 600) "
            "and restart the service.",
            source->option, source->value, stored ? stored : "a file that LoadCredential= in the unit names");
    return fetch_file(source, text_string(&path), false, ret, error);
}

/* ---- Commands ---- */

enum { WORDS_MOST = 64 };

/* Splits at white space; '...' and "..." keep together. False where a quote is open or there are too many words. */
static bool split_words(const char *command, struct arena *arena, char *words[WORDS_MOST + 1], size_t *ret_count) {
    size_t count = 0;
    const char *c = command;
    while (*c) {
        c += strspn(c, " \t");
        if (!*c)
            break;
        auto_text word = TEXT_EMPTY;
        char quote = '\0';
        for (; *c && (quote || !strchr(" \t", *c)); c++) {
            if (quote ? *c == quote : *c == '\'' || *c == '"')
                quote = quote ? '\0' : *c;
            else
                text_append_char(&word, *c);
        }
        if (quote || count == WORDS_MOST)
            return false;
        words[count++] = arena_copy_string(arena, text_string(&word));
    }
    words[count] = NULL;
    *ret_count = count;
    return count > 0;
}

static int spawn(char **words, int output, pid_t *ret) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGTERM);
    sigaddset(&defaults, SIGCHLD);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0); /* so that it can be ended with all that it started */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    int failure = posix_spawnp(ret, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

/* Waits for the command until DEADLINE, then ends it and its children. False where it had to be ended. */
static bool reap(pid_t process, int64_t deadline, int *ret_status) {
    bool in_time = true;
    for (;;) {
        pid_t done = waitpid(process, ret_status, in_time ? WNOHANG : 0);
        if (done == process || (done < 0 && errno != EINTR))
            return in_time && done == process;
        if (in_time && clock_monotonic_ms() >= deadline) {
            in_time = false;
            kill(-process, SIGKILL);
        } else if (in_time) {
            poll(NULL, 0, 5);
        }
    }
}

static bool run(const struct secret_source *source, char **words, struct buffer *buffer, struct error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set(error, ERROR_TEMPORARY, "%s: can't make a pipe: %s.", source->option, strerror(errno));
    pid_t process;
    int failure = spawn(words, ends[1], &process);
    close(ends[1]);
    if (failure) {
        close(ends[0]);
        return error_set(error, ERROR_CONFIGURATION, "%s: can't run %s: %s.", source->option, words[0],
                         strerror(failure));
    }
    int64_t deadline = clock_monotonic_ms() + SECRET_COMMAND_TIMEOUT_MS;
    int status = 0;
    bool read_whole = read_all(ends[0], deadline, buffer);
    close(ends[0]);
    bool enough = buffer->length == sizeof buffer->bytes; /* whatever it would still write, nobody wants it */
    if (enough)
        kill(-process, SIGKILL);
    bool in_time = reap(process, read_whole ? deadline : 0, &status) && read_whole;
    if (in_time && enough)
        return true;
    if (!in_time)
        return error_set(error, ERROR_TEMPORARY, "%s: %s did not finish within %d seconds and was ended.",
                         source->option, words[0], SECRET_COMMAND_TIMEOUT_MS / 1000);
    if (WIFSIGNALED(status))
        return error_set(error, ERROR_TEMPORARY, "%s: %s was ended by signal %d.", source->option, words[0],
                         WTERMSIG(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        return error_set(error, ERROR_TEMPORARY, "%s: %s failed with exit code %d; try it by hand.", source->option,
                         words[0], WEXITSTATUS(status));
    return true;
}

static bool fetch_command(const struct secret_source *source, char **ret, struct error *error) {
    auto_arena arena = arena_new();
    char *words[WORDS_MOST + 1];
    size_t count;
    if (!split_words(source->value, arena, words, &count))
        return error_set(error, ERROR_CONFIGURATION, "%s \"%s\": not a command; is a quote left open?", source->option,
                         source->value);
    auto_buffer buffer = memory_new(sizeof *buffer);
    return run(source, words, buffer, error) && take_line(buffer, source, ret, error);
}

bool secret_fetch(const struct secret_source *source, char **ret, struct error *error) {
    switch (source->kind) {
    case SECRET_NONE:
        *ret = NULL;
        return true;
    case SECRET_CREDENTIAL:
        return fetch_credential(source, ret, error);
    case SECRET_FILE:
        return fetch_file(source, source->value, true, ret, error);
    case SECRET_COMMAND:
    case SECRET_OAUTH2_TOKEN:
        return fetch_command(source, ret, error);
    }
    return error_set(error, ERROR_BUG, "Unknown kind of secret.");
}
