#include "simulation/simulated_cast.h"

#include "base/clock.h"
#include "base/random.h"
#include "simulation/simulated_incidents.h"

enum { INCIDENTS_PER_PAIR = 2, INCIDENTS_OF_OUTAGES = 50, ROUND_DAYS = 190 };

size_t simulated_cast_incidents(size_t pairs) {
    return INCIDENTS_PER_PAIR * pairs + INCIDENTS_OF_OUTAGES;
}

static uint64_t below(struct simulated_people *people, uint64_t limit) {
    return random_below_of(&people->chance, limit);
}

static bool chance(struct simulated_people *people, unsigned of_a_hundred) {
    return below(people, 100) < of_a_hundred;
}

static int64_t hours(struct simulated_people *people, uint64_t least, uint64_t most) {
    return (int64_t)(least * SECONDS_PER_HOUR + below(people, (most - least) * SECONDS_PER_HOUR + 1));
}

static int64_t days(struct simulated_people *people, uint64_t least, uint64_t most) {
    return hours(people, 24 * least, 24 * most);
}

/* ---- Like a pilot ---- */

/* Something that befalls one partner of an otherwise lively pair, and what puts an end to it (0: nothing). */
struct fate {
    enum simulated_incident_kind kind;
    unsigned day;
    enum simulated_incident_kind end;
    unsigned end_day;
    bool answers_robots;
};

static const struct fate fates[] = {
    {SIMULATED_HOLIDAY, 118, 0, 0, false},
    {SIMULATED_REPORT, 62, SIMULATED_REPORT_DEALT_WITH, 65, false},
    {SIMULATED_WISH_TO_LEAVE, 75, 0, 0, false},
    {SIMULATED_FROM_HOME, 48, 0, 0, false},
    {SIMULATED_BOUNCES_BEGIN, 83, SIMULATED_BOUNCES_END, 113, false},
    {SIMULATED_PAUSE, 130, SIMULATED_BACK_FROM_PAUSE, 150, false},
    {SIMULATED_MOURNING, 40, SIMULATED_READY, 66, false},
    {SIMULATED_ADDRESS_ENDS, 100, 0, 0, false},
    {SIMULATED_HOLIDAY, 57, 0, 0, true},
    {SIMULATED_STOP, 50, 0, 0, false},
    {SIMULATED_REMATCH, 70, 0, 0, false},
};

static int64_t day(struct simulated_people *people, unsigned number) {
    return people->started_at + (int64_t)number * SECONDS_PER_DAY + hours(people, 0, 6);
}

static void befall(struct simulated_people *people, struct simulated_person *pair, const struct fate *fate) {
    struct simulated_person *person = &pair[below(people, 2)];
    person->answers_robots = fate->answers_robots;
    simulated_incidents_plan(people, fate->kind, person, day(people, fate->day));
    if (fate->end_day)
        simulated_incidents_plan(people, fate->end, person, day(people, fate->end_day));
}

/* Somebody falls silent for good, at first or after some weeks; the other one goes on for a while. */
static void silence(struct simulated_people *people, struct simulated_person *pair, size_t number) {
    static const unsigned days[] = {0, 35, 70, 110};
    unsigned from = days[number % COUNT_OF(days)];
    struct simulated_person *silent = &pair[number % 2];
    pair[0].temperament = pair[1].temperament = from ? SIMULATED_KEEN : SIMULATED_LONELY;
    silent->temperament = from ? SIMULATED_FADING : SIMULATED_SILENT;
    silent->silent_from = people->started_at + (int64_t)from * SECONDS_PER_DAY;
}

static size_t *shuffled(struct simulated_people *people, size_t count) {
    size_t *order = arena_take_array(people->arena, count, sizeof *order);
    for (size_t i = 0; i < count; i++) {
        size_t other = (size_t)below(people, i + 1);
        order[i] = order[other];
        order[other] = i;
    }
    return order;
}

void simulated_cast_like_a_pilot(struct simulated_people *people) {
    size_t pairs = people->count / 2, silent = pairs >= 4 ? (pairs * 4 + 45) / 46 : 0, keen = pairs / 3;
    const size_t *order = shuffled(people, pairs);
    for (size_t i = 0; i < pairs; i++) {
        struct simulated_person *pair = &people->persons[2 * order[i]];
        if (i < silent) {
            silence(people, pair, i);
            continue;
        }
        size_t lively = i - silent;
        enum simulated_temperament temperament = lively < keen ? SIMULATED_KEEN : SIMULATED_SLOW;
        pair[0].temperament = pair[1].temperament = temperament;
        if (lively < COUNT_OF(fates)) {
            befall(people, pair, &fates[lively]);
            continue;
        }
        pair[0].lively = pair[1].lively = true;
        pair[0].prefers_direct = pair[1].prefers_direct = lively % 4 == 1;
    }
}

