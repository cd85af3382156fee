#include "app/message.h"
#include "app/subject.h"
#include "app/survey.h"
#include "base/text.h"

/* The mail that is answered is made again for its text; that may fail where a template was edited, and then goes
 * without. */
static bool find_sent(struct subject_finding *finding, struct error *error) {
    struct error ignored = ERROR_INIT;
    struct survey_facts *ret = &finding->facts->survey;
    if (message_text(finding->service, &finding->facts->about, finding->arena, &ret->sent, &ignored))
        return true;
    ret->sent = NULL;
    if (ignored.class != ERROR_TEMPORARY)
        return true;
    *error = ignored;
    return false;
}

bool subject_survey_find(struct subject_finding *finding, struct error *error) {
    struct facts *facts = finding->facts;
    struct survey_facts *ret = &facts->survey;
    struct form_answer *answers;
    if (finding->description->kind != MAIL_HUMAN || !facts->about.id || !facts->sender.id ||
        facts->about.participant != facts->sender.id || (facts->tag.purpose != 0 && facts->tag.purpose != 'r'))
        return true;
    if (!survey_of_message(finding->service, &facts->about, finding->arena, &ret->survey, error))
        return false;
    if (!ret->survey.id)
        return true;
    if (!find_sent(finding, error) || !survey_read(finding->service, &ret->survey, facts->sender.language,
                                                   finding->arena, &ret->forms, &answers, error))
        return false;
    ret->answers = answers;
    if (ret->forms && string_equal(facts->about.template_name, "survey-unclear")) {
        bool *open = arena_take_array(finding->arena, ret->forms->forms[0]->count, sizeof *open);
        questionnaire_open(ret->forms->forms[0], answers, open);
        ret->asked = open;
    }
    return true;
}

bool subject_survey_apply(struct subject_applying *applying, const struct effect *effect, struct error *error) {
    return survey_answered(applying->service, effect->survey, applying->source->inbox, error);
}
