#include "programme/decide_enrolment.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "programme/deciding.h"

enum { WORDS_BESIDE_ANSWERS = 12, NAME_WORDS_MAX = 4 };

static struct enrolment_change *change(struct deciding *deciding, enum enrolment_effect kind) {
    const struct enrolment_facts *facts = &deciding->facts->enrolment;
    struct enrolment_change *change = arena_take(deciding->arena, sizeof *change);
    *change =
        (struct enrolment_change){.applicant = facts->applicant, .form = facts->forms ? facts->forms->forms[0] : NULL};
    struct effect *effect = deciding_add(deciding, (int)kind);
    effect->participant = facts->applicant.participant;
    effect->enrolment = change;
    return change;
}

/* Why nothing may be sent to whoever wrote, whatever they want; NULL where it may. */
static const char *why_not_answered(const struct deciding *deciding) {
    const struct description *description = deciding->description;
    if (string_equal(description->dmarc, "fail"))
        return REASON("the sender's address is not proven (DMARC failed)").text;
    if (description->null_sender)
        return REASON("it asks for no reply (empty return path)").text;
    if (description->through_list)
        return REASON("it came through a mailing list").text;
    if (deciding->facts->sender_is_ours)
        return REASON("it comes from an address of our own").text;
    return deciding->facts->enrolment.mails_used_up ? REASON("its writer has had enough automatic answers").text : NULL;
}

static struct form_answer *copy_answers(struct deciding *deciding) {
    const struct enrolment_facts *facts = &deciding->facts->enrolment;
    size_t count = facts->forms->forms[0]->count;
    struct form_answer *answers = arena_take_array(deciding->arena, count, sizeof *answers);
    if (facts->answers)
        memcpy(answers, facts->answers, count * sizeof *answers);
    return answers;
}

static bool is_paused(const struct facts *facts) {
    return facts->sender.id && facts->paused_by_coordinator;
}

/* ---- "Yes" to a summary ---- */

/* FOLDED without politeness. */
static const char *without_politeness(const struct deciding *deciding, const char *folded) {
    auto_text kept = TEXT_EMPTY;
    bool greeted = false;
    for (const char *at = folded; *at;) {
        size_t polite = phrase_polite(deciding->facts->words, at, &greeted), word = strcspn(at, " ");
        if (!polite)
            text_append_format(&kept, "%s%.*s", kept.length ? " " : "", (int)word, at);
        at += polite ? polite : word;
        at += *at == ' ';
    }
    return arena_copy_string(deciding->arena, text_string(&kept));
}

/* Each word of FOLDED is one of the writer's name. */
static bool is_name(const struct deciding *deciding, const char *folded) {
    const struct enrolment_facts *facts = &deciding->facts->enrolment;
    int name = form_find_role(facts->forms->forms[0], FORM_ROLE_NAME);
    const char *answered = name >= 0 && facts->answers ? facts->answers[name].finding.value : NULL;
    const struct facts *all = deciding->facts;
    const char *known = arena_format(deciding->arena, "%s %s %s", deciding->description->from.name,
                                     answered ? answered : "", all->sender.name ? all->sender.name : "");
    auto_text names = TEXT_EMPTY;
    fold_words(known, strlen(known), &names);
    const char *padded = arena_format(deciding->arena, " %s ", text_string(&names));
    for (const char *at = folded; *at;) {
        size_t length = strcspn(at, " ");
        if (!strstr(padded, arena_format(deciding->arena, " %.*s ", (int)length, at)))
            return false;
        at += length + (at[length] == ' ');
    }
    return true;
}

/* Nothing but one of the words for yes, with politeness around it and a name at its end. */
static bool confirms(const struct deciding *deciding) {
    const struct form_set *forms = deciding->facts->enrolment.forms;
    const char *text = deciding->description->text;
    bool said = false, closed = false;
    if (!text || strchr(text, '?'))
        return false;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        auto_text folded = TEXT_EMPTY;
        fold_words(line, length, &folded);
        const char *rest = without_politeness(deciding, text_string(&folded));
        bool yes = form_value_says(forms, FORM_YES, rest) || form_value_says(forms, FORM_ALL, rest);
        bool greets = !said && phrase_is_greeting(deciding->facts->words, line, length);
        bool signs = said && (is_name(deciding, rest) ||
                              (closed && fold_count(rest) <= NAME_WORDS_MAX && !strpbrk(rest, "0123456789")));
        if (*rest && !yes && !greets && !signs)
            return false;
        closed = said && (closed || (!*rest && folded.length > 0));
        said = said || yes;
        line += length + (line[length] == '\n');
    }
    return said;
}

/* ---- Answers ---- */

