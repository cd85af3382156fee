#pragma once
/* Made-up applicants for tests and benches of the matching: many from few countries, English most often, all else
 * mixed. */
#include "base/random.h"
#include "programme/matching.h"

enum { POPULATION_CRITERIA = 5 };

static const struct matching_criterion population_criteria[POPULATION_CRITERIA] = {
    {"interests", MATCHING_COMMON, 30}, {"sector", MATCHING_WISHED, 20}, {"stage", MATCHING_WISHED, 20},
    {"rhythm", MATCHING_NEAR, 15},      {"live", MATCHING_AWAKE, 15},
};

static const struct matching_rules population_rules = {
    .criteria = population_criteria, .criterion_count = POPULATION_CRITERIA, .phase_count = 3, .waiting_weight = 20};

/* The half hours from 07:00 to 22:00 of a place HALF_HOURS east of Greenwich, in UTC. */
static inline uint64_t population_awake(unsigned half_hours) {
    uint64_t awake = 0;
    for (unsigned i = 14; i < 44; i++)
        awake |= UINT64_C(1) << (i + 48 - half_hours % 48) % 48;
    return awake;
}

static inline unsigned population_draw(uint64_t *state, unsigned limit) {
    return (unsigned)random_below_of(state, limit);
}

/* COUNT people of COUNTRIES countries, always the same for one SEED; the caller frees them. Ids are 1, 2, ... */
static inline struct matching_person *population_make(size_t count, unsigned countries, uint64_t seed) {
    struct matching_person *people = memory_new_array(count + 1, sizeof *people);
    uint64_t state = seed * 2654435761U + 12345;
    for (size_t i = 0; i < count; i++) {
        struct matching_person *person = &people[i];
        unsigned first = population_draw(&state, countries), second = population_draw(&state, countries);
        person->id = (int64_t)i + 1;
        person->country = first < second ? first : second; /* the first countries have most */
        bool english = population_draw(&state, 100) < 90;
        if (english)
            matching_set_add(&person->languages, 0);
        if (!english || population_draw(&state, 100) < 25)
            matching_set_add(&person->languages, 1 + population_draw(&state, 2));
        matching_set_add(&person->languages, 4 + person->country % 40);
        if (population_draw(&state, 100) < 3)
            matching_set_add(&person->avoided, population_draw(&state, countries));
        for (int j = 0; j < 4; j++)
            person->options[0] |= UINT64_C(1) << population_draw(&state, 14);
        person->options[1] = UINT64_C(1) << population_draw(&state, 6);
        person->options[2] = UINT64_C(1) << population_draw(&state, 4);
        person->options[3] = UINT64_C(1) << population_draw(&state, 4);
        person->wishes[1] = (enum matching_wish)population_draw(&state, 3);
        person->wishes[2] = (enum matching_wish)population_draw(&state, 3);
        person->live = population_draw(&state, 100) < 60;
        person->trio = population_draw(&state, 100) < 70;
        person->waited = population_draw(&state, 100) < 5;
        unsigned offset = person->country * 7 % 48;
        for (unsigned j = 0; j < 3; j++)
            person->awake[j] = population_awake(offset + (j == 1 && person->country % 3 == 0 ? 2 : 0));
    }
    return people;
}
