/* participant import: people of a CSV file, such as a web form gives out, are asked or taken on. */
#include <inttypes.h>

#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "base/clock.h"
#include "base/localise.h"
#include "cli/columns.h"
#include "cli/import.h"
#include "cli/reference.h"
#include "programme/round_rules.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/incidents.h"
#include "store/participants.h"

enum {
    OF_PARTICIPANTS = 3 /* answers: name, country, time zone */,
    ALIKE_TOLD = 10,
    COUNTRY_LETTERS = 26,
    COUNTRIES = COUNTRY_LETTERS * COUNTRY_LETTERS
};

/* One row as a preview has it. */
struct outlook {
    int64_t line, unclear;
    const char *name, *address, *country, *time_zone, *languages, *open, *becomes;
    bool waits;
};

struct people {
    struct enrolment_sheet sheet;
    const size_t *twins;                          /* enrolment_find_twins */
    bool *passed;                                 /* rows that were passed over */
    bool asks;                                    /* the round is open: who is taken on confirms first */
    size_t added, returned, passed_over, unclear; /* returned: participants from before; unclear: left out */
    bool lost;                                    /* answers that no round keeps */
    size_t summaries, questions, forms;
    size_t alike; /* of whom perhaps the same person is in the round already */
    int64_t taken, taken_of[COUNTRIES], waiting_of[COUNTRIES]; /* if all who are asked confirm, in this order */
    struct outlook *outlooks;                                  /* of a preview */
    size_t outlook_count;
};

/* Why somebody whose address is that of KNOWN (id 0: nobody's) can't be taken on; NULL where nothing is against it.
 * *RET_THERE: they are in the round, apply to it or are invited to it: what was written in a web form must not change
 * what they confirm by answering a mail of before. */
static bool find_objection(struct context *context, const struct people *people, const struct enrolment_row *row,
                           const struct participant *known, struct arena *arena, const char **ret_why, bool *ret_there,
                           struct error *error) {
    const struct round *round = &context->round;
    struct application application = {0};
    struct applicant_list theirs = {0};
    const struct applicant *applicant = NULL;
    bool banned;
    if (!incidents_is_banned(context->database, row->key, &banned, error) ||
        (known->id && !applications_find(context->database, known->id, round->id, arena, &application, error)) ||
        (people->asks && !applicants_list_of_address(context->database, row->key, arena, &theirs, error)))
        return false;
    for (size_t i = 0; i < theirs.count; i++)
        if (theirs.items[i].round == round->id)
            applicant = &theirs.items[i];
    bool applied =
        application.id && application.state != APPLICATION_APPLIED && application.state != APPLICATION_WITHDRAWN;
    const char *address = row->participant.address, *why = NULL;
    const char *whose =
        known->id ? arena_format(arena, "%s belongs to participant %" PRId64 ", %s,", address, known->id, known->name)
                  : NULL;
    *ret_there = false;
    if (banned)
        why = arena_format(arena, "%s may take part no more.", address);
    else if (known->id && participant_has_left(known->state))
        why = arena_format(arena, "%s who has left the programme. They can apply by a mail of their own.", whose);
    else if (known->id && !round->id)
        why = arena_format(arena, "%s already. With --round, known people are accepted to the round.", whose);
    else if (known->id && action_application_other_name(people->sheet.forms->forms[0], row->answers, known))
        why = arena_format(arena, "%s and one address is one person. Is it the same? Then write that name.", whose);
    else if ((*ret_there = applied || applicant))
        why = arena_format(arena, "%s %s already; --new passes over such rows.", address,
                           applied                              ? arena_format(arena, "is in round \"%s\"", round->name)
                           : applicant->state == APPLICANT_GONE ? "has taken an application back today"
                                                                : "applies to the round, or is invited to it,");
    else if (people->asks && known->id && known->state == PARTICIPANT_PAUSED)
        why = arena_format(arena, "%s who is paused, and gets no mail: tandempost participant resume %" PRId64, whose,
                           known->id);
    else if (people->asks && known->id && known->address_state == ADDRESS_DEAD)
        why = arena_format(
            arena, "%s to whom mail comes back. If it works: tandempost participant update %" PRId64 " --address-works",
            whose, known->id);
    *ret_why = why;
    return true;
}

