import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  type AccessCondition,
  type AccessMode,
  type AccessOperation,
  type AccessRule,
  DF_ACCESS,
  decodeAccessRules,
  EF_ACCESS,
  encodeAccessRules,
  isAllowed,
} from '../../src/ef/access-rules.ts';
import profile from '../vectors/default-profile.json' with { type: 'json' };

const PIN1 = 0x01;
const PIN2 = 0x81;
const ADM1 = 0x0a;

const READ: AccessOperation = { am: EF_ACCESS.read, ins: 0xb0 };
const UPDATE: AccessOperation = { am: EF_ACCESS.update, ins: 0xd6 };
const ACTIVATE: AccessOperation = { am: EF_ACCESS.activate, ins: 0x44 };
const DEACTIVATE: AccessOperation = { am: EF_ACCESS.deactivate, ins: 0x04 };
const DELETE: AccessOperation = { am: EF_ACCESS.delete, ins: 0xe4 };
const INCREASE: AccessOperation = { am: 0, ins: 0x32 };
const RESIZE: AccessOperation = { am: 0, ins: 0xd4 };
const CREATE_EF: AccessOperation = { am: DF_ACCESS.createEf, ins: 0xe0 };
const DELETE_CHILD: AccessOperation = { am: DF_ACCESS.deleteChild, ins: 0xe4 };

/** Decides by a record in hex, with these keys verified. */
function decide(record: string, operation: AccessOperation, ...verified: readonly number[]) {
  return isAllowed(decodeAccessRules(fromHex(record)), operation, (reference) =>
    verified.includes(reference),
  );
}

const am = (byte: number): AccessMode => ({ kind: 'am', byte });
const key = (reference: number): AccessCondition => ({ kind: 'key', reference });

/** The records of every EF_ARR of the default test profile, each once. */
const RECORDS: readonly string[] = [
  ...new Set(
    profile.files
      .filter(({ path }) => path.endsWith('/EF.ARR'))
      .flatMap(({ records }) => records ?? []),
  ),
];

/** What each record means: read, update, deactivate and activate, and by which key. */
const MEANINGS: readonly (readonly AccessRule[])[] = [
  [
    { mode: am(0x01), condition: { kind: 'always' } },
    { mode: am(0x1a), condition: key(ADM1) },
  ],
  [
    { mode: am(0x01), condition: key(PIN1) },
    { mode: am(0x1a), condition: key(ADM1) },
  ],
  [
    { mode: am(0x03), condition: key(PIN1) },
    { mode: am(0x18), condition: key(ADM1) },
  ],
  [
    { mode: am(0x01), condition: { kind: 'always' } },
    { mode: am(0x02), condition: key(PIN1) },
    { mode: am(0x18), condition: key(ADM1) },
  ],
  [
    { mode: am(0x01), condition: key(PIN1) },
    { mode: am(0x02), condition: key(PIN2) },
    { mode: am(0x18), condition: key(ADM1) },
  ],
  [{ mode: am(0x1b), condition: key(ADM1) }],
  [
    { mode: am(0x01), condition: { kind: 'always' } },
    { mode: am(0x1a), condition: { kind: 'never' } },
  ],
  [
    { mode: am(0x01), condition: key(PIN1) },
    { mode: am(0x02), condition: key(PIN1) },
    { mode: { kind: 'command', ins: 0x32 }, condition: key(PIN1) },
    { mode: am(0x18), condition: key(ADM1) },
  ],
  [{ mode: am(0x5f), condition: key(ADM1) }],
];

describe('the records of the default test profile', () => {
  it('are nine', () => {
    expect(RECORDS).toHaveLength(MEANINGS.length);
  });

  it.each(RECORDS.map((record, n) => [n + 1, record] as const))('%i is read', (number, record) => {
    expect(decodeAccessRules(fromHex(record))).toStrictEqual(MEANINGS[number - 1]);
  });

  it.each(RECORDS)('%s is written as it was', (record) => {
    const octets = fromHex(record);
    expect(encodeAccessRules(decodeAccessRules(octets), octets.length)).toStrictEqual(octets);
  });
});

