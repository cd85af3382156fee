/* The templates that people edit, and how they and the built-in ones stand in for each other. */
#include "programme/question.h"
#include "unit/app/templates_fixture.h"

static void assert_body(struct fixture *fixture, const char *language, const char *expected_plain) {
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    if (!render(fixture, "note", language, 0, arena, &message, &error))
        fail_msg("%s", error.message);
    assert_string_equal(message.plain, expected_plain);
}

static void languages_fall_back(void **state) {
    /* Goal: pt-BR, then pt, then the programme's language, then English; pieces in the language of the message. */
    struct fixture *fixture = *state;
    start(fixture, "nl");
    write_file(fixture, "nl/note.md", "Subject: s\n\nnl {{> tail}}\n");
    write_file(fixture, "nl/_tail.md", "fin");
    write_file(fixture, "en/_tail.md", "end");
    assert_body(fixture, "pt-BR", "nl fin\n");
    write_file(fixture, "pt/note.md", "Subject: s\n\npt {{> tail}}\n");
    assert_body(fixture, "pt-br", "pt fin\n");
    write_file(fixture, "pt-BR/note.md", "Subject: s\n\nbr\n");
    assert_body(fixture, "pt-BR", "br\n");
    assert_body(fixture, "pt-PT", "pt fin\n");
    assert_body(fixture, "../../etc", "nl fin\n");
    write_file(fixture, "en/note.md", "Subject: s\n\nen {{> tail}}\n");
    assert_body(fixture, "en-GB", "en end\n");
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(render(fixture, "check-in", "pt-BR", 0, arena, &message, &error));
    assert_string_equal(message.language, "en");
}

static void edits_count_at_once(void **state) {
    /* Goal: a file that is changed, replaced or removed counts from its next use; the hash tells versions apart. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    struct templates_message first, second;
    struct error error = ERROR_INIT;
    write_file(fixture, "en/note.md", "Subject: s\n\none {{> tail}}\n");
    write_file(fixture, "en/_tail.md", "a");
    assert_true(render(fixture, "note", "en", 0, arena, &first, &error));
    assert_string_equal(first.plain, "one a\n");
    write_file(fixture, "en/_tail.md", "b");
    assert_true(render(fixture, "note", "en", 0, arena, &second, &error));
    assert_string_equal(second.plain, "one b\n");
    assert_string_not_equal(first.hash, second.hash);
    write_file(fixture, "en/_tail.md", "a");
    assert_true(render(fixture, "note", "en", 0, arena, &second, &error));
    assert_string_equal(first.hash, second.hash);
    remove_file(fixture, "en/note.md");
    assert_false(render(fixture, "note", "en", 0, arena, &second, &error));
    assert_non_null(strstr(error.message, "there is no usable template 'note'; write "));
    write_file(fixture, "en/welcome.md", "Subject: own\n\nown\n");
    assert_true(render(fixture, "welcome", "en", 0, arena, &second, &error));
    assert_string_equal(second.subject, "own");
    remove_file(fixture, "en/welcome.md");
    assert_true(render(fixture, "welcome", "en", 0, arena, &second, &error));
    assert_string_equal(second.subject, "Welcome to Library Friends, Anna");
}

static void broken_files_keep_the_last_good_one(void **state) {
    /* Goal: a broken edit changes nothing in the mail, is told once with file and line, and told well again once. */
    struct fixture *fixture = *state;
    write_file(fixture, "en/note.md", "Subject: s\n\ngood {{recipient.first_name}}\n");
    assert_body(fixture, "en", "good Anna\n");
    assert_string_equal(text_string(&fixture->told), "en/note.md: well\n");
    text_clear(&fixture->told);
    write_file(fixture, "en/note.md", "Subject: s\n\nbad {{recipient.fist_name}}\n{{nonsense_here}}\n");
    assert_body(fixture, "en", "good Anna\n");
    templates_look_again(fixture->templates);
    assert_body(fixture, "en", "good Anna\n");
    auto_text expected = TEXT_EMPTY;
    text_append_format(&expected,
                       "en/note.md: %s/en/note.md:3: unknown name 'recipient.fist_name'; did you mean "
                       "'recipient.first_name'?\n%s/en/note.md:4: unknown name 'nonsense_here'; `tandempost template "
                       "names` lists the names\n",
                       fixture->directory, fixture->directory);
    assert_string_equal(text_string(&fixture->told), text_string(&expected));
    start(fixture, "en");
    assert_body(fixture, "en", "good Anna\n");
    assert_string_equal(text_string(&fixture->told), text_string(&expected));
    text_clear(&fixture->told);
    write_file(fixture, "en/note.md", "Subject: s\n\nbetter\n");
    assert_body(fixture, "en", "better\n");
    assert_string_equal(text_string(&fixture->told), "en/note.md: well\n");
}

