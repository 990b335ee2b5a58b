/**
 * A card as another program's network has to know it: identities, K and OPc, and the SQN from which
 * vectors are fresh.
 *
 *     SQN = (highest SEQ of the array + 1) * 2^(width of IND)      array 7, 5, 0 …: (7 + 1) * 32
 *
 * That number is higher than all that the card has taken, so it is fresh on every IND, and so is
 * every later one that is higher still, in whatever steps the other program goes and whatever it
 * takes for IND: of two SQN with the same IND the higher has the higher SEQ. Whether a program uses
 * the number that it is given or the one behind it does not matter either.
 *
 * @see docs/export.md, "SQN"; 3GPP TS 33.102 §C.2.2
 * @module
 */

import { DecodeError } from '../../bytes/errors.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { type Imsi, imsi } from '../../bytes/identity.ts';
import { equals } from '../../bytes/octets.ts';
import { deriveOpc, MILENAGE_CONSTANTS } from '../../crypto/milenage.ts';
import { EF_AD } from '../../ef/administration.ts';
import { EF_Routing_Indicator, EF_SUCI_Calc_Info } from '../../ef/concealment.ts';
import type { EfDefinition } from '../../ef/definition.ts';
import { EF_MSISDN } from '../../ef/dialling.ts';
import { EF_IMSI } from '../../ef/identity.ts';
import { mncLengthOf } from '../../profile/batch.ts';
import { jsonPath, type Path, type ProfileFault, show } from '../../profile/faults.ts';
import { contentsOf } from '../../profile/known-files.ts';
import type { CardProfile, KeyTableEntryProfile } from '../../profile/profile.ts';
import { applicationPaths, parentPath, profileTree, USIM_AID } from '../../profile/tree.ts';

/** The key with which a UE conceals its IMSI by profile A. */
export interface ConcealmentKey {
  readonly identifier: number;
  /** 32 octets, hex. */
  readonly key: string;
}

/** What other programs have to know of a card. Secret. Hex is in lower case. */
export interface ExportedSubscription {
  /** Decimal digits. */
  readonly iccid: string;
  readonly imsi: Imsi;
  /** Digits of the MNC in it. */
  readonly mncLength: 2 | 3;
  /** 1 to 15 digits, without a sign; `undefined` when the card has none. */
  readonly msisdn: string | undefined;
  /** Index of the pair in use. */
  readonly pair: number;
  /** 16 octets, hex; so is `opc`. */
  readonly k: string;
  readonly opc: string;
  /** The lowest SQN behind all that the card has taken, 48 bits. */
  readonly sqn: number;
  /** Width of IND in bits, as the card has it. */
  readonly indBits: number;
  /** 1 to 4 digits. */
  readonly routingIndicator: string;
  /** Profile A, where the card prefers it to the null scheme; `undefined`: the null scheme. */
  readonly concealment: ConcealmentKey | undefined;
}

/** A subscription, or why there is none; a fault shows no key. */
export type SubscriptionResult =
  | { readonly ok: true; readonly subscription: ExportedSubscription }
  | { readonly ok: false; readonly fault: ProfileFault };

const SQN_END = 2 ** 48;
const DF_5GS = '5FC0';
const NULL_SCHEME = 0;
const PROFILE_A = 1;
const PROFILE_A_OCTETS = 32;

/** Gives what an EF, or each of its records, says; contents that make no sense are left out. */
function valuesIn<T>(profile: CardProfile, directory: string, ef: EfDefinition<T>): T[] {
  const index = profileTree(profile).ef(directory, ef.fid.toString(16));
  const file = index === undefined ? undefined : profile.files[index];
  if (file === undefined) return [];
  return contentsOf(file).flatMap((content) => {
    try {
      return [ef.decode(fromHex(content))];
    } catch (error) {
      if (error instanceof DecodeError) return [];
      throw error;
    }
  });
}

/** The first number of EF_MSISDN, when it has digits alone. */
function msisdnOf(profile: CardProfile, usim: string): string | undefined {
  const [number] = valuesIn(profile, usim, EF_MSISDN).flatMap((record) => record.number ?? []);
  return /^\+?(?<digits>[0-9]{1,15})$/u.exec(number ?? '')?.groups?.digits;
}

