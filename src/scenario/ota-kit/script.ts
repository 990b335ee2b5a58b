/**
 * A script of C-APDUs, as the secured data of a packet, and what the card reports of it.
 *
 *     compact     number of executed commands, SW and data of the last
 *     expanded    an R-APDU for each command
 *
 * @see ETSI TS 102 226 §5.1, §5.2
 * @module
 */

import { type CommandApdu, decodeCommandApdu } from '../../apdu/command.ts';
import type { ResponseApdu } from '../../apdu/response.ts';
import { encodeTpdu } from '../../apdu/t0.ts';
import { DecodeError } from '../../bytes/errors.ts';
import { fromHex } from '../../bytes/hex.ts';
import { concat } from '../../bytes/octets.ts';
import { decodeCompactResponse } from '../../ota/compact-format.ts';
import { encodeExpandedScript } from '../../ota/expanded-commands.ts';
import { decodeExpandedResponse, type ExpandedResult } from '../../ota/expanded-responses.ts';
import { expectText } from './arguments.ts';

/** Format of remote commands. */
export type RemoteFormat = 'compact' | 'expanded';

/**
 * C-APDUs: one in each line or element, in hex with or without spaces, `#` before a comment; or the
 * secured data itself, as octets, of which there may be none.
 */
export type OtaScript = string | readonly string[] | Uint8Array;

/** What a card reports of a script. */
export interface ScriptReport {
  /** How many commands were executed, the one that failed included. */
  readonly executed: number | undefined;
  /** Of each command in expanded format; of the last alone in compact format. */
  readonly responses: readonly ResponseApdu[];
  /** What else the report holds, in expanded format: bad format, errors of actions and chains. */
  readonly errors: readonly Exclude<ExpandedResult, { readonly kind: 'r-apdu' }>[];
}

/** A command of a script, and where it stands, for messages. */
interface ScriptCommand {
  readonly place: string;
  readonly apdu: CommandApdu;
}

function decodeCommand(text: string, place: string): CommandApdu {
  try {
    return decodeCommandApdu(fromHex(text, place));
  } catch (error) {
    if (!(error instanceof DecodeError) || error.path === place) throw error;
    throw new DecodeError(`${place}: ${error.path}`, error.offset, error.problem);
  }
}

function linesOf(script: unknown): string[] {
  const texts: readonly unknown[] = Array.isArray(script) ? script : [script];
  const what = 'C-APDUs in hex, or the secured data as octets';
  return texts.flatMap((text) => expectText('script', text, what).split(/\r\n|\r|\n/u));
}

/** Reads the C-APDUs of a script; lines are counted from 1, through all elements. */
function scriptCommands(script: string | readonly string[]): ScriptCommand[] {
  return linesOf(script).flatMap((line, n) => {
    const text = line.replace(/#.*$/u, '').trim();
    const place = `script line ${n + 1}`;
    return text === '' ? [] : [{ place, apdu: decodeCommand(text, place) }];
  });
}

/**
 * Says why a command cannot be sent in a format.
 *
 * @returns what to do about it; `undefined` when it can
 * @see ETSI TS 102 226 §5.1.1
 */
export function formatProblem({ data, ne }: CommandApdu, format: RemoteFormat): string | undefined {
  if (format === 'expanded' || data.length === 0 || ne === 0) return undefined;
  const remedy = 'leave it out, and fetch the data with GET RESPONSE, 00C0000000';
  return `Le behind data does not exist in compact format: ${remedy}`;
}

/**
 * Writes a script as secured data.
 *
 * @throws {TypeError} it is neither text nor octets
 * @throws {DecodeError} a line is not hex, or no C-APDU; the path names the line
 * @throws {RangeError} there is no command, or one of case 4 has Le in compact format
 * @see ETSI TS 102 226 §5.1, §5.2
 */
export function securedDataOf(script: OtaScript, format: RemoteFormat): Uint8Array {
  if (script instanceof Uint8Array) return script;
  const commands = scriptCommands(script);
  if (commands.length === 0) throw new RangeError('script: expected a C-APDU or more, got none');
  for (const { place, apdu } of commands) {
    const problem = formatProblem(apdu, format);
    if (problem !== undefined) throw new RangeError(`${place}: ${problem}`);
  }
  if (format === 'compact') return concat(...commands.map(({ apdu }) => encodeTpdu(apdu)));
  const items = commands.map(({ apdu }) => ({ kind: 'c-apdu', apdu }) as const);
  return encodeExpandedScript(items, 'definite');
}

/**
 * Reads what a card reports of a script.
 *
 * @param data additional response data
 * @throws {DecodeError} it is no report of this format
 * @see ETSI TS 102 226 §5.1, §5.2
 */
export function decodeReport(data: Uint8Array, format: RemoteFormat): ScriptReport {
  if (format === 'compact') {
    const { executed, sw, data: octets } = decodeCompactResponse(data);
    return { executed, responses: [{ sw, data: octets }], errors: [] };
  }
  const { executed, items } = decodeExpandedResponse(data);
  const responses: ResponseApdu[] = [];
  const errors: Exclude<ExpandedResult, { readonly kind: 'r-apdu' }>[] = [];
  for (const item of items) {
    if (item.kind === 'r-apdu') responses.push(item.response);
    else errors.push(item);
  }
  return { executed, responses, errors };
}
