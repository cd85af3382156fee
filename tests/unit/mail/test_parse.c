#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/message/parse.h"
#include "patience.h"

static struct message read_bytes(const char *bytes, size_t length, struct arena *arena) {
    struct message message;
    struct error error = ERROR_INIT;
    if (!message_parse(bytes, length, arena, &message, &error))
        fail_msg("%s", error.message);
    return message;
}

static struct message read_mail(const char *mail, struct arena *arena) {
    return read_bytes(mail, strlen(mail), arena);
}

static bool warns(const struct message *message, const char *words) {
    for (size_t i = 0; i < message->warning_count; i++)
        if (strstr(message->warnings[i], words))
            return true;
    return false;
}

static void test_ordinary(void **state) {
    /* Goal: an ordinary mail comes out with every field in its place and nothing to warn of. */
    (void)state;
    auto_arena arena = arena_new();
    const struct message message =
        read_mail("From: =?utf-8?Q?Andr=C3=A9?= <andre@Example.org>\r\n"
                  "To: iln@example.org,\r\n\tben@example.org\r\n"
                  "Cc: c@example.org\r\n"
                  "Subject: A long\r\n subject\r\n"
                  "Message-ID: <1@example.org>\r\n"
                  "In-Reply-To: <0@example.org>\r\n"
                  "References: <a@example.org>\r\n <0@example.org>\r\n"
                  "Date: Mon, 1 Jul 2013 10:00:00 +0000\r\n"
                  "Content-Type: text/plain; charset=iso-8859-1; format=flowed; delsp=yes\r\n"
                  "Content-Transfer-Encoding: quoted-printable\r\n"
                  "\r\n"
                  "caf=E9\r\n",
                  arena);
    assert_int_equal(message.from_count, 1);
    assert_string_equal(message.from[0].name, "André");
    assert_string_equal(message.from[0].address, "andre@example.org");
    assert_int_equal(message.to_count, 2);
    assert_string_equal(message.to[1].address, "ben@example.org");
    assert_int_equal(message.cc_count, 1);
    assert_string_equal(message.subject, "A long subject");
    assert_string_equal(message.message_id, "<1@example.org>");
    assert_string_equal(message.in_reply_to[0], "<0@example.org>");
    assert_int_equal(message.references_count, 2);
    assert_int_equal(message.date, 1372672800);
    assert_string_equal(message.root.type, "text");
    assert_string_equal(message.root.charset, "iso-8859-1");
    assert_true(message.root.flowed);
    assert_true(message.root.delete_space);
    assert_string_equal(message.root.text, "café\n");
    assert_string_equal(message.root.bytes, "caf\xE9\r\n");
    assert_string_equal(message_header(&message, "SUBJECT"), "A long subject");
    assert_null(message_header(&message, "Sender"));
    assert_int_equal(message.warning_count, 0);
}

static void test_tree(void **state) {
    /* Goal: nested multiparts, attachments, embedded messages and reports become a tree. */
    (void)state;
    auto_arena arena = arena_new();
    const struct message message =
        read_mail("From: a@example.org\nDate: Mon, 1 Jul 2013 10:00:00 +0000\n"
                  "Content-Type: multipart/mixed; boundary=\"out er\"\n\npreamble\n"
                  "--out er  \nContent-Type: multipart/alternative; boundary=out\n\n"
                  "--out\n\nplain\n--outer\nstill plain\n"
                  "--out\nContent-Type: TEXT/HTML; charset=UTF-8\n\n<p>html\n--out--\n"
                  "--out er\nContent-Type: message/rfc822\n\n"
                  "Subject: inner\nMessage-ID: <inner@example.org>\n\ninner text\n"
                  "--out er\nContent-Type: image/png; name*=utf-8''caf%C3%A9.png\n"
                  "Content-Disposition: ATTACHMENT\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n"
                  "--out er\nContent-Type: message/delivery-status\n\nAction: failed\n"
                  "--out er--\nepilogue\n",
                  arena);
    const struct message_part *root = &message.root;
    assert_int_equal(root->child_count, 4);
    assert_string_equal(root->children[0].subtype, "alternative");
    assert_int_equal(root->children[0].child_count, 2);
    assert_string_equal(root->children[0].children[0].text, "plain\n--outer\nstill plain");
    assert_string_equal(root->children[0].children[1].subtype, "html");
    assert_int_equal(root->children[1].child_count, 1);
    assert_string_equal(message_part_header(&root->children[1].children[0], "message-id"), "<inner@example.org>");
    assert_string_equal(root->children[1].children[0].text, "inner text");
    assert_string_equal(root->children[2].filename, "café.png");
    assert_string_equal(root->children[2].disposition, "attachment");
    assert_int_equal(root->children[2].length, 5);
    assert_null(root->children[2].text);
    assert_string_equal(root->children[3].text, "Action: failed");
    assert_ptr_equal(message_find_part(root, "text", "html"), &root->children[0].children[1]);
    assert_ptr_equal(message_find_part(root, "message", NULL), &root->children[1]);
    assert_null(message_find_part(root, "video", NULL));
    assert_int_equal(message.warning_count, 0);
}

