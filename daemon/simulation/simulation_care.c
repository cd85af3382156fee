#include "simulation/simulation_care.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/watch.h"
#include "base/clock.h"
#include "simulation/simulated_maildir.h"
#include "simulation/simulated_person.h"
#include "store/answers.h"
#include "store/incidents.h"
#include "store/outbox.h"
#include "store/partnerships.h"
#include "store/surveys.h"

enum { WEEK = 7 * SECONDS_PER_DAY, RECENT = 20 /* unasked mails that are remembered of one person */ };

struct caring {
    struct service *service;
    const struct simulated_people *people;
    struct arena *arena;
    struct simulation_care *care;
    struct text *faults;
    struct outbox_list rows;
};

/* ---- Coordinators ---- */

static int compare_mails(const void *a, const void *b) {
    const struct simulation_mails *left = a, *right = b;
    return left->count == right->count ? strcmp(left->template_name, right->template_name)
                                       : (left->count < right->count) - (left->count > right->count);
}

static void count_mails(struct caring *caring) {
    struct simulation_care *care = caring->care;
    const struct configuration *configuration = caring->service->configuration;
    for (size_t i = 0; i < configuration->coordinator_count; i++) {
        size_t count = 0;
        for (size_t j = 0; j < caring->rows.count; j++) {
            const struct outbox_row *row = &caring->rows.items[j];
            if (row->state != OUTBOX_SENT || !string_equal(row->coordinator, configuration->coordinators[i].name))
                continue;
            size_t kind = 0;
            while (kind < care->mail_kinds && !string_equal(care->mails[kind].template_name, row->template_name))
                kind++;
            require(kind < SIMULATION_MAIL_KINDS);
            if (kind == care->mail_kinds)
                care->mails[care->mail_kinds++].template_name = row->template_name;
            care->mails[kind].count++;
            count++;
        }
        care->mail_total += count;
        care->busiest = count > care->busiest ? count : care->busiest;
    }
    qsort(care->mails, care->mail_kinds, sizeof *care->mails, compare_mails);
}

/* ---- Silences ---- */

/* From the books of those who wrote. */
static void date_silence(const struct caring *caring, const struct simulated_person *person, int64_t started_at,
                         struct simulation_silence *silence) {
    const struct simulated_record *record = &caring->people->record;
    int64_t wrote = started_at;
    silence->since = started_at;
    silence->owed_since = 0;
    for (size_t i = 0; i < record->letter_count; i++) {
        const struct simulated_letter *letter = &record->letters[i];
        if (letter->partnership != person->partnership)
            continue;
        bool own = letter->participant == person->participant.id;
        if (own)
            silence->owed_since = 0;
        else if (!silence->owed_since)
            silence->owed_since = letter->at;
        wrote = own ? letter->at : wrote;
    }
    silence->since = wrote;
    for (size_t i = 0; i < record->answer_count; i++)
        if (record->answers[i].participant == person->participant.id && record->answers[i].at > silence->since)
            silence->since = record->answers[i].at;
    silence->owed_since = silence->owed_since ? silence->owed_since : silence->since;
}

static int compare_silences(const void *a, const void *b) {
    const struct simulation_silence *left = a, *right = b;
    return (left->since > right->since) - (left->since < right->since);
}

static void follow_silences(struct caring *caring, int64_t started_at) {
    struct simulation_care *care = caring->care;
    const struct simulated_record *record = &caring->people->record;
    care->silences = arena_take_array(caring->arena, caring->people->count + 1, sizeof *care->silences);
    for (size_t i = 0; i < caring->people->count; i++) {
        const struct simulated_person *person = &caring->people->persons[i];
        if (person->silent_from == INT64_MAX)
            continue;
        struct simulation_silence *silence = &care->silences[care->silence_count++];
        *silence = (struct simulation_silence){.participant = person->participant.id,
                                               .partnership = person->partnership,
                                               .name = person->participant.name};
        date_silence(caring, person, started_at, silence);
        for (size_t j = 0; j < record->alert_count && !silence->alerted_at; j++)
            if (record->alerts[j].partnership == person->partnership && record->alerts[j].at >= silence->since) {
                silence->alerted_at = record->alerts[j].at;
                silence->reason = record->alerts[j].reason;
                silence->true_reason = string_starts_with(silence->reason, silence->name);
            }
    }
    qsort(care->silences, care->silence_count, sizeof *care->silences, compare_silences);
}

