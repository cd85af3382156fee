#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "app/action.h"
#include "app/action_match.h"
#include "app/action_participant.h"
#include "app/action_partnership.h"
#include "app/incident.h"
#include "app/mention.h"
#include "app/notice.h"
#include "app/relay.h"
#include "app/subject.h"
#include "app/watch.h"
#include "base/civil.h"
#include "base/clock.h"
#include "base/text.h"
#include "base/zone.h"
#include "mail/message/address.h"
#include "programme/case_kind.h"
#include "programme/decide_letter.h"
#include "store/cases.h"
#include "store/contacts.h"
#include "store/inbox.h"
#include "store/incidents.h"
#include "store/notes.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/transaction.h"

enum {
    ANSWER_EXPIRY = 14 * SECONDS_PER_DAY,
    AFTER_NUDGE = 7 * SECONDS_PER_DAY, /* until a silence is told again */
};

#define TOLD "coordinator-done" /* the template that tells what was made of a reply */

/* ---- Whose reply it is, about what ---- */

static json_t *detail_of(const struct outbox_row *row) {
    json_error_t ignored;
    return json_loads(row->detail, 0, &ignored);
}

static bool find_case(struct subject_finding *finding, struct case_ruling *ruling, struct error *error) {
    bool concerns = false;
    struct service *service = finding->service;
    if (!ruling->order.number)
        return true;
    if (!cases_find(service->database, ruling->order.number, finding->arena, &ruling->row, error) ||
        (ruling->row.id && !notice_concerns(service, &ruling->row, finding->facts->coordinator.name, &concerns, error)))
        return false;
    if (!concerns)
        ruling->row = (struct case_row){0};
    return true;
}

/* What was asked back: YES does all of it, unless it is too late. */
static size_t expand_sure(const struct coordinator_facts *facts, json_t *asked, int64_t now, struct arena *arena,
                          struct case_order orders[CASE_ORDERS_MAX]) {
    size_t count = 0, i;
    json_t *each;
    if (now - facts->told_at > CASE_SURE_DAYS * (int64_t)SECONDS_PER_DAY)
        return 0;
    json_array_foreach(asked, i, each) {
        const char *words = json_string_value(json_object_get(each, "words"));
        if (count < CASE_ORDERS_MAX)
            orders[count++] = (struct case_order){
                .number = json_integer_value(json_object_get(each, "case")),
                .verb = case_verb_find(json_string_value(json_object_get(each, "verb"))),
                .words = arena_copy_string(arena, words ? words : ""),
                .sure = true,
            };
    }
    return count;
}

static bool find_rulings(struct subject_finding *finding, json_t *asked, struct error *error) {
    struct coordinator_facts *facts = &finding->facts->coordinator;
    struct case_order orders[CASE_ORDERS_MAX];
    const char *text = finding->description->text;
    if (json_array_size(asked) > 0 && (*text == '1' || *text == '2') && (!text[1] || text[1] == '\n'))
        text = *text == '1' ? "YES" : "NO";
    size_t count = case_verb_read(text, facts->case_id, facts->name, finding->facts->words, finding->arena, orders);
    if (count > 0 && orders[0].verb == CASE_VERB_YES && json_array_size(asked) > 0) {
        size_t sure = expand_sure(facts, asked, finding->facts->now, finding->arena, orders);
        count = sure ? sure : count;
    }
    struct case_ruling *rulings = arena_take_array(finding->arena, count + 1, sizeof *rulings);
    for (size_t i = 0; i < count; i++) {
        rulings[i].order = orders[i];
        if (!find_case(finding, &rulings[i], error))
            return false;
    }
    facts->rulings = rulings;
    facts->count = count;
    return true;
}

