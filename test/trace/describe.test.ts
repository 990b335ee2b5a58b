import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/bytes/hex.ts';
import {
  describeCommand,
  describeExchange,
  describeResponse,
  describeSw,
} from '../../src/trace/describe.ts';

const AID_TAIL = 'FFFFFFFF8900000100';

describe('describeCommand', () => {
  it.each([
    ['00A40004023F00', 'SELECT MF'],
    ['00A4000C', 'SELECT MF'],
    ['00A40004022F00', 'SELECT EF_DIR'],
    ['00A40004022FE200', 'SELECT EF_ICCID'],
    ['00A40004027FFF', 'SELECT ADF'],
    ['00A40004026F07', 'SELECT 6F07'],
    ['00A4030C', 'SELECT parent DF'],
    [`00A4040410A0000000871002${AID_TAIL}`, 'SELECT USIM'],
    [`00A4044C10A0000000871004${AID_TAIL}`, 'SELECT ISIM, session ends'],
    ['00A4040405A000000009', 'SELECT AID A000000009'],
    ['00A40804047FFF6F07', 'SELECT MF/ADF/6F07'],
    ['00A40904045F3B4F20', 'SELECT 5F3B/4F20'],
    ['00B0870009', 'READ BINARY SFI 07'],
    ['00B0010209', 'READ BINARY offset 258'],
    ['00B0000000', 'READ BINARY'],
    ['00D687040101', 'UPDATE BINARY SFI 07 offset 4'],
    ['00B2990400', 'READ RECORD 153'],
    ['00B201BC20', 'READ RECORD 1 SFI 17'],
    ['00B2000220', 'READ RECORD NEXT'],
    ['00DC000301AA', 'UPDATE RECORD PREVIOUS'],
    ['00B2000420', 'READ RECORD CURRENT'],
    ['00A201F4020304', 'SEARCH RECORD SFI 1E'],
    ['803280000100', 'INCREASE'],
    ['00040000', 'DEACTIVATE FILE'],
    ['00040000022FE2', 'DEACTIVATE FILE EF_ICCID'],
    ['00440800047FFF6F07', 'ACTIVATE FILE MF/ADF/6F07'],
    ['00440000056F', 'ACTIVATE FILE 6F'],
    ['0020000108' + '31323334FFFFFFFF', 'VERIFY PIN 01'],
    ['0020000100', 'VERIFY PIN 01 (query)'],
    ['0020008100', 'VERIFY PIN 81 (query)'],
    ['002C000100', 'UNBLOCK PIN 01 (query)'],
    [`0024000A10${'31'.repeat(16)}`, 'CHANGE PIN 0A'],
    [`0088008122${'10'.repeat(34)}`, 'AUTHENTICATE 3G'],
    [`0088008011${'10'.repeat(17)}`, 'AUTHENTICATE GSM'],
    ['0070000001', 'MANAGE CHANNEL open'],
    ['00700002', 'MANAGE CHANNEL open 2'],
    ['00708001', 'MANAGE CHANNEL close 1'],
    ['807600000400010001', 'SUSPEND UICC'],
    ['80760100080102030405060708', 'SUSPEND UICC resume'],
    ['80CA9F7F00', 'GET DATA 9F7F'],
    ['8078000100', 'GET IDENTITY SUCI'],
    ['8078008200', 'GET IDENTITY SUCI for 5G NSWO'],
    ['80F2000C00', 'STATUS'],
    ['80F2010C00', 'STATUS application is initialised'],
    ['80C2000002D100', 'ENVELOPE SMS-PP download'],
    ['801400000C8103011300' + '82028281830100', 'TERMINAL RESPONSE SEND SHORT MESSAGE'],
    ['8012000020', 'FETCH'],
    ['80D8010004AABBCCDD', 'PUT KEY'],
  ])('says what %s is', (command, words) => {
    expect(describeCommand(fromHex(command))).toBe(words);
  });

  it.each([
    ['', '0 octets, too few for a C-APDU'],
    ['00A400', '3 octets, too few for a C-APDU'],
    ['00F00000', 'instruction F0'],
    ['A0A40000023F00', 'SELECT MF (class A0)'],
    ['A0A40000027F20', 'SELECT DF_GSM (class A0)'],
    ['A0A40000026F07', 'SELECT 6F07 (class A0)'],
    ['A0C0000016', 'GET RESPONSE (class A0)'],
    ['A0F2000016', 'STATUS (class A0)'],
    ['A020000108AABBCCDDEEFF0011', 'VERIFY CHV 01 (class A0)'],
    ['A020000208AABBCCDDEEFF0011', 'VERIFY CHV 02 (class A0)'],
    ['A02C000010AABBCCDDEEFF0011AABBCCDDEEFF0011', 'UNBLOCK CHV 01 (class A0)'],
    ['A02C000210AABBCCDDEEFF0011AABBCCDDEEFF0011', 'UNBLOCK CHV 02 (class A0)'],
    ['A0B0810009', 'READ BINARY offset 33024 (class A0)'],
    ['A0B0000009', 'READ BINARY (class A0)'],
    ['A0B2030428', 'READ RECORD 3 (class A0)'],
    ['A0DC000303000000', 'UPDATE RECORD PREVIOUS (class A0)'],
    ['A0A2001001FF', 'SEEK (class A0)'],
    ['A004000000', 'INVALIDATE (class A0)'],
    ['A044000000', 'REHABILITATE (class A0)'],
    ['A08800001000112233445566778899AABBCCDDEEFF', 'RUN GSM ALGORITHM (class A0)'],
    ['A0FA000000', 'SLEEP (class A0)'],
    ['A0C2000002D105', 'ENVELOPE SMS-PP download (class A0)'],
    ['A070000001', 'MANAGE CHANNEL (class A0)'],
    ['00FA000000', 'instruction FA'],
    ['80A40004023F00', 'SELECT MF (class 80)'],
    ['90B0000000', 'READ BINARY (class 90)'],
    ['02B0000000', 'READ BINARY (channel 2)'],
    ['CFF2000000', 'STATUS (channel 19)'],
    ['C3A4000C', 'SELECT MF (class C3, channel 7)'],
    ['008800FF00', 'AUTHENTICATE'],
    ['80C2000001FF', 'ENVELOPE'],
    ['8014000001FF', 'TERMINAL RESPONSE'],
    ['00A40004013F', 'SELECT 3F'],
    ['00A40004022F', 'SELECT 2F'],
  ])('finds words for %s, which is strange or wrong', (command, words) => {
    expect(describeCommand(fromHex(command))).toBe(words);
  });

  it('says the same of a PIN command whatever the PIN is', () => {
    const head = fc.constantFrom('0020000108', '0026000108', '0028000108', 'A020000108');
    const twice = fc.constantFrom('0024000110', '002C000110');
    const pin = fc.uint8Array({ minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(fc.oneof(head, twice), pin, pin, (start, one, other) => {
        const octets = start.endsWith('08') ? 1 : 2;
        const filled = (value: Uint8Array) =>
          Uint8Array.of(
            ...fromHex(start),
            ...Array(octets)
              .fill([...value])
              .flat(),
          );
        expect(describeCommand(filled(one))).toBe(describeCommand(filled(other)));
      }),
    );
  });

  it('finds one line of words for octets of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (octets) => {
        expect(describeCommand(octets)).toMatch(/^\S.*\S$/);
        expect(describeCommand(octets)).not.toContain('  ');
      }),
    );
  });
});

