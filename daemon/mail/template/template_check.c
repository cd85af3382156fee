#include "mail/template/template_check.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/suggest.h"
#include "base/text.h"
#include "mail/template/markdown.h"

enum { SCOPES_MAX = 2 * TEMPLATE_DEPTH_MAX + 2, GUARDS_MAX = 8 * TEMPLATE_DEPTH_MAX };

/* What a name resolves to inside a section: a map's members, or plain text that only {{.}} shows. */
struct scope {
    const struct template_name *members; /* NULL: plain text */
    const struct template_name *self;    /* what the section is over; NULL outermost */
};

struct checker {
    const struct template *template; /* whose nodes are being walked */
    const struct template_schema *schema;
    const struct template_pieces *pieces;
    struct scope scopes[SCOPES_MAX];
    size_t scope_count;
    const struct template_name *guards[GUARDS_MAX]; /* known not to be empty here */
    size_t guard_count;
    size_t depth;
    const struct template_name **shown; /* all names that are shown somewhere in the body */
    size_t shown_count, shown_capacity;
    bool in_subject, partnership_reply;
    unsigned digits; /* a bit for each digit that stands alone in the text, whatever the values are */
    struct error_list *problems;
};

/* The declared names that a path leads through, outermost first. */
struct route {
    const struct template_name *names[TEMPLATE_DEPTH_MAX];
    size_t count;
};

#define problem(checker, line, ...) error_list_add((checker)->problems, (checker)->template->file, line, __VA_ARGS__)

static const struct template_name *find_in(const struct template_name *names, const char *name, size_t length) {
    for (; names && names->name; names++)
        if (strlen(names->name) == length && memcmp(names->name, name, length) == 0)
            return names;
    return NULL;
}

static bool follow(const struct template_name *names, const char *path, struct route *route) {
    route->count = 0;
    for (;;) {
        size_t length = strcspn(path, ".");
        const struct template_name *name = find_in(names, path, length);
        if (!name || route->count == COUNT_OF(route->names))
            return false;
        route->names[route->count++] = name;
        if (!path[length])
            return true;
        if (name->type != TEMPLATE_MAP)
            return false;
        names = name->members;
        path += length + 1;
    }
}

/* As template_render finds it: the innermost scope that knows the first step decides. */
static bool find(const struct checker *checker, const char *path, struct route *route) {
    size_t length = strcspn(path, ".");
    for (size_t i = checker->scope_count; i > 0; i--)
        if (find_in(checker->scopes[i - 1].members, path, length))
            return follow(checker->scopes[i - 1].members, path, route);
    route->count = 0;
    return false;
}

/* All names as dotted paths, but for the members of lists. */
static void collect_paths(const struct template_name *names, const char *prefix, struct arena *arena,
                          const char ***paths, size_t *count, size_t *capacity) {
    for (; names && names->name; names++) {
        const char *path = *prefix ? arena_format(arena, "%s.%s", prefix, names->name) : names->name;
        *paths = arena_grow(arena, *paths, capacity, *count + 1, sizeof **paths);
        (*paths)[(*count)++] = path;
        if (names->type == TEMPLATE_MAP)
            collect_paths(names->members, path, arena, paths, count, capacity);
    }
}

static void report_unknown(struct checker *checker, const struct template_node *node) {
    auto_arena arena = arena_new();
    const char **paths = NULL;
    size_t count = 0, capacity = 0;
    for (size_t i = checker->scope_count; i > 0; i--)
        collect_paths(checker->scopes[i - 1].members, "", arena, &paths, &count, &capacity);
    const char *nearest = suggest_nearest(node->text, paths, count);
    if (nearest) {
        problem(checker, node->line, "unknown name '%s'; did you mean '%s'?", node->text, nearest);
    } else {
        /* A member of a list, used outside the section that walks the list. */
        const char *list = NULL;
        for (const struct template_name *name = checker->schema->names; name->name && !list; name++)
            if (name->type == TEMPLATE_LIST &&
                (find_in(name->members, node->text, strlen(node->text)) ||
                 (string_starts_with(node->text, name->name) && node->text[strlen(name->name)] == '.')))
                list = name->name;
        if (list)
            problem(checker, node->line, "'%s' is known only inside {{#%s}}...{{/%s}}, by its own name", node->text,
                    list, list);
        else
            problem(checker, node->line, "unknown name '%s'; `tandempost template names` lists the names", node->text);
    }
}

