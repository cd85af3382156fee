/* match propose, show, swap, lock, unlock, forbid, allow, forbidden, approve; partnership rematch. */
#include <inttypes.h>
#include <stdio.h>

#include "app/action_match.h"
#include "app/action_round.h"
#include "app/csv_table.h"
#include "base/fold.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/faults.h"
#include "cli/match_show.h"
#include "cli/match_words.h"
#include "cli/members.h"
#include "cli/progress.h"
#include "cli/reference.h"

#define THE_ROUND                                                                                                      \
    { "ROUND", "its name or id", &reference_to_round, ARGUMENT_NEEDED }
#define PERSON(name, help)                                                                                             \
    { name, help, &reference_to_participant, ARGUMENT_NEEDED }

/* ---- propose ---- */

struct proposing {
    const char *path; /* of the CSV file given back; NULL: none */
    struct csv_table table;
    struct error_list faults;
    int columns[MEMBERS_MAX];
    struct proposal proposal;
};

static void show_progress(void *progress, size_t done) {
    progress_to(progress, done);
}

static bool propose_anew(struct context *context, struct error *error) {
    struct proposing *proposing = context->subject;
    struct progress *progress cleanup(progress_free_pointer) = progress_new("Comparing people with all others", 0);
    const struct proposal_listener listener = {show_progress, progress};
    return proposal_make(context->service, &context->round, invocation_number(context->invocation, "seed", 1),
                         &listener, context->arena, &proposing->proposal, error);
}

/* Whom TYPED means: an id, an address, or the name of one person alone. -1 where that is nobody to be brought together,
 * with a fault. */
static bool find_member(struct context *context, const struct population *population, int line, const char *typed,
                        int *ret, struct error *error) {
    struct proposing *proposing = context->subject;
    struct participant person;
    struct error problem = ERROR_INIT;
    auto_text wanted = TEXT_EMPTY;
    size_t called = 0;
    *ret = -1;
    if (reference_participant(context->database, typed, context->arena, &person, &problem)) {
        *ret = population_find(population, person.id);
        if (*ret < 0)
            error_list_add(&proposing->faults, proposing->path, line,
                           "%s (%s) is not among those who are to be brought together in this round.", person.name,
                           person.address);
        return true;
    }
    if (problem.class != ERROR_PERMANENT) {
        *error = problem;
        return false;
    }
    fold_name(typed, &wanted);
    for (size_t i = 0; i < population->count; i++) {
        auto_text name = TEXT_EMPTY;
        fold_name(population->who[i].participant.name, &name);
        if (string_equal(text_string(&name), text_string(&wanted))) {
            *ret = (int)i;
            called++;
        }
    }
    if (called != 1) {
        *ret = -1;
        error_list_add(&proposing->faults, proposing->path, line,
                       called ? "\"%s\" is the name of several people; write the mail address."
                              : "There is no participant \"%s\"; write the mail address.",
                       typed);
    }
    return true;
}

/* One row as a group; its count is 0 where it is none, or a fault was told. LINES: where each person stood before. */
static bool read_row(struct context *context, const struct population *population, const struct csv_row *row,
                     int *lines, struct matching_group *ret, struct error *error) {
    struct proposing *proposing = context->subject;
    struct matching_group group = {0};
    bool good = true;
    for (size_t i = 0; i < MEMBERS_MAX; i++) {
        const char *typed = csv_table_field(row, proposing->columns[i]);
        int position;
        if (string_is_empty(typed))
            continue;
        if (!find_member(context, population, row->line, typed, &position, error))
            return false;
        if (position >= 0 && lines[position])
            good = error_list_add(&proposing->faults, proposing->path, row->line,
                                  lines[position] == row->line ? "%s stands twice in this row."
                                                               : "%s stands on line %d already.",
                                  population->who[position].participant.name, lines[position]);
        else if (position >= 0)
            lines[group.members[group.count++] = (uint32_t)position] = row->line;
        good = good && position >= 0;
    }
    const char *refused = good ? proposal_refuse(population, &group, context->arena) : NULL;
    if (refused)
        good = error_list_add(&proposing->faults, proposing->path, row->line, "%s", refused);
    *ret = group;
    if (!good || group.count < 2) /* somebody alone stays over */
        ret->count = 0;
    return true;
}

