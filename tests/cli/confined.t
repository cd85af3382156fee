#!/usr/bin/python3
"""Goal: on a machine that lets no process be confined no mail is read, none is lost, and everybody who can mend it hears
of it at once: `check`, the journal, `status`, and the coordinators by mail, before any mail has come in."""
import ctypes
import os
import platform
import signal
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "journeys", "lib"))
import machine  # noqa: E402
import tap  # noqa: E402
from trial import BINARY, Daemon, Programme  # noqa: E402

# The numbers of prctl and seccomp.
CALLS = {"x86_64": (157, 317), "aarch64": (167, 277)}
WHAT = "can't be confined"


def refuse_filters():
    """In the child: what a container does that forbids seccomp, by a filter of our own."""
    prctl, seccomp = CALLS[platform.machine()]
    load, equal, give = 0x20, 0x15, 0x06
    program = [(load, 0, 0, 0), (equal, 4, 0, seccomp), (equal, 0, 2, prctl), (load, 0, 0, 16), (equal, 1, 0, 22),
               (give, 0, 0, 0x7FFF0000), (give, 0, 0, 0x00050000 | 22)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *each) for each in program))
    libc = ctypes.CDLL(None, use_errno=True)

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    whole = Program(len(program), ctypes.cast(code, ctypes.c_void_p))
    assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, ctypes.byref(whole), 0, 0) == 0


def journey(t):
    with Programme() as programme:
        t.contains(programme.run("check").out, "parser", "where it can be, check says so")
        check = subprocess.run([BINARY, "check"], env=programme.environment, capture_output=True, encoding="utf-8",
                               preexec_fn=refuse_filters, timeout=machine.PATIENCE)
        t.equal(check.returncode, 1, "check: a problem")
        t.contains(" ".join(check.stdout.split()), WHAT, "check: told as such")
        with open(programme.path("log"), "w") as log:
            daemon = subprocess.Popen([BINARY, "daemon"], env=programme.environment, stdin=subprocess.DEVNULL, stdout=log,
                                      stderr=log, preexec_fn=refuse_filters)
        try:
            Daemon.wait_for(lambda: WHAT in programme.read("log"))
            Daemon.wait_for(lambda: any(WHAT in alert["reason"] for alert in programme.rows("alert", "list")))
            t.contains(" ".join(programme.need("status").split()), WHAT, "status: says it")
            t.contains(programme.read("log"), "allow them", "the journal says what to do")
            t.equal(programme.rows("inbox", "list"), [], "no mail was taken")
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()


if platform.machine() in CALLS:
    tap.run(journey)
else:
    print("1..0 # SKIP the numbers of system calls are not known here")
