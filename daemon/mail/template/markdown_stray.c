#include <ctype.h>
#include <string.h>

#include "mail/template/markdown.h"
#include "mail/template/markdown_text.h"

struct search {
    const char *start, *end, *seen; /* SEEN: up to here all is told */
    void (*found)(void *context, size_t offset, const char *mark);
    void *context;
};

static bool is_space_at(const struct search *search, const char *at) {
    return at < search->start || at >= search->end || isspace((unsigned char)*at);
}

static bool is_word_at(const struct search *search, const char *at) {
    return at >= search->start && at < search->end && (isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80);
}

/* The mark that the run of LENGTH equal characters at AT was meant to be; NULL where it is just a character. */
static const char *mark_of(const struct search *search, const char *at, size_t length) {
    const char *before = at - 1, *after = at + length;
    if (is_space_at(search, before) && is_space_at(search, after))
        return NULL;
    switch (*at) {
    case '*':
        return length == 1 ? "*" : "**";
    case '_':
        return is_word_at(search, before) && is_word_at(search, after) ? NULL : length == 1 ? "_" : "__";
    case '`':
        return "`";
    case '~':
        return length == 2 ? "~~" : NULL;
    case ']':
        return length == 1 && after < search->end && *after == '(' ? "](" : NULL;
    default:
        return NULL;
    }
}

/* What md4c calls plain text and would have been a mark, had it a partner. */
static void add_text(void *context, MD_TEXTTYPE type, const char *bytes, size_t length) {
    struct search *search = context;
    if (type != MD_TEXT_NORMAL || bytes < search->start || bytes + length > search->end)
        return;
    for (const char *at = bytes > search->seen ? bytes : search->seen; at < bytes + length;) {
        const char *run = at;
        while (run < search->end && *run == *at)
            run++;
        bool escaped = at > search->start && at[-1] == '\\';
        const char *mark = escaped ? NULL : mark_of(search, at, (size_t)(run - at));
        if (mark)
            search->found(search->context, (size_t)(at - search->start), mark);
        search->seen = at = run;
    }
}

bool markdown_find_stray(const char *markdown, void (*found)(void *context, size_t offset, const char *mark),
                         void *context, struct error *error) {
    struct search search = {markdown, markdown + strlen(markdown), markdown, found, context};
    static const struct markdown_walker walker = {.text = add_text};
    return markdown_text_walk(markdown, &walker, &search, error);
}
