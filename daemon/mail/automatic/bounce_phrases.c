#include "mail/automatic/bounce_phrases.h"

#include <string.h>

#include "base/memory.h"
#include "mail/automatic/bounce_grammar.h"
#include "mail/automatic/bounce_languages.h"

struct phrase {
    enum bounce_reason reason;
    const char *words;
};

/* In order of weight: the first group that matches decides. All in lower case. */

/* A full mailbox is often reported under a code or a heading that speaks of the user, so these come first. */
static const struct phrase full[] = {
    /* RFC 3463 X.2.2, and what mail transfer agents and providers write for it */
    {BOUNCE_REASON_FULL, "quota"}, /* in all languages */
    {BOUNCE_REASON_FULL, "mailbox full"},
    {BOUNCE_REASON_FULL, "full mailbox"},
    {BOUNCE_REASON_FULL, "mailbox exceed"},
    {BOUNCE_REASON_FULL, "mailbox has exceeded"},
    {BOUNCE_REASON_FULL, "mailbox over"},
    {BOUNCE_REASON_FULL, "mailbox limit"},
    {BOUNCE_REASON_FULL, " is full"},
    {BOUNCE_REASON_FULL, "mail box full"},
    {BOUNCE_REASON_FULL, "user full"},
    {BOUNCE_REASON_FULL, "is over "},
    {BOUNCE_REASON_FULL, "storage"}, /* RFC 5321's 452 and 552, Google, Exchange */
    {BOUNCE_REASON_FULL, "disk space"},
    {BOUNCE_REASON_FULL, "not enough space"},
    {BOUNCE_REASON_FULL, "no space left"},
    {BOUNCE_REASON_FULL, "no room in"},
    {BOUNCE_REASON_FULL, "over the maximum allowed"},
    {BOUNCE_REASON_FULL, "exceeded his"},
    {BOUNCE_REASON_FULL, "exceeded their"},
    {BOUNCE_REASON_FULL, "too many messages in"},
};

/* RFC 3463's own words for its codes, which many systems print; the others the grammar reads. */
static const struct phrase standard[] = {
    {BOUNCE_REASON_ADDRESS, "destination mailbox address ambiguous"}, /* X.1.4 */
    {BOUNCE_REASON_POLICY, "bad sender's mailbox address"},
    {BOUNCE_REASON_POLICY, "bad sender's system address"},
    {BOUNCE_REASON_ADDRESS, "mailbox disabled, not accepting messages"}, /* X.2.1 */
    {BOUNCE_REASON_POLICY, "message length exceeds administrative limit"},
    {BOUNCE_REASON_TEMPORARY, "mailing list expansion problem"},
    {BOUNCE_REASON_FULL, "mail system full"},
    {BOUNCE_REASON_TEMPORARY, "system not accepting network messages"},
    {BOUNCE_REASON_POLICY, "system not capable of selected features"},
    {BOUNCE_REASON_POLICY, "message too big for system"},
    {BOUNCE_REASON_TEMPORARY, "no answer from host"}, /* X.4.1 */
    {BOUNCE_REASON_TEMPORARY, "bad connection"},
    {BOUNCE_REASON_TEMPORARY, "directory server failure"},
    {BOUNCE_REASON_HOST, "unable to route"},
    {BOUNCE_REASON_TEMPORARY, "mail system congestion"},
    {BOUNCE_REASON_TEMPORARY, "routing loop detected"},
    {BOUNCE_REASON_TEMPORARY, "delivery time expired"},
    {BOUNCE_REASON_POLICY, "media not supported"}, /* X.6.1 */
    {BOUNCE_REASON_POLICY, "conversion required"},
    {BOUNCE_REASON_POLICY, "conversion failed"},
    {BOUNCE_REASON_POLICY, "mailing list expansion prohibited"}, /* X.7.2 */
    {BOUNCE_REASON_POLICY, "security features not supported"},
    {BOUNCE_REASON_POLICY, "cryptographic failure"},
    {BOUNCE_REASON_POLICY, "message integrity failure"},
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
    {BOUNCE_REASON_POLICY, "client host"},
    {BOUNCE_REASON_POLICY, "outgoing "}, /* what one's own server holds back */
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
    {BOUNCE_REASON_POLICY, "helo"}, /* of the host that delivers */
    {BOUNCE_REASON_POLICY, "ehlo"},
    {BOUNCE_REASON_POLICY, "exceeded the max"}, /* cPanel's limits of a sender */
};

/* What bounce_grammar.h cannot tell from how the words stand: sendmail, Postfix, Exim, qmail, Courier, MDaemon,
 * CommuniGate, IMail, Exchange, Yahoo, Google. */
