#include "programme/decide.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "programme/decide_letter.h"
#include "programme/decide_reply.h"

/* ---- Bounces (RFC 3464): they act only when they name a message of ours ---- */

/* RFC 3463: larger than the mailbox (5.2.3) or the system (5.3.4) takes. */
static bool speaks_of_size(const char *status) {
    return string_equal(status, "5.2.3") || string_equal(status, "5.3.4");
}

/* The writer of the letter waits for an answer. */
static void tell_letter_bounced(struct deciding *deciding) {
    const struct description *description = deciding->description;
    const struct outbox_row *about = &deciding->facts->about;
    bool too_large = false;
    for (size_t i = 0; i < description->bounce_count; i++)
        too_large |=
            string_equal(description->bounces[i].action, "failed") && speaks_of_size(description->bounces[i].status);
    struct effect *notice = deciding_add(deciding, EFFECT_NOTICE);
    notice->participant = about->about;
    notice->partnership = about->partnership;
    notice->outbox = about->id;
    notice->detail = too_large ? "letter-too-large" : "letter-bounced";
}

static void decide_bounce(struct deciding *deciding) {
    const struct description *description = deciding->description;
    const struct outbox_row *about = &deciding->facts->about;
    deciding->decision->letter = string_equal(about->step, "letter"); /* the letter comes back with it */
    if (about->id == 0) {
        deciding_wait(deciding, "a bounce that names no message of ours; nothing was changed");
        return;
    }
    if (deciding_is_forged(deciding)) {
        deciding_wait(deciding, "a bounce whose sender is not proven (DMARC failed); nothing was changed");
        return;
    }
    size_t failed = 0;
    for (size_t i = 0; i < description->bounce_count && i < DECIDING_EFFECTS_MAX / 2; i++) {
        const struct description_bounce *bounce = &description->bounces[i];
        if (!string_equal(bounce->action, "failed"))
            continue;
        /* One recipient a message: several entries about one message tell of one failure, the first. */
        if (failed++ > 0 || about->participant == 0)
            continue;
        struct effect *effect = deciding_add(deciding, EFFECT_BOUNCE);
        effect->participant = about->participant;
        effect->partnership = about->partnership;
        effect->outbox = about->id;
        effect->permanent = bounce->permanent;
        effect->address_dead = bounce->address_dead;
        effect->status = bounce->status;
    }
    /* The report brings the letter back with it. */
    deciding->decision->letter = description->bounce_count > 0 && string_equal(about->step, "letter");
    if (failed == 0) {
        if (description->bounce_count == 0)
            deciding_wait(deciding, "a bounce about a message of ours whose details could not be read");
        else
            deciding_understood(deciding, "a delay or success notice; nothing to do");
        return;
    }
    if (string_equal(about->step, "letter") && about->about != 0)
        tell_letter_bounced(deciding);
    deciding_understood(deciding, "a bounce");
    if (about->participant == 0)
        deciding_tell_coordinators(deciding, "a message to a coordinator bounced");
}

/* Reports in the complaints' form that are none: taken out of the spam folder again, authentication failed. */
static bool complains(const struct description *description) {
    bool harmless = description->bounce_count > 0;
    for (size_t i = 0; i < description->bounce_count && harmless; i++)
        harmless = string_equal(description->bounces[i].action, "not-spam") ||
                   string_equal(description->bounces[i].action, "auth-failure");
    return !harmless;
}

static void decide_complaint(struct deciding *deciding) {
    if (!complains(deciding->description)) {
        deciding_understood(deciding, "a provider's report on a mail of ours that nobody complains of");
        return;
    }
    const struct outbox_row *about = &deciding->facts->about;
    const struct tag *tag = &deciding->facts->tag;
    if (about->id == 0 && tag->purpose == 'u' && !string_equal(deciding->description->dmarc, "fail")) {
        /* A provider's own "unsubscribe" button, told to our pause address. Whoever was sent the mail on knows that
         * address too, so a person hears of it. */
        deciding_add(deciding, EFFECT_PAUSE)->participant = tag->participant;
        deciding_tell_coordinators(
            deciding, "a recipient's provider passed on a spam complaint; the participant is asked nothing more");
        deciding->decision->effects[deciding->decision->count - 1].participant = tag->participant;
        deciding_understood(deciding, "a provider passed on that a participant wants no more mail: paused");
        return;
    }
    if (about->id == 0 || about->participant == 0) {
        deciding_wait(deciding, "a spam complaint that names no message of ours to a participant");
        return;
    }
    if (deciding_is_forged(deciding)) {
        deciding_wait(deciding, "a spam complaint whose sender is not proven (DMARC failed); nothing was changed");
        return;
    }
    struct effect *effect = deciding_add(deciding, EFFECT_COMPLAINT);
    effect->participant = about->participant;
    effect->outbox = about->id;
    deciding_tell_coordinators(
        deciding, "a recipient's provider passed on a spam complaint; the participant is asked nothing more");
    deciding_understood(deciding, "a spam complaint");
}

static void decide_auto_reply(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const char *word = deciding->description->plain_tag;
    if (string_equal(word, "report") || string_equal(word, "help")) { /* nothing of ours was sent from there */
        deciding_wait(deciding, "an automatic message to the report or help address; a form may have sent it");
        return;
    }
    bool to_return_path = string_equal(facts->about.step, "letter") && facts->tag.purpose == 'b';
    if (facts->relays && (to_return_path || (facts->tag.purpose == 'p' && facts->partnership.id != 0)))
        decide_letter_auto_reply(deciding);
    if (facts->sender.id != 0 && !deciding_is_forged(deciding)) {
        struct effect *effect = deciding_add(deciding, EFFECT_AWAY);
        effect->detail = deciding->description->away_until ? deciding->description->away_until : "";
    }
    if (!deciding->decision->letter && !deciding->decision->waits)
        deciding_understood(deciding, "an automatic message; it is never answered");
}

