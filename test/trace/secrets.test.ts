import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { pinFields, pinSecrets, secretOctets } from '../../src/trace/secrets.ts';

const PIN_INSTRUCTIONS = [0x20, 0x24, 0x26, 0x28, 0x2c];

const pin = { reference: '01', value: '1234', retries: 3, enabled: true } as const;

describe('secretOctets', () => {
  it.each([
    ['VERIFY PIN', '0020000108 31323334FFFFFFFF', 8],
    ['VERIFY PIN on channel 3', '0320000108 31323334FFFFFFFF', 8],
    ['VERIFY PIN on channel 19', '4F20000108 31323334FFFFFFFF', 8],
    ['VERIFY CHV of class A0', 'A020000108 31323334FFFFFFFF', 8],
    ['VERIFY PIN of a class that is none', 'B020000108 31323334FFFFFFFF', 8],
    ['VERIFY PIN with Le', '0020000108 31323334FFFFFFFF 00', 8],
    ['VERIFY PIN with Lc 07, whose last octet is no Le', '0020000107 31323334FFFFFFFF', 8],
    ['VERIFY PIN without a whole PIN', '0020000108 3132', 2],
    ['VERIFY PIN without Lc', '00200001 313233', 2],
    ['a query', '0020000100', 0],
    ['a query of case 1', '00200001', 0],
    ['CHANGE PIN', `0024000110 ${'31'.repeat(16)}`, 16],
    ['CHANGE PIN with Le', `0024000110 ${'31'.repeat(16)} 00`, 16],
    ['DISABLE PIN', '0026000108 31323334FFFFFFFF', 8],
    ['ENABLE PIN', '0028000108 31323334FFFFFFFF', 8],
    ['UNBLOCK PIN', `002C000110 ${'31'.repeat(16)}`, 16],
    ['PUT KEY', '80D80100 04 01020304', 4],
    ['PUT KEY with Le', '80D80100 04 01020304 00', 5],
    ['SELECT', '00A40004023F00', 0],
    ['AUTHENTICATE', `0088008122 ${'10'.repeat(34)}`, 0],
    ['nothing', '', 0],
  ])('counts for %s', (_, command, octets) => {
    expect(secretOctets(fromHex(command))).toBe(octets);
  });

  it('leaves no octet of a PIN command open but a header and one Le', () => {
    const command = fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...PIN_INSTRUCTIONS))
      .chain(([cla, ins]) =>
        fc.uint8Array({ maxLength: 30 }).map((rest) => Uint8Array.of(cla, ins, 0, 1, ...rest)),
      );
    fc.assert(
      fc.property(command, (octets) => {
        const open = octets.length - 5 - secretOctets(octets);
        const whole = pinFields(octets[1]).length * 8;
        expect(open).toBeLessThanOrEqual(octets[4] === whole ? 1 : 0);
      }),
    );
  });
});

describe('pinSecrets', () => {
  it('pads digits with FF to 8 octets, and takes 16 hex digits as 8 octets', () => {
    const secrets = pinSecrets({
      pins: [
        { ...pin, unblock: { value: '12345678', retries: 10 } },
        { ...pin, reference: '0A', value: '00fF112233445566' },
      ],
    });
    expect(toHex(secrets.pin(0x01)!)).toBe('31323334ffffffff');
    expect(toHex(secrets.unblock(0x01)!)).toBe('3132333435363738');
    expect(toHex(secrets.pin(0x0a)!)).toBe('00ff112233445566');
  });

  it('knows no PIN and no UNBLOCK PIN that the profile does not have', () => {
    const secrets = pinSecrets({ pins: [pin] });
    expect(secrets.pin(0x81)).toBeUndefined();
    expect(secrets.unblock(0x01)).toBeUndefined();
  });

  it('hands out copies', () => {
    const secrets = pinSecrets({ pins: [pin] });
    secrets.pin(0x01)!.fill(0);
    expect(toHex(secrets.pin(0x01)!)).toBe('31323334ffffffff');
  });

  it.each(['123', '123456789', '12a4', '', '31 32', '313131313131313', '31313131313131313'])(
    'refuses the value %o and does not show it',
    (value) => {
      const act = () => pinSecrets({ pins: [{ ...pin, value }] });
      expect(act).toThrow(/^PIN 01: expected 4 to 8 decimal digits, or 16 hex digits$/);
    },
  );

  it('refuses an UNBLOCK PIN that is none', () => {
    const act = () => pinSecrets({ pins: [{ ...pin, unblock: { value: 'x', retries: 1 } }] });
    expect(act).toThrow(/^UNBLOCK PIN 01: /);
  });
});
