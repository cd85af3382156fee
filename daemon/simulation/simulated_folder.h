#pragma once
/* The files of a made-up programme in a folder of its own. */
#include "base/embedded.h"
#include "base/error.h"

/* What the demonstration adds at its end. */
#define SIMULATED_REPORT "report.html"

/* Makes FOLDER (and those above it) and writes tandempost.conf and templates (those for librarians). What an earlier
 * run left there is removed; a folder with anything else in it is refused. */
bool simulated_folder_write(const char *folder, struct error *error);

/* What the binary carries of demo/, such as "demo/words.json", which must be there. */
const struct embedded_file *simulated_folder_carried(const char *path);
