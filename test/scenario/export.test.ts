/**
 * The story, and what other programs are given of the card before it and behind it.
 *
 * @see docs/export.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import { beforeAll, describe, expect, it } from 'vitest';
import { address } from '../../src/bytes/address.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { profileOf } from '../../src/card/profile-of.ts';
import { EXPORT_FORMATS, exportSubscriptions } from '../../src/network/export/formats.ts';
import {
  type ExportedSubscription,
  exportedSubscription,
} from '../../src/network/export/subscription.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { faultText } from '../../src/profile/faults.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { generateSigning, type Signing } from '../../src/scenario/signing.ts';
import { OPERATORS } from '../../src/scenario/world.ts';
import { Rig } from './support/rig.ts';
import { order, send } from './support/story.ts';

const PAIRS = 3;
const TEMPLATE: CardProfile = {
  ...DEFAULT_PROFILE,
  keyTable: { active: 0, entries: DEFAULT_PROFILE.keyTable.entries.slice(0, PAIRS) },
};

let signing: Signing;

beforeAll(async () => {
  signing = await generateSigning(OPERATORS);
});

/** What is exported of the card as it is now. */
function exportOf(rig: Rig): ExportedSubscription {
  const result = exportedSubscription(profileOf(TEMPLATE, rig.device.card.root).profile);
  if (result.ok) return result.subscription;
  throw new Error(faultText(result.fault));
}

/** K and OPc of a pair of the card. */
function keysOf(rig: Rig, index: number): { readonly k: string; readonly opc: string } {
  const pair = rig.pairs[index];
  if (pair === undefined) throw new Error(`the card has no pair ${index}`);
  return { k: toHex(pair.k), opc: toHex(pair.opc) };
}

describe('a card that changes its subscription', () => {
  it('is exported with pair 0 before, with pair 1 and the new IMSI behind', async () => {
    const rig = new Rig({ signing, pairs: PAIRS });
    expect(exportOf(rig)).toMatchObject({ pair: 0, sqn: 32, ...keysOf(rig, 0) });

    expect(rig.device.attach()).toBe(true);
    const before = exportOf(rig);
    const { oldImsi, newImsi } = rig;
    expect(before).toMatchObject({ imsi: oldImsi, pair: 0, sqn: 64, ...keysOf(rig, 0) });

    await order(rig, rig.b, newImsi, { msisdn: address('+49171234567') });
    expect(send(rig).kind).toBe('confirmed');
    const after = exportOf(rig);
    expect(after).toMatchObject({ imsi: newImsi, pair: 1, sqn: 32, ...keysOf(rig, 1) });
    expect(after).toMatchObject({ iccid: before.iccid, mncLength: 2, msisdn: '49171234567' });
    expect(after.k).not.toBe(before.k);
  });

  it('leaves nothing of the old pair in what any program is given', async () => {
    const rig = new Rig({ signing, pairs: PAIRS });
    rig.device.attach();
    await order(rig);
    send(rig);
    const subscription = exportOf(rig);
    const { k, opc } = keysOf(rig, 1);
    const old = keysOf(rig, 0);
    for (const format of EXPORT_FORMATS) {
      const result = exportSubscriptions(format, [subscription]);
      if (!result.ok) throw new Error(result.problem);
      for (const part of [rig.newImsi, k, opc]) expect(result.text).toContain(part);
      for (const part of [rig.oldImsi, old.k, old.opc]) expect(result.text).not.toContain(part);
    }
  });
});
