#include "app/templates/template_names.h"
#include "app/service.h"
#include "base/text.h"
#include "cli/columns.h"
#include "cli/context.h"

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

struct row {
    const char *name, *written, *kind, *meaning;
    bool optional;
};

struct rows {
    struct row *items;
    size_t count, capacity;
    struct arena *arena;
};

/* Members of a list, and of what may be missing, are written inside it by their own names. */
static void add_names(struct rows *rows, const struct template_name *names, const char *outside, const char *prefix) {
    struct arena *arena = rows->arena;
    for (const struct template_name *name = names; name->name; name++) {
        const char *path = arena_format(arena, "%s%s", prefix, name->name);
        bool is_plain_group = name->type == TEMPLATE_MAP && !name->optional;
        if (!is_plain_group) {
            rows->items = memory_grow(rows->items, &rows->capacity, rows->count + 1, sizeof *rows->items);
            rows->items[rows->count++] = (struct row){
                .name = arena_format(arena, "%s%s", outside, path),
                .written = arena_format(arena, "%s%s", *outside ? "  " : "", tag_for(name, path, arena)),
                .kind = type_words(name),
                .meaning = name->about,
                .optional = name->optional,
            };
        }
        if (!name->members)
            continue;
        if (is_plain_group)
            add_names(rows, name->members, outside, arena_format(arena, "%s.", path));
        else
            add_names(rows, name->members, arena_format(arena, "%s%s.", outside, path), "");
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

static bool list_names(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(TEXT, struct row, name, "name", NULL),
        COLUMN(TEXT, struct row, written, "written", "WRITTEN"),
        COLUMN(TEXT, struct row, kind, "kind", NULL),
        COLUMN(BOOLEAN, struct row, optional, "optional", NULL),
        COLUMN(LONG, struct row, meaning, "meaning", "MEANING"),
        {0},
    };
    const struct template_schema *schema = NULL;
    const char *template_name = invocation_argument(context->invocation, 0);
    struct rows rows = {.arena = context->arena};
    if (!find_schema(context->service, template_name, &schema))
        return error_set(error, ERROR_PERMANENT,
                         "No step uses a template \"%s\". Those that are used: tandempost template list",
                         template_name);
    add_names(&rows, schema->names, "", "");
    columns_list(context, columns, COLUMN_ROWS(rows), "It knows no names.");
    free(rows.items);
    return true;
}

const struct command template_names_command = {
    .name = "template names",
    .summary = "which names a template may use, and what they stand for",
    .help = "Lists the names that are filled in when a message is made, as they are written in a template. What may be "
            "missing is written inside a section, {{#name}}...{{/name}}, which is left out then; {{^name}}...{{/name}} "
            "is shown only then. Indented names stand inside the section above them.",
    .flags = COMMAND_SERVICE,
    .arguments = {{"NAME", "only those of this template; \"topic\": of topics", NULL, ARGUMENT_OPTIONAL}},
    .show = list_names,
};