static void test_odd_headers(void **state) {
    /* Goal: headers that break the rules are read as a person would, and it is told. */
    (void)state;
    auto_arena arena = arena_new();
    struct message message = read_mail(
        "From anna@example.org Mon Jul  1 10:00:00 2013\nFrom: anna@example.org\nSubject : x\n\nbody\n", arena);
    assert_string_equal(message.from[0].address, "anna@example.org");
    assert_string_equal(message.subject, "x");
    message = read_mail("\r\n\r\nSubject: after empty lines\r\n\r\nbody", arena);
    assert_string_equal(message.subject, "after empty lines");
    assert_string_equal(message.root.text, "body");
    message = read_mail("Just some words\nwithout a header\n", arena);
    assert_string_equal(message.root.text, "Just some words\nwithout a header\n");
    assert_true(warns(&message, "no header"));
    message = read_mail("Subject: x\nthe body begins at once\nand goes on\n", arena);
    assert_string_equal(message.root.text, "the body begins at once\nand goes on\n");
    assert_true(warns(&message, "no empty line"));
    message = read_mail("Subject: x\nnot a field\nTo: a@example.org\n\nbody", arena);
    assert_string_equal(message.to[0].address, "a@example.org");
    assert_true(warns(&message, "no header field"));
    message = read_mail("From: a@example.org\nFrom: b@example.org\nSubject: caf\xE9\n\nbody", arena);
    assert_int_equal(message.from_count, 1);
    assert_string_equal(message.from[0].address, "a@example.org");
    assert_string_equal(message.subject, "café");
    assert_true(warns(&message, "more than once"));
    message =
        read_mail("Subject: \xEF\xF0\xE8\xE2\xE5\xF2\nContent-Type: text/plain; charset=\"windows-1251\"\n\nx", arena);
    assert_string_equal(message.subject, "привет");
    message = read_mail("Subject: one\r\nTo: a@example.org\nCc: b@example.org\r\n\nmixed\r\nline\nends", arena);
    assert_string_equal(message.root.text, "mixed\nline\nends");
    message = read_mail("Subject: old\rTo: a@example.org\r\rbody\r", arena);
    assert_string_equal(message.to[0].address, "a@example.org");
    assert_string_equal(message.root.text, "body\n");
    message = read_mail("Subject: only a header", arena);
    assert_string_equal(message.subject, "only a header");
    assert_string_equal(message.root.text, "");
    message = read_mail("Subject:\n  folded late\n \nTo: a@example.org\n\nx", arena);
    assert_string_equal(message.subject, "folded late");
    assert_int_equal(message.to_count, 1);
    message = read_bytes("Subject: a\0b\n\nx\0y", 17, arena);
    assert_string_equal(message.subject, "ab");
    assert_string_equal(message.root.text, "xy");
}

