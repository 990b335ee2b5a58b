import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { describeOtaTest } from '../../../src/scenario/ota-kit/script-report.ts';
import { caseOf, failuresOf, ICCID, MISSING, READ, run, SELECT } from './support/lines.ts';

describe('a test holds', () => {
  it.each<[string, readonly string[], string]>([
    [
      'for SW and data of the last command',
      [SELECT, '< 61..', READ, `< ${ICCID} 9000`],
      `2 of 2 executed, PoR '00' (por-ok)`,
    ],
    ['without any answer', [SELECT, READ], `2 of 2 executed, PoR '00' (por-ok)`],
    ['for any answer', [MISSING, '< ...'], `1 of 1 executed, PoR '00' (por-ok)`],
    [
      'for a refusal of the last command',
      [SELECT, MISSING, '< 6A82'],
      `2 of 2 executed, PoR '00' (por-ok)`,
    ],
    [
      'for commands that are not executed',
      [MISSING, '< 6A82', READ, '< not executed'],
      `1 of 2 executed, PoR '00' (por-ok)`,
    ],
    [
      'in expanded format, for each',
      ['tar: B00001', SELECT, '< 6119', READ, `< ${ICCID}9000`, MISSING, '< 6A82'],
      `3 of 3 executed, PoR '00' (por-ok)`,
    ],
    ['for a refused packet', ['cntr: 0', 'status: cntr-low', SELECT], `PoR '02' (cntr-low)`],
    ['for a status in hex', ['tar: B00009', 'status: 09', SELECT, READ], `PoR '09' (tar-unknown)`],
    ['without a PoR', ['spi: 1600', SELECT], `no PoR, '00' (por-ok)`],
    [
      'for a refusal without a PoR',
      ['spi: 1600', 'tar: B00009', 'status: 09', SELECT],
      `no PoR, '09' (tar-unknown)`,
    ],
    ['where a PoR is for errors alone', ['spi: 1602', SELECT], `no PoR, '00' (por-ok)`],
    [
      'for an error where it is',
      ['spi: 161A', 'tar: B00009', 'status: 09', SELECT],
      `PoR '09' (tar-unknown)`,
    ],
    [
      'for a PoR by SMS-SUBMIT',
      ['spi: 1639', 'way: submit', 'proven: yes', SELECT, '< 61..'],
      `1 of 1 executed, PoR '00' (por-ok) by SMS-SUBMIT`,
    ],
    ['for a PoR in the report', ['way: report', SELECT], `1 of 1 executed, PoR '00' (por-ok)`],
    ['for no PoR', ['spi: 1600', 'way: none', 'proven: no', SELECT], `no PoR, '00' (por-ok)`],
    [
      'for a PoR without proof',
      ['spi: 1601', 'proven: no', SELECT],
      `1 of 1 executed, PoR '00' (por-ok)`,
    ],
    ['for a PoR with an RC', ['spi: 1605', SELECT, '< 61..'], `1 of 1 executed, PoR '00' (por-ok)`],
    [
      'for keys that are named',
      ['spi: 1601', 'kic: 12', 'kid: 12', 'key-set: 1', 'cntr: next', SELECT],
      `1 of 1 executed, PoR '00' (por-ok)`,
    ],
  ])('%s', (_what, lines, summary) => {
    expect(caseOf(lines)).toMatchObject({ kind: 'packet', ok: true, summary, failures: [] });
  });

  it('and tells of each command, each step and each packet', () => {
    const report = run(['why: the ICCID', SELECT, READ, 'send', 'status: 09', 'tar: B00009', READ]);
    expect(report).toMatchObject({ name: 'a.ota', ok: true });
    const [first, second] = report.cases;
    expect(first).toMatchObject({ line: 2, title: 'the ICCID', mistake: undefined });
    expect(first?.commands).toEqual([
      { line: 2, command: 'SELECT EF_ICCID', outcome: 'executed' },
      { line: 3, command: 'READ BINARY', outcome: 'executed' },
    ]);
    expect(first?.steps.map(({ step }) => step)).toContain('checksum');
    expect(second).toMatchObject({
      line: 7,
      title: 'packet 2',
      mistake: { name: 'tar-one-octet-off' },
    });
    expect(second?.commands).toEqual([
      { line: 7, command: 'READ BINARY', outcome: 'not-executed' },
    ]);
  });

  it('with commands of the terminal alone', () => {
    const { ok, cases } = run(['t> 00A4080C022FE2', 't< 9000', 'reset']);
    expect({ ok, kinds: cases.map(({ kind }) => kind) }).toEqual({ ok: true, kinds: ['exchange'] });
  });

  it('with KIc and KID that are those of the keys again', () => {
    const other = ['kic: 22', 'kid: 22', 'status: unidentified-security-error', SELECT, 'send'];
    const { cases } = run([...other, 'kic: own', 'kid: Own  again', SELECT, '< 61..']);
    expect(cases.map(({ ok, failures }) => [ok, failures])).toEqual([
      [true, []],
      [true, []],
    ]);
  });

  it('with commands of the terminal and resets between packets', () => {
    const { ok, cases } = run([
      '# A change of subscription.',
      'tar: BFFF3B',
      '> 805000000B 00 02 080910200000000010'.replace('0B 00 02 08', '0B000208'),
      '< ... 9000',
      'send',
      't> 00A4040407A0000000871002',
      't< ... 9000',
      'reset',
      't> 00A4040407A0000000871002',
      't> 0020000108................',
      't< 9000',
      't> 00B0870009',
      't< 080910200000000010 9000',
      'tar: B00000',
      'cntr: 1',
      SELECT,
    ]);
    expect(cases.map(({ summary }) => summary)).toEqual([
      `1 of 1 executed, PoR '00' (por-ok)`,
      `SW '9000' (ok)`,
      `SW '9000' (ok)`,
      `SW '9000' (ok)`,
      `SW '9000' (ok)`,
      `1 of 1 executed, PoR '00' (por-ok)`,
    ]);
    expect(ok).toBe(true);
    expect(cases[3]).toMatchObject({
      kind: 'exchange',
      line: 10,
      title: 'terminal: VERIFY PIN 01',
    });
  });
});

