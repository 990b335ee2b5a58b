/**
 * Commits and roots as octets: both ways, cut short, and any octets at all.
 *
 * @see docs/architecture.md, "The card changes by commits"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { imsi } from '../../../src/bytes/identity.ts';
import { makeImage } from '../../../src/card/image.ts';
import {
  type CardRoot,
  type Change,
  inLifeCycle,
  type KeyTableEntry,
  type PinState,
  type PinVariables,
  type StoredKey,
  type StoredKeySet,
} from '../../../src/card/memory.ts';
import {
  decodeCommit,
  decodeRoot,
  encodeCommit,
  encodeRoot,
  rootAfter,
} from '../../../src/card/store/commit-codec.ts';
import type { AuthenticationSecret } from '../../../src/crypto/algorithms.ts';
import { encodeSubscriptionParameters } from '../../../src/ota/subscription-change.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { keysOfApplications, keysOfGba } from '../support/bootstrapped-keys.ts';
import { descriptions } from '../support/edits.ts';

const IMAGE = makeImage(DEFAULT_PROFILE);

function octets(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length });
}

function uint(bits: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(0, 1, 2 ** bits - 1, Math.min(2 ** 31, 2 ** bits - 1)),
    fc.integer({ min: 0, max: 2 ** bits - 1 }),
  );
}

const pinVariables: fc.Arbitrary<PinVariables> = fc.record({
  value: octets(8),
  status: fc.constantFrom('enabled', 'disabled', 'replaced'),
  retriesLeft: uint(8),
  unblockRetriesLeft: uint(8),
});

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    kind: fc.constant('content' as const),
    file: uint(16),
    content: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constant('life-cycle' as const),
    file: uint(16),
    to: fc.constantFrom('creation', 'initialisation', 'activated', 'deactivated', 'terminated'),
  }),
  fc.record({
    kind: fc.constant('create' as const),
    file: uint(16),
    parent: uint(16),
    description: descriptions,
  }),
  fc.record({ kind: fc.constant('delete' as const), file: uint(16) }),
  fc.record({ kind: fc.constant('resize' as const), file: uint(16), size: uint(16) }),
  fc.record({ kind: fc.constant('pin' as const), reference: uint(8), to: pinVariables }),
  fc.record({ kind: fc.constant('seq' as const), entry: uint(8), ind: uint(8), seq: uint(48) }),
  fc.record({ kind: fc.constant('cntr' as const), entry: uint(8), kvn: uint(4), cntr: uint(40) }),
  fc.record({
    kind: fc.constant('applet-data' as const),
    applet: uint(8),
    data: fc.uint8Array({ maxLength: 100 }),
  }),
  fc.record({ kind: fc.constant('bootstrapped' as const), keys: keysOfGba(uint(16)) }),
  fc.record({ kind: fc.constant('stage' as const), parameters: fc.uint8Array({ maxLength: 250 }) }),
  fc.constant({ kind: 'unstage' as const }),
  fc.record({ kind: fc.constant('activate' as const), index: uint(8) }),
);
const commit = fc.array(change, { maxLength: 12 });

const storedKey: fc.Arbitrary<StoredKey> = fc.oneof(
  fc
    .constantFrom(16, 24, 32)
    .chain((length) => octets(length).map((key) => ({ type: 'AES' as const, key }))),
  octets(24).map((key) => ({ type: '3DES' as const, key })),
  octets(8).map((key) => ({ type: 'DES' as const, key })),
);
const keySet: fc.Arbitrary<StoredKeySet> = fc.record({
  kvn: uint(4),
  kic: storedKey,
  kid: storedKey,
  macLength: fc.constantFrom(4, 8),
  cntr: uint(40),
});
const secret: fc.Arbitrary<AuthenticationSecret> = fc.oneof(
  fc.record({
    algorithm: fc.constant(undefined),
    k: octets(16),
    opc: octets(16),
    constants: fc.option(octets(85), { nil: undefined }),
  }),
  fc.record({
    algorithm: fc.oneof(fc.constantFrom('tuak', 'xor'), fc.stringMatching(/^[a-z][\w.-]{0,31}$/u)),
    k: fc.oneof(octets(16), octets(32)),
    opc: fc.oneof(octets(0), octets(16), octets(32)),
    constants: fc.option(fc.uint8Array({ maxLength: 8 }), { nil: undefined }),
  }),
);
const entry: fc.Arbitrary<KeyTableEntry> = fc.integer({ min: 0, max: 8 }).chain((indBits) =>
  fc
    .record({
      secret,
      indBits: fc.constant(indBits),
      delta: uint(48),
      ageLimit: fc.option(uint(48), { nil: undefined }),
      seq: fc.oneof(
        fc.constant(Array.from({ length: 2 ** indBits }, () => 0)),
        fc.array(uint(48 - indBits), { minLength: 2 ** indBits, maxLength: 2 ** indBits }),
      ),
      keySets: fc.array(keySet, { maxLength: 3 }),
    })
    .map(({ secret: own, ...of }) => ({ ...own, ...of })),
);
const tries = fc.integer({ min: 1, max: 15 });
const pin: fc.Arbitrary<PinState> = fc
  .record({
    ...{ reference: uint(8), retriesMax: tries, variables: pinVariables },
    unblock: fc.option(fc.record({ value: octets(8), retriesMax: tries }), { nil: undefined }),
  })
  .map(({ variables, ...of }) => ({
    ...of,
    ...variables,
    // The universal PIN cannot take its own place.
    status: of.reference === 0x11 ? 'disabled' : variables.status,
    retriesLeft: variables.retriesLeft % (of.retriesMax + 1),
    unblockRetriesLeft: variables.unblockRetriesLeft % ((of.unblock?.retriesMax ?? 0) + 1),
  }));
const lifeCycle = fc.constantFrom(undefined, 'creation', 'deactivated', 'terminated');
const files: fc.Arbitrary<CardRoot['files']> = fc.tuple(
  ...IMAGE.nodes.map((node) =>
    node.kind === 'ef'
      ? fc.option(
          fc
            .tuple(octets(node.content.length), lifeCycle)
            .map(([content, state]) => ({ ...node, content, lifeCycle: state })),
          { nil: undefined, freq: 2 },
        )
      : fc.constant(undefined),
  ),
);
const staged = fc
  .stringMatching(/^00101[0-9]{10}$/)
  .map((digits) =>
    encodeSubscriptionParameters({ imsi: imsi(digits), mncLength: 2, operatorData: {} }),
  );
/** What some applets have stored; behind the last of them there is nothing. */
const appletData: fc.Arbitrary<CardRoot['appletData']> = fc
  .subarray(IMAGE.applets.map((_, n) => n))
  .chain((applets) =>
    fc.tuple(...applets.map(() => fc.uint8Array({ maxLength: 40 }))).map((stored) => {
      const data: (Uint8Array | undefined)[] = [];
      for (const [n, applet] of applets.entries()) data[applet] = stored[n];
      return Array.from(data);
    }),
  );
