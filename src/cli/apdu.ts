/**
 * `vuicc apdu`: sends C-APDUs to a card, one a line, and prints each R-APDU.
 *
 * @see docs/architecture.md, "The command line"; ETSI TS 102 221 §10.1
 * @module
 */

import type { Command } from 'commander';
import { toHex } from '../bytes/hex.ts';
import { describeFinding, type Finding } from '../card/ota/finding.ts';
import type { Durability } from '../transport/state-file.ts';
import { durabilityOption, openCard, STATE_HELP, stateOption } from './kept-card.ts';
import { hexText, json, line, readProfile, UsageError } from './output.ts';

interface ApduOptions {
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
    if (text.trim() !== '') yield { place: `standard input, line ${number}`, text };
  }
}

async function* listed(texts: readonly string[]): AsyncGenerator<Input> {
  for (const [n, text] of texts.entries()) {
    yield { place: `argument ${n + 1}`, text: withoutComment(text) };
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

async function run(texts: readonly string[], options: ApduOptions): Promise<void> {
  const isPiped = texts.length === 0 || (texts.length === 1 && texts[0] === '-');
  const { card, close } = openCard(
    readProfile(options.card),
    options,
    options.log === true ? { onFinding: log } : {},
  );
  const atr = toHex(card.reset());
  const responses: string[] = [];
  const print = (text: string): void => {
    if (options.json === true) responses.push(text);
    else line(text);
  };
  try {
    for await (const input of isPiped ? standardInput() : listed(texts)) {
      if (isPiped && input.text.trim() === 'reset') print(toHex(card.reset()));
      else print(toHex(card.transmit(commandOf(input))));
    }
  } finally {
    close();
    if (options.json === true) json({ atr, responses });
  }
}

/** Adds the subcommand. */
export function addApdu(program: Command): void {
  const command = program
    .command('apdu')
    .description('send C-APDUs to a card')
    .argument('[hex...]', 'C-APDUs, or "-" for standard input')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out');
  stateOption(command)
    .addOption(durabilityOption())
    .option('--log', 'what the card finds in secured packets, live on stderr')
    .option('--json', 'one JSON document: { atr, responses }')
    .addHelpText('after', HELP)
    .action(run);
}
