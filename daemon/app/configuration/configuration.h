#pragma once
/* The configuration file: read once, checked whole, handed on as small plain structs. Only app/ and cli/ see it; the
 * layers below get the struct that they need. All strings belong to the configuration. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/configuration/secret.h"
#include "base/error.h"
#include "programme/enrolment_rules.h"

struct step; /* programme/sequence.h */

#define CONFIGURATION_DEFAULT_PATH "/etc/tandempost/tandempost.conf"
#define CONFIGURATION_PATH_VARIABLE "TANDEMPOST_CONFIG"

enum relay_policy { RELAY_AUTO, RELAY_YES, RELAY_NO };

struct programme_settings {
    const char *name;
    const char *address;          /* the programme's address; the domain in lower case, in ASCII */
    bool catch_all;               /* the whole domain is ours: TAG@domain */
    char separator;               /* between local part and tag, '+', '-' or '='; 0 with CATCH_ALL */
    const char *const *languages; /* BCP 47; the first one is the programme's own; at least one */
    size_t language_count;
    const char *time_zone;   /* IANA */
    const char *database;    /* absolute path */
    const char *templates;   /* absolute path of the folder; built-in ones fill its gaps */
    enum relay_policy relay; /* whether letters between partners go through us */
    const char *authserv_id; /* RFC 8601: whose Authentication-Results we believe; NULL nobody's */
    const char *list_id;     /* RFC 2919, without angle brackets; never NULL */
};

enum tls_policy { TLS_REQUIRED, TLS_NONE }; /* TLS_NONE: mail and passwords travel readable, knowingly */
enum uncertain_policy { UNCERTAIN_RESEND, UNCERTAIN_HOLD };

struct outgoing_settings {
    const char *url;     /* smtp:// or smtps://; NULL where MAILDIR is set */
    const char *maildir; /* absolute path of the embedded post office's folder, or NULL */
    const char *user;    /* NULL: no login */
    struct secret_source secret;
    const char *ca_file; /* NULL: the system's certificates */
    enum tls_policy tls;
    int64_t connections;                   /* kept open at most */
    int64_t per_second, per_hour, per_day; /* messages; 0 no limit */
    enum uncertain_policy uncertain;
    int64_t timeout; /* seconds for connecting and for each reply but the one after the final dot */
};

enum after_handling { AFTER_FLAG, AFTER_MOVE, AFTER_DELETE };

struct incoming_settings {
    const char *url;     /* imap:// or imaps://, with the inbox as its path if not INBOX; NULL where MAILDIR is set */
    const char *maildir; /* absolute path, or NULL */
    const char *user;
    struct secret_source secret;
    const char *ca_file;
    enum tls_policy tls;
    int64_t poll_every; /* seconds */
    enum after_handling after;
    const char *done_folder; /* NULL unless AFTER_MOVE */
    int64_t message_limit;   /* bytes; larger ones are not fetched whole */
    int64_t alert_after;     /* seconds without a successful fetch before coordinators are told */
    int64_t timeout;         /* seconds for connecting and for each reply */
};

struct round_settings {
    const char *length; /* "6 months", as written; base/duration.h reads it */
    int64_t send_at;    /* seconds after midnight, local to each recipient */
};

/* How long what is held of people is kept, as written: base/duration.h reads it. */
struct retention_settings {
    const char *people; /* who takes part in nothing any more */
    const char *notes;
    const char *mail; /* that waits for a person */
};

struct coordinator {
    const char *name;
    const char *address;
    const char *const *countries; /* ISO 3166-1 alpha-2, upper case; none: all countries that nobody else has */
    size_t country_count;
    const char *const *languages; /* to be written to in; none: the programme's first */
    size_t language_count;
    bool stand_by; /* writes to somebody whom the matching leaves over */
};

struct matching_settings {
    int64_t waiting;                 /* weight */
    int64_t awake_from, awake_until; /* seconds after midnight */
};

struct criterion_settings {
    const char *name;
    const char *question; /* of the application form */
    const char *wish;     /* the question that says what is wished; NULL unless MEASURE is so */
    int measure;          /* enum matching_measure */
    int64_t weight;
    const char *file; /* where it stands */
    int line;
};

/* A column of web forms' exports that the form's own words don't tell. */
struct column_settings {
    const char *heading;
    const char *question; /* of the application form, or "email", "language" */
    const char *file;     /* where it stands */
    int line;
};

struct configuration {
    const char *path; /* the file it was read from */
    struct programme_settings programme;
    struct outgoing_settings outgoing;
    struct incoming_settings incoming;
    struct round_settings round;
    struct enrolment_settings enrolment;
    struct retention_settings retention;
    const struct step *steps; /* in the file's order, or the standard sequence where the file has none */
    size_t step_count;
    struct matching_settings matching;
    const struct criterion_settings *criteria; /* in the file's order, or the standard ones where the file has none */
    size_t criterion_count;
    bool standard_criteria;                /* they are these; they need not all fit the programme's own form */
    const struct column_settings *columns; /* in the file's order */
    size_t column_count;
    const struct coordinator *coordinators; /* at least one */
    size_t coordinator_count;
    struct arena *arena; /* owns all of it */
};

/* Reads and checks the file. On false *RET is untouched and ERRORS holds everything that is wrong, by file and line. */
bool configuration_load(const char *path, struct configuration *ret, struct error_list *errors);

void configuration_free(struct configuration *configuration); /* NULL allowed; leaves it empty */

/* The coordinators who look after COUNTRY: those who name it, else those who name none, else all. Writes up to MOST
 * pointers (into CONFIGURATION) and returns how many; COUNTRY NULL or "" asks for the general ones. */
size_t configuration_coordinators_for(const struct configuration *configuration, const char *country,
                                      const struct coordinator **ret, size_t most);

/* The coordinator of that name, or NULL. */
const struct coordinator *configuration_find_coordinator(const struct configuration *configuration, const char *name);

/* The step of that name, or NULL. */
const struct step *configuration_find_step(const struct configuration *configuration, const char *name);

/* The sequence used where the file has no step. SEND_AT is the round's time of day. */
size_t configuration_standard_steps(int64_t send_at, struct arena *arena, const struct step **ret);

/* Likewise of criteria. */
size_t configuration_standard_criteria(struct arena *arena, const struct criterion_settings **ret);