static bool propose_given(struct context *context, struct error *error) {
    struct proposing *proposing = context->subject;
    struct population population;
    if (!population_read(context->service, &context->round, context->arena, &population, error))
        return false;
    struct matching_group *groups = arena_take_array(context->arena, proposing->table.count + 1, sizeof *groups);
    int *lines = arena_take_array(context->arena, population.count + 1, sizeof *lines);
    size_t count = 0;
    for (size_t i = 0; i < proposing->table.count; i++) {
        const struct csv_row row = csv_table_row(&proposing->table, i, context->arena);
        if (!read_row(context, &population, &row, lines, &groups[count], error))
            return false;
        count += groups[count].count > 0;
    }
    if (proposing->faults.count)
        return error_set(error, ERROR_PERMANENT, "Nothing was changed: %zu of %zu rows can't be used.",
                         faults_print(&proposing->faults), proposing->table.count);
    proposal_take(&population, groups, count, context->arena, &proposing->proposal);
    return true;
}

static bool put(struct context *context, struct error *error) {
    const struct proposing *proposing = context->subject;
    return proposal_put(context->service, &proposing->proposal, error);
}

/* Nobody is kept from writing meanwhile: what changes under our hands is found when it is approved. */
static int propose(struct context *context, const struct proposing *proposing) {
    struct error error = ERROR_INIT;
    return context_find(context, &error) && context_look(context, &error) &&
                   (proposing->path ? propose_given : propose_anew)(context, &error)
               ? context_change(context, put)
               : context_refuse(&error);
}

static int run_propose(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    auto_string bytes = NULL;
    struct proposing proposing = {.path = invocation_option(invocation, "from")};
    size_t length = 0;
    int code;
    /* Before the database's owner takes over, who may not be able to read the caller's file. */
    if (proposing.path &&
        (!csv_table_load(proposing.path, &bytes, &length, &proposing.faults) ||
         !csv_table_read(proposing.path, bytes, length, arena, &proposing.table, &proposing.faults) ||
         !members_find_columns(proposing.path, &proposing.table, proposing.columns, &proposing.faults))) {
        faults_print(&proposing.faults);
        code = command_refuse("Nothing was changed.");
    } else {
        code = context_open(&context, invocation);
        context.subject = &proposing;
        if (code == EXIT_DONE)
            code = propose(&context, &proposing);
        if (code == EXIT_DONE && invocation->json)
            match_show_json(&proposing.proposal);
        else if (code == EXIT_DONE)
            match_show_print(&proposing.proposal, invocation->dry_run);
    }
    error_list_free(&proposing.faults);
    return code;
}

const struct command match_propose_command = {
    .name = "match propose",
    .summary = "proposes who becomes partners with whom",
    .help =
        "Brings together the people of a round who have no partner: first as many as can be, then those who have most "
        "in common by the configuration's criteria. Nobody gets a partner from their own country, without a language "
        "in common that both write well, whom they had before, whom they asked to avoid, or whom a coordinator "
        "forbids. "
        "Shown are the partnerships, the weakest first, with how much of the most possible they have in common and "
        "why; then who is left over, why, and what can be done about it. Nothing is sent and nobody is told before "
        "match approve. In a running round those are brought together who wait for another partner (partnership "
        "rematch), or were accepted since.\n"
        "The same people and the same seed give the same proposal. What is locked stays; the rest is proposed anew "
        "around it. With --from the proposal is what stands in the CSV file, as match show --csv writes it: first "
        "(who is asked to write first), second, third; people are named by mail address, id or whole name. Every row "
        "that can't be used is told with its line, and then nothing is changed. Who stands alone in a row, or in none, "
        "is left over.",
    .flags = COMMAND_CHANGES | COMMAND_LISTS | COMMAND_SERVICE,
    .options = {{"seed", 0, "N", "which of several equally good proposals (else 1)",
                 COMMAND_NUMBER("is a whole number", 0, INT64_MAX)},
                {"from", 0, "FILE", "take the proposal from this CSV file; - reads standard input", NULL}},
    .arguments = {THE_ROUND},
    .run = run_propose,
};

/* ---- show ---- */

static bool show(struct context *context, struct error *error) {
    struct proposal proposal;
    if (!proposal_read(context->service, &context->round, context->arena, &proposal, error))
        return false;
    if (invocation_switch(context->invocation, "csv"))
        match_show_csv(&proposal);
    else if (context->invocation->json)
        match_show_json(&proposal);
    else
        match_show_print(&proposal, false);
    return true;
}

