import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { OtaTestFailure } from '../../../src/scenario/ota-kit/script-report.ts';
import { caseOf, failuresOf, ICCID, MISSING, outcomesOf, READ, SELECT } from './support/lines.ts';

const NAMES = { [SELECT]: 'SELECT EF_ICCID', [MISSING]: 'SELECT 2FE3', [READ]: 'READ BINARY' };

describe('an answer that differs is told by line, expected and found:', () => {
  const GO_ON = 'an SW behind which the script went on';

  it.each<[string, readonly string[], number, string, string, string]>([
    [
      'SW of the last command',
      [SELECT, '< 9000'],
      2,
      NAMES[SELECT]!,
      `SW '9000' (ok)`,
      `SW '6119' (ok, 25 octets of response data are ready)`,
    ],
    [
      'a pattern of SW',
      [MISSING, '< 61..'],
      2,
      NAMES[MISSING]!,
      `SW '61..'`,
      `SW '6A82' (file not found)`,
    ],
    [
      'an octet of data',
      [SELECT, READ, '< 989909020000000000319000'],
      3,
      `${NAMES[READ]}, octet 4 of the response data`,
      '98990902000000000031',
      ICCID,
    ],
    [
      'data that are too long',
      [SELECT, READ, '< 98999000'],
      3,
      `${NAMES[READ]}, response data`,
      '9899',
      ICCID,
    ],
    [
      'data that are too short',
      [SELECT, '> 00B0000002', '< 989909 9000'],
      3,
      `${NAMES[READ]}, response data`,
      '989909',
      '9899',
    ],
    [
      'data instead of none',
      [SELECT, READ, '< 9000'],
      3,
      `${NAMES[READ]}, response data`,
      'none',
      ICCID,
    ],
    [
      'no data instead of some',
      [SELECT, '< .. 6119'],
      2,
      `${NAMES[SELECT]}, response data`,
      '..',
      'none',
    ],
    [
      'data behind any number of octets',
      [SELECT, READ, '< ... 32 9000'],
      3,
      `${NAMES[READ]}, response data`,
      '... 32',
      ICCID,
    ],
    [
      'a response whose SW is open',
      [SELECT, READ, '< 97 ...'],
      3,
      `${NAMES[READ]}, octet 1 of the response`,
      '97 ...',
      `${ICCID}9000`,
    ],
    [
      'an earlier command that must have failed',
      [SELECT, '< 6A82', READ],
      2,
      NAMES[SELECT]!,
      `SW '6A82' (file not found)`,
      GO_ON,
    ],
    [
      'one that must have given a warning of tries',
      [SELECT, '< 63C1', READ],
      2,
      NAMES[SELECT]!,
      `SW '63C1' (1 tries left)`,
      GO_ON,
    ],
    [
      'one that must have failed in some way',
      [SELECT, '< 6A..', READ],
      2,
      NAMES[SELECT]!,
      `SW '6A..'`,
      GO_ON,
    ],
    [
      'a command that must not be executed',
      [SELECT, '< not executed'],
      2,
      NAMES[SELECT]!,
      'not executed',
      'executed',
    ],
    [
      'an earlier command, in expanded format',
      ['tar: B00001', SELECT, '< 9000', READ],
      3,
      NAMES[SELECT]!,
      `SW '9000' (ok)`,
      `SW '6119' (ok, 25 octets of response data are ready)`,
    ],
    [
      'data of an earlier command, in expanded format',
      ['tar: B00001', SELECT, READ, '< 979000', SELECT],
      4,
      `${NAMES[READ]}, octet 1 of the response data`,
      '97',
      ICCID,
    ],
  ])('%s', (_what, lines, line, what, expected, found) => {
    expect(failuresOf(lines)).toEqual([{ line, what, expected, found }]);
  });

  it('an earlier answer is proven when the script went on behind it, whatever it was', () => {
    expect(failuresOf([SELECT, '< 9000', READ])).toEqual([]);
    expect(failuresOf([SELECT, '< 62..', READ])).toEqual([]);
    expect(failuresOf([SELECT, '< ....', READ])).toEqual([]);
    expect(failuresOf([SELECT, '< ... 9000', READ])).toEqual([]);
  });

  it('all that differ are told in expanded format', () => {
    const failures = failuresOf([
      'tar: B00001',
      SELECT,
      '< 9000',
      READ,
      '< 9000',
      MISSING,
      '< 9000',
    ]);
    expect(failures.map(({ line }) => line)).toEqual([3, 5, 7]);
  });
});

