/* Forms in each language: <language>/forms/NAME.form, and the words around them. */
#include <string.h>

#include "app/templates/template_files.h"
#include "app/templates/templates.h"
#include "app/templates/templates_private.h"
#include "mail/template/template_render.h"

#define WORDS_FILE "phrases.txt"

/* A form lives apart from its language's words, which may be edited while it stays. */
static const struct form_words no_words = {.language = ""};

static const char *path_of(const char *language, const char *file, struct arena *arena) {
    return arena_format(arena, "%s/forms/%s", language, file);
}

static const void *read_words(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                              const char *file, struct arena *arena, struct error_list *problems) {
    (void)reader, (void)strict;
    return form_words_read(bytes, length, file, "", arena, problems);
}

static const void *read_form(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                             const char *file, struct arena *arena, struct error_list *problems) {
    (void)reader, (void)strict;
    return form_read(bytes, length, file, &no_words, arena, problems);
}

/* The version in use; NULL where the language has no such form, or no words. */
static const struct form *current(struct templates *templates, const char *name, const char *language,
                                  struct arena *arena) {
    static const struct templates_reader of_words = {.read = read_words}, of_form = {.read = read_form};
    const struct form *form =
        templates_versions_current(templates, path_of(language, arena_format(arena, "%s.form", name), arena), &of_form);
    const struct form_words *words =
        form ? templates_versions_current(templates, path_of(language, WORDS_FILE, arena), &of_words) : NULL;
    if (!words)
        return NULL;
    struct form *whole = arena_take(arena, sizeof *whole);
    struct form_words *spoken = arena_take(arena, sizeof *spoken);
    *spoken = *words;
    spoken->language = language;
    *whole = *form;
    whole->words = spoken;
    whole->language = language;
    return whole;
}

const struct form *templates_form_in(struct templates *templates, const char *name, const char *language,
                                     struct arena *arena) {
    size_t count;
    const struct form *form = NULL;
    templates->use++;
    const char **chain = template_files_language_chain(language, templates->language, arena, &count);
    for (size_t i = 0; i < count && !form; i++)
        form = current(templates, name, chain[i], arena);
    return form;
}

const struct form_set *templates_form(struct templates *templates, const char *name, const char *language,
                                      struct arena *arena) {
    size_t chain_count, language_count, count = 0;
    templates->use++;
    const char **chain = template_files_language_chain(language, templates->language, arena, &chain_count);
    const char **languages = templates_languages(templates, arena, &language_count);
    const struct form **forms = arena_take_array(arena, chain_count + language_count, sizeof *forms);
    for (size_t i = 0; i < chain_count + language_count; i++) {
        const char *tried = i < chain_count ? chain[i] : languages[i - chain_count];
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known = known || string_equal(forms[j]->language, tried);
        const struct form *form = known ? NULL : current(templates, name, tried, arena);
        auto_error_list differences = ERROR_LIST_EMPTY;
        if (form && (count == 0 || form_check_same(form, forms[0], &differences)))
            forms[count++] = form;
    }
    struct form_set *set = arena_take(arena, sizeof *set);
    *set = (struct form_set){forms, count};
    return count ? set : NULL;
}

const char *templates_form_markdown(struct form_lines lines, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    for (size_t i = 0; i < lines.count; i++) {
        const struct form_line *line = &lines.items[i];
        bool begins = line->role == FORM_LINE_PART || line->role == FORM_LINE_QUESTION || line->role == FORM_LINE_END;
        if (i)
            text_append(&out, begins || lines.items[i - 1].role == FORM_LINE_PART ? "\n\n" : "\\\n");
        text_append(&out, line->role == FORM_LINE_PART ? "### " : line->role == FORM_LINE_REASON ? "*" : "");
        auto_string strong = memory_copy_bytes(line->text, line->strong);
        if (line->strong) {
            text_append(&out, "**");
            template_render_literal(&out, strong);
            text_append(&out, "** ");
        }
        template_render_literal(&out, line->text + line->strong);
        text_append(&out, line->role == FORM_LINE_REASON ? "*" : "");
    }
    text_append_char(&out, '\n');
    return arena_copy_string(arena, text_string(&out));
}

/* ---- Checking ---- */

