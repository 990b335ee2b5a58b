/**
 * Wireshark as a witness: captures are written, and read by tshark.
 *
 * @see docs/architecture.md, "Foreign programs"
 * @module
 */

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Exchange } from '../../../src/apdu/connection.ts';
import { toHex } from '../../../src/bytes/hex.ts';
import { concat } from '../../../src/bytes/octets.ts';
import { gsmtapPackets } from '../../../src/trace/gsmtap.ts';
import { pcapngHeader, pcapngPacket } from '../../../src/trace/pcapng.ts';

/** What Wireshark says of a packet that it cannot read, and how bad that is. */
export const MARKS: readonly string[] = ['_ws.malformed', '_ws.expert.severity'];
const ERROR = '8388608';
/** DLT 147 is free for private use; Wireshark is told that it holds TPDUs. */
export const TPDU_LINK: readonly string[] = [
  '-o',
  'uat:user_dlts:"User 0 (DLT=147)","gsm_sms","0","","0",""',
];

/** Tells whether Wireshark could not read a packet. */
export function isMarked(packet: Readonly<Record<string, string>>): boolean {
  const severity = packet['_ws.expert.severity'];
  return packet['_ws.malformed'] !== '' || severity?.includes(ERROR) === true;
}

/**
 * Runs a tool and returns its standard output.
 *
 * @param debian the package that has it, for the message when it is missing
 */
export async function runTool(
  tool: string,
  debian: string,
  args: readonly string[],
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(tool, args, { maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw isMissing ? new Error(`${tool} is missing: apt-get install ${debian}`) : error;
  }
}

/** What Wireshark says of each packet, field by field; several values of a field are one list. */
export async function dissect(
  file: string,
  fields: readonly string[],
  options: readonly string[] = [],
): Promise<readonly Readonly<Record<string, string>>[]> {
  const wanted = fields.flatMap((field) => ['-e', field]);
  const args = ['-n', '-r', file, ...options, '-T', 'fields', '-E', 'separator=/t', ...wanted];
  const lines = (await runTool('tshark', 'tshark', args)).split('\n').slice(0, -1);
  return lines.map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(fields.map((field, n) => [field, values[n] ?? '']));
  });
}

/** Writes what an observer saw as a capture, one packet a millisecond. */
export async function writeCapture(file: string, of: readonly Exchange[]): Promise<string> {
  const packets = of
    .flatMap((exchange) => gsmtapPackets(exchange))
    .map((packet, n) => pcapngPacket(packet, n * 1000));
  await writeFile(file, concat(pcapngHeader(), ...packets));
  return file;
}

/**
 * Writes TPDUs as a capture of their own. The direction is that of the network, so that the report
 * of an ME, inbound there, is told from SMS-DELIVER, which has the same TP-MTI.
 */
export async function writeTpdus(
  file: string,
  tpdus: readonly { readonly isFromMe: boolean; readonly octets: Uint8Array }[],
): Promise<string> {
  const dump = tpdus.map(({ isFromMe, octets }) => {
    const pairs = toHex(octets).replaceAll(/../gu, ' $&');
    return `${isFromMe ? 'I' : 'O'}\n000000${pairs}\n`;
  });
  const text = `${file}.txt`;
  await writeFile(text, dump.join('\n'));
  await runTool('text2pcap', 'wireshark-common', ['-q', '-D', '-l', '147', text, file]);
  return file;
}
