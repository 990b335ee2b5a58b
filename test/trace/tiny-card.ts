/**
 * A card of one PIN and one file, made by hand to replay traces on.
 *
 *     SELECT          '61 2F'
 *     READ BINARY     '08 09 10 10 90 00' once PIN 01 is verified, else '69 82'
 *     VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK PIN of reference 01; class A0 too
 */

import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { equals } from '../../src/bytes/octets.ts';

/** PIN "1234" and UNBLOCK PIN "12345678", as text. */
export const TINY_PINS = [
  {
    reference: '01',
    value: '1234',
    retries: 3,
    enabled: true,
    unblock: { value: '12345678', retries: 10 },
  },
] as const;

export const TINY_ATR: Uint8Array = Uint8Array.of(0x3b, 0x9f, 0x96, 0x80);

const ascii = (digits: string): Uint8Array =>
  Uint8Array.from(digits.padEnd(8, '\xff'), (digit) => digit.charCodeAt(0));

/** Class A0 says the same with other words (3GPP TS 51.011). */
const A0_WORDS: Readonly<Record<number, number>> = { 0x6983: 0x9840, 0x63c0: 0x9840 };

/** Gives a new card, as it was personalised; it keeps every command that it was sent. */
export function tinyCard(): SynchronousCard & { readonly seen: Uint8Array[] } {
  let pin = ascii('1234');
  let tries = 3;
  let isVerified = false;
  const seen: Uint8Array[] = [];

  const compare = (found: Uint8Array, wanted: Uint8Array): number => {
    if (tries === 0) return 0x6983;
    tries = equals(found, wanted) ? 3 : tries - 1;
    isVerified = tries === 3;
    return isVerified ? 0x9000 : 0x63c0 + tries;
  };

  const onPin = (ins: number, p2: number, data: Uint8Array): number => {
    if (p2 !== 0x01) return 0x6a88;
    if (data.length === 0) return 0x63c0 + tries;
    const length = ins === 0x24 || ins === 0x2c ? 16 : 8;
    if (data.length !== length) return 0x6700;
    const [first, second] = [data.subarray(0, 8), data.subarray(8)];
    if (length === 16 && (second[0]! < 0x30 || second[0]! > 0x39)) return 0x6a80;
    if (ins === 0x2c) tries = 3;
    const sw = compare(first, ins === 0x2c ? ascii('12345678') : pin);
    if (sw === 0x9000 && length === 16) pin = second.slice();
    return sw;
  };

  const process = (command: Uint8Array): number[] => {
    const [cla = 0, ins = 0, , p2 = 0] = command;
    const data = command.subarray(5);
    if (ins === 0xa4) return [0x61, 0x2f];
    if (ins === 0xb0) return isVerified ? [8, 9, 0x10, 0x10, 0x90, 0] : [0x69, 0x82];
    if (![0x20, 0x24, 0x26, 0x28, 0x2c].includes(ins)) return [0x6d, 0x00];
    const isGsm = cla === 0xa0;
    const sw = onPin(ins, isGsm && ins === 0x2c && p2 === 0 ? 1 : p2, data);
    const said = !isGsm ? sw : (A0_WORDS[sw] ?? (sw >> 4 === 0x63c ? 0x9804 : sw));
    return [said >> 8, said & 0xff];
  };

  return {
    seen,
    reset() {
      isVerified = false;
      return TINY_ATR.slice();
    },
    transmit(command) {
      seen.push(command.slice());
      return Uint8Array.from(process(command));
    },
  };
}
