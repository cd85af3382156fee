/* Partners are told what each agreed to share, and nothing else. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "form_fixture.h"
#include "programme/sharing.h"

static const char a_form[] =
    "name: text, required, as name\n    Name: Your name?\n"
    "languages: languages, shared under languages\n    Languages: Which?\n"
    "hobby: several of, shared under life\n    Hobbies: Which?\n"
    "    - chess: chess\n    - dance: dance\n    - other: something else\n"
    "work: one of, shared under life\n    Work: Which?\n"
    "    - sea: at sea\n    - land: on land\n    - other: elsewhere\n"
    "motto: text, shared under life\n    Motto: Yours?\n"
    "secret: text\n    Secret: Yours?\n"
    "often: one of, as rhythm\n    Often: How often?\n    - daily: daily\n    - yearly: yearly\n"
    "talk: several of, as live\n    Talk: How?\n    - mail: mail\n    - live: live\n"
    "tell: several of, as sharing\n    Tell: What?\n    - life: my life\n"
    "    - languages: languages\n";
enum { NAME, LANGUAGES, HOBBY, WORK, MOTTO, SECRET, OFTEN, TALK, TELL, QUESTIONS };

static const char *const anna[QUESTIONS] = {
    "Anna",  "sv,en:good,fr:basic", "other,dance,chess", "sea", "Slowly.", "A thing",
    "daily", "mail,live",           "life,languages"};

/* Goal: what goes to partners is what was chosen to go, how often one wants to write, and no more; who chose nothing
 * shares nothing else. */
static void test_only_what_was_agreed(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    const struct form *form = test_form_from(a_form, "en", arena);
    const char *const *shared = sharing_of(form, anna, arena);
    static const bool told[QUESTIONS] = {
        [LANGUAGES] = true, [HOBBY] = true, [WORK] = true, [MOTTO] = true, [OFTEN] = true};
    for (size_t i = 0; i < QUESTIONS; i++)
        if (told[i])
            assert_string_equal(shared[i], i == HOBBY ? "dance,chess" : anna[i]);
        else
            assert_null(shared[i]);
    const char *only_life[QUESTIONS], *nothing[QUESTIONS];
    memcpy(only_life, anna, sizeof anna);
    memcpy(nothing, anna, sizeof anna);
    only_life[TELL] = "life";
    nothing[TELL] = NULL;
    assert_null(sharing_of(form, only_life, arena)[LANGUAGES]);
    assert_string_equal(sharing_of(form, only_life, arena)[MOTTO], "Slowly.");
    for (size_t i = 0; i < QUESTIONS; i++)
        assert_true((sharing_of(form, nothing, arena)[i] != NULL) == (i == OFTEN));
    nothing[OFTEN] = "hourly";
    assert_null(sharing_of(form, nothing, arena)[OFTEN]);
    assert_true(sharing_chose(form, anna, FORM_ROLE_LIVE, "live"));
    assert_false(sharing_chose(form, anna, FORM_ROLE_LIVE, "liv"));
    assert_false(sharing_chose(form, anna, FORM_ROLE_TRIO, "yes"));
}

static const char *common(const struct form *form, size_t question, const char *a, const char *b, const char *c,
                          struct arena *arena) {
    const char *people[3][QUESTIONS] = {{0}};
    people[0][question] = a, people[1][question] = b, people[2][question] = c;
    const char *const *shared[3] = {people[0], people[1], people[2]};
    return sharing_common(form, question, shared, c ? 3 : 2, arena) ?: "";
}

/* Goal: in common is what all chose; not what is merely "something else", nor a language that one can't write in. */
static void test_in_common(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    const struct form *form = test_form_from(a_form, "en", arena);
    assert_string_equal(common(form, HOBBY, "chess,dance", "dance,chess", NULL, arena), "chess,dance");
    assert_string_equal(common(form, HOBBY, "chess,dance", "dance", "dance,other", arena), "dance");
    assert_string_equal(common(form, HOBBY, "chess,other", "dance,other", NULL, arena), "");
    assert_string_equal(common(form, HOBBY, "gone", "gone", NULL, arena), "");
    assert_string_equal(common(form, HOBBY, "chess", NULL, NULL, arena), "");
    assert_string_equal(common(form, HOBBY, NULL, "chess", NULL, arena), "");
    assert_string_equal(common(form, WORK, "sea", "sea", NULL, arena), "sea");
    assert_string_equal(common(form, WORK, "other", "other", NULL, arena), "");
    assert_string_equal(common(form, LANGUAGES, "sv,en:good,fr:basic", "en:fluent,fr", NULL, arena), "en");
    assert_string_equal(common(form, LANGUAGES, "en,fr", "fr:basic,en", "en", arena), "en");
    assert_string_equal(common(form, MOTTO, "Slowly.", "Slowly.", NULL, arena), "");
    assert_true(sharing_is_in("dance,chess", "chess,dance"));
    assert_true(sharing_is_in("en:good", "fr,en"));
    assert_false(sharing_is_in("chess,dance", "dance"));
    assert_false(sharing_is_in("chess", NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_was_agreed),
        cmocka_unit_test(test_in_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
