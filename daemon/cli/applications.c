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
    int64_t id, participant, applied_at, asked_at;
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
    struct row row = {.id = applicant->id,
                      .participant = applicant->participant,
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

/* Where the list stands: of each round first those who are applying, then those who have applied. */
struct listing {
    struct service *service;
    struct round_list rounds;
    size_t round;
    bool applied;
};

static bool read_applicants(struct context *context, struct column_page *page, struct error *error) {
    const struct listing *listing = context->subject;
    const struct round *round = &listing->rounds.items[listing->round];
    struct applicant_list list;
    if (!applicants_list(context->database, round->id, page->after, page->limit, context->arena, &list, error))
        return false;
    struct row *rows = arena_take_array(context->arena, list.count, sizeof *rows);
    for (size_t i = 0; i < list.count; i++)
        rows[i] = row_of_applicant(listing->service, &list.items[i], round->name, context->arena);
    page->rows = (struct column_rows){rows, list.count, sizeof *rows};
    return true;
}

static bool read_applied(struct context *context, struct column_page *page, struct error *error) {
    const struct listing *listing = context->subject;
    const struct round *round = &listing->rounds.items[listing->round];
    struct application_list list;
    if (!applications_list_of_round(context->database, round->id, page->after, page->limit, context->arena, &list,
                                    error))
        return false;
    struct row *rows = arena_take_array(context->arena, list.count, sizeof *rows);
    for (size_t i = 0; i < list.count; i++) {
        const struct application *application = &list.items[i];
        struct participant person;
        if (!participants_find(context->database, application->participant, context->arena, &person, error))
            return false;
        rows[i] = (struct row){.id = application->id,
                               .participant = person.id,
                               .applied_at = application->applied_at,
                               .round = round->name,
                               .name = person.name,
                               .address = person.address,
                               .country = person.country,
                               .state = application_state_name(application->state),
                               .waits_for = application->waits_for};
    }
    page->rows = (struct column_rows){rows, list.count, sizeof *rows};
    return true;
}

static bool read_applications(struct context *context, struct column_page *page, struct error *error) {
    struct listing *listing = context->subject;
    page->rows.count = 0;
    while (listing->round < listing->rounds.count) {
        if (!(listing->applied ? read_applied : read_applicants)(context, page, error))
            return false;
        if (page->rows.count)
            break;
        listing->round += listing->applied;
        listing->applied = !listing->applied;
        page->after = 0;
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
    struct listing listing = {.service = context_service(context, error), .rounds = {&context->round, 1}};
    if (!listing.service ||
        (!context->round.id && !rounds_list(context->database, context->arena, &listing.rounds, error)))
        return false;
    context->subject = &listing;
    return columns_list_pages(
        context, columns,
        &(struct column_pages){.read = read_applications,
                               .when_empty = "Nobody has applied. People apply by a mail to the programme with the "
                                             "word JOIN as its subject."},
        error);
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
