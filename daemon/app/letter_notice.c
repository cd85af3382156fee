#include "app/letter_notice.h"

#include <inttypes.h>
#include <jansson.h>

#include "app/notice.h"
#include "app/relay.h"
#include "base/clock.h"
#include "base/text.h"
#include "programme/question.h"
#include "store/outbox.h"
#include "store/partnerships.h"

enum { NOTICE_EXPIRY = 3 * SECONDS_PER_DAY };

/* Of which one a day is enough: that nothing passes, that a report came, how somebody would like to stop. */
static bool repeats(const char *template_name) {
    return string_equal(template_name, "letter-stopped") || string_equal(template_name, "letter-ended") ||
           string_equal(template_name, "letter-missed") || string_equal(template_name, "confirm-report") ||
           string_equal(template_name, "my-data") || string_equal(template_name, "leaving");
}

static const char *make_key(const struct letter_notice *notice, struct arena *arena) {
    if (notice->key)
        return notice->key;
    if (repeats(notice->template_name))
        return arena_format(arena, "%s/%" PRId64 "/%" PRId64 "/%" PRId64, notice->template_name, notice->partnership,
                            notice->participant, clock_now() / SECONDS_PER_DAY);
    return arena_format(arena, "%s/%" PRId64, notice->template_name, notice->inbox);
}

static const char *make_detail(const struct letter_notice *notice, struct arena *arena) {
    json_t *detail = json_object();
    if (notice->about)
        json_object_set_new(detail, "who", json_integer(notice->about));
    if (!string_is_empty(notice->until))
        json_object_set_new(detail, "until", json_string(notice->until));
    if (!string_is_empty(notice->argument))
        json_object_set_new(detail, "argument", json_string(notice->argument));
    if (notice->limit_unknown)
        json_object_set_new(detail, "limit_unknown", json_true());
    if (notice->what)
        json_object_set_new(detail, "what", json_string(notice->what));
    if (notice->words)
        json_object_set_new(detail, "words", json_string(notice->words));
    auto_string text = json_dumps(detail, JSON_COMPACT);
    json_decref(detail);
    require(text);
    return arena_copy_string(arena, text);
}

bool letter_notice_queue(struct service *service, const struct letter_notice *notice, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership partnership;
    const struct question *question = question_put_by(notice->template_name);
    int64_t now = clock_now(), id;
    bool is_new;
    if (!partnerships_find(service->database, notice->partnership, arena, &partnership, error))
        return false;
    struct outbox_row row = {
        .key = make_key(notice, arena),
        .priority = PRIORITY_ANSWER,
        .step = "answer",
        .template_name = notice->template_name,
        .asks = question ? question->name : NULL,
        .participant = notice->participant,
        .partnership = notice->partnership,
        .round = partnership.round,
        .inbox = notice->inbox,
        .detail = make_detail(notice, arena),
        .due_at = now,
        .expires_at = now + (notice->patience ? notice->patience : NOTICE_EXPIRY),
    };
    struct event_cause cause = service_cause(service, notice->template_name);
    return outbox_insert(service->database, &row, &cause, &id, &is_new, error);
}

/* One alert a reader, as long as it is open: "The coordinators have been told and look into it." */
static bool tell_coordinators(struct service *service, const struct outbox_row *letter, struct arena *arena,
                              struct error *error) {
    struct notice alert = {
        .key = arena_format(arena, "letters/%" PRId64, letter->participant),
        .kind = CASE_LETTER,
        .reason =
            REASON("A letter to a participant could not be delivered; its writer has been told that you look into "
                   "it."),
        .outbox = letter->id,
        .participant = letter->participant,
        .partnership = letter->partnership,
    };
    return notice_raise(service, &alert, error);
}

bool letter_notice_undelivered(struct service *service, const struct outbox_row *letter, const char *template_name,
                               struct error *error) {
    auto_arena arena = arena_new();
    if (!string_equal(letter->step, RELAY_STEP) || letter->about == 0)
        return true;
    struct letter_notice notice = {
        .template_name = template_name,
        .participant = letter->about,
        .partnership = letter->partnership,
        .inbox = letter->inbox,
        .about = letter->participant,
        .limit_unknown = letter->state == OUTBOX_SENT,
        .key = repeats(template_name)
                   ? NULL
                   : arena_format(arena, "%s/%" PRId64 "/%" PRId64, template_name, letter->inbox, letter->participant),
    };
    return letter_notice_queue(service, &notice, error) &&
           (!string_equal(template_name, "letter-bounced") || tell_coordinators(service, letter, arena, error));
}
