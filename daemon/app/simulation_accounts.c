#include "app/simulation_accounts.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/action.h"
#include "app/simulated_maildir.h"
#include "base/clock.h"
#include "mail/compose.h"
#include "mail/parse.h"
#include "net/maildir.h"
#include "store/applications.h"
#include "store/outbox.h"
#include "store/participants.h"
#include "store/partnerships.h"
#include "store/rounds.h"
#include "store/schedule.h"

enum { FAULTS_TOLD = 30, REASONS_MOST = 50 };

/* ---- What has to be sent ---- */

struct planning {
    struct service *service;
    struct arena *arena;
    struct schedule_entry *entries;
    size_t count, capacity;
};

static void plan_entries(struct planning *planning, const struct sequence_entries *entries) {
    planning->entries = memory_grow(planning->entries, &planning->capacity, planning->count + entries->count,
                                    sizeof *planning->entries);
    for (size_t i = 0; i < entries->count; i++)
        planning->entries[planning->count++] = entries->entries[i];
}

static bool plan_application(struct planning *planning, const struct round *round,
                             const struct application *application, struct error *error) {
    struct participant participant;
    struct sequence_entries entries;
    if (application->accepted_at == 0)
        return true;
    if (!participants_find(planning->service->database, application->participant, planning->arena, &participant, error))
        return false;
    struct sequence_application input = {.participant = participant.id,
                                         .round = round->id,
                                         .accepted_at = application->accepted_at,
                                         .round_started_at = round->started_at,
                                         .zone = service_zone_of(planning->service, &participant)};
    sequence_for_application(&planning->service->sequence, &input, planning->arena, &entries);
    plan_entries(planning, &entries);
    return true;
}

static bool plan_partnership(struct planning *planning, const struct partnership *partnership, struct error *error) {
    for (size_t i = 0; i < partnership->member_count; i++) {
        struct participant participant;
        struct sequence_entries entries;
        if (!participants_find(planning->service->database, partnership->members[i], planning->arena, &participant,
                               error))
            return false;
        struct sequence_member input = {.partnership = partnership->id,
                                        .round = partnership->round,
                                        .participant = participant.id,
                                        .started_at = partnership->started_at,
                                        .ends_at = partnership->ends_at,
                                        .zone = service_zone_of(planning->service, &participant)};
        sequence_for_member(&planning->service->sequence, &input, planning->arena, &entries);
        plan_entries(planning, &entries);
    }
    return true;
}

bool simulation_accounts_plan(struct service *service, int64_t round_id, struct arena *arena,
                              struct simulation_plan *ret, struct error *error) {
    struct planning planning = {.service = service, .arena = arena};
    struct round round;
    struct application_list applications;
    struct partnership_list partnerships;
    if (!rounds_find(service->database, round_id, arena, &round, error) ||
        !applications_list_of_round(service->database, round_id, arena, &applications, error) ||
        !partnerships_list(service->database, &(struct partnership_filter){.round = round_id}, arena, &partnerships,
                           error))
        return false;
    bool good = true;
    for (size_t i = 0; good && i < applications.count; i++)
        good = plan_application(&planning, &round, &applications.items[i], error);
    for (size_t i = 0; good && i < partnerships.count; i++)
        good = plan_partnership(&planning, &partnerships.items[i], error);
    if (good) {
        struct schedule_entry *entries = arena_take_array(arena, planning.count, sizeof *entries);
        if (planning.count)
            memcpy(entries, planning.entries, planning.count * sizeof *entries);
        *ret = (struct simulation_plan){entries, planning.count};
    }
    free(planning.entries);
    return good;
}

/* ---- Closing ---- */

struct found_file {
    const char *message_id, *folder;
};

struct closing {
    struct service *service;
    struct arena *arena;
    struct simulation_accounts *accounts;
    struct outbox_list rows;        /* by id */
    const struct outbox_row **keys; /* by key */
    struct found_file *files;       /* by message id */
    size_t file_count, file_capacity;
    struct text faults;
    size_t fault_count;
};

