/**
 * Mistakes with keys: another one than KIc and KID name, or the right one used in another way.
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 * @module
 */

import { keyVersion, type OtaAlgorithm } from '../key-set.ts';
import { type Deviation, usedKeys, varyKeys, withKeys } from './deviation.ts';
import type { KeyRole, KeyUse } from './methods.ts';
import { type Inquiry, keySetOf, type Plan, storedUse } from './plan.ts';
import { listed, octetsOf, quoted } from './words.ts';

/** A key of a plan, and the octet of the packet that names it. */
interface Placed {
  readonly place: KeyRole;
  readonly key: KeyUse;
}

const NIBBLE: Readonly<Record<OtaAlgorithm, number>> = { AES: 0x2, '3DES': 0x5, DES: 0x1 };
const THREE_KEYS = 0x9;

function placedKeys(plan: Plan): Placed[] {
  const { cipher, checksum } = usedKeys(plan);
  const placed: Placed[] = [];
  if (cipher !== undefined) placed.push({ place: 'KIc', key: cipher });
  if (checksum !== undefined) placed.push({ place: 'KID', key: checksum });
  return placed;
}

/** The KIc or KID octet that names a key by its version and algorithm. */
export function indicatorOf({ kvn, algorithm, octets }: KeyUse): number {
  const isThreeKeys = algorithm === '3DES' && octets === 24;
  return kvn * 16 + (isThreeKeys ? THREE_KEYS : NIBBLE[algorithm]);
}

/** Says what an algorithm is: `AES`, `3DES with 2 keys`. */
export function algorithmName({ algorithm, octets }: KeyUse): string {
  return algorithm === '3DES' ? `3DES with ${octets / 8} keys` : algorithm;
}

function asStored(inquiry: Inquiry, { kvn, role }: KeyUse): KeyUse {
  return storedUse(inquiry.receiver, kvn, role);
}

/** Says which keys: `the keys of key set 1`, `the KIc key of key set 1`. */
function keysNamed(placed: readonly Placed[]): string {
  const [first, second] = placed.map(({ key }) => key);
  if (first !== undefined && second !== undefined && first.kvn === second.kvn) {
    if (first.role !== second.role) return `the keys of key set ${first.kvn}`;
    return `the ${first.role} key of key set ${first.kvn}`;
  }
  return listed(placed.map(({ key: { role, kvn } }) => `the ${role} key of key set ${kvn}`));
}

/** Says what to seal with so that the keys are named as they are stored. */
function indicators(inquiry: Inquiry, placed: readonly Placed[]): string {
  return listed(
    placed.map(({ place, key }) => {
      const stored = storedUse(inquiry.receiver, key.kvn, place);
      return `${place} ${quoted(indicatorOf(stored))}`;
    }),
  );
}

/** What KIc and KID are in the packet. */
function sentIndicators(inquiry: Inquiry, placed: readonly Placed[]): string {
  return listed(
    placed.map(({ place }) => `${place} ${quoted(place === 'KIc' ? inquiry.kic : inquiry.kid)}`),
  );
}

function baseKvn({ base }: Inquiry, place: KeyRole): number | undefined {
  const { cipher, checksum } = usedKeys(base);
  return (place === 'KIc' ? cipher : checksum)?.kvn;
}

function ofOtherSet(plan: Plan, inquiry: Inquiry): Placed[] {
  return placedKeys(plan).filter(({ place, key }) => key.kvn !== baseKvn(inquiry, place));
}

/** Says which key sets there are. */
function existing({ receiver }: Inquiry): string {
  const kvns = receiver.keySets.map(({ kvn }) => kvn);
  if (kvns.length === 0) return 'the receiver has no key set';
  return `the receiver has key set${kvns.length === 1 ? '' : 's'} ${listed(kvns)}`;
}

/** Says that a key set does not exist, and which do. */
export function missingSetRemedy(inquiry: Inquiry, place: KeyRole): string {
  const octet = place === 'KIc' ? inquiry.kic : inquiry.kid;
  const named = `${place} ${quoted(octet)} names key set ${keyVersion(octet)}`;
  return `${named}, and ${existing(inquiry)}: use one that is there.`;
}

