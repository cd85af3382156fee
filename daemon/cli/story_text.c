#include "cli/story_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/story_message.h"
#include "cli/story_telling.h"

/* ---- Names ---- */

const char *story_text_name(const struct story_facts *facts, int64_t participant) {
    for (size_t i = 0; i < facts->members->count; i++)
        if (facts->members->items[i].id == participant)
            return facts->names[i];
    return "somebody";
}

/* "Ben", or in a trio "Ben and Carla": all members but PARTICIPANT. */
static const char *partners(const struct story_telling *telling, int64_t participant) {
    const struct participant_list *members = telling->facts->members;
    auto_text names = TEXT_EMPTY;
    for (size_t i = 0; i < members->count; i++)
        if (members->items[i].id != participant)
            text_append_format(&names, "%s%s", names.length ? " and " : "", telling->facts->names[i]);
    return arena_copy_string(telling->arena, text_string(&names));
}

const char *story_text_message(struct arena *arena, const char *step, int64_t occurrence) {
    static const struct {
        const char *step, *name;
    } known[] = {
        {"welcome", "the welcome"},
        {"introduction", "the introduction"},
        {"first-contact", "the first check-in"},
        {"closing", "the farewell"},
    };
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (string_equal(step, known[i].step) && occurrence == 0)
            return known[i].name;
    if (occurrence > 0 && (string_equal(step, "discussion") || string_equal(step, "check-in")))
        return arena_format(arena, "%s %" PRId64, step, occurrence);
    if (occurrence > 0)
        return arena_format(arena, "the message \"%s\" (%" PRId64 ")", step, occurrence);
    return arena_format(arena, "the message \"%s\"", step);
}

/* ---- What changed ---- */

static void tell_partnership(const struct story_telling *telling, const struct story_line *line,
                             struct story_sentence *sentence) {
    struct arena *arena = telling->arena;
    const char *change = line->text + strlen("partnership "), *why = story_telling_because(telling, line->why);
    const char *person = story_telling_person(line->actor);
    if (string_equal(change, "planned"))
        story_telling_say(sentence, TONE_PLAIN,
                          person ? arena_format(arena, "%s planned the partnership%s", person, why)
                                 : arena_format(arena, "the partnership was planned%s", why));
    else if (string_equal(change, "planned -> active"))
        story_telling_say(sentence, TONE_GOOD,
                          person ? arena_format(arena, "the partnership began, started by %s%s", person, why)
                                 : arena_format(arena, "the partnership began%s", why));
    else if (string_ends_with(change, "-> held"))
        story_telling_say(sentence, TONE_WARNING,
                          person ? arena_format(arena, "put on hold by %s%s", person, why)
                                 : arena_format(arena, "put on hold%s", why));
    else if (string_ends_with(change, "-> frozen"))
        story_telling_say(sentence, TONE_BAD,
                          arena_format(arena, "frozen: nothing passes between the partners%s", why));
    else if (string_ends_with(change, "-> active"))
        story_telling_say(sentence, TONE_GOOD,
                          person ? arena_format(arena, "resumed by %s%s", person, why)
                                 : arena_format(arena, "resumed%s", why));
    else if (string_ends_with(change, "-> dissolved"))
        story_telling_say(sentence, TONE_BAD,
                          person ? arena_format(arena, "dissolved by %s%s", person, why)
                                 : arena_format(arena, "dissolved%s", why));
    else if (string_ends_with(change, "-> ended"))
        story_telling_say(sentence, TONE_PLAIN, arena_format(arena, "the partnership ended%s", why));
}

static void tell_participant(const struct story_telling *telling, const struct story_line *line,
                             struct story_sentence *sentence) {
    struct arena *arena = telling->arena;
    const char *change = line->text + strlen("participant "), *why = story_telling_because(telling, line->why);
    const char *name = story_text_name(telling->facts, line->participant), *person = story_telling_person(line->actor);
    if (string_ends_with(change, "-> paused"))
        story_telling_say(sentence, TONE_WARNING,
                          person ? arena_format(arena, "%s paused by %s%s", name, person, why)
                                 : arena_format(arena, "%s pauses%s", name, why));
    else if (string_ends_with(change, "-> active"))
        story_telling_say(sentence, TONE_GOOD,
                          person ? arena_format(arena, "%s resumed by %s%s", name, person, why)
                                 : arena_format(arena, "%s goes on%s", name, why));
    else if (string_ends_with(change, "-> left"))
        story_telling_say(sentence, TONE_BAD, arena_format(arena, "%s left the programme%s", name, why));
    else if (string_equal(change, "is away"))
        story_telling_say(sentence, TONE_WARNING,
                          string_is_empty(line->why) ? arena_format(arena, "%s is away", name)
                                                     : arena_format(arena, "%s is away until %s", name, line->why));
    else if (string_equal(change, "updated") && person)
        story_telling_say(sentence, TONE_PLAIN, arena_format(arena, "%s changed the details of %s", person, name));
}

