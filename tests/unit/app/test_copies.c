/* Goal: letters that partners write to each other directly with us in copy are contacts, each once, in every way that
 * they can come in; nothing of them is kept or passed on. */
#include "mailbox.h"

static const char *letter_with(struct fixture *fixture, const char *number, const char *to, const char *cc,
                               const char *body) {
    return arena_format(fixture->arena,
                        "From: Anna <anna@example.net>\r\nTo: %s\r\nCc: %s\r\nSubject: Hello\r\nMessage-ID: <%s@c>\r\n"
                        "Date: Tue, 2 Jul 2013 10:0%s:00 +0200\r\nMIME-Version: 1.0\r\n%s\r\n",
                        to, cc, number, number, body);
}

/* Goal: the same letter in both ways by which we can be in copy, with both partners' addresses in it, through a list
 * that adds its footer, or encoded anew by some server, is one contact; another letter is another. */
static void test_one_letter_once(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    const char *hers = way_of(fixture, fixture->anna), *his = way_of(fixture, fixture->ben);
    const char *both = arena_format(fixture->arena, "%s, %s, iln@example.org", hers, his);
    static const char *const bodies[] = {
        "Content-Type: text/plain; charset=utf-8\r\n\r\nDear Ben, a caf\xc3\xa9.\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n\r\nDear Ben, a caf\xc3\xa9.\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n\r\nDear Ben, a caf\xc3\xa9.\r\n--\r\nThe list, "
        "https://list.example\r\n",
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        "Dear Ben, a caf=C3=A9.\r\n",
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "RGVhciBCZW4sIGEgY2Fmw6kuDQo=\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct inbox_row row = take(&mailbox, letter_with(fixture, "1", "Ben <ben@example.com>", both, bodies[i]));
        assert_int_equal(row.state, i == 0 ? INBOX_HANDLED : INBOX_DUPLICATE);
        assert_int_equal(row.content, 0);
        assert_int_equal(row.server_action, SERVER_DELETE);
        assert_null(row.subject);
    }
    assert_int_equal(contacts(fixture).count, 1);
    take(&mailbox, letter_with(fixture, "2", "ben@example.com", both, bodies[0]));
    assert_int_equal(contacts(fixture).count, 2);
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "a caf"), 0);
}

/* Goal: the same of a letter that is passed on. */
static void test_relayed_letter_once(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    const char *to = way_of(fixture, fixture->anna);
    take(&mailbox, letter_with(fixture, "1", to, "iln@example.org", "\r\nDear Ben, an apple.\r\n"));
    take(&mailbox, letter_with(fixture, "1", to, "iln@example.org", "\r\nDear Ben, an apple.\r\n-- \r\nA list\r\n"));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "an apple"), 1);
    assert_int_equal(contacts(fixture).count, 1);
}

/* Goal: a program that gives every letter the same Message-ID loses none: each that was written at another moment is
 * passed on, under an identifier of its own, as the reader's mail system would take it for the first one again. */
static void test_reused_message_id(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    const char *to = way_of(fixture, fixture->anna);
    static const char *const dates[] = {"Date: Tue, 2 Jul 2013 10:00:00 +0200\r\n",
                                        "Date: Wed, 3 Jul 2013 11:00:00 +0200\r\n", ""};
    static const char *const words[] = {"an apple", "a banana", "a cherry"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        struct inbox_row row =
            take(&mailbox, arena_format(fixture->arena,
                                        "From: Anna <anna@example.net>\r\nTo: %s\r\nSubject: Fruit\r\n%sMessage-ID: "
                                        "<always-the-same@c>\r\n\r\nDear Ben, this time %s for you.\r\n",
                                        to, dates[i], words[i]));
        assert_int_equal(row.state, INBOX_HANDLED);
    }
    fixture_turns(fixture);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        assert_int_equal(fixture_count(fixture, "ben@example.com", words[i]), 1);
    assert_int_equal(fixture_count(fixture, "ben@example.com", "Message-ID: <always-the-same@c>"), 1);
    assert_int_equal(contacts(fixture).count, 3);
}

/* Goal: "reply to all" is recognised by our secret address, the writer's or the partner's, and by the plain one; it is
 * its writer's contact. Without the relay, too. */
static void test_replies_to_all(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_ask(fixture);
    const char *ways[] = {way_of(fixture, fixture->anna), way_of(fixture, fixture->ben), "iln@example.org"};
    size_t expected = 0;
    for (int relays = 0; relays < 2; relays++) {
        if (relays)
            relay(fixture);
        for (size_t i = 0; i < COUNT_OF(ways); i++) {
            const char *cc = arena_format(fixture->arena, "Cc: Friends <%s>\r\n", ways[i]);
            struct inbox_row row = take(&mailbox, mail(fixture, "Ben <ben@example.com>", "Anna <anna@example.net>", cc,
                                                       "Dear Anna, thank you for yours."));
            assert_string_equal(row.reason, "a letter between partners with a copy to us; logged as a contact");
            assert_int_equal(row.server_action, SERVER_DELETE);
            assert_int_equal(contacts(fixture).count, ++expected);
            assert_int_equal(contacts(fixture).items[expected - 1].participant, fixture->ben);
            assert_int_equal(contacts(fixture).items[expected - 1].channel, CONTACT_CC);
        }
    }
}

/* Goal: long after the end a letter with us in copy is no message for a person to read. */
static void test_copied_after_the_end(void **state) {
    struct mailbox mailbox = {*state, 0};
    struct fixture *fixture = *state;
    introduce_and_relay(fixture);
    fixture_pass(fixture, 220 * SECONDS_PER_DAY);
    const char *ways[] = {way_of(fixture, fixture->ben), "iln@example.org"};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        struct inbox_row row = take(&mailbox, mail(fixture, "ben@example.com", "anna@example.net",
                                                   arena_format(fixture->arena, "Cc: %s\r\n", ways[i]), "Still here?"));
        assert_int_equal(row.state, INBOX_HANDLED);
        assert_int_equal(row.content, 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_one_letter_once),      fixture_test(test_relayed_letter_once),
        fixture_test(test_reused_message_id),    fixture_test(test_replies_to_all),
        fixture_test(test_copied_after_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