describe('a failure does not end the test:', () => {
  it('what follows is run, on the card as it is', () => {
    const { ok, cases } = run([
      MISSING,
      '< 61..',
      'send',
      't> 00A40804022FE3',
      't< ... 9000',
      SELECT,
      '< 61..',
    ]);
    expect(ok).toBe(false);
    expect(cases.map((of) => of.ok)).toEqual([false, false, true]);
    expect(cases[1]?.failures).toEqual([
      {
        line: 5,
        what: 'SELECT MF/2FE3',
        expected: `SW '9000' (ok)`,
        found: `SW '6A82' (file not found)`,
      },
    ]);
  });
});

describe('secrets of a test', () => {
  const VERIFY = '> 0020000A08................';

  it('are filled in from the profile, in scripts and for the terminal', () => {
    const { ok } = run([
      VERIFY,
      '< 9000',
      'send',
      't> 0020000108................',
      't< 9000',
      SELECT,
    ]);
    expect(ok).toBe(true);
  });

  it('are as wrong as the answer says', () => {
    expect(failuresOf([VERIFY, '< 63C9'])).toEqual([]);
  });

  it('are remembered when they have changed', () => {
    const { cases } = run([
      `> 0024000110${'..'.repeat(16)}`,
      '< 9000',
      'send',
      't> 0020000108................',
      't< 9000',
      `t> 0024000110${'..'.repeat(16)}`,
      't< 9000',
      '> 0020000108................',
      '< 9000',
    ]);
    expect(cases.map(({ ok, failures }) => [ok, failures])).toEqual([
      [true, []],
      [true, []],
      [true, []],
      [true, []],
    ]);
  });

  it('are remembered when the command is not the last of its packet', () => {
    const change = `> 0024000110${'..'.repeat(16)}`;
    const verify = ['t> 0020000108................', 't< 9000'];
    const { cases } = run([change, '< 9000', SELECT, 'send', ...verify]);
    expect(cases.map(({ ok }) => ok)).toEqual([true, true]);
  });

  const UNKNOWN = '> 0020000B08................';

  it.each([
    [[UNKNOWN]],
    [[UNKNOWN, '< 9000']],
    [[UNKNOWN, '< 63C9']],
    [[UNKNOWN, '< ...']],
    [[UNKNOWN, '< 6A88']],
    [[`t${UNKNOWN}`]],
    [[`t${UNKNOWN}`, 't< 9000']],
    [[`t${UNKNOWN}`, 't< 6A88']],
  ])('that the profile does not have are told, and nothing is sent: %j', (lines) => {
    const { cases } = run([...lines, SELECT]);
    expect(cases[0]).toMatchObject({ ok: false, summary: 'not sent', steps: [], commands: [] });
    const [failure] = cases[0]!.failures;
    expect(failure).toMatchObject({
      line: 1,
      what: 'VERIFY PIN 0B',
      expected: `a secret for '..'`,
      found: 'none in the card profile',
    });
  });

  it('are in no report and in no text, be they written out or filled in', () => {
    const pins = ['31323334ffffffff', '3131313131313131', '6e6577', '39393939'];
    const report = run([
      'tar: B00009',
      '> 0020000A083131313131313131',
      '< 9000',
      'send',
      'tar: B00000',
      '> 00240001103132333400000000 6E6577FFFFFFFFFF'.replace('00 6E', '006E'),
      '< 9000',
      'send',
      '> 00200001083939393900000000',
      '< 9000',
      '> 0020000108................',
      'send',
      'tar: B00001',
      'spi: 1201',
      '> 0020000A08................',
      '< 6A82',
      'send',
      't> 00200001083939393900000000',
      't< 9000',
    ]);
    expect(report.cases.every(({ ok }) => !ok)).toBe(true);
    const shown = `${JSON.stringify(report)}${describeOtaTest(report)}`.toLowerCase();
    for (const pin of pins) expect(shown).not.toContain(pin);
    expect(shown).toContain('verify pin 0a');
  });
});

