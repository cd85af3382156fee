#include "programme/decide_reply.h"

#include "base/text.h"
#include "programme/answer.h"
#include "programme/decide_check_in.h"
#include "programme/decide_letter.h"
#include "programme/verb.h"

static bool is_clear(const struct deciding *deciding, const struct outbox_row *question) {
    const struct description *description = deciding->description;
    if (string_equal(question->asks, "letter"))
        return decide_letter_answer_is_clear(description);
    enum answer_meaning answer =
        answer_read(description->text, description->answers, description->answer_count, deciding->facts->words);
    return answer != ANSWER_NONE && answer != ANSWER_AMBIGUOUS;
}

/* What is no reply to a message of ours is about the only open question where it answers that clearly; all else is an
 * ordinary message, which a question that happens to be open doesn't turn into an unclear answer. */
static bool answers_question(const struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    if (!facts->about.asks || facts->about.participant != facts->sender.id)
        return false;
    return facts->identified_by != IDENTIFIED_BY_OPEN_QUESTION || is_clear(deciding, &facts->about);
}

/* A clear answer to a message that told how we understood the last one. Anything else is an ordinary message. */
static bool corrects(const struct deciding *deciding) {
    const struct description *description = deciding->description;
    const struct facts *facts = deciding->facts;
    if (facts->corrects.id == 0 || facts->corrects.participant != facts->sender.id || facts->together_count > 0)
        return false;
    enum answer_meaning answer = answer_find(description->answers, description->answer_count, facts->words);
    return answer != ANSWER_NONE && answer != ANSWER_AMBIGUOUS;
}

/* A word to us that is all of a reply: acted on where that is harmless, and told at once where it is grave. */
static bool decide_word(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    bool ours = facts->about.id != 0 && facts->about.participant == facts->sender.id && facts->together_count == 0 &&
                facts->identified_by != IDENTIFIED_BY_OPEN_QUESTION;
    bool alone = false;
    enum verb verb = ours ? verb_find(deciding->description->text, facts->words, &alone) : VERB_NONE;
    if (verb == VERB_STOP && alone) {
        deciding_add(deciding, EFFECT_PAUSE);
        deciding_understood(deciding, "asked for a pause of all programme mail");
    } else if (verb == VERB_REPORT) {
        deciding_tell_of_report(deciding);
        deciding_wait(deciding, "a participant's reply to a message of ours");
    } else if (verb == VERB_HELP && alone && !facts->about.asks) { /* it answers a check-in otherwise */
        deciding_tell_coordinators(deciding, "A participant asks for help");
        deciding_wait(deciding, "a participant's reply to a message of ours");
    } else {
        return false;
    }
    return true;
}

bool decide_reply(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    bool answer = answers_question(deciding);
    if (decide_word(deciding))
        return true;
    if (answer && string_equal(facts->about.asks, "letter"))
        decide_letter_answer(deciding);
    else if (answer && (facts->together_count == 0 || (facts->tag.purpose == 'r' && is_clear(deciding, &facts->about))))
        decide_check_in(deciding, &facts->about);
    else if (corrects(deciding))
        decide_check_in(deciding, &facts->corrects);
    else
        return false;
    return true;
}
