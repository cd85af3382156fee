#include "programme/verb.h"

#include <ctype.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/text.h"
#include "programme/deciding.h"

/* ---- What each does ---- */

/* RFC 3834 section 2: nobody writes to whom wants no answer, nor to a list, nor without end. */
static bool may_be_told(const struct deciding *deciding, bool always) {
    return !deciding->description->null_sender && !deciding->description->through_list &&
           (always || !deciding->facts->answers_used_up);
}

static void stop(struct deciding *deciding, const struct verb_reading *reading) {
    deciding_add(deciding, EFFECT_PAUSE);
    if (reading->alone)
        deciding_understood(deciding, "asked for a pause of all programme mail");
    else
        deciding_wait(deciding, "asked for a pause of all programme mail, and wrote more");
}

static void start(struct deciding *deciding, const struct verb_reading *reading) {
    deciding_add(deciding, EFFECT_RESUME);
    if (reading->alone)
        deciding_understood(deciding, "asked to get the programme's mail again");
    else
        deciding_wait(deciding, "asked to get the programme's mail again, and wrote more");
}

static void help(struct deciding *deciding, const struct verb_reading *reading) {
    (void)reading;
    deciding_tell_coordinators(deciding, CASE_HELP, "A participant asks for help");
    deciding_wait(deciding, "asks for help");
}

/* Only where it can't be another. */
static int64_t reported_partnership(const struct facts *facts) {
    bool answers = facts->about.participant == facts->sender.id && facts->identified_by != IDENTIFIED_BY_OPEN_QUESTION;
    if (facts->letter.partnership.id && facts->tag_is_senders)
        return facts->letter.partnership.id;
    if (facts->about.partnership && answers)
        return facts->about.partnership;
    return facts->together_count == 1 ? facts->together[0] : facts->only_partnership;
}

static void report(struct deciding *deciding, const struct verb_reading *reading) {
    int64_t partnership = reported_partnership(deciding->facts);
    if (!reading->plain || !partnership) {
        deciding_tell_of_report(deciding);
        deciding_wait(deciding, "perhaps a report of misconduct");
        return;
    }
    deciding_add(deciding, EFFECT_FREEZE)->partnership = partnership;
    deciding_report(deciding, REASON("A report of misconduct came in, and its partnership is frozen: look at it first"))
        ->partnership = partnership;
    deciding_wait(deciding, "a report of misconduct; the partnership is frozen");
}

/* What is held is told by the answer itself. */
static void my_data(struct deciding *deciding, const struct verb_reading *reading) {
    (void)reading;
    deciding_understood(deciding, "asked what is held about them");
}

/* What they wrote beside it is erased as well; so it is not kept for anybody. */
static void forget(struct deciding *deciding, const struct verb_reading *reading) {
    (void)reading;
    deciding_add(deciding, EFFECT_ERASE);
    deciding_understood(deciding, "asked to be erased, and confirmed it");
}

static void rematch(struct deciding *deciding, const struct verb_reading *reading) {
    (void)reading;
    if (may_be_told(deciding, true))
        deciding_understood(deciding, "would like to stop: asked how");
    else
        deciding_wait(deciding, "would like to stop, and could not be asked how");
}

#define ANY_TO_US (VERB_AT_PROGRAMME | VERB_AT_PARTNERSHIP | VERB_AT_PAUSE | VERB_AT_HELP)