describe('a script that ends early is told:', () => {
  const ended = (line: number, sw: string): string => {
    return `not executed: the script ended at line ${line}, SELECT 2FE3, with SW ${sw}`;
  };
  const NOT_FOUND = `'6A82' (file not found)`;

  it.each(['B00000', 'B00001'])('at the command whose answer differs, TAR %s', (tar) => {
    const lines = [`tar: ${tar}`, SELECT, '< 61..', MISSING, '< 61..', READ, '< 9000', READ];
    expect(failuresOf(lines)).toEqual([
      { line: 5, what: 'SELECT 2FE3', expected: `SW '61..'`, found: `SW ${NOT_FOUND}` },
    ]);
    expect(outcomesOf(lines)).toEqual(['executed', 'different', 'not-executed', 'not-executed']);
  });

  it.each(['B00000', 'B00001'])('at the first that was not executed, else, TAR %s', (tar) => {
    const lines = [`tar: ${tar}`, SELECT, MISSING, READ, READ];
    expect(failuresOf(lines)).toEqual([
      { line: 4, what: 'READ BINARY', expected: 'executed', found: ended(3, NOT_FOUND) },
    ]);
    expect(outcomesOf(lines)).toEqual(['executed', 'executed', 'not-executed', 'not-executed']);
  });

  it('though it was to fail there: commands behind it must be said not to be executed', () => {
    expect(failuresOf([MISSING, '< 6A82', READ])).toEqual([
      { line: 3, what: 'READ BINARY', expected: 'executed', found: ended(1, NOT_FOUND) },
    ]);
  });

  it('though an earlier answer differs', () => {
    const lines = ['tar: B00001', SELECT, '< 9000', MISSING, READ];
    expect(failuresOf(lines).map(({ line }) => line)).toEqual([3, 5]);
  });
});

