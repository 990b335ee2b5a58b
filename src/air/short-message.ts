/**
 * Short messages between SMSC and ME, as the transport layer carries them: whole TPDUs with an
 * address.
 *
 * @see 3GPP TS 23.040 §9.2; 3GPP TS 24.011 §7.3
 * @module
 */

import type { Address } from '../bytes/address.ts';

/** RP-DATA towards the ME. */
export interface ShortMessageDown {
  /** RP-OA: the service centre. */
  readonly serviceCentre: Address;
  /** SMS-DELIVER. */
  readonly tpdu: Uint8Array;
}

/**
 * The ME's answer: RP-ACK or RP-ERROR, with the TP-User-Data that the card gave for the delivery
 * report.
 *
 * `userData` is empty when the card gave none. An SMSC that hears nothing at all knows nothing.
 */
export interface DeliveryReport {
  readonly kind: 'ack' | 'error';
  readonly userData: Uint8Array;
}

/** RP-DATA from the ME: an SMS-SUBMIT that the card asked it to send. */
export interface ShortMessageUp {
  readonly serviceCentre: Address | undefined;
  /** SMS-SUBMIT. */
  readonly tpdu: Uint8Array;
}
