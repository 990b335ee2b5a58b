/**
 * GET IDENTITY: the SUCI of every scheme, and all that must be there before the card makes it.
 *
 * @see 3GPP TS 31.102 §7.5; test/vectors/suci.json
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { imsi as asImsi, encodeImsi } from '../../../src/bytes/identity.ts';
import { decodeSuci } from '../../../src/bytes/suci.ts';
import type { UiccOptions } from '../../../src/card/uicc.ts';
import { revealSupi } from '../../../src/crypto/suci.ts';
import { EF_SUCI_Calc_Info } from '../../../src/ef/concealment.ts';
import { EF_SUPI_NAI, type Nai } from '../../../src/ef/five-gs.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, FileProfile } from '../../../src/profile/profile.ts';
import { seededRandomness } from '../../../src/scenario/randomness.ts';
import { decodeBerTlvs } from '../../../src/tlv/ber.ts';
import vectors from '../../vectors/suci.json' with { type: 'json' };
import { OPEN, on } from '../support/channels.ts';
import {
  ADM1,
  octet,
  PIN1,
  SELECT_ISIM,
  SELECT_USIM,
  SUCI_BY_USIM,
  select,
  TestCard,
  withCalcInfo,
  withChannels,
  withContent,
  withFiles,
  withoutFiles,
  withPin,
  withServices,
} from '../support/test-card.ts';

const GET_SUCI = '8078000100';
const CALC_INFO = 'MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info';
const ROUTING = 'MF/ADF.USIM/DF.5GS/EF.Routing_Indicator';
const IMSI = 'MF/ADF.USIM/EF.IMSI';
const AD = 'MF/ADF.USIM/EF.AD';
const NAI: FileProfile = {
  path: 'MF/ADF.USIM/DF.5GS/EF.SUPI_NAI',
  fid: '4F09',
  type: 'transparent',
  size: 64,
  data: '',
  sfi: 9,
  arr: 2,
};
/** Of IMSI 001010123456789, MNC of two digits, routing indicator 0. */
const SUCI = 'A10D0100F110F0FF00001032547698';

function cardFor(profile: CardProfile = SUCI_BY_USIM, options: UiccOptions = {}): TestCard {
  return new TestCard({ profile, setUp: [SELECT_USIM, PIN1], ...options });
}

/** A routing indicator of 1 to 4 digits as EF_Routing_Indicator has it. */
function routingFile(digits: string): string {
  const [first, second, third, fourth] = digits.padEnd(4, 'F');
  return `${second}${first}${fourth}${third}FFFF`;
}

/** The profile of the subscriber of a vector, with a scheme and the keys that go with it. */
function profileOf(
  of: { mcc: string; mnc: string; msin: string; routingIndicator: string },
  calcInfo: string,
): CardProfile {
  return [
    [IMSI, toHex(encodeImsi(asImsi(`${of.mcc}${of.mnc}${of.msin}`)))],
    [AD, `0000000${of.mnc.length}`],
    [ROUTING, routingFile(of.routingIndicator)],
    [CALC_INFO, calcInfo],
  ].reduce((profile, [path = '', data = '']) => withContent(path, data, profile), SUCI_BY_USIM);
}

/** EF_SUCI_Calc_Info of schemes with their key indices, and keys with their identifiers. */
function calcInfoOf(
  schemes: readonly (readonly [number, number])[],
  keys: readonly (readonly [number, string])[],
): string {
  return toHex(
    EF_SUCI_Calc_Info.encode({
      schemes: schemes.map(([identifier, keyIndex]) => ({ identifier, keyIndex })),
      keys: keys.map(([identifier, key]) => ({ identifier, key: fromHex(key) })),
    }),
  );
}

/** Dice that give these octets, one string after the other, and tell how often they were thrown. */
function loaded(...throws: readonly string[]): { random: () => Uint8Array; thrown: () => number } {
  let thrown = 0;
  const random = (): Uint8Array => fromHex(throws[thrown++ % throws.length] ?? '');
  return { random, thrown: () => thrown };
}

