#include "app/inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/text.h"

enum { FILES_AT_ONCE = 50, FILE_LENGTH_MAX = 256 * 1048576, BYTES_AT_ONCE = 32 * 1048576 };

static bool read_file(const char *path, struct text *ret, struct error *error) {
    bool standard = string_equal(path, "-");
    int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return error_set(error, ERROR_PERMANENT, "cannot open %s: %s", path, strerror(errno));
    bool done = descriptor_read(file, FILE_LENGTH_MAX, ret);
    if (!done && errno == EFBIG)
        error_set(error, ERROR_PERMANENT, "%s is larger than any mail", path);
    else if (!done)
        error_set(error, ERROR_PERMANENT, "cannot read %s: %s", path, strerror(errno));
    if (!standard)
        close(file);
    return done;
}

/* LABEL, then VALUE made printable; further lines of VALUE stand below, aligned. Nothing where VALUE is empty. */
static void show(FILE *out, const char *label, const char *value) {
    if (string_is_empty(value))
        return;
    for (const char *line = value; *line;) {
        size_t length = strcspn(line, "\n");
        auto_string copy = memory_copy_bytes(line, length);
        for (char *tab = copy; (tab = strchr(tab, '\t'));)
            *tab = ' ';
        auto_text shown = TEXT_EMPTY;
        text_append_format(&shown, "%-15s", line == value ? label : "");
        text_append_printable(&shown, copy);
        while (shown.length > 0 && shown.bytes[shown.length - 1] == ' ')
            text_truncate(&shown, shown.length - 1);
        fprintf(out, "%s\n", text_string(&shown));
        line += length + (line[length] == '\n');
    }
}

static void show_address(FILE *out, const char *label, const struct description_address *address) {
    auto_text shown = TEXT_EMPTY;
    if (*address->name && *address->address)
        text_append_format(&shown, "%s <%s>", address->name, address->address);
    else
        text_append(&shown, *address->name ? address->name : address->address);
    show(out, label, text_string(&shown));
}

static void show_bounce(FILE *out, const struct description_bounce *bounce) {
    auto_text shown = TEXT_EMPTY;
    text_append_format(&shown, "%s %s", *bounce->recipient ? bounce->recipient : "(unknown recipient)",
                       *bounce->action ? bounce->action : "complained");
    if (*bounce->status)
        text_append_format(&shown, " %s", bounce->status);
    text_append(&shown, bounce->permanent ? ", permanent" : "");
    text_append(&shown, bounce->address_dead ? ", the address is dead" : "");
    if (*bounce->diagnostic)
        text_append_format(&shown, ": %s", bounce->diagnostic);
    show(out, "Recipient:", text_string(&shown));
    show(out, "  about mail:", bounce->message_id);
}

static void show_part(FILE *out, const struct description_part *part) {
    auto_text shown = TEXT_EMPTY;
    text_append_format(&shown, "%s, %zu bytes", part->type, part->bytes);
    if (part->charset)
        text_append_format(&shown, ", %s", part->charset);
    if (part->filename)
        text_append_format(&shown, ", \"%s\"", part->filename);
    show(out, "Part:", text_string(&shown));
}

static void show_answers(FILE *out, const struct description *description) {
    auto_text shown = TEXT_EMPTY;
    for (size_t i = 0; i < description->answer_count; i++)
        text_append_format(&shown, "%s%s", i ? ", " : "", description->answers[i]);
    show(out, "Answers:", text_string(&shown));
}

static void show_tag(FILE *out, const struct description *description) {
    static const struct {
        char purpose;
        const char *meaning;
    } meanings[] = {
        {'r', "a reply to one of our messages"},
        {'b', "a bounce of one of our messages"},
        {'p', "a letter to the partnership"},
        {'u', "pauses everything for its owner"},
    };
    for (size_t i = 0; i < COUNT_OF(meanings) && description->has_tag; i++)
        if (meanings[i].purpose == description->tag_purpose)
            show(out, "Tag:", meanings[i].meaning);
    show(out, "Sub-address:", description->plain_tag);
}

static void show_description(FILE *out, const struct description *description, const char *file) {
    char date[32];
    show(out, "File:", file);
    show(out, "Kind:", mail_kind_name(description->kind));
    show(out, "Why:", description->why);
    show_address(out, "From:", &description->from);
    for (size_t i = 0; i < description->to_count; i++)
        show_address(out, i ? "" : "To:", &description->to[i]);
    for (size_t i = 0; i < description->cc_count; i++)
        show_address(out, i ? "" : "Cc:", &description->cc[i]);
    show_tag(out, description);
    show(out, "Subject:", description->subject);
    if (description->date)
        show(out, "Date:", clock_format_utc(description->date, date, sizeof date));
    show(out, "Away until:", description->away_until);
    if (description->authserv_id)
        show(out, "DMARC:", description->dmarc);
    for (size_t i = 0; i < description->bounce_count; i++)
        show_bounce(out, &description->bounces[i]);
    show_answers(out, description);
    show(out, "Text:", description->text);
    for (size_t i = 0; i < description->part_count; i++)
        show_part(out, &description->parts[i]);
    for (size_t i = 0; i < description->warning_count; i++)
        show(out, "Warning:", description->warnings[i]);
}

/* Describes and shows the mails read so far. */
static bool show_batch(const char *const *paths, const struct text *mails, size_t count, bool json, bool separated,
                       const struct description_settings *settings, struct parser *parser, FILE *out,
                       struct error *error) {
    auto_arena arena = arena_new();
    struct sandbox_input inputs[FILES_AT_ONCE];
    struct description descriptions[FILES_AT_ONCE];
    for (size_t i = 0; i < count; i++)
        inputs[i] = (struct sandbox_input){text_string(&mails[i]), mails[i].length};
    if (!parser_describe(parser, settings, inputs, count, arena, descriptions, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (json) {
            auto_string described = description_to_json(&descriptions[i], paths[i]);
            auto_text line = TEXT_EMPTY;
            text_append_json(&line, described);
            fprintf(out, "%s\n", text_string(&line));
            continue;
        }
        if (separated || i)
            fputc('\n', out);
        show_description(out, &descriptions[i], paths[i]);
    }
    return true;
}

bool inspect_files(const char *const *paths, size_t count, bool json, const struct description_settings *settings,
                   struct parser *parser, FILE *out, struct error *error) {
    struct text mails[FILES_AT_ONCE] = {{0}};
    bool done = true, readable = true;
    for (size_t start = 0; start < count && done && readable;) {
        size_t batch = 0, bytes = 0;
        while (readable && batch < FILES_AT_ONCE && start + batch < count && bytes < BYTES_AT_ONCE) {
            readable = read_file(paths[start + batch], &mails[batch], error);
            bytes += mails[batch].length;
            batch += readable;
        }
        done = batch == 0 || show_batch(paths + start, mails, batch, json, start > 0, settings, parser, out, error);
        for (size_t i = 0; i < FILES_AT_ONCE; i++)
            text_free(&mails[i]);
        start += batch;
    }
    return done && readable;
}
