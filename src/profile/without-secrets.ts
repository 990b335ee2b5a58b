/**
 * The same card with other secrets, to be shown to others.
 *
 *     K, OPc, TOPc, OTA keys, PINs …           others of the same kind and length
 *     r1 to r5 and c1 to c5 of an operator     those of TS 35.206
 *     EFs that hold keys                       as on a new card
 *
 * Contents of EFs that are not known stay as they are.
 *
 * @see docs/profile.md, "Dump"
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { newContent } from '../ef/making.ts';
import { withKeys } from './batch.ts';
import { knownFile } from './content-view.ts';
import { placesOf, SECRET_FILES } from './known-files.ts';
import {
  type CardProfile,
  type FileProfile,
  hasRecords,
  type KeyTableEntryProfile,
  type PinProfile,
} from './profile.ts';
import { parentPath } from './tree.ts';

/** Gives the next octets of a stream nobody can guess. */
export type Draw = (octets: number) => Uint8Array;

const UNBLOCK_DIGITS = 8;

/** Digits of a PIN, or hex of a key. */
function drawnPin(like: string, draw: Draw): string {
  if (like.length === 16) return toHex(draw(8)).toUpperCase();
  const digits: string[] = [];
  // An octet of 250 or more would make some digits likelier than others.
  while (digits.length < like.length) {
    const [octet = 0] = draw(1);
    if (octet < 250) digits.push(String(octet % 10));
  }
  return digits.join('');
}

function withOtherPin(pin: PinProfile, draw: Draw): PinProfile {
  const value = drawnPin(pin.value, draw);
  if (pin.unblock === undefined) return { ...pin, value };
  const unblock = drawnPin('0'.repeat(UNBLOCK_DIGITS), draw);
  return { ...pin, value, unblock: { ...pin.unblock, value: unblock } };
}

/** OP and TOP are an operator's secrets, so another OPc or TOPc takes their place. */
function withOtherKeys(
  { op, top, r, c, ...entry }: KeyTableEntryProfile,
  draw: Draw,
): KeyTableEntryProfile {
  const opc = op === undefined ? {} : { opc: op };
  const topc = top === undefined ? {} : { topc: top };
  return withKeys({ ...entry, ...opc, ...topc }, {}, draw);
}

function asNew(file: FileProfile, place: string): FileProfile {
  const { ef, making } = knownFile(place, file);
  if (ef === undefined || !SECRET_FILES.has(ef.name)) return file;
  if (file.type === 'ber-tlv') return { ...file, data: '' };
  const content = (octets: number): string =>
    newContent({ size: octets, content: making?.content ?? '' }).slice(0, octets * 2);
  if (!hasRecords(file)) return { ...file, data: content(file.size) };
  const record = content(file.recLen);
  return { ...file, records: [record], recordsFill: 'same-as-record-1' };
}

/**
 * Gives a profile other secrets.
 *
 * @param profile a checked profile; not changed
 * @param draw gives the octets of keys and PINs; who can guess them knows these
 * @returns a profile that differs from the other in nothing but secrets
 * @see docs/profile.md, "Dump"
 * @example
 * ```ts
 * import { DEFAULT_PROFILE, diffProfiles, seededRandomness, withoutSecrets } from 'vuicc';
 *
 * const other = withoutSecrets(DEFAULT_PROFILE, seededRandomness('for an example'));
 * for (const { path, first } of diffProfiles(DEFAULT_PROFILE, other)) {
 *   if (first !== undefined) throw new Error(`${path} is no secret`);
 * }
 * const [pair] = other.keyTable.entries;
 * if (pair?.k === DEFAULT_PROFILE.keyTable.entries[0]?.k) throw new Error('the same K');
 * ```
 */
export function withoutSecrets(profile: CardProfile, draw: Draw): CardProfile {
  const places = placesOf(profile);
  return {
    ...profile,
    pins: profile.pins.map((pin) => withOtherPin(pin, draw)),
    keyTable: {
      active: profile.keyTable.active,
      entries: profile.keyTable.entries.map((entry) => withOtherKeys(entry, draw)),
    },
    files: profile.files.map((file) => asNew(file, places.get(parentPath(file.path) ?? '') ?? '')),
  };
}