bool subject_coordinator_find(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    const struct outbox_row *about = &facts->about;
    bool automatic = finding->description->kind == MAIL_AUTO_REPLY;
    if ((finding->description->kind != MAIL_HUMAN && !automatic) || !about->id ||
        facts->identified_by == IDENTIFIED_BY_OPEN_QUESTION)
        return true;
    json_t *detail = detail_of(about);
    int64_t case_id = json_integer_value(json_object_get(detail, "case"));
    const struct coordinator *coordinator =
        about->coordinator ? configuration_find_coordinator(finding->service->configuration, about->coordinator) : NULL;
    bool ok = true;
    auto_string sender = address_key(finding->description->from.address);
    if (string_equal(about->template_name, SUBJECT_COORDINATOR_ANSWER)) {
        if (automatic)
            ; /* a program answers no coordinator */
        else if (about->participant ? about->participant == facts->sender.id : string_equal(about->address, sender))
            facts->coordinator.answers = case_id;
    } else if (coordinator) {
        auto_string own = address_key(coordinator->address);
        if (string_equal(own, sender)) {
            facts->coordinator =
                (struct coordinator_facts){.name = coordinator->name, .told_at = about->sent_at, .case_id = case_id};
            facts->coordinator.told = string_equal(about->template_name, TOLD);
            ok = automatic || find_rulings(finding, json_object_get(detail, "asked"), error);
        }
    }
    json_decref(detail);
    return ok;
}

/* ---- Doing it ---- */

struct doing {
    struct subject_applying *applying;
    struct service *service;
    const struct case_ruling *ruling;
    const struct case_row *row;
    const char *why;       /* for the event log */
    struct reason refused; /* why it could not be done, set by the act */
    const char *outcome;   /* a reason: what was done */
};

/* What a coordinator writes with it is a note of the case; of the answer that goes out, its words. */
static bool keep_words(struct doing *doing, int64_t *ret_note, struct error *error) {
    const struct note note = {
        .partnership = doing->row->partnership,
        .participant = doing->row->participant,
        .case_file = doing->row->id,
        .author = doing->applying->coordinator,
        .at = clock_now(),
        .text = doing->ruling->order.words,
    };
    return notes_add(doing->service->database, &note, ret_note, error);
}

static bool do_nothing(struct doing *doing, struct error *error) {
    (void)doing;
    (void)error;
    return true;
}

static bool do_snooze(struct doing *doing, struct error *error) {
    return cases_set_told(doing->service->database, doing->row->id, clock_now(),
                          clock_now() + doing->ruling->order.days * SECONDS_PER_DAY, error);
}

static bool do_answer(struct doing *doing, struct error *error) {
    const struct case_row *row = doing->row;
    struct inbox_row mail = {0};
    int64_t note, id, now = clock_now();
    bool is_new;
    if (row->inbox && !inbox_find(doing->service->database, row->inbox, doing->applying->arena, &mail, error))
        return false;
    if (!row->participant && string_is_empty(mail.sender)) {
        doing->refused = REASON("Nobody is known to whom it could go.");
        return true;
    }
    if (!keep_words(doing, &note, error))
        return false;
    struct outbox_row answer = {
        .key = arena_format(doing->applying->arena, "case/%" PRId64 "/answer/%" PRId64, row->id, note),
        .priority = PRIORITY_ANSWER,
        .step = "answer",
        .template_name = SUBJECT_COORDINATOR_ANSWER,
        .participant = row->participant,
        .address = row->participant ? NULL : mail.sender,
        .detail = arena_format(doing->applying->arena, "{\"case\": %" PRId64 ", \"note\": %" PRId64 "}", row->id, note),
        .due_at = now,
        .expires_at = now + ANSWER_EXPIRY,
    };
    struct event_cause cause = service_cause(doing->service, doing->why);
    return outbox_insert(doing->service->database, &answer, &cause, &id, &is_new, error);
}

/* All of a writer that were held as very many in one day. */
static bool release_letters(struct doing *doing, struct error *error) {
    static const enum outbox_state held = OUTBOX_HELD;
    struct outbox_list list;
    bool any = false;
    if (!outbox_list(doing->service->database,
                     &(struct outbox_filter){.state = &held, .partnership = doing->row->partnership},
                     doing->applying->arena, &list, error))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        bool released = false;
        if (list.items[i].about != doing->row->participant ||
            !string_equal(list.items[i].reason, DECIDE_TOO_MANY_LETTERS))
            continue;
        if (!relay_release(doing->service, list.items[i].inbox, &released, error))
            return false;
        any |= released;
    }
    if (!any)
        doing->refused = REASON("No letter is kept there that could be passed on.");
    return true;
}

static bool do_letter(struct doing *doing, struct error *error) {
    const struct case_row *row = doing->row;
    struct partnership partnership;
    bool passed;
    if (row->kind == CASE_LETTER)
        return release_letters(doing, error);
    if (!partnerships_find(doing->service->database, row->partnership, doing->applying->arena, &partnership, error))
        return false;
    if (!doing->service->relays || partnership.state != PARTNERSHIP_ACTIVE) {
        doing->refused = REASON("Nothing passes in this partnership now.");
        return true;
    }
    if (!relay_pass_on(doing->service, row->inbox, partnership.id, row->participant, &passed, error))
        return false;
    if (!passed)
        doing->refused = REASON("No letter is kept there that could be passed on.");
    return true;
}

