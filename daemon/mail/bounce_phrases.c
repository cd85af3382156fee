#include "mail/bounce_phrases.h"

#include <string.h>

#include "base/memory.h"

struct phrase {
    enum bounce_reason reason;
    const char *words;
};

/* In order of weight: the first group that matches decides. All in lower case; non-ASCII letters as they are usually
 * written. */

/* A full mailbox is often reported under a code or a heading that speaks of the user, so these come first. */
static const struct phrase full[] = {
    /* Generic, RFC 3463 X.2.2 and what MTAs print for it */
    {BOUNCE_REASON_FULL, "mailbox full"},
    {BOUNCE_REASON_FULL, "mailbox is full"},
    {BOUNCE_REASON_FULL, "full mailbox"},
    {BOUNCE_REASON_FULL, "mailbox has exceeded"},
    {BOUNCE_REASON_FULL, "mailbox exceeds"},
    {BOUNCE_REASON_FULL, "mailfolder is full"},
    {BOUNCE_REASON_FULL, "mail folder is full"},
    {BOUNCE_REASON_FULL, "inbox is full"},
    {BOUNCE_REASON_FULL, "mail box full"},
    {BOUNCE_REASON_FULL, "mail box is full"},
    {BOUNCE_REASON_FULL, "maildir is full"},
    {BOUNCE_REASON_FULL, "user is full"},
    {BOUNCE_REASON_FULL, "user full"},
    {BOUNCE_REASON_FULL, "over quota"},
    {BOUNCE_REASON_FULL, "overquota"},
    {BOUNCE_REASON_FULL, "over disk quota"},
    {BOUNCE_REASON_FULL, "over the quota"},
    {BOUNCE_REASON_FULL, "over the allowed quota"},
    {BOUNCE_REASON_FULL, "over the maximum allowed"},
    {BOUNCE_REASON_FULL, "over his quota"},
    {BOUNCE_REASON_FULL, "exceeded his"},
    {BOUNCE_REASON_FULL, "exceeded storage"},
    {BOUNCE_REASON_FULL, "exceeding their quota"},
    {BOUNCE_REASON_FULL, "exceeded their"},
    {BOUNCE_REASON_FULL, "exceed mailbox quota"},
    {BOUNCE_REASON_FULL, "exceed the quota"},
    {BOUNCE_REASON_FULL, "quota exceeded"},
    {BOUNCE_REASON_FULL, "quota exceed"},
    {BOUNCE_REASON_FULL, "quota is exceeded"},
    {BOUNCE_REASON_FULL, "quota usage exceeded"},
    {BOUNCE_REASON_FULL, "quota violation"},
    {BOUNCE_REASON_FULL, "quota has been exceeded"},
    {BOUNCE_REASON_FULL, "exceeded quota"},
    {BOUNCE_REASON_FULL, "exceeds quota"},
    {BOUNCE_REASON_FULL, "exceeded the quota"},
    {BOUNCE_REASON_FULL, "exceeds allowed size"},
    {BOUNCE_REASON_FULL, "exceeds the allowed size"},
    {BOUNCE_REASON_FULL, "exceeded storage allocation"}, /* RFC 5321's 552 */
    {BOUNCE_REASON_FULL, "insufficient disk space"},
    {BOUNCE_REASON_FULL, "insufficient system storage"}, /* RFC 5321's 452 */
    {BOUNCE_REASON_FULL, "not enough storage"},
    {BOUNCE_REASON_FULL, "not enough space"},
    {BOUNCE_REASON_FULL, "not have enough space"},
    {BOUNCE_REASON_FULL, "no space left"},
    {BOUNCE_REASON_FULL, "out of storage"}, /* Google */
    {BOUNCE_REASON_FULL, "storage quota"},
    {BOUNCE_REASON_FULL, "disk full"},
    {BOUNCE_REASON_FULL, "disk quota"},
    {BOUNCE_REASON_FULL, "mailbox quota"},
    {BOUNCE_REASON_FULL, "mailbox size limit"},
    {BOUNCE_REASON_FULL, "too many messages in"},
    {BOUNCE_REASON_FULL, "quotaexceeded"},         /* Exchange Online: STOREDRV...QuotaExceeded */
    {BOUNCE_REASON_FULL, "mailbox speicherplatz"}, /* German hosters */
    {BOUNCE_REASON_FULL, "postfach ist voll"},
    {BOUNCE_REASON_FULL, "postfach voll"},
    {BOUNCE_REASON_FULL, "boîte aux lettres pleine"}, /* French */
    {BOUNCE_REASON_FULL, "boite du destinataire pleine"},
    {BOUNCE_REASON_FULL, "quota dépassé"},
    {BOUNCE_REASON_FULL, "quota depasse"},
    {BOUNCE_REASON_FULL, "casilla llena"}, /* Spanish, Portuguese, Italian */
    {BOUNCE_REASON_FULL, "buzón lleno"},
    {BOUNCE_REASON_FULL, "caixa postal cheia"},
    {BOUNCE_REASON_FULL, "casella piena"},
    {BOUNCE_REASON_FULL, "ящик переполнен"},      /* Russian */
    {BOUNCE_REASON_FULL, "メールボックスが一杯"}, /* Japanese carriers */
    {BOUNCE_REASON_FULL, "メールボックスがいっぱい"},
    {BOUNCE_REASON_FULL, "邮箱已满"},                 /* Chinese */
    {BOUNCE_REASON_FULL, "receiving mail at a rate"}, /* Google 4.2.1/5.2.1: too much mail for this mailbox now */
    {BOUNCE_REASON_FULL, "receiving mail too quickly"},
    {BOUNCE_REASON_FULL, "mailbox over"},
    {BOUNCE_REASON_FULL, "storage limit"},
    {BOUNCE_REASON_FULL, "mailbox limit"},
    {BOUNCE_REASON_FULL, "exceeded the storage"},
    {BOUNCE_REASON_FULL, "user is over"},
    {BOUNCE_REASON_FULL, "no room in"},
    {BOUNCE_REASON_FULL, "quota"},
};

