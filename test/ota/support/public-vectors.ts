/**
 * The AES cases of test/vectors/ota-public.json, whose `conventions` say what each field is.
 *
 * @see ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import { fromHex } from '../../../src/bytes/hex.ts';
import { aesOtaKey, keyVersion, type OtaKey } from '../../../src/ota/key-set.ts';
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
  readonly kicKey: string;
  readonly kidKey: string;
  readonly storedCounterInitially: string;
  readonly steps: readonly Step[];
}

const ALL = vectors.cases as unknown as readonly Case[];

/** The cases with CC by AES, in clear or ciphered by AES, whatever becomes of their PoR. */
export const AES_CASES: readonly Case[] = ALL.filter(
  ({ integrity, cipher }) => integrity.startsWith('aes') && ['none', 'aes'].includes(cipher),
);

/** Those of them that fit one short message and have their PoR, if any, in the delivery report. */
export const AES_CARD_CASES: readonly Case[] = AES_CASES.filter(
  ({ por, smsDeliver }) => por.via === 'sms-deliver-report' && smsDeliver.length === 1,
);

/** The sequence with AES keys. */
export const AES_SEQUENCE: Sequence = (vectors.sequences as unknown as readonly Sequence[]).find(
  ({ id }) => id === 'pub-seq1',
)!;

/** Reads one octet in hex. */
export function octet(hex: string): number {
  return Number.parseInt(hex, 16);
}

function aesKey(hex: string): OtaKey | undefined {
  return hex === '' ? undefined : aesOtaKey(fromHex(hex));
}

/** The keys of a case, as far as it has any. */
export function keysOf(of: Case): PacketKeys {
  const keys = {
    kvn: keyVersion(octet(of.kid)),
    cipheringKey: aesKey(of.kicKey),
    checksumKey: aesKey(of.kidKey),
    macLength: of.integrityLength === 4 ? (4 as const) : (8 as const),
  };
  return { ciphering: keys, checksum: keys };
}
