#include <inttypes.h>
#include <jansson.h>

#include "app/action.h"
#include "app/action_participant.h"
#include "app/letter_notice.h"
#include "app/scheduling.h"
#include "app/subject.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "store/answers.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/undoables.h"

enum { AGAIN_EXPIRY = 3 * SECONDS_PER_DAY, UNDO_DAYS = 31 };

/* ---- Questions ---- */

static bool ask(struct subject_applying *applying, struct outbox_row row, const char *why, struct error *error) {
    int64_t now = clock_now(), id;
    bool is_new;
    row.priority = PRIORITY_ANSWER;
    row.step = "answer";
    row.inbox = applying->source->inbox;
    row.due_at = now;
    row.expires_at = now + VERB_ASKED_DAYS * SECONDS_PER_DAY;
    struct event_cause cause = service_cause(applying->service, why);
    return outbox_insert(applying->service->database, &row, &cause, &id, &is_new, error);
}

static bool ask_first(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    const struct verb_rule *rule = &verb_rules[effect->verb];
    json_t *detail = json_pack("{s:s, s:s*}", "verb", rule->word, "argument", *effect->detail ? effect->detail : NULL);
    auto_string text = json_dumps(detail, JSON_COMPACT);
    json_decref(detail);
    require(text);
    return ask(applying,
               (struct outbox_row){
                   .key = arena_format(applying->arena, QUESTION_SURE "/%" PRId64, applying->source->inbox),
                   .template_name = rule->asks_first,
                   .asks = QUESTION_SURE,
                   .participant = effect->participant,
                   .detail = text,
               },
               "a word to us is confirmed first", error);
}

/* ---- Another address ---- */

/* PERMANENT where it is none, or somebody else's. */
static bool read_address(struct subject_applying *applying, const struct effect *effect, const char **ret,
                         struct participant *ret_participant, struct error *error) {
    struct address parsed;
    struct participant owner;
    struct database *database = applying->service->database;
    if (!address_parse(effect->detail, &parsed, error) ||
        !action_find_participant(applying->service, effect->participant, applying->arena, ret_participant, error))
        return false;
    *ret = arena_copy_string(applying->arena, parsed.text);
    auto_string key = address_key(*ret);
    if (!participants_find_by_address(database, key, applying->arena, &owner, error))
        return false;
    if (owner.id && owner.id != effect->participant)
        return error_set(error, ERROR_PERMANENT, "the new address belongs to participant %" PRId64 " already",
                         owner.id);
    return true;
}

static bool prove_address(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct participant participant;
    const char *address;
    return read_address(applying, effect, &address, &participant, error) &&
           ask(applying,
               (struct outbox_row){
                   .key = arena_format(applying->arena, QUESTION_ADDRESS "/%" PRId64, applying->source->inbox),
                   .template_name = "address-prove",
                   .asks = QUESTION_ADDRESS,
                   .participant = effect->participant,
                   .address = address,
               },
               "a participant has a new address", error);
}

static bool change_address(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct service *service = applying->service;
    struct event_cause cause = service_cause(service, "proved a new address by mail");
    struct participant participant;
    const char *address;
    if (!read_address(applying, effect, &address, &participant, error))
        return false;
    if (participant_has_left(participant.state))
        return error_set(error, ERROR_PERMANENT, "participant %" PRId64 " has left", participant.id);
    participant.address = address;
    auto_string key = address_key(address);
    /* First what follows from a good address, while the old state still stands. */
    return action_participant_address_works(service, participant.id, "proved a new address by mail", error) &&
           participants_update(service->database, &participant, key, &cause, error) &&
           scheduling_rebuild_participant(service, participant.id, error);
}

/* ---- Another language ---- */

static bool set_language(struct service *service, int64_t id, const char *language, const char *why,
                         struct arena *arena, const char **ret_old, struct error *error) {
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    if (!action_find_participant(service, id, arena, &participant, error))
        return false;
    *ret_old = participant.language;
    participant.language = language;
    auto_string key = address_key(participant.address);
    return string_equal(*ret_old, language) || participants_update(service->database, &participant, key, &cause, error);
}

static bool change_language(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    const char *old;
    return set_language(applying->service, effect->participant, effect->detail, "asked for by mail", applying->arena,
                        &old, error) &&
           (string_equal(old, effect->detail) || subject_undoable(applying, effect, UNDOABLE_LANGUAGE, old, error));
}

/* ---- This month's topic ---- */

static bool tell(struct subject_applying *applying, const struct effect *effect, const char *template_name,
                 const char *argument, struct error *error) {
    struct letter_notice notice = {.template_name = template_name,
                                   .participant = effect->participant,
                                   .inbox = applying->source->inbox,
                                   .argument = argument};
    return !*template_name || letter_notice_queue(applying->service, &notice, error);
}

