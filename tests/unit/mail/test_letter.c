/* Goal: a letter that goes through us arrives as it was written, whatever program wrote it, and with nothing in its
 * header that is not on our list. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "mail/letter.h"
#include "mail/message/message.h"
#include "mail/message/parse.h"

#define OUR_INTRODUCTION "<intro.anna@example.org>"
#define THEIR_INTRODUCTION "<intro.ben@example.org>"
#define NOT_THEIRS "<other.partnership@example.org>"

static const char *map_identifier(void *context, const char *identifier) {
    (void)context;
    if (string_equal(identifier, OUR_INTRODUCTION))
        return THEIR_INTRODUCTION;
    return string_equal(identifier, NOT_THEIRS) ? NULL : identifier;
}

static const char *map_subject(void *context, const char *subject) {
    (void)context;
    return string_equal(subject, "Meet Ben Okoro") ? "Te presentamos a Anna Berg" : subject;
}

static void rewrite(const char *bytes, size_t length, struct text *ret) {
    struct error error = ERROR_INIT;
    struct letter_settings settings = {
        .from_name = "Anna Berg via ILN",
        .from_address = "iln+pabcdefghijklmnop@example.org",
        .writer = "Anna.Berg@private.example",
        .to_name = "Ben Okoro",
        .to_address = "ben@example.com",
        .loop_mark = "iln@example.org",
        .message_id = "<made.by.us@example.org>",
        .date = 1799982000,
        .map_identifier = map_identifier,
        .map_subject = map_subject,
    };
    if (!letter_rewrite(bytes, length, &settings, ret, &error))
        fail_msg("%s", error.message);
}

/* ---- Header: the list ---- */

static void assert_header_of_list(const char *out) {
    static const char *const list[] = {"From",
                                       "To",
                                       "Subject",
                                       "Date",
                                       "Message-ID",
                                       "In-Reply-To",
                                       "References",
                                       "X-Tandempost",
                                       "MIME-Version",
                                       "Content-Type",
                                       "Content-ID",
                                       "Content-Transfer-Encoding",
                                       "Content-Base",
                                       "Content-Class",
                                       "Content-Language",
                                       "Content-Disposition",
                                       "Content-Description",
                                       "Content-Location"};
    size_t seen[COUNT_OF(list)] = {0};
    for (const char *line = out; *line != '\r'; line = strstr(line, "\r\n") + 2) {
        if (*line == ' ' || *line == '\t')
            continue;
        size_t name = strcspn(line, ": \t\r"), i = 0;
        while (i < COUNT_OF(list) && !(strlen(list[i]) == name && strncasecmp(list[i], line, name) == 0))
            i++;
        if (i == COUNT_OF(list))
            fail_msg("not on the list: %.*s", (int)strcspn(line, "\r\n"), line);
        assert_int_equal(seen[i]++, 0);
    }
}

static void assert_no_bare_line_end(const struct text *out) {
    for (size_t i = 0; i < out->length; i++) {
        if (out->bytes[i] == '\n')
            assert_true(i > 0 && out->bytes[i - 1] == '\r');
        if (out->bytes[i] == '\r')
            assert_true(i + 1 < out->length && out->bytes[i + 1] == '\n');
    }
}

/* ---- Body: part by part ---- */

/* Identity encodings carry the line ends of the way; those alone may change. */
static void assert_same_bytes(const struct message_part *before, const struct message_part *after) {
    size_t i = 0, j = 0;
    const char *encoding = message_part_header(before, "Content-Transfer-Encoding");
    if (encoding && strcasecmp(encoding, "base64") == 0) {
        assert_int_equal(before->length, after->length);
        assert_memory_equal(before->bytes, after->bytes, before->length);
        return;
    }
    for (;; i++, j++) {
        while (i < before->length && before->bytes[i] == '\r')
            i++;
        while (j < after->length && after->bytes[j] == '\r')
            j++;
        if (i >= before->length || j >= after->length)
            break;
        assert_int_equal(before->bytes[i], after->bytes[j]);
    }
    assert_true(i >= before->length && j >= after->length);
}

static void assert_same_string(const char *before, const char *after) {
    assert_string_equal(before ? before : "", after ? after : "");
}

