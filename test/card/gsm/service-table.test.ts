/**
 * EF_SST made from EF_UST, against the table of services typed again by hand.
 *
 * @see 3GPP TS 51.011 §10.3.7; 3GPP TS 31.102 §4.2.8
 * @module
 */

import { describe, expect, it } from 'vitest';
import { type ServiceGrounds, simServiceTable } from '../../../src/card/gsm/service-table.ts';
import { EF_SST } from '../../../src/ef/gsm.ts';
import { EF_UST } from '../../../src/ef/services.ts';
import { withoutFiles } from '../support/test-card.ts';
import { ADM1, CHV1, DF_GSM, go, select, simCard } from './support/sim-card.ts';

const NOTHING: ServiceGrounds = { hasChv1: false, hasEf: () => false };

/** Service of the USIM, then that of the SIM. */
const PAIRS = `2:3 3:11 4:18 5:19 10:4 11:35 12:12 13:5 14:48 15:14 16:30 17:15 18:16 19:17 20:7
  20:43 21:9 24:23 25:24 28:26 29:25 30:28 31:37 32:42 39:46 40:47 42:44 43:45 45:51 46:52 47:53
  48:54 49:55 51:56 57:21 58:22`
  .split(/\s+/u)
  .map((pair) => pair.split(':').map(Number));

function servicesOf(usim: readonly number[], grounds = NOTHING): readonly number[] {
  const { allocated, activated } = EF_SST.decode(simServiceTable(EF_UST.encode(usim, 17), grounds));
  expect(activated).toEqual(allocated);
  return allocated;
}

describe('a service table of a SIM', () => {
  it.each(Array.from({ length: 136 }, (_, n) => n + 1))('of service %i of a USIM', (usim) => {
    const meant = PAIRS.filter(([of]) => of === usim).map(([, sim]) => sim ?? 0);
    expect(servicesOf([usim])).toEqual([...meant, 29].sort((a, b) => a - b));
  });

  it('has services by what the card has', () => {
    expect(servicesOf([], { hasChv1: true, hasEf: () => true })).toEqual([1, 2, 10, 13, 29, 38]);
    const adn = (directory: number, fid: number) => directory === 0x7f10 && fid === 0x6f3a;
    expect(servicesOf([], { hasChv1: false, hasEf: adn })).toEqual([2, 29]);
  });

  // worked by hand: 1 2 4, 7, 9 12, 15 16, 17, 26, 29, 38, 43 44, 45, 51 52, 56
  it('is that of the built-in card', () => {
    const card = simCard([...go(DF_GSM, '6F38'), CHV1]);
    expect(card.send('A0B000000E')).toBe('CF30C3F003000C03000CF003F0C09000');
  });

  it.each([
    ['CHV1 is not verified', [], 'A0B000000E', '9804'],
    ['it is written', [CHV1, ADM1], 'A0D6000001FF', '9804'],
    ['a record is read', [CHV1], 'A0B201040E', '9408'],
    ['more is read', [CHV1], 'A0B000000F', '670E'],
  ])('is refused when %s', (_what, before, command, sw) => {
    expect(simCard([...go(DF_GSM, '6F38'), ...before]).send(command)).toBe(sw);
  });

  it('has no GPRS without EF_LOCIGPRS', () => {
    const profile = withoutFiles(['MF/ADF.USIM/EF.PSLOCI']);
    const card = simCard([...go(DF_GSM), CHV1], { profile });
    expect(card.send(select('6F53'))).toBe('9404');
    card.send(select('6F38'));
    expect(card.send('A0B000000E').slice(18, 20)).toBe('00');
  });
});
