/** Every fault, produced for real and judged as in a run: one finding, of the right kind, with a hint that helps. */
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/lib/model/finding.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { Sender } from '../../src/lib/send/traced-sender.ts';
import { type Certificates, makeCertificates } from '../support/certificates.ts';
import { eventually } from '../support/eventually.ts';
import { faultsDoc } from '../support/faults/doc.ts';
import type { Fault, PlaceFault, WireFault } from '../support/faults/fault.ts';
import { withFaultServer } from '../support/faults/fault-server.ts';
import { judged, saidOf } from '../support/faults/judged.ts';
import { isWireFault, matrix } from '../support/faults/matrix.ts';
import { expectGolden } from '../support/golden.ts';
import { withProxyVariables } from '../support/proxy.ts';
import { responseBegun } from '../support/response-begun.ts';
import { withSender } from '../support/sending.ts';
import { hasSettled, type StillClock, withStillClock } from '../support/still-clock.ts';
import { accept, withTarget } from '../support/target.ts';

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});
afterAll(() => certificates.remove());

const SECTIONS = matrix(() => certificates);
const FAULTS = SECTIONS.flatMap(({ faults }) => faults);

/** By the name of the fault; null where it is working. */
const reported = new Map<string, Finding | null>();

for (const { title, faults } of SECTIONS) {
  describe(title, () => {
    for (const fault of faults) {
      const possible = isWireFault(fault) || fault.possible !== false;
      it.runIf(possible)(`${fault.name}: ${fault.what}`, () =>
        isWireFault(fault) ? onTheWire(fault) : atItsPlace(fault),
      );
    }
  });
}

function onTheWire(fault: WireFault): Promise<void> {
  let acts: (socket: Socket) => void = () => {};
  const acted = new Promise<Socket>((resolve) => {
    acts = resolve;
  });
  const act = (socket: Socket) => {
    fault.act(socket);
    acts(socket);
  };
  return withFaultServer([{ ...fault, act }], ({ url }) =>
    withStillClock((clock) =>
      withSender({ url, ...fault.sender }, async (sender) => {
        const begun =
          fault.reported !== 'working' && fault.reported.code === 'body-timeout' ? responseBegun() : null;
        const sending = judged(sender, `${url}/${fault.name}`, fault.bodyBytes);
        const { timeoutMs } = fault.sender ?? {};
        if (timeoutMs !== undefined) {
          const socket = await acted;
          await begun;
          await timeOut(sending, { clock, timeoutMs, dripping: fault.dripping ? socket : null });
        }
        expectTold(fault, await sending);
        await fault.afterwards?.(await acted);
        await expectWorking(sender, `${url}/healthy`);
      }),
    ),
  );
}

/** Ends a webhook by its timeout, not a millisecond earlier, however much arrives meanwhile. */
async function timeOut(
  sending: Promise<unknown>,
  {
    clock,
    timeoutMs,
    dripping,
  }: { readonly clock: StillClock; readonly timeoutMs: number; readonly dripping: Socket | null },
): Promise<void> {
  await drops(dripping);
  await clock.pass(timeoutMs - 1);
  expect(await hasSettled(sending)).toBe(false);
  await drops(dripping);
  await clock.pass(1);
}

/** Waits until the server has sent more than it has by now. */
async function drops(socket: Socket | null): Promise<void> {
  if (socket === null) return;
  const before = socket.bytesWritten;
  await eventually(async () => (socket.bytesWritten > before ? true : null));
}

function atItsPlace(fault: PlaceFault): Promise<void> {
  return fault.open((place) =>
    withSender({ url: place.url, ...fault.sender, ...place.sender }, async (sender) => {
      expectTold(fault, await judged(sender, place.url));
      // Through a proxy that is out of order nothing works.
      if (fault.reported !== 'working' && fault.reported.code === 'proxy') return;
      await withTarget(accept, ({ url }) =>
        withProxyVariables({}, () => withStillClock(() => expectReached(sender, url))),
      );
    }),
  );
}

function expectTold(fault: Fault, result: TestResult): void {
  const said = saidOf(result);
  const [finding = null] = said;
  reported.set(fault.name, finding);
  expect(result.attempts).toHaveLength(1);
  if (fault.reported === 'working') {
    expect(said).toEqual([]);
    expect(result.verdict).toBe('working');
    return;
  }
  expect(said).toHaveLength(1);
  expect(result.verdict).toBe('broken');
  expect(finding?.code).toBe(fault.reported.code);
  expect(finding?.message.slice(0, fault.reported.message.length)).toBe(fault.reported.message);
  expect(finding?.hint).toContain(fault.reported.hint);
  expectFailureInOrder(result);
}

/** A failed attempt says the same as the finding, is over, and took part in no download. */
function expectFailureInOrder({ attempts, errors, response, timings, trace }: TestResult): void {
  const failure = attempts[0]?.failure ?? null;
  expect(failure === null).toBe(response !== null);
  expect(trace.traceId).toMatch(/^[0-9a-f]{32}$/);
  if (failure === null) return;
  expect(failure.kind).toBe(errors[0]?.code);
  expect(failure.message).toBe(errors[0]?.cause);
  expect(errors[0]?.message).toBe(`Request failed: ${failure.message}`);
  expect(timings.downloadMs).toBeNull();
}

async function expectWorking(sender: Sender, url: string): Promise<void> {
  const next = await judged(sender, url);
  expect(saidOf(next)).toEqual([]);
  expect(next.verdict).toBe('working');
}

async function expectReached(sender: Sender, url: string): Promise<void> {
  expect((await judged(sender, url)).response?.status).toBe(200);
}

it('has a unique name for each of more than a hundred faults', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  expect(FAULTS.length).toBeGreaterThan(100);
});

it.runIf(FAULTS.every((fault) => isWireFault(fault) || fault.possible !== false))(
  'docs/faults.md matches what was reported here',
  () => {
    const untold = FAULTS.filter(({ name }) => !reported.has(name)).map(({ name }) => name);
    expect(untold, 'run the whole file').toEqual([]);
    expectGolden('../../docs/faults.md', faultsDoc(SECTIONS, reported));
  },
);
