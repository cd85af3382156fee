/* Against a real Dovecot, and a server that misbehaves; both are started by imap_servers.py. Needs root, for Dovecot
 * does. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/imap.h"

/* ---- The servers ---- */

static struct {
    pid_t pid;
    FILE *commands, *answers;
    char ca_file[256], password[64];
    int imap_port, imaps_port;
} servers;

static char answer[65536];

/* Sends a command and keeps its answer's words in ANSWER. */
static void command(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void command(const char *format, ...) {
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

static void read_setting(char *line) {
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

static int start_servers(void **state) {
    (void)state;
    if (geteuid() != 0) {
        fprintf(stderr, "# test_imap starts a Dovecot of its own, which needs root: run it as root\n");
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

static int stop_servers(void **state) {
    (void)state;
    if (servers.commands)
        fclose(servers.commands);
    int status = 0;
    return servers.pid > 0 && waitpid(servers.pid, &status, 0) == servers.pid && status == 0 ? 0 : -1;
}

/* ---- Receivers ---- */

static struct imap_settings settings_for(const char *user, char *url, size_t size, const char *folder) {
    snprintf(url, size, "imaps://localhost:%d/%s", servers.imaps_port, folder);
    return (struct imap_settings){.url = url,
                                  .user = user,
                                  .password = servers.password,
                                  .ca_file = servers.ca_file,
                                  .done_folder = "Handled",
                                  .connect_timeout_ms = 5000,
                                  .read_timeout_ms = 3000};
}

static struct mail_receiver *new_receiver(const struct imap_settings *settings) {
    struct mail_receiver *receiver = NULL;
    struct error error = ERROR_INIT;
    if (!imap_new(settings, &receiver, &error))
        fail_msg("%s", error.message);
    return receiver;
}

static struct mail_receiver *open_receiver(const struct imap_settings *settings) {
    struct mail_receiver *receiver = new_receiver(settings);
    struct error error = ERROR_INIT;
    if (!receiver->operations->open(receiver, &error))
        fail_msg("%s", error.message);
    return receiver;
}

/* An open receiver for a new user's folder that holds COUNT messages of SIZE bytes. */
static struct mail_receiver *open_with(const char *user, const char *folder, int count, int size) {
    command("user %s", user);
    command("append %s %s %d %d", user, folder, count, size);
    char url[128];
    struct imap_settings settings = settings_for(user, url, sizeof url, folder);
    return open_receiver(&settings);
}

static struct received_batch *fetch(struct mail_receiver *receiver, const char *folder, uint32_t validity,
                                    uint32_t next) {
    struct received_batch *batch = NULL;
    struct error error = ERROR_INIT;
    if (!receiver->operations->fetch(receiver, folder, validity, next, &batch, &error))
        fail_msg("%s", error.message);
    return batch;
}

static void mark(struct mail_receiver *receiver, const char *folder, uint32_t validity, const uint32_t *uids,
                 size_t count, enum mark_action action) {
    struct error error = ERROR_INIT;
    if (!receiver->operations->mark(receiver, folder, validity, uids, count, action, &error))
        fail_msg("%s", error.message);
}

static void free_receiver(struct mail_receiver *receiver) {
    receiver->operations->free(receiver);
}

/* ---- Fetching ---- */

static void fetches_in_batches(void **state) {
    /* Goal: all messages come once, ascending, whole and unmarked, in batches bounded by count and by bytes. */
    (void)state;
    command("user anna@a.test");
    command("append anna@a.test INBOX 25 1000");
    char url[128];
    struct imap_settings settings = settings_for("anna@a.test", url, sizeof url, "INBOX");
    for (int round = 0; round < 2; round++) {
        settings.batch_count = round == 0 ? 10 : 1000;
        settings.batch_bytes = round == 0 ? 1000000 : 3500;
        struct mail_receiver *receiver = open_receiver(&settings);
        assert_string_equal(receiver->operations->folders(receiver)[0], "INBOX");
        uint32_t validity = 0, next = 0, last = 0;
        size_t total = 0, batches = 0;
        for (;; batches++) {
            struct received_batch *batch = fetch(receiver, "INBOX", validity, next);
            size_t count = batch->count;
            assert_true(count <= (round == 0 ? 10 : 3));
            assert_string_equal(batch->folder, "INBOX");
            for (size_t i = 0; i < count; i++) {
                assert_true(batch->messages[i].uid > last);
                last = batch->messages[i].uid;
                assert_true(batch->messages[i].uid < batch->next_uid);
                assert_int_equal(batch->messages[i].length, batch->messages[i].size);
                assert_false(batch->messages[i].too_large);
                assert_false(batch->messages[i].junk_folder);
                assert_true(llabs(batch->messages[i].internal_date - clock_now()) < 120);
                char head[64];
                snprintf(head, sizeof head, "Subject: number %zu\r\n", total + i);
                assert_memory_equal(batch->messages[i].bytes, head, strlen(head));
            }
            total += count;
            validity = batch->uidvalidity;
            next = batch->next_uid;
            received_batch_free(batch);
            if (count == 0)
                break;
        }
        assert_int_equal(total, 25);
        assert_int_equal(batches, round == 0 ? 3 : 9);
        assert_int_equal(next, last + 1);
        free_receiver(receiver);
    }
    command("state anna@a.test INBOX");
    assert_null(strstr(answer, "Seen"));
}

static void fetches_only_the_header_of_large_messages(void **state) {
    /* Goal: a message over the limit never comes as a whole, and its neighbours still do. */
    (void)state;
    command("user large@a.test");
    command("append large@a.test INBOX 1 500");
    command("append large@a.test INBOX 1 400000");
    command("append large@a.test INBOX 1 500");
    char url[128];
    struct imap_settings settings = settings_for("large@a.test", url, sizeof url, "INBOX");
    settings.message_limit = 100000;
    struct mail_receiver *receiver = open_receiver(&settings);
    uint32_t validity = 0, next = 0;
    for (int i = 0; i < 3; i++) {
        struct received_batch *batch = fetch(receiver, "INBOX", validity, next);
        assert_int_equal(batch->count, 1);
        const struct received_message *message = &batch->messages[0];
        assert_int_equal(message->too_large, i == 1);
        if (i == 1) {
            assert_true(message->size > 400000 && message->length < 200);
            assert_non_null(strstr(message->bytes, "Message-ID: <0@a.test>\r\n\r\n"));
        } else {
            assert_int_equal(message->length, message->size);
        }
        validity = batch->uidvalidity;
        next = batch->next_uid;
        received_batch_free(batch);
    }
    free_receiver(receiver);
}

static void leaves_out_what_others_expunge(void **state) {
    /* Goal: a message deleted between looking at sizes and fetching is simply missing, even a whole batch of them. */
    (void)state;
    command("user gone@a.test");
    command("append gone@a.test INBOX 6 500");
    char url[128];
    struct imap_settings settings = settings_for("gone@a.test", url, sizeof url, "INBOX");
    settings.batch_count = 2;
    struct mail_receiver *receiver = open_receiver(&settings);
    struct received_batch *batch = fetch(receiver, "INBOX", 0, 0);
    assert_int_equal(batch->count, 2);
    uint32_t validity = batch->uidvalidity, next = batch->next_uid;
    received_batch_free(batch);
    for (int uid = 3; uid <= 5; uid++)
        command("expunge gone@a.test INBOX %d", uid);
    batch = fetch(receiver, "INBOX", validity, next);
    assert_int_equal(batch->count, 1);
    assert_int_equal(batch->messages[0].uid, 6);
    assert_int_equal(batch->next_uid, 7);
    received_batch_free(batch);
    command("append gone@a.test INBOX 1 500");
    batch = fetch(receiver, "INBOX", validity, 7);
    assert_int_equal(batch->count, 1);
    assert_int_equal(batch->messages[0].uid, 7);
    received_batch_free(batch);
    free_receiver(receiver);
}

static void starts_anew_when_uidvalidity_changes(void **state) {
    /* Goal: a folder deleted and made again under the same name is read from its beginning, and old marks don't hit it.
     */
    (void)state;
    struct mail_receiver *receiver = open_with("anew@a.test", "Work", 5, 500);
    struct received_batch *batch = fetch(receiver, "Work", 0, 0);
    uint32_t old = batch->uidvalidity;
    assert_int_equal(batch->count, 5);
    received_batch_free(batch);
    receiver->operations->close(receiver);
    command("remove anew@a.test Work");
    sleep(1); /* Dovecot makes UIDVALIDITY from the second */
    command("append anew@a.test Work 2 500");
    struct error error = ERROR_INIT;
    assert_true(receiver->operations->open(receiver, &error));
    batch = fetch(receiver, "Work", old, 6);
    assert_int_equal(batch->count, 2);
    assert_int_not_equal(batch->uidvalidity, old);
    assert_int_equal(batch->next_uid, 3);
    received_batch_free(batch);
    mark(receiver, "Work", old, (uint32_t[]){1, 2}, 2, MARK_DELETE);
    command("state anew@a.test Work");
    assert_string_equal(answer, "1: 2:");
    free_receiver(receiver);
}

static void finds_the_junk_folder(void **state) {
    /* Goal: Junk is polled where there is one, and its messages say so. */
    (void)state;
    struct mail_receiver *receiver = open_with("junk@a.test", "INBOX", 1, 500);
    assert_null(receiver->operations->folders(receiver)[1]);
    receiver->operations->close(receiver);
    command("append junk@a.test Junk 2 500");
    struct error error = ERROR_INIT;
    assert_true(receiver->operations->open(receiver, &error));
    const char *const *folders = receiver->operations->folders(receiver);
    assert_string_equal(folders[0], "INBOX");
    assert_string_equal(folders[1], "Junk");
    assert_null(folders[2]);
    struct received_batch *batch = fetch(receiver, "Junk", 0, 0);
    assert_int_equal(batch->count, 2);
    assert_true(batch->messages[1].junk_folder);
    received_batch_free(batch);
    free_receiver(receiver);
}

static void fetches_thousands_quickly(void **state) {
    /* Goal: small messages take next to no processor time here; how fast they come is up to the server. */
    (void)state;
    command("user many@a.test");
    command("fill many@a.test 2000");
    char url[128];
    struct imap_settings settings = settings_for("many@a.test", url, sizeof url, "INBOX");
    settings.read_timeout_ms = 20000;
    struct mail_receiver *receiver = open_receiver(&settings); /* Dovecot makes its index here */
    int64_t begin = clock_monotonic_ms();
    clock_t processor = clock();
    size_t total = 0;
    uint32_t validity = 0, next = 0;
    for (size_t count = 1; count > 0;) {
        struct received_batch *batch = fetch(receiver, "INBOX", validity, next);
        count = batch->count;
        total += count;
        validity = batch->uidvalidity;
        next = batch->next_uid;
        received_batch_free(batch);
    }
    long spent = (long)((clock() - processor) * 1000 / CLOCKS_PER_SEC);
    printf("# %zu messages in %lld ms, %ld ms of them ours\n", total, (long long)(clock_monotonic_ms() - begin), spent);
    assert_int_equal(total, 2000);
    assert_true(spent < 500);
    free_receiver(receiver);
}

/* ---- Marking ---- */

static void flags_moves_and_deletes(void **state) {
    /* Goal: each action touches the named messages only, makes the done folder, and forgives UIDs that are gone. */
    (void)state;
    struct mail_receiver *receiver = open_with("mark@a.test", "INBOX", 8, 500);
    struct received_batch *batch = fetch(receiver, "INBOX", 0, 0);
    uint32_t validity = batch->uidvalidity;
    received_batch_free(batch);
    command("append mark@a.test INBOX 1 500 \\Deleted");
    mark(receiver, "INBOX", validity, (uint32_t[]){3, 1}, 2, MARK_FLAG);
    mark(receiver, "INBOX", validity, (uint32_t[]){4, 5, 100}, 3, MARK_MOVE);
    mark(receiver, "INBOX", validity, (uint32_t[]){4, 5}, 2, MARK_MOVE);
    mark(receiver, "INBOX", validity, (uint32_t[]){6, 8, 4}, 3, MARK_DELETE);
    command("state mark@a.test INBOX");
    assert_string_equal(answer, "1:$TandempostDone,\\Seen 2: 3:$TandempostDone,\\Seen 7: 9:\\Deleted");
    command("state mark@a.test Handled");
    assert_string_equal(answer, "1:$TandempostDone,\\Seen 2:$TandempostDone,\\Seen");
    batch = fetch(receiver, "INBOX", validity, 1);
    assert_int_equal(batch->count, 4); /* flagged ones too */
    uint32_t next = batch->next_uid;
    received_batch_free(batch);
    batch = fetch(receiver, "INBOX", validity, next);
    assert_int_equal(batch->count, 1); /* and what somebody marked deleted */
    assert_int_equal(batch->messages[0].uid, 9);
    received_batch_free(batch);
    free_receiver(receiver);
}

static void marks_many_in_bounded_commands(void **state) {
    /* Goal: thousands of scattered UIDs are marked, in commands that servers take. */
    (void)state;
    struct mail_receiver *receiver = open_with("scattered@a.test", "INBOX", 3, 500);
    struct received_batch *batch = fetch(receiver, "INBOX", 0, 0);
    uint32_t uids[3000];
    for (uint32_t i = 0; i < COUNT_OF(uids); i++)
        uids[i] = 1 + 2 * (uint32_t)(COUNT_OF(uids) - 1 - i);
    mark(receiver, "INBOX", batch->uidvalidity, uids, COUNT_OF(uids), MARK_DELETE);
    received_batch_free(batch);
    command("state scattered@a.test INBOX");
    assert_string_equal(answer, "2:");
    free_receiver(receiver);
}

static void uses_folders_in_every_script(void **state) {
    /* Goal: folder names outside ASCII work, in the URL and as done folder. */
    (void)state;
    command("user names@a.test");
    command("append names@a.test Pr&APw-fung 1 500");
    char url[128];
    struct imap_settings settings = settings_for("names@a.test", url, sizeof url, "Pr%C3%BCfung");
    settings.done_folder = "Erledigt & geprüft/2026";
    struct mail_receiver *receiver = open_receiver(&settings);
    const char *folder = receiver->operations->folders(receiver)[0];
    struct received_batch *batch = fetch(receiver, folder, 0, 0);
    assert_int_equal(batch->count, 1);
    mark(receiver, folder, batch->uidvalidity, &batch->messages[0].uid, 1, MARK_MOVE);
    received_batch_free(batch);
    batch = fetch(receiver, "Erledigt &- gepr&APw-ft/2026", 0, 0);
    assert_int_equal(batch->count, 1);
    received_batch_free(batch);
    free_receiver(receiver);
}

/* ---- Waiting ---- */

static bool wait_for_mail(struct mail_receiver *receiver, int timeout, int wake_fd, int64_t *took,
                          struct error *error) {
    int64_t begin = clock_monotonic_ms();
    bool good = receiver->operations->wait(receiver, timeout, wake_fd, error);
    *took = clock_monotonic_ms() - begin;
    return good;
}

static void wakes_when_mail_comes(void **state) {
    /* Goal: IDLE tells of new mail within 2 s, across its own renewals; what came before waiting counts too. */
    (void)state;
    command("user idle@a.test");
    command("append idle@a.test INBOX 1 500");
    char url[128];
    struct imap_settings settings = settings_for("idle@a.test", url, sizeof url, "INBOX");
    settings.idle_renew_ms = 150;
    struct mail_receiver *receiver = open_receiver(&settings);
    struct received_batch *batch = fetch(receiver, "INBOX", 0, 0);
    uint32_t validity = batch->uidvalidity, next = batch->next_uid;
    received_batch_free(batch);
    batch = fetch(receiver, "INBOX", validity, next);
    assert_int_equal(batch->count, 0);
    received_batch_free(batch);
    struct error error = ERROR_INIT;
    int64_t took;
    assert_true(wait_for_mail(receiver, 500, -1, &took, &error));
    assert_true(took >= 490 && took < 1500);
    command("later 500 append idle@a.test INBOX 1 500");
    assert_true(wait_for_mail(receiver, 10000, -1, &took, &error));
    assert_true(took >= 400 && took < 2500);
    assert_true(wait_for_mail(receiver, 10000, -1, &took, &error)); /* not fetched yet */
    assert_true(took < 400);
    batch = fetch(receiver, "INBOX", validity, next);
    assert_int_equal(batch->count, 1);
    received_batch_free(batch);
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    assert_int_equal(write(pipe_fds[1], "x", 1), 1);
    assert_true(wait_for_mail(receiver, 10000, pipe_fds[0], &took, &error));
    assert_true(took < 1000);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    command("later 300 kick idle@a.test");
    assert_false(wait_for_mail(receiver, 10000, -1, &took, &error));
    assert_int_equal(error.class, ERROR_TEMPORARY);
    assert_true(took < 3000);
    assert_false(receiver->operations->wait(receiver, 10, -1, &error)); /* not connected, and says so */
    assert_true(receiver->operations->open(receiver, &error));
    free_receiver(receiver);
}

/* ---- Trust ---- */

static struct error refusal(const struct imap_settings *settings) {
    struct mail_receiver *receiver = new_receiver(settings);
    struct error error = ERROR_INIT;
    int64_t begin = clock_monotonic_ms();
    assert_false(receiver->operations->open(receiver, &error));
    assert_true(clock_monotonic_ms() - begin < 6000);
    free_receiver(receiver);
    return error;
}

static void trusts_only_good_certificates(void **state) {
    /* Goal: untrusted and misnamed certificates are refused as errors that an admin must see, by both ways into TLS. */
    (void)state;
    command("user trust@a.test");
    char url[128];
    struct imap_settings settings = settings_for("trust@a.test", url, sizeof url, "");
    static const char *const hosts[] = {"127.0.0.2", "127.0.0.3"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(url, sizeof url, "%s://%s:%d", i < 2 ? "imaps" : "imap", hosts[i % 2],
                 i < 2 ? servers.imaps_port : servers.imap_port);
        struct error error = refusal(&settings);
        assert_int_equal(error.class, ERROR_CONFIGURATION);
        assert_non_null(strstr(error.message, hosts[i % 2]));
        assert_non_null(strstr(error.message, "certificate"));
    }
    settings.ca_file = NULL; /* our CA is not among the system's */
    snprintf(url, sizeof url, "imaps://localhost:%d/INBOX", servers.imaps_port);
    assert_int_equal(refusal(&settings).class, ERROR_CONFIGURATION);
    settings.ca_file = servers.ca_file;
    snprintf(url, sizeof url, "imap://localhost:%d/INBOX", servers.imap_port);
    free_receiver(open_receiver(&settings)); /* STARTTLS */
}

static void tells_untrusted_servers_nothing(void **state) {
    /* Goal: an untrusted server learns neither user nor password, whether TLS comes first or after STARTTLS. */
    (void)state;
    static const char *const schemes[] = {"imaps", "imap"}, *const modes[] = {"ordinary", "starttls-ordinary"};
    for (size_t i = 0; i < 2; i++) {
        char url[128];
        struct imap_settings settings = settings_for("anna@a.test", url, sizeof url, "");
        command("fake %s tls", modes[i]);
        snprintf(url, sizeof url, "%s://localhost:%.8s/", schemes[i], answer);
        free_receiver(open_receiver(&settings));
        command("heard AUTHENTICATE");
        assert_string_equal(answer, "1");
        settings.ca_file = NULL; /* its CA is not among the system's */
        assert_int_equal(refusal(&settings).class, ERROR_CONFIGURATION);
        command("heard AUTHENTICATE");
        assert_string_equal(answer, "1");
        command("heard LOGIN");
        assert_string_equal(answer, "0");
    }
}

static void names_what_is_wrong_with_the_login(void **state) {
    /* Goal: a refused login, a missing folder and useless settings are errors of configuration; no password shows up.
     */
    (void)state;
    command("user login@a.test");
    char url[128];
    struct imap_settings settings = settings_for("login@a.test", url, sizeof url, "INBOX");
    settings.password = "not this one";
    struct error error = refusal(&settings);
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "login@a.test"));
    assert_null(strstr(error.message, "not this one"));
    settings.password = servers.password;
    snprintf(url, sizeof url, "imaps://localhost:%d/Nowhere", servers.imaps_port);
    error = refusal(&settings);
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "Nowhere"));
    static const char *const bad[] = {"", "http://localhost/", "imaps://anna:secret@localhost/", "mail.example.org:x"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct mail_receiver *receiver = NULL;
        settings.url = bad[i];
        error = ERROR_INIT;
        assert_false(imap_new(&settings, &receiver, &error));
        assert_int_equal(error.class, ERROR_CONFIGURATION);
        assert_null(strstr(error.message, "secret"));
    }
}

/* ---- A server that misbehaves ---- */

static struct imap_settings settings_for_fake(const char *mode, char *url, size_t size) {
    command("fake %s", mode);
    snprintf(url, size, "imap://127.0.0.1:%.8s/INBOX", answer);
    return (struct imap_settings){.url = url,
                                  .user = "anna",
                                  .password = "secret",
                                  .security = IMAP_SECURITY_PLAIN_TEXT,
                                  .connect_timeout_ms = 500,
                                  .read_timeout_ms = 500,
                                  .command_timeout_ms = 1500,
                                  .done_folder = "Handled"};
}

static void survives_bad_logins(void **state) {
    /* Goal: whatever a server does before and at the login, open returns in time with the right class of error. */
    (void)state;
    static const struct {
        const char *mode;
        enum error_class class;
    } cases[] = {
        {"silent", ERROR_TEMPORARY},
        {"bye-greeting", ERROR_TEMPORARY},
        {"silent-login", ERROR_TEMPORARY},
        {"bye-login", ERROR_TEMPORARY},
        {"unavailable-login", ERROR_TEMPORARY},
        {"refuse-login", ERROR_CONFIGURATION},
        {"ordinary", ERROR_CONFIGURATION}, /* no STARTTLS where it is required */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char url[128];
        struct imap_settings settings = settings_for_fake(cases[i].mode, url, sizeof url);
        if (strcmp(cases[i].mode, "ordinary") == 0)
            settings.security = IMAP_SECURITY_REQUIRED;
        struct error error = refusal(&settings);
        if (error.class != cases[i].class)
            fail_msg("%s: %s", cases[i].mode, error.message);
        if (strcmp(cases[i].mode, "ordinary") == 0) {
            command("heard LOGIN");
            assert_string_equal(answer, "0");
            command("heard AUTHENTICATE");
            assert_string_equal(answer, "0");
        }
    }
}

static void survives_bad_answers(void **state) {
    /* Goal: hanging, closing, lying, endless and nested answers end the fetch in time, with bounded memory. */
    (void)state;
    static const char *const modes[] = {"hang-literal", "close-literal", "huge-literal", "flood",  "endless-line",
                                        "deep",         "garbage",       "bye-fetch",    "trickle"};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        char url[128];
        struct imap_settings settings = settings_for_fake(modes[i], url, sizeof url);
        struct mail_receiver *receiver = open_receiver(&settings);
        struct received_batch *batch = NULL;
        struct error error = ERROR_INIT;
        int64_t begin = clock_monotonic_ms();
        bool good = receiver->operations->fetch(receiver, "INBOX", 0, 0, &batch, &error);
        int64_t took = clock_monotonic_ms() - begin;
        if (good || batch || error.class != ERROR_TEMPORARY || took > 2500)
            fail_msg("%s: %d %lld ms %s", modes[i], good, (long long)took, error.message);
        printf("# %s: %s\n", modes[i], error.message);
        assert_false(receiver->operations->fetch(receiver, "INBOX", 0, 0, &batch, &error));
        free_receiver(receiver);
    }
}

