#pragma once
/* The files of a made-up programme in a folder of its own. */
#include <stddef.h>

#include "base/error.h"

/* Makes FOLDER (and those above it) and writes tandempost.conf, templates (those for librarians), and
 * participants.csv and partnerships.csv with the people of the first PARTNERSHIPS. What an earlier run left there is
 * removed; a folder with anything else in it is refused. */
bool simulated_folder_write(const char *folder, size_t partnerships, struct error *error);
