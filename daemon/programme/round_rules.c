#include "programme/round_rules.h"

#include <string.h>

#include "base/clock.h"
#include "base/localise.h"
#include "base/text.h"

/* ---- What each state lets happen ---- */

enum { ROUND_STATES = ROUND_ARCHIVED + 1 };

/* What follows the state in a refusal; "already" stands before it. {name} is the round's as a shell takes it. */
#define ANOTHER "; plan another one: tandempost round create NAME"
#define ANOTHER_CLOSING "already; for another closing: tandempost round update {name} --closes MOMENT"
#define CLOSE_FIRST "; close it first: tandempost round close {name}"
#define OPEN_AGAIN "; open it again: tandempost round open {name} --closes MOMENT"
#define BY_HAND "; people can still be taken on: tandempost participant import FILE.csv --round {name}"
#define PROPOSE_FIRST "; propose partnerships first: tandempost match propose {name}"
#define START_FIRST "; start it first: tandempost round start {name}"
#define NOT_ENDED "; only a round that has ended is archived"
#define NOT_OVER "; it ends with its last partnership: tandempost partnership list --round {name}"
#define ONLY_DRAFTS "; only a draft that nobody has to do with is removed"
#define NOTHING_MORE ""

/* NULL: it may. */
static const char *const refusals[ROUND_DEEDS][ROUND_STATES] = {
    [DEED_OPEN] = {[ROUND_OPEN] = ANOTHER_CLOSING,
                   [ROUND_RUNNING] = BY_HAND,
                   [ROUND_ENDING] = ANOTHER,
                   [ROUND_ARCHIVED] = ANOTHER},
    [DEED_APPLY] = {[ROUND_DRAFT] = "; open it first: tandempost round open {name}",
                    [ROUND_CLOSED] = OPEN_AGAIN,
                    [ROUND_MATCHING] = OPEN_AGAIN,
                    [ROUND_RUNNING] = BY_HAND,
                    [ROUND_ENDING] = ANOTHER,
                    [ROUND_ARCHIVED] = ANOTHER},
    [DEED_CLOSE] = {[ROUND_DRAFT] = "; nobody can sign up for it yet",
                    [ROUND_CLOSED] = "already",
                    [ROUND_MATCHING] = "; nobody can sign up for it any more",
                    [ROUND_RUNNING] = "; nobody can sign up for it any more",
                    [ROUND_ENDING] = NOTHING_MORE,
                    [ROUND_ARCHIVED] = NOTHING_MORE},
    [DEED_ACCEPT] = {[ROUND_ENDING] = ANOTHER, [ROUND_ARCHIVED] = ANOTHER},
    [DEED_PLAN] = {[ROUND_OPEN] = CLOSE_FIRST, [ROUND_ENDING] = ANOTHER, [ROUND_ARCHIVED] = ANOTHER},
    [DEED_PROPOSE] = {[ROUND_OPEN] = CLOSE_FIRST, [ROUND_ENDING] = ANOTHER, [ROUND_ARCHIVED] = ANOTHER},
    [DEED_APPROVE] = {[ROUND_DRAFT] = PROPOSE_FIRST,
                      [ROUND_OPEN] = CLOSE_FIRST,
                      [ROUND_CLOSED] = PROPOSE_FIRST,
                      [ROUND_ENDING] = ANOTHER,
                      [ROUND_ARCHIVED] = ANOTHER},
    [DEED_START] = {[ROUND_OPEN] = CLOSE_FIRST,
                    [ROUND_RUNNING] = "already; what was planned later begins with: tandempost partnership start ID",
                    [ROUND_ENDING] = ANOTHER,
                    [ROUND_ARCHIVED] = ANOTHER},
    [DEED_START_PARTNERSHIP] = {[ROUND_DRAFT] = START_FIRST,
                                [ROUND_OPEN] = CLOSE_FIRST,
                                [ROUND_CLOSED] = START_FIRST,
                                [ROUND_MATCHING] = START_FIRST,
                                [ROUND_ENDING] = ANOTHER,
                                [ROUND_ARCHIVED] = ANOTHER},
    [DEED_SET_OPENING] = {[ROUND_OPEN] = ANOTHER_CLOSING,
                          [ROUND_CLOSED] = OPEN_AGAIN,
                          [ROUND_MATCHING] = OPEN_AGAIN,
                          [ROUND_RUNNING] = BY_HAND,
                          [ROUND_ENDING] = ANOTHER,
                          [ROUND_ARCHIVED] = ANOTHER},
    [DEED_SET_CLOSING] = {[ROUND_CLOSED] = OPEN_AGAIN,
                          [ROUND_MATCHING] = OPEN_AGAIN,
                          [ROUND_RUNNING] = BY_HAND,
                          [ROUND_ENDING] = ANOTHER,
                          [ROUND_ARCHIVED] = ANOTHER},
    [DEED_SET_START] = {[ROUND_RUNNING] = "already; the ends of its partnerships stay as they are",
                        [ROUND_ENDING] = ANOTHER,
                        [ROUND_ARCHIVED] = ANOTHER},
    [DEED_ARCHIVE] = {[ROUND_DRAFT] = NOT_ENDED,
                      [ROUND_OPEN] = NOT_ENDED,
                      [ROUND_CLOSED] = NOT_ENDED,
                      [ROUND_MATCHING] = NOT_ENDED,
                      [ROUND_RUNNING] = NOT_OVER,
                      [ROUND_ARCHIVED] = "already"},
    [DEED_REMOVE] = {[ROUND_OPEN] = ONLY_DRAFTS,
                     [ROUND_CLOSED] = ONLY_DRAFTS,
                     [ROUND_MATCHING] = ONLY_DRAFTS,
                     [ROUND_RUNNING] = ONLY_DRAFTS,
                     [ROUND_ENDING] = ONLY_DRAFTS,
                     [ROUND_ARCHIVED] = ONLY_DRAFTS},
    [DEED_WRITE] = {[ROUND_ENDING] = NOTHING_MORE, [ROUND_ARCHIVED] = NOTHING_MORE},
};

