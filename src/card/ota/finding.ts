/**
 * Findings: what the card saw at each step of a secured packet, for people and tests.
 *
 * @see ETSI TS 102 225 §5.1 (the steps); docs/architecture.md, "Every step can be explained"
 * @module
 */

import type { ResponseStatus } from '../../ota/response-packet.ts';

/** The steps, in their order. `applet` is what an applet itself tells. */
export type OtaStep =
  | 'sms'
  | 'concatenation'
  | 'header'
  | 'tar'
  | 'minimum-security'
  | 'keys'
  | 'ciphering'
  | 'checksum'
  | 'counter'
  | 'store-counter'
  | 'memory'
  | 'applet'
  | 'execute'
  | 'response';

/** What one step expected and found. Never holds key material or the data of a command. */
export interface Finding {
  readonly step: OtaStep;
  readonly ok: boolean;
  /** The octets that were looked at, in hex; empty where there are none to show. */
  readonly octets: string;
  readonly expected: string;
  readonly found: string;
  readonly clause: string;
  /** What was decided on the packet; the step `response` alone has it. */
  readonly status?: ResponseStatus;
}

/** Hears of findings as they are made; the card does not look at what becomes of them. */
export type FindingListener = (finding: Finding) => void;

/** Puts a step into words: expected, found, and the octets in question. */
export type Words = () => readonly [expected: string, found: string, octets?: string];

const CLAUSE_OF: Readonly<Record<OtaStep, string>> = {
  sms: '3GPP TS 31.115 §4',
  concatenation: '3GPP TS 23.040 §9.2.3.24',
  header: 'ETSI TS 102 225 §5.1',
  tar: 'ETSI TS 102 225 §5.1',
  'minimum-security': 'ETSI TS 102 226',
  keys: 'ETSI TS 102 225 §5.1.2',
  ciphering: 'ETSI TS 102 225 §5.1.2',
  checksum: 'ETSI TS 102 225 §5.1.1',
  counter: 'ETSI TS 102 225 §5.1.4',
  'store-counter': 'ETSI TS 102 225 §5.1.4',
  memory: 'ETSI TS 102 225 §5.2',
  applet: 'ETSI TS 102 226',
  execute: 'ETSI TS 102 226',
  response: 'ETSI TS 102 225 §5.2',
};

/** Tells the listener, if there is one; words are made only when somebody listens. */
export function tell(
  listener: FindingListener | undefined,
  step: OtaStep,
  ok: boolean,
  words: Words,
  status?: ResponseStatus,
): void {
  if (listener === undefined) return;
  const [expected, found, octets = ''] = words();
  const finding = { step, ok, octets, expected, found, clause: CLAUSE_OF[step] };
  listener(status === undefined ? finding : { ...finding, status });
}

/**
 * Says a finding in one line, for a log.
 *
 * @see docs/architecture.md, "Every step can be explained"
 * @example
 * ```ts
 * import { createUicc, describeFinding, fromHex } from 'vuicc';
 *
 * const log: string[] = [];
 * const card = createUicc(undefined, { onFinding: (found) => log.push(describeFinding(found)) });
 * card.reset();
 * card.transmit(fromHex('80C2000019 D117 82028381 8B11 44 01 91F1 7FF6 52010121430500 03 027000'));
 * if (!log.some((line) => line.startsWith('!! header'))) throw new Error('no packet');
 * ```
 */
export function describeFinding({ step, ok, octets, expected, found, clause }: Finding): string {
  const seen = octets === '' ? '' : ` '${octets}'`;
  return `${ok ? 'ok' : '!!'} ${step}${seen}: expected ${expected}; found ${found} (${clause})`;
}