static bool is_guarded(const struct checker *checker, const struct template_name *name) {
    for (size_t i = 0; i < checker->guard_count; i++)
        if (checker->guards[i] == name)
            return true;
    return false;
}

static void note_shown(struct checker *checker, const struct template_name *name) {
    checker->shown = memory_grow(checker->shown, &checker->shown_capacity, checker->shown_count + 1, sizeof(void *));
    checker->shown[checker->shown_count++] = name;
}

/* Braces, type and place of one shown name. */
static void check_shown(struct checker *checker, const struct template_node *node, const struct template_name *name) {
    const char *text = node->text;
    switch (name->type) {
    case TEMPLATE_STRING:
        if (node->type == TEMPLATE_NODE_TRUSTED)
            problem(checker, node->line, "'%s' is plain text; write {{%s}} with two braces", text, text);
        break;
    case TEMPLATE_MARKDOWN:
        if (checker->in_subject)
            problem(checker, node->line, "'%s' is a whole text; it can't stand in this line", text);
        else if (node->type == TEMPLATE_NODE_VARIABLE)
            problem(checker, node->line, "'%s' is Markdown; write {{{%s}}} with three braces", text, text);
        break;
    case TEMPLATE_BOOLEAN:
        problem(checker, node->line, "'%s' is yes or no; use {{#%s}}...{{/%s}} or {{^%s}}...{{/%s}}", text, text, text,
                text, text);
        break;
    case TEMPLATE_LIST:
        problem(checker, node->line, "'%s' is a list; use {{#%s}}...{{/%s}}", text, text, text);
        break;
    case TEMPLATE_MAP:
        problem(checker, node->line, "'%s' is no text but has parts, such as '%s.%s'", text, text,
                name->members ? name->members->name : "");
        break;
    }
    if (checker->partnership_reply && name->personal)
        problem(
            checker, node->line,
            "'%s' belongs to the recipient alone; with 'Reply-To: partnership' a reply would quote it to the partner",
            text);
}

/* {{.}}: the text or list item that the section around it is over. */
static void check_dot(struct checker *checker, const struct template_node *node) {
    const struct scope *scope = &checker->scopes[checker->scope_count - 1];
    if (scope->members || !scope->self)
        problem(checker, node->line, "{{.}} stands only inside a section over a text or over a list of texts");
}

static void check_variable(struct checker *checker, const struct template_node *node) {
    struct route route;
    if (strcmp(node->text, ".") == 0) {
        check_dot(checker, node);
        return;
    }
    if (!find(checker, node->text, &route)) {
        report_unknown(checker, node);
        return;
    }
    check_shown(checker, node, route.names[route.count - 1]);
    for (size_t i = 0; i < route.count; i++)
        if (route.names[i]->optional && !is_guarded(checker, route.names[i])) {
            problem(checker, node->line, "'%s' may be empty; show it only inside {{#%s}}...{{/%s}}", node->text,
                    node->text, node->text);
            break;
        }
    if (!checker->in_subject)
        note_shown(checker, route.names[route.count - 1]);
}

static bool is_always_shown(const struct checker *checker) {
    for (size_t i = 0; i < checker->guard_count; i++)
        if (checker->guards[i]->optional)
            return false;
    return !checker->in_subject;
}

static void note_digits(struct checker *checker, const struct template_node *node) {
    for (size_t i = 0; i < node->length && is_always_shown(checker); i++) {
        bool alone =
            (i == 0 || !isalnum((unsigned char)node->text[i - 1])) && !isalnum((unsigned char)node->text[i + 1]);
        if (alone && isdigit((unsigned char)node->text[i]))
            checker->digits |= 1U << (node->text[i] - '0');
    }
}

static void check_nodes(struct checker *checker, const struct template_node *node);

static void check_inside(struct checker *checker, const struct template_node *node, struct scope scope) {
    if (checker->depth == TEMPLATE_DEPTH_MAX || checker->scope_count == SCOPES_MAX) {
        problem(checker, node->line, "sections and pieces are nested more than %d deep", TEMPLATE_DEPTH_MAX);
        return;
    }
    checker->scopes[checker->scope_count++] = scope;
    checker->depth++;
    check_nodes(checker, node->children);
    checker->depth--;
    checker->scope_count--;
}