static void test_odd_parts(void **state) {
    /* Goal: broken content types, boundaries and encodings lose nothing that could be read. */
    (void)state;
    auto_arena arena = arena_new();
    struct message message = read_mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo", arena);
    assert_int_equal(message.root.child_count, 2);
    assert_string_equal(message.root.children[1].text, "two");
    assert_true(warns(&message, "end is missing"));
    message = read_mail("Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\none\n--b--\n", arena);
    assert_int_equal(message.root.child_count, 1);
    assert_string_equal(message.root.children[0].text, "one");
    message = read_mail("Content-Type: multipart/mixed; boundary=other\n\njust text\n", arena);
    assert_int_equal(message.root.child_count, 1);
    assert_string_equal(message.root.children[0].text, "just text\n");
    message = read_mail("Content-Type: text; charset=utf-8\n\nx", arena);
    assert_string_equal(message.root.subtype, "plain");
    message = read_mail("Content-Type: bl/ah/blah\n\nx", arena);
    assert_string_equal(message.root.type, "text");
    assert_true(warns(&message, "Content-Type"));
    message = read_mail("Content-Type: foo\nContent-Type: text/html\n\n<p>x", arena);
    assert_string_equal(message.root.subtype, "html");
    message = read_mail("Content-Transfer-Encoding: rot13\n\nx", arena);
    assert_string_equal(message.root.text, "x");
    assert_true(warns(&message, "Content-Transfer-Encoding"));
    message = read_mail("Content-Transfer-Encoding: base64\n\nThis, my friend, is not base64 at all.\n", arena);
    assert_string_equal(message.root.text, "This, my friend, is not base64 at all.\n");
    message = read_mail("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaW5uZXIKCmhp\n",
                        arena);
    assert_string_equal(message_part_header(&message.root.children[0], "Subject"), "inner");
    assert_string_equal(message.root.children[0].text, "hi");
    message = read_mail("Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nx\n--b--\n", arena);
    assert_string_equal(message.root.children[0].type, "message");
    assert_string_equal(message_part_header(&message.root.children[0].children[0], "Subject"), "one");
    message = read_mail("Content-Type: text/rfc822-headers\n\nSubject: one\nMessage-ID: <1@x>\n", arena);
    assert_string_equal(message_part_header(&message.root.children[0], "Message-ID"), "<1@x>");
    assert_string_equal(message.root.text, "Subject: one\nMessage-ID: <1@x>\n");
}

static void test_nothing(void **state) {
    /* Goal: where there is nothing to read, that is the error. */
    (void)state;
    auto_arena arena = arena_new();
    struct message message;
    struct error error = ERROR_INIT;
    assert_false(message_parse("", 0, arena, &message, &error));
    assert_int_equal(error.class, ERROR_PERMANENT);
    assert_false(message_parse("\r\n \r\n", 5, arena, &message, &error));
}

static void repeat(struct text *text, const char *piece, size_t times) {
    for (size_t i = 0; i < times; i++)
        text_append(text, piece);
}

static void read_bomb(const struct text *bomb) {
    auto_arena arena = arena_new();
    int64_t start = processor_ms();
    struct message message;
    struct error error = ERROR_INIT;
    message_parse(bomb->bytes, bomb->length, arena, &message, &error);
    assert_true(processor_ms() - start < LINEAR_MS);
    assert_true(message.warning_count > 0);
}

