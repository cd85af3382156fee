#include "app/identify.h"

#include "app/relay.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/check_ins.h"
#include "store/events.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/tags.h"

enum { ANSWERED_LETTER_AGE = 14 * SECONDS_PER_DAY, REFERENCES_LOOKED_AT = 50 };

struct identifying {
    struct service *service;
    const struct description *description;
    struct arena *arena;
    struct facts *facts;
};

static bool find_sender(struct identifying *identifying, struct error *error) {
    const char *address = identifying->description->from.address;
    if (string_is_empty(address))
        return true;
    auto_string key = address_key(address);
    if (!participants_find_by_address(identifying->service->database, key, identifying->arena,
                                      &identifying->facts->sender, error))
        return false;
    const struct configuration *configuration = identifying->service->configuration;
    /* Whoever has the programme's own mailbox belongs to it; and a message of ours that lost its mark must not count as
     * a stranger's. */
    auto_string own = address_key(configuration->programme.address);
    struct address_tag tag;
    identifying->facts->sender_is_coordinator = string_equal(own, key);
    identifying->facts->sender_is_ours =
        string_equal(own, key) || address_find_tag(address, &identifying->service->scheme, &tag);
    for (size_t i = 0; i < configuration->coordinator_count; i++) {
        auto_string coordinator = address_key(configuration->coordinators[i].address);
        identifying->facts->sender_is_coordinator |= string_equal(coordinator, key);
    }
    return true;
}

static bool is_member(struct identifying *identifying, int64_t partnership_id, int64_t participant, bool *ret,
                      struct error *error) {
    struct partnership partnership;
    if (!partnerships_find(identifying->service->database, partnership_id, identifying->arena, &partnership, error))
        return false;
    *ret = false;
    for (size_t i = 0; i < partnership.member_count; i++)
        *ret |= partnership.members[i] == participant;
    return true;
}

static bool find_by_tag(struct identifying *identifying, struct error *error) {
    const struct description *description = identifying->description;
    struct facts *facts = identifying->facts;
    if (!description->has_tag)
        return true;
    if (!tags_find(identifying->service->database, description->tag_purpose, description->tag_secret,
                   identifying->arena, &facts->tag, error))
        return false;
    if (!facts->tag.secret) {
        facts->tag = (struct tag){0};
        facts->tag_unknown = true;
        return true;
    }
    facts->identified_by = IDENTIFIED_BY_TAG;
    if (facts->tag.outbox &&
        !outbox_find(identifying->service->database, facts->tag.outbox, identifying->arena, &facts->about, error))
        return false;
    facts->tag_is_senders = facts->sender.id != 0 && facts->tag.participant == facts->sender.id;
    if (facts->tag.purpose == 'p' && facts->sender.id != 0)
        return is_member(identifying, facts->tag.partnership, facts->sender.id, &facts->tag_is_senders, error);
    /* Our mail to a coordinator carries a tag as well. */
    if (facts->tag.participant == 0 && facts->about.coordinator && facts->sender_is_coordinator)
        facts->tag_is_senders = true;
    return true;
}

static bool try_message_id(struct identifying *identifying, const char *message_id, struct error *error) {
    struct outbox_row row;
    if (identifying->facts->about.id != 0 || string_is_empty(message_id))
        return true;
    if (!outbox_find_by_message_id(identifying->service->database, message_id, identifying->arena, &row, error))
        return false;
    if (row.id != 0) {
        identifying->facts->about = row;
        identifying->facts->identified_by = IDENTIFIED_BY_MESSAGE_ID;
    }
    return true;
}

