/**
 * What a simulated terminal sends: sense, nearly sense, and nonsense.
 *
 * @see ETSI TS 102 221 §10.1.2, §11
 * @module
 */

import fc from 'fast-check';
import { fromHex } from '../../src/bytes/hex.ts';
import { type CardProfile, type FileProfile, hasRecords } from '../../src/profile/profile.ts';
import { NO_STORE, SIM_STATUS_WORD_MATRIX } from '../card/gsm/support/sim-status-words.ts';
import {
  BER_TLV,
  CYCLIC,
  create,
  DIRECTORY,
  deleteFile,
  go,
  LINEAR,
  OPEN_RULE,
  resize,
  TRANSPARENT,
  terminateDf,
  terminateEf,
} from '../card/support/administration.ts';
import { challengeFor, RAND } from '../card/support/aka.ts';
import { OPEN, on } from '../card/support/channels.ts';
import { selectionOf } from '../card/support/files.ts';
import { STATUS_WORD_MATRIX } from '../card/support/status-word-matrix.ts';
import { cancel, change, envelope, IMSI_B, IMSI_C, QUERY } from '../card/support/subscription.ts';
import {
  ADM1,
  EF_ACM,
  EF_OBJECTS,
  octet,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_ISIM,
  SELECT_USIM,
  WRONG_PIN1,
  withChangedFile,
  withChannels,
  withFiles,
  withUniversalPin,
} from '../card/support/test-card.ts';

/**
 * Four logical channels, an EF that one of them has at a time, a cyclic EF, a universal PIN and
 * memory for some files.
 */
export const PROFILE: CardProfile = withChangedFile(
  'MF/ADF.USIM/EF.FPLMN',
  (file) => ({ ...file, shareable: false }),
  { ...withChannels(0x1b, withUniversalPin({}, withFiles([EF_ACM, EF_OBJECTS]))), freeMemory: 150 },
);

const { entries: ENTRIES } = PROFILE.keyTable;

/** One thing that happens to a card. */
export type Step =
  | { readonly kind: 'command'; readonly octets: Uint8Array }
  | { readonly kind: 'reset' }
  /** The power goes, and comes back to a card made of what was stored. */
  | { readonly kind: 'power-cut' }
  /** Whether commits can be stored from now on. */
  | { readonly kind: 'store'; readonly works: boolean };

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

/** AKA with each pair, for SEQ 0 to 9 on two IND. */
const CHALLENGES = ENTRIES.flatMap((entry) =>
  upTo(20).map((n) => challengeFor(entry, 32 * (n >> 1) + (n & 1))),
);

/** The change of subscription with each pair, each under a few counters and wishes for a PoR. */
const PACKETS = upTo(ENTRIES.length).flatMap((pair) => {
  const guard = octet(pair);
  const commands = [
    change(guard, IMSI_B),
    change(guard, IMSI_C, '8302015887014A'),
    QUERY,
    cancel(guard, IMSI_B),
    cancel(guard, IMSI_C),
  ];
  return commands.flatMap((command, n) =>
    [0x19, 0x00, 0x1a, 0x01].map((spi2, m) =>
      envelope(command, { pair, spi2, cntr: n + 5 * m + 1 }),
    ),
  );
});

/** Every command on a PIN, with what is right at first and with what CHANGE and UNBLOCK set. */
function pinCommands(reference: string, digits: string, unblock: string): string[] {
  const pin = pinOctets(digits);
  const other = pinOctets('2468');
  return [
    ...[pin, other].flatMap((presented) => [
      `002000${reference}08${presented}`,
      `002600${reference}08${presented}`,
      `002691${reference}08${presented}`,
      `002800${reference}08${presented}`,
    ]),
    `002400${reference}10${pin}${other}`,
    `002400${reference}10${other}${pin}`,
    ...[pin, other].map((value) => `002C00${reference}10${pinOctets(unblock)}${value}`),
    `002C00${reference}10${pin}${other}`,
    `002C00${reference}00`,
  ];
}

const PIN_COMMANDS = [
  ...pinCommands('01', '1234', '12345678'),
  ...pinCommands('81', '0000', '87654321'),
  ...pinCommands('11', '5678', '11223344'),
];

/** Makes PIN1 what it was at first, and verifies it, whatever has become of it. */
const UNBLOCK_PIN1 = `002C000110${pinOctets('12345678')}${pinOctets('1234')}`;

