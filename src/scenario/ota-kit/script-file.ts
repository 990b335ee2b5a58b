/**
 * Tests of OTA scripts as text, the format of `.ota` files:
 *
 *     # any line that starts like this is a comment
 *     why: EF_ICCID is what was ordered      parameters of the packet, before its commands
 *     tar: B00000
 *     > 00A40000022FE2  SELECT EF_ICCID      a C-APDU of the script; a remark after two spaces
 *     < 61..                                 what its R-APDU must be; `..` is any one octet
 *     > 00B000000A
 *     < ... 9000                             `...` is any number of octets
 *     send                                   the packet ends, and another may follow
 *     reset                                  the card is reset
 *     t> 00A40804022FE2                      a C-APDU of the terminal
 *     t< ... 9000
 *
 * In a command `..` is an octet of a PIN, which the card profile tells. `< not executed` says that
 * the script must have ended before. The file ends its last packet.
 *
 * @see docs/ota-tests.md, "Script files"
 * @module
 */

import { decodeCommandApdu } from '../../apdu/command.ts';
import { DecodeError } from '../../bytes/errors.ts';
import { RESPONSE_STATUS } from '../../ota/response-packet.ts';
import { parsePattern } from '../../trace/apdu-text.ts';
import { answerProblem, commandOctets, commandProblem, type Pattern } from '../../trace/model.ts';
import { DATA_OFFSET, PIN_OCTETS, pinFields } from '../../trace/secrets.ts';
import {
  type Parameter,
  type ParameterName,
  type Parameters,
  readParameter,
  spiOf,
  statusOf,
  stayingOf,
  withoutRemark,
} from './script-parameters.ts';

/** What a command of a script must come to; `undefined`: executed, with any answer. */
export type ExpectedAnswer = Pattern | 'not-executed' | undefined;

/** A command with its answer. */
export interface OtaTestCommand {
  /** Where it stands in the text, from 1 on. */
  readonly line: number;
  /** 4 items or more; `..` is a secret. */
  readonly command: Pattern;
  readonly answer: ExpectedAnswer;
  /** Where the answer stands; the line of the command when there is none. */
  readonly answerLine: number;
}

/** One packet: how it is sent, what is in it, and what must come of it. */
export interface OtaTestPacket {
  readonly kind: 'packet';
  /** Of its first command. */
  readonly line: number;
  readonly parameters: Parameters;
  readonly commands: readonly OtaTestCommand[];
}

/** A command of the terminal, between packets. */
export interface OtaTestExchange extends OtaTestCommand {
  readonly kind: 'exchange';
  readonly answer: Pattern | undefined;
}

/** The card is reset. */
export interface OtaTestReset {
  readonly kind: 'reset';
  readonly line: number;
}

/** One step of a test. */
export type OtaTestStep = OtaTestPacket | OtaTestExchange | OtaTestReset;

/** A test, read from a file. It begins with a new card, powered on. */
export interface OtaTest {
  /** The file, for messages. */
  readonly name: string;
  /** Path of a card profile, seen from the file; `undefined`: the built-in test profile. */
  readonly card: Parameter | undefined;
  readonly steps: readonly OtaTestStep[];
}

const LINE_END = /\r\n|\r|\n/u;
const PARAMETER = /^(?<name>[a-z][a-z0-9-]*)\s*:\s*(?<value>.*)$/iu;
const SENT_OR_ANSWER = /^(?<mark>t?[<>])\s*(?<text>.*)$/u;
const NOT_EXECUTED = 'not executed';
const POR_OK = RESPONSE_STATUS['por-ok'];

/** Reads one file, line by line. */
class FileReader {
  readonly #name: string;
  readonly #steps: OtaTestStep[] = [];
  #card: Parameter | undefined;
  #parameters: Parameters = {};
  /** Line of the last parameter that no packet has followed yet. */
  #unused: number | undefined;
  #commands: OtaTestCommand[] = [];
  /** What the next answer belongs to. */
  #open: 'packet' | 'exchange' | undefined;
  #line = 0;

  constructor(name: string) {
    this.#name = name;
  }

