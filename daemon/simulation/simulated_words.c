#include "simulation/simulated_words.h"

#include <stdbool.h>
#include <string.h>

#include "base/civil.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"

/* ---- Letters: a question has an answer from either partner ---- */

enum { TOPICS_MOST = 14, QUESTIONS_MOST = 12, OPENINGS_MOST = 5 };

struct stock {
    const char *hello;      /* before the name */
    const char *hello_ends; /* after it */
    const char *first;      /* of the first letter */
    const char *address;    /* "write to me there": before the address */
    const char *address_ends;
    const char *openings[OPENINGS_MOST]; /* of a letter that answers */
    const char *alone;                   /* of one that does not */
    const char *topics[TOPICS_MOST];
    const char *questions[QUESTIONS_MOST][3]; /* the question, and two answers */
};

static const struct stock stocks[SIMULATED_LANGUAGES] = {
    [SIMULATED_ENGLISH] =
        {
            .hello = "Dear ",
            .hello_ends = ",",
            .first = "hello from far away! It seems that we are to write to each other, and I am glad of it.",
            .address = "By the way, my own address is ",
            .address_ends = ". Write to me there if you like, with the programme in Cc.",
            .openings = {"thank you for your letter! It came on a busy day and was the best part of it.",
                         "it is early, the doors are still closed, and I have ten quiet minutes for you.",
                         "I read your last letter twice, once at work and once at home.",
                         "your letter made me smile on the bus, and the driver asked what it was.",
                         "how good to hear from you. I had been wondering how your week went."},
            .alone = "it is quiet here this week, so I thought I would send you a few lines.",
            .topics = {"We are three people here, and a cat who is not on the payroll.",
                       "The lift has broken down again, and the heavy books stay where they are.",
                       "Today a boy asked me for the book with the blue cover. You know the rest.",
                       "We have moved the poetry to the entrance. Nobody borrowed more, but everybody stops.",
                       "Last week the whole second form came, and we counted the shoes at the door.",
                       "I am mending an atlas. Half of its countries have other names by now.",
                       "Our catalogue was down for a day, and people asked us for books again.",
                       "A lady returned a novel that was due in 1987. She had finished it, she said.",
                       "We have begun to lend umbrellas. They come back more often than the novels do.",
                       "The new shelves have come, and they are exactly one shelf too few.",
                       "On Saturday we open the roof terrace. Until now only the pigeons read there.",
                       "I have been asked to weed the travel guides. How do I throw away Yugoslavia?",
                       "Two students have got engaged between the law reports. We found out from the cake.",
                       "It is stocktaking, and I have met books that I had believed to be legends."},
            .questions =
                {{"What is the oldest thing in your library?", "The oldest thing here is the clock, which is late.",
                  "Ours is a herbal from 1611, if you do not count the caretaker."},
                 {"Who was the last person who made you laugh at the desk?",
                  "It was a girl of six, who wanted to return her brother.",
                  "It was our director, when he tried to use the new scanner."},
                 {"Do people still come to read the newspaper where you are?",
                  "Four people do, every morning, and always on the same chairs.",
                  "They do, and they still fight over the crossword."},
                 {"Which book do you give to somebody who doesn't read?", "I give them a cookbook, and wait.",
                  "I give them something short, with a dog in it."},
                 {"What would you change tomorrow if nobody had to be asked?",
                  "I would take down the sign that says what is not allowed.", "I would open on Sundays, with coffee."},
                 {"How do you begin your day?", "I begin by switching on the lamps, one room after the other.",
                  "With the book drop, because one never knows what is in it."},
                 {"What do you see from your desk?", "I see the back of a bus stop, and all the weather there is.",
                  "A courtyard with one tree. There is a nest in it."},
                 {"What has nobody borrowed for years, and you keep it all the same?",
                  "A history of our brewery in four volumes. I keep it for the brewer.",
                  "The slides of the town before the flood. Somebody will ask one day."},
                 {"Is it quiet where you work?", "It was, until we got the printer.",
                  "Never. I should miss the noise, I think."},
                 {"What did you want to be when you were ten?", "A captain. The library van was as near as I got.",
                  "I wanted to be a vet, and now I have the cat."},
                 {"Who taught you the work?", "A woman who knew every reader's grandmother.",
                  "Nobody, really. I was handed the keys on my third day."},
                 {"What are you reading yourself?", "A detective story in a language that I hardly know. It lasts.",
                  "Letters, of all things. Other people's are almost as good."}},
        },
    [SIMULATED_FRENCH] =
        {
            .hello = "Bonjour ",
            .hello_ends = ",",
            .first = "un grand bonjour de loin ! Nous allons donc nous écrire, et cela me fait très plaisir.",
            .address = "Au fait, voici mon adresse : ",
            .address_ends = ". Écrivez-moi là si vous voulez, avec le programme en copie.",
            .openings = {"merci pour votre lettre ! Elle est arrivée un jour chargé, et c’en était le meilleur moment.",
                         "il est tôt, les portes sont encore fermées, et j’ai dix minutes tranquilles pour vous.",
                         "j’ai lu votre lettre deux fois, au travail et à la maison.",
                         "votre lettre m’a fait sourire dans le bus.",
                         "quel plaisir de vous lire. Je me demandais comment allait votre semaine."},
            .alone = "tout est calme ici cette semaine, alors je vous envoie quelques lignes.",
            .topics = {"Nous sommes trois ici, plus un chat qui n’est pas salarié.",
                       "L’ascenseur est encore en panne, et les gros livres restent où ils sont.",
                       "Un garçon m’a demandé le livre à la couverture bleue. Vous connaissez la suite.",
                       "Nous avons mis la poésie à l’entrée, et tout le monde s’arrête.",
                       "Je répare un atlas dont la moitié des pays ont changé de nom.",
                       "Une dame a rendu un roman attendu depuis 1987. Elle venait de le finir.",
                       "Nous prêtons aussi des parapluies, et ils reviennent mieux que les romans.",
                       "Les nouvelles étagères sont là, et il en manque exactement une.",
                       "Samedi, nous ouvrons la terrasse. Jusqu’ici, seuls les pigeons y lisaient.",
                       "Toute une classe est venue, et nous avons compté les chaussures à la porte.",
                       "Le catalogue est tombé en panne, et l’on nous a de nouveau demandé conseil.",
                       "Deux étudiants se sont fiancés entre deux codes civils. Il y a eu du gâteau.",
                       "C’est l’inventaire, et j’ai rencontré des livres que je croyais légendaires.",
                       "Je trie les guides de voyage. Comment jeter la Yougoslavie ?"},
            .questions = {{"Quel est l’objet le plus ancien de votre bibliothèque ?",
                           "Chez nous, c’est l’horloge, et elle retarde.",
                           "Un herbier de 1611, si l’on ne compte pas le gardien."},
                          {"Que voyez-vous de votre bureau ?", "Je vois un arrêt de bus, et toute la météo.",
                           "Une cour avec un seul arbre, où il y a un nid."},
                          {"Comment commence votre journée ?", "Par les lampes, une salle après l’autre.",
                           "Par la boîte de retour, on ne sait jamais ce qu’il y a dedans."},
                          {"Quel livre donnez-vous à quelqu’un qui ne lit pas ?", "Un livre de cuisine, et j’attends.",
                           "Quelque chose de court, avec un chien."},
                          {"Est-ce calme chez vous ?", "Ça l’était, avant l’imprimante.",
                           "Jamais, et cela me manquerait."},
                          {"Que lisez-vous en ce moment ?", "Un roman policier dans une langue que je connais à peine.",
                           "Des lettres, justement."}},
        },
    [SIMULATED_SPANISH] =
        {
            .hello = "Hola, ",
            .hello_ends = ":",
            .first = "¡un saludo desde lejos! Parece que vamos a escribirnos, y me alegra mucho.",
            .address = "Por cierto, mi dirección es ",
            .address_ends = ". Puede escribirme allí, con el programa en copia.",
            .openings = {"¡gracias por su carta! Llegó en un día difícil y fue lo mejor de él.",
                         "es temprano, las puertas siguen cerradas y tengo diez minutos tranquilos para usted.",
                         "leí su carta dos veces, una en el trabajo y otra en casa.",
                         "su carta me hizo sonreír en el autobús.",
                         "qué alegría recibir su carta. Me preguntaba cómo iba su semana."},
            .alone = "esta semana todo está tranquilo, así que le mando unas líneas.",
            .topics = {"Aquí somos tres, más un gato que no está en la nómina.",
                       "El ascensor se ha roto otra vez, y los libros gordos se quedan donde están.",
                       "Hoy un niño me pidió el libro de la tapa azul. El resto ya lo conoce.",
                       "Hemos puesto la poesía en la entrada, y todo el mundo se detiene.",
                       "Estoy arreglando un atlas: la mitad de sus países ya se llama de otra manera.",
                       "Una señora devolvió una novela que esperábamos desde 1987. La acababa de terminar.",
                       "También prestamos paraguas, y vuelven más que las novelas.",
                       "Han llegado los estantes nuevos, y falta exactamente uno.",
                       "El sábado abrimos la azotea. Hasta ahora allí solo leían las palomas.",
                       "Vino una clase entera, y contamos los zapatos en la puerta.",
                       "El catálogo se cayó un día, y la gente volvió a pedirnos consejo.",
                       "Dos estudiantes se han prometido entre los códigos civiles. Hubo tarta.",
                       "Hacemos inventario, y he conocido libros que creía leyendas.",
                       "Estoy expurgando las guías de viaje. ¿Cómo se tira Yugoslavia?"},
            .questions = {{"¿Qué es lo más antiguo de su biblioteca?", "Aquí es el reloj, que además atrasa.",
                           "Un herbario de 1611, si no contamos al conserje."},
                          {"¿Qué ve desde su escritorio?", "Veo una parada de autobús y todo el tiempo que hace.",
                           "Un patio con un solo árbol, que tiene un nido."},
                          {"¿Cómo empieza su día?", "Con las lámparas, sala por sala.",
                           "Con el buzón de devoluciones, nunca se sabe qué hay dentro."},
                          {"¿Qué libro le da a quien no lee?", "Un libro de cocina, y espero.",
                           "Algo corto, con un perro."},
                          {"¿Hay silencio donde trabaja?", "Lo había, hasta que llegó la impresora.",
                           "Nunca, y lo echaría de menos."},
                          {"¿Qué está leyendo ahora?", "Una novela policíaca en un idioma que apenas conozco.",
                           "Cartas, precisamente."}},
        },
};

