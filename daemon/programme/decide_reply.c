#include "programme/decide_reply.h"

#include <string.h>

#include "base/text.h"
#include "programme/answer.h"
#include "programme/decide_letter.h"
#include "programme/verb.h"

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

void decide_reply_check_in(struct deciding *deciding, const struct outbox_row *about) {
    const struct description *description = deciding->description;
    const struct facts *facts = deciding->facts;
    enum answer_meaning answer =
        answer_read(description->text, description->answers, description->answer_count, facts->words);
    if (answer == ANSWER_NONE || answer == ANSWER_AMBIGUOUS) {
        if (facts->asked_before > 0) {
            deciding_wait(deciding, "an answer to a check-in that could not be understood, again");
            return;
        }
        if (description->null_sender) { /* RFC 3834 section 2: never answered automatically */
            deciding_wait(deciding, "an answer to a check-in that could not be understood, and that asks for no reply "
                                    "(empty return path)");
            return;
        }
        if (facts->answers_used_up) {
            deciding_wait(deciding,
                          "an answer to a check-in that could not be understood; not asked again, to be no nuisance");
            return;
        }
        struct effect *again = deciding_add(deciding, EFFECT_ASK_AGAIN);
        again->outbox = about->id;
        again->partnership = about->partnership;
        deciding_wait_because(deciding,
                              answer == ANSWER_AMBIGUOUS
                                  ? REASON("several different answers to one check-in; asked once more")
                                  : REASON("an answer to a check-in that could not be understood; asked once more"));
        return;
    }
    struct effect *check_in = deciding_add(deciding, EFFECT_CHECK_IN);
    check_in->partnership = about->partnership;
    check_in->outbox = about->id;
    check_in->answer = answer;
    deciding_add(deciding, EFFECT_ANSWERED)->outbox = about->id;
    if ((answer == ANSWER_WELL || answer == ANSWER_SLOW) && about->partnership != 0) {
        struct effect *contact = deciding_add(deciding, EFFECT_CONTACT);
        contact->partnership = about->partnership;
        contact->channel = CONTACT_CHECK_IN;
    }
    deciding_understood(deciding, arena_format(deciding->arena, "answered a check-in with %d", (int)answer));
    if (answer == ANSWER_HELP) {
        deciding_tell_coordinators(deciding, "a participant answered a check-in by asking for help");
        deciding_wait(deciding, "answered a check-in by asking for a coordinator's help");
    } else if (count_words(description->text) > description->answer_count + WORDS_BESIDE_AN_ANSWER) {
        deciding_wait_because(
            deciding, REASON_FORMAT(deciding->arena, "answered a check-in with %d, and wrote more", (int)answer));
    }
}

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
        deciding_tell_coordinators(deciding, "A report of misconduct may have come in: look at it first");
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
        decide_reply_check_in(deciding, &facts->about);
    else if (corrects(deciding))
        decide_reply_check_in(deciding, &facts->corrects);
    else
        return false;
    return true;
}