/** Records of field cards. */
const FIELD_RECORDS: readonly (readonly [string, readonly AccessRule[]])[] = [
  [
    '800101900080015aa40683010a950108ffffffff',
    [
      { mode: am(0x01), condition: { kind: 'always' } },
      { mode: am(0x5a), condition: key(ADM1) },
    ],
  ],
  [
    '8001019000800102a406830101950108800118a40683010a9501088401d4a40683010a950108',
    [
      { mode: am(0x01), condition: { kind: 'always' } },
      { mode: am(0x02), condition: key(PIN1) },
      { mode: am(0x18), condition: key(ADM1) },
      { mode: { kind: 'command', ins: 0xd4 }, condition: key(ADM1) },
    ],
  ],
  [
    '800102a010a406830181950108a40683010a950108',
    [{ mode: am(0x02), condition: { kind: 'or', of: [key(PIN2), key(ADM1)] } }],
  ],
];

describe('records of field cards', () => {
  it.each(FIELD_RECORDS)('%s are read, and written as they were', (record, rules) => {
    expect(decodeAccessRules(fromHex(record))).toStrictEqual(rules);
    expect(toHex(encodeAccessRules(rules, record.length / 2))).toBe(record);
  });
});

const ALWAYS_READ = '800101 9000';
const PIN1_DO = 'a406 830101 950108';
const ADM1_DO = 'a406 83010a 950108';

/** Record, operation, verified keys. The record is one of the profile's, by number, or hex. */
type Case = readonly [why: string, record: number | string, AccessOperation, readonly number[]];

const ALLOWED: readonly Case[] = [
  ['record 1 lets anybody read', 1, READ, []],
  ['record 1 lets ADM1 update', 1, UPDATE, [ADM1]],
  ['record 3 lets PIN1 update', 3, UPDATE, [PIN1]],
  ['record 5 lets PIN2 update', 5, UPDATE, [PIN2]],
  ['record 8 lets PIN1 increase', 8, INCREASE, [PIN1]],
  ['record 9 lets ADM1 create', 9, CREATE_EF, [ADM1]],
  ['OR is satisfied by one', `800102 a010 ${PIN1_DO} ${ADM1_DO}`, UPDATE, [ADM1]],
  ['AND is satisfied by both', `800102 af10 ${PIN1_DO} ${ADM1_DO}`, UPDATE, [PIN1, ADM1]],
  ['NOT turns a key that is not verified', `800102 a708 ${PIN1_DO}`, UPDATE, []],
  ['OR with an unsupported one', `800102 a00b 9e0141 ${PIN1_DO}`, UPDATE, [PIN1]],
  ['SC byte under a template', `800102 af0b 9e0111 ${ADM1_DO}`, UPDATE, [PIN1, ADM1]],
  ['SC byte NEVER under NOT', '800101 a703 9e01ff', READ, []],
  ['the key may stand behind its usage', '800102 a406 950108 830101', UPDATE, [PIN1]],
  ['two bits of one AM byte', `800103 ${PIN1_DO}`, READ, [PIN1]],
  ['an own AM byte covers b3 to b1', '800181 9000', READ, []],
];