static size_t count_of(const char *const *sentences, size_t most) {
    size_t count = 0;
    while (count < most && sentences[count])
        count++;
    return count;
}

static size_t question_count(const struct stock *stock) {
    size_t count = 0;
    while (count < QUESTIONS_MOST && stock->questions[count][0])
        count++;
    return count;
}

static const char *pick_topic(const struct stock *stock, size_t turn) {
    size_t count = count_of(stock->topics, TOPICS_MOST);
    require(count > 0);
    return stock->topics[turn % count];
}

static const char *pick_question(const struct stock *stock, size_t turn) {
    size_t count = question_count(stock);
    require(count > 0);
    return stock->questions[turn % count][0];
}

static const char *first_name(const char *name, struct arena *arena) {
    return arena_copy_bytes(arena, name, strcspn(name, " "));
}

const char *simulated_words_letter(enum simulated_language language, const struct simulated_letter_words *words,
                                   struct arena *arena) {
    const struct stock *stock = &stocks[language];
    size_t turn = words->offset + 2 * words->number + words->side;
    auto_text letter = TEXT_EMPTY;
    const char *opening = words->answers
                              ? stock->openings[(words->offset + words->number + 2 * words->side) % OPENINGS_MOST]
                              : (words->number == 0 ? stock->first : stock->alone);
    text_append_format(&letter, "%s%s%s\n\n%s\n\n", stock->hello, first_name(words->reader, arena), stock->hello_ends,
                       opening);
    if (words->answered >= 0 && (size_t)words->answered < question_count(stock))
        text_append_format(&letter, "%s ", stock->questions[words->answered][1 + words->side]);
    text_append_format(&letter, "%s\n\n%s\n\n", pick_topic(stock, turn), pick_question(stock, turn));
    if (words->address)
        text_append_format(&letter, "%s%s%s\n\n", stock->address, words->address, stock->address_ends);
    text_append(&letter, first_name(words->writer, arena));
    return arena_copy_string(arena, text_string(&letter));
}

