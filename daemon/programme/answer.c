#include "programme/answer.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "programme/phrase.h"

/* What people write instead of a digit, one line a language and meaning. To teach tandempost a language, add its four
 * lines. Of the digits' own texts ("we are in touch, but slowly") only what stands alone without doubt. */
static const struct phrase table[] = {
    {"en", ANSWER_WELL,
     "yes, yep, yeah, fine, ok, okay, good, great, well, all well, all is well, all good, very well, all fine, "
     "everything is fine, everything is well, we are in touch, going well, it is going well"},
    {"en", ANSWER_SLOW, "slow, slowly, little, a little, a bit slow, a little slow, too slow, very slow, but slowly"},
    {"en", ANSWER_NO_CONTACT,
     "no, nope, nothing, none, silence, nothing yet, not yet, no contact, no reply, no answer, no news, no word, "
     "nothing heard"},
    {"en", ANSWER_HELP, "help, problem, help me, i need help"},
    {"fr", ANSWER_WELL,
     "oui, ouais, bien, très bien, super, parfait, d'accord, ok, ça va, ça va bien, ça va très bien, tout va bien, "
     "tout va très bien, tout se passe bien, ça se passe bien, nous sommes en contact, on est en contact"},
    {"fr", ANSWER_SLOW,
     "lent, lentement, peu, un peu, doucement, c'est lent, mais lentement, un peu lent, un peu lentement, trop lent, "
     "très lentement, plutôt lentement"},
    {"fr", ANSWER_NO_CONTACT,
     "non, rien, silence, pas encore, toujours rien, rien encore, sans nouvelles, sans nouvelle, pas de nouvelles, "
     "pas de nouvelle, aucune nouvelle, aucun contact, pas de contact, pas de réponse, aucune réponse, "
     "je suis sans nouvelles"},
    {"fr", ANSWER_HELP,
     "aide, problème, un problème, à l'aide, aidez-moi, au secours, besoin d'aide, j'ai besoin d'aide, "
     "j'aimerais de l'aide, il y a un problème"},
    {"de", ANSWER_WELL, "ja, gut, prima, alles gut, alles bestens, sehr gut"},
    {"de", ANSWER_SLOW, "langsam, wenig, schleppend, etwas langsam"},
    {"de", ANSWER_NO_CONTACT, "nein, nichts, stille, noch nichts, kein kontakt, keine antwort"},
    {"de", ANSWER_HELP, "hilfe, problem, ich brauche hilfe"},
    {"es", ANSWER_WELL,
     "sí, bien, muy bien, todo bien, todo va bien, todo muy bien, va bien, vamos bien, nos va bien, perfecto, genial, "
     "excelente, vale, ok, de maravilla, estamos en contacto"},
    {"es", ANSWER_SLOW,
     "lento, lenta, despacio, poco, un poco, un poco lento, va lento, vamos lento, pero despacio, pero lento, "
     "poco a poco, muy lento, muy despacio, lentamente"},
    {"es", ANSWER_NO_CONTACT,
     "no, nada, silencio, todavía no, aún no, nada todavía, todavía nada, aún nada, nada aún, sin noticias, "
     "sin respuesta, sin contacto, ninguna noticia, ninguna respuesta, no sé nada, no hay noticias"},
    {"es", ANSWER_HELP,
     "ayuda, problema, un problema, ayúdame, ayúdenme, necesito ayuda, socorro, tengo un problema, hay un problema"},
    {"pt", ANSWER_WELL, "sim, bem, tudo bem, muito bem, tudo ótimo"},
    {"pt", ANSWER_SLOW, "lento, devagar, pouco, um pouco lento"},
    {"pt", ANSWER_NO_CONTACT, "não, nada, silêncio, ainda não, ainda nada, sem notícias, sem resposta"},
    {"pt", ANSWER_HELP, "ajuda, problema, preciso de ajuda"},
    {"it", ANSWER_WELL, "sì, bene, tutto bene, va bene, molto bene, benissimo"},
    {"it", ANSWER_SLOW, "lento, piano, poco, un po' lento, lentamente"},
    {"it", ANSWER_NO_CONTACT, "no, niente, nulla, silenzio, non ancora, ancora niente, nessuna notizia"},
    {"it", ANSWER_HELP, "aiuto, problema, ho bisogno di aiuto"},
    {"nl", ANSWER_WELL, "ja, goed, prima, alles goed, heel goed"},
    {"nl", ANSWER_SLOW, "langzaam, weinig, een beetje langzaam"},
    {"nl", ANSWER_NO_CONTACT, "nee, niets, stilte, nog niet, nog niets, geen contact, geen antwoord"},
    {"nl", ANSWER_HELP, "hulp, probleem, ik heb hulp nodig"},
};

static enum answer_meaning find_phrase(const char *line, size_t length, const char *language) {
    int found = phrase_find(table, COUNT_OF(table), language, line, length);
    return found == PHRASE_MIXED ? ANSWER_AMBIGUOUS : (enum answer_meaning)found;
}

/* ANSWER_AMBIGUOUS for a number that was not offered. */
static enum answer_meaning find_one(const char *answer, const char *language) {
    if (answer[0] >= '0' && answer[0] <= '9') {
        if (answer[1] == '\0' && answer[0] >= '0' + ANSWER_WELL && answer[0] <= '0' + ANSWER_HELP)
            return (enum answer_meaning)(answer[0] - '0');
        return strspn(answer, "0123456789") == strlen(answer) ? ANSWER_AMBIGUOUS : ANSWER_NONE;
    }
    return find_phrase(answer, strlen(answer), language);
}

enum answer_meaning answer_find(const char *const *answers, size_t count, const char *language) {
    enum answer_meaning found = ANSWER_NONE;
    bool stray_number = false, differ = false;
    for (size_t i = 0; i < count; i++) {
        enum answer_meaning one = find_one(answers[i], language);
        if (one == ANSWER_AMBIGUOUS)
            stray_number = true;
        else if (one != ANSWER_NONE && found != ANSWER_NONE && one != found)
            differ = true;
        else if (one != ANSWER_NONE)
            found = one;
    }
    if (found == ANSWER_NONE)
        return ANSWER_NONE;
    return differ || stray_number ? ANSWER_AMBIGUOUS : found;
}

enum answer_meaning answer_read(const char *text, const char *const *answers, size_t count, const char *language) {
    const char *line = text ? text + strspn(text, " \t\r\n") : "";
    size_t length = strcspn(line, "\n");
    if (line[length] && phrase_is_greeting(line, length)) {
        line += length + strspn(line + length, " \t\r\n");
        length = strcspn(line, "\n");
    }
    enum answer_meaning standing = answer_find(answers, count, language);
    enum answer_meaning first_line = find_phrase(line, length, language);
    /* "Well, ..." begins sentences of any meaning. */
    if (first_line == ANSWER_NONE || first_line == standing || string_starts_with_ignore_case(line, "well,"))
        return standing;
    return standing == ANSWER_NONE ? first_line : ANSWER_AMBIGUOUS;
}

const char *answer_name(enum answer_meaning meaning) {
    switch (meaning) {
    case ANSWER_NONE:
        return "none";
    case ANSWER_WELL:
        return "well";
    case ANSWER_SLOW:
        return "slow";
    case ANSWER_NO_CONTACT:
        return "no contact";
    case ANSWER_HELP:
        return "help";
    case ANSWER_AMBIGUOUS:
        return "ambiguous";
    }
    return "";
}
