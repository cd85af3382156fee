#include "mail/automatic/bounce_report.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "mail/automatic/bounce_status.h"
#include "mail/terms.h"

enum { READ_MAX = 8192, ENOUGH = 4 };

/* ---- How systems entitle their reports, and what they say first ---- */

/* "Not delivered" and "undeliverable" in the languages of Exchange, of the large providers and of national ones:
 * German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish and Norwegian, Finnish, Polish, Czech and
 * Slovak, Hungarian, Romanian, Turkish, Russian and Ukrainian, Greek, Hebrew, Arabic, Japanese, Chinese, Korean. */
static const char foreign[] =
    "nicht*zugestellt|nicht*übermittelt|unzustellbar|nachrichtenzustellung|zustellung*fehlgeschlagen|"
    "zustellung*gescheitert|zustellfehler|übermittlungsfehler|échec*remise|échec*distribution|non remis|pas*remis|"
    "n'a*pu être|n'ont*pu être|pas*délivré|pas*distribué|impossible*remettre|impossible*distribuer|no*entregar|"
    "no*entregado|error*entrega|no pudo ser|não*entregue|nao*entregue|não*entregar|falha na entrega|não pôde ser|"
    "nao pode ser|non*recapit|non*consegnat|mancat*recapito|mancat*consegna|recapito non riuscito|"
    "impossibile*recapitare|impossibile*consegnare|onbestelbaar|niet*bezorgd|niet*afleveren|niet*afgeleverd|"
    "inte*leverera|ikke*lever|ei voi*toimittaa|toimitus epäonnistui|nie*dostarcz|nedoruč|nelze*doručit|nezdařilo*doruč|"
    "doručení*nezdařilo|kézbesíthetetlen|kézbesítés*sikerült|nelivrabil|nu*livrat|livrarea nu|teslim edileme|"
    "iletilemedi|не*доставлен|не*доставить|недоставлен|сбой доставки|ошибка доставки|не*доставити|δεν*παράδοση|"
    "παράδοση απέτυχε|δεν*παραδοθεί|לא*למסירה|המסירה*נכשלה|تعذر*تسليم|فشل*تسليم|لم يتم تسليم|配信不能|配信不可|未配信|"
    "配信*ませ|配信に失敗|送信*ませ|送信に失敗|送信エラー|届*ませ|退信|退回|未送达|未送達|无法送达|無法送達|无法投递|"
    "無法投遞|無法傳遞|投递失败|未能*传递|배달되지|배달하지|전송하지|발송되지|발송 실패|전송 실패|반송";

/* How a person's answer or forwarded mail begins. */
static const char answers[] =
    "re:|fw:|fwd:|aw:|wg:|sv:|antw:|tr:|rv:|vs:|vl:|enc:|i:|r:|ynt:|odp:|回复:|答复:|转发:|回覆:|轉寄:";

/* A subject is judged by how it begins, so that a person's "My delivery failure" is none: Postfix, Exchange, sendmail,
 * qmail, Gmail, PMDF, Exim, AOL, MMDF ... */
static const char beginnings[] =
    "undeliver|returned mail|failure notice|delivery fail|delivery status notification|delivery notification|"
    "delivery problem|delivery error|delivery delayed|delayed:|delivery report|mail delivery|"
    "mail could not be delivered|mail fail|failed |mail system error|message delivery|message could not be delivered|"
    "message undeliverable|message not delivered|your message could not be delivered|could not send message|rejected:|"
    "warning: message|warning: could not send|email delivery failure|returned email|undelivered|postmaster notify|"
    "mail returned|bounced mail|ndr:|ndn:";

/* But Exim and others put the host in front. */
static const char anywhere[] =
    "returned mail|mail delivery fail|delivery failure|returned to sender|returning message to sender|undeliverable";

