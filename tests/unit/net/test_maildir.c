#include "unit/net/maildir_fixture.h"

#include "base/clock.h"

static void check_name(const char *address, const char *expected) {
    auto_text name = TEXT_EMPTY;
    maildir_append_folder_name(&name, address);
    assert_string_equal(text_string(&name), expected);
}

/* Goal: folder names read like the address, and no address can leave the folder or take another's place. */
static void test_folder_names(void **state) {
    (void)state;
    check_name("anna@example.net", "anna@example.net");
    check_name("Anna@Example.NET", "anna@example.net");
    check_name("iln+p.abc@example.org", "iln+p.abc@example.org");
    check_name("../../etc/passwd@x", "%2E.%2F..%2Fetc%2Fpasswd@x");
    check_name(".", "%2E");
    check_name("..", "%2E.");
    check_name("a%2fb@x", "a%252fb@x");
    check_name("a b\n@x", "a%20b%0A@x");
    check_name("~a@x", "%7Ea@x");
    check_name("\xC3\xA9@x", "%C3%A9@x");
    char first[4001], second[4001];
    memset(first, 'a', 4000);
    first[4000] = '\0';
    memcpy(second, first, sizeof second);
    second[3999] = 'b';
    auto_text one = TEXT_EMPTY, two = TEXT_EMPTY;
    maildir_append_folder_name(&one, first);
    maildir_append_folder_name(&two, second);
    assert_true(one.length < 255 && two.length < 255);
    assert_string_not_equal(one.bytes, two.bytes);
}

/* Goal: the programme is known by its address, its sub-addresses and its catch-all domain, and by nothing like them. */
static void test_is_programme(void **state) {
    (void)state;
    struct maildir_settings plus = office_settings("");
    assert_true(maildir_is_programme(&plus, "iln@example.org"));
    assert_true(maildir_is_programme(&plus, "ILN+p.abc@Example.org"));
    assert_true(maildir_is_programme(&plus, "iln+join@example.org"));
    assert_false(maildir_is_programme(&plus, "iln2@example.org"));
    assert_false(maildir_is_programme(&plus, "il@example.org"));
    assert_false(maildir_is_programme(&plus, "iln-x@example.org"));
    assert_false(maildir_is_programme(&plus, "iln+x@example.net"));
    assert_false(maildir_is_programme(&plus, "iln"));
    struct maildir_settings domain = {.address = "@iln.example.org"};
    assert_true(maildir_is_programme(&domain, "pabc@iln.example.org"));
    assert_false(maildir_is_programme(&domain, "pabc@example.org"));
}

/* Goal: a delivered message has its return path and recipient before it, LF line ends, and the clock's time. */
static void test_delivers(void **state) {
    struct maildir_settings settings = office_settings(*state);
    settings.quick = false;
    clock_set_virtual(1700000000);
    struct mail_sender *sender = maildir_sender_new(&settings);
    assert_true(sender->operations->room(sender) > 10);
    struct send_result result =
        post(sender, "iln+b.x@example.org", "Anna@Example.net", "Subject: Hi\r\n\r\n.\r\nText\r\n");
    assert_int_equal(result.outcome, SEND_ACCEPTED);
    assert_int_equal(result.code, 250);
    char folder[256], path[512];
    snprintf(folder, sizeof folder, "%s/anna@example.net", (char *)*state);
    assert_int_equal(count_files(folder, "tmp", NULL), 0);
    assert_int_equal(count_files(folder, "new", path), 1);
    auto_text content = TEXT_EMPTY;
    bool missing;
    struct error error = ERROR_INIT;
    assert_true(maildir_read_file(path, 10000, &content, &missing, &error));
    assert_string_equal(content.bytes, "Return-Path: <iln+b.x@example.org>\nDelivered-To: Anna@Example.net\n"
                                       "Subject: Hi\n\n.\nText\n");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mtim.tv_sec, 1700000000);
    sender->operations->free(sender);
}

static bool is_ben(void *context, const char *address) {
    (void)context;
    return string_starts_with(address, "ben@");
}

/* Goal: unknown users, by file or by callback, get a bounce's refusal; unsafe requests never become files. */
static void test_refuses(void **state) {
    struct maildir_settings settings = office_settings(*state);
    settings.is_unknown = is_ben;
    struct mail_sender *sender = maildir_sender_new(&settings);
    char path[256];
    snprintf(path, sizeof path, "%s/unknown-users", (char *)*state);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("# left the library\nGone@example.net\n", file);
    fclose(file);
    static const char *const unknown[] = {"gone@Example.net", "ben@example.net"};
    for (size_t i = 0; i < 2; i++) {
        struct send_result result = post(sender, "", unknown[i], "A: b\r\n\r\n");
        assert_int_equal(result.outcome, SEND_REFUSED);
        assert_int_equal(result.stage, STAGE_RECIPIENT);
        assert_int_equal(result.code, 550);
        assert_string_equal(result.status, "5.1.1");
    }
    assert_int_equal(post(sender, "", "x", "A: b\r\n\r\n").outcome, SEND_REFUSED);
    assert_int_equal(post(sender, "", "a@b\r\nX: y", "A: b\r\n\r\n").outcome, SEND_REFUSED);
    assert_int_equal(post(sender, "", "a@example.net", "A: b\n\n").outcome, SEND_REFUSED);
    assert_int_equal(count_files(*state, "", NULL), 1);
    assert_int_equal(post(sender, "", "../../x@example.net", "A: b\r\n\r\n").outcome, SEND_ACCEPTED);
    assert_int_equal(count_files(*state, "", NULL), 2);
    sender->operations->free(sender);
}

/* Goal: a disk that can't take the message makes the office unavailable, and leaves nothing half done. */
static void test_unavailable(void **state) {
    struct maildir_settings settings = office_settings(*state);
    char path[256];
    snprintf(path, sizeof path, "%s/anna@example.net", (char *)*state);
    FILE *file = fopen(path, "w"); /* where the Maildir should be */
    assert_non_null(file);
    fclose(file);
    struct mail_sender *sender = maildir_sender_new(&settings);
    assert_int_equal(post(sender, "", "anna@example.net", "A: b\r\n\r\n").outcome, SEND_UNAVAILABLE);
    sender->operations->free(sender);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder_names),
        cmocka_unit_test(test_is_programme),
        cmocka_unit_test_setup_teardown(test_delivers, make_office_folder, remove_office_folder),
        cmocka_unit_test_setup_teardown(test_refuses, make_office_folder, remove_office_folder),
        cmocka_unit_test_setup_teardown(test_unavailable, make_office_folder, remove_office_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
