#include <time.h>

#include "patience.h"
#include "reply_fixture.h"

/* Introductions as the mail programs of each language write them. */
static const char *const introductions[] = {
    /* English: Gmail, Apple Mail, Thunderbird, Outlook for Android, Yahoo, Zoho, Horde, 163.com, mutt */
    "On Tue, Jul 2, 2013 at 9:15 AM, Anna Berg <anna@example.net> wrote:",
    "On Tue, Jul 2, 2013 at 9:15 AM Anna Berg <anna@example.net>\nwrote:",
    "On Tue, 2 Jul 2013 at 09:15, International Letter Network\n<programme@example.org> wrote:",
    "On 2 Jul 2013, at 09:15, Anna Berg <anna@example.net> wrote:",
    "On Jul 2, 2013, at 9:15 AM, Anna Berg <anna@example.net> wrote:",
    "On 02/07/13 09:15, Anna Berg <anna@example.net> wrote:",
    "On Tuesday, July 2, 2013 at 09:15:00 AM GMT+2, Anna Berg <anna@example.net> wrote:",
    "On Tuesday, 2 July\n2013 at 09:15 Anna Berg <anna@example.net> wrote:",
    "---- On Tue, 02 Jul 2013 09:15:00 +0200 Anna Berg <anna@example.net> wrote ----",
    "Quoting Anna Berg <anna@example.net>:",
    "At 2013-07-02 09:15:00, \"Anna Berg\" <anna@example.net> wrote:",
    "Anna Berg <anna@example.net> wrote on 2 July 2013 at 09:15:",
    "Anna Berg <anna@example.net> writes:",
    "*On Tue, Jul 2, 2013 at 9:15 AM, Anna Berg <anna@example.net> wrote:*",
    /* German */
    "Am 2. Juli 2013 um 09:15 schrieb Anna Berg <anna@example.net>:",
    "Am Di., 2. Juli 2013 um 09:15 Uhr schrieb Anna Berg <\nanna@example.net>:",
    "Anna Berg <anna@example.net> schrieb am Di. 2. Juli 2013 um 09:15:",
    "Anna Berg\n<anna@example.net> schrieb am Di., 2. Juli 2013 um\n09:15 Uhr:",
    "Zitat von Anna Berg <anna@example.net>:",
    "Anna Berg <anna@example.net> hat am 2. Juli 2013 um 09:15 geschrieben:",
    /* French */
    "Le mar. 2 juil. 2013 à 09:15, Anna Berg <anna@example.net> a écrit :",
    "Le 2 juil. 2013 à 09:15, Anna Berg <anna@example.net> a\nécrit :",
    "Le 02/07/2013 à 09:15, Anna Berg <anna@example.net> a écrit\u00A0:",
    /* Spanish, Catalan */
    "El mar., 2 jul. 2013 a las 9:15, Anna Berg (<anna@example.net>)\nescribió:",
    "El 2 jul 2013, a las 09:15, Anna Berg <anna@example.net> escribió:",
    "El dt., 2 jul. 2013 a les 9:15, Anna Berg (<anna@example.net>) va escriure:",
    /* Portuguese */
    "Em ter., 2 de jul. de 2013 às 09:15, Anna Berg <anna@example.net> escreveu:",
    "Em 2 de julho de 2013 09:15, Anna Berg\n<anna@example.net> escreveu:",
    /* Italian */
    "Il giorno mar 2 lug 2013 alle ore 09:15 Anna Berg <anna@example.net>\nha scritto:",
    "Il 02/07/2013 09:15, Anna Berg <anna@example.net> ha scritto:",
    /* Dutch */
    "Op di 2 jul. 2013 om 09:15 schreef Anna Berg <anna@example.net>:",
    "Op 2 jul. 2013, om 09:15 heeft Anna Berg <anna@example.net> het volgende\ngeschreven:",
    "Anna Berg <anna@example.net> schreef op 2 juli 2013 09:15:",
    /* Danish, Norwegian, Swedish, Finnish */
    "Den tir. 2. jul. 2013 kl. 09.15 skrev Anna Berg <anna@example.net>:",
    "tir. 2. juli 2013 kl. 09:15 skrev Anna Berg <anna@example.net>:",
    "Den tis 2 juli 2013 kl 09:15 skrev Anna Berg <anna@example.net>:",
    "2 juli 2013 kl. 09:15 skrev Anna Berg <anna@example.net>:",
    "ti 2. heinäk. 2013 klo 9.15 Anna Berg (anna@example.net) kirjoitti:",
    "Anna Berg <anna@example.net> kirjoitti 2.7.2013 kello 9.15:",
    /* Polish, Czech, Slovak, Hungarian, Romanian */
    "wt., 2 lip 2013 o 09:15 Anna Berg <anna@example.net> napisał(a):",
    "W dniu 2013-07-02 o 09:15, Anna Berg <anna@example.net> pisze:",
    "Dnia 2 lipca 2013 09:15 Anna Berg <anna@example.net> napisał(a):",
    "út 2. 7. 2013 v 9:15 odesílatel Anna Berg <anna@example.net> napsal:",
    "Dne 2. 7. 2013 v 9:15 Anna Berg <anna@example.net> napsal(a):",
    "ut 2. 7. 2013 o 9:15 Anna Berg <anna@example.net> napísal(a):",
    "Anna Berg <anna@example.net> ezt írta (időpont: 2013. júl. 2., K, 9:15):",
    "Pe mar., 2 iul. 2013 la 09:15, Anna Berg <anna@example.net> a scris:",
    /* Greek, Turkish */
    "Στις Τρί 2 Ιουλ 2013 στις 9:15 π.μ., ο χρήστης Anna Berg\n<anna@example.net> έγραψε:",
    "Anna Berg <anna@example.net>, 2 Tem 2013 Sal, 09:15 tarihinde şunu\nyazdı:",
    "2 Tem 2013 tarihinde 09:15 saatinde, Anna Berg <anna@example.net> şunları yazdı:",
    /* Russian, Ukrainian, Bulgarian, Serbian, Croatian, Slovenian */
    "вт, 2 июл. 2013 г. в 09:15, Anna Berg <anna@example.net>:",
    "2 июля 2013 г., 9:15 пользователь Anna Berg <anna@example.net> написал:",
    "Вторник, 2 июля 2013, 9:15 +04:00 от Anna Berg <anna@example.net>:",
    "02.07.2013, 09:15, \"Anna Berg\" <anna@example.net>:",
    "вт, 2 лип. 2013 р. о 09:15 Anna Berg <anna@example.net> пише:",
    "На вт, 2.07.2013 г. в 9:15 Anna Berg <anna@example.net> написа:",
    "уто, 2. јул 2013. у 09:15 Anna Berg <anna@example.net> је написао/ла:",
    "uto, 2. srp 2013. u 09:15 Anna Berg <anna@example.net> napisao je:",
    "V V tor., 2. jul. 2013 ob 09:15 je oseba Anna Berg <anna@example.net> napisala:",
    /* Chinese, Japanese, Korean */
    "Anna Berg <anna@example.net> 于2013年7月2日周二 上午9:15写道：",
    "在 2013年7月2日，上午9:15，Anna Berg <anna@example.net> 写道：",
    "在 2013-07-02 09:15:00，\"Anna Berg\" <anna@example.net> 写道：",
    "Anna Berg <anna@example.net> 於 2013年7月2日 週二 上午9:15寫道：",
    "2013年7月2日(火) 9:15 Anna Berg <anna@example.net>:",
    "2013/07/02 9:15、Anna Berg <anna@example.net>のメール:",
    "2013년 7월 2일 (화) 오전 9:15, Anna Berg <anna@example.net>님이 작성:",
    "2013. 7. 2. 오전 9:15, Anna Berg <anna@example.net> 작성:",
    /* Arabic, Hebrew, Persian, Urdu */
    "في الثلاثاء، ٢ يوليو ٢٠١٣ في ٩:١٥ ص تمت كتابة ما يلي بواسطة Anna\nBerg <anna@example.net>:",
    "في ٠٢/٠٧/٢٠١٣، الساعة ٩:١٥ ص، كتب Anna Berg <anna@example.net>:",
    "\u200Fבתאריך יום ג׳, 2 ביולי 2013 ב-9:15 מאת \u202AAnna Berg\u202C\u200F <\u202Aanna@example.net\u202C\u200F>:",
    "ב-2 ביולי 2013, בשעה 9:15, Anna Berg <anna@example.net> כתב/ה:",
    "در تاریخ سه‌شنبه ۲ ژوئیهٔ ۲۰۱۳،\u200F ۹:۱۵ Anna Berg <anna@example.net> نوشت:",
    /* Vietnamese, Thai, Indonesian, Hindi */
    "Vào Th 3, 2 thg 7, 2013 vào lúc 09:15 Anna Berg <anna@example.net>\nđã viết:",
    "ในวันที่ อ. 2 ก.ค. 2013 เวลา 09:15 Anna Berg <anna@example.net> เขียนว่า:",
    "Pada tanggal Sel, 2 Jul 2013 pukul 09.15 Anna Berg <anna@example.net>\nmenulis:",
    "मंगल, 2 जुल॰ 2013 को 9:15 am बजे को Anna Berg <anna@example.net> ने\nलिखा:",
    /* A language that no table knows, and a client's own invention */
    "Ngày xưa 2 Jul 2013 09:15 <anna@example.net> blafasel:",
};

