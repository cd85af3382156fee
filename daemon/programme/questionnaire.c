#include "programme/questionnaire.h"

#include <stdio.h>
#include <string.h>

#include "base/country.h"
#include "base/text.h"

enum {
    INLINE_COLUMNS = 56,  /* so wide may options be that share a line */
    SHOWN_VALUE_MAX = 200 /* bytes of a free text that are sent back */
};

/* ---- What is sent ---- */

struct writer {
    const struct form *form;
    const struct form_answer *answers;
    struct arena *arena;
    struct form_line *items;
    size_t count, capacity, question;
};

static void put(struct writer *writer, enum form_line_role role, size_t option, size_t strong, const char *text) {
    writer->items =
        arena_grow(writer->arena, writer->items, &writer->capacity, writer->count + 1, sizeof *writer->items);
    writer->items[writer->count++] = (struct form_line){role, writer->question, option, text, strong};
}

/* SENTENCE with {1} replaced. */
static const char *fill(const char *sentence, const char *filled, struct arena *arena) {
    const char *place = strstr(sentence, "{1}");
    return place ? arena_format(arena, "%.*s%s%s", (int)(place - sentence), sentence, filled, place + 3) : sentence;
}

static const char *hint(const struct form *form, const struct form_question *question, struct arena *arena) {
    static const int sayings[] = {
        [FORM_ONE_OF] = FORM_SAY_ONE,    [FORM_SEVERAL] = FORM_SAY_SEVERAL,     [FORM_RATING] = FORM_SAY_RATING,
        [FORM_YES_NO] = FORM_SAY_YES_NO, [FORM_AGREEMENT] = FORM_SAY_AGREEMENT, [FORM_DATE] = -1,
    };
    const char *how = sayings[question->kind] > 0 ? form->words->says[sayings[question->kind]] : NULL;
    const char *optional = question->required ? NULL : form->words->says[FORM_SAY_OPTIONAL];
    return how && optional   ? arena_format(arena, " (%s, %s)", how, optional)
           : how || optional ? arena_format(arena, " (%s)", how ? how : optional)
                             : "";
}

/* "Niger or Nigeria" */
static const char *join_near(const struct form *form, size_t question, const struct form_finding *finding,
                             struct arena *arena) {
    auto_text joined = TEXT_EMPTY;
    for (size_t i = 0; i < finding->near_count; i++) {
        if (i)
            text_append_format(&joined, i + 1 < finding->near_count ? ", " : " %s ", form->words->says[FORM_SAY_OR]);
        text_append(&joined, form_value_show(form, question, finding->near[i], arena));
    }
    return arena_copy_string(arena, text_string(&joined));
}

static void put_reason(struct writer *writer) {
    const struct form_answer *answer = &writer->answers[writer->question];
    const struct form_finding *finding = &answer->finding;
    enum form_doubt doubt = finding->state == FORM_UNCLEAR ? finding->doubt : FORM_MISSING;
    if (finding->state == FORM_CLEAR || (finding->state == FORM_EMPTY && !answer->asked))
        return;
    const char *sentence = writer->form->words->says[FORM_SAY_MISSING + (int)doubt];
    put(writer, FORM_LINE_REASON, 0, 0,
        fill(sentence, join_near(writer->form, writer->question, finding, writer->arena), writer->arena));
}

static void put_options(struct writer *writer, const struct form_question *question) {
    auto_text line = TEXT_EMPTY;
    for (size_t i = 0; i < question->option_count; i++)
        text_append_format(&line, "%s(%zu)\u00A0%s", i ? ", " : "", i + 1, question->options[i].words[0]);
    if (utf8_width(text_string(&line)) <= INLINE_COLUMNS && question->option_count <= 3) {
        put(writer, FORM_LINE_OPTIONS, 0, 0, arena_copy_string(writer->arena, text_string(&line)));
        return;
    }
    for (size_t i = 0; i < question->option_count; i++)
        put(writer, FORM_LINE_OPTION, i, 0,
            arena_format(writer->arena, "(%zu) %s", i + 1, question->options[i].words[0]));
}

/* What somebody wrote is sent back to them, but not without bounds. */
static const char *shown_value(const struct form *form, size_t question, const char *value, struct arena *arena) {
    const char *shown = form_value_show(form, question, value, arena);
    size_t length = strlen(shown), kept = utf8_cut(shown, length, SHOWN_VALUE_MAX);
    return kept == length ? shown : arena_format(arena, "%.*s\u2026", (int)kept, shown);
}

static size_t strong_of(const char *text) {
    const char *colon = strchr(text, ':');
    return colon ? (size_t)(colon - text) + 1 : 0;
}

