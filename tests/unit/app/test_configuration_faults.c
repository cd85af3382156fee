/* What is wrong with a configuration is told, by file and line, and all of it. */
#include "unit/app/configuration_fixture.h"

/* TEXT must give a fault on LINE whose message holds WORDS. */
static void expect(const char *text, size_t length, int line, const char *words) {
    struct configuration c;
    auto_error_list errors = ERROR_LIST_EMPTY;
    write_file("main.conf", text, length);
    bool good = configuration_load(path, &c, &errors), found = false;
    assert_false(good);
    for (size_t i = 0; i < errors.count; i++)
        found = found || (errors.entries[i].line == line && strstr(errors.entries[i].message, words) &&
                          string_equal(errors.entries[i].file, path));
    for (size_t i = 0; !found && i < errors.count; i++)
        print_message("# wanted %d: %s; got %d: %s\n", line, words, errors.entries[i].line, errors.entries[i].message);
    assert_true(found);
}

static const struct fault {
    const char *text;
    int line;
    const char *words;
} faults[] = {
    /* form */
    {"programme {\n name = \"x\"\n", 2, "The file ends before section programme, opened on line 1"},
    {"programme {\n name = \"x\n}\n", 3, "a closing quote is missing"},
    {"programme { name = 'x", 1, "a closing quote is missing"},
    {"programme { name =", 1, "The file ends before section programme"},
    {"programme {\n name \"x\"\n}\n", 2, "After \"name\" a = and a value"},
    {"programme { name = x }}", 1, "This } closes nothing"},
    {"programme {\n name = x\noutgoing { }\n", 3,
     "\"outgoing\" begins before section programme, opened on line 1, has ended"},
    {"step { }", 1, "needs a title: step \"NAME\""},
    {"programme = 3", 1, "needs a {"},
    {"programme { } /* never closed\n", 1, "never closed"},
    {"include(\"absent.conf\")", 1, "absent.conf: No such file"},
    {"include \"x\"", 1, "include(\"FILE\")"},
    {"include(\"main.conf\")", 1, "does one include itself"},
    {"programme { name = { \"a\", = } }", 1, "not expected here"},
    {"programme {\n name = \"a\\x01b\" }", 2, "without control characters"},
    {"programme { name = \"a\\xff\" }", 1, "UTF-8 text"},
    /* unknown and repeated */
    {"\nprogrammme { }", 2, "did you mean \"programme\"?"},
    {"something { }", 1, "The sections are"},
    {"address = x", 1, "belongs into section programme"},
    {"programme {\n nme = x\n}", 2, "did you mean \"name\"?"},
    {"programme { name = x nme = x }", 1, "did you mean \"name\"?"},
    {"programme {\n nme = { }\n}", 2, "did you mean \"name\"?"},
    {"programme {\n xyzzy = { a, b }\n}", 2, "There are: name, address"},
    {"programme {\n per_day = 3\n}", 2, "belongs into section outgoing"},
    {"programme {\n poll_evry = 3\n}", 2, "\"poll_every\", which belongs into section incoming"},
    {"programme {\n xyzzy { a = b }\n}", 2, "There are: name"},
    {"incoming {\n poll_every = 5 minutes\n}", 2, "A value of several words stands in quotes"},
    {"programme {\n name = a\n name = b\n}", 3, "a second time; the first is on line 2"},
    {"# one\n// two\n/* three\n */ round { } # four\nround { }", 5, "a second time; the first begins on line 4"},
    {"round { length = \"1 # month\" }\nround { send_at = 'x\\'#' }\n", 2, "a second time; the first begins on line 1"},
    {"round { }\nround { }", 2, "a second time; the first begins on line 1"},
    {"step \"a\" { to = participant when = accepted }\nstep \"a\" { }", 2, "another begins on line 1"},
    {"coordinator \"\" { }", 1, "name in quotes is empty"},
    /* missing */
    {"programme {\n\n}", 1, "\"name\" is missing"},
    {"", 0, "Section programme { ... } is missing"},
    {"", 0, "Section outgoing"},
    {"", 0, "Section incoming"},
    {"", 0, "There is no coordinator"},
    {"incoming { url = \"imaps://h\" }", 1, "\"user\" is missing"},
    {"outgoing { url = \"smtps://h\"\n user = u }", 2, "A user needs a password"},
    {"outgoing { url = \"smtps://h\"\n password_file = u }", 2, "A password needs a user"},
    {"step \"a\" { to = participant when = accepted asks = \"feeling\" }", 1, "no question \"feeling\""},
    {"step \"a\" { to = participant when = accepted asks = letter }", 1, "known is \"check-in\""},
    {"step \"a\" { to = participant }", 1, "\"when\" is missing"},
    /* values */
    {"programme { name = \"\" }", 1, "The value is empty"},
    {"programme { name = { a, b } }", 1, "Only one value"},
    {"programme {\n address = \"nobody\" }", 2, "programme, address:"},
    {"programme { languages = { en, en } }", 1, "twice"},
    {"programme { languages = french }", 1, "its code is \"fr\""},
    {"programme { languages = qqq }", 1, "no language tag"},
    {"programme { time_zone = \"Asia/Tokio\" }", 1, "Asia/Tokyo"},
    {"programme { separator = \"*\" }", 1, "must be one of + - ="},
    {"programme { catch_all = maybe }", 1, "must be yes or no"},
    {"programme { catch_all = yes\n separator = \"+\" }", 2, "nothing to separate"},
    {"programme { list_id = \"<x>\" }", 1, "without < and >"},
    {"outgoing { url = \"http://h\" }", 1, "smtps://, smtp:// or maildir:"},
    {"outgoing { url = \"smtps://\" }", 1, "smtps://, smtp:// or maildir:"},
    {"outgoing { url = \"smtps://u:p@h\" }", 1, "No user and no password"},
    {"outgoing { url = \"maildir:\" }", 1, "path of a folder is missing"},
    {"outgoing { url = \"smtps://h\"\n tls = \"none, mail and password travel readable\" }", 2, "always encrypted"},
    {"outgoing { tls = off }", 1, "must be \"required\" or \"none, "},
    {"outgoing { connections = 0 }", 1, "from 1 to 50"},
    {"outgoing { connections = four }", 1, "no whole number"},
    {"outgoing { timeout = \"1 second\" }", 1, "from 5 seconds to"},
    {"outgoing { uncertain = perhaps }", 1, "\"resend\" or \"hold\""},
    {"outgoing { password_file = a\n password_command = b }", 2, "one place only"},
    {"outgoing { password_credential = \"/run/x\" }", 1, "there is password_file"},
    {"incoming { message_limit = \"25 parsecs\" }", 1, "no size"},
    {"incoming { message_limit = \"1 KB\" }", 1, "from 64 KB to 1000 MB"},
    {"incoming { after = flag\n done_folder = X }", 2, "Only after = \"move\""},
    {"round { length = \"6 moons\" }", 1, "moons"},
    {"round { length = \"40 years\" }", 1, "round, length"},
    {"round { send_at = \"25:00\" }", 1, "25:00"},
    {"step \"a\" { to = everybody }", 1, "\"participant\" or \"partnership\""},
    {"step \"a\" { to = partnership\n when = acepted }", 2, "accepted"},
    {"step \"a\" { to = participant when = accepted\n expires = soon }", 2, "step \"a\", expires"},
    {"step \"a\" { to = participant when = accepted\n at = noon }", 2, "step \"a\", at"},
    {"step \"a\" { to = participant when = accepted\n template = \"../x\" }", 2, "no path"},
    {"step \"A B\" { to = participant when = accepted }", 1, "step's name"},
    {"step \"a\" { to = participant when = monthly }", 1, "step \"a\""},
    {"coordinator \"K\" { address = \"k@example.org\" countries = UK }", 1, "\"GB\""},
    {"coordinator \"K\" { address = \"k@example.org\" }\ncoordinator \"L\" {\n address = \"K@example.org\" }", 3,
     "Coordinator \"K\" has this address already"},
    {"programme { address = \"k@example.org\" }\ncoordinator \"K\" { address = \"k@example.org\" }", 2, "own address"},
};

