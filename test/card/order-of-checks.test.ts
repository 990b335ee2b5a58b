/**
 * Which of two faults a card tells of: the one that it looks for first.
 *
 *     class, secure messaging, channel, instruction, P1 P2, length, object, type, life cycle,
 *     access, record, data, Le, memory
 *
 * Each command has a list of faults in that order. Each fault alone must give its status word, and
 * each pair of faults that can meet must give the status word of the first.
 *
 * @see ETSI TS 102 221 §10.2.1; ISO/IEC 7816-4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { encodeCommandApdu } from '../../src/apdu/command.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { findCommand } from '../../src/card/command-table.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { ADMINISTRATION_COMMANDS } from './support/administration-faults.ts';
import {
  type Attempt,
  CLASS_FAULTS,
  type Command,
  deactivated,
  type Fault,
  length,
  noEf,
  noPin,
  notStored,
  PROFILE,
  p1p2,
  type,
  wrongLe,
} from './support/faults.ts';
import { GBA } from './support/gba.ts';
import { OBJECT_COMMANDS } from './support/object-faults.ts';
import { PIN_COMMANDS, times } from './support/pin-faults.ts';
import {
  ADM1,
  PIN1,
  SELECT_USIM,
  select,
  TestCard,
  withChangedFile,
  withChannels,
  withoutFiles,
} from './support/test-card.ts';
import { UICC_COMMANDS } from './support/uicc-faults.ts';

/** DEACTIVATE FILE and ACTIVATE FILE, of a file that their data name. */
const notThere: Fault = {
  is: 'a file that is not there',
  sw: '6A82',
  with: { data: '6F99' },
  without: ['the length', 'no EF'],
};
const aDirectory: Fault = {
  is: 'a directory',
  sw: '6985',
  with: { data: '3F00' },
  without: ['the length', 'no EF', 'a file that is not there'],
};

