#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "mail/message/header.h"
#include "mail/message/header_decode.h"

static void test_clean(void **state) {
    /* Goal: nothing that could end a line, hide or turn text survives; letters do. */
    (void)state;
    static const char *const cases[][2] = {
        {NULL, ""},
        {"", ""},
        {"  Anna  Berg ", "Anna  Berg"},
        {"a\r\nb", "a b"},
        {"a \r\n\t b", "a  b"},
        {"\r\n\ta\r\n", "a"},
        {"a\u2028b\u2029c\xC2\x85"
         "d",
         "a b c d"},
        {"a\x01\x1B\x7F\xC2\x9B"
         "b",
         "ab"},
        {"a\u202Eb\u2066c\u200Fd\u061Ce\uFEFFf", "abcdef"},
        {"\U0001F469\u200D\U0001F4BB", "\U0001F469\u200D\U0001F4BB"},
        {"a\xFF\xC3", "a\uFFFD\uFFFD"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_text clean = TEXT_EMPTY;
        header_clean(&clean, cases[i][0]);
        assert_string_equal(text_string(&clean), cases[i][1]);
    }
}

static void test_written_bytes(void **state) {
    /* Goal: the shortest honest form is written: bare, quoted or encoded, folded where it must be. */
    (void)state;
    auto_text text = TEXT_EMPTY;
    header_append_unstructured(&text, "Subject", NULL);
    header_append_unstructured(&text, "Subject", "\r\n");
    header_append_structured(&text, "Auto-Submitted", NULL);
    header_append_mailbox(&text, "Reply-To", "Anna", NULL);
    header_append_identifiers(&text, "References", NULL, 0);
    assert_int_equal(text.length, 0);
    header_append_unstructured(&text, "Subject", "Hello");
    header_append_unstructured(&text, "Subject", "Café time");
    header_append_unstructured(&text, "Subject", "Привет");
    header_append_unstructured(&text, "Subject", "what =?is this");
    header_append_mailbox(&text, "To", NULL, "anna@example.org");
    header_append_mailbox(&text, "To", "Anna Berg", "anna@example.org");
    header_append_mailbox(&text, "To", "Berg, \"A\\nna\"", "anna@example.org");
    header_append_mailbox(&text, "To", "Ærlig", "anna@example.org");
    header_append_mailbox(&text, "To", "Anna", "a>\r\nBcc: <b@example.org");
    header_append_structured(&text, "Auto-Submitted", "auto-\r\ngenerated\u202E  x");
    assert_string_equal(text_string(&text), "Subject: Hello\r\n"
                                            "Subject: =?utf-8?Q?Caf=C3=A9_time?=\r\n"
                                            "Subject: =?utf-8?B?0J/RgNC40LLQtdGC?=\r\n"
                                            "Subject: =?utf-8?Q?what_=3D=3Fis_this?=\r\n"
                                            "To: <anna@example.org>\r\n"
                                            "To: Anna Berg <anna@example.org>\r\n"
                                            "To: \"Berg, \\\"A\\\\nna\\\"\" <anna@example.org>\r\n"
                                            "To: =?utf-8?B?w4ZybGln?= <anna@example.org>\r\n"
                                            "To: Anna <aBcc: b@example.org>\r\n"
                                            "Auto-Submitted: auto-generated x\r\n");
}

static void test_identifiers(void **state) {
    /* Goal: threads keep their first and their last identifiers, and nothing that is none gets in. */
    (void)state;
    auto_text text = TEXT_EMPTY;
    const char *odd[] = {"<a@b>", "b@c", "<c d@e>", "<f@g>\r\nBcc: <h@i>", NULL, "", "<>", "<no-at>", "<ø@b>"};
    header_append_identifiers(&text, "References", odd, COUNT_OF(odd));
    assert_string_equal(text_string(&text), "References: <a@b> <no-at>\r\n");
    char names[100][40];
    const char *many[100];
    for (size_t i = 0; i < COUNT_OF(many); i++) {
        auto_text one = TEXT_EMPTY;
        text_append_format(&one, "<identifier-%zu@example.org>", i);
        memcpy(names[i], text_string(&one), one.length + 1);
        many[i] = names[i];
    }
    text_clear(&text);
    header_append_identifiers(&text, "References", many, COUNT_OF(many));
    size_t count = 0;
    for (const char *at = text_string(&text); (at = strchr(at, '<')); at++)
        count++;
    assert_int_equal(count, 30);
    assert_non_null(strstr(text_string(&text), "<identifier-0@"));
    assert_null(strstr(text_string(&text), "<identifier-70@"));
    assert_non_null(strstr(text_string(&text), "<identifier-71@"));
    assert_non_null(strstr(text_string(&text), "<identifier-99@"));
    text_clear(&text);
    header_append_message_id(&text, "ab\r\ncd>.1", "example.org>");
    assert_string_equal(text_string(&text), "<abcd.1@example.org>");
    assert_true(header_is_identifier(text_string(&text)));
}

static void test_dates(void **state) {
    /* Goal: moments in any zone, and ones that no calendar has, are valid RFC 5322 dates. */
    (void)state;
    static const struct {
        int64_t moment;
        int zone;
        const char *expected;
    } cases[] = {
        {0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"},
        {1795444860, 0, "Mon, 23 Nov 2026 14:41:00 +0000"},
        {1795444860, 345, "Mon, 23 Nov 2026 20:26:00 +0545"},
        {1795444860, -210, "Mon, 23 Nov 2026 11:11:00 -0330"},
        {951782400, -1, "Mon, 28 Feb 2000 23:59:00 -0001"},
        {INT64_MIN, 0, "Thu, 1 Jan 1970 00:00:00 +0000"},
        {INT64_MAX, 1000000, "Fri, 31 Dec 9999 23:59:00 +2359"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char buffer[HEADER_DATE_SIZE];
        assert_string_equal(header_format_date(cases[i].moment, cases[i].zone, buffer), cases[i].expected);
    }
}

static void test_decode(void **state) {
    /* Goal: encoded-words as they should be and as they are: split characters, broken words, wrong charsets, raw bytes.
     */
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {"=", "="},
        {"=?", "=?"},
        {"plain", "plain"},
        {"=?utf-8?Q?Caf=C3=A9?=", "Café"},
        {"=?UTF-8?b?0J/RgNC40LLQtdGC?=", "Привет"},
        {"a =?utf-8?Q?b?= c", "a b c"},
        {"a =?utf-8?Q?b?= =?utf-8?Q?c?= d", "a bc d"},
        {"=?utf-8?Q?b?=\r\n =?utf-8?Q?c?=", "bc"},
        {"=?utf-8?Q?b?==?utf-8?Q?c?=", "bc"},
        {"=?utf-8?Q?b?=x=?utf-8?Q?c?=", "bxc"},
        {"=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?=", "Café"},
        {"=?utf-8?B?0J/R?= =?utf-8?Q?=80?=", "Пр"},
        {"=?utf-8?Q?=E9?= =?iso-8859-1?Q?=E9?=", "éé"},
        {"=?iso-8859-1?Q?=E9?= =?utf-8?Q?=C3=A9?=", "éé"},
        {"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
        {"=?gb2312?B?zbzK6bnd?=", "图书馆"},
        {"=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"},
        {"=?utf-8*en?Q?hello?=", "hello"},
        {"=?x-martian?Q?Caf=C3=A9?=", "Café"},
        {"=?x-martian?Q?Caf=E9?=", "Café"},
        {"=?utf-8?Q?with spaces here?=", "with spaces here"},
        {"=?utf-8?Q?a=ZZ=4?=", "a=ZZ=4"},
        {"=?utf-8?B?aGVsbG8?=", "hello"},
        {"=?utf-8?B?aGVs bG8=?=", "hello"},
        {"=?utf-8?B?YQ==YQ==?=", "aa"},
        {"=?utf-8?B?!!!?=", "=?utf-8?B?!!!?="},
        {"=?utf-8?B?"
         "?=",
         ""},
        {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
        {"=?utf-8?Q?never ends", "=?utf-8?Q?never ends"},
        {"=?utf-8?Q?=0D=0ABcc:_x=00y?=", "Bcc: xy"},
        {"a\r\n b", "a b"},
        {"Caf\xC3\xA9", "Café"},
        {"Caf\xE9", "Café"},
        {"na\xEFve =?utf-8?Q?=C3=A9?=", "naïve é"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_text decoded = TEXT_EMPTY;
        header_decode(&decoded, cases[i][0], strlen(cases[i][0]));
        if (!string_equal(text_string(&decoded), cases[i][1]))
            fail_msg("%s gave %s", cases[i][0], text_string(&decoded));
    }
}

static void test_decode_hostile(void **state) {
    /* Goal: a megabyte of openings costs no more than a megabyte of letters, and the answer is always clean UTF-8. */
    (void)state;
    static const char *const pieces[] = {
        "=?", "=?utf-8?Q?", "=?utf-8?B?", "?=", "=?a?Q?=41?= ", "=?utf-8?q?=ff?=", "\xE9", "\r\n ", "=", "?", " ", "="};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        auto_text value = TEXT_EMPTY, decoded = TEXT_EMPTY;
        while (value.length < 200000)
            text_append(&value, pieces[i]);
        header_decode(&decoded, value.bytes, value.length);
        assert_true(utf8_is_valid(text_string(&decoded), decoded.length));
    }
    random_seed(4);
    for (size_t i = 0; i < 2000; i++) {
        auto_text value = TEXT_EMPTY, decoded = TEXT_EMPTY;
        for (size_t count = random_below(30); count > 0; count--)
            if (random_below(2))
                text_append(&value, pieces[random_below(COUNT_OF(pieces))]);
            else
                text_append_char(&value, (char)random_below(256));
        header_decode(&decoded, text_string(&value), value.length);
        assert_true(utf8_is_valid(text_string(&decoded), decoded.length));
        assert_int_equal(strcspn(text_string(&decoded), "\r\n"), decoded.length);
        auto_arena arena = arena_new();
        const char *first;
        struct header_parameter *parameters;
        size_t found = header_decode_field(text_string(&value), value.length, arena, &first, &parameters);
        for (size_t parameter = 0; parameter < found; parameter++)
            assert_true(utf8_is_valid(parameters[parameter].value, strlen(parameters[parameter].value)));
    }
}

static void append_random(struct text *text, size_t most) {
    static const char *const pieces[] = {" ", "  ", "=?", "?=", "_", "=", "\"", "\\", "%", "'", "*", ";", "\r\n", "("};
    static const struct {
        uint32_t first, count;
    } blocks[] = {{'a', 26}, {0xE0, 30}, {0x410, 64}, {0x621, 26}, {0x4E00, 5000}, {0x1F600, 60}, {1, 0x10FFFF}};
    size_t language = random_below(COUNT_OF(blocks));
    for (size_t left = random_below(most + 1); left > 0; left--) {
        size_t block = random_below(4) ? random_below(2) * language : random_below(COUNT_OF(blocks));
        if (random_below(4))
            text_append_codepoint(text, (uint32_t)(blocks[block].first + random_below(blocks[block].count)));
        else
            text_append(text, pieces[random_below(COUNT_OF(pieces))]);
    }
}

/* One field: ASCII, folded, at most 998 a line, ended once. Returns its value, CRLF and all. */
static const char *check_field(const struct text *text, const char *name) {
    if (text->length == 0)
        return "";
    const char *bytes = text_string(text);
    size_t line = 0;
    for (size_t i = 0; i < text->length; i++) {
        assert_true((bytes[i] >= ' ' && bytes[i] <= '~') || bytes[i] == '\r' || bytes[i] == '\n');
        if (bytes[i] != '\r') {
            line++;
            continue;
        }
        assert_in_range(line, 1, 998);
        assert_int_equal(bytes[i + 1], '\n');
        assert_true(i + 2 == text->length || (bytes[i + 2] == ' ' && bytes[i + 3] > ' '));
        line = 0;
        i++;
    }
    assert_true(string_starts_with(bytes, name));
    return bytes + strlen(name) + 2;
}

static void test_round_trip(void **state) {
    /* Goal: any string, written as a header or a phrase and read back, is the cleaned string. */
    (void)state;
    random_seed(20260101);
    for (size_t i = 0; i < 3000; i++) {
        auto_text value = TEXT_EMPTY, clean = TEXT_EMPTY, field = TEXT_EMPTY, decoded = TEXT_EMPTY;
        append_random(&value, i % 50 == 0 ? 2000 : 120);
        header_clean(&clean, text_string(&value));
        header_append_unstructured(&field, "Subject", text_string(&value));
        const char *raw = check_field(&field, "Subject");
        header_decode(&decoded, raw, strlen(raw));
        if (!string_equal(text_string(&clean), text_string(&decoded)))
            fail_msg("%s\ncame back as\n%s\nthrough\n%s", text_string(&clean), text_string(&decoded), raw);
        text_clear(&field);
        header_append_mailbox(&field, "From", text_string(&value), "anna@example.org");
        raw = check_field(&field, "From");
        const char *address = strstr(raw, "<anna@example.org>\r\n");
        assert_non_null(address);
        text_clear(&decoded);
        auto_text phrase = TEXT_EMPTY;
        bool quoted = raw[0] == '"';
        for (const char *at = raw + quoted; at < address - (address > raw) - quoted; at++) {
            at += quoted && *at == '\\';
            text_append_char(&phrase, *at);
        }
        header_decode(&decoded, text_string(&phrase), phrase.length);
        string_trim(decoded.bytes ? decoded.bytes : (char[]){""});
        assert_string_equal(text_string(&clean), text_string(&decoded));
    }
}

static void test_decode_parameters(void **state) {
    /* Goal: parameters as RFC 2231 has them, and as senders write them. */
    (void)state;
    static const struct {
        const char *field, *value, *name, *expected;
    } cases[] = {
        {"text/plain", "text/plain", "charset", NULL},
        {"text/plain; charset=utf-8", "text/plain", "charset", "utf-8"},
        {"text/plain;CHARSET = \"utf-8\" ; x=1", "text/plain", "charset", "utf-8"},
        {"text/plain (a (nested) note); charset=us-ascii (plain)", "text/plain", "charset", "us-ascii"},
        {"text/plain; charset=utf-8 format=flowed", "text/plain", "format", "flowed"},
        {"text/plain; charset=\"utf-8\" format=flowed", "text/plain", "format", "flowed"},
        {"text/plain;; ;charset=utf-8;", "text/plain", "charset", "utf-8"},
        {"a; =x; charset=utf-8", "a", "charset", "utf-8"},
        {"multipart/mixed;\r\n\tboundary=a(b", "multipart/mixed", "boundary", "a(b"},
        {"multipart/mixed; boundary=\"=_a\\\"b;c\"", "multipart/mixed", "boundary", "=_a\"b;c"},
        {"multipart/mixed; boundary=\"never ends", "multipart/mixed", "boundary", "never ends"},
        {"attachment; filename=my file (1).pdf", "attachment", "filename", "my file (1).pdf"},
        {"attachment; filename*=utf-8''%e2%82%ac%20rates", "attachment", "filename", "€ rates"},
        {"attachment; filename*=iso-8859-1'en'%A3%20rates", "attachment", "filename", "£ rates"},
        {"attachment; filename=plain; filename*=utf-8''%C3%A9", "attachment", "filename", "é"},
        {"attachment; filename*=utf-8''%C3%A9; filename=plain", "attachment", "filename", "é"},
        {"a; n*0*=utf-8''%C3; n*1*=%A9; n*2=\"t%41\"", "a", "n", "ét%41"},
        {"a; n*2=c; n*0=a; n*1=b", "a", "n", "abc"},
        {"a; n*10=k; n*9=j", "a", "n", "jk"},
        {"a; n*0=a; n*0=b; n*1=c", "a", "n", "ac"},
        {"a; n*=no%20charset", "a", "n", "no charset"},
        {"a; n*=utf-8''bad%zz%4", "a", "n", "bad%zz%4"},
        {"a; n*x*=1; n=2", "a", "n", "2"},
        {"a; n=\"=?utf-8?Q?Caf=C3=A9.pdf?=\"", "a", "n", "Café.pdf"},
        {"a; n*0=\"=?utf-8?Q?Caf=C3=A9\"; n*1=\".pdf?=\"", "a", "n", "Café.pdf"},
        {"a; n=\"Caf\xE9\"", "a", "n", "Café"},
        {"a; n*=utf-8''x%0D%0ABcc%00", "a", "n", "xBcc"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        const char *value;
        struct header_parameter *parameters;
        size_t count = header_decode_field(cases[i].field, strlen(cases[i].field), arena, &value, &parameters);
        const char *found = header_decode_find(parameters, count, cases[i].name);
        if (!string_equal(value, cases[i].value) || !string_equal(found, cases[i].expected))
            fail_msg("%s gave %s; %s", cases[i].field, value, found ? found : "nothing");
    }
    /* Names are tokens: what can't be one is left out. */
    static const char odd[] = "a; x\r\n\r\ny=1; caf\xe9=2; two words=3; z=4";
    auto_arena odd_arena = arena_new();
    const char *odd_value;
    struct header_parameter *left;
    assert_int_equal(header_decode_field(odd, sizeof odd - 1, odd_arena, &odd_value, &left), 1);
    assert_string_equal(left[0].name, "z");
    auto_text many = TEXT_EMPTY;
    text_append(&many, "a");
    for (size_t i = 0; i < 100000; i++)
        text_append_format(&many, "; n*%zu=x", i % 1000);
    auto_arena arena = arena_new();
    const char *value;
    struct header_parameter *parameters;
    assert_int_equal(header_decode_field(many.bytes, many.length, arena, &value, &parameters), 1);
    assert_int_equal(strlen(parameters[0].value), 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_clean),       cmocka_unit_test(test_written_bytes),
        cmocka_unit_test(test_identifiers), cmocka_unit_test(test_dates),
        cmocka_unit_test(test_decode),      cmocka_unit_test(test_decode_hostile),
        cmocka_unit_test(test_round_trip),  cmocka_unit_test(test_decode_parameters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
