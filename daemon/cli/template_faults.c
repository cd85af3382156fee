#include "cli/template_faults.h"

#include <string.h>

#include "app/criteria.h"
#include "app/enrolment.h"
#include "app/templates/template_files.h"
#include "base/duration.h"
#include "base/localise.h"
#include "base/text.h"
#include "programme/verb.h"

#define WORDS "words.txt"
#define REASONS "reasons.txt"

enum { LACKING_TOLD = 5 };

const char **template_faults_used(const struct service *service, struct arena *arena, size_t *ret_count) {
    const struct sequence *sequence = &service->sequence;
    enum message_kind kind;
    size_t count = 0, fixed = 0;
    while (template_names_fixed(fixed))
        fixed++;
    const char **names = arena_take_array(arena, sequence->count + 2 * VERB_COUNT + fixed, sizeof *names);
    for (size_t i = 0; i < sequence->count; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known |= string_equal(names[j], sequence->steps[i].template_name);
        if (!known)
            names[count++] = sequence->steps[i].template_name;
    }
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (verb_rules[i].answer && template_names_fixed_kind(verb_rules[i].answer, &kind) &&
            kind == MESSAGE_CONFIRMS &&                                    /* the others are named below */
            !string_equal(verb_rules[i].answer, verb_rules[i - 1].answer)) /* neighbours may share theirs */
            names[count++] = verb_rules[i].answer;
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (verb_rules[i].asks_first)
            names[count++] = verb_rules[i].asks_first;
    for (size_t i = 0; i < fixed; i++)
        names[count++] = template_names_fixed(i);
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

static void find_missing_forms(struct service *service, struct error_list *problems) {
    auto_arena arena = arena_new();
    for (size_t i = 0; i < service->sequence.count; i++) {
        const struct step *step = &service->sequence.steps[i];
        if (step->form && !templates_form(service->templates, step->form, NULL, arena))
            error_list_add(problems, service->configuration->path, 0,
                           "the step \"%s\" asks the survey \"%s\", and there is no templates/LANGUAGE/forms/%s.form",
                           step->name, step->form, step->form);
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

/* ---- Notes: what works, but perhaps not as somebody thinks ---- */

struct noting {
    struct service *service;
    struct arena *arena;
    struct error_list *notes;
    const char *language; /* the programme's that is looked at */
    const char **chain;   /* what is tried for it, itself and its shorter forms first */
    size_t chain_count;
};

#define note(noting, ...) error_list_add((noting)->notes, NULL, 0, __VA_ARGS__)

static const char *place(const struct noting *noting, const char *path) {
    return arena_format(noting->arena, "%s/%s", noting->service->configuration->programme.templates, path);
}

/* NAME's file in the first language of the chain that has one. */
static const char *find_path(const struct noting *noting, const char *name, const char **ret_language) {
    for (size_t i = 0; i < noting->chain_count; i++) {
        const char *path = arena_format(noting->arena, "%s/%s.md", noting->chain[i], name);
        if (template_files_exist(noting->service->configuration->programme.templates, path)) {
            *ret_language = noting->chain[i];
            return path;
        }
    }
    return NULL;
}

/* What stands in PATH is what came with tandempost. */
static bool is_as_it_came(const struct noting *noting, const char *path) {
    const char *directory = noting->service->configuration->programme.templates;
    struct template_file_identity identity = template_files_identify(directory, path);
    struct error error = ERROR_INIT;
    size_t length;
    const char *built_in = template_files_built_in(path, &length);
    auto_text bytes = TEXT_EMPTY;
    if (!template_files_on_disk(&identity) || !built_in)
        return built_in != NULL;
    return template_files_read(directory, path, &bytes, &error) && bytes.length == length &&
           memcmp(text_string(&bytes), built_in, length) == 0;
}

static bool is_same(const struct noting *noting, const char *path, const char *other) {
    const char *directory = noting->service->configuration->programme.templates, *file;
    auto_text bytes = TEXT_EMPTY, others = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    return template_files_read_now(directory, path, noting->arena, &bytes, &file, &error) &&
           template_files_read_now(directory, other, noting->arena, &others, &file, &error) &&
           bytes.length == others.length && memcmp(text_string(&bytes), text_string(&others), bytes.length) == 0;
}

/* A translation that nobody touched, of a text that somebody changed, may say something else now; a
 * copy of the text is none. */
static void note_translation(struct noting *noting, const char *path, const char *original) {
    if (string_equal(path, original))
        return;
    if (is_same(noting, path, original))
        note(noting, "%s says the same as %s, word for word: is it to be translated yet?", place(noting, path),
             place(noting, original));
    else if (is_as_it_came(noting, path) && !is_as_it_came(noting, original))
        note(noting, "%s was changed, %s is as it came: do they still say the same?", place(noting, original),
             place(noting, path));
}

static void note_file(struct noting *noting, const char *name) {
    const struct programme_settings *programme = &noting->service->configuration->programme;
    const char *found;
    const char *path = find_path(noting, name, &found);
    if (!path)
        return;
    if (string_starts_with(noting->language, found))
        note_translation(noting, path, arena_format(noting->arena, "%s/%s.md", programme->languages[0], name));
    else
        note(noting, "%s lacks %s; %s is used.", noting->language,
             place(noting, arena_format(noting->arena, "%s/%s.md", noting->language, name)),
             localise_language(noting->arena, found, "en"));
}

static void note_topics(struct noting *noting) {
    const struct programme_settings *programme = &noting->service->configuration->programme;
    struct templates_list originals =
        templates_topics(noting->service->templates, programme->languages[0], noting->arena);
    struct templates_list topics = templates_topics(noting->service->templates, noting->language, noting->arena);
    for (size_t i = 0; i < topics.count && i < originals.count; i++) {
        if (string_starts_with(noting->language, topics.items[i].language))
            note_translation(noting, topics.items[i].path, originals.items[i].path);
        else
            note(noting, "%s lacks %s/%s/topics/%02d-NAME.md; %s is used.", noting->language, programme->templates,
                 noting->language, topics.items[i].number,
                 localise_language(noting->arena, topics.items[i].language, "en"));
    }
}

/* What people may answer in the language itself. */
static void note_words(struct noting *noting) {
    const char *own = NULL, *directory = noting->service->configuration->programme.templates;
    for (size_t i = 0; i < noting->chain_count && !own; i++)
        if (string_starts_with(noting->language, noting->chain[i]) &&
            template_files_exist(directory, arena_format(noting->arena, "%s/" WORDS, noting->chain[i])))
            own = noting->chain[i];
    const char *path = arena_format(noting->arena, "%s/" WORDS, own ? own : noting->language);
    const char *lacking = own ? templates_words_lacking(noting->service->templates, own, noting->arena) : NULL;
    if (!own)
        note(noting, "%s lacks %s; digits are understood, and English words.", noting->language, place(noting, path));
    else if (lacking)
        note(noting, "%s has no words for %s; English ones are understood.", place(noting, path), lacking);
    if (own)
        note_translation(
            noting, path,
            arena_format(noting->arena, "%s/" WORDS, noting->service->configuration->programme.languages[0]));
}

/* What coordinators are told: in the programme's own language alone. */
static void note_reasons(struct noting *noting) {
    struct templates *templates = noting->service->templates;
    const char *language = noting->service->configuration->programme.languages[0];
    const char *path = place(noting, arena_format(noting->arena, "%s/" REASONS, language));
    size_t lacking_count, unknown_count;
    const char *const *lacking = templates_reasons_lacking(templates, language, noting->arena, &lacking_count);
    const char *const *unknown = templates_reasons_unknown(templates, language, noting->arena, &unknown_count);
    bool english = string_starts_with(language, "en");
    size_t told = english ? 0 : lacking_count <= LACKING_TOLD ? lacking_count : LACKING_TOLD - 1;
    for (size_t i = 0; i < told; i++)
        note(noting, "%s lacks \"%s\"; coordinators read English.", path, lacking[i]);
    if (!english && told < lacking_count)
        note(noting, "%s lacks %zu more sentences; coordinators read English.", path, lacking_count - told);
    for (size_t i = 0; i < unknown_count; i++)
        note(noting, "%s is never said.", unknown[i]);
}

/* Coordinators, and tests, are written to in the programme's own language alone. */
static bool needs(const struct noting *noting, const char *name) {
    return string_equal(noting->language, noting->service->configuration->programme.languages[0]) ||
           !(string_starts_with(name, "coordinator-") || string_starts_with(name, "_coordinator-") ||
             string_equal(name, "test"));
}

static void note_language(struct noting *noting, const char **used, size_t used_count,
                          const struct templates_list *files) {
    const char *found, **pieces = arena_take_array(noting->arena, files->count + 1, sizeof *pieces);
    size_t own = 0, piece_count = 0;
    for (size_t i = 0; i < files->count; i++) {
        own += string_starts_with(noting->language, files->items[i].language);
        bool known = !files->items[i].piece;
        for (size_t j = 0; j < piece_count && !known; j++)
            known = string_equal(pieces[j] + 1, files->items[i].name);
        if (!known)
            pieces[piece_count++] = arena_format(noting->arena, "_%s", files->items[i].name);
    }
    if (own == 0 && used_count && find_path(noting, used[0], &found)) {
        note(noting, "%s lacks every template: there is none in %s; %s is used.", noting->language,
             place(noting, noting->language), localise_language(noting->arena, found, "en"));
        note_words(noting);
        return;
    }
    for (size_t i = 0; i < used_count; i++)
        if (needs(noting, used[i]))
            note_file(noting, used[i]);
    for (size_t i = 0; i < piece_count; i++)
        if (needs(noting, pieces[i]))
            note_file(noting, pieces[i]);
    note_topics(noting);
    note_words(noting);
}

static void find_notes(struct service *service, struct arena *arena, struct error_list *notes) {
    const struct programme_settings *programme = &service->configuration->programme;
    struct noting noting = {service, arena, notes, NULL, NULL, 0};
    struct templates_list files = templates_list(service->templates, arena);
    size_t used_count;
    const char **used = template_faults_used(service, arena, &used_count);
    for (size_t i = 0; i < programme->language_count; i++) {
        noting.language = programme->languages[i];
        noting.chain =
            template_files_language_chain(noting.language, programme->languages[0], arena, &noting.chain_count);
        note_language(&noting, used, used_count, &files);
    }
    note_reasons(&noting);
}

void template_faults_find(struct service *service, struct arena *arena, struct error_list *problems,
                          struct error_list *warnings, struct error_list *notes) {
    templates_check(service->templates, problems, warnings);
    error_list_sort(warnings);
    find_missing(service, arena, problems);
    find_missing_forms(service, problems);
    find_short_topics(service, problems);
    struct criteria criteria;
    criteria_read(service, arena, &criteria, problems, notes);
    if (criteria.forms)
        enrolment_check_columns(service->configuration->columns, service->configuration->column_count,
                                criteria.forms->forms[0], problems);
    error_list_sort(problems);
    find_notes(service, arena, notes);
}
