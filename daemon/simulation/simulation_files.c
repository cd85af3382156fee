#include "simulation/simulation_files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "app/relay.h"
#include "mail/compose.h"
#include "mail/message/parse.h"
#include "net/maildir.h"
#include "simulation/simulated_maildir.h"
#include "store/bounces.h"

static bool read_file(struct simulation_closing *closing, const char *path, const char *folder, const char *part,
                      const char *name, struct error *error) {
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
        (struct simulation_file){arena_copy_string(closing->arena, message.message_id), folder};
    return true;
}

static bool read_maildir(struct simulation_closing *closing, const char *office, const char *folder,
                         struct error *error) {
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

bool simulation_files_read(struct simulation_closing *closing, struct error *error) {
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
    closing->accounts->files = closing->file_count;
    return good;
}

/* A letter keeps its writer's Message-ID. */
static const char *identifier_of(const struct simulation_closing *closing, const struct outbox_row *row) {
    if (!string_equal(row->step, RELAY_STEP))
        return row->message_id;
    for (size_t i = 0; i < closing->received.count; i++)
        if (closing->received.items[i].id == row->inbox)
            return closing->received.items[i].message_id;
    return row->message_id;
}

/* A message that nobody could know about was sent once more: that is the one way to a second copy. What a mail server
 * took and sent back is in no Maildir. */
static void check_files_of(struct simulation_closing *closing, const struct outbox_row *row, size_t *accounted) {
    const char *message_id = identifier_of(closing, row);
    auto_text folder = TEXT_EMPTY;
    if (string_is_empty(row->message_id))
        return;
    maildir_append_folder_name(&folder, row->recipient);
    size_t copies = 0;
    for (size_t i = 0; i < closing->file_count; i++) {
        if (!string_equal(closing->files[i].message_id, message_id))
            continue;
        copies++;
        if (!string_equal(closing->files[i].folder, text_string(&folder)))
            simulation_closing_fault(closing, "%s lies in the wrong Maildir: %s", row->key, closing->files[i].folder);
    }
    bool in_doubt = row->state == OUTBOX_UNCERTAIN || (row->state == OUTBOX_HELD && row->attempts > 0) ||
                    (row->state == OUTBOX_CANCELLED && row->resent); /* in doubt twice, held, then dropped */
    size_t least = row->state == OUTBOX_SENT, most = least || in_doubt || row->resent;
    most += row->resent && (least || in_doubt);
    if (simulation_closing_was_returned(closing, row->id))
        least = 0, most -= most > 0;
    if (copies < least || copies > most)
        simulation_closing_fault(closing, "%s is %s, but %zu copies lie in the Maildir", row->key,
                                 outbox_state_name(row->state), copies);
    *accounted += copies;
    closing->accounts->twice += copies > 1 ? copies - 1 : 0;
    closing->accounts->uncertain += row->resent;
}

/* The report that came with it must have been understood. */
static bool check_returned(struct simulation_closing *closing, int64_t outbox, struct error *error) {
    struct outbox_row row;
    struct bounce_list bounces;
    struct database *database = closing->service->database;
    if (!outbox_find(database, outbox, closing->arena, &row, error) ||
        !bounces_list(database, row.participant, 0, closing->arena, &bounces, error))
        return false;
    for (size_t i = 0; i < bounces.count; i++)
        if (bounces.items[i].outbox == outbox)
            return true;
    simulation_closing_fault(closing, "%s came back, but nobody knows", row.key);
    return true;
}

bool simulation_files_check(struct simulation_closing *closing, struct error *error) {
    size_t accounted = 0;
    for (size_t i = 0; i < closing->rows.count; i++)
        check_files_of(closing, &closing->rows.items[i], &accounted);
    if (accounted != closing->file_count)
        simulation_closing_fault(closing, "%zu messages in Maildirs are unknown to the outbox",
                                 closing->file_count - accounted);
    for (size_t i = 0; i < closing->record->returned_count; i++)
        if (!check_returned(closing, closing->record->returned[i], error))
            return false;
    return true;
}
