/**
 * `vuicc serve vpcd`: puts cards into the slots of vsmartcard's virtual reader.
 *
 * @see docs/pcsc.md
 * @module
 */

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type Exchange, type ReaderCard, traced } from '../apdu/connection.ts';
import type { FaultPlan } from '../apdu/fault-plan.ts';
import { describeFinding } from '../card/ota/finding.ts';
import type { FrontMatter } from '../trace/model.ts';
import { exchangeText } from '../trace/record.ts';
import type { Durability } from '../transport/state-file.ts';
import { insertCard, VPCD_PORT, type VpcdEvent } from '../transport/vpcd.ts';
import { type CaptureFlags, captureOptions, openCaptureOf } from './capture-options.ts';
import { type FaultFlags, faultPlanOf, faultsOption, planned } from './fault-options.ts';
import {
  IDENTITY_NAMES,
  type IdentityFlags,
  identityOptions,
  withIdentity,
} from './identity-options.ts';
import { durabilityOption, type KeptCard, openCard, STATE_HELP } from './kept-card.ts';
import { numberOption, readCardProfile, UsageError } from './output.ts';
import { openTraceOf } from './trace-option.ts';

interface ServeOptions extends CaptureFlags, FaultFlags, IdentityFlags {
  readonly host: string;
  readonly port: string;
  readonly slots?: string;
  readonly card: readonly string[];
  readonly state: readonly string[];
  readonly durability: Durability;
  readonly log?: true;
  readonly trace?: string;
}

/** As many as a pcscd has readers for. */
const SLOTS_MAX = 16;
const PORT_MAX = 0xffff;
const DIGITS = 5;

const HELP = `
vpcd listens at HOST, the card connects: slot 0 at --port, slot n at the n-th port behind it. When
pcscd stops, the card loses its power and waits for the next one. SIGINT, SIGTERM or SIGHUP takes
the cards out. With fewer --card than slots the last profile is for the rest; --state is named once
a slot. --log shows APDUs, without PINs, and what the card finds in secured packets; --pcap and
--gsmtap show the APDUs of all slots to Wireshark, with the slot as sub-slot. --faults lets each
card fail by the plan: a command without an answer gets no frame, a slow one gets it late.
${STATE_HELP}
Examples:
  $ vuicc serve vpcd --state card.state --log
  $ vuicc serve vpcd --slots 2 --card a.json --card b.json
  $ vuicc serve vpcd --faults plan.json --log
`;

function eventText(event: VpcdEvent, where: string): string {
  switch (event.kind) {
    case 'inserted':
      return `card inserted at ${where}`;
    case 'waiting':
      return `waiting for the reader at ${where} (${event.reason})`;
    case 'unknown-frame':
      return `a frame from ${where} that means nothing was left out`;
  }
}

/** What one slot is given. */
interface SlotPlan {
  readonly number: number;
  readonly profile: string | undefined;
  readonly state: string | undefined;
}

function plansOf({ slots, card, state }: ServeOptions): SlotPlan[] {
  const named = Math.max(1, card.length, state.length);
  const count =
    slots === undefined
      ? named
      : numberOption('--slots', slots, { most: SLOTS_MAX, digits: DIGITS });
  if (card.length > count) {
    throw new UsageError(`--card: expected one a slot, ${count}, found ${card.length}`);
  }
  if (state.length > 0 && state.length !== count) {
    throw new UsageError(`--state: expected one a slot, ${count}, found ${state.length}`);
  }
  if (new Set(state.map((file) => resolve(file))).size < state.length) {
    throw new UsageError('--state: expected another file for each slot');
  }
  return Array.from({ length: count }, (_, number) => {
    return { number, profile: card[number] ?? card.at(-1), state: state[number] };
  });
}

