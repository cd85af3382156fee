#include "app/templates/template_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/embedded.h"
#include "mail/template/template.h"

#define BUILT_IN "templates/"
#define EXAMPLES "texts/"
#define TOPICS "/topics/"

enum { NAMES_MAX = 10000, NAME_LENGTH_MAX = 100, LANGUAGE_LENGTH_MAX = 35 };

struct name_set {
    const char **names;
    size_t count, capacity;
};

static char *join(const char *directory, const char *path) {
    struct text joined = TEXT_EMPTY;
    text_append_format(&joined, "%s/%s", directory, path);
    return text_steal(&joined);
}

struct template_file_identity template_files_identify(const char *directory, const char *path) {
    struct template_file_identity identity = {0};
    if (!directory)
        return identity;
    auto_string whole = join(directory, path);
    struct stat status;
    if (stat(whole, &status) == 0 && S_ISREG(status.st_mode))
        identity = (struct template_file_identity){.device = status.st_dev,
                                                   .inode = status.st_ino,
                                                   .size = (uint64_t)status.st_size,
                                                   .modified_seconds = status.st_mtim.tv_sec,
                                                   .modified_nanoseconds = status.st_mtim.tv_nsec};
    return identity;
}

bool template_files_same(const struct template_file_identity *a, const struct template_file_identity *b) {
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->modified_seconds == b->modified_seconds && a->modified_nanoseconds == b->modified_nanoseconds;
}

bool template_files_on_disk(const struct template_file_identity *identity) {
    return identity->inode != 0;
}

bool template_files_read(const char *directory, const char *path, struct text *ret, struct error *error) {
    auto_string whole = join(directory, path);
    auto_text bytes = TEXT_EMPTY;
    int file = open(whole, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return error_set(error, ERROR_CONFIGURATION, "%s can't be opened: %s", whole, strerror(errno));
    ssize_t got = 1;
    while (got > 0 && bytes.length <= TEMPLATE_BYTES_MAX) {
        char buffer[16384];
        got = read(file, buffer, sizeof buffer);
        if (got > 0)
            text_append_bytes(&bytes, buffer, (size_t)got);
    }
    int reason = errno;
    close(file);
    if (got < 0)
        return error_set(error, ERROR_TEMPORARY, "%s can't be read: %s", whole, strerror(reason));
    text_free(ret);
    *ret = bytes;
    bytes = TEXT_EMPTY;
    return true;
}

const char *template_files_built_in(const char *path, size_t *ret_length) {
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_starts_with(embedded_files[i].path, BUILT_IN) &&
            strcmp(embedded_files[i].path + strlen(BUILT_IN), path) == 0) {
            *ret_length = embedded_files[i].length;
            return embedded_files[i].bytes;
        }
    return NULL;
}

bool template_files_read_now(const char *directory, const char *path, struct arena *arena, struct text *ret,
                             const char **ret_file, struct error *error) {
    struct template_file_identity identity = template_files_identify(directory, path);
    if (template_files_on_disk(&identity)) {
        *ret_file = arena_format(arena, "%s/%s", directory, path);
        return template_files_read(directory, path, ret, error);
    }
    size_t length;
    const char *built_in = template_files_built_in(path, &length);
    if (!built_in)
        return error_set(error, ERROR_CONFIGURATION, "%s does not exist", path);
    *ret_file = arena_format(arena, "templates/%s (built in)", path);
    text_append_bytes(ret, built_in, length);
    return true;
}

bool template_files_exist(const char *directory, const char *path) {
    size_t length;
    struct template_file_identity identity = template_files_identify(directory, path);
    return template_files_on_disk(&identity) || template_files_built_in(path, &length);
}

static bool is_letter_or_digit(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9');
}

bool template_files_is_name(const char *name) {
    size_t length = strlen(name);
    if (length == 0 || length > NAME_LENGTH_MAX || name[0] == '.' || name[length - 1] == '.')
        return false;
    for (const char *c = name; *c; c++)
        if (!is_letter_or_digit(*c) && *c != '_' && *c != '-' && *c != '.')
            return false;
    return true;
}

static bool is_language(const char *language) {
    size_t length = language ? strlen(language) : 0;
    if (length < 2 || length > LANGUAGE_LENGTH_MAX || language[length - 1] == '-' || language[0] == '-')
        return false;
    for (const char *c = language; *c; c++)
        if (!is_letter_or_digit(*c) && *c != '-')
            return false;
    return true;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_name(struct name_set *set, const char *name) {
    if (set->count == NAMES_MAX)
        return;
    set->names = memory_grow(set->names, &set->capacity, set->count + 1, sizeof *set->names);
    set->names[set->count++] = name;
}

/* Ordered, each once, in the arena; the set is emptied. */
static const char **finish_set(struct name_set *set, struct arena *arena, size_t *ret_count) {
    const char **names = arena_take_array(arena, set->count + 1, sizeof *names);
    size_t count = 0;
    if (set->count)
        qsort(set->names, set->count, sizeof *set->names, compare_names);
    for (size_t i = 0; i < set->count; i++)
        if (count == 0 || strcmp(names[count - 1], set->names[i]) != 0)
            names[count++] = set->names[i];
    free(set->names);
    *ret_count = count;
    return names;
}

const char **template_files_languages(const char *directory, struct arena *arena, size_t *ret_count) {
    struct name_set set = {0};
    DIR *stream = directory ? opendir(directory) : NULL;
    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        struct stat status;
        if (is_language(entry->d_name) && fstatat(dirfd(stream), entry->d_name, &status, 0) == 0 &&
            S_ISDIR(status.st_mode))
            add_name(&set, arena_copy_string(arena, entry->d_name));
    }
    if (stream)
        closedir(stream);
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_starts_with(embedded_files[i].path, BUILT_IN)) {
            const char *start = embedded_files[i].path + strlen(BUILT_IN);
            add_name(&set, arena_copy_bytes(arena, start, strcspn(start, "/")));
        }
    return finish_set(&set, arena, ret_count);
}

