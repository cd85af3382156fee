#include "cli/story_telling.h"

#include <string.h>

#include "base/text.h"

const char *story_telling_person(const char *actor) {
    static const char prefix[] = "command:";
    return string_starts_with(actor, prefix) ? actor + strlen(prefix) : NULL;
}

const char *story_telling_because(const struct story_telling *telling, const char *why) {
    return string_is_empty(why) ? "" : arena_format(telling->arena, ": %s", why);
}

void story_telling_say(struct story_sentence *sentence, enum table_tone tone, const char *text) {
    sentence->text = text;
    sentence->tone = tone;
}
