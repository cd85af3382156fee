#pragma once
/* A folder for an embedded post office of the test's own. */
#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/maildir.h"

static inline int make_office_folder(void **state) {
    char *folder = strdup("/tmp/tandempost-maildir-XXXXXX");
    *state = folder;
    return folder && mkdtemp(folder) ? 0 : -1;
}

static inline int remove_office_folder(void **state) {
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", (char *)*state);
    free(*state);
    return system(command);
}

static inline struct maildir_settings office_settings(const char *folder) {
    return (struct maildir_settings){.path = folder, .address = "iln@example.org", .separator = '+', .quick = true};
}

static inline struct send_result post(struct mail_sender *sender, const char *from, const char *to, const char *bytes) {
    struct send_result result;
    sender->operations->start(
        sender, &(struct send_request){
                    .id = 5, .envelope_from = from, .recipient = to, .bytes = bytes, .length = strlen(bytes)});
    assert_int_equal(sender->operations->wait(sender, 0, -1, &result, 1), 1);
    assert_int_equal(result.id, 5);
    return result;
}

/* How many files stand in FOLDER/PART; the last one's path in PATH (512 bytes) where not NULL. */
static inline size_t count_files(const char *folder, const char *part, char *path) {
    char whole[384];
    snprintf(whole, sizeof whole, "%s/%s", folder, part);
    DIR *names = opendir(whole);
    if (!names)
        return 0;
    size_t count = 0;
    for (struct dirent *name; (name = readdir(names));) {
        if (name->d_name[0] == '.')
            continue;
        count++;
        if (path)
            snprintf(path, 512, "%.300s/%.200s", whole, name->d_name);
    }
    closedir(names);
    return count;
}
