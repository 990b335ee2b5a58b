import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/apdu/turns.ts';

describe('taking turns', () => {
  it('begins nothing before what was asked for earlier has ended', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = turns.take(async () => {
      seen.push('first begins');
      await held;
      seen.push('first ends');
      return 1;
    });
    const second = turns.take(async () => {
      seen.push('second begins');
      return 2;
    });
    await Promise.resolve();
    expect(seen).toEqual(['first begins']);
    release();
    expect(await Promise.all([first, second])).toEqual([1, 2]);
    expect(seen).toEqual(['first begins', 'first ends', 'second begins']);
  });

  it('goes on after a failure, and tells it to nobody but its own caller', async () => {
    const turns = new Turns();
    const failed = turns.take(() => Promise.reject(new Error('one')));
    const thrown = turns.take(() => {
      throw new Error('two');
    });
    const good = turns.take(async () => 3);
    await expect(failed).rejects.toThrow('one');
    await expect(thrown).rejects.toThrow('two');
    expect(await good).toBe(3);
  });
});
