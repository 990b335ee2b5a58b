/**
 * The commands of the subscription-change applet: each is the whole secured data of one packet.
 *
 *     CHANGE   80 50 00 00 Lc | guard 1 | MNC length 1 | IMSI 9 | operator data
 *     QUERY    80 52 00 00 00
 *     CANCEL   80 54 00 00 0A | guard 1 | staged IMSI 9
 *
 * The guard is the active index as the sender knows it. The answer is the additional response data
 * of the PoR, as one command of a compact script would give it:
 *
 *     01 | SW 2 | data
 *     CHANGE   ICCID 10 | new index 1 | pairs left after it 1
 *     QUERY    ICCID 10 | active index 1 | staged index 1, 'FF' for none | pairs left 1
 *     CANCEL   no data
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { commandApdu, decodeCommandApdu, encodeCommandApdu } from '../apdu/command.ts';
import { DecodeError } from '../bytes/errors.ts';
import {
  decodeIccid,
  decodeImsi,
  encodeIccid,
  encodeImsi,
  ICCID_OCTETS,
  type Iccid,
  IMSI_OCTETS,
  type Imsi,
} from '../bytes/identity.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { decodeBerTlvs } from '../tlv/ber.ts';
import {
  type CompactResponse,
  decodeCompactResponse,
  encodeCompactResponse,
} from './compact-format.ts';
import { decodeOperatorData, encodeOperatorData, type OperatorData } from './operator-data.ts';

/** TAR of the applet in profiles that do not say otherwise. */
export const SUBSCRIPTION_CHANGE_TAR: Uint8Array = Uint8Array.of(0xbf, 0xff, 0x3b);

const CLA = 0x80;
const INS = { change: 0x50, query: 0x52, cancel: 0x54 } as const;
const NO_INDEX = 0xff;

/** What a card is to become. */
export interface SubscriptionParameters {
  readonly imsi: Imsi;
  readonly mncLength: 2 | 3;
  readonly operatorData: OperatorData;
}

/** A command of the applet. `guard` is the active index as the sender knows it, 0 to 254. */
export type SubscriptionCommand =
  | ({ readonly kind: 'change'; readonly guard: number } & SubscriptionParameters)
  | { readonly kind: 'query' }
  | { readonly kind: 'cancel'; readonly guard: number; readonly imsi: Imsi };

/** Why a command is refused before its meaning is looked at. */
export type CommandFault =
  | 'wrong-class'
  | 'wrong-instruction'
  | 'wrong-p1-p2'
  | 'wrong-length'
  | 'wrong-data';

/** The command, or what is wrong with the octets. */
export type SubscriptionCommandResult =
  | { readonly ok: true; readonly command: SubscriptionCommand }
  | { readonly ok: false; readonly fault: CommandFault };

/**
 * Writes a command of the applet.
 *
 * @returns the secured data of a packet
 * @throws {RangeError} a number is out of range, or the command has more than 255 octets of data
 * @see docs/subscription-change.md
 */
export function encodeSubscriptionCommand(command: SubscriptionCommand): Uint8Array {
  if (command.kind === 'query') {
    return encodeCommandApdu(commandApdu([CLA, INS.query, 0, 0], undefined, 256));
  }
  const { guard } = command;
  if (!Number.isInteger(guard) || guard < 0 || guard >= NO_INDEX) {
    throw new RangeError(`guard: expected 0 to 254, got ${guard}`);
  }
  const imsi = encodeImsi(command.imsi);
  if (command.kind === 'cancel') {
    return encodeCommandApdu(
      commandApdu([CLA, INS.cancel, 0, 0], concat(Uint8Array.of(guard), imsi)),
    );
  }
  const data = concat(Uint8Array.of(guard), encodeSubscriptionParameters(command));
  return encodeCommandApdu(commandApdu([CLA, INS.change, 0, 0], data));
}

/**
 * Writes what CHANGE sends behind the guard: also the form in which a card keeps a staged change.
 */
export function encodeSubscriptionParameters(parameters: SubscriptionParameters): Uint8Array {
  const { imsi, mncLength, operatorData } = parameters;
  return concat(Uint8Array.of(mncLength), encodeImsi(imsi), encodeOperatorData(operatorData));
}

/**
 * Reads what CHANGE sends behind the guard.
 *
 * @throws {DecodeError} a field is malformed, or the IMSI has no digit behind its MNC
 * @see docs/subscription-change.md
 */
export function decodeSubscriptionParameters(octets: Uint8Array): SubscriptionParameters {
  const reader = new ByteReader(octets, 'CHANGE');
  const mncLength = reader.uint(1, 'MNC length');
  if (mncLength !== 2 && mncLength !== 3) {
    throw new DecodeError('CHANGE/MNC length', 0, 'expected 2 or 3');
  }
  const imsi = decodeImsi(reader.take(IMSI_OCTETS, 'IMSI'));
  if (imsi.length <= 3 + mncLength) throw new DecodeError('CHANGE/IMSI', 1, 'expected an MSIN');
  const operatorData = decodeOperatorData(decodeBerTlvs(reader.rest(), 'CHANGE/operator data'));
  return { imsi, mncLength, operatorData };
}

