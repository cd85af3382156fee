#include "mail/authentication.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

/* VALUE without its comments. */
static void drop_comments(const char *value, struct text *ret) {
    size_t depth = 0;
    for (; *value; value++) {
        if (*value == '(')
            depth++;
        else if (*value == ')' && depth)
            depth--;
        else if (!depth)
            text_append_char(ret, *value);
    }
}

static const char *dmarc_result(const char *results) {
    for (const char *result = strchr(results, ';'); result; result = strchr(result, ';')) {
        result += 1;
        result += strspn(result, " \t");
        if (strncasecmp(result, "dmarc", 5) != 0)
            continue;
        const char *value = result + 5 + strspn(result + 5, " \t");
        if (*value++ != '=')
            continue;
        value += strspn(value, " \t");
        return strncasecmp(value, "pass", 4) == 0 ? "pass" : strncasecmp(value, "fail", 4) == 0 ? "fail" : "none";
    }
    return "none";
}

bool authentication_read(const struct message *message, const char *authserv_id, struct arena *arena,
                         struct authentication_finding *ret) {
    for (size_t i = 0; authserv_id && i < message->header_count; i++) {
        if (!string_equal_ignore_case(message->headers[i].name, "Authentication-Results"))
            continue;
        auto_text plain = TEXT_EMPTY;
        drop_comments(message->headers[i].raw, &plain);
        const char *value = text_string(&plain);
        value += strspn(value, " \t");
        size_t length = strcspn(value, " \t;");
        if (length != strlen(authserv_id) || strncasecmp(value, authserv_id, length) != 0)
            continue;
        ret->authserv_id = arena_copy_bytes(arena, value, length);
        ret->dmarc = dmarc_result(value);
        return true;
    }
    return false;
}