static void test_bombs(void **state) {
    /* Goal: mails made to exhaust a parser are read in time linear in their size, within the bounds of the tree. */
    (void)state;
    auto_text bomb = TEXT_EMPTY;
    repeat(&bomb, "Content-Type: message/rfc822\n\n", 200000);
    read_bomb(&bomb);
    text_clear(&bomb);
    for (int i = 0; i < 100000; i++)
        text_append_format(&bomb, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
    read_bomb(&bomb);
    text_clear(&bomb);
    text_append(&bomb, "Content-Type: multipart/mixed; boundary=b\n\n");
    repeat(&bomb, "--b\nContent-Type: multipart/mixed; boundary=b\n\n", 100000);
    read_bomb(&bomb);
    text_clear(&bomb);
    text_append(&bomb, "Content-Type: multipart/mixed; boundary=b\n\n");
    repeat(&bomb, "--b\n\nx\n", 100000);
    read_bomb(&bomb);
    text_clear(&bomb);
    text_append(&bomb, "From: ");
    repeat(&bomb, "((((((((((", 100000);
    text_append(&bomb, "\nTo: ");
    repeat(&bomb, "\\\"\"\"\\\"", 100000);
    read_bomb(&bomb);
    text_clear(&bomb);
    text_append(&bomb, "Subject: ");
    repeat(&bomb, "=?x?q?=E9?= =?", 100000);
    read_bomb(&bomb);
    text_clear(&bomb);
    repeat(&bomb, "X: y\n", 500000);
    read_bomb(&bomb);
    text_clear(&bomb);
    repeat(&bomb, "X: y\n yyyyyyy\n", 200000);
    repeat(&bomb, " yyyyyyyyy\n", 200000);
    read_bomb(&bomb);
    text_clear(&bomb);
    text_append(&bomb, "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n");
    repeat(&bomb, "AA==", 1000000);
    read_bomb(&bomb);
    text_clear(&bomb);
    text_append(&bomb, "Content-Type: multipart/mixed\n\n");
    repeat(&bomb, "--x\n", 1000000);
    read_bomb(&bomb);
}

static void test_bounds(void **state) {
    /* Goal: the tree never grows beyond the announced bounds. */
    (void)state;
    auto_arena arena = arena_new();
    auto_text bomb = TEXT_EMPTY;
    text_append(&bomb, "Content-Type: multipart/mixed; boundary=b\n\n");
    repeat(&bomb, "--b\nX: y\n\nx\n", 5000);
    struct message message = read_bytes(bomb.bytes, bomb.length, arena);
    assert_true(message.root.child_count <= PARSE_PARTS_MAX);
    assert_true(warns(&message, "too many parts"));
    text_clear(&bomb);
    repeat(&bomb, "Content-Type: message/rfc822\n\n", 500);
    message = read_bytes(bomb.bytes, bomb.length, arena);
    size_t depth = 0;
    for (const struct message_part *part = &message.root; part->child_count; part = part->children)
        depth++;
    assert_int_equal(depth, PARSE_DEPTH_MAX);
    text_clear(&bomb);
    text_append(&bomb, "Content-Type: text/plain\n\n");
    repeat(&bomb, "0123456789", 500000);
    message = read_bytes(bomb.bytes, bomb.length, arena);
    assert_int_equal(strlen(message.root.text), PARSE_TEXT_MAX);
    assert_int_equal(message.root.length, 5000000);
    assert_true(warns(&message, "very long"));
}

static void check_part(const struct message_part *part) {
    assert_non_null(part->type);
    assert_non_null(part->subtype);
    if (part->text)
        assert_true(utf8_is_valid(part->text, strlen(part->text)));
    for (size_t i = 0; i < part->header_count; i++) {
        assert_true(utf8_is_valid(part->headers[i].value, strlen(part->headers[i].value)));
        assert_null(strpbrk(part->headers[i].value, "\r\n"));
        assert_true(utf8_is_valid(part->headers[i].raw, strlen(part->headers[i].raw)));
        assert_null(strpbrk(part->headers[i].raw, "\r\n"));
    }
    for (size_t i = 0; i < part->child_count; i++)
        check_part(&part->children[i]);
}

static void test_mutations(void **state) {
    /* Goal: whatever is changed in a mail, the tree stays well-formed: valid UTF-8, no line ends in header values. */
    (void)state;
    static const char mail[] =
        "From: =?utf-8?Q?Andr=C3=A9?= <andre@example.org>\r\nTo: \"a, b\" <c@d.org>, (x) e@f.org\r\n"
        "Subject: =?gb2312?B?xOO6ww==?= x\r\nDate: Mon, 1 Jul 2013 10:00:00 +0000\r\n"
        "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n"
        "Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        "GyRCJDMkcxsoQg==\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny=E9\r\n--b--\r\n";
    uint32_t random = 42;
    for (int round = 0; round < 4000; round++) {
        auto_arena arena = arena_new();
        char copy[sizeof mail];
        size_t length = sizeof mail - 1;
        memcpy(copy, mail, sizeof mail);
        for (int change = 0; change < 1 + round % 8; change++) {
            random = random * 1664525 + 1013904223;
            size_t place = (random >> 8) % length;
            random = random * 1664525 + 1013904223;
            copy[place] = random >> 30 == 0 ? "\r\n-:;\"<>(=?\0 \xFF"[(random >> 8) % 14] : (char)(random >> 16);
        }
        random = random * 1664525 + 1013904223;
        if (round % 5 == 0)
            length = (random >> 8) % length;
        struct message message;
        struct error error = ERROR_INIT;
        if (message_parse(copy, length, arena, &message, &error))
            check_part(&message.root);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ordinary),  cmocka_unit_test(test_tree),      cmocka_unit_test(test_odd_headers),
        cmocka_unit_test(test_odd_parts), cmocka_unit_test(test_nothing),   cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_bounds),    cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
