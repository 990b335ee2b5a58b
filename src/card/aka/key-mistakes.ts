/**
 * Keys that a sender may have used in place of the card's, each with the mistake that made it.
 *
 * @see 3GPP TS 35.206 §4.1; 3GPP TS 35.231; 3GPP TS 34.108 §8.1.2
 * @module
 */

import { equalsInConstantTime, filled } from '../../bytes/octets.ts';
import {
  type AuthenticationSecret,
  expandAuthenticationKey,
  isAlgorithm,
} from '../../crypto/algorithms.ts';
import type { AuthenticationKey } from '../../crypto/authentication-key.ts';
import { deriveOpc, expandMilenageKey, MILENAGE_CONSTANTS } from '../../crypto/milenage.ts';
import { deriveTopc, TUAK_LENGTHS } from '../../crypto/tuak.ts';
import type { KeyTableEntry } from '../memory.ts';
import { type AkaCard, type AkaMistake, akaMistake, type SenderFacts } from './mistake.ts';
import { reversed, reversedWords, swappedDigits } from './octets.ts';

/** A key, and the mistake of using it. The key is secret. */
export interface KeyMistake {
  readonly key: AuthenticationKey;
  readonly mistake: AkaMistake;
}

const ITERATIONS_TRIED = 8;
/** Where TUAK's constants have their lengths and its iterations. */
const TUAK_FIELDS = [
  ['RES', 'resLength'],
  ['CK', 'ckLength'],
  ['IK', 'ikLength'],
] as const;
const ITERATIONS_AT = 3;

/** The name of an entry's algorithm. */
export function algorithmOf({ algorithm }: Pick<AuthenticationSecret, 'algorithm'>): string {
  return algorithm ?? 'milenage';
}

/** Expands a key by the algorithms that the card has. */
export function keyOf({ algorithms }: AkaCard, secret: AuthenticationSecret): AuthenticationKey {
  return expandAuthenticationKey(secret, algorithms);
}

/** A key of MILENAGE, as the mistake had it; r and c are the card's. */
function milenageWith(entry: KeyTableEntry, k: Uint8Array, opc: Uint8Array): AuthenticationKey {
  return expandAuthenticationKey({ ...entry, k, opc });
}

/** Turns that whole lists of keys get, and how a remedy tells them. */
const TURNS = [
  ['k-reversed', 'opc-reversed', reversed, 'in reverse order'],
  ['k-words-reversed', 'opc-reversed', reversedWords, 'in reverse order in each four'],
  ['k-digits-swapped', 'opc-digits-swapped', swappedDigits, 'with their two digits swapped'],
] as const;

/** @param opc,op as the algorithm calls them */
function opcForOp(opc: string, op: string): AkaMistake {
  const remedy =
    `${opc} of the network is that of the card, derived once more: the network has taken ${opc} ` +
    `for ${op}, or the card ${op} for ${opc}; enter the same on both sides.`;
  return akaMistake('opc-for-op', remedy);
}

function opForOpc(): AkaMistake {
  const remedy =
    'OPc of the network is OP of the card: enter it there as OP; if it is OPc, enter it as OPc ' +
    'on the card.';
  return akaMistake('op-for-opc', remedy);
}

function* opcMistakes(entry: KeyTableEntry, { op }: AkaCard): Generator<KeyMistake> {
  const { k, opc } = entry;
  const none = filled(16, 0);
  yield { key: milenageWith(entry, k, deriveOpc(k, opc)), mistake: opcForOp('OPc', 'OP') };
  if (op !== undefined) yield { key: milenageWith(entry, k, op), mistake: opForOpc() };
  for (const missing of [none, deriveOpc(k, none)]) {
    const remedy = 'The network has zeros for OP or OPc: enter that of the card.';
    yield { key: milenageWith(entry, k, missing), mistake: akaMistake('opc-missing', remedy) };
  }
}

