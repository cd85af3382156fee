#include "programme/decide_automatic.h"
#include "programme/decide_coordinator.h"

#include "base/text.h"
#include "programme/deciding.h"

/* ---- Bounces (RFC 3464): they act only when they name a message of ours ---- */

/* RFC 3463: larger than the mailbox (5.2.3) or the system (5.3.4) takes. */
static bool speaks_of_size(const char *status) {
    return string_equal(status, "5.2.3") || string_equal(status, "5.3.4");
}

void decide_automatic_bounce(struct deciding *deciding) {
    const struct description *description = deciding->description;
    const struct outbox_row *about = &deciding->facts->about;
    bool letter = string_equal(about->step, "letter"), too_large = false;
    deciding->decision->letter = letter; /* it comes back with the report */
    if (about->id == 0) {
        deciding_wait(deciding, "a bounce that names no message of ours; nothing was changed");
        return;
    }
    if (deciding_is_forged(deciding)) {
        deciding_wait(deciding, "a bounce whose sender is not proven (DMARC failed); nothing was changed");
        return;
    }
    if (description->bounce_count == 0) {
        deciding->decision->letter = false; /* a person may have to look at it */
        deciding_wait(deciding, "a bounce about a message of ours whose details could not be read");
        return;
    }
    /* One recipient a message: several entries about one message tell of one failure, the first. */
    const struct description_bounce *failed = NULL;
    for (size_t i = description->bounce_count; i > 0; i--)
        if (string_equal(description->bounces[i - 1].action, "failed")) {
            failed = &description->bounces[i - 1];
            too_large |= speaks_of_size(failed->status);
        }
    if (!failed) {
        deciding_understood(deciding, "a delay or success notice; nothing to do");
        return;
    }
    if (decide_enrolment_undelivered(deciding, about))
        return;
    if (string_equal(about->asks, QUESTION_ADDRESS)) { /* of the new address; the one on file is as good as before */
        struct effect *notice = deciding_add(deciding, EFFECT_NOTICE);
        notice->participant = about->participant;
        notice->detail = "address-unreachable";
        notice->argument = about->address;
        deciding_understood(deciding, "mail to a new address comes back; nothing was changed");
        return;
    }
    if (about->participant != 0) {
        struct effect *effect = deciding_add(deciding, EFFECT_BOUNCE);
        effect->participant = about->participant;
        effect->partnership = about->partnership;
        effect->outbox = about->id;
        effect->bounce = failed;
    }
    if (letter && about->about != 0) { /* its writer waits for an answer */
        struct effect *notice = deciding_add(deciding, EFFECT_NOTICE);
        notice->participant = about->about;
        notice->partnership = about->partnership;
        notice->outbox = about->id;
        notice->detail = too_large ? "letter-too-large" : "letter-bounced";
    }
    deciding_understood(deciding, "a bounce");
    if (about->participant == 0)
        deciding_tell_coordinators(deciding, CASE_ADDRESS, "a message to a coordinator bounced");
}

/* Reports in the complaints' form that are none: taken out of the spam folder again, authentication failed. */
static bool complains(const struct description *description) {
    bool harmless = description->bounce_count > 0;
    for (size_t i = 0; i < description->bounce_count && harmless; i++)
        harmless = string_equal(description->bounces[i].action, "not-spam") ||
                   string_equal(description->bounces[i].action, "auth-failure");
    return !harmless;
}

static struct effect *tell_of_complaint(struct deciding *deciding) {
    return deciding_tell_coordinators(
        deciding, CASE_COMPLAINT,
        "a recipient's provider passed on a spam complaint; the participant is asked nothing more");
}

void decide_automatic_complaint(struct deciding *deciding) {
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
        tell_of_complaint(deciding)->participant = tag->participant;
        deciding_understood(deciding, "a provider passed on that a participant wants no more mail: paused");
        return;
    }
    if (!deciding_is_forged(deciding) && decide_enrolment_undelivered(deciding, about))
        return;
    if (about->id == 0 || about->participant == 0) {
        deciding_wait(deciding, "a spam complaint that names no message of ours to a participant");
        return;
    }
    if (deciding_is_forged(deciding)) {
        deciding_wait(deciding, "a spam complaint whose sender is not proven (DMARC failed); nothing was changed");
        return;
    }
    if (string_equal(about->asks, QUESTION_ADDRESS)) {
        deciding_understood(deciding,
                            "a spam complaint from an address that is no participant's yet; nothing was changed");
        return;
    }
    struct effect *effect = deciding_add(deciding, EFFECT_COMPLAINT);
    effect->participant = about->participant;
    effect->outbox = about->id;
    tell_of_complaint(deciding);
    deciding_understood(deciding, "a spam complaint");
}

void decide_automatic_reply(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const char *word = deciding->description->plain_tag;
    if (string_equal(word, "report") || string_equal(word, "help")) { /* nothing of ours was sent from there */
        deciding_wait(deciding, "an automatic message to the report or help address; a form may have sent it");
        return;
    }
    bool to_return_path = string_equal(facts->about.step, "letter") && facts->tag.purpose == 'b';
    if (decide_coordinator_away(deciding))
        return;
    if (facts->letter.relays && (to_return_path || (facts->tag.purpose == 'p' && facts->letter.partnership.id != 0)))
        decide_letter_auto_reply(deciding);
    if (facts->sender.id != 0 && !deciding_is_forged(deciding)) {
        struct effect *effect = deciding_add(deciding, EFFECT_AWAY);
        effect->detail = deciding->description->away_until ? deciding->description->away_until : "";
    }
    if (!deciding->decision->letter && !deciding->decision->waits)
        deciding_understood(deciding, "an automatic message; it is never answered");
}
