#include "app/templates.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unicode/ulistformatter.h>
#include <unicode/ustring.h>

#include "app/template_files.h"
#include "app/templates_private.h"
#include "base/clock.h"
#include "base/hash.h"
#include "mail/markdown.h"
#include "mail/template_render.h"

enum { LOOK_EVERY_MS = 1000 };

/* One path, whether there is a file or not. */
struct templates_entry {
    struct templates_entry *next;
    char *path;
    bool looked; /* at least once */
    bool broken; /* what lies on disk can't be used */
    bool told_well;
    int64_t looked_at; /* monotonic milliseconds */
    uint64_t used;     /* the rendering that saw it last */
    struct template_file_identity identity;
    const struct template *template; /* the version in use, in ARENA; NULL where there is none */
    bool from_disk;                  /* TEMPLATE was on disk once (not built in) */
    struct arena *arena;
};

struct templates *templates_new(const char *directory, const char *language, const struct templates_owner *owner) {
    struct templates *templates = memory_new(sizeof *templates);
    templates->directory = memory_copy_string(directory);
    templates->language = memory_copy_string(language ? language : "en");
    if (owner)
        templates->owner = *owner;
    return templates;
}

void templates_free(struct templates *templates) {
    if (!templates)
        return;
    for (struct templates_entry *entry = templates->entries, *next; entry; entry = next) {
        next = entry->next;
        arena_free(entry->arena);
        free(entry->path);
        free(entry);
    }
    free(templates->directory);
    free(templates->language);
    free(templates);
}

void templates_look_again(struct templates *templates) {
    for (struct templates_entry *entry = templates->entries; entry; entry = entry->next)
        entry->looked_at = INT64_MIN / 2;
}

static struct templates_entry *find_entry(struct templates *templates, const char *path) {
    for (struct templates_entry *entry = templates->entries; entry; entry = entry->next)
        if (strcmp(entry->path, path) == 0)
            return entry;
    struct templates_entry *entry = memory_new(sizeof *entry);
    entry->path = memory_copy_string(path);
    entry->next = templates->entries;
    templates->entries = entry;
    return entry;
}

/* Parses and checks BYTES; what is wrong is appended to PROBLEM, one fault a line. */
static const struct template *understand(const char *bytes, size_t length, const char *file, enum template_kind kind,
                                         const struct template_schema *schema, const struct template_pieces *pieces,
                                         struct arena *arena, struct text *problem) {
    const struct template *template = NULL;
    struct error error = ERROR_INIT;
    if (!template_parse(bytes, length, file, kind, arena, &template, &error)) {
        text_append_format(problem, "%s\n", error.message);
        return NULL;
    }
    auto_error_list problems = ERROR_LIST_EMPTY;
    if (!schema || template_check(template, schema, pieces, &problems))
        return template;
    error_list_sort(&problems);
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        text_append_format(problem, "%s\n", line);
    }
    return NULL;
}

static void take(struct templates_entry *entry, const struct template *template, struct arena **arena, bool from_disk) {
    arena_free(entry->arena);
    entry->arena = steal(*arena);
    entry->template = template;
    entry->from_disk = from_disk;
}

/* The version to fall back on: the built-in one. */
static void use_built_in(struct templates_entry *entry, enum template_kind kind) {
    size_t length;
    const char *bytes = template_files_built_in(entry->path, &length);
    auto_arena arena = arena_new();
    auto_text problem = TEXT_EMPTY;
    const struct template *template = NULL;
    if (bytes) {
        const char *file = arena_format(arena, "templates/%s (built in)", entry->path);
        template = understand(bytes, length, file, kind, NULL, NULL, arena, &problem);
    }
    take(entry, template, &arena, false);
}

/* What lies on disk is broken: what was good before the last restart, else the built-in one. */
static void use_remembered(struct templates *templates, struct templates_entry *entry, enum template_kind kind) {
    auto_text bytes = TEXT_EMPTY, problem = TEXT_EMPTY;
    if (templates->owner.load && templates->owner.load(templates->owner.context, entry->path, &bytes)) {
        auto_arena arena = arena_new();
        const char *file = arena_format(arena, "%s/%s (last good version)", templates->directory, entry->path);
        const struct template *template =
            understand(text_string(&bytes), bytes.length, file, kind, NULL, NULL, arena, &problem);
        if (template) {
            take(entry, template, &arena, true);
            return;
        }
    }
    use_built_in(entry, kind);
}

static void tell(struct templates *templates, struct templates_entry *entry, const char *problem) {
    entry->broken = problem != NULL;
    if (templates->owner.report && (problem || !entry->told_well))
        templates->owner.report(templates->owner.context, entry->path, problem);
    entry->told_well = problem == NULL;
}

