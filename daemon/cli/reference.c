#include "cli/reference.h"

#include "base/suggest.h"
#include "base/text.h"
#include "cli/context.h"
#include "cli/members.h"
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

/* ---- For options and arguments ---- */

static bool find_participant(struct context *context, const char *typed, struct error *error) {
    require(context->people_count < COUNT_OF(context->people));
    return reference_participant(context->database, typed, context->arena, &context->people[context->people_count++],
                                 error);
}

static bool find_round(struct context *context, const char *typed, struct error *error) {
    struct round_list all;
    if (!rounds_find_by_reference(context->database, typed, context->arena, &context->round, error) ||
        !rounds_list(context->database, context->arena, &all, error))
        return false;
    if (context->round.id)
        return true;
    const char *near = all.count ? suggest_nearest_in(typed, &all.items[0].name, all.count, sizeof all.items[0]) : NULL;
    if (near)
        return error_set(error, ERROR_PERMANENT, "There is no round \"%s\"; did you mean \"%s\"?", typed, near);
    return error_set(error, ERROR_PERMANENT, "There is no round \"%s\". Plan it with: tandempost round create \"%s\"",
                     typed, typed);
}

static bool find_partnership(struct context *context, const char *typed, struct error *error) {
    int64_t id = 0;
    if (!reference_id(typed, "partnership", "partnership list", &id, error) ||
        !partnerships_find(context->database, id, context->arena, &context->partnership, error))
        return false;
    return context->partnership.id ? members_find_names(context->database, id, context->arena, &context->members, error)
                                   : reference_none(id, "partnership", "partnership list", error);
}

const struct command_value reference_to_participant = {.find = find_participant},
                           reference_to_round = {.find = find_round},
                           reference_to_partnership = {.find = find_partnership};
