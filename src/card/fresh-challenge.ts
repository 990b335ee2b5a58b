/**
 * A challenge of AKA as the card judges it: first who sent it, then whether it is fresh.
 *
 *     10 RAND 10 AUTN        AUTN: SQN ^ AK 6 | AMF 2 | MAC-A 8
 *
 * A wrong MAC is '9862' and changes nothing, whatever the SQN. An SQN that is not fresh is answered
 * with AUTS. Who takes a fresh challenge has to store its SEQ before the answer.
 *
 * @see 3GPP TS 33.102 §6.3.3; 3GPP TS 33.220 §5.3.2 (a challenge for bootstrapping)
 * @module
 */

import { concat, equalsInConstantTime, exclusiveOr } from '../bytes/octets.ts';
import { decodeSqn, encodeSqn } from '../bytes/sqn.ts';
import type { AuthenticationChallenge } from '../crypto/authentication-key.ts';
import { macModifier } from '../crypto/gba.ts';
import { answer, type CommandContext, type Reply, refuse } from './command.ts';
import type { Change, KeyTableEntry } from './memory.ts';
import { judgeSqn } from './sequence-numbers.ts';
import type { CardMemory } from './store/card-memory.ts';

/** AMF* of MAC-S. */
const AMF_RESYNCHRONISATION = new Uint8Array(2);

/** Where AUTN's parts are in the data: SQN ^ AK, AMF, MAC-A. */
const SQN_OFFSET = 18;
const AMF_OFFSET = 24;
const MAC_OFFSET = 26;

/** A challenge that is the network's and was not used before. Secret. */
export interface FreshChallenge {
  readonly kind: 'fresh';
  readonly challenge: AuthenticationChallenge;
  /** What has to be stored of it. */
  readonly seq: Change;
}

/** The pair in use. */
export function activeEntry({ root }: CardMemory): KeyTableEntry {
  const entry = root.entries[root.active];
  if (entry === undefined) throw new Error(`pair ${root.active} is not in the key table`);
  return entry;
}

function synchronisationFailure(challenge: AuthenticationChallenge, sqnMs: number): Uint8Array {
  const sqn = encodeSqn(sqnMs);
  const macS = challenge.macS(sqn, AMF_RESYNCHRONISATION);
  return concat(Uint8Array.of(0xdc, 14), exclusiveOr(sqn, challenge.akStar()), macS);
}

/**
 * Judges a challenge by the pair in use. Nothing is stored.
 *
 * @param data `10 RAND 10 AUTN`, or anything else
 * @param isForGba AUTN has MAC* in the place of MAC-A
 * @returns the challenge, or the reply to one that is malformed, not the network's, or not fresh
 * @see 3GPP TS 33.102 §6.3.3
 */
export function judgeChallenge(
  card: CommandContext,
  data: Uint8Array,
  isForGba: boolean,
): FreshChallenge | Reply {
  const entry = activeEntry(card.memory);
  if (data.length !== 34 || data[0] !== 16 || data[17] !== 16) return refuse('wrong-length');
  // Read in place where that is possible: a view of a short octet string costs more than its copy.
  const amf = data.slice(AMF_OFFSET, MAC_OFFSET);
  const challenge = card.usimKeys.authentication(entry).challenge(data.slice(1, 17));
  const sqnOctets = exclusiveOr(data, challenge.ak, SQN_OFFSET);
  const macA = challenge.macA(sqnOctets, amf);
  const mac = isForGba ? exclusiveOr(macA, macModifier(challenge.ik)) : macA;
  if (!equalsInConstantTime(mac, data.slice(MAC_OFFSET))) return refuse('mac-incorrect');
  const verdict = judgeSqn(entry, decodeSqn(sqnOctets));
  if (!verdict.ok) return answer(synchronisationFailure(challenge, verdict.sqnMs));
  const { ind, seq } = verdict;
  const { active } = card.memory.root;
  return { kind: 'fresh', challenge, seq: { kind: 'seq', entry: active, ind, seq } };
}