const DENIED: readonly Case[] = [
  ['record 1 does not let PIN1 update', 1, UPDATE, [PIN1, PIN2]],
  ['record 1 says nothing of deletion', 1, DELETE, [PIN1, PIN2, ADM1]],
  ['record 2 lets nobody read without PIN1', 2, READ, []],
  ['record 2 does not let ADM1 read', 2, READ, [ADM1]],
  ['record 3 does not let PIN1 deactivate', 3, DEACTIVATE, [PIN1]],
  ['record 4 does not let anybody update', 4, UPDATE, []],
  ['record 5 does not let PIN1 update', 5, UPDATE, [PIN1]],
  ['record 6 does not let PIN1 read', 6, READ, [PIN1, PIN2]],
  ['record 7 lets nobody update', 7, UPDATE, [PIN1, PIN2, ADM1]],
  ['record 7 lets nobody activate', 7, ACTIVATE, [PIN1, PIN2, ADM1]],
  ['record 8 does not let PIN2 increase', 8, INCREASE, [PIN2, ADM1]],
  ['record 8 says nothing of resizing', 8, RESIZE, [PIN1, PIN2, ADM1]],
  ['record 9 does not let PIN1 delete a file', 9, DELETE_CHILD, [PIN1, PIN2]],
  ['a free record', 'ffffffffffffffff', READ, [PIN1, PIN2, ADM1]],
  ['no record', '', READ, [PIN1, PIN2, ADM1]],
  ['an AM byte of 0', '800100 9000', READ, [PIN1]],
  ['an operation without an AM bit', '80017f 9000', INCREASE, [PIN1]],
  ['the first rule decides: never', '800101 9700 800101 9000', READ, [PIN1]],
  ['the first rule decides: key', `800101 ${PIN1_DO} ${ALWAYS_READ}`, READ, [ADM1]],
  ['the first rule decides: INS before AM', '8401b0 9700 800101 9000', READ, [PIN1]],
  ['OR without either', `800102 a010 ${PIN1_DO} ${ADM1_DO}`, UPDATE, [PIN2]],
  ['AND with one', `800102 af10 ${PIN1_DO} ${ADM1_DO}`, UPDATE, [ADM1]],
  ['AND with never', `800102 af0a ${PIN1_DO} 9700`, UPDATE, [PIN1]],
  ['NOT with the key verified', `800102 a708 ${PIN1_DO}`, UPDATE, [PIN1]],
  ['NOT always', '800102 a702 9000', UPDATE, [PIN1]],
  ['NOT of two', `800102 a710 ${PIN1_DO} ${ADM1_DO}`, UPDATE, []],
  ['two SC_DOs: both hold', `800101 9000 ${PIN1_DO}`, READ, [PIN1]],
  ['two SC_DOs: one holds', `800101 9000 ${PIN1_DO}`, READ, []],
  ['SC byte under a template, with one', `800102 af0b 9e0111 ${ADM1_DO}`, UPDATE, [ADM1]],
  ['SC byte under NOT', '800101 a703 9e0111', READ, [PIN1]],
  ['unsupported under NOT', '800101 a703 9e0141', READ, [PIN1]],
  ['unsupported under NOT NOT', '800101 a705 a703 9e0141', READ, [PIN1]],
  ['unsupported under NOT OR', '800101 a707 a005 9e0141 9700', READ, [PIN1]],
  ['unsupported under NOT AND', '800101 a707 af05 9e0141 9000', READ, [PIN1]],
  ['AND with an unsupported one', `800102 af0b 9e0141 ${PIN1_DO}`, UPDATE, [PIN1]],
  ['another tag', '800101 b400', READ, [PIN1]],
  ['another tag under NOT', '800101 a702 b400', READ, [PIN1]],
  ['a key for external authentication', '800101 a406 830101 950180', READ, [PIN1]],
  ['a key without usage', '800101 a403 830101', READ, [PIN1]],
  ['a usage without key', '800101 a403 950108', READ, [PIN1]],
  ['a key and more', '800101 a409 830101 950108 800100', READ, [PIN1]],
  ['two keys in one', '800101 a409 830101 83010a 950108', READ, [PIN1, ADM1]],
  ['a key reference of 2 octets', '800101 a407 83020101 950108', READ, [PIN1]],
  ['an own access mode', '9c0101 9000', READ, [PIN1]],
  ['own bits of an AM byte', '8001f8 9000', ACTIVATE, [PIN1]],
  ['another INS', '8401b2 9000', READ, [PIN1]],
  ['INS with P1', '8602b000 9000', READ, [PIN1]],
  ['INS with CLA', '8c0200b0 9000', READ, [PIN1]],
  ['INS with P2', '8502b000 9000', READ, [PIN1]],
  ['CLA alone, and always behind it', `880100 9000 ${ALWAYS_READ}`, READ, [PIN1]],
];

/** SC byte, verified keys, whether the condition holds. */
const SC_BYTES: readonly (readonly [string, number, readonly number[], boolean])[] = [
  ['always', 0x00, [], true],
  ['never', 0xff, [PIN1, PIN2, ADM1], false],
  ['user authentication', 0x11, [PIN1], true],
  ['user authentication, as all of one', 0x91, [PIN1], true],
  ['one of it and secure messaging', 0x51, [PIN1], true],
  ['one of it and external authentication', 0x31, [PIN1], true],
  ['user authentication, by nobody', 0x11, [], false],
  ['user authentication, with other keys', 0x11, [PIN2, ADM1], false],
  ['user authentication, as all of one, by nobody', 0x91, [], false],
  ['all of it and secure messaging', 0xd1, [PIN1], false],
  ['all of it and external authentication', 0xb1, [PIN1], false],
  ['one of it and secure messaging, by nobody', 0x51, [], false],
  ['user authentication in no environment', 0x10, [PIN1], false],
  ['user authentication in environment 2', 0x12, [PIN1, PIN2, ADM1], false],
  ['user authentication in environment 15', 0x1f, [PIN1, PIN2, ADM1], false],
  ['secure messaging', 0x41, [PIN1], false],
  ['external authentication', 0x21, [PIN1], false],
  ['one of nothing', 0x01, [PIN1], false],
  ['all of nothing', 0x80, [PIN1], false],
  ['all of all in environment 14', 0xfe, [PIN1, PIN2, ADM1], false],
];

