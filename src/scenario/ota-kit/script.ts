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
import { fromHex } from '../../bytes/hex.ts';
import { concat } from '../../bytes/octets.ts';
import { decodeCompactResponse } from '../../ota/compact-format.ts';
import { encodeExpandedScript } from '../../ota/expanded-commands.ts';
import { decodeExpandedResponse, type ExpandedResult } from '../../ota/expanded-responses.ts';

/** Format of remote commands. */
export type RemoteFormat = 'compact' | 'expanded';

/**
 * C-APDUs: one in each line or element, in hex with or without spaces, `#` before a comment; or the
 * secured data itself, as octets.
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

/**
 * Reads the C-APDUs of a script.
 *
 * @throws {DecodeError} a line is not hex
 */
export function scriptCommands(script: string | readonly string[]): Uint8Array[] {
  const lines = typeof script === 'string' ? script.split(/\r?\n/) : script;
  return lines.flatMap((line, n) => {
    const text = line.replace(/#.*$/, '').trim();
    return text === '' ? [] : [fromHex(text, `script line ${n + 1}`)];
  });
}

function compactCommand(command: CommandApdu, at: number): Uint8Array {
  if (command.data.length > 0 && command.ne > 0) {
    const remedy = 'leave it out and add GET RESPONSE, 00C0000000';
    throw new RangeError(`script command ${at + 1}: Le behind data in compact format: ${remedy}`);
  }
  return encodeTpdu(command);
}

/**
 * Writes a script as secured data.
 *
 * @throws {DecodeError} a line is not hex, or no C-APDU
 * @throws {RangeError} a command of case 4 has Le in compact format
 * @see ETSI TS 102 226 §5.1, §5.2
 */
export function securedDataOf(script: OtaScript, format: RemoteFormat): Uint8Array {
  if (script instanceof Uint8Array) return script;
  const commands = scriptCommands(script).map(decodeCommandApdu);
  if (format === 'compact') return concat(...commands.map(compactCommand));
  const items = commands.map((apdu) => ({ kind: 'c-apdu', apdu }) as const);
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