static void survives_bad_idling(void **state) {
    /* Goal: whatever goes wrong while idling, wait says false instead of waiting for ever. */
    (void)state;
    static const char *const modes[] = {"idle-bye", "idle-close", "idle-garbage", "idle-end"};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        char url[128];
        struct imap_settings settings = settings_for_fake(modes[i], url, sizeof url);
        struct mail_receiver *receiver = open_receiver(&settings);
        struct error error = ERROR_INIT;
        int64_t took;
        if (wait_for_mail(receiver, 5000, -1, &took, &error) || took > 2000 || error.class != ERROR_TEMPORARY)
            fail_msg("%s: %lld ms %s", modes[i], (long long)took, error.message);
        free_receiver(receiver);
    }
    char url[128];
    struct imap_settings settings = settings_for_fake("idle-mail", url, sizeof url);
    struct mail_receiver *receiver = open_receiver(&settings);
    struct error error = ERROR_INIT;
    int64_t took;
    assert_true(wait_for_mail(receiver, 5000, -1, &took, &error));
    assert_true(took < 2000);
    free_receiver(receiver);
    settings = settings_for_fake("no-idle", url, sizeof url);
    receiver = open_receiver(&settings);
    assert_true(wait_for_mail(receiver, 300, -1, &took, &error));
    assert_true(took >= 290 && took < 1500);
    command("heard IDLE");
    assert_string_equal(answer, "0");
    command("heard NOOP");
    assert_string_equal(answer, "1");
    free_receiver(receiver);
}

