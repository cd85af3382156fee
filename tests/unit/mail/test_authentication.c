/* Authentication-Results: whose word counts, and reading it in every lexical dress of RFC 8601. */
#include "test.h"

#include <string.h>

#include "base/text.h"
#include "mail/authentication.h"
#include "mail/message/parse.h"

/* The DMARC result of a mail with these header lines; "absent" where no field counts. */
static const char *dmarc_of_header(const char *header, struct arena *arena) {
    struct message message;
    struct error error = ERROR_INIT;
    const char *mail = arena_format(arena, "%s\r\nhello\r\n", header);
    assert_true(message_parse(mail, strlen(mail), arena, &message, &error));
    struct authentication_finding finding;
    return authentication_read(&message, "mx.example.org", arena, &finding) ? finding.dmarc : "absent";
}

static const char *dmarc_of(const char *header, struct arena *arena) {
    return dmarc_of_header(arena_format(arena, "%sFrom: anna@example.net\r\n", header), arena);
}

static void reads_the_result(void **state) {
    /* Goal: pass, fail and none are read in spite of comments, folds, versions, quotes and other methods around them.
     */
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *value, *dmarc;
    } examples[] = {
        {"mx.example.org; dmarc=pass header.from=example.net", "pass"},
        {"mx.example.org; spf=pass smtp.mailfrom=a@b; dkim=fail; dmarc=fail (p=reject) header.from=b", "fail"},
        {"MX.Example.ORG 1; dmarc = PASS", "pass"},
        {"\"mx.example.org\" (our server); (one (two) three) dmarc/1 (x) = (y) pass", "pass"},
        {"mx.example.org;\r\n\tspf=none;\r\n\tdmarc=pass", "pass"},
        {"mx.example.org; none", "none"},
        {"mx.example.org; dmarc=temperror", "none"},
        {"mx.example.org; dmarc=bestguesspass", "none"},
        {"mx.example.org; spf=fail", "none"},
        {"mx.example.org; dmarc=fail; dmarc=pass", "fail"},
        {"mx.example.org; dmarc=pass; dmarc=none", "none"},
        {"mx.example.org", "none"},
        {"other.example.org; dmarc=pass", "absent"},
        {"mx.example.org.evil.example; dmarc=pass", "absent"},
        {"", "absent"},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        assert_string_equal(dmarc_of(arena_format(arena, "Authentication-Results: %s\r\n", examples[i].value), arena),
                            examples[i].dmarc);
}

static void is_not_led_astray(void **state) {
    /* Goal: "dmarc=pass" inside quoted strings, comments, other values or unfinished ones is no result. */
    (void)state;
    auto_arena arena = arena_new();
    static const char *const values[] = {
        "mx.example.org; spf=fail reason=\"x; dmarc=pass\"",
        "mx.example.org; spf=fail (; dmarc=pass)",
        "mx.example.org; spf=fail smtp.mailfrom=\"a\\\"; dmarc=pass\"",
        "mx.example.org; spf=fail (never closed ; dmarc=pass",
        "mx.example.org; xdmarc=pass",
        "mx.example.org; dmarcx=pass",
        "mx.example.org; dmarc pass",
        "mx.example.org; spf=dmarc=pass",
        "mx.example.org; dmarc=passed",
    };
    for (size_t i = 0; i < COUNT_OF(values); i++)
        assert_string_not_equal(dmarc_of(arena_format(arena, "Authentication-Results: %s\r\n", values[i]), arena),
                                "pass");
}

static void trusts_only_the_top(void **state) {
    /* Goal: fields of the server that stand together count together; what follows a Received field came with the mail.
     */
    (void)state;
    auto_arena arena = arena_new();
    assert_string_equal(dmarc_of("Authentication-Results: mx.example.org; spf=pass\r\n"
                                 "Authentication-Results: mx.example.org; dmarc=pass\r\n",
                                 arena),
                        "pass");
    assert_string_equal(dmarc_of("Authentication-Results: mx.example.org; dmarc=fail\r\n"
                                 "Authentication-Results: mx.example.org; dmarc=pass\r\n",
                                 arena),
                        "fail");
    assert_string_equal(dmarc_of("Authentication-Results: mx.example.org; spf=fail\r\n"
                                 "Received: from evil.example by mx.example.org\r\n"
                                 "Authentication-Results: mx.example.org; dmarc=pass\r\n",
                                 arena),
                        "none");
    assert_string_equal(dmarc_of("Received: from mx.example.org by store.example.org\r\n"
                                 "Authentication-Results: mx.example.org; dmarc=pass\r\n",
                                 arena),
                        "pass");
}