/** K, OPc or both, with their octets or digits in another order. */
function* turnMistakes(entry: KeyTableEntry, { op }: AkaCard): Generator<KeyMistake> {
  const { k, opc } = entry;
  for (const [kName, opcName, turn, how] of TURNS) {
    const turned = turn(k);
    const remedy = (what: string): string =>
      `One side has the octets of ${what} ${how}: enter them as the other has them.`;
    const ofK = akaMistake(kName, remedy('K'));
    yield { key: milenageWith(entry, turned, opc), mistake: ofK };
    if (op !== undefined) {
      yield { key: milenageWith(entry, turned, deriveOpc(turned, op)), mistake: ofK };
    }
    const ofBoth = akaMistake(kName, remedy('K and of OPc'));
    yield { key: milenageWith(entry, turned, turn(opc)), mistake: ofBoth };
    const ofOpc = akaMistake(opcName, remedy('OPc'));
    yield { key: milenageWith(entry, k, turn(opc)), mistake: ofOpc };
  }
  const remedy = 'K of one side is OPc or OP of the other: swap them.';
  const mistake = akaMistake('k-opc-swapped', remedy);
  yield { key: milenageWith(entry, opc, k), mistake };
  if (op !== undefined) yield { key: milenageWith(entry, op, deriveOpc(op, k)), mistake };
}

/** Octets with one digit changed, or with two neighbours swapped; and where. */
function* misprints(octets: Uint8Array): Generator<readonly [Uint8Array, string]> {
  for (const [at, octet] of octets.entries()) {
    for (let change = 1; change < 16; change++) {
      yield [octets.with(at, octet ^ (change << 4)), `in digit ${2 * at + 1}`];
      yield [octets.with(at, octet ^ change), `in digit ${2 * at + 2}`];
    }
    const inside = `in digits ${2 * at + 1} and ${2 * at + 2}`;
    yield [octets.with(at, (octet >> 4) | (octet << 4)), inside];
    const next = octets[at + 1];
    if (next === undefined) continue;
    const [low, high] = [octet & 0xf, next >> 4];
    const between = octets.with(at, (octet & 0xf0) | high).with(at + 1, (low << 4) | (next & 0xf));
    yield [between, `in digits ${2 * at + 2} and ${2 * at + 3}`];
  }
}

/** K or OPc that was typed, and not copied. */
function* typingMistakes(entry: KeyTableEntry, { op }: AkaCard): Generator<KeyMistake> {
  const { k, opc } = entry;
  const remedy = (what: string, where: string): string =>
    `${what} of the two sides differs ${where} of ${2 * k.length} alone: type it again.`;
  for (const [typed, where] of misprints(k)) {
    const mistake = akaMistake('k-mistyped', remedy('K', where));
    yield { key: milenageWith(entry, typed, opc), mistake };
    if (op !== undefined) {
      yield { key: milenageWith(entry, typed, deriveOpc(typed, op)), mistake };
    }
  }
  for (const [typed, where] of misprints(opc)) {
    const mistake = akaMistake('opc-mistyped', remedy('OPc', where));
    yield { key: milenageWith(entry, k, typed), mistake };
  }
  if (op === undefined) return;
  for (const [typed, where] of misprints(op)) {
    const mistake = akaMistake('opc-mistyped', remedy('OP', where));
    yield { key: milenageWith(entry, k, deriveOpc(k, typed)), mistake };
  }
}