const FILE_COMMANDS: readonly Command[] = [
  {
    name: 'READ BINARY',
    right: { ins: 0xb0, ne: 9, ef: '7FFF6F07' },
    ok: /^080910101032547698 ?9000$/,
    faults: [
      p1p2(0xc7),
      length('00'),
      noEf,
      type('7FFF6F3C'),
      deactivated,
      noPin,
      { is: 'the offset', sw: '6B00', with: { p2: 9 } },
      { ...wrongLe(10, '6C09'), without: ['the length'] },
    ],
  },
  {
    name: 'UPDATE BINARY',
    right: { ins: 0xd6, data: '00F110', ef: '7FFF6F7B' },
    ok: /^9000$/,
    faults: [
      p1p2(0xc7),
      length(''),
      noEf,
      type('7FFF6F3C'),
      deactivated,
      noPin,
      { is: 'the offset', sw: '6B00', with: { p2: 12 } },
      {
        is: 'more than fits',
        sw: '6700',
        with: { data: '00'.repeat(13) },
        without: ['the length'],
      },
      notStored,
    ],
  },
  {
    name: 'READ RECORD',
    right: { ins: 0xb2, p1: 1, p2: 4, ne: 176, ef: '7FFF6F3C' },
    ok: /^00(?:FF){175}9000$/,
    faults: [
      { ...p1p2(1, 1), without: ['the record'] },
      length('00'),
      noEf,
      type('7FFF6F07'),
      deactivated,
      noPin,
      { is: 'the record', sw: '6A83', with: { p1: 11 } },
      { ...wrongLe(175, '6CB0'), without: ['the length'] },
    ],
  },
  {
    name: 'UPDATE RECORD',
    right: { ins: 0xdc, p1: 1, p2: 4, data: 'A5'.repeat(176), ef: '7FFF6F3C' },
    ok: /^9000$/,
    faults: [
      { ...p1p2(1, 1), without: ['the record'] },
      length(''),
      noEf,
      type('7FFF6F07'),
      { ...type('7FFF6F39'), is: 'the mode on a cyclic EF', without: ['no EF', 'the type of EF'] },
      deactivated,
      noPin,
      {
        is: 'the length of the record',
        sw: '6700',
        with: { data: 'A5'.repeat(175) },
        without: ['the length'],
      },
      { is: 'the record', sw: '6A83', with: { p1: 11 } },
      notStored,
    ],
  },
  {
    name: 'READ BINARY by SFI',
    right: { ins: 0xb0, p1: 0x87, ne: 9 },
    ok: /^080910101032547698 ?9000$/,
    faults: [
      { ...p1p2(0xa7), without: ['the EF', 'the type of EF'] },
      length('00'),
      { is: 'the EF', sw: '6A82', with: { p1: 0x8e } },
      {
        is: 'the type of EF',
        sw: '6981',
        with: { p1: 0x98 },
        without: ['the EF'],
      },
      { ...deactivated, with: { before: [ADM1, '00040800047FFF6F07'] } },
      noPin,
      { is: 'the offset', sw: '6B00', with: { p2: 9 } },
      { ...wrongLe(10, '6C09'), without: ['the length'] },
    ],
  },
  {
    name: 'SEARCH RECORD',
    right: { ins: 0xa2, p1: 1, p2: 4, data: 'FF', ef: '7FFF6F3C' },
    ok: /^610A$/,
    faults: [
      p1p2(1, 7),
      length(''),
      noEf,
      type('7FFF6F07'),
      deactivated,
      noPin,
      {
        is: 'a pattern longer than a record',
        sw: '6700',
        with: { data: 'FF'.repeat(177) },
        without: ['the length'],
      },
      { is: 'the record', sw: '6A83', with: { p1: 11 } },
      {
        is: 'no match',
        sw: '6282',
        with: { data: 'ABCD' },
        without: ['the length', 'a pattern longer than a record'],
      },
    ],
  },
  {
    name: 'SEARCH RECORD, enhanced',
    right: { ins: 0xa2, p1: 1, p2: 6, data: '0400FF', ef: '7FFF6F3C' },
    ok: /^610A$/,
    faults: [
      p1p2(1, 7),
      length('0400'),
      noEf,
      type('7FFF6F07'),
      deactivated,
      noPin,
      { is: 'the record', sw: '6A83', with: { p1: 11 } },
      {
        is: 'the indication',
        sw: '6A80',
        with: { data: '0300FF' },
        without: ['the length'],
      },
    ],
  },
  {
    name: 'INCREASE',
    right: { ins: 0x32, cla: 0x80, data: '000001', ef: '7FFF6F39' },
    ok: /^6106$/,
    faults: [
      p1p2(0, 1),
      length(''),
      noEf,
      type('7FFF6F3C'),
      deactivated,
      noPin,
      {
        is: 'a value longer than the record',
        sw: '6700',
        with: { data: '00000001' },
        without: ['the length'],
      },
      {
        is: 'the maximum',
        sw: '9850',
        with: { data: 'FFFFFF' },
        without: ['the length', 'a value longer than the record'],
      },
      notStored,
    ],
  },
  {
    name: 'DEACTIVATE FILE',
    right: { ins: 0x04, ef: '7FFF6F7B', before: [ADM1] },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length('6F'),
      noEf,
      notThere,
      aDirectory,
      { is: 'access', sw: '6982', with: { before: [] } },
      notStored,
    ],
  },
  {
    name: 'ACTIVATE FILE',
    right: { ins: 0x44, ef: '7FFF6F7B', before: [ADM1, '00040000'] },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length('6F'),
      { ...noEf, with: { ef: undefined, before: [ADM1] } },
      notThere,
      aDirectory,
      { is: 'access', sw: '6982', with: { before: [] }, without: ['no EF'] },
      notStored,
    ],
  },
  {
    name: 'SELECT',
    right: { ins: 0xa4, p1: 0, p2: 0x0c, data: '3F00' },
    ok: /^9000$/,
    faults: [
      p1p2(2),
      length('3F'),
      {
        is: 'the file',
        sw: '6A82',
        with: { data: '6F99' },
        without: ['the length'],
      },
    ],
  },
  {
    name: 'STATUS',
    right: { ins: 0xf2, cla: 0x80, p2: 1, ne: 18 },
    ok: /^8410A0000000871002FFFFFFFF89000001009000$/,
    faults: [
      p1p2(3),
      length('00'),
      { is: 'no application', sw: '6A88', with: { application: undefined } },
      { ...wrongLe(19, '6C12'), without: ['the length'] },
    ],
  },
];

const RAND = '23553CBE9637A89D218AE64DAE47BF35';
/** Made with K and OPc of pair 0 for SQN 20. */
const AUTN = 'AA689C6483508000904CBB451B65DEF8';

/** The same AUTN with MAC*. */
const BOOTSTRAPPING = `DD10${RAND}10AA689C648350800056AC7E8B3D85C30F`;
const BOOTSTRAP = `0088008423${BOOTSTRAPPING}`;

const withoutGsm = withChangedFile(
  'MF/ADF.USIM/EF.UST',
  (file) => (file.type === 'transparent' ? { ...file, data: '00'.repeat(file.size) } : file),
  PROFILE,
);

const OPEN = '0070000001';
const CHANNELS = withChannels(0x1b, PROFILE);
/** All three that can be opened are open. */
const noneFree: Fault = { is: 'no free channel', sw: '6A81', with: { before: times(3, OPEN) } };

