#include "mail/reply/reply_line.h"

#include <string.h>

#include "base/text.h"
#include "mail/terms.h"

enum {
    LINES_READ = 4,    /* of a paragraph: a disclaimer says by then what it is */
    BYTES_READ = 600,  /* the same */
    NOUN_WITHIN = 120, /* bytes in which it names the mail it speaks of */
    MATTERS_LEAST = 2, /* of those below; one alone is what people write to each other */
    MATTERS_AFTER_ARTICLE = 3,
};

/* A disclaimer points at the mail it stands in, or begins with an article or a heading and does it then. In the
 * order English, German, Romance, Dutch, Scandinavian, Finnish, Slavic, Baltic, Hungarian, Turkish, Cyrillic, Greek,
 * Chinese, Japanese, Korean, Arabic, Hebrew, Persian, Vietnamese, Thai, Indonesian. */
static const char pointing[] =
    "this |these |diese |dieses |dieser |beigefügt|ce |cet |cette |este |esta |estos |questo |questa |queste |quest'|"
    "aquest |aquesta |acest |această |prezent|dit |deze |detta |denna |denne |dette |tämä |tähän |ta |ten |tej |"
    "niniejsz|tato |tento |toto |táto |ova |ovo |to sporočilo|šis |ši |see |ez a|az üzenet|bu |данн|настоящ|это |этот |"
    "эта |цей |це |ця |това |тази |ова |το παρόν|αυτό |本|此|该|該|这|這|この|当|본 |이 |هذه|هذا|تحتوي هذ|הודעה זו|"
    "מסר זה|این |email này|thư này|tin nhắn này|นี้|pesan ini|surel ini|email ini";

static const char articles[] =
    "the |any |all |der |die |das |le |la |les |el |los |las |as |os |il |de |het |treść |az |информация|то |οι |"
    "в этом|تحتوي|المعلومات|המידע";

static const char english[] = "this |these |the |any |all ";

static const char headings[] =
    "notice|important|warning|attention|caution|note|please note|privileged|hinweis|wichtig|achtung|bitte beachten|"
    "avis|avertissement|aviso|advertencia|nota|avviso|attenzione|uwaga|vigyázat|внимание|увага|注意";

/* Whoever speaks of themselves is a person. ("I" is a small word in other languages.) */
static const char persons[] =
    "me|my|ich|mir|mich|mein|meine|je|j'ai|moi|mon|ma|yo|mis|eu|meu|minha|io|mio|mia|ik|mijn|jag|jeg|min|я|мне|мой|моё";

static const char nouns[] =
    "mail|message|transmission|communication|nachricht|courriel|courrier|mensaje|correo|comunicación|mensagem|"
    "messaggio|comunicazione|bericht|meddelande|meddelelse|melding|viesti|wiadomo|koresponden|zpráv|správ|poruk|"
    "sporočil|üzenet|levél|mesaj|ileti|e-post|сообщени|письмо|повідомлення|лист|писмо|порука|съобщение|μήνυμα|邮件|"
    "郵件|信件|电邮|メール|メッセージ|메일|메시지|رسالة|البريد|הודעה|דואר|پیام|ایمیل|thư|tin nhắn|อีเมล|ข้อความ|pesan|"
    "surel|missatge|information";

/* What disclaimers speak of: stems, one line a matter, in the same languages. The last ones are in other mail as well.
 */
enum { MATTERS_OF_LAW = 4 };
static const char *const matters[] = {
    "confiden|privileged|vertraulich|vertrouwelijk|riservat|fortrolig|konfid|luottamuksel|poufn|důvěrn|dôvern|"
    "povjerljiv|poverljiv|zaupn|bizalmas|gizli|конфиденц|конфіденц|поверител|поверљив|εμπιστευτικ|保密|机密|機密|기밀|"
    "سري|חסוי|סודי|محرمانه|bí mật|ความลับ|rahasia",
    "intended|addressee|recipient|empfänger|adressat|bestimmt für|destinat|destiné|dirigid|dirigit|geadresseerd|"
    "bestemd|mottagar|modtager|mottaker|vastaanottaj|adresat|przeznaczon|určen|adresát|primatelj|naslovnik|címzett|"
    "alıcı|адресат|предназнач|призначен|παραλήπτ|προορίζ|收件人|发送给|宛先|受信者|수취인|수신인|المرسل إليه|"
    "للمرسل إليه|נמען|گیرنده|người nhận|ผู้รับ|penerima",
    "in error|by mistake|irrtümlich|versehentlich|par erreur|por error|por engano|per errore|per vergissing|abuis|"
    "av misstag|ved en fejl|ved en feil|erehdyks|omyłk|pomyłk|omylem|tévedés|din greșeală|yanlışlık|по ошибке|"
    "помилково|по погрешка|εκ παραδρομής|误收|誤って|잘못|خطأ|בטעות|اشتباه",
    "disclos|must not|unauthori|copying|prohibit|dissemin|weitergabe|unbefugt|verboten|divulg|prohib|interdi|proibi|"
    "vietat|verspreiding|verboden|förbjud|forbudt|zabronion|zakázán|tilos|interzis|yasak|запрещ|заборон|забран|απαγορ|"
    "禁止|금지|محظور|يحظر|אסור|ممنوع",
    "delete|destroy|notify the sender|löschen|vernichten|supprim|détrui|elimin|borr|apag|cancell|verwijder|raderas|"
    "slett|poista|usun|smaž|vymaž|töröl|ștergeți|silin|удал|видал|изтри|διαγρ|删除|刪除|削除|삭제|حذف|למחוק|xóa|hapus",
    "informati|informaç|información|informacj|informac|informáci|tietoj|bilgi|информаци|інформаці|πληροφορί|信息|资料|"
    "情報|정보|معلومات|מידע|اطلاعات|thông tin|ข้อมูล|informasi",
    "attachment|anhänge|anlagen|pièces jointes|adjunt|anexos|allegat|bijlage|bilag|bifogad|vedlegg|liitte|załącznik|"
    "příloh|príloh|melléklet|atașament|ekleri|вложени|додатк|приложени|συνημμέν|附件|添付|첨부|مرفقات|צרופות",
};