const SCHEME: Readonly<Record<string, number>> = { A: 1, B: 2 };
const CONCEALED = [...vectors.ts33501, ...vectors.generated];
const [A, B] = vectors.ts33501 as [(typeof CONCEALED)[number], (typeof CONCEALED)[number]];
/** The SUCI of a vector as the answer has it. */
function answerOf({ getIdentity }: (typeof CONCEALED)[number]): string {
  return `${getIdentity.response}${getIdentity.sw}`.toUpperCase();
}

describe('GET IDENTITY', () => {
  it('is collected by GET RESPONSE: the SUCI of the null scheme', () => {
    const card = cardFor();
    expect(card.send(GET_SUCI)).toBe('610F');
    expect(card.send('00C000000F')).toBe(`${SUCI}9000`);
  });

  it('is answered at once over T=1', () => {
    expect(cardFor({ ...SUCI_BY_USIM, protocol: 'T=1' }).send(GET_SUCI)).toBe(`${SUCI}9000`);
  });

  it.each(vectors.nullScheme)('answers $getIdentity.response', (vector) => {
    const { apdu, response, sw } = vector.getIdentity;
    const card = cardFor(profileOf(vector, 'A0020000'));
    expect(card.ask(apdu)).toBe(`${response}${sw}`.toUpperCase());
  });

  it.each([
    ['FFFFFFFF', 'F0FF', 'none is said'],
    ['1032FFFF', '1032', 'four digits'],
    ['2143A5A5', '2143', 'octets behind it that have no meaning yet'],
  ])('has the routing indicator of %s: %s, %s', (data, routing) => {
    const answer = cardFor(withContent(ROUTING, data, SUCI_BY_USIM)).ask(GET_SUCI);
    expect(answer.slice(12, 16)).toBe(routing);
  });

  it.each(['8078000100', '8078008100', '8078000200', '8078008200', '80780001'])(
    'takes %s',
    (command) => {
      const profile = withServices([124, 125, 142]);
      expect(cardFor(profile).ask(command)).toBe(`${SUCI}9000`);
    },
  );

  it('takes the length of the MNC from b4 to b1 of EF_AD: the others are reserved', () => {
    const profile = withContent(AD, '000000F3', SUCI_BY_USIM);
    expect(cardFor(profile).ask(GET_SUCI)).toBe('A10D01000110F0FF000021436587F99000');
  });

  it('may be asked from a directory of the application, and changes nothing', () => {
    const card = cardFor();
    card.sendAll([select('7FFF5FC0'), select('7FFF5FC04F07')]);
    const before = card.uicc.root;
    expect(card.ask(GET_SUCI)).toBe(`${SUCI}9000`);
    expect(card.send('00B0000004')).toBe('A00200009000');
    expect(card.uicc.root).toBe(before);
  });

  it('is for the application of its channel', () => {
    const card = new TestCard({ profile: withChannels(0x13, SUCI_BY_USIM), setUp: [PIN1] });
    card.send(OPEN);
    expect(card.send(on(1, GET_SUCI))).toBe('6985');
    card.expectOk(on(1, SELECT_USIM));
    expect(card.send(on(1, GET_SUCI))).toBe('610F');
    expect(card.send(GET_SUCI)).toBe('6985');
  });

  it('needs no PIN1 that is disabled', () => {
    const profile = withPin('01', { enabled: false }, SUCI_BY_USIM);
    const card = new TestCard({ profile, setUp: [SELECT_USIM] });
    expect(card.send(GET_SUCI)).toBe('610F');
  });

  it('is made though the EFs are deactivated: that is for commands on them', () => {
    const card = cardFor();
    card.sendAll([ADM1, '00040800047FFF6F07', '00040800067FFF5FC04F07']);
    card.expectOk(SELECT_USIM);
    expect(card.send('00B0870009')).toBe('6984');
    expect(card.ask(GET_SUCI)).toBe(`${SUCI}9000`);
  });
});

