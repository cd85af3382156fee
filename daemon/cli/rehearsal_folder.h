#pragma once
/* The folder that a rehearsal is written into: a file for each message, messages/DAY/STEP-NUMBER.eml, and index.html to
 * leaf through them. Only its writer may read it. */
#include "simulation/rehearsal.h"

struct rehearsal_folder;

/* PATH is made, or must be empty (else PERMANENT). TITLE: the round's name; NULL: of all. Free with
 * rehearsal_folder_free. */
bool rehearsal_folder_new(const char *path, const char *title, const struct configuration *configuration,
                          struct rehearsal_folder **ret, struct error *error);
void rehearsal_folder_free(struct rehearsal_folder *folder); /* NULL allowed */
void rehearsal_folder_free_pointer(struct rehearsal_folder **folder);

/* Writes the message. */
bool rehearsal_folder_take(struct rehearsal_folder *folder, const struct rehearsal_message *message,
                           struct error *error);

/* Writes the page. */
bool rehearsal_folder_end(struct rehearsal_folder *folder, const struct rehearsal *rehearsal, struct error *error);
