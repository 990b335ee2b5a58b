/**
 * REFRESH, as an ME performs it.
 *
 *     01          the listed files are read again
 *     00 02 03    PIN and files from the start: the NAA is initialised
 *     05 06       the same, and the USIM is selected anew before
 *     04          the card is reset: no TERMINAL RESPONSE, the next start-up is the answer
 *
 * @see ETSI TS 102 223 §6.4.7; 3GPP TS 31.111 (REFRESH)
 * @module
 */

import { DecodeError, understood } from '../bytes/errors.ts';
import { equals } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import type { ProactiveCommand } from '../cat/proactive-command.ts';
import { REFRESH_MODE } from '../cat/refresh.ts';
import { RESULT, UNABLE } from '../cat/terminal-response.ts';
import { type ComprehensionTlv, findTlv } from '../tlv/comprehension.ts';
import { readFile } from './files.ts';
import { verifyPin } from './pin.ts';
import type { Procedure } from './procedure.ts';
import { leaveNetwork } from './registration.ts';
import { readSubscription, selectAdf, selectUsim } from './start-up.ts';
import { DIRECTORY_FILE, UICC_FILES, USIM_FILES } from './start-up-files.ts';
import type { MeState } from './state.ts';

/** What a TERMINAL RESPONSE says of a command. */
export interface CommandResult {
  readonly result: number;
  readonly additional?: number;
  readonly objects?: readonly ComprehensionTlv[];
}

/** Tags of the objects that only REFRESH has. */
export const REFRESH_TAG = { fileList: 0x12, aid: 0x2f } as const;

const NAA_NOT_ACTIVE = 0x08;
const MF = 0x3f00;

const PERFORMED: CommandResult = { result: RESULT.performed };
const UNABLE_NOW: CommandResult = { result: RESULT.terminalUnable, additional: UNABLE.none };
const BUSY: CommandResult = { result: RESULT.terminalUnable, additional: UNABLE.busyOnCall };

/**
 * Reads a file list.
 *
 * @param octets number of files, then their paths, each from the MF on
 * @returns the paths as file identifiers, without that of the MF
 * @throws {DecodeError} the number differs, or a path does not begin with the MF
 * @see ETSI TS 102 223 (file list)
 */
export function decodeFileList(octets: Uint8Array): number[][] {
  const reader = new ByteReader(octets, 'file list');
  const count = reader.uint(1, 'number of files');
  const paths: number[][] = [];
  while (reader.remaining > 0) {
    const fid = reader.uint(2, 'path');
    if (fid === MF) paths.push([]);
    else if (paths.length === 0) throw new DecodeError('file list/path', 1, `expected '3f00'`);
    else paths.at(-1)!.push(fid);
  }
  if (paths.length !== count) {
    throw new DecodeError('file list', 0, `expected ${count} paths, found ${paths.length}`);
  }
  return paths;
}

function* readListed(me: MeState, list: Uint8Array): Procedure<CommandResult> {
  const paths = understood(() => decodeFileList(list));
  if (paths === undefined) return { result: RESULT.dataNotUnderstood };
  for (const row of [...UICC_FILES, DIRECTORY_FILE, ...USIM_FILES]) {
    const isListed = paths.some((path) => path.join() === row.path.join());
    // By path, because nobody knows what is the current directory by now.
    if (isListed) yield* readFile(me, { ...row, sfi: undefined });
  }
  yield* selectAdf(me);
  return PERFORMED;
}

/** Initialises the NAA again; a subscription that turns out to be another leaves the network. */
function* initialise(me: MeState, selectAnew: boolean): Procedure<CommandResult> {
  const before = me.subscription;
  const failure =
    (yield* selectAnew ? selectUsim(me) : selectAdf(me)) ??
    (yield* verifyPin(me)) ??
    (yield* readSubscription(me));
  if (failure !== undefined) me.subscription = undefined;
  if (before !== undefined && before.imsi !== me.subscription?.imsi) {
    yield* leaveNetwork(me, before.imsi);
  }
  return failure === undefined ? PERFORMED : UNABLE_NOW;
}

function concernsUsim(me: MeState, command: ProactiveCommand): boolean {
  const { usim } = me.session;
  const aid = findTlv(command.objects, REFRESH_TAG.aid);
  if (usim === undefined) return false;
  return aid === undefined || equals(aid, usim.aid.subarray(0, aid.length));
}

function* performMode(
  me: MeState,
  command: ProactiveCommand,
): Procedure<CommandResult | undefined> {
  const mode = command.details.qualifier;
  if (mode === REFRESH_MODE['uicc-reset']) {
    me.session.resetWanted = true;
    return undefined;
  }
  if (mode > REFRESH_MODE['naa-session-reset']) return { result: RESULT.beyondCapabilities };
  if (!concernsUsim(me, command)) return { result: NAA_NOT_ACTIVE };
  if (mode === REFRESH_MODE['file-change']) {
    const list = findTlv(command.objects, REFRESH_TAG.fileList);
    return list === undefined ? { result: RESULT.valuesMissing } : yield* readListed(me, list);
  }
  return yield* initialise(me, mode >= REFRESH_MODE['naa-application-reset']);
}

/**
 * Performs REFRESH in the manner of this ME.
 *
 * @returns `undefined` for a reset: there is no TERMINAL RESPONSE
 * @see ETSI TS 102 223 §6.4.7
 */
export function* performRefresh(
  me: MeState,
  command: ProactiveCommand,
): Procedure<CommandResult | undefined> {
  const manner = me.manners.refresh;
  if (manner === 'refuses') return { result: RESULT.beyondCapabilities };
  if (manner === 'answers-and-stays') return PERFORMED;
  if (me.busyLeft > 0) {
    me.busyLeft--;
    return BUSY;
  }
  return yield* performMode(me, command);
}
