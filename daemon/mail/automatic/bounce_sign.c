#include "mail/automatic/bounce_sign.h"

#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>

#include "base/text.h"
#include "mail/automatic/bounce_phrases.h"
#include "mail/automatic/bounce_status.h"
#include "mail/automatic/bounce_wording.h"

enum { READ_MAX = 8192, ENOUGH = 4 };

/* TEXT in lower case, as one line without what is quoted: texts are wrapped anywhere. */
static char *lowered(const char *text, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    size_t whole = strnlen(text, READ_MAX + 4), length = utf8_cut(text, whole, READ_MAX);
    bool start = true;
    for (size_t i = 0; i < length;) {
        if (start && text[i] == '>') {
            size_t line = strcspn(text + i, "\n");
            i = i + line < length ? i + line : length;
            continue;
        }
        uint32_t c = utf8_next(text, length, &i);
        start = c == '\n';
        bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0xA0;
        if (blank && out.length && out.bytes[out.length - 1] != ' ')
            text_append_char(&out, ' ');
        if (!blank)
            text_append_codepoint(&out, c == 0x2019 ? '\'' : (uint32_t)u_tolower((UChar32)c));
    }
    return arena_copy_string(arena, text_string(&out));
}

/* Local parts and names under which mail systems speak, and people who look after them. */
static bool is_system(const struct message_address *sender) {
    static const char *const locals[] = {"mailer-daemon", "mailer.daemon", "mailerdaemon",     "mail-daemon",
                                         "maildaemon",    "postmaster",    "mail.delivery",    "mail-delivery",
                                         "maildelivery",  "mdaemon",       "microsoftexchange"};
    static const char *const names[] = {
        "mail delivery",
        "mailer-daemon",
        "mailer daemon",
        "delivery subsystem",
        "postmaster",
        "system administrator",
        "mail system",
        "systemadministrator",
        "administrateur syst",
        "administrador del sistema",
        "amministratore",
        "administrador do sistema",
        "systembeheerder",
        "mail administrator",
        "ndr ",
        "internet mail connector",
    };
    for (size_t i = 0; i < COUNT_OF(locals); i++)
        if (strncasecmp(sender->address, locals[i], strlen(locals[i])) == 0)
            return true;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (strcasestr(sender->name, names[i]) || strcasestr(sender->address, names[i]))
            return true;
    return !*sender->address && !*sender->name;
}

/* People write under these, too; or nobody has said who. */
static bool is_office(const struct message_address *sender) {
    return !*sender->address || strncasecmp(sender->address, "postmaster", 10) == 0 ||
           strcasestr(sender->name, "admin") || strcasestr(sender->address, "admin");
}

/* Fields that no person's mail program writes. */
static bool has_program_field(const struct message *message) {
    static const struct {
        const char *name, *value; /* VALUE: how it begins */
    } fields[] = {{"Auto-Submitted", "auto-"}, {"Precedence", "bulk"},       {"Precedence", "junk"},
                  {"Precedence", "auto"},      {"X-MS-Embedded-Report", ""}, {"X-Mailer", "<SMTP32"}}; /* IMail */
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const char *value = message_header(message, fields[i].name);
        if (value && string_starts_with_ignore_case(value, fields[i].value))
            return true;
    }
    return false;
}

static bool begins_with_any(const char *address, const char *const *locals, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strncasecmp(address, locals[i], strlen(locals[i])) == 0)
            return true;
    return false;
}

/* Addresses that are some program's, but of many kinds. */
static bool is_robot(const struct message_address *sender) {
    static const char *const locals[] = {"smtp", "virus", "gateway", "imss", "daemon"};
    return begins_with_any(sender->address, locals, COUNT_OF(locals)) || strcasestr(sender->address, "antivirus") ||
           strcasestr(sender->address, "daemon");
}

/* Addresses under which programs of all kinds write, and the people who look after them. */
static bool is_shared(const struct message_address *sender) {
    static const char *const locals[] = {"root@",    "admin",   "system",       "mail@",     "server",
                                         "no-reply", "noreply", "do-not-reply", "donotreply"};
    return begins_with_any(sender->address, locals, COUNT_OF(locals));
}

/* Some systems say no more than why: "the user is unknown". */
static bool says_gone(const struct message *message, const char *text, struct arena *arena) {
    char *words = bounce_status_normalise(arena_format(arena, "%s\n%s", message->subject, text), arena);
    enum bounce_reason reason = bounce_phrases_reason(words);
    return reason == BOUNCE_REASON_ADDRESS || reason == BOUNCE_REASON_HOST || reason == BOUNCE_REASON_FULL;
}

struct bounce_sign bounce_sign_find(const struct message *message, const char *text, bool returned,
                                    struct arena *arena) {
    static const struct message_address nobody = {"", ""};
    const struct message_address *from = message->from_count     ? message->from
                                         : message->sender_count ? message->sender
                                                                 : &nobody;
    const char *return_path = message_header(message, "Return-Path");
    const char *report = message->root.report_type;
    const char *lower = lowered(text, arena), *title = lowered(message->subject, arena);
    bool system = is_system(from), robot = is_robot(from), shared = is_shared(from);
    bool subject = bounce_wording_is_failure_subject(title);
    bool null = return_path && (string_equal(return_path, "<>") || !*return_path ||
                                strncasecmp(return_path, "<mailer-daemon", 14) == 0);
    bool failed = bounce_wording_says_failed(lower) || (system && says_gone(message, lower, arena));
    bool listed = message_header(message, "X-Failed-Recipients") != NULL;
    bool reports = string_equal(report, "delivery-status") || string_equal(report, "delivery-report");
    /* Whoever sends it: a program that says to be one and brings the mail back. */
    bool automatic = subject && failed && returned && bounce_wording_says_automatic(lower);
    int sent_by = system ? 2 : robot || shared || automatic ? 1 : 0;
    int points = sent_by + (null ? 1 : 0) + (subject ? 2 : 0) + (failed ? 2 : 0) + (returned ? 1 : 0) +
                 (listed ? 3 : 0) + (reports ? 3 : 0);
    struct bounce_sign sign = {BOUNCE_NOTICE_NONE, ""};
    /* Words alone are a person's: without a program's marks it takes the mail that comes back. */
    bool program = (system && !is_office(from)) || robot || has_program_field(message);
    if (!(null || listed || reports || program || returned))
        return sign;
    /* A person in charge of a mail system passes a report on, or answers one. */
    if (bounce_wording_is_answer_subject(title) && !listed && !reports && (return_path ? !null : !system))
        return sign;
    /* Neither an administrator's letter nor a shop's notice is a report: one from an address of that kind brings the
     * mail back that it is about.
     */
    if (shared && !system && !robot && return_path && !null && !listed && !reports && !returned)
        return sign;
    if (points < ENOUGH || !(subject || failed || listed || reports) || !(sent_by || null || listed || reports))
        return sign;
    sign.notice = bounce_wording_is_delay(title, lower)     ? BOUNCE_NOTICE_DELAYED
                  : bounce_wording_is_success(title, lower) ? BOUNCE_NOTICE_DELIVERED
                                                            : BOUNCE_NOTICE_FAILED;
    sign.why = listed    ? "it lists failed recipients (X-Failed-Recipients)"
               : subject ? "a mail system tells under this subject of a mail that was not delivered"
                         : "a mail system tells of a mail that was not delivered";
    return sign;
}