/** The first scheme that is the null scheme or profile A, in the card's order of priority. */
function concealmentOf(profile: CardProfile, directory: string): ConcealmentKey | undefined {
  const [info] = valuesIn(profile, directory, EF_SUCI_Calc_Info);
  for (const { identifier, keyIndex } of info?.schemes ?? []) {
    if (identifier === NULL_SCHEME) return undefined;
    const key = info?.keys[keyIndex - 1];
    if (identifier === PROFILE_A && key?.key.length === PROFILE_A_OCTETS) {
      return { identifier: key.identifier, key: toHex(key.key) };
    }
  }
  return undefined;
}

function fault(path: Path, expected: string, found: string): SubscriptionResult {
  return { ok: false, fault: { path: jsonPath(path), expected, found } };
}

/** Tells which of r and c is another than programs have built in. */
function ownConstants({ r = [], c = [] }: KeyTableEntryProfile): 'r' | 'c' | undefined {
  if (r.some((bits, n) => bits !== MILENAGE_CONSTANTS.r[n])) return 'r';
  const isOwn = c.some((octets, n) => !equals(fromHex(octets), MILENAGE_CONSTANTS.c[n]!));
  return isOwn ? 'c' : undefined;
}

/** What of a pair no format can hold. */
function faultOfPair(entry: KeyTableEntryProfile, at: Path): SubscriptionResult | undefined {
  // A profile may name any algorithm that the embedding program has.
  const algorithm: string = entry.algorithm;
  if (algorithm !== 'milenage') {
    const found = show(algorithm, [...at, 'algorithm']);
    return fault([...at, 'algorithm'], '"milenage", as no other is exported', found);
  }
  const own = ownConstants(entry);
  if (own === undefined) return undefined;
  return fault([...at, own], 'those of TS 35.206, which other programs have built in', 'others');
}

/** The lowest SQN that is higher than all that the card has taken. */
function nextSqn({ sqn: { array = [], indBits } }: KeyTableEntryProfile): number {
  return (Math.max(0, ...array) + 1) * 2 ** indBits;
}

/**
 * Reads out of a profile what a network has to know of the card, with the pair in use.
 *
 * @param profile of the card as it is now: `profileOf` gives it, `checkProfile` has accepted it or
 *   the profile that the card was made with
 * @returns a fault when IMSI or MNC length cannot be read, or no other program can have the pair
 * @see docs/export.md; 3GPP TS 33.102 §C.2.2
 * @example
 * ```ts
 * import { createUicc, DEFAULT_PROFILE, exportedSubscription, profileOf } from 'vuicc';
 *
 * const { profile } = profileOf(DEFAULT_PROFILE, createUicc().root);
 * const result = exportedSubscription(profile);
 * if (!result.ok) throw new Error(result.fault.expected);
 * if (result.subscription.sqn !== 32) throw new Error('SEQ 1, IND 0 of a new card');
 * ```
 */
export function exportedSubscription(profile: CardProfile): SubscriptionResult {
  const { active: pair, entries } = profile.keyTable;
  const at = ['keyTable', 'entries', pair];
  const entry = entries[pair];
  if (entry === undefined) return fault(at, 'the pair in use', 'nothing');
  const unfit = faultOfPair(entry, at);
  if (unfit !== undefined) return unfit;
  const sqn = nextSqn(entry);
  if (sqn >= SQN_END) return fault([...at, 'sqn', 'array'], 'a SEQ above the highest', 'none left');

  const [usim = ''] = applicationPaths(profile, USIM_AID);
  const [own] = valuesIn(profile, usim, EF_IMSI);
  if (own === undefined) return fault(['imsi'], `an IMSI in ${EF_IMSI.name}`, 'none');
  const mncLength = mncLengthOf(profile);
  if (mncLength === undefined) return fault(['files'], `2 or 3 digits in ${EF_AD.name}`, 'none');
  const fiveGs = profile.directories.find(
    ({ path, fid }) => fid.toUpperCase() === DF_5GS && parentPath(path) === usim,
  );
  const [routing] = valuesIn(profile, fiveGs?.path ?? '', EF_Routing_Indicator);
  const k = fromHex(entry.k);
  const { op, opc } = entry;
  return {
    ok: true,
    subscription: {
      iccid: profile.iccid,
      imsi: imsi(own),
      mncLength,
      msisdn: msisdnOf(profile, usim),
      pair,
      k: toHex(k),
      opc: toHex(op === undefined ? fromHex(opc ?? '') : deriveOpc(k, fromHex(op))),
      sqn,
      indBits: entry.sqn.indBits,
      routingIndicator: routing?.routingIndicator || '0',
      concealment: concealmentOf(profile, fiveGs?.path ?? ''),
    },
  };
}
