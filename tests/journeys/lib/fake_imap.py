#!/usr/bin/python3
"""An IMAP server that misbehaves on command, for what no real server can be made to do.

    with FakeImap("hang-literal") as fake:
        ...connect to 127.0.0.1, port fake.port...
        fake.commands        # the lines that clients sent

The folder INBOX holds three small messages, UIDs 1 to 3. Ways to behave:

    ordinary          as a server should
    silent            never greets
    bye-greeting      says BYE instead of a greeting
    silent-login      never answers a login
    refuse-login      refuses every login;  unavailable-login: says that it can't tell now
    no-starttls       offers no STARTTLS (else it offers it where it has a certificate)
    bye-login         says BYE after the login
    hang-literal      stops in the middle of a message;  close-literal: closes there;  trickle-N: a byte every N ms
    huge-literal      announces a message of 4 GB
    flood             never ends an answer;  endless-line: never ends a line
    deep              describes a message of 100,000 nested parts, unasked
    garbage           answers FETCH with noise
    bye-fetch         says BYE instead of messages
    refuse-body       refuses the body of message 2, but gives its header
    wrong-size        says that each message has 10 bytes
    high-uids         UIDs from 4,000,000,000 on
    odd-dates         messages came at 12:00:00 +0530
    no-uidplus        offers neither UIDPLUS nor MOVE;  no-keywords: refuses flags that it doesn't know
    no-idle           offers no IDLE
    idle-silent       never answers IDLE;  idle-bye, idle-close, idle-garbage, idle-end: what it does 0.2 s after IDLE began
    idle-refuse       answers IDLE with NO;  idle-bad: with BAD, and so the command "DONE";  idle-at-once: with OK, unasked
    idle-noise        sends lines that mean nothing 0.2 s after IDLE began
    idle-mail         tells of a message that isn't there 0.2 s after IDLE began
    idle-late         tells of new mail PATIENCE seconds after IDLE began, and then as often; SELECT sends no UIDNEXT

A fourth message comes with `arrive`. Who idles isn't told of it, but where the mode is "idle-late", and with `tell`.
"""
import re
import select
import socket
import ssl
import sys
import threading
import time

GREETED = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"
IDLE_LINES = {
    "idle-garbage": (b"\x00\x01 what {7}\r\n",),
    "idle-mail": ("* 4 EXISTS",),
    "idle-noise": ("* OK Still here", "* 3 EXISTS", "* 0 RECENT", "* ", "* EXISTS", "* -1", b"* \x01\xff NO \xfe\r\n",
                   "* 2 FETCH (FLAGS (\\Seen))", "* LIST () NIL nothing", "* FLAGS (((", "+ more"),
}


class FakeImap:
    def __init__(self, mode="ordinary", chain=None, patience=60):
        """CHAIN: a file with key and certificate; then TLS from the first byte, or after STARTTLS where MODE begins with
        "starttls-"."""
        self.mode = mode
        self.patience = patience
        self.starttls = mode.startswith("starttls-")
        if self.starttls:
            self.mode = mode[len("starttls-"):]
        self.context = None
        if chain:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(chain)
        self.commands = []
        self.connections = 0
        self.idling = set()
        base = 4_000_000_000 if self.mode == "high-uids" else 0
        self.messages = {base + number: b"Subject: message %d\r\n\r\nText %d.\r\n" % (number, number) for number in (1, 2, 3)}
        self.deleted = set()
        self.ending = threading.Event()
        self.keeps_silent = threading.Event()  # about new mail, as long as it is set
        self.open = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()

    def stop(self):
        self.ending.set()
        self.listener.close()
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def arrive(self, message=b"Subject: new\r\n\r\nText.\r\n"):
        self.messages[max(self.messages) + 1] = message

    def tell(self, *lines):
        """To all who idle; returns how many do."""
        for conversation in list(self.idling):
            conversation.say(*lines)
        return len(self.idling)

    def _accept(self):
        while not self.ending.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # what is said in pieces needs no 40 ms each
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        self.open.add(connection)
        try:
            if self.context and not self.starttls:
                connection = self.context.wrap_socket(connection, server_side=True)
                self.open.add(connection)
            Conversation(self, connection).run()
        except (OSError, ValueError):
            pass
        finally:
            connection.close()


