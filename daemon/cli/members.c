#include "cli/members.h"

#include "base/localise.h"
#include "base/text.h"
#include "store/partnerships.h"

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

const char **members_short_names(struct arena *arena, const struct participant_list *members) {
    const char **names = arena_take_array(arena, members->count, sizeof *names);
    for (size_t i = 0; i < members->count; i++)
        names[i] = localise_first_name(arena, members->items[i].name, members->items[i].language);
    for (size_t i = 0; i < members->count; i++)
        for (size_t j = 0; j < members->count; j++)
            if (i != j &&
                string_equal(localise_first_name(arena, members->items[j].name, members->items[j].language), names[i]))
                names[i] = members->items[i].name;
    return names;
}
