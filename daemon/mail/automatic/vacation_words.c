#include "mail/automatic/vacation_words.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* The months' names and usual abbreviations in English, German, French, Spanish, Portuguese, Italian, Dutch, Swedish,
 * Danish, Norwegian, Polish, Czech, Russian, Ukrainian, Turkish, Finnish, Hungarian, Romanian, Croatian, Greek,
 * Indonesian, Arabic and Hebrew, in the case that stands beside a day. */
static const char *const months[12] = {
    " january jan januar jänner janvier janv enero ene janeiro gennaio gen januari stycznia sty ledna led "
    "января янв січня ocak tammikuuta januára ianuarie siječnja ιανουαρίου يناير ינואר ",
    " february feb februar feber février févr fév febrero fevereiro fev febbraio februari lutego lut "
    "února úno февраля фев лютого şubat helmikuuta február februarie veljače φεβρουαρίου فبراير פברואר ",
    " march mar märz mär mars marzo março maart mrt marts marca března bře марта мар березня mart "
    "maaliskuuta március martie ožujka μαρτίου maret مارس מרץ ",
    " april apr avril avr abril abr aprile kwietnia kwi dubna апреля апр квітня nisan huhtikuuta április "
    "aprilie travnja απριλίου أبريل אפריל ",
    " may mai mayo maio maggio mag mei maj maja května kvě мая травня mayıs toukokuuta május svibnja "
    "μαΐου مايو מאי ",
    " june jun juni juin junio junho giugno giu czerwca cze června июня июн червня haziran kesäkuuta "
    "június iunie lipnja ιουνίου يونيو יוני ",
    " july jul juli juillet juil julio julho luglio lug lipca lip července июля июл липня temmuz "
    "heinäkuuta július iulie ιουλίου يوليو יולי srpnja ",
    " august aug août aout agosto ago augustus augusti sierpnia sie srpna августа авг серпня ağustos "
    "elokuuta augusztus αυγούστου أغسطس אוגוסט agustus ",
    " september sep sept septembre septiembre setiembre setembro set settembre września wrz září сентября "
    "сен вересня eylül syyskuuta szeptember septembrie rujna σεπτεμβρίου سبتمبر ספטמבר ",
    " october oct oktober okt octobre octubre outubro ottobre ott października paź října октября окт "
    "жовтня ekim lokakuuta október octombrie οκτωβρίου أكتوبر אוקטובר ",
    " november nov novembre noviembre novembro listopada lis listopadu ноября ноя листопада kasım "
    "marraskuuta noiembrie studenoga νοεμβρίου نوفمبر נובמבר ",
    " december dec dezember dez décembre déc diciembre dic dezembro dicembre desember grudnia gru "
    "prosince декабря дек грудня aralık joulukuuta decembrie prosinca δεκεμβρίου ديسمبر דצמבר ",
};

/* Sunday first. */
static const char *const weekdays[7] = {
    " sunday sonntag dimanche domingo domenica zondag ",
    " monday montag lundi lunes segunda lunedì maandag понедельник понедельника måndag mandag poniedziałku ",
    " tuesday dienstag mardi martes terça martedì dinsdag вторник вторника ",
    " wednesday mittwoch mercredi miércoles quarta mercoledì woensdag среду среды ",
    " thursday donnerstag jeudi jueves quinta giovedì donderdag четверг четверга ",
    " friday freitag vendredi viernes sexta venerdì vrijdag пятницу пятницы ",
    " saturday samstag samedi sábado sabato zaterdag ",
};

/* Words before the day of return, or before the last day away. */
static const char *const triggers[] = {
    "until",       "till",        "til",        "back",       "return",    "returning",
    "returns",     "through",     "thru",       "resume",     "reachable",                   /* en */
    "bis",         "zurück",      "wieder",     "ab",         "rückkehr",  "einschließlich", /* de */
    "jusqu",       "jusqu'au",    "jusqu’au",   "jusqu'à",    "retour",    "partir",
    "inclus", /* fr */
    "hasta",       "regreso",     "regresaré",  "vuelvo",     "volveré",   "retorno",
    "vuelta",      "reincorporo", /* es */
    "até",         "ate",         "retornarei", "retornando", "voltarei",  "volto",
    "regressarei", "regresso",                                                        /* pt */
    "fino",        "sino",        "rientro",    "rientrerò",  "tornerò",   "ritorno", /* it */
    "tot",         "terug",       "t/m",        "vanaf",                              /* nl */
    "tillbaka",    "åter",        "tilbage",    "tilbake",    "fram",                 /* sv da no */
    "do",          "wracam",      "wrócę",      "powrót",     "powrócę",   "vrátím",
    "zpět", /* pl cs */
    "до",          "вернусь",     "вернется",   "вернётся",   "по",        "включительно",
    "буду",        "повернуся", /* ru uk */
    "dönüş",       "döneceğim", /* tr */
    "før",         "înapoi",      "până",       "έως",        "μέχρι",     "עד",
    "حتى",         "لغاية",       "sampai",     "hingga",     "đến", /* no ro el he ar id vi */
};

/* Words between the two ends of a range. */
static const char *const range_words[] = {
    "-", "–", "—",  "~",   "〜",    "～",  "to",  "until", "till", "through", "thru", "and", "bis",  "und", "au", "al",
    "à", "a", "ao", "até", "hasta", "tot", "t/m", "til",   "till", "do",      "по",   "до",  "から", "至",  "到"};

static bool is_one_of(const char *word, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (string_equal(word, list[i]))
            return true;
    return false;
}

/* The first list with WORD in it, or COUNT. The lists' words stand between single spaces. */
static size_t find_list(const char *word, const char *const *lists, size_t count) {
    size_t length = strlen(word);
    for (size_t i = 0; length > 0 && !strchr(word, ' ') && i < count; i++)
        for (const char *at = lists[i]; (at = strstr(at, word)); at += length)
            if (at[-1] == ' ' && at[length] == ' ')
                return i;
    return count;
}

int vacation_words_month(const char *word) {
    size_t month = strlen(word) < 3 ? COUNT_OF(months) : find_list(word, months, COUNT_OF(months));
    return month < COUNT_OF(months) ? (int)month + 1 : 0;
}

int vacation_words_weekday(const char *word) {
    size_t day = find_list(word, weekdays, COUNT_OF(weekdays));
    return day < COUNT_OF(weekdays) ? (int)day : -1;
}

bool vacation_words_leads_to_end(const char *word) {
    return is_one_of(word, triggers, COUNT_OF(triggers)) || string_starts_with(word, "jusqu"); /* "jusqu'au" */
}

bool vacation_words_joins_end(const char *word) {
    static const char *const joins[] = {"至", "到"};
    return is_one_of(word, joins, COUNT_OF(joins));
}

bool vacation_words_follows_end(const char *word) {
    static const char *const ends[] = {"ま", "戻", "復",   "返",     "回",    "止", "前",
                                       "出", "까", "asti", "saakka", "kadar", "ig"};
    return is_one_of(word, ends, COUNT_OF(ends));
}

bool vacation_words_is_range(const char *word) {
    return is_one_of(word, range_words, COUNT_OF(range_words));
}