static void fault(struct closing *closing, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fault(struct closing *closing, const char *format, ...) {
    if (closing->fault_count++ >= FAULTS_TOLD)
        return;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&closing->faults, format, arguments);
    va_end(arguments);
    text_append_char(&closing->faults, '\n');
}

static int compare_row_keys(const void *a, const void *b) {
    return strcmp((*(const struct outbox_row *const *)a)->key, (*(const struct outbox_row *const *)b)->key);
}

static int compare_key_to_row(const void *key, const void *row) {
    return strcmp(key, (*(const struct outbox_row *const *)row)->key);
}

static bool read_rows(struct closing *closing, struct error *error) {
    if (!outbox_list(closing->service->database, &(struct outbox_filter){0}, closing->arena, &closing->rows, error))
        return false;
    size_t count = closing->rows.count;
    closing->keys = arena_take_array(closing->arena, count, sizeof(struct outbox_row *));
    for (size_t i = 0; i < count; i++)
        closing->keys[i] = &closing->rows.items[i];
    if (count)
        qsort(closing->keys, count, sizeof *closing->keys, compare_row_keys);
    return true;
}

static const struct outbox_row *find_row(const struct closing *closing, const char *key) {
    if (!closing->rows.count)
        return NULL;
    const struct outbox_row **found =
        bsearch(key, closing->keys, closing->rows.count, sizeof *closing->keys, compare_key_to_row);
    return found ? *found : NULL;
}

static void add_reason(struct closing *closing, const char *reason) {
    struct simulation_accounts *accounts = closing->accounts;
    if (string_is_empty(reason))
        reason = "without a reason";
    for (size_t i = 0; i < accounts->reason_count; i++)
        if (string_equal(accounts->reasons[i].reason, reason)) {
            accounts->reasons[i].count++;
            return;
        }
    if (accounts->reason_count < REASONS_MOST)
        accounts->reasons[accounts->reason_count++] = (struct simulation_reason){reason, 1};
}

/* ---- A message that never came into the outbox ---- */

/* Follows what the event log says of one person and one partnership. */
struct presence {
    bool participant, partnership;
};

static void follow(struct presence *presence, const char *what) {
    static const struct {
        const char *ending;
        bool participant, present;
    } changes[] = {
        {" -> active", true, true},      {" -> paused", true, false}, {" -> left", true, false},
        {" -> erased", true, false},     {" -> active", false, true}, {" -> held", false, false},
        {" -> frozen", false, false},    {" -> ended", false, true}, /* its farewell still comes */
        {" -> dissolved", false, false},
    };
    bool participant = string_starts_with(what, "participant ");
    if (!participant && !string_starts_with(what, "partnership "))
        return;
    for (size_t i = 0; i < COUNT_OF(changes); i++)
        if (changes[i].participant == participant && string_ends_with(what, changes[i].ending))
            *(participant ? &presence->participant : &presence->partnership) = changes[i].present;
}

static int compare_events(const void *a, const void *b) {
    const struct event *left = a, *right = b;
    return left->id < right->id ? -1 : left->id > right->id;
}

/* Why it was right that nothing came into the outbox: at its moment and ever after somebody was away for good. NULL
 * where there was a moment, at or after its own, when everything was in place. */