/* Reads what lies on disk now. */
static void read_disk(struct templates *templates, struct templates_entry *entry, enum template_kind kind,
                      const struct template_schema *schema, const struct template_pieces *pieces) {
    auto_text bytes = TEXT_EMPTY, problem = TEXT_EMPTY;
    auto_arena arena = arena_new();
    struct error error = ERROR_INIT;
    const struct template *template = NULL;
    if (template_files_read(templates->directory, entry->path, &bytes, &error)) {
        const char *file = arena_format(arena, "%s/%s", templates->directory, entry->path);
        template = understand(text_string(&bytes), bytes.length, file, kind, schema, pieces, arena, &problem);
    } else {
        text_append_format(&problem, "%s\n", error.message);
    }
    if (template) {
        take(entry, template, &arena, true);
        if (templates->owner.save)
            templates->owner.save(templates->owner.context, entry->path, text_string(&bytes), bytes.length);
        tell(templates, entry, NULL);
        return;
    }
    if (!entry->template || !entry->from_disk)
        use_remembered(templates, entry, kind);
    tell(templates, entry, text_string(&problem));
}

/* An editor may be writing it at this moment: a half must not be taken for the whole. */
static bool is_settling(const struct template_file_identity *identity) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t age_ms =
        (now.tv_sec - identity->modified_seconds) * 1000 + (now.tv_nsec - identity->modified_nanoseconds) / 1000000;
    return age_ms >= 0 && age_ms < LOOK_EVERY_MS;
}

/* The version of PATH in use, or NULL where there is none. It stays valid until the next rendering begins. */
static const struct template *current(struct templates *templates, const char *path, enum template_kind kind,
                                      const struct template_schema *schema, const struct template_pieces *pieces) {
    struct templates_entry *entry = find_entry(templates, path);
    int64_t now = clock_monotonic_ms();
    if (entry->looked && (entry->used == templates->use || now - entry->looked_at < LOOK_EVERY_MS)) {
        entry->used = templates->use;
        return entry->template;
    }
    entry->used = templates->use;
    entry->looked_at = now;
    struct template_file_identity identity = template_files_identify(templates->directory, path);
    if (entry->looked && template_files_same(&identity, &entry->identity))
        return entry->template;
    bool on_disk = template_files_on_disk(&identity);
    if (on_disk && entry->template && entry->from_disk && is_settling(&identity))
        return entry->template;
    entry->looked = true;
    entry->identity = identity;
    if (on_disk) {
        read_disk(templates, entry, kind, schema, pieces);
    } else {
        use_built_in(entry, kind);
        if (entry->template || entry->broken)
            tell(templates, entry, NULL);
    }
    return entry->template;
}

/* One rendering: where its pieces come from and what it is made of. */
struct rendering {
    struct templates *templates;
    const char **chain; /* of the language of the template or topic that is being rendered */
    size_t chain_count;
    struct arena *arena;
    struct text hashes;
    bool filling; /* not merely checking a file that was just read: what is looked up counts */
};

static const struct template *find_piece(void *context, const char *name) {
    struct rendering *rendering = context;
    for (size_t i = 0; i < rendering->chain_count; i++) {
        const char *path = arena_format(rendering->arena, "%s/_%s.md", rendering->chain[i], name);
        const struct template *piece = current(rendering->templates, path, TEMPLATE_PIECE, template_names_any(), NULL);
        if (piece) {
            if (rendering->filling)
                text_append(&rendering->hashes, piece->hash);
            return piece;
        }
    }
    return NULL;
}

static void set_language(struct rendering *rendering, const char *language) {
    rendering->chain = template_files_language_chain(language, rendering->templates->language, rendering->arena,
                                                     &rendering->chain_count);
}

static bool fill(struct rendering *rendering, const struct template *template, struct template_value *values,
                 struct text *ret_subject, struct text *ret_body, struct error *error) {
    struct template_pieces pieces = {find_piece, rendering};
    rendering->filling = true;
    bool done = template_render(template, values, &pieces, ret_subject, ret_body, error);
    rendering->filling = false;
    return done;
}

static bool fill_topic(struct rendering *rendering, const struct templates_request *request, struct error *error) {
    struct templates *templates = rendering->templates;
    struct template_pieces pieces = {find_piece, rendering};
    const struct template *topic = NULL;
    const char **chain = rendering->chain;
    size_t chain_count = rendering->chain_count;
    for (size_t i = 0; i < chain_count && !topic; i++) {
        const char *path = templates_private_topic_path(templates, chain[i], request->topic, rendering->arena);
        set_language(rendering, chain[i]);
        if (path)
            topic = current(templates, path, TEMPLATE_TOPIC, template_names_topic(), &pieces);
    }
    if (!topic)
        return error_set(error, ERROR_CONFIGURATION,
                         "there is no topic number %d for '%s'; add %s/%s/topics/NN-name.md (`tandempost topic list`)",
                         request->topic, request->name, templates->directory ? templates->directory : "templates",
                         templates->language);
    auto_text title = TEXT_EMPTY, body = TEXT_EMPTY;
    text_append(&rendering->hashes, topic->hash);
    if (!fill(rendering, topic, request->values, &title, &body, error))
        return false;
    template_value_set_string(request->values, "topic.title", text_string(&title));
    template_value_set_markdown(request->values, "topic.body", text_string(&body));
    return true;
}

