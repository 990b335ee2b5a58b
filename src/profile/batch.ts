/**
 * Profiles of a batch of cards: each has an ICCID, an IMSI and keys of its own, all else is that of
 * the template.
 *
 *     ICCID   89 99901 0000000001 | 3     the number of a card grows by 1, the check digit follows
 *     IMSI    001 01 | 0000000001         the MSIN grows by 1
 *     pair    K, OPc or TOPc, OTA keys    drawn; algorithms, lengths, SQN, OP and TOP as in the
 *                                         template
 *
 * @see ITU-T E.118; 3GPP TS 23.003 §2.2
 * @module
 */

import { fromHex, toHex } from '../bytes/hex.ts';
import { type Iccid, iccid, imsi, withCheckDigit } from '../bytes/identity.ts';
import { EF_AD } from '../ef/administration.ts';
import { type OperatorKeys, withoutOperator } from './authentication.ts';
import { personalise } from './personalise.ts';
import type { CardProfile, KeyTableEntryProfile, OtaKeyProfile } from './profile.ts';
import { applicationPaths, profileTree, USIM_AID } from './tree.ts';

/** Gives the next octets of a stream. */
type Draw = (octets: number) => Uint8Array;

/** Keys that are given and not drawn. Secret. */
export interface GivenKeys {
  /** 16 octets, or 32 where the algorithm has them, hex. */
  readonly k?: string;
  /** One of these at most: OPc and OP of 16 octets, TOPc and TOP of 32. */
  readonly opc?: string;
  readonly op?: string;
  readonly topc?: string;
  readonly top?: string;
}

/** Which cards are made. */
export interface BatchOptions {
  readonly count: number;
  /** Of the first card; left out: the one behind that of the template. */
  readonly iccid?: string;
  /** The same. */
  readonly imsi?: string;
  /** Digits of the MNC; left out: as EF_AD of the template says. */
  readonly mncLength?: 2 | 3;
  /** Ki/OTA pairs a card, 1 to 255; left out: as many as the template has. */
  readonly pairs?: number;
  /** Keys of pair 0, the same ones for each card. */
  readonly keys?: GivenKeys;
  /** Gives the octets of which the keys of one card are made. */
  readonly random: (card: Iccid) => Draw;
}

/** What of an ICCID is no card's own: 89, country and issuer take up to 7 digits. */
const ISSUER_DIGITS = 7;
const MNC_LENGTH_OFFSET = 3;
const MCC_DIGITS = 3;

/** Adds to a number of so many digits; `undefined` when digits that must stay would change. */
function plus(digits: string, number: number, fixed: number): string | undefined {
  const sum = (BigInt(digits) + BigInt(number)).toString().padStart(digits.length, '0');
  return sum.length === digits.length && sum.slice(0, fixed) === digits.slice(0, fixed)
    ? sum
    : undefined;
}

/** Checks an ICCID that is given; gives its digits without the last. */
function iccidBody(given: string): string {
  if (!/^[0-9]{18,20}$/.test(given)) {
    throw new RangeError('iccid: expected 18 to 20 decimal digits');
  }
  const body = given.slice(0, -1);
  const right = withCheckDigit(body).at(-1);
  if (right !== given.at(-1)) {
    throw new RangeError(`iccid: expected the check digit ${right}, found ${given.at(-1)}`);
  }
  return body;
}

function givenImsi(given: string): string {
  if (!/^[0-9]{6,15}$/.test(given)) {
    throw new RangeError('imsi: expected 6 to 15 decimal digits');
  }
  return given;
}

/** The digits behind those of the template, or those that are given. */
function firstOf(template: CardProfile, given: BatchOptions): { body: string; first: string } {
  const next = (digits: string): string => plus(digits, 1, 0) ?? '';
  return {
    body: given.iccid === undefined ? next(template.iccid.slice(0, -1)) : iccidBody(given.iccid),
    first: given.imsi === undefined ? next(template.imsi) : givenImsi(given.imsi),
  };
}

/**
 * Reads the length of the MNC out of EF_AD.
 *
 * @returns `undefined` when the first USIM does not tell
 * @see 3GPP TS 31.102 §4.2
 */
export function mncLengthOf(profile: CardProfile): 2 | 3 | undefined {
  const [usim = ''] = applicationPaths(profile, USIM_AID);
  const index = profileTree(profile).ef(usim, EF_AD.fid.toString(16));
  const file = index === undefined ? undefined : profile.files[index];
  if (file?.type !== 'transparent') return undefined;
  const length = (fromHex(file.data)[MNC_LENGTH_OFFSET] ?? 0) & 0x0f;
  return length === 2 || length === 3 ? length : undefined;
}

/** What is given of OPc, OP, TOPc and TOP; `undefined` when nothing is. */
function givenOperator({ opc, op, topc, top }: GivenKeys): OperatorKeys | undefined {
  if (opc !== undefined) return { opc };
  if (op !== undefined) return { op };
  if (topc !== undefined) return { topc };
  return top === undefined ? undefined : { top };
}