/* Beginnings that need no more. */
static const char fixed[] =
    "confidentiality notice|confidentiality:|notice of confidentiality|disclaimer:|email disclaimer|e-mail disclaimer|"
    "legal disclaimer|avis de confidentialité|aviso de confidencialidad|aviso de privacidad|aviso legal|"
    "vertraulichkeitshinweis|klauzula poufności|think before you print|bitte denken sie an die umwelt|"
    "pensez à l'environnement|denk aan het milieu|tänk på miljön|virus-free.|virenfrei.|garanti sans virus|"
    "libre de virus.|livre de vírus.|privo di virus.|virusvrij.|без вирусов.|this email has been checked for viruses|"
    "this e-mail has been checked for viruses|this email has been scanned|this message has been scanned|"
    "diese e-mail wurde von avast|l'absence de virus dans ce courrier|este correo electrónico ha sido comprobado|"
    "este email foi escaneado|questa e-mail è stata controllata|you received this message because you are subscribed|"
    "you received this because you|to unsubscribe from this group|to unsubscribe from this list|to unsubscribe send|"
    "sie erhalten diese nachricht, weil sie|vous recevez ce message, car vous|has recibido este mensaje porque|"
    "você recebeu esta mensagem porque|hai ricevuto questo messaggio perché|do you yahoo!?|yahoo! groups links";

/* Beginnings that need one word besides. */
static const struct {
    const char *beginnings, *besides;
} half_fixed[] = {
    {"if you are not", "intended"},
    {"if you have received this", "in error"},
    {"confidential:", "recipient"},
    {"ai sensi del", "privacy"},
    {"please consider|please think", "environment before print"},
    {"save paper", "print"},
    {"before printing", "environment"},
    {"bitte prüfen sie", "ausgedruckt"},
    {"avant d'imprimer", "environnement"},
    {"antes de imprimir|prima di stampare", "ambiente"},
    {"you are receiving this", "because"},
    {"reply to this email directly", "view"},
    {"reply to this mail|unsubscribe: ", "http"},
    {"to unsubscribe", "mail"},
};

/* FOLDED without what decorates its beginning: rules, links that carry an image, the "P" that a symbol font shows as a
 * tree. */
static const char *undecorated(const char *folded) {
    folded += strspn(folded, "-*_#|[( ");
    while (string_starts_with(folded, "<http") && strchr(folded, '>')) {
        folded = strchr(folded, '>') + 1;
        folded += strspn(folded, "-*_#|[( ");
    }
    return folded + (string_starts_with(folded, "p please") ? 2 : 0);
}

static size_t count_matters(const char *text, size_t *ret_of_law) {
    size_t found = 0;
    for (size_t i = 0; i < COUNT_OF(matters); i++)
        if (terms_contain(text, matters[i])) {
            found++;
            *ret_of_law += i < MATTERS_OF_LAW;
        }
    return found;
}

static bool speaks_of_persons(const char *text) {
    return terms_stand_in(text, persons) || (terms_begin(text, english) && terms_stand_in(text, "i"));
}

/* TEXT points at its mail and speaks of what disclaimers speak of. */
static bool is_disclaimer(const char *text) {
    char beginning[NOUN_WITHIN + 1] = "";
    memcpy(beginning, text, strnlen(text, NOUN_WITHIN));
    size_t least = terms_begin(text, pointing) ? MATTERS_LEAST : 0, of_law = 0;
    if (!least && terms_contain(beginning, pointing))
        least = terms_begin(text, headings) ? MATTERS_LEAST : terms_begin(text, articles) ? MATTERS_AFTER_ARTICLE : 0;
    return least && count_matters(text, &of_law) >= least && of_law > 0 && terms_contain(beginning, nouns) &&
           !speaks_of_persons(text);
}

/* The paragraph's first lines as one, into TEXT; without what decorates its beginning. */
static void read_paragraph(const struct reply_line *lines, size_t count, char text[BYTES_READ + 1]) {
    size_t length = 0;
    for (size_t i = 0; i < count && i < LINES_READ && lines[i].kind == REPLY_TEXT; i++) {
        const char *more = i ? lines[i].folded : undecorated(lines[i].folded);
        size_t room = BYTES_READ - length, wanted = strlen(more);
        if (i > 0 && room > 0)
            text[length++] = ' ', room--;
        if (wanted > room)
            wanted = room;
        memcpy(text + length, more, wanted);
        length += wanted;
    }
    text[length] = '\0';
}

bool reply_footer_begins(const struct reply_line *lines, size_t count) {
    if (count == 0 || lines[0].kind != REPLY_TEXT)
        return false;
    char text[BYTES_READ + 1];
    const char *first = undecorated(lines[0].folded);
    if (terms_begin(first, fixed))
        return true;
    for (size_t i = 0; i < COUNT_OF(half_fixed); i++)
        if (terms_begin(first, half_fixed[i].beginnings) && strstr(first, half_fixed[i].besides) &&
            !speaks_of_persons(first))
            return true;
    read_paragraph(lines, count, text);
    return is_disclaimer(text);
}

bool reply_footer_continues(const struct reply_line *lines, size_t count) {
    char text[BYTES_READ + 1];
    size_t of_law = 0;
    read_paragraph(lines, count, text);
    return count_matters(text, &of_law) >= MATTERS_LEAST && of_law > 0 && !speaks_of_persons(text);
}
