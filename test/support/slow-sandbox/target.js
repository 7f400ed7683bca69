// The sandbox's target with a clock that takes a hundred times as long: on no machine is a span of it slow by itself.
import '../slow-clock.mjs';
import '../../../dist/sandbox/target.js';
