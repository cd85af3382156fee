#include "test.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "mail/compose.h"
#include "mail/message/header.h"
#include "mail/message/transfer.h"

static const char *const references[] = {"<one@example.org>", "<two@example.org>"};

static struct compose_message example(void) {
    return (struct compose_message){
        .from_name = "International Librarians Network",
        .from_address = "iln@example.org",
        .to_name = "Anna Berg",
        .to_address = "anna@example.com",
        .reply_to = "iln+rabcdefgh234567ab@example.org",
        .subject = "Hello",
        .message_id = "<abcdefgh234567ab.1@example.org>",
        .in_reply_to = "<two@example.org>",
        .references = references,
        .reference_count = COUNT_OF(references),
        .date = 1795444860,
        .zone_minutes = 660,
        .language = "en",
        .list_id = "iln.example.org",
        .list_name = "International Librarians Network",
        .list_unsubscribe = "iln+uabcdefgh234567ab@example.org",
        .auto_submitted = "auto-generated",
        .programme = "iln@example.org",
        .text = "Dear Anna,\n\nhello.\n\n-- \nKate\n",
        .html = "<p>Dear Anna,</p>\n<p>hello.</p>\n",
    };
}

static void test_whole_message(void **state) {
    /* Goal: the bytes of one ordinary message, to the last one: nobody changes them unawares. */
    (void)state;
    struct compose_message message = example();
    auto_text built = TEXT_EMPTY, again = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(compose_build(&message, &built, &error));
    assert_true(compose_build(&message, &again, &error));
    assert_string_equal(text_string(&built), text_string(&again));
    const char *boundary = strstr(text_string(&built), "boundary=\"=_");
    assert_non_null(boundary);
    auto_string mark = memory_copy_bytes(boundary + strlen("boundary=\""), 26);
    auto_text expected = TEXT_EMPTY;
    text_append_format(&expected,
                       "Date: Tue, 24 Nov 2026 01:41:00 +1100\r\n"
                       "From: International Librarians Network <iln@example.org>\r\n"
                       "To: Anna Berg <anna@example.com>\r\n"
                       "Reply-To: <iln+rabcdefgh234567ab@example.org>\r\n"
                       "Subject: Hello\r\n"
                       "Message-ID: <abcdefgh234567ab.1@example.org>\r\n"
                       "In-Reply-To: <two@example.org>\r\n"
                       "References: <one@example.org> <two@example.org>\r\n"
                       "Auto-Submitted: auto-generated\r\n"
                       "List-Id: International Librarians Network <iln.example.org>\r\n"
                       "List-Unsubscribe: <mailto:iln+uabcdefgh234567ab@example.org>\r\n"
                       "Content-Language: en\r\n"
                       "X-Tandempost: iln@example.org\r\n"
                       "MIME-Version: 1.0\r\n"
                       "Content-Type: multipart/alternative; boundary=\"%s\"\r\n"
                       "\r\n"
                       "--%s\r\n"
                       "Content-Type: text/plain; charset=utf-8; format=flowed\r\n"
                       "Content-Transfer-Encoding: 7bit\r\n"
                       "\r\n"
                       "Dear Anna,\r\n\r\nhello.\r\n\r\n-- \r\nKate\r\n"
                       "--%s\r\n"
                       "Content-Type: text/html; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: quoted-printable\r\n"
                       "\r\n"
                       "<p>Dear Anna,</p>\r\n<p>hello.</p>\r\n"
                       "--%s--\r\n",
                       mark, mark, mark, mark);
    assert_string_equal(text_string(&built), text_string(&expected));
}

static void test_refused(void **state) {
    /* Goal: a message without good addresses and Message-ID is refused, and nothing is written. */
    (void)state;
    struct compose_message bad[8];
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        bad[i] = example();
    bad[0].to_address = NULL;
    bad[1].to_address = "anna@example.com\r\nBcc: ben@example.com";
    bad[2].to_address = "анна@example.com";
    bad[3].from_address = "Kate <kate@example.org>";
    bad[4].reply_to = "nobody";
    bad[5].message_id = NULL;
    bad[6].message_id = "<a@b>\r\nBcc: <ben@example.com>";
    bad[7].list_unsubscribe = "iln@EXAMPLE.org>, <https://example.com";
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        auto_text built = TEXT_EMPTY;
        struct error error = ERROR_INIT;
        assert_false(compose_build(&bad[i], &built, &error));
        assert_int_equal(error.class, ERROR_PERMANENT);
        assert_int_equal(built.length, 0);
    }
}

