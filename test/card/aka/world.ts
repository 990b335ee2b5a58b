/**
 * A card and its network, made of a seed; AUTN and AUTS of them, in right ways and in wrong ones.
 *
 * The makers are those of the documents, beside what src/card/aka reads with.
 *
 * @see 3GPP TS 33.102 §6.3.2, §6.3.3
 * @module
 */

import { sha256 } from '@noble/hashes/sha2.js';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { concat } from '../../../src/bytes/octets.ts';
import type { AkaCard, AkaExchange, SenderFacts } from '../../../src/card/aka/mistake.ts';
import { makeImage } from '../../../src/card/image.ts';
import type { AuthenticationKey } from '../../../src/crypto/authentication-key.ts';
import { deriveOpc, expandMilenageKey } from '../../../src/crypto/milenage.ts';
import { checkProfile } from '../../../src/profile/check.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type {
  CardProfile,
  KeyTableEntryProfile,
  SqnProfile,
} from '../../../src/profile/profile.ts';
import { withEntries } from '../support/aka.ts';

/** SEQ_MS of the world's cards; IND 3 has it, the others are below. */
export const SEQ_MS = 1000;
/** The IND that has it. */
export const IND_MS = 3;
const ARRAY = Array.from({ length: 32 }, (_, ind) => (ind === IND_MS ? SEQ_MS : 900 + ind));
/** What the cards count with when nothing else is said. */
export const SQN: SqnProfile = { indBits: 5, delta: 2 ** 28, array: ARRAY };
/** A fresh SQN: SEQ_MS + 1 on IND 4. */
export const FRESH: number = (SEQ_MS + 1) * 32 + 4;

/** Octets of a seed and a name. */
export function drawn(seed: number, name: string, length = 16): Uint8Array {
  return sha256(new TextEncoder().encode(`${seed} ${name}`)).slice(0, length);
}

/** SQN in 6 octets. */
export function octetsOf(sqn: number): Uint8Array {
  return fromHex(sqn.toString(16).padStart(12, '0'));
}

/** The octets, the last first. */
export function backwards(octets: Uint8Array): Uint8Array {
  return Uint8Array.from([...octets].reverse());
}

/** Exclusive or. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((octet, at) => octet ^ b[at]!);
}

/** How an AUTN is made; what is left out is right. */
export interface TokenParts {
  readonly key?: AuthenticationKey;
  readonly rand?: Uint8Array;
  readonly sqn?: number;
  readonly amf?: Uint8Array;
  /** Conceals SQN. */
  readonly ak?: Uint8Array;
  readonly mac?: Uint8Array;
}

/** A card and what its network has to have, of a seed. */
export class World {
  readonly seed: number;
  readonly k: Uint8Array;
  readonly op: Uint8Array;
  readonly opc: Uint8Array;
  readonly rand: Uint8Array;
  readonly otherRand: Uint8Array;
  readonly key: AuthenticationKey;
  readonly profile: CardProfile;
  readonly card: AkaCard;
  readonly amf: Uint8Array = fromHex('8000');

  constructor(seed: number, change: Partial<KeyTableEntryProfile> = {}, key?: AuthenticationKey) {
    this.seed = seed;
    this.k = drawn(seed, 'K');
    this.op = drawn(seed, 'OP');
    this.opc = deriveOpc(this.k, this.op);
    this.rand = drawn(seed, 'RAND');
    this.otherRand = drawn(seed, 'another RAND');
    this.key = key ?? expandMilenageKey(this.k, this.opc);
    const { algorithm = 'milenage' } = change;
    const operator = algorithm === 'milenage' ? { op: toHex(this.op) } : {};
    const entry: KeyTableEntryProfile = {
      algorithm,
      k: toHex(this.k),
      ...operator,
      sqn: SQN,
      keySets: [],
      ...change,
    };
    const other: KeyTableEntryProfile = {
      algorithm: 'milenage',
      k: toHex(drawn(seed, 'another K')),
      opc: toHex(drawn(seed, 'another OPc')),
      sqn: SQN,
      keySets: [],
    };
    this.profile = withEntries(DEFAULT_PROFILE, [entry, other]);
    const checked = checkProfile(this.profile);
    if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
    const op = algorithm === 'milenage' ? this.op : undefined;
    this.card = { root: makeImage(this.profile).root, op };
  }

  /** Makes AUTN. */
  autn(parts: TokenParts = {}): Uint8Array {
    const { key = this.key, rand = this.rand, sqn = FRESH, amf = this.amf } = parts;
    const challenge = key.challenge(rand);
    const { ak = challenge.ak, mac = challenge.macA(octetsOf(sqn), amf) } = parts;
    return concat(xor(octetsOf(sqn), ak), amf, mac);
  }

  /** Makes AUTS for the SQN_MS of the card. */
  auts(parts: TokenParts = {}): Uint8Array {
    const { key = this.key, rand = this.rand, sqn = SEQ_MS * 32 + IND_MS } = parts;
    const challenge = key.challenge(rand);
    const { amf = new Uint8Array(2) } = parts;
    const { ak = challenge.akStar(), mac = challenge.macS(octetsOf(sqn), amf) } = parts;
    return concat(xor(octetsOf(sqn), ak), mac);
  }

  /** An exchange with a sound AUTN, or what is said. */
  exchange(change: Partial<AkaExchange> = {}): AkaExchange {
    return { rand: this.rand, autn: this.autn(), ...change };
  }

  /** An AUTN by another key. */
  by(key: AuthenticationKey, sender?: SenderFacts): AkaExchange {
    return this.exchange({ autn: this.autn({ key }), sender });
  }

  /** An AUTN with another SQN. */
  counting(sqn: number, change: Partial<AkaExchange> = {}): AkaExchange {
    return this.exchange({ autn: this.autn({ sqn }), ...change });
  }

  /** An AUTN that is refused for its SQN, and an AUTS. */
  failing(auts: Uint8Array, change: Partial<AkaExchange> = {}): AkaExchange {
    return this.counting(64, { auts, ...change });
  }
}