const struct verb_rule verb_rules[VERB_COUNT] = {
    [VERB_STOP] =
        {
            .verb = VERB_STOP,
            .word = "STOP",
            .places = ANY_TO_US,
            .default_at = VERB_AT_PAUSE,
            .begins = VERB_BY_SENTENCE,
            .act = stop,
            .answer = "confirm-stop",
            .about = "nothing more is sent to the writer until START, or until a coordinator resumes them",
        },
    [VERB_PAUSE] =
        {
            .verb = VERB_PAUSE,
            .word = "PAUSE",
            .places = ANY_TO_US,
            .act = stop,
            .answer = "confirm-stop",
            .about = "the same",
        },
    [VERB_START] =
        {
            .verb = VERB_START,
            .word = "START",
            .places = ANY_TO_US,
            .act = start,
            .answer = "confirm-start",
            .about = "ends the writer's own pause; of a coordinator's a person decides, as for HELP",
        },
    [VERB_HELP] =
        {
            .verb = VERB_HELP,
            .word = "HELP",
            .places = ANY_TO_US,
            .default_at = VERB_AT_HELP,
            .act = help,
            .answer = "confirm-help",
            .about = "coordinators are alerted, and the mail waits for them",
        },
    [VERB_REMATCH] =
        {
            .verb = VERB_REMATCH,
            .word = "REMATCH",
            .places = ANY_TO_US,
            .always_told = true,
            .act = rematch,
            .answer = "leaving",
            .about = "the writer is asked whether the partnership is to end, with another partner or without; where it "
                     "is not clear which one, as for HELP",
        },
    [VERB_REPORT] =
        {
            .verb = VERB_REPORT,
            .word = "REPORT",
            .places = ANY_TO_US | VERB_AT_COPY | VERB_AT_REPORT,
            .default_at = VERB_AT_REPORT,
            .from = VERB_OF_ANYBODY,
            .always_told = true,
            .begins = VERB_BY_WORD,
            .act = report,
            .answer = "confirm-report",
            .about = "the partnership is frozen where it is clear which one, coordinators are alerted, and the mail "
                     "waits for them",
        },
    [VERB_MYDATA] =
        {
            .verb = VERB_MYDATA,
            .word = "MYDATA",
            .places = ANY_TO_US,
            .from = VERB_OF_FORMER,
            .act = my_data,
            .answer = "my-data",
            .about = "all that is held about the writer, to be read and as JSON; to the address on file, once a day",
        },
    [VERB_FORGET] =
        {
            .verb = VERB_FORGET,
            .word = "FORGET",
            .places = ANY_TO_US,
            .from = VERB_OF_FORMER,
            .act = forget,
            .asks_first = "confirm-forget",
            .about = "all that is held about the writer is erased, and told to them by a last mail (`forgotten`)",
        },
};

const struct verb_rule *verb_find(const char *word) {
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (string_equal(verb_rules[i].word, word))
            return &verb_rules[i];
    return NULL;
}

bool verb_asks(const char *template_name) {
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (string_equal(verb_rules[i].asks_first, template_name))
            return true;
    return false;
}

bool verb_is_answer(const char *template_name) {
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (string_equal(verb_rules[i].answer, template_name))
            return true;
    return false;
}

/* ---- Reading a line ---- */

/* What a line, or a subject, says. */
struct line_verb {
    enum verb verb;
    bool whole; /* nothing else stands on it */
    bool plain; /* of a report */
};

static bool is_of_word(UChar32 character) {
    int8_t type = u_charType(character);
    return u_isalnum(character) || type == U_NON_SPACING_MARK || type == U_FORMAT_CHAR;
}

/* Where the WORDS-th word of LINE begins and ends, as phrase_fold parts them. */
static void find_word(const char *line, size_t length, size_t words, size_t *ret_begin, size_t *ret_end) {
    size_t position = 0, count = 0;
    bool inside = false;
    *ret_begin = *ret_end = 0;
    while (position < length) {
        size_t at = position;
        bool is_word = is_of_word((UChar32)utf8_next(line, length, &position));
        if (is_word && !inside) {
            if (count++ == words)
                return;
            *ret_begin = at;
        }
        if (is_word)
            *ret_end = position;
        inside = is_word;
    }
}

static bool in_capitals(const char *word, size_t length) {
    size_t letters = 0;
    for (size_t position = 0; position < length;) {
        UChar32 character = (UChar32)utf8_next(word, length, &position);
        if (u_islower(character))
            return false;
        letters += u_isupper(character) != 0;
    }
    return letters > 1;
}

