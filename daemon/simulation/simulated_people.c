#include "simulation/simulated_people.h"

#include <stdlib.h>
#include <string.h>

#include "app/csv_table.h"
#include "app/enrolment.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/zone.h"
#include "net/maildir.h"
#include "simulation/simulated_application.h"
#include "simulation/simulated_cast.h"
#include "simulation/simulated_coordinator.h"
#include "simulation/simulated_correspondence.h"
#include "simulation/simulated_folder.h"
#include "simulation/simulated_incidents.h"
#include "simulation/simulated_maildir.h"
#include "store/participants.h"
#include "store/partnerships.h"

/* ---- The world ---- */

static void world_delivered(void *context, const struct send_request *request) {
    struct simulated_people *people = context;
    struct simulated_person *person = simulated_person_find(people, request->recipient);
    if (person)
        simulated_correspondence_take(people, person, request);
}

static int64_t world_next(void *context) {
    const struct simulated_people *people = context;
    int64_t next = simulated_incidents_next(people), coordinators = simulated_coordinators_next(people);
    if (coordinators < next)
        next = coordinators;
    for (size_t i = 0; i < people->count; i++) {
        const struct simulated_person *person = &people->persons[i];
        if (person->look_at < next)
            next = person->look_at;
        if (person->write_at < next)
            next = person->write_at;
    }
    return next;
}

static bool world_act(void *context, struct error *error) {
    struct simulated_people *people = context;
    int64_t now = clock_now();
    if (!simulated_coordinators_act(people, error) || !simulated_incidents_act(people, error))
        return false;
    for (size_t i = 0; i < people->count; i++) {
        struct simulated_person *person = &people->persons[i];
        if (person->look_at <= now) {
            person->look_at = INT64_MAX;
            if (!simulated_correspondence_look(people, person, error))
                return false;
        }
        if (person->write_at <= now) {
            person->write_at = INT64_MAX;
            (person->partnership ? simulated_correspondence_write : simulated_application_begin)(people, person);
        }
    }
    return true;
}

struct simulation_world simulated_people_world(struct simulated_people *people) {
    return (struct simulation_world){people, world_next, world_act, world_delivered};
}

void simulated_people_join(struct simulated_people *people, struct simulation *simulation) {
    people->simulation = simulation;
    if (people->cast != SIMULATED_AT_RANDOM)
        return;
    struct simulation_post *office = simulation_post_office(simulation);
    office->refuses_now = (unsigned)random_below_of(&people->chance, 80);
    office->loses_reply = (unsigned)random_below_of(&people->chance, 150);
    office->receiver_fails = (unsigned)random_below_of(&people->chance, 80);
}

const struct simulated_record *simulated_people_record(const struct simulated_people *people) {
    return &people->record;
}

/* ---- Making ---- */

static bool add_person(struct simulated_people *people, const struct participant *participant, const char *languages,
                       struct error *error) {
    struct simulated_person *person = &people->persons[people->count];
    *person = (struct simulated_person){.participant = *participant,
                                        .languages = languages,
                                        .applicant = &people->record.applicants[people->count],
                                        .chance = random_below_of(&people->chance, UINT64_MAX),
                                        .look_at = INT64_MAX,
                                        .write_at = INT64_MAX,
                                        .silent_from = INT64_MAX,
                                        .noticed_at = INT64_MIN / 2};
    if (!zone_load(participant->time_zone, &person->zone, error))
        return false;
    person->maildir =
        simulated_maildir_path(people->configuration->outgoing.maildir, participant->address, people->arena);
    person->style = (enum simulated_style)simulated_person_below(person, SIMULATED_STYLES);
    person->language = simulated_words_language(participant->language);
    *person->applicant = (struct simulated_applicant){
        .address = participant->address, .style = person->style, .language = person->language};
    simulated_application_plan(people, person);
    people->record.applicant_count = ++people->count;
    return true;
}

