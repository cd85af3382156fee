#include "app/eligible.h"

#include <inttypes.h>
#include <stdlib.h>

#include "app/held.h"
#include "app/relay.h"
#include "app/watch.h"
#include "base/clock.h"
#include "base/text.h"
#include "programme/verb.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"

static struct eligibility aside(enum outbox_state state, const char *reason) {
    return (struct eligibility){.state = state, .reason = reason};
}

/* Whoever has paused everything must hear that this is so, and that a letter written all the same was not passed on. */
static struct eligibility judge_participant(const struct outbox_row *row, const struct participant *participant) {
    bool answers_word = verb_is_answer(row->template_name) || verb_asks(row->template_name) ||
                        string_equal(row->asks, QUESTION_ADDRESS);
    switch (participant->state) {
    case PARTICIPANT_LEFT:
        /* Whoever asked to leave hears that it is done; */
        if (answers_word ||
            string_equal(row->template_name,
                         "parting-done")) /* only of what they said after they had left: all else was cancelled then */
            break;
        return aside(OUTBOX_CANCELLED, "the participant left");
    case PARTICIPANT_ERASED:
        return aside(OUTBOX_CANCELLED, "the participant left");
    case PARTICIPANT_PAUSED:
        if (string_equal(row->template_name, "letter-stopped") || answers_word ||
            string_equal(row->template_name, "coordinator-answer"))
            break;
        return aside(OUTBOX_HELD, HELD_PAUSED);
    case PARTICIPANT_ACTIVE:
        break;
    }
    if (row->address) /* a new one, whether they read there */
        return (struct eligibility){.state = OUTBOX_SENDING, .address = row->address};
    if (participant->address_state == ADDRESS_DEAD)
        return aside(OUTBOX_HELD, HELD_ADDRESS_DEAD);
    return (struct eligibility){.state = OUTBOX_SENDING, .address = participant->address};
}

/* After the end only what is counted from the end is sent. */
static bool counts_from_end(const struct service *service, const struct outbox_row *row) {
    const struct step *step = configuration_find_step(service->configuration, row->step);
    return step && step->when.anchor == MOMENT_END;
}

static struct eligibility judge_partnership(const struct service *service, const struct outbox_row *row,
                                            const struct partnership *partnership) {
    switch (partnership->state) {
    case PARTNERSHIP_ACTIVE:
        break;
    case PARTNERSHIP_HELD:
    case PARTNERSHIP_FROZEN:
        if (string_equal(row->step, "answer")) /* that nothing passes must be told while nothing passes */
            break;
        return aside(OUTBOX_HELD, HELD_ON_HOLD);
    case PARTNERSHIP_ENDED:
        if (!counts_from_end(service, row) && !string_equal(row->step, RELAY_STEP) &&
            !string_equal(row->step, "answer"))
            return aside(OUTBOX_CANCELLED, "the partnership has ended");
        break;
    case PARTNERSHIP_DISSOLVED:
        if (string_equal(row->step, "answer"))
            break;
        return aside(OUTBOX_CANCELLED, "the partnership was dissolved");
    case PARTNERSHIP_PLANNED:
        return aside(OUTBOX_CANCELLED, "the partnership was dissolved");
    }
    return (struct eligibility){.state = OUTBOX_SENDING};
}

/* The steps' messages come at a time of day that the programme chose: after a hold or an outage they don't come at
 * night. What answers somebody, or was hurried by a coordinator, goes ahead of them, and at once. */
static struct eligibility judge_hour(const struct service *service, const struct outbox_row *row,
                                     const struct participant *participant, const struct eligibility *judged) {
    const struct step *step = configuration_find_step(service->configuration, row->step);
    if (judged->state != OUTBOX_SENDING || row->priority < PRIORITY_INTRODUCTION || (!step && !watch_asks(row->step)))
        return *judged;
    int32_t opens = !step || step->at_once ? (int32_t)service->configuration->round.send_at : step->at;
    int64_t now = clock_now(), moment = sequence_considerate(service_zone_of(service, participant), opens, row->due_at,
                                                             row->expires_at, now);
    return moment > now ? (struct eligibility){.state = OUTBOX_QUEUED, .not_before = moment} : *judged;
}

