/**
 * How much the search for a mistake computes when there is none.
 *
 * @see docs/architecture.md, "Every step can be explained"
 * @module
 */

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { findMistake } from '../../src/ota/mistakes/find-mistake.ts';
import type { CandidateKeySet } from '../../src/ota/mistakes/mistake.ts';
import { drawScene, type Scene, seal } from './support/mistaken-sender.ts';

const counted = vi.hoisted(() => ({ calls: 0 }));

vi.mock('../../src/crypto/cmac.ts', async (original) => {
  const { aesCmac } = await original<typeof import('../../src/crypto/cmac.ts')>();
  return {
    aesCmac(...given: Parameters<typeof aesCmac>) {
      counted.calls += 1;
      return aesCmac(...given);
    },
  };
});

vi.mock('../../src/crypto/des.ts', async (original) => {
  const des = await original<typeof import('../../src/crypto/des.ts')>();
  return {
    ...des,
    desCbcMac(...given: Parameters<typeof des.desCbcMac>) {
      counted.calls += 1;
      return des.desCbcMac(...given);
    },
  };
});

vi.mock('../../src/crypto/cbc.ts', async (original) => {
  const cbc = await original<typeof import('../../src/crypto/cbc.ts')>();
  return {
    ...cbc,
    encryptAesCbc(...given: Parameters<typeof cbc.encryptAesCbc>) {
      counted.calls += 1;
      return cbc.encryptAesCbc(...given);
    },
  };
});

const MACS_MAX = 2500;

/** Gives a receiver the key sets of all fifteen KVNs; those that it has stay. */
function withAllKeySets({ receiver, draw }: Scene): readonly CandidateKeySet[] {
  return Array.from({ length: 15 }, (_, n) => {
    const key = () => ({ type: 'AES' as const, key: draw.octets(32) });
    const made = { kvn: n + 1, kic: key(), kid: key(), macLength: 8 as const, cntr: 0 };
    return receiver.keySets.find(({ kvn }) => kvn === n + 1) ?? made;
  });
}

describe('a search that finds nothing', () => {
  beforeEach(() => {
    counted.calls = 0;
  });

  it.each([0x02, 0x06])('with SPI1 %i has computed MACs, but not too many', (spi1) => {
    const scene = drawScene(1, { spi1: [spi1], type: 'AES', keyOctets: 32 });
    const packet = seal(scene.recipe);
    packet[packet.length - 1]! ^= 1;
    counted.calls = 0;
    const keySets = withAllKeySets(scene);
    expect(findMistake(packet, { ...scene.receiver, keySets })).toBeUndefined();
    expect(counted.calls).toBeGreaterThan(100);
    expect(counted.calls).toBeLessThan(MACS_MAX);
  });
});