describe('describeResponse', () => {
  it.each([
    ['00B0000009', '0809101010325476989000', ''],
    ['00B0000009', '6982', 'security status not satisfied'],
    ['00A40004023F00', '612F', 'ok, 47 octets of response data are ready'],
    ['8012000009', 'D009810301010482028182' + '9000', 'REFRESH'],
    ['801200000A', 'D08109810301010482028182' + '9000', 'REFRESH'],
    ['8012000000', '6C0B', 'wrong Le, 11 octets are there'],
    ['00B0000009', '1234', ''],
    ['00B0000009', '90', 'too few octets for an R-APDU'],
    ['00B0000009', '', 'too few octets for an R-APDU'],
  ])('says of %s and %s what octets do not', (command, response, words) => {
    expect(describeResponse(fromHex(command), fromHex(response))).toBe(words);
  });
});

describe('describeExchange', () => {
  const apdu = (command: string, response: string) =>
    ({ kind: 'apdu', command: fromHex(command), response: fromHex(response) }) as const;

  it.each([
    ['00A40004023F00', '6A82', `SELECT MF: '6A82' (file not found)`],
    ['00B0870009', '080910101032547698' + '9000', `READ BINARY SFI 07: 9 octets, '9000' (ok)`],
    ['0070000001', '019000', `MANAGE CHANNEL open: 1 octet, '9000' (ok)`],
    ['8012000009', 'D0098103010104820281829000', `FETCH: REFRESH, 11 octets, '9000' (ok)`],
    ['00A4000C', '90', 'SELECT MF: too few octets for an R-APDU'],
  ])('of %s and %s is one line', (command, response, line) => {
    expect(describeExchange(apdu(command, response))).toBe(line);
  });

  it('of a reset counts the octets of the ATR', () => {
    expect(describeExchange({ kind: 'reset', atr: fromHex('3B00') })).toBe(
      'reset: ATR of 2 octets',
    );
  });

  it('names a status word that no document knows', () => {
    expect(describeSw(0x0001)).toBe(`'0001' (unknown)`);
  });
});
