#include "app/sample.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "app/notice.h"
#include "base/clock.h"
#include "base/reason.h"
#include "base/suggest.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "programme/decide_coordinator.h"
#include "programme/round_rules.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/cases.h"
#include "store/notes.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/schedule.h"

bool sample_find_kind(const struct service *service, const char *template_name, enum message_kind *ret_kind,
                      const struct step **ret_step, struct error *error) {
    *ret_step = NULL;
    if (template_names_fixed_kind(template_name, ret_kind))
        return true;
    *ret_step = sequence_find_template(&service->sequence, template_name);
    if (*ret_step) {
        *ret_kind = template_names_step_kind(*ret_step);
        return true;
    }
    const struct step *steps = service->sequence.steps;
    const char *near = service->sequence.count ? suggest_nearest_in(template_name, &steps[0].template_name,
                                                                    service->sequence.count, sizeof steps[0])
                                               : NULL;
    if (near)
        return error_set(error, ERROR_PERMANENT, "No step uses a template \"%s\"; did you mean \"%s\"?", template_name,
                         near);
    return error_set(error, ERROR_PERMANENT,
                     "No step uses a template \"%s\". Those that are used: tandempost template list", template_name);
}

char *sample_to_detail(const struct sample *sample, struct arena *arena) {
    json_t *detail = json_pack("{s:{s:I,s:I,s:I,s:I,s:s*,s:s*,s:s*}}", "preview", "participant",
                               (json_int_t)sample->participant, "partnership", (json_int_t)sample->partnership, "round",
                               (json_int_t)sample->round, "occurrence", (json_int_t)sample->occurrence, "language",
                               sample->language, "letters", sample->letters, "answers", sample->answers);
    require(detail);
    auto_string text = json_dumps(detail, JSON_COMPACT);
    json_decref(detail);
    return arena_copy_string(arena, text);
}

bool sample_from_detail(const char *detail, struct arena *arena, struct sample *ret) {
    json_t *root = json_loads(detail, 0, NULL);
    const json_t *preview = json_object_get(root, "preview");
    bool found = json_is_object(preview);
    if (found) {
        *ret = (struct sample){
            .participant = json_integer_value(json_object_get(preview, "participant")),
            .partnership = json_integer_value(json_object_get(preview, "partnership")),
            .round = json_integer_value(json_object_get(preview, "round")),
            .occurrence = json_integer_value(json_object_get(preview, "occurrence")),
            .language = arena_copy_string(arena, json_string_value(json_object_get(preview, "language"))),
            .letters = arena_copy_string(arena, json_string_value(json_object_get(preview, "letters"))),
            .answers = arena_copy_string(arena, json_string_value(json_object_get(preview, "answers"))),
        };
    }
    json_decref(root);
    return found;
}

/* ---- Everybody's ---- */

static struct sample *add(struct sample_list *list, size_t *capacity, const char *template_name) {
    list->items = memory_grow(list->items, capacity, list->count + 1, sizeof *list->items);
    list->items[list->count] = (struct sample){.template_name = template_name};
    return &list->items[list->count++];
}

static bool add_participants(struct service *service, const struct round *round, const char *template_name,
                             struct arena *arena, struct sample_list *list, size_t *capacity, struct error *error) {
    struct application_list applications;
    if (!applications_list_of_round(service->database, round->id, 0, 0, arena, &applications, error))
        return false;
    for (size_t i = 0; i < applications.count; i++) {
        const struct application *application = &applications.items[i];
        struct participant person;
        if (application->state == APPLICATION_APPLIED || application->state == APPLICATION_WITHDRAWN)
            continue;
        if (!participants_find(service->database, application->participant, arena, &person, error))
            return false;
        if (person.state != PARTICIPANT_ACTIVE && person.state != PARTICIPANT_PAUSED)
            continue;
        struct sample *sample = add(list, capacity, template_name);
        sample->participant = application->participant;
        sample->round = round->id;
    }
    return true;
}

static bool add_members(struct service *service, const struct round *round, const char *template_name,
                        struct arena *arena, struct sample_list *list, size_t *capacity, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(service->database, &(struct partnership_filter){.round = round->id}, arena, &partnerships,
                           error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++) {
        const struct partnership *partnership = &partnerships.items[i];
        for (size_t j = 0; j < partnership->member_count && !partnership_is_over(partnership->state); j++) {
            struct sample *sample = add(list, capacity, template_name);
            sample->participant = partnership->members[j];
            sample->partnership = partnership->id;
            sample->round = round->id;
        }
    }
    return true;
}

