#include "programme/decide_coordinator.h"

#include <ctype.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/clock.h"
#include "base/fold.h"
#include "base/text.h"
#include "programme/case_kind.h"
#include "programme/deciding.h"

/* ---- The table ---- */

REASON_CONSTANT(says_nudge, "NUDGE: we ask the silent one once more, kindly");
REASON_CONSTANT(says_match, "MATCH: the two become partners, and are introduced to each other");
REASON_CONSTANT(says_no_action, "NO ACTION: the report has no consequences, and mail goes on");
REASON_CONSTANT(says_warning, "WARNING, and your words to them if you like: the other one is reminded of the rules, "
                              "and mail goes on (we ask first)");
REASON_CONSTANT(says_terminate, "TERMINATE: the report ends this partnership (we ask first)");
REASON_CONSTANT(says_ban, "BAN: the other one leaves the programme, and can't take part again (we ask first)");
REASON_CONSTANT(says_note, "NOTE and your words (or any words): kept with it, for coordinators only");
REASON_CONSTANT(says_done, "DONE: it is dealt with");
REASON_CONSTANT(says_snooze, "SNOOZE 2 weeks: we remind you then");
REASON_CONSTANT(says_answer, "ANSWER and your words: they go to whoever wrote, from the programme");
REASON_CONSTANT(says_letter, "LETTER: it is passed on to the partner");
REASON_CONSTANT(says_contact, "CONTACT: you know that the partners are in touch");
REASON_CONSTANT(says_stop, "STOP: no more mail to this participant, until RESUME");
REASON_CONSTANT(says_hold, "HOLD: nothing more passes in this partnership, until RESUME");
REASON_CONSTANT(says_resume, "RESUME: mail goes on");
REASON_CONSTANT(says_rematch, "REMATCH: this partnership ends, and its members wait for new partners (we ask first)");
REASON_CONSTANT(says_dissolve, "DISSOLVE: this partnership ends (we ask first)");

REASON_CONSTANT(did_match, "The two are partners now, and are introduced at their next sending time.");
REASON_CONSTANT(did_no_action, "The report has no consequences. Mail goes on, unless another report is open.");
REASON_CONSTANT(did_warning, "The other one is reminded of the rules, and reads the words that you wrote behind it, if "
                             "any. Mail goes on, unless another report is open.");
REASON_CONSTANT(did_terminate, "The partnership is over. Both are told that, and nothing else.");
REASON_CONSTANT(did_ban, "The other one leaves the programme, and the address can't take part again.");
REASON_CONSTANT(did_note, "Your note is kept with it.");
REASON_CONSTANT(did_done, "It is closed.");
REASON_CONSTANT(did_snooze, "We remind you later.");
REASON_CONSTANT(did_answer,
                "Your answer goes out now, and the case is closed. What they reply comes to you as the same case.");
REASON_CONSTANT(did_letter, "The letter is passed on.");
REASON_CONSTANT(did_contact, "It is noted that the partners are in touch.");
REASON_CONSTANT(did_stop, "Nothing more is sent to this participant. RESUME undoes it.");
REASON_CONSTANT(did_hold, "Nothing more passes in this partnership. RESUME undoes it.");
REASON_CONSTANT(did_resume, "Mail goes on.");
REASON_CONSTANT(did_rematch, "The partnership is dissolved, and its members wait for new partners.");
REASON_CONSTANT(did_dissolve, "The partnership is dissolved.");
REASON_CONSTANT(did_no, "Nothing was done.");

#define VERB(NAME, word, ...) [CASE_VERB_##NAME] = {CASE_VERB_##NAME, "CASE " word, __VA_ARGS__}

