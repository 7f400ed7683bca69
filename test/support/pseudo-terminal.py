"""Runs a program on a pseudo-terminal, waits for texts on its screen and does something at each.

usage: pseudo-terminal.py SECONDS STEPS ENVIRONMENT COMMAND...
STEPS is JSON: [{"after": text, "do": "type", "keys": text} | {"after": text, "do": "close"}]
A step with "delay" waits so many seconds first. "session": false as a first step starts the program without the terminal
being its own: then nothing but failing writes tells it that the terminal has been closed.
Prints JSON: {"screen": text, "exit": number or null, "signal": number or null, "pid": number}
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios, time

limit, steps, environment = float(sys.argv[1]), json.loads(sys.argv[2]), json.loads(sys.argv[3])
command = sys.argv[4:]
owned = True
if steps and steps[0].get("session") is False:
    owned, steps = False, steps[1:]

master, slave = pty.openpty()
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

screen, seen, deadline, closed, status = b"", 0, time.monotonic() + limit, False, None
while status is None:
    if time.monotonic() > deadline:
        os.kill(pid, signal.SIGKILL)
    if closed:
        time.sleep(0.05)
    elif select.select([master], [], [], 0.05)[0]:
        try:
            screen += os.read(master, 65536)
        except OSError:
            time.sleep(0.05)
    while steps and not closed:
        at = screen.find(steps[0]["after"].encode(), seen)
        if at < 0:
            break
        seen, step = at + len(steps[0]["after"].encode()), steps.pop(0)
        time.sleep(step.get("delay", 0))
        if step["do"] == "close":
            os.close(master)
            closed = True
        else:
            os.write(master, step["keys"].encode())
    ended, code = os.waitpid(pid, os.WNOHANG)
    if ended:
        status = code
if not closed:
    while select.select([master], [], [], 0.2)[0]:
        try:
            more = os.read(master, 65536)
        except OSError:
            break
        if not more:
            break
        screen += more
print(json.dumps({
    "screen": screen.decode("utf8", "replace"),
    "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
    "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else None,
    "pid": pid,
}))