bool sample_recipients(struct service *service, const char *template_name, struct arena *arena, struct sample_list *ret,
                       struct error *error) {
    struct sample_list list = {0};
    struct round_list rounds;
    const struct step *step;
    enum message_kind kind;
    size_t capacity = 0;
    if (!sample_find_kind(service, template_name, &kind, &step, error) ||
        !rounds_list(service->database, arena, &rounds, error))
        return false;
    bool done = true;
    bool to_participants = kind == MESSAGE_TO_PARTICIPANT || kind == MESSAGE_CONFIRMS || kind == MESSAGE_STATUS ||
                           kind == MESSAGE_PERSONAL_DATA || kind == MESSAGE_ABOUT_APPLICATION ||
                           kind == MESSAGE_ABOUT_EVENT;
    bool to_members = kind == MESSAGE_TO_MEMBER || kind == MESSAGE_UNCLEAR || kind == MESSAGE_ABOUT_LETTER ||
                      kind == MESSAGE_SURVEY || kind == MESSAGE_ABOUT_NEXT || kind == MESSAGE_ABOUT_PARTING;
    for (size_t i = 0; done && (to_members || to_participants) && i < rounds.count; i++)
        if (round_allows(&rounds.items[i], DEED_WRITE, clock_now()))
            done = (to_members ? add_members : add_participants)(service, &rounds.items[i], template_name, arena, &list,
                                                                 &capacity, error);
    if (done && list.count == 0 && !to_members && !to_participants)
        add(&list, &capacity, template_name);
    if (done) {
        ret->items = arena_take_array(arena, list.count + 1, sizeof *ret->items);
        ret->count = list.count;
        for (size_t i = 0; i < list.count; i++)
            ret->items[i] = list.items[i];
    }
    free(list.items);
    return done;
}

/* ---- An outbox row of one ---- */

/* The names are common ones of two continents, so that a preview shows what accents and time zones do. */
static const struct participant made_up[] = {
    {.name = "Åsa Lindqvist", .address = "asa@example.net", .country = "SE", .time_zone = "Europe/Stockholm"},
    {.name = "Ben Okoro", .address = "ben@example.com", .country = "NZ", .time_zone = "Pacific/Auckland"},
};

struct putting {
    struct service *service;
    const struct sample *sample;
    const struct step *step; /* NULL for a fixed template */
    enum message_kind kind;
    struct event_cause cause;
    struct arena *arena;
    bool made_up; /* the recipient */
    struct outbox_row row;
};

/* ---- People, rounds, partnerships ---- */

static bool add_made_up(struct putting *putting, size_t which, int64_t *ret_id, struct error *error) {
    struct participant person = made_up[which];
    person.language = putting->service->configuration->programme.languages[0];
    person.state = PARTICIPANT_ACTIVE;
    auto_string key = address_key(person.address);
    struct participant known;
    if (!participants_find_by_address(putting->service->database, key, putting->arena, &known, error))
        return false;
    *ret_id = known.id;
    return known.id != 0 || participants_add(putting->service->database, &person, key, &putting->cause, ret_id, error);
}

/* The participant's last round; a made-up one where there is none. */
static bool choose_round(struct putting *putting, struct error *error) {
    struct database *database = putting->service->database;
    struct application_list applications = {0};
    if (putting->row.round)
        return true;
    if (putting->row.participant &&
        !applications_list_of_participant(database, putting->row.participant, putting->arena, &applications, error))
        return false;
    if (applications.count) {
        putting->row.round = applications.items[applications.count - 1].round;
        return true;
    }
    struct round_list rounds;
    if (!rounds_list(database, putting->arena, &rounds, error))
        return false;
    if (rounds.count) {
        putting->row.round = rounds.items[rounds.count - 1].id;
        return true;
    }
    return rounds_create(database, "example", putting->service->configuration->round.length, &putting->cause,
                         &putting->row.round, error);
}

static int preference(enum partnership_state state) {
    switch (state) {
    case PARTNERSHIP_ACTIVE:
        return 5;
    case PARTNERSHIP_PLANNED:
        return 4;
    case PARTNERSHIP_HELD:
        return 3;
    case PARTNERSHIP_FROZEN:
        return 2;
    case PARTNERSHIP_ENDED:
    case PARTNERSHIP_DISSOLVED:
        return 0;
    }
    return 0;
}

