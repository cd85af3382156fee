/* How a partnership is doing: each kind of silence is told apart and said, and what follows of it is kind. */
#include "test.h"

#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "programme/health.h"

enum { ANA, BEN, FACTS_MOST = 100 };

static const int64_t introduced = 1800000000;

/* A partnership that is made up fact by fact; days are counted from the introduction. */
struct course {
    struct health_fact list[FACTS_MOST];
    struct health_facts facts;
};

static int64_t day(double number) {
    return introduced + (int64_t)(number * SECONDS_PER_DAY);
}

static void begin(struct course *course) {
    *course = (struct course){.facts = {.members = {{"Ana", false}, {"Ben", false}},
                                        .member_count = 2,
                                        .began_at = introduced,
                                        .introduced_at = introduced}};
    course->facts.list = course->list;
}

static void add(struct course *course, enum health_fact_kind kind, size_t member, double at, double until, int value) {
    assert_true(course->facts.count < FACTS_MOST);
    course->list[course->facts.count++] =
        (struct health_fact){kind, member, value, day(at), until > 0 ? day(until) : 0};
}

/* They write in turns, each after EVERY days, until DAYS. */
static void correspond(struct course *course, double every, double until) {
    size_t writer = ANA;
    for (double at = every / 2; at < until; at += every, writer = 1 - writer)
        add(course, FACT_WROTE, writer, at, 0, 0);
}

static struct health look(const struct course *course, double at) {
    return health_assess(&health_parameters, &course->facts, day(at));
}

static void expect(const struct course *course, double at, enum health_state state, enum health_silence silence,
                   const char *says) {
    auto_arena arena = arena_new();
    struct health health = look(course, at);
    const char *reason = health_reason(&course->facts, &health, arena).text;
    if (health.state != state || health.silence != silence || !string_equal(reason, says))
        fail_msg("day %g: %s, silence %d, %d of 100: %s", at, health_state_name(health.state), health.silence,
                 health.number, reason);
}

static bool warns(const struct health *health) {
    return health->state == HEALTH_QUIET || health->state == HEALTH_UNKNOWN;
}

/* ---- Kinds of silence ---- */

/* Goal: what nobody could answer yet is no silence: not introduced, or only just. */
static void test_new(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    expect(&course, 3, HEALTH_NEW, SILENCE_NONE, "they were introduced on 2027-01-15");
    course.facts.introduced_at = 0;
    expect(&course, 2, HEALTH_NEW, SILENCE_NEVER_INTRODUCED, "the introduction has not been sent yet");
    expect(&course, 3, HEALTH_UNKNOWN, SILENCE_NEVER_INTRODUCED, "the introduction has not been sent yet");
}

/* Goal: whoever never writes is named; where nobody does, nobody is heard. */
static void test_never_wrote(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    add(&course, FACT_ASKED, ANA, 7, 0, 0);
    add(&course, FACT_ASKED, BEN, 7, 0, 0);
    add(&course, FACT_ASKED, ANA, 44, 0, 0);
    add(&course, FACT_ASKED, BEN, 44, 0, 0);
    assert_true(look(&course, 8).number > look(&course, 14).number);
    assert_int_equal(look(&course, 55).state, HEALTH_QUIET);
    add(&course, FACT_WROTE, ANA, 2, 0, 0);
    add(&course, FACT_ANSWERED, ANA, 45, 0, ANSWER_NO_CONTACT);
    struct health health = look(&course, 55);
    assert_int_equal(health.state, HEALTH_UNKNOWN);
    assert_int_equal(health.silent, BEN);
    assert_int_equal(health.silence, SILENCE_SILENT);
    assert_in_range(health.members[ANA].number, health_parameters.good_from, 100);
}

/* Goal: the first unanswered week weighs more than one later. */
static void test_first_week(void **state) {
    (void)state;
    struct course early, later;
    begin(&early);
    begin(&later);
    add(&early, FACT_WROTE, ANA, 1, 0, 0);
    correspond(&later, 5, 60);
    struct health first = look(&early, 8), after = look(&later, 64.5);
    assert_true(first.number < after.number);
}