static const struct phrase address[] = {
    {BOUNCE_REASON_ADDRESS, "by that name"},        /* qmail */
    {BOUNCE_REASON_ADDRESS, "recip*notfound"},      /* Exchange: RESOLVER.ADR.RecipNotFound, ExRecipNotFound */
    {BOUNCE_REASON_ADDRESS, "may not exist"},       /* cPanel's Exim, Google Groups */
    {BOUNCE_REASON_ADDRESS, "tried to reach"},      /* Google: "... does not exist", "... is disabled" */
    {BOUNCE_REASON_ADDRESS, "user doesn't have a"}, /* Yahoo: "... account" */
    {BOUNCE_REASON_ADDRESS, "not have an account"},
    {BOUNCE_REASON_ADDRESS, "validrcptto"}, /* a list of them that qmail can be taught */
    {BOUNCE_REASON_ADDRESS, "no longer on server"},
    {BOUNCE_REASON_ADDRESS, "no longer valid"},
    {BOUNCE_REASON_ADDRESS, "no longer works"},
    {BOUNCE_REASON_ADDRESS, "no longer available"},
    {BOUNCE_REASON_ADDRESS, "no longer exist"},
    {BOUNCE_REASON_ADDRESS, "no longer active"},
    {BOUNCE_REASON_ADDRESS, "no longer accept"},
    {BOUNCE_REASON_ADDRESS, "inactivity"},
    {BOUNCE_REASON_ADDRESS, "has left the"},
    {BOUNCE_REASON_ADDRESS, "invalid local part"},
    {BOUNCE_REASON_ADDRESS, "unrouteable"}, /* Exim */
    {BOUNCE_REASON_ADDRESS, "not known here"},
    {BOUNCE_REASON_ADDRESS, "not on file"},
    {BOUNCE_REASON_ADDRESS, "not have a final email delivery point"},
    {BOUNCE_REASON_ADDRESS, "not been collected"}, /* for weeks */
    {BOUNCE_REASON_ADDRESS, "did not*match an"},
    {BOUNCE_REASON_ADDRESS, "not*directory"},
    {BOUNCE_REASON_ADDRESS, "recipient address rejected: undeliverable"}, /* Postfix address verification */
    {BOUNCE_REASON_ADDRESS, "no one at this address"},
    {BOUNCE_REASON_ADDRESS, "doesn't handle mail for"},
    {BOUNCE_REASON_ADDRESS, "does not handle mail for"},
    {BOUNCE_REASON_ADDRESS, "unrecognised o/r name"}, /* X.400 */
    {BOUNCE_REASON_ADDRESS, "unrecognised-orname"},
    {BOUNCE_REASON_ADDRESS, "mapiexceptionmailboxdisabled"}, /* Exchange */
};

static const struct phrase host[] = {
    {BOUNCE_REASON_POLICY, "blacklist"}, /* that name clients: their hosts exist */
    {BOUNCE_REASON_POLICY, "black list"},
    {BOUNCE_REASON_POLICY, "blocklist"},
    {BOUNCE_REASON_POLICY, "block list"},
    {BOUNCE_REASON_POLICY, "dnsbl"},
    {BOUNCE_REASON_HOST, "no such"},
    {BOUNCE_REASON_HOST, "not exist"},
    {BOUNCE_REASON_HOST, "nxdomain"},
    {BOUNCE_REASON_HOST, "couldn't find"},           /* qmail: "... any host named", "... a mail exchanger" */
    {BOUNCE_REASON_HOST, "domain is not reachable"}, /* Outlook.com */
    {BOUNCE_REASON_HOST, "no route to domain"},
    {BOUNCE_REASON_HOST, "no route found"}, /* Domino, James */
    {BOUNCE_REASON_HOST, "find a route to"},
    {BOUNCE_REASON_HOST, "not route"},
    {BOUNCE_REASON_HOST, "unable to resolve"}, /* DragonFly Mail Agent and others */
    {BOUNCE_REASON_HOST, "name or service not known"},
    {BOUNCE_REASON_HOST, "no mx"},           /* OpenSMTPD, Yahoo */
    {BOUNCE_REASON_HOST, "no smtp service"}, /* Exim, on RFC 7505's null MX */
    {BOUNCE_REASON_HOST, "no mail exchanger"},
    {BOUNCE_REASON_HOST, "null mx"},
    {BOUNCE_REASON_HOST, "nullmx"},
    {BOUNCE_REASON_HOST, "doesn't receive email"},
    {BOUNCE_REASON_HOST, "no mail hosts for domain"}, /* PowerMTA */
    {BOUNCE_REASON_HOST, "unable to find a mail server"},
};