static bool do_contact(struct doing *doing, struct error *error) {
    struct partnership partnership;
    int64_t id;
    if (!action_find_partnership(doing->service, doing->row->partnership, doing->applying->arena, &partnership, error))
        return false;
    const struct contact contact = {
        .partnership = partnership.id,
        .at = clock_now(), /* of nobody: all are in touch */
        .channel = CONTACT_COORDINATOR,
    };
    return contacts_add(doing->service->database, &contact, &id, error);
}

static bool do_stop(struct doing *doing, struct error *error) {
    return action_participant_pause(doing->service, doing->row->participant, doing->why, error);
}

static bool do_hold(struct doing *doing, struct error *error) {
    struct partnership partnership;
    if (!action_find_partnership(doing->service, doing->row->partnership, doing->applying->arena, &partnership, error))
        return false;
    if (partnership.state == PARTNERSHIP_ACTIVE)
        return action_partnership_hold(doing->service, partnership.id, doing->why, error);
    doing->refused = REASON("Nothing passes in this partnership now.");
    return true;
}

static bool do_nudge(struct doing *doing, struct error *error) {
    int64_t at;
    bool waited;
    if (!watch_nudge(doing->service, doing->row->partnership, &at, &waited, error))
        return false;
    if (!at) {
        doing->refused = REASON("Nobody is silent there now, or may be asked.");
        return true;
    }
    const char *day = watch_day(doing->service, at, doing->applying->arena);
    doing->outcome = waited ? REASON_FORMAT(doing->applying->arena, "They are asked on %s anyhow.", day).text
                            : REASON_FORMAT(doing->applying->arena, "They are asked once more, on %s.", day).text;
    return cases_set_told(doing->service->database, doing->row->id, clock_now(), at + AFTER_NUDGE, error);
}

static bool do_match(struct doing *doing, struct error *error) {
    int64_t partnership;
    return action_match_pair(doing->service, doing->row->id, &partnership, error);
}

static const enum incident_state outcomes[CASE_VERB_COUNT] = {
    [CASE_VERB_NO_ACTION] = INCIDENT_NO_ACTION,
    [CASE_VERB_WARNING] = INCIDENT_WARNING,
    [CASE_VERB_TERMINATE] = INCIDENT_TERMINATION,
    [CASE_VERB_BAN] = INCIDENT_BAN,
};

/* Before it is asked back: of a report by nobody whom we know it is not clear whom it is about. */
static bool judge_outcome(struct doing *doing, struct error *error) {
    enum incident_state outcome = outcomes[doing->ruling->order.verb];
    struct incident incident;
    unsigned possible;
    if (!outcome)
        return true;
    if (!incidents_find(doing->service->database, doing->row->id, doing->applying->arena, &incident, error) ||
        !incident_outcomes(doing->service, &incident, &possible, error))
        return false;
    if (!(possible & 1u << outcome))
        doing->refused = REASON("Nothing was done: it is not clear whom this report is about.");
    return true;
}

static bool do_decide(struct doing *doing, struct error *error) {
    const struct incident_decision decision = {
        .incident = doing->row->id,
        .outcome = outcomes[doing->ruling->order.verb],
        .words = *doing->ruling->order.words ? doing->ruling->order.words : NULL,
    };
    return incident_decide(doing->service, &decision, error);
}

/* Whatever stands still: the partnership, the participant's mail, an address that was taken for dead; but not while a
 * report about the partnership is open, of which not every coordinator may hear. */
