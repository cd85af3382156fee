#include "net/maildir_index.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/maildir.h"

#define INDEX_NAME "tandempost-uids"
enum { INDEX_BYTES_MOST = 256 * 1024 * 1024, GONE_KEPT_MOST = 1000 };

void maildir_index_clear(struct maildir_index *index) {
    for (size_t i = 0; i < index->count; i++) {
        free(index->entries[i].base);
        free(index->entries[i].file);
    }
    free(index->entries);
    *index = (struct maildir_index){0};
}

size_t maildir_index_from(const struct maildir_index *index, uint32_t uid) {
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (index->entries[middle].uid < uid)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct maildir_entry *maildir_index_find(const struct maildir_index *index, uint32_t uid) {
    size_t position = maildir_index_from(index, uid);
    return position < index->count && index->entries[position].uid == uid ? &index->entries[position] : NULL;
}

static void add_entry(struct maildir_index *index, struct maildir_entry entry) {
    index->entries = memory_grow(index->entries, &index->capacity, index->count + 1, sizeof *index->entries);
    index->entries[index->count++] = entry;
}

/* "UID NAME" lines after "1 UIDVALIDITY NEXT-UID". False where a line is not one of them: what follows it is lost then,
 * but a line cut short by a crash is always the last, and nobody has seen its number. */
static bool parse_index(char *content, struct maildir_index *index) {
    char *line = content, *end = strchr(line, '\n');
    int used = 0;
    if (!end)
        return false;
    *end = '\0';
    if (sscanf(line, "1 %" SCNu32 " %" SCNu32 "%n", &index->uidvalidity, &index->next_uid, &used) != 2 || line[used] ||
        !index->uidvalidity || !index->next_uid) {
        index->uidvalidity = 0;
        return false;
    }
    uint32_t last = 0;
    for (line = end + 1; *line; line = end + 1) {
        end = strchr(line, '\n');
        if (!end)
            return false;
        *end = '\0';
        char *base;
        unsigned long long uid = *line >= '1' && *line <= '9' ? strtoull(line, &base, 10) : 0;
        if (uid <= last || uid >= UINT32_MAX || base[0] != ' ' || !base[1])
            return false;
        last = (uint32_t)uid;
        add_entry(index, (struct maildir_entry){.uid = last, .base = memory_copy_string(base + 1)});
        if (last >= index->next_uid)
            index->next_uid = last + 1;
    }
    return true;
}

static bool scan_part(const char *path, const char *part, struct maildir_index *found, struct error *error) {
    auto_text folder = TEXT_EMPTY;
    text_append_format(&folder, "%s/%s", path, part);
    DIR *names = opendir(text_string(&folder));
    if (!names)
        return error_set(error, ERROR_TEMPORARY, "can't read %s: %s", text_string(&folder), strerror(errno));
    for (struct dirent *name; (name = readdir(names));) {
        if (name->d_name[0] == '.' || strpbrk(name->d_name, "\r\n"))
            continue;
        const char *flags = strstr(name->d_name, ":2,");
        auto_text file = TEXT_EMPTY;
        text_append_format(&file, "%s/%s", part, name->d_name);
        add_entry(found, (struct maildir_entry){
                             .base = memory_copy_bytes(name->d_name,
                                                       flags ? (size_t)(flags - name->d_name) : strlen(name->d_name)),
                             .file = text_steal(&file),
                             .moment = strtoull(name->d_name, NULL, 10),
                         });
    }
    closedir(names);
    return true;
}

static int compare_bases(const void *a, const void *b) {
    const struct maildir_entry *left = a, *right = b;
    return strcmp(left->base, right->base);
}

static int compare_bases_and_files(const void *a, const void *b) {
    const struct maildir_entry *left = a, *right = b;
    int order = compare_bases(a, b);
    return order ? order : strcmp(left->file, right->file);
}

static int compare_arrivals(const void *a, const void *b) {
    const struct maildir_entry *left = a, *right = b;
    if (left->moment != right->moment)
        return left->moment < right->moment ? -1 : 1;
    return strcmp(left->base, right->base);
}

static void drop_gone(struct maildir_index *index) {
    size_t kept = 0;
    for (size_t i = 0; i < index->count; i++) {
        if (index->entries[i].file)
            index->entries[kept++] = index->entries[i];
        else
            free(index->entries[i].base);
    }
    index->count = kept;
}

/* A message that a mail client moved from new to cur meanwhile was found twice; it is in cur. */
static void drop_twins(struct maildir_index *found) {
    if (!found->count)
        return;
    qsort(found->entries, found->count, sizeof *found->entries, compare_bases_and_files);
    for (size_t i = 1; i < found->count; i++)
        if (string_equal(found->entries[i].base, found->entries[i - 1].base))
            free(steal(found->entries[i].file));
    drop_gone(found);
}

/* Gives each known message its place; what is left in FOUND is new, in order of arrival. */
static void place_entries(struct maildir_index *index, struct maildir_index *found) {
    drop_twins(found);
    for (size_t i = 0; i < index->count && found->count; i++) {
        const struct maildir_entry key = {.base = index->entries[i].base};
        struct maildir_entry *file = bsearch(&key, found->entries, found->count, sizeof *found->entries, compare_bases);
        if (file && file->file) {
            free(index->entries[i].file);
            index->entries[i].file = steal(file->file);
        }
    }
    drop_gone(found);
    if (found->count)
        qsort(found->entries, found->count, sizeof *found->entries, compare_arrivals);
}

static size_t count_gone(const struct maildir_index *index) {
    size_t gone = 0;
    for (size_t i = 0; i < index->count; i++)
        gone += !index->entries[i].file;
    return gone;
}

/* Finds where each known message stands, and what is new. While a folder is read, a file that a mail client renames can
 * be passed over: what seems to be gone is looked for a second time. */
static bool scan(const char *path, struct maildir_index *index, struct maildir_index *found, struct error *error) {
    for (int pass = 0; pass < 2; pass++) {
        maildir_index_clear(found);
        if (!scan_part(path, "new", found, error) || !scan_part(path, "cur", found, error))
            return false;
        place_entries(index, found);
        if (!count_gone(index))
            break;
    }
    return true;
}

static bool number_new(struct maildir_index *index, struct maildir_index *found, const char *path,
                       struct error *error) {
    if (found->count >= UINT32_MAX - index->next_uid)
        return error_set(error, ERROR_PERMANENT, "%s has no numbers left; take its file " INDEX_NAME " away", path);
    for (size_t i = 0; i < found->count; i++) {
        found->entries[i].uid = index->next_uid++;
        add_entry(index, found->entries[i]);
    }
    found->count = 0; /* they are the index's now */
    return true;
}

static void append_lines(struct text *text, const struct maildir_index *index, size_t from) {
    for (size_t i = from; i < index->count; i++)
        text_append_format(text, "%" PRIu32 " %s\n", index->entries[i].uid, index->entries[i].base);
}

static bool rewrite(const char *path, const char *file, struct maildir_index *index, bool quick, struct error *error) {
    drop_gone(index);
    auto_text content = TEXT_EMPTY, temporary = TEXT_EMPTY;
    text_append_format(&content, "1 %" PRIu32 " %" PRIu32 "\n", index->uidvalidity, index->next_uid);
    append_lines(&content, index, 0);
    text_append_format(&temporary, "%s.new", file);
    unlink(text_string(&temporary));
    bool visible;
    return maildir_write_file(text_string(&temporary), file, path, content.bytes, content.length, quick, &visible,
                              error);
}

static bool append(const char *file, const struct maildir_index *index, size_t from, bool quick, struct error *error) {
    auto_text lines = TEXT_EMPTY;
    append_lines(&lines, index, from);
    int out = open(file, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    bool good =
        out >= 0 && write(out, lines.bytes, lines.length) == (ssize_t)lines.length && (quick || fdatasync(out) == 0);
    if (!good)
        error_set(error, ERROR_TEMPORARY, "can't write %s: %s", file, strerror(errno));
    if (out >= 0)
        close(out);
    return good;
}

static bool update_locked(const char *path, bool quick, struct maildir_index *index, struct error *error) {
    auto_text file = TEXT_EMPTY, content = TEXT_EMPTY;
    text_append_format(&file, "%s/" INDEX_NAME, path);
    bool missing = false, whole = false;
    bool there = maildir_read_file(text_string(&file), INDEX_BYTES_MOST, &content, &missing, error);
    if (!there && !missing)
        return false;
    if (there && content.length) {
        /* A power cut can leave zeros at a file's end: nothing may be appended to those. */
        bool zeros = memchr(content.bytes, '\0', content.length) != NULL;
        whole = parse_index(content.bytes, index) && !zeros;
    }
    if (!index->uidvalidity) {
        int64_t now = clock_now();
        index->uidvalidity = now > 0 && now < UINT32_MAX ? (uint32_t)now : 1;
        index->next_uid = 1;
    }
    struct maildir_index found = {0};
    bool good = scan(path, index, &found, error);
    size_t known = index->count, gone = count_gone(index);
    good = good && number_new(index, &found, path, error);
    if (good && (!whole || gone > known / 2 + GONE_KEPT_MOST))
        good = rewrite(path, text_string(&file), index, quick, error);
    else if (good && index->count > known)
        good = append(text_string(&file), index, known, quick, error);
    maildir_index_clear(&found);
    return good;
}

bool maildir_index_update(const char *path, bool quick, struct maildir_index *ret, struct error *error) {
    auto_text lock_path = TEXT_EMPTY;
    text_append_format(&lock_path, "%s/" INDEX_NAME ".lock", path);
    int lock = open(text_string(&lock_path), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0660);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        error_set(error, ERROR_TEMPORARY, "can't lock %s: %s", text_string(&lock_path), strerror(errno));
        if (lock >= 0)
            close(lock);
        return false;
    }
    struct maildir_index index = {0};
    bool good = update_locked(path, quick, &index, error);
    close(lock);
    if (good)
        *ret = index;
    else
        maildir_index_clear(&index);
    return good;
}
