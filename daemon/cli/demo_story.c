#include "cli/demo_story.h"

#include <inttypes.h>

#include "base/text.h"
#include "cli/partnership_story.h"
#include "cli/timetable.h"
#include "store/outbox.h"
#include "store/partnerships.h"

enum { AT_BEGINNING = 10, BEFORE_TURN = 3, AFTER_TURN = 6 }; /* sentences of a story */
enum { LOG_WIDTH = 80 };

bool demo_story_choose(const struct simulated_round *round, int64_t *ret, struct error *error) {
    auto_arena arena = arena_new();
    enum outbox_state sent = OUTBOX_SENT;
    struct outbox_list rows;
    if (!outbox_list(round->database, &(struct outbox_filter){.state = &sent}, arena, &rows, error))
        return false;
    *ret = 0;
    for (size_t i = 0; i < rows.count && *ret == 0; i++)
        if (string_equal(rows.items[i].template_name, "partner-away"))
            *ret = rows.items[i].partnership;
    for (int i = 0; i < SIMULATED_OUTCOMES && *ret == 0; i++)
        *ret = round->outcomes[i].example;
    return true;
}

/* What is worth telling, and which part of it: how it began, and what surrounds the absence. */
struct telling {
    const struct story_sentence **sentences;
    size_t count, turn; /* TURN: when the absence was told, or COUNT */
};

static struct telling choose_sentences(const struct story *story, const struct story_sentence *sentences,
                                       struct arena *arena) {
    struct telling telling = {.sentences = arena_take_array(arena, story->count, sizeof(struct story_sentence *))};
    bool turned = false;
    for (size_t i = 0; i < story->count; i++) {
        if (!sentences[i].text)
            continue;
        if (!turned && string_equal(sentences[i].line->text, "participant is away")) {
            telling.turn = telling.count;
            turned = true;
        }
        telling.sentences[telling.count++] = &sentences[i];
    }
    if (!turned)
        telling.turn = telling.count;
    return telling;
}

static void print_sentences(const struct telling *telling, struct timetable *timetable) {
    size_t from = telling->turn > BEFORE_TURN ? telling->turn - BEFORE_TURN : 0, until = telling->turn + AFTER_TURN;
    bool left_out = false;
    for (size_t i = 0; i < telling->count; i++) {
        if (i >= AT_BEGINNING && (i < from || i > until)) {
            left_out = true;
            continue;
        }
        if (left_out)
            timetable_remark(timetable, "...");
        left_out = false;
        timetable_line(timetable, telling->sentences[i]->line->at, telling->sentences[i]->text,
                       telling->sentences[i]->tone);
    }
    if (left_out)
        timetable_remark(timetable, "...");
}

bool demo_story_print(FILE *file, const struct simulated_round *round, int64_t id, bool colour, struct error *error) {
    auto_arena arena = arena_new();
    struct partnership partnership;
    struct partnership_story story;
    if (!partnerships_find(round->database, id, arena, &partnership, error) ||
        !partnership_story_read(round->database, &partnership, arena, &story, error))
        return false;
    struct telling telling = choose_sentences(&story.story, story.sentences, arena);
    size_t width = table_terminal_width(file);
    struct timetable timetable = partnership_story_timetable(&story, file, width ? width : LOG_WIDTH, colour);
    const struct participant *people = story.members.items;
    fprintf(file,
            colour ? "\n\033[1mPartnership %" PRId64 ": %s (%s) and %s (%s)\033[0m\n\n"
                   : "\nPartnership %" PRId64 ": %s (%s) and %s (%s)\n\n",
            id, people[0].name, people[0].country, people[1].name, people[1].country);
    print_sentences(&telling, &timetable);
    return true;
}
