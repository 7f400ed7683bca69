// Loaded into the program with --import: every process it starts is stopped at once, and goes on with SIGCONT. So a test
// can act while they start, however long that takes.
import childProcess from 'node:child_process';

const spawn = childProcess.ChildProcess.prototype.spawn;
childProcess.ChildProcess.prototype.spawn = function (options) {
  const failed = spawn.call(this, options);
  if (this.pid !== undefined) process.kill(this.pid, 'SIGSTOP');
  return failed;
};