/* What stands behind a word ends or introduces: "Report: ...", "Report - ...", "Report.", the line's end. */
static bool is_set_off(const char *rest, size_t length) {
    bool apart = false;
    for (size_t position = 0; position < length;) {
        UChar32 character = (UChar32)utf8_next(rest, length, &position);
        bool ends = position == length || isspace((unsigned char)rest[position]);
        if (u_isUWhiteSpace(character))
            apart = true;
        else if (u_charType(character) == U_DASH_PUNCTUATION)
            return character != '-' || ends || apart;
        else if (character == '.' || character == ';')
            return ends;
        else if (character == ':' || character == '!' || character == 0xff1a || character == 0xff01)
            return true;
        else if (!u_ispunct(character) || character == '?' || character == ',' || character == '/')
            return false; /* else "*REPORT*", "(Report)" */
    }
    return true;
}

static size_t words_in(const char *folded, size_t length) {
    size_t words = length > 0;
    for (size_t i = 0; i < length; i++)
        words += folded[i] == ' ';
    return words;
}

/* A report's first words, the last of which is the LAST-th of LINE: can they be a letter's? */
static bool is_plain(const char *line, size_t length, size_t last, bool phrase) {
    size_t begin, end;
    find_word(line, length, last, &begin, &end);
    if (in_capitals(line + begin, end - begin) || is_set_off(line + end, length - end))
        return true;
    size_t sentence = end + strcspn(line + end, ".!?;\n");
    return phrase && !(sentence < length && line[sentence] == '?');
}

/* The verb with which the rest of a line begins, at AT in FOLDED. */
static bool begins_at(const struct words *words, const char *line, size_t length, const char *folded, const char *at,
                      struct line_verb *ret) {
    for (int verb = VERB_COUNT - 1; verb > VERB_NONE; verb--) {
        const struct verb_rule *rule = &verb_rules[verb];
        bool any = rule->begins == VERB_BY_WORD;
        if (rule->begins == VERB_BY_LINE)
            continue;
        size_t surely = phrase_begin(words, any, PHRASE_VERB, verb, at);
        size_t perhaps = phrase_begin(words, any, PHRASE_PERHAPS, verb, at),
               taken = surely > perhaps ? surely : perhaps;
        bool phrase = surely > 0 && memchr(at, ' ', surely);
        if (taken == 0 || (!any && !phrase))
            continue;
        size_t last = words_in(folded, (size_t)(at - folded) + taken);
        *ret = (struct line_verb){
            .verb = (enum verb)verb,
            .plain = any && surely == taken && is_plain(line, length, last, phrase),
        };
        return true;
    }
    return false;
}

enum { NAMES_MAX = 2 }; /* words between "Hi" and a verb, with no comma in between */

static struct line_verb read_beginning(const struct words *words, const char *line, size_t length) {
    struct line_verb found = {VERB_NONE, false, false};
    auto_text folded = TEXT_EMPTY;
    size_t taken;
    bool greeted = false;
    phrase_fold(line, utf8_cut(line, length, PHRASE_LINE_MAX), &folded);
    const char *at = text_string(&folded);
    while ((taken = phrase_polite(words, at, &greeted)) > 0)
        at += taken + (at[taken] == ' ');
    for (int names = 0; *at && names <= (greeted ? NAMES_MAX : 0); names++) {
        if (begins_at(words, line, length, text_string(&folded), at, &found))
            break;
        at += strcspn(at, " ");
        at += *at == ' ';
    }
    return found;
}

static struct line_verb read_line(const struct words *words, const char *line, size_t length) {
    int whole = phrase_find(words, PHRASE_VERB, line, length);
    return whole > PHRASE_NONE ? (struct line_verb){(enum verb)whole, true, true} : read_beginning(words, line, length);
}

/* ---- Reading a mail ---- */

