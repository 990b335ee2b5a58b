/**
 * Remote commands in compact format: C-APDUs one behind the other, and what became of the last.
 *
 *     CLA INS P1 P2 00           case 1
 *     CLA INS P1 P2 Le           case 2; '00' asks for all that there is
 *     CLA INS P1 P2 Lc data      cases 3 and 4; a case 4 has no Le, GET RESPONSE fetches its data
 *
 *     number of executed commands 1 | SW 2 | data of the last one, if it was of case 2
 *
 * Where a command ends follows from its INS alone, so an instruction of unknown case ends the
 * script: nobody can say what P3 is, nor where the next command would begin.
 *
 * @see ETSI TS 102 226 §5.1.1, §5.1.2
 * @module
 */

import type { CommandApdu } from '../apdu/command.ts';
import { type Instruction, instructionOf } from '../apdu/instructions.ts';
import type { StatusWord } from '../apdu/response.ts';
import { encodeTpdu } from '../apdu/t0.ts';
import { concat } from '../bytes/octets.ts';
import { ByteReader } from '../bytes/reader.ts';
import { ByteWriter } from '../bytes/writer.ts';

/** 1 no data, 2 data from the card, 3 data to the card, 4 both. */
type ApduCase = Instruction['apduCase'];

/**
 * A command of a script. An Ne of 256 stands for P3 '00': all that there is, which may be more.
 */
export interface RemoteCommand extends CommandApdu {
  /** `undefined` when INS does not tell: data and Ne are unknown too, and it must not be run. */
  readonly apduCase: ApduCase | undefined;
}

const NAME = 'compact script';
const NONE = new Uint8Array(0);

/** Instructions of scripts that TS 102 221 does not have. */
const MORE_CASES: Readonly<Record<number, ApduCase>> = {
  0xd8: 4, // PUT KEY
  0xe2: 4, // STORE DATA
  0xf0: 3, // SET STATUS
  0xfa: 1, // SLEEP, class A0
};
/** MANAGE SECURE CHANNEL, TRANSACT DATA, AUTHENTICATE '89': P1 decides; no script has them. */
const NO_CASE: readonly number[] = [0x73, 0x75, 0x89];
const MANAGE_CHANNEL = 0x70;
const CLOSE_CHANNEL = 0x80;
/** STATUS, and GET STATUS of GlobalPlatform. */
const STATUS = 0xf2;
/** P1 of GET STATUS is this or higher: a bit for each kind of application. */
const GET_STATUS_P1 = 0x10;

function caseOf(ins: number, p1: number): ApduCase | undefined {
  if (NO_CASE.includes(ins)) return undefined;
  if (ins === MANAGE_CHANNEL && p1 === CLOSE_CHANNEL) return 1;
  if (ins === STATUS && p1 >= GET_STATUS_P1) return 4;
  return MORE_CASES[ins] ?? instructionOf(ins)?.apduCase;
}

/**
 * Reads the next command of a script; the card executes it before it looks at the one behind.
 *
 * @param reader at the first octet of a command; when INS is of unknown case, it is read to its end
 * @throws {DecodeError} the command is cut short, or P3 of case 1 is not '00'
 * @see ETSI TS 102 226 §5.1.1
 */
export function readCompactCommand(reader: ByteReader): RemoteCommand {
  const cla = reader.uint(1, 'CLA');
  const ins = reader.uint(1, 'INS');
  const p1 = reader.uint(1, 'P1');
  const p2 = reader.uint(1, 'P2');
  const p3 = reader.uint(1, 'P3');
  const apduCase = caseOf(ins, p1);
  const alone = { cla, ins, p1, p2, data: NONE, ne: 0, apduCase };
  switch (apduCase) {
    case undefined:
      reader.rest();
      return alone;
    case 1:
      if (p3 !== 0) throw reader.error('P3', `expected '00'`, reader.offset - 1);
      return alone;
    case 2:
      return { ...alone, ne: p3 === 0 ? 256 : p3 };
    default:
      return { ...alone, data: reader.take(p3, 'data') };
  }
}

/**
 * Reads a whole script.
 *
 * @param octets the secured data of a packet; none for a script without commands
 * @throws {DecodeError} a command is cut short, its P3 is wrong, or its INS is of unknown case
 * @see ETSI TS 102 226 §5.1.1
 */
export function decodeCompactScript(octets: Uint8Array): RemoteCommand[] {
  const reader = new ByteReader(octets, NAME);
  const commands: RemoteCommand[] = [];
  while (reader.remaining > 0) {
    const at = reader.offset;
    const command = readCompactCommand(reader);
    if (command.apduCase === undefined) {
      throw reader.error('INS', 'expected an instruction whose case is known', at + 1);
    }
    commands.push(command);
  }
  return commands;
}

function checkCase({ ins, p1, data, ne }: CommandApdu, at: number): void {
  const apduCase = caseOf(ins, p1);
  if (apduCase === undefined) {
    throw new RangeError(`commands[${at}].ins: expected an instruction whose case is known`);
  }
  if (data.length > 0 && apduCase < 3) {
    throw new RangeError(`commands[${at}].data: expected none in case ${apduCase}`);
  }
  if (ne > 0 !== (apduCase === 2)) {
    const expected = apduCase === 2 ? '1 to 256' : '0';
    throw new RangeError(`commands[${at}].ne: expected ${expected} in case ${apduCase}, got ${ne}`);
  }
}

/**
 * Writes a script.
 *
 * @param commands each in the case of its INS; one of case 4 has no Le, so its Ne is 0
 * @throws {RangeError} a command is in another case, or a field of it is out of range
 * @see ETSI TS 102 226 §5.1.1
 */
export function encodeCompactScript(commands: readonly CommandApdu[]): Uint8Array {
  commands.forEach(checkCase);
  return concat(...commands.map(encodeTpdu));
}

/** What a card reports of a script: the additional response data of its PoR. */
export interface CompactResponse {
  /** How many commands were executed, the one that failed included; 0 to 255. */
  readonly executed: number;
  /** Of the last executed command. */
  readonly sw: StatusWord;
  /** Of the last executed command. */
  readonly data: Uint8Array;
}

/**
 * Reads the report of a script.
 *
 * @param octets the additional response data of a PoR, 3 octets or more
 * @throws {DecodeError} there are fewer than 3 octets
 * @see ETSI TS 102 226 §5.1.2
 */
export function decodeCompactResponse(octets: Uint8Array): CompactResponse {
  const reader = new ByteReader(octets, 'additional response data');
  const executed = reader.uint(1, 'number of commands');
  return { executed, sw: reader.uint(2, 'SW'), data: reader.rest() };
}

/**
 * Writes the report of a script.
 *
 * @throws {RangeError} more than 255 commands were executed, or SW has more than 16 bits
 * @see ETSI TS 102 226 §5.1.2
 */
export function encodeCompactResponse(response: CompactResponse): Uint8Array {
  return new ByteWriter()
    .uint(1, response.executed, 'executed')
    .uint(2, response.sw, 'sw')
    .bytes(response.data)
    .finish();
}