static void assert_same_part(const struct message_part *before, const struct message_part *after) {
    assert_string_equal(before->type, after->type);
    assert_string_equal(before->subtype, after->subtype);
    assert_same_string(before->charset, after->charset);
    assert_same_string(before->filename, after->filename);
    assert_same_string(before->disposition, after->disposition);
    assert_int_equal(before->flowed, after->flowed);
    assert_int_equal(before->child_count, after->child_count);
    assert_int_equal(before->bytes != NULL, after->bytes != NULL);
    if (before->bytes)
        assert_same_bytes(before, after);
    if (before->text)
        assert_string_equal(before->text, after->text);
    for (size_t i = 0; i < before->child_count; i++)
        assert_same_part(&before->children[i], &after->children[i]);
}

static void assert_passes(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_text out = TEXT_EMPTY;
    struct message before, after;
    struct error error = ERROR_INIT;
    rewrite(bytes, length, &out);
    assert_no_bare_line_end(&out);
    assert_header_of_list(text_string(&out));
    assert_true(message_parse(bytes, length, arena, &before, &error));
    assert_true(message_parse(text_string(&out), out.length, arena, &after, &error));
    assert_same_part(&before.root, &after.root);
    assert_string_equal(before.subject, after.subject);
    if (before.date)
        assert_int_equal(before.date, after.date);
    assert_true(after.date != 0);
    assert_true(*after.message_id != '\0');
    if (*before.message_id)
        assert_string_equal(before.message_id, after.message_id);
    assert_string_equal(after.from[0].address, "iln+pabcdefghijklmnop@example.org");
    assert_int_equal(after.to_count, 1);
}

/* As written, with every line end as LF, and as CR LF. */
static void assert_passes_either_way(const char *with_lf) {
    auto_text with_crlf = TEXT_EMPTY;
    for (const char *next = with_lf; *next; next++) {
        if (*next == '\n')
            text_append_char(&with_crlf, '\r');
        text_append_char(&with_crlf, *next);
    }
    assert_passes(with_lf, strlen(with_lf));
    assert_passes(text_string(&with_crlf), with_crlf.length);
}

#define HEADER                                                                                                         \
    "Received: from home [192.0.2.7] by mx.example.net\nFrom: Anna <anna@example.net>\nTo: iln+p@example.org\n"        \
    "X-Mailer: Pen 1.0\nSubject: Kia ora\nDate: Mon, 25 Jan 2027 10:00:00 +0100\nMessage-ID: <a1@example.net>\n"       \
    "MIME-Version: 1.0\n"

/* Goal: plain letters in several charsets and encodings. */
static void test_plain(void **state) {
    (void)state;
    assert_passes_either_way(HEADER "\nJust seven bits.\n");
    assert_passes_either_way(HEADER "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
                                    "Käre Ben,\n\n\xE3\x81\x82 and \xF0\x9F\x8C\xB8\n.\n..\nFrom here on.\n");
    assert_passes_either_way(HEADER "Content-Type: text/plain; charset=iso-2022-jp\nContent-Transfer-Encoding: 7bit\n\n"
                                    "\x1B$B$3$s$K$A$O\x1B(B\n");
    assert_passes_either_way(HEADER "Content-Type: text/plain; charset=windows-1252\n"
                                    "Content-Transfer-Encoding: 8bit\n\nGr\xFC\xDF"
                                    "e \x96 bis bald\n");
    assert_passes_either_way(HEADER "Content-Type: text/plain; charset=\"utf-8\"; format=flowed; delsp=yes\n"
                                    "Content-Transfer-Encoding: quoted-printable\n\n"
                                    "A paragraph that =\nflows K=C3=A4re =20\nand on.\n-- =20\nAnna\n");
    assert_passes_either_way(HEADER "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
                                    "SMOkbHNuaW5nYXINCkFubmENCg==\n");
    assert_passes_either_way(HEADER "Content-Type: text/html; charset=utf-8\nContent-Language: sv\n\n"
                                    "<p>Hello <b>Ben</b></p>\n");
}

