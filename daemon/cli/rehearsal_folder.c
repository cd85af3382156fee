#include "cli/rehearsal_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/zone.h"
#include "cli/rehearsal_page.h"

#define MESSAGES "messages"

enum { LANGUAGE_LENGTH_MOST = 35 };

struct rehearsal_folder {
    const char *path, *title;
    const struct zone *zone;
    int descriptor, day_descriptor; /* of MESSAGES, and of a day's in it */
    int64_t day;
    struct rehearsal_text *texts;
    size_t count, capacity;
    struct arena *arena;
};

static bool cannot(struct error *error, const char *what, const char *path) {
    return error_set(error, ERROR_PERMANENT, "Can't %s %s: %s.", what, path, strerror(errno));
}

/* ---- The folder ---- */

static bool is_empty(const char *path, struct error *error) {
    DIR *names = opendir(path);
    bool empty = true;
    if (!names)
        return cannot(error, "read the folder", path);
    for (struct dirent *name; (name = readdir(names));)
        empty = empty && (string_equal(name->d_name, ".") || string_equal(name->d_name, ".."));
    closedir(names);
    return empty || error_set(error, ERROR_PERMANENT,
                              "There is something in %s already. Name a folder that is new or empty.", path);
}

static bool open_below(int parent, const char *name, int *ret, struct error *error) {
    if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST)
        return cannot(error, "make the folder", name);
    *ret = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return *ret >= 0 || cannot(error, "open the folder", name);
}

bool rehearsal_folder_new(const char *path, const char *title, const struct configuration *configuration,
                          struct rehearsal_folder **ret, struct error *error) {
    struct rehearsal_folder *folder cleanup(rehearsal_folder_free_pointer) = memory_new(sizeof *folder);
    *folder = (struct rehearsal_folder){.arena = arena_new(), .descriptor = -1, .day_descriptor = -1, .day = INT64_MIN};
    folder->path = arena_copy_string(folder->arena, path);
    folder->title = arena_copy_string(folder->arena, title ? title : configuration->programme.name);
    if (!zone_load(configuration->programme.time_zone, &folder->zone, error))
        return false;
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return cannot(error, "make the folder", path);
    if (!is_empty(path, error) ||
        !open_below(AT_FDCWD, arena_format(folder->arena, "%s/" MESSAGES, path), &folder->descriptor, error))
        return false;
    *ret = steal(folder);
    return true;
}

static void free_sample(const struct rehearsal_sample *sample) {
    free((char *)(uintptr_t)sample->bytes);
}

void rehearsal_folder_free(struct rehearsal_folder *folder) {
    if (!folder)
        return;
    for (size_t i = 0; i < folder->count; i++) {
        free_sample(&folder->texts[i].shortest);
        free_sample(&folder->texts[i].longest);
    }
    if (folder->descriptor >= 0)
        close(folder->descriptor);
    if (folder->day_descriptor >= 0)
        close(folder->day_descriptor);
    free(folder->texts);
    arena_free(folder->arena);
    free(folder);
}

void rehearsal_folder_free_pointer(struct rehearsal_folder **folder) {
    rehearsal_folder_free(*folder);
    *folder = NULL;
}

/* ---- Messages ---- */

static bool write_file(int parent, const char *name, const char *bytes, size_t length, struct error *error) {
    int descriptor = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    bool good = descriptor >= 0 && descriptor_write(descriptor, bytes, length);
    if (!good)
        cannot(error, "write", name);
    if (descriptor >= 0)
        close(descriptor);
    return good;
}

static bool enter_day(struct rehearsal_folder *folder, struct civil_date date, struct error *error) {
    char name[CIVIL_DATE_SIZE];
    if (civil_to_days(date) == folder->day)
        return true;
    if (folder->day_descriptor >= 0)
        close(folder->day_descriptor);
    folder->day = civil_to_days(date);
    return open_below(folder->descriptor, civil_format_date(date, name), &folder->day_descriptor, error);
}