/* Goal: their own rhythm counts: after as long a silence and a check-in unanswered, there is a warning of who wrote
 * every few days, and none of who wrote every few weeks. */
static void test_rhythm(void **state) {
    (void)state;
    struct course often, rarely;
    begin(&often);
    begin(&rarely);
    correspond(&often, 3, 120);
    correspond(&rarely, 20, 120); /* both for the last time by Ben, so that Ana owes */
    double last_often = 1.5 + 3 * 39, last_rarely = 10 + 20 * 5;
    add(&often, FACT_ASKED, ANA, last_often + 12, 0, 0);
    add(&rarely, FACT_ASKED, ANA, last_rarely + 12, 0, 0);
    struct health doubtful = look(&often, last_often + 22), steady = look(&rarely, last_rarely + 22);
    assert_int_equal(doubtful.silent, ANA);
    assert_true(warns(&doubtful));
    assert_false(warns(&steady));
    expect(&often, last_often + 22, HEALTH_UNKNOWN, SILENCE_SILENT, "Ana has not written for 25 days");
}

/* Goal: whoever wrote and waits is not the silent one, however long it takes. */
static void test_waits(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    correspond(&course, 5, 50);
    struct health health = look(&course, 90);
    assert_int_equal(health.silent, ANA); /* Ben wrote last */
    assert_int_equal(health.members[BEN].silence, SILENCE_NONE);
}

/* Goal: an absence that is known is none of the silence, until some days after it. */
static void test_away(void **state) {
    (void)state;
    struct course course, without;
    begin(&course);
    correspond(&course, 5, 50);
    add(&course, FACT_ASKED, ANA, 47, 0, 0);
    without = course;
    without.facts.list = without.list;
    add(&course, FACT_AWAY, ANA, 48, 100, 0);
    struct health before = look(&course, 90), after = look(&course, 100), present = look(&without, 90);
    assert_true(warns(&present));
    assert_false(warns(&before));
    assert_true(before.members[ANA].number > present.members[ANA].number);
    assert_int_equal(before.members[ANA].number, after.members[ANA].number);
    assert_int_equal(before.members[ANA].silence, SILENCE_AWAY);
    add(&course, FACT_AWAY, ANA, 100, 0, 0); /* it does not say until when */
    assert_int_equal(look(&course, 110).members[ANA].number, before.members[ANA].number);
    struct health later = look(&course, 155);
    assert_true(warns(&later));
}

/* Goal: an absence that comes after a long silence explains it, so that nobody is warned of. */
static void test_away_late(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    correspond(&course, 5, 50);
    add(&course, FACT_AWAY, ANA, 75, 90, 0);
    expect(&course, 80, HEALTH_SLOW, SILENCE_AWAY, "Ana is away until 2027-04-15");
}

/* Goal: what rests is stopped, whoever is silent, and goes on where it was. */
static void test_rests(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    correspond(&course, 5, 50);
    int number = look(&course, 60).number;
    add(&course, FACT_PAUSED, BEN, 60, 90, 0);
    expect(&course, 70, HEALTH_STOPPED, SILENCE_PAUSED, "Ben has paused until 2027-04-15");
    assert_int_equal(look(&course, 70).number, number);
    assert_int_equal(look(&course, 90).number, number);
    add(&course, FACT_HELD, HEALTH_ALL, 90, 0, 0);
    expect(&course, 95, HEALTH_STOPPED, SILENCE_PAUSED, "it has been on hold since 2027-04-15");
    course.facts.over_at = day(100);
    expect(&course, 101, HEALTH_STOPPED, SILENCE_PAUSED, "it ended on 2027-04-25");
}