/* Whether so many came within a week, of what is not asked for. */
static void count_unasked(struct caring *caring, const struct simulated_person *person) {
    int64_t recent[RECENT];
    size_t count = 0;
    bool nudged = false;
    for (size_t i = 0; i < caring->rows.count; i++) {
        const struct outbox_row *row = &caring->rows.items[i];
        if (row->participant != person->participant.id || row->state != OUTBOX_SENT || row->priority != PRIORITY_BULK)
            continue;
        nudged |= watch_asks(row->step);
        size_t within = 1;
        for (size_t j = 0; j < count && j < RECENT; j++)
            within += llabs(row->sent_at - recent[j]) < WEEK;
        recent[count++ % RECENT] = row->sent_at;
        caring->care->unasked_most = within > caring->care->unasked_most ? within : caring->care->unasked_most;
    }
    caring->care->nudged += nudged;
    caring->care->nudged_steady += nudged && person->lively && person->temperament == SIMULATED_KEEN;
}

/* ---- Reports ---- */

/* The text's sentences; a word more or less is not worth looking for. */
static bool leaks(const char *bytes, size_t length, const char *report) {
    const char *text = strchr(report, '\n');
    text = text ? text + strspn(text, "\n") : report;
    return length > 0 && memmem(bytes, length, text, strlen(text)) != NULL;
}

static void search_for_reports(struct caring *caring, const char *where, const char *bytes, size_t length) {
    for (enum simulated_language language = 0; language < SIMULATED_LANGUAGES; language++) {
        if (!leaks(bytes, length, simulated_words_say(language, "report")))
            continue;
        caring->care->incident_leaks++;
        text_append_format(caring->faults, "the text of a report stands in %s\n", where);
    }
}

static bool search_file(struct caring *caring, const char *path, struct error *error) {
    auto_text bytes = TEXT_EMPTY;
    char buffer[65536];
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set(error, ERROR_TEMPORARY, "can't read %s", path);
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, file)) > 0;)
        text_append_bytes(&bytes, buffer, got);
    fclose(file);
    search_for_reports(caring, path, bytes.bytes, bytes.length);
    return true;
}

/* As the reader sees them. */
static bool search_maildir(struct caring *caring, const char *address, struct error *error) {
    static const char *const parts[] = {"new", "cur"};
    const struct configuration *configuration = caring->service->configuration;
    auto_arena arena = arena_new();
    const char *path = simulated_maildir_path(configuration->outgoing.maildir, address, arena);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct simulated_maildir_list names;
        simulated_maildir_list(path, parts[i], arena, &names);
        for (size_t j = 0; j < names.count; j++) {
            auto_text bytes = TEXT_EMPTY;
            struct simulated_reading reading;
            if (!simulated_maildir_read(path, parts[i], names.names[j], &bytes, error))
                return false;
            if (simulated_mail_read(bytes.bytes, bytes.length, configuration->programme.address,
                                    configuration->programme.separator, arena, &reading))
                search_for_reports(caring, address, reading.text, strlen(reading.text));
        }
    }
    return true;
}

/* A copy has all that the database has but the table of reports; coordinators and people have only their mail. */
static bool search_all(struct caring *caring, struct error *error) {
    const struct configuration *configuration = caring->service->configuration;
    struct incident_list incidents;
    const char *copy = arena_format(caring->arena, "%s.copy", configuration->programme.database);
    if (!incidents_list(caring->service->database, false, caring->arena, &incidents, error))
        return false;
    caring->care->incidents = incidents.count;
    if (!incidents.count)
        return true;
    bool good =
        database_backup(caring->service->database, copy, clock_now(), false, error) && search_file(caring, copy, error);
    unlink(copy);
    for (size_t i = 0; good && i < configuration->coordinator_count; i++)
        good = search_maildir(caring, configuration->coordinators[i].address, error);
    for (size_t i = 0; good && i < caring->people->count; i++)
        good = search_maildir(caring, caring->people->persons[i].participant.address, error);
    return good;
}

