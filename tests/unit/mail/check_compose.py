"""Reads composed messages back with Python's email package and compares with what they were made from.

Standard input: records of nine fields, each as its length in decimal, a line feed, and that many bytes: message,
from name, from address, to name, to address, reply to, subject, text, html ("" where the message has none).
The first argument is how many records must come. Says on standard error what differs; exit status 1 then.
"""

import email
import email.header
import email.policy
import email.utils
import re
import sys

FIELDS = ("message", "from_name", "from_address", "to_name", "to_address", "reply_to", "subject", "text", "html")
HEADERS = {"date", "from", "to", "reply-to", "subject", "message-id", "in-reply-to", "references", "auto-submitted",
           "list-id", "list-unsubscribe", "content-language", "x-tandempost", "mime-version", "content-type",
           "content-transfer-encoding"}
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def records(stream, fields):
    while True:
        record = {}
        for name in fields:
            line = stream.readline()
            if not line:
                return
            record[name] = stream.read(int(line))
        yield record


def clean_line(value):
    """What a name or a subject should come back as."""
    value = value.decode("utf-8", "replace")
    value = re.sub("[\r\n\t\x85\u2028\u2029]", "\n", value)
    value = BIDIRECTIONAL.sub("", re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f]", "", value))
    value = re.sub(" *\n[ \n]*", lambda found: found[0].replace("\n", "") or " ", value)
    return value.strip(" ")


def clean_text(value):
    """What a plain text body should come back as."""
    value = re.sub("\r\n?", "\n", value.decode("utf-8", "replace"))
    value = CONTROLS.sub("", value)
    lines = value.split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    return [line if line == "-- " else line.rstrip(" \t") for line in lines]


def unflow(value):
    """RFC 3676 section 4.5, DelSp=no; quoting depth never occurs, because ">" is stuffed."""
    lines, open_line = [], None
    for line in value.split("\n"):
        assert not line.startswith(">"), "a line of ours would pass for a quoted one"
        if line.startswith(" "):
            line = line[1:]
        signature = line == "-- "
        if open_line is not None and not signature:
            line = open_line + line
            open_line = None
        if line.endswith(" ") and not signature:
            open_line = line
        else:
            lines.append(line)
    assert open_line is None, "the last line is open"
    return lines


def decoded(part):
    value = part.get_payload(decode=True).decode(part.get_content_charset())
    return value.replace("\r\n", "\n")


def same(what, got, expected):
    assert got == expected, f"{what}: got {got!r}, expected {expected!r}"


def check_bytes(message):
    assert message.endswith(b"\r\n"), "the end lacks its CRLF"
    message.decode("ascii")
    lines = message[:-2].split(b"\r\n")
    for line in lines:
        assert b"\r" not in line and b"\n" not in line and b"\0" not in line, f"stray control in {line!r}"
        assert len(line) <= 998, "a line over 998"
    for line in lines[:lines.index(b"")]:
        if b"=?utf-8?" in line:
            assert len(line) <= 76, f"{len(line)} columns with an encoded-word: {line!r}"
        for word in re.findall(rb"=\?utf-8\?[BQ]\?.*?\?=", line):
            assert len(word) <= 75, "an encoded-word over 75"
            inner = email.header.decode_header(word.decode())[0][0]
            inner.decode("utf-8")  # no character is split
        assert len(line) <= 78 or b" " not in line.strip().split(b": ", 1)[-1], f"not folded: {line!r}"


def check_part(part):
    assert not part.defects, part.defects
    if part["content-transfer-encoding"] == "quoted-printable":
        for line in part.get_payload(decode=False).split("\n"):
            assert len(line.rstrip("\r")) <= 76, f"quoted-printable over 76: {line!r}"
            assert not line.startswith((".", "From ")), line
            assert not line.rstrip("\r").endswith((" ", "\t")), line


def without_spaces(value):
    return value.replace(" ", "")


def check_mailbox(message, header, name, address):
    mailboxes = message[header].addresses
    same(header + " count", len(mailboxes), 1)
    same(header + " address", mailboxes[0].addr_spec, address.decode())
    assert not message[header].defects, message[header].defects
    # The newer parser puts a space between two encoded-words of a phrase (and takes one out of two): against RFC 2047.
    # So it answers for the letters, the older one for the spaces too.
    same(header + " letters", without_spaces(mailboxes[0].display_name), without_spaces(clean_line(name)))
    raw = email.message_from_bytes(message.as_raw, policy=email.policy.compat32)[header]
    phrase, _ = email.utils.parseaddr(re.sub("\r?\n", "", raw))
    same(header + " name", str(email.header.make_header(email.header.decode_header(phrase))), clean_line(name))


def check(record):
    check_bytes(record["message"])
    message = email.message_from_bytes(record["message"], policy=email.policy.default)
    message.as_raw = record["message"]
    names = [name.lower() for name in message.keys()]
    same("unknown headers", set(names) - HEADERS, set())
    same("repeated headers", len(names), len(set(names)))
    check_mailbox(message, "from", record["from_name"], record["from_address"])
    check_mailbox(message, "to", record["to_name"], record["to_address"])
    if record["reply_to"]:
        check_mailbox(message, "reply-to", b"", record["reply_to"])
    same("subject", message["subject"] or "", clean_line(record["subject"]))
    assert message["date"].datetime is not None
    text, html = message, None
    if record["html"]:
        same("type", message.get_content_type(), "multipart/alternative")
        assert not message.defects, message.defects
        text, html = message.iter_parts()
    check_part(text)
    same("type", (text.get_content_type(), text.get_param("format")), ("text/plain", "flowed"))
    value = decoded(text)
    for line in value.split("\n"):
        # A break after "-- " would make a signature of what follows.
        assert len(line) <= 78 or " " not in line.removeprefix("-- ").strip(" "), f"not wrapped: {line!r}"
        assert not line.startswith("From "), line
    # A multipart's boundary owns the last line end; a lone body keeps it.
    value = value[:-1] if html is None and value.endswith("\n") else value
    same("text", unflow(value), clean_text(record["text"]) or [""])
    if html is not None:
        check_part(html)
        same("type", html.get_content_type(), "text/html")
        expected = CONTROLS.sub("", re.sub("\r\n?", "\n", record["html"].decode("utf-8", "replace")))
        same("html", decoded(html).rstrip("\n"), expected.rstrip("\n"))


def main():
    checked = failed = 0
    for record in records(sys.stdin.buffer, FIELDS):
        checked += 1
        try:
            check(record)
        except Exception as problem:  # whatever it is, it is the answer
            failed += 1
            if failed <= 5:
                print(f"message {checked}: {type(problem).__name__}: {str(problem)[:2000]}", file=sys.stderr)
    if checked != int(sys.argv[1]):
        print(f"{checked} messages instead of {sys.argv[1]}", file=sys.stderr)
        failed += 1
    sys.exit(1 if failed else 0)


main()
