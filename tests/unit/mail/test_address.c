#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "mail/message/address.h"

static void test_parse_good(void **state) {
    /* Goal: what people type becomes one canonical address, international domains as A-labels. */
    (void)state;
    static const struct {
        const char *typed, *expected;
        bool international;
    } cases[] = {
        {"anna@example.org", "anna@example.org", false},
        {"  Anna.Berg@EXAMPLE.Org\t", "Anna.Berg@example.org", false},
        {"<anna@example.org>", "anna@example.org", false},
        {"anna@example.org.", "anna@example.org", false},
        {"o'neil+books=1@example.org", "o'neil+books=1@example.org", false},
        {"\"anna\"@example.org", "anna@example.org", false},
        {"\"anna berg\"@example.org", "\"anna berg\"@example.org", false},
        {"\"a@b\\\"c\"@example.org", "\"a@b\\\"c\"@example.org", false},
        {"root@localhost", "root@localhost", false},
        {"anna@Bücher.example", "anna@xn--bcher-kva.example", false},
        {"anna@straße.example", "anna@xn--strae-oqa.example", false},
        {"anna@例え。テスト", "anna@xn--r8jz45g.xn--zckzah", false},
        {"anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai", false},
        {"anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example", false},
        {"анна@example.org", "анна@example.org", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct address address = {0};
        struct error error = ERROR_INIT;
        if (!address_parse(cases[i].typed, &address, &error))
            fail_msg("%s: %s", cases[i].typed, error.message);
        assert_string_equal(address.text, cases[i].expected);
        assert_int_equal(address.international, cases[i].international);
        assert_int_equal(address.text[address.local_length], '@');
        assert_true(strchr(address.text + address.local_length + 1, '@') == NULL);
    }
}

static void test_parse_bad(void **state) {
    /* Goal: what is no address is refused with the reason, and the output stays as it was. */
    (void)state;
    static const struct {
        const char *typed, *reason;
    } cases[] = {
        {NULL, "empty"},
        {"", "empty"},
        {" <> ", "empty"},
        {"anna", "no @"},
        {"@example.org", "before the @"},
        {"anna@", "after the @"},
        {"anna@@example.org", "more than one @"},
        {"anna@example.org@example.org", "more than one @"},
        {"anna@example.org, ben@example.org", "more than one @"},
        {"anna berg@example.org", "a space before"},
        {"anna@example. org", "a space after"},
        {".anna@example.org", "dot"},
        {"anna.@example.org", "dot"},
        {"an..na@example.org", "dot"},
        {"an(na@example.org", "character ("},
        {"an\"na\"@example.org", "character \""},
        {"anna@example", "ending missing"},
        {"anna@[192.0.2.1]", "IP number"},
        {"anna@-example.org", "no domain name"},
        {"anna@example-.org", "no domain name"},
        {"anna@exam_ple.org", "no domain name"},
        {"anna@example..org", "no domain name"},
        {"anna@.org", "no domain name"},
        {"anna@xn--a.example", "no domain name"},
        {"anna@bü_cher.example", "no domain name"},
        {"Anna <anna@example.org>", "alone"},
        {"anna@example.org\r\nBcc: x@example.org", "more than one @"},
        {"anna\r\n@example.org", "control character"},
        {"anna@exa\nmple.org", "no domain name"},
        {"\"anna\r\n\"@example.org", "broken"},
        {"\"anna@example.org", "no @"},
        {"an\xFFna@example.org", "UTF-8"},
        {"a23456789012345678901234567890123456789012345678901234567890123456789@example.org", "longer than 64"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct address address = {.text = "untouched"};
        struct error error = ERROR_INIT;
        assert_false(address_parse(cases[i].typed, &address, &error));
        assert_string_equal(address.text, "untouched");
        assert_int_equal(error.class, ERROR_PERMANENT);
        if (!strstr(error.message, cases[i].reason))
            fail_msg("%s: \"%s\" lacks \"%s\"", cases[i].typed, error.message, cases[i].reason);
    }
}

static void test_limits(void **state) {
    /* Goal: the limits of RFC 5321 hold to the byte: 64 before the @, 63 a label, 254 in all. */
    (void)state;
    char local[80], label[80];
    memset(local, 'a', sizeof local);
    memset(label, 'b', sizeof label);
    for (int of_local = 63; of_local <= 66; of_local++)
        for (int last = 56; last <= 65; last++) {
            auto_text typed = TEXT_EMPTY;
            text_append_format(&typed, "%.*s@%.63s.%.63s.%.*s", of_local, local, label, label, last, label);
            struct address address;
            struct error error = ERROR_INIT;
            bool fits = of_local <= 64 && last <= 63 && typed.length <= 254;
            assert_int_equal(address_parse(text_string(&typed), &address, &error), fits);
        }
    auto_text endless = TEXT_EMPTY;
    for (size_t i = 0; i < 100000; i++)
        text_append(&endless, "a@");
    struct address address;
    struct error error = ERROR_INIT;
    assert_false(address_parse(text_string(&endless), &address, &error));
}

static void test_key(void **state) {
    /* Goal: two spellings of one mailbox share a key, two mailboxes do not. */
    (void)state;
    static const struct {
        const char *address, *key;
    } cases[] = {
        {"Anna@Example.ORG", "anna@example.org"},
        {"anna+Books@example.org", "anna+books@example.org"},
        {"АННА@example.org", "анна@example.org"},
        {"anna@BÜCHER.example", "anna@xn--bcher-kva.example"},
        {"\u0390@example.org", "\u03b9\u0308\u0301@example.org"} /* folding triples it */,
        {"fran\u212A@example.org", "fran\u212A@example.org"} /* the Kelvin sign is no K */,
        {"\u017Ftra\u00DFe@example.org", "\u017Ftra\u00DFe@example.org"},
        {"\uFB01nn@\u212Aiel.example", "\uFB01nn@kiel.example"} /* in a domain it is */,
        {"", ""},
        {"no address", "no address"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_string key = address_key(cases[i].address);
        assert_string_equal(key, cases[i].key);
    }
    /* A capital that no domain may hold, typed as it is and in the small form that one may. */
    auto_string capital = address_key("x@\xD3\x80\xD1\x84");
    auto_string small = address_key("x@\xD3\x8F\xD1\x84");
    assert_string_equal(capital, small);
    auto_string broken = address_key("\xFF\xC3@\xE2\x82");
    assert_true(utf8_is_valid(broken, strlen(broken)));
}

static void test_tags_round_trip(void **state) {
    /* Goal: every tagged address that we build is read back, also after a mail system changed its case. */
    (void)state;
    static const struct address_scheme schemes[] = {
        {"iln@example.org", '+'}, {"iln@example.org", '-'}, {"a-b@example.org", '-'}, {"@iln.example.org", 0}};
    static const char purposes[] = "rbpu";
    random_seed(7);
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        for (size_t length = ADDRESS_SECRET_MIN; length <= ADDRESS_SECRET_MAX; length++) {
            char secret[ADDRESS_TAG_SIZE], built[ADDRESS_SIZE];
            random_secret(secret, length);
            char purpose = purposes[random_below(4)];
            struct error error = ERROR_INIT;
            assert_true(address_with_tag(&schemes[i], purpose, secret, built, &error));
            for (char *at = built; *at; at++)
                if (*at >= 'a' && *at <= 'z' && random_below(2))
                    *at = (char)(*at - 'a' + 'A');
            struct address_tag tag;
            assert_true(address_find_tag(built, &schemes[i], &tag));
            assert_int_equal(tag.purpose, purpose);
            assert_string_equal(tag.value, secret);
            struct address_scheme unknown = {NULL, schemes[i].separator};
            assert_true(address_find_tag(built, &unknown, &tag));
            assert_string_equal(tag.value, secret);
        }
    char built[ADDRESS_SIZE];
    struct error error = ERROR_INIT;
    assert_true(address_with_tag(&schemes[0], 'r', "abcdefgh234567ab", built, &error));
    assert_string_equal(built, "iln+rabcdefgh234567ab@example.org");
    assert_true(address_with_tag(&schemes[3], 0, "join", built, &error));
    assert_string_equal(built, "join@iln.example.org");
}

static void test_tags_refused(void **state) {
    /* Goal: what is not of the scheme is no tag; a programme address without room for tags is an error, not a cut one.
     */
    (void)state;
    static const struct address_scheme plus = {"iln@example.org", '+'}, domain = {"@iln.example.org", 0},
                                       unknown = {NULL, '+'}, anything = {NULL, 0};
    static const struct {
        const struct address_scheme *scheme;
        const char *address;
    } refused[] = {
        {&plus, "iln@example.org"},
        {&plus, "iln+@example.org"},
        {&plus, "iln+hello@example.org"},
        {&plus, "iln+rabc@example.org"},
        {&plus, "iln+rabcdefgh234567a1@example.org"},
        {&plus, "iln+xabcdefgh234567ab@example.org"},
        {&plus, "ilm+rabcdefgh234567ab@example.org"},
        {&plus, "iln-rabcdefgh234567ab@example.org"},
        {&plus, "iln+rabcdefgh234567ab@example.com"},
        {&plus, "iln+rabcdefgh234567ab"},
        {&plus, ""},
        {&plus, NULL},
        {&plus, "iln+rabcdefgh234567ababcdefgh234567ababcdefgh234567ababcdefgh234567ab@example.org"},
        {&domain, "rabcdefgh234567ab@example.org"},
        {&unknown, "+rabcdefgh234567ab@example.org"},
        {&anything, "help@example.org"},
    };
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct address_tag tag;
        if (address_find_tag(refused[i].address, refused[i].scheme, &tag))
            fail_msg("%s passed for a tag", refused[i].address);
    }
    struct address_tag tag;
    assert_true(address_find_tag("ILN+Report@example.org", &plus, &tag));
    assert_int_equal(tag.purpose, 0);
    assert_string_equal(tag.value, "report");
    static const struct address_scheme bad[] = {
        {NULL, '+'},
        {"iln", '+'},
        {"@example.org", '+'},
        {"a-programme-with-a-name-that-leaves-no-room-at-all@example.org", '+'},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        char built[ADDRESS_SIZE] = "untouched";
        struct error error = ERROR_INIT;
        assert_false(address_with_tag(&bad[i], 'r', "abcdefgh234567ab", built, &error));
        assert_int_equal(error.class, ERROR_CONFIGURATION);
        assert_string_equal(built, "untouched");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse_good), cmocka_unit_test(test_parse_bad),       cmocka_unit_test(test_limits),
        cmocka_unit_test(test_key),        cmocka_unit_test(test_tags_round_trip), cmocka_unit_test(test_tags_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
