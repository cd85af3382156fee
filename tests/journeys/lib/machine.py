"""Running programs on this machine and waiting for them; the loopback addresses that tests use."""
import os
import random
import socket
import subprocess
import tempfile
import time

GOOD, WRONG_NAME, UNTRUSTED = "127.0.0.1", "127.0.0.2", "127.0.0.3"

# How many seconds a test waits for what must happen before it gives up: far beyond any slow machine (patience.h has the same).
PATIENCE = float(os.environ.get("TEST_PATIENCE", "300"))
# Called while a test waits: what makes time go by for it (programme.py).
while_waiting = []


class ServersError(Exception):
    """The servers could not be started, or did not do what a helper asked for."""


def wait_for(condition, timeout=0.0, what=None, interval=0.05):
    """Calls CONDITION until it gives something true and returns that. ServersError after PATIENCE seconds, or TIMEOUT where
    that is more."""
    patience = max(timeout, PATIENCE)
    end = time.monotonic() + patience
    while True:
        began = time.monotonic()
        result = condition()
        if result:
            return result
        if time.monotonic() >= end:
            raise ServersError("waited %.0f s in vain for %s" % (patience, what or "a condition"))
        for each in while_waiting:
            each()
        time.sleep(max(interval, time.monotonic() - began))  # looking must not be what keeps the machine busy


def family(pid):
    """PID and all that descend from it."""
    try:
        with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
            return [pid] + [each for child in file.read().split() for each in family(int(child))]
    except OSError:
        return [pid]


def at_rest(parents):
    """Waits until PARENTS and all their descendants sleep and nothing wakes them, for some seconds at most; returns whether
    they do. Nothing more will come of what was done before then, until time goes by."""
    def look():
        seen = {}
        for pid in (each for parent in parents for each in family(parent)):
            try:
                with open("/proc/%d/status" % pid) as file:
                    lines = dict(line.split(":", 1) for line in file)
            except (OSError, ValueError):
                return None
            if lines["State"].split()[0] not in "SZ":
                return None
            seen[pid] = lines.get("voluntary_ctxt_switches"), lines.get("nonvoluntary_ctxt_switches")
        return seen
    end = time.monotonic() + 2
    while time.monotonic() < end:
        first = look()
        time.sleep(0.01)
        if first is not None and look() == first:
            return True
    return False


_reserved = []


def free_ports(count):
    """COUNT different TCP ports that nobody listens on at this moment on any of the three addresses, and that no other test
    is given as long as this process lives. None of those that outgoing connections get."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        below = int(file.read().split()[0])
    ports = []
    while len(ports) < count:
        port, held = random.randrange(10000, below), [socket.socket() for _ in range(3)]
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind("\0tandempost-test-port-%d" % port)
            for each, address in zip(held, (GOOD, WRONG_NAME, UNTRUSTED)):
                each.bind((address, port))
            ports.append(port)
            _reserved.append(mark)
        except OSError:
            mark.close()
        finally:
            for each in held:
                each.close()
    return ports


def run(*command, check=True, **more):
    """Runs a command to its end and returns what it printed. Into a file, not a pipe: daemons that it starts hold on to it."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=PATIENCE,
                              **more)
        output.seek(0)
        text = output.read()
    if check and done.returncode:
        raise ServersError("%s ended with %d:\n%s" % (" ".join(command), done.returncode, text))
    return text
