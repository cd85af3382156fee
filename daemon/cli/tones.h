#pragma once
/* How the states of things look: their word, and a tone where one of them should be seen. Each for columns of rows that
 * begin with the thing. */
#include "base/model.h"
#include "cli/columns.h"

struct column_words tones_participant(const void *row, struct arena *arena);
struct column_words tones_address(const void *row, struct arena *arena); /* of the address's state */
struct column_words tones_round(const void *row, struct arena *arena);
struct column_words tones_partnership(const void *row, struct arena *arena);
enum table_tone tones_health(enum health_state state);
struct column_words tones_outbox(const void *row, struct arena *arena);
