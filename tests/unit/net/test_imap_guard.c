#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "net/imap_guard.h"

/* What the guard says about TEXT when LEFT bytes may come, fed in pieces of PIECE bytes. */
static const char *look(const char *text, uint64_t left, size_t piece) {
    struct imap_guard guard = {0};
    imap_guard_allow(&guard, left);
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i += piece) {
        const char *problem = imap_guard_look(&guard, text + i, length - i < piece ? length - i : piece);
        if (problem)
            return problem;
    }
    return NULL;
}

static void passes_ordinary_answers(void **state) {
    /* Goal: what servers send passes, however it is cut into pieces. */
    (void)state;
    static const char *const answers[] = {
        "* 1 FETCH (UID 1 BODY[] {10}\r\n(((((((((( FLAGS (\\Seen))\r\nA1 OK done\r\n",
        "* LIST (\\HasNoChildren) \"/\" \"a \\\" ( { b\"\r\n",
        "* OK [PERMANENTFLAGS (\\Seen \\*)] it's 6\" tall {4000000000}\r\n* 2 EXISTS\r\n",
        "* 1 FETCH (BODY[] {0}\r\n)\r\n",
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        for (size_t piece = 1; piece < 40; piece++)
            assert_null(look(answers[i], 1000, piece));
}

static void refuses_too_much(void **state) {
    /* Goal: more bytes than allowed are refused, a literal already when it is announced. */
    (void)state;
    for (size_t piece = 1; piece < 40; piece++) {
        assert_non_null(look("* 1 FETCH (BODY[] {4000000000}\r\n", 1000, piece));
        assert_non_null(look("* 1 FETCH (BODY[] {99999999999999999999999999}\r\n", 1000, piece));
        assert_non_null(look("* OK 0123456789\r\n", 10, piece));
        assert_non_null(look("* 1 FETCH (BODY[] {5}\r\n12345 BODY[] {100}\r\n", 60, piece));
        assert_null(look("* 1 FETCH (BODY[] {5}\r\n12345)\r\n", 31, piece));
    }
}

static void refuses_depth(void **state) {
    /* Goal: lists nested too deeply are refused, wherever they are hidden; not so many lists side by side. */
    (void)state;
    char deep[200] = "* 1 FETCH (BODYSTRUCTURE ", hidden[300] = "* OK {200}\r\n* 1 FETCH ", flat[300] = "* 1 FETCH (X ";
    for (int i = 0; i < 40; i++) {
        strcat(deep, "(");
        strcat(hidden, "(");
        strcat(flat, "()");
    }
    strcat(flat, ")\r\n");
    for (size_t piece = 1; piece < 40; piece++) {
        assert_non_null(look(deep, 1000, piece));
        assert_non_null(look(hidden, 1000, piece));
        assert_null(look(flat, 1000, piece));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_ordinary_answers),
        cmocka_unit_test(refuses_too_much),
        cmocka_unit_test(refuses_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
