/**
 * `vuicc auc`: the AuC of an operator, behind the EAP-SIM/AKA database socket of hostapd.
 *
 * @see docs/eap-aka.md
 * @module
 */

import { randomBytes } from 'node:crypto';
import { type Command, Option } from 'commander';
import { imsi } from '../bytes/identity.ts';
import {
  type DatabaseEvent,
  type DatabaseRefusal,
  type DatabaseSubscriber,
  EapSimDatabase,
  type SequencePosition,
} from '../network/eap-sim-database.ts';
import { authenticationOf, pairFromProfile } from '../network/keys.ts';
import {
  type IndexDomain,
  SEQUENCE_PROFILES,
  type SequenceScheme,
} from '../network/sequence-generation.ts';
import { continuedAt } from '../network/sequence-positions.ts';
import { parseSubscribers, type SubscriberProfile } from '../profile/subscribers.ts';
import { openDatagramSocket, SocketError } from '../transport/unix-datagrams.ts';
import { type KeptPositions, openPositions } from './kept-positions.ts';
import {
  expectKnownAlgorithm,
  faultsError,
  hexOption,
  readProfile,
  readText,
  tellProblem,
  UsageError,
} from './output.ts';

interface AucOptions {
  readonly socket: string;
  readonly card: readonly string[];
  readonly subscribers?: string;
  readonly state?: string;
  readonly amf: string;
  readonly sqnProfile: string;
  readonly ind?: string;
  readonly log?: true;
}

const LOST = 2;

const HELP = `
hostapd asks for authentication vectors at the socket PATH, with eap_sim_db=unix:PATH. Of each card
profile the active pair is served with the IMSI of the profile, of --subscribers every pair; without
both, the built-in test card. Only the user that runs this may send to the socket, so hostapd is to
run as the same. The socket is held by perl, which each Debian has. SIGINT, SIGTERM or SIGHUP
removes the socket and ends.

--state keeps the sequence numbers in FILE: each is on the disk before its vector leaves, and a
restart does not go back. Without it they begin at 0, and the card's AUTS sets them right.
--sqn-profile is how they are made, by TS 33.102 C.3: 1 partly of the time, 2 by a counter, 3 of the
time. --ind 1/4 takes every fourth IND from 1 on, and leaves the others to other AuCs or domains.
--log shows requests and what became of them, with SEQ and IND (of --ind the turn among its own),
without keys and vectors.

Examples:
  $ vuicc auc --socket auc.sock --state auc.state --log
  $ vuicc auc --socket auc.sock --card my-card.json
  $ vuicc auc --socket auc.sock --sqn-profile 3 --ind 1/4
`;

function subscribersOf(options: AucOptions): SubscriberProfile[] {
  const { card: files, subscribers } = options;
  const served: SubscriberProfile[] = [];
  if (subscribers !== undefined) {
    const result = parseSubscribers(readText(subscribers));
    if (!result.ok) throw faultsError(subscribers, result.faults, 'list of subscribers');
    for (const [n, { pair }] of result.subscribers.entries()) {
      expectKnownAlgorithm(subscribers, `$.subscribers[${n}].pair.algorithm`, pair.algorithm);
    }
    served.push(...result.subscribers);
  }
  const cards = files.length === 0 && subscribers === undefined ? [undefined] : files;
  for (const file of cards) {
    const { imsi: of, keyTable } = readProfile(file);
    const pair = keyTable.entries[keyTable.active]!;
    const path = `$.keyTable.entries[${keyTable.active}].algorithm`;
    expectKnownAlgorithm(file ?? '', path, pair.algorithm);
    served.push({ imsi: of, pair });
  }
  const imsis = new Set<string>();
  for (const { imsi: of } of served) {
    if (imsis.has(of)) throw new UsageError(`--card, --subscribers: IMSI ${of} is there twice`);
    imsis.add(of);
  }
  return served;
}

const REASONS: Readonly<Record<DatabaseRefusal, string>> = {
  'too-long': 'the datagram is too long for a request',
  'several-lines': 'the datagram has several lines',
  'not-text': 'the datagram is no ASCII text',
  'unknown-request': 'it is none of the three that there are',
  malformed: 'it is malformed',
  'max-chal-out-of-range': 'expected 1 to 3 triplets',
  'imsi-unknown': 'no subscriber has this IMSI',
  'rand-unknown': 'no vector with this RAND is on its way',
  'mac-s-wrong': 'MAC-S is wrong',
  'sqn-exhausted': 'there are no sequence numbers left',
  'vector-too-long': 'RES, CK or IK is longer than EAP-AKA takes',
  'not-kept': 'the sequence number could not be kept',
};

