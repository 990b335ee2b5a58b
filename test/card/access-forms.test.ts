/**
 * Access rules in all their forms, attacked: every EF of the built-in profile with its rule in each
 * form gives each command to the same people, and rules that make no sense give nothing to anybody.
 *
 * @see ETSI TS 102 221 §9, §9.2.4; ISO/IEC 7816-4 §5.4.3
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import {
  type CardProfile,
  type FileProfile,
  hasRecords,
  type RulesProfile,
} from '../../src/profile/profile.ts';
import { selectionOf } from './support/files.ts';
import {
  ADM1,
  EF_ACM,
  octet,
  PIN1,
  PIN2,
  SELECT_USIM,
  select,
  TestCard,
  withChangedFile,
  withFiles,
} from './support/test-card.ts';

/** The built-in files, a cyclic one, and a transparent and a BER-TLV EF for each rule. */
const OWN = { sfi: null, type: 'transparent', size: 2, data: '5A5A' } as const;
const OBJECTS = { sfi: null, type: 'ber-tlv', size: 8, data: '8002C0DE' } as const;
const PROFILE = withFiles([
  EF_ACM,
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].flatMap((arr): FileProfile[] => [
    { ...OWN, path: `MF/ADF.USIM/EF.R${arr}`, fid: `6E${octet(arr)}`, arr },
    { ...OBJECTS, path: `MF/ADF.USIM/EF.O${arr}`, fid: `6D${octet(arr)}`, arr },
  ]),
]);

const KEYS: Readonly<Record<string, readonly string[]>> = {
  nobody: [],
  PIN1: [PIN1],
  PIN2: [PIN2],
  ADM1: [ADM1],
  'all three': [PIN1, PIN2, ADM1],
};

/** The commands that rules are about, by the access mode bit that stands for them. */
type Operation = 'read' | 'update' | 'deactivate' | 'activate' | 'increase';

function commandsOn(file: FileProfile): readonly (readonly [Operation, string])[] {
  const lifeCycle = [
    ['deactivate', '00040000'],
    ['activate', '00440000'],
  ] as const;
  if (file.type === 'ber-tlv') {
    const first = [
      ['read', '80CB00800180'],
      ['update', '80DB0080048002C0DE'],
    ] as const;
    return [...first, ...lifeCycle];
  }
  if (!hasRecords(file)) {
    const update = `00D6000001${file.data.slice(0, 2)}`;
    return [['read', '00B0000001'], ['update', update], ...lifeCycle];
  }
  const [record = 'FF'.repeat(file.recLen)] = file.records;
  const length = octet(file.recLen);
  const mode = file.type === 'cyclic' ? '0003' : '0104';
  return [
    ['read', `00B20104${length}`],
    ['read', `00A2010401${record.slice(0, 2)}`],
    ['update', `00DC${mode}${length}${record}`],
    ['increase', '8032000003000001'],
    ...lifeCycle,
  ];
}

/** The status words of all commands on all EFs, in the order of the profile. */
function answersTo(profile: CardProfile, keys: readonly string[]): string[][] {
  const card = new TestCard({ profile, setUp: keys });
  const answers = profile.files.map((file) => {
    for (const command of selectionOf(file)) card.expectOk(command);
    return commandsOn(file).map(([, command]) => card.send(command).slice(-4));
  });
  expect(card.faults).toEqual([]);
  return answers;
}

/** FID and records of the EF_ARR that holds for a file. */
function arrOf({ path }: FileProfile): { fid: string; records: readonly string[] } {
  const [, application] = path.split('/');
  const isInMf = path.split('/').length === 2;
  const owner = isInMf ? 'MF/EF.ARR' : `MF/${application}/EF.ARR`;
  const file = DEFAULT_PROFILE.files.find((one) => one.path === owner);
  if (file === undefined || !hasRecords(file)) throw new Error(`no ${owner}`);
  return { fid: file.fid, records: file.records };
}

function withRules(rulesOf: (file: FileProfile) => RulesProfile): CardProfile {
  const files = PROFILE.files.map((file) => {
    const { arr: _, ...rest } = file;
    return { ...rest, rules: rulesOf(file) };
  });
  return { ...PROFILE, files };
}

const reference = (file: FileProfile, seid: string): string =>
  arrOf(file).fid + seid + octet(file.arr ?? 0);

function recordOf(file: FileProfile): string {
  return arrOf(file).records[(file.arr ?? 0) - 1] ?? 'FF';
}

