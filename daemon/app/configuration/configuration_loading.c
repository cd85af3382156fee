#include "app/configuration/configuration_loading.h"

#include "app/configuration/configuration_options.h"
#include "app/configuration/configuration_value.h"
#include "base/text.h"

bool configuration_loading_fault(struct configuration_loading *loading, const struct file_section *section,
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

void configuration_loading_read(struct configuration_loading *loading, const struct file_section *section,
                                void *settings) {
    for (const struct option_spec *spec = section->spec->options; spec->name; spec++) {
        struct error error = ERROR_INIT;
        const struct file_option *option = configuration_file_option(section, spec->name);
        if (!option && spec->standard)
            require(configuration_value_read_standard(spec, loading->arena, settings, &error));
        if (!option && spec->required && loading->file.complete)
            configuration_loading_fault(loading, section, NULL, "\"%s\" is missing, for instance %s = %s", spec->name,
                                        spec->name, spec->example);
        if (option && option->count && !configuration_value_read(option, loading->arena, settings, &error))
            configuration_loading_fault(loading, section, spec->name, "%s", error.message);
    }
}

const struct file_section *configuration_loading_only(struct configuration_loading *loading, const char *name,
                                                      bool optional) {
    const struct file_section *found = NULL;
    for (size_t i = 0; i < loading->file.count; i++) {
        const struct file_section *section = &loading->file.sections[i];
        if (!string_equal(section->spec->name, name))
            continue;
        if (found)
            configuration_loading_fault(loading, section, NULL,
                                        "This section stands here a second time; the first begins on line %d%s%s. Put "
                                        "them together.",
                                        found->line, string_equal(found->file, section->file) ? "" : " of ",
                                        string_equal(found->file, section->file) ? "" : found->file);
        else
            found = section;
    }
    if (!found && !optional && loading->file.complete)
        error_list_add(loading->errors, loading->configuration->path, 0, "Section %s { ... } is missing.", name);
    if (!found && optional) {
        struct file_section *empty = arena_take(loading->arena, sizeof *empty);
        *empty = (struct file_section){.spec = configuration_options_find_section(name),
                                       .file = loading->configuration->path};
        found = empty;
    }
    return found;
}

void configuration_loading_check_title(struct configuration_loading *loading, size_t position) {
    const struct file_section *section = &loading->file.sections[position];
    if (string_is_empty(section->title))
        configuration_loading_fault(loading, section, NULL, "The name in quotes is empty.");
    for (size_t i = 0; i < position; i++) {
        const struct file_section *other = &loading->file.sections[i];
        if (other->spec == section->spec && string_equal(other->title, section->title)) {
            configuration_loading_fault(loading, section, NULL,
                                        "This name is taken: another begins on line %d. Give each its own.",
                                        other->line);
            return;
        }
    }
}
