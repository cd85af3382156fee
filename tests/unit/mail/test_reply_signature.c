#include "reply_fixture.h"

static void test_signatures(void **state) {
    /* Goal: signatures, device lines, disclaimers and footers go; answers and long texts below their marks stay. */
    (void)state;
    static const struct reply_sample samples[] = {
        {"Hello!\n\n-- \nAnna Berg\n+49 30 123456\n", "Hello!"},
        {"Hello!\n--\nAnna\n", "Hello!"},
        {"Hello!\n\n\u2014\nAnna\n", "Hello!"},
        {"Hello!\n\n---\nAnna Berg\nwww.example.net\n", "Hello!"},
        {"Hello!\n\n_____________\nAnna Berg\n", "Hello!"},
        {"Hello!\n\n-- \nAnna\n\nOn Tue, Jul 2, 2013 at 9:15 AM, Ben <ben@example.net> wrote:\n> Hi?\n\n2\n",
         "Hello!\n\n2"},
        {"One part of my letter.\n\n***\n\nAnother part. It goes on.\n",
         "One part of my letter.\n\n***\n\nAnother part. It goes on."},
        {"Look:\n\n---\n\nA tale was told. It went on.\n\n---\n\nThe end\n",
         "Look:\n\n---\n\nA tale was told. It went on.\n\n---\n\nThe end"},
        {"Fine.\n\n---\n\nAnd you?\n", "Fine.\n\n---\n\nAnd you?"},
        {"* one\n*\n* two\n", "* one\n*\n* two"},
        {"See the map [1].\n\n---\n[1] https://example.com/map\n\n-- \nAnna Berg\n",
         "See the map [1].\n\n---\n[1] https://example.com/map"},
        {"Heading\n-------\nThe text below it.\n", "Heading\n-------\nThe text below it."},
        {"Kind regards\nAnna\n", "Kind regards\nAnna"},
        {"Hello!\n\nThis e-mail and any attachments are confidential and meant for the addressee.\nDelete it.\n",
         "Hello!"},
        {"Hello!\n\nDiese E-Mail enthält vertrauliche Informationen.\n", "Hello!"},
        {"Hello!\n\nThe information in this message is meant for the\nrecipient only and confidential.\n", "Hello!"},
        {"Hello!\n\nNOTICE: This e-mail is only for the addressee. Disclosure is prohibited.\n", "Hello!"},
        {"Hello!\n\nNiniejsza wiadomość jest poufna i przeznaczona dla adresata.\n", "Hello!"},
        {"Hello!\n\nНастоящее сообщение конфиденциально и предназначено адресату.\n", "Hello!"},
        {"Hello!\n\n本メールには機密情報が含まれます。\n", "Hello!"},
        {"Hello!\n\nهذه الرسالة سرية وموجهة إلى المرسل إليه فقط.\n", "Hello!"},
        {"Hello!\n\n<https://example.com/icon> Virus-free. www.example.com\n", "Hello!"},
        {"Hello!\n\nP Please consider the environment before printing this e-mail.\n", "Hello!"},
        {"Hello!\n\n\u2014\nReply to this email directly or view it on the web.\n", "Hello!"},
        {"Hello!\n\n________________________________________\nChat with your friends on Yahoo! It costs nothing.\n"
         "http://example.com/\n",
         "Hello!"},
        {"Hello!\n\n________________________________________\nMore of what came to my mind. It goes on and on.\n",
         "Hello!\n\n________________________________________\nMore of what came to my mind. It goes on and on."},
        {"Hello!\n\nReply to this mail to comment, or go to https://forum.example/7\n", "Hello!"},
        {"Hello!\n\nIf you are not the one for whom this mail is intended, tell us.\n", "Hello!"},
        {"Hello!\n\nReply to this when you can.\n", "Hello!\n\nReply to this when you can."},
        {"Hello!\n\nIf you are not at home I call later.\n", "Hello!\n\nIf you are not at home I call later."},
        {"Hello!\n\nThis message is confidential, please.\n", "Hello!\n\nThis message is confidential, please."},
        {"Hello!\n\nThis message has information for the recipient of my parcel.\n",
         "Hello!\n\nThis message has information for the recipient of my parcel."},
        {"Hallo!\n\nDie Informationen in dieser Nachricht über den Empfänger waren hilfreich.\n",
         "Hallo!\n\nDie Informationen in dieser Nachricht über den Empfänger waren hilfreich."},
        {"Hello!\n\nThe information in your message and the attachment were of great help.\n",
         "Hello!\n\nThe information in your message and the attachment were of great help."},
        {"Hello!\n_______________________________________________\nfriends mailing list\nfriends@example.org\n"
         "https://example.org/listinfo/friends\n",
         "Hello!"},
        {"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHello!\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n=abcd\n"
         "-----END PGP SIGNATURE-----\n",
         "Hello!"},
        {"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHello!\n- - one\n- - two\n\n- -- \nAnna\n"
         "-----BEGIN PGP SIGNATURE-----\n\n=abcd\n-----END PGP SIGNATURE-----\n",
         "Hello!\n- one\n- two"},
    };
    check_replies(samples, COUNT_OF(samples));
    check_reply("Hello!\n-- \nAnna\n2\n", "Hello!\n-- \nAnna\n2", true);
    auto_text whole = TEXT_EMPTY;
    text_append(&whole, "Hello!\n-- \n");
    for (int i = 0; i < 40; i++)
        text_append(&whole, "A line of a long text that stands below a mark by accident.\n");
    auto_string kept = memory_copy_string(text_string(&whole));
    string_trim(kept);
    check_reply(text_string(&whole), kept, true);
    check_reply("-- \nAnna\n", "-- \nAnna", false);
}

