/**
 * The order in which class A0 finds fault: of any two that a command has, the first is told.
 *
 * @see 3GPP TS 51.011 §9.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { EF_ACM, octet, TestCard, withFiles } from '../support/test-card.ts';
import { ADM1, CHV1, DF_GSM, DF_TELECOM, go } from './support/sim-card.ts';

/** A command, and what is sent before it. */
interface Attempt {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: string;
  readonly p3: number | undefined;
  readonly path: readonly string[];
  readonly chv: boolean;
  readonly before: readonly string[];
  readonly isStored: boolean;
}

interface Fault {
  readonly is: string;
  readonly sw: string;
  readonly with: Partial<Attempt>;
  /** Faults that cannot meet with this one. */
  readonly without?: readonly string[];
}

interface Command {
  readonly name: string;
  readonly right: Partial<Attempt> & Pick<Attempt, 'ins'>;
  readonly ok: RegExp;
  /** In the order of the checks. */
  readonly faults: readonly Fault[];
}

const NOTHING: Attempt = {
  ...{ cla: 0xa0, ins: 0, p1: 0, p2: 0, data: '', p3: undefined },
  ...{ path: [], chv: true, before: [], isStored: true },
};
const PROFILE = withFiles([EF_ACM]);

const noEf: Fault = { is: 'no EF', sw: '9400', with: { path: [DF_GSM] } };
const invalidated: Fault = {
  is: 'an EF out of use',
  sw: '9810',
  with: { before: [ADM1, 'A004000000'] },
  without: ['no EF', 'the structure'],
};
const noChv: Fault = { is: 'access', sw: '9804', with: { chv: false } };
const notStored: Fault = { is: 'the memory', sw: '9240', with: { isStored: false } };

function structure(...path: readonly string[]): Fault {
  return { is: 'the structure', sw: '9408', with: { path }, without: ['no EF'] };
}
function p1p2(p1: number, p2: number): Fault {
  return { is: 'P1 P2', sw: '6B00', with: { p1, p2 } };
}
function length(data: string, sw: string): Fault {
  return { is: 'the length', sw, with: { data } };
}

const SMSP = [DF_TELECOM, '6F42'];
const FPLMN = [DF_GSM, '6F7B'];
const ACM = [DF_GSM, '6F39'];