/* ---- People ---- */

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
    if (decide_reply(deciding, facts->tag.purpose == 'u'   ? VERB_AT_PAUSE
                               : facts->together_count > 0 ? VERB_AT_COPY
                                                           : VERB_AT_PROGRAMME))
        return;
    if (facts->together_count > 0)
        deciding->decision->letter = true,
        deciding_understood(deciding, "a letter between partners with a copy to us; logged as a contact");
    else if (facts->tag.purpose == 'p')
        deciding_wait(deciding, "written to the partnership address alone: the partner has not received it");
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
            deciding_tell_coordinators(deciding, "A participant asks for help");
        deciding_wait(deciding, "written to the help address");
    } else if (string_equal(word, "join")) {
        deciding_wait(deciding, "written to the address for joining");
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
    if (facts->flooding) /* it must not fill the database either */
        wait_unread(deciding, true,
                    REASON("too many messages from one address today: nothing was done about this one"));
    else if (decide_plain_word(deciding))
        return;
    else if (facts->relays && facts->tag.purpose == 'p' && facts->partnership.id != 0)
        decide_letter(deciding);
    else if (facts->too_large)
        deciding_wait(deciding, "larger than message_limit: only its header was fetched; read it in the mailbox");
    else if (facts->sender_is_coordinator && (facts->sender.id == 0 || facts->about.coordinator))
        wait_quietly(deciding, REASON("a coordinator's message to the programme address"));
    else if (facts->about.coordinator && facts->sender.id == 0)
        wait_quietly(deciding, REASON("an answer to a mail for a coordinator, from an address that we do not know"));
    else if (string_equal(deciding->description->dmarc, "fail"))
        wait_unread(deciding, facts->together_count > 0,
                    REASON("the sender's address is not proven (DMARC failed); nothing was changed"));
    else if (!acts(deciding) && deciding->reading.verb == VERB_REPORT && deciding->reading.plain &&
             verb_rules[VERB_REPORT].from_anybody)
        deciding_tell_of_report(deciding),
            deciding_wait(deciding, "a report of misconduct, perhaps by somebody else than it seems");
    else if (facts->tag.purpose != 0 && !facts->tag_is_senders)
        /* A report that nobody can read as one brings the letter back, too. */
        wait_unread(deciding, string_equal(facts->about.step, "letter"),
                    REASON("somebody else than the person it was made for wrote to a secret address"));
    else if (facts->sender.id == 0)
        deciding_wait(deciding, "from an address that is no participant's");
    else if (participant_has_left(facts->sender.state))
        deciding_wait(deciding, "from somebody who left the programme");
    else
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

void decide(const struct description *description, const struct facts *facts, struct arena *arena,
            struct decision *ret) {
    struct decision decision = {.effects = arena_take_array(arena, DECIDING_EFFECTS_MAX, sizeof(struct effect)),
                                .reason = ""};
    struct deciding deciding = {description, facts, arena, &decision, {0}};
    if (description->own_message && description->kind != MAIL_BOUNCE && description->kind != MAIL_COMPLAINT) {
        decide_own(&deciding);
        *ret = decision;
        return;
    }
    switch (description->kind) {
    case MAIL_HUMAN:
        deciding.reading = verb_read(description->subject, description->text, facts->sender.name, facts->words);
        decide_human(&deciding);
        break;
    case MAIL_AUTO_REPLY:
        decide_auto_reply(&deciding);
        break;
    case MAIL_BOUNCE:
        decide_bounce(&deciding);
        break;
    case MAIL_COMPLAINT:
        decide_complaint(&deciding);
        break;
    case MAIL_UNREADABLE:
        deciding_wait_because(&deciding,
                              REASON_FORMAT(arena, "could not be read: %s", description->why ? description->why : "?"));
        break;
    }
    decision.unread = decision.unread || (decision.waits && facts->strangers_fill);
    *ret = decision;
}

const char *effect_kind_name(enum effect_kind kind) {
    switch (kind) {
    case EFFECT_CONTACT:
        return "contact";
    case EFFECT_CHECK_IN:
        return "check-in";
    case EFFECT_ANSWERED:
        return "answered";
    case EFFECT_ASK_AGAIN:
        return "ask-again";
    case EFFECT_BOUNCE:
        return "bounce";
    case EFFECT_AWAY:
        return "away";
    case EFFECT_PAUSE:
        return "pause";
    case EFFECT_RESUME:
        return "resume";
    case EFFECT_COMPLAINT:
        return "complaint";
    case EFFECT_REACHABLE:
        return "reachable";
    case EFFECT_ALERT:
        return "alert";
    case EFFECT_RELAY:
        return "relay";
    case EFFECT_HOLD:
        return "hold";
    case EFFECT_NOTICE:
        return "notice";
    case EFFECT_FREEZE:
        return "freeze";
    case EFFECT_TELL_AWAY:
        return "tell-away";
    case EFFECT_LETTER_GO:
        return "letter-go";
    case EFFECT_LETTER_END:
        return "letter-end";
    }
    return "unknown";
}
