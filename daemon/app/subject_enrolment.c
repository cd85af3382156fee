#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "app/message.h"
#include "app/subject.h"
#include "base/clock.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "programme/round_rules.h"
#include "store/applicants.h"
#include "store/applications.h"
#include "store/incidents.h"
#include "store/outbox.h"
#include "store/rounds.h"

#include <string.h>

/* An application takes a few mails; nobody needs more of them. */
enum { MAILS_A_DAY = 10, MAILS_A_WEEK = 25, FORMS_A_DAY = 1000 };

/* ---- Who wrote ---- */

/* Tied to the applicant by our mail that is answered, else by the address alone. */
static bool find_applicant(struct subject_finding *finding, const char *key, struct error *error) {
    struct facts *facts = finding->facts;
    struct enrolment_facts *ret = &facts->enrolment;
    struct database *database = finding->service->database;
    struct applicant_list theirs;
    struct applicant applicant = {0};
    if (facts->about.applicant && !applicants_find(database, facts->about.applicant, finding->arena, &applicant, error))
        return false;
    auto_string applicants_key = address_key(applicant.address ? applicant.address : "");
    bool human = finding->description->kind == MAIL_HUMAN, own = applicant.id && string_equal(applicants_key, key);
    if (applicant.id && (own || !human)) {
        ret->applicant = applicant;
        facts->tag_is_senders |= own && facts->tag.outbox == facts->about.id;
        return true;
    }
    if (facts->about.id || !human || string_is_empty(key))
        return true;
    if (!applicants_list_of_address(database, key, finding->arena, &theirs, error))
        return false;
    if (theirs.count == 1)
        ret->applicant = theirs.items[0];
    ret->only_by_address = theirs.count == 1;
    return true;
}

/* The language of PROGRAMME's whose words the mail has most of, else its first. */
static const char *guess_language(const struct subject_finding *finding) {
    const struct programme_settings *programme = &finding->service->configuration->programme;
    const struct description *description = finding->description;
    const char *best = programme->languages[0];
    size_t most = 0;
    for (size_t i = 0; i < programme->language_count; i++) {
        const struct words *words =
            templates_words(finding->service->templates, programme->languages[i], finding->arena);
        size_t weight = words->own_count ? phrase_weigh(words->own[0], description->subject) +
                                               phrase_weigh(words->own[0], description->text ? description->text : "")
                                         : 0;
        if (weight > most) {
            most = weight;
            best = programme->languages[i];
        }
    }
    return best;
}

static bool is_word_for_joining(const struct words *words, const char *text) {
    size_t length = text ? strlen(text) : 0;
    return length > 0 && phrase_find(words, PHRASE_JOIN, text, length) > PHRASE_NONE;
}

/* ---- What is known of them ---- */

static bool find_answers(struct subject_finding *finding, struct error *error) {
    struct enrolment_facts *ret = &finding->facts->enrolment;
    const struct form *form = ret->forms->forms[0];
    struct form_answer *answers = NULL;
    if (ret->applicant.id) {
        answers = answer_sheet_read(ret->applicant.answers, form, finding->arena);
        ret->shown = ret->applicant.participant ? answers : answer_sheet_mask(form, answers, finding->arena);
    } else if (finding->facts->sender.id &&
               !action_application_known(finding->service, &finding->facts->sender, ret->round.id, form, finding->arena,
                                         &answers, error)) {
        return false;
    }
    ret->answers = answers;
    return true;
}

/* The mail that is answered: the last one, where nothing tells. Its text is made again; that may fail where a template
 * was edited, and then goes without. */
static bool find_sent(struct subject_finding *finding, struct error *error) {
    struct enrolment_facts *ret = &finding->facts->enrolment;
    struct outbox_row row = finding->facts->about;
    struct error ignored = ERROR_INIT;
    if (!row.applicant &&
        !outbox_find_newest_of_applicant(finding->service->database, ret->applicant.id, finding->arena, &row, error))
        return false;
    if (row.id && !message_text(finding->service, &row, finding->arena, &ret->sent, &ignored)) {
        if (ignored.class == ERROR_TEMPORARY) {
            *error = ignored;
            return false;
        }
        ret->sent = NULL;
    }
    if (ret->applicant.state == APPLICANT_UNCLEAR && row.id && !string_equal(row.template_name, "application")) {
        const struct form *form = ret->forms->forms[0];
        bool *open = arena_take_array(finding->arena, form->count, sizeof *open);
        questionnaire_open(form, ret->answers, open);
        ret->asked = open;
    }
    return true;
}

/* ---- Where to ---- */

static const char *answer_of(const struct enrolment_facts *facts, int question) {
    return question >= 0 && facts->answers ? facts->answers[question].finding.value : NULL;
}

