#include "mail/automatic/bounce_report.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/automatic/bounce_status.h"
#include "mail/terms.h"

enum { CANDIDATES_MAX = 1000, LOCAL_MAX = 128, DOMAIN_MAX = 255, LABEL_MAX = 60, DIAGNOSTIC_MAX = 2048 };

/* How surely an address stands there as a failed recipient. */
enum rank {
    RANK_NONE,
    RANK_MENTIONED, /* somewhere in a sentence */
    RANK_LEADING,   /* begins a line that goes on */
    RANK_TOLD,      /* ends a line after words and a colon, or follows words like "to" in a sentence on failing */
    RANK_LISTED,    /* alone on its line, before a colon, or after a label like "Recipient:" */
};

struct candidate {
    const char *address; /* in the arena */
    enum rank rank;
    bool reply;                 /* a server's reply begins its line */
    size_t indent, line, after; /* columns before it; offsets of its line and of what follows it */
};

static bool is_local(char c) {
    return isalnum((unsigned char)c) || (c && strchr(".!#$%&'*+/=?^_`{|}~-", c)) || (c & 0x80);
}

static bool is_domain(char c) {
    return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_' || (c & 0x80);
}

static bool is_continuation(char c) {
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* Scripts written without spaces run into an address that they name: a local part or domain that is in another script
 * ends where they begin. Their characters and marks have three bytes, from U+2000 on. */
static bool is_wide(const char *character) {
    return (unsigned char)*character >= 0xE2;
}

static const char *before(const char *line, const char *at) {
    do
        at--;
    while (at > line && is_continuation(*at));
    return at;
}

/* The address around the @ at AT within the line [LINE, END): its span in *RET_START, *RET_END. */
static bool address_at(const char *line, const char *end, const char *at, const char **ret_start,
                       const char **ret_end) {
    const char *start = at, *stop = at + 1;
    bool wide_local = at > line && is_wide(before(line, at)), wide_domain = at + 1 < end && is_wide(at + 1);
    while (start > line && at - start < LOCAL_MAX && is_local(start[-1]) &&
           (wide_local || !is_wide(before(line, start))))
        start = before(line, start);
    while (stop < end && stop - at < DOMAIN_MAX && is_domain(*stop) && (wide_domain || !is_wide(stop)))
        stop++;
    /* Bounds may have fallen within a character. */
    while (start < at && is_continuation(*start))
        start++;
    while (stop > at + 1 && stop < end && is_continuation(*stop))
        stop--;
    while (stop > at + 1 && (stop[-1] == '.' || stop[-1] == '-' || stop[-1] == '_'))
        stop--;
    start += bytes_span(start, (size_t)(at - start), "'.*|=-/");
    if (at - start > 5 && strncasecmp(start, "smtp=", 5) == 0) /* "dda:SMTP=anna@example.org" */
        start += 5;
    bool bracketed = start > line && start[-1] == '<' && stop < end && *stop == '>';
    bool dotted = memchr(at + 1, '.', (size_t)(stop - at - 1)) != NULL;
    *ret_start = start;
    *ret_end = stop;
    return start < at && stop > at + 1 && (dotted || bracketed);
}

/* The last LABEL_MAX bytes before an address, in lower case, without brackets, quotes and white space at the end. */
static void label_before(const char *line, const char *start, char ret[LABEL_MAX + 1]) {
    start = line + bytes_trim(line, (size_t)(start - line), "<\"'[( \t");
    if (start - line >= 5 && strncasecmp(start - 5, "smtp:", 5) == 0)
        start -= 5;
    start = line + bytes_trim(line, (size_t)(start - line), "<\"'[( \t");
    size_t length = (size_t)(start - line) < LABEL_MAX ? (size_t)(start - line) : LABEL_MAX;
    memcpy(ret, start - length, length);
    ret[length] = '\0';
    string_lower_ascii(ret);
}

/* Labels of other addresses than the failed one. */
static bool is_foreign_label(const char *label) {
    return terms_contain(label, "mail from:|from:|sender|reply-to:|cc:|subject|message-id|contact|original|support|"
                                "assist|please|send mail|abuse|postmaster|http") ||
           terms_end(label, strlen(label), " from| by| id|help|admin|\nto:");
}

/* "Recipient:", "Failed Recipient:", "Recipient address:", "Error-for:", "Undeliverable Address:", "Address:" */
static bool is_recipient_label(const char *label) {
    return terms_end(label, strlen(label),
                     "recipient:|recipients:|recipient(s):|address:|destinatario:|destinataire:|empfänger:|"
                     "получатель:");
}

/* Words just before an address that was written to: prepositions, and nouns for the one written to; but not "email",
 * which bids to write there. */
static bool leads_to_recipient(const char *label) {
    size_t end = bytes_trim(label, strlen(label), ": "), start;
    if (terms_end(label, strlen(label), " to|to:|for|an|à|para|rcpt:"))
        return true;
    for (start = end; start > 0 && !strchr(" \t(<\"", label[start - 1]);)
        start--;
    bool bids = end - start >= 4 && strncmp(label + end - 4, "mail", 4) == 0;
    return !bids && bounce_grammar_is_person(label + start, end - start);
}

/* True where the line goes on after the address in a way that still lists it: nothing, a colon, the same address again,
 * or the time of the attempt ("anna@example.org on Thu, 29 Apr ...", Exchange). */
static bool is_listing_tail(const char *tail, const char *end, const char *address) {
    size_t length = strlen(address);
    for (bool again = true; again;) {
        tail += bytes_span(tail, (size_t)(end - tail), ">\"')] \t\r.,;");
        const char *rest = tail + bytes_span(tail, (size_t)(end - tail), "<([");
        if (end - rest >= 7 && strncasecmp(rest, "mailto:", 7) == 0)
            rest += 7;
        again = rest > tail && (size_t)(end - rest) >= length && strncasecmp(rest, address, length) == 0;
        if (again)
            tail = rest + length;
    }
    return tail == end || *tail == ':' ||
           (end - tail > 6 && strncasecmp(tail, "on ", 3) == 0 && isalnum((unsigned char)tail[3]));
}

/* In a transcript of a session: whether the server's reply, on the line below END, accepts. */
static bool is_accepted(const char *end) {
    const char *reply = end + strspn(end, "\r\n<> \t");
    return *reply == '2' && isdigit((unsigned char)reply[1]) && isdigit((unsigned char)reply[2]) &&
           (reply[3] == ' ' || reply[3] == '-');
}

static void judge(const char *line, const char *end, const char *start, const char *stop, struct candidate *candidate) {
    char label[LABEL_MAX + 1];
    const char *lead = line + bytes_span(line, (size_t)(start - line), " \t<>\"'*-([=.0123456789");
    if (start - lead >= 5 && strncasecmp(lead, "smtp:", 5) == 0)
        lead += 5;
    candidate->indent = strspn(line, " \t");
    label_before(line, start, label);
    if (lead >= start) {
        const char *code = line + strspn(line, "<> ");
        candidate->reply = code < start && (*code == '4' || *code == '5');
        candidate->rank =
            candidate->reply || is_listing_tail(stop, end, candidate->address) ? RANK_LISTED : RANK_LEADING;
        return;
    }
    /* of the mail, as it was written; the address that a forwarder hides behind */
    if (string_equal(label, "to:") || terms_contain(label, "generated from|generated by|expanded from")) {
        candidate->rank = RANK_MENTIONED;
        return;
    }
    bool command = string_ends_with(label, "rcpt to:");
    if ((command && is_accepted(end)) || is_foreign_label(label) ||
        (start > line && strchr("=/:", start[-1]) && strstr(label, "http"))) {
        candidate->rank = RANK_NONE;
        return;
    }
    const char *tail = stop + bytes_span(stop, (size_t)(end - stop), ">\"')] \t\r.,;");
    candidate->rank = is_recipient_label(label)                     ? RANK_LISTED
                      : string_ends_with(label, ":") && tail == end ? RANK_TOLD
                      : leads_to_recipient(label)                   ? RANK_TOLD
                                                                    : RANK_MENTIONED;
}

static bool is_own(const struct message *message, const char *address) {
    const struct {
        const struct message_address *list;
        size_t count;
    } lists[] = {{message->from, message->from_count},
                 {message->to, message->to_count},
                 {message->sender, message->sender_count},
                 {message->reply_to, message->reply_to_count}};
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        for (size_t j = 0; j < lists[i].count; j++)
            if (string_equal_ignore_case(lists[i].list[j].address, address))
                return true;
    return strncasecmp(address, "mailer-daemon@", 14) == 0;
}

/* "to anna@example.org; ben@example.org": what is said of the first goes for the next, where BETWEEN and END no word
 * stands. */
static void join_list(const char *between, const char *end, const struct candidate *first, struct candidate *next) {
    if (between + bytes_span(between, (size_t)(end - between), " \t<>\"',;") == end && first->rank > next->rank) {
        next->rank = first->rank;
        next->indent = first->indent;
    }
}

static size_t find_candidates(const char *text, struct candidate *ret, struct arena *arena) {
    size_t count = 0;
    for (size_t offset = 0; text[offset] && count < CANDIDATES_MAX;) {
        const char *line = text + offset, *end = line + strcspn(line, "\n"), *next = line;
        size_t length = (size_t)(end - line);
        /* What is quoted was not said by this system; ">>>" marks commands in transcripts. */
        bool quoted = *line == '>' && strncmp(line, ">>>", 3) != 0;
        for (const char *at;
             !quoted && count < CANDIDATES_MAX && next < end && (at = memchr(next, '@', (size_t)(end - next)));) {
            const char *start, *stop;
            if (address_at(next, end, at, &start, &stop)) {
                char *address = arena_copy_bytes(arena, start, (size_t)(stop - start));
                string_lower_ascii(strrchr(address, '@'));
                ret[count] = (struct candidate){.address = address, .line = offset, .after = (size_t)(stop - text)};
                judge(line, end, start, stop, &ret[count]);
                if (count && ret[count - 1].line == offset)
                    join_list(text + ret[count - 1].after, start, &ret[count - 1], &ret[count]);
                count++;
            }
            next = stop > at ? stop : at + 1;
        }
        offset += length + (*end == '\n');
    }
    return count;
}

/* LENGTH BYTES, or as many of them as a diagnostic may have, as one line without what is not printable. In ARENA. */
static const char *one_line(const char *bytes, size_t length, struct arena *arena) {
    length = utf8_cut(bytes, length, DIAGNOSTIC_MAX);
    auto_text clean = TEXT_EMPTY;
    auto_text out = TEXT_EMPTY;
    bool space = false;
    for (size_t i = 0; i < length; i++) {
        bool blank = strchr(" \t\r\n", bytes[i]) != NULL;
        if (!blank && space && clean.length)
            text_append_char(&clean, ' ');
        space = blank;
        if (!blank)
            text_append_char(&clean, bytes[i]);
    }
    text_append_printable(&out, text_string(&clean));
    return arena_copy_string(arena, text_string(&out));
}

size_t bounce_text_read(const struct message *message, const char *text, struct description_bounce *ret,
                        struct arena *arena) {
    struct candidate *candidates = arena_take_array(arena, CANDIDATES_MAX, sizeof *candidates);
    size_t found = find_candidates(text, candidates, arena), count = 0, indent = SIZE_MAX, kept = 0;
    enum rank best = RANK_NONE;
    bool only_own = true;
    for (size_t i = 0; i < found; i++)
        if (candidates[i].rank != RANK_NONE && !is_own(message, candidates[i].address))
            only_own = false;
    for (size_t i = 0; i < found; i++) {
        struct candidate *one = &candidates[i];
        if (!only_own && is_own(message, one->address))
            one->rank = RANK_NONE;
        if (one->rank > best)
            best = one->rank;
    }
    if (best == RANK_NONE || (only_own && best < RANK_TOLD))
        return 0;
    /* Of listed addresses those count that stand farthest left: what is indented below belongs to them. */
    for (size_t i = 0; i < found; i++)
        if (candidates[i].rank == best && candidates[i].indent < indent)
            indent = candidates[i].indent;
    for (size_t i = 0; i < found; i++)
        if (candidates[i].rank == best && (best < RANK_LEADING || candidates[i].indent <= indent + 1))
            candidates[kept++] = candidates[i];
    for (size_t i = 0; i < kept && count < BOUNCE_RECIPIENTS_MAX; i++) {
        bool known = false;
        for (size_t j = 0; j < count && !known; j++)
            known = string_equal_ignore_case(ret[j].recipient, candidates[i].address);
        if (known)
            continue;
        size_t from = best >= RANK_LISTED && !candidates[i].reply ? candidates[i].after : candidates[i].line,
               next = i + 1;
        while (next < kept && string_equal_ignore_case(candidates[next].address, candidates[i].address))
            next++;
        size_t limit = next < kept && candidates[next].line > from ? candidates[next].line - from : SIZE_MAX;
        from += strspn(text + from, ">:\"')] \t");
        ret[count++] =
            bounce_report_failed(candidates[i].address, one_line(text + from, strnlen(text + from, limit), arena));
    }
    return count;
}

/* Whether LINE speaks of another address: begins with one, not indented deeper than INDENT. */
static bool begins_with_address(const char *line, size_t indent) {
    const char *start = line + strspn(line, " \t<\"'*");
    size_t length = strcspn(start, " \t\n@");
    return strspn(line, " \t") <= indent && length > 0 && start[length] == '@';
}

/* Where LINE begins with an address: there; where an alias of it does, as Exim tells ("generated from ..."): behind. */
static const char *leading_address(const char *line) {
    const char *start = line + strspn(line, " \t<\"'*(");
    if (terms_begin(start, "generated by |generated from |expanded from: "))
        start = strchr(strchr(start, ' ') + 1, ' ') + 1;
    return start + strspn(start, "<");
}

const char *bounce_text_about(const char *text, const char *address, struct arena *arena) {
    size_t length = strlen(address);
    size_t ignored;
    for (const char *next = text, *line; (line = string_next_line(&next, &ignored));) {
        const char *start = leading_address(line), *end = start;
        if (strncasecmp(start, address, length) != 0 || is_domain(start[length]))
            continue;
        do {
            end += strcspn(end, "\n");
            end += *end == '\n';
        } while (*end && *end != '\n' && !begins_with_address(end, strspn(line, " \t")));
        const char *from = start + length;
        from += bytes_span(from, (size_t)(end - from), ">:\"')] \t\n");
        return one_line(from, (size_t)(end - from), arena);
    }
    return NULL;
}

/* ---- Names without a domain ---- */

enum { NAME_MAX_LENGTH = 64, ANNOUNCEMENT_MAX = 400 };

/* Whether the paragraph from START, up to END, announces recipients: "... was undeliverable to the following:" */
static bool announces_names(const char *start, const char *end) {
    end = start + bytes_trim(start, (size_t)(end - start), " \t\r\n");
    if (end == start || end[-1] != ':')
        return false;
    if (end - start > ANNOUNCEMENT_MAX)
        start = end - ANNOUNCEMENT_MAX;
    size_t length = (size_t)(end - start);
    return memmem(start, length, "recipient", 9) || memmem(start, length, "following", 9);
}

/* The length of a name that stands alone and indented on LINE, perhaps with the reason in brackets; 0: none does. */
static size_t lone_name(const char *line, const char *end, const char **ret_name, const char **ret_rest) {
    const char *name = line + strspn(line, " \t"), *after = name;
    while (after < end && after - name < NAME_MAX_LENGTH && (isalnum((unsigned char)*after) || strchr("._+-", *after)))
        after++;
    *ret_name = name;
    *ret_rest = after + strspn(after, " \t\r");
    bool alone =
        name > line && after > name && isalnum((unsigned char)*name) && (*ret_rest >= end || **ret_rest == '(');
    return alone ? (size_t)(after - name) : 0;
}

size_t bounce_text_read_names(const struct message *message, const char *text, struct description_bounce *ret,
                              struct arena *arena) {
    const char *domain = message->from_count ? strchr(message->from[0].address, '@') : NULL;
    const char *paragraph = text, *paragraph_end = text;
    size_t count = 0, length;
    bool announced = false;
    for (const char *line = text, *end, *name, *rest; domain && *line; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        if (line + strspn(line, " \t\r") >= end) {
            paragraph = announced ? paragraph : end;
        } else if (announced && count < BOUNCE_RECIPIENTS_MAX && (length = lone_name(line, end, &name, &rest))) {
            const char *reason = rest < end ? one_line(rest, (size_t)(end - rest), arena)
                                            : one_line(paragraph, (size_t)(paragraph_end - paragraph), arena);
            ret[count++] = bounce_report_failed(arena_format(arena, "%.*s%s", (int)length, name, domain), reason);
        } else if (count) {
            break;
        } else {
            paragraph = announced ? line : paragraph;
            paragraph_end = end;
            announced = announces_names(paragraph, end);
        }
    }
    return count;
}
