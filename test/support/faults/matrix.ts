/** The fault matrix: every fault, by what breaks. */
import type { Certificates } from '../certificates.ts';
import { BAD_CONTENT, HARMLESS, REDIRECTS } from './content-faults.ts';
import type { PlaceFault, WireFault } from './fault.ts';
import { NO_CONNECTION, PROXIES } from './place-faults.ts';
import { STATUSES } from './status-faults.ts';
import { tlsFaults } from './tls-faults.ts';
import { BROKEN_BODIES, BROKEN_CONNECTIONS, NOT_HTTP } from './wire-faults.ts';

export interface Section {
  readonly title: string;
  readonly faults: readonly (WireFault | PlaceFault)[];
}

export const WIRE_FAULTS: readonly WireFault[] = [
  ...BROKEN_CONNECTIONS,
  ...BROKEN_BODIES,
  ...NOT_HTTP,
  ...BAD_CONTENT,
  ...REDIRECTS,
  ...STATUSES,
  ...HARMLESS,
];

/** @param certificates asked for when a fault is produced, so that the table is there before them */
export function matrix(certificates: () => Certificates): readonly Section[] {
  return [
    { title: 'No connection', faults: NO_CONNECTION },
    { title: 'TLS', faults: tlsFaults(certificates) },
    { title: 'Proxies', faults: PROXIES },
    { title: 'Connections that break', faults: BROKEN_CONNECTIONS },
    { title: 'Bodies that end too early, too late, or never', faults: BROKEN_BODIES },
    { title: 'Responses that are not HTTP', faults: NOT_HTTP },
    { title: 'Redirects', faults: REDIRECTS },
    { title: 'Error statuses', faults: STATUSES },
    { title: 'Invalid responses with a success status', faults: BAD_CONTENT },
    { title: 'Odd, but harmless', faults: HARMLESS },
  ];
}

export function isWireFault(fault: WireFault | PlaceFault): fault is WireFault {
  return 'act' in fault;
}