static bool do_resume(struct doing *doing, struct error *error) {
    const struct case_row *row = doing->row;
    struct partnership partnership = {0};
    struct participant person = {0};
    bool done = false;
    if ((row->partnership &&
         !action_find_partnership(doing->service, row->partnership, doing->applying->arena, &partnership, error)) ||
        (row->participant &&
         !action_find_participant(doing->service, row->participant, doing->applying->arena, &person, error)))
        return false;
    size_t reports = 0;
    if (partnership.id && !incidents_count_open(doing->service->database, partnership.id, &reports, error))
        return false;
    if (partnership.id && reports == 0 &&
        (partnership.state == PARTNERSHIP_HELD || partnership.state == PARTNERSHIP_FROZEN)) {
        done = true;
        if (!action_partnership_resume(doing->service, partnership.id, doing->why, error))
            return false;
    }
    if (person.id && person.state == PARTICIPANT_PAUSED) {
        done = true;
        if (!action_participant_resume(doing->service, person.id, doing->why, error))
            return false;
    }
    if (person.id && person.address_state != ADDRESS_GOOD) {
        done = true;
        if (!action_participant_address_works(doing->service, person.id, doing->why, error))
            return false;
    }
    if (!done)
        doing->refused = reports ? REASON("That partnership rests until the programme's coordinators have looked.")
                                 : REASON("Nothing stands still there.");
    return true;
}

static bool do_end(struct doing *doing, struct error *error) {
    struct partnership partnership;
    size_t in_line;
    if (!action_find_partnership(doing->service, doing->row->partnership, doing->applying->arena, &partnership, error))
        return false;
    if (partnership_is_over(partnership.state)) {
        doing->refused = REASON("That partnership is over already.");
        return true;
    }
    return doing->ruling->order.verb == CASE_VERB_REMATCH
               ? action_match_rematch(doing->service, partnership.id, 0, doing->why, &in_line, error)
               : action_partnership_dissolve(doing->service, partnership.id, doing->why, error);
}

/* By verb. An act does it, or sets why it can't be done before it has changed anything. */
static bool (*const acts[CASE_VERB_COUNT])(struct doing *doing, struct error *error) = {
    [CASE_VERB_NUDGE] = do_nudge,    [CASE_VERB_MATCH] = do_match,      [CASE_VERB_NO_ACTION] = do_decide,
    [CASE_VERB_WARNING] = do_decide, [CASE_VERB_TERMINATE] = do_decide, [CASE_VERB_BAN] = do_decide,
    [CASE_VERB_NOTE] = do_nothing,   [CASE_VERB_DONE] = do_nothing,     [CASE_VERB_SNOOZE] = do_snooze,
    [CASE_VERB_ANSWER] = do_answer,  [CASE_VERB_LETTER] = do_letter,    [CASE_VERB_CONTACT] = do_contact,
    [CASE_VERB_STOP] = do_stop,      [CASE_VERB_HOLD] = do_hold,        [CASE_VERB_RESUME] = do_resume,
    [CASE_VERB_REMATCH] = do_end,    [CASE_VERB_DISSOLVE] = do_end,
};

/* The acts' own, then what follows of every one: the words that stood behind it are kept, and what is dealt with
 * closes.
 */
static bool act(struct doing *doing, struct error *error) {
    const struct case_order *order = &doing->ruling->order;
    struct case_row now;
    int64_t note;
    if (!acts[order->verb](doing, error))
        return false;
    if (doing->refused.text)
        return true;
    if (*order->words && !case_verb_rules[order->verb].sends && !keep_words(doing, &note, error))
        return false;
    if (!case_verb_rules[order->verb].closes)
        return true;
    return cases_find(doing->service->database, doing->row->id, doing->applying->arena, &now, error) &&
           (now.closed_at || notice_close(doing->service, &now, error));
}

/* What can't be done is said, and changes nothing. */
static bool act_or_say(struct doing *doing, struct error *error) {
    auto_transaction alone = TRANSACTION_NONE;
    struct error problem = ERROR_INIT;
    if (!transaction_begin_alone(doing->service->database, &alone, error))
        return false;
    if (act(doing, &problem))
        return transaction_commit(&alone, error);
    if (problem.class != ERROR_PERMANENT) {
        *error = problem;
        return false;
    }
    transaction_rollback(&alone);
    doing->refused = REASON_FORMAT(doing->applying->arena, "That could not be done: %s", problem.message);
    return true;
}

/* ---- Telling what was done ---- */

static bool queue_confirmation(struct subject_applying *applying, const char *coordinator, json_t *detail,
                               struct error *error) {
    int64_t now = clock_now(), id;
    bool is_new;
    auto_string text = json_dumps(detail, JSON_COMPACT);
    require(text);
    const struct outbox_row row = {
        .key = arena_format(applying->arena, "case-reply/%" PRId64, applying->source->inbox),
        .priority = PRIORITY_ANSWER,
        .step = "alert",
        .template_name = TOLD,
        .coordinator = coordinator,
        .inbox = applying->source->inbox,
        .detail = text,
        .due_at = now,
        .expires_at = now + ANSWER_EXPIRY,
    };
    struct event_cause cause = service_cause(applying->service, "a coordinator replied about a case");
    return outbox_insert(applying->service->database, &row, &cause, &id, &is_new, error);
}

