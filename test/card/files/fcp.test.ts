/**
 * FCP templates, octet by octet, and for every file of the built-in profile.
 *
 * @see ETSI TS 102 221 §11.1.1.3
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import {
  type CardProfile,
  type FileProfile,
  hasRecords,
  type RulesProfile,
} from '../../../src/profile/profile.ts';
import { decodeBerTlvs } from '../../../src/tlv/ber.ts';
import { selectionOf } from '../support/files.ts';
import {
  EF_ACM,
  EF_OBJECTS,
  octet,
  SELECT_USIM,
  TestCard,
  withChangedFile,
  withFiles,
} from '../support/test-card.ts';

const PROFILE = withFiles([EF_ACM, EF_OBJECTS]);

/** An FCP is written here with a space behind each data object. */
function octetsOf(text: string): string {
  return text.replaceAll(/\s/gu, '');
}

function fcpOf(selections: readonly string[], profile: CardProfile = PROFILE): string {
  const card = new TestCard({ profile, setUp: selections.slice(0, -1) });
  return card.ask(`${selections.at(-1)}00`).replace(/9000$/u, '');
}

const SELECTION: Readonly<Record<string, readonly string[]>> = {
  MF: ['00A40004023F00'],
  'ADF.USIM': ['00A4040410A0000000871002FFFFFFFF8900000100'],
  'ADF.ISIM': ['00A4040410A0000000871004FFFFFFFF8900000100'],
  'DF.TELECOM': ['00A40004027F10'],
  'DF.5GS': [SELECT_USIM, '00A40804047FFF5FC0'],
  'EF.ICCID': ['00A40804022FE2'],
  'EF.IMSI': [SELECT_USIM, '00A40804047FFF6F07'],
  'EF.ECC': [SELECT_USIM, '00A40804047FFF6FB7'],
  'EF.SMS': [SELECT_USIM, '00A40804047FFF6F3C'],
  'EF.ACM': [SELECT_USIM, '00A40804047FFF6F39'],
  'EF.IMSConfigData': [SELECT_USIM, '00A40804047FFF6FF8'],
};

const FCP: Readonly<Record<string, string>> = {
  MF: `62 20  82 02 7821  83 02 3F00  A5 03 800171  8A 01 05  8B 03 2F0609
       C6 09 9001C0 830101 83010A`,
  'ADF.USIM': `62 35  82 02 7821  83 02 7FFF  84 10 A0000000871002FFFFFFFF8900000100
       A5 03 800171  8A 01 05  8B 03 2F0609  C6 0C 9001E0 830101 830181 83010A`,
  'ADF.ISIM': `62 35  82 02 7821  83 02 7FFF  84 10 A0000000871004FFFFFFFF8900000100
       A5 03 800171  8A 01 05  8B 03 2F0609  C6 0C 9001E0 830101 830181 83010A`,
  'DF.TELECOM': `62 20  82 02 7821  83 02 7F10  A5 03 800171  8A 01 05  8B 03 2F0609
       C6 09 9001C0 830101 83010A`,
  'DF.5GS': `62 23  82 02 7821  83 02 5FC0  A5 03 800171  8A 01 05  8B 03 6F0609
       C6 0C 9001E0 830101 830181 83010A`,
  'EF.ICCID': '62 17  82 02 4121  83 02 2FE2  8A 01 05  8B 03 2F0607  80 02 000A  88 01 10',
  // Room for 600 octets, whatever it holds.
  'EF.IMSConfigData': '62 17  82 02 7921  83 02 6FF8  8A 01 05  8B 03 6F0603  80 02 0258  88 01 A0',
  'EF.IMSI': '62 17  82 02 4121  83 02 6F07  8A 01 05  8B 03 6F0602  80 02 0009  88 01 38',
  'EF.ECC': '62 1A  82 05 4221000405  83 02 6FB7  8A 01 05  8B 03 6F0601  80 02 0014  88 01 08',
  'EF.SMS': '62 19  82 05 422100B00A  83 02 6F3C  8A 01 05  8B 03 6F0603  80 02 06E0  88 00',
  'EF.ACM': '62 1A  82 05 4621000303  83 02 6F39  8A 01 05  8B 03 6F0608  80 02 0009  88 01 E0',
};

