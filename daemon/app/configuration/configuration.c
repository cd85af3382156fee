#include "app/configuration/configuration.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/configuration/configuration_file.h"
#include "app/configuration/configuration_options.h"
#include "app/configuration/configuration_value.h"
#include "base/embedded.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/message/address.h"
#include "net/url.h"
#include "programme/matching.h"
#include "programme/question.h"
#include "programme/sequence.h"

/* A configuration on its way from the file's text to structs. */
struct loading {
    struct configuration *configuration;
    struct configuration_file file;
    struct arena *arena;
    struct error_list *errors; /* every fault is told here */
};

/* ---- Any section ---- */

/* Tells of a fault of OPTION where it stands, else (and with NULL) of its section. Always false. */
__attribute__((format(printf, 4, 5))) static bool fault(struct loading *loading, const struct file_section *section,
                                                        const char *option, const char *format, ...) {
    auto_text message = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&message, format, arguments);
    va_end(arguments);
    const struct file_option *stands = option ? configuration_file_option(section, option) : NULL;
    auto_text name = TEXT_EMPTY;
    text_append(&name, section->spec->name);
    if (section->title)
        text_append_format(&name, " \"%s\"", section->title);
    return error_list_add(loading->errors, stands ? stands->file : section->file, stands ? stands->line : section->line,
                          "%s%s%s: %s", text_string(&name), option ? ", " : "", option ? option : "",
                          text_string(&message));
}

/* Fills a section's struct from its options and their defaults. */
static void read_section(struct loading *loading, const struct file_section *section, void *settings) {
    for (const struct option_spec *spec = section->spec->options; spec->name; spec++) {
        struct error error = ERROR_INIT;
        const struct file_option *option = configuration_file_option(section, spec->name);
        if (!option && spec->standard)
            require(configuration_value_read_standard(spec, loading->arena, settings, &error));
        if (!option && spec->required && loading->file.complete)
            fault(loading, section, NULL, "\"%s\" is missing, for instance %s = %s", spec->name, spec->name,
                  spec->example);
        if (option && option->count && !configuration_value_read(option, loading->arena, settings, &error))
            fault(loading, section, spec->name, "%s", error.message);
    }
}

/* The one section of that name, read into SETTINGS; a second one is a fault; NULL and a fault where there is none.
 * Where the file may leave it out, defaults stand in. */
static const struct file_section *read_only_section(struct loading *loading, const char *name, bool optional,
                                                    void *settings) {
    const struct file_section *found = NULL;
    for (size_t i = 0; i < loading->file.count; i++) {
        const struct file_section *section = &loading->file.sections[i];
        if (!string_equal(section->spec->name, name))
            continue;
        if (!found) {
            found = section;
            continue;
        }
        bool elsewhere = !string_equal(found->file, section->file);
        fault(loading, section, NULL,
              "This section stands here a second time; the first begins on line %d%s%s. Put them together.",
              found->line, elsewhere ? " of " : "", elsewhere ? found->file : "");
    }
    if (!found && !optional && loading->file.complete)
        error_list_add(loading->errors, loading->configuration->path, 0, "Section %s { ... } is missing.", name);
    if (!found && optional) {
        struct file_section *empty = arena_take(loading->arena, sizeof *empty);
        *empty = (struct file_section){.spec = configuration_options_find_section(name),
                                       .file = loading->configuration->path};
        found = empty;
    }
    if (found)
        read_section(loading, found, settings);
    return found;
}

/* The title of the section at POSITION must be there, and be no other's of its kind. */
static void check_title(struct loading *loading, size_t position) {
    const struct file_section *section = &loading->file.sections[position];
    if (string_is_empty(section->title))
        fault(loading, section, NULL, "The name in quotes is empty.");
    for (size_t i = 0; i < position; i++) {
        const struct file_section *other = &loading->file.sections[i];
        if (other->spec == section->spec && string_equal(other->title, section->title)) {
            fault(loading, section, NULL, "This name is taken: another begins on line %d. Give each its own.",
                  other->line);
            return;
        }
    }
}