static bool find_round(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct enrolment_facts *ret = &facts->enrolment;
    struct database *database = finding->service->database;
    struct round_list rounds;
    if (ret->applicant.id) {
        if (!rounds_find(database, ret->applicant.round, finding->arena, &ret->round, error))
            return false;
    } else {
        if (!rounds_list(database, finding->arena, &rounds, error))
            return false;
        const struct round *chosen = enrolment_rules_choose(rounds.items, rounds.count, ret->received_at);
        ret->round = chosen ? *chosen : (struct round){0};
    }
    ret->in_time = ret->round.id && round_is_open_at(&ret->round, ret->received_at);
    return true;
}

static bool find_place(struct subject_finding *finding, struct error *error) {
    struct enrolment_facts *ret = &finding->facts->enrolment;
    const char *country = answer_of(ret, form_find_kind(ret->forms->forms[0], FORM_COUNTRY));
    return !country || action_application_place(finding->service, ret->round.id, country, &ret->place_is_free, error);
}

static bool find_bounds(struct subject_finding *finding, const char *key, struct error *error) {
    struct enrolment_facts *ret = &finding->facts->enrolment;
    struct database *database = finding->service->database;
    int64_t now = finding->facts->now, day = now - SECONDS_PER_DAY;
    size_t today, this_week, forms_to_them = 0, forms = 0;
    if (!outbox_count_answers_to(database, key, false, day, &today, error) ||
        !outbox_count_answers_to(database, key, false, now - 7 * SECONDS_PER_DAY, &this_week, error) ||
        (ret->asks && (!outbox_count_answers_to(database, key, true, day, &forms_to_them, error) ||
                       !outbox_count_forms_since(database, day, &forms, error))))
        return false;
    ret->mails_used_up = today >= MAILS_A_DAY || this_week >= MAILS_A_WEEK;
    ret->had_form_today = forms_to_them > 0;
    ret->forms_used_up = forms >= FORMS_A_DAY;
    return true;
}

bool subject_enrolment_find(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct enrolment_facts *ret = &facts->enrolment;
    struct service *service = finding->service;
    auto_string key = address_key(finding->description->from.address ? finding->description->from.address : "");
    if (!find_applicant(finding, key, error) || !incidents_is_banned(service->database, key, &ret->banned, error))
        return false;
    if (finding->description->kind != MAIL_HUMAN)
        return true;
    if (ret->applicant.state == APPLICANT_GONE) {
        ret->applicant = (struct applicant){0};
        ret->only_by_address = false;
    }
    ret->language = ret->applicant.id  ? ret->applicant.language
                    : facts->sender.id ? facts->sender.language
                                       : guess_language(finding);
    if (facts->sender.id == 0)
        facts->words = templates_words(service->templates, ret->language, finding->arena);
    ret->asks = string_equal(finding->description->plain_tag, "join") ||
                ((!facts->about.id || facts->identified_by == IDENTIFIED_BY_OPEN_QUESTION) &&
                 (is_word_for_joining(facts->words, finding->description->subject) ||
                  is_word_for_joining(facts->words, finding->description->text)));
    ret->confirmed_before = facts->sender.id && facts->about.participant == facts->sender.id &&
                            string_equal(facts->about.step, APPLICATION_STEP);
    if (!ret->asks && !ret->applicant.id) {
        if (ret->confirmed_before)
            ret->forms = templates_form(service->templates, APPLICATION_FORM, ret->language, finding->arena);
        return true;
    }
    if (!find_round(finding, error) || !find_bounds(finding, key, error))
        return false;
    ret->forms = templates_form(service->templates, APPLICATION_FORM, ret->language, finding->arena);
    if (!ret->forms || !ret->round.id)
        return true;
    if (!find_answers(finding, error) || (ret->applicant.id && !find_sent(finding, error)) ||
        !find_place(finding, error))
        return false;
    ret->other_name = facts->sender.id && ret->answers &&
                      action_application_other_name(ret->forms->forms[0], ret->answers, &facts->sender);
    /* Making the mail again was another use of the templates. */
    ret->forms = templates_form(service->templates, APPLICATION_FORM, ret->language, finding->arena);
    return true;
}

/* ---- What follows ---- */

bool subject_enrolment_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    switch ((enum enrolment_effect)effect->kind) {
    case EFFECT_APPLICANT:
        return action_application_answered(applying->service, effect->enrolment, applying->source->inbox, error);
    case EFFECT_APPLICANT_CONFIRMED:
        return action_application_confirmed(applying->service, effect->enrolment, applying->source->inbox, error);
    case EFFECT_APPLICANT_GONE:
        return action_application_gone(applying->service, effect->enrolment, applying->source->inbox, error);
    }
    return error_set(error, ERROR_BUG, "unknown effect %d", effect->kind);
}
