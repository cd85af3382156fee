#!/usr/bin/python3
"""A mail server that misbehaves as told, for the tests of the SMTP sender.

Arguments are NAME=VALUE:
  greeting, ehlo, starttls, auth, rset, mail, rcpt, data, end   the reply at that stage instead of the usual one;
               \\n parts lines, "drop" closes the connection, "silent" never answers, "close:REPLY" replies and closes
  keywords     EHLO keywords, comma-separated (default PIPELINING,SIZE 10000000,8BITMIME)
  tls          none (default), starttls or implicit, with cert and key
  login        offer AUTH with these mechanisms ("PLAIN LOGIN")
  body         drop:N or reply:N:REPLY: after N bytes of the message
  limit        messages a connection before 421
  idle         milliseconds after which an idle kept connection is closed without a word
  bytewise     1: replies go out byte by byte
  huge         1: the reply to the final dot has lines of 100 kB
  together     the reply to the final dot waits until so many connections have got to it
  random       seed: each connection misbehaves at random
Standard output: "PORT n", then one line for what happened: "ACCEPTED id" where it took responsibility (before its reply
is sent), "CONNECT", "LOGIN mechanism", "MAIL ...", "RCPT ...", "QUIT", "CLOSED". An id is the value of the X-Id header.
"""
import os, random, re, socket, ssl, sys, threading, time

options = dict(argument.split("=", 1) for argument in sys.argv[1:])
output_lock = threading.Lock()
together = threading.Barrier(int(options["together"])) if "together" in options else None


def tell(line):
    with output_lock:
        os.write(1, (line + "\n").encode())


class Gone(Exception):
    pass


