#include "cli/match_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/localise.h"
#include "base/text.h"

enum { REASONS_MAX = 3 * (MATCHING_CRITERIA_MAX + 1) + MATCHING_GROUP_MAX };

struct telling {
    const struct population *population;
    struct arena *arena;
    uint32_t a, b; /* whom it is about */
    const char *items[REASONS_MAX];
    size_t count;
};

static const char *first_name(const struct telling *words, uint32_t position) {
    const struct participant *person = &words->population->who[position].participant;
    return localise_first_name(words->arena, person->name, person->language);
}

static const struct matching_person *person_of(const struct telling *words, uint32_t position) {
    return &words->population->people[position];
}

const char *match_words_person(const struct participant *participant, struct arena *arena) {
    return arena_format(arena, "%s (%s)", participant->name, localise_country(arena, participant->country, "en"));
}

__attribute__((format(printf, 2, 3))) static void say(struct telling *words, const char *format, ...) {
    auto_text text = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&text, format, arguments);
    va_end(arguments);
    if (words->count < REASONS_MAX)
        words->items[words->count++] = arena_copy_string(words->arena, text_string(&text));
}

/* ---- One criterion ---- */

/* "books and films, music and art": options by their bits. */
static const char *option_words(const struct telling *words, const struct form_question *question, uint64_t options) {
    auto_text text = TEXT_EMPTY;
    for (size_t i = 0; question->kind == FORM_RATING && i < 64; i++)
        if (options >> i & 1)
            text_append_format(&text, "%zu", i);
    for (size_t i = 0; i < question->option_count; i++)
        if (options >> i & 1)
            text_append_format(&text, "%s%s", text.length ? ", " : "", question->options[i].words[0]);
    return arena_copy_string(words->arena, text_string(&text));
}

static const char *wish_words(enum matching_wish wish) {
    return wish == MATCHING_SAME ? "the same" : "another";
}

/* "Field: the same, as Anna wishes; Ben wishes another". */
static void say_wished(struct telling *words, const struct form_question *question,
                       const struct matching_reason *reason) {
    const struct matching_person *a = person_of(words, words->a), *b = person_of(words, words->b);
    enum matching_wish of_a = a->wishes[reason->criterion], of_b = b->wishes[reason->criterion];
    bool a_wishes = of_a != MATCHING_NO_MATTER, b_wishes = of_b != MATCHING_NO_MATTER;
    if ((!a_wishes && !b_wishes) || !a->options[reason->criterion] || !b->options[reason->criterion])
        return;
    bool several = question->kind == FORM_SEVERAL;
    const char *is = reason->common ? (several ? "some the same" : "the same") : "different",
               *name_a = first_name(words, words->a), *name_b = first_name(words, words->b);
    if (a_wishes && b_wishes && of_a == of_b)
        say(words, reason->a_wished ? "%s: %s, as both wish" : "%s: %s, though both wish %s", question->label, is,
            wish_words(of_a));
    else if (reason->a_wished || reason->b_wished)
        say(words, a_wishes && b_wishes ? "%s: %s, as %s wishes; %s wishes %s" : "%s: %s, as %s wishes",
            question->label, is, reason->a_wished ? name_a : name_b, reason->a_wished ? name_b : name_a,
            wish_words(reason->a_wished ? of_b : of_a));
    else
        say(words, "%s: %s, though %s wishes %s", question->label, is, a_wishes ? name_a : name_b,
            wish_words(a_wishes ? of_a : of_b));
}

static void say_awake(struct telling *words, const struct matching_reason *reason) {
    bool a = person_of(words, words->a)->live, b = person_of(words, words->b)->live;
    if (a && b && reason->half_hours == 1)
        say(words, "half a waking hour in common, and both want to talk live");
    else if (a && b && reason->half_hours)
        say(words, "%d%s waking hour%s in common, and both want to talk live", reason->half_hours / 2,
            reason->half_hours % 2 ? "½" : "", reason->half_hours == 2 ? "" : "s");
    else if (a && b)
        say(words, "both want to talk live, and are never awake at the same time");
    else if (a || b)
        say(words, "only %s wants to talk live", first_name(words, a ? words->a : words->b));
}

