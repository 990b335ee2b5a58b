/**
 * GET IDENTITY: the SUCI of the null scheme, and all that must be there before the card makes it.
 *
 * @see 3GPP TS 31.102 §7.5; test/vectors/suci.json
 * @module
 */

import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import { imsi as asImsi, encodeImsi } from '../../../src/bytes/identity.ts';
import { padded } from '../../../src/bytes/octets.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile } from '../../../src/profile/profile.ts';
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
  withChannels,
  withContent,
  withoutFiles,
  withPin,
  withServices,
} from '../support/test-card.ts';

const GET_SUCI = '8078000100';
const CALC_INFO = 'MF/ADF.USIM/DF.5GS/EF.SUCI_Calc_Info';
const ROUTING = 'MF/ADF.USIM/DF.5GS/EF.Routing_Indicator';
const IMSI = 'MF/ADF.USIM/EF.IMSI';
const AD = 'MF/ADF.USIM/EF.AD';
/** Of IMSI 001010123456789, MNC of two digits, routing indicator 0. */
const SUCI = 'A10D0100F110F0FF00001032547698';

function cardFor(profile: CardProfile = SUCI_BY_USIM): TestCard {
  return new TestCard({ profile, setUp: [SELECT_USIM, PIN1] });
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
    const { mcc, mnc, msin, routingIndicator } = vector;
    const digits = [...padded(Uint8Array.from(routingIndicator, Number), 4, 0xf)];
    const routing = [1, 0, 3, 2].map((at) => digits[at]?.toString(16)).join('');
    const profile = [
      [IMSI, toHex(encodeImsi(asImsi(`${mcc}${mnc}${msin}`)))],
      [AD, `0000000${mnc.length}`],
      [ROUTING, `${routing}FFFF`],
    ].reduce((of, [path = '', data = '']) => withContent(path, data, of), SUCI_BY_USIM);
    const { apdu, response, sw } = vector.getIdentity;
    expect(cardFor(profile).ask(apdu)).toBe(`${response}${sw}`.toUpperCase());
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
    [CALC_INFO, vectors.efSuciCalcInfo[0]?.hex ?? '', 'profile A first'],
    [CALC_INFO, 'A0020201', 'profile B'],
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
    [AD, '000000', 'no octet for it'],
  ])('when %s is %s: %s', (path, data) => {
    const card = cardFor(withContent(path, data, SUCI_BY_USIM));
    expect(card.send(GET_SUCI)).toBe('6985');
    expect(card.send('00C0000001')).toBe('6985');
    expect(card.faults).toEqual([]);
  });

  it('and tells no digit of the IMSI when the operator wants it concealed', () => {
    const profile = withContent(CALC_INFO, 'A00401010000', SUCI_BY_USIM);
    const card = cardFor(profile);
    for (const p2 of [1, 2, 0x81, 0x82]) {
      expect(card.ask(`807800${octet(p2)}00`)).toMatch(/^6...$/u);
    }
  });
});
