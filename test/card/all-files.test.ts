/**
 * A card with every EF that is declared: it tells of each file what the profile says, an ME boots
 * it, and its subscription changes.
 *
 * @see 3GPP TS 31.102 §4; ETSI TS 102 221 §11.1.1.3 (FCP template)
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { MobileEquipment } from '../../src/me/mobile-equipment.ts';
import { runProcedure } from '../../src/me/procedure.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { type FileProfile, hasRecords } from '../../src/profile/profile.ts';
import { withServices } from '../../src/profile/services.ts';
import { decodeBerTlvs } from '../../src/tlv/ber.ts';
import { contentOf, selectionOf } from './support/files.ts';
import { change, ICCID, IMSI_B, sendCommand } from './support/subscription.ts';
import { ADM1, octet, PIN1, SELECT_USIM, TestCard } from './support/test-card.ts';

const PROFILE = withServices(DEFAULT_PROFILE, { usim: 'all', isim: 'all' });
const STRUCTURE = { transparent: '41', linear: '42', cyclic: '46', 'ber-tlv': '79' } as const;

const word = (value: number): string => octet(value >> 8) + octet(value & 0xff);

/** What the FCP template must hold, by tag. */
function expectedFcp(file: FileProfile): Record<string, string> {
  const shape = hasRecords(file) ? word(file.recLen) + octet(file.recCount) : '';
  const size = hasRecords(file) ? file.recLen * file.recCount : file.size;
  const arr = file.path.split('/').length === 2 ? '2F06' : '6F06';
  return {
    '82': `${STRUCTURE[file.type]}21${shape}`,
    '83': file.fid,
    '8A': '05',
    '8B': `${arr}${octet(file.arr ?? 0)}`,
    '80': word(size),
    '88': file.sfi === null ? '' : octet(file.sfi << 3),
  };
}

describe('a card with all files', () => {
  it('has more than 190 EFs', () => {
    expect(PROFILE.files.length).toBeGreaterThan(190);
  });

  it('tells of each EF what the profile says', () => {
    const card = new TestCard({ profile: PROFILE });
    for (const file of PROFILE.files) {
      const selection = selectionOf(file);
      const last = selection.pop() ?? '';
      for (const command of selection) card.expectOk(command);
      const answer = card.ask(`${last.slice(0, 6)}04${last.slice(8)}00`);
      const [template] = decodeBerTlvs(fromHex(answer.slice(0, -4)), 'FCP');
      const fcp = decodeBerTlvs(template?.value ?? new Uint8Array(), 'FCP').map(
        ({ tag, value }) => [octet(tag), toHex(value).toUpperCase()],
      );
      expect(Object.fromEntries(fcp), file.path).toEqual(expectedFcp(file));
    }
  });

  it('gives each EF to whom its rule lets read it', () => {
    const card = new TestCard({ profile: PROFILE, setUp: [PIN1, ADM1] });
    for (const file of PROFILE.files.filter(({ type }) => type !== 'ber-tlv')) {
      const octets = hasRecords(file) ? file.recLen * file.recCount : file.size;
      expect(contentOf(card, file), file.path).toHaveLength(octets * 2);
    }
  });

  it('is booted by an ME', () => {
    const me = new MobileEquipment({ pin: '1234' });
    const network = { uplink: () => ({ kind: 'released' }) as const };
    const boot = runProcedure(me.boot(), { card: createUicc(PROFILE), network });
    expect(boot).toMatchObject({ ok: true, subscription: { imsi: PROFILE.imsi } });
  });

  it('changes its subscription at the reset', () => {
    const card = new TestCard({ profile: PROFILE });
    expect(sendCommand(card, change('00', IMSI_B)).data).toBe(`019000${ICCID}0102`);
    card.reset();
    card.sendAll([SELECT_USIM, PIN1]);
    expect(card.send('00B0870009')).not.toBe('0809101010325476989000');
    expect(card.uicc.root).toMatchObject({ active: 1, staged: undefined });
  });
});
