#include "app/configuration/configuration_unknown.h"

#include "base/suggest.h"
#include "base/text.h"

static const char *nearest_option(const struct section_spec *section, const char *name) {
    size_t count = 0;
    while (section->options[count].name)
        count++;
    return suggest_nearest_in(name, &section->options[0].name, count, sizeof section->options[0]);
}

static const char *nearest_section(const char *name) {
    size_t count = 0;
    while (configuration_sections[count].name)
        count++;
    return suggest_nearest_in(name, &configuration_sections[0].name, count, sizeof configuration_sections[0]);
}

static const char *section_with_option(const char *name) {
    for (const struct section_spec *section = configuration_sections; section->name; section++)
        if (configuration_options_find(section, name))
            return section->name;
    return NULL;
}

static const char *option_names(const struct section_spec *section, struct arena *arena) {
    auto_text names = TEXT_EMPTY;
    for (const struct option_spec *option = section->options; option->name; option++)
        text_append_format(&names, "%s%s", names.length ? ", " : "", option->name);
    return arena_copy_string(arena, text_string(&names));
}

static const char *section_words(const char *name, struct arena *arena) {
    const char *near = nearest_section(name), *home = section_with_option(name);
    if (near)
        return arena_format(arena, "There is no section \"%s\"; did you mean \"%s\"?", name, near);
    if (home)
        return arena_format(arena, "\"%s\" stands outside of all sections; it belongs into section %s { ... }.", name,
                            home);
    return arena_format(
        arena,
        "There is no section \"%s\". The sections are programme, outgoing, incoming, round, step \"NAME\" and "
        "coordinator \"NAME\".",
        name);
}

static const char *nearest_elsewhere(const char *name, const char **ret_section) {
    for (const struct section_spec *section = configuration_sections; section->name; section++) {
        const char *near = nearest_option(section, name);
        *ret_section = section->name;
        if (near)
            return near;
    }
    return NULL;
}

const char *configuration_unknown_words(const struct file_section *place, const char *where, const char *name,
                                        struct arena *arena) {
    if (!place)
        return section_words(name, arena);
    const struct section_spec *section = place->spec;
    if (configuration_options_find_section(name) || string_equal(name, "include"))
        return arena_format(arena, "\"%s\" begins before section %s, opened on line %d, has ended: a } is missing.",
                            name, section->name, place->line);
    const char *other, *near = nearest_option(section, name), *home = section_with_option(name);
    if (near)
        return arena_format(arena, "There is no \"%s\" %s; did you mean \"%s\"?", name, where, near);
    if (home)
        return arena_format(arena, "There is no \"%s\" %s; it belongs into section %s.", name, where, home);
    near = nearest_elsewhere(name, &other);
    if (near)
        return arena_format(arena, "There is no \"%s\" %s; did you mean \"%s\", which belongs into section %s?", name,
                            where, near, other);
    return arena_format(arena, "There is no \"%s\" %s. There are: %s.", name, where, option_names(section, arena));
}
