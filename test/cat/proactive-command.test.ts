/**
 * Proactive commands. The octets are worked examples that two decoders agree on (the etsi_cat
 * dissector of Wireshark and pySim), put together anew from their tables.
 *
 * @see ETSI TS 102 223 §6.4.7, §6.6, §8.6, §8.7
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  COMMAND_TYPE,
  commandTypeName,
  DEVICE,
  decodeCommandDetails,
  decodeProactiveCommand,
  encodeCommandDetails,
  encodeDevices,
  encodeProactiveCommand,
  joinObjects,
  type ProactiveCommand,
} from '../../src/cat/proactive-command.ts';
import { REFRESH_MODE, type RefreshMode, refreshCommand } from '../../src/cat/refresh.ts';
import { decodeComprehensionTlvs } from '../../src/tlv/comprehension.ts';
import { decoded, octetsLike, truncations } from '../ota/support/damage.ts';

/** Name, type, qualifier, destination, tags of the other objects, octets. */
type Example = readonly [string, number, number, number, readonly number[], string];

const REFRESHES: readonly Example[] = [
  ['REFRESH, UICC reset', 0x01, 0x04, 0x82, [], 'D009 8103010104 82028182'],
  [
    'REFRESH, initialisation and file change of EF_IMSI',
    ...([0x01, 0x02, 0x82, [0x12]] as const),
    'D012 8103010102 82028182 9207013F007FFF6F07',
  ],
  [
    'the same with the AID of the USIM',
    ...([0x01, 0x02, 0x82, [0x12, 0x2f]] as const),
    'D024 8103010102 82028182 9207013F007FFF6F07 AF10A0000000871002FFFFFFFF8907090000',
  ],
  [
    'REFRESH, file change of EF_IMSI and EF_LOCI',
    ...([0x01, 0x01, 0x82, [0x12]] as const),
    'D018 8103010101 82028182 920D023F007FFF6F073F007FFF6F7E',
  ],
  ['REFRESH, initialisation and full file change', 1, 0, 0x82, [], 'D009 8103010100 82028182'],
  [
    'REFRESH, steering of roaming',
    ...([0x01, 0x07, 0x82, [0x72]] as const),
    'D015 8103010107 82028182 F20A00F1104800 00F2204000',
  ],
];

const OTHERS: readonly Example[] = [
  [
    'DISPLAY TEXT',
    ...([0x21, 0x80, 0x02, [0x0d]] as const),
    'D012 8103012180 82028102 8D0704 546578742031',
  ],
  ['MORE TIME', 0x02, 0x00, 0x82, [], 'D009 8103010200 82028182'],
  ['POLL INTERVAL', 0x03, 0x00, 0x82, [0x04], 'D00D 8103010300 82028182 8402011E'],
  ['POLLING OFF', 0x04, 0x00, 0x82, [], 'D009 8103010400 82028182'],
  ['SET UP EVENT LIST', 0x05, 0x00, 0x82, [0x19], 'D00D 8103010500 82028182 9902030B'],
  [
    'SEND SHORT MESSAGE',
    ...([0x13, 0x00, 0x83, [0x06, 0x0b]] as const),
    'D021 8103011300 82028183 860791112233445566 8B0D 01000791214365F70004024869',
  ],
  ['PROVIDE LOCAL INFORMATION, location', 0x26, 0x00, 0x82, [], 'D009 8103012600 82028182'],
  ['PROVIDE LOCAL INFORMATION, IMEI', 0x26, 0x01, 0x82, [], 'D009 8103012601 82028182'],
  [
    'TIMER MANAGEMENT, start',
    ...([0x27, 0x00, 0x82, [0x24, 0x25]] as const),
    'D011 8103012700 82028182 A40101 A503000001',
  ],
  ['TIMER MANAGEMENT, stop', 0x27, 0x01, 0x82, [0x24], 'D00C 8103012701 82028182 A40101'],
  [
    'SET UP MENU',
    ...([0x25, 0x00, 0x82, [0x05, 0x0f, 0x0f]] as const),
    'D01F 8103012500 82028182 8504 4D656E75 8F0601 4974656D31 8F0602 4974656D32',
  ],
  [
    'OPEN CHANNEL',
    ...([0x40, 0x01, 0x82, [0x35, 0x39, 0x47, 0x3c, 0x3e]] as const),
    'D027 8103014001 82028182 B50103 B9020578 C70908 696E7465726E6574 BC03021F90 BE05217F000001',
  ],
  ['SEND DATA', 0x43, 0x01, 0x21, [0x36], 'D00F 8103014301 82028121 B604DEADBEEF'],
  ['RECEIVE DATA', 0x42, 0x00, 0x21, [0x37], 'D00C 8103014200 82028121 B701C8'],
  ['CLOSE CHANNEL', 0x41, 0x00, 0x21, [], 'D009 8103014100 82028121'],
];

const EXAMPLES = [...REFRESHES, ...OTHERS];
const ALL_HEX = EXAMPLES.map(([, , , , , hex]) => hex);

function bare(hex: string): string {
  return hex.replaceAll(' ', '').toLowerCase();
}

