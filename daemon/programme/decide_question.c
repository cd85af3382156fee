#include "programme/decide_question.h"

#include <string.h>

#include "base/text.h"
#include "programme/deciding.h"

enum { WORDS_BESIDE_AN_ANSWER = 3 };

static size_t count_words(const char *text) {
    size_t words = 0;
    for (const char *next = text; next && *next;) {
        next += strspn(next, " \t\n\r.,:;!()[]-*_>\"'");
        size_t length = strcspn(next, " \t\n\r");
        words += length > 0;
        next += length;
    }
    return words;
}

/* The writer's own name, the place that they are known to live at, and the digit itself add nothing to an answer. */
static bool wrote_more(const struct deciding *deciding, const struct question *question, int answer) {
    const struct description *description = deciding->description;
    const struct participant *sender = &deciding->facts->sender;
    if (count_words(description->text) <= description->answer_count + WORDS_BESIDE_AN_ANSWER)
        return false;
    const char *zone = sender->time_zone ? sender->time_zone : "", *place = strrchr(zone, '/');
    const char *known =
        arena_format(deciding->arena, "%d %s %s", answer, sender->name ? sender->name : "", place ? place + 1 : "");
    return !phrase_says_nothing_more(deciding->facts->words, question->phrases, answer, known, description->text);
}

static int read_answer(const struct deciding *deciding, const struct question *question) {
    const struct description *description = deciding->description;
    return question_read_answer(question, description->text, description->answers, description->answer_count,
                                deciding->facts->words);
}

/* Automatic mail is never answered (RFC 3834 section 2); nor is anybody asked without end. */
static void ask_again(struct deciding *deciding, const struct question *question, const struct outbox_row *about,
                      bool ambiguous) {
    struct arena *arena = deciding->arena;
    const char *title = question->title;
    struct reason why;
    if (!question->unclear)
        why = REASON_FORMAT(arena, "an answer to %s that could not be understood", title);
    else if (deciding->facts->question.asked_again)
        why = REASON_FORMAT(arena, "an answer to %s that could not be understood, again", title);
    else if (deciding->description->null_sender)
        why = REASON_FORMAT(arena,
                            "an answer to %s that could not be understood, and that asks for no reply (empty return "
                            "path)",
                            title);
    else if (deciding->description->through_list)
        why = REASON_FORMAT(arena,
                            "an answer to %s that could not be understood, and that came through a mailing list: not "
                            "answered automatically",
                            title);
    else if (deciding->facts->answers_used_up)
        why = REASON_FORMAT(arena, "an answer to %s that could not be understood; not asked again, to be no nuisance",
                            title);
    else {
        struct effect *again = deciding_add(deciding, EFFECT_ASK_AGAIN);
        again->outbox = about->id;
        again->partnership = about->partnership;
        why = ambiguous ? REASON_FORMAT(arena, "several different answers to %s; asked once more", title)
                        : REASON_FORMAT(arena, "an answer to %s that could not be understood; asked once more", title);
        if (!strchr(deciding->description->text, '?')) { /* nothing is to be decided before the next answer */
            deciding_remark(deciding, why);
            return;
        }
    }
    deciding_wait_because(deciding, why);
}

void decide_question_answer(struct deciding *deciding, const struct outbox_row *about) {
    const struct question *question = question_find(about->asks);
    int answer = read_answer(deciding, question);
    if (answer <= QUESTION_NO_ANSWER) {
        ask_again(deciding, question, about, answer == QUESTION_AMBIGUOUS);
        return;
    }
    const struct question_answer *meaning = &question->answers[answer];
    if (question->more_waits && wrote_more(deciding, question, answer)) {
        deciding_wait_because(deciding,
                              REASON_FORMAT(deciding->arena, "answered %s with %d, and wrote more: nothing was done",
                                            question->title, answer));
        return;
    }
    if (question->kept) {
        struct effect *keep = deciding_add(deciding, EFFECT_ANSWER);
        keep->partnership = about->partnership;
        keep->outbox = about->id;
        keep->detail = question->name;
        keep->answer = answer;
    }
    deciding_add(deciding, EFFECT_ANSWERED)->outbox = about->id;
    if (meaning->in_touch && about->partnership != 0) {
        struct effect *contact = deciding_add(deciding, EFFECT_CONTACT);
        contact->partnership = about->partnership;
        contact->channel = CONTACT_CHECK_IN;
    }
    deciding_understood(deciding, arena_format(deciding->arena, "answered %s with %d", question->title, answer));
    if (meaning->act)
        meaning->act(deciding, about);
    if (!deciding->decision->waits && (question->kept || question->by_reply) &&
        wrote_more(deciding, question, answer)) {
        struct reason why =
            REASON_FORMAT(deciding->arena, "answered %s with %d, and wrote more", question->title, answer);
        /* What asks, or wishes for something, needs more than to be read. */
        if (deciding->reading.verb != VERB_NONE || strchr(deciding->description->text, '?'))
            deciding_wait_because(deciding, why);
        else
            deciding_remark(deciding, why);
    }
}

/* What is no reply to a message of ours is about the only open question where it answers that clearly; all else is an
 * ordinary message, which a question that happens to be open doesn't turn into an unclear answer. */
static bool answers_question(const struct deciding *deciding, bool *ret_clear) {
    const struct facts *facts = deciding->facts;
    const struct question *question = question_find(facts->about.asks);
    if (question && question->by_reply && facts->identified_by == IDENTIFIED_BY_OPEN_QUESTION)
        question = NULL;
    *ret_clear = question && facts->about.participant == facts->sender.id &&
                 read_answer(deciding, question) > QUESTION_NO_ANSWER;
    return *ret_clear || (question && facts->about.participant == facts->sender.id &&
                          facts->identified_by != IDENTIFIED_BY_OPEN_QUESTION);
}

/* A clear answer to a message that told how we understood the last one. Anything else is an ordinary message. */
static bool corrects(const struct deciding *deciding) {
    const struct description *description = deciding->description;
    const struct facts *facts = deciding->facts;
    const struct question *question = question_find(facts->question.corrects.asks);
    return question && facts->question.corrects.participant == facts->sender.id && facts->together_count == 0 &&
           question_find_answer(question, description->answers, description->answer_count, facts->words) >
               QUESTION_NO_ANSWER;
}

bool decide_question(struct deciding *deciding, enum verb_place place) {
    const struct facts *facts = deciding->facts;
    bool clear, answer = answers_question(deciding, &clear), corrected = corrects(deciding);
    /* A wish further down is read by a person where an answer stands above it; HELP is an answer itself. */
    bool answers = (clear || corrected) && (deciding->reading.inside || deciding->reading.verb == VERB_HELP);
    if (!answers && verb_decide(deciding, place))
        return true;
    /* With a copy to the partner it is a letter, unless it came to the question's own address. */
    bool copied = answer && facts->together_count > 0 && !(facts->tag.purpose == 'r' && clear) &&
                  question_find(facts->about.asks)->owner == QUESTION_OF_PARTNERSHIP;
    if (answer && !copied)
        decide_question_answer(deciding, &facts->about);
    else if (corrected)
        decide_question_answer(deciding, &facts->question.corrects);
    else
        return false;
    return true;
}
