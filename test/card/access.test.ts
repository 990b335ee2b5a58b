/**
 * Who may read and update: every EF of the built-in profile, and every record of its EF_ARR.
 *
 * The table of records is stated here, so that neither the profile nor the code that reads it is
 * believed.
 *
 * @see ETSI TS 102 221 §9, §9.2.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { type CardProfile, type FileProfile, hasRecords } from '../../src/profile/profile.ts';
import { selectionOf } from './support/files.ts';
import {
  ADM1,
  octet,
  PIN1,
  PIN2,
  pinOctets,
  SELECT_ISIM,
  SELECT_USIM,
  select,
  TestCard,
  WRONG_PIN1,
  withChangedFile,
  withFiles,
  withPin,
  withUniversalPin,
} from './support/test-card.ts';

/** Who has presented which key. */
const PRESENTED = {
  nobody: [],
  PIN1: [PIN1],
  PIN2: [PIN2],
  ADM1: [ADM1],
  'all three': [PIN1, PIN2, ADM1],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Who = keyof typeof PRESENTED;

const EVERYBODY: readonly Who[] = ['nobody', 'PIN1', 'PIN2', 'ADM1', 'all three'];
const PIN1_HOLDER: readonly Who[] = ['PIN1', 'all three'];
const PIN2_HOLDER: readonly Who[] = ['PIN2', 'all three'];
const ADM1_HOLDER: readonly Who[] = ['ADM1', 'all three'];

/** Records 1 to 10 of each EF_ARR; the tenth is empty. */
const RULES: Readonly<Record<number, { read: readonly Who[]; update: readonly Who[] }>> = {
  1: { read: EVERYBODY, update: ADM1_HOLDER },
  2: { read: PIN1_HOLDER, update: ADM1_HOLDER },
  3: { read: PIN1_HOLDER, update: PIN1_HOLDER },
  4: { read: EVERYBODY, update: PIN1_HOLDER },
  5: { read: PIN1_HOLDER, update: PIN2_HOLDER },
  6: { read: ADM1_HOLDER, update: ADM1_HOLDER },
  7: { read: EVERYBODY, update: [] },
  8: { read: PIN1_HOLDER, update: PIN1_HOLDER },
  9: { read: ADM1_HOLDER, update: ADM1_HOLDER },
  10: { read: [], update: [] },
};

function readCommand(file: FileProfile): string {
  return !hasRecords(file) ? '00B0000001' : `00B20104${octet(file.recLen)}`;
}

/** Writes what is there already. */
function updateCommand(file: FileProfile): string {
  if (!hasRecords(file)) return `00D6000001${file.data.slice(0, 2)}`;
  const [record = 'FF'.repeat(file.recLen)] = file.records;
  const [mode, length] = [file.type === 'cyclic' ? '0003' : '0104', octet(file.recLen)];
  return `00DC${mode}${length}${record}`;
}

function testAccess(profile: CardProfile, file: FileProfile, who: Who): void {
  const card = new TestCard({ profile, setUp: [...PRESENTED[who], ...selectionOf(file)] });
  const rule = RULES[file.arr ?? 0];
  const read = card.send(readCommand(file)).slice(-4);
  expect(read).toBe(rule?.read.includes(who) ? '9000' : '6982');
  const commits = card.commits.length;
  const update = card.send(updateCommand(file));
  expect(update).toBe(rule?.update.includes(who) ? '9000' : '6982');
  expect(card.commits.length - commits).toBe(update === '9000' ? 1 : 0);
}

const WHO = Object.keys(PRESENTED) as Who[];

describe.each(DEFAULT_PROFILE.files)('$path, record $arr of its EF_ARR', (file) => {
  it.each(WHO)('is read and updated by %s as the record says', (who) => {
    testAccess(DEFAULT_PROFILE, file, who);
  });
});

describe('an EF of each kind with each record of EF_ARR', () => {
  const files = Object.keys(RULES).flatMap((arr): FileProfile[] => {
    const place = { sfi: null, arr: Number(arr) };
    const data = '00112233';
    const records = { recLen: 4, recCount: 2, records: [data], recordsFill: 'FF' };
    const fid = (kind: number): string => `6E${kind}${Number(arr).toString(16)}`.toUpperCase();
    const path = (kind: string): string => `MF/ADF.USIM/EF.${kind}-${arr}`;
    return [
      { ...place, path: path('T'), fid: fid(0), type: 'transparent', size: 4, data },
      { ...place, path: path('L'), fid: fid(1), type: 'linear', ...records },
      { ...place, path: path('C'), fid: fid(2), type: 'cyclic', ...records },
    ];
  });
  const profile = withFiles(files);

  it.each(files.flatMap((file) => WHO.map((who) => ({ file, who, path: file.path }))))(
    '$path is read and updated by $who as the record says',
    ({ file, who }) => {
      testAccess(profile, file, who);
    },
  );
});

describe('what a verified key is worth', () => {
  const READ_IMSI = '00B0870009';
  const IMSI = '0809101010325476989000';

  it('is kept over the selection of another application', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1, SELECT_ISIM, SELECT_USIM] });
    expect(card.send(READ_IMSI)).toBe(IMSI);
  });

  it('is gone after a reset, and after the power was taken away', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1] });
    card.reset();
    expect(card.sendAll([SELECT_USIM, READ_IMSI])).toBe('6982');
    card.sendAll([PIN1]);
    card.uicc.powerOff();
    card.reset();
    expect(card.sendAll([SELECT_USIM, READ_IMSI])).toBe('6982');
  });

  it('is gone after a wrong try, and when the PIN is blocked', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1] });
    expect(card.sendAll([WRONG_PIN1, READ_IMSI])).toBe('6982');
    expect(card.sendAll([WRONG_PIN1, READ_IMSI])).toBe('6982');
    expect(card.sendAll([WRONG_PIN1, READ_IMSI])).toBe('6982');
    expect(card.sendAll([PIN1, READ_IMSI])).toBe('6982');
  });

  it('is not gone when a try is not counted: another length, another key', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, PIN1] });
    card.sendAll(['002000010431323334', '002000810839393939FFFFFFFF', '0020000100']);
    expect(card.send(READ_IMSI)).toBe(IMSI);
  });
});

