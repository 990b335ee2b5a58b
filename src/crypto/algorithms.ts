/**
 * The authentication algorithms by name, for whoever holds K: the card and the AuC.
 *
 *     name       K        OPc                  constants
 *     milenage   16       OPc, 16              r1 to r5, an octet each, and c1 to c5, 16 each
 *     tuak       16, 32   TOPc, 32             octets of RES, CK and IK, and iterations: 4 octets
 *     xor        16       none                 octets of RES, and 1 for the 2G variant: 2 octets
 *     another    16, 32   none, 16 or 32       none
 *
 * Any other name is that of an algorithm which the embedding program has registered.
 *
 * @see 3GPP TS 33.102 §6.3.2; 3GPP TS 35.206 §4.1; 3GPP TS 35.231; docs/profile.md
 * @module
 */

import { copyOf, expectLength } from '../bytes/octets.ts';
import type {
  AuthenticationChallenge,
  AuthenticationKey,
  GsmAnswer,
} from './authentication-key.ts';
import { expandMilenageKey, type MilenageConstants } from './milenage.ts';
import { expandTuakKey, type TuakParameters } from './tuak.ts';
import { expandXorKey } from './xor.ts';

/** K and what goes with it, as octets. Secret. */
export interface AuthenticationSecret {
  /** `undefined`: MILENAGE. */
  readonly algorithm: string | undefined;
  /** 16 or 32 octets. */
  readonly k: Uint8Array;
  /** OPc, TOPc, or what another algorithm has in their place; perhaps no octets. */
  readonly opc: Uint8Array;
  /** What the operator has set beside; `undefined`: what the algorithm has for itself. */
  readonly constants: Uint8Array | undefined;
}

/** What a registered algorithm gets of a key: copies. Secret. */
export type OwnSecret = Pick<AuthenticationSecret, 'k' | 'opc'>;

/**
 * An algorithm of one's own: makes a key that can be asked again and again, and answers at once.
 *
 * A challenge has RES of 4 to 32 octets, CK and IK of 16 or 32, AK and AK* of 6, MAC-A and MAC-S of
 * 8; the 2G answer SRES of 4 and Kc of 8.
 */
export type AuthenticationAlgorithm = (secret: OwnSecret) => AuthenticationKey;

/** Algorithms of one's own by the name in profiles. */
export type AuthenticationAlgorithms = Readonly<Record<string, AuthenticationAlgorithm>>;

/** The algorithms that need not be registered. */
export const ALGORITHM_NAMES: readonly string[] = ['milenage', 'tuak', 'xor'];

/** Octets of r1 to r5, one each, and c1 to c5. */
export const MILENAGE_CONSTANTS_OCTETS: number = 5 + 5 * 16;

function milenageConstants(octets: Uint8Array): MilenageConstants {
  expectLength(octets, MILENAGE_CONSTANTS_OCTETS, 'constants');
  const c = (n: number): Uint8Array => octets.slice(5 + 16 * n, 21 + 16 * n);
  return {
    r: [octets[0]!, octets[1]!, octets[2]!, octets[3]!, octets[4]!],
    c: [c(0), c(1), c(2), c(3), c(4)],
  };
}

function tuakKey({ k, opc, constants }: AuthenticationSecret): AuthenticationKey {
  if (constants === undefined) return expandTuakKey(k, opc);
  expectLength(constants, 4, 'constants');
  const [resLength, ckLength, ikLength, iterations] = constants;
  // Which lengths there are is asked there.
  return expandTuakKey(k, opc, { resLength, ckLength, ikLength, iterations } as TuakParameters);
}

function xorKey({ k, constants }: AuthenticationSecret): AuthenticationKey {
  if (constants === undefined) return expandXorKey(k);
  expectLength(constants, 2, 'constants');
  return expandXorKey(k, { resLength: constants[0]!, gsmVariant: constants[1] === 1 });
}

const RES_LENGTHS = Array.from({ length: 29 }, (_, n) => 4 + n);
const KEY_LENGTHS = [16, 32];

