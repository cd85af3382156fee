#pragma once
/* One mail address (the addr-spec of RFC 5322 section 3.4.1 within the limits of RFC 5321 section 4.5.3.1), and the
 * programme's sub-addresses: local+TAG@domain, or TAG@domain where a whole domain is ours. */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum {
    ADDRESS_SIZE = 255,      /* the longest address, 254 bytes, and a NUL */
    ADDRESS_LOCAL_MAX = 64,  /* bytes before the @ */
    ADDRESS_SECRET_MIN = 16, /* 80 bits of base32 */
    ADDRESS_SECRET_MAX = 52, /* 260 bits: more than any secret of ours */
    ADDRESS_TAG_SIZE = ADDRESS_SECRET_MAX + 1,
};

struct address {
    char text[ADDRESS_SIZE]; /* local@domain: the local part as typed, needless quotes dropped; the domain in lower
                                case, international labels as A-labels ("xn--...") */
    size_t local_length;     /* bytes before the @ */
    bool international;      /* the local part is not ASCII: deliverable only through a server that offers SMTPUTF8 */
};

/* Reads one address as a person types it: white space and one pair of angle brackets around it are forgiven, a display
 * name is not. Domain literals and domains without a dot (but for localhost) are refused: no participant has one.
 * Errors (ERROR_PERMANENT) say what is wrong with the address in words for the person who typed it. */
bool address_parse(const char *typed, struct address *ret, struct error *error);

/* The domain of local@domain: what follows the last @, inside ADDRESS; "" where there is none. */
const char *address_domain(const char *address);

/* Whether the domain of ADDRESS stands there in ASCII, or as the U-labels (RFC 5890) that are the only way to write it
 * beyond ASCII; false for full-width letters, characters that IDNA ignores, and what else it maps. */
bool address_domain_is_plain(const char *address);

/* The form under which two spellings of one mailbox compare equal: all of it case-folded, but for what would become
 * ASCII by that, and the domain as A-labels where it can be. A sub-address stays: it is another mailbox as far as
 * anyone but its owner's server knows. Takes any string; malloc'd, the caller frees. */
char *address_key(const char *address);

/* How the programme's sub-addresses look. */
struct address_scheme {
    const char *programme; /* "iln@example.org"; with SEPARATOR 0 "@iln.example.org"; NULL: unknown, and whatever looks
                              like a tag is one */
    char separator;        /* '+', '-', '='; 0: every address of the domain is ours, TAG@domain */
};

struct address_tag {
    char purpose;                 /* 'r' reply, 'b' bounce, 'p' partnership, 'u' pause; 0: a plain word */
    char value[ADDRESS_TAG_SIZE]; /* the secret (lower-case base32, a-z and 2-7), or the word: "join", "help", "report"
                                   */
};

/* Builds the address of a tag: ('r', secret) gives iln+rSECRET@example.org, (0, "join") gives iln+join@example.org.
 * Fails (ERROR_CONFIGURATION) where the programme's own address is too long or no address at all. PURPOSE and VALUE
 * must be what struct address_tag allows. */
bool address_with_tag(const struct address_scheme *scheme, char purpose, const char *value, char ret[ADDRESS_SIZE],
                      struct error *error);

/* Reads a tag back from an address, case folded. False where ADDRESS is not one of the scheme's, or carries neither a
 * secret nor a word that we know. With an unknown programme and no separator, words do not count (help@ is anybody's).
 */
bool address_find_tag(const char *address, const struct address_scheme *scheme, struct address_tag *ret);