static void must_speak_of_the_same_author(void **state) {
    /* Goal: what was proven of one address proves nothing of another, however the header makes readers disagree about
     * who its author is. */
    (void)state;
    auto_arena arena = arena_new();
    static const char anna[] = "From: anna@example.net\r\n";
    static const struct {
        const char *author, *result, *dmarc;
    } examples[] = {
        {anna, "dmarc=pass header.from=example.net", "pass"},
        {anna, "dmarc=pass (p=none dis=none) header.from=\"Anna@Example.NET\" policy.x=y", "pass"},
        {anna, "dmarc=pass header.from=evil.example", "fail"},
        {anna, "dmarc=pass header.from=example.net.evil.example", "fail"},
        {anna, "dmarc=none header.from=evil.example", "fail"},
        {"From: anna@b\xC3\xBC"
         "cher.example\r\n",
         "dmarc=pass header.from=xn--bcher-kva.example", "pass"},
        {"From: Anna <anna@example.net>, anna@EXAMPLE.net\r\n", "dmarc=pass header.from=example.net", "pass"},
        {"From: anna@example.net, eve@evil.example\r\n", "dmarc=pass", "fail"},
        {"From: anna@example.net, eve@evil.example\r\n", "dmarc=permerror", "fail"},
        {"From: anna@example.net, eve@evil.example\r\n", "spf=pass", "fail"},
        {"From: anna@example.net, eve@evil.example\r\n", "dmarc=pass header.from=evil.example", "fail"},
        {"From: anna@example.net, ben@example.com\r\n", "dmarc=pass header.from=example.net", "pass"},
        {"From: anna@example.net\r\nFrom: eve@evil.example\r\n", "dmarc=pass", "fail"},
        {"From: anna@example.net\r\nfrom : eve@evil.example\r\n", "dmarc=pass header.from=evil.example", "fail"},
        {"From: eve@evil.example\r\nFrom: anna@example.net\r\n", "dmarc=pass header.from=evil.example", "pass"},
        {"From: =?utf-8?Q?anna=40example.net?=\r\n", "dmarc=permerror", "fail"},
        {"From: Anna anna@example.net\r\n", "dmarc=permerror", "fail"},
        {"From: eve@evil.example <anna@example.net\r\n", "dmarc=none", "fail"},
        {"From: <eve@evil.example> <anna@example.net>\r\n", "dmarc=none header.from=evil.example", "fail"},
        {"From: \"anna@example.net\" <ANNA@Example.net>\r\n", "dmarc=none", "none"},
        {"From: anna@example.net (Anna)\r\n", "dmarc=none", "none"},
        {"From: anna@example.net\r\n", "dmarc=temperror", "none"},
        {"From: <eve@evil.example> <anna@example.net>\r\n", "dmarc=pass", "fail"},
        {"From: eve@evil.example <anna@example.net>\r\n", "dmarc=pass", "fail"},
        {"From: ;<anna@example.net>\r\n", "dmarc=permerror", "fail"},
        {"From: \"never closed <anna@example.net>\r\n", "spf=pass", "fail"},
        {"From: \"Eve <eve@evil.example>, \\\"x\" A. <anna@example.net>\r\n", "dmarc=pass", "pass"},
        {"From: anna@example.net <anna@example.net>\r\n", "dmarc=pass", "pass"},
        {"From: Berg, Anna <anna@example.net>\r\n", "dmarc=pass header.from=example.net", "pass"},
        /* Domains that we take for hers, and other readers may not. */
        {"From: anna@exam\u200Bple.net\r\n", "dmarc=none header.from=exam\u200Bple.net", "fail"},
        {"From: Anna <anna@example\u3002net>\r\n", "dmarc=none", "fail"},
        {"From: anna@\uFF45xample.net\r\n", "spf=pass", "fail"},
        {"From: anna@\uFF45xample.net\r\n", "dmarc=pass header.from=example.net", "pass"},
        {"From: anna@b\u00FC"
         "cher.example\r\n",
         "dmarc=none", "none"},
        {"Sender: anna@example.net\r\n", "dmarc=none", "fail"},
        {"Sender: anna@example.net\r\n", "spf=pass", "fail"},
    };
    for (size_t i = 0; i < COUNT_OF(examples); i++)
        assert_string_equal(dmarc_of_header(arena_format(arena, "Authentication-Results: mx.example.org; %s\r\n%s",
                                                         examples[i].result, examples[i].author),
                                            arena),
                            examples[i].dmarc);
}

static void needs_a_configured_server(void **state) {
    /* Goal: with no server configured, no result counts. */
    (void)state;
    auto_arena arena = arena_new();
    struct message message;
    struct error error = ERROR_INIT;
    static const char mail[] = "Authentication-Results: mx.example.org; dmarc=pass\r\n\r\nhello\r\n";
    assert_true(message_parse(mail, sizeof mail - 1, arena, &message, &error));
    struct authentication_finding finding;
    assert_false(authentication_read(&message, NULL, arena, &finding));
    assert_false(authentication_read(&message, "", arena, &finding));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_result),          cmocka_unit_test(is_not_led_astray),
        cmocka_unit_test(trusts_only_the_top),       cmocka_unit_test(must_speak_of_the_same_author),
        cmocka_unit_test(needs_a_configured_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