describe('a key that is disabled', () => {
  const disabled = (reference: string): CardProfile => withPin(reference, { enabled: false });

  it('need not be verified when it is PIN1', () => {
    const card = new TestCard({ profile: disabled('01'), setUp: [SELECT_USIM] });
    expect(card.send('00B0870009')).toBe('0809101010325476989000');
    expect(card.send('00D68D000300F110')).toBe('9000');
    expect(card.send('00D684000100')).toBe('6982');
  });

  it('opens nothing that another key gates when it is PIN2', () => {
    const card = new TestCard({ profile: disabled('81'), setUp: [SELECT_USIM] });
    expect(card.send('00B0870009')).toBe('6982');
  });

  it('must be verified all the same when it is ADM1: an ADM key cannot be disabled', () => {
    const card = new TestCard({ profile: disabled('0A'), setUp: [SELECT_USIM] });
    expect(card.send('00D684000100')).toBe('6982');
  });
});

describe('the universal PIN', () => {
  const READ_IMSI = '00B0870009';
  const IMSI = '0809101010325476989000';
  const UNIVERSAL = `0020001108${pinOctets('5678')}`;
  const WRONG_UNIVERSAL = `0020001108${pinOctets('9999')}`;
  const REPLACE = `0026910108${pinOctets('1234')}`;
  /** '6E00' is read with the universal PIN; '6E01' is read with PIN1 and updated with PIN2. */
  const ofUniversal: FileProfile = {
    ...{ path: 'MF/ADF.USIM/EF.U', fid: '6E00', sfi: null, arr: 10 },
    ...{ type: 'transparent', size: 1, data: '5A' },
  };
  const ofPin2: FileProfile = { ...ofUniversal, path: 'MF/ADF.USIM/EF.P2', fid: '6E01', arr: 5 };
  const profile = withUniversalPin(
    {},
    withChangedFile(
      'MF/ADF.USIM/EF.ARR',
      (file) =>
        !hasRecords(file)
          ? file
          : { ...file, records: [...file.records, '800101A406830111950108'] },
      withFiles([ofUniversal, ofPin2]),
    ),
  );
  const cardAfter = (setUp: readonly string[]): TestCard => {
    return new TestCard({ profile, setUp: [SELECT_USIM, ...setUp] });
  };
  const answers = (card: TestCard, commands: readonly string[]): string[] => {
    return commands.map((command) => card.send(command));
  };

  it('opens what names it, and nothing that names PIN1', () => {
    const card = cardAfter([select('7FFF6E00')]);
    const read = '00B0000001';
    expect(answers(card, [read, PIN1, read])).toEqual(['6982', '9000', '6982']);
    expect(answers(card, [UNIVERSAL, read])).toEqual(['9000', '5A9000']);
    card.reset();
    expect(answers(card, [SELECT_USIM, UNIVERSAL, READ_IMSI])).toEqual(['9000', '9000', '6982']);
  });

  it('opens what names PIN1 once it has taken the place of PIN1, and PIN1 does not', () => {
    const card = cardAfter([PIN1]);
    expect(answers(card, [READ_IMSI, REPLACE, READ_IMSI, PIN1, READ_IMSI])).toEqual([
      IMSI,
      '9000',
      '6982',
      '6984',
      '6982',
    ]);
    expect(answers(card, [UNIVERSAL, READ_IMSI, '00D68D000300F110'])).toEqual([
      '9000',
      IMSI,
      '9000',
    ]);
    card.reset();
    expect(answers(card, [SELECT_USIM, READ_IMSI, UNIVERSAL, READ_IMSI])).toEqual([
      '9000',
      '6982',
      '9000',
      IMSI,
    ]);
  });

  it('counts for PIN1 if it was verified before, and opens nothing of PIN2 or ADM1', () => {
    const card = cardAfter([UNIVERSAL, REPLACE]);
    expect(card.send(READ_IMSI)).toBe(IMSI);
    expect(card.send('00D684000100')).toBe('6982');
    card.expectOk(select('7FFF6E01'));
    expect(answers(card, ['00B0000001', '00D6000001FF'])).toEqual(['5A9000', '6982']);
  });

  it('closes all of it again after a wrong try, and when it is blocked', () => {
    const card = cardAfter([REPLACE, UNIVERSAL]);
    expect(answers(card, [WRONG_UNIVERSAL, READ_IMSI])).toEqual(['63C2', '6982']);
    card.sendAll([WRONG_UNIVERSAL, WRONG_UNIVERSAL]);
    expect(answers(card, [UNIVERSAL, READ_IMSI])).toEqual(['6983', '6982']);
  });

  it('that is disabled afterwards need not be verified for PIN1 either', () => {
    const card = cardAfter([REPLACE, `0026001108${pinOctets('5678')}`]);
    expect(card.send(READ_IMSI)).toBe(IMSI);
    card.expectOk(`0028001108${pinOctets('5678')}`);
    card.reset();
    expect(answers(card, [SELECT_USIM, READ_IMSI])).toEqual(['9000', '6982']);
  });

  it.each([
    ['ENABLE', `0028000108${pinOctets('1234')}`, PIN1],
    [
      'UNBLOCK',
      `002C000110${pinOctets('12345678')}${pinOctets('2468')}`,
      `0020000108${pinOctets('2468')}`,
    ],
  ])('gives its place back to PIN1 with %s', (_what, command, verify) => {
    const card = cardAfter([REPLACE]);
    expect(answers(card, [command, READ_IMSI])).toEqual(['9000', IMSI]);
    card.reset();
    const commands = [SELECT_USIM, UNIVERSAL, READ_IMSI, verify, READ_IMSI];
    expect(answers(card, commands)).toEqual(['9000', '9000', '6982', '9000', IMSI]);
  });

  it('gates AUTHENTICATE in the place of PIN1', () => {
    const command = `008800801110${'00'.repeat(16)}`;
    const card = cardAfter([PIN1, REPLACE]);
    expect(answers(card, [command, UNIVERSAL, command])).toEqual(['6982', '9000', '610E']);
  });

  it('cannot be had by a card whose memory says so and that has none', () => {
    const { root } = cardAfter([REPLACE]).uicc;
    const pins = root.pins.filter(({ reference }) => reference !== 0x11);
    const card = new TestCard({ profile, root: { ...root, pins }, setUp: [SELECT_USIM] });
    expect(answers(card, [READ_IMSI, PIN1, READ_IMSI])).toEqual(['6982', '6984', '6982']);
  });
});

