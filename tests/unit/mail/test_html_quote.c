#include "test.h"

#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/text.h"
#include "mail/html/html_text.h"
#include "mail/reply/reply_text.h"
#include "patience.h"

static const struct {
    const char *client, *html, *text;
} samples[] = {
    {"Gmail",
     "<div dir=\"ltr\">Mine.</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=\"ltr\" "
     "class=\"gmail_attr\">Blah blah 7/2/13 &lt;<a href=\"mailto:a@example.net\">a@example.net</a>&gt; blah<br></div>"
     "<blockquote class=\"gmail_quote\" style=\"margin:0 0 0 .8ex\"><div>Theirs.</div></blockquote></div>",
     "Mine."},
    {"Gmail, older",
     "Mine.<div class=\"gmail_extra\"><div class=\"gmail_quote\">On Tue, Jul 2, 2013 at 9:15 AM, Anna <span "
     "dir=\"ltr\">&lt;a@example.net&gt;</span> wrote:<br><blockquote class=\"gmail_quote\">Theirs.</blockquote></div>",
     "Mine."},
    {"Gmail, answered inside",
     "<div class=\"gmail_quote\"><div class=\"gmail_attr\">On Tue, Jul 2, 2013 at 9:15 AM Anna &lt;a@example.net&gt; "
     "wrote:<br></div><blockquote class=\"gmail_quote\">How is it going?</blockquote><div>2</div><blockquote "
     "class=\"gmail_quote\">Bye.</blockquote></div>",
     "2"},
    {"Gmail, forwarded",
     "<div dir=\"ltr\">See below.<br><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">---------- "
     "Forwarded message ---------<br>From: Anna &lt;a@example.net&gt;<br>Date: Tue, Jul 2, 2013 at 9:15 AM<br>Subject: "
     "Hello<br>To: P &lt;p@example.org&gt;<br></div><br>Theirs.</div></div>",
     "See below."},
    {"Canary",
     "<div id=\"CanaryBody\"><div>Mine.</div></div><div id=\"CanarySig\"><div>Anna Berg</div></div><blockquote "
     "id=\"CanaryBlockquote\"><div>On Tuesday, Jul 02, 2013 at 9:15 AM, Ben &lt;ben@example.net&gt; "
     "wrote:<br></div><div>Theirs.</div></blockquote>",
     "Mine."},
    {"Front",
     "<div>Mine.</div><div class=\"front-signature\">Anna Berg</div><br><blockquote type=\"cite\" "
     "class=\"front-blockquote\"><p>On July 2, 2013 at 9:15 AM GMT+2 ben@example.net wrote:</p>Theirs.</blockquote>",
     "Mine."},
    {"Gmail, signature",
     "<div>Mine.</div><div><br></div><span class=\"gmail_signature_prefix\">-- </span><br><div dir=\"ltr\" "
     "class=\"gmail_signature\">Anna Berg<br>Berlin</div><div class=\"gmail_quote\"><blockquote "
     "class=\"gmail_quote\">Theirs.</blockquote></div>",
     "Mine."},
    {"Gmail, indented by its writer",
     "<div>Mine:</div><blockquote style=\"margin:0 0 0 40px;border:none;padding:0px\"><div>indented</div></blockquote>",
     "Mine:\n\nindented"},
    {"Outlook for the web",
     "<div>Mine.</div><div id=\"appendonsend\"></div><hr tabindex=\"-1\" style=\"width:98%\"><div "
     "id=\"divRplyFwdMsg\" dir=\"ltr\"><b>Blah:</b> Anna<br><b>Bleh:</b> 2 July 2013</div><div>Theirs.</div>",
     "Mine."},
    {"Outlook for the web, quoted once before",
     "<div>Mine.</div><div id=\"x_x_divRplyFwdMsg\"><b>Blah:</b> Anna</div><div>Theirs.</div>", "Mine."},
    {"Zoho",
     "<div>Mine.</div><div id=\"Zm-_Id_-Sgn\" data-sigid=\"1\">Anna Berg</div><div class=\"zmail_extra\"><div "
     "id=\"Zm-_Id_-Sgn1\">Blah blah</div><blockquote>Theirs.</blockquote></div>",
     "Mine."},
    {"Outlook for Windows",
     "<div class=WordSection1><p class=MsoNormal>Mine.</p><p class=MsoNormal>&nbsp;</p><div><div style='border:none;"
     "border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>Blah:</b> Anna<br><b>Bleh:</b> "
     "2</p></div></div><p class=MsoNormal>Theirs.</p></div>",
     "Mine."},
    {"Outlook, plain header block",
     "<p>Mine.</p><p><b>Von:</b> Anna Berg &lt;a@example.net&gt; <br><b>Gesendet:</b> Dienstag, 2. Juli 2013 09:15<br>"
     "<b>An:</b> P<br><b>Betreff:</b> Hallo</p><p>Theirs.</p>",
     "Mine."},
    {"Outlook for phones, written inside of the signature",
     "<div><br></div><div id=\"ms-outlook-mobile-signature\">Get <a href=\"https://aka.ms/x\">Outlook for iOS</a></div>"
     "<div>2</div><div id=\"divRplyFwdMsg\"><b>From:</b> Anna</div>Theirs.",
     "2"},
    {"Apple Mail",
     "<div>Mine.</div><br><div><br><blockquote type=\"cite\"><div>Am 02.07.2013 um 09:15 schrieb Anna "
     "&lt;a@example.net&gt;:</div><br><div>How?</div></blockquote></div><div>2</div><blockquote "
     "type=\"cite\">Bye.</blockquote>",
     "Mine.\n\n2"},
    {"iPhone",
     "<div dir=\"ltr\">Mine.<br><br><div dir=\"ltr\">Sent from my iPhone</div><div dir=\"ltr\"><br><blockquote "
     "type=\"cite\">On Jul 2, 2013, at 9:15 AM, Anna &lt;a@example.net&gt; "
     "wrote:<br><br></blockquote></div><blockquote "
     "type=\"cite\">Theirs.</blockquote></div>",
     "Mine."},
    {"Yahoo",
     "<div>Mine.</div><div id=\"x\" class=\"yahoo_quoted\"><div>On Tuesday, July 2, 2013 at 09:15:00 AM GMT+2, Anna "
     "&lt;a@example.net&gt; wrote:</div><div>Theirs.</div></div>",
     "Mine."},
    {"Thunderbird",
     "<p>Mine.</p><div class=\"moz-cite-prefix\">Blah 02.07.13 09:15 blah Anna:<br></div><blockquote type=\"cite\" "
     "cite=\"mid:1@example.net\">How?</blockquote><p>2</p><pre class=\"moz-signature\" cols=\"72\">-- \nAnna</pre>",
     "Mine.\n\n2"},
    {"Proton",
     "<div>Mine.</div><div class=\"protonmail_signature_block\"><div>Sent with Proton Mail secure email.</div></div>"
     "<div class=\"protonmail_quote\">On Tuesday, July 2nd, 2013 at 9:15 AM, Anna &lt;a@example.net&gt; wrote:<br>"
     "<blockquote class=\"protonmail_quote\" type=\"cite\">Theirs.</blockquote></div>",
     "Mine."},
    {"Zimbra",
     "<div>Mine.</div><hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><div data-marker=\"__HEADERS__\"><b>De: </b>Anna<br>"
     "<b>Objet: </b>Hello</div><div data-marker=\"__QUOTED_TEXT__\">Theirs.</div>",
     "Mine."},
    {"GMX",
     "<div>Mine.</div><div name=\"quote\" style=\"margin:10px 5px 5px 10px; border-left:2px solid #C3D9E5;\"><div>"
     "<b>Gesendet:</b> Dienstag</div>Theirs.</div>",
     "Mine."},
    {"Spark",
     "<div name=\"messageBodySection\">Mine.</div><div name=\"messageSignatureSection\"><br>Anna</div><div "
     "name=\"messageReplySection\">On 2 Jul 2013 at 09:15 +0200, Anna &lt;a@example.net&gt;, wrote:<br><blockquote "
     "type=\"cite\" class=\"spark_quote\">Theirs.</blockquote></div>",
     "Mine."},
    {"Samsung",
     "<div>Mine.</div><div id=\"composer_signature\"><div>Sent from my Galaxy</div></div><div><br></div><div>-------- "
     "Original message --------</div><div>From: Anna &lt;a@example.net&gt; </div><div>Date: 02/07/2013  09:15  "
     "(GMT+01:00) "
     "</div><div>To: P </div><div>Subject: Hello </div><div><br></div>Theirs.",
     "Mine."},
    {"Roundcube", "<p>Mine.</p><p id=\"reply-intro\">Blah blah:</p><blockquote type=\"cite\">Theirs.</blockquote>",
     "Mine."},
    {"Unknown, an element whose class says so",
     "<p>Mine.</p><div class=\"mail-quote-block\"><p>Blah</p><p>Theirs.</p></div>", "Mine."},
};

