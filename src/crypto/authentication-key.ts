/**
 * What a USIM and an AuC ask of an authentication algorithm.
 *
 *     key         K and what the operator has set, expanded once by their owner
 *     challenge   RES, CK, IK, AK of one RAND: f2 to f5
 *                 MAC-A, MAC-S, AK* when they are asked for: f1, f1*, f5*
 *
 * MILENAGE, TUAK, the XOR test algorithm and any that a program registers have this shape. Lengths
 * are the algorithm's: RES of 4 to 32 octets, CK and IK of 16 or 32.
 *
 * @see 3GPP TS 33.102 §6.3
 * @module
 */

/**
 * What comes of one RAND. Treat as secret.
 *
 * Its functions are methods, and are called on it.
 */
export interface AuthenticationChallenge {
  /** f2, 4 to 32 octets. */
  readonly res: Uint8Array;
  /** f3, 16 or 32 octets. */
  readonly ck: Uint8Array;
  /** f4, 16 or 32 octets. */
  readonly ik: Uint8Array;
  /** f5, 6 octets. */
  readonly ak: Uint8Array;
  /** f1: MAC-A of 8 octets for an SQN (6 octets) and an AMF (2 octets). */
  macA(sqn: Uint8Array, amf: Uint8Array): Uint8Array;
  /** f1*: MAC-S of 8 octets. */
  macS(sqn: Uint8Array, amf: Uint8Array): Uint8Array;
  /** f5*: AK* of 6 octets. */
  akStar(): Uint8Array;
}

/** What a network of the second generation gets, and what it ciphers with. Treat Kc as secret. */
export interface GsmAnswer {
  /** 4 octets. */
  readonly sres: Uint8Array;
  /** 8 octets. */
  readonly kc: Uint8Array;
}

/** A key of an algorithm, ready for any number of challenges. Treat as secret. */
export interface AuthenticationKey {
  /**
   * Computes f2 to f5 for one RAND.
   *
   * @param rand 16 octets; not kept
   */
  challenge(rand: Uint8Array): AuthenticationChallenge;
  /**
   * Answers a RAND (16 octets) of the second generation; without it the conversion functions c2 and
   * c3 do.
   */
  readonly gsm?: ((rand: Uint8Array) => GsmAnswer) | undefined;
}

/** All that an algorithm gives, as octets. Treat as secret. */
export interface AuthenticationOutput {
  /** f1. */
  readonly macA: Uint8Array;
  /** f1*. */
  readonly macS: Uint8Array;
  /** f2. */
  readonly res: Uint8Array;
  /** f3. */
  readonly ck: Uint8Array;
  /** f4. */
  readonly ik: Uint8Array;
  /** f5. */
  readonly ak: Uint8Array;
  /** f5*. */
  readonly akStar: Uint8Array;
}

/**
 * Computes f1 to f5* for one RAND, one SQN and one AMF.
 *
 * @param input RAND (16 octets), SQN (6) and AMF (2)
 * @throws {RangeError} an input has another length
 * @see 3GPP TS 33.102 §6.3
 */
export function authenticationOutput(
  key: AuthenticationKey,
  input: { readonly rand: Uint8Array; readonly sqn: Uint8Array; readonly amf: Uint8Array },
): AuthenticationOutput {
  const { rand, sqn, amf } = input;
  const challenge = key.challenge(rand);
  return {
    macA: challenge.macA(sqn, amf),
    macS: challenge.macS(sqn, amf),
    res: challenge.res,
    ck: challenge.ck,
    ik: challenge.ik,
    ak: challenge.ak,
    akStar: challenge.akStar(),
  };
}