describe('a security condition byte', () => {
  it.each(SC_BYTES)('%s: %i', (_, byte, verified, holds) => {
    const record = `800101 9e01${byte.toString(16).padStart(2, '0')}`;
    expect(decide(record, READ, ...verified)).toBe(holds);
  });
});

const COMMAND = { am: 0, ins: 0x32, cla: 0x80, p1: 0x00, p2: 0x00 };
const WITH_CLA = (cla: number): AccessOperation => ({ ...COMMAND, cla });

/** Which headers the AM_DO of a rule covers; ALWAYS is its condition. */
const HEADERS: readonly (readonly [string, string, AccessOperation, boolean])[] = [
  ['INS', '840132', COMMAND, true],
  ['all four octets', '8f0480320000', COMMAND, true],
  ['CLA', '880180', COMMAND, true],
  ['P1', '820100', COMMAND, true],
  ['P2', '810100', COMMAND, true],
  ['CLA of channel 3', '880180', WITH_CLA(0x83), true],
  ['CLA of channel 4', '880180', WITH_CLA(0xc0), true],
  ['CLA of channel 19', '880180', WITH_CLA(0xcf), true],
  ['CLA of channel 3, on channel 0', '880183', COMMAND, true],
  ['CLA of channel 19, on channel 0', '8801cf', COMMAND, true],
  ['CLA A0', '8801a0', WITH_CLA(0xa0), true],
  ['another INS', '840133', COMMAND, false],
  ['another CLA', '880100', COMMAND, false],
  ['CLA A0, for the UICC', '8801a0', COMMAND, false],
  ['CLA 80, for the SIM', '880180', WITH_CLA(0xa0), false],
  ['CLA A1, which is none', '8801a1', WITH_CLA(0xa0), false],
  ['CLA with secure messaging', '88018c', COMMAND, false],
  ['CLA of channel 4 with secure messaging', '8801e0', COMMAND, false],
  ['that one, for the SIM', '8801e0', WITH_CLA(0xa0), false],
  ['CLA of a chain', '8801d0', COMMAND, false],
  ['another P1', '820101', COMMAND, false],
  ['another P2', '810101', COMMAND, false],
  ['all four octets, one of them another', '8f0480320001', COMMAND, false],
];

describe('a rule that names octets of the header', () => {
  it.each(HEADERS)('%s', (_, mode, operation, covers) => {
    expect(decide(`${mode} 9000`, operation)).toBe(covers);
    // A rule behind it decides for what it does not cover.
    expect(decide(`${mode} 9700 840132 9000`, operation)).toBe(!covers);
  });

  it.each(['8801b0', '820100', '810100'])('%s denies where that is not known', (mode) => {
    expect(decide(`${mode} 9000 ${ALWAYS_READ}`, READ)).toBe(false);
  });

  it('is passed over where another octet that is known differs', () => {
    expect(decide(`8602b200 9700 ${ALWAYS_READ}`, READ)).toBe(true);
  });
});

const recordOf = (record: number | string): string =>
  typeof record === 'string' ? record : (RECORDS[record - 1] ?? '');

describe('isAllowed', () => {
  it.each(ALLOWED)('allows: %s', (_, record, operation, verified) => {
    expect(decide(recordOf(record), operation, ...verified)).toBe(true);
  });

  it.each(DENIED)('denies: %s', (_, record, operation, verified) => {
    expect(decide(recordOf(record), operation, ...verified)).toBe(false);
  });

  it('asks for no key that the decision does not hang on', () => {
    const asked: number[] = [];
    const rules = decodeAccessRules(fromHex(`${ALWAYS_READ} 800102 a010 ${PIN1_DO} ${ADM1_DO}`));
    const isVerified = (reference: number): boolean => asked.push(reference) > 0;
    expect(isAllowed(rules, READ, isVerified)).toBe(true);
    expect(asked).toEqual([]);
    expect(isAllowed(rules, UPDATE, isVerified)).toBe(true);
    expect(asked).toEqual([PIN1]);
  });
});