const NO_SUCH_KEY_SET: Deviation = {
  name: 'no-such-key-set',
  aspect: 'key-set',
  settles: ['key-indicator', 'por-keys', 'different-key-sets'],
  vary(plan, inquiry) {
    const { receiver } = inquiry;
    return receiver.keySets.flatMap(({ kvn }) => {
      const varied = varyKeys(plan, inquiry, (key) =>
        keySetOf(receiver, key.kvn) ? undefined : storedUse(receiver, kvn, key.role),
      );
      return varied.slice(0, 1);
    });
  },
  remedy(plan, inquiry) {
    const used = ofOtherSet(plan, inquiry);
    const sent = sentIndicators(inquiry, used);
    return (
      `The packet was sealed with ${keysNamed(used)} and has ${sent}, but ` +
      `${existing(inquiry)}: seal with ${indicators(inquiry, used)}.`
    );
  },
};

const OTHER_KEY_SET: Deviation = {
  name: 'other-key-set',
  aspect: 'key-set',
  settles: [
    'key-indicator',
    'por-keys',
    'different-key-sets',
    'counter-blocked',
    'counter-replayed',
    'counter-low',
    'counter-high',
    'counter-little-endian',
  ],
  vary(plan, inquiry) {
    const { receiver } = inquiry;
    const { cipher, checksum } = usedKeys(plan);
    const isMissing = (key: KeyUse | undefined) =>
      key !== undefined && keySetOf(receiver, key.kvn) === undefined;
    if (isMissing(cipher) || isMissing(checksum)) return [];
    return receiver.keySets.flatMap(({ kvn }) =>
      varyKeys(plan, inquiry, (key) =>
        key.kvn === kvn ? undefined : storedUse(receiver, kvn, key.role),
      ),
    );
  },
  remedy(plan, inquiry) {
    const used = ofOtherSet(plan, inquiry);
    const sent = sentIndicators(inquiry, used);
    return (
      `The packet was sealed with ${keysNamed(used)}, but has ${sent}: ` +
      `seal with ${indicators(inquiry, used)}, or use the keys that these name.`
    );
  },
};

function otherRole({ role }: KeyUse): KeyRole {
  return role === 'KIc' ? 'KID' : 'KIc';
}

const USE: Readonly<Record<KeyRole, { readonly what: string; readonly right: string }>> = {
  KIc: { what: 'the cipher', right: 'cipher with the KIc key' },
  KID: { what: 'the CC', right: 'compute the CC with the KID key' },
};

const KEYS_SWAPPED: Deviation = {
  name: 'keys-swapped',
  aspect: 'role',
  vary(plan, inquiry) {
    const swap = (key: KeyUse) => storedUse(inquiry.receiver, key.kvn, otherRole(key));
    return varyKeys(plan, inquiry, swap).slice(0, 1);
  },
  remedy(plan) {
    const uses = placedKeys(plan).map(({ place, key }) => ({ ...USE[place], role: key.role }));
    const done = listed(uses.map(({ what, role }) => `the ${role} key was used for ${what}`));
    return `${done.replace('the', 'The')}: ${listed(uses.map(({ right }) => right))}.`;
  },
};

const ONE_KEY_FOR_BOTH: Deviation = {
  name: 'one-key-for-both',
  aspect: 'role',
  vary(plan, inquiry) {
    const { cipher, checksum } = usedKeys(plan);
    if (cipher === undefined || checksum === undefined) return [];
    return [
      withKeys(plan, inquiry, { cipher: undefined, checksum: cipher }),
      withKeys(plan, inquiry, { cipher: checksum, checksum: undefined }),
    ];
  },
  remedy(plan) {
    const { role } = usedKeys(plan).cipher!;
    return (
      `The ${role} key was used for the cipher and for the CC: ` +
      `${USE.KIc.right}, and ${USE.KID.right}.`
    );
  },
};

