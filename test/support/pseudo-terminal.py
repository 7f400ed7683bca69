"""Runs a program on a pseudo-terminal for the process that started this one.

usage: pseudo-terminal.py OWNED ENVIRONMENT COMMAND...
OWNED "no" starts the program without the terminal being its own: then only failing writes show that it was closed.
stdin: a JSON string per line is typed on the terminal, null closes it. Its end kills the program.
stdout: everything that is drawn.
Descriptor 3: a JSON object per line: {"pid": number}, {"closed": true}, {"exit": number or null, "signal": number or null}
"""
import fcntl, json, os, select, signal, struct, sys, termios

owned, environment, command = sys.argv[1] != "no", json.loads(sys.argv[2]), sys.argv[3:]


def report(**facts):
    os.write(3, (json.dumps(facts) + "\n").encode())


# Ends the waiting below when the program ends.
wake, waker = os.pipe()
os.set_blocking(waker, False)
signal.set_wakeup_fd(waker)
signal.signal(signal.SIGCHLD, lambda *_: None)

master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
pid = os.fork()
if pid == 0:
    os.setsid()
    if owned:
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in (0, 1, 2):
        os.dup2(slave, descriptor)
    os.closerange(3, 256)
    os.execvpe(command[0], command, environment)
os.close(slave)
report(pid=pid)

commands, watched = b"", [wake, master, 0]


def draw():
    """Passes on what was drawn, and stops to watch the terminal once nothing more can come."""
    try:
        drawn = os.read(master, 65536)
    except OSError:
        drawn = b""
    if not drawn:
        watched.remove(master)
    while drawn:
        drawn = drawn[os.write(1, drawn) :]


def obey(line):
    keys = json.loads(line)
    if keys is not None:
        os.write(master, keys.encode())
        return
    if master in watched:
        watched.remove(master)
    os.close(master)
    report(closed=True)


while True:
    ready = select.select(watched, [], [])[0]
    if master in ready:
        draw()
    if 0 in ready:
        read = os.read(0, 65536)
        if not read:
            watched.remove(0)
            os.kill(pid, signal.SIGKILL)
        *lines, commands = (commands + read).split(b"\n")
        for line in lines:
            obey(line)
    if wake in ready:
        os.read(wake, 4096)
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            break
# The end of the terminal comes after everything that was drawn on it.
while master in watched:
    draw()
report(
    exit=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
    signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
)