static void broken_pieces_and_built_in_fallback(void **state) {
    /* Goal: a broken piece keeps its last good version; a file broken from the start falls back on the built-in one. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    write_file(fixture, "en/note.md", "Subject: s\n\n{{> tail}}\n");
    write_file(fixture, "en/_tail.md", "tail");
    assert_body(fixture, "en", "tail\n");
    write_file(fixture, "en/_tail.md", "{{#open}}");
    assert_body(fixture, "en", "tail\n");
    assert_non_null(strstr(text_string(&fixture->told), "_tail.md:1: {{#open}} is never closed"));
    write_file(fixture, "en/welcome.md", "Welcome!\n");
    assert_true(render(fixture, "welcome", "en", 0, arena, &message, &error));
    assert_string_equal(message.subject, "Welcome to Library Friends, Anna");
    assert_non_null(strstr(text_string(&fixture->told), "en/welcome.md:1: expected 'Name: value'"));
}

static void file_being_written_is_left_alone(void **state) {
    /* Goal: a file changed in this very second may be half written; the version in use stays until it has settled. */
    struct fixture *fixture = *state;
    write_file(fixture, "en/note.md", "Subject: s\n\nwhole\n");
    assert_body(fixture, "en", "whole\n");
    write_file(fixture, "en/note.md", "Subject: s\n\nhal");
    auto_text path = TEXT_EMPTY;
    text_append_format(&path, "%s/en/note.md", fixture->directory);
    assert_int_equal(utimensat(AT_FDCWD, text_string(&path), NULL, 0), 0);
    assert_body(fixture, "en", "whole\n");
    struct timespec past[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, text_string(&path), past, 0), 0);
    templates_look_again(fixture->templates);
    assert_body(fixture, "en", "hal\n");
}

static void own_topics_replace_the_built_in_ones(void **state) {
    /* Goal: a folder of topics counts as a whole, ordered by number, gaps allowed; other languages translate by number.
     */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    write_file(fixture, "en/topics/02-b.md", "Title: Second\n\nsecond {{partner_first_names}}\n");
    write_file(fixture, "en/topics/10-c.md", "Title: Tenth\n\n*tenth*\n");
    write_file(fixture, "fr/topics/10-x.md", "Title: Dixi\xC3\xA8me\n\nfr\n");
    write_file(fixture, "en/note.md", "Subject: {{topic.title}}\n\n{{{topic.body}}}\n");
    assert_int_equal(templates_topic_count(fixture->templates), 2);
    struct templates_list french = templates_topics(fixture->templates, "fr-CA", arena);
    assert_int_equal(french.count, 2);
    assert_string_equal(french.items[0].path, "en/topics/02-b.md");
    assert_string_equal(french.items[1].path, "fr/topics/10-x.md");
    assert_string_equal(french.items[1].title, "Dixi\xC3\xA8me");
    assert_false(french.items[1].built_in);
    struct templates_request request = {"note", "fr", 2, template_names_schema(MESSAGE_TO_MEMBER, true, NULL),
                                        values_for(arena, true, true)};
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(templates_render(fixture->templates, &request, arena, &message, &error));
    assert_string_equal(message.subject, "Dixi\xC3\xA8me");
    assert_string_equal(message.plain, "fr\n");
    request.topic = 3;
    assert_false(templates_render(fixture->templates, &request, arena, &message, &error));
}