static bool explain_absence(struct closing *closing, const struct schedule_entry *entry, const char **ret,
                            struct error *error) {
    struct event_list of_person, of_partnership = {0};
    struct database *database = closing->service->database;
    struct presence presence = {.participant = true, .partnership = entry->partnership == 0};
    *ret = NULL;
    if (!events_list(database, &(struct event_filter){.participant = entry->participant}, closing->arena, &of_person,
                     error) ||
        (entry->partnership && !events_list(database, &(struct event_filter){.partnership = entry->partnership},
                                            closing->arena, &of_partnership, error)))
        return false;
    size_t count = of_person.count + of_partnership.count;
    struct event *all = arena_take_array(closing->arena, count, sizeof *all);
    if (of_person.count)
        memcpy(all, of_person.items, of_person.count * sizeof *all);
    if (of_partnership.count)
        memcpy(all + of_person.count, of_partnership.items, of_partnership.count * sizeof *all);
    if (count)
        qsort(all, count, sizeof *all, compare_events);
    for (size_t i = 0; i < count; i++) {
        bool of_both = i > 0 && all[i].id == all[i - 1].id;
        if (of_both)
            continue;
        bool later = all[i].at > entry->due_at && (i == 0 || all[i].at != all[i - 1].at);
        if (later && presence.participant && presence.partnership)
            return true;
        follow(&presence, all[i].what);
    }
    if (presence.participant && presence.partnership)
        return true;
    *ret = !presence.participant ? "the participant had left or was paused" : "the partnership was over or on hold";
    return true;
}

/* ---- Each planned message ---- */

/* What was held back for a reason must go on once the reason is gone. */
static bool check_held(struct closing *closing, const struct outbox_row *row, struct error *error) {
    struct participant participant;
    struct partnership partnership;
    if (!participants_find(closing->service->database, row->participant, closing->arena, &participant, error) ||
        !partnerships_find(closing->service->database, row->partnership, closing->arena, &partnership, error))
        return false;
    bool forgotten = (string_equal(row->reason, ACTION_PAUSED) && participant.state != PARTICIPANT_PAUSED) ||
                     (string_equal(row->reason, ACTION_ADDRESS_DEAD) && participant.address_state != ADDRESS_DEAD) ||
                     (string_equal(row->reason, ACTION_ON_HOLD) && partnership.state != PARTNERSHIP_HELD &&
                      partnership.state != PARTNERSHIP_FROZEN);
    if (forgotten)
        fault(closing, "%s is still held (%s), but the participant is %s, the address %s, the partnership %s", row->key,
              row->reason, participant_state_name(participant.state), address_state_name(participant.address_state),
              partnership.id ? partnership_state_name(partnership.state) : "none");
    return true;
}

static bool account_row(struct closing *closing, struct simulation_account *account, const struct outbox_row *row,
                        struct error *error) {
    switch (row->state) {
    case OUTBOX_SENT:
        account->sent++;
        return true;
    case OUTBOX_EXPIRED:
        account->skipped++;
        break;
    case OUTBOX_CANCELLED:
        account->cancelled++;
        break;
    case OUTBOX_HELD:
        account->held++;
        if (!check_held(closing, row, error))
            return false;
        break;
    case OUTBOX_FAILED:
        account->failed++;
        break;
    case OUTBOX_QUEUED:
    case OUTBOX_SENDING:
    case OUTBOX_UNCERTAIN:
        account->open++;
        add_reason(closing, "still to be sent");
        return true;
    }
    add_reason(closing, row->reason);
    return true;
}

static struct simulation_account *find_account(struct simulation_accounts *accounts, const char *step) {
    for (size_t i = 0; i < accounts->step_count; i++)
        if (string_equal(accounts->steps[i].step, step))
            return &accounts->steps[i];
    return NULL;
}

static bool account_entry(struct closing *closing, const struct schedule_entry *entry, struct error *error) {
    struct simulation_account *account = find_account(closing->accounts, entry->step);
    const struct outbox_row *row = find_row(closing, entry->key);
    const char *why;
    require(account);
    account->due++;
    if (row) {
        if (row->due_at != entry->due_at || row->expires_at != entry->expires_at)
            fault(closing, "%s was queued for another moment than the one planned", entry->key);
        return account_row(closing, account, row, error);
    }
    if (entry->due_at > clock_now()) {
        account->open++;
        return true;
    }
    if (!explain_absence(closing, entry, &why, error))
        return false;
    if (why) {
        account->cancelled++;
        add_reason(closing, why);
        return true;
    }
    account->missing++;
    fault(closing, "%s was due and never came into the outbox", entry->key);
    return true;
}

