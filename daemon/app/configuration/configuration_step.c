#include "app/configuration/configuration_step.h"

#include <string.h>

#include "base/text.h"
#include "programme/question.h"

bool configuration_step_make(struct configuration_loading *loading, const struct file_section *section,
                             const struct step_settings *settings, struct step *ret) {
    struct error error = ERROR_INIT;
    struct step step = {
        .name = section->title,
        .template_name = settings->template_name ? settings->template_name : section->title,
        .asks = settings->asks,
        .to = (enum step_recipient)settings->to,
        .topics = settings->topics,
        .at = (int32_t)loading->configuration->round.send_at,
        .has_expires = settings->expires,
    };
    bool good = true;
    if (!moment_parse(settings->when, &step.when, &error))
        good = configuration_loading_fault(loading, section, "when", "%s", error.message);
    if (settings->at && !sequence_parse_at(settings->at, &step.at_once, &step.at, &error))
        good = configuration_loading_fault(loading, section, "at", "%s", error.message);
    if (settings->expires && !duration_parse(settings->expires, &step.expires, &error))
        good = configuration_loading_fault(loading, section, "expires", "%s", error.message);
    const struct question *question = question_find(step.asks);
    if (step.asks && (!question || question->put_by[0]))
        good = configuration_loading_fault(loading, section, "asks",
                                           "There is no question \"%s\" that a step can put; known is \"%s\".",
                                           step.asks, question_table[0].name);
    if (strchr(step.template_name, '/') || step.template_name[0] == '.')
        good = configuration_loading_fault(loading, section, "template",
                                           "A template's name is no path: no / and no leading dot.");
    if (!good || !sequence_check_step(&step, &error))
        return good ? configuration_loading_fault(loading, section, NULL, "%s", error.message) : false;
    *ret = step;
    return true;
}

size_t configuration_step_standard(int64_t send_at, struct arena *arena, const struct step **ret) {
    static const struct {
        const char *name, *when, *asks, *expires;
        enum step_recipient to;
        bool topics;
    } standard[] = {
        {"welcome", "accepted", .to = STEP_TO_PARTICIPANT},
        {"introduction", "start", .to = STEP_TO_PARTNERSHIP},
        {"first-contact", "start + 7 days", .asks = "check-in", .to = STEP_TO_PARTNERSHIP},
        {"discussion", "monthly", .expires = "10 days", .to = STEP_TO_PARTNERSHIP, .topics = true},
        {"check-in", "monthly + 14 days", .asks = "check-in", .expires = "10 days", .to = STEP_TO_PARTNERSHIP},
        {"closing", "end", .to = STEP_TO_PARTNERSHIP},
    };
    struct error error = ERROR_INIT;
    struct step *steps = arena_take_array(arena, COUNT_OF(standard), sizeof *steps);
    for (size_t i = 0; i < COUNT_OF(standard); i++) {
        steps[i] = (struct step){
            .name = standard[i].name,
            .template_name = standard[i].name,
            .asks = standard[i].asks,
            .to = standard[i].to,
            .topics = standard[i].topics,
            .at = (int32_t)send_at,
            .has_expires = standard[i].expires,
        };
        require(moment_parse(standard[i].when, &steps[i].when, &error));
        if (standard[i].expires)
            require(duration_parse(standard[i].expires, &steps[i].expires, &error));
        require(sequence_check_step(&steps[i], &error));
    }
    *ret = steps;
    return COUNT_OF(standard);
}
