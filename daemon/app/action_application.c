#include "app/action_application.h"

#include <inttypes.h>
#include <string.h>

#include "app/action_participant.h"
#include "app/answer_sheet.h"
#include "app/notice.h"
#include "app/scheduling.h"
#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "programme/question.h"
#include "programme/round_rules.h"
#include "store/answers.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/rounds.h"
#include "store/settings.h"
#include "store/transaction.h"

enum {
    ANSWER_EXPIRY = 3 * SECONDS_PER_DAY,
    GONE_EXPIRY = SECONDS_PER_DAY, /* until then the mail that tells so must be gone */
    LATE = 3 * SECONDS_PER_HOUR,   /* what is so late waits for the next morning (sequence_considerate) */
};

/* ---- What is known of people ---- */

static void set_answer(int question, const char *value, struct form_answer *answers) {
    if (question >= 0 && !string_is_empty(value))
        answers[question].finding = (struct form_finding){.state = FORM_CLEAR, .value = value};
}

bool action_application_known(struct service *service, const struct participant *participant, int64_t round,
                              const struct form *form, struct arena *arena, struct form_answer **ret,
                              struct error *error) {
    struct application last;
    const char *values = NULL;
    if (!applications_find(service->database, participant->id, round, arena, &last, error) ||
        (last.id && !applications_answers(service->database, last.id, arena, &values, error)))
        return false;
    if ((!values || string_equal(values, "{}")) &&
        (!applications_find_answered(service->database, participant->id, round, arena, &last, error) ||
         (last.id && !applications_answers(service->database, last.id, arena, &values, error))))
        return false;
    *ret = answer_sheet_read_values(values, form, arena);
    set_answer(form_find_role(form, FORM_ROLE_NAME), participant->name, *ret);
    set_answer(form_find_kind(form, FORM_COUNTRY), participant->country, *ret);
    set_answer(form_find_kind(form, FORM_ZONE), participant->time_zone, *ret);
    return true;
}

/* Two names without a word in common. */
static bool are_different(const char *name, const char *other) {
    auto_text folded = TEXT_EMPTY, others = TEXT_EMPTY;
    fold_words(name, strlen(name), &folded);
    text_append_char(&others, ' ');
    fold_words(other, strlen(other), &others);
    text_append_char(&others, ' ');
    for (const char *at = text_string(&folded); *at;) {
        size_t length = strcspn(at, " ");
        auto_text word = TEXT_EMPTY;
        text_append_format(&word, " %.*s ", (int)length, at);
        if (strstr(text_string(&others), text_string(&word)))
            return false;
        at += length + (at[length] == ' ');
    }
    return true;
}

bool action_application_other_name(const struct form *form, const struct form_answer *answers,
                                   const struct participant *known) {
    int question = form_find_role(form, FORM_ROLE_NAME);
    const char *name = question >= 0 ? answers[question].finding.value : NULL;
    return name && are_different(name, known->name);
}

/* ---- Mail ---- */

static bool queue(struct service *service, struct outbox_row *row, const char *why, bool *ret_new,
                  struct error *error) {
    struct event_cause cause = service_cause(service, why);
    int64_t id;
    row->step = APPLICATION_STEP;
    row->due_at = row->due_at ? row->due_at : cause.at;
    row->expires_at = row->expires_at ? row->expires_at : cause.at + ANSWER_EXPIRY;
    return outbox_insert(service->database, row, &cause, &id, ret_new, error);
}

static bool answer_applicant(struct service *service, const struct applicant *applicant, const char *template_name,
                             int64_t inbox, struct error *error) {
    auto_arena arena = arena_new();
    bool is_new;
    struct outbox_row row = {
        .key = arena_format(arena, "%s/%" PRId64, template_name, inbox),
        .priority = PRIORITY_ANSWER,
        .template_name = template_name,
        .applicant = applicant->id,
        .address = applicant->address,
        .round = applicant->round,
        .inbox = inbox,
    };
    return queue(service, &row, template_name, &is_new, error);
}

/* The steps come at a time of day; so does what nobody waits for. */
static int64_t next_morning(const struct service *service, const struct zone *zone, int64_t expires_at) {
    int64_t now = clock_now();
    return sequence_considerate(zone, (int32_t)service->configuration->round.send_at, now - LATE, expires_at, now);
}

/* ---- What the rules decided ---- */

