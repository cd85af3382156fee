#include <stdio.h>
#include <string.h>

#include "app/templates/templates.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/output.h"
#include "cli/template_faults.h"

/* ---- template list ---- */

static size_t languages_of(const struct templates_list *list, const struct templates_file *named, bool built_in,
                           const char **ret) {
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (string_equal(list->items[i].name, named->name) && list->items[i].piece == named->piece &&
            list->items[i].built_in == built_in)
            ret[count++] = list->items[i].language;
    return count;
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
    case MESSAGE_ABOUT_LETTER:
        return "about a letter between partners";
    case MESSAGE_UNCLEAR:
        return "an answer was not understood";
    case MESSAGE_CONFIRMS:
        return "a word to us was acted upon";
    case MESSAGE_TO_COORDINATOR_WAITING:
        return "to coordinators: messages wait";
    case MESSAGE_TO_COORDINATOR_ALERT:
        return "to coordinators: an alert";
    case MESSAGE_TO_COORDINATOR_CLEAR:
        return "to coordinators: it is well again";
    case MESSAGE_TEST:
        return "template send-test, check";
    case MESSAGE_TO_PARTICIPANT:
    case MESSAGE_TO_MEMBER:
        return NULL;
    }
    return NULL;
}

static bool is_first_of_its_name(const struct templates_list *list, size_t position) {
    for (size_t i = 0; i < position; i++)
        if (string_equal(list->items[i].name, list->items[position].name) &&
            list->items[i].piece == list->items[position].piece)
            return false;
    return true;
}

static void list_one(struct output *output, const struct templates_list *list, size_t position, const char *name,
                     const char *use, const char **languages) {
    const struct templates_file *file = &list->items[position];
    output_text(output, name);
    output_list(output, languages, languages_of(list, file, false, languages));
    output_list(output, languages, languages_of(list, file, true, languages));
    output_text_tone(output, use ? use : "nothing uses it", use ? TONE_PLAIN : TONE_WARNING);
    output_boolean(output, file->piece);
}

static int run_list(const struct invocation *invocation) {
    static const struct output_column columns[] = {
        {"name", "TEMPLATE", OUTPUT_TEXT, false},     {"files", "FILES", OUTPUT_LIST, false},
        {"built_in", "BUILT IN", OUTPUT_LIST, false}, {"used_by", "USED FOR", OUTPUT_TEXT, true},
        {"piece", NULL, OUTPUT_BOOLEAN, false},       {0},
    };
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct service *service;
    int code = context_open_service(&context, invocation, &service);
    if (code != EXIT_DONE)
        return code;
    struct templates_list list = templates_list(service->templates, arena);
    struct templates_list forms = templates_forms(service->templates, arena);
    struct output *output = output_new(invocation, columns);
    const char **languages = arena_take_array(arena, list.count + forms.count + 1, sizeof *languages);
    for (int pieces = 0; pieces <= 1; pieces++)
        for (size_t i = 0; i < list.count; i++) {
            const struct templates_file *file = &list.items[i];
            if (file->piece != (pieces == 1) || !is_first_of_its_name(&list, i))
                continue;
            list_one(output, &list, i, file->piece ? arena_format(arena, "_%s", file->name) : file->name,
                     use_of(service, file, arena), languages);
        }
    for (size_t i = 0; i < forms.count; i++)
        if (is_first_of_its_name(&forms, i))
            list_one(output, &forms, i, arena_format(arena, "forms/%s", forms.items[i].name), "a form", languages);
    return output_finish(output, "There are no templates.");
}

const struct command template_list_command = {
    .name = "template list",
    .summary = "all templates: in which languages, from where, what uses them",
    .help = "FILES names the languages for which the template lies in the programme's folder, BUILT IN those for which "
            "the one that comes with tandempost is used. To change a built-in one, write a file of your own beside the "
            "others: templates/en/welcome.md.\nThe discussion topics are told by: tandempost topic list",
    .flags = COMMAND_LISTS,
    .run = run_list,
};

/* ---- template check ---- */

static void put_faults(struct output *output, const struct error_list *faults, const char *severity) {
    for (size_t i = 0; i < faults->count; i++) {
        output_text(output, severity);
        output_text(output, faults->entries[i].file);
        output_number(output, faults->entries[i].line);
        output_text(output, faults->entries[i].message);
    }
}