static void tell_address(const struct story_telling *telling, const struct story_line *line,
                         struct story_sentence *sentence) {
    struct arena *arena = telling->arena;
    const char *name = story_text_name(telling->facts, line->participant),
               *why = story_telling_because(telling, line->why);
    if (string_ends_with(line->text, "-> dead"))
        story_telling_say(sentence, TONE_BAD,
                          arena_format(arena, "nothing more is sent to %s, as mail comes back%s", name, why));
    else if (string_ends_with(line->text, "-> suspect"))
        story_telling_say(sentence, TONE_WARNING, arena_format(arena, "the address of %s is in doubt%s", name, why));
    else
        story_telling_say(sentence, TONE_GOOD, arena_format(arena, "the address of %s works again", name));
}

/* A message that led to something else in the story is told there. */
static bool is_told_elsewhere(const struct story_telling *telling, const struct story_line *line) {
    for (size_t i = 0; i < telling->story->count; i++) {
        const struct story_line *other = &telling->story->items[i];
        if (other->inbox == line->inbox && !string_starts_with(other->text, "inbox ") &&
            !string_starts_with(other->text, "outbox "))
            return true;
    }
    return false;
}

static void tell_inbox(const struct story_telling *telling, const struct story_line *line,
                       struct story_sentence *sentence) {
    struct arena *arena = telling->arena;
    const char *change = line->text + strlen("inbox "), *person = story_telling_person(line->actor);
    const char *from =
        line->participant ? arena_format(arena, " from %s", story_text_name(telling->facts, line->participant)) : "";
    if (string_equal(change, "waiting"))
        story_telling_say(sentence, TONE_WARNING,
                          arena_format(arena, "a mail%s waits for a person: %s (inbox show %" PRId64 ")", from,
                                       line->why, line->inbox));
    else if (string_equal(change, "waiting -> resolved"))
        story_telling_say(sentence, TONE_PLAIN,
                          arena_format(arena, "%s dealt with the mail%s (inbox show %" PRId64 ")",
                                       person ? person : "somebody", from, line->inbox));
    else if (string_equal(change, "handled") && !is_told_elsewhere(telling, line))
        story_telling_say(sentence, TONE_PLAIN,
                          arena_format(arena, "a mail%s came%s", from, story_telling_because(telling, line->why)));
}

/* Of a mail that waits its own line tells. */
static void tell_case(const struct story_telling *telling, const struct story_line *line,
                      struct story_sentence *sentence) {
    const char *key = strstr(line->text, ": ");
    bool opened = strstr(line->text, " opened: ") != NULL;
    const char *person = story_telling_person(line->actor);
    for (size_t i = 0; key && i < telling->facts->case_count; i++) {
        const struct case_row *row = &telling->facts->cases[i];
        if (row->kind == CASE_MESSAGE || !string_equal(row->key, key + 2) ||
            (opened ? row->opened_at : row->closed_at) != line->at)
            continue;
        if (opened)
            story_telling_say(sentence, TONE_BAD, arena_format(telling->arena, "alert: %s", row->reason));
        else
            story_telling_say(sentence, TONE_GOOD,
                              arena_format(telling->arena, "the alert is over%s%s: %s", person ? ", says " : "",
                                           person ? person : "", row->reason));
        return;
    }
}

