/**
 * AUTHENTICATE in the 3G context, from the ME's side.
 *
 *     00 88 00 81 22 | 10 RAND | 10 AUTN
 *     DB | length RES | 10 CK | 10 IK | [08 Kc]      the network is genuine; by TUAK 20 CK, 20 IK
 *     DC | 0E AUTS                                   it is, but its sequence number is not fresh
 *     '9862'                                         it is not
 *
 * @see 3GPP TS 31.102 §7.1; 3GPP TS 33.102 §6.3
 * @module
 */

import { commandApdu } from '../apdu/command.ts';
import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { DecodeError, understood } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import type { Procedure } from './procedure.ts';
import { isOk, type MeState, send } from './state.ts';

const AUTHENTICATE = 0x88;
const CONTEXT_3G = 0x81;
const LE_MAX = 256;
const SUCCESS = 0xdb;
const SYNCHRONISATION_FAILURE = 0xdc;
const AUTS_OCTETS = 14;
/** Of CK and IK. */
const KEY_OCTETS: readonly number[] = [16, 32];
const KC_OCTETS = 8;
/** Where AMF is in AUTN, behind SQN ^ AK. */
const AMF_OFFSET = 6;
const SEPARATION_BIT = 0x80;
const RES_MIN = 4;
const RES_MAX = 32;

/** The card's answer to a challenge, when it gives one. */
export type AuthenticateResponse =
  | {
      readonly kind: 'success';
      /** 4 to 32 octets. */
      readonly res: Uint8Array;
      /** 16 or 32 octets each. Secret. */
      readonly ck: Uint8Array;
      readonly ik: Uint8Array;
    }
  | {
      readonly kind: 'synchronisation-failure';
      /** 14 octets. */
      readonly auts: Uint8Array;
    };

/** What became of a challenge. */
export type AuthenticateResult =
  | AuthenticateResponse
  | { readonly kind: 'mac-failure' }
  | { readonly kind: 'refused'; readonly sw: StatusWord };

function readString(reader: ByteReader, least: number, most: number, field: string): Uint8Array {
  const length = reader.uint(1, `${field} length`);
  if (length < least || length > most) {
    throw reader.error(`${field} length`, `expected ${least} to ${most}`, reader.offset - 1);
  }
  return reader.take(length, field);
}

function readKey(reader: ByteReader, field: string): Uint8Array {
  const length = reader.uint(1, `${field} length`);
  if (!KEY_OCTETS.includes(length)) {
    throw reader.error(`${field} length`, 'expected 16 or 32', reader.offset - 1);
  }
  return reader.take(length, field);
}

/**
 * Reads the response data of AUTHENTICATE in the 3G context.
 *
 * @throws {DecodeError} the tag is unknown, or a length is none that the standard has
 * @see 3GPP TS 31.102 §7.1
 */
export function decodeAuthenticateResponse(octets: Uint8Array): AuthenticateResponse {
  const reader = new ByteReader(octets, 'AUTHENTICATE response');
  const tag = reader.uint(1, 'tag');
  if (tag === SYNCHRONISATION_FAILURE) {
    const auts = readString(reader, AUTS_OCTETS, AUTS_OCTETS, 'AUTS');
    reader.end();
    return { kind: 'synchronisation-failure', auts };
  }
  if (tag !== SUCCESS) {
    throw new DecodeError('AUTHENTICATE response/tag', 0, `expected 'db' or 'dc'`);
  }
  const res = readString(reader, RES_MIN, RES_MAX, 'RES');
  const ck = readKey(reader, 'CK');
  const ik = readKey(reader, 'IK');
  if (reader.remaining > 0) readString(reader, KC_OCTETS, KC_OCTETS, 'Kc');
  reader.end();
  return { kind: 'success', res, ck, ik };
}

/**
 * Tells whether AUTN is for EPS and 5G: the separation bit, b8 of AMF, is 1.
 *
 * The ME looks at it, since a USIM cannot know what for it is asked.
 *
 * @param autn 16 octets
 * @see 3GPP TS 33.401 (separation bit)
 */
export function hasSeparationBit(autn: Uint8Array): boolean {
  return ((autn[AMF_OFFSET] ?? 0) & SEPARATION_BIT) !== 0;
}

/**
 * Hands a challenge to the card.
 *
 * @param challenge RAND and AUTN as the network sent them
 * @see 3GPP TS 31.102 §7.1
 */
export function* authenticate(
  me: MeState,
  { rand, autn }: { readonly rand: Uint8Array; readonly autn: Uint8Array },
): Procedure<AuthenticateResult> {
  const data = concat(Uint8Array.of(rand.length), rand, Uint8Array.of(autn.length), autn);
  const command = commandApdu([0x00, AUTHENTICATE, 0x00, CONTEXT_3G], data, LE_MAX);
  const response = yield* send(me, command);
  if (response.sw === SW.macIncorrect) return { kind: 'mac-failure' };
  const answer = isOk(response.sw)
    ? understood(() => decodeAuthenticateResponse(response.data))
    : undefined;
  return answer ?? { kind: 'refused', sw: response.sw };
}
