#include "programme/question.h"

#include <string.h>

#include "base/text.h"
#include "programme/decide_letter.h"
#include "programme/decide_parting.h"
#include "programme/deciding.h"

/* ---- The questions ---- */

static void ask_for_help(struct deciding *deciding, const struct outbox_row *about) {
    (void)about;
    if (deciding->reading.verb == VERB_HELP) {
        verb_decide(deciding, VERB_AT_HELP);
        return;
    }
    deciding_tell_coordinators(deciding, CASE_HELP, "a participant answered a check-in by asking for help");
    deciding_wait(deciding, "answered a check-in by asking for a coordinator's help");
}

REASON_CONSTANT(check_in_title, "a check-in");
/* Partners are given each other's addresses, invitations sent: by what all have said. */
static void choose_next(struct deciding *deciding, const struct outbox_row *about) {
    const struct description *description = deciding->description;
    struct effect *chosen = deciding_add(deciding, EFFECT_NEXT);
    chosen->outbox = about->id;
    chosen->tells = !description->null_sender && !description->through_list && !deciding->facts->answers_used_up;
}

REASON_CONSTANT(next_title, "what comes after the round");
REASON_CONSTANT(leaving_title, "the question about leaving");
REASON_CONSTANT(another_title, "the question about another partner");
REASON_CONSTANT(letter_title, "the question about a letter");
REASON_CONSTANT(address_title, "the question whether a new address is theirs");
REASON_CONSTANT(meeting_title, "an invitation");
REASON_CONSTANT(sure_title, "the question whether a word to us is meant");

const struct question question_table[] =
    {
        {
            .name = QUESTION_CHECK_IN,
            .title = check_in_title,
            .owner = QUESTION_OF_PARTNERSHIP,
            .phrases = PHRASE_ANSWER,
            .kept = true,
            .unclear = "check-in-unclear",
            .put_by = {"nudge", "last-call"},
            .by_steps = true,
            .answers =
                {
                    [1] = {"well", "all is well, in touch", false, "well", "1", QUESTION_GOOD, true, NULL},
                    [2] = {"slow", "in touch, but slowly", false, "slowly", "2", QUESTION_FAIR, true, NULL},
                    [3] = {"no contact", "has not heard from", true, "silent", "3", QUESTION_BAD, false, NULL},
                    [4] = {"help", "would like help from a coordinator", false, "help", "4", QUESTION_BAD, false,
                           ask_for_help},
                    [5] = {"stop", "would like to stop", false, "stop", "5", QUESTION_BAD, false, decide_parting_wish},
                },
        },
        {
            .name = QUESTION_NEXT,
            .title = next_title,
            .owner = QUESTION_OF_PARTICIPANT,
            .phrases = PHRASE_NEXT,
            .kept = true,
            .unclear = "next-unclear",
            .noted = "next-noted",
            .answers =
                {
                    [1] = {"go on", "goes on writing after the round with", true, "goes_on", "CONTINUE", QUESTION_GOOD,
                           false, choose_next},
                    [2] = {"next round", "would like to join the next round", false, "next_round",
                           "NEXT", QUESTION_GOOD, false, choose_next},
                    [3] = {"both", "would like to join the next round, and goes on writing with", true,
                           "both", "BOTH", QUESTION_GOOD, false, choose_next},
                    [4] = {"neither", "neither goes on nor joins the next round",
                           false, "neither", "NEITHER", QUESTION_FAIR, false, choose_next},
                },
        },
        {
            .name = "letter",
            .title = letter_title,
            .owner = QUESTION_OF_PARTICIPANT,
            .put_by = {"letter-question", "letter-confirm"},
            .answers = {[1] = {.name = "send it", .act = decide_letter_go},
                        [2] = {.name = "not for the partner", .act = decide_letter_end}},
        },
        {
            .name = QUESTION_ADDRESS,
            .title = address_title,
            .owner = QUESTION_OF_PARTICIPANT,
            .phrases = PHRASE_SURE,
            .by_reply = true,
            .put_by = {"address-prove"},
            .answers = {[1] = {.name = "mine", .in_words = "YES", .act = verb_address_proven},
                        [2] = {.name = "somebody else's", .in_words = "NO", .act = verb_address_unknown}},
        },
        {
            .name = QUESTION_SURE,
            .title = sure_title,
            .owner = QUESTION_OF_PARTICIPANT,
            .phrases = PHRASE_SURE,
            .by_reply = true,
            .more_waits = true,
            .answers = {[1] = {.name = "yes", .in_words = "YES", .act = verb_sure},
                        [2] = {.name = "no", .in_words = "NO", .act = verb_not_sure}},
        },
        {
            .name = QUESTION_MEETING,
            .title = meeting_title,
            .owner = QUESTION_OF_PARTICIPANT,
            .phrases = PHRASE_COMES,
            .by_reply = true,
            .invites = true,
            .put_by = {"event-invitation", "event-reminder"},
            .answers = {[1] = {.name = "yes", .in_words = "COMING"},
                        [2] = {.name = "no", .in_words = "NOT COMING"},
                        [3] = {.name = "perhaps", .in_words = "PERHAPS"}},
        },
        {
            .name = "leaving",
            .title = leaving_title,
            .owner = QUESTION_OF_PARTICIPANT,
            .by_reply = true,
            .put_by = {"leaving"},
            .answers = {[PARTING_REMATCH] = {.name = "another partner", .act = decide_parting_rematch},
                        [PARTING_LEAVE] = {.name = "leave", .act = decide_parting_leave},
                        [PARTING_STAY] = {.name = "stay", .act = decide_parting_stay}},
        },
        {
            .name = "another",
            .title = another_title,
            .owner = QUESTION_OF_PARTICIPANT,
            .by_reply = true,
            .put_by = {"partner-left"},
            .answers = {[PARTING_ANOTHER] = {.name = "another partner", .act = decide_parting_another},
                        [PARTING_NO_MORE] = {.name = "no other partner", .act = decide_parting_no_more}},
        },
        {0},
};