const root: fc.Arbitrary<CardRoot> = fc
  .record({
    files,
    pins: fc.oneof(fc.constant(IMAGE.root.pins), fc.array(pin, { minLength: 1, maxLength: 5 })),
    entries: fc.array(entry, { minLength: 1, maxLength: 4 }),
    active: fc.nat({ max: 3 }),
    staged: fc.option(staged, { nil: undefined }),
    appletData,
    bootstrapped: keysOfApplications(IMAGE),
  })
  .map((of) => {
    const active = of.active % of.entries.length;
    // Without a pair for it there can be no change.
    return { ...of, active, staged: active + 1 < of.entries.length ? of.staged : undefined };
  });

/** What a decoder may do with any octets: give a value, or throw a DecodeError. */
function orDecodeError<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    expect(error).toBeInstanceOf(DecodeError);
    return undefined;
  }
}

const PIN2: PinVariables = {
  value: fromHex('30303030FFFFFFFF'),
  status: 'enabled',
  retriesLeft: 2,
  unblockRetriesLeft: 10,
};

/** A transparent EF of 16 octets in the MF, and its template. */
const CREATE: Change = {
  kind: 'create',
  file: 0x0100,
  parent: 0,
  description: {
    kind: 'ef',
    fid: 0x6f29,
    structure: 'transparent',
    recordLength: 0,
    size: 16,
    sfi: undefined,
    rule: { kind: 'referenced', arrFid: 0x2f06, record: 1, arr: undefined },
    lifeCycle: undefined,
    specialInformation: undefined,
  },
};
const TEMPLATE = '6216 82024121 83026F29 8A0105 8B032F0601 80020010 8800';

