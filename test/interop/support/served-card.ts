/**
 * `vuicc serve vpcd` in a slot of the virtual reader, as a user starts it.
 *
 * @see docs/pcsc.md
 * @module
 */

import { once } from 'node:events';
import type { Pcscd } from './pcscd.ts';

/** A card in a slot. */
export interface ServedCard {
  /** What the program has written to stderr. */
  log(): string;
  /** Ends the program, and waits until pcscd has noticed that the card is gone. */
  remove(): Promise<void>;
}

/**
 * Puts the card of a profile into slot 0, and waits until pcscd has noticed.
 *
 * @param args of `vuicc serve vpcd`; left out: the built-in card
 */
export async function serveCard(pcscd: Pcscd, args: readonly string[] = []): Promise<ServedCard> {
  const program = ['--import', 'tsx', 'src/cli/main.ts', 'serve', 'vpcd', ...args];
  const child = pcscd.runInside(process.execPath, program);
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`vuicc serve vpcd has ended with ${code}\n${log}`);
  });
  ended.catch(() => undefined);
  await Promise.race([pcscd.whenCard(0, true), ended]);
  return {
    log: () => log,
    async remove() {
      child.kill('SIGTERM');
      await ended.catch(() => undefined);
      await pcscd.whenCard(0, false);
    },
  };
}
