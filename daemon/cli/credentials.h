#pragma once
/* Where a command finds the credentials that systemd hands to the service: in $CREDENTIALS_DIRECTORY, else where the
 * unit's LoadCredential= looks for them, /etc/credstore and its kin (systemd.exec(5)). */
#include "app/configuration/secret.h"
#include "base/memory.h"

/* Where SOURCE is a credential that must be looked for, makes it the file or command that gives it; strings in ARENA.
 * CONFIGURATION_PATH tells the unit: tandempost.conf belongs to tandempost.service, iln.conf to tandempost@iln.service.
 * CONFIGURATION where it is nowhere, PERMANENT where it is but only root can read it. *RET_WHERE says where it was
 * found; NULL: nothing had to be looked for. */
bool credentials_find(const char *configuration_path, struct secret_source *source, struct arena *arena,
                      const char **ret_where, struct error *error);