static bool find_by_message_id(struct identifying *identifying, struct error *error) {
    const struct description *description = identifying->description;
    if (identifying->facts->identified_by != IDENTIFIED_NOT)
        return true;
    for (size_t i = 0; i < description->bounce_count; i++)
        if (!try_message_id(identifying, description->bounces[i].message_id, error))
            return false;
    for (size_t i = 0; i < description->in_reply_to_count && i < REFERENCES_LOOKED_AT; i++)
        if (!try_message_id(identifying, description->in_reply_to[i], error))
            return false;
    /* The newest reference is the last. */
    for (size_t i = 0; i < description->references_count && i < REFERENCES_LOOKED_AT; i++)
        if (!try_message_id(identifying, description->references[description->references_count - 1 - i], error))
            return false;
    return true;
}

static bool find_by_open_question(struct identifying *identifying, struct error *error) {
    struct facts *facts = identifying->facts;
    struct outbox_list questions;
    if (facts->identified_by != IDENTIFIED_NOT || facts->sender.id == 0 || identifying->description->kind != MAIL_HUMAN)
        return true;
    if (!outbox_list_open_questions(identifying->service->database, facts->sender.id, identifying->arena, &questions,
                                    error))
        return false;
    if (questions.count == 1) {
        facts->about = questions.items[0];
        facts->identified_by = IDENTIFIED_BY_OPEN_QUESTION;
    }
    return true;
}

/* A reply to a message that told how we understood the last answer may correct that answer. */
static bool find_corrected(struct identifying *identifying, struct error *error) {
    struct facts *facts = identifying->facts;
    struct check_in check_in;
    if (facts->about.id == 0 || facts->about.asks)
        return true;
    return check_ins_find_confirmed_by(identifying->service->database, facts->about.id, identifying->arena, &check_in,
                                       error) &&
           (check_in.outbox == 0 ||
            outbox_find(identifying->service->database, check_in.outbox, identifying->arena, &facts->corrects, error));
}

/* A reply to the plainer question is about the first one. */
static bool follow_second_question(struct identifying *identifying, struct error *error) {
    struct facts *facts = identifying->facts;
    struct outbox_row again;
    if (facts->about.id == 0)
        return true;
    const char *prefix = "ask-again/";
    if (string_starts_with(facts->about.key, prefix)) {
        int64_t first;
        if (string_to_integer(facts->about.key + 10, &first) &&
            !outbox_find(identifying->service->database, first, identifying->arena, &facts->about, error))
            return false;
    }
    const char *key = arena_format(identifying->arena, "%s%lld", prefix, (long long)facts->about.id);
    if (!outbox_find_by_key(identifying->service->database, key, identifying->arena, &again, error))
        return false;
    facts->asked_before = again.id != 0;
    return true;
}

/* Quotas: a sender in a loop, or an angry one, must neither fill the database with effects nor get answer upon answer.
 */
enum {
    MESSAGES_A_DAY = 50,
    ANSWERS_A_DAY = 2,
    ANSWERS_A_WEEK = 4,
    STRANGERS_MESSAGES = 1000,
    STRANGERS_BYTES = 100 * 1024 * 1024,
};

static bool count_quotas(struct identifying *identifying, struct error *error) {
    struct facts *facts = identifying->facts;
    struct database *database = identifying->service->database;
    int64_t now = clock_now();
    size_t messages = 0, today = 0, this_week = 0;
    auto_string sender = address_key(identifying->description->from.address);
    if (!string_is_empty(sender) && !inbox_count_from(database, sender, now - SECONDS_PER_DAY, &messages, error))
        return false;
    /* Whoever an answer would go to. */
    int64_t answered = facts->tag.purpose == 'p' ? facts->tag.participant : facts->sender.id;
    if (answered != 0 &&
        (!outbox_count_answers_since(database, answered, now - SECONDS_PER_DAY, &today, error) ||
         !outbox_count_answers_since(database, answered, now - 7 * SECONDS_PER_DAY, &this_week, error)))
        return false;
    if (facts->sender.id == 0 &&
        !inbox_strangers_fill(database, STRANGERS_MESSAGES, STRANGERS_BYTES, &facts->strangers_fill, error))
        return false;
    facts->flooding = messages >= MESSAGES_A_DAY;
    facts->answers_used_up = today >= ANSWERS_A_DAY || this_week >= ANSWERS_A_WEEK;
    return true;
}