/* ---- Programme ---- */

static void read_separator(struct loading *loading, const struct file_section *section) {
    struct programme_settings *programme = &loading->configuration->programme;
    const struct file_option *option = configuration_file_option(section, "separator");
    const char *separator = option && option->count == 1 ? option->values[0] : NULL;
    if (separator && (strlen(separator) != 1 || !strchr("+-=", *separator)))
        fault(loading, section, "separator", "\"%s\" must be one of + - =", separator);
    if (separator && programme->catch_all)
        fault(loading, section, "separator", "With catch_all = yes there is nothing to separate; keep one of the two.");
    programme->separator = programme->catch_all ? '\0' : separator ? *separator : '+';
}

static void read_list_id(struct loading *loading, const struct file_section *section) {
    struct programme_settings *programme = &loading->configuration->programme;
    if (!programme->list_id && programme->address) {
        size_t local = strcspn(programme->address, "@");
        char *made =
            arena_format(loading->arena, "%.*s.%s", (int)local, programme->address, address_domain(programme->address));
        for (char *c = made; *c; c++)
            if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", *c | 0x20))
                *c = '-';
        programme->list_id = made;
    }
    const char *list_id = programme->list_id ? programme->list_id : "";
    if (list_id[strspn(list_id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")])
        fault(loading, section, "list_id", "\"%s\" must be of letters, digits, dots and hyphens only, without < and >.",
              list_id);
}

static void read_programme(struct loading *loading) {
    const struct file_section *section =
        read_only_section(loading, "programme", false, &loading->configuration->programme);
    if (!section)
        return;
    read_separator(loading, section);
    read_list_id(loading, section);
}

/* ---- Outgoing and incoming: where the servers are and how to log in there, or which Maildir stands in ---- */

struct server {
    const char *plain, *encrypted; /* schemes */
    const char *example;
    int plain_port; /* where a URL of the plain scheme names none */
    const char **url, **maildir;
    const char *user;
    enum tls_policy tls;
};

static const char *read_server_url(struct loading *loading, const struct file_section *section,
                                   const struct server *server, const char *text) {
    struct url url;
    bool good = url_read(text, server->plain, server->plain_port, &url);
    bool encrypted = good && string_equal(url.scheme, server->encrypted);
    if (!encrypted && !(good && string_equal(url.scheme, server->plain))) {
        fault(loading, section, "url",
              "\"%s\" must begin with %s://, %s:// or maildir: and name a host, such as \"%s\".", text,
              server->encrypted, server->plain, server->example);
        return NULL;
    }
    if (url.has_user)
        fault(loading, section, "url",
              "No user and no password stand in the URL; there are options of their own for them.");
    if (server->tls == TLS_NONE && encrypted)
        fault(loading, section, "tls", "%s:// is always encrypted: take this line out, or write %s://.",
              server->encrypted, server->plain);
    return arena_copy_string(loading->arena, url.whole);
}

static void read_url(struct loading *loading, const struct file_section *section, const struct server *server) {
    const struct file_option *option = configuration_file_option(section, "url");
    if (!option || option->count != 1 || string_is_empty(option->values[0]))
        return;
    const char *text = option->values[0], *path = text + strlen("maildir:");
    if (!string_starts_with(text, "maildir:"))
        *server->url = read_server_url(loading, section, server, text);
    else if (!*path)
        fault(loading, section, "url",
              "After maildir: the path of a folder is missing, such as maildir:/var/lib/tandempost/post-office.");
    else
        *server->maildir = configuration_value_absolute(option, path, loading->arena);
}

static void check_login(struct loading *loading, const struct file_section *section, const struct server *server) {
    size_t secrets = 0;
    const char *last = NULL;
    for (size_t i = 0; i < section->count; i++)
        if (section->options[i].spec->type == OPTION_SECRET) {
            secrets++;
            last = section->options[i].spec->name;
        }
    if (secrets > 1)
        fault(loading, section, last, "The password comes from one place only; there are %zu here.", secrets);
    if (*server->maildir || !loading->file.complete)
        return;
    if (server->user && !secrets)
        fault(loading, section, "user",
              "A user needs a password: add password_credential, password_file, password_command or "
              "oauth2_token_command.");
    if (!server->user && secrets)
        fault(loading, section, last, "A password needs a user: add user = \"...\".");
}

static void read_outgoing(struct loading *loading) {
    struct outgoing_settings *outgoing = &loading->configuration->outgoing;
    const struct file_section *section = read_only_section(loading, "outgoing", false, outgoing);
    if (!section)
        return;
    struct server server = {
        "smtp",         "smtps",      "smtps://mail.example.org", 587, &outgoing->url, &outgoing->maildir,
        outgoing->user, outgoing->tls};
    read_url(loading, section, &server);
    check_login(loading, section, &server);
}

static void read_incoming(struct loading *loading) {
    struct incoming_settings *incoming = &loading->configuration->incoming;
    const struct file_section *section = read_only_section(loading, "incoming", false, incoming);
    if (!section)
        return;
    struct server server = {
        "imap",         "imaps",      "imaps://mail.example.org/INBOX", 143, &incoming->url, &incoming->maildir,
        incoming->user, incoming->tls};
    read_url(loading, section, &server);
    check_login(loading, section, &server);
    if (incoming->url && !incoming->user && loading->file.complete)
        fault(loading, section, NULL, "\"user\" is missing: every IMAP server wants a login.");
    if (!configuration_file_option(section, "after"))
        incoming->after = incoming->done_folder ? AFTER_MOVE : AFTER_FLAG;
    else if (incoming->done_folder && incoming->after != AFTER_MOVE)
        fault(loading, section, "done_folder", "Only after = \"move\" uses a folder; take one of the two lines out.");
    if (incoming->after == AFTER_MOVE && !incoming->done_folder)
        incoming->done_folder = "Handled";
}

/* ---- Round and steps ---- */

static void read_round(struct loading *loading) {
    struct error error = ERROR_INIT;
    struct duration length;
    struct round_settings *round = &loading->configuration->round;
    const struct file_section *section = read_only_section(loading, "round", true, round);
    if (round->length && duration_parse(round->length, &length, &error) && !sequence_check_length(&length, &error))
        fault(loading, section, "length", "%s", error.message);
}

/* So short that nobody who takes part would be met by it. */
static void check_retention(struct loading *loading, const struct file_section *section, const char *name,
                            const char *text, int64_t least_days) {
    struct error error = ERROR_INIT;
    struct duration duration;
    if (text && duration_parse(text, &duration, &error) &&
        duration.months * 28 + duration.days + duration.seconds / INT64_C(86400) < least_days)
        fault(loading, section, name, "\"%s\" is too short: at least %" PRId64 " days are needed.", text, least_days);
}

static void read_retention(struct loading *loading) {
    struct retention_settings *retention = &loading->configuration->retention;
    const struct file_section *section = read_only_section(loading, "retention", true, retention);
    check_retention(loading, section, "people", retention->people, 90);
    check_retention(loading, section, "notes", retention->notes, 30);
    check_retention(loading, section, "mail", retention->mail, 14);
}

/* All of it that is not read from words. */
static struct step new_step(const char *name, const struct step_settings *settings, int64_t send_at) {
    return (struct step){
        .name = name,
        .template_name = settings->template_name ? settings->template_name : name,
        .asks = settings->asks,
        .form = settings->form,
        .to = (enum step_recipient)settings->to,
        .topics = settings->topics,
        .at = (int32_t)send_at,
        .has_expires = settings->expires,
    };
}

/* False where a fault was told. */
static bool make_step(struct loading *loading, const struct file_section *section, const struct step_settings *settings,
                      struct step *ret) {
    struct error error = ERROR_INIT;
    struct step step = new_step(section->title, settings, loading->configuration->round.send_at);
    bool good = true;
    if (!moment_parse(settings->when, &step.when, &error))
        good = fault(loading, section, "when", "%s", error.message);
    if (settings->at && !sequence_parse_at(settings->at, &step.at_once, &step.at, &error))
        good = fault(loading, section, "at", "%s", error.message);
    if (settings->expires && !duration_parse(settings->expires, &step.expires, &error))
        good = fault(loading, section, "expires", "%s", error.message);
    const struct question *question = question_find(step.asks);
    if (step.asks && (!question || (question->put_by[0] && !question->by_steps)))
        good = fault(loading, section, "asks", "There is no question \"%s\" that a step can put; known is \"%s\".",
                     step.asks, question_table[0].name);
    if (strchr(step.template_name, '/') || step.template_name[0] == '.')
        good = fault(loading, section, "template", "A template's name is no path: no / and no leading dot.");
    if (step.form && (strchr(step.form, '/') || step.form[0] == '.' || string_equal(step.form, "application")))
        good = fault(loading, section, "form", "Name a survey's form: \"survey-middle\" is forms/survey-middle.form.");
    if (good && !sequence_check_step(&step, &error))
        good = fault(loading, section, NULL, "%s", error.message);
    if (good)
        *ret = step;
    return good;
}

/* Of all sections of the KIND, each read by MAKE into the next item; returns how many there are. Whether there are any:
 * *RET_ANY. */
static size_t read_repeated(struct loading *loading, const char *kind, size_t size, void *items, bool *ret_any,
                            bool (*make)(struct loading *loading, const struct file_section *section, void *ret)) {
    size_t count = 0;
    *ret_any = false;
    for (size_t i = 0; i < loading->file.count; i++) {
        if (!string_equal(loading->file.sections[i].spec->name, kind))
            continue;
        *ret_any = true;
        check_title(loading, i);
        if (make(loading, &loading->file.sections[i], (char *)items + count * size))
            count++;
    }
    return count;
}

static bool read_step(struct loading *loading, const struct file_section *section, void *ret) {
    struct step_settings settings = {0};
    size_t before = loading->errors->count;
    read_section(loading, section, &settings);
    return loading->errors->count == before && settings.when && make_step(loading, section, &settings, ret);
}

static size_t read_steps(struct loading *loading, const struct step **ret, bool *ret_any) {
    struct step *steps = arena_take_array(loading->arena, loading->file.count, sizeof *steps);
    *ret = steps;
    return read_repeated(loading, "step", sizeof *steps, steps, ret_any, read_step);
}

/* ---- What makes good partners ---- */

static bool read_criterion(struct loading *loading, const struct file_section *section, void *ret) {
    struct criterion_settings criterion = {.name = section->title, .file = section->file, .line = section->line};
    size_t before = loading->errors->count;
    read_section(loading, section, &criterion);
    if (!criterion.question)
        criterion.question = section->title;
    if (criterion.measure == MATCHING_WISHED && !criterion.wish)
        fault(loading, section, "measure",
              "Which question says what is wished? Add it, for instance wish = \"wish_sector\"");
    if (criterion.measure != MATCHING_WISHED && criterion.wish)
        fault(loading, section, "wish", "Only measure = \"wished\" asks for wishes; take one of the two lines out.");
    *(struct criterion_settings *)ret = criterion;
    return loading->errors->count == before;
}

static size_t read_criteria(struct loading *loading, const struct criterion_settings **ret, bool *ret_any) {
    struct criterion_settings *criteria = arena_take_array(loading->arena, loading->file.count, sizeof *criteria);
    size_t count = read_repeated(loading, "criterion", sizeof *criteria, criteria, ret_any, read_criterion);
    if (count > MATCHING_CRITERIA_MAX)
        error_list_add(loading->errors, criteria[MATCHING_CRITERIA_MAX].file, criteria[MATCHING_CRITERIA_MAX].line,
                       "There are more than %d criteria; keep those that matter.", MATCHING_CRITERIA_MAX);
    *ret = criteria;
    return count;
}

static void read_matching(struct loading *loading) {
    struct matching_settings *matching = &loading->configuration->matching;
    const struct file_section *section = read_only_section(loading, "matching", true, matching);
    if (matching->awake_from == matching->awake_until)
        fault(loading, section, "awake_until", "The day ends when it begins; give another time.");
}

/* ---- The columns of web forms ---- */

static bool read_column(struct loading *loading, const struct file_section *section, void *ret) {
    struct column_settings column = {.heading = section->title, .file = section->file, .line = section->line};
    size_t before = loading->errors->count;
    read_section(loading, section, &column);
    *(struct column_settings *)ret = column;
    return loading->errors->count == before;
}

static void read_columns(struct loading *loading) {
    bool any;
    struct column_settings *columns = arena_take_array(loading->arena, loading->file.count, sizeof *columns);
    loading->configuration->column_count =
        read_repeated(loading, "column", sizeof *columns, columns, &any, read_column);
    loading->configuration->columns = columns;
}

/* ---- The standard: a file like any other, but built in ---- */

#define STANDARD "config/standard.conf"

static void open_standard(struct loading *loading, struct configuration *configuration, struct arena *arena,
                          struct error_list *errors) {
    auto_text bytes = TEXT_EMPTY;
    *loading = (struct loading){.configuration = configuration, .arena = arena, .errors = errors};
    for (size_t i = 0; i < embedded_file_count; i++)
        if (string_equal(embedded_files[i].path, STANDARD))
            text_append(&bytes, embedded_files[i].bytes);
    configuration_file_read_bytes(STANDARD, &bytes, arena, &loading->file, errors);
}

size_t configuration_standard_steps(int64_t send_at, struct arena *arena, const struct step **ret) {
    struct configuration configuration = {.round.send_at = send_at};
    struct loading loading;
    auto_error_list errors = ERROR_LIST_EMPTY;
    bool any;
    open_standard(&loading, &configuration, arena, &errors);
    size_t count = read_steps(&loading, ret, &any);
    configuration_file_free(&loading.file);
    require(errors.count == 0 && any);
    return count;
}

size_t configuration_standard_criteria(struct arena *arena, const struct criterion_settings **ret) {
    struct configuration configuration = {0};
    struct loading loading;
    auto_error_list errors = ERROR_LIST_EMPTY;
    bool any;
    open_standard(&loading, &configuration, arena, &errors);
    size_t count = read_criteria(&loading, ret, &any);
    configuration_file_free(&loading.file);
    require(errors.count == 0 && any);
    return count;
}

/* ---- Coordinators ---- */

static void check_coordinator(struct loading *loading, const struct file_section *section,
                              const struct coordinator *all, size_t position) {
    const struct coordinator *coordinator = &all[position];
    const char *programme = loading->configuration->programme.address;
    if (!coordinator->address)
        return;
    auto_string key = address_key(coordinator->address);
    auto_string programme_key = programme ? address_key(programme) : NULL;
    if (string_equal(key, programme_key))
        fault(loading, section, "address",
              "This is the programme's own address: alerts sent there would reach nobody.");
    for (size_t i = 0; i < position; i++) {
        auto_string other = all[i].address ? address_key(all[i].address) : NULL;
        if (string_equal(key, other))
            fault(loading, section, "address", "Coordinator \"%s\" has this address already.", all[i].name);
    }
}

static void read_coordinators(struct loading *loading) {
    struct configuration *configuration = loading->configuration;
    struct coordinator *coordinators = arena_take_array(loading->arena, loading->file.count, sizeof *coordinators);
    size_t count = 0;
    for (size_t i = 0; i < loading->file.count; i++) {
        const struct file_section *section = &loading->file.sections[i];
        if (!string_equal(section->spec->name, "coordinator"))
            continue;
        check_title(loading, i);
        coordinators[count].name = section->title;
        read_section(loading, section, &coordinators[count]);
        check_coordinator(loading, section, coordinators, count);
        count++;
    }
    if (!count && loading->file.complete)
        error_list_add(loading->errors, configuration->path, 0,
                       "There is no coordinator. Add coordinator \"NAME\" { address = \"you@example.org\" }, so "
                       "that somebody hears of trouble.");
    configuration->coordinators = coordinators;
    configuration->coordinator_count = count;
}

/* ---- All of it ---- */

bool configuration_load(const char *path, struct configuration *ret, struct error_list *errors) {
    auto_arena arena = arena_new();
    struct configuration configuration = {.path = arena_copy_string(arena, path)};
    struct loading loading = {.configuration = &configuration, .arena = arena, .errors = errors};
    size_t before = errors->count;
    configuration_file_read(path, arena, &loading.file, errors);
    if (loading.file.complete || loading.file.count) {
        read_programme(&loading);
        read_outgoing(&loading);
        read_incoming(&loading);
        read_round(&loading);
        read_only_section(&loading, "enrolment", true, &configuration.enrolment);
        read_retention(&loading);
        bool any;
        configuration.step_count = read_steps(&loading, &configuration.steps, &any);
        if (!any)
            configuration.step_count =
                configuration_standard_steps(configuration.round.send_at, arena, &configuration.steps);
        read_matching(&loading);
        configuration.criterion_count = read_criteria(&loading, &configuration.criteria, &any);
        configuration.standard_criteria = !any;
        if (!any)
            configuration.criterion_count = configuration_standard_criteria(arena, &configuration.criteria);
        read_columns(&loading);
        read_coordinators(&loading);
    }
    bool good = loading.file.complete && errors->count == before;
    configuration_file_free(&loading.file);
    error_list_sort(errors);
    if (!good)
        return false;
    configuration.arena = steal(arena);
    *ret = configuration;
    return true;
}

void configuration_free(struct configuration *configuration) {
    if (!configuration)
        return;
    arena_free(configuration->arena);
    *configuration = (struct configuration){0};
}

/* ---- Questions ---- */

static bool looks_after(const struct coordinator *coordinator, const char *country) {
    for (size_t i = 0; i < coordinator->country_count; i++)
        if (string_equal_ignore_case(coordinator->countries[i], country))
            return true;
    return false;
}

size_t configuration_coordinators_for(const struct configuration *configuration, const char *country,
                                      const struct coordinator **ret, size_t most) {
    enum { NAMED, GENERAL, ANY, PASSES };
    size_t count = 0;
    for (int pass = string_is_empty(country) ? GENERAL : NAMED; pass < PASSES && !count; pass++)
        for (size_t i = 0; i < configuration->coordinator_count && count < most; i++) {
            const struct coordinator *coordinator = &configuration->coordinators[i];
            if (pass == NAMED ? looks_after(coordinator, country) : pass == ANY || !coordinator->country_count)
                ret[count++] = coordinator;
        }
    return count;
}

const struct coordinator *configuration_find_coordinator(const struct configuration *configuration, const char *name) {
    for (size_t i = 0; i < configuration->coordinator_count; i++)
        if (string_equal(configuration->coordinators[i].name, name))
            return &configuration->coordinators[i];
    return NULL;
}

const struct step *configuration_find_step(const struct configuration *configuration, const char *name) {
    for (size_t i = 0; i < configuration->step_count; i++)
        if (string_equal(configuration->steps[i].name, name))
            return &configuration->steps[i];
    return NULL;
}