static void test_introductions(void **state) {
    /* Goal: whatever language and program introduces a quotation, neither it nor the quotation is taken for the
     * writer's words, and what stands above, inside and below is. */
    (void)state;
    for (size_t i = 0; i < COUNT_OF(introductions); i++) {
        auto_text whole = TEXT_EMPTY;
        text_append_format(&whole, "Above.\n\n%s\n\n> Quoted.\n> More.\n\nInside.\n\n> Rest.\nBelow.\n",
                           introductions[i]);
        check_reply(text_string(&whole), "Above.\n\nInside.\n\nBelow.", false);
        text_clear(&whole);
        text_append_format(&whole, "My words\nstand above.\n%s\n\n> Quoted.\n", introductions[i]);
        check_reply(text_string(&whole), "My words\nstand above.", false);
    }
}

static void test_short_introductions(void **state) {
    /* Goal: an introduction that holds little counts where a marked quotation follows, and is somebody's sentence where
     * none does. */
    (void)state;
    static const char *const lines[] = {
        "Anna Berg wrote:",
        "Anna schrieb:",
        "On 2 July Anna wrote:",
        "Anna Berg napsal:",
        "* Anna Berg <anna@example.net> [2013-07-02 09:15]:",
        "2013/7/2 Anna Berg <anna@example.net>",
        "Anna Berg <anna@example.net>:",
        "Anna Berg, 02.07.2013 09:15:",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        auto_text whole = TEXT_EMPTY, kept = TEXT_EMPTY;
        text_append_format(&whole, "Hello!\n\n%s\n> Quoted.\n", lines[i]);
        check_reply(text_string(&whole), "Hello!", false);
        text_clear(&whole);
        text_append_format(&whole, "Hello!\n\n%s\nI could not believe it.\n", lines[i]);
        text_append_format(&kept, "Hello!\n\n%s\nI could not believe it.", lines[i]);
        check_reply(text_string(&whole), text_string(&kept), false);
    }
}