bool action_application_answered(struct service *service, const struct enrolment_change *change, int64_t inbox,
                                 struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct applicant applicant = change->applicant;
    struct round round;
    auto_string key = address_key(applicant.address);
    if (!transaction_begin(service->database, &transaction, error) ||
        !rounds_find(service->database, applicant.round, arena, &round, error))
        return false;
    applicant.answers = answer_sheet_write(change->form, change->answers, arena);
    applicant.asked_at = cause.at;
    int64_t expires = enrolment_rules_expiry(&service->configuration->enrolment, &round, cause.at);
    applicant.expires_at = expires > applicant.expires_at ? expires : applicant.expires_at;
    return applicants_put(service->database, &applicant, key, &cause, &applicant.id, error) &&
           (!change->template_name || answer_applicant(service, &applicant, change->template_name, inbox, error)) &&
           transaction_commit(&transaction, error);
}

bool action_application_gone(struct service *service, const struct enrolment_change *change, int64_t inbox,
                             struct error *error) {
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct applicant applicant = change->applicant;
    auto_string key = address_key(applicant.address);
    size_t cancelled;
    if (!change->template_name)
        return applicants_remove(service->database, applicant.id, 0, &cause, error);
    applicant.state = APPLICANT_GONE;
    applicant.answers = "{}";
    applicant.reminded_at = cause.at;
    applicant.expires_at = cause.at + GONE_EXPIRY;
    return transaction_begin(service->database, &transaction, error) &&
           outbox_cancel_of_applicant(service->database, applicant.id, "the application was taken back", &cause,
                                      &cancelled, error) &&
           applicants_put(service->database, &applicant, key, &cause, &applicant.id, error) &&
           answer_applicant(service, &applicant, change->template_name, inbox, error) &&
           transaction_commit(&transaction, error);
}

/* ---- Confirmed ---- */

static const char *value_of(const struct enrolment_change *change, int question) {
    return question >= 0 ? change->answers[question].finding.value : NULL;
}

static bool take_on(struct service *service, const struct enrolment_change *change, struct arena *arena,
                    struct participant *ret, struct error *error) {
    struct event_cause cause = service_cause(service, "confirmed an application");
    const struct applicant *applicant = &change->applicant;
    auto_error_list faults = ERROR_LIST_EMPTY;
    const struct enrolment_typed typed = {
        .name = value_of(change, form_find_role(change->form, FORM_ROLE_NAME)),
        .address = applicant->address,
        .country = value_of(change, form_find_kind(change->form, FORM_COUNTRY)),
        .language = applicant->language,
        .time_zone = value_of(change, form_find_kind(change->form, FORM_ZONE)),
    };
    struct participant person, known;
    auto_string key = address_key(applicant->address);
    if (!enrolment_read(&typed, &service->configuration->programme, NULL, 0, arena, &person, &faults))
        return error_set(error, ERROR_PERMANENT, "%s", faults.entries[0].message);
    if (!participants_find_by_address(service->database, key, arena, &known, error))
        return false;
    person.id = known.id;
    if (known.id ? !participants_update(service->database, &person, key, &cause, error) ||
                       !participants_set_state(service->database, known.id, PARTICIPANT_ACTIVE, &cause, error)
                 : !participants_add(service->database, &person, key, &cause, &person.id, error))
        return false;
    *ret = person;
    return participants_set_heard(service->database, person.id, cause.at, error);
}

static bool has_place(const struct application *application) {
    return application->state == APPLICATION_ACCEPTED || application->state == APPLICATION_MATCHED ||
           string_equal(application->waits_for, "partner");
}

/* Who waited in an earlier round, or said at its end that they would like to join, keeps their turn, and waits no more.
 */
static bool take_turn(struct service *service, int64_t participant, int64_t round, const struct event_cause *cause,
                      struct arena *arena, int64_t *applied_at, struct error *error) {
    struct application_list theirs;
    struct answer next;
    if (!applications_list_of_participant(service->database, participant, arena, &theirs, error) ||
        !answers_find_next(service->database, participant, arena, &next, error))
        return false;
    if (question_joins(next.value) && next.at < *applied_at)
        *applied_at = next.at;
    for (size_t i = 0; i < theirs.count; i++) {
        const struct application *other = &theirs.items[i];
        if (other->state != APPLICATION_WAITING || string_equal(other->waits_for, "partner"))
            continue;
        if (other->applied_at && other->applied_at < *applied_at)
            *applied_at = other->applied_at;
        if (other->round != round &&
            !applications_set_state(service->database, other->id, APPLICATION_WITHDRAWN, cause, error))
            return false;
    }
    return true;
}

