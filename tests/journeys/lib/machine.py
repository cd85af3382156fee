"""Running programs on this machine and waiting for them; the loopback addresses that tests use."""
import socket
import subprocess
import tempfile
import time

GOOD, WRONG_NAME, UNTRUSTED = "127.0.0.1", "127.0.0.2", "127.0.0.3"


class ServersError(Exception):
    """The servers could not be started, or did not do what a helper asked for."""


def wait_for(condition, timeout=10.0, what=None, interval=0.05):
    """Calls CONDITION until it gives something true and returns that. ServersError after TIMEOUT seconds."""
    end = time.monotonic() + timeout
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= end:
            raise ServersError("waited %.1f s in vain for %s" % (timeout, what or "a condition"))
        time.sleep(interval)


def free_ports(count):
    """COUNT different TCP ports that nobody listens on at this moment on any of the three addresses."""
    ports, held = [], []
    try:
        while len(ports) < count:
            first = socket.socket()
            held.append(first)
            first.bind((GOOD, 0))
            port = first.getsockname()[1]
            try:
                for address in (WRONG_NAME, UNTRUSTED):
                    other = socket.socket()
                    held.append(other)
                    other.bind((address, port))
            except OSError:
                continue
            ports.append(port)
    finally:
        for each in held:
            each.close()
    return ports


def run(*command, timeout=30, check=True, **more):
    """Runs a command to its end and returns what it printed. Into a file, not a pipe: daemons that it starts hold on to it."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, timeout=timeout,
                              **more)
        output.seek(0)
        text = output.read()
    if check and done.returncode:
        raise ServersError("%s ended with %d:\n%s" % (" ".join(command), done.returncode, text))
    return text
