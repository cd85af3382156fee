#include "programme/decide_letter.h"

#include <string.h>
#include <unicode/uchar.h>

#include "base/clock.h"
#include "base/text.h"
#include "programme/deciding.h"

enum { GRACE_AFTER_END = 14 * SECONDS_PER_DAY, LETTERS_A_DAY = 20, LETTERS_HELD = 20, SAME_LETTERS = 2 };

static struct effect *notice(struct deciding *deciding, const char *template_name, int64_t participant) {
    struct effect *effect = deciding_add(deciding, EFFECT_NOTICE);
    effect->participant = participant;
    effect->partnership = deciding->facts->letter.partnership.id;
    effect->detail = template_name;
    return effect;
}

static void hold(struct deciding *deciding, const char *reason) {
    struct effect *effect = deciding_add(deciding, EFFECT_HOLD);
    effect->participant = deciding->facts->tag.participant;
    effect->partnership = deciding->facts->letter.partnership.id;
    effect->detail = reason;
}

/* With a literal, which coordinators may have to read. */
#define refuse(deciding, template_name, literal) tell_owner(deciding, template_name, REASON(literal))
#define hold_and_ask(deciding, template_name, literal) hold_and_ask_because(deciding, template_name, REASON(literal))

/* Whoever had all automatic answers of a week hears no more: a person looks, and sees the reason alone. */
static void tell_owner(struct deciding *deciding, const char *template_name, struct reason reason) {
    if (deciding->facts->answers_used_up) {
        deciding_wait_because(deciding,
                              REASON_FORMAT(deciding->arena, "%s often enough lately, so not this time", reason.text));
        return;
    }
    if (deciding->description->through_list) {
        deciding_wait_because(
            deciding,
            REASON_FORMAT(deciding->arena, "%s, but not this time: it came through a mailing list", reason.text));
        return;
    }
    notice(deciding, template_name, deciding->facts->tag.participant);
    deciding_understood(deciding, reason.text);
}

/* Kept back, with a question to the owner of the address, at the address on file. */
static void hold_and_ask_because(struct deciding *deciding, const char *template_name, struct reason reason) {
    hold(deciding, reason.text);
    tell_owner(deciding, template_name, reason);
}

/* ---- Words to us that went to the partner's address ---- */

/* In doubt nothing goes to the partner; where nobody can be asked, a person hears of it. */
static void hold_as_report(struct deciding *deciding) {
    hold_and_ask(deciding, "letter-question", DECIDE_MAY_REPORT);
    if (deciding->decision->waits)
        deciding_tell_of_report(deciding);
}

/* True where the letter was for us, or may have been. */
static bool decide_word(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    enum verb_place place = facts->letter.missing_count == 0 ? VERB_AT_COPY : VERB_AT_PARTNERSHIP;
    if (!verb_rule_at(deciding, place))
        return false;
    if (deciding->reading.plain)
        return verb_decide(deciding, place);
    if (facts->too_large) /* there is nothing to keep back */
        return false;
    if (deciding->reading.verb == VERB_REPORT)
        hold_as_report(deciding);
    else
        hold_and_ask(deciding, "letter-question",
                     "a letter that begins with a word to us: its writer is asked whom it is for");
    return true;
}

/* What a line that holds nothing but a digit or a word of an answer says: "2.", "２, thanks", "Tout va bien". */
static int answer_of_line(const struct deciding *deciding, const struct question *question, const char *line,
                          size_t length, bool *ret_digit) {
    const struct words *words = deciding->facts->words;
    auto_text folded = TEXT_EMPTY;
    size_t after = 0;
    phrase_fold(line, length, &folded);
    uint32_t first = utf8_next(text_string(&folded), folded.length, &after);
    int digit = u_charDigitValue((UChar32)first);
    *ret_digit = !memchr(line, '?', length) && digit >= 1 && digit <= question_answer_count(question);
    if (*ret_digit)
        return phrase_is_polite(words, text_string(&folded) + after, folded.length - after) ? digit
                                                                                            : QUESTION_NO_ANSWER;
    int answer = question_read_answer(question, arena_copy_bytes(deciding->arena, line, length), NULL, 0, words);
    return answer == QUESTION_AMBIGUOUS ? QUESTION_NO_ANSWER : answer;
}

