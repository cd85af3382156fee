#include "store/participant_reader.h"

#include "base/model.h"

void participant_reader(struct statement *row, struct arena *arena, void *item) {
    struct participant *participant = item;
    participant->id = statement_integer(row);
    participant->name = statement_text(row, arena);
    participant->address = statement_text(row, arena);
    participant->language = statement_text(row, arena);
    participant->country = statement_text(row, arena);
    participant->time_zone = statement_text(row, arena);
    statement_word(row, model_find_participant_state, &participant->state);
    statement_word(row, model_find_address_state, &participant->address_state);
    participant->heard_at = statement_integer(row);
    participant->created_at = statement_integer(row);
}
