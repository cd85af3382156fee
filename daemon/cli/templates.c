#include "app/templates/templates.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/template_faults.h"

/* ---- template list ---- */

struct row {
    const char *name, *used_by; /* NULL: by nothing */
    struct column_list files, built_in;
    bool piece;
};

static struct column_words use_words(const void *row, struct arena *arena) {
    const char *use = ((const struct row *)row)->used_by;
    (void)arena;
    return (struct column_words){use ? use : "nothing uses it", use ? TONE_PLAIN : TONE_WARNING};
}

static struct column_list languages_of(const struct templates_list *list, const struct templates_file *named,
                                       bool built_in, struct arena *arena) {
    struct column_list languages = {arena_take_array(arena, list->count, sizeof *languages.items), 0};
    for (size_t i = 0; i < list->count; i++)
        if (string_equal(list->items[i].name, named->name) && list->items[i].piece == named->piece &&
            list->items[i].built_in == built_in)
            languages.items[languages.count++] = list->items[i].language;
    return languages;
}

static const char *use_of(const struct service *service, const struct templates_file *file, struct arena *arena) {
    enum message_kind kind;
    auto_text steps = TEXT_EMPTY;
    if (file->piece)
        return "a piece of others";
    for (size_t i = 0; i < service->sequence.count; i++)
        if (string_equal(service->sequence.steps[i].template_name, file->name))
            text_append_format(&steps, "%s%s", steps.length ? ", " : "step ", service->sequence.steps[i].name);
    if (steps.length)
        return arena_copy_string(arena, text_string(&steps));
    if (!template_names_fixed_kind(file->name, &kind))
        return NULL;
    switch (kind) {
    case MESSAGE_SURVEY:
        return "a survey: what is unclear, a reminder, thanks";
    case MESSAGE_ABOUT_NEXT:
        return "what comes after the round was answered";
    case MESSAGE_ABOUT_LETTER:
        return "about a letter between partners";
    case MESSAGE_ABOUT_PARTING:
        return "a partnership that ends before its time";
    case MESSAGE_ABOUT_EVENT:
        return "an event, or a time to talk";
    case MESSAGE_UNCLEAR:
        return "an answer was not understood";
    case MESSAGE_CONFIRMS:
    case MESSAGE_STATUS:
        return "a word to us was acted upon";
    case MESSAGE_TO_APPLICANT:
    case MESSAGE_APPLICANT_GONE:
        return "to somebody who applies";
    case MESSAGE_PERSONAL_DATA:
        return "what is held about somebody";
    case MESSAGE_ABOUT_APPLICATION:
        return "what became of an application";
    case MESSAGE_TO_COORDINATOR_WAITING:
        return "to coordinators: messages wait";
    case MESSAGE_TO_COORDINATOR_ALERT:
        return "to coordinators: an alert";
    case MESSAGE_TO_COORDINATOR_CLEAR:
        return "to coordinators: it is well again";
    case MESSAGE_TO_COORDINATOR_DONE:
        return "to coordinators: what their reply did";
    case MESSAGE_FROM_COORDINATOR:
        return "a coordinator's answer";
    case MESSAGE_TEST:
        return "template send-test, check";
    case MESSAGE_TO_PARTICIPANT:
    case MESSAGE_TO_MEMBER:
        return NULL;
    }
    return NULL;
}

enum file_sort { FILE_TEMPLATE, FILE_PIECE, FILE_FORM };

static bool is_first_of_its_name(const struct templates_list *list, size_t position) {
    for (size_t i = 0; i < position; i++)
        if (string_equal(list->items[i].name, list->items[position].name) &&
            list->items[i].piece == list->items[position].piece)
            return false;
    return true;
}

/* Each name once, with all its languages. */
static size_t add_rows(struct context *context, const struct templates_list *list, enum file_sort sort,
                       struct row *rows) {
    struct arena *arena = context->arena;
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++) {
        const struct templates_file *file = &list->items[i];
        if (file->piece != (sort == FILE_PIECE) || !is_first_of_its_name(list, i))
            continue;
        rows[count++] = (struct row){
            .name = sort == FILE_TEMPLATE ? file->name
                                          : arena_format(arena, "%s%s", sort == FILE_FORM ? "forms/" : "_", file->name),
            .used_by = sort == FILE_FORM ? "a form" : use_of(context->service, file, arena),
            .files = languages_of(list, file, false, arena),
            .built_in = languages_of(list, file, true, arena),
            .piece = file->piece,
        };
    }
    return count;
}

static bool list_templates(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(TEXT, struct row, name, "name", "TEMPLATE"),         COLUMN(LIST, struct row, files, "files", "FILES"),
        COLUMN(LIST, struct row, built_in, "built_in", "BUILT IN"), COLUMN_LONG_WORDS(use_words, "used_by", "USED FOR"),
        COLUMN(BOOLEAN, struct row, piece, "piece", NULL),          {0},
    };
    struct templates_list list = templates_list(context->service->templates, context->arena);
    struct templates_list forms = templates_forms(context->service->templates, context->arena);
    struct row *rows = arena_take_array(context->arena, list.count + forms.count, sizeof *rows);
    (void)error;
    size_t count = add_rows(context, &list, FILE_TEMPLATE, rows);
    count += add_rows(context, &list, FILE_PIECE, rows + count);
    count += add_rows(context, &forms, FILE_FORM, rows + count);
    columns_list(context, columns, (struct column_rows){rows, count, sizeof *rows}, "There are no templates.");
    return true;
}

