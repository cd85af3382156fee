#pragma once
/* What is wrong with the templates as they stand now, for `template check` and `check`. */
#include "app/service.h"
#include "base/error.h"

/* Adds to PROBLEMS every fault of every file, every step whose template is missing, topics that don't reach to the end
 * of a round, and criteria that don't fit the application form; to WARNINGS what can be sent, but was hardly meant; to
 * NOTES what works, but perhaps not as somebody thinks: a language that falls back on another. Each in order. */
void template_faults_find(struct service *service, struct arena *arena, struct error_list *problems,
                          struct error_list *warnings, struct error_list *notes);

/* The names of the templates that are in use: those of the steps, each once, then those that the service needs itself.
 */
const char **template_faults_used(const struct service *service, struct arena *arena, size_t *ret_count);
