#include "mail/reply/reply_line.h"

#include <string.h>

#include "base/text.h"
#include "mail/terms.h"

enum {
    NAME_MAX_BYTES = 48,
    RULE_MAX_BYTES = 160,
    BLOCK_LINES_MAX = 40,
    CONTINUATION_MAX = 3,
    WRAPPED_MIN = 50,
    RULE_BEFORE_MIN = 2,
    DATE_NUMBERS_MIN = 4
};

enum field { FIELD_NONE = 0, FIELD_FROM = 1, FIELD_DATE = 2, FIELD_TO = 4, FIELD_SUBJECT = 8, FIELD_OTHER = 16 };

/* The names of header fields in the languages of mail programs; folded. */
static const struct {
    enum field field;
    const char *names; /* parted by "|" */
} fields[] = {
    {FIELD_FROM,
     "from|von|de|da|van|från|fra|frá|lähettäjä|lähettänyt|od|feladó|de la|από|kimden|gönderen|от|від|від кого|от кого|"
     "од|expéditeur|expediteur|remitente|mittente|absender|afzender|avsändare|avsender|nadawca|odesílatel|odosielateľ|"
     "expeditor|αποστολέας|отправитель|відправник|remetente|saatja|nga|nork|nuo|no|o|发件人|寄件者|寄件人|發件人|"
     "差出人|送信者|送信元|보낸 사람|보낸사람|발신|من|المرسل|מאת|از|فرستنده|từ|người gửi|จาก|ผู้ส่ง|dari|pengirim|प्रेषक|से|"
     "daripada|mula kay|থেকে"},
    {FIELD_DATE,
     "sent|date|sent at|sent on|gesendet|gesendet am|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|enviado em|"
     "enviada|enviada em|fecha|data|data de envio|inviato|data invio|verzonden|verzonden op|skickat|skickad|sendt|dato|"
     "lähetetty|enviat el|data d'enviament|saatmisaeg|poslano|päivämäärä|päiväys|pvm|wysłano|wysłane|odesláno|odoslané|"
     "poslano|dátum|elküldve|küldve|dátum|trimis|data|dată|στάλθηκε|εστάλη|ημερομηνία|gönderildi|gönderilme|tarih|"
     "отправлено|дата|надіслано|відправлено|изпратено|послато|enviat|bidalia|saadetud|kuupäev|išsiųsta|nosūtīts|"
     "发送时间|发送日期|日期|时间|寄件日期|傳送時間|日時|送信日時|日付|보낸 날짜|날짜|보낸날짜|일시|تاريخ|التاريخ|أرسل|"
     "تم الإرسال|تاريخ الإرسال|الإرسال|תאריך|נשלח|תاریخ|تاریخ|ارسال|ngày|đã gửi|vào lúc|วันที่|ส่ง|ส่งเมื่อ|tanggal|dikirim|"
     "terkirim|दिनांक|भेजा|भेजा गया"},
    {FIELD_TO,
     "to|an|à|a|para|per|aan|till|til|vastaanottaja|kenelle|do|komu|pro|címzett|către|catre|la|προς|kime|alıcı|кому|до|"
     "за|destinataire|destinatario|destinatário|empfänger|ontvanger|mottagare|mottaker|modtager|odbiorca|příjemce|"
     "príjemca|za|prima|saaja|kam|per a|adressaat|收件人|收件者|宛先|받는 사람|받는사람|수신|إلى|المستلم|אל|نیت|به|"
     "گیرنده|đến|tới|người nhận|ถึง|kepada|ke|untuk|प्रति|प्राप्तकर्ता|को|প্রতি"},
    {FIELD_SUBJECT,
     "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|ärende|emne|aihe|otsikko|temat|předmět|predmet|tárgy|"
     "subiect|θέμα|konu|тема|относно|предмет|assumpte|gaia|teema|tema|efni|emneord|tēma|zadeva|naslov|主题|主旨|主題|"
     "标题|件名|제목|الموضوع|موضوع|נושא|chủ đề|tiêu đề|เรื่อง|หัวเรื่อง|subjek|perihal|judul|विषय|বিষয়"},
    {FIELD_OTHER,
     "cc|bcc|reply-to|reply to|kopie|kopi|kopia|kopija|copie|copie à|copia|cópia|másolat|másolatot kap|cópia para|κοιν|"
     "κοινοποίηση|bilgi|копия|копія|抄送|副本|参照|참조|نسخة|עותק|رونوشت|สำเนา|तत्प्रति|antwort an|répondre à|"
     "responder a|rispondi a|importance|priority|wichtigkeit|importancia|priorità|attachments|anlagen|anhänge|"
     "organisation|organization|newsgroups|résumé|dw|df|udw|kopija|kópia|kópiu|cp|cco|ccn|密送"},
};

