#include "app/mention.h"

#include "store/settings.h"

enum { MENTIONED_MOST = 100 };

static const char *setting_of(const char *coordinator, struct arena *arena) {
    return arena_format(arena, "mention/%s", coordinator);
}

bool mention_list(struct service *service, const char *coordinator, json_t **ret, struct error *error) {
    auto_arena arena = arena_new();
    const char *text;
    json_error_t ignored;
    if (!settings_get(service->database, setting_of(coordinator, arena), arena, &text, error))
        return false;
    json_t *list = text ? json_loads(text, 0, &ignored) : NULL;
    *ret = list ? list : json_array();
    return true;
}

bool mention_add(struct service *service, const char *coordinator, json_t *entry, struct error *error) {
    auto_arena arena = arena_new();
    json_t *list;
    if (!mention_list(service, coordinator, &list, error)) {
        json_decref(entry);
        return false;
    }
    json_array_append_new(list, entry);
    if (json_array_size(list) > MENTIONED_MOST)
        json_array_remove(list, 0);
    auto_string text = json_dumps(list, JSON_COMPACT);
    json_decref(list);
    require(text);
    return settings_set(service->database, setting_of(coordinator, arena), text, error);
}

bool mention_clear(struct service *service, const char *coordinator, struct error *error) {
    auto_arena arena = arena_new();
    return settings_remove(service->database, setting_of(coordinator, arena), error);
}
