#include "simulation/simulation_closing.h"

#include <stdlib.h>
#include <string.h>

enum { FAULTS_TOLD = 30 };

void simulation_closing_fault(struct simulation_closing *closing, const char *format, ...) {
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

bool simulation_closing_read(struct simulation_closing *closing, struct error *error) {
    struct database *database = closing->service->database;
    if (!outbox_list(database, &(struct outbox_filter){0}, closing->arena, &closing->rows, error) ||
        !inbox_list(database, &(struct inbox_filter){0}, closing->arena, &closing->received, error))
        return false;
    size_t count = closing->rows.count;
    closing->keys = arena_take_array(closing->arena, count, sizeof(struct outbox_row *));
    for (size_t i = 0; i < count; i++)
        closing->keys[i] = &closing->rows.items[i];
    if (count)
        qsort(closing->keys, count, sizeof *closing->keys, compare_row_keys);
    return true;
}

const struct outbox_row *simulation_closing_find_row(const struct simulation_closing *closing, const char *key) {
    if (!closing->rows.count)
        return NULL;
    const struct outbox_row **found =
        bsearch(key, closing->keys, closing->rows.count, sizeof *closing->keys, compare_key_to_row);
    return found ? *found : NULL;
}

const struct inbox_row *simulation_closing_find_received(const struct simulation_closing *closing,
                                                         const char *message_id) {
    for (size_t i = 0; i < closing->received.count; i++) {
        const struct inbox_row *row = &closing->received.items[i];
        if (row->state != INBOX_DUPLICATE && string_equal(row->message_id, message_id))
            return row;
    }
    return NULL;
}
