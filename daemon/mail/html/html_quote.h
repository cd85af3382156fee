#pragma once
/* Which elements of a HTML mail hold what its writer quoted, or their signature. */
#include <libxml/tree.h>

enum html_mark {
    HTML_ORDINARY,
    HTML_QUOTED,           /* the element and all in it is quoted */
    HTML_QUOTED_FROM_HERE, /* the element and all after it, to the end of the mail */
    HTML_SIGNATURE,        /* the element and all in it is a signature */
};

/* Asked for each element once, parents before children. */
enum html_mark html_quote_mark(const xmlNode *element);
