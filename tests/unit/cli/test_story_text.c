#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/members.h"
#include "cli/story_text.h"

static struct participant people[] = {
    {.id = 1, .name = "Anna Berg", .language = "en"},
    {.id = 2, .name = "Ben Okoro", .language = "en"},
    {.id = 3, .name = "Carla Diaz", .language = "en"},
};
static const struct outbox_row messages[] = {
    {.id = 10, .step = "introduction", .participant = 1, .template_name = "introduction", .state = OUTBOX_SENT},
    {.id = 11,
     .step = "discussion",
     .occurrence = 2,
     .participant = 2,
     .template_name = "discussion",
     .state = OUTBOX_FAILED,
     .reason = "refused by the mail server"},
    {.id = 12, .step = "alert", .coordinator = "Kate", .template_name = "coordinator-alert", .state = OUTBOX_SENT},
    {.id = 13,
     .step = "check-in",
     .occurrence = 1,
     .participant = 2,
     .template_name = "check-in",
     .state = OUTBOX_QUEUED},
    {.id = 14, .step = "letter", .participant = 2, .about = 1, .template_name = "letter", .state = OUTBOX_SENT},
    {.id = 15, .step = "answer", .participant = 1, .template_name = "partner-away", .state = OUTBOX_SENT},
    {.id = 16, .step = "answer", .participant = 1, .template_name = "check-in-unclear", .state = OUTBOX_SENT},
    {.id = 17, .step = "answer", .participant = 1, .template_name = "letter-stopped", .state = OUTBOX_HELD},
};
static const struct case_row cases[] = {
    {.id = 1, .kind = CASE_LOOK, .key = "k", .reason = "something is wrong", .opened_at = 500, .closed_at = 600}};

static struct story_line line(enum story_kind kind, int64_t participant, int64_t outbox, const char *text) {
    static const char *const steps[] = {"introduction", "discussion", "alert",  "check-in",
                                        "letter",       "answer",     "answer", "answer"};
    return (struct story_line){.at = 500,
                               .kind = kind,
                               .participant = participant,
                               .outbox = outbox,
                               .actor = "daemon",
                               .text = text,
                               .why = "",
                               .question = kind == STORY_ANSWER ? "check-in" : "",
                               .step = outbox ? steps[outbox - 10] : ""};
}

static struct story_sentence *tell(const struct story_line *lines, size_t count, size_t members, struct arena *arena) {
    struct participant_list *list = arena_take(arena, sizeof *list);
    struct story *story = arena_take(arena, sizeof *story);
    struct story_line *copy = arena_take_array(arena, count, sizeof *copy);
    memcpy(copy, lines, count * sizeof *copy);
    *list = (struct participant_list){people, members};
    *story = (struct story){copy, count};
    const struct story_facts facts = {
        .members = list,
        .names = members_short_names(arena, list),
        .messages = messages,
        .message_count = COUNT_OF(messages),
        .cases = cases,
        .case_count = COUNT_OF(cases),
    };
    return story_text_make(&facts, story, arena);
}

static void check_one(struct story_line told, size_t members, const char *expected) {
    auto_arena arena = arena_new();
    const char *text = tell(&told, 1, members, arena)->text;
    if (!string_equal(text, expected))
        fail_msg("\"%s\": expected \"%s\", got \"%s\"", told.text, expected ? expected : "(nothing)",
                 text ? text : "(nothing)");
}

static struct story_line by(struct story_line told, const char *actor, const char *why) {
    told.actor = actor;
    told.why = why;
    return told;
}

