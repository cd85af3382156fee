#pragma once
/* Inside the modules that close a simulated round's books only: a message that never came into the outbox. */
#include "simulation/simulation_closing.h"

/* Why it was right that nothing came into the outbox: at its moment and ever after somebody was away for good. *RET is
 * NULL where there was a moment, at or after its own, when everything was in place. */
bool simulation_absence_explain(struct simulation_closing *closing, const struct schedule_entry *entry,
                                const char **ret, struct error *error);