function* constantMistakes({ k, opc, constants }: KeyTableEntry): Generator<KeyMistake> {
  const { r, c } = MILENAGE_CONSTANTS;
  const key = (change: Partial<typeof MILENAGE_CONSTANTS>): AuthenticationKey =>
    expandMilenageKey(k, opc, { r, c, ...change });
  if (constants !== undefined) {
    const remedy = 'The network has the r and c of TS 35.206, and the card its own: enter those.';
    yield { key: key({}), mistake: akaMistake('constants-standard', remedy) };
    return;
  }
  const [r1, r2, r3, r4, r5] = r;
  const octets = key({ r: [r1 / 8, r2 / 8, r3 / 8, r4 / 8, r5 / 8] });
  const remedy = 'The network rotates by r as octets: r1 to r5 count bits.';
  yield { key: octets, mistake: akaMistake('rotations-in-octets', remedy) };
  const [c1, c2, c3, c4, c5] = c;
  const first = key({
    c: [reversed(c1), reversed(c2), reversed(c3), reversed(c4), reversed(c5)],
  });
  const misplaced = 'The network has c1 to c5 in their first octet: it is the last.';
  yield { key: first, mistake: akaMistake('constants-misplaced', misplaced) };
}

function* tuakMistakes(entry: KeyTableEntry): Generator<KeyMistake> {
  const { k, opc, constants } = entry;
  if (constants === undefined) return;
  const iterations = constants[ITERATIONS_AT] ?? 1;
  const derived = { ...entry, opc: deriveTopc(k, opc, iterations) };
  yield { key: expandAuthenticationKey(derived), mistake: opcForOp('TOPc', 'TOP') };
  for (let number = 1; number <= ITERATIONS_TRIED; number++) {
    if (number === iterations) continue;
    const changed = { ...entry, constants: constants.with(ITERATIONS_AT, number) };
    const times = `The network permutes ${number} times, and the card ${iterations}: set the same.`;
    yield {
      key: expandAuthenticationKey(changed),
      mistake: akaMistake('tuak-iterations', times),
    };
  }
  for (const [at, [output, field]] of TUAK_FIELDS.entries()) {
    const own = constants[at];
    for (const length of TUAK_LENGTHS[field]) {
      if (length === own) continue;
      const changed = { ...entry, constants: constants.with(at, length) };
      const lengths = `The network has ${output} of ${length} octets and the card of ${own}`;
      const mistake = akaMistake('tuak-lengths', `${lengths}: set the same.`);
      yield { key: expandAuthenticationKey(changed), mistake };
    }
  }
}

/** Another algorithm with what the card has, as far as that is enough for it. */
function* algorithmMistakes(entry: KeyTableEntry): Generator<KeyMistake> {
  const { k } = entry;
  if (k.length !== 16) return;
  const own = algorithmOf(entry);
  const others: readonly AuthenticationSecret[] = [
    { algorithm: 'xor', k, opc: new Uint8Array(0), constants: undefined },
    { algorithm: 'milenage', k, opc: filled(16, 0), constants: undefined },
    { algorithm: 'milenage', k, opc: deriveOpc(k, filled(16, 0)), constants: undefined },
  ];
  for (const other of others) {
    const name = algorithmOf(other);
    if (name === own) continue;
    yield { key: expandAuthenticationKey(other), mistake: otherAlgorithm(name, own) };
  }
}

/** The mistake of the sender's having another algorithm than the card. */
export function otherAlgorithm(theirs: string, own: string): AkaMistake {
  const which = `The network uses ${theirs}, and the card has ${own}`;
  return akaMistake('other-algorithm', `${which}: set the same on both sides.`);
}

function* pairMistakes(card: AkaCard): Generator<KeyMistake> {
  const { root, algorithms = {} } = card;
  for (const [n, entry] of root.entries.entries()) {
    if (n === root.active || !isAlgorithm(entry.algorithm, algorithms)) continue;
    const remedy =
      `The network uses pair ${n} of the key table, and pair ${root.active} is in use: ` +
      `set pair ${root.active} there, or change the subscription of the card.`;
    yield { key: keyOf(card, entry), mistake: akaMistake('other-pair', remedy) };
  }
}

/** Derives OPc or TOPc; `undefined` for an algorithm that is not known to do so. */
function derivedOpc(
  entry: KeyTableEntry,
  algorithm: string,
  k: Uint8Array,
  op: Uint8Array,
): Uint8Array | undefined {
  if (algorithm === 'milenage') return deriveOpc(k, op);
  if (algorithm !== 'tuak') return undefined;
  const isOwn = algorithm === algorithmOf(entry);
  return deriveTopc(k, op, (isOwn ? entry.constants?.[ITERATIONS_AT] : undefined) ?? 1);
}

