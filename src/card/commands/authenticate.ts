/**
 * AUTHENTICATE: the contexts and who may ask for them, the 3G and the GSM context.
 *
 *     00 88 00 81 22 10 RAND 10 AUTN      ->  DB 08 RES 10 CK 10 IK [08 Kc],  or  DC 0E AUTS
 *     00 88 00 80 11 10 RAND              ->  04 SRES 08 Kc
 *
 * RES, CK and IK are as long as the algorithm of the pair makes them; these are MILENAGE's. The SEQ
 * is stored before the answer. The contexts of VGCS/VBS (of the ISIM: HTTP Digest), MBMS and local
 * keys are known by their names and not supported, whatever the service tables say.
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 31.103 §7.1; 3GPP TS 33.102 §6.3.3
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { concat } from '../../bytes/octets.ts';
import type { AuthenticationChallenge, GsmAnswer } from '../../crypto/authentication-key.ts';
import { c3, gsmAnswer } from '../../crypto/conversion.ts';
import { activeApplication, hasService, isUserVerified } from '../active-application.ts';
import { answer, type CommandContext, type CommandRow, type Reply, refuse } from '../command.ts';
import type { Application } from '../files/file-system.ts';
import { activeEntry, judgeChallenge } from '../fresh-challenge.ts';
import { authenticateGba } from './bootstrapping.ts';

const CONTEXT = {
  gsm: 0x80,
  usim: 0x81,
  vgcs: 0x82,
  gba: 0x84,
  mbms: 0x85,
  localKey: 0x86,
} as const;
const CONTEXTS: readonly number[] = Object.values(CONTEXT);
const SERVICE = { gsmAccess: 27, gsmContext: 38 } as const;
/** GBA, in EF_UST and in EF_IST. */
const GBA_SERVICE = { usim: 68, isim: 2 } as const;

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
  if (!isUserVerified(card)) return refuse('access-denied');
  if (p2 === CONTEXT.usim) return authenticate3g(card, application, data);
  if (p2 === CONTEXT.gba && hasService(card, GBA_SERVICE[application], application)) {
    return authenticateGba(card, application, data);
  }
  if (p2 !== CONTEXT.gsm || application !== 'usim' || !hasService(card, SERVICE.gsmContext)) {
    return refuse('context-not-supported');
  }
  if (data.length !== 17 || data[0] !== 16) return refuse('wrong-length');
  const { sres, kc } = answerGsm(card, data.slice(1));
  return answer(concat(Uint8Array.of(4), sres, Uint8Array.of(8), kc));
}

function authenticate3g(card: CommandContext, application: Application, data: Uint8Array): Reply {
  const fresh = judgeChallenge(card, data, false);
  if (fresh.kind !== 'fresh') return fresh;
  if (!card.memory.commit([fresh.seq])) return refuse('not-stored');
  const hasKc = application === 'usim' && hasService(card, SERVICE.gsmAccess);
  return answer(successfulAnswer(fresh.challenge, hasKc));
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