static int show_faults(const struct invocation *invocation, const struct error_list *problems,
                       const struct error_list *warnings) {
    static const struct output_column columns[] = {
        {"severity", "SEVERITY", OUTPUT_TEXT, false},
        {"file", "FILE", OUTPUT_TEXT, false},
        {"line", "LINE", OUTPUT_NUMBER, false},
        {"problem", "PROBLEM", OUTPUT_TEXT, false},
        {0},
    };
    struct output *output = output_new(invocation, columns);
    put_faults(output, problems, "problem");
    put_faults(output, warnings, "warning");
    output_finish(output, "");
    return problems->count ? EXIT_REFUSED : EXIT_DONE;
}

static void print_faults(const struct error_list *faults, const char *before) {
    for (size_t i = 0; i < faults->count; i++) {
        auto_string line = error_list_format(&faults->entries[i]);
        printf("%s%s\n", before, line);
    }
}

static int run_check(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY, warnings = ERROR_LIST_EMPTY, notes = ERROR_LIST_EMPTY;
    struct service *service;
    int code = context_open_service(&context, invocation, &service);
    if (code != EXIT_DONE)
        return code;
    template_faults_find(service, arena, &problems, &warnings, &notes);
    if (invocation_json(invocation))
        return show_faults(invocation, &problems, &warnings);
    print_faults(&notes, "");
    print_faults(&warnings, "warning: ");
    if (problems.count) {
        faults_print(&problems);
        return command_refuse("%zu problem%s with the templates.", problems.count, problems.count == 1 ? "" : "s");
    }
    printf("%zu templates and pieces, %zu topics, %zu forms: %s.\n", templates_list(service->templates, arena).count,
           templates_topic_count(service->templates), templates_forms(service->templates, arena).count,
           warnings.count ? "they can be used, but look at the warnings above" : "nothing is wrong with them");
    return EXIT_DONE;
}

const struct command template_check_command = {
    .name = "template check",
    .summary = "looks for faults in all templates and topics",
    .help = "Reads every template, topic and form, words.txt and reasons.txt as they stand now and tells all that is "
            "wrong by "
            "file and line: unknown names, missing parts, words that would mean two things, steps without a template, "
            "too few topics for a round, a question without its answers, forms that differ between languages. It warns "
            "of what can be sent, but was hardly "
            "meant: "
            "a mark such as ** without its partner, a message that does not say how to have a pause. What a language "
            "lacks, and what stands in for it, is told besides. Whether each "
            "real recipient's "
            "message can be made is told by: tandempost template preview NAME --all-recipients\n"
            "Exit code 1 where anything is wrong; warnings don't count.",
    .flags = COMMAND_LISTS,
    .run = run_check,
};

/* ---- topic list ---- */

static int run_topics(const struct invocation *invocation) {
    static const struct output_column columns[] = {
        {"month", "MONTH", OUTPUT_NUMBER, false},  {"title", "TITLE", OUTPUT_TEXT, true},
        {"language", "LANG", OUTPUT_TEXT, false},  {"file", "FILE", OUTPUT_TEXT, true},
        {"built_in", NULL, OUTPUT_BOOLEAN, false}, {0},
    };
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct service *service;
    const char *language = invocation_option(invocation, "language");
    int code = context_open_service(&context, invocation, &service);
    if (code != EXIT_DONE)
        return code;
    if (!language)
        language = context.configuration.programme.languages[0];
    struct templates_list topics = templates_topics(service->templates, language, arena);
    struct output *output = output_new(invocation, columns);
    for (size_t i = 0; i < topics.count; i++) {
        const struct templates_file *topic = &topics.items[i];
        output_number(output, (int64_t)i + 1);
        output_text_tone(output, string_is_empty(topic->title) ? "(can't be read: template check)" : topic->title,
                         string_is_empty(topic->title) ? TONE_BAD : TONE_PLAIN);
        output_text(output, topic->language);
        bool marked = topic->built_in && !invocation_json(invocation);
        output_text(output, arena_format(arena, "%s%s", topic->path, marked ? " (built in)" : ""));
        output_boolean(output, topic->built_in);
    }
    return output_finish(output, "There are no topics.");
}

const struct command topic_list_command = {
    .name = "topic list",
    .summary = "the discussion topics, month by month",
    .help = "The topic of each month, as somebody who reads the language gets it: where the language has none of its "
            "own, another language's is used. Files lie in the programme's templates under LANGUAGE/topics/NN-name.md; "
            "one file there of your own, and the built-in ones of that language count no more.",
    .flags = COMMAND_LISTS,
    .options =
        (const struct command_option[]){{"language", 0, "TAG", "for whom: \"fr\" (else the programme's own)"}, {0}},
    .run = run_topics,
};