/** The sender's K and OPc as far as they are known; what is not known is the card's. */
export function senderSecret(
  entry: KeyTableEntry,
  sender: SenderFacts | undefined,
): AuthenticationSecret | undefined {
  const { algorithm = algorithmOf(entry), k, opc, op } = sender ?? {};
  if (k === undefined && opc === undefined && op === undefined) return undefined;
  const theirs = k ?? entry.k;
  const isOwn = algorithm === algorithmOf(entry);
  const constants = isOwn ? entry.constants : undefined;
  if (algorithm === 'xor') return { algorithm, k: theirs, opc: new Uint8Array(0), constants };
  if (opc !== undefined) return { algorithm, k: theirs, opc, constants };
  if (op === undefined) {
    return isOwn ? { algorithm, k: theirs, opc: entry.opc, constants } : undefined;
  }
  const derived = derivedOpc(entry, algorithm, theirs, op);
  return derived && { algorithm, k: theirs, opc: derived, constants };
}

/** Tells whether the sender says all of what {@link senderSecret} gives. */
export function isWholeSecret(entry: KeyTableEntry, { k, opc, op }: SenderFacts): boolean {
  return k !== undefined && (opc !== undefined || op !== undefined || entry.opc.length === 0);
}

function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && equalsInConstantTime(a, b);
}

/** Tells whether the sender's K and OPc are the card's. */
export function isSameSecret(entry: KeyTableEntry, secret: AuthenticationSecret): boolean {
  if (algorithmOf(secret) !== algorithmOf(entry)) return false;
  return sameOctets(secret.k, entry.k) && sameOctets(secret.opc, entry.opc);
}

/**
 * What is between the card's keys and those of the sender.
 *
 * @param isSure all of the secret is told, or a MAC was right by it; else what is the card's in it
 *   is supposed, and not said to be the same
 */
export function relationOf(
  entry: KeyTableEntry,
  secret: AuthenticationSecret,
  isSure: boolean,
): AkaMistake {
  const [theirs, own] = [algorithmOf(secret), algorithmOf(entry)];
  if (theirs !== own) return otherAlgorithm(theirs, own);
  const { k, opc } = secret;
  if (!sameOctets(k, entry.k)) {
    const rest = sameOctets(opc, entry.opc) ? ', OPc is the same' : ', so does OPc';
    const what = `K of the two sides differs${isSure && opc.length > 0 ? rest : ''}`;
    return akaMistake('k-wrong', `${what}: enter K of the card in the network.`);
  }
  const derived = derivedOpc(entry, own, k, opc);
  if (derived !== undefined && sameOctets(derived, entry.opc)) return opForOpc();
  const what = isSure ? 'K of the two sides is the same and OPc is not' : 'OPc differs';
  return akaMistake('opc-wrong', `${what}: enter OPc of the card in the network.`);
}

/** The keys that are tried, the likely mistakes first. */
export function* keyMistakes(
  entry: KeyTableEntry,
  card: AkaCard,
  sender: SenderFacts | undefined,
): Generator<KeyMistake> {
  yield* pairMistakes(card);
  if (algorithmOf(entry) === 'milenage') {
    yield* opcMistakes(entry, card);
    yield* turnMistakes(entry, card);
    yield* typingMistakes(entry, card);
    yield* constantMistakes(entry);
  }
  if (entry.algorithm === 'tuak') yield* tuakMistakes(entry);
  yield* algorithmMistakes(entry);
  const secret = senderSecret(entry, sender);
  if (secret !== undefined && !isSameSecret(entry, secret)) {
    yield { key: keyOf(card, secret), mistake: relationOf(entry, secret, true) };
  }
}