static bool make_partnership(struct putting *putting, struct error *error) {
    int64_t members[2] = {putting->row.participant};
    for (size_t i = COUNT_OF(made_up); i-- > 0 && (members[1] == 0 || members[1] == members[0]);)
        if (!add_made_up(putting, i, &members[1], error))
            return false;
    return choose_round(putting, error) && partnerships_create(putting->service->database, putting->row.round, members,
                                                               2, &putting->cause, &putting->row.partnership, error);
}

/* One that has no dates yet gets those of a start now. */
static bool begin_partnership(struct putting *putting, struct error *error) {
    struct service *service = putting->service;
    struct partnership partnership;
    struct round round;
    struct duration length;
    if (!partnerships_find(service->database, putting->row.partnership, putting->arena, &partnership, error) ||
        !rounds_find(service->database, partnership.round, putting->arena, &round, error))
        return false;
    putting->row.round = partnership.round;
    if (partnership.state != PARTNERSHIP_PLANNED)
        return true;
    return duration_parse(round.length, &length, error) &&
           partnerships_start(service->database, partnership.id, putting->cause.at,
                              sequence_ends_at(putting->cause.at, &length, service->zone), &putting->cause, error);
}

static bool choose_partnership(struct putting *putting, struct error *error) {
    struct partnership_list theirs;
    int best = 0;
    if (putting->row.partnership == 0) {
        if (!partnerships_list(putting->service->database,
                               &(struct partnership_filter){.participant = putting->row.participant}, putting->arena,
                               &theirs, error))
            return false;
        for (size_t i = 0; i < theirs.count; i++)
            if (preference(theirs.items[i].state) > best) {
                best = preference(theirs.items[i].state);
                putting->row.partnership = theirs.items[i].id;
            }
    }
    return (putting->row.partnership != 0 || make_partnership(putting, error)) && begin_partnership(putting, error);
}

/* ---- Answers to the application ---- */

/* The WHICH-th person's, so that they have some in common with the next one's, and some not. */
static const char *make_up_option(const struct form_question *question, size_t which, struct arena *arena) {
    size_t last = question->option_count - 1;
    if (question->role == FORM_ROLE_LIVE)
        return "live";
    if (question->kind == FORM_ONE_OF)
        return question->options[question->role == FORM_ROLE_RHYTHM && last > 0 ? 1 : 0].key;
    auto_text keys = TEXT_EMPTY;
    bool all = question->role == FORM_ROLE_SHARING;
    for (size_t i = all ? 0 : which; i <= last && (all || i < which + 2); i++)
        text_append_format(&keys, "%s%s", keys.length ? "," : "", question->options[i].key);
    return arena_copy_string(arena, text_string(&keys));
}

static const char *make_up_answer(const struct form_question *question, size_t which, const struct participant *person,
                                  struct arena *arena) {
    switch (question->kind) {
    case FORM_ONE_OF:
    case FORM_SEVERAL:
        return make_up_option(question, which, arena);
    case FORM_TEXT:
        return question->role == FORM_ROLE_NAME ? person->name : question->shared_under ? question->label : NULL;
    case FORM_RATING:
        return "4";
    case FORM_YES_NO:
    case FORM_AGREEMENT:
        return "yes";
    case FORM_COUNTRY:
        return person->country;
    case FORM_LANGUAGES:
        return which % 2 ? "en,es:basic" : "sv,en:good";
    case FORM_ZONE:
        return person->time_zone;
    case FORM_DATE:
        return "2027-02-01";
    }
    return NULL;
}

static bool put_answers_of(struct putting *putting, const struct form *form, size_t which,
                           const struct participant *person, struct error *error) {
    struct database *database = putting->service->database;
    struct application application = {0},
                       wanted = {.participant = person->id, .round = putting->row.round, .state = APPLICATION_ACCEPTED};
    if (!applications_find(database, person->id, putting->row.round, putting->arena, &application, error) ||
        (application.id == 0 && !applications_add(database, &wanted, &putting->cause, &application.id, error)))
        return false;
    json_t *answers = json_object();
    for (size_t i = 0; form && i < form->count; i++) {
        const char *value = make_up_answer(&form->questions[i], which, person, putting->arena);
        if (value)
            json_object_set_new(answers, form->questions[i].name, json_string(value));
    }
    auto_string text = json_dumps(answers, JSON_COMPACT);
    json_decref(answers);
    return applications_set_answers(database, application.id, text, error);
}

