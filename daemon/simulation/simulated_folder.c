#include "simulation/simulated_folder.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/templates/template_files.h"
#include "base/memory.h"
#include "base/text.h"

/* By this file a folder is known as one of ours. */
#define MARK ".made-by-tandempost-demo"

static const char *const ours[] = {MARK,
                                   "tandempost.conf",
                                   "participants.csv",
                                   "partnerships.csv",
                                   SIMULATED_REPORT,
                                   "tandempost.db",
                                   "tandempost.db-wal",
                                   "tandempost.db-shm",
                                   "tandempost.db.lock",
                                   "templates",
                                   "post-office"};

static bool cannot(struct error *error, const char *what, const char *path) {
    return error_set(error, ERROR_PERMANENT, "Can't %s %s: %s.", what, path, strerror(errno));
}

/* ---- Clearing ---- */

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

static bool is_ours(const char *name) {
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        if (string_equal(ours[i], name))
            return true;
    return false;
}

/* A folder may be written into where it is empty or where it has our mark, and nothing but our files in it. */
static bool check_folder(const char *folder, bool *ret_marked, struct error *error) {
    auto_text mark = TEXT_EMPTY;
    text_append_format(&mark, "%s/" MARK, folder);
    bool marked = access(text_string(&mark), F_OK) == 0;
    DIR *names = opendir(folder);
    if (!names)
        return cannot(error, "read the folder", folder);
    bool good = true;
    for (struct dirent *name; good && (name = readdir(names));) {
        if (string_equal(name->d_name, ".") || string_equal(name->d_name, ".."))
            continue;
        good = marked && is_ours(name->d_name);
        if (!good)
            error_set(error, ERROR_PERMANENT,
                      "There is something else in %s already (%s). Name another folder, or empty this one.", folder,
                      name->d_name);
    }
    closedir(names);
    if (good)
        *ret_marked = marked;
    return good;
}

static bool clear_folder(const char *folder, struct error *error) {
    for (size_t i = 0; i < COUNT_OF(ours); i++) {
        auto_text path = TEXT_EMPTY;
        text_append_format(&path, "%s/%s", folder, ours[i]);
        if (access(text_string(&path), F_OK) == 0 &&
            nftw(text_string(&path), remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
            return cannot(error, "remove", text_string(&path));
    }
    return true;
}

static bool make_folder(const char *folder, struct error *error) {
    auto_string path = memory_copy_string(folder);
    for (char *slash = *path ? strchr(path + 1, '/') : NULL; slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return cannot(error, "make the folder", path);
        *slash = '/';
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return cannot(error, "make the folder", path);
    return true;
}

/* ---- Writing ---- */

static bool write_file(const char *folder, const char *name, const char *bytes, size_t length, struct error *error) {
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s/%s", folder, name);
    auto_string parent = memory_copy_bytes(path.bytes, (size_t)(strrchr(path.bytes, '/') - path.bytes));
    if (!make_folder(parent, error))
        return false;
    FILE *file = fopen(text_string(&path), "w");
    bool good = file && fwrite(bytes, 1, length, file) == length;
    good = file && fclose(file) == 0 && good;
    return good || cannot(error, "write", text_string(&path));
}

/* Those of the example: the made-up people work in libraries. */
static bool write_templates(const char *folder, struct error *error) {
    auto_arena arena = arena_new();
    size_t count;
    const struct template_file *files = template_files_of("librarians", arena, &count);
    for (size_t i = 0; i < count; i++)
        if (!write_file(folder, arena_format(arena, "templates/%s", files[i].path), files[i].bytes, files[i].length,
                        error))
            return false;
    return true;
}

const struct embedded_file *simulated_folder_carried(const char *path) {
    const struct embedded_file *file = embedded_files;
    while (!string_equal(file->path, path))
        file++;
    return file;
}

static bool write_configuration(const char *folder, struct error *error) {
    const struct embedded_file *file = simulated_folder_carried("demo/tandempost.conf");
    return write_file(folder, "tandempost.conf", file->bytes, file->length, error);
}

bool simulated_folder_write(const char *folder, struct error *error) {
    bool marked = false;
    return make_folder(folder, error) && check_folder(folder, &marked, error) &&
           (!marked || clear_folder(folder, error)) && write_file(folder, MARK, "", 0, error) &&
           write_templates(folder, error) && write_configuration(folder, error);
}
