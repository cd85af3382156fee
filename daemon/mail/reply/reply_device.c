#include "mail/reply/reply_line.h"

#include <string.h>

#include "base/text.h"
#include "mail/terms.h"

enum {
    SHORTEST = 6,
    DEVICE_LINE_MAX = 140,
    DEVICE_WORDS_MAX = 12,
    DEVICE_TOO_WORDS_MAX = 5,
    SHORT_NAME = 4,
    NAME_SIZE = 8
};

/* Devices and mail programs as they name themselves in the lines they add. Of four letters and more, a language's
 * endings may follow. */
static const char products[] =
    "iphon|ipad|ipod|ios|mac|macbook|androi|galaxy|samsung|blackberry|windows|outlook|huawei|honor|xiaomi|redmi|poco|"
    "mi|oppo|vivo|realme|oneplus|pixel|nexus|nokia|lumia|lg|htc|sony|xperia|motorola|moto|zte|alcatel|tecno|infinix|"
    "itel|asus|lenovo|kindle|surface|palm|treo|symbian|gmail|yahoo|airmail|mailbox|proton|thunderbird|k-9|fairemail|"
    "bluemail|spark|aol|tutanota|tuta|superhuman|newton|zoho|mailbird|edison|hotmail|fastmail|mail.ru|mymail|gmx|"
    "web.de|yandex|libero|laposte|t-online|freenet|naver|qq邮箱|qq mail|网易|foxmail|nine|mailspring|boxer|verizon|"
    "t-mobile|at&t|vodafone|telstra|айфон|андроид|android|roundcube|squirrelmail|horde|zimbra|evolution|kmail|mutt|"
    "em client|hey|typeapp|xfinity|canary mail|polymail|aquamail|aqua mail|cloudmagic|acompli|mimestream|telekom|"
    "orange|o2|sfr|optus|comcast|juno|seznam|imp|minmail|missive|shortwave";

/* The same as common nouns. */
static const char nouns[] =
    "mail|e-mail|email|phone|smartphone|cell|cellphone|mobile|tablet|pda|handheld|handy|mobilgerät|mobiltelefon|"
    "telefon|móvil|movil|celular|teléfono|telefone|telemóvel|cellulare|dispositivo|mobiel|telefoon|toestel|mobil|"
    "puhelime|komórk|κινητό|мобильн|телефон|мобільн|手机|手機|携帯|スマ|휴대폰|스마트폰|هاتفي|جوالي|جهازي|נייד|گوشی|"
    "موبایل|điện thoại|โทรศัพท์|ponsel|portable|téléphone|courrier|posta|correo|compu|laptop|appareil";

/* "Sent from" at the line's beginning. In the order English, German, French, Spanish, Catalan, Portuguese, Italian,
 * Dutch, Swedish, Danish, Norwegian, Finnish, Estonian, Polish, Czech, Slovak, Hungarian, Romanian, Croatian,
 * Slovenian, Lithuanian, Latvian, Greek, Turkish, Russian, Ukrainian, Bulgarian, Serbian, Chinese, Japanese, Korean,
 * Arabic, Hebrew, Persian, Vietnamese, Thai, Indonesian, Filipino, Swahili. */
static const char sent_before[] =
    "sent from|sent via|sent with|sent using|send from|sent wirelessly|download outlook|from my|posted from|"
    "gesendet von|gesendet mit|gesendet über|von meinem|verschickt mit|versendet mit|verschickt von|"
    "holen sie sich outlook|outlook für|envoyé de|envoyé d'|envoyé depuis|envoyé à partir|envoyé avec|envoyé via|"
    "envoyé par|envoye de|télécharger outlook|obtenez outlook|obtenir outlook|provenance : courrier|provenance :|"
    "enviado desde|enviado con|enviado por|enviado a través|obtener outlook|enviat des|enviado de|enviado do|"
    "enviado a partir|enviado pelo|enviado com|enviado via|enviado através|enviada do|obter o outlook|baixar o outlook|"
    "inviato da|inviato dal|inviato con|inviato tramite|ottieni outlook|scarica outlook|verzonden vanaf|verzonden met|"
    "verzonden via|verzonden vanuit|verstuurd vanaf|verstuurd met|verstuurd via|verstuurd van|outlook voor|"
    "download outlook voor|skickat från|skickades från|skickat med|skickad från|hämta outlook|sendt fra|sendt med|"
    "sendt via|hent outlook|skaff deg outlook|få outlook|lähetetty|hanki outlook|saadetud|wysłane z|wysłano z|"
    "wysłane przy|wysłane za pomocą|pobierz outlook|pobierz program outlook|stiahnuť outlook|stáhnout outlook|"
    "odesláno z|odesláno ze|odosláno|odoslané z|odesláno pomocí|získat outlook|získať outlook|küldve|elküldve|"
    "obțineți outlook|descărcați outlook|trimis de pe|trimis din|trimis cu|expediat de|poslano s|poslano z|poslato sa|"
    "išsiųsta iš|nosūtīts no|εστάλη από|στάλθηκε από|απεστάλη από|λήψη του outlook|outlook edinin|android için outlook|"
    "ios için outlook|отправлено из|отправлено с|отправлено через|послано с|скачать outlook|надіслано з|надіслано із|"
    "відправлено з|изпратено от|послато са|发自|發自|来自|來自|從我的|从我的|傳自|寄自|发送自|從|获取 outlook|"
    "取得 outlook|送信元|나의|outlook for android を入手|outlook for ios を入手|ios 版の outlook|ios版のoutlook|"
    "android 版の outlook|android版のoutlook|ios용 outlook|android용 outlook|أُرسلت من|أرسلت من|أرسل من|مرسل من|"
    "تم الإرسال من|نُسل من|נשלח מ|נשלח מה|ارسال شده از|فرستاده شده از|ارسال از|được gửi từ|gửi từ|đã gửi từ|ส่งจาก|"
    "dikirim dari|dihantar dari|terkirim dari|ipinadala mula|imetumwa kutoka";

