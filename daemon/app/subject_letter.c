#include <inttypes.h>

#include "app/letter_notice.h"
#include "app/relay.h"
#include "app/subject.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/inbox.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"

enum { ANSWERED_LETTER_AGE = 14 * SECONDS_PER_DAY, AWAY_LETTER_AGE = 14 * SECONDS_PER_DAY, REPLIED_TO_LOOKED_AT = 50 };

static bool find_missing(struct subject_finding *finding, struct error *error) {
    const struct description *description = finding->description;
    struct facts *facts = finding->facts;
    struct participant_list partners;
    if (!partnerships_partners(finding->service->database, facts->letter.partnership.id, facts->tag.participant,
                               finding->arena, &partners, error))
        return false;
    for (size_t i = 0; i < partners.count; i++) {
        const struct participant *partner = &partners.items[i];
        auto_string key = address_key(partner->address);
        if (subject_goes_to(description, key)) {
            facts->letter.together_with_partner = true;
            continue;
        }
        facts->letter.missing_unreachable[facts->letter.missing_count] =
            partner->state != PARTICIPANT_ACTIVE || partner->address_state == ADDRESS_DEAD;
        facts->letter.missing[facts->letter.missing_count++] = partner->id;
    }
    facts->letter.writer_stopped = facts->tag_is_senders && facts->sender.state != PARTICIPANT_ACTIVE;
    return true;
}

/* A member's automatic mail may be an answer to a letter, or a letter that some machine sent for them: a scanner. */
static bool find_answered_letter(struct subject_finding *finding, struct error *error) {
    const struct description *description = finding->description;
    struct facts *facts = finding->facts;
    size_t letters = 0;
    if (!facts->tag_is_senders || description->in_reply_to_count > 0 || description->references_count > 0)
        return true;
    for (size_t i = 0; i < facts->letter.partnership.member_count && letters == 0; i++)
        if (facts->letter.partnership.members[i] != facts->sender.id &&
            !outbox_count_letters_since(finding->service->database, facts->letter.partnership.id,
                                        facts->letter.partnership.members[i], facts->now - ANSWERED_LETTER_AGE,
                                        &letters, error))
            return false;
    facts->letter.answers_none = letters == 0;
    return true;
}

static bool find_replied_to(struct subject_finding *finding, struct error *error) {
    const struct description *description = finding->description;
    bool ours = false;
    for (size_t i = 0; i < description->in_reply_to_count && i < REPLIED_TO_LOOKED_AT && !ours; i++) {
        struct outbox_row row;
        if (!outbox_find_by_message_id(finding->service->database, description->in_reply_to[i], finding->arena, &row,
                                       error))
            return false;
        /* A letter may have an identifier of ours, and is the partner's all the same. */
        ours = row.id != 0 && !string_equal(row.step, RELAY_STEP);
    }
    finding->facts->letter.replies_to_partner = description->in_reply_to_count > 0 && !ours;
    return true;
}

static bool find_letter(struct subject_finding *finding, struct error *error) {
    const struct facts *facts = finding->facts;
    struct letter_facts *letter = &finding->facts->letter;
    struct database *database = finding->service->database;
    int64_t id = facts->tag.partnership, owner = facts->tag.participant;
    return facts->tag.purpose != 'p' ||
           (partnerships_find(database, id, finding->arena, &letter->partnership, error) &&
            find_missing(finding, error) && find_answered_letter(finding, error) && find_replied_to(finding, error) &&
            outbox_count_letters_since(database, id, owner, facts->now - SECONDS_PER_DAY, &letter->sent_today, error) &&
            outbox_count_letters_held(database, id, owner, &letter->held, error) &&
            outbox_count_same_letters_since(database, id, owner, finding->description->body_hash,
                                            facts->now - 7 * SECONDS_PER_DAY, &letter->same, error));
}

