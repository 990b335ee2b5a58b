import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { AppletLogic } from '../../../src/card/ota/applet.ts';
import type { Finding } from '../../../src/card/ota/finding.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, KeySetProfile } from '../../../src/profile/profile.ts';
import type { OtaOptions } from '../../../src/scenario/ota-kit/sender.ts';
import {
  OtaTestCard,
  type OtaTestCardOptions,
  otaTestCard,
} from '../../../src/scenario/ota-kit/test-card.ts';

const SELECT_ICCID = '00A40000022FE2';
const READ_ICCID = '00B000000A';
/** EF_ICCID of the built-in profile. */
const ICCID = '98990901000000000031';
/** EF_PL, which holds languages. */
const SELECT_PL = '00A40000022F05';

/** The built-in profile with key sets of each algorithm. */
const KEY_SETS: readonly KeySetProfile[] = [
  ...DEFAULT_PROFILE.keyTable.entries[0]!.keySets,
  {
    kvn: 2,
    kic: { type: '3DES', key: '000102030405060708090A0B0C0D0E0F' },
    kid: { type: '3DES', key: '101112131415161718191A1B1C1D1E1F' },
    cntr: '0000000100',
  },
  {
    kvn: 3,
    kic: { type: 'DES', key: '0123456789ABCDEF' },
    kid: { type: 'DES', key: 'FEDCBA9876543210' },
    cntr: 'FFFFFFFFFE',
  },
];

function withKeySets(keySets: readonly KeySetProfile[]): CardProfile {
  const [first, ...others] = DEFAULT_PROFILE.keyTable.entries;
  return {
    ...DEFAULT_PROFILE,
    keyTable: { active: 0, entries: [{ ...first!, keySets }, ...others] },
  };
}

