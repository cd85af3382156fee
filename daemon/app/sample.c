#include "app/sample.h"

#include <jansson.h>

#include "base/suggest.h"
#include "base/text.h"

bool sample_find_kind(const struct service *service, const char *template_name, enum message_kind *ret_kind,
                      const struct step **ret_step, struct error *error) {
    *ret_step = NULL;
    if (template_names_fixed_kind(template_name, ret_kind))
        return true;
    *ret_step = sequence_find_template(&service->sequence, template_name);
    if (*ret_step) {
        *ret_kind = template_names_step_kind(*ret_step);
        return true;
    }
    const struct step *steps = service->sequence.steps;
    const char *near = service->sequence.count ? suggest_nearest_in(template_name, &steps[0].template_name,
                                                                    service->sequence.count, sizeof steps[0])
                                               : NULL;
    if (near)
        return error_set(error, ERROR_PERMANENT, "No step uses a template \"%s\"; did you mean \"%s\"?", template_name,
                         near);
    return error_set(error, ERROR_PERMANENT,
                     "No step uses a template \"%s\". Those that are used: tandempost template list", template_name);
}

char *sample_to_detail(const struct sample *sample, struct arena *arena) {
    json_t *detail =
        json_pack("{s:{s:I,s:I,s:I,s:I,s:s*,s:s*}}", "preview", "participant", (json_int_t)sample->participant,
                  "partnership", (json_int_t)sample->partnership, "round", (json_int_t)sample->round, "occurrence",
                  (json_int_t)sample->occurrence, "language", sample->language, "letters", sample->letters);
    require(detail);
    auto_string text = json_dumps(detail, JSON_COMPACT);
    json_decref(detail);
    return arena_copy_string(arena, text);
}

bool sample_from_detail(const char *detail, struct arena *arena, struct sample *ret) {
    json_t *root = json_loads(detail, 0, NULL);
    const json_t *preview = json_object_get(root, "preview");
    bool found = json_is_object(preview);
    if (found) {
        *ret = (struct sample){
            .participant = json_integer_value(json_object_get(preview, "participant")),
            .partnership = json_integer_value(json_object_get(preview, "partnership")),
            .round = json_integer_value(json_object_get(preview, "round")),
            .occurrence = json_integer_value(json_object_get(preview, "occurrence")),
            .language = arena_copy_string(arena, json_string_value(json_object_get(preview, "language"))),
            .letters = arena_copy_string(arena, json_string_value(json_object_get(preview, "letters"))),
        };
    }
    json_decref(root);
    return found;
}