/** What something is that is not what was asked for; no octet of it. */
function kindOf(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.length} octets`;
  return value instanceof Promise ? 'a Promise' : typeof value;
}

/** Copies octets that have one of some lengths. */
function held(octets: Uint8Array, lengths: readonly number[], name: string): Uint8Array {
  if (octets instanceof Uint8Array && lengths.includes(octets.length)) return copyOf(octets);
  const isRange = lengths.length > 2;
  const expected = isRange ? `${lengths[0]} to ${lengths.at(-1)}` : lengths.join(' or ');
  throw new RangeError(`${name}: expected ${expected} octets, got ${kindOf(octets)}`);
}

/**
 * Holds an algorithm of somebody else to the lengths that USIM and AuC write. It gets copies and
 * gives copies, so that nothing of theirs changes, whatever it does with them.
 */
function heldChallenge(given: AuthenticationChallenge): AuthenticationChallenge {
  return {
    res: held(given.res, RES_LENGTHS, 'res'),
    ck: held(given.ck, KEY_LENGTHS, 'ck'),
    ik: held(given.ik, KEY_LENGTHS, 'ik'),
    ak: held(given.ak, [6], 'ak'),
    macA: (sqn, amf) => held(given.macA(copyOf(sqn), copyOf(amf)), [8], 'macA'),
    macS: (sqn, amf) => held(given.macS(copyOf(sqn), copyOf(amf)), [8], 'macS'),
    akStar: () => held(given.akStar(), [6], 'akStar'),
  };
}

function heldAnswer({ sres, kc }: GsmAnswer): GsmAnswer {
  return { sres: held(sres, [4], 'sres'), kc: held(kc, [8], 'kc') };
}

function ownKey(
  algorithm: AuthenticationAlgorithm,
  { algorithm: name, k, opc }: AuthenticationSecret,
): AuthenticationKey {
  const key = algorithm({ k: copyOf(k), opc: copyOf(opc) });
  if (typeof key?.challenge !== 'function') {
    throw new TypeError(`algorithms.${name}: expected a key with challenge, got ${kindOf(key)}`);
  }
  const gsm = key.gsm?.bind(key);
  return {
    challenge: (rand) => heldChallenge(key.challenge(copyOf(rand))),
    gsm: gsm && ((rand) => heldAnswer(gsm(copyOf(rand)))),
  };
}

/** Tells whether a name, as {@link AuthenticationSecret} has it, is that of an algorithm. */
export function isAlgorithm(name: string | undefined, own: AuthenticationAlgorithms): boolean {
  if (name === undefined || ALGORITHM_NAMES.includes(name)) return true;
  return Object.hasOwn(own, name) && typeof own[name] === 'function';
}

/**
 * Refuses a name that nobody has given an algorithm to.
 *
 * @param name as {@link AuthenticationSecret} has it
 * @throws {RangeError} it is no algorithm's; the message shows the name
 */
export function expectAlgorithm(name: string | undefined, own: AuthenticationAlgorithms): void {
  if (isAlgorithm(name, own)) return;
  throw new RangeError(`algorithms: expected one that is named ${JSON.stringify(name)}`);
}

/**
 * Expands a key, once for many challenges.
 *
 * @param own algorithms beside MILENAGE, TUAK and XOR
 * @throws {RangeError} nobody has registered the algorithm, or an octet string has another length
 *   than it wants
 * @throws {TypeError} a registered algorithm gives no key
 * @see docs/profile.md
 */
export function expandAuthenticationKey(
  secret: AuthenticationSecret,
  own: AuthenticationAlgorithms = {},
): AuthenticationKey {
  const { algorithm, k, opc, constants } = secret;
  switch (algorithm) {
    case undefined:
    case 'milenage':
      return expandMilenageKey(k, opc, constants && milenageConstants(constants));
    case 'tuak':
      return tuakKey(secret);
    case 'xor':
      return xorKey(secret);
    default:
      expectAlgorithm(algorithm, own);
      return ownKey(own[algorithm]!, secret);
  }
}
