#include "app/configuration/configuration.h"

#include <stdlib.h>
#include <string.h>

#include "app/configuration/configuration_file.h"
#include "app/configuration/configuration_loading.h"
#include "app/configuration/configuration_server.h"
#include "app/configuration/configuration_step.h"
#include "base/memory.h"
#include "base/text.h"
#include "mail/message/address.h"

/* ---- Programme ---- */

static const char *text_of(const struct file_section *section, const char *option) {
    const struct file_option *found = configuration_file_option(section, option);
    return found && found->count == 1 ? found->values[0] : NULL;
}

static void read_separator(struct configuration_loading *loading, const struct file_section *section) {
    struct programme_settings *programme = &loading->configuration->programme;
    const char *separator = text_of(section, "separator"), *catch_all = text_of(section, "catch_all");
    bool whole_domain =
        catch_all && (string_equal_ignore_case(catch_all, "yes") || string_equal_ignore_case(catch_all, "true"));
    if (catch_all && !whole_domain && !string_equal_ignore_case(catch_all, "no") &&
        !string_equal_ignore_case(catch_all, "false"))
        configuration_loading_fault(loading, section, "catch_all", "\"%s\" must be yes or no.", catch_all);
    if (separator && (strlen(separator) != 1 || !strchr("+-=", *separator)))
        configuration_loading_fault(loading, section, "separator", "\"%s\" must be one of + - =", separator);
    if (separator && whole_domain)
        configuration_loading_fault(loading, section, "separator",
                                    "With catch_all = yes there is nothing to separate; keep one of the two.");
    programme->separator = '+';
    if (separator)
        programme->separator = *separator;
    if (whole_domain)
        programme->separator = '\0';
}

static void read_list_id(struct configuration_loading *loading, const struct file_section *section) {
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
        configuration_loading_fault(loading, section, "list_id",
                                    "\"%s\" must be of letters, digits, dots and hyphens only, without < and >.",
                                    list_id);
}

static void read_programme(struct configuration_loading *loading) {
    const struct file_section *section = configuration_loading_only(loading, "programme", false);
    if (!section)
        return;
    configuration_loading_read(loading, section, &loading->configuration->programme);
    read_separator(loading, section);
    read_list_id(loading, section);
}

/* ---- Round, steps, coordinators ---- */

static void read_round(struct configuration_loading *loading) {
    struct error error = ERROR_INIT;
    struct duration length;
    struct round_settings *round = &loading->configuration->round;
    const struct file_section *section = configuration_loading_only(loading, "round", true);
    configuration_loading_read(loading, section, round);
    if (round->length && duration_parse(round->length, &length, &error) && !sequence_check_length(&length, &error))
        configuration_loading_fault(loading, section, "length", "%s", error.message);
}

static void read_steps(struct configuration_loading *loading) {
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
        configuration_loading_check_title(loading, i);
        configuration_loading_read(loading, section, &settings);
        if (loading->errors->count > before || !settings.when)
            continue;
        if (configuration_step_make(loading, section, &settings, &steps[count]))
            count++;
    }
    configuration->steps = steps;
    configuration->step_count = count;
    if (!found)
        configuration->step_count =
            configuration_step_standard(configuration->round.send_at, loading->arena, &configuration->steps);
}

static void check_coordinator(struct configuration_loading *loading, const struct file_section *section,
                              const struct coordinator *all, size_t position) {
    const struct coordinator *coordinator = &all[position];
    const char *programme = loading->configuration->programme.address;
    if (!coordinator->address)
        return;
    auto_string key = address_key(coordinator->address);
    auto_string programme_key = programme ? address_key(programme) : NULL;
    if (string_equal(key, programme_key))
        configuration_loading_fault(loading, section, "address",
                                    "This is the programme's own address: alerts sent there would reach nobody.");
    for (size_t i = 0; i < position; i++) {
        auto_string other = all[i].address ? address_key(all[i].address) : NULL;
        if (string_equal(key, other))
            configuration_loading_fault(loading, section, "address", "Coordinator \"%s\" has this address already.",
                                        all[i].name);
    }
}

static void read_coordinators(struct configuration_loading *loading) {
    struct configuration *configuration = loading->configuration;
    struct coordinator *coordinators = arena_take_array(loading->arena, loading->file.count, sizeof *coordinators);
    size_t count = 0;
    for (size_t i = 0; i < loading->file.count; i++) {
        const struct file_section *section = &loading->file.sections[i];
        if (!string_equal(section->spec->name, "coordinator"))
            continue;
        configuration_loading_check_title(loading, i);
        coordinators[count].name = section->title;
        configuration_loading_read(loading, section, &coordinators[count]);
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
    struct configuration_loading loading = {.configuration = &configuration, .arena = arena, .errors = errors};
    size_t before = errors->count;
    configuration_file_read(path, arena, &loading.file, errors);
    if (loading.file.complete || loading.file.count) {
        read_programme(&loading);
        configuration_server_read_outgoing(&loading);
        configuration_server_read_incoming(&loading);
        read_round(&loading);
        read_steps(&loading);
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