describe('a commit', () => {
  it('comes back from its octets', () => {
    fc.assert(
      fc.property(commit, (changes) => {
        expect(decodeCommit(encodeCommit(changes))).toEqual(changes);
      }),
    );
  });

  it('is the only one that gives its octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
        const changes = orDecodeError(() => decodeCommit(octets));
        if (changes !== undefined) expect(encodeCommit(changes)).toEqual(octets);
      }),
      { numRuns: 2000 },
    );
  });

  it('cut short is a commit of fewer changes, or a DecodeError and nothing else', () => {
    fc.assert(
      fc.property(commit, (changes) => {
        const whole = encodeCommit(changes);
        for (let length = 0; length < whole.length; length++) {
          const found = orDecodeError(() => decodeCommit(whole.subarray(0, length)));
          if (found !== undefined) expect(changes.slice(0, found.length)).toEqual(found);
        }
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['content', { kind: 'content', file: 9, content: Uint8Array.of(1, 2) }, '01 0009 0002 0102'],
    ['pin', { kind: 'pin', reference: 0x81, to: PIN2 }, '02 81 30303030FFFFFFFF 01 02 0A'],
    [
      'pin, disabled',
      { kind: 'pin', reference: 0x01, to: { ...PIN2, status: 'disabled' } },
      '02 01 30303030FFFFFFFF 00 02 0A',
    ],
    [
      'pin, replaced',
      { kind: 'pin', reference: 0x01, to: { ...PIN2, status: 'replaced' } },
      '02 01 30303030FFFFFFFF 02 02 0A',
    ],
    ['seq', { kind: 'seq', entry: 1, ind: 31, seq: 2 ** 43 - 1 }, '03 01 001F 07FFFFFFFFFF'],
    ['cntr', { kind: 'cntr', entry: 0, kvn: 15, cntr: 2 ** 40 - 1 }, '04 00 0F FFFFFFFFFF'],
    ['stage', { kind: 'stage', parameters: Uint8Array.of(2) }, '05 0001 02'],
    ['unstage', { kind: 'unstage' }, '06'],
    ['activate', { kind: 'activate', index: 254 }, '07 FE'],
    ['applet-data', { kind: 'applet-data', applet: 3, data: Uint8Array.of(7) }, '08 03 0001 07'],
    ['life-cycle, created', { kind: 'life-cycle', file: 9, to: 'creation' }, '09 0009 01'],
    ['life-cycle, deactivated', { kind: 'life-cycle', file: 9, to: 'deactivated' }, '09 0009 04'],
    ['life-cycle, activated', { kind: 'life-cycle', file: 258, to: 'activated' }, '09 0102 05'],
    [
      'life-cycle, initialisation',
      { kind: 'life-cycle', file: 9, to: 'initialisation' },
      '09 0009 03',
    ],
    ['create', CREATE, `0A 0100 0000 0018 ${TEMPLATE}`],
    ['delete', { kind: 'delete', file: 0x0102 }, '0B 0102'],
    ['resize', { kind: 'resize', file: 0x0102, size: 0x80ff }, '0C 0102 80FF'],
    ['life-cycle, terminated', { kind: 'life-cycle', file: 9, to: 'terminated' }, '09 0009 0C'],
  ] as const)('of kind %s has the octets that stored cards rely on', (_kind, of, expected) => {
    expect(toHex(encodeCommit([of]))).toBe(toHex(fromHex(expected)));
    expect(decodeCommit(fromHex(expected))).toEqual([of]);
  });

  it.each([
    '00',
    '08',
    '0803',
    '08030001',
    '09',
    '0900',
    '090009',
    '09000900',
    '09000906',
    '0900090D',
    '0A',
    '0A0100',
    '0A01000000',
    '0A01000000000162',
    '0A0100000000026200',
    '0B',
    '0B00',
    '0C',
    '0C0000',
    '0C000001',
    '0D',
    '0E',
    'FF',
    '0100',
    '0101',
    '010001',
    '01000100',
    '0100010001',
    '02',
    '0201',
  ])('is not the octets %s', (of) => {
    expect(() => decodeCommit(fromHex(of))).toThrow(DecodeError);
  });

  it.each([9, 10, 11, 12])('is not the first %i octets of a PIN', (length) => {
    const whole = fromHex('02 81 30303030FFFFFFFF 01 02 0A');
    expect(() => decodeCommit(whole.subarray(0, length))).toThrow(DecodeError);
  });

  it.each(['03', '04', '80', 'FF'])('does not have the status %s of a PIN', (status) => {
    expect(() => decodeCommit(fromHex(`02 81 30303030FFFFFFFF ${status} 02 0A`))).toThrow(
      'commit/status',
    );
  });

  it.each(['0301', '030100', '03010000', '0400', '04000F0102030405FF', '0500', '050002FF', '07'])(
    'is not the octets %s',
    (of) => {
      expect(() => decodeCommit(fromHex(of))).toThrow(DecodeError);
    },
  );
});

describe('a card at rest', () => {
  it('comes back from its octets', () => {
    fc.assert(
      fc.property(root, (of) => {
        expect(decodeRoot(IMAGE, encodeRoot(IMAGE, of))).toEqual(of);
      }),
      { numRuns: 100 },
    );
  });

  it('shares what it has from the image', () => {
    const woken = decodeRoot(IMAGE, encodeRoot(IMAGE, IMAGE.root));
    expect(woken).toEqual(IMAGE.root);
    expect(woken.pins).toBe(IMAGE.root.pins);
  });

  it('cut short anywhere is a DecodeError and nothing else', () => {
    fc.assert(
      fc.property(root, (of) => {
        const whole = encodeRoot(IMAGE, of);
        // Every place near the ends of fields, and some in long files.
        for (let length = 0; length < whole.length; length += length < 200 ? 1 : 7) {
          expect(() => decodeRoot(IMAGE, whole.subarray(0, length))).toThrow(DecodeError);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('with octets behind it is a DecodeError', () => {
    fc.assert(
      fc.property(root, fc.uint8Array({ minLength: 1, maxLength: 4 }), (of, more) => {
        const whole = Uint8Array.from([...encodeRoot(IMAGE, of), ...more]);
        expect(() => decodeRoot(IMAGE, whole)).toThrow(DecodeError);
      }),
      { numRuns: 30 },
    );
  });

  it('from any octets, or with octets changed, is a card or a DecodeError', () => {
    const changed = fc
      .tuple(root, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }))
      .map(([of, places]) => {
        const whole = encodeRoot(IMAGE, of);
        for (const [at, value] of places) whole[at % whole.length] = value;
        return whole;
      });
    const tailed = fc
      .uint8Array({ maxLength: 200 })
      .map((tail) => Uint8Array.of(0xff, 0xff, ...tail));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), tailed, changed), (of) => {
        const found = orDecodeError(() => decodeRoot(IMAGE, of));
        if (found === undefined) return;
        expect(decodeRoot(IMAGE, encodeRoot(IMAGE, found))).toEqual(found);
      }),
      { numRuns: 500 },
    );
  });

  /** Behind 'FFFF', no PINs, pair 0, nothing staged and 'FF': no data of applets. */
  const keyTable = toHex(encodeRoot(IMAGE, IMAGE.root)).slice(14);

  it('may have contents, PINs and pairs as written here', () => {
    const written = `0007 000A ${'01'.repeat(10)} FFFF 00 00 0000 FF ${keyTable}`;
    const root = decodeRoot(IMAGE, fromHex(written));
    expect(root.files[7]).toMatchObject({ content: new Uint8Array(10).fill(1) });
    expect({ ...root, files: [] }).toEqual({ ...IMAGE.root, files: [] });
    const pair = `${'00'.repeat(32)} 00 08 ${'00'.repeat(6)}`;
    const keys = `02 10 ${'00'.repeat(16)}`;
    const other = `FFFF 00 00 0000 FF 01 ${pair} 01 01 08 0000000000 00${keys.slice(2)} ${keys}`;
    expect(decodeRoot(IMAGE, fromHex(other)).entries[0]?.keySets[0]?.kid.type).toBe('DES');
  });

  it('may have pairs of other algorithms, as written here', () => {
    const rest = `08 ${'00'.repeat(6)} 00`;
    const [k, top] = ['1A'.repeat(16), '2B'.repeat(16)];
    const zeros = '00'.repeat(256 * 6);
    const tuak = `${k} ${top} 09 04 7475616B 20 ${'3C'.repeat(16)} 20 ${'4D'.repeat(16)}
      04 08101001 ${rest}`;
    const xor = `${k} ${'00'.repeat(16)} 0C 03 786F72 10 00 ${rest.slice(0, -3)} ${zeros} 00`;
    const written = `FFFF 00 00 0000 FF 02 ${tuak} ${xor}`.replaceAll(/\s/gu, '');
    const root = decodeRoot(IMAGE, fromHex(written));
    expect(root.entries).toMatchObject([
      {
        algorithm: 'tuak',
        k: fromHex(`${k}${'3C'.repeat(16)}`),
        opc: fromHex(`${top}${'4D'.repeat(16)}`),
        constants: fromHex('08101001'),
      },
      { algorithm: 'xor', k: fromHex(k), opc: new Uint8Array(0), constants: undefined },
    ]);
    const plain = toHex(fromHex(tuak.replaceAll(/\s/gu, '')));
    expect(toHex(encodeRoot(IMAGE, root))).toContain(plain);
  });

  it('may have a file in another state of its life than the image, as written here', () => {
    const content = `000A ${'01'.repeat(10)}`;
    for (const [octet, expected] of [
      ['01', 'creation'],
      ['04', 'deactivated'],
      ['05', undefined],
      ['0C', 'terminated'],
    ]) {
      const written = `8007 ${octet} ${content} FFFF 00 00 0000 FF ${keyTable}`;
      const root = decodeRoot(IMAGE, fromHex(written));
      expect(root.files[7]).toMatchObject({ lifeCycle: expected });
      expect(root.files[7]).toMatchObject({ content: new Uint8Array(10).fill(1) });
    }
  });

  it('keeps that an EF was activated which the image has deactivated', () => {
    const nodes = IMAGE.nodes.map((node, n) =>
      n === 7 && node.kind === 'ef' ? inLifeCycle(node, 'deactivated') : node,
    );
    const image = { ...IMAGE, nodes };
    const commit = encodeCommit([{ kind: 'life-cycle', file: 7, to: 'activated' }]);
    const after = rootAfter(image, image.root, [commit]);
    expect(after.files[7]?.lifeCycle).toBeUndefined();
    expect(decodeRoot(image, encodeRoot(image, after))).toEqual(after);
  });

  it('may have a PIN as written here, with an UNBLOCK PIN and without', () => {
    const pins = `02
      01 31323334FFFFFFFF 02 01 09 03 0A 3132333435363738
      0A 3131313131313131 01 0F 00 0F 00`;
    const written = `FFFF ${pins} 00 0000 FF ${keyTable}`;
    expect(decodeRoot(IMAGE, fromHex(written)).pins).toEqual([
      {
        reference: 0x01,
        value: fromHex('31323334FFFFFFFF'),
        status: 'replaced',
        retriesLeft: 1,
        unblockRetriesLeft: 9,
        retriesMax: 3,
        unblock: { value: fromHex('3132333435363738'), retriesMax: 10 },
      },
      {
        reference: 0x0a,
        value: fromHex('3131313131313131'),
        status: 'enabled',
        retriesLeft: 15,
        unblockRetriesLeft: 0,
        retriesMax: 15,
        unblock: undefined,
      },
    ]);
  });

  it.each([
    ['a PIN with more tries than it has', '01 31323334FFFFFFFF 01 04 00 03 00'],
    ['a PIN of 16 tries', '01 31323334FFFFFFFF 01 03 00 10 00'],
    ['tries of an UNBLOCK PIN that is not there', '01 31323334FFFFFFFF 01 03 01 03 00'],
    [
      'an UNBLOCK PIN with more tries than it has',
      '01 31323334FFFFFFFF 01 03 0B 03 0A 3132333435363738',
    ],
    ['an UNBLOCK PIN of 16 tries', '01 31323334FFFFFFFF 01 03 0A 03 10 3132333435363738'],
    ['a PIN of an unknown status', '01 31323334FFFFFFFF 03 03 00 03 00'],
    ['a universal PIN that replaces itself', '11 31323334FFFFFFFF 02 03 00 03 00'],
  ])('is refused with %s', (_what, of) => {
    const written = fromHex(`FFFF 01 ${of} 00 0000 FF ${keyTable}`);
    expect(() => decodeRoot(IMAGE, written)).toThrow(DecodeError);
  });

  it.each([
    ['a file that the image does not have', `0FFF 0001 00 FFFF 00 00 0000 FF ${keyTable}`],
    ['a state that there is not', `8007 06 000A ${'01'.repeat(10)} FFFF 00 00 0000 FF ${keyTable}`],
    ['the state of a directory', `8000 04 0000 FFFF 00 00 0000 FF ${keyTable}`],
    ['a state and no content', `8007 04 FFFF 00 00 0000 FF ${keyTable}`],
    ['a directory in place of a file', `0000 0001 00 FFFF 00 00 0000 FF ${keyTable}`],
    ['a file of another length', `0007 0001 00 FFFF 00 00 0000 FF ${keyTable}`],
    ['an active pair that is not there', `FFFF 00 04 0000 FF ${keyTable}`],
    ['no pair', 'FFFF 00 00 0000 FF 00'],
    ['data of an applet that is not there', `FFFF 00 00 0000 08 0001 00 FF ${keyTable}`],
    ['data of an applet twice', `FFFF 00 00 0000 00 0001 00 00 0001 00 FF ${keyTable}`],
    ['data of applets in another order', `FFFF 00 00 0000 01 0001 00 00 0001 00 FF ${keyTable}`],
  ])('is refused with %s', (_what, of) => {
    expect(() => decodeRoot(IMAGE, fromHex(of))).toThrow(DecodeError);
  });
});

describe('the commits of a log', () => {
  const PARAMETERS = '02080910101032547698';

  it.each([
    ['01FFFE0001FF', 'a file that is not there'],
    ['01000000 01 FF', 'a directory in place of an EF'],
    ['02 7F 31323334FFFFFFFF 01 03 0A', 'a PIN that is not there'],
    ['02 01 31323334FFFFFFFF 01 04 0A', 'more tries than the PIN has'],
    ['02 01 31323334FFFFFFFF 01 03 0B', 'more tries than the UNBLOCK PIN has'],
    ['02 0A 3131313131313131 01 0A 01', 'tries of an UNBLOCK PIN that is not there'],
    ['03040000000000000001', 'a SEQ of a pair that is not there'],
    ['03000020000000000001', 'a SEQ behind the array'],
    ['03000000080000000000', 'a SEQ of 44 bits beside an IND of 5'],
    ['04000F0000000001', 'a CNTR of a key set that is not there'],
    [`05000A${PARAMETERS.slice(0, 18)}FF`, 'a staged change with a malformed IMSI'],
    ['05000100', 'a staged change of one octet'],
    ['0704', 'a pair that is not there'],
    ['08 08 0001 00', 'data of an applet that is not there'],
    [`08 00 4001 ${'00'.repeat(0x4001)}`, 'more data than an applet may store'],
    ['09 FFFE 04', 'the state of a file that is not there'],
    ['09 0000 04', 'the state of a directory'],
    ['09 0007 06', 'a state that there is not'],
    ['09 0007 0C 09 0007 05', 'a file that is terminated, and activated again'],
    [`0A 0010 0000 0018 ${TEMPLATE}`, 'a new file with the number of another'],
    [`0A 7FFF 0000 0018 ${TEMPLATE}`, 'a new file with a number that no file has'],
    [`0A 0100 FFFE 0018 ${TEMPLATE}`, 'a new file in a directory that is not there'],
    [`0A 0100 0007 0018 ${TEMPLATE}`, 'a new file in an EF'],
    [`0A 0100 0000 0018 ${TEMPLATE.replace('6F29', '2FE2')}`, 'a new file beside its like'],
    [`0A 0100 0000 0018 ${TEMPLATE.replace('8A0105', '8A010C')}`, 'a new file that is terminated'],
    ['0B FFFE', 'the end of a file that is not there'],
    ['0B 0000', 'the end of the MF'],
    ['0B 0007 0B 0007', 'the end of a file, twice'],
    ['0B 0007 01 0007 000A 00010203040506070809', 'a file that was deleted, written'],
    ['0C FFFE 0001', 'a size of a file that is not there'],
    ['0C 0000 0001', 'a size of a directory'],
    ['0C 0007 0000', 'a size of no octets'],
    ['0C 0007 8100', 'a size that READ BINARY does not reach'],
    ['0C 0007 0009 01 0007 000A 00010203040506070809', 'more than a file has any more'],
    ['0D', 'no kind of change'],
  ])('are no commits of this card with %s: %s', (hex) => {
    expect(() => rootAfter(IMAGE, IMAGE.root, [fromHex(hex)])).toThrow(DecodeError);
  });

  it('may have the highest SEQ that there is beside its IND', () => {
    const { entries } = rootAfter(IMAGE, IMAGE.root, [fromHex('0300001F07FFFFFFFFFF')]);
    expect(entries[0]?.seq[31]).toBe(2 ** 43 - 1);
  });

  it('give a root, or a DecodeError, whatever their octets', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 3 }), (commits) => {
        const after = orDecodeError(() => rootAfter(IMAGE, IMAGE.root, commits));
        if (after !== undefined) expect(after.active).toBeLessThan(after.entries.length);
      }),
      { numRuns: 2000 },
    );
  });
});