/* The newest that reached them in a partnership that goes on; id 0: none. */
static bool find_topic(struct subject_applying *applying, int64_t participant, struct outbox_row *ret,
                       struct error *error) {
    struct service *service = applying->service;
    struct outbox_list rows;
    *ret = (struct outbox_row){0};
    if (!outbox_list(service->database, &(struct outbox_filter){.participant = participant}, applying->arena, &rows,
                     error))
        return false;
    for (size_t i = rows.count; i > 0 && !ret->id; i--) {
        const struct outbox_row *row = &rows.items[i - 1];
        const struct step *step = configuration_find_step(service->configuration, row->step);
        struct partnership partnership;
        if (!step || !step->topics || row->state != OUTBOX_SENT)
            continue;
        if (!partnerships_find(service->database, row->partnership, applying->arena, &partnership, error))
            return false;
        if (partnership.state == PARTNERSHIP_ACTIVE)
            *ret = *row;
    }
    return true;
}

static bool send_topic(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct event_cause cause = service_cause(applying->service, "asked for by mail");
    struct participant participant;
    struct outbox_row last;
    int64_t now = clock_now(), id;
    bool is_new;
    if (!action_find_participant(applying->service, effect->participant, applying->arena, &participant, error) ||
        !find_topic(applying, effect->participant, &last, error))
        return false;
    if (!last.id || participant.state != PARTICIPANT_ACTIVE)
        return tell(applying, effect, verb_rules[VERB_TOPIC].answer, NULL, error);
    struct outbox_row row = {
        .key = arena_format(applying->arena, "topic/%" PRId64, applying->source->inbox),
        .priority = PRIORITY_ANSWER,
        .step = last.step,
        .template_name = last.template_name,
        .occurrence = last.occurrence,
        .participant = last.participant,
        .partnership = last.partnership,
        .round = last.round,
        .inbox = applying->source->inbox,
        .due_at = now,
        .expires_at = now + AGAIN_EXPIRY,
    };
    return outbox_insert(applying->service->database, &row, &cause, &id, &is_new, error);
}

/* ---- Taking back ---- */

bool subject_undoable(struct subject_applying *applying, const struct effect *effect, const char *what,
                      const char *before, struct error *error) {
    struct undoable undoable = {.participant = effect->participant, .what = what, .before = before, .at = clock_now()};
    return undoables_put(applying->service->database, &undoable, error);
}

/* *RET_DONE is false where it is so no longer: a coordinator, or a day, was faster. */
static bool take_back(struct subject_applying *applying, const struct undoable *last, bool *ret_done,
                      struct error *error) {
    static const char why[] = "taken back by mail";
    struct service *service = applying->service;
    struct event_cause cause = service_cause(service, why);
    struct participant participant;
    const char *language;
    int64_t number = 0;
    bool numbered = string_to_integer(last->before, &number);
    if (!action_find_participant(service, last->participant, applying->arena, &participant, error))
        return false;
    bool paused = participant.state == PARTICIPANT_PAUSED;
    *ret_done = true;
    if (string_equal(last->what, UNDOABLE_ANSWER))
        return answers_remove(service->database, number, &cause, ret_done, error);
    if (string_equal(last->what, UNDOABLE_LANGUAGE))
        return set_language(service, participant.id, last->before, why, applying->arena, &language, error);
    bool pause = string_equal(last->what, UNDOABLE_PAUSE);
    *ret_done = pause == paused;
    if (!*ret_done)
        return true;
    return pause && !numbered
               ? action_participant_resume(service, participant.id, why, error)
               : action_participant_pause_until(service, participant.id, number > cause.at ? number : 0, why, error);
}

static bool undo(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct database *database = applying->service->database;
    struct undoable last;
    bool done = false;
    if (!undoables_find(database, effect->participant, applying->arena, &last, error))
        return false;
    if (last.participant && last.at >= clock_now() - UNDO_DAYS * SECONDS_PER_DAY &&
        !take_back(applying, &last, &done, error))
        return false;
    return undoables_remove(database, effect->participant, error) &&
           tell(applying, effect, effect->detail, done ? last.what : NULL, error);
}

bool subject_verb_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    switch ((enum verb_effect)effect->kind) {
    case EFFECT_ASK_FIRST:
        return ask_first(applying, effect, error);
    case EFFECT_TOPIC:
        return send_topic(applying, effect, error);
    case EFFECT_LANGUAGE:
        return change_language(applying, effect, error);
    case EFFECT_PROVE_ADDRESS:
        return prove_address(applying, effect, error);
    case EFFECT_CHANGE_ADDRESS:
        return change_address(applying, effect, error);
    case EFFECT_UNDO:
        return undo(applying, effect, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}
