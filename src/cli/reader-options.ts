/**
 * Options of subcommands that can use the card in a PC/SC reader.
 *
 *     --reader <name>   the card in this reader, behind the guard of its last PIN tries
 *     --last-try        without the guard
 *
 * @see docs/pcsc.md; docs/architecture.md, "The command line"
 * @module
 */

import type { Command } from 'commander';
import { type CardConnection, ConnectionLost } from '../apdu/connection.ts';
import { guardedPins, LastTryRefused } from '../apdu/pin-guard.ts';
import { openReader } from '../transport/pcsc.ts';
import { ReaderError } from '../transport/smartcard-package.ts';
import { UsageError } from './output.ts';

/** What commander gives for the options of {@link addReaderOptions}. */
export interface ReaderOptions {
  readonly reader?: string;
  readonly lastTry?: true;
}

/** Adds `--reader` and `--last-try` to a subcommand. */
export function addReaderOptions(command: Command): Command {
  return command
    .option('--reader <name>', 'the card in this PC/SC reader; a part of its name is enough')
    .option('--last-try', 'send PIN commands to that card even if it could be the last try');
}

/**
 * Gives a fault of the link or of the guard the form in which a subcommand ends: one line, exit 2.
 *
 * @param where stands before the message: `trace.apdu`; left out: nothing does
 * @returns any other error as it is
 */
export function readerFault(error: unknown, where?: string): unknown {
  const isFault =
    error instanceof ReaderError ||
    error instanceof ConnectionLost ||
    error instanceof LastTryRefused;
  if (!isFault) return error;
  return new UsageError(where === undefined ? error.message : `${where}: ${error.message}`);
}

/**
 * Opens the reader that the options name, uses its card, and closes it, whatever happens.
 *
 * @param use what to do with the card; it was reset, and nobody else can use it meanwhile
 * @returns what `use` gives; `undefined` when the options name no reader
 * @throws {UsageError} there is no such reader, it has no card or loses it, a PIN command could
 *   have used the last try, or `--last-try` stands alone
 */
export async function withReader<T>(
  { reader, lastTry }: ReaderOptions,
  use: (card: CardConnection) => Promise<T>,
): Promise<T | undefined> {
  if (reader === undefined) {
    if (lastTry === true) throw new UsageError('--last-try: expected --reader beside it');
    return undefined;
  }
  try {
    const connection = await openReader({ name: reader });
    try {
      return await use(guardedPins(connection, { allowLastTry: lastTry === true }));
    } finally {
      await connection.close();
    }
  } catch (error) {
    throw readerFault(error);
  }
}
