#include "programme/decide.h"

#include <string.h>

#include "base/text.h"
#include "programme/deciding.h"

static void answer_coordinator(struct deciding *deciding) {
    deciding->decision->answers = deciding->facts->coordinator.answers;
    deciding_wait(deciding, "somebody replied to a coordinator's answer");
}

static void decide_from_participant(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    deciding_add(deciding, EFFECT_REACHABLE);
    for (size_t i = 0; i < facts->together_count; i++) {
        struct effect *contact = deciding_add(deciding, EFFECT_CONTACT);
        contact->partnership = facts->together[i];
        contact->channel = CONTACT_CC;
    }
    bool about_theirs = facts->about.id != 0 && facts->about.participant == facts->sender.id &&
                        facts->identified_by != IDENTIFIED_BY_OPEN_QUESTION;
    if (decide_survey(deciding))
        return;
    if (decide_question(deciding, facts->tag.purpose == 'u'   ? VERB_AT_PAUSE
                                  : facts->together_count > 0 ? VERB_AT_COPY
                                                              : VERB_AT_PROGRAMME))
        return;
    if (about_theirs && string_equal(facts->about.template_name, verb_rules[VERB_REPORT].answer)) {
        deciding_report(deciding, REASON("More was written about a report of misconduct: look at it first"));
        deciding_wait(deciding, "more about a report of misconduct");
    } else if (facts->together_count > 0)
        deciding->decision->letter = true,
        deciding_understood(deciding, "a letter between partners with a copy to us; logged as a contact");
    else if (facts->tag.purpose == 'p')
        deciding_wait(deciding, "written to the partnership address alone: the partner has not received it");
    else if (facts->coordinator.answers)
        answer_coordinator(deciding);
    else
        deciding_wait_because(deciding, about_theirs ? REASON("a participant's reply to a message of ours")
                                                     : REASON("a participant's message"));
}

/* The sender is a participant, as far as we can tell. */
static bool acts(const struct deciding *deciding) {
    const struct participant *sender = &deciding->facts->sender;
    return sender->id != 0 && !participant_has_left(sender->state) &&
           !string_equal(deciding->description->dmarc, "fail");
}

/* Who left may still say some of our words, and answer what is asked of these. */
static bool decide_from_former(struct deciding *deciding) {
    bool answers = string_equal(deciding->facts->about.asks, QUESTION_SURE);
    if (verb_rules[deciding->reading.verb].from == VERB_OF_FORMER)
        return verb_decide(deciding, VERB_AT_PROGRAMME);
    return answers && decide_question(deciding, VERB_AT_COPY);
}

/* Mail to one of our plain words. True where that settles it. */
static bool decide_plain_word(struct deciding *deciding) {
    const char *word = deciding->description->plain_tag;
    bool known = deciding->facts->sender.id != 0, report = string_equal(word, "report");
    if (report && !acts(deciding)) {
        /* Whoever it comes from: better one look too many. */
        deciding_tell_of_report(deciding);
        deciding_wait(deciding, "written to the report address");
    } else if ((report || string_equal(word, "help")) && acts(deciding)) {
        deciding_add(deciding, EFFECT_REACHABLE);
        verb_decide(deciding, report ? VERB_AT_REPORT : VERB_AT_HELP);
    } else if (string_equal(word, "help")) {
        if (known)
            deciding_tell_coordinators(deciding, CASE_HELP, "A participant asks for help");
        deciding_wait(deciding, "written to the help address");
    } else if (string_equal(word, "join")) {
        decide_enrolment(deciding);
    } else {
        return false;
    }
    return true;
}

/* For a person, whom no digest tells: a program that answers digests would get the next one for it. */
static void wait_quietly(struct deciding *deciding, struct reason why) {
    deciding->decision->quiet = true;
    deciding_wait_because(deciding, why);
}

/* For a person, who finds it in the mailbox: its text is not kept where LEAVE says so. */
static void wait_unread(struct deciding *deciding, bool leave, struct reason why) {
    deciding->decision->unread = leave;
    deciding_wait_because(deciding, why);
}