static const struct template *find_message(struct rendering *rendering, const struct templates_request *request,
                                           const char **ret_language, struct error *error) {
    struct template_pieces pieces = {find_piece, rendering};
    const char **chain = rendering->chain;
    size_t chain_count = rendering->chain_count;
    for (size_t i = 0; i < chain_count; i++) {
        const char *path = arena_format(rendering->arena, "%s/%s.md", chain[i], request->name);
        set_language(rendering, chain[i]);
        const struct template *template =
            current(rendering->templates, path, TEMPLATE_MESSAGE, request->schema, &pieces);
        if (template) {
            *ret_language = chain[i];
            return template;
        }
    }
    const char *directory = rendering->templates->directory;
    error_set(error, ERROR_CONFIGURATION, "there is no usable template '%s'; write %s/%s/%s.md", request->name,
              directory ? directory : "templates", rendering->templates->language, request->name);
    return NULL;
}

static bool finish(struct rendering *rendering, const struct template *template, const char *language,
                   const struct template_value *values, const struct text *subject, const struct text *markdown,
                   struct templates_message *ret, struct error *error) {
    auto_text plain = TEXT_EMPTY, html = TEXT_EMPTY;
    if (!markdown_to_plain(text_string(markdown), &plain, error) ||
        !markdown_to_html(text_string(markdown), language, text_string(subject), &html, error))
        return error_prefix(error, "%s", template->file);
    char hash[HASH_HEX_SIZE];
    text_append(&rendering->hashes, template->hash);
    hash_sha256_hex(text_string(&rendering->hashes), rendering->hashes.length, hash);
    struct arena *arena = rendering->arena;
    const struct template_value *confirmation = template_value_member(values, "confirmation", strlen("confirmation"));
    const struct template_value *answer =
        confirmation ? template_value_member(confirmation, "answer", strlen("answer")) : NULL;
    *ret = (struct templates_message){.confirms = answer && template_value_was_shown(answer),
                                      .language = arena_copy_string(arena, language),
                                      .subject = arena_copy_string(arena, text_string(subject)),
                                      .markdown = arena_copy_string(arena, text_string(markdown)),
                                      .plain = arena_copy_string(arena, text_string(&plain)),
                                      .html = arena_copy_string(arena, text_string(&html)),
                                      .reply_to = template->reply_to,
                                      .hash = arena_copy_string(arena, hash)};
    return true;
}

static bool render(struct rendering *rendering, const struct templates_request *request, struct templates_message *ret,
                   struct error *error) {
    const char *language = NULL;
    template_check_fill_optional(request->values, request->schema->names);
    set_language(rendering, request->language);
    if (request->topic > 0 && !fill_topic(rendering, request, error))
        return false;
    set_language(rendering, request->language);
    const struct template *template = find_message(rendering, request, &language, error);
    if (!template)
        return false;
    set_language(rendering, language);
    auto_text subject = TEXT_EMPTY, markdown = TEXT_EMPTY;
    if (!fill(rendering, template, request->values, &subject, &markdown, error))
        return false;
    return finish(rendering, template, language, request->values, &subject, &markdown, ret, error);
}

bool templates_render(struct templates *templates, const struct templates_request *request, struct arena *arena,
                      struct templates_message *ret, struct error *error) {
    if (!template_files_is_name(request->name) || request->name[0] == '_')
        return error_set(error, ERROR_CONFIGURATION, "'%s' can't be the name of a template", request->name);
    templates->use++;
    struct rendering rendering = {.templates = templates, .arena = arena};
    bool done = render(&rendering, request, ret, error);
    text_free(&rendering.hashes);
    return done;
}

const char *templates_join(const char *language, const char *const *names, size_t count, struct arena *arena) {
    enum { MOST = 8, LENGTH = 256 };
    UChar wide[MOST][LENGTH], joined[MOST * LENGTH];
    const UChar *strings[MOST];
    int32_t lengths[MOST];
    UErrorCode status = U_ZERO_ERROR;
    char locale[64] = "en";
    if (count == 1)
        return arena_copy_string(arena, names[0]);
    for (size_t i = 0; i < count && i < MOST; i++) {
        u_strFromUTF8WithSub(wide[i], LENGTH, &lengths[i], names[i], -1, 0xFFFD, NULL, &status);
        strings[i] = wide[i];
    }
    uloc_forLanguageTag(language ? language : "en", locale, sizeof locale, NULL, &status);
    UListFormatter *formatter = count <= MOST ? ulistfmt_open(locale, &status) : NULL;
    int32_t length =
        formatter ? ulistfmt_format(formatter, strings, lengths, (int32_t)count, joined, MOST * LENGTH, &status) : 0;
    char utf8[4 * MOST * LENGTH];
    int32_t used = 0;
    u_strToUTF8(utf8, sizeof utf8, &used, joined, length, &status);
    ulistfmt_close(formatter);
    if (U_SUCCESS(status) && count <= MOST)
        return arena_copy_bytes(arena, utf8, (size_t)used);
    auto_text plain = TEXT_EMPTY;
    for (size_t i = 0; i < count; i++)
        text_append_format(&plain, "%s%s", i ? ", " : "", names[i]);
    return arena_copy_string(arena, text_string(&plain));
}
