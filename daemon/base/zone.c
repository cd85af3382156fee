#include "base/zone.h"

#include <glob.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/zone_file.h"

enum { NAME_MAX_LENGTH = 64, FILE_SIZE_MAX = 1 << 20, LOOK_AGAIN_MS = 1000 };

struct zone {
    char *name;
    char *path; /* NULL: built in */
    struct stat status;
    int64_t looked_at; /* the monotonic millisecond when the file was last compared with it */
    struct zone_file file;
    struct zone *older; /* in the cache */
};

static struct zone_type utc_type = {.abbreviation = "UTC"};
static const struct zone utc = {.name = (char[]){"UTC"}, .file = {.types = &utc_type, .type_count = 1}};

/* Zones are never let go, not even one whose file has changed since: others may still hold it. */
static struct {
    pthread_mutex_t lock;
    char *directory;
    struct zone *newest;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

void zone_set_directory(const char *directory) {
    pthread_mutex_lock(&cache.lock);
    free(cache.directory);
    cache.directory = memory_copy_string(directory);
    for (struct zone *zone = cache.newest; zone; zone = zone->older)
        zone->looked_at = INT64_MIN / 2;
    pthread_mutex_unlock(&cache.lock);
}

const struct zone *zone_utc(void) {
    return &utc;
}

const char *zone_name(const struct zone *zone) {
    return zone->name;
}

/* ---- Names ---- */

/* Zone names hold no dot at all, so that neither ".." nor a file beside the zones (zone.tab) can be named; and every
 * one starts with a capital, which leaves out "localtime", "posixrules", "posix/" and "right/". */
static bool name_is_safe(const char *name) {
    size_t length = strnlen(name, NAME_MAX_LENGTH + 1);
    if (length == 0 || length > NAME_MAX_LENGTH || name[0] < 'A' || name[0] > 'Z' || name[length - 1] == '/')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!ascii_is_letter_or_digit(name[i]) && !strchr("_+-", name[i]) && (name[i] != '/' || name[i - 1] == '/'))
            return false;
    return true;
}

/* The names of all zones below DIRECTORY; each is the end of one of FOUND's paths. */
static const char **list_names(const char *directory, glob_t *found, struct arena *arena, size_t *ret_count) {
    static const char *const levels[] = {"[A-Z]*", "[A-Z]*/[A-Z]*", "[A-Z]*/[A-Z]*/[A-Z]*"};
    for (size_t i = 0; i < COUNT_OF(levels); i++)
        glob(arena_format(arena, "%s/%s", directory, levels[i]), GLOB_MARK | (i ? GLOB_APPEND : 0), NULL, found);
    const char **names = arena_take_array(arena, found->gl_pathc + 1, sizeof *names);
    for (size_t i = 0; i < found->gl_pathc; i++) {
        const char *name = found->gl_pathv[i] + strlen(directory) + 1;
        if (name_is_safe(name)) /* a folder's ends with a slash */
            names[(*ret_count)++] = name;
    }
    return names;
}