static void test_quotations(void **state) {
    /* Goal: marks of every shape are seen; what only resembles one is the writer's. */
    (void)state;
    static const struct reply_sample samples[] = {
        {"Hello!\n\n> One\n> > Two\n>>> Three\n", "Hello!"},
        {"Hello!\n\n > One\n\n>\n> Two\n", "Hello!"},
        {"> How is it going?\n2\n> Reply with one digit.\n", "2"},
        {"> A?\nyes\n\n> B?\nno\n", "yes\n\nno"},
        {"Hello!\n\nAnna wrote:\n| One\n| Two\n", "Hello!"},
        {"Hello!\n\nAnna Berg wrote:\n\nAnna> One\nAnna> Two\n\nBelow.\n", "Hello!\n\nBelow."},
        {"Hello!\n\nAnna Berg wrote:\n: One\n: Two\n", "Hello!"},
        {"Hello!\n\nAnna Berg wrote:\nAB> One\nAB> Two\n", "Hello!"},
        {"Hello!\n\nC> dir\nC> cd ..\n", "Hello!\n\nC> dir\nC> cd .."},
        {"| a | b\n| 1 | 2\n", "| a | b\n| 1 | 2"},
        {"\uFF1E Quoted\nHello!\n", "Hello!"},
        {"Hello!\n\nBegin forwarded message:\n\n> From: Anna <anna@example.net>\n> To: Ben\n", "Hello!"},
        /* not quoted */
        {"So:\n```\n> code\n```\nDone.\n", "So:\n```\n> code\n```\nDone."},
        {"Fine, thanks! On Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n> Hi\n",
         "Fine, thanks! On Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:"},
        {"| day | time |\n| Mon | 9 |\n", "| day | time |\n| Mon | 9 |"},
        {"Hello!\n>:(\n", "Hello!\n>:("},
        {"Hello!\n>From now on I write weekly.\nBye\n", "Hello!\n>From now on I write weekly.\nBye"},
        {"Visit us!\n>>> https://example.org <<<\nBye\n", "Visit us!\n>>> https://example.org <<<\nBye"},
        /* wrapped by a program that forgot the mark, and answers */
        {"Hello!\n> The parcel that we sent to you in the first week of July went\nby ship\n> and will be late.\n",
         "Hello!"},
        {"> Did the parcel that we sent to you in the first week of July come?\nyes\n> Good.\n", "yes"},
        {"> Parcel\nit came\n> in July\n", "it came"},
        {"a -> b\nMenu> Open\n", "a -> b\nMenu> Open"},
        {"Formatting and\n\n\n    - stays\n", "Formatting and\n\n\n    - stays"},
        /* a wrapped link is no quotation */
        {"Look at <https://example.com/a/long/way\n> for the map.\n> Theirs?\n",
         "Look at <https://example.com/a/long/way"},
        {"Look at <https://example.com/a/long/way\n> for the map.\n\nBye\n",
         "Look at <https://example.com/a/long/way\n> for the map.\n\nBye"},
    };
    check_replies(samples, COUNT_OF(samples));
}