describe('GET IDENTITY of profile A or B', () => {
  it.each(CONCEALED)('is that of $name', (vector) => {
    const calcInfo = calcInfoOf(
      [[SCHEME[vector.profile]!, 1]],
      [[vector.hnKeyId, vector.hnPublicKey]],
    );
    const { random, thrown } = loaded(vector.ephemeralPrivateKey);
    const card = cardFor(profileOf(vector, calcInfo), { random });
    expect(card.ask(vector.getIdentity.apdu)).toBe(answerOf(vector));
    expect(thrown()).toBe(1);
    expect(card.faults).toEqual([]);
  });

  it.each([
    ['B first', 'A006020101020000', B],
    ['A first', 'A006010202010000', A],
    ['A alone', 'A0020102', A],
    ['the operator’s own before A', 'A0080C0101020C010000', A],
    ['reserved before B', 'A004FF010201', B],
    ['A twice: the first one counts', 'A00401020101', A],
    ['B twice, and a key index that there is not', 'A00402010209', B],
  ])('is of the first scheme that the card knows, with its key: %s', (_what, schemes, vector) => {
    // The file of 3GPP TS 31.121: key 27 of profile B, key 30 of profile A; here both are 27.
    const keys = calcInfoOf(
      [],
      [
        [27, B.hnPublicKey],
        [27, A.hnPublicKey],
      ],
    ).slice(4);
    const { random } = loaded(vector.ephemeralPrivateKey);
    const card = cardFor(profileOf(vector, `${schemes}${keys}`), { random });
    expect(card.ask(GET_SUCI)).toBe(answerOf(vector));
  });

  it('is another each time', () => {
    const calcInfo = calcInfoOf([[1, 1]], [[A.hnKeyId, A.hnPublicKey]]);
    const random = seededRandomness('ephemeral keys');
    const card = cardFor(profileOf(A, calcInfo), { random });
    const answers = Array.from({ length: 5 }, () => card.ask(GET_SUCI));
    expect(new Set(answers).size).toBe(5);
    for (const one of answers) expect(one).toMatch(/^A1350172241076F8011B.{90}9000$/u);
  });

  it('draws again when the dice give no private key', () => {
    const calcInfo = calcInfoOf([[2, 1]], [[B.hnKeyId, B.hnPublicKey]]);
    const { random, thrown } = loaded('FF'.repeat(32), '00'.repeat(32), B.ephemeralPrivateKey);
    expect(cardFor(profileOf(B, calcInfo), { random }).ask(GET_SUCI)).toBe(answerOf(B));
    expect(thrown()).toBe(3);
  });

  it('is made before a terminal asks for it in part: GET RESPONSE gives the rest', () => {
    const calcInfo = calcInfoOf([[1, 1]], [[A.hnKeyId, A.hnPublicKey]]);
    const card = cardFor(profileOf(A, calcInfo), loaded(A.ephemeralPrivateKey));
    expect(card.send(GET_SUCI)).toBe('6137');
    expect(card.send('00C0000008')).toBe('A1350172241076F8612F');
    expect(card.send('00C000002F')).toBe(answerOf(A).slice(16));
  });
});

/** A card whose subscriber has a NAI: services 124, 125 and 130. */
function naiProfile(file: string, calcInfo = 'A0020000'): CardProfile {
  const whole = withFiles([NAI], withServices([124, 125, 130]));
  return withContent(NAI.path, file, withContent(CALC_INFO, calcInfo, whole));
}

function naiFile(...nais: readonly Nai[]): string {
  return toHex(EF_SUPI_NAI.encode(nais));
}

const USER: Nai = { kind: 'network-specific', nai: 'user17@example.com' };
const LINE: Nai = { kind: 'global-line', nai: 'line@example.com' };

