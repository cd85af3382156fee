#include "mail/bounce_phrases.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { PHRASE_MAX = 64 };

struct phrase {
    enum bounce_reason reason;
    const char *words;
};

/* In order of weight: the first group that matches decides. All in lower case; non-ASCII letters as they are usually
 * written. A first or last '@' stands for any noun of the one written to, '#' for any of the place. */

/* A full mailbox is often reported under a code or a heading that speaks of the user, so these come first. */
static const struct phrase full[] = {
    /* RFC 3463 X.2.2, and what mail transfer agents and providers write for it */
    {BOUNCE_REASON_FULL, "quota"}, /* in all languages */
    {BOUNCE_REASON_FULL, "mailbox full"},
    {BOUNCE_REASON_FULL, "mailbox is full"},
    {BOUNCE_REASON_FULL, "full mailbox"},
    {BOUNCE_REASON_FULL, "mailbox exceed"},
    {BOUNCE_REASON_FULL, "mailbox has exceeded"},
    {BOUNCE_REASON_FULL, "mailbox over"},
    {BOUNCE_REASON_FULL, "mailbox limit"},
    {BOUNCE_REASON_FULL, "mailfolder is full"},
    {BOUNCE_REASON_FULL, "mail folder is full"},
    {BOUNCE_REASON_FULL, "inbox is full"},
    {BOUNCE_REASON_FULL, "mail box full"},
    {BOUNCE_REASON_FULL, "mail box is full"},
    {BOUNCE_REASON_FULL, "maildir is full"},
    {BOUNCE_REASON_FULL, "user is full"},
    {BOUNCE_REASON_FULL, "user full"},
    {BOUNCE_REASON_FULL, "is over"},
    {BOUNCE_REASON_FULL, "storage"}, /* RFC 5321's 452 and 552, Google, Exchange */
    {BOUNCE_REASON_FULL, "disk space"},
    {BOUNCE_REASON_FULL, "not enough space"},
    {BOUNCE_REASON_FULL, "no space left"},
    {BOUNCE_REASON_FULL, "no room in"},
    {BOUNCE_REASON_FULL, "over the maximum allowed"},
    {BOUNCE_REASON_FULL, "exceeded his"},
    {BOUNCE_REASON_FULL, "exceeded their"},
    {BOUNCE_REASON_FULL, "too many messages in"},
    /* German, French, Spanish, Portuguese, Italian, Russian, Japanese, Chinese */
    {BOUNCE_REASON_FULL, "mailbox speicherplatz"},
    {BOUNCE_REASON_FULL, "postfach ist voll"},
    {BOUNCE_REASON_FULL, "postfach voll"},
    {BOUNCE_REASON_FULL, "boîte aux lettres pleine"},
    {BOUNCE_REASON_FULL, "boite du destinataire pleine"},
    {BOUNCE_REASON_FULL, "casilla llena"},
    {BOUNCE_REASON_FULL, "buzón lleno"},
    {BOUNCE_REASON_FULL, "caixa postal cheia"},
    {BOUNCE_REASON_FULL, "casella piena"},
    {BOUNCE_REASON_FULL, "ящик переполнен"},
    {BOUNCE_REASON_FULL, "メールボックスがいっぱい"},
    {BOUNCE_REASON_FULL, "メールボックスが満杯"},
    {BOUNCE_REASON_FULL, "邮箱已满"},
};