/* ---- Surveys ---- */

static struct simulation_survey_account *find_survey(struct simulation_care *care, const char *name) {
    for (size_t i = 0; i < care->survey_count; i++)
        if (string_equal(care->surveys[i].name, name))
            return &care->surveys[i];
    return NULL;
}

static bool check_survey(struct caring *caring, const struct simulated_survey *survey, struct error *error) {
    struct simulation_survey_account *account = find_survey(caring->care, survey->name);
    const struct form *form = templates_form_in(caring->service->templates, survey->name, NULL, caring->arena);
    struct survey row;
    struct survey_value_list noted;
    if (!surveys_find(caring->service->database, survey->id, caring->arena, &row, error) ||
        !surveys_answers(caring->service->database, &row, caring->arena, &noted, error))
        return false;
    require(account && form);
    account->reminded += survey->reminded;
    account->questions += noted.count;
    for (size_t i = 0; i < noted.count; i++) {
        int number = form_find(form, noted.items[i].question);
        const char *meant = number >= 0 && survey->sheet.meant ? survey->sheet.meant[number] : NULL;
        if (string_equal(meant, noted.items[i].value))
            continue;
        account->wrong++;
        text_append_format(caring->faults, "survey %s, %s: \"%s\", but \"%s\" was noted\n", survey->name,
                           noted.items[i].question, meant ? meant : "nothing", noted.items[i].value);
    }
    return true;
}

static bool follow_surveys(struct caring *caring, int64_t round, struct error *error) {
    const struct simulated_record *record = &caring->people->record;
    struct survey_count_list counts;
    if (!surveys_count(caring->service->database, caring->arena, &counts, error))
        return false;
    for (size_t i = counts.count; i > 0 && caring->care->survey_count < SIMULATION_SURVEYS; i--)
        if (counts.items[i - 1].round == round)
            caring->care->surveys[caring->care->survey_count++] =
                (struct simulation_survey_account){.name = counts.items[i - 1].name,
                                                   .asked = (size_t)counts.items[i - 1].asked,
                                                   .answered = (size_t)counts.items[i - 1].answered};
    for (size_t i = 0; i < record->survey_count; i++)
        if (!check_survey(caring, &record->surveys[i], error))
            return false;
    return true;
}

/* ---- All ---- */

static bool count_rematched(struct caring *caring, int64_t round, int64_t started_at, struct error *error) {
    struct partnership_list partnerships;
    if (!partnerships_list(caring->service->database, &(struct partnership_filter){.round = round}, caring->arena,
                           &partnerships, error))
        return false;
    for (size_t i = 0; i < partnerships.count; i++)
        if (partnerships.items[i].started_at > started_at)
            caring->care->rematched += partnerships.items[i].member_count;
    return true;
}

bool simulation_care_read(struct service *service, int64_t round, int64_t started_at,
                          const struct simulated_people *people, struct arena *arena, struct simulation_care *ret,
                          struct text *faults, struct error *error) {
    *ret = (struct simulation_care){.desk = people->record.desk};
    struct caring caring = {service, people, arena, ret, faults, {0}};
    if (!outbox_list(service->database, &(struct outbox_filter){0}, arena, &caring.rows, error))
        return false;
    count_mails(&caring);
    follow_silences(&caring, started_at);
    for (size_t i = 0; i < people->count; i++)
        count_unasked(&caring, &people->persons[i]);
    return search_all(&caring, error) && follow_surveys(&caring, round, error) &&
           count_rematched(&caring, round, started_at, error) &&
           answers_count_next(service->database, round, ret->next, error);
}
