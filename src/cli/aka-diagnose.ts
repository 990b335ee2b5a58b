/**
 * `vuicc aka diagnose`: why a card refuses an AUTHENTICATE, whose mistake it is, and what to set.
 *
 * @see 3GPP TS 33.102 §6.3.3, §C.2.2; docs/aka-diagnose.md
 * @module
 */

import { type Command, Option } from 'commander';
import { fromHex, toHex } from '../bytes/hex.ts';
import { decodeSqn, sqnText } from '../bytes/sqn.ts';
import { type AkaDiagnosis, diagnoseAka } from '../card/aka/diagnosis.ts';
import type { AkaCard, AkaExchange, AkaMistake, SenderFacts } from '../card/aka/mistake.ts';
import { ALGORITHM_NAMES } from '../crypto/algorithms.ts';
import {
  adviceOf,
  EPS_PROGRAMS,
  PROGRAMS,
  PROGRAMS_IND_BITS,
  type ProgramName,
} from './aka-advice.ts';
import { readCard } from './kept-card.ts';
import {
  doesNotHold,
  expectKnownAlgorithm,
  hexOption,
  json,
  line,
  numberOption,
  readProfile,
  UsageError,
} from './output.ts';

interface DiagnoseOptions {
  readonly card?: string;
  readonly state?: string;
  readonly rand: string;
  readonly autn: string;
  readonly auts?: string;
  readonly otherRand?: readonly string[];
  readonly algorithm?: string;
  readonly k?: string;
  readonly opc?: string;
  readonly op?: string;
  readonly sqn?: string;
  readonly amf?: string;
  readonly indBits?: string;
  readonly eps?: true;
  readonly for?: ProgramName;
  readonly json?: true;
}

const IND_BITS = { least: 0, most: 8, digits: 1 };
/** K of every algorithm but TUAK. */
const K_OCTETS = 16;

const HELP = `
RAND and AUTN are those of the challenge. The card is that of the profile, or as its state file has
it; it stays as it is. What the network has, as far as you know it, finds more: --k, --opc or --op
(--algorithm, when it is not the card's), --sqn, --amf, --ind-bits. --auts is what the card has
answered. No key is shown, but which relation holds between those of the two sides. Exit code 0:
nothing is wrong; 1: something is.

Examples:
  $ vuicc aka diagnose --rand 23553cbe9637a89d218ae64dae47bf35 \\
      --autn aa689c6483508000904cbb451b65def8 --eps
  $ vuicc aka diagnose --rand 23553cbe9637a89d218ae64dae47bf35 \\
      --autn aa689c6483708000e96f26276a8719fe --for open5gs | tail -2
`;

function senderOf(options: DiagnoseOptions, own: string): SenderFacts {
  const { algorithm = own, k, opc, op, sqn, amf, indBits } = options;
  if (opc !== undefined && op !== undefined) {
    throw new UsageError('--opc, --op: expected one of them at most');
  }
  const given = (name: string, text: string | undefined, octets: number[]) =>
    text === undefined ? undefined : hexOption(name, text, octets);
  const operator = algorithm === 'tuak' ? [32] : [16];
  const octets = given('--sqn', sqn, [6]);
  const implied = options.for === undefined ? undefined : PROGRAMS_IND_BITS;
  return {
    algorithm,
    k: given('--k', k, algorithm === 'tuak' ? [16, 32] : [16]),
    opc: given('--opc', opc, operator),
    op: given('--op', op, operator),
    sqn: octets && decodeSqn(octets),
    amf: given('--amf', amf, [2]),
    indBits: indBits === undefined ? implied : numberOption('--ind-bits', indBits, IND_BITS),
  };
}

function exchangeOf(options: DiagnoseOptions, own: string): AkaExchange {
  const { auts, eps = false } = options;
  const isEps = options.for !== undefined && EPS_PROGRAMS.includes(options.for);
  return {
    rand: hexOption('--rand', options.rand, [16]),
    autn: hexOption('--autn', options.autn, [16]),
    auts: auts === undefined ? undefined : hexOption('--auts', auts, [14]),
    otherRands: (options.otherRand ?? []).map((text) => hexOption('--other-rand', text, [16])),
    needsSeparationBit: eps || isEps,
    sender: senderOf(options, own),
  };
}

function cardOf({ card: file, state }: DiagnoseOptions): AkaCard {
  const profile = readProfile(file);
  const { root } = readCard(profile, state);
  const algorithm = root.entries[root.active]?.algorithm ?? 'milenage';
  expectKnownAlgorithm(file ?? '', `$.keyTable.entries[${root.active}].algorithm`, algorithm);
  const op = profile.keyTable.entries[root.active]?.op;
  return { root, op: op === undefined ? undefined : fromHex(op, 'op') };
}

function toldMistake(mistake: AkaMistake | undefined): object | null {
  if (mistake === undefined) return null;
  const { name, side, remedy } = mistake;
  return { name, side, remedy };
}

function documentOf(diagnosis: AkaDiagnosis, advice: string | undefined): object {
  const { answer, received, card, sender, auts, mistake, further } = diagnosis;
  const { indBits, delta, ageLimit = null, seq, seqMs, sqnMs, fresh = null, next } = card;
  return {
    answer,
    sound: mistake === undefined,
    received:
      received === undefined
        ? null
        : {
            sqn: sqnText(received.sqn),
            seq: received.seq,
            ind: received.ind,
            amf: toHex(received.amf),
            separationBit: received.hasSeparationBit,
          },
    card: {
      indBits,
      delta,
      ageLimit,
      seqMs,
      sqnMs: sqnText(sqnMs),
      fresh,
      next: next === undefined ? null : sqnText(next),
      array: seq,
    },
    sender: sender === undefined ? null : { ...sender, sqn: sqnText(sender.sqn) },
    auts: auts === undefined ? null : { ...auts, sqn: sqnText(auts.sqn) },
    mistake: toldMistake(mistake),
    further: toldMistake(further),
    advice: advice ?? null,
  };
}