/* By whom it is for and how the partnership stands; the hour is another matter. */
static bool judge(const struct service *service, const struct outbox_row *row, const struct participant *participant,
                  struct arena *arena, struct eligibility *ret, struct error *error) {
    struct eligibility judged = judge_participant(row, participant);
    if (judged.state == OUTBOX_SENDING && row->partnership != 0) {
        struct partnership partnership;
        if (!partnerships_find(service->database, row->partnership, arena, &partnership, error))
            return false;
        const char *address = judged.address;
        judged = !partnership_has(&partnership, row->participant) && !string_equal(row->step, "answer")
                     ? aside(OUTBOX_CANCELLED, "the participant left the partnership")
                     : judge_partnership(service, row, &partnership);
        judged.address = address;
    }
    *ret = judged;
    return true;
}

static bool foresee(const struct service *service, const struct schedule_entry *entry, struct arena *arena,
                    struct participant *ret_participant, const char **ret_reason, struct error *error) {
    const struct outbox_row row = {
        .step = entry->step, .participant = entry->participant, .partnership = entry->partnership};
    struct eligibility judged;
    if (!participants_find(service->database, entry->participant, arena, ret_participant, error) ||
        !judge(service, &row, ret_participant, arena, &judged, error))
        return false;
    *ret_reason = judged.state == OUTBOX_SENDING ? NULL : judged.reason;
    return true;
}

bool eligible_foresee(const struct service *service, const struct schedule_list *entries, struct arena *arena,
                      const char ***ret, struct error *error) {
    const char **reasons = arena_take_array(arena, entries->count, sizeof *reasons);
    for (size_t i = 0; i < entries->count; i++) {
        auto_arena passing = arena_new();
        struct participant participant;
        if (!foresee(service, &entries->items[i], passing, &participant, &reasons[i], error))
            return false;
    }
    *ret = reasons;
    return true;
}

bool eligible_foresee_until(const struct service *service, int64_t until, eligible_visitor *visit, void *data,
                            struct error *error) {
    struct schedule_span span = {.from = INT64_MIN, .until = until, .limit = SERVICE_PORTION};
    auto_string after = NULL;
    struct schedule_list list;
    do {
        auto_arena arena = arena_new();
        if (!schedule_list_between(service->database, &span, arena, &list, error))
            return false;
        for (size_t i = 0; i < list.count; i++) {
            struct participant participant;
            const char *not_sent;
            if (!foresee(service, &list.items[i], arena, &participant, &not_sent, error))
                return false;
            visit(data, &list.items[i], &participant, not_sent);
        }
        if (list.count) {
            free(after);
            after = memory_copy_string(list.items[list.count - 1].key);
            span.from = list.items[list.count - 1].due_at;
            span.after = after;
        }
    } while (list.count == SERVICE_PORTION);
    return true;
}

/* One person's messages keep their order: what goes later waits for the result of what goes before, which is put as far
 * to the front. A welcome that an introduction has overtaken is left out. */
static bool judge_order(struct service *service, const struct outbox_row *row, struct arena *arena,
                        struct eligibility *judged, struct error *error) {
    enum { MOMENT = 5 };
    const struct step *step = configuration_find_step(service->configuration, row->step);
    struct outbox_list others;
    if (judged->state != OUTBOX_SENDING || row->priority < PRIORITY_INTRODUCTION || !step)
        return true;
    if (!outbox_list_under_way(service->database, row->participant, arena, &others, error))
        return false;
    for (size_t i = 0; i < others.count; i++) {
        const struct outbox_row *other = &others.items[i];
        const struct step *its_step = configuration_find_step(service->configuration, other->step);
        if (other->id == row->id || !its_step)
            continue;
        if (sequence_welcomes(step) && sequence_introduces(its_step) && other->round == row->round) {
            *judged = aside(OUTBOX_CANCELLED, "left out: the introduction goes out at the same time, and greets");
            return true;
        }
        if (!sequence_goes_before(&service->sequence, other->step, other->due_at, row->step, row->due_at))
            continue;
        int64_t now = clock_now(), at = other->next_try_at > now ? other->next_try_at : now;
        *judged = (struct eligibility){.state = OUTBOX_QUEUED, .not_before = at + MOMENT};
        return outbox_hurry(service->database, other->id, other->next_try_at, (enum outbox_priority)row->priority,
                            error);
    }
    return true;
}

