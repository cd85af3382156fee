#include "cli/story_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct telling {
    const struct story_facts *facts;
    const struct story *story;
    struct arena *arena;
};

/* ---- Names ---- */

const char *story_text_name(const struct story_facts *facts, int64_t participant) {
    for (size_t i = 0; i < facts->members->count; i++)
        if (facts->members->items[i].id == participant)
            return facts->names[i];
    return "somebody";
}

/* "Ben", or in a trio "Ben and Carla": all members but PARTICIPANT. */
static const char *name_others(const struct telling *telling, int64_t participant) {
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

/* ---- Messages ---- */

static int compare_ids(const void *key, const void *item) {
    const int64_t id = *(const int64_t *)key, other = ((const struct outbox_row *)item)->id;
    return (id > other) - (id < other);
}

static const struct outbox_row *find_message(const struct telling *telling, int64_t id) {
    const struct story_facts *facts = telling->facts;
    return facts->message_count
               ? bsearch(&id, facts->messages, facts->message_count, sizeof *facts->messages, compare_ids)
               : NULL;
}

/* What an incoming mail caused to be sent: by how its template's name begins, the sentence's end after "Anna was", and
 * the thing's name. */
static const struct reply {
    const char *template_name, *was, *name;
} replies[] = {
    {"check-in-unclear", "asked again, as the answer was not clear", "the check-in, put again,"},
    {"letter-question", "asked whom a letter is for", "the question about a letter"},
    {"letter-confirm", "asked whether a letter from elsewhere is theirs", "the question about a letter"},
    {"letter-stopped", "told that a letter was not passed on", "the notice about a letter"},
    {"letter-ended", "told that a letter was not passed on", "the notice about a letter"},
    {"letter-too-large", "told that a letter is too large", "the notice about a letter"},
    {"letter-bounced", "told that a letter came back", "the notice about a letter"},
    {"partner-away", "told of the absence", "the notice of the absence"},
    {"event-invitation", "told at which time both can talk", "the time to talk"},
    {"event-reminder", "reminded of their talk", "the reminder of their talk"},
    {"event-cancelled", "told that their talk is off", "the notice that their talk is off"},
    {"confirm-", "told that their word to us was acted upon", "the confirmation"},
};

static const struct reply *find_reply(const struct outbox_row *message) {
    for (size_t i = 0; message && i < COUNT_OF(replies); i++)
        if (string_starts_with(message->template_name, replies[i].template_name))
            return &replies[i];
    return NULL;
}

/* "discussion 2", "a letter from Anna" */
static const char *name_message(const struct telling *telling, const struct story_line *line,
                                const struct outbox_row *message) {
    const struct reply *answer = find_reply(message);
    if (answer)
        return answer->name;
    if (message && message->about && string_equal(message->step, "letter"))
        return arena_format(telling->arena, "a letter from %s", story_text_name(telling->facts, message->about));
    return story_text_message(telling->arena, line->step, message ? message->occurrence : 0);
}

/* What it means that it was sent. A letter's way to the partner is told by its contact. */
static const char *describe_sent(const struct telling *telling, const struct story_line *line,
                                 const struct outbox_row *message, const char *whom, const char *what) {
    const struct reply *answer = find_reply(message);
    if (message && message->coordinator && string_equal(message->template_name, "coordinator-alert"))
        return arena_format(telling->arena, "%s was told about the alert", whom);
    if (message && message->coordinator && string_equal(message->template_name, "coordinator-clear"))
        return arena_format(telling->arena, "%s was told that the alert is over", whom);
    if (message && message->coordinator)
        return arena_format(telling->arena, "%s got a message", whom);
    if (string_equal(line->step, "letter"))
        return NULL;
    return answer ? arena_format(telling->arena, "%s was %s", whom, answer->was)
                  : arena_format(telling->arena, "%s got %s", whom, what);
}

/* Why the case was there that the line speaks of; NULL: nobody knows it, or it is a mail that waits, whose own line
 * tells. */
static const char *find_case(const struct telling *telling, const struct story_line *line) {
    const char *key = strstr(line->text, ": ");
    bool opened = strstr(line->text, " opened: ") != NULL;
    for (size_t i = 0; key && i < telling->facts->case_count; i++) {
        const struct case_row *row = &telling->facts->cases[i];
        if (row->kind != CASE_MESSAGE && string_equal(row->key, key + 2) &&
            (opened ? row->opened_at : row->closed_at) == line->at)
            return row->reason;
    }
    return NULL;
}

/* ---- What is told elsewhere ---- */

typedef bool told_elsewhere(const struct telling *telling, const struct story_line *line);

/* Tries that follow each other say the same thing: only the first is told. */
static bool was_told_before(const struct telling *telling, const struct story_line *line) {
    for (const struct story_line *before = telling->story->items; before < line; before++)
        if (before->kind == STORY_EVENT && before->outbox == line->outbox && string_equal(before->text, line->text))
            return true;
    return false;
}

/* A mail that led to something else in the story is told there. */
static bool led_to_something(const struct telling *telling, const struct story_line *line) {
    for (size_t i = 0; i < telling->story->count; i++) {
        const struct story_line *other = &telling->story->items[i];
        if (other->inbox == line->inbox && !string_starts_with(other->text, "inbox ") &&
            !string_starts_with(other->text, "outbox "))
            return true;
    }
    return false;
}

static bool is_answer_as_well(const struct telling *telling, const struct story_line *line) {
    for (size_t i = 0; i < telling->story->count; i++)
        if (telling->story->items[i].kind == STORY_ANSWER && telling->story->items[i].inbox == line->inbox)
            return true;
    return false;
}

/* ---- Sentences ---- */

/* By what the line says ("*" stands for anything), the first that fits. {names} are filled in: see value_of. */
static const struct sentence {
    const char *line;
    enum table_tone tone;
    const char *text;      /* NULL: nothing is told */
    const char *by_person; /* where a person did it by a command; NULL: the same */
    told_elsewhere *unless;
} sentences[] = {
    {"partnership planned", TONE_PLAIN, "the partnership was planned{because}",
     "{person} planned the partnership{because}", NULL},
    {"partnership planned -> active", TONE_GOOD, "the partnership began{because}",
     "the partnership began, started by {person}{because}", NULL},
    {"partnership *-> held", TONE_WARNING, "put on hold{because}", "put on hold by {person}{because}", NULL},
    {"partnership *-> frozen", TONE_BAD, "frozen: nothing passes between the partners{because}", NULL, NULL},
    {"partnership *-> active", TONE_GOOD, "resumed{because}", "resumed by {person}{because}", NULL},
    {"partnership *-> dissolved", TONE_BAD, "dissolved{because}", "dissolved by {person}{because}", NULL},
    {"partnership *-> ended", TONE_PLAIN, "the partnership ended{because}", NULL, NULL},

    {"participant *-> paused", TONE_WARNING, "{name} pauses{because}", "{name} paused by {person}{because}", NULL},
    {"participant *-> active", TONE_GOOD, "{name} goes on{because}", "{name} resumed by {person}{because}", NULL},
    {"participant *-> left", TONE_BAD, "{name} left the programme{because}", NULL, NULL},
    {"participant is away", TONE_WARNING, "{name} is away{until}", NULL, NULL},
    {"participant updated", TONE_PLAIN, NULL, "{person} changed the details of {name}", NULL},
    {"address *-> dead", TONE_BAD, "nothing more is sent to {name}, as mail comes back{because}", NULL, NULL},
    {"address *-> suspect", TONE_WARNING, "the address of {name} is in doubt{because}", NULL, NULL},
    {"address *", TONE_GOOD, "the address of {name} works again", NULL, NULL},

    {"inbox waiting", TONE_WARNING, "a mail{from} waits for a person: {why} (inbox show {inbox})", NULL, NULL},
    {"inbox waiting -> resolved", TONE_PLAIN, "somebody dealt with the mail{from} (inbox show {inbox})",
     "{person} dealt with the mail{from} (inbox show {inbox})", NULL},
    {"inbox handled", TONE_PLAIN, "a mail{from} came{because}", NULL, led_to_something},

    {"outbox sending -> sent", TONE_PLAIN, "{sent}", NULL, NULL},
    {"outbox sending -> queued", TONE_WARNING, "{message} could not be sent to {whom} yet; it is tried again", NULL,
     was_told_before},
    {"outbox sending -> failed", TONE_BAD, "{message} could not be sent to {whom}{reason}", NULL, NULL},
    {"outbox sending -> uncertain", TONE_WARNING,
     "nobody knows whether {message} reached the mail server of {whom}{reason}", NULL, NULL},
    {"outbox queued -> held", TONE_WARNING, "{message} for {whom} is held back{reason}", NULL, NULL},
    {"outbox queued -> expired", TONE_WARNING, "{message} for {whom} was skipped: it was too late to be of use", NULL,
     NULL},
    {"outbox *-> cancelled", TONE_PLAIN, "{message} for {whom} was cancelled{reason}",
     "{person} cancelled {message} for {whom}", NULL},
    {"outbox failed -> queued", TONE_PLAIN, "{message} for {whom} may go out now",
     "{person} sent {message} to {whom} again", NULL},
    {"outbox held -> queued", TONE_PLAIN, "{message} for {whom} may go out now",
     "{person} sent {message} to {whom} again", NULL},
    {STORY_TEXT_BOUNCE, TONE_BAD, "{message} to {name} came back{status}", NULL, NULL},

    {"case opened*", TONE_BAD, "alert: {case}", NULL, NULL},
    {"case *", TONE_GOOD, "the alert is over: {case}", "the alert is over, says {person}: {case}", NULL},
    {"alert opened*", TONE_BAD, "alert: {case}", NULL, NULL}, /* as it was called before */
    {"alert *", TONE_GOOD, "the alert is over: {case}", "the alert is over, says {person}: {case}", NULL},

    {"contact: relay", TONE_GOOD, "{name} wrote to {others}", NULL, NULL},
    {"contact: cc", TONE_GOOD, "{name} wrote to {others} (copy to us)", NULL, NULL},
    {"contact: check-in", TONE_GOOD, "{name} says that they are in touch", NULL, is_answer_as_well},
    {"contact: coordinator", TONE_GOOD, "{in touch}, as a coordinator knows", NULL, NULL},
    {"note: *", TONE_PLAIN, "note by {actor}: {text}", NULL, NULL},
};

static bool fits(const char *pattern, const char *line) {
    size_t length = strcspn(pattern, "*");
    return pattern[length] ? strncmp(pattern, line, length) == 0 && string_ends_with(line, pattern + length + 1)
                           : string_equal(pattern, line);
}

/* The person behind an actor of the event log; NULL for the daemon and its rules. */
static const char *person_of(const char *actor) {
    static const char prefix[] = "command:";
    return string_starts_with(actor, prefix) ? actor + strlen(prefix) : NULL;
}

/* The row's own reason speaks of the state that it is in now. */
static const char *reason_of(const struct story_line *line, const struct outbox_row *message) {
    bool still_so = message && string_ends_with(line->text, outbox_state_name(message->state));
    return string_is_empty(line->why) && still_so ? message->reason : line->why;
}

/* "" where there is no such thing to say; NULL: there is no sentence without it. */
static const char *value_of(const struct telling *telling, const struct story_line *line, const char *name) {
    struct arena *arena = telling->arena;
    const struct outbox_row *message = find_message(telling, line->outbox);
    const char *why = line->why ? line->why : "", *reason = reason_of(line, message),
               *whom = message && message->coordinator
                           ? message->coordinator
                           : story_text_name(telling->facts, message ? message->participant : line->participant),
               *who = story_text_name(telling->facts, line->participant),
               *others = name_others(telling, line->participant), *what = name_message(telling, line, message);
    const struct {
        const char *name, *value;
    } values[] = {
        {"name", who},
        {"others", others},
        {"in touch",
         line->participant ? arena_format(arena, "%s was in touch with %s", who, others) : "they were in touch"},
        {"person", person_of(line->actor)},
        {"actor", line->actor},
        {"text", line->text},
        {"why", why},
        {"because", *why ? arena_format(arena, ": %s", why) : ""},
        {"until", *why ? arena_format(arena, " until %s", why) : ""},
        {"status", *why ? arena_format(arena, " (%s)", why) : ""},
        {"from", line->participant ? arena_format(arena, " from %s", who) : ""},
        {"inbox", arena_format(arena, "%" PRId64, line->inbox)},
        {"message", what},
        {"whom", whom},
        {"sent", describe_sent(telling, line, message, whom, what)},
        {"reason", string_is_empty(reason) ? "" : arena_format(arena, ": %s", reason)},
        {"case", find_case(telling, line)},
    };
    for (size_t i = 0; i < COUNT_OF(values); i++)
        if (string_starts_with(name, values[i].name) && name[strlen(values[i].name)] == '}')
            return values[i].value;
    require(false);
    return NULL;
}

static const char *fill_in(const struct telling *telling, const struct story_line *line, const char *text) {
    auto_text filled = TEXT_EMPTY;
    while (*text) {
        size_t plain = strcspn(text, "{");
        text_append_bytes(&filled, text, plain);
        text += plain;
        if (!*text)
            break;
        const char *value = value_of(telling, line, text + 1);
        if (!value)
            return NULL;
        text_append(&filled, value);
        text += strcspn(text, "}") + 1;
    }
    char *sentence = arena_copy_string(telling->arena, text_string(&filled));
    if (*sentence >= 'a' && *sentence <= 'z')
        *sentence = (char)(*sentence - 'a' + 'A');
    return sentence;
}

/* What a line says, as the table has it. */
static const char *key_of(const struct telling *telling, const struct story_line *line) {
    switch (line->kind) {
    case STORY_EVENT:
        return line->text;
    case STORY_CONTACT:
        return arena_format(telling->arena, "contact: %s", line->text);
    case STORY_ANSWER:
        return "answer";
    case STORY_NOTE:
        return "note: ";
    }
    return "";
}

enum table_tone story_text_tone(enum question_mood mood) {
    static const enum table_tone tones[] = {
        [QUESTION_GOOD] = TONE_GOOD, [QUESTION_FAIR] = TONE_WARNING, [QUESTION_BAD] = TONE_BAD};
    return tones[mood];
}

/* The question's own table has the words. */
static struct story_sentence tell_answer(const struct telling *telling, const struct story_line *line) {
    const struct question_answer *answer = question_answer(question_find(line->question), atoi(line->text));
    if (!answer)
        return (struct story_sentence){line, NULL, TONE_PLAIN};
    const char *text = arena_format(telling->arena, "{name} answered {text}: %s%s", answer->says,
                                    answer->of_partners ? " {others}" : "");
    return (struct story_sentence){line, fill_in(telling, line, text), story_text_tone(answer->mood)};
}

static struct story_sentence tell(const struct telling *telling, const struct story_line *line) {
    if (line->kind == STORY_ANSWER)
        return tell_answer(telling, line);
    const char *key = key_of(telling, line);
    for (size_t i = 0; i < COUNT_OF(sentences); i++) {
        const struct sentence *sentence = &sentences[i];
        if (!fits(sentence->line, key))
            continue;
        /* A message that a person's other change let go is not that person's doing. */
        bool by_person = person_of(line->actor) && sentence->by_person &&
                         (!string_starts_with(key, "outbox ") || string_is_empty(line->why));
        const char *text = by_person ? sentence->by_person : sentence->text;
        bool told = text && !(sentence->unless && sentence->unless(telling, line));
        return (struct story_sentence){line, told ? fill_in(telling, line, text) : NULL, sentence->tone};
    }
    return (struct story_sentence){line, NULL, TONE_PLAIN};
}

struct story_sentence *story_text_make(const struct story_facts *facts, const struct story *story,
                                       struct arena *arena) {
    const struct telling telling = {facts, story, arena};
    struct story_sentence *told = arena_take_array(arena, story->count, sizeof *told);
    for (size_t i = 0; i < story->count; i++)
        told[i] = tell(&telling, &story->items[i]);
    return told;
}