/* Who we are or what we sent was refused; a recipient in the same words is beside the point. */
static const struct phrase sender[] = {
    {BOUNCE_REASON_POLICY, "sender address rejected"}, /* Postfix */
    {BOUNCE_REASON_POLICY, "sender rejected"},
    {BOUNCE_REASON_POLICY, "sender was rejected"}, /* qmail */
    {BOUNCE_REASON_POLICY, "my name was rejected"},
    {BOUNCE_REASON_POLICY, "sender denied"},
    {BOUNCE_REASON_POLICY, "sender verify failed"}, /* Exim */
    {BOUNCE_REASON_POLICY, "sender verification"},
    {BOUNCE_REASON_POLICY, "sender address"},
    {BOUNCE_REASON_POLICY, "domain of sender"}, /* sendmail */
    {BOUNCE_REASON_POLICY, "sender domain"},
    {BOUNCE_REASON_POLICY, "unroutable sender"},
    {BOUNCE_REASON_POLICY, "invalid sender"},
    {BOUNCE_REASON_POLICY, "from: header"},
    {BOUNCE_REASON_POLICY, "resent-from"},
    {BOUNCE_REASON_POLICY, "unauthenticated"},
    {BOUNCE_REASON_POLICY, "authentication required"},
    {BOUNCE_REASON_POLICY, "authentication check"},
    {BOUNCE_REASON_POLICY, "smtp authentication"},
    {BOUNCE_REASON_POLICY, "dmarc"},
    {BOUNCE_REASON_POLICY, " spf"},
    {BOUNCE_REASON_POLICY, "dkim"},
    {BOUNCE_REASON_POLICY, "reverse dns"},
    {BOUNCE_REASON_POLICY, "ptr record"},
    {BOUNCE_REASON_POLICY, "dns ptr"},
    {BOUNCE_REASON_POLICY, "blocked using"},
    {BOUNCE_REASON_POLICY, "blacklisted by"},
    {BOUNCE_REASON_POLICY, "client host"},
    {BOUNCE_REASON_POLICY, "banned sending"},
    {BOUNCE_REASON_POLICY, "message content rejected"}, /* amavis */
    {BOUNCE_REASON_POLICY, "relaying denied"},
    {BOUNCE_REASON_POLICY, "unable to relay"},
    {BOUNCE_REASON_POLICY, "relay access denied"},
    {BOUNCE_REASON_POLICY, "relay not permitted"},
    {BOUNCE_REASON_POLICY, "relaying not"},
    {BOUNCE_REASON_POLICY, "not configured to relay"},
    {BOUNCE_REASON_POLICY, "virus"},
    {BOUNCE_REASON_POLICY, "spam message"},
    {BOUNCE_REASON_POLICY, "spam detected"},
    {BOUNCE_REASON_POLICY, "classified as spam"},
    {BOUNCE_REASON_POLICY, "considered spam"},
    {BOUNCE_REASON_POLICY, "looks like spam"},
    {BOUNCE_REASON_POLICY, "identified as spam"},
    {BOUNCE_REASON_POLICY, "greylist"},
    {BOUNCE_REASON_POLICY, "greylisted"},
    {BOUNCE_REASON_POLICY, "not accepting mail from"}, /* AOL: the reader blocked this sender */
    {BOUNCE_REASON_POLICY, "temporarily locked"},
    {BOUNCE_REASON_POLICY, "temporarily disabled"},
    {BOUNCE_REASON_POLICY, "temporarily suspended"},
    {BOUNCE_REASON_POLICY, "rcpthosts"},
    {BOUNCE_REASON_POLICY, "from address"},
};

