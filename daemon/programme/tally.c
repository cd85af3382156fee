#include "programme/tally.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int64_t tally_people(int64_t answered) {
    return answered - answered % TALLY_LEAST;
}

/* ---- What is shown ---- */

struct hidden {
    int64_t groups, people;
};

static struct hidden count_hidden(const struct tally_group *groups, size_t count) {
    struct hidden hidden = {0};
    for (size_t i = 0; i < count; i++)
        if (groups[i].hidden) {
            hidden.groups++;
            hidden.people += groups[i].people;
        }
    return hidden;
}

/* Nobody can tell the groups apart: there are two, they are not small together, and it isn't just as many as small ones
 * hold at most. */
static bool is_blurred(const struct hidden *hidden) {
    return hidden->groups >= 2 && hidden->people >= TALLY_LEAST && hidden->people != hidden->groups * (TALLY_LEAST - 1);
}

/* The last, that of no answer, else the one before the first hidden one: which that is must not depend on how large any
 * is, or it would tell. */
static struct tally_group *find_next(struct tally_group *groups, size_t count) {
    size_t at = 0;
    while (!groups[at].hidden)
        at++;
    while (groups[at].hidden)
        at = (at + count - 1) % count;
    return groups[count - 1].hidden ? &groups[at] : &groups[count - 1];
}

int64_t tally_hide(struct tally_group *groups, size_t count) {
    for (size_t i = 0; i < count; i++)
        groups[i].hidden = groups[i].people < TALLY_LEAST;
    struct hidden hidden = count_hidden(groups, count);
    if (hidden.people == 0)
        for (size_t i = 0; i < count; i++)
            groups[i].hidden = false;
    while (hidden.people && !is_blurred(&hidden) && hidden.groups < (int64_t)count) {
        find_next(groups, count)->hidden = true;
        hidden = count_hidden(groups, count);
    }
    return hidden.people;
}

/* Each is over against whoever did not choose it. */
static void hide_several(struct tally *tally, int64_t people) {
    for (size_t i = 0; i < tally->group_count; i++) {
        struct tally_group *group = &tally->groups[i];
        int64_t others = people - group->people;
        group->hidden = group->people < TALLY_LEAST || (others > 0 && others < TALLY_LEAST);
    }
}

/* ---- Counting ---- */

static const char *const ratings[] = {"1", "2", "3", "4", "5"}, *const choices[] = {"yes", "no"};

static size_t list_keys(const struct form_question *question, const char *ret[FORM_OPTIONS_MAX]) {
    const char *const *keys = question->kind == FORM_RATING ? ratings : choices;
    size_t count = question->kind == FORM_RATING                                       ? COUNT_OF(ratings)
                   : question->kind == FORM_YES_NO || question->kind == FORM_AGREEMENT ? COUNT_OF(choices)
                                                                                       : 0;
    for (size_t i = 0; i < count; i++)
        ret[i] = keys[i];
    for (size_t i = 0; i < question->option_count; i++)
        ret[count++] = question->options[i].key;
    return count;
}

/* VALUE has KEY, alone or among others with commas between them. */
static bool has_key(const char *value, const char *key) {
    size_t length = strlen(key);
    for (const char *at = value; *at;) {
        size_t each = strcspn(at, ",");
        if (each == length && strncmp(at, key, length) == 0)
            return true;
        at += each + (at[each] == ',');
    }
    return false;
}

static void count_one(struct tally *tally, const char *value, int64_t *nobodys) {
    bool found = false;
    for (size_t i = 0; i < tally->group_count; i++)
        if (tally->groups[i].key && has_key(value, tally->groups[i].key)) {
            tally->groups[i].people++;
            found = true;
        }
    *nobodys -= found;
}

static int compare_lines(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct tally begin(const struct form_question *question, size_t most, struct arena *arena) {
    const char *keys[FORM_OPTIONS_MAX];
    struct tally tally = {.question = question};
    size_t count = list_keys(question, keys);
    tally.groups = arena_take_array(arena, count + 1, sizeof *tally.groups);
    for (; tally.group_count < count; tally.group_count++)
        tally.groups[tally.group_count].key = keys[tally.group_count];
    tally.group_count += count && question->kind != FORM_SEVERAL; /* no answer */
    if (question->kind == FORM_TEXT)
        tally.lines = arena_take_array(arena, most, sizeof *tally.lines);
    return tally;
}

static void end(struct tally *tally, int64_t people, int64_t nobodys) {
    if (tally->question->kind == FORM_SEVERAL) {
        hide_several(tally, people);
    } else if (tally->group_count) {
        tally->groups[tally->group_count - 1].people = nobodys;
        tally->together = tally_hide(tally->groups, tally->group_count);
    }
    if (tally->line_count < TALLY_LEAST)
        tally->line_count = 0;
    else
        qsort(tally->lines, tally->line_count, sizeof *tally->lines, compare_lines);
}

struct tally *tally_make(const struct form *form, const char *const *names, const char *const *values, size_t count,
                         int64_t people, struct arena *arena) {
    struct tally *tallies = arena_take_array(arena, form->count, sizeof *tallies);
    int64_t *nobodys = arena_take_array(arena, form->count, sizeof *nobodys);
    for (size_t i = 0; i < form->count; i++) {
        tallies[i] = begin(&form->questions[i], count, arena);
        nobodys[i] = people;
    }
    for (size_t i = 0; i < count; i++) {
        int question = form_find(form, names[i]);
        if (question < 0) /* the form has lost it since */
            continue;
        struct tally *tally = &tallies[question];
        if (tally->lines)
            tally->lines[tally->line_count++] = values[i];
        else
            count_one(tally, values[i], &nobodys[question]);
    }
    for (size_t i = 0; i < form->count; i++)
        end(&tallies[i], people, nobodys[i]);
    return tallies;
}