/* ---- At random ---- */

static int64_t some_day(struct simulated_people *people) {
    return people->started_at - 2 * SECONDS_PER_DAY + days(people, 0, ROUND_DAYS);
}

/* Most outages begin just before much is due; what happens to people meanwhile finds their messages in the queue. */
static void plan_outage(struct simulated_people *people) {
    static const struct {
        enum simulated_incident_kind kind, undone;
        unsigned of_a_hundred; /* how often the two come */
    } changes[] = {{SIMULATED_PAUSE_AT_ONCE, SIMULATED_UNPAUSE, 45},
                   {SIMULATED_HOLD, SIMULATED_RESUME, 40},
                   {SIMULATED_LEAVE, SIMULATED_LEAVE, 7},
                   {SIMULATED_DISSOLVE, SIMULATED_DISSOLVE, 8}};
    static const int64_t full_days[] = {0, 7, 31, 45, 61, 75, 92, 106, 122, 136, 153, 167, 184};
    int64_t from = some_day(people);
    if (chance(people, 70))
        from =
            people->started_at + full_days[below(people, COUNT_OF(full_days))] * SECONDS_PER_DAY - hours(people, 0, 24);
    int64_t length = hours(people, 1, chance(people, 70) ? 72 : 600);
    simulated_incidents_plan(people, SIMULATED_OFFICE_AWAY, &people->persons[0], from);
    simulated_incidents_plan(people, SIMULATED_OFFICE_BACK, &people->persons[0], from + length);
    for (int i = 0; i < 4; i++) {
        struct simulated_person *person = &people->persons[below(people, people->count)];
        size_t change = 0;
        for (uint64_t number = below(people, 100); number >= changes[change].of_a_hundred; change++)
            number -= changes[change].of_a_hundred;
        int64_t at = from + (int64_t)below(people, (uint64_t)length);
        simulated_incidents_plan(people, changes[change].kind, person, at);
        if (changes[change].undone != changes[change].kind && chance(people, 60))
            simulated_incidents_plan(people, changes[change].undone, person, at + hours(people, 1, 400));
    }
}

static void befall_at_random(struct simulated_people *people, struct simulated_person *person) {
    static const struct {
        enum simulated_incident_kind kind, end;
        unsigned days; /* within so many comes the end; 0: never */
    } fates_at_random[] = {
        {SIMULATED_LEAVE, 0, 0},         {SIMULATED_DISSOLVE, 0, 0},
        {SIMULATED_HOLD, 0, 0},          {SIMULATED_HOLD, SIMULATED_RESUME, 60},
        {SIMULATED_PAUSE, 0, 0},         {SIMULATED_PAUSE, SIMULATED_UNPAUSE, 60},
        {SIMULATED_ADDRESS_ENDS, 0, 0},  {SIMULATED_ADDRESS_ENDS, SIMULATED_ADDRESS_RETURNS, 90},
        {SIMULATED_BOUNCES_BEGIN, 0, 0}, {SIMULATED_BOUNCES_BEGIN, SIMULATED_BOUNCES_END, 90},
        {SIMULATED_HOLIDAY, 0, 0},       {SIMULATED_FROM_HOME, 0, 0},
        {SIMULATED_REPORT, 0, 0},        {SIMULATED_REPORT, SIMULATED_REPORT_DEALT_WITH, 30},
        {SIMULATED_STOP, 0, 0},          {SIMULATED_REMATCH, 0, 0},
        {SIMULATED_WISH_TO_LEAVE, 0, 0}, {SIMULATED_MOURNING, SIMULATED_READY, 60},
    };
    uint64_t number = below(people, COUNT_OF(fates_at_random) + 1);
    int64_t at = some_day(people);
    if (number == COUNT_OF(fates_at_random))
        return;
    simulated_incidents_plan(people, fates_at_random[number].kind, person, at);
    if (fates_at_random[number].days)
        simulated_incidents_plan(people, fates_at_random[number].end, person,
                                 at + days(people, 0, fates_at_random[number].days));
}

void simulated_cast_at_random(struct simulated_people *people) {
    for (size_t i = 0; i < people->count; i++) {
        struct simulated_person *person = &people->persons[i];
        person->temperament = (enum simulated_temperament)below(people, SIMULATED_TEMPERAMENTS);
        person->silent_from =
            person->temperament == SIMULATED_FADING ? people->started_at + 35 * SECONDS_PER_DAY : INT64_MAX;
        person->prefers_direct = chance(people, 30);
        person->answers_robots = chance(people, 50);
    }
    for (size_t i = 0; i < people->count; i += 2)
        befall_at_random(people, &people->persons[i + below(people, 2)]);
    for (uint64_t outages = below(people, 5); outages > 0; outages--)
        plan_outage(people);
}
