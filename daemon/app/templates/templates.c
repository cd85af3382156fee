#include "app/templates/templates.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/ulistformatter.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "app/templates/template_files.h"
#include "app/templates/templates_private.h"
#include "base/hash.h"
#include "mail/template/markdown.h"
#include "mail/template/template_render.h"

struct templates *templates_new(const char *directory, const char *language, const struct templates_owner *owner) {
    struct templates *templates = memory_new(sizeof *templates);
    templates->arena = arena_new();
    templates->directory = memory_copy_string(directory);
    templates->language = memory_copy_string(language ? language : "en");
    if (owner)
        templates->owner = *owner;
    return templates;
}

void templates_free(struct templates *templates) {
    if (!templates)
        return;
    templates_versions_free(templates);
    arena_free(templates->arena);
    free(templates->directory);
    free(templates->language);
    free(templates);
}

static const void *read_template(const struct templates_reader *reader, bool strict, const char *bytes, size_t length,
                                 const char *file, struct arena *arena, struct error_list *problems) {
    const struct template *template = NULL;
    struct error error = ERROR_INIT;
    if (!template_parse(bytes, length, file, reader->kind, arena, &template, &error)) {
        error_list_add(problems, NULL, 0, "%s", error.message);
        return NULL;
    }
    return !strict || template_check(template, reader->schema, reader->pieces, problems, NULL) ? template : NULL;
}

static const struct template *current(struct templates *templates, const char *path, enum template_kind kind,
                                      const struct template_schema *schema, const struct template_pieces *pieces) {
    struct templates_reader reader = {read_template, kind, schema, pieces};
    return templates_versions_current(templates, path, &reader);
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
    struct markdown_picture *pictures = arena_take_array(rendering->arena, MARKDOWN_PICTURES_MOST, sizeof *pictures);
    size_t picture_count;
    if (!markdown_list_pictures(text_string(markdown), rendering->arena, pictures, &picture_count, error) ||
        !markdown_to_plain(text_string(markdown), &plain, error) ||
        !markdown_to_html(text_string(markdown), language, text_string(subject), &html, error))
        return error_prefix(error, "%s", template->file);
    char hash[HASH_HEX_SIZE];
    text_append(&rendering->hashes, template->hash);
    hash_sha256_hex(text_string(&rendering->hashes), rendering->hashes.length, hash);
    struct arena *arena = rendering->arena;
    const struct template_value *confirmation = template_value_member(values, "confirmation", strlen("confirmation"));
    const struct template_value *answer =
        confirmation ? template_value_member(confirmation, "answer", strlen("answer")) : NULL;
    *ret = (struct templates_message){.pictures = pictures,
                                      .picture_count = picture_count,
                                      .confirms = answer && answer->shown,
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
