#pragma once
/* Inside the store layer only: participants as other modules' queries give them. */
#include "store/statement.h"

/* clang-format off */
#define PARTICIPANT(FIRST, COLUMN) \
    FIRST(id) COLUMN(name) COLUMN(address) COLUMN(language) COLUMN(country) COLUMN(time_zone) COLUMN(state) \
    COLUMN(address_state) COLUMN(heard_at) COLUMN(resumes_at) COLUMN(created_at)
/* clang-format on */
#define PARTICIPANT_COLUMNS STATEMENT_COLUMNS(PARTICIPANT)
STATEMENT_READER(participant_reader, struct participant, PARTICIPANT)
