/**
 * The cases of test/vectors/ota-public.json, whose `conventions` say what each field is.
 *
 * @see ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import { fromHex } from '../../../src/bytes/hex.ts';
import { keyVersion, type OtaAlgorithm, type OtaKey, otaKey } from '../../../src/ota/key-set.ts';
import type { PacketKeys } from '../../../src/ota/secured-packet.ts';
import vectors from '../../vectors/ota-public.json' with { type: 'json' };

/** One form of the response of a card. */
export interface ResponseVector {
  readonly status: string;
  readonly cntr: string;
  readonly pcntr: number;
  readonly checksum: string;
  readonly responsePacket: string;
  readonly withUdh: string;
}

/** What a card answers. */
export interface AnswerVector extends Partial<ResponseVector> {
  readonly sent: boolean;
  readonly executedResult: string;
  readonly envelopeSw: string;
  readonly getResponse?: string;
  readonly getResponseData?: string;
  readonly plainVariant?: ResponseVector;
  readonly plain06Variant?: ResponseVector;
  readonly smsSubmit?: readonly string[];
  readonly sendShortMessage?: readonly string[];
}

/** One case. */
export interface Case {
  readonly id: string;
  readonly group: string;
  readonly spi: string;
  readonly kic: string;
  readonly kid: string;
  readonly tar: string;
  readonly cntr: string;
  readonly integrity: string;
  readonly integrityLength: number;
  readonly cipher: string;
  readonly por: { readonly security: string; readonly ciphered: boolean; readonly via: string };
  readonly kicKey: string;
  readonly kidKey: string;
  readonly remoteFormat: string;
  readonly storedCounterBefore: string;
  readonly storedCounterAfter: string;
  readonly securedData: string;
  readonly pcntr: number;
  readonly checksum: string;
  readonly plainPacket: string;
  readonly commandPacket: string;
  readonly tpUserData: readonly string[];
  readonly smsDeliver: readonly string[];
  readonly envelopeApdus: readonly string[];
  /** Counted from 1; left out when the parts are delivered in their order. */
  readonly deliveryOrder?: readonly number[];
  readonly msl?: string;
  readonly response: AnswerVector;
}

/** One packet of a sequence to the same card. */
export interface Step {
  readonly cntr: string;
  readonly commandPacket: string;
  readonly envelopeApdu: string;
  readonly expectedStatus: string;
  readonly expectedResponseWithUdh: string;
  readonly storedCounterAfter: string;
}

/** A sequence of packets. */
export interface Sequence {
  readonly id: string;
  readonly tar: string;
  readonly integrity: string;
  readonly cipher: string;
  readonly kicKey: string;
  readonly kidKey: string;
  readonly storedCounterInitially: string;
  readonly steps: readonly Step[];
}

/** All cases. */
export const CASES: readonly Case[] = vectors.cases as unknown as readonly Case[];

/** The sequences. */
export const SEQUENCES: readonly Sequence[] = vectors.sequences as unknown as readonly Sequence[];

/** Finds a case by its id. */
export function caseOf(id: string): Case {
  const found = CASES.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

/** Reads one octet in hex. */
export function octet(hex: string): number {
  return Number.parseInt(hex, 16);
}

/** The algorithm that a case names in words: `aes`, `aes128`, `3des2`, `des-cbc`, `des-ecb`. */
export function algorithmOf(words: string): OtaAlgorithm {
  if (words.startsWith('aes')) return 'AES';
  return words.startsWith('3des') ? '3DES' : 'DES';
}

function keyOf(words: string, hex: string): OtaKey | undefined {
  return hex === '' ? undefined : otaKey(algorithmOf(words), fromHex(hex));
}

/** The keys of a case, as far as it has any. */
export function keysOf(of: Case): PacketKeys {
  const keys = {
    kvn: keyVersion(octet(of.kid)),
    cipheringKey: keyOf(of.cipher, of.kicKey),
    checksumKey: keyOf(of.integrity, of.kidKey),
    macLength: of.integrityLength === 4 ? (4 as const) : (8 as const),
  };
  return { ciphering: keys, checksum: keys };
}

/** The keys of a sequence. */
export function keysOfSequence(of: Sequence): PacketKeys {
  const [first] = of.steps;
  const kid = first!.commandPacket.slice(12, 14);
  return keysOf({ ...CASES[0]!, ...of, kid, integrityLength: 8 });
}
