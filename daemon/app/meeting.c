#include "app/meeting.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/introduction_values.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "programme/meeting_rules.h"
#include "programme/question.h"
#include "programme/round_rules.h"
#include "store/outbox.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/transaction.h"

#define KEY "meeting/"

enum {
    ANSWER_NO = 2,
    LENGTH_MAX = SECONDS_PER_DAY,
    TITLE_MAX = 150,
    URL_MAX = 500,
    NEVER_TOO_LATE = 366 * SECONDS_PER_DAY, /* once it has begun a message has nothing to say, which is no trouble */
    TALK_NOTICE = 2 * SECONDS_PER_HOUR,     /* what begins sooner is too soon to agree on */
};

int64_t meeting_of_message(const struct outbox_row *row, int64_t *ret_sequence) {
    int64_t id = 0, sequence = 0;
    if (!string_starts_with(row->key, KEY) || sscanf(row->key, KEY "%" SCNd64 "/%" SCNd64, &id, &sequence) != 2)
        return 0;
    *ret_sequence = sequence;
    return id;
}

/* ---- What coordinators do ---- */

static bool is_link(const char *url) {
    const char *rest = string_starts_with(url, "https://")  ? url + strlen("https://")
                       : string_starts_with(url, "http://") ? url + strlen("http://")
                                                            : "";
    bool good = *rest && strlen(url) <= URL_MAX;
    for (const char *at = url; *at; at++)
        good = good && *at > ' ' && *at < 0x7F && !strchr("\"<>\\^`{|}", *at);
    return good;
}

static bool check(const struct meeting *meeting, struct error *error) {
    bool one_line = !string_is_empty(meeting->title) && strlen(meeting->title) <= TITLE_MAX;
    for (const char *at = meeting->title; *at; at++)
        one_line = one_line && (unsigned char)*at >= ' ' && *at != 0x7F;
    if (!one_line)
        return error_set(error, ERROR_PERMANENT,
                         "An event needs a title of one line, at most %d bytes: \"Webinar: writing letters\".",
                         TITLE_MAX);
    if (!is_link(meeting->url))
        return error_set(error, ERROR_PERMANENT,
                         "\"%s\" is no address that people can open: it begins with https://, and has no blanks.",
                         meeting->url);
    if (meeting->ends_at <= meeting->starts_at || meeting->ends_at - meeting->starts_at > LENGTH_MAX)
        return error_set(error, ERROR_PERMANENT, "An event lasts a day at most: --length \"1 hour\".");
    return meeting->starts_at > clock_now() ||
           error_set(error, ERROR_PERMANENT, "That moment has passed. When does the event begin?");
}

static const char *make_uid(const struct service *service, struct arena *arena) {
    char secret[27];
    random_secret(secret, sizeof secret - 1);
    return arena_format(arena, "%s@%s", secret, service_message_id_domain(service));
}

bool meeting_plan(struct service *service, const struct meeting *meeting, int64_t *ret_id, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    struct round round;
    struct meeting planned = *meeting;
    planned.uid = make_uid(service, arena);
    planned.state = MEETING_PLANNED;
    if (!check(meeting, error) || !rounds_find(service->database, meeting->round, arena, &round, error))
        return false;
    if (round_is_over(round.state))
        return error_set(error, ERROR_PERMANENT, "The round \"%s\" is over: nobody can be invited in it.", round.name);
    return meetings_add(service->database, &planned, &cause, ret_id, error);
}

static bool find_planned(struct service *service, int64_t id, struct arena *arena, struct meeting *ret,
                         struct error *error) {
    if (!meetings_find(service->database, id, arena, ret, error))
        return false;
    return (ret->state == MEETING_PLANNED && ret->starts_at > clock_now()) ||
           error_set(error, ERROR_PERMANENT, "The event %" PRId64 " %s.", id,
                     ret->state == MEETING_CANCELLED ? "was cancelled" : "has begun already");
}

bool meeting_change(struct service *service, const struct meeting *meeting, bool *ret_changed, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    struct meeting before;
    if (!find_planned(service, meeting->id, arena, &before, error) || !check(meeting, error))
        return false;
    bool moved = meeting->starts_at != before.starts_at || meeting->ends_at != before.ends_at;
    *ret_changed = moved || !string_equal(meeting->title, before.title) || !string_equal(meeting->url, before.url);
    return !*ret_changed || meetings_change(service->database, meeting, moved, &cause, error);
}