static bool put_answers(struct putting *putting, struct error *error) {
    const char *wanted = putting->sample->answers ?: putting->made_up ? "all" : NULL;
    struct participant_list members;
    if (!wanted)
        return true;
    const struct form *form =
        string_equal(wanted, "all")
            ? templates_form_in(putting->service->templates, APPLICATION_FORM,
                                putting->service->configuration->programme.languages[0], putting->arena)
            : NULL;
    if (!partnerships_partners(putting->service->database, putting->row.partnership, 0, putting->arena, &members,
                               error))
        return false;
    for (size_t i = 0; i < members.count; i++)
        if (!put_answers_of(putting, form, i, &members.items[i], error))
            return false;
    return true;
}

static bool choose_participant(struct putting *putting, struct error *error) {
    struct sample_list recipients;
    if (putting->row.participant)
        return true;
    if (!sample_recipients(putting->service, putting->sample->template_name, putting->arena, &recipients, error))
        return false;
    putting->made_up = recipients.count == 0;
    if (putting->made_up)
        return add_made_up(putting, 0, &putting->row.participant, error);
    putting->row.participant = recipients.items[0].participant;
    putting->row.partnership = recipients.items[0].partnership;
    putting->row.round = recipients.items[0].round;
    return true;
}

static bool set_language(struct putting *putting, struct error *error) {
    struct participant person;
    if (!putting->sample->language)
        return true;
    if (!participants_find(putting->service->database, putting->row.participant, putting->arena, &person, error))
        return false;
    person.language = putting->sample->language;
    auto_string key = address_key(person.address);
    return participants_update(putting->service->database, &person, key, &putting->cause, error);
}

/* The next month that is scheduled, else the first. */
static bool choose_occurrence(struct putting *putting, struct error *error) {
    struct schedule_list all;
    if (!putting->step || putting->step->when.anchor != MOMENT_MONTHLY || putting->row.occurrence)
        return true;
    if (!schedule_list_of_participant(putting->service->database, putting->row.participant, putting->arena, &all,
                                      error))
        return false;
    putting->row.occurrence = 1;
    for (size_t i = 0; i < all.count; i++)
        if (all.items[i].partnership == putting->row.partnership &&
            string_equal(all.items[i].step, putting->step->name)) {
            putting->row.occurrence = all.items[i].occurrence;
            return true;
        }
    return true;
}

static bool put_participant(struct putting *putting, struct error *error) {
    const struct question *question = question_put_by(putting->row.template_name);
    bool in_partnership = putting->kind != MESSAGE_TO_PARTICIPANT && putting->kind != MESSAGE_CONFIRMS &&
                          putting->kind != MESSAGE_STATUS && putting->kind != MESSAGE_PERSONAL_DATA &&
                          putting->kind != MESSAGE_ABOUT_APPLICATION && putting->kind != MESSAGE_ABOUT_EVENT;
    putting->row.step = putting->step ? putting->step->name : "answer";
    putting->row.asks = putting->step ? putting->step->asks : question ? question->name : NULL;
    if (putting->kind == MESSAGE_ABOUT_PARTING)
        putting->row.detail = arena_format(putting->arena, "{\"what\": \"%s\"}", template_names_partings[0]);
    return choose_participant(putting, error) && set_language(putting, error) &&
           (in_partnership ? choose_partnership(putting, error) && put_answers(putting, error)
                           : choose_round(putting, error)) &&
           choose_occurrence(putting, error);
}

/* ---- Somebody who applies ---- */

/* The first option of each question, and what Åsa would answer to the others. */
static const char *example_value(const struct form_question *question, struct arena *arena) {
    switch (question->kind) {
    case FORM_TEXT:
        return question->role == FORM_ROLE_NAME ? made_up[0].name : "...";
    case FORM_ONE_OF:
        return question->options[0].key;
    case FORM_SEVERAL:
        return question->option_count > 1
                   ? arena_format(arena, "%s,%s", question->options[0].key, question->options[1].key)
                   : question->options[0].key;
    case FORM_RATING:
        return "4";
    case FORM_YES_NO:
    case FORM_AGREEMENT:
        return "yes";
    case FORM_COUNTRY:
        return made_up[0].country;
    case FORM_LANGUAGES:
        return "sv,en:good";
    case FORM_ZONE:
        return made_up[0].time_zone;
    case FORM_DATE:
        return "2027-02-01";
    }
    return "";
}

