/**
 * The XOR test algorithm: for test USIMs and test networks, and no secret to anybody.
 *
 *     XDOUT = K ^ RAND
 *     RES   = XDOUT, or its first octets      AK, AK* = octets 4 to 9 of XDOUT
 *     CK    = XDOUT, 1 octet to the left      IK      = XDOUT, 2 octets to the left
 *     MAC   = first 8 octets of XDOUT ^ (SQN AMF), for MAC-A and MAC-S alike
 *
 * The 2G variant does without c2 and c3: SRES is octets 1 to 4 of XDOUT, and Kc octets 5 to 12.
 *
 * @see 3GPP TS 34.108 §8.1.2; 3GPP TS 51.010-1 (2G variant); test/vectors/xor-comp128.json
 * @module
 */

import { concat, copyOf, exclusiveOr, expectLength } from '../bytes/octets.ts';
import type { AuthenticationChallenge, AuthenticationKey } from './authentication-key.ts';

/** What a test USIM may be told beside K. */
export interface XorParameters {
  /** Octets of RES, 4 to 16. */
  readonly resLength: number;
  /** The 2G variant answers in the GSM context, in place of c2 and c3. */
  readonly gsmVariant: boolean;
}

/** What holds where nothing is said. */
export const XOR_PARAMETERS: XorParameters = { resLength: 16, gsmVariant: false };

function turnedLeft(octets: Uint8Array, by: number): Uint8Array {
  return concat(octets.slice(by), octets.slice(0, by));
}

/** XDOUT; refuses a RAND of another length than 16 octets. */
function xdoutOf(k: Uint8Array, rand: Uint8Array): Uint8Array {
  expectLength(rand, 16, 'rand');
  return exclusiveOr(k, rand);
}

class Challenge implements AuthenticationChallenge {
  readonly res: Uint8Array;
  readonly ck: Uint8Array;
  readonly ik: Uint8Array;
  readonly ak: Uint8Array;
  readonly #xdout: Uint8Array;

  constructor(xdout: Uint8Array, resLength: number) {
    this.#xdout = xdout;
    this.res = xdout.slice(0, resLength);
    this.ck = turnedLeft(xdout, 1);
    this.ik = turnedLeft(xdout, 2);
    this.ak = this.akStar();
  }

  macA(sqn: Uint8Array, amf: Uint8Array): Uint8Array {
    expectLength(sqn, 6, 'sqn');
    expectLength(amf, 2, 'amf');
    return exclusiveOr(this.#xdout, concat(sqn, amf));
  }

  macS(sqn: Uint8Array, amf: Uint8Array): Uint8Array {
    return this.macA(sqn, amf);
  }

  akStar(): Uint8Array {
    return this.#xdout.slice(3, 9);
  }
}

/**
 * Takes K in, for many computations.
 *
 * @param k 16 octets; not kept
 * @param parameters those of {@link XOR_PARAMETERS} where they are left out
 * @throws {RangeError} K has another length, or RES would
 * @see 3GPP TS 34.108 §8.1.2; 3GPP TS 51.010-1
 * @example
 * ```ts
 * import { expandXorKey, fromHex, toHex } from 'vuicc';
 *
 * const key = expandXorKey(fromHex('000102030405060708090a0b0c0d0e0f'));
 * const { ak } = key.challenge(new Uint8Array(16));
 * if (toHex(ak) !== '030405060708') throw new Error('AK');
 * ```
 */
export function expandXorKey(
  k: Uint8Array,
  parameters: Partial<XorParameters> = {},
): AuthenticationKey {
  expectLength(k, 16, 'k');
  const { resLength, gsmVariant } = { ...XOR_PARAMETERS, ...parameters };
  if (!Number.isInteger(resLength) || resLength < 4 || resLength > 16) {
    throw new RangeError(`resLength: expected 4 to 16 octets, got ${resLength}`);
  }
  const own = copyOf(k);
  const gsm: AuthenticationKey['gsm'] = (rand) => {
    const xdout = xdoutOf(own, rand);
    return { sres: xdout.slice(0, 4), kc: xdout.slice(4, 12) };
  };
  return {
    challenge: (rand) => new Challenge(xdoutOf(own, rand), resLength),
    gsm: gsmVariant ? gsm : undefined,
  };
}