static const struct phrase address[] = {
    /* sendmail, Postfix, Exim, qmail, Courier, MDaemon, CommuniGate: the common English forms */
    {BOUNCE_REASON_ADDRESS, "user unknown"},
    {BOUNCE_REASON_ADDRESS, "unknown user"},
    {BOUNCE_REASON_ADDRESS, "no such user"},
    {BOUNCE_REASON_ADDRESS, "no such mailbox"},
    {BOUNCE_REASON_ADDRESS, "no such recipient"},
    {BOUNCE_REASON_ADDRESS, "no such address"},
    {BOUNCE_REASON_ADDRESS, "no such person"},
    {BOUNCE_REASON_ADDRESS, "no such account"},
    {BOUNCE_REASON_ADDRESS, "no such local user"},
    {BOUNCE_REASON_ADDRESS, "no user by that name"},
    {BOUNCE_REASON_ADDRESS, "no mailbox"},
    {BOUNCE_REASON_ADDRESS, "no recipient with that name"},
    {BOUNCE_REASON_ADDRESS, "not a valid user"},
    {BOUNCE_REASON_ADDRESS, "not a valid mailbox"},
    {BOUNCE_REASON_ADDRESS, "not a valid recipient"},
    {BOUNCE_REASON_ADDRESS, "not a known user"},
    {BOUNCE_REASON_ADDRESS, "not known here"},
    {BOUNCE_REASON_ADDRESS, "not our customer"},
    {BOUNCE_REASON_ADDRESS, "not listed in domino directory"},
    {BOUNCE_REASON_ADDRESS, "not listed in public name & address book"},
    {BOUNCE_REASON_ADDRESS, "not found in directory"},
    {BOUNCE_REASON_ADDRESS, "not on file"},
    {BOUNCE_REASON_ADDRESS, "unknown recipient"},
    {BOUNCE_REASON_ADDRESS, "recipient unknown"},
    {BOUNCE_REASON_ADDRESS, "unknown mailbox"},
    {BOUNCE_REASON_ADDRESS, "mailbox unknown"},
    {BOUNCE_REASON_ADDRESS, "unknown account"},
    {BOUNCE_REASON_ADDRESS, "unknown local"},
    {BOUNCE_REASON_ADDRESS, "unknown or illegal alias"}, /* Apple */
    {BOUNCE_REASON_ADDRESS, "unknown addressee"},
    {BOUNCE_REASON_ADDRESS, "addressee unknown"},
    {BOUNCE_REASON_ADDRESS, "address unknown"},
    {BOUNCE_REASON_ADDRESS, "account unknown"},
    {BOUNCE_REASON_ADDRESS, "user not found"},
    {BOUNCE_REASON_ADDRESS, "user not known"},
    {BOUNCE_REASON_ADDRESS, "user not exist"},
    {BOUNCE_REASON_ADDRESS, "user does not exist"},
    {BOUNCE_REASON_ADDRESS, "user doesn't exist"},
    {BOUNCE_REASON_ADDRESS, "user doesn't have a"}, /* Yahoo: "... account" */
    {BOUNCE_REASON_ADDRESS, "user is unknown"},
    {BOUNCE_REASON_ADDRESS, "user invalid"},
    {BOUNCE_REASON_ADDRESS, "users mailbox does not exist"},
    {BOUNCE_REASON_ADDRESS, "nonexistent user"},
    {BOUNCE_REASON_ADDRESS, "non-existent user"},
    {BOUNCE_REASON_ADDRESS, "nonexistent mailbox"},
    {BOUNCE_REASON_ADDRESS, "mailbox not found"},
    {BOUNCE_REASON_ADDRESS, "mailbox does not exist"},
    {BOUNCE_REASON_ADDRESS, "mailbox doesn't exist"},
    {BOUNCE_REASON_ADDRESS, "mailbox not available"},
    {BOUNCE_REASON_ADDRESS, "mailbox unavailable"}, /* RFC 5321's 550, Hotmail */
    {BOUNCE_REASON_ADDRESS, "mailbox is unavailable"},
    {BOUNCE_REASON_ADDRESS, "mailbox is inactive"},
    {BOUNCE_REASON_ADDRESS, "mailbox inactive"},
    {BOUNCE_REASON_ADDRESS, "mailbox disabled"},
    {BOUNCE_REASON_ADDRESS, "mailbox is disabled"},
    {BOUNCE_REASON_ADDRESS, "mailbox has moved"}, /* RFC 3463 X.1.6 */
    {BOUNCE_REASON_ADDRESS, "invalid recipient"},
    {BOUNCE_REASON_ADDRESS, "invalid mailbox"},
    {BOUNCE_REASON_ADDRESS, "invalid user"},
    {BOUNCE_REASON_ADDRESS, "invalid address"},
    {BOUNCE_REASON_ADDRESS, "invalid final delivery user"}, /* IMail */
    {BOUNCE_REASON_ADDRESS, "recipient invalid"},
    {BOUNCE_REASON_ADDRESS, "recipient not found"},
    {BOUNCE_REASON_ADDRESS, "recipientnotfound"}, /* Exchange: RESOLVER.ADR.RecipientNotFound */
    {BOUNCE_REASON_ADDRESS, "recipnotfound"},
    {BOUNCE_REASON_ADDRESS, "recipient name is not recognized"}, /* Exchange 5.5 */
    {BOUNCE_REASON_ADDRESS, "recipient not recognized"},
    {BOUNCE_REASON_ADDRESS, "recipient no longer"}, /* Apple */
    {BOUNCE_REASON_ADDRESS, "recipient does not exist"},
    {BOUNCE_REASON_ADDRESS, "recipient address does not exist"},
    {BOUNCE_REASON_ADDRESS, "recipient is not local"},
    {BOUNCE_REASON_ADDRESS, "recipient address rejected: access denied"}, /* Exchange Online's directory blocking */
    {BOUNCE_REASON_ADDRESS, "recipient address rejected: undeliverable"}, /* Postfix address verification */
    {BOUNCE_REASON_ADDRESS, "address does not exist"},
    {BOUNCE_REASON_ADDRESS, "address doesn't exist"},
    {BOUNCE_REASON_ADDRESS, "address not found"},
    {BOUNCE_REASON_ADDRESS, "address you entered couldn't be found"}, /* Exchange Online */
    {BOUNCE_REASON_ADDRESS, "address couldn't be found"},
    {BOUNCE_REASON_ADDRESS, "address wasn't found"}, /* Gmail */
    {BOUNCE_REASON_ADDRESS, "address invalid"},
    {BOUNCE_REASON_ADDRESS, "address is invalid"},
    {BOUNCE_REASON_ADDRESS, "address no longer"},
    {BOUNCE_REASON_ADDRESS, "address is no longer"},
    {BOUNCE_REASON_ADDRESS, "no longer on server"},
    {BOUNCE_REASON_ADDRESS, "no longer valid"},
    {BOUNCE_REASON_ADDRESS, "no longer in use"},
    {BOUNCE_REASON_ADDRESS, "no longer works"},
    {BOUNCE_REASON_ADDRESS, "no longer available"},
    {BOUNCE_REASON_ADDRESS, "no longer exist"},
    {BOUNCE_REASON_ADDRESS, "no longer active"},
    {BOUNCE_REASON_ADDRESS, "inactive email address"},
    {BOUNCE_REASON_ADDRESS, "inactive user"},
    {BOUNCE_REASON_ADDRESS, "user inactive"},
    {BOUNCE_REASON_ADDRESS, "account inactive"},
    {BOUNCE_REASON_ADDRESS, "account is inactive"},
    {BOUNCE_REASON_ADDRESS, "account disabled"},
    {BOUNCE_REASON_ADDRESS, "account is disabled"},
    {BOUNCE_REASON_ADDRESS, "account has been disabled"}, /* Yahoo */
    {BOUNCE_REASON_ADDRESS, "account is locked"},         /* vpopmail */
    {BOUNCE_REASON_ADDRESS, "account has been suspended"},
    {BOUNCE_REASON_ADDRESS, "account is suspended"},
    {BOUNCE_REASON_ADDRESS, "account expired"},
    {BOUNCE_REASON_ADDRESS, "account closed"},
    {BOUNCE_REASON_ADDRESS, "account has been closed"},
    {BOUNCE_REASON_ADDRESS, "account does not exist"},
    {BOUNCE_REASON_ADDRESS, "account doesn't exist"},
    {BOUNCE_REASON_ADDRESS, "account that you tried to reach does not exist"}, /* Google */
    {BOUNCE_REASON_ADDRESS, "account that you tried to reach is disabled"},
    {BOUNCE_REASON_ADDRESS, "account that you tried to reach is inactive"},
    {BOUNCE_REASON_ADDRESS, "account or domain may not exist"}, /* cPanel's Exim */
    {BOUNCE_REASON_ADDRESS, "account not found"},
    {BOUNCE_REASON_ADDRESS, "does not have an account"},
    {BOUNCE_REASON_ADDRESS, "no account by that name"},
    {BOUNCE_REASON_ADDRESS, "no account"},
    {BOUNCE_REASON_ADDRESS, "unable to find user"},
    {BOUNCE_REASON_ADDRESS, "unable to find recipient"},
    {BOUNCE_REASON_ADDRESS, "could not find user"},
    {BOUNCE_REASON_ADDRESS, "couldn't find user"},
    {BOUNCE_REASON_ADDRESS, "no valid recipients"},
    {BOUNCE_REASON_ADDRESS, "bad destination mailbox"}, /* RFC 3463 X.1.1, X.1.3 */
    {BOUNCE_REASON_ADDRESS, "bad recipient"},
    {BOUNCE_REASON_ADDRESS, "bad address"},
    {BOUNCE_REASON_ADDRESS, "unrouteable address"}, /* Exim */
    {BOUNCE_REASON_ADDRESS, "unroutable address"},
    {BOUNCE_REASON_ADDRESS, "user has moved"},
    {BOUNCE_REASON_ADDRESS, "has moved to"},
    {BOUNCE_REASON_ADDRESS, "has left the company"},
    {BOUNCE_REASON_ADDRESS, "no longer works"},
    {BOUNCE_REASON_ADDRESS, "user not local"}, /* RFC 5321's 551 */
    {BOUNCE_REASON_ADDRESS, "not our user"},
    {BOUNCE_REASON_ADDRESS, "user unavailable"},
    {BOUNCE_REASON_ADDRESS, "recipient unavailable"},
    {BOUNCE_REASON_ADDRESS, "user terminated"},
    /* Other languages: hosters and carriers */
    {BOUNCE_REASON_ADDRESS, "destinatario desconocido"}, /* Spanish */
    {BOUNCE_REASON_ADDRESS, "usuario desconocido"},
    {BOUNCE_REASON_ADDRESS, "usuario no existe"},
    {BOUNCE_REASON_ADDRESS, "cuenta no existe"},
    {BOUNCE_REASON_ADDRESS, "inexistente"}, /* Portuguese, Italian, Spanish */
    {BOUNCE_REASON_ADDRESS, "não existe"},
    {BOUNCE_REASON_ADDRESS, "destinataire inconnu"}, /* French */
    {BOUNCE_REASON_ADDRESS, "utilisateur inconnu"},
    {BOUNCE_REASON_ADDRESS, "destinataire invalide"},
    {BOUNCE_REASON_ADDRESS, "adresse invalide"},
    {BOUNCE_REASON_ADDRESS, "n'existe pas"},
    {BOUNCE_REASON_ADDRESS, "utente sconosciuto"}, /* Italian */
    {BOUNCE_REASON_ADDRESS, "destinatario sconosciuto"},
    {BOUNCE_REASON_ADDRESS, "casella inesistente"},
    {BOUNCE_REASON_ADDRESS, "unbekannter benutzer"}, /* German */
    {BOUNCE_REASON_ADDRESS, "benutzer unbekannt"},
    {BOUNCE_REASON_ADDRESS, "empfänger unbekannt"},
    {BOUNCE_REASON_ADDRESS, "empfaenger unbekannt"},
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
    {BOUNCE_REASON_ADDRESS, "is not a valid"},
    {BOUNCE_REASON_ADDRESS, "no one by that name"},
    {BOUNCE_REASON_ADDRESS, "no one at this address"},
    {BOUNCE_REASON_ADDRESS, "not a recipient"},
    {BOUNCE_REASON_ADDRESS, "user could not be found"},
    {BOUNCE_REASON_ADDRESS, "user unresolvable"},
    {BOUNCE_REASON_ADDRESS, "invalid local part"},
    {BOUNCE_REASON_ADDRESS, "unknown e-mail"},
    {BOUNCE_REASON_ADDRESS, "unknown email"},
    {BOUNCE_REASON_ADDRESS, "address could not be found"},
    {BOUNCE_REASON_ADDRESS, "mailbox could not be found"},
    {BOUNCE_REASON_ADDRESS, "address has changed"},
    {BOUNCE_REASON_ADDRESS, "address has been changed"},
    {BOUNCE_REASON_ADDRESS, "has been terminated"},
    {BOUNCE_REASON_ADDRESS, "has been deleted"},
    {BOUNCE_REASON_ADDRESS, "has been deactivated"},
    {BOUNCE_REASON_ADDRESS, "is deactivated"},
    {BOUNCE_REASON_ADDRESS, "not a current mailbox"},
    {BOUNCE_REASON_ADDRESS, "undeliverable address"},
    {BOUNCE_REASON_ADDRESS, "undeliverable recipient"},
    {BOUNCE_REASON_ADDRESS, "doesn't handle mail for"},
    {BOUNCE_REASON_ADDRESS, "does not handle mail for"},
};

