#include "app/meeting_values.h"

#include <string.h>

#include "app/meeting.h"
#include "base/clock.h"
#include "base/localise.h"
#include "base/text.h"
#include "programme/meeting_rules.h"
#include "programme/question.h"
#include "store/meetings.h"
#include "store/outbox.h"
#include "store/partnerships.h"

#define INVITATION "event-invitation"
#define REMINDER "event-reminder"

/* An example's. */
static struct meeting example(const struct outbox_row *row) {
    int64_t noon = (clock_now() / SECONDS_PER_DAY + 7) * SECONDS_PER_DAY + SECONDS_PER_DAY / 2;
    return (struct meeting){
        .title = "Webinar: the art of the short letter",
        .url = "https://example.org/webinar",
        .starts_at = noon,
        .ends_at = noon + SECONDS_PER_HOUR,
        .round = row->round,
        .state = MEETING_PLANNED,
    };
}

static void set_moment(struct template_value *map, const struct meeting *meeting, const struct zone *zone,
                       const char *language, struct arena *arena) {
    struct zone_local ends;
    zone_to_local(zone, meeting->ends_at, &ends);
    template_value_set_string(map, "when", localise_opening(arena, meeting->starts_at, zone, language));
    template_value_set_string(map, "ends", localise_time(arena, ends.time_of_day, language));
}

static bool name_partners(struct service *service, const struct meeting *meeting, int64_t reader, const char *language,
                          struct arena *arena, struct template_value *map, struct error *error) {
    struct participant_list partners;
    const char *names[MEMBERS_MAX];
    if (!meeting->partnership)
        return true;
    if (!partnerships_partners(service->database, meeting->partnership, reader, arena, &partners, error))
        return false;
    for (size_t i = 0; i < partners.count; i++)
        names[i] = localise_first_name(arena, partners.items[i].name, partners.items[i].language);
    template_value_set_string(map, "partners", templates_join(language, names, partners.count, arena));
    return true;
}

/* Why ROW is not to be sent any more; NULL: it is. */
static bool find_nothing(struct service *service, const struct outbox_row *row, const struct meeting *meeting,
                         int64_t sequence, const struct attendee *attendee, const char **ret, struct error *error) {
    bool frozen, cancels = meeting->state == MEETING_CANCELLED,
                 comes = attendee->answer == 1 && attendee->sequence >= meeting->moved;
    if (!meetings_is_frozen(service->database, row->participant, meeting->round, &frozen, error))
        return false;
    *ret = sequence != meeting->sequence                          ? "the event was changed since"
           : meeting->starts_at <= clock_now()                    ? "the event has begun"
           : frozen                                               ? "the partnership is frozen"
           : string_equal(row->template_name, REMINDER) && !comes ? "the participant does not come"
           : cancels && attendee->answer == 2                     ? "the participant had said no"
                                                                  : NULL;
    return true;
}

bool meeting_values_fill(struct service *service, const struct outbox_row *row, const struct participant *reader,
                         const char *language, struct arena *arena, struct template_value *values,
                         const char **ret_nothing, struct error *error) {
    int64_t sequence = 0, id = meeting_of_message(row, &sequence);
    struct meeting meeting = example(row);
    struct attendee attendee = {0};
    struct outbox_row first = {0};
    struct template_value *map = template_value_set_map(values, "event");
    if (id && (!meetings_find(service->database, id, arena, &meeting, error) ||
               !meetings_find_attendee(service->database, id, reader->id, arena, &attendee, error) ||
               !outbox_find(service->database, attendee.outbox, arena, &first, error) ||
               !find_nothing(service, row, &meeting, sequence, &attendee, ret_nothing, error)))
        return false;
    template_value_set_string(map, "title", meeting.title);
    template_value_set_string(map, "url", meeting.url);
    template_value_set_boolean(map, "changed", first.id != row->id && first.state == OUTBOX_SENT);
    const struct meeting_reminder *now = meeting_next_reminder(meeting.starts_at, clock_now());
    for (const struct meeting_reminder *reminder = meeting_reminders; reminder->name; reminder++)
        template_value_set_boolean(map, reminder->name, reminder == now);
    set_moment(map, &meeting, service_zone_of(service, reader), language, arena);
    return name_partners(service, &meeting, reader->id, language, arena, map, error);
}

bool meeting_values_propose(struct service *service, const struct outbox_row *row, const struct participant *reader,
                            const char *language, struct arena *arena, struct template_value *values,
                            struct error *error) {
    struct meeting_list proposed;
    if (!string_equal(row->asks, QUESTION_CHECK_IN) || !row->occurrence)
        return true;
    if (!meetings_list_proposed(service->database, row->partnership, row->occurrence, arena, &proposed, error))
        return false;
    if (!proposed.count)
        return true;
    struct template_value *list = template_value_set_list(values, "talk.times");
    int digit = question_answer_count(question_find(QUESTION_CHECK_IN));
    for (size_t i = 0; i < proposed.count; i++) {
        struct template_value *map = template_value_add_map(list);
        template_value_set_format(map, "digit", "%d", ++digit);
        set_moment(map, &proposed.items[i], service_zone_of(service, reader), language, arena);
    }
    return true;
}

bool meeting_values_calendar(struct service *service, const struct outbox_row *row, const struct participant *reader,
                             struct arena *arena, struct calendar_event *ret, int64_t *ret_invitation,
                             struct error *error) {
    int64_t sequence = 0, id = meeting_of_message(row, &sequence);
    struct meeting meeting;
    struct attendee attendee;
    *ret = (struct calendar_event){0};
    if (!id || string_equal(row->template_name, REMINDER))
        return true;
    if (!meetings_find(service->database, id, arena, &meeting, error) ||
        !meetings_find_attendee(service->database, id, reader->id, arena, &attendee, error))
        return false;
    *ret_invitation = attendee.outbox;
    *ret = (struct calendar_event){
        .uid = meeting.uid,
        .sequence = meeting.sequence,
        .cancelled = meeting.state == MEETING_CANCELLED,
        .accepted = attendee.answer == 1 && attendee.sequence >= meeting.moved,
        .starts_at = meeting.starts_at,
        .ends_at = meeting.ends_at,
        .zone = service_zone_of(service, reader),
        .summary = string_is_empty(meeting.title) ? NULL : meeting.title,
        .url = meeting.url,
    };
    return true;
}