bool meeting_cancel(struct service *service, int64_t id, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    struct meeting meeting;
    if (!find_planned(service, id, arena, &meeting, error))
        return false;
    meeting.state = MEETING_CANCELLED;
    return meetings_change(service->database, &meeting, false, &cause, error);
}

/* ---- What time brings ---- */

static bool queue(struct service *service, const struct meeting *meeting, int64_t participant, struct outbox_row *row,
                  int64_t *ret_id, struct error *error) {
    struct event_cause cause = service_cause(service, NULL);
    bool is_new;
    row->step = "event";
    row->participant = participant;
    row->partnership = meeting->partnership;
    row->round = meeting->round;
    row->due_at = cause.at;
    row->expires_at = meeting->starts_at + NEVER_TOO_LATE;
    return outbox_insert(service->database, row, &cause, ret_id, &is_new, error);
}

static bool tell(struct service *service, const struct meeting *meeting, int64_t participant, struct arena *arena,
                 struct error *error) {
    bool cancelled = meeting->state == MEETING_CANCELLED;
    struct outbox_row row = {
        .key = arena_format(arena, KEY "%" PRId64 "/%" PRId64 "/%" PRId64, meeting->id, meeting->sequence, participant),
        .priority = PRIORITY_BULK,
        .template_name = cancelled ? "event-cancelled" : "event-invitation",
        .asks = cancelled ? NULL : QUESTION_MEETING,
    };
    int64_t id;
    return queue(service, meeting, participant, &row, &id, error) &&
           meetings_invite(service->database, meeting->id, participant, id, error);
}

static bool remind(struct service *service, const struct meeting *meeting, int64_t participant,
                   const struct meeting_reminder *reminder, struct arena *arena, struct error *error) {
    struct outbox_row row = {
        .key = arena_format(arena, KEY "%" PRId64 "/%" PRId64 "/%s/%" PRId64, meeting->id, meeting->sequence,
                            reminder->name, participant),
        .priority = PRIORITY_ANSWER, /* an hour before, whatever waits */
        .template_name = "event-reminder",
        .asks = QUESTION_MEETING,
    };
    int64_t id;
    return queue(service, meeting, participant, &row, &id, error);
}

/* Which comes next: REMINDER, once all know what is new. */
static int64_t next_turn(const struct meeting *meeting, const struct meeting_reminder *reminder) {
    return meeting->state == MEETING_PLANNED && reminder && reminder->name ? meeting->starts_at - reminder->before : 0;
}

/* A portion of whom to tell, or to remind. */
static bool go_on(struct service *service, struct meeting *meeting, struct arena *arena, struct error *error) {
    int64_t now = clock_now();
    const struct meeting_reminder *reminder = meeting_next_reminder(meeting->starts_at, now);
    bool telling = !meeting->is_told, reminding = reminder && next_turn(meeting, reminder) <= now;
    struct attendee_list people = {0};
    if (meeting->starts_at > now && (telling || reminding) &&
        !(telling ? meetings_list_to_tell : meetings_list_coming)(service->database, meeting, SERVICE_PORTION, arena,
                                                                  &people, error))
        return false;
    for (size_t i = 0; i < people.count; i++) {
        int64_t participant = people.items[i].participant;
        if (!(telling ? tell(service, meeting, participant, arena, error)
                      : remind(service, meeting, participant, reminder, arena, error)))
            return false;
        meeting->position = participant;
    }
    if (people.count < SERVICE_PORTION) {
        meeting->is_told = true;
        meeting->position = 0;
        meeting->next_at = next_turn(meeting, !telling && reminding ? reminder + 1 : reminder);
    }
    return meetings_set_turn(service->database, meeting, error);
}

bool meeting_turn(struct service *service, struct error *error) {
    for (;;) {
        auto_arena arena = arena_new();
        auto_transaction transaction = TRANSACTION_NONE;
        struct meeting meeting;
        if (!meetings_find_due(service->database, clock_now(), arena, &meeting, error))
            return false;
        if (meeting.id == 0)
            return true;
        if (!transaction_begin(service->database, &transaction, error) ||
            !meetings_find(service->database, meeting.id, arena, &meeting, error) ||
            !go_on(service, &meeting, arena, error) || !transaction_commit(&transaction, error))
            return false;
    }
}

