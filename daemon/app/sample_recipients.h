#pragma once
/* Whose messages a template makes: for looking in advance whether every real recipient's can be made. */
#include "app/sample.h"

struct sample_list {
    struct sample *items;
    size_t count;
};

/* Everybody who is still to get a message made from the template, as things stand: for a step to participants all who
 * are accepted, for one to partnerships all members, for a coordinators' message all coordinators. */
bool sample_recipients(struct service *service, const char *template_name, struct arena *arena, struct sample_list *ret,
                       struct error *error);
