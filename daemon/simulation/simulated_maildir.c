#include "simulation/simulated_maildir.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/maildir.h"

enum { FILE_BYTES_MOST = 8 * 1024 * 1024 };

const char *simulated_maildir_path(const char *post_office, const char *address, struct arena *arena) {
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s/", post_office);
    maildir_append_folder_name(&path, address);
    return arena_copy_string(arena, text_string(&path));
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void simulated_maildir_list(const char *path, const char *part, struct arena *arena,
                            struct simulated_maildir_list *ret) {
    *ret = (struct simulated_maildir_list){0};
    DIR *folder = opendir(arena_format(arena, "%s/%s", path, part));
    if (!folder)
        return;
    const char **names = NULL;
    size_t capacity = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        names = memory_grow(names, &capacity, ret->count + 1, sizeof *names);
        names[ret->count++] = arena_copy_string(arena, entry->d_name);
    }
    closedir(folder);
    ret->names = arena_take_array(arena, ret->count, sizeof *ret->names);
    if (names) {
        memcpy(ret->names, names, ret->count * sizeof *names);
        qsort(ret->names, ret->count, sizeof *ret->names, compare_names);
    }
    free(names);
}

bool simulated_maildir_read(const char *path, const char *part, const char *name, struct text *ret,
                            struct error *error) {
    auto_text file = TEXT_EMPTY;
    bool missing;
    text_append_format(&file, "%s/%s/%s", path, part, name);
    return maildir_read_file(text_string(&file), FILE_BYTES_MOST, ret, &missing, error);
}

bool simulated_maildir_seen(const char *path, const char *name, struct error *error) {
    auto_text from = TEXT_EMPTY, to = TEXT_EMPTY;
    text_append_format(&from, "%s/new/%s", path, name);
    text_append_format(&to, "%s/cur/%s:2,S", path, name);
    if (rename(text_string(&from), text_string(&to)) == 0)
        return true;
    return error_set(error, ERROR_TEMPORARY, "can't move %s: %s", text_string(&from), strerror(errno));
}

bool simulated_maildir_take_back(const char *path, struct error *error) {
    auto_arena arena = arena_new();
    struct simulated_maildir_list names;
    simulated_maildir_list(path, "new", arena, &names);
    if (!names.count)
        return error_set(error, ERROR_BUG, "%s/new is empty", path);
    const char *newest = arena_format(arena, "%s/new/%s", path, names.names[names.count - 1]);
    return unlink(newest) == 0 || error_set(error, ERROR_TEMPORARY, "can't remove %s: %s", newest, strerror(errno));
}