/* Goal: messages are told by what came of them; their ways inside the outbox are not. */
static void test_messages(void **state) {
    (void)state;
    check_one(line(STORY_EVENT, 1, 10, "outbox queued"), 2, NULL);
    check_one(line(STORY_EVENT, 1, 10, "outbox queued -> sending"), 2, NULL);
    check_one(line(STORY_EVENT, 1, 10, "outbox sending -> sent"), 2, "Anna got the introduction");
    check_one(line(STORY_EVENT, 1, 12, "outbox sending -> sent"), 2, "Kate was told about the alert");
    check_one(line(STORY_EVENT, 2, 11, "outbox sending -> failed"), 2,
              "Discussion 2 could not be sent to Ben: refused by the mail server");
    check_one(line(STORY_EVENT, 2, 11, "outbox queued -> expired"), 2,
              "Discussion 2 for Ben was skipped: it was too late to be of use");
    check_one(line(STORY_EVENT, 2, 13, "outbox sending -> queued"), 2,
              "Check-in 1 could not be sent to Ben yet; it is tried again");
    check_one(by(line(STORY_EVENT, 2, 13, "outbox held -> queued"), "command:kate", ""), 2,
              "Kate sent check-in 1 to Ben again");
    check_one(by(line(STORY_EVENT, 2, 13, "outbox held -> queued"), "daemon", "resumed"), 2,
              "Check-in 1 for Ben may go out now");
    check_one(by(line(STORY_EVENT, 2, 13, "outbox queued -> cancelled"), "command:kate", ""), 2,
              "Kate cancelled check-in 1 for Ben");
    check_one(by(line(STORY_EVENT, 2, 11, STORY_TEXT_BOUNCE), "", "5.1.1"), 2, "Discussion 2 to Ben came back (5.1.1)");
}

/* Goal: of letters it is told who wrote and what became of them, and not twice that one arrived; what somebody's mail
 * brought about is told as what it was. */
static void test_letters_and_answers(void **state) {
    (void)state;
    check_one(line(STORY_EVENT, 2, 14, "outbox sending -> sent"), 2, NULL);
    check_one(by(line(STORY_EVENT, 2, 14, "outbox queued -> held"), "rule:incoming", "from elsewhere"), 2,
              "A letter from Anna for Ben is held back: from elsewhere");
    check_one(by(line(STORY_EVENT, 2, 14, "outbox sending -> failed"), "daemon", "refused"), 2,
              "A letter from Anna could not be sent to Ben: refused");
    check_one(by(line(STORY_EVENT, 2, 14, STORY_TEXT_BOUNCE), "", "5.1.1"), 2,
              "A letter from Anna to Ben came back (5.1.1)");
    check_one(line(STORY_EVENT, 1, 15, "outbox sending -> sent"), 2, "Anna was told of the absence");
    check_one(line(STORY_EVENT, 1, 16, "outbox sending -> sent"), 2,
              "Anna was asked again, as the answer was not clear");
    check_one(by(line(STORY_EVENT, 1, 17, "outbox queued -> held"), "daemon", "x"), 2,
              "The notice about a letter for Anna is held back: x");
}

/* Goal: a reason that belongs to a later state of the message is not put under an earlier one. */
static void test_reason_of_its_time(void **state) {
    (void)state;
    check_one(line(STORY_EVENT, 2, 11, "outbox queued -> held"), 2, "Discussion 2 for Ben is held back");
    check_one(by(line(STORY_EVENT, 2, 11, "outbox queued -> held"), "daemon", "it was late"), 2,
              "Discussion 2 for Ben is held back: it was late");
}

/* Goal: the same delay is told once, however often the message was tried. */
static void test_tries(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    const struct story_line lines[] = {line(STORY_EVENT, 2, 11, "outbox sending -> queued"),
                                       line(STORY_EVENT, 2, 11, "outbox sending -> queued"),
                                       line(STORY_EVENT, 2, 13, "outbox sending -> queued")};
    struct story_sentence *told = tell(lines, COUNT_OF(lines), 2, arena);
    assert_non_null(told[0].text);
    assert_null(told[1].text);
    assert_non_null(told[2].text);
}

/* Goal: contacts say who, to whom and by which channel; an answer that is also a contact is told once. */
static void test_contacts(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    check_one(line(STORY_CONTACT, 1, 0, "relay"), 2, "Anna wrote to Ben");
    check_one(line(STORY_CONTACT, 1, 0, "cc"), 2, "Anna wrote to Ben (copy to us)");
    check_one(line(STORY_CONTACT, 1, 0, "cc"), 3, "Anna wrote to Ben and Carla (copy to us)");
    check_one(line(STORY_CONTACT, 2, 0, "coordinator"), 2, "Ben was in touch with Anna, as a coordinator knows");
    check_one(line(STORY_CONTACT, 0, 0, "coordinator"), 2, "They were in touch, as a coordinator knows");
    check_one(line(STORY_CONTACT, 1, 0, "check-in"), 2, "Anna says that they are in touch");
    struct story_line lines[] = {line(STORY_CONTACT, 1, 0, "check-in"), line(STORY_ANSWER, 1, 0, "2"),
                                 line(STORY_EVENT, 1, 0, "inbox handled")};
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        lines[i].inbox = 7;
    struct story_sentence *told = tell(lines, COUNT_OF(lines), 2, arena);
    assert_null(told[0].text);
    assert_string_equal(told[1].text, "Anna answered 2: in touch, but slowly");
    assert_null(told[2].text);
}