static bool add_all(struct simulated_people *people, size_t count, struct error *error) {
    static const char *const languages[] = {"languages", NULL};
    const struct embedded_file *file = simulated_folder_carried("demo/participants.csv");
    auto_error_list errors = ERROR_LIST_EMPTY;
    struct csv_table table;
    struct enrolment_list list;
    struct enrolment_sheet sheet = {.path = file->path,
                                    .table = &table,
                                    .forms = templates_form(people->templates, APPLICATION_FORM, "en", people->arena),
                                    .programme = &people->configuration->programme,
                                    .now = people->opens_at};
    if (!csv_table_read(file->path, file->bytes, file->length, people->arena, &table, &errors) ||
        !enrolment_read_table(&sheet, people->arena, &list, &errors)) {
        auto_string line = error_list_format(&errors.entries[0]);
        return error_set(error, ERROR_PERMANENT, "%s", line);
    }
    require(count <= list.count);
    people->persons = arena_take_array(people->arena, count, sizeof *people->persons);
    people->record.applicants = arena_take_array(people->arena, count, sizeof *people->record.applicants);
    int column = csv_table_column(&table, languages);
    for (size_t i = 0; i < count; i++) {
        const struct csv_row row = csv_table_row(&table, i, people->arena);
        if (!add_person(people, &list.rows[i].participant, csv_table_field(&row, column), error))
            return false;
    }
    return true;
}

static struct mail_sender *open_sender(const struct configuration *configuration) {
    struct maildir_settings office = {.path = configuration->outgoing.maildir,
                                      .address = configuration->programme.separator
                                                     ? configuration->programme.address
                                                     : strrchr(configuration->programme.address, '@'),
                                      .separator = configuration->programme.separator,
                                      .quick = true};
    return maildir_sender_new(&office);
}

bool simulated_people_new(const struct configuration *configuration, size_t count, int64_t opens_at,
                          enum simulated_cast cast, uint64_t seed, struct simulated_people **ret, struct error *error) {
    const struct programme_settings *programme = &configuration->programme;
    require(configuration->outgoing.maildir);
    struct simulated_people *people = memory_new(sizeof *people);
    people->configuration = configuration;
    people->arena = arena_new();
    people->cast = cast;
    people->chance = seed;
    people->opens_at = opens_at;
    people->ends_at = INT64_MAX;
    simulated_coordinators_plan(people);
    people->templates = templates_new(programme->templates, programme->languages[0], NULL);
    people->sender = open_sender(configuration);
    if (!add_all(people, count, error)) {
        simulated_people_free(people);
        return false;
    }
    *ret = people;
    return true;
}

/* ---- Pairing ---- */

/* From now on they are who the programme knows. */
static bool pair_up(struct simulated_people *people, struct database *database, const struct partnership *partnership,
                    struct simulated_person *pair, struct error *error) {
    for (size_t i = 0; i < 2; i++) {
        struct participant participant;
        if (!participants_find(database, partnership->members[i], people->arena, &participant, error))
            return false;
        pair[i] = *simulated_person_find(people, participant.address);
        pair[i].participant = participant;
    }
    simulated_person_join(&pair[0], &pair[1], partnership);
    pair[0].ends_at = pair[1].ends_at = people->ends_at; /* known once it starts */
    pair[0].topics = pair[1].topics = (size_t)random_below_of(&people->chance, 100);
    return true;
}

bool simulated_people_pair(struct simulated_people *people, struct database *database, int64_t round, int64_t starts_at,
                           struct error *error) {
    struct partnership_list partnerships;
    struct duration length;
    size_t count = 0;
    if (!duration_parse(people->configuration->round.length, &length, error) ||
        !partnerships_list(database, &(struct partnership_filter){.round = round}, people->arena, &partnerships, error))
        return false;
    people->started_at = starts_at;
    people->ends_at = sequence_ends_at(starts_at, &length, zone_utc());
    struct simulated_person *persons = arena_take_array(people->arena, 2 * partnerships.count + 1, sizeof *persons);
    for (size_t i = 0; i < partnerships.count; i++) {
        if (partnerships.items[i].member_count != 2)
            continue;
        if (!pair_up(people, database, &partnerships.items[i], &persons[count], error))
            return false;
        count += 2;
    }
    people->persons = persons;
    people->count = count;
    people->incident_most = simulated_cast_incidents(partnerships.count);
    people->incidents = arena_take_array(people->arena, people->incident_most, sizeof *people->incidents);
    switch (people->cast) {
    case SIMULATED_LIKE_A_PILOT:
        simulated_cast_like_a_pilot(people);
        break;
    case SIMULATED_AT_RANDOM:
        simulated_cast_at_random(people);
        break;
    }
    return true;
}

void simulated_people_free(struct simulated_people *people) {
    if (!people)
        return;
    people->sender->operations->free(people->sender);
    simulated_coordinators_free(people);
    templates_free(people->templates);
    free(people->record.letters);
    free(people->record.answers);
    free(people->record.surveys);
    free(people->record.alerts);
    free(people->record.events);
    free(people->record.returned);
    arena_free(people->arena);
    free(people);
}