static void test_device_lines(void **state) {
    /* Goal: the lines that phones add go, in many languages; sentences about phones stay. */
    (void)state;
    static const char *const lines[] = {
        "Sent from my iPhone",
        "Sent from my Galaxy",
        "Sent from Outlook for Android",
        "Get Outlook for iOS<https://aka.ms/abc>",
        "Get Outlook for Androidhttps://aka.ms/abc",
        "Sent with Proton Mail secure email.",
        "Sent from Yahoo Mail on Android",
        "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
        "Von meinem iPhone gesendet",
        "Gesendet von meinem Samsung Galaxy Smartphone.",
        "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon smartphone Samsung Galaxy.",
        "Enviado desde mi iPhone",
        "Enviado do meu iPhone",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Verzonden met mijn Samsung",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Lähetetty iPhonesta",
        "Wysłane z iPhone'a",
        "Odesláno z iPhonu",
        "Küldve az iPhone-omról",
        "Trimis de pe iPhone",
        "Στάλθηκε από το iPhone μου",
        "iPhone'umdan gönderildi",
        "Отправлено с iPhone",
        "Надіслано з iPhone",
        "发自我的iPhone",
        "從我的 iPhone 傳送",
        "iPhoneから送信",
        "나의 iPhone에서 보냄",
        "أُرسلت من الـ iPhone",
        "נשלח מה-iPhone שלי",
        "Đã gửi từ iPhone của tôi",
        "ส่งจาก iPhone ของฉัน",
        "Dikirim dari iPhone saya",
        "मेरे iPhone से भेजा गया",
        "Von Samsung Galaxy-Smartphone gesendet.",
        "Elküldve az iPhone-omról",
        "Get BlueMail for Android",
        "Sent with AquaMail\nhttps://example.com/",
        "Obtenir Outlook pour iOS",
        "Outlook für Android<https://aka.ms/abc> herunterladen",
        "获取适用于 Android 的 Outlook",
        "الحصول على Outlook لـ Android",
        "Envoyé à partir d'Outlook pour Android",
        "iOS版のOutlookを入手<https://aka.ms/abc>",
        "Sent from my Verizon, Samsung Galaxy smartphone",
        "Sent from my phone, sorry for the brevity",
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        auto_text whole = TEXT_EMPTY;
        text_append_format(&whole, "2\n\n%s\n", lines[i]);
        check_reply(text_string(&whole), "2", false);
        text_clear(&whole);
        text_append_format(&whole, "2\n%s\n\n> Quoted.\n", lines[i]);
        check_reply(text_string(&whole), "2", false);
    }
    static const char *const sentences[] = {
        "From my phone I can't see the picture that you sent.",
        "Ich habe dir die Fotos per E-Mail gesendet.",
        "Sent by mail yesterday, it should arrive soon.",
        "Sent from my desk, it is much easier than my mobile phone.",
        "Sent from my phone, we meet on Monday.",
        "Get Outlook, it is better.",
        "Get well soon, on Android as on iOS!",
        "Sent with love",
        "Sent from my heart",
        "I write from my iPhone mostly.",
    };
    for (size_t i = 0; i < COUNT_OF(sentences); i++) {
        auto_text whole = TEXT_EMPTY;
        text_append_format(&whole, "Hello!\n\n%s", sentences[i]);
        check_reply(text_string(&whole), text_string(&whole), false);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_device_lines),
    };
    return cmocka_run_group_tests_name("reply signature", tests, NULL, NULL);
}