/** The keys of a plan that are used otherwise than they are stored. */
function usedOtherwise(plan: Plan, inquiry: Inquiry): Placed[] {
  return placedKeys(plan).filter(({ key }) => {
    const stored = asStored(inquiry, key);
    return stored.algorithm !== key.algorithm || stored.octets !== key.octets;
  });
}

/** Says what keys are for. */
function meantFor(placed: readonly Placed[], inquiry: Inquiry): string {
  return listed([...new Set(placed.map(({ key }) => algorithmName(asStored(inquiry, key))))]);
}

const WRONG_ALGORITHM: Deviation = {
  name: 'wrong-algorithm',
  aspect: 'algorithm',
  settles: ['key-indicator', 'aes-without-counter'],
  vary: (plan, inquiry) =>
    varyKeys(plan, inquiry, (key) => {
      if (key.algorithm === 'DES') return undefined;
      if (key.algorithm === '3DES') return { ...key, algorithm: 'AES' };
      return { ...key, algorithm: '3DES', octets: Math.min(key.octets, 24) };
    }),
  remedy(plan, inquiry) {
    const placed = usedOtherwise(plan, inquiry);
    const used = listed([...new Set(placed.map(({ key }) => algorithmName(key)))]);
    return (
      `${used} was computed with ${keysNamed(placed)}, meant for ${meantFor(placed, inquiry)}: ` +
      `use that, and seal with ${indicators(inquiry, placed)}.`
    );
  },
};

const SHORTER = [16, 24];

const KEY_LENGTH: Deviation = {
  name: 'key-length',
  aspect: 'algorithm',
  settles: ['key-indicator'],
  vary: (plan, inquiry) =>
    SHORTER.flatMap((octets) =>
      varyKeys(plan, inquiry, (key) => (octets < key.octets ? { ...key, octets } : undefined)),
    ),
  remedy(plan, inquiry) {
    const placed = usedOtherwise(plan, inquiry);
    const [octets] = placed.map(({ key }) => octetsOf(key.octets));
    return (
      `Of ${keysNamed(placed)} the first ${octets} were used: ` +
      `use all, and seal with ${indicators(inquiry, placed)}.`
    );
  },
};

const SINGLE_DES: Deviation = {
  name: 'single-des',
  aspect: 'algorithm',
  settles: ['key-indicator', 'single-des-refused'],
  vary: (plan, inquiry) =>
    varyKeys(plan, inquiry, (key) =>
      key.algorithm === 'DES' ? undefined : { ...key, algorithm: 'DES', octets: 8 },
    ),
  remedy(plan, inquiry) {
    const placed = usedOtherwise(plan, inquiry);
    return (
      `Single DES was computed with the first 8 octets of ${keysNamed(placed)}: ` +
      `use ${meantFor(placed, inquiry)}, and seal with ${indicators(inquiry, placed)}.`
    );
  },
};

const BLOCK_MODE: Deviation = {
  name: 'block-mode',
  aspect: 'mode',
  vary({ ciphering, ...plan }) {
    if (ciphering === undefined) return [];
    const mode = ciphering.mode === 'CBC' ? 'ECB' : 'CBC';
    return [{ ...plan, ciphering: { ...ciphering, mode } }];
  },
  remedy({ ciphering }, { kic }) {
    const used = ciphering?.mode ?? 'CBC';
    const right = used === 'ECB' ? 'CBC, with an initial vector of zeros' : 'ECB';
    return `The packet was ciphered in ${used}: with KIc ${quoted(kic)} cipher in ${right}.`;
  },
};

/** Mistakes with keys, the likely ones first. */
export const KEY_MISTAKES: readonly Deviation[] = [
  NO_SUCH_KEY_SET,
  OTHER_KEY_SET,
  KEYS_SWAPPED,
  ONE_KEY_FOR_BOTH,
  WRONG_ALGORITHM,
  KEY_LENGTH,
  SINGLE_DES,
  BLOCK_MODE,
];
