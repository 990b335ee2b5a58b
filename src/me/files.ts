/**
 * Reading and writing elementary files, as an ME does it.
 *
 *     by SFI     READ BINARY '8X' | READ RECORD n, '(SFI << 3) | 4'     one command, size unknown
 *     by path    SELECT '08' path -> FCP, then READ as long as it says  where the size matters
 *
 * A file that the card does not have, or does not give, is no reason to stop.
 *
 * @see ETSI TS 102 221 §11.1.1, §11.1.3, §11.1.4, §11.1.5
 * @module
 */

import { type CommandApdu, commandApdu } from '../apdu/command.ts';
import type { ResponseApdu } from '../apdu/response.ts';
import { understood } from '../bytes/errors.ts';
import { concat } from '../bytes/octets.ts';
import type { EfDefinition } from '../ef/definition.ts';
import { decodeFcp, type FcpTemplate } from './fcp.ts';
import type { Procedure } from './procedure.ts';
import { isOk, type MeState, send } from './state.ts';

/** A file and how the ME gets at it. */
export interface FileRow {
  readonly ef: EfDefinition<unknown>;
  /** File identifiers below the MF, '7FFF' for the current ADF; the file's own is the last. */
  readonly path: readonly number[];
  /** The SFI, for a file that lies in the current directory; `undefined`: the path. */
  readonly sfi: number | undefined;
  /** The service of EF_UST without which the file is not looked for. */
  readonly service: number | undefined;
}

/** The file identifier that stands for the current ADF. */
export const ADF = 0x7fff;

const NONE = new Uint8Array(0);
const LC_MAX = 255;
const LE_MAX = 256;
const RECORDS_MAX = 254;
/** READ BINARY has 15 bits for the offset. */
const OFFSETS = 0x8000;

const INS = { select: 0xa4, readBinary: 0xb0, readRecord: 0xb2, updateBinary: 0xd6 } as const;
const BY_PATH = 0x08;
const RETURN_FCP = 0x04;
const NO_DATA = 0x0c;
const ABSOLUTE = 0x04;

/** The class byte of an interindustry command on a logical channel, 0 to 19. */
export function classOf(channel: number): number {
  return channel < 4 ? channel : 0x40 + channel - 4;
}

function selectByPath(path: readonly number[], wants: number, channel: number): CommandApdu {
  const octets = Uint8Array.from(path.flatMap((fid) => [fid >> 8, fid & 0xff]));
  const ne = wants === RETURN_FCP ? LE_MAX : 0;
  return commandApdu([classOf(channel), INS.select, BY_PATH, wants], octets, ne);
}

/** Tells whether a READ brought something: a warning may come with what there is. */
function hasData({ data, sw }: ResponseApdu): boolean {
  return data.length > 0 && (isOk(sw) || sw >> 8 === 0x62);
}

function* readTransparent(
  me: MeState,
  channel: number,
  size: number | undefined,
): Procedure<Uint8Array | undefined> {
  let octets: Uint8Array = NONE;
  const end = Math.min(size ?? LE_MAX, OFFSETS);
  while (octets.length < end) {
    const at = octets.length;
    const ne = Math.min(LE_MAX, end - at);
    const header = [classOf(channel), INS.readBinary, at >> 8, at & 0xff] as const;
    const response = yield* send(me, commandApdu(header, NONE, ne));
    if (!hasData(response)) return undefined;
    octets = concat(octets, response.data);
    if (response.data.length < ne) break;
  }
  return octets;
}

/** Reads records from the first on, up to a number of them or to the first that is refused. */
function* readRecords(
  me: MeState,
  channel: number,
  reference: { readonly sfi: number; readonly count: number; readonly length: number },
): Procedure<Uint8Array[]> {
  const records: Uint8Array[] = [];
  const p2 = (reference.sfi << 3) | ABSOLUTE;
  let ne = reference.length;
  for (let n = 1; n <= reference.count; n++) {
    const header = [classOf(channel), INS.readRecord, n, p2] as const;
    const response = yield* send(me, commandApdu(header, NONE, ne));
    if (!hasData(response)) break;
    records.push(response.data);
    ne = Math.min(LE_MAX, response.data.length);
  }
  return records;
}

function* readBySfi(
  me: MeState,
  { ef, channel, sfi }: { ef: EfDefinition<unknown>; channel: number; sfi: number },
): Procedure<readonly Uint8Array[]> {
  if (ef.structure !== 'transparent') {
    return yield* readRecords(me, channel, { sfi, count: RECORDS_MAX, length: LE_MAX });
  }
  const header = [classOf(channel), INS.readBinary, 0x80 | sfi, 0] as const;
  const response = yield* send(me, commandApdu(header, NONE, LE_MAX));
  return hasData(response) ? [response.data] : [];
}

function* readByPath(
  me: MeState,
  { ef, path }: FileRow,
  channel: number,
): Procedure<readonly Uint8Array[]> {
  const selected = yield* send(me, selectByPath(path, RETURN_FCP, channel));
  if (!isOk(selected.sw)) return [];
  const fcp: FcpTemplate | undefined = understood(() => decodeFcp(selected.data));
  if (ef.structure === 'transparent') {
    const octets = yield* readTransparent(me, channel, fcp?.fileSize);
    return octets === undefined ? [] : [octets];
  }
  const { length = LE_MAX, count = RECORDS_MAX } = fcp?.records ?? {};
  const ne = length >= 1 && length <= LE_MAX ? length : LE_MAX;
  return yield* readRecords(me, channel, {
    sfi: 0,
    count: Math.min(count, RECORDS_MAX),
    length: ne,
  });
}

/**
 * Reads one file and keeps its contents; without an answer, what was known of it is forgotten.
 *
 * @param channel the logical channel whose application has the file
 * @see ETSI TS 102 221 §11.1.3, §11.1.5
 */
export function* readFile(me: MeState, row: FileRow, channel = 0): Procedure<void> {
  const { ef, sfi } = row;
  const contents =
    sfi === undefined
      ? yield* readByPath(me, row, channel)
      : yield* readBySfi(me, { ef, channel, sfi });
  if (contents.length === 0) me.session.contents.delete(ef);
  else me.session.contents.set(ef, contents);
}

/**
 * Writes the beginning of a transparent EF, if it was read in this session and holds it.
 *
 * The card may refuse; then the ME goes on with what it knew.
 *
 * @param at the directory, the ADF when left out; octets that are written at least
 * @see ETSI TS 102 221 §11.1.4
 */
export function* updateFile<T>(
  me: MeState,
  ef: EfDefinition<T>,
  value: T,
  at: { readonly directory?: readonly number[]; readonly size?: number } = {},
): Procedure<void> {
  const { directory = [ADF], size } = at;
  const before = me.session.contents.get(ef)?.[0];
  const octets = ef.encode(value, size);
  if (before === undefined || octets.length > Math.min(before.length, LC_MAX)) return;
  const selected = yield* send(me, selectByPath([...directory, ef.fid], NO_DATA, 0));
  if (!isOk(selected.sw)) return;
  const written = yield* send(me, commandApdu([0x00, INS.updateBinary, 0, 0], octets));
  if (isOk(written.sw)) me.session.contents.set(ef, [concat(octets, before.slice(octets.length))]);
}
