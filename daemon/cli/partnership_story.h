#pragma once
/* The whole story of one partnership, gathered from all that the database holds: its own events, contacts, answers and
 * notes, what befell its members as persons while it lived, and what came back. */
#include "base/zone.h"
#include "cli/story_text.h"
#include "cli/timetable.h"
#include "store/database.h"

struct partnership_story {
    struct participant_list members;
    const char **names; /* how each member is called */
    const struct zone *zones[MEMBERS_MAX];
    struct story story;
    struct story_sentence *sentences; /* one a line of the story */
};

/* Everything in ARENA. */
bool partnership_story_read(struct database *database, const struct partnership *partnership, struct arena *arena,
                            struct partnership_story *ret, struct error *error);

/* What to print it with: a column for each member. */
struct timetable partnership_story_timetable(const struct partnership_story *story, FILE *file, size_t width,
                                             bool colour);

/* The member's own zone; UTC where the system does not know it. */
const struct zone *partnership_story_zone(const struct participant *member);