const struct command match_show_command = {
    .name = "match show",
    .summary = "the proposal that stands, and what has changed since",
    .flags = COMMAND_SERVICE,
    .options = {{"csv", 0, NULL, "as a CSV file, to be edited and given back with match propose --from", NULL}},
    .arguments = {THE_ROUND},
    .show = show,
};

/* ---- swap, lock, unlock ---- */

static bool swap(struct context *context, struct error *error) {
    struct proposal proposal;
    struct matching_group groups[2];
    size_t count;
    if (!proposal_swap(context->service, &context->round, context->people, context->arena, groups, &count, &proposal,
                       error))
        return false;
    for (size_t i = 0; i < count; i++)
        context_tell(context, "Together now, and locked: %s (%d %%).",
                     proposal_names(&proposal.population, &groups[i], context->arena),
                     match_words_share(&proposal.population, &groups[i]));
    for (size_t i = 0; i < proposal.left_over_count; i++)
        for (size_t j = 0; j < 2; j++)
            if (proposal.population.people[proposal.left_over[i].person].id == context->people[j].id)
                context_tell(context, "%s is left over now.", context->people[j].name);
    context_tell(context, "The best for all others around them: tandempost match propose %s", context->round.name);
    return true;
}

const struct command match_swap_command = {
    .name = "match swap",
    .summary = "exchanges two people between partnerships of the proposal",
    .help =
        "Each of the two takes the other's place in the proposal; one of them may be left over. What comes of it is "
        "locked, so that proposing again keeps it. Refused where a rule forbids one of the new partnerships.",
    .flags = COMMAND_SERVICE,
    .arguments = {THE_ROUND, PERSON("PERSON", "id or mail address of one"),
                  PERSON("OTHER", "id or mail address of the other")},
    .change = swap,
};

static bool lock(struct context *context, struct error *error) {
    bool stands;
    if (!proposal_lock(context->service, &context->round, context->people, context->people_count, context->arena,
                       &stands, error))
        return false;
    const struct participant_list people = {context->people, context->people_count};
    context_tell(context, "Locked: %s stay together in each proposal for the round \"%s\".",
                 members_names(context->arena, &people, 0), context->round.name);
    if (!stands)
        context_tell(context, "Propose again around them: tandempost match propose %s", context->round.name);
    return true;
}

const struct command match_lock_command = {
    .name = "match lock",
    .summary = "keeps two people, or three, together in each proposal for a round",
    .flags = COMMAND_SERVICE,
    .arguments = {THE_ROUND,
                  PERSON("PERSON", "id or mail address of the one who writes first"),
                  PERSON("PARTNER", "id or mail address of the other one"),
                  {"THIRD", "id or mail address of a third one", &reference_to_participant, ARGUMENT_OPTIONAL}},
    .change = lock,
};

static bool unlock(struct context *context, struct error *error) {
    struct event_cause cause = context_cause(context, NULL);
    const struct participant *person = &context->people[0];
    bool changed;
    if (!proposals_unlock(context->database, context->round.id, person->id, &cause, &changed, error))
        return false;
    if (!changed)
        return error_set(error, ERROR_PERMANENT, "%s is not locked together with anybody in the round \"%s\".",
                         person->name, context->round.name);
    context_tell(context, "Unlocked: %s may get another partner when it is proposed again.", person->name);
    return true;
}

const struct command match_unlock_command = {
    .name = "match unlock",
    .summary = "takes back match lock, or the lock that a swap made",
    .arguments = {THE_ROUND, PERSON("PERSON", "id or mail address of one of them")},
    .change = unlock,
};

/* ---- forbid, allow ---- */

static bool set_forbidden(struct context *context, bool forbidden, struct error *error) {
    struct event_cause cause = context_cause(context, NULL);
    const struct participant *a = &context->people[0], *b = &context->people[1];
    bool changed = false;
    if (a->id == b->id)
        return error_set(error, ERROR_PERMANENT, "Both are %s.", a->name);
    if (!(forbidden ? proposals_forbid : proposals_allow)(context->database, a->id, b->id, &cause, &changed, error))
        return false;
    if (!changed && !forbidden)
        return error_set(error, ERROR_PERMANENT, "Nobody forbade to bring %s and %s together.", a->name, b->name);
    if (!forbidden)
        context_tell(context, "%s and %s may be brought together again.", a->name, b->name);
    else if (!changed)
        context_tell(context, "%s and %s must not be brought together: that was so already.", a->name, b->name);
    else
        context_tell(context,
                     "%s and %s are never brought together. Where they are in a proposal, it is not approved; "
                     "propose again: tandempost match propose ROUND",
                     a->name, b->name);
    return true;
}