static bool names(const struct description_address *addresses, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++) {
        auto_string other = address_key(addresses[i].address);
        if (string_equal(other, key))
            return true;
    }
    return false;
}

/* Partnerships of the sender with a partner among the other recipients: a letter between them, copied to us. Nobody
 * reads along after the end either. */
static bool find_together(struct identifying *identifying, struct error *error) {
    const struct description *description = identifying->description;
    struct facts *facts = identifying->facts;
    struct partnership_list partnerships;
    size_t running = 0;
    if (facts->sender.id == 0 || description->kind != MAIL_HUMAN)
        return true;
    struct partnership_filter filter = {.participant = facts->sender.id};
    if (!partnerships_list(identifying->service->database, &filter, identifying->arena, &partnerships, error))
        return false;
    for (size_t i = 0; i < partnerships.count && facts->together_count < FACTS_PARTNERSHIPS_MAX; i++) {
        struct participant_list partners;
        if (partnerships.items[i].state == PARTNERSHIP_PLANNED)
            continue;
        if (!partnership_is_over(partnerships.items[i].state))
            facts->only_partnership = running++ ? 0 : partnerships.items[i].id;
        if (!partnerships_partners(identifying->service->database, partnerships.items[i].id, facts->sender.id,
                                   identifying->arena, &partners, error))
            return false;
        for (size_t j = 0; j < partners.count; j++) {
            auto_string key = address_key(partners.items[j].address);
            if (names(description->to, description->to_count, key) ||
                names(description->cc, description->cc_count, key)) {
                facts->together[facts->together_count++] = partnerships.items[i].id;
                break;
            }
        }
    }
    return true;
}

/* ---- Letters to a partnership address ---- */

static bool find_missing(struct identifying *identifying, struct error *error) {
    const struct description *description = identifying->description;
    struct facts *facts = identifying->facts;
    struct participant_list partners;
    if (!partnerships_partners(identifying->service->database, facts->partnership.id, facts->tag.participant,
                               identifying->arena, &partners, error))
        return false;
    for (size_t i = 0; i < partners.count; i++) {
        const struct participant *partner = &partners.items[i];
        auto_string key = address_key(partner->address);
        if (names(description->to, description->to_count, key) || names(description->cc, description->cc_count, key)) {
            facts->together_with_partner = true;
            continue;
        }
        facts->missing_unreachable[facts->missing_count] =
            partner->state != PARTICIPANT_ACTIVE || partner->address_state == ADDRESS_DEAD;
        facts->missing[facts->missing_count++] = partner->id;
    }
    facts->writer_stopped = facts->tag_is_senders && facts->sender.state != PARTICIPANT_ACTIVE;
    return true;
}

/* A member's automatic mail may be an answer to a letter, or a letter that some machine sent for them: a scanner. */
static bool find_answered_letter(struct identifying *identifying, struct error *error) {
    const struct description *description = identifying->description;
    struct facts *facts = identifying->facts;
    size_t letters = 0;
    if (!facts->tag_is_senders || description->in_reply_to_count > 0 || description->references_count > 0)
        return true;
    for (size_t i = 0; i < facts->partnership.member_count && letters == 0; i++)
        if (facts->partnership.members[i] != facts->sender.id &&
            !outbox_count_letters_since(identifying->service->database, facts->partnership.id,
                                        facts->partnership.members[i], facts->now - ANSWERED_LETTER_AGE, &letters,
                                        error))
            return false;
    facts->answers_no_letter = letters == 0;
    return true;
}

