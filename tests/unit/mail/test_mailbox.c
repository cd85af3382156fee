#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/message/mailbox.h"

/* The list as `name <address>|...`. */
static char *show(const char *raw, struct arena *arena) {
    const struct message_address *list = NULL;
    size_t count = 0;
    struct text out = TEXT_EMPTY;
    mailbox_parse_list(raw, arena, &list, &count);
    for (size_t i = 0; i < count; i++)
        text_append_format(&out, "%s%s<%s>", i ? "|" : "", list[i].name, list[i].address);
    char *copy = arena_copy_string(arena, text_string(&out));
    text_free(&out);
    return copy;
}

static void test_lists(void **state) {
    /* Goal: addresses are found as a reader would find them, in proper fields and in odd ones. */
    (void)state;
    static const struct {
        const char *raw, *expected;
    } cases[] = {
        {"anna@example.org", "<anna@example.org>"},
        {"<Anna@EXAMPLE.org>", "<Anna@example.org>"},
        {"Anna Berg <anna@example.org>, Ben <ben@example.org>", "Anna Berg<anna@example.org>|Ben<ben@example.org>"},
        {"\"Berg, Anna\" <anna@example.org>", "Berg, Anna<anna@example.org>"},
        {"Berg, Anna <anna@example.org>", "Berg, Anna<anna@example.org>"},
        {"anna@example.org (Anna Berg)", "Anna Berg<anna@example.org>"},
        {"\"quoted \\\"x\\\"\" <a@b.org>", "quoted \"x\"<a@b.org>"},
        {"=?utf-8?Q?Andr=C3=A9?= <andre@example.org>", "André<andre@example.org>"},
        {"=?utf-8?Q?Berg=2C_Anna?= <anna@example.org>", "Berg, Anna<anna@example.org>"},
        {"anna@example.org <anna@example.org>", "<anna@example.org>"},
        {"Anna anna@example.org", "Anna<anna@example.org>"},
        {"\"anna berg\"@example.org", "<\"anna berg\"@example.org>"},
        {"friends: anna@example.org, Ben <ben@example.org>;", "<anna@example.org>|Ben<ben@example.org>"},
        {"undisclosed-recipients:;", ""},
        {"<@relay.example,@other.example:anna@example.org>", "<anna@example.org>"},
        {"MAILER-DAEMON (Mail Delivery System)", "MAILER-DAEMON<MAILER-DAEMON>"},
        {"Mail Delivery System", "Mail Delivery System<>"},
        {"<>", ""},
        {"", ""},
        {",,;:,", ""},
        {"anna @ example.org", "<anna@example.org>"},
        {"Anna <anna@example.org", "Anna<anna@example.org>"},
        {"Anna <mailto:anna@example.org>", "Anna<anna@example.org>"},
        {"'Anna' <anna@example.org>", "Anna<anna@example.org>"},
        {"anna@example.org; ben@example.org", "<anna@example.org>|<ben@example.org>"},
        {"\"anna@example.org\" <anna@example.org>", "<anna@example.org>"},
        {"Anna \"the\" Berg <anna@example.org>", "Anna the Berg<anna@example.org>"},
        {"jdoe@test   . example", "<jdoe@test.example>"},
        {"Anna @ Home", "<Anna@home>"},
        {"Mr. X x@y. org Z.", "Mr. X<x@y.org>"},
        {"John <jdoe@machine(comment).  example>", "John<jdoe@machine.example>"},
        {"((((((", ""},
        {"\"never closed <anna@example.org>", "never closed<anna@example.org>"},
        {"\"anna@example.org\"", "<anna@example.org>"},
        {"=?utf-8?Q?anna=40example.org?=", "<anna@example.org>"},
    };
    auto_arena arena = arena_new();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *shown = show(cases[i].raw, arena);
        if (strcmp(shown, cases[i].expected) != 0)
            fail_msg("%s: got %s", cases[i].raw, shown);
    }
}

static void test_long_lists(void **state) {
    /* Goal: lists and identifiers are bounded, and the last identifier is never lost. */
    (void)state;
    auto_arena arena = arena_new();
    struct text raw = TEXT_EMPTY;
    for (int i = 0; i < 5000; i++)
        text_append_format(&raw, "a%d@example.org, ", i);
    const struct message_address *list;
    size_t count;
    mailbox_parse_list(text_string(&raw), arena, &list, &count);
    assert_int_equal(count, MAILBOX_MAX);
    text_clear(&raw);
    for (int i = 0; i < 5000; i++)
        text_append_format(&raw, "<%d@example.org>", i);
    const char **identifiers;
    mailbox_parse_identifiers(text_string(&raw), arena, &identifiers, &count);
    assert_int_equal(count, MAILBOX_IDENTIFIERS_MAX);
    assert_string_equal(identifiers[count - 1], "<4999@example.org>");
    text_free(&raw);
}

static void test_identifiers(void **state) {
    /* Goal: identifiers come with brackets, whatever stands around them. */
    (void)state;
    auto_arena arena = arena_new();
    const char **found;
    size_t count;
    mailbox_parse_identifiers("Your message of Monday <a@b> , c@d <e f@g> word <odd>", arena, &found, &count);
    assert_int_equal(count, 4);
    assert_string_equal(found[0], "<a@b>");
    assert_string_equal(found[1], "<c@d>");
    assert_string_equal(found[2], "<ef@g>");
    assert_string_equal(found[3], "<odd>");
    mailbox_parse_identifiers("<a@b>><c@d>>\xC3\xA9@f", arena, &found,
                              &count); /* a stray bracket takes nothing along */
    assert_int_equal(count, 3);
    assert_string_equal(found[1], "<c@d>");
    assert_string_equal(found[2], "<\xC3\xA9@f>");
    mailbox_parse_identifiers("", arena, &found, &count);
    assert_int_equal(count, 0);
}

static void test_dates(void **state) {
    /* Goal: dates are read in all the forms that mail has; nonsense is 0. */
    (void)state;
    static const struct {
        const char *raw;
        int64_t expected;
    } cases[] = {
        {"Mon, 1 Jul 2013 10:00:00 +0000", 1372672800},
        {"Mon, 01 Jul 2013 12:00:00 +0200 (CEST)", 1372672800},
        {"1 Jul 2013 05:30 -0430", 1372672800},
        {"Mon, 1 Jul 13 10:00:00 GMT", 1372672800},
        {"1 July 2013 06:00:00 EDT", 1372672800},
        {"Mon Jul  1 10:00:00 2013", 1372672800},
        {"1-Jul-2013 10:00:00 +0000", 1372672800},
        {"Mon, 1 Jul 2013 10:00:00 +00:00", 1372672800},
        {"Thu, 29 Feb 2024 00:00:00 +0000", 1709164800},
        {"Tue, 31 Dec 2069 23:59:59 +0000", 3155759999},
        {"Mon, 1 Jul 2013", 1372636800},
        {"", 0},
        {"yesterday", 0},
        {"Mon, 1 Jul 99999 10:00:00 +0000", 0},
        {"1 Jan 1900 00:00:00 +0000", 0},
        {"((((((((((((", 0},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        if (mailbox_parse_date(cases[i].raw) != cases[i].expected)
            fail_msg("%s: got %lld", cases[i].raw, (long long)mailbox_parse_date(cases[i].raw));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_long_lists),
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_dates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
