/**
 * What SELECT and STATUS tell of a file.
 *
 *     MF, DF   '0000' | free 2 | FID 2 | type 1 | RFU 5 | length '09'
 *              | characteristics 1 | DFs 1 | EFs 1 | codes 1 | RFU 1
 *              | CHV1 1 | UNBLOCK CHV1 1 | CHV2 1 | UNBLOCK CHV2 1             22 octets
 *     EF       '0000' | size 2 | FID 2 | type '04' | INCREASE 1 | access conditions 3
 *              | status 1 | length '02' | structure 1 | record length 1        15 octets
 *
 *     access conditions    READ, SEEK | UPDATE    INCREASE | RFU    REHABILITATE | INVALIDATE
 *
 * @see 3GPP TS 51.011 §9.2.1, §9.3
 * @module
 */

import { ByteWriter } from '../../bytes/writer.ts';
import { isAdm, PIN1, PIN2 } from '../../ef/key-references.ts';
import { AM, NO_BIT } from '../access.ts';
import type { CommandContext } from '../command.ts';
import { type ElementaryNode, lifeCycleOf, type PinState, pinOf } from '../memory.ts';
import { isUsedWhenDeactivated } from '../open-ef.ts';
import { accessCondition } from './access-condition.ts';
import { countChildren, type SimDirectory, type SimEf } from './view.ts';

const TYPE = { mf: 0x01, df: 0x02, ef: 0x04 } as const;
/** A SIM has no EF of data objects: it finds none. */
const STRUCTURE = { transparent: 0x00, linear: 0x01, cyclic: 0x03, 'ber-tlv': 0x00 } as const;
/** What follows the length octet. */
const DIRECTORY_REST = 9;
const EF_REST = 2;
/** Characteristics: the clock may be stopped, without a preferred level. */
const CLOCK_STOP = 0x01;
const CHV1_DISABLED = 0x80;
/** b8 of a CHV status: there is such a code. */
const INITIALISED = 0x80;
const TRIES_MAX = 0x0f;
/** b7 of octet 8: INCREASE is allowed. */
const INCREASABLE = 0x40;
/** File status: b1 not invalidated, b3 read and updated also when it is. */
const FILE_STATUS = { valid: 0x01, usedWhenInvalidated: 0x04 } as const;
const OCTET_MAX = 0xff;
const NEVER = 0xf;
const INS = { read: 0xb0, readRecord: 0xb2, update: 0xd6, updateRecord: 0xdc } as const;
const INCREASE = 0x32;
const INVALIDATE = 0x04;
const REHABILITATE = 0x44;

function chvStatus(pin: PinState | undefined): number {
  return pin === undefined ? 0 : INITIALISED | Math.min(pin.retriesLeft, TRIES_MAX);
}

function unblockStatus(pin: PinState | undefined): number {
  if (pin?.unblock === undefined) return 0;
  return INITIALISED | Math.min(pin.unblockRetriesLeft, TRIES_MAX);
}

/** CHVs, UNBLOCK CHVs and administrative codes. */
function countCodes(pins: readonly PinState[]): number {
  const chvs = pins.filter(({ reference }) => reference === PIN1 || reference === PIN2);
  const unblocks = chvs.filter(({ unblock }) => unblock !== undefined);
  return chvs.length + unblocks.length + pins.filter(({ reference }) => isAdm(reference)).length;
}

/**
 * Writes what a SIM tells of the MF or a DF.
 *
 * @returns 22 octets
 * @see 3GPP TS 51.011 §9.2.1
 */
export function directoryResponse(card: CommandContext, directory: SimDirectory): Uint8Array {
  const { pins } = card.memory.root;
  const chv1 = pinOf(pins, PIN1);
  const chv2 = pinOf(pins, PIN2);
  const { directories, efs } = countChildren(card, directory);
  const isDisabled = chv1?.status === 'disabled';
  return new ByteWriter()
    .uint(4, 0, 'RFU, free memory')
    .uint(2, directory.fid, 'FID')
    .uint(1, directory.path.length === 0 ? TYPE.mf : TYPE.df, 'type')
    .uint(5, 0, 'RFU')
    .uint(1, DIRECTORY_REST, 'length')
    .uint(1, CLOCK_STOP | (isDisabled ? CHV1_DISABLED : 0), 'characteristics')
    .uint(1, Math.min(directories, OCTET_MAX), 'DFs')
    .uint(1, Math.min(efs, OCTET_MAX), 'EFs')
    .uint(1, countCodes(pins), 'codes')
    .uint(1, 0, 'RFU')
    .uint(1, chvStatus(chv1), 'CHV1')
    .uint(1, unblockStatus(chv1), 'UNBLOCK CHV1')
    .uint(1, chvStatus(chv2), 'CHV2')
    .uint(1, unblockStatus(chv2), 'UNBLOCK CHV2')
    .finish();
}

/** The digits of access conditions, the high one first. */
function conditionsOf({ memory }: CommandContext, { node, source, write }: SimEf): number[] {
  if (source === undefined) return [0x0, NEVER, NEVER, NEVER, NEVER, NEVER];
  const isTransparent = node.structure === 'transparent';
  const digit = (am: number, ins: number): number =>
    accessCondition(memory, source.node, { am, ins });
  return [
    digit(AM.read, isTransparent ? INS.read : INS.readRecord),
    write === undefined ? NEVER : digit(AM.update, isTransparent ? INS.update : INS.updateRecord),
    node.structure === 'cyclic' ? digit(NO_BIT, INCREASE) : NEVER,
    NEVER,
    digit(AM.activate, REHABILITATE),
    digit(AM.deactivate, INVALIDATE),
  ];
}

function fileStatus(node: ElementaryNode): number {
  const lifeCycle = lifeCycleOf(node);
  const isValid = lifeCycle !== 'deactivated' && lifeCycle !== 'terminated';
  const isUsed = isUsedWhenDeactivated(node);
  return (isValid ? FILE_STATUS.valid : 0) | (isUsed ? FILE_STATUS.usedWhenInvalidated : 0);
}

/**
 * Writes what a SIM tells of an EF.
 *
 * @returns 15 octets
 * @see 3GPP TS 51.011 §9.2.1
 */
export function efResponse(card: CommandContext, ef: SimEf): Uint8Array {
  const { fid, node, source } = ef;
  const [read = 0, update = 0, increase = 0, rfu = 0, rehabilitate = 0, invalidate = 0] =
    conditionsOf(card, ef);
  return new ByteWriter()
    .uint(2, 0, 'RFU')
    .uint(2, node.content.length, 'size')
    .uint(2, fid, 'FID')
    .uint(1, TYPE.ef, 'type')
    .uint(1, increase === NEVER ? 0 : INCREASABLE, 'INCREASE')
    .uint(1, read * 16 + update, 'READ, UPDATE')
    .uint(1, increase * 16 + rfu, 'INCREASE, RFU')
    .uint(1, rehabilitate * 16 + invalidate, 'REHABILITATE, INVALIDATE')
    .uint(1, fileStatus(source?.node ?? node), 'status')
    .uint(1, EF_REST, 'length')
    .uint(1, STRUCTURE[node.structure], 'structure')
    .uint(1, node.recordLength, 'record length')
    .finish();
}