/* Whether there is a place for the next of COUNTRY, if all before confirm. */
static bool foresee_place(struct context *context, struct people *people, const char *country, bool *ret_waits,
                          struct error *error) {
    struct application_places places;
    size_t index = (size_t)(country[0] - 'A') * COUNTRY_LETTERS + (size_t)(country[1] - 'A');
    if (index >= COUNTRIES)
        return true;
    if (!applications_count_places(context->database, context->round.id, country, &places, error))
        return false;
    *ret_waits =
        places.waiting_of_country + people->waiting_of[index] > 0 ||
        !enrolment_rules_allow(&context->configuration.enrolment, places.taken_of_country + people->taken_of[index],
                               places.taken + people->taken);
    people->taken += !*ret_waits;
    people->taken_of[index] += !*ret_waits;
    people->waiting_of[index] += *ret_waits;
    return true;
}

static bool ask_person(struct context *context, struct people *people, const struct enrolment_row *row, bool *ret_waits,
                       struct error *error) {
    const struct form *form = people->sheet.forms->forms[0];
    const char *country = row->answers[form_find_kind(form, FORM_COUNTRY)].finding.value;
    people->summaries += row->state == APPLICANT_SUMMARISED;
    people->questions += row->state == APPLICANT_UNCLEAR;
    people->forms += row->state == APPLICANT_ASKED;
    return (!country || foresee_place(context, people, country, ret_waits, error)) &&
           action_application_ask(context->service, &context->round, form, row, error);
}

/* Perhaps the same person, from another address. */
static bool tell_alike(struct context *context, struct people *people, const struct enrolment_row *row,
                       struct arena *arena, struct error *error) {
    struct participant other;
    if (!participants_find_namesake(context->database, &row->participant, context->round.id, arena, &other, error))
        return false;
    if (other.id && people->alike++ < ALIKE_TOLD)
        context_tell(context, "Line %d: perhaps %s is the same person as %s <%s>.", row->line, row->participant.name,
                     other.name, other.address);
    return true;
}

static bool accept_person(struct context *context, struct people *people, struct enrolment_row *row,
                          const struct participant *known, struct arena *arena, struct error *error) {
    struct event_cause cause = context_cause(context, NULL);
    people->added += !known->id;
    people->returned += known->id != 0;
    people->unclear += row->unclear;
    people->lost = people->lost || (!context->round.id && row->clear > OF_PARTICIPANTS);
    row->participant.id = known->id;
    if (!known->id &&
        !participants_add(context->database, &row->participant, row->key, &cause, &row->participant.id, error))
        return false;
    return !context->round.id ||
           (action_application_accept(context->service, &row->participant, row->key, context->round.id,
                                      people->sheet.forms->forms[0], row->answers, error) &&
            tell_alike(context, people, row, arena, error));
}

static const char *shown(const struct form *form, const struct form_answer *answers, enum form_kind kind,
                         struct arena *arena) {
    int question = form_find_kind(form, kind);
    const char *value = question >= 0 ? answers[question].finding.value : NULL;
    return value ? form_value_show(form, (size_t)question, value, arena) : NULL;
}

static void keep_outlook(struct context *context, struct people *people, const struct enrolment_row *row,
                         const char *becomes, bool waits) {
    static const char *const mails[] = {
        [APPLICANT_ASKED] = "form", [APPLICANT_UNCLEAR] = "questions", [APPLICANT_SUMMARISED] = "summary"};
    const struct form *form = people->sheet.forms->forms[0];
    struct arena *arena = context->arena;
    int name = form_find_role(form, FORM_ROLE_NAME), zone = form_find_kind(form, FORM_ZONE),
        country = form_find_kind(form, FORM_COUNTRY);
    people->outlooks[people->outlook_count++] = (struct outlook){
        .line = row->line,
        .address = arena_copy_string(arena, row->participant.address),
        .name = arena_copy_string(arena, row->answers[name].finding.value),
        .country = arena_copy_string(arena, row->answers[country].finding.value),
        .time_zone = arena_copy_string(arena, row->answers[zone].finding.value),
        .languages = shown(form, row->answers, FORM_LANGUAGES, arena),
        .unclear = (int64_t)(people->asks ? row->open : row->unclear),
        .open = people->asks ? answer_sheet_unclear(form, row->answers, arena) : NULL,
        .becomes = becomes ? becomes : mails[row->state],
        .waits = waits,
    };
}

