#include "app/criteria.h"

#include "base/text.h"

/* Which kinds of questions a measure can compare. */
static bool fits(enum matching_measure measure, const struct form_question *question) {
    switch (measure) {
    case MATCHING_COMMON:
    case MATCHING_WISHED:
        return question->kind == FORM_ONE_OF || question->kind == FORM_SEVERAL;
    case MATCHING_NEAR:
        return question->kind == FORM_ONE_OF || question->kind == FORM_RATING;
    case MATCHING_AWAKE:
        return question->role == FORM_ROLE_LIVE;
    }
    return false;
}

static const char *what_fits(enum matching_measure measure) {
    switch (measure) {
    case MATCHING_COMMON:
    case MATCHING_WISHED:
        return "one of several options, or of several";
    case MATCHING_NEAR:
        return "one of several options in their order, or of a rating";
    case MATCHING_AWAKE:
        return "whether somebody wants to talk live (\"as live\")";
    }
    return "";
}

static bool has_option(const struct form_question *question, const char *key) {
    for (size_t i = 0; i < question->option_count; i++)
        if (string_equal(question->options[i].key, key))
            return true;
    return false;
}

/* What is wrong with a criterion; NULL and its questions where nothing is. */
static const char *bind(const struct criterion_settings *settings, const struct form *form, struct arena *arena,
                        int *ret_question, int *ret_wish) {
    enum matching_measure measure = (enum matching_measure)settings->measure;
    const char *problem = NULL;
    if (!form)
        return "There is no application form, templates/LANGUAGE/forms/" APPLICATION_FORM ".form.";
    *ret_wish = -1;
    *ret_question = form_find_named(form, settings->question, arena, &problem);
    if (problem)
        return problem;
    if (!fits(measure, &form->questions[*ret_question]))
        return arena_format(arena, "This measure is for a question of %s, and \"%s\" is of the kind \"%s\".",
                            what_fits(measure), settings->question,
                            form_kind_name(form->questions[*ret_question].kind));
    if (measure != MATCHING_WISHED)
        return NULL;
    *ret_wish = form_find_named(form, settings->wish, arena, &problem);
    if (problem)
        return problem;
    const struct form_question *wish = &form->questions[*ret_wish];
    return wish->kind == FORM_ONE_OF && has_option(wish, "same") && has_option(wish, "different")
               ? NULL
               : arena_format(arena,
                              "\"%s\" says no wish: it needs to be one of several options, with \"same\" and "
                              "\"different\" among them.",
                              settings->wish);
}

bool criteria_read(struct service *service, struct arena *arena, struct criteria *ret, struct error_list *problems,
                   struct error_list *notes) {
    const struct configuration *configuration = service->configuration;
    struct criteria criteria = {.forms = templates_form(service->templates, APPLICATION_FORM, "en", arena)};
    const struct form *form = criteria.forms ? criteria.forms->forms[0] : NULL;
    bool good = true;
    for (size_t i = 0; i < configuration->criterion_count; i++) {
        const struct criterion_settings *settings = &configuration->criteria[i];
        const char *problem =
            bind(settings, form, arena, &criteria.questions[criteria.count], &criteria.wishes[criteria.count]);
        if (!problem)
            criteria.items[criteria.count++] = (struct matching_criterion){
                settings->name, (enum matching_measure)settings->measure, (int)settings->weight};
        else if (!configuration->standard_criteria)
            good = error_list_add(problems, settings->file, settings->line, "criterion \"%s\": %s", settings->name,
                                  problem);
        else if (notes)
            error_list_add(notes, configuration->path, 0,
                           "The standard criterion \"%s\" counts for nothing: %s Say in criterion sections of your "
                           "own what makes good partners.",
                           settings->name, problem);
    }
    *ret = criteria;
    return good;
}
