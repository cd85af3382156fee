#include "simulation/simulated_responders.h"

#include <string.h>

#include "base/clock.h"
#include "simulation/simulated_bounce.h"
#include "simulation/simulated_maildir.h"

enum { NOTICE_EVERY = 7 * SECONDS_PER_DAY };

/* One kind keeps to RFC 3834: it answers people's letters only, at their envelope sender, each sender once. The other
 * minds nothing, and answers the From address, once a week whoever writes. */
static void send_notice(struct simulated_people *people, struct simulated_person *person,
                        const struct send_request *request) {
    const struct programme_settings *programme = &people->configuration->programme;
    auto_arena arena = arena_new();
    struct simulated_reading reading;
    if (!simulated_mail_read(request->bytes, request->length, programme->address, programme->separator, arena,
                             &reading))
        return;
    bool answers = person->answers_robots ? clock_now() - person->noticed_at >= NOTICE_EVERY : !reading.automatic;
    if (!answers)
        return;
    person->noticed_at = clock_now();
    const char *to = person->answers_robots ? reading.from : request->envelope_from;
    struct simulated_mail mail = simulated_person_mail(
        person, to, arena_format(arena, "%s%s", simulated_words_away_subject(person->language), reading.subject),
        simulated_words_away(person->language, person->away_until, arena), arena);
    mail.answers = &reading;
    mail.automatic = true;
    mail.style = SIMULATED_BARE;
    simulated_person_post(people, "", to, &mail);
    people->record.notices++;
}

/* The provider had taken it, and finds out that it can't deliver. */
static void send_back(struct simulated_people *people, struct simulated_person *person,
                      const struct send_request *request) {
    struct simulated_record *record = &people->record;
    auto_text bytes = TEXT_EMPTY;
    struct error error = ERROR_INIT;
    if (!simulated_maildir_take_back(person->maildir, &error))
        require(false);
    simulated_bounce_write(&(struct simulated_bounce){.recipient = person->participant.address,
                                                      .envelope_from = request->envelope_from,
                                                      .original = request->bytes,
                                                      .length = request->length,
                                                      .at = clock_now()},
                           &bytes);
    simulated_person_post_bytes(people, "", request->envelope_from, &bytes);
    record->returned =
        memory_grow(record->returned, &people->returned_capacity, record->returned_count + 1, sizeof *record->returned);
    record->returned[record->returned_count++] = request->id;
}

void simulated_responders_take(struct simulated_people *people, struct simulated_person *person,
                               const struct send_request *request) {
    if (person->bounces) {
        send_back(people, person, request);
        return;
    }
    bool keen = person->temperament == SIMULATED_KEEN;
    simulated_person_look_after(person,
                                keen ? simulated_person_hours(person, 1, 20) : simulated_person_hours(person, 3, 90));
    bool responds = clock_now() < person->away_until && !person->gone;
    if (responds)
        send_notice(people, person, request);
}