/* Who we are or what we sent was refused; a recipient in the same words is beside the point. */
static const struct phrase sender[] = {
    {BOUNCE_REASON_POLICY, "sender address"}, /* Postfix "Sender address rejected", Exim "unroutable sender address" */
    {BOUNCE_REASON_POLICY, "sender rejected"},
    {BOUNCE_REASON_POLICY, "sender was rejected"}, /* qmail */
    {BOUNCE_REASON_POLICY, "sender denied"},
    {BOUNCE_REASON_POLICY, "sender verify failed"}, /* Exim */
    {BOUNCE_REASON_POLICY, "sender verification"},
    {BOUNCE_REASON_POLICY, "sender domain"},
    {BOUNCE_REASON_POLICY, "domain of sender"}, /* sendmail */
    {BOUNCE_REASON_POLICY, "invalid sender"},
    {BOUNCE_REASON_POLICY, "from: header"},
    {BOUNCE_REASON_POLICY, "resent-from"},
    {BOUNCE_REASON_POLICY, "unauthenticated"},
    {BOUNCE_REASON_POLICY, "authentication"},
    {BOUNCE_REASON_POLICY, "dmarc"},
    {BOUNCE_REASON_POLICY, " spf"},
    {BOUNCE_REASON_POLICY, "dkim"},
    {BOUNCE_REASON_POLICY, "reverse dns"},
    {BOUNCE_REASON_POLICY, " ptr"},
    {BOUNCE_REASON_POLICY, "blocked using"},
    {BOUNCE_REASON_POLICY, "client host"},
    {BOUNCE_REASON_POLICY, "banned"},
    {BOUNCE_REASON_POLICY, "message content rejected"}, /* amavis */
    {BOUNCE_REASON_POLICY, "relaying denied"},
    {BOUNCE_REASON_POLICY, "unable to relay"},
    {BOUNCE_REASON_POLICY, "relay access denied"},
    {BOUNCE_REASON_POLICY, "relay not permitted"},
    {BOUNCE_REASON_POLICY, "relaying not"},
    {BOUNCE_REASON_POLICY, "virus"},
    {BOUNCE_REASON_POLICY, "spam message"},
    {BOUNCE_REASON_POLICY, "classified as spam"},
    {BOUNCE_REASON_POLICY, "considered spam"},
    {BOUNCE_REASON_POLICY, "looks like spam"},
    {BOUNCE_REASON_POLICY, "identified as spam"},
    {BOUNCE_REASON_POLICY, "greylist"},
    {BOUNCE_REASON_POLICY, "temporarily"},
    {BOUNCE_REASON_POLICY, "rcpthosts"},
};