/* Whoever has just been told that they take part is not welcomed within the same minute. */
static bool judge_welcome(struct service *service, const struct outbox_row *row, struct arena *arena,
                          struct eligibility *judged, struct error *error) {
    enum { APART = 3 * SECONDS_PER_HOUR };
    const struct step *step = configuration_find_step(service->configuration, row->step);
    struct outbox_row told;
    if (judged->state != OUTBOX_SENDING || !step || !sequence_welcomes(step))
        return true;
    const char *prefix =
        arena_format(arena, "round/%" PRId64 "/application/%" PRId64 "/", row->round, row->participant);
    if (!outbox_find_newest_with_prefix(service->database, prefix, arena, &told, error))
        return false;
    int64_t apart = (told.sent_at ? told.sent_at : told.created_at) + APART;
    if (told.id && apart > clock_now() && apart < row->expires_at)
        *judged = (struct eligibility){.state = OUTBOX_QUEUED, .not_before = apart};
    return true;
}

/* Whoever was heard of meanwhile is asked nothing. */
static bool judge_asking(struct service *service, const struct outbox_row *row, struct eligibility *judged,
                         struct error *error) {
    bool still;
    if (judged->state != OUTBOX_SENDING || !watch_asks(row->step))
        return true;
    if (!watch_still_asks(service, row, &still, error))
        return false;
    if (!still)
        *judged = aside(OUTBOX_CANCELLED, "not needed any more, or too much for one week");
    return true;
}

bool eligible_decide(struct service *service, const struct outbox_row *row, struct arena *arena,
                     struct eligibility *ret, struct error *error) {
    if (sequence_timing(row->due_at, row->expires_at, clock_now()) == SEQUENCE_EXPIRED) {
        *ret = aside(OUTBOX_EXPIRED, "overdue: too late to be of use");
        return true;
    }
    if (row->participant == 0) {
        const struct coordinator *coordinator =
            row->coordinator ? configuration_find_coordinator(service->configuration, row->coordinator) : NULL;
        *ret =
            (struct eligibility){.state = OUTBOX_SENDING, .address = coordinator ? coordinator->address : row->address};
        if (!ret->address)
            *ret = aside(OUTBOX_CANCELLED, "the application was deleted");
        return true;
    }
    struct participant participant;
    struct eligibility judged;
    if (!participants_find(service->database, row->participant, arena, &participant, error) ||
        !judge(service, row, &participant, arena, &judged, error))
        return false;
    if (judged.state == OUTBOX_SENDING && row->partnership != 0 && string_equal(row->step, RELAY_STEP)) {
        bool first;
        if (!relay_introduces_first(service, row, &first, error))
            return false;
        if (first)
            judged = (struct eligibility){.state = OUTBOX_QUEUED, .not_before = clock_now() + SECONDS_PER_MINUTE};
    }
    *ret = judge_hour(service, row, &participant, &judged);
    return judge_asking(service, row, ret, error) && judge_welcome(service, row, arena, ret, error) &&
           judge_order(service, row, arena, ret, error);
}

bool eligible_still(struct service *service, int64_t outbox, const char *recipient, bool *ret, struct error *error) {
    auto_arena arena = arena_new();
    struct outbox_row row;
    struct participant participant;
    struct eligibility judged;
    if (!outbox_find(service->database, outbox, arena, &row, error))
        return false;
    *ret = row.state == OUTBOX_SENDING && (row.participant != 0 || row.coordinator || row.address);
    if (!*ret || row.participant == 0)
        return true;
    if (!participants_find(service->database, row.participant, arena, &participant, error) ||
        !judge(service, &row, &participant, arena, &judged, error))
        return false;
    *ret = judged.state == OUTBOX_SENDING && string_equal(judged.address, recipient);
    return true;
}
