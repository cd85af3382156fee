#include "cli/template_faults.h"

#include <string.h>

#include "app/template_files.h"
#include "base/duration.h"
#include "base/text.h"

static const char *const fixed_names[] = {"check-in-unclear", "coordinator-waiting", "coordinator-alert",
                                          "coordinator-clear", "test"};

const char **template_faults_used(const struct service *service, struct arena *arena, size_t *ret_count) {
    const struct sequence *sequence = &service->sequence;
    const char **names = arena_take_array(arena, sequence->count + COUNT_OF(fixed_names), sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < sequence->count; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known |= string_equal(names[j], sequence->steps[i].template_name);
        if (!known)
            names[count++] = sequence->steps[i].template_name;
    }
    for (size_t i = 0; i < COUNT_OF(fixed_names); i++)
        names[count++] = fixed_names[i];
    *ret_count = count;
    return names;
}

/* In the programme's language, or what stands in for it. */
static bool exists(const struct service *service, const char *name, struct arena *arena) {
    const struct programme_settings *programme = &service->configuration->programme;
    size_t count;
    const char **chain = template_files_language_chain(NULL, programme->languages[0], arena, &count);
    for (size_t i = 0; i < count; i++)
        if (template_files_exist(programme->templates, arena_format(arena, "%s/%s.md", chain[i], name)))
            return true;
    return false;
}

static void find_missing(struct service *service, struct arena *arena, struct error_list *problems) {
    const struct programme_settings *programme = &service->configuration->programme;
    size_t count;
    const char **names = template_faults_used(service, arena, &count);
    for (size_t i = 0; i < count; i++) {
        if (exists(service, names[i], arena))
            continue;
        const char *user = "the service";
        for (size_t j = 0; j < service->sequence.count; j++)
            if (string_equal(service->sequence.steps[j].template_name, names[i])) {
                user = arena_format(arena, "the step \"%s\"", service->sequence.steps[j].name);
                break;
            }
        error_list_add(problems, NULL, 0, "%s needs the template \"%s\", which is missing; write %s/%s/%s.md", user,
                       names[i], programme->templates, programme->languages[0], names[i]);
    }
}

/* As many as a round has months within it. */
static void find_short_topics(struct service *service, struct error_list *problems) {
    struct duration length;
    struct error error = ERROR_INIT;
    size_t count = templates_topic_count(service->templates);
    if (!duration_parse(service->configuration->round.length, &length, &error))
        return;
    int64_t months = length.months + (length.days + 29) / 30 - 1;
    for (size_t i = 0; i < service->sequence.count; i++)
        if (service->sequence.steps[i].topics && (int64_t)count < months)
            error_list_add(problems, NULL, 0,
                           "the step \"%s\" sends a topic each month, %d in a round of %s, but there %s only %zu; add "
                           "%s/%s/topics/NN-name.md",
                           service->sequence.steps[i].name, (int)months, service->configuration->round.length,
                           count == 1 ? "is" : "are", count, service->configuration->programme.templates,
                           service->configuration->programme.languages[0]);
}

static void note_fallbacks(struct service *service, struct arena *arena, struct template_notes *notes) {
    const struct programme_settings *programme = &service->configuration->programme;
    size_t used_count;
    const char **used = template_faults_used(service, arena, &used_count);
    notes->items = arena_take_array(arena, programme->language_count, sizeof *notes->items);
    for (size_t i = 0; i < programme->language_count; i++) {
        size_t count;
        const char *language = programme->languages[i];
        const char **missing = templates_missing(service->templates, &language, 1, used, used_count, arena, &count);
        if (count == 0)
            continue;
        auto_text names = TEXT_EMPTY;
        for (size_t j = 0; j < count; j++) {
            const char *name = strrchr(missing[j], '/') + 1;
            text_append_format(&names, "%s%.*s", j ? ", " : "", (int)(strlen(name) - strlen(".md")), name);
        }
        notes->items[notes->count++] =
            arena_format(arena, "In \"%s\" there is no %s: another language is used.", language, text_string(&names));
    }
}

void template_faults_find(struct service *service, struct arena *arena, struct error_list *problems,
                          struct template_notes *ret_notes) {
    *ret_notes = (struct template_notes){0};
    templates_check(service->templates, problems);
    find_missing(service, arena, problems);
    find_short_topics(service, problems);
    note_fallbacks(service, arena, ret_notes);
}
