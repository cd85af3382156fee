#include "cli/credentials.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static const char *const stores[] = {"/etc/credstore", "/run/credstore", "/usr/local/lib/credstore",
                                     "/usr/lib/credstore"};

/* "tandempost.smtp-password", or "tandempost-iln.smtp-password" for an instance. */
static const char *file_name(const char *configuration_path, const char *credential, struct arena *arena) {
    const char *slash = strrchr(configuration_path, '/'), *base = slash ? slash + 1 : configuration_path;
    size_t length = strlen(base);
    if (string_ends_with(base, ".conf"))
        length -= strlen(".conf");
    auto_string stem = memory_copy_bytes(base, length);
    if (string_equal(stem, "tandempost"))
        return arena_format(arena, "tandempost.%s", credential);
    return arena_format(arena, "tandempost-%s.%s", stem, credential);
}

/* A folder that we may not enter may well hold it. */
static bool exists(const char *path, bool *denied) {
    if (access(path, R_OK) == 0)
        return true;
    *denied |= errno == EACCES;
    return false;
}

bool credentials_find(const char *configuration_path, struct secret_source *source, struct arena *arena,
                      const char **ret_where, struct error *error) {
    bool denied = false;
    if (source->kind != SECRET_CREDENTIAL || !string_is_empty(getenv("CREDENTIALS_DIRECTORY"))) {
        *ret_where = NULL;
        return true;
    }
    const char *name = file_name(configuration_path, source->value, arena);
    for (size_t i = 0; i < 2 * COUNT_OF(stores); i++) {
        bool encrypted = i >= COUNT_OF(stores);
        const char *path =
            arena_format(arena, "%s%s/%s", stores[i % COUNT_OF(stores)], encrypted ? ".encrypted" : "", name);
        if (!exists(path, &denied))
            continue;
        if (encrypted)
            source->value = arena_format(arena, "systemd-creds decrypt \"--name=%s\" \"%s\" -", source->value, path);
        else
            source->value = path;
        source->kind = encrypted ? SECRET_COMMAND : SECRET_FILE;
        *ret_where = path;
        return true;
    }
    if (denied)
        return error_set(error, ERROR_PERMANENT,
                         "only root can look for the credential \"%s\": run this as root, or give it in "
                         "CREDENTIALS_DIRECTORY",
                         source->value);
    return error_set(error, ERROR_CONFIGURATION,
                     "the credential \"%s\" is nowhere: put the password into /etc/credstore/%s (as root, mode 600); "
                     "the service reads it at its next start",
                     source->value, name);
}