const struct case_verb_rule case_verb_rules[CASE_VERB_COUNT] = {
    VERB(NUDGE, "NUDGE", .about = CASE_VERB_OF_PARTNERSHIP, .says = says_nudge),
    VERB(MATCH, "MATCH", .closes = true, .says = says_match, .outcome = did_match),
    VERB(NO_ACTION, "NO ACTION", .closes = true, .says = says_no_action, .outcome = did_no_action),
    VERB(WARNING, "WARNING", .asks_first = true, .closes = true, .sends = true, .says = says_warning,
         .outcome = did_warning),
    VERB(TERMINATE, "TERMINATE", .asks_first = true, .closes = true, .says = says_terminate, .outcome = did_terminate),
    VERB(BAN, "BAN", .asks_first = true, .closes = true, .says = says_ban, .outcome = did_ban),
    VERB(NOTE, "NOTE", .needs = CASE_VERB_NEEDS_WORDS, .says = says_note, .outcome = did_note),
    VERB(DONE, "DONE", .closes = true, .says = says_done, .outcome = did_done),
    VERB(SNOOZE, "SNOOZE", .needs = CASE_VERB_NEEDS_DAYS, .says = says_snooze, .outcome = did_snooze),
    VERB(ANSWER, "ANSWER", .needs = CASE_VERB_NEEDS_WORDS, .about = CASE_VERB_OF_WRITER, .closes = true, .sends = true,
         .says = says_answer, .outcome = did_answer),
    VERB(LETTER, "LETTER", .about = CASE_VERB_OF_MAIL, .closes = true, .says = says_letter, .outcome = did_letter),
    VERB(CONTACT, "CONTACT", .about = CASE_VERB_OF_PARTNERSHIP, .closes = true, .says = says_contact,
         .outcome = did_contact),
    VERB(STOP, "STOP", .about = CASE_VERB_OF_PARTICIPANT, .says = says_stop, .outcome = did_stop),
    VERB(HOLD, "HOLD", .about = CASE_VERB_OF_PARTNERSHIP, .says = says_hold, .outcome = did_hold),
    VERB(RESUME, "RESUME", .says = says_resume, .outcome = did_resume),
    VERB(REMATCH, "REMATCH", .about = CASE_VERB_OF_PARTNERSHIP, .asks_first = true, .says = says_rematch,
         .outcome = did_rematch),
    VERB(DISSOLVE, "DISSOLVE", .about = CASE_VERB_OF_PARTNERSHIP, .asks_first = true, .says = says_dissolve,
         .outcome = did_dissolve),
    VERB(YES, "YES"),
    VERB(NO, "NO", .outcome = did_no),
};

enum case_verb case_verb_find(const char *word) {
    for (int verb = CASE_VERB_NONE + 1; verb < CASE_VERB_COUNT; verb++)
        if (string_equal(case_verb_rules[verb].word, word))
            return (enum case_verb)verb;
    return CASE_VERB_NONE;
}

static bool is_about(const struct case_row *row, enum case_verb_about about) {
    switch (about) {
    case CASE_VERB_OF_ANY:
        return true;
    case CASE_VERB_OF_WRITER:
        return row->participant || row->inbox;
    case CASE_VERB_OF_PARTICIPANT:
        return row->participant;
    case CASE_VERB_OF_PARTNERSHIP:
        return row->partnership;
    case CASE_VERB_OF_MAIL:
        return row->inbox && row->partnership;
    }
    return false;
}

unsigned case_verb_offers(const struct case_row *row) {
    unsigned offers = 0;
    for (int verb = CASE_VERB_NONE + 1; verb < CASE_VERB_YES; verb++)
        if (case_kind_traits(row->kind).offers & CASE_VERB_BIT(verb) && is_about(row, case_verb_rules[verb].about))
            offers |= CASE_VERB_BIT(verb);
    return offers;
}

/* ---- Reading a line ---- */

enum { NUMBERS_MAX = 10, DIGITS_MAX = 9, AND_MAX = 3 };

struct line_order {
    enum case_verb verb;
    bool loud;    /* nothing can be meant but the verb: it stands alone, and in capitals */
    size_t taken; /* bytes, up to the words behind it */
    int64_t days;
};

