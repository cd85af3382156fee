#include "app/survey.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "base/clock.h"
#include "base/text.h"
#include "programme/question.h"
#include "store/answers.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/surveys.h"

#define KEY "survey/"

enum {
    REMIND_AFTER = 7 * SECONDS_PER_DAY, /* of its sending */
    REMINDER_EXPIRY = 5 * SECONDS_PER_DAY,
    ANSWER_EXPIRY = 3 * SECONDS_PER_DAY,
};

bool survey_of_message(struct service *service, const struct outbox_row *row, struct arena *arena, struct survey *ret,
                       struct error *error) {
    if (string_starts_with(row->key, KEY))
        return surveys_find(service->database, strtoll(row->key + strlen(KEY), NULL, 10), arena, ret, error);
    return surveys_find_asked_by(service->database, row->id, arena, ret, error);
}

bool survey_read(struct service *service, const struct survey *survey, const char *language, struct arena *arena,
                 const struct form_set **ret_forms, struct form_answer **ret_answers, struct error *error) {
    struct survey_value_list values;
    const struct form_set *forms = templates_form(service->templates, survey->name, language, arena);
    *ret_forms = forms;
    *ret_answers = NULL;
    if (!forms)
        return true;
    if (!surveys_answers(service->database, survey, arena, &values, error))
        return false;
    struct form_answer *answers = answer_sheet_read(survey->sheet, forms->forms[0], arena);
    for (size_t i = 0; i < values.count; i++) {
        int question = form_find(forms->forms[0], values.items[i].question);
        if (question < 0)
            continue;
        struct form_finding *finding = &answers[question].finding;
        finding->value = values.items[i].value;
        finding->state = finding->state == FORM_EMPTY ? FORM_CLEAR : finding->state;
    }
    *ret_answers = answers;
    return true;
}

/* ---- Asking ---- */

bool survey_asked(struct service *service, const struct step *step, const struct outbox_row *row, struct error *error) {
    struct event_cause cause = service_cause(service, NULL);
    struct survey survey = {
        .name = step->form,
        .participant = row->participant,
        .partnership = row->partnership,
        .round = row->round,
        .outbox = row->id,
        .remind_at = cause.at + REMIND_AFTER,
    };
    return surveys_ask(service->database, &survey, &cause, error);
}

static bool queue(struct service *service, const struct survey *survey, struct outbox_row *row, struct error *error) {
    struct event_cause cause = service_cause(service, row->template_name);
    int64_t id;
    bool is_new;
    row->participant = survey->participant;
    row->partnership = survey->partnership;
    row->round = survey->round;
    return outbox_insert(service->database, row, &cause, &id, &is_new, error);
}

/* ---- Answers ---- */

bool survey_answered(struct service *service, const struct survey_change *change, int64_t inbox, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    const struct form *form = change->form;
    struct form_answer *unclear = arena_take_array(arena, form->count, sizeof *unclear);
    struct survey_value *values = arena_take_array(arena, form->count, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++) {
        unclear[i] = change->answers[i];
        unclear[i].finding.value = NULL;
        if (unclear[i].finding.state != FORM_CLEAR)
            continue;
        unclear[i].finding.state = FORM_EMPTY;
        values[count++] = (struct survey_value){form->questions[i].name, change->answers[i].finding.value};
    }
    struct outbox_row row = {
        .key = arena_format(arena, KEY "%" PRId64 "/answer/%" PRId64, change->survey.id, inbox),
        .priority = PRIORITY_ANSWER,
        .step = "answer",
        .template_name = change->template_name,
        .inbox = inbox,
        .due_at = cause.at,
        .expires_at = cause.at + ANSWER_EXPIRY,
    };
    return surveys_answer(service->database, &change->survey, values, count, answer_sheet_write(form, unclear, arena),
                          &cause, error) &&
           (!change->template_name || queue(service, &change->survey, &row, error));
}

/* ---- Reminding ---- */

static bool may_remind(struct service *service, const struct survey *survey, struct arena *arena, bool *ret,
                       struct error *error) {
    struct participant person;
    struct partnership partnership;
    if (!participants_find(service->database, survey->participant, arena, &person, error) ||
        !partnerships_find(service->database, survey->partnership, arena, &partnership, error))
        return false;
    *ret = person.state == PARTICIPANT_ACTIVE && person.address_state != ADDRESS_DEAD &&
           (partnership.state == PARTNERSHIP_ACTIVE || partnership.state == PARTNERSHIP_ENDED);
    return true;
}

static bool remind(struct service *service, const struct survey *survey, const struct outbox_row *asked,
                   struct arena *arena, struct error *error) {
    int64_t now = clock_now();
    struct outbox_row row = {
        .key = arena_format(arena, KEY "%" PRId64 "/reminder/%" PRId64, survey->id, asked->id),
        .priority = PRIORITY_BULK,
        .step = asked->step,
        .template_name = "survey-reminder",
        .due_at = now,
        .expires_at = now + REMINDER_EXPIRY,
    };
    return queue(service, survey, &row, error);
}

