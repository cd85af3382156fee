/* Opening a service (declared in app/service.h): what its templates ask it, and whom a broken one is reported to. */
#include <stdlib.h>
#include <string.h>

#include "app/notice.h"
#include "app/service.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/schedule.h"
#include "store/settings.h"

static bool find_schema(void *context, const char *name, const struct template_schema **ret) {
    const struct service *service = context;
    const struct step *step = sequence_find_template(&service->sequence, name);
    if (step)
        *ret = template_names_step_schema(step);
    return step;
}

static const char *last_good_name(struct text *name, const char *path) {
    text_append_format(name, "template/%s", path);
    return text_string(name);
}

static void save_last_good(void *context, const char *path, const char *bytes, size_t length) {
    struct service *service = context;
    auto_text name = TEXT_EMPTY;
    auto_string value = memory_copy_bytes(bytes, length);
    struct error error = ERROR_INIT;
    if (!settings_set(service->database, last_good_name(&name, path), value, &error))
        log_warning("cannot remember the last good version of the template %s: %s", path, error.message);
}

static bool load_last_good(void *context, const char *path, struct text *ret) {
    struct service *service = context;
    auto_text name = TEXT_EMPTY;
    auto_arena arena = arena_new();
    const char *value = NULL;
    struct error error = ERROR_INIT;
    if (!settings_get(service->database, last_good_name(&name, path), arena, &value, &error))
        log_warning("cannot recall the last good version of the template %s: %s", path, error.message);
    text_append(ret, value);
    return value != NULL;
}

static void report_template(void *context, const char *path, const char *problem) {
    struct service *service = context;
    auto_text key = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    last_good_name(&key, path);
    if (problem) {
        auto_text problems = TEXT_EMPTY;
        auto_arena arena = arena_new();
        for (const char *next = problem; *next; next++) /* one a line; an alert is one line */
            text_append(&problems, *next == '\n' ? "; " : (char[]){*next, '\0'});
        struct notice notice = {
            .key = text_string(&key),
            .kind = CASE_TEXT,
            .reason = REASON_FORMAT(
                arena, "The template %s has an error; its last good version, if there is one, stays in use: %s", path,
                text_string(&problems)),
        };
        log_error("%s", notice.reason.text);
        notice_raise(service, &notice, &error);
    } else {
        notice_clear(service, text_string(&key), &error);
    }
    if (error.class != ERROR_NONE)
        log_error("cannot tell coordinators about the template %s: %s", path, error.message);
}

static bool read_sequence(struct service *service, struct error *error) {
    const struct configuration *configuration = service->configuration;
    struct step *steps = arena_take_array(service->arena, configuration->step_count, sizeof *steps);
    for (size_t i = 0; i < configuration->step_count; i++) {
        steps[i] = configuration->steps[i];
        if (!schedule_step_first_seen(service->database, steps[i].name, clock_now(), &steps[i].first_seen_at, error))
            return false;
    }
    service->sequence = (struct sequence){steps, configuration->step_count, service->zone};
    return true;
}

bool service_open(struct service *service, const struct configuration *configuration, struct database *database,
                  const char *actor, struct error *error) {
    const struct programme_settings *programme = &configuration->programme;
    *service = (struct service){.configuration = configuration, .database = database, .arena = arena_new()};
    service->actor = arena_copy_string(service->arena, actor);
    service->scheme.separator = programme->separator;
    service->scheme.programme =
        programme->separator ? programme->address : arena_copy_string(service->arena, strrchr(programme->address, '@'));
    if (!zone_load(programme->time_zone, &service->zone, error) || !read_sequence(service, error) ||
        !service_refresh(service, error)) {
        service_close(service);
        return false;
    }
    service->templates =
        templates_new(programme->templates, programme->languages[0],
                      &(struct templates_owner){service, find_schema, save_last_good, load_last_good, report_template});
    return true;
}

void service_close(struct service *service) {
    templates_free(service->templates);
    arena_free(service->arena);
    *service = (struct service){0};
}
