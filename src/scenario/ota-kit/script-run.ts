/**
 * Runs a test of OTA scripts on a card.
 *
 *     packet      sealed, sent, executed, its PoR opened; PoR and each answer compared
 *     exchange    a command of the terminal, its answer compared
 *     reset       the card is reset
 *
 * A step that fails does not end the test: what follows says how far the fault reaches.
 *
 * @see docs/ota-tests.md, "Script files"
 * @module
 */

import { decodeCommandApdu } from '../../apdu/command.ts';
import { DecodeError } from '../../bytes/errors.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { equals } from '../../bytes/octets.ts';
import { describeCommand } from '../../trace/describe.ts';
import { commandOctets } from '../../trace/model.ts';
import { PinBook } from '../../trace/pin-book.ts';
import type { OtaResult } from './result.ts';
import { formatProblem, type RemoteFormat } from './script.ts';
import { compareCommands, compareExchange, comparePor, expectsData } from './script-compare.ts';
import type { OtaTest, OtaTestCommand, OtaTestExchange, OtaTestPacket } from './script-file.ts';
import { OWN, type Parameter, type ParameterName, type Parameters } from './script-parameters.ts';
import type { OtaTestCase, OtaTestFailure, OtaTestReport } from './script-report.ts';
import { DEFAULT_TAR, type OtaOptions } from './sender.ts';
import type { OtaTestCard } from './test-card.ts';

type Refuse = (line: number, problem: string) => DecodeError;

const CNTR_DIGITS = 10;
const ACCEPTED = [0x90, 0x00] as const;
const DATA_UNKNOWN =
  'compact format reports data of the last command alone: ' +
  'make it the last of its packet, or send it to an applet of expanded format';

/** KIc and KID are those of the keys when nothing else is said. */
function isOwn(octet: Parameter | undefined): octet is undefined {
  return octet === undefined || octet.value === OWN;
}

function optionsOf(parameters: Parameters): OtaOptions {
  const { tar, spi, kic, kid, cntr, format } = parameters;
  const keySet = parameters['key-set'];
  const isNext = cntr === undefined || cntr.value === 'next';
  return {
    ...(tar && { tar: tar.value }),
    ...(spi && { spi: spi.value }),
    ...(keySet && { keySet: Number(keySet.value) }),
    ...(isOwn(kic) ? {} : { kic: kic.value }),
    ...(isOwn(kid) ? {} : { kid: kid.value }),
    ...(isNext ? {} : { cntr: cntr.value.padStart(CNTR_DIGITS, '0') }),
    ...(format && { format: format.value as RemoteFormat }),
  };
}

/** An error of an option begins with its name: so it is told in the words of the file. */
function sealProblem(
  { message }: RangeError,
  { parameters, line }: OtaTestPacket,
): { readonly line: number; readonly problem: string } {
  const problem = message.replace(/^keySet:/u, 'key-set:');
  const name = problem.slice(0, problem.indexOf(':')) as ParameterName;
  return { line: parameters[name]?.line ?? line, problem };
}

/** Runs one test; holds what its steps share. */
class TestRun {
  readonly #card: OtaTestCard;
  readonly #pins: PinBook;
  readonly #refuse: Refuse;
  readonly #cases: OtaTestCase[] = [];
  #packets = 0;

  constructor(card: OtaTestCard, name: string) {
    this.#card = card;
    this.#pins = new PinBook(card.pins);
    this.#refuse = (line, problem) => new DecodeError(name, line, `line ${line}: ${problem}`);
  }

  run(test: OtaTest): OtaTestReport {
    for (const step of test.steps) {
      if (step.kind === 'reset') this.#card.reset();
      else this.#cases.push(step.kind === 'packet' ? this.#packet(step) : this.#exchange(step));
    }
    const cases = this.#cases;
    return { name: test.name, ok: cases.every(({ ok }) => ok), cases };
  }