static void test_boundary_in_text(void **state) {
    /* Goal: a text that holds the very boundary gets another one. */
    (void)state;
    struct compose_message message = example();
    auto_text built = TEXT_EMPTY, again = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    assert_true(compose_build(&message, &built, &error));
    auto_string boundary = memory_copy_bytes(strstr(text_string(&built), "boundary=\"") + strlen("boundary=\""), 26);
    auto_text text = TEXT_EMPTY;
    text_append_format(&text, "--%s--\nmore\n", boundary);
    message.text = text_string(&text);
    assert_true(compose_build(&message, &again, &error));
    assert_null(strstr(strstr(text_string(&again), "more"), boundary));
}

static void test_attachment(void **state) {
    /* Goal: a file goes beside both bodies, in base64 with short lines, under its name; one that is too large is
     * refused.
     */
    (void)state;
    auto_arena arena = arena_new();
    auto_text built = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    struct compose_message message = example();
    char bytes[200];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    message.attachment = (struct compose_attachment){"my données.json", "application/json", bytes, sizeof bytes};
    assert_true(compose_build(&message, &built, &error));
    assert_non_null(strstr(text_string(&built), "Content-Type: multipart/mixed; boundary="));
    assert_non_null(strstr(text_string(&built), "Content-Type: multipart/alternative; boundary="));
    const char *file = strstr(text_string(&built), "filename*=utf-8''my%20donn%C3%A9es.json\r\n\r\n");
    assert_non_null(file);
    file = strstr(file, "\r\n\r\n") + 4;
    size_t length;
    bool damaged;
    const char *decoded =
        transfer_decode(TRANSFER_BASE64, file, (size_t)(strstr(file, "\r\n--") - file), arena, &length, &damaged);
    assert_int_equal(length, sizeof bytes);
    assert_memory_equal(decoded, bytes, sizeof bytes);
    assert_int_equal(strcspn(file, "\r"), 76);
    message.attachment.length = COMPOSE_ATTACHMENT_MOST + 1;
    assert_false(compose_build(&message, &built, &error));
    assert_non_null(strstr(error.message, "too large"));
}

static size_t count_of(const struct text *text, const char *string) {
    size_t count = 0;
    for (const char *at = text_string(text); (at = strstr(at, string)); at++)
        count++;
    return count;
}

static void test_pictures(void **state) {
    /* Goal: pictures stand with the HTML that shows them, inside of the alternative to the plain text, also beside a
     * file; each part ends where its container says. */
    (void)state;
    auto_text built = TEXT_EMPTY, beside = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    struct compose_message message = example();
    static const struct compose_picture pictures[] = {{"a@b", "image/png", "PNG", 3}, {"c@d", "image/png", "png", 3}};
    message.html = "<img src=\"cid:a@b\"><img src=\"cid:c@d\">";
    message.pictures = pictures;
    message.picture_count = COUNT_OF(pictures);
    assert_true(compose_build(&message, &built, &error));
    const char *alternative = strstr(text_string(&built), "Content-Type: multipart/alternative");
    assert_non_null(alternative);
    const char *plain = strstr(alternative, "Content-Type: text/plain");
    const char *related = strstr(plain, "Content-Type: multipart/related; type=\"text/html\"; boundary=\"");
    assert_non_null(related);
    assert_non_null(
        strstr(strstr(related, "Content-Type: text/html"),
               "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n"
               "Content-ID: <c@d>\r\n\r\ncG5n\r\n--"));
    assert_int_equal(count_of(&built, "--\r\n"), 2);
    message.attachment = (struct compose_attachment){"a.json", "application/json", "{}", 2};
    assert_true(compose_build(&message, &beside, &error));
    assert_int_equal(count_of(&beside, "--\r\n"), 3);
    assert_int_equal(count_of(&beside, "Content-ID: "), 2);
}

/* ---- Held against Python's email package ---- */

static void send_field(FILE *python, const char *bytes, size_t length) {
    fprintf(python, "%zu\n", length);
    assert_int_equal(fwrite(bytes, 1, length, python), length);
}

static void send_string(FILE *python, const char *string) {
    send_field(python, string ? string : "", string ? strlen(string) : 0);
}

