#include "unit/net/smtp_fixture.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum { MESSAGES = 2000, RANDOM_MESSAGES = 1500 };

/* Sends ids 1..COUNT over all connections; OUTCOMES[id] is what became of each. Every id must come back just once. */
static void send_many(struct mail_sender *sender, int64_t count, enum send_outcome *outcomes,
                      struct fake_server *drain) {
    bool *seen = calloc((size_t)count + 1, sizeof *seen);
    assert_non_null(seen);
    int64_t next = 1, done = 0;
    for (int64_t until = clock_monotonic_ms() + patience_ms(); done < count;) {
        assert_true(clock_monotonic_ms() < until);
        while (next <= count && sender->operations->room(sender) > 0)
            start_message(sender, next++, "anna@example.net", 2048);
        struct send_result results[16];
        size_t got = sender->operations->wait(sender, 1000, -1, results, 16);
        for (size_t i = 0; i < got; i++) {
            assert_in_range(results[i].id, 1, count);
            assert_false(seen[results[i].id]);
            seen[results[i].id] = true;
            outcomes[results[i].id] = results[i].outcome;
            done++;
        }
        if (drain)
            fake_server_read(drain, 0);
    }
    assert_int_equal(sender->operations->busy(sender), 0);
    free(seen);
}

/* Goal: with a server that fails at random points, "unavailable" and "refused" were certainly not taken, "accepted" was
 * taken certainly and once; only what was lost after the final dot is uncertain. */
static void test_nothing_is_claimed_wrongly(void **state) {
    (void)state;
    for (int seed = 1; seed <= 3; seed++) {
        char option[32];
        snprintf(option, sizeof option, "random=%d", seed);
        struct fake_server server = FAKE_SERVER(option, seed == 3 ? "keywords=SIZE" : "keywords=PIPELINING,SIZE");
        struct smtp_settings settings = plain_settings(&server);
        settings.connections = 4;
        struct mail_sender *sender = open_sender(&settings);
        enum send_outcome outcomes[RANDOM_MESSAGES + 1];
        send_many(sender, RANDOM_MESSAGES, outcomes, &server);
        free_sender(sender);
        fake_server_count(&server, "CLOSED");
        int accepted = 0, uncertain = 0, not_taken = 0;
        for (int64_t id = 1; id <= RANDOM_MESSAGES; id++) {
            bool taken = fake_server_accepted(&server, id);
            switch (outcomes[id]) {
            case SEND_ACCEPTED:
                assert_true(taken);
                accepted++;
                break;
            case SEND_UNCERTAIN:
                uncertain++;
                break;
            case SEND_UNAVAILABLE:
            case SEND_REFUSED_NOW:
                assert_false(taken);
                not_taken++;
                break;
            case SEND_REFUSED:
            case SEND_LOGIN_REFUSED:
            case SEND_UNTRUSTED:
                fail_msg("outcome %d for %lld", (int)outcomes[id], (long long)id);
            }
        }
        assert_true(accepted > RANDOM_MESSAGES / 3 && uncertain > 20 && not_taken > 100);
        /* None twice, in spite of the sender's own second attempts. */
        assert_true(fake_server_count(&server, "ACCEPTED") <= (size_t)(accepted + uncertain));
        print_message("# seed %d: %d accepted, %d uncertain, %d not taken\n", seed, accepted, uncertain, not_taken);
        fake_server_stop(&server);
    }
}

static int free_port(void) {
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    assert_int_equal(bind(probe, (struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(probe, (struct sockaddr *)&address, &size), 0);
    close(probe);
    return ntohs(address.sin_port);
}

static bool listens(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(probe, (struct sockaddr *)&address, sizeof address) == 0;
    close(probe);
    return connected;
}

/* Starts Postfix's test sink, which puts its mails into FOLDER, on a port that is free: on another where somebody was
 * faster.
 */
static pid_t start_sink(char *folder, int *ret_port, int *ret_output) {
    static char sink[] = "/usr/sbin/smtp-sink", dump[] = "-d", dump_template[] = "message.", user[] = "-u",
                nobody[] = "nobody", root[] = "-R", backlog[] = "100", address[32];
    for (;; close(*ret_output)) {
        *ret_port = free_port();
        snprintf(address, sizeof address, "127.0.0.1:%d", *ret_port);
        char *as_root[] = {sink, user, nobody, root, folder, dump, dump_template, address, backlog, NULL};
        char *as_other[] = {sink, root, folder, dump, dump_template, address, backlog, NULL};
        pid_t pid = start_child(geteuid() == 0 ? as_root : as_other, ret_output), ended = 0;
        AWAIT((ended = waitpid(pid, NULL, WNOHANG)) != 0 || listens(*ret_port));
        if (ended == 0)
            return pid;
    }
}

/* Marks the ids found in the sink's files; returns how many files there were. */
static size_t collect_ids(const char *folder, unsigned char *arrivals) {
    DIR *entries = opendir(folder);
    assert_non_null(entries);
    size_t files = 0;
    for (struct dirent *entry; (entry = readdir(entries));) {
        if (entry->d_name[0] == '.')
            continue;
        char path[512], line[1024];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = fopen(path, "r");
        assert_non_null(file);
        long long id;
        while (fgets(line, sizeof line, file))
            if (sscanf(line, "X-Id: %lld", &id) == 1 && id >= 1 && id <= MESSAGES)
                arrivals[id]++;
        fclose(file);
        unlink(path);
        files++;
    }
    closedir(entries);
    return files;
}

/* Goal: two thousand messages over four connections arrive at Postfix's test sink, each just once. */
static void test_two_thousand_arrive(void **state) {
    (void)state;
    if (access("/usr/sbin/smtp-sink", X_OK) != 0)
        skip();
    char folder[] = "/tmp/tandempost-sink-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chmod(folder, 0777), 0);
    int port, output;
    pid_t pid = start_sink(folder, &port, &output);
    char url[64];
    snprintf(url, sizeof url, "smtp://127.0.0.1:%d", port);
    struct mail_sender *sender = open_sender(&(struct smtp_settings){.url = url, .tls = SMTP_TLS_NONE});
    static enum send_outcome outcomes[MESSAGES + 1];
    send_many(sender, MESSAGES, outcomes, NULL);
    free_sender(sender);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    close(output);
    static unsigned char arrivals[MESSAGES + 1];
    size_t files = collect_ids(folder, arrivals);
    rmdir(folder);
    for (int id = 1; id <= MESSAGES; id++) {
        assert_int_equal(outcomes[id], SEND_ACCEPTED);
        assert_int_equal(arrivals[id], 1);
    }
    assert_int_equal(files, MESSAGES);
}

int main(void) {
    end_by_alarm();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_is_claimed_wrongly),
        cmocka_unit_test(test_two_thousand_arrive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