/** The SUCI of a NAI out of an answer. */
function naiIn(answer: string): string {
  const [object] = decodeBerTlvs(fromHex(answer.slice(0, -4)), 'answer');
  expect(answer.slice(-4)).toBe('9000');
  expect([object?.tag, object?.value[0]]).toEqual([0xa1, 0x11]);
  return new TextDecoder().decode(object?.value.slice(1));
}

describe('GET IDENTITY of a subscriber with a NAI', () => {
  it.each([
    ['type1.rid0.schid0.useriduser17@example.com', naiFile(USER)],
    ['type1.rid0.schid0.useriduser17@example.com', `${naiFile(LINE, USER)}FFFF`],
    [
      'type1.rid0.schid0.useridjösé@bücher.example',
      naiFile({ ...USER, nai: 'jösé@bücher.example' }),
    ],
  ])('is %s', (expected, file) => {
    expect(naiIn(cardFor(naiProfile(file)).ask(GET_SUCI))).toBe(expected);
  });

  it.each([A, B])('conceals the user name by profile $profile', (vector) => {
    const scheme = SCHEME[vector.profile]!;
    const calcInfo = calcInfoOf([[scheme, 1]], [[vector.hnKeyId, vector.hnPublicKey]]);
    const card = cardFor(naiProfile(naiFile(USER), calcInfo), loaded(vector.ephemeralPrivateKey));
    const suci = decodeSuci(
      Uint8Array.of(0x11, ...new TextEncoder().encode(naiIn(card.ask(GET_SUCI)))),
    );
    expect(suci).toMatchObject({ kind: 'nai', realm: 'example.com', scheme, keyIdentifier: 27 });
    const by = { scheme, privateKey: fromHex(vector.hnPrivateKey) };
    const read = revealSupi(suci.schemeOutput, by);
    expect(read.ok && new TextDecoder().decode(read.plain)).toBe('user17');
  });

  it('is collected in two parts when it is longer than 256 octets', () => {
    const user = 'u'.repeat(120);
    const calcInfo = calcInfoOf([[1, 1]], [[A.hnKeyId, A.hnPublicKey]]);
    const profile = naiProfile(naiFile({ ...USER, nai: `${user}@example.com` }), calcInfo);
    const card = cardFor(profile, loaded(A.ephemeralPrivateKey));
    expect(card.send(GET_SUCI)).toBe('6100');
    const first = card.send('00C0000000');
    const second = card.send(`00C00000${first.slice(-2)}`);
    expect(first.slice(-4, -2)).toBe('61');
    const suci = decodeSuci(
      Uint8Array.of(0x11, ...new TextEncoder().encode(naiIn(first.slice(0, -4) + second))),
    );
    const by = { scheme: 1, privateKey: fromHex(A.hnPrivateKey) };
    const read = revealSupi(suci.schemeOutput, by);
    expect(read.ok && new TextDecoder().decode(read.plain)).toBe(user);
  });

  it('is that of the IMSI while service 130 is not there', () => {
    const profile = withFiles([NAI], withServices([124, 125]));
    expect(cardFor(withContent(NAI.path, naiFile(USER), profile)).ask(GET_SUCI)).toBe(
      `${SUCI}9000`,
    );
  });

  it.each([
    ['is not personalised', 'FF'.repeat(20)],
    ['has a global line identifier alone', naiFile(LINE)],
    ['has a reserved kind', '83056140622E63'],
    ['has no realm', naiFile({ ...USER, nai: 'user17' })],
    ['has an empty realm', naiFile({ ...USER, nai: 'user17@' })],
    ['has no user name', naiFile({ ...USER, nai: '@example.com' })],
    ['has two "@"', naiFile({ ...USER, nai: 'a@b@c' })],
    ['has nothing in it', '8000'],
    ['is no UTF-8', '8003C34061'],
    ['is cut short', '800A6140'],
  ])('is refused when the NAI %s', (_what, file) => {
    const card = cardFor(naiProfile(file));
    expect(card.send(GET_SUCI)).toBe('6985');
    expect(card.faults).toEqual([]);
  });

  it('is refused without EF_SUPI_NAI, though there is an IMSI', () => {
    expect(cardFor(withServices([124, 125, 130])).send(GET_SUCI)).toBe('6985');
  });
});

