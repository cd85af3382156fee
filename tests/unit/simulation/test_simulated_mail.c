/* Goal: made-up people's mails are what mail clients and mail servers write, so that what is tried with them is worth
 * something: the parser of real mail reads in them what their writers meant. */
#include "test.h"

#include <string.h>

#include "base/random.h"
#include "mail/description.h"
#include "simulation/simulated_bounce.h"
#include "simulation/simulated_mail.h"

static const char question_text[] =
    "Hello,\n\nreply with one digit:\n\n1. All is well.\n2. Slowly.\n3. Nothing heard.\n"
    "4. Help, please.\n\nThank you.\n";
static const struct simulated_reading question = {.from_name = "Friends",
                                                  .from = "friends+rabcdefghijklmnop@example.org",
                                                  .message_id = "<q@example.org>",
                                                  .subject = "How is it going?",
                                                  .text = question_text,
                                                  .date = 1741600000};
static const struct description_settings settings = {
    .address = "friends@example.org", .separator = '+', .loop_mark = "friends@example.org"};

static struct simulated_mail reply(enum simulated_style style, enum simulated_language language) {
    return (struct simulated_mail){.from_name = "Anna Berg",
                                   .from = "anna@example.net",
                                   .to = question.from,
                                   .cc = "",
                                   .subject = "Re: How is it going?",
                                   .text = "2",
                                   .message_id = "<a@example.net>",
                                   .answers = &question,
                                   .style = style,
                                   .language = language,
                                   .answers_line = 2,
                                   .date = 1741690000,
                                   .zone_minutes = 60};
}

static void describe(const struct text *bytes, struct arena *arena, struct description *ret) {
    description_make(bytes->bytes, bytes->length, &settings, arena, ret);
}

static void test_answers(void **state) {
    /* Goal: wherever the digit stands in the reply, and in whatever language the mail client speaks, it is read. */
    (void)state;
    for (int style = 0; style < SIMULATED_STYLES; style++)
        for (int language = 0; language < SIMULATED_LANGUAGES; language++) {
            auto_arena arena = arena_new();
            auto_text bytes = TEXT_EMPTY;
            struct description description;
            struct simulated_mail mail = reply((enum simulated_style)style, (enum simulated_language)language);
            simulated_mail_write(&mail, &bytes);
            describe(&bytes, arena, &description);
            if (description.kind != MAIL_HUMAN || description.answer_count != 1 ||
                strcmp(description.answers[0], "2") != 0)
                fail_msg("style %d, language %d: %zu answers\n%s", style, language, description.answer_count,
                         text_string(&bytes));
        }
}

static void test_places(void **state) {
    /* Goal: the styles differ in where the answer stands. */
    (void)state;
    const char *const expected[SIMULATED_STYLES] = {
        [SIMULATED_ABOVE] = "\r\n\r\n2\r\n\r\nOn 10 March 2025",
        [SIMULATED_BELOW] = "> Thank you.\r\n\r\n2\r\n",
        [SIMULATED_INLINE] = "> 2. Slowly.\r\n\r\n2\r\n\r\n> 3. Nothing",
        [SIMULATED_BARE] = "8bit\r\n\r\n2\r\n",
        [SIMULATED_HTML] = "<div dir=\"ltr\">2</div>",
    };
    for (int style = 0; style < SIMULATED_STYLES; style++) {
        auto_text bytes = TEXT_EMPTY;
        struct simulated_mail mail = reply((enum simulated_style)style, SIMULATED_ENGLISH);
        simulated_mail_write(&mail, &bytes);
        if (!strstr(text_string(&bytes), expected[style]))
            fail_msg("style %d:\n%s", style, text_string(&bytes));
    }
}

static void test_away(void **state) {
    /* Goal: an absence is understood with its end, in all three languages. */
    (void)state;
    for (int language = 0; language < SIMULATED_LANGUAGES; language++) {
        auto_arena arena = arena_new();
        auto_text bytes = TEXT_EMPTY;
        struct description description;
        struct simulated_mail mail = reply(SIMULATED_BARE, (enum simulated_language)language);
        mail.text = simulated_words_away((enum simulated_language)language, 1742428800, arena); /* 20 March 2025 */
        mail.automatic = true;
        simulated_mail_write(&mail, &bytes);
        describe(&bytes, arena, &description);
        assert_int_equal(description.kind, MAIL_AUTO_REPLY);
        assert_string_equal(description.away_until, "2025-03-20");
    }
}

