#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/templates/template_files.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/context.h"

struct comparing {
    const char *directory, *wanted; /* WANTED: a name or a path without ".md"; NULL: all */
    struct arena *arena;
    size_t seen, own, same, different;
};

/* Runs diff(1), which every Debian has: BUILT_IN against the file. */
static bool run_diff(const struct comparing *comparing, const char *path, const char *built_in, size_t length,
                     struct error *error) {
    int built_in_file = memfd_create("built-in", MFD_CLOEXEC);
    bool good = built_in_file >= 0 && write(built_in_file, built_in, length) == (ssize_t)length &&
                lseek(built_in_file, 0, SEEK_SET) == 0;
    const char *words[] = {"diff",
                           "-u",
                           "--label",
                           arena_format(comparing->arena, "built in/%s", path),
                           "--label",
                           arena_format(comparing->arena, "%s/%s", comparing->directory, path),
                           "--",
                           "-",
                           arena_format(comparing->arena, "%s/%s", comparing->directory, path)};
    char *arguments[COUNT_OF(words) + 1] = {NULL};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        arguments[i] = arena_copy_string(comparing->arena, words[i]);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    pid_t pid = 0;
    int status = 0;
    fflush(stdout);
    good = good && posix_spawn_file_actions_adddup2(&actions, built_in_file, STDIN_FILENO) == 0 &&
           posix_spawnp(&pid, "diff", &actions, NULL, arguments, environ) == 0 && waitpid(pid, &status, 0) == pid &&
           WIFEXITED(status) && WEXITSTATUS(status) <= 1;
    posix_spawn_file_actions_destroy(&actions);
    if (built_in_file >= 0)
        close(built_in_file);
    return good || error_set(error, ERROR_TEMPORARY, "Can't compare %s: running diff failed.", path);
}

static bool is_wanted(const struct comparing *comparing, const char *path, const char *name) {
    auto_text full = TEXT_EMPTY;
    if (!comparing->wanted || string_equal(comparing->wanted, name))
        return true;
    text_append_format(&full, "%s.md", comparing->wanted);
    return string_equal(path, text_string(&full)) || string_equal(path, comparing->wanted);
}

static bool compare(struct comparing *comparing, const char *path, const char *name, struct error *error) {
    struct template_file_identity identity = template_files_identify(comparing->directory, path);
    auto_text bytes = TEXT_EMPTY;
    size_t length;
    if (!is_wanted(comparing, path, name))
        return true;
    comparing->seen++;
    if (!template_files_on_disk(&identity))
        return true;
    const char *built_in = template_files_built_in(path, &length);
    if (!built_in) {
        comparing->own++;
        printf("%s is your own: there is none built in.\n", path);
        return true;
    }
    if (!template_files_read(comparing->directory, path, &bytes, error))
        return false;
    if (bytes.length == length && memcmp(text_string(&bytes), built_in, length) == 0) {
        comparing->same++;
        return true;
    }
    comparing->different++;
    return run_diff(comparing, path, built_in, length, error);
}

static bool compare_folder(struct comparing *comparing, const char *folder, const char *ending, struct error *error) {
    size_t count;
    const char **names = template_files_names(comparing->directory, folder, ending, false, comparing->arena, &count);
    for (size_t i = 0; i < count; i++)
        if (!compare(comparing, arena_format(comparing->arena, "%s/%s%s", folder, names[i], ending), names[i], error))
            return false;
    return true;
}

static int run_template_diff(const struct invocation *invocation) {
    auto_context context = {0};
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    int code = context_open_configuration(&context, invocation);
    if (code != EXIT_DONE)
        return code;
    struct comparing comparing = {.directory = context.configuration.programme.templates,
                                  .wanted = invocation_argument(invocation, 0),
                                  .arena = arena};
    size_t count;
    const char **languages = template_files_languages(comparing.directory, arena, &count);
    for (size_t i = 0; i < count; i++)
        if (!compare_folder(&comparing, languages[i], ".md", &error) ||
            !compare(&comparing, arena_format(arena, "%s/words.txt", languages[i]), "words", &error) ||
            !compare(&comparing, arena_format(arena, "%s/reasons.txt", languages[i]), "reasons", &error) ||
            !compare(&comparing, arena_format(arena, "%s/forms/phrases.txt", languages[i]), "words", &error) ||
            !compare_folder(&comparing, arena_format(arena, "%s/forms", languages[i]), ".form", &error) ||
            !compare_folder(&comparing, arena_format(arena, "%s/topics", languages[i]), ".md", &error))
            return context_refuse(&error);
    if (comparing.seen == 0)
        return command_refuse("There is no template \"%s\". All of them: tandempost template list", comparing.wanted);
    if (comparing.own + comparing.different == 0)
        printf("%s\n", comparing.same ? "Nothing was changed: the files are as they came."
                                      : "There is no file of your own: the built-in one is used.");
    return EXIT_DONE;
}

const struct command template_diff_command = {
    .name = "template diff",
    .summary = "what was changed in your templates against those that come with tandempost",
    .help = "Compares the files in the programme's templates with those built into this version, as diff -u does: what "
            "you changed is marked +, what came with tandempost -. After an upgrade it shows what has become better "
            "meanwhile.",
    .arguments = {{"NAME", "only this template or topic, \"words\" or \"reasons\"; \"en/welcome\" only that file", NULL,
                   ARGUMENT_OPTIONAL}},
    .run = run_template_diff,
};
