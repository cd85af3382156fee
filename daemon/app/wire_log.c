#include "app/wire_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/descriptor.h"
#include "base/memory.h"
#include "base/text.h"

enum { MAGIC = 0x77697265 /* "wire" */, LAYOUT = 1, BOOT_SIZE = 40 };

struct entry {
    int64_t id, attempt;
    _Atomic int32_t state; /* enum wire_state; WIRE_NEVER: free. Written last, so that a kill leaves no half entry */
    struct send_result result;
};

struct file {
    int32_t magic, layout;
    char boot[BOOT_SIZE];
    _Atomic int64_t exchange;
    struct entry entries[WIRE_LOG_MOST];
};

struct wire_log {
    struct file *file;
    char boot[BOOT_SIZE]; /* now */
    size_t newest;        /* where the last entry was put */
};

/* Empty where the system does not tell: then no file is ever believed. */
static void read_boot(char ret[BOOT_SIZE]) {
    auto_text bytes = TEXT_EMPTY;
    if (descriptor_read_file("/proc/sys/kernel/random/boot_id", BOOT_SIZE, &bytes) && bytes.length < BOOT_SIZE)
        memcpy(ret, text_string(&bytes), bytes.length);
}

bool wire_log_open(const char *path, struct wire_log **ret, struct error *error) {
    int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    void *file = MAP_FAILED;
    /* With all its blocks, as a full disk would end the process at its first touch. */
    int number = descriptor < 0 ? errno : posix_fallocate(descriptor, 0, sizeof(struct file));
    if (number == 0) {
        file = mmap(NULL, sizeof(struct file), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        number = file == MAP_FAILED ? errno : 0;
    }
    if (descriptor >= 0)
        close(descriptor);
    if (number != 0)
        return error_set(error, ERROR_TEMPORARY, "the wire log %s: %s; it stands beside the database", path,
                         strerror(number));
    struct wire_log *log = memory_new(sizeof *log);
    *log = (struct wire_log){.file = file};
    read_boot(log->boot);
    *ret = log;
    return true;
}

void wire_log_close(struct wire_log *log) {
    if (!log)
        return;
    munmap(log->file, sizeof *log->file);
    free(log);
}

bool wire_log_is_of(const struct wire_log *log, int64_t number) {
    if (!log || !log->boot[0])
        return false;
    const struct file *file = log->file;
    return file->magic == MAGIC && file->layout == LAYOUT && memcmp(file->boot, log->boot, BOOT_SIZE) == 0 &&
           (file->exchange == number || file->exchange == number - 1);
}

static struct entry *find(const struct wire_log *log, int64_t id) {
    for (size_t i = 0; i < WIRE_LOG_MOST; i++) {
        struct entry *entry = &log->file->entries[(log->newest + WIRE_LOG_MOST - i) % WIRE_LOG_MOST];
        if (entry->state != WIRE_NEVER && entry->id == id)
            return entry;
    }
    return NULL;
}

enum wire_state wire_log_find(const struct wire_log *log, int64_t id, int64_t attempt, struct send_result *ret_result) {
    const struct entry *entry = find(log, id);
    if (!entry || entry->attempt != attempt)
        return WIRE_NEVER;
    if (entry->state == WIRE_RESULT)
        *ret_result = entry->result;
    return (enum wire_state)entry->state;
}

void wire_log_begin(struct wire_log *log, int64_t number) {
    if (!log)
        return;
    struct file *file = log->file;
    file->magic = 0;
    atomic_signal_fence(memory_order_seq_cst);
    memset(file->entries, 0, sizeof file->entries);
    memcpy(file->boot, log->boot, BOOT_SIZE);
    file->layout = LAYOUT;
    file->exchange = number;
    atomic_signal_fence(memory_order_seq_cst);
    file->magic = MAGIC;
}

void wire_log_note_exchange(struct wire_log *log, int64_t number) {
    if (log)
        log->file->exchange = number;
}

void wire_log_note_handed(struct wire_log *log, int64_t id, int64_t attempt) {
    if (!log)
        return;
    size_t tried = 0;
    do
        log->newest = (log->newest + 1) % WIRE_LOG_MOST;
    while (log->file->entries[log->newest].state != WIRE_NEVER && ++tried < WIRE_LOG_MOST);
    struct entry *entry = &log->file->entries[log->newest];
    require(entry->state == WIRE_NEVER);
    entry->id = id;
    entry->attempt = attempt;
    entry->state = WIRE_HANDED;
}

void wire_log_note_result(struct wire_log *log, const struct send_result *result) {
    struct entry *entry = log ? find(log, result->id) : NULL;
    if (!entry)
        return;
    entry->result = *result;
    entry->state = WIRE_RESULT;
}

void wire_log_forget(struct wire_log *log, int64_t id) {
    struct entry *entry = log ? find(log, id) : NULL;
    if (!entry)
        return;
    entry->state = WIRE_NEVER;
    entry->result = (struct send_result){0}; /* replies name addresses */
}