/* What stands between a verb, which ends somewhere in HEAD, and the next word sets it off. */
static bool is_set_off(const char *head, size_t length, bool comma) {
    for (size_t i = length; i > 0; i--) {
        unsigned char c = (unsigned char)head[i - 1];
        if (isalnum(c))
            return false;
        if (strchr(comma ? ":.!;," : ":.!;", c) || (c == '-' && i > 1 && head[i - 2] == ' '))
            return true;
        if (i >= 3 && (c == 0x93 || c == 0x94) && memcmp(head + i - 3, "\xe2\x80", 2) == 0)
            return true;
    }
    return false;
}

/* The meaning of the longest phrase of USE, in any language, with which FOLDED begins, and its words; 0 for none. */
static int find_phrase(const struct words *words, enum phrase_use use, const char *folded, size_t *ret_words) {
    size_t best = 0;
    int meaning = 0;
    for (size_t i = 0; words && i < words->all_count; i++) {
        const struct phrase_list *list = &words->all[i]->lists[use];
        for (size_t j = 0; j < list->count; j++) {
            const char *phrase = list->items[j].folded;
            size_t length = strlen(phrase);
            if (length > best && string_starts_with(folded, phrase) && (folded[length] == ' ' || !folded[length])) {
                best = length;
                meaning = list->items[j].meaning;
                *ret_words = fold_count(phrase);
            }
        }
    }
    return meaning;
}

/* "2 weeks", and nothing else but politeness; 0 where it is none. */
static int64_t read_days(const struct words *words, const char *line, size_t length) {
    auto_text folded = TEXT_EMPTY;
    int64_t number = 0;
    size_t digits, count;
    phrase_fold(line, length, &folded);
    const char *at = text_string(&folded);
    digits = strspn(at, "0123456789");
    if (digits == 0 || digits > 3)
        return 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (at[i] - '0');
    at += digits + (at[digits] == ' ');
    int64_t days = number * find_phrase(words, PHRASE_DAYS, at, &count);
    if (days < 1 || days > CASE_SNOOZE_DAYS_MAX)
        return 0;
    size_t rest = fold_skip(line, length, count + 1);
    return phrase_is_polite(words, line + rest, length - rest) ? days : 0;
}

static struct line_order read_verb(const struct words *words, const char *line, size_t length) {
    struct line_order none = {0}, found = {0};
    auto_text folded = TEXT_EMPTY;
    size_t count = 0;
    phrase_fold(line, utf8_cut(line, length, PHRASE_LINE_MAX), &folded);
    found.verb = (enum case_verb)find_phrase(words, PHRASE_CASE, text_string(&folded), &count);
    if (found.verb == CASE_VERB_NONE)
        return none;
    found.taken = fold_skip(line, length, count);
    bool loud = phrase_in_capitals(line, found.taken), asks = memchr(line, '?', length);
    bool alone = phrase_is_polite(words, line + found.taken, length - found.taken);
    found.days = found.verb == CASE_VERB_SNOOZE ? read_days(words, line + found.taken, length - found.taken) : 0;
    if (found.days || alone)
        found.taken = length;
    found.loud = alone && loud;
    bool harmless = found.verb == CASE_VERB_NOTE || found.verb == CASE_VERB_DONE;
    return loud || ((alone || found.days) && !asks) || (is_set_off(line, found.taken, harmless) && !asks) ? found
                                                                                                          : none;
}