static bool find_replied_to(struct identifying *identifying, struct error *error) {
    const struct description *description = identifying->description;
    bool ours = false;
    for (size_t i = 0; i < description->in_reply_to_count && i < REFERENCES_LOOKED_AT && !ours; i++) {
        struct outbox_row row;
        if (!outbox_find_by_message_id(identifying->service->database, description->in_reply_to[i], identifying->arena,
                                       &row, error))
            return false;
        /* A letter may have an identifier of ours, and is the partner's all the same. */
        ours = row.id != 0 && !string_equal(row.step, RELAY_STEP);
    }
    identifying->facts->replies_to_partner = description->in_reply_to_count > 0 && !ours;
    return true;
}

static bool find_letter(struct identifying *identifying, struct error *error) {
    struct facts *facts = identifying->facts;
    struct database *database = identifying->service->database;
    struct outbox_list questions;
    size_t letters = 0, held = 0, same = 0;
    if (facts->tag.purpose != 'p')
        return true;
    /* A member may write to any member's address of the partnership: it is the sender's letter then. */
    if (facts->tag_is_senders)
        facts->tag.participant = facts->sender.id;
    if (!partnerships_find(database, facts->tag.partnership, identifying->arena, &facts->partnership, error) ||
        !find_missing(identifying, error) || !find_answered_letter(identifying, error) ||
        !find_replied_to(identifying, error) ||
        !outbox_count_letters_since(database, facts->partnership.id, facts->tag.participant,
                                    facts->now - SECONDS_PER_DAY, &letters, error) ||
        !outbox_count_letters_held(database, facts->partnership.id, facts->tag.participant, &held, error) ||
        !outbox_count_same_letters_since(database, facts->partnership.id, facts->tag.participant,
                                         identifying->description->body_hash, facts->now - 7 * SECONDS_PER_DAY, &same,
                                         error) ||
        !outbox_list_open_questions(database, facts->tag.participant, identifying->arena, &questions, error))
        return false;
    facts->letters_today = (int64_t)letters;
    facts->letters_held = (int64_t)held;
    facts->same_letters = (int64_t)same;
    if (questions.count == 1)
        facts->open_question = questions.items[0];
    return true;
}

/* Whoever paused themselves may end that; a coordinator's pause is a coordinator's to end. */
static bool find_pause(struct identifying *identifying, struct error *error) {
    struct facts *facts = identifying->facts;
    struct event_list events;
    if (facts->sender.state != PARTICIPANT_PAUSED || facts->sender.id == 0)
        return true;
    if (!events_list(identifying->service->database, &(struct event_filter){.participant = facts->sender.id},
                     identifying->arena, &events, error))
        return false;
    for (size_t i = events.count; i > 0; i--)
        if (string_ends_with(events.items[i - 1].what, "-> paused")) {
            facts->paused_by_coordinator = string_starts_with(events.items[i - 1].actor, "command");
            break;
        }
    return true;
}

static bool find_kept(struct identifying *identifying, struct error *error) {
    struct facts *facts = identifying->facts;
    struct inbox_row letter = {0};
    if (!string_equal(facts->about.asks, "letter") || facts->about.inbox == 0)
        return true;
    if (!inbox_find(identifying->service->database, facts->about.inbox, identifying->arena, &letter, error))
        return false;
    facts->kept_as_report = string_equal(letter.reason, DECIDE_MAY_REPORT);
    return true;
}

bool identify(struct service *service, const struct description *description, struct arena *arena, struct facts *ret,
              struct error *error) {
    struct facts facts = {.relays = service->relays, .now = clock_now()};
    struct identifying identifying = {service, description, arena, &facts};
    if (!find_sender(&identifying, error) || !find_by_tag(&identifying, error) ||
        !find_by_message_id(&identifying, error) || !find_by_open_question(&identifying, error) ||
        !find_corrected(&identifying, error) || !follow_second_question(&identifying, error) ||
        !find_together(&identifying, error) || !find_letter(&identifying, error) || !count_quotas(&identifying, error))
        return false;
    if (!find_pause(&identifying, error) || !find_kept(&identifying, error))
        return false;
    facts.words = templates_words(service->templates, facts.sender.language, arena);
    *ret = facts;
    return true;
}
