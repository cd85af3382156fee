#include "app/templates/template_names.h"
#include "app/service.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"

static const char *type_words(const struct template_name *name) {
    switch (name->type) {
    case TEMPLATE_STRING:
        return "text";
    case TEMPLATE_MARKDOWN:
        return "Markdown";
    case TEMPLATE_BOOLEAN:
        return "yes or no";
    case TEMPLATE_LIST:
        return "list";
    case TEMPLATE_MAP:
        return "group";
    }
    return "";
}

/* How it is written in a template. */
static const char *tag_for(const struct template_name *name, const char *path, struct arena *arena) {
    switch (name->type) {
    case TEMPLATE_STRING:
        return arena_format(arena, name->optional ? "{{#%s}}{{%s}}{{/%s}}" : "{{%s}}", path, path, path);
    case TEMPLATE_MARKDOWN:
        return arena_format(arena, "{{{%s}}}", path);
    case TEMPLATE_BOOLEAN:
    case TEMPLATE_LIST:
    case TEMPLATE_MAP:
        return arena_format(arena, "{{#%s}}...{{/%s}}", path, path);
    }
    return path;
}

/* Members of a list, and of what may be missing, are written inside it by their own names. */
static void put_names(struct output *output, const struct template_name *names, const char *outside, const char *prefix,
                      struct arena *arena) {
    for (const struct template_name *name = names; name->name; name++) {
        const char *path = arena_format(arena, "%s%s", prefix, name->name);
        bool is_plain_group = name->type == TEMPLATE_MAP && !name->optional;
        if (!is_plain_group) {
            output_text(output, arena_format(arena, "%s%s", outside, path));
            output_text(output, arena_format(arena, "%s%s", *outside ? "  " : "", tag_for(name, path, arena)));
            output_text(output, type_words(name));
            output_boolean(output, name->optional);
            output_text(output, name->about);
        }
        if (!name->members)
            continue;
        if (is_plain_group)
            put_names(output, name->members, outside, arena_format(arena, "%s.", path), arena);
        else
            put_names(output, name->members, arena_format(arena, "%s%s.", outside, path), "", arena);
    }
}

static bool find_schema(const struct service *service, const char *template_name, const struct template_schema **ret) {
    const struct step *step;
    if (!template_name)
        *ret = template_names_any();
    else if (string_equal(template_name, "topic"))
        *ret = template_names_topic();
    else if (!(*ret = template_names_fixed_schema(template_name)) &&
             (step = sequence_find_template(&service->sequence, template_name)))
        *ret = template_names_step_schema(step);
    return *ret != NULL;
}

static int run_names(const struct invocation *invocation) {
    static const struct output_column columns[] = {
        {"name", NULL, OUTPUT_TEXT, false},        {"written", "WRITTEN", OUTPUT_TEXT, false},
        {"kind", NULL, OUTPUT_TEXT, false},        {"optional", NULL, OUTPUT_BOOLEAN, false},
        {"meaning", "MEANING", OUTPUT_TEXT, true}, {0},
    };
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct service *service;
    const struct template_schema *schema = NULL;
    const char *template_name = invocation_argument(invocation, 0);
    int code = context_open_service(&context, invocation, &service);
    if (code != EXIT_DONE)
        return code;
    if (!find_schema(service, template_name, &schema))
        return command_refuse("No step uses a template \"%s\". Those that are used: tandempost template list",
                              template_name);
    struct output *output = output_new(invocation, columns);
    put_names(output, schema->names, "", "", arena);
    return output_finish(output, "It knows no names.");
}

const struct command template_names_command = {
    .name = "template names",
    .summary = "which names a template may use, and what they stand for",
    .help = "Lists the names that are filled in when a message is made, as they are written in a template. What may be "
            "missing is written inside a section, {{#name}}...{{/name}}, which is left out then; {{^name}}...{{/name}} "
            "is shown only then. Indented names stand inside the section above them.",
    .flags = COMMAND_LISTS,
    .arguments =
        (const struct command_argument[]){
            {"NAME", "only those of this template; \"topic\": of topics", .optional = true}, {0}},
    .run = run_names,
};
