#include "cli/members.h"

#include <string.h>

#include "base/localise.h"
#include "base/text.h"
#include "store/partnerships.h"

const char *const members_column_names[MEMBERS_MAX] = {"first", "second", "third"};

bool members_find_columns(const char *path, const struct csv_table *table, int ret[MEMBERS_MAX],
                          struct error_list *faults) {
    static const char *const headings[MEMBERS_MAX][8] = {
        {"first", "person1", "participant1", "member1", "partner1", "a", "writesfirst"},
        {"second", "person2", "participant2", "member2", "partner2", "b"},
        {"third", "person3", "participant3", "member3", "partner3", "c"},
    };
    bool good = true;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        ret[i] = csv_table_column(table, headings[i]);
        if (i < 2 && ret[i] < 0)
            good = error_list_add(faults, path, table->heading.line,
                                  "There is no column \"%s\". The first row names the columns: first, second and, "
                                  "where there are trios, third.",
                                  members_column_names[i]);
    }
    if (good && !table->count)
        good = error_list_add(faults, path, 0, "There is a heading but no partnership below it.");
    return good;
}

const char *members_names(struct arena *arena, const struct participant_list *members, int64_t except) {
    auto_text names = TEXT_EMPTY;
    size_t count = 0, said = 0;
    for (size_t i = 0; i < members->count; i++)
        count += members->items[i].id != except;
    for (size_t i = 0; i < members->count; i++) {
        if (members->items[i].id == except)
            continue;
        text_append_format(&names, "%s%s", said == 0 ? "" : said + 1 == count ? " and " : ", ", members->items[i].name);
        said++;
    }
    return arena_copy_string(arena, text_string(&names));
}

bool members_find_names(struct database *database, int64_t partnership, struct arena *arena, const char **ret,
                        struct error *error) {
    struct participant_list members;
    if (!partnerships_partners(database, partnership, 0, arena, &members, error))
        return false;
    *ret = members_names(arena, &members, 0);
    return true;
}

/* "Anna B." */
static const char *with_initial(struct arena *arena, const char *first_name, const char *name) {
    const char *last = strrchr(name, ' ');
    if (!last || !last[1])
        return name;
    size_t length = strlen(last + 1), position = 0;
    utf8_next(last + 1, length, &position);
    return arena_format(arena, "%s %.*s.", first_name, (int)position, last + 1);
}

static bool is_taken(const char *const *names, size_t count, size_t by) {
    for (size_t i = 0; i < count; i++)
        if (i != by && string_equal(names[i], names[by]))
            return true;
    return false;
}

const char **members_short_names(struct arena *arena, const struct participant_list *members) {
    size_t count = members->count;
    const char **first = arena_take_array(arena, count, sizeof *first),
               **longer = arena_take_array(arena, count, sizeof *longer);
    for (size_t i = 0; i < count; i++)
        first[i] = localise_first_name(arena, members->items[i].name, members->items[i].language);
    for (size_t i = 0; i < count; i++)
        longer[i] = is_taken(first, count, i) ? with_initial(arena, first[i], members->items[i].name) : first[i];
    for (size_t i = 0; i < count; i++)
        first[i] = is_taken(longer, count, i) ? members->items[i].name : longer[i];
    return first;
}
