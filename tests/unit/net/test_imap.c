/* Fetching, marking and waiting, against a real Dovecot. */
#include "unit/net/imap_fixture.h"

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
    AWAIT(time(NULL) > (time_t)old); /* Dovecot makes UIDVALIDITY from the second */
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
    struct mail_receiver *receiver = open_receiver(&settings); /* Dovecot makes its index here */
    int64_t begin = clock_monotonic_ms();
    int64_t processor = processor_ms();
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
    int64_t spent = processor_ms() - processor;
    printf("# %zu messages in %lld ms, %lld ms of them ours\n", total, (long long)(clock_monotonic_ms() - begin),
           (long long)spent);
    assert_int_equal(total, 2000);
    assert_true(spent < LINEAR_MS);
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

static void wakes_when_mail_comes(void **state) {
    /* Goal: IDLE tells of new mail across its own renewals; what came before waiting counts too. */
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
    wait_in_vain(receiver, 500);
    command("later 500 append idle@a.test INBOX 1 500");
    assert_true(wait_for_mail(receiver, -1, &error) && news);
    assert_true(wait_for_mail(receiver, -1, &error) && news); /* not fetched yet */
    batch = fetch(receiver, "INBOX", validity, next);
    assert_int_equal(batch->count, 1);
    received_batch_free(batch);
    int pipe_fds[2];
    assert_int_equal(pipe(pipe_fds), 0);
    assert_int_equal(write(pipe_fds[1], "x", 1), 1);
    assert_true(wait_for_mail(receiver, pipe_fds[0], &error) && !news);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    command("later 300 kick idle@a.test");
    assert_false(wait_for_mail(receiver, -1, &error));
    assert_int_equal(error.class, ERROR_TEMPORARY);
    assert_false(receiver->operations->wait(receiver, 10, -1, &news, &error)); /* not connected, and says so */
    assert_true(receiver->operations->open(receiver, &error));
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
    };
    return cmocka_run_group_tests(tests, start_servers, stop_servers);
}