const COMMANDS: readonly Command[] = [
  {
    name: 'SELECT',
    right: { ins: 0xa4, data: '7F10' },
    ok: /^9F16$/,
    faults: [
      p1p2(0, 4),
      length('7F', '6702'),
      { is: 'the file', sw: '9404', with: { data: '6F99' }, without: ['the length'] },
    ],
  },
  {
    name: 'READ BINARY',
    right: { ins: 0xb0, path: FPLMN, p3: 12 },
    ok: /9000$/,
    faults: [
      length('00', '6700'),
      noEf,
      structure(...SMSP),
      invalidated,
      noChv,
      { is: 'the offset', sw: '9402', with: { p2: 12 } },
      { is: 'P3', sw: '670C', with: { p3: 13 }, without: ['the length', 'the offset'] },
    ],
  },
  {
    name: 'UPDATE BINARY',
    right: { ins: 0xd6, path: FPLMN, data: 'FF' },
    ok: /^9000$/,
    faults: [
      length('', '6700'),
      noEf,
      structure(...SMSP),
      invalidated,
      noChv,
      { is: 'the offset', sw: '9402', with: { p2: 12 } },
      {
        is: 'the room',
        sw: '670C',
        with: { data: 'FF'.repeat(13) },
        without: ['the length', 'the offset'],
      },
      notStored,
    ],
  },
  {
    name: 'READ RECORD',
    right: { ins: 0xb2, p1: 1, p2: 4, path: SMSP, p3: 40 },
    ok: /9000$/,
    faults: [
      p1p2(1, 5),
      length('00', '6700'),
      noEf,
      structure(...FPLMN),
      invalidated,
      noChv,
      { is: 'the record', sw: '9402', with: { p1: 2 }, without: ['P1 P2'] },
      { is: 'P3', sw: '6728', with: { p3: 41 }, without: ['the length'] },
    ],
  },
  {
    name: 'UPDATE RECORD',
    right: { ins: 0xdc, p1: 1, p2: 4, path: SMSP, data: '00'.repeat(40) },
    ok: /^9000$/,
    faults: [
      p1p2(1, 5),
      length('', '6700'),
      noEf,
      structure(...ACM),
      invalidated,
      noChv,
      { is: 'the length of the record', sw: '6728', with: { data: '00' }, without: ['the length'] },
      { is: 'the record', sw: '9402', with: { p1: 2 }, without: ['P1 P2'] },
      notStored,
    ],
  },
  {
    name: 'SEEK',
    right: { ins: 0xa2, path: SMSP, data: 'FF' },
    ok: /^9000$/,
    faults: [
      p1p2(1, 0),
      length('', '6700'),
      noEf,
      structure(...ACM),
      invalidated,
      noChv,
      { is: 'the pattern', sw: '9404', with: { data: '00' }, without: ['the length'] },
    ],
  },
  {
    name: 'INCREASE',
    right: { ins: 0x32, path: ACM, data: '000001' },
    ok: /^9F06$/,
    faults: [
      p1p2(1, 0),
      length('0001', '6703'),
      noEf,
      structure(...SMSP),
      invalidated,
      noChv,
      { is: 'the maximum', sw: '9850', with: { data: 'FFFFFF' }, without: ['the length'] },
      notStored,
    ],
  },
  {
    name: 'INVALIDATE',
    right: { ins: 0x04, path: FPLMN, before: [ADM1] },
    ok: /^9000$/,
    faults: [
      p1p2(1, 0),
      length('00', '6700'),
      noEf,
      { is: 'access', sw: '9804', with: { before: [] } },
      { ...invalidated, without: ['no EF', 'access'] },
      notStored,
    ],
  },
  {
    name: 'RUN GSM ALGORITHM',
    right: { ins: 0x88, path: [DF_GSM], data: '00'.repeat(16) },
    ok: /^9F0C$/,
    faults: [
      p1p2(0, 0x80),
      length('00', '6710'),
      { is: 'the directory', sw: '9408', with: { path: [] } },
      noChv,
    ],
  },
  {
    name: 'VERIFY CHV',
    right: { ins: 0x20, p2: 1, data: '31323334FFFFFFFF', chv: false },
    ok: /^9000$/,
    faults: [
      p1p2(0, 3),
      length('31', '6708'),
      { is: 'no such key', sw: '9802', with: { p2: 0x0b }, without: ['P1 P2'] },
      notStored,
      { is: 'the CHV', sw: '9804', with: { data: '39'.repeat(8) }, without: ['the length'] },
    ],
  },
];

const FIRST: readonly Fault[] = [
  { is: 'the class', sw: '6E00', with: { cla: 0xb0 } },
  { is: 'the instruction', sw: '6D00', with: { ins: 0xff }, without: ['the class'] },
];

function send(attempt: Attempt): string {
  const card = new TestCard({ profile: PROFILE });
  // The rights come first: an EF is taken out of use with ADM1 alone.
  if (attempt.chv) card.send(CHV1);
  card.sendAll([...go(...attempt.path), ...attempt.before]);
  card.isStored = () => attempt.isStored;
  const { cla, ins, p1, p2, data, p3 } = attempt;
  const header = [cla, ins, p1, p2].map(octet).join('');
  return card.send(header + (data === '' ? octet(p3 ?? 0) : octet(data.length / 2) + data));
}

const PAIRS = COMMANDS.flatMap(({ name, right, faults }) => {
  const all = [...FIRST, ...faults];
  return all.flatMap((first, n) =>
    all
      .slice(n + 1)
      .filter(
        ({ is, without = [] }) =>
          ![...(first.without ?? [])].includes(is) && !without.includes(first.is),
      )
      .map((second) => ({ name, right, first, second, what: `${first.is}, then ${second.is}` })),
  );
});

describe.each(COMMANDS)('$name', ({ right, ok, faults }) => {
  it('goes well without a fault', () => {
    expect(send({ ...NOTHING, ...right })).toMatch(ok);
  });

  it.each([...FIRST, ...faults])('is refused for $is with $sw', (fault) => {
    expect(send({ ...NOTHING, ...right, ...fault.with })).toBe(fault.sw);
  });
});

describe('of two faults', () => {
  it.each(PAIRS)('$name tells $what', ({ right, first, second }) => {
    const attempt = { ...NOTHING, ...right, ...second.with, ...first.with };
    expect(send(attempt)).toBe(first.sw);
  });

  it('there are more than a hundred pairs', () => {
    expect(PAIRS.length).toBeGreaterThan(100);
  });
});
