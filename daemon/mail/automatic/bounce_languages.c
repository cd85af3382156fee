#include "mail/automatic/bounce_languages.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { GAP_MAX = 80, STEM_MAX = 48 };

/* A noun and what is said of it, both as stems: '*' stands for the words between them, within one sentence. */
static const char *const full[] = {
    /* German */
    "postfach*voll",
    "speicherplatz",
    /* French */
    "boîte*pleine",
    "boite*pleine",
    "espace*insuffisant",
    /* Spanish */
    "buzón*lleno",
    "buzon*lleno",
    "casilla*llena",
    "bandeja*llena",
    /* Portuguese */
    "caixa*cheia",
    /* Italian */
    "casella*piena",
    /* Dutch */
    "postvak*vol",
    /* Swedish */
    "brevlåda*full",
    "postlåda*full",
    /* Danish */
    "postkasse*fuld",
    /* Norwegian */
    "postkasse*full",
    /* Polish */
    "skrzynka*pełn",
    "skrzynka*przepełnion",
    /* Czech */
    "schránka*pln",
    /* Hungarian */
    "postaláda*tele",
    /* Russian */
    "ящик*переполнен",
    "ящик*заполнен",
    /* Ukrainian */
    "скринька*переповнен",
    /* Turkish */
    "kutusu*dolu",
    /* Japanese */
    "メールボックス*いっぱい",
    "メールボックス*満杯",
    "メールボックス*超",
    /* Japanese and Chinese */
    "容量",
    /* Chinese */
    "邮箱*满",
    "郵箱*滿",
    "信箱*滿",
    /* Korean */
    "메일함*초과",
    "편지함*초과",
    "용량",
};

static const char *const gone[] = {
    /* German */
    "unbekannt",
    "existiert nicht",
    "nicht vorhanden",
    "nicht gefunden",
    "nicht im*gefunden",
    "gekündigt",
    /* French */
    "inconnu",
    "n'existe p",
    "introuvable",
    "adresse*invalide",
    "destinataire*invalide",
    /* Spanish */
    "desconocid",
    "no existe",
    "no encontrad",
    "no se encontró",
    "no se ha encontrado",
    "no es válid",
    /* Portuguese */
    "desconhecid",
    "não existe",
    "nao existe",
    "não encontrad",
    /* Portuguese, Spanish, Romanian */
    "inexistent",
    /* Italian */
    "sconosciut",
    "non esiste",
    "inesistent",
    "non*trovat",
    /* Dutch */
    "onbekend",
    "bestaat niet",
    "niet gevonden",
    /* Swedish */
    "okänd",
    "finns inte",
    /* Danish */
    "ukendt",
    "findes ikke",
    "ikke fundet",
    /* Norwegian */
    "ukjent",
    "finnes ikke",
    /* Finnish */
    "tuntematon",
    "ei ole olemassa",
    /* Polish */
    "nieznan",
    "nie istnieje",
    "nie znaleziono",
    /* Czech */
    "neznám",
    "neexistuje",
    /* Hungarian */
    "ismeretlen",
    "nem létezik",
    /* Romanian */
    "necunoscut",
    "nu există",
    /* Turkish */
    "bilinmeyen",
    "bulunamad",
    /* Greek */
    "άγνωστ",
    "δεν υπάρχει",
    /* Russian */
    "не существует",
    "не найден",
    "неизвестн",
    "нет такого",
    /* Ukrainian */
    "не існує",
    "не знайдено",
    /* Japanese */
    "存在しません",
    "見つかりません",
    /* Chinese */
    "不存在",
    /* Korean */
    "존재하지",
    "찾을 수 없",
    "없는 사용자",
};

/* A stop within "example.org" ends none. */
static bool ends_sentence(const char *text) {
    return strchr(".;!", *text) && (text[1] == ' ' || !text[1]);
}

bool bounce_languages_contain(const char *words, const char *pattern) {
    const char *gap = strchr(pattern, '*');
    if (!gap)
        return strstr(words, pattern) != NULL;
    char stem[STEM_MAX];
    size_t length = (size_t)(gap - pattern), rest = strlen(gap + 1);
    snprintf(stem, sizeof stem, "%.*s", (int)length, pattern);
    for (const char *at = strstr(words, stem); at; at = strstr(at + 1, stem)) {
        const char *from = at + length;
        size_t span = 0;
        while (span < GAP_MAX && from[span] && !ends_sentence(from + span))
            span++;
        if (memmem(from, span, gap + 1, rest))
            return true;
    }
    return false;
}

enum bounce_reason bounce_languages_reason(const char *normalised) {
    for (size_t i = 0; i < COUNT_OF(full); i++)
        if (bounce_languages_contain(normalised, full[i]))
            return BOUNCE_REASON_FULL;
    for (size_t i = 0; i < COUNT_OF(gone); i++)
        if (bounce_languages_contain(normalised, gone[i]))
            return BOUNCE_REASON_ADDRESS;
    return BOUNCE_REASON_UNKNOWN;
}