/** What a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('a card in one line', () => {
  it('executes a script, and gives SW and data of its last command', () => {
    const result = otaTestCard().ota(`${SELECT_ICCID} \n ${READ_ICCID}`);
    expect(result).toMatchObject({
      isExecuted: true,
      isProven: true,
      status: 'por-ok',
      verdict: 'por-ok',
      way: 'report',
      executed: 2,
      sw: 0x9000,
      data: ICCID,
      additional: `029000${ICCID}`,
    });
  });

  it('sends what a server would: SPI 1619, the first key set, TAR B00000, the next CNTR', () => {
    const card = otaTestCard();
    const first = card.ota(SELECT_ICCID);
    expect(first.packet.slice(0, 20)).toBe('00281516191212b00000');
    expect(first.por?.cntr).toBe(1);
  });

  it('gives the same octets each time', () => {
    const packets = (): string[] => {
      const card = otaTestCard();
      return [card.ota(SELECT_ICCID).packet, card.ota(SELECT_ICCID).packet];
    };
    const [first, second] = packets();
    expect(packets()).toEqual([first, second]);
    expect(second).not.toBe(first);
  });

  it('takes the next CNTR of the card each time', () => {
    const card = otaTestCard();
    const counters = [1, 2, 3].map(() => card.ota(SELECT_ICCID).por?.cntr);
    expect(counters).toEqual([1, 2, 3]);
    expect(card.ota(SELECT_ICCID, { cntr: 9 }).por?.cntr).toBe(9);
    expect(card.ota(SELECT_ICCID).por?.cntr).toBe(10);
  });
});

describe('an option of a packet:', () => {
  it('tar addresses an applet', () => {
    const { packet, responses } = otaTestCard().ota([SELECT_ICCID, READ_ICCID], {
      tar: 'b0 00 01',
    });
    expect(packet.slice(14, 20)).toBe('b00001');
    // Of expanded format: each command is answered.
    expect(responses).toEqual([
      { sw: 0x6119, data: '' },
      { sw: 0x9000, data: ICCID },
    ]);
  });

  it.each([
    [1, '1212', 1],
    [2, '2525', 0x101],
    [3, '3131', 0xffffffffff],
  ])('keySet %i has its own KIc and KID %s, and its own CNTR', (keySet, octets, cntr) => {
    const card = otaTestCard({ profile: withKeySets(KEY_SETS) });
    const result = card.ota(SELECT_ICCID, { keySet });
    expect(result).toMatchObject({ isExecuted: true, isProven: true, por: { cntr } });
    expect(result.packet.slice(10, 14)).toBe(octets);
  });

  it('keySet is the first that the card has when it is left out', () => {
    const [first, second, third] = KEY_SETS;
    const card = otaTestCard({ profile: withKeySets([second!, third!, first!]) });
    expect(card.ota(SELECT_ICCID).packet.slice(10, 14)).toBe('2525');
  });

  it.each([
    ['1619', { way: 'report', isProven: true, status: 'por-ok' }],
    ['1639', { way: 'submit', isProven: true, status: 'por-ok' }],
    ['1601', { way: 'report', isProven: false, status: 'por-ok' }],
    ['1600', { way: 'none', isProven: false, status: 'none' }],
    ['1602', { way: 'none', isProven: false, status: 'none' }],
    ['1209', { way: 'report', isProven: true, status: 'por-ok' }],
    // What a PoR would have does not matter where none is asked for.
    ['161c', { way: 'none', isProven: false, status: 'none' }],
  ])('spi %s asks for it', (spi, expected) => {
    const result = otaTestCard().ota(SELECT_ICCID, { spi });
    expect(result).toMatchObject({ isExecuted: true, verdict: 'por-ok', ...expected });
    expect(result.packet.slice(6, 10)).toBe(spi);
  });

  it('kic and kid name another key set than the keys are of', () => {
    const card = otaTestCard();
    expect(card.ota(SELECT_ICCID, { kic: '22' })).toMatchObject({
      isExecuted: false,
      verdict: 'unidentified-security-error',
      mistake: { name: 'no-such-key-set' },
    });
    expect(card.ota(SELECT_ICCID, { kid: '22' }).verdict).toBe('unidentified-security-error');
  });

  it('cntr is a number or 10 hex digits', () => {
    const card = otaTestCard();
    expect(card.ota(SELECT_ICCID, { cntr: 255 }).por?.cntr).toBe(255);
    expect(card.ota(SELECT_ICCID, { cntr: '0000000100' }).por?.cntr).toBe(256);
    expect(card.ota(SELECT_ICCID, { cntr: '0000000100' }).verdict).toBe('cntr-low');
    expect(card.ota(SELECT_ICCID, { cntr: 0 }).verdict).toBe('cntr-low');
  });

  it('cntr stays at its highest value, which is the last that the card takes', () => {
    const card = otaTestCard();
    expect(card.ota(SELECT_ICCID, { cntr: 'FFFFFFFFFF' }).isExecuted).toBe(true);
    expect(card.ota(SELECT_ICCID)).toMatchObject({ isExecuted: false, verdict: 'cntr-blocked' });
  });

  it('format is that of the applet, or another', () => {
    const expanded = otaTestCard().ota(SELECT_ICCID, { format: 'expanded' });
    // The applet of TAR B00000 reads the script as a command of class AA.
    expect(expanded).toMatchObject({ isExecuted: true, report: undefined });
    expect(expanded.additional).toBe('016d00');
    const compact = otaTestCard().ota(SELECT_ICCID, { tar: 'B00001', format: 'compact' });
    expect(compact).toMatchObject({ additional: 'ab06800101900101', report: undefined });
  });

  it('reference is in the parts of a long packet; left out, it is the low octet of CNTR', () => {
    const script = Array.from({ length: 20 }, () => SELECT_ICCID);
    const of = (options: OtaOptions): string[] => {
      const { messages, executed } = otaTestCard().ota(script, options);
      expect(executed).toBe(20);
      return messages.map((message) => message.slice(2, 12));
    };
    expect(of({ reference: 0xab })).toEqual(['0003ab0201', '0003ab0202']);
    expect(of({ cntr: 0x1234 })).toEqual(['0003340201', '0003340202']);
  });

  it('damage changes the sealed packet', () => {
    const card = otaTestCard();
    const result = card.ota(SELECT_ICCID, {
      damage: (packet) => packet.map((octet, n) => (n === packet.length - 1 ? octet ^ 1 : octet)),
    });
    expect(result).toMatchObject({ isExecuted: false, verdict: 'rc-cc-ds-failed' });
    expect(card.ota(SELECT_ICCID).por?.cntr).toBe(1);
  });

  it('damage may leave nothing of which the card makes a packet', () => {
    const result = otaTestCard().ota(SELECT_ICCID, { damage: (packet) => packet.subarray(0, 9) });
    expect(result).toMatchObject({ isExecuted: false, verdict: 'ignored', status: 'none' });
  });

  it('that is undefined is left out', () => {
    const options = { tar: undefined, spi: undefined, cntr: undefined } as unknown as OtaOptions;
    expect(otaTestCard().ota(SELECT_ICCID, options).isExecuted).toBe(true);
  });
});

describe('a wrong option is named, with what was expected and found:', () => {
  const NAMES = 'tar, keySet, spi, kic, kid, cntr, format, reference, damage';
  const CNTR_MAX = 1099511627775;
  const KEY = '00112233445566778899AABBCCDDEEFF';

  it.each<[Record<string, unknown>, string]>([
    [{ keyset: 1 }, `TypeError: options: expected ${NAMES}, got keyset`],
    [{ TAR: 'B00000' }, `TypeError: options: expected ${NAMES}, got TAR`],
    [{ tar: 'B0000' }, 'RangeError: tar: expected 6 hex digits, got 5'],
    [{ tar: '' }, 'RangeError: tar: expected 6 hex digits, got 0'],
    [{ tar: 'B0000G' }, 'RangeError: tar: expected 6 hex digits, got other characters'],
    [{ tar: 0xb00000 }, 'TypeError: tar: expected 6 hex digits, got 11534336'],
    [{ spi: '16' }, 'RangeError: spi: expected 4 hex digits, got 2'],
    [{ spi: 0x1619 }, 'TypeError: spi: expected 4 hex digits, got 5657'],
    [{ spi: '9619' }, 'RangeError: spi: expected no reserved bits, as in 1619, got 9619'],
    [{ spi: '16D9' }, 'RangeError: spi: expected no reserved bits, as in 1619, got 16d9'],
    [{ spi: '1703' }, 'RangeError: spi: expected no reserved bits, as in 1700, got 1703'],
    [{ spi: '1719' }, 'RangeError: spi: expected RC, CC or none, got DS'],
    [{ spi: '161D' }, 'RangeError: spi: expected RC, CC or none, got DS'],
    [{ keySet: 2 }, 'RangeError: keySet: expected one that the card has (1), got 2'],
    [{ keySet: 16 }, 'RangeError: keySet: expected 0 to 15, got 16'],
    [{ keySet: 1.5 }, 'RangeError: keySet: expected 0 to 15, got 1.5'],
    [{ keySet: '1' }, 'TypeError: keySet: expected a number, got text of 1 characters'],
    [
      { kic: '11' },
      `RangeError: kic: expected the algorithm of AES of 16 octets, as key set 1 has, got '11'`,
    ],
    [
      { kid: '15' },
      `RangeError: kid: expected the algorithm of AES of 16 octets, as key set 1 has, got '15'`,
    ],
    [
      { spi: '1211', kic: '11' },
      `RangeError: kic: expected the algorithm of AES of 16 octets, as key set 1 has, got '11'`,
    ],
    [{ kic: KEY }, 'RangeError: kic: expected 2 hex digits, got 32'],
    [{ kid: `${KEY}.` }, 'RangeError: kid: expected 2 hex digits, got other characters'],
    [{ kid: 12 }, 'TypeError: kid: expected 2 hex digits, got 12'],
    [{ cntr: -1 }, `RangeError: cntr: expected 0 to ${CNTR_MAX}, got -1`],
    [{ cntr: 0.5 }, `RangeError: cntr: expected 0 to ${CNTR_MAX}, got 0.5`],
    [{ cntr: Number.NaN }, `RangeError: cntr: expected 0 to ${CNTR_MAX}, got NaN`],
    [{ cntr: 2 ** 40 }, `RangeError: cntr: expected 0 to ${CNTR_MAX}, got ${2 ** 40}`],
    [{ cntr: '1' }, 'RangeError: cntr: expected 10 hex digits, got 1'],
    [{ cntr: 1n }, 'TypeError: cntr: expected 10 hex digits, got a bigint'],
    [{ format: 'extended' }, 'RangeError: format: expected compact, expanded, got extended'],
    [{ format: 1 }, 'RangeError: format: expected compact, expanded, got 1'],
    [{ reference: 256 }, 'RangeError: reference: expected 0 to 255, got 256'],
    [{ reference: '1' }, 'TypeError: reference: expected a number, got text of 1 characters'],
    [{ damage: 'all' }, 'TypeError: damage: expected a function, got all'],
    [{ damage: () => undefined }, 'TypeError: damage: expected octets back, got undefined'],
    [{ damage: () => [1, 2] }, 'TypeError: damage: expected octets back, got an object'],
  ])('%o', (options, message) => {
    const card = otaTestCard();
    const before = card.snapshot();
    const error = thrownBy(() => card.ota(SELECT_ICCID, options as OtaOptions));
    expect(String(error)).toBe(message);
    expect(card.snapshot()).toBe(before);
  });

  it.each([
    [null, 'null'],
    ['B00000', 'text of 6 characters'],
    [[], 'an object'],
    [7, '7'],
  ])('options that are %o', (options, found) => {
    const error = thrownBy(() => otaTestCard().ota(SELECT_ICCID, options as unknown as OtaOptions));
    expect(error).toEqual(new TypeError(`options: expected an object, got ${found}`));
  });

  it('a card without key sets', () => {
    const card = otaTestCard({ profile: withKeySets([]) });
    expect(thrownBy(() => card.ota(SELECT_ICCID))).toEqual(
      new RangeError('keySet: expected one that the card has (none), got undefined'),
    );
  });

  it('a script that does not fit 255 short messages', () => {
    const octets = new Uint8Array(40_000);
    expect(String(thrownBy(() => otaTestCard().ota(octets)))).toMatch(/^RangeError: packet: /u);
  });
});

describe('the card', () => {
  it('is made of a profile, which is checked', () => {
    const profile = withKeySets(KEY_SETS);
    expect(new OtaTestCard({ profile }).ota(SELECT_ICCID, { keySet: 2 }).isExecuted).toBe(true);
  });

  it.each<[string, unknown, string]>([
    ['is none', 7, 'profile: $: expected a card profile, a JSON object, found a number'],
    ['has a fault', { ...DEFAULT_PROFILE, imsi: '1' }, 'profile: $.imsi: expected'],
    ['is no profile', {}, 'profile: $.format: expected "vuicc-profile/1", found nothing'],
  ])('is refused when the profile %s', (_what, profile, message) => {
    const error = thrownBy(() => otaTestCard({ profile: profile as CardProfile }));
    expect(error).toBeInstanceOf(RangeError);
    expect(String(error)).toContain(message);
  });

  it.each<[string, unknown, string]>([
    ['a TAR twice', [{ tar: 'b00000', kind: 'x' }], 'profile: install[0].tar: expected'],
    [
      'a directory that is not there',
      [
        { tar: 'C00001', kind: 'x' },
        { tar: 'C00002', kind: 'x', startDirectory: 'MF/DF.X' },
      ],
      'profile: install[1].startDirectory: expected',
    ],
    ['no kind', [{ tar: 'C00001' }], 'profile: install[0].kind: expected'],
    ['no array', { tar: 'C00001', kind: 'x' }, 'install: expected an array, got an object'],
  ])('is refused when an installed applet has %s', (_what, install, message) => {
    const options = { install } as unknown as OtaTestCardOptions;
    expect(String(thrownBy(() => otaTestCard(options)))).toContain(message);
  });

  it.each<[Record<string, unknown>, string]>([
    [
      { profil: DEFAULT_PROFILE },
      'options: expected profile, install, applets, algorithms, onFinding, got profil',
    ],
    [{ applets: { echo: 'echo' } }, 'applets.echo: expected a function, got echo'],
    [{ algorithms: { mine: 5 } }, 'algorithms.mine: expected a function, got 5'],
    [{ onFinding: [] }, 'onFinding: expected a function, got an object'],
  ])('is refused for %o', (options, message) => {
    const error = thrownBy(() => otaTestCard(options as OtaTestCardOptions));
    expect(error).toEqual(new TypeError(message));
  });

  it('tells of each step while it happens', () => {
    const heard: Finding[] = [];
    const card = otaTestCard({ onFinding: (finding) => heard.push(finding) });
    const first = card.ota(SELECT_ICCID);
    expect(heard).toEqual(first.findings);
    expect(heard.map(({ step }) => step)).toContain('counter');
    const second = card.ota(SELECT_ICCID, { tar: 'B00009' });
    expect(heard).toEqual([...first.findings, ...second.findings]);
  });

  it('throws what the listener has thrown', () => {
    const card = otaTestCard({
      onFinding: () => {
        throw new Error('from the listener');
      },
    });
    expect(() => card.ota(SELECT_ICCID)).toThrow('from the listener');
  });

  it('shows no key and no PIN of its own', () => {
    const card = otaTestCard();
    const shown = `${inspect(card, { depth: 20, showHidden: true })}${JSON.stringify(card)}`;
    for (const secret of ['10000102', '465b5ce8', '12345678', '31323334']) {
      expect(shown.toLowerCase()).not.toContain(secret);
    }
  });
});

describe('applets of a test', () => {
  const TAR = 'C0FFEE';
  const ECHO: AppletLogic = ({ data }) => data;

  it('answer in their own format', () => {
    const card = otaTestCard({ install: [{ tar: TAR, kind: 'echo' }], applets: { echo: ECHO } });
    const result = card.ota(Uint8Array.of(1, 2, 3, 4), { tar: TAR });
    expect(result).toMatchObject({
      isExecuted: true,
      additional: '01020304',
      report: undefined,
      sw: undefined,
      data: '',
      responses: [],
    });
  });

  it('answer in a format that the test names', () => {
    const card = otaTestCard({ install: [{ tar: TAR, kind: 'echo' }], applets: { echo: ECHO } });
    const octets = Uint8Array.of(1, 0x6a, 0x82);
    const result = card.ota(octets, { tar: TAR, format: 'compact' });
    expect(result).toMatchObject({ executed: 1, sw: 0x6a82 });
  });

  it('ask for security, and have a place of their own', () => {
    const card = otaTestCard({
      install: [
        {
          tar: TAR,
          kind: 'remote-file-management',
          format: 'expanded',
          startDirectory: 'MF/ADF.USIM',
          minimumSecurity: '16',
        },
      ],
    });
    const options = { tar: TAR, spi: '1201' };
    expect(card.ota('00A40000026F07', options).verdict).toBe('insufficient-security-level');
    expect(card.ota('00A40000026F07', { tar: TAR }).sw).toBe(0x6119);
    expect(card.ota('00A40000026F07').sw).toBe(0x6a82);
  });

  it('take the place of logic of the card', () => {
    const card = otaTestCard({ applets: { 'remote-file-management': ECHO } });
    expect(card.ota(Uint8Array.of(7)).additional).toBe('07');
  });

  it('that throw are heard of, and the next packet finds the card as it should be', () => {
    let isBroken = true;
    const logic: AppletLogic = ({ data }) => {
      if (isBroken) throw new Error('from the applet');
      return data;
    };
    const card = otaTestCard({ install: [{ tar: TAR, kind: 'own' }], applets: { own: logic } });
    expect(() => card.ota(Uint8Array.of(7), { tar: TAR })).toThrow('from the applet');
    isBroken = false;
    expect(card.ota(Uint8Array.of(7), { tar: TAR }).additional).toBe('07');
  });

  it('without logic are no applets, where a profile has them', () => {
    const [first] = DEFAULT_PROFILE.applets;
    const applets = [{ ...first!, tar: TAR, kind: 'nobody' }];
    const card = otaTestCard({ profile: { ...DEFAULT_PROFILE, applets } });
    expect(card.ota(SELECT_ICCID, { tar: TAR }).verdict).toBe('tar-unknown');
  });

  it.each<[string, OtaTestCardOptions, string]>([
    [
      'an applet without logic',
      { install: [{ tar: TAR, kind: 'ecko' }], applets: { echo: ECHO } },
      'install[0].kind: expected remote-file-management, subscription-change, echo, ' +
        'or logic for it in applets, got ecko',
    ],
    [
      'an applet where no logic is given',
      {
        install: [
          { tar: TAR, kind: 'remote-file-management' },
          { tar: 'C00002', kind: 'echo' },
        ],
      },
      'install[1].kind: expected remote-file-management, subscription-change, ' +
        'or logic for it in applets, got echo',
    ],
    [
      'logic without an applet',
      { applets: { 'remote-file-management': ECHO, echo: ECHO } },
      'applets.echo: expected an applet of this kind in install, got none',
    ],
  ])('are refused: %s', (_what, options, message) => {
    expect(thrownBy(() => otaTestCard(options))).toEqual(new RangeError(message));
  });

  it.each(['remote-file-management', 'subscription-change'])('may be of kind %s', (kind) => {
    const card = otaTestCard({ install: [{ tar: TAR, kind }] });
    expect(card.ota(SELECT_ICCID, { tar: TAR }).verdict).toBe('por-ok');
  });
});

describe('snapshot and rewind', () => {
  const WRITE = `${SELECT_PL}\n00D6000002 6672`;
  const READ = `${SELECT_PL}\n00B0000002`;

  it('bring back files and counters', () => {
    const card = otaTestCard();
    const old = card.ota(READ).data;
    const before = card.snapshot();
    expect(card.ota(WRITE).sw).toBe(0x9000);
    expect(card.ota(READ)).toMatchObject({ data: '6672', por: { cntr: 3 } });
    card.rewind(before);
    expect(card.ota(READ)).toMatchObject({ data: old, por: { cntr: 2 } });
  });

  it('let the same packet be taken twice', () => {
    const card = otaTestCard();
    const before = card.snapshot();
    const { packet } = card.ota(SELECT_ICCID, { cntr: 5 });
    expect(card.ota(SELECT_ICCID, { cntr: 5 }).verdict).toBe('cntr-low');
    card.rewind(before);
    expect(card.ota(SELECT_ICCID, { cntr: 5 })).toMatchObject({ packet, isExecuted: true });
  });

  it('may be done any number of times, forth and back', () => {
    const card = otaTestCard();
    const first = card.snapshot();
    card.ota(WRITE);
    const second = card.snapshot();
    for (let n = 0; n < 3; n++) {
      card.rewind(first);
      expect(card.ota(READ).data).not.toBe('6672');
      card.rewind(second);
      expect(card.ota(READ).data).toBe('6672');
    }
  });

  it('bring back the tries of a PIN', () => {
    const card = otaTestCard();
    const before = card.snapshot();
    expect(card.apdu('0020000108 39393939FFFFFFFF')).toBe('63c2');
    card.rewind(before);
    expect(card.apdu('0020000100')).toBe('63c3');
  });

  it('leave the card powered on, with a terminal that sends for it', () => {
    const card = otaTestCard();
    card.rewind(card.snapshot());
    expect(card.ota(SELECT_ICCID, { spi: '1639' }).way).toBe('submit');
  });

  it.each([[undefined], [null], [7], [{}], [[]]])('refuse %o as a snapshot', (root) => {
    const error = thrownBy(() => otaTestCard().rewind(root as never));
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain('root: expected what card.snapshot gives, got ');
  });
});

describe('scripts and answers that are long', () => {
  it('go in as many short messages as they need', () => {
    const script = Array.from({ length: 60 }, () => SELECT_ICCID);
    const { messages, executed, isProven } = otaTestCard().ota([...script, READ_ICCID]);
    expect(messages.length).toBe(4);
    expect(messages.every((message) => message.length <= 280)).toBe(true);
    expect({ executed, isProven }).toEqual({ executed: 61, isProven: true });
  });

  it('come by SMS-SUBMIT when the delivery report cannot hold them', () => {
    const read = ['00A40000022F06', '00B2010400', '00B2020400', '00B2030400'];
    const result = otaTestCard().ota(read, { tar: 'B00001' });
    expect(result).toMatchObject({ way: 'submit', status: 'por-ok', isProven: true });
    expect(result.responses.map(({ sw }) => sw)).toEqual([0x611c, 0x9000, 0x9000, 0x9000]);
    const types = result.commands.map(({ details }) => details.type);
    expect(types).toEqual([0x13, 0x13]);
  });

  it('are cut where the card has no room, and say so', () => {
    const records = Array.from({ length: 100 }, () => '00B2010400');
    const result = otaTestCard().ota(['00A40000022F06', ...records], { tar: 'B00001' });
    expect(result.responses.at(-1)?.sw).toBe(0x62f1);
    expect(result.executed).toBeLessThan(101);
  });

  it('that the card has no memory for are refused by status 07', () => {
    const result = otaTestCard().ota(new Uint8Array(4097));
    expect(result).toMatchObject({ verdict: 'insufficient-memory', status: 'insufficient-memory' });
  });
});

describe('the terminal of a test card', () => {
  it('sends C-APDUs over T=0, and follows 61XX and 6CXX', () => {
    const card = otaTestCard();
    expect(card.apdu('00A40804 02 2FE2 00')).toMatch(/^62.*9000$/u);
    expect(card.apdu(READ_ICCID)).toBe(`${ICCID}9000`);
    expect(card.apdu('00B0000000')).toBe(`${ICCID}9000`);
  });

  it.each([
    ['00A4', 'DecodeError: C-APDU/P1'],
    ['', 'DecodeError: C-APDU/CLA'],
    ['00A40', 'DecodeError: command'],
    ['00A4000003 2FE2', 'DecodeError: C-APDU/data'],
    [undefined, 'TypeError: command: expected a C-APDU in hex, got undefined'],
    [Uint8Array.of(0, 0xa4, 0, 0), 'TypeError: command: expected a C-APDU in hex, got an object'],
  ])('refuses %o', (command, message) => {
    const error = thrownBy(() => otaTestCard().apdu(command as string));
    expect(String(error).startsWith(message)).toBe(true);
  });

  it('throws what an applet has thrown, be it reached by ENVELOPE', () => {
    const logic = (): Uint8Array => {
      throw new Error('from the applet');
    };
    const install = [{ tar: 'C0FFEE', kind: 'own' }];
    const card = otaTestCard({ install, applets: { own: logic } });
    const packet = '00110D00010000C0FFEE00000000000000 0102'.replaceAll(' ', '');
    const tpdu = `440B911326880736F47FF65210012143050015 027000${packet}`.replaceAll(' ', '');
    const download = `82028381 0B${(tpdu.length / 2).toString(16)}${tpdu}`.replaceAll(' ', '');
    const data = `D1${(download.length / 2).toString(16)}${download}`;
    const envelope = `80C20000${(data.length / 2).toString(16)}${data}`;
    expect(() => card.apdu(envelope)).toThrow('from the applet');
  });

  it('resets the card: a change of subscription becomes effective', () => {
    const card = otaTestCard();
    const change = '80500000 0B 00 02 080910200000000010';
    const result = card.ota(change, { tar: 'BFFF3B' });
    expect(result).toMatchObject({ isExecuted: true, sw: 0x9000 });
    expect(result.commands.map(({ details }) => details.type)).toEqual([0x01]);
    card.apdu('00A4040407A0000000871002');
    expect(card.apdu('00B08700 09')).not.toBe('0809102000000000109000');
    card.reset();
    card.apdu('00A4040407A0000000871002');
    expect(card.apdu('0020000108 31323334FFFFFFFF')).toBe('9000');
    expect(card.apdu('00B08700 09')).toBe('0809102000000000109000');
    // The next pair has a counter of its own.
    expect(card.ota(SELECT_ICCID).por?.cntr).toBe(1);
  });
});