class Conversation:
    def __init__(self, server, connection):
        self.server = server
        self.mode = server.mode
        self.connection = connection
        self.reader = connection.makefile("rb")
        self.messages = server.messages
        self.deleted = server.deleted

    def say(self, *lines):
        self.connection.sendall(b"".join(line if isinstance(line, bytes) else line.encode() + b"\r\n" for line in lines))

    def hang(self):
        self.server.ending.wait(3600)

    def line(self):
        line = self.reader.readline()
        if not line:
            raise OSError("closed")
        line = line.decode("latin-1").rstrip("\r\n")
        self.server.commands.append(line)
        return line

    def run(self):
        if self.mode == "silent":
            return self.hang()
        if self.mode == "bye-greeting":
            return self.say("* BYE too many connections")
        self.say(GREETED)
        while not self.server.ending.is_set():
            tag, _, rest = self.line().partition(" ")
            words = rest.upper().split()
            if not words:
                self.say("* BAD empty")
                continue
            name = words[1] if words[0] == "UID" and len(words) > 1 else words[0]
            handler = getattr(self, "do_" + name.lower(), None)
            if handler is None:
                self.say(tag + " BAD unknown command")
            elif handler(tag, rest) == "close":
                return

    # ---- Before the login ----

    def do_capability(self, tag, rest):
        offers = ["IMAP4rev1", "SASL-IR", "AUTH=PLAIN", "AUTH=OAUTHBEARER", "SPECIAL-USE"]
        if self.mode != "no-idle":
            offers.append("IDLE")
        if self.mode != "no-uidplus":
            offers += ["UIDPLUS", "MOVE"]
        if self.server.starttls and self.mode != "no-starttls":
            offers.append("STARTTLS")
        self.say("* CAPABILITY " + " ".join(offers), tag + " OK done")

    def do_starttls(self, tag, rest):
        self.say(tag + " OK begin")
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.server.open.add(self.connection)
        self.reader = self.connection.makefile("rb")

    def do_login(self, tag, rest):
        if self.mode == "silent-login":
            return self.hang() or "close"
        if self.mode == "refuse-login":
            return self.say(tag + " NO [AUTHENTICATIONFAILED] wrong password")
        if self.mode == "unavailable-login":
            return self.say(tag + " NO [UNAVAILABLE] the directory is down")
        self.say(tag + " OK logged in")
        if self.mode == "bye-login":
            self.say("* BYE shutting down")
            return "close"

    do_authenticate = do_login

    # ---- After it ----

    def do_logout(self, tag, rest):
        self.say("* BYE see you", tag + " OK done")
        return "close"

    def do_noop(self, tag, rest):
        self.say(tag + " OK done")

    do_create = do_subscribe = do_expunge = do_move = do_copy = do_noop

    def do_list(self, tag, rest):
        self.say('* LIST (\\HasNoChildren) "/" INBOX', '* LIST (\\HasNoChildren \\Junk) "/" Rubbish', tag + " OK done")

    def do_select(self, tag, rest):
        count = len(self.messages) if "INBOX" in rest.upper() else 0
        self.say("* FLAGS (\\Seen \\Deleted)", "* %d EXISTS" % count, "* 0 RECENT", "* OK [UIDVALIDITY 77] fine")
        if self.mode != "idle-late":
            self.say("* OK [UIDNEXT %d] next" % (1000 if self.mode == "far-uidnext" else max(self.messages) + 1))
        if self.mode == "no-keywords":
            self.say("* OK [PERMANENTFLAGS (\\Seen \\Deleted)] limited")
        else:
            self.say("* OK [PERMANENTFLAGS (\\Seen \\Deleted \\*)] fine")
        self.say(tag + " OK [READ-WRITE] selected")

    def do_store(self, tag, rest):
        if self.mode == "no-keywords" and "$" in rest:
            return self.say(tag + " NO unknown flag")
        if "Deleted" in rest:
            ranges = self._uids(rest.split()[2])
            self.deleted |= {uid for uid in self.messages if any(first <= uid <= last for first, last in ranges)}
        self.say(tag + " OK done")

    def do_search(self, tag, rest):
        text = re.search(r'TEXT "?([^" )]+)', rest)
        if text or "DELETED" in rest:
            found = self.deleted if not text else {uid for uid, mail in self.messages.items() if text[1].encode() in mail}
            return self.say("* SEARCH " + " ".join(map(str, sorted(found))), tag + " OK done")
        first = int(rest.upper().split("UID ")[2].split(":")[0])
        found = [uid for uid in self.messages if uid >= first] or [max(self.messages)]  # as "n:*" does
        self.say("* SEARCH " + " ".join(map(str, found)), tag + " OK done")

    @staticmethod
    def _uids(text):
        uids = []
        for part in text.split(","):
            first, _, last = part.partition(":")
            uids.append((int(first), int(last or first)))
        return uids

    def do_fetch(self, tag, rest):
        words = rest.split()
        ranges = self._uids(words[2])
        wanted = [(number, uid) for number, uid in enumerate(sorted(self.messages), 1)
                  if any(first <= uid <= last for first, last in ranges)]
        if "BODY.PEEK" not in rest.upper():
            return self._list(tag, wanted)
        if self.mode == "refuse-body" and "HEADER" not in rest.upper() and any(uid == 2 for _, uid in wanted):
            return self.say(tag + " NO cannot read message 2")
        return self._bodies(tag, wanted, "HEADER" in rest.upper())

    def _list(self, tag, wanted):
        zone = "+0530" if self.mode == "odd-dates" else "+0000"
        for number, uid in wanted:
            size = 10 if self.mode == "wrong-size" else len(self.messages[uid])
            self.say('* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "01-Feb-2026 12:00:00 %s")' % (number, uid, size, zone))
        self.say(tag + " OK done")

    def _bodies(self, tag, wanted, header):
        mode = self.mode
        if mode == "garbage":
            self.say(b"* \x00\xff\xfe 1 FETCH ((( {3\r\n!\r\n* FETCH )\r\n", tag + " OK done")
            return None
        if mode == "bye-fetch":
            self.say("* BYE going down")
            return "close"
        if mode == "deep":
            self.say("* 1 FETCH (UID 1 BODYSTRUCTURE " + "(" * 100_000 + ")" * 100_000 + ")", tag + " OK done")
            return None
        if mode == "huge-literal":
            self.say("* 1 FETCH (UID 1 BODY[] {4000000000}")
            return self.hang()
        while mode == "flood":
            self.say(b"* 1 FETCH (FLAGS (\\Seen))\r\n" * 1000)
        if mode == "endless-line":
            self.say(b"* OK ")
            while True:
                self.say(b"x" * 65536)
        for number, uid in wanted:
            text = self.messages[uid]
            if header:
                text = text[:text.index(b"\r\n\r\n") + 4]
            section = "BODY[HEADER]<0>" if header else "BODY[]"
            self.say(b"* %d FETCH (UID %d %s {%d}\r\n" % (number, uid, section.encode(), len(text)))
            if mode in ("hang-literal", "close-literal"):
                self.say(text[:10])
                if mode == "close-literal":
                    return "close"
                return self.hang()
            if mode.startswith("trickle-"):  # so many milliseconds before each byte
                for byte in text:
                    time.sleep(int(mode.partition("-")[2]) / 1000)
                    self.say(bytes([byte]))
            else:
                self.say(text)
            self.say(b")\r\n")
        self.say(tag + " OK done")
        return None

    def do_idle(self, tag, rest):
        if self.mode == "idle-silent":
            return self.hang()
        if self.mode in ("idle-refuse", "idle-bad", "idle-at-once"):
            return self.say(tag + {"idle-refuse": " NO not now", "idle-bad": " BAD no such command"}.get(self.mode, " OK done"))
        self.say("+ idling")
        self.server.idling.add(self)
        try:
            if self.mode == "idle-late":
                self._tell_late()
            if self.mode == "idle-close":
                return "close"
            if self.mode == "idle-bye":
                self.say("* BYE autologout")
                return "close"
            self.say(*IDLE_LINES.get(self.mode, ()))
            if self.mode == "idle-end":
                self.say(tag + " OK enough")
            done = self.line().upper()
        finally:
            self.server.idling.discard(self)
        if done == "DONE":
            self.say(tag + " OK done")
        return None

    def _tell_late(self):
        """Until the client says something; by the thread that reads, as TLS bears no two on one connection."""
        while not select.select([self.connection], [], [], self.server.patience)[0]:
            if not self.server.keeps_silent.is_set():
                self.say("* %d EXISTS" % len(self.messages))


def main():
    with FakeImap(*sys.argv[1:3]) as fake:
        print("port", fake.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