static void test_every_fault(void **state) {
    /* Goal: every kind of fault is told with its line, what is wrong and what would be right. */
    (void)state;
    for (size_t i = 0; i < COUNT_OF(faults); i++)
        expect(faults[i].text, strlen(faults[i].text), faults[i].line, faults[i].words);
    expect("a\0b", 3, 0, "no text file");
    expect("\xEF\xBB\xBFprogramme { nme = x }", 24, 1, "\"name\"");
}

static void test_all_faults_at_once(void **state) {
    /* Goal: whoever made five mistakes hears of five, in the file's order. */
    (void)state;
    struct configuration c;
    auto_error_list errors = ERROR_LIST_EMPTY;
    static const char text[] = "programme {\n nme = a\n address = b\n xyzzy = 1\n}\nincoming { poll_every = never }\n"
                               "outgoing {\n conections = 3\n}\n";
    write_file("main.conf", text, strlen(text));
    assert_false(configuration_load(path, &c, &errors));
    int lines[] = {1, 2, 3, 4, 6, 7, 8};
    size_t found = 0;
    for (size_t i = 0; i < errors.count && found < COUNT_OF(lines); i++)
        found += errors.entries[i].line == lines[found];
    assert_int_equal(found, COUNT_OF(lines));
}

static void test_unreadable_file(void **state) {
    /* Goal: a file that isn't there, or is a folder, is told as such. */
    (void)state;
    struct configuration c;
    auto_error_list errors = ERROR_LIST_EMPTY;
    assert_false(configuration_load("/nonexistent/x.conf", &c, &errors));
    assert_false(configuration_load(folder, &c, &errors));
    assert_int_equal(errors.count, 2);
    assert_non_null(strstr(errors.entries[0].message, "No such file"));
    assert_non_null(strstr(errors.entries[1].message, "directory"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_fault),
        cmocka_unit_test(test_all_faults_at_once),
        cmocka_unit_test(test_unreadable_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
