/**
 * Findings: what the card saw at each step of a secured packet, for people and tests.
 *
 * @see ETSI TS 102 225 §5.1 (the steps); docs/architecture.md, "Every step can be explained"
 * @module
 */

/** The steps, in their order. */
export type OtaStep =
  | 'sms'
  | 'header'
  | 'tar'
  | 'minimum-security'
  | 'keys'
  | 'ciphering'
  | 'checksum'
  | 'counter'
  | 'store-counter'
  | 'execute'
  | 'response';

/** What one step expected and found. Never holds key material or the data of a packet. */
export interface Finding {
  readonly step: OtaStep;
  readonly ok: boolean;
  readonly expected: string;
  readonly found: string;
  readonly clause: string;
}

/** Hears of findings as they are made; the card does not look at what becomes of them. */
export type FindingListener = (finding: Finding) => void;
