#pragma once
/* What many people answered to a form, counted so that nobody's own answer can be told from it. Pure.
 *
 * Answers are counted in fives, in the order in which people first answered: who looks before and after one more answer
 * sees no difference. A group of under TALLY_LEAST is never shown
 * alone; one that nobody is in is none, but is not shown either where another is hidden. Of a question with one answer
 * each (none is one as well) the groups that are not shown are shown as one; it has at least two groups and TALLY_LEAST
 * people in it, and more than its groups of under TALLY_LEAST could have, so that the sum of all gives none of them
 * away. Where people may give several answers, each is chosen or not: neither may be a small group. */
#include <stdint.h>

#include "programme/form.h"

enum { TALLY_LEAST = 5 };

struct tally_group {
    const char *key; /* the option's key, "1" to "5", "yes"; NULL: no answer */
    int64_t people;
    bool hidden;
};

struct tally {
    const struct form_question *question;
    struct tally_group *groups; /* of a question whose answers can be counted */
    size_t group_count;
    int64_t together;   /* people of the hidden groups; 0: none is hidden, or several answers may be given */
    const char **lines; /* what was written freely, in alphabetical order; none where under TALLY_LEAST wrote */
    size_t line_count;
};

/* How many of so many people who answered are counted. */
int64_t tally_people(int64_t answered);

/* Of each question of FORM, as COUNT answers (names of questions, values) of PEOPLE people say it. In ARENA. */
struct tally *tally_make(const struct form *form, const char *const *names, const char *const *values, size_t count,
                         int64_t people, struct arena *arena);

/* Decides which of COUNT groups, of which the last is that of no answer, are hidden, and returns how many people these
 * have together. */
int64_t tally_hide(struct tally_group *groups, size_t count);