/* How many questions are asked again: those that are open and were not asked too often yet. */
static size_t ask_again(const struct form *form, struct form_answer *answers, const bool *open) {
    size_t count = 0;
    for (size_t i = 0; i < form->count; i++)
        if (open[i] && answers[i].asked < ENROLMENT_ASKED_MOST) {
            answers[i].asked++;
            count++;
        }
    return count;
}

/* Keeps ANSWERS, and sends what comes next: what is open once more, or else the summary. */
static void go_on(struct deciding *deciding, struct form_answer *answers) {
    const struct form *form = deciding->facts->enrolment.forms->forms[0];
    bool *open = arena_take_array(deciding->arena, form->count, sizeof *open);
    size_t open_count = questionnaire_open(form, answers, open), again = ask_again(form, answers, open);
    const char *why_not = why_not_answered(deciding);
    struct enrolment_change *answered = change(deciding, EFFECT_APPLICANT);
    answered->answers = answers;
    answered->applicant.state = open_count ? APPLICANT_UNCLEAR : APPLICANT_SUMMARISED;
    if (!why_not && (again || !open_count))
        answered->template_name = open_count ? "application-unclear" : "application-summary";
    deciding_understood(deciding, open_count ? "answered some of an application" : "answered all of an application");
    if (why_not)
        deciding_wait_because(deciding,
                              REASON_FORMAT(deciding->arena, "an applicant's mail; it was not answered: %s", why_not));
    else if (open_count && !again)
        deciding_wait(deciding, "an applicant's answers are still not clear, after they were asked twice");
}

static bool says_anything(const struct questionnaire_reading *reading) {
    for (size_t i = 0; i < reading->count; i++)
        if (reading->findings[i].state != FORM_EMPTY)
            return true;
    return false;
}

/* "Yes, but ...": the yes alone is no news. */
static bool wrote_more(const struct deciding *deciding, const char *rest) {
    auto_text folded = TEXT_EMPTY;
    fold_words(rest, strlen(rest), &folded);
    return strchr(rest, '?') || fold_count(without_politeness(deciding, text_string(&folded))) > WORDS_BESIDE_ANSWERS;
}

/* False where the mail answers nothing. */
static bool read_reply(const struct deciding *deciding, struct questionnaire_reading *ret) {
    const struct enrolment_facts *facts = &deciding->facts->enrolment;
    const struct description *description = deciding->description;
    const struct questionnaire_reply reply = {
        .whole_text = description->whole_text ? description->whole_text : "",
        .text = description->text ? description->text : "",
        .sent = facts->sent,
        .asked = facts->asked,
        .answers = facts->shown,
        .now = deciding->facts->now,
    };
    questionnaire_read(facts->forms, &reply, deciding->facts->words, deciding->arena, ret);
    return says_anything(ret);
}

static void take_answers(struct deciding *deciding, const struct questionnaire_reading *reading) {
    struct form_answer *answers = copy_answers(deciding);
    questionnaire_merge(deciding->facts->enrolment.forms->forms[0], reading->findings, deciding->facts->now, answers,
                        deciding->arena);
    go_on(deciding, answers);
    if (!deciding->decision->waits && wrote_more(deciding, reading->rest))
        deciding_wait(deciding, "an applicant answered, and wrote more");
}

/* ---- Confirmed ---- */

static void confirm(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const struct enrolment_facts *enrolment = &facts->enrolment;
    if (enrolment->other_name) {
        deciding_wait(deciding, "confirmed an application, from the address of a participant with another name");
        return;
    }
    struct form_answer *answers = copy_answers(deciding);
    bool *open = arena_take_array(deciding->arena, enrolment->forms->forms[0]->count, sizeof *open);
    if (questionnaire_open(enrolment->forms->forms[0], answers, open) > 0) { /* the form has changed meanwhile */
        go_on(deciding, answers);
        return;
    }
    struct enrolment_change *confirmed = change(deciding, EFFECT_APPLICANT_CONFIRMED);
    confirmed->answers = answers;
    confirmed->waits_for = !enrolment->in_time ? "next" : enrolment->place_is_free ? NULL : "country";
    confirmed->template_name = confirmed->waits_for ? "application-waiting" : "application-accepted";
    confirmed->confirmed_at = enrolment->received_at;
    deciding_understood(deciding, !confirmed->waits_for ? "confirmed an application: takes part"
                                  : !enrolment->in_time ? "confirmed an application after the closing: waits for the "
                                                          "next round"
                                                        : "confirmed an application: waits, as the country's share is "
                                                          "used up");
    if (facts->sender.state == PARTICIPANT_LEFT && facts->sender.id)
        deciding_wait(deciding, "confirmed an application, and had left the programme before");
}

/* ---- All that may be written ---- */

