#include "unit/net/maildir_fixture.h"

#include <fcntl.h>

#include "base/clock.h"
#include "net/maildir.h"
#include "patience.h"

struct office {
    struct mail_sender *sender;
    struct mail_receiver *receiver;
    char root[256];
};

static struct office open_office(struct maildir_settings settings) {
    struct office office = {.sender = maildir_sender_new(&settings), .receiver = maildir_receiver_new(&settings)};
    snprintf(office.root, sizeof office.root, "%s/iln@example.org", settings.path);
    struct error error = ERROR_INIT;
    assert_true(office.receiver->operations->open(office.receiver, &error));
    return office;
}

static void close_office(struct office *office) {
    office->sender->operations->free(office->sender);
    office->receiver->operations->free(office->receiver);
}

static void write_in(struct office *office, const char *subject) {
    char bytes[256];
    snprintf(bytes, sizeof bytes, "Subject: %s\r\n\r\nHello.\r\n", subject);
    assert_int_equal(post(office->sender, "anna@example.net", "iln+p.abc@example.org", bytes).outcome, SEND_ACCEPTED);
}

static struct received_batch *fetch(struct office *office, const char *folder, uint32_t uidvalidity,
                                    uint32_t next_uid) {
    struct received_batch *batch = NULL;
    struct error error = ERROR_INIT;
    if (!office->receiver->operations->fetch(office->receiver, folder, uidvalidity, next_uid, &batch, &error))
        fail_msg("%s", error.message);
    return batch;
}

static void mark(struct office *office, const char *folder, uint32_t uidvalidity, uint32_t uid,
                 enum mark_action action) {
    struct error error = ERROR_INIT;
    if (!office->receiver->operations->mark(office->receiver, folder, uidvalidity, &uid, 1, action, &error))
        fail_msg("%s", error.message);
}

static void append_file(const char *root, const char *name, const char *bytes, size_t length) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", root, name);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

/* Goal: what was sent comes back, in order, as a mail server would give it, and nothing twice. */
static void test_fetches(void **state) {
    clock_set_virtual(1700000000);
    struct office office = open_office(office_settings(*state));
    const char *const *folders = office.receiver->operations->folders(office.receiver);
    assert_string_equal(folders[0], "INBOX");
    assert_null(folders[1]);
    struct received_batch *batch = fetch(&office, "INBOX", 0, 0);
    assert_int_equal(batch->count, 0);
    assert_int_equal(batch->next_uid, 1);
    uint32_t validity = batch->uidvalidity;
    assert_true(validity > 0);
    received_batch_free(batch);
    for (int i = 0; i < 150; i++) {
        char subject[16];
        snprintf(subject, sizeof subject, "%d", i);
        write_in(&office, subject);
    }
    uint32_t next = 1;
    int count = 0;
    while ((batch = fetch(&office, "INBOX", validity, next))->count) {
        assert_int_equal(batch->uidvalidity, validity);
        for (size_t i = 0; i < batch->count; i++, count++) {
            const struct received_message *message = &batch->messages[i];
            char expected[256];
            snprintf(expected, sizeof expected,
                     "Return-Path: <anna@example.net>\r\nDelivered-To: iln+p.abc@example.org\r\nSubject: %d\r\n\r\n"
                     "Hello.\r\n",
                     count);
            assert_string_equal(message->bytes, expected);
            assert_int_equal(message->length, strlen(expected));
            assert_int_equal(message->uid, count + 1);
            assert_int_equal(message->internal_date, 1700000000);
            assert_false(message->too_large || message->junk_folder);
        }
        next = batch->next_uid;
        received_batch_free(batch);
    }
    received_batch_free(batch);
    assert_int_equal(count, 150);
    batch = fetch(&office, "INBOX", validity + 1, next); /* another validity: from the start */
    assert_int_equal(batch->messages[0].uid, 1);
    received_batch_free(batch);
    close_office(&office);
}

