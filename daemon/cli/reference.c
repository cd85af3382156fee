#include "cli/reference.h"

#include "base/suggest.h"
#include "base/text.h"
#include "mail/message/address.h"

bool reference_participant(struct database *database, const char *typed, struct arena *arena, struct participant *ret,
                           struct error *error) {
    auto_string key = address_key(typed);
    struct participant found;
    if (!participants_find_by_reference(database, typed, key, arena, &found, error))
        return false;
    if (!found.id)
        return error_set(error, ERROR_PERMANENT,
                         "There is no participant \"%s\". All of them: tandempost participant list", typed);
    *ret = found;
    return true;
}

bool reference_round(struct database *database, const char *typed, struct arena *arena, struct round *ret,
                     struct error *error) {
    struct round found;
    struct round_list all;
    if (!rounds_find_by_reference(database, typed, arena, &found, error) || !rounds_list(database, arena, &all, error))
        return false;
    if (found.id) {
        *ret = found;
        return true;
    }
    const char *near = all.count ? suggest_nearest_in(typed, &all.items[0].name, all.count, sizeof all.items[0]) : NULL;
    if (near)
        return error_set(error, ERROR_PERMANENT, "There is no round \"%s\"; did you mean \"%s\"?", typed, near);
    return error_set(error, ERROR_PERMANENT, "There is no round \"%s\". Plan it with: tandempost round create \"%s\"",
                     typed, typed);
}

bool reference_id(const char *typed, const char *what, const char *list, int64_t *ret, struct error *error) {
    int64_t id;
    if (!string_to_integer(typed, &id) || id <= 0)
        return error_set(error, ERROR_PERMANENT, "\"%s\" is no %s: it is named by its number. See: tandempost %s",
                         typed, what, list);
    *ret = id;
    return true;
}

bool reference_none(int64_t id, const char *what, const char *list, struct error *error) {
    return error_set(error, ERROR_PERMANENT, "There is no %s %lld. See: tandempost %s", what, (long long)id, list);
}

bool reference_partnership(struct database *database, const char *typed, struct arena *arena, struct partnership *ret,
                           struct error *error) {
    int64_t id = 0;
    struct partnership found;
    if (!reference_id(typed, "partnership", "partnership list", &id, error) ||
        !partnerships_find(database, id, arena, &found, error))
        return false;
    if (!found.id)
        return reference_none(id, "partnership", "partnership list", error);
    *ret = found;
    return true;
}
