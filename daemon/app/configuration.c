#include "app/configuration.h"

#include <stdlib.h>
#include <string.h>

#include "app/configuration_file.h"
#include "app/configuration_options.h"
#include "app/configuration_step.h"
#include "app/configuration_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/address.h"
#include "net/url.h"

struct loading {
    struct configuration *configuration;
    struct configuration_file file;
    struct arena *arena;
    struct error_list *errors;
    bool good;
};

/* ---- Telling ---- */

/* A fault of an option where it stands, else of its section. MESSAGE is a whole sentence. */
static void fault(struct loading *loading, const struct file_section *section, const char *option, const char *format,
                  ...) __attribute__((format(printf, 4, 5)));
static void fault(struct loading *loading, const struct file_section *section, const char *option, const char *format,
                  ...) {
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
    loading->good = error_list_add(loading->errors, stands ? stands->file : section->file,
                                   stands ? stands->line : section->line, "%s%s%s: %s", text_string(&name),
                                   option ? ", " : "", option ? option : "", text_string(&message));
}

/* ---- Sections ---- */

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

/* The one section of that name; a second one is a fault; NULL and a fault where there is none. Where the file may leave
 * it out, defaults stand in. */
static const struct file_section *only_section(struct loading *loading, const char *name, bool optional) {
    const struct file_section *found = NULL;
    for (size_t i = 0; i < loading->file.count; i++) {
        const struct file_section *section = &loading->file.sections[i];
        if (!string_equal(section->spec->name, name))
            continue;
        if (found)
            fault(loading, section, NULL,
                  "This section stands here a second time; the first begins on line %d%s%s. Put "
                  "them together.",
                  found->line, string_equal(found->file, section->file) ? "" : " of ",
                  string_equal(found->file, section->file) ? "" : found->file);
        else
            found = section;
    }
    if (!found && !optional && loading->file.complete)
        loading->good =
            error_list_add(loading->errors, loading->configuration->path, 0, "Section %s { ... } is missing.", name);
    if (!found && optional) {
        struct file_section *empty = arena_take(loading->arena, sizeof *empty);
        *empty = (struct file_section){.spec = configuration_options_find_section(name),
                                       .file = loading->configuration->path};
        found = empty;
    }
    return found;
}

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

static const char *text_of(const struct file_section *section, const char *option) {
    const struct file_option *found = configuration_file_option(section, option);
    return found && found->count == 1 ? found->values[0] : NULL;
}

static void read_separator(struct loading *loading, const struct file_section *section) {
    struct programme_settings *programme = &loading->configuration->programme;
    const char *separator = text_of(section, "separator"), *catch_all = text_of(section, "catch_all");
    bool whole_domain =
        catch_all && (string_equal_ignore_case(catch_all, "yes") || string_equal_ignore_case(catch_all, "true"));
    if (catch_all && !whole_domain && !string_equal_ignore_case(catch_all, "no") &&
        !string_equal_ignore_case(catch_all, "false"))
        fault(loading, section, "catch_all", "\"%s\" must be yes or no.", catch_all);
    if (separator && (strlen(separator) != 1 || !strchr("+-=", *separator)))
        fault(loading, section, "separator", "\"%s\" must be one of + - =", separator);
    if (separator && whole_domain)
        fault(loading, section, "separator", "With catch_all = yes there is nothing to separate; keep one of the two.");
    programme->separator = '+';
    if (separator)
        programme->separator = *separator;
    if (whole_domain)
        programme->separator = '\0';
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
    const struct file_section *section = only_section(loading, "programme", false);
    if (!section)
        return;
    read_section(loading, section, &loading->configuration->programme);
    read_separator(loading, section);
    read_list_id(loading, section);
}

/* ---- Servers ---- */

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
    char whole[URL_SIZE];
    bool encrypted = false, plain = false;
    if (url_read(text, &url)) {
        plain = string_equal(url.scheme, server->plain);
        encrypted = string_equal(url.scheme, server->encrypted);
    }
    if ((!plain && !encrypted) || !url_complete(text, plain ? server->plain_port : 0, whole)) {
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
    return arena_copy_string(loading->arena, whole);
}

