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

static void end_line(struct renderer *renderer) {
    if (!renderer->in_line)
        return;
    text_trim_end(&renderer->out, " ");
    text_append_char(&renderer->out, '\n');
    renderer->in_line = false;
}

/* Each block begins on a line of its own, after an empty one where the block before asked for it. */
static void begin_block(struct renderer *renderer) {
    end_line(renderer);
    if (renderer->separate) {
        text_append(&renderer->out, text_string(&renderer->prefix));
        text_trim_end(&renderer->out, " ");
        text_append_char(&renderer->out, '\n');
    }
    renderer->separate = false;
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

/* What each block does to the lines around it; what else there is stands below. */
static const struct {
    bool apart;          /* it begins on a line of its own, and the next block after an empty one */
    bool line;           /* its end ends a line */
    const char *segment; /* it is a container whose lines begin with this */
} blocks[] = {
    [MD_BLOCK_DOC] = {.line = true},
    [MD_BLOCK_QUOTE] = {.apart = true, .segment = "> "},
    [MD_BLOCK_HR] = {.apart = true},
    [MD_BLOCK_CODE] = {.apart = true, .segment = "    "},
    [MD_BLOCK_H] = {.apart = true},
    [MD_BLOCK_P] = {.apart = true},
    [MD_BLOCK_TABLE] = {.apart = true},
    [MD_BLOCK_TR] = {.line = true},
    [MD_BLOCK_TD] = {0},
};

static int enter_block(MD_BLOCKTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    const MD_BLOCK_OL_DETAIL *ordered = detail;
    if (blocks[type].apart)
        begin_block(renderer);
    if (blocks[type].segment)
        push(renderer, blocks[type].segment, NULL);
    renderer->in_code |= type == MD_BLOCK_CODE;
    if (type == MD_BLOCK_UL) {
        enter_list(renderer, (struct list){.tight = ((MD_BLOCK_UL_DETAIL *)detail)->is_tight});
    } else if (type == MD_BLOCK_OL) {
        enter_list(renderer, (struct list){true, ordered->is_tight, ordered->start, ordered->mark_delimiter});
    } else if (type == MD_BLOCK_LI) {
        enter_item(renderer);
    } else if (type == MD_BLOCK_HR) {
        begin_line(renderer);
        text_append(&renderer->out, "* * *");
    } else if (type == MD_BLOCK_TR) {
        end_line(renderer);
        renderer->cell = 0;
    } else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
        begin_line(renderer);
        text_append(&renderer->out, renderer->cell++ ? " | " : "");
    }
    return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *context) {
    struct renderer *renderer = context;
    if (type == MD_BLOCK_H)
        underline_heading(renderer, ((MD_BLOCK_H_DETAIL *)detail)->level);
    if (type == MD_BLOCK_CODE)
        renderer->in_code = false;
    if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
        leave_list(renderer);
    if (type == MD_BLOCK_LI || blocks[type].segment)
        pop(renderer);
    if (blocks[type].line || blocks[type].apart)
        end_line(renderer);
    renderer->separate |= blocks[type].apart;
    if (type == MD_BLOCK_LI && renderer->lists[renderer->list_count - 1].tight)
        renderer->separate = false;
    return 0;
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

static void add_span(struct renderer *renderer, MD_SPANTYPE type, bool enter) {
    begin_line(renderer);
    if (type == MD_SPAN_EM || type == MD_SPAN_STRONG || type == MD_SPAN_U) {
        /* **_both_** is marked once. */
        if (enter ? renderer->emphasis++ == 0 : --renderer->emphasis == 0)
            text_append_char(&renderer->out, '*');
    } else if (type == MD_SPAN_DEL || type == MD_SPAN_CODE) {
        text_append_char(&renderer->out, type == MD_SPAN_DEL ? '~' : '`');
    }
}

static int enter_span(MD_SPANTYPE type, void *detail, void *context) {
    add_span(context, type, true);
    if (type == MD_SPAN_A)
        enter_link(context, detail);
    return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *context) {
    (void)detail;
    add_span(context, type, false);
    if (type == MD_SPAN_A)
        leave_link(context);
    return 0;
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

static int add_text(MD_TEXTTYPE type, const char *bytes, MD_SIZE length, void *context) {
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
    return 0;
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
    static const MD_PARSER handlers = {.enter_block = enter_block,
                                       .leave_block = leave_block,
                                       .enter_span = enter_span,
                                       .leave_span = leave_span,
                                       .text = add_text};
    bool done = markdown_text_walk(markdown, &handlers, &renderer, error);
    if (done) {
        text_free(ret);
        *ret = renderer.out;
        renderer.out = TEXT_EMPTY;
    }
    release(&renderer);
    return done;
}
