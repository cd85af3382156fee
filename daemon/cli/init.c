#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/configuration/configuration.h"
#include "app/instance.h"
#include "app/templates/template_files.h"
#include "base/descriptor.h"
#include "base/embedded.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"
#include "store/database.h"

#define STARTER "config/tandempost.conf"
#define SERVICE_USER "tandempost"
#define SYSTEM_FOLDER "/etc/tandempost"
#define SYSTEM_DATABASE "/var/lib/tandempost/tandempost.db"

/* Where everything goes. In a folder of one's own the paths are relative and mail stays in the folder, so that the
 * programme runs before a mail server is known. */
struct place {
    char *configuration, *templates, *database;
    const char *texts; /* the example that is written; NULL: what is built in */
    bool own_folder;
    bool for_service; /* files are given to the service's user */
    uid_t user;
    gid_t group;
};

/* What changes in the starter configuration for a folder of one's own; each left side stands in it as it is here. */
static const struct {
    const char *from, *to;
} adaptations[] = {
    {"#   database  = \"/var/lib/tandempost/tandempost.db\"",
     "    database  = \"tandempost.db\"              # in this folder"},
    {"#   templates = \"/etc/tandempost/templates\"", "    templates = \"templates\""},
    {"    url  = \"smtps://mail.example.org\"   # or smtp:// with STARTTLS, or maildir:PATH to try things without "
     "sending",
     "    url  = \"maildir:post-office\"        # or smtps://mail.example.org, or smtp:// with STARTTLS"},
    {"    url  = \"imaps://mail.example.org/INBOX\"",
     "    url  = \"maildir:post-office\"        # or imaps://mail.example.org/INBOX"},
    {"    user = \"friends@example.org\"\n    password_credential = \"smtp-password\"",
     "#   user = \"friends@example.org\"\n#   password_credential = \"smtp-password\""},
    {"    user = \"friends@example.org\"\n    password_credential = \"imap-password\"",
     "#   user = \"friends@example.org\"\n#   password_credential = \"imap-password\""},
};

/* ---- Files ---- */

/* Makes PATH and the folders above it. With the set-group-id bit in MODE it is one for the service's group to work in,
 * where there is one, and belongs to OWNER. */
static bool make_folder(const struct place *place, const char *path, uid_t owner, mode_t mode, struct error *error) {
    auto_string copy = memory_copy_string(path);
    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0755) != 0 && errno != EEXIST)
            return error_set(error, ERROR_PERMANENT, "Can't make the folder %s: %s.", copy, strerror(errno));
        *slash = '/';
    }
    if (mkdir(copy, 0755) != 0) {
        struct stat status;
        if (errno == EEXIST && stat(copy, &status) == 0 && S_ISDIR(status.st_mode))
            return true; /* somebody's own: left as it is */
        return error_set(error, ERROR_PERMANENT, "Can't make the folder %s: %s.", copy, strerror(errno));
    }
    if (place->for_service && mode & S_ISGID && (chown(copy, owner, place->group) != 0 || chmod(copy, mode) != 0))
        return error_set(error, ERROR_PERMANENT, "Can't give %s to the service: %s.", copy, strerror(errno));
    return true;
}

static bool write_file(const struct place *place, const char *path, const char *bytes, size_t length, mode_t mode,
                       struct error *error) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, place->for_service ? mode : 0644);
    if (descriptor < 0)
        return error_set(error, ERROR_PERMANENT, "Can't write %s: %s.", path, strerror(errno));
    bool good = descriptor_write(descriptor, bytes, length) &&
                (!place->for_service || (fchown(descriptor, 0, place->group) == 0 && fchmod(descriptor, mode) == 0));
    int why = errno;
    if (close(descriptor) != 0 && good) {
        why = errno;
        good = false;
    }
    return good || error_set(error, ERROR_TEMPORARY, "Can't write %s: %s.", path, strerror(why));
}

static const struct embedded_file *find_embedded(const char *path) {
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_equal(embedded_files[i].path, path))
            return &embedded_files[i];
    return NULL;
}

/* ---- The parts ---- */

static void adapt(struct text *starter) {
    for (size_t i = 0; i < COUNT_OF(adaptations); i++) {
        const char *found = strstr(text_string(starter), adaptations[i].from);
        require(found);
        auto_text adapted = TEXT_EMPTY;
        text_append_bytes(&adapted, starter->bytes, (size_t)(found - starter->bytes));
        text_append(&adapted, adaptations[i].to);
        text_append(&adapted, found + strlen(adaptations[i].from));
        text_clear(starter);
        text_append(starter, text_string(&adapted));
    }
}