bool action_application_enter(struct service *service, int64_t participant, int64_t round, const char *waits_for,
                              int64_t applied_at, int64_t *ret_id, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, "confirmed by mail");
    struct database *database = service->database;
    struct application old;
    if (!transaction_begin(database, &transaction, error) ||
        !take_turn(service, participant, round, &cause, arena, &applied_at, error) ||
        !applications_find(database, participant, round, arena, &old, error))
        return false;
    struct application new = {
        .id = old.id,
        .participant = participant,
        .round = round,
        .state = waits_for ? APPLICATION_WAITING : APPLICATION_ACCEPTED,
        .accepted_at = waits_for ? 0 : cause.at,
        .applied_at = applied_at,
        .waits_for = waits_for,
    };
    if (!old.id && !applications_add(database, &new, &cause, &new.id, error))
        return false;
    if (old.id && !has_place(&old) &&
        (!applications_set_applied(database, old.id, applied_at, error) ||
         !(waits_for ? applications_wait(database, old.id, waits_for, &cause, error)
                     : applications_set_state(database, old.id, APPLICATION_ACCEPTED, &cause, error))))
        return false;
    *ret_id = new.id;
    return scheduling_rebuild_participant(service, participant, error) && transaction_commit(&transaction, error);
}

bool action_application_place(struct service *service, int64_t round, const char *country, bool *ret_free,
                              struct error *error) {
    struct application_places places;
    if (!applications_count_places(service->database, round, country, &places, error))
        return false;
    *ret_free = places.waiting_of_country == 0 &&
                enrolment_rules_allow(&service->configuration->enrolment, places.taken_of_country, places.taken);
    return true;
}

static bool tell_namesake(struct service *service, const struct participant *person, int64_t round, int64_t inbox,
                          struct arena *arena, struct error *error) {
    struct participant other;
    if (!participants_find_namesake(service->database, person, round, arena, &other, error))
        return false;
    struct notice alert = {
        .key = arena_format(arena, "namesake/%" PRId64, person->id),
        .kind = CASE_LOOK,
        .reason = REASON("Somebody applied who has the name and country of another participant: perhaps it is the same "
                         "person, from a second address."),
        .participant = person->id,
        .inbox = inbox,
    };
    return !other.id || notice_raise(service, &alert, error);
}

/* Priority and keys as of an answer; of who got a place later, INBOX is 0. */
static bool tell_participant(struct service *service, const struct application *application, const char *template_name,
                             int64_t inbox, struct error *error) {
    auto_arena arena = arena_new();
    bool is_new;
    struct outbox_row row = {
        .key = arena_format(arena, "round/%" PRId64 "/application/%" PRId64 "/%" PRId64, application->round,
                            application->participant, inbox),
        .priority = PRIORITY_ANSWER,
        .template_name = template_name,
        .participant = application->participant,
        .round = application->round,
        .inbox = inbox,
        .detail = inbox ? NULL : APPLICATION_MOVED_UP,
    };
    return queue(service, &row, template_name, &is_new, error);
}

/* The questions that want agreement, and those about what a partner may be told, as they stood in the language in which
 * they were answered. */
static const char *consent_text(const struct form *form, struct arena *arena) {
    auto_text text = TEXT_EMPTY;
    for (size_t i = 0; i < form->count; i++) {
        const struct form_question *question = &form->questions[i];
        if (question->kind != FORM_AGREEMENT && question->role != FORM_ROLE_SHARING)
            continue;
        text_append_format(&text, "%s%s", text.length ? "\n" : "", question->text);
        for (size_t option = 0; option < question->option_count; option++)
            text_append_format(&text, "\n- %s", question->options[option].words[0]);
    }
    return arena_copy_string(arena, text_string(&text));
}

static bool keep_consent(struct service *service, const struct enrolment_change *change, int64_t application,
                         struct arena *arena, struct error *error) {
    const struct consent consent = {.text = consent_text(change->form, arena),
                                    .language = change->form->language,
                                    .at = change->confirmed_at ? change->confirmed_at : clock_now()};
    return string_is_empty(consent.text) || applications_set_consent(service->database, application, &consent, error);
}