static const struct phrase address[] = {
    /* sendmail, Postfix, Exim, qmail, Courier, MDaemon, CommuniGate, Exchange, Yahoo, Google: the common English forms
     */
    {BOUNCE_REASON_ADDRESS, "@ unknown"},
    {BOUNCE_REASON_ADDRESS, "@ is unknown"},
    {BOUNCE_REASON_ADDRESS, "unknown @"},
    {BOUNCE_REASON_ADDRESS, "unknown local"},
    {BOUNCE_REASON_ADDRESS, "no such @"},
    {BOUNCE_REASON_ADDRESS, "no such local user"},
    {BOUNCE_REASON_ADDRESS, "no mailbox"},
    {BOUNCE_REASON_ADDRESS, "no account"},
    {BOUNCE_REASON_ADDRESS, "no recipient with that name"},
    {BOUNCE_REASON_ADDRESS, "by that name"}, /* qmail */
    {BOUNCE_REASON_ADDRESS, "@ not found"},
    {BOUNCE_REASON_ADDRESS, "@ was not found"},
    {BOUNCE_REASON_ADDRESS, "@ wasn't found"}, /* Gmail */
    {BOUNCE_REASON_ADDRESS, "@ could not be found"},
    {BOUNCE_REASON_ADDRESS, "@ couldn't be found"}, /* Exchange Online */
    {BOUNCE_REASON_ADDRESS, "recipnotfound"},       /* Exchange: RESOLVER.ADR.RecipNotFound */
    {BOUNCE_REASON_ADDRESS, "@ not known"},
    {BOUNCE_REASON_ADDRESS, "@ does not exist"},
    {BOUNCE_REASON_ADDRESS, "@ doesn't exist"},
    {BOUNCE_REASON_ADDRESS, "users mailbox does not exist"},
    {BOUNCE_REASON_ADDRESS, "may not exist"},    /* cPanel's Exim, Google Groups */
    {BOUNCE_REASON_ADDRESS, "tried to reach"},   /* Google: "... does not exist", "... is disabled" */
    {BOUNCE_REASON_ADDRESS, "@ doesn't have a"}, /* Yahoo: "... account" */
    {BOUNCE_REASON_ADDRESS, "does not have an account"},
    {BOUNCE_REASON_ADDRESS, "@ not available"},
    {BOUNCE_REASON_ADDRESS, "@ unavailable"},
    {BOUNCE_REASON_ADDRESS, "@ is unavailable"},
    {BOUNCE_REASON_ADDRESS, "inactive"},
    {BOUNCE_REASON_ADDRESS, "@ disabled"},
    {BOUNCE_REASON_ADDRESS, "@ has been disabled"},
    {BOUNCE_REASON_ADDRESS, "@ is suspended"},
    {BOUNCE_REASON_ADDRESS, "@ has been suspended"},
    {BOUNCE_REASON_ADDRESS, "@ closed"},
    {BOUNCE_REASON_ADDRESS, "@ has been closed"},
    {BOUNCE_REASON_ADDRESS, "@ expired"},
    {BOUNCE_REASON_ADDRESS, "@ terminated"},
    {BOUNCE_REASON_ADDRESS, "has been terminated"},
    {BOUNCE_REASON_ADDRESS, "has been deleted"},
    {BOUNCE_REASON_ADDRESS, "has been deactivated"},
    {BOUNCE_REASON_ADDRESS, "is deactivated"},
    {BOUNCE_REASON_ADDRESS, "mailbox has moved"}, /* RFC 3463 X.1.6 */
    {BOUNCE_REASON_ADDRESS, "has moved to"},
    {BOUNCE_REASON_ADDRESS, "@ has changed"},
    {BOUNCE_REASON_ADDRESS, "@ has been changed"},
    {BOUNCE_REASON_ADDRESS, "@ no longer"},
    {BOUNCE_REASON_ADDRESS, "@ is no longer"},
    {BOUNCE_REASON_ADDRESS, "no longer on server"},
    {BOUNCE_REASON_ADDRESS, "no longer valid"},
    {BOUNCE_REASON_ADDRESS, "no longer works"},
    {BOUNCE_REASON_ADDRESS, "no longer available"},
    {BOUNCE_REASON_ADDRESS, "no longer exist"},
    {BOUNCE_REASON_ADDRESS, "no longer active"},
    {BOUNCE_REASON_ADDRESS, "has left the company"},
    {BOUNCE_REASON_ADDRESS, "@ invalid"},
    {BOUNCE_REASON_ADDRESS, "@ is invalid"},
    {BOUNCE_REASON_ADDRESS, "invalid @"},
    {BOUNCE_REASON_ADDRESS, "invalid final delivery user"}, /* IMail */
    {BOUNCE_REASON_ADDRESS, "invalid local part"},
    {BOUNCE_REASON_ADDRESS, "bad @"},
    {BOUNCE_REASON_ADDRESS, "bad destination mailbox"}, /* RFC 3463 X.1.1, X.1.3 */
    {BOUNCE_REASON_ADDRESS, "unrouteable"},             /* Exim */
    {BOUNCE_REASON_ADDRESS, "is not a valid"},
    {BOUNCE_REASON_ADDRESS, "not a known @"},
    {BOUNCE_REASON_ADDRESS, "not a recipient"},
    {BOUNCE_REASON_ADDRESS, "not a current mailbox"},
    {BOUNCE_REASON_ADDRESS, "not known here"},
    {BOUNCE_REASON_ADDRESS, "not on file"},
    {BOUNCE_REASON_ADDRESS, "not found in directory"},
    {BOUNCE_REASON_ADDRESS, "@ not local"}, /* RFC 5321's 551 */
    {BOUNCE_REASON_ADDRESS, "@ is not local"},
    {BOUNCE_REASON_ADDRESS, "@ not recognized"},
    {BOUNCE_REASON_ADDRESS, "recipient name is not recognized"}, /* Exchange 5.5 */
    {BOUNCE_REASON_ADDRESS, "@ unresolvable"},
    {BOUNCE_REASON_ADDRESS, "recipient address rejected: undeliverable"}, /* Postfix address verification */
    {BOUNCE_REASON_ADDRESS, "unable to find @"},
    {BOUNCE_REASON_ADDRESS, "could not find @"},
    {BOUNCE_REASON_ADDRESS, "couldn't find @"},
    {BOUNCE_REASON_ADDRESS, "no valid recipients"},
    {BOUNCE_REASON_ADDRESS, "no one by that name"},
    {BOUNCE_REASON_ADDRESS, "no one at this address"},
    {BOUNCE_REASON_ADDRESS, "doesn't handle mail for"},
    {BOUNCE_REASON_ADDRESS, "does not handle mail for"},
    /* Other languages: hosters and carriers */
    {BOUNCE_REASON_ADDRESS, "desconocid"}, /* Spanish: "unknown", "does not exist" */
    {BOUNCE_REASON_ADDRESS, "no existe"},
    {BOUNCE_REASON_ADDRESS, "desconhecid"}, /* Portuguese */
    {BOUNCE_REASON_ADDRESS, "não existe"},
    {BOUNCE_REASON_ADDRESS, "inexistente"},
    {BOUNCE_REASON_ADDRESS, "inconnu"}, /* French */
    {BOUNCE_REASON_ADDRESS, "n'existe pas"},
    {BOUNCE_REASON_ADDRESS, "destinataire invalide"},
    {BOUNCE_REASON_ADDRESS, "adresse invalide"},
    {BOUNCE_REASON_ADDRESS, "sconosciut"}, /* Italian */
    {BOUNCE_REASON_ADDRESS, "non esiste"},
    {BOUNCE_REASON_ADDRESS, "unbekannt"}, /* German */
    {BOUNCE_REASON_ADDRESS, "existiert nicht"},
    {BOUNCE_REASON_ADDRESS, "bestaat niet"},  /* Dutch */
    {BOUNCE_REASON_ADDRESS, "nie istnieje"},  /* Polish */
    {BOUNCE_REASON_ADDRESS, "не существует"}, /* Russian */
    {BOUNCE_REASON_ADDRESS, "пользователь не найден"},
    {BOUNCE_REASON_ADDRESS, "нет такого пользователя"},
    {BOUNCE_REASON_ADDRESS, "メールアドレスが見つかりません"}, /* Japanese */
    {BOUNCE_REASON_ADDRESS, "には見つかりません"},             /* Domino in Japanese */
    {BOUNCE_REASON_ADDRESS, "ユーザーが見つかりません"},
    {BOUNCE_REASON_ADDRESS, "用户不存在"}, /* Chinese */
    {BOUNCE_REASON_ADDRESS, "邮箱不存在"},
    {BOUNCE_REASON_ADDRESS, "帳號不存在"},
};

