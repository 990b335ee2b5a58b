/**
 * Lists to be signed, some of them wrong, and the question whether a refusal has changed anything.
 *
 * @see docs/architecture.md, "Signed lists"
 * @module
 */

import { expect } from 'vitest';
import { iccidOf, imsiOf, type Keys, type Name, type World } from './world.ts';

/** A document before it is signed, right or wrong. */
export type Json = Readonly<Record<string, unknown>>;

/** MNO-B asks MNO-A for devices 0 and 1. */
export const IMSI_LIST: Json = {
  type: 'imsi-list',
  id: 'L-1',
  from: 'MNO-B',
  to: 'MNO-A',
  mncLength: 2,
  devices: [
    { iccid: iccidOf(0), imsi: imsiOf('MNO-B', 0) },
    { iccid: iccidOf(1), imsi: imsiOf('MNO-B', 1) },
  ],
};

/** MNO-A lists devices 0 and 1 for MNO-B. */
export const TRANSFER: Json = {
  type: 'transfer-list',
  id: 'T-1',
  from: 'MNO-A',
  to: 'MNO-B',
  devices: [
    { iccid: iccidOf(0), imsi: imsiOf('MNO-B', 0), index: 1, state: 'confirmed' },
    { iccid: iccidOf(1), imsi: imsiOf('MNO-B', 1), index: 1, state: 'unconfirmed' },
  ],
};

/** Signs whatever it is. */
export function signed(keys: Keys, document: object, by: Name): Promise<string> {
  return keys.signers[by].sign(JSON.stringify(document));
}

/** The list with its second device changed. */
export function withSecond(list: Json, change: object): Json {
  const [first, second] = list.devices as object[];
  return { ...list, devices: [first, { ...second, ...change }] };
}

/** A JWS cut short at every character, and with each bit of each octet changed. */
export function damaged(jws: string): readonly string[] {
  return Array.from(jws, (character, at) => [
    jws.slice(0, at),
    ...[0, 1, 2, 3, 4, 5, 6, 7].map((bit) => {
      const changed = String.fromCharCode(character.charCodeAt(0) ^ (1 << bit));
      return jws.slice(0, at) + changed + jws.slice(at + 1);
    }),
  ]).flat();
}

/** Takes a document, and asserts that it is refused and that nothing has changed. */
export async function refusal(
  world: World,
  take: (jws: string) => Promise<{ readonly ok: boolean }>,
  jws: string,
): Promise<unknown> {
  const before = world.snapshot();
  const result = await take(jws);
  expect(result.ok).toBe(false);
  expect(world.snapshot()).toEqual(before);
  const { ok: _, ...refused } = result;
  return refused;
}