const READS = ['00B0000000', '00B0000001', '00B2000200', '00B2000300', '00B2010400', '00B2000428'];
const UPDATES = [
  '00D6000001A5',
  '00D68D000300F110',
  `00DC0104B0${'A5'.repeat(176)}`,
  `00DC000204${'A5'.repeat(4)}`,
  `00DC000328${'A5'.repeat(40)}`,
];
const RESULTS = ['00', '2002', '30'].map(
  (result) =>
    `801400${octet(0)}${octet(11 + result.length / 2)}81030101048202828183` +
    `${octet(result.length / 2)}${result}`,
);

const rule = OPEN_RULE;
/** A few FIDs, so that they meet: also that of an EF_ARR, whose records then say nothing. */
const NEW_FIDS = ['6F29', '6F30', '5F01', '5F02', '6F06'] as const;
const NEW_FILES = NEW_FIDS.flatMap((name) => {
  const fid = `8302${name}`;
  return [
    create(TRANSPARENT, { fid, rule, sfi: '' }),
    create(TRANSPARENT, { fid, rule, descriptor: '82020121', pattern: 'A503C10100' }),
    create(LINEAR, { fid, rule }),
    create(CYCLIC, { fid, rule }),
    create(BER_TLV, { fid, rule }),
    create(DIRECTORY, { fid, rule }),
    create(DIRECTORY, { fid, rule, aid: '8407A0000000871009' }),
  ];
});
/** Octets, a record, a data object and the first block of one, in the current EF. */
const WRITES = ['00D6000001A5', '00DC010401A5', '80DB0080038201A5', '80DB0080038205A5'] as const;
const NEW_SIZES = NEW_FIDS.flatMap((fid) => [1, 3, 17, 60].map((size) => resize(fid, size)));
const ENDS = NEW_FIDS.flatMap((fid) => [deleteFile(fid), terminateEf(fid), terminateDf(fid)]);

/** Commands that a terminal means, grouped so that each group is as likely. */
const MEANT: readonly (readonly string[])[] = [
  [SELECT_USIM, SELECT_ISIM, '00A40004023F00', '00A40304', SELECT_USIM.replace('040C', '044C')],
  PROFILE.files.flatMap((file) => selectionOf(file).slice(-1)),
  READS,
  UPDATES,
  [PIN1, PIN1, PIN2, ADM1, WRONG_PIN1, '0020000100', UNBLOCK_PIN1],
  PIN_COMMANDS,
  [...CHALLENGES, `008800801110${RAND}`],
  PACKETS,
  ['80F2000C00', '80F2000000', '80F2000112'],
  [OPEN, OPEN, on(1, OPEN), '00700002', '00708001', '00708003', on(2, '00708002')],
  ['00C0000000', '00C0000010', '00C0000022', '00C0000029', '00C0000035'],
  ['8010000003000080', '80100000021700', '801200000B', '8012000000', ...RESULTS],
  STATUS_WORD_MATRIX.flatMap(({ rows }) => rows.flatMap(({ steps }) => steps.slice(-1))),
  NEW_FILES,
  [...NEW_SIZES, ...ENDS, ...NEW_FIDS.map(go), '00A4040C07A0000000871009'],
];

/** The basic channel is the one that most of it goes to. */
const channel = fc.oneof(fc.constant(0), fc.nat({ max: 3 }));

const meant = fc
  .tuple(channel, fc.oneof(...MEANT.map((group) => fc.constantFrom(...group))))
  .map(([to, command]) => fromHex(to === 0 ? command : on(to, command)));

type Mutation = (octets: Uint8Array) => Uint8Array;

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat({ max: 255 })).map(
    ([at, value]): Mutation =>
      (octets) => {
        const copy = octets.slice();
        copy[at % octets.length] = value;
        return copy;
      },
  ),
  // The header is where most of the meaning is.
  fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 7 })).map(
    ([at, bit]): Mutation =>
      (octets) => {
        const copy = octets.slice();
        if (at < copy.length) copy[at]! ^= 1 << bit;
        return copy;
      },
  ),
  fc.nat().map(
    (length): Mutation =>
      (octets) =>
        octets.slice(0, length % (octets.length + 1)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 5 }).map(
    (more): Mutation =>
      (octets) =>
        Uint8Array.from([...octets, ...more]),
  ),
);