/* The same at its end. */
static const char sent_after[] =
    "から送信|より送信|で送信|から送信しました|から送信されました|傳送|发送|發送|에서 보냄|에서 보냈습니다|에서 전송함|"
    "에서 전송됨|gönderildi|gönderilmiştir|küldve|से भेजा गया|से भेजा|থেকে পাঠানো|ارسال شد";

/* One word before the device, one behind: "Von Samsung Galaxy-Smartphone gesendet". */
static const char around_before[] = "von|vom|mit|per|über", around_after[] = "gesendet|verschickt|versendet";

/* What is said besides the device, and nothing else. */
static const char excuses[] =
    "excuse|sorry|typo|brevity|brief|forgive|pardon|apolog|autocorrect|entschuldig|verzeih|kürze|tippfehler|désol|"
    "brièveté|fautes|disculp|perdon|errores|desculp|erros|scus|errori|excuseer|ursäkt|beklager|przepraszam|извин|прост";

/* The same, but so common in prose that a product must be named. */
static const char sent_perhaps[] = "sent by|sent on|sent through|written on|typed on";

static const char brevity[] =
    "please excuse my brevity|please excuse the brevity|please excuse any typos|please excuse typos|excuse my brevity|"
    "sorry for typos|bitte entschuldigen sie die kürze|bitte verzeihen sie die kürze|veuillez excuser ma brièveté|"
    "veuillez excuser la brièveté|disculpe mi brevedad|disculpa mi brevedad|простите за краткость|"
    "извините за краткость|excusez ma brièveté|scusa la brevità";

/* One of TABLE's names stands in WORDS: at a word's beginning, and at its end too where it is short. */
static bool names_any(const char *words, const char *table) {
    size_t total = strlen(words);
    for (struct term name = {.rest = table}; terms_next(&name);) {
        char exact[NAME_SIZE] = "";
        if (name.length < SHORT_NAME) {
            memcpy(exact, name.word, name.length);
            if (terms_stand_in(words, exact))
                return true;
            continue;
        }
        const char *found = memmem(words, total, name.word, name.length);
        for (; found; found = memmem(found + 1, total - (size_t)(found + 1 - words), name.word, name.length))
            if (found == words || (unsigned char)*name.word >= 0xD0 || !(found[-1] >= 'a' && found[-1] <= 'z'))
                return true;
    }
    return false;
}

/* What no table knows is taken for a device's name where it has a number or a capital: "my TI-85", "my Flash". */
static bool is_odd_name(const struct reply_line *line) {
    static const char *const my[] = {" my ", " My "};
    for (size_t i = 0; i < COUNT_OF(my); i++) {
        const char *found = memmem(line->bytes, line->length, my[i], 4);
        if (found && found + 4 < line->bytes + line->length &&
            ((found[4] >= 'A' && found[4] <= 'Z') || (found[4] >= '0' && found[4] <= '9')))
            return true;
    }
    return false;
}

/* As terms_begin, but what follows is another word. */
static bool begins_with(const char *words, const char *table) {
    for (struct term term = {.rest = table}; terms_next(&term);)
        if (strncmp(words, term.word, term.length) == 0 && ((unsigned char)words[term.length - 1] >= 0x80 ||
                                                            !(words[term.length] >= 'a' && words[term.length] <= 'z')))
            return true;
    return false;
}

static bool says_sent(const char *words) {
    return begins_with(words, sent_before) || terms_end(words, strlen(words), sent_after);
}

static bool names_device(const char *words) {
    return names_any(words, products) || names_any(words, nouns);
}

/* "Sent from my phone, excuse the typos", but not "Sent from my desk, is easier than my phone": the device stands in
 * the line's first part, and the next one says nothing of its own. */
