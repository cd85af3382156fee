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

enum { SAID_MAX = 16 };

/* What stands where an answer stands, without the digits that choose among the times to talk that are proposed. */
struct said {
    const char *answers[SAID_MAX];
    size_t count;
    int64_t times; /* a bit for each time that is chosen */
    size_t words;  /* all of it */
};

/* "1, 7", "6 and 8": a first line of digits, with a short word between them at the most. */
static size_t read_digits(const struct deciding *deciding, const char *ret[SAID_MAX]) {
    static const char between[] = " \t,;.&+()";
    const char *at = deciding->description->text ? deciding->description->text : "";
    size_t count = 0;
    bool word = false;
    for (at += strspn(at, between); *at && *at != '\r' && *at != '\n'; at += strspn(at, between)) {
        size_t length = strcspn(at, " \t,;.&+()\r\n");
        bool digit = length == 1 && ascii_is_digit(*at);
        if (digit ? count == SAID_MAX || (at[1] == '.' && ascii_is_digit(at[2]))
                  : length > 3 || ascii_is_digit(*at) || word || !count)
            return 0;
        if (digit)
            ret[count++] = arena_copy_bytes(deciding->arena, at, 1);
        word = !digit;
        at += length;
    }
    return word ? 0 : count;
}

static struct said read_said(const struct deciding *deciding, const struct question *question) {
    const struct description *description = deciding->description;
    const char *digits[SAID_MAX], *const *answers = description->answers;
    size_t count = description->answer_count;
    int times = string_equal(question->name, QUESTION_CHECK_IN) ? (int)deciding->facts->question.proposals : 0;
    struct said said = {0};
    if (times && count == 0) {
        count = read_digits(deciding, digits);
        answers = digits;
    }
    said.words = count;
    for (size_t i = 0; i < count; i++) {
        int time = answers[i][0] - '1' - question_answer_count(question);
        if (time >= 0 && time < times && answers[i][1] == '\0')
            said.times |= INT64_C(1) << time;
        else if (said.count < SAID_MAX)
            said.answers[said.count++] = answers[i];
    }
    return said;
}

/* The writer's own name, the place that they are known to live at, and the digit itself add nothing to an answer. */
static bool wrote_more(const struct deciding *deciding, const struct question *question, const struct said *said,
                       int answer) {
    const struct description *description = deciding->description;
    const struct participant *sender = &deciding->facts->sender;
    if (count_words(description->text) <= said->words + WORDS_BESIDE_AN_ANSWER)
        return false;
    const char *zone = sender->time_zone ? sender->time_zone : "", *place = strrchr(zone, '/');
    const char *known =
        arena_format(deciding->arena, "%d %s %s", answer, sender->name ? sender->name : "", place ? place + 1 : "");
    return !phrase_says_nothing_more(deciding->facts->words, question->phrases, answer, known, description->text);
}

static int read_answer(const struct deciding *deciding, const struct question *question, const struct said *said) {
    return question_read_answer(question, deciding->description->text, said->answers, said->count,
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

static void choose_times(struct deciding *deciding, const struct outbox_row *about, int64_t times) {
    struct effect *talk = deciding_add(deciding, EFFECT_TALK);
    talk->partnership = about->partnership;
    talk->outbox = about->id;
    talk->answer = times;
    deciding_understood(deciding, "chose times to talk");
}

static void comes(struct deciding *deciding, int64_t answer, size_t sequence) {
    struct effect *effect = deciding_add(deciding, EFFECT_COMES);
    effect->about = deciding->facts->question.meeting;
    effect->answer = answer;
    effect->count = sequence;
}

bool decide_question_calendar(struct deciding *deciding) {
    const struct description_calendar *calendar = &deciding->description->calendar;
    if (!calendar->uid || !deciding->facts->question.meeting)
        return false;
    comes(deciding, (int64_t)calendar->answer, calendar->sequence);
    deciding_understood(deciding, "a calendar program's answer to an invitation");
    return true;
}

void decide_question_answer(struct deciding *deciding, const struct outbox_row *about) {
    const struct question *question = question_find(about->asks);
    struct said said = read_said(deciding, question);
    int answer = read_answer(deciding, question, &said);
    if (said.times)
        choose_times(deciding, about, said.times);
    if (said.times && answer == QUESTION_NO_ANSWER)
        return;
    if (answer <= QUESTION_NO_ANSWER) {
        ask_again(deciding, question, about, answer == QUESTION_AMBIGUOUS);
        return;
    }
    const struct question_answer *meaning = &question->answers[answer];
    if (question->more_waits && wrote_more(deciding, question, &said, answer)) {
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
    if (question->invites)
        comes(deciding, answer, (size_t)deciding->facts->question.sequence);
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
        wrote_more(deciding, question, &said, answer)) {
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
    struct said said = question ? read_said(deciding, question) : (struct said){0};
    *ret_clear = question && facts->about.participant == facts->sender.id &&
                 (said.times || read_answer(deciding, question, &said) > QUESTION_NO_ANSWER);
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
