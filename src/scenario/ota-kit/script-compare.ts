/**
 * Whether a packet came to what a test expects: first its PoR, then each of its commands.
 *
 *     compact     the report has the number of executed commands, SW and data of the last; of those
 *                 before it is known that the script went on behind them
 *     expanded    the report has an R-APDU of each
 *
 * @see ETSI TS 102 225 §5.2; ETSI TS 102 226 §5.1.2, §5.2.2
 * @module
 */

import { decodeResponseApdu, encodeResponseApdu } from '../../apdu/response.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { goesOn } from '../../card/ota/remote-management/compact-script.ts';
import {
  RESPONSE_STATUS,
  type ResponseStatus,
  responseStatusName,
} from '../../ota/response-packet.ts';
import { formatPattern } from '../../trace/apdu-text.ts';
import { describeCommand, describeSw } from '../../trace/describe.ts';
import { compareResponse, matches } from '../../trace/match.ts';
import { commandOctets, type Pattern } from '../../trace/model.ts';
import { formatRemedy, type OtaResult, type ResponseWay } from './result.ts';
import type { ScriptReport } from './script.ts';
import type { OtaTestCommand, OtaTestExchange, OtaTestPacket } from './script-file.ts';
import { spiOf, statusOf } from './script-parameters.ts';
import type { CommandOutcome, OtaCommandReport, OtaTestFailure } from './script-report.ts';

const SW_OCTETS = 2;
const POR_OK = RESPONSE_STATUS['por-ok'];
const WENT_ON_RESPONSE = Uint8Array.of(0x90, 0x00);
const ANY_OCTET: readonly number[] = Array.from({ length: 256 }, (_, octet) => octet);

/** Tells whether an expected answer says anything of response data. */
export function expectsData(answer: Pattern): boolean {
  const sw = answer.slice(-SW_OCTETS);
  const data = sw.includes('...') ? answer : answer.slice(0, -SW_OCTETS);
  return data.some((item) => item !== '...');
}

/** Tells whether a script may go on behind an answer that is expected. */
function mayGoOn(answer: Pattern): boolean {
  const [sw1, sw2] = answer.slice(-SW_OCTETS);
  const firsts = typeof sw1 === 'number' ? [sw1] : ANY_OCTET;
  const seconds = typeof sw2 === 'number' ? [sw2] : ANY_OCTET;
  return firsts.some((first) => seconds.some((second) => goesOn(first * 256 + second)));
}

function nameOf({ command }: OtaTestCommand): string {
  return describeCommand(commandOctets(command));
}

function digits(octets: Uint8Array): string {
  return octets.length === 0 ? 'none' : toHex(octets).toUpperCase();
}

/** The first octet that differs, from 1; `undefined` where `...` leaves open which one it is. */
function differingOctet(expected: Pattern, found: Uint8Array): number | undefined {
  const open = expected.indexOf('...');
  const start = open < 0 ? expected : expected.slice(0, open);
  const at = start.findIndex((item, n) => item !== '..' && item !== found[n]);
  if (at >= 0 && at < found.length) return at + 1;
  return undefined;
}

/** Compares an R-APDU with what is expected: SW first, and data when it is right. */
function compareAnswer(of: OtaTestCommand, found: Uint8Array): OtaTestFailure | undefined {
  const { answer, answerLine: line } = of;
  if (answer === undefined || answer === 'not-executed') return undefined;
  const mismatch = compareResponse(answer, found);
  if (mismatch === undefined) return undefined;
  const what = nameOf(of);
  const sw = answer.slice(-SW_OCTETS);
  const isOpen = sw.includes('...');
  if (!isOpen && !matches(sw, found.subarray(-SW_OCTETS))) {
    const { expected, found: foundSw } = mismatch;
    return { line, what, expected, found: `SW ${foundSw}` };
  }
  const data = isOpen ? answer : answer.slice(0, -SW_OCTETS);
  const octets = isOpen ? found : found.subarray(0, -SW_OCTETS);
  const at = differingOctet(data, octets);
  const place = isOpen ? 'response' : 'response data';
  const where = at === undefined ? place : `octet ${at} of the ${place}`;
  const expected = formatPattern(data) || 'none';
  return { line, what: `${what}, ${where}`, expected, found: digits(octets) };
}