const TITLES = ['card', 'network', 'AUTN', 'AUTS'] as const;
const WIDTHS = [10, 16, 16, 16, 16] as const;
const LINE_COLUMNS = 80;
const LABEL_COLUMNS = 16;

function row(...cells: readonly (string | number | undefined)[]): void {
  line(
    cells
      .map((cell, n) => `${cell ?? '-'}`.padEnd(WIDTHS[n] ?? 0))
      .join('')
      .trimEnd(),
  );
}

function showArray(seq: readonly number[]): void {
  const columns = 1 + Math.max(...seq.map((one) => `${one}`.length));
  const inARow = [8, 4].find((many) => LABEL_COLUMNS + many * columns <= LINE_COLUMNS) ?? 4;
  for (let first = 0; first < seq.length; first += inARow) {
    const cells = seq.slice(first, first + inARow).map((one) => `${one}`.padEnd(columns));
    const label = `IND ${first}${cells.length > 1 ? ` to ${first + cells.length - 1}` : ''}`;
    line(`${label.padEnd(LABEL_COLUMNS)}${cells.join('')}`.trimEnd());
  }
}

function show(diagnosis: AkaDiagnosis, exchange: AkaExchange, advice: string | undefined): void {
  const { answer, received, card, sender, auts, mistake, further } = diagnosis;
  const { indBits, delta, ageLimit, seq, seqMs, sqnMs, fresh } = card;
  const amf = exchange.sender?.amf;
  line(`the card answers: ${answer}`);
  row('', ...TITLES);
  row(
    'SQN',
    ...[sqnMs, sender?.sqn, received?.sqn, auts?.sqn].map((sqn) =>
      sqn === undefined ? undefined : sqnText(sqn),
    ),
  );
  row('SEQ', seqMs, sender?.seq, received?.seq, auts?.seq);
  row('IND', sqnMs % 2 ** indBits, sender?.ind, received?.ind, auts?.ind);
  row('IND bits', indBits, exchange.sender?.indBits, received && indBits, auts && indBits);
  row('AMF', undefined, amf && toHex(amf), received && toHex(received.amf));
  row('delta', delta);
  row('L', ageLimit);
  const range = fresh === undefined ? 'no SEQ' : `SEQ ${fresh.from} to ${fresh.to}`;
  line(`on IND ${received?.ind ?? 0} the card takes ${range}; SEQ of its array:`);
  showArray(seq);
  if (mistake === undefined) line('nothing is wrong');
  else line(`${mistake.name} (${mistake.side}): ${mistake.remedy}`);
  if (further !== undefined) line(`besides, ${further.name} (${further.side}): ${further.remedy}`);
  if (advice !== undefined) line(advice);
}

function run(options: DiagnoseOptions): void {
  const card = cardOf(options);
  const entry = card.root.entries[card.root.active];
  const own = entry?.algorithm ?? 'milenage';
  const { algorithm = own, k, opc, op } = options;
  const isKeyNeeded = algorithm !== 'tuak' && k === undefined && entry?.k.length !== K_OCTETS;
  if (isKeyNeeded && (opc ?? op) !== undefined) {
    throw new UsageError(`--k: expected it, as K of the card is too long for ${algorithm}`);
  }
  const exchange = exchangeOf(options, own);
  const diagnosis = diagnoseAka(card, exchange);
  if (diagnosis.mistake !== undefined) doesNotHold();
  const advice = options.for === undefined ? undefined : adviceOf(options.for, diagnosis);
  if (options.json === true) json(documentOf(diagnosis, advice));
  else show(diagnosis, exchange, advice);
}

function more(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Adds the subcommand. */
export function addAkaDiagnose(aka: Command): void {
  aka
    .command('diagnose')
    .description('say why a card refuses an AUTHENTICATE')
    .option('--card <profile>', 'card profile (JSON); the built-in test profile when left out')
    .option('--state <file>', 'the card as this state file has it; it stays as it is')
    .requiredOption('--rand <hex>', 'RAND, 32 digits')
    .requiredOption('--autn <hex>', 'AUTN, 32 digits')
    .option('--auts <hex>', 'AUTS that the card has answered, 28 digits')
    .option('--other-rand <hex>', 'RAND of another challenge, once each', more)
    .addOption(
      new Option('--algorithm <name>', "the network's, when it is not the card's").choices(
        ALGORITHM_NAMES,
      ),
    )
    .option('--k <hex>', 'K of the network, 32 digits; for TUAK also 64')
    .option('--opc <hex>', 'OPc of the network, 32 digits; TOPc, 64')
    .option('--op <hex>', 'OP of the network, in place of OPc; TOP')
    .option('--sqn <hex>', 'SQN of the network for this vector, 12 digits')
    .option('--amf <hex>', 'AMF of the network, 4 digits')
    .option('--ind-bits <number>', 'width of IND in the network, 0 to 8')
    .option('--eps', "the challenge is for EPS, 5G or EAP-AKA': AMF has the separation bit")
    .addOption(new Option('--for <program>', 'what to set there').choices(PROGRAMS))
    .option('--json', 'one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}