/* Goal: what is signed or encrypted, with every byte between its boundaries. */
static void test_sealed(void **state) {
    (void)state;
    assert_passes_either_way(
        HEADER "Content-Type: multipart/signed; micalg=pgp-sha512;\n protocol=\"application/pgp-signature\";\n"
               "\tboundary=\"=-sealed\"\n\nThis is signed.\n--=-sealed\n"
               "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"
               "X-Odd: kept within parts\n\nTrailing spaces =20\n  indented\n\n--=-sealed\n"
               "Content-Type: application/pgp-signature; name=\"signature.asc\"\n\n"
               "-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0=\n-----END PGP SIGNATURE-----\n"
               "\n--=-sealed--\n");
    assert_passes_either_way(HEADER
                             "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=e\n\n"
                             "--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\n"
                             "Content-Type: application/octet-stream; name=\"encrypted.asc\"\n\n"
                             "-----BEGIN PGP MESSAGE-----\n\nhQEMA0=\n-----END PGP MESSAGE-----\n--e--\n");
    assert_passes_either_way(HEADER
                             "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
                             "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7m\n"
                             "Content-Description: S/MIME Encrypted Message\n\nMIAGCSqGSIb3DQEHA6CAMIACAQA=\n");
}

/* Goal: attachments in every encoding, nested parts, invitations, pictures inside HTML, forwarded letters. */
static void test_parts(void **state) {
    (void)state;
    assert_passes_either_way(
        HEADER "Content-Type: multipart/mixed; boundary=outer\n\npreamble\n--outer\n"
               "Content-Type: multipart/related; boundary=\"in ner\"\n\n--in ner\n"
               "Content-Type: multipart/alternative; boundary=alt\n\n--alt\nContent-Type: text/plain\n\nHello\n--alt\n"
               "Content-Type: text/html\n\n<img src=\"cid:flower@x\">\n--alt--\n--in ner\n"
               "Content-Type: image/png; name=flower.png\nContent-ID: <flower@x>\n"
               "Content-Transfer-Encoding: base64\nContent-Disposition: inline\n\niVBORw0KGgoAAAD/AA0K\n--in ner--\n"
               "--outer\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
               "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.bin\n\nAAECDQoNCv8=\n"
               "--outer\nContent-Type: text/csv; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
               "Content-Disposition: attachment; filename=\"list.csv\"\n\nn\xC3\xA4me;town\nÅsa;Malmö\n"
               "--outer\nContent-Type: application/x-odd\nContent-Transfer-Encoding: quoted-printable\n\n=00=01=0D=FF\n"
               "--outer\nContent-Type: message/rfc822\n\nFrom: Carla <carla@example.com>\nSubject: older\n"
               "Received: kept in there\n\nAn older letter.\n--outer--\nepilogue\n");
    assert_passes_either_way(HEADER
                             "Content-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\n"
                             "Shall we meet?\n--c\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\n\n"
                             "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1@x\nSUMMARY:A call that is long\n"
                             "  and folded\nEND:VEVENT\nEND:VCALENDAR\n--c--\n");
    assert_passes_either_way(HEADER "Content-Type: multipart/mixed; boundary=open\n\n--open\n"
                                    "Content-Type: text/plain\n\nNever closed\n--open\n\nSecond, without a header");
}

/* Goal: odd beginnings: folds of all kinds, no Date, no Message-ID, an mbox line, old Mac line ends, mixed line ends.
 */
static void test_odd(void **state) {
    (void)state;
    static const char mixed[] =
        "From: a@example.net\r\nSubject: x\nContent-Type: text/plain\r\n\nOne\r\nTwo\nThree\r\n";
    assert_passes_either_way(
        "From: anna@example.net\nsubject:\n  =?utf-8?q?folded?=\n\t=?utf-8?q?_oddly?= \n"
        "content-type : text/plain;\n\tcharset=\n  utf-8\nCONTENT-TRANSFER-ENCODING:\n 8bit\n\nHäj\n");
    assert_passes_either_way("From anna@example.net Mon Jan 25 10:00:00 2027\nFrom: anna@example.net\nSubject: mbox\n\n"
                             ">From what I hear\n");
    assert_passes_either_way("From: anna@example.net\nSubject: nothing more\n\n");
    assert_passes_either_way("From: anna@example.net\nInval\xED"
                             "d: x\nDate: some day\nSubject: x\n\nHello\n");
    assert_passes(mixed, sizeof mixed - 1);
}

