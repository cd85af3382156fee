#include "app/configuration/configuration_file.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/descriptor.h"
#include "base/error.h"
#include "base/text.h"

enum {
    FILE_SIZE_MOST = 1024 * 1024,
    INCLUDE_DEPTH_MOST = 8,
    READINGS_MOST = 50, /* each further reading gets past one more unknown option */
};

/* A hidden list with a default, whose value libconfuse "parses" as soon as a section begins: tells the line. */
#define OPENER " opened"
/* Called at the end of each file. libconfuse takes the end of the file for the end of a section; this name, known only
 * outside of sections, doesn't. */
#define END_MARK "end-of-this-file"

/* An option that the table doesn't know is declared as if it did, and the file read again: libconfuse stops at the
 * first fault, but people want to hear of all. */
struct unknown {
    const char *section, *name, *file, *message;
    const char
        *stray_message; /* what to say instead where it turns out to be no option but a loose word; may be NULL */
    int line;
    bool told; /* in this reading */
};

/* libconfuse's callbacks carry no data of ours. */
static struct reading {
    struct arena *arena;
    struct configuration_file *file;
    struct error_list *errors;
    struct unknown unknown[READINGS_MOST];
    size_t unknown_count;
    bool found_unknown; /* one more since the reading began */
    int depth;
    int last_line;        /* of the file being read */
    bool end_seen;        /* the mark at its end was reached */
    int value_line;       /* where the last value stood, */
    const char *value_of; /* and whose it was */
} * reading;

/* A fault where libconfuse stands. */
#define tell(cfg, ...) error_list_add(reading->errors, (cfg)->filename, (cfg)->line, __VA_ARGS__)

static const char *keep(const char *string) {
    return arena_copy_string(reading->arena, string);
}

static const char *section_words(const cfg_t *cfg) {
    if (string_equal(cfg->name, "root"))
        return "outside of all sections";
    return cfg->title ? arena_format(reading->arena, "in section %s \"%s\"", cfg->name, cfg->title)
                      : arena_format(reading->arena, "in section %s", cfg->name);
}

static struct file_section *current_section(void) {
    struct configuration_file *file = reading->file;
    require(file->count);
    return &file->sections[file->count - 1];
}

/* ---- Callbacks: what the file says ---- */

static int section_opened(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result) {
    (void)option;
    struct configuration_file *file = reading->file;
    file->sections = memory_grow(file->sections, &file->capacity, file->count + 1, sizeof *file->sections);
    file->sections[file->count++] = (struct file_section){
        .spec = configuration_options_find_section(cfg->name),
        .title = keep(cfg->title),
        .file = keep(cfg->filename),
        .line = cfg->line,
    };
    *(const char **)result = value;
    return 0;
}