static void send_message(FILE *python, const struct compose_message *message) {
    auto_text built = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!compose_build(message, &built, &error))
        fail_msg("%s", error.message);
    send_field(python, text_string(&built), built.length);
    send_string(python, message->from_name);
    send_string(python, message->from_address);
    send_string(python, message->to_name);
    send_string(python, message->to_address);
    send_string(python, message->reply_to);
    send_string(python, message->subject);
    send_string(python, message->text);
    send_string(python, message->html);
}

static FILE *start_python(size_t count) {
    char command[100];
    snprintf(command, sizeof command, "/usr/bin/python3 tests/unit/mail/check_compose.py %zu", count);
    FILE *python = popen(command, "w");
    assert_non_null(python);
    return python;
}

static void repeat(struct text *text, const char *string, size_t times) {
    while (times-- > 0)
        text_append(text, string);
}

static void test_names_and_subjects(void **state) {
    /* Goal: names and subjects in any language, hostile or very long, come back from another implementation as they
     * were, and never make a header of their own. */
    (void)state;
    auto_text long_ascii = TEXT_EMPTY, long_word = TEXT_EMPTY, long_chinese = TEXT_EMPTY, long_mixed = TEXT_EMPTY;
    repeat(&long_ascii, "word ", 1000);
    repeat(&long_word, "x", 5000);
    repeat(&long_chinese, "图书馆员", 1250);
    repeat(&long_mixed, "naïve 图 \U0001F4DA x", 400);
    const char *const values[] = {
        "",
        "Anna Berg",
        "Anna \"Books\" Berg",
        "Berg, Anna",
        "Anna \\ Berg \\",
        "Dr. Anna Berg (Oslo)",
        "a@b <c@d>",
        "Anna; Ben: Carol",
        "'Anna'  two  spaces",
        "=?utf-8?Q?already?=",
        "Ann=?x",
        "André Brière",
        "图书馆员网络",
        "شبكة أمناء المكتبات الدولية",
        "Международная сеть библиотекарей ждёт вас",
        "国際図書館員ネットワークへようこそ",
        "\U0001F4DA\U0001F469\U0001F3FD\u200D\U0001F4BB books \U0001F44B",
        "e\u0301 combining \u1E69",
        "Anna\r\nBcc: ben@example.com\r\n\r\nbody",
        "Anna\nBcc: ben@example.com",
        "Anna\rBcc: ben@example.com",
        "Anna\u2028Bcc:\u2029 ben\xC2\x85 x",
        "safe\u202Egnp.exe\u2066 \u200Fmark",
        "bell \a escape \x1B[31m del \x7F c1 \xC2\x9B",
        "ill-formed \xFF\xC3 \xE2",
        "\uFEFFmark first",
        "tab\tin between",
        " \r\n ",
        "Subject: again",
        "a/b_c+d=e",
        text_string(&long_ascii),
        text_string(&long_word),
        text_string(&long_chinese),
        text_string(&long_mixed),
    };
    FILE *python = start_python(COUNT_OF(values) * 3);
    for (size_t i = 0; i < COUNT_OF(values); i++)
        for (size_t kind = 0; kind < 3; kind++) {
            struct compose_message message = example();
            if (kind == 0)
                message.subject = values[i];
            else if (kind == 1)
                message.from_name = message.list_name = values[i];
            else
                message.to_name = values[i];
            message.html = i % 2 ? message.html : NULL;
            send_message(python, &message);
        }
    assert_int_equal(pclose(python), 0);
}

