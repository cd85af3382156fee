#include "cli/findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/json_value.h"
#include "cli/table.h"
#include "cli/wrap.h"

enum { NAME_WIDTH = 9 };

const char *findings_name(enum finding finding) {
    switch (finding) {
    case FINDING_OK:
        return "ok";
    case FINDING_NOTE:
        return "note";
    case FINDING_PROBLEM:
        return "problem";
    }
    return "";
}

static enum table_tone tone_of(enum finding finding) {
    switch (finding) {
    case FINDING_OK:
        return TONE_GOOD;
    case FINDING_NOTE:
        return TONE_WARNING;
    case FINDING_PROBLEM:
        return TONE_BAD;
    }
    return TONE_PLAIN;
}

void findings_tell(struct findings *findings, enum finding finding, const char *area, const char *format, ...) {
    auto_text words = TEXT_EMPTY, line = TEXT_EMPTY;
    va_list arguments;
    va_start(arguments, format);
    text_append_format_list(&words, format, arguments);
    va_end(arguments);
    findings->problems += finding == FINDING_PROBLEM;
    findings->notes += finding == FINDING_NOTE;
    if (findings->json) {
        json_value_print(json_pack("{s:s,s:s,s:o}", "result", findings_name(finding), "area", area, "message",
                                   json_value_text(text_string(&words))));
    } else {
        bool colour = table_wants_colour(stdout);
        text_append_format(&line, "%s: %s", area, text_string(&words));
        printf("%s%-*s%s", colour ? table_tone_code(tone_of(finding)) : "", NAME_WIDTH, findings_name(finding),
               colour ? "\033[0m" : "");
        wrap_print(stdout, text_string(&line), NAME_WIDTH, table_terminal_width(stdout), "");
    }
    fflush(stdout);
}