static bool forbid(struct context *context, struct error *error) {
    return set_forbidden(context, true, error);
}

static bool allow(struct context *context, struct error *error) {
    return set_forbidden(context, false, error);
}

const struct command match_forbid_command = {
    .name = "match forbid",
    .summary = "never brings two people together, in any round",
    .arguments = {PERSON("PERSON", "id or mail address of one"), PERSON("OTHER", "id or mail address of the other")},
    .change = forbid,
};

const struct command match_allow_command = {
    .name = "match allow",
    .summary = "takes back match forbid",
    .arguments = {PERSON("PERSON", "id or mail address of one"), PERSON("OTHER", "id or mail address of the other")},
    .change = allow,
};

static bool list_forbidden(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(NUMBER, struct forbidden_pair, first, "first", NULL),
        COLUMN(LONG, struct forbidden_pair, first_name, "first_name", "ONE"),
        COLUMN(LONG, struct forbidden_pair, first_address, "first_address", "ADDRESS"),
        COLUMN(NUMBER, struct forbidden_pair, second, "second", NULL),
        COLUMN(LONG, struct forbidden_pair, second_name, "second_name", "AND"),
        COLUMN(LONG, struct forbidden_pair, second_address, "second_address", "ADDRESS"),
        {0},
    };
    struct forbidden_list list;
    if (!proposals_forbidden(context->database, context->arena, &list, error))
        return false;
    columns_list(context, columns, COLUMN_ROWS(list),
                 "Nobody is forbidden to be brought together. To forbid it: tandempost match forbid PERSON OTHER");
    return true;
}

const struct command match_forbidden_command = {
    .name = "match forbidden",
    .summary = "who must never be brought together",
    .help =
        "Whom match forbid keeps apart. Partners of before, and whom people asked to avoid themselves, are not listed.",
    .show = list_forbidden,
};

/* ---- approve ---- */

static void tell_approved(struct context *context, const struct population *population,
                          const struct action_match_result *result) {
    const struct round *round = &population->round;
    context_tell(context, "Approved: %zu partnership%s in the round \"%s\".", result->partnerships,
                 result->partnerships == 1 ? "" : "s", round->name);
    if (round->state == ROUND_RUNNING)
        context_tell(context, "They begin now; each is introduced at their next sending time.");
    else if (result->starts)
        context_tell(context, "The round begins now; each is introduced at their next sending time.");
    else if (result->partnerships)
        context_tell(context, "The round begins by itself on %s.",
                     localise_moment(context->arena, round->starts_at, context->zone, "en-GB"));
    for (size_t i = 0; i < result->stand_by_count; i++) {
        const struct participant *person = &population->who[result->stand_by[i].person].participant;
        context_tell(context, "%s stands by to write to %s <%s>; a case is open for it.",
                     result->stand_by[i].coordinator, person->name, person->address);
    }
    if (result->left_over)
        context_tell(context,
                     round->state == ROUND_RUNNING ? "Still in line for a partner: %zu."
                                                   : "Left over, told so by mail, and first in line next time: %zu.",
                     result->left_over);
}

static bool approve(struct context *context, struct error *error) {
    struct action_match_result *result = context->subject;
    struct proposal proposal;
    if (!proposal_read(context->service, &context->round, context->arena, &proposal, error))
        return false;
    for (size_t i = 0; i < proposal.change_count; i++) {
        auto_text line = TEXT_EMPTY;
        text_append_printable(&line, proposal.changes[i]);
        fprintf(stderr, "%s\n", text_string(&line));
    }
    if (proposal.change_count)
        return error_set(error, ERROR_PERMANENT,
                         "Nothing was approved: %s since the proposal was made. Propose again: tandempost match "
                         "propose %s",
                         proposal.change_count == 1 ? "this changed" : "these things changed", context->round.name);
    if (!action_match_approve(context->service, &proposal, context->arena, result, error))
        return false;
    tell_approved(context, &proposal.population, result);
    return true;
}

