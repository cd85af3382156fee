#include "simulation/simulation_sign_up.h"

#include "app/action_application.h"
#include "app/answer_sheet.h"
#include "mail/message/address.h"
#include "store/applications.h"
#include "store/outbox.h"
#include "store/participants.h"

struct reading {
    struct service *service;
    int64_t round;
    const struct form *form;
    struct arena *arena;
    struct simulation_sign_up *sign_up;
};

/* ---- What was sent ---- */

static bool count_mails(struct reading *reading, struct error *error) {
    auto_arena arena = arena_new();
    struct simulation_sign_up *ret = reading->sign_up;
    const struct {
        const char *template_name;
        size_t *count;
    } counts[] = {
        {"application", &ret->forms},
        {"application-unclear", &ret->unclear},
        {"application-summary", &ret->summaries},
        {"application-reminder", &ret->reminders},
        {"application-waiting", &ret->waiting},
        {"application-accepted", &ret->accepted},
    };
    enum outbox_state sent = OUTBOX_SENT;
    struct outbox_list rows;
    if (!outbox_list(reading->service->database, &(struct outbox_filter){.state = &sent}, arena, &rows, error))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        bool about_it = string_equal(rows.items[i].step, APPLICATION_STEP);
        ret->sent += about_it;
        for (size_t j = 0; about_it && j < COUNT_OF(counts); j++)
            *counts[j].count += string_equal(rows.items[i].template_name, counts[j].template_name);
    }
    return true;
}

/* ---- What was understood ---- */

static void add_fault(struct reading *reading, const struct simulated_applicant *applicant, const char *what) {
    struct simulation_sign_up *ret = reading->sign_up;
    ret->faults[ret->fault_count++] = arena_format(reading->arena, "%s %s", applicant->address, what);
}

/* A zone may follow from the country. */
static bool is_meant(const struct form_question *question, const char *meant, const char *noted) {
    return string_equal(meant, noted) || (!meant && (question->kind == FORM_ZONE || string_is_empty(noted)));
}

static bool check_answers(struct reading *reading, const struct simulated_applicant *applicant, int64_t application,
                          struct error *error) {
    const struct form *form = reading->form;
    const char *json;
    if (!applications_answers(reading->service->database, application, reading->arena, &json, error))
        return false;
    const struct form_answer *answers = answer_sheet_read_values(json, form, reading->arena);
    for (size_t i = 0; i < form->count && i < applicant->sheet.count; i++)
        if (!is_meant(&form->questions[i], applicant->sheet.meant[i], answers[i].finding.value)) {
            const char *noted = answers[i].finding.value, *meant = applicant->sheet.meant[i];
            add_fault(reading, applicant,
                      arena_format(reading->arena, "answered %s: \"%s\", but \"%s\" was noted", form->questions[i].name,
                                   meant ? meant : "nothing", noted ? noted : "nothing"));
            return true;
        }
    return true;
}

static bool check_applicant(struct reading *reading, const struct simulated_applicant *applicant, struct error *error) {
    struct database *database = reading->service->database;
    auto_string key = address_key(applicant->address);
    struct participant participant;
    struct application application = {0};
    if (!participants_find_by_address(database, key, reading->arena, &participant, error) ||
        (participant.id &&
         !applications_find(database, participant.id, reading->round, reading->arena, &application, error)))
        return false;
    if (applicant->confirmed != (application.id != 0))
        add_fault(reading, applicant,
                  applicant->confirmed ? "confirmed an application, and there is none"
                                       : "is taken on without having confirmed");
    reading->sign_up->take_part += application.id && application.state != APPLICATION_WAITING;
    return !application.id || check_answers(reading, applicant, application.id, error);
}

static void count_manner(struct simulation_form_manner *manner, const struct simulated_applicant *applicant) {
    manner->forms += applicant->sheet.meant != NULL;
    manner->questions += applicant->sheet.questions;
    manner->asked_again += applicant->sheet.asked_again;
    manner->wrong += applicant->sheet.wrong;
}

bool simulation_sign_up_read(struct service *service, int64_t round, const struct simulated_record *record,
                             struct arena *arena, struct simulation_sign_up *ret, struct error *error) {
    const struct form_set *forms = templates_form(service->templates, APPLICATION_FORM, "en", arena);
    require(forms);
    *ret = (struct simulation_sign_up){.faults =
                                           arena_take_array(arena, 2 * record->applicant_count, sizeof *ret->faults)};
    struct reading reading = {service, round, forms->forms[0], arena, ret};
    if (!count_mails(&reading, error))
        return false;
    for (size_t i = 0; i < record->applicant_count; i++) {
        const struct simulated_applicant *applicant = &record->applicants[i];
        ret->applied += applicant->joins > 0;
        ret->twice += applicant->joins > 1;
        ret->corrected += applicant->corrections > 0;
        count_manner(&ret->styles[applicant->style], applicant);
        count_manner(&ret->languages[applicant->language], applicant);
        count_manner(&ret->total, applicant);
        if (!check_applicant(&reading, applicant, error))
            return false;
    }
    return true;
}
