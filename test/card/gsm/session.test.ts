/**
 * Which class a session has: what binds it, what does not, and what a card without class A0 says.
 *
 * @see 3GPP TS 51.011 §9.2; docs/architecture.md, "The card seen as a SIM"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import { PIN1, SELECT_USIM, TestCard, withChangedFile } from '../support/test-card.ts';
import { CHV1, DF_GSM, go, MF, select, simCard, WRONG_CHV1 } from './support/sim-card.ts';

const READ_ICCID = '00B082000A';
const SELECT_MF = '00A4000C023F00';

describe('a session', () => {
  it.each([
    ['VERIFY PIN', PIN1],
    ['READ BINARY', READ_ICCID],
    ['READ BINARY with a shorter Le', '00B0820001'],
    ['READ RECORD', '00B201F428'],
    ['TERMINAL PROFILE', '8010000001FF'],
    ['TERMINAL CAPABILITY', '80AA000004A9028100'],
    ['an ENVELOPE for nobody', '80C2000006D60482028281'],
  ])('is bound to the UICC by %s', (_what, command) => {
    const card = new TestCard();
    expect(card.send(command)).toMatch(/9000$/u);
    for (const refused of [select(MF), 'A0F2000016', 'A0C0000016', CHV1, 'A0FF000000', 'A0A4']) {
      expect(card.send(refused)).toBe(refused === 'A0A4' ? '6700' : '6E00');
    }
    expect(card.send(SELECT_MF)).toBe('9000');
    card.reset();
    expect(card.send(select(MF))).toBe('9F16');
  });

  it.each([
    ['VERIFY CHV', [CHV1]],
    ['READ BINARY', [...go('2FE2'), 'A0B000000A']],
    ['TERMINAL PROFILE', ['A010000001FF']],
    ['SLEEP', ['A0FA000000']],
  ])('is bound to class A0 by %s', (_what, commands) => {
    const card = simCard(commands);
    for (const refused of [SELECT_MF, '80F2000C00', '00C0000016', PIN1, '00FF000000', '01A40004']) {
      expect(card.send(refused)).toBe('6E00');
    }
    expect(card.send(select(MF))).toBe('9F16');
    card.reset();
    expect(card.send(SELECT_MF)).toBe('9000');
  });

  it('tells an unknown class from one that it is not bound to by nothing', () => {
    const card = simCard([CHV1]);
    expect(card.send('B0A40004023F00')).toBe('6E00');
    expect(card.send('0CA40004023F00')).toBe('6E00');
  });

  it.each([
    ['SELECT', SELECT_MF],
    ['SELECT by AID', SELECT_USIM],
    ['STATUS', '80F2000C00'],
    ['GET RESPONSE', '00C0000001'],
    ['VERIFY of a wrong PIN', '002000010839393939FFFFFFFF'],
    ['a question for tries', '0020000100'],
    ['READ BINARY without an EF', '00B0000001'],
    ['READ BINARY with a wrong Le', '00B082000B'],
    ['an unknown instruction', '00FF000000'],
    ['an unknown class', 'B0A40004023F00'],
    ['a wrong P1', '00A40204023F00'],
    ['a closed channel', '01A4000C023F00'],
    ['FETCH of nothing', '8012000000'],
    ['half a command', '00A4'],
  ])('is not bound by %s', (_what, command) => {
    const card = new TestCard();
    card.send(command);
    expect(card.send(CHV1)).toBe('9000');
    expect(card.send(command)).toMatch(/^6[7E]00$/u);
  });

  it.each([
    ['SELECT', select(DF_GSM)],
    ['STATUS', 'A0F2000016'],
    ['GET RESPONSE', 'A0C0000001'],
    ['VERIFY of a wrong CHV', WRONG_CHV1],
    ['READ BINARY without an EF', 'A0B0000001'],
    ['STATUS with a wrong P3', 'A0F2000017'],
    ['an unknown instruction', 'A0FF000000'],
    ['a wrong P1', 'A0A40200023F00'],
    ['RUN GSM ALGORITHM at the MF', `A088000010${'00'.repeat(16)}`],
  ])('is not bound by %s of class A0', (_what, command) => {
    const card = new TestCard();
    card.send(command);
    expect(card.send(PIN1)).toBe('9000');
    expect(card.send(command)).toBe('6E00');
  });

  it('has a place for each class until it is bound', () => {
    const card = simCard(go(DF_GSM, '6FAD'));
    card.expectOk(SELECT_USIM);
    expect(card.send('A0F2000016').slice(8, 12)).toBe(DF_GSM);
    expect(card.send('00B0830004')).toBe('000000029000');
    expect(card.send('A0B0000004')).toBe('6E00');
  });

  it('has one response, which waits for GET RESPONSE of its own class', () => {
    const card = simCard(go(MF));
    expect(card.send('00C0000016')).toBe('6985');
    expect(card.send('A0C0000016')).toBe('6F00');
    card.send('00A40004023F00');
    expect(card.send('A0C0000022')).toBe('6F00');
    expect(card.send('00C0000022')).toBe('6985');
  });

  it('counts the tries of a PIN whichever class presents it', () => {
    const card = new TestCard();
    expect(card.send(WRONG_CHV1)).toBe('9804');
    expect(card.send('0020000100')).toBe('63C2');
    expect(card.send('002000010839393939FFFFFFFF')).toBe('63C1');
    expect(card.send(WRONG_CHV1)).toBe('9840');
    expect(card.send(PIN1)).toBe('6983');
    expect(card.send(CHV1)).toBe('9840');
  });
});

describe('class A0', () => {
  it.each([select(MF), 'A0F2000016', 'A0C0000016', CHV1, 'A0FF000000', 'A0A40000'])(
    'is switched off by the profile: %s',
    (command) => {
      const switches = { ...DEFAULT_PROFILE.switches, gsm: false };
      const card = new TestCard({ profile: { ...DEFAULT_PROFILE, switches } });
      expect(card.send(command)).toBe('6E00');
      expect(card.send(PIN1)).toBe('9000');
    },
  );

  it('lets a response go when it is switched off', () => {
    const switches = { ...DEFAULT_PROFILE.switches, gsm: false };
    const card = new TestCard({ profile: { ...DEFAULT_PROFILE, switches } });
    card.send('00A40004023F00');
    expect(card.send('A0C0000022')).toBe('6E00');
    expect(card.send('00C0000022')).toBe('6985');
  });

  it('does not ask for service 27 of the USIM', () => {
    const profile = withChangedFile('MF/ADF.USIM/EF.UST', (file) =>
      file.type === 'transparent' ? { ...file, data: '00'.repeat(file.size) } : file,
    );
    expect(simCard([...go(DF_GSM), CHV1], { profile }).send(select('6F20'))).toBe('9F0F');
  });

  it('answers a T=1 card as over T=0, and takes P3 00 for all there is', () => {
    const profile = { ...DEFAULT_PROFILE, protocol: 'T=1' } as const;
    const card = simCard(go(DF_GSM), { profile });
    expect(card.send('A0A40000026F0700')).toBe('9F0F');
    expect(card.send('A0C0000000')).toMatch(/^000000096F07.*9000$/u);
    expect(card.send('A0C0000000')).toBe('6F00');
  });

  it.each(['A0', 'A0A4', 'A0A400'])('is 6700 for half a header: %s', (octets) => {
    expect(simCard([CHV1]).send(octets)).toBe('6700');
  });
});