/* Adds NAME without ENDING if it is the name of a template's file. */
static void add_file(struct name_set *set, const char *name, const char *ending, struct arena *arena) {
    if (!string_ends_with(name, ending))
        return;
    char *stem = arena_copy_bytes(arena, name, strlen(name) - strlen(ending));
    if (template_files_is_name(stem))
        add_name(set, stem);
}

const char **template_files_names(const char *directory, const char *folder, const char *ending, bool only_one_source,
                                  struct arena *arena, size_t *ret_count) {
    struct name_set set = {0};
    if (directory) {
        auto_string whole = join(directory, folder);
        DIR *stream = opendir(whole);
        for (struct dirent *entry; stream && (entry = readdir(stream));)
            add_file(&set, entry->d_name, ending, arena);
        if (stream)
            closedir(stream);
    }
    size_t length = strlen(folder);
    bool enough = only_one_source && set.count > 0;
    for (size_t i = 0; i < embedded_file_count && !enough; i++) {
        const char *path = embedded_files[i].path;
        if (!string_starts_with(path, BUILT_IN))
            continue;
        path += strlen(BUILT_IN);
        if (strncmp(path, folder, length) == 0 && path[length] == '/' && !strchr(path + length + 1, '/'))
            add_file(&set, path + length + 1, ending, arena);
    }
    return finish_set(&set, arena, ret_count);
}

/* Casing as RFC 5646 section 2.1.1 recommends: "pt-br" -> "pt-BR", "zh-hant" -> "zh-Hant". */
static void set_case(char *language) {
    string_lower_ascii(language);
    size_t start = strcspn(language, "-");
    while (language[start] == '-') {
        char *subtag = language + start + 1;
        size_t length = strcspn(subtag, "-");
        for (size_t i = 0; i < length && (length == 2 || (length == 4 && i == 0)); i++)
            if (subtag[i] >= 'a' && subtag[i] <= 'z')
                subtag[i] = (char)(subtag[i] - 'a' + 'A');
        start += 1 + length;
    }
}

static void add_language(const char **chain, size_t *count, const char *language, struct arena *arena) {
    if (!is_language(language))
        return;
    char *tag = arena_copy_string(arena, language);
    set_case(tag);
    for (;;) {
        bool known = false;
        for (size_t i = 0; i < *count; i++)
            known |= strcmp(chain[i], tag) == 0;
        if (!known)
            chain[(*count)++] = arena_copy_string(arena, tag);
        char *dash = strrchr(tag, '-');
        if (!dash)
            return;
        *dash = '\0';
    }
}

const char **template_files_language_chain(const char *language, const char *programme_language, struct arena *arena,
                                           size_t *ret_count) {
    const char **chain = arena_take_array(arena, LANGUAGE_LENGTH_MAX * 2 + 2, sizeof *chain);
    *ret_count = 0;
    add_language(chain, ret_count, language, arena);
    add_language(chain, ret_count, programme_language, arena);
    add_language(chain, ret_count, "en", arena);
    return chain;
}

bool template_files_topic_number(const char *name, int *ret_number, const char **ret_rest) {
    size_t digits = strspn(name, "0123456789");
    if (digits == 0 || digits > 3 || name[digits] != '-' || !name[digits + 1])
        return false;
    *ret_number = atoi(name);
    *ret_rest = name + digits + 1;
    return true;
}

/* ---- Sets of texts ---- */

const char **template_files_examples(struct arena *arena, size_t *ret_count) {
    struct name_set set = {0};
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_starts_with(embedded_files[i].path, EXAMPLES)) {
            const char *name = embedded_files[i].path + strlen(EXAMPLES);
            add_name(&set, arena_copy_bytes(arena, name, strcspn(name, "/")));
        }
    return finish_set(&set, arena, ret_count);
}

/* Whether the example's file OWN stands in the place of the built-in one at PATH. */
static bool replaces(const char *own, const char *path) {
    const char *topic = strstr(own, TOPICS), *other = strstr(path, TOPICS), *rest;
    int number, other_number;
    if (!topic || !other)
        return string_equal(own, path);
    return topic - own == other - path && memcmp(own, path, (size_t)(topic - own)) == 0 &&
           template_files_topic_number(topic + strlen(TOPICS), &number, &rest) &&
           template_files_topic_number(other + strlen(TOPICS), &other_number, &rest) && number == other_number;
}

static void add_files(struct template_file *files, size_t *count, const char *prefix) {
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_starts_with(embedded_files[i].path, prefix)) {
            const char *path = embedded_files[i].path + strlen(prefix);
            bool replaced = false;
            for (size_t j = 0; j < *count && !replaced; j++)
                replaced = replaces(files[j].path, path);
            if (!replaced)
                files[(*count)++] = (struct template_file){path, embedded_files[i].bytes, embedded_files[i].length};
        }
}

const struct template_file *template_files_of(const char *example, struct arena *arena, size_t *ret_count) {
    struct template_file *files = arena_take_array(arena, embedded_file_count, sizeof *files);
    *ret_count = 0;
    if (example)
        add_files(files, ret_count, arena_format(arena, EXAMPLES "%s/", example));
    add_files(files, ret_count, BUILT_IN);
    return files;
}