static bool write_configuration(const struct place *place, struct error *error) {
    const struct embedded_file *starter = find_embedded(STARTER);
    require(starter);
    auto_text bytes = TEXT_EMPTY;
    text_append(&bytes, starter->bytes);
    if (place->own_folder)
        adapt(&bytes);
    return write_file(place, place->configuration, bytes.bytes, bytes.length, 0640, error);
}

static bool write_templates(const struct place *place, size_t *ret_count, struct error *error) {
    auto_arena arena = arena_new();
    size_t count = 0, file_count;
    const struct template_file *files = template_files_of(place->texts, arena, &file_count);
    if (!make_folder(place, place->templates, 0, 02775, error))
        return false;
    for (size_t i = 0; i < file_count; i++) {
        const struct template_file *file = &files[i];
        auto_text path = TEXT_EMPTY;
        text_append_format(&path, "%s/%s", place->templates, file->path);
        auto_string folder = memory_copy_bytes(path.bytes, (size_t)(strrchr(path.bytes, '/') - path.bytes));
        if (access(text_string(&path), F_OK) == 0)
            continue; /* an edited one stays */
        if (!make_folder(place, folder, 0, 02775, error) ||
            !write_file(place, text_string(&path), file->bytes, file->length, 0664, error))
            return false;
        count++;
    }
    *ret_count = count;
    return true;
}

static bool make_database(const struct place *place, struct error *error) {
    auto_string folder = memory_copy_bytes(place->database, (size_t)(strrchr(place->database, '/') - place->database));
    if (!make_folder(place, folder, place->user, 02770, error))
        return false;
    auto_database database = NULL;
    if (!database_open(place->database, DATABASE_CREATE, &database, error))
        return false;
    database_close_pointer(&database);
    if (place->for_service &&
        (chown(place->database, place->user, place->group) != 0 || chmod(place->database, 0660) != 0))
        return error_set(error, ERROR_PERMANENT, "Can't give %s to the service: %s.", place->database, strerror(errno));
    return true;
}

/* ---- The whole of it ---- */

static void find_service_user(struct place *place) {
    const struct passwd *user = geteuid() == 0 ? getpwnam(SERVICE_USER) : NULL;
    if (user) {
        place->for_service = true;
        place->user = user->pw_uid;
        place->group = user->pw_gid;
    }
}

static bool find_place(const char *folder, struct place *ret, struct error *error) {
    char whole[4096];
    struct place place = {.own_folder = folder};
    if (folder) {
        if (!make_folder(&place, folder, 0, 0755, error))
            return false;
        if (!realpath(folder, whole))
            return error_set(error, ERROR_PERMANENT, "Can't find the folder %s: %s.", folder, strerror(errno));
        folder = whole;
    }
    if (!folder)
        find_service_user(&place);
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s/tandempost.conf", folder ? folder : SYSTEM_FOLDER);
    place.configuration = text_steal(&path);
    text_append_format(&path, "%s/templates", folder ? folder : SYSTEM_FOLDER);
    place.templates = text_steal(&path);
    if (folder)
        text_append_format(&path, "%s/tandempost.db", folder);
    else
        text_append(&path, SYSTEM_DATABASE);
    place.database = text_steal(&path);
    *ret = place;
    return true;
}

static void free_place(struct place *place) {
    free(place->configuration);
    free(place->templates);
    free(place->database);
}

static bool refuse_to_overwrite(const struct place *place, struct error *error) {
    const char *paths[] = {place->configuration, place->database};
    struct configuration configuration cleanup(configuration_free) = {0};
    auto_error_list faults = ERROR_LIST_EMPTY;
    /* Where all but the database is there, that was lost. */
    if (configuration_load(place->configuration, &configuration, &faults) &&
        !context_need_database(&configuration, error))
        return false;
    for (size_t i = 0; i < COUNT_OF(paths); i++)
        if (access(paths[i], F_OK) == 0)
            return error_set(error, ERROR_PERMANENT,
                             "%s is there already; nothing was written over. Choose another folder: "
                             "tandempost init DIR",
                             paths[i]);
    return true;
}