bool action_application_confirmed(struct service *service, const struct enrolment_change *change, int64_t inbox,
                                  struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, NULL);
    struct participant person;
    struct application application;
    int64_t round = change->applicant.round;
    if (!transaction_begin(service->database, &transaction, error) ||
        !take_on(service, change, arena, &person, error) ||
        !action_application_enter(service, person.id, round, change->waits_for, change->confirmed_at, &application.id,
                                  error) ||
        !applications_set_answers(service->database, application.id,
                                  answer_sheet_write_values(change->form, change->answers, arena), error) ||
        !keep_consent(service, change, application.id, arena, error) ||
        !applications_find(service->database, person.id, round, arena, &application, error))
        return false;
    return tell_namesake(service, &person, round, inbox, arena, error) &&
           applicants_remove(service->database, change->applicant.id, person.id, &cause, error) &&
           tell_participant(service, &application,
                            has_place(&application) ? "application-accepted" : "application-waiting", inbox, error) &&
           transaction_commit(&transaction, error);
}

/* ---- From a web form ---- */

static const char *template_for(enum applicant_state state) {
    return state == APPLICANT_SUMMARISED ? "application-summary"
           : state == APPLICANT_UNCLEAR  ? "application-unclear"
                                         : "application";
}

bool action_application_ask(struct service *service, const struct round *round, const struct form *form,
                            const struct enrolment_row *row, struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, "applied by a web form");
    struct error ignored = ERROR_INIT;
    const struct zone *zone = service->zone;
    int zone_question = form_find_kind(form, FORM_ZONE);
    bool is_new;
    struct applicant applicant = {
        .round = round->id,
        .address = row->participant.address,
        .language = row->participant.language,
        .state = row->state,
        .answers = answer_sheet_write(form, row->answers, arena),
        .asked_at = cause.at,
        .expires_at = enrolment_rules_expiry(&service->configuration->enrolment, round, cause.at),
    };
    if (zone_question >= 0 && row->answers[zone_question].finding.state == FORM_CLEAR)
        (void)zone_load(row->answers[zone_question].finding.value, &zone, &ignored);
    if (!transaction_begin(service->database, &transaction, error) ||
        !applicants_put(service->database, &applicant, row->key, &cause, &applicant.id, error))
        return false;
    struct outbox_row mail = {
        .key = arena_format(arena, "imported/%" PRId64, applicant.id),
        .priority = PRIORITY_BULK,
        .template_name = template_for(row->state),
        .applicant = applicant.id,
        .address = applicant.address,
        .round = round->id,
        .due_at = next_morning(service, zone, applicant.expires_at),
        .expires_at = applicant.expires_at,
    };
    return queue(service, &mail, cause.why, &is_new, error) && transaction_commit(&transaction, error);
}

bool action_application_accept(struct service *service, const struct participant *participant, const char *address_key,
                               int64_t round, const struct form *form, const struct form_answer *answers,
                               struct error *error) {
    auto_arena arena = arena_new();
    auto_transaction transaction = TRANSACTION_NONE;
    struct event_cause cause = service_cause(service, "accepted by a coordinator");
    struct application application;
    struct applicant_list theirs;
    const char *values = answer_sheet_write_values(form, answers, arena);
    if (!transaction_begin(service->database, &transaction, error) ||
        !action_participant_accept(service, participant->id, round, error) ||
        !applications_find(service->database, participant->id, round, arena, &application, error) ||
        !applications_set_answers(service->database, application.id, values, error) ||
        !applicants_list_of_address(service->database, address_key, arena, &theirs, error))
        return false;
    for (size_t i = 0; i < theirs.count; i++)
        if (theirs.items[i].round == round &&
            !applicants_remove(service->database, theirs.items[i].id, participant->id, &cause, error))
            return false;
    return transaction_commit(&transaction, error);
}

/* ---- What time brings ---- */

static bool remind(struct service *service, const struct applicant *applicant, struct arena *arena,
                   struct error *error) {
    int64_t now = clock_now();
    bool is_new;
    struct outbox_row row = {
        .key = arena_format(arena, "application-reminder/%" PRId64, applicant->id),
        .priority = PRIORITY_BULK,
        .template_name = "application-reminder",
        .applicant = applicant->id,
        .address = applicant->address,
        .round = applicant->round,
        .due_at = next_morning(service, service->zone, applicant->expires_at),
        .expires_at = applicant->expires_at,
    };
    bool useful = applicant->expires_at > now + SECONDS_PER_DAY && applicant->state != APPLICANT_GONE;
    return applicants_set_reminded(service->database, applicant->id, now, error) &&
           (!useful || queue(service, &row, "no answer yet", &is_new, error));
}

