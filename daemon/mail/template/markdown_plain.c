#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "mail/template/markdown.h"
#include "mail/template/markdown_text.h"

struct list {
    bool ordered, tight;
    unsigned next;
    char delimiter;
};

struct link {
    size_t start; /* in the output */
    char *address;
};

struct renderer {
    struct text out;
    struct text prefix; /* before each line of the containers that are open: "> ", "   " */
    struct text first;  /* on the next line instead of PREFIX's last bytes: list markers not yet written */
    size_t first_replaces;
    size_t *prefix_lengths; /* of the containers outside each open one */
    size_t container_count, container_capacity;
    struct list *lists;
    size_t list_count, list_capacity;
    struct link *links;
    size_t link_count, link_capacity;
    size_t emphasis;
    bool in_line;  /* something stands on the current line */
    bool separate; /* an empty line before the next block */
    bool in_code;
    size_t line_start; /* of the current line's own text, after the prefix */
    size_t cell;
};

static void begin_line(struct renderer *renderer) {
    if (renderer->in_line)
        return;
    text_append_bytes(&renderer->out, text_string(&renderer->prefix),
                      renderer->prefix.length - renderer->first_replaces);
    text_append(&renderer->out, text_string(&renderer->first));
    text_clear(&renderer->first);
    renderer->first_replaces = 0;
    renderer->in_line = true;
    renderer->line_start = renderer->out.length;
}

static void trim_line(struct renderer *renderer) {
    while (renderer->out.length && renderer->out.bytes[renderer->out.length - 1] == ' ')
        text_truncate(&renderer->out, renderer->out.length - 1);
}

static void end_line(struct renderer *renderer) {
    if (!renderer->in_line)
        return;
    trim_line(renderer);
    text_append_char(&renderer->out, '\n');
    renderer->in_line = false;
}

/* Each block begins on a line of its own, after an empty one where the block before asked for it. */
static void begin_block(struct renderer *renderer) {
    end_line(renderer);
    if (renderer->separate) {
        text_append(&renderer->out, text_string(&renderer->prefix));
        trim_line(renderer);
        text_append_char(&renderer->out, '\n');
    }
    renderer->separate = false;
}

static void end_block(struct renderer *renderer) {
    end_line(renderer);
    renderer->separate = true;
}

/* Opens a container whose lines begin with SEGMENT, the first one with FIRST; NULL: like the others. */
static void push(struct renderer *renderer, const char *segment, const char *first) {
    renderer->prefix_lengths = memory_grow(renderer->prefix_lengths, &renderer->container_capacity,
                                           renderer->container_count + 1, sizeof(size_t));
    renderer->prefix_lengths[renderer->container_count++] = renderer->prefix.length;
    text_append(&renderer->prefix, segment);
    if (first || renderer->first_replaces) {
        text_append(&renderer->first, first ? first : segment);
        renderer->first_replaces += strlen(segment);
    }
}

static void pop(struct renderer *renderer) {
    if (renderer->first_replaces)
        begin_line(renderer); /* an empty item: its marker stands alone */
    end_line(renderer);
    text_truncate(&renderer->prefix, renderer->prefix_lengths[--renderer->container_count]);
}

static void enter_item(struct renderer *renderer) {
    struct list *list = &renderer->lists[renderer->list_count - 1];
    begin_block(renderer);
    char marker[32] = "- ", segment[32];
    if (list->ordered)
        snprintf(marker, sizeof marker, "%u%c ", list->next++, list->delimiter);
    size_t width = strlen(marker);
    memset(segment, ' ', width);
    segment[width] = '\0';
    push(renderer, segment, marker);
}

static void enter_list(struct renderer *renderer, struct list list) {
    begin_block(renderer);
    renderer->lists = memory_grow(renderer->lists, &renderer->list_capacity, renderer->list_count + 1, sizeof list);
    renderer->lists[renderer->list_count++] = list;
}

static void leave_list(struct renderer *renderer) {
    renderer->list_count--;
    end_line(renderer);
    renderer->separate = renderer->list_count == 0 || !renderer->lists[renderer->list_count - 1].tight;
}

static void underline_heading(struct renderer *renderer, unsigned level) {
    if (level > 2 || !renderer->in_line)
        return;
    size_t width = utf8_width(text_string(&renderer->out) + renderer->line_start);
    end_line(renderer);
    begin_line(renderer);
    for (size_t i = 0; i < width && i < 72; i++)
        text_append_char(&renderer->out, level == 1 ? '=' : '-');
}

static void enter_block(struct renderer *renderer, MD_BLOCKTYPE type, void *detail) {
    switch (type) {
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
        break;
    case MD_BLOCK_QUOTE:
        begin_block(renderer);
        push(renderer, "> ", NULL);
        break;
    case MD_BLOCK_UL:
        enter_list(renderer, (struct list){.tight = ((MD_BLOCK_UL_DETAIL *)detail)->is_tight});
        break;
    case MD_BLOCK_OL: {
        const MD_BLOCK_OL_DETAIL *list = detail;
        enter_list(renderer, (struct list){.ordered = true,
                                           .tight = list->is_tight,
                                           .next = list->start,
                                           .delimiter = list->mark_delimiter});
        break;
    }
    case MD_BLOCK_LI:
        enter_item(renderer);
        break;
    case MD_BLOCK_HR:
        begin_block(renderer);
        begin_line(renderer);
        text_append(&renderer->out, "* * *");
        break;
    case MD_BLOCK_CODE:
        begin_block(renderer);
        renderer->in_code = true;
        push(renderer, "    ", NULL);
        break;
    case MD_BLOCK_H:
    case MD_BLOCK_P:
    case MD_BLOCK_TABLE:
        begin_block(renderer);
        break;
    case MD_BLOCK_TR:
        end_line(renderer);
        renderer->cell = 0;
        break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        begin_line(renderer);
        if (renderer->cell++)
            text_append(&renderer->out, " | ");
        break;
    }
}