const CHANNEL_COMMANDS: readonly Command[] = [
  {
    name: 'MANAGE CHANNEL, the card says the number',
    right: { ins: 0x70, ne: 1, profile: CHANNELS },
    ok: /^019000$/,
    faults: [
      p1p2(1),
      length('00'),
      { ...noneFree, without: ['the channel'] },
      { ...wrongLe(2, '6C01'), without: ['the length'] },
    ],
  },
  {
    name: 'MANAGE CHANNEL, the terminal says the number',
    right: { ins: 0x70, p2: 2, profile: CHANNELS },
    ok: /^9000$/,
    faults: [
      p1p2(0, 20),
      length('00'),
      { is: 'a number above all', sw: '6A81', with: { p2: 4 }, without: ['P1 P2'] },
      {
        is: 'an open channel',
        sw: '6985',
        with: { before: times(2, OPEN) },
        without: ['a number above all'],
      },
    ],
  },
  {
    name: 'MANAGE CHANNEL, close',
    right: { ins: 0x70, p1: 0x80, p2: 1, profile: CHANNELS, before: [OPEN] },
    ok: /^9000$/,
    faults: [
      p1p2(0x80, 0),
      length('00'),
      { is: 'a closed channel', sw: '6200', with: { p2: 2 }, without: ['P1 P2'] },
    ],
  },
];

const SECURITY_COMMANDS: readonly Command[] = [
  {
    name: 'AUTHENTICATE',
    right: { ins: 0x88, p2: 0x81, data: `10${RAND}10${AUTN}` },
    ok: /^6135$/,
    faults: [
      p1p2(1),
      length(''),
      { is: 'no application', sw: '6985', with: { application: undefined } },
      noPin,
      {
        is: 'the length of RAND',
        sw: '6700',
        with: { data: `0F${RAND}10${AUTN}` },
        without: ['the length'],
      },
      {
        is: 'the MAC',
        sw: '9862',
        with: { data: `10${RAND}10${AUTN.slice(0, -2)}00` },
        without: ['the length', 'the length of RAND'],
      },
      notStored,
    ],
  },
  {
    name: 'AUTHENTICATE in the GSM context',
    right: { ins: 0x88, p2: 0x80, data: `10${RAND}` },
    ok: /^610E$/,
    faults: [
      p1p2(1),
      length(''),
      { is: 'no application', sw: '6985', with: { application: undefined } },
      noPin,
      { is: 'the context', sw: '9864', with: { profile: withoutGsm } },
      {
        is: 'the length of RAND',
        sw: '6700',
        with: { data: `0F${RAND}` },
        without: ['the length'],
      },
    ],
  },
  {
    name: 'AUTHENTICATE, bootstrapping',
    right: { ins: 0x88, p2: 0x84, data: BOOTSTRAPPING, profile: GBA },
    ok: /^610A$/,
    faults: [
      p1p2(1),
      length(''),
      { is: 'no application', sw: '6985', with: { application: undefined } },
      noPin,
      { is: 'the context', sw: '9864', with: { profile: PROFILE } },
      {
        is: 'the length of RAND',
        sw: '6700',
        with: { data: BOOTSTRAPPING.replace('DD10', 'DD0F') },
        without: ['the length'],
      },
      {
        is: 'the MAC',
        sw: '9862',
        with: { data: `${BOOTSTRAPPING.slice(0, -2)}00` },
        without: ['the length', 'the length of RAND'],
      },
      {
        is: 'no place for RAND',
        sw: '9866',
        with: { profile: withoutFiles(['MF/ADF.USIM/EF.GBABP'], GBA) },
        without: ['the context'],
      },
      notStored,
    ],
  },
  {
    name: 'AUTHENTICATE, NAF derivation',
    right: { ins: 0x88, p2: 0x84, data: 'DE01610162', profile: GBA, before: [BOOTSTRAP] },
    ok: /^6122$/,
    faults: [
      p1p2(1),
      length(''),
      { is: 'no application', sw: '6985', with: { application: undefined } },
      noPin,
      { is: 'the context', sw: '9864', with: { profile: PROFILE } },
      {
        is: 'the length of NAF_Id',
        sw: '6700',
        with: { data: 'DE02610162' },
        without: ['the length'],
      },
      { is: 'no bootstrapping', sw: '6985', with: { before: [] } },
      {
        is: 'no place for NAF_Id',
        sw: '9866',
        with: { profile: withoutFiles(['MF/ADF.USIM/EF.GBANL'], GBA) },
        without: ['the context'],
      },
      notStored,
    ],
  },
  {
    name: 'GET CHALLENGE',
    right: { ins: 0x84, ne: 8 },
    ok: /^(?:00){8}9000$/,
    faults: [p1p2(1), length('00')],
  },
  {
    name: 'TERMINAL PROFILE',
    right: { ins: 0x10, cla: 0x80, data: 'FFFFFF' },
    ok: /^9000$/,
    faults: [p1p2(1), length('')],
  },
  {
    name: 'ENVELOPE',
    right: { ins: 0xc2, cla: 0x80, data: 'D80482028281' },
    ok: /^9000$/,
    faults: [
      p1p2(0, 1),
      length(''),
      {
        is: 'the data',
        sw: '6A80',
        with: { data: 'D805' },
        without: ['the length'],
      },
    ],
  },
  {
    name: 'GET RESPONSE',
    right: { ins: 0xc0, ne: 25, before: ['00A40804022FE2'] },
    ok: /^6217.{46}9000$/,
    faults: [
      p1p2(1),
      length('00'),
      { is: 'no answer', sw: '6985', with: { before: [] } },
      { ...wrongLe(26, '6C19'), without: ['the length'] },
    ],
  },
];