/* The words of rules; matched whole, without decoration and colon. */
static const char rules[] =
    "original message|original appointment|forwarded message|forwarded by|reply message|begin forwarded message|"
    "original email|original mail|message original|forwarded mail|ursprüngliche nachricht|original-nachricht|"
    "originalnachricht|weitergeleitete nachricht|originalmeldung|anfang der weitergeleiteten nachricht|"
    "weitergeleitete e-mail|ursprüngliche e-mail|message d'origine|message transféré|message initial|courriel original|"
    "message transmis|début du message réexpédié|début du message transféré|e-mail d'origine|mail original|"
    "message réexpédié|mensaje original|mensaje reenviado|inicio del mensaje reenviado|correo original|"
    "missatge original|mensagem original|mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada|"
    "início da mensagem reencaminhada|email original|messaggio originale|messaggio inoltrato|"
    "inizio messaggio inoltrato|messaggio originario|oorspronkelijk bericht|origineel bericht|doorgestuurd bericht|"
    "begin doorgestuurd bericht|ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|"
    "vidarebefordrat brev|oprindelig meddelelse|videresendt meddelelse|original meddelelse|videresendt besked|"
    "oprindelig besked|opprinnelig melding|videresendt melding|original melding|opprinnelig e-post|alkuperäinen viesti|"
    "välitetty viesti|välitetty viesti alkaa|edelleenlähetetty viesti|wiadomość oryginalna|oryginalna wiadomość|"
    "wiadomość przekazana dalej|treść przekazanej wiadomości|przekazana wiadomość|początek przekazywanej wiadomości|"
    "wiadomość przekazana|původní zpráva|přeposlaná zpráva|původní e-mail|začátek přeposílané zprávy|pôvodná správa|"
    "preposlaná správa|začiatok preposielanej správy|eredeti üzenet|továbbított üzenet|továbbított levél|eredeti levél|"
    "mesaj original|mesajul original|mesaj redirecționat|mesaj redirectionat|mesaj inițial|αρχικό μήνυμα|"
    "προωθημένο μήνυμα|αρχή προωθημένου μηνύματος|özgün ileti|orijinal mesaj|orijinal ileti|iletilen mesaj|"
    "yönlendirilmiş ileti|исходное сообщение|пересылаемое сообщение|пересланное сообщение|"
    "начало переадресованного сообщения|исходное письмо|пересылаемое письмо|первоначальное сообщение|"
    "оригинальное сообщение|початкове повідомлення|вихідне повідомлення|оригінальне повідомлення|"
    "переслане повідомлення|оригинално съобщение|препратено съобщение|изворна порука|прослеђена порука|izvorna poruka|"
    "proslijeđena poruka|izvirno sporočilo|posredovano sporočilo|原始邮件|原始消息|转发邮件|转发的邮件|转发信息|"
    "邮件原件|原邮件|原始信息|转发邮件信息|原始郵件|轉寄郵件|原始訊息|轉寄訊息|開始轉寄郵件|以下是轉寄的郵件|"
    "以下是转发的邮件|元のメッセージ|転送メッセージ|転送されたメッセージ|オリジナルメッセージ|original メッセージ|"
    "元のメール|転送されたメール|원본 메시지|전달된 메시지|원본 메일|원래 메시지|전달된 메일|전달된 메시지 시작|"
    "원본메시지|الرسالة الأصلية|رسالة معاد توجيهها|رسالة أصلية|الرسالة المعاد توجيهها|הודעה מקורית|הודעה שהועברה|"
    "ההודעה המקורית|הודעה מועברת|پیام اصلی|پیام ارسال مجدد|پیام فوروارد شده|پیام "
    "هدایت‌شده|پیام "
    "هدایت "
    "شده|thư "
    "gốc|"
    "tin nhắn gốc|tin nhắn chuyển tiếp|thư chuyển tiếp|thư đã chuyển tiếp|tin nhắn đã chuyển tiếp|ข้อความต้นฉบับ|"
    "ข้อความที่ส่งต่อ|ข้อความเดิม|pesan asli|pesan terusan|pesan yang diteruskan|mesej asal|मूल संदेश|अग्रेषित संदेश|आगे भेजा गया संदेश|"
    "মূল বার্তা";