static bool make_all(const struct place *place, struct error *error) {
    size_t templates;
    auto_string folder =
        memory_copy_bytes(place->configuration, (size_t)(strrchr(place->configuration, '/') - place->configuration));
    if (!refuse_to_overwrite(place, error) || !make_folder(place, folder, 0, 0755, error) ||
        !write_configuration(place, error) || !write_templates(place, &templates, error) ||
        !make_database(place, error))
        return false;
    printf("Wrote the configuration  %s\n", place->configuration);
    printf("Wrote %3zu templates to   %s (for %s)\n", templates, place->templates,
           place->texts ? place->texts : "any programme; for librarians: --texts librarians");
    printf("Made the database        %s\n", place->database);
    const char *option = place->own_folder ? " -c " : "", *path = place->own_folder ? place->configuration : "";
    printf("\nNext:\n"
           "  1. Put your programme's name, address and coordinator into the configuration.\n"
           "%s"
           "  3. tandempost%s%s check\n"
           "  4. tandempost%s%s round create NAME, then participant import FILE.csv --round NAME\n",
           place->own_folder
               ? "  2. Mail stays in the folder post-office until you name your mail servers there.\n"
               : "  2. Name your mail servers there, and give the service their passwords: man tandempost.conf\n",
           option, path, option, path);
    return true;
}

/* ---- Only the database ---- */

static bool begin_database(const struct configuration *configuration, struct error *error) {
    const char *path = configuration->programme.database;
    auto_string folder = memory_copy_bytes(path, (size_t)(strrchr(path, '/') - path) + 1);
    struct place place cleanup(free_place) = {.database = memory_copy_string(path)};
    struct stat status;
    int64_t pid;
    if (access(path, F_OK) == 0)
        return error_set(error, ERROR_PERMANENT, "%s is there already; it was left as it is.", path);
    if (!instance_holder(path, &pid, error))
        return false;
    if (pid)
        return error_set(error, ERROR_PERMANENT,
                         "The service (pid %" PRId64 ") still runs on the database that is gone: stop it first.", pid);
    /* The service is whose the folder is; it need not be the usual account. */
    if (stat(folder, &status) != 0) {
        find_service_user(&place);
    } else if (geteuid() == 0 && status.st_uid != 0) {
        place.for_service = true;
        place.user = status.st_uid;
        place.group = status.st_gid;
    }
    return make_database(&place, error);
}

static int run_init_database(const struct invocation *invocation) {
    auto_context context = {0};
    struct error error = ERROR_INIT;
    int code = context_open_configuration(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    if (!begin_database(&context.configuration, &error))
        return context_refuse(&error);
    printf("Made the database  %s\n\nIt is empty. What is left in the mailbox is read again.\n",
           context.configuration.programme.database);
    return EXIT_DONE;
}

/* ---- The command ---- */

/* TEXTS names an example; else says which there are. */
static bool check_texts(const char *texts, struct error *error) {
    auto_arena arena = arena_new();
    auto_text known = TEXT_EMPTY;
    size_t count;
    const char **examples = template_files_examples(arena, &count);
    for (size_t i = 0; i < count; i++) {
        if (string_equal(examples[i], texts))
            return true;
        text_append_format(&known, "%s%s", i ? ", " : "", examples[i]);
    }
    return error_set(error, ERROR_PERMANENT, "There are no texts for \"%s\"; there are some for: %s.", texts,
                     text_string(&known));
}

static int run_init(const struct invocation *invocation) {
    struct error error = ERROR_INIT;
    const char *texts = invocation_option(invocation, "texts");
    struct place place cleanup(free_place) = {0};
    umask(0022);
    if (invocation_switch(invocation, "database") && invocation_argument(invocation, 0))
        return command_usage_error(invocation, "With --database there is no DIR: the configuration says where.");
    if (invocation_switch(invocation, "database"))
        return run_init_database(invocation);
    if ((texts && !check_texts(texts, &error)) || !find_place(invocation_argument(invocation, 0), &place, &error))
        return command_refuse("%s", error.message);
    place.texts = texts;
    return make_all(&place, &error) ? EXIT_DONE : command_refuse("%s", error.message);
}

const struct command init_command = {
    .name = "init",
    .summary = "writes a starter configuration, the templates and an empty database",
    .help =
        "Writes a commented configuration, the message templates and an empty database, and says what comes next. "
        "Without "
        "DIR they go where the service looks for them: " SYSTEM_FOLDER " and " SYSTEM_DATABASE
        ". With DIR all of it goes into that folder, and mail stays there too (in the embedded post office) until the "
        "configuration names servers: good for trying things out.\n"
        "The texts speak to everybody, in English, French and Spanish. With --texts librarians some of them, the "
        "welcome and topics to write about, speak to people who work in libraries: an example of how to make them your "
        "own.\n"
        "Nothing that is there already is written over. With --database just the database is made that the "
        "configuration (-c FILE) names: where one was lost and there is no backup, or for one more programme.",
    .options = {{"database", 0, NULL, "make only the database that the configuration names", NULL},
                {"texts", 0, "EXAMPLE", "texts for a kind of programme: librarians", NULL}},
    .arguments = {{"DIR", "a folder for everything; it is made if need be", NULL, ARGUMENT_OPTIONAL}},
    .run = run_init,
};