describe('a test that cannot be run as it is written is refused, with the line:', () => {
  const AES = 'expected the algorithm of AES of 16 octets, as key set 1 has';
  const DATA_UNKNOWN =
    'compact format reports data of the last command alone: ' +
    'make it the last of its packet, or send it to an applet of expanded format';
  const LE_UNKNOWN =
    'Le behind data does not exist in compact format: ' +
    'leave it out, and fetch the data with GET RESPONSE, 00C0000000';

  it.each<[string, readonly string[], number, string]>([
    [
      'a key set that is not there',
      ['tar: B00000', 'key-set: 2', SELECT],
      2,
      'key-set: expected one that the card has (1), got 2',
    ],
    ['KIc of another algorithm', ['kic: 11', SELECT], 1, `kic: ${AES}, got '11'`],
    ['KID of another algorithm', ['', 'kid: 15', SELECT], 2, `kid: ${AES}, got '15'`],
    [
      'an SPI with reserved bits',
      ['spi: 9619', SELECT],
      1,
      'spi: expected no reserved bits, as in 1619, got 9619',
    ],
    ['a digital signature', ['spi: 1719', SELECT], 1, 'spi: expected RC, CC or none, got DS'],
    [
      'a CRC that KID does not name',
      [SELECT, 'send', 'spi: 1105', 'kid: 12', SELECT],
      4,
      `kid: expected '10', '11', '15' for RC, got '12'`,
    ],
    ['Le behind data in compact format', [READ, `${SELECT}00`], 2, LE_UNKNOWN],
    [
      'data of an earlier command in compact format',
      [SELECT, '< 61..', READ, `< ${ICCID} 9000`, SELECT],
      4,
      DATA_UNKNOWN,
    ],
    ['an octet of such data', [SELECT, '< .. 6119', READ], 2, DATA_UNKNOWN],
    ['such data with an open SW', [SELECT, '< 62 ...', READ], 2, DATA_UNKNOWN],
    [
      'the same where the format is named',
      ['tar: B00001', 'format: compact', SELECT, '< 62 ...', READ],
      4,
      DATA_UNKNOWN,
    ],
  ])('%s', (_what, lines, line, problem) => {
    expect(() => run(lines)).toThrow(new DecodeError('a.ota', line, `line ${line}: ${problem}`));
  });

  it('but data of the last that is to be executed are compared', () => {
    const cut = ['> 00B0000010', '< ... 6282', READ, '< not executed'];
    // The card reads what is there and goes on, so that the test does not hold.
    expect(caseOf([SELECT, ...cut]).ok).toBe(false);
    expect(failuresOf([SELECT, READ, `< ${ICCID} 9000`])).toEqual([]);
  });

  it('but Le behind data may be sent in expanded format', () => {
    expect(failuresOf(['tar: B00001', '> 00A40004022FE200', '< 62 ... 9000'])).toEqual([]);
  });
});

describe('the text of a report', () => {
  it('is a line for each packet that holds', () => {
    const report = run(['why: the ICCID', SELECT, 'send', 't> 00A40804022FE2', SELECT, READ]);
    expect(describeOtaTest(report).split('\n')).toEqual([
      `ok      a.ota:2  the ICCID: 1 of 1 executed, PoR '00' (por-ok)`,
      `ok      a.ota:4  terminal: SELECT MF/EF_ICCID: SW '9000' (ok)`,
      `ok      a.ota:5  packet 2: 2 of 2 executed, PoR '00' (por-ok)`,
    ]);
  });

  it('is a block for one that does not: failures, what was not executed, the steps', () => {
    const report = run(['tar: B00000', SELECT, MISSING, '< 61..', READ, READ]);
    const lines = describeOtaTest(report).split('\n');
    expect(lines.slice(0, 7)).toEqual([
      `FAILED  a.ota:2  packet 1: 2 of 4 executed, PoR '00' (por-ok)`,
      '  a.ota:4  SELECT 2FE3',
      `    expected  SW '61..'`,
      `    found     SW '6A82' (file not found)`,
      '  a.ota:5  READ BINARY: not executed',
      '  a.ota:6  READ BINARY: not executed',
      '  the card, step by step',
    ]);
    const { steps } = report.cases[0]!;
    expect(lines).toHaveLength(7 + steps.length);
    expect(lines[7]).toMatch(/^ {4}ok sms: /u);
  });

  it('ends with the mistake that explains a refusal, and is silent on its commands', () => {
    const lines = describeOtaTest(run(['tar: B00009', SELECT, READ])).split('\n');
    expect(lines.filter((line) => line.includes('not executed'))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^ {4}tar-one-octet-off: /u);
  });

  it('has no steps for a command of the terminal', () => {
    const lines = describeOtaTest(
      run(['t> 00A4080402 2FE3'.replace(' 2', '2').replace('t>0', 't> 0'), 't< 9000', SELECT]),
    ).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      `FAILED  a.ota:1  terminal: SELECT MF/2FE3: SW '6A82' (file not found)`,
      '  a.ota:2  SELECT MF/2FE3',
      `    expected  SW '9000' (ok)`,
      `    found     SW '6A82' (file not found)`,
    ]);
    expect(lines).toHaveLength(5);
  });
});