/* As the message says of itself. */
static const char *language_of(const struct send_request *request, struct arena *arena) {
    static const char field[] = "\r\nContent-Language: ";
    const char *end = memmem(request->bytes, request->length, "\r\n\r\n", 4);
    const char *found = end ? memmem(request->bytes, (size_t)(end - request->bytes), field, sizeof field - 1) : NULL;
    const char *value = found ? found + sizeof field - 1 : "";
    size_t length = strcspn(value, "\r");
    return arena_copy_bytes(arena, value, length < LANGUAGE_LENGTH_MOST ? length : LANGUAGE_LENGTH_MOST);
}

static struct rehearsal_text *find_text(struct rehearsal_folder *folder, const char *language,
                                        const struct outbox_row *row) {
    for (size_t i = 0; i < folder->count; i++) {
        struct rehearsal_text *text = &folder->texts[i];
        if (text->occurrence == row->occurrence && string_equal(text->step, row->step) &&
            string_equal(text->language, language))
            return text;
    }
    folder->texts = memory_grow(folder->texts, &folder->capacity, folder->count + 1, sizeof *folder->texts);
    folder->texts[folder->count] = (struct rehearsal_text){.language = arena_copy_string(folder->arena, language),
                                                           .step = arena_copy_string(folder->arena, row->step),
                                                           .occurrence = row->occurrence};
    return &folder->texts[folder->count++];
}

static void keep(struct rehearsal_folder *folder, struct rehearsal_sample *sample, const char *file, size_t width,
                 const struct rehearsal_message *message) {
    free_sample(sample);
    *sample = (struct rehearsal_sample){.file = arena_copy_string(folder->arena, file),
                                        .name = arena_copy_string(folder->arena, message->name),
                                        .bytes = memory_copy_bytes(message->request->bytes, message->request->length),
                                        .length = message->request->length,
                                        .width = width};
}

bool rehearsal_folder_take(struct rehearsal_folder *folder, const struct rehearsal_message *message,
                           struct error *error) {
    auto_arena arena = arena_new();
    const struct send_request *request = message->request;
    struct zone_local local;
    char day[CIVIL_DATE_SIZE];
    zone_to_local(folder->zone, clock_now(), &local);
    const char *name = arena_format(arena, "%s-%06" PRId64 ".eml", message->row->step, message->row->id);
    if (!enter_day(folder, local.date, error) ||
        !write_file(folder->day_descriptor, name, request->bytes, request->length, error))
        return false;
    struct rehearsal_text *text = find_text(folder, language_of(request, arena), message->row);
    size_t width = utf8_width(message->name);
    const char *file = arena_format(arena, MESSAGES "/%s/%s", civil_format_date(local.date, day), name);
    if (text->count == 0 || width < text->shortest.width)
        keep(folder, &text->shortest, file, width, message);
    if (text->count == 0 || width > text->longest.width)
        keep(folder, &text->longest, file, width, message);
    text->count++;
    return true;
}

/* ---- The page ---- */

static int compare_texts(const void *a, const void *b) {
    const struct rehearsal_text *first = a, *second = b;
    int by_language = strcmp(first->language, second->language), by_file = 0;
    if (!by_language) /* by the day of the first */
        by_file = strcmp(first->shortest.file, second->shortest.file);
    return by_language ? by_language : by_file;
}

bool rehearsal_folder_end(struct rehearsal_folder *folder, const struct rehearsal *rehearsal, struct error *error) {
    auto_text page = TEXT_EMPTY;
    int descriptor = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return cannot(error, "open the folder", folder->path);
    if (folder->count)
        qsort(folder->texts, folder->count, sizeof *folder->texts, compare_texts);
    rehearsal_page_write(rehearsal, folder->title, folder->zone, folder->texts, folder->count, &page);
    bool good = write_file(descriptor, "index.html", text_string(&page), page.length, error);
    close(descriptor);
    return good;
}