struct form_lines questionnaire_ask(const struct form *form, const bool *asked, const struct form_answer *answers,
                                    struct arena *arena) {
    struct writer writer = {.form = form, .answers = answers, .arena = arena};
    const char *part = NULL;
    for (size_t i = 0; i < form->count; i++) {
        const struct form_question *question = &form->questions[i];
        writer.question = i;
        part = question->part ? question->part : part;
        if (asked && !asked[i])
            continue;
        if (part)
            put(&writer, FORM_LINE_PART, 0, 0, part);
        part = NULL;
        const char *text = arena_format(arena, "%zu. %s%s", i + 1, question->text, hint(form, question, arena));
        put(&writer, FORM_LINE_QUESTION, 0, strong_of(text), text);
        if (answers)
            put_reason(&writer);
        if (question->option_count)
            put_options(&writer, question);
        if (answers && answers[i].finding.value)
            put(&writer, FORM_LINE_SO_FAR, 0, 0,
                fill(form->words->says[FORM_SAY_SO_FAR], shown_value(form, i, answers[i].finding.value, arena), arena));
    }
    put(&writer, FORM_LINE_END, 0, 0, form->words->says[FORM_SAY_END]);
    return (struct form_lines){writer.items, writer.count};
}

struct form_lines questionnaire_summarise(const struct form *form, const struct form_answer *answers,
                                          struct arena *arena) {
    struct writer writer = {.form = form, .answers = answers, .arena = arena};
    for (size_t i = 0; i < form->count; i++) {
        const char *value = answers[i].finding.value, *text = form->questions[i].text;
        int label = (int)strong_of(text);
        const char *start = arena_format(arena, "%zu. %.*s", i + 1, label, text);
        writer.question = i;
        put(&writer, FORM_LINE_ANSWER, 0, strlen(start),
            arena_format(arena, "%s %s", start,
                         value ? shown_value(form, i, value, arena) : form->words->says[FORM_SAY_NOTHING]));
    }
    return (struct form_lines){writer.items, writer.count};
}

/* ---- What is known ---- */

/* The writer's country, as far as it is known. */
static const char *country_in(const struct form *form, const struct form_answer *answers) {
    for (size_t i = 0; i < form->count; i++)
        if (form->questions[i].kind == FORM_COUNTRY && answers[i].finding.state == FORM_CLEAR)
            return answers[i].finding.value;
    return NULL;
}

/* A zone that is not named, or not understood, is the country's only one; one that followed from another country no
 * longer does. */
static void derive_zones(const struct form *form, int64_t now, struct form_answer *answers, struct arena *arena) {
    const char *country = country_in(form, answers);
    char zone[COUNTRY_ZONE_SIZE];
    struct error error = ERROR_INIT;
    for (size_t i = 0; i < form->count; i++) {
        struct form_answer *answer = &answers[i];
        if (form->questions[i].kind != FORM_ZONE || (answer->finding.state == FORM_CLEAR && !answer->derived))
            continue;
        if (country && country_only_zone(country, now, zone, &error)) {
            answer->finding = (struct form_finding){.state = FORM_CLEAR, .value = arena_copy_string(arena, zone)};
            answer->derived = true;
        } else if (answer->derived) {
            answer->finding = (struct form_finding){0};
            answer->derived = false;
        }
        if (answer->finding.state != FORM_EMPTY || !country || !form->questions[i].required)
            continue;
        struct form_finding which = {.state = FORM_UNCLEAR, .doubt = FORM_WHICH_ZONE};
        char zones[FORM_NEAR_MAX][COUNTRY_ZONE_SIZE];
        which.near_count = country_zones(country, now, zones, FORM_NEAR_MAX);
        for (size_t j = 0; j < which.near_count; j++)
            which.near[j] = arena_copy_string(arena, zones[j]);
        if (which.near_count > 0)
            answer->finding = which;
    }
}

void questionnaire_merge(const struct form *form, const struct form_finding *findings, int64_t now,
                         struct form_answer *answers, struct arena *arena) {
    for (size_t i = 0; i < form->count; i++) {
        if (findings[i].state == FORM_EMPTY)
            continue;
        const char *before = answers[i].finding.value;
        answers[i].finding = findings[i];
        answers[i].derived = false;
        if (findings[i].state == FORM_UNCLEAR)
            answers[i].finding.value = before;
    }
    derive_zones(form, now, answers, arena);
}

size_t questionnaire_open(const struct form *form, const struct form_answer *answers, bool *ret_asked) {
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++) {
        enum form_state state = answers[i].finding.state;
        ret_asked[i] = state == FORM_UNCLEAR || (state == FORM_EMPTY && form->questions[i].required);
        count += ret_asked[i];
    }
    return count;
}
