#pragma once
/* What the templates that tell coordinators of cases are filled with. */
#include "app/service.h"

/* Sets the values of a coordinator's KIND of message, but for the coordinator's own. *ret_nothing is set where there is
 * nothing to tell any more. */
bool case_values_fill(struct service *service, const struct outbox_row *row, enum message_kind kind,
                      const char *language, struct arena *arena, struct template_value *values,
                      const char **ret_nothing, struct error *error);