/* The UIDs of all messages in the inbox of the misbehaving server, as "1 2 3"; a header only shows as "2h". */
static void fetch_all(struct mail_receiver *receiver, struct text *ret, int64_t *date) {
    uint32_t validity = 0, next = 0;
    for (size_t count = 1; count > 0;) {
        struct received_batch *batch = fetch(receiver, "INBOX", validity, next);
        count = batch->count;
        for (size_t i = 0; i < count; i++) {
            text_append_format(ret, "%s%u%s", ret->length ? " " : "", batch->messages[i].uid,
                               batch->messages[i].too_large ? "h" : "");
            *date = batch->messages[i].internal_date;
        }
        validity = batch->uidvalidity;
        next = batch->next_uid;
        received_batch_free(batch);
    }
}

static void copes_with_odd_servers(void **state) {
    /* Goal: a body that can't be given, wrong sizes, far-off UIDs and other zones' dates still give all messages. */
    (void)state;
    static const struct {
        const char *mode, *uids;
    } cases[] = {{"ordinary", "1 2 3"},
                 {"refuse-body", "1 2h 3"},
                 {"wrong-size", "1 2 3"},
                 {"high-uids", "4000000001 4000000002 4000000003"},
                 {"odd-dates", "1 2 3"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char url[128];
        struct imap_settings settings = settings_for_fake(cases[i].mode, url, sizeof url);
        struct mail_receiver *receiver = open_receiver(&settings);
        assert_string_equal(receiver->operations->folders(receiver)[1], "Rubbish"); /* by its \Junk */
        auto_text uids = TEXT_EMPTY;
        int64_t date = 0;
        fetch_all(receiver, &uids, &date);
        assert_string_equal(text_string(&uids), cases[i].uids);
        /* 2026-02-01 12:00:00 */
        assert_int_equal(date, 1769947200 - (strcmp(cases[i].mode, "odd-dates") == 0 ? 19800 : 0));
        free_receiver(receiver);
    }
}

static void never_expunges_blindly(void **state) {
    /* Goal: without UIDPLUS nothing is expunged; without keywords \Seen alone is set. */
    (void)state;
    char url[128];
    struct imap_settings settings = settings_for_fake("no-uidplus", url, sizeof url);
    struct mail_receiver *receiver = open_receiver(&settings);
    mark(receiver, "INBOX", 77, (uint32_t[]){1, 2}, 2, MARK_DELETE);
    mark(receiver, "INBOX", 77, (uint32_t[]){3}, 1, MARK_MOVE);
    command("heard EXPUNGE");
    assert_string_equal(answer, "0");
    command("heard COPY");
    assert_string_equal(answer, "1");
    command("heard \\Deleted");
    assert_string_equal(answer, "2");
    free_receiver(receiver);
    settings = settings_for_fake("no-keywords", url, sizeof url);
    receiver = open_receiver(&settings);
    mark(receiver, "INBOX", 77, (uint32_t[]){1, 2}, 2, MARK_FLAG);
    command("heard TandempostDone");
    assert_string_equal(answer, "0");
    command("heard \\Seen");
    assert_string_equal(answer, "1");
    struct error error = ERROR_INIT;
    settings.done_folder = NULL;
    free_receiver(receiver);
    receiver = open_receiver(&settings);
    assert_false(receiver->operations->mark(receiver, "INBOX", 77, (uint32_t[]){1}, 1, MARK_MOVE, &error));
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    free_receiver(receiver);
}

static bool give_token(void *context, struct text *ret, struct error *error) {
    if (!context)
        return error_set(error, ERROR_CONFIGURATION, "no token today");
    text_append(ret, context);
    return true;
}

static void asks_for_a_token_each_time(void **state) {
    /* Goal: with OAuth 2 the token is asked for at each opening, and its failure is told. */
    (void)state;
    char url[128];
    struct imap_settings settings = settings_for_fake("ordinary", url, sizeof url);
    settings.password = NULL;
    settings.token = give_token;
    struct mail_receiver *receiver = new_receiver(&settings);
    struct error error = ERROR_INIT;
    assert_false(receiver->operations->open(receiver, &error));
    assert_int_equal(error.class, ERROR_CONFIGURATION);
    assert_non_null(strstr(error.message, "no token today"));
    free_receiver(receiver);
    settings.token_context = (char[]){"ya29.token"};
    receiver = open_receiver(&settings);
    command("heard AUTHENTICATE");
    assert_string_equal(answer, "1");
    free_receiver(receiver);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fetches_in_batches),
        cmocka_unit_test(fetches_only_the_header_of_large_messages),
        cmocka_unit_test(leaves_out_what_others_expunge),
        cmocka_unit_test(starts_anew_when_uidvalidity_changes),
        cmocka_unit_test(finds_the_junk_folder),
        cmocka_unit_test(fetches_thousands_quickly),
        cmocka_unit_test(flags_moves_and_deletes),
        cmocka_unit_test(marks_many_in_bounded_commands),
        cmocka_unit_test(uses_folders_in_every_script),
        cmocka_unit_test(wakes_when_mail_comes),
        cmocka_unit_test(trusts_only_good_certificates),
        cmocka_unit_test(tells_untrusted_servers_nothing),
        cmocka_unit_test(names_what_is_wrong_with_the_login),
        cmocka_unit_test(survives_bad_logins),
        cmocka_unit_test(survives_bad_answers),
        cmocka_unit_test(survives_bad_idling),
        cmocka_unit_test(copes_with_odd_servers),
        cmocka_unit_test(never_expunges_blindly),
        cmocka_unit_test(asks_for_a_token_each_time),
    };
    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
