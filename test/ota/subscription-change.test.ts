/**
 * The commands of the subscription-change applet and their answers, octet by octet. The coding is
 * this project's own; IMSI and ICCID are coded as in their elementary files.
 *
 * @see docs/subscription-change.md; 3GPP TS 31.102 §4.2.2; ETSI TS 102 226 §5.1.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { iccid, imsi, plmn } from '../../src/bytes/identity.ts';
import {
  type CommandFault,
  decodeChangeAnswer,
  decodeQueryAnswer,
  decodeRemoteAnswer,
  decodeSubscriptionCommand,
  decodeSubscriptionParameters,
  encodeChangeAnswer,
  encodeQueryAnswer,
  encodeRemoteAnswer,
  encodeSubscriptionCommand,
  encodeSubscriptionParameters,
  type SubscriptionCommand,
} from '../../src/ota/subscription-change.ts';
import { decoded, octetsLike, truncations } from './support/damage.ts';

const IMSI = '080910201032547698'; // 001020123456789: 15 digits, parity 9
const ICCID = '98990901000000000031'; // 89999010000000000013
const CHANGE = `805000000B 00 02 ${IMSI}`.replaceAll(' ', '');
const CHANGE_WITH_DATA = `8050000010 FE 02 ${IMSI} 8003 00F120`.replaceAll(' ', '').toLowerCase();
const QUERY = '8052000000';
const CANCEL = `805400000a07${IMSI}`;

const COMMANDS: readonly [string, SubscriptionCommand, string][] = [
  [
    'CHANGE without operator data',
    { kind: 'change', guard: 0, mncLength: 2, imsi: imsi('001020123456789'), operatorData: {} },
    CHANGE.toLowerCase(),
  ],
  [
    'CHANGE with the highest guard and EHPLMN 001-02',
    {
      kind: 'change',
      guard: 254,
      mncLength: 2,
      imsi: imsi('001020123456789'),
      operatorData: { ehplmn: [plmn('001-02')] },
    },
    CHANGE_WITH_DATA,
  ],
  [
    'CHANGE to an IMSI of 14 digits with an MNC of three',
    { kind: 'change', guard: 1, mncLength: 3, imsi: imsi('31041012345678'), operatorData: {} },
    '805000000b01030831011410325476f8',
  ],
  ['QUERY', { kind: 'query' }, QUERY],
  ['CANCEL', { kind: 'cancel', guard: 7, imsi: imsi('001020123456789') }, CANCEL],
];

function faultOf(hex: string): CommandFault | 'none' {
  const result = decodeSubscriptionCommand(fromHex(hex));
  return result.ok ? 'none' : result.fault;
}

describe('a command of the applet', () => {
  it.each(COMMANDS)('is %s, both ways', (_what, command, hex) => {
    expect(decodeSubscriptionCommand(fromHex(hex))).toEqual({ ok: true, command });
    expect(toHex(encodeSubscriptionCommand(command))).toBe(hex);
  });

  it('may be a CHANGE with Le, and a QUERY without', () => {
    expect(faultOf(`${CHANGE}00`)).toBe('none');
    expect(faultOf('80520000')).toBe('none');
  });

  it.each<[CommandFault, string, string]>([
    ['wrong-class', 'class 00', `00${CHANGE.slice(2)}`],
    ['wrong-class', 'class 84', `84${CHANGE.slice(2)}`],
    ['wrong-class', 'class A0 and everything else wrong', 'A0FF010100'],
    ['wrong-instruction', 'SELECT', '80A4000000'],
    ['wrong-instruction', 'the instruction between CHANGE and QUERY', '8051000000'],
    ['wrong-instruction', 'an unknown instruction with P1 P2', '8056010100'],
    ['wrong-p1-p2', 'P1 01', CHANGE.replace('80500000', '80500100')],
    ['wrong-p1-p2', 'P2 01', '8052000100'],
    ['wrong-p1-p2', 'P2 80 and no data', '80540080'],
    ['wrong-length', 'no octets', ''],
    ['wrong-length', 'CHANGE without data', '80500000'],
    ['wrong-length', 'CHANGE with 10 octets', `805000000A 00 02 ${IMSI.slice(2)}`],
    ['wrong-length', 'CHANGE with Lc past the end', `8050000010 00 02 ${IMSI}`],
    ['wrong-length', 'CHANGE with octets behind Le', `${CHANGE}0000`],
    ['wrong-length', 'QUERY with data', '805200000100'],
    ['wrong-length', 'CANCEL without the IMSI', '805400000107'],
    ['wrong-length', 'CANCEL with an octet too many', `805400000B07${IMSI}00`],
    ['wrong-length', 'two commands at once', `${QUERY}${QUERY}`],
    ['wrong-length', 'a length of three octets', `8050000000000B0002${IMSI}`],
    ['wrong-data', 'MNC length 1', `805000000B0001${IMSI}`],
    ['wrong-data', 'MNC length 4', `805000000B0004${IMSI}`],
    ['wrong-data', 'an IMSI of wrong parity', `805000000B0002${IMSI.replace('0809', '0801')}`],
    ['wrong-data', 'an IMSI of length 9', `805000000B0002${IMSI.replace('0809', '0909')}`],
    ['wrong-data', 'an IMSI of fillers', `805000000B0002${'FF'.repeat(9)}`],
    ['wrong-data', 'an IMSI with a digit that is none', `805000000B0002${IMSI.slice(0, -1)}A`],
    ['wrong-data', 'an IMSI without MSIN', '805000000B0003 04310114F0FFFFFFFF'],
    ['wrong-data', 'operator data cut short', `805000000C0002${IMSI}80`],
    ['wrong-data', 'unknown operator data', `805000000D0002${IMSI}9F00`],
    ['wrong-data', 'CANCEL with an IMSI that is none', `805400000A07${'00'.repeat(9)}`],
  ])('is refused as %s: %s', (fault, _what, hex) => {
    expect(faultOf(hex)).toBe(fault);
  });

  it('is refused when it is cut short, wherever that is', () => {
    for (const whole of [CHANGE, CHANGE_WITH_DATA, CANCEL]) {
      for (const part of truncations(fromHex(whole))) {
        expect(decodeSubscriptionCommand(part).ok).toBe(false);
      }
    }
  });

  it.each<[string, number]>([
    ['255, which means none', 255],
    ['256', 256],
    ['negative', -1],
    ['no integer', 0.5],
  ])('is not written with a guard that is %s', (_what, guard) => {
    const change = { kind: 'change', guard, mncLength: 2, operatorData: {} } as const;
    expect(() => encodeSubscriptionCommand({ ...change, imsi: imsi('001020123456789') })).toThrow(
      RangeError,
    );
    const cancel = { kind: 'cancel', guard, imsi: imsi('001020123456789') } as const;
    expect(() => encodeSubscriptionCommand(cancel)).toThrow(RangeError);
  });

  it('is not written with more than 255 octets of data', () => {
    const act = { plmn: plmn('001-02'), act: 0 };
    const operatorData = {
      hplmnWact: Array.from({ length: 16 }, () => act),
      oplmnWact: Array.from({ length: 16 }, () => act),
      ehplmn: Array.from({ length: 16 }, () => plmn('001-02')),
      spdi: Array.from({ length: 16 }, () => plmn('001-02')),
    };
    const of = imsi('001020123456789');
    expect(() =>
      encodeSubscriptionCommand({ kind: 'change', guard: 0, mncLength: 2, imsi: of, operatorData }),
    ).toThrow(RangeError);
  });
});

describe('the parameters of a change', () => {
  it('are what stands behind the guard, both ways', () => {
    const parameters = {
      imsi: imsi('001020123456789'),
      mncLength: 2 as const,
      operatorData: { ehplmn: [plmn('001-02')] },
    };
    const octets = fromHex(CHANGE_WITH_DATA.slice(12));
    expect(decodeSubscriptionParameters(octets)).toEqual(parameters);
    expect(encodeSubscriptionParameters(parameters)).toEqual(octets);
  });

  it('are none when they are cut short, wherever but before operator data', () => {
    for (const part of truncations(fromHex(CHANGE_WITH_DATA.slice(12)))) {
      const found = decoded(() => decodeSubscriptionParameters(part));
      expect(found === undefined).toBe(part.length !== 10);
    }
  });
});

describe('the answer to CHANGE', () => {
  const answer = { iccid: iccid('89999010000000000013'), index: 1, pairsLeft: 2 };

  it('is ICCID, new index and pairs left, both ways', () => {
    expect(toHex(encodeChangeAnswer(answer))).toBe(`${ICCID}0102`);
    expect(decodeChangeAnswer(fromHex(`${ICCID}0102`))).toEqual(answer);
  });

  it.each([
    ['an octet less', `${ICCID}01`],
    ['an octet more', `${ICCID}010200`],
    ['nothing', ''],
    ['an ICCID of fillers', `${'FF'.repeat(10)}0102`],
    ['an ICCID with a digit that is none', `${ICCID.slice(0, -1)}A0102`],
  ])('is none with %s', (_what, hex) => {
    expect(decoded(() => decodeChangeAnswer(fromHex(hex)))).toBeUndefined();
  });
});

describe('the answer to QUERY', () => {
  const of = iccid('89999010000000000013');

  it.each([
    ['a staged index', { iccid: of, active: 0, staged: 1, pairsLeft: 3 }, `${ICCID}000103`],
    ['none staged', { iccid: of, active: 2, staged: undefined, pairsLeft: 1 }, `${ICCID}02ff01`],
  ])('is ICCID, active index, %s and pairs left, both ways', (_what, answer, hex) => {
    expect(toHex(encodeQueryAnswer(answer))).toBe(hex);
    expect(decodeQueryAnswer(fromHex(hex))).toEqual(answer);
  });

  it.each([
    ['an octet less', `${ICCID}00FF`],
    ['an octet more', `${ICCID}00FF0300`],
    ['nothing', ''],
    ['an ICCID of 17 digits', '98990901000000 00F0FF00FF03'],
  ])('is none with %s', (_what, hex) => {
    expect(decoded(() => decodeQueryAnswer(fromHex(hex)))).toBeUndefined();
  });
});

describe('the answer of one remote command', () => {
  it.each([
    ['an SW alone', { sw: 0x6985, data: new Uint8Array(0) }, '016985'],
    ['an SW and data', { sw: 0x9000, data: fromHex('0A0B') }, '0190000a0b'],
  ])('is the number 1 and %s, both ways', (_what, answer, hex) => {
    expect(toHex(encodeRemoteAnswer(answer))).toBe(hex);
    expect(decodeRemoteAnswer(fromHex(hex))).toEqual(answer);
  });

  it.each([
    ['no octets', ''],
    ['no SW', '01'],
    ['half an SW', '0190'],
    ['no command executed', '009000'],
    ['two commands executed', '029000'],
  ])('is none with %s', (_what, hex) => {
    expect(decoded(() => decodeRemoteAnswer(fromHex(hex)))).toBeUndefined();
  });
});

describe('any of them', () => {
  const IMSIS = fc.stringMatching(/^[0-9]{7,15}$/).map(imsi);
  const guard = fc.nat(254);
  const command: fc.Arbitrary<SubscriptionCommand> = fc.oneof(
    fc.constant<SubscriptionCommand>({ kind: 'query' }),
    fc.record({ kind: fc.constant('cancel' as const), guard, imsi: IMSIS }),
    fc.record({
      kind: fc.constant('change' as const),
      guard,
      imsi: IMSIS,
      mncLength: fc.constantFrom(2 as const, 3 as const),
      operatorData: fc.record(
        { spn: fc.uint8Array({ minLength: 1, maxLength: 17 }) },
        { requiredKeys: [] },
      ),
    }),
  );
  const octet = fc.nat(254);
  const someIccid = fc.stringMatching(/^[0-9]{18,20}$/).map(iccid);

  it('is read as it was written', () => {
    fc.assert(
      fc.property(command, (of) => {
        const read = decodeSubscriptionCommand(encodeSubscriptionCommand(of));
        expect(read).toEqual({ ok: true, command: of });
      }),
    );
  });

  it('answers as it was asked to', () => {
    fc.assert(
      fc.property(someIccid, octet, octet, octet, (of, active, next, pairsLeft) => {
        const change = { iccid: of, index: next, pairsLeft };
        expect(decodeChangeAnswer(encodeChangeAnswer(change))).toEqual(change);
        const query = { iccid: of, active, staged: next, pairsLeft };
        expect(decodeQueryAnswer(encodeQueryAnswer(query))).toEqual(query);
      }),
    );
  });

  it('is a value or a fault for any octets, and means the same when it is written again', () => {
    const octets = octetsLike(CHANGE, CHANGE_WITH_DATA, QUERY, CANCEL);
    fc.assert(
      fc.property(octets, (hex) => {
        const read = decodeSubscriptionCommand(hex);
        if (!read.ok || (read.command.kind !== 'query' && read.command.guard === 255)) return;
        expect(decodeSubscriptionCommand(encodeSubscriptionCommand(read.command))).toEqual(read);
      }),
      { numRuns: 2000 },
    );
  });

  it('is a DecodeError and nothing else where octets are no answer', () => {
    const octets = octetsLike(`${ICCID}0102`, `${ICCID}00FF03`, '0190000A0B');
    fc.assert(
      fc.property(octets, (hex) => {
        const change = decoded(() => decodeChangeAnswer(hex));
        if (change !== undefined) expect(encodeChangeAnswer(change)).toEqual(hex);
        const query = decoded(() => decodeQueryAnswer(hex));
        if (query !== undefined) expect(encodeQueryAnswer(query)).toEqual(hex);
        const remote = decoded(() => decodeRemoteAnswer(hex));
        if (remote !== undefined) expect(encodeRemoteAnswer(remote)).toEqual(hex);
      }),
      { numRuns: 2000 },
    );
  });
});