static const struct phrase host[] = {
    {BOUNCE_REASON_TEMPORARY, "host not found, try again"}, /* the resolver's words for a failing name server */
    {BOUNCE_REASON_TEMPORARY, "malformed or unexpected name server reply"}, /* Postfix */
    {BOUNCE_REASON_HOST, "host unknown"},                                   /* sendmail */
    {BOUNCE_REASON_HOST, "unknown host"},
    {BOUNCE_REASON_HOST, "host or domain name not found"}, /* Postfix */
    {BOUNCE_REASON_HOST, "domain not found"},
    {BOUNCE_REASON_HOST, "domain name not found"},
    {BOUNCE_REASON_HOST, "host not found"},
    {BOUNCE_REASON_HOST, "dns lookup failure"}, /* DragonFly Mail Agent */
    {BOUNCE_REASON_HOST, "no such host"},
    {BOUNCE_REASON_HOST, "no such domain"},
    {BOUNCE_REASON_HOST, "nxdomain"},
    {BOUNCE_REASON_HOST, "couldn't find any host"}, /* qmail */
    {BOUNCE_REASON_HOST, "couldn't find a mail exchanger"},
    {BOUNCE_REASON_HOST, "unknown domain"},
    {BOUNCE_REASON_HOST, "domain unknown"},
    {BOUNCE_REASON_HOST, "domain does not exist"},
    {BOUNCE_REASON_HOST, "domain doesn't exist"},
    {BOUNCE_REASON_HOST, "does not exist"},
    {BOUNCE_REASON_HOST, "domain is not reachable"}, /* Outlook.com */
    {BOUNCE_REASON_HOST, "invalid domain"},
    {BOUNCE_REASON_HOST, "illegal host/domain name"}, /* PMDF, Oracle Messaging Server */
    {BOUNCE_REASON_HOST, "unrouteable mail domain"},  /* Exim 3 */
    {BOUNCE_REASON_HOST, "unroutable mail domain"},
    {BOUNCE_REASON_HOST, "no route to domain"},
    {BOUNCE_REASON_HOST, "bad destination system"}, /* RFC 3463 X.1.2 */
    {BOUNCE_REASON_HOST, "name or service not known"},
    {BOUNCE_REASON_HOST, "no mx record"}, /* Yahoo and others */
    {BOUNCE_REASON_HOST, "no mx found"},  /* OpenSMTPD */
    {BOUNCE_REASON_HOST, "mx record indicated no smtp service"},
    {BOUNCE_REASON_HOST, "mx or srv record indicated no smtp service"}, /* Exim */
    {BOUNCE_REASON_HOST, "null mx"},
    {BOUNCE_REASON_HOST, "nullmx"},
    {BOUNCE_REASON_HOST, "does not accept mail"}, /* RFC 7504, Postfix */
    {BOUNCE_REASON_HOST, "doesn't receive email"},
    {BOUNCE_REASON_HOST, "no mail hosts for domain"}, /* PowerMTA */
    {BOUNCE_REASON_HOST, "unable to find a mail server"},
    {BOUNCE_REASON_HOST, "doesn't exist"},
    {BOUNCE_REASON_HOST, "not exist"},
    {BOUNCE_REASON_HOST, "bad host"},
    {BOUNCE_REASON_HOST, "bad domain"},
    {BOUNCE_REASON_HOST, "host or domain"},
};