static void decide_human(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    bool to_us = facts->tag.purpose == 0 || facts->tag.purpose == 'r';
    if (facts->flooding) /* it must not fill the database either */
        wait_unread(deciding, true,
                    REASON("too many messages from one address today: nothing was done about this one"));
    else if (decide_coordinator(deciding) || decide_plain_word(deciding))
        return;
    else if (facts->question.proves_address && !string_equal(deciding->description->dmarc, "fail"))
        decide_question_answer(deciding, &facts->about);
    else if (facts->letter.relays && facts->tag.purpose == 'p' && facts->letter.partnership.id != 0)
        decide_letter(deciding);
    else if (facts->too_large)
        deciding_wait(deciding, "larger than message_limit: only its header was fetched; read it in the mailbox");
    else if (to_us && facts->enrolment.asks && decide_enrolment(deciding))
        return;
    else if (facts->sender_is_coordinator && (facts->sender.id == 0 || facts->about.coordinator))
        wait_quietly(deciding, REASON("a coordinator's message to the programme address"));
    else if (facts->about.coordinator && facts->sender.id == 0)
        wait_quietly(deciding, REASON("an answer to a mail for a coordinator, from an address that we do not know"));
    else if (facts->coordinator.answers && facts->sender.id == 0 && !string_equal(deciding->description->dmarc, "fail"))
        answer_coordinator(deciding);
    else if (!acts(deciding) && deciding->reading.verb == VERB_REPORT && deciding->reading.plain &&
             verb_rules[VERB_REPORT].from == VERB_OF_ANYBODY)
        deciding_tell_of_report(deciding),
            deciding_wait(deciding, "a report of misconduct, perhaps by somebody else than it seems");
    else if (string_equal(deciding->description->dmarc, "fail"))
        wait_unread(deciding, facts->together_count > 0,
                    REASON("the sender's address is not proven (DMARC failed); nothing was changed"));
    else if (facts->tag.purpose != 0 && !facts->tag_is_senders)
        /* A report that nobody can read as one brings the letter back, too. */
        wait_unread(deciding, string_equal(facts->about.step, "letter"),
                    REASON("somebody else than the person it was made for wrote to a secret address"));
    else if (to_us && decide_enrolment(deciding))
        return;
    else if (facts->sender.id == 0)
        deciding_wait(deciding, "from an address that is no participant's");
    else if (participant_has_left(facts->sender.state)) {
        if (!decide_from_former(deciding))
            deciding_wait(deciding, "from somebody who left the programme");
    } else
        decide_from_participant(deciding);
}

/* Our mark is no secret: somebody's own words that carry it must not vanish. But a list or a program that writes in its
 * own name and keeps our mark must not make us write again, not even to coordinators. */
static void decide_own(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    if (deciding->description->kind == MAIL_HUMAN && !facts->sender_is_ours) {
        deciding->decision->unread = facts->tag.purpose == 'p' || facts->together_count > 0;
        wait_quietly(deciding,
                     REASON("it carries the mark of our own messages, but somebody else sent it; nothing was done"));
        return;
    }
    deciding_understood(deciding, "a message of our own that came back; nothing to do");
    deciding->decision->letter = facts->tag.purpose == 'p' || string_equal(facts->about.step, "letter");
}

/* Words to the programme; but what may be a letter, and what is told in confidence, stays out of cases. */
static bool keeps_words(const struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const struct decision *decision = deciding->decision;
    for (size_t i = 0; i < decision->count; i++)
        if (decision->effects[i].kind == EFFECT_ALERT && decision->effects[i].case_kind == CASE_REPORT)
            return false;
    return (decision->waits || decision->remark || decision->count > 0) && !decision->letter && !decision->unread &&
           !facts->too_large && facts->tag.purpose != 'p' && facts->together_count == 0 &&
           !string_equal(deciding->description->plain_tag, "report") && deciding->reading.verb != VERB_REPORT;
}

void decide(const struct description *description, const struct facts *facts, struct arena *arena,
            struct decision *ret) {
    struct decision decision = {.effects = arena_take_array(arena, DECIDING_EFFECTS_MAX, sizeof(struct effect)),
                                .reason = ""};
    struct deciding deciding = {.description = description, .facts = facts, .arena = arena, .decision = &decision};
    if (description->own_message && description->kind != MAIL_BOUNCE && description->kind != MAIL_COMPLAINT) {
        decide_own(&deciding);
        *ret = decision;
        return;
    }
    if ((description->kind == MAIL_HUMAN || description->kind == MAIL_AUTO_REPLY) && acts(&deciding) &&
        !facts->flooding &&
        decide_question_calendar(&deciding)) { /* some calendar programs mark it as automatic, others don't */
        *ret = decision;
        return;
    }
    switch (description->kind) {
    case MAIL_HUMAN:
        deciding.reading =
            verb_read(description->subject, description->text,
                      &(struct verb_context){
                          .words = facts->words, .name = facts->sender.name, .today = facts->today, .arena = arena});
        decide_human(&deciding);
        if (keeps_words(&deciding))
            decision.words = description->text;
        break;
    case MAIL_AUTO_REPLY:
        decide_automatic_reply(&deciding);
        break;
    case MAIL_BOUNCE:
        decide_automatic_bounce(&deciding);
        break;
    case MAIL_COMPLAINT:
        decide_automatic_complaint(&deciding);
        break;
    case MAIL_UNREADABLE:
        deciding_wait_because(&deciding,
                              REASON_FORMAT(arena, "could not be read: %s", description->why ? description->why : "?"));
        break;
    }
    decision.unread = decision.unread || (decision.waits && facts->strangers_fill);
    *ret = decision;
}
