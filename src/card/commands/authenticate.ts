/**
 * AUTHENTICATE in the 3G and in the GSM context.
 *
 *     00 88 00 81 22 10 RAND 10 AUTN      ->  DB 08 RES 10 CK 10 IK [08 Kc],  or  DC 0E AUTS
 *     00 88 00 80 11 10 RAND              ->  04 SRES 08 Kc
 *
 * RES, CK and IK are as long as the algorithm of the pair makes them; these are MILENAGE's.
 * A wrong MAC is '9862' and changes nothing, whatever the SQN. The SEQ is stored before the answer.
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 33.102 §6.3.3
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { concat, equalsInConstantTime } from '../../bytes/octets.ts';
import { ByteWriter } from '../../bytes/writer.ts';
import type { AuthenticationChallenge, GsmAnswer } from '../../crypto/authentication-key.ts';
import { c3, gsmAnswer } from '../../crypto/conversion.ts';
import { PIN1 } from '../../ef/key-references.ts';
import { isKeySatisfied } from '../access.ts';
import { activeApplication, hasService } from '../active-application.ts';
import { answer, type CommandContext, type CommandRow, type Reply, refuse } from '../command.ts';
import type { Application } from '../file-system.ts';
import type { KeyTableEntry } from '../memory.ts';
import { judgeSqn } from '../sequence-numbers.ts';

const CONTEXT = { gsm: 0x80, usim: 0x81, vgcs: 0x82, gba: 0x84 } as const;
const CONTEXTS: readonly number[] = Object.values(CONTEXT);
const SERVICE = { gsmAccess: 27, gsmContext: 38 } as const;
/** AMF* of MAC-S. */
const AMF_RESYNCHRONISATION = new Uint8Array(2);

/** Where AUTN's parts are in the data: SQN ^ AK, AMF, MAC-A. */
const SQN_OFFSET = 18;
const AMF_OFFSET = 24;
const MAC_OFFSET = 26;

/** The pair in use. */
function activeEntry({ root }: CommandContext['memory']): KeyTableEntry {
  const entry = root.entries[root.active];
  if (entry === undefined) throw new Error(`pair ${root.active} is not in the key table`);
  return entry;
}

/**
 * Answers a challenge of the second generation with the pair in use. Whether anybody may ask for it
 * is for the command to say.
 *
 * @param rand 16 octets
 * @see 3GPP TS 33.102 §6.8.1.2
 */
export function answerGsm(card: CommandContext, rand: Uint8Array): GsmAnswer {
  return gsmAnswer(card.usimKeys.authentication(activeEntry(card.memory)), rand);
}

function authenticate(card: CommandContext, { p2, data }: CommandApdu): Reply {
  const application = activeApplication(card);
  if (application === undefined) return refuse('conditions-not-satisfied');
  const { memory, session } = card;
  if (!isKeySatisfied(memory, session.verified, PIN1)) return refuse('access-denied');
  if (p2 === CONTEXT.usim) return authenticate3g(card, application, data);
  if (p2 !== CONTEXT.gsm || application !== 'usim' || !hasService(card, SERVICE.gsmContext)) {
    return refuse('context-not-supported');
  }
  if (data.length !== 17 || data[0] !== 16) return refuse('wrong-length');
  const { sres, kc } = answerGsm(card, data.slice(1));
  return answer(concat(Uint8Array.of(4), sres, Uint8Array.of(8), kc));
}

function authenticate3g(card: CommandContext, application: Application, data: Uint8Array): Reply {
  const entry = activeEntry(card.memory);
  if (data.length !== 34 || data[0] !== 16 || data[17] !== 16) return refuse('wrong-length');
  // Read in place where that is possible: a view of a short octet string costs more than its copy.
  const amf = data.slice(AMF_OFFSET, MAC_OFFSET);
  const challenge = card.usimKeys.authentication(entry).challenge(data.slice(1, 17));
  const sqnOctets = concealed(data, SQN_OFFSET, challenge.ak);
  const mac = challenge.macA(sqnOctets, amf);
  if (!equalsInConstantTime(mac, data.slice(MAC_OFFSET))) return refuse('mac-incorrect');
  const verdict = judgeSqn(entry, sqnOf(sqnOctets));
  if (!verdict.ok) return answer(synchronisationFailure(challenge, verdict.sqnMs));
  const { ind, seq } = verdict;
  const { active } = card.memory.root;
  if (!card.memory.commit([{ kind: 'seq', entry: active, ind, seq }])) return refuse('not-stored');
  const hasKc = application === 'usim' && hasService(card, SERVICE.gsmAccess);
  return answer(successfulAnswer(challenge, hasKc));
}

/** Without shifts: SQN has 48 bits. */
function sqnOf(octets: Uint8Array): number {
  let sqn = 0;
  for (let at = 0; at < octets.length; at++) sqn = sqn * 256 + octets[at]!;
  return sqn;
}

/** Conceals, or reveals, octets by AK: their exclusive or. */
function concealed(octets: Uint8Array, at: number, ak: Uint8Array): Uint8Array {
  const out = new Uint8Array(ak.length);
  for (let n = 0; n < out.length; n++) out[n] = octets[at + n]! ^ ak[n]!;
  return out;
}

function synchronisationFailure(challenge: AuthenticationChallenge, sqnMs: number): Uint8Array {
  const sqn = new ByteWriter().uint(6, sqnMs, 'SQN_MS').finish();
  const macS = challenge.macS(sqn, AMF_RESYNCHRONISATION);
  return concat(Uint8Array.of(0xdc, 14), concealed(sqn, 0, challenge.akStar()), macS);
}

/** Writes a length octet and octets; returns where the next field starts. */
function put(out: Uint8Array, at: number, octets: Uint8Array): number {
  out[at] = octets.length;
  for (let n = 0; n < octets.length; n++) out[at + 1 + n] = octets[n]!;
  return at + 1 + octets.length;
}

function successfulAnswer({ res, ck, ik }: AuthenticationChallenge, hasKc: boolean): Uint8Array {
  const out = new Uint8Array(4 + res.length + ck.length + ik.length + (hasKc ? 9 : 0));
  out[0] = 0xdb;
  const end = put(out, put(out, put(out, 1, res), ck), ik);
  if (hasKc) put(out, end, c3(ck, ik));
  return out;
}

/** AUTHENTICATE, even instruction code. */
export const AUTHENTICATE: CommandRow = {
  ins: 0x88,
  name: 'AUTHENTICATE',
  class: 'interindustry',
  mayHaveP1P2: (p1, p2) => p1 === 0 && CONTEXTS.includes(p2),
  mayHaveLc: (lc) => lc > 0,
  handle: authenticate,
};
