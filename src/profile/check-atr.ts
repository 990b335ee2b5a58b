/**
 * Checks that an ATR can be one, and offers the protocol of the profile.
 *
 *     TS | T0 | TA1 TB1 TC1 TD1 | TA2 … | historical octets | TCK
 *
 * The high nibble of T0 and of each TD says which of the four follow; the low nibble of a TD names
 * a protocol, that of T0 counts the historical octets. TCK is there when a protocol other than T=0
 * is named, T=15 included.
 *
 * @see ISO/IEC 7816-3 §8; ETSI TS 102 221 §6.3
 * @module
 */

import { fromHex, toHex } from '../bytes/hex.ts';
import { count, type Report } from './faults.ts';
import type { CardProfile } from './profile.ts';

const TD_FOLLOWS = 0b1000;
/** TA, TB and TC that follow, by the lower three bits of the nibble. */
const OTHERS_THAT_FOLLOW = [0, 1, 1, 2, 1, 2, 2, 3] as const;
/** T=15 is no protocol: it introduces the global interface octets. */
const GLOBAL_OCTETS = 15;

/** Follows the chain of TDs. */
function interfaceOctets(atr: Uint8Array): { protocols: number[]; end: number } {
  const protocols: number[] = [];
  let follow = atr[1]! >> 4;
  let end = 2 + OTHERS_THAT_FOLLOW[follow & 7]!;
  while ((follow & TD_FOLLOWS) !== 0 && end < atr.length) {
    const td = atr[end]!;
    protocols.push(td & 0x0f);
    follow = td >> 4;
    end += 1 + OTHERS_THAT_FOLLOW[follow & 7]!;
  }
  // A TD past the end still has its place, so that the length is seen to be wrong.
  return { protocols, end: (follow & TD_FOLLOWS) === 0 ? end : end + 1 };
}

/** Checks the ATR and the protocol. */
export function checkAtr(profile: CardProfile, report: Report): void {
  const atr = fromHex(profile.atr, 'ATR');
  if (atr[0] !== 0x3b && atr[0] !== 0x3f) {
    report(['atr'], 'TS "3b" or "3f" as its first octet', `"${toHex(atr.subarray(0, 1))}"`);
    return;
  }
  const { protocols, end } = interfaceOctets(atr);
  const hasTck = protocols.some((protocol) => protocol !== 0);
  const length = end + (atr[1]! & 0x0f) + (hasTck ? 1 : 0);
  if (atr.length !== length) {
    const expected = `${count(length, 'octet')}, as T0 and the TDs say`;
    report(['atr'], expected, count(atr.length, 'octet'));
    return;
  }
  const sum = atr.subarray(1).reduce((xor, octet) => xor ^ octet, 0);
  if (hasTck && sum !== 0) {
    const tck = atr.subarray(length - 1);
    const right = Uint8Array.of(tck[0]! ^ sum);
    report(['atr'], `TCK "${toHex(right)}" as its last octet`, `"${toHex(tck)}"`);
  }
  const offered = protocols.filter((protocol) => protocol !== GLOBAL_OCTETS);
  // An ATR that names none offers T=0.
  const names = (offered.length === 0 ? [0] : offered).map((protocol) => `T=${protocol}`);
  if (!names.includes(profile.protocol)) {
    const list = [...new Set(names)].map((name) => `"${name}"`).join(' or ');
    report(['protocol'], `${list}, as the ATR offers`, `"${profile.protocol}"`);
  }
}
