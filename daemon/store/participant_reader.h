#pragma once
/* Inside the store layer only: participants as other modules' queries give them. */
#include "store/statement.h"

/* With the table's own name before each, so that queries may join. */
#define PARTICIPANT_COLUMNS                                                                                            \
    "participant.id, participant.name, participant.address, participant.language, participant.country,"                \
    " participant.time_zone, participant.state, participant.address_state, participant.heard_at, "                     \
    "participant.created_at"

void participant_reader(struct statement *row, struct arena *arena, void *item);
