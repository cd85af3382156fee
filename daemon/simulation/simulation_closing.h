#pragma once
/* Inside the modules that close a simulated round's books only: what they share. */
#include "simulation/simulation_accounts.h"
#include "store/inbox.h"
#include "store/outbox.h"

struct simulation_file {
    const char *message_id, *folder;
};

struct simulation_closing {
    struct service *service;
    const struct simulated_record *record; /* what people did */
    struct arena *arena;
    struct simulation_accounts *accounts;
    struct outbox_list rows;       /* by id */
    struct inbox_list received;    /* by id */
    struct simulation_file *files; /* what the service put into Maildirs */
    size_t file_count, file_capacity;
    struct text faults;
    size_t fault_count;
};

/* Notes what is wrong; of very much only the beginning. */
void simulation_closing_fault(struct simulation_closing *closing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads what is in the outbox and the inbox: rows and received. */
bool simulation_closing_read(struct simulation_closing *closing, struct error *error);

/* The outbox row with this key; NULL: none. */
const struct outbox_row *simulation_closing_find_row(const struct simulation_closing *closing, const char *key);

/* The recorded mail with this Message-ID, no duplicate; NULL: none. */
const struct inbox_row *simulation_closing_find_received(const struct simulation_closing *closing,
                                                         const char *message_id);

/* The receiving mail server took the message and sent it back later. */
bool simulation_closing_was_returned(const struct simulation_closing *closing, int64_t outbox);

/* Why it was right that nothing came into the outbox: at its moment and ever after somebody was away for good. *RET is
 * NULL where there was a moment, at or after its own, when everything was in place. */
bool simulation_closing_explain(struct simulation_closing *closing, const struct schedule_entry *entry,
                                const char **ret, struct error *error);