static void test_clients(void **state) {
    /* Goal: what each mail program marks as quoted by its HTML is not taken for the writer's words, and what the writer
     * put between is. */
    (void)state;
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        auto_arena arena = arena_new();
        const char *warning;
        const char *whole = html_text_convert(samples[i].html, strlen(samples[i].html), arena, &warning);
        struct reply_text reply;
        reply_text_extract(whole, "", arena, &reply);
        if (!string_equal(reply.text, samples[i].text))
            print_error("%s:\n%s\n", samples[i].client, whole);
        assert_string_equal(reply.text, samples[i].text);
        assert_null(reply.warning);
    }
}

static void test_time(void **state) {
    /* Goal: many elements that ask for a look around cost no more than many others. */
    (void)state;
    static const char *const pieces[] = {
        "<div class=\"gmail_signature\">", "<div class=\"protonmail_quote\">", "<div class=\"moz-cite-prefix\"></div>",
        "<div id=\"Signature\"></div>",    "<blockquote></blockquote>",
    };
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        auto_text html = TEXT_EMPTY;
        while (html.length < 262144)
            text_append(&html, pieces[i]);
        auto_arena arena = arena_new();
        const char *warning;
        int64_t start = processor_ms();
        html_text_convert(text_string(&html), html.length, arena, &warning);
        assert_true(processor_ms() - start < LINEAR_MS);
    }
}

int main(void) {
    html_text_prepare();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clients), cmocka_unit_test(test_time)};
    return cmocka_run_group_tests_name("HTML quotations", tests, NULL, NULL);
}