/* "57", "#57:", "57, 58 and 60": into RET; how many. *RET_TAKEN: bytes up to what follows. */
static size_t read_numbers(const char *line, size_t length, int64_t ret[NUMBERS_MAX], size_t *ret_taken) {
    size_t count = 0, at = 0;
    *ret_taken = 0;
    while (count < NUMBERS_MAX) {
        at += strspn(line + at, " \t#*(&+,");
        size_t word = 0; /* "and", in whatever language */
        while (count > 0 && word <= AND_MAX && isalpha((unsigned char)line[at + word]))
            word++;
        if (word > 0 && word <= AND_MAX && line[at + word] == ' ')
            at += word + 1;
        size_t digits = strspn(line + at, "0123456789");
        if (at >= length || digits == 0 || digits > DIGITS_MAX || isalpha((unsigned char)line[at + digits]))
            break;
        ret[count] = 0;
        for (size_t i = 0; i < digits; i++)
            ret[count] = ret[count] * 10 + (line[at + i] - '0');
        count++;
        at += digits;
        at += strspn(line + at, " \t:.),-");
        *ret_taken = at < length ? at : length;
    }
    return count;
}

/* ---- Reading a reply ---- */

struct reading {
    const struct words *words;
    const char *name;
    struct arena *arena;
    struct case_order *orders;
    size_t count, first; /* first: of those whose words are being read */
    struct text text;
};

/* Words that say nothing beside a verb ("Thanks, Kate") are none. */
static void end_order(struct reading *reading) {
    if (reading->count == reading->first) {
        text_clear(&reading->text);
        return;
    }
    char *trimmed = arena_copy_string(reading->arena, text_string(&reading->text));
    string_trim(trimmed);
    const char *words = trimmed;
    enum case_verb verb = reading->orders[reading->first].verb;
    bool free = reading->orders[reading->first].free;
    if ((free || case_verb_rules[verb].needs != CASE_VERB_NEEDS_WORDS) &&
        phrase_says_nothing_more(reading->words, free ? PHRASE_NO_WORDS : PHRASE_CASE, (int)verb, reading->name, words))
        words = "";
    if (free && !*words)
        reading->count = reading->first;
    for (size_t i = reading->first; i < reading->count; i++)
        reading->orders[i].words = words;
    reading->first = reading->count;
    text_clear(&reading->text);
}

static void begin_order(struct reading *reading, const int64_t *numbers, size_t count, const struct line_order *says) {
    end_order(reading);
    for (size_t i = 0; i < count && reading->count < CASE_ORDERS_MAX; i++)
        reading->orders[reading->count++] = (struct case_order){
            .number = numbers[i],
            .verb = says->verb ? says->verb : CASE_VERB_NOTE,
            .words = "",
            .days = says->days ? says->days : CASE_SNOOZE_DAYS,
            .free = says->verb == CASE_VERB_NONE,
        };
}

static void read_reply_line(struct reading *reading, int64_t own, const char *line, size_t length) {
    static const struct line_order no_verb = {0};
    int64_t numbers[NUMBERS_MAX];
    size_t blank = 0, skipped = 0;
    while (blank < length && isspace((unsigned char)line[blank]))
        blank++;
    const char *begin = line + blank;
    size_t count = read_numbers(begin, length - blank, numbers, &skipped);
    struct line_order says = read_verb(reading->words, begin + skipped, length - blank - skipped);
    const struct case_order *open = reading->count > reading->first ? &reading->orders[reading->first] : NULL;
    bool answering = open && case_verb_rules[open->verb].sends;
    if (says.verb && (count > 0 || !answering || says.loud)) {
        begin_order(reading, count ? numbers : &own, count ? count : 1, &says);
        skipped += says.taken;
    } else if (count > 0 && !own && !answering) {
        begin_order(reading, numbers, count, &no_verb);
    } else if (!open && !phrase_is_polite(reading->words, line, length) &&
               !phrase_is_greeting(reading->words, line, length)) {
        begin_order(reading, &own, 1, &no_verb);
        skipped = 0;
    } else {
        skipped = 0;
    }
    text_append_bytes(&reading->text, begin + skipped, length - blank - skipped);
    text_append(&reading->text, "\n");
}