static void a_topic_of_ones_own_has_no_built_in_translation(void **state) {
    /* Goal: a topic that replaces a built-in one goes out as it is in every language, not beside a translation of the
     * old one; an edited one keeps its translations. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    write_file(fixture, "en/topics/01-the-view-from-your-desk.md", "Title: The view, edited\n\nSo.\n");
    write_file(fixture, "en/topics/02-ours.md", "Title: Ours\n\nOurs alone.\n");
    struct templates_list french = templates_topics(fixture->templates, "fr", arena);
    assert_int_equal(french.count, 2);
    assert_string_equal(french.items[0].language, "fr");
    assert_string_equal(french.items[1].path, "en/topics/02-ours.md");
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(render(fixture, "discussion", "fr", 2, arena, &message, &error));
    assert_non_null(strstr(message.plain, "Ours alone."));
    assert_string_equal(message.language, "fr");
    write_file(fixture, "fr/topics/02-a-nous.md", "Title: \u00C0 nous\n\nBien.\n");
    french = templates_topics(fixture->templates, "fr", arena);
    assert_string_equal(french.items[1].path, "fr/topics/02-a-nous.md");
}

static void a_language_is_a_folder(void **state) {
    /* Goal: a folder that appears is a language: its messages, pieces and topics count at once, the rest falls back,
     * and what it lacks can be told. */
    struct fixture *fixture = *state;
    auto_arena arena = arena_new();
    struct templates_message message;
    struct error error = ERROR_INIT;
    assert_true(render(fixture, "check-in", "tlh", 0, arena, &message, &error));
    assert_string_equal(message.language, "en");
    write_file(fixture, "tlh/check-in.md",
               "Subject: nuqneH {{partner_first_names}}\n\n{{recipient.first_name}}!\n\n{{> answers}}\n{{> footer}}\n");
    write_file(fixture, "tlh/_answers.md", "1. HIja'\n2. ghobe'\n3. chay'\n4. nuq\n5. Hegh\n");
    write_file(fixture, "tlh/topics/01-qach.md", "Title: qach\n\n{{partner_first_names}}?\n");
    templates_look_again(fixture->templates);
    assert_true(render(fixture, "check-in", "tlh", 0, arena, &message, &error));
    assert_string_equal(message.language, "tlh");
    assert_true(string_starts_with(message.subject, "nuqneH Ben"));
    assert_non_null(strstr(message.plain, "ghobe'"));
    assert_non_null(strstr(message.plain, "You get this mail because"));
    assert_non_null(strstr(message.html, "lang=\"tlh\""));
    assert_true(render(fixture, "discussion", "tlh", 1, arena, &message, &error));
    assert_non_null(strstr(message.subject, "qach"));
    assert_true(render(fixture, "discussion", "tlh", 2, arena, &message, &error));
    assert_non_null(strstr(message.subject, "A walk through your place"));
    auto_error_list problems = ERROR_LIST_EMPTY;
    templates_check(fixture->templates, &problems, NULL);
    assert_int_equal(problems.count, 0);
}

static int meaning_of(struct fixture *fixture, const char *answer, const char *language) {
    auto_arena arena = arena_new();
    templates_look_again(fixture->templates);
    return question_find_answer(question_find("check-in"), &answer, 1,
                                templates_words(fixture->templates, language, arena));
}

static void words_are_a_file_of_the_language(void **state) {
    /* Goal: what people may answer is read from their language's folder, then from the programme's and English; an edit
     * counts at once, and a broken one changes nothing and is told. */
    struct fixture *fixture = *state;
    start(fixture, "fr");
    assert_int_equal(meaning_of(fixture, "jes", "eo"), QUESTION_NO_ANSWER);
    assert_int_equal(meaning_of(fixture, "oui", "eo"), 1);
    assert_int_equal(meaning_of(fixture, "oui", NULL), 1);
    assert_int_equal(meaning_of(fixture, "yes", "eo"), 1);
    assert_int_equal(meaning_of(fixture, "sim", "pt-BR"), 1);
    assert_int_equal(meaning_of(fixture, "sim", "fr"), QUESTION_NO_ANSWER);
    write_file(fixture, "eo/words.txt", "1: jes\n3: ne\nPolite: dankon\n");
    assert_int_equal(meaning_of(fixture, "jes", "eo"), 1);
    assert_int_equal(meaning_of(fixture, "non dankon", "fr"), 3);
    write_file(fixture, "pt-BR/words.txt", "2: sim\n");
    assert_int_equal(meaning_of(fixture, "sim", "pt-BR"), 2);
    assert_int_equal(meaning_of(fixture, "sim", "pt-PT"), 1);
    assert_int_equal(meaning_of(fixture, "tudo bem", "pt-BR"), 1);
    text_clear(&fixture->told);
    write_file(fixture, "eo/words.txt", "1: jes, bone\n3: bone\n");
    assert_int_equal(meaning_of(fixture, "jes", "eo"), 1);
    assert_int_equal(meaning_of(fixture, "bone", "eo"), QUESTION_NO_ANSWER);
    assert_non_null(strstr(text_string(&fixture->told), "eo/words.txt:2: \"bone\" stands under 1 already"));
    write_file(fixture, "eo/words.txt", "1: jes, bone\n");
    assert_int_equal(meaning_of(fixture, "bone", "eo"), 1);
    assert_true(string_ends_with(text_string(&fixture->told), "eo/words.txt: well\n"));
}

