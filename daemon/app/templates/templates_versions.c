#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/templates/template_files.h"
#include "app/templates/templates_private.h"
#include "base/clock.h"

enum { LOOK_EVERY_MS = 1000 };

/* One path, whether there is a file or not. */
struct templates_entry {
    struct templates_entry *next;
    char *path;
    bool looked; /* at least once */
    bool broken; /* what lies on disk can't be used */
    bool told_well;
    int64_t looked_at; /* monotonic milliseconds */
    uint64_t used;     /* the rendering that saw it last */
    struct template_file_identity identity;
    const void *meaning; /* of the version in use, in ARENA; NULL where there is none */
    bool from_disk;      /* that version was on disk once (not built in) */
    struct arena *arena;
};

void templates_versions_free(struct templates *templates) {
    for (struct templates_entry *entry = templates->entries, *next; entry; entry = next) {
        next = entry->next;
        arena_free(entry->arena);
        free(entry->path);
        free(entry);
    }
}

void templates_look_again(struct templates *templates) {
    for (struct templates_entry *entry = templates->entries; entry; entry = entry->next)
        entry->looked_at = INT64_MIN / 2;
}

static struct templates_entry *find_entry(struct templates *templates, const char *path) {
    for (struct templates_entry *entry = templates->entries; entry; entry = entry->next)
        if (strcmp(entry->path, path) == 0)
            return entry;
    struct templates_entry *entry = memory_new(sizeof *entry);
    entry->path = memory_copy_string(path);
    entry->next = templates->entries;
    templates->entries = entry;
    return entry;
}

static void take(struct templates_entry *entry, const void *meaning, struct arena **arena, bool from_disk) {
    arena_free(entry->arena);
    entry->arena = steal(*arena);
    entry->meaning = meaning;
    entry->from_disk = from_disk;
}

/* The version to fall back on: the built-in one. */
static void use_built_in(struct templates_entry *entry, const struct templates_reader *reader) {
    size_t length;
    const char *bytes = template_files_built_in(entry->path, &length);
    auto_arena arena = arena_new();
    auto_error_list problems = ERROR_LIST_EMPTY;
    const void *meaning = NULL;
    if (bytes) {
        const char *file = arena_format(arena, "templates/%s (built in)", entry->path);
        meaning = reader->read(reader, false, bytes, length, file, arena, &problems);
    }
    take(entry, meaning, &arena, false);
}

/* What lies on disk is broken: what was good before the last restart, else the built-in one. */
static void use_remembered(struct templates *templates, struct templates_entry *entry,
                           const struct templates_reader *reader) {
    auto_text bytes = TEXT_EMPTY;
    auto_error_list problems = ERROR_LIST_EMPTY;
    if (templates->owner.load && templates->owner.load(templates->owner.context, entry->path, &bytes)) {
        auto_arena arena = arena_new();
        const char *file = arena_format(arena, "%s/%s (last good version)", templates->directory, entry->path);
        const void *meaning = reader->read(reader, false, text_string(&bytes), bytes.length, file, arena, &problems);
        if (meaning) {
            take(entry, meaning, &arena, true);
            return;
        }
    }
    use_built_in(entry, reader);
}

static void tell(struct templates *templates, struct templates_entry *entry, const char *problem) {
    entry->broken = problem != NULL;
    if (templates->owner.report && (problem || !entry->told_well))
        templates->owner.report(templates->owner.context, entry->path, problem);
    entry->told_well = problem == NULL;
}

/* Reads what lies on disk now. */
static void read_disk(struct templates *templates, struct templates_entry *entry,
                      const struct templates_reader *reader) {
    auto_text bytes = TEXT_EMPTY, told = TEXT_EMPTY;
    auto_error_list problems = ERROR_LIST_EMPTY;
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    const void *meaning = NULL;
    if (template_files_read(templates->directory, entry->path, &bytes, &error)) {
        const char *file = arena_format(arena, "%s/%s", templates->directory, entry->path);
        meaning = reader->read(reader, true, text_string(&bytes), bytes.length, file, arena, &problems);
    } else {
        error_list_add(&problems, NULL, 0, "%s", error.message);
    }
    if (meaning) {
        take(entry, meaning, &arena, true);
        if (templates->owner.save)
            templates->owner.save(templates->owner.context, entry->path, text_string(&bytes), bytes.length);
        tell(templates, entry, NULL);
        return;
    }
    if (!entry->meaning || !entry->from_disk)
        use_remembered(templates, entry, reader);
    error_list_sort(&problems);
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        text_append_format(&told, "%s\n", line);
    }
    tell(templates, entry, text_string(&told));
}

/* An editor may be writing it at this moment: a half must not be taken for the whole. */
static bool is_settling(const struct template_file_identity *identity) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age_ms =
        (now.tv_sec - identity->modified_seconds) * 1000 + (now.tv_nsec - identity->modified_nanoseconds) / 1000000;
    return age_ms >= 0 && age_ms < LOOK_EVERY_MS;
}

const void *templates_versions_current(struct templates *templates, const char *path,
                                       const struct templates_reader *reader) {
    struct templates_entry *entry = find_entry(templates, path);
    int64_t now = clock_monotonic_ms();
    if (entry->looked && (entry->used == templates->use || now - entry->looked_at < LOOK_EVERY_MS)) {
        entry->used = templates->use;
        return entry->meaning;
    }
    entry->used = templates->use;
    entry->looked_at = now;
    struct template_file_identity identity = template_files_identify(templates->directory, path);
    if (entry->looked && template_files_same(&identity, &entry->identity))
        return entry->meaning;
    bool on_disk = template_files_on_disk(&identity);
    if (on_disk && entry->meaning && entry->from_disk && is_settling(&identity))
        return entry->meaning;
    entry->looked = true;
    entry->identity = identity;
    if (on_disk) {
        read_disk(templates, entry, reader);
    } else {
        use_built_in(entry, reader);
        if (entry->meaning || entry->broken)
            tell(templates, entry, NULL);
    }
    return entry->meaning;
}