const char *simulated_words_letter_subject(enum simulated_language language) {
    static const char *const subjects[SIMULATED_LANGUAGES] = {"From my library", "De ma bibliothèque",
                                                              "Desde mi biblioteca"};
    return subjects[language];
}

int simulated_words_find_question(enum simulated_language language, const char *text) {
    const struct stock *stock = &stocks[language];
    const char *first = NULL;
    int found = -1;
    for (size_t i = 0; i < question_count(stock); i++) {
        const char *at = strstr(text, stock->questions[i][0]);
        if (at && (!first || at < first)) {
            first = at;
            found = (int)i;
        }
    }
    return found;
}

void simulated_words_each_sentence(void (*found)(void *context, const char *sentence), void *context) {
    for (size_t language = 0; language < SIMULATED_LANGUAGES; language++) {
        const struct stock *stock = &stocks[language];
        found(context, stock->first);
        found(context, stock->alone);
        for (size_t i = 0; i < OPENINGS_MOST; i++)
            found(context, stock->openings[i]);
        for (size_t i = 0; i < count_of(stock->topics, TOPICS_MOST); i++)
            found(context, stock->topics[i]);
        for (size_t i = 0; i < question_count(stock); i++)
            for (size_t j = 0; j < COUNT_OF(stock->questions[i]); j++)
                found(context, stock->questions[i][j]);
    }
}

/* ---- To the programme ---- */

enum simulated_language simulated_words_language(const char *tag) {
    if (tag && string_starts_with(tag, "fr"))
        return SIMULATED_FRENCH;
    return tag && string_starts_with(tag, "es") ? SIMULATED_SPANISH : SIMULATED_ENGLISH;
}

