/* Form files and the words around them, and what strangers reply to a form: the input is a reply to the application, in
 * its first half the mail's text, in its second what of it is the person's; and a form, and words. */
#include <string.h>

#include "base/embedded.h"
#include "base/names.h"
#include "harness.h"
#include "programme/questionnaire.h"

static struct form_set forms;
static struct arena *kept;

static const struct embedded_file *find(const char *path) {
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_equal(embedded_files[i].path, path))
            return &embedded_files[i];
    return NULL;
}

void fuzz_prepare(void) {
    static const struct form *list[3];
    static const char *const languages[] = {"en", "fr", "es"};
    auto_error_list problems = ERROR_LIST_EMPTY;
    kept = arena_new();
    for (size_t i = 0; i < COUNT_OF(languages); i++) {
        const struct embedded_file *words = find(arena_format(kept, "templates/%s/forms/phrases.txt", languages[i]));
        const struct embedded_file *form =
            find(arena_format(kept, "templates/%s/forms/application.form", languages[i]));
        check(words && form);
        list[i] = form_read(form->bytes, form->length, form->path,
                            form_words_read(words->bytes, words->length, words->path, languages[i], kept, &problems),
                            kept, &problems);
        check(list[i]);
    }
    const char *code; /* reads the names, which takes long */
    names_find(NAMES_COUNTRIES, "x", NULL, 0, &code, 1);
    names_find(NAMES_LANGUAGES, "x", NULL, 0, &code, 1);
    forms = (struct form_set){list, COUNT_OF(languages)};
}

static void check_findings(const struct form_set *set, const struct questionnaire_reading *reading,
                           struct arena *arena) {
    const struct form *form = set->forms[0];
    struct form_answer *answers = arena_take_array(arena, form->count, sizeof *answers);
    bool *asked = arena_take_array(arena, form->count, sizeof *asked);
    for (size_t i = 0; i < reading->count; i++) {
        const struct form_finding *finding = &reading->findings[i];
        check(finding->near_count <= FORM_NEAR_MAX && finding->doubt < FORM_DOUBTS);
        check(finding->state != FORM_CLEAR || (finding->value && strlen(finding->value) <= FORM_VALUE_BYTES_MAX));
        for (size_t j = 0; j < finding->near_count; j++)
            check(strlen(finding->near[j]) <= FORM_VALUE_BYTES_MAX);
    }
    questionnaire_merge(form, reading->findings, 1800000000, answers, arena);
    size_t open = questionnaire_open(form, answers, asked);
    check(open <= form->count);
    struct form_lines lines[] = {questionnaire_ask(form, asked, answers, arena),
                                 questionnaire_summarise(form, answers, arena)};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        for (size_t j = 0; j < lines[i].count; j++)
            fuzz_check_line(lines[i].items[j].text);
}

static void try_reply(const struct form_set *set, const char *whole, const char *text) {
    auto_arena arena = arena_new();
    struct questionnaire_reading reading;
    struct questionnaire_reply reply = {.whole_text = whole, .text = text, .now = 1800000000};
    questionnaire_read(set, &reply, NULL, arena, &reading);
    check(reading.count == set->forms[0]->count);
    check_findings(set, &reading, arena);
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    auto_string whole = fuzz_string(bytes, length);
    auto_string text = fuzz_string(bytes + length / 2, length - length / 2);
    try_reply(&forms, whole, text);
    try_reply(&forms, text, text);
    form_words_read(bytes, length, "words.txt", "en", arena, &problems);
    const struct form *form = form_read(bytes, length, "x.form", forms.forms[0]->words, arena, &problems);
    check(problems.count > 0 || form);
    if (form) {
        struct form_set set = {&form, 1};
        try_reply(&set, whole, text);
        form_check_same(form, forms.forms[0], &problems);
    }
    for (size_t i = 0; i < problems.count; i++)
        fuzz_check_line(problems.entries[i].message);
}
