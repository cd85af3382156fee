/* A server that misbehaves, in every way that fake_imap.py knows. */
#include "unit/net/imap_fixture.h"

static int soon_ms;

static struct imap_settings settings_for_fake(const char *mode, char *url, size_t size) {
    int patience = soon_ms ? soon_ms : (int)patience_ms();
    command("fake %s", mode);
    snprintf(url, size, "imap://127.0.0.1:%.8s/INBOX", answer);
    return (struct imap_settings){.url = url,
                                  .user = "anna",
                                  .password = "secret",
                                  .security = IMAP_SECURITY_PLAIN_TEXT,
                                  .connect_timeout_ms = patience,
                                  .read_timeout_ms = patience,
                                  .command_timeout_ms = 3 * patience,
                                  .done_folder = "Handled"};
}

/* The group's setup: how long these servers may take for one step, many times what it takes to open and read a folder
 * of an ordinary one on this machine, at this moment. */
static int start_and_measure(void **state) {
    if (start_servers(state) != 0)
        return -1;
    char url[128];
    int64_t before = clock_monotonic_ms();
    struct imap_settings settings = settings_for_fake("ordinary", url, sizeof url);
    struct mail_receiver *receiver = open_receiver(&settings);
    received_batch_free(fetch(receiver, "INBOX", 0, 0));
    free_receiver(receiver);
    soon_ms = 400 + 10 * (int)(clock_monotonic_ms() - before);
    return 0;
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
    static const char *const modes[] = {"hang-literal", "close-literal", "huge-literal", "flood",   "endless-line",
                                        "deep",         "garbage",       "bye-fetch",    "trickle-"};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        char url[128];
        char mode[32]; /* each byte soon enough, all of them not */
        snprintf(mode, sizeof mode, "%s", modes[i]);
        if (string_ends_with(mode, "-"))
            snprintf(mode, sizeof mode, "%s%d", modes[i], soon_ms / 4);
        struct imap_settings settings = settings_for_fake(mode, url, sizeof url);
        struct mail_receiver *receiver = open_receiver(&settings);
        struct received_batch *batch = NULL;
        struct error error = ERROR_INIT;
        int64_t begin = clock_monotonic_ms();
        bool good = receiver->operations->fetch(receiver, "INBOX", 0, 0, &batch, &error);
        int64_t took = clock_monotonic_ms() - begin;
        if (good || batch || error.class != ERROR_TEMPORARY || took > patience_ms())
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
        if (wait_for_mail(receiver, -1, &error) || error.class != ERROR_TEMPORARY)
            fail_msg("%s: %s", modes[i], error.message);
        free_receiver(receiver);
    }
}

static void expect_nothing_from(struct mail_receiver *receiver, uint32_t next) {
    struct received_batch *batch = fetch(receiver, "INBOX", 77, next);
    assert_int_equal(batch->count, 0);
    received_batch_free(batch);
}

/* A receiver that has read the three messages of the fake's inbox. */
static struct mail_receiver *open_at_end(const char *mode, int renew_ms) {
    char url[128];
    struct imap_settings settings = settings_for_fake(mode, url, sizeof url);
    settings.idle_renew_ms = renew_ms;
    struct mail_receiver *receiver = open_receiver(&settings);
    received_batch_free(fetch(receiver, "INBOX", 0, 0));
    expect_nothing_from(receiver, 4);
    return receiver;
}

/* Waits in slices, and counts those that ended with news. */
static int wait_in_slices(struct mail_receiver *receiver, int slices, int wake_fd) {
    struct error error = ERROR_INIT;
    int count = 0;
    for (int i = 0; i < slices; i++) {
        news = false;
        if (!receiver->operations->wait(receiver, 30, wake_fd, &news, &error))
            fail_msg("%s", error.message);
        count += news;
    }
    return count;
}

static void assert_heard(const char *word, const char *times) {
    command("heard %s", word);
    if (strcmp(answer, times) != 0)
        fail_msg("%s was heard %s times, not %s", word, answer, times);
}