enum { LINES_MAX = 50, NOTHING_MORE_MAX = 1000 }; /* lines, bytes; more are a letter */

/* Of a line "Hi Kate, stop!" the greeting; else all of it. */
static size_t greeting_length(const struct words *words, const char *line, size_t length) {
    size_t head = strcspn(line, ",!:;\n");
    return head < length && phrase_is_greeting(words, line, head) ? head + 1 : length;
}

/* What it begins with; ALONE where nothing else stands in it, though it be nothing at all. */
static struct verb_reading read_text(const struct words *words, const char *text) {
    struct verb_reading found = {.alone = true, .plain = true};
    size_t lines = 0;
    bool named = false;
    for (const char *line = text; *line && found.alone;) {
        size_t length = strcspn(line, "\n");
        struct line_verb says = {VERB_NONE, false, false};
        bool polite = phrase_is_polite(words, line, length);
        if (found.verb == VERB_NONE && !polite) {
            says = read_line(words, line, length);
            length = says.verb == VERB_NONE ? greeting_length(words, line, length) : length;
        }
        if (says.verb != VERB_NONE)
            found = (struct verb_reading){
                .verb = says.verb, .alone = says.whole, .plain = says.plain && (says.verb == VERB_REPORT || !named)};
        else if (found.verb == VERB_NONE && !polite && phrase_is_greeting(words, line, length))
            named = true;
        else if (!polite)
            found.alone = false;
        if (length > 0 && ++lines > LINES_MAX)
            found.alone = false;
        line += length + (line[length] == '\n');
    }
    return found;
}

/* Some sentence, wherever it stands, begins with a phrase of several words. */
static bool find_inside(const struct words *words, const char *text, struct verb_reading *ret) {
    size_t sentences = 0;
    for (const char *at = text; *at && sentences++ < LINES_MAX;) {
        size_t length = strcspn(at, "\n.!?;");
        struct line_verb says = read_beginning(words, at, length);
        if (says.verb != VERB_NONE && says.verb != VERB_REPORT) {
            *ret = (struct verb_reading){.verb = says.verb, .inside = true};
            return true;
        }
        at += length + strspn(at + length, "\n.!?; ");
    }
    return false;
}

struct verb_reading verb_read(const char *subject, const char *text, const char *name, const struct words *words) {
    subject = subject ? subject : "";
    text = text ? text : "";
    struct verb_reading body = read_text(words, text);
    struct line_verb head = read_line(words, subject, strlen(subject));
    bool reports = body.verb == VERB_REPORT || head.verb == VERB_REPORT;
    if (reports) {
        body.plain = (body.verb == VERB_REPORT && body.plain) || (head.verb == VERB_REPORT && head.plain);
        body.verb = VERB_REPORT;
        return body;
    }
    if (body.verb != VERB_NONE) {
        body.alone =
            body.alone || (strlen(text) < NOTHING_MORE_MAX &&
                           phrase_says_nothing_more(words, PHRASE_VERB, (int)body.verb, name ? name : "", text));
        body.plain = body.plain && body.alone && (head.verb == VERB_NONE || head.verb == body.verb);
        return body;
    }
    if (head.verb != VERB_NONE)
        return (struct verb_reading){.verb = head.verb, .alone = body.alone, .plain = body.alone && head.whole};
    if (find_inside(words, text, &body))
        return body;
    return (struct verb_reading){0};
}

/* ---- Acting ---- */

const struct verb_rule *verb_rule_at(const struct deciding *deciding, enum verb_place place) {
    const struct verb_reading *reading = &deciding->reading;
    bool counts = (reading->plain || place != VERB_AT_COPY) && (!reading->inside || place == VERB_AT_PROGRAMME);
    if (counts && verb_rules[reading->verb].places & place)
        return &verb_rules[reading->verb];
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (verb_rules[i].default_at & place)
            return &verb_rules[i];
    return NULL;
}

