#include "mail/automatic/bounce_status.h"

#include <ctype.h>
#include <string.h>
#include <unicode/uchar.h>

#include "base/text.h"
#include "mail/terms.h"

/* The length of a reply code at P with what goes with it ("550-5.1.1 ", "550 "), 0 where there is none. */
static size_t reply_prefix(const char *p) {
    if ((*p != '4' && *p != '5') || !isdigit((unsigned char)p[1]) || !isdigit((unsigned char)p[2]) ||
        (p[3] != '-' && p[3] != ' '))
        return 0;
    size_t length = 4, digits = strspn(p + 4, "0123456789.");
    if (digits >= 5 && p[4] == *p && p[5] == '.' && (p[4 + digits] == ' ' || !p[4 + digits]))
        length += digits;
    return length;
}

char *bounce_status_normalise(const char *words, struct arena *arena) {
    auto_text out = TEXT_EMPTY;
    bool replied = false, start = true;
    size_t whole = strnlen(words, BOUNCE_STATUS_WORDS_MAX + 4),
           length = utf8_cut(words, whole, BOUNCE_STATUS_WORDS_MAX);
    for (size_t i = 0; i < length;) {
        if (strchr(" \t\r\n\f\v", words[i])) {
            start = true;
            i++;
            continue;
        }
        size_t prefix = start ? reply_prefix(words + i) : 0;
        if (prefix && replied && i + prefix <= length) {
            i += prefix;
            continue;
        }
        replied = replied || prefix;
        if (start && out.length)
            text_append_char(&out, ' ');
        start = false;
        uint32_t c = utf8_next(words, length, &i);
        text_append_codepoint(&out, c == 0x2019 ? '\'' : (uint32_t)u_tolower((UChar32)c));
    }
    return arena_copy_string(arena, text_string(&out));
}

enum bounce_reason bounce_status_code(const char *status) {
    static const struct {
        enum bounce_reason reason;
        const char *codes; /* subject and detail; the class says how lasting it is */
    } codes[] = {
        {BOUNCE_REASON_ADDRESS, "1.1|1.3|1.4|1.6|2.1"},
        {BOUNCE_REASON_HOST, "1.2|1.10|4.4"}, /* 1.10: RFC 7505 */
        {BOUNCE_REASON_POLICY, "1.7|1.8|2.3|3.3|3.4"},
        {BOUNCE_REASON_FULL, "2.2|3.1"},
        {BOUNCE_REASON_TEMPORARY, "2.4"},
    };
    if (strlen(status) < 5)
        return BOUNCE_REASON_UNKNOWN;
    for (size_t i = 0; i < COUNT_OF(codes); i++)
        if (terms_are(status + 2, codes[i].codes))
            return codes[i].reason;
    return terms_begin(status + 2, "3|4")   ? BOUNCE_REASON_TEMPORARY
           : terms_begin(status + 2, "6|7") ? BOUNCE_REASON_POLICY
                                            : BOUNCE_REASON_UNKNOWN;
}

/* The length of an enhanced status code at P, 0 where none stands there. */
static size_t status_length(const char *p) {
    if (*p != '2' && *p != '4' && *p != '5')
        return 0;
    size_t length = 1;
    for (int i = 0; i < 2; i++) {
        if (p[length] != '.')
            return 0;
        size_t digits = strspn(p + length + 1, "0123456789");
        if (digits < 1 || digits > 3)
            return 0;
        length += 1 + digits;
    }
    return p[length] == '.' && isdigit((unsigned char)p[length + 1]) ? 0 : length;
}

static bool joins(char character) {
    return isalnum((unsigned char)character) || character == '.' || character == '_' || (character & 0x80);
}

bool bounce_status_find(const char *normalised, char ret[BOUNCE_STATUS_SIZE]) {
    const char *best = NULL;
    for (const char *p = normalised; *p; p++) {
        if ((p > normalised && joins(p[-1])) || !status_length(p) || *p == '2')
            continue;
        bool after_reply = p >= normalised + 4 && isdigit((unsigned char)p[-2]) && isdigit((unsigned char)p[-3]) &&
                           (p[-4] == '4' || p[-4] == '5');
        bool after_hash = p > normalised && p[-1] == '#';
        if (!best || after_reply || after_hash)
            best = p;
        if (after_reply || after_hash)
            break;
    }
    if (!best)
        return false;
    size_t length = status_length(best);
    memcpy(ret, best, length);
    ret[length] = '\0';
    return true;
}