/* Goal: a dead address is no silence of its owner's. */
static void test_bounces(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    correspond(&course, 5, 50);
    course.facts.members[BEN].bounces = true;
    expect(&course, 52, HEALTH_UNKNOWN, SILENCE_BOUNCING, "mail to Ben comes back");
    assert_int_equal(look(&course, 52).silent, BEN);
}

/* Goal: our own outage is nobody's silence, while it lasts and ever after. */
static void test_outage(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    correspond(&course, 5, 50);
    struct health before = look(&course, 60);
    add(&course, FACT_OUTAGE, HEALTH_ALL, 60, 0, 0);
    struct health during = look(&course, 69);
    assert_int_equal(during.number, before.number);
    assert_int_equal(during.state, before.state);
    assert_int_equal(during.silence, SILENCE_OUTAGE);
    course.list[course.facts.count - 1].until = day(70);
    assert_int_equal(look(&course, 70).number, before.number);
}

/* ---- Answers ---- */

/* Goal: who talks outside our sight and says so is well, though no letter is ever seen. */
static void test_outside(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    static const double check_ins[] = {7, 44, 75, 105, 136};
    correspond(&course, 2, 5);
    for (size_t i = 0; i < COUNT_OF(check_ins); i++)
        for (size_t member = ANA; member <= BEN; member++) {
            add(&course, FACT_ASKED, member, check_ins[i], 0, 0);
            if (i != 2 || member == BEN)
                add(&course, FACT_ANSWERED, member, check_ins[i] + 2, 0, ANSWER_WELL);
        }
    for (int at = 76; at < 166; at++) {
        struct health health = look(&course, at);
        assert_false(warns(&health));
    }
    expect(&course, 140, HEALTH_GOOD, SILENCE_NONE, "Ana said on 2027-06-02 that they are in touch");
}

/* Goal: check-ins that stay unanswered count, the more the more; what an answer says is told. */
static void test_check_ins(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    correspond(&course, 6, 42);
    int number = look(&course, 62).members[ANA].number;
    add(&course, FACT_ASKED, ANA, 44, 0, 0);
    int once = look(&course, 62).members[ANA].number;
    assert_true(once < number);
    add(&course, FACT_ASKED, ANA, 51, 0, 0);
    assert_true(look(&course, 62).members[ANA].number < once);
    add(&course, FACT_ANSWERED, ANA, 62, 0, ANSWER_SLOW);
    expect(&course, 62, HEALTH_SLOW, SILENCE_NONE, "Ana said on 2027-03-18 that they are in touch, but slowly");
    add(&course, FACT_ANSWERED, BEN, 63, 0, ANSWER_HELP);
    assert_true(look(&course, 63).asks_for_person);
    expect(&course, 63, HEALTH_SLOW, SILENCE_NONE, "Ben would like help from a coordinator");
}

/* Goal: partners who contradict each other are a person's case; a letter settles it. Whoever owes one, and says that
 * they are in touch, contradicts nobody. */
static void test_contradiction(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct course course;
    begin(&course);
    correspond(&course, 6, 42);
    add(&course, FACT_ANSWERED, ANA, 45, 0, ANSWER_WELL);
    assert_false(look(&course, 46).asks_for_person);
    add(&course, FACT_ANSWERED, BEN, 46, 0, ANSWER_NO_CONTACT);
    struct health health = look(&course, 46);
    assert_true(health.asks_for_person);
    assert_string_equal(health_reason(&course.facts, &health, arena).text,
                        "Ben says that nothing comes from Ana, who says that they are in touch");
    add(&course, FACT_WROTE, ANA, 47, 0, 0);
    assert_false(look(&course, 48).asks_for_person);

    begin(&course);
    add(&course, FACT_WROTE, BEN, 2, 0, 0);
    add(&course, FACT_ANSWERED, BEN, 8, 0, ANSWER_NO_CONTACT);
    add(&course, FACT_ANSWERED, ANA, 9, 0, ANSWER_SLOW);
    assert_false(look(&course, 10).asks_for_person);
    add(&course, FACT_WROTE, ANA, 11, 0, 0);
    add(&course, FACT_ANSWERED, BEN, 12, 0, ANSWER_NO_CONTACT);
    assert_true(look(&course, 13).asks_for_person);
}