  read(text: string): OtaTest {
    for (const [index, whole] of text.split(LINE_END).entries()) {
      this.#line = index + 1;
      const content = whole.trim();
      if (content !== '' && !content.startsWith('#')) this.#read(content);
    }
    if (this.#commands.length > 0) this.#endPacket();
    if (this.#unused !== undefined) {
      throw this.#refuse('expected commands behind the parameter', this.#unused);
    }
    const isTest = this.#steps.some(({ kind }) => kind !== 'reset');
    if (!isTest) throw new DecodeError(this.#name, 0, `expected '>' or 't>', found neither`);
    return { name: this.#name, card: this.#card, steps: this.#steps };
  }

  #refuse(problem: string, line: number = this.#line): DecodeError {
    return new DecodeError(this.#name, line, `line ${line}: ${problem}`);
  }

  #read(content: string): void {
    const { mark, text = '' } = SENT_OR_ANSWER.exec(content)?.groups ?? {};
    const parameter = PARAMETER.exec(content)?.groups;
    const single = withoutRemark(content);
    if (mark === '>') this.#readCommand(text);
    else if (mark === '<') this.#readAnswer(text);
    else if (mark === 't>') this.#readExchange(text);
    else if (mark === 't<') this.#readTerminalAnswer(text);
    else if (parameter !== undefined) this.#readParameter(parameter.name!, parameter.value!);
    else if (single === 'send') this.#send();
    else if (single === 'reset') this.#reset();
    else {
      throw this.#refuse(`expected '#', 'name: value', '>', '<', 'send', 'reset', 't>' or 't<'`);
    }
  }

  #readParameter(name: string, text: string): void {
    if (this.#commands.length > 0) {
      throw this.#refuse(`'${name}:' stands before the commands of its packet: put 'send' here`);
    }
    const read = readParameter(name, text);
    if ('problem' in read) throw this.#refuse(read.problem);
    const parameter = { value: read.value, line: this.#line };
    if (read.name === 'card') this.#readCard(parameter);
    else this.#setParameter(read.name, parameter);
  }

  #readCard(card: Parameter): void {
    if (this.#card !== undefined) throw this.#refuse(`'card:' is in line ${this.#card.line}`);
    if (this.#steps.length > 0) throw this.#refuse(`'card:' stands before all that is sent`);
    this.#card = card;
  }

  #setParameter(name: ParameterName, parameter: Parameter): void {
    const before = this.#parameters[name];
    const lastSent = this.#steps.findLast(({ kind }) => kind === 'packet')?.line ?? 0;
    if (before !== undefined && before.line > lastSent) {
      throw this.#refuse(`'${name}:' is in line ${before.line}, for the same packet`);
    }
    this.#parameters = { ...this.#parameters, [name]: parameter };
    this.#unused = this.#line;
  }

  #pattern(text: string): Pattern {
    try {
      return parsePattern(withoutRemark(text));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      const hint = /\s/u.test(withoutRemark(text)) ? '; a remark stands behind two spaces' : '';
      throw this.#refuse(`${error.problem}${hint}`);
    }
  }

  #command(text: string): OtaTestCommand {
    const line = this.#line;
    const command = this.#pattern(text);
    const problem = commandProblem(command);
    if (problem !== undefined) throw this.#refuse(problem);
    const fields = pinFields(commandOctets(command)[1]).length;
    if (command.lastIndexOf('..') >= DATA_OFFSET + fields * PIN_OCTETS) {
      throw this.#refuse(`'..' stands for octets of a PIN alone: expected hex digits`);
    }
    try {
      decodeCommandApdu(commandOctets(command));
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      throw this.#refuse(`${error.path}: ${error.problem}`);
    }
    return { line, command, answer: undefined, answerLine: line };
  }