static int compare_entry_keys(const void *a, const void *b) {
    return strcmp(((const struct schedule_entry *)a)->key, ((const struct schedule_entry *)b)->key);
}

/* What was sent on a step's behalf must have been planned. */
static void find_unplanned(struct closing *closing, const struct simulation_plan *plan) {
    struct schedule_entry *sorted = arena_take_array(closing->arena, plan->count, sizeof *sorted);
    if (plan->count) {
        memcpy(sorted, plan->entries, plan->count * sizeof *sorted);
        qsort(sorted, plan->count, sizeof *sorted, compare_entry_keys);
    }
    for (size_t i = 0; i < closing->rows.count; i++) {
        const struct outbox_row *row = &closing->rows.items[i];
        struct schedule_entry wanted = {.key = row->key};
        if (!find_account(closing->accounts, row->step))
            closing->accounts->besides += row->state == OUTBOX_SENT;
        else if (!plan->count || !bsearch(&wanted, sorted, plan->count, sizeof *sorted, compare_entry_keys))
            fault(closing, "%s is in the outbox without having been planned", row->key);
    }
}

/* ---- The Maildirs ---- */

static bool read_file(struct closing *closing, const char *path, const char *folder, const char *part, const char *name,
                      struct error *error) {
    auto_arena arena = arena_new();
    auto_text bytes = TEXT_EMPTY;
    struct message message;
    if (!simulated_maildir_read(path, part, name, &bytes, error) ||
        !message_parse(bytes.bytes, bytes.length, arena, &message, error))
        return false;
    if (!message_header(&message, COMPOSE_LOOP_HEADER))
        return true; /* people's own */
    closing->files =
        memory_grow(closing->files, &closing->file_capacity, closing->file_count + 1, sizeof *closing->files);
    closing->files[closing->file_count++] =
        (struct found_file){arena_copy_string(closing->arena, message.message_id), folder};
    return true;
}

static bool read_maildir(struct closing *closing, const char *office, const char *folder, struct error *error) {
    static const char *const parts[] = {"new", "cur"};
    const char *path = arena_format(closing->arena, "%s/%s", office, folder);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct simulated_maildir_list names;
        simulated_maildir_list(path, parts[i], closing->arena, &names);
        for (size_t j = 0; j < names.count; j++)
            if (!read_file(closing, path, folder, parts[i], names.names[j], error))
                return false;
    }
    return true;
}

static int compare_files(const void *a, const void *b) {
    return strcmp(((const struct found_file *)a)->message_id, ((const struct found_file *)b)->message_id);
}

static bool read_maildirs(struct closing *closing, struct error *error) {
    const char *office = closing->service->configuration->outgoing.maildir;
    const char *programme = closing->service->configuration->programme.address;
    auto_text own = TEXT_EMPTY;
    maildir_append_folder_name(&own, closing->service->scheme.separator ? programme : strrchr(programme, '@'));
    DIR *folders = opendir(office);
    if (!folders)
        return error_set(error, ERROR_TEMPORARY, "can't read the folder %s", office);
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(folders));)
        if (entry->d_name[0] != '.' && entry->d_type == DT_DIR && !string_equal(entry->d_name, text_string(&own)))
            good = read_maildir(closing, office, arena_copy_string(closing->arena, entry->d_name), error);
    closedir(folders);
    if (closing->file_count)
        qsort(closing->files, closing->file_count, sizeof *closing->files, compare_files);
    closing->accounts->files = closing->file_count;
    return good;
}

