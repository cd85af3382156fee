#include "app/message.h"
#include "store/tags.h"
#include "store/transaction.h"
#include "unit/app/fixture.h"

static void test_detail(void **state) {
    /* Goal: what a test mail shows survives its way through the outbox; another row's detail is never taken for it. */
    struct fixture *fixture = *state;
    struct sample back,
        sample = {
            .participant = 7, .partnership = 8, .round = 9, .occurrence = 3, .language = "pt-BR", .letters = "both"};
    assert_true(sample_from_detail(sample_to_detail(&sample, fixture->arena), fixture->arena, &back));
    assert_int_equal(back.participant, 7);
    assert_int_equal(back.partnership, 8);
    assert_int_equal(back.round, 9);
    assert_int_equal(back.occurrence, 3);
    assert_string_equal(back.language, "pt-BR");
    assert_string_equal(back.letters, "both");
    sample.language = NULL;
    assert_true(sample_from_detail(sample_to_detail(&sample, fixture->arena), fixture->arena, &back));
    assert_null(back.language);
    assert_false(sample_from_detail("{}", fixture->arena, &back));
    assert_false(sample_from_detail("{\"alert\": 3}", fixture->arena, &back));
    assert_false(sample_from_detail("no JSON", fixture->arena, &back));
}

static void test_preview_leaves_nothing(void **state) {
    /* Goal: a preview shows the real partner, starts nothing, and leaves no row, tag or date behind. */
    struct fixture *fixture = *state;
    struct message_rendering rendering;
    struct partnership partnership;
    size_t before[OUTBOX_STATE_COUNT], after[OUTBOX_STATE_COUNT];
    struct tag tag;
    struct sample sample = {.template_name = "introduction", .participant = fixture->anna};
    assert_done(outbox_count_states(fixture->database, before, &error));
    assert_done(message_preview(&fixture->service, &sample, fixture->arena, &rendering, &error));
    assert_string_equal(rendering.subject, "Meet Ben Okoro");
    assert_done(outbox_count_states(fixture->database, after, &error));
    assert_memory_equal(before, after, sizeof before);
    assert_done(partnerships_find(fixture->database, fixture->partnership, fixture->arena, &partnership, &error));
    assert_int_equal(partnership.state, PARTNERSHIP_PLANNED);
    const char *place = strstr(rendering.plain, "iln+p");
    assert_non_null(place);
    auto_string secret = memory_copy_bytes(place + strlen("iln+p"), ADDRESS_SECRET_MIN);
    assert_done(tags_find(fixture->database, 'p', secret, fixture->arena, &tag, &error));
    assert_null(tag.secret);
}

static void test_recipients(void **state) {
    /* Goal: everybody who is to get a template is tried: members for a partnership's, participants for their own. */
    struct fixture *fixture = *state;
    struct sample_list list;
    struct error refusal = ERROR_INIT;
    fixture_add(fixture, "Carla", "carla@example.com", "MX", "America/Mexico_City");
    assert_done(sample_recipients(&fixture->service, "introduction", fixture->arena, &list, &error));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[1].partnership, fixture->partnership);
    assert_done(sample_recipients(&fixture->service, "welcome", fixture->arena, &list, &error));
    assert_int_equal(list.count, 3);
    assert_done(sample_recipients(&fixture->service, "coordinator-alert", fixture->arena, &list, &error));
    assert_int_equal(list.count, 1);
    assert_false(sample_recipients(&fixture->service, "introductoin", fixture->arena, &list, &refusal));
    assert_non_null(strstr(refusal.message, "did you mean \"introduction\"?"));
}

static void test_test_mail(void **state) {
    /* Goal: a test mail goes to its bare address only, marked, and a pause of the person it shows doesn't stop it. */
    struct fixture *fixture = *state;
    struct sample sample = {.participant = fixture->anna};
    struct event_cause cause = service_cause(&fixture->service, NULL);
    struct outbox_row row = {.key = "test/1",
                             .step = MESSAGE_TEST_STEP,
                             .template_name = "introduction",
                             .address = "kate@example.org",
                             .detail = sample_to_detail(&sample, fixture->arena),
                             .due_at = clock_now(),
                             .expires_at = clock_now() + SECONDS_PER_DAY};
    int64_t id;
    bool is_new;
    assert_done(action_participant_pause(&fixture->service, fixture->anna, "asked", &error));
    assert_done(outbox_insert(fixture->database, &row, &cause, &id, &is_new, &error));
    fixture_turns(fixture);
    assert_int_equal(fixture_count(fixture, "kate@example.org", "Subject: [test] Meet Ben Okoro"), 1);
    assert_int_equal(fixture_count(fixture, "anna@example.net", NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        fixture_test(test_detail),
        fixture_test(test_preview_leaves_nothing),
        fixture_test(test_recipients),
        fixture_test(test_test_mail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