/* Goal: numbers stay the same over flags, moves, deletions, a client's renaming, restarts and a torn last line. */
static void test_numbers_are_stable(void **state) {
    struct maildir_settings settings = office_settings(*state);
    settings.quick = false;
    struct office office = open_office(settings);
    static const char *const subjects[] = {"one", "two", "three", "four"};
    for (size_t i = 0; i < 4; i++)
        write_in(&office, subjects[i]);
    struct received_batch *batch = fetch(&office, "INBOX", 0, 0);
    uint32_t validity = batch->uidvalidity;
    assert_int_equal(batch->count, 4);
    received_batch_free(batch);
    mark(&office, "INBOX", validity, 1, MARK_FLAG);
    mark(&office, "INBOX", validity, 2, MARK_MOVE);
    mark(&office, "INBOX", validity, 3, MARK_DELETE);
    mark(&office, "INBOX", validity, 3, MARK_DELETE); /* gone already */
    mark(&office, "INBOX", validity, 77, MARK_MOVE);
    mark(&office, "INBOX", validity + 1, 4, MARK_DELETE); /* another folder's life: not this message */
    char path[512], renamed[600];
    assert_int_equal(count_files(office.root, ".Handled/cur", path), 1);
    assert_non_null(strstr(path, ":2,S"));
    assert_int_equal(count_files(office.root, "cur", path), 1);
    snprintf(renamed, sizeof renamed, "%.*s:2,FRS", (int)(strstr(path, ":2,") - path), path);
    assert_int_equal(rename(path, renamed), 0);
    append_file(office.root, "tandempost-uids", "5 170", 5); /* a crash in the middle of a line */
    close_office(&office);
    office = open_office(settings);
    write_in(&office, "five");
    batch = fetch(&office, "INBOX", validity, 1);
    assert_int_equal(batch->uidvalidity, validity);
    assert_int_equal(batch->count, 3);
    assert_int_equal(batch->messages[0].uid, 1);
    assert_int_equal(batch->messages[1].uid, 4);
    assert_int_equal(batch->messages[2].uid, 5);
    assert_non_null(strstr(batch->messages[2].bytes, "Subject: five"));
    received_batch_free(batch);
    mark(&office, "INBOX", validity, 1, MARK_FLAG);
    assert_int_equal(access(renamed, F_OK), 0);
    batch = fetch(&office, "Handled", 0, 0);
    assert_int_equal(batch->count, 1);
    assert_false(batch->messages[0].junk_folder);
    received_batch_free(batch);
    close_office(&office);
}

/* Goal: an index full of rubbish, or zeros after a power cut, is made anew; zeros behind good lines keep the numbers.
 */
static void test_broken_index(void **state) {
    static const struct {
        const char *bytes;
        size_t length;
    } tails[] = {{"\0\0\0\0", 4}, {"6 a\n5 b\n", 8}, {"x\n", 2}, {"99999999999999999999 a\n", 23}};
    clock_set_virtual(1700000000);
    struct office office = open_office(office_settings(*state));
    write_in(&office, "one");
    struct received_batch *batch = fetch(&office, "INBOX", 0, 0);
    uint32_t validity = batch->uidvalidity;
    received_batch_free(batch);
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        append_file(office.root, "tandempost-uids", tails[i].bytes, tails[i].length);
        for (int again = 0; again < 2; again++) {
            batch = fetch(&office, "INBOX", validity, 1);
            assert_int_equal(batch->uidvalidity, validity);
            assert_int_equal(batch->count, 1);
            assert_int_equal(batch->messages[0].uid, 1);
            received_batch_free(batch);
        }
    }
    char path[512];
    snprintf(path, sizeof path, "%s/tandempost-uids", office.root);
    assert_int_equal(truncate(path, 1), 0);
    clock_advance_to(clock_now() + 100);
    batch = fetch(&office, "INBOX", validity, 2);
    assert_int_not_equal(batch->uidvalidity, validity);
    assert_int_equal(batch->count, 1);
    received_batch_free(batch);
    close_office(&office);
}

/* Goal: links, pipes and folders where mail should be are passed over without harm, and large mail gives its header. */
static void test_odd_files(void **state) {
    struct maildir_settings settings = office_settings(*state);
    settings.message_bytes_most = 1000;
    struct office office = open_office(settings);
    char path[512];
    snprintf(path, sizeof path, "%s/new/1.link", office.root);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    snprintf(path, sizeof path, "%s/new/2.pipe", office.root);
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(path, sizeof path, "%s/cur/3.folder:2,S", office.root);
    assert_int_equal(mkdir(path, 0700), 0);
    append_file(office.root, "new/4. a name", "A: b\r\n\r\ntext", 12);
    static char large[5000];
    memset(large, 'x', sizeof large);
    memcpy(large, "Subject: large\n\n", 16);
    append_file(office.root, "new/5.large", large, sizeof large);
    append_file(office.root, "new/6.empty", "", 0);
    struct received_batch *batch = fetch(&office, "INBOX", 0, 0);
    assert_int_equal(batch->count, 3);
    assert_int_equal(batch->next_uid, 7);
    assert_string_equal(batch->messages[0].bytes, "A: b\r\n\r\ntext");
    assert_true(batch->messages[1].too_large);
    assert_int_equal(batch->messages[1].size, sizeof large);
    assert_string_equal(batch->messages[1].bytes, "Subject: large\r\n\r\n");
    assert_int_equal(batch->messages[2].length, 0);
    received_batch_free(batch);
    close_office(&office);
}

