#include "simulation/simulation_answers.h"

#include <inttypes.h>

#include "store/answers.h"

/* The digit that was noted because of one mail; 0: none. */
static bool find_noted(struct simulation_closing *closing, const struct inbox_row *received, int64_t *ret,
                       struct error *error) {
    struct answer_list noted;
    *ret = 0;
    if (!answers_list(closing->service->database, received->partnership, closing->arena, &noted, error))
        return false;
    for (size_t i = 0; i < noted.count; i++)
        if (noted.items[i].inbox == received->id)
            *ret = noted.items[i].value;
    return true;
}

static void count(struct simulation_manner *manner, const struct simulated_answer *answer, int64_t noted) {
    manner->answers++;
    manner->understood += answer->digit != 0 && noted == answer->digit;
    manner->asked_again += answer->digit == 0;
    manner->unheard += answer->digit != 0 && noted == 0;
}

static bool check_answer(struct simulation_closing *closing, const struct simulated_answer *answer,
                         struct error *error) {
    const struct inbox_row *received = simulation_closing_find_received(closing, answer->message_id);
    int64_t noted;
    if (!received) {
        simulation_closing_fault(closing, "the answer %s was never recorded", answer->message_id);
        return true;
    }
    if (!find_noted(closing, received, &noted, error))
        return false;
    if (noted != 0 && noted != answer->digit)
        simulation_closing_fault(closing, "the answer %s was %d, but %" PRId64 " was noted", answer->message_id,
                                 answer->digit, noted);
    count(&closing->accounts->styles[answer->style], answer, noted);
    count(&closing->accounts->languages[answer->language], answer, noted);
    return true;
}

bool simulation_answers_check(struct simulation_closing *closing, struct error *error) {
    const struct simulated_record *record = closing->record;
    for (size_t i = 0; i < record->letter_count; i++) {
        closing->accounts->styles[record->letters[i].style].letters++;
        closing->accounts->languages[record->letters[i].language].letters++;
    }
    for (size_t i = 0; i < record->answer_count; i++)
        if (!check_answer(closing, &record->answers[i], error))
            return false;
    return true;
}
