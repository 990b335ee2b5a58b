/**
 * `vuicc apdu`: sends C-APDUs to a card, one a line, and prints each R-APDU.
 *
 * @see docs/architecture.md, "The command line"; ETSI TS 102 221 §10.1
 * @module
 */

import type { Command } from 'commander';
import { type CardConnection, ConnectionLost, connect, type Exchange } from '../apdu/connection.ts';
import { toHex } from '../bytes/hex.ts';
import { describeFinding, type Finding } from '../card/ota/finding.ts';
import type { Durability } from '../transport/state-file.ts';
import { type CaptureFlags, captureOptions, openCaptureOf } from './capture-options.ts';
import { type FaultFlags, faultPlanOf, faultsOption, planned } from './fault-options.ts';
import {
  IDENTITY_NAMES,
  type IdentityFlags,
  identityOptions,
  withIdentity,
} from './identity-options.ts';
import { durabilityOption, openCard, STATE_HELP } from './kept-card.ts';
import { hexText, json, line, readCardProfile, UsageError } from './output.ts';
import { addReaderOptions, type ReaderOptions, withReader } from './reader-options.ts';

interface ApduOptions extends ReaderOptions, CaptureFlags, FaultFlags, IdentityFlags {
  readonly card?: string;
  readonly state?: string;
  readonly durability: Durability;
  readonly json?: true;
  readonly log?: true;
}

/** A C-APDU in hex, and where it came from, for the message when it is malformed. */
interface Input {
  readonly place: string;
  /** Without its comment. */
  readonly text: string;
  /** A line of standard input may be "reset". */
  readonly isPiped: boolean;
}

/** Where ATR, answers and exchanges go. */
interface Sink {
  begin(atr: string): void;
  print(text: string): void;
  readonly observe: ((exchange: Exchange) => void) | undefined;
}

const HELP = `
Each argument is one C-APDU in hex; quote it if it holds spaces. With "-", or without arguments,
C-APDUs are read from standard input, one a line: spaces are ignored, "#" begins a comment, and a
line "reset" resets the card and prints the ATR. The card is powered on before the first line; it
is a new one each time, unless it is kept.
${STATE_HELP}
Examples:
  $ vuicc apdu 00A40804022FE2 00C0000019
  6119
  62178202412183022fe28a01058b032f06078002000a8801109000
  $ echo "80F2000C00  # STATUS" | vuicc apdu -
  9000
  $ vuicc apdu --faults plan.json 80F2000C00 80F2000C00
  9000
  6f00

With --faults the card fails as the plan says; a command without an answer ends the program with
exit code 2, and what would come late comes at once.

With --reader the card is that in a PC/SC reader, with the npm package smartcard:
  $ vuicc apdu --reader "Virtual PCD 00 00" 00A40804022FE2
  6119
`;

const withoutComment = (text: string): string => text.replace(/#.*/s, '');

async function* standardInputLines(): AsyncGenerator<string> {
  let rest = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}

async function* standardInput(): AsyncGenerator<Input> {
  let number = 0;
  for await (const whole of standardInputLines()) {
    number++;
    const text = withoutComment(whole);
    if (text.trim() !== '') yield { place: `standard input, line ${number}`, text, isPiped: true };
  }
}

async function* listed(texts: readonly string[]): AsyncGenerator<Input> {
  for (const [n, text] of texts.entries()) {
    yield { place: `argument ${n + 1}`, text: withoutComment(text), isPiped: false };
  }
}

function commandOf({ place, text }: Input): Uint8Array {
  const octets = hexText(place, text);
  if (octets.length < 4) {
    throw new UsageError(`${place}: expected a C-APDU of 4 octets or more, found ${octets.length}`);
  }
  return octets;
}

function log(finding: Finding): void {
  process.stderr.write(`${describeFinding(finding)}\n`);
}

function sayFault(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Sends the commands, and gives what was answered; each answer is printed when it comes. */
async function exchange(
  card: CardConnection,
  inputs: AsyncIterable<Input>,
  sink: Sink,
): Promise<void> {
  const reset = async (): Promise<string> => {
    const atr = await card.reset();
    sink.observe?.({ kind: 'reset', atr });
    return toHex(atr);
  };
  sink.begin(await reset());
  for await (const input of inputs) {
    if (input.isPiped && input.text.trim() === 'reset') {
      sink.print(await reset());
      continue;
    }
    const command = commandOf(input);
    const response = await card.transmit(command);
    sink.observe?.({ kind: 'apdu', command, response });
    sink.print(toHex(response));
  }
}

/** What only a card of this program has. */
const ONLY_OURS: readonly (keyof ApduOptions)[] = [
  'card',
  'state',
  'log',
  'faults',
  ...IDENTITY_NAMES,
];

/** Uses the card that the options name: in a reader, in a state file, or a new one. */
async function withCard(
  options: ApduOptions,
  use: (card: CardConnection) => Promise<void>,
): Promise<void> {
  if (options.reader !== undefined || options.lastTry === true) {
    const other = ONLY_OURS.find((name) => options[name] !== undefined);
    if (other !== undefined) {
      const name = other === 'mncLength' ? 'mnc-length' : other;
      throw new UsageError(`--reader: expected without --${name}`);
    }
    await withReader(options, use);
    return;
  }
  const plan = faultPlanOf(options);
  const say = options.log === true ? sayFault : undefined;
  const { card, close } = openCard(
    withIdentity(readCardProfile(options.card), options),
    options,
    options.log === true ? { onFinding: log } : {},
  );
  try {
    await use(connect(plan === undefined ? card : planned(card, plan, 0, say)));
  } catch (error) {
    throw error instanceof ConnectionLost ? new UsageError(error.message) : error;
  } finally {
    close();
  }
}

async function run(texts: readonly string[], options: ApduOptions): Promise<void> {
  const isPiped = texts.length === 0 || (texts.length === 1 && texts[0] === '-');
  const isJson = options.json === true;
  const document = { atr: '', responses: [] as string[] };
  const begin = (atr: string): void => {
    document.atr = atr;
  };
  const print = (text: string): void => (isJson ? void document.responses.push(text) : line(text));
  try {
    await withCard(options, async (card) => {
      // Behind the card: who may not have it must not empty the capture of whoever has it.
      const capture = openCaptureOf(options);
      const sink = { begin, print, observe: capture?.observe };
      try {
        await exchange(card, isPiped ? standardInput() : listed(texts), sink);
      } finally {
        await capture?.close();
      }
    });
  } finally {
    if (isJson && document.atr !== '') json(document);
  }
}

/** Adds the subcommand. */
export function addApdu(program: Command): void {
  const command = program
    .command('apdu')
    .description('send C-APDUs to a card')
    .argument('[hex...]', 'C-APDUs, or "-" for standard input')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out');
  identityOptions(command)
    .option('--state <file>', 'keep the card in this file')
    .addOption(durabilityOption());
  captureOptions(addReaderOptions(faultsOption(command)))
    .option('--log', 'findings in secured packets and faults of the plan, live on stderr')
    .option('--json', 'one JSON document: { atr, responses }')
    .addHelpText('after', HELP)
    .action(run);
}