static void tell_event(const struct story_telling *telling, const struct story_line *line,
                       struct story_sentence *sentence) {
    static const struct {
        const char *prefix;
        void (*tell)(const struct story_telling *telling, const struct story_line *line,
                     struct story_sentence *sentence);
    } tellers[] = {
        {"outbox ", story_message_tell},
        {"partnership ", tell_partnership},
        {"participant ", tell_participant},
        {"address ", tell_address},
        {"inbox ", tell_inbox},
        {"case ", tell_case},
        {"alert ", tell_case}, /* as it was called before */
        {STORY_TEXT_BOUNCE, story_message_tell_bounce},
    };
    for (size_t i = 0; i < COUNT_OF(tellers); i++)
        if (string_starts_with(line->text, tellers[i].prefix)) {
            tellers[i].tell(telling, line, sentence);
            return;
        }
}

/* ---- What people did ---- */

static bool is_also_answer(const struct story_telling *telling, const struct story_line *line) {
    for (size_t i = 0; i < telling->story->count; i++)
        if (telling->story->items[i].kind == STORY_ANSWER && telling->story->items[i].inbox == line->inbox)
            return true;
    return false;
}

static void tell_contact(const struct story_telling *telling, const struct story_line *line,
                         struct story_sentence *sentence) {
    struct arena *arena = telling->arena;
    enum contact_channel channel;
    if (!model_find_contact_channel(line->text, &channel))
        return;
    const char *name = line->participant ? story_text_name(telling->facts, line->participant) : NULL;
    const char *others = partners(telling, line->participant);
    switch (channel) {
    case CONTACT_RELAY:
        story_telling_say(sentence, TONE_GOOD, arena_format(arena, "%s wrote to %s", name ? name : "somebody", others));
        break;
    case CONTACT_CC:
        story_telling_say(sentence, TONE_GOOD,
                          arena_format(arena, "%s wrote to %s (copy to us)", name ? name : "somebody", others));
        break;
    case CONTACT_CHECK_IN:
        if (!is_also_answer(telling, line))
            story_telling_say(sentence, TONE_GOOD,
                              arena_format(arena, "%s says that they are in touch", name ? name : "somebody"));
        break;
    case CONTACT_COORDINATOR:
        story_telling_say(sentence, TONE_GOOD,
                          name ? arena_format(arena, "%s was in touch with %s, as a coordinator knows", name, others)
                               : "they were in touch, as a coordinator knows");
        break;
    }
}

enum table_tone story_text_tone(enum question_mood mood) {
    static const enum table_tone tones[] = {
        [QUESTION_GOOD] = TONE_GOOD, [QUESTION_FAIR] = TONE_WARNING, [QUESTION_BAD] = TONE_BAD};
    return tones[mood];
}

static void tell_answer(const struct story_telling *telling, const struct story_line *line,
                        struct story_sentence *sentence) {
    const struct question_answer *answer = question_answer(question_find(line->question), atoi(line->text));
    if (answer)
        story_telling_say(sentence, story_text_tone(answer->mood),
                          arena_format(telling->arena, "%s answered %s: %s%s%s",
                                       story_text_name(telling->facts, line->participant), line->text, answer->says,
                                       answer->of_partners ? " " : "",
                                       answer->of_partners ? partners(telling, line->participant) : ""));
}

static void tell(const struct story_telling *telling, const struct story_line *line, struct story_sentence *sentence) {
    switch (line->kind) {
    case STORY_EVENT:
        tell_event(telling, line, sentence);
        break;
    case STORY_CONTACT:
        tell_contact(telling, line, sentence);
        break;
    case STORY_ANSWER:
        tell_answer(telling, line, sentence);
        break;
    case STORY_NOTE:
        story_telling_say(sentence, TONE_PLAIN,
                          arena_format(telling->arena, "note by %s: %s", line->actor, line->text));
        break;
    }
}

static void begin_with_capital(struct story_sentence *sentence, struct arena *arena) {
    if (!sentence->text || sentence->text[0] < 'a' || sentence->text[0] > 'z')
        return;
    char *text = arena_copy_string(arena, sentence->text);
    text[0] = (char)(text[0] - 'a' + 'A');
    sentence->text = text;
}

struct story_sentence *story_text_make(const struct story_facts *facts, const struct story *story,
                                       struct arena *arena) {
    const struct story_telling telling = {facts, story, arena};
    struct story_sentence *sentences = arena_take_array(arena, story->count, sizeof *sentences);
    for (size_t i = 0; i < story->count; i++) {
        sentences[i].line = &story->items[i];
        tell(&telling, &story->items[i], &sentences[i]);
        begin_with_capital(&sentences[i], arena);
    }
    return sentences;
}