static const char failures[] =
    "not*deliver|n't*deliver|error*deliver|problem*deliver|fail*deliver|deliver*fail|deliver*error|deliver*problem|"
    "able to deliver|unable to deliver|did not reach|could not be reached|delivery to the following|failed permanently|"
    "undeliverable|fatal errors|addresses had|address*failed|trying to deliver|attempting to deliver|has been returned|"
    "being returned|was rejected|automatically rejected|awaits delivery|has been delayed|is delayed|"
    "delivery of email to this address|unknown user:|unknown user|user unknown|no such user|mailbox is full|"
    "final delivery user|transcript of session|attempts:|delivery attempt|was blocked|been blocked";

/* A program says to be one. */
static const char automatic_words[] =
    "created automatically|automatically created|automatically generated|generated automatically|automatic message";

/* The system goes on trying: sendmail, Gmail, Zoho, Exim, OpenSMTPD ... */
static const char delays[] =
    "warning message only|not yet been delivered|has been delayed|is delayed for|will be retried|"
    "attempts will continue|will continue to try|only a temporary failure report|keep trying to deliver|"
    "will keep trying|do not need to resend|do not need to re-send|delivery is delayed";

static const char successes[] =
    "delivery has been successful|been successfully delivered|was successfully delivered|successfully relayed|"
    "successfully delivered to";

static bool is_failure_subject(const char *subject) {
    if (terms_begin(subject, answers))
        return false;
    while (*subject == '[' || *subject == '*' || *subject == ' ') { /* "[list] ", "*** " */
        const char *close = *subject == '[' ? strchr(subject, ']') : NULL;
        subject = close ? close + 1 : subject + 1;
    }
    /* "Non-delivery report", "Non delivery notification", "Nondeliverable mail" */
    bool non = string_starts_with(subject, "non") && terms_begin(subject + 3 + strspn(subject + 3, "- "), "deliver");
    return non || terms_begin(subject, beginnings) || terms_contain(subject, anywhere) ||
           terms_contain(subject, foreign);
}

static bool is_delay(const char *subject, const char *text) {
    return terms_contain(text, delays) ||
           (!terms_contain(text, "permanent error|failed permanently|given up|has failed") &&
            terms_contain(subject, "(delay)|delayed|warning:") && !strstr(subject, "unknown"));
}

/* Told on request only (RFC 3461), and we request none; but somebody's server may. */
static bool is_success(const char *subject, const char *text) {
    return (terms_contain(subject, "(success)|(relay)|successful|return receipt") &&
            !strstr(subject, "unsuccessful")) ||
           (terms_contain(text, successes) && !strstr(text, "not been successfully"));
}

/* ---- Who sends it ---- */

/* Local parts and names under which mail systems speak, and people who look after them. */
static const char system_locals[] =
    "mailer-daemon|mailer.daemon|mailerdaemon|mail-daemon|maildaemon|postmaster|mail.delivery|mail-delivery|"
    "maildelivery|mdaemon|microsoftexchange";
static const char system_names[] =
    "mail delivery|mailer-daemon|mailer daemon|delivery subsystem|postmaster|system administrator|mail system|"
    "systemadministrator|administrateur syst|administrador del sistema|amministratore|administrador do sistema|"
    "systembeheerder|mail administrator|ndr |internet mail connector";

/* Addresses that are some program's, but of many kinds; and those that people write under, too. */
static const char robot_locals[] = "smtp|virus|gateway|imss|daemon";
static const char shared_locals[] = "root@|admin|system|mail@|server|no-reply|noreply|do-not-reply|donotreply";
static const char nobodys_locals[] = "no-reply|noreply|do-not-reply|donotreply";

/* Fields that no person's mail program writes. */
static bool has_program_field(const struct message *message) {
    static const struct {
        const char *name, *values; /* VALUES: how they begin; "" for any */
    } fields[] = {{"Auto-Submitted", "auto-"},
                  {"Precedence", "bulk|junk|auto"},
                  {"X-MS-Embedded-Report", ""},
                  {"X-Mailer", "<smtp32"}}; /* IMail */
    for (size_t i = 0; i < COUNT_OF(fields); i++) {
        const char *value = message_header(message, fields[i].name);
        if (value && (!*fields[i].values || terms_begin_ignore_case(value, fields[i].values)))
            return true;
    }
    return false;
}