static bool take_person(struct context *context, struct import *import, size_t number, struct error *error) {
    auto_arena arena = arena_new();
    struct people *people = import->own;
    struct enrolment_row row;
    struct participant known;
    const char *why;
    bool there, waits = false;
    const struct csv_place *rows = import->table.places;
    size_t twin = people->twins[number];
    if (twin && !people->passed[twin - 1]) {
        error_list_add(&import->faults, import->path, rows[number].line, ENROLMENT_TWIN, rows[twin - 1].line);
        return true;
    }
    if (!enrolment_read_row(&people->sheet, number, !people->asks, arena, &row, &import->faults))
        return true;
    if (!participants_find_by_address(context->database, row.key, arena, &known, error) ||
        !find_objection(context, people, &row, &known, arena, &why, &there, error))
        return false;
    people->passed[number] = there && invocation_switch(context->invocation, "new");
    people->passed_over += people->passed[number];
    if (why && !people->passed[number])
        error_list_add(&import->faults, import->path, row.line, "address: %s", why);
    if (why)
        return true;
    if (!(people->asks ? ask_person(context, people, &row, &waits, error)
                       : accept_person(context, people, &row, &known, arena, error)))
        return false;
    if (people->outlooks)
        keep_outlook(context, people, &row,
                     people->asks        ? NULL
                     : context->round.id ? "accepted"
                                         : "participant",
                     waits);
    return true;
}

/* "Sweden 12, France 3" */
static const char *who_waits(const struct people *people, struct arena *arena, int64_t *ret_count) {
    auto_text list = TEXT_EMPTY;
    *ret_count = 0;
    for (size_t i = 0; i < COUNTRIES; i++) {
        const char code[] = {(char)('A' + i / COUNTRY_LETTERS), (char)('A' + i % COUNTRY_LETTERS), '\0'};
        *ret_count += people->waiting_of[i];
        if (people->waiting_of[i])
            text_append_format(&list, "%s%s %" PRId64, list.length ? ", " : "", localise_country(arena, code, "en"),
                               people->waiting_of[i]);
    }
    return arena_copy_string(arena, text_string(&list));
}

static const char *people_words(struct arena *arena, size_t count) {
    return count == 1 ? "1 person" : arena_format(arena, "%zu people", count);
}

static void tell_asked(struct context *context, const struct people *people) {
    struct arena *arena = context->arena;
    size_t count = people->summaries + people->questions + people->forms;
    if (!count) {
        context_tell(context, "Nobody new applied to round \"%s\".", context->round.name);
        return;
    }
    int64_t waiting, expires = enrolment_rules_expiry(&context->configuration.enrolment, &context->round, clock_now());
    const char *countries = who_waits(people, arena, &waiting);
    context_tell(context,
                 "Round \"%s\" is open for sign-up: %s applied; who takes part is who has confirmed it by mail.",
                 context->round.name, people_words(arena, count));
    if (people->summaries)
        context_tell(context, "All is clear of %s: a summary goes to each, to be confirmed by one word.",
                     people_words(arena, people->summaries));
    if (people->questions)
        context_tell(context, "Something is unclear or missing of %s: each is asked for that.",
                     people_words(arena, people->questions));
    if (people->forms)
        context_tell(context, "Of %s most is missing: each gets the whole form.", people_words(arena, people->forms));
    context_tell(context, "Who has not confirmed by %s is forgotten. To take people on without asking: --accepted",
                 localise_date(arena, expires - SECONDS_PER_MINUTE, context->zone, "en"));
    if (waiting)
        context_tell(context,
                     "If all confirm in this order, %" PRId64 " wait for a place, as their country's share is used up: "
                     "%s.",
                     waiting, countries);
}

static void tell_accepted(struct context *context, const struct people *people) {
    context_tell(context, "Added %zu participant%s.", people->added, people->added == 1 ? "" : "s");
    if (context->round.id)
        context_tell(context, "Accepted %zu to round \"%s\"%s.", people->added + people->returned, context->round.name,
                     people->returned
                         ? arena_format(context->arena, ", %zu of them participants from before", people->returned)
                         : "");
    if (people->lost)
        context_tell(context, "Their other answers are not kept: they belong to a round (--round).");
    if (people->alike > ALIKE_TOLD)
        context_tell(context, "And of %zu more perhaps the same.", people->alike - ALIKE_TOLD);
    if (people->unclear)
        context_tell(context, "%zu answer%s not clear and left out.", people->unclear,
                     people->unclear == 1 ? " was" : "s were");
}

