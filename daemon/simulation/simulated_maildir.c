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

static int compare_names(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_mail(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

void simulated_maildir_list(const char *path, const char *part, struct arena *arena,
                            struct simulated_maildir_list *ret) {
    struct dirent **entries = NULL;
    int count = scandir(arena_format(arena, "%s/%s", path, part), &entries, is_mail, compare_names);
    *ret = (struct simulated_maildir_list){0};
    if (count < 0)
        return;
    ret->names = arena_take_array(arena, (size_t)count, sizeof *ret->names);
    for (int i = 0; i < count; i++) {
        ret->names[ret->count++] = arena_copy_string(arena, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
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
