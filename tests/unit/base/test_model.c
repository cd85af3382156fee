#include "test.h"

#include "base/model.h"

#define assert_words(enum_name, last)                                                                                  \
    for (int i = 0; i <= (int)(last); i++) {                                                                           \
        enum enum_name found = (enum enum_name)99;                                                                     \
        assert_true(model_find_##enum_name(enum_name##_name((enum enum_name)i), &found));                              \
        assert_int_equal(found, i);                                                                                    \
    }

static void every_word_leads_back_to_its_value(void **state) {
    /* Goal: what is written to the database or to JSON is read back as the same state. */
    (void)state;
    assert_words(participant_state, PARTICIPANT_ERASED);
    assert_words(address_state, ADDRESS_DEAD);
    assert_words(round_state, ROUND_ARCHIVED);
    assert_words(application_state, APPLICATION_WITHDRAWN);
    assert_words(partnership_state, PARTNERSHIP_DISSOLVED);
    assert_words(outbox_state, OUTBOX_EXPIRED);
    assert_words(inbox_state, INBOX_DUPLICATE);
    assert_words(server_action, SERVER_DONE);
    assert_words(contact_channel, CONTACT_COORDINATOR);
    assert_words(case_kind, CASE_SERVICE);
}

static void an_unknown_word_is_refused(void **state) {
    /* Goal: a typing error never becomes a state, and the output stays untouched. */
    (void)state;
    enum outbox_state found = OUTBOX_HELD;
    assert_false(model_find_outbox_state("Queued", &found));
    assert_false(model_find_outbox_state("", &found));
    assert_false(model_find_outbox_state(NULL, &found));
    assert_int_equal(found, OUTBOX_HELD);
}

static void what_is_final_is_so(void **state) {
    /* Goal: who paused and what is held or frozen can come back; nobody and nothing else can. A round is over with its
     * last partnership. */
    (void)state;
    for (int i = PARTICIPANT_ACTIVE; i <= PARTICIPANT_ERASED; i++)
        assert_int_equal(participant_has_left((enum participant_state)i), i >= PARTICIPANT_LEFT);
    for (int i = PARTNERSHIP_PLANNED; i <= PARTNERSHIP_DISSOLVED; i++)
        assert_int_equal(partnership_is_over((enum partnership_state)i), i >= PARTNERSHIP_ENDED);
    for (int i = ROUND_DRAFT; i <= ROUND_ARCHIVED; i++)
        assert_int_equal(round_is_over((enum round_state)i), i >= ROUND_ENDING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_leads_back_to_its_value),
        cmocka_unit_test(an_unknown_word_is_refused),
        cmocka_unit_test(what_is_final_is_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