static const struct phrase host[] = {
    {BOUNCE_REASON_TEMPORARY, "host not found, try again"}, /* the resolver's words for a failing name server */
    {BOUNCE_REASON_HOST, "# unknown"},
    {BOUNCE_REASON_HOST, "# not found"},
    {BOUNCE_REASON_HOST, "# name not found"},
    {BOUNCE_REASON_HOST, "no such"},
    {BOUNCE_REASON_HOST, "not exist"},
    {BOUNCE_REASON_HOST, "nxdomain"},
    {BOUNCE_REASON_HOST, "couldn't find"},           /* qmail: "... any host named", "... a mail exchanger" */
    {BOUNCE_REASON_HOST, "domain is not reachable"}, /* Outlook.com */
    {BOUNCE_REASON_HOST, "invalid #"},
    {BOUNCE_REASON_HOST, "bad #"},
    {BOUNCE_REASON_HOST, "no route to domain"},
    {BOUNCE_REASON_HOST, "bad destination system"}, /* RFC 3463 X.1.2 */
    {BOUNCE_REASON_HOST, "name or service not known"},
    {BOUNCE_REASON_HOST, "no mx"},           /* OpenSMTPD, Yahoo */
    {BOUNCE_REASON_HOST, "no smtp service"}, /* Exim, on RFC 7505's null MX */
    {BOUNCE_REASON_HOST, "null mx"},
    {BOUNCE_REASON_HOST, "nullmx"},
    {BOUNCE_REASON_HOST, "does not accept mail"}, /* RFC 7504 */
    {BOUNCE_REASON_HOST, "doesn't receive email"},
    {BOUNCE_REASON_HOST, "no mail hosts for domain"}, /* PowerMTA */
    {BOUNCE_REASON_HOST, "unable to find a mail server"},
};