static const struct phrase policy[] = {
    {BOUNCE_REASON_POLICY, "policy"},
    {BOUNCE_REASON_POLICY, "spam"},
    {BOUNCE_REASON_POLICY, "blocked"},
    {BOUNCE_REASON_POLICY, "reputation"},
    {BOUNCE_REASON_POLICY, "unsolicited"},
    {BOUNCE_REASON_POLICY, "too large"},
    {BOUNCE_REASON_POLICY, "too big"},
    {BOUNCE_REASON_POLICY, " limit"},
    {BOUNCE_REASON_POLICY, "exceeds size"},
    {BOUNCE_REASON_POLICY, "message size"},
    {BOUNCE_REASON_POLICY, "maximum size"},
    {BOUNCE_REASON_POLICY, "on hold"},
    {BOUNCE_REASON_POLICY, "not authorized"},
    {BOUNCE_REASON_POLICY, "not allowed"},
    {BOUNCE_REASON_POLICY, "permission"},
    {BOUNCE_REASON_POLICY, "content rejected"},
    {BOUNCE_REASON_POLICY, "content filter"},
    {BOUNCE_REASON_POLICY, "message rejected"},
    {BOUNCE_REASON_POLICY, "mail rejected"},
    {BOUNCE_REASON_POLICY, "not a member"},
    {BOUNCE_REASON_POLICY, "tls"},
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
    {BOUNCE_REASON_TEMPORARY, "hosts*failing"}, /* Exim */
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
    {BOUNCE_REASON_TEMPORARY, "child process"}, /* a filter or mail program of theirs that fails */
    {BOUNCE_REASON_TEMPORARY, "command died"},
    {BOUNCE_REASON_TEMPORARY, "local configuration error"},
};

/* A refusal of the recipient for no reason of the above: what many servers say to an address that they do not have. */
static const struct phrase refused[] = {
    {BOUNCE_REASON_ADDRESS, "recipient rejected"},
    {BOUNCE_REASON_ADDRESS, "address rejected"}, /* Postfix, Exchange Online ("... Access denied") */
    {BOUNCE_REASON_POLICY, "access denied"},
};

static enum bounce_reason find(const char *words, const struct phrase *phrases, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (bounce_languages_contain(words, phrases[i].words))
            return phrases[i].reason;
    return BOUNCE_REASON_UNKNOWN;
}

/* Name servers that did not answer properly: what they would have said is unknown. */
static bool is_resolver_trouble(const char *words) {
    static const char *const resolvers[] = {"name serv", "nameserv", "dns ", "host not found"};
    static const char *const troubles[] = {"try again", "timeout",    "timed out", "temporar",
                                           "malformed", "unexpected", "servfail",  "refused"};
    bool resolver = false, trouble = false;
    for (size_t i = 0; i < COUNT_OF(resolvers); i++)
        resolver = resolver || strstr(words, resolvers[i]);
    for (size_t i = 0; i < COUNT_OF(troubles); i++)
        trouble = trouble || strstr(words, troubles[i]);
    return resolver && trouble;
}

enum bounce_reason bounce_phrases_reason(const char *normalised) {
    static const struct {
        const struct phrase *phrases;
        size_t count;
    } weaker[] = {
        {policy, COUNT_OF(policy)},
        {temporary, COUNT_OF(temporary)},
        {refused, COUNT_OF(refused)},
    };
    enum bounce_reason foreign = bounce_languages_reason(normalised), said = BOUNCE_REASON_UNKNOWN;
    if (foreign == BOUNCE_REASON_FULL || find(normalised, full, COUNT_OF(full)))
        return BOUNCE_REASON_FULL;
    if ((said = find(normalised, standard, COUNT_OF(standard))) ||
        (said = find(normalised, sender, COUNT_OF(sender))) || (said = find(normalised, address, COUNT_OF(address))))
        return said;
    said = bounce_grammar_reason(normalised);
    if (said == BOUNCE_REASON_ADDRESS || foreign == BOUNCE_REASON_ADDRESS)
        return BOUNCE_REASON_ADDRESS;
    enum bounce_reason place = said;
    if (is_resolver_trouble(normalised)) /* outweighs "host not found" */
        return BOUNCE_REASON_TEMPORARY;
    if ((said = find(normalised, host, COUNT_OF(host))) || (said = place))
        return said;
    for (size_t i = 0; i < COUNT_OF(weaker) && !said; i++)
        said = find(normalised, weaker[i].phrases, weaker[i].count);
    return said;
}