static void read_url(struct loading *loading, const struct file_section *section, const struct server *server) {
    const struct file_option *option = configuration_file_option(section, "url");
    if (!option || option->count != 1 || string_is_empty(option->values[0]))
        return;
    const char *text = option->values[0];
    if (string_starts_with(text, "maildir:")) {
        const char *path = text + strlen("maildir:"), *slash = strrchr(option->file, '/');
        if (!*path)
            fault(loading, section, "url",
                  "After maildir: the path of a folder is missing, such as "
                  "maildir:/var/lib/tandempost/post-office.");
        else if (*path == '/' || !slash)
            *server->maildir = arena_copy_string(loading->arena, path);
        else
            *server->maildir = arena_format(loading->arena, "%.*s/%s", (int)(slash - option->file), option->file, path);
        return;
    }
    *server->url = read_server_url(loading, section, server, text);
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
    const struct file_section *section = only_section(loading, "outgoing", false);
    if (!section)
        return;
    read_section(loading, section, outgoing);
    struct server server = {.plain = "smtp",
                            .encrypted = "smtps",
                            .example = "smtps://mail.example.org",
                            .plain_port = 587,
                            .url = &outgoing->url,
                            .maildir = &outgoing->maildir,
                            .user = outgoing->user,
                            .tls = outgoing->tls};
    read_url(loading, section, &server);
    check_login(loading, section, &server);
}

static void read_incoming(struct loading *loading) {
    struct incoming_settings *incoming = &loading->configuration->incoming;
    const struct file_section *section = only_section(loading, "incoming", false);
    if (!section)
        return;
    read_section(loading, section, incoming);
    struct server server = {.plain = "imap",
                            .encrypted = "imaps",
                            .example = "imaps://mail.example.org/INBOX",
                            .plain_port = 143,
                            .url = &incoming->url,
                            .maildir = &incoming->maildir,
                            .user = incoming->user,
                            .tls = incoming->tls};
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

/* ---- Round, steps, coordinators ---- */

static void read_round(struct loading *loading) {
    struct error error = ERROR_INIT;
    struct duration length;
    struct round_settings *round = &loading->configuration->round;
    const struct file_section *section = only_section(loading, "round", true);
    read_section(loading, section, round);
    if (round->length && duration_parse(round->length, &length, &error) && !sequence_check_length(&length, &error))
        fault(loading, section, "length", "%s", error.message);
}

static void read_steps(struct loading *loading) {
    struct configuration *configuration = loading->configuration;
    struct step *steps = arena_take_array(loading->arena, loading->file.count, sizeof *steps);
    size_t found = 0, count = 0;
    for (size_t i = 0; i < loading->file.count; i++) {
        const struct file_section *section = &loading->file.sections[i];
        struct step_settings settings = {0};
        if (!string_equal(section->spec->name, "step"))
            continue;
        found++;
        size_t before = loading->errors->count;
        check_title(loading, i);
        read_section(loading, section, &settings);
        if (loading->errors->count > before || !settings.when)
            continue;
        if (configuration_step_make(section, &settings, configuration->round.send_at, &steps[count], loading->errors))
            count++;
        else
            loading->good = false;
    }
    configuration->steps = steps;
    configuration->step_count = count;
    if (!found)
        configuration->step_count =
            configuration_step_standard(configuration->round.send_at, loading->arena, &configuration->steps);
}

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
        loading->good =
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
    struct loading loading = {.configuration = &configuration, .arena = arena, .errors = errors, .good = true};
    size_t before = errors->count;
    configuration_file_read(path, arena, &loading.file, errors);
    if (loading.file.complete || loading.file.count) {
        read_programme(&loading);
        read_outgoing(&loading);
        read_incoming(&loading);
        read_round(&loading);
        read_steps(&loading);
        read_coordinators(&loading);
    }
    bool good = loading.good && loading.file.complete && errors->count == before;
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