static const struct phrase policy[] = {
    {BOUNCE_REASON_POLICY, "policy"},
    {BOUNCE_REASON_POLICY, "spam"},
    {BOUNCE_REASON_POLICY, "blacklist"},
    {BOUNCE_REASON_POLICY, "black list"},
    {BOUNCE_REASON_POLICY, "blocklist"},
    {BOUNCE_REASON_POLICY, "blocked"},
    {BOUNCE_REASON_POLICY, "reputation"},
    {BOUNCE_REASON_POLICY, "unsolicited"},
    {BOUNCE_REASON_POLICY, "too large"},
    {BOUNCE_REASON_POLICY, "too big"},
    {BOUNCE_REASON_POLICY, " limit"},
    {BOUNCE_REASON_POLICY, "exceeds size"},
    {BOUNCE_REASON_POLICY, "not authorized"},
    {BOUNCE_REASON_POLICY, "not allowed"},
    {BOUNCE_REASON_POLICY, "permission"},
    {BOUNCE_REASON_POLICY, "content rejected"},
    {BOUNCE_REASON_POLICY, "message rejected"},
    {BOUNCE_REASON_POLICY, "mail rejected"},
    {BOUNCE_REASON_POLICY, "not a member"},
    {BOUNCE_REASON_POLICY, "tls"},
    {BOUNCE_REASON_POLICY, "dnsbl"},
    {BOUNCE_REASON_POLICY, "rejected due to"},
    {BOUNCE_REASON_POLICY, "rejected because"},
    {BOUNCE_REASON_POLICY, "refused by"},
    {BOUNCE_REASON_POLICY, "not accepting"},
    {BOUNCE_REASON_POLICY, "too many connections"},
    {BOUNCE_REASON_POLICY, "encryption"},
};

static const struct phrase temporary[] = {
    {BOUNCE_REASON_TEMPORARY, "timed out"},
    {BOUNCE_REASON_TEMPORARY, "time out"},
    {BOUNCE_REASON_TEMPORARY, "timeout"},
    {BOUNCE_REASON_TEMPORARY, "expired"},
    {BOUNCE_REASON_TEMPORARY, "giving up"},
    {BOUNCE_REASON_TEMPORARY, "connection refused"},
    {BOUNCE_REASON_TEMPORARY, "connection reset"},
    {BOUNCE_REASON_TEMPORARY, "dropped"},
    {BOUNCE_REASON_TEMPORARY, "did not accept our requests to connect"}, /* Gmail */
    {BOUNCE_REASON_TEMPORARY, "establish an smtp connection"},           /* qmail, Yahoo */
    {BOUNCE_REASON_TEMPORARY, "in the queue too long"},
    {BOUNCE_REASON_TEMPORARY, "not responding"},
    {BOUNCE_REASON_TEMPORARY, "not reachable"},
    {BOUNCE_REASON_TEMPORARY, "unreachable"},
    {BOUNCE_REASON_TEMPORARY, "too many hops"},
    {BOUNCE_REASON_TEMPORARY, "loop"},
    {BOUNCE_REASON_TEMPORARY, "temporar"},
    {BOUNCE_REASON_TEMPORARY, "try again"},
    {BOUNCE_REASON_TEMPORARY, "try later"},
    {BOUNCE_REASON_TEMPORARY, "deferred"},
    {BOUNCE_REASON_TEMPORARY, "too many"},
    {BOUNCE_REASON_TEMPORARY, "system error"},
    {BOUNCE_REASON_TEMPORARY, "unable to connect"},
    {BOUNCE_REASON_TEMPORARY, "could not connect"},
    {BOUNCE_REASON_TEMPORARY, "cannot connect"},
    {BOUNCE_REASON_TEMPORARY, "connection failed"},
    {BOUNCE_REASON_TEMPORARY, "no route to host"},
    {BOUNCE_REASON_TEMPORARY, "network"},
    {BOUNCE_REASON_TEMPORARY, " rate "}, /* Google: too much mail for this mailbox now */
    {BOUNCE_REASON_TEMPORARY, "aborted after"},
    {BOUNCE_REASON_TEMPORARY, "service unavailable"},
    {BOUNCE_REASON_TEMPORARY, "internal error"},
};