static bool find_kept(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct inbox_row letter = {0};
    if (!string_equal(facts->about.asks, "letter") || facts->about.inbox == 0)
        return true;
    if (!inbox_find(finding->service->database, facts->about.inbox, finding->arena, &letter, error))
        return false;
    facts->letter.kept_as_report = string_equal(letter.reason, DECIDE_MAY_REPORT);
    return true;
}

bool subject_letter_find(struct subject_finding *finding, struct error *error) {
    finding->facts->letter.relays = finding->service->relays;
    return find_letter(finding, error) && find_kept(finding, error);
}

static bool apply_letter(struct subject_applying *applying, const struct effect *effect, const char *hold,
                         struct error *error) {
    const struct decision *decision = applying->decision;
    struct relay_letter letter = {
        .inbox = applying->source->inbox,
        .partnership = effect->partnership,
        .writer = effect->participant,
        .bytes = applying->source->bytes,
        .length = applying->source->length,
        .hold = hold,
        .members = decision->recipients,
        .member_count = decision->recipient_count,
    };
    return relay_queue(applying->service, &letter, error);
}

/* Once an absence: by its end where that is stated; and whatever the notices say, once in two weeks where it is not,
 * once a week where it is. */
static bool told_away(struct subject_applying *applying, const char *prefix, bool stated, bool *ret,
                      struct error *error) {
    struct outbox_row last;
    int64_t pause = (stated ? 7 : 14) * SECONDS_PER_DAY;
    if (!outbox_find_newest_with_prefix(applying->service->database, prefix, applying->arena, &last, error))
        return false;
    *ret = last.id != 0 && clock_now() - last.created_at < pause;
    return true;
}

/* Only whoever wrote a letter lately is told what became of it. */
static bool apply_tell_away(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct partnership partnership;
    int64_t now = clock_now();
    bool stated = *effect->detail != '\0';
    const char *until = stated ? effect->detail : arena_format(applying->arena, "%" PRId64, now);
    if (!partnerships_find(applying->service->database, effect->partnership, applying->arena, &partnership, error))
        return false;
    for (size_t i = 0; i < partnership.member_count && partnership.state == PARTNERSHIP_ACTIVE; i++) {
        if (partnership.members[i] == effect->participant)
            continue;
        const char *prefix = arena_format(applying->arena, "away/%" PRId64 "/%" PRId64 "/%" PRId64 "/",
                                          effect->partnership, effect->participant, partnership.members[i]);
        bool told;
        size_t letters;
        if (!told_away(applying, prefix, stated, &told, error) ||
            !outbox_count_letters_since(applying->service->database, effect->partnership, partnership.members[i],
                                        now - AWAY_LETTER_AGE, &letters, error))
            return false;
        if (told || letters == 0)
            continue;
        struct letter_notice notice = {
            .template_name = "partner-away",
            .participant = partnership.members[i],
            .partnership = effect->partnership,
            .inbox = applying->source->inbox,
            .about = effect->participant,
            .until = effect->detail,
            .key = arena_format(applying->arena, "%s%s", prefix, until),
        };
        if (!letter_notice_queue(applying->service, &notice, error))
            return false;
    }
    return true;
}

static bool apply_letter_answer(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    struct outbox_row question;
    if (!outbox_find(applying->service->database, effect->outbox, applying->arena, &question, error))
        return false;
    bool released;
    if (effect->kind == EFFECT_LETTER_GO)
        return relay_release(applying->service, question.inbox, &released, error);
    return relay_cancel(applying->service, question.inbox, string_equal(question.template_name, "letter-question"),
                        error);
}

bool subject_letter_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    switch ((enum letter_effect)effect->kind) {
    case EFFECT_RELAY:
        return apply_letter(applying, effect, NULL, error);
    case EFFECT_HOLD:
        return apply_letter(applying, effect, effect->detail, error);
    case EFFECT_TELL_AWAY:
        return apply_tell_away(applying, effect, error);
    case EFFECT_LETTER_GO:
    case EFFECT_LETTER_END:
        return apply_letter_answer(applying, effect, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}