static void check_tells_all_files(void **state) {
    /* Goal: `template check` sees the files as they are now, in every language, with pieces and topics. */
    struct fixture *fixture = *state;
    write_file(fixture, "sv/note.md", "Subject: s\n\n{{recipient.nme}}\n{{> nowhere}}\n");
    write_file(fixture, "sv/_bad.md", "{{#x}}\n");
    write_file(fixture, "sv/topics/hello.md", "Title: x\n\ny\n");
    write_file(fixture, "sv/topics/01-a.md", "Subject: x\n\ny\n");
    write_file(fixture, "sv/topics/01-b.md", "Title: x\n\ny\n");
    write_file(fixture, "sv/words.txt", "1: ja\nSTOP: ja\n3: ja\n");
    auto_error_list problems = ERROR_LIST_EMPTY;
    templates_check(fixture->templates, &problems, NULL);
    auto_text all = TEXT_EMPTY;
    for (size_t i = 0; i < problems.count; i++) {
        auto_string line = error_list_format(&problems.entries[i]);
        text_append_format(&all, "%s\n", line + strlen(fixture->directory) + 1);
    }
    assert_string_equal(text_string(&all),
                        "sv/_bad.md:1: {{#x}} is never closed; write {{/x}} where the section ends\n"
                        "sv/note.md:3: unknown name 'recipient.nme'; did you mean 'recipient.name'?\n"
                        "sv/note.md:4: there is no piece 'nowhere'; it would be a file _nowhere.md\n"
                        "sv/topics/01-a.md:1: unknown line 'Subject:'; did you mean 'Title:'?\n"
                        "sv/topics/01-b.md: there is another topic number 1, which is used instead\n"
                        "sv/topics/hello.md: a topic's file is named NN-name.md, such as 07-libraries.md\n"
                        "sv/words.txt:3: \"ja\" stands under 1 already, in line 1; it can't mean both\n");
    auto_arena arena = arena_new();
    size_t count;
    const char **languages = templates_languages(fixture->templates, arena, &count);
    assert_int_equal(count, 8);
    assert_string_equal(languages[7], "sv");
    struct templates_list list = templates_list(fixture->templates, arena);
    assert_string_equal(list.items[list.count - 1].path, "sv/note.md");
    assert_true(list.items[0].built_in && list.items[0].piece);
}

static void names_are_joined_as_people_do(void **state) {
    /* Goal: partners' names read as a list of the language. */
    (void)state;
    auto_arena arena = arena_new();
    const char *const names[] = {"Ben", "Chen", "Dara"};
    assert_string_equal(templates_join("en", names, 1, arena), "Ben");
    assert_string_equal(templates_join("en", names, 2, arena), "Ben and Chen");
    assert_string_equal(templates_join("fr-CA", names, 2, arena), "Ben et Chen");
    assert_string_equal(templates_join("en", names, 0, arena), "");
    assert_string_equal(templates_join("en", names, 3, arena), "Ben, Chen, and Dara");
    assert_string_equal(templates_join("fr", names, 3, arena), "Ben, Chen et Dara");
    assert_string_equal(templates_join("es", names, 3, arena), "Ben, Chen y Dara");
    const char *const spanish[] = {"Ana", "Inés"}, *const vowels[] = {"Ana", "Hilda"},
                      *const diphthong[] = {"Ana", "Hiela"};
    assert_string_equal(templates_join("es", spanish, 2, arena), "Ana e Inés");
    assert_string_equal(templates_join("es-MX", vowels, 2, arena), "Ana e Hilda");
    assert_string_equal(templates_join("es", diphthong, 2, arena), "Ana y Hiela");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(languages_fall_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(edits_count_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_files_keep_the_last_good_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_pieces_and_built_in_fallback, set_up, tear_down),
        cmocka_unit_test_setup_teardown(file_being_written_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(own_topics_replace_the_built_in_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_topic_of_ones_own_has_no_built_in_translation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_language_is_a_folder, set_up, tear_down),
        cmocka_unit_test_setup_teardown(words_are_a_file_of_the_language, set_up, tear_down),
        cmocka_unit_test_setup_teardown(check_tells_all_files, set_up, tear_down),
        cmocka_unit_test(names_are_joined_as_people_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