const struct question *question_find(const char *name) {
    for (const struct question *question = question_table; question->name; question++)
        if (string_equal(question->name, name))
            return question;
    return NULL;
}

const struct question *question_put_by(const char *template_name) {
    if (verb_asks(template_name))
        return question_find(QUESTION_SURE);
    for (const struct question *question = question_table; question->name; question++)
        if (string_equal(question->unclear, template_name) || string_equal(question->put_by[0], template_name) ||
            string_equal(question->put_by[1], template_name))
            return question;
    return NULL;
}

const struct question_answer *question_answer(const struct question *question, int64_t digit) {
    return question && digit >= 1 && digit <= question_answer_count(question) ? &question->answers[digit] : NULL;
}

int question_answer_count(const struct question *question) {
    int count = 0;
    while (count < QUESTION_ANSWERS_MAX && question->answers[count + 1].name)
        count++;
    return count;
}

bool question_goes_on(int64_t digit) {
    return digit == 1 || digit == 3;
}

bool question_joins(int64_t digit) {
    return digit == 2 || digit == 3;
}

/* ---- What answers them ---- */

static int find_phrase(const struct question *question, const struct words *words, const char *line, size_t length) {
    int found = phrase_find(words, question->phrases, line, length);
    return found == PHRASE_MIXED ? QUESTION_AMBIGUOUS : found;
}

/* QUESTION_AMBIGUOUS for a number that was not offered. */
static int find_one(const struct question *question, const struct words *words, const char *answer) {
    if (answer[0] >= '0' && answer[0] <= '9') {
        if (answer[1] == '\0' && answer[0] > '0' && answer[0] <= '0' + question_answer_count(question))
            return answer[0] - '0';
        return strspn(answer, "0123456789") == strlen(answer) ? QUESTION_AMBIGUOUS : QUESTION_NO_ANSWER;
    }
    return find_phrase(question, words, answer, strlen(answer));
}

int question_find_answer(const struct question *question, const char *const *answers, size_t count,
                         const struct words *words) {
    int found = QUESTION_NO_ANSWER;
    bool unclear = false;
    for (size_t i = 0; i < count; i++) {
        int one = find_one(question, words, answers[i]);
        unclear |= one == QUESTION_AMBIGUOUS || (one && found && one != found);
        if (one != QUESTION_AMBIGUOUS && !found)
            found = one;
    }
    return found && unclear ? QUESTION_AMBIGUOUS : found;
}

int question_read_answer(const struct question *question, const char *text, const char *const *answers, size_t count,
                         const struct words *words) {
    const char *line = text ? text + strspn(text, " \t\r\n") : "";
    size_t length = strcspn(line, "\n");
    if (line[length] && phrase_is_greeting(words, line, length)) {
        line += length + strspn(line + length, " \t\r\n");
        length = strcspn(line, "\n");
    }
    int standing = question_find_answer(question, answers, count, words);
    int first_line = find_phrase(question, words, line, length);
    /* "Well, ..." begins sentences of any meaning. */
    if (!first_line || first_line == standing || string_starts_with_ignore_case(line, "well,"))
        return standing;
    return standing ? QUESTION_AMBIGUOUS : first_line;
}