int bounce_status_reply(const char *normalised) {
    for (const char *p = normalised; *p; p++) {
        if ((*p != '4' && *p != '5') || (p > normalised && (joins(p[-1]) || p[-1] == '-')))
            continue;
        if (p[1] < '0' || p[1] > '7' || !isdigit((unsigned char)p[2]) || joins(p[3]) || p[3] == '/')
            continue;
        return (*p - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
    }
    return 0;
}

bool bounce_status_refused_sender(const char *normalised) {
    return terms_contain(normalised, "in reply to mail from|in reply to ehlo|in reply to helo|" /* Postfix */
                                     "in response to mail from|in response to ehlo|in response to helo|"
                                     "after mail from|after ehlo|after helo"); /* Exim */
}

bool bounce_status_gave_up(const char *normalised) {
    /* Exim's router and retry messages, also behind GMX and Mail.ru */
    return terms_contain(normalised, "retry time|hosts*failing");
}

/* ---- What words say ---- */

struct phrases {
    enum bounce_reason reason;
    const char *words;
};

/* In order of weight: the first row that matches decides. */
static const struct phrases strong[] = {
    /* A full mailbox is often reported under a code or a heading that speaks of the user, so these come first: RFC 3463
     * X.2.2, RFC 5321's 452 and 552, and what transfer agents and providers write for them. */
    {BOUNCE_REASON_FULL,
     "quota|mailbox full|full mailbox|mailbox exceed|mailbox has exceeded|mailbox over|mailbox limit| is full|"
     "mail box full|user full|is over |storage|disk space|not enough space|no space left|no room in|"
     "over the maximum allowed|exceeded his|exceeded their|too many messages in"},
    /* The same in German, French, Spanish, Portuguese, Italian, Dutch, Swedish, Danish, Norwegian, Polish, Czech,
     * Hungarian, Russian, Ukrainian, Turkish, Japanese, Chinese and Korean */
    {BOUNCE_REASON_FULL,
     "postfach*voll|speicherplatz|boîte*pleine|boite*pleine|espace*insuffisant|buzón*lleno|buzon*lleno|casilla*llena|"
     "bandeja*llena|caixa*cheia|casella*piena|postvak*vol|brevlåda*full|postlåda*full|postkasse*fuld|postkasse*full|"
     "skrzynka*pełn|skrzynka*przepełnion|schránka*pln|postaláda*tele|ящик*переполнен|ящик*заполнен|скринька*переповнен|"
     "kutusu*dolu|メールボックス*いっぱい|メールボックス*満杯|メールボックス*超|容量|邮箱*满|郵箱*滿|信箱*滿|"
     "메일함*초과|편지함*초과|용량"},
    /* RFC 3463's own words for its codes, which many systems print; the others the grammar reads. */
    {BOUNCE_REASON_ADDRESS, "destination mailbox address ambiguous|mailbox disabled, not accepting messages"},
    {BOUNCE_REASON_POLICY,
     "bad sender's mailbox address|bad sender's system address|message length exceeds administrative limit|"
     "system not capable of selected features|message too big for system|media not supported|conversion required|"
     "conversion failed|mailing list expansion prohibited|security features not supported|cryptographic failure|"
     "message integrity failure"},
    {BOUNCE_REASON_TEMPORARY,
     "mailing list expansion problem|system not accepting network messages|no answer from host|bad connection|"
     "directory server failure|mail system congestion|routing loop detected|delivery time expired"},
    {BOUNCE_REASON_FULL, "mail system full"},
    {BOUNCE_REASON_HOST, "unable to route"},
    /* Who we are or what we sent was refused; a recipient in the same words is beside the point. */
    {BOUNCE_REASON_POLICY,
     "sender address|sender rejected|sender was rejected|sender denied|sender verify failed|sender verification|"
     "sender domain|domain of sender|invalid sender|from: header|resent-from|unauthenticated|authentication|dmarc| spf|"
     "dkim|reverse dns| ptr|client host|outgoing |banned|message content rejected|relaying denied|unable to relay|"
     "relay access denied|relay not permitted|relaying not|virus|spam message|classified as spam|considered spam|"
     "looks like spam|identified as spam|greylist|temporarily|rcpthosts|helo|ehlo|exceeded the max"},
    /* What the grammar cannot tell from how the words stand: qmail, Exchange, cPanel, Google, Yahoo, X.400 ... */
    {BOUNCE_REASON_ADDRESS,
     "by that name|recip*notfound|may not exist|tried to reach|user doesn't have a|not have an account|validrcptto|"
     "no longer on server|no longer valid|no longer works|no longer available|no longer exist|no longer active|"
     "no longer accept|inactivity|has left the|invalid local part|unrouteable|not known here|not on file|"
     "not have a final email delivery point|not been collected|did not*match an|not*directory|"
     "recipient address rejected: undeliverable|no one at this address|doesn't handle mail for|"
     "does not handle mail for|unrecognised o/r name|unrecognised-orname|mapiexceptionmailboxdisabled"},
};

/* The same in other languages, plain words and not any system's sentences: German, French, Spanish, Portuguese,
 * Romanian, Italian, Dutch, Swedish, Danish, Norwegian, Finnish, Polish, Czech, Hungarian, Turkish, Greek, Russian,
 * Ukrainian, Japanese, Chinese, Korean. */
static const char gone[] =
    "unbekannt|existiert nicht|nicht vorhanden|nicht gefunden|nicht im*gefunden|gekündigt|inconnu|n'existe p|"
    "introuvable|adresse*invalide|destinataire*invalide|desconocid|no existe|no encontrad|no se encontró|"
    "no se ha encontrado|no es válid|desconhecid|não existe|nao existe|não encontrad|inexistent|sconosciut|non esiste|"
    "inesistent|non*trovat|onbekend|bestaat niet|niet gevonden|okänd|finns inte|ukendt|findes ikke|ikke fundet|ukjent|"
    "finnes ikke|tuntematon|ei ole olemassa|nieznan|nie istnieje|nie znaleziono|neznám|neexistuje|ismeretlen|"
    "nem létezik|necunoscut|nu există|bilinmeyen|bulunamad|άγνωστ|δεν υπάρχει|не существует|не найден|неизвестн|"
    "нет такого|не існує|не знайдено|存在しません|見つかりません|不存在|존재하지|찾을 수 없|없는 사용자";

static const struct phrases place[] = {
    /* that name clients: their hosts exist */
    {BOUNCE_REASON_POLICY, "blacklist|black list|blocklist|block list|dnsbl"},
    {BOUNCE_REASON_HOST,
     "no such|not exist|nxdomain|couldn't find|domain is not reachable|no route to domain|no route found|"
     "find a route to|not route|unable to resolve|name or service not known|no mx|no smtp service|no mail exchanger|"
     "null mx|nullmx|doesn't receive email|no mail hosts for domain|unable to find a mail server"},
};

static const struct phrases weak[] = {
    {BOUNCE_REASON_POLICY,
     "policy|spam|blocked|reputation|unsolicited|too large|too big| limit|exceeds size|message size|maximum size|"
     "on hold|not authorized|not allowed|permission|content rejected|content filter|message rejected|mail rejected|"
     "not a member|tls|rejected due to|rejected because|refused by|not accepting|too many connections|encryption"},
    {BOUNCE_REASON_TEMPORARY,
     "timed out|time out|timeout|expired|giving up|connection refused|connection reset|dropped|"
     "did not accept our requests to connect|establish an smtp connection|in the queue too long|hosts*failing|"
     "not responding|not reachable|unreachable|too many hops|loop|temporar|try again|try later|deferred|too many|"
     "system error|unable to connect|could not connect|cannot connect|connection failed|no route to host|network|"
     " rate |aborted after|service unavailable|internal error|child process|command died|local configuration error"},
    /* of the recipient for no reason of the above: what many servers say to an address that they do not have */
    {BOUNCE_REASON_ADDRESS, "recipient rejected|address rejected"},
    {BOUNCE_REASON_POLICY, "access denied"},
};

static enum bounce_reason find(const char *words, const struct phrases *phrases, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (terms_contain(words, phrases[i].words))
            return phrases[i].reason;
    return BOUNCE_REASON_UNKNOWN;
}

/* Name servers that did not answer properly: what they would have said is unknown. */
static bool is_resolver_trouble(const char *words) {
    return terms_contain(words, "name serv|nameserv|dns |host not found") &&
           terms_contain(words, "try again|timeout|timed out|temporar|malformed|unexpected|servfail|refused");
}

enum bounce_reason bounce_status_reason(const char *normalised) {
    enum bounce_reason said = find(normalised, strong, COUNT_OF(strong));
    if (said)
        return said;
    enum bounce_reason told = bounce_grammar_reason(normalised);
    if (told == BOUNCE_REASON_ADDRESS || terms_contain(normalised, gone))
        return BOUNCE_REASON_ADDRESS;
    if (is_resolver_trouble(normalised)) /* outweighs "host not found" */
        return BOUNCE_REASON_TEMPORARY;
    said = find(normalised, place, COUNT_OF(place));
    return said ? said : told ? told : find(normalised, weak, COUNT_OF(weak));
}
