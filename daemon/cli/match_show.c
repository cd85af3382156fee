#include "cli/match_show.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/json_value.h"
#include "cli/match_words.h"
#include "cli/table.h"
#include "cli/wrap.h"

enum { INDENT = 7 };

static const char *joined(const char *const *items, size_t count, const char *with, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++)
        text_append_format(&text, "%s%s", i ? with : "", items[i]);
    return arena_copy_string(arena, text_string(&text));
}

/* With the remarks about its members. */
static const char **all_reasons(const struct population *population, const struct matching_group *group,
                                struct arena *arena, size_t *ret_count) {
    size_t count;
    const char **reasons = match_words_reasons(population, group, arena, &count),
               **all = arena_take_array(arena, count + group->count + 1, sizeof *all);
    memcpy(all, reasons, count * sizeof *all);
    for (size_t i = 0; i < group->count; i++)
        if ((all[count] = match_words_remark(population, group->members[i], arena)))
            count++;
    *ret_count = count;
    return all;
}

/* ---- For people ---- */

static void print_indented(const char *text) {
    printf("%*s", INDENT, "");
    wrap_print(stdout, text, INDENT, table_terminal_width(stdout), "");
}

static void print_group(const struct population *population, const struct matching_group *group) {
    auto_arena arena = arena_new();
    const char *names[MATCHING_GROUP_MAX];
    size_t count;
    const char **reasons = match_words_reasons(population, group, arena, &count);
    for (size_t i = 0; i < group->count; i++)
        names[i] = match_words_person(&population->who[group->members[i]].participant, arena);
    printf("%4d %% ", match_words_share(population, group));
    wrap_print(
        stdout,
        arena_format(arena, "%s%s", joined(names, group->count, " and ", arena), group->locked ? ", locked" : ""),
        INDENT, table_terminal_width(stdout), "");
    if (count)
        print_indented(joined(reasons, count, "; ", arena));
    for (size_t i = 0; i < group->count; i++) {
        const char *remark = match_words_remark(population, group->members[i], arena);
        if (remark)
            print_indented(remark);
    }
}

static void print_nobody(const struct participant *person, const char *why) {
    auto_arena arena = arena_new();
    printf("     - ");
    wrap_print(stdout, arena_format(arena, "%s <%s>", match_words_person(person, arena), person->address), INDENT,
               table_terminal_width(stdout), "");
    print_indented(why);
}

void match_show_print(const struct proposal *proposal, bool dry_run) {
    auto_arena arena = arena_new();
    const struct population *population = &proposal->population;
    const char *round = population->round.name;
    size_t width = table_terminal_width(stdout), nobody = proposal->left_over_count + population->aside_count;
    for (size_t i = 0; i < proposal->group_count; i++)
        print_group(population, &proposal->groups[i]);
    if (nobody)
        printf("%sWithout a partner:\n", proposal->group_count ? "\n" : "");
    for (size_t i = 0; i < proposal->left_over_count; i++)
        print_nobody(&population->who[proposal->left_over[i].person].participant,
                     match_words_left_over(population, &proposal->left_over[i], arena));
    for (size_t i = 0; i < population->aside_count; i++)
        print_nobody(&population->aside[i].participant, match_words_aside(&population->aside[i], arena));
    printf("\n");
    wrap_print(stdout,
               arena_format(arena, "%zu partnership%s for the round \"%s\", the weakest first; %zu without a partner.",
                            proposal->group_count, proposal->group_count == 1 ? "" : "s", round, nobody),
               0, width, "");
    if (proposal->change_count)
        printf("\nChanged since it was made:\n");
    for (size_t i = 0; i < proposal->change_count; i++)
        print_indented(proposal->changes[i]);
    if (!dry_run)
        wrap_print(stdout,
                   arena_format(arena, "%s: tandempost match %s %s",
                                proposal->change_count ? "Propose again" : "To make it true",
                                proposal->change_count ? "propose" : "approve", round),
                   0, width, "");
}

/* ---- For programs ---- */

static json_t *left_over_object(const struct participant *person, const char *why) {
    return json_pack("{s:o,s:o}", "address", json_value_text(person->address), "why", json_value_text(why));
}

void match_show_json(const struct proposal *proposal) {
    const struct population *population = &proposal->population;
    json_t *pairs = json_array(), *left_over = json_array();
    for (size_t i = 0; i < proposal->group_count; i++) {
        auto_arena arena = arena_new();
        const struct matching_group *group = &proposal->groups[i];
        size_t count;
        const char **sentences = all_reasons(population, group, arena, &count);
        json_t *members = json_array(), *reasons = json_array();
        for (size_t j = 0; j < group->count; j++)
            json_array_append_new(members, json_value_text(population->who[group->members[j]].participant.address));
        for (size_t j = 0; j < count; j++)
            json_array_append_new(reasons, json_value_text(sentences[j]));
        json_array_append_new(pairs, json_pack("{s:o,s:I,s:o}", "members", members, "score", (json_int_t)group->score,
                                               "reasons", reasons));
    }
    auto_arena arena = arena_new();
    for (size_t i = 0; i < proposal->left_over_count; i++)
        json_array_append_new(left_over,
                              left_over_object(&population->who[proposal->left_over[i].person].participant,
                                               match_words_left_over(population, &proposal->left_over[i], arena)));
    for (size_t i = 0; i < population->aside_count; i++)
        json_array_append_new(left_over, left_over_object(&population->aside[i].participant,
                                                          match_words_aside(&population->aside[i], arena)));
    json_value_print(json_pack("{s:o,s:o,s:I,s:I}", "pairs", pairs, "left_over", left_over, "total",
                               (json_int_t)proposal->total, "partnerships", (json_int_t)proposal->group_count));
}

/* ---- For a spreadsheet ---- */

static void put_row(const struct population *population, const struct matching_group *group, const char *share,
                    const char *reasons, struct arena *arena) {
    for (size_t i = 0; i < MATCHING_GROUP_MAX; i++)
        table_csv_field(i < group->count ? population->who[group->members[i]].participant.address : "", false);
    table_csv_field(proposal_names(population, group, arena), false);
    table_csv_field(share, false);
    table_csv_field(reasons, true);
}

void match_show_csv(const struct proposal *proposal) {
    const struct population *population = &proposal->population;
    printf("first,second,third,names,percent,reasons\n");
    for (size_t i = 0; i < proposal->group_count; i++) {
        auto_arena arena = arena_new();
        const struct matching_group *group = &proposal->groups[i];
        size_t count;
        const char **reasons = all_reasons(population, group, arena, &count);
        put_row(population, group, arena_format(arena, "%d", match_words_share(population, group)),
                joined(reasons, count, "; ", arena), arena);
    }
    for (size_t i = 0; i < proposal->left_over_count; i++) {
        auto_arena arena = arena_new();
        const struct matching_left_over *left = &proposal->left_over[i];
        put_row(population, &(struct matching_group){.count = 1, .members = {left->person}}, "",
                match_words_left_over(population, left, arena), arena);
    }
}