static void test_bounce(void **state) {
    /* Goal: what comes back is a bounce of one dead address, and names the message. */
    auto_arena arena = arena_new();
    auto_text bytes = TEXT_EMPTY;
    struct description description;
    static const char original[] = "From: a@example.org\r\nMessage-ID: <m@example.org>\r\n\r\nText\r\n";
    (void)state;
    simulated_bounce_write(&(struct simulated_bounce){.recipient = "ben@example.net",
                                                      .envelope_from = "friends+babcdefghijklmnop@example.org",
                                                      .original = original,
                                                      .length = strlen(original),
                                                      .at = 1741690000},
                           &bytes);
    describe(&bytes, arena, &description);
    assert_int_equal(description.kind, MAIL_BOUNCE);
    assert_int_equal(description.bounce_count, 1);
    assert_string_equal(description.bounces[0].recipient, "ben@example.net");
    assert_string_equal(description.bounces[0].status, "5.1.1");
    assert_string_equal(description.bounces[0].message_id, "<m@example.org>");
    assert_true(description.bounces[0].permanent && description.bounces[0].address_dead);
}

static void test_letters(void **state) {
    /* Goal: a letter answers the question in the one before it, and the two partners don't say the same. */
    auto_arena arena = arena_new();
    (void)state;
    for (int language = 0; language < SIMULATED_LANGUAGES; language++) {
        enum simulated_language in = (enum simulated_language)language;
        struct simulated_letter_words words = {.writer = "Anna Berg", .reader = "Ben Okoro", .answered = -1};
        const char *first = simulated_words_letter(in, &words, arena);
        int asked = simulated_words_find_question(in, first);
        assert_true(asked >= 0);
        words = (struct simulated_letter_words){
            .writer = "Ben Okoro", .reader = "Anna Berg", .side = 1, .answers = true, .answered = asked};
        const char *second = simulated_words_letter(in, &words, arena);
        assert_non_null(strstr(first, "Ben"));
        assert_non_null(strstr(second, "Anna"));
        assert_int_not_equal(simulated_words_find_question(in, second), asked);
        words.answered = -1;
        assert_true(strlen(second) > strlen(simulated_words_letter(in, &words, arena)));
    }
}

static void test_own_chance(void **state) {
    /* Goal: what one person draws does not depend on what others draw. */
    uint64_t first = 5, second = 5;
    (void)state;
    for (int i = 0; i < 100; i++) {
        uint64_t drawn = random_below_of(&first, 10);
        random_below(7);
        assert_int_equal(drawn, random_below_of(&second, 10));
        assert_true(drawn < 10);
    }
}

static void test_form(void **state) {
    /* Goal: the answers to a form stand each below its question, behind the options. */
    (void)state;
    static const struct simulated_reading form = {
        .from_name = "Friends",
        .from = "friends@example.org",
        .message_id = "<f@example.org>",
        .subject = "Your application",
        .text = "Hello,\n\n*1. Name:* What is it?\n\n*2. Trio:* Is it fine?\n(1) yes, (2) no\n\nThank you.\n",
        .date = 1741600000};
    static const char expected[] =
        "> *1. Name:* What is it?\r\n\r\nAnna\r\n\r\n>\r\n> *2. Trio:* Is it fine?\r\n> (1) yes, (2) no\r\n"
        "\r\nyes\r\n\r\n>\r\n> Thank you.\r\n";
    const struct simulated_insertion answers[] = {{1, "Anna"}, {2, "yes"}};
    auto_text bytes = TEXT_EMPTY;
    struct simulated_mail mail = reply(SIMULATED_INLINE, SIMULATED_ENGLISH);
    mail.answers = &form;
    mail.insertions = answers;
    mail.insertion_count = COUNT_OF(answers);
    simulated_mail_write(&mail, &bytes);
    if (!strstr(text_string(&bytes), expected))
        fail_msg("%s", text_string(&bytes));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),    cmocka_unit_test(test_places), cmocka_unit_test(test_form),
        cmocka_unit_test(test_away),       cmocka_unit_test(test_bounce), cmocka_unit_test(test_letters),
        cmocka_unit_test(test_own_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