static void show_outlook(struct context *context) {
    const struct import *import = context->subject;
    const struct people *people = import->own;
    static const struct column columns[] = {
        COLUMN(NUMBER, struct outlook, line, "line", "LINE"),
        COLUMN(LONG, struct outlook, name, "name", "NAME"),
        COLUMN(LONG, struct outlook, address, "address", NULL),
        COLUMN(TEXT, struct outlook, country, "country", "COUNTRY"),
        COLUMN(TEXT, struct outlook, time_zone, "time_zone", "TIME ZONE"),
        COLUMN(LONG, struct outlook, languages, "languages", "LANGUAGES"),
        COLUMN(TEXT, struct outlook, becomes, "becomes", "BECOMES"),
        COLUMN(BOOLEAN, struct outlook, waits, "waits", NULL),
        COLUMN(NUMBER, struct outlook, unclear, "unclear", "UNCLEAR"),
        COLUMN(LONG, struct outlook, open, "open", "ASKED FOR"),
        {0},
    };
    columns_list(context, columns,
                 (struct column_rows){people->outlooks, people->outlook_count, sizeof *people->outlooks}, NULL);
}

static bool import_people(struct context *context, struct error *error) {
    struct import *import = context->subject;
    struct people *people = import->own;
    const struct configuration *configuration = &context->configuration;
    const struct invocation *invocation = context->invocation;
    people->asks = context->round.id && !invocation_switch(invocation, "accepted") &&
                   round_allows(&context->round, DEED_APPLY, clock_now());
    people->sheet = (struct enrolment_sheet){
        .path = import->path,
        .table = &import->table,
        .forms = templates_form(context->service->templates, APPLICATION_FORM, "en", context->arena),
        .programme = &configuration->programme,
        .columns = configuration->columns,
        .column_count = configuration->column_count,
        .now = clock_now(),
    };
    if (!people->sheet.forms)
        return error_set(error, ERROR_CONFIGURATION, "There is no application form: tandempost template check");
    if (!enrolment_find_columns(&people->sheet, !people->asks, context->arena, &import->faults))
        return import_refuse(import, error);
    people->twins = enrolment_find_twins(&people->sheet, context->arena);
    people->passed = arena_take_array(context->arena, import->table.count, sizeof *people->passed);
    if (invocation->dry_run || invocation->json)
        people->outlooks = arena_take_array(context->arena, import->table.count, sizeof *people->outlooks);
    if (!import_rows(context, import, "Importing participants", take_person, error))
        return false;
    if (invocation->json)
        return true;
    if (invocation->dry_run)
        show_outlook(context);
    size_t ignored_count;
    const char *const *ignored = enrolment_ignored(&people->sheet, context->arena, &ignored_count);
    (people->asks ? tell_asked : tell_accepted)(context, people);
    if (people->passed_over)
        context_tell(context, "Passed over, as they are in the round, apply to it or are invited to it already: %zu.",
                     people->passed_over);
    for (size_t i = 0; i < ignored_count; i++)
        context_tell(context, "Column \"%s\" was not used.", ignored[i]);
    return true;
}

static int run_participant_import(const struct invocation *invocation) {
    struct people people = {0};
    return import_run(invocation, &people, import_people, show_outlook);
}

const struct command participant_import_command = {
    .name = "participant import",
    .summary = "takes people on from a CSV file, such as the export of a web form",
    .help =
        "Takes on all people of a CSV file as a spreadsheet or a web form saves it (UTF-8; comma, semicolon or tab). "
        "The first row names the columns, in any order. They are known by the words of the application form, in any of "
        "its "
        "languages (\"Country\", \"In which country do you live?\"), by what the configuration says in column "
        "sections, and by usual names: name (or first name and last name), email, country, and where you have them "
        "language (to write in: de, German, Deutsch) and time zone. Columns that mean nothing are told.\n"
        "Into a round that is OPEN for sign-up nobody is taken without being asked: each gets a mail with what was "
        "understood, or with what is unclear or missing, and takes part once they have confirmed it by one word, as "
        "if they had applied by mail. With --accepted they take part at once, and nobody is asked.\n"
        "Into any OTHER round, or none, people are taken on at once. Then name and country are needed, and the time "
        "zone where the country has several. Other answers are kept with the round as far as they are clear. "
        "Participants from before are accepted to the round as well; their details stay as they are.\n"
        "Every row that can't be used is told with its line, and then nothing at all is imported. With --dry-run a "
        "table shows what was understood of each row, and which mails would go.",
    .flags = COMMAND_CHANGES | COMMAND_LISTS | COMMAND_SERVICE,
    .options = {{"round", 0, "ROUND", "for this round", &reference_to_round},
                {"accepted", 0, NULL, "they take part at once, also in a round that is open for sign-up", NULL},
                {"new", 0, NULL, "pass over whoever is in the round, applies to it or is invited to it", NULL}},
    .arguments = {{"FILE", "the CSV file; - reads standard input", NULL, ARGUMENT_NEEDED}},
    .run = run_participant_import,
};