static void check_section(struct checker *checker, const struct template_node *node) {
    struct route route = {0};
    struct scope same = checker->scopes[checker->scope_count - 1];
    bool dot = strcmp(node->text, ".") == 0, found = !dot && find(checker, node->text, &route);
    if (!dot && !found)
        report_unknown(checker, node);
    if (!found || node->type == TEMPLATE_NODE_INVERTED) {
        check_inside(checker, node, same);
        return;
    }
    const struct template_name *name = route.names[route.count - 1];
    struct scope inner = name->type == TEMPLATE_BOOLEAN ? same : (struct scope){name->members, name};
    size_t guards = checker->guard_count;
    for (size_t i = 0; i < route.count && checker->guard_count < GUARDS_MAX; i++)
        checker->guards[checker->guard_count++] = route.names[i];
    check_inside(checker, node, inner);
    checker->guard_count = guards;
}

static void check_piece(struct checker *checker, const struct template_node *node) {
    if (!checker->pieces)
        return;
    const struct template *piece = checker->pieces->find(checker->pieces->context, node->text);
    if (!piece) {
        problem(checker, node->line, "there is no piece '%s'; it would be a file _%s.md", node->text, node->text);
        return;
    }
    /* Recursion is legal only where data ends it; in messages nothing does. */
    if (checker->depth == TEMPLATE_DEPTH_MAX) {
        problem(checker, node->line, "pieces are nested more than %d deep: does '%s' contain itself?",
                TEMPLATE_DEPTH_MAX, node->text);
        return;
    }
    const struct template *outer = checker->template;
    checker->template = piece;
    checker->depth++;
    check_nodes(checker, piece->body);
    checker->depth--;
    checker->template = outer;
}

static void check_nodes(struct checker *checker, const struct template_node *node) {
    for (; node && checker->problems->count < ERROR_LIST_MOST; node = node->next)
        switch (node->type) {
        case TEMPLATE_NODE_TEXT:
            note_digits(checker, node);
            break;
        case TEMPLATE_NODE_VARIABLE:
        case TEMPLATE_NODE_TRUSTED:
            check_variable(checker, node);
            break;
        case TEMPLATE_NODE_SECTION:
        case TEMPLATE_NODE_INVERTED:
            check_section(checker, node);
            break;
        case TEMPLATE_NODE_PIECE:
            check_piece(checker, node);
            break;
        }
}

static void check_reply_to(struct checker *checker) {
    if (!checker->partnership_reply)
        return;
    int line = checker->template->reply_to_line;
    if (!find_in(checker->schema->names, "partnership_address", strlen("partnership_address")))
        problem(checker, line, "'Reply-To: partnership' is for messages to partnerships; write 'programme'");
    else if (checker->schema->answers)
        problem(checker, line,
                "this message asks a question, so its replies must reach us; write 'Reply-To: programme'");
}

/* A needed path may lead into a list's items. */
static const struct template_name *find_needed(const struct template_name *names, const char *path) {
    size_t length = strcspn(path, ".");
    const struct template_name *name = find_in(names, path, length);
    return name && path[length] ? find_needed(name->members, path + length + 1) : name;
}

static bool is_shown(const struct checker *checker, const char *path) {
    const struct template_name *name = find_needed(checker->schema->names, path);
    for (size_t i = 0; i < checker->shown_count; i++)
        if (checker->shown[i] == name)
            return true;
    return false;
}

static void check_needed(struct checker *checker) {
    for (const char *const *needed = checker->schema->needed; needed && *needed; needed++)
        if (!is_shown(checker, *needed))
            problem(checker, 1, "this message must show '%s' somewhere in its text", *needed);
    for (int digit = 1; digit <= checker->schema->answers; digit++)
        if (!(checker->digits & 1U << digit)) {
            problem(
                checker, checker->template->subject_line,
                "this message asks a question, but its text does not say what the answer %d means; list all answers "
                "from 1 to %d, as {{> answers}} does for a check-in",
                digit, checker->schema->answers);
            return;
        }
}

/* ---- Warnings ---- */

