/**
 * What listens to a card, or stores its commits, and fails: it must not change what the card does.
 *
 * @see docs/architecture.md, "Errors"; docs/subscription-change.md
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { DEFAULT_PROFILE } from '../../src/profile/default-profile.ts';
import { packetEnvelope, sealedFor } from './support/ota-card.ts';

const ATR = DEFAULT_PROFILE.atr.toLowerCase();

describe('a staged change that cannot be made effective', () => {
  it('leaves the card with its ATR, and is told as a fault: octets that are no change', () => {
    const faults: unknown[] = [];
    const root = { ...createUicc().root, staged: Uint8Array.of(9) };
    const card = createUicc(undefined, { root, onFault: (error) => faults.push(error) });
    expect(toHex(card.reset())).toBe(ATR);
    expect(faults).toHaveLength(1);
    expect(card.root).toBe(root);
    expect(toHex(card.transmit(fromHex('80F2000C00')))).toBe('9000');
  });

  it('leaves the card with its ATR, and is told as a fault: a log that throws', () => {
    const faults: unknown[] = [];
    const staged = fromHex('02080910101032547698');
    const root = { ...createUicc().root, staged };
    const log = {
      append: (): boolean => {
        throw new Error('the disk is gone');
      },
    };
    const card = createUicc(undefined, { root, log, onFault: (error) => faults.push(error) });
    expect(toHex(card.reset())).toBe(ATR);
    expect(faults).toHaveLength(1);
    expect(card.root.staged).toEqual(staged);
  });
});

describe('a listener that throws', () => {
  it('is told as a fault, and the packet is answered all the same', () => {
    const envelope = packetEnvelope(sealedFor('16', 0x19));
    const faults: unknown[] = [];
    const card = createUicc(undefined, {
      onFinding: () => {
        throw new Error('nobody listens');
      },
      onFault: (error) => faults.push(error),
    });
    card.reset();
    // An unknown TAR: 09, a PoR of 16 octets with its header.
    expect(toHex(card.transmit(envelope))).toBe('6110');
    expect(faults.length).toBeGreaterThan(2);
  });
});

describe('over T=1', () => {
  const profile = {
    ...DEFAULT_PROFILE,
    protocol: 'T=1' as const,
    // TD1 '81': T=1; TD2 '1F': T=15. TCK follows from them.
    atr: '3B80811FC75F',
  };

  it('a record that is read without Le is read, and the next one follows', () => {
    const card = createUicc(profile);
    card.reset();
    card.transmit(fromHex('00A40804022F00'));
    const first = toHex(card.transmit(fromHex('00B20002')));
    const second = toHex(card.transmit(fromHex('00B20002')));
    expect(first.startsWith('61184f10a0000000871002')).toBe(true);
    expect(second.startsWith('61184f10a0000000871004')).toBe(true);
  });
});