/* Goal: mail that waits for a person may be the letter that is missed. */
static void test_mail_waits(void **state) {
    (void)state;
    struct course course;
    begin(&course);
    correspond(&course, 5, 50);
    add(&course, FACT_ASKED, ANA, 60, 0, 0);
    struct health silent = look(&course, 90);
    add(&course, FACT_MAIL_WAITS, ANA, 89, 0, 0);
    struct health health = look(&course, 90);
    assert_true(warns(&silent));
    assert_false(warns(&health));
    expect(&course, 90, HEALTH_GOOD, SILENCE_NONE, "mail from Ana has waited for a person since 2027-04-14");
}

/* ---- What follows ---- */

/* Goal: a nudge, then a last call, then a person, each to the silent one only, and none too soon. */
static void test_decide(void **state) {
    (void)state;
    static const enum health_action order[] = {HEALTH_NUDGE, HEALTH_LAST_CALL, HEALTH_PERSON};
    struct course course;
    struct health_done done = {0}, none = {0};
    size_t step = 0;
    double last = 0;
    begin(&course);
    correspond(&course, 5, 50);
    for (double at = 48; at < 120 && step < COUNT_OF(order); at += 0.5) {
        struct health health = look(&course, at);
        assert_int_equal(health_decide(&health_parameters, &course.facts, &health, BEN, &none, day(at)), HEALTH_LEAVE);
        enum health_action action = health_decide(&health_parameters, &course.facts, &health, ANA, &done, day(at));
        if (action == HEALTH_LEAVE)
            continue;
        assert_int_equal(action, order[step++]);
        assert_true(at - last >= 4);
        last = at;
        if (action == HEALTH_PERSON)
            break;
        *(action == HEALTH_NUDGE ? &done.nudged_at : &done.called_at) = day(at);
        add(&course, FACT_ASKED, ANA, at, 0, 0);
    }
    assert_int_equal(step, COUNT_OF(order));
    add(&course, FACT_WROTE, ANA, last, 0, 0); /* all is forgiven */
    struct health health = look(&course, last + 1);
    assert_int_equal(health_decide(&health_parameters, &course.facts, &health, ANA, &done, day(last + 1)),
                     HEALTH_LEAVE);
}

/* Goal: never more than two unasked mails a week; nothing while they are away, anything rests or we are out; what only
 * a person can mend is a person's at once. */