static bool is_plain_text(const char *value) {
    if (!utf8_is_valid(value, strlen(value)))
        return false;
    for (const char *c = value; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return false;
    return true;
}

static struct file_option *new_option(struct file_section *section, const struct option_spec *spec, const cfg_t *cfg) {
    section->options = memory_grow(section->options, &section->capacity, section->count + 1, sizeof *section->options);
    struct file_option *option = &section->options[section->count++];
    *option = (struct file_option){.spec = spec, .file = keep(cfg->filename), .line = cfg->line};
    return option;
}

static int value_found(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result) {
    struct file_section *section = current_section();
    const struct option_spec *spec = configuration_options_find(section->spec, opt->name);
    struct file_option *option = NULL;
    for (size_t i = 0; i < section->count; i++)
        if (section->options[i].spec == spec)
            option = &section->options[i];
    reading->value_line = cfg->line;
    reading->value_of = spec->name;
    *(const char **)result = value;
    /* libconfuse has made room for this value already: the first one of an assignment finds 1. */
    if (option && opt->nvalues == 1) {
        tell(cfg, "\"%s\" stands %s a second time; the first is on line %d. Keep one of them.", spec->name,
             section_words(cfg), option->line);
        return 0;
    }
    if (!option)
        option = new_option(section, spec, cfg);
    if (!is_plain_text(value)) {
        tell(cfg, "The value of \"%s\" must be UTF-8 text on one line, without control characters.", spec->name);
        return 0;
    }
    option->values = memory_grow(option->values, &option->capacity, option->count + 1, sizeof *option->values);
    option->values[option->count++] = keep(value);
    return 0;
}

/* ---- Unknown names ---- */

static const char *unknown_words(const cfg_t *cfg, const char *name) {
    bool outside = string_equal(cfg->name, "root");
    return configuration_options_unknown(outside ? NULL : current_section()->spec,
                                         outside ? 0 : current_section()->line, section_words(cfg), name,
                                         reading->arena);
}

static void tell_unknown(struct unknown *unknown) {
    if (!unknown->told)
        error_list_add(reading->errors, unknown->file, unknown->line, "%s", unknown->message);
    unknown->told = true;
}

static void tell_stray(struct unknown *unknown) {
    if (unknown->stray_message)
        unknown->message = unknown->stray_message;
    tell_unknown(unknown);
}

static struct unknown *find_unknown(const cfg_t *cfg, const char *name) {
    for (size_t i = 0; i < reading->unknown_count; i++)
        if (string_equal(reading->unknown[i].section, cfg->name) && string_equal(reading->unknown[i].name, name))
            return &reading->unknown[i];
    return NULL;
}

/* Declared only so that reading could go on. */
static int unknown_value_found(cfg_t *cfg, cfg_opt_t *opt, const char *value, void *result) {
    struct unknown *unknown = find_unknown(cfg, opt->name);
    if (unknown && !unknown->told)
        tell_unknown(unknown);
    else if (opt->nvalues == 1)
        tell(cfg, "%s", unknown_words(cfg, opt->name));
    *(const char **)result = value;
    return 0;
}

static void unknown_found(const cfg_t *cfg, const char *name) {
    struct unknown unknown = {
        .section = keep(cfg->name), .name = keep(name), .file = keep(cfg->filename), .line = cfg->line};
    unknown.message = unknown_words(cfg, name);
    if (reading->value_of && reading->value_line == cfg->line)
        unknown.stray_message = arena_format(
            reading->arena,
            "\"%s\" is not understood after the value of \"%s\". A value of several words stands in quotes.", name,
            reading->value_of);
    bool has_section = configuration_options_find_section(cfg->name);
    bool broken = configuration_options_find_section(name) || string_equal(name, "include");
    if (has_section && !broken && reading->unknown_count < READINGS_MOST) {
        reading->unknown[reading->unknown_count++] = unknown;
        reading->found_unknown = true;
    } else {
        tell_unknown(&unknown);
    }
}

/* ---- Faults of form ---- */

static void tell_end(const cfg_t *cfg) {
    if (string_equal(cfg->name, "root"))
        error_list_add(reading->errors, cfg->filename, reading->last_line,
                       "The file ends in the middle of something: a quote, a value or a { ... } is not finished.");
    else
        error_list_add(
            reading->errors, cfg->filename, reading->last_line,
            "The file ends before section %s, opened on line %d, has ended: a } or a closing quote is missing.",
            cfg->name, current_section()->line);
}

/* libconfuse gives its faults as English formats; those that people meet are told in our words. */
__attribute__((format(printf, 2, 0))) static void fault_found(cfg_t *cfg, const char *format, va_list arguments) {
    char text[512], name[256] = "";
    if (strstr(format, "'%s'")) {
        va_list copy;
        va_copy(copy, arguments);
        snprintf(name, sizeof name, "%s", va_arg(copy, const char *));
        va_end(copy);
    }
    vsnprintf(text, sizeof text, format, arguments);
    if (cfg->line > reading->last_line || string_starts_with(format, "premature end") ||
        string_starts_with(format, "unterminated"))
        tell_end(cfg);
    else if (string_starts_with(format, "no such option"))
        unknown_found(cfg, name);
    else if (string_starts_with(format, "missing equal sign") && find_unknown(cfg, name))
        tell_stray(find_unknown(cfg, name));
    else if (string_starts_with(format, "missing equal sign"))
        tell(cfg, "After \"%s\" a = and a value are expected.", name);
    else if (string_starts_with(format, "missing opening brace"))
        tell(cfg, "Section \"%s\" needs a { after its name%s.", name,
             configuration_options_find_section(name) && configuration_options_find_section(name)->title ? " and title"
                                                                                                         : "");
    else if (string_starts_with(format, "missing title"))
        tell(cfg, "Section \"%s\" needs a title: %s \"NAME\" { ... }", name, name);
    else if (string_starts_with(format, "unexpected closing brace"))
        tell(cfg, "This } closes nothing: one is too many, or a { is missing.");
    else if (string_starts_with(format, "missing parenthesis") || string_starts_with(format, "syntax error in call"))
        tell(cfg, "Including a file is written include(\"FILE\").");
    else if (string_starts_with(format, "unexpected token"))
        tell(cfg, "\"%s\" is not expected here %s.", name, section_words(cfg));
    else
        tell(cfg, "%s.", text);
}

/* ---- Files ---- */

/* How long the comment is that AT begins, without the newline behind it; 0: it begins none, or one without an end. */
static size_t comment_length(const char *at) {
    if (*at == '#' || string_starts_with(at, "//"))
        return strcspn(at, "\n");
    const char *end = string_starts_with(at, "/*") ? strstr(at + 2, "*/") : NULL;
    return end ? (size_t)(end - at) + 2 : 0;
}

/* Comments become blanks: libconfuse 3.3 counts lines for them that there are not. What begins within a word begins
 * none. */
static void blank_comments(char *bytes) {
    char quote = '\0', before = ' ';
    for (char *at = bytes; *at; before = *at++) {
        size_t length = quote || !strchr(" \t\n={}(),+\"'", before) ? 0 : comment_length(at);
        for (; length > 0; length--, at++)
            *at = *at == '\n' ? '\n' : ' ';
        if (!*at)
            return;
        if (quote && *at == '\\' && at[1])
            at++;
        else if (quote ? *at == quote : *at == '"' || *at == '\'')
            quote = quote ? '\0' : *at;
    }
}

/* Hands the bytes to libconfuse under the name PATH. False where it stopped at a fault. */
static bool parse_bytes(cfg_t *cfg, const char *path, struct text *bytes) {
    char *outer_name = cfg->filename;
    int outer_line = cfg->line, outer_last = reading->last_line;
    size_t start = utf8_mark_length(bytes->bytes, bytes->length);
    reading->last_line = bytes->length ? 1 + utf8_line_ends(bytes->bytes, bytes->length - 1) : 1;
    reading->end_seen = false;
    reading->value_of = NULL;
    if (bytes->length > start)
        blank_comments(bytes->bytes + start);
    text_append(bytes, "\n" END_MARK "()\n");

    FILE *stream = fmemopen(bytes->bytes + start, bytes->length - start, "r");
    require(stream);
    cfg->filename = strdup(path);
    require(cfg->filename);
    bool good = cfg_parse_fp(cfg, stream) == CFG_SUCCESS;
    fclose(stream);
    if (good && !reading->end_seen)
        good = error_list_add(reading->errors, path, reading->last_line, "A comment begun with /* is never closed.");
    if (outer_name) {
        free(cfg->filename);
        cfg->filename = outer_name;
        cfg->line = outer_line;
        reading->last_line = outer_last;
    }
    return good;
}

static int end_reached(cfg_t *cfg, cfg_opt_t *option, int count, const char **arguments) {
    (void)cfg, (void)option, (void)count, (void)arguments;
    reading->end_seen = true;
    return 0;
}

static int include_found(cfg_t *cfg, cfg_opt_t *option, int count, const char **arguments) {
    (void)option;
    if (count != 1 || string_is_empty(arguments[0])) {
        tell(cfg, "Including a file is written include(\"FILE\").");
        return 1;
    }
    const char *path = arguments[0], *slash = strrchr(cfg->filename, '/');
    if (*path != '/' && slash)
        path = arena_format(reading->arena, "%.*s/%s", (int)(slash - cfg->filename), cfg->filename, path);
    else
        path = keep(path);
    if (reading->depth >= INCLUDE_DEPTH_MOST) {
        tell(cfg, "Files include each other more than %d deep; does one include itself?", INCLUDE_DEPTH_MOST);
        return 1;
    }
    auto_text bytes = TEXT_EMPTY;
    if (!descriptor_read_file(path, FILE_SIZE_MOST, &bytes)) {
        tell(cfg, "Can't read %s: %s.", path, strerror(errno));
        return 1;
    }
    reading->depth++;
    bool good = parse_bytes(cfg, path, &bytes);
    reading->depth--;
    reading->value_of = NULL;
    return good ? 0 : 1;
}

/* ---- The table, as libconfuse wants it ---- */

static cfg_opt_t *declare_options(const struct section_spec *section) {
    static char opened[] = "{opened}";
    size_t known = 0, count = 0;
    while (section->options[known].name)
        known++;
    cfg_opt_t *options = arena_take_array(reading->arena, known + reading->unknown_count + 2, sizeof *options);
    options[count++] = (cfg_opt_t)CFG_STR_LIST_CB(OPENER, opened, CFGF_NONE, section_opened);
    for (size_t i = 0; i < known; i++)
        options[count++] = (cfg_opt_t)CFG_STR_LIST_CB(section->options[i].name, NULL, CFGF_NODEFAULT, value_found);
    for (size_t i = 0; i < reading->unknown_count; i++)
        if (string_equal(reading->unknown[i].section, section->name))
            options[count++] =
                (cfg_opt_t)CFG_STR_LIST_CB(reading->unknown[i].name, NULL, CFGF_NODEFAULT, unknown_value_found);
    options[count] = (cfg_opt_t)CFG_END();
    return options;
}

static cfg_t *declare(void) {
    size_t count = 0, sections = 0;
    while (configuration_sections[sections].name)
        sections++;
    cfg_opt_t *options = arena_take_array(reading->arena, sections + 3, sizeof *options);
    for (const struct section_spec *section = configuration_sections; section->name; section++)
        options[count++] = (cfg_opt_t)CFG_SEC(section->name, declare_options(section),
                                              section->title ? CFGF_MULTI | CFGF_TITLE : CFGF_MULTI);
    options[count++] = (cfg_opt_t)CFG_FUNC("include", include_found);
    options[count++] = (cfg_opt_t)CFG_FUNC(END_MARK, end_reached);
    options[count] = (cfg_opt_t)CFG_END();
    cfg_t *cfg = cfg_init(options, CFGF_NONE);
    require(cfg);
    cfg_set_error_function(cfg, fault_found);
    return cfg;
}

void configuration_file_read_bytes(const char *path, struct text *bytes, struct arena *arena,
                                   struct configuration_file *ret, struct error_list *errors) {
    struct reading here = {.arena = arena, .file = ret};
    *ret = (struct configuration_file){0};
    if (memchr(text_string(bytes), '\0', bytes->length)) {
        error_list_add(errors, path, 0, "This is no text file: it holds NUL bytes.");
        return;
    }
    reading = &here;
    bool good;
    size_t length = bytes->length;
    auto_error_list found = ERROR_LIST_EMPTY;
    do {
        error_list_free(&found);
        configuration_file_free(ret);
        here.errors = &found;
        here.found_unknown = false;
        for (size_t i = 0; i < here.unknown_count; i++)
            here.unknown[i].told = false;
        text_truncate(bytes, length);
        cfg_t *cfg = declare();
        good = parse_bytes(cfg, path, bytes);
        cfg_free(cfg);
    } while (here.found_unknown);
    /* An unknown option with an empty list never comes by again. */
    for (size_t i = 0; good && i < here.unknown_count; i++)
        tell_unknown(&here.unknown[i]);
    reading = NULL;
    for (size_t i = 0; i < found.count; i++)
        error_list_add(errors, found.entries[i].file, found.entries[i].line, "%s", found.entries[i].message);
    ret->complete = good;
}

void configuration_file_read(const char *path, struct arena *arena, struct configuration_file *ret,
                             struct error_list *errors) {
    auto_text bytes = TEXT_EMPTY;
    *ret = (struct configuration_file){0};
    if (descriptor_read_file(path, FILE_SIZE_MOST, &bytes))
        configuration_file_read_bytes(path, &bytes, arena, ret, errors);
    else
        error_list_add(errors, path, 0, "Can't read the configuration: %s.", strerror(errno));
}

void configuration_file_free(struct configuration_file *file) {
    for (size_t i = 0; i < file->count; i++) {
        for (size_t j = 0; j < file->sections[i].count; j++)
            free(file->sections[i].options[j].values);
        free(file->sections[i].options);
    }
    free(file->sections);
    *file = (struct configuration_file){0};
}

const struct file_option *configuration_file_option(const struct file_section *section, const char *name) {
    for (size_t i = 0; i < section->count; i++)
        if (string_equal(section->options[i].spec->name, name))
            return &section->options[i];
    return NULL;
}