static bool is_all_about_device(const char *words) {
    size_t end = 0;
    while (words[end] && !(strchr(",;.", words[end]) && words[end + 1] == ' '))
        end++;
    char first[DEVICE_LINE_MAX + 1];
    memcpy(first, words, end);
    first[end] = '\0';
    const char *rest = words + end;
    return names_device(first) && (*rest == '\0' || names_any(rest, excuses) || names_device(rest));
}

/* "Get BlueMail for Android", "Obtenir Outlook pour iOS", "Android용 Outlook 다운로드" */
static bool is_advertisement(const char *words) {
    static const char get[] =
        "get |holen |hol dir |laden sie |obten|obtén |consig|descarg|télécharg|ottieni |scarica|obter |baix|hämta |"
        "ladda ner |hent |skaff |få |hanki |lataa |pobierz |získ|stáhn|stiahn|letölt|obțin|descărc|λήψη |αποκτήστε |"
        "indir|edin|получ|скача|загруз|отрима|завантаж|изтегл|преузми|preuzmi |prenes|hankige |lejupiel|atsisi|取得|"
        "获取|獲取|入手|下载|下載|다운로드|받기|الحصول|تنزيل|احصل|קבל|הורד|دریافت|tải |ดาวน์โหลด|รับ |dapatkan |unduh |"
        "download |muat ";
    static const char got[] =
        "herunterladen|downloaden|letöltése|edinin|indirin|を入手|を入手する|다운로드|받기|下载|下載";
    static const char systems[] = "ios|android|iphone|ipad|mobile";
    const char *product = string_starts_with(words, "get ") ? words + 4 : NULL;
    if (product && (*product == '[' || string_equal(product, "outlook") || string_starts_with(product, "outlook<")))
        return true;
    const char *system = product ? strstr(product, " for ") : NULL; /* a link may touch the system's name */
    if (system && terms_begin(system + 5, systems))
        return true;
    return !product &&
           (terms_begin(words, get) || terms_end(words, strcspn(words, "<("), got) ||
            terms_end(words, strlen(words), got)) &&
           terms_stand_in(words, "outlook") && terms_stand_in(words, systems);
}

static bool says_sent_around(const char *words, size_t length) {
    return terms_begin(words, around_before) && terms_end(words, length, around_after);
}

/* "This message was ... sent": WORDS without their first ones, or NULL. */
static const char *after_subject(const char *words) {
    static const char subjects[] =
        "diese nachricht wurde |diese e-mail wurde |diese mail wurde |this message was |this email was |"
        "this e-mail was |ce message a été |este mensaje fue |este mensaje ha sido |esta mensagem foi |dit bericht is |"
        "questo messaggio è stato |mail |message |это сообщение |bu ileti ";
    size_t length = terms_begin(words, subjects);
    return length ? words + length : NULL;
}

static enum reply_device find(const struct reply_line *line) {
    size_t length = 0;
    const char *start = reply_line_undecorated(line->folded, &length);
    if (length < SHORTEST || length > DEVICE_LINE_MAX || line->cut)
        return REPLY_DEVICE_NONE;
    char words[DEVICE_LINE_MAX + 1];
    length = bytes_trim(start, length, ".! ");
    memcpy(words, start, length);
    words[length] = '\0';
    size_t word_count = terms_count(words);
    const char *rest = after_subject(words);
    if (word_count <= DEVICE_WORDS_MAX && rest && names_device(rest) &&
        (says_sent(rest) || string_ends_with(rest, "gesendet") || string_ends_with(rest, "verschickt")))
        return REPLY_DEVICE_LINE;
    /* "From my phone I can't see it" is somebody's sentence */
    if (word_count > (string_starts_with(words, "from my") ? DEVICE_TOO_WORDS_MAX : DEVICE_WORDS_MAX))
        return REPLY_DEVICE_NONE;
    if (is_advertisement(words) ||
        ((says_sent(words) || says_sent_around(words, length)) && is_all_about_device(words)))
        return REPLY_DEVICE_LINE;
    if (string_starts_with(words, "sent from ") && is_odd_name(line))
        return REPLY_DEVICE_LINE;
    if (begins_with(words, sent_perhaps) && names_any(words, products))
        return REPLY_DEVICE_LINE;
    if (terms_begin(words, brevity))
        return REPLY_DEVICE_TOO;
    return word_count <= DEVICE_TOO_WORDS_MAX && terms_stand_in(words, "from|via") && names_device(words)
               ? REPLY_DEVICE_TOO
               : REPLY_DEVICE_NONE;
}

enum reply_device reply_device_find(struct reply_line *line) {
    if (line->kind != REPLY_TEXT)
        return REPLY_DEVICE_NONE;
    if (!line->device_known)
        line->device = (int)find(line);
    line->device_known = true;
    return (enum reply_device)line->device;
}
