/* Goal: what a coordinator replies to a case is understood however a telephone or an old mail program writes it, in any
 * language; what may be words to somebody is never taken for an order; and each kind of case takes just what it offers.
 */
#include "decide_fixture.h"

#include "base/clock.h"
#include "programme/case_kind.h"

enum { OWN = 57 };

/* As "57 DONE | 58 NOTE: called her", a line each. */
static const char *read_reply(const char *text, int64_t own, struct arena *arena) {
    auto_text all = TEXT_EMPTY;
    struct case_order orders[CASE_ORDERS_MAX];
    size_t count = case_verb_read(text, own, "Kate Miller", test_words_of("en"), arena, orders);
    for (size_t i = 0; i < count; i++) {
        text_append_format(&all, "%s%lld %s", i ? " | " : "", (long long)orders[i].number,
                           case_verb_rules[orders[i].verb].word + strlen("CASE "));
        if (orders[i].verb == CASE_VERB_SNOOZE)
            text_append_format(&all, " %lld", (long long)orders[i].days);
        if (*orders[i].words)
            text_append_format(&all, ": %s", orders[i].words);
    }
    return arena_copy_string(arena, text_string(&all));
}

static void test_own_case(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *text, *orders;
    } cases[] = {
        {"DONE", "57 DONE"},
        {"done", "57 DONE"},
        {"Done.\n\nThanks,\nKate", "57 DONE"},
        {"Hi,\n\nDone, thanks!", "57 DONE"},
        {"57 done", "57 DONE"},
        {"#57: DONE", "57 DONE"},
        {"Done, I called her", "57 DONE: I called her"},
        {"DONE\nI called her.", "57 DONE: I called her."},
        {"I called her. All is well.\n\nDONE", "57 NOTE: I called her. All is well. | 57 DONE"},
        {"I called her. I'm not done yet.", "57 NOTE: I called her. I'm not done yet."},
        {"Is it done?", "57 NOTE: Is it done?"},
        {"Done?", "57 NOTE: Done?"},
        {"NOTE", "57 NOTE"},
        {"Note: she is on leave\nuntil May", "57 NOTE: she is on leave\nuntil May"},
        {"snooze 2 weeks", "57 SNOOZE 14"},
        {"Snooze: 10 days please", "57 SNOOZE 10"},
        {"SNOOZE", "57 SNOOZE 14"},
        {"Snooze 3 months", "57 SNOOZE 90"},
        {"snooze 2000 weeks", "57 NOTE: snooze 2000 weeks"},
        {"plus tard 3 semaines", "57 SNOOZE 21"},
        {"Fait", "57 DONE"},
        {"FAIT : elle a répondu", "57 DONE: elle a répondu"},
        {"Réponse : Bonjour Ana,\ntout va bien.", "57 ANSWER: Bonjour Ana,\ntout va bien."},
        {"ANSWER Dear Ana,\n\nall is well.\n2 weeks are fine.\n\nKate",
         "57 ANSWER: Dear Ana,\n\nall is well.\n2 weeks are fine.\n\nKate"},
        {"Answer\nDear Ana, I am done with it.", "57 ANSWER: Dear Ana, I am done with it."},
        {"ANSWER\nDear Ana\n\nDONE", "57 ANSWER: Dear Ana | 57 DONE"},
        {"ANSWER\nDear Ana,\nstop\nit", "57 ANSWER: Dear Ana,\nstop\nit"},
        {"Answer her that I will call.", "57 NOTE: Answer her that I will call."},
        {"Stop writing to him", "57 NOTE: Stop writing to him"},
        {"Please hold the line", "57 NOTE: Please hold the line"},
        {"Letter was fine", "57 NOTE: Letter was fine"},
        {"HOLD\nSNOOZE 1 week", "57 HOLD | 57 SNOOZE 7"},
        {"2 weeks ago I wrote to her", "57 NOTE: 2 weeks ago I wrote to her"},
        {"dissolve", "57 DISSOLVE"},
        {"nudge", "57 NUDGE"},
        {"MATCH", "57 MATCH"},
        {"Présenter", "57 MATCH"},
        {"No action", "57 NO ACTION"},
        {"No.", "57 NO"},
        {"sans suite", "57 NO ACTION"},
        {"WARNING\nBen, please ask first.\n\nStop\nKate", "57 WARNING: Ben, please ask first.\n\nStop\nKate"},
        {"Avertissement : merci de demander avant.", "57 WARNING: merci de demander avant."},
        {"Warning signs are there", "57 NOTE: Warning signs are there"},
        {"TERMINATE", "57 TERMINATE"},
        {"terminé", "57 DONE"},
        {"terminar", "57 TERMINATE"},
        {"Ban him?", "57 NOTE: Ban him?"},
        {"BAN", "57 BAN"},
        {"OUI", "57 YES"},
        {"", ""},
        {"Thanks!\nKate", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(read_reply(cases[i].text, OWN, arena), cases[i].orders);
}

static void test_digest(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    static const struct {
        const char *text, *orders;
    } cases[] = {
        {"57 DONE\n58 snooze 2 weeks\n\n60: I will call her\ntomorrow",
         "57 DONE | 58 SNOOZE 14 | 60 NOTE: I will call her\ntomorrow"},
        {"57, 58 and 60 done", "57 DONE | 58 DONE | 60 DONE"},
        {"57 et 58 : fait", "57 DONE | 58 DONE"},
        {"57 ANSWER Dear Ana,\n2 of us will come.\n\n58 DONE", "57 ANSWER: Dear Ana,\n2 of us will come. | 58 DONE"},
        {"DONE", "0 DONE"},
        {"I am away next week", "0 NOTE: I am away next week"},
        {"57DONE", "0 NOTE: 57DONE"},
        {"99999999999999 DONE", "0 NOTE: 99999999999999 DONE"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(read_reply(cases[i].text, 0, arena), cases[i].orders);
}

/* Goal: a word means the same to a coordinator whatever language it is taken for. */
static void test_words_agree(void **state) {
    (void)state;
    const struct words *words = test_words_of("en");
    for (size_t i = 0; i < words->all_count; i++)
        for (size_t j = 0; j < words->all[i]->lists[PHRASE_CASE].count; j++) {
            const struct phrase *one = &words->all[i]->lists[PHRASE_CASE].items[j];
            for (size_t k = 0; k < words->all_count; k++)
                for (size_t l = 0; l < words->all[k]->lists[PHRASE_CASE].count; l++) {
                    const struct phrase *other = &words->all[k]->lists[PHRASE_CASE].items[l];
                    if (string_equal(one->folded, other->folded))
                        assert_int_equal(one->meaning, other->meaning);
                }
        }
}

/* ---- Deciding ---- */

static struct case_ruling ruling(enum case_verb verb, enum case_kind kind) {
    return (struct case_ruling){
        .order = {.number = OWN, .verb = verb, .words = "words", .days = 14},
        .row = {.id = OWN, .kind = kind, .participant = ANNA, .partnership = PARTNERSHIP, .inbox = 5},
    };
}

/* Why not; NULL where it is done. */
static const char *refusal(struct case_ruling asked, int64_t told_at, const char *dmarc) {
    struct fixture *fixture = fixture_new();
    void *state = fixture;
    fixture->facts.now = 100 * (int64_t)SECONDS_PER_DAY;
    fixture->facts.coordinator =
        (struct coordinator_facts){.name = "Kate", .told_at = told_at, .rulings = &asked, .count = 1};
    fixture->description.dmarc = dmarc;
    run(fixture);
    const struct effect *effect = find(fixture, EFFECT_RULINGS);
    const char *refused = effect ? effect->rulings[0].refused : "not a coordinator's";
    tear_down(&state);
    return refused;
}

static void test_kinds_and_verbs(void **state) {
    (void)state;
    int64_t lately = 90 * (int64_t)SECONDS_PER_DAY;
    for (int kind = 0; kind <= CASE_REMARK; kind++)
        for (int verb = CASE_VERB_NONE + 1; verb < CASE_VERB_YES; verb++) {
            struct case_ruling asked = ruling((enum case_verb)verb, (enum case_kind)kind);
            bool offered = case_kind_traits((enum case_kind)kind).offers & CASE_VERB_BIT(verb);
            assert_true(offered == !refusal(asked, lately, NULL));
            asked.row.participant = asked.row.partnership = asked.row.inbox = 0;
            if (case_verb_rules[verb].about != CASE_VERB_OF_ANY)
                assert_non_null(refusal(asked, lately, NULL));
        }
}

static void test_bounds(void **state) {
    (void)state;
    int64_t lately = 90 * (int64_t)SECONDS_PER_DAY;
    struct case_ruling asked = ruling(CASE_VERB_DONE, CASE_HELP);
    assert_null(refusal(asked, lately, "pass"));
    assert_string_equal(refusal(asked, lately, "fail"), "not a coordinator's");
    assert_non_null(strstr(refusal(asked, 39 * (int64_t)SECONDS_PER_DAY, NULL), "older than 60 days"));
    asked.row.closed_at = lately;
    assert_non_null(strstr(refusal(asked, lately, NULL), "dealt with before"));
    asked.order.verb = CASE_VERB_NOTE;
    assert_null(refusal(asked, lately, NULL));
    asked.order.words = "";
    assert_non_null(refusal(asked, lately, NULL));
    asked = ruling(CASE_VERB_DONE, CASE_REMARK);
    asked.row.closed_at = lately;
    assert_null(refusal(asked, lately, NULL));
    asked.row.id = 0;
    assert_non_null(strstr(refusal(asked, lately, NULL), "no case with this number"));
    asked.order.number = 0;
    assert_non_null(strstr(refusal(asked, lately, NULL), "begin with the number"));
}

static int done(void **state) {
    (void)state;
    test_words_free();
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_own_case),        cmocka_unit_test(test_digest), cmocka_unit_test(test_words_agree),
        cmocka_unit_test(test_kinds_and_verbs), cmocka_unit_test(test_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, done);
}