static void test_header_blocks(void **state) {
    /* Goal: Outlook's and its like's header blocks end the writer's words, in any language, wrapped, bold, with or
     * without a rule above. */
    (void)state;
    static const char *const blocks[] = {
        "From: Anna Berg <anna@example.net>\nSent: Tuesday, July 2, 2013 9:15 AM\nTo: Programme\nSubject: Hello",
        "________________________________\nFrom: Anna Berg <anna@example.net>\nSent: 2 July 2013 09:15\nTo: "
        "Programme\nSubject: Hello",
        "*From:* Anna Berg <anna@example.net>\n*Sent:* 2 July 2013 09:15\n*To:* Programme\n*Subject:* A subject that "
        "is longer than a line and\n"
        "for that reason goes on",
        "From: Anna Berg <anna@example.net>\n\nSent: 2 July 2013 09:15\n\nTo: Programme\n\nSubject: Hello",
        "-----Original Message-----\nFrom: Anna Berg\nSent: 2 July 2013 09:15\nTo: Programme\nSubject: Hello",
        "-------- Original Message --------\nSubject: Hello\nFrom: anna@example.net\nTo: programme@example.org",
        "Von: Anna Berg <anna@example.net>\nGesendet: Dienstag, 2. Juli 2013 09:15\nAn: Programm\nBetreff: Hallo",
        "-----Ursprüngliche Nachricht-----\nVon: Anna Berg\nGesendet: Dienstag, 2. Juli 2013 09:15\nAn: P\nBetreff: H",
        "Gesendet: Dienstag, 02. Juli 2013 um 09:15 Uhr\nVon: \"Anna Berg\" <anna@example.net>\nAn: "
        "programme@example.org\nBetreff: Hallo",
        "De : Anna Berg <anna@example.net>\nEnvoyé : mardi 2 juillet 2013 09:15\nÀ : Programme\nObjet : Bonjour",
        "-----Message d'origine-----\nDe : Anna Berg\nEnvoyé : mardi 2 juillet 2013 09:15\nÀ : P\nObjet : Bonjour",
        "De: Anna Berg <anna@example.net>\nEnviado el: martes, 2 de julio de 2013 9:15\nPara: P\nAsunto: Hola",
        "De: Anna Berg <anna@example.net>\nEnviada em: terça-feira, 2 de julho de 2013 09:15\nPara: P\nAssunto: Olá",
        "Da: Anna Berg <anna@example.net>\nInviato: martedì 2 luglio 2013 09:15\nA: P\nOggetto: Ciao",
        "Van: Anna Berg <anna@example.net>\nVerzonden: dinsdag 2 juli 2013 09:15\nAan: P\nOnderwerp: Hallo",
        "Från: Anna Berg <anna@example.net>\nSkickat: den 2 juli 2013 09:15\nTill: P\nÄmne: Hej",
        "Fra: Anna Berg <anna@example.net>\nSendt: 2. juli 2013 09:15\nTil: P\nEmne: Hej",
        "Lähettäjä: Anna Berg <anna@example.net>\nLähetetty: 2. heinäkuuta 2013 9:15\nVastaanottaja: P\nAihe: Hei",
        "Od: Anna Berg <anna@example.net>\nWysłano: wtorek, 2 lipca 2013 09:15\nDo: P\nTemat: Cześć",
        "Od: Anna Berg <anna@example.net>\nOdesláno: úterý 2. července 2013 9:15\nKomu: P\nPředmět: Ahoj",
        "Feladó: Anna Berg <anna@example.net>\nElküldve: 2013. július 2. 9:15\nCímzett: P\nTárgy: Szia",
        "De la: Anna Berg <anna@example.net>\nTrimis: marți, 2 iulie 2013 09:15\nCătre: P\nSubiect: Salut",
        "Από: Anna Berg <anna@example.net>\nΣτάλθηκε: Τρίτη, 2 Ιουλίου 2013 9:15\nΠρος: P\nΘέμα: Γεια",
        "Kimden: Anna Berg <anna@example.net>\nGönderildi: 2 Temmuz 2013 Salı 09:15\nKime: P\nKonu: Merhaba",
        "От: Anna Berg <anna@example.net>\nОтправлено: 2 июля 2013 г. 9:15\nКому: P\nТема: Привет",
        "Від: Anna Berg <anna@example.net>\nНадіслано: 2 липня 2013 р. 9:15\nКому: P\nТема: Привіт",
        "发件人: Anna Berg <anna@example.net>\n发送时间: 2013年7月2日 9:15\n收件人: P\n主题: 你好",
        "寄件者: Anna Berg <anna@example.net>\n寄件日期: 2013年7月2日 上午 09:15\n收件者: P\n主旨: 你好",
        "差出人: Anna Berg <anna@example.net>\n送信日時: 2013年7月2日 9:15\n宛先: P\n件名: こんにちは",
        "보낸 사람: Anna Berg <anna@example.net>\n보낸 날짜: 2013년 7월 2일 화요일 9:15\n받는 사람: P\n제목: 안녕",
        "من: Anna Berg <anna@example.net>\nتاريخ الإرسال: ٢ يوليو ٢٠١٣\nإلى: P\nالموضوع: مرحبا",
        "מאת: Anna Berg <anna@example.net>\nנשלח: יום שלישי 02 יולי 2013 09:15\nאל: P\nנושא: שלום",
        "---------- Forwarded message ---------\nFrom: Anna Berg <anna@example.net>\nDate: Tue, Jul 2, 2013 at 9:15 "
        "AM\nSubject: Hello\nTo: <programme@example.org>",
        "Begin forwarded message:\n\nFrom: Anna Berg <anna@example.net>\nSubject: Hello\nDate: 2 July 2013 09:15:00 "
        "CEST\nTo: programme@example.org",
        "------------------ 原始邮件 ------------------\n发件人: \"Anna\" <anna@example.net>;\n发送时间: "
        "2013年7月2日(星期二) "
        "上午9:15\n收件人: \"P\";\n主题: 你好",
    };
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        auto_text whole = TEXT_EMPTY;
        text_append_format(&whole, "Two words.\n\n%s\n\nTheir letter.\n", blocks[i]);
        check_reply(text_string(&whole), "Two words.", false);
        text_clear(&whole);
        text_append_format(&whole, "Two words.\n\n%s\n\n> Their letter.\n\nBelow.\n", blocks[i]);
        check_reply(text_string(&whole), "Two words.\n\nBelow.", false);
        /* forwarded without a word: the letter itself is better than nothing */
        text_clear(&whole);
        text_append_format(&whole, "%s\n\nTheir letter.\n", blocks[i]);
        check_reply(text_string(&whole), "Their letter.", true);
    }
    static const struct reply_sample samples[] = {
        /* two fields, exact ones */
        {"Mine.\n\nFrom: anna@example.net\nDate: Tue, 02 Jul 2013 09:15:33 +0200\n\nTheirs.\n", "Mine."},
        {"Mine.\n\nDate: Tue, 02 Jul 2013 09:15:33 +0200\nTo: anna@example.net\n\nTheirs.\n", "Mine."},
        {"Come!\n\nDate: Wednesday 3, October 2013\nTime: 7 : 00am\nAddress: 130 Fox St\n\nBring cake.\n",
         "Come!\n\nDate: Wednesday 3, October 2013\nTime: 7 : 00am\nAddress: 130 Fox St\n\nBring cake."},
        /* what a field says stands below its name */
        {"Mine.\n\nFrom:\nAnna <anna@example.net>\nTo:\nBen\nDate:\n2.7.2013\nSubject:\nHello\n\nTheirs.\n", "Mine."},
        {"Mine.\n\nSent: two books.\n\nFrom: Anna <anna@example.net>\nSent: 2 July 2013 09:15\nTo: Ben\nSubject: "
         "Hello\n\nTheirs.\n",
         "Mine.\n\nSent: two books."},
        {"Mine.\n\nSent: two books.\n\nBye\n\nFrom: Anna <anna@example.net>\nSent: 2 July 2013\nTo: Ben\nSubject: "
         "Hello\n\nTheirs.\n",
         "Mine.\n\nSent: two books.\n\nBye"},
        /* a rule in words that no table knows */
        {"Mine.\n\n-----Bloo blah-----\nFrom: Anna\nSent: 2 July 2013 09:15\nTo: Ben\nSubject: Hello\n\nTheirs.\n",
         "Mine."},
        {"Mine.\n\n-----Bloo blah-----\nMine too. It goes on.\n",
         "Mine.\n\n-----Bloo blah-----\nMine too. It goes on."},
        /* a person's own list is none */
        {"To: do\nSubject: to change\n", "To: do\nSubject: to change"},
        {"From: my point of view all is fine.\nTo: be honest, since 2 July.\nSubject: none.\n",
         "From: my point of view all is fine.\nTo: be honest, since 2 July.\nSubject: none."},
        {"From: Monday\nTo: Friday\n", "From: Monday\nTo: Friday"},
        /* a rule alone is enough if it says what it is */
        {"Mine.\n\n-----Mensaje original-----\nTheirs.\n", "Mine."},
        {"Mine.\n\n-------- Исходное сообщение --------\nTheirs.\n", "Mine."},
        {"Mine.\n\n----- 元のメッセージ -----\nTheirs.\n", "Mine."},
        {"Mine.\n\n##- Please type your reply above this line -##\n\nTheirs.\n", "Mine."},
        {"Mine.\n\n=-=-= Répondez au-dessus de cette ligne =-=-=\n\nTheirs.\n", "Mine."},
        {"Mine.\n\n\u2010\u2010\u2010\u2010 Original Message \u2010\u2010\u2010\u2010\nTheirs.\n", "Mine."},
        {"I lost the original message\nand forwarded message too.\n",
         "I lost the original message\nand forwarded message too."},
    };
    check_replies(samples, COUNT_OF(samples));
}