/** Octets that are no access rules. */
const MALFORMED: readonly (readonly [why: string, record: string])[] = [
  ['an SC_DO first', '9000'],
  ['a key first', `${PIN1_DO}`],
  ['an AM_DO at the end', '800101'],
  ['an AM_DO at the end, with filler', '800101 ffff'],
  ['an AM_DO behind an AM_DO', '800101 800102 9000'],
  ['an AM byte of no octet', '8000 9000'],
  ['an AM byte of 2 octets', '80020102 9000'],
  ['a command of no octet', '8400 9000'],
  ['a command with an octet too many', '84023200 9000'],
  ['a command with an octet too few', '8f03a0b200 9000'],
  ['a condition ALWAYS with a value', '800101 900100'],
  ['a condition NEVER with a value', '800101 970100'],
  ['an SC byte of no octet', '800101 9e00'],
  ['an SC byte of 2 octets', '800101 9e020000'],
  ['an empty OR', '800101 a000'],
  ['an empty AND', '800101 af00'],
  ['an empty NOT', '800101 a700'],
  ['an OR that is cut', `800101 a010 ${PIN1_DO}`],
  ['an object of a key that is cut', '800101 a403 830201'],
  ['an indefinite length', '800101 a080 9000 0000'],
  ['rules behind the filler', `${ALWAYS_READ} ff ${ALWAYS_READ}`],
  ['zeros behind the rules', `${ALWAYS_READ} 0000`],
];

describe('a record that makes no sense', () => {
  it.each(MALFORMED)('is refused: %s', (_, record) => {
    expect(() => decodeAccessRules(fromHex(record))).toThrow(DecodeError);
  });

  it('is refused when templates are nested too deep, and not by an exhausted stack', () => {
    const nested = (depth: number): AccessCondition =>
      depth === 0 ? { kind: 'always' } : { kind: 'not', of: nested(depth - 1) };
    const record = (depth: number) =>
      encodeAccessRules([{ mode: am(0x01), condition: nested(depth) }]);
    expect(decodeAccessRules(record(8))).toHaveLength(1);
    expect(() => decodeAccessRules(record(9))).toThrow(DecodeError);
    expect(() => decodeAccessRules(record(400))).toThrow(DecodeError);
  });

  it('throws nothing but a DecodeError', () => {
    const tags = [0x80, 0x84, 0x9c, 0x90, 0x97, 0xa4, 0xa0, 0xa7, 0xaf, 0x83, 0x95, 0x9e, 0xff];
    const octet = fc.oneof(fc.constantFrom(...tags, 0, 1, 2, 3, 6, 8), fc.nat(255));
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 40 }), (octets) => {
        try {
          isAllowed(decodeAccessRules(Uint8Array.from(octets)), READ, () => true);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is either refused or a denial or a rule less, when a record is cut', () => {
    for (const record of RECORDS) {
      const whole = decodeAccessRules(fromHex(record));
      const { length } = encodeAccessRules(whole);
      for (let end = 0; end < length; end++) {
        const cut = fromHex(record).subarray(0, end);
        try {
          const rules = decodeAccessRules(cut);
          expect(rules).toStrictEqual(whole.slice(0, rules.length));
          expect(rules.length).toBeLessThan(whole.length);
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError);
        }
      }
    }
  });
});

const octetArbitrary = fc.nat(255);
const conditionArbitrary: fc.Arbitrary<AccessCondition> = fc.letrec<{ it: AccessCondition }>(
  (tie) => ({
    it: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'condition' },
      fc.constantFrom<AccessCondition>({ kind: 'always' }, { kind: 'never' }),
      octetArbitrary.map(key),
      octetArbitrary.map((octet): AccessCondition => {
        return { kind: 'unsupported', octets: Uint8Array.of(0xb4, 1, octet) };
      }),
      octetArbitrary.map((byte): AccessCondition => ({ kind: 'compact', byte })),
      fc
        .tuple(
          fc.constantFrom('or' as const, 'and' as const),
          fc.array(tie('it'), { minLength: 1, maxLength: 3 }),
        )
        .map(([kind, of]): AccessCondition => ({ kind, of })),
      tie('it').map((of): AccessCondition => ({ kind: 'not', of })),
    ),
  }),
).it;

const modeArbitrary: fc.Arbitrary<AccessMode> = fc.oneof(
  octetArbitrary.map(am),
  fc
    .record(
      { cla: octetArbitrary, ins: octetArbitrary, p1: octetArbitrary, p2: octetArbitrary },
      { requiredKeys: ['ins'], noNullPrototype: true },
    )
    .map((fields): AccessMode => ({ kind: 'command', ...fields })),
  fc.uint8Array({ maxLength: 4 }).map((octets): AccessMode => ({ kind: 'proprietary', octets })),
);