/* Goal: our introduction in the thread becomes the recipient's own; what is ours but not theirs goes; the rest stays.
 */
static void test_thread(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_text out = TEXT_EMPTY;
    struct message got;
    struct error error = ERROR_INIT;
    const char *bytes =
        "From: anna@example.net\nIn-Reply-To: " OUR_INTRODUCTION "\nReferences: " OUR_INTRODUCTION
        "\n\t<b2@example.com>\n " NOT_THEIRS "\nAuto-Submitted: no\nList-Id: <x.example>\n"
        "Disposition-Notification-To: anna@example.net\nReply-To: anna@example.net\nCc: eve@example.net\n"
        "Bcc: x@example.net\nContent-Type: text/plain\nContent-Type: text/html\nX-Tandempost: forged\n"
        "\nHello\n";
    rewrite(bytes, strlen(bytes), &out);
    assert_header_of_list(text_string(&out));
    assert_null(strstr(text_string(&out), "anna@example.net"));
    assert_null(strstr(text_string(&out), "forged"));
    assert_true(message_parse(text_string(&out), out.length, arena, &got, &error));
    assert_int_equal(got.in_reply_to_count, 1);
    assert_string_equal(got.in_reply_to[0], THEIR_INTRODUCTION);
    assert_int_equal(got.references_count, 2);
    assert_string_equal(got.references[0], THEIR_INTRODUCTION);
    assert_string_equal(got.references[1], "<b2@example.com>");
}

/* Goal: a letter that came a long way, with hundreds of fields before and among its writer's, is still itself. */
static void test_long_header(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    auto_text in = TEXT_EMPTY, out = TEXT_EMPTY;
    for (int i = 0; i < 400; i++)
        text_append_format(&in, "X-Way-%d: through here\n by there\n%s", i,
                           i == 150   ? "Subject: Hello\nFrom: anna@example.net\n"
                           : i == 300 ? "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
                                      : "");
    text_append(&in, "\n--b\n\nDear Ben\n--b--\n");
    rewrite(in.bytes, in.length, &out);
    assert_header_of_list(text_string(&out));
    struct message got;
    struct error error = ERROR_INIT;
    assert_true(message_parse(text_string(&out), out.length, arena, &got, &error));
    assert_string_equal(got.subject, "Hello");
    assert_string_equal(got.root.type, "multipart");
    assert_int_equal(got.root.child_count, 1);
    text_clear(&in);
    text_clear(&out);
    text_append(&in, "From: anna@example.net\nTo: iln@example.org\n\nNothing but this\n");
    rewrite(in.bytes, in.length, &out);
    assert_non_null(strstr(text_string(&out), "\r\n\r\nNothing but this"));
}

/* Goal: no NUL comes into the header, where many programs would stop reading. */
static void test_nul_in_header(void **state) {
    (void)state;
    static const char letter[] = "From: anna@example.net\r\nSubject: a\0b\r\n"
                                 "Content-Type: text/\0plain;\r\n ch\0arset=utf-8\r\n\r\nHello\r\n";
    auto_text out = TEXT_EMPTY;
    rewrite(letter, sizeof letter - 1, &out);
    assert_int_equal(strlen(text_string(&out)), out.length);
    assert_non_null(strstr(text_string(&out), "Content-Type: text/plain;\r\n"));
    assert_non_null(strstr(text_string(&out), "\r\n\r\nHello\r\n"));
}

/* Goal: a line in the header that is no field doesn't turn the fields behind it into the letter's text, for they tell
 * where its writer is; a text without the empty line before it stays whole. */
static void test_broken_header(void **state) {
    (void)state;
    static const char *const broken[] = {
        ">From anna@private.example Mon Jul  1 10:00:00 2024\n",
        "What a line\n",
        "From anna@private.example\nWhat a line\n",
    };
    for (size_t i = 0; i < COUNT_OF(broken); i++) {
        auto_text in = TEXT_EMPTY, out = TEXT_EMPTY;
        text_append_format(
            &in, "Subject: Hello\n%sReceived: from [192.0.2.7]\nFrom: anna@private.example\n\nDear Ben\n", broken[i]);
        rewrite(in.bytes, in.length, &out);
        assert_null(strstr(text_string(&out), "192.0.2.7"));
        assert_null(strstr(text_string(&out), "private.example"));
        assert_non_null(strstr(text_string(&out), "\r\n\r\nDear Ben\r\n"));
    }
    auto_text out = TEXT_EMPTY;
    static const char bare[] = "From: a@b.org\nDear Ben,\nhow are you?\nPS: well?\n";
    rewrite(bare, strlen(bare), &out);
    assert_non_null(strstr(text_string(&out), "\r\n\r\nDear Ben,\r\nhow are you?\r\nPS: well?\r\n"));
}