static size_t first_file(const struct closing *closing, const char *message_id) {
    size_t low = 0, high = closing->file_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(closing->files[middle].message_id, message_id) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A message that nobody could know about was sent once more: that is the one way to a second copy. */
static void check_files_of(struct closing *closing, const struct outbox_row *row, size_t *accounted) {
    if (string_is_empty(row->message_id))
        return;
    auto_text folder = TEXT_EMPTY;
    maildir_append_folder_name(&folder, row->recipient);
    size_t copies = 0;
    for (size_t i = first_file(closing, row->message_id);
         i < closing->file_count && string_equal(closing->files[i].message_id, row->message_id); i++, copies++)
        if (!string_equal(closing->files[i].folder, text_string(&folder)))
            fault(closing, "%s lies in the wrong Maildir: %s", row->key, closing->files[i].folder);
    bool in_doubt = row->state == OUTBOX_UNCERTAIN || (row->state == OUTBOX_HELD && row->attempts > 0);
    size_t least = row->state == OUTBOX_SENT, most = least || in_doubt || row->resent;
    most += row->resent && (least || in_doubt);
    if (copies < least || copies > most)
        fault(closing, "%s is %s, but %zu copies lie in the Maildir", row->key, outbox_state_name(row->state), copies);
    *accounted += copies;
    closing->accounts->twice += copies > 1 ? copies - 1 : 0;
    closing->accounts->uncertain += row->resent;
}

static void check_files(struct closing *closing) {
    size_t accounted = 0;
    for (size_t i = 0; i < closing->rows.count; i++)
        check_files_of(closing, &closing->rows.items[i], &accounted);
    if (accounted != closing->file_count)
        fault(closing, "%zu messages in Maildirs are unknown to the outbox", closing->file_count - accounted);
}

/* ---- The sum ---- */

static int compare_reasons(const void *a, const void *b) {
    const struct simulation_reason *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return strcmp(left->reason, right->reason);
}

static void sum_up(struct closing *closing) {
    struct simulation_accounts *accounts = closing->accounts;
    struct simulation_account *total = &accounts->total;
    total->step = "total";
    for (size_t i = 0; i < accounts->step_count; i++) {
        const struct simulation_account *step = &accounts->steps[i];
        total->due += step->due;
        total->sent += step->sent;
        total->skipped += step->skipped;
        total->cancelled += step->cancelled;
        total->held += step->held;
        total->failed += step->failed;
        total->open += step->open;
        total->missing += step->missing;
    }
    if (accounts->reason_count)
        qsort(accounts->reasons, accounts->reason_count, sizeof *accounts->reasons, compare_reasons);
    size_t sum =
        total->sent + total->skipped + total->cancelled + total->held + total->failed + total->open + total->missing;
    if (sum != total->due)
        fault(closing, "%zu messages were due, but the parts sum up to %zu", total->due, sum);
    accounts->faults = arena_copy_string(closing->arena, text_string(&closing->faults));
    accounts->balanced = closing->fault_count == 0;
}

static bool close_books(struct closing *closing, const struct simulation_plan *plan, struct error *error) {
    if (!read_rows(closing, error) || !read_maildirs(closing, error))
        return false;
    for (size_t i = 0; i < plan->count; i++)
        if (!account_entry(closing, &plan->entries[i], error))
            return false;
    find_unplanned(closing, plan);
    check_files(closing);
    sum_up(closing);
    return true;
}

bool simulation_accounts_close(struct service *service, const struct simulation_plan *plan, struct arena *arena,
                               struct simulation_accounts *ret, struct error *error) {
    const struct sequence *sequence = &service->sequence;
    struct simulation_accounts accounts = {.step_count = sequence->count};
    struct closing closing = {.service = service, .arena = arena, .accounts = &accounts};
    accounts.steps = arena_take_array(arena, sequence->count, sizeof *accounts.steps);
    accounts.reasons = arena_take_array(arena, REASONS_MOST, sizeof *accounts.reasons);
    for (size_t i = 0; i < sequence->count; i++)
        accounts.steps[i].step = sequence->steps[i].name;
    bool good = close_books(&closing, plan, error);
    free(closing.files);
    text_free(&closing.faults);
    if (good)
        *ret = accounts;
    return good;
}