function countedText({ seqHe, ind }: SequencePosition): string {
  return `SEQ ${seqHe}, next IND ${ind}`;
}

function outcomeText(outcome: DatabaseEvent['outcome']): string {
  switch (outcome.kind) {
    case 'vector':
      return `vector, ${countedText(outcome.position)}`;
    case 'triplets':
      return `${outcome.count} triplets, ${countedText(outcome.position)}`;
    case 'resynchronised':
      return `resynchronised, ${countedText(outcome.position)}`;
    case 'refused':
      return `refused: ${REASONS[outcome.reason]}`;
  }
}

function eventText({ command, imsi: of, outcome }: DatabaseEvent): string {
  const what = command ?? 'a request';
  return `${what}${of === undefined ? '' : ` ${of}`}: ${outcomeText(outcome)}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Reads k/n of --ind. */
function domainOf(text: string, subscribers: readonly DatabaseSubscriber[]): IndexDomain {
  const { k = '', n = '' } = /^(?<k>[0-9]{1,3})\/(?<n>[0-9]{1,3})$/.exec(text)?.groups ?? {};
  const domain = { index: Number(k), of: Number(n) };
  const slots = Math.min(...subscribers.map(({ authentication }) => 2 ** authentication.indBits));
  if (k !== '' && domain.index < domain.of && domain.of <= slots) return domain;
  throw new UsageError(
    `--ind: expected k/n with k below n and n at most ${slots}, found "${text}"`,
  );
}

function schemeOf(text: string): SequenceScheme {
  return SEQUENCE_PROFILES[Number(text) as keyof typeof SEQUENCE_PROFILES];
}

function databaseOf(options: AucOptions, positions: KeptPositions | undefined): EapSimDatabase {
  const amf = hexOption('--amf', options.amf, [2]);
  const scheme = schemeOf(options.sqnProfile);
  const subscribers = subscribersOf(options).map(({ imsi: digits, pair }): DatabaseSubscriber => {
    const of = imsi(digits);
    const authentication = { ...authenticationOf(pairFromProfile(pair), amf), scheme };
    const position = positions?.all.get(of);
    if (position === undefined) return { imsi: of, authentication };
    return { imsi: of, authentication: continuedAt(authentication, position) };
  });
  return new EapSimDatabase({
    subscribers,
    random: (octets) => Uint8Array.from(randomBytes(octets)),
    now: () => Date.now(),
    ...(options.ind === undefined ? {} : { domain: domainOf(options.ind, subscribers) }),
    ...(positions === undefined ? {} : { keep: positions.keep }),
    ...(options.log === true ? { onRequest: (event) => say(eventText(event)) } : {}),
  });
}

async function run(options: AucOptions): Promise<void> {
  const positions = options.state === undefined ? undefined : openPositions(options.state);
  try {
    const database = databaseOf(options, positions);
    const socket = await openDatagramSocket(options.socket, {
      onDatagram: ({ octets }) => database.answer(octets),
      onProblem: tellProblem,
      onLost({ message }) {
        tellProblem(`${message}: the socket is gone`);
        positions?.close();
        process.exit(LOST);
      },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, async () => {
        await socket.close();
        positions?.close();
        process.exit();
      });
    }
    say(`waiting for hostapd at ${options.socket}`);
  } catch (error) {
    positions?.close();
    if (error instanceof SocketError) throw new UsageError(error.message);
    throw error;
  }
}

function more(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Adds the subcommand. */
export function addAuc(program: Command): void {
  program
    .command('auc')
    .description("answer hostapd's requests for authentication vectors")
    .requiredOption('--socket <path>', 'UNIX datagram socket to listen at')
    .addOption(
      new Option('--card <profile>', 'card profile (JSON), once a card')
        .argParser(more)
        .default([], 'the built-in one'),
    )
    .option('--subscribers <file>', 'IMSIs and their pairs (JSON)')
    .option('--state <file>', 'keep the sequence numbers in this file')
    .option('--amf <hex>', 'AMF, 4 digits; b8 of the first octet is the separation bit', '8000')
    .addOption(
      new Option('--sqn-profile <number>', 'how SEQ is made')
        .choices(Object.keys(SEQUENCE_PROFILES))
        .default('2'),
    )
    .option('--ind <k/n>', 'INDs of the vectors, every n-th from k on; all when left out')
    .option('--log', 'requests and what became of them, live on stderr')
    .addHelpText('after', HELP)
    .action(run);
}