static void test_unmarked(void **state) {
    /* Goal: a quotation without marks is left out where its introduction is beyond doubt; nothing is lost where it is
     * not. */
    (void)state;
    static const struct reply_sample samples[] = {
        {"Mine.\n\nOn Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n\nTheirs.\n\nOn Mon, Jul 1, 2013 at "
         "9:15 AM, Ben <ben@example.net> wrote:\n\nOlder.\n",
         "Mine."},
        {"Mine.\n\nOn 2 July 2013 Anna wrote:\n\nI can't come.\n\nWhat shall I do?\n",
         "Mine.\n\nOn 2 July 2013 Anna wrote:\n\nI can't come.\n\nWhat shall I do?"},
        {"I tried to reach Ben at ben@example.net. He wrote:\nit is over.\n",
         "I tried to reach Ben at ben@example.net. He wrote:\nit is over."},
        /* GroupWise */
        {"Mine.\n\n>>> Anna Berg <anna@example.net> 02.07.2013 09:15 >>>\nTheirs.\n", "Mine."},
        {"Mine.\n\n>>> Anna Berg 2.7.13 9.15 Uhr >>>\nTheirs.\n", "Mine."},
        /* Gmail in languages whose introductions have no verb */
        {"Mine.\n\nвт, 2 июл. 2013 г. в 09:15, Анна Берг <anna@example.net>:\n\nTheirs.\n", "Mine."},
        {"вт, 2 июл. 2013 г. в 09:15 мы звонили Анне:\nMine.\n", "вт, 2 июл. 2013 г. в 09:15 мы звонили Анне:\nMine."},
        {"Mine.\n\n>>> On 7/2/2013 at 9:15 AM, in message <51@example.net>, Anna\n<anna@example.net> wrote:\nTheirs.\n",
         "Mine."},
        {"Ben <ben@example.net> is my partner. He never wrote:\nnot once.\n",
         "Ben <ben@example.net> is my partner. He never wrote:\nnot once."},
        /* wrapped where the first part tells nothing by itself */
        {"Mine.\n\nBlah 2 blah 2013 blah 9:15 am\nAnna <anna@example.net> wrote:\n> Theirs.\n", "Mine."},
        {"We met on 2 July 2013 at 9:15\nAnna <anna@example.net> wrote:\n> Theirs.\n\nMine.\n", "Mine."},
        {"It was fun.\nWe met on 2 July 2013 at 9:15\nAnna <anna@example.net> wrote:\n> Theirs.\n",
         "It was fun.\nWe met on 2 July 2013 at 9:15"},
        {"Mine.\n\nAnna <anna@example.net> hat\nam 2. Juli 2013 um 9:15 geschrieben:\n> Theirs.\n", "Mine."},
        {"Mine.\n\nUto, 2. srp 2013. u 09:15 Anna <anna@example.net> napisao\nje:\n> Theirs.\n\nMine too.\n",
         "Mine.\n\nMine too."},
        {"He said:\n> Hello\n", "He said:"},
        /* written behind the person's words */
        {"Yes On Tue, Jul 2, 2013 at 9:15 AM, anna@example.net wrote:\n> Theirs.\n",
         "Yes On Tue, Jul 2, 2013 at 9:15 AM, anna@example.net wrote:"},
        {"Mine.\nAnd so--- On Tue, Jul 2, 2013 at 9:15 AM, Anna Berg\n<anna@example.net> wrote:\n> Theirs.\n",
         "Mine.\nAnd so--- On Tue, Jul 2, 2013 at 9:15 AM, Anna Berg\n<anna@example.net> wrote:"},
        {"I got this on 3 July at 10:30:\n> Hello\n", "I got this on 3 July at 10:30:"},
        {"On Monday we met at 10:30.\nHe said: it was 2 July 2013.\n",
         "On Monday we met at 10:30.\nHe said: it was 2 July 2013."},
        {"Write to me at ben@example.net please.\nOn Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n> "
         "Hello\n",
         "Write to me at ben@example.net please."},
        {"On Monday 1 July we met.\nOn Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n> Hello\n",
         "On Monday 1 July we met."},
    };
    check_replies(samples, COUNT_OF(samples));
    check_reply("On Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n\nHello\n\n2\n", "Hello\n\n2", true);
    check_reply("> Only\n> quoted.\n", "> Only\n> quoted.", true);
    check_reply("> On Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n>\n", "", false);
    check_reply("\n \n", "", false);
    check_reply("", "", false);
}