static int compare_names(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The nearest whole name, or else the zone whose last part is nearest: people write "Sydney". */
static const char *suggest_name(const char *name, const char *directory, struct arena *arena) {
    glob_t found cleanup(globfree) = {0};
    size_t count = 0;
    const char **names = list_names(directory, &found, arena, &count);
    qsort(names, count, sizeof *names, compare_names);
    const char *nearest = suggest_nearest(name, names, count);
    const char **cities = arena_take_array(arena, count + 1, sizeof *cities);
    for (size_t i = 0; i < count; i++) {
        const char *slash = strrchr(names[i], '/');
        cities[i] = slash ? slash + 1 : names[i];
    }
    const char *slash = strrchr(name, '/');
    const char *city = nearest ? NULL : suggest_nearest(slash ? slash + 1 : name, cities, count);
    for (size_t i = 0; city && i < count; i++)
        if (cities[i] == city)
            nearest = names[i];
    return arena_copy_string(arena, nearest);
}

static bool refuse_name(const char *name, const char *directory, struct error *error) {
    auto_arena arena = arena_new();
    auto_text shown = TEXT_EMPTY;
    char *start = arena_copy_bytes(arena, name, strnlen(name, NAME_MAX_LENGTH));
    text_append_printable(&shown, start);
    const char *nearest = suggest_name(start, directory, arena);
    if (nearest)
        return error_set(error, ERROR_PERMANENT, "unknown time zone \"%s\"; did you mean \"%s\"?", text_string(&shown),
                         nearest);
    return error_set(error, ERROR_PERMANENT,
                     "unknown time zone \"%s\"; write an IANA name such as \"Australia/Sydney\" or \"Europe/Paris\"",
                     text_string(&shown));
}

/* ---- Loading ---- */

static bool is_same_file(const struct stat *a, const struct stat *b) {
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static struct zone *find_cached(const char *path) {
    struct zone *zone = cache.newest;
    while (zone && strcmp(zone->path, path) != 0)
        zone = zone->older;
    return zone;
}

/* The cache is locked. */
static bool load(const char *name, const struct zone **ret, struct error *error) {
    const char *directory = cache.directory ?: "/usr/share/zoneinfo";
    if (!name_is_safe(name))
        return refuse_name(name, directory, error);
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s/%s", directory, name);
    struct zone *cached = find_cached(text_string(&path));
    int64_t now = clock_monotonic_ms();
    if (cached && now - cached->looked_at < LOOK_AGAIN_MS) {
        *ret = cached;
        return true;
    }
    struct stat status;
    bool exists = stat(text_string(&path), &status) == 0;
    if (cached)
        cached->looked_at = now;
    /* While a package upgrade replaces the file, what we have goes on. */
    if (cached && (!exists || is_same_file(&cached->status, &status))) {
        *ret = cached;
        return true;
    }
    auto_text bytes = TEXT_EMPTY;
    if (!exists || !S_ISREG(status.st_mode) || !descriptor_read_file(text_string(&path), FILE_SIZE_MAX, &bytes)) {
        if (access(directory, R_OK | X_OK) != 0)
            return error_set(error, ERROR_CONFIGURATION,
                             "time zone \"%s\" can't be read: there is no %s; install the package tzdata", name,
                             directory);
        return refuse_name(name, directory, error);
    }
    struct zone_file file;
    if (!zone_file_parse((const uint8_t *)text_string(&bytes), bytes.length, &file, error)) {
        if (!cached)
            return error_prefix(error, "time zone \"%s\" can't be used (%s)", name, text_string(&path));
        *ret = cached;
        return true;
    }
    struct zone *zone = memory_new(sizeof *zone);
    *zone = (struct zone){.name = memory_copy_string(name),
                          .path = text_steal(&path),
                          .status = status,
                          .looked_at = now,
                          .file = file,
                          .older = cache.newest};
    cache.newest = zone;
    *ret = zone;
    return true;
}

bool zone_load(const char *name, const struct zone **ret, struct error *error) {
    if (strcmp(name, "UTC") == 0) {
        *ret = &utc;
        return true;
    }
    pthread_mutex_lock(&cache.lock);
    bool good = load(name, ret, error);
    pthread_mutex_unlock(&cache.lock);
    return good;
}

bool zone_exists(const char *name) {
    const struct zone *zone;
    struct error error;
    return zone_load(name, &zone, &error);
}

/* ---- Converting ---- */

static int64_t days_of(int64_t seconds) {
    return seconds / SECONDS_PER_DAY - (seconds % SECONDS_PER_DAY < 0);
}

void zone_to_local(const struct zone *zone, int64_t moment, struct zone_local *ret) {
    int64_t next;
    const struct zone_type *type = zone_file_type_at(&zone->file, moment, &next);
    int64_t local = moment + type->offset, days = days_of(local);
    *ret = (struct zone_local){
        .date = civil_from_days(days),
        .time_of_day = (int32_t)(local - days * SECONDS_PER_DAY),
        .offset = type->offset,
        .daylight_saving = type->daylight_saving,
        .abbreviation = type->abbreviation,
    };
}

/* Walks the stretches around the wanted local time, earliest first: the first that contains it wins; where two
 * neighbours leave it out between them, the one before it decides. */
int64_t zone_to_utc(const struct zone *zone, struct civil_date date, int32_t time_of_day) {
    int64_t local = civil_to_days(date) * SECONDS_PER_DAY + time_of_day;
    int64_t moment = local - INT64_C(2) * SECONDS_PER_DAY; /* offsets are below 26 hours */
    for (;;) {
        int64_t next, unused;
        int32_t offset = zone_file_type_at(&zone->file, moment, &next)->offset;
        if (next == INT64_MAX || local - offset < next)
            return local - offset;
        int32_t offset_after = zone_file_type_at(&zone->file, next, &unused)->offset;
        if (local - offset_after < next)
            return local - offset;
        moment = next;
    }
}

int64_t zone_add(const struct zone *zone, int64_t moment, const struct duration *duration) {
    if (duration->months == 0 && duration->days == 0)
        return moment + duration->seconds;
    struct zone_local local;
    zone_to_local(zone, moment, &local);
    struct civil_date date = civil_add_days(civil_add_months(local.date, duration->months), duration->days);
    return zone_to_utc(zone, date, local.time_of_day) + duration->seconds;
}

int64_t zone_next_change(const struct zone *zone, int64_t moment) {
    int64_t next;
    const struct zone_type *type = zone_file_type_at(&zone->file, moment, &next);
    /* A rule may name changes for ever that change nothing (daylight saving all year); years of those are enough. */
    for (size_t steps = zone->file.time_count + 8; next != INT64_MAX && steps > 0; steps--) {
        int64_t after;
        const struct zone_type *changed = zone_file_type_at(&zone->file, next, &after);
        if (changed->offset != type->offset || changed->daylight_saving != type->daylight_saving ||
            strcmp(changed->abbreviation, type->abbreviation) != 0)
            return next;
        next = after;
    }
    return INT64_MAX;
}