/* As if the country's share were used up. */
static bool put_waiting(struct putting *putting, struct error *error) {
    struct database *database = putting->service->database;
    struct application application;
    if (!applications_find(database, putting->row.participant, putting->row.round, putting->arena, &application, error))
        return false;
    if (!application.id) {
        application = (struct application){
            .participant = putting->row.participant, .round = putting->row.round, .state = APPLICATION_APPLIED};
        if (!applications_add(database, &application, &putting->cause, &application.id, error))
            return false;
    }
    return applications_wait(database, application.id, "country", &putting->cause, error);
}

static const char *example_answers(const struct form *form, bool unclear, struct arena *arena) {
    struct form_answer *answers = arena_take_array(arena, form->count, sizeof *answers);
    int country = form_find_kind(form, FORM_COUNTRY), choice = form_find_kind(form, FORM_ONE_OF);
    for (size_t i = 0; i < form->count; i++)
        answers[i].finding =
            (struct form_finding){.state = FORM_CLEAR, .value = example_value(&form->questions[i], arena)};
    if (unclear && country >= 0)
        answers[country] = (struct form_answer){
            .finding = {.state = FORM_UNCLEAR, .doubt = FORM_DID_YOU_MEAN, .near = {"SE", "CH"}, .near_count = 2},
            .asked = 1};
    if (unclear && choice >= 0)
        answers[choice] = (struct form_answer){.asked = 1};
    return answer_sheet_write(form, answers, arena);
}

static bool put_applicant(struct putting *putting, struct error *error) {
    struct service *service = putting->service;
    const char *name = putting->sample->template_name;
    const char *language =
        putting->sample->language ? putting->sample->language : service->configuration->programme.languages[0];
    const struct form_set *forms = templates_form(service->templates, APPLICATION_FORM, language, putting->arena);
    struct applicant applicant = {
        .address = made_up[0].address,
        .language = language,
        .asked_at = putting->cause.at,
        .expires_at = putting->cause.at + service->configuration->enrolment.confirm_within,
    };
    bool unclear = string_equal(name, "application-unclear");
    bool asked = string_equal(name, "application") || string_equal(name, "application-reminder");
    applicant.state = asked ? APPLICANT_ASKED : unclear ? APPLICANT_UNCLEAR : APPLICANT_SUMMARISED;
    if (forms && !asked)
        applicant.answers = example_answers(forms->forms[0], unclear, putting->arena);
    putting->row.step = APPLICATION_STEP;
    putting->row.address = applicant.address;
    if ((string_equal(name, "invitation") && !add_made_up(putting, 0, &applicant.participant, error)) ||
        !choose_round(putting, error) ||
        !rounds_set_state(service->database, putting->row.round, ROUND_OPEN, 0, &putting->cause, error))
        return false;
    applicant.round = putting->row.round;
    auto_string key = address_key(applicant.address);
    return applicants_put(service->database, &applicant, key, &putting->cause, &putting->row.applicant, error);
}

/* ---- What coordinators are told ---- */

#define EXAMPLE_REASON REASON("This is only an example of a reason: somebody looks at a template.")

static bool put_case(struct putting *putting, enum case_kind kind, struct reason reason, struct error *error) {
    struct database *database = putting->service->database;
    struct case_row example = {.key = "example", .kind = kind, .reason = reason.text, .tell_at = putting->cause.at};
    bool is_new;
    if (!cases_open(database, &example, &putting->cause, &is_new, error) ||
        !cases_find_open(database, example.key, putting->arena, &example, error) ||
        (putting->kind == MESSAGE_TO_COORDINATOR_CLEAR && !cases_close(database, &example, &putting->cause, error)))
        return false;
    putting->row.detail = arena_format(putting->arena, "{\"case\": %" PRId64 "}", example.id);
    return true;
}

/* An example where nothing waits. */
static bool put_digest(struct putting *putting, struct error *error) {
    struct case_reader reader;
    size_t count;
    int64_t since;
    if (!notice_reader(putting->service, putting->row.coordinator, putting->arena, &reader, error) ||
        !cases_count_told(putting->service->database, &reader, &count, &since, error))
        return false;
    return count > 0 || put_case(putting, CASE_MESSAGE, REASON("an example: a question to the coordinators"), error);
}