/** The forms that say all that a record of EF_ARR says. */
const FORMS: Readonly<Record<string, (file: FileProfile) => RulesProfile>> = {
  'a reference': (file) => ({ referenced: reference(file, '') }),
  'a reference for each environment': (file) => {
    return { referenced: `${reference(file, '01')}00${octet(file.arr ?? 0)}` };
  },
  'a reference for the environment behind others': (file) => {
    return { referenced: `${arrOf(file).fid}0007020601${octet(file.arr ?? 0)}` };
  },
  'expanded format': (file) => ({ expanded: recordOf(file).replace(/(?:FF)+$/u, '') }),
  'expanded format with filler': (file) => ({ expanded: recordOf(file) }),
};

/**
 * What of each record compact format can say: SC bytes for activate, deactivate, update and read.
 * '12' stands where the record has PIN2 or ADM1, for which there is no SC byte.
 */
const COMPACT: Readonly<Record<number, string>> = {
  1: '1B12121200',
  2: '1B12121211',
  3: '1B12121111',
  4: '1B12121100',
  5: '1B12121211',
  6: '1B12121212',
  7: '1BFFFFFF00',
  8: '1B12121111',
  9: '1B12121212',
  10: '00',
};

/** Whether the SC byte says what the record says. */
function isSaid(compact: string, operation: Operation): boolean {
  const [, activate, deactivate, update, read] = compact.match(/../gu) ?? [];
  const bytes = { activate, deactivate, update, read, increase: undefined };
  return bytes[operation] !== undefined && bytes[operation] !== '12';
}

const BASE = new Map(Object.entries(KEYS).map(([who, keys]) => [who, answersTo(PROFILE, keys)]));

describe.each(Object.entries(FORMS))('every EF with its rule as %s', (_, rulesOf) => {
  it.each(Object.keys(KEYS))('answers %s as with a record of EF_ARR', (who) => {
    expect(answersTo(withRules(rulesOf), KEYS[who] ?? [])).toEqual(BASE.get(who));
  });
});

describe('every EF with its rule in compact format', () => {
  it.each(Object.keys(KEYS))('answers %s as with a record, where that can be said', (who) => {
    const profile = withRules(({ arr = 10 }) => ({ compact: COMPACT[arr] ?? '00' }));
    const answers = answersTo(profile, KEYS[who] ?? []);
    for (const [n, file] of PROFILE.files.entries()) {
      const said = COMPACT[file.arr ?? 10] ?? '00';
      const expected = commandsOn(file).map(([operation], at) => {
        const sw = BASE.get(who)?.[n]?.[at];
        // What is no question of rights is answered before.
        return isSaid(said, operation) || sw === '6981' ? sw : '6982';
      });
      expect(answers[n], file.path).toEqual(expected);
    }
  });
});

describe('the matrix that forms are compared with', () => {
  it('has both answers for each of the commands', () => {
    const seen = new Map<Operation, Set<string>>();
    for (const answers of BASE.values()) {
      for (const [n, file] of PROFILE.files.entries()) {
        for (const [at, [operation]] of commandsOn(file).entries()) {
          const sws = seen.get(operation) ?? new Set();
          seen.set(operation, sws.add(answers[n]?.[at] === '6982' ? 'denied' : 'allowed'));
        }
      }
    }
    expect([...seen.values()].map((sws) => sws.size)).toEqual([2, 2, 2, 2, 2]);
  });
});

const nested = (tag: string, times: number): string => {
  let value = '9000';
  for (let n = 0; n < times; n++) {
    const length = value.length / 2;
    value = `${tag}${length < 128 ? '' : '81'}${octet(length)}${value}`;
  }
  return `80015B${value}`;
};