static void say_criterion(struct telling *words, const struct matching_reason *reason) {
    const struct population *population = words->population;
    const struct form_question *question =
        &population->criteria->forms->forms[0]->questions[population->criteria->questions[reason->criterion]];
    uint64_t a = person_of(words, words->a)->options[reason->criterion],
             b = person_of(words, words->b)->options[reason->criterion];
    switch (population->rules.criteria[reason->criterion].measure) {
    case MATCHING_COMMON:
        if (reason->common)
            say(words, "%s in common: %s", question->label, option_words(words, question, reason->common));
        else if (a && b)
            say(words, "%s: nothing in common", question->label);
        return;
    case MATCHING_WISHED:
        say_wished(words, question, reason);
        return;
    case MATCHING_NEAR:
        if (a && a == b)
            say(words, "%s: %s, both", question->label, option_words(words, question, a));
        else if (a && b)
            say(words, "%s: %s; %s", question->label, option_words(words, question, a),
                option_words(words, question, b));
        return;
    case MATCHING_AWAKE:
        say_awake(words, reason);
        return;
    }
}

/* ---- Two people ---- */

struct weighed {
    struct matching_reason reason;
    int value;
};

static int compare_weighed(const void *a, const void *b) {
    const struct weighed *x = a, *y = b;
    return x->value != y->value
               ? (x->value < y->value) - (x->value > y->value)
               : (x->reason.criterion > y->reason.criterion) - (x->reason.criterion < y->reason.criterion);
}

static bool speaks(const char *languages, const char *code, size_t length) {
    for (const char *at = languages; *at; at += strspn(at, ",")) {
        if (strcspn(at, ",") == length && strncmp(at, code, length) == 0)
            return true;
        at += strcspn(at, ",");
    }
    return false;
}

static void say_languages(struct telling *words) {
    const char *a = words->population->who[words->a].languages, *b = words->population->who[words->b].languages;
    auto_text text = TEXT_EMPTY;
    for (const char *at = a; *at; at += strspn(at, ",")) {
        size_t length = strcspn(at, ",");
        auto_string code = memory_copy_bytes(at, length);
        if (speaks(b, at, length))
            text_append_format(&text, "%s%s", text.length ? ", " : "", localise_language(words->arena, code, "en"));
        at += length;
    }
    if (text.length)
        say(words, "both write %s", text_string(&text));
}

static int weigh(const struct telling *words, struct weighed weighed[MATCHING_CRITERIA_MAX]) {
    const struct matching_rules *rules = &words->population->rules;
    struct matching_reason reasons[MATCHING_CRITERIA_MAX];
    int sum = 0;
    matching_explain(rules, person_of(words, words->a), person_of(words, words->b), reasons);
    for (size_t i = 0; i < rules->criterion_count; i++) {
        weighed[i] = (struct weighed){reasons[i], reasons[i].points * rules->criteria[i].weight};
        sum += weighed[i].value;
    }
    return sum;
}

static void say_pair(struct telling *words) {
    struct weighed weighed[MATCHING_CRITERIA_MAX];
    size_t count = words->population->rules.criterion_count, i = 0;
    weigh(words, weighed);
    qsort(weighed, count, sizeof *weighed, compare_weighed);
    for (; i < count && weighed[i].value > 0; i++)
        say_criterion(words, &weighed[i].reason);
    say_languages(words);
    for (; i < count; i++)
        say_criterion(words, &weighed[i].reason);
}

/* ---- A group ---- */

const char *match_words_remark(const struct population *population, uint32_t position, struct arena *arena) {
    const struct population_person *who = &population->who[position];
    return who->avoids ? arena_format(arena,
                                      "Who or what %s would avoid is not clear: \"%s\". To keep two people apart: "
                                      "tandempost match forbid",
                                      who->participant.name, who->avoids)
                       : NULL;
}

