/**
 * Executes a command script in compact format.
 *
 *     script ─▶ command, command … until one fails ─▶ number, SW and data of the last
 *
 * A command that is cut short, or whose case nobody knows, fails like any other: those before it
 * are executed. The number is one octet, so what is behind the 255th command is not executed.
 *
 * @see ETSI TS 102 226 §5.1.1, §5.1.2
 * @module
 */

import { encodeCommandApdu } from '../../../apdu/command.ts';
import { decodeResponseApdu, type ResponseApdu, type StatusWord } from '../../../apdu/response.ts';
import { SW } from '../../../apdu/status-words.ts';
import { understood } from '../../../bytes/errors.ts';
import { toHex } from '../../../bytes/hex.ts';
import { ByteReader } from '../../../bytes/reader.ts';
import { encodeCompactResponse, readCompactCommand } from '../../../ota/compact-format.ts';

/** What a script runs in. */
export interface ScriptHost {
  /** Runs one C-APDU in the session of the script. */
  readonly run: (command: Uint8Array) => Uint8Array;
  /** Tells whoever listens of octets that are no command. */
  readonly find: (ok: boolean, expected: string, found: string) => void;
  /** Octets that go back at most. */
  readonly responseMax: number;
}

/** Number of commands and SW in front of the data. */
const HEAD_OCTETS = 3;
const COMMANDS_MAX = 255;
/** With what a script in expanded format begins. */
const EXPANDED = 0xaa;
const EXPANDED_INDEFINITE = 0xae;
const NO_DATA = new Uint8Array(0);

/**
 * Tells whether a script goes on behind a command: after success and warnings, but not after a
 * wrong PIN, nor when data were cut off.
 *
 * @see ETSI TS 102 226 §5.1.2
 */
export function goesOn(sw: StatusWord): boolean {
  const sw1 = sw >> 8;
  if (sw === SW.moreDataAvailable || (sw1 === 0x63 && (sw & 0xf0) === 0xc0)) return false;
  return [0x90, 0x91, 0x92, 0x9f, 0x61, 0x62, 0x63].includes(sw1);
}

/** Cuts a response to the octets that there is room for, SW not counted, and says so. */
export function cutTo({ data, sw }: ResponseApdu, octets: number): ResponseApdu {
  if (data.length <= octets) return { data, sw };
  return { data: data.subarray(0, Math.max(0, octets)), sw: SW.moreDataAvailable };
}

function octetText(octet: number): string {
  return `'${toHex(Uint8Array.of(octet))}'`;
}

function runNext(reader: ByteReader, { run, find }: ScriptHost): ResponseApdu {
  const first = reader.peek();
  const command = understood(() => readCompactCommand(reader));
  const isExpanded = first === EXPANDED || first === EXPANDED_INDEFINITE;
  const hint = isExpanded ? '; it looks expanded, and this applet is compact' : '';
  if (command === undefined) {
    find(false, 'a whole command', `fewer octets than its P3 says, or P3 of case 1${hint}`);
    return { data: NO_DATA, sw: SW.wrongLength };
  }
  if (command.apduCase === undefined) {
    find(false, 'an instruction whose case is known', `INS ${octetText(command.ins)}${hint}`);
    return { data: NO_DATA, sw: SW.instructionNotSupported };
  }
  return decodeResponseApdu(run(encodeCommandApdu(command)));
}

/**
 * Executes a script.
 *
 * @returns additional response data
 * @see ETSI TS 102 226 §5.1.1, §5.1.2
 */
export function runCompactScript(script: Uint8Array, host: ScriptHost): Uint8Array {
  const reader = new ByteReader(script, 'compact script');
  let last: ResponseApdu = { data: NO_DATA, sw: SW.ok };
  let executed = 0;
  while (reader.remaining > 0 && executed < COMMANDS_MAX && goesOn(last.sw)) {
    last = runNext(reader, host);
    executed++;
  }
  return encodeCompactResponse({ executed, ...cutTo(last, host.responseMax - HEAD_OCTETS) });
}