/* The beginning of TEXT, folded, without what is quoted. */
static char *fold_beginning(const char *text, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    size_t length;
    const char *next = arena_copy_bytes(arena, text, utf8_cut(text, strlen(text), READ_MAX));
    for (const char *line; (line = string_next_line(&next, &length));)
        if (*line != '>')
            text_append_bytes(&out, line, (size_t)(next - line));
    return terms_fold(text_string(&out), arena);
}

/* Some systems say no more than why: "the user is unknown". */
static bool says_gone(const struct message *message, const char *text, struct arena *arena) {
    char *words = bounce_status_normalise(arena_format(arena, "%s\n%s", message->subject, text), arena);
    enum bounce_reason reason = bounce_status_reason(words);
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
    const char *lower = fold_beginning(text, arena), *title = terms_fold(message->subject, arena);
    const char *address = terms_fold(from->address, arena), *name = terms_fold(from->name, arena);
    bool nobody_says = !*address && !*name;
    bool system = nobody_says || terms_begin(address, system_locals) || terms_contain(name, system_names) ||
                  terms_contain(address, system_names);
    bool office = !*address || terms_begin(address, "postmaster") || strstr(name, "admin") || strstr(address, "admin");
    bool robot = terms_begin(address, robot_locals) || terms_contain(address, "antivirus|daemon");
    bool shared = terms_begin(address, shared_locals);
    bool subject = is_failure_subject(title);
    bool null = return_path && (string_equal(return_path, "<>") || !*return_path ||
                                strncasecmp(return_path, "<mailer-daemon", 14) == 0);
    bool failed =
        terms_contain(lower, failures) || terms_contain(lower, foreign) || (system && says_gone(message, lower, arena));
    bool listed = message_header(message, "X-Failed-Recipients") != NULL;
    bool reports = string_equal(report, "delivery-status") || string_equal(report, "delivery-report");
    /* Whoever sends it: a program that says to be one and brings the mail back. */
    bool automatic = subject && failed && returned && terms_contain(lower, automatic_words);
    int sent_by = system ? 2 : robot || shared || automatic ? 1 : 0;
    int points = sent_by + (null ? 1 : 0) + (subject ? 2 : 0) + (failed ? 2 : 0) + (returned ? 1 : 0) +
                 (listed ? 3 : 0) + (reports ? 3 : 0);
    struct bounce_sign sign = {BOUNCE_NOTICE_NONE, ""};
    /* Words alone are a person's: without a program's marks it takes the mail that comes back, under such a title or
     * from an address that nobody writes from. */
    bool program = (system && !office) || robot || has_program_field(message);
    if (!(null || listed || reports || program || ((subject || terms_begin(address, nobodys_locals)) && returned)))
        return sign;
    /* A person in charge of a mail system passes a report on, or answers one. */
    if (terms_begin(title, answers) && !listed && !reports && (return_path ? !null : !system))
        return sign;
    /* Neither an administrator's letter nor a shop's notice is a report: one from an address of that kind brings the
     * mail back that it is about.
     */
    if (shared && !system && !robot && return_path && !null && !listed && !reports && !returned)
        return sign;
    if (points < ENOUGH || !(subject || failed || listed || reports) || !(sent_by || null || listed || reports))
        return sign;
    sign.notice = is_delay(title, lower)     ? BOUNCE_NOTICE_DELAYED
                  : is_success(title, lower) ? BOUNCE_NOTICE_DELIVERED
                                             : BOUNCE_NOTICE_FAILED;
    sign.why = listed    ? "it lists failed recipients (X-Failed-Recipients)"
               : subject ? "a mail system tells under this subject of a mail that was not delivered"
                         : "a mail system tells of a mail that was not delivered";
    return sign;
}