const mutated = fc
  .tuple(meant, fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([octets, mutations]) =>
    mutations.reduce((of, mutate) => (of.length === 0 ? of : mutate(of)), octets),
  );

/** Any octets; behind a header that the card knows they get further. */
const random = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(
      fc.constantFrom(0x00, 0x80),
      fc.constantFrom(...STATUS_WORD_MATRIX.map(({ ins }) => ins)),
      fc.uint8Array({ maxLength: 298 }),
    )
    .map(([cla, ins, tail]) => Uint8Array.from([cla, ins, ...tail])),
);

function commands(...texts: readonly string[]): Step[] {
  return texts.map((text) => ({ kind: 'command', octets: fromHex(text) }));
}

function command(octets: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Step[]> {
  return octets.map((of) => [{ kind: 'command', octets: of }]);
}

/** READ and UPDATE of the length that an EF has. */
function operationsOn(file: FileProfile): string[] {
  if (file.type === 'ber-tlv') {
    const sets = ['80DB00800480020102', '80DB0080048104AABB', '80DB000002CCDD', '80DB00800180'];
    return [...sets, '80CB0080015C00', '80CB0080018001', '80CB000000', '80CB004000'];
  }
  if (!hasRecords(file)) return ['00B0000001', '00B0000000', '00D6000001A5'];
  const length = octet(file.recLen);
  const modes = file.type === 'cyclic' ? ['0003'] : ['0104', '0002', '0003'];
  return [
    ...['0104', '0105', '0004'].map((mode) => `00A2${mode}01FF`),
    ...(file.type === 'cyclic' ? ['803200000101'] : []),
    ...['0104', '0002', '0003', '0004'].map((mode) => `00B2${mode}${length}`),
    ...modes.map((mode) => `00DC${mode}${length}${'A5'.repeat(file.recLen)}`),
  ];
}

const FILE_PHRASES = PROFILE.files.flatMap((file) => {
  const way = [UNBLOCK_PIN1, ...selectionOf(file)];
  const operations = operationsOn(file);
  return [
    ...operations.map((operation) => [...way, operation, operation]),
    [...way, ...operations],
  ];
});

/** A session of class A0 from its reset to the next: another class has nothing in it. */
const SIM_SESSIONS: readonly Step[][] = SIM_STATUS_WORD_MATRIX.flatMap(({ rows }) =>
  rows.map(([, , steps]): Step[] => [
    { kind: 'reset' },
    ...commands(...steps.filter((step) => step !== NO_STORE)),
    { kind: 'reset' },
  ]),
);

/** Several commands that get somewhere together. */
const phrase: fc.Arbitrary<Step[]> = fc.oneof(
  fc.constantFrom(...FILE_PHRASES).map((one) => commands(...one)),
  fc
    .constantFrom(...CHALLENGES)
    .map((one) => commands(SELECT_USIM, UNBLOCK_PIN1, one, '00C0000035')),
  fc.constantFrom(...PACKETS).map((one) => commands('8010000003000080', one, '00C0000029')),
  fc.constantFrom(...RESULTS).map((one) => commands('801200000B', one, '80F2000C00')),
  fc.constantFrom(...SIM_SESSIONS),
  fc
    .tuple(
      fc.constantFrom(...NEW_FILES),
      fc.constantFrom('80F2000000', ...WRITES, ...NEW_FILES, ...NEW_SIZES),
      fc.constantFrom('00B0000010', '00B2000201', '80CB0080018200', ...NEW_SIZES, ...ENDS),
    )
    .map((of) => commands(ADM1, '00A4000C023F00', ...of)),
);

function event(of: Step): fc.Arbitrary<Step[]> {
  return fc.constant([of]);
}

/**
 * What a simulated terminal does next: mostly something that means something. At least one step.
 */
export const STEPS: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 45, arbitrary: command(meant) },
  { weight: 15, arbitrary: phrase },
  { weight: 20, arbitrary: command(mutated) },
  { weight: 14, arbitrary: command(random) },
  { weight: 2, arbitrary: event({ kind: 'reset' }) },
  { weight: 1, arbitrary: event({ kind: 'power-cut' }) },
  { weight: 1, arbitrary: event({ kind: 'store', works: false }) },
  { weight: 2, arbitrary: event({ kind: 'store', works: true }) },
);