size_t case_verb_read(const char *text, int64_t own, const char *name, const struct words *words, struct arena *arena,
                      struct case_order ret[CASE_ORDERS_MAX]) {
    static const struct words none = {0};
    struct reading reading = {words ? words : &none, name ? name : "", arena, ret, 0, 0, TEXT_EMPTY};
    for (const char *line = text ? text : ""; *line && reading.count < CASE_ORDERS_MAX;) {
        size_t length = strcspn(line, "\n");
        read_reply_line(&reading, own, line, length);
        line += length + (line[length] == '\n');
    }
    end_order(&reading);
    text_free(&reading.text);
    return reading.count;
}

/* ---- Deciding ---- */

/* What is to be said instead of doing it; NULL where it can be done. */
static struct reason judge(const struct coordinator_facts *facts, const struct case_ruling *ruling, int64_t now) {
    const struct case_order *order = &ruling->order;
    const struct case_row *row = &ruling->row;
    if (order->verb == CASE_VERB_NO)
        return (struct reason){NULL};
    if (order->verb == CASE_VERB_YES)
        return REASON("Nothing is asked of you there any more: write once more what is to be done.");
    if (order->number == 0)
        return REASON("Several cases stand in that mail: begin with the number of the one that you mean.");
    if (row->id == 0)
        return REASON("There is no case with this number among yours.");
    if (now - facts->told_at > CASE_REPLY_DAYS * (int64_t)SECONDS_PER_DAY)
        return REASON(
            "The mail to which you replied is older than 60 days, so nothing was done: reply to a newer one.");
    if (case_verb_rules[order->verb].needs == CASE_VERB_NEEDS_WORDS && !*order->words)
        return REASON("Nothing stood behind the word, so nothing was done.");
    if (order->verb == CASE_VERB_NOTE)
        return (struct reason){NULL};
    if (row->closed_at && row->kind != CASE_REMARK)
        return REASON("It had been dealt with before, so nothing was done.");
    if (!(case_verb_offers(row) & CASE_VERB_BIT(order->verb)) && row->kind == CASE_REPORT)
        return REASON("Nothing was done: a report needs a decision.");
    if (!(case_verb_offers(row) & CASE_VERB_BIT(order->verb)))
        return REASON("That can't be done with this case.");
    return (struct reason){NULL};
}

/* Words without a verb, in reply to what told of the last ones: a person wants no answer to them, and a program that
 * answers all that it gets would get the next one for each. */
static bool says_only_more(const struct coordinator_facts *facts) {
    bool more = facts->told;
    for (size_t i = 0; i < facts->count; i++)
        more = more && facts->rulings[i].order.free;
    return more;
}

bool decide_coordinator(struct deciding *deciding) {
    const struct coordinator_facts *facts = &deciding->facts->coordinator;
    if (!facts->name || string_equal(deciding->description->dmarc, "fail"))
        return false;
    struct case_ruling *rulings = arena_take_array(deciding->arena, facts->count + 1, sizeof *rulings);
    for (size_t i = 0; i < facts->count; i++) {
        rulings[i] = facts->rulings[i];
        rulings[i].refused = judge(facts, &rulings[i], deciding->facts->now).text;
    }
    struct effect *effect = deciding_add(deciding, says_only_more(facts) ? EFFECT_RULINGS_QUIETLY : EFFECT_RULINGS);
    effect->rulings = rulings;
    effect->count = facts->count;
    effect->detail = facts->name;
    deciding_understood(deciding, "a coordinator's reply about a case");
    return true;
}

bool decide_coordinator_away(struct deciding *deciding) {
    const char *name = deciding->facts->coordinator.name, *until = deciding->description->away_until;
    if (!name || deciding_is_forged(deciding))
        return false;
    struct effect *effect = deciding_add(deciding, EFFECT_COORDINATOR_AWAY);
    effect->detail = name;
    effect->argument = until ? until : "";
    deciding_understood(deciding, "a coordinator is away");
    return true;
}
