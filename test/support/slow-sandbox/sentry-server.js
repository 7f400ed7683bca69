// Beside `target.js`: the sandbox starts both out of one folder.
import '../../../dist/sandbox/sentry-server.js';