static const struct phrase policy[] = {
    {BOUNCE_REASON_POLICY, "access denied"},
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
    {BOUNCE_REASON_POLICY, "size limit"},
    {BOUNCE_REASON_POLICY, "exceeds size"},
    {BOUNCE_REASON_POLICY, "exceeds fixed limit"},
    {BOUNCE_REASON_POLICY, "line limit"},
    {BOUNCE_REASON_POLICY, "not authorized"},
    {BOUNCE_REASON_POLICY, "not allowed"},
    {BOUNCE_REASON_POLICY, "not permitted"},
    {BOUNCE_REASON_POLICY, "permission"},
    {BOUNCE_REASON_POLICY, "prohibited"},
    {BOUNCE_REASON_POLICY, "content rejected"},
    {BOUNCE_REASON_POLICY, "message rejected"},
    {BOUNCE_REASON_POLICY, "mail rejected"},
    {BOUNCE_REASON_POLICY, "not a member"},
    {BOUNCE_REASON_POLICY, "tls"},
    {BOUNCE_REASON_POLICY, "dnsbl"},
    {BOUNCE_REASON_POLICY, "spamhaus"},
    {BOUNCE_REASON_POLICY, "listed at"},
    {BOUNCE_REASON_POLICY, "rejected due to"},
    {BOUNCE_REASON_POLICY, "rejected because"},
    {BOUNCE_REASON_POLICY, "refused by"},
    {BOUNCE_REASON_POLICY, "not accepting connections"},
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
    {BOUNCE_REASON_TEMPORARY, "connection dropped"},
    {BOUNCE_REASON_TEMPORARY, "connection reset"},
    {BOUNCE_REASON_TEMPORARY, "connection was dropped"},
    {BOUNCE_REASON_TEMPORARY, "did not accept our requests to connect"}, /* Gmail */
    {BOUNCE_REASON_TEMPORARY, "establish an smtp connection"},           /* qmail, Yahoo */
    {BOUNCE_REASON_TEMPORARY, "in the queue too long"},
    {BOUNCE_REASON_TEMPORARY, "been failing for a long time"}, /* Exim */
    {BOUNCE_REASON_TEMPORARY, "not responding"},
    {BOUNCE_REASON_TEMPORARY, "not reachable"},
    {BOUNCE_REASON_TEMPORARY, "unreachable"},
    {BOUNCE_REASON_TEMPORARY, "too many hops"},
    {BOUNCE_REASON_TEMPORARY, "hop count"},
    {BOUNCE_REASON_TEMPORARY, "loop"},
    {BOUNCE_REASON_TEMPORARY, "temporar"},
    {BOUNCE_REASON_TEMPORARY, "try again"},
    {BOUNCE_REASON_TEMPORARY, "try later"},
    {BOUNCE_REASON_TEMPORARY, "deferred"},
    {BOUNCE_REASON_TEMPORARY, "rate limit"},
    {BOUNCE_REASON_TEMPORARY, "too many"},
    {BOUNCE_REASON_TEMPORARY, "system error"},
    {BOUNCE_REASON_TEMPORARY, "unable to connect"},
    {BOUNCE_REASON_TEMPORARY, "could not connect"},
    {BOUNCE_REASON_TEMPORARY, "cannot connect"},
    {BOUNCE_REASON_TEMPORARY, "connection failed"},
    {BOUNCE_REASON_TEMPORARY, "no route to host"},
    {BOUNCE_REASON_TEMPORARY, "network"},
    {BOUNCE_REASON_TEMPORARY, "aborted after"},
    {BOUNCE_REASON_TEMPORARY, "service unavailable"},
    {BOUNCE_REASON_TEMPORARY, "currently unavailable"},
    {BOUNCE_REASON_TEMPORARY, "internal error"},
};

/* A refusal of the recipient without a reason: what many servers say to an address that they do not have. */
static const struct phrase refused[] = {
    {BOUNCE_REASON_ADDRESS, "recipient address rejected."}, /* Postfix and its imitators */
    {BOUNCE_REASON_ADDRESS, "recipient address rejected (in reply"},
    {BOUNCE_REASON_ADDRESS, "recipient rejected"},
    {BOUNCE_REASON_ADDRESS, "rejected recipient"},
};

static const struct {
    const struct phrase *phrases;
    size_t count;
} groups[] = {
    {full, COUNT_OF(full)},     {sender, COUNT_OF(sender)},       {address, COUNT_OF(address)}, {host, COUNT_OF(host)},
    {policy, COUNT_OF(policy)}, {temporary, COUNT_OF(temporary)}, {refused, COUNT_OF(refused)},
};

enum bounce_reason bounce_phrases_reason(const char *normalised) {
    for (size_t i = 0; i < COUNT_OF(groups); i++)
        for (size_t j = 0; j < groups[i].count; j++)
            if (strstr(normalised, groups[i].phrases[j].words))
                return groups[i].phrases[j].reason;
    return BOUNCE_REASON_UNKNOWN;
}