/** An identity is that of one card. */
function expectOneCard(plans: readonly SlotPlan[], options: ServeOptions): void {
  const given = IDENTITY_NAMES.find((name) => name !== 'mncLength' && options[name]);
  if (plans.length > 1 && given !== undefined) {
    throw new UsageError(`--${given}: expected with one slot alone, found ${plans.length}`);
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A card whose exchanges are observed, and that is switched on and off as before. */
function observed(card: ReaderCard, observe: (exchange: Exchange) => void): ReaderCard {
  const { reset, transmit } = traced(card, observe);
  let isOn = false;
  return {
    get atr() {
      return card.atr;
    },
    reset() {
      isOn = true;
      return reset();
    },
    // What is said to a card without power is no part of what a card was seen to do.
    transmit: (command) => (isOn ? transmit(command) : card.transmit(command)),
    powerOff() {
      isOn = false;
      card.powerOff();
    },
  };
}

function openSlot(plan: SlotPlan, options: ServeOptions, name: string): KeptCard {
  const onFinding = (finding: Parameters<typeof describeFinding>[0]): void =>
    say(`${name}# ${describeFinding(finding)}`);
  const { state } = plan;
  return openCard(
    withIdentity(readCardProfile(plan.profile), options),
    { durability: options.durability, ...(state === undefined ? {} : { state }) },
    options.log === true ? { onFinding } : {},
  );
}

/** The card as the reader sees it, and how late its last answer is. */
function withFaults(
  card: ReaderCard,
  plan: FaultPlan | undefined,
  slot: number,
  name: string | undefined,
): { readonly answering: ReaderCard; readonly lateMs?: () => number } {
  if (plan === undefined) return { answering: card };
  const tell = name === undefined ? undefined : (text: string) => say(`${name}# ${text}`);
  const failing = planned(card, plan, slot, tell);
  return { answering: failing, lateMs: () => failing.lateness.ms };
}

function run(options: ServeOptions): void {
  const { host } = options;
  const plans = plansOf(options);
  expectOneCard(plans, options);
  const faults = faultPlanOf(options);
  const port = numberOption('--port', options.port, {
    most: PORT_MAX - plans.length + 1,
    digits: DIGITS,
  });
  const names = plans.map(({ number }) => (plans.length > 1 ? `slot ${number}: ` : ''));
  const cards = plans.map((plan, n) => openSlot(plan, options, names[n]!));
  // Behind the cards: who may not have one must not empty the trace of the process that has it.
  const frontMatter: FrontMatter = [
    ['card', plans[0]?.profile ?? 'the built-in test card'],
    ['source', 'vuicc serve vpcd'],
  ];
  const trace = openTraceOf(options, frontMatter, '--trace: ');
  const capture = openCaptureOf(options);
  const slots = cards.map(({ card }, n) => {
    const name = names[n]!;
    const where = `${host}:${port + n}`;
    const { answering, lateMs } = withFaults(
      card,
      faults,
      n,
      options.log === true ? name : undefined,
    );
    const watched = observed(answering, (exchange) => {
      if (n === 0) trace?.observe(exchange);
      capture?.observe(exchange, n);
      if (options.log === true) say(exchangeText(exchange).trimEnd().replace(/^/gm, name));
    });
    const isWatched = options.log === true || trace !== undefined || capture !== undefined;
    const onEvent = (event: VpcdEvent): void => say(name + eventText(event, where));
    return insertCard(isWatched ? watched : answering, {
      host,
      port: port + n,
      onEvent,
      ...(lateMs && { lateMs }),
    });
  });
  const end = async (): Promise<void> => {
    for (const slot of slots) slot.close();
    for (const card of cards) card.close();
    trace?.close();
    await capture?.close();
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void end());
}

function more(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Adds the subcommand. */
export function addServeVpcd(serve: Command): void {
  const command = serve
    .command('vpcd')
    .description('put cards into the virtual PC/SC reader of vsmartcard')
    .option('--host <host>', 'where pcscd runs', '127.0.0.1')
    .option('--port <port>', 'port of slot 0', String(VPCD_PORT))
    .option('--slots <number>', 'how many slots get a card; as many as cards are named')
    .option('--card <profile>', 'card profile (JSON), once a slot; the built-in one', more, [])
    .option('--state <file>', 'keep the card in this file, once a slot', more, [])
    .addOption(durabilityOption())
    .option('--log', 'APDUs and what the card finds in secured packets, live on stderr')
    .option('--trace <file>', 'write a trace of the first card (.apdu)');
  captureOptions(faultsOption(identityOptions(command)))
    .addHelpText('after', HELP)
    .action(run);
}