describe('an FCP', () => {
  it.each(Object.entries(FCP))('of %s is the one expected', (name, expected) => {
    expect(fcpOf(SELECTION[name] ?? [])).toBe(octetsOf(expected));
  });

  it.each(['MF', 'ADF.USIM', 'DF.TELECOM', 'DF.5GS'])(
    'of %s is the same in SELECT and in STATUS',
    (name) => {
      const selections = SELECTION[name] ?? [];
      const card = new TestCard({ setUp: selections.slice(0, -1) });
      const selected = card.ask(`${selections.at(-1)}00`);
      expect(card.ask('80F2000000')).toBe(selected);
    },
  );

  it('tells of EFs in any directory what the profile says', () => {
    for (const file of PROFILE.files) {
      const [ef = '', application] = selectionOf(file).toReversed();
      const select = ef.replace(/^00A4080C/u, '00A40804');
      const fcp = fcpOf(application === undefined ? [select] : [application, select]);
      expect(summaryOf(fcp), file.path).toEqual(expectedSummary(file));
    }
  });
});

interface Summary {
  readonly fid: string;
  readonly descriptor: string;
  readonly size: number;
  readonly sfi: string;
  readonly arr: number | undefined;
}

function summaryOf(fcp: string): Summary {
  const [template] = decodeBerTlvs(fromHex(fcp), 'FCP');
  const objects = decodeBerTlvs(template?.value ?? new Uint8Array(0), 'FCP');
  const value = (tag: number): string =>
    toHex(objects.find((object) => object.tag === tag)?.value ?? Uint8Array.of()).toUpperCase();
  return {
    fid: value(0x83),
    descriptor: value(0x82),
    size: Number.parseInt(value(0x80), 16),
    sfi: value(0x88),
    arr: Number.parseInt(value(0x8b).slice(4), 16),
  };
}

function expectedSummary(file: FileProfile): Summary {
  const sfi = file.sfi === null ? '' : octet(file.sfi * 8);
  const { fid, arr } = file;
  if (!hasRecords(file)) {
    const descriptor = file.type === 'ber-tlv' ? '7921' : '4121';
    return { fid, descriptor, size: file.size, sfi, arr };
  }
  const kind = file.type === 'cyclic' ? '46' : '42';
  const descriptor = `${kind}2100${octet(file.recLen)}${octet(file.recCount)}`;
  return { fid, descriptor, size: file.recLen * file.recCount, sfi, arr };
}

describe('the access rules in an FCP', () => {
  const LONGEST = '8001019000'.padEnd(510, 'F');
  const forms: readonly (readonly [RulesProfile, string])[] = [
    [{ referenced: '2F0601' }, '8B 03 2F0601'],
    [{ referenced: '6F0601020003' }, '8B 06 6F0601020003'],
    [{ referenced: '6F060102' }, '8B 04 6F060102'],
    [{ expanded: '8001019000' }, 'AB 05 8001019000'],
    [{ expanded: LONGEST }, `AB 81FF ${LONGEST}`],
    [{ compact: '031100' }, '8C 03 031100'],
  ];

  it.each(forms)('of an EF are as the profile has them: %j', (rules, object) => {
    const profile = withChangedFile('MF/ADF.USIM/EF.IMSI', ({ arr: _, ...file }) => ({
      ...file,
      rules,
    }));
    const rest = [octetsOf('8202412183026F078A0105'), octetsOf(object), '80020009880138'].join('');
    const length = { 23: '17', 24: '18', 25: '19', 26: '1A', 276: '820114' }[rest.length / 2];
    expect(fcpOf(SELECTION['EF.IMSI'] ?? [], profile)).toBe(`62${length}${rest}`);
  });

  it.each(forms)('of a directory are as the profile has them: %j', (rules, object) => {
    const directories = DEFAULT_PROFILE.directories.map(({ arr = '', ...directory }) =>
      directory.path === 'MF/DF.TELECOM' ? { ...directory, rules } : { ...directory, arr },
    );
    const fcp = fcpOf(SELECTION['DF.TELECOM'] ?? [], { ...DEFAULT_PROFILE, directories });
    expect(fcp).toContain(`8A0105${octetsOf(object)}C609`);
  });
});

