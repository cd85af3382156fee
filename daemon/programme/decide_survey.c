#include "programme/decide_survey.h"

#include <string.h>

#include "base/fold.h"
#include "base/text.h"
#include "programme/deciding.h"

enum { WORDS_BESIDE_ANSWERS = 12 };

static bool is_polite(const struct deciding *deciding, const char *text) {
    const char *name = deciding->facts->sender.name;
    return phrase_says_nothing_more(deciding->facts->words, PHRASE_NO_WORDS, 0, name ? name : "", text);
}

/* What has been asked once more is not asked a third time: it counts as not answered, or as it was before. Returns how
 * many are asked again. */
static size_t ask_again(const struct form *form, struct form_answer *answers) {
    bool open[FORM_QUESTIONS_MAX];
    size_t count = 0;
    questionnaire_open(form, answers, open);
    for (size_t i = 0; i < form->count; i++) {
        struct form_finding *finding = &answers[i].finding;
        if (open[i] && answers[i].asked < SURVEY_ASKED_MOST) {
            answers[i].asked++;
            count++;
        } else if (finding->state == FORM_UNCLEAR) {
            *finding =
                (struct form_finding){.state = finding->value ? FORM_CLEAR : FORM_EMPTY, .value = finding->value};
        }
    }
    return count;
}

static bool says_anything(const struct questionnaire_reading *reading) {
    for (size_t i = 0; i < reading->count; i++)
        if (reading->findings[i].state != FORM_EMPTY)
            return true;
    return false;
}

static void take_answers(struct deciding *deciding, const struct questionnaire_reading *reading) {
    const struct survey_facts *facts = &deciding->facts->survey;
    const struct form *form = facts->forms->forms[0];
    struct form_answer *answers = arena_take_array(deciding->arena, form->count, sizeof *answers);
    memcpy(answers, facts->answers, form->count * sizeof *answers);
    questionnaire_merge(form, reading->findings, deciding->facts->now, answers, deciding->arena);
    struct survey_change *change = arena_take(deciding->arena, sizeof *change);
    size_t again = ask_again(form, answers);
    const struct description *description = deciding->description;
    bool quiet = description->null_sender || description->through_list || deciding->facts->answers_used_up;
    *change = (struct survey_change){.survey = facts->survey, .form = form, .answers = answers};
    change->template_name = quiet ? NULL : again ? "survey-unclear" : "survey-thanks";
    deciding_add(deciding, EFFECT_SURVEY)->survey = change;
    deciding_understood(deciding,
                        again ? "answered some of a survey; asked once more for the rest" : "answered a survey");
}

/* What is a word to us before all else, whatever it answers. */
static bool is_verb(const struct verb_reading *said) {
    return said->verb != VERB_NONE && !said->inside &&
           (said->alone || said->verb == VERB_STOP || said->verb == VERB_REPORT);
}

bool decide_survey(struct deciding *deciding) {
    const struct facts *all = deciding->facts;
    const struct survey_facts *facts = &all->survey;
    const struct description *description = deciding->description;
    struct questionnaire_reading reading;
    if (!facts->survey.id || !facts->forms || all->together_count > 0 || is_verb(&deciding->reading))
        return false;
    const struct questionnaire_reply reply = {
        .whole_text = description->whole_text ? description->whole_text : "",
        .text = description->text ? description->text : "",
        .sent = facts->sent,
        .asked = facts->asked,
        .answers = facts->answers,
        .now = all->now,
    };
    if (is_polite(deciding, reply.text)) {
        deciding_understood(deciding, "thanks for a survey; nothing to do");
        return true;
    }
    questionnaire_read(facts->forms, &reply, all->words, deciding->arena, &reading);
    if (!says_anything(&reading))
        return false;
    take_answers(deciding, &reading);
    auto_text rest = TEXT_EMPTY;
    fold_words(reading.rest, strlen(reading.rest), &rest);
    if ((strchr(reading.rest, '?') || fold_count(text_string(&rest)) > WORDS_BESIDE_ANSWERS) &&
        !is_polite(deciding, reading.rest))
        deciding_wait(deciding, "answered a survey, and wrote more");
    return true;
}