static void tell_writer(struct deciding *deciding, const struct verb_rule *rule, bool always) {
    if (!rule->answer || !may_be_told(deciding, always || rule->always_told))
        return;
    struct effect *notice = deciding_add(deciding, EFFECT_NOTICE);
    notice->detail = rule->answer;
    bool of_one = rule->verb == VERB_REPORT || rule->verb == VERB_REMATCH;
    notice->partnership = of_one ? reported_partnership(deciding->facts) : 0;
}

/* In doubt nothing is done: what can't be asked waits for a person. */
static void ask_first(struct deciding *deciding, const struct verb_rule *rule, const struct verb_reading *reading) {
    if (!may_be_told(deciding, false)) {
        deciding_wait_because(deciding, REASON_FORMAT(deciding->arena,
                                                      "the word %s, of which its writer is to be asked first; not "
                                                      "asked, to be no nuisance",
                                                      rule->word));
        return;
    }
    struct effect *ask = deciding_add(deciding, EFFECT_ASK_FIRST);
    ask->verb = rule->verb;
    ask->detail = reading->argument ? reading->argument : "";
    if (reading->alone)
        deciding_understood(deciding,
                            arena_format(deciding->arena, "the word %s; asked whether it is meant", rule->word));
    else
        deciding_wait_because(
            deciding, REASON_FORMAT(deciding->arena, "the word %s, and more; asked whether it is meant", rule->word));
}

void verb_follow(struct deciding *deciding, const struct verb_rule *rule, const struct verb_reading *reading) {
    if (rule->asks_first) {
        ask_first(deciding, rule, reading);
        return;
    }
    rule->act(deciding, reading);
    tell_writer(deciding, rule, false);
}

bool verb_decide(struct deciding *deciding, enum verb_place place) {
    const struct verb_rule *rule = verb_rule_at(deciding, place);
    struct verb_reading reading = deciding->reading;
    if (!rule)
        return false;
    if (rule->default_at & place)
        reading.alone = reading.plain = true;
    if ((rule->verb == VERB_START && deciding->facts->paused_by_coordinator) ||
        (rule->verb == VERB_REMATCH && !reported_partnership(deciding->facts)))
        rule = &verb_rules[VERB_HELP];
    /* A program that unsubscribes again and again is told once. */
    if (place == VERB_AT_PAUSE && deciding->facts->sender.state != PARTICIPANT_ACTIVE && rule->act == stop)
        rule->act(deciding, &reading);
    else
        verb_follow(deciding, rule, &reading);
    deciding->decision->letter = deciding->decision->letter && !deciding->decision->waits;
    return true;
}

void verb_sure(struct deciding *deciding, const struct outbox_row *about) {
    const struct question_facts *facts = &deciding->facts->question;
    const struct verb_rule *rule = verb_find(facts->sure_verb);
    struct verb_reading reading = {.alone = true, .plain = true, .argument = facts->sure_argument};
    if (!rule) {
        deciding_wait(deciding, "said yes to something that the programme does no more");
        return;
    }
    reading.verb = rule->verb;
    if (deciding->facts->now >= about->expires_at) {
        ask_first(deciding, rule, &reading);
        return;
    }
    rule->act(deciding, &reading);
    /* Each question was within the bounds; its first answer is told. */
    tell_writer(deciding, rule, about->answered_at == 0);
}

void verb_not_sure(struct deciding *deciding, const struct outbox_row *about) {
    (void)about;
    deciding_understood(deciding, arena_format(deciding->arena, "did not mean the word %s; nothing was done",
                                               deciding->facts->question.sure_verb));
}

void verb_report_kept_letter(struct deciding *deciding) {
    report(deciding, &(struct verb_reading){.verb = VERB_REPORT, .alone = true, .plain = true});
    deciding->decision->effects[deciding->decision->count - 1].about = deciding->facts->about.inbox;
    deciding->decision->waits = deciding->decision->reports = false; /* the letter does */
    tell_writer(deciding, &verb_rules[VERB_REPORT], false);
}
