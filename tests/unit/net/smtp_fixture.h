#pragma once
/* Starts fake_smtp_server.py for a test and reads what it tells; sends through the sender and collects the results. */
#include "test.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/smtp.h"
#include "patience.h"

struct fake_server {
    pid_t pid;
    int output;
    struct text told; /* all lines so far */
    char url[64];
};

static inline void fake_server_read(struct fake_server *server, int timeout_ms) {
    struct pollfd wait = {.fd = server->output, .events = POLLIN};
    char buffer[4096];
    while (poll(&wait, 1, timeout_ms) > 0) {
        ssize_t got = read(server->output, buffer, sizeof buffer);
        if (got <= 0)
            return;
        text_append_bytes(&server->told, buffer, (size_t)got);
        timeout_ms = 0;
    }
}

/* How many of its lines so far begin so. */
static inline size_t fake_server_told(struct fake_server *server, const char *beginning) {
    fake_server_read(server, 0);
    size_t count = 0;
    for (const char *line = text_string(&server->told); *line && strchr(line, '\n'); line = strchr(line, '\n') + 1)
        count += string_starts_with(line, beginning);
    return count;
}

static inline void fake_server_await(struct fake_server *server, const char *beginning, size_t count) {
    AWAIT(fake_server_told(server, beginning) >= count);
}

/* How many of all its lines begin so: to be asked once the sender is freed, for it waits until all connections ended.
 */
static inline size_t fake_server_count(struct fake_server *server, const char *beginning) {
    fake_server_await(server, "CLOSED", fake_server_told(server, "CONNECT"));
    return fake_server_told(server, beginning);
}

static inline pid_t start_child(char *const *arguments, int *ret_output) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(arguments[0], arguments);
        _exit(127);
    }
    close(ends[1]);
    *ret_output = ends[0];
    return pid;
}

/* OPTIONS: at most 10 NAME=VALUE for the server, NULL-terminated; SCHEME: "smtp" or "smtps". */
static inline struct fake_server fake_server_start(const char *scheme, const char *const *options) {
    static char python[] = "/usr/bin/python3", script[] = "tests/unit/net/fake_smtp_server.py";
    char copies[10][256], *arguments[13] = {python, script};
    size_t count = 0;
    for (; options && options[count]; count++) {
        assert_true(count < 10);
        snprintf(copies[count], sizeof copies[count], "%s", options[count]);
        arguments[2 + count] = copies[count];
    }
    struct fake_server server = {0};
    server.pid = start_child(arguments, &server.output);
    fake_server_await(&server, "PORT", 1);
    int port;
    assert_int_equal(sscanf(text_string(&server.told), "PORT %d", &port), 1);
    snprintf(server.url, sizeof server.url, "%s://localhost:%d", scheme, port);
    return server;
}

#define FAKE_SERVER(...) fake_server_start("smtp", (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static inline bool fake_server_accepted(struct fake_server *server, int64_t id) {
    char line[64];
    snprintf(line, sizeof line, "\nACCEPTED %lld\n", (long long)id);
    return strstr(text_string(&server->told), line) != NULL;
}

static inline void fake_server_stop(struct fake_server *server) {
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    close(server->output);
    text_free(&server->told);
}

/* Patient, in the clear. */
static inline struct smtp_settings plain_settings(const struct fake_server *server) {
    return (struct smtp_settings){
        .url = server->url,
        .tls = SMTP_TLS_NONE,
        .connections = 1,
        .local_name = "client.example",
        .connect_timeout_ms = (int)patience_ms(),
        .command_timeout_ms = (int)patience_ms(),
        .data_timeout_ms = (int)patience_ms(),
        .final_timeout_ms = (int)patience_ms(),
    };
}

static inline struct mail_sender *open_sender(const struct smtp_settings *settings) {
    struct error error = ERROR_INIT;
    struct mail_sender *sender = smtp_new(settings, &error);
    if (!sender)
        fail_msg("%s", error.message);
    return sender;
}

static inline void start_message(struct mail_sender *sender, int64_t id, const char *recipient, size_t size) {
    auto_text bytes = TEXT_EMPTY;
    text_append_format(&bytes, "X-Id: %lld\r\nSubject: Test\r\n\r\n", (long long)id);
    while (bytes.length < size)
        text_append(&bytes, "The quick brown fox jumps over the lazy dog, and then once more.\r\n");
    sender->operations->start(sender, &(struct send_request){
                                          .id = id,
                                          .envelope_from = "iln+b.abc@example.org",
                                          .recipient = recipient,
                                          .bytes = bytes.bytes,
                                          .length = bytes.length,
                                      });
}

/* Waits for one result. */
static inline struct send_result await_result(struct mail_sender *sender) {
    struct send_result result;
    AWAIT(sender->operations->wait(sender, 1000, -1, &result, 1) == 1);
    return result;
}

static inline struct send_result send_one(struct mail_sender *sender, int64_t id, const char *recipient, size_t size) {
    start_message(sender, id, recipient, size);
    assert_int_equal(sender->operations->busy(sender), 1);
    struct send_result result = await_result(sender);
    assert_int_equal(result.id, id);
    assert_int_equal(sender->operations->busy(sender), 0);
    return result;
}

static inline void free_sender(struct mail_sender *sender) {
    sender->operations->free(sender);
}

/* How long a stage may take where the server is silent, in milliseconds: many times what a whole message with the start
 * of its server takes on this machine, at this moment. */
static inline int soon_ms(void) {
    static int soon;
    int64_t before = clock_monotonic_ms();
    if (soon == 0) {
        struct fake_server server = FAKE_SERVER();
        struct smtp_settings settings = plain_settings(&server);
        struct mail_sender *sender = open_sender(&settings);
        assert_int_equal(send_one(sender, 1, "anna@example.net", 2000).outcome, SEND_ACCEPTED);
        free_sender(sender);
        fake_server_stop(&server);
        soon = 400 + 4 * (int)(clock_monotonic_ms() - before);
    }
    return soon;
}

/* For a server that is silent at some stage. */
static inline void hasten(struct smtp_settings *settings) {
    settings->connect_timeout_ms = settings->command_timeout_ms = soon_ms();
    settings->data_timeout_ms = settings->final_timeout_ms = soon_ms();
}