const rulesArbitrary = fc.array(
  fc.record({ mode: modeArbitrary, condition: conditionArbitrary }, { noNullPrototype: true }),
  { maxLength: 4 },
);

const EITHER = [true, false];

/** The outcomes of a security condition byte. */
function outcomesOfByte(byte: number, verified: ReadonlySet<number>): Set<boolean> {
  if (byte === 0x00 || byte === 0xff) return new Set([byte === 0x00]);
  const [isAll, isMessaging, isExternal, isUser] = [0x80, 0x40, 0x20, 0x10].map(
    (bit) => (byte & bit) !== 0,
  );
  const wanted: (readonly boolean[])[] = [];
  if (isMessaging) wanted.push(EITHER);
  if (isExternal) wanted.push(EITHER);
  if (isUser) wanted.push((byte & 0x0f) === 1 ? [verified.has(PIN1)] : EITHER);
  if (wanted.length === 0) return new Set(EITHER);
  const all = wanted.reduce((some, next) =>
    some.flatMap((a) => next.map((b) => (isAll ? a && b : a || b))),
  );
  return new Set(all);
}

/** All outcomes that there are when an unsupported condition may hold or not. */
function outcomes(condition: AccessCondition, verified: ReadonlySet<number>): Set<boolean> {
  switch (condition.kind) {
    case 'always':
      return new Set([true]);
    case 'never':
      return new Set([false]);
    case 'key':
      return new Set([verified.has(condition.reference)]);
    case 'compact':
      return outcomesOfByte(condition.byte, verified);
    case 'unsupported':
      return new Set(EITHER);
    case 'not':
      return new Set([...outcomes(condition.of, verified)].map((holds) => !holds));
    default: {
      const isOr = condition.kind === 'or';
      let all = new Set([!isOr]);
      for (const inner of condition.of) {
        const next = [...outcomes(inner, verified)];
        all = new Set([...all].flatMap((a) => next.map((b) => (isOr ? a || b : a && b))));
      }
      return all;
    }
  }
}

describe('access rules', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(rulesArbitrary, fc.nat(20), (rules, filler) => {
        const size = encodeAccessRules(rules).length + filler;
        expect(decodeAccessRules(encodeAccessRules(rules, size))).toStrictEqual(rules);
      }),
    );
  });

  it('allow only what holds whatever the unsupported conditions are', () => {
    const keys = fc.uniqueArray(octetArbitrary, { maxLength: 128 });
    fc.assert(
      fc.property(conditionArbitrary, keys, (condition, references) => {
        const verified = new Set(references);
        const all = outcomes(condition, verified);
        const allowed = isAllowed([{ mode: am(0x01), condition }], READ, (k) => verified.has(k));
        expect(allowed).toBe(all.size === 1 && all.has(true));
      }),
      { numRuns: 1000 },
    );
  });

  it('change nothing of the record and keep nothing of it', () => {
    const record = fromHex('9c0105 b40111 800101 b40122');
    const before = record.slice();
    const rules = decodeAccessRules(record);
    expect(record).toStrictEqual(before);
    const written = encodeAccessRules(rules);
    record.fill(0);
    expect(encodeAccessRules(rules)).toStrictEqual(written);
  });

  it.each<readonly [string, AccessRule]>([
    ['an AM byte of more than 8 bits', { mode: am(0x100), condition: { kind: 'always' } }],
    ['a key reference of more than 8 bits', { mode: am(1), condition: key(256) }],
    ['an SC byte of more than 8 bits', { mode: am(1), condition: { kind: 'compact', byte: 256 } }],
    ['a command that names no octet', { mode: { kind: 'command' }, condition: key(1) }],
    ['an empty OR', { mode: am(1), condition: { kind: 'or', of: [] } }],
    ['an empty AND', { mode: am(1), condition: { kind: 'and', of: [] } }],
  ])('refuse to be written: %s', (_, rule) => {
    expect(() => encodeAccessRules([rule])).toThrow(RangeError);
  });

  it('refuse to be written into a record that is too short', () => {
    const rules = [{ mode: am(0x01), condition: key(PIN1) }];
    expect(encodeAccessRules(rules, 11)).toHaveLength(11);
    expect(() => encodeAccessRules(rules, 10)).toThrow(RangeError);
  });
});