/* What a coordinator replied to a case, or answered to whoever wrote. */
static bool put_reply(struct putting *putting, struct error *error) {
    struct database *database = putting->service->database;
    const struct coordinator *coordinator = &putting->service->configuration->coordinators[0];
    struct note answer = {.author = coordinator->name, .at = putting->cause.at};
    struct case_row example;
    int64_t note;
    answer.text = templates_reason(putting->service->templates, case_verb_rules[CASE_VERB_ANSWER].says,
                                   putting->service->configuration->programme.languages[0], putting->arena);
    if (!put_case(putting, CASE_LOOK, EXAMPLE_REASON, error) ||
        !cases_find_open(database, "example", putting->arena, &example, error))
        return false;
    putting->row.step = "alert";
    if (putting->kind == MESSAGE_TO_COORDINATOR_DONE) {
        putting->row.coordinator = coordinator->name;
        putting->row.detail = arena_format(
            putting->arena, "{\"said\": [{\"case\": %" PRId64 ", \"reason\": \"%s\"}], \"case\": %" PRId64 "}",
            example.id, case_verb_rules[CASE_VERB_DONE].outcome, example.id);
        return true;
    }
    if (!notes_add(database, &answer, &note, error))
        return false;
    putting->row.address = putting->service->configuration->programme.address;
    putting->row.detail = arena_format(putting->arena, "{\"note\": %" PRId64 "}", note);
    return true;
}

static bool put_kind(struct putting *putting, struct error *error) {
    switch (putting->kind) {
    case MESSAGE_TO_PARTICIPANT:
    case MESSAGE_TO_MEMBER:
    case MESSAGE_SURVEY:
    case MESSAGE_ABOUT_NEXT:
    case MESSAGE_ABOUT_LETTER:
    case MESSAGE_ABOUT_PARTING:
    case MESSAGE_ABOUT_EVENT:
    case MESSAGE_UNCLEAR:
    case MESSAGE_CONFIRMS:
    case MESSAGE_PERSONAL_DATA:
    case MESSAGE_STATUS:
        return put_participant(putting, error);
    case MESSAGE_ABOUT_APPLICATION:
        return put_participant(putting, error) &&
               (!string_equal(putting->sample->template_name, "application-waiting") || put_waiting(putting, error));
    case MESSAGE_TO_APPLICANT:
    case MESSAGE_APPLICANT_GONE:
        return put_applicant(putting, error);
    case MESSAGE_TO_COORDINATOR_WAITING:
    case MESSAGE_TO_COORDINATOR_ALERT:
    case MESSAGE_TO_COORDINATOR_CLEAR:
        putting->row.step = putting->kind == MESSAGE_TO_COORDINATOR_WAITING ? "waiting" : "alert";
        putting->row.coordinator = putting->service->configuration->coordinators[0].name;
        if (putting->kind == MESSAGE_TO_COORDINATOR_WAITING)
            return put_digest(putting, error);
        return put_case(putting, CASE_LOOK, EXAMPLE_REASON, error);
    case MESSAGE_TO_COORDINATOR_DONE:
    case MESSAGE_FROM_COORDINATOR:
        return put_reply(putting, error);
    case MESSAGE_TEST:
        putting->row.step = "test";
        putting->row.address = putting->service->configuration->programme.address;
        return true;
    }
    return error_set(error, ERROR_BUG, "unknown kind of message %d", (int)putting->kind);
}

bool sample_put(struct service *service, const struct sample *sample, struct arena *arena, struct outbox_row *ret,
                struct error *error) {
    struct putting putting = {
        .service = service,
        .sample = sample,
        .cause = service_cause(service, "an example, rolled back"),
        .arena = arena,
        .row = {.key = "example",
                .priority = PRIORITY_BULK,
                .template_name = sample->template_name,
                .participant = sample->participant,
                .partnership = sample->partnership,
                .round = sample->round,
                .occurrence = sample->occurrence},
    };
    int64_t id;
    bool is_new;
    putting.row.due_at = putting.cause.at;
    putting.row.expires_at = putting.cause.at + SECONDS_PER_DAY;
    return sample_find_kind(service, sample->template_name, &putting.kind, &putting.step, error) &&
           put_kind(&putting, error) &&
           outbox_insert(service->database, &putting.row, &putting.cause, &id, &is_new, error) &&
           outbox_find(service->database, id, arena, ret, error);
}