static int run_approve(const struct invocation *invocation) {
    auto_context context = {0};
    struct action_match_result result = {0};
    struct error error = ERROR_INIT;
    size_t count;
    int code = context_open(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    context.subject = &result;
    /* One start after the other. */
    if (!context_find(&context, &error) ||
        (!invocation->dry_run &&
         (!context_service(&context, &error) || !action_round_finish_start(context.service, &count, &error))))
        return context_refuse(&error);
    code = context_change(&context, approve);
    if (code != EXIT_DONE || !result.starts || invocation->dry_run)
        return code;
    /* What was committed begins the round; the rest goes in portions, and should it be interrupted, the service goes on
     * with it. */
    struct progress *progress cleanup(progress_free_pointer) = progress_new("Starting the round", 0);
    context.service->advanced = show_progress;
    context.service->advanced_context = progress;
    return action_round_finish_start(context.service, &count, &error) ? EXIT_DONE : context_refuse(&error);
}

const struct command match_approve_command = {
    .name = "match approve",
    .summary = "makes the proposal true: partnerships, and then mail",
    .help =
        "Makes partnerships of the proposal that stands, all or none, and begins the round; one that has a start to "
        "come begins by itself then. Who is left over is told so by mail, and is first in line for the next round; or "
        "a coordinator who stands by writes to them, and a case is opened for it. In a running round the partnerships "
        "begin at once, and who is left over stays in line.\n"
        "Refused where somebody came or went since the proposal was made, answers changed, or somebody must not, or "
        "must, be together now: all of it is told.",
    .flags = COMMAND_CHANGES | COMMAND_SERVICE,
    .arguments = {THE_ROUND},
    .run = run_approve,
};

/* ---- match pair ---- */

static bool pair(struct context *context, struct error *error) {
    int64_t id = 0, partnership;
    const char *names;
    if (!reference_id(invocation_argument(context->invocation, 0), "alert", "alert list", &id, error) ||
        !action_match_pair(context->service, id, &partnership, error) ||
        !members_find_names(context->database, partnership, context->arena, &names, error))
        return false;
    context_tell(context, "Partnership %" PRId64 ", %s, begins now; each is introduced at their next sending time.",
                 partnership, names);
    return true;
}

const struct command match_pair_command = {
    .name = "match pair",
    .summary = "makes partners of two who wait for another partner",
    .help = "In a running round the service finds who of those in line suit each other, and opens an alert for each "
            "pair. This makes them partners, who begin at once. Who does not want that closes the alert: the two are "
            "never proposed together again.",
    .flags = COMMAND_SERVICE,
    .arguments = {{"ALERT", "the alert's id", NULL, ARGUMENT_NEEDED}},
    .change = pair,
};

/* ---- partnership rematch ---- */

static bool rematch(struct context *context, struct error *error) {
    size_t count;
    struct round round;
    if (!action_match_rematch(context->service, context->partnership.id, context->people[0].id,
                              invocation_option(context->invocation, "why"), &count, error) ||
        !rounds_find(context->database, context->partnership.round, context->arena, &round, error))
        return false;
    context_tell(context, "Partnership %" PRId64 ", %s, is over; in line for another partner: %zu.",
                 context->partnership.id, context->members, count);
    context_tell(context, "To find partners for all who are: tandempost match propose %s", round.name);
    return true;
}

const struct command partnership_rematch_command = {
    .name = "partnership rematch",
    .summary = "ends a partnership and puts its members in line for another partner",
    .help =
        "Ends a partnership of a running round, if it is not over already, and puts its members in line for another "
        "partner, as far as they take part still; each is told so. With --only, one of them alone, and the other one "
        "is "
        "told and asked. Of those in line the service puts the best pairs to coordinators (match pair); match propose "
        "brings together all of them. They never get the same partner again.",
    .flags = COMMAND_SERVICE,
    .options = {{"only", 0, "PERSON", "only this one wants another partner", &reference_to_participant},
                {"why", 0, "REASON", "a short reason for the event log and the story, without names", NULL}},
    .arguments = {{"ID", "the partnership's id", &reference_to_partnership, ARGUMENT_NEEDED}},
    .change = rematch,
};
