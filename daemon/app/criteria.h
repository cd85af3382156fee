#pragma once
/* What makes good partners: the configuration's criteria, held against the questions of the application form. */
#include "app/service.h"
#include "programme/matching.h"

struct criteria {
    const struct form_set *forms; /* English first, as commands speak it; NULL: there is no application form */
    struct matching_criterion items[MATCHING_CRITERIA_MAX];
    int questions[MATCHING_CRITERIA_MAX]; /* of each, its question's position in the form, */
    int wishes[MATCHING_CRITERIA_MAX];    /* and that of the question that says what is wished; -1: none */
    size_t count;
};

/* False with all that is wrong in PROBLEMS, by file and line. What the standard has and the programme's own form does
 * not is left out; NOTES (or NULL) says so. Valid as long as SERVICE's forms (templates_form). */
bool criteria_read(struct service *service, struct arena *arena, struct criteria *ret, struct error_list *problems,
                   struct error_list *notes);
