import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { encodePin } from '../../src/me/pin.ts';
import { fileCard } from './file-card.ts';
import { run } from './world.ts';

const QUERY = '0020000100';
const VERIFY = '002000010831323334ffffffff';
const ADF_FCP = '00c000001b';

/** FCPs of an ADF, worked by hand: PIN1 as given, PIN2, ADM1. */
const withPins = (bitmap: string): string =>
  `6218 82027821 83027fff c60c 9001${bitmap} 830101 830181 83010a 8800 9000`;

function verifications(log: readonly string[]): string[] {
  return log.filter((command) => command.startsWith('0020'));
}

describe('PIN1', () => {
  it('is asked about, and verified, when it is enabled', () => {
    const card = fileCard();
    expect(run(new MobileEquipment({ pin: '1234' }).boot(), card)).toMatchObject({ ok: true });
    expect(verifications(card.log)).toEqual([QUERY, VERIFY]);
  });

  it('is left alone when it is disabled', () => {
    const card = fileCard();
    card.answers.set(ADF_FCP, withPins('60'));
    expect(run(new MobileEquipment({ pin: '1234' }).boot(), card)).toMatchObject({ ok: true });
    expect(verifications(card.log)).toEqual([]);
  });

  it.each([
    ['says nothing of PINs', '6204 82027821 9000'],
    ['makes no sense', '6204 8202 9000'],
  ])('is asked about when the FCP %s', (_what, fcp) => {
    const card = fileCard();
    card.answers.set(ADF_FCP, fcp);
    expect(run(new MobileEquipment({ pin: '1234' }).boot(), card)).toMatchObject({ ok: true });
    expect(verifications(card.log)).toEqual([QUERY, VERIFY]);
  });

  it('goes by the key reference that the FCP gives it', () => {
    const card = fileCard();
    card.answers.set(ADF_FCP, '620e c60c 900120 83010a 830181 830102 9000');
    run(new MobileEquipment({ pin: '1234' }).boot(), card);
    expect(verifications(card.log)).toEqual(['0020000200', '002000020831323334ffffffff']);
  });

  it.each([
    ['is verified already', '9000', '9000'],
    ['is verified already, and the card wants something', '910b', '9000'],
    ['is disabled', '6984', '9000'],
    ['turns out to be disabled', '63c3', '6984'],
  ])('is no obstacle when it %s', (_what, query, verify) => {
    const card = fileCard();
    card.answers.set(QUERY, query).set(VERIFY, verify);
    expect(run(new MobileEquipment({ pin: '1234' }).boot(), card)).toMatchObject({ ok: true });
  });

  it.each([
    ['it has no tries left', '63c0', undefined, 'pin-blocked', 0x63c0],
    ['it is blocked', '6983', undefined, 'pin-blocked', 0x6983],
    ['it has the last try left', '63c1', undefined, 'pin-last-try', 0x63c1],
    ['the card does not know it', '6a88', undefined, 'pin-refused', 0x6a88],
    ['the card does not know the instruction', '6d00', undefined, 'pin-refused', 0x6d00],
    ['the card does not know the class', '6e00', undefined, 'pin-refused', 0x6e00],
    ['it is wrong', '63c3', '63c2', 'pin-wrong', 0x63c2],
    ['it is wrong and blocks itself', '63c2', '63c0', 'pin-blocked', 0x63c0],
    ['it is blocked meanwhile', '63c3', '6983', 'pin-blocked', 0x6983],
    ['its length is refused', '63c3', '6700', 'pin-refused', 0x6700],
  ])('stops the start-up when %s', (_what, query, verify, failure, sw) => {
    const card = fileCard();
    card.answers.set(QUERY, query);
    if (verify !== undefined) card.answers.set(VERIFY, verify);
    const me = new MobileEquipment({ pin: '1234' });
    expect(run(me.boot(), card)).toEqual({ ok: false, failure, sw });
    expect(verifications(card.log)).toEqual(verify === undefined ? [QUERY] : [QUERY, VERIFY]);
    expect(card.log.at(-1)).toBe(verify === undefined ? QUERY : VERIFY);
  });

  it('stops the start-up when the ME has none to give', () => {
    const card = fileCard();
    const outcome = run(new MobileEquipment().boot(), card);
    expect(outcome).toEqual({ ok: false, failure: 'pin-required', sw: 0x63c3 });
    expect(verifications(card.log)).toEqual([QUERY]);
  });

  it('is not tried a second time when it was wrong once', () => {
    const card = fileCard();
    card.answers.set(VERIFY, '63c2');
    const me = new MobileEquipment({ pin: '1234' });
    expect(run(me.boot(), card)).toMatchObject({ failure: 'pin-wrong' });
    expect(run(me.boot(), card)).toMatchObject({ failure: 'pin-required' });
    expect(verifications(card.log)).toEqual([QUERY, VERIFY, QUERY]);
  });
});

describe('encodePin', () => {
  it.each([
    ['1234', '31323334ffffffff'],
    ['00000', '3030303030ffffff'],
    ['12345678', '3132333435363738'],
  ])('writes %s as %s', (digits, hex) => {
    expect(toHex(encodePin(digits))).toBe(hex);
  });

  it.each(['', '123', '123456789', '12a4', '１２３４', ' 1234', '1234\n'])(
    'refuses %j without telling it',
    (digits) => {
      const refusal = new RangeError('pin: expected 4 to 8 decimal digits');
      expect(() => encodePin(digits)).toThrow(refusal);
      expect(() => new MobileEquipment({ pin: digits })).toThrow(refusal);
    },
  );

  it('refuses everything but 4 to 8 digits', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        if (/^[0-9]{4,8}$/u.test(text)) expect(encodePin(text)).toHaveLength(8);
        else expect(() => encodePin(text)).toThrow(RangeError);
      }),
    );
  });
});