/** Compares what the terminal was answered. */
export function compareExchange(
  exchange: OtaTestExchange,
  response: Uint8Array,
): { readonly summary: string; readonly failures: readonly OtaTestFailure[] } {
  const failure = compareAnswer(exchange, response);
  const { sw } = decodeResponseApdu(response);
  return { summary: `SW ${describeSw(sw)}`, failures: failure === undefined ? [] : [failure] };
}

/** Says a status as people look it up: by code and name. */
function statusWords(status: number): string {
  const name = responseStatusName(status);
  return `'${toHex(Uint8Array.of(status))}'${name === undefined ? '' : ` (${name})`}`;
}

/** The code of what the card decided; `undefined` when it has ignored the packet. */
function decisionOf({ way, por, verdict }: OtaResult): number | undefined {
  if (way !== 'none') return por?.status;
  return RESPONSE_STATUS[verdict as ResponseStatus];
}

function decisionWords(result: OtaResult): string {
  const code = decisionOf(result);
  if (code !== undefined) return statusWords(code);
  return result.way === 'none' ? 'ignored by the card' : 'a PoR that makes no sense';
}

type Way = ResponseWay | 'either';

const WAY_WORDS: Readonly<Record<Way, string>> = {
  report: 'a PoR in the delivery report',
  submit: 'a PoR by SMS-SUBMIT',
  none: 'no PoR',
  either: 'a PoR',
};

/** Where nothing is said of the way, SPI2 tells whether there is a PoR. */
function wayOf({ parameters }: OtaTestPacket): Way {
  if (parameters.way !== undefined) return parameters.way.value as ResponseWay;
  const { por } = spiOf(parameters);
  const isWanted = por === 'always' || (por === 'on-error' && statusOf(parameters) !== POR_OK);
  return isWanted ? 'either' : 'none';
}

/** What came back, in a few words. */
function summaryOf(result: OtaResult, commands: number): string {
  const { executed = commands + 1, way } = result;
  const count = executed > commands ? '' : `${executed} of ${commands} executed, `;
  if (way === 'none') return `${count}no PoR, ${decisionWords(result)}`;
  return `${count}PoR ${decisionWords(result)}${way === 'submit' ? ' by SMS-SUBMIT' : ''}`;
}

/** Compares the PoR of a packet, or what was decided without one, with what is expected. */
export function comparePor(
  packet: OtaTestPacket,
  result: OtaResult,
): { readonly summary: string; readonly failures: readonly OtaTestFailure[] } {
  const { parameters, line, commands } = packet;
  const failures: OtaTestFailure[] = [];
  const status = statusOf(parameters);
  if (decisionOf(result) !== status) {
    const what = result.way === 'none' ? 'decision of the card' : 'status of the PoR';
    const found = decisionWords(result);
    const at = parameters.status?.line ?? line;
    failures.push({ line: at, what, expected: statusWords(status), found });
  }
  const way = wayOf(packet);
  const isWay = way === 'either' ? result.way !== 'none' : result.way === way;
  if (!isWay) {
    const at = parameters.way?.line ?? line;
    failures.push({
      line: at,
      what: 'PoR',
      expected: WAY_WORDS[way],
      found: WAY_WORDS[result.way],
    });
  }
  const { proven } = parameters;
  if (proven !== undefined && (proven.value === 'yes') !== result.isProven) {
    const words = (isProven: boolean): string => (isProven ? 'a right CC' : 'no right CC');
    const [expected, found] = [words(!result.isProven), words(result.isProven)];
    failures.push({ line: proven.line, what: 'CC of the PoR', expected, found });
  }
  return { summary: summaryOf(result, commands.length), failures };
}

/** What is known of the commands of one packet. */
interface Execution {
  /** How many were executed, the one that failed included. */
  readonly count: number;
  /** The R-APDU of a command, as far as it was reported. */
  responseTo(n: number): Uint8Array | undefined;
}

/** Reported are the last commands that were executed: all of them, or one. */
function executionOf({ executed, responses }: ScriptReport): Execution {
  const count = executed ?? responses.length;
  const first = Math.max(0, count - responses.length);
  const responseTo = (n: number): Uint8Array | undefined => {
    const response = n < count ? responses[n - first] : undefined;
    return response && encodeResponseApdu(response);
  };
  return { count, responseTo };
}

/** Says why a command was not executed. */
function endWords(commands: readonly OtaTestCommand[], { count, responseTo }: Execution): string {
  const last = commands[count - 1];
  const response = responseTo(count - 1);
  if (last === undefined || response === undefined) return 'not executed';
  const sw = describeSw(decodeResponseApdu(response).sw);
  return `not executed: the script ended at line ${last.line}, ${nameOf(last)}, with SW ${sw}`;
}