static bool remind_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                        struct error *error) {
    struct applicant_list list;
    const int64_t *asked_by = data;
    (void)last; /* who was reminded is not listed any more */
    if (!applicants_list_to_remind(service->database, *asked_by, SERVICE_PORTION, arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!remind(service, &list.items[i], arena, error))
            return false;
    *ret_count = list.count;
    return true;
}

static bool expire_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                        struct error *error) {
    struct event_cause cause = service_cause(service, "not confirmed in time");
    struct applicant_list list;
    (void)data, (void)last;
    if (!applicants_list_expired(service->database, clock_now(), SERVICE_PORTION, arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!applicants_remove(service->database, list.items[i].id, 0, &cause, error))
            return false;
    *ret_count = list.count;
    return true;
}

/* Most turns find nothing: looked at before locking. */
static bool remind_and_expire(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    struct applicant_list first;
    int64_t now = clock_now(), asked_by = now - service->configuration->enrolment.remind_after;
    size_t count;
    return applicants_list_expired(service->database, now, 1, arena, &first, error) &&
           (!first.count || service_change_all(service, expire_some, NULL, &count, error)) &&
           applicants_list_to_remind(service->database, asked_by, 1, arena, &first, error) &&
           (!first.count || service_change_all(service, remind_some, &asked_by, &count, error));
}

/* ---- Moving up ---- */

/* Who has waited longest of that country gets a place, if there is one. */
static bool move_up_one(struct service *service, const struct country_waiting *waiting, struct arena *arena,
                        bool *ret_moved, struct error *error) {
    struct database *database = service->database;
    struct event_cause cause = service_cause(service, "a place has become free");
    struct application_places places;
    struct application first;
    struct round round;
    if (!rounds_find(database, waiting->round, arena, &round, error) ||
        !applications_count_places(database, waiting->round, waiting->country, &places, error))
        return false;
    if ((round.state != ROUND_OPEN && round.state != ROUND_CLOSED) ||
        !enrolment_rules_allow(&service->configuration->enrolment, places.taken_of_country, places.taken))
        return true;
    if (!applications_first_waiting(database, waiting->round, waiting->country, arena, &first, error))
        return false;
    *ret_moved = first.id != 0;
    return !first.id || (applications_set_state(database, first.id, APPLICATION_ACCEPTED, &cause, error) &&
                         scheduling_rebuild_participant(service, first.participant, error) &&
                         tell_participant(service, &first, "application-accepted", 0, error));
}

/* One place that is given may make room for another country's. */
static bool move_up(struct service *service, struct error *error) {
    for (bool moved = true; moved;) {
        auto_arena arena = arena_new();
        auto_transaction transaction = TRANSACTION_NONE;
        struct country_waiting_list waiting;
        moved = false;
        if (!applications_list_countries_waiting(service->database, arena, &waiting, error))
            return false;
        if (!waiting.count)
            return true;
        if (!transaction_begin(service->database, &transaction, error))
            return false;
        for (size_t i = 0; i < waiting.count; i++)
            if (!move_up_one(service, &waiting.items[i], arena, &moved, error))
                return false;
        if (!transaction_commit(&transaction, error))
            return false;
    }
    return true;
}

/* ---- Inviting ---- */

struct inviting {
    struct round round;
    int64_t expires_at;
};

/* Took part before and did not say at the end that it was the last time, or waits, and has not applied to this round.
 * Where nobody is invited, still who asked for it. */
static bool is_invited(struct service *service, const struct participant *person, int64_t round, struct arena *arena,
                       bool *ret, struct error *error) {
    struct application_list theirs;
    struct answer next;
    *ret = false;
    if (person->state != PARTICIPANT_ACTIVE || person->address_state == ADDRESS_DEAD)
        return true;
    if (!applications_list_of_participant(service->database, person->id, arena, &theirs, error) ||
        !answers_find_next(service->database, person->id, arena, &next, error))
        return false;
    bool wants = next.id ? question_joins(next.value) : service->configuration->enrolment.invite;
    bool may_wait = service->configuration->enrolment.invite;
    for (size_t i = 0; i < theirs.count; i++) {
        const struct application *application = &theirs.items[i];
        bool waits_here = application->state == APPLICATION_WAITING && string_equal(application->waits_for, "next");
        if (application->round == round && !waits_here) {
            *ret = false;
            return true;
        }
        *ret = *ret || (waits_here && may_wait) ||
               (wants && application->state != APPLICATION_APPLIED && application->state != APPLICATION_WITHDRAWN);
    }
    return true;
}

static bool invite(struct service *service, const struct inviting *inviting, const struct participant *person,
                   struct arena *arena, struct error *error) {
    struct event_cause cause = service_cause(service, "a round has opened");
    const char *key = arena_format(arena, "round/%" PRId64 "/invitation/%" PRId64, inviting->round.id, person->id);
    struct outbox_row known;
    struct form_answer *answers;
    bool invited, is_new;
    if (!is_invited(service, person, inviting->round.id, arena, &invited, error) ||
        !outbox_find_by_key(service->database, key, arena, &known, error))
        return false;
    const struct form_set *forms = templates_form(service->templates, APPLICATION_FORM, person->language, arena);
    if (!invited || known.id || !forms)
        return true;
    const struct form *form = forms->forms[0];
    bool *open = arena_take_array(arena, form->count, sizeof *open);
    if (!action_application_known(service, person, inviting->round.id, form, arena, &answers, error))
        return false;
    struct applicant applicant = {
        .round = inviting->round.id,
        .participant = person->id,
        .address = person->address,
        .language = person->language,
        .state = questionnaire_open(form, answers, open) ? APPLICANT_UNCLEAR : APPLICANT_SUMMARISED,
        .answers = answer_sheet_write(form, answers, arena),
        .asked_at = cause.at,
        .reminded_at = cause.at, /* nobody asked for this: once is enough */
        .expires_at = inviting->expires_at,
    };
    auto_string address = address_key(person->address);
    if (!applicants_put(service->database, &applicant, address, &cause, &applicant.id, error))
        return false;
    struct outbox_row row = {
        .key = key,
        .priority = PRIORITY_BULK,
        .template_name = "invitation",
        .applicant = applicant.id,
        .address = person->address,
        .round = inviting->round.id,
        .due_at = next_morning(service, service_zone_of(service, person), inviting->expires_at),
        .expires_at = inviting->expires_at,
    };
    return queue(service, &row, cause.why, &is_new, error);
}

/* False where the round is not open. */
static bool begin_inviting(const struct service *service, const struct round *round, struct inviting *ret) {
    int64_t now = clock_now();
    *ret = (struct inviting){*round, round->closes_at ? round->closes_at + SECONDS_PER_DAY
                                                      : now + service->configuration->enrolment.confirm_within};
    return round->state == ROUND_OPEN && round_is_open_at(round, now);
}

bool action_application_invite(struct service *service, int64_t participant, struct error *error) {
    auto_arena arena = arena_new();
    struct round_list rounds;
    struct participant person;
    struct inviting inviting;
    if (!rounds_list(service->database, arena, &rounds, error) ||
        !participants_find(service->database, participant, arena, &person, error))
        return false;
    for (size_t i = 0; i < rounds.count; i++)
        if (begin_inviting(service, &rounds.items[i], &inviting) && !invite(service, &inviting, &person, arena, error))
            return false;
    return true;
}

static bool invite_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                        struct error *error) {
    const struct inviting *inviting = data;
    struct participant_list people;
    if (!participants_list(service->database, &(struct participant_filter){.after = *last, .limit = SERVICE_PORTION},
                           arena, &people, error))
        return false;
    for (size_t i = 0; i < people.count; i++) {
        if (!invite(service, inviting, &people.items[i], arena, error))
            return false;
        *last = people.items[i].id;
    }
    *ret_count = people.count;
    return true;
}

/* That all are invited is noted last. */
static bool invite_to_open_rounds(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    struct round_list rounds;
    int64_t now = clock_now(), done;
    size_t count;
    if (!rounds_list(service->database, arena, &rounds, error))
        return false;
    for (size_t i = 0; i < rounds.count; i++) {
        struct inviting inviting;
        if (!begin_inviting(service, &rounds.items[i], &inviting))
            continue;
        const char *setting = arena_format(arena, "invited/%" PRId64, inviting.round.id);
        if (!settings_get_integer(service->database, setting, 0, &done, error) ||
            (!done && (!service_change_all(service, invite_some, &inviting, &count, error) ||
                       !settings_set_integer(service->database, setting, now, error))))
            return false;
    }
    return true;
}

bool action_application_turn(struct service *service, struct error *error) {
    return remind_and_expire(service, error) && move_up(service, error) && invite_to_open_rounds(service, error);
}
