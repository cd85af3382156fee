#pragma once
/* Starts imap_servers.py for a test, which starts a real Dovecot and a server that misbehaves; receivers on both. Needs
 * root, for Dovecot does. */
#include "test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/imap.h"
#include "patience.h"

/* ---- The servers ---- */

static struct {
    pid_t pid;
    FILE *commands, *answers;
    char ca_file[256], password[64];
    int imap_port, imaps_port;
} servers;

static char answer[65536];

/* Sends a command and keeps its answer's words in ANSWER. */
static inline void command(const char *format, ...) __attribute__((format(printf, 1, 2)));
static inline void command(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(servers.commands, format, arguments);
    va_end(arguments);
    fputc('\n', servers.commands);
    fflush(servers.commands);
    if (!fgets(answer, sizeof answer, servers.answers))
        fail_msg("the servers are gone");
    answer[strcspn(answer, "\n")] = '\0';
    if (!string_starts_with(answer, "ok"))
        fail_msg("%s", answer);
    memmove(answer, answer + 2, strlen(answer) - 1);
    string_trim(answer);
}

static inline void read_setting(char *line) {
    char *value = strchr(line, ' ');
    if (!value)
        return;
    *value++ = '\0';
    if (strcmp(line, "ca_file") == 0)
        snprintf(servers.ca_file, sizeof servers.ca_file, "%s", value);
    else if (strcmp(line, "password") == 0)
        snprintf(servers.password, sizeof servers.password, "%s", value);
    else if (strcmp(line, "imap_port") == 0)
        servers.imap_port = atoi(value);
    else if (strcmp(line, "imaps_port") == 0)
        servers.imaps_port = atoi(value);
}

static inline int start_servers(void **state) {
    (void)state;
    if (geteuid() != 0) {
        fprintf(stderr, "# the IMAP tests start a Dovecot of their own, which needs root: run it as root\n");
        return -1;
    }
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        return -1;
    servers.pid = fork();
    if (servers.pid == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        execl("tests/unit/net/imap_servers.py", "imap_servers.py", (char *)NULL);
        _exit(127);
    }
    close(to[0]);
    close(from[1]);
    servers.commands = fdopen(to[1], "w");
    servers.answers = fdopen(from[0], "r");
    char line[512];
    while (fgets(line, sizeof line, servers.answers)) {
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, "ready") == 0)
            return 0;
        if (string_starts_with(line, "error"))
            fprintf(stderr, "# %s\n", line);
        read_setting(line);
    }
    return -1;
}

static inline int stop_servers(void **state) {
    (void)state;
    if (servers.commands)
        fclose(servers.commands);
    int status = 0;
    return servers.pid > 0 && waitpid(servers.pid, &status, 0) == servers.pid && status == 0 ? 0 : -1;
}

/* ---- Receivers ---- */

static inline struct imap_settings settings_for(const char *user, char *url, size_t size, const char *folder) {
    snprintf(url, size, "imaps://localhost:%d/%s", servers.imaps_port, folder);
    return (struct imap_settings){.url = url,
                                  .user = user,
                                  .password = servers.password,
                                  .ca_file = servers.ca_file,
                                  .done_folder = "Handled",
                                  .connect_timeout_ms = (int)patience_ms(),
                                  .read_timeout_ms = (int)patience_ms()};
}

static inline struct mail_receiver *new_receiver(const struct imap_settings *settings) {
    struct mail_receiver *receiver = NULL;
    struct error error = ERROR_INIT;
    if (!imap_new(settings, &receiver, &error))
        fail_msg("%s", error.message);
    return receiver;
}

static inline struct mail_receiver *open_receiver(const struct imap_settings *settings) {
    struct mail_receiver *receiver = new_receiver(settings);
    struct error error = ERROR_INIT;
    if (!receiver->operations->open(receiver, &error))
        fail_msg("%s", error.message);
    return receiver;
}

/* An open receiver for a new user's folder that holds COUNT messages of SIZE bytes. */
static inline struct mail_receiver *open_with(const char *user, const char *folder, int count, int size) {
    command("user %s", user);
    command("append %s %s %d %d", user, folder, count, size);
    char url[128];
    struct imap_settings settings = settings_for(user, url, sizeof url, folder);
    return open_receiver(&settings);
}

static inline struct received_batch *fetch(struct mail_receiver *receiver, const char *folder, uint32_t validity,
                                           uint32_t next) {
    struct received_batch *batch = NULL;
    struct error error = ERROR_INIT;
    if (!receiver->operations->fetch(receiver, folder, validity, next, &batch, &error))
        fail_msg("%s", error.message);
    return batch;
}

static inline void mark(struct mail_receiver *receiver, const char *folder, uint32_t validity, const uint32_t *uids,
                        size_t count, enum mark_action action) {
    struct error error = ERROR_INIT;
    if (!receiver->operations->mark(receiver, folder, validity, uids, count, action, &error))
        fail_msg("%s", error.message);
}

static inline void free_receiver(struct mail_receiver *receiver) {
    receiver->operations->free(receiver);
}

static bool news; /* whether the last wait told of new mail */

/* Waits for what must end the wait. */
static inline bool wait_for_mail(struct mail_receiver *receiver, int wake_fd, struct error *error) {
    int64_t begin = clock_monotonic_ms();
    news = false;
    bool good = receiver->operations->wait(receiver, (int)patience_ms(), wake_fd, &news, error);
    assert_true(clock_monotonic_ms() - begin < patience_ms());
    return good;
}

/* Waits for MILLISECONDS, in which nothing comes. */
static inline void wait_in_vain(struct mail_receiver *receiver, int milliseconds) {
    struct error error = ERROR_INIT;
    int64_t begin = clock_monotonic_ms();
    news = false;
    assert_true(receiver->operations->wait(receiver, milliseconds, -1, &news, &error));
    assert_true(clock_monotonic_ms() - begin >= milliseconds - 10 && !news);
}

/* Why a receiver can't be opened. */
static inline struct error refusal(const struct imap_settings *settings) {
    struct mail_receiver *receiver = new_receiver(settings);
    struct error error = ERROR_INIT;
    assert_false(receiver->operations->open(receiver, &error));
    free_receiver(receiver);
    return error;
}