static void test_bodies(void **state) {
    /* Goal: every body, flowed or quoted-printable or both, comes back line by line as it was. */
    (void)state;
    auto_text wide = TEXT_EMPTY, word = TEXT_EMPTY, chinese = TEXT_EMPTY, spaces = TEXT_EMPTY, edges = TEXT_EMPTY;
    repeat(&wide, "A sentence that goes on > and on From here . to there, ", 40);
    repeat(&word, "https://example.org/a-very-long-address/", 60);
    repeat(&chinese, "图书馆员网络是一个促进同伴交流的项目。", 30);
    repeat(&spaces, " ", 300);
    text_append(&spaces, "x");
    repeat(&spaces, " ", 300);
    text_append(&spaces, "y");
    for (size_t length = 60; length < 90; length++) { /* every way to meet an edge */
        repeat(&edges, "a", length);
        text_append(&edges, " From b\n");
        repeat(&edges, "a", length);
        text_append(&edges, " -- https://example.org/");
        repeat(&edges, "c", 70);
        text_append(&edges, "\n");
        repeat(&edges, "é", length);
        text_append(&edges, " > é.\n");
        repeat(&edges, "ab ", length);
        text_append(&edges, "\n");
    }
    auto_text mark = TEXT_EMPTY;
    text_append(&mark, "-- ");
    repeat(&mark, "w", 100);
    const char *const bodies[] = {
        "",
        "\n",
        "one",
        "one\n\n\n",
        "From here\n>From there\n>quoted\n> > deeper\n.\n..\n.dot\n indented\n   more\n\tTab\n",
        "trailing  \nspaces \t\n \n\t\n-- \nKate\n",
        "-- \n-- \n --\n--\n-- x\n -- \n",
        "a\rb\r\nc\nd\r\r\ne",
        "Здравствуйте, Анна!\n\nКак дела?\n-- \nКейт\n",
        "السلام عليكم\n\n> اقتباس\n",
        "\U0001F4DA\n.\nFrom \U0001F44B\n",
        "= =3D =\n==\n",
        "nul-free \a control \x1B[31m\n",
        "ill-formed \xFF\xC3 here\n",
        "soft\u00ADhyphen\u00A0nbsp\u3000wide \n",
        text_string(&wide),
        text_string(&word),
        text_string(&chinese),
        text_string(&spaces),
        text_string(&edges),
        text_string(&mark),
    };
    FILE *python = start_python(COUNT_OF(bodies) * 2);
    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        struct compose_message message = example();
        message.text = bodies[i];
        message.html = *bodies[i] ? bodies[i] : "\n"; /* "" tells the check that there is none */
        send_message(python, &message);
        message.html = NULL;
        send_message(python, &message);
    }
    assert_int_equal(pclose(python), 0);
}

/* A random string of up to MOST characters, of words in several scripts and anything at all. */
static void append_random(struct text *text, size_t most, bool lines) {
    static const char *const pieces[] = {" ",  "  ", "-- ", ">",  "From ", ".", "=",
                                         "?=", "=?", "\"",  "\\", "<",     ",", "-"};
    static const struct {
        uint32_t first, count;
    } blocks[] = {{'a', 26},   {'A', 26},      {0xE0, 30},    {0x410, 64},
                  {0x621, 26}, {0x4E00, 5000}, {0x1F600, 60}, {1, 0x10FFFF}};
    for (size_t left = random_below(most + 1); left > 0; left--) {
        uint64_t choice = random_below(lines ? 14 : 12);
        size_t block = choice < 2 ? random_below(COUNT_OF(blocks)) : random_below(2);
        if (choice < 8)
            text_append_codepoint(text, (uint32_t)(blocks[block].first + random_below(blocks[block].count)));
        else if (choice < 12)
            text_append(text, pieces[random_below(COUNT_OF(pieces))]);
        else
            text_append(text, random_below(3) ? "\n" : random_below(2) ? "\r\n" : "\r");
    }
}

static void test_random_messages(void **state) {
    /* Goal: no combination of characters that we did not think of breaks a message. */
    (void)state;
    enum { COUNT = 400 };
    random_seed(20261123);
    FILE *python = start_python(COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        auto_text from = TEXT_EMPTY, to = TEXT_EMPTY, subject = TEXT_EMPTY, text = TEXT_EMPTY, html = TEXT_EMPTY;
        append_random(&from, 60, false);
        append_random(&to, 200, false);
        append_random(&subject, 300, false);
        append_random(&text, 2000, true);
        text_append(&html, "<p>");
        append_random(&html, 2000, true);
        struct compose_message message = example();
        message.from_name = text_string(&from);
        message.to_name = text_string(&to);
        message.subject = text_string(&subject);
        message.text = text_string(&text);
        message.html = text_string(&html);
        send_message(python, &message);
    }
    assert_int_equal(pclose(python), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_message),    cmocka_unit_test(test_refused),
        cmocka_unit_test(test_boundary_in_text), cmocka_unit_test(test_names_and_subjects),
        cmocka_unit_test(test_bodies),           cmocka_unit_test(test_random_messages),
        cmocka_unit_test(test_attachment),       cmocka_unit_test(test_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