function answerTo(attempt: Attempt): string {
  const { application, ef, pin, before, profile, isStored } = attempt;
  const card = new TestCard({ profile, random: (octets) => new Uint8Array(octets) });
  if (application !== undefined) card.expectOk(application);
  if (pin !== undefined) card.expectOk(pin);
  // The EF has to be reached before its application is taken away.
  if (ef !== undefined) card.sendAll([SELECT_USIM, select(ef)]);
  card.sendAll(before);
  card.isStored = () => isStored;
  const { ins, p1, p2, data, ne } = attempt;
  const cla = attempt.cla | attempt.unknownBit | attempt.messagingBits | attempt.channelBits;
  return card.send(toHex(encodeCommandApdu({ cla, ins, p1, p2, data: fromHex(data), ne })));
}

function attemptAt(command: Command, faults: readonly Fault[]): Attempt {
  let attempt: Attempt = {
    cla: 0,
    unknownBit: 0,
    messagingBits: 0,
    channelBits: 0,
    p1: 0,
    p2: 0,
    data: '',
    ne: 0,
    profile: PROFILE,
    application: SELECT_USIM,
    ef: undefined,
    pin: PIN1,
    before: [],
    isStored: true,
    ...command.right,
  };
  // The first fault last: the second must not undo it.
  for (const fault of faults.toReversed()) attempt = { ...attempt, ...fault.with };
  return attempt;
}

function allFaults({ faults }: Command): readonly Fault[] {
  return [...CLASS_FAULTS, ...faults];
}

function canMeet(first: Fault, second: Fault): boolean {
  return !(second.without ?? []).includes(first.is) && !(first.without ?? []).includes(second.is);
}

const COMMANDS = [
  ...FILE_COMMANDS,
  ...ADMINISTRATION_COMMANDS,
  ...OBJECT_COMMANDS,
  ...PIN_COMMANDS,
  ...SECURITY_COMMANDS,
  ...CHANNEL_COMMANDS,
  ...UICC_COMMANDS,
];

describe.each(COMMANDS)('$name', (command) => {
  const faults = allFaults(command);
  const pairs = faults.flatMap((first, n) =>
    faults
      .slice(n + 1)
      .filter((second) => canMeet(first, second))
      .map((second) => ({ first, second })),
  );

  it('is answered when there is no fault', () => {
    expect(answerTo(attemptAt(command, []))).toMatch(command.ok);
  });

  it.each(faults)('is refused with $sw for $is alone', (fault) => {
    expect(answerTo(attemptAt(command, [fault]))).toBe(fault.sw);
  });

  it.each(pairs)('is refused for $first.is before $second.is', ({ first, second }) => {
    expect(answerTo(attemptAt(command, [first, second]))).toBe(first.sw);
  });
});

describe('the lists of faults', () => {
  it('are of each command that the card has', () => {
    const known = Array.from({ length: 256 }, (_, ins) => ins).filter(
      (ins) => findCommand('interindustry', ins) ?? findCommand('uicc', ins),
    );
    const listed = new Set(COMMANDS.map(({ right }) => right.ins));
    expect([...listed].sort((a, b) => a - b)).toEqual(known);
  });

  it('make more than three hundred pairs', () => {
    const count = COMMANDS.reduce((sum, command) => {
      const faults = allFaults(command);
      return sum + (faults.length * (faults.length - 1)) / 2;
    }, 0);
    expect(count).toBeGreaterThan(300);
  });
});

describe('a class that no document gives a UICC', () => {
  // card-os.md: 10, 20, 30, 50, 70, 90, B0, D0 and F0 are unknown; FF is PPSS.
  it.each(['10', '20', '30', '50', '5F', '70', '90', 'B0', 'D0', 'DF', 'F0', 'FF'])(
    "is '6E00': %s",
    (cla) => {
      const card = createUicc();
      card.reset();
      expect(toHex(card.transmit(fromHex(`${cla}A40004023F00`)))).toBe('6e00');
    },
  );
});