describe('GET IDENTITY is refused', () => {
  it.each([
    ['8078000000', '6A86', 'no context'],
    ['8078000300', '6A86', 'a context that there is not'],
    ['8078008000', '6A86', 'no context of the application'],
    ['8078004100', '6A86', 'a context that there is not'],
    ['8078010100', '6A86', 'P1'],
    ['8078000101FF', '6700', 'data'],
    ['8078000101FF00', '6700', 'data and Le'],
    ['0078000100', '6D00', 'the other class'],
    ['8178000100', '6881', 'a channel that is closed'],
    ['8C78000100', '6882', 'secure messaging'],
    ['8078000200', '6A88', 'the SUCI for 5G NSWO without service 142'],
    ['8078008200', '6A88', 'the same of the application'],
  ])('%s with %s: %s', (command, sw) => {
    expect(cardFor().send(command)).toBe(sw);
  });

  it.each([
    ['no application', [PIN1], '6985'],
    ['an ISIM', [SELECT_ISIM, PIN1], '6985'],
    ['a current directory outside of the USIM', [SELECT_USIM, PIN1, '00A4000C023F00'], '6985'],
    ['no PIN', [SELECT_USIM], '6982'],
    ['no PIN, and no application', [], '6985'],
  ])('with %s', (_what, setUp, sw) => {
    expect(new TestCard({ profile: SUCI_BY_USIM, setUp }).send(GET_SUCI)).toBe(sw);
  });

  it('when the PIN of the USIM is not verified, which need not be PIN1', () => {
    const [pin1] = DEFAULT_PROFILE.pins;
    const directories = SUCI_BY_USIM.directories.map((directory) =>
      directory.path === 'MF/ADF.USIM' ? { ...directory, pins: ['0A', '81', '02'] } : directory,
    );
    const pins = [...SUCI_BY_USIM.pins, { ...pin1!, reference: '02', value: '5678' }];
    const card = cardFor({ ...SUCI_BY_USIM, directories, pins });
    expect(card.send(GET_SUCI)).toBe('6982');
    expect(card.send('002000020835363738FFFFFFFF')).toBe('9000');
    expect(card.ask(GET_SUCI)).toBe(`${SUCI}9000`);
  });

  it('when the PIN was blocked since it was verified', () => {
    const card = cardFor();
    for (let n = 0; n < 3; n++) card.send('002000010839393939FFFFFFFF');
    expect(card.send(GET_SUCI)).toBe('6982');
  });

  it.each([[[]], [[124]], [[125]], [[142]], [[124, 142]], [[123, 126, 142]]])(
    'when the services are %j',
    (services) => {
      expect(cardFor(withServices(services)).send(GET_SUCI)).toBe('6985');
      expect(cardFor(withServices(services)).send('8078000200')).toBe('6985');
    },
  );

  it('by the built-in profile, which leaves it to the terminal', () => {
    expect(cardFor(DEFAULT_PROFILE).send(GET_SUCI)).toBe('6985');
  });

  it.each([CALC_INFO, ROUTING, IMSI, AD, 'MF/ADF.USIM/EF.UST'])('without %s', (path) => {
    expect(cardFor(withoutFiles([path], SUCI_BY_USIM)).send(GET_SUCI)).toBe('6985');
  });

  it.each([
    [CALC_INFO, vectors.efSuciCalcInfo[0]?.hex ?? '', 'profile A first, and the card has no dice'],
    [CALC_INFO, 'A0020201', 'profile B without a key'],
    [CALC_INFO, 'A0020C01', 'a scheme of the operator'],
    [CALC_INFO, 'A00401010000', 'profile A before the null scheme'],
    [CALC_INFO, 'A000FFFF', 'no scheme'],
    [CALC_INFO, 'FFFFFFFF', 'nothing'],
    [CALC_INFO, 'A1020000', 'keys alone'],
    [CALC_INFO, 'A0010000', 'half a scheme'],
    [ROUTING, '1FF2FFFF', 'a digit behind the filler'],
    [ROUTING, 'A0FFFFFF', 'no digit'],
    [IMSI, 'FF'.repeat(9), 'no IMSI'],
    [IMSI, '0108'.padEnd(18, 'F'), 'half an IMSI'],
    [AD, '00000000', 'no length of the MNC'],
    [AD, '0000000F', 'no length of the MNC'],
    [AD, '00000001', 'an MNC of one digit'],
    [AD, '00000004', 'an MNC of four digits'],
    [AD, '000000', 'no octet for it'],
  ])('when %s is %s: %s', (path, data) => {
    const card = cardFor(withContent(path, data, SUCI_BY_USIM));
    expect(card.send(GET_SUCI)).toBe('6985');
    expect(card.send('00C0000001')).toBe('6985');
    expect(card.faults).toEqual([]);
  });

  it('when no digit of the IMSI is behind the MNC', () => {
    const profile = withContent(IMSI, '04011010F1FFFFFFFF', SUCI_BY_USIM); // 001011
    expect(cardFor(withContent(AD, '00000003', profile)).send(GET_SUCI)).toBe('6985');
    expect(cardFor(profile).ask(GET_SUCI)).toBe('A1090100F110F0FF0000F19000');
  });

  it('and tells no digit of the IMSI when the operator wants it concealed', () => {
    const profile = withCalcInfo('A00401010000');
    const card = cardFor(profile);
    for (const p2 of [1, 2, 0x81, 0x82]) {
      expect(card.ask(`807800${octet(p2)}00`)).toMatch(/^6...$/u);
    }
  });
});