describe('a proactive command', () => {
  it.each(EXAMPLES)('is %s, both ways', (_what, type, qualifier, destination, tags, hex) => {
    const command = decodeProactiveCommand(fromHex(hex));
    expect(command.details).toEqual({ number: 1, type, qualifier });
    expect(command.destination).toBe(destination);
    expect(command.objects.map(({ tag }) => tag)).toEqual(tags);
    expect(toHex(encodeProactiveCommand(command))).toBe(bare(hex));
  });

  it.each(EXAMPLES)('is none when it is cut short: %s', (_what, _t, _q, _d, _tags, hex) => {
    for (const part of truncations(fromHex(hex))) {
      expect(decoded(() => decodeProactiveCommand(part))).toBeUndefined();
    }
  });

  it('is found by its tags in whatever order, with and without the comprehension bit', () => {
    const command = decodeProactiveCommand(fromHex('D00D 04 02 011E 02 02 8182 01 03 010300'));
    expect(command.details).toEqual({ number: 1, type: 3, qualifier: 0 });
    expect(command.objects).toEqual([
      { tag: 4, comprehensionRequired: false, value: fromHex('011E') },
    ]);
  });

  it('may have a length of two octets', () => {
    const text = '00'.repeat(0x80);
    const hex = `d0818d 8103012100 82028102 8d818104${text}`;
    const command = decodeProactiveCommand(fromHex(hex));
    expect(command.objects[0]?.value).toHaveLength(0x81);
    expect(toHex(encodeProactiveCommand(command))).toBe(bare(hex));
  });

  it.each([
    ['another outer tag', 'D109 8103010104 82028182'],
    ['nothing', ''],
    ['an empty object', 'D000'],
    ['two objects', 'D009 8103010104 82028182 D009 8103010104 82028182'],
    ['octets behind it', 'D009 8103010104 82028182 00'],
    ['no command details', 'D004 82028182'],
    ['command details of 2 octets', 'D008 81020101 82028182'],
    ['command details of 4 octets', 'D00A 810401010400 82028182'],
    ['no device identities', 'D005 8103010104'],
    ['device identities of 1 octet', 'D008 8103010104 820181'],
    ['device identities of 3 octets', 'D00A 8103010104 8203818200'],
    ['a part of an object', 'D00B 8103010104 82028182 9207'],
    ['an object of the reserved tag 00', 'D00B 8103010104 82028182 0000'],
    ['an indefinite length', 'D080 8103010104 82028182 0000'],
  ])('is none with %s', (_what, hex) => {
    expect(decoded(() => decodeProactiveCommand(fromHex(hex)))).toBeUndefined();
  });

  it('is not written with a tag that is none', () => {
    const objects = [{ tag: 0, comprehensionRequired: true, value: new Uint8Array(0) }];
    const command = { ...refreshCommand('uicc-reset'), objects };
    expect(() => encodeProactiveCommand(command)).toThrow(RangeError);
  });
});

describe('its parts', () => {
  it('are command details and device identities with the comprehension bit', () => {
    expect(toHex(encodeCommandDetails({ number: 2, type: 0x13, qualifier: 1 }))).toBe('8103021301');
    expect(toHex(encodeDevices(DEVICE.uicc, DEVICE.network))).toBe('82028183');
  });

  it('say which message lacks command details', () => {
    const objects = decodeComprehensionTlvs(fromHex('82028182'), 'test');
    expect(() => decodeCommandDetails(objects, 'TERMINAL RESPONSE')).toThrow(
      /^TERMINAL RESPONSE\/command details at 0: expected 3 octets$/,
    );
  });

  it('keep the comprehension bit that each object has', () => {
    const hex = '04 02 011E 84 02 011E';
    expect(toHex(joinObjects(decodeComprehensionTlvs(fromHex(hex), 'test')))).toBe(bare(hex));
  });
});

describe('the name of a type of command', () => {
  it('is the one of the standard where this project uses it', () => {
    const names = Object.values(COMMAND_TYPE).map(commandTypeName);
    expect(names).toEqual([
      'REFRESH',
      'MORE TIME',
      'POLL INTERVAL',
      'POLLING OFF',
      'SEND SHORT MESSAGE',
      'PLAY TONE',
      'DISPLAY TEXT',
    ]);
  });

  it('is its code where it does not', () => {
    expect(commandTypeName(0x05)).toBe("command of type '05'");
    expect(commandTypeName(0xfe)).toBe("command of type 'fe'");
  });
});

describe('REFRESH', () => {
  it.each<[RefreshMode, string]>([
    ['naa-initialisation-and-full-file-change', '00'],
    ['file-change', '01'],
    ['naa-initialisation-and-file-change', '02'],
    ['naa-initialisation', '03'],
    ['uicc-reset', '04'],
    ['naa-application-reset', '05'],
    ['naa-session-reset', '06'],
  ])('of mode %s has the qualifier %s', (mode, qualifier) => {
    expect(Object.keys(REFRESH_MODE)).toHaveLength(7);
    const octets = encodeProactiveCommand(refreshCommand(mode));
    expect(toHex(octets)).toBe(`d00981030101${qualifier}82028182`);
  });
});

describe('any proactive command', () => {
  const octet = fc.nat(255);
  const object = fc.record({
    tag: fc.oneof(fc.integer({ min: 3, max: 0x7e }), fc.integer({ min: 0x80, max: 0x7fff })),
    comprehensionRequired: fc.boolean(),
    value: fc.uint8Array({ maxLength: 60 }),
  });
  const command: fc.Arbitrary<ProactiveCommand> = fc.record({
    details: fc.record({ number: octet, type: octet, qualifier: octet }),
    destination: octet,
    objects: fc.array(object, { maxLength: 6 }),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(command, (of) => {
        const octets = encodeProactiveCommand(of);
        expect(decodeProactiveCommand(octets)).toEqual(of);
        expect(encodeProactiveCommand(decodeProactiveCommand(octets))).toEqual(octets);
      }),
    );
  });

  it('is a DecodeError and nothing else where octets are none', () => {
    fc.assert(
      fc.property(octetsLike(...ALL_HEX), (octets) => {
        const found = decoded(() => decodeProactiveCommand(octets));
        if (found === undefined) return;
        expect(decodeProactiveCommand(encodeProactiveCommand(found))).toEqual(found);
      }),
      { numRuns: 3000 },
    );
  });
});
