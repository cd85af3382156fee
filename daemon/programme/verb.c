#include "programme/verb.h"

#include <ctype.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/civil.h"
#include "base/day_words.h"
#include "base/fold.h"
#include "base/language.h"
#include "base/text.h"
#include "programme/deciding.h"

/* ---- What each does ---- */

/* What a verb did, where nothing is left to do; what its writer says besides is read by a person. */
static void done(struct deciding *deciding, const struct verb_reading *reading, const char *understood,
                 struct reason more) {
    if (reading->alone)
        deciding_understood(deciding, understood);
    else
        deciding_wait_because(deciding, more);
}

static void done_by_word(struct deciding *deciding, const struct verb_reading *reading) {
    const char *word = verb_rules[reading->verb].word;
    done(deciding, reading, arena_format(deciding->arena, "the word %s", word),
         REASON_FORMAT(deciding->arena, "the word %s, and more beside it", word));
}

static void status(struct deciding *deciding, const struct verb_reading *reading) {
    done_by_word(deciding, reading);
}

/* A coordinator's pause has no end that its participant could set. */
static void stop(struct deciding *deciding, const struct verb_reading *reading) {
    struct effect *pause = deciding_add(deciding, EFFECT_PAUSE);
    if (reading->argument && !deciding->facts->paused_by_coordinator)
        pause->detail = reading->argument;
    done(deciding, reading, "asked for a pause of all programme mail",
         REASON("asked for a pause of all programme mail, and wrote more"));
}

static void start(struct deciding *deciding, const struct verb_reading *reading) {
    deciding_add(deciding, EFFECT_RESUME);
    done(deciding, reading, "asked to get the programme's mail again",
         REASON("asked to get the programme's mail again, and wrote more"));
}

/* RFC 3834 section 2: nobody writes to whom wants no answer, nor to a list, nor without end. */
static bool may_be_told(const struct deciding *deciding, bool always) {
    return !deciding->description->null_sender && !deciding->description->through_list &&
           (always || !deciding->facts->answers_used_up);
}

static void topic(struct deciding *deciding, const struct verb_reading *reading) {
    if (may_be_told(deciding, false))
        deciding_add(deciding, EFFECT_TOPIC);
    done_by_word(deciding, reading);
}

/* The one of the programme's languages that WANTED is; NULL: none. */
static const char *offered(const struct facts *facts, const char *wanted) {
    size_t primary = strcspn(wanted, "-");
    if (facts->language_count == 0)
        return NULL;
    const char *chosen = language_choose(wanted, facts->languages, facts->language_count);
    return strncmp(chosen, wanted, primary) == 0 && strcspn(chosen, "-") == primary ? chosen : NULL;
}

static void language(struct deciding *deciding, const struct verb_reading *reading) {
    const char *chosen = reading->argument ? offered(deciding->facts, reading->argument) : NULL;
    if (chosen) {
        deciding_add(deciding, EFFECT_LANGUAGE)->detail = chosen;
        deciding->told = chosen;
    }
    done_by_word(deciding, reading);
}

static void address(struct deciding *deciding, const struct verb_reading *reading) {
    if (reading->argument) {
        deciding_add(deciding, EFFECT_PROVE_ADDRESS)->detail = reading->argument;
        deciding->told = reading->argument;
    }
    done_by_word(deciding, reading);
}

void verb_address_proven(struct deciding *deciding, const struct outbox_row *about) {
    if (deciding->facts->now >= about->expires_at) {
        deciding_wait(deciding, "proved a new address too late: nothing was changed");
        return;
    }
    struct effect *change = deciding_add(deciding, EFFECT_CHANGE_ADDRESS);
    change->participant = about->participant;
    change->detail = about->address ? about->address : "";
    struct effect *notice = deciding_add(deciding, EFFECT_NOTICE);
    notice->participant = about->participant;
    notice->detail = "address-changed";
    deciding_understood(deciding, "answered from a new address: written to there from now on");
}

void verb_address_unknown(struct deciding *deciding, const struct outbox_row *about) {
    (void)about;
    deciding_understood(deciding, "a new address belongs to somebody else; nothing was changed");
}