static void leave_block(struct renderer *renderer, MD_BLOCKTYPE type, void *detail) {
    switch (type) {
    case MD_BLOCK_DOC:
        end_line(renderer);
        break;
    case MD_BLOCK_QUOTE:
        pop(renderer);
        renderer->separate = true;
        break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
        leave_list(renderer);
        break;
    case MD_BLOCK_LI:
        pop(renderer);
        if (renderer->lists[renderer->list_count - 1].tight)
            renderer->separate = false;
        break;
    case MD_BLOCK_CODE:
        renderer->in_code = false;
        pop(renderer);
        renderer->separate = true;
        break;
    case MD_BLOCK_H:
        underline_heading(renderer, ((MD_BLOCK_H_DETAIL *)detail)->level);
        end_block(renderer);
        break;
    case MD_BLOCK_HR:
    case MD_BLOCK_P:
    case MD_BLOCK_TABLE:
        end_block(renderer);
        break;
    case MD_BLOCK_TR:
        end_line(renderer);
        break;
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
        break;
    }
}

static void add_block(void *context, MD_BLOCKTYPE type, bool enter, void *detail) {
    (enter ? enter_block : leave_block)(context, type, detail);
}

static void enter_link(struct renderer *renderer, const MD_SPAN_A_DETAIL *detail) {
    auto_text address = TEXT_EMPTY;
    markdown_text_append_attribute(&address, &detail->href);
    renderer->links =
        memory_grow(renderer->links, &renderer->link_capacity, renderer->link_count + 1, sizeof(struct link));
    bool allowed = markdown_text_link_allowed(text_string(&address));
    renderer->links[renderer->link_count++] =
        (struct link){renderer->out.length, allowed ? text_steal(&address) : NULL};
}

/* "text <address>", or once where the text already says it. */
static void leave_link(struct renderer *renderer) {
    struct link link = renderer->links[--renderer->link_count];
    auto_string address = link.address;
    if (!address)
        return;
    const char *text = text_string(&renderer->out) + link.start, *shown = address;
    if (string_starts_with_ignore_case(address, "mailto:") && !strchr(address, '?'))
        shown = address + strlen("mailto:");
    bool same = strcmp(text, shown) == 0 ||
                (string_starts_with_ignore_case(shown, "http://") && strcmp(text, shown + strlen("http://")) == 0);
    if (!same)
        text_append_format(&renderer->out, " <%s>", shown);
}

static void add_span(void *context, MD_SPANTYPE type, bool enter, void *detail) {
    struct renderer *renderer = context;
    begin_line(renderer);
    switch (type) {
    case MD_SPAN_EM:
    case MD_SPAN_STRONG:
    case MD_SPAN_U:
        /* **_both_** is marked once. */
        if (enter ? renderer->emphasis++ == 0 : --renderer->emphasis == 0)
            text_append_char(&renderer->out, '*');
        break;
    case MD_SPAN_DEL:
        text_append_char(&renderer->out, '~');
        break;
    case MD_SPAN_CODE:
        text_append_char(&renderer->out, '`');
        break;
    case MD_SPAN_A:
        if (enter)
            enter_link(renderer, detail);
        else
            leave_link(renderer);
        break;
    case MD_SPAN_IMG:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK:
        break;
    }
}

/* Code keeps its own lines. */
static void append_code(struct renderer *renderer, const char *bytes, size_t length) {
    while (length) {
        const char *end = memchr(bytes, '\n', length);
        size_t part = end ? (size_t)(end - bytes) : length;
        begin_line(renderer);
        text_append_bytes(&renderer->out, bytes, part);
        if (end)
            end_line(renderer);
        bytes += part + (end ? 1 : 0);
        length -= part + (end ? 1 : 0);
    }
}

static void add_text(void *context, MD_TEXTTYPE type, const char *bytes, size_t length) {
    struct renderer *renderer = context;
    if (type == MD_TEXT_BR) {
        end_line(renderer);
    } else if (type == MD_TEXT_SOFTBR) {
        text_append_char(&renderer->out, ' ');
    } else if (renderer->in_code) {
        append_code(renderer, bytes, length);
    } else {
        begin_line(renderer);
        markdown_text_append(&renderer->out, type, bytes, length);
    }
}

static void release(struct renderer *renderer) {
    while (renderer->link_count)
        memory_free_pointer(&renderer->links[--renderer->link_count].address);
    memory_free_pointer(&renderer->links);
    memory_free_pointer(&renderer->lists);
    memory_free_pointer(&renderer->prefix_lengths);
    text_free(&renderer->prefix);
    text_free(&renderer->first);
    text_free(&renderer->out);
}

bool markdown_to_plain(const char *markdown, struct text *ret, struct error *error) {
    struct renderer renderer = {0};
    static const struct markdown_walker walker = {add_block, add_span, add_text};
    bool done = markdown_text_walk(markdown, &walker, &renderer, error);
    if (done) {
        text_free(ret);
        *ret = renderer.out;
        renderer.out = TEXT_EMPTY;
    }
    release(&renderer);
    return done;
}