/* Goal: Junk is polled where it exists, and new mail ends the wait at once. */
static void test_junk_and_waiting(void **state) {
    struct office office = open_office(office_settings(*state));
    char path[512];
    snprintf(path, sizeof path, "%s/.Junk", office.root);
    assert_int_equal(mkdir(path, 0700), 0);
    struct error error = ERROR_INIT;
    assert_true(office.receiver->operations->open(office.receiver, &error));
    assert_string_equal(office.receiver->operations->folders(office.receiver)[1], "Junk");
    append_file(office.root, ".Junk/new/1.spam", "A: b\n\n", 6);
    struct received_batch *batch = fetch(&office, "Junk", 0, 0);
    assert_int_equal(batch->count, 1);
    assert_true(batch->messages[0].junk_folder);
    received_batch_free(batch);
    received_batch_free(fetch(&office, "INBOX", 0, 0));
    int64_t before = clock_monotonic_ms();
    bool news = true;
    assert_true(office.receiver->operations->wait(office.receiver, 50, -1, &news, &error));
    assert_false(news);
    assert_true(clock_monotonic_ms() - before >= 45);
    write_in(&office, "new");
    /* It came at the very end of a wait: the next one tells of it. */
    assert_true(office.receiver->operations->wait(office.receiver, 0, -1, &news, &error));
    before = clock_monotonic_ms();
    assert_true(office.receiver->operations->wait(office.receiver, (int)patience_ms(), -1, &news, &error));
    assert_true(clock_monotonic_ms() - before < patience_ms() && news);
    close_office(&office);
}

/* Goal: of somebody who is erased all goes that was handled, from the inbox and from the folder of handled messages,
 * whatever the case of the address; what is new stays, and others' mail. */
static void test_erases(void **state) {
    struct office office = open_office(office_settings(*state));
    const char *const address = "berta@example.net", *const writer = "kate@example.org";
    const struct mail_traces traces = {&address, 1, "Berta Berg", &writer, 1};
    struct error error = ERROR_INIT;
    size_t count;
    write_in(&office, "one from BERTA@example.net");
    write_in(&office, "two");
    write_in(&office, "three from berta@example.net");
    write_in(&office, "Berta Berg, says Kate <kate@example.org>");
    write_in(&office, "Berta Berg, says somebody");
    write_in(&office, "new from berta@example.net");
    struct received_batch *batch = fetch(&office, "INBOX", 0, 1);
    uint32_t validity = batch->uidvalidity;
    received_batch_free(batch);
    mark(&office, "INBOX", validity, 3, MARK_MOVE);
    const struct mail_receiver_operations *operations = office.receiver->operations;
    assert_true(operations->erase(office.receiver, "INBOX", validity, 6, &traces, &count, &error));
    assert_int_equal(count, 2);
    assert_true(operations->erase(office.receiver, NULL, 0, 0, &traces, &count, &error));
    assert_int_equal(count, 1);
    batch = fetch(&office, "INBOX", 0, 1);
    assert_int_equal(batch->count, 3);
    assert_int_equal(batch->messages[0].uid, 2);
    assert_int_equal(batch->messages[2].uid, 6);
    received_batch_free(batch);
    assert_false(operations->erase(office.receiver, "INBOX", validity + 1, 6, &traces, &count, &error));
    close_office(&office);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fetches, make_office_folder, remove_office_folder),
        cmocka_unit_test_setup_teardown(test_numbers_are_stable, make_office_folder, remove_office_folder),
        cmocka_unit_test_setup_teardown(test_broken_index, make_office_folder, remove_office_folder),
        cmocka_unit_test_setup_teardown(test_odd_files, make_office_folder, remove_office_folder),
        cmocka_unit_test_setup_teardown(test_junk_and_waiting, make_office_folder, remove_office_folder),
        cmocka_unit_test_setup_teardown(test_erases, make_office_folder, remove_office_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
