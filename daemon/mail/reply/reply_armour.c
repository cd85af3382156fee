#include "mail/reply/reply_armour.h"

#include <string.h>

#include "base/text.h"

enum { ARMOUR_HEADERS_MAX = 5 }; /* "Hash: SHA256" and the like */

static void mark(struct reply_line *line) {
    if (line->kind != REPLY_BLANK)
        line->kind = REPLY_ARMOUR;
}

static void undash(struct reply_line *line) {
    if (line->length < 2 || strncmp(line->bytes, "- ", 2) != 0 || !string_starts_with(line->folded, "- "))
        return;
    line->bytes += 2;
    line->length -= 2;
    line->folded += 2;
}

void reply_armour_mark(struct reply_line *lines, size_t count) {
    size_t last = 0; /* end of such a block */
    for (size_t i = 0; i < count; i++)
        if (string_starts_with(lines[i].folded, "-----end pgp "))
            last = i;
    bool signed_text = false, inside = false;
    for (size_t i = 0; i < count; i++) {
        const char *folded = lines[i].folded;
        if (string_equal(folded, "-----begin pgp signed message-----")) {
            signed_text = true;
            mark(&lines[i]);
            for (size_t j = 1; j < ARMOUR_HEADERS_MAX && i + 1 < count && strchr(lines[i + 1].folded, ':'); j++)
                mark(&lines[++i]);
            continue;
        }
        if (i < last && (string_equal(folded, "-----begin pgp signature-----") ||
                         string_equal(folded, "-----begin pgp public key block-----"))) {
            inside = true;
            signed_text = false;
        }
        if (inside)
            mark(&lines[i]);
        else if (signed_text)
            undash(&lines[i]);
        if (string_starts_with(folded, "-----end pgp "))
            inside = false;
    }
}
