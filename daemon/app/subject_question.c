#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "app/meeting.h"
#include "app/subject.h"
#include "app/survey.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "store/answers.h"
#include "store/meetings.h"
#include "store/outbox.h"
#include "store/undoables.h"

enum { ASK_AGAIN_EXPIRY = 3 * SECONDS_PER_DAY };

#define ASK_AGAIN "ask-again/"

/* The only one that whoever wrote has not answered: at the partnership address of its owner, else of the sender, whose
 * mail may be about it. */
static bool find_open(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct outbox_list open;
    bool letter = facts->tag.purpose == 'p';
    int64_t asked = letter ? facts->tag.participant : facts->sender.id;
    if (asked == 0 || finding->description->kind != MAIL_HUMAN || (!letter && facts->identified_by != IDENTIFIED_NOT))
        return true;
    if (!outbox_list_open_questions(finding->service->database, asked, finding->arena, &open, error))
        return false;
    size_t count = 0;
    for (size_t i = 0; i < open.count; i++) {
        const struct question *question = question_find(open.items[i].asks);
        if (question && question->by_reply)
            continue;
        size_t same = 0; /* put again, it is the same question still: the last is meant */
        while (same < count && (!string_equal(open.items[same].asks, open.items[i].asks) ||
                                open.items[same].partnership != open.items[i].partnership))
            same++;
        open.items[same] = open.items[i];
        count += same == count;
    }
    if (count == 1 && letter)
        facts->question.open = open.items[0];
    else if (count == 1) {
        facts->about = open.items[0];
        facts->identified_by = IDENTIFIED_BY_OPEN_QUESTION;
    }
    return true;
}

/* A reply to a message that told how we understood the last answer may correct that answer. */
static bool find_corrected(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct answer told;
    if (facts->about.id == 0 || facts->about.asks)
        return true;
    return answers_find_confirmed_by(finding->service->database, facts->about.id, finding->arena, &told, error) &&
           (told.outbox == 0 ||
            outbox_find(finding->service->database, told.outbox, finding->arena, &facts->question.corrects, error));
}

/* A reply to the plainer question is about the first one. */
static bool follow_second_question(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct outbox_row again;
    if (facts->about.id == 0)
        return true;
    if (string_starts_with(facts->about.key, ASK_AGAIN)) {
        int64_t first;
        if (string_to_integer(facts->about.key + strlen(ASK_AGAIN), &first) &&
            !outbox_find(finding->service->database, first, finding->arena, &facts->about, error))
            return false;
    }
    const char *key = arena_format(finding->arena, ASK_AGAIN "%" PRId64, facts->about.id);
    if (!outbox_find_by_key(finding->service->database, key, finding->arena, &again, error))
        return false;
    facts->question.asked_again = again.id != 0;
    return true;
}

/* The row's detail: {"verb": "ADDRESS", "argument": "anna@example.net"}. */
static void read_sure(struct subject_finding *finding) {
    struct facts *facts = finding->facts;
    json_error_t problem;
    if (!string_equal(facts->about.asks, QUESTION_SURE))
        return;
    json_t *detail = json_loads(facts->about.detail, 0, &problem);
    const char *verb = json_string_value(json_object_get(detail, "verb")),
               *argument = json_string_value(json_object_get(detail, "argument"));
    facts->question.sure_verb = verb ? arena_copy_string(finding->arena, verb) : NULL;
    facts->question.sure_argument = argument ? arena_copy_string(finding->arena, argument) : NULL;
    json_decref(detail);
}

/* Whoever answers from there reads there. */
static void find_proof(struct subject_finding *finding) {
    struct facts *facts = finding->facts;
    const char *from = finding->description->from.address;
    if (!string_equal(facts->about.asks, QUESTION_ADDRESS) || string_is_empty(facts->about.address) ||
        string_is_empty(from) || finding->description->kind != MAIL_HUMAN)
        return;
    auto_string key = address_key(from);
    auto_string asked = address_key(facts->about.address);
    facts->question.proves_address = string_equal(key, asked);
}

