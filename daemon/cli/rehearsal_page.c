#include "cli/rehearsal_page.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/localise.h"
#include "base/text.h"
#include "base/zone.h"
#include "cli/rehearsal_report.h"
#include "mail/message/parse.h"

/* Nothing but what stands in it is ever loaded, whatever the mails in it say. */
static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; frame-src "
    "'self'\">\n"
    "<style>\n"
    ":root{color-scheme:light dark}\n"
    "body{margin:0 auto;padding:16px;max-width:60em;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n"
    "h1{font-size:24px}h2{font-size:20px;margin-top:32px}h3{font-size:17px;margin:24px 0 8px}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "td,th{padding:4px 8px 4px 0;text-align:start;vertical-align:top;border-top:1px solid #8886}\n"
    "td:first-child{white-space:nowrap}\n"
    "summary{cursor:pointer;padding:8px 0}\n"
    "pre{white-space:pre-wrap;font:14px/1.45 ui-monospace,monospace}\n"
    "iframe{width:100%;height:28em;border:1px solid #888;resize:vertical}\n"
    "nav a{display:inline-block;padding:4px 12px 4px 0}\n"
    "</style>\n";

static void append_html(struct text *page, const char *text) {
    text_append_html(page, text, strlen(text));
}

/* ---- What would happen ---- */

static void append_troubles(struct text *page, const struct rehearsal *rehearsal) {
    text_append(page, "<h2 id=\"wrong\">What would go wrong</h2>\n<ul>\n");
    if (rehearsal->trouble_count == 0)
        text_append(page, "<li>Nothing.</li>\n");
    for (size_t i = 0; i < rehearsal->trouble_count; i++) {
        const struct rehearsal_trouble *trouble = &rehearsal->troubles[i];
        text_append(page, trouble->grave ? "<li><strong>Problem</strong>, " : "<li>Note, ");
        append_html(page, trouble->area);
        text_append(page, ": ");
        append_html(page, trouble->text);
        text_append(page, "</li>\n");
    }
    text_append(page, "</ul>\n");
}

static void append_timeline(struct text *page, const struct rehearsal *rehearsal, const struct zone *zone) {
    text_append(page, "<h2 id=\"days\">Day by day</h2>\n<table>\n<thead><tr><th>Day</th><th>At</th><th>What</th></tr>"
                      "</thead>\n<tbody>\n");
    for (size_t i = 0; i < rehearsal->line_count; i++) {
        auto_arena arena = arena_new();
        const struct rehearsal_line *line = &rehearsal->lines[i];
        struct zone_local local;
        char time[CIVIL_TIME_SIZE];
        zone_to_local(zone, line->first_at - line->first_at % SECONDS_PER_MINUTE, &local);
        bool new_day = i == 0 || line->day != rehearsal->lines[i - 1].day;
        text_append_format(page, "<tr><td>%s</td><td>%s</td><td>",
                           new_day ? localise_date(arena, line->first_at, zone, "en") : "",
                           civil_format_time_of_day(local.time_of_day, time));
        append_html(page, rehearsal_report_step(line->step, line->occurrence, arena));
        text_append_format(page, " %s</td></tr>\n", rehearsal_report_line(line, zone, arena));
    }
    text_append(page, "</tbody>\n</table>\n");
}

/* ---- What people read ---- */

static const char *part_text(const struct message *message, const char *subtype) {
    const struct message_part *part = message_find_part(&message->root, "text", subtype);
    return part && part->text ? part->text : "";
}

static void append_sample(struct text *page, const struct rehearsal_sample *sample) {
    auto_arena arena = arena_new();
    struct message message;
    struct error error = ERROR_INIT;
    if (!message_parse(sample->bytes, sample->length, arena, &message, &error))
        return;
    text_append(page, "<details><summary>");
    append_html(page, sample->name);
    text_append(page, ": <strong>");
    append_html(page, message.subject);
    text_append(page, "</strong></summary>\n<p><a href=\"");
    append_html(page, sample->file);
    text_append(page, "\">The whole mail</a></p>\n<pre dir=\"auto\">");
    append_html(page, part_text(&message, "plain"));
    text_append(page, "</pre>\n<iframe sandbox loading=\"lazy\" title=\"As mail programs show it\" srcdoc=\"");
    append_html(page, part_text(&message, "html"));
    text_append(page, "\"></iframe>\n</details>\n");
}

static void append_text(struct text *page, const struct rehearsal_text *text) {
    auto_arena arena = arena_new();
    text_append(page, "<h3>");
    append_html(page, rehearsal_report_step(text->step, text->occurrence, arena));
    text_append_format(page, " <small>(%" PRId64 ")</small></h3>\n", text->count);
    append_sample(page, &text->shortest);
    if (!string_equal(text->longest.file, text->shortest.file))
        append_sample(page, &text->longest);
}

static const char *language_name(const char *language, struct arena *arena) {
    return *language ? localise_language(arena, language, "en") : "No language";
}

void rehearsal_page_write(const struct rehearsal *rehearsal, const char *title, const struct zone *zone,
                          const struct rehearsal_text *texts, size_t count, struct text *ret) {
    auto_arena arena = arena_new();
    text_append(ret, head);
    text_append(ret, "<title>");
    append_html(ret, title);
    text_append(ret, "</title>\n</head>\n<body>\n<h1>");
    append_html(ret, title);
    text_append(ret, "</h1>\n<p>");
    append_html(ret, rehearsal_report_sum(rehearsal, zone, arena));
    text_append(ret, "</p>\n<nav><a href=\"#wrong\">What would go wrong</a><a href=\"#days\">Day by day</a>");
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !string_equal(texts[i].language, texts[i - 1].language))
            text_append_format(ret, "<a href=\"#texts-%zu\">%s</a>", i, language_name(texts[i].language, arena));
    text_append(ret, "</nav>\n");
    append_troubles(ret, rehearsal);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !string_equal(texts[i].language, texts[i - 1].language))
            text_append_format(ret,
                               "<h2 id=\"texts-%zu\">%s</h2>\n<p>Of each text what whoever has the shortest and the "
                               "longest name gets.</p>\n",
                               i, language_name(texts[i].language, arena));
        append_text(ret, &texts[i]);
    }
    append_timeline(ret, rehearsal, zone);
    text_append(ret, "</body>\n</html>\n");
}