  /** Fills in the secrets of a command; a failure when they are not known. */
  #fill({ line, command, answer }: OtaTestCommand): Uint8Array | OtaTestFailure {
    const octets = this.#pins.fill(command, answer === 'not-executed' ? undefined : answer);
    // Whatever the answer, a command that is sent has the PIN that its line asks for.
    const isKnown = this.#pins.fill(command, ACCEPTED) !== undefined;
    if (octets !== undefined && isKnown) return octets;
    const what = describeCommand(commandOctets(command));
    return { line, what, expected: `a secret for '..'`, found: 'none in the card profile' };
  }

  #exchange(step: OtaTestExchange): OtaTestCase {
    const { line } = step;
    const title = `terminal: ${describeCommand(commandOctets(step.command))}`;
    const none = { commands: [], steps: [], mistake: undefined };
    const of = { kind: 'exchange', line, title, ...none } as const;
    const filled = this.#fill(step);
    if (!(filled instanceof Uint8Array)) {
      return { ...of, ok: false, summary: 'not sent', failures: [filled] };
    }
    const response = fromHex(this.#card.apdu(toHex(filled)));
    this.#pins.learn(filled, response);
    const { summary, failures } = compareExchange(step, response);
    return { ...of, ok: failures.length === 0, summary, failures };
  }

  #packet(packet: OtaTestPacket): OtaTestCase {
    this.#packets++;
    const { line, parameters, commands } = packet;
    const title = parameters.why?.value ?? `packet ${this.#packets}`;
    const of = { kind: 'packet', line, title } as const;
    this.#expectFormat(packet);
    const script: Uint8Array[] = [];
    const missing: OtaTestFailure[] = [];
    for (const command of commands) {
      const filled = this.#fill(command);
      if (filled instanceof Uint8Array) script.push(filled);
      else missing.push(filled);
    }
    if (missing.length > 0) {
      const left = { commands: [], steps: [], mistake: undefined };
      return { ...of, ...left, ok: false, summary: 'not sent', failures: missing };
    }
    const result = this.#send(packet, script);
    const { failures, summary } = comparePor(packet, result);
    const compared = compareCommands(packet, result);
    this.#learn(script, compared.responses);
    const { findings: steps, mistake } = result;
    const all = [...failures, ...compared.failures];
    const report = { commands: compared.commands, steps, mistake };
    return { ...of, ok: all.length === 0, summary, failures: all, ...report };
  }

  #learn(script: readonly Uint8Array[], responses: readonly (Uint8Array | undefined)[]): void {
    for (const [n, command] of script.entries()) {
      const response = responses[n];
      if (response !== undefined) this.#pins.learn(command, response);
    }
  }

  #send(packet: OtaTestPacket, script: readonly Uint8Array[]): OtaResult {
    try {
      return this.#card.ota(script.map(toHex), optionsOf(packet.parameters));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { line, problem } = sealProblem(error, packet);
      throw this.#refuse(line, problem);
    }
  }

  /** Refuses what cannot be sent in the format, and what the format does not report. */
  #expectFormat({ parameters, commands }: OtaTestPacket): void {
    const tar = fromHex(parameters.tar?.value ?? DEFAULT_TAR);
    const applet = this.#card.uicc.image.applets.find((entry) => equals(entry.tar, tar));
    const format = parameters.format?.value ?? applet?.format ?? 'compact';
    if (format === 'expanded') return;
    const last = commands.findLastIndex(({ answer }) => answer !== 'not-executed');
    for (const [n, { line, command, answer, answerLine }] of commands.entries()) {
      const problem = formatProblem(decodeCommandApdu(commandOctets(command)), 'compact');
      if (problem !== undefined) throw this.#refuse(line, problem);
      if (n >= last || answer === undefined || answer === 'not-executed') continue;
      if (expectsData(answer)) throw this.#refuse(answerLine, DATA_UNKNOWN);
    }
  }
}

/**
 * Runs a test on a card, which the test changes.
 *
 * @param card a new one for each test, made of the profile that the test names
 * @returns what came of each packet and of each command of the terminal
 * @throws {DecodeError} a packet cannot be sent as it says, or an answer cannot be compared in its
 *   format; `path` is the name of the test, `offset` the line
 * @see docs/ota-tests.md, "Script files"
 * @example
 * ```ts
 * import { describeOtaTest, otaTestCard, parseOtaTest, runOtaTest } from 'vuicc/testing';
 *
 * const test = parseOtaTest('tar: B00000\n> 00A40000022FE2\n< 61..\n', 'iccid.ota');
 * const report = runOtaTest(test, otaTestCard());
 * if (!report.ok) throw new Error(describeOtaTest(report));
 * ```
 */
export function runOtaTest(test: OtaTest, card: OtaTestCard): OtaTestReport {
  return new TestRun(card, test.name).run(test);
}
