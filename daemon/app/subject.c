#include "app/subject.h"

#include "base/clock.h"
#include "base/text.h"
#include "mail/message/address.h"

static const struct {
    bool (*find)(struct subject_finding *finding, struct error *error); /* NULL: it has no facts of its own */
    bool (*apply)(struct subject_applying *applying, const struct effect *effect, struct error *error);
} subjects[SUBJECT_COUNT] = {
    [SUBJECT_PERSON] = {subject_person_find, subject_person_apply},
    [SUBJECT_QUESTION] = {subject_question_find, subject_question_apply},
    [SUBJECT_LETTER] = {subject_letter_find, subject_letter_apply},
    [SUBJECT_AUTOMATIC] = {NULL, subject_automatic_apply},
    [SUBJECT_VERB] = {NULL, subject_verb_apply},
    [SUBJECT_ENROLMENT] = {subject_enrolment_find, subject_enrolment_apply},
    [SUBJECT_SURVEY] = {subject_survey_find, subject_survey_apply},
    [SUBJECT_PARTING] = {NULL, subject_parting_apply},
    [SUBJECT_COORDINATOR] = {subject_coordinator_find, subject_coordinator_apply},
};

bool subject_find_facts(struct service *service, const struct description *description, int64_t received_at,
                        struct arena *arena, struct facts *ret, struct error *error) {
    struct facts facts = {.now = clock_now(), .enrolment = {.received_at = received_at}};
    struct subject_finding finding = {service, description, arena, &facts};
    for (size_t i = 0; i < SUBJECT_COUNT; i++)
        if (subjects[i].find && !subjects[i].find(&finding, error))
            return false;
    *ret = facts;
    return true;
}

bool subject_apply_decision(struct service *service, const struct decision *decision,
                            const struct subject_source *source, struct error *error) {
    auto_arena arena = arena_new();
    struct subject_applying applying = {.service = service, .source = source, .decision = decision, .arena = arena};
    /* First what opens cases: a mail that waits as well is none of its own. */
    for (int others = 0; others <= 1; others++)
        for (size_t i = 0; i < decision->count; i++) {
            const struct effect *effect = &decision->effects[i];
            if ((effect->kind != EFFECT_ALERT) == others &&
                !subjects[SUBJECT_OF(effect->kind)].apply(&applying, effect, error))
                return false;
        }
    return !(decision->waits || decision->remark) || subject_person_wait(&applying, error);
}

static bool names(const struct description_address *addresses, size_t count, const char *key) {
    for (size_t i = 0; i < count; i++) {
        auto_string other = address_key(addresses[i].address);
        if (string_equal(other, key))
            return true;
    }
    return false;
}

bool subject_goes_to(const struct description *description, const char *key) {
    return names(description->to, description->to_count, key) || names(description->cc, description->cc_count, key);
}
