/* application list. */
#include <inttypes.h>

#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "cli/columns.h"
#include "cli/context.h"
#include "cli/reference.h"
#include "store/applicants.h"
#include "store/applications.h"

/* Somebody who is applying, or has applied. */
struct row {
    int64_t participant, applied_at, asked_at;
    const char *round, *name, *address, *country, *state, *waits_for, *unclear;
};

static struct column_words state_words(const void *row, struct arena *arena) {
    const struct row *one = row;
    bool applying = one->asked_at != 0;
    const char *what = string_equal(one->waits_for, "country") ? "a place"
                       : string_equal(one->waits_for, "next")  ? "the next round"
                                                               : "another partner";
    const char *text = one->waits_for ? arena_format(arena, "%s for %s", one->state, what) : one->state;
    return (struct column_words){text, applying || one->waits_for ? TONE_WARNING : TONE_PLAIN};
}

static struct row row_of_applicant(struct service *service, const struct applicant *applicant, const char *round,
                                   struct arena *arena) {
    struct row row = {.participant = applicant->participant,
                      .asked_at = applicant->asked_at,
                      .round = round,
                      .address = applicant->address,
                      .state = applicant_state_name(applicant->state)};
    const struct form_set *forms = templates_form(service->templates, APPLICATION_FORM, NULL, arena);
    if (!forms || applicant->state == APPLICANT_GONE)
        return row;
    const struct form *form = forms->forms[0];
    const struct form_answer *answers = answer_sheet_read(applicant->answers, form, arena);
    int name = form_find_role(form, FORM_ROLE_NAME), country = form_find_kind(form, FORM_COUNTRY);
    row.name = name >= 0 ? answers[name].finding.value : NULL;
    row.country = country >= 0 ? answers[country].finding.value : NULL;
    if (applicant->state == APPLICANT_UNCLEAR)
        row.unclear = answer_sheet_unclear(form, answers, arena);
    return row;
}

static bool list_round(struct context *context, struct service *service, const struct round *round, struct row **rows,
                       size_t *count, size_t *capacity, struct error *error) {
    struct applicant_list applicants;
    struct application_list applications;
    if (!applicants_list(context->database, round->id, context->arena, &applicants, error) ||
        !applications_list_of_round(context->database, round->id, 0, 0, context->arena, &applications, error))
        return false;
    *rows = memory_grow(*rows, capacity, *count + applicants.count + applications.count, sizeof **rows);
    for (size_t i = 0; i < applicants.count; i++)
        (*rows)[(*count)++] = row_of_applicant(service, &applicants.items[i], round->name, context->arena);
    for (size_t i = 0; i < applications.count; i++) {
        const struct application *application = &applications.items[i];
        struct participant person;
        if (!participants_find(context->database, application->participant, context->arena, &person, error))
            return false;
        (*rows)[(*count)++] = (struct row){.participant = person.id,
                                           .applied_at = application->applied_at,
                                           .round = round->name,
                                           .name = person.name,
                                           .address = person.address,
                                           .country = person.country,
                                           .state = application_state_name(application->state),
                                           .waits_for = application->waits_for};
    }
    return true;
}

static bool list_applications(struct context *context, struct error *error) {
    static const struct column columns[] = {
        COLUMN(TEXT, struct row, round, "round", "ROUND"),
        COLUMN(ID, struct row, participant, "participant", NULL),
        COLUMN(LONG, struct row, name, "name", "NAME"),
        COLUMN(LONG, struct row, address, "address", "ADDRESS"),
        COLUMN(TEXT, struct row, country, "country", "COUNTRY"),
        COLUMN(TEXT, struct row, state, "state", NULL),
        COLUMN(TEXT, struct row, waits_for, "waits_for", NULL),
        COLUMN_WORDS(state_words, NULL, "STATE"),
        COLUMN(MOMENT, struct row, applied_at, "applied_at", "APPLIED"),
        COLUMN(MOMENT, struct row, asked_at, "asked_at", NULL),
        COLUMN(LONG, struct row, unclear, "unclear", "UNCLEAR"),
        {0},
    };
    struct row *rows cleanup(memory_free_pointer) = NULL;
    size_t count = 0, capacity = 0;
    struct round_list all = {&context->round, 1};
    struct service *service = context_service(context, error);
    if (!service || (!context->round.id && !rounds_list(context->database, context->arena, &all, error)))
        return false;
    for (size_t i = 0; i < all.count; i++)
        if (!list_round(context, service, &all.items[i], &rows, &count, &capacity, error))
            return false;
    columns_list(context, columns, (struct column_rows){rows, count, sizeof *rows},
                 "Nobody has applied. People apply by a mail to the programme with the word JOIN as its subject.");
    return true;
}

const struct command application_list_command = {
    .name = "application list",
    .summary = "who is applying, has applied, or waits for a place",
    .help = "Who is applying (asked: the form was sent; unclear: something was asked again; summarised: one word from "
            "them is missing), and who has applied, with what became of it. What an applicant's answers leave unclear "
            "stands in the last column.",
    .options = {{"round", 0, "ROUND", "only those of this round", &reference_to_round}},
    .show = list_applications,
};
