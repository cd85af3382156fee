#include "programme/decide_reply.h"

#include "base/text.h"
#include "programme/answer.h"
#include "programme/decide_check_in.h"
#include "programme/decide_letter.h"

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

bool decide_reply(struct deciding *deciding, enum verb_place place) {
    const struct facts *facts = deciding->facts;
    bool answer = answers_question(deciding), corrected = corrects(deciding);
    bool clear = corrected || (answer && is_clear(deciding, &facts->about));
    /* A wish further down is read by a person where an answer stands above it; HELP is an answer itself. */
    bool answers = clear && (deciding->reading.inside || deciding->reading.verb == VERB_HELP);
    if (!answers && verb_decide(deciding, place))
        return true;
    if (answer && string_equal(facts->about.asks, "letter"))
        decide_letter_answer(deciding);
    else if (answer && (facts->together_count == 0 || (facts->tag.purpose == 'r' && clear)))
        decide_check_in(deciding, &facts->about);
    else if (corrected)
        decide_check_in(deciding, &facts->corrects);
    else
        return false;
    return true;
}
