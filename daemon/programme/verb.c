#include "programme/verb.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "programme/phrase.h"

/* One line a language and verb. To teach tandempost a language, add its lines here and in answer.c. Only words with
 * which nobody begins a letter to a friend. */
static const struct phrase table[] = {
    {"en", VERB_STOP, "stop, unsubscribe, pause, opt out, stop emails, stop mails, no more emails, no more mails"},
    {"en", VERB_HELP, "help, help me, i need help"},
    {"en", VERB_REPORT, "report, report abuse, report misconduct, i want to report"},
    {"en", VERB_START, "start, resume, restart, unpause"},
    {"fr", VERB_STOP,
     "stop, arrêt, arrêter, arrêtez, arrête, pause, désabonner, me désabonner, désabonnez-moi, désabonnement, "
     "désinscrire, me désinscrire, désinscrivez-moi, désinscription, ne m'écrivez plus, plus de messages"},
    {"fr", VERB_HELP, "aide, à l'aide, aidez-moi, au secours, besoin d'aide, j'ai besoin d'aide"},
    {"fr", VERB_REPORT, "signaler, signalement, je signale, je veux signaler, je voudrais signaler, dénoncer"},
    {"fr", VERB_START, "reprendre, reprenez, reprise, recommencer, recommencez"},
    {"es", VERB_STOP,
     "parar, paren, baja, dar de baja, darme de baja, quiero darme de baja, denme de baja, pausa, alto, detener, "
     "cancelar, no me escriban más, no más mensajes, no más correos"},
    {"es", VERB_HELP, "ayuda, ayúdame, ayúdenme, necesito ayuda, socorro, auxilio"},
    {"es", VERB_REPORT, "denunciar, denuncia, denuncio, quiero denunciar, reportar, quiero reportar"},
    {"es", VERB_START, "reanudar, reanuden, retomar, reiniciar, volver a empezar"},
    {"de", VERB_STOP, "stopp, halt, pause, abmelden, aufhören, keine mails mehr"},
    {"de", VERB_HELP, "hilfe, ich brauche hilfe"},
    {"de", VERB_REPORT, "melden, ich möchte melden, missbrauch melden"},
    {"de", VERB_START, "fortsetzen, weitermachen, wieder anfangen"},
    {"pt", VERB_STOP, "parar, parem, pausa, sair, cancelar, cancelar inscrição, não me escrevam mais"},
    {"pt", VERB_HELP, "ajuda, ajudem-me, preciso de ajuda, socorro"},
    {"pt", VERB_REPORT, "denunciar, denúncia, quero denunciar"},
    {"pt", VERB_START, "retomar, recomeçar, reiniciar"},
    {"it", VERB_STOP, "fermare, fermate, pausa, basta, cancellami, disiscrivermi, non scrivetemi più"},
    {"it", VERB_HELP, "aiuto, aiutatemi, ho bisogno di aiuto"},
    {"it", VERB_REPORT, "segnalare, segnalazione, vorrei segnalare"},
    {"it", VERB_START, "riprendere, riprendete, ricominciare"},
    {"nl", VERB_STOP, "stoppen, pauze, afmelden, uitschrijven, geen mails meer"},
    {"nl", VERB_HELP, "hulp, ik heb hulp nodig"},
    {"nl", VERB_REPORT, "melden, ik wil melden, misbruik melden"},
    {"nl", VERB_START, "hervatten, opnieuw beginnen"},
};

/* Two verbs that differ are none: never guessed. */
static enum verb verb_of_line(const char *line, size_t length, const char *language) {
    int found = phrase_find(table, COUNT_OF(table), language, line, length);
    return found == PHRASE_MIXED ? VERB_NONE : (enum verb)found;
}

enum { LINES_MAX = 50 }; /* that hold words; more than a few are a letter */

enum verb verb_find(const char *text, const char *language, bool *ret_alone) {
    enum verb verb = VERB_NONE;
    bool alone = true;
    size_t lines = 0;
    for (const char *line = text ? text : ""; *line && alone;) {
        size_t length = strcspn(line, "\n");
        if (length > 0 && ++lines > LINES_MAX) {
            alone = false;
        } else if (!phrase_is_polite(line, length)) {
            alone = verb == VERB_NONE;
            if (alone && (verb = verb_of_line(line, length, language)) == VERB_NONE)
                return VERB_NONE;
        }
        line += length + (line[length] == '\n');
    }
    if (verb != VERB_NONE)
        *ret_alone = alone;
    return verb;
}

const char *verb_name(enum verb verb) {
    switch (verb) {
    case VERB_NONE:
        return "none";
    case VERB_STOP:
        return "stop";
    case VERB_HELP:
        return "help";
    case VERB_REPORT:
        return "report";
    case VERB_START:
        return "start";
    }
    return "none";
}