describe('a rule that cannot be found', () => {
  it.each([
    ['is a record that EF_ARR does not have', 11],
    ['is record 0', 0],
  ])('denies everything when it %s', (_what, arr) => {
    const profile = withChangedFile('MF/ADF.USIM/EF.IMSI', (file) => ({ ...file, arr }));
    const card = new TestCard({ profile, setUp: [SELECT_USIM, PIN1, PIN2, ADM1] });
    expect(card.send('00B0870009')).toBe('6982');
    expect(card.send('00D687000108')).toBe('6982');
  });

  it('denies everything when there is no EF_ARR', () => {
    const files = DEFAULT_PROFILE.files.filter(({ path }) => path !== 'MF/ADF.USIM/EF.ARR');
    const profile = { ...DEFAULT_PROFILE, files };
    const card = new TestCard({ profile, setUp: [SELECT_USIM, PIN1, PIN2, ADM1] });
    expect(card.send('00B0870009')).toBe('6982');
    expect(card.send('00B0830004')).toBe('6982');
  });

  it('denies everything when the record is no sequence of rules', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, ADM1, PIN1, select('7FFF6F06')] });
    card.expectOk(`00DC020440${'80'.repeat(64)}`);
    expect(card.send('00B0870009')).toBe('6982');
  });

  it('follows EF_ARR as soon as its record is updated', () => {
    const card = new TestCard({ setUp: [SELECT_USIM, ADM1, select('7FFF6F06')] });
    expect(card.send('00B0870009')).toBe('6982');
    card.expectOk(select('7FFF6F06'));
    card.expectOk(`00DC020440${'8001019000'.padEnd(128, 'F')}`);
    expect(card.send('00B0870009')).toBe('0809101010325476989000');
    expect(card.send('00D687000108')).toBe('6982');
  });
});