/* Ticket systems and programmes ask to write above a line. */
static const char above[] =
    "above this line|oberhalb dieser zeile|über dieser zeile|über diese zeile|au-dessus de cette ligne|"
    "encima de esta línea|sobre esta línea|por encima de esta línea|acima desta linha|sopra questa riga|"
    "sopra questa linea|boven deze regel|boven deze lijn|ovanför denna rad|ovanför den här raden|over denne linje|"
    "over denne linjen|tämän rivin yläpuolelle|powyżej tej linii|nad tento řádek|nad tímto řádkem|выше этой линии|"
    "выше этой строки|вище цієї лінії|bu satırın üstüne|在此行上方|この行より上";

/* "-----Original Message-----", "*-------- Nachricht --------*", "Begin forwarded message:" */
static bool is_rule(const struct reply_line *line, bool *ret_ruled) {
    size_t length = 0, whole = strlen(line->folded);
    if (line->kind != REPLY_TEXT || whole > RULE_MAX_BYTES)
        return false;
    const char *start = reply_line_undecorated(line->folded, &length);
    char words[RULE_MAX_BYTES + 1];
    length = bytes_trim(start, length, ": ");
    memcpy(words, start, length);
    words[length] = '\0';
    *ret_ruled = start - line->folded >= RULE_BEFORE_MIN || (start == line->folded && strstr(line->folded, "--"));
    return terms_equal(words, length, rules) ||
           (*ret_ruled && start > line->folded &&
            (terms_begin(words, rules) || terms_end(words, length, rules) || terms_stand_in(words, above)));
}

/* A line of nothing but dashes or the like, as Outlook draws above a header block, or of a few words of any language
 * between such: it takes a header block below to tell what it is. */
static bool is_any_rule(const struct reply_line *line) {
    size_t length, whole = strlen(line->folded);
    const char *start = reply_line_undecorated(line->folded, &length);
    if (line->kind != REPLY_TEXT || whole < 3 || whole > RULE_MAX_BYTES)
        return false;
    size_t before = (size_t)(start - line->folded), after = whole - before - length;
    return length == 0 || (before >= RULE_BEFORE_MIN && after >= RULE_BEFORE_MIN && length <= NAME_MAX_BYTES);
}

/* What kinds of field a line's name may stand for (a word may mean two in two languages); FIELD_NONE: no field. */
static unsigned field_of(struct reply_line *line) {
    if (line->kind != REPLY_TEXT || line->fields_known)
        return line->kind == REPLY_TEXT ? line->fields : FIELD_NONE;
    line->fields_known = true;
    const char *name = line->folded + strspn(line->folded, "*_[-# ");
    const char *colon = strchr(name, ':');
    size_t length = colon ? bytes_trim(name, (size_t)(colon - name), " *_") : 0;
    if (length == 0 || length > NAME_MAX_BYTES)
        return FIELD_NONE;
    unsigned kinds = FIELD_NONE;
    for (size_t i = 0; i < COUNT_OF(fields); i++)
        if (terms_equal(name, length, fields[i].names))
            kinds |= fields[i].field;
    line->fields = kinds;
    return kinds;
}

/* An address for who, a day and a time for when: nobody writes that by hand. */
static bool is_exact(const struct reply_line *line, unsigned kinds) {
    const char *value = strchr(line->folded, ':');
    if (kinds & FIELD_DATE) {
        size_t numbers = 0;
        for (const char *at = value; at && *at; numbers += *at != '\0', at += strspn(at, "0123456789"))
            at += strcspn(at, "0123456789");
        return numbers >= DATE_NUMBERS_MIN;
    }
    return (kinds & (FIELD_FROM | FIELD_TO)) && strchr(value, '@');
}