static void fetch_fourth(struct mail_receiver *receiver) {
    struct received_batch *batch = fetch(receiver, "INBOX", 77, 4);
    assert_int_equal(batch->count, 1);
    assert_int_equal(batch->messages[0].uid, 4);
    received_batch_free(batch);
    expect_nothing_from(receiver, 5);
}

static void keeps_one_idle_up(void **state) {
    /* Goal: for a server that tells of new mail late in one IDLE, that stays up however often the caller looks after
     * other things; and without UIDNEXT no mail is missed. */
    (void)state;
    struct mail_receiver *receiver = open_at_end("idle-late", 0);
    int line[2];
    assert_int_equal(pipe(line), 0);
    assert_int_equal(write(line[1], "x", 1), 1);
    assert_int_equal(wait_in_slices(receiver, 3, -1), 0);
    assert_int_equal(wait_in_slices(receiver, 3, line[0]), 0);
    command("arrive");
    assert_int_equal(wait_in_slices(receiver, 3, -1), 0);
    assert_heard("IDLE", "1");
    assert_heard("DONE", "0");
    command("tell * 4 EXISTS");
    struct error error = ERROR_INIT;
    assert_true(wait_for_mail(receiver, -1, &error) && news);
    assert_heard("IDLE", "1");
    fetch_fourth(receiver);
    /* Told twice, or of what is known: no news. */
    assert_int_equal(wait_in_slices(receiver, 1, -1), 0);
    command("tell * 4 EXISTS");
    command("tell * 4 EXISTS");
    assert_int_equal(wait_in_slices(receiver, 2, -1), 0);
    command("tell * 1 RECENT");
    assert_true(wait_for_mail(receiver, -1, &error) && news);
    assert_heard("IDLE", "2");
    /* What comes before an IDLE begins. */
    expect_nothing_from(receiver, 5);
    command("arrive");
    assert_true(wait_for_mail(receiver, -1, &error) && news);
    assert_heard("IDLE", "2");
    close(line[0]);
    close(line[1]);
    free_receiver(receiver);
}