describe('a PoR that differs is told by line, expected and found:', () => {
  it.each<[string, readonly string[], OtaTestFailure[]]>([
    [
      'a refusal',
      ['tar: B00009', SELECT, '< 61..'],
      [
        {
          line: 2,
          what: 'status of the PoR',
          expected: `'00' (por-ok)`,
          found: `'09' (tar-unknown)`,
        },
      ],
    ],
    [
      'another refusal',
      ['', 'status: cntr-low', 'tar: B00009', SELECT],
      [
        {
          line: 2,
          what: 'status of the PoR',
          expected: `'02' (cntr-low)`,
          found: `'09' (tar-unknown)`,
        },
      ],
    ],
    [
      'no refusal',
      ['status: 3f', SELECT],
      [{ line: 1, what: 'status of the PoR', expected: `'3f'`, found: `'00' (por-ok)` }],
    ],
    [
      'a refusal without PoR',
      ['spi: 1600', 'tar: B00009', SELECT],
      [
        {
          line: 3,
          what: 'decision of the card',
          expected: `'00' (por-ok)`,
          found: `'09' (tar-unknown)`,
        },
      ],
    ],
    [
      'another way',
      ['way: submit', SELECT],
      [
        {
          line: 1,
          what: 'PoR',
          expected: 'a PoR by SMS-SUBMIT',
          found: 'a PoR in the delivery report',
        },
      ],
    ],
    [
      'the other way',
      ['spi: 1639', 'way: report', SELECT],
      [
        {
          line: 2,
          what: 'PoR',
          expected: 'a PoR in the delivery report',
          found: 'a PoR by SMS-SUBMIT',
        },
      ],
    ],
    [
      'a PoR where none was to come',
      ['way: none', SELECT],
      [{ line: 1, what: 'PoR', expected: 'no PoR', found: 'a PoR in the delivery report' }],
    ],
    [
      'none where one was to come',
      ['spi: 1600', 'way: report', SELECT],
      [{ line: 2, what: 'PoR', expected: 'a PoR in the delivery report', found: 'no PoR' }],
    ],
    [
      'none for an error that did not happen',
      ['spi: 1602', 'status: 09', SELECT],
      [
        {
          line: 2,
          what: 'decision of the card',
          expected: `'09' (tar-unknown)`,
          found: `'00' (por-ok)`,
        },
        { line: 3, what: 'PoR', expected: 'a PoR', found: 'no PoR' },
      ],
    ],
    [
      'no proof',
      ['spi: 1601', 'proven: yes', SELECT],
      [{ line: 2, what: 'CC of the PoR', expected: 'a right CC', found: 'no right CC' }],
    ],
    [
      'proof',
      ['proven: no', SELECT],
      [{ line: 1, what: 'CC of the PoR', expected: 'no right CC', found: 'a right CC' }],
    ],
  ])('%s', (_what, lines, failures) => {
    expect(failuresOf(lines)).toEqual(failures);
  });

  it('a card that hides why it refuses', () => {
    const switches = { ...DEFAULT_PROFILE.switches, porPolicy: 'hardened' } as const;
    const options = { profile: { ...DEFAULT_PROFILE, switches } };
    expect(failuresOf(['cntr: 0', 'status: cntr-low', SELECT], options)).toEqual([
      {
        line: 2,
        what: 'status of the PoR',
        expected: `'02' (cntr-low)`,
        found: `'06' (unidentified-security-error)`,
      },
    ]);
    expect(failuresOf(['cntr: 0', 'status: 06', SELECT], options)).toEqual([]);
  });

  it('a report of another format', () => {
    const install = [{ tar: 'C0FFEE', kind: 'own' }];
    const options = { install, applets: { own: () => Uint8Array.of(1) } };
    expect(failuresOf(['tar: C0FFEE', SELECT], options)).toEqual([]);
    expect(failuresOf(['tar: C0FFEE', SELECT, '< 9000'], options)).toEqual([
      { line: 3, what: 'report', expected: 'a report of 1 command', found: '01' },
    ]);
    expect(outcomesOf(['tar: C0FFEE', SELECT], options)).toEqual(['unknown']);
  });

  it('a script in another format than the applet has', () => {
    const expected = (count: string): string => `a report of ${count}`;
    expect(failuresOf(['tar: B00001', 'format: compact', SELECT])).toEqual([
      {
        line: 3,
        what: 'report',
        expected: expected('1 command in compact format'),
        found: 'AB06800101900101; the format of the applet is expanded',
      },
    ]);
    expect(failuresOf(['format: expanded', SELECT, READ, '< 9000'])).toEqual([
      {
        line: 4,
        what: 'report',
        expected: expected('2 commands in expanded format'),
        found: '016E00; the format of the applet is compact',
      },
    ]);
  });

  it('a summary counts no commands that a report cannot mean', () => {
    const { summary } = caseOf(['tar: B00001', 'format: compact', SELECT]);
    expect(summary).toBe(`PoR '00' (por-ok)`);
  });

  it('nothing is said of the commands of a packet that was refused', () => {
    expect(outcomesOf(['tar: B00009', SELECT, READ])).toEqual(['not-executed', 'not-executed']);
    expect(outcomesOf(['spi: 1600', SELECT, READ])).toEqual(['unknown', 'unknown']);
  });
});