/** Rules that allow nothing, on whatever ground. */
const NOTHING: Readonly<Record<string, RulesProfile>> = {
  'never, expanded': { expanded: '80017F9700' },
  'never, by the whole header': { expanded: '8401B097008401B297008401A29700' },
  'never, compact': { compact: '7FFFFFFFFFFFFFFF' },
  'never, in front of always': { expanded: '80017F970080017F9000' },
  'always, for what nobody does': { expanded: '8001649000' },
  'always, for another class': { expanded: '8801E09000' },
  'always, as bits of another': { expanded: '8001F89000' },
  'always, without an access mode': { expanded: '9000' },
  'two conditions': { expanded: '80017F90009000' },
  'NOT NEVER and always at once': { expanded: '80017FA70297009000' },
  'OR, nested nine times': { expanded: nested('A0', 9) },
  'NOT, nested nine times': { expanded: nested('A7', 9) },
  'AND, nested as deep as it goes': { expanded: nested('AF', 100) },
  'templates that are longer than all': { expanded: '80017FA083FFFFFF9000' },
  'a template of indefinite length': { expanded: '80017FA08090000000' },
  'a template that is cut': { expanded: '80017FA0049000' },
  'always, behind a rule that is cut': { expanded: '80017F9000800101' },
  'always, behind filler': { expanded: 'FF80017F9000' },
  'an empty template': { expanded: '80017FAF00' },
  'a key that is none': { expanded: '80017FA406830100950108' },
  'a key to be used otherwise': { expanded: '80017FA406830101950180' },
  'keys in one template': { expanded: '80017FA40983010183010A950108' },
  'secure messaging': { compact: '7F41414141414141' },
  'an SC byte too many': { compact: '0100007F' },
  'an SC byte too few': { compact: '7F00' },
  'expanded format as compact': { compact: '80017F9000' },
  'compact format as expanded': { expanded: '7F00000000000000' },
  'a reference to record 0': { referenced: '6F0600' },
  'a reference to a record past the last': { referenced: '6F06FF' },
  'a reference to a transparent EF': { referenced: '6F0701' },
  'a reference to nothing': { referenced: '000001' },
  'references for other environments': { referenced: '6F060001020103010F01FF01' },
};

/** Each way to an EF's content. */
function readingCommands(file: FileProfile): string[] {
  const sfi = file.sfi ?? 0;
  if (file.type === 'ber-tlv') return ['80CB00800180', '80CB0080015C', '80CB0000', '80CB0040'];
  if (!hasRecords(file)) {
    return ['00B0000000', '00B0000001', ...(sfi > 0 ? [`00B0${octet(0x80 | sfi)}0001`] : [])];
  }
  const modes = ['0002', '0003', '0104', ...(sfi > 0 ? [`01${octet((sfi << 3) | 4)}`] : [])];
  const [record = '00'] = file.records;
  const reads = modes.map((mode) => `00B2${mode}${octet(file.recLen)}`);
  const searches = ['0104', '0005'].map((mode) => `00A2${mode}01${record.slice(0, 2)}`);
  return [...reads, ...searches, `00A2010603040000`, '803200000101'];
}

describe.each(Object.entries(NOTHING))('no command reads an EF whose rules are: %s', (_, rules) => {
  it('whichever EF it is, and whoever asks', () => {
    const profile = withRules(() => rules);
    const card = new TestCard({ profile, setUp: [PIN1, PIN2, ADM1] });
    for (const file of profile.files) {
      for (const command of selectionOf(file)) card.expectOk(command);
      const answers = readingCommands(file).map((command) => card.send(command));
      const refusals = answers.map((answer) => (answer === '6981' ? '6982' : answer));
      expect(refusals, file.path).toEqual(answers.map(() => '6982'));
      expect(card.send('00C0000000')).toBe('6985');
    }
    expect(card.faults).toEqual([]);
  });
});

describe('an EF with any octets for its rules', () => {
  const tags = [0x80, 0x84, 0x87, 0x90, 0x97, 0x9e, 0xa0, 0xa4, 0xa7, 0xaf, 0x83, 0x95, 0xff];
  const octets = fc.oneof(fc.constantFrom(...tags, 0, 1, 2, 3, 6), fc.nat(255));
  const hex = (max: number): fc.Arbitrary<string> =>
    fc.array(octets, { minLength: 1, maxLength: max }).map((of) => toHex(Uint8Array.from(of)));
  const rules: fc.Arbitrary<RulesProfile> = fc.oneof(
    hex(24).map((expanded) => ({ expanded })),
    hex(8).map((compact) => ({ compact })),
  );

  it('is read or denied, and no error leaves the card', () => {
    fc.assert(
      fc.property(rules, (of) => {
        const profile = withChangedFile('MF/ADF.USIM/EF.IMSI', ({ arr: _, ...file }) => ({
          ...file,
          rules: of,
        }));
        const card = new TestCard({ profile, setUp: [SELECT_USIM, select('7FFF6F07')] });
        expect(['0809101010325476989000', '6982']).toContain(card.send('00B0000009'));
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
