/**
 * Script chaining: where the next script goes on.
 *
 *     first          a new chain; it is lost at a reset
 *     first-kept     a new chain; where it stands is stored, and survives a reset
 *     subsequent     goes on where the script before stood
 *     last           goes on, and ends the chain
 *
 * A chain is a session: its place in the file tree and the PINs verified in it. Of a chain that is
 * kept the place alone survives a reset, for a PIN holds for one card session. A script that fails
 * ends the chain.
 *
 * @see ETSI TS 102 226 §5.2.1
 * @module
 */

import { ByteReader } from '../../../bytes/reader.ts';
import { ByteWriter } from '../../../bytes/writer.ts';
import type { ScriptPart } from '../../../ota/expanded-commands.ts';
import type { Cursor } from '../../file-system.ts';
import type { ScriptChain } from '../../session.ts';
import type { CardContext } from '../applet.ts';
import { remoteSession } from '../remote-session.ts';

const NOTHING = 0xffff;
const NO_DATA = new Uint8Array(0);

function encodeCursor({ application, directory, ef, record }: Cursor): Uint8Array {
  const writer = new ByteWriter();
  for (const value of [application, directory, ef, record]) {
    writer.uint(2, value ?? NOTHING, 'cursor');
  }
  return writer.finish();
}

function decodeCursor(octets: Uint8Array): Cursor {
  const reader = new ByteReader(octets, 'chain');
  const next = (): number | undefined => {
    const value = reader.uint(2, 'cursor');
    return value === NOTHING ? undefined : value;
  };
  return { application: next(), directory: next() ?? 0, ef: next(), record: next() };
}

/** The chain that a script goes on with; `undefined` when there is none. */
export function openChain(context: CardContext): ScriptChain | undefined {
  const { applet, terminal } = context;
  const chain = terminal.chains.get(applet);
  if (chain !== undefined) return chain;
  const kept = context.load();
  if (kept.length === 0) return undefined;
  return { session: remoteSession(applet, decodeCursor(kept)), isKept: true };
}

/**
 * Forgets the chain, if there is one.
 *
 * @returns false when that could not be stored; the chain is as it was then
 */
export function endChain(context: CardContext): boolean {
  if (context.load().length > 0 && !context.store(NO_DATA)) return false;
  context.terminal.chains.delete(context.applet);
  return true;
}

/**
 * Keeps the chain for the next script, or ends it.
 *
 * @param isFailed a command of the script has failed
 * @returns false when it could not be stored: what is left of the chain is what was stored before
 */
export function keepChain(
  context: CardContext,
  part: ScriptPart,
  chain: ScriptChain,
  isFailed: boolean,
): boolean {
  const { applet, terminal } = context;
  terminal.chains.delete(applet);
  if (isFailed || part === 'last') return endChain(context);
  const [cursor] = chain.session.channels;
  if (chain.isKept && cursor !== undefined && !context.store(encodeCursor(cursor))) return false;
  terminal.chains.set(applet, chain);
  return true;
}