/* ---- Partners ---- */

bool meeting_propose_with(struct service *service, const struct outbox_row *row, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    struct meeting_list known;
    struct partnership partnership;
    struct participant_list members;
    const struct zone *zones[MEMBERS_MAX];
    int64_t moments[MEETING_PROPOSALS];
    bool live;
    if (!meetings_list_proposed(service->database, row->partnership, row->occurrence, arena, &known, error))
        return false;
    if (known.count) /* with the partner's mail */
        return true;
    if (!partnerships_find(service->database, row->partnership, arena, &partnership, error) ||
        !partnerships_partners(service->database, row->partnership, 0, arena, &members, error) ||
        !introduction_values_talk_live(service, &partnership, &members, arena, &live, error))
        return false;
    for (size_t i = 0; i < members.count; i++)
        zones[i] = service_zone_of(service, &members.items[i]);
    const struct waking_hours hours = {(int32_t)service->configuration->matching.awake_from,
                                       (int32_t)service->configuration->matching.awake_until};
    size_t count = live ? meeting_propose(zones, members.count, &hours, clock_now(), partnership.ends_at, moments) : 0;
    for (size_t i = 0; i < count; i++) {
        struct meeting meeting = {
            .uid = make_uid(service, arena),
            .title = "",
            .url = "",
            .starts_at = moments[i],
            .ends_at = moments[i] + MEETING_TALK_LENGTH,
            .round = row->round,
            .partnership = row->partnership,
            .occurrence = row->occurrence,
            .state = MEETING_PROPOSED,
        };
        int64_t id;
        if (!meetings_add(service->database, &meeting, &cause, &id, error))
            return false;
    }
    return true;
}

static bool all_can(struct service *service, const struct meeting *meeting, const struct participant_list *members,
                    struct arena *arena, bool *ret, struct error *error) {
    *ret = meeting->starts_at > clock_now() + TALK_NOTICE;
    for (size_t i = 0; i < members->count && *ret; i++) {
        struct attendee attendee;
        if (!meetings_find_attendee(service->database, meeting->id, members->items[i].id, arena, &attendee, error))
            return false;
        *ret = attendee.answer == 1;
    }
    return true;
}

bool meeting_choose(struct service *service, const struct outbox_row *row, int64_t participant, int64_t times,
                    struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    struct meeting_list proposed;
    struct participant_list members;
    bool agreed = false;
    if (!meetings_list_proposed(service->database, row->partnership, row->occurrence, arena, &proposed, error) ||
        !partnerships_partners(service->database, row->partnership, 0, arena, &members, error))
        return false;
    for (size_t i = 0; i < proposed.count; i++)
        agreed = agreed || proposed.items[i].state == MEETING_PLANNED;
    for (size_t i = 0; i < proposed.count && !agreed; i++) {
        struct meeting *meeting = &proposed.items[i];
        struct attendee answer = {.meeting = meeting->id, .participant = participant};
        answer.answer = times >> i & 1 ? 1 : ANSWER_NO;
        if (!meetings_answer(service->database, &answer, &cause, error) ||
            !all_can(service, meeting, &members, arena, &agreed, error))
            return false;
        meeting->state = MEETING_PLANNED;
        if (agreed && !meetings_change(service->database, meeting, false, &cause, error))
            return false;
    }
    return true;
}

/* ---- Answers ---- */

bool meeting_answered(struct service *service, const struct attendee *answer, struct error *error) {
    auto_arena arena = arena_new();
    struct event_cause cause = service_cause(service, NULL);
    struct meeting meeting;
    if (!meetings_answer(service->database, answer, &cause, error) ||
        !meetings_find(service->database, answer->meeting, arena, &meeting, error))
        return false;
    bool off = meeting.partnership && answer->answer == ANSWER_NO && meeting.state == MEETING_PLANNED &&
               meeting.starts_at > cause.at;
    return !off || meeting_cancel(service, meeting.id, error);
}