  #response(text: string): Pattern {
    const pattern = this.#pattern(text);
    const problem = answerProblem('apdu', pattern);
    if (problem !== undefined) throw this.#refuse(problem);
    return pattern;
  }

  #readCommand(text: string): void {
    this.#commands.push(this.#command(text));
    this.#open = 'packet';
    this.#unused = undefined;
  }

  #readAnswer(text: string): void {
    const command = this.#commands.at(-1);
    if (this.#open !== 'packet' || command === undefined) {
      throw this.#refuse(`'<' answers nothing: expected '>' before it`);
    }
    const isNot = withoutRemark(text).toLowerCase() === NOT_EXECUTED;
    const answer = isNot ? 'not-executed' : this.#response(text);
    this.#commands.splice(-1, 1, { ...command, answer, answerLine: this.#line });
    this.#open = undefined;
  }

  #readExchange(text: string): void {
    this.#expectNoPacket('t>');
    this.#steps.push({ kind: 'exchange', ...this.#command(text), answer: undefined });
    this.#open = 'exchange';
  }

  #readTerminalAnswer(text: string): void {
    const exchange = this.#steps.at(-1);
    if (this.#open !== 'exchange' || exchange?.kind !== 'exchange') {
      throw this.#refuse(`'t<' answers nothing: expected 't>' before it`);
    }
    const answer = this.#response(text);
    this.#steps.splice(-1, 1, { ...exchange, answer, answerLine: this.#line });
    this.#open = undefined;
  }

  #reset(): void {
    this.#expectNoPacket('reset');
    this.#steps.push({ kind: 'reset', line: this.#line });
    this.#open = undefined;
  }

  #send(): void {
    if (this.#commands.length === 0) {
      throw this.#refuse(`'send' sends nothing: expected '>' before it`);
    }
    this.#endPacket();
  }

  #expectNoPacket(what: string): void {
    if (this.#commands.length === 0) return;
    throw this.#refuse(`'${what}' stands between packets: expected 'send' before it`);
  }

  #endPacket(): void {
    const [first] = this.#commands;
    if (first === undefined) throw new Error('a packet that ends has commands');
    const packet: OtaTestPacket = {
      kind: 'packet',
      line: first.line,
      parameters: this.#parameters,
      commands: this.#commands,
    };
    this.#expectReport(packet);
    this.#expectOrder(packet);
    this.#steps.push(packet);
    this.#parameters = stayingOf(this.#parameters);
    this.#commands = [];
    this.#open = undefined;
  }

  /** An answer can be compared when it is reported. */
  #expectReport(packet: OtaTestPacket): void {
    const answered = packet.commands.find(({ answer }) => answer !== undefined);
    if (answered === undefined) return;
    if (statusOf(packet.parameters) !== POR_OK) {
      const problem = `a packet with another status than por-ok executes nothing`;
      throw this.#refuse(`${problem}: take '<' away`, answered.answerLine);
    }
    const isReported =
      spiOf(packet.parameters).por === 'always' && packet.parameters.way?.value !== 'none';
    if (isReported) return;
    const problem = 'without a PoR nothing is reported';
    throw this.#refuse(
      `${problem}: take '<' away, or ask for one with 'spi:'`,
      answered.answerLine,
    );
  }

  #expectOrder({ commands }: OtaTestPacket): void {
    const first = commands.findIndex(({ answer }) => answer === 'not-executed');
    if (first < 0) return;
    const executed = commands.slice(first).find(({ answer }) => answer !== 'not-executed');
    if (executed === undefined) return;
    const problem = `a script that has ended goes on with nothing: expected '< ${NOT_EXECUTED}'`;
    throw this.#refuse(problem, executed.answerLine);
  }
}

/**
 * Reads a test of OTA scripts.
 *
 * @param text lines that end in LF, CR or CR LF
 * @param name the file, for messages
 * @throws {DecodeError} a line is not of the grammar, or contradicts another; `path` is the name,
 *   `offset` the line
 * @see docs/ota-tests.md, "Script files"
 * @example
 * ```ts
 * import { parseOtaTest } from 'vuicc/testing';
 *
 * const { steps } = parseOtaTest('tar: B00000\n> 00A40000022FE2\n< 61..\n', 'iccid.ota');
 * if (steps[0]?.kind !== 'packet' || steps[0].line !== 2) throw new Error('a packet in line 2');
 * ```
 */
export function parseOtaTest(text: string, name = 'script'): OtaTest {
  return new FileReader(name).read(text);
}