bool round_allows(const struct round *round, enum round_deed deed, int64_t now) {
    return !refusals[deed][round_state_at(round, now)];
}

const char *round_argument(struct arena *arena, const struct round *round) {
    bool plain = true;
    for (const char *byte = round->name; *byte; byte++)
        plain = plain && (ascii_is_letter_or_digit(*byte) || strchr("-_.", *byte) || (unsigned char)*byte >= 0x80);
    return plain ? round->name : arena_format(arena, "\"%s\"", round->name);
}

bool round_check(const struct round *round, enum round_deed deed, int64_t now, const struct zone *zone,
                 struct error *error) {
    static const struct {
        const char *is, *what, *since;
    } states[ROUND_STATES] = {
        [ROUND_DRAFT] = {"is", "a draft", "that opens on"},
        [ROUND_OPEN] = {"is", "open for sign-up", "until"},
        [ROUND_CLOSED] = {"was", "closed for sign-up", "on"},
        [ROUND_MATCHING] = {"is", "being matched", NULL},
        [ROUND_RUNNING] = {"is", "running", NULL},
        [ROUND_ENDING] = {"has", "ended", NULL},
        [ROUND_ARCHIVED] = {"is", "archived", NULL},
    };
    enum round_state state = round_state_at(round, now);
    const char *refusal = refusals[deed][state];
    if (!refusal)
        return true;
    auto_arena arena = arena_new();
    auto_text text = TEXT_EMPTY;
    bool already = string_starts_with(refusal, "already");
    text_append_format(&text, "the round \"%s\" %s %s%s", round->name, states[state].is, already ? "already " : "",
                       states[state].what);
    int64_t moments[ROUND_STATES] = {
        [ROUND_DRAFT] = round->opens_at, [ROUND_OPEN] = round->closes_at, [ROUND_CLOSED] = round->closes_at};
    if (moments[state])
        text_append_format(
            &text, " %s %s", states[state].since,
            (state == ROUND_DRAFT ? localise_opening : localise_deadline)(arena, moments[state], zone, "en"));
    refusal += already ? strlen("already") : 0;
    const char *name = strstr(refusal, "{name}");
    text_append_bytes(&text, refusal, name ? (size_t)(name - refusal) : strlen(refusal));
    if (name) {
        text_append(&text, round_argument(arena, round));
        text_append(&text, name + strlen("{name}"));
    }
    return error_set(error, ERROR_PERMANENT, "%s", text_string(&text));
}

/* ---- Dates ---- */

bool round_is_open_at(const struct round *round, int64_t moment) {
    bool opened = round->opens_at ? round->opens_at <= moment : round->state == ROUND_OPEN;
    bool closed = round->closes_at ? round->closes_at <= moment : round->state == ROUND_CLOSED;
    return round->state <= ROUND_CLOSED && opened && !closed;
}

struct round_turn round_next_turn(const struct round *round) {
    const struct round_turn opens = {round->opens_at, ROUND_OPEN}, closes = {round->closes_at, ROUND_CLOSED},
                            starts = {round->starts_at, ROUND_RUNNING},
                            rests = {round->ended_at + ROUND_ENDING_DAYS * SECONDS_PER_DAY, ROUND_ARCHIVED};
    switch (round->state) {
    case ROUND_DRAFT:
        return opens.at && (!starts.at || opens.at < starts.at) ? opens : starts;
    case ROUND_OPEN:
        return closes;
    case ROUND_CLOSED:
    case ROUND_MATCHING:
        return starts;
    case ROUND_ENDING:
        return rests;
    case ROUND_RUNNING:
    case ROUND_ARCHIVED:
        break;
    }
    return (struct round_turn){0, round->state};
}

enum round_state round_state_at(const struct round *round, int64_t now) {
    struct round at = *round;
    for (;;) {
        struct round_turn turn = round_next_turn(&at);
        if (!turn.at || turn.at > now || (turn.to != ROUND_OPEN && turn.to != ROUND_CLOSED))
            return at.state;
        at.state = turn.to;
    }
}

bool round_check_dates(const struct round *round, const struct zone *zone, struct error *error) {
    auto_arena arena = arena_new();
    const char *opens = localise_opening(arena, round->opens_at, zone, "en"),
               *closes = localise_deadline(arena, round->closes_at, zone, "en"),
               *starts = localise_opening(arena, round->starts_at, zone, "en");
    if (round->closes_at && round->opens_at >= round->closes_at)
        return error_set(error, ERROR_PERMANENT, "the round would close on %s, before it opens on %s", closes, opens);
    if (round->starts_at && round->closes_at > round->starts_at)
        return error_set(error, ERROR_PERMANENT, "the round would start on %s, before it closes on %s", starts, closes);
    if (round->starts_at && round->opens_at >= round->starts_at)
        return error_set(error, ERROR_PERMANENT, "the round would start on %s, before it opens on %s", starts, opens);
    return true;
}

int64_t round_leftovers(int64_t most, int64_t people) {
    return 2 * most > people ? 2 * most - people : 0;
}