/* Goal: all four answers are told in words. */
static void test_answers(void **state) {
    (void)state;
    check_one(line(STORY_ANSWER, 1, 0, "1"), 2, "Anna answered 1: all is well, in touch");
    check_one(line(STORY_ANSWER, 2, 0, "3"), 2, "Ben answered 3: has not heard from Anna");
    check_one(line(STORY_ANSWER, 2, 0, "4"), 2, "Ben answered 4: would like help from a coordinator");
    check_one(line(STORY_ANSWER, 2, 0, "9"), 2, NULL);
}

/* Goal: what changed names the person behind it, and the reason where there is one. */
static void test_changes(void **state) {
    (void)state;
    check_one(by(line(STORY_EVENT, 0, 0, "partnership planned"), "command:kate", ""), 2,
              "Kate planned the partnership");
    check_one(line(STORY_EVENT, 0, 0, "partnership planned -> active"), 2, "The partnership began");
    check_one(by(line(STORY_EVENT, 0, 0, "partnership active -> held"), "command:kate", "holidays"), 2,
              "Put on hold by kate: holidays");
    check_one(line(STORY_EVENT, 0, 0, "partnership held -> active"), 2, "Resumed");
    check_one(by(line(STORY_EVENT, 0, 0, "partnership active -> ended"), "daemon", "its time is over"), 2,
              "The partnership ended: its time is over");
    check_one(by(line(STORY_EVENT, 2, 0, "participant active -> paused"), "rule:incoming", "asked for by mail"), 2,
              "Ben pauses: asked for by mail");
    check_one(by(line(STORY_EVENT, 2, 0, "participant is away"), "rule:incoming", "2027-03-01"), 2,
              "Ben is away until 2027-03-01");
    check_one(by(line(STORY_EVENT, 2, 0, "address good -> dead"), "daemon", "two hard bounces"), 2,
              "Nothing more is sent to Ben, as mail comes back: two hard bounces");
    check_one(line(STORY_EVENT, 0, 0, "case opened: k"), 2, "Alert: something is wrong");
    check_one(line(STORY_EVENT, 0, 0, "case opened: another"), 2, NULL);
    check_one(by(line(STORY_NOTE, 0, 0, "rang her"), "kate", ""), 2, "Note by kate: rang her");
    check_one(line(STORY_EVENT, 0, 0, "something nobody knows"), 2, NULL);
}

/* Goal: members are called by their first names, with more of the name where that is the same. */
static void test_short_names(void **state) {
    (void)state;
    auto_arena arena = arena_new();
    struct participant twins[] = {{.id = 1, .name = "Anna Berg", .language = "en"},
                                  {.id = 2, .name = "Anna Lund", .language = "en"},
                                  {.id = 3, .name = "Ben", .language = "en"}};
    const struct participant_list list = {twins, COUNT_OF(twins)};
    const char **names = members_short_names(arena, &list);
    assert_string_equal(names[0], "Anna B.");
    assert_string_equal(names[1], "Anna L.");
    assert_string_equal(names[2], "Ben");
    assert_string_equal(members_names(arena, &list, 0), "Anna Berg, Anna Lund and Ben");
    assert_string_equal(members_names(arena, &list, 2), "Anna Berg and Ben");
    twins[1].name = "Anna Bø";
    twins[2].name = "Anna";
    names = members_short_names(arena, &list);
    assert_string_equal(names[0], "Anna Berg");
    assert_string_equal(names[1], "Anna Bø");
    assert_string_equal(names[2], "Anna");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages),
        cmocka_unit_test(test_letters_and_answers),
        cmocka_unit_test(test_reason_of_its_time),
        cmocka_unit_test(test_tries),
        cmocka_unit_test(test_contacts),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_short_names),
    };
    return cmocka_run_group_tests_name("story_text", tests, NULL, NULL);
}