static void undo(struct deciding *deciding, const struct verb_reading *reading) {
    struct effect *effect = deciding_add(deciding, EFFECT_UNDO);
    effect->detail = may_be_told(deciding, false) ? verb_rules[VERB_UNDO].answer : "";
    done_by_word(deciding, reading);
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

REASON_CONSTANT(says_status, "STATUS: what we know of you, and what comes next");
REASON_CONSTANT(says_pause, "PAUSE, or PAUSE until 1 May: no mail from us, until you write START or until that day");
REASON_CONSTANT(says_start, "START: our mail again");
REASON_CONSTANT(says_topic, "TOPIC: this month's topic for your letters once more");
REASON_CONSTANT(says_language, "LANGUAGE French, or another that we have: we write to you in it");
REASON_CONSTANT(says_address, "ADDRESS new@example.org: we write to you there, once you have confirmed it");
REASON_CONSTANT(says_undo, "UNDO: takes back what you told us last");
REASON_CONSTANT(says_help, "HELP: a person answers you");
REASON_CONSTANT(says_rematch, "REMATCH: another partner, or none");
REASON_CONSTANT(says_mydata, "MYDATA: all that we hold about you");
REASON_CONSTANT(says_forget, "FORGET: all of it is erased, once you have confirmed it");
REASON_CONSTANT(says_report, "REPORT: something is not right; only the coordinators read it");

const struct verb_rule verb_rules[VERB_COUNT] = {
    [VERB_STATUS] =
        {
            .verb = VERB_STATUS,
            .word = "STATUS",
            .places = ANY_TO_US,
            .act = status,
            .answer = "confirm-status",
            .about = "nothing; the answer tells what is known of the writer and comes next",
            .says = says_status,
        },
    [VERB_STOP] =
        {
            .verb = VERB_STOP,
            .word = "STOP",
            .places = ANY_TO_US,
            .default_at = VERB_AT_PAUSE,
            .asked_of_letters = true,
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
            .asked_of_letters = true,
            .needs = VERB_NEEDS_DATE,
            .act = stop,
            .answer = "confirm-stop",
            .about = "the same; with a day, until that day, when the writer is told (`pause-over`)",
            .says = says_pause,
        },
    [VERB_START] =
        {
            .verb = VERB_START,
            .word = "START",
            .places = ANY_TO_US,
            .asked_of_letters = true,
            .act = start,
            .answer = "confirm-start",
            .says = says_start,
            .about = "ends the writer's own pause; of a coordinator's a person decides, as for HELP",
        },
    [VERB_TOPIC] =
        {
            .verb = VERB_TOPIC,
            .word = "TOPIC",
            .places = ANY_TO_US,
            .act = topic,
            .answer = "confirm-topic",
            .answers = true,
            .about = "the discussion topic that was sent last comes again; the answer only says that there is none",
            .says = says_topic,
        },
    [VERB_LANGUAGE] =
        {
            .verb = VERB_LANGUAGE,
            .word = "LANGUAGE",
            .places = ANY_TO_US,
            .needs = VERB_NEEDS_LANGUAGE,
            .act = language,
            .answer = "confirm-language",
            .about = "the writer gets mail in that language, if the programme has it",
            .says = says_language,
        },
    [VERB_ADDRESS] =
        {
            .verb = VERB_ADDRESS,
            .word = "ADDRESS",
            .places = ANY_TO_US,
            .needs = VERB_NEEDS_ADDRESS,
            .act = address,
            .asks_first = "address-sure",
            .answer = "confirm-address",
            .about = "a mail to the new address (`address-prove`) must be answered from there; then it is the writer's "
                     "(`address-changed`)",
            .says = says_address,
        },
    [VERB_UNDO] =
        {
            .verb = VERB_UNDO,
            .word = "UNDO",
            .places = ANY_TO_US,
            .act = undo,
            .answer = "confirm-undo",
            .answers = true,
            .about = "the writer's last answer, pause, start or change of language, of the last month, is taken back",
            .says = says_undo,
        },
    [VERB_HELP] =
        {
            .verb = VERB_HELP,
            .word = "HELP",
            .places = ANY_TO_US,
            .default_at = VERB_AT_HELP,
            .asked_of_letters = true,
            .act = help,
            .answer = "confirm-help",
            .about = "coordinators are alerted, and the mail waits for them",
            .says = says_help,
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
            .says = says_rematch,
        },
    [VERB_REPORT] =
        {
            .verb = VERB_REPORT,
            .word = "REPORT",
            .places = ANY_TO_US | VERB_AT_COPY | VERB_AT_REPORT,
            .default_at = VERB_AT_REPORT,
            .asked_of_letters = true,
            .from = VERB_OF_ANYBODY,
            .always_told = true,
            .begins = VERB_BY_WORD,
            .act = report,
            .answer = "confirm-report",
            .about = "the partnership is frozen where it is clear which one, coordinators are alerted, and the mail "
                     "waits for them",
            .says = says_report,
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
            .says = says_mydata,
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
            .says = says_forget,
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
    const char *argument;
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
    if (phrase_in_capitals(line + begin, end - begin) || is_set_off(line + end, length - end))
        return true;
    size_t sentence = end + strcspn(line + end, ".!?;\n");
    return phrase && !(sentence < length && line[sentence] == '?');
}

/* ---- What verbs need ---- */

static bool is_polite_or_marks(const struct verb_context *context, const char *text, size_t length) {
    return phrase_is_polite(context->words, text, length) && !memchr(text, '?', length);
}

static const char *find_day(const struct verb_context *context, const char *rest, size_t length) {
    char date[CIVIL_DATE_SIZE];
    size_t end;
    int64_t day = day_words_read(rest, length, context->today, &end);
    return day >= 0 && is_polite_or_marks(context, rest + end, length - end)
               ? arena_copy_string(context->arena, civil_format_date(civil_from_days(day), date))
               : NULL;
}

/* A word of REST between blanks and marks, from *AT on; false behind the last. */
static bool next_word(const char *rest, size_t length, const char *marks, size_t *at, const char **ret,
                      size_t *ret_length) {
    while (*at < length && strchr(marks, rest[*at]))
        ++*at;
    *ret = rest + *at;
    for (*ret_length = 0; *at < length && !strchr(marks, rest[*at]); ++*at)
        ++*ret_length;
    return *ret_length > 0;
}

enum { LANGUAGE_WORDS_MAX = 3 };

/* "to French", ": français, merci", "fr": the first words that are a language, before nothing but politeness. */
static const char *find_language(const struct verb_context *context, const char *rest, size_t length) {
    static const char marks[] = " \t\r:=*_\"'()[]<>";
    const char *word;
    size_t at = 0, word_length;
    for (int skipped = 0; skipped < LANGUAGE_WORDS_MAX; skipped++) {
        if (!next_word(rest, length, marks, &at, &word, &word_length))
            return NULL;
        size_t first = (size_t)(word - rest);
        for (size_t end = length; end > first; end--) {
            char code[LANGUAGE_SIZE];
            struct error ignored = ERROR_INIT;
            bool ends = end == length || strchr(" .,;!*_\"'()[]<>", rest[end]);
            if (!ends || !is_polite_or_marks(context, rest + end, length - end))
                continue;
            auto_string name = memory_copy_bytes(word, end - first);
            string_trim(name);
            while (*name && strchr(".,;!*_\"'()[]<>", name[strlen(name) - 1]))
                name[strlen(name) - 1] = '\0';
            if (*name && strlen(name) < LANGUAGE_SIZE && language_read(name, NULL, 0, code, &ignored))
                return arena_copy_string(context->arena, code);
        }
    }
    return NULL;
}

/* Good enough to be asked about: whoever applies it reads it as RFC 5322 has it. */
static bool looks_like_address(const char *text) {
    const char *at = strchr(text, '@');
    return at && at > text && !strchr(at + 1, '@') && strchr(at + 1, '.') && at[1] != '.' && strlen(text) <= 254 &&
           text[strlen(text) - 1] != '.';
}

/* Mail programs write "a@b.test <mailto:a@b.test>". */
static const char *find_address(const struct verb_context *context, const char *rest, size_t length) {
    enum { WORDS_MAX = 4 };
    const char *word, *found = NULL;
    size_t word_length, others = 0;
    for (size_t at = 0; next_word(rest, length, " \t\r<>()[],;:\"*=", &at, &word, &word_length);) {
        while (word_length && strchr(".!", word[word_length - 1]))
            word_length--;
        const char *text = arena_copy_bytes(context->arena, word, word_length);
        if (!strchr(text, '@')) {
            others += !string_equal_ignore_case(text, "mailto") && *text &&
                      !phrase_is_polite(context->words, text, word_length);
            continue;
        }
        if (!looks_like_address(text) || (found && !string_equal_ignore_case(found, text)))
            return NULL;
        found = text;
    }
    return others <= WORDS_MAX - 2 ? found : NULL;
}

static const char *find_argument(const struct verb_context *context, enum verb_need need, const char *rest,
                                 size_t length) {
    switch (need) {
    case VERB_NEEDS_NOTHING:
        return NULL;
    case VERB_NEEDS_DATE:
        return find_day(context, rest, length);
    case VERB_NEEDS_LANGUAGE:
        return find_language(context, rest, length);
    case VERB_NEEDS_ADDRESS:
        return find_address(context, rest, length);
    }
    return NULL;
}

/* The verb that needs something with which the rest of a line begins, at AT in FOLDED, and what it needs. */
static bool needs_at(const struct verb_context *context, const char *line, size_t length, const char *folded,
                     const char *at, struct line_verb *ret) {
    enum { RAW_WORDS_MAX = 3 };
    for (size_t verb = VERB_NONE + 1; verb < VERB_COUNT; verb++) {
        const struct verb_rule *rule = &verb_rules[verb];
        size_t begin, end, taken = rule->needs ? phrase_begin(context->words, false, PHRASE_VERB, (int)verb, at) : 0;
        if (taken == 0)
            continue;
        find_word(line, length, words_in(folded, (size_t)(at - folded) + taken), &begin, &end);
        const char *argument = find_argument(context, rule->needs, line + end, length - end);
        /* "LANGUAGE: Klingon": what is meant is clear, and there is none. */
        bool meant = rule->needs != VERB_NEEDS_DATE && !memchr(line, '?', length) &&
                     (phrase_in_capitals(line + begin, end - begin) || line[end] == ':') &&
                     fold_count(at + taken + (at[taken] == ' ')) <= RAW_WORDS_MAX;
        if (!argument && !meant)
            continue;
        *ret = (struct line_verb){.verb = (enum verb)verb, .argument = argument, .whole = true, .plain = true};
        return true;
    }
    return false;
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

static struct line_verb read_beginning(const struct verb_context *context, const char *line, size_t length) {
    const struct words *words = context->words;
    struct line_verb found = {.verb = VERB_NONE};
    auto_text folded = TEXT_EMPTY;
    size_t taken;
    bool greeted = false;
    phrase_fold(line, utf8_cut(line, length, PHRASE_LINE_MAX), &folded);
    const char *at = text_string(&folded);
    while ((taken = phrase_polite(words, at, &greeted)) > 0)
        at += taken + (at[taken] == ' ');
    for (int names = 0; *at && names <= (greeted ? NAMES_MAX : 0); names++) {
        if (needs_at(context, line, length, text_string(&folded), at, &found) ||
            begins_at(words, line, length, text_string(&folded), at, &found))
            break;
        at += strcspn(at, " ");
        at += *at == ' ';
    }
    return found;
}

static struct line_verb read_line(const struct verb_context *context, const char *line, size_t length) {
    int whole = phrase_find(context->words, PHRASE_VERB, line, length);
    return whole > PHRASE_NONE ? (struct line_verb){.verb = (enum verb)whole, .whole = true, .plain = true}
                               : read_beginning(context, line, length);
}

/* ---- Reading a mail ---- */

enum { LINES_MAX = 50, NOTHING_MORE_MAX = 1000 }; /* lines, bytes; more are a letter */

/* Of a line "Hi Kate, stop!" the greeting; else all of it. */
static size_t greeting_length(const struct words *words, const char *line, size_t length) {
    size_t head = strcspn(line, ",!:;\n");
    return head < length && phrase_is_greeting(words, line, head) ? head + 1 : length;
}

/* What it begins with; ALONE where nothing else stands in it, though it be nothing at all. *RET_BEHIND: what follows
 * the line that says it. */
static struct verb_reading read_text(const struct verb_context *context, const char *text, const char **ret_behind) {
    const struct words *words = context->words;
    struct verb_reading found = {.alone = true, .plain = true};
    size_t lines = 0;
    bool named = false;
    for (const char *line = text; *line && found.alone;) {
        size_t length = strcspn(line, "\n");
        struct line_verb says = {.verb = VERB_NONE};
        bool polite = phrase_is_polite(words, line, length);
        if (found.verb == VERB_NONE && !polite) {
            says = read_line(context, line, length);
            length = says.verb == VERB_NONE ? greeting_length(words, line, length) : length;
        }
        if (says.verb != VERB_NONE) {
            found = (struct verb_reading){.verb = says.verb,
                                          .argument = says.argument,
                                          .alone = says.whole,
                                          .plain = says.plain && (says.verb == VERB_REPORT || !named)};
            *ret_behind = line + length;
        } else if (found.verb == VERB_NONE && !polite && phrase_is_greeting(words, line, length))
            named = true;
        else if (!polite)
            found.alone = false;
        if (length > 0 && ++lines > LINES_MAX)
            found.alone = false;
        line += length + (line[length] == '\n');
    }
    return found;
}

/* Some sentence, wherever it stands, begins with a phrase of several words, or is a verb with what it needs. */
static bool find_inside(const struct verb_context *context, const char *text, struct verb_reading *ret) {
    size_t sentences = 0;
    for (const char *at = text; *at && sentences++ < LINES_MAX;) {
        size_t length = strcspn(at, "\n.!?;");
        struct line_verb says = at[length] == '?' ? (struct line_verb){0} : read_beginning(context, at, length);
        bool whole = !verb_rules[says.verb].needs || says.argument;
        if (says.verb != VERB_NONE && says.verb != VERB_REPORT && whole) {
            *ret = (struct verb_reading){.verb = says.verb, .argument = says.argument, .inside = true};
            return true;
        }
        at += length + strspn(at + length, "\n.!?; ");
    }
    return false;
}

/* "Language" as a letter's subject, or its first line, means nothing to us. */
static struct verb_reading if_whole(struct verb_reading reading) {
    enum verb_need needs = verb_rules[reading.verb].needs;
    bool lacks = (needs == VERB_NEEDS_LANGUAGE || needs == VERB_NEEDS_ADDRESS) && !reading.argument;
    return lacks && !reading.alone ? (struct verb_reading){0} : reading;
}

struct verb_reading verb_read(const char *subject, const char *text, const struct verb_context *context) {
    subject = subject ? subject : "";
    text = text ? text : "";
    const char *behind = "", *name = context->name ? context->name : "";
    struct verb_reading body = read_text(context, text, &behind);
    struct line_verb head = read_line(context, subject, strlen(subject));
    if (body.verb == VERB_REPORT || head.verb == VERB_REPORT) {
        body.plain = (body.verb == VERB_REPORT && body.plain) || (head.verb == VERB_REPORT && head.plain);
        body.verb = VERB_REPORT;
        body.argument = NULL;
        return body;
    }
    if (body.verb != VERB_NONE) {
        /* The line itself is read already where it says what the verb needs. */
        body.alone = body.alone || (strlen(text) < NOTHING_MORE_MAX &&
                                    phrase_says_nothing_more(context->words, PHRASE_VERB, (int)body.verb, name,
                                                             body.argument ? behind : text));
        body.plain = body.plain && body.alone && (head.verb == VERB_NONE || head.verb == body.verb);
        return if_whole(body);
    }
    if (head.verb != VERB_NONE)
        return if_whole((struct verb_reading){
            .verb = head.verb, .argument = head.argument, .alone = body.alone, .plain = body.alone && head.whole});
    if (find_inside(context, text, &body))
        return body;
    return (struct verb_reading){0};
}

/* ---- Acting ---- */

const struct verb_rule *verb_rule_at(const struct deciding *deciding, enum verb_place place) {
    const struct verb_reading *reading = &deciding->reading;
    const struct verb_rule *said = &verb_rules[reading->verb];
    bool letter = place == VERB_AT_COPY || (place == VERB_AT_PARTNERSHIP && !said->asked_of_letters);
    bool counts = (reading->plain || !letter) && (!reading->inside || place == VERB_AT_PROGRAMME);
    if (counts && said->places & place)
        return said;
    for (size_t i = VERB_NONE + 1; i < VERB_COUNT; i++)
        if (verb_rules[i].default_at & place)
            return &verb_rules[i];
    return NULL;
}

static void tell_writer(struct deciding *deciding, const struct verb_rule *rule, bool always) {
    if (!rule->answer || rule->answers || !may_be_told(deciding, always || rule->always_told))
        return;
    struct effect *notice = deciding_add(deciding, EFFECT_NOTICE);
    notice->detail = rule->answer;
    notice->argument = deciding->told;
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
    /* Without what it needs there is nothing to be sure of. */
    if (rule->asks_first && (reading->argument || !rule->needs)) {
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
    bool by_coordinator = deciding->facts->paused_by_coordinator;
    if (((rule->verb == VERB_START || rule->verb == VERB_UNDO) && by_coordinator) ||
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
