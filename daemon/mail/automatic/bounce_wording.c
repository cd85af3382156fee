#include "mail/automatic/bounce_wording.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/automatic/bounce_languages.h"

static bool begins_with_any(const char *text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (string_starts_with(text, words[i]))
            return true;
    return false;
}

static bool has_any(const char *text, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bounce_languages_contain(text, words[i]))
            return true;
    return false;
}

/* "Not delivered" and "undeliverable" in the languages of Exchange, of the large providers and of national ones. */
static const char *const foreign[] = {
    /* German */
    "nicht*zugestellt",
    "nicht*übermittelt",
    "unzustellbar",
    "nachrichtenzustellung",
    "zustellung*fehlgeschlagen",
    "zustellung*gescheitert",
    "zustellfehler",
    "übermittlungsfehler",
    /* French */
    "échec*remise",
    "échec*distribution",
    "non remis",
    "pas*remis",
    "n'a*pu être",
    "n'ont*pu être",
    "pas*délivré",
    "pas*distribué",
    "impossible*remettre",
    "impossible*distribuer",
    /* Spanish */
    "no*entregar",
    "no*entregado",
    "error*entrega",
    "no pudo ser",
    /* Portuguese */
    "não*entregue",
    "nao*entregue",
    "não*entregar",
    "falha na entrega",
    "não pôde ser",
    "nao pode ser",
    /* Italian */
    "non*recapit",
    "non*consegnat",
    "mancat*recapito",
    "mancat*consegna",
    "recapito non riuscito",
    "impossibile*recapitare",
    "impossibile*consegnare",
    /* Dutch */
    "onbestelbaar",
    "niet*bezorgd",
    "niet*afleveren",
    "niet*afgeleverd",
    /* Swedish */
    "inte*leverera",
    /* Danish and Norwegian */
    "ikke*lever",
    /* Finnish */
    "ei voi*toimittaa",
    "toimitus epäonnistui",
    /* Polish */
    "nie*dostarcz",
    /* Czech and Slovak */
    "nedoruč",
    "nelze*doručit",
    "nezdařilo*doruč",
    "doručení*nezdařilo",
    /* Hungarian */
    "kézbesíthetetlen",
    "kézbesítés*sikerült",
    /* Romanian */
    "nelivrabil",
    "nu*livrat",
    "livrarea nu",
    /* Turkish */
    "teslim edileme",
    "iletilemedi",
    /* Russian and Ukrainian */
    "не*доставлен",
    "не*доставить",
    "недоставлен",
    "сбой доставки",
    "ошибка доставки",
    "не*доставити",
    /* Greek */
    "δεν*παράδοση",
    "παράδοση απέτυχε",
    "δεν*παραδοθεί",
    /* Hebrew */
    "לא*למסירה",
    "המסירה*נכשלה",
    /* Arabic */
    "تعذر*تسليم",
    "فشل*تسليم",
    "لم يتم تسليم",
    /* Japanese */
    "配信不能",
    "配信不可",
    "未配信",
    "配信*ませ", /* the ending of polite negation: could not be, was not */
    "配信に失敗",
    "送信*ませ",
    "送信に失敗",
    "送信エラー",
    "届*ませ",
    /* Chinese */
    "退信",
    "退回",
    "未送达",
    "未送達",
    "无法送达",
    "無法送達",
    "无法投递",
    "無法投遞",
    "無法傳遞",
    "投递失败",
    "未能*传递",
    /* Korean */
    "배달되지",
    "배달하지",
    "전송하지",
    "발송되지",
    "발송 실패",
    "전송 실패",
    "반송",
};

bool bounce_wording_is_answer_subject(const char *subject) {
    static const char *const human[] = {
        "re:",  "fw:", "fwd:", "aw:",  "wg:",  "sv:",   "antw:", "tr:",   "rv:",   "vs:",  "vl:",
        "enc:", "i:",  "r:",   "ynt:", "odp:", "回复:", "答复:", "转发:", "回覆:", "轉寄:"};
    return begins_with_any(subject, human, COUNT_OF(human));
}

/* "Non-delivery report", "Non delivery notification", "Nondeliverable mail" */
static bool begins_non_delivery(const char *subject) {
    return string_starts_with(subject, "non") && string_starts_with(subject + 3 + strspn(subject + 3, "- "), "deliver");
}

/* A subject is judged by how it begins, so that a person's "My delivery failure" is none; Exim and others put the host
 * in front. */
bool bounce_wording_is_failure_subject(const char *subject) {
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
        "failed ", /* MMDF "Failed mail", and to deliver, delivery */
        "mail system error",
        "message delivery",
        "message could not be delivered",
        "message undeliverable",
        "message not delivered",
        "your message could not be delivered",
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
        "ndr:", /* non-delivery report, or notice */
        "ndn:",
    };
    static const char *const anywhere[] = {"returned mail",      "mail delivery fail",          "delivery failure",
                                           "returned to sender", "returning message to sender", "undeliverable"};
    if (bounce_wording_is_answer_subject(subject))
        return false;
    while (*subject == '[' || *subject == '*' || *subject == ' ') { /* "[list] ", "*** " */
        const char *close = *subject == '[' ? strchr(subject, ']') : NULL;
        subject = close ? close + 1 : subject + 1;
    }
    return begins_with_any(subject, beginnings, COUNT_OF(beginnings)) || begins_non_delivery(subject) ||
           has_any(subject, anywhere, COUNT_OF(anywhere)) || has_any(subject, foreign, COUNT_OF(foreign));
}

bool bounce_wording_says_failed(const char *text) {
    static const char *const words[] = {
        "not*deliver",
        "n't*deliver",
        "error*deliver",
        "problem*deliver",
        "fail*deliver",
        "deliver*fail",
        "deliver*error",
        "deliver*problem",
        "able to deliver",
        "unable to deliver",
        "did not reach",
        "could not be reached",
        "delivery to the following",
        "failed permanently",
        "undeliverable",
        "fatal errors",
        "addresses had",
        "address*failed",
        "trying to deliver",
        "attempting to deliver",
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
        "was blocked",
        "been blocked",
    };
    return has_any(text, words, COUNT_OF(words)) || has_any(text, foreign, COUNT_OF(foreign));
}

bool bounce_wording_says_automatic(const char *text) {
    static const char *const words[] = {"created automatically", "automatically created", "automatically generated",
                                        "generated automatically", "automatic message"};
    return has_any(text, words, COUNT_OF(words));
}

bool bounce_wording_is_delay(const char *subject, const char *text) {
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
    if (has_any(text, words, COUNT_OF(words)))
        return true;
    if (has_any(text, final, COUNT_OF(final)))
        return false;
    for (size_t i = 0; i < COUNT_OF(subjects); i++)
        if (strstr(subject, subjects[i]) && !strstr(subject, "unknown"))
            return true;
    return false;
}

bool bounce_wording_is_success(const char *subject, const char *text) {
    static const char *const subjects[] = {"(success)", "(relay)", "successful", "return receipt"};
    static const char *const words[] = {"delivery has been successful", "been successfully delivered",
                                        "was successfully delivered", "successfully relayed",
                                        "successfully delivered to"};
    for (size_t i = 0; i < COUNT_OF(subjects); i++)
        if (strstr(subject, subjects[i]) && !strstr(subject, "unsuccessful"))
            return true;
    return has_any(text, words, COUNT_OF(words)) && !strstr(text, "not been successfully");
}