/* What was done as it was said need only be known, but of what is grave; the rest is told at once. */
static bool tell_said(struct subject_applying *applying, const struct effect *effect, json_t *detail,
                      struct error *error) {
    json_t *said = json_object_get(detail, "said"), *entry;
    bool at_once = json_array_size(json_object_get(detail, "asked")) > 0;
    size_t i;
    for (i = 0; i < effect->count; i++)
        at_once |= effect->rulings[i].row.id && case_kind_traits(effect->rulings[i].row.kind).grave;
    json_array_foreach(said, i, entry) at_once |= json_is_true(json_object_get(entry, "refused"));
    if (at_once)
        return queue_confirmation(applying, applying->coordinator, detail, error);
    json_array_foreach(said, i, entry) if (!mention_add(applying->service, applying->coordinator, json_incref(entry),
                                                        error)) return false;
    return true;
}

static bool rule(struct subject_applying *applying, const struct case_ruling *ruling, json_t *said, json_t *asked,
                 struct error *error) {
    enum case_verb verb = ruling->order.verb;
    struct doing doing = {applying,
                          applying->service,
                          ruling,
                          &ruling->row,
                          arena_format(applying->arena, "said by the coordinator %s", applying->coordinator),
                          {ruling->refused},
                          case_verb_rules[verb].outcome};
    int64_t note;
    if (!ruling->refused && !judge_outcome(&doing, error))
        return false;
    bool asks = !doing.refused.text && case_verb_rules[verb].asks_first && !ruling->order.sure;
    const char *sent = case_verb_rules[verb].sends ? ruling->order.words : "";
    if (asks && *ruling->order.words && !*sent && !keep_words(&doing, &note, error))
        return false;
    if (asks)
        json_array_append_new(asked, json_pack("{s:I, s:s, s:s}", "case", (json_int_t)ruling->row.id, "verb",
                                               case_verb_rules[verb].word, "words", sent));
    else if (!doing.refused.text && acts[verb] && !act_or_say(&doing, error))
        return false;
    json_array_append_new(said, json_pack("{s:I, s:s, s:b, s:b}", "case", (json_int_t)ruling->order.number, "reason",
                                          doing.refused.text ? doing.refused.text : doing.outcome, "refused",
                                          doing.refused.text != NULL, "asked", asks));
    return true;
}

static bool apply_rulings(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    json_t *detail = json_object(), *said = json_array(), *asked = json_array();
    int64_t only = effect->count ? effect->rulings[0].order.number : 0;
    bool ok = true;
    const char *actor = applying->service->actor;
    applying->coordinator = effect->detail;
    /* The event log knows coordinators as it knows those who type commands. */
    applying->service->actor = arena_format(applying->arena, "command:%s", effect->detail);
    for (size_t i = 0; ok && i < effect->count; i++) {
        ok = rule(applying, &effect->rulings[i], said, asked, error);
        only = effect->rulings[i].order.number == only ? only : 0;
    }
    applying->service->actor = actor;
    json_object_set_new(detail, "said", said);
    json_object_set_new(detail, "asked", asked);
    if (only)
        json_object_set_new(detail, "case", json_integer(only));
    bool tells = effect->count > 0 && effect->kind == EFFECT_RULINGS;
    ok = ok && (!tells || tell_said(applying, effect, detail, error));
    json_decref(detail);
    return ok;
}

/* The day counts to its end. */
static bool apply_away(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct civil_date day;
    struct error ignored = ERROR_INIT;
    int64_t until = civil_parse_date(effect->argument, &day, &ignored)
                        ? zone_to_utc(applying->service->zone, civil_add_days(day, 1), 0)
                        : 0;
    return notice_away(applying->service, effect->detail, until, error);
}

bool subject_coordinator_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    switch ((enum coordinator_effect)effect->kind) {
    case EFFECT_RULINGS:
    case EFFECT_RULINGS_QUIETLY:
        return apply_rulings(applying, effect, error);
    case EFFECT_COORDINATOR_AWAY:
        return apply_away(applying, effect, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}
