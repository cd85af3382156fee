#include "app/answer_sheet.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"

/* By enum form_doubt. */
static const char *const doubts[FORM_DOUBTS] = {
    [FORM_MISSING] = "missing",       [FORM_NOT_UNDERSTOOD] = "not understood", [FORM_DID_YOU_MEAN] = "did you mean",
    [FORM_ONLY_ONE] = "only one",     [FORM_NO_SUCH_NUMBER] = "no number",      [FORM_YES_NEEDED] = "yes needed",
    [FORM_WHICH_ZONE] = "which zone", [FORM_TWO_ANSWERS] = "two answers",       [FORM_TOO_LONG] = "too long",
};

/* Options may have gone from the form since. */
static bool is_known(const struct form_question *question, const char *value) {
    for (const char *at = value; *at && question->option_count;) {
        size_t length = strcspn(at, ","), i = 0;
        while (i < question->option_count &&
               !(strlen(question->options[i].key) == length && strncmp(question->options[i].key, at, length) == 0))
            i++;
        if (i == question->option_count)
            return false;
        at += length + (at[length] == ',');
    }
    return true;
}

static const char *read_value(const json_t *value, const struct form_question *question, struct arena *arena) {
    const char *text = json_string_value(value);
    return text && is_known(question, text) ? arena_copy_string(arena, text) : NULL;
}

static struct form_answer read_one(const json_t *told, const struct form_question *question, struct arena *arena) {
    struct form_answer answer = {.asked = (int)json_integer_value(json_object_get(told, "asked")),
                                 .derived = json_is_true(json_object_get(told, "derived"))};
    struct form_finding *finding = &answer.finding;
    const char *doubt = json_string_value(json_object_get(told, "doubt"));
    finding->value = read_value(json_object_get(told, "value"), question, arena);
    finding->state = finding->value ? FORM_CLEAR : FORM_EMPTY;
    for (size_t i = 0; doubt && i < FORM_DOUBTS; i++)
        if (string_equal(doubts[i], doubt)) {
            finding->state = FORM_UNCLEAR;
            finding->doubt = (enum form_doubt)i;
        }
    const json_t *near = json_object_get(told, "near");
    for (size_t i = 0; i < json_array_size(near) && i < FORM_NEAR_MAX; i++)
        if (json_is_string(json_array_get(near, i)))
            finding->near[finding->near_count++] = arena_copy_string(arena, json_string_value(json_array_get(near, i)));
    return answer;
}

struct form_answer *answer_sheet_read(const char *json, const struct form *form, struct arena *arena) {
    struct form_answer *answers = arena_take_array(arena, form->count, sizeof *answers);
    json_t *sheet = json_loads(json ? json : "{}", 0, NULL);
    for (size_t i = 0; i < form->count; i++)
        answers[i] = read_one(json_object_get(sheet, form->questions[i].name), &form->questions[i], arena);
    json_decref(sheet);
    return answers;
}

struct form_answer *answer_sheet_read_values(const char *json, const struct form *form, struct arena *arena) {
    struct form_answer *answers = arena_take_array(arena, form->count, sizeof *answers);
    json_t *sheet = json_loads(json ? json : "{}", 0, NULL);
    for (size_t i = 0; i < form->count; i++) {
        const struct form_question *question = &form->questions[i];
        const char *value = read_value(json_object_get(sheet, question->name), question, arena);
        if (value)
            answers[i].finding = (struct form_finding){.state = FORM_CLEAR, .value = value};
    }
    json_decref(sheet);
    return answers;
}

static json_t *write_one(const struct form_answer *answer) {
    const struct form_finding *finding = &answer->finding;
    json_t *told = json_object(), *near = json_array();
    if (finding->value)
        json_object_set_new(told, "value", json_string(finding->value));
    if (finding->state == FORM_UNCLEAR)
        json_object_set_new(told, "doubt", json_string(doubts[finding->doubt]));
    for (size_t i = 0; finding->state == FORM_UNCLEAR && i < finding->near_count; i++)
        json_array_append_new(near, json_string(finding->near[i]));
    if (json_array_size(near))
        json_object_set(told, "near", near);
    json_decref(near);
    if (answer->asked)
        json_object_set_new(told, "asked", json_integer(answer->asked));
    if (answer->derived)
        json_object_set_new(told, "derived", json_true());
    return told;
}

static const char *take_text(json_t *sheet, struct arena *arena) {
    auto_string text = json_dumps(sheet, JSON_COMPACT);
    json_decref(sheet);
    require(text);
    return arena_copy_string(arena, text);
}

const char *answer_sheet_write(const struct form *form, const struct form_answer *answers, struct arena *arena) {
    json_t *sheet = json_object();
    for (size_t i = 0; i < form->count; i++)
        if (answers[i].finding.state != FORM_EMPTY || answers[i].asked)
            json_object_set_new(sheet, form->questions[i].name, write_one(&answers[i]));
    return take_text(sheet, arena);
}

const char *answer_sheet_write_values(const struct form *form, const struct form_answer *answers, struct arena *arena) {
    json_t *sheet = json_object();
    for (size_t i = 0; i < form->count; i++)
        if (answers[i].finding.state == FORM_CLEAR)
            json_object_set_new(sheet, form->questions[i].name, json_string(answers[i].finding.value));
    return take_text(sheet, arena);
}

struct form_answer *answer_sheet_mask(const struct form *form, const struct form_answer *answers, struct arena *arena) {
    struct form_answer *masked = arena_take_array(arena, form->count, sizeof *masked);
    for (size_t i = 0; i < form->count; i++) {
        masked[i] = answers[i];
        if (form->questions[i].kind == FORM_TEXT && masked[i].finding.value)
            masked[i].finding.value = arena_copy_string(arena, form->words->says[FORM_SAY_YOUR_WORDS]);
    }
    return masked;
}

const char *answer_sheet_unclear(const struct form *form, const struct form_answer *answers, struct arena *arena) {
    auto_text labels = TEXT_EMPTY;
    bool *open = arena_take_array(arena, form->count, sizeof *open);
    questionnaire_open(form, answers, open);
    for (size_t i = 0; i < form->count; i++)
        if (open[i])
            text_append_format(&labels, "%s%s", labels.length ? ", " : "", form->questions[i].label);
    return arena_copy_string(arena, text_string(&labels));
}