/* "From: ..." and "Date: ...", one below the other in a paragraph of their own. */
static size_t short_block_lines(struct reply_line *lines, size_t count) {
    if (count < 2 || (count > 2 && lines[2].kind != REPLY_BLANK))
        return 0;
    unsigned first = field_of(&lines[0]), second = field_of(&lines[1]);
    bool both = ((first | second) & FIELD_DATE) && ((first | second) & (FIELD_FROM | FIELD_TO)) && first && second;
    return both && is_exact(&lines[0], first) && is_exact(&lines[1], second) ? 2 : 0;
}

/* A header block: three fields of different kinds, at least, one of them telling who or when. */
static size_t block_lines(struct reply_line *lines, size_t count, size_t wanted) {
    unsigned seen = 0;
    size_t end = 0, different = 0, strange = 0;
    bool solid = false, from_address = false, exact = false;
    for (size_t i = 0; i < count && i < BLOCK_LINES_MAX && strange <= CONTINUATION_MAX; i++) {
        unsigned kinds = field_of(&lines[i]);
        if (i == 0 && kinds == FIELD_NONE)
            return 0;
        if (kinds == FIELD_NONE) {
            if (lines[i].kind != REPLY_TEXT && lines[i].kind != REPLY_BLANK)
                break;
            /* an empty line ends it, unless every field is a paragraph of its own */
            if (lines[i].kind == REPLY_BLANK && different >= 3 && (i + 1 >= count || !field_of(&lines[i + 1])))
                break;
            /* where fields are paragraphs, nothing else is */
            if (lines[i].kind == REPLY_TEXT && i > 0 && lines[i - 1].kind == REPLY_BLANK &&
                !string_ends_with(lines[end - 1].folded, ":"))
                break;
            /* "From:" on one line and who on the next */
            from_address =
                from_address || (i > 0 && string_ends_with(lines[i - 1].folded, ":") && strchr(lines[i].folded, '@'));
            solid = solid || from_address;
            strange++;
            continue;
        }
        different += (kinds & ~seen) != 0;
        seen |= kinds;
        exact = exact || is_exact(&lines[i], kinds);
        from_address = from_address || ((kinds & FIELD_FROM) && strchr(lines[i].folded, '@'));
        strange = 0;
        end = i + 1;
        solid =
            solid || strchr(lines[i].folded, '@') || ((kinds & FIELD_DATE) && strpbrk(lines[i].folded, "0123456789"));
    }
    /* "From: Berlin, To: Praha, Date: 3 May" is a journey: without a rule above it takes what nobody writes by hand */
    bool telling = (seen & (FIELD_FROM | FIELD_TO)) && (seen & (FIELD_DATE | FIELD_SUBJECT)) &&
                   (wanted < 3 || from_address || ((seen & FIELD_SUBJECT) && exact));
    if (different < wanted || !telling || !solid)
        return 0;
    /* the rest of a wrapped last field */
    if (end < count && lines[end].kind == REPLY_TEXT &&
        (strchr(" \t", lines[end].bytes[0]) ||
         (lines[end - 1].length >= WRAPPED_MIN && (end + 1 == count || lines[end + 1].kind == REPLY_BLANK))))
        end++;
    return end;
}

/* "Sent: two books." in a paragraph of its own, above a header block that is complete without it. */
static bool is_above_block(struct reply_line *lines, size_t count) {
    if (count < 4 || lines[1].kind != REPLY_BLANK || !field_of(&lines[0]))
        return false;
    size_t below = 1;
    while (below < count && lines[below].kind == REPLY_BLANK)
        below++;
    return below + 1 < count && field_of(&lines[below]) && field_of(&lines[below + 1]) &&
           block_lines(lines + below, count - below, 3) > 0;
}

size_t reply_forward_lines(struct reply_line *lines, size_t count) {
    size_t below = 1;
    bool ruled = false, worded = is_rule(lines, &ruled);
    if (worded || is_any_rule(lines)) {
        while (below < count && below < 4 && lines[below].kind == REPLY_BLANK)
            below++;
        if (worded && below < count && lines[below].kind == REPLY_QUOTED)
            return 1;
        size_t block = below < count ? block_lines(lines + below, count - below, worded ? 2 : 3) : 0;
        return block ? below + block : worded && ruled ? 1 : 0;
    }
    size_t block = is_above_block(lines, count) ? 0 : block_lines(lines, count, 3);
    return block ? block : short_block_lines(lines, count);
}