/* Of what is answered: by a digit, or by a calendar program, which only knows its own name for it. */
static bool find_meeting(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct database *database = finding->service->database;
    const char *uid = finding->description->calendar.uid;
    struct meeting meeting = {0};
    struct attendee attendee = {0};
    struct meeting_list proposed;
    if (string_equal(facts->about.asks, QUESTION_CHECK_IN) && facts->about.partnership && facts->about.occurrence) {
        if (!meetings_list_proposed(database, facts->about.partnership, facts->about.occurrence, finding->arena,
                                    &proposed, error))
            return false;
        facts->question.proposals = proposed.count;
    }
    if (facts->about.id)
        meeting.id = meeting_of_message(&facts->about, &facts->question.sequence);
    if (uid && !meetings_find_by_uid(database, uid, finding->arena, &meeting, error))
        return false;
    if (meeting.id && !meetings_find_attendee(database, meeting.id, facts->sender.id, finding->arena, &attendee, error))
        return false;
    facts->question.meeting = attendee.outbox ? meeting.id : 0;
    return true;
}

bool subject_question_find(struct subject_finding *finding, struct error *error) {
    if (!find_open(finding, error) || !find_corrected(finding, error) || !follow_second_question(finding, error) ||
        !find_meeting(finding, error))
        return false;
    read_sure(finding);
    find_proof(finding);
    return true;
}

static bool apply_answer(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct answer answer = {
        .question = effect->detail,
        .partnership = effect->partnership,
        .participant = effect->participant,
        .outbox = effect->outbox,
        .inbox = applying->source->inbox,
        .value = effect->answer,
        .at = clock_now(), /* when we heard it: the next message confirms what was heard before it */
    };
    int64_t id;
    return answers_add(applying->service->database, &answer, &id, error) &&
           subject_undoable(applying, effect, UNDOABLE_ANSWER, arena_format(applying->arena, "%" PRId64, id), error);
}

/* One automatic answer to one question, ever: its key sees to that. */
static bool apply_ask_again(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row about;
    int64_t now = clock_now(), id;
    bool is_new;
    if (!outbox_find(applying->service->database, effect->outbox, applying->arena, &about, error))
        return false;
    struct outbox_row row = {
        .key = arena_format(applying->arena, ASK_AGAIN "%" PRId64, effect->outbox),
        .priority = PRIORITY_ANSWER,
        .step = "answer",
        .template_name = question_find(about.asks)->unclear,
        .asks = about.asks,
        .participant = effect->participant,
        .partnership = about.partnership,
        .round = about.round,
        .inbox = applying->source->inbox,
        .due_at = now,
        .expires_at = now + ASK_AGAIN_EXPIRY,
    };
    struct event_cause cause = service_cause(applying->service, "an answer was not understood");
    return outbox_insert(applying->service->database, &row, &cause, &id, &is_new, error);
}

static bool apply_next(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row about;
    return outbox_find(applying->service->database, effect->outbox, applying->arena, &about, error) &&
           survey_next_chosen(applying->service, &about, applying->source->inbox, effect->tells, error);
}

/* The plainer question, if it was put, is answered with the first. */
static bool apply_answered(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row again;
    int64_t now = clock_now();
    const char *key = arena_format(applying->arena, ASK_AGAIN "%" PRId64, effect->outbox);
    return outbox_set_answered(applying->service->database, effect->outbox, now, error) &&
           outbox_find_by_key(applying->service->database, key, applying->arena, &again, error) &&
           (again.id == 0 || outbox_set_answered(applying->service->database, again.id, now, error));
}

static bool apply_comes(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    return meeting_answered(applying->service,
                            &(struct attendee){.meeting = effect->about,
                                               .participant = effect->participant,
                                               .answer = effect->answer,
                                               .sequence = (int64_t)effect->count},
                            error);
}

static bool apply_talk(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row about;
    return outbox_find(applying->service->database, effect->outbox, applying->arena, &about, error) &&
           meeting_choose(applying->service, &about, effect->participant, effect->answer, error);
}

bool subject_question_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    switch ((enum question_effect)effect->kind) {
    case EFFECT_ANSWER:
        return apply_answer(applying, effect, error);
    case EFFECT_ANSWERED:
        return apply_answered(applying, effect, error);
    case EFFECT_NEXT:
        return apply_next(applying, effect, error);
    case EFFECT_COMES:
        return apply_comes(applying, effect, error);
    case EFFECT_TALK:
        return apply_talk(applying, effect, error);
    case EFFECT_ASK_AGAIN:
        return apply_ask_again(applying, effect, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}