class Session:
    def __init__(self, connection, number):
        self.connection, self.buffer, self.encrypted, self.logged_in = connection, b"", False, False
        self.dice = random.Random(int(options["random"]) * 1000003 + number) if "random" in options else None

    def read(self):
        data = self.connection.recv(65536)
        if not data:
            raise Gone
        self.buffer += data

    def line(self):
        while b"\r\n" not in self.buffer:
            self.read()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line.decode("utf-8", "replace")

    def write(self, text):
        data = text.encode() + b"\r\n"
        if "bytewise" in options:
            for i in range(len(data)):
                self.connection.sendall(data[i : i + 1])
                time.sleep(0.001)
        else:
            self.connection.sendall(data)

    def say(self, stage, usual):
        reply = options.get(stage, usual)
        if self.dice and stage in ("mail", "rcpt", "data", "end"):
            throw = self.dice.random()
            if throw < 0.04:
                reply = "drop"
            elif throw < 0.06:
                reply = "close:421 4.3.2 going down"
            elif throw < 0.08 and stage != "end":
                reply = "451 4.3.0 try later"
            elif throw < 0.09:
                reply = "25"  # half a reply, then nothing
                self.connection.sendall(reply.encode())
                raise Gone
        if reply == "drop":
            raise Gone
        if reply == "silent":
            while True:
                self.read()
        closing = reply.startswith("close:")
        lines = reply.removeprefix("close:").replace("\\n", "\n").split("\n")
        self.write("\r\n".join(lines))
        if closing:
            raise Gone
        return lines[-1]

    def start_tls(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["cert"], options["key"])
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.encrypted, self.buffer = True, b""

    def hello(self):
        words = [w for w in options.get("keywords", "PIPELINING,SIZE 10000000,8BITMIME").split(",") if w]
        if options.get("tls") == "starttls" and not self.encrypted:
            words.append("STARTTLS")
        if "login" in options:
            words.append("AUTH " + options["login"])
        lines = ["fake.example"] + words
        self.say("ehlo", "\n".join("250%s%s" % ("-" if i + 1 < len(lines) else " ", w) for i, w in enumerate(lines)))

    def log_in(self, arguments):
        tell("LOGIN " + arguments.split()[0])
        if len(arguments.split()) == 1:
            self.write("334 ")
            self.line()
        reply = self.say("auth", "235 2.7.0 welcome")
        self.logged_in = reply.startswith("2")

    def message(self):
        data, early = b"", options.get("body", "").split(":", 2)
        drop_at = self.dice.randrange(1, 12000) if self.dice and self.dice.random() < 0.15 else None
        data, self.buffer = self.buffer, b""
        while True:
            if drop_at is not None and len(data) >= drop_at:
                raise Gone
            if early[0] in ("drop", "reply") and len(data) >= int(early[1]):
                if early[0] == "reply":
                    self.write(early[2])
                raise Gone
            # The message ends with the first CRLF "." CRLF; an end of line before it is the one after DATA.
            end = (b"\r\n" + data).find(b"\r\n.\r\n")
            if end >= 0:
                self.buffer = data[end + 3 :]
                return data[:end]
            self.read()
            data, self.buffer = data + self.buffer, b""

    def finish(self, data):
        identity = re.search(rb"X-Id: (\S+)", data)
        identity = identity.group(1).decode() if identity else "?"
        if together:
            together.wait()
        # It takes the message (or not) first, and may then fail to say so.
        taken = options.get("end", "250").removeprefix("close:").startswith("2") or options.get("end") in ("drop", "silent")
        if self.dice and self.dice.random() < 0.05:
            self.write("451 4.3.0 disk full")
            return
        if self.dice and self.dice.random() < 0.03:
            self.write("421 4.3.2 going down")
            raise Gone
        if taken:
            tell("ACCEPTED " + identity)
        if options.get("save"):
            with open(os.path.join(options["save"], identity), "wb") as file:
                file.write(data)
        if "huge" in options:
            self.write("250-2.0.0 " + "x" * 100000 + "\r\n250 2.0.0 " + "y" * 100000)
        elif self.dice:
            throw = self.dice.random()
            if throw < 0.05:
                raise Gone
            if throw < 0.08:
                self.connection.sendall(b"250 2.0")
                raise Gone
            self.write("250 2.0.0 taken")
        else:
            self.say("end", "250 2.0.0 taken as " + identity)

    def serve(self):
        tell("CONNECT")
        if options.get("tls") == "implicit":
            self.start_tls()
        self.say("greeting", "220 fake.example ready")
        messages = 0
        while True:
            command = self.line()
            verb = command.split(" ", 1)[0].upper()
            if verb == "EHLO":
                tell(command)
                self.hello()
            elif verb == "STARTTLS":
                if self.say("starttls", "220 go").startswith("220"):
                    self.start_tls()
            elif verb == "AUTH":
                self.log_in(command.split(" ", 1)[1])
            elif verb == "RSET":
                self.say("rset", "250 ok")
            elif verb == "MAIL":
                tell(command)
                if "limit" in options and messages >= int(options["limit"]):
                    self.write("421 4.7.0 enough")
                    raise Gone
                ok_mail = self.say("mail", "250 2.1.0 ok").startswith("2")
            elif verb == "RCPT":
                tell(command)
                ok_rcpt = ok_mail and self.say("rcpt", "250 2.1.5 ok").startswith("2")
                if not ok_mail:
                    self.write("503 5.5.1 no sender")
            elif verb == "DATA":
                if not (ok_mail and ok_rcpt) and not options.get("lax"):
                    self.write("554 5.5.1 no valid recipients")
                elif self.say("data", "354 go").startswith("354"):
                    self.finish(self.message())
                    messages += 1
                    if "idle" in options and not self.buffer:
                        self.connection.settimeout(int(options["idle"]) / 1000)
            elif verb == "QUIT":
                tell("QUIT")
                self.write("221 2.0.0 bye")
                raise Gone
            else:
                self.write("500 5.5.2 what?")


def run(connection, number):
    session = Session(connection, number)
    try:
        session.serve()
    except (Gone, OSError):
        pass
    finally:
        # Not a reset, unless the peer's bytes are thrown away unread: what was said should still arrive.
        try:
            session.connection.close()
        except OSError:
            pass
        tell("CLOSED")


def main():
    server = socket.create_server(("127.0.0.1", 0), backlog=128)
    tell("PORT %d" % server.getsockname()[1])
    number = 0
    while True:
        connection, _ = server.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(3600)
        number += 1
        threading.Thread(target=run, args=(connection, number), daemon=True).start()


main()
