#pragma once
/* A mail, what is known about it, and what was decided. */
#include "test.h"

#include <stdlib.h>

#include "base/text.h"
#include "programme/decide.h"
#include "words.h"

enum { ANNA = 7, BEN = 8, CLEO = 9, QUESTION = 40, PARTNERSHIP = 3 };

struct fixture {
    struct arena *arena;
    struct description description;
    struct facts facts;
    struct decision decision;
};

/* Anna, whom we know, sends an empty mail. */
static inline struct fixture *fixture_new(void) {
    struct fixture *fixture = memory_new(sizeof *fixture);
    fixture->arena = arena_new();
    fixture->description = (struct description){.kind = MAIL_HUMAN, .text = "", .from = {"Anna", "anna@example.net"}};
    fixture->facts = (struct facts){
        .sender = {.id = ANNA, .language = "en", .state = PARTICIPANT_ACTIVE},
        .words = test_words_of("en"),
    };
    return fixture;
}

static inline int tear_down(void **state) {
    struct fixture *fixture = *state;
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

/* What the person wrote, and what the parser found in it where answers stand. */
static inline void answer(struct fixture *fixture, const char *text, const char *first, const char *second) {
    const char **answers = arena_take_array(fixture->arena, 2, sizeof *answers);
    answers[0] = first;
    answers[1] = second;
    fixture->description.text = text;
    fixture->description.answers = answers;
    fixture->description.answer_count = (size_t)(first != NULL) + (size_t)(second != NULL);
}

/* The mail replies to an open check-in of Anna's. */
static inline void ask(struct fixture *fixture) {
    fixture->facts.identified_by = IDENTIFIED_BY_TAG;
    fixture->facts.tag = (struct tag){.purpose = 'r', .secret = "s", .participant = ANNA, .outbox = QUESTION};
    fixture->facts.tag_is_senders = true;
    fixture->facts.about = (struct outbox_row){
        .id = QUESTION, .participant = ANNA, .partnership = PARTNERSHIP, .asks = "check-in", .key = "k"};
}

static inline void run(struct fixture *fixture) {
    decide(&fixture->description, &fixture->facts, fixture->arena, &fixture->decision);
}

static inline const struct effect *find(const struct fixture *fixture, int kind) {
    for (size_t i = 0; i < fixture->decision.count; i++)
        if (fixture->decision.effects[i].kind == kind)
            return &fixture->decision.effects[i];
    return NULL;
}

static inline const struct effect *expect(const struct fixture *fixture, int kind) {
    const struct effect *effect = find(fixture, kind);
    if (!effect) {
        fail_msg("no effect %#x for \"%s\": %s", (unsigned)kind, fixture->description.text, fixture->decision.reason);
        abort();
    }
    return effect;
}

/* Coordinators are told of a case, of this kind. */
static inline const struct effect *expect_case(const struct fixture *fixture, enum case_kind kind) {
    const struct effect *effect = expect(fixture, EFFECT_ALERT);
    assert_string_equal(case_kind_name(effect->case_kind), case_kind_name(kind));
    return effect;
}
