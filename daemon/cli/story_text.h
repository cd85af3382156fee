#pragma once
/* A partnership's story in sentences that a coordinator understands: pure, from what the database holds. What is of no
 * use to a coordinator (that a message was queued, say) gets no sentence. */
#include "base/memory.h"
#include "base/model.h"
#include "cli/table.h"
#include "programme/question.h"
#include "store/participants.h"
#include "store/story.h"

/* What a caller puts into a story_line's text, besides the event log's own words, for a message that came back. */
#define STORY_TEXT_BOUNCE "message came back"

struct story_facts {
    const struct participant_list *members;
    const char *const *names;          /* how each member is called, in their order */
    const struct outbox_row *messages; /* of the partnership, by id */
    size_t message_count;
    const struct case_row *cases; /* of the partnership and its members; others do no harm */
    size_t case_count;
};

struct story_sentence {
    const struct story_line *line;
    const char
        *text; /* NULL: of no use to a coordinator; no full stop; may hold what people typed: not yet printable */
    enum table_tone tone;
};

/* One sentence for each line of STORY (which must be in time order and outlive it), in ARENA. */
struct story_sentence *story_text_make(const struct story_facts *facts, const struct story *story, struct arena *arena);

/* "the introduction", "discussion 2", "check-in 2", "the message \"reminder\"". */
const char *story_text_message(struct arena *arena, const char *step, int64_t occurrence);

/* "Anna", or "somebody" for one who is no member. */
const char *story_text_name(const struct story_facts *facts, int64_t participant);

/* How an answer is shown. */
enum table_tone story_text_tone(enum question_mood mood);
