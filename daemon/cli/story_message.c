#include "cli/story_message.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int compare_ids(const void *key, const void *item) {
    const int64_t id = *(const int64_t *)key, other = ((const struct outbox_row *)item)->id;
    return (id > other) - (id < other);
}

static const struct outbox_row *find_message(const struct story_telling *telling, int64_t id) {
    const struct story_facts *facts = telling->facts;
    return facts->message_count
               ? bsearch(&id, facts->messages, facts->message_count, sizeof *facts->messages, compare_ids)
               : NULL;
}

/* Tries that follow each other say the same thing: only the first is told. */
static bool is_told_before(const struct story_telling *telling, const struct story_line *line) {
    for (const struct story_line *before = telling->story->items; before < line; before++)
        if (before->kind == STORY_EVENT && before->outbox == line->outbox && string_equal(before->text, line->text))
            return true;
    return false;
}

static const char *sent_to_coordinator(const struct story_telling *telling, const struct outbox_row *message) {
    if (string_equal(message->template_name, "coordinator-alert"))
        return arena_format(telling->arena, "%s was told about the alert", message->coordinator);
    if (string_equal(message->template_name, "coordinator-clear"))
        return arena_format(telling->arena, "%s was told that the alert is over", message->coordinator);
    return arena_format(telling->arena, "%s got a message", message->coordinator);
}

/* What an incoming mail caused to be sent: by how its template's name begins, the sentence's end after "Anna was", and
 * the thing's name.
 */
static const struct {
    const char *template_name, *was, *name;
} answers[] = {
    {"check-in-unclear", "asked again, as the answer was not clear", "the check-in, put again,"},
    {"letter-question", "asked whom a letter is for", "the question about a letter"},
    {"letter-confirm", "asked whether a letter from elsewhere is theirs", "the question about a letter"},
    {"letter-stopped", "told that a letter was not passed on", "the notice about a letter"},
    {"letter-ended", "told that a letter was not passed on", "the notice about a letter"},
    {"letter-too-large", "told that a letter is too large", "the notice about a letter"},
    {"letter-bounced", "told that a letter came back", "the notice about a letter"},
    {"partner-away", "told of the absence", "the notice of the absence"},
    {"confirm-", "told that their word to us was acted upon", "the confirmation"},
};

static size_t find_answer(const struct outbox_row *message) {
    size_t i = 0;
    while (i < COUNT_OF(answers) && !(message && string_starts_with(message->template_name, answers[i].template_name)))
        i++;
    return i;
}

/* "discussion 2", "a letter from Anna" */
static const char *name_message(const struct story_telling *telling, const struct story_line *line,
                                const struct outbox_row *message) {
    size_t answer = find_answer(message);
    if (answer < COUNT_OF(answers))
        return answers[answer].name;
    if (message && message->about && string_equal(message->step, "letter"))
        return arena_format(telling->arena, "a letter from %s", story_text_name(telling->facts, message->about));
    return story_text_message(telling->arena, line->step, message ? message->occurrence : 0);
}

/* A letter's way to the partner is told by its contact. */
static const char *sent_to_participant(const struct story_telling *telling, const struct story_line *line,
                                       const struct outbox_row *message, const char *whom) {
    size_t answer = find_answer(message);
    if (string_equal(line->step, "letter"))
        return NULL;
    return answer < COUNT_OF(answers)
               ? arena_format(telling->arena, "%s was %s", whom, answers[answer].was)
               : arena_format(telling->arena, "%s got %s", whom, name_message(telling, line, message));
}

/* The row's own reason speaks of the state that it is in now. */
static const char *reason_of(const struct story_line *line, const struct outbox_row *message) {
    bool still_so = message && string_ends_with(line->text, outbox_state_name(message->state));
    return string_is_empty(line->why) && still_so ? message->reason : line->why;
}

void story_message_tell(const struct story_telling *telling, const struct story_line *line,
                        struct story_sentence *sentence) {
    struct arena *arena = telling->arena;
    const struct outbox_row *message = find_message(telling, line->outbox);
    const char *change = line->text + strlen("outbox ");
    const char *what = name_message(telling, line, message);
    bool to_coordinator = message && message->coordinator;
    const char *whom = to_coordinator
                           ? message->coordinator
                           : story_text_name(telling->facts, message ? message->participant : line->participant);
    const char *person = story_telling_person(line->actor);
    const char *reason = reason_of(line, message);
    if (string_equal(change, "sending -> sent"))
        story_telling_say(sentence, TONE_PLAIN,
                          to_coordinator ? sent_to_coordinator(telling, message)
                                         : sent_to_participant(telling, line, message, whom));
    else if (string_equal(change, "sending -> queued") && !is_told_before(telling, line))
        story_telling_say(sentence, TONE_WARNING,
                          arena_format(arena, "%s could not be sent to %s yet; it is tried again", what, whom));
    else if (string_equal(change, "sending -> failed"))
        story_telling_say(
            sentence, TONE_BAD,
            arena_format(arena, "%s could not be sent to %s%s", what, whom, story_telling_because(telling, reason)));
    else if (string_equal(change, "sending -> uncertain"))
        story_telling_say(sentence, TONE_WARNING,
                          arena_format(arena, "nobody knows whether %s reached the mail server of %s%s", what, whom,
                                       story_telling_because(telling, reason)));
    else if (string_equal(change, "queued -> held"))
        story_telling_say(
            sentence, TONE_WARNING,
            arena_format(arena, "%s for %s is held back%s", what, whom, story_telling_because(telling, reason)));
    else if (string_equal(change, "queued -> expired"))
        story_telling_say(sentence, TONE_WARNING,
                          arena_format(arena, "%s for %s was skipped: it was too late to be of use", what, whom));
    else if (string_ends_with(change, "-> cancelled"))
        story_telling_say(
            sentence, TONE_PLAIN,
            person && string_is_empty(line->why)
                ? arena_format(arena, "%s cancelled %s for %s", person, what, whom)
                : arena_format(arena, "%s for %s was cancelled%s", what, whom, story_telling_because(telling, reason)));
    else if (string_equal(change, "failed -> queued") || string_equal(change, "held -> queued"))
        story_telling_say(sentence, TONE_PLAIN,
                          person && string_is_empty(line->why)
                              ? arena_format(arena, "%s sent %s to %s again", person, what, whom)
                              : arena_format(arena, "%s for %s may go out now", what, whom));
}

void story_message_tell_bounce(const struct story_telling *telling, const struct story_line *line,
                               struct story_sentence *sentence) {
    const struct outbox_row *message = find_message(telling, line->outbox);
    const char *what = name_message(telling, line, message);
    story_telling_say(sentence, TONE_BAD,
                      arena_format(telling->arena, "%s to %s came back%s", what,
                                   story_text_name(telling->facts, line->participant),
                                   string_is_empty(line->why) ? "" : arena_format(telling->arena, " (%s)", line->why)));
}
