/**
 * The package `smartcard`, PC/SC for Node, as far as it is used. It is an optional peer: only who
 * opens a reader needs it, and it needs a compiler where it is installed.
 *
 *     Context ── listReaders ──▶ Reader ── connect ──▶ Card      one object each of the package
 *
 * Its errors are plain ones that carry one of the short texts of {@link PCSC}, and no number.
 *
 * @see docs/architecture.md, "Dependencies"
 * @module
 */

/** A card in a reader. */
export interface PackageCard {
  /** 1 for T=0, 2 for T=1; another one after a reconnect. */
  readonly protocol: number;
  /** As of the last reset; `null` when the card is gone. */
  readonly atr: Uint8Array | null;
  /** Takes a Buffer or an array of numbers. Follows nothing unless it is told to. */
  transmit(
    command: readonly number[],
    options: { readonly maxRecvLength: number; readonly autoGetResponse: false },
  ): Promise<Uint8Array>;
  reconnect(share: number, protocols: number, initialization: number): Promise<number>;
  disconnect(disposition: number): void;
}

/** A reader. */
export interface PackageReader {
  readonly name: string;
  connect(share: number, protocols: number): Promise<PackageCard>;
}

/** A link to the PC/SC service. Whoever lets it be collected loses its cards. */
export interface PackageContext {
  listReaders(): readonly PackageReader[];
  close(): void;
}

/** The package. */
export interface SmartcardPackage {
  readonly Context: new () => PackageContext;
}

/** Numbers of PC/SC, the same in all its implementations. */
export const SCARD = {
  shareExclusive: 1,
  protocolT0: 1,
  protocolT1: 2,
  unpowerCard: 2,
} as const;

/** What the errors of the package say, where it matters what happened. */
export const PCSC = {
  noService: 'PC/SC service not running',
  noCard: 'No smart card present',
  removed: 'Card was removed',
  inUse: 'Sharing violation',
  unresponsive: 'Card is unresponsive',
  unpowered: 'Card is unpowered',
} as const;

/** Not a literal, so that neither the compiler nor a bundler wants the package to be there. */
const NAME: string = 'smartcard';

/**
 * No reader can be opened. The message says what is missing, and what to do.
 *
 * @see docs/pcsc.md
 * @example
 * ```ts
 * import { ReaderError } from 'vuicc/node';
 *
 * if (new ReaderError('it has no card').name !== 'ReaderError') throw new Error('named');
 * ```
 */
export class ReaderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ReaderError';
  }
}

function isPackage(loaded: unknown): loaded is SmartcardPackage {
  return typeof loaded === 'object' && loaded !== null && 'Context' in loaded;
}

/** Codes of errors of a package that is there and lacks what its compiler makes, or its library. */
const NOT_BUILT: readonly unknown[] = ['MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'];

function isNotBuilt(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_BUILT.includes(error.code);
}

/**
 * Loads the package.
 *
 * @param load imports it; for tests
 * @throws {ReaderError} it is not installed, or it was not built for this machine
 */
export async function loadSmartcardPackage(
  load: () => Promise<unknown> = () => import(NAME),
): Promise<SmartcardPackage> {
  const needs = 'Debian also needs libpcsclite-dev and pcscd';
  try {
    const loaded = await load();
    if (isPackage(loaded)) return loaded;
  } catch (error) {
    if (!isNotBuilt(error)) {
      const remedy = `npm install smartcard (${needs})`;
      throw new ReaderError(`the package smartcard is not installed: ${remedy}`);
    }
  }
  throw new ReaderError(`the package smartcard cannot be loaded: npm rebuild smartcard (${needs})`);
}
