/**
 * What the rows of mistakes have in common: each changes a plan into plans of a mistaken sender.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import type { Fields } from './coverage.ts';
import type { KeyUse } from './methods.ts';
import type { MistakeName } from './mistake.ts';
import { type Check, cipheringBy, type Inquiry, macOctets, type Plan } from './plan.ts';

/** What of a plan a mistake changes. Two that change the same are not tried together. */
export type Aspect =
  | 'key-set'
  | 'role'
  | 'algorithm'
  | 'mode'
  | 'method'
  | 'span'
  | 'layout'
  | 'kind'
  | 'ciphering'
  | 'frame';

/** A mistake in the making of a packet. */
export interface Deviation {
  readonly name: MistakeName;
  readonly aspect: Aspect;
  /** What the packet then says of itself and need not be told: it follows from this mistake. */
  readonly settles?: readonly MistakeName[];
  /** The plans of a sender that makes this mistake, and else follows the given plan. */
  vary(plan: Plan, inquiry: Inquiry): readonly Plan[];
  /**
   * What was done, and what to do instead.
   *
   * @param plan one of {@link vary}, or made of one by another mistake
   * @param fields what the packet has by this plan
   */
  remedy(plan: Plan, inquiry: Inquiry, fields: Fields): string;
}

/** The keys that a plan uses. */
export interface UsedKeys {
  readonly cipher: KeyUse | undefined;
  readonly checksum: KeyUse | undefined;
}

/** Gives the keys that a plan uses. */
export function usedKeys({ ciphering, check }: Plan): UsedKeys {
  return {
    cipher: ciphering?.key,
    checksum: check.kind === 'cc' ? check.key : undefined,
  };
}

/** Lets a plan use other keys; those that are `undefined` stay. */
export function withKeys(plan: Plan, inquiry: Inquiry, keys: UsedKeys): Plan {
  const { cipher, checksum } = keys;
  const ciphering =
    plan.ciphering && cipher
      ? { ...cipheringBy(cipher, inquiry.kic), from: plan.ciphering.from }
      : plan.ciphering;
  let { check } = plan;
  if (check.kind === 'cc' && checksum !== undefined) {
    const octets = macOctets(inquiry.receiver, checksum.kvn, checksum.algorithm);
    check = { ...check, key: checksum, octets };
  }
  return { ...plan, ciphering, check };
}

/**
 * Changes the keys of a plan: both, that of the cipher alone, that of the checksum alone.
 *
 * @param change what becomes of a key; `undefined` when it has no such change
 */
export function varyKeys(
  plan: Plan,
  inquiry: Inquiry,
  change: (key: KeyUse) => KeyUse | undefined,
): Plan[] {
  const { cipher, checksum } = usedKeys(plan);
  const other = { cipher: cipher && change(cipher), checksum: checksum && change(checksum) };
  const none = { cipher: undefined, checksum: undefined };
  const choices: UsedKeys[] = [
    ...(other.cipher && other.checksum ? [other] : []),
    ...(other.cipher ? [{ ...none, cipher: other.cipher }] : []),
    ...(other.checksum ? [{ ...none, checksum: other.checksum }] : []),
  ];
  return choices.map((keys) => withKeys(plan, inquiry, keys));
}

/** `CC`, or `RC` for one without a key. */
export function checkName({ kind }: Check): string {
  return kind === 'rc' ? 'RC' : 'CC';
}