const char *simulated_words_language_name(enum simulated_language language) {
    static const char *const names[SIMULATED_LANGUAGES] = {"English", "French", "Spanish"};
    return names[language];
}

const char *simulated_words_answer(enum simulated_language language, int digit) {
    static const char *const words[SIMULATED_LANGUAGES][4] = {
        {"All is well", "Slowly", "Nothing yet", "I need help"},
        {"Tout va bien", "Lentement", "Pas de nouvelles", "J’ai besoin d’aide"},
        {"Todo va bien", "Despacio", "Sin noticias", "Necesito ayuda"},
    };
    return words[language][digit - 1];
}

const char *simulated_words_remark(enum simulated_language language) {
    static const char *const remarks[SIMULATED_LANGUAGES] = {
        "We write when the week allows, and that is fine for both of us.",
        "Nous nous écrivons quand la semaine le permet, et cela nous convient.",
        "Nos escribimos cuando la semana lo permite, y así nos va bien."};
    return remarks[language];
}

const char *simulated_words_unclear(enum simulated_language language) {
    static const char *const sentences[SIMULATED_LANGUAGES] = {"What a lovely idea this is, do go on asking!",
                                                               "Quelle belle idée, continuez à demander !",
                                                               "¡Qué bonita idea, sigan preguntando!"};
    return sentences[language];
}

static const char *const months[SIMULATED_LANGUAGES][12] = {
    {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
     "December"},
    {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
     "décembre"},
    {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
     "diciembre"},
};

/* "10 March 2025", "10 de marzo de 2025" */
static const char *format_day(enum simulated_language language, int64_t day, struct arena *arena) {
    struct civil_date date = civil_from_days(day);
    const char *of = language == SIMULATED_SPANISH ? "de " : "";
    return arena_format(arena, "%d %s%s %s%d", date.day, of, months[language][date.month - 1], of, (int)date.year);
}

const char *simulated_words_attribution(enum simulated_language language, int64_t date, int zone_minutes,
                                        const char *name, const char *address, struct arena *arena) {
    static const struct {
        const char *on, *at, *before_address, *after_address;
    } words[SIMULATED_LANGUAGES] = {{"On ", " at ", " <", "> wrote:"},
                                    {"Le ", " à ", " <", "> a écrit :"},
                                    {"El ", " a las ", " (<", ">) escribió:"}};
    int64_t local = date + (int64_t)zone_minutes * SECONDS_PER_MINUTE;
    int minute = (int)(local % SECONDS_PER_DAY / SECONDS_PER_MINUTE);
    return arena_format(arena, "%s%s%s%02d:%02d, %s%s%s%s", words[language].on,
                        format_day(language, local / SECONDS_PER_DAY, arena), words[language].at, minute / 60,
                        minute % 60, name, words[language].before_address, address, words[language].after_address);
}

const char *simulated_words_away(enum simulated_language language, int64_t date, struct arena *arena) {
    static const char *const words[SIMULATED_LANGUAGES][2] = {
        {"Thank you for your message. I am on holiday until ", " and will read it when I am back."},
        {"Merci pour votre message. Je suis en congé jusqu’au ", " et je vous lirai à mon retour."},
        {"Gracias por su mensaje. Estoy de vacaciones hasta el ", " y lo leeré a la vuelta."}};
    return arena_format(arena, "%s%s%s", words[language][0], format_day(language, date / SECONDS_PER_DAY, arena),
                        words[language][1]);
}

const char *simulated_words_away_subject(enum simulated_language language) {
    static const char *const subjects[SIMULATED_LANGUAGES] = {
        "Out of office: ", "Absence du bureau : ", "Fuera de la oficina: "};
    return subjects[language];
}

const char *simulated_words_farewell(enum simulated_language language) {
    static const char *const texts[SIMULATED_LANGUAGES] = {
        "I am very sorry, but I have a new job and no time left. Please take me out.",
        "Je regrette beaucoup, mais j’ai un nouveau poste et plus une minute. Retirez-moi du programme, s’il vous "
        "plaît.",
        "Lo siento mucho, pero tengo un trabajo nuevo y ya no tengo tiempo. Por favor, sáquenme del programa."};
    return texts[language];
}

const char *simulated_words_farewell_subject(enum simulated_language language) {
    static const char *const subjects[SIMULATED_LANGUAGES] = {"I have to stop", "Je dois arrêter", "Tengo que dejarlo"};
    return subjects[language];
}

const char *simulated_words_report(enum simulated_language language) {
    static const char *const texts[SIMULATED_LANGUAGES] = {
        "REPORT\n\nThe last letters ask me for money, and yesterday for my bank. I do not want to answer any more.",
        "SIGNALER\n\nLes dernières lettres me demandent de l’argent. Je ne veux plus répondre.",
        "DENUNCIA\n\nLas últimas cartas me piden dinero. No quiero responder más."};
    return texts[language];
}