static void test_leave_alone(void **state) {
    (void)state;
    struct course course;
    const int64_t unasked[] = {day(75), day(79)};
    struct health_done none = {0}, twice = {.unasked = unasked, .unasked_count = 2};
    begin(&course);
    correspond(&course, 5, 50);
    static const struct {
        double at;
        bool twice;
        struct health_fact fact;
        enum health_action action;
    } cases[] = {
        {80, false, {FACT_ASKED, BEN, 0, 0, 0}, HEALTH_NUDGE},
        {80, true, {FACT_ASKED, BEN, 0, 0, 0}, HEALTH_LEAVE},
        {83, true, {FACT_ASKED, BEN, 0, 0, 0}, HEALTH_NUDGE},
        {80, false, {FACT_AWAY, ANA, 0, 79, 90}, HEALTH_LEAVE},
        {80, false, {FACT_AWAY, BEN, 0, 79, 90}, HEALTH_NUDGE},
        {80, false, {FACT_PAUSED, BEN, 0, 79, 90}, HEALTH_LEAVE},
        {80, false, {FACT_HELD, HEALTH_ALL, 0, 79, 0}, HEALTH_LEAVE},
        {80, false, {FACT_OUTAGE, HEALTH_ALL, 0, 79, 0}, HEALTH_LEAVE},
        {80, false, {FACT_ANSWERED, ANA, ANSWER_HELP, 79, 0}, HEALTH_PERSON},
        {80, false, {FACT_ANSWERED, BEN, ANSWER_STOP, 79, 0}, HEALTH_PERSON},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct course with = course;
        with.facts.list = with.list;
        add(&with, cases[i].fact.kind, cases[i].fact.member, (double)cases[i].fact.at, (double)cases[i].fact.until,
            cases[i].fact.value);
        struct health health = look(&with, cases[i].at);
        enum health_action action = health_decide(&health_parameters, &with.facts, &health, ANA,
                                                  cases[i].twice ? &twice : &none, day(cases[i].at));
        if (action != cases[i].action)
            fail_msg("case %zu: action %d", i, action);
    }
    struct course bounces = course, waiting = course;
    bounces.facts.list = bounces.list;
    bounces.facts.members[BEN].bounces = true;
    struct health health = look(&bounces, 52);
    assert_int_equal(health_decide(&health_parameters, &bounces.facts, &health, BEN, &none, day(52)), HEALTH_PERSON);
    waiting.facts.introduced_at = 0;
    waiting.facts.count = 0;
    health = look(&waiting, 1);
    assert_int_equal(health_decide(&health_parameters, &waiting.facts, &health, ANA, &none, day(1)), HEALTH_LEAVE);
    health = look(&waiting, 4);
    assert_int_equal(health_decide(&health_parameters, &waiting.facts, &health, ANA, &none, day(4)), HEALTH_PERSON);
}

/* ---- Whatever happens ---- */

enum { HISTORIES = 3000 };

static double draw(double most) {
    return (double)random_below(1000000) / 1000000 * most;
}

/* Anything at all, in HORIZON days; moments fall together often. */
static void make_up(struct course *course, double horizon) {
    begin(course);
    course->facts.member_count = 2 + random_below(2);
    course->facts.members[2].name = "Eve";
    for (uint64_t left = random_below(40); left > 0; left--) {
        enum health_fact_kind kind = (enum health_fact_kind)random_below(FACT_NOTED + 1);
        if (random_below(2))
            kind = random_below(3) ? FACT_WROTE : FACT_ASKED;
        bool rests = kind <= FACT_OUTAGE, all = kind == FACT_HELD || kind == FACT_OUTAGE || kind == FACT_NOTED;
        double at = random_below(3) ? draw(horizon) : (double)random_below((uint64_t)horizon);
        add(course, kind, all ? HEALTH_ALL : random_below(course->facts.member_count), at,
            rests ? at + 0.5 + draw(20) : 0, kind == FACT_ANSWERED ? 1 + (int)random_below(5) : 0);
    }
}

static struct course copy(const struct course *course) {
    struct course other = *course;
    return other;
}

static struct health look_at(struct course *course, double at) {
    course->facts.list = course->list;
    return look(course, at);
}

/* Goal: in whatever order facts come, also at one instant, health is the same. */
static void test_order(void **state) {
    (void)state;
    random_seed(1);
    for (int run = 0; run < HISTORIES; run++) {
        struct course course, other;
        make_up(&course, 60);
        other = copy(&course);
        for (size_t i = other.facts.count; i > 1; i--) {
            size_t j = random_below(i);
            struct health_fact fact = other.list[j];
            other.list[j] = other.list[i - 1];
            other.list[i - 1] = fact;
        }
        struct health one = look_at(&course, 61), same = look_at(&other, 61);
        assert_memory_equal(&one.members, &same.members, sizeof one.members);
        assert_int_equal(one.state, same.state);
        assert_int_equal(one.ground, same.ground);
        assert_int_equal(one.about, same.about);
        assert_int_equal(one.at, same.at);
    }
}