static void withdraw(struct deciding *deciding) {
    bool answers = !why_not_answered(deciding) && !deciding->facts->sender.id;
    change(deciding, EFFECT_APPLICANT_GONE)->template_name = answers ? "application-gone" : NULL;
    /* Of a participant it means the programme's other mail as well. */
    if (!deciding->facts->sender.id || !verb_decide(deciding, VERB_AT_PROGRAMME))
        deciding_understood(deciding, "took back an application: it is deleted");
}

static void send_form(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const struct enrolment_facts *enrolment = &facts->enrolment;
    const char *why_not = why_not_answered(deciding);
    if (!enrolment->round.id || !enrolment->forms)
        deciding_wait(deciding, "asks to join, and there is no round to apply to");
    else if (is_paused(facts))
        deciding_wait(deciding, "asks to join, and is a participant whom a coordinator has paused");
    else if (why_not)
        deciding_wait_because(deciding, REASON_FORMAT(deciding->arena, "asks to join; no form was sent: %s", why_not));
    else if (enrolment->had_form_today)
        deciding_understood(deciding, "asks to join, for the second time today: a form was sent already");
    else if (enrolment->forms_used_up)
        deciding_wait(deciding, "asks to join; no form was sent: there were too many today");
    else {
        struct enrolment_change *asked = change(deciding, EFFECT_APPLICANT);
        bool *open = arena_take_array(deciding->arena, asked->form->count, sizeof *open);
        asked->answers = copy_answers(deciding);
        bool whole = enrolment->answers && questionnaire_open(asked->form, asked->answers, open) == 0;
        asked->applicant.id = 0;
        asked->applicant.participant = facts->sender.id;
        asked->applicant.round = enrolment->round.id;
        asked->applicant.address = deciding->description->from.address;
        asked->applicant.language = enrolment->language;
        asked->applicant.state = whole ? APPLICANT_SUMMARISED : APPLICANT_ASKED;
        asked->template_name = whole ? "invitation" : "application";
        deciding_understood(deciding, "asks to join: the form was sent");
    }
}

/* What somebody writes who has an open application; false where that may be anything else. */
static bool decide_reply(struct deciding *deciding) {
    const struct facts *facts = deciding->facts;
    const struct enrolment_facts *enrolment = &facts->enrolment;
    const struct verb_reading *said = &deciding->reading;
    struct questionnaire_reading reading;
    bool yes = enrolment->applicant.state == APPLICANT_SUMMARISED && confirms(deciding);
    bool surely = !enrolment->asks && !(facts->sender.id && enrolment->only_by_address);
    bool stops = (said->verb == VERB_STOP || said->verb == VERB_PAUSE) && !said->inside;
    if (surely && said->verb == VERB_REPORT && facts->sender.id && said->plain)
        verb_decide(deciding, VERB_AT_PROGRAMME);
    else if (surely && stops)
        withdraw(deciding);
    else if (surely && said->verb == VERB_HELP && said->alone)
        deciding_wait(deciding, "an applicant asks for help");
    else if (surely && is_paused(facts))
        deciding_wait(deciding, "an application of a participant whom a coordinator has paused");
    else if (yes && enrolment->only_by_address) /* no sign that its writer reads what comes there */
        go_on(deciding, copy_answers(deciding));
    else if (yes)
        confirm(deciding);
    else if (read_reply(deciding, &reading) && (surely || enrolment->asks))
        take_answers(deciding, &reading);
    else if (surely)
        deciding_wait(deciding, "an applicant's mail that answers nothing");
    else
        return false;
    if (facts->sender.id && !participant_has_left(facts->sender.state))
        deciding_add(deciding, EFFECT_REACHABLE);
    return true;
}

bool decide_enrolment(struct deciding *deciding) {
    const struct enrolment_facts *facts = &deciding->facts->enrolment;
    bool forged = string_equal(deciding->description->dmarc, "fail");
    /* Silence tells nobody anything, and no coordinator is made to read it. */
    if (facts->banned && (facts->asks || facts->applicant.id) && deciding->reading.verb != VERB_REPORT) {
        deciding_understood(deciding, "asks to join, from an address that may take part no more: not answered");
        return true;
    }
    if (!forged && facts->applicant.id && facts->forms && decide_reply(deciding))
        return true;
    if (!forged && facts->confirmed_before && facts->forms && confirms(deciding)) {
        deciding_add(deciding, EFFECT_REACHABLE);
        deciding_understood(deciding, "confirmed an application once more");
        return true;
    }
    if (facts->asks)
        send_form(deciding);
    return facts->asks;
}

bool decide_enrolment_undelivered(struct deciding *deciding, const struct outbox_row *about) {
    const struct enrolment_facts *facts = &deciding->facts->enrolment;
    if (!about->applicant || !facts->applicant.id)
        return false;
    change(deciding, EFFECT_APPLICANT_GONE);
    deciding_understood(deciding, "mail to an applicant did not arrive: the application is deleted");
    return true;
}