static void looks_itself_now_and_then(void **state) {
    /* Goal: what a server doesn't tell of is found when IDLE is renewed; without IDLE likewise, and there is no traffic
     * in between. */
    (void)state;
    static const struct {
        const char *mode, *idles;
    } cases[] = {{"ordinary", "1"}, {"no-idle", "0"}, {"idle-refuse", "1"}, {"idle-bad", "1"}, {"idle-at-once", "1"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct mail_receiver *receiver = open_at_end(cases[i].mode, 3 * soon_ms);
        assert_int_equal(wait_in_slices(receiver, 3, -1), 0);
        assert_heard("IDLE", cases[i].idles);
        assert_heard("SELECT", "4"); /* at the opening, twice to fetch, once to wait */
        command("arrive");
        struct error error = ERROR_INIT;
        if (!wait_for_mail(receiver, -1, &error) || !news)
            fail_msg("%s: %s", cases[i].mode, error.message);
        assert_heard("SELECT", "5");
        assert_heard("NOOP", "0");
        fetch_fourth(receiver);
        assert_int_equal(receiver->operations->abilities(receiver).idle, i == 0);
        assert_int_equal(wait_in_slices(receiver, 2, -1), 0);
        /* Not again at each opening either. */
        assert_true(receiver->operations->open(receiver, &error));
        assert_int_equal(wait_in_slices(receiver, 2, -1), 0);
        assert_heard("IDLE", i == 0 ? "3" : cases[i].idles);
        free_receiver(receiver);
    }
}

static void hears_noise_without_alarm(void **state) {
    /* Goal: lines that mean nothing neither end an IDLE nor count as mail; what isn't there is news, no more. */
    (void)state;
    struct mail_receiver *receiver = open_at_end("idle-noise", 0);
    assert_int_equal(wait_in_slices(receiver, 20, -1), 0);
    assert_heard("IDLE", "1");
    command("tell * 4 EXISTS");
    struct error error = ERROR_INIT;
    assert_true(wait_for_mail(receiver, -1, &error) && news);
    free_receiver(receiver);
    receiver = open_at_end("idle-mail", 0);
    assert_true(wait_for_mail(receiver, -1, &error) && news);
    expect_nothing_from(receiver, 4);
    free_receiver(receiver);
}

static void gives_idle_up_that_costs_connections(void **state) {
    /* Goal: where IDLE loses the connection each time it is no longer tried, and mail is found all the same. */
    (void)state;
    static const char *const modes[] = {"idle-bye", "idle-close", "idle-end"};
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        struct mail_receiver *receiver = open_at_end(modes[i], 500);
        struct error error = ERROR_INIT;
        for (int turn = 0; turn < 3; turn++) {
            assert_false(wait_for_mail(receiver, -1, &error));
            assert_true(receiver->operations->open(receiver, &error));
            expect_nothing_from(receiver, 4);
        }
        assert_int_equal(wait_in_slices(receiver, 2, -1), 0);
        assert_heard("IDLE", "3");
        command("arrive");
        assert_true(wait_for_mail(receiver, -1, &error) && news);
        free_receiver(receiver);
    }
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

static void believes_no_far_uidnext(void **state) {
    /* Goal: a server that promises numbers far ahead and then gives the next message the next number loses us nothing,
     * and doesn't keep us busy. */
    (void)state;
    char url[128];
    struct imap_settings settings = settings_for_fake("far-uidnext", url, sizeof url);
    struct mail_receiver *receiver = open_receiver(&settings);
    struct received_batch *batch = fetch(receiver, "INBOX", 0, 0);
    assert_int_equal(batch->count, 3);
    uint32_t validity = batch->uidvalidity, next = batch->next_uid;
    received_batch_free(batch);
    batch = fetch(receiver, "INBOX", validity, next);
    assert_int_equal(batch->count, 0);
    assert_int_equal(batch->next_uid, 4);
    received_batch_free(batch);
    wait_in_vain(receiver, 300);
    free_receiver(receiver);
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
    /* Goal: without UIDPLUS nothing is expunged but what is erased, and all of that; without keywords \Seen alone is
     * set. */
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
    receiver = open_receiver(&settings);
    const char *const word = "Subject";
    const struct mail_traces traces = {.addresses = &word, .address_count = 1};
    struct error left = ERROR_INIT;
    size_t count;
    assert_true(receiver->operations->erase(receiver, "INBOX", 77, 1000, &traces, &count, &left));
    assert_true(count > 0);
    command("heard EXPUNGE"); /* all that is marked as deleted is ours */
    assert_string_equal(answer, "1");
    const char *const none = "nobody@nowhere.test";
    const struct mail_traces nothing = {.addresses = &none, .address_count = 1};
    assert_true(receiver->operations->erase(receiver, "INBOX", 77, 1000, &nothing, &count, &left));
    assert_int_equal(count, 0);
    command("heard EXPUNGE");
    assert_string_equal(answer, "1");
    assert_false(receiver->operations->erase(receiver, "INBOX", 78, 1000, &traces, &count, &left));
    assert_int_equal(left.class, ERROR_TEMPORARY);
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
        cmocka_unit_test(survives_bad_logins),
        cmocka_unit_test(survives_bad_answers),
        cmocka_unit_test(survives_bad_idling),
        cmocka_unit_test(keeps_one_idle_up),
        cmocka_unit_test(looks_itself_now_and_then),
        cmocka_unit_test(hears_noise_without_alarm),
        cmocka_unit_test(gives_idle_up_that_costs_connections),
        cmocka_unit_test(believes_no_far_uidnext),
        cmocka_unit_test(copes_with_odd_servers),
        cmocka_unit_test(never_expunges_blindly),
        cmocka_unit_test(asks_for_a_token_each_time),
    };
    return cmocka_run_group_tests(tests, start_and_measure, stop_servers);
}