describe('the PIN status of an FCP', () => {
  const withPins = (disabled: readonly string[], references: readonly string[]): CardProfile => ({
    ...DEFAULT_PROFILE,
    pins: [
      ...DEFAULT_PROFILE.pins,
      ...['02', '03', '04', '05', '06', '11'].map((reference) => ({
        reference,
        value: '1111',
        retries: 3,
        enabled: true,
      })),
    ].map((pin) => ({ ...pin, enabled: !disabled.includes(pin.reference) })),
    directories: DEFAULT_PROFILE.directories.map((directory) =>
      directory.path === 'MF' ? { ...directory, pins: references } : directory,
    ),
  });
  const status = (profile: CardProfile): string =>
    fcpOf(['00A40004023F00'], profile).replace(/^.*2F0609/u, '');

  it.each([
    [[], ['01', '0A'], 'C6 09 9001C0 830101 83010A'],
    [['01'], ['01', '0A'], 'C6 09 900140 830101 83010A'],
    [['81'], ['01', '81', '0A'], 'C6 0C 9001A0 830101 830181 83010A'],
    [['01', '81'], ['01', '81', '0A'], 'C6 0C 900120 830101 830181 83010A'],
    [[], [], 'C6 02 9000'],
    // A key of the directory that the card does not have is not enabled.
    [[], ['01', '07'], 'C6 09 900180 830101 830107'],
    // The universal PIN has a usage qualifier in front: it need not be verified for another one.
    [[], ['01', '11'], 'C6 0C 9001C0 830101 950100 830111'],
    [
      ['06'],
      ['01', '02', '03', '04', '05', '06', '81', '0A', '11'],
      `C6 22 9002FB80 830101 830102 830103 830104 830105 830106 830181 83010A
       950100 830111`,
    ],
  ])('with %j disabled of %j', (disabled, references, expected) => {
    expect(status(withPins(disabled, references))).toBe(octetsOf(expected));
  });

  it.each([
    ['01', ['01', '0A', '11'], 'C6 0F 900160 830101 83010A 950108 830111'],
    ['02', ['01', '0A', '11'], 'C6 0F 9001E0 830101 83010A 950100 830111'],
    ['02', ['02', '11', '01'], 'C6 0F 900160 830102 950108 830111 830101'],
    ['02', ['02'], 'C6 06 900100 830102'],
  ])('with the universal PIN in the place of %s, of %j', (replaced, references, expected) => {
    const card = new TestCard({ profile: withPins([], references) });
    card.expectOk(`002691${replaced}08${replaced === '01' ? '31323334' : '31313131'}FFFFFFFF`);
    const fcp = card.ask('00A40004023F0000');
    expect(fcp.replace(/^.*2F0609/u, '')).toBe(octetsOf(`${expected} 9000`));
  });
});

describe('what is wanted of an FCP and not there', () => {
  it.each([
    ['SELECT without data has none', '00A4000C023F00', '9000'],
    ['STATUS without data has none', '80F2000C00', '9000'],
    ['STATUS of the AID has none without an application', '80F2000100', '6A88'],
    ['a failed SELECT has none', '00A40004026F07', '6A82'],
  ])('%s', (_what, command, expected) => {
    const card = new TestCard();
    expect(card.send(command)).toBe(expected);
    expect(card.send('00C0000001')).toBe('6985');
  });

  it('an EF without SFI says so with an empty object', () => {
    const profile = withChangedFile('MF/EF.ICCID', (file) => ({ ...file, sfi: null }));
    expect(fcpOf(['00A40804022FE2'], profile)).toMatch(/8800$/u);
  });
});