static void test_own(void **state) {
    /* Goal: what can't be told apart is kept to be read, but not taken for the writer's own words. */
    (void)state;
    static const struct {
        const char *whole, *own;
    } cases[] = {
        {"2\n\n> Quoted.\n", "2"},
        {"> A?\n1\n> B?\n2\n", "1\n\n\f\n2"},
        {"> 1 well\n> 2 slow\n", ""},
        {"On Tue, Jul 2, 2013 at 9:15 AM, Anna <anna@example.net> wrote:\n\n2\n", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        auto_arena arena = arena_new();
        struct reply_text reply;
        reply_text_extract(cases[i].whole, "", arena, &reply);
        assert_string_equal(reply.own, cases[i].own);
    }
}

static void test_time(void **state) {
    /* Goal: a lot of anything is read in linear time. */
    (void)state;
    static const char *const pieces[] = {
        "a\n",
        "\n",
        ">\n",
        "--\n\n",
        "de: 1\n",
        "On Monday 3\n",
        "a@b.c <\n",
        "<a@b.c>\n",
        "x wrote\n",
        "| a\n",
        "An> a\n",
        "-----Original Message-----\n",
        "This email is confidential\n\n",
        "Sent from my iPhone\n\n",
        "---\n",
        "a\n---\n",
        "-- \n\nx\n",
        "word ",
        "-",
    };
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        auto_text whole = TEXT_EMPTY;
        text_append(&whole, "Hello!\n");
        while (whole.length < 262144)
            text_append(&whole, pieces[i]);
        auto_arena arena = arena_new();
        struct reply_text reply;
        int64_t start = processor_ms();
        reply_text_extract(text_string(&whole), "Anna Berg <anna@example.net>", arena, &reply);
        if (processor_ms() - start > LINEAR_MS)
            fail_msg("too long for: %s", pieces[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_introductions), cmocka_unit_test(test_short_introductions),
        cmocka_unit_test(test_quotations),    cmocka_unit_test(test_header_blocks),
        cmocka_unit_test(test_unmarked),      cmocka_unit_test(test_own),
        cmocka_unit_test(test_time),
    };
    return cmocka_run_group_tests_name("reply text", tests, NULL, NULL);
}