const char **match_words_reasons(const struct population *population, const struct matching_group *group,
                                 struct arena *arena, size_t *ret_count) {
    struct telling words = {.population = population, .arena = arena};
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = i + 1; j < group->count; j++) {
            size_t first = words.count;
            words.a = group->members[i];
            words.b = group->members[j];
            say_pair(&words);
            for (size_t k = first; group->count > 2 && k < words.count; k++)
                words.items[k] = arena_format(arena, "%s and %s: %s", first_name(&words, words.a),
                                              first_name(&words, words.b), words.items[k]);
        }
    for (size_t i = 0; i < group->count; i++)
        if (population->people[group->members[i]].waited)
            say(&words, "%s was left over before", first_name(&words, group->members[i]));
    const char **ret = arena_take_array(arena, words.count + 1, sizeof *ret);
    for (size_t i = 0; i < words.count; i++)
        ret[i] = words.items[i];
    *ret_count = words.count;
    return ret;
}

int match_words_share(const struct population *population, const struct matching_group *group) {
    struct weighed weighed[MATCHING_CRITERIA_MAX];
    int64_t most = matching_score_most(&population->rules), sum = 0, pairs = 0;
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = i + 1; j < group->count; j++, pairs++)
            sum += weigh(&(struct telling){.population = population, .a = group->members[i], .b = group->members[j]},
                         weighed);
    return most > 0 && pairs > 0 ? (int)((200 * sum / pairs + most) / (2 * most)) : 0;
}

/* ---- Nobody ---- */

/* Who of all others has most in common with PERSON, whoever their partner is. */
static const struct participant *best_for(const struct population *population, uint32_t person) {
    const struct matching_person *people = population->people;
    const struct participant *best = NULL;
    int64_t most = -1;
    for (size_t i = 0; i < population->count; i++) {
        if (i == person || matching_bar(&people[person], &people[i]) != MATCHING_ALLOWED)
            continue;
        int64_t score = matching_score(&population->rules, &people[person], &people[i]);
        if (score > most)
            best = &population->who[i].participant;
        most = score > most ? score : most;
    }
    return best;
}

const char *match_words_left_over(const struct population *population, const struct matching_left_over *left,
                                  struct arena *arena) {
    const struct participant *person = &population->who[left->person].participant;
    const char *remark = match_words_remark(population, left->person, arena), *why = "";
    const struct participant *best = best_for(population, left->person);
    if (left->possible && best)
        why =
            arena_format(arena,
                         "%zu of the others would fit, and %s a partner. %s has most in common with %s; to bring them "
                         "together: tandempost match swap %s %s %s",
                         left->possible, left->possible == 1 ? "has" : "all of them have", best->name, person->name,
                         population->round.name, person->address, best->address);
    else
        switch (left->why) {
        case MATCHING_ALLOWED:
        case MATCHING_BARS:
            why = "There is nobody else.";
            break;
        case MATCHING_SAME_COUNTRY:
            why = arena_format(arena,
                               "Nobody fits: most of the others live in %s as well. More people from elsewhere would "
                               "help.",
                               localise_country(arena, person->country, "en"));
            break;
        case MATCHING_NO_LANGUAGE:
            why = "Nobody fits: most of the others have no language in common with them that both write well enough. "
                  "Ask which other languages they could write letters in.";
            break;
        case MATCHING_AVOIDED_COUNTRY:
            why = "Nobody fits: most of the others live where they asked to have no partner, or asked that of their "
                  "country. Ask whether that must be.";
            break;
        case MATCHING_EXCLUDED:
            why = "Nobody fits: most of the others were their partners before, or must not be brought together with "
                  "them. What a coordinator forbade, tandempost match allow undoes.";
            break;
        }
    return remark ? arena_format(arena, "%s %s", why, remark) : why;
}

const char *match_words_aside(const struct population_aside *aside, struct arena *arena) {
    return arena_format(arena, "No partner is looked for: %s %s.", aside->participant.name, aside->why);
}
