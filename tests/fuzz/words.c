/* A language's words.txt and reasons.txt, and what people write to us held against them. */
#include <string.h>

#include "app/templates/reason_catalogue.h"
#include "harness.h"
#include "programme/question.h"
#include "programme/verb.h"
#include "programme/words.h"

void fuzz_prepare(void) {
}

static void try_phrases(const char *text, const struct words *words) {
    auto_arena arena = arena_new();
    struct verb_reading reading = verb_read(text, text, &(struct verb_context){words, text, 20820, arena});
    check(reading.verb >= VERB_NONE && reading.verb < VERB_COUNT);
    check(reading.verb != VERB_NONE || (!reading.plain && !reading.inside));
    int answer = question_read_answer(question_find("check-in"), text, &text, 1, words);
    check(answer >= QUESTION_AMBIGUOUS && answer <= question_answer_count(question_find("check-in")));
}

/* What stands in a book means what it stands for, or two things where an answer is a verb as well: never another. */
static void check_book(const struct phrase_book *book) {
    struct words words = {&book, 1, &book, 1};
    for (size_t use = PHRASE_ANSWER; use <= PHRASE_VERB; use++)
        for (size_t i = 0; i < book->lists[use].count; i++) {
            const struct phrase *phrase = &book->lists[use].items[i];
            if (strlen(phrase->folded) <= PHRASE_LINE_MAX)
                check(phrase_find(&words, (enum phrase_use)use, phrase->folded, strlen(phrase->folded)) ==
                      phrase->meaning);
        }
}

void fuzz_try(const char *bytes, size_t length) {
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY, others = ERROR_LIST_EMPTY;
    const struct phrase_book *book = words_read(bytes, length, "words.txt", arena, &problems);
    check((book != NULL) == (problems.count == 0));
    auto_string text = fuzz_string(bytes, length);
    if (book) {
        struct words words = {&book, 1, &book, 1};
        check_book(book);
        try_phrases(text, &words);
    }
    try_phrases(text, NULL);
    const struct reason_catalogue *catalogue = reason_catalogue_read(bytes, length, "reasons.txt", arena, &others);
    check((catalogue != NULL) == (others.count == 0));
    for (size_t i = 0; catalogue && i < catalogue->count; i++)
        fuzz_check_text(reason_catalogue_translate(&catalogue, 1, catalogue->entries[i].sentence, arena));
    for (size_t i = 0; i < problems.count; i++)
        fuzz_check_line(problems.entries[i].message);
    for (size_t i = 0; i < others.count; i++)
        fuzz_check_line(others.entries[i].message);
}