const struct command template_list_command = {
    .name = "template list",
    .summary = "all templates: in which languages, from where, what uses them",
    .help = "FILES names the languages for which the template lies in the programme's folder, BUILT IN those for which "
            "the one that comes with tandempost is used. To change a built-in one, write a file of your own beside the "
            "others: templates/en/welcome.md.\nThe discussion topics are told by: tandempost topic list",
    .flags = COMMAND_SERVICE,
    .show = list_templates,
};

/* ---- template check ---- */

struct fault {
    const char *severity, *file, *problem;
    int64_t line;
};

static void list_faults(const struct context *context, const struct error_list *faults, const char *severity) {
    static const struct column columns[] = {
        COLUMN(TEXT, struct fault, severity, "severity", "SEVERITY"),
        COLUMN(TEXT, struct fault, file, "file", "FILE"),
        COLUMN(NUMBER, struct fault, line, "line", "LINE"),
        COLUMN(TEXT, struct fault, problem, "problem", "PROBLEM"),
        {0},
    };
    for (size_t i = 0; i < faults->count; i++) {
        const struct error_list_entry *entry = &faults->entries[i];
        columns_show(context, columns, &(struct fault){severity, entry->file, entry->message, entry->line});
    }
}

static void print_faults(const struct error_list *faults, const char *before) {
    for (size_t i = 0; i < faults->count; i++) {
        auto_string line = error_list_format(&faults->entries[i]);
        printf("%s%s\n", before, line);
    }
}

static bool check_templates(struct context *context, struct error *error) {
    auto_error_list problems = ERROR_LIST_EMPTY, warnings = ERROR_LIST_EMPTY, notes = ERROR_LIST_EMPTY;
    struct service *service = context->service;
    template_faults_find(service, context->arena, &problems, &warnings, &notes);
    if (context->invocation->json) {
        list_faults(context, &problems, "problem");
        list_faults(context, &warnings, "warning");
        return problems.count == 0;
    }
    print_faults(&notes, "");
    print_faults(&warnings, "warning: ");
    if (problems.count) {
        faults_print(&problems);
        return error_set(error, ERROR_PERMANENT, "%zu problem%s with the templates.", problems.count,
                         problems.count == 1 ? "" : "s");
    }
    printf("%zu templates and pieces, %zu topics, %zu forms: %s.\n",
           templates_list(service->templates, context->arena).count, templates_topic_count(service->templates),
           templates_forms(service->templates, context->arena).count,
           warnings.count ? "they can be used, but look at the warnings above" : "nothing is wrong with them");
    return true;
}

const struct command template_check_command = {
    .name = "template check",
    .summary = "looks for faults in all templates and topics",
    .help =
        "Reads every template, topic and form, words.txt and reasons.txt as they stand now and tells all that is wrong "
        "by file and line: unknown names, missing parts, words that would mean two things, steps without a template, "
        "too few topics for a round, a question without its answers, forms that differ between languages. It warns of "
        "what can be sent, but was hardly meant: a mark such as ** without its partner, a message that does not say "
        "how to have a pause. What a language lacks, and what stands in for it, is told besides. Whether each real "
        "recipient's message can be made is told by: tandempost template preview NAME --all-recipients\n"
        "Exit code 1 where anything is wrong; warnings don't count.",
    .flags = COMMAND_SERVICE,
    .show = check_templates,
};

/* ---- topic list ---- */

struct topic {
    struct templates_file file;
    int64_t month;
};

static struct column_words title_words(const void *topic, struct arena *arena) {
    const char *title = ((const struct topic *)topic)->file.title;
    (void)arena;
    return string_is_empty(title) ? (struct column_words){"(can't be read: template check)", TONE_BAD}
                                  : (struct column_words){title, TONE_PLAIN};
}

/* For people: with a word about it. */
static struct column_words place_words(const void *topic, struct arena *arena) {
    const struct templates_file *file = &((const struct topic *)topic)->file;
    return (struct column_words){arena_format(arena, "%s%s", file->path, file->built_in ? " (built in)" : ""),
                                 TONE_PLAIN};
}

static bool list_topics(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct topic, month, "month", "MONTH"),
        COLUMN_LONG_WORDS(title_words, "title", "TITLE"),
        COLUMN(TEXT, struct topic, file.language, "language", "LANG"),
        COLUMN(TEXT, struct topic, file.path, "file", NULL),
        COLUMN_LONG_WORDS(place_words, NULL, "FILE"),
        COLUMN(BOOLEAN, struct topic, file.built_in, "built_in", NULL),
        {0},
    };
    const char *language = invocation_option(context->invocation, "language");
    (void)error;
    if (!language)
        language = context->configuration.programme.languages[0];
    struct templates_list list = templates_topics(context->service->templates, language, context->arena);
    struct topic *topics = arena_take_array(context->arena, list.count, sizeof *topics);
    for (size_t i = 0; i < list.count; i++)
        topics[i] = (struct topic){list.items[i], (int64_t)i + 1};
    columns_list(context, columns, (struct column_rows){topics, list.count, sizeof *topics}, "There are no topics.");
    return true;
}

const struct command topic_list_command = {
    .name = "topic list",
    .summary = "the discussion topics, month by month",
    .help = "The topic of each month, as somebody who reads the language gets it: where the language has none of its "
            "own, another language's is used. Files lie in the programme's templates under LANGUAGE/topics/NN-name.md; "
            "one file there of your own, and the built-in ones of that language count no more.",
    .flags = COMMAND_SERVICE,
    .options = {{"language", 0, "TAG", "for whom: \"fr\" (else the programme's own)", NULL}},
    .show = list_topics,
};
