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
 *     place   application 2 | directory 2 | EF 2 | record 2 | FID and AID of each, behind a length
 *
 * The number of a file that was deleted may be another's when the card comes back: by FID and AID
 * the chain knows its own.
 *
 * @see ETSI TS 102 226 §5.2.1
 * @module
 */

import { DecodeError } from '../../../bytes/errors.ts';
import { concat, equals } from '../../../bytes/octets.ts';
import { ByteReader } from '../../../bytes/reader.ts';
import { ByteWriter } from '../../../bytes/writer.ts';
import type { ScriptPart } from '../../../ota/expanded-commands.ts';
import { type Cursor, type Files, onCard, START } from '../../files/file-system.ts';
import { type FileNumber, findNode, MF } from '../../memory.ts';
import type { ScriptChain } from '../../session.ts';
import type { CardContext } from '../applet.ts';
import { remoteSession } from '../remote-session.ts';

const NOTHING = 0xffff;
const NO_DATA = new Uint8Array(0);

/** FID and AID of a file; no octets where there is none. */
function identityOf({ image, root }: Files, file: FileNumber | undefined): Uint8Array {
  const node = file === undefined ? undefined : findNode(image, root, file);
  if (node === undefined) return NO_DATA;
  const aid = node.kind === 'directory' ? node.aid : undefined;
  return concat(Uint8Array.of(node.fid >> 8, node.fid & 0xff), aid ?? NO_DATA);
}

function encodePlace(files: Files, { application, directory, ef, record }: Cursor): Uint8Array {
  const writer = new ByteWriter();
  for (const value of [application, directory, ef, record]) {
    writer.uint(2, value ?? NOTHING, 'place');
  }
  for (const file of [application, directory, ef]) {
    const identity = identityOf(files, file);
    writer.uint(1, identity.length, 'identity length').bytes(identity);
  }
  return writer.finish();
}

/** Reads a place. Of files that are not there any more there is nothing in it. */
function decodePlace(files: Files, octets: Uint8Array): Cursor {
  const reader = new ByteReader(octets, 'place');
  const next = (): number | undefined => {
    const value = reader.uint(2, 'place');
    return value === NOTHING ? undefined : value;
  };
  const [application, directory = MF, ef, record] = [next(), next(), next(), next()];
  const isThere = (file: FileNumber | undefined): boolean => {
    const identity = reader.take(reader.uint(1, 'identity length'), 'identity');
    return equals(identity, identityOf(files, file));
  };
  const own = isThere(application) ? application : undefined;
  if (!isThere(directory)) return { ...START, application: own };
  if (!isThere(ef)) return { ...START, application: own, directory };
  return { application: own, directory, ef, record };
}

function readPlace(files: Files, octets: Uint8Array): Cursor | undefined {
  try {
    return decodePlace(files, octets);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** The chain that a script goes on with; `undefined` when there is none. */
export function openChain(context: CardContext): ScriptChain | undefined {
  const { applet, terminal } = context;
  const chain = terminal.chains.get(applet);
  if (chain !== undefined) return chain;
  const place = readPlace(context.memory, context.load());
  return place && { session: remoteSession(applet, place), isKept: true };
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
  if (chain.isKept && cursor !== undefined) {
    const files = context.memory;
    if (!context.store(encodePlace(files, onCard(files, cursor)))) return false;
  }
  terminal.chains.set(applet, chain);
  return true;
}
