#include "programme/decide_letter.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "programme/answer.h"
#include "programme/verb.h"

enum { GRACE_AFTER_END = 14 * SECONDS_PER_DAY, LETTERS_A_DAY = 20, SAME_LETTERS = 2, SHORT_ANSWER_LENGTH = 40 };

static struct effect *notice(struct deciding *deciding, const char *template_name, int64_t participant) {
    struct effect *effect = deciding_add(deciding, EFFECT_NOTICE);
    effect->participant = participant;
    effect->partnership = deciding->facts->partnership.id;
    effect->detail = template_name;
    return effect;
}

static void hold(struct deciding *deciding, const char *reason) {
    struct effect *effect = deciding_add(deciding, EFFECT_HOLD);
    effect->participant = deciding->facts->tag.participant;
    effect->partnership = deciding->facts->partnership.id;
    effect->detail = reason;
}

/* Whoever had all automatic answers of a week hears no more: a person looks, and sees the reason alone. */
static void refuse(struct deciding *deciding, const char *template_name, const char *reason) {
    if (deciding->facts->answers_used_up) {
        deciding_wait(deciding, arena_format(deciding->arena, "%s often enough lately, so not this time", reason));
        return;
    }
    notice(deciding, template_name, deciding->facts->tag.participant);
    deciding_understood(deciding, reason);
}

/* Kept back, with a question to the owner of the address, at the address on file. */
static void hold_and_ask(struct deciding *deciding, const char *template_name, const char *reason) {
    hold(deciding, reason);
    if (deciding->facts->answers_used_up) {
        deciding_wait(deciding, arena_format(deciding->arena, "%s often enough lately, so not this time", reason));
        return;
    }
    notice(deciding, template_name, deciding->facts->tag.participant);
    deciding_understood(deciding, reason);
}

/* ---- Words to us that went to the partner's address ---- */

static void report(struct deciding *deciding) {
    struct effect *freeze = deciding_add(deciding, EFFECT_FREEZE);
    freeze->partnership = deciding->facts->partnership.id;
    deciding_tell_coordinators(deciding,
                               "A report of misconduct came in, and its partnership is frozen: look at it first");
    deciding->decision->letter = false;
    deciding_wait(deciding, "a report of misconduct, sent to the partnership address; the partnership is frozen");
}

/* True where the letter was for us, or may have been. */
static bool decide_verb(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    bool alone = false;
    enum verb verb = verb_find(deciding->description->text, facts->words, &alone);
    if (verb == VERB_REPORT) {
        report(deciding);
    } else if (verb != VERB_NONE && !alone) {
        hold_and_ask(deciding, "letter-question",
                     "a letter that begins with a word to us: its writer is asked whom it is for");
    } else if (verb == VERB_STOP) {
        deciding_add(deciding, EFFECT_PAUSE);
        deciding_understood(deciding, "asked for a pause of all programme mail");
    } else if (verb == VERB_HELP) {
        deciding_tell_coordinators(deciding, "A participant asks for help");
        deciding->decision->letter = false;
        deciding_wait(deciding, "asks for help, at the partnership address");
    } else if (verb != VERB_NONE) {
        deciding->decision->letter = false;
        deciding_wait(deciding, "a word to us, sent to the partnership address");
    }
    return verb != VERB_NONE;
}

/* Nothing but a digit or a word that answers a check-in. */
static bool decide_lone_answer(struct deciding *deciding) {
    const struct description *description = deciding->description;
    const struct facts *facts = deciding->facts;
    enum answer_meaning answer = answer_find(description->answers, description->answer_count, facts->words);
    if (answer == ANSWER_NONE || answer == ANSWER_AMBIGUOUS || strlen(description->text) > SHORT_ANSWER_LENGTH ||
        strchr(description->text, '\n'))
        return false;
    if (facts->open_question.id != 0 && string_equal(facts->open_question.asks, "check-in"))
        deciding_check_in(deciding, &facts->open_question);
    else
        hold_and_ask(deciding, "letter-question",
                     "a letter that is nothing but an answer: its writer is asked whom it is for");
    return true;
}

/* ---- Letters ---- */

