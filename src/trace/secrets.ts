/**
 * Which octets of a command are secret, and whoever knows them.
 *
 *     VERIFY, DISABLE, ENABLE PIN   header 5 | PIN 8
 *     CHANGE PIN                    header 5 | old PIN 8 | new PIN 8
 *     UNBLOCK PIN                   header 5 | UNBLOCK PIN 8 | new PIN 8
 *     PUT KEY                       header 5 | keys
 *
 * The instruction decides alone, whatever class and channel are: a PIN that went to the wrong place
 * is still a PIN. What cannot be cut into these fields is secret up to its end.
 *
 * @see ETSI TS 102 221 §11.1.9 to §11.1.13 (PINs); GlobalPlatform Card Specification (PUT KEY)
 * @module
 */

import { fromHex } from '../bytes/hex.ts';
import { padded } from '../bytes/octets.ts';
import type { CardProfile } from '../profile/profile.ts';

/** Where the data of a command starts. */
export const DATA_OFFSET = 5;
/** Length of a PIN in a command, in octets. */
export const PIN_OCTETS = 8;

/** What the fields of 8 octets are: the PIN of the reference, its UNBLOCK PIN, a PIN to be set. */
export type PinField = 'pin' | 'unblock' | 'new-pin';

const PIN_FIELDS: Readonly<Record<number, readonly PinField[]>> = {
  0x20: ['pin'],
  0x24: ['pin', 'new-pin'],
  0x26: ['pin'],
  0x28: ['pin'],
  0x2c: ['unblock', 'new-pin'],
};
const PUT_KEY = 0xd8;

/**
 * Gives the secret fields of a PIN command; none for any other instruction.
 *
 * @param ins 0 to 255
 * @see ETSI TS 102 221 §11.1.9 to §11.1.13
 */
export function pinFields(ins = 0): readonly PinField[] {
  return PIN_FIELDS[ins] ?? [];
}

/**
 * Tells how many octets are secret from the fifth octet on; Le behind whole fields is not.
 *
 * @param command C-APDU of any length
 */
export function secretOctets(command: Uint8Array): number {
  const fields = pinFields(command[1]);
  if (fields.length === 0 && command[1] !== PUT_KEY) return 0;
  const behind = Math.max(0, command.length - DATA_OFFSET);
  const octets = fields.length * PIN_OCTETS;
  const hasLe = octets > 0 && command[4] === octets && behind === octets + 1;
  return hasLe ? octets : behind;
}

/**
 * The PINs of a card, by key reference.
 *
 * @see ETSI TS 102 221 §11.1.9
 */
export interface PinSecrets {
  /**
   * @param reference '01' PIN1, '81' PIN2, '0A' ADM1 …
   * @returns 8 octets; `undefined` when the card has no such PIN
   */
  pin(reference: number): Uint8Array | undefined;
  /** The UNBLOCK PIN of the same reference: 8 octets, or `undefined`. */
  unblock(reference: number): Uint8Array | undefined;
}

/**
 * Takes the PINs of a profile.
 *
 * @throws {RangeError} a value is neither 4 to 8 digits nor 16 hex digits; it is not shown
 * @see ETSI TS 102 221 §11.1.9
 * @example
 * ```ts
 * import { pinSecrets, toHex } from 'vuicc';
 *
 * const pin1 = { reference: '01', value: '1234', retries: 3, enabled: true };
 * const { pin } = pinSecrets({ pins: [pin1] });
 * if (toHex(pin(1) ?? new Uint8Array()) !== '31323334ffffffff') throw new Error('PIN1');
 * ```
 */
export function pinSecrets(profile: Pick<CardProfile, 'pins'>): PinSecrets {
  const pins = new Map<number, Uint8Array>();
  const unblocks = new Map<number, Uint8Array>();
  for (const { reference, value, unblock } of profile.pins) {
    const number = Number.parseInt(reference, 16);
    pins.set(number, pinOctets(value, `PIN ${reference}`));
    if (unblock !== undefined) {
      unblocks.set(number, pinOctets(unblock.value, `UNBLOCK PIN ${reference}`));
    }
  }
  return {
    pin: (reference) => pins.get(reference)?.slice(),
    unblock: (reference) => unblocks.get(reference)?.slice(),
  };
}

function pinOctets(value: string, name: string): Uint8Array {
  if (/^[0-9a-f]{16}$/i.test(value)) return fromHex(value);
  if (!/^[0-9]{4,8}$/.test(value)) {
    throw new RangeError(`${name}: expected 4 to 8 decimal digits, or 16 hex digits`);
  }
  const digits = Uint8Array.from(value, (digit) => digit.charCodeAt(0));
  return padded(digits, PIN_OCTETS);
}
