#include "programme/decide_check_in.h"

#include <string.h>

#include "base/text.h"
#include "programme/answer.h"

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
static bool wrote_more(const struct deciding *deciding, enum answer_meaning answer) {
    const struct description *description = deciding->description;
    const struct participant *sender = &deciding->facts->sender;
    if (count_words(description->text) <= description->answer_count + WORDS_BESIDE_AN_ANSWER)
        return false;
    const char *zone = sender->time_zone ? sender->time_zone : "", *place = strrchr(zone, '/');
    const char *known = arena_format(deciding->arena, "%d %s %s", (int)answer, sender->name ? sender->name : "",
                                     place ? place + 1 : "");
    return !phrase_says_nothing_more(deciding->facts->words, PHRASE_ANSWER, (int)answer, known, description->text);
}

void decide_check_in(struct deciding *deciding, const struct outbox_row *about) {
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
        if (description->through_list) {
            deciding_wait(deciding, "an answer to a check-in that could not be understood, and that came through a "
                                    "mailing list: not answered automatically");
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
    if (answer == ANSWER_HELP && deciding->reading.verb == VERB_HELP) {
        verb_decide(deciding, VERB_AT_HELP);
    } else if (answer == ANSWER_HELP) {
        deciding_tell_coordinators(deciding, "a participant answered a check-in by asking for help");
        deciding_wait(deciding, "answered a check-in by asking for a coordinator's help");
    } else if (wrote_more(deciding, answer)) {
        deciding_wait_because(
            deciding, REASON_FORMAT(deciding->arena, "answered a check-in with %d, and wrote more", (int)answer));
    }
}