static void pass_on(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const struct partnership *partnership = &facts->partnership;
    bool in_grace = partnership->state == PARTNERSHIP_ENDED && facts->now - partnership->closed_at <= GRACE_AFTER_END;
    if (partnership->state == PARTNERSHIP_ENDED && !in_grace) {
        refuse(deciding, "letter-ended", "a letter after the partnership's end; its writer was told");
    } else if ((partnership->state != PARTNERSHIP_ACTIVE && !in_grace) || facts->unreachable) {
        refuse(deciding, "letter-stopped", "a letter while nothing passes; its writer was told");
    } else if (facts->letters_today >= LETTERS_A_DAY) {
        hold(deciding, "too many letters in one day");
        deciding_tell_coordinators(deciding,
                                   "A participant writes very many letters in one day; further ones are held");
        deciding_understood(deciding, "a letter beyond the number for one day: held");
    } else if (facts->same_letters >= SAME_LETTERS) { /* two programs that answer each other would never end */
        hold(deciding, "the same letter, word for word, for the third time within a week");
        deciding_wait(deciding, "the same letter, word for word, for the third time within a week: held, for it looks "
                                "like a program's");
    } else {
        struct effect *relay = deciding_add(deciding, EFFECT_RELAY);
        relay->partnership = partnership->id;
        struct effect *contact = deciding_add(deciding, EFFECT_CONTACT);
        contact->partnership = partnership->id;
        contact->channel = CONTACT_RELAY;
        deciding_understood(deciding, "a letter to the partner; passed on");
    }
}

static void decide_from_owner(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    deciding_add(deciding, EFFECT_REACHABLE);
    if (facts->too_large) {
        refuse(deciding, "letter-too-large", "a letter that is too large to be passed on; its writer was told");
    } else if (facts->missing_count == 0) {
        struct effect *contact = deciding_add(deciding, EFFECT_CONTACT);
        contact->partnership = facts->partnership.id;
        contact->channel = CONTACT_CC;
        deciding_understood(deciding, "a letter between partners with a copy to us; logged as a contact");
    } else if (!decide_verb(deciding) && !decide_lone_answer(deciding)) {
        pass_on(deciding);
    }
}

void decide_letter(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    bool proven = !string_equal(deciding->description->dmarc, "fail");
    if (facts->too_large && !(proven && facts->tag_is_senders)) { /* there is nothing to keep back */
        deciding_wait(deciding, "a letter that is too large, and not from its address's owner as far as we can tell");
        return;
    }
    deciding->decision->letter = true;
    deciding->decision->recipient_count = facts->missing_count;
    memcpy(deciding->decision->recipients, facts->missing, sizeof facts->missing);
    if (!proven)
        hold_and_ask(deciding, "letter-confirm",
                     "a letter whose sender is not proven (DMARC failed): the owner of the address is asked");
    else if (!facts->tag_is_senders)
        hold_and_ask(deciding, "letter-confirm",
                     "a letter from an unknown address: the owner of the partnership address is asked");
    else
        decide_from_owner(deciding);
}

void decide_letter_auto_reply(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    deciding->decision->letter = true;
    if (facts->tag_is_senders && facts->sender.id != 0) {
        struct effect *tell = deciding_add(deciding, EFFECT_TELL_AWAY);
        tell->partnership = facts->partnership.id ? facts->partnership.id : facts->about.partnership;
        tell->detail = deciding->description->away_until ? deciding->description->away_until : "";
    }
    deciding_understood(deciding, "an automatic answer to a letter; never passed on");
}

void decide_letter_answer(struct deciding *deciding) {
    const struct description *description = deciding->description;
    bool yes = false, no = false;
    for (size_t i = 0; i < description->answer_count; i++) {
        yes |= string_equal(description->answers[i], "1");
        no |= string_equal(description->answers[i], "2");
    }
    if (yes == no) {
        deciding_wait(deciding, "an answer about a letter that is kept back, that could not be understood");
        return;
    }
    struct effect *effect = deciding_add(deciding, yes ? EFFECT_LETTER_GO : EFFECT_LETTER_END);
    effect->outbox = deciding->facts->about.id;
    effect->partnership = deciding->facts->about.partnership;
    deciding_add(deciding, EFFECT_ANSWERED)->outbox = deciding->facts->about.id;
    deciding_understood(deciding, yes ? "said that the letter is to go to the partner"
                                      : "said that the letter is not for the partner");
}
