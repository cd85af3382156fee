#pragma once
/* Inside the modules that tell a partnership's story only: what was sent, and what came of it. */
#include "cli/story_telling.h"

/* A line about an outbox row. */
void story_message_tell(const struct story_telling *telling, const struct story_line *line,
                        struct story_sentence *sentence);

/* A message that came back. */
void story_message_tell_bounce(const struct story_telling *telling, const struct story_line *line,
                               struct story_sentence *sentence);