/* One that waits to be sent is looked at a day later. */
static bool look_at(struct service *service, const struct survey *survey, struct arena *arena, struct error *error) {
    struct outbox_row asked;
    int64_t now = clock_now(), next = 0;
    bool may, reminds = false;
    if (!outbox_find(service->database, survey->outbox, arena, &asked, error))
        return false;
    if (asked.state == OUTBOX_SENT) {
        if (!may_remind(service, survey, arena, &may, error))
            return false;
        reminds = may && !survey->answered_at && asked.sent_at + REMIND_AFTER <= now;
        next = may && !survey->answered_at && !reminds ? asked.sent_at + REMIND_AFTER : 0;
    } else if (asked.state == OUTBOX_QUEUED || asked.state == OUTBOX_SENDING || asked.state == OUTBOX_HELD ||
               asked.state == OUTBOX_UNCERTAIN) {
        next = now + SECONDS_PER_DAY;
    }
    return surveys_set_remind_at(service->database, survey->id, next, error) &&
           (!reminds || remind(service, survey, &asked, arena, error));
}

static bool look_at_some(struct service *service, void *data, struct arena *arena, int64_t *last, size_t *ret_count,
                         struct error *error) {
    struct survey_list list;
    (void)data, (void)last; /* what was looked at is not listed any more */
    if (!surveys_list_to_remind(service->database, clock_now(), SERVICE_PORTION, arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!look_at(service, &list.items[i], arena, error))
            return false;
    *ret_count = list.count;
    return true;
}

/* Most turns find nothing: looked at before locking. */
bool survey_turn(struct service *service, struct error *error) {
    auto_arena arena = arena_new();
    struct survey_list first;
    size_t count;
    return surveys_list_to_remind(service->database, clock_now(), 1, arena, &first, error) &&
           (!first.count || service_change_all(service, look_at_some, NULL, &count, error));
}

/* ---- After the round ---- */

bool survey_who_go_on(struct service *service, int64_t partnership, struct arena *arena, struct participant_list *ret,
                      struct error *error) {
    struct partnership theirs;
    struct participant_list members;
    struct answer last;
    *ret = (struct participant_list){0};
    if (!partnerships_find(service->database, partnership, arena, &theirs, error) ||
        !partnerships_partners(service->database, partnership, 0, arena, &members, error))
        return false;
    if (theirs.state != PARTNERSHIP_ACTIVE && theirs.state != PARTNERSHIP_ENDED)
        return true;
    ret->items = arena_take_array(arena, members.count, sizeof *ret->items);
    for (size_t i = 0; i < members.count; i++) {
        if (!answers_find_next(service->database, members.items[i].id, arena, &last, error))
            return false;
        if (last.partnership == partnership && question_goes_on(last.value) &&
            members.items[i].state == PARTICIPANT_ACTIVE)
            ret->items[ret->count++] = members.items[i];
    }
    return true;
}

/* Each of those who go on, as soon as there are two; of a trio once more when the third does. */
static bool give_addresses(struct service *service, const struct outbox_row *about, struct arena *arena,
                           struct error *error) {
    struct event_cause cause = service_cause(service, "all want to go on writing");
    struct participant_list who;
    int64_t id;
    bool is_new;
    if (!survey_who_go_on(service, about->partnership, arena, &who, error))
        return false;
    for (size_t i = 0; who.count > 1 && i < who.count; i++) {
        struct outbox_row row = {
            .key = arena_format(arena, "partnership/%" PRId64 "/addresses/%zu/%" PRId64, about->partnership, who.count,
                                who.items[i].id),
            .priority = PRIORITY_INTRODUCTION,
            .step = "answer",
            .template_name = "next-addresses",
            .participant = who.items[i].id,
            .partnership = about->partnership,
            .round = about->round,
            .due_at = cause.at,
            .expires_at = cause.at + 14 * SECONDS_PER_DAY,
        };
        if (!outbox_insert(service->database, &row, &cause, &id, &is_new, error))
            return false;
    }
    return true;
}

bool survey_next_chosen(struct service *service, const struct outbox_row *about, int64_t inbox, bool tell,
                        struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, "said what comes after the round");
    struct answer last;
    int64_t id;
    bool is_new;
    struct outbox_row row = {
        .key = arena_format(arena, "next/%" PRId64 "/%" PRId64, about->id, inbox),
        .priority = PRIORITY_ANSWER,
        .step = "answer",
        .template_name = "next-noted",
        .participant = about->participant,
        .partnership = about->partnership,
        .round = about->round,
        .inbox = inbox,
        .due_at = cause.at,
        .expires_at = cause.at + ANSWER_EXPIRY,
    };
    return answers_find_next(service->database, about->participant, arena, &last, error) &&
           (!tell || outbox_insert(service->database, &row, &cause, &id, &is_new, error)) &&
           (!question_goes_on(last.value) || !service->relays || give_addresses(service, about, arena, error)) &&
           (!question_joins(last.value) || action_application_invite(service, about->participant, error));
}
