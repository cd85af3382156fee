#include "programme/address_score.h"

#include "base/reason.h"

enum address_event_kind address_score_bounce_kind(bool permanent, bool address_dead) {
    return permanent && address_dead ? ADDRESS_BOUNCED_HARD : ADDRESS_BOUNCED_SOFT;
}

/* How many soft bounces lie in the window that begins with the one at FROM. */
static size_t soft_bounces_in_window(const struct address_event *events, size_t count, int64_t from) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        if (events[i].kind == ADDRESS_BOUNCED_SOFT && events[i].at >= from && events[i].at - from < ADDRESS_SOFT_WINDOW)
            found++;
    return found;
}

struct address_score address_score_decide(const struct address_event *events, size_t count) {
    int64_t healed_at = INT64_MIN;
    for (size_t i = 0; i < count; i++)
        if (events[i].kind == ADDRESS_REPLY_CONFIRMED && events[i].at > healed_at)
            healed_at = events[i].at;
    size_t hard = 0;
    bool introduction_lost = false, soft_too_often = false;
    for (size_t i = 0; i < count; i++) {
        if (events[i].at <= healed_at)
            continue;
        if (events[i].kind == ADDRESS_BOUNCED_HARD) {
            hard++;
            introduction_lost |= events[i].introduction;
        } else if (events[i].kind == ADDRESS_BOUNCED_SOFT) {
            soft_too_often |= soft_bounces_in_window(events, count, events[i].at) >= ADDRESS_SOFT_MOST;
        }
    }
    if (introduction_lost)
        return (struct address_score){ADDRESS_DEAD,
                                      REASON("the introduction came back: the address does not work").text};
    if (hard >= ADDRESS_HARD_MOST)
        return (struct address_score){ADDRESS_DEAD, REASON("mail came back twice: the address does not work").text};
    if (soft_too_often)
        return (struct address_score){ADDRESS_DEAD, REASON("mail came back three times within 30 days").text};
    if (hard > 0)
        return (struct address_score){ADDRESS_SUSPECT, REASON("mail came back once: the address may not work").text};
    return (struct address_score){ADDRESS_GOOD, ""};
}