/** Keys that are none: of another length, off the curve, of low order, of the other profile. */
const NO_KEYS: readonly (readonly [string, number, string])[] = [
  ['profile A, low order', 1, '00'.repeat(32)],
  ['profile A, low order', 1, `01${'00'.repeat(31)}`],
  ['profile A, 31 octets', 1, A.hnPublicKey.slice(2)],
  ['profile A, 33 octets', 1, `${A.hnPublicKey}00`],
  ['profile A, no octet', 1, ''],
  ['profile A, key of profile B', 1, B.hnPublicKey],
  ['profile B, off the curve', 2, `02${'00'.repeat(31)}01`],
  ['profile B, off the curve, 65 octets', 2, `04${B.hnPublicKey.slice(2)}${'01'.repeat(32)}`],
  ['profile B, hybrid form', 2, `06${B.hnPublicKey.slice(2)}${'01'.repeat(32)}`],
  ['profile B, infinity', 2, '00'],
  ['profile B, 32 octets', 2, B.hnPublicKey.slice(2)],
  ['profile B, 34 octets', 2, `${B.hnPublicKey}00`],
  ['profile B, key of profile A', 2, A.hnPublicKey],
];

describe('GET IDENTITY reveals nothing, and is refused', () => {
  const random = seededRandomness('dice');

  function expectRefused(calcInfo: string): void {
    const card = cardFor(withCalcInfo(calcInfo), { random });
    for (const p2 of ['01', '81']) expect(card.send(`807800${p2}00`)).toBe('6985');
    expect(card.send('00C0000001')).toBe('6985');
    expect(card.faults).toEqual([]);
  }

  it.each(NO_KEYS)('when the key is wrong: %s', (_what, scheme, key) => {
    expectRefused(calcInfoOf([[scheme, 1]], [[27, key]]));
    // Nor does a scheme behind it have its turn, least of all the null scheme.
    const rest = [
      [scheme === 1 ? 2 : 1, 2],
      [0, 0],
    ] as const;
    expectRefused(
      calcInfoOf(
        [[scheme, 1], ...rest],
        [
          [27, key],
          [28, key],
        ],
      ),
    );
  });

  it.each([
    ['key index 0', [[1, 0]]],
    ['key index 2 of 1', [[1, 2]]],
    ['key index 255', [[1, 255]]],
    [
      'key index 0, the null scheme behind it',
      [
        [1, 0],
        [0, 0],
      ],
    ],
    [
      'schemes that the card does not know',
      [
        [3, 1],
        [12, 1],
        [255, 1],
      ],
    ],
    [
      'a scheme that the card does not know, the null scheme behind it',
      [
        [12, 1],
        [0, 0],
      ],
    ],
  ] as const)('with %s', (_what, schemes) => {
    expectRefused(calcInfoOf(schemes, [[27, A.hnPublicKey]]));
  });

  it.each([
    ['a key without identifier', `A0020101A1228120${A.hnPublicKey}`],
    ['an identifier without key', 'A0020101A10380011B'],
    ['a key before its identifier', `A0020101A1258120${A.hnPublicKey}80011B`],
    ['an identifier of two octets', `A0020101A1268002001B8120${A.hnPublicKey}`],
    ['keys that are cut short', `A0020101A12580011B8120${A.hnPublicKey.slice(2)}`],
    ['keys before the schemes', `A12580011B8120${A.hnPublicKey}A0020101`],
    ['something behind the keys', `A0020101A12580011B8120${A.hnPublicKey}A200`],
  ])('with %s', (_what, calcInfo) => {
    expectRefused(calcInfo);
  });

  it.each([0, 3])('with key index %d, though the next scheme has its key', (index) => {
    const keys = [
      [27, A.hnPublicKey],
      [28, B.hnPublicKey],
    ] as const;
    expectRefused(
      calcInfoOf(
        [
          [2, index],
          [1, 1],
          [0, 0],
        ],
        keys,
      ),
    );
  });

  it('without randomness', () => {
    for (const [scheme, key] of [
      [1, A.hnPublicKey],
      [2, B.hnPublicKey],
    ] as const) {
      const calcInfo = calcInfoOf(
        [
          [scheme, 1],
          [0, 0],
        ],
        [[27, key]],
      );
      expect(cardFor(withCalcInfo(calcInfo)).send(GET_SUCI)).toBe('6985');
    }
  });

  it.each([0, 31, 33])('with a fault, when the dice give %d octets', (n) => {
    const calcInfo = calcInfoOf([[1, 1]], [[27, A.hnPublicKey]]);
    const card = cardFor(withCalcInfo(calcInfo), { random: () => new Uint8Array(n) });
    expect(card.send(GET_SUCI)).toBe('6F00');
    expect(String(card.faults)).toContain(`random: expected 32 octets, got ${n}`);
    expect(card.send('00C0000001')).toBe('6985');
  });

  it('when the dice give nothing but what is no key', () => {
    const { random: broken, thrown } = loaded('FF'.repeat(32));
    const calcInfo = calcInfoOf([[2, 1]], [[27, B.hnPublicKey]]);
    const card = cardFor(withCalcInfo(calcInfo), { random: broken });
    expect(card.send(GET_SUCI)).toBe('6985');
    expect(thrown()).toBe(4);
  });

  it('whatever is in EF_SUCI_Calc_Info: no digits in clear but by the null scheme', () => {
    const sound = calcInfoOf(
      [
        [2, 1],
        [1, 2],
        [0, 0],
      ],
      [
        [27, B.hnPublicKey],
        [30, A.hnPublicKey],
      ],
    );
    const damage = fc.array(fc.tuple(fc.nat(sound.length / 2 - 1), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(damage, (changes) => {
        const octets = fromHex(sound);
        for (const [at, octet] of changes) octets[at] = octet;
        const profile = withCalcInfo(toHex(octets));
        const card = cardFor(profile, { random });
        const answer = card.ask(GET_SUCI);
        expect(answer).toMatch(/^(?:6985|A1..0100F110F0FF(?:0[12].{84,}|00001032547698)9000)$/u);
        if (answer === `${SUCI}9000`) expect(octets[2]).toBe(0);
        expect(card.faults).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
