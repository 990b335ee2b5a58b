import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/apdu/connection.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { dissect, isMarked, MARKS, writeCapture } from './support/tshark.ts';

const SELECT_ICCID = '00A40804022FE2';
const SELECT_DIR = '00A40804022F00';
const SELECT_USIM = '00A4040007A0000000871002';
const RAND_ALONE = `11${'10'.repeat(17)}`;

type Refusal = readonly [what: string, before: string, command: string, sw: string];

/** How the built-in card refuses: what is selected before, the command, SW. */
const REFUSALS: readonly Refusal[] = [
  ['READ BINARY with another Le', SELECT_ICCID, '00B000000B', '6c0a'],
  ['READ BINARY past the end', SELECT_ICCID, '00B0000B01', '6b00'],
  ['READ BINARY of records', SELECT_DIR, '00B0000001', '6981'],
  ['READ BINARY without an EF', '', '00B000000A', '6986'],
  ['READ BINARY by an SFI that is none', '', '00B083000A', '6a82'],
  ['READ BINARY without the PIN', SELECT_USIM, '00B0870009', '6982'],
  ['READ BINARY on channel 1', '', '01B000000A', '6881'],
  ['READ BINARY of class A0 behind one of class 00', '00B082000A', 'A0B000000A', '6e00'],
  ['READ BINARY of class A0 without an EF', '', 'A0B000000A', '9400'],
  ['SELECT of class A0 of nothing', '', 'A0A40000026FFF', '9404'],
  ['READ RECORD with another Le', SELECT_DIR, '00B2010401', '6c28'],
  ['READ RECORD past the end', SELECT_DIR, '00B2990428', '6a83'],
  ['READ RECORD of octets', SELECT_ICCID, '00B201040A', '6981'],
  ['STATUS with another Le', '', '80F200000A', '6c22'],
  ['STATUS of no application', '', '80F2000102', '6a88'],
  ['GET RESPONSE with nothing to get', '', '00C0000019', '6985'],
  ['FETCH with nothing to fetch', '', '8012000020', '6985'],
  ['FETCH with Le 00 and nothing to fetch', '', '8012000000', '6985'],
  ['FETCH with P1', '', '8012010020', '6a86'],
  ['FETCH of another class', '', '0012000020', '6d00'],
  ['GET CHALLENGE without dice', '', '0084000008', '6985'],
  ['SEARCH RECORD without success', SELECT_DIR, '00A2010402ABCD', '6282'],
  ['SEARCH RECORD without the PIN', SELECT_USIM, '00A201C401FF', '6982'],
  ['SEARCH RECORD past the end', SELECT_DIR, '00A2050402A000', '6a83'],
  ['SEARCH RECORD for nothing', SELECT_DIR, '00A2010426', '6700'],
  ['MANAGE CHANNEL', '', '0070000001', '6a81'],
  ['GET DATA of no object', '', '80CA006610', '6a88'],
  ['RETRIEVE DATA without a tag', '', '80CB008010', '6700'],
  ['RETRIEVE DATA of no EF', '', '80CB0080018000', '6986'],
  ['SET DATA of no EF', '', '80DB0080038001AA', '6986'],
  ['SUSPEND UICC', '', '8076000004000500060A', '6985'],
  ['EXCHANGE CAPABILITIES', '', '807A000000', '6d00'],
  ['GET IDENTITY of no USIM', '', '8078000110', '6985'],
  ['CREATE FILE without ADM', '', '00E00000026200', '6982'],
  ['DELETE FILE without ADM', '', '00E40000022F05', '6982'],
  ['TERMINATE EF of nothing', '', '00E80000026F29', '6a82'],
  ['RESIZE FILE of the MF', '', '80D400000A620883023F0080020010', '6981'],
  ['SELECT of nothing', '', '00A40004026FFF', '6a82'],
  ['VERIFY PIN of no PIN', '', '0020000500', '6a88'],
  ['UPDATE BINARY without ADM', SELECT_ICCID, `00D600000A${'FF'.repeat(10)}`, '6982'],
  ['AUTHENTICATE outside a USIM', '', `0088008122${'10'.repeat(34)}`, '6985'],
];

/** What a FETCH may be answered by other cards. */
const FOREIGN: readonly string[] = ['6c00', '6c17', '6c20', '6f00', '9300', '6e00', '6999', '6a80'];

/** Wireshark 4.0 wants 28 octets behind the header, or reads on behind SW; no P3 helps. */
const BEYOND_HELP: readonly Refusal[] = [
  ['AUTHENTICATE of GSM context', SELECT_USIM, `00880080${RAND_ALONE}`, '6982'],
  ['FETCH on channel 1', '', '8112000020', '6881'],
];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vuicc-tshark-refused-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the built-in card says to a command after a reset. */
function exchangeOf([, before, hex]: Refusal): Exchange {
  const card = createUicc();
  card.reset();
  if (before !== '') card.transmit(fromHex(before));
  const command = fromHex(hex);
  return { kind: 'apdu', command, response: card.transmit(command) };
}

describe('Wireshark, which reads what was refused,', () => {
  it('marks no refusal of the built-in card, and finds instruction and SW of each', async () => {
    const file = await writeCapture(join(folder, 'refused.pcapng'), REFUSALS.map(exchangeOf));
    const fields = ['gsm_sim.apdu.ins', 'gsm_sim.apdu.sw', ...MARKS];
    const packets = await dissect(file, fields);
    const found = packets.map((packet, at) => [
      REFUSALS[at]?.[0],
      packet['gsm_sim.apdu.ins'],
      packet['gsm_sim.apdu.sw'],
      isMarked(packet),
    ]);
    expect(found).toEqual(
      REFUSALS.map(([what, , hex, sw]) => {
        return [what, `0x${hex.slice(2, 4).toLowerCase()}`, `0x${sw}`, false];
      }),
    );
  });

  it.each(FOREIGN)('marks no FETCH that is refused with %s', async (sw) => {
    const command = fromHex('8012000020');
    const exchange: Exchange = { kind: 'apdu', command, response: fromHex(sw) };
    const file = await writeCapture(join(folder, `fetch-${sw}.pcapng`), [exchange]);
    const packets = await dissect(file, ['gsm_sim.apdu.sw', ...MARKS]);
    expect(packets.map((packet) => packet['gsm_sim.apdu.sw'])).toEqual([`0x${sw}`]);
    expect(packets.filter(isMarked)).toEqual([]);
  });

  it('marks a TERMINAL RESPONSE that makes no sense, so that this test can fail', async () => {
    const nonsense: Refusal = ['', '', `8014000004${'AA'.repeat(4)}`, '6985'];
    const file = await writeCapture(join(folder, 'nonsense.pcapng'), [exchangeOf(nonsense)]);
    expect((await dissect(file, MARKS)).map(isMarked)).toEqual([true]);
  });

  it.each(BEYOND_HELP)('finds at least the instruction of %s', async (...refusal) => {
    const [, , hex, sw] = refusal;
    const exchange = exchangeOf(refusal);
    expect(exchange.kind === 'apdu' && toHex(exchange.response)).toBe(sw);
    const file = await writeCapture(join(folder, 'beyond.pcapng'), [exchange]);
    const [packet] = await dissect(file, ['gsm_sim.apdu.ins']);
    expect(packet).toEqual({ 'gsm_sim.apdu.ins': `0x${hex.slice(2, 4)}` });
  });
});