/* The answer that is all of the letter (*RET_ALONE), or stands alone on its first line: a digit, or else a word. */
static int find_answer(const struct deciding *deciding, const struct question *question, bool *ret_alone,
                       bool *ret_digit) {
    int found = QUESTION_NO_ANSWER;
    *ret_alone = true;
    for (const char *line = deciding->description->text; *line;) {
        size_t length = strcspn(line, "\n");
        if (!phrase_is_polite(deciding->facts->words, line, length)) {
            if (found) {
                *ret_alone = false;
                return found;
            }
            found = answer_of_line(deciding, question, line, length, ret_digit);
            if (!found)
                return QUESTION_NO_ANSWER;
        }
        line += length + (line[length] == '\n');
    }
    return found;
}

/* A digit or a word that answers what is asked of a partnership: where nothing else stands there, it is an answer.
 * "Yes!" is also what partners write to each other: a word counts only while such a question is open, and not in reply
 * to the partner's letter. */
static bool decide_answer(struct deciding *deciding, const struct question *question) {
    const struct facts *facts = deciding->facts;
    bool open = string_equal(facts->question.open.asks, question->name);
    bool alone, digit;
    if (!find_answer(deciding, question, &alone, &digit) || (!digit && (!open || facts->letter.replies_to_partner)))
        return false;
    if (!alone)
        hold_and_ask(deciding, "letter-question",
                     "a letter that begins with an answer: its writer is asked whom it is for");
    else if (open && !facts->letter.replies_to_partner)
        decide_question_answer(deciding, &facts->question.open);
    else
        hold_and_ask(deciding, "letter-question",
                     "a letter that is nothing but an answer: its writer is asked whom it is for");
    return true;
}

/* The one that is open comes first: a digit may answer several. */
static bool decide_answers(struct deciding *deciding) {
    const char *open = deciding->facts->question.open.asks;
    for (int others = 0; others <= 1; others++)
        for (const struct question *question = question_table; question->name; question++)
            if (question->owner == QUESTION_OF_PARTNERSHIP && string_equal(question->name, open) != others &&
                decide_answer(deciding, question))
                return true;
    return false;
}

/* ---- Letters ---- */

/* Leaves among the letter's recipients those whom it can reach; gives one whom it can't, 0 where there is none. */
static int64_t drop_unreachable(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    struct decision *decision = deciding->decision;
    int64_t missed = 0;
    decision->recipient_count = 0;
    for (size_t i = 0; i < facts->letter.missing_count; i++)
        if (facts->letter.missing_unreachable[i])
            missed = facts->letter.missing[i];
        else
            decision->recipients[decision->recipient_count++] = facts->letter.missing[i];
    return missed;
}

/* To whom it can be passed on; of a trio, whoever can't be reached keeps it from nobody else. */
static void pass_to(struct deciding *deciding, int64_t missed) {
    const struct facts *facts = deciding->facts;
    bool relayed = deciding->decision->recipient_count > 0;
    if (relayed)
        deciding_add(deciding, EFFECT_RELAY)->partnership = facts->letter.partnership.id;
    struct effect *contact = deciding_add(deciding, EFFECT_CONTACT);
    contact->partnership = facts->letter.partnership.id;
    contact->channel = relayed ? CONTACT_RELAY : CONTACT_CC;
    if (missed == 0) {
        deciding_understood(deciding, "a letter to the partner; passed on");
        return;
    }
    if (!facts->answers_used_up)
        notice(deciding, "letter-missed", facts->tag.participant)->about = missed;
    deciding_understood(deciding, relayed ? "a letter in a trio; passed on to the one who can be reached"
                                          : "a letter in a trio; one has it directly, the other can't be reached");
}

static void pass_on(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const struct partnership *partnership = &facts->letter.partnership;
    bool in_grace = partnership->state == PARTNERSHIP_ENDED && facts->now - partnership->closed_at <= GRACE_AFTER_END;
    int64_t missed = drop_unreachable(deciding);
    bool reaches_nobody = deciding->decision->recipient_count == 0 && !facts->letter.together_with_partner;
    if (partnership->state == PARTNERSHIP_ENDED && !in_grace) {
        refuse(deciding, "letter-ended", "a letter after the partnership's end; its writer was told");
    } else if ((partnership->state != PARTNERSHIP_ACTIVE && !in_grace) || facts->letter.writer_stopped ||
               reaches_nobody) {
        refuse(deciding, "letter-stopped", "a letter while nothing passes; its writer was told");
    } else if (facts->letter.sent_today >= LETTERS_A_DAY) {
        hold(deciding, DECIDE_TOO_MANY_LETTERS);
        deciding_tell_coordinators(deciding, CASE_LETTER,
                                   "A participant writes very many letters in one day; further ones are held")
            ->partnership = partnership->id;
        deciding_understood(deciding, "a letter beyond the number for one day: held");
    } else if (facts->letter.same >= SAME_LETTERS) { /* two programs that answer each other would never end */
        hold(deciding, "the same letter, word for word, for the third time within a week");
        deciding_wait(deciding, "the same letter, word for word, for the third time within a week: held, for it looks "
                                "like a program's");
    } else {
        pass_to(deciding, missed);
    }
}