/* Goal: a letter that has borrowed the Message-ID of a message of ours gets another, for an answer to it is none to us.
 */
static void test_borrowed_message_id(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {OUR_INTRODUCTION, "<made.by.us@example.org>"},
        {NOT_THEIRS, "<made.by.us@example.org>"},
        {"<own@example.net>", "<own@example.net>"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_text in = TEXT_EMPTY, out = TEXT_EMPTY, field = TEXT_EMPTY;
        text_append_format(&in, "Subject: Hello\nMessage-ID: %s\n\nDear Ben\n", cases[i][0]);
        text_append_format(&field, "\r\nMessage-ID: %s\r\n", cases[i][1]);
        rewrite(in.bytes, in.length, &out);
        assert_non_null(strstr(text_string(&out), text_string(&field)));
    }
}

/* Goal: no identifier that some program made of the writer's address tells it to the reader. */
static void test_address_in_identifiers(void **state) {
    (void)state;
    static const char letter[] = "Subject: Hello\nMessage-ID: <20270125.Anna.Berg@private.example>\n"
                                 "In-Reply-To: <anna.berg@private.example>\n"
                                 "References: <one@example.net> <7.ANNA.BERG@private.example.8>\n\nDear Ben\n";
    auto_text out = TEXT_EMPTY;
    rewrite(letter, strlen(letter), &out);
    assert_null(strcasestr(text_string(&out), "anna.berg"));
    assert_non_null(strstr(text_string(&out), "\r\nMessage-ID: <made.by.us@example.org>\r\n"));
    assert_non_null(strstr(text_string(&out), "\r\nReferences: <one@example.net>\r\n"));
    assert_null(strstr(text_string(&out), "In-Reply-To"));
}

/* ---- Subject ---- */

/* Goal: an answer to our introduction carries the recipient's own subject behind the same prefix, whatever program
 * wrote it; every other subject stays as it is. */
static void test_subject(void **state) {
    (void)state;
    static const char *const answers[] = {"Re: ",    "RE: ", "AW: ",     "Rép : ", "RÉP\u00A0: ", "Antw: ", "SV: ",
                                          "Re[2]: ", "R: ",  "AW: Re: ", "回复：", "Re:",         "Odp: ",  "re : "};
    static const char *const others[] = {
        "Fwd: Meet Ben Okoro", "WG: Meet Ben Okoro", "Meet Ben Okoro",          "Re: Herons",
        "Tr: Meet Ben Okoro",  "Re Meet Ben Okoro",  "Re: Fwd: Meet Ben Okoro", ""};
    for (size_t i = 0; i < COUNT_OF(answers) + COUNT_OF(others); i++) {
        auto_text letter = TEXT_EMPTY, out = TEXT_EMPTY;
        auto_arena arena = arena_new();
        struct message message;
        struct error error = ERROR_INIT;
        bool answer = i < COUNT_OF(answers);
        const char *subject =
            answer ? arena_format(arena, "%sMeet Ben Okoro", answers[i]) : others[i - COUNT_OF(answers)];
        const char *wanted = answer ? arena_format(arena, "%sTe presentamos a Anna Berg", answers[i]) : subject;
        text_append_format(&letter, "Subject: %s\r\n\r\nHello\r\n", subject);
        rewrite(text_string(&letter), letter.length, &out);
        assert_true(message_parse(text_string(&out), out.length, arena, &message, &error));
        assert_string_equal(message.subject, wanted);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subject),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_sealed),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_thread),
        cmocka_unit_test(test_long_header),
        cmocka_unit_test(test_broken_header),
        cmocka_unit_test(test_nul_in_header),
        cmocka_unit_test(test_borrowed_message_id),
        cmocka_unit_test(test_address_in_identifiers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
