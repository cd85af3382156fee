/* cmocka.h needs these before it */
#include "test.h"

#include <string.h>

#include "base/memory.h"
#include "mail/template/template_value.h"

static const struct template_value *member(const struct template_value *map, const char *name) {
    return template_value_member(map, name, strlen(name));
}

static void dotted_paths_make_maps(void **state) {
    /* Goal: a dotted path makes the maps on its way, and several paths share them. */
    (void)state;
    auto_arena arena = arena_new();
    struct template_value *values = template_value_map(arena);
    template_value_set_string(values, "programme.name", "Friends");
    template_value_set_format(values, "programme.size", "%d", 46);
    const struct template_value *programme = member(values, "programme");
    assert_non_null(programme);
    assert_int_equal(programme->type, TEMPLATE_MAP);
    assert_string_equal(member(programme, "name")->string, "Friends");
    assert_string_equal(member(programme, "size")->string, "46");
    assert_null(member(values, "program"));
}

static void setting_again_replaces(void **state) {
    /* Goal: the last value set counts, also where its type changes. */
    (void)state;
    auto_arena arena = arena_new();
    struct template_value *values = template_value_map(arena);
    template_value_set_string(values, "a", "one");
    template_value_set_string(values, "a", "two");
    assert_string_equal(member(values, "a")->string, "two");
    template_value_set_boolean(values, "a.b", true);
    assert_true(template_value_is_true(member(member(values, "a"), "b")));
    template_value_set_list(values, "a");
    assert_null(member(values, "a")->first);
}

static void truth_follows_mustache(void **state) {
    /* Goal: empty strings, empty lists and false hide a section; all else shows it. */
    (void)state;
    auto_arena arena = arena_new();
    struct template_value *values = template_value_map(arena);
    template_value_set_string(values, "empty", NULL);
    template_value_set_string(values, "full", "x");
    template_value_set_boolean(values, "no", false);
    struct template_value *list = template_value_set_list(values, "list");
    assert_false(template_value_is_true(member(values, "empty")));
    assert_true(template_value_is_true(member(values, "full")));
    assert_false(template_value_is_true(member(values, "no")));
    assert_false(template_value_is_true(list));
    template_value_add_string(list, "x");
    template_value_set_string(template_value_add_map(list), "name", "y");
    assert_true(template_value_is_true(list));
    const struct template_value *second = list->first->next;
    assert_string_equal(member(second, "name")->string, "y");
    assert_null(second->next);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dotted_paths_make_maps),
        cmocka_unit_test(setting_again_replaces),
        cmocka_unit_test(truth_follows_mustache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