/** The SW of an answer that is expected, in words where it is one. */
function swWords(answer: Pattern): string {
  const sw = formatPattern(answer.slice(-SW_OCTETS));
  return sw.includes('.') ? `'${sw}'` : describeSw(Number.parseInt(sw, 16));
}

const WENT_ON = 'an SW behind which the script went on';

function compareExecuted(of: OtaTestCommand, response: Uint8Array | undefined): OtaTestFailure[] {
  const { answer, answerLine: line } = of;
  const what = nameOf(of);
  if (answer === 'not-executed') {
    return [{ line, what, expected: 'not executed', found: 'executed' }];
  }
  if (response !== undefined) {
    const failure = compareAnswer(of, response);
    return failure === undefined ? [] : [failure];
  }
  if (answer === undefined || mayGoOn(answer)) return [];
  return [{ line, what, expected: `SW ${swWords(answer)}`, found: WENT_ON }];
}

/** What came of the commands of one packet. */
export interface ComparedCommands {
  readonly commands: readonly OtaCommandReport[];
  readonly failures: readonly OtaTestFailure[];
  /** R-APDUs as far as they are known; '9000' of those behind which a script went on. */
  readonly responses: readonly (Uint8Array | undefined)[];
}

function allOf(commands: readonly OtaTestCommand[], outcome: CommandOutcome): OtaCommandReport[] {
  return commands.map((of) => ({ line: of.line, command: nameOf(of), outcome }));
}

function compareReported(
  commands: readonly OtaTestCommand[],
  execution: Execution,
): ComparedCommands {
  const failures: OtaTestFailure[] = [];
  const reports: OtaCommandReport[] = [];
  const responses: (Uint8Array | undefined)[] = [];
  for (const [n, of] of commands.entries()) {
    const isExecuted = n < execution.count;
    const response = execution.responseTo(n);
    const found = isExecuted ? compareExecuted(of, response) : [];
    // The first that is missing tells why, unless the one that ended the script is a failure.
    const isFirstMissing = n === execution.count && of.answer !== 'not-executed';
    if (isFirstMissing && reports[n - 1]?.outcome !== 'different') {
      const { line } = of;
      const why = endWords(commands, execution);
      failures.push({ line, what: nameOf(of), expected: 'executed', found: why });
    }
    failures.push(...found);
    const executed = found.length === 0 ? 'executed' : 'different';
    const outcome = isExecuted ? executed : 'not-executed';
    reports.push({ line: of.line, command: nameOf(of), outcome });
    responses.push(isExecuted ? (response ?? WENT_ON_RESPONSE) : undefined);
  }
  return { commands: reports, failures, responses };
}

/** What is wrong with a report, so that nothing can be read from it. */
function reportFailure({ commands, line }: OtaTestPacket, result: OtaResult): OtaTestFailure[] {
  const { format, report, way, additional } = result;
  const isFitting = report !== undefined && executionOf(report).count <= commands.length;
  const answered = commands.find(({ answer }) => answer !== undefined);
  // An applet with a report of its own is asked for none.
  const isAsked = format !== undefined || answered !== undefined;
  if (isFitting || way === 'none' || !isAsked) return [];
  const count = `${commands.length} ${commands.length === 1 ? 'command' : 'commands'}`;
  const expected = `a report of ${count}${format === undefined ? '' : ` in ${format} format`}`;
  const found = `${digits(fromHex(additional))}${formatRemedy(result)}`;
  return [{ line: answered?.answerLine ?? line, what: 'report', expected, found }];
}

/** Compares each command of a packet with what is expected of it. */
export function compareCommands(packet: OtaTestPacket, result: OtaResult): ComparedCommands {
  const { commands, parameters } = packet;
  const { report, verdict } = result;
  if (verdict !== 'por-ok') {
    return { commands: allOf(commands, 'not-executed'), failures: [], responses: [] };
  }
  const failures = reportFailure(packet, result);
  const isRead = report !== undefined && failures.length === 0;
  const compared = isRead
    ? compareReported(commands, executionOf(report))
    : { commands: allOf(commands, 'unknown'), failures, responses: [] };
  // What was executed against all expectation is one failure, that of the status.
  return statusOf(parameters) === POR_OK ? compared : { ...compared, failures: [] };
}