function decodeData(ins: number, data: Uint8Array): SubscriptionCommand {
  const reader = new ByteReader(data, 'subscription command');
  if (ins === INS.query) return { kind: 'query' };
  const guard = reader.uint(1, 'guard');
  if (ins === INS.change) {
    return { kind: 'change', guard, ...decodeSubscriptionParameters(reader.rest()) };
  }
  const imsi = decodeImsi(reader.take(IMSI_OCTETS, 'IMSI'));
  reader.end();
  return { kind: 'cancel', guard, imsi };
}

const LENGTH_MIN: Readonly<Record<number, number>> = {
  [INS.change]: 2 + IMSI_OCTETS,
  [INS.query]: 0,
  [INS.cancel]: 1 + IMSI_OCTETS,
};

/**
 * Reads a command of the applet.
 *
 * @param octets the secured data of a packet
 * @returns the command or, as a value, what is wrong: the card has to answer with an SW
 * @see docs/subscription-change.md
 */
export function decodeSubscriptionCommand(octets: Uint8Array): SubscriptionCommandResult {
  const refuse = (fault: CommandFault): SubscriptionCommandResult => ({ ok: false, fault });
  try {
    const { cla, ins, p1, p2, data } = decodeCommandApdu(octets);
    const least = LENGTH_MIN[ins];
    if (cla !== CLA) return refuse('wrong-class');
    if (least === undefined) return refuse('wrong-instruction');
    if (p1 !== 0 || p2 !== 0) return refuse('wrong-p1-p2');
    const isExact = ins !== INS.change;
    if (data.length < least || (isExact && data.length > least)) return refuse('wrong-length');
    try {
      return { ok: true, command: decodeData(ins, data) };
    } catch (error) {
      if (error instanceof DecodeError) return refuse('wrong-data');
      throw error;
    }
  } catch (error) {
    if (error instanceof DecodeError) return refuse('wrong-length');
    throw error;
  }
}

/** Success of CHANGE: which pair goes with the new IMSI. */
export interface ChangeAnswer {
  readonly iccid: Iccid;
  readonly index: number;
  readonly pairsLeft: number;
}

/** Success of QUERY. */
export interface QueryAnswer {
  readonly iccid: Iccid;
  readonly active: number;
  readonly staged: number | undefined;
  readonly pairsLeft: number;
}

/** Writes the data of a successful CHANGE. */
export function encodeChangeAnswer(answer: ChangeAnswer): Uint8Array {
  return concat(encodeIccid(answer.iccid), Uint8Array.of(answer.index, answer.pairsLeft));
}

/**
 * Reads the data of a successful CHANGE.
 *
 * @throws {DecodeError} it has another length, or the ICCID is none
 * @see docs/subscription-change.md
 */
export function decodeChangeAnswer(data: Uint8Array): ChangeAnswer {
  const reader = new ByteReader(data, 'answer to CHANGE');
  const iccid = decodeIccid(reader.take(ICCID_OCTETS, 'ICCID'));
  const index = reader.uint(1, 'index');
  const pairsLeft = reader.uint(1, 'pairs left');
  reader.end();
  return { iccid, index, pairsLeft };
}

/** Writes the data of a successful QUERY. */
export function encodeQueryAnswer(answer: QueryAnswer): Uint8Array {
  const { iccid, active, staged, pairsLeft } = answer;
  return concat(encodeIccid(iccid), Uint8Array.of(active, staged ?? NO_INDEX, pairsLeft));
}

/**
 * Reads the data of a successful QUERY.
 *
 * @throws {DecodeError} it has another length, or the ICCID is none
 * @see docs/subscription-change.md
 */
export function decodeQueryAnswer(data: Uint8Array): QueryAnswer {
  const reader = new ByteReader(data, 'answer to QUERY');
  const iccid = decodeIccid(reader.take(ICCID_OCTETS, 'ICCID'));
  const active = reader.uint(1, 'active index');
  const staged = reader.uint(1, 'staged index');
  const pairsLeft = reader.uint(1, 'pairs left');
  reader.end();
  return { iccid, active, staged: staged === NO_INDEX ? undefined : staged, pairsLeft };
}

/** The answer of one remote command: its SW, and its data when it succeeded. */
export type RemoteAnswer = Omit<CompactResponse, 'executed'>;

/**
 * Writes the additional response data for one executed command, compact format.
 *
 * @see ETSI TS 102 226 §5.1.2
 */
export function encodeRemoteAnswer(answer: RemoteAnswer): Uint8Array {
  return encodeCompactResponse({ executed: 1, ...answer });
}

/**
 * Reads the additional response data for one executed command, compact format.
 *
 * @throws {DecodeError} it is cut short, or reports another number of commands than 1
 * @see ETSI TS 102 226 §5.1.2
 */
export function decodeRemoteAnswer(octets: Uint8Array): RemoteAnswer {
  const { executed, sw, data } = decodeCompactResponse(octets);
  if (executed !== 1) {
    throw new DecodeError('additional response data/number of commands', 0, 'expected 1');
  }
  return { sw, data };
}