/* Goal: a check-in that is missed never makes it better: neither one more, nor one that was answered well. */
static void test_missed(void **state) {
    (void)state;
    random_seed(2);
    for (int run = 0; run < HISTORIES; run++) {
        struct course course, more, fewer;
        make_up(&course, 60);
        more = copy(&course);
        fewer = copy(&course);
        add(&more, FACT_ASKED, random_below(course.facts.member_count), draw(61), 0, 0);
        for (size_t i = 0; i < fewer.facts.count; i++)
            if (fewer.list[i].kind == FACT_ANSWERED && fewer.list[i].value <= ANSWER_SLOW) {
                fewer.list[i] = fewer.list[--fewer.facts.count];
                break;
            }
        struct health as_it_is = look_at(&course, 61), asked = look_at(&more, 61), unanswered = look_at(&fewer, 61);
        for (size_t i = 0; i < course.facts.member_count; i++) {
            assert_true(asked.members[i].number <= as_it_is.members[i].number);
            assert_true(unanswered.members[i].number <= as_it_is.members[i].number);
        }
    }
}

/* Goal: a contact makes it no worse: of nobody at its moment, and of whoever wrote ever after. */
static void test_contact(void **state) {
    (void)state;
    random_seed(3);
    for (int run = 0; run < HISTORIES; run++) {
        struct course course, more;
        make_up(&course, 60);
        more = copy(&course);
        size_t writer = random_below(course.facts.member_count);
        double at = 60 + draw(5);
        add(&more, run % 4 ? FACT_WROTE : FACT_NOTED, run % 4 ? writer : HEALTH_ALL, at, 0, 0);
        struct health before = look_at(&course, at), after = look_at(&more, at), without = look_at(&course, at + 20),
                      later = look_at(&more, at + 20);
        for (size_t i = 0; i < course.facts.member_count; i++)
            assert_true(after.members[i].number >= before.members[i].number);
        assert_true(after.number >= before.number);
        assert_true(later.members[writer].number >= without.members[writer].number);
    }
}

/* Goal: ten days of outage in the middle change nothing: all that comes after is as it would have been ten days before.
 */
static void test_ten_days_out(void **state) {
    (void)state;
    random_seed(4);
    for (int run = 0; run < HISTORIES; run++) {
        struct course course, later;
        make_up(&course, 60);
        later = copy(&course);
        double from = draw(60);
        for (size_t i = 0; i < later.facts.count; i++) {
            if (later.list[i].at >= day(from))
                later.list[i].at += 10 * SECONDS_PER_DAY;
            if (later.list[i].until >= day(from))
                later.list[i].until += 10 * SECONDS_PER_DAY;
        }
        add(&later, FACT_OUTAGE, HEALTH_ALL, from, from + 10, 0);
        struct health one = look_at(&course, 61), other = look_at(&later, 71);
        for (size_t i = 0; i < course.facts.member_count; i++) {
            assert_int_equal(one.members[i].number, other.members[i].number);
            assert_int_equal(one.members[i].silence, other.members[i].silence);
        }
        assert_int_equal(one.number, other.number);
        assert_int_equal(one.state, other.state);
        assert_int_equal(one.silent, other.silent);
        assert_int_equal(one.ground, other.ground);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_new),           cmocka_unit_test(test_never_wrote),  cmocka_unit_test(test_first_week),
        cmocka_unit_test(test_rhythm),        cmocka_unit_test(test_waits),        cmocka_unit_test(test_away),
        cmocka_unit_test(test_away_late),     cmocka_unit_test(test_rests),        cmocka_unit_test(test_bounces),
        cmocka_unit_test(test_outage),        cmocka_unit_test(test_outside),      cmocka_unit_test(test_check_ins),
        cmocka_unit_test(test_contradiction), cmocka_unit_test(test_mail_waits),   cmocka_unit_test(test_decide),
        cmocka_unit_test(test_leave_alone),   cmocka_unit_test(test_order),        cmocka_unit_test(test_missed),
        cmocka_unit_test(test_contact),       cmocka_unit_test(test_ten_days_out),
    };
    return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