/* Reads LANGUAGE's FILE as it stands now into TEXT; false where there is none, or (told) it can't be read. */
static bool read_now(const struct templates *templates, const char *path, struct arena *arena, struct text *ret,
                     const char **ret_file, struct error_list *problems) {
    struct error error = ERROR_INIT;
    if (!template_files_exist(templates->directory, path))
        return false;
    if (!template_files_read_now(templates->directory, path, arena, ret, ret_file, &error))
        return error_list_add(problems, NULL, 0, "%s", error.message);
    return true;
}

static void check_words(const struct templates *templates, const char *language, bool needed, struct arena *arena,
                        struct error_list *problems) {
    auto_text bytes = TEXT_EMPTY;
    const char *path = path_of(language, WORDS_FILE, arena), *file;
    if (read_now(templates, path, arena, &bytes, &file, problems))
        form_words_read(text_string(&bytes), bytes.length, file, language, arena, problems);
    else if (needed && !template_files_exist(templates->directory, path))
        error_list_add(problems, templates->directory ? arena_format(arena, "%s/%s", templates->directory, path) : path,
                       0, "the language has forms and no words for them; translate that of another language");
}

/* Of what a participant is made. */
static void check_application(const struct form *form, const char *file, struct error_list *problems) {
    int name = form_find_role(form, FORM_ROLE_NAME), country = form_find_kind(form, FORM_COUNTRY),
        zone = form_find_kind(form, FORM_ZONE);
    const struct {
        int question;
        const char *what;
    } needed[] = {
        {name, "of the kind text, as name"}, {country, "of the kind country"}, {zone, "of the kind time zone"}};
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (needed[i].question < 0 || !form->questions[needed[i].question].required)
            error_list_add(problems, file, needed[i].question < 0 ? 0 : form->questions[needed[i].question].line,
                           "whoever applies must be asked a question %s, required", needed[i].what);
}

void templates_check_forms(const struct templates *templates, struct error_list *problems) {
    auto_arena arena = arena_new();
    size_t language_count, name_count, chain_count;
    const char **chain = template_files_language_chain(NULL, templates->language, arena, &chain_count);
    const char **languages = template_files_languages(templates->directory, arena, &language_count);
    const char **order = arena_take_array(arena, chain_count + language_count, sizeof *order);
    memcpy(order, chain, chain_count * sizeof *order);
    memcpy(order + chain_count, languages, language_count * sizeof *order);
    struct known {
        const char *name;
        const struct form *form;
        bool on_disk;
    } *originals = NULL;
    size_t original_count = 0, capacity = 0;
    /* The programme's own language first: others are held against it. */
    for (size_t i = 0; i < chain_count + language_count; i++) {
        bool again = false;
        for (size_t j = 0; j < i; j++)
            again = again || string_equal(order[i], order[j]);
        if (again)
            continue;
        const char **names = template_files_names(templates->directory, arena_format(arena, "%s/forms", order[i]),
                                                  ".form", false, arena, &name_count);
        check_words(templates, order[i], name_count > 0, arena, problems);
        for (size_t j = 0; j < name_count; j++) {
            auto_text bytes = TEXT_EMPTY;
            const char *file, *path = path_of(order[i], arena_format(arena, "%s.form", names[j]), arena);
            if (!read_now(templates, path, arena, &bytes, &file, problems))
                continue;
            const struct form *form = form_read(text_string(&bytes), bytes.length, arena_copy_string(arena, file),
                                                &no_words, arena, problems);
            if (form && string_equal(names[j], APPLICATION_FORM))
                check_application(form, arena_copy_string(arena, file), problems);
            struct template_file_identity identity = template_files_identify(templates->directory, path);
            bool on_disk = template_files_on_disk(&identity);
            const struct known *original = NULL;
            for (size_t k = 0; k < original_count; k++)
                if (string_equal(originals[k].name, names[j]))
                    original = &originals[k];
            /* A built-in translation is one of the built-in form, not of what the programme made of that. */
            if (form && original && (on_disk || !original->on_disk)) {
                form_check_same(form, original->form, problems);
            } else if (form && !original) {
                originals = memory_grow(originals, &capacity, original_count + 1, sizeof *originals);
                originals[original_count++] = (struct known){names[j], form, on_disk};
            }
        }
    }
    memory_free_pointer(&originals);
}