static void decide_from_owner(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    deciding_add(deciding, EFFECT_REACHABLE);
    if (decide_word(deciding)) {
        return;
    } else if (facts->too_large) {
        refuse(deciding, "letter-too-large", "a letter that is too large to be passed on; its writer was told");
    } else if (facts->letter.missing_count == 0) {
        struct effect *contact = deciding_add(deciding, EFFECT_CONTACT);
        contact->partnership = facts->letter.partnership.id;
        contact->channel = CONTACT_CC;
        deciding_understood(deciding, "a letter between partners with a copy to us; logged as a contact");
    } else if (!decide_answers(deciding)) {
        pass_on(deciding);
    }
}

void decide_letter(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    bool proven = !string_equal(deciding->description->dmarc, "fail"), owner = proven && facts->tag_is_senders;
    bool reports = deciding->reading.verb == VERB_REPORT;
    if (!owner && reports && deciding->reading.plain) { /* whoever it comes from: better one look too many */
        deciding_tell_of_report(deciding);
        deciding_wait(deciding, "a report of misconduct, perhaps by somebody else than it seems");
        return;
    }
    if (facts->too_large && !owner) { /* there is nothing to keep back */
        deciding->decision->unread = true;
        deciding_wait(deciding, "a letter that is too large, and not from its address's owner as far as we can tell");
        return;
    }
    if (facts->letter.held >= LETTERS_HELD && !owner) { /* it is known to strangers */
        deciding->decision->unread = true;
        deciding_wait(deciding,
                      "one more letter that may not be from its address's owner, of whose letters very many are "
                      "kept back already; it is in the mailbox");
        return;
    }
    deciding->decision->letter = true;
    deciding->decision->recipient_count = facts->letter.missing_count;
    memcpy(deciding->decision->recipients, facts->letter.missing, sizeof facts->letter.missing);
    if (owner)
        decide_from_owner(deciding);
    else if (reports)
        hold_as_report(deciding);
    else if (!proven)
        hold_and_ask(deciding, "letter-confirm",
                     "a letter whose sender is not proven (DMARC failed): the owner of the address is asked");
    else
        hold_and_ask(deciding, "letter-confirm",
                     "a letter from an unknown address: the owner of the partnership address is asked");
}

void decide_letter_auto_reply(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    if (facts->tag.purpose == 'p' && facts->letter.answers_none && !deciding->description->away_until &&
        !facts->flooding) {
        /* It can't be answered (RFC 3834), and to pass it on would let programs write to each other. */
        deciding->decision->unread = true;
        deciding_wait(deciding,
                      "automatic mail from a participant to the partnership address, that answers no letter; it "
                      "was not passed on, and is in the mailbox");
        return;
    }
    deciding->decision->letter = true;
    if (facts->tag_is_senders && facts->sender.id != 0 && !deciding_is_forged(deciding)) {
        struct effect *tell = deciding_add(deciding, EFFECT_TELL_AWAY);
        tell->partnership = facts->letter.partnership.id ? facts->letter.partnership.id : facts->about.partnership;
        tell->detail = deciding->description->away_until ? deciding->description->away_until : "";
    }
    deciding_understood(deciding, "an automatic answer to a letter; never passed on");
}

void decide_letter_go(struct deciding *deciding, const struct outbox_row *about) {
    struct effect *effect = deciding_add(deciding, EFFECT_LETTER_GO);
    effect->outbox = about->id;
    effect->partnership = about->partnership;
    deciding_understood(deciding, "said that the letter is to go to the partner");
}

void decide_letter_end(struct deciding *deciding, const struct outbox_row *about) {
    struct effect *effect = deciding_add(deciding, EFFECT_LETTER_END);
    effect->outbox = about->id;
    effect->partnership = about->partnership;
    if (deciding->facts->letter.kept_as_report)
        verb_report_kept_letter(deciding);
    deciding_understood(deciding, "said that the letter is not for the partner");
}