/* A refusal of the recipient for no reason of the above: what many servers say to an address that they do not have. */
static const struct phrase refused[] = {
    {BOUNCE_REASON_ADDRESS, "recipient address rejected"}, /* Postfix, Exchange Online ("... Access denied") */
    {BOUNCE_REASON_ADDRESS, "recipient rejected"},
    {BOUNCE_REASON_POLICY, "access denied"},
};

static const struct {
    const struct phrase *phrases;
    size_t count;
} groups[] = {
    {full, COUNT_OF(full)},     {sender, COUNT_OF(sender)},       {address, COUNT_OF(address)}, {host, COUNT_OF(host)},
    {policy, COUNT_OF(policy)}, {temporary, COUNT_OF(temporary)}, {refused, COUNT_OF(refused)},
};

/* What phrases call the one written to, and the place where mailboxes are: systems vary these words, and nothing else.
 */
static const char *const persons[] = {"user",  "recipient", "mailbox",  "account", "address", "addressee",
                                      "alias", "person",    "customer", "email",   "e-mail"};
static const char *const places[] = {"host", "domain"};

static bool noun_ends(const char *words, const char *end, const char *const *nouns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(nouns[i]);
        if ((size_t)(end - words) >= length && memcmp(end - length, nouns[i], length) == 0)
            return true;
    }
    return false;
}

static bool noun_begins(const char *start, const char *const *nouns, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (string_starts_with(start, nouns[i]))
            return true;
    return false;
}

/* Whether WORDS contain PHRASE, in which a first or last '@' stands for any person and '#' for any place. */
static bool contains(const char *words, const char *phrase) {
    size_t length = strlen(phrase);
    bool leads = *phrase == '@' || *phrase == '#', ends = phrase[length - 1] == '@' || phrase[length - 1] == '#';
    if (!leads && !ends)
        return strstr(words, phrase) != NULL;
    char sign = leads ? *phrase : phrase[length - 1], rest[PHRASE_MAX];
    const char *const *nouns = sign == '@' ? persons : places;
    size_t count = sign == '@' ? COUNT_OF(persons) : COUNT_OF(places);
    snprintf(rest, sizeof rest, "%.*s", (int)(length - 1), leads ? phrase + 1 : phrase);
    for (const char *at = strstr(words, rest); at; at = strstr(at + 1, rest))
        if (leads ? noun_ends(words, at, nouns, count) : noun_begins(at + length - 1, nouns, count))
            return true;
    return false;
}

enum bounce_reason bounce_phrases_reason(const char *normalised) {
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t j = 0; j < groups[i].count; j++)
            if (contains(normalised, groups[i].phrases[j].words))
                return groups[i].phrases[j].reason;
    return BOUNCE_REASON_UNKNOWN;
}
