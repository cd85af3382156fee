#include <string.h>

#include "base/hash.h"
#include "mail/template/markdown.h"
#include "mail/template/markdown_text.h"

#define SCHEME "picture:"

bool markdown_text_enter_picture(struct markdown_text_picture *picture, MD_SPANTYPE type, const void *detail) {
    auto_text address = TEXT_EMPTY;
    if (type != MD_SPAN_IMG || picture->inside)
        return false;
    markdown_text_append_attribute(&address, &((const MD_SPAN_IMG_DETAIL *)detail)->src);
    if (!string_starts_with(text_string(&address), SCHEME) || address.length - strlen(SCHEME) >= sizeof picture->kind)
        return false;
    const char *kind = text_string(&address) + strlen(SCHEME);
    size_t letters = 0;
    while (ascii_is_letter(kind[letters]))
        letters++;
    if (!letters || kind[letters])
        return false;
    strcpy(picture->kind, kind);
    text_clear(&picture->words);
    picture->inside = true;
    return true;
}

bool markdown_text_add_to_picture(struct markdown_text_picture *picture, MD_TEXTTYPE type, const char *bytes,
                                  size_t length) {
    if (picture->inside && (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR))
        text_append_char(&picture->words, ' ');
    else if (picture->inside)
        markdown_text_append(&picture->words, type, bytes, length);
    return picture->inside;
}

bool markdown_text_leave_picture(struct markdown_text_picture *picture, MD_SPANTYPE type) {
    bool ends = picture->inside && type == MD_SPAN_IMG;
    picture->inside = picture->inside && !ends;
    return ends;
}

void markdown_text_append_picture_id(struct text *text, const struct markdown_text_picture *picture) {
    char hash[HASH_HEX_SIZE];
    hash_sha256_hex(picture->words.bytes, picture->words.length, hash);
    text_append_format(text, "%s.%.24s@tandempost", picture->kind, hash);
}

/* ---- All of them ---- */

struct listing {
    struct markdown_text_picture picture;
    struct markdown_picture *items;
    size_t count;
    struct arena *arena;
};

static int enter_span(MD_SPANTYPE type, void *detail, void *context) {
    markdown_text_enter_picture(&((struct listing *)context)->picture, type, detail);
    return 0;
}

static int add_text(MD_TEXTTYPE type, const char *bytes, MD_SIZE length, void *context) {
    markdown_text_add_to_picture(&((struct listing *)context)->picture, type, bytes, length);
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context) {
    struct listing *listing = context;
    (void)detail;
    if (!markdown_text_leave_picture(&listing->picture, type) || listing->count == MARKDOWN_PICTURES_MOST)
        return 0;
    auto_text id = TEXT_EMPTY;
    markdown_text_append_picture_id(&id, &listing->picture);
    listing->items[listing->count++] =
        (struct markdown_picture){arena_copy_string(listing->arena, listing->picture.kind),
                                  arena_copy_string(listing->arena, text_string(&listing->picture.words)),
                                  arena_copy_string(listing->arena, text_string(&id))};
    return 0;
}

bool markdown_list_pictures(const char *markdown, struct arena *arena,
                            struct markdown_picture ret[MARKDOWN_PICTURES_MOST], size_t *ret_count,
                            struct error *error) {
    static const MD_PARSER handlers = {.enter_span = enter_span, .leave_span = leave_span, .text = add_text};
    struct listing listing = {.items = ret, .arena = arena};
    bool done = markdown_text_walk(markdown, &handlers, &listing, error);
    text_free(&listing.picture.words);
    if (done)
        *ret_count = listing.count;
    return done;
}