/* The Markdown of a template, with a letter for each tag, and on which line each stretch of it stands. */
struct sketch {
    const struct template *template;
    struct error_list *warnings;
    struct text text;
    struct stretch {
        size_t offset;
        int line;
    } * stretches;
    size_t count, capacity;
};

static void sketch_nodes(struct sketch *sketch, const struct template_node *node) {
    for (; node; node = node->next) {
        sketch->stretches =
            memory_grow(sketch->stretches, &sketch->capacity, sketch->count + 1, sizeof *sketch->stretches);
        sketch->stretches[sketch->count++] = (struct stretch){sketch->text.length, node->line};
        switch (node->type) {
        case TEMPLATE_NODE_TEXT:
            text_append_bytes(&sketch->text, node->text, node->length);
            break;
        case TEMPLATE_NODE_VARIABLE:
        case TEMPLATE_NODE_TRUSTED:
            text_append_char(&sketch->text, 'x');
            break;
        case TEMPLATE_NODE_SECTION:
        case TEMPLATE_NODE_INVERTED:
            sketch_nodes(sketch, node->children);
            break;
        case TEMPLATE_NODE_PIECE: /* is looked at by itself */
            text_append(&sketch->text, "\n");
            break;
        }
    }
}

static void warn_of_mark(void *context, size_t offset, const char *mark) {
    struct sketch *sketch = context;
    size_t i = sketch->count;
    while (i > 1 && sketch->stretches[i - 1].offset > offset)
        i--;
    const struct stretch *stretch = &sketch->stretches[i - 1];
    error_list_add(sketch->warnings, sketch->template->file,
                   stretch->line +
                       utf8_line_ends(text_string(&sketch->text) + stretch->offset, offset - stretch->offset),
                   "'%s' stands alone here and is sent as it is; give it its partner, or write \\%s", mark, mark);
}

static void warn(struct checker *checker, bool whole, struct error_list *warnings) {
    struct sketch sketch = {.template = checker->template, .warnings = warnings};
    struct error ignored = ERROR_INIT; /* too long: told by the rendering */
    sketch_nodes(&sketch, checker->template->body);
    markdown_find_stray(text_string(&sketch.text), warn_of_mark, &sketch, &ignored);
    text_free(&sketch.text);
    free(sketch.stretches);
    const char *way = checker->partnership_reply ? "help_address" : "pause_address";
    if (whole && checker->schema->pausable && !is_shown(checker, way))
        error_list_add(warnings, checker->template->file, 0,
                       "nothing here says how to have a pause from us, or help; end the text with {{> footer%s}}",
                       checker->partnership_reply ? "-introduction" : "");
}

bool template_check(const struct template *template, const struct template_schema *schema,
                    const struct template_pieces *pieces, struct error_list *problems, struct error_list *warnings) {
    struct checker checker = {.template = template,
                              .schema = schema,
                              .pieces = pieces,
                              .scopes = {{schema->names, NULL}},
                              .scope_count = 1,
                              .partnership_reply = template->reply_to == TEMPLATE_REPLY_TO_PARTNERSHIP,
                              .problems = problems};
    size_t before = problems->count;
    check_reply_to(&checker);
    checker.in_subject = true;
    check_nodes(&checker, template->subject);
    checker.in_subject = false;
    check_nodes(&checker, template->body);
    if (pieces)
        check_needed(&checker);
    if (warnings)
        warn(&checker, pieces, warnings);
    free(checker.shown);
    return problems->count == before;
}

void template_check_fill_optional(struct template_value *values, const struct template_name *names) {
    for (; names && names->name; names++) {
        struct template_value *member = template_value_member(values, names->name, strlen(names->name));
        if (!member && names->optional) {
            if (names->type == TEMPLATE_LIST)
                template_value_set_list(values, names->name);
            else
                template_value_set_boolean(values, names->name, false);
        } else if (member && names->type == TEMPLATE_MAP && member->type == TEMPLATE_MAP) {
            template_check_fill_optional(member, names->members);
        } else if (member && names->members && member->type == TEMPLATE_LIST) {
            for (struct template_value *item = member->first; item; item = item->next)
                if (item->type == TEMPLATE_MAP)
                    template_check_fill_optional(item, names->members);
        }
    }
}
