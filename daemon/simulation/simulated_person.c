#include "simulation/simulated_person.h"

#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "base/zone.h"

/* ---- Time and chance ---- */

uint64_t simulated_person_below(struct simulated_person *person, uint64_t limit) {
    return random_below_of(&person->chance, limit);
}

bool simulated_person_chance(struct simulated_person *person, unsigned of_a_hundred) {
    return simulated_person_below(person, 100) < of_a_hundred;
}

int64_t simulated_person_hours(struct simulated_person *person, uint64_t least, uint64_t most) {
    return (int64_t)(least * SECONDS_PER_HOUR + simulated_person_below(person, (most - least) * SECONDS_PER_HOUR + 1));
}

int64_t simulated_person_days(struct simulated_person *person, uint64_t least, uint64_t most) {
    return simulated_person_hours(person, 24 * least, 24 * most);
}

int64_t simulated_person_awake(struct simulated_person *person, int64_t moment) {
    struct zone_local local;
    zone_to_local(person->zone, moment, &local);
    const int32_t morning = 7 * SECONDS_PER_HOUR, night = 22 * SECONDS_PER_HOUR;
    if (local.time_of_day < morning)
        return moment + (morning - local.time_of_day) + simulated_person_hours(person, 0, 2);
    if (local.time_of_day >= night)
        return moment + (SECONDS_PER_DAY - local.time_of_day) + morning + simulated_person_hours(person, 0, 2);
    return moment;
}

/* ---- Who ---- */

struct simulated_person *simulated_person_find(struct simulated_people *people, const char *address) {
    for (size_t i = 0; i < people->count; i++)
        if (string_equal_ignore_case(people->persons[i].participant.address, address))
            return &people->persons[i];
    return NULL;
}

struct simulated_person *simulated_person_with_id(struct simulated_people *people, int64_t participant) {
    for (size_t i = 0; i < people->count; i++)
        if (people->persons[i].participant.id == participant)
            return &people->persons[i];
    return NULL;
}

void simulated_person_join(struct simulated_person *first, struct simulated_person *second,
                           const struct partnership *partnership) {
    struct simulated_person *both[] = {first, second};
    bool shared = first->language == second->language;
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        struct simulated_person *person = both[i];
        person->partnership = partnership->id;
        person->ends_at = partnership->ends_at;
        person->other = both[1 - i];
        person->side = i;
        person->letters = shared ? person->language : SIMULATED_ENGLISH;
        person->partnership_address = person->partner = NULL;
        person->letter = (struct simulated_reading){0};
        person->sent = person->unanswered = person->received = person->silences = 0;
        person->owes = person->told_address = person->parted = false;
        person->wish = SIMULATED_STAYS;
        person->write_at = INT64_MAX;
    }
}

bool simulated_person_has_faded(const struct simulated_person *person) {
    return clock_now() >= person->silent_from;
}

void simulated_person_happened(struct simulated_people *people, const struct simulated_person *person, bool both,
                               const char *what) {
    struct simulated_record *record = &people->record;
    record->events =
        memory_grow(record->events, &people->event_capacity, record->event_count + 1, sizeof *record->events);
    record->events[record->event_count++] = (struct simulated_event){
        .at = clock_now(),
        .what = what,
        .participant = both ? 0 : person->participant.id,
        .partnership = person->partnership,
    };
}

/* ---- Mail ---- */

struct simulated_mail simulated_person_mail(const struct simulated_person *person, const char *to, const char *subject,
                                            const char *text, struct arena *arena) {
    struct zone_local local;
    char unique[17];
    random_secret(unique, sizeof unique - 1);
    zone_to_local(person->zone, clock_now(), &local);
    return (struct simulated_mail){
        .from_name = person->participant.name,
        .from = person->participant.address,
        .to = to,
        .cc = "",
        .subject = subject,
        .text = text,
        .message_id = arena_format(arena, "<%s%s>", unique, strchr(person->participant.address, '@')),
        .style = person->style,
        .language = person->language,
        .date = clock_now(),
        .zone_minutes = local.offset / 60,
    };
}

const char *simulated_person_reply_subject(const struct simulated_reading *reading, struct arena *arena) {
    return string_starts_with_ignore_case(reading->subject, "re: ") ? reading->subject
                                                                    : arena_format(arena, "Re: %s", reading->subject);
}

bool simulated_person_post_bytes(struct simulated_people *people, const char *envelope_from, const char *recipient,
                                 const struct text *bytes) {
    struct send_result result;
    struct send_request request = {0, envelope_from, recipient, bytes->bytes, bytes->length};
    people->sender->operations->start(people->sender, &request);
    require(people->sender->operations->wait(people->sender, 0, -1, &result, 1) == 1);
    bool taken = result.outcome == SEND_ACCEPTED;
    if (taken && string_ends_with(recipient, strchr(people->configuration->programme.address, '@'))) {
        people->record.to_programme++;
        simulation_mail_came(people->simulation);
    }
    return taken;
}

bool simulated_person_post(struct simulated_people *people, const char *envelope_from, const char *recipient,
                           const struct simulated_mail *mail) {
    auto_text bytes = TEXT_EMPTY;
    simulated_mail_write(mail, &bytes);
    return simulated_person_post_bytes(people, envelope_from, recipient, &bytes);
}

void simulated_person_look_after(struct simulated_person *person, int64_t wait) {
    person->has_mail = true;
    if (person->temperament == SIMULATED_SILENT || simulated_person_has_faded(person) || person->gone)
        return;
    int64_t at = simulated_person_awake(person, clock_now() + wait);
    if (at < person->away_until)
        at = person->away_until;
    if (at < person->look_at)
        person->look_at = at;
}
