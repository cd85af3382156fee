#include "mail/bounce_sign.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { READ_MAX = 8192, ENOUGH = 4 };

static bool has_any(const char *text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strstr(text, words[i]))
            return true;
    return false;
}

static char *lowered(const char *text, struct arena *arena) {
    char *copy = arena_copy_bytes(arena, text, strnlen(text, READ_MAX));
    char *out = copy;
    /* One line without what is quoted: texts are wrapped anywhere. */
    for (const char *line = copy; *line;) {
        size_t length = strcspn(line, "\n"), next = length + (line[length] == '\n');
        if (*line != '>')
            for (size_t i = 0; i < length; i++)
                if (!strchr(" \t\r", line[i]) || (out > copy && out[-1] != ' '))
                    *out++ = strchr(" \t\r", line[i]) ? ' ' : line[i];
        if (out > copy && out[-1] != ' ' && out < line + next)
            *out++ = ' ';
        line += next;
    }
    *out = '\0';
    string_lower_ascii(copy);
    return copy;
}

/* Local parts and names under which mail systems speak. */
static bool is_system(const struct message_address *sender) {
    static const char *const locals[] = {"mailer-daemon", "mailer.daemon", "mailerdaemon",  "mail-daemon",
                                         "maildaemon",    "postmaster",    "mail.delivery", "mail-delivery",
                                         "maildelivery",  "mdaemon",       "ndr@",          "microsoftexchange"};
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

/* Addresses that are some program's, but of many kinds. */
static bool is_robot(const struct message_address *sender) {
    static const char *const locals[] = {"no-reply", "noreply", "do-not-reply", "donotreply", "root@",   "admin",
                                         "sysadmin", "system",  "mail@",        "smtp",       "virus",   "gateway",
                                         "imss",     "daemon",  "bounce",       "server",     "delivery"};
    for (size_t i = 0; i < COUNT_OF(locals); i++)
        if (strncasecmp(sender->address, locals[i], strlen(locals[i])) == 0)
            return true;
    return strcasestr(sender->address, "antivirus") || strcasestr(sender->address, "daemon");
}

/* A subject is judged by how it begins, so that a person's "Re: Delivery failure" is none; Exim and others put the host
 * in front. */
static bool is_failure_subject(const char *subject) {
    static const char *const beginnings[] = {
        "undeliver",      /* Postfix "Undelivered Mail Returned to Sender", Exchange "Undeliverable:", IMail */
        "returned mail",  /* sendmail */
        "failure notice", /* qmail, Yahoo */
        "delivery fail",
        "delivery status notification", /* Gmail, Exchange, OpenSMTPD */
        "delivery notification",        /* PMDF */
        "delivery problem",
        "delivery error",
        "delivery delayed",
        "delayed:",
        "delivery report",
        "mail delivery", /* Exim "Mail delivery failed", AOL "Mail Delivery Problem" */
        "mail could not be delivered",

        "mail fail",
        "mail system error",
        "message delivery",
        "message could not be delivered",
        "message undeliverable",
        "message not delivered",
        "your message could not be delivered",
        "non-delivery",
        "non delivery",
        "nondeliverable",
        "non deliverable",
        "could not send message",
        "rejected:",
        "warning: message",
        "warning: could not send",
        "email delivery failure",
        "returned email",
        "undelivered",
        "postmaster notify",
        "mail returned",
        "bounced mail",
        "unzustellbar", /* Exchange and Outlook in other languages, and hosters */
        "nicht zugestellt",
        "zustellung fehlgeschlagen",
        "zustellfehler",
        "échec de distribution",
        "no se puede entregar",
        "no se ha podido entregar",
        "error de entrega",
        "não é possível entregar",
        "falha na entrega",
        "não entregue",
        "impossibile recapitare",
        "non recapitabile",
        "mancato recapito",
        "onbestelbaar",
        "niet bezorgd",
        "kan inte levereras",
        "går inte att leverera",
        "kan ikke leveres",
        "nie można dostarczyć",
        "niedostarczon",
        "nedoručiteln",
        "kézbesíthetetlen",
        "teslim edilemedi",
        "ваше сообщение не доставлено",
        "Ваше сообщение не доставлено",
        "не удается доставить",
        "Не удается доставить",
        "Недоставлен",
        "недоставлен",
        "配信不能",
        "配信不可",
        "未配信",
        "送信エラー",
        "メールエラー",
        "退信",
        "系统退信",
        "系統退信",
        "无法送达",
        "無法傳遞",
        "未送達",
    };
    static const char *const anywhere[] = {"returned mail",      "mail delivery fail",          "delivery failure",
                                           "returned to sender", "returning message to sender", "undeliverable"};
    static const char *const human[] = {"re:", "fw:", "fwd:", "aw:", "wg:", "sv:", "antw:", "tr:", "rv:"};
    for (size_t i = 0; i < COUNT_OF(human); i++)
        if (strncasecmp(subject, human[i], strlen(human[i])) == 0)
            return false;
    while (*subject == '[' || *subject == '*' || *subject == ' ') { /* "[list] ", "*** " */
        const char *close = *subject == '[' ? strchr(subject, ']') : NULL;
        subject = close ? close + 1 : subject + 1;
    }
    for (size_t i = 0; i < COUNT_OF(beginnings); i++)
        if (strncasecmp(subject, beginnings[i], strlen(beginnings[i])) == 0)
            return true;
    for (size_t i = 0; i < COUNT_OF(anywhere); i++)
        if (strcasestr(subject, anywhere[i]))
            return true;
    return false;
}

/* What the systems say in their first lines. */
static bool says_failed(const char *lower) {
    static const char *const words[] = {
        "could not be delivered",
        "couldn't be delivered",
        "can not be delivered",
        "cannot be delivered",
        "can't be delivered",
        "was not delivered",
        "wasn't delivered",
        "were not delivered",
        "not been delivered",
        "not delivered to",
        "able to deliver",
        "unable to deliver",
        "could not deliver",
        "cannot deliver",
        "did not reach",
        "could not be reached",
        "delivery has failed",
        "delivery failed",
        "delivery to the following",
        "failed permanently",
        "delevery to the following", /* a known misprint of Mail Delivery System gateways */
        "undeliverable",
        "fatal errors",
        "delivery errors",
        "delivery problems",
        "addresses had",
        "address(es) failed",
        "address failed",
        "addresses failed",
        "problem delivering",
        "error delivering",
        "trying to deliver",
        "attempting to deliver",
        "mail delivery failed",
        "has been returned",
        "being returned",
        "was rejected",
        "automatically rejected",
        "awaits delivery",
        "has been delayed",
        "is delayed",
        "delivery of email to this address",
        "unknown user:",
        "unknown user",
        "user unknown",
        "no such user",
        "mailbox is full",
        "final delivery user",
        "transcript of session",
        "attempts:",
        "delivery attempt",
        "nicht zugestellt",
        "zustellung",
        "pas pu être",
        "n'a pu être",
        "n'ont pas pu",
        "no se pudo entregar",
        "no se ha podido entregar",
        "no pudo ser entregado",
        "no ha podido ser entregado",
        "não pôde ser entregue",
        "não foi possível entregar",
        "nao pode ser enviada",
        "não foi entregue",
        "non è stato possibile",
        "impossibile recapitare",
        "kon niet worden",
        "niet worden bezorgd",
        "kunde inte levereras",
        "kunne ikke leveres",
        "nie może być dostarczon",
        "nie mogła zostać dostarczona",
        "nie została dostarczona",
        "не может быть доставлено",
        "не доставлено",
        "не удалось доставить",
        "配信できませんでした",
        "送信できませんでした",
        "配信されませんでした",
        "送信に失敗",
        "配信に失敗",
        "無法傳遞",
        "无法投递",
        "无法送达",
        "無法投遞",
        "退信",
    };
    return has_any(lower, words, COUNT_OF(words));
}

static bool is_delay(const char *subject, const char *text) {
    static const char *const subjects[] = {"(delay)", "delayed", "warning:"};
    static const char *const words[] = {
        "warning message only",   /* sendmail, Gmail, Zoho */
        "not yet been delivered", /* Exim */
        "has been delayed",       "is delayed for",       "will be retried",
        "attempts will continue", "will continue to try", "only a temporary failure report", /* OpenSMTPD */
        "keep trying to deliver", "will keep trying",     "do not need to resend",
        "do not need to re-send", "delivery is delayed",
    };
    static const char *const final[] = {"permanent error", "failed permanently", "given up", "has failed"};
    for (const char *const *word = words; word < words + COUNT_OF(words); word++)
        if (strcasestr(text, *word))
            return true;
    if (has_any(text, final, COUNT_OF(final)))
        return false;
    for (size_t i = 0; i < COUNT_OF(subjects); i++)
        if (strcasestr(subject, subjects[i]) && !strcasestr(subject, "unknown"))
            return true;
    return false;
}

/* Told on request only (RFC 3461), and we request none; but somebody's server may. */
static bool is_success(const char *subject, const char *text) {
    static const char *const subjects[] = {"(success)", "(relay)", "successful", "return receipt"};
    static const char *const words[] = {"delivery has been successful", "been successfully delivered",
                                        "was successfully delivered", "successfully relayed",
                                        "successfully delivered to"};
    for (size_t i = 0; i < COUNT_OF(subjects); i++)
        if (strcasestr(subject, subjects[i]) && !strcasestr(subject, "unsuccessful"))
            return true;
    return has_any(text, words, COUNT_OF(words)) && !strstr(text, "not been successfully");
}

struct bounce_sign bounce_sign_find(const struct message *message, const char *text, bool returned,
                                    struct arena *arena) {
    static const struct message_address nobody = {"", ""};
    const struct message_address *from = message->from_count     ? message->from
                                         : message->sender_count ? message->sender
                                                                 : &nobody;
    const char *return_path = message_header(message, "Return-Path");
    const char *report = message->root.report_type;
    char *lower = lowered(text, arena);
    bool system = is_system(from), robot = is_robot(from), subject = is_failure_subject(message->subject);
    bool null = return_path && (string_equal(return_path, "<>") || !*return_path ||
                                strncasecmp(return_path, "<mailer-daemon", 14) == 0);
    bool failed = says_failed(lower);
    bool listed = message_header(message, "X-Failed-Recipients") != NULL;
    bool reports = string_equal(report, "delivery-status") || string_equal(report, "delivery-report");
    int points = (system  ? 2
                  : robot ? 1
                          : 0) +
                 (null ? 1 : 0) + (subject ? 2 : 0) + (failed ? 2 : 0) + (returned ? 1 : 0) + (listed ? 3 : 0) +
                 (reports ? 3 : 0);
    struct bounce_sign sign = {BOUNCE_NOTICE_NONE, ""};
    if (points < ENOUGH || !(subject || failed || listed || reports) || !(system || robot || null || listed || reports))
        return sign;
    sign.notice = is_delay(message->subject, lower)     ? BOUNCE_NOTICE_DELAYED
                  : is_success(message->subject, lower) ? BOUNCE_NOTICE_DELIVERED
                                                        : BOUNCE_NOTICE_FAILED;
    sign.why = listed    ? "it lists failed recipients (X-Failed-Recipients)"
               : subject ? "a mail system tells under this subject of a mail that was not delivered"
                         : "a mail system tells of a mail that was not delivered";
    return sign;
}