/** Gives a pair its keys: those that are given, or others of the same kind and length. */
export function withKeys(
  entry: KeyTableEntryProfile,
  given: GivenKeys,
  draw: Draw,
): KeyTableEntryProfile {
  const like = (key: string): string => toHex(draw(key.length / 2)).toUpperCase();
  const own = <T extends OtaKeyProfile>(key: T): T => ({ ...key, key: like(key.key) });
  const k = given.k ?? like(entry.k);
  const { opc, op, topc, top } = entry;
  // OP and TOP are the operator's, and the same in all its cards.
  const operator = givenOperator(given) ?? {
    ...(opc !== undefined && { opc: like(opc) }),
    ...(op !== undefined && { op }),
    ...(topc !== undefined && { topc: like(topc) }),
    ...(top !== undefined && { top }),
  };
  const keySets = entry.keySets.map(({ kic, kid, kik, ...set }) => {
    return { ...set, kic: own(kic), kid: own(kid), ...(kik && { kik: own(kik) }) };
  });
  return { ...withoutOperator(entry), k, ...operator, keySets };
}

/**
 * Makes the profiles of a batch, one after the other.
 *
 * @param template a checked profile; not changed. Pairs that it does not have are like its last
 * @returns profiles that share with the template what is the same. A card of the same ICCID gets
 *   the same keys when `random` gives the same octets, whatever the batch is
 * @throws {RangeError} a number is out of range, an ICCID has another check digit, the batch has no
 *   room behind its first ICCID or IMSI, or EF_AD does not tell the length of the MNC; the message
 *   begins with the name of the option and shows no key
 * @see docs/profile.md, "Make"
 * @example
 * ```ts
 * import { DEFAULT_PROFILE, makeBatch, seededRandomness } from 'vuicc';
 *
 * const random = (card: string) => seededRandomness(`seed ${card}`);
 * const options = { count: 2, imsi: '001010000000001', random };
 * const [first, second] = makeBatch(DEFAULT_PROFILE, options);
 * if (second?.imsi !== '001010000000002') throw new Error(second?.imsi);
 * if (first?.keyTable.entries[0]?.k === second.keyTable.entries[0]?.k) throw new Error('own keys');
 * ```
 */
export function* makeBatch(template: CardProfile, options: BatchOptions): Generator<CardProfile> {
  const { count, keys = {}, random } = options;
  const mncLength = options.mncLength ?? mncLengthOf(template);
  if (mncLength === undefined) {
    throw new RangeError('mnc-length: expected 2 or 3, as EF_AD of the template does not tell');
  }
  const { entries } = template.keyTable;
  const pairs = options.pairs ?? entries.length;
  const { body, first } = firstOf(template, options);
  const network = MCC_DIGITS + mncLength;
  for (const [name, digits, fixed] of [
    ['iccid', body, ISSUER_DIGITS],
    ['imsi', first, network],
  ] as const) {
    if (digits === '' || plus(digits, count - 1, fixed) === undefined) {
      throw new RangeError(`${name}: expected room for ${count} behind the first, found less`);
    }
  }
  for (let n = 0; n < count; n++) {
    const card = withCheckDigit(plus(body, n, 0) ?? '');
    const draw = random(card);
    const own = Array.from({ length: pairs }, (_, index) => {
      const like = entries[index] ?? entries.at(-1);
      if (like === undefined) throw new RangeError('pairs: expected a template that has one');
      return withKeys(like, index === 0 ? keys : {}, draw);
    });
    const person = { iccid: iccid(card), imsi: imsi(plus(first, n, 0) ?? ''), mncLength };
    yield personalise(template, { ...person, entries: own });
  }
}

/** What of one profile is replaced; what is left out stays. */
export type ProfileOverrides = Pick<BatchOptions, 'iccid' | 'imsi' | 'mncLength' | 'keys'>;

/**
 * Gives a profile another identity or other keys of its active pair.
 *
 * @param profile a checked profile; not changed
 * @throws {RangeError} as {@link makeBatch}
 * @see docs/profile.md, "Make"
 */
export function overridden(profile: CardProfile, overrides: ProfileOverrides): CardProfile {
  const { keys = {} } = overrides;
  const mncLength = overrides.mncLength ?? mncLengthOf(profile);
  if (mncLength === undefined) {
    throw new RangeError('mnc-length: expected 2 or 3, as EF_AD does not tell');
  }
  const { active, entries } = profile.keyTable;
  const changed = entries.map((entry, n) => {
    if (n !== active) return entry;
    const operator = givenOperator(keys);
    const rest = operator === undefined ? entry : { ...withoutOperator(entry), ...operator };
    return { ...rest, k: keys.k ?? entry.k };
  });
  const { iccid: card, imsi: subscriber } = overrides;
  const person = {
    iccid: card === undefined ? iccid(profile.iccid) : withCheckDigit(iccidBody(card)),
    imsi: imsi(subscriber === undefined ? profile.imsi : givenImsi(subscriber)),
    mncLength,
    entries: changed,
  };
  return { ...personalise(profile, person), keyTable: { active, entries: changed } };
}
